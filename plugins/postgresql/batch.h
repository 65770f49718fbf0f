/* SPDX-License-Identifier: MIT */
/* postgresql/batch.h - what is not a query: one execution, many parameter rows, a rowset. */
#ifndef LODE_POSTGRESQL_BATCH_H
#define LODE_POSTGRESQL_BATCH_H

#include "statement.h"

lode_status lpg_batch_run(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e);

#endif
