/* SPDX-License-Identifier: MIT */
/* orm/compiled.c - see compiled.h. */
#include "orm/compiled.h"

#include <ctype.h>

#include "base/alloc.h"
#include "base/error.h"
#include "sql/statement.h"
#include "types/value.h"

#define KEY_MAX ((size_t)16 << 20)

/* ---- the query */

static void free_query(lode_query *query)
{
	lode__buf_dispose(&query->key);
	lode__values_dispose(&query->values);
	if (query->statement)
		query->statement->populate &= ~LODE__POPULATE_SPENT;
	lode__statement_spend(query->statement);
	lode__release(NULL, query);
}

static void release_query(lode_query *query)
{
	if (atomic_fetch_sub(&query->references, 1u) == 1u)
		free_query(query);
}

void lode_query_free(lode_query *query)
{
	if (query)
		release_query(query);
}

static lode_status refuse_compile(const lode_engine *engine, const lode_statement *statement,
				  lode_error *error)
{
	if (!engine)
		return lode__error_set(error, LODE_E_MISUSE, "lode_compile needs an engine");
	if (statement && (statement->populate & LODE__POPULATE_SPENT))
		return lode__error_set(error, LODE_E_MISUSE,
				       "the statement is spent: it was run or compiled already");
	if (statement && statement->bound)
		return lode__error_set(error, LODE_E_MISUSE,
				       "the statement is bound to a compiled query already");
	return lode__statement_check(statement, error);
}

static lode_status freeze(lode_query *query, lode_statement *statement, lode_error *error)
{
	lode_status status = lode__statement_key(statement, &query->key, &query->values);

	if (status == LODE_OK)
		status = lode__buf_status(&query->key);
	if (status == LODE_OK)
		status = query->values.status;
	if (status == LODE_E_NOMEM)
		return lode__error_nomem(error);
	if (status < 0)
		return lode__error_set(error, status,
				       "a statement is too large or nested too deeply");
	query->statement = statement;
	if (!statement->kept)
		statement->populate |= LODE__POPULATE_SPENT;
	return LODE_OK;
}

lode_query *lode_compile(lode_engine *engine, lode_statement *statement, lode_error *error)
{
	lode_query *query = NULL;

	if (refuse_compile(engine, statement, error) < 0) {
		if (!statement || !(statement->populate & LODE__POPULATE_SPENT))
			lode__statement_spend(statement);
		return NULL;
	}
	query = lode__alloc_zero(NULL, sizeof *query);
	if (!query) {
		lode__error_nomem(error);
		lode__statement_spend(statement);
		return NULL;
	}
	atomic_init(&query->references, 1u);
	lode__buf_init(&query->key, NULL, KEY_MAX);
	lode__values_init(&query->values, NULL);
	if (freeze(query, statement, error) < 0) {
		lode__statement_spend(statement);
		free_query(query);
		return NULL;
	}
	return query;
}

/* ---- binding */

static void free_bound(void *bound)
{
	release_query(((lode__bound *)bound)->query);
}

/* Designators begin with a point; names are letters, digits, underscores and points. */
static bool names_members(const char *names)
{
	if (!names || strcmp(names, "0") == 0 || strcmp(names, "") == 0)
		return true;
	while (isspace((unsigned char)*names))
		names++;
	if (*names == '.')
		return true;
	if (!isalpha((unsigned char)*names) && *names != '_')
		return false;
	return names[strspn(
		       names,
		       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_., \t\n")] ==
	       '\0';
}

/* What a value points to is copied into the statement. */
static bool copy_value(lode_statement *statement, lode_value *value)
{
	const void *from = value->as.text;
	size_t size;
	char *copy;

	if (value->kind == LODE_VALUE_BYTES)
		size = value->as.bytes.size;
	else if (value->kind == LODE_VALUE_TEXT || value->kind == LODE_VALUE_JSON)
		size = strlen(value->as.text);
	else
		return true;
	copy = lode__statement_alloc(statement, size + 1);
	if (!copy)
		return false;
	memcpy(copy, from, size);
	copy[size] = '\0';
	value->as.text = copy; /* first in bytes and JSON too */
	return true;
}

static bool bind_value(lode_statement *statement, lode_value *out, const lode_value *value,
		       const void *arguments, size_t size)
{
	const lode_param *param = &value->as.param;

	*out = *value;
	if (value->kind != LODE_VALUE_PARAM)
		return true;
	if (!arguments || param->offset > size || param->size > size - param->offset) {
		lode__statement_fail(statement, LODE_E_MISUSE,
				     "a parameter of the query lies outside the arguments: "
				     "LODE_BIND takes the struct of its LODE_PARAMs");
		return false;
	}
	*out = lode__value_load(param->ctype, (const char *)arguments + param->offset);
	return copy_value(statement, out);
}

static void bind_values(lode_statement *statement, lode_query *query, const void *arguments,
			size_t size)
{
	lode__bound *bound = lode__statement_alloc(statement, sizeof *bound);
	lode_value *values =
		lode__statement_alloc(statement, (query->values.count + 1) * sizeof *values);

	if (!bound || !values)
		return;
	for (size_t i = 0; i < query->values.count; i++)
		if (!bind_value(statement, &values[i], &query->values.items[i], arguments, size))
			return;
	bound->query = query;
	bound->values = values;
	atomic_fetch_add(&query->references, 1u);
	statement->bound = bound;
	statement->bound_free = free_bound;
}

lode_statement *lode_bind(const lode_query *query, const void *arguments, size_t size,
			  const char *names)
{
	lode_statement *statement;

	if (!query)
		return NULL;
	statement = lode__statement_new(query->statement->kind);
	if (statement->status < 0)
		return statement;
	statement->owner = query->statement->owner;
	statement->table = query->statement->table;
	if (!names_members(names))
		return lode__statement_fail(
			statement, LODE_E_MISUSE,
			"arguments are given by name: LODE_BIND(query, Args, .member = value)");
	bind_values(statement, (lode_query *)(uintptr_t)query, arguments, size);
	return statement;
}

/* ---- running */

const lode_statement *lode__statement_source(const lode_statement *statement)
{
	return statement->bound ? ((const lode__bound *)statement->bound)->query->statement
				: statement;
}

bool lode__bound_extended(const lode_statement *statement)
{
	return statement->where.count + statement->order_by.count + statement->group_by.count +
			       statement->having.count + statement->extra.count +
			       statement->join_count + statement->field_count +
			       statement->loader_count + statement->assignment_count >
		       0 ||
	       statement->has_limit || statement->has_offset || statement->distinct;
}

lode_status lode__bound_key(const lode_statement *statement, lode__buf *key, lode__values *values)
{
	const lode__bound *bound = statement->bound;
	const lode_query *query = bound->query;

	lode__buf_append(key, query->key.data, query->key.size);
	for (size_t i = 0; i < query->values.count; i++)
		lode__values_push(values, &bound->values[i]);
	return values->status;
}
