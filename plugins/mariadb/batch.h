/* SPDX-License-Identifier: MIT */
/* mariadb/batch.h - many rows of parameters in one call: all of them or none. */
#ifndef LODE_MARIADB_BATCH_H
#define LODE_MARIADB_BATCH_H

#include "statement.h"

lode_status lmy_batch_run(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e);

#endif
