/* SPDX-License-Identifier: MIT */
/* Rows ENG of the feature table on SQLite: engines, URLs, transactions, errors, the log. */
#include <unistd.h>

#include "kit.h"

static char file[200], url[260];

static void set_up(void)
{
	kit_begin(NULL);
	snprintf(file, sizeof file, "%s/lode-parity-%ld.db", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp", (long)getpid());
	snprintf(url, sizeof url, "sqlite:///%s", file);
}

static void tear_down(void)
{
	kit_close();
	unlink(file);
}

static lode_status run(lode_connection *connection, const char *sql)
{
	return lode_connection_execute_unsafe(connection, sql, NULL, 0, NULL, NULL, NULL, &k.error);
}

static lode_connection *connect_to(lode_engine *engine)
{
	lode_connection *connection = lode_connection_open(engine, &k.error);

	ck_assert_msg(connection != NULL, "%s", k.error.message);
	return connection;
}

/* ------------------------------------------------------------------ ENG-01, ENG-02, ENG-03 */

/* ENG-01: opening touches nothing, the first use does, and sets the dialect up once */
START_TEST(engines_connect_when_they_must)
{
	lode_pool_status pool = { .struct_size = sizeof pool };
	lode_server_info info = { .struct_size = sizeof info };
	lode_engine *nowhere;

	kit_engine(url);
	ck_assert_int_eq(lode_engine_pool(k.engine, &pool), LODE_OK);
	ck_assert_uint_eq(pool.opened, 0);
	ck_assert_int_ne(access(file, F_OK), 0);
	ck_assert_str_eq(lode_engine_dialect_name(k.engine), "sqlite");
	KIT_OK(lode_engine_server(k.engine, &info, &k.error));
	ck_assert_str_eq(info.product, "SQLite");
	ck_assert_int_eq(access(file, F_OK), 0);
	lode_connection_close(connect_to(k.engine));
	ck_assert_int_eq(lode_engine_pool(k.engine, &pool), LODE_OK);
	ck_assert_uint_eq(pool.opened, 1);
	nowhere = lode_engine_open("sqlite:////no/such/directory/x.db", NULL, &k.error);
	ck_assert_ptr_nonnull(nowhere);
	ck_assert_ptr_null(lode_connection_open(nowhere, &k.error));
	ck_assert_int_lt(k.error.status, 0);
	lode_engine_close(nowhere);
}
END_TEST

/* ENG-02: several hosts, a password that is never shown, a part changed in a copy, parts from a
 * program's own configuration; an environment variable is the program's to read */
START_TEST(urls_are_values)
{
	lode_url_option options[] = { { "host", "b:5433" }, { "host", "c" }, { "x y", "a&b=c" } };
	lode_url_parts parts = LODE_URL_PARTS_INIT;
	lode_url *one, *two;

	parts.dialect = "postgresql";
	parts.user = "me@home";
	parts.password = "pa:ss/w?rd";
	parts.host = "a";
	parts.port = 5432;
	parts.database = "app db";
	parts.options = options;
	parts.option_count = 3;
	one = lode_url_new(&parts, &k.error);
	ck_assert_msg(one != NULL, "%s", k.error.message);
	ck_assert_str_eq(lode_url_text(one), "postgresql://me%40home:pa%3Ass%2Fw%3Frd@a:5432/app%20db?"
	                 "host=b:5433&host=c&x%20y=a%26b%3Dc");
	ck_assert_ptr_null(strstr(lode_url_redacted(one), "pa%3A"));
	ck_assert_ptr_nonnull(strstr(lode_url_redacted(one), ":***@a:5432/"));
	ck_assert_int_eq(lode_url_split(one, &parts), LODE_OK);
	parts.database = "other";
	two = lode_url_new(&parts, &k.error);
	ck_assert_ptr_nonnull(strstr(lode_url_text(two), "/other?host=b:5433&host=c"));
	ck_assert_ptr_nonnull(strstr(lode_url_text(one), "/app%20db?"));
	lode_url_free(one);
	lode_url_free(two);
}
END_TEST

/* ------------------------------------------------------------------ ENG-06, ENG-09, ENG-11, ENG-13 */

/* ENG-09: the first statement begins, closing rolls back.  ENG-06: what was open is gone when the
 * connection is used again */
START_TEST(closing_rolls_back)
{
	lode_connection *connection;

	kit_engine(url);
	connection = connect_to(k.engine);
	ck_assert(!lode_connection_in_transaction(connection));
	KIT_OK(run(connection, "CREATE TABLE t (a INTEGER PRIMARY KEY)"));
	ck_assert(lode_connection_in_transaction(connection));
	KIT_OK(run(connection, "INSERT INTO t VALUES (1)"));
	KIT_OK(lode_connection_commit(connection, &k.error));
	ck_assert(!lode_connection_in_transaction(connection));
	KIT_OK(run(connection, "INSERT INTO t VALUES (2)"));
	lode_connection_close(connection);
	ck_assert_str_eq(kit_query("SELECT a FROM t"), "1;");
	connection = connect_to(k.engine);
	KIT_OK(run(connection, "INSERT INTO t VALUES (3)"));
	KIT_OK(lode_connection_rollback(connection, &k.error));
	lode_connection_close(connection);
	ck_assert_str_eq(kit_query("SELECT a FROM t"), "1;");
}
END_TEST

/* ENG-11: inner work is undone alone, an error inside leaves the outer transaction usable, and a
 * savepoint that was left cannot be used */
START_TEST(savepoints_nest)
{
	lode_connection *connection;

	kit_engine(url);
	connection = connect_to(k.engine);
	KIT_OK(run(connection, "CREATE TABLE t (a INTEGER PRIMARY KEY)"));
	KIT_OK(lode_connection_savepoint(connection, "outer_one", &k.error));
	KIT_OK(run(connection, "INSERT INTO t VALUES (1)"));
	KIT_OK(lode_connection_savepoint(connection, "inner_one", &k.error));
	ck_assert_int_eq(run(connection, "INSERT INTO t VALUES (1)"), LODE_E_UNIQUE);
	KIT_OK(run(connection, "INSERT INTO t VALUES (2)"));
	KIT_OK(lode_connection_rollback_to(connection, "inner_one", &k.error));
	KIT_OK(run(connection, "INSERT INTO t VALUES (3)"));
	KIT_OK(lode_connection_release(connection, "outer_one", &k.error));
	ck_assert_int_eq(lode_connection_release(connection, "inner_one", &k.error), LODE_E_STATE);
	KIT_OK(lode_connection_commit(connection, &k.error));
	lode_connection_close(connection);
	ck_assert_str_eq(kit_query("SELECT a FROM t ORDER BY a"), "1;3;");
}
END_TEST

/* ENG-13: by engine and by connection; back to the engine's in the pool; under AUTOCOMMIT commit and
 * rollback do nothing */
START_TEST(isolation_has_levels)
{
	lode_connection *connection;
	lode_isolation level = LODE_ISOLATION_DEFAULT;
	char text[300];

	snprintf(text, sizeof text, "%s?isolation=serializable", url);
	kit_engine(text);
	connection = connect_to(k.engine);
	ck_assert_int_eq(lode_connection_isolation(connection), LODE_ISOLATION_SERIALIZABLE);
	KIT_OK(lode_connection_default_isolation(connection, &level, &k.error));
	ck_assert_int_eq(level, LODE_ISOLATION_SERIALIZABLE);
	KIT_OK(run(connection, "CREATE TABLE t (a)"));
	ck_assert_int_eq(lode_connection_set_isolation(connection, LODE_ISOLATION_AUTOCOMMIT, &k.error), LODE_E_STATE);
	KIT_OK(lode_connection_commit(connection, &k.error));
	KIT_OK(lode_connection_set_isolation(connection, LODE_ISOLATION_AUTOCOMMIT, &k.error));
	KIT_OK(run(connection, "INSERT INTO t VALUES (1)"));
	KIT_OK(lode_connection_rollback(connection, &k.error));
	lode_connection_close(connection);
	ck_assert_str_eq(kit_query("SELECT a FROM t"), "1;");
	connection = connect_to(k.engine);
	ck_assert_int_eq(lode_connection_isolation(connection), LODE_ISOLATION_SERIALIZABLE);
	KIT_OK(lode_connection_set_isolation(connection, LODE_ISOLATION_SNAPSHOT, &k.error));
	ck_assert_int_eq(run(connection, "SELECT 1"), LODE_E_UNSUPPORTED);
	lode_connection_close(connection);
	ck_assert_ptr_null(lode_engine_open("sqlite:///x?isolation=loose", NULL, &k.error));
	ck_assert_int_eq(k.error.status, LODE_E_CONFIG);
}
END_TEST

/* ------------------------------------------------------------------ ENG-15, ENG-16 */

/* ENG-15: SQL text with values, and the driver's own handle */
START_TEST(raw_sql_and_raw_handle)
{
	lode_value values[] = { lode_value_int(40), lode_value_text("two") };
	lode_connection *connection;
	char out[KIT_TEXT] = "";

	kit_engine("sqlite:///:memory:");
	connection = connect_to(k.engine);
	KIT_OK(lode_connection_execute_unsafe(connection, "SELECT ?1 + 2, ?2", values, 2, kit_row, out, NULL, &k.error));
	ck_assert_str_eq(out, "42|two;");
	ck_assert_ptr_nonnull(lode_connection_native(connection, "sqlite3"));
	ck_assert_ptr_null(lode_connection_native(connection, "PGconn"));
	lode_connection_close(connection);
}
END_TEST

static const struct { const char *sql; lode_status status; } failures[] = {
	{ "INSERT INTO t VALUES (1, 1)", LODE_E_UNIQUE }, { "INSERT INTO t VALUES (2, NULL)", LODE_E_NOTNULL },
	{ "INSERT INTO t VALUES (3, -1)", LODE_E_CHECK }, { "INSERT INTO u VALUES (77)", LODE_E_FOREIGNKEY },
	{ "SELECT * FROM nowhere", LODE_E_NO_OBJECT }, { "SELEC 1", LODE_E_SYNTAX },
};

/* ENG-16: classes of errors with the statement, the driver's own code and text, never a value */
START_TEST(errors_have_classes)
{
	lode_connection *connection;

	kit_engine("sqlite:///:memory:");
	connection = connect_to(k.engine);
	KIT_OK(run(connection, "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER NOT NULL CONSTRAINT positive CHECK (b > 0))"));
	KIT_OK(run(connection, "CREATE TABLE u (a INTEGER REFERENCES t (a))"));
	KIT_OK(run(connection, "INSERT INTO t VALUES (1, 1)"));
	ck_assert_int_eq(run(connection, failures[_i].sql), failures[_i].status);
	ck_assert_int_eq(k.error.status, failures[_i].status);
	ck_assert_str_eq(k.error.sql, failures[_i].sql);
	ck_assert_int_ne(k.error.native, 0);
	ck_assert(!k.error.disconnected && !k.error.retryable);
	ck_assert_int_gt(strlen(k.error.message), 0);
	lode_connection_close(connection);
}
END_TEST

/* ------------------------------------------------------------------ ENG-17 */

static const struct { const char *word; bool shown, values; } echoes[] = {
	{ "on", true, false }, { "true", true, false }, { "1", true, false }, { "2", true, true },
	{ "off", false, false }, { "false", false, false }, { "0", false, false },
};

/* what the library writes to standard error while the engine is in use */
static void capture(char *out, size_t size, const char *word)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;
	int saved = dup(STDERR_FILENO);
	lode_value secret = lode_value_text("a secret");
	lode_connection *connection;
	FILE *kept = tmpfile();
	char text[100];
	size_t got;

	snprintf(text, sizeof text, "sqlite:///:memory:%s%s", *word ? "?echo=" : "", word);
	options.name = "shop";
	ck_assert_int_ge(dup2(fileno(kept), STDERR_FILENO), 0);
	k.engine = lode_engine_open(text, &options, &k.error);
	connection = lode_connection_open(k.engine, &k.error);
	lode_connection_execute_unsafe(connection, "SELECT ?,\n1", &secret, 1, NULL, NULL, NULL, &k.error);
	lode_connection_close(connection);
	lode_engine_close(k.engine);
	k.engine = NULL;
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(kept);
	got = fread(out, 1, size - 1, kept);
	out[got] = '\0';
	fclose(kept);
}

/* ENG-17: echo in its spellings; without a log function it goes to standard error, and nothing else
 * ever does; values only with 2 */
START_TEST(echo_prints_when_asked)
{
	char out[4000];

	capture(out, sizeof out, echoes[_i].word);
	ck_assert_msg((strstr(out, "lode shop sql: SELECT ?, 1\n") != NULL) == echoes[_i].shown, "%s", out);
	ck_assert_msg((strstr(out, "a secret") != NULL) == echoes[_i].values, "%s", out);
	ck_assert(echoes[_i].shown || *out == '\0');
}
END_TEST

START_TEST(nothing_is_printed_unasked)
{
	char out[4000];

	capture(out, sizeof out, "");
	ck_assert_str_eq(out, "");
	ck_assert_ptr_null(lode_engine_open("sqlite:///:memory:?echo=loud", NULL, &k.error));
	ck_assert_int_eq(k.error.status, LODE_E_CONFIG);
	ck_assert_ptr_nonnull(strstr(k.error.message, "echo is one of on, off"));
}
END_TEST

/* ENG-17: time, rows and whether it was prepared already; the pool has its own name; the engine and
 * the connection are named */
START_TEST(log_tells_time_and_cache)
{
	lode_connection *connection;

	kit_engine("sqlite:///:memory:");
	connection = connect_to(k.engine);
	for (int i = 0; i < 2; i++)
		KIT_OK(run(connection, "SELECT 1"));
	lode_connection_close(connection);
	ck_assert_str_eq(k.sent, "SELECT 1\nSELECT 1");
	ck_assert_ptr_nonnull(strstr(k.logged, "pool: connection 1 opened"));
	ck_assert_ptr_nonnull(strstr(k.logged, " ms, 1 parameter rows, "));
	ck_assert_ptr_nonnull(strstr(k.logged, "statement prepared\n"));
	ck_assert_ptr_nonnull(strstr(k.logged, "statement cached\n"));
	ck_assert_ptr_nonnull(strstr(k.logged, "sql-done: connection 1: "));
}
END_TEST

/* ------------------------------------------------------------------ ENG-19, ENG-21 */

static lode_status collect(void *context, const char *sql)
{
	strncat(context, sql, KIT_TEXT - strlen(context) - 3);
	strcat(context, ";");
	return LODE_OK;
}

LODE_DECLARE(Thing);
struct Thing { int64_t id; const char *name; };
LODE_CLASS(Thing, "thing", LODE_COLUMN(Thing, id, .primary_key = true), LODE_COLUMN(Thing, name));

#define KIT_DONE(status) \
	ck_assert_msg((status) == LODE_OK, "%s", lode_session_error(k.session)->message)

/* ENG-21: a schema and a unit of work without a database, every statement given to a function; keys
 * are made up, what is read is empty */
START_TEST(an_engine_without_a_database)
{
	char out[KIT_TEXT] = "";
	Thing *one, *two;

	k.engine = lode_engine_open_offline("sqlite", collect, out, NULL, &k.error);
	ck_assert_msg(k.engine != NULL, "%s", k.error.message);
	KIT_OK(LODE_MAP(k.registry, &k.error, Thing));
	KIT_OK(lode_create_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	ck_assert_ptr_nonnull(strstr(out, "CREATE TABLE thing "));
	out[0] = '\0';
	kit_session(NULL);
	one = LODE_ADD(k.session, Thing, .name = "one");
	two = LODE_ADD(k.session, Thing, .name = "two");
	KIT_DONE(lode_commit(k.session));
	ck_assert_int_eq(one->id, 1);
	ck_assert_int_eq(two->id, 2);
	one->name = "changed";
	KIT_DONE(lode_flush(k.session));
	ck_assert_uint_eq(LODE_ALL(k.session, Thing, LODE_SELECT(Thing)).count, 0);
	KIT_DONE(lode_commit(k.session));
	ck_assert_msg(strstr(out, "INSERT INTO thing (name) ") && strstr(out, "UPDATE thing SET name = ") &&
	              strstr(out, "SELECT ") && strstr(out, "COMMIT"), "%s", out);
}
END_TEST

/* ENG-19: a thousand rows in one statement, every object with the key of its own row */
START_TEST(many_rows_give_their_keys)
{
	Thing *things[1000];
	char name[16], text[80];

	KIT_OK(LODE_MAP(k.registry, &k.error, Thing));
	kit_open();
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "n%d", i * 7919 % 1000);
		things[i] = LODE_ADD(k.session, Thing, .name = name);
	}
	KIT_OK(lode_flush(k.session));
	ck_assert_ptr_null(strchr(k.sent, '\n'));    /* one statement */
	KIT_OK(lode_commit(k.session));
	for (int i = 0; i < 1000; i += 37) {
		snprintf(text, sizeof text, "SELECT name FROM thing WHERE id = %lld", (long long)things[i]->id);
		snprintf(name, sizeof name, "n%d;", i * 7919 % 1000);
		ck_assert_str_eq(kit_query(text), name);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parity/engine");
	TCase *tcase = tcase_create("engine");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, engines_connect_when_they_must);
	tcase_add_test(tcase, urls_are_values);
	tcase_add_test(tcase, closing_rolls_back);
	tcase_add_test(tcase, savepoints_nest);
	tcase_add_test(tcase, isolation_has_levels);
	tcase_add_test(tcase, raw_sql_and_raw_handle);
	tcase_add_loop_test(tcase, errors_have_classes, 0, ROWS_OF(failures));
	tcase_add_loop_test(tcase, echo_prints_when_asked, 0, ROWS_OF(echoes));
	tcase_add_test(tcase, nothing_is_printed_unasked);
	tcase_add_test(tcase, log_tells_time_and_cache);
	tcase_add_test(tcase, an_engine_without_a_database);
	tcase_add_test(tcase, many_rows_give_their_keys);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
