/* SPDX-License-Identifier: MIT */
/* sqlite/bind.h - from the caller's memory to a value SQLite takes.
 *
 * The same conversion serves parameters, cells of lode_rows and elements of lode_array.  Text and
 * blobs point at the caller's memory, or into the scratch buffer when they had to be written. */
#ifndef LODE_SQLITE_BIND_H
#define LODE_SQLITE_BIND_H

#include <sqlite3.h>

#include <lode/driver_util.h>

#include "connection.h"

#define LSQ_SCRATCH 80

enum lsq_kind { LSQ_NULL, LSQ_INTEGER, LSQ_REAL, LSQ_TEXT, LSQ_BLOB, LSQ_POINTER };

typedef struct lsq_value {
	enum lsq_kind kind;
	int scratch; /* p points into the scratch buffer */
	int64_t i;
	double r;
	const void *p;
	size_t n;
} lsq_value;

/* 0, or a status and a reason that lives for ever */
lode_status lsq_value_load(lsq_value *out, const lode_drv_bind *b, const void *const *bases,
			   size_t row, char *scratch, const char **why);
/* does a value of this representation have to be written as text? */
int lsq_value_needs_scratch(int32_t repr);
/* an SQLite code */
int lsq_value_bind(sqlite3_stmt *st, int index, const lsq_value *v);
void lsq_value_result(sqlite3_context *context, const lsq_value *v);

#endif
