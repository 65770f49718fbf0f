/* SPDX-License-Identifier: MIT */
/* sqlite/result.h - from the cells of a row to the caller's memory.
 *
 * A layout is compiled once, at bind, into one decoder per column; fetching a row is then a loop
 * of them, with the usual ones inline. */
#ifndef LODE_SQLITE_RESULT_H
#define LODE_SQLITE_RESULT_H

#include <sqlite3.h>

#include <lode/driver_util.h>

#include "connection.h"

typedef struct lsq_sink {
	lode_arena *arena;
	const char *why; /* of a failure; lives for ever */
} lsq_sink;

/* cells that are stored on the spot when their storage class is the expected one */
enum lsq_quick {
	LSQ_NOT_QUICK,
	LSQ_QUICK_I64,
	LSQ_QUICK_I32,
	LSQ_QUICK_F64,
	LSQ_QUICK_TEXT,
	LSQ_QUICK_MOMENT,
	LSQ_QUICK_DATE
};

typedef struct lsq_column lsq_column;
struct lsq_column {
	uint32_t index; /* of the column in the result */
	enum lsq_quick quick;
	int follows; /* lies in the same struct as the column before */
	lode_status (*decode)(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			      int type, char *out);
	uint32_t size;	  /* bytes of the value, zeroed for NULL */
	uint8_t flagged;  /* has a null flag to be written */
	uint8_t indirect; /* bases hold pointers to rows */
	lode_drv_bind bind;
};

/* LODE_E_UNSUPPORTED: no such representation */
lode_status lsq_column_compile(lsq_column *out, uint32_t index, const lode_drv_bind *bind);
/* is the value a pointer into SQLite's memory, dead with the next step? */
int lsq_column_borrows(const lsq_column *column);
/* store row `row` of what SQLite stands on; on failure *bad is the column's index in the result */
lode_status lsq_row_read(sqlite3_stmt *st, const lsq_column *columns, uint32_t n, lsq_sink *sink,
			 void *const *bases, uint32_t row, uint32_t *bad);

#endif
