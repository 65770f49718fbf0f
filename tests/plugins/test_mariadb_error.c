/* SPDX-License-Identifier: MIT */
/* test_mariadb_error - what goes wrong with a MariaDB server: connecting, statements, transactions,
 * lost and inherited connections, memory; and what an error's message may not say. */
#define LODE_TEST_PLUGIN lode_mariadb
#include "plugins/plugin_url.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_tap.h"

static lode_drv_conn *c;

static void set_up(void)
{
	host_start();
	c = open_url("LODE_TEST_MARIADB");
}

static void tear_down(void)
{
	conn_ops->close(c);
	ck_assert_int_eq(host_memory.live, 0);
}

/* a statement that is prepared, run and closed */
static lode_status try_run(lode_drv_conn *conn, const char *sql, int32_t timeout_ms)
{
	lode_exec x = { .struct_size = sizeof x,
			.flags = LODE_EXEC_NO_ROWS,
			.bind_size = sizeof(lode_drv_bind),
			.nrows = 1,
			.timeout_ms = timeout_ms };
	lode_drv_stmt *s = NULL;
	lode_status status = conn_ops->prepare(conn, sql, strlen(sql), NULL, &s, fresh());

	if (status == LODE_OK)
		status = stmt_ops->execute(s, &x, NULL, fresh());
	if (s != NULL)
		stmt_ops->close(s);
	return status;
}

/* ---- connecting */

static const struct {
	const char *what, *key, *value;
	lode_status status;
} connects[] = {
	{ "wrong password", "password", "petrichor", LODE_E_AUTH },
	{ "no password", "password", "", LODE_E_AUTH },
	{ "unknown user", "user", "nobody_here", LODE_E_AUTH },
	{ "unknown database", "database", "no_such_database", LODE_E_NO_OBJECT },
	{ "no socket", "host", "/nowhere/socket", LODE_E_CONNECT },
	{ "unknown host", "host", "host.invalid", LODE_E_CONNECT },
	{ "unknown TLS mode", "tls", "maybe", LODE_E_CONNECT },
	{ "TLS mode of no use", "tls", "verify-ca", LODE_E_UNSUPPORTED },
	{ "wrong port", "port", "99999", LODE_E_CONNECT },
	{ "wrong timeout", "connect_timeout", "soon", LODE_E_CONNECT },
	{ "wrong switch", "bulk", "2", LODE_E_CONNECT },
};

START_TEST(refuses_to_connect)
{
	lode_drv_conn *other = NULL;
	url_options u;

	url_read(&u, getenv("LODE_TEST_MARIADB"));
	url_set(&u, connects[_i].key, connects[_i].value);
	ck_assert_msg(try_open(&other, &u.options) == connects[_i].status, "%s: %d, %s",
		      connects[_i].what, (int)failure.status, failure.message);
	ck_assert_int_eq(failure.count, 1);
	ck_assert_ptr_null(other);
	ck_assert_ptr_null(strstr(failure.message, "petrichor"));
}
END_TEST

/* the server of the test bed has a certificate of its own authority for localhost */
static lode_status open_tls(const char *mode, const char *ca, const char *host)
{
	const char *dir = getenv("LODE_TEST_TLS");
	lode_drv_conn *other = NULL;
	url_options u;
	char path[300];
	lode_status status;

	url_read(&u, getenv("LODE_TEST_MARIADB_TCP"));
	if (mode != NULL)
		url_set(&u, "tls", mode);
	if (host != NULL)
		url_set(&u, "host", host);
	snprintf(path, sizeof path, "%s/%s", dir, ca != NULL ? ca : "");
	if (ca != NULL)
		url_set(&u, "tls_ca", path);
	status = try_open(&other, &u.options);
	if (status == LODE_OK)
		conn_ops->close(other);
	return status;
}

static const struct {
	const char *mode, *ca, *host;
	lode_status status;
} modes[] = {
	{ "disable", NULL, NULL, LODE_OK },
	{ NULL, NULL, NULL, LODE_OK }, /* this machine: no TLS unless it is asked for */
	{ "require", NULL, NULL, LODE_OK },
	{ "verify-full", "ca.pem", "localhost", LODE_OK },
	{ "verify-full", "foreign_ca.pem", "localhost", LODE_E_CONNECT },
	{ "verify-full", NULL, "localhost", LODE_E_CONNECT },
};

START_TEST(modes_of_tls)
{
	lode_status status;

	if (getenv("LODE_TEST_MARIADB_TCP") == NULL || getenv("LODE_TEST_TLS") == NULL)
		return;
	status = open_tls(modes[_i].mode, modes[_i].ca, modes[_i].host);
	ck_assert_msg(status == modes[_i].status, "%d: %d, %s", _i, (int)status, failure.message);
}
END_TEST

/* ---- classes and names */

static const struct {
	const char *sql;
	lode_status status;
	const char *table, *column, *constraint;
} errors[] = {
	{ "SELEKT 1", LODE_E_SYNTAX, "", "", "" },
	{ "", LODE_E_SYNTAX, "", "", "" },
	{ "SELECT * FROM no_such", LODE_E_NO_OBJECT, "no_such", "", "" },
	{ "SELECT no_such FROM lode_child", LODE_E_NO_OBJECT, "", "no_such", "" },
	{ "USE no_such_database", LODE_E_NO_OBJECT, "", "", "" },
	{ "CREATE TABLE lode_child (a INT)", LODE_E_EXISTS, "lode_child", "", "" },
	{ "INSERT INTO lode_child (id, name) VALUES (1, 'zebra')", LODE_E_UNIQUE, "", "",
	  "PRIMARY" },
	{ "INSERT INTO lode_child (id, name) VALUES (2, 'it''s for key ''x''')", LODE_E_UNIQUE, "",
	  "", "uq_name" },
	{ "INSERT INTO lode_child (id, name) VALUES (2, NULL)", LODE_E_NOTNULL, "", "name", "" },
	{ "INSERT INTO lode_child (id) VALUES (2)", LODE_E_NOTNULL, "", "name", "" },
	{ "INSERT INTO lode_child (id, name, parent) VALUES (2, 'b', 9)", LODE_E_FOREIGNKEY,
	  "lode_child", "parent", "fk_parent" },
	{ "DELETE FROM lode_parent", LODE_E_FOREIGNKEY, "lode_child", "parent", "fk_parent" },
	{ "INSERT INTO lode_child (id, name, age) VALUES (2, 'b', -5)", LODE_E_CHECK, "lode_child",
	  "", "age_is_positive" },
	{ "INSERT INTO lode_child (id, name, age) VALUES (2, 'b', 99999999999)", LODE_E_DATA, "",
	  "age", "" },
	{ "INSERT INTO lode_child (id, name, age) VALUES (2, 'b', 'zebra')", LODE_E_DATA, "", "age",
	  "" },
	{ "INSERT INTO lode_child (id, name) VALUES (2, 'much too long for this column')",
	  LODE_E_DATA, "", "name", "" },
	{ "INSERT INTO lode_child (id, name, day) VALUES (2, 'b', '0000-00-00')", LODE_E_DATA, "",
	  "day", "" },
	{ "SELECT 1; SELECT 2", LODE_E_SYNTAX, "", "", "" },
	{ "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'own'", LODE_E_OTHER, "", "", "" },
};

START_TEST(classes_and_names)
{
	lode_status status;
	lode_err first;

	run(c, "CREATE OR REPLACE TABLE lode_parent (id INT PRIMARY KEY) ENGINE=InnoDB;"
	       "CREATE TABLE lode_child (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL,"
	       " parent INT, age INT, day DATE, CONSTRAINT uq_name UNIQUE (name),"
	       " CONSTRAINT fk_parent FOREIGN KEY (parent) REFERENCES lode_parent (id),"
	       " CONSTRAINT age_is_positive CHECK (age > 0)) ENGINE=InnoDB;"
	       "INSERT INTO lode_parent VALUES (1);"
	       "INSERT INTO lode_child (id, name, parent) VALUES"
	       " (1, 'it''s for key ''x''', 1)");
	status = try_run(c, errors[_i].sql, -1);
	first = failure;
	run(c, "DROP TABLE lode_child, lode_parent");
	ck_assert_msg(status == errors[_i].status, "%s: %d, %s", errors[_i].sql, (int)status,
		      first.message);
	ck_assert_str_eq(first.table, errors[_i].table);
	ck_assert_str_eq(first.column, errors[_i].column);
	ck_assert_str_eq(first.constraint, errors[_i].constraint);
	/* values are nobody's business, but in a syntax error, which shows the statement */
	if (errors[_i].status != LODE_E_SYNTAX) {
		ck_assert_ptr_null(strstr(first.message, "zebra"));
		ck_assert_ptr_null(strstr(first.message, "it's"));
		ck_assert_ptr_null(strstr(first.message, "99999999999"));
	}
}
END_TEST

/* ---- transactions */

static lode_status tx(lode_drv_conn *conn, int32_t verb, const char *name)
{
	lode_tx t = { .struct_size = sizeof t, .verb = verb, .name = name };

	return conn_ops->tx(conn, &t, fresh());
}

START_TEST(transactions_and_savepoints)
{
	run(c, "CREATE TEMPORARY TABLE t (a INT) ENGINE=InnoDB");
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(tx(c, LODE_TX_BEGIN, NULL), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_OPEN);
	ck_assert_int_eq(tx(c, LODE_TX_BEGIN, NULL), LODE_E_STATE);
	run(c, "INSERT INTO t VALUES (1)");
	ck_assert_int_eq(tx(c, LODE_TX_SAVEPOINT, "a`b"), LODE_OK);
	run(c, "INSERT INTO t VALUES (2)");
	ck_assert_int_eq(tx(c, LODE_TX_ROLLBACK_TO, "a`b"), LODE_OK);
	ck_assert_int_eq(tx(c, LODE_TX_RELEASE, "a`b"), LODE_OK);
	ck_assert_int_lt(tx(c, LODE_TX_RELEASE, "a`b"), 0);
	ck_assert_int_eq(tx(c, LODE_TX_SAVEPOINT, ""), LODE_E_MISUSE);
	ck_assert_int_eq(tx(c, LODE_TX_COMMIT, NULL), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(read_int(c, "SELECT COUNT(*) FROM t"), 1);
	ck_assert_int_eq(tx(c, LODE_TX_BEGIN, NULL), LODE_OK);
	run(c, "DELETE FROM t");
	ck_assert_int_eq(tx(c, LODE_TX_ROLLBACK, NULL), LODE_OK);
	ck_assert_int_eq(read_int(c, "SELECT COUNT(*) FROM t"), 1);
	/* it was not begun with an id */
	ck_assert_int_eq(tx(c, LODE_TX_PREPARE, "x"), LODE_E_STATE);
}
END_TEST

/* what is seen of another's row, before and after its commit; serializable lets none be inserted */
static const struct {
	int32_t isolation;
	lode_status status, insert;
	int64_t before, after;
} levels[] = {
	{ LODE_ISOLATION_READ_UNCOMMITTED, LODE_OK, LODE_OK, 1, 1 },
	{ LODE_ISOLATION_READ_COMMITTED, LODE_OK, LODE_OK, 0, 1 },
	{ LODE_ISOLATION_REPEATABLE_READ, LODE_OK, LODE_OK, 0, 0 },
	{ LODE_ISOLATION_SERIALIZABLE, LODE_OK, LODE_E_TIMEOUT, 0, 0 },
	{ LODE_ISOLATION_DEFAULT, LODE_OK, LODE_OK, 0, 0 },
	{ LODE_ISOLATION_SNAPSHOT, LODE_E_UNSUPPORTED, 0, 0, 0 },
	{ 77, LODE_E_UNSUPPORTED, 0, 0, 0 },
};

START_TEST(isolation_levels)
{
	lode_tx t = { .struct_size = sizeof t, .verb = LODE_TX_BEGIN };
	lode_drv_conn *other = open_url("LODE_TEST_MARIADB");

	run(c, "CREATE OR REPLACE TABLE lode_level (a INT) ENGINE=InnoDB");
	t.isolation = levels[_i].isolation;
	ck_assert_int_eq(conn_ops->tx(c, &t, fresh()), levels[_i].status);
	if (levels[_i].status == LODE_OK) {
		ck_assert_int_eq(read_int(c, "SELECT COUNT(*) FROM lode_level"), 0);
		ck_assert_int_eq(tx(other, LODE_TX_BEGIN, NULL), LODE_OK);
		ck_assert_int_eq(try_run(other, "INSERT INTO lode_level VALUES (1)", 100),
				 levels[_i].insert);
		ck_assert_int_eq(read_int(c, "SELECT COUNT(*) FROM lode_level"), levels[_i].before);
		ck_assert_int_eq(tx(other, LODE_TX_COMMIT, NULL), LODE_OK);
		ck_assert_int_eq(read_int(c, "SELECT COUNT(*) FROM lode_level"), levels[_i].after);
		ck_assert_int_eq(tx(c, LODE_TX_ROLLBACK, NULL), LODE_OK);
	}
	conn_ops->close(other);
	run(c, "DROP TABLE lode_level");
}
END_TEST

START_TEST(read_only_transactions)
{
	lode_tx t = { .struct_size = sizeof t, .verb = LODE_TX_BEGIN, .flags = LODE_TXF_READONLY };

	run(c, "CREATE OR REPLACE TABLE lode_ro (a INT) ENGINE=InnoDB");
	ck_assert_int_eq(conn_ops->tx(c, &t, fresh()), LODE_OK);
	ck_assert_int_eq(try_run(c, "INSERT INTO lode_ro VALUES (1)", -1), LODE_E_READONLY);
	ck_assert_int_eq(tx(c, LODE_TX_ROLLBACK, NULL), LODE_OK);
	run(c, "DROP TABLE lode_ro");
}
END_TEST

/* DDL commits; what comes after it is in a transaction again */
START_TEST(ddl_commits_and_the_transaction_goes_on)
{
	run(c, "CREATE OR REPLACE TABLE lode_ddl (a INT) ENGINE=InnoDB");
	ck_assert_int_eq(tx(c, LODE_TX_BEGIN, NULL), LODE_OK);
	ck_assert_int_eq(try_run(c, "INSERT INTO lode_ddl VALUES (1)", -1), LODE_OK);
	ck_assert_int_eq(try_run(c, "ALTER TABLE lode_ddl ADD b INT", -1), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_OPEN);
	ck_assert_int_eq(try_run(c, "INSERT INTO lode_ddl (a) VALUES (2)", -1), LODE_OK);
	ck_assert_int_eq(tx(c, LODE_TX_ROLLBACK, NULL), LODE_OK);
	ck_assert_int_eq(read_int(c, "SELECT SUM(a) FROM lode_ddl"), 1);
	ck_assert_int_eq(tx(c, LODE_TX_BEGIN, NULL), LODE_OK);
	ck_assert_int_eq(try_run(c, "DROP TABLE lode_ddl", -1), LODE_OK);
	ck_assert_int_eq(tx(c, LODE_TX_COMMIT, NULL), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
}
END_TEST

/* an error of a statement leaves the transaction, a deadlock does not */
static void *lock_other_way(void *context)
{
	lode_drv_conn *other = context;
	const char *sql = "UPDATE lode_lock SET b = b + 1 WHERE a = 1";
	lode_drv_stmt *s = NULL;
	lode_exec x = { .struct_size = sizeof x, .nrows = 1, .timeout_ms = -1 };
	lode_err error = { 0 };

	conn_ops->prepare(other, sql, strlen(sql), NULL, &s, &error);
	stmt_ops->execute(s, &x, NULL, &error);
	stmt_ops->close(s);
	return NULL;
}

/* Another statement waits for a lock.  The server shows what it showed last time to who asks again
 * within a tenth of a second. */
static void wait_for_lock(lode_drv_conn *watcher)
{
	while (read_int(watcher,
			"SELECT COUNT(*) FROM information_schema.INNODB_TRX"
			" WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%lode_lock%'") == 0)
		usleep(150000);
}

START_TEST(a_deadlock_fails_the_transaction)
{
	lode_drv_conn *other = open_url("LODE_TEST_MARIADB");
	lode_drv_conn *watcher = open_url("LODE_TEST_MARIADB");
	pthread_t thread;
	lode_status status;

	run(c, "CREATE OR REPLACE TABLE lode_lock (a INT PRIMARY KEY, b INT) ENGINE=InnoDB;"
	       "INSERT INTO lode_lock VALUES (1, 0), (2, 0), (3, 0), (4, 0)");
	ck_assert_int_eq(tx(c, LODE_TX_BEGIN, NULL), LODE_OK);
	ck_assert_int_eq(tx(other, LODE_TX_BEGIN, NULL), LODE_OK);
	run(c, "UPDATE lode_lock SET b = b + 1 WHERE a = 1");
	/* more was changed here: the server gives up the other transaction's rival */
	run(other, "UPDATE lode_lock SET b = b + 1 WHERE a > 1");
	pthread_create(&thread, NULL, lock_other_way, other);
	wait_for_lock(watcher);
	status = try_run(c, "UPDATE lode_lock SET b = b + 1 WHERE a = 2", -1);
	ck_assert_int_eq(status, LODE_E_DEADLOCK);
	ck_assert_int_eq(failure.retryable, 1);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_FAILED);
	ck_assert_int_eq(try_run(c, "SELECT 1", -1), LODE_E_STATE);
	ck_assert_int_eq(tx(c, LODE_TX_COMMIT, NULL), LODE_E_STATE);
	ck_assert_int_eq(tx(c, LODE_TX_ROLLBACK, NULL), LODE_OK);
	pthread_join(thread, NULL);
	ck_assert_int_eq(tx(other, LODE_TX_ROLLBACK, NULL), LODE_OK);
	ck_assert_int_eq(read_int(c, "SELECT SUM(b) FROM lode_lock"), 0);
	conn_ops->close(other);
	conn_ops->close(watcher);
	run(c, "DROP TABLE lode_lock");
}
END_TEST

START_TEST(a_lock_that_is_not_given)
{
	lode_drv_conn *other = open_url("LODE_TEST_MARIADB");

	run(c, "CREATE OR REPLACE TABLE lode_wait (a INT PRIMARY KEY) ENGINE=InnoDB;"
	       "INSERT INTO lode_wait VALUES (1); SET innodb_lock_wait_timeout=1");
	run(other, "START TRANSACTION; DELETE FROM lode_wait");
	ck_assert_int_eq(tx(c, LODE_TX_BEGIN, NULL), LODE_OK);
	ck_assert_int_eq(try_run(c, "DELETE FROM lode_wait", -1), LODE_E_LOCKED);
	ck_assert_int_eq(failure.retryable, 1);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_OPEN);
	/* a timeout ends the waiting, too */
	ck_assert_int_eq(try_run(c, "DELETE FROM lode_wait", 50), LODE_E_TIMEOUT);
	ck_assert_int_eq(tx(c, LODE_TX_ROLLBACK, NULL), LODE_OK);
	conn_ops->close(other);
	run(c, "DROP TABLE lode_wait");
}
END_TEST

/* ---- time and cancelling */

#define SLOW "SELECT SUM(x.seq * y.seq) FROM seq_1_to_1000000 x, seq_1_to_1000000 y"

START_TEST(a_statement_has_its_time)
{
	ck_assert_int_eq(try_run(c, SLOW, 50), LODE_E_TIMEOUT);
	ck_assert_int_eq(try_run(c, "SELECT COUNT(*) FROM seq_1_to_1000", 10000), LODE_OK);
	ck_assert_int_eq(read_int(c, "SELECT CAST(@@max_statement_time AS INT)"), 0);
}
END_TEST

static atomic_int statement_ended;

/* once it is seen, and again, should the first request have come before it ran */
static void *cancel_later(void *context)
{
	lode_drv_conn *watcher = context;

	while (read_int(watcher, "SELECT COUNT(*) FROM information_schema.PROCESSLIST"
				 " WHERE INFO LIKE 'SELECT SUM(x.seq * y.seq)%'") == 0)
		usleep(1000);
	while (!atomic_load(&statement_ended)) {
		conn_ops->cancel(c, NULL);
		usleep(50000);
	}
	return NULL;
}

START_TEST(another_thread_cancels)
{
	lode_drv_conn *watcher = open_url("LODE_TEST_MARIADB");
	lode_exec x = { .struct_size = sizeof x, .nrows = 1, .timeout_ms = -1 };
	lode_drv_stmt *s = prepare(c, SLOW);
	lode_err error = { 0 };
	pthread_t thread;

	atomic_store(&statement_ended, 0);
	pthread_create(&thread, NULL, cancel_later, watcher);
	ck_assert_int_eq(stmt_ops->execute(s, &x, NULL, &error), LODE_E_CANCELLED);
	atomic_store(&statement_ended, 1);
	pthread_join(thread, NULL);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT 42"), 42);
	conn_ops->close(watcher);
}
END_TEST

/* ---- sessions */

static const struct {
	const char *sql;
	int64_t value;
} settings[] = {
	{ "SELECT @@sql_mode LIKE '%STRICT_ALL_TABLES%'", 1 },
	{ "SELECT @@sql_mode LIKE '%NO_BACKSLASH_ESCAPES%'", 1 },
	{ "SELECT LENGTH('a\\b')", 3 },
	{ "SELECT @@time_zone = '+00:00'", 1 },
	{ "SELECT @@character_set_client = 'utf8mb4'", 1 },
	{ "SELECT @@character_set_results = 'utf8mb4'", 1 },
	{ "SELECT @@local_infile IS NOT NULL", 1 },
	{ "SELECT @@autocommit", 1 },
	{ "SELECT @a IS NULL", 1 },
};

START_TEST(a_session_is_as_it_should_be)
{
	ck_assert_int_eq(read_int(c, settings[_i].sql), settings[_i].value);
	run(c, "SET @a=1, sql_mode='', time_zone='+05:00', NAMES latin1, autocommit=0;"
	       "START TRANSACTION");
	ck_assert_int_eq(conn_ops->reset(c, 0, fresh()), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(read_int(c, settings[_i].sql), settings[_i].value);
}
END_TEST

START_TEST(statements_outlive_a_reset)
{
	lode_drv_bind b = { .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	lode_drv_stmt *s = prepare(c, "SELECT ? + 1");
	int64_t v = 41;
	const void *bases[1] = { &v };
	lode_exec_result r;

	for (int i = 0; i < 3; i++) {
		v = 41;
		ck_assert_msg(execute(s, &b, 1, bases, 1, 0, &r) == LODE_OK, "%s", failure.message);
		ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
		ck_assert_int_eq(fetch_into(s, &v, NULL, 1, NULL), LODE_OK);
		ck_assert_int_eq(v, 42);
		ck_assert_int_eq(conn_ops->reset(c, 0, fresh()), LODE_OK);
	}
	stmt_ops->close(s);
}
END_TEST

/* the server is told to drop the connection: every verb says so, and none hangs */
START_TEST(a_lost_connection)
{
	lode_drv_conn *killer = open_url("LODE_TEST_MARIADB");
	lode_conn_info info = { .struct_size = sizeof info };
	lode_drv_stmt *s = prepare(c, "SELECT 1");
	lode_exec_result r;
	char sql[60];

	ck_assert_int_eq(conn_ops->info(c, &info, fresh()), LODE_OK);
	ck_assert_int_eq(tx(c, LODE_TX_BEGIN, NULL), LODE_OK);
	ck_assert_int_eq(conn_ops->ping(c, 1, fresh()), LODE_OK);
	ck_assert_int_eq(conn_ops->ping(c, 0, fresh()), LODE_OK);
	snprintf(sql, sizeof sql, "KILL CONNECTION %lld", (long long)info.backend_id);
	run(killer, sql);
	if (_i == 1) { /* the end of the line is seen without a question */
		for (int k = 0; k < 2000 && conn_ops->ping(c, 1, fresh()) == LODE_OK; k++)
			usleep(1000);
		ck_assert_int_eq(conn_ops->ping(c, 1, fresh()), LODE_E_DISCONNECT);
	}
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_E_DISCONNECT);
	ck_assert_int_eq(try_run(c, "SELECT 1", -1), LODE_E_DISCONNECT);
	ck_assert_int_eq(tx(c, LODE_TX_COMMIT, NULL), LODE_E_DISCONNECT);
	ck_assert_int_eq(tx(c, LODE_TX_ROLLBACK, NULL), LODE_E_DISCONNECT);
	ck_assert_int_eq(conn_ops->ping(c, 0, fresh()), LODE_E_DISCONNECT);
	ck_assert_int_eq(conn_ops->reset(c, 0, fresh()), LODE_E_DISCONNECT);
	stmt_ops->close(s);
	conn_ops->close(killer);
}
END_TEST

/* a child frees what it inherited, and the parent's session does not notice */
START_TEST(a_child_abandons)
{
	lode_drv_stmt *s = prepare(c, "SELECT seq FROM seq_1_to_10000");
	lode_drv_bind b = { .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	lode_exec_result r;
	int64_t v;
	int status, n = 0;
	pid_t child;

	run(c, "SET @kept = 7");
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, LODE_EXEC_STREAM, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	child = fork();
	if (child == 0) {
		conn_ops->abandon(c);
		_exit(host_memory.live == 0 ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	while (fetch_into(s, &v, NULL, 1, NULL) == LODE_OK)
		n++;
	ck_assert_int_eq(n, 10000);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT @kept"), 7);
}
END_TEST

/* ---- memory: every allocation fails once */

static lode_status one_life(void)
{
	lode_drv_bind binds[] = {
		{ .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1, .stride = 8 },
		{ .repr = LODE_R_CSTR, .flags = LODE_BIND_NULL_PTR, .null_bit = -1 },
	};
	lode_prepare how = { .struct_size = sizeof how, .key_table = "t", .key_column = "id" };
	const char *sql = "INSERT INTO t (a) VALUES (?)";
	int64_t values[3] = { 1, 2, 3 }, keys[3];
	const void *bases[1] = { values };
	lode_exec x = { .struct_size = sizeof x,
			.params = binds,
			.nparams = 1,
			.nrows = 3,
			.bind_size = sizeof binds[0],
			.bases = bases,
			.nbases = 1,
			.timeout_ms = -1,
			.keys = keys };
	lode_exec_result r = { .struct_size = sizeof r };
	lode_drv_conn *conn = NULL;
	lode_drv_stmt *s = NULL, *q = NULL;
	url_options u;
	char *text = NULL;
	lode_status status;

	url_read(&u, getenv("LODE_TEST_MARIADB"));
	status = try_open(&conn, &u.options);
	if (status != LODE_OK)
		return status;
	run(conn, "CREATE TEMPORARY TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT)");
	status = conn_ops->prepare(conn, sql, strlen(sql), &how, &s, fresh());
	if (status == LODE_OK)
		status = stmt_ops->execute(s, &x, &r, fresh());
	sql = "SELECT 'a longer text' FROM t";
	if (status == LODE_OK)
		status = conn_ops->prepare(conn, sql, strlen(sql), NULL, &q, fresh());
	if (status == LODE_OK)
		status = execute(q, NULL, 0, NULL, 1, 0, &r);
	if (status == LODE_OK)
		status = stmt_ops->bind(q, binds + 1, 1, sizeof binds[0], fresh());
	if (status == LODE_OK)
		status = fetch_into(q, &text, NULL, 1, NULL);
	if (status == LODE_OK)
		ck_assert_str_eq(text, "a longer text");
	if (s != NULL)
		stmt_ops->close(s);
	if (q != NULL)
		stmt_ops->close(q);
	conn_ops->close(conn);
	return status;
}

START_TEST(every_allocation_fails_once)
{
	long before = host_memory.live, n;
	lode_status status = LODE_E_NOMEM;

	for (n = 1; status != LODE_OK; n += (long)lode_test_step()) {
		host_memory.made = 0;
		host_memory.fail_at = n;
		status = one_life();
		host_memory.fail_at = 0;
		ck_assert_msg(status == LODE_OK || status == LODE_E_NOMEM, "%ld: %d, %s", n,
			      (int)status, failure.message);
		ck_assert_int_eq(host_memory.live, before);
	}
	ck_assert_int_gt(n, 10);
}
END_TEST

/* ---- capabilities */

START_TEST(says_what_it_is)
{
	lode_conn_info info = { .struct_size = sizeof info };

	ck_assert_int_eq(conn_ops->info(c, &info, fresh()), LODE_OK);
	ck_assert_str_eq(info.product, "MariaDB");
	ck_assert_str_eq(info.dialect, "mariadb");
	ck_assert_uint_ge(info.version, 10005000);
	ck_assert_uint_eq(info.max_params, 65535);
	ck_assert_uint_ge(info.max_packet, 1024);
	ck_assert(info.caps & LODE_CAP_EXACT_ROWCOUNT);
	ck_assert(info.caps & LODE_CAP_BATCH_KEYS);
	ck_assert(!(info.caps & LODE_CAP_DDL_TXN));
	ck_assert_ptr_nonnull(conn_ops->native(c, "MYSQL"));
	ck_assert_ptr_null(conn_ops->native(c, "PGconn"));
}
END_TEST

/* matched rows count, not changed ones */
START_TEST(counts_matched_rows)
{
	lode_drv_stmt *s;
	lode_exec_result r;

	run(c, "CREATE TEMPORARY TABLE t (a INT); INSERT INTO t VALUES (1), (1), (2)");
	s = prepare(c, "UPDATE t SET a = 1 WHERE a = 1");
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(r.affected, 2);
	ck_assert_uint_eq(r.ncols, 0);
	stmt_ops->close(s);
}
END_TEST

#define ROWS(array) ((int)(sizeof(array) / sizeof(array)[0]))

int main(void)
{
	Suite *suite;
	TCase *tc;

	if (getenv("LODE_TEST_MARIADB") == NULL)
		return lode_test_skip("LODE_TEST_MARIADB is not set: see tests/servers.sh");
	suite = suite_create("mariadb errors");
	tc = tcase_create("errors");
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, refuses_to_connect, 0, ROWS(connects));
	tcase_add_loop_test(tc, modes_of_tls, 0, ROWS(modes));
	tcase_add_loop_test(tc, classes_and_names, 0, ROWS(errors));
	tcase_add_test(tc, transactions_and_savepoints);
	tcase_add_loop_test(tc, isolation_levels, 0, ROWS(levels));
	tcase_add_test(tc, read_only_transactions);
	tcase_add_test(tc, ddl_commits_and_the_transaction_goes_on);
	tcase_add_test(tc, a_deadlock_fails_the_transaction);
	tcase_add_test(tc, a_lock_that_is_not_given);
	tcase_add_test(tc, a_statement_has_its_time);
	tcase_add_test(tc, another_thread_cancels);
	tcase_add_loop_test(tc, a_session_is_as_it_should_be, 0, ROWS(settings));
	tcase_add_test(tc, statements_outlive_a_reset);
	tcase_add_loop_test(tc, a_lost_connection, 0, 2);
	tcase_add_test(tc, a_child_abandons);
	tcase_add_test(tc, every_allocation_fails_once);
	tcase_add_test(tc, says_what_it_is);
	tcase_add_test(tc, counts_matched_rows);
	suite_add_tcase(suite, tc);
	return lode_test_run(suite);
}
