/* SPDX-License-Identifier: MIT */
/* postgresql/parameter.h - the parameters of one execution as libpq takes them.
 *
 * Types are always sent, values in binary where the type is known, else as text for the server to
 * understand.  In a rowset each parameter is the array of its rows' values. */
#ifndef LODE_POSTGRESQL_PARAMETER_H
#define LODE_POSTGRESQL_PARAMETER_H

#include <libpq-fe.h>

#include "value.h"

typedef struct lpg_parameters { /* kept with a statement and used again */
	uint32_t count, capacity;
	Oid *types;
	const char **values; /* into `bytes`, or the caller's memory */
	int *lengths, *formats;
	size_t *offsets; /* in `bytes`; SIZE_MAX: the value is where it says */
	lpg_buffer bytes;
} lpg_parameters;

/* rows first ... end-1 as arrays, or row `first` if they are no rowset; a value that cannot be sent
 * is reported with its row */
lode_status lpg_parameters_set(lpg_parameters *p, const lode_exec *x, uint32_t first, uint32_t end,
			       int rowset, lode_err *e);
void lpg_parameters_dispose(lpg_parameters *p);

#endif
