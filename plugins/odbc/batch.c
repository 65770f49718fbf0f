/* SPDX-License-Identifier: MIT */
/* odbc/batch.c - counts of rows, from one result a parameter row or from one for all. */
#include "batch.h"

#include "error.h"
#include "transaction.h"

static void note_row(const lode_exec *x, uint32_t row, lode_status status, int64_t affected)
{
	if (x->row_status != NULL)
		x->row_status[row] = status;
	if (x->row_affected != NULL)
		x->row_affected[row] = affected;
}

static void add(int64_t *total, int64_t affected)
{
	*total = affected < 0 || *total < 0 ? -1 : *total + affected;
}

/* one result for each of the rows, to be walked through */
static lode_status count_each(lode_drv_stmt *s, const lode_exec *x, uint32_t first, uint32_t count,
			      int64_t *total, lode_err *e)
{
	SQLRETURN code = SQL_SUCCESS;
	int64_t affected;
	uint32_t i;

	for (i = 0; i < count && SQL_SUCCEEDED(code); i++) {
		affected = lodbc_stmt_affected(s);
		note_row(x, first + i, LODE_OK, affected);
		add(total, affected);
		code = SQLMoreResults(s->handle);
	}
	if (SQL_SUCCEEDED(code) || (code == SQL_NO_DATA && i == count))
		return LODE_OK;
	if (code == SQL_NO_DATA)
		return lodbc_error_set(e, LODE_E_OTHER,
				       "the ODBC driver gives fewer results than parameter rows",
				       NULL);
	return lodbc_error_report(s->conn, SQL_HANDLE_STMT, s->handle, -1, e);
}

static lode_status count_rows(lode_drv_stmt *s, const lode_exec *x, uint32_t first, uint32_t count,
			      int64_t *total, lode_err *e)
{
	uint32_t i;

	if (s->conn->can.array_counts || count == 1)
		return count_each(s, x, first, count, total, e);
	for (i = 0; i < count; i++)
		note_row(x, first + i, LODE_OK, -1);
	add(total, lodbc_stmt_affected(s));
	return LODE_OK;
}

static int returns_rows(const lode_drv_stmt *s, const lode_exec *x)
{
	return s->column_count > 0 && !(x->flags & LODE_EXEC_NO_ROWS);
}

/* Rows were executed and a result is open: it is given to the caller if all of them were. */
static lode_status keep_result(lode_drv_stmt *s, const lode_exec *x, uint32_t count,
			       lode_exec_result *r, lode_err *e)
{
	const lodbc_abilities *can = &s->conn->can;

	if (!can->array_rows && !(can->flags & LODBC_MERGED_ROWS))
		return lodbc_error_set(e, LODE_E_UNSUPPORTED,
				       "this ODBC driver has no batches that return rows", NULL);
	if (count < x->nrows)
		return lodbc_error_set(e, LODE_E_LIMIT,
				       "too many rows for a batch that returns rows",
				       "send fewer at once");
	s->row_sets = can->array_rows;
	s->merged = !can->array_rows;
	r->affected = -1;
	r->rows_done = x->nrows;
	return LODE_OK;
}

static lode_status run_rows(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_status status = LODE_OK;
	uint32_t first, count;

	for (first = 0; status == LODE_OK && first < x->nrows; first += count) {
		count = s->conn->can.arrays ? x->nrows - first : 1;
		status = lodbc_stmt_run(s, x, first, &count, e);
		if (status == LODE_OK && returns_rows(s, x))
			return keep_result(s, x, count, r, e);
		if (status == LODE_OK)
			status = count_rows(s, x, first, count, &r->affected, e);
		if (status != LODE_OK && count == 1)
			note_row(x, first, status, 0);
		if (status != LODE_OK)
			break;
		lodbc_stmt_reset(s);
		r->rows_done += count;
	}
	return status;
}

lode_status lodbc_batch_run(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	int own = !c->in_transaction && c->can.transactions && !returns_rows(s, x);
	lode_status status = own ? lodbc_tx_begin(c, e) : LODE_OK;

	if (status == LODE_OK)
		status = run_rows(s, x, r, e);
	if (status != LODE_OK) {
		lodbc_stmt_reset(s);
		r->affected = r->rows_done = 0;
	}
	if (own) {
		lode_status ended = lodbc_tx_end(c, status == LODE_OK ? SQL_COMMIT : SQL_ROLLBACK,
						 status == LODE_OK ? e : NULL);

		if (status == LODE_OK)
			status = ended;
	}
	return status;
}
