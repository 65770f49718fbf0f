/* SPDX-License-Identifier: MIT */
/* engine/config_file.h - the sections of one configuration file, as they stand there.
 *
 * Syntax only: what the keys mean is config.c's.  All of it lives in the arena it was read into. */
#ifndef LODE_ENGINE_CONFIG_FILE_H
#define LODE_ENGINE_CONFIG_FILE_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct lode__config_entry {
	struct lode__config_entry *next;
	const char *key;             /* [a-z0-9_.]+ */
	const char *value;
	unsigned line;
} lode__config_entry;

/* No two of a file have one name, no two entries of a section one key. */
typedef struct lode__config_section {
	struct lode__config_section *next;
	const char *name;            /* "plugins", "engine.main" */
	unsigned line;
	lode__config_entry *first, **end;
} lode__config_section;

typedef struct lode__config_file {
	const char *path;            /* as it was named, for messages */
	bool open_to_others;         /* somebody but the owner may read it */
	lode__config_section *first, **end;
} lode__config_file;

/* LODE_NOT_FOUND: there is no such file; LODE_E_CONFIG: the message begins with path and line, or
 * says why the file is not trusted. */
lode_status lode__config_file_read(lode__config_file *out, const char *path, lode__arena *arena,
                                   lode_error *error);

/* NULL: it has none */
const lode__config_section *lode__config_section_find(const lode__config_file *file,
                                                      const char *name);
const lode__config_entry *lode__config_entry_find(const lode__config_section *section,
                                                  const char *key);

#endif
