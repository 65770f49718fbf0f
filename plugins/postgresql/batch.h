/* SPDX-License-Identifier: MIT */
/* postgresql/batch.h - what is not a query: one execution, many parameter rows, a rowset. */
#ifndef LODE_POSTGRESQL_BATCH_H
#define LODE_POSTGRESQL_BATCH_H

#include "statement.h"

typedef struct lpg_batch {
	lode_drv_stmt *s;
	const lode_exec *x;
	lode_exec_result *r;
	int rowset;
	uint32_t size; /* rows of a unit */
	uint32_t sent, taken, units;
	int stale; /* what was prepared is out of date: nothing was reported, run it again */
} lpg_batch;

lode_status lpg_batch_run(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e);

/* ---- for pipeline.c: the same in pieces */

/* and the parameters of the first unit */
lode_status lpg_batch_set(lpg_batch *b, lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r,
			  lode_err *e);
lode_status lpg_batch_send(lpg_batch *b, lode_err *e);
/* the results of the next unit; LODE_E_STATE and nothing reported: the server skipped it */
lode_status lpg_batch_take(lpg_batch *b, lode_err *e);

#endif
