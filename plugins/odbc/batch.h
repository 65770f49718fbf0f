/* SPDX-License-Identifier: MIT */
/* odbc/batch.h - many parameter rows: arrays where the driver has them, else a loop. */
#ifndef LODE_ODBC_BATCH_H
#define LODE_ODBC_BATCH_H

#include "statement.h"

/* more than one row; all or none, in a transaction of its own if there is none */
lode_status lodbc_batch_run(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e);

#endif
