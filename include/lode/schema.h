/* SPDX-License-Identifier: MIT */
/* lode/schema.h - what tables look like: metadata, tables, columns, keys, indexes, checks.
 *
 * Pure data: nothing here talks to a database.  A registry fills its metadata from mapped classes;
 * the functions below build the same by hand.  Everything belongs to the metadata and is freed with
 * it; whatever is given (names, types, SQL texts) is copied.
 *
 * Build a metadata in one thread.  Once lode_metadata_resolve() has succeeded and until the next
 * change, any number of threads may read it. */
#ifndef LODE_SCHEMA_H
#define LODE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/error.h>
#include <lode/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lode_expr lode_expr;
typedef struct lode_metadata lode_metadata;
typedef struct lode_table lode_table;
typedef struct lode_table_column lode_table_column;
typedef struct lode_foreign_key lode_foreign_key;
typedef struct lode_unique lode_unique;
typedef struct lode_check lode_check;
typedef struct lode_index lode_index;

/* ------------------------------------------------------------------ defaults */

typedef enum lode_default_kind {
	LODE_DEFAULT_NONE,
	LODE_DEFAULT_NOW,           /* the dialect's current timestamp, UTC */
	LODE_DEFAULT_SQL_TEXT,      /* sql: an expression, rendered as it is */
	LODE_DEFAULT_INTEGER,       /* integer; 0 and 1 of a boolean column are FALSE and TRUE */
	LODE_DEFAULT_REAL,          /* real */
	LODE_DEFAULT_TEXT,          /* text, quoted by the dialect */
	LODE_DEFAULT_FETCHED,       /* the database sets it by means unknown to DDL (a trigger) */
	LODE_DEFAULT_CALL           /* call: a C function, for insert_default and onupdate */
} lode_default_kind;

/**
 * Gives the value of a column for one object that a flush stores; called once for each.
 * @param object  the struct with its other members, to be read only; must not call lode with it
 * @return the value; text and bytes live until the flush ends
 */
typedef lode_value lode_default_function(const void *object);

/** The value of a column that is given none.  All zero is "no default".  Frozen. */
typedef struct lode_default {
	uint32_t kind;              /* LODE_DEFAULT_* */
	uint32_t zero_;
	const char *sql;
	int64_t integer;
	double real;
	const char *text;
	lode_default_function *call;
} lode_default;

/* initialisers of a lode_default, also in constant data; the texts must be literals */
#define LODE_NOW { .kind = LODE_DEFAULT_NOW }
#define LODE_SQL(literal) { .kind = LODE_DEFAULT_SQL_TEXT, .sql = "" literal "" }
#define LODE_DEFAULT_INT(number) { .kind = LODE_DEFAULT_INTEGER, .integer = (number) }
#define LODE_DEFAULT_DOUBLE(number) { .kind = LODE_DEFAULT_REAL, .real = (number) }
#define LODE_DEFAULT_STRING(literal) { .kind = LODE_DEFAULT_TEXT, .text = "" literal "" }
#define LODE_FETCHED { .kind = LODE_DEFAULT_FETCHED }
#define LODE_DEFAULT_FUNCTION(function) { .kind = LODE_DEFAULT_CALL, .call = (function) }

/* ------------------------------------------------------------------ metadata */

/** Options of a metadata; all zero but the size is "default". */
typedef struct lode_metadata_options {
	uint32_t struct_size;
	uint32_t reserved;
	const char *schema;         /* of tables, and in foreign keys, that name none; or NULL */
	const lode_allocator *allocator;  /* NULL: the default one */
} lode_metadata_options;
#define LODE_METADATA_OPTIONS_INIT { .struct_size = (uint32_t)sizeof(lode_metadata_options) }

/**
 * Make an empty metadata: a set of tables by schema and name.
 * @param options  NULL for none; copied
 * @param error    filled on failure; may be NULL
 * @return the metadata, to be freed with lode_metadata_free(); NULL: LODE_E_NOMEM, or
 *         LODE_E_MISUSE, the size of the options is not set or the schema is the empty text
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_metadata *lode_metadata_new(const lode_metadata_options *options, lode_error *error);

/**
 * Free a metadata and all its tables.
 * @param metadata  NULL is allowed
 * @since 0.1
 */
LODE_API void lode_metadata_free(lode_metadata *metadata);

/**
 * The schema of tables that name none.
 * @return borrowed; NULL if there is none, or `metadata` is NULL
 * @since 0.1
 */
LODE_API const char *lode_metadata_schema(const lode_metadata *metadata);

/**
 * How many tables there are.
 * @return 0 also for NULL
 * @since 0.1
 */
LODE_API size_t lode_metadata_count(const lode_metadata *metadata);

/**
 * A table by its place in the order of addition.
 * @return borrowed; NULL past the end
 * @since 0.1
 */
LODE_API lode_table *lode_metadata_at(const lode_metadata *metadata, size_t index);

/**
 * A table by name.
 * @param schema  NULL: the metadata's own schema, and if the table is not in it (or there is none)
 *                the table without a schema
 * @return borrowed; NULL if there is no such table, or an argument is NULL
 * @since 0.1
 */
LODE_API lode_table *lode_metadata_find(const lode_metadata *metadata, const char *schema,
                                        const char *name);

/**
 * Take a table out.  Its memory stays until the metadata is freed.
 * @param error  filled on failure; may be NULL
 * @return LODE_OK; LODE_E_CONSTRAINT, a foreign key of another table refers to it;
 *         LODE_E_MISUSE, an argument is NULL or the table is not in this metadata
 * @since 0.1
 */
LODE_API lode_status lode_metadata_remove(lode_metadata *metadata, lode_table *table,
                                          lode_error *error);

/**
 * Find the table and columns behind every foreign key.  What creates tables or maps classes calls
 * it; call it yourself to learn of mistakes early, or before threads share a metadata built by
 * hand.  A second call without a change between does nothing.
 * @param error  filled on failure; may be NULL: names both sides, and the nearest name there is
 * @return LODE_OK; LODE_E_NO_OBJECT, a foreign key refers to a table or column that does not exist;
 *         LODE_E_CYCLE, columns without type refer to each other; LODE_E_MISUSE, the type of an
 *         autoincrement column is not an integer one, or `metadata` is NULL; LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_status lode_metadata_resolve(lode_metadata *metadata, lode_error *error);

/** Whether a name is put into quotes. */
typedef enum lode_quoting {
	LODE_QUOTE_AS_NEEDED,       /* if it is a reserved word, or not plain and lower case */
	LODE_QUOTE_ALWAYS,
	LODE_QUOTE_NEVER            /* the server then folds its case as it does */
} lode_quoting;

/**
 * Force a name to be quoted, or not to be, wherever this metadata has it: as a schema, a table, a
 * column, a constraint or an index, in DDL and in queries.
 * @param metadata  before its first use with a database
 * @param name      copied; NULL: every name that has no entry of its own.  With LODE_QUOTE_NEVER
 *                  then those that cannot do without are quoted all the same
 * @param error     filled on failure; may be NULL
 * @return LODE_OK; LODE_E_MISUSE, `metadata` is NULL, no such quoting, or LODE_QUOTE_NEVER for a
 *         name that is not letters, digits and underscores; LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_status lode_metadata_quote(lode_metadata *metadata, const char *name,
                                         lode_quoting quoting, lode_error *error);

/* ------------------------------------------------------------------ tables */

/** A piece of SQL for one or several dialects; other dialects leave it out.  Frozen. */
typedef struct lode_dialect_sql {
	const char *dialects;       /* "mysql,mariadb" */
	uint32_t place;             /* LODE_PLACE_* */
	uint32_t zero_;
	const char *sql;            /* rendered as it is */
} lode_dialect_sql;
#define LODE_PLACE_SUFFIX 0         /* after the closing parenthesis: "ENGINE=InnoDB" */
#define LODE_PLACE_PREFIX 1         /* between CREATE and TABLE/INDEX: "TEMPORARY", "FULLTEXT" */
#define LODE_PLACE_METHOD 2         /* indexes, before the opening parenthesis: "USING gin" */

/** Options of a table. */
typedef struct lode_table_options {
	uint32_t struct_size;
	bool keep_existing;         /* a table of that name is returned as it is, not refused */
	bool no_schema;             /* not even the metadata's */
	uint8_t zero_[2];
	const char *name;
	const char *schema;         /* NULL: the metadata's */
	const char *comment;
	const lode_dialect_sql *dialect_sql;
	size_t dialect_sql_count;
} lode_table_options;
#define LODE_TABLE_OPTIONS_INIT { .struct_size = (uint32_t)sizeof(lode_table_options) }

/**
 * Add a table.
 * @param options  name and more; copied
 * @param error    filled on failure; may be NULL
 * @return borrowed from the metadata; NULL: LODE_E_EXISTS, the name is taken and `keep_existing` is
 *         off; LODE_E_MISUSE, no name, `schema` with `no_schema`, or an argument is NULL;
 *         LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_table *lode_metadata_add_table(lode_metadata *metadata,
                                             const lode_table_options *options, lode_error *error);

/**
 * Say that `table` has to be created after `on` (and dropped before), beyond its foreign keys.
 * @param error  filled on failure; may be NULL
 * @return LODE_OK; LODE_E_MISUSE, an argument is NULL, both are one table or of two metadatas;
 *         LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_status lode_table_add_dependency(lode_table *table, lode_table *on,
                                               lode_error *error);

/**
 * Name, schema, comment of a table; its metadata.
 * @return borrowed; NULL where there is none, or `table` is NULL
 * @since 0.1
 */
LODE_API const char *lode_table_name(const lode_table *table);
/** See lode_table_name(). @since 0.1 */
LODE_API const char *lode_table_schema(const lode_table *table);
/** See lode_table_name(). @since 0.1 */
LODE_API const char *lode_table_comment(const lode_table *table);
/** See lode_table_name(). @since 0.1 */
LODE_API lode_metadata *lode_table_metadata(const lode_table *table);

/**
 * How many columns a table has; a column by its place; a column by its name.
 * @return borrowed; NULL past the end, without such a column, or if an argument is NULL
 * @since 0.1
 */
LODE_API size_t lode_table_column_count(const lode_table *table);
/** See lode_table_column_count(). @since 0.1 */
LODE_API lode_table_column *lode_table_column_at(const lode_table *table, size_t index);
/** See lode_table_column_count(). @since 0.1 */
LODE_API lode_table_column *lode_table_find_column(const lode_table *table, const char *name);

/**
 * The columns of the primary key in its order.
 * @return how many; the column, NULL past the end
 * @since 0.1
 */
LODE_API size_t lode_table_primary_key_count(const lode_table *table);
/** See lode_table_primary_key_count(). @since 0.1 */
LODE_API lode_table_column *lode_table_primary_key_at(const lode_table *table, size_t index);

/* ------------------------------------------------------------------ columns */

/** Whether the database makes the value of a primary key column. */
typedef enum lode_autoincrement {
	LODE_AUTOINCREMENT_AUTO,    /* if it is the only key column, an integer, without a
	                             * default and without a foreign key */
	LODE_AUTOINCREMENT_ON,
	LODE_AUTOINCREMENT_OFF,
	LODE_AUTOINCREMENT_IGNORE_FOREIGN_KEY   /* as AUTO, but a foreign key does not matter */
} lode_autoincrement;

/** Options of a column. */
typedef struct lode_column_options {
	uint32_t struct_size;
	bool primary_key;           /* several make a composite key, in the order of addition */
	bool nullable;
	bool unique;                /* a unique constraint */
	bool index;                 /* an index; with `unique` a unique index and no constraint */
	const char *name;
	const lode_type *type;      /* NULL: that of the column the foreign key refers to */
	uint32_t length;            /* not 0: instead of the type's length */
	uint32_t autoincrement;     /* LODE_AUTOINCREMENT_* */
	lode_default insert_default;    /* put into an INSERT that names no value */
	lode_default server_default;    /* DEFAULT of the DDL */
	lode_default onupdate;          /* put into an UPDATE that names no value */
	const char *comment;
	const char *foreign_key;    /* "table.column" or "schema.table.column" */
	const lode_table_column *references;   /* the same by object: any name, any schema */
	const char *foreign_key_name;
	const char *on_delete;      /* CASCADE, SET NULL, SET DEFAULT, RESTRICT, NO ACTION */
	const char *on_update;      /* the same words */
	const char *initially;      /* DEFERRED (makes it deferrable), IMMEDIATE */
	const char *match;          /* FULL, PARTIAL, SIMPLE */
	bool deferrable;
	bool use_alter;             /* add the foreign key by ALTER TABLE where the dialect can */
	bool replace_existing;      /* a column of that name is replaced in place, not refused */
	uint8_t zero_[5];
} lode_column_options;
#define LODE_COLUMN_OPTIONS_INIT { .struct_size = (uint32_t)sizeof(lode_column_options) }

/**
 * Add a column.
 *
 * Replacing one keeps its place and its identity: keys, indexes and checks of the table that name
 * it stay; what its own options had made (foreign key, unique constraint, index, membership in the
 * primary key) goes.
 * @param options  name and more; copied
 * @param error    filled on failure; may be NULL
 * @return borrowed from the metadata; NULL: LODE_E_EXISTS, the table has one of that name and
 *         `replace_existing` is off, or the name of its foreign key is taken; LODE_E_MISUSE, no
 *         name, no type, a primary key that is nullable, options that contradict each other, or an
 *         argument is NULL; LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_table_column *lode_table_add_column(lode_table *table,
                                                  const lode_column_options *options,
                                                  lode_error *error);

/**
 * Name, table, type and comment of a column.
 * @return borrowed; NULL where there is none (a type is not known before lode_metadata_resolve() if
 *         it comes from the column referred to), or `column` is NULL
 * @since 0.1
 */
LODE_API const char *lode_table_column_name(const lode_table_column *column);
/** See lode_table_column_name(). @since 0.1 */
LODE_API lode_table *lode_table_column_table(const lode_table_column *column);
/** See lode_table_column_name(). @since 0.1 */
LODE_API const lode_type *lode_table_column_type(const lode_table_column *column);
/** See lode_table_column_name(). @since 0.1 */
LODE_API const char *lode_table_column_comment(const lode_table_column *column);

/**
 * Whether a column is of the primary key; may be NULL; is generated by the database.
 * @return false also for NULL
 * @since 0.1
 */
LODE_API bool lode_table_column_is_primary_key(const lode_table_column *column);
/** See lode_table_column_is_primary_key(). @since 0.1 */
LODE_API bool lode_table_column_is_nullable(const lode_table_column *column);
/** See lode_table_column_is_primary_key(). @since 0.1 */
LODE_API bool lode_table_column_is_generated(const lode_table_column *column);

/**
 * The defaults of a column: of an INSERT, of the DDL, of an UPDATE.
 * @return borrowed; kind LODE_DEFAULT_NONE if there is none; NULL for NULL
 * @since 0.1
 */
LODE_API const lode_default *lode_table_column_insert_default(const lode_table_column *column);
/** See lode_table_column_insert_default(). @since 0.1 */
LODE_API const lode_default *lode_table_column_server_default(const lode_table_column *column);
/** See lode_table_column_insert_default(). @since 0.1 */
LODE_API const lode_default *lode_table_column_onupdate(const lode_table_column *column);

/* ------------------------------------------------------------------ constraints
 *
 * Comments of tables, columns, constraints and indexes go into the DDL as the dialect has them:
 * PostgreSQL comments on all four, MariaDB on all but foreign keys and checks, SQLite on none.  What
 * a dialect cannot keep is left out, since nothing depends on it.
 *
 * Lists of columns are given as a text "a, b", or, for names with commas or blanks in them, as
 * `column_names` with `column_count`. */

/** Options of a foreign key of one or several columns. */
typedef struct lode_foreign_key_options {
	uint32_t struct_size;
	bool deferrable;
	bool use_alter;             /* add it by ALTER TABLE where the dialect can */
	uint8_t zero_[2];
	const char *name;           /* NULL: unnamed */
	const char *columns;
	const char *const *column_names;
	size_t column_count;
	const char *target;         /* "table" or "schema.table" */
	const lode_table *target_table;        /* the same by object */
	const char *target_columns; /* all NULL: the primary key of the target */
	const char *const *target_names;       /* column_count of them */
	const char *on_delete;      /* CASCADE, SET NULL, SET DEFAULT, RESTRICT, NO ACTION */
	const char *on_update;      /* the same words */
	const char *initially;      /* DEFERRED (makes it deferrable), IMMEDIATE */
	const char *match;          /* FULL, PARTIAL, SIMPLE */
	const char *comment;        /* wants a name */
} lode_foreign_key_options;
#define LODE_FOREIGN_KEY_OPTIONS_INIT { .struct_size = (uint32_t)sizeof(lode_foreign_key_options) }

/**
 * Add a foreign key.  The target is looked for when the metadata is resolved.
 * @param options  copied
 * @param error    filled on failure; may be NULL
 * @return borrowed from the metadata; NULL: LODE_E_NO_OBJECT, the table has no such column;
 *         LODE_E_EXISTS, the name of the constraint is taken; LODE_E_MISUSE, a word that is not
 *         allowed, no target, a different number of columns on both sides, a column twice, a
 *         comment without a name, or an argument is NULL; LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_foreign_key *lode_table_add_foreign_key(lode_table *table,
                                                      const lode_foreign_key_options *options,
                                                      lode_error *error);

/** Options of a unique constraint. */
typedef struct lode_unique_options {
	uint32_t struct_size;
	bool deferrable;
	uint8_t zero_[3];
	const char *name;           /* NULL: unnamed */
	const char *columns;
	const char *const *column_names;
	size_t column_count;
	const char *initially;      /* DEFERRED (makes it deferrable), IMMEDIATE */
	const char *comment;        /* wants a name */
} lode_unique_options;
#define LODE_UNIQUE_OPTIONS_INIT { .struct_size = (uint32_t)sizeof(lode_unique_options) }

/**
 * Add a unique constraint.
 * @param options  copied
 * @param error    filled on failure; may be NULL
 * @return borrowed from the metadata; NULL: LODE_E_NO_OBJECT, the table has no such column;
 *         LODE_E_EXISTS, the name is taken; LODE_E_MISUSE, no column, a column twice, a comment
 *         without a name, or an argument is NULL; LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_unique *lode_table_add_unique(lode_table *table, const lode_unique_options *options,
                                            lode_error *error);

/** Options of a check constraint: `sql` or `expression`. */
typedef struct lode_check_options {
	uint32_t struct_size;
	uint32_t reserved;
	const char *name;           /* NULL: unnamed */
	const char *sql;            /* rendered as it is */
	const lode_expr *expression;   /* must live as long as the metadata */
	const char *comment;        /* wants a name */
} lode_check_options;
#define LODE_CHECK_OPTIONS_INIT { .struct_size = (uint32_t)sizeof(lode_check_options) }

/**
 * Add a check constraint.
 * @param options  copied, but for the expression
 * @param error    filled on failure; may be NULL
 * @return borrowed from the metadata; NULL: LODE_E_EXISTS, the name is taken; LODE_E_MISUSE, no
 *         text and no expression, or both, a comment without a name, or an argument is NULL;
 *         LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_check *lode_table_add_check(lode_table *table, const lode_check_options *options,
                                          lode_error *error);

/**
 * Name the primary key constraint of a table.
 * @param name   copied; NULL: unnamed
 * @param error  filled on failure; may be NULL
 * @return LODE_OK; LODE_E_EXISTS, the name is taken; LODE_E_MISUSE, the name is empty or `table` is
 *         NULL; LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_status lode_table_name_primary_key(lode_table *table, const char *name,
                                                 lode_error *error);

/* ------------------------------------------------------------------ indexes */

/** One key of an index: exactly one of the first three.  Frozen. */
typedef struct lode_index_key {
	const char *column;
	const char *sql;            /* an expression, rendered in parentheses */
	const lode_expr *expression;   /* must live as long as the metadata */
	bool descending;
	uint8_t zero_[7];
} lode_index_key;

/** Options of an index. */
typedef struct lode_index_options {
	uint32_t struct_size;
	bool unique;
	uint8_t zero_[3];
	const char *name;           /* NULL: ix_<table>_<columns> */
	const char *columns;        /* "a, -b": a leading "-" sorts descending */
	const lode_index_key *keys; /* instead of `columns` */
	size_t key_count;
	const char *where_sql;      /* of a partial index, rendered as it is; or: */
	const lode_expr *where;     /* must live as long as the metadata */
	const lode_dialect_sql *dialect_sql;
	size_t dialect_sql_count;
	const char *comment;
} lode_index_options;
#define LODE_INDEX_OPTIONS_INIT { .struct_size = (uint32_t)sizeof(lode_index_options) }

/**
 * Add an index.
 * @param options  copied, but for the expressions
 * @param error    filled on failure; may be NULL
 * @return borrowed from the metadata; NULL: LODE_E_NO_OBJECT, the table has no such column;
 *         LODE_E_EXISTS, the table has an index of that name; LODE_E_MISUSE, no key, a key that is
 *         nothing or two things, an index without name whose first key is an expression, or an
 *         argument is NULL; LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_index *lode_table_add_index(lode_table *table, const lode_index_options *options,
                                          lode_error *error);

/**
 * The name of an index; whether it is unique.
 * @return borrowed; NULL or false if `index` is NULL
 * @since 0.1
 */
LODE_API const char *lode_index_name(const lode_index *index);
/** See lode_index_name(). @since 0.1 */
LODE_API bool lode_index_is_unique(const lode_index *index);

#ifdef __cplusplus
}
#endif

#endif
