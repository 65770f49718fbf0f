/* SPDX-License-Identifier: MIT */
/* engine/plugin_table.h - from what a plugin's entry returned to full-size tables without holes. */
#ifndef LODE_ENGINE_PLUGIN_TABLE_H
#define LODE_ENGINE_PLUGIN_TABLE_H

#include "base/buf.h"
#include "engine/plugin.h"

/* Ask the entry, check what it returns, copy it, run init.  NULL: `reason` says why not.
 * `name` is what the file is called, NULL for a registered one.  Under the loader's lock. */
lode__plugin *lode__plugin_make(lode_plugin_entry_fn entry, const char *name, const char *path,
                                const char *directory, lode__buf *reason);
void lode__plugin_free(lode__plugin *plugin);   /* only one that was never listed */

/* names of capabilities, separated by comma and space */
void lode__capabilities_put(lode__buf *out, uint64_t caps);

#endif
