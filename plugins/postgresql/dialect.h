/* SPDX-License-Identifier: MIT */
/* postgresql/dialect.h - how PostgreSQL's SQL is spelled.  Knows no client library: it serves
 * whatever driver speaks to the server, and none. */
#ifndef LODE_POSTGRESQL_DIALECT_H
#define LODE_POSTGRESQL_DIALECT_H

#include <lode/driver.h>

extern const lode_dialect lpg_dialect;

/* "character varying(30)", as format_type() writes it */
void lpg_type_from_name(const char *declared, lode_type_info *out);

/* reflect.c */
lode_status lpg_reflect(lode_hconn *hc, const lode_rf_request *q, const lode_rf_sink *k,
			lode_err *e);

#endif
