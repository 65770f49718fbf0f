/* SPDX-License-Identifier: MIT */
/* sqlite/batch.h - one statement for many parameter rows. */
#ifndef LODE_SQLITE_BATCH_H
#define LODE_SQLITE_BATCH_H

#include "statement.h"

/* nrows > 1, one step each; a failing row undoes all of them unless LODE_EXEC_CONTINUE */
lode_status lsq_batch_run(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e);
/* one step over lode_rows that generates nrows keys */
lode_status lsq_batch_keys(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e);

#endif
