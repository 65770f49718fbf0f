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
	const char *comment;        /* NULL: none; then it has a name */
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
	const char *comment;        /* NULL: none; then it has a name */
	bool deferrable;
	bool from_column;
};

/* A list of columns of one table, from a text or an array of names; items lie in the arena. */
typedef struct lode__column_list {
	lode_table_column **items;
	size_t count;
} lode__column_list;

/* LODE_E_MISUSE: none, or one twice; LODE_E_NO_OBJECT.  `what` begins the message. */
lode_status lode__column_list_read(lode__column_list *out, lode_table *table, const char *what,
                                   const char *text, const char *const *names, size_t count,
                                   lode_error *error);
/* Cut "a, b" into names that lie in the arena. */
lode_status lode__names_read(lode_metadata *metadata, const char ***out, size_t *count,
                             const char *text, lode_error *error);

/* Make a key without adding it to the table: what it is called and does comes from `options`, the
 * columns and (as "table", "schema.table" or by object) the target from the other arguments. */
lode_status lode__foreign_key_new(lode_foreign_key **out, lode_table *table,
                                  const lode__column_list *columns,
                                  const lode_foreign_key_options *options, lode_error *error);
lode_status lode__unique_new(lode_unique **out, lode_table *table,
                             const lode__column_list *columns, const lode_unique_options *options,
                             lode_error *error);

/* The table a key refers to, looked for now; NULL if there is none. */
lode_table *lode__foreign_key_target(const lode_foreign_key *key);

/* Find the referred table and columns; never allocates.  See lode_metadata_resolve(). */
lode_status lode__foreign_key_resolve(lode_foreign_key *key, lode_error *error);

/* Does the key refer to its own table?  Only once resolved. */
bool lode__foreign_key_is_self(const lode_foreign_key *key);

/* "address.user_id to user_account.id" or "a(b, c) to d(e, f)", for messages; cut if longer. */
#define LODE__KEY_LABEL_SIZE 320
const char *lode__foreign_key_label(const lode_foreign_key *key, char label[LODE__KEY_LABEL_SIZE]);

#endif
