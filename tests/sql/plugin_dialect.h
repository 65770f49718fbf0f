/* SPDX-License-Identifier: MIT */
/* tests/sql/plugin_dialect.h - the dialects of plugins that need no client library, offline, as the
 * sql layer sees them: newest version, no server.
 *
 * A program that defines LODE_TEST_MARIADB_DIALECT links plugins/mariadb/liblode_mariadb_dialect. */
#ifndef LODE_TESTS_SQL_PLUGIN_DIALECT_H
#define LODE_TESTS_SQL_PLUGIN_DIALECT_H

#include <string.h>

#include "sql/dialect.h"
#include "sql/hooks.h"

#ifdef LODE_TEST_MARIADB_DIALECT
extern const lode_dialect lmy_mariadb, lmy_mysql;
extern const lode_host *lmy_host;
#define PLUGIN_DIALECTS "mariadb", "mysql",
#else
#define PLUGIN_DIALECTS
#endif

static inline void plugin_host_error(lode_err *e, const lode_error_info *info)
{
	(void)e, (void)info;
}

/* false: no plugin that is linked has it */
static inline bool plugin_dialect(lode__dialect *out, const char *name)
{
	static const lode_host host = { .struct_size = sizeof(lode_host),
					.sql_put = lode__host_sql_put,
					.error = plugin_host_error };

#ifdef LODE_TEST_MARIADB_DIALECT
	lmy_host = &host;
	memset(out, 0, sizeof *out);
	if (strcmp(name, "mariadb") == 0)
		out->chain[0] = &lmy_mariadb;
	if (strcmp(name, "mariadb") == 0 || strcmp(name, "mysql") == 0)
		out->chain[out->chain[0] != NULL] = &lmy_mysql;
#endif
	out->name = name;
	out->host = &host;
	lode__traits_generic(&out->traits);
	out->traits.struct_size = (uint32_t)sizeof out->traits;
	for (size_t i = LODE__DIALECT_CHAIN; i-- > 0;)
		if (out->chain[i])
			out->chain[i]->traits(NULL, &out->traits);
	return out->chain[0] != NULL;
}

#endif
