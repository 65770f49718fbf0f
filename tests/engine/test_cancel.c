/* SPDX-License-Identifier: MIT */
/* tests/engine/test_cancel.c - statements that another thread or a deadline stops, on SQLite. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include <lode/engine.h>

#include "check_tap.h"

/* never ends by itself */
#define ENDLESS "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

static lode_error error;
static lode_engine *engine;
static lode_connection *connection;

static void setup(void)
{
	error = (lode_error)LODE_ERROR_INIT;
	engine = lode_engine_open("sqlite:///:memory:", NULL, &error);
	ck_assert_msg(engine != NULL, "%s", error.message);
	connection = lode_connection_open(engine, &error);
	ck_assert_msg(connection != NULL, "%s", error.message);
}

static void teardown(void)
{
	lode_connection_close(connection);
	lode_engine_close(engine);
}

static lode_status run(const char *sql)
{
	return lode_connection_execute_unsafe(connection, sql, NULL, 0, NULL, NULL, NULL, &error);
}

/* ---------------------------------------------------------------- by another thread */

static atomic_bool ended;

static void *cancel_until_ended(void *context)
{
	lode_status *status = context;

	while (!atomic_load(&ended) && *status == LODE_OK) {
		*status = lode_connection_cancel(connection, NULL);
		sched_yield();
	}
	return NULL;
}

START_TEST(another_thread_cancels)
{
	lode_status cancelled = LODE_OK;
	pthread_t thread;

	ck_assert_int_eq(run("CREATE TABLE t (a)"), LODE_OK);
	ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_OK);
	atomic_store(&ended, false);
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_until_ended, &cancelled), 0);
	ck_assert_int_eq(run(_i ? "INSERT INTO t " ENDLESS : ENDLESS), LODE_E_CANCELLED);
	atomic_store(&ended, true);
	pthread_join(thread, NULL);
	ck_assert_int_eq(cancelled, LODE_OK);
	ck_assert(!error.disconnected && !error.retryable);
	ck_assert_int_eq(lode_connection_rollback(connection, &error), LODE_OK);
	ck_assert_int_eq(run("INSERT INTO t VALUES (1)"), LODE_OK);
	ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_OK);
}
END_TEST

START_TEST(nothing_to_cancel)
{
	ck_assert_int_eq(lode_connection_cancel(connection, &error), LODE_OK);
	ck_assert_int_eq(run("SELECT 1"), LODE_OK);
	ck_assert_int_eq(lode_connection_cancel(NULL, &error), LODE_E_MISUSE);
}
END_TEST

/* ---------------------------------------------------------------- by the clock */

START_TEST(deadlines_stop_and_stay)
{
	ck_assert_int_eq(lode_connection_deadline(connection, 20, &error), LODE_OK);
	ck_assert_int_eq(run(ENDLESS), LODE_E_TIMEOUT);
	ck_assert_str_eq(error.sql, ENDLESS);
	lode_connection_deadline(connection, 0, &error);    /* has passed */
	while (run("SELECT 1") == LODE_OK)
		sched_yield();                               /* for a millisecond at most */
	ck_assert_int_eq(error.status, LODE_E_TIMEOUT);
	ck_assert_int_eq(lode_connection_rollback(connection, &error), LODE_OK);
	ck_assert_int_eq(run("SELECT 1"), LODE_E_TIMEOUT);
	ck_assert_str_eq(error.message, "the deadline has passed; roll back, and set another");
	ck_assert_int_eq(lode_connection_deadline(connection, LODE_NONE, &error), LODE_OK);
	ck_assert_int_eq(run("SELECT 1"), LODE_OK);
	ck_assert_int_eq(lode_connection_deadline(NULL, 1, &error), LODE_E_MISUSE);
}
END_TEST

/* what one user of a connection set, the next does not have */
START_TEST(deadlines_end_with_the_connection)
{
	lode_connection_deadline(connection, 0, &error);
	lode_connection_close(connection);
	connection = lode_connection_open(engine, &error);
	ck_assert_ptr_nonnull(connection);
	ck_assert_int_eq(run("SELECT 1"), LODE_OK);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cancel");
	TCase *tcase = tcase_create("cancel");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, another_thread_cancels, 0, 2);
	tcase_add_test(tcase, nothing_to_cancel);
	tcase_add_test(tcase, deadlines_stop_and_stay);
	tcase_add_test(tcase, deadlines_end_with_the_connection);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
