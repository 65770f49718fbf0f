/* SPDX-License-Identifier: MIT */
/* engine/offline.c - an engine without a database: every statement goes to a function.
 *
 * Behind it is a driver that answers nothing: statements have no rows, as many rows are matched as
 * were sent, generated keys count from 1.  Dialects are asked as for a server of their newest
 * version and run nothing by themselves. */
#include "engine/offline.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "engine/host.h"
#include "engine/plugin_table.h"
#include "engine/state.h"

/* whatever lets a dialect say things its own way */
#define CAPS \
	(LODE_CAP_BATCH | LODE_CAP_MULTI_ACTIVE | LODE_CAP_SAVEPOINT | LODE_CAP_MIGRATE | \
	 LODE_CAP_EXACT_ROWCOUNT | LODE_CAP_ROWSET | LODE_CAP_ARRAY_PARAM | LODE_CAP_BATCH_KEYS | \
	 LODE_CAP_DDL_TXN)

struct lode_drv_conn {
	const lode__link *link;
	int64_t next_key;
};

struct lode_drv_stmt {
	lode_drv_conn *conn;
	char sql[];
};

/* ---------------------------------------------------------------- the driver */

static lode_status LODE_CALL open_conn(const lode_connect *how, lode_drv_conn **out, lode_err *e)
{
	lode_drv_conn *conn = lode__alloc_zero(NULL, sizeof *conn);

	(void)e;
	if (!conn)
		return LODE_E_NOMEM;
	conn->link = (const lode__link *)how->hconn;
	*out = conn;
	return LODE_OK;
}

static void LODE_CALL close_conn(lode_drv_conn *conn)
{
	lode__release(NULL, conn);
}

static lode_status LODE_CALL tell_info(lode_drv_conn *conn, lode_conn_info *info, lode_err *e)
{
	(void)conn;
	(void)e;
	info->product = "offline";
	info->caps = CAPS;
	return LODE_OK;
}

static lode_status LODE_CALL prepare(lode_drv_conn *conn, const char *sql, size_t size,
                                     const lode_prepare *how, lode_drv_stmt **out, lode_err *e)
{
	lode_drv_stmt *stmt = lode__alloc(NULL, sizeof *stmt + size + 1);

	(void)how;
	(void)e;
	if (!stmt)
		return LODE_E_NOMEM;
	stmt->conn = conn;
	memcpy(stmt->sql, sql, size);
	stmt->sql[size] = '\0';
	*out = stmt;
	return LODE_OK;
}

/* as SQL, so that the function is told */
static lode_status LODE_CALL leave_tx(lode_drv_conn *conn, const lode_tx *tx, lode_err *e)
{
	(void)conn;
	(void)tx;
	(void)e;
	return LODE_E_UNSUPPORTED;
}

static lode_status LODE_CALL execute(lode_drv_stmt *stmt, const lode_exec *run,
                                     lode_exec_result *result, lode_err *e)
{
	const lode__offline *offline = &stmt->conn->link->engine->offline;
	lode_status status = offline->visit(offline->context, stmt->sql);

	(void)e;
	if (status < 0)
		return status;
	result->affected = run->nrows;
	result->rows_done = run->nrows;
	for (uint32_t i = 0; run->keys && i < run->nrows; i++)
		run->keys[i] = ++stmt->conn->next_key;
	if (run->keys)
		result->flags |= LODE_EXR_KEYS;
	return LODE_OK;
}

static lode_status LODE_CALL describe(lode_drv_stmt *stmt, uint32_t column, lode_col_desc *out,
                                      lode_err *e)
{
	(void)stmt;
	(void)column;
	(void)out;
	(void)e;
	return LODE_E_UNSUPPORTED;
}

static lode_status LODE_CALL bind(lode_drv_stmt *stmt, const lode_drv_bind *columns, uint32_t count,
                                  uint32_t bind_size, lode_err *e)
{
	(void)stmt;
	(void)columns;
	(void)count;
	(void)bind_size;
	(void)e;
	return LODE_OK;
}

static lode_status LODE_CALL fetch(lode_drv_stmt *stmt, lode_fetch *what, lode_err *e)
{
	(void)stmt;
	(void)e;
	what->nrows = 0;
	return LODE_DONE;
}

static void LODE_CALL reset(lode_drv_stmt *stmt)
{
	(void)stmt;
}

static void LODE_CALL close_stmt(lode_drv_stmt *stmt)
{
	lode__release(NULL, stmt);
}

static const lode_conn_ops conn_ops = {
	.struct_size = sizeof conn_ops, .open = open_conn, .close = close_conn, .info = tell_info,
	.prepare = prepare, .tx = leave_tx, .abandon = close_conn,
};
static const lode_stmt_ops stmt_ops = {
	.struct_size = sizeof stmt_ops, .execute = execute, .describe = describe, .bind = bind,
	.fetch = fetch, .reset = reset, .close = close_stmt,
};
static const lode_driver driver = {
	.struct_size = sizeof driver, .thread_level = 1, .name = "offline", .caps = CAPS,
	.conn = &conn_ops, .stmt = &stmt_ops,
};
static const lode_driver *const drivers[] = { &driver, NULL };
static const lode_plugin plugin = {
	.struct_size = sizeof plugin, .abi_major = LODE_ABI_MAJOR, .abi_minor = LODE_ABI_MINOR,
	.name = "offline", .version = "0", .license = "MIT", .drivers = drivers,
};

static const lode_plugin *LODE_CALL entry(const lode_host *host, lode_err *e)
{
	(void)host;
	(void)e;
	return &plugin;
}

lode_status lode__offline_driver(const lode__driver **out, lode_error *error)
{
	static lode__plugin *made;    /* under the loader's lock; for ever, as all plugins */
	lode__buf reason;

	lode__buf_init(&reason, NULL, 1024);
	lode__loader_lock();
	if (!made)
		made = lode__plugin_make(entry, NULL, "(built in)", "", &reason);
	lode__loader_unlock();
	lode__buf_dispose(&reason);
	if (!made)
		return lode__error_nomem(error);
	*out = &made->drivers[0];
	return LODE_OK;
}
