/* SPDX-License-Identifier: MIT */
/* odbc/statement.c - prepare, execute, fetch.
 *
 * Rows come from the driver in blocks and are given out one after the other; a row that could not
 * be stored stays where it is, for another layout.  Anything that returns no rows is closed at
 * once. */
#include "statement.h"

#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "describe.h"
#include "error.h"
#include "host.h"

#define LODBC_EXEC_KNOWN (LODE_EXEC_STREAM | LODE_EXEC_NO_ROWS | LODE_EXEC_ORDERED)

static lode_status refuse(lode_err *e, lode_status status, const char *message)
{
	return lodbc_error_set(e, status, message, NULL);
}

/* a call on the statement failed */
static lode_status fail(lode_drv_stmt *s, int32_t row, lode_err *e)
{
	s->conn->failed = s->conn->in_transaction;
	return lodbc_error_report(s->conn, SQL_HANDLE_STMT, s->handle, row, e);
}

/* LODE_E_OTHER stands for diagnostic records, see block.h and parameter.h */
static lode_status fail_inside(lode_drv_stmt *s, lode_status status, lode_err *e)
{
	return status == LODE_E_NOMEM ? lodbc_error_nomem(e) : fail(s, -1, e);
}

/* ---- prepare and close */

static void close_statement(lode_drv_stmt *s)
{
	if (s == NULL)
		return;
	if (s->handle != SQL_NULL_HSTMT)
		SQLFreeHandle(SQL_HANDLE_STMT, s->handle);
	lodbc_parameters_dispose(&s->params);
	lodbc_block_dispose(&s->block);
	lodbc_host->release(s->names);
	lodbc_host->release(s->set_status);
	lodbc_host->release(s->targets);
	lodbc_host->release(s->layout);
	lodbc_host->release(s->direct);
	lodbc_host->release(s);
}

static lode_status keep_text(lode_drv_stmt *s, const char *sql, size_t n, lode_err *e)
{
	s->direct = lodbc_host->alloc(n);
	if (s->direct == NULL)
		return lodbc_error_nomem(e);
	memcpy(s->direct, sql, n);
	s->direct_size = n;
	return LODE_OK;
}

static lode_status compile(lode_drv_stmt *s, const char *sql, size_t n, lode_err *e)
{
	SQLSMALLINT params = 0;

	if (!SQL_SUCCEEDED(SQLPrepare(s->handle, (SQLCHAR *)(uintptr_t)sql, (SQLINTEGER)n)))
		return fail(s, -1, e);
	if (!SQL_SUCCEEDED(SQLNumParams(s->handle, &params)))
		return fail(s, -1, e);
	s->param_count = (uint32_t)params;
	return LODE_OK;
}

static lode_status check_text(const char *sql, size_t *n, lode_err *e)
{
	size_t size = lodbc_text_end(sql, *n);

	if (*n > INT32_MAX)
		return refuse(e, LODE_E_LIMIT, "the statement is too long");
	if (lodbc_text_blank(sql, *n))
		return refuse(e, LODE_E_SYNTAX, "there is no statement in the text");
	if (!lodbc_text_blank(sql + size, *n - size))
		return lodbc_error_set(e, LODE_E_MISUSE, "more than one statement in the text",
				       "run it as a script");
	*n = size - (sql[size - 1] == ';');
	return LODE_OK;
}

/* SQL goes as it is: "{" begins no ODBC escape */
static lode_status allocate(lode_drv_stmt *s, lode_err *e)
{
	lode_drv_conn *c = s->conn;

	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, &s->handle)))
		return lodbc_error_report(c, SQL_HANDLE_DBC, c->dbc, -1, e);
	SQLSetStmtAttr(s->handle, SQL_ATTR_NOSCAN, (SQLPOINTER)SQL_NOSCAN_ON, SQL_IS_UINTEGER);
	s->set_size = 1;
	return LODE_OK;
}

lode_status lodbc_stmt_prepare(lode_drv_conn *c, const char *sql, size_t n, const lode_prepare *a,
			       lode_drv_stmt **out, lode_err *e)
{
	int direct = a != NULL && (a->flags & LODE_PREP_DIRECT);
	lode_drv_stmt *s;
	lode_status status = check_text(sql, &n, e);

	if (status != LODE_OK)
		return status;
	if (a != NULL && (a->flags & LODE_PREP_CURSOR))
		return refuse(e, LODE_E_UNSUPPORTED, "ODBC has no cursors that interleave safely");
	s = lodbc_host->alloc(sizeof *s);
	if (s == NULL)
		return lodbc_error_nomem(e);
	memset(s, 0, sizeof *s);
	s->conn = c;
	status = allocate(s, e);
	if (status == LODE_OK)
		status = direct ? keep_text(s, sql, n, e) : compile(s, sql, n, e);
	if (status != LODE_OK) {
		close_statement(s);
		return status;
	}
	*out = s;
	return LODE_OK;
}

void lodbc_stmt_reset(lode_drv_stmt *s)
{
	if (s->active)
		SQLFreeStmt(s->handle, SQL_CLOSE);
	s->active = 0;
	s->row_sets = s->merged = 0;
	s->set = 0;
	lodbc_block_clear(&s->block);
}

/* ---- execute */

/* how many parameter rows the next execution has, and where the driver says how each fared */
static lode_status set_rows(lode_drv_stmt *s, uint32_t count, lode_err *e)
{
	SQLUSMALLINT *statuses;
	uint32_t i;

	if (count == 1 && s->set_size == 1)
		return LODE_OK;
	statuses = lodbc_host->resize(s->set_status, count * sizeof *statuses);
	if (statuses == NULL)
		return lodbc_error_nomem(e);
	s->set_status = statuses;
	for (i = 0; i < count; i++)
		statuses[i] = SQL_PARAM_UNUSED;
	if (!SQL_SUCCEEDED(SQLSetStmtAttr(s->handle, SQL_ATTR_PARAMSET_SIZE,
					  (SQLPOINTER)(SQLULEN)count, SQL_IS_UINTEGER)) ||
	    !SQL_SUCCEEDED(
		    SQLSetStmtAttr(s->handle, SQL_ATTR_PARAM_STATUS_PTR, statuses, SQL_IS_POINTER)))
		return fail(s, -1, e);
	s->set_size = count;
	return LODE_OK;
}

/* The row that failed: only if the driver singles one out.  psqlodbc marks all of them, MariaDB
 * ODBC writes something else. */
static int32_t failed_row(const lode_drv_stmt *s, uint32_t first, uint32_t count)
{
	int32_t row = -1;
	uint32_t i;

	if (count == 1)
		return (int32_t)first;
	for (i = 0; i < count; i++)
		if (s->set_status[i] == SQL_PARAM_ERROR) {
			if (row >= 0)
				return -1;
			row = (int32_t)(first + i);
		}
	return row;
}

/* a driver may go on behind a row that failed, and call that success with information */
static int some_failed(const lode_drv_stmt *s, uint32_t count)
{
	uint32_t i;

	for (i = 0; count > 1 && i < count; i++)
		if (s->set_status[i] == SQL_PARAM_ERROR)
			return 1;
	return 0;
}

static lode_status learn_columns(lode_drv_stmt *s, lode_err *e)
{
	SQLSMALLINT columns = 0;
	lode_status status;

	if (!SQL_SUCCEEDED(SQLNumResultCols(s->handle, &columns)))
		return fail(s, -1, e);
	if (s->described && s->column_count == (uint32_t)columns)
		return LODE_OK;
	s->column_count = (uint32_t)columns;
	s->described = 0;
	s->bound = s->laid_out = 0;
	status = lodbc_block_describe(&s->block, s->handle, s->column_count);
	if (status != LODE_OK)
		return fail_inside(s, status, e);
	s->described = 1;
	return LODE_OK;
}

static SQLRETURN send(lode_drv_stmt *s)
{
	if (s->direct != NULL)
		return SQLExecDirect(s->handle, (SQLCHAR *)s->direct, (SQLINTEGER)s->direct_size);
	return SQLExecute(s->handle);
}

static lode_status report_misfit(const lodbc_misfit *misfit, lode_status status, lode_err *e)
{
	return lodbc_error_value(e, status, (int32_t)misfit->row, misfit->column, "parameter",
				 misfit->why);
}

lode_status lodbc_stmt_run(lode_drv_stmt *s, const lode_exec *x, uint32_t first, uint32_t *count,
			   lode_err *e)
{
	lodbc_misfit misfit = { 0, 0, "" };
	lode_status status;
	SQLRETURN code;
	int ok;

	status = lodbc_parameters_gather(&s->params, s->handle, x, first, count, s->conn->can.flags,
					 &misfit);
	if (status == LODE_E_OTHER)
		return fail(s, -1, e);
	if (status < 0)
		return report_misfit(&misfit, status, e);
	status = set_rows(s, *count, e);
	if (status == LODE_OK)
		status = lodbc_conn_enter(s->conn, s->handle, s->deadline, e);
	if (status != LODE_OK)
		return status;
	code = send(s);
	s->active = 1;
	ok = (SQL_SUCCEEDED(code) && !(code == SQL_SUCCESS_WITH_INFO && some_failed(s, *count))) ||
	     code == SQL_NO_DATA;
	lodbc_conn_leave(s->conn, ok);
	if (ok)
		return learn_columns(s, e);
	status = fail(s, failed_row(s, first, *count), e);
	lodbc_stmt_reset(s);
	return status;
}

int64_t lodbc_stmt_affected(lode_drv_stmt *s)
{
	SQLLEN rows = -1;

	return SQL_SUCCEEDED(SQLRowCount(s->handle, &rows)) ? (int64_t)rows : -1;
}

static lode_status check_batch(lode_drv_stmt *s, const lode_exec *x, lode_err *e)
{
	const lodbc_abilities *can = &s->conn->can;
	SQLSMALLINT columns = 0;

	if (!s->described && s->direct == NULL &&
	    SQL_SUCCEEDED(SQLNumResultCols(s->handle, &columns)))
		s->column_count = (uint32_t)columns;
	if (s->column_count == 0 || (x->flags & LODE_EXEC_NO_ROWS))
		return LODE_OK;
	if (!can->array_rows && !(can->flags & LODBC_MERGED_ROWS))
		return refuse(e, LODE_E_UNSUPPORTED,
			      "this ODBC driver has no batches that return rows");
	return LODE_OK;
}

static lode_status check_execution(lode_drv_stmt *s, const lode_exec *x, lode_err *e)
{
	if (x->flags & ~(uint32_t)LODBC_EXEC_KNOWN)
		return refuse(
			e, LODE_E_UNSUPPORTED,
			"ODBC has no pipeline, no server cursor, no row table, and stops at a "
			"row that fails");
	if (s->direct == NULL && x->nparams != s->param_count)
		return refuse(e, LODE_E_MISUSE, "wrong number of parameters");
	if (LODE_HAS(x, lode_exec, keys) && x->keys != NULL)
		return refuse(e, LODE_E_UNSUPPORTED,
			      "ODBC does not tell generated keys; use RETURNING");
	return x->nrows > 1 ? check_batch(s, x, e) : LODE_OK;
}

static lode_status run_one(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	uint32_t count = 1;
	lode_status status = lodbc_stmt_run(s, x, 0, &count, e);

	if (x->row_status != NULL)
		x->row_status[0] = status;
	if (status != LODE_OK)
		return status;
	r->rows_done = 1;
	r->affected = s->column_count > 0 ? -1 : lodbc_stmt_affected(s);
	if (x->row_affected != NULL)
		x->row_affected[0] = r->affected;
	return LODE_OK;
}

static void give_result(lode_drv_stmt *s, const lode_exec *x, const lode_exec_result *from,
			lode_exec_result *r)
{
	int rows = s->column_count > 0 && !(x->flags & LODE_EXEC_NO_ROWS);

	if (!rows)
		lodbc_stmt_reset(s);
	if (r == NULL)
		return;
	r->flags = rows ? LODE_EXR_ROWS : 0;
	r->affected = from->affected;
	r->last_id = 0;
	r->ncols = s->column_count;
	r->rows_done = from->rows_done;
}

static lode_status execute(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_exec_result result = { 0 };
	lode_status status;

	lodbc_stmt_reset(s);
	s->deadline = x->timeout_ms >= 0 ? lodbc_now_ms() + x->timeout_ms : 0;
	status = check_execution(s, x, e);
	if (status == LODE_OK && x->nrows > 0)
		status = x->nrows == 1 ? run_one(s, x, &result, e)
				       : lodbc_batch_run(s, x, &result, e);
	if (status == LODE_OK)
		give_result(s, x, &result, r);
	return status;
}

/* ---- results */

static lode_status reserve_targets(lode_drv_stmt *s, uint32_t n, lode_err *e)
{
	lodbc_target *targets;
	lode_drv_bind *layout;

	if (n <= s->capacity)
		return LODE_OK;
	targets = lodbc_host->resize(s->targets, n * sizeof *targets);
	if (targets == NULL)
		return lodbc_error_nomem(e);
	s->targets = targets;
	layout = lodbc_host->resize(s->layout, n * sizeof *layout);
	if (layout == NULL)
		return lodbc_error_nomem(e);
	s->layout = layout;
	s->capacity = n;
	return LODE_OK;
}

static int wants_bytes(const lode_drv_bind *b)
{
	return b->repr == LODE_R_BLOB || b->repr == LODE_R_BYTESN || b->repr == LODE_R_RAW;
}

/* which columns are read, and how; the driver hears of it before the next block */
static void want_column(lode_drv_stmt *s, uint32_t index, const lode_drv_bind *b)
{
	lodbc_column *column = &s->block.columns[index];
	int wanted = b != NULL && b->repr != LODE_R_SKIP, bytes = wanted && wants_bytes(b);

	if (column->wanted == wanted && column->wants_bytes == bytes)
		return;
	column->wanted = wanted;
	column->wants_bytes = bytes;
	s->block.bound = 0;
}

static lode_status compile_layout(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
				  uint32_t bind_size, lode_err *e)
{
	uint32_t i, k = 0;

	for (i = 0; i < s->column_count; i++) {
		const lode_drv_bind *b = i < n ? lode_util_bind_at(cols, bind_size, i) : NULL;

		if (s->block.at >= s->block.fetched)
			want_column(s, i, b);
		if (b == NULL || b->repr == LODE_R_SKIP)
			continue;
		if (lodbc_target_compile(&s->targets[k], i, b) != LODE_OK)
			return lodbc_error_value(e, LODE_E_CONVERT, -1, i, "column",
						 "a representation that ODBC cannot deliver");
		s->borrows |= lodbc_target_borrows(&s->targets[k]);
		k++;
	}
	s->bound = k;
	return LODE_OK;
}

/* a column that was not fetched with the rows that wait cannot be read any more */
static lode_status check_waiting(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
				 uint32_t bind_size, lode_err *e)
{
	uint32_t i;

	if (s->block.at >= s->block.fetched)
		return LODE_OK;
	for (i = 0; i < n; i++)
		if (lode_util_bind_at(cols, bind_size, i)->repr != LODE_R_SKIP &&
		    !s->block.columns[i].wanted)
			return lodbc_error_value(e, LODE_E_UNSUPPORTED, -1, i, "column",
						 "it was left out of the rows that were read");
	return LODE_OK;
}

static lode_status bind_result(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
			       uint32_t bind_size, lode_err *e)
{
	int plain = bind_size == sizeof *s->layout && n > 0;
	lode_status status;

	if (n > s->column_count)
		return refuse(e, LODE_E_MISUSE, "the layout has more columns than the result");
	if (plain && n == s->laid_out && memcmp(s->layout, cols, n * sizeof *s->layout) == 0)
		return LODE_OK;
	status = check_waiting(s, cols, n, bind_size, e);
	if (status != LODE_OK)
		return status;
	s->bound = s->laid_out = 0;
	s->borrows = 0;
	status = reserve_targets(s, n, e);
	if (status == LODE_OK)
		status = compile_layout(s, cols, n, bind_size, e);
	if (status == LODE_OK && plain) {
		memcpy(s->layout, cols, n * sizeof *s->layout);
		s->laid_out = n;
	}
	return status;
}

static lode_status fail_row(lode_drv_stmt *s, lode_fetch *f, const lodbc_target *target,
			    lode_status status, const char *why, lode_err *e)
{
	lode_error_info info = { 0 };
	char name[128], table[128], text[360];

	f->bad_col = target->index;
	if (status == LODE_E_NOMEM)
		return lodbc_error_nomem(e);
	lodbc_column_text(s->handle, target->index, SQL_DESC_NAME, name, sizeof name);
	lodbc_column_text(s->handle, target->index, SQL_DESC_BASE_TABLE_NAME, table, sizeof table);
	snprintf(text, sizeof text, "%s%s%s: %s", table[0] != '\0' ? table : "column",
		 table[0] != '\0' ? "." : " ", name, why);
	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = (int32_t)f->nrows;
	info.message = text;
	info.table = table[0] != '\0' ? table : NULL;
	info.column = name;
	lodbc_host->error(e, &info);
	return status;
}

static lode_status store_targets(lode_drv_stmt *s, lode_fetch *f, uint32_t from, uint32_t to,
				 lode_err *e)
{
	lodbc_sink sink = { f->arena, "" };
	lode_status status;
	lodbc_cell cell;
	uint32_t i;

	for (i = from; i < to; i++) {
		const lodbc_target *target = &s->targets[i];

		status = lodbc_block_cell(&s->block, s->handle, target->index, &cell);
		if (status != LODE_OK)
			return fail_inside(s, status, e);
		status = lodbc_target_store(target, &sink, &cell, f->bases, f->nrows);
		if (status != LODE_OK)
			return fail_row(s, f, target, status, sink.why, e);
	}
	return LODE_OK;
}

static lode_status store_row(lode_drv_stmt *s, lode_fetch *f, lode_err *e)
{
	uint32_t at = 0, end;
	lode_status status;

	if (LODE_HAS(f, lode_fetch, head) && f->known != NULL && f->head <= s->bound) {
		status = store_targets(s, f, 0, f->head, e);
		if (status != LODE_OK)
			return status;
		end = f->head + f->known(f->known_ctx, f);
		for (at = f->head; at < s->bound && s->targets[at].index < end; at++)
			;
	}
	return store_targets(s, f, at, s->bound, e);
}

/* LODE_DONE: the last result has ended */
static lode_status next_block(lode_drv_stmt *s, lode_err *e)
{
	lode_status status = lodbc_conn_enter(s->conn, s->handle, s->deadline, e);
	SQLRETURN code = SQL_SUCCESS;

	if (status != LODE_OK)
		return status;
	status = lodbc_block_fetch(&s->block, s->handle, &s->conn->can);
	while (status == LODE_DONE && s->row_sets && SQL_SUCCEEDED(code)) {
		code = SQLMoreResults(s->handle);
		s->set++;
		if (SQL_SUCCEEDED(code))
			status = lodbc_block_fetch(&s->block, s->handle, &s->conn->can);
	}
	if (code == SQL_ERROR)
		status = LODE_E_OTHER;
	lodbc_watch_leave(&s->conn->watch);
	return status == LODE_OK || status == LODE_DONE ? status : fail_inside(s, status, e);
}

static lode_status fetch(lode_drv_stmt *s, lode_fetch *f, lode_err *e)
{
	uint32_t max = s->borrows && f->max_rows > 1 ? 1 : f->max_rows;
	lode_status status = LODE_OK;

	f->nrows = 0;
	if (!s->active)
		return LODE_DONE;
	while (status == LODE_OK && f->nrows < max) {
		if (s->block.at >= s->block.fetched)
			status = next_block(s, e);
		if (status == LODE_OK)
			status = store_row(s, f, e);
		if (status != LODE_OK)
			break;
		if (f->param_row != NULL)
			f->param_row[f->nrows] = s->merged ? s->set++ : s->set;
		s->block.at++;
		f->nrows++;
	}
	if (status == LODE_DONE)
		lodbc_stmt_reset(s);
	return status;
}

const lode_stmt_ops lodbc_stmt_ops = {
	.struct_size = sizeof(lode_stmt_ops),
	.execute = execute,
	.describe = lodbc_column_describe,
	.bind = bind_result,
	.fetch = fetch,
	.reset = lodbc_stmt_reset,
	.close = close_statement,
};
