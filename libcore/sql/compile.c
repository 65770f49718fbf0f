/* SPDX-License-Identifier: MIT */
/* sql/compile.c - the compiled statement: made once, used by any thread. */
#include "sql/compile.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "schema/table.h"
#include "sql/render.h"
#include "types/type.h"

#define SQL_MAX (64u << 20)

lode_status lode__parameter_adapt(const lode__parameter *parameter, lode_value *value)
{
	const lode_type *type = parameter->column ? parameter->column->type : NULL;
	uint64_t number, count = 0;

	/* before C23 `true` is an int */
	if (parameter->sql_type == LODE_T_BOOL && value->kind == LODE_VALUE_INT &&
	    (value->as.integer == 0 || value->as.integer == 1))
		value->kind = LODE_VALUE_BOOL;
	if (parameter->sql_type != LODE_T_ENUM || !type || !type->enum_names ||
	    (value->kind != LODE_VALUE_INT && value->kind != LODE_VALUE_UINT))
		return LODE_OK;
	number = value->as.unsigned_integer;
	while (type->enum_names[count] && count < number)
		count++;
	if (!type->enum_names[count] || count != number)
		return LODE_E_DATA;
	value->kind = LODE_VALUE_TEXT;
	value->as.text = type->enum_names[count];
	return LODE_OK;
}

/* ------------------------------------------------------------------ rendering a whole statement */

static void render_count(lode__render *render, const lode_statement *inner)
{
	lode__shape shape = { .kind = LODE__SHAPE_COUNT };
	bool simple = lode__render_is_simple(inner);

	if (!simple)
		lode__buf_puts(render->sql, "SELECT count(*) FROM (");
	lode__render_select(render, inner, &shape);
	if (!simple) {
		lode__buf_puts(render->sql, ") AS ");
		lode__buf_puts(render->sql, "anon_0");      /* eager joins count from 1 */
	}
	lode__render_result(render, NULL, LODE_T_INT64);
}

static void render_statement(lode__render *render, const lode_statement *statement,
                             const lode__eager *eager, size_t eager_count)
{
	lode__shape shape = { .kind = LODE__SHAPE_WHOLE, .eager = eager, .eager_count = eager_count };

	if (statement->kind == LODE__SELECT_COUNT)
		render_count(render, statement->inner);
	else if (statement->kind == LODE__SELECT || statement->kind == LODE__SELECT_ROWS)
		lode__render_select(render, statement, &shape);
	else
		lode__render_write(render, statement);
	if (render->status == LODE_OK && render->sql->status < 0)
		lode__render_fail(render, render->sql->status, render->sql->status == LODE_E_NOMEM
		                  ? "out of memory" : render->sql->status == LODE_E_LIMIT
		                  ? "the statement is too long" : "a literal or name cannot be written");
}

/* SELECT-like texts read; anything else is taken to write */
static bool text_writes(const char *sql)
{
	static const char *const readers[] = { "select", "values", "explain", "show", "pragma" };
	size_t i, k;

	sql += strspn(sql, " \t\r\n(");
	for (i = 0; i < sizeof(readers) / sizeof(*readers); i++) {
		for (k = 0; readers[i][k] && (sql[k] | 0x20) == readers[i][k]; k++)
			continue;
		if (!readers[i][k])
			return false;
	}
	return true;
}

static void describe(lode__compiled *compiled, const lode_statement *statement)
{
	switch (statement->kind) {
	case LODE__TEXT:
		compiled->writes = text_writes(statement->text->as.text.sql);
		compiled->returns_rows = !compiled->writes || statement->owner || statement->field_count;
		break;
	case LODE__INSERT: case LODE__UPDATE: case LODE__DELETE:
		compiled->writes = true;
		compiled->returns_rows = statement->field_count > 0;
		break;
	default:
		compiled->returns_rows = true;
		break;
	}
}

static lode_status settle(lode__compiled *compiled, const lode__render *render,
                          const lode_statement *statement, lode_error *error)
{
	char *sql;
	lode_status status = lode__buf_copy(&sql, render->sql, &compiled->arena, error);

	if (status < 0)
		return status;
	compiled->sql = sql;
	compiled->sql_size = render->sql->size;
	compiled->parameters = render->parameters;
	compiled->parameter_count = render->parameter_count;
	compiled->value_count = lode__statement_value_count(statement);
	compiled->columns = render->columns;
	compiled->column_count = render->column_count;
	compiled->touched = (const lode_table *const *)render->touched;
	compiled->touched_count = render->touched_count;
	compiled->expansions = render->expansions;
	compiled->expansion_count = render->expansion_count;
	compiled->unknown_tables = render->unknown_tables;
	compiled->cartesian = render->cartesian;
	describe(compiled, statement);
	return LODE_OK;
}

static lode_status check_parameters(const lode__render *render, lode_error *error)
{
	uint32_t limit = render->dialect->traits.max_params;

	if (limit && render->parameter_count > limit)
		return lode__error_set(error, LODE_E_LIMIT, "the statement has %zu parameters, more than %s "
		                       "takes (%u)", render->parameter_count, render->dialect->name,
		                       (unsigned)limit);
	return LODE_OK;
}

lode_status lode__compile(lode__compiled **out, const lode_statement *statement,
                          const lode__dialect *dialect, const lode__resolver *resolver,
                          const lode__eager *eager, size_t eager_count,
                          const lode_allocator *allocator, lode_error *error)
{
	lode_error local = LODE_ERROR_INIT;
	lode__render render = { .dialect = dialect, .resolver = resolver };
	lode__compiled *compiled;
	lode__buf sql;
	lode_status status;

	render.error = error ? error : &local;
	status = lode__statement_check(statement, render.error);
	if (status < 0)
		return status;
	allocator = lode__allocator_or_default(allocator);
	compiled = lode__alloc_zero(allocator, sizeof(*compiled));
	if (!compiled)
		return lode__error_nomem(error);
	compiled->references = 1;
	compiled->allocator = *allocator;
	lode__arena_init(&compiled->arena, &compiled->allocator, 0);
	lode__buf_init(&sql, &compiled->allocator, SQL_MAX);
	render.sql = &sql;
	render.arena = &compiled->arena;
	render.hooks = dialect->host && lode__dialect_renders(dialect);
	render_statement(&render, statement, eager, eager_count);
	status = render.status;
	if (status == LODE_OK)
		status = check_parameters(&render, render.error);
	if (status == LODE_OK)
		status = settle(compiled, &render, statement, render.error);
	lode__buf_dispose(&sql);
	if (status < 0) {
		lode__compiled_unref(compiled);
		return status;
	}
	*out = compiled;
	return LODE_OK;
}

lode__compiled *lode__compiled_ref(lode__compiled *compiled)
{
	__atomic_add_fetch(&compiled->references, 1, __ATOMIC_RELAXED);
	return compiled;
}

void lode__compiled_unref(lode__compiled *compiled)
{
	lode_allocator allocator;

	if (!compiled || __atomic_sub_fetch(&compiled->references, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	allocator = compiled->allocator;
	lode__arena_dispose(&compiled->arena);
	lode__release(&allocator, compiled);
}

/* ------------------------------------------------------------------ printing */

lode_status lode__statement_print(lode__buf *sql, const lode_statement *statement,
                                  const lode__dialect *dialect, const lode__resolver *resolver,
                                  bool literals, lode_error *error)
{
	lode_error local = LODE_ERROR_INIT;
	lode__render render = { .sql = sql, .dialect = dialect, .resolver = resolver };
	lode_value none = { 0 };
	lode__values values;
	lode__arena arena;
	lode__buf key;
	lode_status status;

	render.error = error ? error : &local;
	status = lode__statement_check(statement, render.error);
	if (status < 0)
		return status;
	lode__arena_init(&arena, NULL, 0);
	lode__values_init(&values, NULL);
	lode__buf_init(&key, NULL, SQL_MAX);
	status = literals ? lode__statement_key(statement, &key, &values) : LODE_OK;
	if (status == LODE_OK) {
		render.arena = &arena;
		render.hooks = dialect->host && lode__dialect_renders(dialect);
		render.literals = !literals ? NULL : values.items ? values.items : &none;
		render_statement(&render, statement, NULL, 0);
		status = render.status;
	} else {
		lode__error_set(render.error, status, status == LODE_E_NOMEM ? "out of memory"
		                : "the statement is too long or nested too deeply");
	}
	lode__buf_dispose(&key);
	lode__values_dispose(&values);
	lode__arena_dispose(&arena);
	return status;
}
