/* SPDX-License-Identifier: MIT */
/* sqlite/rowset.h - the parameter rows of one execution as the table lode_rows(c0, c1, ...). */
#ifndef LODE_SQLITE_ROWSET_H
#define LODE_SQLITE_ROWSET_H

#include "bind.h"
#include "connection.h"

#define LSQ_ROWS_TABLE "lode_rows"
#define LSQ_ROWS_COLUMNS 250 /* columns of the table: declaring them takes their square in time */

#define LSQ_NO_ROWS "this statement was given no rows"

/* makes a cell the result, with scratch to write text in; 0: not with this value */
typedef int lsq_give(sqlite3_context *context, const void *cell, char *scratch);

typedef struct lsq_row_key {
	int64_t key;
	uint32_t row;
} lsq_row_key;

typedef struct lsq_rows_column {
	lode_drv_bind bind; /* a copy, of this size */
	lsq_give *give; /* or NULL */
	int writes;     /* text, into the scratch */
	char scratch[LSQ_SCRATCH]; /* for a cell that is written as text */
} lsq_rows_column;

typedef struct lsq_rows { /* lives in its statement until that is drained, reset or closed */
	lsq_rows_column *columns;
	const void **bases; /* a copy */
	lsq_row_key *keys;  /* ascending; made when the first row is asked for by its key */
	int indexed;        /* they are made */
	uint32_t at;        /* the key that was found last */
	uint32_t column_count;
	uint32_t first, end; /* the rows that are shown now */
	uint32_t row;        /* the one that the scan stands on */
	uint32_t capacity, base_capacity, key_capacity;
} lsq_rows;

int lsq_rowset_register(lode_drv_conn *c);
/* room for more of an array of the plugin's; 0: out of memory */
int lsq_rows_reserve(void **array, uint32_t *capacity, uint32_t wanted, size_t size);
/* copies descriptors and bases; LODE_E_NOMEM, reported */
lode_status lsq_rows_set(lode_drv_conn *c, lsq_rows *rows, const lode_exec *x, lode_err *e);
void lsq_rows_dispose(lsq_rows *rows);

#endif
