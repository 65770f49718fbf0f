/* SPDX-License-Identifier: MIT */
/* tests/engine/test_pool.c - how many connections, who gets them, when they go; threads and forks. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_tap.h"
#include "engine/state.h"
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
	ck_assert(error.disconnected);
	ck_assert_int_eq(run(a, "A"), LODE_E_DISCONNECT);    /* nothing is tried again behind it */
	ck_assert_uint_eq(engine->pool.generation, 2);
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

/* ---------------------------------------------------------------- is it still there */

/* what was idle is asked before it is used; one that is gone is replaced and takes those of its age
 * along, once */
START_TEST(idle_ones_are_asked)
{
	static const struct {
		lode_status ping;
		const char *log;
		uint32_t opened, idle;
	} rows[] = {
		{ LODE_OK, "ping\n", 2, 1 },
		{ LODE_E_DISCONNECT, "ping\nclose\nopen\n", 3, 1 },
		{ LODE_E_IO, "ping\nclose\nopen\n", 3, 1 },
	};
	lode_engine *engine = open_engine("fake://h");
	lode_connection *a = lode_connection_open(engine, &error);
	lode_connection *b = lode_connection_open(engine, &error);

	lode_connection_close(a);
	lode_connection_close(b);
	fake_log_clear();
	engine->pool.ping_usec = 0;    /* idle for any time */
	fake.ping = rows[_i].ping;
	a = lode_connection_open(engine, &error);
	ck_assert_msg(a != NULL, "%s", error.message);
	ck_assert_str_eq(fake_log(), rows[_i].log);
	ck_assert_uint_eq(status_of(engine).opened, rows[_i].opened);
	ck_assert_uint_eq(status_of(engine).idle, rows[_i].idle);
	fake_log_clear();
	b = lode_connection_open(engine, &error);    /* of the same age: not even asked */
	ck_assert_str_eq(fake_log(), _i ? "close\nopen\n" : "ping\n");
	ck_assert_uint_eq(engine->pool.generation, _i ? 2 : 1);
	lode_connection_close(a);
	lode_connection_close(b);
	lode_engine_close(engine);
}
END_TEST

START_TEST(those_in_use_lately_are_not_asked)
{
	lode_engine *engine = open_engine("fake://h?pool_ping_s=1000");

	lode_connection_close(lode_connection_open(engine, &error));
	fake_log_clear();
	lode_connection_close(lode_connection_open(engine, &error));
	ck_assert_str_eq(fake_log(), "");
	engine->pool.idle->idle_since -= INT64_C(1000) * 1000000;
	lode_connection_close(lode_connection_open(engine, &error));
	ck_assert_str_eq(fake_log(), "ping\n");
	lode_engine_close(engine);
	engine = open_engine("fake://h?pool_ping_s=0");
	ck_assert_int_lt(engine->pool.ping_usec, 0);
	lode_engine_close(engine);
}
END_TEST

START_TEST(old_ones_are_replaced)
{
	lode_engine *engine = open_engine("fake://h?pool_recycle_s=60");

	lode_connection_close(lode_connection_open(engine, &error));
	engine->pool.idle->born -= INT64_C(59) * 1000000;
	lode_connection_close(lode_connection_open(engine, &error));
	ck_assert_uint_eq(status_of(engine).opened, 1);
	engine->pool.idle->born -= INT64_C(1) * 1000000 + 1;
	lode_connection_close(lode_connection_open(engine, &error));
	ck_assert_uint_eq(status_of(engine).opened, 2);
	ck_assert_uint_eq(status_of(engine).closed, 1);
	lode_engine_close(engine);
}
END_TEST

/* what was in use during a dispose is closed when it comes back; what is opened after it stays */
START_TEST(dispose_starts_anew)
{
	lode_engine *engine = open_engine("fake://h");
	lode_connection *old = lode_connection_open(engine, &error), *new;

	lode_engine_dispose(engine);
	new = lode_connection_open(engine, &error);
	ck_assert_int_eq(run(old, "A"), LODE_OK);
	lode_connection_close(old);
	ck_assert_uint_eq(status_of(engine).idle, 0);
	lode_connection_close(new);
	ck_assert_uint_eq(status_of(engine).idle, 1);
	ck_assert_uint_eq(status_of(engine).opened, 2);
	lode_engine_close(engine);
}
END_TEST

/* ---------------------------------------------------------------- other pools */

START_TEST(none_are_kept)
{
	lode_engine *engine = open_engine("fake://h?pool=none");
	lode_connection *all[20];

	for (size_t i = 0; i < 20; i++)    /* more than any size and overflow */
		ck_assert_ptr_nonnull(all[i] = lode_connection_open(engine, &error));
	for (size_t i = 0; i < 20; i++)
		lode_connection_close(all[i]);
	ck_assert_uint_eq(status_of(engine).idle, 0);
	ck_assert_uint_eq(status_of(engine).closed, 20);
	ck_assert_int_eq(fake_connections(), 0);
	lode_engine_close(engine);
}
END_TEST

static const struct {
	const char *url;
	lode_status status;
	const char *message;
} ones[] = {
	{ "fake://h?pool=static&pool_timeout_ms=5&pool_size=9", LODE_E_POOL_TIMEOUT,
	  "the one connection (pool=static) was in use for 5 ms: end the other transaction first" },
	{ "fake://h?pool=assert", LODE_E_STATE,
	  "a connection is in use, and this engine (pool=assert) allows one: close it first" },
	{ "fake:///:memory:?pool=none&pool_timeout_ms=5", LODE_E_POOL_TIMEOUT,
	  "an in-memory database is one connection, and it was in use for 5 ms: end the other "
	  "transaction first" },
};

START_TEST(one_at_a_time)
{
	lode_engine *engine = open_engine(ones[_i].url);
	lode_connection *a = lode_connection_open(engine, &error);

	ck_assert_ptr_null(lode_connection_open(engine, &error));
	ck_assert_int_eq(error.status, ones[_i].status);
	ck_assert_str_eq(error.message, ones[_i].message);
	lode_connection_close(a);
	lode_connection_close(lode_connection_open(engine, &error));
	ck_assert_uint_eq(status_of(engine).opened, 1);
	lode_engine_close(engine);
}
END_TEST

START_TEST(pools_have_names)
{
	ck_assert_ptr_null(lode_engine_open("fake://h?pool=big", NULL, &error));
	ck_assert_str_eq(error.message,
	                 "URL: pool is one of queue, none, static, thread, assert");
}
END_TEST

struct visitor {
	lode_engine *engine;
	void *native;
};

static void *visit(void *context)
{
	struct visitor *visitor = context;
	lode_error mine = LODE_ERROR_INIT;
	lode_connection *connection = lode_connection_open(visitor->engine, &mine);

	visitor->native = lode_connection_native(connection, "fake");
	lode_connection_close(connection);
	return NULL;
}

/* a thread gets its own back; when there is no room, those of others go */
START_TEST(threads_have_their_own)
{
	lode_engine *engine = open_engine("fake://h?pool=thread&pool_size=2&pool_overflow=0");
	struct visitor mine = { .engine = engine }, other = { .engine = engine };
	pthread_t thread;
	void *first;

	visit(&mine);
	first = mine.native;
	for (int i = 0; i < 2; i++) {
		pthread_create(&thread, NULL, visit, &other);
		pthread_join(thread, NULL);
		ck_assert_ptr_ne(other.native, first);
		visit(&mine);
		ck_assert_ptr_eq(mine.native, first);
	}
	ck_assert_uint_le(status_of(engine).idle, 2);
	ck_assert_uint_eq(status_of(engine).waiting, 0);
	lode_engine_close(engine);
}
END_TEST

/* two at once in a thread while another thread's is idle: that one makes room */
START_TEST(room_is_made_among_threads)
{
	lode_engine *engine = open_engine("fake://h?pool=thread&pool_size=2&pool_overflow=0");
	struct visitor other = { .engine = engine };
	lode_connection *a, *b;
	pthread_t thread;

	pthread_create(&thread, NULL, visit, &other);
	pthread_join(thread, NULL);
	/* threads that are gone may have the number of a later one: make it nobody's */
	engine->pool.idle->thread = thread;
	a = lode_connection_open(engine, &error);
	b = lode_connection_open(engine, &error);
	ck_assert_msg(a && b, "%s", error.message);
	ck_assert_uint_eq(status_of(engine).closed, 1);
	ck_assert_uint_eq(status_of(engine).in_use, 2);
	lode_connection_close(a);
	lode_connection_close(b);
	lode_engine_close(engine);
}
END_TEST

/* ---------------------------------------------------------------- connecting as told */

struct broker {
	int calls;
	const char *password, *host;
	lode_status status;
};

static lode_status tell(void *context, lode_url_parts *parts)
{
	struct broker *broker = context;

	broker->calls++;
	ck_assert_str_eq(parts->user, "u");
	if (broker->password)
		parts->password = broker->password;
	if (broker->host)
		parts->host = broker->host;
	parts->dialect = "other";    /* of no effect */
	return broker->status;
}

static const struct {
	struct broker broker;
	lode_status status;
	const char *message;
} brokers[] = {
	{ { .password = "right" }, LODE_OK, "" },
	{ { .password = NULL }, LODE_E_AUTH, "the password is not right" },
	{ { .password = "right", .status = -1001 }, -1001,
	  "the connect function of the engine gives LODE_E_OTHER" },
	{ { .host = "a\nb" }, LODE_E_CONFIG, "URL: a control character in the host" },
};

START_TEST(each_connection_is_told)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;
	struct broker broker = brokers[_i].broker;
	lode_connection *a, *b;
	lode_engine *engine;

	options.connect = tell;
	options.connect_context = &broker;
	engine = lode_engine_open("fake://u:wrong@h", &options, &error);
	ck_assert_int_eq(broker.calls, 0);
	a = lode_connection_open(engine, &error);
	b = lode_connection_open(engine, &error);
	ck_assert_int_eq(broker.calls, 2);
	ck_assert_int_eq(a != NULL, brokers[_i].status == LODE_OK);
	ck_assert_int_eq(a ? LODE_OK : error.status, brokers[_i].status);
	if (!a && brokers[_i].status != -1001)
		ck_assert_str_eq(error.message, brokers[_i].message);
	ck_assert_str_eq(lode_engine_url(engine), "fake://u:***@h");
	lode_connection_close(a);
	lode_connection_close(b);
	ck_assert_uint_eq(status_of(engine).in_use, 0);
	lode_engine_close(engine);
}
END_TEST

/* ---------------------------------------------------------------- threads */

struct worker {
	pthread_t thread;
	lode_engine *engine;
	int rounds, failed;
	pthread_barrier_t *start;
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

static void *use_engine(void *context)
{
	struct worker *worker = context;

	/* all at once, as near as threads come */
	pthread_barrier_wait(worker->start);
	return work(worker);
}

/* in the child: several threads are the first to use the engine there */
static int child_threads(lode_engine *engine)
{
	struct worker workers[8];
	pthread_barrier_t start;
	int failed = 0;

	fake_log_clear();
	pthread_barrier_init(&start, NULL, 8);
	for (size_t i = 0; i < 8; i++) {
		workers[i] = (struct worker){ .engine = engine, .rounds = 5, .start = &start };
		if (pthread_create(&workers[i].thread, NULL, use_engine, &workers[i]) != 0)
			return 1;
	}
	for (size_t i = 0; i < 8; i++) {
		pthread_join(workers[i].thread, NULL);
		failed += workers[i].failed;
	}
	if (failed)
		return 2;
	lode_engine_close(engine);
	return fake_connections();    /* none is open, each was closed or abandoned once */
}

START_TEST(threads_of_a_child_settle_once)
{
	lode_engine *engine = open_engine("fake://h?pool_size=3");
	lode_connection *all[3];
	int status = -1;
	pid_t pid;

	for (size_t i = 0; i < 3; i++)
		all[i] = lode_connection_open(engine, &error);
	for (size_t i = 0; i < 3; i++)
		lode_connection_close(all[i]);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(child_threads(engine));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	lode_engine_close(engine);
}
END_TEST

/* a thread of the parent was in the middle of everything: it is not in the child */
START_TEST(a_child_needs_no_thread_of_its_parent)
{
	lode_engine *engine = open_engine("fake://h");
	pthread_mutex_t *held[] = { &engine->pool.mutex, &engine->plans.mutex,
		                    &engine->dialect_mutex };
	int status = -1;
	pid_t pid;

	lode_connection_close(lode_connection_open(engine, &error));
	for (size_t i = 0; i < 3; i++)
		pthread_mutex_lock(held[i]);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		lode_connection *own = lode_connection_open(engine, &error);
		bool good = own && run(own, "A") == LODE_OK;

		good = good && strcmp(lode_engine_dialect_name(engine), "fake") == 0;
		lode_connection_close(own);
		/* by a signal: nobody looks for memory, which such a child has to leave behind */
		raise(good && fake_abandoned() == 0 ? SIGKILL : SIGTERM);
	}
	for (size_t i = 0; i < 3; i++)
		pthread_mutex_unlock(held[i]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
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
	tcase_add_loop_test(tcase, idle_ones_are_asked, 0, 3);
	tcase_add_test(tcase, those_in_use_lately_are_not_asked);
	tcase_add_test(tcase, old_ones_are_replaced);
	tcase_add_test(tcase, dispose_starts_anew);
	tcase_add_test(tcase, none_are_kept);
	tcase_add_loop_test(tcase, one_at_a_time, 0, 3);
	tcase_add_test(tcase, pools_have_names);
	tcase_add_test(tcase, threads_have_their_own);
	tcase_add_test(tcase, room_is_made_among_threads);
	tcase_add_loop_test(tcase, each_connection_is_told, 0, 4);
	tcase_add_test(tcase, threads_share);
	tcase_add_loop_test(tcase, first_come_first_served, 0, 2);
	tcase_add_test(tcase, a_child_leaves_the_parents_alone);
	tcase_add_test(tcase, threads_of_a_child_settle_once);
	tcase_add_test(tcase, a_child_needs_no_thread_of_its_parent);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
