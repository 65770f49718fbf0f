/* SPDX-License-Identifier: MIT */
/* tests/orm/test_unit.c - a session's transaction that another thread or a deadline stops, and
 * sessions of many threads over one engine and one registry. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define ENDLESS                                                                                    \
	"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

static fixture f;

static void setup(void)
{
	fixture_open(&f, NULL);
}

static void teardown(void)
{
	fixture_close(&f);
}

static lode_status run_endless(lode_session *session)
{
	return lode_execute(
		session,
		lode_text_statement(LODE_TEXT("UPDATE parent SET note = (" ENDLESS ")"), NULL),
		NULL);
}

/* ---- cancel */

static atomic_bool ended;

static void *cancel_until_ended(void *context)
{
	lode_error error = LODE_ERROR_INIT;

	while (!atomic_load(&ended)) {
		lode_session_cancel(context, &error);
		sched_yield();
	}
	return NULL;
}

/* the session says so until it is rolled back, then goes on */
START_TEST(another_thread_cancels)
{
	pthread_t thread;

	fixture_sql(&f, "INSERT INTO parent (id, name) VALUES (1, 'p')");
	atomic_store(&ended, false);
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_until_ended, f.session), 0);
	ck_assert_int_eq(run_endless(f.session), LODE_E_CANCELLED);
	atomic_store(&ended, true);
	pthread_join(thread, NULL);
	ck_assert_int_eq(lode_commit(f.session), LODE_E_CANCELLED);
	ck_assert_int_eq(lode_rollback(f.session), LODE_OK);
	ck_assert_ptr_nonnull(LODE_FIND(f.session, Parent, .id = 1));
	ck_assert_int_eq(lode_session_cancel(NULL, NULL), LODE_E_MISUSE);
}
END_TEST

/* cancelled in any place: a unit of work is done as a whole or not at all, never by halves */
START_TEST(cancelled_anywhere)
{
	pthread_t thread;
	int64_t rows = -1;
	int done = 0;

	fixture_sql(&f, "DELETE FROM parent");
	atomic_store(&ended, false);
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_until_ended, f.session), 0);
	for (int i = 0; i < 50; i++) {
		LODE_ADD(f.session, Parent, .name = "a");
		LODE_ADD(f.session, Parent, .name = "b");
		if (lode_commit(f.session) == LODE_OK)
			done++;
		else
			ck_assert_int_eq(lode_session_status(f.session), LODE_E_CANCELLED);
		lode_rollback(f.session);
		lode_clear(f.session);
	}
	atomic_store(&ended, true);
	pthread_join(thread, NULL);
	ck_assert_int_eq(lode_count_rows(f.session, LODE_SELECT(Parent), &rows), LODE_OK);
	ck_assert_int_eq(rows, 2 * done);
}
END_TEST

/* ---- deadlines */

START_TEST(deadlines_stop)
{
	fixture_sql(&f, "INSERT INTO parent (id, name) VALUES (1, 'p')");
	ck_assert_int_eq(lode_session_deadline(f.session, 20), LODE_OK);
	ck_assert_int_eq(run_endless(f.session), LODE_E_TIMEOUT);
	ck_assert_int_eq(lode_rollback(f.session), LODE_OK);
	lode_session_deadline(f.session, LODE_NONE);
	ck_assert_ptr_nonnull(LODE_FIND(f.session, Parent, .id = 1));
	ck_assert_int_eq(lode_session_deadline(NULL, 1), LODE_E_MISUSE);
}
END_TEST

/* waiting for a connection is under the deadline, too, and has its own status */
START_TEST(deadlines_end_waiting)
{
	lode_session *other;

	lode_begin(f.session); /* the only connection of a database in memory */
	other = lode_session_new(f.registry, f.engine, NULL, &f.error);
	lode_session_deadline(other, 5);
	ck_assert_ptr_null(LODE_FIND(other, Parent, .id = 1));
	ck_assert_int_eq(lode_session_status(other), LODE_E_POOL_TIMEOUT);
	lode_session_free(other);
}
END_TEST

static lode_status work_endless(lode_session *session, void *context)
{
	(void)context;
	return run_endless(session);
}

START_TEST(a_run_has_a_deadline)
{
	lode_run_options options = { .struct_size = sizeof options, .within_ms = 20 };

	fixture_sql(&f, "INSERT INTO parent (id, name) VALUES (1, 'p')");
	lode_session_free(f.session);
	f.session = NULL;
	ck_assert_int_eq(lode_run(f.registry, f.engine, work_endless, NULL, &options, &f.error),
			 LODE_E_TIMEOUT);
}
END_TEST

/* ---- many threads */

struct worker {
	pthread_t thread;
	lode_engine *engine;
	const char *complaint;
};

static void *work(void *context)
{
	struct worker *worker = context;

	for (int i = 0; i < 20 && !worker->complaint; i++) {
		lode_session *session = lode_session_new(f.registry, worker->engine, NULL, NULL);
		Parent *parent = LODE_ADD(session, Parent, .name = "n");

		if (lode_commit(session) < 0)
			worker->complaint = lode_status_name(lode_session_status(session));
		else if (LODE_FIND(session, Parent, .id = parent->id) != parent)
			worker->complaint = "another object";
		lode_session_free(session);
	}
	return NULL;
}

/* registry, engine, its plans and its dialect are one for all of them; each has its own session */
START_TEST(threads_share_all_but_sessions)
{
	struct worker workers[4];
	char url[160];
	lode_engine *engine;

	snprintf(url, sizeof url, "sqlite:////tmp/lode-unit-%ld.db?busy_timeout=60000",
		 (long)getpid());
	engine = lode_engine_open(url, NULL, &f.error);
	ck_assert_msg(engine != NULL, "%s", f.error.message);
	ck_assert_int_eq(lode_create_all(lode_registry_metadata(f.registry), engine, &f.error),
			 LODE_OK);
	for (int i = 0; i < 4; i++) {
		workers[i] = (struct worker){ .engine = engine };
		ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(workers[i].thread, NULL);
		ck_assert_msg(workers[i].complaint == NULL, "%s", workers[i].complaint);
	}
	ck_assert_int_eq(lode_drop_all(lode_registry_metadata(f.registry), engine, &f.error),
			 LODE_OK);
	lode_engine_close(engine);
	for (int i = 0; i < 3; i++) {
		static const char *const ends[] = { "", "-wal", "-shm" };

		snprintf(url, sizeof url, "/tmp/lode-unit-%ld.db%s", (long)getpid(), ends[i]);
		unlink(url);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("unit");
	TCase *tcase = tcase_create("unit");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, another_thread_cancels);
	tcase_add_test(tcase, cancelled_anywhere);
	tcase_add_test(tcase, deadlines_stop);
	tcase_add_test(tcase, deadlines_end_waiting);
	tcase_add_test(tcase, a_run_has_a_deadline);
	tcase_add_test(tcase, threads_share_all_but_sessions);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
