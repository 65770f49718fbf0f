/* SPDX-License-Identifier: MIT */
/* engine/query.h - SQL that a dialect runs on the connection it is paired with: text in, text out. */
#ifndef LODE_ENGINE_QUERY_H
#define LODE_ENGINE_QUERY_H

#include <lode/driver.h>

lode_status LODE_CALL lode__host_query(lode_hconn *hconn, const char *sql, size_t size,
                                       const lode_span *params, uint32_t count, lode_row_fn row,
                                       void *context, lode_err *err);

#endif
