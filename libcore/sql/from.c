/* SPDX-License-Identifier: MIT */
/* sql/from.c - FROM items and joins.
 *
 * The values of a join's condition are numbered in the order in which the application joined; the
 * text groups joins by the base they hang on, so each join remembers its first ordinal. */
#include "sql/from.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "schema/table.h"

/* ------------------------------------------------------------------ names */

const char *lode__from_anonymous(lode__render *render)
{
	char *name = lode__arena_printf(render->arena, "anon_%u", (unsigned)++render->anonymous);

	if (!name && render->status == LODE_OK)
		render->status = lode__error_nomem(render->error);
	return name;
}

/* user_account_1 for alias 1 */
static const char *name_alias(lode__render *render, const lode_table *table, uint32_t alias)
{
	uint32_t limit = render->dialect->traits.max_identifier;
	char *name;

	if (!alias)
		return NULL;
	name = lode__arena_printf(render->arena, "%s_%u", table->name, (unsigned)alias);
	if (!name && render->status == LODE_OK)
		render->status = lode__error_nomem(render->error);
	return name && limit && strlen(name) > limit ? lode__from_anonymous(render) : name;
}

/* ------------------------------------------------------------------ derivation */

typedef struct lode__derive {
	lode__render *render;
	const lode_statement *statement;
	lode__from *from;
	lode__source *correlated;   /* tables of an enclosing statement that were named */
	size_t correlated_count, correlated_capacity;
} lode__derive;

static void add_base(lode__derive *derive, const lode_table *table, const lode_class *owner,
                     uint32_t alias)
{
	lode__from *from = derive->from;
	lode__source source = { table, owner, alias, name_alias(derive->render, table, alias) };
	void *items;

	if (lode__scope_find(derive->render->scope, table, alias))
		return;
	items = lode__render_grow(derive->render, from->bases, from->base_count,
	                          &from->base_capacity, sizeof(source));
	if (!items)
		return;
	from->bases = items;
	from->bases[from->base_count++] = source;
	lode__scope_add(derive->render, derive->render->scope, &source);
}

/* is it the target of a join of this statement? */
static bool is_joined(const lode__derive *derive, const lode_table *table, uint32_t alias)
{
	size_t i;

	for (i = 0; i < derive->from->join_count; i++)
		if (derive->from->joins[i].right.table == table &&
		    derive->from->joins[i].right.alias == alias)
			return true;
	return false;
}

static bool in_parents(const lode__derive *derive, const lode_table *table, uint32_t alias)
{
	const lode__scope *scope;

	for (scope = derive->render->scope->parent; scope; scope = scope->parent)
		if (lode__scope_find(scope, table, alias))
			return true;
	return false;
}

static void add_correlated(lode__derive *derive, const lode__source *source)
{
	void *items = lode__render_grow(derive->render, derive->correlated, derive->correlated_count,
	                                &derive->correlated_capacity, sizeof(*source));

	if (!items)
		return;
	derive->correlated = items;
	derive->correlated[derive->correlated_count++] = *source;
}

static void scan_column(lode__derive *derive, const lode_expr *expr)
{
	const lode_table_column *column = lode__render_column_of(derive->render, expr);
	bool mapped = expr->kind == LODE__EXPR_COLUMN;
	lode__source source = { 0 };

	if (!column)
		return;
	source.table = column->table;
	source.owner = mapped ? expr->as.column.owner : NULL;
	source.alias = mapped ? expr->as.column.alias : expr->as.table_column.alias;
	if (lode__scope_find(derive->render->scope, source.table, source.alias) ||
	    is_joined(derive, source.table, source.alias))
		return;
	if (in_parents(derive, source.table, source.alias))
		add_correlated(derive, &source);
	else
		add_base(derive, source.table, source.owner, source.alias);
}

/* the columns of an expression, subqueries left out: theirs are their own matter */
static void scan_expr(lode__derive *derive, const lode_expr *expr)
{
	const lode_expr *operand;
	size_t i;

	while (expr->kind == LODE__EXPR_AND || expr->kind == LODE__EXPR_OR) {
		scan_expr(derive, expr->as.pair.b);
		expr = expr->as.pair.a;
	}
	if (derive->render->status < 0)
		return;
	if (expr->kind == LODE__EXPR_COLUMN || expr->kind == LODE__EXPR_TABLE_COLUMN)
		scan_column(derive, expr);
	for (i = 0; (operand = lode__expr_operand(expr, i)) != NULL; i++)
		scan_expr(derive, operand);
}

static void scan_exprs(lode__derive *derive, const lode__exprs *list)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		scan_expr(derive, list->items[i]);
}

/* ------------------------------------------------------------------ joins */

static lode_status resolve_path(lode__render *render, const lode_class *owner, size_t offset,
                                lode__path *path)
{
	lode_status status;

	if (!lode__render_table_of(render, owner))
		return render->status;
	memset(path, 0, sizeof(*path));
	status = render->resolver->path(render->resolver->context, owner, offset, path, render->error);
	if (status < 0 && render->status == LODE_OK)
		render->status = status;
	return status;
}

/* fills one join as far as it does not depend on the others */
static void resolve_join(lode__render *render, const lode__join *join, lode__from_join *out)
{
	out->join = join;
	if (join->rel.owner) {
		if (resolve_path(render, join->rel.owner, join->rel.offset, &out->path) < 0)
			return;
		out->right.table = out->path.table;
		out->right.owner = out->path.target;
	} else if (join->table) {
		out->right.table = join->table;
	} else {
		out->right.table = lode__render_table_of(render, join->target);
		out->right.owner = join->target;
	}
	out->right.alias = join->alias;
	if (out->right.table)
		out->right.name = name_alias(render, out->right.table, join->alias);
}

static void resolve_joins(lode__derive *derive, uint32_t ordinal)
{
	const lode_statement *statement = derive->statement;
	lode__from *from = derive->from;
	uint32_t i;

	from->joins = lode__arena_array(derive->render->arena, statement->join_count + 1,
	                                sizeof(*from->joins));
	if (!from->joins) {
		derive->render->status = lode__error_nomem(derive->render->error);
		return;
	}
	for (i = 0; i < statement->join_count && derive->render->status == LODE_OK; i++) {
		const lode__join *join = &statement->joins[i];
		lode__from_join resolved;

		memset(&resolved, 0, sizeof(resolved));
		resolve_join(derive->render, join, &resolved);
		resolved.ordinal = ordinal;
		ordinal += join->on ? (uint32_t)lode__expr_value_count(join->on) : 0;
		if (derive->render->status < 0)
			return;
		if (join->comma)
			add_base(derive, resolved.right.table, join->target, join->alias);
		else
			from->joins[from->join_count++] = resolved;
	}
}

/* the number of the base that a source hangs on */
static uint32_t group_of(const lode__from *from, size_t joins, const lode__source *source)
{
	size_t i;

	for (i = 0; i < from->base_count; i++)
		if (from->bases[i].table == source->table && from->bases[i].alias == source->alias)
			return (uint32_t)i;
	for (i = 0; i < joins; i++)
		if (from->joins[i].right.table == source->table &&
		    from->joins[i].right.alias == source->alias)
			return from->joins[i].group;
	return 0;
}

/* the group of an explicit condition: that of the first column in it that is not the target's */
static bool find_group(lode__derive *derive, const lode_expr *expr, size_t joins,
                       const lode__source *target, uint32_t *group)
{
	const lode_table_column *column;
	const lode_expr *operand;
	size_t i;

	if (expr->kind == LODE__EXPR_COLUMN || expr->kind == LODE__EXPR_TABLE_COLUMN) {
		uint32_t alias = expr->kind == LODE__EXPR_COLUMN ? expr->as.column.alias
		                                                 : expr->as.table_column.alias;
		const lode__source *source;

		column = lode__render_column_of(derive->render, expr);
		if (!column || (column->table == target->table && alias == target->alias))
			return false;
		source = lode__scope_find(derive->render->scope, column->table, alias);
		if (source)
			*group = group_of(derive->from, joins, source);
		return source != NULL;
	}
	for (i = 0; (operand = lode__expr_operand(expr, i)) != NULL; i++)
		if (find_group(derive, operand, joins, target, group))
			return true;
	return false;
}

static void fail_left(lode__render *render, const lode__from_join *item, uint32_t alias)
{
	const lode_rel *rel = &item->join->rel;
	char label[LODE__MEMBER_LABEL_SIZE];

	lode__render_fail(render, LODE_E_MISUSE, "cannot join along %s: %s%s is not in the statement",
	                  lode__member_label(rel->owner, rel->offset, label), rel->owner->name,
	                  alias ? " under that alias" : "");
}

/* finds the left side of a join and puts its own tables into the scope */
static void place_join(lode__derive *derive, size_t i)
{
	lode__render *render = derive->render;
	lode__from_join *item = &derive->from->joins[i];
	const lode__source *left;

	if (lode__scope_find(render->scope, item->right.table, item->right.alias)) {
		lode__render_fail(render, LODE_E_MISUSE, "table %s is in the statement already: "
		                  "lode_join_as joins it once more under an alias",
		                  item->right.table->name);
		return;
	}
	if (!item->join->rel.owner) {
		item->group = derive->from->base_count ? (uint32_t)derive->from->base_count - 1 : 0;
		find_group(derive, item->join->on, i, &item->right, &item->group);
		lode__scope_add(render, render->scope, &item->right);
		return;
	}
	left = lode__scope_find(render->scope, item->path.near[0]->table, item->join->from);
	if (!left) {
		fail_left(render, item, item->join->from);
		return;
	}
	item->left = *left;
	item->group = group_of(derive->from, i, left);
	if (item->path.secondary) {
		item->secondary.table = item->path.secondary;
		if (lode__scope_find(render->scope, item->path.secondary, 0)) {
			item->secondary.name = lode__from_anonymous(render);
			item->secondary.alias = UINT32_MAX - render->anonymous;
		}
		lode__scope_add(render, render->scope, &item->secondary);
	}
	lode__scope_add(render, render->scope, &item->right);
}

/* left sides of relationship joins that nothing else names, for statements without an entity */
static void add_left_sides(lode__derive *derive)
{
	size_t i;

	for (i = 0; i < derive->from->join_count; i++) {
		const lode__from_join *item = &derive->from->joins[i];
		const lode_table *table;

		if (!item->join->rel.owner)
			continue;
		table = item->path.near[0]->table;
		if (!is_joined(derive, table, item->join->from) &&
		    !in_parents(derive, table, item->join->from))
			add_base(derive, table, item->join->rel.owner, item->join->from);
	}
}

/* ------------------------------------------------------------------ whole */

/* nothing that is selected names a table: what the filter names, and at last the parents' */
static void derive_rest(lode__derive *derive)
{
	const lode_statement *statement = derive->statement;
	size_t i;

	scan_exprs(derive, &statement->where);
	scan_exprs(derive, &statement->group_by);
	scan_exprs(derive, &statement->order_by);
	if (derive->from->base_count)
		return;
	for (i = 0; i < derive->correlated_count; i++)
		add_base(derive, derive->correlated[i].table, derive->correlated[i].owner,
		         derive->correlated[i].alias);
}

void lode__from_derive(lode__render *render, const lode_statement *statement, lode__from *from,
                       uint32_t ordinal)
{
	lode__derive derive = { .render = render, .statement = statement, .from = from };
	const lode_table *table;
	size_t i;

	if (statement->owner) {
		table = lode__render_table_of(render, statement->owner);
		if (table)
			add_base(&derive, table, statement->owner, 0);
	}
	if (render->status == LODE_OK)
		resolve_joins(&derive, ordinal);
	if (render->status == LODE_OK && statement->kind == LODE__SELECT_ROWS) {
		for (i = 0; i < statement->field_count; i++)
			scan_expr(&derive, statement->fields[i].expr);
		scan_exprs(&derive, &statement->extra);
		add_left_sides(&derive);
		if (!from->base_count && render->status == LODE_OK)
			derive_rest(&derive);
	}
	for (i = 0; i < from->join_count && render->status == LODE_OK; i++)
		place_join(&derive, i);
	if (from->join_count && !from->base_count)
		lode__render_fail(render, LODE_E_MISUSE,
		                  "a join has nothing on its left side: select a column of it, or say lode_from");
	render->cartesian = render->cartesian || (from->base_count > 1 && !statement->where.count);
}

/* ------------------------------------------------------------------ text */

void lode__from_table(lode__render *render, const lode__source *source)
{
	lode__quote_table(render->sql, render->dialect, source->table);
	if (!source->name)
		return;
	lode__buf_puts(render->sql, " AS ");
	lode__quote_name(render->sql, render->dialect, source->name);
}

void lode__from_condition(lode__render *render, const lode__source *left,
                          const lode_table_column *const *near, const lode__source *right,
                          const lode_table_column *const *far, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		lode__buf_puts(render->sql, i ? " AND " : " ON ");
		lode__render_column(render, left, near[i]);
		lode__buf_puts(render->sql, " = ");
		lode__render_column(render, right, far[i]);
	}
}

static const char *join_words(lode__join_kind kind)
{
	return kind == LODE__JOIN_FULL ? " FULL OUTER JOIN "
	       : kind == LODE__JOIN_LEFT ? " LEFT OUTER JOIN " : " JOIN ";
}

void lode__from_path(lode__render *render, const lode__path *path, lode__join_kind kind,
                     const lode__source *left, const lode__source *secondary,
                     const lode__source *right)
{
	bool nested = kind != LODE__JOIN_INNER && path->secondary;

	lode__buf_puts(render->sql, join_words(kind));
	if (!path->secondary) {
		lode__from_table(render, right);
		lode__from_condition(render, left, path->near, right, path->far, path->count);
		return;
	}
	if (nested)
		lode__buf_putc(render->sql, '(');
	lode__from_table(render, secondary);
	if (!nested)
		lode__from_condition(render, left, path->near, secondary, path->far, path->count);
	lode__buf_puts(render->sql, " JOIN ");
	lode__from_table(render, right);
	lode__from_condition(render, secondary, path->secondary_near, right, path->target_columns,
	                     path->secondary_count);
	if (!nested)
		return;
	lode__buf_putc(render->sql, ')');
	lode__from_condition(render, left, path->near, secondary, path->far, path->count);
}

static void put_join(lode__render *render, const lode__from_join *item)
{
	lode__join_kind kind = item->join->full ? LODE__JOIN_FULL
	                       : item->join->outer ? LODE__JOIN_LEFT : LODE__JOIN_INNER;

	if (kind == LODE__JOIN_FULL && !(render->dialect->traits.flags & LODE_DF_FULL_JOIN)) {
		lode__render_fail(render, LODE_E_UNSUPPORTED, "%s has no FULL OUTER JOIN",
		                  render->dialect->name);
		return;
	}
	if (item->join->rel.owner) {
		lode__from_path(render, &item->path, kind, &item->left, &item->secondary,
		                &item->right);
		return;
	}
	lode__buf_puts(render->sql, join_words(kind));
	lode__from_table(render, &item->right);
	lode__buf_puts(render->sql, " ON ");
	render->ordinal = item->ordinal;
	lode__render_expr(render, item->join->on, LODE__PREC_NONE, NULL);
}

void lode__from_render(lode__render *render, const lode__from *from)
{
	size_t i, k;

	if (!from->base_count) {
		if (render->dialect->traits.dummy_from)
			lode__buf_puts(render->sql, render->dialect->traits.dummy_from);
		return;
	}
	for (i = 0; i < from->base_count; i++) {
		lode__buf_puts(render->sql, i ? ", " : " FROM ");
		lode__from_table(render, &from->bases[i]);
		for (k = 0; k < from->join_count; k++)
			if (from->joins[k].group == i)
				put_join(render, &from->joins[k]);
	}
}
