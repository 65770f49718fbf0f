/* SPDX-License-Identifier: MIT */
/* sqlite/error.h - from SQLite's codes and messages to lode's error classes. */
#ifndef LODE_SQLITE_ERROR_H
#define LODE_SQLITE_ERROR_H

#include "connection.h"

/* the class of an extended result code; `message` decides where the code says only "error" */
lode_status lsq_error_class(int code, const char *message);
/* report the last failure of the connection, or the fault a callback left; returns its class */
lode_status lsq_error_report(lode_drv_conn *c, int code, int32_t row, lode_err *e);
/* report something that did not come from SQLite; returns `status` */
lode_status lsq_error_set(const lode_host *host, lode_err *e, lode_status status,
			  const char *message, const char *hint);
lode_status lsq_error_nomem(const lode_host *host, lode_err *e);
/* a value that cannot be taken or delivered; column < 0: not known */
lode_status lsq_error_value(const lode_host *host, lode_err *e, lode_status status, int32_t row,
			    int32_t column, const char *what, const char *why);

#endif
