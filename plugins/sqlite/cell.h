/* SPDX-License-Identifier: MIT */
/* sqlite/cell.h - one value of the rows that a statement is given, read where it lies: column ci of
 * lode_rows, or lode_cell(i) of its row and lode_cell(i, key) of the row whose last column is
 * `key`.
 *
 * A function costs SQLite less than a column of a virtual table; and an UPDATE that visits rows by
 * their keys needs no second table, which SQLite would copy. */
#ifndef LODE_SQLITE_CELL_H
#define LODE_SQLITE_CELL_H

#include "rowset.h"

#define LSQ_CELL_FUNCTION "lode_cell"

int lsq_cell_register(lode_drv_conn *c);
/* How the cells of a column are given without going through an lsq_value; NULL: they are not. */
lsq_give *lsq_cell_give(const lode_drv_bind *b);
/* Makes the cell of column `at` the result, to last while the next row is read; an SQLite code. */
int lsq_cell_result(sqlite3_context *context, lode_drv_conn *c, uint32_t at, uint32_t row);

#endif
