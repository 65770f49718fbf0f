/* SPDX-License-Identifier: MIT */
/* sql/hooks.c - a dialect's view of trees, and its way to write SQL.
 *
 * A hook may render children in any order and more than once: the values of a child are found by
 * its place among the operands of the node, not by counting. */
#include "sql/hooks.h"

#include <string.h>

#include "base/error.h"
#include "schema/table.h"
#include "sql/quote.h"
#include "types/type.h"

static const lode__object_node *as_object(const lode_node *node)
{
	const lode__object_node *object = (const lode__object_node *)(const void *)node;

	return object && object->tag == LODE__NODE_OBJECT ? object : NULL;
}

static const lode_expr *as_expr(const lode_node *node)
{
	return as_object(node) ? NULL : (const lode_expr *)(const void *)node;
}

/* ------------------------------------------------------------------ calling */

lode_status lode__hook_render(lode_sqlbuf *out, uint32_t flags, const lode_node *node)
{
	const lode__dialect *dialect = out->dialect;
	lode_render_context context = { .struct_size = (uint32_t)sizeof(context), .flags = flags };
	size_t start = out->sql->size, i;
	lode_status status;

	context.server = dialect->server;
	context.traits = &dialect->traits;
	context.out = out;
	for (i = 0; dialect->chain[i]; i++) {
		if (!LODE_CAN(dialect->chain[i], lode_dialect, render))
			continue;
		status = dialect->chain[i]->render(&context, node, NULL);
		if (status != LODE_E_UNSUPPORTED)
			return status;
		lode__buf_truncate(out->sql, start);
	}
	return LODE_E_UNSUPPORTED;
}

lode_status lode__hook_type(lode_sqlbuf *out, uint32_t flags, const lode_type_info *type)
{
	const lode__dialect *dialect = out->dialect;
	lode_render_context context = { .struct_size = (uint32_t)sizeof(context), .flags = flags };
	size_t start = out->sql->size, i;
	lode_status status;

	context.server = dialect->server;
	context.traits = &dialect->traits;
	context.out = out;
	for (i = 0; dialect->chain[i]; i++) {
		if (!LODE_CAN(dialect->chain[i], lode_dialect, type_to_sql))
			continue;
		status = dialect->chain[i]->type_to_sql(&context, type, NULL);
		if (status != LODE_E_UNSUPPORTED)
			return status;
		lode__buf_truncate(out->sql, start);
	}
	return LODE_E_UNSUPPORTED;
}

/* ------------------------------------------------------------------ writing */

void LODE_CALL lode__host_sql_put(lode_sqlbuf *out, const char *text, size_t size)
{
	lode__buf_append(out->sql, text, size);
}

void LODE_CALL lode__host_sql_ident(lode_sqlbuf *out, const char *name, size_t size)
{
	lode__quote_name_n(out->sql, out->dialect, name, size);
}

void LODE_CALL lode__host_sql_text(lode_sqlbuf *out, const char *text, size_t size)
{
	lode__quote_text(out->sql, out->dialect, text, size);
}

/* the first ordinal of an operand of the node that the hook renders */
static uint32_t ordinal_of(const lode_sqlbuf *out, const lode_expr *child)
{
	uint32_t ordinal = out->first;
	const lode_expr *operand;
	size_t i;

	for (i = 0; (operand = lode__expr_operand(out->node, i)) != NULL; i++) {
		if (operand == child)
			return ordinal;
		ordinal += (uint32_t)lode__expr_value_count(operand);
	}
	return out->first;
}

void LODE_CALL lode__host_sql_node(lode_sqlbuf *out, const lode_node *node)
{
	const lode__object_node *object = as_object(node);
	const lode_expr *expr = as_expr(node);

	if (object && lode__hook_render(out, 0, node) == LODE_E_UNSUPPORTED && object->ops->render)
		object->ops->render(out, object->object);
	if (!expr)
		return;
	if (!out->render) {
		lode_status status = lode__render_ddl_expr(out->sql, out->dialect, expr, out->error);

		if (status < 0)
			lode__buf_fail(out->sql, status);
		return;
	}
	out->render->ordinal = ordinal_of(out, expr);
	lode__render_expr(out->render, expr, LODE__PREC_ATOM, NULL);
}

void LODE_CALL lode__host_sql_default(lode_sqlbuf *out, const lode_node *node)
{
	const lode__object_node *object = as_object(node);
	const lode_expr *expr = as_expr(node);

	if (object && object->ops->render)
		object->ops->render(out, object->object);
	if (!expr || !out->render)
		return;
	out->render->ordinal = expr == out->node ? out->first : ordinal_of(out, expr);
	lode__render_default(out->render, expr, LODE__PREC_NONE, NULL);
}

/* ------------------------------------------------------------------ reading expressions */

static int32_t expr_kind(const lode_expr *expr)
{
	switch (expr->kind) {
	case LODE__EXPR_COLUMN: case LODE__EXPR_TABLE_COLUMN: return LODE_N_COLUMN;
	case LODE__EXPR_CONSTANT: return LODE_N_PARAM;
	case LODE__EXPR_COMPARE: case LODE__EXPR_COMPARE_VALUE:
		return expr->op >= LODE_OP_LIKE ? LODE_N_LIKE : LODE_N_COMPARE;
	case LODE__EXPR_BETWEEN: return LODE_N_BETWEEN;
	case LODE__EXPR_IN: case LODE__EXPR_IN_SELECT: return LODE_N_IN;
	case LODE__EXPR_IS_NULL: return LODE_N_IS_NULL;
	case LODE__EXPR_AND: case LODE__EXPR_OR: case LODE__EXPR_ARITHMETIC: return LODE_N_BINARY;
	case LODE__EXPR_NOT: case LODE__EXPR_NEGATE: return LODE_N_UNARY;
	case LODE__EXPR_FUNCTION: return LODE_N_FUNC;
	case LODE__EXPR_AGGREGATE: return LODE_N_AGGREGATE;
	case LODE__EXPR_NOW: return LODE_N_NOW;
	case LODE__EXPR_TEXT: return LODE_N_TEXT;
	case LODE__EXPR_SCALAR: return LODE_N_SUBQUERY;
	case LODE__EXPR_EXISTS: return LODE_N_EXISTS;
	case LODE__EXPR_ORDER: return LODE_N_ORDER;
	default: return 0;
	}
}

/* the operand that a role and number mean, or (size_t)-1 */
static size_t operand_index(const lode_expr *expr, int32_t role, size_t i)
{
	bool left = role == LODE_NR_LEFT && i == 0, right = role == LODE_NR_RIGHT && i == 0;

	switch (expr_kind(expr)) {
	case LODE_N_COMPARE: case LODE_N_LIKE: case LODE_N_BINARY:
		return left ? 0 : right ? 1 : (size_t)-1;
	case LODE_N_BETWEEN: case LODE_N_IN:
		return left ? 0 : role == LODE_NR_ARG ? i + 1 : (size_t)-1;
	default:
		return role == LODE_NR_ARG ? i : (size_t)-1;
	}
}

int32_t LODE_CALL lode__host_node_kind(const lode_node *node)
{
	if (!node)
		return 0;
	return as_object(node) ? as_object(node)->kind : expr_kind(as_expr(node));
}

const lode_node *LODE_CALL lode__host_node_child(const lode_node *node, int32_t role, size_t i)
{
	const lode__object_node *object = as_object(node);
	size_t index;

	if (!node)
		return NULL;
	if (object)
		return object->ops->child ? object->ops->child(object->object, role, i) : NULL;
	index = operand_index(as_expr(node), role, i);
	if (index == (size_t)-1)
		return NULL;
	return (const lode_node *)(const void *)lode__expr_operand(as_expr(node), index);
}

size_t LODE_CALL lode__host_node_count(const lode_node *node, int32_t role)
{
	const lode__object_node *object = as_object(node);
	size_t count = 0;

	if (object)
		return object->ops->count ? object->ops->count(object->object, role) : 0;
	while (lode__host_node_child(node, role, count))
		count++;
	return count;
}

int64_t LODE_CALL lode__host_node_int(const lode_node *node, int32_t property, int64_t otherwise)
{
	const lode__object_node *object = as_object(node);
	const lode_expr *expr = node ? as_expr(node) : NULL;

	if (object)
		return object->ops->integer ? object->ops->integer(object->object, property, otherwise)
		                            : otherwise;
	if (!expr)
		return otherwise;
	switch (property) {
	case LODE_NP_NEGATED:
		return (expr->flags & LODE__EXPR_NEGATED) != 0 ||
		       (expr_kind(expr) == LODE_N_LIKE && expr->op == LODE_OP_NOT_LIKE);
	case LODE_NP_DISTINCT: return (expr->flags & LODE__EXPR_DISTINCT) != 0;
	case LODE_NP_DESCENDING: return (expr->flags & LODE__EXPR_DESCENDING) != 0;
	case LODE_NP_NULLS:
		return expr->flags & LODE__EXPR_NULLS_FIRST ? 1 : expr->flags & LODE__EXPR_NULLS_LAST ? 2 : 0;
	default: return otherwise;
	}
}

static const char *operator_name(const lode_expr *expr)
{
	static const char *const compares[] = { "", "=", "<>", "<", "<=", ">", ">=", "LIKE", "LIKE" };
	static const char *const arithmetic[] = { "", "+", "-", "*", "/", "||" };

	switch (expr->kind) {
	case LODE__EXPR_COMPARE: case LODE__EXPR_COMPARE_VALUE: return compares[expr->op];
	case LODE__EXPR_ARITHMETIC: return arithmetic[expr->op];
	case LODE__EXPR_AND: return "AND";
	case LODE__EXPR_OR: return "OR";
	case LODE__EXPR_NOT: return "NOT";
	case LODE__EXPR_NEGATE: return "-";
	default: return NULL;
	}
}

static const char *expr_string(const lode_expr *expr, int32_t property)
{
	static const char *const aggregates[] = { "", "count", "sum", "min", "max", "avg" };

	if (property == LODE_NP_OP)
		return operator_name(expr);
	if (property == LODE_NP_VALUE && expr->kind == LODE__EXPR_TEXT)
		return expr->as.text.sql;
	if (property == LODE_NP_TABLE && expr->kind == LODE__EXPR_TABLE_COLUMN)
		return expr->as.table_column.column->table->name;
	if (property != LODE_NP_NAME)
		return NULL;
	switch (expr->kind) {
	case LODE__EXPR_FUNCTION: return expr->as.function.name;
	case LODE__EXPR_AGGREGATE: return aggregates[expr->op];
	case LODE__EXPR_TABLE_COLUMN: return expr->as.table_column.column->name;
	default: return NULL;
	}
}

const char *LODE_CALL lode__host_node_str(const lode_node *node, int32_t property, size_t *size)
{
	const lode__object_node *object = as_object(node);
	const char *text = NULL;

	if (object)
		return object->ops->string ? object->ops->string(object->object, property, size) : NULL;
	if (node)
		text = expr_string(as_expr(node), property);
	if (size)
		*size = text ? strlen(text) : 0;
	return text;
}

/* what can be said without a resolver: the type of a table column, or of an operand that has one */
static const lode_table_column *find_typed(const lode_expr *expr)
{
	const lode_table_column *column;
	const lode_expr *operand;
	size_t i;

	if (expr->kind == LODE__EXPR_TABLE_COLUMN)
		return expr->as.table_column.column;
	if (expr->kind != LODE__EXPR_COMPARE && expr->kind != LODE__EXPR_ARITHMETIC &&
	    expr->kind != LODE__EXPR_AGGREGATE && expr->kind != LODE__EXPR_NEGATE)
		return NULL;
	for (i = 0; (operand = lode__expr_operand(expr, i)) != NULL; i++) {
		column = find_typed(operand);
		if (column)
			return column;
	}
	return NULL;
}

lode_status LODE_CALL lode__host_node_type(const lode_node *node, lode_type_info *out)
{
	const lode__object_node *object = as_object(node);
	const lode_table_column *column;
	lode__resolved_type type;

	if (object)
		return object->ops->type ? object->ops->type(object->object, out) : LODE_E_UNSUPPORTED;
	column = node ? find_typed(as_expr(node)) : NULL;
	if (!column || !column->type)
		return LODE_E_UNSUPPORTED;
	lode__type_resolve(column->type, NULL, &type);
	out->sql_type = lode__type_sql(&type);
	out->length = type.length ? (int64_t)type.length : -1;
	out->precision = type.precision ? (int32_t)type.precision : -1;
	out->scale = type.scale ? (int32_t)type.scale : -1;
	out->flags = type.is_unsigned ? LODE_TYPE_UNSIGNED : 0;
	out->name = type.name;
	return LODE_OK;
}
