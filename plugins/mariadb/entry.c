/* SPDX-License-Identifier: MIT */
/* mariadb/entry.c - the one exported function of the module lode_mariadb. */
#include <stdio.h>

#include <mysql.h>

#include "connection.h"
#include "dialect.h"
#include "host.h"
#include "option.h"
#include "statement.h"

#define OLDEST 30100 /* 3.1: parameters and cells through callbacks */

static const char *const schemes[] = { "mariadb", "mysql", NULL };

static const lode_driver driver = {
	.struct_size = sizeof(lode_driver),
	.thread_level = 1,
	.name = "mariadb",
	.schemes = schemes,
	.option_keys = lmy_option_keys,
	.caps = LMY_CAPS,
	.conn = &lmy_conn_ops,
	.stmt = &lmy_stmt_ops,
};

static const lode_driver *const drivers[] = { &driver, NULL };
static const lode_dialect *const dialects[] = { &lmy_mariadb, &lmy_mysql, NULL };

/* The library found at run time may be another than the one compiled against, or, having the same
 * names, Oracle's. */
static lode_status init(const lode_host *host, lode_err *e)
{
	size_t version = 0;
	char text[100];

	lmy_host = host;
	if (mariadb_get_infov(NULL, MARIADB_CLIENT_VERSION_ID, &version) != 0)
		return lmy_refuse(e, LODE_E_UNSUPPORTED,
				  "the client library is not MariaDB Connector/C", NULL);
	version = mysql_get_client_version();
	if (version < OLDEST) {
		snprintf(text, sizeof text, "MariaDB Connector/C %s is too old, 3.1 is needed",
			 mysql_get_client_info());
		return lmy_refuse(e, LODE_E_UNSUPPORTED, text, NULL);
	}
	if (mysql_server_init(0, NULL, NULL) != 0)
		return lmy_refuse(e, LODE_E_UNSUPPORTED,
				  "MariaDB Connector/C cannot be initialised", NULL);
	return LODE_OK;
}

static const lode_plugin plugin = {
	.struct_size = sizeof(lode_plugin),
	.abi_major = LODE_ABI_MAJOR,
	.abi_minor = LODE_ABI_TARGET_MINOR,
	.name = "mariadb",
	.version = "0.1.0",
	.license = "MIT",
	.drivers = drivers,
	.dialects = dialects,
	.init = init,
};

LODE_EXPORT const lode_plugin *LODE_PLUGIN_ENTRY(lode_mariadb)(const lode_host *host, lode_err *e);

LODE_EXPORT const lode_plugin *LODE_PLUGIN_ENTRY(lode_mariadb)(const lode_host *host, lode_err *e)
{
	(void)host, (void)e;
	return &plugin;
}
