/* SPDX-License-Identifier: MIT */
/* Check constraints. */
#include "../check_tap.h"

#include "build.h"

START_TEST(test_checks)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table(metadata, .name = "t");
	const lode_expr *anything = (const lode_expr *)metadata; /* carried, never looked into */

	ck_assert_str_eq(check(t, .name = "positive", .sql = "a > 0")->sql, "a > 0");
	ck_assert_ptr_eq(check(t, .expression = anything)->expression, anything);
	ck_assert_uint_eq(t->check_count, 2);
	ck_assert_ptr_null(check(t, .name = "positive", .sql = "b > 0"));
	expect(LODE_E_EXISTS, "table t has a constraint positive already");
	ck_assert_ptr_null(check(t, .name = "both", .sql = "b > 0", .expression = anything));
	expect(LODE_E_MISUSE, "table t: a check needs sql or an expression, and not both");
	ck_assert_ptr_null(check(t, .name = "neither"));
	ck_assert_ptr_null(check(t, .name = "empty", .sql = ""));
	expect(LODE_E_MISUSE, "table t: a check needs sql or an expression, and not both");
	ck_assert_ptr_null(check(t, .sql = "b > 0", .comment = "why"));
	expect(LODE_E_MISUSE, "table t: a constraint with a comment needs a name");
	ck_assert_ptr_null(lode_table_add_check(NULL, NULL, &build_error));
	expect(LODE_E_MISUSE, "add a check: the table is NULL");
	ck_assert_uint_eq(t->check_count, 2);
	lode_metadata_free(metadata);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("check");
	TCase *tcase = tcase_create("check");

	tcase_add_test(tcase, test_checks);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
