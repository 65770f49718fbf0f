/* SPDX-License-Identifier: MIT */
/* tests/sql/test_quote.c - names and literals, a row each; and hooks of a dialect. */
#include <math.h>

#include "../check_tap.h"
#include "shop.h"
#include "sql/hooks.h"
#include "sql/quote.h"
#include "sql/render.h"

static const struct { const char *name, *sql; } names[] = {
	{ "plain", "plain" }, { "with_1", "with_1" }, { "_x", "_x" }, { "1x", "\"1x\"" },
	{ "select", "\"select\"" }, { "user", "\"user\"" }, { "User", "\"User\"" },
	{ "two words", "\"two words\"" }, { "a\"b", "\"a\"\"b\"" }, { "", "\"\"" },
	{ "per%cent", "\"per%cent\"" }, { "gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\"" },
	{ "a.b", "\"a.b\"" }, { "x;--", "\"x;--\"" }, { "selected", "selected" }, { "$x", "\"$x\"" },
};

START_TEST(test_name)
{
	lode__buf sql;

	lode__buf_init(&sql, NULL, 1000);
	lode__quote_name(&sql, shop_dialect(0), names[_i].name);
	ck_assert_str_eq(lode__buf_text(&sql), names[_i].sql);
	lode__buf_dispose(&sql);
}
END_TEST

START_TEST(test_brackets_and_own_words)
{
	static const char *const words[] = { "plain", NULL };
	lode__dialect dialect = *shop_dialect(0);
	lode__buf sql;

	dialect.traits.quote_open = '[';
	dialect.traits.quote_close = ']';
	dialect.traits.reserved_words = words;
	lode__buf_init(&sql, NULL, 1000);
	lode__quote_name(&sql, &dialect, "plain");
	lode__quote_name(&sql, &dialect, "select");
	lode__quote_name(&sql, &dialect, "a]b");
	ck_assert_str_eq(lode__buf_text(&sql), "[plain]select[a]]b]");
	lode__buf_dispose(&sql);
}
END_TEST

static lode_value value_of(int i)
{
	static const unsigned char bytes[] = { 0, 0xab, '\'' };
	lode_decimal decimal = { (uint64_t)-150, -1, 2, 0 };
	lode_uuid uuid = { { 0x12, 0x34 } };

	switch (i) {
	case 0: return lode_value_null();
	case 1: return lode_value_bool(true);
	case 2: return lode_value_int(INT64_MIN);
	case 3: return lode_value_uint(UINT64_MAX);
	case 4: return lode_value_double(0.1);
	case 5: return lode_value_double(3);
	case 6: return lode_value_double(1e300);
	case 7: return lode_value_text("it's \\ fine");
	case 8: return lode_value_bytes((lode_bytes){ bytes, 3 });
	case 9: return lode_value_bytes((lode_bytes){ bytes, 0 });
	case 10: return lode_value_decimal(decimal);
	case 11: return lode_value_date((lode_date){ 0 });
	case 12: return lode_value_datetime((lode_datetime){ 1500000 });
	case 13: return lode_value_uuid(uuid);
	default: return lode_value_json((lode_json){ "{\"a\": \"'\"}" });
	}
}

static const char *const literals[] = {
	"NULL", "TRUE", "-9223372036854775808", "18446744073709551615", "0.1", "3.0", "1e+300",
	"'it''s \\ fine'", "X'00AB27'", "X''", "-1.50", "'1970-01-01'", "'1970-01-01 00:00:01.500000'",
	"'12340000-0000-0000-0000-000000000000'", "'{\"a\": \"''\"}'",
};

START_TEST(test_literal)
{
	lode_value value = value_of(_i);
	lode__buf sql;

	lode__buf_init(&sql, NULL, 1000);
	lode__quote_value(&sql, shop_dialect(0), &value);
	ck_assert_str_eq(lode__buf_text(&sql), literals[_i]);
	lode__buf_dispose(&sql);
}
END_TEST

START_TEST(test_literal_of_a_dialect)
{
	lode__dialect dialect = *shop_dialect(0);
	lode_value value = lode_value_text("a\\'b");
	lode__buf sql;

	dialect.traits.string_escape = 1;
	dialect.traits.bool_style = 2;
	dialect.traits.blob_open = "'\\x";
	lode__buf_init(&sql, NULL, 1000);
	lode__quote_value(&sql, &dialect, &value);
	lode__quote_bool(&sql, &dialect, false);
	lode__quote_bytes(&sql, &dialect, "\x01", 1);
	ck_assert_str_eq(lode__buf_text(&sql), "'a\\\\''b'0'\\x01'");
	lode__buf_dispose(&sql);
}
END_TEST

START_TEST(test_no_literal)
{
	lode_value values[3];
	lode__buf sql;

	values[0] = lode_value_double((double)INFINITY);
	values[1] = lode_value_param((lode_param){ 0, 8, LODE_C_INT64 });
	values[2] = (lode_value){ .kind = LODE__VALUE_LIST };
	lode__buf_init(&sql, NULL, 1000);
	lode__quote_value(&sql, shop_dialect(0), &values[_i]);
	ck_assert_int_lt(lode__buf_status(&sql), 0);
	lode__buf_dispose(&sql);
}
END_TEST

/* ------------------------------------------------------------------ hooks */

static int failing;

/* f(a, b) becomes g(b, a); NOW becomes now_utc(); h fails; everything else is the core's */
static lode_status LODE_CALL render_hook(const lode_render_context *c, const lode_node *n,
                                         lode_err *e)
{
	size_t size;
	const char *name = lode__host_node_str(n, LODE_NP_NAME, &size);

	(void)e;
	if (lode__host_node_kind(n) == LODE_N_NOW) {
		lode__host_sql_put(c->out, "now_utc()", 9);
		return LODE_OK;
	}
	lode__host_sql_put(c->out, "rubbish", 7);       /* taken back when unsupported */
	if (lode__host_node_kind(n) != LODE_N_FUNC || !name || strcmp(name, "f") != 0)
		return failing ? LODE_E_DATA : LODE_E_UNSUPPORTED;
	ck_assert_uint_eq(lode__host_node_count(n, LODE_NR_ARG), 2);
	lode__host_sql_put(c->out, "(", 1);
	lode__host_sql_node(c->out, lode__host_node_child(n, LODE_NR_ARG, 1));
	lode__host_sql_put(c->out, ", ", 2);
	lode__host_sql_node(c->out, lode__host_node_child(n, LODE_NR_ARG, 0));
	lode__host_sql_put(c->out, ")", 1);
	return LODE_OK;
}

START_TEST(test_hook)
{
	static const lode_dialect hooked = { .struct_size = (uint32_t)sizeof(lode_dialect),
	                                     .name = "hooked", .render = render_hook };
	static const lode_host host = { .struct_size = (uint32_t)sizeof(lode_host) };
	lode__dialect dialect = *shop_dialect(1);
	lode_error error = LODE_ERROR_INIT;
	lode__compiled *compiled = NULL;
	lode_statement *q;
	Shop shop;

	shop_open(&shop);
	dialect.chain[0] = &hooked;
	dialect.host = &host;
	failing = _i;
	q = lode_from(lode_select_value(LODE_FUNCTION("f", LODE_VALUE(1), LODE_FUNCTION("g",
	              LODE_VALUE(2)))), &User_class);
	lode_where(q, lode_lt(LODE_COL(User, updated), lode_now()));
	lode_where(q, LODE_EQ(User, id, 3));
	if (_i == 0) {
		ck_assert_msg(lode__compile(&compiled, q, &dialect, &shop.resolver, NULL, 0, NULL,
		                            &error) == LODE_OK, "%s", error.message);
		ck_assert_str_eq(compiled->sql, "SELECT rubbish(g($1), $2) FROM user_account WHERE "
		                 "user_account.updated < now_utc() AND user_account.id = $3");
		ck_assert_uint_eq(compiled->parameters[0].ordinal, 1);
		ck_assert_uint_eq(compiled->parameters[1].ordinal, 0);
		ck_assert_uint_eq(compiled->parameters[2].ordinal, 2);
	} else {
		ck_assert_int_eq(lode__compile(&compiled, q, &dialect, &shop.resolver, NULL, 0, NULL,
		                               &error), LODE_E_DATA);
	}
	lode__compiled_unref(compiled);
	lode__statement_spend(q);
	shop_close(&shop);
}
END_TEST

START_TEST(test_ddl_expression)
{
	lode_error error = LODE_ERROR_INIT;
	lode_expr *expr;
	lode__buf sql;
	Shop shop;

	shop_open(&shop);
	lode__buf_init(&sql, NULL, 1000);
	expr = lode_and(lode_compare(LODE_OP_GT, lode_column_of(shop_at(shop.user, "age")), lode_value_int(0)),
	                lode_compare(LODE_OP_NE, lode_column_of(shop_at(shop.user, "name")), lode_value_text("it's")));
	ck_assert_int_eq(lode__render_ddl_expr(&sql, shop_dialect(0), expr, &error), LODE_OK);
	ck_assert_str_eq(lode__buf_text(&sql), "age > 0 AND name <> 'it''s'");
	lode_expr_free(expr);
	lode__buf_dispose(&sql);
	shop_close(&shop);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("quote");
	TCase *tcase = tcase_create("quote");

	tcase_add_loop_test(tcase, test_name, 0, (int)(sizeof(names) / sizeof(*names)));
	tcase_add_test(tcase, test_brackets_and_own_words);
	tcase_add_loop_test(tcase, test_literal, 0, (int)(sizeof(literals) / sizeof(*literals)));
	tcase_add_test(tcase, test_literal_of_a_dialect);
	tcase_add_loop_test(tcase, test_no_literal, 0, 3);
	tcase_add_loop_test(tcase, test_hook, 0, 2);
	tcase_add_test(tcase, test_ddl_expression);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
