/* SPDX-License-Identifier: MIT */
/* sql/key.h - the structure of a statement as bytes, and its values.
 *
 * Equal structure gives equal keys and different structure different ones (no hashing here).  The
 * key holds pointers of classes and tables: it is for a cache inside one process, and whoever mixes
 * registries prefixes it.  Values come in the order of the walk, which is the order of the clauses:
 * SELECT list, joins, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET; SET, WHERE; VALUES row by
 * row; RETURNING last. */
#ifndef LODE_SQL_KEY_H
#define LODE_SQL_KEY_H

#include "base/buf.h"
#include "sql/expr.h"
#include "sql/statement.h"

/* a growable array of values; text and bytes are borrowed from the nodes */
typedef struct lode__values {
	lode_value *items;
	size_t count, capacity;
	const lode_allocator *allocator;
	lode_status status;         /* LODE_OK or LODE_E_NOMEM: sticky */
} lode__values;

void lode__values_init(lode__values *values, const lode_allocator *allocator);
void lode__values_clear(lode__values *values);      /* keeps its memory */
void lode__values_dispose(lode__values *values);
void lode__values_push(lode__values *values, const lode_value *value);

/* Appends to both.  LODE_OK; LODE_E_NOMEM; LODE_E_LIMIT, nested too deeply. */
lode_status lode__statement_key(const lode_statement *statement, lode__buf *key,
                                lode__values *values);
lode_status lode__expr_key(const lode_expr *expr, lode__buf *key, lode__values *values);
/* how many values the walk gives */
size_t lode__expr_value_count(const lode_expr *expr);
size_t lode__limit_value_count(const lode_statement *statement);     /* of its LIMIT alone */
size_t lode__statement_value_count(const lode_statement *statement);

#endif
