/* SPDX-License-Identifier: MIT */
/* sql/expr.h - expression trees.
 *
 * A node is one block of the default allocator, with the text or list it holds behind it, and never
 * changes once it is built.  It is born floating (0 references); whatever it is placed in takes one.
 * Failures are nodes too: see lode__expr_status().  Because a floating node may be used again by the
 * application after a builder refused it, nothing is freed when a builder fails: what it was given
 * is parked in the failure, or in the statement that refused it, and goes with that.
 * Invariants: a parked node has one reference for it, and is in one list only; operands are never NULL but where said; a node owns a reference to each of its
 * operands; kinds and layouts are as in `as` below. */
#ifndef LODE_SQL_EXPR_H
#define LODE_SQL_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/query.h>
#include <lode/schema.h>

#include "base/buf.h"

typedef enum lode__expr_kind {
	LODE__EXPR_ERROR = 1,
	LODE__EXPR_COLUMN,          /* owner, offset, alias */
	LODE__EXPR_TABLE_COLUMN,    /* column, alias */
	LODE__EXPR_CONSTANT,        /* value; a parameter of a query if its kind is LODE_VALUE_PARAM */
	LODE__EXPR_COMPARE,         /* a op b: lode_op */
	LODE__EXPR_COMPARE_VALUE,   /* a op value: lode_op */
	LODE__EXPR_BETWEEN,         /* arguments: expr, low, high */
	LODE__EXPR_IN,              /* a [NOT] IN list */
	LODE__EXPR_IN_SELECT,       /* a [NOT] IN (statement) */
	LODE__EXPR_IN_ROWS,         /* (arguments) [NOT] IN list of rows */
	LODE__EXPR_ROW,             /* (arguments): left of IN_SELECT only */
	LODE__EXPR_IS_NULL,         /* a IS [NOT] NULL */
	LODE__EXPR_AND,             /* a, b */
	LODE__EXPR_OR,
	LODE__EXPR_NOT,             /* a */
	LODE__EXPR_ARITHMETIC,      /* a op b: lode__arithmetic */
	LODE__EXPR_NEGATE,          /* a */
	LODE__EXPR_FUNCTION,        /* name, arguments */
	LODE__EXPR_AGGREGATE,       /* a (NULL: count(*)); op is a lode_aggregate_kind; flag DISTINCT */
	LODE__EXPR_NOW,
	LODE__EXPR_TEXT,            /* sql, binds */
	LODE__EXPR_SCALAR,          /* (statement) */
	LODE__EXPR_EXISTS,          /* [NOT] EXISTS (statement) */
	LODE__EXPR_ORDER            /* a; flags DESCENDING, NULLS_FIRST, NULLS_LAST */
} lode__expr_kind;

typedef enum lode__arithmetic {
	LODE__PLUS = 1, LODE__MINUS, LODE__TIMES, LODE__DIVIDE, LODE__CONCAT
} lode__arithmetic;

#define LODE__EXPR_NEGATED     0x01u   /* NOT IN, IS NOT NULL, NOT EXISTS, NOT BETWEEN */
#define LODE__EXPR_DISTINCT    0x02u
#define LODE__EXPR_DESCENDING  0x04u
#define LODE__EXPR_NULLS_FIRST 0x08u
#define LODE__EXPR_NULLS_LAST  0x10u
#define LODE__EXPR_ESCAPE      0x20u   /* LIKE ... ESCAPE '\' (a pattern made by lode) */
#define LODE__EXPR_SHARED      0x40u   /* constant data: not counted, not freed */
#define LODE__EXPR_BORROWED    0x80u   /* the statement is a kept one of the caller's */
/* in `state`, not in the flags: */
#define LODE__EXPR_FAILED      0x01u   /* building on it ran out of memory: an error from then on */

/* Deeper is refused when it is built, so that walks may recurse.  A chain of ANDs (or of ORs) that
 * grows on its left side counts once. */
#define LODE__EXPR_DEPTH 200

/* A value of this kind occurs only in lode__values: as.bytes.data is a `const lode__elements *`. */
#define LODE__VALUE_LIST 100u

/* the elements of an IN list, or its rows; lies in the node */
typedef struct lode__elements {
	const void *data;
	size_t count;
	size_t stride;              /* also the size of a char[N] */
	lode_ctype ctype;
	uint32_t value_kind;        /* LODE_VALUE_* of the elements */
	const lode_param *columns;  /* of rows: where their members lie; NULL: plain elements */
	size_t column_count;
} lode__elements;

typedef struct lode__text_bind {
	const char *name;
	lode_value value;
} lode__text_bind;

struct lode_expr {
	uint8_t kind;               /* lode__expr_kind; its first byte is also that of a lode_node */
	uint8_t op;
	uint8_t flags;
	uint8_t depth;              /* of nesting, at most LODE__EXPR_DEPTH */
	uint32_t references;
	uint8_t state;
	uint8_t zero_[3];
	uint32_t thread;            /* while it is lost: whose */
	lode_expr *parked;          /* a failure keeps what it was built on: first of a list */
	lode_expr *next;            /* in the list that this one is parked in */
	union {
		struct { lode_status status; const char *message; } error;
		struct { const lode_class *owner; size_t offset; uint32_t alias; } column;
		struct { const lode_table_column *column; uint32_t alias; } table_column;
		struct { lode_expr *a, *b; } pair;     /* compare, and, or, not, arithmetic... */
		struct { lode_value value; } constant;
		struct { lode_expr *a; lode_value value; } compare;
		struct { lode_expr *a; lode__elements list; } in;
		struct { lode_expr *a; lode_statement *statement; } select;   /* a: IN_SELECT only */
		/* function and rows begin alike */
		struct { lode_expr **arguments; size_t count; const char *name; } function;
		struct { lode_expr **arguments; size_t count; const lode__elements *list; } rows;
		struct { const char *sql; const lode__text_bind *binds; size_t count; } text;
	} as;
};

/* LODE_OK, or the failure that the node is; NULL is LODE_OK */
lode_status lode__expr_status(const lode_expr *expr);
const char *lode__expr_message(const lode_expr *expr);
/* Keep a floating node in a list until lode__expr_unpark; others are left alone. */
void lode__expr_park(lode_expr **list, lode_expr *expr);
void lode__expr_unpark(lode_expr **list);
/* A floating node was given to no statement at all: keep it until this thread forgets. */
void lode__expr_lose(lode_expr *expr);
void lode__expr_forget(void);

lode_expr *lode__expr_ref(lode_expr *expr);      /* returns it; NULL stays NULL */
void lode__expr_unref(lode_expr *expr);          /* frees at the last; NULL is legal */
lode_expr *lode__expr_table_column(const lode_table_column *column);
lode_expr *lode__expr_table_column_as(const lode_table_column *column, uint32_t alias);
/* A node that remembers a failure of building on `operands`, which it keeps; never NULL.  If an
 * operand is a failure already, it is that one. */
lode_expr *lode__expr_error(lode_expr *const *operands, size_t count, lode_status status,
                            const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 4, 5)))
#endif
	;
/* The operands of a chain of ANDs or ORs, left to right, into `items` (room for *count, which
 * becomes their number); false: there are more. */
bool lode__expr_chain(const lode_expr *expr, const lode_expr **items, size_t *count);
/* Direct operand number i in the order of their text, NULL past the last. */
const lode_expr *lode__expr_operand(const lode_expr *expr, size_t i);
/* The next `:name` of a text from `*at` on: returns where it begins (the colon) and sets name and
 * size, and *at behind it; NULL at the end.  `*at` may be NULL for the beginning. */
const char *lode__text_next_bind(const char *sql, const char **at, const char **name, size_t *size);
/* the part of a text from..to, `\:` written as a colon */
void lode__text_put(lode__buf *sql, const char *from, const char *to);
/* the bind of that name, or NULL */
const lode__text_bind *lode__text_find_bind(const lode_expr *text, const char *name, size_t size);
/* LODE_VALUE_* of what a member of that type holds when it is not NULL */
uint32_t lode__ctype_value_kind(lode_ctype ctype);
/* "User.name" for messages, from the class's declarations; cut if longer */
#define LODE__MEMBER_LABEL_SIZE 160
const char *lode__member_label(const lode_class *owner, size_t offset,
                               char label[LODE__MEMBER_LABEL_SIZE]);

#endif
