/* SPDX-License-Identifier: MIT */
/* tests/engine/test_sqlite_engine.c - the engine layer with the SQLite plugin, loaded at run time. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lode/engine.h>

#include "check_tap.h"

static char root[64], url[192], path[128];
static lode_error error;
static char logged[8192];

static void keep_sql(void *context, int level, const char *name, const char *text)
{
	(void)context;
	(void)level;
	if (strcmp(name, "sql") != 0)
		return;
	strncat(logged, text, 60);
	strcat(logged, "\n");
}

static void setup(void)
{
	strcpy(root, "/tmp/lode-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	snprintf(path, sizeof path, "%s/a.db", root);
	snprintf(url, sizeof url, "sqlite:///%s", path);
	error = (lode_error)LODE_ERROR_INIT;
	logged[0] = '\0';
}

static void teardown(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0);
}

static lode_engine *open_engine(const char *text)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;
	lode_engine *engine;

	options.log = keep_sql;
	engine = lode_engine_open(text, &options, &error);
	ck_assert_msg(engine != NULL, "%s", error.message);
	return engine;
}

static lode_status run(lode_connection *connection, const char *sql)
{
	return lode_connection_execute_unsafe(connection, sql, NULL, 0, NULL, NULL, NULL, &error);
}

static lode_status read_row(void *context, const lode_raw_row *row)
{
	char *out = context;

	for (uint32_t i = 0; i < row->column_count; i++) {
		const lode_value *value = &row->values[i];

		strcat(out, i ? "|" : "");
		if (value->kind == LODE_VALUE_INT)
			sprintf(out + strlen(out), "%lld", (long long)value->as.integer);
		else if (value->kind == LODE_VALUE_DOUBLE)
			sprintf(out + strlen(out), "%g", value->as.real);
		else if (value->kind == LODE_VALUE_TEXT)
			strcat(out, value->as.text);
		else
			strcat(out, value->kind == LODE_VALUE_NULL ? "NULL" : "?");
	}
	strcat(out, ";");
	return LODE_OK;
}

static const char *query(lode_connection *connection, const char *sql)
{
	static char out[1024];
	lode_status status;

	out[0] = '\0';
	status = lode_connection_execute_unsafe(connection, sql, NULL, 0, read_row, out, NULL, &error);
	return status == LODE_OK ? out : error.message;
}

START_TEST(server_is_told)
{
	lode_engine *engine = open_engine("sqlite:///:memory:");
	lode_server_info info = { .struct_size = sizeof info };

	ck_assert_msg(lode_engine_server(engine, &info, &error) == LODE_OK, "%s", error.message);
	ck_assert_str_eq(info.product, "SQLite");
	ck_assert_str_eq(info.dialect, "sqlite");
	ck_assert_ptr_nonnull(strstr(info.capabilities, "savepoint"));
	lode_engine_close(engine);
}
END_TEST

START_TEST(transactions)
{
	lode_engine *engine = open_engine(url);
	lode_connection *connection = lode_connection_open(engine, &error);
	lode_value values[2] = { lode_value_int(7), lode_value_text("it's") };

	ck_assert_msg(connection != NULL, "%s", error.message);
	ck_assert_msg(run(connection, "CREATE TABLE t (a INTEGER UNIQUE, b)") == LODE_OK, "%s",
	              error.message);
	ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_OK);
	ck_assert_int_eq(lode_connection_execute_unsafe(connection, "INSERT INTO t VALUES (?, ?)",
	                                                values, 2, NULL, NULL, NULL, &error), LODE_OK);
	ck_assert_int_eq(lode_connection_savepoint(connection, "x", &error), LODE_OK);
	ck_assert_int_eq(run(connection, "INSERT INTO t VALUES (8, 1.5)"), LODE_OK);
	ck_assert_str_eq(query(connection, "SELECT a, b FROM t ORDER BY a"), "7|it's;8|1.5;");
	ck_assert_int_eq(lode_connection_rollback_to(connection, "x", &error), LODE_OK);
	ck_assert_int_eq(run(connection, "INSERT INTO t VALUES (7, NULL)"), LODE_E_UNIQUE);
	ck_assert_str_eq(error.column, "a");
	ck_assert_int_eq(run(connection, "INSERT INTO t VALUES (9, NULL)"), LODE_OK);
	ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_OK);
	ck_assert_str_eq(query(connection, "SELECT a, b FROM t ORDER BY a"), "7|it's;9|NULL;");
	ck_assert_ptr_nonnull(lode_connection_native(connection, "sqlite3"));
	ck_assert_int_eq(run(connection, "SELEC"), LODE_E_SYNTAX);
	ck_assert_int_eq(run(connection, "SELECT * FROM no_such_table"), LODE_E_NO_OBJECT);
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

START_TEST(memory_lives_with_the_engine)
{
	lode_engine *engine = open_engine("sqlite:///:memory:?pool_timeout_ms=0");
	lode_connection *connection = lode_connection_open(engine, &error);

	run(connection, "CREATE TABLE t (a)");
	ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_OK);
	ck_assert_ptr_null(lode_connection_open(engine, &error));
	ck_assert_int_eq(error.status, LODE_E_POOL_TIMEOUT);
	lode_connection_close(connection);
	connection = lode_connection_open(engine, &error);
	ck_assert_str_eq(query(connection, "SELECT count(*) FROM t"), "0;");
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

START_TEST(foreign_file_errors)
{
	lode_engine *engine;
	lode_connection *connection;
	FILE *file;
	char text[160];

	snprintf(text, sizeof text, "sqlite:///%s", root);    /* a directory */
	engine = open_engine(text);
	ck_assert_ptr_null(lode_connection_open(engine, &error));
	ck_assert_int_lt(error.status, 0);
	lode_engine_close(engine);
	file = fopen(path, "w");
	for (int i = 0; i < 200; i++)
		fputs("this is not a database, whatever its name says\n", file);
	fclose(file);
	engine = open_engine(url);
	connection = lode_connection_open(engine, &error);
	if (connection)
		ck_assert_int_lt(run(connection, "SELECT * FROM t"), 0);
	ck_assert_int_lt(error.status, 0);
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

/* ---------------------------------------------------------------- tables */

static void add_table(lode_metadata *metadata, const char *name, const char *reference)
{
	lode_table_options options = LODE_TABLE_OPTIONS_INIT;
	lode_column_options id = LODE_COLUMN_OPTIONS_INIT, other = LODE_COLUMN_OPTIONS_INIT;
	lode_table *table;

	options.name = name;
	table = lode_metadata_add_table(metadata, &options, &error);
	id.name = "id";
	id.type = LODE_TYPE(LODE_INTEGER);
	id.primary_key = true;
	lode_table_add_column(table, &id, &error);
	other.name = "other_id";
	other.type = LODE_TYPE(LODE_INTEGER);
	other.foreign_key = reference;
	other.nullable = true;
	other.index = true;
	lode_table_add_column(table, &other, &error);
}

START_TEST(create_twice_and_drop)
{
	lode_metadata *metadata = lode_metadata_new(NULL, &error);
	lode_engine *engine = open_engine(url);
	lode_connection *connection;

	add_table(metadata, "child", "Parent.id");
	add_table(metadata, "Parent", _i ? "child.id" : NULL);    /* 1: a circle */
	for (int i = 0; i < 2; i++)
		ck_assert_msg(lode_create_all(metadata, engine, &error) == LODE_OK, "%s",
		              error.message);
	connection = lode_connection_open(engine, &error);
	ck_assert_str_eq(query(connection, "SELECT name FROM sqlite_master WHERE type = 'table' "
	                                   "ORDER BY name"), "Parent;child;");
	ck_assert_int_eq(run(connection, "INSERT INTO \"Parent\" VALUES (1, NULL)"), LODE_OK);
	ck_assert_int_eq(run(connection, "INSERT INTO child VALUES (1, 1)"), LODE_OK);
	if (_i)
		ck_assert_int_eq(run(connection, "UPDATE \"Parent\" SET other_id = 1"), LODE_OK);
	ck_assert_int_eq(run(connection, "INSERT INTO child VALUES (2, 77)"), LODE_E_FOREIGNKEY);
	ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_OK);
	lode_connection_close(connection);
	for (int i = 0; i < 2; i++)
		ck_assert_msg(lode_drop_all(metadata, engine, &error) == LODE_OK, "%s", error.message);
	connection = lode_connection_open(engine, &error);
	ck_assert_str_eq(query(connection, "SELECT count(*) FROM sqlite_master"), "0;");
	lode_connection_close(connection);
	lode_engine_close(engine);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(two_writers)
{
	lode_engine *engine = open_engine(strcat(url, "?busy_timeout=1"));
	lode_connection *a = lode_connection_open(engine, &error);
	lode_connection *b = lode_connection_open(engine, &error);

	ck_assert_int_eq(run(a, "CREATE TABLE t (a)"), LODE_OK);
	ck_assert_int_eq(lode_connection_commit(a, &error), LODE_OK);
	ck_assert_int_eq(lode_connection_begin(a, LODE_BEGIN_WRITE, &error), LODE_OK);
	ck_assert_int_eq(lode_connection_begin(b, LODE_BEGIN_WRITE, &error), LODE_E_LOCKED);
	ck_assert(error.retryable);
	ck_assert_int_eq(lode_connection_commit(a, &error), LODE_OK);
	ck_assert_int_eq(lode_connection_begin(b, LODE_BEGIN_WRITE, &error), LODE_OK);
	lode_connection_close(a);
	lode_connection_close(b);
	lode_engine_close(engine);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sqlite_engine");
	TCase *tcase = tcase_create("sqlite_engine");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, server_is_told);
	tcase_add_test(tcase, transactions);
	tcase_add_test(tcase, memory_lives_with_the_engine);
	tcase_add_test(tcase, foreign_file_errors);
	tcase_add_loop_test(tcase, create_twice_and_drop, 0, 2);
	tcase_add_test(tcase, two_writers);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
