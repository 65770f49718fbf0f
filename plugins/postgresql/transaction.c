/* SPDX-License-Identifier: MIT */
/* postgresql/transaction.c - see transaction.h.
 *
 * BEGIN and SAVEPOINT wait for the next command and go with it: they save a round trip and cannot
 * fail by themselves.  A transaction in which nothing was sent ends without a word to the server. */
#include "transaction.h"

#include <stdio.h>

#include "error.h"
#include "exchange.h"

static const char *const levels[] = {
	[LODE_ISOLATION_DEFAULT] = "",
	[LODE_ISOLATION_READ_UNCOMMITTED] = " ISOLATION LEVEL READ UNCOMMITTED",
	[LODE_ISOLATION_READ_COMMITTED] = " ISOLATION LEVEL READ COMMITTED",
	[LODE_ISOLATION_REPEATABLE_READ] = " ISOLATION LEVEL REPEATABLE READ",
	[LODE_ISOLATION_SNAPSHOT] = NULL,
	[LODE_ISOLATION_SERIALIZABLE] = " ISOLATION LEVEL SERIALIZABLE",
};

static lode_status begin(lode_drv_conn *c, const lode_tx *t, lode_err *e)
{
	char sql[100];
	lode_status status;

	if (t->isolation < 0 || (size_t)t->isolation >= sizeof levels / sizeof levels[0] ||
	    levels[t->isolation] == NULL)
		return lpg_refuse(e, LODE_E_UNSUPPORTED, "PostgreSQL has no such isolation level",
				  "its repeatable read is snapshot isolation");
	if (c->lost)
		return lpg_error_lost(c, LODE_E_DISCONNECT, "the connection was lost before", e);
	if (lpg_conn_state(c) != LODE_TXS_IDLE)
		return lpg_refuse(e, LODE_E_STATE, "there is a transaction already", NULL);
	snprintf(sql, sizeof sql, "BEGIN%s%s%s", levels[t->isolation],
		 t->flags & LODE_TXF_READONLY ? " READ ONLY" : "",
		 t->flags & LODE_TXF_DEFERRABLE ? " DEFERRABLE" : "");
	c->opening.n = 0; /* nothing else waits outside of a transaction */
	status = lpg_exchange_later(c, sql, e);
	c->begins = status == LODE_OK;
	return status;
}

/* what SET did inside may be undone now */
static void forget_settings(lode_drv_conn *c)
{
	if (c->timeout != 0)
		c->timeout = -1;
}

/* a transaction of which the server has heard nothing */
static int drop_unsent(lode_drv_conn *c)
{
	if (!c->begins)
		return 0;
	c->opening.n = 0;
	c->begins = 0;
	return 1;
}

static lode_status rollback(lode_drv_conn *c, lode_err *e)
{
	lode_status status;

	if (drop_unsent(c))
		return LODE_OK;
	c->opening.n = 0; /* savepoints go with it */
	status = lpg_exchange_run(c, "ROLLBACK", e);
	forget_settings(c);
	return status;
}

/* COMMIT of a transaction that has failed answers ROLLBACK, and no error. */
static lode_status commit(lode_drv_conn *c, lode_err *e)
{
	lode_status status;

	if (drop_unsent(c))
		return LODE_OK;
	if (lpg_conn_state(c) == LODE_TXS_FAILED)
		return lpg_refuse(e, LODE_E_STATE, "the transaction has failed",
				  "roll back before going on");
	c->opening.n = 0; /* a savepoint with nothing in it */
	status = lpg_exchange_run(c, "COMMIT", e);
	if (status != LODE_OK)
		forget_settings(c);
	return status;
}

static lode_status run_named(lode_drv_conn *c, const char *verb, const lode_tx *t, lode_err *e)
{
	lpg_buffer sql = { 0 };
	lode_status status;

	if (t->name == NULL || t->name[0] == '\0')
		return lpg_refuse(e, LODE_E_MISUSE, "a savepoint needs a name", NULL);
	lpg_buffer_puts(&sql, verb);
	lpg_buffer_put_name(&sql, t->name);
	lpg_buffer_put(&sql, "", 1);
	if (sql.failed)
		status = lpg_refuse_memory(e);
	else if (t->verb != LODE_TX_SAVEPOINT)
		status = lpg_exchange_run(c, sql.p, e);
	else if (lpg_conn_state(c) != LODE_TXS_OPEN)
		status = lpg_refuse(e, LODE_E_STATE, "a savepoint needs a transaction that works",
				    NULL);
	else
		status = lpg_exchange_later(c, sql.p, e);
	if (t->verb == LODE_TX_ROLLBACK_TO)
		forget_settings(c);
	lpg_buffer_dispose(&sql);
	return status;
}

/* the id of a prepared transaction is a literal */
static lode_status run_prepared(lode_drv_conn *c, const char *verb, const lode_tx *t, lode_err *e)
{
	lpg_buffer sql = { 0 };
	const char *p;
	lode_status status;

	if (t->name == NULL || t->name[0] == '\0')
		return lpg_refuse(e, LODE_E_MISUSE, "a prepared transaction needs an id", NULL);
	lpg_buffer_puts(&sql, verb);
	lpg_buffer_puts(&sql, " '");
	for (p = t->name; *p != '\0'; p++)
		lpg_buffer_put(&sql, *p == '\'' ? "''" : p, *p == '\'' ? 2 : 1);
	lpg_buffer_put(&sql, "'", 2); /* with its NUL */
	status = sql.failed ? lpg_refuse_memory(e) : lpg_exchange_run(c, sql.p, e);
	forget_settings(c);
	lpg_buffer_dispose(&sql);
	return status;
}

lode_status lpg_tx_run(lode_drv_conn *c, const lode_tx *t, lode_err *e)
{
	switch (t->verb) {
	case LODE_TX_BEGIN:
		return begin(c, t, e);
	case LODE_TX_COMMIT:
		return commit(c, e);
	case LODE_TX_ROLLBACK:
		return rollback(c, e);
	case LODE_TX_SAVEPOINT:
		return run_named(c, "SAVEPOINT ", t, e);
	case LODE_TX_ROLLBACK_TO:
		return run_named(c, "ROLLBACK TO SAVEPOINT ", t, e);
	case LODE_TX_RELEASE:
		return run_named(c, "RELEASE SAVEPOINT ", t, e);
	case LODE_TX_PREPARE:
		return run_prepared(c, "PREPARE TRANSACTION", t, e);
	case LODE_TX_COMMIT_PREPARED:
		return run_prepared(c, "COMMIT PREPARED", t, e);
	case LODE_TX_ROLLBACK_PREPARED:
		return run_prepared(c, "ROLLBACK PREPARED", t, e);
	default:
		return lpg_refuse(e, LODE_E_UNSUPPORTED, "an unknown verb of transactions", NULL);
	}
}
