/* SPDX-License-Identifier: MIT */
/* odbc/transaction.c - autocommit off, SQLEndTran, autocommit on.
 *
 * The server's transaction begins with the first statement.  A commit after a failed statement is
 * refused: what the server makes of it cannot be asked, and one that PostgreSQL has given up is
 * rolled back by COMMIT with a success code. */
#include "transaction.h"

#include <string.h>

#include "error.h"

static lode_status set_autocommit(lode_drv_conn *c, int on, lode_err *e)
{
	SQLULEN value = on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF;

	if (!SQL_SUCCEEDED(SQLSetConnectAttr(c->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)value,
					     SQL_IS_UINTEGER)))
		return lodbc_error_report(c, SQL_HANDLE_DBC, c->dbc, -1, e);
	c->in_transaction = !on;
	c->failed = 0;
	return LODE_OK;
}

static SQLUINTEGER level_of(int32_t isolation)
{
	switch (isolation) {
	case LODE_ISOLATION_READ_UNCOMMITTED:
		return SQL_TXN_READ_UNCOMMITTED;
	case LODE_ISOLATION_READ_COMMITTED:
		return SQL_TXN_READ_COMMITTED;
	case LODE_ISOLATION_REPEATABLE_READ:
		return SQL_TXN_REPEATABLE_READ;
	case LODE_ISOLATION_SERIALIZABLE:
		return SQL_TXN_SERIALIZABLE;
	default:
		return 0; /* snapshot: ODBC has no name for it */
	}
}

static int set_level(lode_drv_conn *c, SQLUINTEGER level)
{
	return SQL_SUCCEEDED(SQLSetConnectAttr(c->dbc, SQL_ATTR_TXN_ISOLATION,
					       (SQLPOINTER)(SQLULEN)level, SQL_IS_UINTEGER));
}

static void restore_level(lode_drv_conn *c)
{
	if (c->isolation_set)
		set_level(c, c->can.isolation);
	c->isolation_set = 0;
}

static lode_status choose_level(lode_drv_conn *c, int32_t isolation, lode_err *e)
{
	SQLUINTEGER level = level_of(isolation);

	if (isolation == LODE_ISOLATION_DEFAULT || (level != 0 && level == c->can.isolation))
		return LODE_OK;
	if (level == 0 || !(c->can.isolations & level) || !set_level(c, level))
		return lodbc_error_set(e, LODE_E_UNSUPPORTED,
				       "this ODBC driver does not offer the isolation level", NULL);
	c->isolation_set = 1;
	return LODE_OK;
}

lode_status lodbc_tx_begin(lode_drv_conn *c, lode_err *e)
{
	if (!c->can.transactions)
		return lodbc_error_set(e, LODE_E_UNSUPPORTED,
				       "this data source has no transactions", NULL);
	return set_autocommit(c, 0, e);
}

static lode_status begin(lode_drv_conn *c, const lode_tx *t, lode_err *e)
{
	static const char read_only[] = "SET TRANSACTION READ ONLY";
	lode_status status;

	if (c->in_transaction)
		return lodbc_error_set(e, LODE_E_STATE, "there is a transaction already", NULL);
	if (t->flags & LODE_TXF_DEFERRABLE)
		return lodbc_error_set(e, LODE_E_UNSUPPORTED, "ODBC has no deferrable transactions",
				       NULL);
	status = choose_level(c, t->isolation, e);
	if (status == LODE_OK)
		status = lodbc_tx_begin(c, e);
	if (status == LODE_OK && (t->flags & LODE_TXF_READONLY)) {
		status = lodbc_conn_run(c, read_only, strlen(read_only), e);
		if (status != LODE_OK)
			lodbc_tx_end(c, SQL_ROLLBACK, NULL);
	}
	if (status != LODE_OK)
		restore_level(c);
	return status;
}

lode_status lodbc_tx_end(lode_drv_conn *c, SQLSMALLINT how, lode_err *e)
{
	lode_status status = LODE_OK;

	if (!c->in_transaction)
		return LODE_OK;
	if (how == SQL_COMMIT && c->failed)
		return lodbc_error_set(e, LODE_E_STATE, "a statement failed in this transaction",
				       "roll back, or roll back to a savepoint");
	if (!SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, c->dbc, how))) {
		c->failed = 1;
		return lodbc_error_report(c, SQL_HANDLE_DBC, c->dbc, -1, e);
	}
	status = set_autocommit(c, 1, e);
	restore_level(c);
	return status;
}

lode_status lodbc_tx_run(lode_drv_conn *c, const lode_tx *t, lode_err *e)
{
	switch (t->verb) {
	case LODE_TX_BEGIN:
		return begin(c, t, e);
	case LODE_TX_COMMIT:
		return lodbc_tx_end(c, SQL_COMMIT, e);
	case LODE_TX_ROLLBACK:
		return lodbc_tx_end(c, SQL_ROLLBACK, e);
	default:
		return LODE_E_UNSUPPORTED; /* as SQL, by the dialect */
	}
}

int32_t lodbc_tx_state(lode_drv_conn *c)
{
	if (c->failed)
		return LODE_TXS_FAILED;
	return c->in_transaction ? LODE_TXS_OPEN : LODE_TXS_IDLE;
}
