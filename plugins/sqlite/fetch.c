/* SPDX-License-Identifier: MIT */
/* sqlite/fetch.c - layouts of results, and rows pulled one step at a time.
 *
 * One row a fetch is the hot path: no step ahead, no allocation. */
#include "fetch.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "push.h"

/* ---- the layout */

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

/* A statement that is run again mostly has the layout it had: comparing costs less than compiling.
 */
lode_status lsq_fetch_bind(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
			   uint32_t bind_size, lode_err *e)
{
	int plain = bind_size == sizeof *s->layout && n > 0;
	lode_status status;

	if (n > s->column_count)
		return lsq_error_set(s->conn->host, e, LODE_E_MISUSE,
				     "the layout has more columns than the result", NULL);
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

/* ---- what cannot be stored */

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

lode_status lsq_fetch_failed(const lode_drv_stmt *s, const lode_fetch *f, lode_status status,
			     const char *why, lode_err *e)
{
	lode_error_info info = { 0 };
	char name[140], text[240];

	if (status == LODE_E_NOMEM)
		return lsq_error_nomem(s->conn->host, e);
	name_column(name, sizeof name, s->st, (int)f->bad_col);
	snprintf(text, sizeof text, "%s: %s", name, why);
	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = (int32_t)f->nrows;
	info.message = text;
	info.table = sqlite3_column_table_name(s->st, (int)f->bad_col);
	info.column = sqlite3_column_origin_name(s->st, (int)f->bad_col);
	s->conn->host->error(e, &info);
	return status;
}

/* ---- rows */

/* the first column behind those that the host has already */
static uint32_t pass_known(const lode_drv_stmt *s, lode_fetch *f)
{
	uint32_t at = f->head, end = f->head + f->known(f->known_ctx, f);

	while (at < s->bound && s->columns[at].index < end)
		at++;
	return at;
}

static lode_status read_unknown(const lode_drv_stmt *s, lode_fetch *f, sqlite3_value **cells,
				lsq_sink *sink)
{
	lode_status status = lsq_row_read(s->st, cells, s->columns, f->head, sink, f);
	uint32_t at;

	if (status != LODE_OK)
		return status;
	at = pass_known(s, f);
	return lsq_row_read(s->st, cells, s->columns + at, s->bound - at, sink, f);
}

static inline lode_status read_row(const lode_drv_stmt *s, lode_fetch *f, sqlite3_value **cells,
				   lsq_sink *sink)
{
	if (LODE_HAS(f, lode_fetch, head) && f->known != NULL && f->head <= s->bound)
		return read_unknown(s, f, cells, sink);
	return lsq_row_read(s->st, cells, s->columns, s->bound, sink, f);
}

lode_status lsq_fetch_row(const lode_drv_stmt *s, lode_fetch *f, sqlite3_value **cells,
			  lsq_sink *sink)
{
	return read_row(s, f, cells, sink);
}

/* A row that could not be stored keeps waiting: the host may bind another layout and try again. */
static lode_status pull_rows(lode_drv_stmt *s, lode_fetch *f, lode_err *e)
{
	uint32_t max = s->borrows && f->max_rows > 1 ? 1 : f->max_rows;
	lsq_sink sink = { f->arena, "out of memory" };
	lode_status status;

	while (f->nrows < max) {
		if (!s->waiting) {
			int code = lsq_stmt_step_in(s, s->was_open, -1, &status, e);

			if (code == SQLITE_DONE) {
				lsq_stmt_reset(s);
				return LODE_DONE;
			}
			if (code != SQLITE_ROW)
				return status;
			s->waiting = 1;
		}
		status = read_row(s, f, NULL, &sink);
		if (status != LODE_OK)
			return lsq_fetch_failed(s, f, status, sink.why, e);
		s->waiting = 0;
		if (f->param_row != NULL)
			f->param_row[f->nrows] = 0;
		f->nrows++;
	}
	return LODE_OK;
}

static inline lode_status read_rows(lode_drv_stmt *s, lode_fetch *f, lode_err *e)
{
	return s->pushing ? lsq_push_rows(s, f, e) : pull_rows(s, f, e);
}

lode_status lsq_fetch_rows(lode_drv_stmt *s, lode_fetch *f, lode_err *e)
{
	lode_status status;

	f->nrows = 0;
	if (!s->active)
		return LODE_DONE;
	if (s->deadline == 0)
		return read_rows(s, f, e);
	status = lsq_conn_enter(s->conn, 0, e);
	if (status != LODE_OK)
		return status;
	s->conn->deadline = s->deadline;
	status = read_rows(s, f, e);
	lsq_conn_leave(s->conn);
	return status;
}
