/* SPDX-License-Identifier: MIT */
/* Columns: options and what they bring along (COL-13, COL-14), generated keys (COL-02), replacing,
 * and every mistake with its message. */
#include "../check_tap.h"

#include <math.h>

#include "build.h"

START_TEST(test_options)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table(metadata, .name = "t");
	lode_table_column *c = column(
		t, .name = "c", .type = LODE_TYPE(LODE_TEXT_TYPE, .precision = 0), .length = 9,
		.nullable = true, .comment = "note", .insert_default = LODE_DEFAULT_STRING("x"),
		.server_default = LODE_SQL("'y'"), .onupdate = LODE_NOW);

	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(lode_table_column_type(c)->kind, LODE_STRING);
	ck_assert_uint_eq(lode_table_column_type(c)->length, 9);
	ck_assert_str_eq(lode_table_column_comment(c), "note");
	ck_assert(lode_table_column_is_nullable(c) && !lode_table_column_is_primary_key(c));
	ck_assert_str_eq(lode_table_column_insert_default(c)->text, "x");
	ck_assert_str_eq(lode_table_column_server_default(c)->sql, "'y'");
	ck_assert_int_eq(lode_table_column_onupdate(c)->kind, LODE_DEFAULT_NOW);
	ck_assert_ptr_eq(lode_table_column_table(c), t);
	ck_assert_ptr_eq(lode_table_find_column(t, "c"), c);
	ck_assert_ptr_null(lode_table_find_column(t, "C"));
	ck_assert_uint_eq(lode_table_column_count(t), 1);
	lode_metadata_free(metadata);
}
END_TEST

/* ------------------------------------------------------------------ flags */

static const struct {
	bool unique, index;
	size_t uniques, indexes;
} flags[] = {
	{ false, false, 0, 0 },
	{ true, false, 1, 0 },
	{ false, true, 0, 1 },
	{ true, true, 0, 1 }, /* a unique index and no constraint */
};

START_TEST(test_unique_and_index)
{
	lode_metadata *metadata = metadata_new("s");
	lode_table *t = table(metadata, .name = "t");

	ck_assert_ptr_nonnull(column(t, .name = "c", .type = INTEGER, .unique = flags[_i].unique,
				     .index = flags[_i].index));
	ck_assert_uint_eq(t->unique_count, flags[_i].uniques);
	ck_assert_uint_eq(t->index_count, flags[_i].indexes);
	if (t->index_count) {
		ck_assert_str_eq(lode_index_name(t->indexes[0]), "ix_t_c");
		ck_assert_int_eq(lode_index_is_unique(t->indexes[0]), flags[_i].unique);
	}
	if (t->unique_count)
		ck_assert_ptr_null(t->uniques[0]->name);
	lode_metadata_free(metadata);
}
END_TEST

/* ------------------------------------------------------------------ generated keys */

static const lode_type big = { .struct_size = sizeof(lode_type), .kind = LODE_BIG_INTEGER };
static const lode_type small = { .struct_size = sizeof(lode_type), .kind = LODE_SMALL_INTEGER };
static const lode_type boolean = { .struct_size = sizeof(lode_type), .kind = LODE_BOOLEAN };
static const lode_type string = { .struct_size = sizeof(lode_type), .kind = LODE_STRING };

/* the first column is in the key, a second one is if it has a type */
static const struct {
	const char *what;
	lode_column_options first;
	const lode_type *second;
	const char *generated;
} keys[] = {
	{ "an integer", { .type = &big }, NULL, "a" },
	{ "a small one", { .type = &small }, NULL, "a" },
	{ "truth", { .type = &boolean }, NULL, NULL },
	{ "text", { .type = &string }, NULL, NULL },
	{ "off", { .type = &big, .autoincrement = LODE_AUTOINCREMENT_OFF }, NULL, NULL },
	{ "a client default", { .type = &big, .insert_default = LODE_DEFAULT_INT(1) }, NULL, NULL },
	{ "a server default", { .type = &big, .server_default = LODE_SQL("1") }, NULL, NULL },
	{ "a trigger", { .type = &big, .server_default = LODE_FETCHED }, NULL, NULL },
	{ "a default, but on",
	  { .type = &big, .server_default = LODE_SQL("1"), .autoincrement = LODE_AUTOINCREMENT_ON },
	  NULL,
	  "a" },
	{ "a foreign key", { .type = &big, .foreign_key = "other.id" }, NULL, NULL },
	{ "a typed foreign key", { .foreign_key = "other.id" }, NULL, NULL },
	{ "a foreign key, ignored",
	  { .foreign_key = "other.id", .autoincrement = LODE_AUTOINCREMENT_IGNORE_FOREIGN_KEY },
	  NULL,
	  "a" },
	{ "composite", { .type = &big }, &big, NULL },
	{ "composite, on", { .type = &big, .autoincrement = LODE_AUTOINCREMENT_ON }, &big, "a" },
};

START_TEST(test_generated)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_column_options options = keys[_i].first;
	lode_table_column *generated;
	lode_table *t;

	table_with(metadata, "other", NULL);
	t = table(metadata, .name = "t");
	options.struct_size = sizeof options;
	options.name = "a";
	options.primary_key = true;
	ck_assert_ptr_nonnull(lode_table_add_column(t, &options, &build_error));
	if (keys[_i].second)
		column(t, .name = "b", .type = keys[_i].second, .primary_key = true);
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_OK);
	generated = lode__table_generated_column(t);
	ck_assert_msg((generated != NULL) == (keys[_i].generated != NULL), "%s", keys[_i].what);
	ck_assert(!generated || generated->generated);
	ck_assert_int_eq(lode_table_column_is_generated(t->columns[0]), generated != NULL);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_autoincrement_mistakes)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table(metadata, .name = "t");

	column(t, .name = "a", .type = &big, .primary_key = true,
	       .autoincrement = LODE_AUTOINCREMENT_ON);
	column(t, .name = "b", .type = &big, .primary_key = true,
	       .autoincrement = LODE_AUTOINCREMENT_ON);
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_E_MISUSE);
	expect(LODE_E_MISUSE, "table t: both a and b are autoincrement; only one column can be");
	column(t, .name = "a", .type = &string, .primary_key = true, .replace_existing = true,
	       .autoincrement = LODE_AUTOINCREMENT_ON);
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_E_MISUSE);
	expect(LODE_E_MISUSE, "column t.a: autoincrement needs an integer type, not STRING");
	lode_metadata_free(metadata);
}
END_TEST

/* ------------------------------------------------------------------ types from elsewhere */

START_TEST(test_type_of_referred)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *c = table(metadata, .name = "c"), *b = table(metadata, .name = "b");
	lode_table *a = table(metadata, .name = "a");
	lode_table_column *cx = column(c, .name = "x", .foreign_key = "b.x");
	lode_table_column *bx = column(b, .name = "x", .foreign_key = "a.x");
	lode_table_column *ax = column(a, .name = "x", .type = VARCHAR(7));

	ck_assert_ptr_null(lode_table_column_type(cx));
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_OK);
	ck_assert_uint_eq(lode_table_column_type(cx)->length, 7);
	ck_assert_uint_eq(lode_table_column_type(bx)->length, 7);
	ck_assert_ptr_eq(ax, column(a, .name = "x", .type = VARCHAR(8), .replace_existing = true));
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_OK);
	ck_assert_uint_eq(lode_table_column_type(cx)->length, 8);
	column(a, .name = "x", .foreign_key = "b.x", .replace_existing = true);
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_E_CYCLE);
	expect(LODE_E_CYCLE, "column c.x has no type: the columns it refers to have none of their "
			     "own either");
	lode_metadata_free(metadata);
}
END_TEST

/* ------------------------------------------------------------------ replacing */

START_TEST(test_replace)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table_with(metadata, "t", NULL);
	lode_table_column *a, *b;

	a = column(t, .name = "a", .type = INTEGER, .unique = true, .foreign_key = "t.id",
		   .primary_key = true);
	b = column(t, .name = "b", .type = INTEGER, .primary_key = true);
	unique(t, .columns = "a, b", .name = "uq");
	ck_assert_ptr_null(column(t, .name = "a", .type = &big));
	expect(LODE_E_EXISTS, "table t has a column a already; set replace_existing to replace it");
	ck_assert_ptr_eq(column(t, .name = "a", .type = &big, .index = true, .nullable = true,
				.replace_existing = true),
			 a);
	ck_assert_uint_eq(a->index, 1);
	ck_assert_ptr_null(a->foreign_key);
	ck_assert_uint_eq(t->foreign_key_count, 0);
	ck_assert_uint_eq(t->unique_count, 1);
	ck_assert_str_eq(t->uniques[0]->name, "uq");
	ck_assert(!lode_index_is_unique(t->indexes[0]));
	ck_assert_uint_eq(lode_table_primary_key_count(t), 2);
	ck_assert_ptr_eq(lode_table_primary_key_at(t, 1), b);
	lode__table_check(t);
	column(t, .name = "a", .type = &big, .primary_key = true, .replace_existing = true);
	ck_assert_uint_eq(t->index_count, 0);
	ck_assert_ptr_eq(lode_table_primary_key_at(t, 1), a);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_failed_replace_changes_nothing)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table_with(metadata, "t", NULL);
	lode_table_column *a =
		column(t, .name = "a", .type = INTEGER, .unique = true, .foreign_key = "t.id");

	ck_assert_ptr_null(column(t, .name = "a", .type = &big, .replace_existing = true,
				  .foreign_key = "t.id", .on_delete = "EXPLODE"));
	expect(LODE_E_MISUSE, "table t: on_delete \"EXPLODE\" is none of CASCADE, SET NULL, "
			      "SET DEFAULT, RESTRICT, NO ACTION");
	ck_assert_int_eq(lode_table_column_type(a)->kind, LODE_INTEGER);
	ck_assert_uint_eq(t->unique_count, 1);
	ck_assert_uint_eq(t->foreign_key_count, 1);
	ck_assert_ptr_eq(a->foreign_key, t->foreign_keys[0]);
	lode_metadata_free(metadata);
}
END_TEST

/* ------------------------------------------------------------------ mistakes */

static const struct {
	lode_column_options options;
	const char *message;
} mistakes[] = {
	{ { .type = &big }, "table s.t: a column needs a name" },
	{ { .name = "", .type = &big }, "table s.t: a column needs a name" },
	{ { .name = "c" }, "column s.t.c: needs a type, or a foreign key to take it from" },
	{ { .name = "c", .length = 3, .foreign_key = "a.b" },
	  "column s.t.c: a length without a type" },
	{ { .name = "c", .type = &big, .length = 3 },
	  "column s.t.c: a length is for text and bytes" },
	{ { .name = "c", .type = &big, .primary_key = true, .nullable = true },
	  "column s.t.c: a primary key column cannot be nullable" },
	{ { .name = "c", .type = &big, .on_delete = "CASCADE" },
	  "column s.t.c: options of a foreign key without a foreign key" },
	{ { .name = "c", .type = &big, .autoincrement = LODE_AUTOINCREMENT_ON },
	  "column s.t.c: autoincrement is for primary key columns" },
	{ { .name = "c", .type = &big, .autoincrement = 9 },
	  "column s.t.c: no such autoincrement" },
	{ { .name = "c", .type = &big, .foreign_key = "user" },
	  "column s.t.c: the foreign key \"user\" is not \"table.column\" or "
	  "\"schema.table.column\"" },
	{ { .name = "c", .type = &big, .foreign_key = "user." },
	  "column s.t.c: the foreign key \"user.\" is not \"table.column\" or "
	  "\"schema.table.column\"" },
	{ { .name = "c", .type = &big, .foreign_key = ".user.id" },
	  "table s.t: the target \".user\" of a foreign key is not \"table\" or \"schema.table\"" },
	{ { .name = "c", .type = &big, .foreign_key = "user.id", .initially = "LATER" },
	  "table s.t: initially \"LATER\" is none of DEFERRED, IMMEDIATE" },
	{ { .name = "c", .type = &big, .foreign_key = "user.id", .match = "HALF" },
	  "table s.t: match \"HALF\" is none of FULL, PARTIAL, SIMPLE" },
	{ { .name = "c", .type = &big, .foreign_key = "user.id", .foreign_key_name = "" },
	  "table s.t: the name of a constraint is empty; leave it NULL for none" },
	{ { .name = "c", .type = &big, .server_default = LODE_NOW },
	  "column s.t.c: a default LODE_NOW needs a date or time type" },
	{ { .name = "c", .type = &big, .server_default = LODE_SQL("") },
	  "column s.t.c: the SQL of a default is empty" },
	{ { .name = "c", .type = &big, .server_default = { .kind = LODE_DEFAULT_TEXT } },
	  "column s.t.c: the text of a default is NULL" },
	{ { .name = "c", .type = &big, .server_default = { .kind = 99 } },
	  "column s.t.c: no such kind of default" },
	{ { .name = "c", .type = &big, .insert_default = LODE_FETCHED },
	  "column s.t.c: LODE_FETCHED is a server_default, not an insert_default" },
	{ { .name = "c",
	    .type = &big,
	    .onupdate = { .kind = LODE_DEFAULT_REAL, .real = (double)INFINITY } },
	  "column s.t.c: a default must be a finite number" },
};

START_TEST(test_mistakes)
{
	lode_metadata *metadata = metadata_new("s");
	lode_table *t = table(metadata, .name = "t");
	lode_column_options options = mistakes[_i].options;

	options.struct_size = sizeof options;
	ck_assert_ptr_null(lode_table_add_column(t, &options, &build_error));
	expect(LODE_E_MISUSE, mistakes[_i].message);
	ck_assert_uint_eq(t->column_count + t->foreign_key_count + t->primary_key_count, 0);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_both_targets)
{
	lode_metadata *metadata = metadata_new(NULL), *another = metadata_new(NULL);
	lode_table *t = table_with(metadata, "t", NULL), *far = table_with(another, "u", NULL);

	ck_assert_ptr_null(
		column(t, .name = "c", .foreign_key = "t.id", .references = t->columns[0]));
	expect(LODE_E_MISUSE, "column t.c: give foreign_key or references, not both");
	ck_assert_ptr_null(column(t, .name = "c", .references = far->columns[0]));
	expect(LODE_E_MISUSE,
	       "table t: a foreign key refers to u, which is not in the same metadata");
	lode_metadata_free(metadata);
	lode_metadata_free(another);
}
END_TEST

START_TEST(test_null_arguments)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table(metadata, .name = "t");

	ck_assert_ptr_null(lode_table_add_column(NULL, NULL, &build_error));
	expect(LODE_E_MISUSE, "add a column: the table is NULL");
	ck_assert_ptr_null(lode_table_add_column(t, NULL, &build_error));
	expect(LODE_E_MISUSE, "column: the options are NULL");
	ck_assert_ptr_null(
		lode_table_add_column(t, &(lode_column_options){ .name = "c" }, &build_error));
	expect(LODE_E_MISUSE,
	       "column: struct_size of the options is not set; begin with ..._OPTIONS_INIT");
	ck_assert_ptr_null(lode_table_column_name(NULL));
	ck_assert_ptr_null(lode_table_column_table(NULL));
	ck_assert_ptr_null(lode_table_column_type(NULL));
	ck_assert_ptr_null(lode_table_column_comment(NULL));
	ck_assert(!lode_table_column_is_primary_key(NULL) && !lode_table_column_is_nullable(NULL) &&
		  !lode_table_column_is_generated(NULL));
	ck_assert_ptr_null(lode_table_column_insert_default(NULL));
	ck_assert_ptr_null(lode_table_column_server_default(NULL));
	ck_assert_ptr_null(lode_table_column_onupdate(NULL));
	lode_metadata_free(metadata);
}
END_TEST

#define ROWS(array) (int)(sizeof(array) / sizeof(array)[0])

int main(void)
{
	Suite *suite = suite_create("column");
	TCase *tcase = tcase_create("column");

	tcase_add_test(tcase, test_options);
	tcase_add_loop_test(tcase, test_unique_and_index, 0, ROWS(flags));
	tcase_add_loop_test(tcase, test_generated, 0, ROWS(keys));
	tcase_add_test(tcase, test_autoincrement_mistakes);
	tcase_add_test(tcase, test_type_of_referred);
	tcase_add_test(tcase, test_replace);
	tcase_add_test(tcase, test_failed_replace_changes_nothing);
	tcase_add_loop_test(tcase, test_mistakes, 0, ROWS(mistakes));
	tcase_add_test(tcase, test_both_targets);
	tcase_add_test(tcase, test_null_arguments);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
