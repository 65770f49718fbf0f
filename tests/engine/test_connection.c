/* SPDX-License-Identifier: MIT */
/* tests/engine/test_connection.c - transactions, savepoints, isolation, text statements, errors and
 * the log, against the scripted driver. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "check_tap.h"
#include "fake.h"

static lode_error error;
static char logged[8192];

static void keep_log(void *context, int level, const char *name, const char *text)
{
	const char *only = context;

	(void)level;
	if (only && strcmp(only, name) != 0)
		return;
	strncat(logged, text, sizeof logged - strlen(logged) - 2);
	strcat(logged, "\n");
}

static lode_engine *open_engine(const char *url, int echo, const char *only)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;
	lode_engine *engine;

	options.log = keep_log;
	options.log_context = (void *)only;
	options.echo = echo;
	logged[0] = '\0';
	engine = lode_engine_open(url, &options, &error);
	ck_assert_msg(engine != NULL, "%s", error.message);
	return engine;
}

static void setup(void)
{
	fake_reset();
	error = (lode_error)LODE_ERROR_INIT;
	ck_assert_int_eq(lode_register_plugin((lode_plugin_entry *)fake_entry, &error), LODE_OK);
}

static void teardown(void)
{
	ck_assert_int_eq(fake_connections(), 0);
	ck_assert_int_eq(fake_statements(), 0);
}

static lode_status run(lode_connection *connection, const char *sql)
{
	return lode_connection_execute_unsafe(connection, sql, NULL, 0, NULL, NULL, NULL, &error);
}

START_TEST(opening_connects_to_nothing)
{
	lode_engine *engine = open_engine("fake://u:secret@h/d", 0, NULL);

	ck_assert_str_eq(fake_log(), "");
	ck_assert_str_eq(lode_engine_url(engine), "fake://u:***@h/d");
	ck_assert_str_eq(lode_engine_dialect_name(engine), "fake");
	lode_engine_close(engine);
}
END_TEST

/* calls on a connection, and what is sent */
static const struct {
	const char *name, *script, *sent;
} scripts[] = {
	{ "autobegin and commit", "run A;run B;commit",
	  "BEGIN\nA\nB\nCOMMIT\n" },
	{ "closing rolls back", "run A", "BEGIN\nA\nROLLBACK\n" },
	{ "commit without a transaction", "commit;rollback", "" },
	{ "a new one after commit", "run A;commit;run B;rollback",
	  "BEGIN\nA\nCOMMIT\nBEGIN\nB\nROLLBACK\n" },
	{ "begin by name", "begin;run A;commit", "BEGIN\nA\nCOMMIT\n" },
	{ "savepoints", "run A;save x;run B;back x;run C;release x;commit",
	  "BEGIN\nA\nSAVEPOINT x\nB\nROLLBACK TO SAVEPOINT x\nC\nRELEASE SAVEPOINT x\nCOMMIT\n" },
	{ "a savepoint begins", "save x;commit", "BEGIN\nSAVEPOINT x\nCOMMIT\n" },
	{ "an outer savepoint takes the inner with it", "save x;save y;release x;fail back y;commit",
	  "BEGIN\nSAVEPOINT x\nSAVEPOINT y\nRELEASE SAVEPOINT x\nCOMMIT\n" },
	{ "going back keeps the savepoint", "save x;save y;back x;fail release y;release x;commit",
	  "BEGIN\nSAVEPOINT x\nSAVEPOINT y\nROLLBACK TO SAVEPOINT x\nRELEASE SAVEPOINT x\nCOMMIT\n" },
	{ "no such savepoint", "run A;fail back x;fail release x;commit", "BEGIN\nA\nCOMMIT\n" },
	{ "begin twice", "begin;fail begin;commit", "BEGIN\nCOMMIT\n" },
	{ "autocommit", "isolation 6;run A;run B;commit;rollback", "A\nB\n" },
	{ "no savepoint under autocommit", "isolation 6;fail save x;run A", "A\n" },
	{ "isolation", "isolation 5;run A;commit",
	  "BEGIN ISOLATION LEVEL SERIALIZABLE\nA\nCOMMIT\n" },
	{ "isolation not within", "run A;fail isolation 5;commit", "BEGIN\nA\nCOMMIT\n" },
};

static lode_status do_step(lode_connection *connection, const char *step)
{
	const char *word = strchr(step, ' ') ? strchr(step, ' ') + 1 : "";

	if (lode__starts_with(step, "run "))
		return run(connection, word);
	if (lode__starts_with(step, "save "))
		return lode_connection_savepoint(connection, word, &error);
	if (lode__starts_with(step, "back "))
		return lode_connection_rollback_to(connection, word, &error);
	if (lode__starts_with(step, "release "))
		return lode_connection_release(connection, word, &error);
	if (lode__starts_with(step, "isolation "))
		return lode_connection_set_isolation(connection, atoi(word), &error);
	if (strcmp(step, "begin") == 0)
		return lode_connection_begin(connection, 0, &error);
	if (strcmp(step, "commit") == 0)
		return lode_connection_commit(connection, &error);
	return lode_connection_rollback(connection, &error);
}

static void run_script(lode_connection *connection, const char *script)
{
	char copy[256], *at = copy, *step;

	snprintf(copy, sizeof copy, "%s", script);
	while ((step = strsep(&at, ";")) != NULL) {
		bool fails = lode__starts_with(step, "fail ");
		lode_status status = do_step(connection, fails ? step + 5 : step);

		ck_assert_msg((status < 0) == fails, "%s: %d %s", step, status, error.message);
	}
}

START_TEST(scripts_send)
{
	lode_engine *engine = open_engine("fake://h", 1, "sql");
	lode_connection *connection = lode_connection_open(engine, &error);

	run_script(connection, scripts[_i].script);
	lode_connection_close(connection);
	ck_assert_msg(strcmp(logged, scripts[_i].sent) == 0, "%s:\n%s", scripts[_i].name, logged);
	lode_engine_close(engine);
	/* the same where the driver leaves transactions to SQL */
	fake.tx_by_sql = true;
	if (strstr(scripts[_i].sent, "ISOLATION"))
		return;
	engine = open_engine("fake://h", 1, "sql");
	connection = lode_connection_open(engine, &error);
	run_script(connection, scripts[_i].script);
	lode_connection_close(connection);
	ck_assert_msg(strcmp(logged, scripts[_i].sent) == 0, "by SQL, %s:\n%s", scripts[_i].name,
	              logged);
	lode_engine_close(engine);
}
END_TEST

START_TEST(isolation_of_the_engine)
{
	lode_engine *engine = open_engine("fake://h?isolation=serializable", 1, "sql");
	lode_connection *connection = lode_connection_open(engine, &error);

	ck_assert_int_eq(lode_connection_isolation(connection), LODE_ISOLATION_SERIALIZABLE);
	lode_connection_set_isolation(connection, LODE_ISOLATION_AUTOCOMMIT, &error);
	ck_assert_int_eq(run(connection, "A"), LODE_OK);
	lode_connection_close(connection);
	/* the pool gives the same connection, at the engine's level again */
	connection = lode_connection_open(engine, &error);
	ck_assert_int_eq(lode_connection_isolation(connection), LODE_ISOLATION_SERIALIZABLE);
	run(connection, "B");
	lode_connection_close(connection);
	ck_assert_str_eq(logged, "A\nBEGIN ISOLATION LEVEL SERIALIZABLE\nB\nROLLBACK\n");
	lode_engine_close(engine);
	fake.no_isolation = true;
	engine = open_engine("fake://h?isolation=serializable", 1, "sql");
	connection = lode_connection_open(engine, &error);
	ck_assert_int_eq(run(connection, "A"), LODE_E_UNSUPPORTED);
	ck_assert_str_eq(error.message, "the isolation level SERIALIZABLE is not supported here");
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

static const char *const levels[][2] = {
	{ "read committed", "2" }, { "REPEATABLE-READ", "3" }, { "SNAPSHOT", "4" },
	{ "read_uncommitted", "1" }, { "SERIALIZABLE", "5" }, { "read commit", "0" },
	{ "read committed ", "0" }, { "", "0" }, { NULL, "0" },
};

START_TEST(default_isolation_is_told)
{
	const char *const cell[] = { levels[_i][0] };
	fake_answer answer = { "SHOW LEVEL", 1, 1, cell, 0, 0, 0 };
	lode_isolation level = -1;
	lode_engine *engine;
	lode_connection *connection;

	fake.answers = &answer;
	fake.answer_count = 1;
	fake.isolation_sql = "SHOW LEVEL";
	engine = open_engine("fake://h?isolation=serializable", 1, "sql");
	connection = lode_connection_open(engine, &error);
	ck_assert_int_eq(lode_connection_default_isolation(connection, &level, &error), LODE_OK);
	ck_assert_int_eq(level, levels[_i][1][0] - '0');
	ck_assert(!lode_connection_in_transaction(connection));
	level = -1;
	answer.fail = LODE_E_PERMISSION;
	ck_assert_int_eq(lode_connection_default_isolation(connection, &level, &error),
	                 LODE_E_PERMISSION);
	ck_assert_int_eq(lode_connection_default_isolation(connection, NULL, &error), LODE_E_MISUSE);
	ck_assert_int_eq(level, -1);
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

/* ---------------------------------------------------------------- rows and values */

static const char *const cells[] = { "1", "one", "2", NULL };
static const fake_answer answers[] = {
	{ "SELECT", 2, 2, cells, 0, 0, 0 },
	{ "UNIQUE", 0, 0, NULL, 0, LODE_E_UNIQUE, 0 },
	{ "OTHER", 0, 0, NULL, 0, LODE_E_OTHER, 0 },
	{ "LOST", 0, 0, NULL, 0, LODE_E_DISCONNECT, 0 },
	{ "BUSY", 0, 0, NULL, 0, LODE_E_LOCKED, 0 },
	{ "WRONG", 0, 0, NULL, 0, -5000, 0 },
	{ "BAD SYNTAX", 0, 0, NULL, 0, 0, LODE_E_SYNTAX },
};

static void script_answers(void)
{
	fake.answers = answers;
	fake.answer_count = sizeof answers / sizeof *answers;
}

static lode_status put_row(void *context, const lode_raw_row *row)
{
	char *out = context;

	for (uint32_t i = 0; i < row->column_count; i++) {
		strcat(out, row->names[i]);
		strcat(out, "=");
		strcat(out, row->values[i].kind == LODE_VALUE_TEXT ? row->values[i].as.text : "NULL");
		strcat(out, i + 1 < row->column_count ? "," : ";");
	}
	return LODE_OK;
}

static lode_status stop_at_once(void *context, const lode_raw_row *row)
{
	(void)context;
	(void)row;
	return -1234;
}

START_TEST(rows_and_values)
{
	lode_engine *engine = open_engine("fake://h", 2, "sql-values");
	lode_connection *connection = lode_connection_open(engine, &error);
	lode_value values[] = { lode_value_int(7), lode_value_text("it's"), lode_value_null(),
		                lode_value_double(1.5) };
	char text[256] = "";
	int64_t affected = 0;

	script_answers();
	ck_assert_int_eq(lode_connection_execute_unsafe(connection, "SELECT ?, ?, ?, ?", values, 4,
	                                                put_row, text, NULL, &error), LODE_OK);
	ck_assert_str_eq(text, "a=1,b=one;a=2,b=NULL;");
	ck_assert_ptr_nonnull(strstr(fake_log(), "execute SELECT ?, ?, ?, ? (7, 'it's', NULL, 1.5)"));
	ck_assert_str_eq(logged, "7, 'it''s', NULL, 1.5\n");
	ck_assert_int_eq(lode_connection_execute_unsafe(connection, "SELECT", NULL, 0, stop_at_once,
	                                                NULL, NULL, &error), -1234);
	ck_assert_int_eq(lode_connection_execute_unsafe(connection, "UPDATE", NULL, 0, NULL, NULL,
	                                                &affected, &error), LODE_OK);
	ck_assert_int_eq(affected, 1);
	ck_assert_ptr_nonnull(lode_connection_native(connection, "fake"));
	ck_assert_ptr_null(lode_connection_native(connection, "sqlite3"));
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

START_TEST(values_stay_out_of_the_log)
{
	lode_engine *engine = open_engine("fake://u:pa55word@h", 1, NULL);
	lode_connection *connection = lode_connection_open(engine, &error);
	lode_value value = lode_value_text("a secret");

	lode_connection_execute_unsafe(connection, "INSERT ?", &value, 1, NULL, NULL, NULL, &error);
	lode_connection_close(connection);
	lode_engine_close(engine);
	ck_assert_ptr_null(strstr(logged, "secret"));
	ck_assert_ptr_null(strstr(logged, "pa55word"));
	ck_assert_ptr_nonnull(strstr(logged, "INSERT ?\n"));
	ck_assert_ptr_nonnull(strstr(logged, "statement prepared"));
	ck_assert_ptr_nonnull(strstr(logged, "connection 1 opened"));
}
END_TEST

START_TEST(statements_are_prepared_once)
{
	lode_engine *engine = open_engine("fake://h?statement_cache=2", 1, "sql-done");
	lode_connection *connection = lode_connection_open(engine, &error);
	char sql[] = "ONE";

	lode_connection_set_isolation(connection, LODE_ISOLATION_AUTOCOMMIT, &error);
	fake_log_clear();
	run(connection, "A");
	run(connection, "B");
	run(connection, "A");
	run(connection, "C");    /* B goes */
	run(connection, "A");
	run(connection, "B");
	ck_assert_str_eq(fake_log(), "prepare A\nexecute A\nprepare B\nexecute B\nexecute A\n"
	                             "prepare C\nexecute C\nexecute A\nprepare B\nexecute B\n");
	ck_assert_int_eq(fake_statements(), 2);
	/* another text at the same address */
	fake_log_clear();
	run(connection, sql);
	memcpy(sql, "TWO", 3);
	run(connection, sql);
	ck_assert_str_eq(fake_log(), "prepare ONE\nexecute ONE\nprepare TWO\nexecute TWO\n");
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

/* ---------------------------------------------------------------- errors */

static const struct {
	const char *sql;
	lode_status status;
	bool retryable, disconnected;
} failures[] = {
	{ "UNIQUE", LODE_E_UNIQUE, false, false },
	{ "OTHER", LODE_E_CHECK, false, false },    /* the dialect knows the code 42 */
	{ "LOST", LODE_E_DISCONNECT, false, true },
	{ "BUSY", LODE_E_LOCKED, true, false },
	{ "WRONG", LODE_E_OTHER, false, false },
	{ "BAD SYNTAX", LODE_E_SYNTAX, false, false },
};

START_TEST(errors_are_told)
{
	lode_engine *engine = open_engine("fake://h", 0, NULL);
	lode_connection *connection = lode_connection_open(engine, &error);
	bool lost = failures[_i].disconnected;

	script_answers();
	ck_assert_int_eq(run(connection, failures[_i].sql), failures[_i].status);
	ck_assert_int_eq(error.status, failures[_i].status);
	ck_assert_int_eq(error.retryable, failures[_i].retryable);
	ck_assert_int_eq(error.disconnected, lost);
	ck_assert_int_eq(error.native, 42);
	ck_assert_str_eq(error.sqlstate, "HY000");
	ck_assert_str_eq(error.constraint, "a_constraint");
	ck_assert_str_eq(error.column, "a_column");
	ck_assert_str_eq(error.sql, failures[_i].sql);
	ck_assert_int_eq(run(connection, "A"), lost ? LODE_E_DISCONNECT : LODE_OK);
	lode_connection_close(connection);
	ck_assert_int_eq(fake_connections(), lost ? 0 : 1);
	lode_engine_close(engine);
}
END_TEST

START_TEST(silent_failures_are_told)
{
	lode_engine *engine = open_engine("fake://h", 0, NULL);
	lode_connection *connection = lode_connection_open(engine, &error);

	script_answers();
	fake.silent = true;
	ck_assert_int_eq(run(connection, "UNIQUE"), LODE_E_UNIQUE);
	ck_assert_str_eq(error.message, "execute: the driver reports LODE_E_UNIQUE and no more");
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

START_TEST(lost_in_commit)
{
	lode_engine *engine = open_engine("fake://h", 0, NULL);
	lode_connection *connection = lode_connection_open(engine, &error);

	run(connection, "A");
	fake.fail_at = fake_calls() + 1;
	fake.fail_status = LODE_E_DISCONNECT;
	ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_E_OUTCOME_UNKNOWN);
	ck_assert_int_eq(error.status, LODE_E_OUTCOME_UNKNOWN);
	ck_assert(error.disconnected);
	ck_assert_int_eq(run(connection, "B"), LODE_E_DISCONNECT);
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

/* the server ended the transaction by itself: nothing may go on as if it were there */
START_TEST(transaction_ended_by_the_server)
{
	lode_engine *engine = open_engine("fake://h", 0, NULL);
	lode_connection *connection = lode_connection_open(engine, &error);

	run(connection, "A");
	fake.tx_state_after_fail = _i ? LODE_TXS_IDLE : LODE_TXS_FAILED;
	fake.fail_at = fake_calls() + 2;    /* execute */
	fake.fail_status = LODE_E_DEADLOCK;
	ck_assert_int_eq(run(connection, "B"), LODE_E_DEADLOCK);
	ck_assert(error.retryable);
	ck_assert_int_eq(run(connection, "C"), LODE_E_STATE);
	ck_assert_str_eq(error.message, "the transaction has failed; roll back first");
	ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_E_STATE);
	ck_assert_int_eq(lode_connection_rollback(connection, &error), LODE_OK);
	ck_assert_int_eq(run(connection, "D"), LODE_OK);
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

/* every call of the driver fails once; nothing leaks, and the next try works */
static lode_status whole_story(lode_engine *engine)
{
	lode_connection *connection = lode_connection_open(engine, &error);
	char text[256] = "";
	lode_status status;

	if (!connection)
		return error.status;
	status = lode_connection_execute_unsafe(connection, "SELECT", NULL, 0, put_row, text, NULL,
	                                        &error);
	if (status >= 0)
		status = lode_connection_savepoint(connection, "x", &error);
	if (status >= 0)
		status = run(connection, "UPDATE");
	if (status >= 0)
		status = lode_connection_rollback_to(connection, "x", &error);
	if (status >= 0)
		status = lode_connection_release(connection, "x", &error);
	if (status >= 0)
		status = lode_connection_commit(connection, &error);
	lode_connection_close(connection);
	return status;
}

static const lode_status kinds[] = { LODE_E_OTHER, LODE_E_DISCONNECT, LODE_E_NOMEM,
	                             LODE_E_UNSUPPORTED };

START_TEST(every_call_fails_once)
{
	int calls = 1;

	for (int n = 1; n <= calls; n++) {
		lode_engine *engine = open_engine("fake://h", 0, NULL);

		fake_reset();
		script_answers();
		fake.fail_at = n;
		fake.fail_status = kinds[_i];
		whole_story(engine);
		fake.fail_at = 0;
		ck_assert_msg(whole_story(engine) == LODE_OK, "after call %d failed: %s", n,
		              error.message);
		calls = fake_calls() / 2;
		lode_engine_close(engine);
		ck_assert_int_eq(fake_connections(), 0);
		ck_assert_int_eq(fake_statements(), 0);
	}
	ck_assert_int_gt(calls, 10);
}
END_TEST

/* ---------------------------------------------------------------- memory */

static int allocations_left;

static void *count_allocate(void *context, size_t size)
{
	(void)context;
	return allocations_left-- > 0 ? malloc(size) : NULL;
}

static void *count_resize(void *context, void *pointer, size_t size)
{
	(void)context;
	return allocations_left-- > 0 ? realloc(pointer, size) : NULL;
}

static void plain_release(void *context, void *pointer)
{
	(void)context;
	free(pointer);
}

START_TEST(every_allocation_fails_once)
{
	static const lode_allocator allocator = { sizeof allocator, 0, NULL, count_allocate,
		                                  count_resize, plain_release };
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;
	int n = 0;
	bool done = false;

	options.allocator = &allocator;
	for (; !done && n < 5000; n++) {
		lode_engine *engine;
		lode_status status = LODE_E_NOMEM;

		fake_reset();
		script_answers();
		lode_set_default_allocator(&allocator);
		allocations_left = n;
		engine = lode_engine_open("fake://u:p@h/d?charset=x", &options, &error);
		if (engine)
			status = whole_story(engine);
		done = allocations_left >= 0;
		ck_assert_msg(done ? status == LODE_OK : status == LODE_OK || status == LODE_E_NOMEM,
		              "allocation %d: %d %s", n, status, error.message);
		allocations_left = 1000000;
		if (engine)
			ck_assert_int_eq(whole_story(engine), LODE_OK);
		lode_engine_close(engine);
		lode_set_default_allocator(NULL);
		ck_assert_int_eq(fake_connections(), 0);
		ck_assert_int_eq(fake_statements(), 0);
	}
	ck_assert_int_gt(n, 10);
}
END_TEST

/* ---------------------------------------------------------------- opening */

static const struct {
	const char *url;
	lode_status status;
	const char *message;
} refused[] = {
	{ "fake://h?pool_size=0", LODE_E_CONFIG,
	  "URL: the option pool_size must be a number from 1 on" },
	{ "fake://h?pool_size=x", LODE_E_CONFIG,
	  "URL: the option pool_size must be a number from 1 on" },
	{ "fake://h?pool_siz=3", LODE_E_CONFIG,
	  "URL: the driver \"fake\" has no option \"pool_siz\"; did you mean \"pool_size\"?" },
	{ "fake://h?charsett=3", LODE_E_CONFIG,
	  "URL: the driver \"fake\" has no option \"charsett\"; did you mean \"charset\"?" },
	{ "fake://h?zzzzzzzzzzzz=3", LODE_E_CONFIG,
	  "URL: the driver \"fake\" has no option \"zzzzzzzzzzzz\"" },
	{ "fake://h?isolation=strict", LODE_E_CONFIG,
	  "URL: isolation is one of default, read_uncommitted, read_committed, repeatable_read, "
	  "snapshot, serializable, autocommit" },
};

START_TEST(options_are_refused)
{
	ck_assert_ptr_null(lode_engine_open(refused[_i].url, NULL, &error));
	ck_assert_int_eq(error.status, refused[_i].status);
	ck_assert_str_eq(error.message, refused[_i].message);
}
END_TEST

START_TEST(connecting_fails)
{
	lode_engine *engine = open_engine("fake://u:wrong@h?attach.x=/y&mode=ro", 0, NULL);
	lode_server_info info = { .struct_size = sizeof info };

	ck_assert_ptr_null(lode_connection_open(engine, &error));
	ck_assert_int_eq(error.status, LODE_E_AUTH);
	ck_assert_ptr_null(strstr(error.message, "wrong"));
	ck_assert_int_eq(lode_engine_server(engine, &info, NULL), LODE_E_AUTH);
	lode_engine_close(engine);
	engine = open_engine("pretend://h", 0, NULL);
	fake.probe = LODE_E_PERMISSION;
	ck_assert_ptr_null(lode_connection_open(engine, &error));
	ck_assert_int_eq(error.status, LODE_E_PERMISSION);
	fake.probe = LODE_OK;
	ck_assert_str_eq(lode_engine_dialect_name(engine), "");
	ck_assert_int_eq(lode_engine_server(engine, &info, &error), LODE_OK);
	ck_assert_str_eq(lode_engine_dialect_name(engine), "fake");
	ck_assert_str_eq(info.product, "Fake");
	ck_assert_str_eq(info.capabilities, "savepoint, ddl-transactions");
	lode_engine_close(engine);
}
END_TEST

START_TEST(null_arguments)
{
	ck_assert_ptr_null(lode_engine_open(NULL, NULL, &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	ck_assert_ptr_null(lode_connection_open(NULL, &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	ck_assert_int_eq(lode_connection_begin(NULL, 0, &error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_connection_commit(NULL, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_connection_rollback(NULL, &error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_connection_savepoint(NULL, "x", &error), LODE_E_MISUSE);
	ck_assert_int_eq(run(NULL, "A"), LODE_E_MISUSE);
	lode_connection_close(NULL);
	lode_engine_close(NULL);
	lode_engine_dispose(NULL);
	ck_assert_str_eq(lode_engine_url(NULL), "");
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

int main(void)
{
	Suite *suite = suite_create("connection");
	TCase *tcase = tcase_create("connection");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, opening_connects_to_nothing);
	tcase_add_loop_test(tcase, scripts_send, 0, COUNT(scripts));
	tcase_add_test(tcase, isolation_of_the_engine);
	tcase_add_loop_test(tcase, default_isolation_is_told, 0, sizeof levels / sizeof *levels);
	tcase_add_test(tcase, rows_and_values);
	tcase_add_test(tcase, values_stay_out_of_the_log);
	tcase_add_test(tcase, statements_are_prepared_once);
	tcase_add_loop_test(tcase, errors_are_told, 0, COUNT(failures));
	tcase_add_test(tcase, silent_failures_are_told);
	tcase_add_test(tcase, lost_in_commit);
	tcase_add_loop_test(tcase, transaction_ended_by_the_server, 0, 2);
	tcase_add_loop_test(tcase, every_call_fails_once, 0, COUNT(kinds));
	tcase_add_test(tcase, every_allocation_fails_once);
	tcase_add_loop_test(tcase, options_are_refused, 0, COUNT(refused));
	tcase_add_test(tcase, connecting_fails);
	tcase_add_test(tcase, null_arguments);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
