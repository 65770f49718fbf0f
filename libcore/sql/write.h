/* SPDX-License-Identifier: MIT */
/* sql/write.h - the INSERT, UPDATE and DELETE of the unit of work: by table and columns, parameters
 * in the order of the columns given (SET before WHERE), one row or a rowset. */
#ifndef LODE_SQL_WRITE_H
#define LODE_SQL_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include <lode/schema.h>

#include "base/buf.h"
#include "sql/dialect.h"

typedef struct lode__write_column {
	const lode_table_column *column;
	const lode_default *expression;   /* written inline instead of a parameter; NULL: parameter */
} lode__write_column;

/* can several rows be the source of one statement? */
static inline bool lode__dialect_has_rows(const lode__dialect *dialect)
{
	return dialect->traits.rows_style == 2 || dialect->traits.rows_style == 3;
}

/* With `rowset` the parameters are the columns c0, c1, ... of the dialect's row table, or arrays that
 * unnest() makes such a table of.  All return
 * LODE_OK; LODE_E_UNSUPPORTED, the dialect has no such form; LODE_E_NOMEM, LODE_E_LIMIT. */
lode_status lode__render_insert(lode__buf *sql, const lode__dialect *dialect,
                                const lode_table *table, const lode__write_column *columns,
                                size_t count, const lode_table_column *const *returning,
                                size_t returning_count, bool rowset, lode_error *error);
lode_status lode__render_update(lode__buf *sql, const lode__dialect *dialect,
                                const lode_table *table, const lode__write_column *set,
                                size_t set_count, const lode_table_column *const *where,
                                size_t where_count, const lode_table_column *const *returning,
                                size_t returning_count, bool rowset, lode_error *error);
lode_status lode__render_delete(lode__buf *sql, const lode__dialect *dialect,
                                const lode_table *table, const lode_table_column *const *where,
                                size_t where_count, bool rowset, lode_error *error);
/* ?, $n, :n or @pn; `number` counts from 1 */
void lode__put_placeholder(lode__buf *sql, const lode__dialect *dialect, size_t number);

#endif
