/* SPDX-License-Identifier: MIT */
/* engine/execute.h - one call of a driver's execute, for cursor.c, batch.c and query.c. */
#ifndef LODE_ENGINE_EXECUTE_H
#define LODE_ENGINE_EXECUTE_H

#include "engine/cursor.h"

typedef struct lode__execution {
	lode__prepared *prepared;    /* given back by lode__execute() if there are no rows */
	uint32_t flags;              /* LODE_EXEC_* */
	uint32_t rows;
	uint32_t fetch_hint;         /* rows at a time; 0: the driver's choice */
	const lode_drv_bind *params;
	const void *const *bases;
	uint32_t param_count, base_count;
	int64_t *row_affected, *keys;
	int32_t *failed_row;         /* out; or NULL */
	int cached;                  /* for the log */
} lode__execution;

lode_status lode__execute(lode__cursor *out, lode__link *link, const lode__execution *what,
                          lode_error *error);

/* text given by the application; types[i] or, if it is UNKNOWN, the value's own */
lode_status lode__cursor_execute_text(lode__cursor *out, lode__link *link, const char *sql,
                                      size_t size, const lode_value *values, size_t count,
                                      const int32_t *types, lode_error *error);

#endif
