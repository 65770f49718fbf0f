/* SPDX-License-Identifier: MIT */
/* Indexes: keys of every sort, partial ones, dialect options (DDL-07), made-up names. */
#include "../check_tap.h"

#include "build.h"

static lode_table *table_abc(lode_metadata *metadata, const char *name)
{
	lode_table *made = table(metadata, .name = name);

	column(made, .name = "a", .type = INTEGER);
	column(made, .name = "b_c", .type = INTEGER);
	column(made, .name = "c", .type = INTEGER);
	return made;
}

START_TEST(test_keys)
{
	static const lode_index_key keys[] = { { .sql = "lower(a)", .descending = true },
					       { .column = "c" } };
	static const lode_dialect_sql extra[] = {
		{ .dialects = "postgresql", .place = LODE_PLACE_METHOD, .sql = "USING gin" },
		{ .dialects = "mysql, mariadb", .place = LODE_PLACE_PREFIX, .sql = "FULLTEXT" },
	};
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table_abc(metadata, "t");
	lode_index *index =
		add_index(t, .name = "odd", .unique = true, .keys = keys, .key_count = 2,
			  .where_sql = "c > 0", .dialect_sql = extra, .dialect_sql_count = 2);

	ck_assert_ptr_nonnull(index);
	ck_assert_str_eq(index->parts[0].sql, "lower(a)");
	ck_assert(index->parts[0].descending && index->unique && index->named);
	ck_assert_ptr_eq(index->parts[1].column, t->columns[2]);
	ck_assert_str_eq(index->where_sql, "c > 0");
	ck_assert_str_eq(lode__dialect_sql_find(index->dialect_sql, index->dialect_sql_count,
						"mariadb", LODE_PLACE_PREFIX)
				 ->sql,
			 "FULLTEXT");
	ck_assert_ptr_null(lode__dialect_sql_find(index->dialect_sql, index->dialect_sql_count,
						  "mariadb", LODE_PLACE_METHOD));
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_names)
{
	lode_metadata *metadata = metadata_new("s");
	lode_table *t = table_abc(metadata, "t"), *t_b = table_abc(metadata, "t_b");
	lode_table *other;

	ck_assert_str_eq(add_index(t, .columns = "a, -c")->name, "ix_t_a_c");
	ck_assert(t->indexes[0]->parts[1].descending && !t->indexes[0]->parts[0].descending);
	ck_assert_str_eq(add_index(t, .columns = "b_c")->name, "ix_t_b_c");
	ck_assert_str_eq(add_index(t_b, .columns = "c")->name, "ix_t_b_c_2");
	ck_assert_str_eq(add_index(t_b, .columns = "c")->name, "ix_t_b_c_3");
	other = table(metadata, .name = "t", .schema = "elsewhere");
	column(other, .name = "b_c", .type = INTEGER, .index = true);
	ck_assert_str_eq(other->indexes[0]->name, "ix_t_b_c");
	lode_metadata_free(metadata);
}
END_TEST

static const lode_index_key none[1], both[] = { { .column = "a", .sql = "a" } },
				     text[] = { { .sql = "a + 1" } },
				     twice[] = { { .column = "a" }, { .column = "a" } };

static const struct {
	lode_index_options options;
	lode_status status;
	const char *message;
} mistakes[] = {
	{ { .name = "x" }, LODE_E_MISUSE, "table t: an index needs a column" },
	{ { .columns = "" }, LODE_E_MISUSE, "table t: an index needs a column" },
	{ { .columns = "-" }, LODE_E_NO_OBJECT, "table t has no column " },
	{ { .columns = "a", .name = "" },
	  LODE_E_MISUSE,
	  "table t: an index has an empty name; leave it NULL for a made-up one" },
	{ { .columns = "a", .name = "taken" },
	  LODE_E_EXISTS,
	  "table t has an index taken already" },
	{ { .columns = "b-c" }, LODE_E_NO_OBJECT, "table t has no column b-c, did you mean b_c?" },
	{ { .columns = "a, -a" }, LODE_E_MISUSE, "table t: an index names column a twice" },
	{ { .keys = twice, .key_count = 2 },
	  LODE_E_MISUSE,
	  "table t: an index names column a twice" },
	{ { .columns = "a", .keys = both, .key_count = 1 },
	  LODE_E_MISUSE,
	  "table t: an index: give columns or keys, not both" },
	{ { .keys = none, .key_count = 1, .name = "x" },
	  LODE_E_MISUSE,
	  "table t: a key of an index is a column, sql or an expression: exactly one of them" },
	{ { .keys = both, .key_count = 1, .name = "x" },
	  LODE_E_MISUSE,
	  "table t: a key of an index is a column, sql or an expression: exactly one of them" },
	{ { .keys = text, .key_count = 1 },
	  LODE_E_MISUSE,
	  "table t: an index that begins with an expression needs a name" },
	{ { .columns = "a", .where_sql = "" },
	  LODE_E_MISUSE,
	  "table t: an index: where_sql is empty" },
	{ { .columns = "a", .dialect_sql_count = 1 },
	  LODE_E_MISUSE,
	  "table t: an index: dialect_sql is NULL" },
	{ { .columns = "a",
	    .dialect_sql_count = 1,
	    .dialect_sql = &(const lode_dialect_sql){ .dialects = "x", .sql = "y", .place = 7 } },
	  LODE_E_MISUSE,
	  "table t: an index: dialect_sql needs a dialect, a text and a place" },
};

START_TEST(test_mistakes)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table_abc(metadata, "t");
	lode_index_options options = mistakes[_i].options;

	add_index(t, .columns = "c", .name = "taken");
	options.struct_size = sizeof options;
	ck_assert_ptr_null(lode_table_add_index(t, &options, &build_error));
	expect(mistakes[_i].status, mistakes[_i].message);
	ck_assert_uint_eq(t->index_count, 1);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_null_arguments)
{
	ck_assert_ptr_null(lode_table_add_index(NULL, NULL, &build_error));
	expect(LODE_E_MISUSE, "add an index: the table is NULL");
	ck_assert_ptr_null(lode_index_name(NULL));
	ck_assert(!lode_index_is_unique(NULL));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("index");
	TCase *tcase = tcase_create("index");

	tcase_add_test(tcase, test_keys);
	tcase_add_test(tcase, test_names);
	tcase_add_loop_test(tcase, test_mistakes, 0, sizeof mistakes / sizeof mistakes[0]);
	tcase_add_test(tcase, test_null_arguments);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
