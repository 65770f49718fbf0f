/* SPDX-License-Identifier: MIT */
/* sqlite/batch.c - loops that are one unit: all rows or none, in a scope of their own. */
#include "batch.h"

#include "error.h"
#include "transaction.h"

static lode_status enter(lode_drv_conn *c, lsq_scope *scope, lode_err *e)
{
	int code = lsq_scope_enter(c, scope);

	return code == SQLITE_OK ? LODE_OK : lsq_error_report(c, code, -1, e);
}

/* the first failure is the one that counts */
static lode_status leave(lode_drv_conn *c, lsq_scope *scope, lode_status status, lode_err *e)
{
	int code = lsq_scope_leave(c, scope, status >= 0);

	if (status >= 0 && code != SQLITE_OK)
		return lsq_error_report(c, code, -1, e);
	return status;
}

/* what a row's execution left behind, in the caller's arrays */
static void note_row(const lode_exec *x, uint32_t row, lode_status status, int64_t changed,
		     lode_drv_conn *c)
{
	if (x->row_status != NULL)
		x->row_status[row] = status;
	if (x->row_affected != NULL)
		x->row_affected[row] = changed;
	if (LODE_HAS(x, lode_exec, keys) && x->keys != NULL)
		x->keys[row] =
			status == LODE_OK && changed > 0 ? sqlite3_last_insert_rowid(c->db) : 0;
}

static lode_status run_rows(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_status status, result = LODE_OK;
	int64_t changed;
	uint32_t row;

	for (row = 0; row < x->nrows; row++) {
		changed = 0;
		s->rows.first = row;
		s->rows.end = row + 1;
		status = s->rowset ? LODE_OK : lsq_stmt_bind_row(s, x, row, e);
		if (status == LODE_OK)
			status = lsq_stmt_run(s, (int32_t)row, &changed, e);
		note_row(x, row, status, changed, s->conn);
		if (status == LODE_OK) {
			r->affected += changed;
			r->rows_done++;
		} else if (!(x->flags & LODE_EXEC_CONTINUE) || s->conn->failed) {
			return status;
		} else {
			result = LODE_PARTIAL;
		}
	}
	return result;
}

lode_status lsq_batch_run(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lsq_scope scope = { 0, 0 };
	lode_status status = s->readonly ? LODE_OK : enter(s->conn, &scope, e);

	if (status == LODE_OK)
		status = leave(s->conn, &scope, run_rows(s, x, r, e), e);
	if (status < 0)
		r->affected = r->rows_done = 0;
	return status;
}

/* The keys are certain when exactly n rows changed, triggers included, and the last got last + n.
 */
static lode_status run_numbered(lode_drv_stmt *s, const lode_exec *x, int64_t last, int *certain,
				lode_err *e)
{
	lode_drv_conn *c = s->conn;
	int before = sqlite3_total_changes(c->db);
	int64_t changed = 0;
	lode_status status = lsq_stmt_run(s, -1, &changed, e);
	uint32_t i;

	*certain = status == LODE_OK && changed == (int64_t)x->nrows &&
		   (uint32_t)sqlite3_total_changes(c->db) - (uint32_t)before == x->nrows &&
		   sqlite3_last_insert_rowid(c->db) == last + (int64_t)x->nrows;
	for (i = 0; *certain && i < x->nrows; i++)
		x->keys[i] = last + 1 + (int64_t)i;
	return status;
}

static lode_status insert_numbered(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r,
				   lsq_scope *scope, lode_err *e)
{
	lode_status status;
	int64_t last;
	int certain = 0, code;

	if (lsq_keys_last(s->conn, s->keys, x->nrows, &last)) {
		status = run_numbered(s, x, last, &certain, e);
		if (status != LODE_OK)
			return status;
		if (!certain) {
			code = lsq_scope_undo(s->conn, scope);
			if (code != SQLITE_OK)
				return lsq_error_report(s->conn, code, -1, e);
		}
	}
	if (!certain)
		return run_rows(s, x, r, e);
	r->affected = x->nrows;
	r->rows_done = x->nrows;
	return LODE_OK;
}

lode_status lsq_batch_keys(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lsq_scope scope = { 0, 0 };
	lode_status status = enter(s->conn, &scope, e);

	if (status == LODE_OK)
		status = leave(s->conn, &scope, insert_numbered(s, x, r, &scope, e), e);
	if (status < 0)
		r->affected = r->rows_done = 0;
	return status;
}
