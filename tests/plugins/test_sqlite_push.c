/* SPDX-License-Identifier: MIT */
/* test_sqlite_push - rows pushed through lode_push are those that are pulled, in the same order. */
#include "plugins/plugin_host.h"

#include "check_tap.h"

#define BATCH 7
#define ROWS_MAX 400

static lode_drv_conn *c;
static lode_arena arena;

static void set_up(void)
{
	host_start();
	c = open_path(":memory:");
	run(c,
	    "CREATE TABLE t(id INTEGER PRIMARY KEY, a, d DOUBLE, name TEXT);"
	    "CREATE INDEX t_name ON t(name);"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) "
	    "INSERT INTO t SELECT i, CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN i * 0.5 WHEN 2 THEN "
	    "'text ' || i WHEN 3 THEN x'00ff' ELSE i END, i, 'n' || (i * 37 % 100) FROM n");
}

static void tear_down(void)
{
	conn_ops->close(c);
	host_arena_free(&arena);
	ck_assert_int_eq(host_memory.live, 0);
}

/* ---- all rows of a statement, as they come */

typedef struct rows {
	lode_drv_value slots[BATCH][2]; /* where the driver stores */
	lode_drv_value cells[ROWS_MAX][2];
	uint32_t count, calls; /* of more */
	uint32_t stop_at;      /* more fails in this call; 0: never */
	void *base;
	lode_drv_conn *cancel; /* by more, in its first call */
} rows;

static void keep_rows(rows *r, const lode_fetch *f)
{
	ck_assert_uint_le(r->count + f->nrows, ROWS_MAX);
	memcpy(r->cells + r->count, r->slots, f->nrows * sizeof *r->slots);
	r->count += f->nrows;
}

static lode_status LODE_CALL take_rows(void *context, lode_fetch *f)
{
	rows *r = context;

	ck_assert_uint_eq(f->nrows, f->max_rows);
	keep_rows(r, f);
	if (++r->calls == r->stop_at)
		return LODE_E_NOMEM;
	if (r->cancel && r->calls == 1)
		conn_ops->cancel(r->cancel, NULL);
	f->max_rows = 1 + r->calls % BATCH; /* the host may ask for more or fewer */
	return LODE_OK;
}

static void bind_two(lode_drv_stmt *s, uint32_t columns, int32_t repr)
{
	lode_drv_bind b[2];

	for (uint32_t i = 0; i < 2; i++)
		b[i] = (lode_drv_bind){ .repr = i == 0 ? LODE_R_VALUE : repr,
					.flags = LODE_BIND_COPY | LODE_BIND_NOT_NULL,
					.null_bit = -1,
					.off = i * sizeof(lode_drv_value),
					.stride = 2 * sizeof(lode_drv_value) };
	ck_assert_int_eq(stmt_ops->bind(s, b, columns < 2 ? columns : 2, sizeof *b, fresh()),
			 LODE_OK);
}

/* the last status of fetch: LODE_DONE or a failure */
static lode_status fetch_all(lode_drv_stmt *s, rows *r)
{
	lode_fetch f = { .struct_size = sizeof f,
			 .bases = &r->base,
			 .nbases = 1,
			 .max_rows = BATCH,
			 .arena = &arena,
			 .more = take_rows,
			 .more_ctx = r };
	lode_status status;

	r->base = r->slots;
	do {
		f.max_rows = BATCH;
		status = stmt_ops->fetch(s, &f, fresh());
		if (status >= 0)
			keep_rows(r, &f);
	} while (status == LODE_OK);
	return status;
}

static lode_status read_all(lode_drv_stmt *s, uint32_t flags, rows *r)
{
	static const int64_t values[2] = { 20, 60 };
	const lode_drv_bind b[2] = {
		{ .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL },
		{ .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .off = 8 }
	};
	const void *base = values;
	lode_exec_result result;
	lode_status status = execute(s, b, 0, &base, 1, flags, &result);

	memset(r, 0, sizeof *r);
	if (status == LODE_E_MISUSE) /* it has parameters */
		status = execute(s, b, 2, &base, 1, flags, &result);
	ck_assert_msg(status == LODE_OK, "%s", failure.message);
	ck_assert(result.flags & LODE_EXR_ROWS);
	bind_two(s, result.ncols, LODE_R_VALUE);
	return fetch_all(s, r);
}

static int equal_cells(const lode_drv_value *a, const lode_drv_value *b)
{
	if (a->repr != b->repr)
		return 0;
	if (a->repr == LODE_R_TEXT || a->repr == LODE_R_BLOB)
		return a->v.s.n == b->v.s.n && memcmp(a->v.s.p, b->v.s.p, a->v.s.n) == 0;
	return memcmp(&a->v.i, &b->v.i, sizeof a->v.i) == 0;
}

/* ---- the same rows in the same order */

#define DOWN "SELECT id, a FROM t ORDER BY id DESC"

static const struct {
	const char *sql;
	int count, pushed;
} selects[] = {
	{ "SELECT id, a FROM t", 100, 1 },
	{ "SELECT a, d FROM t", 100, 1 },
	{ "SELECT d, a FROM t WHERE id > 1000", 0, 1 },
	{ DOWN, 100, 1 },
	{ DOWN " LIMIT 30 OFFSET 5", 30, 1 },
	{ DOWN "; \n;", 100, 1 },
	{ "SELECT id, name FROM t ORDER BY name", 100, 1 },
	{ "SELECT id, name FROM t ORDER BY id % 10 DESC, id", 100, 1 },
	{ "SELECT id, a FROM t WHERE id > ? AND id < ? ORDER BY -id", 39, 1 },
	{ "SELECT id, a FROM t WHERE id > ?2 AND id > ?1 ORDER BY -id", 40, 1 },
	{ "SELECT id % 10, count(*) FROM t GROUP BY 1 ORDER BY 1 DESC", 10, 1 },
	{ "SELECT DISTINCT d - id % 3, 1 FROM t ORDER BY 1 DESC", 34, 1 },
	{ "SELECT x.id, y.id FROM t x JOIN t y ON y.id < 4 ORDER BY y.id, x.id DESC", 300, 1 },
	{ "SELECT x.id, y.a FROM t x LEFT JOIN t y ON y.id = x.id + 50 ORDER BY x.id DESC", 100,
	  1 },
	{ "SELECT id, a FROM t UNION ALL SELECT id, name FROM t ORDER BY 2, 1 DESC", 200, 1 },
	{ "SELECT id, a FROM t UNION ALL SELECT -id, name FROM t", 200, 1 },
	{ "WITH w AS (SELECT id, name FROM t ORDER BY name LIMIT 50) SELECT * FROM w", 50, 1 },
	{ "SELECT id, row_number() OVER (ORDER BY name) FROM t ORDER BY name DESC", 100, 1 },
	{ "SELECT id, (SELECT max(y.id) FROM t y WHERE y.id < x.id) FROM t x ORDER BY -id", 100,
	  1 },
	{ "SELECT DISTINCT name FROM t ORDER BY id", 100, 1 },
	{ "SELECT id, name, a, d, 5, 6, 7, 8 FROM t -- a comment", 100, 1 },
	{ "VALUES (1, 'a'), (2, NULL), (0, 'c')", 3, 1 },
	/* what cannot be wrapped is pulled */
	{ DOWN " /* never closed", 100, 0 },
	{ "UPDATE t SET a = 1 WHERE id < 30 RETURNING id, a", 29, 0 },
	{ "PRAGMA table_info(t)", 4, 0 },
};

START_TEST(the_same_rows)
{
	lode_drv_stmt *s = prepare(c, selects[_i].sql);
	static rows pulled, pushed;

	/* forth and back: either way leaves nothing of the other */
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(read_all(s, 0, &pulled), LODE_DONE);
		ck_assert_uint_eq(pulled.calls, 0);
		ck_assert_int_eq(read_all(s, LODE_EXEC_PUSH, &pushed), LODE_DONE);
	}
	ck_assert_int_eq((int)pushed.count, selects[_i].count);
	ck_assert_uint_eq(pulled.count, pushed.count);
	if (pushed.count >= BATCH)
		ck_assert_int_eq(pushed.calls > 0, selects[_i].pushed);
	for (uint32_t i = 0; i < pushed.count; i++)
		ck_assert_msg(equal_cells(&pushed.cells[i][0], &pulled.cells[i][0]) &&
				      equal_cells(&pushed.cells[i][1], &pulled.cells[i][1]),
			      "row %u of %s", (unsigned)i, selects[_i].sql);
	stmt_ops->close(s);
}
END_TEST

/* 127 arguments are what a function may have */
START_TEST(many_columns)
{
	char sql[2000] = "SELECT 0, id";
	uint32_t columns = _i ? 128 : 127;
	static rows r;
	lode_drv_stmt *s;

	for (uint32_t i = 2; i < columns; i++)
		strcat(sql, ", 1");
	s = prepare(c, strcat(sql, " FROM t ORDER BY id"));
	ck_assert_int_eq(read_all(s, LODE_EXEC_PUSH, &r), LODE_DONE);
	ck_assert_uint_eq(r.count, 100);
	ck_assert_int_eq(r.cells[99][1].v.i, 100);
	ck_assert_int_eq(r.calls > 0, columns == 127);
	stmt_ops->close(s);
}
END_TEST

/* ---- when it ends early */

START_TEST(a_value_that_does_not_fit)
{
	lode_drv_stmt *s = prepare(c, "SELECT id, a FROM t WHERE id > 3");
	static rows r;
	lode_exec_result result;

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, LODE_EXEC_PUSH, &result), LODE_OK);
	memset(&r, 0, sizeof r);
	bind_two(s, 2, LODE_R_I64);
	ck_assert_int_eq(fetch_all(s, &r), LODE_E_DATA);
	ck_assert_str_eq(failure.message, "t.a: NULL where there is none expected");
	ck_assert_str_eq(failure.column, "a");
	ck_assert_int_eq(failure.count, 1);
	ck_assert_int_eq(fetch_all(s, &r), LODE_DONE);
	ck_assert_uint_eq(r.count, 0);
	ck_assert_int_eq(read_all(s, LODE_EXEC_PUSH, &r), LODE_DONE);
	ck_assert_uint_eq(r.count, 97);
	stmt_ops->close(s);
}
END_TEST

START_TEST(the_host_stops)
{
	lode_drv_stmt *s = prepare(c, DOWN);
	static rows r;
	lode_exec_result result;

	memset(&r, 0, sizeof r);
	r.stop_at = 3;
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, LODE_EXEC_PUSH, &result), LODE_OK);
	bind_two(s, 2, LODE_R_VALUE);
	ck_assert_int_eq(fetch_all(s, &r), LODE_E_NOMEM);
	ck_assert_uint_eq(r.calls, 3);
	ck_assert_int_eq(failure.count, 0); /* the host knows why */
	ck_assert_int_eq(read_all(s, LODE_EXEC_PUSH, &r), LODE_DONE);
	ck_assert_uint_eq(r.count, 100);
	stmt_ops->close(s);
}
END_TEST

START_TEST(cancelled_while_pushing)
{
	lode_drv_stmt *s = prepare(c, DOWN);
	static rows r;
	lode_exec_result result;

	memset(&r, 0, sizeof r);
	r.cancel = c;
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, LODE_EXEC_PUSH, &result), LODE_OK);
	bind_two(s, 2, LODE_R_VALUE);
	ck_assert_int_eq(fetch_all(s, &r), LODE_E_CANCELLED);
	ck_assert_int_eq(read_all(s, LODE_EXEC_PUSH, &r), LODE_DONE);
	stmt_ops->close(s);
}
END_TEST

/* between execute and fetch there is nothing to interrupt */
START_TEST(cancelled_before_it_runs)
{
	lode_drv_stmt *s = prepare(c, DOWN);
	static rows r;
	lode_exec_result result;

	memset(&r, 0, sizeof r);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, LODE_EXEC_PUSH, &result), LODE_OK);
	bind_two(s, 2, LODE_R_VALUE);
	ck_assert_int_eq(conn_ops->cancel(c, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_all(s, &r), LODE_E_CANCELLED);
	ck_assert_uint_eq(r.count, 0);
	ck_assert_int_eq(read_all(s, LODE_EXEC_PUSH, &r), LODE_DONE);
	stmt_ops->close(s);
}
END_TEST

START_TEST(takes_longer_than_its_timeout)
{
	lode_drv_stmt *s =
		prepare(c, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
			   "SELECT i, 1 FROM n WHERE i < 0");
	lode_exec x = {
		.struct_size = sizeof x, .flags = LODE_EXEC_PUSH, .nrows = 1, .timeout_ms = 20
	};
	lode_exec_result result = { .struct_size = sizeof result };
	static rows r;

	memset(&r, 0, sizeof r);
	ck_assert_int_eq(stmt_ops->execute(s, &x, &result, fresh()), LODE_OK);
	bind_two(s, 2, LODE_R_VALUE);
	ck_assert_int_eq(fetch_all(s, &r), LODE_E_TIMEOUT);
	stmt_ops->close(s);
}
END_TEST

START_TEST(fetched_without_more)
{
	lode_drv_stmt *s = prepare(c, DOWN);
	lode_drv_value cell[2];
	lode_exec_result result;

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, LODE_EXEC_PUSH, &result), LODE_OK);
	bind_two(s, 2, LODE_R_VALUE);
	ck_assert_int_eq(fetch_into(s, cell, &arena, 1, NULL), LODE_E_MISUSE);
	stmt_ops->close(s);
}
END_TEST

/* ---- nobody else calls lode_push */

static const char *const strangers[] = {
	"SELECT lode_push(id, a) FROM t",
	"SELECT lode_push()",
	"CREATE VIEW v AS SELECT lode_push(id, a) FROM t; SELECT * FROM v",
};

START_TEST(is_refused_to_strangers)
{
	ck_assert_int_lt(conn_ops->script(c, strangers[_i], strlen(strangers[_i]), fresh()), 0);
}
END_TEST

/* one of another number of columns inside a statement that is pushed */
START_TEST(is_refused_inside)
{
	lode_drv_stmt *s = prepare(c, "SELECT 1, (SELECT lode_push(id) FROM t)");
	static rows r;

	ck_assert_int_lt(read_all(s, LODE_EXEC_PUSH, &r), 0);
	stmt_ops->close(s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sqlite_push");
	TCase *test = tcase_create("push");

	tcase_add_checked_fixture(test, set_up, tear_down);
	tcase_add_loop_test(test, the_same_rows, 0, (int)(sizeof selects / sizeof *selects));
	tcase_add_loop_test(test, many_columns, 0, 2);
	tcase_add_test(test, a_value_that_does_not_fit);
	tcase_add_test(test, the_host_stops);
	tcase_add_test(test, cancelled_while_pushing);
	tcase_add_test(test, cancelled_before_it_runs);
	tcase_add_test(test, takes_longer_than_its_timeout);
	tcase_add_test(test, fetched_without_more);
	tcase_add_loop_test(test, is_refused_to_strangers, 0,
			    (int)(sizeof strangers / sizeof *strangers));
	tcase_add_test(test, is_refused_inside);
	suite_add_tcase(suite, test);
	return lode_test_run(suite);
}
