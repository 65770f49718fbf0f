/* SPDX-License-Identifier: MIT */
/* sql/expr.c - building and freeing expression nodes.
 *
 * An operand that is a failure becomes the result, so that a failure is seen where the tree is
 * placed, without a walk.  What a builder cannot use is parked in the failure it returns; out of
 * memory, a floating operand itself becomes the failure.  A list of parked nodes is never part of a
 * cycle: only floating nodes are parked, which nothing holds, and a floating failure is preferred
 * over a held one as the result. */
#include "sql/expr.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "sql/statement.h"
#include "types/ctype.h"
#include "types/value.h"

static const lode_expr nomem_node = {
	.kind = LODE__EXPR_ERROR,
	.flags = LODE__EXPR_SHARED,
	.references = 1,
	.as = { .error = { LODE_E_NOMEM, "out of memory while an expression was built" } }
};

static lode_expr *nomem(void)
{
	return (lode_expr *)(uintptr_t)&nomem_node;
}

lode_status lode__expr_status(const lode_expr *expr)
{
	if (!expr)
		return LODE_OK;
	if (expr->kind == LODE__EXPR_ERROR)
		return expr->as.error.status;
	return expr->state & LODE__EXPR_FAILED ? LODE_E_NOMEM : LODE_OK;
}

const char *lode__expr_message(const lode_expr *expr)
{
	return expr && expr->kind == LODE__EXPR_ERROR ? expr->as.error.message
	                                              : nomem_node.as.error.message;
}

/* ------------------------------------------------------------------ life */

static lode_expr *make_node(lode__expr_kind kind, size_t tail)
{
	lode_expr *expr = lode__alloc(NULL, sizeof(*expr) + tail);

	if (!expr)
		return NULL;
	expr->kind = (uint8_t)kind;
	expr->op = 0;
	expr->flags = 0;
	expr->depth = 1;
	expr->references = 0;
	expr->state = 0;
	expr->parked = NULL;
	expr->next = NULL;
	return expr;
}

void lode__expr_park(lode_expr **list, lode_expr *expr)
{
	if (!expr || expr->references || (expr->flags & LODE__EXPR_SHARED))
		return;
	expr->references = 1;
	expr->next = *list;
	*list = expr;
}

void lode__expr_unpark(lode_expr **list)
{
	lode_expr *expr;

	while ((expr = *list) != NULL) {
		*list = expr->next;
		expr->next = NULL;
		lode__expr_unref(expr);
	}
}

static void drop_statement(lode_expr *expr)
{
	lode_statement *statement = expr->as.select.statement;

	if (expr->flags & LODE__EXPR_BORROWED)
		return;
	statement->taken = false;
	lode_statement_free(statement);
}

/* frees the node; returns its first operand, whose reference the caller has to drop */
static lode_expr *destroy_node(lode_expr *expr)
{
	lode_expr *first = NULL;
	size_t i;

	switch (expr->kind) {
	case LODE__EXPR_COMPARE: case LODE__EXPR_AND: case LODE__EXPR_OR: case LODE__EXPR_ARITHMETIC:
		lode__expr_unref(expr->as.pair.b);
		first = expr->as.pair.a;
		break;
	case LODE__EXPR_IS_NULL: case LODE__EXPR_NOT: case LODE__EXPR_NEGATE:
	case LODE__EXPR_AGGREGATE: case LODE__EXPR_ORDER: case LODE__EXPR_COMPARE_VALUE:
	case LODE__EXPR_IN:
		first = expr->as.pair.a;
		break;
	case LODE__EXPR_IN_SELECT: case LODE__EXPR_SCALAR: case LODE__EXPR_EXISTS:
		drop_statement(expr);
		first = expr->as.select.a;
		break;
	case LODE__EXPR_FUNCTION: case LODE__EXPR_BETWEEN: case LODE__EXPR_IN_ROWS:
	case LODE__EXPR_ROW:
		for (i = 0; i < expr->as.function.count; i++)
			lode__expr_unref(expr->as.function.arguments[i]);
		break;
	default:
		break;
	}
	lode__expr_unpark(&expr->parked);
	lode__release(NULL, expr);
	return first;
}

lode_expr *lode__expr_ref(lode_expr *expr)
{
	if (expr && !(expr->flags & LODE__EXPR_SHARED))
		expr->references++;
	return expr;
}

void lode__expr_unref(lode_expr *expr)
{
	while (expr && !(expr->flags & LODE__EXPR_SHARED)) {
		if (expr->references > 1) {
			expr->references--;
			return;
		}
		expr = destroy_node(expr);
	}
}

void lode_expr_free(lode_expr *expr)
{
	if (expr && expr->references == 0)
		lode__expr_unref(expr);
}

/* The operand that is to stand for the failure: a failure already, floating if possible; out of
 * memory any floating one, which becomes a failure by that. */
static lode_expr *choose_failure(lode_expr *const *operands, size_t count, bool any)
{
	lode_expr *held = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (lode__expr_status(operands[i]) == LODE_OK)
			continue;
		if (operands[i]->references == 0)
			return operands[i];
		held = held && !(held->flags & LODE__EXPR_SHARED) ? held : operands[i];
	}
	if (held && !(held->flags & LODE__EXPR_SHARED))
		return held;
	for (i = 0; (any || held) && i < count; i++)
		if (operands[i] && operands[i]->references == 0) {
			operands[i]->state |= LODE__EXPR_FAILED;
			return operands[i];
		}
	return held ? held : any ? nomem() : NULL;
}

/* parks the floating ones in the failure, and returns it */
static lode_expr *keep_operands(lode_expr *failure, lode_expr *const *operands, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (operands[i] != failure && !(failure->flags & LODE__EXPR_SHARED))
			lode__expr_park(&failure->parked, operands[i]);
	return failure;
}

/* out of memory */
static lode_expr *fail_nomem(lode_expr *const *operands, size_t count)
{
	return keep_operands(choose_failure(operands, count, true), operands, count);
}

lode_expr *lode__expr_error(lode_expr *const *operands, size_t count, lode_status status,
                            const char *format, ...)
{
	lode_expr *expr = choose_failure(operands, count, status == LODE_E_NOMEM);
	char message[400];
	va_list args;
	size_t size;

	if (expr)
		return keep_operands(expr, operands, count);
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	size = strlen(message) + 1;
	expr = make_node(LODE__EXPR_ERROR, size);
	if (!expr)
		return fail_nomem(operands, count);
	expr->as.error.status = status;
	expr->as.error.message = memcpy(expr + 1, message, size);
	return keep_operands(expr, operands, count);
}

/* ------------------------------------------------------------------ limbo
 *
 * What is given to a statement that could not even be made has nowhere to be parked.  It waits here
 * until its thread frees or runs that "statement": the only memory of the library that is not
 * anybody's, empty but after an allocation has failed. */

static struct { pthread_mutex_t lock; lode_expr *first; int count; } limbo = {
	PTHREAD_MUTEX_INITIALIZER, NULL, 0
};

static uint32_t thread_number(void)
{
	pthread_t self = pthread_self();

	return (uint32_t)lode__hash(&self, sizeof(self));
}

void lode__expr_lose(lode_expr *expr)
{
	if (!expr || expr->references || (expr->flags & LODE__EXPR_SHARED))
		return;
	expr->thread = thread_number();
	pthread_mutex_lock(&limbo.lock);
	lode__expr_park(&limbo.first, expr);
	__atomic_add_fetch(&limbo.count, 1, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&limbo.lock);
}

void lode__expr_forget(void)
{
	lode_expr *mine = NULL, **at, *expr;
	uint32_t thread;

	if (!__atomic_load_n(&limbo.count, __ATOMIC_RELAXED))
		return;
	thread = thread_number();
	pthread_mutex_lock(&limbo.lock);
	for (at = &limbo.first; (expr = *at) != NULL;) {
		if (expr->thread != thread) {
			at = &expr->next;
			continue;
		}
		*at = expr->next;
		expr->next = mine;
		mine = expr;
		__atomic_sub_fetch(&limbo.count, 1, __ATOMIC_RELAXED);
	}
	pthread_mutex_unlock(&limbo.lock);
	lode__expr_unpark(&mine);
}

/* ------------------------------------------------------------------ labels for messages */

static const lode_decl *decl_at(const lode_class *owner, size_t i)
{
	return (const lode_decl *)(const void *)((const char *)owner->decls + i * owner->decl_size);
}

/* appends the path of the member at `offset` to label; false if no declaration names it */
static bool find_member(const lode_class *owner, size_t offset, char *label, size_t room)
{
	size_t i, used;

	for (i = 0; i < owner->decl_count; i++) {
		const lode_decl *decl = decl_at(owner, i);

		if ((decl->kind == LODE_DECL_COLUMN && decl->u.column.offset == offset) ||
		    ((decl->kind == LODE_DECL_TO_ONE || decl->kind == LODE_DECL_TO_MANY) &&
		     decl->u.relationship.offset == offset)) {
			snprintf(label, room, ".%s", decl->kind == LODE_DECL_COLUMN
			         ? decl->u.column.member : decl->u.relationship.member);
			return true;
		}
		if (decl->kind != LODE_DECL_INCLUDE || decl->u.include.offset > offset ||
		    offset - decl->u.include.offset >= decl->u.include.base->object_size)
			continue;
		snprintf(label, room, ".%s", decl->u.include.member);
		used = strlen(label);
		if (find_member(decl->u.include.base, offset - decl->u.include.offset, label + used,
		                room - used))
			return true;
	}
	return false;
}

const char *lode__member_label(const lode_class *owner, size_t offset,
                               char label[LODE__MEMBER_LABEL_SIZE])
{
	size_t used;

	if (!owner)
		return "a NULL class";
	snprintf(label, LODE__MEMBER_LABEL_SIZE, "%.80s", owner->name ? owner->name : "?");
	used = strlen(label);
	if (!find_member(owner, offset, label + used, LODE__MEMBER_LABEL_SIZE - used))
		snprintf(label + used, LODE__MEMBER_LABEL_SIZE - used, "+%zu", offset);
	return label;
}

static const char *label_expr(const lode_expr *expr, char label[LODE__MEMBER_LABEL_SIZE])
{
	if (expr && expr->kind == LODE__EXPR_COLUMN)
		return lode__member_label(expr->as.column.owner, expr->as.column.offset, label);
	if (expr && expr->kind == LODE__EXPR_TABLE_COLUMN) {
		snprintf(label, LODE__MEMBER_LABEL_SIZE, "%s",
		         lode_table_column_name(expr->as.table_column.column));
		return label;
	}
	return "an expression";
}

/* ------------------------------------------------------------------ operands */

static bool is_error(const lode_expr *expr)
{
	return lode__expr_status(expr) < 0;
}

/* The failure that an operation on these operands must be, or NULL if it is fine; *depth becomes
 * that of the result. */
static lode_expr *check_operands(const char *what, lode_expr *const *operands, size_t count,
                                 uint8_t *depth)
{
	unsigned deepest = 0;
	bool missing = false, failed = false;
	size_t i;

	for (i = 0; i < count; i++) {
		missing = missing || !operands[i];
		failed = failed || is_error(operands[i]);
		if (operands[i] && operands[i]->depth > deepest)
			deepest = operands[i]->depth;
	}
	if (missing || failed)
		return lode__expr_error(operands, count, LODE_E_MISUSE, "an operand of %.80s is NULL", what);
	if (deepest >= LODE__EXPR_DEPTH)
		return lode__expr_error(operands, count, LODE_E_LIMIT,
		                        "an expression is nested more than %d deep", LODE__EXPR_DEPTH);
	*depth = (uint8_t)(deepest + 1);
	return NULL;
}

static lode_expr *make_unary(lode__expr_kind kind, const char *what, lode_expr *a)
{
	uint8_t depth = 1;
	lode_expr *expr = check_operands(what, &a, 1, &depth);

	if (expr)
		return expr;
	expr = make_node(kind, 0);
	if (!expr)
		return fail_nomem(&a, 1);
	expr->depth = depth;
	expr->as.pair.a = lode__expr_ref(a);
	expr->as.pair.b = NULL;
	return expr;
}

static lode_expr *make_pair(lode__expr_kind kind, int op, const char *what, lode_expr *a,
                            lode_expr *b)
{
	lode_expr *operands[2] = { a, b }, *expr;
	uint8_t depth = 1;

	expr = check_operands(what, operands, 2, &depth);
	if (expr)
		return expr;
	expr = make_node(kind, 0);
	if (!expr)
		return fail_nomem(operands, 2);
	expr->op = (uint8_t)op;
	expr->depth = depth;
	expr->as.pair.a = lode__expr_ref(a);
	expr->as.pair.b = lode__expr_ref(b);
	return expr;
}

/* ------------------------------------------------------------------ columns */

lode_expr *lode_column(const lode_class *owner, size_t offset)
{
	return lode_column_as(owner, 0, offset);
}

lode_expr *lode_column_as(const lode_class *owner, uint32_t alias, size_t offset)
{
	lode_expr *expr;

	if (!owner)
		return lode__expr_error(NULL, 0, LODE_E_MISUSE, "lode_column: the class is NULL");
	expr = make_node(LODE__EXPR_COLUMN, 0);
	if (!expr)
		return fail_nomem(NULL, 0);
	expr->as.column.owner = owner;
	expr->as.column.offset = offset;
	expr->as.column.alias = alias;
	return expr;
}

lode_expr *lode__expr_table_column_as(const lode_table_column *column, uint32_t alias)
{
	lode_expr *expr;

	if (!column)
		return lode__expr_error(NULL, 0, LODE_E_MISUSE, "lode_column_of: the column is NULL");
	expr = make_node(LODE__EXPR_TABLE_COLUMN, 0);
	if (!expr)
		return fail_nomem(NULL, 0);
	expr->as.table_column.column = column;
	expr->as.table_column.alias = alias;
	return expr;
}

lode_expr *lode__expr_table_column(const lode_table_column *column)
{
	return lode__expr_table_column_as(column, 0);
}

lode_expr *lode_column_of(const lode_table_column *column)
{
	return lode__expr_table_column_as(column, 0);
}

/* the offset of a column by its member's path, or (size_t)-1 */
static size_t find_offset(const lode_class *owner, const char *name)
{
	size_t i, part, inner;

	for (i = 0; i < owner->decl_count; i++) {
		const lode_decl *decl = decl_at(owner, i);

		if (decl->kind == LODE_DECL_COLUMN && strcmp(decl->u.column.member, name) == 0)
			return decl->u.column.offset;
		if (decl->kind != LODE_DECL_INCLUDE)
			continue;
		part = strlen(decl->u.include.member);
		if (strncmp(name, decl->u.include.member, part) != 0 || name[part] != '.')
			continue;
		inner = find_offset(decl->u.include.base, name + part + 1);
		if (inner != (size_t)-1)
			return decl->u.include.offset + inner;
	}
	return (size_t)-1;
}

/* is `name` an item of "a, b, c"? */
static bool list_has(const char *list, const char *name)
{
	size_t size = strlen(name);

	while (*list) {
		list += strspn(list, ", \t\n");
		if (strcspn(list, ", \t\n") == size && memcmp(list, name, size) == 0)
			return size > 0;
		list += strcspn(list, ", \t\n");
	}
	return false;
}

lode_expr *lode_column_by_name(const lode_class *owner, const char *name, const char *allowed)
{
	size_t offset;

	if (!owner || !name)
		return lode__expr_error(NULL, 0, LODE_E_MISUSE, "lode_column_by_name: %s is NULL",
		                        owner ? "the name" : "the class");
	if (allowed && !list_has(allowed, name))
		return lode__expr_error(NULL, 0, LODE_E_MISUSE, "%s: a column was asked for by a name that is not "
		                        "allowed (allowed: %.200s)", owner->name, allowed);
	offset = find_offset(owner, name);
	if (offset == (size_t)-1)
		return lode__expr_error(NULL, 0, LODE_E_MISUSE, "%s has no column of the name that was asked for",
		                        owner->name);
	return lode_column(owner, offset);
}

/* ------------------------------------------------------------------ values */

/* bytes behind the node that a copy of the value needs */
static size_t measure_value(const lode_value *value)
{
	switch (value->kind) {
	case LODE_VALUE_TEXT: return value->as.text ? strlen(value->as.text) + 1 : 0;
	case LODE_VALUE_JSON: return value->as.json.text ? strlen(value->as.json.text) + 1 : 0;
	case LODE_VALUE_BYTES: return value->as.bytes.size;
	default: return 0;
	}
}

/* points the value at a copy of its text in `tail` */
static void settle_value(lode_value *value, void *tail, size_t size)
{
	switch (value->kind) {
	case LODE_VALUE_TEXT:
		value->as.text = memcpy(tail, value->as.text, size);
		break;
	case LODE_VALUE_JSON:
		value->as.json.text = memcpy(tail, value->as.json.text, size);
		break;
	case LODE_VALUE_BYTES:
		if (size)
			memcpy(tail, value->as.bytes.data, size);
		value->as.bytes.data = tail;
		break;
	default:
		break;
	}
}

lode_expr *lode_constant(lode_value value)
{
	size_t size = measure_value(&value);
	lode_expr *expr;

	if (value.kind > LODE_VALUE_PARAM)
		return lode__expr_error(NULL, 0, LODE_E_MISUSE, "lode_constant: not a value");
	expr = make_node(LODE__EXPR_CONSTANT, size);
	if (!expr)
		return fail_nomem(NULL, 0);
	expr->as.constant.value = value;
	settle_value(&expr->as.constant.value, expr + 1, size);
	return expr;
}

static lode_expr *refuse_null(lode_expr *expr, const char *what)
{
	char label[LODE__MEMBER_LABEL_SIZE];

	return lode__expr_error(&expr, 1, LODE_E_MISUSE,
	                        "%s is compared with NULL, which is never true: %s",
	                        label_expr(expr, label), what);
}

lode_expr *lode_compare(lode_op op, lode_expr *a, lode_value value)
{
	uint8_t depth = 1;
	lode_expr *expr;
	size_t size;

	if (lode__expr_status(a) < 0 || !a)
		return check_operands("a comparison", &a, 1, &depth);
	if (value.kind == LODE_VALUE_NULL)
		return refuse_null(a, op == LODE_OP_NE ? "say LODE_IS_NOT_NULL" : "say LODE_IS_NULL");
	if (op < LODE_OP_EQ || op > LODE_OP_NOT_LIKE || value.kind > LODE_VALUE_PARAM)
		return lode__expr_error(&a, 1, LODE_E_MISUSE, "lode_compare: no such operator or value");
	expr = check_operands("a comparison", &a, 1, &depth);
	if (expr)
		return expr;
	size = measure_value(&value);
	expr = make_node(LODE__EXPR_COMPARE_VALUE, size);
	if (!expr)
		return fail_nomem(&a, 1);
	expr->op = (uint8_t)op;
	expr->depth = depth;
	expr->as.compare.a = lode__expr_ref(a);
	expr->as.compare.value = value;
	settle_value(&expr->as.compare.value, expr + 1, size);
	return expr;
}

static lode_expr *compare_pair(lode_op op, lode_expr *a, lode_expr *b)
{
	lode_expr *operands[2] = { a, b };
	char label[LODE__MEMBER_LABEL_SIZE];

	if (b && b->kind == LODE__EXPR_CONSTANT && b->as.constant.value.kind == LODE_VALUE_NULL)
		return lode__expr_error(operands, 2, LODE_E_MISUSE,
		                        "%s is compared with NULL, which is never true: say %s",
		                        label_expr(a, label),
		                        op == LODE_OP_NE ? "lode_is_not_null" : "lode_is_null");
	return make_pair(LODE__EXPR_COMPARE, (int)op, "a comparison", a, b);
}

lode_expr *lode_eq(lode_expr *a, lode_expr *b) { return compare_pair(LODE_OP_EQ, a, b); }
lode_expr *lode_ne(lode_expr *a, lode_expr *b) { return compare_pair(LODE_OP_NE, a, b); }
lode_expr *lode_lt(lode_expr *a, lode_expr *b) { return compare_pair(LODE_OP_LT, a, b); }
lode_expr *lode_le(lode_expr *a, lode_expr *b) { return compare_pair(LODE_OP_LE, a, b); }
lode_expr *lode_gt(lode_expr *a, lode_expr *b) { return compare_pair(LODE_OP_GT, a, b); }
lode_expr *lode_ge(lode_expr *a, lode_expr *b) { return compare_pair(LODE_OP_GE, a, b); }
lode_expr *lode_like(lode_expr *a, lode_expr *b) { return compare_pair(LODE_OP_LIKE, a, b); }

/* LIKE with a pattern around `text`, whose wildcards are escaped by a backslash */
static lode_expr *like_escaped(lode_expr *a, const char *text, bool before, bool behind)
{
	lode_expr *expr;
	char *pattern;
	size_t used = 0;

	if (!text && a && !is_error(a))
		return refuse_null(a, "say LODE_IS_NULL");
	text = text ? text : "";      /* then the expression is what is wrong, and lode_compare says so */
	pattern = lode__alloc(NULL, strlen(text) * 2 + 3);
	if (!pattern)
		return fail_nomem(&a, 1);
	if (before)
		pattern[used++] = '%';
	for (; *text; text++) {
		if (*text == '%' || *text == '_' || *text == '\\')
			pattern[used++] = '\\';
		pattern[used++] = *text;
	}
	if (behind)
		pattern[used++] = '%';
	pattern[used] = '\0';
	expr = lode_compare(LODE_OP_LIKE, a, lode_value_text(pattern));
	if (!is_error(expr))
		expr->flags |= LODE__EXPR_ESCAPE;
	lode__release(NULL, pattern);
	return expr;
}

lode_expr *lode_has_text(lode_expr *expr, const char *text)
{
	return like_escaped(expr, text, true, true);
}

lode_expr *lode_starts_with(lode_expr *expr, const char *text)
{
	return like_escaped(expr, text, false, true);
}

lode_expr *lode_ends_with(lode_expr *expr, const char *text)
{
	return like_escaped(expr, text, true, false);
}

lode_expr *lode_is_null(lode_expr *expr)
{
	return make_unary(LODE__EXPR_IS_NULL, "IS NULL", expr);
}

lode_expr *lode_is_not_null(lode_expr *expr)
{
	expr = make_unary(LODE__EXPR_IS_NULL, "IS NOT NULL", expr);
	if (!is_error(expr))
		expr->flags |= LODE__EXPR_NEGATED;
	return expr;
}

/* ------------------------------------------------------------------ lists */

uint32_t lode__ctype_value_kind(lode_ctype ctype)
{
	if (ctype > LODE_C_OPT_BASE)
		ctype = (lode_ctype)(ctype - LODE_C_OPT_BASE);
	switch (ctype) {
	case LODE_C_BOOL: return LODE_VALUE_BOOL;
	case LODE_C_INT8: case LODE_C_INT16: case LODE_C_INT32: case LODE_C_INT64:
		return LODE_VALUE_INT;
	case LODE_C_UINT8: case LODE_C_UINT16: case LODE_C_UINT32: case LODE_C_UINT64:
		return LODE_VALUE_UINT;
	case LODE_C_FLOAT: case LODE_C_DOUBLE: return LODE_VALUE_DOUBLE;
	case LODE_C_DATE: return LODE_VALUE_DATE;
	case LODE_C_TIME: return LODE_VALUE_TIME;
	case LODE_C_DATETIME: return LODE_VALUE_DATETIME;
	case LODE_C_INTERVAL: return LODE_VALUE_INTERVAL;
	case LODE_C_DECIMAL: return LODE_VALUE_DECIMAL;
	case LODE_C_UUID: return LODE_VALUE_UUID;
	case LODE_C_TEXT: case LODE_C_CHARS: return LODE_VALUE_TEXT;
	case LODE_C_BYTES: return LODE_VALUE_BYTES;
	case LODE_C_JSON: return LODE_VALUE_JSON;
	default: return LODE_VALUE_NULL;
	}
}

/* bytes that the texts of an array need, or (size_t)-1 if an element is NULL */
static size_t measure_list(lode_ctype ctype, const char *array, size_t count, size_t stride)
{
	const struct lode__ctype_info *info = lode__ctype_info(ctype);
	size_t total = 0, i;

	for (i = 0; i < count; i++) {
		lode_value value;

		if (!info->nullable && !info->by_pointer)
			break;
		if (lode__ctype_is_null(ctype, array + i * stride))
			return (size_t)-1;
		if (!info->by_pointer)
			continue;
		value = lode__value_load(ctype, array + i * stride);
		total += measure_value(&value);
	}
	return total;
}

/* bytes to be read of an array: the last element ends with its value, not with the stride */
static size_t array_size(const lode__elements *list)
{
	size_t last = list->ctype == LODE_C_CHARS ? list->stride : lode__ctype_info(list->ctype)->size;

	return list->count ? (list->count - 1) * list->stride + last : 0;
}

/* copies what `count` members point at to `tail`; returns what is behind it */
static char *settle_texts(lode_ctype ctype, char *members, size_t count, size_t stride, char *tail)
{
	size_t i, size;

	if (ctype != LODE_C_TEXT && ctype != LODE_C_BYTES && ctype != LODE_C_JSON)
		return tail;
	for (i = 0; i < count; i++, tail += size) {
		void *slot = members + i * stride;
		lode_value value = lode__value_load(ctype, slot);

		size = measure_value(&value);
		settle_value(&value, tail, size);
		if (ctype == LODE_C_BYTES)
			memcpy(slot, &value.as.bytes, sizeof(value.as.bytes));
		else
			memcpy(slot, &value.as.text, sizeof(value.as.text));
	}
	return tail;
}

/* copies the array to `data` and what its elements point at behind it */
static void settle_list(lode__elements *list, const char *array, char *data)
{
	list->data = data;
	if (list->count)
		memcpy(data, array, array_size(list));
	settle_texts(list->ctype, data, list->count, list->stride, data + list->count * list->stride);
}

static lode_expr *check_list(lode_expr *a, lode_ctype ctype, const void *array, size_t count,
                             size_t stride, size_t *tail, uint8_t *depth)
{
	const struct lode__ctype_info *info = lode__ctype_info(ctype);
	lode_expr *error = check_operands("IN", &a, 1, depth);
	char label[LODE__MEMBER_LABEL_SIZE];

	if (error)
		return error;
	if (!info || (!array && count) || stride < info->size || stride == 0)
		return lode__expr_error(&a, 1, LODE_E_MISUSE,
		                        "lode_in: no array, or a wrong type or stride");
	if (count > SIZE_MAX / 4 / stride)
		return lode__expr_error(&a, 1, LODE_E_LIMIT, "lode_in: the list is too long");
	*tail = measure_list(ctype, array, count, stride);
	if (*tail == (size_t)-1)
		return lode__expr_error(&a, 1, LODE_E_MISUSE, "the list for %s holds NULL, which equals "
		                        "nothing: leave it out and say LODE_IS_NULL",
		                        label_expr(a, label));
	return NULL;
}

lode_expr *lode_in(lode_expr *a, lode_ctype ctype, const void *array, size_t count, size_t stride)
{
	size_t tail = 0;
	uint8_t depth = 1;
	lode_expr *expr = check_list(a, ctype, array, count, stride, &tail, &depth);

	if (expr)
		return expr;
	expr = make_node(LODE__EXPR_IN, count * stride + tail + sizeof(void *));
	if (!expr)
		return fail_nomem(&a, 1);
	expr->depth = depth;
	expr->as.in.a = lode__expr_ref(a);
	expr->as.in.list.count = count;
	expr->as.in.list.stride = stride;
	expr->as.in.list.ctype = lode__ctype_info(ctype)->scalar;
	expr->as.in.list.value_kind = lode__ctype_value_kind(ctype);
	expr->as.in.list.columns = NULL;
	expr->as.in.list.column_count = 0;
	settle_list(&expr->as.in.list, array, (char *)(expr + 1));
	return expr;
}

lode_expr *lode_not_in(lode_expr *a, lode_ctype ctype, const void *array, size_t count,
                       size_t stride)
{
	lode_expr *expr = lode_in(a, ctype, array, count, stride);

	if (!is_error(expr))
		expr->flags |= LODE__EXPR_NEGATED;
	return expr;
}

/* ------------------------------------------------------------------ rows */

#define ROW_MAX 32      /* members */

/* the failure that a list of rows must be, or NULL; *tail becomes what its texts need */
static lode_expr *check_rows(lode_expr *const *exprs, const lode_match *matches, size_t columns,
                             const char *rows, size_t count, size_t size, size_t *tail)
{
	char label[LODE__MEMBER_LABEL_SIZE];
	size_t i, more;

	if (!rows && count)
		return lode__expr_error(exprs, columns, LODE_E_MISUSE, "lode_in_rows: the rows are NULL");
	if (size && count > SIZE_MAX / 4 / size)
		return lode__expr_error(exprs, columns, LODE_E_LIMIT, "lode_in_rows: the list is too long");
	for (i = 0; i < columns; i++) {
		const lode_param *member = &matches[i].member;

		if (!lode__ctype_info(member->ctype) || member->offset > size ||
		    member->size > size - member->offset)
			return lode__expr_error(exprs, columns, LODE_E_MISUSE,
			                        "lode_in_rows: a member lies outside the rows");
		more = measure_list(member->ctype, rows + member->offset, count, size);
		if (more == (size_t)-1)
			return lode__expr_error(exprs, columns, LODE_E_MISUSE,
			                        "a row for %s holds NULL, which equals nothing: leave it out",
			                        label_expr(exprs[i], label));
		*tail += more;
	}
	return NULL;
}

/* The node, its operands, the list, its members, the rows, their texts: one block. */
static lode_expr *make_rows(lode_expr *const *exprs, const lode_match *matches, size_t columns,
                            const char *rows, size_t count, size_t size, size_t tail)
{
	size_t head = columns * (sizeof(lode_expr *) + sizeof(lode_param)) + sizeof(lode__elements), i;
	size_t pad = 16 - (sizeof(lode_expr) + head) % 16;
	lode_expr *expr = make_node(LODE__EXPR_IN_ROWS, head + pad + count * size + tail + 1);
	lode__elements *list;
	lode_param *members;
	char *data, *texts;

	if (!expr)
		return fail_nomem(exprs, columns);
	list = (lode__elements *)(void *)(expr + 1);
	members = (lode_param *)(void *)(list + 1);
	expr->as.rows.arguments = (lode_expr **)(void *)(members + columns);
	expr->as.rows.count = columns;
	expr->as.rows.list = list;
	data = (char *)(expr + 1) + head + pad;
	texts = data + count * size;
	if (count)
		memcpy(data, rows, count * size);
	for (i = 0; i < columns; i++) {
		expr->as.rows.arguments[i] = lode__expr_ref(exprs[i]);
		members[i] = matches[i].member;
		texts = settle_texts(lode__ctype_info(members[i].ctype)->scalar, data + members[i].offset,
		                     count, size, texts);
	}
	*list = (lode__elements){ .data = data, .count = count, .stride = size, .columns = members,
	                          .column_count = columns };
	return expr;
}

lode_expr *lode_in_rows(const lode_match *matches, size_t match_count, const void *rows,
                        size_t count, size_t row_size)
{
	lode_expr *exprs[ROW_MAX], *expr;
	uint8_t depth = 1;
	size_t tail = 0, i;

	for (i = 0; matches && i < match_count && i < ROW_MAX; i++)
		exprs[i] = matches[i].expr;
	if (!matches || match_count == 0 || match_count > ROW_MAX)
		return lode__expr_error(exprs, matches && match_count ? i : 0, LODE_E_MISUSE,
		                        "lode_in_rows compares 1 to %d members", ROW_MAX);
	expr = check_operands("IN", exprs, match_count, &depth);
	if (!expr)
		expr = check_rows(exprs, matches, match_count, rows, count, row_size, &tail);
	if (expr)
		return expr;
	expr = make_rows(exprs, matches, match_count, rows, count, row_size, tail);
	if (!is_error(expr))
		expr->depth = depth;
	return expr;
}

lode_expr *lode_not_in_rows(const lode_match *matches, size_t match_count, const void *rows,
                            size_t count, size_t row_size)
{
	lode_expr *expr = lode_in_rows(matches, match_count, rows, count, row_size);

	if (!is_error(expr))
		expr->flags |= LODE__EXPR_NEGATED;
	return expr;
}

/* ------------------------------------------------------------------ logic */

/* 1 a constant TRUE, 0 a constant FALSE, -1 anything else */
static int truth(const lode_expr *expr)
{
	if (expr->kind != LODE__EXPR_CONSTANT || expr->as.constant.value.kind != LODE_VALUE_BOOL)
		return -1;
	return expr->as.constant.value.as.integer != 0;
}

/* `kept` alone is the result; the other one, if nothing holds it, goes with it */
static lode_expr *choose(lode_expr *kept, lode_expr *other)
{
	if (other != kept && kept->references == 0)
		lode__expr_park(&kept->parked, other);
	else if (other != kept)
		lode_expr_free(other);
	return kept;
}

static lode_expr *make_logic(lode__expr_kind kind, lode_expr *a, lode_expr *b)
{
	int neutral = kind == LODE__EXPR_AND;
	lode_expr *expr, *swap;

	if (!a || !b)
		return a ? a : b;
	if (!is_error(a) && !is_error(b) && truth(a) >= 0)
		return truth(a) == neutral ? choose(b, a) : choose(a, b);
	if (!is_error(a) && !is_error(b) && truth(b) >= 0)
		return truth(b) == neutral ? choose(a, b) : choose(b, a);
	if (b->kind == kind && a->kind != kind && b->depth > LODE__EXPR_DEPTH / 2) {
		swap = a;           /* a chain that grows on its right: the order does not matter */
		a = b;
		b = swap;
	}
	expr = make_pair(kind, 0, kind == LODE__EXPR_AND ? "AND" : "OR", a, b);
	if (!is_error(expr) && a->kind == kind)     /* the chain counts once */
		expr->depth = (uint8_t)(b->depth >= a->depth ? b->depth + 1 : a->depth);
	return expr;
}

lode_expr *lode_and(lode_expr *a, lode_expr *b)
{
	return make_logic(LODE__EXPR_AND, a, b);
}

lode_expr *lode_or(lode_expr *a, lode_expr *b)
{
	return make_logic(LODE__EXPR_OR, a, b);
}

lode_expr *lode_not(lode_expr *expr)
{
	if (expr && !is_error(expr) && truth(expr) >= 0) {
		lode_expr *turned = lode_constant(lode_value_bool(!truth(expr)));

		if (is_error(turned))
			return fail_nomem(&expr, 1);
		lode__expr_park(&turned->parked, expr);
		return turned;
	}
	return make_unary(LODE__EXPR_NOT, "NOT", expr);
}

bool lode__expr_chain(const lode_expr *expr, const lode_expr **items, size_t *count)
{
	const lode_expr *at;
	size_t total = 1, i;

	for (at = expr; at->as.pair.a->kind == expr->kind; at = at->as.pair.a)
		total++;
	total++;
	if (total > *count) {
		*count = total;
		return false;
	}
	*count = i = total;
	for (at = expr; i > 1; at = at->as.pair.a)
		items[--i] = at->as.pair.b;
	items[0] = at;
	return true;
}

/* ------------------------------------------------------------------ arithmetic and functions */

lode_expr *lode_plus(lode_expr *a, lode_expr *b)
{
	return make_pair(LODE__EXPR_ARITHMETIC, LODE__PLUS, "+", a, b);
}

lode_expr *lode_minus(lode_expr *a, lode_expr *b)
{
	return make_pair(LODE__EXPR_ARITHMETIC, LODE__MINUS, "-", a, b);
}

lode_expr *lode_times(lode_expr *a, lode_expr *b)
{
	return make_pair(LODE__EXPR_ARITHMETIC, LODE__TIMES, "*", a, b);
}

lode_expr *lode_divide(lode_expr *a, lode_expr *b)
{
	return make_pair(LODE__EXPR_ARITHMETIC, LODE__DIVIDE, "/", a, b);
}

lode_expr *lode_concat(lode_expr *a, lode_expr *b)
{
	return make_pair(LODE__EXPR_ARITHMETIC, LODE__CONCAT, "||", a, b);
}

lode_expr *lode_negate(lode_expr *expr)
{
	return make_unary(LODE__EXPR_NEGATE, "-", expr);
}

static bool is_function_name(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++) {
		bool letter = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
		              name[i] == '_';
		bool first = i == 0 || name[i - 1] == '.';

		if (letter || (!first && ((name[i] >= '0' && name[i] <= '9') || name[i] == '.')))
			continue;
		return false;
	}
	return i > 0 && i < 200 && name[i - 1] != '.';
}

static lode_expr *make_call(lode__expr_kind kind, const char *name, lode_expr *const *arguments,
                            size_t count)
{
	size_t size = name ? strlen(name) + 1 : 0, i;
	uint8_t depth = 1;
	lode_expr *expr = check_operands(name ? name : kind == LODE__EXPR_ROW ? "a row" : "BETWEEN", arguments, count, &depth);

	if (expr)
		return expr;
	expr = make_node(kind, count * sizeof(lode_expr *) + size);
	if (!expr)
		return fail_nomem(arguments, count);
	expr->depth = depth;
	expr->as.function.arguments = (lode_expr **)(void *)(expr + 1);
	expr->as.function.count = count;
	for (i = 0; i < count; i++)
		expr->as.function.arguments[i] = lode__expr_ref(arguments[i]);
	expr->as.function.name = name
		? memcpy(expr->as.function.arguments + count, name, size) : NULL;
	return expr;
}

lode_expr *lode_function(const char *name, lode_expr *const *arguments, size_t count)
{
	if (!arguments && count > 0)
		return lode__expr_error(NULL, 0, LODE_E_MISUSE, "lode_function was given a number of arguments, "
		                        "but NULL for them");
	if (count > 1000 || !name || !is_function_name(name))
		return lode__expr_error(arguments, count, LODE_E_MISUSE, "lode_function: the name is not "
		                        "letters, digits, underscores and points, or there are too many "
		                        "arguments");
	return make_call(LODE__EXPR_FUNCTION, name, arguments, count);
}

lode_expr *lode_row(lode_expr *const *exprs, size_t count)
{
	if (!exprs || count == 0 || count > ROW_MAX)
		return lode__expr_error(exprs, exprs && count <= ROW_MAX ? count : 0, LODE_E_MISUSE,
		                        "lode_row takes 1 to %d expressions", ROW_MAX);
	return make_call(LODE__EXPR_ROW, NULL, exprs, count);
}

lode_expr *lode_between(lode_expr *expr, lode_value low, lode_value high)
{
	lode_expr *arguments[3];

	if (low.kind == LODE_VALUE_NULL || high.kind == LODE_VALUE_NULL)
		return refuse_null(expr, "BETWEEN wants two values");
	arguments[0] = expr;
	arguments[1] = lode_constant(low);
	arguments[2] = lode_constant(high);
	return make_call(LODE__EXPR_BETWEEN, NULL, arguments, 3);
}

lode_expr *lode_now(void)
{
	lode_expr *expr = make_node(LODE__EXPR_NOW, 0);

	return expr ? expr : fail_nomem(NULL, 0);
}

lode_expr *lode_aggregate(lode_aggregate_kind kind, bool distinct, lode_expr *a)
{
	lode_expr *expr;

	if (kind < LODE_AGGREGATE_COUNT || kind > LODE_AGGREGATE_AVG ||
	    (!a && (kind != LODE_AGGREGATE_COUNT || distinct)))
		return lode__expr_error(&a, 1, LODE_E_MISUSE,
		                        "an aggregate has no operand, or a wrong kind");
	if (a)
		expr = make_unary(LODE__EXPR_AGGREGATE, "an aggregate", a);
	else
		expr = make_node(LODE__EXPR_AGGREGATE, 0);
	if (!expr || is_error(expr))
		return expr ? expr : fail_nomem(NULL, 0);
	expr->op = (uint8_t)kind;
	expr->flags |= distinct ? LODE__EXPR_DISTINCT : 0;
	expr->as.pair.a = a;
	expr->as.pair.b = NULL;
	return expr;
}

lode_expr *lode_count(lode_expr *a) { return lode_aggregate(LODE_AGGREGATE_COUNT, false, a); }
lode_expr *lode_count_distinct(lode_expr *a) { return lode_aggregate(LODE_AGGREGATE_COUNT, true, a); }
lode_expr *lode_sum(lode_expr *a) { return lode_aggregate(LODE_AGGREGATE_SUM, false, a); }
lode_expr *lode_min(lode_expr *a) { return lode_aggregate(LODE_AGGREGATE_MIN, false, a); }
lode_expr *lode_max(lode_expr *a) { return lode_aggregate(LODE_AGGREGATE_MAX, false, a); }
lode_expr *lode_avg(lode_expr *a) { return lode_aggregate(LODE_AGGREGATE_AVG, false, a); }

/* ------------------------------------------------------------------ order */

/* `set` replaces the flags of `mask`; an order around an order merges with it */
static lode_expr *make_order(lode_expr *a, unsigned mask, unsigned set)
{
	bool nested = a && a->kind == LODE__EXPR_ORDER && !is_error(a);
	lode_expr *inner = nested ? a->as.pair.a : a;
	unsigned flags = nested ? a->flags : 0;
	lode_expr *expr = make_unary(LODE__EXPR_ORDER, "ORDER BY", inner);

	if (nested && is_error(expr))
		return lode__expr_error(&a, 1, LODE_E_NOMEM, "out of memory");
	if (nested)
		lode__expr_park(&expr->parked, a);
	if (!is_error(expr))
		expr->flags = (uint8_t)((flags & ~mask) | set);
	return expr;
}

#define NULLS_MASK (LODE__EXPR_NULLS_FIRST | LODE__EXPR_NULLS_LAST)

lode_expr *lode_asc(lode_expr *a)
{
	return make_order(a, LODE__EXPR_DESCENDING, 0);
}

lode_expr *lode_desc(lode_expr *a)
{
	return make_order(a, LODE__EXPR_DESCENDING, LODE__EXPR_DESCENDING);
}

lode_expr *lode_nulls_first(lode_expr *a)
{
	return make_order(a, NULLS_MASK, LODE__EXPR_NULLS_FIRST);
}

lode_expr *lode_nulls_last(lode_expr *a)
{
	return make_order(a, NULLS_MASK, LODE__EXPR_NULLS_LAST);
}

/* ------------------------------------------------------------------ subqueries */

/* the failure of a subquery, or NULL */
static lode_expr *check_select(const char *what, lode_expr *a, const lode_statement *statement)
{
	size_t count = a != NULL;

	if (!statement)
		return lode__expr_error(&a, count, LODE_E_MISUSE, "%s: the statement is NULL", what);
	if (statement->status < 0)
		return lode__expr_error(&a, count, statement->status, "%s", statement->message);
	if (statement->kind != LODE__SELECT && statement->kind != LODE__SELECT_ROWS)
		return lode__expr_error(&a, count, LODE_E_MISUSE, "%s takes a SELECT", what);
	if (statement->taken)
		return lode__expr_error(&a, count, LODE_E_MISUSE, "%s: the statement is inside another one "
		                        "already: lode_statement_keep it, or build it twice", what);
	if (statement->depth >= LODE__EXPR_DEPTH || (a && a->depth >= LODE__EXPR_DEPTH))
		return lode__expr_error(&a, count, LODE_E_LIMIT,
		                        "a statement is nested more than %d deep", LODE__EXPR_DEPTH);
	return a && is_error(a) ? a : NULL;
}

static lode_expr *make_select(lode__expr_kind kind, const char *what, lode_expr *a,
                              lode_statement *statement)
{
	lode_expr *expr = check_select(what, a, statement);

	if (!expr) {
		expr = make_node(kind, 0);
		if (!expr)
			expr = fail_nomem(&a, a != NULL);
	}
	if (is_error(expr)) {
		if (statement && !statement->kept && !statement->taken)
			lode_statement_free(statement);
		return expr;
	}
	expr->depth = (uint8_t)(statement->depth + 1);
	if (a && a->depth >= expr->depth)
		expr->depth = (uint8_t)(a->depth + 1);
	expr->flags = statement->kept ? LODE__EXPR_BORROWED : 0;
	statement->taken = !statement->kept;
	expr->as.select.a = lode__expr_ref(a);
	expr->as.select.statement = statement;
	return expr;
}

lode_expr *lode_exists(lode_statement *select)
{
	return make_select(LODE__EXPR_EXISTS, "lode_exists", NULL, select);
}

lode_expr *lode_subquery(lode_statement *select)
{
	return make_select(LODE__EXPR_SCALAR, "lode_subquery", NULL, select);
}

lode_expr *lode_in_select(lode_expr *a, lode_statement *select)
{
	if (!a)
		a = lode__expr_error(NULL, 0, LODE_E_MISUSE, "an operand of IN is NULL");
	return make_select(LODE__EXPR_IN_SELECT, "lode_in_select", a, select);
}

/* ------------------------------------------------------------------ walks */

const lode_expr *lode__expr_operand(const lode_expr *expr, size_t i)
{
	switch (expr->kind) {
	case LODE__EXPR_COMPARE: case LODE__EXPR_AND: case LODE__EXPR_OR: case LODE__EXPR_ARITHMETIC:
		return i == 0 ? expr->as.pair.a : i == 1 ? expr->as.pair.b : NULL;
	case LODE__EXPR_IS_NULL: case LODE__EXPR_NOT: case LODE__EXPR_NEGATE:
	case LODE__EXPR_AGGREGATE: case LODE__EXPR_ORDER: case LODE__EXPR_COMPARE_VALUE:
	case LODE__EXPR_IN: case LODE__EXPR_IN_SELECT:
		return i == 0 ? expr->as.pair.a : NULL;
	case LODE__EXPR_FUNCTION: case LODE__EXPR_BETWEEN: case LODE__EXPR_IN_ROWS:
	case LODE__EXPR_ROW:
		return i < expr->as.function.count ? expr->as.function.arguments[i] : NULL;
	default:
		return NULL;
	}
}
