/* SPDX-License-Identifier: MIT */
/* mariadb/transaction.h - BEGIN to COMMIT, savepoints, and scopes of the driver's own. */
#ifndef LODE_MARIADB_TRANSACTION_H
#define LODE_MARIADB_TRANSACTION_H

#include "connection.h"

lode_status lmy_tx_run(lode_drv_conn *c, const lode_tx *t, lode_err *e);
int32_t lmy_tx_state(lode_drv_conn *c);
/* begin anew what DDL has committed */
lode_status lmy_tx_renew(lode_drv_conn *c, lode_err *e);

/* All or nothing for several statements: a transaction if none is open (*own is set), else a
 * savepoint. */
lode_status lmy_scope_enter(lode_drv_conn *c, int *own, lode_err *e);
/* the first failure is the one that counts */
lode_status lmy_scope_leave(lode_drv_conn *c, int own, lode_status status, lode_err *e);

#endif
