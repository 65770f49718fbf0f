/* SPDX-License-Identifier: MIT */
/* postgresql/statement.h - a statement, its parameters and its rows.
 *
 * Nothing is sent by preparing: types of parameters are known when it is executed, and then Parse
 * goes with the execution.  A query is described first, so that its rows come in binary when every
 * column has a form that is known here; they come one by one and are taken in when something else is
 * to be sent.
 * Invariants: rows are in `results` from `next` on, the first of them from row `row` on, and behind
 * those on the wire while conn->streaming is this statement. */
#ifndef LODE_POSTGRESQL_STATEMENT_H
#define LODE_POSTGRESQL_STATEMENT_H

#include "connection.h"
#include "parameter.h"
#include "result.h"

typedef struct lpg_rows { /* a result with rows, and the parameter row it belongs to */
	PGresult *result;
	uint32_t param_row;
} lpg_rows;

struct lode_drv_stmt {
	lode_drv_conn *conn;
	char *sql; /* with RETURNING of the key */
	uint32_t flags; /* LODE_PREP_* */
	int is_query, returns, keys;
	char name[16];	     /* of the prepared statement; "" none */
	int parsing;	     /* Parse was sent, its answer has not come */
	uint32_t generation; /* of the connection, when it was prepared */
	Oid *types;	     /* of the parameters, when it was prepared */
	uint32_t type_count, type_capacity;
	int binary; /* are results wanted in binary?  -1: not known yet */
	lpg_parameters parameters;
	/* rows */
	lpg_rows *results;
	uint32_t next, count, capacity;
	int row;
	PGresult *last; /* the one behind us: names of columns are still asked for */
	uint32_t column_count; /* that the host sees */
	Oid *column_types;     /* what the columns were compiled for */
	int column_binary;
	lode_status failed; /* of the stream; fetched rows come first */
	/* layout */
	lode_drv_bind *layout;
	lpg_column *columns;
	uint32_t laid_out, bound, layout_capacity;
	int compiled, borrows;
	lpg_buffer scratch;
};

extern const lode_stmt_ops lpg_stmt_ops;

lode_status lpg_stmt_prepare(lode_drv_conn *c, const char *sql, size_t n, const lode_prepare *a,
			     lode_drv_stmt **out, lode_err *e);
/* take in the rows that are still on the wire */
lode_status lpg_stmt_settle(lode_drv_stmt *s, lode_err *e);

/* ---- for batch.c */

/* must the server be asked first in what form rows should come? */
int lpg_stmt_is_unknown(const lode_drv_stmt *s);
lode_status lpg_stmt_describe(lode_drv_stmt *s, int32_t timeout_ms, lode_err *e);
/* Parse, unless the server has it for these types already */
lode_status lpg_stmt_send_prepare(lode_drv_stmt *s, lode_err *e);
/* as lpg_exchange_opened(), with the answer to Parse among what is taken in */
lode_status lpg_stmt_opened(lode_drv_stmt *s, uint32_t left, lode_err *e);
/* Bind and Execute with the parameters that were set */
lode_status lpg_stmt_send(lode_drv_stmt *s, lode_err *e);
/* a result with rows is the statement's from here on, or cleared and reported */
lode_status lpg_stmt_keep(lode_drv_stmt *s, PGresult *r, uint32_t param_row, lode_err *e);
/* learn from a result in what format the next ones are wanted */
void lpg_stmt_learn(lode_drv_stmt *s, const PGresult *r);
/* "INSERT 0 5": 5; no number: -1 */
int64_t lpg_stmt_affected(PGresult *r);
/* an execution failed: will it go well with the statement prepared again?  It is forgotten then. */
int lpg_stmt_is_stale(lode_drv_stmt *s, const PGresult *r);

#endif
