/* SPDX-License-Identifier: MIT */
/* sql/select.c - SELECT: its list, its clauses, and eager joins.
 *
 * An eager join to many rows multiplies the rows of the main query, so where LIMIT, OFFSET, DISTINCT
 * or GROUP BY count rows the main query goes into a subquery, and ORDER BY is repeated outside.
 * The numbers of the values are those of lode__statement_key, whatever the order of the text:
 * `lode__places` says where the values of each clause begin. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "schema/table.h"
#include "sql/from.h"

typedef struct lode__places {
	uint32_t fields, extra, joins, where, group_by, having, order_by, limit, end;
} lode__places;

/* one relationship that is loaded along */
typedef struct lode__eager_item {
	const lode__eager *eager;
	lode__path path;
	lode__source left, right, secondary;
	const lode_table_column *const *columns;
	size_t column_count;
} lode__eager_item;

/* a column of the wrapped query */
typedef struct lode__label {
	const lode_table_column *column;   /* NULL: an expression */
	const lode_expr *expr;
	uint32_t ordinal;                  /* of its first value */
	const char *name;
} lode__label;

typedef struct lode__select_state {
	const lode_statement *statement;
	const lode__shape *shape;
	lode__places places;
	lode__from from;
	const lode_table_column *const *columns;   /* of the entity */
	size_t column_count;
	lode__eager_item *eager;
	lode__label *labels;                       /* wrapped: entity, extra, order, keys */
	size_t label_count, label_capacity;
	size_t order_label;                        /* index of the first label of ORDER BY */
} lode__select_state;

/* ------------------------------------------------------------------ numbers */

static uint32_t count_list(const lode__exprs *list)
{
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < list->count; i++)
		count += lode__expr_value_count(list->items[i]);
	return (uint32_t)count;
}

static void find_places(const lode_statement *statement, uint32_t first, lode__places *places)
{
	size_t fields = 0, joins = 0;
	uint32_t i;

	for (i = 0; i < statement->field_count; i++)
		fields += lode__expr_value_count(statement->fields[i].expr);
	for (i = 0; i < statement->join_count; i++)
		if (statement->joins[i].on)
			joins += lode__expr_value_count(statement->joins[i].on);
	places->fields = first;
	places->extra = first + (uint32_t)fields;
	places->joins = places->extra + count_list(&statement->extra);
	places->where = places->joins + (uint32_t)joins;
	places->group_by = places->where + count_list(&statement->where);
	places->having = places->group_by + count_list(&statement->group_by);
	places->order_by = places->having + count_list(&statement->having);
	places->limit = places->order_by + count_list(&statement->order_by);
	places->end = first + (uint32_t)lode__statement_value_count(statement);
}

/* ------------------------------------------------------------------ the entity */

static bool load_entity(lode__render *render, const lode_class *owner,
                        const lode_table_column *const **columns, size_t *count)
{
	lode_status status;

	if (!lode__render_table_of(render, owner))
		return false;
	status = render->resolver->entity(render->resolver->context, owner, columns, count,
	                                  render->error);
	if (status < 0)
		render->status = status;
	return status >= 0;
}

static void check_width(lode__render *render, const lode__select_state *state)
{
	const lode_statement *statement = state->statement;
	size_t width = statement->owner ? state->column_count + statement->extra.count
	                                : statement->field_count + statement->extra.count;

	if (width == 0)
		lode__render_fail(render, LODE_E_MISUSE, "a SELECT has no columns: say LODE_FIELD");
	if (!state->shape->width || width == state->shape->width)
		return;
	if (state->shape->width > 1)
		lode__render_fail(render, LODE_E_MISUSE, "a row of %zu is compared with a SELECT of %zu columns",
		                  state->shape->width, width);
	else
		lode__render_fail(render, LODE_E_MISUSE, "a subquery that stands for a value must select one "
		                  "column, not %zu%s%s: lode_select_value does", width,
		                  statement->owner ? " of " : "",
		                  statement->owner ? statement->owner->name : "");
}

/* ------------------------------------------------------------------ clauses */

static void put_order_list(lode__render *render, const lode_statement *statement, uint32_t ordinal)
{
	uint32_t i;

	render->ordinal = ordinal;
	for (i = 0; i < statement->order_by.count; i++) {
		lode__buf_puts(render->sql, i ? ", " : " ORDER BY ");
		if (statement->order_by.items[i]->kind == LODE__EXPR_ORDER) {
			lode__render_expr(render, statement->order_by.items[i], LODE__PREC_NONE, NULL);
			continue;
		}
		lode__render_operand(render, statement->order_by.items[i],
		                     lode__render_type_of(render, statement->order_by.items[i]), NULL);
	}
}

static void put_group(lode__render *render, const lode_statement *statement, uint32_t ordinal)
{
	uint32_t i;

	render->ordinal = ordinal;
	for (i = 0; i < statement->group_by.count; i++) {
		lode__buf_puts(render->sql, i ? ", " : " GROUP BY ");
		lode__render_expr(render, statement->group_by.items[i], LODE__PREC_NONE, NULL);
	}
}

/* WHERE ... HAVING */
static void put_filters(lode__render *render, const lode__select_state *state)
{
	const lode_statement *statement = state->statement;

	render->ordinal = state->places.where;
	lode__render_conditions(render, " WHERE ", &statement->where);
	put_group(render, statement, state->places.group_by);
	render->ordinal = state->places.having;
	lode__render_conditions(render, " HAVING ", &statement->having);
}

/* ------------------------------------------------------------------ the list */

static void put_item(lode__render *render, const lode_expr *expr, bool first, bool result)
{
	const lode_table_column *column;

	if (!first)
		lode__buf_puts(render->sql, ", ");
	lode__render_expr(render, expr, LODE__PREC_NONE, NULL);
	if (!result || render->status < 0)
		return;
	column = lode__render_column_of(render, expr);
	lode__render_result(render, column,
	                    column ? LODE_T_UNKNOWN : lode__render_type_of(render, expr));
}

static void put_entity(lode__render *render, const lode__source *source,
                       const lode_table_column *const *columns, size_t count, bool first)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!first || i)
			lode__buf_puts(render->sql, ", ");
		lode__render_column(render, source, columns[i]);
	}
}

static void add_results(lode__render *render, const lode_table_column *const *columns, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		lode__render_result(render, columns[i], LODE_T_UNKNOWN);
}

/* names of a subquery's columns must differ */
static void put_count_label(lode__render *render, const lode__select_state *state, size_t number)
{
	if (state->shape->kind != LODE__SHAPE_COUNT)
		return;
	lode__buf_puts(render->sql, " AS count_");
	lode__buf_put_uint(render->sql, number + 1);
}

static void put_defaults(lode__render *render, const lode__shape *shape)
{
	size_t i;

	for (i = 0; i < shape->default_count; i++) {
		lode__buf_puts(render->sql, ", ");
		lode__quote_default(render->sql, render->dialect, shape->defaults[i],
		                    &shape->defaults[i]->insert_default);
	}
}

static void put_list(lode__render *render, const lode__select_state *state)
{
	const lode_statement *statement = state->statement;
	bool whole = state->shape->kind == LODE__SHAPE_WHOLE;
	size_t used = 0, k;
	uint32_t i;

	if (state->shape->kind == LODE__SHAPE_EXISTS && !statement->field_count &&
	    !statement->extra.count) {
		lode__buf_putc(render->sql, '1');
		return;
	}
	if (statement->owner) {
		put_entity(render, &state->from.bases[0], state->columns, state->column_count, true);
		used = state->column_count;
		if (whole)
			add_results(render, state->columns, state->column_count);
	}
	render->ordinal = state->places.fields;
	for (i = 0; i < statement->field_count; i++, used++) {
		put_item(render, statement->fields[i].expr, used == 0, whole);
		put_count_label(render, state, used);
	}
	for (i = 0; i < statement->extra.count; i++, used++) {
		put_item(render, statement->extra.items[i], used == 0, whole);
		put_count_label(render, state, used);
	}
	for (k = 0; k < state->shape->eager_count; k++) {
		const lode__eager_item *item = &state->eager[k];

		put_entity(render, &item->right, item->columns, item->column_count, false);
		add_results(render, item->columns, item->column_count);
	}
	put_defaults(render, state->shape);
}

/* ------------------------------------------------------------------ eager joins */

/* is the other end one row at most? */
static bool is_single(const lode__path *path)
{
	const lode_table *table = path->table;
	size_t i, k;

	if (path->secondary || path->to_many || path->count != table->primary_key_count)
		return false;
	for (i = 0; i < table->primary_key_count; i++) {
		for (k = 0; k < path->count && path->far[k] != table->primary_key[i]; k++)
			continue;
		if (k == path->count)
			return false;
	}
	return true;
}

static bool resolve_eager(lode__render *render, lode__select_state *state, size_t i,
                          const lode__source *root)
{
	lode__eager_item *item = &state->eager[i];
	const lode__eager *eager = &state->shape->eager[i];
	lode_status status;

	item->eager = eager;
	if (!lode__render_table_of(render, eager->owner))
		return false;
	status = render->resolver->path(render->resolver->context, eager->owner, eager->offset,
	                                &item->path, render->error);
	if (status < 0) {
		render->status = status;
		return false;
	}
	item->left = eager->parent ? state->eager[eager->parent - 1].right : *root;
	item->right.table = item->path.table;
	item->right.owner = item->path.target;
	if (item->path.secondary) {
		item->secondary.table = item->path.secondary;
		item->secondary.name = lode__from_anonymous(render);
		lode__render_touch(render, item->path.secondary);
	}
	item->right.name = lode__from_anonymous(render);
	lode__render_touch(render, item->path.table);
	return load_entity(render, item->path.target, &item->columns, &item->column_count);
}

static void resolve_eagers(lode__render *render, lode__select_state *state,
                           const lode__source *root)
{
	size_t i;

	for (i = 0; i < state->shape->eager_count && render->status == LODE_OK; i++)
		if (!resolve_eager(render, state, i, root))
			return;
}

static void put_eager_joins(lode__render *render, const lode__select_state *state)
{
	size_t i;

	for (i = 0; i < state->shape->eager_count; i++)
		lode__from_path(render, &state->eager[i].path, LODE__JOIN_LEFT, &state->eager[i].left,
		                &state->eager[i].secondary, &state->eager[i].right);
}

static void put_eager_order(lode__render *render, const lode__select_state *state, bool first)
{
	size_t i, k;

	for (i = 0; i < state->shape->eager_count; i++) {
		const lode__eager_item *item = &state->eager[i];

		for (k = 0; k < item->path.order_count; k++, first = false) {
			const lode__order *order = &item->path.order[k];

			lode__buf_puts(render->sql, first ? " ORDER BY " : ", ");
			lode__render_column(render, &item->right, order->column);
			lode__render_collation(render,
			                       lode__column_sql_type(render->dialect, order->column));
			lode__buf_puts(render->sql, order->descending ? " DESC" : "");
		}
	}
}

/* must the main query go into a subquery? */
static bool needs_wrap(const lode__select_state *state)
{
	const lode_statement *statement = state->statement;
	size_t i;

	if (!statement->has_limit && !statement->has_offset && !statement->distinct &&
	    !statement->group_by.count)
		return false;
	for (i = 0; i < state->shape->eager_count; i++)
		if (!is_single(&state->eager[i].path))
			return true;
	return false;
}

/* ------------------------------------------------------------------ wrapping */

static bool label_taken(const lode__select_state *state, const char *name)
{
	size_t i;

	for (i = 0; i < state->label_count; i++)
		if (strcmp(state->labels[i].name, name) == 0)
			return true;
	return false;
}

static void add_label(lode__render *render, lode__select_state *state, const lode__label *label,
                      const char *stem)
{
	void *items = lode__render_grow(render, state->labels, state->label_count,
	                                &state->label_capacity, sizeof(*label));
	unsigned number = 0;
	const char *name = stem;

	if (!items)
		return;
	state->labels = items;
	while (name && label_taken(state, name))
		name = lode__arena_printf(render->arena, "%s_%u", stem, ++number);
	if (!name) {
		render->status = lode__error_nomem(render->error);
		return;
	}
	state->labels[state->label_count] = *label;
	state->labels[state->label_count++].name = name;
}

/* the label of a column of the entity's table; made if it is not selected yet */
static const char *label_column(lode__render *render, lode__select_state *state,
                                const lode_table_column *column)
{
	size_t i;

	for (i = 0; i < state->label_count; i++)
		if (state->labels[i].column == column)
			return state->labels[i].name;
	add_label(render, state, &(lode__label){ .column = column }, column->name);
	return render->status < 0 ? "" : state->labels[state->label_count - 1].name;
}

static void make_labels(lode__render *render, lode__select_state *state)
{
	const lode_statement *statement = state->statement;
	uint32_t ordinal = state->places.extra;
	size_t i, k;

	for (i = 0; i < state->column_count; i++)
		label_column(render, state, state->columns[i]);
	for (i = 0; i < statement->extra.count; i++) {
		add_label(render, state, &(lode__label){ .expr = statement->extra.items[i],
		                                         .ordinal = ordinal }, "extra_1");
		ordinal += (uint32_t)lode__expr_value_count(statement->extra.items[i]);
	}
	state->order_label = state->label_count;
	ordinal = state->places.order_by;
	for (i = 0; i < statement->order_by.count; i++) {
		const lode_expr *expr = statement->order_by.items[i];

		if (expr->kind == LODE__EXPR_ORDER)
			expr = expr->as.pair.a;
		add_label(render, state, &(lode__label){ .expr = expr, .ordinal = ordinal }, "order_1");
		ordinal += (uint32_t)lode__expr_value_count(expr);
	}
	for (i = 0; i < state->shape->eager_count; i++)
		for (k = 0; !state->shape->eager[i].parent && k < state->eager[i].path.count; k++)
			label_column(render, state, state->eager[i].path.near[k]);
}

/* the entity's own column that an ORDER BY term is, or NULL */
static const char *plain_order(lode__render *render, const lode__select_state *state,
                               const lode_expr *expr)
{
	const lode_table_column *column = lode__render_column_of(render, expr);
	size_t i;

	if (expr->kind == LODE__EXPR_ORDER)
		expr = expr->as.pair.a;
	if (!column || column->table != state->from.bases[0].table ||
	    (expr->kind == LODE__EXPR_COLUMN ? expr->as.column.alias : expr->as.table_column.alias))
		return NULL;
	for (i = 0; i < state->column_count; i++)
		if (state->labels[i].column == column)
			return state->labels[i].name;
	return NULL;
}

/* the subquery: every label once; terms of ORDER BY that are entity columns need none */
static void put_wrapped(lode__render *render, lode__select_state *state)
{
	const lode_statement *statement = state->statement;
	size_t i, used = 0;

	lode__buf_puts(render->sql, statement->distinct ? "(SELECT DISTINCT " : "(SELECT ");
	for (i = 0; i < state->label_count; i++) {
		const lode__label *label = &state->labels[i];
		size_t term = i - state->order_label;

		if (i >= state->order_label && term < statement->order_by.count &&
		    plain_order(render, state, statement->order_by.items[term]))
			continue;
		lode__buf_puts(render->sql, used++ ? ", " : "");
		if (label->column) {
			lode__render_column(render, &state->from.bases[0], label->column);
		} else {
			render->ordinal = label->ordinal;
			lode__render_expr(render, label->expr, LODE__PREC_NONE, NULL);
		}
		lode__buf_puts(render->sql, " AS ");
		lode__quote_own(render->sql, render->dialect, state->from.bases[0].table,
		                label->name);
	}
	lode__from_render(render, &state->from);
	put_filters(render, state);
	put_order_list(render, statement, state->places.order_by);
	lode__render_limit(render, statement, state->places.limit);
	lode__buf_putc(render->sql, ')');
}

static void put_label(lode__render *render, const lode__source *root, const char *name)
{
	lode__render_source_name(render, root);
	lode__buf_putc(render->sql, '.');
	lode__quote_own(render->sql, render->dialect, root->table, name);
}

static void put_outer_order(lode__render *render, const lode__select_state *state,
                            const lode__source *root)
{
	const lode_statement *statement = state->statement;
	bool native = (render->dialect->traits.null_order & 0x100) != 0;
	size_t i;

	for (i = 0; i < statement->order_by.count; i++) {
		const lode_expr *expr = statement->order_by.items[i];
		unsigned flags = expr->kind == LODE__EXPR_ORDER ? expr->flags : 0;
		const char *name = plain_order(render, state, expr);
		bool nulls = (flags & (LODE__EXPR_NULLS_FIRST | LODE__EXPR_NULLS_LAST)) != 0;
		bool head = (flags & LODE__EXPR_NULLS_FIRST) != 0;

		if (!name)
			name = state->labels[state->order_label + i].name;
		lode__buf_puts(render->sql, i ? ", " : " ORDER BY ");
		if (nulls && !native) {
			lode__buf_puts(render->sql, "CASE WHEN ");
			put_label(render, root, name);
			lode__buf_puts(render->sql, head ? " IS NULL THEN 0 ELSE 1 END, "
			                                 : " IS NULL THEN 1 ELSE 0 END, ");
		}
		put_label(render, root, name);
		lode__render_collation(render, lode__render_type_of(render, expr));
		lode__buf_puts(render->sql, flags & LODE__EXPR_DESCENDING ? " DESC" : "");
		if (nulls && native)
			lode__buf_puts(render->sql, head ? " NULLS FIRST" : " NULLS LAST");
	}
	put_eager_order(render, state, statement->order_by.count == 0);
}

/* the columns that an eager join's near side has inside the wrapped query */
static void relabel_near(lode__render *render, lode__select_state *state, lode__eager_item *item)
{
	lode_table_column *copies, **pointers;
	size_t i;

	copies = lode__arena_array(render->arena, item->path.count, sizeof(*copies));
	pointers = lode__arena_array(render->arena, item->path.count, sizeof(*pointers));
	if (!copies || !pointers) {
		render->status = lode__error_nomem(render->error);
		return;
	}
	for (i = 0; i < item->path.count; i++) {
		copies[i] = *item->path.near[i];
		copies[i].name = label_column(render, state, item->path.near[i]);
		pointers[i] = &copies[i];
	}
	item->path.near = (const lode_table_column *const *)pointers;
}

static void put_wrap(lode__render *render, lode__select_state *state)
{
	lode__source root = { state->from.bases[0].table, NULL, 0, lode__from_anonymous(render) };
	size_t i, k;

	resolve_eagers(render, state, &root);
	if (render->status < 0)
		return;
	make_labels(render, state);
	for (i = 0; i < state->shape->eager_count && render->status == LODE_OK; i++)
		if (!state->shape->eager[i].parent)
			relabel_near(render, state, &state->eager[i]);
	if (render->status < 0)
		return;
	lode__buf_puts(render->sql, "SELECT ");
	for (i = 0; i < state->order_label; i++) {
		const lode__label *label = &state->labels[i];

		lode__buf_puts(render->sql, i ? ", " : "");
		put_label(render, &root, label->name);
		lode__render_result(render, label->column,
		                    label->expr ? lode__render_type_of(render, label->expr) : 0);
	}
	for (k = 0; k < state->shape->eager_count; k++) {
		put_entity(render, &state->eager[k].right, state->eager[k].columns,
		           state->eager[k].column_count, false);
		add_results(render, state->eager[k].columns, state->eager[k].column_count);
	}
	lode__buf_puts(render->sql, " FROM ");
	put_wrapped(render, state);
	lode__buf_puts(render->sql, " AS ");
	lode__quote_name(render->sql, render->dialect, root.name);
	put_eager_joins(render, state);
	put_outer_order(render, state, &root);
}

/* ------------------------------------------------------------------ whole */

static void put_plain(lode__render *render, lode__select_state *state)
{
	const lode_statement *statement = state->statement;

	if (state->shape->eager_count)
		resolve_eagers(render, state, &state->from.bases[0]);
	if (render->status < 0)
		return;
	lode__buf_puts(render->sql, statement->distinct ? "SELECT DISTINCT " : "SELECT ");
	put_list(render, state);
	lode__from_render(render, &state->from);
	put_eager_joins(render, state);
	put_filters(render, state);
	put_order_list(render, statement, state->places.order_by);
	put_eager_order(render, state, statement->order_by.count == 0);
	lode__render_limit(render, statement, state->places.limit);
}

/* count(*) of a query whose rows are those of its FROM and WHERE */
static void put_simple_count(lode__render *render, lode__select_state *state)
{
	lode__buf_puts(render->sql, "SELECT count(*)");
	lode__from_render(render, &state->from);
	render->ordinal = state->places.where;
	lode__render_conditions(render, " WHERE ", &state->statement->where);
}

/* eager items are resolved for a look only: numbers of anonymous names are given back */
static bool look_at_eagers(lode__render *render, lode__select_state *state)
{
	uint32_t anonymous = render->anonymous;
	bool wrap;

	state->eager = lode__arena_array(render->arena, state->shape->eager_count,
	                                 sizeof(*state->eager));
	if (!state->eager) {
		render->status = lode__error_nomem(render->error);
		return false;
	}
	resolve_eagers(render, state, &state->from.bases[0]);
	render->anonymous = anonymous;
	if (render->status < 0)
		return false;
	wrap = needs_wrap(state);
	memset(state->eager, 0, state->shape->eager_count * sizeof(*state->eager));
	return wrap;
}

bool lode__render_is_simple(const lode_statement *statement)
{
	return statement->owner && !statement->has_limit && !statement->has_offset &&
	       !statement->distinct && !statement->group_by.count && !statement->having.count;
}

void lode__render_select(lode__render *render, const lode_statement *statement,
                         const lode__shape *shape)
{
	lode__select_state state = { .statement = statement, .shape = shape };
	lode__scope scope = { .parent = render->scope };

	render->scope = &scope;
	find_places(statement, render->ordinal, &state.places);
	lode__from_derive(render, statement, &state.from, state.places.joins);
	if (statement->owner && render->status == LODE_OK)
		load_entity(render, statement->owner, &state.columns, &state.column_count);
	if (render->status == LODE_OK)
		check_width(render, &state);
	if (shape->eager_count && !statement->owner)
		lode__render_fail(render, LODE_E_MISUSE, "only objects are loaded with their relationships");
	if (render->status == LODE_OK) {
		if (shape->kind == LODE__SHAPE_COUNT && lode__render_is_simple(statement))
			put_simple_count(render, &state);
		else if (shape->eager_count && look_at_eagers(render, &state))
			put_wrap(render, &state);
		else if (render->status == LODE_OK)
			put_plain(render, &state);
	}
	render->ordinal = state.places.end;
	render->scope = scope.parent;
}
