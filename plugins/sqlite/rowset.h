/* SPDX-License-Identifier: MIT */
/* sqlite/rowset.h - the parameter rows of one execution as the table lode_rows(c0, c1, ...). */
#ifndef LODE_SQLITE_ROWSET_H
#define LODE_SQLITE_ROWSET_H

#include "connection.h"

#define LSQ_ROWS_TABLE "lode_rows"
#define LSQ_ROWS_COLUMNS 250 /* columns of the table: declaring them takes their square in time */

typedef struct lsq_rows {     /* lives in its statement until that is drained, reset or closed */
	lode_drv_bind *binds; /* a copy, element by element of this size */
	const void **bases;   /* a copy */
	char *scratch;        /* LSQ_SCRATCH bytes a column, for cells that are written as text */
	uint32_t columns;
	uint32_t first, end; /* the rows that are shown now */
	int row_by_row;      /* keys are asked for: each row is inserted before the next is read */
	uint32_t capacity, base_capacity, scratch_capacity;
} lsq_rows;

int lsq_rowset_register(lode_drv_conn *c);
/* copies descriptors and bases; LODE_E_NOMEM, reported */
lode_status lsq_rows_set(lode_drv_conn *c, lsq_rows *rows, const lode_exec *x, lode_err *e);
void lsq_rows_dispose(lsq_rows *rows);

#endif
