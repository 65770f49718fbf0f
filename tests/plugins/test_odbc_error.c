/* SPDX-License-Identifier: MIT */
/* test_odbc_error - what fails, from the connection string to the n-th allocation. */
#include "plugins/odbc_sources.h"

#include <pthread.h>
#include <sys/wait.h>
#include <time.h>

static lode_drv_conn *c;
static int kind;

static void open_one(int index)
{
	host_start();
	kind = sources.list[index].kind;
	c = open_source(index);
}

static void close_one(void)
{
	conn_ops->close(c);
	ck_assert_int_eq(host_memory.live, 0);
}

/* ---- connections that are not made */

static const struct {
	const char *name;
	lode_options options;
	lode_status status;
	const char *message;
} unmade[] = {
	{ "nothing named", { { { "user", "x" } } }, LODE_E_CONNECT, "names no data source" },
	{ "no such source",
	  { { { "host", "lode_not_there" } } },
	  LODE_E_CONNECT,
	  "Data source name" },
	{ "no such driver", { { { "driver", "lode_not_there" } } }, LODE_E_CONNECT, "" },
	{ "no such library", { { { "driver", "/nonexistent/lode.so" } } }, LODE_E_CONNECT, "" },
	{ "braces in the name", { { { "driver", "a};b" } } }, LODE_E_CONNECT, "" },
	{ "password",
	  { { { "host", "lode_not_there" }, { "password", "tatzelwurm;}{" } } },
	  LODE_E_CONNECT,
	  "Data source name" },
};

START_TEST(connection_is_not_made)
{
	lode_drv_conn *none = NULL;

	host_start();
	ck_assert_msg(try_open(&none, &unmade[_i].options) == unmade[_i].status, "%s: %s",
		      unmade[_i].name, failure.message);
	ck_assert_ptr_null(none);
	ck_assert_int_ge(failure.count, 1);
	ck_assert_msg(strstr(failure.message, unmade[_i].message) != NULL, "%s: %s",
		      unmade[_i].name, failure.message);
	ck_assert_ptr_null(strstr(failure.message, "tatzelwurm"));
	ck_assert_int_eq(host_memory.live, 0);
}
END_TEST

START_TEST(wrong_password)
{
	lode_options options = sources.list[_i].options;
	lode_drv_conn *none = NULL;
	lode_status status;
	int i;

	host_start();
	for (i = 0; options.pairs[i][0] != NULL; i++)
		if (strcmp(options.pairs[i][0], "password") == 0)
			break;
	if (options.pairs[i][0] == NULL)
		return; /* a source without passwords */
	options.pairs[i][1] = "tatzelwurm};x={";
	status = try_open(&none, &options);
	ck_assert_msg(status == LODE_E_AUTH || status == LODE_E_CONNECT, "%s", failure.message);
	ck_assert_ptr_null(strstr(failure.message, "tatzelwurm"));
	ck_assert_int_eq(host_memory.live, 0);
}
END_TEST

/* ---- statements that fail */

static const struct {
	const char *sql;
	const char *state[SOURCES];
	int32_t native[SOURCES]; /* 0: any */
} failures[] = {
	{ "SELEC 1", { "42601", "42000", "HY000" }, { 0, 1064, 1 } },
	{ "SELECT * FROM lode_not_there", { "42P01", "42S02", "HY000" }, { 0, 1146, 1 } },
	{ "INSERT INTO lode_not_there VALUES (1)", { "42P01", "42S02", "HY000" }, { 0, 1146, 1 } },
};
#define FAILURES (int)(sizeof failures / sizeof failures[0])

static lode_status run_text(const char *sql)
{
	lode_drv_stmt *s = NULL;
	lode_exec_result r;
	lode_status status = conn_ops->prepare(c, sql, strlen(sql), NULL, &s, fresh());
	lode_err kept;

	if (status == LODE_OK)
		status = execute(s, NULL, 0, NULL, 1, 0, &r);
	kept = failure;
	stmt_ops->close(s);
	failure = kept;
	return status;
}

START_TEST(statement_fails)
{
	int i = _i % FAILURES;

	open_one(_i / FAILURES);
	ck_assert_int_lt(run_text(failures[i].sql), 0);
	ck_assert_str_eq(failure.sqlstate, failures[i].state[kind]);
	if (failures[i].native[kind] != 0)
		ck_assert_int_eq(failure.native, failures[i].native[kind]);
	/* neither "[vendor]" in front nor lines behind */
	ck_assert(failure.message[0] != '[');
	ck_assert_ptr_null(strchr(failure.message, '\n'));
	ck_assert_int_eq(run_text("SELECT 1"), LODE_OK);
	close_one();
}
END_TEST

/* psqlodbc's DETAIL quotes the row: it is left out */
START_TEST(values_stay_out_of_messages)
{
	char sql[200];

	open_one(_i);
	run_on(c,
	       "DROP TABLE IF EXISTS %s; CREATE TABLE %s (k integer PRIMARY KEY, v integer NOT NULL)",
	       table_name("e"));
	snprintf(sql, sizeof sql, "INSERT INTO %s (k, v) VALUES (271828, NULL)", table_name("e"));
	ck_assert_int_lt(run_text(sql), 0);
	ck_assert_ptr_null(strstr(failure.message, "271828"));
	run_on(c, "DROP TABLE %s", table_name("e"));
	close_one();
}
END_TEST

/* ---- deadlines and cancelling */

static const char *const slow[SOURCES] = {
	"SELECT pg_sleep(30)",
	"SELECT sum(a.seq * b.seq) FROM seq_1_to_1000000 a, seq_1_to_1000000 b",
	("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000000000)"
	 " SELECT count(*) FROM n"),
};

static lode_status run_slow(int32_t timeout_ms)
{
	lode_exec x = { .struct_size = sizeof x, .nrows = 1, .timeout_ms = timeout_ms };
	lode_exec_result r = { .struct_size = sizeof r };
	lode_drv_stmt *s = prepare(c, slow[kind]);
	lode_status status = stmt_ops->execute(s, &x, &r, fresh());
	lode_err kept = failure;

	stmt_ops->close(s);
	failure = kept;
	return status;
}

START_TEST(deadline)
{
	open_one(_i);
	ck_assert_msg(run_slow(50) == LODE_E_TIMEOUT, "%s", failure.message);
	ck_assert_int_eq(read_int(c, "SELECT 7"), 7);
	ck_assert_int_eq(run_slow(1), LODE_E_TIMEOUT);
	ck_assert_int_eq(read_int(c, "SELECT 8"), 8);
	close_one();
}
END_TEST

static void *cancel_until_stopped(void *context)
{
	const struct timespec pause = { 0, 20000000 };
	volatile int *stop = context;

	while (!*stop) {
		conn_ops->cancel(c, NULL);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

START_TEST(cancelled_from_another_thread)
{
	static volatile int stop;
	pthread_t thread;

	open_one(_i);
	ck_assert_int_eq(conn_ops->cancel(c, fresh()), LODE_OK); /* nothing runs: nothing happens */
	ck_assert_int_eq(read_int(c, "SELECT 6"), 6);
	stop = 0;
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_until_stopped, (void *)&stop), 0);
	ck_assert_msg(run_slow(-1) == LODE_E_CANCELLED, "%s", failure.message);
	stop = 1;
	pthread_join(thread, NULL);
	ck_assert_int_eq(read_int(c, "SELECT 7"), 7);
	close_one();
}
END_TEST

/* ---- the connection is lost */

START_TEST(killed_connection)
{
	lode_drv_conn *other;
	char sql[80];
	int64_t id;

	open_one(_i);
	if (kind == SQ) {
		close_one();
		return;
	}
	other = open_source(_i);
	id = read_int(other, kind == PG ? "SELECT pg_backend_pid()" : "SELECT connection_id()");
	snprintf(sql, sizeof sql, kind == PG ? "SELECT pg_terminate_backend(%lld)" : "KILL %lld",
		 (long long)id);
	run(c, sql);
	ck_assert_int_eq(conn_ops->ping(other, 0, fresh()), LODE_E_DISCONNECT);
	ck_assert_int_eq(conn_ops->ping(c, 0, fresh()), LODE_OK);
	ck_assert_int_eq(conn_ops->ping(c, 1, fresh()), LODE_OK);
	conn_ops->close(other);
	close_one();
}
END_TEST

START_TEST(lost_in_a_statement)
{
	lode_drv_conn *other;
	lode_drv_stmt *s = NULL;
	lode_exec_result r;
	char sql[80];
	int64_t id;

	open_one(_i);
	if (kind == SQ) {
		close_one();
		return;
	}
	other = open_source(_i);
	id = read_int(other, kind == PG ? "SELECT pg_backend_pid()" : "SELECT connection_id()");
	ck_assert_int_eq(conn_ops->prepare(other, "SELECT 1", 8, NULL, &s, fresh()), LODE_OK);
	snprintf(sql, sizeof sql, kind == PG ? "SELECT pg_terminate_backend(%lld)" : "KILL %lld",
		 (long long)id);
	run(c, sql);
	ck_assert_msg(execute(s, NULL, 0, NULL, 1, 0, &r) == LODE_E_DISCONNECT, "%s",
		      failure.message);
	ck_assert_int_eq(failure.conn_dead, 1);
	stmt_ops->close(s);
	conn_ops->close(other);
	close_one();
}
END_TEST

/* the child lets go of the connection, the parent goes on with it */
START_TEST(abandoned_in_a_child)
{
	int status = -1;
	pid_t child;

	open_one(_i);
	run(c, "SELECT 1");
	child = fork();
	if (child == 0) {
		conn_ops->abandon(c);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(read_int(c, "SELECT 7"), 7);
	close_one();
}
END_TEST

/* ---- connections side by side */

static void *use_a_connection(void *context)
{
	lode_options *options = context;
	lode_connect a = { .struct_size = sizeof a, .options = options, .timeout_ms = 10000 };
	lode_drv_conn *own = NULL;
	lode_err err = { 0 };
	int i;

	for (i = 0; i < 5; i++) {
		if (conn_ops->open(&a, &own, &err) != LODE_OK)
			return context;
		if (conn_ops->script(own, "SELECT 1", 8, &err) != LODE_OK)
			return context;
		conn_ops->close(own);
	}
	return NULL;
}

START_TEST(threads)
{
	pthread_t list[8];
	void *result;
	int i;

	host_start();
	for (i = 0; i < 8; i++)
		ck_assert_int_eq(pthread_create(&list[i], NULL, use_a_connection,
						&sources.list[i % sources.count].options),
				 0);
	for (i = 0; i < 8; i++) {
		pthread_join(list[i], &result);
		ck_assert_ptr_null(result);
	}
}
END_TEST

/* ---- no memory */

typedef struct row {
	int64_t k;
	const char *v;
} row;

static const lode_drv_bind both[2] = {
	{ .repr = LODE_R_I64,
	  .sql_type = LODE_T_INT64,
	  .flags = LODE_BIND_NOT_NULL,
	  .null_bit = -1,
	  .stride = sizeof(row) },
	{ .repr = LODE_R_CSTR,
	  .sql_type = LODE_T_TEXT,
	  .flags = LODE_BIND_NULL_PTR | LODE_BIND_COPY,
	  .null_bit = -1,
	  .off = offsetof(row, v),
	  .stride = sizeof(row) },
};

static lode_status insert_rows(const char *table)
{
	static char wide[2000];
	row rows[] = { { 1, "a" }, { 2, NULL }, { 3, wide } };
	const void *bases[1] = { rows };
	lode_exec_result r;
	lode_drv_stmt *s = NULL;
	char sql[100];
	lode_status status;

	memset(wide, 'w', sizeof wide - 1);
	snprintf(sql, sizeof sql, "INSERT INTO %s (k, v) VALUES (?, ?)", table);
	status = conn_ops->prepare(c, sql, strlen(sql), NULL, &s, fresh());
	if (status == LODE_OK)
		status = execute(s, both, 2, bases, 3, 0, &r);
	stmt_ops->close(s);
	return status;
}

static lode_status read_rows(const char *table, lode_arena *arena)
{
	row back[3] = { { 0, NULL }, { 0, NULL }, { 0, NULL } };
	lode_col_desc d = { .struct_size = sizeof d };
	lode_exec_result r;
	lode_drv_stmt *s = NULL;
	uint32_t got = 0;
	char sql[100];
	lode_status status;

	snprintf(sql, sizeof sql, "SELECT k, v FROM %s ORDER BY k", table);
	status = conn_ops->prepare(c, sql, strlen(sql), NULL, &s, fresh());
	if (status == LODE_OK)
		status = execute(s, NULL, 0, NULL, 1, 0, &r);
	if (status == LODE_OK)
		status = stmt_ops->bind(s, both, 2, sizeof both[0], fresh());
	if (status == LODE_OK)
		status = stmt_ops->describe(s, 1, &d, fresh());
	if (status == LODE_OK)
		status = fetch_into(s, back, arena, 3, &got);
	if (status >= 0)
		ck_assert_uint_eq(got, 3);
	stmt_ops->close(s);
	return status < 0 ? status : LODE_OK;
}

START_TEST(nth_allocation_fails)
{
	lode_status status = LODE_E_NOMEM;
	lode_arena arena = { 0 };
	long n, step = (long)lode_test_step();
	char table[40];

	open_one(_i);
	strcpy(table, table_name("n"));
	run_on(c, "DROP TABLE IF EXISTS %s; CREATE TABLE %s (k bigint, v varchar(3000))", table);
	conn_ops->close(c);
	for (n = 1; status != LODE_OK; n += step) {
		c = NULL;
		host_memory.made = 0;
		host_memory.fail_at = n;
		status = try_open(&c, &sources.list[_i].options);
		if (status == LODE_OK)
			status = insert_rows(table);
		if (status == LODE_OK)
			status = read_rows(table, &arena);
		if (status != LODE_OK) {
			ck_assert_msg(status == LODE_E_NOMEM, "allocation %ld: %d", n, (int)status);
			ck_assert_int_le(host_memory.fail_at, host_memory.made);
		}
		host_memory.fail_at = 0;
		if (c != NULL) {
			run_on(c, "DELETE FROM %s", table);
			conn_ops->close(c);
		}
		host_arena_free(&arena);
		ck_assert_int_eq(host_memory.live, 0);
	}
	ck_assert_int_gt(n, 10);
	open_one(_i);
	run_on(c, "DROP TABLE %s", table);
	close_one();
}
END_TEST

int main(void)
{
	int n = sources_find(), status;
	Suite *suite;
	TCase *errors;

	if (n == 0)
		return lode_test_skip(NO_SOURCES);
	suite = suite_create("odbc_error");
	errors = tcase_create("errors");
	tcase_add_loop_test(errors, connection_is_not_made, 0,
			    (int)(sizeof unmade / sizeof unmade[0]));
	tcase_add_loop_test(errors, wrong_password, 0, n);
	tcase_add_loop_test(errors, statement_fails, 0, n * FAILURES);
	tcase_add_loop_test(errors, values_stay_out_of_messages, 0, n);
	tcase_add_loop_test(errors, deadline, 0, n);
	tcase_add_loop_test(errors, cancelled_from_another_thread, 0, n);
	tcase_add_loop_test(errors, killed_connection, 0, n);
	tcase_add_loop_test(errors, lost_in_a_statement, 0, n);
	tcase_add_loop_test(errors, abandoned_in_a_child, 0, n);
	tcase_add_test(errors, threads);
	tcase_add_loop_test(errors, nth_allocation_fails, 0, n);
	suite_add_tcase(suite, errors);
	status = lode_test_run(suite);
	sources_forget();
	return status;
}
