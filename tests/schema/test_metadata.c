/* SPDX-License-Identifier: MIT */
/* Metadata: tables by schema and name, conflicts (MAP-38), default schema (DDL-10, DDL-11),
 * removal, and running out of memory at every allocation. */
#include "../check_tap.h"

#include <stdio.h>
#include <string.h>

#include "../base/faulty.h"
#include "build.h"

START_TEST(test_tables_in_order)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *b = table(metadata, .name = "b", .comment = "second letter");
	lode_table *a = table(metadata, .name = "a");

	ck_assert_uint_eq(lode_metadata_count(metadata), 2);
	ck_assert_ptr_eq(lode_metadata_at(metadata, 0), b);
	ck_assert_ptr_eq(lode_metadata_at(metadata, 1), a);
	ck_assert_ptr_null(lode_metadata_at(metadata, 2));
	ck_assert_ptr_eq(lode_metadata_find(metadata, NULL, "a"), a);
	ck_assert_ptr_null(lode_metadata_find(metadata, NULL, "c"));
	ck_assert_ptr_null(lode_metadata_find(metadata, "s", "a"));
	ck_assert_str_eq(lode_table_name(b), "b");
	ck_assert_str_eq(lode_table_comment(b), "second letter");
	ck_assert_ptr_eq(lode_table_metadata(b), metadata);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_names_are_copied)
{
	lode_metadata *metadata = metadata_new(NULL);
	char name[8] = "t", text[8] = "c";
	lode_table *t = table(metadata, .name = name);

	column(t, .name = text, .type = INTEGER);
	name[0] = text[0] = 'x';
	ck_assert_str_eq(lode_table_name(t), "t");
	ck_assert_str_eq(lode_table_column_name(lode_table_column_at(t, 0)), "c");
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_default_schema)
{
	lode_metadata *metadata = metadata_new("app");
	lode_table *own = table(metadata, .name = "t");
	lode_table *other = table(metadata, .name = "t", .schema = "audit");
	lode_table *none = table(metadata, .name = "t", .no_schema = true);
	lode_table *plain = table(metadata, .name = "plain", .no_schema = true);

	ck_assert_str_eq(lode_metadata_schema(metadata), "app");
	ck_assert_str_eq(lode_table_schema(own), "app");
	ck_assert_str_eq(lode_table_schema(other), "audit");
	ck_assert_ptr_null(lode_table_schema(none));
	ck_assert_ptr_eq(lode_metadata_find(metadata, NULL, "t"), own);
	ck_assert_ptr_eq(lode_metadata_find(metadata, "app", "t"), own);
	ck_assert_ptr_eq(lode_metadata_find(metadata, "audit", "t"), other);
	ck_assert_ptr_eq(lode_metadata_find(metadata, NULL, "plain"), plain);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_conflicts)
{
	lode_metadata *metadata = metadata_new("app");
	lode_table *t = table(metadata, .name = "t");

	ck_assert_ptr_null(table(metadata, .name = "t"));
	expect(LODE_E_EXISTS, "table app.t is defined already; set keep_existing to use the one "
			      "that is there");
	ck_assert_ptr_null(table(metadata, .name = "t", .schema = "app"));
	ck_assert_ptr_eq(table(metadata, .name = "t", .keep_existing = true), t);
	ck_assert_uint_eq(lode_metadata_count(metadata), 1);
	lode_metadata_free(metadata);
}
END_TEST

static const struct {
	lode_table_options options;
	const char *message;
} bad_tables[] = {
	{ { .struct_size = 0, .name = "t" },
	  "table: struct_size of the options is not set; begin with ..._OPTIONS_INIT" },
	{ { .struct_size = sizeof(lode_table_options) }, "a table needs a name" },
	{ { .struct_size = sizeof(lode_table_options), .name = "" }, "a table needs a name" },
	{ { .struct_size = sizeof(lode_table_options), .name = "t", .schema = "" },
	  "table t: the schema is the empty text; set no_schema for none" },
	{ { .struct_size = sizeof(lode_table_options),
	    .name = "t",
	    .schema = "s",
	    .no_schema = true },
	  "table t: schema s and no_schema contradict each other" },
	{ { .struct_size = sizeof(lode_table_options), .name = "t", .dialect_sql_count = 1 },
	  "table t: dialect_sql is NULL" },
	{ { .struct_size = sizeof(lode_table_options),
	    .name = "t",
	    .dialect_sql_count = 1,
	    .dialect_sql = &(const lode_dialect_sql){ .sql = "x" } },
	  "table t: dialect_sql[0] needs a dialect, a text, and SUFFIX or PREFIX as its place" },
};

START_TEST(test_bad_tables)
{
	lode_metadata *metadata = metadata_new(NULL);

	ck_assert_ptr_null(
		lode_metadata_add_table(metadata, &bad_tables[_i].options, &build_error));
	expect(LODE_E_MISUSE, bad_tables[_i].message);
	ck_assert_uint_eq(lode_metadata_count(metadata), 0);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_null_arguments)
{
	lode_metadata *metadata = metadata_new(NULL);

	ck_assert_ptr_null(
		lode_metadata_new(OPTIONS(lode_metadata_options, .schema = ""), &build_error));
	expect(LODE_E_MISUSE, "metadata: the schema is the empty text; leave it NULL for none");
	ck_assert_ptr_null(lode_metadata_add_table(NULL, NULL, &build_error));
	expect(LODE_E_MISUSE, "add a table: the metadata is NULL");
	ck_assert_ptr_null(lode_metadata_add_table(metadata, NULL, &build_error));
	expect(LODE_E_MISUSE, "table: the options are NULL");
	ck_assert_int_eq(lode_metadata_resolve(NULL, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_metadata_remove(metadata, NULL, NULL), LODE_E_MISUSE);
	ck_assert_ptr_null(lode_metadata_find(NULL, NULL, "t"));
	ck_assert_ptr_null(lode_metadata_find(metadata, NULL, NULL));
	ck_assert_ptr_null(lode_metadata_at(NULL, 0));
	ck_assert_uint_eq(lode_metadata_count(NULL), 0);
	ck_assert_ptr_null(lode_metadata_schema(NULL));
	lode_metadata_free(metadata);
	lode_metadata_free(NULL);
}
END_TEST

START_TEST(test_remove)
{
	lode_metadata *metadata = metadata_new(NULL), *another = metadata_new(NULL);
	lode_table *a = table_with(metadata, "a", NULL);
	lode_table *b = table_with(metadata, "b", (const char *[]){ "a.id", NULL });
	lode_table *c = table(metadata, .name = "a", .schema = "s");

	lode_table_add_dependency(c, b, NULL);
	ck_assert_int_eq(lode_metadata_remove(metadata, a, &build_error), LODE_E_CONSTRAINT);
	expect(LODE_E_CONSTRAINT, "table a cannot be removed: a foreign key of b refers to it");
	ck_assert_int_eq(lode_metadata_remove(another, b, &build_error), LODE_E_MISUSE);
	expect(LODE_E_MISUSE, "remove table b: it is not in this metadata");
	ck_assert_int_eq(lode_metadata_remove(metadata, b, NULL), LODE_OK);
	ck_assert_int_eq(lode_metadata_remove(metadata, b, NULL), LODE_E_MISUSE);
	ck_assert_uint_eq(c->dependency_count, 0);
	ck_assert_int_eq(lode_metadata_remove(metadata, a, NULL), LODE_OK);
	ck_assert_ptr_null(lode_metadata_find(metadata, NULL, "a"));
	ck_assert_ptr_eq(lode_metadata_find(metadata, "s", "a"), c);
	ck_assert_uint_eq(c->index, 0);
	a = table(metadata, .name = "a");
	ck_assert_ptr_eq(lode_metadata_find(metadata, NULL, "a"), a);
	ck_assert_int_eq(lode_metadata_remove(metadata, a, NULL), LODE_OK);
	ck_assert_ptr_eq(lode_metadata_find(metadata, "s", "a"), c);
	lode_metadata_free(metadata);
	lode_metadata_free(another);
}
END_TEST

START_TEST(test_many_tables)
{
	lode_metadata *metadata = metadata_new("app");
	char name[24];

	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof name, "table_%d", i);
		ck_assert_ptr_nonnull(table(metadata, .name = name));
	}
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof name, "table_%d", i);
		ck_assert_uint_eq(lode_metadata_find(metadata, NULL, name)->index, (unsigned)i);
	}
	lode_metadata_free(metadata);
}
END_TEST

/* ------------------------------------------------------------------ memory */

static const lode_index_key sorted_key[] = { { .column = "name", .descending = true },
					     { .sql = "lower(name)" } };
static const lode_dialect_sql engine_sql[] = { { .dialects = "mysql", .sql = "ENGINE=InnoDB" } };

static bool build_user(lode_metadata *metadata, const char *padding)
{
	lode_table *t = table(metadata, .name = "user_account", .comment = padding,
			      .dialect_sql = engine_sql, .dialect_sql_count = 1);

	return t &&
	       column(t, .name = "id",
		      .type = LODE_TYPE(
			      LODE_BIG_INTEGER,
			      .variants = LODE_VARIANTS({ .dialects = "x", .kind = LODE_INTEGER })),
		      .primary_key = true) &&
	       column(t, .name = "name", .type = VARCHAR(40), .unique = true,
		      .comment = "as signed", .server_default = LODE_DEFAULT_STRING("nobody")) &&
	       column(t, .name = "age", .type = INTEGER, .index = true,
		      .insert_default = LODE_SQL("1 + 1")) &&
	       unique(t, .name = "uq", .columns = "name, age") &&
	       check(t, .name = "ck", .sql = "age > 0") &&
	       add_index(t, .keys = sorted_key, .key_count = 2, .where_sql = "age > 1",
			 .dialect_sql = engine_sql, .dialect_sql_count = 1) &&
	       lode_table_name_primary_key(t, "pk", &build_error) == LODE_OK;
}

static bool build_address(lode_metadata *metadata)
{
	lode_table *t = table(metadata, .name = "address");

	return t && column(t, .name = "id", .type = INTEGER, .primary_key = true) &&
	       column(t, .name = "user_id", .foreign_key = "app.user_account.id",
		      .on_delete = "cascade", .foreign_key_name = "fk", .index = true) &&
	       column(t, .name = "name", .type = VARCHAR(40)) &&
	       column(t, .name = "age", .type = INTEGER) &&
	       foreign_key(t, .columns = "name, age", .target = "user_account",
			   .target_columns = "name, age") &&
	       column(t, .name = "age", .type = BIGINT, .unique = true, .replace_existing = true) &&
	       lode_table_add_dependency(t, lode_metadata_at(metadata, 0), &build_error) == LODE_OK;
}

static bool build_all(const lode_allocator *allocator, const char *padding)
{
	lode_metadata *metadata = lode_metadata_new(
		OPTIONS(lode_metadata_options, .schema = "app", .allocator = allocator),
		&build_error);
	lode__sorted sorted = { 0 };
	bool good = metadata && build_user(metadata, padding) && build_address(metadata) &&
		    lode__metadata_sorted(&sorted, metadata, &build_error) == LODE_OK;

	if (!good)
		ck_assert_str_eq(lode_status_name(build_error.status), "LODE_E_NOMEM");
	else
		lode__sorted_dispose(&sorted);
	lode_metadata_free(metadata);
	return good;
}

/* The end of a chunk, the only place where an arena can fail, falls somewhere else with every
 * padding. */
START_TEST(test_no_memory)
{
	char padding[4096];
	size_t n, most = 0;
	lode_faulty faulty;

	for (size_t size = 0; size < sizeof padding - 1; size += 24) {
		memset(padding, 'x', size);
		padding[size] = 0;
		n = 0;
		do {
			lode_faulty_init(&faulty, ++n);
			ck_assert_int_eq(build_all(&faulty.allocator, padding), !faulty.failed);
			ck_assert_uint_eq(faulty.live, 0);
		} while (faulty.failed);
		if (n > most)
			most = n;
	}
	ck_assert_uint_gt(most, 10);
	printf("# building a metadata: highest n %zu\n", most);
}
END_TEST

START_TEST(test_quoting)
{
	lode_metadata *m = metadata_new(NULL);

	ck_assert_int_eq(lode__metadata_quoting(m, "a"), LODE_QUOTE_AS_NEEDED);
	ck_assert_int_eq(lode_metadata_quote(m, "a", LODE_QUOTE_ALWAYS, NULL), LODE_OK);
	ck_assert_int_eq(lode_metadata_quote(m, "Über", LODE_QUOTE_NEVER, &build_error), LODE_E_MISUSE);
	expect(LODE_E_MISUSE, "the name \"Über\" cannot go without quotes: it is not letters, digits "
			      "and underscores");
	ck_assert_int_eq(lode_metadata_quote(m, "1a", LODE_QUOTE_NEVER, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_metadata_quote(m, "", LODE_QUOTE_NEVER, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_metadata_quote(m, NULL, LODE_QUOTE_NEVER, NULL), LODE_OK);
	ck_assert_int_eq(lode__metadata_quoting(m, "a"), LODE_QUOTE_ALWAYS);
	ck_assert_int_eq(lode__metadata_quoting(m, "b"), LODE_QUOTE_NEVER);
	ck_assert_int_eq(lode_metadata_quote(m, "a", LODE_QUOTE_AS_NEEDED, NULL), LODE_OK);
	ck_assert_int_eq(lode__metadata_quoting(m, "a"), LODE_QUOTE_AS_NEEDED);
	ck_assert_int_eq(lode_metadata_quote(m, "a", (lode_quoting)3, &build_error), LODE_E_MISUSE);
	expect(LODE_E_MISUSE, "lode_metadata_quote: no such quoting");
	ck_assert_int_eq(lode_metadata_quote(NULL, "a", LODE_QUOTE_ALWAYS, &build_error), LODE_E_MISUSE);
	expect(LODE_E_MISUSE, "lode_metadata_quote: the metadata is NULL");
	lode_metadata_free(m);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("metadata");
	TCase *tcase = tcase_create("metadata");

	tcase_add_test(tcase, test_tables_in_order);
	tcase_add_test(tcase, test_names_are_copied);
	tcase_add_test(tcase, test_default_schema);
	tcase_add_test(tcase, test_conflicts);
	tcase_add_loop_test(tcase, test_bad_tables, 0, sizeof bad_tables / sizeof bad_tables[0]);
	tcase_add_test(tcase, test_null_arguments);
	tcase_add_test(tcase, test_remove);
	tcase_add_test(tcase, test_many_tables);
	tcase_add_test(tcase, test_quoting);
	tcase_add_test(tcase, test_no_memory);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
