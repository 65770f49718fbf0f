/* SPDX-License-Identifier: MIT */
/* tests/engine/test_pool.c - how many connections, who gets them, when they go; threads and forks. */
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_tap.h"
#include "fake.h"

static lode_error error;

static lode_engine *open_engine(const char *url)
{
	lode_engine *engine = lode_engine_open(url, NULL, &error);

	ck_assert_msg(engine != NULL, "%s", error.message);
	return engine;
}

static lode_pool_status status_of(lode_engine *engine)
{
	lode_pool_status status = { .struct_size = sizeof status };

	ck_assert_int_eq(lode_engine_pool(engine, &status), LODE_OK);
	return status;
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
}

static lode_status run(lode_connection *connection, const char *sql)
{
	return lode_connection_execute_unsafe(connection, sql, NULL, 0, NULL, NULL, NULL, &error);
}

START_TEST(last_in_first_out)
{
	lode_engine *engine = open_engine("fake://h?pool_size=2&pool_overflow=1");
	lode_connection *a = lode_connection_open(engine, &error);
	lode_connection *b = lode_connection_open(engine, &error);
	lode_connection *c = lode_connection_open(engine, &error);
	void *of_b = lode_connection_native(b, "fake");

	ck_assert_uint_eq(status_of(engine).in_use, 3);
	lode_connection_close(a);
	lode_connection_close(b);
	lode_connection_close(c);    /* more than pool_size idle: closed */
	ck_assert_uint_eq(status_of(engine).idle, 2);
	ck_assert_uint_eq(status_of(engine).closed, 1);
	a = lode_connection_open(engine, &error);
	ck_assert_ptr_eq(lode_connection_native(a, "fake"), of_b);
	lode_connection_close(a);
	ck_assert_uint_eq(status_of(engine).opened, 3);
	lode_engine_close(engine);
}
END_TEST

START_TEST(timeout_says_what_to_do)
{
	lode_engine *engine =
		open_engine("fake://h?pool_size=1&pool_overflow=1&pool_timeout_ms=5");
	lode_connection *a = lode_connection_open(engine, &error);
	lode_connection *b = lode_connection_open(engine, &error);

	ck_assert_ptr_null(lode_connection_open(engine, &error));
	ck_assert_int_eq(error.status, LODE_E_POOL_TIMEOUT);
	ck_assert_str_eq(error.message,
	                 "all 2 connections (pool_size 1 + pool_overflow 1) were in use for 5 ms: end "
	                 "transactions sooner, or raise pool_size or pool_timeout_ms");
	lode_connection_close(a);
	lode_connection_close(b);
	a = lode_connection_open(engine, &error);
	ck_assert_ptr_nonnull(a);
	lode_connection_close(a);
	lode_engine_close(engine);
}
END_TEST

START_TEST(memory_is_one_connection)
{
	lode_engine *engine = open_engine("fake:///:memory:?pool_timeout_ms=0&pool_size=7");
	lode_connection *a = lode_connection_open(engine, &error);

	ck_assert_ptr_null(lode_connection_open(engine, &error));
	ck_assert_str_eq(error.message,
	                 "an in-memory database is one connection, and it was in use for 0 ms: end the "
	                 "other transaction first");
	lode_connection_close(a);
	a = lode_connection_open(engine, &error);
	lode_connection_close(a);
	ck_assert_uint_eq(status_of(engine).opened, 1);
	lode_engine_close(engine);
}
END_TEST

START_TEST(returned_ones_are_reset)
{
	lode_engine *engine = open_engine("fake://h");
	lode_connection *a = lode_connection_open(engine, &error);

	run(a, "A");
	fake_log_clear();
	lode_connection_close(a);
	ck_assert_str_eq(fake_log(), "tx rollback\n");
	ck_assert_uint_eq(status_of(engine).idle, 1);
	/* what cannot be reset is not used again */
	a = lode_connection_open(engine, &error);
	fake.reset = LODE_E_OTHER;
	lode_connection_close(a);
	fake.reset = LODE_OK;
	ck_assert_uint_eq(status_of(engine).idle, 0);
	ck_assert_uint_eq(status_of(engine).in_use, 0);
	a = lode_connection_open(engine, &error);
	run(a, "A");
	fake.fail_at = fake_calls() + 1;    /* the rollback */
	fake.fail_status = LODE_E_IO;
	lode_connection_close(a);
	ck_assert_uint_eq(status_of(engine).idle, 0);
	lode_engine_close(engine);
}
END_TEST

START_TEST(a_lost_one_takes_the_others_along)
{
	lode_engine *engine = open_engine("fake://h");
	lode_connection *a = lode_connection_open(engine, &error);
	lode_connection *b = lode_connection_open(engine, &error);

	lode_connection_close(b);
	fake.fail_at = fake_calls() + 1;
	fake.fail_status = LODE_E_DISCONNECT;
	ck_assert_int_eq(run(a, "A"), LODE_E_DISCONNECT);
	lode_connection_close(a);
	b = lode_connection_open(engine, &error);
	ck_assert_int_eq(run(b, "B"), LODE_OK);
	ck_assert_uint_eq(status_of(engine).opened, 3);
	ck_assert_uint_eq(status_of(engine).closed, 2);
	lode_connection_close(b);
	lode_engine_close(engine);
}
END_TEST

START_TEST(dispose_and_close_in_use)
{
	lode_engine *engine = open_engine("fake://h");
	lode_connection *a = lode_connection_open(engine, &error);
	lode_connection *b = lode_connection_open(engine, &error);

	lode_connection_close(b);
	lode_engine_dispose(engine);
	ck_assert_int_eq(fake_connections(), 1);
	lode_engine_close(engine);    /* a is still out: the engine waits for it */
	ck_assert_int_eq(run(a, "A"), LODE_OK);
	lode_connection_close(a);
}
END_TEST

/* ---------------------------------------------------------------- threads */

struct worker {
	pthread_t thread;
	lode_engine *engine;
	int rounds, failed;
};

static void *work(void *context)
{
	struct worker *worker = context;
	lode_error mine = LODE_ERROR_INIT;

	for (int i = 0; i < worker->rounds; i++) {
		lode_connection *connection = lode_connection_open(worker->engine, &mine);

		if (!connection ||
		    lode_connection_execute_unsafe(connection, "A", NULL, 0, NULL, NULL, NULL, &mine) !=
		            LODE_OK ||
		    lode_connection_commit(connection, &mine) != LODE_OK)
			worker->failed++;
		lode_connection_close(connection);
	}
	return NULL;
}

START_TEST(threads_share)
{
	lode_engine *engine = open_engine("fake://h?pool_size=2&pool_overflow=1");
	struct worker workers[6];

	for (size_t i = 0; i < 6; i++) {
		workers[i] = (struct worker){ .engine = engine, .rounds = 50 };
		ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (size_t i = 0; i < 6; i++) {
		pthread_join(workers[i].thread, NULL);
		ck_assert_int_eq(workers[i].failed, 0);
	}
	ck_assert_uint_eq(status_of(engine).in_use, 0);
	ck_assert_uint_le(status_of(engine).idle, 2);
	ck_assert_uint_eq(status_of(engine).waiting, 0);
	lode_engine_close(engine);
}
END_TEST

/* Two threads queue, one after the other; what comes back goes to the first. */
static int order[2], served;
static pthread_mutex_t order_mutex = PTHREAD_MUTEX_INITIALIZER;

static void *queue_up(void *context)
{
	struct worker *worker = context;
	lode_error mine = LODE_ERROR_INIT;
	lode_connection *connection = lode_connection_open(worker->engine, &mine);

	pthread_mutex_lock(&order_mutex);
	order[served++] = worker->rounds;
	pthread_mutex_unlock(&order_mutex);
	lode_connection_close(connection);
	return NULL;
}

static void wait_for_queue(lode_engine *engine, uint32_t length)
{
	while (status_of(engine).waiting < length)
		sched_yield();
}

START_TEST(first_come_first_served)
{
	lode_engine *engine = open_engine("fake://h?pool_size=1&pool_overflow=0");
	lode_connection *connection = lode_connection_open(engine, &error);
	struct worker workers[2] = { { .engine = engine, .rounds = 1 },
		                     { .engine = engine, .rounds = 2 } };

	served = 0;
	for (uint32_t i = 0; i < 2; i++) {
		pthread_create(&workers[i].thread, NULL, queue_up, &workers[i]);
		wait_for_queue(engine, i + 1);
	}
	if (_i) {    /* a broken one gives its place to the first in the queue */
		fake.fail_at = fake_calls() + 1;
		fake.fail_status = LODE_E_DISCONNECT;
		ck_assert_int_eq(run(connection, "A"), LODE_E_DISCONNECT);
	}
	lode_connection_close(connection);
	for (size_t i = 0; i < 2; i++)
		pthread_join(workers[i].thread, NULL);
	ck_assert_int_eq(order[0], 1);
	ck_assert_int_eq(order[1], 2);
	ck_assert_uint_eq(status_of(engine).opened, _i ? 2 : 1);
	lode_engine_close(engine);
}
END_TEST

/* ---------------------------------------------------------------- fork */

/* in the child: 0 if all is as it should be */
static int child_checks(lode_engine *engine, lode_connection *inherited)
{
	lode_connection *own;
	const char *before = fake_log();

	fake_log_clear();
	if (run(inherited, "A") != LODE_E_DISCONNECT)
		return 1;
	if (strcmp(before, "") != 0)
		return 2;
	own = lode_connection_open(engine, &error);
	if (!own || run(own, "B") != LODE_OK)
		return 3;
	if (fake_abandoned() != 1)    /* the idle one */
		return 4;
	lode_connection_close(own);
	lode_connection_close(inherited);
	if (fake_abandoned() != 2 || strstr(fake_log(), "close"))
		return 5;
	lode_engine_close(engine);
	return fake_abandoned() == 2 ? 0 : 6;
}

START_TEST(a_child_leaves_the_parents_alone)
{
	lode_engine *engine = open_engine("fake://h");
	lode_connection *a = lode_connection_open(engine, &error);
	lode_connection *b = lode_connection_open(engine, &error);
	int status = -1;
	pid_t pid;

	lode_connection_close(b);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(child_checks(engine, a));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	ck_assert_int_eq(run(a, "C"), LODE_OK);
	lode_connection_close(a);
	lode_engine_close(engine);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pool");
	TCase *tcase = tcase_create("pool");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, last_in_first_out);
	tcase_add_test(tcase, timeout_says_what_to_do);
	tcase_add_test(tcase, memory_is_one_connection);
	tcase_add_test(tcase, returned_ones_are_reset);
	tcase_add_test(tcase, a_lost_one_takes_the_others_along);
	tcase_add_test(tcase, dispose_and_close_in_use);
	tcase_add_test(tcase, threads_share);
	tcase_add_loop_test(tcase, first_come_first_served, 0, 2);
	tcase_add_test(tcase, a_child_leaves_the_parents_alone);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
