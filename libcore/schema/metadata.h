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
	lode__map names;            /* "schema" NUL "name" to table; no schema: NUL NUL "name" */
	lode__map index_names;      /* the same of indexes: a schema has each name once */
	bool resolved;
};

/* Resolve every foreign key, fill in borrowed types and `generated`.  Idempotent. */
lode_status lode__metadata_resolve(lode_metadata *metadata, lode_error *error);

/* Exactly this (schema, name); schema NULL is "no schema". */
lode_table *lode__metadata_exact(const lode_metadata *metadata, const char *schema,
                                 const char *name);

/* The name of a table that is most like `name`, or NULL. */
const char *lode__metadata_nearest(const lode_metadata *metadata, const char *name);

#endif
