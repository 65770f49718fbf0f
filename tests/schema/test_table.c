/* SPDX-License-Identifier: MIT */
/* What belongs to a table as a whole: the primary key, dependencies, many columns. */
#include "../check_tap.h"

#include <stdio.h>
#include <string.h>

#include "build.h"

START_TEST(test_primary_key)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table(metadata, .name = "t");

	column(t, .name = "b", .type = INTEGER, .primary_key = true);
	column(t, .name = "x", .type = INTEGER);
	column(t, .name = "a", .type = INTEGER, .primary_key = true);
	ck_assert_uint_eq(lode_table_primary_key_count(t), 2);
	ck_assert_str_eq(lode_table_column_name(lode_table_primary_key_at(t, 0)), "b");
	ck_assert_str_eq(lode_table_column_name(lode_table_primary_key_at(t, 1)), "a");
	ck_assert_ptr_null(lode_table_primary_key_at(t, 2));
	ck_assert_int_eq(lode_table_name_primary_key(t, "pk", &build_error), LODE_OK);
	ck_assert_int_eq(lode_table_name_primary_key(t, "pk", &build_error), LODE_OK);
	ck_assert_ptr_null(unique(t, .columns = "x", .name = "pk"));
	expect(LODE_E_EXISTS, "table t has a constraint pk already");
	ck_assert_int_eq(lode_table_name_primary_key(t, "", &build_error), LODE_E_MISUSE);
	expect(LODE_E_MISUSE, "table t: the name of a constraint is empty; leave it NULL for none");
	ck_assert_int_eq(lode_table_name_primary_key(t, NULL, &build_error), LODE_OK);
	ck_assert_ptr_null(t->primary_key_name);
	ck_assert_int_eq(lode_table_name_primary_key(NULL, "pk", NULL), LODE_E_MISUSE);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_dependencies)
{
	lode_metadata *metadata = metadata_new(NULL), *another = metadata_new(NULL);
	lode_table *a = table(metadata, .name = "a"), *b = table(metadata, .name = "b");
	lode_table *far = table(another, .name = "far");

	ck_assert_int_eq(lode_table_add_dependency(a, b, &build_error), LODE_OK);
	ck_assert_int_eq(lode_table_add_dependency(a, b, &build_error), LODE_OK);
	ck_assert_uint_eq(a->dependency_count, 1);
	ck_assert_int_eq(lode_table_add_dependency(a, a, &build_error), LODE_E_MISUSE);
	expect(LODE_E_MISUSE, "table a cannot depend on itself");
	ck_assert_int_eq(lode_table_add_dependency(a, far, &build_error), LODE_E_MISUSE);
	expect(LODE_E_MISUSE,
	       "table a: the table it is to depend on, far, is not in the same metadata");
	ck_assert_int_eq(lode_table_add_dependency(a, NULL, &build_error), LODE_E_MISUSE);
	lode_metadata_free(metadata);
	lode_metadata_free(another);
}
END_TEST

START_TEST(test_many_columns)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table(metadata, .name = "t");
	char name[16];

	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof name, "c%d", i);
		ck_assert_ptr_nonnull(
			column(t, .name = name, .type = INTEGER, .index = i % 7 == 0));
	}
	ck_assert_uint_eq(lode_table_column_count(t), 300);
	ck_assert_uint_eq(t->index_count, 43);
	for (uint32_t i = 0; i < 300; i++) {
		snprintf(name, sizeof name, "c%u", i);
		ck_assert_uint_eq(lode_table_find_column(t, name)->index, i);
	}
	lode__table_check(t);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_long_names_are_cut_in_messages)
{
	lode_metadata *metadata = metadata_new(NULL);
	char name[2000];
	lode_table *t;

	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = 0;
	t = table(metadata, .name = name);
	ck_assert_ptr_null(unique(t, .columns = name));
	ck_assert_int_eq(build_error.status, LODE_E_NO_OBJECT);
	column(t, .name = name, .foreign_key = "x.y");
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_E_NO_OBJECT);
	ck_assert_uint_lt(strlen(build_error.message), sizeof build_error.message);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_null_arguments)
{
	ck_assert_ptr_null(lode_table_name(NULL));
	ck_assert_ptr_null(lode_table_schema(NULL));
	ck_assert_ptr_null(lode_table_comment(NULL));
	ck_assert_ptr_null(lode_table_metadata(NULL));
	ck_assert_uint_eq(lode_table_column_count(NULL), 0);
	ck_assert_ptr_null(lode_table_column_at(NULL, 0));
	ck_assert_ptr_null(lode_table_find_column(NULL, "a"));
	ck_assert_uint_eq(lode_table_primary_key_count(NULL), 0);
	ck_assert_ptr_null(lode_table_primary_key_at(NULL, 0));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("table");
	TCase *tcase = tcase_create("table");

	tcase_add_test(tcase, test_primary_key);
	tcase_add_test(tcase, test_dependencies);
	tcase_add_test(tcase, test_many_columns);
	tcase_add_test(tcase, test_long_names_are_cut_in_messages);
	tcase_add_test(tcase, test_null_arguments);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
