/* SPDX-License-Identifier: MIT */
/* engine/plugin.h - finding and loading plugins.
 *
 * Invariants: (1) a plugin in the list is never removed and never changes; (2) the list, libltdl and
 * the plugins' init functions are only touched under the loader's lock; (3) the tables of a loaded
 * driver are full-size copies without NULL functions: nobody tests struct_size after loading. */
#ifndef LODE_ENGINE_PLUGIN_H
#define LODE_ENGINE_PLUGIN_H

#include <stdbool.h>

#include <lode/driver.h>
#include <lode/engine.h>

typedef struct lode__plugin lode__plugin;

typedef struct lode__driver {
	lode_driver driver;          /* full-size copy; conn and stmt point to the two below */
	lode_conn_ops conn;
	lode_stmt_ops stmt;
	bool has_abandon;
	const lode__plugin *plugin;
} lode__driver;

typedef struct lode__plugin_dialect {
	lode_dialect dialect;        /* full-size copy; absent functions stay NULL: the base answers */
	const lode__plugin *plugin;
} lode__plugin_dialect;

struct lode__plugin {
	lode__plugin *next;          /* order of loading */
	lode_plugin plugin;          /* full-size copy */
	lode_plugin_entry_fn entry;
	char *path;                  /* file, or "(built in)" */
	char *directory;             /* directory it came from, or "" */
	lode__driver *drivers;
	size_t driver_count;
	lode__plugin_dialect *dialects;
	size_t dialect_count;
};

/* The driver for `scheme` of a URL, or the one called `driver` if that is not NULL.  Loads what is
 * needed.  LODE_E_PLUGIN: the message lists every path tried. */
lode_status lode__plugin_driver(const lode__driver **out, const char *scheme, const char *driver,
                                lode_error *error);

/* The dialect called `name`; LODE_E_PLUGIN as above. */
lode_status lode__plugin_dialect_find(const lode__plugin_dialect **out, const char *name,
                                      lode_error *error);

/* The loaded or loadable dialect that fits a server best; LODE_E_PLUGIN if none does. */
lode_status lode__plugin_dialect_match(const lode__plugin_dialect **out, const lode_conn_info *info,
                                       lode_error *error);

/* Search this directory, too, which a configuration file names: after LODE_PLUGIN_PATH, before the
 * compiled-in one.  system: the file is the administrator's, else its user's.  A directory that is
 * there already is left where it is.  LODE_OK or LODE_E_NOMEM. */
lode_status lode__plugin_path_configured(const char *directory, bool system);

#endif
