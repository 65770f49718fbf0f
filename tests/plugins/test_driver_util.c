/* SPDX-License-Identifier: MIT */
/* test_driver_util - text to binary and back, as every driver compiles it in. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include <lode/driver_util.h>

#include "check_tap.h"

/* ---- what is read, and how it is written again */

static const struct {
	const char *text;
	int64_t usec; /* INT64_MIN + 1: refused */
	const char *again;
} moments[] = {
	{ "2023-11-14 22:13:20.123456", 1700000000123456, NULL },
	{ "1969-12-31 23:59:59.999999", -1, NULL },
	{ "0000-01-01 00:00:00.000000", -62167219200000000, NULL },
	{ "9999-12-31 23:59:59.999999", 253402300799999999, NULL },
	{ "2000-02-29 00:00:00.000000", 951782400000000, NULL },
	{ "-0001-12-31 00:00:00.000000", -62167305600000000, NULL },
	{ "infinity", INT64_MAX, NULL },
	{ "-infinity", INT64_MIN, NULL },
	{ "1970-01-01T00:00:00Z", 0, "1970-01-01 00:00:00.000000" },
	{ "1970-01-01 00:00:00+00", 0, "1970-01-01 00:00:00.000000" },
	{ "1970-01-01T01:00:00.5+0100", 500000, "1970-01-01 00:00:00.500000" },
	{ "1970-01-01 00:00:00 -00:00:30", 30000000, "1970-01-01 00:00:30.000000" },
	{ "1970-01-01 24:00:00", 86400000000, "1970-01-02 00:00:00.000000" },
	{ "1970-01-01", 0, "1970-01-01 00:00:00.000000" },
	{ "2023-02-29 00:00:00.000000", INT64_MIN + 1, NULL },
	{ "1900-02-29 00:00:00.000000", INT64_MIN + 1, NULL },
	{ "2023-00-01 00:00:00.000000", INT64_MIN + 1, NULL },
	{ "2023-01-00 00:00:00.000000", INT64_MIN + 1, NULL },
	{ "2023-01-01 00:60:00.000000", INT64_MIN + 1, NULL },
	{ "2023-01-01 00:00:60.000000", INT64_MIN + 1, NULL },
	{ "2023-01-01 00:00:00,00000x", INT64_MIN + 1, NULL },
	{ "2023/01/01 00:00:00.000000", INT64_MIN + 1, NULL },
	{ "2023-01-01 00:00:00.0000000", 1672531200000000, "2023-01-01 00:00:00.000000" },
	{ "2023-01-01 00:00:00.0000001", INT64_MIN + 1, NULL },
	{ "2023-01-01 00:00:00.", INT64_MIN + 1, NULL },
	{ "2023-01-01 00:00:00+", INT64_MIN + 1, NULL },
	{ "2023-01-01x", INT64_MIN + 1, NULL },
	{ "9999999-01-01 00:00:00.000000", INT64_MIN + 1, NULL },
	{ "", INT64_MIN + 1, NULL },
	{ "2\xb0"
	  "23-01-01 00:00:00.000000",
	  INT64_MIN + 1, NULL },
};

START_TEST(datetime)
{
	char out[LODE_UTIL_DATETIME_SIZE];
	const char *again = moments[_i].again != NULL ? moments[_i].again : moments[_i].text;
	int64_t v = 0;
	int ok = lode_util_datetime_parse(moments[_i].text, strlen(moments[_i].text), &v);
	size_t n;

	ck_assert_msg(ok == (moments[_i].usec != INT64_MIN + 1), "%s", moments[_i].text);
	if (!ok)
		return;
	ck_assert_msg(v == moments[_i].usec, "%s: %lld", moments[_i].text, (long long)v);
	n = lode_util_datetime_format(out, v);
	ck_assert_msg(n == strlen(again) && memcmp(out, again, n) == 0, "%.*s", (int)n, out);
}
END_TEST

/* each byte of the canonical form, replaced by each other byte: never read as something else */
START_TEST(datetime_with_one_byte_changed)
{
	static const char text[] = "2023-11-14 22:13:20.123456";
	char changed[27], again[LODE_UTIL_DATETIME_SIZE];
	int at, byte;
	int64_t v;
	size_t n;

	for (at = 0; at < 26; at++) {
		for (byte = 0; byte < 256; byte++) {
			memcpy(changed, text, sizeof changed);
			changed[at] = (char)byte;
			if (!lode_util_datetime_parse(changed, 26, &v))
				continue;
			n = lode_util_datetime_format(again, v);
			if (changed[10] == 'T' || changed[10] == 't')
				changed[10] = ' ';
			if (changed[19] == ',')
				changed[19] = '.';
			/* a sign or zone makes another form of it, which does not come back the
			 * same */
			if (byte == '+' || byte == '-' || byte == 'Z' || byte == 'z')
				continue;
			ck_assert_msg(n == 26 && memcmp(again, changed, 26) == 0, "byte %d as %d",
				      at, byte);
		}
	}
}
END_TEST

START_TEST(every_day_of_some_centuries)
{
	char out[LODE_UTIL_DATE_SIZE];
	int32_t day, back;
	size_t n;

	for (day = -800000; day < 800000; day += 7) {
		n = lode_util_date_format(out, day);
		ck_assert(lode_util_date_parse(out, n, &back));
		ck_assert_int_eq(back, day);
	}
}
END_TEST

static const struct {
	const char *text;
	lode_drv_interval value;
	const char *again; /* "": refused */
} spans[] = {
	{ "PT0S", { 0, 0, 0 }, NULL },
	{ "P1Y2M3DT4H5M6.000007S", { 14, 3, 14706000007 }, NULL },
	{ "P2W", { 0, 14, 0 }, "P14D" },
	{ "-P1Y", { -12, 0, 0 }, "P-1Y" },
	{ "-P-1D", { 0, 1, 0 }, "P1D" },
	{ "PT-0.5S", { 0, 0, -500000 }, NULL },
	{ "P1DT-1M", { 0, 1, -60000000 }, NULL },
	{ "P", { 0, 0, 0 }, "" },
	{ "PT", { 0, 0, 0 }, "" },
	{ "P1", { 0, 0, 0 }, "" },
	{ "P1.5D", { 0, 0, 0 }, "" },
	{ "1D", { 0, 0, 0 }, "" },
	{ "P99999999999D", { 0, 0, 0 }, "" },
	{ "P1H", { 0, 0, 0 }, "" },
	{ "PT9999999999999999H", { 0, 0, 0 }, "" },
};

START_TEST(interval)
{
	char out[LODE_UTIL_INTERVAL_SIZE];
	const char *again = spans[_i].again != NULL ? spans[_i].again : spans[_i].text;
	lode_drv_interval v;
	int ok = lode_util_interval_parse(spans[_i].text, strlen(spans[_i].text), &v);
	size_t n;

	ck_assert_msg(ok == (again[0] != '\0'), "%s", spans[_i].text);
	if (!ok)
		return;
	ck_assert_int_eq(v.months, spans[_i].value.months);
	ck_assert_int_eq(v.days, spans[_i].value.days);
	ck_assert_int_eq(v.usec, spans[_i].value.usec);
	n = lode_util_interval_format(out, &v);
	ck_assert_msg(n == strlen(again) && memcmp(out, again, n) == 0, "%.*s", (int)n, out);
}
END_TEST

#define DIGITS38 "99999999999999999999999999999999999999"
static const struct {
	const char *text, *again; /* again "": refused */
} decimals[] = {
	{ "0", NULL },
	{ "-0.50", NULL },
	{ "1.50", NULL },
	{ "+7", "7" },
	{ ".5", "0.5" },
	{ "5.", "5" },
	{ "007", "7" },
	{ "1e2", "100" },
	{ "1.5E-3", "0.0015" },
	{ "0e99", "0" },
	{ "-0", "0" },
	{ DIGITS38, NULL },
	{ "-" DIGITS38, NULL },
	{ "0." DIGITS38, NULL },
	{ "000" DIGITS38, DIGITS38 },
	{ DIGITS38 "9", "" },
	{ "1e38", "" },
	{ "1e-39", "" },
	{ "", "" },
	{ ".", "" },
	{ "-", "" },
	{ "1.2.3", "" },
	{ "1e", "" },
	{ "1 ", "" },
	{ "NaN", "" },
	{ "0x10", "" },
	{ "1e99999999999", "" },
};

START_TEST(decimal)
{
	char out[LODE_UTIL_DECIMAL_SIZE];
	const char *again = decimals[_i].again != NULL ? decimals[_i].again : decimals[_i].text;
	lode_drv_decimal v;
	int ok = lode_util_decimal_parse(decimals[_i].text, strlen(decimals[_i].text), &v);
	size_t n;

	ck_assert_msg(ok == (again[0] != '\0'), "%s", decimals[_i].text);
	if (!ok)
		return;
	n = lode_util_decimal_format(out, &v);
	ck_assert_msg(n == strlen(again) && memcmp(out, again, n) == 0, "%.*s", (int)n, out);
}
END_TEST

static const struct {
	const char *text;
	const char *again; /* "": refused */
} padded[] = {
	{ "12.50", "12.50" },
	{ "12.50000000000000000000000000000000000000", "12.5" },
	{ "-0.00000000000000000000000000000000000000000", "0" },
	{ DIGITS38 ".00", DIGITS38 },
	{ DIGITS38 ".10", "" },
	{ DIGITS38 "0", "" },
	{ "1.00000000000000000000000000000000000000E10", "" },
	{ "", "" },
};

START_TEST(padded_with_zeros)
{
	const char *text = padded[_i].text, *again = padded[_i].again;
	char out[LODE_UTIL_DECIMAL_SIZE];
	lode_drv_decimal v;
	int ok = lode_util_decimal_parse_padded(text, strlen(text), &v);
	size_t n;

	ck_assert_msg(ok == (again[0] != '\0'), "%s", text);
	if (!ok)
		return;
	n = lode_util_decimal_format(out, &v);
	ck_assert_msg(n == strlen(again) && memcmp(out, again, n) == 0, "%.*s", (int)n, out);
}
END_TEST

static const struct {
	const char *text;
	int scale;
	const char *again; /* "": refused */
} scales[] = {
	{ "1.5", 2, "1.50" },
	{ "-1.50", 1, "-1.5" },
	{ "1.55", 1, "" },
	{ DIGITS38, 1, "" },
	{ "0", 38, "0.00000000000000000000000000000000000000" },
	{ "1", 39, "" },
	{ "1", -1, "" },
};

START_TEST(rescaled)
{
	char out[LODE_UTIL_DECIMAL_SIZE];
	lode_drv_decimal v;
	size_t n;
	int ok;

	ck_assert(lode_util_decimal_parse(scales[_i].text, strlen(scales[_i].text), &v));
	ok = lode_util_decimal_rescale(&v, scales[_i].scale);
	ck_assert_msg(ok == (scales[_i].again[0] != '\0'), "%s", scales[_i].text);
	if (!ok)
		return;
	n = lode_util_decimal_format(out, &v);
	ck_assert_msg(n == strlen(scales[_i].again) && memcmp(out, scales[_i].again, n) == 0,
		      "%.*s", (int)n, out);
}
END_TEST

static const struct {
	const char *text;
	int ok;
} uuids[] = {
	{ "00112233-4455-6677-8899-aabbccddeeff", 1 },
	{ "00112233445566778899AABBCCDDEEFF", 1 },
	{ "{00112233-4455-6677-8899-aabbccddeeff}", 1 },
	{ "urn:uuid:00112233-4455-6677-8899-aabbccddeeff", 1 },
	{ "00112233-4455-6677-8899-aabbccddeef", 0 },
	{ "00112233-4455-6677-8899-aabbccddeeffa", 0 },
	{ "00112233-4455-6677-8899-aabbccddeefg", 0 },
	{ "-0112233-4455-6677-8899-aabbccddeeff", 0 },
	{ "{00112233-4455-6677-8899-aabbccddeeff", 0 },
	{ "{}", 0 },
};

START_TEST(uuid)
{
	uint8_t v[16];
	char out[LODE_UTIL_UUID_SIZE];
	int ok = lode_util_uuid_parse(uuids[_i].text, strlen(uuids[_i].text), v);

	ck_assert_msg(ok == uuids[_i].ok, "%s", uuids[_i].text);
	if (!ok)
		return;
	ck_assert_uint_eq(lode_util_uuid_format(out, v), 36);
	ck_assert(memcmp(out, "00112233-4455-6677-8899-aabbccddeeff", 36) == 0);
}
END_TEST

START_TEST(cells_of_each_layout)
{
	int32_t values[4] = { 10, 11, 12, 13 }, *pointers[2] = { &values[3], &values[1] };
	uint8_t bits[1] = { 0x02 };
	const void *bases[3] = { values, pointers, bits };
	lode_drv_bind strided = { .stride = 4, .off = 4, .null_bit = 1, .null_base = 2 };
	lode_drv_bind constant = { .null_bit = -1, .flags = LODE_BIND_NOT_NULL };
	lode_drv_bind indirect = { .base = 1, .flags = LODE_BIND_INDIRECT | LODE_BIND_NOT_NULL };

	ck_assert_ptr_eq(lode_util_cell(&strided, bases, 2), &values[3]);
	ck_assert_ptr_eq(lode_util_cell(&constant, bases, 2), &values[0]);
	ck_assert_ptr_eq(lode_util_cell(&indirect, bases, 1), &values[1]);
	ck_assert_int_eq(lode_util_null_state(&strided, bases, 0), 1);
	strided.flags = LODE_BIND_PRESENT;
	ck_assert_int_eq(lode_util_null_state(&strided, bases, 0), 0);
	ck_assert_int_eq(lode_util_null_state(&constant, bases, 0), 0);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

int main(void)
{
	Suite *suite = suite_create("driver_util");
	TCase *text = tcase_create("text");

	tcase_add_loop_test(text, datetime, 0, COUNT(moments));
	tcase_add_test(text, datetime_with_one_byte_changed);
	tcase_add_test(text, every_day_of_some_centuries);
	tcase_add_loop_test(text, interval, 0, COUNT(spans));
	tcase_add_loop_test(text, decimal, 0, COUNT(decimals));
	tcase_add_loop_test(text, rescaled, 0, COUNT(scales));
	tcase_add_loop_test(text, padded_with_zeros, 0, COUNT(padded));
	tcase_add_loop_test(text, uuid, 0, COUNT(uuids));
	tcase_add_test(text, cells_of_each_layout);
	suite_add_tcase(suite, text);
	return lode_test_run(suite);
}
