/* SPDX-License-Identifier: MIT */
/* schema/metadata.h - the set of tables, the owner of all their memory.
 *
 * Invariants: tables[i]->index == i; (schema, name) is unique; every change drops `resolved`. */
#ifndef LODE_SCHEMA_METADATA_H
#define LODE_SCHEMA_METADATA_H

#include <lode/schema.h>

#include "base/arena.h"
#include "base/map.h"

struct lode_metadata {
	lode__arena arena;          /* tables and all they hold */
	const lode_allocator *allocator;   /* of the arena, the metadata itself, short-lived work */
	const char *schema;
	lode_table **tables;
	size_t count, capacity;
	lode__map names;            /* name to the first table of it; ->same_name to the others */
	bool resolved;
	uint8_t quoting;            /* lode_quoting of names that have no entry */
	lode__map quoted;           /* name to (void *)(lode_quoting + 1) */
};

/* How a name of the metadata is quoted. */
lode_quoting lode__metadata_quoting(const lode_metadata *metadata, const char *name);

/* Resolve every foreign key, fill in borrowed types and `generated`.  Idempotent. */
lode_status lode__metadata_resolve(lode_metadata *metadata, lode_error *error);

/* Exactly this (schema, name); schema NULL is "no schema". */
lode_table *lode__metadata_exact(const lode_metadata *metadata, const char *schema,
                                 const char *name);

/* The table whose name is most like `name` (of another schema, if that is all), or NULL. */
const lode_table *lode__metadata_nearest(const lode_metadata *metadata, const char *name);

/* Copy into the arena; NULL stays NULL. */
lode_status lode__metadata_text(lode_metadata *metadata, const char **out, const char *text,
                                lode_error *error);
lode_status lode__metadata_dialect_sql(lode_metadata *metadata, const lode_dialect_sql **out,
                                       const lode_dialect_sql *list, size_t count,
                                       lode_error *error);

/* Make `to` (`size` bytes) the caller's options, in the present size: what the caller's header did
 * not know is zero.  LODE_E_MISUSE: NULL, or struct_size below `least`. */
lode_status lode__options_read(void *to, size_t size, const void *from, size_t least,
                               const char *what, lode_error *error);
#define LODE__OPTIONS_READ(to, from, what, error) \
	lode__options_read((to), sizeof *(to), (from), sizeof *(to), (what), (error))

#endif
