/* SPDX-License-Identifier: MIT */
/* test_sqlite_error - what goes wrong: error classes, states, files, memory; and the dialect. */
#include "plugins/plugin_host.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_tap.h"

static lode_drv_conn *c;

static void set_up(void)
{
	host_start();
	c = open_path(":memory:");
}

static void tear_down(void)
{
	conn_ops->close(c);
	ck_assert_int_eq(host_memory.live, 0);
}

/* ---- classes, with the objects that SQLite names */

#define SCHEMA                                                                                     \
	"CREATE TABLE p(id INTEGER PRIMARY KEY, a INT UNIQUE, b INT NOT NULL DEFAULT 0,"           \
	" CONSTRAINT positive CHECK (b >= 0), UNIQUE (a, b));"                                     \
	"CREATE TABLE k(p INT REFERENCES p(id));"                                                  \
	"CREATE UNIQUE INDEX odd ON p(abs(b)) WHERE b > 100;"                                      \
	"CREATE TABLE s(n INT) STRICT;"                                                            \
	"CREATE TABLE d(p INT REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED);"                    \
	"CREATE TRIGGER g BEFORE DELETE ON p BEGIN SELECT RAISE(ABORT, 'not this one'); END;"      \
	"INSERT INTO p VALUES (1, 1, 1), (2, 2, 200);"

static const struct {
	const char *sql;
	lode_status status;
	const char *table, *column, *constraint;
} failures[] = {
	{ "INSERT INTO p(a) VALUES (1)", LODE_E_UNIQUE, "p", "a", "" },
	{ "INSERT INTO p(id) VALUES (1)", LODE_E_UNIQUE, "p", "id", "" },
	{ "INSERT INTO p(b) VALUES (200)", LODE_E_UNIQUE, "", "", "odd" },
	{ "INSERT INTO p(b) VALUES (NULL)", LODE_E_NOTNULL, "p", "b", "" },
	{ "INSERT INTO p(b) VALUES (-1)", LODE_E_CHECK, "", "", "positive" },
	{ "INSERT INTO k VALUES (9)", LODE_E_FOREIGNKEY, "", "", "" },
	{ "INSERT INTO s VALUES ('x')", LODE_E_DATA, "", "", "" },
	{ "DELETE FROM p WHERE id = 2", LODE_E_CONSTRAINT, "", "", "" },
	{ "SELECT * FROM nowhere", LODE_E_NO_OBJECT, "", "", "" },
	{ "SELECT absent FROM p", LODE_E_NO_OBJECT, "", "", "" },
	{ "SELECT \"absent\" FROM p", LODE_E_NO_OBJECT, "", "", "" },
	{ "SELECT * FROM other.p", LODE_E_NO_OBJECT, "", "", "" },
	{ "INSERT INTO p(zz) VALUES (1)", LODE_E_NO_OBJECT, "", "", "" },
	{ "SELECT nofunction(1)", LODE_E_NO_OBJECT, "", "", "" },
	{ "SELEC 1", LODE_E_SYNTAX, "", "", "" },
	{ "SELECT (", LODE_E_SYNTAX, "", "", "" },
	{ "CREATE TABLE p(x)", LODE_E_EXISTS, "", "", "" },
	{ "CREATE INDEX odd ON p(a)", LODE_E_EXISTS, "", "", "" },
	{ "COMMIT", LODE_E_STATE, "", "", "" },
	{ "SELECT load_extension('x')", LODE_E_OTHER, "", "", "" },
	{ "SELECT abs(-9223372036854775808)", LODE_E_DATA, "", "", "" },
	{ "UPDATE sqlite_schema SET sql = ''", LODE_E_OTHER, "", "", "" },
};

START_TEST(error_class)
{
	const char *sql = failures[_i].sql;
	lode_status status;

	run(c, SCHEMA);
	status = conn_ops->script(c, sql, strlen(sql), fresh());
	if (failures[_i].status == LODE_E_OTHER)
		ck_assert_int_lt(status, 0);
	else
		ck_assert_msg(status == failures[_i].status, "%s: %d %s", sql, (int)status,
			      failure.message);
	ck_assert_int_eq(failure.status, status);
	ck_assert_int_ne(failure.native, 0);
	ck_assert_str_eq(failure.table, failures[_i].table);
	ck_assert_str_eq(failure.column, failures[_i].column);
	ck_assert_str_eq(failure.constraint, failures[_i].constraint);
	/* without a place for the error nothing else happens */
	ck_assert_int_eq(conn_ops->script(c, sql, strlen(sql), NULL), status);
}
END_TEST

START_TEST(several_columns)
{
	run(c, "CREATE TABLE \"t.x\"(\"a.b\", c, UNIQUE (\"a.b\", c)); INSERT INTO \"t.x\" VALUES "
	       "(1, 2)");
	ck_assert_int_eq(conn_ops->script(c, "INSERT INTO \"t.x\" VALUES (1, 2)", 32, fresh()),
			 LODE_E_UNIQUE);
	run(c, "CREATE TABLE u(a, b, UNIQUE (a, b)); INSERT INTO u VALUES (1, 2)");
	ck_assert_int_eq(conn_ops->script(c, "INSERT INTO u VALUES (1, 2)", 27, fresh()),
			 LODE_E_UNIQUE);
	ck_assert_str_eq(failure.table, "u");
	ck_assert_str_eq(failure.column, "a, b");
}
END_TEST

/* ---- statements */

static const struct {
	const char *sql;
	lode_status status;
} texts[] = {
	{ "SELECT 1;", LODE_OK },
	{ "SELECT 1 ; ; -- end", LODE_OK },
	{ "/* begin */ SELECT 1 /* open", LODE_OK },
	{ "SELECT 1; SELECT 2", LODE_E_MISUSE },
	{ "SELECT 1; nonsense", LODE_E_MISUSE },
	{ "", LODE_E_SYNTAX },
	{ " -- nothing", LODE_E_SYNTAX },
};

START_TEST(one_statement_only)
{
	lode_drv_stmt *s = NULL;
	lode_status status =
		conn_ops->prepare(c, texts[_i].sql, strlen(texts[_i].sql), NULL, &s, fresh());

	ck_assert_msg(status == texts[_i].status, "%s: %d", texts[_i].sql, (int)status);
	ck_assert_int_eq(s != NULL, status == LODE_OK);
	if (s != NULL)
		stmt_ops->close(s);
}
END_TEST

START_TEST(misuse_is_refused)
{
	lode_drv_bind b = { .repr = LODE_R_I32, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	lode_drv_bind many[2] = { b, b };
	int32_t v[2] = { 1, 2 };
	const void *bases[1] = { v };
	lode_drv_stmt *s = prepare(c, "SELECT ?");
	lode_exec_result r;

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_E_MISUSE);
	ck_assert_int_eq(execute(s, many, 2, bases, 1, 0, &r), LODE_E_MISUSE);
	ck_assert_int_eq(execute(s, &b, 1, bases, 1, LODE_EXEC_ROWSET, &r), LODE_E_MISUSE);
	ck_assert_int_eq(execute(s, &b, 1, bases, 1, LODE_EXEC_QUEUE, &r), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(execute(s, &b, 1, bases, 1, LODE_EXEC_CURSOR, &r), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(execute(s, &b, 1, bases, 2, 0, &r), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(execute(s, &b, 1, bases, 2, LODE_EXEC_NO_ROWS, &r), LODE_OK);
	ck_assert_int_eq(execute(s, &b, 1, bases, 0, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, many, 2, sizeof b, fresh()), LODE_E_MISUSE);
	many[0].repr = 99;
	ck_assert_int_eq(stmt_ops->bind(s, many, 1, sizeof b, fresh()), LODE_E_CONVERT);
	ck_assert_int_eq(fetch_into(s, v, NULL, 1, NULL), LODE_DONE);
	stmt_ops->reset(s);
	stmt_ops->reset(s);
	stmt_ops->close(s);
	stmt_ops->close(NULL);
	conn_ops->close(NULL);
}
END_TEST

START_TEST(counts_rows_that_match)
{
	lode_exec_result r;
	lode_drv_stmt *s;

	run(c, "CREATE TABLE t(a); INSERT INTO t VALUES (1), (1), (2)");
	s = prepare(c, "UPDATE t SET a = 1 WHERE a = 1");
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(r.affected, 2);
	ck_assert_int_eq(stmt_ops->is_readonly(s), 0);
	stmt_ops->close(s);
	s = prepare(c, "CREATE TABLE u(a)");
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(r.affected, 0);
	stmt_ops->close(s);
	s = prepare(c, "SELECT a FROM t");
	ck_assert_int_eq(stmt_ops->is_readonly(s), 1);
	stmt_ops->close(s);
}
END_TEST

START_TEST(describes_columns)
{
	lode_drv_stmt *s;
	lode_col_desc d = { .struct_size = sizeof d };

	run(c, "CREATE TABLE t(\"a b\" VARCHAR(20))");
	s = prepare(c, "SELECT \"a b\" AS x, 1 + 1 FROM t");
	ck_assert_int_eq(stmt_ops->describe(s, 0, &d, fresh()), LODE_OK);
	ck_assert_str_eq(d.name, "x");
	ck_assert_str_eq(d.table, "t");
	ck_assert_str_eq(d.column, "a b");
	ck_assert_int_eq(d.sql_type, LODE_T_TEXT);
	ck_assert_int_eq(d.length, 20);
	ck_assert_int_eq(stmt_ops->describe(s, 1, &d, fresh()), LODE_OK);
	ck_assert_ptr_null(d.type_name);
	ck_assert_int_eq(d.sql_type, LODE_T_UNKNOWN);
	ck_assert_int_eq(stmt_ops->describe(s, 2, &d, fresh()), LODE_E_MISUSE);
	stmt_ops->close(s);
}
END_TEST

/* ---- transactions */

static lode_status tx(int32_t verb, int32_t isolation, uint32_t flags, const char *name)
{
	lode_tx t = { .struct_size = sizeof t,
		      .verb = verb,
		      .isolation = isolation,
		      .flags = flags,
		      .name = name };

	return conn_ops->tx(c, &t, fresh());
}

START_TEST(transactions)
{
	run(c, "CREATE TABLE t(a)");
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(tx(LODE_TX_BEGIN, LODE_ISOLATION_SERIALIZABLE, 0, NULL), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_OPEN);
	ck_assert_int_eq(tx(LODE_TX_BEGIN, 0, 0, NULL), LODE_E_STATE);
	ck_assert_int_eq(tx(LODE_TX_SAVEPOINT, 0, 0, "a\"b"), LODE_OK);
	run(c, "INSERT INTO t VALUES (1)");
	ck_assert_int_eq(tx(LODE_TX_ROLLBACK_TO, 0, 0, "a\"b"), LODE_OK);
	ck_assert_int_eq(tx(LODE_TX_RELEASE, 0, 0, "a\"b"), LODE_OK);
	ck_assert_int_eq(tx(LODE_TX_RELEASE, 0, 0, "a\"b"), LODE_E_STATE);
	ck_assert_int_eq(tx(LODE_TX_COMMIT, 0, 0, NULL), LODE_OK);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM t"), 0);
	ck_assert_int_eq(tx(LODE_TX_ROLLBACK, 0, 0, NULL), LODE_OK);
	ck_assert_int_eq(tx(LODE_TX_BEGIN, LODE_ISOLATION_REPEATABLE_READ, 0, NULL),
			 LODE_E_UNSUPPORTED);
	ck_assert_int_eq(tx(LODE_TX_PREPARE, 0, 0, "x"), LODE_E_UNSUPPORTED);
}
END_TEST

START_TEST(transaction_settings_end_with_it)
{
	run(c, "CREATE TABLE t(a)");
	ck_assert_int_eq(
		tx(LODE_TX_BEGIN, LODE_ISOLATION_READ_UNCOMMITTED, LODE_TXF_READONLY, NULL),
		LODE_OK);
	ck_assert_int_eq(read_int(c, "PRAGMA read_uncommitted"), 1);
	ck_assert_int_eq(conn_ops->script(c, "INSERT INTO t VALUES (1)", 24, fresh()),
			 LODE_E_READONLY);
	ck_assert_int_eq(tx(LODE_TX_COMMIT, 0, 0, NULL), LODE_OK);
	ck_assert_int_eq(read_int(c, "PRAGMA read_uncommitted"), 0);
	run(c, "INSERT INTO t VALUES (1)");
}
END_TEST

/* SQLite rolls back by itself: nothing may be committed before the host has noticed */
START_TEST(rolled_back_by_sqlite)
{
	run(c, "CREATE TABLE t(a UNIQUE ON CONFLICT ROLLBACK); INSERT INTO t VALUES (1); BEGIN;"
	       "INSERT INTO t VALUES (2)");
	ck_assert_int_eq(conn_ops->script(c, "INSERT INTO t VALUES (1)", 24, fresh()),
			 LODE_E_UNIQUE);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_FAILED);
	ck_assert_int_eq(conn_ops->script(c, "INSERT INTO t VALUES (3)", 24, fresh()),
			 LODE_E_STATE);
	ck_assert_int_eq(tx(LODE_TX_COMMIT, 0, 0, NULL), LODE_E_STATE);
	ck_assert_int_eq(tx(LODE_TX_BEGIN, 0, 0, NULL), LODE_E_STATE);
	ck_assert_int_eq(tx(LODE_TX_ROLLBACK, 0, 0, NULL), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM t"), 1);
}
END_TEST

START_TEST(deferred_key_at_commit)
{
	run(c, SCHEMA);
	ck_assert_int_eq(tx(LODE_TX_BEGIN, 0, 0, NULL), LODE_OK);
	run(c, "INSERT INTO d VALUES (99)");
	ck_assert_int_eq(tx(LODE_TX_COMMIT, 0, 0, NULL), LODE_E_FOREIGNKEY);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_OPEN);
	ck_assert_int_eq(conn_ops->reset(c, 0, fresh()), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
}
END_TEST

/* ---- timeouts and cancelling */

#define ENDLESS                                                                                    \
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

static lode_status run_with_timeout(const char *sql, int32_t ms)
{
	lode_drv_stmt *s = prepare(c, sql);
	lode_exec x = { .struct_size = sizeof x, .nrows = 1, .timeout_ms = ms };
	lode_exec_result r = { .struct_size = sizeof r };
	lode_status status = stmt_ops->execute(s, &x, &r, fresh());

	stmt_ops->close(s);
	return status;
}

START_TEST(timeout)
{
	ck_assert_int_eq(run_with_timeout(ENDLESS, 20), LODE_E_TIMEOUT);
	ck_assert_int_eq(failure.status, LODE_E_TIMEOUT);
	ck_assert_int_eq(run_with_timeout("SELECT 1", 10000), LODE_OK);
}
END_TEST

/* the deadline of an execution holds for its rows too */
START_TEST(timeout_while_fetching)
{
	lode_drv_bind b = { .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	lode_drv_stmt *s =
		prepare(c, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
			   " SELECT i FROM n WHERE i = 1 OR i < 0");
	lode_exec x = { .struct_size = sizeof x, .nrows = 1, .timeout_ms = 30 };
	lode_exec_result r = { .struct_size = sizeof r };
	int64_t v;

	ck_assert_int_eq(stmt_ops->execute(s, &x, &r, fresh()), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, &v, NULL, 1, NULL), LODE_OK);
	ck_assert_int_eq(fetch_into(s, &v, NULL, 1, NULL), LODE_E_TIMEOUT);
	stmt_ops->close(s);
}
END_TEST

static void *cancel_soon(void *unused)
{
	int i;

	(void)unused;
	for (i = 0; i < 20; i++) { /* the statement may not have begun */
		usleep(5000);
		conn_ops->cancel(c, NULL);
	}
	return NULL;
}

START_TEST(cancelled_from_another_thread)
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, NULL), 0);
	ck_assert_int_eq(run_with_timeout(ENDLESS, 10000), LODE_E_CANCELLED);
	pthread_join(thread, NULL);
}
END_TEST

/* ---- files */

static char folder[] = "/tmp/lode_test_XXXXXX";
static char file_path[100];

static void set_up_file(void)
{
	host_start();
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(file_path, sizeof file_path, "%s/a.db", folder);
	c = NULL;
}

static void tear_down_file(void)
{
	char command[200];

	conn_ops->close(c);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
	ck_assert_int_eq(host_memory.live, 0);
}

static void write_file(const char *text, size_t n)
{
	FILE *f = fopen(file_path, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, n, f), n);
	fclose(f);
}

START_TEST(settings_of_a_file)
{
	c = open_path(file_path);
	ck_assert_int_eq(read_int(c, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
	ck_assert_int_eq(read_int(c, "PRAGMA foreign_keys"), 1);
	ck_assert_int_eq(read_int(c, "PRAGMA synchronous"), 1);
	ck_assert_int_eq(read_int(c, "PRAGMA trusted_schema"), 0);
	ck_assert_ptr_nonnull(conn_ops->native(c, "sqlite3"));
	ck_assert_ptr_null(conn_ops->native(c, "PGconn"));
	ck_assert_int_eq(conn_ops->ping(c, 0, fresh()), LODE_OK);
}
END_TEST

START_TEST(corrupt_file)
{
	lode_options options = { { { "database", file_path } } };
	static const char garbage[4096] =
		"this is no database at all, only some text of some length";

	write_file(garbage, sizeof garbage);
	ck_assert_int_eq(try_open(&c, &options), LODE_E_IO);
	ck_assert_ptr_null(c);
}
END_TEST

START_TEST(directory_and_missing_file)
{
	lode_options options = { { { "database", folder } } };

	ck_assert_int_eq(try_open(&c, &options), LODE_E_CONNECT);
	options.pairs[0][1] = file_path;
	options.pairs[1][0] = "mode";
	options.pairs[1][1] = "rw";
	ck_assert_int_eq(try_open(&c, &options), LODE_E_CONNECT);
	options.pairs[1][1] = "ro";
	ck_assert_int_eq(try_open(&c, &options), LODE_E_CONNECT);
	ck_assert_ptr_null(c);
}
END_TEST

START_TEST(read_only)
{
	lode_options options = { { { "database", file_path }, { "mode", "ro" } } };

	c = open_path(file_path);
	run(c, "CREATE TABLE t(a)");
	conn_ops->close(c);
	c = NULL;
	ck_assert_msg(try_open(&c, &options) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(conn_ops->script(c, "INSERT INTO t VALUES (1)", 24, fresh()),
			 LODE_E_READONLY);
}
END_TEST

START_TEST(locked_file)
{
	lode_options options = { { { "database", file_path }, { "busy_timeout", "20" } } };
	lode_drv_conn *other = open_path(file_path);

	run(other, "CREATE TABLE t(a)");
	ck_assert_int_eq(try_open(&c, &options), LODE_OK);
	run(other, "BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
	ck_assert_int_eq(conn_ops->script(c, "INSERT INTO t VALUES (1)", 24, fresh()),
			 LODE_E_LOCKED);
	ck_assert_int_eq(failure.retryable, 1);
	run(other, "COMMIT");
	run(c, "INSERT INTO t VALUES (1)");
	conn_ops->close(other);
}
END_TEST

START_TEST(attached_schema)
{
	char path[120];
	lode_options options = { { { "database", file_path }, { "attach.my\"schema", path } } };

	snprintf(path, sizeof path, "%s/b.db", folder);
	ck_assert_msg(try_open(&c, &options) == LODE_OK, "%s", failure.message);
	run(c, "CREATE TABLE \"my\"\"schema\".t(a); INSERT INTO t VALUES (1)");
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

static const struct {
	const char *key, *value;
} bad_options[] = {
	{ "mode", "x" },	   { "journal", "wal; DROP TABLE t" }, { "synchronous", "1" },
	{ "foreign_keys", "yes" }, { "busy_timeout", "5s" },	       { "busy_timeout", "" },
	{ "attach.", "x" },
};

START_TEST(bad_option)
{
	lode_options options = { { { "database", ":memory:" },
				   { bad_options[_i].key, bad_options[_i].value } } };

	ck_assert_int_eq(try_open(&c, &options), LODE_E_CONNECT);
	ck_assert_int_eq(failure.status, LODE_E_CONNECT);
	ck_assert_ptr_null(c);
}
END_TEST

/* ---- every n-th allocation of the host fails once */

static lode_status work(void)
{
	lode_options options = { { { "database", ":memory:" } } };
	int64_t rows[3] = { 1, 2, 3 }, keys[3];
	const void *bases[1] = { rows };
	lode_drv_bind b = { .repr = LODE_R_TS64,
			    .flags = LODE_BIND_NOT_NULL,
			    .null_bit = -1,
			    .stride = sizeof rows[0] };
	lode_drv_bind text = { .repr = LODE_R_CSTR,
			       .flags = LODE_BIND_NOT_NULL | LODE_BIND_COPY,
			       .null_bit = -1 };
	const char *create = "CREATE TABLE t(id INTEGER PRIMARY KEY, a)";
	const char *insert = "INSERT INTO t(a) SELECT c0 FROM lode_rows";
	lode_prepare p = {
		.struct_size = sizeof p, .key_schema = "main", .key_table = "t", .key_column = "id"
	};
	lode_exec x = { .struct_size = sizeof x,
			.flags = LODE_EXEC_ROWSET,
			.params = &b,
			.nparams = 1,
			.bind_size = sizeof b,
			.bases = bases,
			.nbases = 1,
			.nrows = 3,
			.timeout_ms = -1,
			.keys = keys };
	lode_exec_result r = { .struct_size = sizeof r };
	lode_arena arena = { 0 };
	lode_drv_conn *conn = NULL;
	lode_drv_stmt *s = NULL, *t = NULL;
	char *out;
	lode_status status = try_open(&conn, &options);

	if (status == LODE_OK)
		status = conn_ops->script(conn, create, strlen(create), fresh());
	if (status == LODE_OK)
		status = conn_ops->prepare(conn, insert, strlen(insert), &p, &s, fresh());
	if (status == LODE_OK)
		status = stmt_ops->execute(s, &x, &r, fresh());
	if (status == LODE_OK)
		status = conn_ops->prepare(conn, "SELECT a FROM t WHERE a > ?", 27, NULL, &t,
					   fresh());
	if (status == LODE_OK)
		status = execute(t, &b, 1, bases, 1, 0, &r);
	if (status == LODE_OK)
		status = stmt_ops->bind(t, &text, 1, sizeof text, fresh());
	if (status == LODE_OK)
		status = fetch_into(t, &out, &arena, 1, NULL);
	stmt_ops->close(t);
	stmt_ops->close(s);
	conn_ops->close(conn);
	host_arena_free(&arena);
	return status;
}

START_TEST(each_allocation_fails)
{
	long n;
	lode_status status;

	for (n = 1;; n++) {
		host_memory.made = 0;
		host_memory.fail_at = n;
		status = work();
		ck_assert_int_eq(host_memory.live, 0);
		if (host_memory.made < n)
			break;
		ck_assert_int_eq(status, LODE_E_NOMEM);
		ck_assert_int_eq(failure.status, LODE_E_NOMEM);
	}
	host_memory.fail_at = 0;
	ck_assert_int_eq(status, LODE_OK);
	ck_assert_int_gt(n, 5);
}
END_TEST

/* ---- the dialect */

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

START_TEST(traits_are_filled)
{
	lode_traits t = { .struct_size = sizeof t };
	size_t i;

	ck_assert_int_eq(dialect->traits(NULL, &t), LODE_OK);
	ck_assert_int_eq(t.rows_style, 3);
	ck_assert_str_eq(t.decimal_collation, "lode_decimal");
	for (i = 1; t.reserved_words[i] != NULL; i++)
		ck_assert_int_lt(compare_words(&t.reserved_words[i - 1], &t.reserved_words[i]), 0);
	ck_assert_uint_gt(i, 100);
	/* a smaller struct of an older host is not written behind its end */
	memset(&t, 0, sizeof t);
	t.struct_size = offsetof(lode_traits, now_sql);
	ck_assert_int_eq(dialect->traits(NULL, &t), LODE_OK);
	ck_assert_ptr_null(t.now_sql);
	ck_assert_int_eq(t.max_rows_columns, 0);
}
END_TEST

START_TEST(now_is_canonical)
{
	lode_traits t = { .struct_size = sizeof t };
	char sql[200];

	dialect->traits(NULL, &t);
	snprintf(sql, sizeof sql, "SELECT length(%s) * 100 + length(%s)", t.now_sql, t.today_sql);
	ck_assert_int_eq(read_int(c, sql), 2610);
}
END_TEST

static const struct {
	lode_type_info type;
	const char *sql;
} type_names[] = {
	{ { .sql_type = LODE_T_INT64, .length = -1 }, "BIGINT" },
	{ { .sql_type = LODE_T_INT64, .length = -1, .flags = LODE_TYPE_AUTOINC }, "INTEGER" },
	{ { .sql_type = LODE_T_TEXT, .length = -1 }, "TEXT" },
	{ { .sql_type = LODE_T_TEXT, .length = 30 }, "VARCHAR(30)" },
	{ { .sql_type = LODE_T_DECIMAL, .precision = 10, .scale = 2, .length = -1 }, "TEXT" },
	{ { .sql_type = LODE_T_TIMESTAMP, .length = -1 }, "TEXT" },
	{ { .sql_type = LODE_T_BOOL, .length = -1 }, "BOOLEAN" },
	{ { .sql_type = LODE_T_BLOB, .length = -1 }, "BLOB" },
	{ { .sql_type = LODE_T_FLOAT64, .length = -1 }, "DOUBLE" },
	{ { .sql_type = LODE_T_ARRAY, .length = -1 }, NULL },
};

START_TEST(type_name)
{
	lode_sqlbuf out = { "", 0 };
	lode_render_context context = { .struct_size = sizeof context, .out = &out };
	lode_status status = dialect->type_to_sql(&context, &type_names[_i].type, fresh());

	if (type_names[_i].sql == NULL)
		ck_assert_int_eq(status, LODE_E_UNSUPPORTED);
	else
		ck_assert_str_eq(out.text, type_names[_i].sql);
}
END_TEST

/* ---- reflection */

static char seen[2000];

static void note(const char *a, const char *b, const char *d)
{
	size_t n = strlen(seen);

	snprintf(seen + n, sizeof seen - n, "%s:%s:%s ", a, b != NULL ? b : "", d != NULL ? d : "");
}

static lode_status on_table(void *ctx, const lode_rf_table *t)
{
	(void)ctx;
	note(t->kind == LODE_RFT_VIEW ? "view" : "table", t->name, NULL);
	return LODE_OK;
}

static lode_status on_column(void *ctx, const lode_rf_column *col)
{
	char flags[20];

	(void)ctx;
	snprintf(flags, sizeof flags, "%d%d", (int)col->nullable, (int)col->identity);
	note(col->name, col->native_type, flags);
	return LODE_OK;
}

static lode_status on_key(void *ctx, const lode_rf_key *k)
{
	static const char *const kinds[] = { "", "pk", "unique", "fk", "check", "index" };
	char columns[100] = "";
	uint32_t i;

	(void)ctx;
	for (i = 0; i < k->ncolumns; i++)
		snprintf(columns + strlen(columns), sizeof columns - strlen(columns), "%s%s",
			 i > 0 ? "," : "", k->columns[i] != NULL ? k->columns[i] : "?");
	if (k->ref_columns != NULL)
		snprintf(columns + strlen(columns), sizeof columns - strlen(columns), ">%s.%s/%d",
			 k->ref_table, k->ref_columns[0], (int)k->on_delete);
	note(kinds[k->kind], k->name, columns);
	return LODE_OK;
}

static const struct {
	uint32_t what;
	const char *seen;
} reflections[] = {
	{ LODE_RF_TABLES, "table:a: table:b c: " },
	{ LODE_RF_TABLES | LODE_RF_VIEWS, "table:a: table:b c: view:v: " },
	{ LODE_RF_COLUMNS, "id:INTEGER:01 n:VARCHAR(9):00 x:TEXT:00 y:TEXT:00 a:INT:10 " },
	{ LODE_RF_PKEYS, "pk::id pk::y,x " },
	{ LODE_RF_FKEYS, "fk::a>a.id/2 " },
	{ LODE_RF_UNIQUES, "unique::n " },
	{ LODE_RF_INDEXES, "index:i:x,? " },
};

START_TEST(reflection)
{
	lode_rf_request q = { .struct_size = sizeof q, .what = reflections[_i].what };
	lode_rf_sink sink = {
		.struct_size = sizeof sink, .table = on_table, .column = on_column, .key = on_key
	};

	seen[0] = '\0';
	run(c, "CREATE TABLE a(id INTEGER PRIMARY KEY, n VARCHAR(9) NOT NULL UNIQUE);"
	       "CREATE TABLE \"b c\"(x TEXT NOT NULL, y TEXT NOT NULL, a INT REFERENCES a(id)"
	       " ON DELETE CASCADE, PRIMARY KEY (y, x)) WITHOUT ROWID;"
	       "CREATE VIEW v AS SELECT 1; CREATE INDEX i ON \"b c\"(x, abs(a))");
	ck_assert_msg(dialect->reflect((lode_hconn *)(void *)c, &q, &sink, fresh()) == LODE_OK,
		      "%s", failure.message);
	ck_assert_str_eq(seen, reflections[_i].seen);
}
END_TEST

START_TEST(reflection_of_named_tables)
{
	const char *names[] = { "B" };
	lode_rf_request q = { .struct_size = sizeof q,
			      .what = LODE_RF_TABLES | LODE_RF_PKEYS,
			      .schema = "main",
			      .tables = names,
			      .ntables = 1 };
	lode_rf_sink sink = { .struct_size = sizeof sink, .table = on_table, .key = on_key };

	seen[0] = '\0';
	run(c, "CREATE TABLE a(x PRIMARY KEY); CREATE TABLE b(y PRIMARY KEY)");
	ck_assert_int_eq(dialect->reflect((lode_hconn *)(void *)c, &q, &sink, fresh()), LODE_OK);
	ck_assert_str_eq(seen, "table:b: pk::y ");
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static TCase *memory_case(void)
{
	TCase *memory = tcase_create("memory");

	tcase_add_checked_fixture(memory, set_up, tear_down);
	tcase_add_loop_test(memory, error_class, 0, COUNT(failures));
	tcase_add_test(memory, several_columns);
	tcase_add_loop_test(memory, one_statement_only, 0, COUNT(texts));
	tcase_add_test(memory, misuse_is_refused);
	tcase_add_test(memory, counts_rows_that_match);
	tcase_add_test(memory, describes_columns);
	tcase_add_test(memory, transactions);
	tcase_add_test(memory, transaction_settings_end_with_it);
	tcase_add_test(memory, rolled_back_by_sqlite);
	tcase_add_test(memory, deferred_key_at_commit);
	tcase_add_test(memory, timeout);
	tcase_add_test(memory, timeout_while_fetching);
	tcase_add_test(memory, cancelled_from_another_thread);
	tcase_add_test(memory, traits_are_filled);
	tcase_add_test(memory, now_is_canonical);
	tcase_add_loop_test(memory, type_name, 0, COUNT(type_names));
	tcase_add_loop_test(memory, reflection, 0, COUNT(reflections));
	tcase_add_test(memory, reflection_of_named_tables);
	return memory;
}

static TCase *file_case(void)
{
	TCase *file = tcase_create("file");

	tcase_add_checked_fixture(file, set_up_file, tear_down_file);
	tcase_add_test(file, settings_of_a_file);
	tcase_add_test(file, corrupt_file);
	tcase_add_test(file, directory_and_missing_file);
	tcase_add_test(file, read_only);
	tcase_add_test(file, locked_file);
	tcase_add_test(file, attached_schema);
	tcase_add_loop_test(file, bad_option, 0, COUNT(bad_options));
	tcase_add_test(file, each_allocation_fails);
	return file;
}

int main(void)
{
	Suite *suite = suite_create("sqlite_error");

	suite_add_tcase(suite, memory_case());
	suite_add_tcase(suite, file_case());
	return lode_test_run(suite);
}
