/* SPDX-License-Identifier: MIT */
/* sql/dml.c - the application's own INSERT, UPDATE, DELETE and text statements.
 *
 * Columns that a statement leaves out get what the mapping says: insert_default in INSERT, onupdate
 * in UPDATE, written inline. */
#include <string.h>

#include "base/error.h"
#include "schema/table.h"
#include "sql/render.h"

static const lode_table *target_table(lode__render *render, const lode_statement *statement)
{
	if (statement->table)
		return statement->table;
	return lode__render_table_of(render, statement->owner);
}

/* the column that is assigned; it must be the target's */
static const lode_table_column *target_column(lode__render *render, const lode_table *table,
                                              const lode_expr *expr)
{
	const lode_table_column *column = lode__render_column_of(render, expr);
	char label[LODE__MEMBER_LABEL_SIZE];

	if (!column || column->table == table)
		return column;
	if (expr->kind == LODE__EXPR_COLUMN)
		lode__render_fail(render, LODE_E_MISUSE, "%s is assigned in a statement for table %s",
		                  lode__member_label(expr->as.column.owner, expr->as.column.offset, label),
		                  table->name);
	else
		lode__render_fail(render, LODE_E_MISUSE, "%s.%s is assigned in a statement for table %s",
		                  column->table->name, column->name, table->name);
	return NULL;
}

/* ------------------------------------------------------------------ RETURNING */

static void put_returning(lode__render *render, const lode_statement *statement, uint32_t on,
                          const char *what)
{
	const lode_traits *traits = &render->dialect->traits;
	uint32_t i;

	if (!statement->field_count)
		return;
	if (traits->returning_style != 1 || (traits->returning_on & on) != on) {
		lode__render_fail(render, LODE_E_UNSUPPORTED, "%s cannot return rows on %s: it has no "
		                  "RETURNING there", what, render->dialect->name);
		return;
	}
	for (i = 0; i < statement->field_count; i++) {
		const lode_expr *expr = statement->fields[i].expr;
		const lode_table_column *column = lode__render_column_of(render, expr);

		lode__buf_puts(render->sql, i ? ", " : " RETURNING ");
		lode__render_expr(render, expr, LODE__PREC_NONE, NULL);
		if (render->status == LODE_OK)
			lode__render_result(render, column,
			                    column ? LODE_T_UNKNOWN : lode__render_type_of(render, expr));
	}
}

/* ------------------------------------------------------------------ UPDATE and DELETE */

static void begin_scope(lode__render *render, const lode_statement *statement, lode__scope *scope,
                        const lode_table *table)
{
	lode__source source = { table, statement->owner, 0, NULL };

	scope->bare = true;
	render->scope = scope;
	lode__scope_add(render, scope, &source);
}

static void check_filter(lode__render *render, const lode_statement *statement, const char *what,
                         const lode_table *table)
{
	if (!statement->where.count && !statement->all_rows)
		lode__render_fail(render, LODE_E_MISUSE, "%s of %s has no condition: say lode_where, or "
		                  "lode_all_rows if every row is meant", what, table->name);
	if (statement->where.count && statement->all_rows)
		lode__render_fail(render, LODE_E_MISUSE,
		                  "%s of %s has a condition and is meant for all rows", what, table->name);
}

static bool is_assigned(lode__render *render, const lode_statement *statement,
                        const lode_table_column *column)
{
	uint32_t i;

	for (i = 0; i < statement->assignment_count; i++)
		if (lode__render_column_of(render, statement->assignments[i].column) == column)
			return true;
	for (i = 0; i < statement->into.count; i++)
		if (lode__render_column_of(render, statement->into.items[i]) == column)
			return true;
	return false;
}

/* a C function takes an object, which a statement has not */
static bool has_default(lode__render *render, const lode_table_column *column,
                        const lode_default *value)
{
	if (value->kind == LODE_DEFAULT_CALL)
		lode__render_fail(render, LODE_E_UNSUPPORTED,
		                  "the default of %s.%s is a C function, which a statement cannot call: "
		                  "give the column a value", column->table->name, column->name);
	return value->kind != LODE_DEFAULT_NONE && value->kind != LODE_DEFAULT_FETCHED &&
	       value->kind != LODE_DEFAULT_CALL;
}

static void put_onupdate(lode__render *render, const lode_statement *statement,
                         const lode_table *table)
{
	size_t i;

	for (i = 0; i < table->column_count; i++) {
		const lode_table_column *column = table->columns[i];

		if (is_assigned(render, statement, column) ||
		    !has_default(render, column, &column->onupdate))
			continue;
		lode__buf_puts(render->sql, ", ");
		lode__quote_column(render->sql, render->dialect, column);
		lode__buf_puts(render->sql, " = ");
		lode__quote_default(render->sql, render->dialect, column, &column->onupdate);
	}
}

static void put_update(lode__render *render, const lode_statement *statement,
                       const lode_table *table)
{
	uint32_t i, k;

	if (!statement->assignment_count)
		lode__render_fail(render, LODE_E_MISUSE, "UPDATE of %s assigns nothing", table->name);
	check_filter(render, statement, "UPDATE", table);
	lode__buf_puts(render->sql, "UPDATE ");
	lode__quote_table(render->sql, render->dialect, table);
	for (i = 0; i < statement->assignment_count && render->status == LODE_OK; i++) {
		const lode__assignment *assignment = &statement->assignments[i];
		const lode_table_column *column = target_column(render, table, assignment->column);

		if (!column)
			return;
		for (k = 0; k < i; k++)
			if (lode__render_column_of(render, statement->assignments[k].column) == column)
				lode__render_fail(render, LODE_E_MISUSE, "UPDATE of %s assigns %s twice",
				                  table->name, column->name);
		lode__buf_puts(render->sql, i ? ", " : " SET ");
		lode__quote_column(render->sql, render->dialect, column);
		lode__buf_puts(render->sql, " = ");
		lode__render_expr(render, assignment->value, LODE__PREC_OR, column);
	}
	put_onupdate(render, statement, table);
	lode__render_conditions(render, " WHERE ", &statement->where);
	put_returning(render, statement, LODE_RETURNING_UPDATE, "UPDATE");
}

static void put_delete(lode__render *render, const lode_statement *statement,
                       const lode_table *table)
{
	check_filter(render, statement, "DELETE", table);
	lode__buf_puts(render->sql, "DELETE FROM ");
	lode__quote_table(render->sql, render->dialect, table);
	lode__render_conditions(render, " WHERE ", &statement->where);
	put_returning(render, statement, LODE_RETURNING_DELETE, "DELETE");
}

/* ------------------------------------------------------------------ INSERT */

/* columns of the table that the mapping gives a value when the statement gives none */
static const lode_table_column **find_defaults(lode__render *render,
                                               const lode_statement *statement,
                                               const lode_table *table, size_t *count)
{
	const lode_table_column **columns;
	size_t i;

	*count = 0;
	columns = lode__arena_array(render->arena, table->column_count + 1, sizeof(*columns));
	if (!columns) {
		render->status = lode__error_nomem(render->error);
		return NULL;
	}
	for (i = 0; i < table->column_count; i++)
		if (!is_assigned(render, statement, table->columns[i]) &&
		    has_default(render, table->columns[i], &table->columns[i]->insert_default))
			columns[(*count)++] = table->columns[i];
	return columns;
}

static void put_column_names(lode__render *render, const lode_table *table,
                             const lode_expr *const *exprs, size_t stride, size_t count,
                             const lode_table_column **defaults, size_t default_count)
{
	size_t i, k;

	for (i = 0; i < count + default_count; i++) {
		const lode_table_column *column = i >= count ? defaults[i - count] : NULL;

		if (!column)
			column = target_column(render, table, *(const lode_expr *const *)(const void *)
			                       ((const char *)exprs + i * stride));
		if (!column)
			return;
		for (k = 0; k < i && k < count; k++)
			if (i < count && lode__render_column_of(render, *(const lode_expr *const *)(const void *)
			                 ((const char *)exprs + k * stride)) == column)
				lode__render_fail(render, LODE_E_MISUSE, "INSERT into %s names %s twice",
				                  table->name, column->name);
		lode__buf_puts(render->sql, i ? ", " : " (");
		lode__quote_column(render->sql, render->dialect, column);
	}
	lode__buf_putc(render->sql, ')');
}

/* the first row names the columns; every other one must name the same in the same order */
static void check_row(lode__render *render, const lode_statement *statement,
                      const lode_table *table, uint32_t first, uint32_t width)
{
	uint32_t row = first / width, i;

	for (i = 0; i < width && render->status == LODE_OK; i++) {
		const lode_table_column *column =
			lode__render_column_of(render, statement->assignments[i].column);
		const lode_table_column *other = first + i < statement->assignment_count
			? lode__render_column_of(render, statement->assignments[first + i].column) : NULL;

		if (column && (!other || other != column || statement->assignments[first + i].row != row))
			lode__render_fail(render, LODE_E_MISUSE, "row %u of the INSERT into %s must assign the "
			                  "same columns in the same order as the first: it lacks %s",
			                  (unsigned)row + 1, table->name, column->name);
	}
}

static void put_rows(lode__render *render, const lode_statement *statement,
                     const lode_table *table, uint32_t width,
                     const lode_table_column **defaults, size_t default_count)
{
	bool values = (render->dialect->traits.flags & LODE_DF_MULTI_VALUES) ||
	              statement->row_count == 1;
	uint32_t row, i;
	size_t k;

	for (row = 0; row < statement->row_count && render->status == LODE_OK; row++) {
		check_row(render, statement, table, row * width, width);
		if (values)
			lode__buf_puts(render->sql, row ? ", (" : " VALUES (");
		else
			lode__buf_puts(render->sql, row ? " UNION ALL SELECT " : " SELECT ");
		for (i = 0; i < width && render->status == LODE_OK; i++) {
			const lode__assignment *assignment = &statement->assignments[row * width + i];

			lode__buf_puts(render->sql, i ? ", " : "");
			lode__render_expr(render, assignment->value, LODE__PREC_OR,
			                  lode__render_column_of(render, assignment->column));
		}
		for (k = 0; k < default_count; k++) {
			lode__buf_puts(render->sql, ", ");
			lode__quote_default(render->sql, render->dialect, defaults[k],
			                    &defaults[k]->insert_default);
		}
		lode__buf_puts(render->sql, values ? ")" : render->dialect->traits.dummy_from
		                                   ? render->dialect->traits.dummy_from : "");
	}
	if (render->status == LODE_OK && statement->assignment_count != width * statement->row_count)
		lode__render_fail(render, LODE_E_MISUSE, "a row of the INSERT into %s assigns more columns "
		                  "than the first", table->name);
}

static void put_values(lode__render *render, const lode_statement *statement,
                       const lode_table *table)
{
	uint32_t width = 0, limit = render->dialect->traits.max_insert_rows;
	const lode_table_column **defaults;
	size_t count, i;

	while (width < statement->assignment_count && statement->assignments[width].row == 0)
		width++;
	defaults = find_defaults(render, statement, table, &count);
	if (!defaults)
		return;
	if (limit && statement->row_count > limit)
		lode__render_fail(render, LODE_E_LIMIT, "INSERT into %s has more rows than %s takes (%u)",
		                  table->name, render->dialect->name, (unsigned)limit);
	if (!width && (statement->assignment_count || statement->row_count > 1))
		lode__render_fail(render, LODE_E_MISUSE, "the first row of the INSERT into %s assigns nothing",
		                  table->name);
	if (!width && !count) {
		lode__buf_putc(render->sql, ' ');
		lode__buf_puts(render->sql, render->dialect->traits.empty_insert
		               ? render->dialect->traits.empty_insert : "DEFAULT VALUES");
		return;
	}
	put_column_names(render, table, width ? (const lode_expr *const *)(const void *)
	                 &statement->assignments[0].column : NULL, sizeof(lode__assignment), width,
	                 defaults, count);
	if (width) {
		put_rows(render, statement, table, width, defaults, count);
		return;
	}
	for (i = 0; i < count; i++) {
		lode__buf_puts(render->sql, i ? ", " : " VALUES (");
		lode__quote_default(render->sql, render->dialect, defaults[i],
		                    &defaults[i]->insert_default);
	}
	lode__buf_putc(render->sql, ')');
}

static void put_inner(lode__render *render, const lode_statement *statement,
                      const lode_table *table)
{
	const lode_statement *inner = statement->inner;
	lode__shape shape = { .kind = LODE__SHAPE_INSERT };
	size_t width = inner->field_count + inner->extra.count;
	const lode_table_column **defaults;
	lode__scope *scope = render->scope;

	defaults = find_defaults(render, statement, table, &shape.default_count);
	if (!defaults)
		return;
	if (inner->owner)
		lode__render_fail(render, LODE_E_MISUSE, "INSERT into %s takes its rows from "
		                  "LODE_SELECT_ROWS, one LODE_FIELD a column", table->name);
	else if (width != statement->into.count)
		lode__render_fail(render, LODE_E_MISUSE, "INSERT into %s names %u columns (LODE_INTO) and "
		                  "selects %zu", table->name, (unsigned)statement->into.count, width);
	if (render->status < 0)
		return;
	put_column_names(render, table, (const lode_expr *const *)(const void *)statement->into.items,
	                 sizeof(lode_expr *), statement->into.count, defaults, shape.default_count);
	lode__buf_putc(render->sql, ' ');
	shape.defaults = (const lode_table_column *const *)defaults;
	render->scope = NULL;           /* the table is written, not read: no correlation */
	lode__render_select(render, inner, &shape);
	render->scope = scope;
}

static void put_insert(lode__render *render, const lode_statement *statement,
                       const lode_table *table)
{
	uint32_t on = LODE_RETURNING_INSERT;

	lode__buf_puts(render->sql, "INSERT INTO ");
	lode__quote_table(render->sql, render->dialect, table);
	if (statement->inner)
		put_inner(render, statement, table);
	else if (statement->into.count)
		lode__render_fail(render, LODE_E_MISUSE, "INSERT into %s names columns but selects nothing",
		                  table->name);
	else
		put_values(render, statement, table);
	if (statement->row_count > 1)
		on |= LODE_RETURNING_MULTI;
	put_returning(render, statement, on, "INSERT");
}

/* ------------------------------------------------------------------ text */

static void put_text_results(lode__render *render, const lode_statement *statement)
{
	const lode_table_column *const *columns;
	size_t count, i;

	for (i = 0; i < statement->field_count; i++)
		lode__render_result(render, NULL, LODE_T_UNKNOWN);
	if (!statement->owner || !lode__render_table_of(render, statement->owner))
		return;
	lode__render_touch(render, lode__render_table_of(render, statement->owner));
	render->status = render->resolver->entity(render->resolver->context, statement->owner, &columns,
	                                          &count, render->error);
	for (i = 0; render->status == LODE_OK && i < count; i++)
		lode__render_result(render, columns[i], LODE_T_UNKNOWN);
}

void lode__render_write(lode__render *render, const lode_statement *statement)
{
	const lode_table *table;
	lode__scope scope = { 0 };

	if (statement->kind == LODE__TEXT) {
		lode__render_expr(render, statement->text, LODE__PREC_NONE, NULL);
		put_text_results(render, statement);
		return;
	}
	table = target_table(render, statement);
	if (!table)
		return;
	begin_scope(render, statement, &scope, table);
	if (statement->kind == LODE__UPDATE)
		put_update(render, statement, table);
	else if (statement->kind == LODE__DELETE)
		put_delete(render, statement, table);
	else
		put_insert(render, statement, table);
	render->scope = NULL;
}
