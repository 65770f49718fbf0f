/* SPDX-License-Identifier: MIT */
/* odbc/value.h - from the caller's memory to one value as ODBC takes it.
 *
 * What has no ODBC type that every driver carries whole (decimals, dates, times, intervals, UUIDs)
 * goes as text; a server takes that for an untyped literal. */
#ifndef LODE_ODBC_VALUE_H
#define LODE_ODBC_VALUE_H

#include <lode/driver_util.h>

/* the first is what NULL goes as before there was a value */
enum lodbc_kind { LODBC_TEXT, LODBC_BYTES, LODBC_INT, LODBC_UINT, LODBC_BIT, LODBC_REAL };

typedef struct lodbc_value {
	int null;
	enum lodbc_kind kind;
	int64_t i;
	uint64_t u;
	double r;
	const char *p; /* the caller's, or into written */
	size_t n;
	char written[LODE_UTIL_INTERVAL_SIZE];
} lodbc_value;

/* 0, or a status and a reason that lives for ever; flags: LODBC_* of manners.h */
lode_status lodbc_value_load(lodbc_value *out, const lode_drv_bind *b, const void *const *bases,
			     size_t row, unsigned flags, const char **why);

#endif
