/* SPDX-License-Identifier: MIT */
/* tests/engine/test_transaction.c - two phases, and connections lost in the middle, against the
 * scripted driver. */
#include <stdio.h>
#include <string.h>

#include "check_tap.h"
#include "fake.h"

static lode_error error;
static lode_engine *engine;
static lode_connection *connection;

static void setup(void)
{
	fake_reset();
	fake.caps |= LODE_CAP_TWO_PHASE;
	error = (lode_error)LODE_ERROR_INIT;
	ck_assert_int_eq(lode_register_plugin((lode_plugin_entry *)fake_entry, &error), LODE_OK);
	engine = lode_engine_open("fake://h", NULL, &error);
	connection = lode_connection_open(engine, &error);
	ck_assert_msg(connection != NULL, "%s", error.message);
	fake_log_clear();
}

static void teardown(void)
{
	lode_connection_close(connection);
	lode_engine_close(engine);
	ck_assert_int_eq(fake_connections(), 0);
	ck_assert_int_eq(fake_statements(), 0);
}

static lode_status run(const char *sql)
{
	return lode_connection_execute_unsafe(connection, sql, NULL, 0, NULL, NULL, NULL, &error);
}

/* ---------------------------------------------------------------- scripts */

/* one letter a call: x a statement, b begin, B begin in two phases, p prepare, c commit, r
 * rollback, s savepoint, C commit prepared, R rollback prepared */
static lode_status call(char letter)
{
	switch (letter) {
	case 'x':
		return run("A");
	case 'b':
		return lode_connection_begin(connection, 0, &error);
	case 'B':
		return lode_connection_begin_two_phase(connection, "id-1", &error);
	case 'p':
		return lode_connection_prepare(connection, &error);
	case 'c':
		return lode_connection_commit(connection, &error);
	case 'r':
		return lode_connection_rollback(connection, &error);
	case 's':
		return lode_connection_savepoint(connection, "s", &error);
	case 'C':
		return lode_connection_commit_prepared(connection, "id-1", &error);
	default:
		return lode_connection_rollback_prepared(connection, "id-1", &error);
	}
}

static const struct {
	const char *script;
	lode_status status; /* of the last call; the others succeed */
	const char *log;
} scripts[] = {
	{ "BxpC", LODE_OK,
	  "tx begin id-1\nprepare A\nexecute A\ntx prepare id-1\ntx commit prepared id-1\n" },
	{ "BpR", LODE_OK, "tx begin id-1\ntx prepare id-1\ntx rollback prepared id-1\n" },
	{ "C", LODE_OK, "tx commit prepared id-1\n" },
	{ "Bxr", LODE_OK, "tx begin id-1\nprepare A\nexecute A\ntx rollback\n" },
	{ "Bp", LODE_OK, "tx begin id-1\ntx prepare id-1\n" },
	{ "Bpx", LODE_OK, "tx begin id-1\ntx prepare id-1\ntx begin\nprepare A\nexecute A\n" },
	{ "Bc", LODE_E_STATE, "tx begin id-1\n" },
	{ "p", LODE_E_STATE, "" },
	{ "bp", LODE_E_STATE, "tx begin\n" },
	{ "xB", LODE_E_STATE, "tx begin\nprepare A\nexecute A\n" },
	{ "BB", LODE_E_STATE, "tx begin id-1\n" },
	{ "bC", LODE_E_STATE, "tx begin\n" },
	{ "BC", LODE_E_STATE, "tx begin id-1\n" },
	{ "BrBp", LODE_OK, "tx begin id-1\ntx rollback\ntx begin id-1\ntx prepare id-1\n" },
};

START_TEST(phases_follow_each_other)
{
	const char *at = scripts[_i].script;

	for (; at[1]; at++)
		ck_assert_int_eq(call(*at), LODE_OK);
	ck_assert_int_eq(call(*at), scripts[_i].status);
	ck_assert_str_eq(fake_log(), scripts[_i].log);
}
END_TEST

/* what is prepared is nobody's: its connection is closed, not reset, when it comes back */
START_TEST(what_is_prepared_stays)
{
	lode_pool_status pool = { .struct_size = sizeof pool };

	call('B');
	call('p');
	ck_assert(!lode_connection_in_transaction(connection));
	lode_connection_close(connection);
	lode_engine_pool(engine, &pool);
	ck_assert_uint_eq(pool.idle, 0);
	connection = lode_connection_open(engine, &error);
	call('C');
	lode_connection_close(connection);
	lode_engine_pool(engine, &pool);
	ck_assert_uint_eq(pool.idle, 1);
	connection = lode_connection_open(engine, &error);
}
END_TEST

START_TEST(ids_are_checked)
{
	static const char *const ids[] = {
		NULL,	    "",
		"a'b",	    "a b",
		"\303\244", "12345678901234567890123456789012345678901234567890123456789012345"
	};

	ck_assert_int_eq(lode_connection_begin_two_phase(connection, ids[_i], &error),
			 LODE_E_MISUSE);
	ck_assert_int_eq(lode_connection_commit_prepared(connection, ids[_i], &error),
			 LODE_E_MISUSE);
	ck_assert_int_eq(lode_connection_rollback_prepared(connection, ids[_i], &error),
			 LODE_E_MISUSE);
	ck_assert_str_eq(fake_log(), "");
}
END_TEST

static lode_status collect(void *context, const char *id)
{
	strcat(context, id);
	strcat(context, " ");
	return strcmp(id, "stop") == 0 ? -1000 : LODE_OK;
}

static const char *const left_over[] = { "0",	 "id-1", "0",	 NULL, "0",
					 "id-2", "0",	 "stop", "0",  "id-3" };
static const fake_answer lists[] = {
	{ .sql = "LIST PREPARED", .ncols = 2, .nrows = 3, .cells = left_over },
	{ .sql = "LIST PREPARED", .ncols = 2, .nrows = 5, .cells = left_over },
};

/* ids stand in the last column; no transaction is left open by the question */
START_TEST(left_over_ones_are_listed)
{
	char out[100] = "";

	fake.answers = &lists[_i];
	fake.answer_count = 1;
	ck_assert_int_eq(lode_connection_recover(connection, collect, out, &error),
			 _i ? -1000 : LODE_OK);
	ck_assert_str_eq(out, _i ? "id-1 id-2 stop " : "id-1 id-2 ");
	ck_assert(!lode_connection_in_transaction(connection));
	call('b');
	ck_assert_int_eq(lode_connection_recover(connection, collect, out, &error), LODE_E_STATE);
}
END_TEST

START_TEST(without_the_capability)
{
	char out[100] = "";

	lode_connection_close(connection);
	lode_engine_dispose(engine);
	fake.caps &= ~LODE_CAP_TWO_PHASE;
	connection = lode_connection_open(engine, &error);
	for (const char *at = "BCR"; *at; at++)
		ck_assert_int_eq(call(*at), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(lode_connection_recover(connection, collect, out, &error),
			 LODE_E_UNSUPPORTED);
}
END_TEST

/* ---------------------------------------------------------------- lost in the middle */

/* the last call of the script loses the connection, and what comes after it fails at once */
static const struct {
	const char *script;
	lode_status status;
} losses[] = {
	{ "x", LODE_E_DISCONNECT },	  { "b", LODE_E_DISCONNECT },
	{ "xx", LODE_E_DISCONNECT },	  { "xs", LODE_E_DISCONNECT },
	{ "xc", LODE_E_OUTCOME_UNKNOWN }, { "xr", LODE_E_DISCONNECT },
	{ "B", LODE_E_DISCONNECT },	  { "Bxp", LODE_E_OUTCOME_UNKNOWN },
	{ "C", LODE_E_OUTCOME_UNKNOWN },  { "R", LODE_E_OUTCOME_UNKNOWN },
};

START_TEST(nothing_is_tried_again)
{
	const char *at = losses[_i].script;
	int calls;

	for (; at[1]; at++)
		ck_assert_int_eq(call(*at), LODE_OK);
	fake.fail_at = fake_calls() + 1;
	fake.fail_status = LODE_E_DISCONNECT;
	ck_assert_int_eq(call(*at), losses[_i].status);
	ck_assert_int_eq(error.status, losses[_i].status);
	ck_assert(error.disconnected);
	ck_assert(!error.retryable);
	calls = fake_calls();
	for (const char *after = "xbBpcsCR"; *after; after++)
		if (*after != 'c' || *at != 'r') /* after a rollback there is nothing to commit */
			ck_assert_int_eq(call(*after), LODE_E_DISCONNECT);
	ck_assert_int_eq(call('r'), LODE_OK);
	ck_assert_int_eq(fake_calls(), calls); /* the driver was not called at all */
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("transaction");
	TCase *tcase = tcase_create("transaction");

#define ROWS(table) (int)(sizeof(table) / sizeof *(table))
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, phases_follow_each_other, 0, ROWS(scripts));
	tcase_add_test(tcase, what_is_prepared_stays);
	tcase_add_loop_test(tcase, ids_are_checked, 0, 6);
	tcase_add_loop_test(tcase, left_over_ones_are_listed, 0, ROWS(lists));
	tcase_add_test(tcase, without_the_capability);
	tcase_add_loop_test(tcase, nothing_is_tried_again, 0, ROWS(losses));
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
