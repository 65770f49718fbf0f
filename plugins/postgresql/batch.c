/* SPDX-License-Identifier: MIT */
/* postgresql/batch.c - see batch.h.
 *
 * Rows go out in units: one parameter row, or of a rowset a thousand as arrays.  All units and one
 * sync make one exchange, so that outside of a transaction they are one of their own; some of them
 * are always on their way while the next are written.  A row that cannot be written makes the
 * server give up what it has got. */
#include "batch.h"

#include "error.h"
#include "exchange.h"
#include "keys.h"

#define LPG_ROWS 1000	/* of a rowset in one unit */
#define LPG_WINDOW 256	/* units of one row on their way */
#define LPG_CHUNKS 4	/* units of many rows on their way */

static uint32_t first_row(const lpg_batch *b, uint32_t unit)
{
	return unit * b->size;
}

static uint32_t end_row(const lpg_batch *b, uint32_t unit)
{
	return unit + 1 == b->units ? b->x->nrows : (unit + 1) * b->size;
}

static int64_t *keys_of(const lode_exec *x)
{
	return LODE_HAS(x, lode_exec, keys) ? x->keys : NULL;
}

/* ---- taking in */

static lode_status take_keys(lpg_batch *b, const PGresult *r, uint32_t first, uint32_t rows,
			     lode_err *e)
{
	int64_t *keys = keys_of(b->x);

	if (PQntuples(r) == 0 && rows == 1) {
		keys[first] = 0;
		return LODE_OK;
	}
	if ((uint32_t)PQntuples(r) != rows)
		return lpg_refuse(e, LODE_E_CONSTRAINT,
				  "fewer rows were stored than sent, and whose they are cannot be "
				  "told",
				  "a trigger or a rule leaves rows out");
	if (!lpg_keys_read(r, keys + first))
		return lpg_refuse(e, LODE_E_UNSUPPORTED, "the generated key is no integer", NULL);
	return LODE_OK;
}

static void note_affected(lpg_batch *b, uint32_t unit, int64_t n)
{
	const lode_exec *x = b->x;

	if (n < 0 || b->r->affected < 0)
		b->r->affected = -1;
	else
		b->r->affected += n;
	b->r->rows_done = end_row(b, unit);
	if (b->size > 1 || b->rowset)
		return;
	if (x->row_affected != NULL)
		x->row_affected[unit] = n;
	if (x->row_status != NULL)
		x->row_status[unit] = LODE_OK;
}

static lode_status take_rows(lpg_batch *b, PGresult *r, uint32_t unit, lode_err *e)
{
	uint32_t first = first_row(b, unit), rows = end_row(b, unit) - first;
	lode_drv_stmt *s = b->s;
	lode_status status = LODE_OK;

	note_affected(b, unit, lpg_stmt_affected(r));
	if (s->binary < 0)
		lpg_stmt_learn(s, r);
	if (keys_of(b->x) != NULL)
		status = take_keys(b, r, first, rows, e);
	if (status == LODE_OK && PQnfields(r) > s->keys && !(b->x->flags & LODE_EXEC_NO_ROWS))
		return lpg_stmt_keep(s, r, first, e);
	PQclear(r);
	return status;
}

static lode_status fail_unit(lpg_batch *b, PGresult *r, uint32_t unit, lode_err *e)
{
	int32_t row = b->rowset && b->x->nrows > 1 ? -1 : (int32_t)first_row(b, unit);
	lode_status status = LODE_E_STATE;

	b->stale = b->units == 1 && !b->s->conn->was_open && !b->s->conn->queueing &&
		   lpg_stmt_is_stale(b->s, r);
	if (!b->stale)
		status = lpg_error_result(b->s->conn, r, row, e);
	PQclear(r);
	if (b->x->row_status != NULL && row >= 0)
		b->x->row_status[row] = status;
	return status;
}

static lode_status take_result(lpg_batch *b, PGresult *r, lode_err *e)
{
	switch (PQresultStatus(r)) {
	case PGRES_TUPLES_OK:
		return take_rows(b, r, b->taken, e);
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
		b->s->column_count = 0;
		note_affected(b, b->taken, lpg_stmt_affected(r));
		PQclear(r);
		return LODE_OK;
	case PGRES_COPY_IN:
	case PGRES_COPY_OUT:
		PQclear(r);
		return lpg_error_lost(b->s->conn, LODE_E_UNSUPPORTED,
				      "COPY is no statement here", e);
	case PGRES_PIPELINE_ABORTED:
		PQclear(r);
		return LODE_E_STATE; /* skipped: what failed before it was reported */
	default:
		return fail_unit(b, r, b->taken, e);
	}
}

lode_status lpg_batch_take(lpg_batch *b, lode_err *e)
{
	lode_status status = LODE_OK;
	PGresult *r;

	do {
		status = lpg_exchange_result(b->s->conn, &r, e);
		if (status == LODE_OK && r != NULL)
			status = take_result(b, r, e);
	} while (status == LODE_OK && r != NULL);
	if (status == LODE_OK)
		b->taken++;
	return status;
}

/* ---- sending */

lode_status lpg_batch_send(lpg_batch *b, lode_err *e)
{
	lode_status status = LODE_OK;

	if (b->sent > 0) /* those of the first were looked at before anything was sent */
		status = lpg_parameters_set(&b->s->parameters, b->x, first_row(b, b->sent),
					    end_row(b, b->sent), b->rowset, e);
	if (status == LODE_OK)
		status = lpg_stmt_send(b->s, e);
	if (status == LODE_OK)
		b->sent++;
	return status;
}

static lode_status send_units(lpg_batch *b, lode_err *e)
{
	uint32_t window = b->rowset ? LPG_CHUNKS : LPG_WINDOW;
	lode_drv_conn *c = b->s->conn;
	lode_status status = LODE_OK;

	while (status == LODE_OK && b->sent < b->units && b->sent - b->taken < window)
		status = lpg_batch_send(b, e);
	if (status != LODE_OK || c->synced)
		return status;
	return b->sent == b->units ? lpg_exchange_sync(c, e) : lpg_exchange_push(c, e);
}

/* A failure is reported: nothing that was sent may stay. */
static void undo(lpg_batch *b)
{
	lode_drv_conn *c = b->s->conn;

	if (!c->lost && !c->synced) {
		if (b->sent > 0) /* an error is the only thing that undoes it */
			lpg_exchange_text(c, "SELECT 1/0", NULL);
		lpg_exchange_sync(c, NULL);
	}
	if (!c->lost)
		lpg_exchange_end(c, NULL);
	b->r->affected = b->r->rows_done = 0;
}

static lode_status run_units(lpg_batch *b, lode_err *e)
{
	lode_drv_conn *c = b->s->conn;
	uint32_t opening = c->owed, goal;
	lode_status status = send_units(b, e);

	if (status == LODE_OK)
		status = lpg_stmt_opened(b->s, c->owed - opening, e);
	if (status != LODE_OK && c->owed == 0)
		return status; /* taken in to the sync, or the connection is lost */
	while (status == LODE_OK && b->taken < b->units) {
		goal = c->synced ? b->units : b->taken + (b->sent - b->taken + 1) / 2;
		while (status == LODE_OK && b->taken < goal)
			status = lpg_batch_take(b, e);
		if (status == LODE_OK && !c->synced)
			status = send_units(b, e);
	}
	if (status == LODE_OK)
		return lpg_exchange_end(c, e);
	undo(b);
	return status;
}

static lode_status start(lpg_batch *b, lode_err *e)
{
	lode_drv_stmt *s = b->s;
	lode_status status = LODE_OK;

	if (lpg_stmt_is_unknown(s))
		status = lpg_stmt_describe(s, b->x->timeout_ms, e);
	if (status == LODE_OK)
		status = lpg_exchange_begin(s->conn, b->x->timeout_ms, e);
	if (status != LODE_OK)
		return status;
	status = lpg_stmt_send_prepare(s, e);
	if (status != LODE_OK) {
		lpg_exchange_abort(s->conn);
		return status;
	}
	return run_units(b, e);
}

static lode_status check_batch(const lpg_batch *b, lode_err *e)
{
	if (b->rowset && b->x->nparams == 0)
		return lpg_refuse(e, LODE_E_MISUSE, "a rowset without columns", NULL);
	if (b->rowset && b->s->returns && (b->x->flags & LODE_EXEC_ORDERED))
		return lpg_refuse(e, LODE_E_UNSUPPORTED,
				  "rows of a rowset do not say which row of parameters they are of",
				  NULL);
	return LODE_OK;
}

lode_status lpg_batch_set(lpg_batch *b, lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r,
			  lode_err *e)
{
	lode_status status;

	*b = (lpg_batch){ .s = s, .x = x, .r = r };
	b->rowset = (x->flags & LODE_EXEC_ROWSET) != 0;
	b->size = b->rowset ? LPG_ROWS : 1;
	b->units = (x->nrows - 1) / b->size + 1;
	status = check_batch(b, e);
	if (status == LODE_OK)
		status = lpg_parameters_set(&s->parameters, x, 0, end_row(b, 0), b->rowset, e);
	return status;
}

lode_status lpg_batch_run(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lpg_batch b;
	lode_status status = lpg_batch_set(&b, s, x, r, e);

	if (status == LODE_OK)
		status = start(&b, e);
	if (!b.stale)
		return status;
	b = (lpg_batch){ .s = s, .x = x, .r = r, .rowset = b.rowset, .size = b.size, .units = 1 };
	return start(&b, e);
}
