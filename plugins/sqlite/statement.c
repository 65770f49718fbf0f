/* SPDX-License-Identifier: MIT */
/* sqlite/statement.c - prepare, execute, fetch.
 *
 * Executing takes the first step at once, so that errors appear where they belong; the row it
 * found waits for the first fetch.  Anything that returns no rows is run to its end and reset, so
 * that no lock stays behind.  One row a fetch is the hot path: no step ahead, no allocation. */
#include "statement.h"

#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "bind.h"
#include "dialect.h"
#include "error.h"

#if SQLITE_VERSION_NUMBER >= 3037000
#define LSQ_CHANGES(db) sqlite3_changes64(db)
#else
#define LSQ_CHANGES(db) ((int64_t)sqlite3_changes(db))
#endif

#define LSQ_EXEC_KNOWN                                                                             \
	(LODE_EXEC_STREAM | LODE_EXEC_CONTINUE | LODE_EXEC_NO_ROWS | LODE_EXEC_ORDERED |           \
	 LODE_EXEC_ROWSET)

/* ---- prepare and close */

static void close_statement(lode_drv_stmt *s)
{
	if (s == NULL)
		return;
	sqlite3_finalize(s->st);
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
static int bind_any(lode_drv_stmt *s, const lode_drv_bind *b, const lode_exec *x, uint32_t row,
		    uint32_t i, lode_status *status, const char **why)
{
	lsq_value value;

	*status = lsq_value_load(&value, b, x->bases, row, s->scratch + (size_t)i * LSQ_SCRATCH,
				 why);
	return *status == LODE_OK ? lsq_value_bind(s->st, (int)i + 1, &value) : -1;
}

lode_status lsq_stmt_bind_row(lode_drv_stmt *s, const lode_exec *x, uint32_t row, lode_err *e)
{
	lode_status status = LODE_OK;
	const char *why = NULL;
	uint32_t i;
	int code;

	for (i = 0; i < x->nparams; i++) {
		const lode_drv_bind *b = lode_util_bind_at(x->params, x->bind_size, i);

		code = bind_usual(s->st, (int)i + 1, b, x->bases, row);
		if (code < 0)
			code = bind_any(s, b, x, row, i, &status, &why);
		if (code < 0)
			return lsq_error_value(s->conn->host, e, status, (int32_t)row, (int32_t)i,
					       "parameter", why);
		if (code != SQLITE_OK)
			return lsq_error_report(s->conn, code, (int32_t)row, e);
	}
	return LODE_OK;
}

/* ---- steps */

static lode_status fail_step(lode_drv_stmt *s, int was_open, int code, int32_t row, lode_err *e)
{
	lode_status status;

	lsq_conn_failed(s->conn, was_open);
	status = lsq_error_report(s->conn, code, row, e);
	lsq_stmt_reset(s);
	return status;
}

static inline int step(lode_drv_stmt *s, int was_open, int32_t row, lode_status *status,
		       lode_err *e)
{
	lode_drv_conn *c = s->conn;
	int code;

	if (s->rowset)
		c->rows = &s->rows;
	code = sqlite3_step(s->st);
	if (s->rowset)
		c->rows = NULL;
	*status = LODE_OK;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		*status = fail_step(s, was_open, code, row, e);
	return code;
}

int lsq_stmt_step(lode_drv_stmt *s, int32_t row, lode_status *status, lode_err *e)
{
	return step(s, !sqlite3_get_autocommit(s->conn->db), row, status, e);
}

void lsq_stmt_reset(lode_drv_stmt *s)
{
	sqlite3_reset(s->st);
	s->active = s->waiting = 0;
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

/* ---- results */

static lode_status reserve_columns(lode_drv_stmt *s, uint32_t n, lode_err *e)
{
	lsq_column *columns;
	lode_drv_bind *layout;

	if (n <= s->capacity)
		return LODE_OK;
	columns = s->conn->host->resize(s->columns, n * sizeof *columns);
	if (columns == NULL)
		return lsq_error_nomem(s->conn->host, e);
	s->columns = columns;
	layout = s->conn->host->resize(s->layout, n * sizeof *layout);
	if (layout == NULL)
		return lsq_error_nomem(s->conn->host, e);
	s->layout = layout;
	s->capacity = n;
	return LODE_OK;
}

static int lies_with(const lode_drv_bind *b, const lode_drv_bind *before)
{
	return b->base == before->base && b->stride == before->stride &&
	       ((b->flags ^ before->flags) & LODE_BIND_INDIRECT) == 0;
}

static lode_status compile_columns(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
				   uint32_t bind_size, lode_err *e)
{
	uint32_t i, k = 0;

	for (i = 0; i < n; i++) {
		const lode_drv_bind *b = lode_util_bind_at(cols, bind_size, i);

		if (b->repr == LODE_R_SKIP)
			continue;
		if (lsq_column_compile(&s->columns[k], i, b) != LODE_OK)
			return lsq_error_value(s->conn->host, e, LODE_E_CONVERT, -1, (int32_t)i,
					       "column",
					       "a representation that SQLite cannot deliver");
		s->borrows |= lsq_column_borrows(&s->columns[k]);
		s->columns[k].follows = k > 0 && lies_with(b, &s->columns[k - 1].bind);
		k++;
	}
	s->bound = k;
	return LODE_OK;
}

/* A statement that is run again mostly has the layout it had: comparing costs less than compiling. */
static lode_status bind_result(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
			       uint32_t bind_size, lode_err *e)
{
	int plain = bind_size == sizeof *s->layout && n > 0;
	lode_status status;

	if (n > s->column_count)
		return refuse(s, e, LODE_E_MISUSE, "the layout has more columns than the result");
	if (plain && n == s->laid_out && memcmp(s->layout, cols, n * sizeof *s->layout) == 0)
		return LODE_OK;
	s->bound = s->laid_out = 0;
	s->borrows = 0;
	status = reserve_columns(s, n, e);
	if (status == LODE_OK)
		status = compile_columns(s, cols, n, bind_size, e);
	if (status == LODE_OK && plain) {
		memcpy(s->layout, cols, n * sizeof *s->layout);
		s->laid_out = n;
	}
	return status;
}

/* "table.column", or the name that the statement gave; positions mean nothing to who reads it */
static void name_column(char *out, size_t size, sqlite3_stmt *st, int column)
{
	const char *table = sqlite3_column_table_name(st, column);
	const char *origin = sqlite3_column_origin_name(st, column);
	const char *name = sqlite3_column_name(st, column);

	if (table != NULL && origin != NULL)
		snprintf(out, size, "%s.%s", table, origin);
	else
		snprintf(out, size, "column %s", name != NULL ? name : "");
}

static lode_status fail_row(lode_drv_stmt *s, lode_fetch *f, lode_status status,
			    const lsq_sink *sink, lode_err *e)
{
	lode_error_info info = { 0 };
	char name[140], text[240];

	if (status == LODE_E_NOMEM)
		return lsq_error_nomem(s->conn->host, e);
	name_column(name, sizeof name, s->st, (int)f->bad_col);
	snprintf(text, sizeof text, "%s: %s", name, sink->why);
	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = (int32_t)f->nrows;
	info.message = text;
	info.table = sqlite3_column_table_name(s->st, (int)f->bad_col);
	info.column = sqlite3_column_origin_name(s->st, (int)f->bad_col);
	s->conn->host->error(e, &info);
	return status;
}

/* the first column behind those that the host has already */
static uint32_t pass_known(const lode_drv_stmt *s, lode_fetch *f)
{
	uint32_t at = f->head, end = f->head + f->known(f->known_ctx, f);

	while (at < s->bound && s->columns[at].index < end)
		at++;
	return at;
}

static inline lode_status read_row(lode_drv_stmt *s, lode_fetch *f, int asks, lsq_sink *sink)
{
	uint32_t at = 0;
	lode_status status;

	if (asks) {
		status = lsq_row_read(s->st, s->columns, f->head, sink, f->bases, f->nrows,
				      &f->bad_col);
		if (status != LODE_OK)
			return status;
		at = pass_known(s, f);
	}
	return lsq_row_read(s->st, s->columns + at, s->bound - at, sink, f->bases, f->nrows,
			    &f->bad_col);
}

/* A row that could not be stored keeps waiting: the host may bind another layout and try again. */
static inline lode_status fetch_rows(lode_drv_stmt *s, lode_fetch *f, lode_err *e)
{
	uint32_t max = s->borrows && f->max_rows > 1 ? 1 : f->max_rows;
	int asks = LODE_HAS(f, lode_fetch, head) && f->known != NULL && f->head <= s->bound;
	lsq_sink sink = { f->arena, "out of memory" };
	lode_status status;

	while (f->nrows < max) {
		if (!s->waiting) {
			int code = step(s, s->was_open, -1, &status, e);

			if (code == SQLITE_DONE) {
				lsq_stmt_reset(s);
				return LODE_DONE;
			}
			if (code != SQLITE_ROW)
				return status;
			s->waiting = 1;
		}
		status = read_row(s, f, asks, &sink);
		if (status != LODE_OK)
			return fail_row(s, f, status, &sink, e);
		s->waiting = 0;
		if (f->param_row != NULL)
			f->param_row[f->nrows] = 0;
		f->nrows++;
	}
	return LODE_OK;
}

static lode_status fetch(lode_drv_stmt *s, lode_fetch *f, lode_err *e)
{
	lode_status status;

	f->nrows = 0;
	if (!s->active)
		return LODE_DONE;
	if (s->deadline == 0)
		return fetch_rows(s, f, e);
	status = lsq_conn_enter(s->conn, 0, e);
	if (status != LODE_OK)
		return status;
	s->conn->deadline = s->deadline;
	status = fetch_rows(s, f, e);
	lsq_conn_leave(s->conn);
	return status;
}

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
	.bind = bind_result,
	.fetch = fetch,
	.reset = reset,
	.close = close_statement,
	.is_readonly = is_readonly,
};
