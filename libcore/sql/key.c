/* SPDX-License-Identifier: MIT */
/* sql/key.c - the walk that tells structure and values apart.
 *
 * This is on the path of every query: no formatting, no allocation but what the two arrays need.
 * Lists are preceded by their length and nodes by their kind, so no key is the beginning of
 * another.  The renderer counts values in the same order; test_key compares the two. */
#include "sql/key.h"

#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"

#define CHAIN_MAX 64

/* ------------------------------------------------------------------ values */

void lode__values_init(lode__values *values, const lode_allocator *allocator)
{
	memset(values, 0, sizeof(*values));
	values->allocator = allocator;
}

void lode__values_clear(lode__values *values)
{
	values->count = 0;
	values->status = LODE_OK;
}

void lode__values_dispose(lode__values *values)
{
	lode__release(values->allocator, values->items);
	lode__values_init(values, values->allocator);
}

static bool grow_values(lode__values *values)
{
	void *items = values->items;

	if (values->status < 0)
		return false;
	values->status = lode__array_reserve(values->allocator, &items, &values->capacity,
	                                     values->count + 8, sizeof(lode_value));
	values->items = items;
	return values->status == LODE_OK;
}

void lode__values_push(lode__values *values, const lode_value *value)
{
	if (values->count == values->capacity && !grow_values(values))
		return;
	values->items[values->count++] = *value;
}

/* ------------------------------------------------------------------ bytes */

static inline void put(lode__buf *key, const void *data, size_t size)
{
	if (key->status == LODE_OK && key->data && key->capacity - key->size > size) {
		memcpy(key->data + key->size, data, size);
		key->size += size;
		key->data[key->size] = '\0';
	} else {
		lode__buf_append(key, data, size);
	}
}

static void put_u32(lode__buf *key, uint32_t number)
{
	put(key, &number, sizeof(number));
}

static void put_head(lode__buf *key, const lode_expr *expr, uint8_t more)
{
	uint8_t head[4];

	head[0] = expr->kind;
	head[1] = expr->op;
	head[2] = (uint8_t)(expr->flags & ~(LODE__EXPR_SHARED | LODE__EXPR_BORROWED));
	head[3] = more;
	put(key, head, sizeof(head));
}

/* the part of a value that the SQL depends on */
static uint8_t value_tag(const lode_value *value)
{
	if (value->kind == LODE_VALUE_PARAM)
		return (uint8_t)(128u + ((unsigned)value->as.param.ctype & 127u));
	return (uint8_t)value->kind;
}

/* ------------------------------------------------------------------ expressions */

static lode_status walk_chain(const lode_expr *expr, lode__buf *key, lode__values *values)
{
	const lode_expr *local[CHAIN_MAX], **items = local;
	size_t count = CHAIN_MAX, i;
	lode_status status = LODE_OK;

	if (!lode__expr_chain(expr, items, &count)) {
		items = lode__alloc_array(NULL, count, sizeof(*items));
		if (!items)
			return LODE_E_NOMEM;
		lode__expr_chain(expr, items, &count);
	}
	put_head(key, expr, 0);
	put_u32(key, (uint32_t)count);
	for (i = 0; i < count && status == LODE_OK; i++)
		status = lode__expr_key(items[i], key, values);
	if (items != local)
		lode__release(NULL, (void *)items);
	return status;
}

static lode_status walk_text(const lode_expr *expr, lode__buf *key, lode__values *values)
{
	const char *at = NULL, *name;
	size_t size = strlen(expr->as.text.sql);

	put_head(key, expr, 0);
	put(key, &size, sizeof(size));
	put(key, expr->as.text.sql, size);
	while (lode__text_next_bind(expr->as.text.sql, &at, &name, &size)) {
		const lode__text_bind *bind = lode__text_find_bind(expr, name, size);
		uint8_t tag = bind ? value_tag(&bind->value) : 255;

		put(key, &tag, 1);
		if (bind)
			lode__values_push(values, &bind->value);
	}
	return LODE_OK;
}

static lode_status walk_call(const lode_expr *expr, lode__buf *key, lode__values *values)
{
	lode_status status = LODE_OK;
	size_t i;

	put_head(key, expr, 0);
	put_u32(key, (uint32_t)expr->as.function.count);
	if (expr->as.function.name)
		put(key, expr->as.function.name, strlen(expr->as.function.name) + 1);
	for (i = 0; i < expr->as.function.count && status == LODE_OK; i++)
		status = lode__expr_key(expr->as.function.arguments[i], key, values);
	return status;
}

static void walk_column(const lode_expr *expr, lode__buf *key)
{
	struct { uint8_t head[8]; const void *owner; size_t offset; } bytes;

	memset(&bytes, 0, sizeof(bytes));
	bytes.head[0] = expr->kind;
	if (expr->kind == LODE__EXPR_COLUMN) {
		bytes.owner = expr->as.column.owner;
		bytes.offset = expr->as.column.offset;
		memcpy(bytes.head + 4, &expr->as.column.alias, 4);
	} else {
		bytes.owner = expr->as.table_column.column;
		memcpy(bytes.head + 4, &expr->as.table_column.alias, 4);
	}
	put(key, &bytes, sizeof(bytes));
}

static lode_status walk_list(const lode_expr *expr, lode__buf *key, lode__values *values)
{
	lode_value value = { .kind = LODE__VALUE_LIST };
	lode_status status;
	uint8_t ctype = (uint8_t)expr->as.in.list.ctype;

	put_head(key, expr, (uint8_t)expr->as.in.list.value_kind);
	put(key, &ctype, 1);
	status = lode__expr_key(expr->as.in.a, key, values);
	value.as.bytes.data = &expr->as.in.list;
	value.as.bytes.size = sizeof(expr->as.in.list);
	lode__values_push(values, &value);
	return status;
}

static lode_status walk_rows(const lode_expr *expr, lode__buf *key, lode__values *values)
{
	const lode__elements *list = expr->as.rows.list;
	lode_value value = { .kind = LODE__VALUE_LIST };
	lode_status status = LODE_OK;
	size_t i;

	put_head(key, expr, 0);
	put_u32(key, (uint32_t)expr->as.rows.count);
	for (i = 0; i < expr->as.rows.count && status == LODE_OK; i++) {
		uint8_t ctype = (uint8_t)list->columns[i].ctype;

		put(key, &ctype, 1);
		status = lode__expr_key(expr->as.rows.arguments[i], key, values);
	}
	value.as.bytes.data = list;
	value.as.bytes.size = sizeof(*list);
	lode__values_push(values, &value);
	return status;
}

static lode_status walk_pair(const lode_expr *expr, lode__buf *key, lode__values *values)
{
	const lode_expr *a = expr->as.pair.a, *b = expr->as.pair.b;
	lode_status status = LODE_OK;

	put_head(key, expr, (uint8_t)((a != NULL) + (b != NULL)));
	if (a)
		status = lode__expr_key(a, key, values);
	if (status == LODE_OK && b)
		status = lode__expr_key(b, key, values);
	return status;
}

static lode_status walk_inner(const lode_statement *statement, lode__buf *key,
                              lode__values *values);

lode_status lode__expr_key(const lode_expr *expr, lode__buf *key, lode__values *values)
{
	lode_status status;

	switch (expr->kind) {
	case LODE__EXPR_COLUMN: case LODE__EXPR_TABLE_COLUMN:
		walk_column(expr, key);
		return LODE_OK;
	case LODE__EXPR_CONSTANT:
		put_head(key, expr, value_tag(&expr->as.constant.value));
		lode__values_push(values, &expr->as.constant.value);
		return LODE_OK;
	case LODE__EXPR_COMPARE_VALUE:
		put_head(key, expr, value_tag(&expr->as.compare.value));
		status = lode__expr_key(expr->as.compare.a, key, values);
		lode__values_push(values, &expr->as.compare.value);
		return status;
	case LODE__EXPR_AND: case LODE__EXPR_OR:
		return walk_chain(expr, key, values);
	case LODE__EXPR_IN:
		return walk_list(expr, key, values);
	case LODE__EXPR_IN_ROWS:
		return walk_rows(expr, key, values);
	case LODE__EXPR_FUNCTION: case LODE__EXPR_BETWEEN: case LODE__EXPR_ROW:
		return walk_call(expr, key, values);
	case LODE__EXPR_TEXT:
		return walk_text(expr, key, values);
	case LODE__EXPR_SCALAR: case LODE__EXPR_EXISTS: case LODE__EXPR_IN_SELECT:
		put_head(key, expr, expr->as.select.a != NULL);
		status = expr->as.select.a ? lode__expr_key(expr->as.select.a, key, values) : LODE_OK;
		return status ? status : walk_inner(expr->as.select.statement, key, values);
	case LODE__EXPR_NOW:
		put_head(key, expr, 0);
		return LODE_OK;
	case LODE__EXPR_ERROR:
		return expr->as.error.status;
	default:
		return walk_pair(expr, key, values);
	}
}

size_t lode__expr_value_count(const lode_expr *expr)
{
	const char *at = NULL, *name;
	size_t count = 0, i, size;
	const lode_expr *operand;

	switch (expr->kind) {
	case LODE__EXPR_TEXT:
		while (lode__text_next_bind(expr->as.text.sql, &at, &name, &size))
			count += lode__text_find_bind(expr, name, size) != NULL;
		return count;
	case LODE__EXPR_SCALAR: case LODE__EXPR_EXISTS: case LODE__EXPR_IN_SELECT:
		count = lode__statement_value_count(expr->as.select.statement);
		return count + (expr->as.select.a ? lode__expr_value_count(expr->as.select.a) : 0);
	case LODE__EXPR_AND: case LODE__EXPR_OR:
		for (; expr->kind == LODE__EXPR_AND || expr->kind == LODE__EXPR_OR; expr = expr->as.pair.a)
			count += lode__expr_value_count(expr->as.pair.b);
		return count + lode__expr_value_count(expr);
	default:
		break;
	}
	count = expr->kind == LODE__EXPR_CONSTANT || expr->kind == LODE__EXPR_COMPARE_VALUE ||
	        expr->kind == LODE__EXPR_IN || expr->kind == LODE__EXPR_IN_ROWS;
	for (i = 0; (operand = lode__expr_operand(expr, i)) != NULL; i++)
		count += lode__expr_value_count(operand);
	return count;
}

/* ------------------------------------------------------------------ statements */

static lode_status walk_exprs(const lode__exprs *list, lode__buf *key, lode__values *values)
{
	lode_status status = LODE_OK;
	uint32_t i;

	put_u32(key, list->count);
	for (i = 0; i < list->count && status == LODE_OK; i++)
		status = lode__expr_key(list->items[i], key, values);
	return status;
}

static lode_status walk_fields(const lode_statement *statement, lode__buf *key,
                               lode__values *values)
{
	lode_status status = LODE_OK;
	uint32_t i;

	put_u32(key, statement->field_count);
	put(key, &statement->row_size, sizeof(statement->row_size));
	for (i = 0; i < statement->field_count && status == LODE_OK; i++) {
		const lode__field *field = &statement->fields[i];
		size_t layout[3] = { field->member.offset, field->member.size,
		                     (size_t)field->member.ctype };

		put(key, layout, sizeof(layout));
		if (field->expr)
			status = lode__expr_key(field->expr, key, values);
	}
	return status;
}

static lode_status walk_joins(const lode_statement *statement, lode__buf *key,
                              lode__values *values)
{
	lode_status status = LODE_OK;
	uint32_t i;

	put_u32(key, statement->join_count);
	for (i = 0; i < statement->join_count && status == LODE_OK; i++) {
		const lode__join *join = &statement->joins[i];
		const void *pointers[3] = { join->rel.owner, join->target, join->table };
		uint32_t numbers[3] = { join->from, join->alias,
		                        (join->outer ? 1u : 0u) | (join->comma ? 2u : 0u) |
		                        (join->on ? 4u : 0u) | (join->full ? 8u : 0u) };

		put(key, pointers, sizeof(pointers));
		put(key, &join->rel.offset, sizeof(join->rel.offset));
		put(key, numbers, sizeof(numbers));
		if (join->on)
			status = lode__expr_key(join->on, key, values);
	}
	return status;
}

static lode_status walk_assignments(const lode_statement *statement, lode__buf *key,
                                    lode__values *values)
{
	lode_status status = LODE_OK;
	uint32_t i;

	put_u32(key, statement->assignment_count);
	put_u32(key, statement->row_count);
	for (i = 0; i < statement->assignment_count && status == LODE_OK; i++) {
		const lode__assignment *assignment = &statement->assignments[i];

		put_u32(key, assignment->row);
		status = lode__expr_key(assignment->column, key, values);
		if (status == LODE_OK)
			status = lode__expr_key(assignment->value, key, values);
	}
	return status;
}

static lode_status walk_number(int64_t number, const lode_expr *expr, lode__buf *key,
                               lode__values *values)
{
	lode_value value = { .kind = LODE_VALUE_INT };

	if (expr)
		return lode__expr_key(expr, key, values);
	value.as.integer = number;
	lode__values_push(values, &value);
	return LODE_OK;
}

static lode_status walk_select(const lode_statement *statement, lode__buf *key,
                               lode__values *values)
{
	lode_status status = walk_fields(statement, key, values);

	if (status == LODE_OK)
		status = walk_exprs(&statement->extra, key, values);
	if (status == LODE_OK)
		status = walk_joins(statement, key, values);
	if (status == LODE_OK)
		status = walk_exprs(&statement->where, key, values);
	if (status == LODE_OK)
		status = walk_exprs(&statement->group_by, key, values);
	if (status == LODE_OK)
		status = walk_exprs(&statement->having, key, values);
	if (status == LODE_OK)
		status = walk_exprs(&statement->order_by, key, values);
	if (status == LODE_OK && statement->has_limit)
		status = walk_number(statement->limit, statement->limit_expr, key, values);
	if (status == LODE_OK && statement->has_offset)
		status = walk_number(statement->offset, statement->offset_expr, key, values);
	return status;
}

static lode_status walk_write(const lode_statement *statement, lode__buf *key,
                              lode__values *values)
{
	lode_status status = walk_assignments(statement, key, values);

	if (status == LODE_OK)
		status = walk_exprs(&statement->into, key, values);
	if (status == LODE_OK && statement->inner)
		status = walk_inner(statement->inner, key, values);
	if (status == LODE_OK)
		status = walk_exprs(&statement->where, key, values);
	return status ? status : walk_fields(statement, key, values);
}

static lode_status walk_inner(const lode_statement *statement, lode__buf *key,
                              lode__values *values)
{
	struct { uint8_t head[8]; const void *owner; const void *table; } bytes;

	if (statement->status < 0)
		return statement->status;
	memset(&bytes, 0, sizeof(bytes));
	bytes.head[0] = statement->kind;
	bytes.head[1] = statement->distinct;
	bytes.head[2] = statement->all_rows;
	bytes.head[3] = (uint8_t)((statement->has_limit ? 1 : 0) | (statement->has_offset ? 2 : 0) |
	                          (statement->limit_expr ? 4 : 0) | (statement->offset_expr ? 8 : 0) |
	                          (statement->limit_ties ? 16 : 0) |
	                          (statement->limit_percent ? 32 : 0));
	bytes.head[4] = statement->inner != NULL;
	bytes.owner = statement->owner;
	bytes.table = statement->table;
	put(key, &bytes, sizeof(bytes));
	switch (statement->kind) {
	case LODE__SELECT: case LODE__SELECT_ROWS:
		return walk_select(statement, key, values);
	case LODE__SELECT_COUNT:
		return walk_inner(statement->inner, key, values);
	case LODE__TEXT: {
		lode_status status = lode__expr_key(statement->text, key, values);

		return status ? status : walk_fields(statement, key, values);
	}
	default:
		return walk_write(statement, key, values);
	}
}

lode_status lode__statement_key(const lode_statement *statement, lode__buf *key,
                                lode__values *values)
{
	lode_status status = walk_inner(statement, key, values);

	if (status == LODE_OK && key->status < 0)
		status = key->status;
	return status ? status : values->status;
}

static size_t count_exprs(const lode__exprs *list)
{
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < list->count; i++)
		count += lode__expr_value_count(list->items[i]);
	return count;
}

size_t lode__limit_value_count(const lode_statement *statement)
{
	if (!statement->has_limit)
		return 0;
	return statement->limit_expr ? lode__expr_value_count(statement->limit_expr) : 1;
}

static size_t count_offset(const lode_statement *statement)
{
	if (!statement->has_offset)
		return 0;
	return statement->offset_expr ? lode__expr_value_count(statement->offset_expr) : 1;
}

size_t lode__statement_value_count(const lode_statement *statement)
{
	size_t count = count_exprs(&statement->extra) + count_exprs(&statement->where) +
	               count_exprs(&statement->group_by) + count_exprs(&statement->having) +
	               count_exprs(&statement->order_by) + count_exprs(&statement->into) +
	               lode__limit_value_count(statement) + count_offset(statement);
	uint32_t i;

	for (i = 0; i < statement->field_count; i++)
		if (statement->fields[i].expr)
			count += lode__expr_value_count(statement->fields[i].expr);
	for (i = 0; i < statement->join_count; i++)
		if (statement->joins[i].on)
			count += lode__expr_value_count(statement->joins[i].on);
	for (i = 0; i < statement->assignment_count; i++)
		count += lode__expr_value_count(statement->assignments[i].value);
	if (statement->text)
		count += lode__expr_value_count(statement->text);
	return count + (statement->inner ? lode__statement_value_count(statement->inner) : 0);
}
