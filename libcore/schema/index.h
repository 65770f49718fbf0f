/* SPDX-License-Identifier: MIT */
/* schema/index.h - indexes.  They always have a name: DROP INDEX needs it. */
#ifndef LODE_SCHEMA_INDEX_H
#define LODE_SCHEMA_INDEX_H

#include <lode/schema.h>

typedef struct lode__index_part {
	lode_table_column *column;  /* one of these three */
	const char *sql;
	const lode_expr *expression;
	bool descending;
} lode__index_part;

struct lode_index {
	const char *name;
	lode_table *table;
	lode__index_part *parts;
	size_t count;
	bool unique;
	bool named;                 /* by the user; a made-up name may be shortened for a dialect */
	bool from_column;
	const char *where_sql;      /* of a partial index: this */
	const lode_expr *where;     /* or this, or neither */
	const lode_dialect_sql *dialect_sql;
	size_t dialect_sql_count;
	const char *comment;
};

/* Make an index without adding it to the table. `column`: of this one alone, or NULL. */
lode_status lode__index_new(lode_index **out, lode_table *table, lode_table_column *column,
                            const lode_index_options *options, lode_error *error);

#endif
