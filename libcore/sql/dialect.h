/* SPDX-License-Identifier: MIT */
/* sql/dialect.h - what the compiler knows of a database product: traits (data) and hooks.
 *
 * Immutable once made; any thread.  `traits` is of the full present size, whatever the plugin knew. */
#ifndef LODE_SQL_DIALECT_H
#define LODE_SQL_DIALECT_H

#include <stdbool.h>

#include <lode/driver.h>

#define LODE__DIALECT_CHAIN 8

typedef struct lode__dialect {
	const char *name;
	lode_traits traits;
	const lode_dialect *chain[LODE__DIALECT_CHAIN + 1];   /* the dialect, its bases, NULL */
	const lode_conn_info *server;   /* NULL: offline, newest version */
	const lode_host *host;          /* NULL: no hooks are called */
} lode__dialect;

/* ANSI-like constant traits: '?', LIMIT, RETURNING, VALUES of many rows; no hooks. */
const lode__dialect *lode__dialect_generic(void);
/* Fill `traits` with the generic values, for a plugin to change. */
void lode__traits_generic(lode_traits *traits);
/* Does any dialect of the chain render nodes? */
bool lode__dialect_renders(const lode__dialect *dialect);
/* Are decimals text, compared by a collation or, without one, not at all? */
bool lode__dialect_decimals_are_text(const lode__dialect *dialect);
/* Is it, or does it derive from, the dialect called `name`? */
bool lode__dialect_is(const lode__dialect *dialect, const char *name);

#endif
