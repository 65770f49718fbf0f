/* SPDX-License-Identifier: MIT */
/* tests/types/test_ctype.c - the table is whole; members compared and hashed. */
#include "types/ctype.h"

#include <math.h>
#include <string.h>

#include "../check_tap.h"

START_TEST(table_is_whole)
{
	for (int c = -1; c < 70; c++) {
		const struct lode__ctype_info *info = lode__ctype_info((lode_ctype)c);
		bool scalar = c >= LODE_C_BOOL && c <= LODE_C_JSON;
		bool opt = c >= LODE_C_OPT_BOOL && c <= LODE_C_OPT_UUID;

		ck_assert_msg((info != NULL) == (scalar || opt), "ctype %d", c);
		if (!info)
			continue;
		ck_assert_int_eq(info->nullable, opt);
		ck_assert_int_eq(info->scalar, opt ? c - LODE_C_OPT_BASE : c);
		ck_assert_int_ne(info->sql_type, 0);
		ck_assert_int_ne(info->repr, 0);
		ck_assert_uint_ne(info->takes, 0);
		ck_assert_int_ne(info->type_kind, 0);
		if (opt) {
			const struct lode__ctype_info *value = lode__ctype_info(info->scalar);

			ck_assert_uint_eq(info->present_offset, value->size);
			ck_assert_int_eq(info->repr, value->repr);
			ck_assert_int_eq(info->sql_type, value->sql_type);
		}
	}
	ck_assert_str_eq(lode__ctype_info(LODE_C_OPT_INT64)->name, "lode_opt_int64");
	ck_assert_str_eq(lode__ctype_info(LODE_C_TEXT)->name, "const char *");
	ck_assert_int_eq(LODE_C_OPT_UUID, LODE_C_OPT_BASE + LODE_C_UUID);
}
END_TEST

static void check_equal(lode_ctype ctype, const void *a, const void *b, size_t size, bool equal)
{
	ck_assert_int_eq(lode__ctype_equal(ctype, a, b, size), equal);
	ck_assert_int_eq(lode__ctype_equal(ctype, b, a, size), equal);
	ck_assert(lode__ctype_equal(ctype, a, a, size));
	ck_assert_int_eq(lode__ctype_hash(ctype, a, size, 1) == lode__ctype_hash(ctype, b, size, 1),
	                 equal);
}

START_TEST(numbers_by_bytes)
{
	double nan_a = NAN, nan_b = NAN, zero = 0.0, minus_zero = -0.0;
	int32_t one = 1, two = 2;

	check_equal(LODE_C_DOUBLE, &nan_a, &nan_b, sizeof nan_a, true);
	check_equal(LODE_C_DOUBLE, &zero, &minus_zero, sizeof zero, false);
	check_equal(LODE_C_INT32, &one, &two, sizeof one, false);
}
END_TEST

START_TEST(text_by_content)
{
	char copy[] = "abc";
	const char *a = "abc", *b = copy, *c = "abd", *empty = "", *null = NULL;

	check_equal(LODE_C_TEXT, &a, &b, sizeof a, true);
	check_equal(LODE_C_TEXT, &a, &c, sizeof a, false);
	check_equal(LODE_C_TEXT, &empty, &null, sizeof a, false);
	check_equal(LODE_C_TEXT, &null, &null, sizeof a, true);
	check_equal(LODE_C_JSON, &a, &b, sizeof a, true);
	ck_assert(lode__ctype_is_null(LODE_C_TEXT, &null));
	ck_assert(!lode__ctype_is_null(LODE_C_TEXT, &empty));
}
END_TEST

START_TEST(chars_up_to_the_nul)
{
	char a[8] = "abc\0xyz", b[8] = "abc\0" "123", c[8] = "abcd", full[8], other[8];

	memset(full, 'x', sizeof full);
	memcpy(other, full, sizeof full);
	check_equal(LODE_C_CHARS, a, b, sizeof a, true);
	check_equal(LODE_C_CHARS, a, c, sizeof a, false);
	check_equal(LODE_C_CHARS, full, other, sizeof full, true);
	other[7] = 'y';
	check_equal(LODE_C_CHARS, full, other, sizeof full, false);
}
END_TEST

START_TEST(bytes_by_content)
{
	char room[] = "a\0b";
	lode_bytes a = { "a\0b", 3 }, b = { room, 3 }, c = { "a\0c", 3 }, shorter = { "a", 1 };
	lode_bytes empty = { "", 0 }, null = { NULL, 0 }, null_with_size = { NULL, 9 };

	check_equal(LODE_C_BYTES, &a, &b, sizeof a, true);
	check_equal(LODE_C_BYTES, &a, &c, sizeof a, false);
	check_equal(LODE_C_BYTES, &a, &shorter, sizeof a, false);
	check_equal(LODE_C_BYTES, &empty, &null, sizeof a, false);
	check_equal(LODE_C_BYTES, &null, &null_with_size, sizeof a, true);
}
END_TEST

START_TEST(decimals_by_coefficient_and_scale)
{
	lode_decimal a = { 15, 0, 1, 0 }, b = { 15, 0, 1, 99 }, c = { 150, 0, 2, 0 };

	check_equal(LODE_C_DECIMAL, &a, &b, sizeof a, true);
	check_equal(LODE_C_DECIMAL, &a, &c, sizeof a, false);
}
END_TEST

START_TEST(absent_equals_absent)
{
	lode_opt_int32 a = { 5, true, { 0 } }, b = { 5, true, { 1, 2, 3 } }, none = { 0 };
	lode_opt_int32 none_with_value = { 5, false, { 0 } }, zero = { 0, true, { 0 } };
	lode_opt_bool yes = { true, true }, no = { false, true }, unknown = { false, false };

	check_equal(LODE_C_OPT_INT32, &a, &b, sizeof a, true);
	check_equal(LODE_C_OPT_INT32, &none, &none_with_value, sizeof a, true);
	check_equal(LODE_C_OPT_INT32, &none, &zero, sizeof a, false);
	check_equal(LODE_C_OPT_INT32, &a, &none_with_value, sizeof a, false);
	check_equal(LODE_C_OPT_BOOL, &yes, &no, sizeof yes, false);
	check_equal(LODE_C_OPT_BOOL, &unknown, &no, sizeof yes, false);
	ck_assert(lode__ctype_is_null(LODE_C_OPT_INT32, &none_with_value));
	ck_assert(!lode__ctype_is_null(LODE_C_OPT_INT32, &zero));
	ck_assert(!lode__ctype_is_null(LODE_C_INT32, &zero));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ctype");
	TCase *tcase = tcase_create("ctype");

	tcase_add_test(tcase, table_is_whole);
	tcase_add_test(tcase, numbers_by_bytes);
	tcase_add_test(tcase, text_by_content);
	tcase_add_test(tcase, chars_up_to_the_nul);
	tcase_add_test(tcase, bytes_by_content);
	tcase_add_test(tcase, decimals_by_coefficient_and_scale);
	tcase_add_test(tcase, absent_equals_absent);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
