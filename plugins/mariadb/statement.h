/* SPDX-License-Identifier: MIT */
/* mariadb/statement.h - a prepared statement, its parameters and its cursor.
 *
 * Invariants: `active` while it has rows to give; `waiting` implies `active` and says that the row
 * in `cells` has not been stored; conn->streaming is this statement while its rows are on the wire.
 * The server forgets prepared statements at a reset: `st` is NULL then, and made again from `sql`.
 */
#ifndef LODE_MARIADB_STATEMENT_H
#define LODE_MARIADB_STATEMENT_H

#include "bind.h"
#include "connection.h"
#include "result.h"

#define LMY_CAPS                                                                                   \
	(LODE_CAP_BATCH | LODE_CAP_CANCEL | LODE_CAP_STREAM_ROWS | LODE_CAP_MULTI_ACTIVE |         \
	 LODE_CAP_SAVEPOINT | LODE_CAP_DESCRIBE | LODE_CAP_MIGRATE | LODE_CAP_EXACT_ROWCOUNT |     \
	 LODE_CAP_BATCH_ATOMIC | LODE_CAP_BATCH_KEYS | LODE_CAP_TWO_PHASE)
#define LMY_MAX_PARAMS 65535 /* the protocol counts them in 16 bits */

struct lode_drv_stmt {
	lode_drv_conn *conn;
	lode_drv_stmt *next, *prev; /* of the connection */
	MYSQL_STMT *st;		    /* NULL: has to be prepared */
	char *sql;
	size_t sql_size;
	uint32_t flags; /* LODE_PREP_* */
	int keys;	/* the last column is the generated key: the driver's own RETURNING */
	int returning;	/* the text has a RETURNING of its own */
	int as_text;	/* not through the binary protocol: DDL and the like */
	int active, waiting;
	int more;	  /* further results follow (of a procedure) */
	int buffered;	  /* the rows are in memory */
	uint64_t fetched; /* rows taken so far */
	lmy_cell *cells;
	uint32_t column_count, cell_capacity;
	lmy_value *values; /* of one row of parameters, with the binds behind */
	MYSQL_BIND *binds;
	uint32_t param_count, param_capacity;
	lmy_column *columns;   /* the layout of the last bind */
	lode_drv_bind *layout; /* what they were compiled from, laid_out descriptors */
	uint32_t bound, laid_out, capacity;
	int borrows;	       /* the layout has pointers that die with the next row */
	const lode_exec *exec; /* while an array is sent and answered */
	int faulty;	       /* a row of the array is at fault, and nobody was told so yet */
	uint32_t first;	       /* row of the batch that is row 0 of what is being sent */
};

extern const lode_stmt_ops lmy_stmt_ops;

lode_status lmy_stmt_prepare(lode_drv_conn *c, const char *sql, size_t n, const lode_prepare *a,
			     lode_drv_stmt **out, lode_err *e);
/* read the rows on the wire into memory, so that something else can be sent */
lode_status lmy_stmt_buffer(lode_drv_stmt *s, lode_err *e);
/* drop what is left of the result */
void lmy_stmt_discard(lode_drv_stmt *s);
/* the server has forgotten it */
void lmy_stmt_forget(lode_drv_stmt *s);
/* parameters of one row into `values` and `binds` */
lode_status lmy_stmt_load(lode_drv_stmt *s, const lode_exec *x, uint32_t row, lode_err *e);
/* send it and read what comes first; row: of the parameters, for messages */
lode_status lmy_stmt_send(lode_drv_stmt *s, int32_t row, lode_err *e);
/* everything that comes back, into memory */
lode_status lmy_stmt_store(lode_drv_stmt *s, int32_t row, lode_err *e);
/* the next row into `cells`: LODE_OK, LODE_DONE or a failure */
lode_status lmy_stmt_step(lode_drv_stmt *s, lode_err *e);
/* the keys of `n` rows that came back with them, in order */
lode_status lmy_stmt_keys(lode_drv_stmt *s, int64_t *keys, uint32_t n, lode_err *e);

#endif
