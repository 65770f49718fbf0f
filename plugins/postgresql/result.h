/* SPDX-License-Identifier: MIT */
/* postgresql/result.h - from the cells of a row to the caller's memory.
 *
 * A layout is compiled for the types and the format of a result; fetching a row is then a loop over
 * its columns, with the usual ones stored on the spot. */
#ifndef LODE_POSTGRESQL_RESULT_H
#define LODE_POSTGRESQL_RESULT_H

#include <libpq-fe.h>

#include "value.h"

typedef struct lpg_sink {
	lode_arena *arena;
	lpg_buffer *scratch; /* what the row's values had to be rewritten to; dies with the next row */
	const char *why;     /* of a failure; lives for ever */
} lpg_sink;

enum lpg_quick {
	LPG_NOT_QUICK,
	LPG_QUICK_I64,
	LPG_QUICK_I32,
	LPG_QUICK_F64,
	LPG_QUICK_TEXT,
	LPG_QUICK_MOMENT,
	LPG_QUICK_DATE,
	LPG_QUICK_BOOL
};

typedef struct lpg_column {
	uint32_t index; /* of the column in the result */
	enum lpg_quick quick;
	const lpg_type *type;
	uint32_t size;	  /* bytes of the value, zeroed for NULL */
	uint8_t binary;
	uint8_t flagged;  /* has a null flag to be written */
	lode_drv_bind bind;
	lpg_buffer held; /* text that was written for a borrowed value of this row */
} lpg_column;

/* Text for a type that has no form here. */
const lpg_type *lpg_result_type(uint32_t oid);
/* for a zeroed column or one that was compiled before; 0: no such representation */
int lpg_column_compile(lpg_column *out, uint32_t index, const lode_drv_bind *bind, uint32_t oid,
		       int binary);
void lpg_column_dispose(lpg_column *column);
/* is the value a pointer that dies with the next row? */
int lpg_column_borrows(const lpg_column *column);
/* store row `from` of `r` as row `row`; on failure *bad is the column's index in the result */
lode_status lpg_row_read(const PGresult *r, int from, lpg_column *columns, uint32_t n,
			 lpg_sink *sink, void *const *bases, uint32_t row, uint32_t *bad);

#endif
