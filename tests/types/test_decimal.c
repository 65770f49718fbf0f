/* SPDX-License-Identifier: MIT */
/* tests/types/test_decimal.c - exact text, scales, comparison; rows and random round trips. */
#include "types/decimal.h"

#include <stdio.h>
#include <string.h>

#include "../check_tap.h"

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(*(rows))))
#define NINES38 "99999999999999999999999999999999999999"
#define ZEROS38 "00000000000000000000000000000000000000"

/* {read, what is written back; NULL: LODE_E_DATA} */
static const struct { const char *text, *back; } texts[] = {
	{ "0", "0" }, { "-0", "0" }, { "+0", "0" }, { "0.00", "0.00" }, { "-0.00", "0.00" },
	{ "1", "1" }, { "-1", "-1" }, { "+1", "1" }, { "1.50", "1.50" }, { ".5", "0.5" },
	{ "5.", "5" }, { "-.05", "-0.05" }, { "007.10", "7.10" }, { "100", "100" },
	{ "10.01", "10.01" }, { "0.10", "0.10" },
	{ NINES38, NINES38 }, { "-" NINES38, "-" NINES38 },
	{ "0." NINES38, "0." NINES38 }, { "-0." NINES38, "-0." NINES38 },
	{ "9999999999999999999.9999999999999999999", "9999999999999999999.9999999999999999999" },
	{ "18446744073709551616", "18446744073709551616" },
	{ "-18446744073709551616", "-18446744073709551616" },
	{ "-9223372036854775808", "-9223372036854775808" },
	/* exponents */
	{ "1e3", "1000" }, { "1E+3", "1000" }, { "1.5e1", "15" }, { "1.5e0", "1.5" },
	{ "1.50e1", "15.0" }, { "12e-3", "0.012" },
	{ "1e37", "10000000000000000000000000000000000000" },
	{ "1e-38", "0.00000000000000000000000000000000000001" }, { "0e999999999999", "0" },
	{ "0e-5", "0.00000" }, { "1000e-3", "1.000" },
	/* zeros without room are dropped, as they are nothing */
	{ NINES38 ".00", NINES38 }, { "1.0" ZEROS38, "1.0000000000000000000000000000000000000" },
	{ "0.5" ZEROS38, "0.50000000000000000000000000000000000000" },
	{ "0.0" ZEROS38, "0." ZEROS38 }, { ZEROS38 ZEROS38 "1", "1" },
	/* no room */
	{ NINES38 "9", NULL }, { "1" ZEROS38, NULL }, { "1e38", NULL }, { "1e-39", NULL },
	{ "0.0" NINES38, NULL }, { NINES38 ".5", NULL }, { "1e999999999999999999999", NULL },
	{ "1e-999999999999999999999", NULL }, { "1." ZEROS38 "1", NULL },
	/* no numbers */
	{ "", NULL }, { ".", NULL }, { "-", NULL }, { "+", NULL }, { "-.", NULL }, { "1..2", NULL },
	{ "1.2.3", NULL }, { " 1", NULL }, { "1 ", NULL }, { "1,5", NULL }, { "1e", NULL },
	{ "1e+", NULL }, { "e5", NULL }, { ".e5", NULL }, { "1e5.0", NULL }, { "1e5x", NULL },
	{ "0x10", NULL }, { "NaN", NULL }, { "inf", NULL }, { "--1", NULL }, { "1-", NULL },
};

START_TEST(text_is_read_exactly)
{
	lode_decimal value = { 77, 77, 7, 0 };
	char back[LODE_DECIMAL_TEXT_SIZE];
	lode_status status = lode_decimal_from_text(&value, texts[_i].text);

	ck_assert_msg(status == (texts[_i].back ? LODE_OK : LODE_E_DATA), "%s: %d", texts[_i].text,
	              (int)status);
	if (!texts[_i].back) {
		ck_assert_uint_eq(value.low, 77);
		ck_assert_int_eq(value.scale, 7);
		return;
	}
	ck_assert(lode__decimal_valid(value));
	ck_assert_int_eq(value.zero_, 0);
	ck_assert_int_eq(lode_decimal_to_text(value, back, sizeof back), LODE_OK);
	ck_assert_str_eq(back, texts[_i].back);
}
END_TEST

/* a fixed sequence of random numbers */
static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/* a number as we write it: no needless zero in front, at most 38 digits */
static void random_text(uint64_t *seed, char *text)
{
	size_t whole = next_random(seed) % 39;
	size_t scale = next_random(seed) % (39 - whole);

	if (next_random(seed) % 2)
		*text++ = '-';
	if (!whole)
		*text++ = '0';
	for (size_t i = 0; i < whole; i++)
		*text++ = (char)(i ? '0' + next_random(seed) % 10 : '1' + next_random(seed) % 9);
	if (scale)
		*text++ = '.';
	for (size_t i = 0; i < scale; i++)
		*text++ = (char)('0' + next_random(seed) % 10);
	*text = '\0';
}

static bool is_plain_zero(const char *text)
{
	return strspn(text, "-0.") == strlen(text);
}

/* what is written as we write it comes back letter for letter */
START_TEST(round_trips)
{
	uint64_t seed = 20240101;

	for (int i = 0; i < 20000; i++) {
		char text[60], back[LODE_DECIMAL_TEXT_SIZE];
		lode_decimal value, again;

		random_text(&seed, text);
		if (is_plain_zero(text))
			continue;
		ck_assert_msg(lode_decimal_from_text(&value, text) == LODE_OK, "%s", text);
		ck_assert_int_eq(lode_decimal_to_text(value, back, sizeof back), LODE_OK);
		ck_assert_str_eq(back, text);
		ck_assert_int_eq(lode_decimal_from_text(&again, back), LODE_OK);
		ck_assert_mem_eq(&value, &again, sizeof value);
		ck_assert_int_eq(lode_decimal_compare(value, again), 0);
	}
}
END_TEST

START_TEST(scaled_integers_round_trip)
{
	uint64_t seed = 99;

	for (int i = 0; i < 20000; i++) {
		uint64_t high = next_random(&seed), middle = next_random(&seed);
		uint64_t bits = high << 33 ^ middle << 16 ^ next_random(&seed);
		int64_t number, back = 0;
		int scale = (int)(next_random(&seed) % 39);
		lode_decimal value;

		bits >>= next_random(&seed) % 64;
		memcpy(&number, &bits, sizeof number);
		ck_assert_int_eq(lode_decimal_from_scaled(&value, number, scale), LODE_OK);
		ck_assert_int_eq(lode_decimal_to_scaled(value, scale, &back), LODE_OK);
		ck_assert_int_eq(back, number);
	}
}
END_TEST

/* {text, scale, integer, status} */
static const struct {
	const char *text;
	int scale;
	int64_t number;
	lode_status status;
} scaled[] = {
	{ "1.5", 2, 150, LODE_OK }, { "1.50", 1, 15, LODE_OK }, { "1.55", 1, 0, LODE_E_DATA },
	{ "-0.01", 2, -1, LODE_OK }, { "0", 38, 0, LODE_OK },
	{ "9223372036854775807", 0, INT64_MAX, LODE_OK },
	{ "-9223372036854775808", 0, INT64_MIN, LODE_OK },
	{ "92233720368547758.07", 2, INT64_MAX, LODE_OK },
	{ "9223372036854775808", 0, 0, LODE_E_DATA },
	{ "-9223372036854775809", 0, 0, LODE_E_DATA },
	{ "18446744073709551615", 0, 0, LODE_E_DATA },
	{ "18446744073709551616", 0, 0, LODE_E_DATA },
	{ "92233720368547758.08", 2, 0, LODE_E_DATA }, { NINES38, 38, 0, LODE_E_DATA },
	{ "1", -1, 0, LODE_E_MISUSE }, { "1", 39, 0, LODE_E_MISUSE },
};

START_TEST(to_scaled)
{
	lode_decimal value;
	int64_t number = 4711;

	ck_assert_int_eq(lode_decimal_from_text(&value, scaled[_i].text), LODE_OK);
	ck_assert_int_eq(lode_decimal_to_scaled(value, scaled[_i].scale, &number),
	                 scaled[_i].status);
	ck_assert_int_eq(number, scaled[_i].status == LODE_OK ? scaled[_i].number : 4711);
}
END_TEST

static const struct { const char *text; int scale; const char *back; } rescales[] = {
	{ "1.5", 3, "1.500" }, { "1.500", 1, "1.5" }, { "1.500", 0, NULL }, { "-2.0", 0, "-2" },
	{ "0.000", 0, "0" }, { "1", 37, "1.0000000000000000000000000000000000000" },
	{ "1", 38, NULL }, { "0", 38, "0." ZEROS38 }, { NINES38, 1, NULL },
};

START_TEST(rescale)
{
	lode_decimal value;
	char back[LODE_DECIMAL_TEXT_SIZE];

	lode_decimal_from_text(&value, rescales[_i].text);
	ck_assert_int_eq(lode_decimal_rescale(&value, value, rescales[_i].scale),
	                 rescales[_i].back ? LODE_OK : LODE_E_DATA);
	lode_decimal_to_text(value, back, sizeof back);
	ck_assert_str_eq(back, rescales[_i].back ? rescales[_i].back : rescales[_i].text);
}
END_TEST

/* in order; equal ones have the same rank */
static const struct { const char *text; int rank; } ordered[] = {
	{ "-" NINES38, 0 }, { "-9999999999", 1 }, { "-1.5", 2 }, { "-1.50", 2 }, { "-1", 3 },
	{ "-0." NINES38, 4 }, { "-1e-38", 5 }, { "0", 6 }, { "-0.00", 6 }, { "0." ZEROS38, 6 },
	{ "1e-38", 7 }, { "0.1", 8 }, { "0.10", 8 }, { "0.11", 9 }, { "1", 10 }, { "1.000", 10 },
	{ "2", 11 }, { "10", 12 }, { "18446744073709551616", 13 }, { NINES38, 14 },
};

START_TEST(comparison)
{
	for (int j = 0; j < COUNT(ordered); j++) {
		int above = ordered[_i].rank > ordered[j].rank;
		int expected = above - (ordered[_i].rank < ordered[j].rank);
		lode_decimal a, b;
		int order;

		lode_decimal_from_text(&a, ordered[_i].text);
		lode_decimal_from_text(&b, ordered[j].text);
		order = lode_decimal_compare(a, b);
		ck_assert_msg((order > 0) - (order < 0) == expected, "%s and %s", ordered[_i].text,
		              ordered[j].text);
	}
}
END_TEST

START_TEST(broken_decimals_are_refused)
{
	static const lode_decimal broken[] = {
		{ 0, 0, -1, 0 }, { 0, 0, 39, 0 }, { 0, INT64_MAX, 0, 0 }, { 0, INT64_MIN, 0, 0 },
		{ UINT64_C(0x098A224000000000), INT64_C(0x4B3B4CA85A86C47A), 0, 0 },
	};
	char text[LODE_DECIMAL_TEXT_SIZE] = "untouched";
	lode_decimal value, one = { 1, 0, 0, 0 };
	int64_t number;

	for (int i = 0; i < COUNT(broken); i++) {
		ck_assert(!lode__decimal_valid(broken[i]));
		ck_assert_int_eq(lode_decimal_to_text(broken[i], text, sizeof text), LODE_E_DATA);
		ck_assert_int_eq(lode_decimal_to_scaled(broken[i], 0, &number), LODE_E_DATA);
		ck_assert_int_eq(lode_decimal_rescale(&value, broken[i], 0), LODE_E_DATA);
		ck_assert_int_lt(lode_decimal_compare(broken[i], one), 0);
	}
	ck_assert_str_eq(text, "untouched");
}
END_TEST

START_TEST(misuse)
{
	lode_decimal value = { 15, 0, 1, 0 };
	char text[4] = "x";
	int64_t number;

	ck_assert_int_eq(lode_decimal_from_text(NULL, "1"), LODE_E_MISUSE);
	ck_assert_int_eq(lode_decimal_from_text(&value, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_decimal_to_text(value, NULL, 48), LODE_E_MISUSE);
	ck_assert_int_eq(lode_decimal_to_text(value, text, 3), LODE_E_MISUSE);
	ck_assert_str_eq(text, "x");
	ck_assert_int_eq(lode_decimal_to_text(value, text, 4), LODE_OK);
	ck_assert_str_eq(text, "1.5");
	ck_assert_int_eq(lode_decimal_from_scaled(&value, 1, -1), LODE_E_MISUSE);
	ck_assert_int_eq(lode_decimal_from_scaled(&value, 1, 39), LODE_E_MISUSE);
	ck_assert_int_eq(lode_decimal_from_scaled(NULL, 1, 0), LODE_E_MISUSE);
	ck_assert_int_eq(lode_decimal_to_scaled(value, 1, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_decimal_rescale(NULL, value, 1), LODE_E_MISUSE);
	ck_assert_int_eq(lode_decimal_to_scaled(value, 1, &number), LODE_OK);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("decimal");
	TCase *tcase = tcase_create("decimal");

	tcase_add_loop_test(tcase, text_is_read_exactly, 0, COUNT(texts));
	tcase_add_test(tcase, round_trips);
	tcase_add_test(tcase, scaled_integers_round_trip);
	tcase_add_loop_test(tcase, to_scaled, 0, COUNT(scaled));
	tcase_add_loop_test(tcase, rescale, 0, COUNT(rescales));
	tcase_add_loop_test(tcase, comparison, 0, COUNT(ordered));
	tcase_add_test(tcase, broken_decimals_are_refused);
	tcase_add_test(tcase, misuse);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
