/* SPDX-License-Identifier: MIT */
/* mariadb/error.h - reports what the client library and the server say. */
#ifndef LODE_MARIADB_ERROR_H
#define LODE_MARIADB_ERROR_H

#include "connection.h"

/* the last failure of a handle that could not connect; returns its class */
lode_status lmy_error_connect(MYSQL *db, lode_err *e);
/* the last failure of the connection, or of the statement if it is not NULL; notices a lost
 * connection and a transaction that the server has rolled back */
lode_status lmy_error_report(lode_drv_conn *c, MYSQL_STMT *st, int32_t row, lode_err *e);
/* a value that cannot be taken; column counts from 0 */
lode_status lmy_error_value(lode_err *e, lode_status status, int32_t row, uint32_t column,
			    const char *why);

#endif
