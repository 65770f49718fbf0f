/* SPDX-License-Identifier: MIT */
/* sqlite/entry.c - the one exported function of the module lode_sqlite. */
#include <stdio.h>

#include <sqlite3.h>

#include <lode/driver.h>

#include "connection.h"
#include "dialect.h"
#include "statement.h"

#define LSQ_OLDEST 3035000 /* RETURNING, UPDATE ... FROM */

const lode_host *lsq_host;

static const char *const schemes[] = { "sqlite", "sqlite3", NULL };
static const char *const option_keys[] = { "mode",	   "busy_timeout", "journal", "synchronous",
					   "foreign_keys", "attach.*",	   NULL };

static const lode_driver driver = {
	.struct_size = sizeof(lode_driver),
	.thread_level = 1,
	.name = "sqlite",
	.schemes = schemes,
	.option_keys = option_keys,
	.caps = LSQ_CAPS,
	.conn = &lsq_conn_ops,
	.stmt = &lsq_stmt_ops,
};

static const lode_driver *const drivers[] = { &driver, NULL };
static const lode_dialect *const dialects[] = { &lsq_dialect, NULL };

static lode_status refuse(const lode_host *host, lode_err *e, const char *message)
{
	lode_error_info info = { 0 };

	LODE_INIT(&info, lode_error_info);
	info.status = LODE_E_UNSUPPORTED;
	info.row = -1;
	info.message = message;
	host->error(e, &info);
	return LODE_E_UNSUPPORTED;
}

/* The library found at run time may be another than the one compiled against. */
static lode_status init(const lode_host *host, lode_err *e)
{
	char text[100];
	int version = sqlite3_libversion_number();
	int oldest = SQLITE_VERSION_NUMBER < 3037000 ? LSQ_OLDEST : 3037000;

	if (!sqlite3_threadsafe())
		return refuse(host, e, "this SQLite library was compiled without thread safety");
	if (version < oldest) {
		snprintf(text, sizeof text, "SQLite %s is too old, 3.%d.0 is needed",
			 sqlite3_libversion(), oldest / 1000 % 1000);
		return refuse(host, e, text);
	}
	lsq_host = host;
	return LODE_OK;
}

static const lode_plugin plugin = {
	.struct_size = sizeof(lode_plugin),
	.abi_major = LODE_ABI_MAJOR,
	.abi_minor = LODE_ABI_TARGET_MINOR,
	.name = "sqlite",
	.version = "0.1.0",
	.license = "MIT",
	.drivers = drivers,
	.dialects = dialects,
	.init = init,
};

LODE_EXPORT const lode_plugin *LODE_PLUGIN_ENTRY(lode_sqlite)(const lode_host *host, lode_err *e);

LODE_EXPORT const lode_plugin *LODE_PLUGIN_ENTRY(lode_sqlite)(const lode_host *host, lode_err *e)
{
	(void)host, (void)e;
	return &plugin;
}
