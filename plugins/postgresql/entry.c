/* SPDX-License-Identifier: MIT */
/* postgresql/entry.c - the one exported function of the module lode_postgresql. */
#include <stdio.h>

#include <libpq-fe.h>

#include <lode/driver.h>

#include "connection.h"
#include "copy.h"
#include "dialect.h"
#include "options.h"
#include "pipeline.h"
#include "statement.h"

#define LPG_OLDEST 140000 /* pipelines */

static const char *const schemes[] = { "postgresql", "postgres", NULL };

static const lode_driver driver = {
	.struct_size = sizeof(lode_driver),
	.thread_level = 1,
	.name = "postgresql",
	.schemes = schemes,
	.option_keys = lpg_option_keys,
	.caps = LPG_CAPS,
	.conn = &lpg_conn_ops,
	.stmt = &lpg_stmt_ops,
	.pipeline = &lpg_pipeline_ops,
	.bulk = &lpg_bulk_ops,
};

static const lode_driver *const drivers[] = { &driver, NULL };
static const lode_dialect *const dialects[] = { &lpg_dialect, NULL };

/* The library found at run time may be another than the one compiled against. */
static lode_status init(const lode_host *host, lode_err *e)
{
	char text[100];
	int version = PQlibVersion();

	lpg_host = host;
	if (!PQisthreadsafe())
		return lpg_refuse(e, LODE_E_UNSUPPORTED,
				  "this libpq was compiled without thread safety", NULL);
	if (version < LPG_OLDEST) {
		snprintf(text, sizeof text, "libpq %d.%d is too old, 14 is needed", version / 10000,
			 version % 10000);
		return lpg_refuse(e, LODE_E_UNSUPPORTED, text, NULL);
	}
	return LODE_OK;
}

static const lode_plugin plugin = {
	.struct_size = sizeof(lode_plugin),
	.abi_major = LODE_ABI_MAJOR,
	.abi_minor = LODE_ABI_TARGET_MINOR,
	.name = "postgresql",
	.version = "0.1.0",
	.license = "MIT",
	.drivers = drivers,
	.dialects = dialects,
	.init = init,
};

LODE_EXPORT const lode_plugin *LODE_PLUGIN_ENTRY(lode_postgresql)(const lode_host *host,
								  lode_err *e);

LODE_EXPORT const lode_plugin *LODE_PLUGIN_ENTRY(lode_postgresql)(const lode_host *host,
								  lode_err *e)
{
	(void)host, (void)e;
	return &plugin;
}
