/* SPDX-License-Identifier: MIT */
/* sql/ddl.h - CREATE, DROP and ALTER as a dialect spells them; text only, no connection.
 *
 * The metadata of what is rendered is resolved.  What a dialect cannot express is refused with
 * LODE_E_UNSUPPORTED and a message that names table and column: nothing is left out silently. */
#ifndef LODE_SQL_DDL_H
#define LODE_SQL_DDL_H

#include <stdbool.h>
#include <stddef.h>

#include <lode/schema.h>

#include "base/buf.h"
#include "schema/sort.h"
#include "sql/dialect.h"

#define LODE__DDL_MAX (16u << 20)       /* bytes of a statement */

/* All append one statement, without a semicolon, and return LODE_OK; LODE_E_UNSUPPORTED, the
 * dialect has no such thing; LODE_E_LIMIT, a name is too long for it, or the statement;
 * LODE_E_NOMEM; and what expressions and hooks return. */

/* Foreign keys that are late in `sorted` (NULL: none is) are left out if the dialect can add them
 * afterwards, else they are inline like the others.  `guard`: IF NOT EXISTS where the dialect can
 * say that. */
lode_status lode__render_create_table(lode__buf *sql, const lode__dialect *dialect,
                                      const lode_table *table, const lode__sorted *sorted,
                                      bool guard, lode_error *error);
lode_status lode__render_drop_table(lode__buf *sql, const lode__dialect *dialect,
                                    const lode_table *table, bool guard, lode_error *error);
lode_status lode__render_create_index(lode__buf *sql, const lode__dialect *dialect,
                                      const lode_index *index, bool guard, lode_error *error);
lode_status lode__render_drop_index(lode__buf *sql, const lode__dialect *dialect,
                                    const lode_index *index, bool guard, lode_error *error);
lode_status lode__render_add_foreign_key(lode__buf *sql, const lode__dialect *dialect,
                                         const lode_foreign_key *key, lode_error *error);
/* LODE_E_CYCLE: it has no name */
lode_status lode__render_drop_foreign_key(lode__buf *sql, const lode__dialect *dialect,
                                          const lode_foreign_key *key, lode_error *error);

/* Can foreign keys be added to and dropped from tables that exist? */
bool lode__ddl_can_alter(const lode__dialect *dialect);

/* The name of an index in this dialect: its own, or if that was made up and is too long, the
 * beginning of it and four digits that depend on all of it, the same in every process. */
void lode__put_index_name(lode__buf *out, const lode__dialect *dialect, const lode_index *index);
/* the same in quotes if need be, behind its schema if it has one and `qualified` */
void lode__put_index(lode__buf *sql, const lode__dialect *dialect, const lode_index *index,
                     bool qualified);

/* ------------------------------------------------------------------ many statements */

enum {
	LODE__DDL_CREATE_TABLE = 1, LODE__DDL_CREATE_INDEX, LODE__DDL_ADD_FOREIGN_KEY,
	LODE__DDL_DROP_FOREIGN_KEY, LODE__DDL_DROP_TABLE, LODE__DDL_COMMENT
};

typedef struct lode__ddl_statement {
	int kind;                   /* LODE__DDL_* */
	const lode_table *table;
	const lode_index *index;    /* or NULL */
	const lode_foreign_key *key;    /* or NULL */
	const char *sql;            /* valid during the call */
	size_t size;
} lode__ddl_statement;

/* anything but LODE_OK stops */
typedef lode_status lode__ddl_emit(void *context, const lode__ddl_statement *statement,
                                   lode_error *error);

/* Every table of `sorted` in its order, its indexes right behind it, then the late foreign keys (if
 * the dialect can alter), at last the comments that are statements of their own. */
lode_status lode__ddl_create(const lode__dialect *dialect, const lode__sorted *sorted, bool guard,
                             lode__ddl_emit *emit, void *context, lode_error *error);
/* The reverse: late foreign keys first, then the tables from the last to the first; indexes go with
 * them.  LODE_E_CYCLE: a late foreign key has no name; nothing was emitted.  A dialect that cannot
 * alter just drops: its caller has to switch foreign keys off if rows refer to each other. */
lode_status lode__ddl_drop(const lode__dialect *dialect, const lode__sorted *sorted, bool guard,
                           lode__ddl_emit *emit, void *context, lode_error *error);

#endif
