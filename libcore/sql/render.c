/* SPDX-License-Identifier: MIT */
/* sql/render.c - expressions to SQL text.
 *
 * Every operand is written with the precedence of its place, and puts itself in parentheses if it
 * binds less tightly.  Products differ in where || and unary operators stand, so these are
 * parenthesised more often than any one of them needs.
 * Invariant: after a node, `ordinal` has gone on by lode__expr_value_count of it. */
#include "sql/render.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "schema/table.h"
#include "sql/hooks.h"
#include "sql/write.h"
#include "types/ctype.h"
#include "types/type.h"
#include "types/value.h"

#define CHAIN_MAX 64

/* ------------------------------------------------------------------ failures and memory */

void lode__render_fail(lode__render *render, lode_status status, const char *format, ...)
{
	va_list args;

	if (render->status < 0)
		return;
	render->status = status;
	va_start(args, format);
	lode__error_vset(render->error, status, format, args);
	va_end(args);
}

void *lode__render_grow(lode__render *render, void *items, size_t count, size_t *capacity,
                        size_t size)
{
	size_t more = *capacity ? *capacity * 2 : 8;
	void *bigger;

	if (count < *capacity)
		return items;
	bigger = lode__arena_alloc(render->arena, more * size, 0);
	if (!bigger) {
		if (render->status == LODE_OK)
			render->status = lode__error_nomem(render->error);
		return NULL;
	}
	if (count)
		memcpy(bigger, items, count * size);
	*capacity = more;
	return bigger;
}

void lode__render_touch(lode__render *render, const lode_table *table)
{
	void *items;
	size_t i;

	for (i = 0; i < render->touched_count; i++)
		if (render->touched[i] == table)
			return;
	items = lode__render_grow(render, (void *)render->touched, render->touched_count,
	                          &render->touched_capacity, sizeof(*render->touched));
	if (!items)
		return;
	render->touched = items;
	render->touched[render->touched_count++] = table;
}

void lode__render_result(lode__render *render, const lode_table_column *column, int32_t sql_type)
{
	void *items = lode__render_grow(render, render->columns, render->column_count,
	                                &render->column_capacity, sizeof(*render->columns));

	if (!items)
		return;
	render->columns = items;
	memset(&render->columns[render->column_count], 0, sizeof(*render->columns));
	render->columns[render->column_count].column = column;
	render->columns[render->column_count++].sql_type =
		column ? lode__column_sql_type(render->dialect, column) : sql_type;
}

/* ------------------------------------------------------------------ scopes */

const lode__source *lode__scope_find(const lode__scope *scope, const lode_table *table,
                                     uint32_t alias)
{
	size_t i;

	for (i = 0; i < scope->count; i++)
		if (scope->sources[i].table == table && scope->sources[i].alias == alias)
			return &scope->sources[i];
	return NULL;
}

lode__source *lode__scope_add(lode__render *render, lode__scope *scope, const lode__source *source)
{
	void *items = lode__render_grow(render, scope->sources, scope->count, &scope->capacity,
	                                sizeof(*source));

	if (!items)
		return NULL;
	scope->sources = items;
	scope->sources[scope->count] = *source;
	lode__render_touch(render, source->table);
	return &scope->sources[scope->count++];
}

const lode_table *lode__render_table_of(lode__render *render, const lode_class *owner)
{
	const lode_table *table;

	if (render->status < 0)
		return NULL;
	if (!render->resolver) {
		lode__render_fail(render, LODE_E_MISUSE, "class %s stands where only tables are known",
		                  owner->name);
		return NULL;
	}
	table = render->resolver->table(render->resolver->context, owner, render->error);
	if (!table)
		render->status = render->error && render->error->status < 0 ? render->error->status
		                                                             : LODE_E_MISUSE;
	return table;
}

/* the column behind a column node; *alias is its alias */
static const lode_table_column *resolve_column(lode__render *render, const lode_expr *expr,
                                               uint32_t *alias)
{
	const lode_table_column *column;

	if (expr->kind == LODE__EXPR_TABLE_COLUMN) {
		*alias = expr->as.table_column.alias;
		return expr->as.table_column.column;
	}
	*alias = expr->as.column.alias;
	if (!lode__render_table_of(render, expr->as.column.owner))
		return NULL;
	column = render->resolver->column(render->resolver->context, expr->as.column.owner,
	                                  expr->as.column.offset, render->error);
	if (!column)
		render->status = render->error && render->error->status < 0 ? render->error->status
		                                                             : LODE_E_MISUSE;
	return column;
}

const lode_table_column *lode__render_column_of(lode__render *render, const lode_expr *expr)
{
	uint32_t alias;

	if (expr->kind == LODE__EXPR_ORDER)
		expr = expr->as.pair.a;
	if (expr->kind != LODE__EXPR_COLUMN && expr->kind != LODE__EXPR_TABLE_COLUMN)
		return NULL;
	return resolve_column(render, expr, &alias);
}

void lode__render_source_name(lode__render *render, const lode__source *source)
{
	if (source->name)
		lode__quote_name(render->sql, render->dialect, source->name);
	else
		lode__quote_table(render->sql, render->dialect, source->table);
}

void lode__render_column(lode__render *render, const lode__source *source,
                         const lode_table_column *column)
{
	if (source) {
		lode__render_source_name(render, source);
		lode__buf_putc(render->sql, '.');
	}
	lode__quote_column(render->sql, render->dialect, column);
}

static void fail_scope(lode__render *render, const lode_expr *expr,
                       const lode_table_column *column, uint32_t alias)
{
	char label[LODE__MEMBER_LABEL_SIZE], number[40] = "";

	if (alias)
		snprintf(number, sizeof(number), " as alias %u", (unsigned)alias);
	if (expr->kind == LODE__EXPR_COLUMN)
		lode__render_fail(render, LODE_E_MISUSE,
		                  "%s is used, but %s%s is not in the statement: join it (lode_join), or name "
		                  "it with lode_from",
		                  lode__member_label(expr->as.column.owner, expr->as.column.offset, label),
		                  expr->as.column.owner->name, number);
	else
		lode__render_fail(render, LODE_E_MISUSE,
		                  "%s.%s is used, but table %s%s is not in the statement",
		                  column->table->name, column->name, column->table->name, number);
}

static void put_column(lode__render *render, const lode_expr *expr)
{
	const lode_table_column *column;
	const lode__source *source = NULL;
	lode__scope *scope;
	uint32_t alias = 0;

	column = resolve_column(render, expr, &alias);
	if (!column)
		return;
	for (scope = render->scope; scope; scope = scope->parent) {
		source = lode__scope_find(scope, column->table, alias);
		if (source)
			break;
	}
	if (!source && render->scope) {
		fail_scope(render, expr, column, alias);
		return;
	}
	if (!source || (scope == render->scope && scope->bare))
		source = NULL;
	lode__render_column(render, source, column);
}

/* ------------------------------------------------------------------ types */

int32_t lode__column_sql_type(const lode__dialect *dialect, const lode_table_column *column)
{
	lode__resolved_type type;

	if (!column->type)
		return LODE_T_UNKNOWN;
	lode__type_resolve(column->type, dialect->name, &type);
	return lode__type_sql(&type);
}

static int32_t type_of_tag(uint32_t tag)
{
	switch (tag) {
	case LODE_VALUE_BOOL: return LODE_T_BOOL;
	case LODE_VALUE_INT: return LODE_T_INT64;
	case LODE_VALUE_UINT: return LODE_T_UINT64;
	case LODE_VALUE_DOUBLE: return LODE_T_FLOAT64;
	case LODE_VALUE_TEXT: return LODE_T_TEXT;
	case LODE_VALUE_BYTES: return LODE_T_BLOB;
	case LODE_VALUE_DATE: return LODE_T_DATE;
	case LODE_VALUE_TIME: return LODE_T_TIME;
	case LODE_VALUE_DATETIME: return LODE_T_TIMESTAMP;
	case LODE_VALUE_INTERVAL: return LODE_T_INTERVAL;
	case LODE_VALUE_DECIMAL: return LODE_T_DECIMAL;
	case LODE_VALUE_UUID: return LODE_T_UUID;
	case LODE_VALUE_JSON: return LODE_T_JSON;
	default: return LODE_T_UNKNOWN;
	}
}

static int32_t type_of_value(const lode_value *value)
{
	const struct lode__ctype_info *info;

	if (value->kind != LODE_VALUE_PARAM)
		return type_of_tag(value->kind);
	info = lode__ctype_info(value->as.param.ctype);
	return info ? info->sql_type : LODE_T_UNKNOWN;
}

static int32_t type_of_aggregate(lode__render *render, const lode_expr *expr)
{
	int32_t type;

	if (expr->op == LODE_AGGREGATE_COUNT)
		return LODE_T_INT64;
	type = lode__render_type_of(render, expr->as.pair.a);
	if (expr->op == LODE_AGGREGATE_MIN || expr->op == LODE_AGGREGATE_MAX || type == LODE_T_DECIMAL)
		return type;
	if (expr->op == LODE_AGGREGATE_AVG || type == LODE_T_FLOAT32)
		return LODE_T_FLOAT64;
	return type == LODE_T_INT16 || type == LODE_T_INT32 ? LODE_T_INT64 : type;
}

static int32_t type_of_pair(lode__render *render, const lode_expr *expr)
{
	int32_t a, b;

	if (expr->op == LODE__CONCAT)
		return LODE_T_TEXT;
	a = lode__render_type_of(render, expr->as.pair.a);
	b = lode__render_type_of(render, expr->as.pair.b);
	if (a == LODE_T_DECIMAL || b == LODE_T_DECIMAL)
		return LODE_T_DECIMAL;
	if (a == LODE_T_FLOAT64 || b == LODE_T_FLOAT64 || a == LODE_T_FLOAT32 || b == LODE_T_FLOAT32)
		return LODE_T_FLOAT64;
	return a == LODE_T_UNKNOWN ? b : a;
}

/* of the functions that every database has; of others nothing is known */
static int32_t type_of_call(lode__render *render, const lode_expr *expr)
{
	static const struct { const char *name; int32_t type; } known[] = {
		{ "char_length", LODE_T_INT64 }, { "now", LODE_T_TIMESTAMP },
		{ "current_timestamp", LODE_T_TIMESTAMP }, { "current_date", LODE_T_DATE },
		{ "lower", LODE_T_TEXT }, { "upper", LODE_T_TEXT }, { "trim", LODE_T_TEXT },
	};
	const char *name = expr->as.function.name;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].type;
	if (expr->as.function.count > 0 &&
	    (strcmp(name, "coalesce") == 0 || strcmp(name, "nullif") == 0 || strcmp(name, "abs") == 0))
		return lode__render_type_of(render, expr->as.function.arguments[0]);
	return LODE_T_UNKNOWN;
}

int32_t lode__render_type_of(lode__render *render, const lode_expr *expr)
{
	const lode_statement *statement;
	const lode_table_column *column;

	switch (expr->kind) {
	case LODE__EXPR_COLUMN: case LODE__EXPR_TABLE_COLUMN:
		column = lode__render_column_of(render, expr);
		return column ? lode__column_sql_type(render->dialect, column) : LODE_T_UNKNOWN;
	case LODE__EXPR_CONSTANT:
		return type_of_value(&expr->as.constant.value);
	case LODE__EXPR_NEGATE: case LODE__EXPR_ORDER:
		return lode__render_type_of(render, expr->as.pair.a);
	case LODE__EXPR_ARITHMETIC:
		return type_of_pair(render, expr);
	case LODE__EXPR_AGGREGATE:
		return type_of_aggregate(render, expr);
	case LODE__EXPR_NOW:
		return LODE_T_TIMESTAMP;
	case LODE__EXPR_FUNCTION:
		return type_of_call(render, expr);
	case LODE__EXPR_TEXT:
		return LODE_T_UNKNOWN;
	case LODE__EXPR_SCALAR:
		statement = expr->as.select.statement;
		if (statement->field_count == 1 && statement->extra.count == 0)
			return lode__render_type_of(render, statement->fields[0].expr);
		return statement->field_count == 0 && statement->extra.count == 1
		       ? lode__render_type_of(render, statement->extra.items[0]) : LODE_T_UNKNOWN;
	default:
		return LODE_T_BOOL;
	}
}

/* ------------------------------------------------------------------ values */

static void put_list_literals(lode__render *render, const lode__elements *list,
                              const lode__parameter *parameter)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		lode_value value = lode__value_load(list->ctype,
		                                    (const char *)list->data + i * list->stride);

		if (i)
			lode__buf_puts(render->sql, ", ");
		lode__parameter_adapt(parameter, &value);
		lode__quote_value(render->sql, render->dialect, &value);
	}
}

static void put_literal(lode__render *render, const lode__parameter *parameter)
{
	lode_value value = render->literals[parameter->ordinal];

	if (value.kind == LODE__VALUE_LIST) {
		put_list_literals(render, value.as.bytes.data, parameter);
	} else if (value.kind == LODE_VALUE_PARAM) {
		lode__render_fail(render, LODE_E_MISUSE,
		                  "a parameter has no value that could be written into the text");
	} else {
		lode__parameter_adapt(parameter, &value);
		lode__quote_value(render->sql, render->dialect, &value);
	}
}

void lode__render_value(lode__render *render, uint32_t tag, const lode_table_column *column,
                        int32_t sql_type)
{
	lode__parameter parameter = { .ordinal = render->ordinal++, .value_kind = tag };
	void *items;

	parameter.column = column;
	parameter.sql_type = column ? lode__column_sql_type(render->dialect, column) : sql_type;
	if (render->literals) {
		put_literal(render, &parameter);
		return;
	}
	items = lode__render_grow(render, render->parameters, render->parameter_count,
	                          &render->parameter_capacity, sizeof(parameter));
	if (!items)
		return;
	parameter.at = render->sql->size;
	lode__put_placeholder(render->sql, render->dialect, render->parameter_count + 1);
	parameter.size = render->sql->size - parameter.at;
	render->parameters = items;
	render->parameters[render->parameter_count++] = parameter;
}

static void put_constant(lode__render *render, const lode_value *value,
                         const lode_table_column *column)
{
	lode__render_value(render, value->kind, column, type_of_value(value));
}

static void refuse_decimal(lode__render *render, const char *what)
{
	lode__render_fail(render, LODE_E_UNSUPPORTED, "%s of decimals is not exact on %s: read the "
	                  "values and compute in the program", what, render->dialect->name);
}

void lode__render_collation(lode__render *render, int32_t sql_type)
{
	const char *collation = render->dialect->traits.decimal_collation;

	if (sql_type != LODE_T_DECIMAL || !lode__dialect_decimals_are_text(render->dialect))
		return;
	if (!collation) {
		refuse_decimal(render, "the order");
		return;
	}
	lode__buf_puts(render->sql, " COLLATE ");
	lode__quote_name(render->sql, render->dialect, collation);
}

/* ------------------------------------------------------------------ comparisons */

static const char *const op_names[] = {
	"", " = ", " <> ", " < ", " <= ", " > ", " >= ", " LIKE ", " NOT LIKE "
};
static const uint8_t op_opposite[] = {
	0, LODE_OP_NE, LODE_OP_EQ, LODE_OP_GE, LODE_OP_GT, LODE_OP_LE, LODE_OP_LT, LODE_OP_NOT_LIKE,
	LODE_OP_LIKE
};

/* an operand of a comparison, collated if decimals are text */
void lode__render_operand(lode__render *render, const lode_expr *expr, int32_t type,
                          const lode_table_column *hint)
{
	bool collated = type == LODE_T_DECIMAL && lode__dialect_decimals_are_text(render->dialect);

	lode__render_expr(render, expr, collated ? LODE__PREC_ATOM : LODE__PREC_CONCAT, hint);
	if (collated)
		lode__render_collation(render, type);
}

static void put_escape(lode__render *render, const lode_expr *expr)
{
	if (!(expr->flags & LODE__EXPR_ESCAPE))
		return;
	lode__buf_puts(render->sql, " ESCAPE ");
	lode__quote_text(render->sql, render->dialect, "\\", 1);
}

static void put_compare_value(lode__render *render, const lode_expr *expr, unsigned op)
{
	const lode_expr *a = expr->as.compare.a;
	const lode_table_column *column = lode__render_column_of(render, a);
	int32_t type = lode__render_type_of(render, a);
	bool like = op == LODE_OP_LIKE || op == LODE_OP_NOT_LIKE;

	lode__render_operand(render, a, like ? LODE_T_UNKNOWN : type, NULL);
	lode__buf_puts(render->sql, op_names[op]);
	if (like)
		put_constant(render, &expr->as.compare.value, NULL);
	else
		lode__render_value(render, expr->as.compare.value.kind, column,
		                   type != LODE_T_UNKNOWN ? type : type_of_value(&expr->as.compare.value));
	put_escape(render, expr);
}

static void put_compare(lode__render *render, const lode_expr *expr, unsigned op)
{
	const lode_expr *a = expr->as.pair.a, *b = expr->as.pair.b;
	const lode_table_column *column_a = lode__render_column_of(render, a);
	const lode_table_column *column_b = lode__render_column_of(render, b);
	int32_t type = lode__render_type_of(render, a);

	if (lode__render_type_of(render, b) == LODE_T_DECIMAL)
		type = LODE_T_DECIMAL;
	if (op == LODE_OP_LIKE || op == LODE_OP_NOT_LIKE)
		type = LODE_T_UNKNOWN;
	lode__render_operand(render, a, type, column_b);
	lode__buf_puts(render->sql, op_names[op]);
	lode__render_expr(render, b, LODE__PREC_CONCAT, column_a);
}

static void put_between(lode__render *render, const lode_expr *expr, bool negated)
{
	lode_expr *const *arguments = expr->as.function.arguments;
	const lode_table_column *column = lode__render_column_of(render, arguments[0]);

	lode__render_operand(render, arguments[0], lode__render_type_of(render, arguments[0]), NULL);
	lode__buf_puts(render->sql, negated ? " NOT BETWEEN " : " BETWEEN ");
	lode__render_expr(render, arguments[1], LODE__PREC_CONCAT, column);
	lode__buf_puts(render->sql, " AND ");
	lode__render_expr(render, arguments[2], LODE__PREC_CONCAT, column);
}

/* ------------------------------------------------------------------ IN */

static void record_expansion(lode__render *render, const lode__expansion *expansion)
{
	void *items = lode__render_grow(render, render->expansions, render->expansion_count,
	                                &render->expansion_capacity, sizeof(*expansion));

	if (!items)
		return;
	render->expansions = items;
	render->expansions[render->expansion_count++] = *expansion;
}

static void put_always(lode__render *render, bool value)
{
	lode__buf_puts(render->sql, value ? "1 = 1" : "1 = 0");
}

/* literals are wanted: the length of the list is known; true: it was empty and is done */
static bool put_empty_list(lode__render *render, const lode_expr *expr, bool negated)
{
	uint32_t skipped = (uint32_t)lode__expr_value_count(expr->as.in.a);
	const lode_value *value;
	const lode__elements *list;

	if (!render->literals)
		return false;
	value = &render->literals[render->ordinal + skipped];
	list = value->as.bytes.data;
	if (list->count)
		return false;
	put_always(render, negated);
	render->ordinal += skipped + 1;
	return true;
}

static void put_in(lode__render *render, const lode_expr *expr, bool negated)
{
	const lode_expr *a = expr->as.in.a;
	const lode_table_column *column = lode__render_column_of(render, a);
	int32_t type = lode__render_type_of(render, a);
	const lode_traits *traits = &render->dialect->traits;
	int style = render->literals || !traits->in_style ? 1 : traits->in_style;
	lode__expansion expansion = { .at = render->sql->size, .negated = negated };

	if (put_empty_list(render, expr, negated))
		return;
	if (type == LODE_T_UNKNOWN)
		type = type_of_tag(expr->as.in.list.value_kind);
	if (type == LODE_T_ENUM)        /* numbers become names one by one */
		style = 1;
	lode__render_operand(render, a, type, NULL);
	expansion.operand_end = render->sql->size;
	if (style == 2)
		lode__buf_puts(render->sql, negated ? " <> ALL(" : " = ANY(");
	else
		lode__buf_puts(render->sql, negated ? " NOT IN (" : " IN (");
	if (style == 3) {
		lode__buf_puts(render->sql, "SELECT value FROM ");
		lode__buf_puts(render->sql, traits->array_function ? traits->array_function : "lode_array");
		lode__buf_putc(render->sql, '(');
	}
	expansion.parameter = (uint32_t)render->parameter_count;
	lode__render_value(render, LODE__VALUE_LIST, column, type);
	lode__buf_puts(render->sql, style == 3 ? "))" : ")");
	expansion.end = render->sql->size;
	if (style == 1 && !render->literals)
		record_expansion(render, &expansion);
}

/* ------------------------------------------------------------------ rows */

/* "(a, b)"; `ends` (or NULL) gets where each operand ends */
static void put_operands(lode__render *render, lode_expr *const *exprs, size_t count, size_t *ends)
{
	size_t i;

	lode__buf_putc(render->sql, '(');
	for (i = 0; i < count; i++) {
		lode__buf_puts(render->sql, i ? ", " : "");
		lode__render_operand(render, exprs[i], lode__render_type_of(render, exprs[i]), NULL);
		if (ends)
			ends[i] = render->sql->size;
	}
	lode__buf_putc(render->sql, ')');
}

static void put_row_values(lode__render *render, const lode_expr *expr, uint32_t ordinal)
{
	const lode__elements *list = expr->as.rows.list;
	size_t i;

	for (i = 0; i < expr->as.rows.count; i++) {
		const lode_expr *operand = expr->as.rows.arguments[i];
		const lode_table_column *column = lode__render_column_of(render, operand);
		int32_t type = lode__render_type_of(render, operand);

		if (type == LODE_T_UNKNOWN)
			type = type_of_tag(lode__ctype_value_kind(list->columns[i].ctype));
		lode__buf_puts(render->sql, i ? ", " : "");
		render->ordinal = ordinal;      /* one value gives them all */
		lode__render_value(render, LODE__VALUE_LIST, column, type);
	}
}

static void put_row_literal(lode__render *render, const lode_expr *expr, size_t row, size_t k)
{
	const lode__elements *list = expr->as.rows.list;
	const lode_expr *operand = expr->as.rows.arguments[k];
	const lode_param *member = &list->columns[k];
	lode__parameter parameter = { .column = lode__render_column_of(render, operand),
	                              .sql_type = lode__render_type_of(render, operand) };
	lode_value value = lode__value_load(
		member->ctype, (const char *)list->data + row * list->stride + member->offset);

	lode__parameter_adapt(&parameter, &value);
	lode__quote_value(render->sql, render->dialect, &value);
}

/* a = 1 AND b = 2 */
static void put_row_compared(lode__render *render, const lode_expr *expr, size_t row, uint32_t first)
{
	size_t k;

	render->ordinal = first;
	for (k = 0; k < expr->as.rows.count; k++) {
		const lode_expr *operand = expr->as.rows.arguments[k];

		lode__buf_puts(render->sql, k ? " AND " : "");
		lode__render_operand(render, operand, lode__render_type_of(render, operand), NULL);
		lode__buf_puts(render->sql, " = ");
		put_row_literal(render, expr, row, k);
	}
}

static void put_row_listed(lode__render *render, const lode_expr *expr, size_t row)
{
	size_t k;

	lode__buf_putc(render->sql, '(');
	for (k = 0; k < expr->as.rows.count; k++) {
		lode__buf_puts(render->sql, k ? ", " : "");
		put_row_literal(render, expr, row, k);
	}
	lode__buf_putc(render->sql, ')');
}

/* literals are wanted: the rows are known */
static void put_row_literals(lode__render *render, const lode_expr *expr, bool negated)
{
	uint32_t first = render->ordinal;
	int32_t style = render->dialect->traits.row_in_style;
	size_t i, count = expr->as.rows.list->count;

	if (!count) {
		put_always(render, negated);
	} else if (!style) {
		lode__buf_puts(render->sql, negated ? "NOT (" : "(");
		for (i = 0; i < count; i++) {
			lode__buf_puts(render->sql, i ? " OR " : "");
			put_row_compared(render, expr, i, first);
		}
		lode__buf_putc(render->sql, ')');
	} else {
		put_operands(render, expr->as.rows.arguments, expr->as.rows.count, NULL);
		lode__buf_puts(render->sql, negated ? " NOT IN (" : " IN (");
		lode__buf_puts(render->sql, style == 2 ? "VALUES " : "");
		for (i = 0; i < count; i++) {
			lode__buf_puts(render->sql, i ? ", " : "");
			put_row_listed(render, expr, i);
		}
		lode__buf_putc(render->sql, ')');
	}
	render->ordinal = first + (uint32_t)lode__expr_value_count(expr);
}

/* (a, b) IN ((?, ?)): what is written out at execution, in a form of the dialect's */
static void put_in_rows(lode__render *render, const lode_expr *expr, bool negated)
{
	lode__expansion expansion = { .at = render->sql->size, .negated = negated,
	                              .column_count = (uint32_t)expr->as.rows.count };
	size_t *ends;

	if (render->literals) {
		put_row_literals(render, expr, negated);
		return;
	}
	ends = lode__arena_array(render->arena, expr->as.rows.count, sizeof(*ends));
	if (!ends) {
		render->status = lode__error_nomem(render->error);
		return;
	}
	put_operands(render, expr->as.rows.arguments, expr->as.rows.count, ends);
	expansion.ends = ends;
	expansion.operand_end = render->sql->size;
	lode__buf_puts(render->sql, negated ? " NOT IN ((" : " IN ((");
	expansion.parameter = (uint32_t)render->parameter_count;
	put_row_values(render, expr, render->ordinal);
	lode__buf_puts(render->sql, "))");
	expansion.end = render->sql->size;
	record_expansion(render, &expansion);
}

/* ------------------------------------------------------------------ subqueries */

/* `width`: how many columns it must have; 0 any */
static void put_select(lode__render *render, const lode_statement *statement, int kind,
                       size_t width)
{
	lode__shape shape = { .kind = kind, .width = width };

	if (render->status < 0)
		return;
	if (statement->status < 0) {
		lode__render_fail(render, statement->status, "%s", statement->message);
		return;
	}
	lode__buf_putc(render->sql, '(');
	lode__render_select(render, statement, &shape);
	lode__buf_putc(render->sql, ')');
}

static void put_in_select(lode__render *render, const lode_expr *expr, bool negated)
{
	const lode_expr *a = expr->as.select.a;
	bool row = a->kind == LODE__EXPR_ROW;

	if (row && !(render->dialect->traits.flags & LODE_DF_ROW_IN))
		lode__render_fail(render, LODE_E_UNSUPPORTED, "rows cannot be compared with a SELECT on %s",
		                  render->dialect->name);
	if (row)
		put_operands(render, a->as.function.arguments, a->as.function.count, NULL);
	else
		lode__render_operand(render, a, lode__render_type_of(render, a), NULL);
	lode__buf_puts(render->sql, negated ? " NOT IN " : " IN ");
	put_select(render, expr->as.select.statement, LODE__SHAPE_IN,
	           row ? a->as.function.count : 1);
}

/* ------------------------------------------------------------------ logic */

static void put_chain(lode__render *render, const lode_expr *expr)
{
	const lode_expr *local[CHAIN_MAX], **items = local;
	size_t count = CHAIN_MAX, i;
	bool both = expr->kind == LODE__EXPR_AND;

	if (!lode__expr_chain(expr, items, &count)) {
		items = lode__arena_alloc(render->arena, count * sizeof(*items), 0);
		if (!items) {
			render->status = lode__error_nomem(render->error);
			return;
		}
		lode__expr_chain(expr, items, &count);
	}
	for (i = 0; i < count && render->status == LODE_OK; i++) {
		if (i)
			lode__buf_puts(render->sql, both ? " AND " : " OR ");
		lode__render_expr(render, items[i], both ? LODE__PREC_AND : LODE__PREC_OR, NULL);
	}
}

static void put_is_null(lode__render *render, const lode_expr *expr, bool negated)
{
	lode__render_expr(render, expr->as.pair.a, LODE__PREC_CONCAT, NULL);
	lode__buf_puts(render->sql, negated ? " IS NOT NULL" : " IS NULL");
}

static void put_exists(lode__render *render, const lode_expr *expr, bool negated)
{
	lode__buf_puts(render->sql, negated ? "NOT EXISTS " : "EXISTS ");
	put_select(render, expr->as.select.statement, LODE__SHAPE_EXISTS, 0);
}

static void put_default(lode__render *render, const lode_expr *expr, bool negated,
                        const lode_table_column *hint);

static void put_not(lode__render *render, const lode_expr *expr, bool negated)
{
	const lode_expr *a = expr->as.pair.a;

	switch (a->kind) {
	case LODE__EXPR_COMPARE: case LODE__EXPR_COMPARE_VALUE: case LODE__EXPR_IN:
	case LODE__EXPR_IN_SELECT: case LODE__EXPR_IN_ROWS: case LODE__EXPR_IS_NULL:
	case LODE__EXPR_EXISTS: case LODE__EXPR_BETWEEN: case LODE__EXPR_NOT:
		put_default(render, a, !negated, NULL);
		return;
	default:
		break;
	}
	if (!negated)
		lode__buf_puts(render->sql, "NOT ");
	lode__render_expr(render, a, LODE__PREC_COMPARE, NULL);
}

/* ------------------------------------------------------------------ arithmetic and functions */

static void put_concat(lode__render *render, const lode_expr *expr)
{
	int32_t style = render->dialect->traits.concat_style;
	const char *between = style == 2 ? ", " : style == 3 ? " + " : " || ";
	int left = expr->as.pair.a->kind == LODE__EXPR_ARITHMETIC &&
	           expr->as.pair.a->op == LODE__CONCAT ? LODE__PREC_CONCAT : LODE__PREC_ATOM;

	if (style == 2)
		lode__buf_puts(render->sql, "CONCAT(");
	lode__render_expr(render, expr->as.pair.a, style == 2 ? LODE__PREC_NONE : left, NULL);
	lode__buf_puts(render->sql, between);
	lode__render_expr(render, expr->as.pair.b, style == 2 ? LODE__PREC_NONE : LODE__PREC_ATOM, NULL);
	if (style == 2)
		lode__buf_putc(render->sql, ')');
}

static void put_arithmetic(lode__render *render, const lode_expr *expr)
{
	static const char *const names[] = { "", " + ", " - ", " * ", " / " };
	const lode_expr *a = expr->as.pair.a, *b = expr->as.pair.b;
	int level = expr->op == LODE__PLUS || expr->op == LODE__MINUS ? LODE__PREC_SUM
	                                                               : LODE__PREC_PRODUCT;

	if (expr->op == LODE__CONCAT) {
		put_concat(render, expr);
		return;
	}
	if (lode__dialect_decimals_are_text(render->dialect) &&
	    type_of_pair(render, expr) == LODE_T_DECIMAL)
		refuse_decimal(render, "arithmetic");
	lode__render_expr(render, a, level, lode__render_column_of(render, b));
	lode__buf_puts(render->sql, names[expr->op]);
	lode__render_expr(render, b, level + 1, lode__render_column_of(render, a));
}

static void put_negate(lode__render *render, const lode_expr *expr)
{
	const lode_expr *a = expr->as.pair.a;
	bool plain = a->kind == LODE__EXPR_COLUMN || a->kind == LODE__EXPR_TABLE_COLUMN;

	if (lode__dialect_decimals_are_text(render->dialect) &&
	    lode__render_type_of(render, a) == LODE_T_DECIMAL)
		refuse_decimal(render, "arithmetic");
	lode__buf_puts(render->sql, plain ? "-" : "-(");
	lode__render_expr(render, a, LODE__PREC_NONE, NULL);
	if (!plain)
		lode__buf_putc(render->sql, ')');
}

/* what every database has, but as a keyword or under another name */
static const char *keyword_of(const lode__render *render, const lode_expr *expr)
{
	const lode_traits *traits = &render->dialect->traits;
	const char *name = expr->as.function.name;

	if (expr->as.function.count > 0)
		return NULL;
	if (strcmp(name, "now") == 0 || strcmp(name, "current_timestamp") == 0)
		return traits->now_sql ? traits->now_sql : "CURRENT_TIMESTAMP";
	if (strcmp(name, "current_date") == 0)
		return traits->today_sql ? traits->today_sql : "CURRENT_DATE";
	return NULL;
}

static void put_call(lode__render *render, const lode_expr *expr)
{
	const char *keyword = keyword_of(render, expr);
	size_t i;

	if (keyword) {
		lode__buf_puts(render->sql, keyword);
		return;
	}
	lode__buf_puts(render->sql, expr->as.function.name);
	lode__buf_putc(render->sql, '(');
	for (i = 0; i < expr->as.function.count; i++) {
		if (i)
			lode__buf_puts(render->sql, ", ");
		lode__render_expr(render, expr->as.function.arguments[i], LODE__PREC_NONE, NULL);
	}
	lode__buf_putc(render->sql, ')');
}

static void put_aggregate(lode__render *render, const lode_expr *expr)
{
	static const char *const names[] = { "", "count(", "sum(", "min(", "max(", "avg(" };
	const lode_expr *a = expr->as.pair.a;
	int32_t type = a ? lode__render_type_of(render, a) : LODE_T_UNKNOWN;
	bool extreme = expr->op == LODE_AGGREGATE_MIN || expr->op == LODE_AGGREGATE_MAX;

	if (lode__dialect_decimals_are_text(render->dialect) && type == LODE_T_DECIMAL &&
	    (expr->op == LODE_AGGREGATE_SUM || expr->op == LODE_AGGREGATE_AVG))
		refuse_decimal(render, expr->op == LODE_AGGREGATE_SUM ? "sum()" : "avg()");
	lode__buf_puts(render->sql, names[expr->op]);
	if (expr->flags & LODE__EXPR_DISTINCT)
		lode__buf_puts(render->sql, "DISTINCT ");
	if (!a)
		lode__buf_putc(render->sql, '*');
	else if (extreme)
		lode__render_operand(render, a, type, NULL);
	else
		lode__render_expr(render, a, LODE__PREC_NONE, NULL);
	lode__buf_putc(render->sql, ')');
}

static void put_text(lode__render *render, const lode_expr *expr)
{
	const char *sql = expr->as.text.sql, *from = sql, *at = NULL, *name, *found;
	size_t size;

	while ((found = lode__text_next_bind(sql, &at, &name, &size)) != NULL) {
		const lode__text_bind *bind = lode__text_find_bind(expr, name, size);

		lode__text_put(render->sql, from, found);
		from = at;
		if (!bind) {
			lode__render_fail(render, LODE_E_MISUSE, "a text has no value for :%.*s "
			                  "(lode_text_bind gives it, and \\: is a plain colon)",
			                  (int)(size < 60 ? size : 60), name);
			return;
		}
		put_constant(render, &bind->value, NULL);
	}
	lode__text_put(render->sql, from, sql + strlen(sql));
	render->unknown_tables = true;
}

/* ------------------------------------------------------------------ order */

static void put_order(lode__render *render, const lode_expr *expr)
{
	unsigned nulls = expr->flags & (LODE__EXPR_NULLS_FIRST | LODE__EXPR_NULLS_LAST);
	bool native = (render->dialect->traits.null_order & 0x100) != 0;
	uint32_t ordinal = render->ordinal;

	if (nulls && !native) {         /* the expression is written twice, with the same values */
		lode__buf_puts(render->sql, "CASE WHEN ");
		lode__render_expr(render, expr->as.pair.a, LODE__PREC_CONCAT, NULL);
		lode__buf_puts(render->sql, nulls & LODE__EXPR_NULLS_FIRST
		               ? " IS NULL THEN 0 ELSE 1 END, " : " IS NULL THEN 1 ELSE 0 END, ");
		render->ordinal = ordinal;
	}
	lode__render_operand(render, expr->as.pair.a, lode__render_type_of(render, expr->as.pair.a),
	                     NULL);
	if (expr->flags & LODE__EXPR_DESCENDING)
		lode__buf_puts(render->sql, " DESC");
	if (nulls && native)
		lode__buf_puts(render->sql, nulls & LODE__EXPR_NULLS_FIRST ? " NULLS FIRST"
		                                                            : " NULLS LAST");
}

/* ------------------------------------------------------------------ dispatch */

static int precedence_of(const lode_expr *expr)
{
	switch (expr->kind) {
	case LODE__EXPR_OR: return LODE__PREC_OR;
	case LODE__EXPR_AND: return LODE__PREC_AND;
	case LODE__EXPR_NOT: return LODE__PREC_NOT;
	case LODE__EXPR_EXISTS: return LODE__PREC_NOT;
	case LODE__EXPR_COMPARE: case LODE__EXPR_COMPARE_VALUE: case LODE__EXPR_BETWEEN:
	case LODE__EXPR_IN: case LODE__EXPR_IN_SELECT: case LODE__EXPR_IN_ROWS:
	case LODE__EXPR_IS_NULL:
		return LODE__PREC_COMPARE;
	case LODE__EXPR_ARITHMETIC:
		return expr->op == LODE__CONCAT ? LODE__PREC_CONCAT
		     : expr->op <= LODE__MINUS ? LODE__PREC_SUM : LODE__PREC_PRODUCT;
	case LODE__EXPR_NEGATE: return LODE__PREC_UNARY;
	case LODE__EXPR_TEXT: case LODE__EXPR_ORDER: return LODE__PREC_NONE;
	default: return LODE__PREC_ATOM;
	}
}

static void put_default(lode__render *render, const lode_expr *expr, bool negated,
                        const lode_table_column *hint)
{
	bool turned = ((expr->flags & LODE__EXPR_NEGATED) != 0) != negated;

	switch (expr->kind) {
	case LODE__EXPR_COLUMN: case LODE__EXPR_TABLE_COLUMN: put_column(render, expr); break;
	case LODE__EXPR_CONSTANT: put_constant(render, &expr->as.constant.value, hint); break;
	case LODE__EXPR_COMPARE:
		put_compare(render, expr, negated ? op_opposite[expr->op] : expr->op);
		break;
	case LODE__EXPR_COMPARE_VALUE:
		put_compare_value(render, expr, negated ? op_opposite[expr->op] : expr->op);
		break;
	case LODE__EXPR_BETWEEN: put_between(render, expr, turned); break;
	case LODE__EXPR_IN: put_in(render, expr, turned); break;
	case LODE__EXPR_IN_SELECT: put_in_select(render, expr, turned); break;
	case LODE__EXPR_IN_ROWS: put_in_rows(render, expr, turned); break;
	case LODE__EXPR_ROW:
		lode__render_fail(render, LODE_E_MISUSE,
		                  "a lode_row stands only on the left of lode_in_select");
		break;
	case LODE__EXPR_IS_NULL: put_is_null(render, expr, turned); break;
	case LODE__EXPR_AND: case LODE__EXPR_OR: put_chain(render, expr); break;
	case LODE__EXPR_NOT: put_not(render, expr, negated); break;
	case LODE__EXPR_ARITHMETIC: put_arithmetic(render, expr); break;
	case LODE__EXPR_NEGATE: put_negate(render, expr); break;
	case LODE__EXPR_FUNCTION: put_call(render, expr); break;
	case LODE__EXPR_AGGREGATE: put_aggregate(render, expr); break;
	case LODE__EXPR_NOW:
		lode__buf_puts(render->sql, render->dialect->traits.now_sql
		               ? render->dialect->traits.now_sql : "CURRENT_TIMESTAMP");
		break;
	case LODE__EXPR_TEXT: put_text(render, expr); break;
	case LODE__EXPR_SCALAR:
		put_select(render, expr->as.select.statement, LODE__SHAPE_ONE, 1);
		break;
	case LODE__EXPR_EXISTS: put_exists(render, expr, turned); break;
	case LODE__EXPR_ORDER: put_order(render, expr); break;
	default:
		lode__render_fail(render, expr->as.error.status, "%s", expr->as.error.message);
		break;
	}
}

void lode__render_default(lode__render *render, const lode_expr *expr, int precedence,
                          const lode_table_column *hint)
{
	bool open = precedence_of(expr) < precedence;
	uint32_t first = render->ordinal;

	if (render->status < 0)
		return;
	if (open)
		lode__buf_putc(render->sql, '(');
	put_default(render, expr, false, hint);
	if (open)
		lode__buf_putc(render->sql, ')');
	assert(render->status < 0 || render->ordinal == first + lode__expr_value_count(expr));
	(void)first;
}

/* does the dialect's own hook get to see this node? */
static bool is_hooked(const lode_expr *expr)
{
	switch (expr->kind) {
	case LODE__EXPR_FUNCTION: case LODE__EXPR_NOW: case LODE__EXPR_ARITHMETIC:
	case LODE__EXPR_AGGREGATE: case LODE__EXPR_COMPARE: case LODE__EXPR_NEGATE:
		return true;
	default:
		return false;
	}
}

/* true: a hook wrote the node, or failed */
static bool put_hooked(lode__render *render, const lode_expr *expr)
{
	lode_sqlbuf out = { render->sql, render->dialect, render, render->error, expr,
	                    render->ordinal };
	size_t parameters = render->parameter_count, expansions = render->expansion_count;
	lode_status status = lode__hook_render(&out, render->literals ? LODE_RC_LITERALS : 0,
	                                       (const lode_node *)(const void *)expr);

	if (status == LODE_E_UNSUPPORTED && render->status == LODE_OK) {
		render->parameter_count = parameters;
		render->expansion_count = expansions;
		render->ordinal = out.first;
		return false;
	}
	if (status < 0)
		lode__render_fail(render, status, "the dialect %s refused an expression",
		                  render->dialect->name);
	render->ordinal = out.first + (uint32_t)lode__expr_value_count(expr);
	return true;
}

void lode__render_expr(lode__render *render, const lode_expr *expr, int precedence,
                       const lode_table_column *hint)
{
	if (render->status < 0)
		return;
	if (render->hooks && is_hooked(expr) && put_hooked(render, expr))
		return;
	lode__render_default(render, expr, precedence, hint);
}

void lode__render_conditions(lode__render *render, const char *word, const lode__exprs *list)
{
	uint32_t i;

	for (i = 0; i < list->count; i++) {
		lode__buf_puts(render->sql, i ? " AND " : word);
		lode__render_expr(render, list->items[i],
		                  list->count > 1 ? LODE__PREC_AND : LODE__PREC_NONE, NULL);
	}
}

lode_status lode__render_ddl_expr(lode__buf *sql, const lode__dialect *dialect,
                                  const lode_expr *expr, lode_error *error)
{
	lode__render render = { .sql = sql, .dialect = dialect, .error = error };
	lode__values values;
	lode__buf key;
	lode__arena arena;
	lode_status status;

	lode__arena_init(&arena, NULL, 0);
	lode__buf_init(&key, NULL, 1u << 20);
	lode__values_init(&values, NULL);
	status = lode__expr_key(expr, &key, &values);
	if (status == LODE_OK)
		status = values.status;
	if (status == LODE_OK) {
		lode_value none = { 0 };

		render.arena = &arena;
		render.literals = values.items ? values.items : &none;
		render.hooks = dialect->host && lode__dialect_renders(dialect);
		lode__render_expr(&render, expr, LODE__PREC_NONE, NULL);
		status = render.status;
	} else {
		lode__error_set(error, status, expr->kind == LODE__EXPR_ERROR ? "%s"
		                : "out of memory, or an expression is too long: %s",
		                expr->kind == LODE__EXPR_ERROR ? expr->as.error.message : "in DDL");
	}
	lode__values_dispose(&values);
	lode__buf_dispose(&key);
	lode__arena_dispose(&arena);
	return status;
}
