/* SPDX-License-Identifier: MIT */
/* sqlite/transaction.h - transactions, savepoints, and scopes of our own inside them. */
#ifndef LODE_SQLITE_TRANSACTION_H
#define LODE_SQLITE_TRANSACTION_H

#include "connection.h"

lode_status lsq_tx_run(lode_drv_conn *c, const lode_tx *t, lode_err *e);
lode_status lsq_tx_rollback(lode_drv_conn *c, lode_err *e);
int32_t lsq_tx_state(lode_drv_conn *c);

/* A scope makes several executions one: a transaction outside of one, a savepoint inside.  An
 * SQLite code; leaving with `keep` 0 undoes what happened inside and cannot fail. */
typedef struct lsq_scope {
	int open, transaction;
} lsq_scope;

int lsq_scope_enter(lode_drv_conn *c, lsq_scope *scope);
int lsq_scope_leave(lode_drv_conn *c, lsq_scope *scope, int keep);
/* undo what happened inside, and stay in it */
int lsq_scope_undo(lode_drv_conn *c, lsq_scope *scope);

#endif
