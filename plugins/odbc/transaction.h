/* SPDX-License-Identifier: MIT */
/* odbc/transaction.h - the verbs that ODBC has; savepoints are SQL and left to the dialect. */
#ifndef LODE_ODBC_TRANSACTION_H
#define LODE_ODBC_TRANSACTION_H

#include <sql.h>

#include "connection.h"

lode_status lodbc_tx_run(lode_drv_conn *c, const lode_tx *t, lode_err *e);
int32_t lodbc_tx_state(lode_drv_conn *c);
lode_status lodbc_tx_begin(lode_drv_conn *c, lode_err *e);
/* SQL_COMMIT or SQL_ROLLBACK, then autocommit again; nothing without a transaction */
lode_status lodbc_tx_end(lode_drv_conn *c, SQLSMALLINT how, lode_err *e);

#endif
