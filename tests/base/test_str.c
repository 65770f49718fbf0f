/* SPDX-License-Identifier: MIT */
/* tests/base/test_str.c - names, lists, numbers. */
#include "base/str.h"

#include <stdio.h>
#include <string.h>

#include "../check_tap.h"

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(*(rows))))

static const struct { const char *a, *b; size_t distance; } distances[] = {
	{ "", "", 0 }, { "a", "", 1 }, { "", "abc", 3 }, { "name", "name", 0 },
	{ "name", "NAME", 0 }, { "name", "nmae", 1 }, { "name", "names", 1 },
	{ "name", "fame", 1 }, { "kitten", "sitting", 3 }, { "abc", "xyz", 3 },
	{ "created_at", "craeted_att", 2 }, { "ab", "ba", 1 }, { "abcdef", "", 5 },
};

START_TEST(edit_distance)
{
	ck_assert_uint_eq(lode__edit_distance(distances[_i].a, distances[_i].b, 4),
	                  distances[_i].distance);
	ck_assert_uint_eq(lode__edit_distance(distances[_i].b, distances[_i].a, 4),
	                  distances[_i].distance);
}
END_TEST

START_TEST(edit_distance_of_long_names)
{
	char a[201], b[201];

	memset(a, 'a', 200);
	memset(b, 'b', 200);
	a[200] = b[200] = '\0';
	ck_assert_uint_eq(lode__edit_distance(a, a, 3), 0);
	ck_assert_uint_eq(lode__edit_distance(a, b, 3), 4);
}
END_TEST

static const char *const members[] = { "id", "name", "fullname", "created_at", "updated_at" };

static const struct { const char *name, *nearest; } nearest[] = {
	{ "nmae", "name" }, { "Name", "name" }, { "full_name", "fullname" },
	{ "craeted_at", "created_at" }, { "ID", "id" }, { "idx", "id" },
	{ "colour", NULL }, { "x", NULL }, { "", NULL },
};

START_TEST(nearest_name)
{
	const char *found = lode__nearest(nearest[_i].name, members, 5);

	ck_assert_pstr_eq(found, nearest[_i].nearest);
}
END_TEST

START_TEST(ties_go_to_the_first)
{
	static const char *const both[] = { "cat", "bat" };

	ck_assert_str_eq(lode__nearest("rat", both, 2), "cat");
	ck_assert_ptr_null(lode__nearest("rat", both, 0));
}
END_TEST

static const struct { const char *list, *name; bool has; } lists[] = {
	{ "mysql,mariadb", "mysql", true }, { "mysql,mariadb", "mariadb", true },
	{ " mysql , mariadb ", "mariadb", true }, { "mysql,mariadb", "maria", false },
	{ "mysql,mariadb", "sql", false }, { "mysql", "MySQL", false }, { "", "mysql", false },
	{ NULL, "mysql", false }, { "mysql", "", false }, { ",,", "", false },
	{ "mysql", NULL, false }, { "a,,b", "b", true }, { "a,", "a", true },
};

START_TEST(list_of_names)
{
	ck_assert_int_eq(lode__list_has(lists[_i].list, lists[_i].name), lists[_i].has);
}
END_TEST

START_TEST(list_is_walked)
{
	const char *at = " name,  stamps.created_at ,,x", *item;
	char all[100] = "";
	size_t size;

	while ((item = lode__list_next(&at, &size)) != NULL)
		strcat(strncat(all, item, size), "|");
	ck_assert_str_eq(all, "name|stamps.created_at|x|");
}
END_TEST

static const struct { const char *text; bool ok; int64_t number; } ints[] = {
	{ "0", true, 0 }, { "-0", true, 0 }, { "+7", true, 7 }, { "-7", true, -7 },
	{ "9223372036854775807", true, INT64_MAX }, { "-9223372036854775808", true, INT64_MIN },
	{ "9223372036854775808", false, 0 }, { "-9223372036854775809", false, 0 },
	{ "00000000000000000000000001", true, 1 }, { "", false, 0 }, { "-", false, 0 },
	{ "+-1", false, 0 }, { " 1", false, 0 }, { "1 ", false, 0 }, { "1a", false, 0 },
	{ "0x10", false, 0 }, { "99999999999999999999", false, 0 },
};

START_TEST(signed_numbers)
{
	int64_t number = 4711;

	ck_assert_int_eq(lode__parse_int(ints[_i].text, strlen(ints[_i].text), &number),
	                 ints[_i].ok);
	ck_assert_int_eq(number, ints[_i].ok ? ints[_i].number : 4711);
}
END_TEST

static const struct { const char *text; bool ok; uint64_t number; } uints[] = {
	{ "0", true, 0 }, { "18446744073709551615", true, UINT64_MAX }, { "+1", true, 1 },
	{ "18446744073709551616", false, 0 }, { "-1", false, 0 }, { "", false, 0 },
	{ "184467440737095516150", false, 0 }, { "1.0", false, 0 },
};

START_TEST(unsigned_numbers)
{
	uint64_t number = 4711;

	ck_assert_int_eq(lode__parse_uint(uints[_i].text, strlen(uints[_i].text), &number),
	                 uints[_i].ok);
	ck_assert_uint_eq(number, uints[_i].ok ? uints[_i].number : 4711);
}
END_TEST

START_TEST(comparisons)
{
	ck_assert_int_eq(lode__ascii_casecmp("SELECT", "select"), 0);
	ck_assert_int_lt(lode__ascii_casecmp("a", "B"), 0);
	ck_assert_int_gt(lode__ascii_casecmp("ab", "A"), 0);
	ck_assert_int_ne(lode__ascii_casecmp("\xC3\xA4", "\xC3\x84"), 0);
	ck_assert_int_eq(lode__ascii_ncasecmp("abcX", "ABCy", 3), 0);
	ck_assert(lode__str_equal(NULL, NULL));
	ck_assert(!lode__str_equal(NULL, ""));
	ck_assert(lode__str_equal("a", "a"));
	ck_assert(lode__starts_with("sqlite:///", "sqlite:"));
	ck_assert(!lode__starts_with("sql", "sqlite"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("str");
	TCase *tcase = tcase_create("str");

	tcase_add_loop_test(tcase, edit_distance, 0, COUNT(distances));
	tcase_add_test(tcase, edit_distance_of_long_names);
	tcase_add_loop_test(tcase, nearest_name, 0, COUNT(nearest));
	tcase_add_test(tcase, ties_go_to_the_first);
	tcase_add_loop_test(tcase, list_of_names, 0, COUNT(lists));
	tcase_add_test(tcase, list_is_walked);
	tcase_add_loop_test(tcase, signed_numbers, 0, COUNT(ints));
	tcase_add_loop_test(tcase, unsigned_numbers, 0, COUNT(uints));
	tcase_add_test(tcase, comparisons);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
