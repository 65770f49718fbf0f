/* SPDX-License-Identifier: MIT */
/* sqlite/statement.c - prepare, execute, describe.
 *
 * Executing takes the first step at once, so that errors appear where they belong; the row it
 * found waits for the first fetch.  Anything that returns no rows is run to its end and reset, so
 * that no lock stays behind. */
#include "statement.h"

#include <string.h>

#include "batch.h"
#include "bind.h"
#include "dialect.h"
#include "error.h"
#include "fetch.h"
#include "push.h"

#if SQLITE_VERSION_NUMBER >= 3037000
#define LSQ_CHANGES(db) sqlite3_changes64(db)
#else
#define LSQ_CHANGES(db) ((int64_t)sqlite3_changes(db))
#endif

#define LSQ_EXEC_KNOWN                                                                             \
	(LODE_EXEC_STREAM | LODE_EXEC_CONTINUE | LODE_EXEC_NO_ROWS | LODE_EXEC_ORDERED |           \
	 LODE_EXEC_ROWSET | LODE_EXEC_PUSH)

/* ---- prepare and close */

static void close_statement(lode_drv_stmt *s)
{
	if (s == NULL)
		return;
	sqlite3_finalize(s->st);
	sqlite3_finalize(s->push);
	lsq_keys_free(s->keys);
	lsq_rows_dispose(&s->rows);
	lsq_host->release(s->columns);
	lsq_host->release(s->layout);
	lsq_host->release(s->scratch);
	lsq_host->release(s);
}

static lode_status check_tail(lode_drv_conn *c, const char *tail, const char *end, lode_err *e)
{
	sqlite3_stmt *more = NULL;
	int code;

	while (tail < end) {
		code = sqlite3_prepare_v3(c->db, tail, (int)(end - tail), 0, &more, &tail);
		if (code != SQLITE_OK || more != NULL) {
			sqlite3_finalize(more);
			return lsq_error_set(c->host, e, LODE_E_MISUSE,
					     "more than one statement in the text",
					     "run it as a script");
		}
	}
	return LODE_OK;
}

static lode_status compile(lode_drv_stmt *s, const char *sql, size_t n, uint32_t flags, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	const char *tail = NULL;
	int code;

	if (n > INT32_MAX)
		return lsq_error_set(c->host, e, LODE_E_LIMIT, "the statement is too long", NULL);
	c->timed_out = 0;
	atomic_store_explicit(&c->cancelled, 0, memory_order_relaxed);
	code = sqlite3_prepare_v3(c->db, sql, (int)n,
				  flags & LODE_PREP_REUSE ? SQLITE_PREPARE_PERSISTENT : 0, &s->st,
				  &tail);
	if (code != SQLITE_OK)
		return lsq_error_report(c, code, -1, e);
	if (s->st == NULL)
		return lsq_error_set(c->host, e, LODE_E_SYNTAX, "there is no statement in the text",
				     NULL);
	s->column_count = (uint32_t)sqlite3_column_count(s->st);
	s->param_count = (uint32_t)sqlite3_bind_parameter_count(s->st);
	s->readonly = sqlite3_stmt_readonly(s->st);
	return check_tail(c, tail, sql + n, e);
}

lode_status lsq_stmt_prepare(lode_drv_conn *c, const char *sql, size_t n, const lode_prepare *a,
			     lode_drv_stmt **out, lode_err *e)
{
	lode_drv_stmt *s = c->host->alloc(sizeof *s);
	lode_status status;

	if (s == NULL)
		return lsq_error_nomem(c->host, e);
	memset(s, 0, sizeof *s);
	s->conn = c;
	c->fault.status = 0;
	c->interrupted = 0;
	status = compile(s, sql, n, a != NULL ? a->flags : 0, e);
	if (status == LODE_OK && a != NULL && LODE_HAS(a, lode_prepare, key_column) &&
	    a->key_table != NULL && a->key_column != NULL)
		status = lsq_keys_new(c, a, &s->keys, e);
	if (status != LODE_OK) {
		close_statement(s);
		return status;
	}
	*out = s;
	return LODE_OK;
}

/* ---- parameters */

/* a slot a parameter: finding out which need one costs more */
static lode_status reserve_scratch(lode_drv_stmt *s, const lode_exec *x, lode_err *e)
{
	char *grown;

	if (x->nparams <= s->scratch_slots)
		return LODE_OK;
	grown = s->conn->host->resize(s->scratch, (size_t)x->nparams * LSQ_SCRATCH);
	if (grown == NULL)
		return lsq_error_nomem(s->conn->host, e);
	s->scratch = grown;
	s->scratch_slots = x->nparams;
	return LODE_OK;
}

/* What most parameters are, without going through an lsq_value; an SQLite code, or -1: not one. */
static inline int bind_usual(sqlite3_stmt *st, int index, const lode_drv_bind *b,
			     const void *const *bases, uint32_t row)
{
	const void *cell;
	const char *text;
	int64_t i64;
	int32_t i32;
	double f64;

	if (!(b->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR)) ||
	    b->sql_type == LODE_T_DECIMAL || b->repr == LODE_R_SKIP)
		return -1;
	cell = lode_util_cell(b, bases, row);
	switch (b->repr) {
	case LODE_R_I32:
		memcpy(&i32, cell, sizeof i32);
		return sqlite3_bind_int(st, index, i32);
	case LODE_R_I64:
		memcpy(&i64, cell, sizeof i64);
		return sqlite3_bind_int64(st, index, i64);
	case LODE_R_F64:
		memcpy(&f64, cell, sizeof f64);
		return f64 == f64 ? sqlite3_bind_double(st, index, f64) : -1;
	case LODE_R_CSTR:
		memcpy(&text, cell, sizeof text); /* NULL is NULL */
		return sqlite3_bind_text(st, index, text, -1, SQLITE_STATIC);
	default:
		return -1;
	}
}

/* the general way; an SQLite code, or -1: refused, *status says how and *why */
static int bind_any(lode_drv_stmt *s, sqlite3_stmt *st, const lode_drv_bind *b, const lode_exec *x,
		    uint32_t row, uint32_t i, lode_status *status, const char **why)
{
	lsq_value value;

	*status = lsq_value_load(&value, b, x->bases, row, s->scratch + (size_t)i * LSQ_SCRATCH,
				 why);
	return *status == LODE_OK ? lsq_value_bind(st, (int)i + 1, &value) : -1;
}

lode_status lsq_stmt_bind_row(lode_drv_stmt *s, const lode_exec *x, uint32_t row, lode_err *e)
{
	sqlite3_stmt *st = s->pushing ? s->push : s->st;
	lode_status status = LODE_OK;
	const char *why = NULL;
	uint32_t i;
	int code;

	for (i = 0; i < x->nparams; i++) {
		const lode_drv_bind *b = lode_util_bind_at(x->params, x->bind_size, i);

		code = bind_usual(st, (int)i + 1, b, x->bases, row);
		if (code < 0)
			code = bind_any(s, st, b, x, row, i, &status, &why);
		if (code < 0)
			return lsq_error_value(s->conn->host, e, status, (int32_t)row, (int32_t)i,
					       "parameter", why);
		if (code != SQLITE_OK)
			return lsq_error_report(s->conn, code, (int32_t)row, e);
	}
	return LODE_OK;
}

/* ---- steps */

lode_status lsq_stmt_failed(lode_drv_stmt *s, int was_open, int code, int32_t row, lode_err *e)
{
	lode_status status;

	lsq_conn_failed(s->conn, was_open);
	status = lsq_error_report(s->conn, code, row, e);
	lsq_stmt_reset(s);
	return status;
}

int lsq_stmt_step(lode_drv_stmt *s, int32_t row, lode_status *status, lode_err *e)
{
	return lsq_stmt_step_in(s, !sqlite3_get_autocommit(s->conn->db), row, status, e);
}

void lsq_stmt_reset(lode_drv_stmt *s)
{
	sqlite3_reset(s->pushing ? s->push : s->st);
	s->active = s->waiting = s->pushing = 0;
}

lode_status lsq_stmt_run(lode_drv_stmt *s, int32_t row, int64_t *changed, lode_err *e)
{
	int before = sqlite3_total_changes(s->conn->db);
	lode_status status;

	while (lsq_stmt_step(s, row, &status, e) == SQLITE_ROW)
		;
	if (status != LODE_OK)
		return status;
	*changed = sqlite3_total_changes(s->conn->db) != before ? LSQ_CHANGES(s->conn->db) : 0;
	lsq_stmt_reset(s);
	return LODE_OK;
}

/* ---- execute */

static lode_status refuse(lode_drv_stmt *s, lode_err *e, lode_status status, const char *message)
{
	return lsq_error_set(s->conn->host, e, status, message, NULL);
}

static int wants_keys(const lode_exec *x)
{
	return LODE_HAS(x, lode_exec, keys) && x->keys != NULL;
}

static lode_status check_execution(lode_drv_stmt *s, const lode_exec *x, lode_err *e)
{
	if (x->flags & ~LSQ_EXEC_KNOWN)
		return refuse(s, e, LODE_E_UNSUPPORTED,
			      "SQLite has no pipeline and no server cursor");
	if (x->flags & LODE_EXEC_ROWSET) {
		if (s->param_count != 0 || x->nparams > LSQ_ROWS_COLUMNS)
			return refuse(s, e, LODE_E_MISUSE,
				      "a statement over lode_rows takes columns, not parameters");
	} else if (x->nparams != s->param_count) {
		return refuse(s, e, LODE_E_MISUSE, "wrong number of parameters");
	} else if (x->nrows > 1 && s->column_count > 0 && !(x->flags & LODE_EXEC_NO_ROWS)) {
		return refuse(s, e, LODE_E_UNSUPPORTED, "a batch that returns rows");
	}
	if (!wants_keys(x))
		return LODE_OK;
	if (s->keys == NULL)
		return refuse(s, e, LODE_E_MISUSE, "keys need their table and column at prepare");
	return lsq_keys_check(s->conn, s->keys, e);
}

/* run to the end; the first row waits for fetch if rows are wanted */
static lode_status run_single(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r,
			      lode_err *e)
{
	lode_drv_conn *c = s->conn;
	int before = sqlite3_total_changes(c->db), code, written;
	int32_t row = x->nrows == 1 ? 0 : -1;
	lode_status status;

	do
		code = lsq_stmt_step(s, row, &status, e);
	while (code == SQLITE_ROW && (x->flags & LODE_EXEC_NO_ROWS));
	if (status != LODE_OK)
		return status;
	r->rows_done = x->nrows;
	/* RETURNING: SQLite counts the changes at the end, but a row that waits was written */
	written = sqlite3_total_changes(c->db) != before || (code == SQLITE_ROW && !s->readonly);
	if (written) {
		r->affected = code == SQLITE_DONE ? LSQ_CHANGES(c->db) : -1;
		r->last_id = sqlite3_last_insert_rowid(c->db);
		r->flags |= LODE_EXR_LAST_ID;
	}
	if (wants_keys(x) && x->nrows == 1)
		x->keys[0] = written ? sqlite3_last_insert_rowid(c->db) : 0;
	if (code == SQLITE_DONE) {
		lsq_stmt_reset(s);
	} else {
		s->active = s->waiting = 1;
		s->column_count = (uint32_t)sqlite3_data_count(s->st);
	}
	return LODE_OK;
}

static lode_status run_one(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_status status = lsq_stmt_bind_row(s, x, 0, e);

	if (status == LODE_OK)
		status = run_single(s, x, r, e);
	if (status == LODE_OK && x->row_affected != NULL)
		x->row_affected[0] = r->affected;
	if (x->row_status != NULL)
		x->row_status[0] = status;
	return status;
}

/* The rows will be pushed: everything but the run, which waits for the fetch. */
static lode_status hold_back(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_status status;

	s->pushing = 1;
	status = lsq_stmt_bind_row(s, x, 0, e);
	s->active = s->pushing = status == LODE_OK;
	r->rows_done = x->nrows;
	return status;
}

static lode_status run_any(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_status status;

	s->rowset = (x->flags & LODE_EXEC_ROWSET) != 0;
	if (s->rowset) {
		status = lsq_rows_set(s->conn, &s->rows, x, e);
		if (status != LODE_OK)
			return status;
		if (wants_keys(x) && x->nrows > 1)
			return lsq_batch_keys(s, x, r, e);
		return run_single(s, x, r, e);
	}
	status = reserve_scratch(s, x, e);
	if (status != LODE_OK)
		return status;
	if ((x->flags & LODE_EXEC_PUSH) && lsq_push_prepare(s))
		return hold_back(s, x, r, e);
	return x->nrows == 1 ? run_one(s, x, r, e) : lsq_batch_run(s, x, r, e);
}

static lode_status execute(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_exec_result result = { 0 };
	lode_status status;

	if (s->active)
		lsq_stmt_reset(s);
	status = lsq_conn_enter(s->conn, x->timeout_ms, e);
	if (status != LODE_OK)
		return status;
	s->was_open = !sqlite3_get_autocommit(s->conn->db);
	status = check_execution(s, x, e);
	if (status == LODE_OK && x->nrows > 0)
		status = run_any(s, x, &result, e);
	s->deadline = s->conn->deadline;
	lsq_conn_leave(s->conn);
	if (status < 0)
		return status;
	if (s->column_count > 0 && !(x->flags & LODE_EXEC_NO_ROWS))
		result.flags |= LODE_EXR_ROWS;
	if (wants_keys(x))
		result.flags |= LODE_EXR_KEYS;
	if (r != NULL) {
		r->flags = result.flags;
		r->affected = result.affected;
		r->last_id = result.last_id;
		r->ncols = s->column_count;
		r->rows_done = result.rows_done;
	}
	return status;
}

/* ---- the table of functions */

static void reset(lode_drv_stmt *s)
{
	if (s->active)
		lsq_stmt_reset(s);
}

#define LSQ_FILL(out, member, value)                                                               \
	do {                                                                                       \
		if (LODE_HAS(out, lode_col_desc, member))                                          \
			(out)->member = (value);                                                   \
	} while (0)

static lode_status describe(lode_drv_stmt *s, uint32_t col, lode_col_desc *out, lode_err *e)
{
	lode_type_info type = { 0 };
	const char *declared;

	if (col >= s->column_count)
		return refuse(s, e, LODE_E_MISUSE, "no such column");
	LODE_INIT(&type, lode_type_info);
	declared = sqlite3_column_decltype(s->st, (int)col);
	lsq_type_from_name(declared, &type);
	LSQ_FILL(out, sql_type, type.sql_type);
	LSQ_FILL(out, native_type, 0);
	LSQ_FILL(out, precision, type.precision);
	LSQ_FILL(out, scale, type.scale);
	LSQ_FILL(out, nullable, -1);
	LSQ_FILL(out, length, type.length);
	LSQ_FILL(out, best_repr, lsq_type_repr(&type));
	LSQ_FILL(out, flags, type.flags);
	LSQ_FILL(out, name, sqlite3_column_name(s->st, (int)col));
	LSQ_FILL(out, table, sqlite3_column_table_name(s->st, (int)col));
	LSQ_FILL(out, column, sqlite3_column_origin_name(s->st, (int)col));
	LSQ_FILL(out, type_name, declared);
	return LODE_OK;
}

static int32_t is_readonly(lode_drv_stmt *s)
{
	return s->readonly != 0;
}

const lode_stmt_ops lsq_stmt_ops = {
	.struct_size = sizeof(lode_stmt_ops),
	.execute = execute,
	.describe = describe,
	.bind = lsq_fetch_bind,
	.fetch = lsq_fetch_rows,
	.reset = reset,
	.close = close_statement,
	.is_readonly = is_readonly,
};
