/* SPDX-License-Identifier: MIT */
/* engine/cursor.c - one execution of a compiled statement, and its rows.
 *
 * Parameters are described, not copied: descriptors live for the call, what they point to until the
 * cursor is closed.  Arrays and expanded lists are kept with the prepared statement meanwhile. */
#include "engine/cursor.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "engine/execute.h"
#include "engine/state.h"
#include "schema/column.h"
#include "sql/compile.h"
#include "sql/quote.h"
#include "types/value.h"

#define BINDS_ON_STACK 16

/* an IN list: the parameter is a pointer to its description */
struct array_slot {
	const lode_drv_array *pointer;
	lode_drv_array array;
};

/* one execution: text, values, types, and the memory of arrays */
struct execution {
	const char *sql;
	size_t size;
	const lode_value *values;
	const lode__parameter *parameters;   /* NULL: parameter i is value i of type types[i] */
	const int32_t *types;
	size_t count;                /* of parameters */
	size_t value_count;
	uint32_t window;             /* of lode__cursor_execute */
};

/* ---------------------------------------------------------------- running */

static lode_status finish_execution(lode__cursor *out, lode__link *link, lode__prepared *prepared)
{
	out->link = link;
	if (link->engine->offline.visit) {    /* none of any width */
		lode__prepared_done(link, prepared);
		out->result.ncols = UINT32_MAX;
		return LODE_OK;
	}
	if (out->result.ncols == 0 && !(out->result.flags & LODE_EXR_ROWS)) {
		lode__prepared_done(link, prepared);
		return LODE_OK;
	}
	out->prepared = prepared;
	out->statement = prepared->statement;
	out->ops = link->statement_ops;
	return LODE_OK;
}

lode_status lode__execute(lode__cursor *out, lode__link *link, const lode__execution *what,
                          lode_error *error)
{
	lode_exec run = { .struct_size = (uint32_t)sizeof run, .flags = what->flags,
		          .params = what->params, .nparams = what->param_count,
		          .bind_size = (uint32_t)sizeof(lode_drv_bind), .bases = what->bases,
		          .nbases = what->base_count, .nrows = what->rows,
		          .timeout_ms = lode__deadline_left(link->deadline, link->timeout_ms),
		          .fetch_hint = what->fetch_hint, .row_affected = what->row_affected,
		          .keys = what->keys };
	struct lode_err err = LODE__ERR_INIT(error, link->dialect);
	lode__prepared *prepared = what->prepared;
	int64_t since = lode__link_log(link, prepared->sql, prepared->size);
	lode_status status;

	memset(out, 0, sizeof *out);
	out->result.struct_size = (uint32_t)sizeof out->result;
	out->result.affected = -1;
	status = link->statement_ops->execute(prepared->statement, &run, &out->result, &err);
	if (status < 0 || status == LODE_PARTIAL) {
		if (what->failed_row)
			*what->failed_row = err.row;
		status = lode__link_failed(link, &err, status < 0 ? status : LODE_E_OTHER,
		                           "execute", prepared->sql, prepared->size);
		lode__prepared_done(link, prepared);
		return status;
	}
	lode__link_log_done(link, since, what->rows, out->result.affected, what->cached);
	return finish_execution(out, link, prepared);
}

/* ---------------------------------------------------------------- values of a statement */

/* is it the number of an enum that the database has as text? */
static bool is_adapted(const lode__parameter *parameter, const lode_value *value)
{
	return parameter->sql_type == LODE_T_ENUM && parameter->column &&
	       parameter->column->type && parameter->column->type->enum_names &&
	       (value->kind == LODE_VALUE_INT || value->kind == LODE_VALUE_UINT ||
	        value->kind == LODE__VALUE_LIST);
}

/* what an execution needs beside the caller's values: descriptions of lists, names of enums */
struct needs {
	size_t lists;                /* slots */
	size_t names;                /* pointers to names, of all lists of enums */
	bool values;                 /* a copy of the values */
};

static struct needs count_needs(const struct execution *what)
{
	struct needs needs = { 0, 0, false };

	for (size_t i = 0; what->parameters && i < what->count; i++) {
		const lode__parameter *parameter = &what->parameters[i];
		const lode_value *value = &what->values[parameter->ordinal];

		if (value->kind == LODE__VALUE_LIST) {
			needs.lists++;
			if (is_adapted(parameter, value))
				needs.names += ((const lode__elements *)value->as.bytes.data)->count;
		} else if (is_adapted(parameter, value)) {
			needs.values = true;
		}
	}
	return needs;
}

static lode_status bad_name(const lode__parameter *parameter, lode_error *error)
{
	return lode__error_set(error, LODE_E_DATA, "%s: a number that is no name of the enum",
	                       parameter->column ? parameter->column->name : "enum");
}

/* the names of a list's numbers */
static lode_status adapt_list(lode_drv_array *array, const char **names,
                              const lode__parameter *parameter, const lode__elements *list,
                              lode_error *error)
{
	for (size_t i = 0; i < list->count; i++) {
		lode_value value = lode__value_load(list->ctype,
		                                    (const char *)list->data + i * list->stride);

		if (lode__parameter_adapt(parameter, &value) != LODE_OK ||
		    value.kind != LODE_VALUE_TEXT)
			return bad_name(parameter, error);
		names[i] = value.as.text;
	}
	array->repr = LODE_R_CSTR;
	array->data = names;
	array->stride = sizeof *names;
	return LODE_OK;
}

static lode_status bind_list(lode_drv_bind *bind, struct array_slot *slots, size_t used,
                             const char ***names, const lode__parameter *parameter,
                             const lode_value *value, lode_error *error)
{
	const lode__elements *list = value->as.bytes.data;
	lode_drv_array *array = &slots[used].array;
	lode_status status = LODE_OK;

	lode__list_array(array, list, parameter->sql_type);
	if (is_adapted(parameter, value) && list->value_kind != LODE_VALUE_TEXT) {
		status = adapt_list(array, *names, parameter, list, error);
		*names += list->count;
	}
	slots[used].pointer = array;
	*bind = (lode_drv_bind){ .repr = LODE_R_ARRAY, .flags = LODE_BIND_NOT_NULL,
		                 .sql_type = array->sql_type, .null_bit = -1, .base = 2,
		                 .off = used * sizeof *slots };
	return status;
}

static lode_status bind_parameters(lode_drv_bind *binds, struct array_slot *slots,
                                   const char **names, lode_value *own,
                                   const struct execution *what, lode_error *error)
{
	const lode_value *values = own ? own : what->values;
	lode_status status = LODE_OK;
	size_t used = 0;

	for (size_t i = 0; status == LODE_OK && i < what->count; i++) {
		const lode__parameter *parameter = what->parameters ? &what->parameters[i] : NULL;
		size_t ordinal = parameter ? parameter->ordinal : i;
		int32_t type = parameter ? parameter->sql_type : what->types[i];

		if (values[ordinal].kind == LODE__VALUE_LIST) {
			status = bind_list(&binds[i], slots, used++, &names, parameter,
			                   &values[ordinal], error);
			continue;
		}
		if (own && lode__parameter_adapt(parameter, &own[ordinal]) != LODE_OK)
			return bad_name(parameter, error);
		lode__value_bind(&binds[i], values, ordinal, type);
	}
	return status;
}

/* echo 2: what the application asked to see */
static void log_values(lode__link *link, const struct execution *what)
{
	lode__buf text;

	if (!link->engine->log_values || what->count == 0 ||
	    !lode__log_wanted(&link->engine->logger, LODE_LOG_DEBUG))
		return;
	lode__buf_init(&text, &link->engine->allocator, 4096);
	for (size_t i = 0; i < what->count && lode__buf_size(&text) < 2000; i++) {
		size_t ordinal = what->parameters ? what->parameters[i].ordinal : i;
		const lode_value *value = &what->values[ordinal];

		lode__buf_puts(&text, i ? ", " : "");
		if (value->kind == LODE__VALUE_LIST)
			lode__buf_puts(&text, "[list]");
		else
			lode__quote_value(&text, link->dialect, value);
	}
	lode__log_text(&link->engine->logger, LODE_LOG_DEBUG, "sql-values", lode__buf_text(&text));
	lode__buf_dispose(&text);
}

/* one block behind the prepared statement: slots, names, values; false: out of memory */
static bool make_scratch(lode__link *link, lode__prepared *prepared, const struct needs *needs,
                         const struct execution *what, const char ***names, lode_value **own)
{
	size_t slots = needs->lists * sizeof(struct array_slot);
	size_t pointers = (needs->names * sizeof(char *) + 15) & ~(size_t)15;
	size_t values = needs->values ? what->value_count * sizeof(lode_value) : 0;
	char *block;

	slots = (slots + 15) & ~(size_t)15;
	*names = NULL;
	*own = NULL;
	if (slots + pointers + values == 0)
		return true;
	block = lode__alloc(&link->engine->allocator, slots + pointers + values);
	prepared->scratch = block;
	if (!block)
		return false;
	*names = (const char **)(void *)(block + slots);
	if (values) {
		*own = (lode_value *)(void *)(block + slots + pointers);
		memcpy(*own, what->values, values);
	}
	return true;
}

/* how rows come all at once, or piece by piece, if they can */
static uint32_t window_flags(const lode__link *link, uint32_t window)
{
	if (window == LODE__PUSHED)
		return lode__link_can(link, LODE_CAP_PUSH) ? LODE_EXEC_PUSH : 0;
	if (lode__link_can(link, LODE_CAP_CURSOR))
		return LODE_EXEC_CURSOR;
	return lode__link_can(link, LODE_CAP_STREAM_ROWS) ? LODE_EXEC_STREAM : 0;
}

/* binds are there: describe, log, run */
static lode_status run_bound(lode__cursor *out, lode__link *link, const struct execution *what,
                             lode__prepared *prepared, int cached, lode_drv_bind *binds,
                             lode_error *error)
{
	struct needs needs = count_needs(what);
	const void *bases[3] = { what->values, lode__null_flag, NULL };
	lode__execution run = { .prepared = prepared, .rows = 1, .bases = bases, .base_count = 3,
		                .param_count = (uint32_t)what->count, .cached = cached,
		                .params = what->count ? binds : NULL };
	const char **names;
	lode_value *own;
	lode_status status;

	if (what->window) {
		run.flags = window_flags(link, what->window);
		run.fetch_hint = what->window == LODE__PUSHED ? 0 : what->window;
	}
	if (!make_scratch(link, prepared, &needs, what, &names, &own)) {
		lode__prepared_done(link, prepared);
		return lode__error_nomem(error);
	}
	if (own)
		bases[0] = own;
	if (needs.lists)
		bases[2] = prepared->scratch;
	status = bind_parameters(binds, prepared->scratch, names, own, what, error);
	if (status != LODE_OK) {
		lode__prepared_done(link, prepared);
		return status;
	}
	log_values(link, what);
	return lode__execute(out, link, &run, error);
}

static lode_status run_execution(lode__cursor *out, lode__link *link, const struct execution *what,
                                 lode__prepared *prepared, int cached, lode_error *error)
{
	lode_drv_bind few[BINDS_ON_STACK], *binds = few;
	lode_status status;

	if (what->count > BINDS_ON_STACK)
		binds = lode__alloc_array(&link->engine->allocator, what->count, sizeof *binds);
	if (!binds) {
		lode__prepared_done(link, prepared);
		return lode__error_nomem(error);
	}
	status = run_bound(out, link, what, prepared, cached, binds, error);
	if (binds != few)
		lode__release(&link->engine->allocator, binds);
	return status;
}

static lode_status prepare_execution(lode__prepared **out, lode__link *link,
                                     const struct execution *what, int *cached, lode_error *error)
{
	lode_prepare how = { .struct_size = (uint32_t)sizeof how, .flags = LODE_PREP_REUSE,
		             .bind_size = (uint32_t)sizeof(lode_drv_bind) };

	return lode__link_prepare(out, link, what->sql, what->size, &how, cached, error);
}

/* ---------------------------------------------------------------- lists written out */

static lode_status run_flat(lode__cursor *out, lode__link *link, const lode__buf *sql,
                            const lode__flat *flat, uint32_t window, lode_error *error)
{
	size_t bytes = flat->values.count * sizeof(lode_value);
	lode__prepared *prepared = NULL;
	struct execution what = { .sql = lode__buf_text(sql), .size = lode__buf_size(sql),
		                  .count = flat->values.count, .window = window };
	lode_value *values = lode__alloc(&link->engine->allocator, bytes);
	lode_status status;
	int cached = 0;

	if (!values)
		return lode__error_nomem(error);
	if (bytes)
		memcpy(values, flat->values.items, bytes);
	what.values = values;
	what.types = (const int32_t *)(const void *)lode__buf_text(&flat->types);
	status = prepare_execution(&prepared, link, &what, &cached, error);
	if (status != LODE_OK) {
		lode__release(&link->engine->allocator, values);
		return status;
	}
	prepared->scratch = values;
	return run_execution(out, link, &what, prepared, cached, error);
}

static lode_status execute_expanded(lode__cursor *out, lode__link *link,
                                    const lode__compiled *compiled, const lode_value *values,
                                    size_t count, uint32_t window, lode_error *error)
{
	lode__buf sql;
	lode__flat flat;
	lode_status status;

	lode__buf_init(&sql, &link->engine->allocator, (size_t)1 << 30);
	lode__flat_init(&flat, &link->engine->allocator);
	status = lode__compiled_expand(compiled, link->dialect, values, count, &sql, &flat, error);
	if (status == LODE_OK)
		status = run_flat(out, link, &sql, &flat, window, error);
	lode__flat_dispose(&flat);
	lode__buf_dispose(&sql);
	return status;
}

lode_status lode__cursor_execute(lode__cursor *out, lode__link *link, const lode__compiled *compiled,
                                 const lode_value *values, size_t count, uint32_t window,
                                 lode_error *error)
{
	struct execution what = { .sql = compiled->sql, .size = compiled->sql_size,
		                  .values = values, .parameters = compiled->parameters,
		                  .count = compiled->parameter_count,
		                  .value_count = count, .window = window };
	lode__prepared *prepared = NULL;
	int cached = 0;
	lode_status status;

	memset(out, 0, sizeof *out);
	status = lode__link_check(link, error);
	if (status != LODE_OK)
		return status;
	if (count < compiled->value_count)
		return lode__error_set(error, LODE_E_MISUSE, "%zu values for a statement with %zu",
		                       count, compiled->value_count);
	if (compiled->expansion_count)
		return execute_expanded(out, link, compiled, values, count, window, error);
	status = prepare_execution(&prepared, link, &what, &cached, error);
	if (status != LODE_OK)
		return status;
	return run_execution(out, link, &what, prepared, cached, error);
}

lode_status lode__cursor_execute_text(lode__cursor *out, lode__link *link, const char *sql,
                                      size_t size, const lode_value *values, size_t count,
                                      const int32_t *types, lode_error *error)
{
	struct execution what = { .sql = sql, .size = size, .values = values, .types = types,
		                  .count = count };
	lode__prepared *prepared = NULL;
	int cached = 0;
	lode_status status;

	memset(out, 0, sizeof *out);
	status = lode__link_check(link, error);
	if (status == LODE_OK)
		status = prepare_execution(&prepared, link, &what, &cached, error);
	if (status != LODE_OK)
		return status;
	return run_execution(out, link, &what, prepared, cached, error);
}

/* ---------------------------------------------------------------- rows */

static lode_status nothing_to_fetch(lode_error *error)
{
	return lode__error_set(error, LODE_E_MISUSE, "the statement gives no rows");
}

lode_status lode__cursor_bind(lode__cursor *cursor, const lode_drv_bind *columns, uint32_t count,
                              lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, NULL);
	lode_status status;

	if (!cursor->prepared)
		return cursor->result.ncols ? LODE_OK : nothing_to_fetch(error);
	err.dialect = cursor->link->dialect;
	status = cursor->ops->bind(cursor->statement, columns, count,
	                           (uint32_t)sizeof(lode_drv_bind), &err);
	if (status < 0)
		return lode__link_failed(cursor->link, &err, status, "bind", cursor->prepared->sql,
		                         cursor->prepared->size);
	return LODE_OK;
}

lode_status lode__cursor_fetch_failed(lode__cursor *cursor, struct lode_err *err, lode_fetch *fetch,
                                      lode_status status)
{
	(void)fetch;
	return lode__link_failed(cursor->link, err, status, "fetch", cursor->prepared->sql,
	                         cursor->prepared->size);
}

lode_status lode__cursor_describe(lode__cursor *cursor, uint32_t column, lode_col_desc *out,
                                  lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, NULL);
	lode_status status;

	if (!cursor->prepared)
		return nothing_to_fetch(error);
	err.dialect = cursor->link->dialect;
	memset(out, 0, sizeof *out);
	out->struct_size = (uint32_t)sizeof *out;
	status = cursor->ops->describe(cursor->statement, column, out, &err);
	if (status < 0)
		return lode__link_failed(cursor->link, &err, status, "describe",
		                         cursor->prepared->sql, cursor->prepared->size);
	return LODE_OK;
}

void lode__cursor_close(lode__cursor *cursor)
{
	if (cursor->prepared)
		lode__prepared_done(cursor->link, cursor->prepared);
	cursor->prepared = NULL;
	cursor->statement = NULL;
}
