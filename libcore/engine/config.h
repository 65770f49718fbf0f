/* SPDX-License-Identifier: MIT */
/* engine/config.h - which configuration files there are, and the engines they name.
 *
 * A later file wins: an engine of it replaces one of that name as a whole, never single keys. */
#ifndef LODE_ENGINE_CONFIG_H
#define LODE_ENGINE_CONFIG_H

#include <lode/engine.h>

#include "base/arena.h"
#include "engine/config_file.h"

typedef struct lode__config {
	lode__arena arena;
	lode__config_file files[2];  /* the later one wins; those that are there */
	size_t file_count;
	const char *missing[2];      /* paths where none was */
	size_t missing_count;
} lode__config;

/* Where the files are.  `only` is what LODE_CONFIG says; else `system`, then `user`.  NULL: none. */
typedef struct lode__config_paths {
	const char *only;
	const char *system;
	char *user;                  /* released with lode__config_paths_dispose() */
} lode__config_paths;

/* As the environment of the process says; in a privileged one the system's file only. */
lode_status lode__config_paths_find(lode__config_paths *out, lode_error *error);
void lode__config_paths_dispose(lode__config_paths *paths);

/* Read and check all of it.  LODE_E_CONFIG: the message names file and line.  `config` is to be
 * disposed also after a failure. */
lode_status lode__config_read(lode__config *config, const lode__config_paths *paths,
                              lode_error *error);
void lode__config_dispose(lode__config *config);

/* Search its directories for plugins from now on. */
lode_status lode__config_apply(const lode__config *config, const lode__config_paths *paths,
                               lode_error *error);

/* The URL of an engine with its password and all its options, to be freed; `*places` says where each
 * of them stands and lives as long as the configuration. */
lode_status lode__config_engine(lode_url **url, const char *const **places, lode__config *config,
                                const char *name, const lode_allocator *allocator,
                                lode_error *error);

#endif
