/* SPDX-License-Identifier: MIT */
/* sql/expand.c - IN lists written out at execution.
 *
 * The compiled text is copied piece by piece: placeholders are numbered anew, a list gets one each
 * element.  A list longer than max_in_list becomes groups joined by OR (NOT IN: AND); when
 * max_params is reached the rest of a list of numbers or texts is written as literals. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "sql/compile.h"
#include "sql/quote.h"
#include "sql/write.h"
#include "types/value.h"

typedef struct lode__expand {
	const lode__compiled *compiled;
	const lode__dialect *dialect;
	const lode_value *values;
	lode__buf *sql;
	lode__flat *flat;
	lode_error *error;
	lode_status status;
	size_t plain;               /* parameters that are no lists */
	size_t plain_done;
} lode__expand;

void lode__flat_init(lode__flat *flat, const lode_allocator *allocator)
{
	lode__values_init(&flat->values, allocator);
	lode__buf_init(&flat->types, allocator, (size_t)1 << 30);
}

void lode__flat_dispose(lode__flat *flat)
{
	lode__values_dispose(&flat->values);
	lode__buf_dispose(&flat->types);
}

static void put_parameter(lode__expand *x, const lode__parameter *parameter,
                          const lode_value *value)
{
	lode_value sent = *value;
	int32_t type = parameter->sql_type;

	if (lode__parameter_adapt(parameter, &sent) < 0 && x->status == LODE_OK)
		x->status = lode__error_set(x->error, LODE_E_DATA,
		                            "a value is not one of the names of the enum");
	lode__values_push(&x->flat->values, &sent);
	lode__buf_append(&x->flat->types, &type, sizeof(type));
	lode__put_placeholder(x->sql, x->dialect, x->flat->values.count);
}

/* may one more parameter be used, leaving room for the others? */
static bool has_room(const lode__expand *x)
{
	uint32_t limit = x->dialect->traits.max_params;

	return !limit || x->flat->values.count + (x->plain - x->plain_done) < limit;
}

/* element i of a list, or its member `column` if it holds rows */
static void put_element(lode__expand *x, const lode__parameter *parameter,
                        const lode__elements *list, size_t i, size_t column)
{
	const char *element = (const char *)list->data + i * list->stride;
	lode_value value = list->columns ? lode__value_load(list->columns[column].ctype,
	                                                    element + list->columns[column].offset)
	                                 : lode__value_load(list->ctype, element);

	if (has_room(x)) {
		put_parameter(x, parameter, &value);
		return;
	}
	if (lode__parameter_adapt(parameter, &value) < 0 || value.kind < LODE_VALUE_BOOL ||
	    value.kind > LODE_VALUE_TEXT || value.kind == LODE_VALUE_DOUBLE) {
		if (x->status == LODE_OK)
			x->status = lode__error_set(x->error, LODE_E_LIMIT, "a list has more elements than %s "
			                            "takes as parameters (%u)", x->dialect->name,
			                            (unsigned)x->dialect->traits.max_params);
		return;
	}
	lode__quote_value(x->sql, x->dialect, &value);
}

static void copy_range(lode__expand *x, size_t from, size_t to);

static void put_group(lode__expand *x, const lode__expansion *expansion,
                      const lode__elements *list, size_t first, size_t count)
{
	size_t i;

	copy_range(x, expansion->at, expansion->operand_end);
	lode__buf_puts(x->sql, expansion->negated ? " NOT IN (" : " IN (");
	for (i = 0; i < count && x->status == LODE_OK; i++) {
		if (i)
			lode__buf_puts(x->sql, ", ");
		put_element(x, &x->compiled->parameters[expansion->parameter], list, first + i, 0);
	}
	lode__buf_putc(x->sql, ')');
}

/* (a, b) IN ((?, ?), ...) */
static void put_rows(lode__expand *x, const lode__expansion *expansion, const lode__elements *list,
                     size_t first, size_t count)
{
	bool values = x->dialect->traits.row_in_style == 2;
	size_t i, k;

	copy_range(x, expansion->at, expansion->operand_end);
	lode__buf_puts(x->sql, expansion->negated ? " NOT IN (" : " IN (");
	lode__buf_puts(x->sql, values ? "VALUES " : "");
	for (i = 0; i < count && x->status == LODE_OK; i++) {
		lode__buf_puts(x->sql, i ? ", (" : "(");
		for (k = 0; k < expansion->column_count; k++) {
			lode__buf_puts(x->sql, k ? ", " : "");
			put_element(x, &x->compiled->parameters[expansion->parameter + k], list, first + i, k);
		}
		lode__buf_putc(x->sql, ')');
	}
	lode__buf_putc(x->sql, ')');
}

/* [NOT] (a = ? AND b = ? OR ...): for those that do not compare rows */
static void put_comparisons(lode__expand *x, const lode__expansion *expansion,
                            const lode__elements *list, size_t first, size_t count)
{
	size_t i, k;

	lode__buf_puts(x->sql, expansion->negated ? "NOT (" : "(");
	for (i = 0; i < count && x->status == LODE_OK; i++) {
		size_t from = expansion->at + 1;

		lode__buf_puts(x->sql, i ? " OR " : "");
		for (k = 0; k < expansion->column_count; k++) {
			lode__buf_puts(x->sql, k ? " AND " : "");
			copy_range(x, from, expansion->ends[k]);
			lode__buf_puts(x->sql, " = ");
			put_element(x, &x->compiled->parameters[expansion->parameter + k], list, first + i, k);
			from = expansion->ends[k] + 2;
		}
	}
	lode__buf_putc(x->sql, ')');
}

static void put_part(lode__expand *x, const lode__expansion *expansion, const lode__elements *list,
                     size_t first, size_t count)
{
	if (!expansion->column_count)
		put_group(x, expansion, list, first, count);
	else if (x->dialect->traits.row_in_style)
		put_rows(x, expansion, list, first, count);
	else
		put_comparisons(x, expansion, list, first, count);
}

static void put_expansion(lode__expand *x, const lode__expansion *expansion)
{
	const lode__parameter *parameter = &x->compiled->parameters[expansion->parameter];
	const lode__elements *list = x->values[parameter->ordinal].as.bytes.data;
	size_t limit = x->dialect->traits.max_in_list, first, count;

	if (!list->count) {
		lode__buf_puts(x->sql, expansion->negated ? "(1 = 1)" : "(1 = 0)");
		return;
	}
	if (!limit || limit > list->count)
		limit = list->count;
	if (limit < list->count)
		lode__buf_putc(x->sql, '(');
	for (first = 0; first < list->count && x->status == LODE_OK; first += count) {
		count = list->count - first < limit ? list->count - first : limit;
		if (first)
			lode__buf_puts(x->sql, expansion->negated ? " AND " : " OR ");
		put_part(x, expansion, list, first, count);
	}
	if (limit < list->count)
		lode__buf_putc(x->sql, ')');
}

static bool is_list(const lode__parameter *parameter)
{
	return parameter->value_kind == LODE__VALUE_LIST;
}

/* the outermost expansion that begins in from..to, or NULL */
static const lode__expansion *next_expansion(const lode__expand *x, size_t from, size_t to)
{
	const lode__expansion *best = NULL;
	size_t i;

	for (i = 0; i < x->compiled->expansion_count; i++) {
		const lode__expansion *at = &x->compiled->expansions[i];

		if (at->at < from || at->end > to)
			continue;
		if (!best || at->at < best->at || (at->at == best->at && at->end > best->end))
			best = at;
	}
	return best;
}

/* text without expansions: only placeholders are written anew */
static void copy_plain(lode__expand *x, size_t from, size_t to)
{
	size_t i;

	for (i = 0; i < x->compiled->parameter_count && from < to; i++) {
		const lode__parameter *parameter = &x->compiled->parameters[i];

		if (parameter->at < from || parameter->at >= to)
			continue;
		lode__buf_append(x->sql, x->compiled->sql + from, parameter->at - from);
		if (x->plain_done < x->plain)
			x->plain_done++;
		put_parameter(x, parameter, &x->values[parameter->ordinal]);
		from = parameter->at + parameter->size;
	}
	if (from < to)
		lode__buf_append(x->sql, x->compiled->sql + from, to - from);
}

static void copy_range(lode__expand *x, size_t from, size_t to)
{
	const lode__expansion *next;

	while (x->status == LODE_OK && (next = next_expansion(x, from, to)) != NULL) {
		copy_plain(x, from, next->at);
		put_expansion(x, next);
		from = next->end;
	}
	copy_plain(x, from, to);
}

lode_status lode__compiled_expand(const lode__compiled *compiled, const lode__dialect *dialect,
                                  const lode_value *values, size_t count, lode__buf *sql,
                                  lode__flat *flat, lode_error *error)
{
	lode__expand x = { .compiled = compiled, .dialect = dialect, .values = values, .sql = sql,
	                   .flat = flat, .error = error };
	size_t i;

	if (count < compiled->value_count)
		return lode__error_set(error, LODE_E_MISUSE, "%zu values for a statement that has %zu",
		                       count, compiled->value_count);
	for (i = 0; i < compiled->parameter_count; i++)
		x.plain += !is_list(&compiled->parameters[i]);
	copy_range(&x, 0, compiled->sql_size);
	if (x.status < 0)
		return x.status;
	if (flat->values.status < 0 || sql->status < 0 || flat->types.status < 0) {
		lode_status status = flat->values.status < 0 ? flat->values.status
		                   : sql->status < 0 ? sql->status : flat->types.status;

		return lode__error_set(error, status, status == LODE_E_NOMEM ? "out of memory"
		                       : "the statement is too long with its lists written out");
	}
	if (dialect->traits.max_params && flat->values.count > dialect->traits.max_params)
		return lode__error_set(error, LODE_E_LIMIT, "the statement has %zu parameters, more than %s "
		                       "takes (%u)", flat->values.count, dialect->name,
		                       (unsigned)dialect->traits.max_params);
	return LODE_OK;
}
