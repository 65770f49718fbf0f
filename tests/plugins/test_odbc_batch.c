/* SPDX-License-Identifier: MIT */
/* test_odbc_batch - many parameter rows, transactions, statements, on every source. */
#include "plugins/odbc_sources.h"

static lode_drv_conn *c;
static lode_conn_info info;
static lode_arena arena;
static int kind;

static void open_one(int index)
{
	host_start();
	kind = sources.list[index].kind;
	c = open_source(index);
	fill_info(c, &info);
	run_on(c, "DROP TABLE IF EXISTS %s", table_name("b"));
	run_on(c,
	       kind == PG ? "CREATE TABLE %s (id serial PRIMARY KEY, k bigint UNIQUE, v text)"
	       : kind == MY
		       ? "CREATE TABLE %s (id integer PRIMARY KEY AUTO_INCREMENT, k bigint UNIQUE,"
			 " v varchar(100)) ENGINE=InnoDB"
		       : "CREATE TABLE %s (id integer PRIMARY KEY, k bigint UNIQUE, v text)",
	       table_name("b"));
}

static void close_one(void)
{
	lode_tx rollback = { .struct_size = sizeof rollback, .verb = LODE_TX_ROLLBACK };

	conn_ops->tx(c, &rollback, fresh());
	run_on(c, "DROP TABLE %s", table_name("b"));
	conn_ops->close(c);
	host_arena_free(&arena);
	ck_assert_int_eq(host_memory.live, 0);
}

typedef struct row {
	int64_t k;
	const char *v;
} row;

#define KEY_BIND                                                                                   \
	{                                                                                          \
		.repr = LODE_R_I64, .sql_type = LODE_T_INT64, .flags = LODE_BIND_NOT_NULL,         \
		.null_bit = -1, .stride = sizeof(row)                                              \
	}
#define TEXT_BIND                                                                                  \
	{                                                                                          \
		.repr = LODE_R_CSTR, .sql_type = LODE_T_TEXT, .flags = LODE_BIND_NULL_PTR,         \
		.null_bit = -1, .off = offsetof(row, v), .stride = sizeof(row)                     \
	}

static const lode_drv_bind binds[2] = { KEY_BIND, TEXT_BIND };

static lode_drv_stmt *prepare_on(const char *format)
{
	char sql[200];

	snprintf(sql, sizeof sql, format, table_name("b"));
	return prepare(c, sql);
}

static int64_t read_on(const char *format)
{
	char sql[200];

	snprintf(sql, sizeof sql, format, table_name("b"));
	return read_int(c, sql);
}

static lode_status insert(const row *rows, uint32_t n, lode_exec_result *r)
{
	const void *bases[1] = { rows };
	lode_drv_stmt *s = prepare_on("INSERT INTO %s (k, v) VALUES (?, ?)");
	lode_status status = execute(s, binds, 2, bases, n, 0, r);
	lode_err kept = failure;

	stmt_ops->close(s);
	failure = kept;
	return status;
}

static lode_status transact(int32_t verb)
{
	lode_tx t = { .struct_size = sizeof t, .verb = verb };

	return conn_ops->tx(c, &t, fresh());
}

/* ---- batches */

static const uint32_t sizes[] = { 0, 1, 2, 999, 1000, 1001, 2500 };
#define SIZES (int)(sizeof sizes / sizeof sizes[0])

START_TEST(batches_of_any_size)
{
	static row rows[2500];
	uint32_t n = sizes[_i % SIZES], i;
	lode_exec_result r = { 0 };

	open_one(_i / SIZES);
	for (i = 0; i < n; i++) {
		rows[i].k = i;
		rows[i].v = i % 3 == 0 ? NULL : i % 3 == 1 ? "" : "text";
	}
	ck_assert_msg(insert(rows, n, &r) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(r.affected, n);
	ck_assert_uint_eq(r.rows_done, n);
	ck_assert_int_eq(read_on("SELECT count(*) FROM %s"), n);
	ck_assert_int_eq(read_on("SELECT count(v) FROM %s"), n - (n + 2) / 3);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	close_one();
}
END_TEST

/* values so wide that they go in several executions */
START_TEST(wide_batch)
{
	static char wide[100000];
	static row rows[300];
	lode_exec_result r = { 0 };
	uint32_t i;

	open_one(_i);
	memset(wide, 'w', sizeof wide - 1);
	if (kind == MY)
		run_on(c, "ALTER TABLE %s MODIFY v longtext", table_name("b"));
	for (i = 0; i < 300; i++) {
		rows[i].k = i;
		rows[i].v = wide + (i % 7) * 10000;
	}
	ck_assert_msg(insert(rows, 300, &r) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(r.affected, 300);
	ck_assert_int_eq(read_on("SELECT min(length(v)) FROM %s"), 39999);
	ck_assert_int_eq(read_on("SELECT max(length(v)) FROM %s"), 99999);
	close_one();
}
END_TEST

START_TEST(rows_matched_are_counted)
{
	row rows[] = { { 1, "a" }, { 2, "b" }, { 3, "c" } },
	    some[] = { { 1, "a" }, { 99, "x" }, { 3, "c" } };
	const lode_drv_bind swapped[2] = { TEXT_BIND, KEY_BIND };
	const void *bases[1] = { some };
	int64_t affected[3] = { -9, -9, -9 };
	lode_exec_result r = { 0 };
	lode_exec x = { .struct_size = sizeof x,
			.params = swapped,
			.nparams = 2,
			.bind_size = sizeof swapped[0],
			.bases = bases,
			.nbases = 1,
			.nrows = 3,
			.timeout_ms = -1,
			.row_affected = affected };
	lode_drv_stmt *s;

	open_one(_i);
	ck_assert_int_eq(insert(rows, 3, &r), LODE_OK);
	s = prepare_on("UPDATE %s SET v = ? WHERE k = ?");
	r.struct_size = sizeof r;
	ck_assert_msg(stmt_ops->execute(s, &x, &r, fresh()) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(r.affected, 2);
	if (info.caps & LODE_CAP_BATCH_ROWSTAT) {
		ck_assert_int_eq(affected[0], 1);
		ck_assert_int_eq(affected[1], 0);
		ck_assert_int_eq(affected[2], 1);
	}
	stmt_ops->close(s);
	close_one();
}
END_TEST

/* a row that fails leaves nothing of its batch */
START_TEST(failed_batch)
{
	row before[] = { { 3, "there" } },
	    rows[] = { { 1, "a" }, { 2, "b" }, { 3, "c" }, { 4, "d" } };
	lode_exec_result r = { 0 };

	open_one(_i);
	ck_assert_int_eq(insert(before, 1, &r), LODE_OK);
	ck_assert_int_lt(insert(rows, 4, &r), 0);
	ck_assert_int_eq(failure.count, 1);
	ck_assert_ptr_null(strchr(failure.message, '\n'));
	ck_assert(failure.row == -1 || failure.row == 2);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(read_on("SELECT count(*) FROM %s"), 1);
	close_one();
}
END_TEST

START_TEST(batch_that_returns_rows)
{
	row rows[] = { { 30, "a" }, { 10, "b" }, { 20, "c" } };
	int64_t back[3][2];
	uint32_t param_row[3], got = 0, i;
	const void *bases[1] = { rows };
	void *out_bases[1] = { back };
	lode_drv_bind out[2] = {
		{ .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1, .stride = 16 },
		{ .repr = LODE_R_I64,
		  .flags = LODE_BIND_NOT_NULL,
		  .null_bit = -1,
		  .off = 8,
		  .stride = 16 },
	};
	lode_fetch f = { .struct_size = sizeof f,
			 .bases = out_bases,
			 .nbases = 1,
			 .max_rows = 3,
			 .param_row = param_row };
	lode_exec_result r = { 0 };
	lode_drv_stmt *s;

	open_one(_i);
	if (info.limits & LODE_LIMIT_NO_RETURNING) {
		close_one();
		return;
	}
	s = prepare_on("INSERT INTO %s (k, v) VALUES (?, ?) RETURNING id, k");
	if (!(info.caps & LODE_CAP_BATCH_RETURN)) {
		ck_assert_int_eq(execute(s, binds, 2, bases, 3, LODE_EXEC_ORDERED, &r),
				 LODE_E_UNSUPPORTED);
		stmt_ops->close(s);
		close_one();
		return;
	}
	ck_assert_msg(execute(s, binds, 2, bases, 3, LODE_EXEC_ORDERED, &r) == LODE_OK, "%s",
		      failure.message);
	ck_assert_uint_eq(r.ncols, 2);
	ck_assert_int_eq(stmt_ops->bind(s, out, 2, sizeof out[0], fresh()), LODE_OK);
	ck_assert_msg(stmt_ops->fetch(s, &f, fresh()) >= 0, "%s", failure.message);
	for (i = 0, got = f.nrows; i < got; i++) {
		ck_assert_int_eq(back[i][1], rows[i].k);
		ck_assert_uint_eq(param_row[i], i);
	}
	ck_assert_uint_eq(got, 3);
	ck_assert_int_eq(stmt_ops->fetch(s, &f, fresh()), LODE_DONE);
	stmt_ops->close(s);
	close_one();
}
END_TEST

/* ---- transactions */

START_TEST(commit_and_rollback)
{
	row one[] = { { 1, "a" } }, two[] = { { 2, "b" } };
	lode_exec_result r = { 0 };

	open_one(_i);
	ck_assert_int_eq(transact(LODE_TX_BEGIN), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_OPEN);
	ck_assert_int_eq(transact(LODE_TX_BEGIN), LODE_E_STATE);
	ck_assert_int_eq(insert(one, 1, &r), LODE_OK);
	ck_assert_int_eq(transact(LODE_TX_COMMIT), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(transact(LODE_TX_BEGIN), LODE_OK);
	ck_assert_int_eq(insert(two, 1, &r), LODE_OK);
	ck_assert_int_eq(conn_ops->reset(c, 0, fresh()), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(read_on("SELECT count(*) FROM %s"), 1);
	close_one();
}
END_TEST

/* nothing is committed behind a failure, whatever the server would do */
START_TEST(failed_transaction)
{
	row one[] = { { 1, "a" } }, two[] = { { 2, "b" } };
	lode_exec_result r = { 0 };

	open_one(_i);
	ck_assert_int_eq(transact(LODE_TX_BEGIN), LODE_OK);
	ck_assert_int_eq(insert(one, 1, &r), LODE_OK);
	run(c, "SAVEPOINT s");
	ck_assert_int_lt(insert(one, 1, &r), 0);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_FAILED);
	ck_assert_int_eq(transact(LODE_TX_COMMIT), LODE_E_STATE);
	ck_assert_int_eq(transact(LODE_TX_SAVEPOINT), LODE_E_UNSUPPORTED);
	run(c, "ROLLBACK TO SAVEPOINT s");
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_OPEN);
	ck_assert_int_eq(insert(two, 1, &r), LODE_OK);
	ck_assert_int_eq(transact(LODE_TX_COMMIT), LODE_OK);
	ck_assert_int_eq(read_on("SELECT count(*) FROM %s"), 2);
	ck_assert_int_eq(transact(LODE_TX_BEGIN), LODE_OK);
	ck_assert_int_lt(insert(one, 1, &r), 0);
	ck_assert_int_eq(transact(LODE_TX_ROLLBACK), LODE_OK);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	close_one();
}
END_TEST

static const int32_t levels[] = { LODE_ISOLATION_READ_UNCOMMITTED, LODE_ISOLATION_READ_COMMITTED,
				  LODE_ISOLATION_REPEATABLE_READ, LODE_ISOLATION_SNAPSHOT,
				  LODE_ISOLATION_SERIALIZABLE };
#define LEVELS (int)(sizeof levels / sizeof levels[0])

static void check_level(int32_t level)
{
	static const char *const names[] = {
		"", "READ-UNCOMMITTED", "READ-COMMITTED", "REPEATABLE-READ", "", "SERIALIZABLE"
	};
	char sql[200];

	if (kind == PG)
		snprintf(sql, sizeof sql,
			 "SELECT CASE WHEN replace(upper(current_setting('transaction_isolation')),"
			 " ' ', '-') = '%s' THEN 1 ELSE 0 END",
			 names[level]);
	else if (kind == MY)
		snprintf(sql, sizeof sql, "SELECT @@tx_isolation = '%s'", names[level]);
	else
		return;
	ck_assert_int_eq(read_int(c, sql), 1);
}

START_TEST(isolation)
{
	int32_t level = levels[_i % LEVELS];
	lode_tx t = { .struct_size = sizeof t, .verb = LODE_TX_BEGIN, .isolation = level };
	lode_status status;

	open_one(_i / LEVELS);
	status = conn_ops->tx(c, &t, fresh());
	if (kind == SQ ? level != LODE_ISOLATION_SERIALIZABLE : level == LODE_ISOLATION_SNAPSHOT) {
		ck_assert_int_eq(status, LODE_E_UNSUPPORTED);
		ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	} else {
		ck_assert_int_eq(status, LODE_OK);
		check_level(level);
		ck_assert_int_eq(transact(LODE_TX_ROLLBACK), LODE_OK);
		ck_assert_int_eq(transact(LODE_TX_BEGIN), LODE_OK);
		if (kind != SQ)
			check_level(kind == PG ? LODE_ISOLATION_READ_COMMITTED
					       : LODE_ISOLATION_REPEATABLE_READ);
	}
	close_one();
}
END_TEST

START_TEST(read_only_transaction)
{
	lode_tx t = { .struct_size = sizeof t, .verb = LODE_TX_BEGIN, .flags = LODE_TXF_READONLY };
	char sql[100];

	open_one(_i);
	if (kind == SQ) {
		ck_assert_int_lt(conn_ops->tx(c, &t, fresh()), 0);
		ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	} else {
		ck_assert_msg(conn_ops->tx(c, &t, fresh()) == LODE_OK, "%s", failure.message);
		snprintf(sql, sizeof sql, "INSERT INTO %s (k) VALUES (1)", table_name("b"));
		ck_assert_int_lt(conn_ops->script(c, sql, strlen(sql), fresh()), 0);
	}
	close_one();
}
END_TEST

/* ---- statements */

static const struct {
	const char *sql;
	lode_status status;
} texts[] = {
	{ "SELECT 1", LODE_OK },
	{ "SELECT 1;", LODE_OK },
	{ "SELECT 1; -- nothing", LODE_OK },
	{ "/* a b */ SELECT 1 ;;", LODE_OK },
	{ "SELECT ';'", LODE_OK },
	{ "", LODE_E_SYNTAX },
	{ " -- ;\n;", LODE_E_SYNTAX },
	{ "SELECT 1; SELECT 2", LODE_E_MISUSE },
	{ "SELECT ';' ; SELECT 2", LODE_E_MISUSE },
};
#define TEXTS (int)(sizeof texts / sizeof texts[0])

START_TEST(one_statement_a_text)
{
	int i = _i % TEXTS;
	lode_drv_stmt *s = NULL;
	lode_exec_result r;

	open_one(_i / TEXTS);
	ck_assert_msg(conn_ops->prepare(c, texts[i].sql, strlen(texts[i].sql), NULL, &s, fresh()) ==
			      texts[i].status,
		      "%s: %s", texts[i].sql, failure.message);
	if (s != NULL)
		ck_assert_msg(execute(s, NULL, 0, NULL, 1, 0, &r) == LODE_OK, "%s: %s",
			      texts[i].sql, failure.message);
	stmt_ops->close(s);
	close_one();
}
END_TEST

/* a trigger's body is one statement of a script */
START_TEST(scripts)
{
	row one[] = { { 1, "a" } };
	lode_exec_result r = { 0 };

	open_one(_i);
	if (kind == PG)
		run_on(c,
		       "CREATE FUNCTION %s_f() RETURNS trigger LANGUAGE plpgsql AS $b$ BEGIN NEW.v := 'x;y';"
		       " RETURN NEW; END; $b$; CREATE TRIGGER g BEFORE INSERT ON %s FOR EACH ROW"
		       " EXECUTE FUNCTION %s_f();",
		       table_name("b"));
	else if (kind == MY)
		run_on(c,
		       "CREATE TRIGGER %s_g BEFORE INSERT ON %s FOR EACH ROW BEGIN"
		       " IF NEW.k > 0 THEN SET NEW.v = 'x;y'; END IF; END; SELECT 1",
		       table_name("b"));
	else
		run_on(c,
		       "CREATE TRIGGER %s_g AFTER INSERT ON %s BEGIN UPDATE %s SET v ="
		       " CASE WHEN NEW.k > 0 THEN 'x;y' END; END; SELECT 1",
		       table_name("b"));
	ck_assert_msg(insert(one, 1, &r) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(read_on("SELECT count(*) FROM %s WHERE v = 'x;y'"), 1);
	if (kind == PG)
		run_on(c, "DROP FUNCTION %s_f() CASCADE", table_name("b"));
	close_one();
}
END_TEST

START_TEST(run_again_and_again)
{
	row one = { 0, "a" };
	const void *bases[1] = { &one };
	lode_exec_result r = { 0 };
	lode_drv_stmt *s;
	int64_t v;
	int i;
	const lode_drv_bind out = { .repr = LODE_R_I64,
				    .flags = LODE_BIND_NOT_NULL,
				    .null_bit = -1 };

	open_one(_i);
	ck_assert_int_eq(transact(LODE_TX_BEGIN), LODE_OK);
	s = prepare_on("INSERT INTO %s (k, v) VALUES (?, ?)");
	for (i = 0; i < 200; i++) {
		one.k = i;
		one.v = i % 2 ? NULL : &"some text that grows and grows and grows"[i % 40];
		ck_assert_msg(execute(s, binds, 2, bases, 1, 0, &r) == LODE_OK, "%s",
			      failure.message);
		ck_assert_int_eq(r.affected, 1);
	}
	stmt_ops->close(s);
	s = prepare_on("SELECT k FROM %s WHERE k >= ? ORDER BY k");
	for (i = 0; i < 200; i++) {
		one.k = i;
		ck_assert_int_eq(execute(s, binds, 1, bases, 1, 0, &r), LODE_OK);
		ck_assert_int_eq(stmt_ops->bind(s, &out, 1, sizeof out, fresh()), LODE_OK);
		ck_assert_int_eq(fetch_into(s, &v, NULL, 1, NULL), LODE_OK);
		ck_assert_int_eq(v, i);
	}
	stmt_ops->close(s);
	close_one();
}
END_TEST

START_TEST(misuse_is_refused)
{
	row one[] = { { 1, "a" } };
	const void *bases[1] = { one };
	int64_t keys[1];
	lode_exec x = { .struct_size = sizeof x,
			.params = binds,
			.nparams = 2,
			.bases = bases,
			.bind_size = sizeof binds[0],
			.nbases = 1,
			.nrows = 1,
			.timeout_ms = -1,
			.keys = keys };
	lode_prepare cursor = { .struct_size = sizeof cursor, .flags = LODE_PREP_CURSOR };
	lode_exec_result r = { .struct_size = sizeof r };
	lode_drv_stmt *s, *none = NULL;

	open_one(_i);
	s = prepare_on("INSERT INTO %s (k, v) VALUES (?, ?)");
	ck_assert_int_eq(stmt_ops->execute(s, &x, &r, fresh()), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(execute(s, binds, 1, bases, 1, 0, &r), LODE_E_MISUSE);
	ck_assert_int_eq(execute(s, binds, 2, bases, 1, LODE_EXEC_ROWSET, &r), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(execute(s, binds, 2, bases, 1, LODE_EXEC_QUEUE, &r), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(execute(s, binds, 2, bases, 1, LODE_EXEC_CONTINUE, &r),
			 LODE_E_UNSUPPORTED);
	ck_assert_int_eq(execute(s, binds, 2, bases, 1, 1u << 20, &r), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(stmt_ops->bind(s, binds, 1, sizeof binds[0], fresh()), LODE_E_MISUSE);
	ck_assert_int_eq(conn_ops->prepare(c, "SELECT 1", 8, &cursor, &none, fresh()),
			 LODE_E_UNSUPPORTED);
	ck_assert_ptr_null(none);
	ck_assert_int_eq(read_on("SELECT count(*) FROM %s"), 0);
	stmt_ops->close(s);
	close_one();
}
END_TEST

int main(void)
{
	int n = sources_find(), status;
	Suite *suite;
	TCase *batch;

	if (n == 0)
		return lode_test_skip(NO_SOURCES);
	suite = suite_create("odbc_batch");
	batch = tcase_create("batch");
	tcase_add_loop_test(batch, batches_of_any_size, 0, n * SIZES);
	tcase_add_loop_test(batch, wide_batch, 0, n);
	tcase_add_loop_test(batch, rows_matched_are_counted, 0, n);
	tcase_add_loop_test(batch, failed_batch, 0, n);
	tcase_add_loop_test(batch, batch_that_returns_rows, 0, n);
	tcase_add_loop_test(batch, commit_and_rollback, 0, n);
	tcase_add_loop_test(batch, failed_transaction, 0, n);
	tcase_add_loop_test(batch, isolation, 0, n * LEVELS);
	tcase_add_loop_test(batch, read_only_transaction, 0, n);
	tcase_add_loop_test(batch, one_statement_a_text, 0, n * TEXTS);
	tcase_add_loop_test(batch, scripts, 0, n);
	tcase_add_loop_test(batch, run_again_and_again, 0, n);
	tcase_add_loop_test(batch, misuse_is_refused, 0, n);
	suite_add_tcase(suite, batch);
	status = lode_test_run(suite);
	sources_forget();
	return status;
}
