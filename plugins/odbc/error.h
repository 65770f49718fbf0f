/* SPDX-License-Identifier: MIT */
/* odbc/error.h - diagnostic records to reports for the host.
 *
 * What a native code or an SQLSTATE of the product means is the dialect's to say: such reports are
 * LODE_E_OTHER.  Here is decided what ODBC itself defines. */
#ifndef LODE_ODBC_ERROR_H
#define LODE_ODBC_ERROR_H

#include <sql.h>
#include <sqlext.h>

#include <lode/driver.h>

struct lode_drv_conn;

/* each reports and returns the status; e may be NULL */
lode_status lodbc_error_set(lode_err *e, lode_status status, const char *message, const char *hint);
lode_status lodbc_error_nomem(lode_err *e);
/* a value that cannot be taken: index counts from 0, what is "parameter" or "column" */
lode_status lodbc_error_value(lode_err *e, lode_status status, int32_t row, uint32_t index,
			      const char *what, const char *why);
/* what the handle says of a failed call; row: the parameter row, -1 unknown */
lode_status lodbc_error_report(struct lode_drv_conn *c, SQLSMALLINT type, SQLHANDLE handle,
			       int32_t row, lode_err *e);
/* the same for a connection that could not be made; the password, if any, is blotted out */
lode_status lodbc_error_connect(SQLHDBC dbc, const char *password, lode_err *e);

#endif
