/* SPDX-License-Identifier: MIT */
/* sql/from.h - what a SELECT reads: FROM items derived from what it selects, and its joins.
 *
 * Rules, in this order: the entity; lode_from; the classes of selected columns; the left sides of
 * joins; if nothing was found, the classes of the conditions.  A table of an enclosing statement is
 * not repeated (its rows are meant), unless the subquery would be left without FROM. */
#ifndef LODE_SQL_FROM_H
#define LODE_SQL_FROM_H

#include "sql/render.h"

typedef struct lode__from_join {
	const lode__join *join;
	lode__path path;            /* of a relationship */
	const lode_table *target;
	uint32_t group;             /* number of the base it hangs on */
	uint32_t ordinal;           /* of the first value of its condition */
	lode__source left, right, secondary;
} lode__from_join;

typedef struct lode__from {
	lode__source *bases;
	size_t base_count, base_capacity;
	lode__from_join *joins;
	size_t join_count;
} lode__from;

/* Fill `from`, and the scope with all sources.  `ordinal` is that of the first join's values. */
void lode__from_derive(lode__render *render, const lode_statement *statement, lode__from *from,
                       uint32_t ordinal);
/* " FROM ..." */
void lode__from_render(lode__render *render, const lode__from *from);
/* a.x = b.y AND ... */
void lode__from_condition(lode__render *render, const lode__source *left,
                          const lode_table_column *const *near, const lode__source *right,
                          const lode_table_column *const *far, size_t count);
/* "name" or "name AS alias" */
void lode__from_table(lode__render *render, const lode__source *source);
typedef enum lode__join_kind { LODE__JOIN_INNER, LODE__JOIN_LEFT, LODE__JOIN_FULL } lode__join_kind;
/* " LEFT OUTER JOIN ..." along a path, through its secondary table if it has one */
void lode__from_path(lode__render *render, const lode__path *path, lode__join_kind kind,
                     const lode__source *left, const lode__source *secondary,
                     const lode__source *right);
/* "anon_N", in the render's memory */
const char *lode__from_anonymous(lode__render *render);

#endif
