/* SPDX-License-Identifier: MIT */
/* sql/render.h - expressions to SQL text.  compile.h is the way in; this is what its parts share.
 *
 * A scope is one SELECT, UPDATE or DELETE; a subquery's scope has a parent, whose tables its
 * columns may refer to (correlation).
 * Invariant: `ordinal` is the number of the next value in the walk of lode__statement_key. */
#ifndef LODE_SQL_RENDER_H
#define LODE_SQL_RENDER_H

#include "sql/compile.h"
#include "sql/quote.h"

/* one FROM item */
typedef struct lode__source {
	const lode_table *table;
	const lode_class *owner;    /* NULL at core level */
	uint32_t alias;             /* of the application, 0: the plain one */
	const char *name;           /* how its columns are qualified, unquoted; NULL: the table */
} lode__source;

typedef struct lode__scope {
	struct lode__scope *parent;
	lode__source *sources;
	size_t count, capacity;
	bool bare;                  /* columns are not qualified: UPDATE, DELETE, DDL */
} lode__scope;

/* what a SELECT is for */
enum { LODE__SHAPE_WHOLE, LODE__SHAPE_EXISTS, LODE__SHAPE_ONE, LODE__SHAPE_IN, LODE__SHAPE_COUNT,
       LODE__SHAPE_INSERT };

typedef struct lode__shape {
	int kind;
	size_t width;                                   /* columns it must have; 0 any */
	const lode__eager *eager;                       /* WHOLE */
	size_t eager_count;
	const lode_table_column *const *defaults;       /* INSERT: defaults that follow its columns */
	size_t default_count;
} lode__shape;

typedef struct lode__render {
	lode__buf *sql;
	const lode__dialect *dialect;
	const lode__resolver *resolver;   /* NULL: only table columns */
	lode_error *error;
	lode_status status;         /* the first failure */
	lode__arena *arena;
	lode__scope *scope;
	lode__parameter *parameters;
	size_t parameter_count, parameter_capacity;
	lode__expansion *expansions;
	size_t expansion_count, expansion_capacity;
	const lode_table **touched;
	size_t touched_count, touched_capacity;
	uint32_t ordinal;           /* of the next value */
	uint32_t anonymous;         /* number of the last anon_N */
	uint32_t depth;
	const lode_value *literals; /* not NULL: values are written into the text */
	lode__result_column *columns;
	size_t column_count, column_capacity;
	bool hooks;                 /* the dialect renders some nodes itself */
	bool cartesian, unknown_tables;
} lode__render;

/* precedence of the place an operand stands in */
enum {
	LODE__PREC_NONE, LODE__PREC_OR, LODE__PREC_AND, LODE__PREC_NOT, LODE__PREC_COMPARE,
	LODE__PREC_CONCAT, LODE__PREC_SUM, LODE__PREC_PRODUCT, LODE__PREC_UNARY, LODE__PREC_ATOM
};

void lode__render_fail(lode__render *render, lode_status status, const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 3, 4)))
#endif
	;
/* `hint` types constants: the column on the other side of a comparison or assignment, or NULL */
void lode__render_expr(lode__render *render, const lode_expr *expr, int precedence,
                       const lode_table_column *hint);
/* the same past the dialect's own render hook */
void lode__render_default(lode__render *render, const lode_expr *expr, int precedence,
                          const lode_table_column *hint);
/* the conditions joined by AND, behind `word` (" WHERE "); nothing if there are none */
void lode__render_conditions(lode__render *render, const char *word, const lode__exprs *list);
void lode__render_select(lode__render *render, const lode_statement *statement,
                         const lode__shape *shape);
/* LIMIT and OFFSET, whose values begin at that ordinal; nothing if there are none */
void lode__render_limit(lode__render *render, const lode_statement *statement, uint32_t ordinal);
/* Are its rows those of its FROM and WHERE, so that count(*) needs no subquery? */
bool lode__render_is_simple(const lode_statement *statement);
/* INSERT, UPDATE, DELETE and text */
void lode__render_write(lode__render *render, const lode_statement *statement);
/* a placeholder or literal for the next value; `tag` is its LODE_VALUE_* or LODE__VALUE_LIST */
void lode__render_value(lode__render *render, uint32_t tag, const lode_table_column *column,
                        int32_t sql_type);
/* an operand of a comparison or of ORDER BY, of that type: collated if decimals are text */
void lode__render_operand(lode__render *render, const lode_expr *expr, int32_t sql_type,
                          const lode_table_column *hint);
/* " COLLATE x" if the dialect keeps decimals as text */
void lode__render_collation(lode__render *render, int32_t sql_type);
/* table of a class or NULL, failed; column of a column node or NULL, failed */
const lode_table *lode__render_table_of(lode__render *render, const lode_class *owner);
/* qualified as the scope says; `source` NULL: found in the scopes */
void lode__render_column(lode__render *render, const lode__source *source,
                         const lode_table_column *column);
void lode__render_source_name(lode__render *render, const lode__source *source);
const lode__source *lode__scope_find(const lode__scope *scope, const lode_table *table,
                                     uint32_t alias);
lode__source *lode__scope_add(lode__render *render, lode__scope *scope, const lode__source *source);
void lode__render_result(lode__render *render, const lode_table_column *column, int32_t sql_type);
/* LODE_T_* of a column for this dialect */
int32_t lode__column_sql_type(const lode__dialect *dialect, const lode_table_column *column);
void lode__render_touch(lode__render *render, const lode_table *table);
/* the column an expression is, or NULL */
const lode_table_column *lode__render_column_of(lode__render *render, const lode_expr *expr);
/* LODE_T_* of an expression, UNKNOWN if nothing says it */
int32_t lode__render_type_of(lode__render *render, const lode_expr *expr);
void *lode__render_grow(lode__render *render, void *items, size_t count, size_t *capacity,
                        size_t size);

/* An expression inside DDL (CHECK, index, partial index): literals, columns unqualified. */
lode_status lode__render_ddl_expr(lode__buf *sql, const lode__dialect *dialect,
                                  const lode_expr *expr, lode_error *error);

#endif
