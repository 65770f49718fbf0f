/* SPDX-License-Identifier: MIT */
/* sqlite/transaction.c - BEGIN to COMMIT.
 *
 * SQLite knows serializable, and read uncommitted between connections of a shared cache.  After
 * some errors (disk full, interrupt of a write) it rolls the whole transaction back by itself:
 * that is state FAILED, and nothing but a rollback is accepted, so that what follows is not
 * committed on its own. */
#include "transaction.h"

#include "error.h"

static lode_status report(lode_drv_conn *c, int code, lode_err *e)
{
	return code == SQLITE_OK ? LODE_OK : lsq_error_report(c, code, -1, e);
}

/* the settings of one transaction end with it */
static void restore_settings(lode_drv_conn *c)
{
	if (c->query_only)
		lsq_conn_run(c, "PRAGMA query_only=0");
	if (c->read_uncommitted)
		lsq_conn_run(c, "PRAGMA read_uncommitted=0");
	c->query_only = c->read_uncommitted = 0;
}

static lode_status begin(lode_drv_conn *c, const lode_tx *t, lode_err *e)
{
	int code;

	if (t->isolation != LODE_ISOLATION_DEFAULT && t->isolation != LODE_ISOLATION_SERIALIZABLE &&
	    t->isolation != LODE_ISOLATION_READ_UNCOMMITTED)
		return lsq_error_set(c->host, e, LODE_E_UNSUPPORTED,
				     "SQLite has no such isolation level",
				     "serializable or read uncommitted");
	if (c->failed)
		return lsq_conn_enter(c, -1, e);
	code = lsq_conn_command(c, t->flags & LODE_TXF_IMMEDIATE ? LSQ_IMMEDIATE : LSQ_BEGIN);
	if (code == SQLITE_OK && t->isolation == LODE_ISOLATION_READ_UNCOMMITTED) {
		c->read_uncommitted = 1;
		code = lsq_conn_run(c, "PRAGMA read_uncommitted=1");
	}
	if (code == SQLITE_OK && (t->flags & LODE_TXF_READONLY)) {
		c->query_only = 1;
		code = lsq_conn_run(c, "PRAGMA query_only=1");
	}
	return report(c, code, e);
}

static lode_status commit(lode_drv_conn *c, lode_err *e)
{
	lode_status status = lsq_conn_enter(c, -1, e);

	if (status == LODE_OK) {
		int code = lsq_conn_command(c, LSQ_COMMIT);

		if (code != SQLITE_OK)
			lsq_conn_failed(c, 1);
		status = report(c, code, e);
	}
	if (sqlite3_get_autocommit(c->db))
		restore_settings(c);
	return status;
}

lode_status lsq_tx_rollback(lode_drv_conn *c, lode_err *e)
{
	int code = SQLITE_OK;

	if (!sqlite3_get_autocommit(c->db))
		code = lsq_conn_command(c, LSQ_ROLLBACK);
	if (sqlite3_get_autocommit(c->db)) {
		c->failed = 0;
		restore_settings(c);
		return LODE_OK;
	}
	return report(c, code, e);
}

static lode_status run_savepoint(lode_drv_conn *c, const char *verb, const char *name, lode_err *e)
{
	lode_status status;

	if (name == NULL || name[0] == '\0')
		return lsq_error_set(c->host, e, LODE_E_MISUSE, "a savepoint needs a name", NULL);
	status = lsq_conn_enter(c, -1, e);
	return status == LODE_OK ? report(c, lsq_conn_run(c, "%s \"%w\"", verb, name), e) : status;
}

lode_status lsq_tx_run(lode_drv_conn *c, const lode_tx *t, lode_err *e)
{
	switch (t->verb) {
	case LODE_TX_BEGIN:
		return begin(c, t, e);
	case LODE_TX_COMMIT:
		return commit(c, e);
	case LODE_TX_ROLLBACK:
		return lsq_tx_rollback(c, e);
	case LODE_TX_SAVEPOINT:
		return run_savepoint(c, "SAVEPOINT", t->name, e);
	case LODE_TX_ROLLBACK_TO:
		return run_savepoint(c, "ROLLBACK TO", t->name, e);
	case LODE_TX_RELEASE:
		return run_savepoint(c, "RELEASE", t->name, e);
	default:
		return lsq_error_set(c->host, e, LODE_E_UNSUPPORTED,
				     "SQLite has no two-phase commit", NULL);
	}
}

int32_t lsq_tx_state(lode_drv_conn *c)
{
	if (c->failed)
		return LODE_TXS_FAILED;
	return sqlite3_get_autocommit(c->db) ? LODE_TXS_IDLE : LODE_TXS_OPEN;
}

/* ---- scopes */

int lsq_scope_enter(lode_drv_conn *c, lsq_scope *scope)
{
	int code;

	scope->transaction = sqlite3_get_autocommit(c->db);
	/* immediate: a read first and the write lock later could fail without waiting */
	code = lsq_conn_command(c, scope->transaction ? LSQ_IMMEDIATE : LSQ_SCOPE);
	scope->open = code == SQLITE_OK;
	return code;
}

int lsq_scope_undo(lode_drv_conn *c, lsq_scope *scope)
{
	if (!scope->open || sqlite3_get_autocommit(c->db))
		return SQLITE_ABORT;
	if (!scope->transaction)
		return lsq_conn_command(c, LSQ_SCOPE_UNDO);
	lsq_conn_command(c, LSQ_ROLLBACK);
	return lsq_conn_command(c, LSQ_IMMEDIATE);
}

int lsq_scope_leave(lode_drv_conn *c, lsq_scope *scope, int keep)
{
	int code = SQLITE_OK;

	if (!scope->open)
		return SQLITE_OK;
	scope->open = 0;
	if (scope->transaction)
		c->failed = 0;		   /* it is ours: the host need not roll it back */
	if (sqlite3_get_autocommit(c->db)) /* SQLite has rolled everything back */
		return keep ? SQLITE_ABORT : SQLITE_OK;
	if (keep)
		code = lsq_conn_command(c, scope->transaction ? LSQ_COMMIT : LSQ_SCOPE_KEEP);
	if (keep && code == SQLITE_OK)
		return SQLITE_OK;
	if (scope->transaction) {
		lsq_conn_command(c, LSQ_ROLLBACK);
	} else if (lsq_conn_command(c, LSQ_SCOPE_UNDO) == SQLITE_OK) {
		lsq_conn_command(c, LSQ_SCOPE_KEEP);
	}
	return code;
}
