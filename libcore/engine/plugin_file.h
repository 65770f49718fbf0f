/* SPDX-License-Identifier: MIT */
/* engine/plugin_file.h - from a path to a plugin's entry function, safely. */
#ifndef LODE_ENGINE_PLUGIN_FILE_H
#define LODE_ENGINE_PLUGIN_FILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "engine/plugin.h"

#define LODE__PLUGIN_SUFFIX ".so"

/* May this directory be searched?  `reason` says why not, also that it does not exist. */
bool lode__plugin_directory_ok(const char *directory, lode__buf *reason);

/* Load directory/lode_<name>.so and return its entry; NULL: `reason` says why not.
 * Under the loader's lock; what was loaded stays loaded. */
lode_plugin_entry_fn lode__plugin_file_load(const char *directory, const char *name,
                                            lode__buf *reason);

/* the same for a module that libltdl has preloaded (linked statically) */
lode_plugin_entry_fn lode__plugin_preloaded(const char *name);

#endif
