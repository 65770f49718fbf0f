/* SPDX-License-Identifier: MIT */
/* sql/statement.c - building and freeing statements.
 *
 * Every builder takes what it is given, also when the statement has failed already or is NULL: what
 * is refused is parked, neither leaked nor freed, for the application may use it again in the next
 * line of code that is written straight through. */
#include "sql/statement.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define KIND(k) (1u << (k))
#define KINDS_SELECT (KIND(LODE__SELECT) | KIND(LODE__SELECT_ROWS))
#define KINDS_WHERE (KINDS_SELECT | KIND(LODE__UPDATE) | KIND(LODE__DELETE))

static const lode_statement nomem_statement = {
	.magic = LODE__STATEMENT_LIVE,
	.kind = LODE__SELECT,
	.kept = true,
	.status = LODE_E_NOMEM,
	.message = "out of memory while a statement was built"
};

static const char *const kind_names[] = {
	"", "SELECT", "SELECT", "count", "INSERT", "UPDATE", "DELETE", "a text statement"
};

/* ------------------------------------------------------------------ memory and failures */

void *lode__statement_alloc(lode_statement *statement, size_t size)
{
	struct lode__statement_block *block;
	char *base;
	size_t room;

	size = (size + 15) & ~(size_t)15;
	base = statement->blocks ? (char *)statement->blocks : statement->memory;
	if (size <= statement->size - statement->used) {
		statement->used += size;
		return base + statement->used - size;
	}
	room = size + 16 > 1024 ? size + 16 : 1024;
	block = lode__alloc(NULL, room);
	if (!block) {
		statement->status = LODE_E_NOMEM;
		statement->message = nomem_statement.message;
		return NULL;
	}
	block->next = statement->blocks;
	statement->blocks = block;
	statement->size = room;
	statement->used = 16 + size;
	return (char *)block + 16;
}

lode_statement *lode__statement_fail(lode_statement *statement, lode_status status,
                                     const char *format, ...)
{
	char message[400];
	va_list args;
	char *copy;

	if (!statement || statement->status < 0)
		return statement;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	copy = lode__statement_alloc(statement, strlen(message) + 1);
	if (!copy)
		return statement;
	statement->message = strcpy(copy, message);
	statement->status = status;
	return statement;
}

/* makes room for one more; the old array is abandoned */
static void *grow_array(lode_statement *statement, void *items, uint32_t count, uint32_t *capacity,
                        size_t size)
{
	uint32_t more = *capacity ? *capacity * 2 : 2;
	void *bigger;

	if (count < *capacity)
		return items;
	bigger = lode__statement_alloc(statement, more * size);
	if (!bigger)
		return NULL;
	if (count)
		memcpy(bigger, items, count * size);
	*capacity = more;
	return bigger;
}

/* May a builder go on?  `what` is the clause, `kinds` the statements that have it. */
static bool begin_clause(lode_statement *statement, const char *what, unsigned kinds)
{
	if (!statement || statement->status < 0)
		return false;
	if (statement->taken)
		lode__statement_fail(statement, LODE_E_MISUSE,
		                     "%s was added to a statement that is inside another one", what);
	else if (!(KIND(statement->kind) & kinds))
		lode__statement_fail(statement, LODE_E_MISUSE, "%s does not belong in %s", what,
		                     kind_names[statement->kind]);
	return statement->status == LODE_OK;
}

/* An expression that will not be used; it may be given to other builders all the same. */
static void refuse(lode_statement *statement, lode_expr *expr)
{
	if (statement && statement != &nomem_statement)
		lode__expr_park(&statement->parked, expr);
	else
		lode__expr_lose(expr);
}

/* takes a reference; false: the statement has failed and the expression is refused */
static bool place(lode_statement *statement, const char *what, lode_expr *expr)
{
	if (!expr)
		lode__statement_fail(statement, LODE_E_MISUSE, "%s was given NULL", what);
	else if (lode__expr_status(expr) < 0)
		lode__statement_fail(statement, lode__expr_status(expr), "%s", lode__expr_message(expr));
	else if (statement->status == LODE_OK)
		lode__expr_ref(expr);
	if (statement->status == LODE_OK && expr->depth >= statement->depth)
		statement->depth = (uint8_t)(expr->depth + 1);
	if (statement->status < 0)
		refuse(statement, expr);
	return statement->status == LODE_OK;
}

static lode_statement *append_expr(lode_statement *statement, const char *what, unsigned kinds,
                                   lode__exprs *list, lode_expr *expr)
{
	void *items;

	if (!begin_clause(statement, what, kinds)) {
		refuse(statement, expr);
		return statement;
	}
	items = grow_array(statement, list->items, list->count, &list->capacity, sizeof(expr));
	if (items)
		list->items = items;
	if (place(statement, what, expr))
		list->items[list->count++] = expr;
	return statement;
}

/* ------------------------------------------------------------------ life */

lode_statement *lode__statement_new(lode__statement_kind kind)
{
	lode_statement *statement = lode__alloc(NULL, sizeof(*statement));

	if (!statement)
		return (lode_statement *)(uintptr_t)&nomem_statement;
	memset(statement, 0, offsetof(lode_statement, memory));
	statement->magic = LODE__STATEMENT_LIVE;
	statement->kind = (uint8_t)kind;
	statement->depth = 1;
	statement->row_count = 1;
	statement->size = LODE__STATEMENT_INLINE;
	return statement;
}

static void drop_list(lode__exprs *list)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		lode__expr_unref(list->items[i]);
	list->count = 0;
}

static void drop_clauses(lode_statement *statement)
{
	uint32_t i;

	drop_list(&statement->extra);
	drop_list(&statement->where);
	drop_list(&statement->group_by);
	drop_list(&statement->having);
	drop_list(&statement->order_by);
	drop_list(&statement->into);
	for (i = 0; i < statement->field_count; i++)
		lode__expr_unref(statement->fields[i].expr);
	for (i = 0; i < statement->join_count; i++)
		lode__expr_unref(statement->joins[i].on);
	for (i = 0; i < statement->assignment_count; i++) {
		lode__expr_unref(statement->assignments[i].column);
		lode__expr_unref(statement->assignments[i].value);
	}
	lode__expr_unref(statement->text);
	lode__expr_unref(statement->limit_expr);
	lode__expr_unref(statement->offset_expr);
	lode__expr_unpark(&statement->parked);
}

void lode_statement_free(lode_statement *statement)
{
	struct lode__statement_block *block, *next;
	uint32_t i;

	if (!statement || statement == &nomem_statement) {
		lode__expr_forget();
		return;
	}
	if (statement->taken)
		return;
	drop_clauses(statement);
	for (i = 0; i < statement->loader_count; i++)
		statement->loader_free(statement->loaders[i]);
	if (statement->bound && statement->bound_free)
		statement->bound_free(statement->bound);
	if (statement->inner && statement->inner->taken) {
		statement->inner->taken = false;
		lode_statement_free(statement->inner);
	}
	for (block = statement->blocks; block; block = next) {
		next = block->next;
		lode__release(NULL, block);
	}
	statement->magic = LODE__STATEMENT_DEAD;
	lode__release(NULL, statement);
}

lode_statement *lode_statement_keep(lode_statement *statement)
{
	if (statement && statement != &nomem_statement)
		statement->kept = true;
	return statement;
}

void lode__statement_spend(lode_statement *statement)
{
	if (!statement || !statement->kept || statement == &nomem_statement)
		lode_statement_free(statement);
}

lode_status lode__statement_check(const lode_statement *statement, lode_error *error)
{
	if (!statement)
		return lode__error_set(error, LODE_E_MISUSE, "the statement is NULL");
	if (statement->magic != LODE__STATEMENT_LIVE)
		return lode__error_set(error, LODE_E_MISUSE, "the statement is spent: it was run already; "
		                       "lode_statement_keep makes it run many times");
	if (statement->status < 0)
		return lode__error_set(error, statement->status, "%s", statement->message);
	if (statement->taken)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "the statement is inside another one and cannot be run");
	return LODE_OK;
}

/* ------------------------------------------------------------------ kinds */

static lode_statement *new_of_class(lode__statement_kind kind, const lode_class *owner)
{
	lode_statement *statement = lode__statement_new(kind);

	if (!owner)
		return lode__statement_fail(statement, LODE_E_MISUSE, "%s: the class is NULL",
		                            kind_names[kind]);
	if (statement->status == LODE_OK)
		statement->owner = owner;
	return statement;
}

static lode_statement *new_of_table(lode__statement_kind kind, const lode_table *table)
{
	lode_statement *statement = lode__statement_new(kind);

	if (!table)
		return lode__statement_fail(statement, LODE_E_MISUSE, "%s: the table is NULL",
		                            kind_names[kind]);
	if (statement->status == LODE_OK)
		statement->table = table;
	return statement;
}

lode_statement *lode_select(const lode_class *owner)
{
	return new_of_class(LODE__SELECT, owner);
}

lode_statement *lode_update(const lode_class *owner)
{
	return new_of_class(LODE__UPDATE, owner);
}

lode_statement *lode_delete_from(const lode_class *owner)
{
	return new_of_class(LODE__DELETE, owner);
}

lode_statement *lode_insert_into(const lode_class *owner)
{
	return new_of_class(LODE__INSERT, owner);
}

lode_statement *lode_update_table(const lode_table *table)
{
	return new_of_table(LODE__UPDATE, table);
}

lode_statement *lode_delete_from_table(const lode_table *table)
{
	return new_of_table(LODE__DELETE, table);
}

lode_statement *lode_insert_into_table(const lode_table *table)
{
	return new_of_table(LODE__INSERT, table);
}

lode_statement *lode_select_rows(size_t row_size)
{
	lode_statement *statement = lode__statement_new(LODE__SELECT_ROWS);

	if (statement->status == LODE_OK)
		statement->row_size = row_size;
	return statement;
}

lode_statement *lode_select_value(lode_expr *expr)
{
	lode_statement *statement = lode__statement_new(LODE__SELECT_ROWS);

	return append_expr(statement, "lode_select_value", KINDS_SELECT, &statement->extra, expr);
}

lode_statement *lode_text_statement(lode_expr *text, const lode_class *entity)
{
	lode_statement *statement = lode__statement_new(LODE__TEXT);

	if (statement->status < 0) {
		refuse(statement, text);
		return statement;
	}
	if (text && text->kind != LODE__EXPR_TEXT && lode__expr_status(text) == LODE_OK)
		lode__statement_fail(statement, LODE_E_MISUSE,
		                     "lode_text_statement takes what LODE_TEXT made");
	if (place(statement, "lode_text_statement", text)) {
		statement->text = text;
		statement->owner = entity;
	}
	return statement;
}

/* takes `inner` into `statement`; false: it failed, and inner is dropped unless it is kept */
static bool take_inner(lode_statement *statement, const char *what, lode_statement *inner)
{
	if (inner && inner->status < 0)
		lode__statement_fail(statement, inner->status, "%s", inner->message);
	else if (!inner || (inner->kind != LODE__SELECT && inner->kind != LODE__SELECT_ROWS))
		lode__statement_fail(statement, LODE_E_MISUSE, "%s takes a SELECT", what);
	else if (inner->taken || inner == statement || statement->inner)
		lode__statement_fail(statement, LODE_E_MISUSE, "%s: the statement is inside another one "
		                     "already, or there is one already", what);
	else if (inner->depth >= LODE__EXPR_DEPTH)
		lode__statement_fail(statement, LODE_E_LIMIT, "a statement is nested more than %d deep",
		                     LODE__EXPR_DEPTH);
	if (statement->status < 0) {
		if (inner && !inner->kept && !inner->taken)
			lode_statement_free(inner);
		return false;
	}
	inner->taken = !inner->kept;
	statement->inner = inner;
	statement->depth = (uint8_t)(inner->depth + 1);
	return true;
}

lode_statement *lode__statement_count(lode_statement *inner)
{
	lode_statement *statement = lode__statement_new(LODE__SELECT_COUNT);

	if (statement->status < 0)
		return statement;
	if (lode__statement_check(inner, NULL) < 0)
		return lode__statement_fail(statement, inner ? inner->status : LODE_E_MISUSE, "%s",
		                            inner && inner->message ? inner->message
		                                                    : "there is no statement to count");
	if (inner->kind != LODE__SELECT && inner->kind != LODE__SELECT_ROWS)
		return lode__statement_fail(statement, LODE_E_MISUSE, "only the rows of a SELECT are counted");
	statement->inner = inner;
	return statement;
}

/* ------------------------------------------------------------------ clauses */

lode_statement *lode_field(lode_statement *statement, size_t row_size, lode_param member,
                           lode_expr *expr)
{
	unsigned kinds = KIND(LODE__SELECT_ROWS) | KIND(LODE__INSERT) | KIND(LODE__UPDATE) |
	                 KIND(LODE__DELETE) | KIND(LODE__TEXT);
	void *fields;

	if (!begin_clause(statement, "LODE_FIELD", kinds)) {
		refuse(statement, expr);
		return statement;
	}
	if ((statement->row_size && row_size != statement->row_size) ||
	    member.offset > row_size || member.size > row_size - member.offset)
		lode__statement_fail(statement, LODE_E_MISUSE,
		                     "the fields of a statement belong to structs of different sizes");
	if (!expr && statement->kind == LODE__TEXT && statement->owner)
		lode__statement_fail(statement, LODE_E_MISUSE,
		                     "a text statement gives objects or fields, not both");
	fields = grow_array(statement, statement->fields, statement->field_count,
	                    &statement->field_capacity, sizeof(lode__field));
	if (fields)
		statement->fields = fields;
	if (statement->kind == LODE__TEXT && expr)
		lode__statement_fail(statement, LODE_E_MISUSE,
		                     "the fields of a text statement have no expression");
	if ((expr || statement->kind != LODE__TEXT) && !place(statement, "LODE_FIELD", expr))
		return statement;
	if (statement->status < 0)
		return statement;
	statement->row_size = row_size;
	statement->fields[statement->field_count].expr = expr;
	statement->fields[statement->field_count++].member = member;
	return statement;
}

void lode__statement_add_column(lode_statement *statement, lode_expr *expr)
{
	if (!statement) {
		refuse(statement, expr);
		return;
	}
	append_expr(statement, "an extra column", KINDS_SELECT, &statement->extra, expr);
}

static bool is_column(const lode_expr *expr)
{
	return !expr || expr->kind == LODE__EXPR_COLUMN || expr->kind == LODE__EXPR_TABLE_COLUMN ||
	       lode__expr_status(expr) < 0;
}

lode_statement *lode_assign(lode_statement *statement, lode_expr *column, lode_expr *value)
{
	void *items;
	bool placed;

	if (!begin_clause(statement, "LODE_ASSIGN", KIND(LODE__INSERT) | KIND(LODE__UPDATE))) {
		refuse(statement, column);
		refuse(statement, value);
		return statement;
	}
	if (!is_column(column))
		lode__statement_fail(statement, LODE_E_MISUSE, "lode_assign takes a column first");
	if (statement->inner)
		lode__statement_fail(statement, LODE_E_MISUSE, "an INSERT has values or a SELECT, not both");
	items = grow_array(statement, statement->assignments, statement->assignment_count,
	                   &statement->assignment_capacity, sizeof(lode__assignment));
	if (items)
		statement->assignments = items;
	placed = place(statement, "lode_assign", column);
	if (!place(statement, "lode_assign", value)) {
		if (placed) {           /* back to where it was, but not freed */
			column->references--;
			refuse(statement, column);
		}
		return statement;
	}
	statement->assignments[statement->assignment_count].column = column;
	statement->assignments[statement->assignment_count].row = statement->row_count - 1;
	statement->assignments[statement->assignment_count++].value = value;
	return statement;
}

lode_statement *lode_next_row(lode_statement *statement)
{
	if (begin_clause(statement, "lode_next_row", KIND(LODE__INSERT)))
		statement->row_count++;
	return statement;
}

lode_statement *lode_into(lode_statement *statement, lode_expr *column)
{
	if (statement && !is_column(column))
		lode__statement_fail(statement, LODE_E_MISUSE, "lode_into takes a column");
	if (!statement) {
		refuse(statement, column);
		return NULL;
	}
	return append_expr(statement, "lode_into", KIND(LODE__INSERT), &statement->into, column);
}

lode_statement *lode_insert_select(lode_statement *statement, lode_statement *select)
{
	if (!begin_clause(statement, "lode_insert_select", KIND(LODE__INSERT))) {
		if (select && select != statement && !select->kept && !select->taken)
			lode_statement_free(select);
		return statement;
	}
	if (statement->assignment_count)
		lode__statement_fail(statement, LODE_E_MISUSE, "an INSERT has values or a SELECT, not both");
	take_inner(statement, "lode_insert_select", select);
	return statement;
}

#define APPEND(what, kinds, list, expr) \
	(statement ? append_expr(statement, what, kinds, &statement->list, expr) \
	           : (lode__expr_lose(expr), (lode_statement *)NULL))

lode_statement *lode_where(lode_statement *statement, lode_expr *condition)
{
	return APPEND("lode_where", KINDS_WHERE, where, condition);
}

lode_statement *lode_group_by(lode_statement *statement, lode_expr *expr)
{
	return APPEND("lode_group_by", KINDS_SELECT, group_by, expr);
}

lode_statement *lode_having(lode_statement *statement, lode_expr *condition)
{
	return APPEND("lode_having", KINDS_SELECT, having, condition);
}

lode_statement *lode_order_by(lode_statement *statement, lode_expr *expr)
{
	if (statement && !expr) {
		if (begin_clause(statement, "lode_order_by", KINDS_SELECT))
			drop_list(&statement->order_by);
		return statement;
	}
	return APPEND("lode_order_by", KINDS_SELECT, order_by, expr);
}

/* a number, or an expression in its place; the last one given counts */
static lode_statement *set_limit(lode_statement *statement, const char *what, bool *has,
                                 int64_t *number, lode_expr **slot, int64_t count)
{
	if (!begin_clause(statement, what, KINDS_SELECT))
		return statement;
	if (count < 0)
		return lode__statement_fail(statement, LODE_E_MISUSE, "%s: the number is negative", what);
	lode__expr_unref(*slot);
	*slot = NULL;
	*has = true;
	*number = count;
	return statement;
}

static lode_statement *set_limit_expr(lode_statement *statement, const char *what, bool *has,
                                      lode_expr **slot, lode_expr *expr)
{
	if (!begin_clause(statement, what, KINDS_SELECT)) {
		refuse(statement, expr);
		return statement;
	}
	if (!place(statement, what, expr))
		return statement;
	lode__expr_unref(*slot);
	*slot = expr;
	*has = true;
	return statement;
}

lode_statement *lode_limit(lode_statement *statement, int64_t count)
{
	return statement ? set_limit(statement, "lode_limit", &statement->has_limit, &statement->limit,
	                             &statement->limit_expr, count)
	                 : NULL;
}

lode_statement *lode_offset(lode_statement *statement, int64_t count)
{
	return statement ? set_limit(statement, "lode_offset", &statement->has_offset,
	                             &statement->offset, &statement->offset_expr, count)
	                 : NULL;
}

lode_statement *lode_limit_expr(lode_statement *statement, lode_expr *count)
{
	if (statement)
		return set_limit_expr(statement, "lode_limit_expr", &statement->has_limit,
		                      &statement->limit_expr, count);
	refuse(NULL, count);
	return NULL;
}

lode_statement *lode_offset_expr(lode_statement *statement, lode_expr *count)
{
	if (statement)
		return set_limit_expr(statement, "lode_offset_expr", &statement->has_offset,
		                      &statement->offset_expr, count);
	refuse(NULL, count);
	return NULL;
}

lode_statement *lode_limit_ties(lode_statement *statement)
{
	if (begin_clause(statement, "lode_limit_ties", KINDS_SELECT))
		statement->limit_ties = true;
	return statement;
}

lode_statement *lode_limit_percent(lode_statement *statement)
{
	if (begin_clause(statement, "lode_limit_percent", KINDS_SELECT))
		statement->limit_percent = true;
	return statement;
}

lode_statement *lode_distinct(lode_statement *statement)
{
	if (begin_clause(statement, "lode_distinct", KINDS_SELECT))
		statement->distinct = true;
	return statement;
}

lode_statement *lode_all_rows(lode_statement *statement)
{
	if (begin_clause(statement, "lode_all_rows", KIND(LODE__UPDATE) | KIND(LODE__DELETE)))
		statement->all_rows = true;
	return statement;
}

/* ------------------------------------------------------------------ joins */

static lode_statement *append_join(lode_statement *statement, const char *what,
                                   const lode__join *join)
{
	void *items;

	if (!begin_clause(statement, what, KINDS_SELECT)) {
		refuse(statement, join->on);
		return statement;
	}
	if (!join->rel.owner && !join->target && !join->table)
		lode__statement_fail(statement, LODE_E_MISUSE, "%s: the class is NULL", what);
	items = grow_array(statement, statement->joins, statement->join_count,
	                   &statement->join_capacity, sizeof(lode__join));
	if (items)
		statement->joins = items;
	if (join->rel.owner || join->comma) {
		if (statement->status == LODE_OK)
			statement->joins[statement->join_count++] = *join;
	} else if (place(statement, what, join->on)) {
		statement->joins[statement->join_count++] = *join;
	}
	return statement;
}

lode_statement *lode_join(lode_statement *statement, lode_rel rel)
{
	return append_join(statement, "lode_join", &(lode__join){ .rel = rel });
}

lode_statement *lode_outer_join(lode_statement *statement, lode_rel rel)
{
	return append_join(statement, "lode_outer_join", &(lode__join){ .rel = rel, .outer = true });
}

lode_statement *lode_join_as(lode_statement *statement, lode_rel rel, uint32_t from, uint32_t alias,
                             bool outer)
{
	return append_join(statement, "lode_join_as", &(lode__join){
		.rel = rel, .from = from, .alias = alias, .outer = outer });
}

lode_statement *lode_join_on(lode_statement *statement, const lode_class *target, lode_expr *on)
{
	return append_join(statement, "lode_join_on", &(lode__join){ .target = target, .on = on });
}

lode_statement *lode_outer_join_on(lode_statement *statement, const lode_class *target,
                                   lode_expr *on)
{
	return append_join(statement, "lode_outer_join_on", &(lode__join){
		.target = target, .on = on, .outer = true });
}

lode_statement *lode_full_join(lode_statement *statement, lode_rel rel)
{
	return append_join(statement, "lode_full_join", &(lode__join){
		.rel = rel, .outer = true, .full = true });
}

lode_statement *lode_full_join_on(lode_statement *statement, const lode_class *target,
                                  lode_expr *on)
{
	return append_join(statement, "lode_full_join_on", &(lode__join){
		.target = target, .on = on, .outer = true, .full = true });
}

lode_statement *lode_from(lode_statement *statement, const lode_class *owner)
{
	return lode_from_as(statement, owner, 0);
}

lode_statement *lode_from_as(lode_statement *statement, const lode_class *owner, uint32_t alias)
{
	return append_join(statement, "lode_from", &(lode__join){
		.target = owner, .alias = alias, .comma = true });
}

lode_status lode__statement_join_table(lode_statement *statement, const lode_table *table,
                                       lode_expr *on)
{
	append_join(statement, "a join", &(lode__join){ .table = table, .on = on });
	return statement ? statement->status : LODE_E_MISUSE;
}

/* ------------------------------------------------------------------ loaders */

lode_statement *lode__statement_add_loader(lode_statement *statement, struct lode_loader *loader,
                                           void (*loader_free)(struct lode_loader *))
{
	void *items = NULL;

	if (loader && begin_clause(statement, "lode_option", KIND(LODE__SELECT) | KIND(LODE__TEXT)))
		items = grow_array(statement, statement->loaders, statement->loader_count,
		                   &statement->loader_capacity, sizeof(struct lode_loader *));
	if (!items) {
		if (loader)
			loader_free(loader);
		return statement;
	}
	statement->loaders = items;
	statement->loaders[statement->loader_count++] = loader;
	statement->loader_free = loader_free;
	return statement;
}
