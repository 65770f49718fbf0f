/* SPDX-License-Identifier: MIT */
/* sqlite/result.h - from the cells of a row to the caller's memory.
 *
 * A layout is compiled once, at bind, into one decoder per column; fetching a row is then a loop
 * of them, with the usual ones inline. */
#ifndef LODE_SQLITE_RESULT_H
#define LODE_SQLITE_RESULT_H

#include "decode.h"

/* LODE_E_UNSUPPORTED: no such representation */
lode_status lsq_column_compile(lsq_column *out, uint32_t index, const lode_drv_bind *bind);
/* is the value a pointer into SQLite's memory, dead with the next step? */
int lsq_column_borrows(const lsq_column *column);
/* Store row f->nrows from `cells`, or if that is NULL from what `st` stands on; what failed is in
 * f->bad_col. */
lode_status lsq_row_read(sqlite3_stmt *st, sqlite3_value **cells, const lsq_column *columns,
			 uint32_t n, lsq_sink *sink, lode_fetch *f);

#endif
