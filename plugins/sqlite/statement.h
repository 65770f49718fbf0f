/* SPDX-License-Identifier: MIT */
/* sqlite/statement.h - a prepared statement, its parameters and its cursor.
 *
 * Invariants: `active` while SQLite holds a cursor open for it; `waiting` implies `active` and says
 * that the row SQLite stands on has not been fetched; the columns are compiled for a result of
 * `column_count` columns. */
#ifndef LODE_SQLITE_STATEMENT_H
#define LODE_SQLITE_STATEMENT_H

#include "connection.h"
#include "keys.h"
#include "result.h"
#include "rowset.h"

#define LSQ_CAPS                                                                                   \
	(LODE_CAP_BATCH | LODE_CAP_BATCH_ROWSTAT | LODE_CAP_BATCH_CONTINUE | LODE_CAP_CANCEL |     \
	 LODE_CAP_STREAM_ROWS | LODE_CAP_MULTI_ACTIVE | LODE_CAP_SAVEPOINT | LODE_CAP_DESCRIBE |   \
	 LODE_CAP_MIGRATE | LODE_CAP_EXACT_ROWCOUNT | LODE_CAP_DDL_TXN | LODE_CAP_BATCH_ATOMIC |   \
	 LODE_CAP_BATCH_COLUMNAR | LODE_CAP_ROWSET | LODE_CAP_ARRAY_PARAM | LODE_CAP_BATCH_KEYS |  \
	 LODE_CAP_PUSH)

struct lode_drv_stmt {
	lode_drv_conn *conn;
	sqlite3_stmt *st;
	sqlite3_stmt *push;  /* the same with its rows pushed (push.h); NULL until first used */
	lsq_keys *keys;	     /* NULL: no keys will be asked for */
	lsq_column *columns; /* the layout of the last bind */
	lode_drv_bind *layout; /* what they were compiled from, laid_out descriptors */
	uint32_t bound, laid_out, capacity;
	uint32_t column_count, param_count;
	int active, waiting, rowset, readonly;
	int pushing;	  /* `push` is what was executed, and waits for the fetch */
	int pulls_only;	  /* it cannot be pushed */
	int was_open;	  /* a transaction, when it was executed */
	int borrows;	  /* the layout has pointers that die with the next row */
	int64_t deadline; /* of the execution; 0: none */
	lsq_rows rows;
	char *scratch; /* text of parameters that have to be written */
	uint32_t scratch_slots;
};

extern const lode_stmt_ops lsq_stmt_ops;

lode_status lsq_stmt_prepare(lode_drv_conn *c, const char *sql, size_t n, const lode_prepare *a,
			     lode_drv_stmt **out, lode_err *e);

/* one step; SQLITE_ROW, SQLITE_DONE or an error, which is reported then */
int lsq_stmt_step(lode_drv_stmt *s, int32_t row, lode_status *status, lode_err *e);
/* run to the end without rows, and reset; *changed rows */
lode_status lsq_stmt_run(lode_drv_stmt *s, int32_t row, int64_t *changed, lode_err *e);
lode_status lsq_stmt_bind_row(lode_drv_stmt *s, const lode_exec *x, uint32_t row, lode_err *e);
/* report a step that failed, and reset */
lode_status lsq_stmt_failed(lode_drv_stmt *s, int was_open, int code, int32_t row, lode_err *e);
void lsq_stmt_reset(lode_drv_stmt *s);

/* lsq_stmt_step, by who knows whether a transaction was open */
static inline int lsq_stmt_step_in(lode_drv_stmt *s, int was_open, int32_t row, lode_status *status,
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
		*status = lsq_stmt_failed(s, was_open, code, row, e);
	return code;
}

#endif
