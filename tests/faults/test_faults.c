/* SPDX-License-Identifier: MIT */
/* tests/faults/test_faults.c - servers that are killed, frozen, or lost on the way; processes that
 * fork; each of the four timeouts.  On a server that is this program's own, see tests/faults.sh. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../backend.h"
#include "proxy.h"

LODE_DECLARE(Item);
struct Item {
	int64_t id;
	const char *name;
};
LODE_CLASS(Item, "item", LODE_COLUMN(Item, id, .primary_key = true),
	   LODE_COLUMN(Item, name, .length = 40));

static lode_registry *registry;
static lode_engine *engine;
static lode_error error;

static lode_engine *open_engine(const char *url)
{
	lode_engine *opened = lode_engine_open(url, NULL, &error);

	ck_assert_msg(opened != NULL, "%s", error.message);
	return opened;
}

static void setup(void)
{
	error = (lode_error)LODE_ERROR_INIT;
	registry = lode_registry_new(NULL);
	ck_assert_msg(LODE_MAP(registry, &error, Item) == LODE_OK, "%s", error.message);
	engine = open_engine(backend_url("pool_timeout_ms=60000&connect_timeout_ms=60000"));
	ck_assert_msg(lode_drop_all(lode_registry_metadata(registry), engine, &error) == LODE_OK,
		      "%s", error.message);
	ck_assert_msg(lode_create_all(lode_registry_metadata(registry), engine, &error) == LODE_OK,
		      "%s", error.message);
}

static void teardown(void)
{
	lode_engine_close(engine);
	lode_registry_free(registry);
}

static lode_status run(lode_connection *connection, const char *sql)
{
	return lode_connection_execute_unsafe(connection, sql, NULL, 0, NULL, NULL, NULL, &error);
}

static lode_connection *connect_to(lode_engine *to)
{
	lode_connection *connection = lode_connection_open(to, &error);

	ck_assert_msg(connection != NULL, "%s", error.message);
	return connection;
}

static int64_t count_items(void)
{
	lode_session *session = lode_session_new(registry, engine, NULL, &error);
	int64_t count = -1;

	ck_assert_msg(lode_count_rows(session, LODE_SELECT(Item), &count) == LODE_OK, "%s",
		      lode_session_error(session)->message);
	lode_session_free(session);
	return count;
}

/* tests/servers.sh VERB on the server of this backend */
static void server(const char *verb)
{
	char command[600];

	snprintf(command, sizeof command, "sh '%s/tests/servers.sh' %s %s >&2",
		 getenv("LODE_TEST_SRCDIR"), verb, backend_name());
	ck_assert_int_eq(system(command), 0);
}

static bool is_loss(lode_status status)
{
	return status == LODE_E_DISCONNECT || status == LODE_E_CONNECT ||
	       status == LODE_E_NETWORK_TIMEOUT;
}

/* ---------------------------------------------------------------- killed and restarted */

/* the session in a transaction says so until it is rolled back; idle connections are replaced
 * without a word; what was not committed is gone, nothing was sent again */
START_TEST(killed_and_restarted)
{
	lode_session *session = lode_session_new(registry, engine, NULL, &error);
	lode_connection *idle[2] = { connect_to(engine), connect_to(engine) };
	lode_status status;

	for (int i = 0; i < 2; i++)
		lode_connection_close(idle[i]);
	LODE_ADD(session, Item, .name = "kept");
	ck_assert_int_eq(lode_commit(session), LODE_OK);
	LODE_ADD(session, Item, .name = "lost");
	ck_assert_int_eq(lode_flush(session), LODE_OK);
	server("kill");
	LODE_ADD(session, Item, .name = "never sent");
	status = lode_flush(session);
	ck_assert_msg(is_loss(status), "%s", lode_status_name(status));
	ck_assert(lode_session_error(session)->disconnected);
	server("restart");
	ck_assert_int_eq(lode_commit(session), status); /* sticky, and nothing is tried again */
	ck_assert_int_eq(lode_rollback(session), LODE_OK);
	ck_assert_int_eq(count_items(), 1);
	LODE_ADD(session, Item, .name = "after");
	ck_assert_int_eq(lode_commit(session), LODE_OK);
	lode_session_free(session);
	ck_assert_int_eq(count_items(), 2);
}
END_TEST

struct worker {
	pthread_t thread;
	atomic_int committed, unknown;
	const char *complaint;
};

static atomic_bool over;

static void *work(void *context)
{
	struct worker *worker = context;

	while (!atomic_load(&over) && !worker->complaint) {
		lode_session *session = lode_session_new(registry, engine, NULL, NULL);
		lode_status status;

		LODE_ADD(session, Item, .name = "w");
		status = lode_commit(session);
		if (status == LODE_OK)
			atomic_fetch_add(&worker->committed, 1);
		else if (status == LODE_E_OUTCOME_UNKNOWN)
			atomic_fetch_add(&worker->unknown, 1);
		else if (!is_loss(status))
			worker->complaint = lode_status_name(status);
		lode_session_free(session);
	}
	return NULL;
}

static void await_commits(struct worker *workers, size_t count, int more)
{
	for (size_t i = 0; i < count; i++) {
		int since = atomic_load(&workers[i].committed);

		while (atomic_load(&workers[i].committed) < since + more && !workers[i].complaint)
			sched_yield();
	}
}

/* every commit that was reported is there, and no more than those whose outcome nobody knows */
START_TEST(killed_under_load)
{
	struct worker workers[3] = { 0 };
	int committed = 0, unknown = 0;
	int64_t rows;

	atomic_store(&over, false);
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	await_commits(workers, 3, 5);
	server("kill");
	server("restart");
	await_commits(workers, 3, 5);
	atomic_store(&over, true);
	for (size_t i = 0; i < 3; i++) {
		pthread_join(workers[i].thread, NULL);
		ck_assert_msg(!workers[i].complaint, "%s", workers[i].complaint);
		committed += workers[i].committed;
		unknown += workers[i].unknown;
	}
	rows = count_items();
	ck_assert_msg(rows >= committed && rows <= committed + unknown,
		      "%d committed, %d unknown, %lld rows", committed, unknown, (long long)rows);
}
END_TEST

/* ---------------------------------------------------------------- lost on the way */

static proxy *start_proxy(lode_engine **through, const char *options)
{
	const char *tcp = getenv("LODE_TEST_TCP");
	lode_url *direct = lode_url_parse(backend_url(NULL), &error);
	lode_url *server_url = lode_url_parse(tcp, &error), *url;
	lode_url_parts parts = LODE_URL_PARTS_INIT, to = LODE_URL_PARTS_INIT;
	char text[600];
	proxy *p;

	ck_assert_msg(direct && server_url, "%s", error.message);
	lode_url_split(direct, &parts);
	lode_url_split(server_url, &to);
	p = proxy_start(to.port);
	parts.host = "127.0.0.1";
	parts.port = proxy_port(p);
	parts.options = NULL;
	parts.option_count = 0;
	url = lode_url_new(&parts, &error);
	snprintf(text, sizeof text, "%s?tls=disable%s", lode_url_text(url), options);
	*through = open_engine(text);
	lode_url_free(url);
	lode_url_free(server_url);
	lode_url_free(direct);
	return p;
}

/* COMMIT was sent, or was not, and no answer came: nobody can know, so nobody says */
START_TEST(outcome_unknown)
{
	lode_engine *through = NULL;
	proxy *p = start_proxy(&through, "");
	lode_session *session = lode_session_new(registry, through, NULL, &error);

	LODE_ADD(session, Item, .name = "x");
	ck_assert_int_eq(lode_flush(session), LODE_OK);
	proxy_arm_text(p, "COMMIT", _i ? PROXY_SWALLOW : PROXY_DROP);
	ck_assert_int_eq(lode_commit(session), LODE_E_OUTCOME_UNKNOWN);
	ck_assert(proxy_has_cut(p));
	ck_assert(lode_session_error(session)->disconnected);
	ck_assert_int_eq(lode_commit(session), LODE_E_OUTCOME_UNKNOWN);
	ck_assert_int_eq(lode_rollback(session), LODE_OK);
	ck_assert_int_eq(count_items(), _i);
	LODE_ADD(session, Item, .name = "y"); /* on a new connection */
	ck_assert_int_eq(lode_commit(session), LODE_OK);
	ck_assert_int_eq(count_items(), _i + 1);
	lode_session_free(session);
	lode_engine_close(through);
	proxy_stop(p);
}
END_TEST

/* one call for each verb; the number of the one that fails, or -1 */
static int run_verbs(lode_connection *connection, lode_status *status)
{
	int at = 0;

#define VERB(call)                                                                                 \
	do {                                                                                       \
		*status = (call);                                                                  \
		if (*status != LODE_OK)                                                            \
			return at;                                                                 \
		at++;                                                                              \
	} while (0)
	VERB(lode_connection_begin(connection, 0, &error));
	VERB(run(connection, "INSERT INTO item (name) VALUES ('v')"));
	VERB(lode_connection_savepoint(connection, "s", &error));
	VERB(run(connection, "INSERT INTO item (name) VALUES ('v')"));
	VERB(lode_connection_rollback_to(connection, "s", &error));
	VERB(lode_connection_release(connection, "s", &error));
	VERB(run(connection, "UPDATE item SET name = 'w'"));
	VERB(run(connection, "SELECT id FROM item"));
	VERB(lode_connection_commit(connection, &error));
#undef VERB
	return -1;
}

/* cut at the n-th message of a transaction, for every n: the verb fails as lost, COMMIT as unknown,
 * and what comes after it fails without being sent */
START_TEST(cut_in_each_verb)
{
	lode_engine *through = NULL;
	proxy *p = start_proxy(&through, "&pool_size=1");
	int n = 0, failed, seen = 0;

	do {
		lode_connection *connection = connect_to(through);
		int64_t before = count_items();
		lode_status status = LODE_OK;

		proxy_arm(p, ++n, _i ? PROXY_SWALLOW : PROXY_DROP);
		failed = run_verbs(connection, &status);
		proxy_arm(p, 0, PROXY_DROP);
		if (failed >= 0) {
			seen |= 1 << failed;
			if (failed == 8)
				ck_assert_int_eq(status, LODE_E_OUTCOME_UNKNOWN);
			else
				ck_assert_msg(is_loss(status), "verb %d: %s: %s", failed,
					      lode_status_name(status), error.message);
			ck_assert(error.disconnected);
			ck_assert_int_eq(run(connection, "SELECT 1"), LODE_E_DISCONNECT);
			ck_assert_int_eq(lode_connection_rollback(connection, &error), LODE_OK);
			if (failed < 8)
				ck_assert_int_eq(count_items(), before);
		}
		lode_connection_close(connection);
	} while (failed >= 0);
	ck_assert_int_gt(n, 6);
	ck_assert_msg(seen & (1 << 8) && seen & (1 << 1), "verbs %x", (unsigned)seen);
	lode_engine_close(through);
	proxy_stop(p);
}
END_TEST

/* ---------------------------------------------------------------- two phases */

static lode_status collect(void *context, const char *id)
{
	strcat(context, id);
	strcat(context, " ");
	return LODE_OK;
}

static lode_status end_prepared(lode_connection *connection, const char *id, bool commit)
{
	lode_status status = LODE_E_NO_OBJECT;

	/* not before the server has noticed that the one who prepared it is gone */
	for (int tries = 0; status == LODE_E_NO_OBJECT && tries < 1000; tries++) {
		if (tries)
			usleep(10000);
		status = commit ? lode_connection_commit_prepared(connection, id, &error)
				: lode_connection_rollback_prepared(connection, id, &error);
	}
	return status;
}

/* prepared, then the server is killed, too: what is left over is listed and ended by somebody else
 */
START_TEST(prepared_outlives_all)
{
	lode_connection *connection;
	char ids[200] = "";

	for (int i = 0; i < 2; i++) {
		lode_status status;

		connection = connect_to(engine);
		status = lode_connection_begin_two_phase(connection, i ? "lode:b" : "lode:a",
							 &error);
		if (status == LODE_E_UNSUPPORTED)
			BACKEND_LACKS("two-phase");
		ck_assert_msg(status == LODE_OK, "%s", error.message);
		ck_assert_int_eq(run(connection, "INSERT INTO item (name) VALUES ('p')"), LODE_OK);
		ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_E_STATE);
		ck_assert_msg(lode_connection_prepare(connection, &error) == LODE_OK, "%s",
			      error.message);
		lode_connection_close(connection);
	}
	if (_i) {
		server("kill");
		server("restart");
	}
	ck_assert_int_eq(count_items(), 0);
	connection = connect_to(engine);
	ck_assert_int_eq(lode_connection_recover(connection, collect, ids, &error), LODE_OK);
	ck_assert_msg(strstr(ids, "lode:a ") && strstr(ids, "lode:b "), "%s", ids);
	ck_assert_int_eq(end_prepared(connection, "lode:a", true), LODE_OK);
	ck_assert_int_eq(end_prepared(connection, "lode:b", false), LODE_OK);
	ck_assert_int_eq(lode_connection_commit_prepared(connection, "lode:a", &error),
			 LODE_E_NO_OBJECT);
	ids[0] = '\0';
	ck_assert_int_eq(lode_connection_recover(connection, collect, ids, &error), LODE_OK);
	ck_assert_str_eq(ids, "");
	/* before it is prepared it is like any other */
	ck_assert_int_eq(lode_connection_begin_two_phase(connection, "lode:c", &error), LODE_OK);
	ck_assert_int_eq(run(connection, "INSERT INTO item (name) VALUES ('q')"), LODE_OK);
	ck_assert_int_eq(lode_connection_rollback(connection, &error), LODE_OK);
	lode_connection_close(connection);
	ck_assert_int_eq(count_items(), 1);
}
END_TEST

/* ---------------------------------------------------------------- fork */

static int use_in_child(lode_session *inherited)
{
	lode_session *own = lode_session_new(registry, engine, NULL, &error);

	if (LODE_FIND(inherited, Item, .id = 999) ||
	    lode_session_status(inherited) != LODE_E_DISCONNECT)
		return 1;
	LODE_ADD(own, Item, .name = "child");
	if (lode_commit(own) != LODE_OK)
		return 2;
	lode_session_free(own);
	lode_session_free(inherited);
	lode_engine_close(engine);
	return 0;
}

/* the child uses the engine, frees all it has, and ends: the parent's session goes on */
START_TEST(a_fork_leaves_the_parent_alone)
{
	lode_session *session = lode_session_new(registry, engine, NULL, &error);
	int status = -1;
	pid_t pid;

	lode_connection_close(connect_to(engine));
	LODE_ADD(session, Item, .name = "parent");
	ck_assert_int_eq(lode_flush(session), LODE_OK);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(use_in_child(session));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	LODE_ADD(session, Item, .name = "parent again");
	ck_assert_msg(lode_commit(session) == LODE_OK, "%s", lode_session_error(session)->message);
	lode_session_free(session);
	ck_assert_int_eq(count_items(), 3);
}
END_TEST

/* ---------------------------------------------------------------- four timeouts */

static bool speaks_mariadb(void)
{
	return backend_speaks("mariadb");
}

START_TEST(pool_wait_has_its_status)
{
	lode_engine *small =
		open_engine(backend_url("pool_size=1&pool_overflow=0&pool_timeout_ms=20"));
	lode_connection *only = connect_to(small);

	ck_assert_ptr_null(lode_connection_open(small, &error));
	ck_assert_int_eq(error.status, LODE_E_POOL_TIMEOUT);
	ck_assert(!error.disconnected);
	lode_connection_close(only);
	lode_engine_close(small);
}
END_TEST

/* by the engine's option, then by a deadline; the connection stays */
START_TEST(statements_have_their_status)
{
	const char *sleep = speaks_mariadb() ? "SELECT SLEEP(600)" : "SELECT pg_sleep(600)";
	lode_engine *hasty = open_engine(backend_url(_i ? NULL : "timeout_ms=100"));
	lode_connection *connection = connect_to(hasty);

	if (_i)
		lode_connection_deadline(connection, 100, &error);
	ck_assert_int_eq(run(connection, sleep), LODE_E_TIMEOUT);
	ck_assert(!error.disconnected);
	lode_connection_deadline(connection, LODE_NONE, &error);
	ck_assert_int_eq(lode_connection_rollback(connection, &error), LODE_OK);
	ck_assert_int_eq(run(connection, "SELECT 1"), LODE_OK);
	lode_connection_close(connection);
	lode_engine_close(hasty);
}
END_TEST

static void *cancel_after_start(void *context)
{
	while (!atomic_load(&over)) {
		lode_connection_cancel(context, NULL);
		usleep(10000);
	}
	return NULL;
}

START_TEST(another_thread_cancels)
{
	const char *sleep = speaks_mariadb() ? "SELECT SLEEP(600)" : "SELECT pg_sleep(600)";
	lode_connection *connection = connect_to(engine);
	pthread_t thread;

	ck_assert_int_eq(lode_connection_begin(connection, 0, &error), LODE_OK);
	atomic_store(&over, false);
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_after_start, connection), 0);
	ck_assert_int_eq(run(connection, sleep), LODE_E_CANCELLED);
	atomic_store(&over, true);
	pthread_join(thread, NULL);
	ck_assert_int_eq(lode_connection_rollback(connection, &error), LODE_OK);
	ck_assert_int_eq(run(connection, "SELECT 1"), LODE_OK);
	lode_connection_close(connection);
}
END_TEST

START_TEST(locks_have_their_status)
{
	lode_connection *one = connect_to(engine), *two = connect_to(engine);

	ck_assert_int_eq(run(one, "INSERT INTO item (name) VALUES ('a')"), LODE_OK);
	ck_assert_int_eq(lode_connection_commit(one, &error), LODE_OK);
	ck_assert_int_eq(run(two, speaks_mariadb() ? "SET innodb_lock_wait_timeout = 1"
						   : "SET lock_timeout = 100"),
			 LODE_OK);
	ck_assert_int_eq(run(one, "UPDATE item SET name = 'b'"), LODE_OK);
	ck_assert_int_eq(run(two, "UPDATE item SET name = 'c'"), LODE_E_LOCKED);
	ck_assert(error.retryable && !error.disconnected);
	ck_assert_int_eq(lode_connection_rollback(two, &error), LODE_OK);
	lode_connection_close(one);
	lode_connection_close(two);
}
END_TEST

/* a server that says nothing any more, as behind a cable that was pulled */
START_TEST(the_network_has_its_status)
{
	lode_engine *hasty = open_engine(
		backend_url(speaks_mariadb() ? "timeout_ms=500&read_timeout=1" : "timeout_ms=500"));
	lode_connection *connection = connect_to(hasty);
	lode_status status;

	ck_assert_int_eq(run(connection, "SELECT 1"), LODE_OK);
	server("freeze");
	status = run(connection, "SELECT 2");
	server("thaw");
	ck_assert_msg(status == LODE_E_NETWORK_TIMEOUT, "%s: %s", lode_status_name(status),
		      error.message);
	ck_assert(error.disconnected);
	lode_connection_close(connection);
	connection = connect_to(hasty);
	ck_assert_int_eq(run(connection, "SELECT 3"), LODE_OK);
	lode_connection_close(connection);
	lode_engine_close(hasty);
}
END_TEST

/* ---------------------------------------------------------------- no connection at all */

static const struct {
	const char *part; /* of the URL that is changed */
	const char *value;
	lode_status status, or_else; /* what the server or the library calls it */
} refusals[] = {
	{ "password", "not the word", LODE_E_AUTH, LODE_E_AUTH },
	{ "user", "nobody_of_that_name", LODE_E_AUTH, LODE_E_AUTH },
	{ "database", "no_such_database", LODE_E_NO_OBJECT, LODE_E_CONNECT },
	{ "host", "no-such-host.invalid", LODE_E_CONNECT, LODE_E_CONNECT },
	{ "port", "1", LODE_E_CONNECT, LODE_E_CONNECT },
	{ "tls", "sometimes", LODE_E_CONNECT, LODE_E_CONFIG },
};

START_TEST(connecting_is_refused)
{
	lode_url *url = lode_url_parse(getenv("LODE_TEST_TCP"), &error), *changed;
	lode_url_parts parts = LODE_URL_PARTS_INIT;
	lode_url_option option = { "tls", refusals[_i].value };
	const char *part = refusals[_i].part, *value = refusals[_i].value;
	lode_engine *refused;

	lode_url_split(url, &parts);
	if (strcmp(part, "password") == 0)
		parts.password = value;
	else if (strcmp(part, "user") == 0)
		parts.user = value;
	else if (strcmp(part, "database") == 0)
		parts.database = value;
	else if (strcmp(part, "host") == 0)
		parts.host = value;
	else if (strcmp(part, "port") == 0)
		parts.port = 1;
	else {
		parts.options = &option;
		parts.option_count = 1;
	}
	changed = lode_url_new(&parts, &error);
	refused = open_engine(lode_url_text(changed));
	ck_assert_ptr_null(lode_connection_open(refused, &error));
	ck_assert_msg(error.status == refusals[_i].status || error.status == refusals[_i].or_else,
		      "%s: %s: %s", part, lode_status_name(error.status), error.message);
	ck_assert_msg(*error.message && !strstr(error.message, parts.password), "%s",
		      error.message);
	lode_engine_close(refused);
	lode_url_free(changed);
	lode_url_free(url);
}
END_TEST

/* CK_RUN_CASE=lost runs those of one name */
static TCase *add_case(Suite *suite, const char *name)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, teardown);
	suite_add_tcase(suite, tcase);
	return tcase;
}

int main(void)
{
	Suite *suite;
	TCase *tcase;

	if (!getenv("LODE_TEST_TCP")) {
		puts("1..0 # SKIP run by tests/faults.sh, on a server of its own");
		return 0;
	}
	suite = suite_create(backend_name());
	tcase = add_case(suite, "killed");
	tcase_add_test(tcase, killed_and_restarted);
	tcase_add_test(tcase, killed_under_load);
	tcase = add_case(suite, "lost");
	tcase_add_loop_test(tcase, outcome_unknown, 0, 2);
	tcase_add_loop_test(tcase, cut_in_each_verb, 0, 2);
	tcase = add_case(suite, "phases");
	tcase_add_loop_test(tcase, prepared_outlives_all, 0, 2);
	tcase = add_case(suite, "fork");
	tcase_add_test(tcase, a_fork_leaves_the_parent_alone);
	tcase = add_case(suite, "timeouts");
	tcase_add_test(tcase, pool_wait_has_its_status);
	tcase_add_loop_test(tcase, statements_have_their_status, 0, 2);
	tcase_add_test(tcase, another_thread_cancels);
	tcase_add_test(tcase, locks_have_their_status);
	tcase_add_test(tcase, the_network_has_its_status);
	tcase = add_case(suite, "refused");
	tcase_add_loop_test(tcase, connecting_is_refused, 0,
			    (int)(sizeof refusals / sizeof *refusals));
	return lode_test_run(suite);
}
