/* SPDX-License-Identifier: MIT */
/* schema/table.h - a table and what it holds.  The layouts are open to the layers above, which read
 * them and never write.
 *
 * Everything lies in the arena of the metadata.  Pointers are stable: a column that is replaced is
 * replaced in place.  Arrays are in the order of addition.
 * Invariants, asserted by lode__table_check(): columns[i]->index == i; every column of a key, an
 * index or a foreign key is one of the table's; primary_key holds exactly the columns with
 * primary_key set. */
#ifndef LODE_SCHEMA_TABLE_H
#define LODE_SCHEMA_TABLE_H

#include <lode/schema.h>

#include "schema/check.h"
#include "schema/column.h"
#include "schema/index.h"
#include "schema/key.h"

struct lode_table {
	const char *name;
	const char *schema;         /* NULL: none */
	lode_metadata *metadata;
	uint32_t index;             /* place in metadata->tables */
	bool removed;               /* no longer in the metadata */
	lode_table *same_name;      /* the next table of this name, in another schema */
	lode_table_column **columns;
	size_t column_count;
	lode_table_column **primary_key;
	size_t primary_key_count;
	const char *primary_key_name;   /* NULL: unnamed */
	lode_foreign_key **foreign_keys;
	size_t foreign_key_count;
	lode_unique **uniques;
	size_t unique_count;
	lode_check **checks;
	size_t check_count;
	lode_index **indexes;
	size_t index_count;
	lode_table **dependencies;  /* declared by hand: to be created before this one */
	size_t dependency_count;
	const char *comment;
	const lode_dialect_sql *dialect_sql;
	size_t dialect_sql_count;
};

/* The column that the database generates, or NULL.  Computed from what is there now, so that it is
 * right before and after resolving. */
lode_table_column *lode__table_generated_column(const lode_table *table);

/* "schema.table" or "table" for messages; cut if it is longer. */
#define LODE__TABLE_LABEL_SIZE 160
const char *lode__table_label(const lode_table *table, char label[LODE__TABLE_LABEL_SIZE]);

/* Parts of resolving, in this order: columns without a type of their own, then `generated`. */
lode_status lode__table_resolve_types(lode_table *table, lode_error *error);
lode_status lode__table_resolve_generated(lode_table *table, lode_error *error);

/* A column by name, or NULL after reporting LODE_E_NO_OBJECT with the nearest name. */
lode_table_column *lode__table_column_named(const lode_table *table, const char *name,
                                            lode_error *error);

/* Make room for one more in one of the table's arrays (`items` is its address); then add it, which
 * cannot fail.  So a thing that goes into several arrays goes into all or none. */
lode_status lode__table_reserve(lode_table *table, void *items, size_t count, lode_error *error);
void lode__table_push(void *items, size_t *count, void *item);
void lode__table_take_out(void *items, size_t *count, const void *item);

/* The comment of a constraint, copied.  LODE_E_MISUSE: it has no name by which DDL could say it. */
lode_status lode__table_read_comment(const lode_table *table, const char **out, const char *name,
                                     const char *comment, lode_error *error);

/* LODE_E_EXISTS if a constraint of the table has that name, LODE_E_MISUSE if it is empty; NULL is
 * fine. */
lode_status lode__table_name_check(const lode_table *table, const char *name, lode_error *error);

/* The last of `count` entries whose dialects name `dialect` or NULL. */
const lode_dialect_sql *lode__dialect_sql_find(const lode_dialect_sql *list, size_t count,
                                               const char *dialect, uint32_t place);

/* Asserts the invariants above; nothing with NDEBUG. */
void lode__table_check(const lode_table *table);

#endif
