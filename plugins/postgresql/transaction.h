/* SPDX-License-Identifier: MIT */
/* postgresql/transaction.h - BEGIN to COMMIT, savepoints, two-phase commit. */
#ifndef LODE_POSTGRESQL_TRANSACTION_H
#define LODE_POSTGRESQL_TRANSACTION_H

#include "connection.h"

lode_status lpg_tx_run(lode_drv_conn *c, const lode_tx *t, lode_err *e);

#endif
