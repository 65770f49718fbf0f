/* SPDX-License-Identifier: MIT */
/* sqlite/dialect.h - how SQLite's SQL is spelled. */
#ifndef LODE_SQLITE_DIALECT_H
#define LODE_SQLITE_DIALECT_H

#include <lode/driver.h>

extern const lode_dialect lsq_dialect;

/* a declared type; NULL: an expression, LODE_T_UNKNOWN */
void lsq_type_from_name(const char *declared, lode_type_info *out);
/* the representation that a column of this type is usually read in */
int32_t lsq_type_repr(const lode_type_info *type);

/* reflect.c */
lode_status lsq_reflect(lode_hconn *hc, const lode_rf_request *q, const lode_rf_sink *k,
			lode_err *e);

#endif
