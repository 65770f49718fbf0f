/* SPDX-License-Identifier: MIT */
/* The order of tables: dependencies first, stable for equals (DDL-03), circles (DDL-04). */
#include "../check_tap.h"

#include <stdio.h>
#include <string.h>

#include "build.h"

/* "t: a b" is a table with references to a and b; tables in the order given */
static const struct {
	const char *what;
	const char *tables[8];
	const char *order, *late;
} orders[] = {
	{ "nothing", { NULL }, "", "" },
	{ "equals stay", { "c", "a", "b" }, "c a b ", "" },
	{ "one reference", { "address: user", "user" }, "user address ", "" },
	{ "a chain, backwards", { "d: c", "c: b", "b: a", "a" }, "a b c d ", "" },
	{ "a diamond", { "d: b c", "c: a", "b: a", "a" }, "a b c d ", "" },
	{ "itself", { "node: node", "leaf" }, "node leaf ", "" },
	{ "two tables", { "a: b", "b: a" }, "a b ", "a.b b.a " },
	{ "two, and one before and behind",
	  { "after: a", "a: b", "b: a before", "before" },
	  "a after before b ",
	  "a.b b.a " },
	{ "a circle of three", { "a: b", "b: c", "c: a" }, "a b c ", "a.b b.c c.a " },
	{ "two circles", { "a: b", "b: a c", "c: d", "d: c" }, "a c b d ", "a.b b.a c.d d.c " },
	{ "twice to the same", { "a: b b", "b" }, "b a ", "" },
};

static void add_table(lode_metadata *metadata, const char *text)
{
	char copy[64], reference[64], name[16];
	char *save, *word;
	lode_table *t;
	int n = 0;

	snprintf(copy, sizeof copy, "%s", text);
	word = strtok_r(copy, ": ", &save);
	t = table_with(metadata, word, NULL);
	while ((word = strtok_r(NULL, ": ", &save)) != NULL) {
		snprintf(reference, sizeof reference, "%s.id", word);
		snprintf(name, sizeof name, "c%d", n++);
		ck_assert_ptr_nonnull(column(t, .name = name, .foreign_key = reference));
	}
}

static void describe(const lode__sorted *sorted, char order[200], char late[200])
{
	order[0] = late[0] = 0;
	for (size_t i = 0; i < sorted->count; i++)
		strcat(strcat(order, sorted->tables[i]->name), " ");
	for (size_t i = 0; i < sorted->late_count; i++) {
		strcat(strcat(late, sorted->late[i]->table->name), ".");
		strcat(strcat(late, sorted->late[i]->target_table), " ");
		ck_assert(lode__sorted_is_late(sorted, sorted->late[i]));
	}
}

START_TEST(test_order)
{
	lode_metadata *metadata = metadata_new(NULL);
	char order[200], late[200];
	lode__sorted sorted;

	for (int i = 0; orders[_i].tables[i]; i++)
		add_table(metadata, orders[_i].tables[i]);
	ck_assert_int_eq(lode__metadata_sorted(&sorted, metadata, &build_error), LODE_OK);
	describe(&sorted, order, late);
	ck_assert_msg(strcmp(order, orders[_i].order) == 0, "%s: %s", orders[_i].what, order);
	ck_assert_msg(strcmp(late, orders[_i].late) == 0, "%s: %s", orders[_i].what, late);
	lode__sorted_dispose(&sorted);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_subset)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *some[2];
	char order[200], late[200];
	lode__sorted sorted;

	add_table(metadata, "c: b");
	add_table(metadata, "b: a c");
	add_table(metadata, "a");
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_OK);
	some[0] = lode_metadata_at(metadata, 1);
	some[1] = lode_metadata_at(metadata, 2);
	ck_assert_int_eq(lode__tables_sort(&sorted, metadata, some, 2, &build_error), LODE_OK);
	describe(&sorted, order, late);
	ck_assert_str_eq(order, "a b ");
	ck_assert_str_eq(late, ""); /* c is not created, so nothing waits for it */
	lode__sorted_dispose(&sorted);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_use_alter)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *a = table_with(metadata, "a", NULL);
	char order[200], late[200];
	lode__sorted sorted;

	column(a, .name = "x", .foreign_key = "b.id", .use_alter = true);
	table_with(metadata, "b", NULL);
	ck_assert_int_eq(lode__metadata_sorted(&sorted, metadata, &build_error), LODE_OK);
	describe(&sorted, order, late);
	ck_assert_str_eq(order, "a b ");
	ck_assert_str_eq(late, "a.b ");
	lode__sorted_dispose(&sorted);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_declared)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *a = table_with(metadata, "a", NULL), *b = table_with(metadata, "b", NULL);
	char order[200], late[200];
	lode__sorted sorted;

	lode_table_add_dependency(a, b, NULL);
	ck_assert_int_eq(lode__metadata_sorted(&sorted, metadata, &build_error), LODE_OK);
	describe(&sorted, order, late);
	ck_assert_str_eq(order, "b a ");
	lode__sorted_dispose(&sorted);
	/* a foreign key against it gives way */
	column(b, .name = "x", .foreign_key = "a.id");
	ck_assert_int_eq(lode__metadata_sorted(&sorted, metadata, &build_error), LODE_OK);
	describe(&sorted, order, late);
	ck_assert_str_eq(order, "b a ");
	ck_assert_str_eq(late, "b.a ");
	lode__sorted_dispose(&sorted);
	/* another declaration does not */
	lode_table_add_dependency(b, a, NULL);
	ck_assert_int_eq(lode__metadata_sorted(&sorted, metadata, &build_error), LODE_E_CYCLE);
	expect(LODE_E_CYCLE, "tables a and b depend on each other by declared dependencies");
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_long_chain)
{
	enum { LENGTH = 20000 };
	lode_metadata *metadata = metadata_new(NULL);
	char name[16], reference[24];
	lode__sorted sorted;

	for (int i = 0; i < LENGTH; i++) {
		lode_table *t;

		snprintf(name, sizeof name, "t%d", i);
		snprintf(reference, sizeof reference, "t%d.id", i + 1);
		t = table_with(metadata, name, NULL);
		if (i + 1 < LENGTH)
			column(t, .name = "next", .type = INTEGER, .foreign_key = reference);
	}
	ck_assert_int_eq(lode__metadata_sorted(&sorted, metadata, &build_error), LODE_OK);
	for (uint32_t i = 0; i < LENGTH; i++)
		ck_assert_uint_eq(sorted.tables[i]->index, LENGTH - 1 - i);
	lode__sorted_dispose(&sorted);
	lode_metadata_free(metadata);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sort");
	TCase *tcase = tcase_create("sort");

	tcase_add_loop_test(tcase, test_order, 0, sizeof orders / sizeof orders[0]);
	tcase_add_test(tcase, test_subset);
	tcase_add_test(tcase, test_use_alter);
	tcase_add_test(tcase, test_declared);
	tcase_add_test(tcase, test_long_chain);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
