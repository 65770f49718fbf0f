/* SPDX-License-Identifier: MIT */
/* sql/compile.h - a statement becomes SQL text, parameters and result columns.
 *
 * The result is immutable and counted; any thread.  It depends on the structure of the statement
 * only: values are handed in at execution, in the order of lode__statement_key. */
#ifndef LODE_SQL_COMPILE_H
#define LODE_SQL_COMPILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "sql/dialect.h"
#include "sql/key.h"
#include "sql/statement.h"

typedef struct lode__order { const lode_table_column *column; bool descending; } lode__order;

/* How a relationship is joined.  Without a secondary: near[i] = far[i], near on the owner's table,
 * far on the target's.  With one: near[i] = far[i] with far on the secondary, and
 * secondary_near[i] (on the secondary) = target_columns[i]. */
typedef struct lode__path {
	const lode_class *target;
	const lode_table *table;    /* the target's */
	const lode_table *secondary;
	const lode_table_column *const *near, *const *far;
	size_t count;
	const lode_table_column *const *secondary_near, *const *target_columns;
	size_t secondary_count;
	const lode__order *order;   /* order_by of the relationship */
	size_t order_count;
	bool to_many;
} lode__path;

/* What the ORM knows of classes.  Each returns NULL or a status < 0 with `error` filled. */
typedef struct lode__resolver {
	void *context;
	const lode_table *(*table)(void *context, const lode_class *owner, lode_error *error);
	const lode_table_column *(*column)(void *context, const lode_class *owner, size_t offset,
	                                   lode_error *error);
	lode_status (*path)(void *context, const lode_class *owner, size_t offset, lode__path *out,
	                    lode_error *error);
	lode_status (*entity)(void *context, const lode_class *owner,
	                      const lode_table_column *const **columns, size_t *count,
	                      lode_error *error);
} lode__resolver;

/* One LEFT OUTER JOIN on an anonymous alias, whose entity columns follow in the result. */
typedef struct lode__eager {
	uint32_t parent;            /* 0: the statement's entity; k: eager[k - 1], k <= own index */
	const lode_class *owner;    /* the relationship */
	size_t offset;
} lode__eager;

typedef struct lode__parameter {
	uint32_t ordinal;           /* into the values */
	uint32_t value_kind;        /* LODE_VALUE_* or LODE__VALUE_LIST expected there */
	int32_t sql_type;           /* LODE_T_*; UNKNOWN if nothing says it */
	uint32_t reserved;
	const lode_table_column *column;   /* that types it, or NULL */
	size_t at, size;            /* its placeholder in the text */
} lode__parameter;

/* What is really sent: the number of an enum that is stored as text becomes its name; everything
 * else stays.  LODE_E_DATA: no such name (the value is unchanged). */
lode_status lode__parameter_adapt(const lode__parameter *parameter, lode_value *value);

/* An IN list to be expanded at execution (in_style 1, rows): the text at..end is `operand IN (?)`, or
 * `(operand, operand) IN ((?, ?))`. */
typedef struct lode__expansion {
	size_t at, operand_end, end;
	uint32_t parameter;         /* index of the list's first parameter */
	uint32_t column_count;      /* of rows, each with a parameter; 0: plain elements */
	const size_t *ends;         /* of rows: where the text of each operand ends */
	bool negated;
} lode__expansion;

typedef struct lode__result_column {
	const lode_table_column *column;   /* NULL: an expression */
	int32_t sql_type;                  /* LODE_T_* or UNKNOWN */
	uint32_t reserved;
} lode__result_column;

typedef struct lode__compiled {
	const char *sql;
	size_t sql_size;
	const lode__parameter *parameters; /* in the order of the placeholders */
	size_t parameter_count;
	size_t value_count;                /* of lode__statement_key */
	const lode__result_column *columns;   /* entity or fields, extra ones, eager[0], eager[1]... */
	size_t column_count;
	const lode_table *const *touched;  /* read or written, each once */
	size_t touched_count;
	const lode__expansion *expansions; /* in the order of the text; none unless in_style is 1 */
	size_t expansion_count;
	bool writes, returns_rows;
	bool unknown_tables;               /* text: touches more than `touched` says */
	bool cartesian;                    /* several FROM items (lode_from or several classes) */
	/* private */
	int references;                    /* atomic */
	lode_allocator allocator;
	lode__arena arena;
} lode__compiled;

/* Compile; *out has one reference.  The statement is not spent.
 * LODE_OK; LODE_E_MISUSE and the builders' failures; LODE_E_UNSUPPORTED, the dialect cannot;
 * LODE_E_LIMIT; LODE_E_NOMEM; what the resolver says. */
lode_status lode__compile(lode__compiled **out, const lode_statement *statement,
                          const lode__dialect *dialect, const lode__resolver *resolver,
                          const lode__eager *eager, size_t eager_count,
                          const lode_allocator *allocator, lode_error *error);
lode__compiled *lode__compiled_ref(lode__compiled *compiled);
void lode__compiled_unref(lode__compiled *compiled);

/* Write the lists of an execution out (only if expansion_count > 0): the text with one placeholder
 * an element, split at max_in_list, literals where max_params is reached, and its parameters.
 * `types` gets sql_type of each parameter (array of out->count, in `flat` order); values point into
 * the lists. */
typedef struct lode__flat { lode__values values; lode__buf types /* int32_t each */; } lode__flat;
void lode__flat_init(lode__flat *flat, const lode_allocator *allocator);
void lode__flat_dispose(lode__flat *flat);
lode_status lode__compiled_expand(const lode__compiled *compiled, const lode__dialect *dialect,
                                  const lode_value *values, size_t count, lode__buf *sql,
                                  lode__flat *flat, lode_error *error);

/* Print for people: like lode__compile, but `literals` puts the values into the text. */
lode_status lode__statement_print(lode__buf *sql, const lode_statement *statement,
                                  const lode__dialect *dialect, const lode__resolver *resolver,
                                  bool literals, lode_error *error);

#endif
