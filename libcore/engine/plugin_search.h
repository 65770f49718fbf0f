/* SPDX-License-Identifier: MIT */
/* engine/plugin_search.h - where plugins are, for plugin.c and plugin_report.c.
 * Everything here under the loader's lock. */
#ifndef LODE_ENGINE_PLUGIN_SEARCH_H
#define LODE_ENGINE_PLUGIN_SEARCH_H

#include "base/buf.h"
#include "base/vec.h"
#include "engine/host.h"
#include "engine/plugin.h"

/* not LODE_OK stops the walk and becomes its result */
typedef lode_status lode__directory_fn(void *context, const char *directory);

lode__plugin *lode__plugin_first(void);
lode__plugin *lode__plugin_named(const char *name);
/* the directories in the order of search, as policy and environment say */
lode_status lode__plugin_directories(lode__directory_fn *visit, void *context);
/* names of the plugin files of a directory, ascending; each to be released */
lode_status lode__plugin_names(const char *directory, lode__vec *names);
void lode__plugin_names_dispose(lode__vec *names);
/* load and list one; NULL: `reason` says why not */
lode__plugin *lode__plugin_load(const char *directory, const char *name, lode__buf *reason);
lode__plugin *lode__plugin_load_builtin(const char *name, lode__buf *reason);
void lode__plugin_load_builtins(void);

#endif
