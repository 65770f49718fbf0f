/* SPDX-License-Identifier: MIT */
/* mariadb/transaction.c - BEGIN to COMMIT.
 *
 * DDL commits what is open.  What the host sends next still belongs to its transaction, so the
 * driver begins another before it: nothing ever runs on its own between BEGIN and COMMIT.  When the
 * server rolls a transaction back (a deadlock), that is state FAILED until the host does, too. */
#include "transaction.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "host.h"
#include "statement.h"

#define SCOPE "lode__scope"

static const char *const levels[] = {
	[LODE_ISOLATION_READ_UNCOMMITTED] = "READ UNCOMMITTED",
	[LODE_ISOLATION_READ_COMMITTED] = "READ COMMITTED",
	[LODE_ISOLATION_REPEATABLE_READ] = "REPEATABLE READ",
	[LODE_ISOLATION_SERIALIZABLE] = "SERIALIZABLE",
};

/* "XA VERB 'id'"; the host lets no quote into an id */
static lode_status run_xa(lode_drv_conn *c, const char *verb, const char *id, lode_err *e)
{
	char sql[100];

	if (id == NULL || strlen(id) >= sizeof c->xa || strchr(id, '\'') || strchr(id, '\\'))
		return lmy_refuse(e, LODE_E_MISUSE, "the id of a transaction is not one", NULL);
	snprintf(sql, sizeof sql, "XA %s '%s'", verb, id);
	return lmy_conn_run(c, sql, e);
}

lode_status lmy_tx_renew(lode_drv_conn *c, lode_err *e)
{
	char sql[80];
	lode_status status = LODE_OK;

	if (c->isolation != LODE_ISOLATION_DEFAULT) {
		snprintf(sql, sizeof sql, "SET TRANSACTION ISOLATION LEVEL %s",
			 levels[c->isolation]);
		status = lmy_conn_run(c, sql, e);
	}
	if (status != LODE_OK)
		return status;
	if (c->xa[0] != '\0')
		return run_xa(c, "START", c->xa, e);
	return lmy_conn_run(c,
			    c->tx_flags & LODE_TXF_READONLY ? "START TRANSACTION READ ONLY"
							    : "START TRANSACTION",
			    e);
}

static lode_status begin(lode_drv_conn *c, const lode_tx *t, lode_err *e)
{
	lode_status status;

	if (t->isolation < 0 || (size_t)t->isolation >= sizeof levels / sizeof levels[0] ||
	    (t->isolation != LODE_ISOLATION_DEFAULT && levels[t->isolation] == NULL))
		return lmy_refuse(
			e, LODE_E_UNSUPPORTED, "MariaDB has no such isolation level",
			"read uncommitted, read committed, repeatable read, serializable");
	if (c->begun)
		return lmy_refuse(e, LODE_E_STATE, "a transaction is open already", NULL);
	status = lmy_conn_enter(c, NULL, c->timeout_ms, e);
	if (status != LODE_OK)
		return status;
	if (t->name != NULL && strlen(t->name) >= sizeof c->xa)
		return lmy_refuse(e, LODE_E_LIMIT, "the id of a transaction is too long", NULL);
	c->isolation = t->isolation;
	c->tx_flags = t->flags;
	strcpy(c->xa, t->name != NULL ? t->name : "");
	status = lmy_tx_renew(c, e);
	c->begun = status == LODE_OK;
	return status;
}

static lode_status commit(lode_drv_conn *c, lode_err *e)
{
	lode_status status;

	/* nothing is open: DDL was the last statement, and has committed it */
	if (c->begun && !c->failed && !c->dead && !lmy_conn_in_transaction(c)) {
		c->begun = 0;
		return LODE_OK;
	}
	status = lmy_conn_enter(c, NULL, c->timeout_ms, e);
	if (status == LODE_OK)
		status = lmy_conn_run(c, "COMMIT", e);
	if (status == LODE_OK)
		c->begun = 0;
	return status;
}

static lode_status rollback(lode_drv_conn *c, lode_err *e)
{
	lode_status status = LODE_OK;

	if (c->dead) {
		c->begun = 0;
		return lmy_refuse(e, LODE_E_DISCONNECT, "the connection is lost", NULL);
	}
	if (c->streaming != NULL)
		lmy_stmt_discard(c->streaming);
	c->since = lmy_conn_clock();
	c->begun = c->failed = 0;
	if (c->xa[0] != '\0') {
		run_xa(c, "END", c->xa, NULL); /* fails if PREPARE did so after it, or a deadlock */
		status = run_xa(c, "ROLLBACK", c->xa, e);
	} else if (lmy_conn_in_transaction(c)) {
		status = lmy_conn_run(c, "ROLLBACK", e);
	}
	c->xa[0] = '\0';
	return status;
}

static lode_status prepare(lode_drv_conn *c, lode_err *e)
{
	lode_status status = lmy_conn_enter(c, NULL, c->timeout_ms, e);

	if (status == LODE_OK)
		status = run_xa(c, "END", c->xa, e);
	if (status == LODE_OK)
		status = run_xa(c, "PREPARE", c->xa, e);
	if (status != LODE_OK)
		return status;
	c->begun = 0;
	c->xa[0] = '\0';
	return LODE_OK;
}

/* "VERB `name`" */
static lode_status run_savepoint(lode_drv_conn *c, const char *verb, const char *name, lode_err *e)
{
	char sql[300];
	size_t n = strlen(verb), i;
	lode_status status;

	if (name == NULL || name[0] == '\0')
		return lmy_refuse(e, LODE_E_MISUSE, "a savepoint needs a name", NULL);
	if (strlen(name) > 100)
		return lmy_refuse(e, LODE_E_LIMIT, "the name of a savepoint is too long", NULL);
	memcpy(sql, verb, n);
	sql[n++] = '`';
	for (i = 0; name[i] != '\0'; i++) {
		if (name[i] == '`')
			sql[n++] = '`';
		sql[n++] = name[i];
	}
	memcpy(sql + n, "`", 2);
	status = lmy_conn_enter(c, NULL, c->timeout_ms, e);
	return status == LODE_OK ? lmy_conn_run(c, sql, e) : status;
}

lode_status lmy_tx_run(lode_drv_conn *c, const lode_tx *t, lode_err *e)
{
	switch (t->verb) {
	case LODE_TX_BEGIN:
		return begin(c, t, e);
	case LODE_TX_COMMIT:
		return commit(c, e);
	case LODE_TX_ROLLBACK:
		return rollback(c, e);
	case LODE_TX_SAVEPOINT:
		return run_savepoint(c, "SAVEPOINT ", t->name, e);
	case LODE_TX_ROLLBACK_TO:
		return run_savepoint(c, "ROLLBACK TO ", t->name, e);
	case LODE_TX_RELEASE:
		return run_savepoint(c, "RELEASE SAVEPOINT ", t->name, e);
	case LODE_TX_PREPARE:
		return prepare(c, e);
	case LODE_TX_COMMIT_PREPARED:
		return run_xa(c, "COMMIT", t->name, e);
	case LODE_TX_ROLLBACK_PREPARED:
		return run_xa(c, "ROLLBACK", t->name, e);
	default:
		return lmy_refuse(e, LODE_E_UNSUPPORTED, "no such verb", NULL);
	}
}

int32_t lmy_tx_state(lode_drv_conn *c)
{
	if (c->failed)
		return LODE_TXS_FAILED;
	if (c->begun)
		return LODE_TXS_OPEN;
	return !c->dead && lmy_conn_in_transaction(c) ? LODE_TXS_OPEN : LODE_TXS_IDLE;
}

/* ---- scopes */

lode_status lmy_scope_enter(lode_drv_conn *c, int *own, lode_err *e)
{
	*own = !lmy_conn_in_transaction(c);
	return lmy_conn_run(c, *own ? "START TRANSACTION" : "SAVEPOINT " SCOPE, e);
}

lode_status lmy_scope_leave(lode_drv_conn *c, int own, lode_status status, lode_err *e)
{
	if (c->dead || c->failed)
		return status;
	if (status >= 0)
		return lmy_conn_run(c, own ? "COMMIT" : "RELEASE SAVEPOINT " SCOPE, e);
	if (lmy_conn_in_transaction(c))
		lmy_conn_run(c, own ? "ROLLBACK" : "ROLLBACK TO " SCOPE, NULL);
	return status;
}
