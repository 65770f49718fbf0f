/* SPDX-License-Identifier: MIT */
/* odbc/result.h - from the cells of a block to the caller's memory.
 *
 * A layout is compiled once, at bind, into one decoder a column.  What does not fit is LODE_E_DATA,
 * what has no meaning in the representation LODE_E_CONVERT; nothing is rounded, cut or guessed. */
#ifndef LODE_ODBC_RESULT_H
#define LODE_ODBC_RESULT_H

#include <lode/driver_util.h>

#include "block.h"

typedef struct lodbc_sink {
	lode_arena *arena;
	const char *why; /* of a failure; lives for ever */
} lodbc_sink;

typedef struct lodbc_target lodbc_target;
struct lodbc_target {
	uint32_t index; /* of the column in the result */
	lode_status (*decode)(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			      char *out);
	uint32_t size;	 /* bytes of the value, zeroed for NULL */
	uint8_t flagged; /* has a null flag to be written */
	lode_drv_bind bind;
};

/* LODE_E_CONVERT: no such representation */
lode_status lodbc_target_compile(lodbc_target *out, uint32_t index, const lode_drv_bind *bind);
/* is the value a pointer into the block? */
int lodbc_target_borrows(const lodbc_target *target);
lode_status lodbc_target_store(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			       void *const *bases, uint32_t row);

#endif
