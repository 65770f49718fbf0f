/* SPDX-License-Identifier: MIT */
/* tests/engine/test_create.c - create_all and drop_all: order, what is there already, transactions,
 * and DDL as text. */
#include <string.h>

#include "check_tap.h"
#include "fake.h"

static lode_error error;
static lode_metadata *metadata;
static lode_engine *engine;
static char logged[8192];

static void keep_log(void *context, int level, const char *name, const char *text)
{
	(void)context;
	(void)level;
	if (strcmp(name, "sql") != 0)
		return;
	/* the first three words tell what it is */
	for (int words = 0; *text && words < 3; text++) {
		words += *text == ' ';
		if (words < 3)
			strncat(logged, text, 1);
	}
	strcat(logged, "\n");
}

static lode_table *add_table(const char *name, const char *reference)
{
	lode_table_options options = LODE_TABLE_OPTIONS_INIT;
	lode_column_options id = LODE_COLUMN_OPTIONS_INIT, other = LODE_COLUMN_OPTIONS_INIT;
	lode_table *table;

	options.name = name;
	table = lode_metadata_add_table(metadata, &options, &error);
	id.name = "id";
	id.type = LODE_TYPE(LODE_INTEGER);
	id.primary_key = true;
	ck_assert_ptr_nonnull(lode_table_add_column(table, &id, &error));
	other.name = "other";
	other.type = LODE_TYPE(LODE_INTEGER);
	other.foreign_key = reference;
	other.nullable = true;
	other.index = !reference;
	ck_assert_ptr_nonnull(lode_table_add_column(table, &other, &error));
	return table;
}

static void setup(void)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;

	fake_reset();
	error = (lode_error)LODE_ERROR_INIT;
	lode_register_plugin((lode_plugin_entry *)fake_entry, &error);
	options.log = keep_log;
	options.echo = 1;
	engine = lode_engine_open("fake://h", &options, &error);
	metadata = lode_metadata_new(NULL, &error);
	add_table("child", "parent.id");
	add_table("parent", NULL);
	logged[0] = '\0';
}

static void teardown(void)
{
	lode_metadata_free(metadata);
	lode_engine_close(engine);
	ck_assert_int_eq(fake_connections(), 0);
}

static const struct {
	const char *tables;          /* that are there */
	bool drop, no_ddl_txn;
	const char *sent;
} cases[] = {
	{ "", false, false,
	  "BEGIN IMMEDIATE\nCREATE TABLE parent\nCREATE INDEX ix_parent_other\n"
	  "CREATE TABLE child\nCOMMIT\n" },
	{ "parent", false, false, "BEGIN IMMEDIATE\nCREATE TABLE child\nCOMMIT\n" },
	{ "child parent", false, false, "" },
	{ "child parent", true, false,
	  "BEGIN IMMEDIATE\nDROP TABLE child\nDROP TABLE parent\nCOMMIT\n" },
	{ "child", true, false, "BEGIN IMMEDIATE\nDROP TABLE child\nCOMMIT\n" },
	{ "", true, false, "" },
	{ "parent", false, true, "CREATE TABLE child\n" },
};

START_TEST(create_and_drop)
{
	lode_status status;

	fake.tables = cases[_i].tables;
	if (cases[_i].no_ddl_txn)
		fake.caps = 0;
	status = cases[_i].drop ? lode_drop_all(metadata, engine, &error)
	                        : lode_create_all(metadata, engine, &error);
	ck_assert_msg(status == LODE_OK, "%s", error.message);
	ck_assert_str_eq(logged, cases[_i].sent);
}
END_TEST

START_TEST(failure_rolls_back)
{
	static const fake_answer answer = { "CREATE TABLE child", 0, 0, NULL, 0, LODE_E_PERMISSION,
		                            0 };

	fake.answers = &answer;
	fake.answer_count = 1;
	ck_assert_int_eq(lode_create_all(metadata, engine, &error), LODE_E_PERMISSION);
	ck_assert_ptr_nonnull(strstr(logged, "CREATE TABLE child\nROLLBACK\n"));
	ck_assert_ptr_nonnull(strstr(error.sql, "CREATE TABLE child"));
	fake.answer_count = 0;
	ck_assert_int_eq(lode_create_all(metadata, engine, &error), LODE_OK);
}
END_TEST

START_TEST(some_tables)
{
	lode_connection *connection = lode_connection_open(engine, &error);
	lode_ddl_options options = LODE_DDL_OPTIONS_INIT;
	lode_table *tables[1] = { lode_metadata_find(metadata, NULL, "parent") };

	options.tables = tables;
	options.table_count = 1;
	options.flags = LODE_DDL_NO_CHECK;
	ck_assert_int_eq(lode_create_tables(metadata, connection, &options, &error), LODE_OK);
	ck_assert_int_eq(lode_drop_tables(metadata, connection, &options, &error), LODE_OK);
	ck_assert_ptr_null(strstr(fake_log(), "reflect"));
	ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_OK);
	ck_assert_str_eq(logged, "BEGIN\nCREATE TABLE parent\nCREATE INDEX ix_parent_other\n"
	                         "DROP TABLE parent\nCOMMIT\n");
	tables[0] = NULL;
	ck_assert_int_eq(lode_create_tables(metadata, connection, &options, &error), LODE_E_MISUSE);
	lode_connection_close(connection);
}
END_TEST

static lode_status stop(void *context, const char *sql)
{
	(void)sql;
	++*(int *)context;
	return -2000;
}

START_TEST(ddl_as_text)
{
	int seen = 0;
	char *sql = NULL;

	ck_assert_int_eq(lode_metadata_create_sql(metadata, "fake", &sql, &error), LODE_OK);
	ck_assert_ptr_nonnull(strstr(sql, "CREATE TABLE parent ("));
	ck_assert(strstr(sql, "CREATE TABLE child (") > strstr(sql, "CREATE TABLE parent ("));
	ck_assert_str_eq(sql + strlen(sql) - 2, ";\n");
	lode_sql_free(sql);
	ck_assert_int_eq(lode_metadata_drop_each(metadata, "fake", stop, &seen, &error), -2000);
	ck_assert_int_eq(seen, 1);
	ck_assert_int_eq(fake_connections(), 0);
	ck_assert_int_eq(lode_metadata_create_sql(metadata, NULL, &sql, &error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_metadata_create_sql(NULL, "fake", &sql, &error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_create_all(NULL, engine, &error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_drop_all(metadata, NULL, &error), LODE_E_MISUSE);
}
END_TEST

START_TEST(bad_reference)
{
	add_table("orphan", "nowhere.id");
	ck_assert_int_lt(lode_create_all(metadata, engine, &error), 0);
	ck_assert_ptr_nonnull(strstr(error.message, "nowhere"));
	ck_assert_str_eq(logged, "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("create");
	TCase *tcase = tcase_create("create");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, create_and_drop, 0, sizeof cases / sizeof *cases);
	tcase_add_test(tcase, failure_rolls_back);
	tcase_add_test(tcase, some_tables);
	tcase_add_test(tcase, ddl_as_text);
	tcase_add_test(tcase, bad_reference);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
