/* SPDX-License-Identifier: MIT */
/* odbc/connection.h - one connection of the driver manager, in an environment of its own.
 *
 * Invariants: (1) one thread at a time is in here, cancel() excepted, which touches only `watch`;
 * (2) in_transaction is what SQL_ATTR_AUTOCOMMIT was set to last; (3) failed is set when a
 * statement failed inside a transaction and cleared when another succeeds (which it can only after
 * a rollback to a savepoint) or when the transaction ends.  ODBC has no way to ask, and a COMMIT of
 * a transaction that PostgreSQL has given up reports success. */
#ifndef LODE_ODBC_CONNECTION_H
#define LODE_ODBC_CONNECTION_H

#include <sql.h>
#include <sqlext.h>

#include <lode/driver.h>

#include "manners.h"
#include "watch.h"

struct lode_drv_conn {
	SQLHENV env;
	SQLHDBC dbc;
	lodbc_abilities can;
	lodbc_watch watch;
	int in_transaction;
	int failed;
	int isolation_set; /* to another level than the connection began with */
	char product[80];  /* SQL_DBMS_NAME */
	char version_text[80];
	char library[200]; /* the ODBC driver and its version, the driver manager's */
	char database[200];
};

extern const lode_conn_ops lodbc_conn_ops;

/* A statement is about to run, or to fetch: it can be cancelled from here on.  timeout_ms -1: none
 */
lode_status lodbc_conn_enter(lode_drv_conn *c, SQLHSTMT statement, int64_t deadline, lode_err *e);
/* it has run: ok is what became of it */
void lodbc_conn_leave(lode_drv_conn *c, int ok);

/* run text without rows; an SQLRETURN that is SQL_SUCCEEDED or SQL_NO_DATA, or reported */
lode_status lodbc_conn_run(lode_drv_conn *c, const char *sql, size_t n, lode_err *e);

#endif
