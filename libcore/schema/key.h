/* SPDX-License-Identifier: MIT */
/* schema/key.h - foreign keys and unique constraints. */
#ifndef LODE_SCHEMA_KEY_H
#define LODE_SCHEMA_KEY_H

#include <lode/schema.h>

struct lode_foreign_key {
	const char *name;           /* NULL: unnamed */
	lode_table *table;
	lode_table_column **columns;
	size_t count;
	const char *target_schema;  /* NULL: none was given */
	const char *target_table;
	const char **target_names;  /* count of them; NULL: the primary key of the target */
	lode_table *referred;       /* NULL until the metadata is resolved */
	lode_table_column **referred_columns;   /* count of them, NULL until then */
	const char *on_delete, *on_update, *initially, *match;   /* upper-case words, or NULL */
	bool deferrable;
	bool use_alter;
	bool exact_target;          /* by object: target_schema NULL means no schema at all */
	bool from_column;           /* made by the options of its column */
};

struct lode_unique {
	const char *name;           /* NULL: unnamed */
	lode_table *table;
	lode_table_column **columns;
	size_t count;
	const char *initially;      /* upper-case word, or NULL */
	bool deferrable;
	bool from_column;
};

/* Find the referred table and columns.  See lode_metadata_resolve(). */
lode_status lode__foreign_key_resolve(lode_foreign_key *key, lode_error *error);

/* Does the key refer to its own table?  Only once resolved. */
bool lode__foreign_key_is_self(const lode_foreign_key *key);

#endif
