/* SPDX-License-Identifier: MIT */
/* postgresql/error.h - what the server and its client library report, to the host. */
#ifndef LODE_POSTGRESQL_ERROR_H
#define LODE_POSTGRESQL_ERROR_H

#include "connection.h"

/* all return the class that was reported */

/* a result that is an error; row: of the parameters, -1 unknown */
lode_status lpg_error_result(lode_drv_conn *c, const PGresult *r, int32_t row, lode_err *e);
/* the connection is gone; message NULL: as the library says */
lode_status lpg_error_lost(lode_drv_conn *c, lode_status status, const char *message, lode_err *e);
/* the library refused a call */
lode_status lpg_error_library(lode_drv_conn *c, lode_err *e);
/* no connection came to be; pg may be NULL */
lode_status lpg_error_connect(const PGconn *pg, lode_err *e);

/* for PQsetNoticeReceiver, with the connection */
void lpg_error_notice(void *connection, const PGresult *r);
/* was a prepared statement or its plan out of date?  Preparing it again helps. */
int lpg_error_is_stale(const PGresult *r);

#endif
