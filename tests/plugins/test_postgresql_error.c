/* SPDX-License-Identifier: MIT */
/* test_postgresql_error - what goes wrong: connecting, statements, time, memory; and transactions,
 * sessions, what the catalogue says. */
#include "plugins/postgresql_server.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static lode_drv_conn *c;
static lode_arena arena;

static void set_up(void)
{
	host_start();
	c = server_open();
	run(c, "DROP SCHEMA IF EXISTS lode_error CASCADE; CREATE SCHEMA lode_error");
}

static void tear_down(void)
{
	lode_drv_conn *own = server_open();

	conn_ops->close(c);
	run(own, "DROP SCHEMA lode_error CASCADE");
	conn_ops->close(own);
	host_arena_free(&arena);
	ck_assert_int_eq(host_memory.live, 0);
}

/* ---- connecting */

static const struct {
	const char *key, *value;
	lode_status status;
	const char *message; /* part of it */
} connections[] = {
	{ "user", "nobody_of_that_name", LODE_E_AUTH, "nobody_of_that_name" },
	{ "database", "no_such_database", LODE_E_NO_OBJECT, "no_such_database" },
	{ "host", "/nowhere/at/all", LODE_E_CONNECT, "/nowhere/at/all" },
	{ "host", "host.invalid", LODE_E_CONNECT, "host.invalid" },
	{ "port", "1", LODE_E_CONNECT, NULL },
	{ "tls", "perhaps", LODE_E_CONNECT, "tls" },
	{ "prepare", "always", LODE_E_CONNECT, "prepare" },
	{ "target_session_attrs", "nonsense", LODE_E_CONNECT, "target_session_attrs" },
	{ "service", "no_such_service_of_ours", LODE_E_CONNECT, "no_such_service_of_ours" },
};

START_TEST(refused_connection)
{
	lode_drv_conn *none = NULL;

	ck_assert_msg(try_open(&none, server_with(connections[_i].key, connections[_i].value)) ==
			      connections[_i].status,
		      "%s=%s: %d, %s", connections[_i].key, connections[_i].value,
		      (int)failure.status, failure.message);
	if (connections[_i].message != NULL)
		ck_assert_msg(strstr(failure.message, connections[_i].message) != NULL, "%s",
			      failure.message);
	ck_assert_ptr_null(strchr(failure.message, '\n'));
}
END_TEST

/* where the server wants one at all */
START_TEST(wrong_password)
{
	lode_drv_conn *none = NULL;
	lode_status status = try_open(&none, server_with("password", "certainly not this one"));

	if (status == LODE_OK) {
		conn_ops->close(none);
		return;
	}
	ck_assert_int_eq(status, LODE_E_AUTH);
	ck_assert_str_eq(failure.sqlstate, "28P01");
	ck_assert_ptr_null(strstr(failure.message, "certainly"));
}
END_TEST

/* over TCP, with the certificates of tests/servers.sh */
static const struct {
	const char *tls, *ca;
	lode_status status;
} encryptions[] = {
	{ "disable", NULL, LODE_OK },
	{ "require", NULL, LODE_OK },
	{ "verify-ca", "ca.pem", LODE_OK },
	{ "verify-full", "ca.pem", LODE_OK },
	{ "verify-ca", "foreign_ca.pem", LODE_E_CONNECT },
	{ "verify-full", "foreign_ca.pem", LODE_E_CONNECT },
	{ "verify-full", "no_such_file.pem", LODE_E_CONNECT },
};

START_TEST(encryption)
{
	const char *url = getenv("LODE_TEST_POSTGRESQL_TCP"), *place = getenv("LODE_TEST_TLS");
	lode_drv_conn *encrypted = NULL;
	char file[300];
	lode_options options;
	int i = 0;

	if (url == NULL || place == NULL)
		return;
	options = *server_from(url, "tls", encryptions[_i].tls);
	while (options.pairs[i][0] != NULL)
		i++;
	snprintf(file, sizeof file, "%s/%s", place, encryptions[_i].ca != NULL ? encryptions[_i].ca : "");
	if (encryptions[_i].ca != NULL) {
		options.pairs[i][0] = "tls_ca";
		options.pairs[i][1] = file;
	}
	ck_assert_msg(try_open(&encrypted, &options) == encryptions[_i].status, "%s with %s: %s",
		      encryptions[_i].tls, file, failure.message);
	if (encrypted == NULL)
		return;
	ck_assert_int_eq(read_int(encrypted, "SELECT ssl::int FROM pg_stat_ssl"
					     " WHERE pid = pg_backend_pid()"),
			 strcmp(encryptions[_i].tls, "disable") != 0);
	conn_ops->close(encrypted);
}
END_TEST

START_TEST(connection_info)
{
	lode_conn_info info = { .struct_size = sizeof info };

	ck_assert_int_eq(conn_ops->info(c, &info, fresh()), LODE_OK);
	ck_assert_str_eq(info.product, "PostgreSQL");
	ck_assert_str_eq(info.dialect, "postgresql");
	ck_assert_uint_ge(info.version, 9006000);
	ck_assert_int_gt(info.backend_id, 0);
	ck_assert_ptr_nonnull(conn_ops->native(c, "PGconn"));
	ck_assert_ptr_null(conn_ops->native(c, "sqlite3"));
	ck_assert_int_eq(conn_ops->ping(c, 0, fresh()), LODE_OK);
	ck_assert_int_eq(conn_ops->ping(c, 1, fresh()), LODE_OK);
}
END_TEST

START_TEST(session_set_up)
{
	static const char *const questions[] = {
		"SELECT (current_setting('TimeZone') = 'UTC')::int",
		"SELECT (current_setting('client_encoding') = 'UTF8')::int",
		"SELECT (current_setting('application_name') = 'lode')::int",
	};
	size_t i;

	for (i = 0; i < sizeof questions / sizeof questions[0]; i++)
		ck_assert_int_eq(read_int(c, questions[i]), 1);
}
END_TEST

/* ---- statements */

static const struct {
	const char *sql;
	lode_status status;
	const char *sqlstate, *table, *column, *constraint;
} statements[] = {
	{ "SELEC 1", LODE_E_SYNTAX, "42601", "", "", "" },
	{ "SELECT * FROM lode_error.none", LODE_E_NO_OBJECT, "42P01", "", "", "" },
	{ "SELECT nothing FROM lode_error.t", LODE_E_NO_OBJECT, "42703", "", "", "" },
	{ "CREATE TABLE lode_error.t(a INT)", LODE_E_EXISTS, "42P07", "", "", "" },
	{ "INSERT INTO lode_error.t VALUES (1, 1, 1)", LODE_E_UNIQUE, "23505", "t", "", "t_pkey" },
	{ "INSERT INTO lode_error.t VALUES (2, NULL, 1)", LODE_E_NOTNULL, "23502", "t", "n", "" },
	{ "INSERT INTO lode_error.t VALUES (3, 99, 1)", LODE_E_CHECK, "23514", "t", "",
	  "n_is_small" },
	{ "INSERT INTO lode_error.t VALUES (4, 1, 7)", LODE_E_FOREIGNKEY, "23503", "t", "",
	  "t_parent_fkey" },
	{ "SELECT 1/0", LODE_E_DATA, "22012", "", "", "" },
	{ "SELECT 'x'::int", LODE_E_DATA, "22P02", "", "", "" },
	{ "SELECT $1::int", LODE_E_MISUSE, "08P01", "", "", "" },
	{ "SELECT 1; SELECT 2", LODE_E_SYNTAX, "42601", "", "", "" },
	{ "DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END$$", LODE_E_SERIALIZE, "40001",
	  "", "", "" },
};

START_TEST(refused_statement)
{
	int direct = _i % 2;
	const char *sql = statements[_i / 2].sql;
	lode_exec_result r;
	lode_drv_stmt *s;

	run(c, "CREATE TABLE lode_error.t(id INT PRIMARY KEY, n INT NOT NULL CONSTRAINT n_is_small"
	       " CHECK (n < 10), parent INT REFERENCES lode_error.t(id));"
	       "INSERT INTO lode_error.t VALUES (1, 1, 1)");
	s = direct ? prepare_direct(c, sql) : prepare(c, sql);
	ck_assert_msg(execute(s, NULL, 0, NULL, 1, 0, &r) == statements[_i / 2].status, "%s: %d %s",
		      sql, (int)failure.status, failure.message);
	ck_assert_str_eq(failure.sqlstate, statements[_i / 2].sqlstate);
	ck_assert_str_eq(failure.table, statements[_i / 2].table);
	ck_assert_str_eq(failure.column, statements[_i / 2].column);
	ck_assert_str_eq(failure.constraint, statements[_i / 2].constraint);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT 3"), 3);
}
END_TEST

/* what was prepared before a table changed, outside of a transaction and inside */
START_TEST(stale_plan)
{
	lode_drv_stmt *s, *w;
	lode_exec_result r;

	run(c, "CREATE TABLE lode_error.t(a INT); INSERT INTO lode_error.t VALUES (1)");
	s = prepare(c, "SELECT * FROM lode_error.t");
	w = prepare(c, "DELETE FROM lode_error.t WHERE a = 5 RETURNING *");
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_uint_eq(r.ncols, 1);
	ck_assert_int_eq(execute(w, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	stmt_ops->reset(s);
	run(c, "ALTER TABLE lode_error.t ADD b TEXT DEFAULT 'x'");
	ck_assert_msg(execute(s, NULL, 0, NULL, 1, 0, &r) == LODE_OK, "%s", failure.message);
	ck_assert_uint_eq(r.ncols, 2);
	stmt_ops->reset(s);
	ck_assert_msg(execute(w, NULL, 0, NULL, 1, 0, &r) == LODE_OK, "%s", failure.message);
	run(c, "ALTER TABLE lode_error.t ADD c TEXT");
	ck_assert_int_eq(verb(c, LODE_TX_BEGIN, NULL), LODE_OK);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_FAILED);
	ck_assert_int_eq(verb(c, LODE_TX_ROLLBACK, NULL), LODE_OK);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_uint_eq(r.ncols, 3);
	stmt_ops->reset(s);
	run(c, "DISCARD ALL"); /* and with it what was prepared */
	ck_assert_msg(execute(s, NULL, 0, NULL, 1, 0, &r) == LODE_OK, "%s", failure.message);
	stmt_ops->close(s);
	stmt_ops->close(w);
}
END_TEST

/* ---- transactions */

static lode_status begin(int32_t isolation, uint32_t flags)
{
	lode_tx t = { .struct_size = sizeof t, .verb = LODE_TX_BEGIN, .isolation = isolation,
		      .flags = flags };

	return conn_ops->tx(c, &t, fresh());
}

START_TEST(isolation_levels)
{
	static const char *const names[] = { "read committed", "read uncommitted",
					     "read committed", "repeatable read", NULL,
					     "serializable" };
	char sql[200];
	int i;

	for (i = 0; i < 6; i++) {
		if (names[i] == NULL) {
			ck_assert_int_eq(begin(i, 0), LODE_E_UNSUPPORTED);
			continue;
		}
		ck_assert_int_eq(begin(i, LODE_TXF_READONLY), LODE_OK);
		snprintf(sql, sizeof sql,
			 "SELECT (current_setting('transaction_isolation') = '%s' AND"
			 " current_setting('transaction_read_only') = 'on')::int",
			 names[i]);
		ck_assert_int_eq(read_int(c, sql), 1);
		ck_assert_int_eq(verb(c, LODE_TX_COMMIT, NULL), LODE_OK);
	}
}
END_TEST

START_TEST(transactions)
{
	lode_drv_stmt *bad;
	lode_exec_result r;

	run(c, "CREATE TABLE lode_error.t(a INT)");
	ck_assert_int_eq(begin(0, 0), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_OPEN);
	ck_assert_int_eq(begin(0, 0), LODE_E_STATE);
	ck_assert_int_eq(verb(c, LODE_TX_COMMIT, NULL), LODE_OK); /* nothing was said */
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(begin(0, 0), LODE_OK);
	run(c, "INSERT INTO lode_error.t VALUES (1)");
	ck_assert_int_eq(verb(c, LODE_TX_SAVEPOINT, "a \"point\""), LODE_OK);
	run(c, "INSERT INTO lode_error.t VALUES (2)");
	bad = prepare(c, "SELECT 1/0");
	ck_assert_int_eq(execute(bad, NULL, 0, NULL, 1, 0, &r), LODE_E_DATA);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_FAILED);
	ck_assert_int_eq(verb(c, LODE_TX_COMMIT, NULL), LODE_E_STATE);
	ck_assert_int_eq(verb(c, LODE_TX_ROLLBACK_TO, "a \"point\""), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_OPEN);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM lode_error.t"), 1);
	ck_assert_int_eq(verb(c, LODE_TX_RELEASE, "a \"point\""), LODE_OK);
	ck_assert_int_eq(verb(c, LODE_TX_COMMIT, NULL), LODE_OK);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM lode_error.t"), 1);
	ck_assert_int_eq(verb(c, LODE_TX_SAVEPOINT, "alone"), LODE_E_STATE);
	ck_assert_int_eq(verb(c, LODE_TX_SAVEPOINT, ""), LODE_E_MISUSE);
	stmt_ops->close(bad);
}
END_TEST

/* what may not be part of a transaction, with statements to be closed and a timeout to be set */
START_TEST(alone)
{
	lode_exec x = { .struct_size = sizeof x, .nrows = 1, .timeout_ms = 60000,
			.bind_size = sizeof(lode_drv_bind) };
	lode_exec_result r = { .struct_size = sizeof r };
	lode_drv_stmt *s = prepare(c, "VACUUM lode_error.t");

	run(c, "CREATE TABLE lode_error.t(a INT)");
	ck_assert_int_eq(read_int(c, "SELECT 1"), 1);
	ck_assert_msg(stmt_ops->execute(s, &x, &r, fresh()) == LODE_OK, "%s", failure.message);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM pg_prepared_statements"
				     " WHERE statement = 'SELECT 1'"),
			 0);
}
END_TEST

/* where the server keeps prepared transactions at all */
START_TEST(two_phases)
{
	static const char id[] = "lode's own";
	lode_traits traits = { .struct_size = sizeof traits };
	char sql[300];

	ck_assert_int_eq(dialect->traits(NULL, &traits), LODE_OK);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM (%s) t WHERE gid = 'lode''s own'",
		 traits.recover_sql);
	if (read_int(c, "SELECT current_setting('max_prepared_transactions')::int") == 0)
		return;
	run(c, "CREATE TABLE lode_error.t(a INT)");
	ck_assert_int_eq(begin(0, 0), LODE_OK);
	run(c, "INSERT INTO lode_error.t VALUES (1)");
	ck_assert_msg(verb(c, LODE_TX_PREPARE, id) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM lode_error.t"), 0);
	ck_assert_int_eq(read_int(c, sql), 1);
	ck_assert_int_eq(verb(c, _i ? LODE_TX_COMMIT_PREPARED : LODE_TX_ROLLBACK_PREPARED, id),
			 LODE_OK);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM lode_error.t"), _i);
	ck_assert_int_eq(verb(c, LODE_TX_COMMIT_PREPARED, id), LODE_E_NO_OBJECT);
}
END_TEST

/* what a user of the connection left behind is gone for the next one; prepared statements stay */
START_TEST(reset_session)
{
	lode_drv_stmt *s = prepare(c, "SELECT 42");
	lode_exec_result r;

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	stmt_ops->reset(s);
	run(c, "SET search_path = lode_error; SELECT pg_advisory_lock(42); CREATE TEMP TABLE tt(a INT)");
	ck_assert_int_eq(begin(0, 0), LODE_OK);
	run(c, "CREATE TABLE lode_error.never(a INT)");
	ck_assert_int_eq(conn_ops->reset(c, 0, fresh()), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(read_int(c, "SELECT (current_setting('search_path') = 'lode_error')::int"), 0);
	ck_assert_int_eq(read_int(c, "SELECT (current_setting('TimeZone') = 'UTC')::int"), 1);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM pg_class WHERE relname IN ('tt', 'never')"), 0);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
				     " AND pid = pg_backend_pid()"),
			 0);
	ck_assert_int_ge(read_int(c, "SELECT count(*) FROM pg_prepared_statements"
				     " WHERE statement = 'SELECT 42'"),
			 1);
	stmt_ops->close(s);
}
END_TEST

/* ---- time */

static atomic_int is_over;

/* until it has had an effect: the first may come before the statement */
static void *cancel_often(void *unused)
{
	struct timespec soon = { 0, 10000000 };

	(void)unused;
	while (!atomic_load(&is_over)) {
		nanosleep(&soon, NULL);
		conn_ops->cancel(c, NULL);
	}
	return NULL;
}

static lode_status run_timed(const char *sql, int32_t timeout_ms)
{
	lode_exec x = { .struct_size = sizeof x, .nrows = 1, .timeout_ms = timeout_ms,
			.bind_size = sizeof(lode_drv_bind) };
	lode_exec_result r = { .struct_size = sizeof r };
	lode_drv_stmt *s = prepare(c, sql);
	lode_status status = stmt_ops->execute(s, &x, &r, fresh());

	stmt_ops->close(s);
	return status;
}

START_TEST(cancelled)
{
	pthread_t thread;

	atomic_store(&is_over, 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_often, NULL), 0);
	ck_assert_int_eq(run_timed(_i ? "SELECT pg_sleep(60)" : "DO $$BEGIN PERFORM pg_sleep(60); END$$",
				   _i == 2 ? 50000 : -1),
			 LODE_E_CANCELLED);
	atomic_store(&is_over, 1);
	pthread_join(thread, NULL);
	while (conn_ops->ping(c, 0, fresh()) == LODE_E_CANCELLED)
		;
	ck_assert_int_eq(failure.status, LODE_OK);
}
END_TEST

START_TEST(statement_timeout)
{
	ck_assert_int_eq(run_timed(_i ? "SELECT pg_sleep(60)" : "DO $$BEGIN PERFORM pg_sleep(60); END$$",
				   50),
			 LODE_E_TIMEOUT);
	ck_assert_int_eq(failure.conn_dead, 0);
	/* not the next one's, and again after a rollback that undid the setting */
	ck_assert_int_eq(run_timed("SELECT pg_sleep(0.1)", -1), LODE_OK);
	ck_assert_int_eq(begin(0, 0), LODE_OK);
	ck_assert_int_eq(run_timed("SELECT pg_sleep(60)", 70), LODE_E_TIMEOUT);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_FAILED);
	ck_assert_int_eq(verb(c, LODE_TX_ROLLBACK, NULL), LODE_OK);
	ck_assert_int_eq(run_timed("SELECT pg_sleep(60)", 70), LODE_E_TIMEOUT);
	ck_assert_int_eq(run_timed("SELECT pg_sleep(0.1)", -1), LODE_OK);
}
END_TEST

/* the backend answers no more; where we may stop it */
START_TEST(network_timeout)
{
	lode_conn_info info = { .struct_size = sizeof info };

	ck_assert_int_eq(conn_ops->info(c, &info, fresh()), LODE_OK);
	if (kill((pid_t)info.backend_id, SIGSTOP) != 0)
		return;
	ck_assert_int_eq(run_timed("SELECT 1", 50), LODE_E_NETWORK_TIMEOUT);
	ck_assert_int_eq(failure.conn_dead, 1);
	ck_assert_int_eq(conn_ops->ping(c, 0, fresh()), LODE_E_DISCONNECT);
	ck_assert_int_eq(kill((pid_t)info.backend_id, SIGCONT), 0);
}
END_TEST

/* the server ends the session between two statements, and during one */
START_TEST(terminated)
{
	lode_conn_info info = { .struct_size = sizeof info };
	lode_drv_conn *other = server_open();
	lode_exec_result r;
	lode_drv_stmt *s = prepare(c, "SELECT 1");
	char sql[100];

	ck_assert_int_eq(conn_ops->info(c, &info, fresh()), LODE_OK);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	stmt_ops->reset(s);
	snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%ld, 5000)::int", (long)info.backend_id);
	ck_assert_int_eq(read_int(other, sql), 1);
	ck_assert_int_eq(_i ? conn_ops->ping(c, 0, fresh()) : execute(s, NULL, 0, NULL, 1, 0, &r),
			 LODE_E_DISCONNECT);
	ck_assert_int_eq(failure.conn_dead, 1);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_E_DISCONNECT);
	ck_assert_int_eq(verb(c, LODE_TX_BEGIN, NULL), LODE_E_DISCONNECT);
	stmt_ops->close(s);
	conn_ops->close(other);
}
END_TEST

/* a child forgets the connection; the parent's session goes on */
START_TEST(forked)
{
	int how = -1;
	pid_t child = fork();

	if (child == 0) {
		conn_ops->abandon(c);
		_exit(host_memory.live == 0 ? 0 : 1);
	}
	ck_assert_int_gt(child, 0);
	ck_assert_int_eq(waitpid(child, &how, 0), child);
	ck_assert_int_eq(how, 0);
	ck_assert_int_eq(read_int(c, "SELECT 8"), 8);
}
END_TEST

/* ---- memory */

static lode_status use_everything(void)
{
	static const lode_drv_bind binds[2] = {
		{ .repr = LODE_R_I64, .sql_type = LODE_T_INT64, .flags = LODE_BIND_NOT_NULL,
		  .null_bit = -1, .stride = 8 },
		{ .repr = LODE_R_I64, .sql_type = LODE_T_DECIMAL, .flags = LODE_BIND_NOT_NULL,
		  .null_bit = -1, .stride = 8 },
	};
	static const lode_drv_bind out[2] = {
		{ .repr = LODE_R_CSTR, .flags = LODE_BIND_NULL_PTR | LODE_BIND_COPY, .null_bit = -1 },
		{ .repr = LODE_R_TEXT, .flags = LODE_BIND_NULL_PTR, .null_bit = -1, .off = 8 },
	};
	int64_t values[3] = { 1, 2, 3 }, keys[3];
	const void *bases[1] = { values };
	lode_exec x = { .struct_size = sizeof x, .flags = LODE_EXEC_ROWSET, .params = binds,
			.nparams = 2, .bind_size = sizeof binds[0], .bases = bases, .nbases = 1,
			.nrows = 3, .timeout_ms = -1, .keys = keys };
	lode_prepare how = { .struct_size = sizeof how, .flags = LODE_PREP_REUSE, .key_table = "t",
			     .key_column = "id" };
	static const char insert[] = "INSERT INTO lode_error.t(a, b) SELECT c0, c1 FROM unnest($1, $2)"
				     " AS r(c0, c1)";
	static const char query[] = "SELECT a::text, b FROM lode_error.t";
	lode_exec_result r = { .struct_size = sizeof r };
	struct {
		char *a;
		lode_span b;
	} row;
	lode_drv_conn *own = NULL;
	lode_drv_stmt *s = NULL, *q = NULL;
	lode_status status = try_open(&own, server_with(NULL, NULL));

	if (status != LODE_OK)
		return status;
	status = conn_ops->tx(own, &(lode_tx){ .struct_size = sizeof(lode_tx), .verb = LODE_TX_BEGIN },
			      fresh());
	if (status == LODE_OK)
		status = conn_ops->prepare(own, insert, sizeof insert - 1, &how, &s, fresh());
	if (status == LODE_OK)
		status = stmt_ops->execute(s, &x, &r, fresh());
	how.key_table = how.key_column = NULL;
	if (status == LODE_OK)
		status = conn_ops->prepare(own, query, sizeof query - 1, &how, &q, fresh());
	if (status == LODE_OK)
		status = execute(q, NULL, 0, NULL, 1, 0, &r);
	if (status == LODE_OK)
		status = stmt_ops->bind(q, out, 2, sizeof out[0], fresh());
	while (status == LODE_OK)
		status = fetch_into(q, &row, &arena, 1, NULL);
	stmt_ops->close(q);
	stmt_ops->close(s);
	if (status == LODE_DONE)
		status = conn_ops->reset(own, 0, fresh());
	conn_ops->close(own);
	return status;
}

START_TEST(every_allocation_fails)
{
	long live, n;
	lode_status status = LODE_E_NOMEM;

	run(c, "CREATE TABLE lode_error.t(id BIGINT GENERATED BY DEFAULT AS IDENTITY, a BIGINT,"
	       " b NUMERIC)");
	live = host_memory.live;
	for (n = 1; status != LODE_OK; n++) {
		host_memory.made = 0;
		host_memory.fail_at = n;
		status = use_everything();
		host_memory.fail_at = 0;
		ck_assert_int_eq(host_memory.live, live);
		ck_assert_msg(status == LODE_OK || status == LODE_E_NOMEM, "%ld: %s", n,
			      failure.message);
		host_arena_free(&arena);
	}
	printf("# %ld allocations\n", n - 2);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM lode_error.t"), 0);
}
END_TEST

/* ---- the dialect */

START_TEST(types_by_name)
{
	static const struct {
		const char *native;
		int32_t sql_type;
		int64_t length;
		int32_t precision, scale;
	} rows[] = {
		{ "character varying(30)", LODE_T_TEXT, 30, -1, -1 },
		{ "numeric(10,2)", LODE_T_DECIMAL, -1, 10, 2 },
		{ "timestamp(3) with time zone", LODE_T_TIMESTAMPTZ, -1, 3, -1 },
		{ "timestamp without time zone", LODE_T_TIMESTAMP, -1, -1, -1 },
		{ "integer[]", LODE_T_ARRAY, -1, -1, -1 },
		{ "double precision", LODE_T_FLOAT64, -1, -1, -1 },
		{ "citext", LODE_T_TEXT, -1, -1, -1 },
		{ "public.mood", LODE_T_CUSTOM, 0, 0, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		lode_type_info t = { .struct_size = sizeof t };

		ck_assert_int_eq(dialect->type_from_db(NULL, rows[i].native, &t), LODE_OK);
		ck_assert_msg(t.sql_type == rows[i].sql_type, "%s", rows[i].native);
		if (t.sql_type == LODE_T_CUSTOM)
			continue;
		ck_assert_int_eq(t.length, rows[i].length);
		ck_assert_int_eq(t.precision, rows[i].precision);
		ck_assert_int_eq(t.scale, rows[i].scale);
	}
}
END_TEST

/* what the catalogue says, as one text */
static char seen[4000];

static void see(const char *format, const char *a, const char *b, long n)
{
	size_t used = strlen(seen);

	snprintf(seen + used, sizeof seen - used, format, a, b != NULL ? b : "-", n);
}

static lode_status see_table(void *ctx, const lode_rf_table *t)
{
	(void)ctx;
	see("%s(%s) %ld\n", t->name, t->comment, t->kind);
	return LODE_OK;
}

static lode_status see_column(void *ctx, const lode_rf_column *col)
{
	(void)ctx;
	see("%s.%s", col->table, col->name, 0);
	see(" %s %s %ld", col->native_type, col->default_sql, col->type->sql_type);
	see("%s%s %ld\n", col->nullable ? " null" : "", col->identity ? " identity" : "", col->ordinal);
	return LODE_OK;
}

static lode_status see_key(void *ctx, const lode_rf_key *k)
{
	uint32_t i;

	(void)ctx;
	see("%s %s %ld:", k->table, k->name, k->kind);
	for (i = 0; i < k->ncolumns; i++)
		see(" %s%s", k->columns[i] != NULL ? k->columns[i] : "?", "", 0);
	if (k->ref_table != NULL)
		see(" to %s.%s", k->ref_table, k->ref_columns[0], 0);
	see("%s%s", k->expression != NULL ? " " : "", k->expression != NULL ? k->expression : "", 0);
	see("%s %s %ld\n", k->where_sql != NULL ? " where" : "", k->where_sql, k->on_delete);
	return LODE_OK;
}

static lode_status see_misc(void *ctx, const lode_rf_misc *m)
{
	(void)ctx;
	see("%s %s %ld\n", m->name, m->value, m->kind);
	return LODE_OK;
}

START_TEST(reflection)
{
	static const char *const tables[] = { "child", "it's \\ \"odd\"" };
	lode_rf_request q = { .struct_size = sizeof q, .schema = "lode_error", .tables = tables,
			      .ntables = 2,
			      .what = LODE_RF_TABLES | LODE_RF_VIEWS | LODE_RF_COLUMNS |
				      LODE_RF_PKEYS | LODE_RF_FKEYS | LODE_RF_UNIQUES |
				      LODE_RF_CHECKS | LODE_RF_INDEXES | LODE_RF_SEQUENCES |
				      LODE_RF_ENUMS };
	lode_rf_sink sink = { .struct_size = sizeof sink, .table = see_table, .column = see_column,
			      .key = see_key, .misc = see_misc };

	run(c, "CREATE TYPE lode_error.mood AS ENUM ('sad', 'glad');"
	       "CREATE TABLE lode_error.\"it's \\ \"\"odd\"\"\"(a INT, b INT, PRIMARY KEY (b, a));"
	       "CREATE TABLE lode_error.child(id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
	       " m lode_error.mood DEFAULT 'sad', x INT, y INT CHECK (y > 0), n VARCHAR(9) NOT NULL"
	       " UNIQUE, FOREIGN KEY (x, y) REFERENCES lode_error.\"it's \\ \"\"odd\"\"\" ON DELETE"
	       " CASCADE);"
	       "CREATE INDEX i ON lode_error.child(lower(n), x) WHERE x > 1;"
	       "COMMENT ON TABLE lode_error.child IS 'of the other';"
	       "CREATE TABLE lode_error.unasked(a INT)");
	seen[0] = '\0';
	ck_assert_msg(dialect->reflect((lode_hconn *)(void *)c, &q, &sink, fresh()) == LODE_OK, "%s",
		      failure.message);
	ck_assert_str_eq(seen,
			 "child(of the other) 1\n"
			 "it's \\ \"odd\"(-) 1\n"
			 "child.id bigint - 4 identity 0\n"
			 "child.m lode_error.mood 'sad'::lode_error.mood 21 null 1\n"
			 "child.x integer - 3 null 2\n"
			 "child.y integer - 3 null 3\n"
			 "child.n character varying(9) - 9 4\n"
			 "it's \\ \"odd\".a integer - 3 0\n"
			 "it's \\ \"odd\".b integer - 3 1\n"
			 "child child_pkey 1: id - 0\n"
			 "child child_n_key 2: n - 0\n"
			 "child child_x_y_fkey 3: x y to it's \\ \"odd\".b - 2\n"
			 "child child_y_check 4: y (y > 0) - 0\n"
			 "it's \\ \"odd\" it's \\ \"odd\"_pkey 1: b a - 0\n"
			 "child i 5: ? x lower((n)::text) where (x > 1) 0\n"
			 "child_id_seq - 2\n"
			 "mood sad 3\n"
			 "mood glad 3\n");
}
END_TEST

START_TEST(classes)
{
	lode_error_info info = { .struct_size = sizeof info, .sqlstate = "23505" };

	ck_assert_int_eq(dialect->classify(&info), LODE_E_UNIQUE);
	memcpy(info.sqlstate, "XX000", 6);
	ck_assert_int_eq(dialect->classify(&info), 0);
	memcpy(info.sqlstate, "22999", 6);
	ck_assert_int_eq(dialect->classify(&info), LODE_E_DATA);
	info.sqlstate[0] = '\0';
	ck_assert_int_eq(dialect->classify(&info), 0);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("postgresql errors");
	TCase *all = tcase_create("errors");

	suite_add_tcase(suite, all);
	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_add_loop_test(all, refused_connection, 0,
			    (int)(sizeof connections / sizeof connections[0]));
	tcase_add_test(all, wrong_password);
	tcase_add_loop_test(all, encryption, 0,
			    (int)(sizeof encryptions / sizeof encryptions[0]));
	tcase_add_test(all, connection_info);
	tcase_add_test(all, session_set_up);
	tcase_add_loop_test(all, refused_statement, 0,
			    2 * (int)(sizeof statements / sizeof statements[0]));
	tcase_add_test(all, stale_plan);
	tcase_add_test(all, isolation_levels);
	tcase_add_test(all, transactions);
	tcase_add_test(all, alone);
	tcase_add_loop_test(all, two_phases, 0, 2);
	tcase_add_test(all, reset_session);
	tcase_add_loop_test(all, cancelled, 0, 3);
	tcase_add_loop_test(all, statement_timeout, 0, 2);
	tcase_add_test(all, network_timeout);
	tcase_add_loop_test(all, terminated, 0, 2);
	tcase_add_test(all, forked);
	tcase_add_test(all, every_allocation_fails);
	tcase_add_test(all, types_by_name);
	tcase_add_test(all, reflection);
	tcase_add_test(all, classes);
	return suite;
}

int main(void)
{
	if (!server_is_there())
		return lode_test_skip("LODE_TEST_POSTGRESQL names no server");
	return lode_test_run(make_suite());
}
