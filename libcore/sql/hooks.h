/* SPDX-License-Identifier: MIT */
/* sql/hooks.h - the host's sql_* and node_* services, and calling a dialect's render hook.
 *
 * A lode_node is a lode_expr (first byte: its kind, < LODE__NODE_OBJECT) or a lode__object_node,
 * which wraps anything else: a statement, a piece of DDL. */
#ifndef LODE_SQL_HOOKS_H
#define LODE_SQL_HOOKS_H

#include <stddef.h>
#include <stdint.h>

#include <lode/driver.h>

#include "base/buf.h"
#include "sql/dialect.h"
#include "sql/expr.h"
#include "sql/render.h"

#define LODE__NODE_OBJECT 200

/* How to read an object node; any function may be NULL: "absent". */
typedef struct lode__node_ops {
	const lode_node *(*child)(const void *object, int32_t role, size_t i);
	size_t (*count)(const void *object, int32_t role);
	int64_t (*integer)(const void *object, int32_t property, int64_t otherwise);
	const char *(*string)(const void *object, int32_t property, size_t *size);
	lode_status (*type)(const void *object, lode_type_info *out);
	void (*render)(lode_sqlbuf *out, const void *object);   /* as the core would */
} lode__node_ops;

typedef struct lode__object_node {
	uint8_t tag;                /* LODE__NODE_OBJECT */
	uint8_t zero_[3];
	int32_t kind;               /* LODE_N_* */
	const void *object;
	const lode__node_ops *ops;
} lode__object_node;

/* where a hook writes */
struct lode_sqlbuf {
	lode__buf *sql;
	const lode__dialect *dialect;
	lode__render *render;       /* NULL in DDL */
	lode_error *error;
	const lode_expr *node;      /* the expression being rendered by a hook */
	uint32_t first;             /* its first ordinal */
};

/* Call the chain's render hooks on a node.  LODE_OK: rendered; LODE_E_UNSUPPORTED: nobody did and
 * nothing was written; other: failed. */
lode_status lode__hook_render(lode_sqlbuf *out, uint32_t flags /* LODE_RC_* */,
                              const lode_node *node);
/* Call the chain's type_to_sql; as above. */
lode_status lode__hook_type(lode_sqlbuf *out, uint32_t flags, const lode_type_info *type);

/* for the engine's lode_host table */
void LODE_CALL lode__host_sql_put(lode_sqlbuf *out, const char *text, size_t size);
void LODE_CALL lode__host_sql_ident(lode_sqlbuf *out, const char *name, size_t size);
void LODE_CALL lode__host_sql_text(lode_sqlbuf *out, const char *text, size_t size);
void LODE_CALL lode__host_sql_node(lode_sqlbuf *out, const lode_node *node);
void LODE_CALL lode__host_sql_default(lode_sqlbuf *out, const lode_node *node);
int32_t LODE_CALL lode__host_node_kind(const lode_node *node);
const lode_node *LODE_CALL lode__host_node_child(const lode_node *node, int32_t role, size_t i);
size_t LODE_CALL lode__host_node_count(const lode_node *node, int32_t role);
int64_t LODE_CALL lode__host_node_int(const lode_node *node, int32_t property, int64_t otherwise);
const char *LODE_CALL lode__host_node_str(const lode_node *node, int32_t property, size_t *size);
lode_status LODE_CALL lode__host_node_type(const lode_node *node, lode_type_info *out);

#endif
