/* SPDX-License-Identifier: MIT */
/* sql/statement.h - a statement under construction, open to the ORM.
 *
 * One block: the struct and the first bytes of its memory; more comes in a chain of blocks.  Arrays
 * lie in that memory and are abandoned when they grow.  The first failure of a builder stays in
 * `status` and `message` and is reported by whoever runs or compiles it.
 * Invariants: every expression in it is referenced once; `magic` is LODE__STATEMENT_LIVE until the
 * statement is freed; `taken` says that an expression owns it. */
#ifndef LODE_SQL_STATEMENT_H
#define LODE_SQL_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/query.h>

#include "base/buf.h"
#include "sql/expr.h"

typedef enum lode__statement_kind {
	LODE__SELECT = 1,           /* owner: the entity; result columns: the entity's, extra ones */
	LODE__SELECT_ROWS,          /* fields */
	LODE__SELECT_COUNT,         /* SELECT count(*) over `inner` */
	LODE__INSERT,
	LODE__UPDATE,
	LODE__DELETE,
	LODE__TEXT                  /* text; owner or fields */
} lode__statement_kind;

typedef struct lode__field { lode_expr *expr; lode_param member; } lode__field;
typedef struct lode__exprs { lode_expr **items; uint32_t count, capacity; } lode__exprs;

typedef struct lode__join {
	lode_rel rel;               /* owner NULL: `target` or `table`, on `on` */
	const lode_class *target;
	const lode_table *table;
	lode_expr *on;
	uint32_t from, alias;
	bool outer, full, comma;    /* comma: lode_from */
} lode__join;

typedef struct lode__assignment { lode_expr *column, *value; uint32_t row; } lode__assignment;

#define LODE__STATEMENT_LIVE 0x10deu
#define LODE__STATEMENT_DEAD 0xdeadu
#define LODE__STATEMENT_INLINE 512

struct lode_statement {
	uint16_t magic;
	uint8_t kind;               /* lode__statement_kind */
	uint8_t depth;              /* of its deepest expression */
	bool kept, taken, distinct, all_rows, has_limit, has_offset, limit_ties, limit_percent;
	lode_status status;         /* sticky failure of the builders */
	const char *message;        /* constant or in this statement's memory */
	const lode_class *owner;    /* or NULL */
	const lode_table *table;    /* core level: UPDATE, DELETE, INSERT of a table without a class */
	size_t row_size;
	lode__field *fields;        /* SELECT_ROWS; RETURNING of the others; columns of TEXT */
	lode__join *joins;
	lode__assignment *assignments;
	uint32_t field_count, field_capacity, join_count, join_capacity;
	uint32_t assignment_count, assignment_capacity, row_count /* INSERT: lode_next_row + 1 */;
	uint32_t loader_count, loader_capacity;
	lode__exprs extra;          /* columns after the entity's (lode__statement_add_column) */
	lode__exprs where, group_by, having, order_by, into;
	int64_t limit, offset;
	lode_expr *limit_expr, *offset_expr;    /* instead of the numbers; or NULL */
	lode_statement *inner;      /* INSERT ... SELECT, SELECT_COUNT; taken or borrowed */
	lode_expr *text;            /* TEXT */
	lode_expr *parked;          /* what it refused: freed with it */
	struct lode_loader **loaders;   /* orm's; freed by `loader_free` */
	void (*loader_free)(struct lode_loader *loader);
	uint32_t populate;          /* orm's */
	uint32_t window;            /* orm's: rows read at a time, 0 none asked for */
	uint32_t reserved;
	void *bound;                /* orm's: a bound lode_query, freed by `bound_free` */
	void (*bound_free)(void *bound);
	struct lode__statement_block { struct lode__statement_block *next; } *blocks;
	size_t used;                /* of `memory`, or of the newest block */
	size_t size;
	_Alignas(16) char memory[LODE__STATEMENT_INLINE];
};

/* memory that lives as long as the statement, aligned for any type; NULL: failure remembered */
void *lode__statement_alloc(lode_statement *statement, size_t size);
/* remember a failure; the first one stays; returns the statement */
lode_statement *lode__statement_fail(lode_statement *statement, lode_status status,
                                     const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 3, 4)))
#endif
	;
/* May it be run?  LODE_OK, or the failure of its builders, of one of its expressions, or
 * LODE_E_MISUSE for NULL, a freed one (where that can be seen), one inside another statement. */
lode_status lode__statement_check(const lode_statement *statement, lode_error *error);
/* whoever ran or compiled it calls this, also after a failure: frees a not-kept one */
void lode__statement_spend(lode_statement *statement);
/* a blank one; NULL never: the shared "out of memory" statement */
lode_statement *lode__statement_new(lode__statement_kind kind);
/* SELECT count(*) of the rows that `inner` would give; `inner` stays the caller's */
lode_statement *lode__statement_count(lode_statement *inner);
lode_status lode__statement_join_table(lode_statement *statement, const lode_table *table,
                                       lode_expr *on);
void lode__statement_add_column(lode_statement *statement, lode_expr *expr);
/* the statement owns the loader from here on, also if this fails */
lode_statement *lode__statement_add_loader(lode_statement *statement, struct lode_loader *loader,
                                           void (*loader_free)(struct lode_loader *));

#endif
