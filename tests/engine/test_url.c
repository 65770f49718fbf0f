/* SPDX-License-Identifier: MIT */
/* tests/engine/test_url.c - reading, writing and redacting URLs. */
#include <lode/engine.h>

#include <stdio.h>
#include <string.h>

#include "check_tap.h"

/* what each part reads as, "-" for absent, and the two texts */
static const struct {
	const char *text, *parts, *formatted, *redacted;
} good[] = {
	{ "sqlite:///relative.db", "sqlite|-|-|-|-|0|relative.db", NULL, NULL },
	{ "sqlite:////tmp/absolute.db", "sqlite|-|-|-|-|0|/tmp/absolute.db", NULL, NULL },
	{ "sqlite:///:memory:", "sqlite|-|-|-|-|0|:memory:", NULL, NULL },
	{ "sqlite://", "sqlite|-|-|-|-|0|-", NULL, NULL },
	{ "sqlite:///", "sqlite|-|-|-|-|0|", NULL, NULL },
	{ "postgresql://me:pw@db.example:5432/app", "postgresql|-|me|pw|db.example|5432|app", NULL,
	  "postgresql://me:***@db.example:5432/app" },
	{ "postgresql+odbc://me@h/app", "postgresql|odbc|me|-|h|0|app", NULL, NULL },
	{ "p://u:@h/d", "p|-|u||h|0|d", NULL, "p://u:***@h/d" },
	{ "p://:secret@h/d", "p|-||secret|h|0|d", NULL, "p://:***@h/d" },
	{ "p://u:p@ss@h/d", "p|-|u|p@ss|h|0|d", "p://u:p%40ss@h/d", "p://u:***@h/d" },
	{ "p://u:a%2Fb%3Ac%25@h/d", "p|-|u|a/b:c%|h|0|d", NULL, "p://u:***@h/d" },
	{ "p://[::1]:99/d", "p|-|-|-|::1|99|d", NULL, NULL },
	{ "p://[fe80::1]/d", "p|-|-|-|fe80::1|0|d", NULL, NULL },
	{ "p://%2Fvar%2Frun/d", "p|-|-|-|/var/run|0|d", NULL, NULL },
	{ "p://h", "p|-|-|-|h|0|-", NULL, NULL },
	{ "p://h?charset=x", "p|-|-|-|h|0|-|charset=x", NULL, NULL },
	{ "p://h/d?charset=utf8&host=a&host=b", "p|-|-|-|h|0|d|charset=utf8|host=a|host=b", NULL,
	  NULL },
	{ "p://h/d?token=s3cret&mode=ro", "p|-|-|-|h|0|d|token=s3cret|mode=ro", NULL,
	  "p://h/d?token=***&mode=ro" },
	{ "p://h/d?a%20b=c%26d", "p|-|-|-|h|0|d|a b=c&d", NULL, "p://h/d?a%20b=***" },
	{ "p://h/d?flag", "p|-|-|-|h|0|d|flag=", "p://h/d?flag=", "p://h/d?flag=***" },
	{ "p://h/d?x=1+1", "p|-|-|-|h|0|d|x=1+1", "p://h/d?x=1%2B1", "p://h/d?x=***" },
	{ "sqlite:///a%20b%3F.db", "sqlite|-|-|-|-|0|a b?.db", NULL, NULL },
	{ "sqlite:///a.db?attach.x=/p/b.db", "sqlite|-|-|-|-|0|a.db|attach.x=/p/b.db", NULL, NULL },
	{ "sqlite:///\303\251.db", "sqlite|-|-|-|-|0|\303\251.db", "sqlite:///%C3%A9.db",
	  "sqlite:///%C3%A9.db" },
};

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static void put_parts(char *out, size_t size, const lode_url_parts *parts)
{
	int used = snprintf(out, size, "%s|%s|%s|%s|%s|%u|%s", or_dash(parts->dialect),
	                    or_dash(parts->driver), or_dash(parts->user), or_dash(parts->password),
	                    or_dash(parts->host), parts->port, or_dash(parts->database));

	for (size_t i = 0; i < parts->option_count; i++)
		used += snprintf(out + used, size - (size_t)used, "|%s=%s", parts->options[i].key,
		                 parts->options[i].value);
}

START_TEST(parse_good)
{
	lode_error error = LODE_ERROR_INIT;
	lode_url_parts parts = LODE_URL_PARTS_INIT;
	const char *formatted = good[_i].formatted ? good[_i].formatted : good[_i].text;
	lode_url *url = lode_url_parse(good[_i].text, &error), *again;
	char text[512];

	ck_assert_msg(url != NULL, "%s: %s", good[_i].text, error.message);
	ck_assert_int_eq(lode_url_split(url, &parts), LODE_OK);
	put_parts(text, sizeof text, &parts);
	ck_assert_str_eq(text, good[_i].parts);
	ck_assert_str_eq(lode_url_text(url), formatted);
	ck_assert_str_eq(lode_url_redacted(url), good[_i].redacted ? good[_i].redacted : formatted);
	again = lode_url_new(&parts, &error);
	ck_assert_msg(again != NULL, "%s", error.message);
	ck_assert_str_eq(lode_url_text(again), formatted);
	lode_url_free(again);
	again = lode_url_parse(formatted, &error);
	ck_assert_ptr_nonnull(again);
	lode_url_split(again, &parts);
	put_parts(text, sizeof text, &parts);
	ck_assert_str_eq(text, good[_i].parts);
	lode_url_free(again);
	lode_url_free(url);
}
END_TEST

static const struct {
	const char *text;
	lode_status status;
	const char *message;
} bad[] = {
	{ NULL, LODE_E_MISUSE, "lode_url_parse: the URL is NULL" },
	{ "", LODE_E_CONFIG, "URL: no \"://\"; write dialect://user:password@host/database or "
	                     "sqlite:///file.db" },
	{ "file.db", LODE_E_CONFIG, "URL: no \"://\"; write dialect://user:password@host/database or "
	                            "sqlite:///file.db" },
	{ "SQLite:///x", LODE_E_CONFIG, "URL: the name before \"://\" must be dialect or "
	                                "dialect+driver in lower-case letters, digits and underscores" },
	{ "../x:///y", LODE_E_CONFIG, "URL: the name before \"://\" must be dialect or "
	                              "dialect+driver in lower-case letters, digits and underscores" },
	{ "a+://h", LODE_E_CONFIG, "URL: the name before \"://\" must be dialect or "
	                           "dialect+driver in lower-case letters, digits and underscores" },
	{ "p://u:se%zzcret@h", LODE_E_CONFIG, "URL: a % in the password is not followed by two "
	                                      "hexadecimal digits; write %25 for %" },
	{ "p://h/d%4", LODE_E_CONFIG, "URL: a % in the database is not followed by two hexadecimal "
	                              "digits; write %25 for %" },
	{ "p://h/d%00x", LODE_E_CONFIG, "URL: a control character in the database" },
	{ "p://h:0/d", LODE_E_CONFIG, "URL: the port after the host must be a number from 1 to 65535" },
	{ "p://h:65536/d", LODE_E_CONFIG,
	  "URL: the port after the host must be a number from 1 to 65535" },
	{ "p://h:x/d", LODE_E_CONFIG, "URL: the port after the host must be a number from 1 to 65535" },
	{ "p://:99/d", LODE_E_CONFIG, "URL: a port without a host" },
	{ "p://[::1/d", LODE_E_CONFIG, "URL: an IPv6 address must stand in brackets: [::1] or "
	                               "[::1]:5432" },
	{ "p://h/d?=x", LODE_E_CONFIG, "URL: an option without a name; write ?key=value&key=value" },
	{ "p://h/d?a=1&&b=2", LODE_E_CONFIG,
	  "URL: an option without a name; write ?key=value&key=value" },
};

START_TEST(parse_bad)
{
	lode_error error = LODE_ERROR_INIT;

	ck_assert_ptr_null(lode_url_parse(bad[_i].text, &error));
	ck_assert_int_eq(error.status, bad[_i].status);
	ck_assert_str_eq(error.message, bad[_i].message);
	ck_assert_ptr_null(lode_url_parse(bad[_i].text, NULL));
}
END_TEST

START_TEST(change_a_part)
{
	lode_error error = LODE_ERROR_INIT;
	lode_url_parts parts = LODE_URL_PARTS_INIT;
	lode_url *url = lode_url_parse("p://u:pw@h/d?mode=ro", &error), *other;

	ck_assert_str_eq(lode_url_option_value(url, "mode"), "ro");
	ck_assert_ptr_null(lode_url_option_value(url, "nothing"));
	lode_url_split(url, &parts);
	parts.password = "other/one";
	other = lode_url_new(&parts, &error);
	ck_assert_str_eq(lode_url_text(other), "p://u:other%2Fone@h/d?mode=ro");
	lode_url_free(url);
	ck_assert_str_eq(lode_url_redacted(other), "p://u:***@h/d?mode=ro");
	lode_url_free(other);
	parts = (lode_url_parts)LODE_URL_PARTS_INIT;
	ck_assert_ptr_null(lode_url_new(&parts, &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	parts.dialect = "a/b";
	ck_assert_ptr_null(lode_url_new(&parts, &error));
	ck_assert_int_eq(error.status, LODE_E_CONFIG);
	lode_url_free(NULL);
	ck_assert_str_eq(lode_url_text(NULL), "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("url");
	TCase *tcase = tcase_create("url");

	tcase_add_loop_test(tcase, parse_good, 0, sizeof good / sizeof *good);
	tcase_add_loop_test(tcase, parse_bad, 0, sizeof bad / sizeof *bad);
	tcase_add_test(tcase, change_a_part);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
