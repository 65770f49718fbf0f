/* SPDX-License-Identifier: MIT */
/* odbc/entry.c - the one exported function of the module lode_odbc.
 *
 * The plugin has a driver and no dialect: that comes from another plugin, by the name in the URL
 * (postgresql+odbc://) or by what the server is. */
#include <sql.h>
#include <sqlext.h>

#include <lode/driver.h>

#include "address.h"
#include "connection.h"
#include "host.h"
#include "statement.h"

const lode_host *lodbc_host;

static const char *const schemes[] = { "odbc", NULL };

static const lode_driver driver = {
	.struct_size = sizeof(lode_driver),
	.thread_level = 1,
	.name = "odbc",
	.schemes = schemes,
	.option_keys = lodbc_address_keys,
	.caps = LODBC_CAPS,
	.conn = &lodbc_conn_ops,
	.stmt = &lodbc_stmt_ops,
};

static const lode_driver *const drivers[] = { &driver, NULL };

/* The driver manager's pool is switched for the process, before its first environment. */
static lode_status init(const lode_host *host, lode_err *e)
{
	(void)e;
	lodbc_host = host;
	SQLSetEnvAttr(SQL_NULL_HENV, SQL_ATTR_CONNECTION_POOLING, (SQLPOINTER)(SQLULEN)SQL_CP_OFF,
		      SQL_IS_UINTEGER);
	return LODE_OK;
}

static const lode_plugin plugin = {
	.struct_size = sizeof(lode_plugin),
	.abi_major = LODE_ABI_MAJOR,
	.abi_minor = LODE_ABI_TARGET_MINOR,
	.name = "odbc",
	.version = "0.1.0",
	.license = "MIT",
	.drivers = drivers,
	.init = init,
};

LODE_EXPORT const lode_plugin *LODE_PLUGIN_ENTRY(lode_odbc)(const lode_host *host, lode_err *e);

LODE_EXPORT const lode_plugin *LODE_PLUGIN_ENTRY(lode_odbc)(const lode_host *host, lode_err *e)
{
	(void)host, (void)e;
	return &plugin;
}
