/* SPDX-License-Identifier: MIT */
/* lode/inspect.h - what a database holds: schemas, tables, views, and what a table looks like there.
 *
 * An inspector asks the database when something is first asked for and keeps the answer: what
 * changes meanwhile is not seen, a new inspector sees it.  Everything it gives out is its own and
 * valid until it is freed.  Names are as the database has them. */
#ifndef LODE_INSPECT_H
#define LODE_INSPECT_H

#include <lode/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lode_inspector lode_inspector;

/** Names, in the order in which the database lists them. */
typedef struct lode_name_list {
	const char *const *items;
	size_t count;
} lode_name_list;

/** A column as the database has it.  Grows only at its end. */
typedef struct lode_column_info {
	const char *name;
	const char *type;            /* as the database writes it: "VARCHAR(30)" */
	const char *default_sql;     /* NULL: none */
	const char *generated_sql;   /* computed by this expression, "" if it is not told; NULL: not */
	const char *comment;
	bool nullable;
	bool identity;               /* the database makes its values */
	uint8_t zero_[6];
} lode_column_info;

/** A key, constraint or index.  What does not belong to its kind is NULL or 0.  Grows only at its end. */
typedef struct lode_key_info {
	const char *name;            /* NULL: unnamed, or not told */
	const char *const *columns;  /* NULL entry: an expression */
	size_t column_count;
	bool unique;                 /* of an index */
	bool deferrable, initially_deferred;
	uint8_t zero_[5];
	const char *target_schema;   /* of a foreign key; NULL: the default one */
	const char *target_table;
	const char *const *target_columns;   /* column_count of them; NULL: the primary key */
	const char *on_delete;       /* "CASCADE"...; NULL: no action */
	const char *on_update;
	const char *sql;             /* condition of a check, expression of an index */
	const char *where;           /* of a partial index */
	const char *method;          /* of an index: "btree" */
} lode_key_info;

/** A table or view.  Lists are of pointers, in the order of the database.  Grows only at its end. */
typedef struct lode_table_info {
	const char *schema;          /* as it was asked for */
	const char *name;
	const char *comment;
	const char *definition;      /* of a view, where it is told */
	bool view;
	uint8_t zero_[7];
	const lode_column_info *const *columns;
	size_t column_count;
	const lode_key_info *primary_key;    /* NULL: none */
	const lode_key_info *const *foreign_keys;
	size_t foreign_key_count;
	const lode_key_info *const *uniques;
	size_t unique_count;
	const lode_key_info *const *checks;
	size_t check_count;
	const lode_key_info *const *indexes; /* those that no constraint made */
	size_t index_count;
} lode_table_info;

/**
 * Inspect the database behind an engine.  Connects when something is first asked for.
 * @param engine  must outlive the inspector
 * @param error   may be NULL
 * @return the inspector, to be freed with lode_inspector_free(); NULL: LODE_E_MISUSE, NULL;
 *         LODE_E_NOMEM
 * Thread: any; the inspector is used by one at a time.
 * @since 0.1
 */
LODE_API lode_inspector *lode_inspect_engine(lode_engine *engine, lode_error *error);

/**
 * Free an inspector and all it gave out.
 * @param inspector  NULL is allowed
 * @since 0.1
 */
LODE_API void lode_inspector_free(lode_inspector *inspector);

/**
 * List the schemas.
 * @param out    receives the names; untouched on failure
 * @param error  may be NULL
 * @return LODE_OK; LODE_E_UNSUPPORTED, the dialect cannot tell what a database holds; LODE_E_CONNECT
 *         and others from the backend; LODE_E_MISUSE, NULL; LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_status lode_inspector_schemas(lode_inspector *inspector, lode_name_list *out,
                                            lode_error *error);

/**
 * List the tables of a schema.
 * @param schema  NULL: the default one of the connection
 * @return as lode_inspector_schemas(); none for a schema that does not exist, where the backend does
 *         not say that
 * @since 0.1
 */
LODE_API lode_status lode_inspector_tables(lode_inspector *inspector, const char *schema,
                                           lode_name_list *out, lode_error *error);

/**
 * List the views of a schema; see lode_inspector_tables().
 * @return as lode_inspector_tables()
 * @since 0.1
 */
LODE_API lode_status lode_inspector_views(lode_inspector *inspector, const char *schema,
                                          lode_name_list *out, lode_error *error);

/**
 * Is there a table or view of that name?
 * @param there  receives the answer
 * @return as lode_inspector_schemas()
 * @since 0.1
 */
LODE_API lode_status lode_inspector_has_table(lode_inspector *inspector, const char *schema,
                                              const char *name, bool *there, lode_error *error);

/**
 * Look at one table or view.
 * @param out  receives it, the inspector's; untouched on failure
 * @return as lode_inspector_schemas(); LODE_E_NO_OBJECT, there is no such table
 * @since 0.1
 */
LODE_API lode_status lode_inspector_table(lode_inspector *inspector, const char *schema,
                                          const char *name, const lode_table_info **out,
                                          lode_error *error);

#ifdef __cplusplus
}
#endif

#endif
