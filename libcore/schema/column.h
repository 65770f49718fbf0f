/* SPDX-License-Identifier: MIT */
/* schema/column.h - one column of a table. */
#ifndef LODE_SCHEMA_COLUMN_H
#define LODE_SCHEMA_COLUMN_H

#include <lode/schema.h>

struct lode_table_column {
	const char *name;
	lode_table *table;
	uint32_t index;             /* place in table->columns */
	const lode_type *type;      /* NULL only before resolving: of the column referred to */
	bool primary_key, nullable;
	bool unique, indexed;       /* as its options said */
	bool generated;             /* by the database; valid once the metadata is resolved */
	bool type_referred;         /* the type is that of the column referred to */
	uint32_t autoincrement;     /* LODE_AUTOINCREMENT_* */
	lode_default insert_default, server_default, onupdate;
	const char *comment;
	struct lode_foreign_key *foreign_key;   /* the first of this column alone, or NULL */
};

/* Is the kind one of whole numbers (not boolean)? */
bool lode__type_is_integer(const lode_type *type);

/* Take the type of the column referred to.  LODE_E_CYCLE if that has none either. */
lode_status lode__column_resolve_type(lode_table_column *column, lode_error *error);

/* Any foreign key, composite ones included, has the column on its near side. */
bool lode__column_has_foreign_key(const lode_table_column *column);

#endif
