/* SPDX-License-Identifier: MIT */
/* schema/table.c - what belongs to a table as a whole. */
#include "schema/table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "schema/metadata.h"
#include "types/type.h"

const char *lode__table_label(const lode_table *table, char label[LODE__TABLE_LABEL_SIZE])
{
	snprintf(label, LODE__TABLE_LABEL_SIZE, "%s%s%s", table->schema ? table->schema : "",
		 table->schema ? "." : "", table->name);
	return label;
}

/* ------------------------------------------------------------------ arrays in the arena
 *
 * An array of n items has room for the next power of two, at least 4: no capacity to keep. */

static bool is_full(size_t count)
{
	return count == 0 || (count >= 4 && (count & (count - 1)) == 0);
}

lode_status lode__table_reserve(lode_table *table, void *items, size_t count, lode_error *error)
{
	void **old, **grown;

	if (!is_full(count))
		return LODE_OK;
	grown = LODE__NEW_ARRAY(&table->metadata->arena, void *, count ? count * 2 : 4);
	if (!grown)
		return lode__error_nomem(error);
	memcpy(&old, items, sizeof old);
	if (count)
		memcpy(grown, old, count * sizeof *grown);
	memcpy(items, &grown, sizeof grown);
	return LODE_OK;
}

void lode__table_push(void *items, size_t *count, void *item)
{
	void **array;

	memcpy(&array, items, sizeof array);
	array[(*count)++] = item;
}

void lode__table_take_out(void *items, size_t *count, const void *item)
{
	void **array;
	size_t kept = 0;

	memcpy(&array, items, sizeof array);
	for (size_t i = 0; i < *count; i++)
		if (array[i] != item)
			array[kept++] = array[i];
	*count = kept;
}

/* ------------------------------------------------------------------ looking up */

lode_table_column *lode_table_find_column(const lode_table *table, const char *name)
{
	for (size_t i = 0; table && name && i < table->column_count; i++)
		if (strcmp(table->columns[i]->name, name) == 0)
			return table->columns[i];
	return NULL;
}

lode_table_column *lode__table_column_named(const lode_table *table, const char *name,
					    lode_error *error)
{
	lode_table_column *column = lode_table_find_column(table, name);
	char label[LODE__TABLE_LABEL_SIZE];
	lode__near near;

	if (column)
		return column;
	lode__near_init(&near, name);
	for (size_t i = 0; i < table->column_count; i++)
		lode__near_offer(&near, table->columns[i]->name);
	lode__error_set(error, LODE_E_NO_OBJECT, "table %s has no column %s%s%s%s",
			lode__table_label(table, label), name, near.best ? ", did you mean " : "",
			near.best ? near.best : "", near.best ? "?" : "");
	return NULL;
}

static bool has_name(const lode_table *table, const char *name)
{
	for (size_t i = 0; i < table->foreign_key_count; i++)
		if (lode__str_equal(table->foreign_keys[i]->name, name))
			return true;
	for (size_t i = 0; i < table->unique_count; i++)
		if (lode__str_equal(table->uniques[i]->name, name))
			return true;
	for (size_t i = 0; i < table->check_count; i++)
		if (lode__str_equal(table->checks[i]->name, name))
			return true;
	return lode__str_equal(table->primary_key_name, name);
}

lode_status lode__table_read_comment(const lode_table *table, const char **out, const char *name,
				     const char *comment, lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];

	if (comment && !name)
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: a constraint with a comment needs a name",
				       lode__table_label(table, label));
	return lode__metadata_text(table->metadata, out, comment, error);
}

lode_status lode__table_name_check(const lode_table *table, const char *name, lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];

	if (!name)
		return LODE_OK;
	if (!name[0])
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: the name of a constraint is "
				       "empty; leave it NULL for none",
				       lode__table_label(table, label));
	if (has_name(table, name))
		return lode__error_set(error, LODE_E_EXISTS, "table %s has a constraint %s already",
				       lode__table_label(table, label), name);
	return LODE_OK;
}

const lode_dialect_sql *lode__dialect_sql_find(const lode_dialect_sql *list, size_t count,
					       const char *dialect, uint32_t place)
{
	for (size_t i = count; i > 0; i--)
		if (list[i - 1].place == place && lode__list_has(list[i - 1].dialects, dialect))
			return &list[i - 1];
	return NULL;
}

/* ------------------------------------------------------------------ the primary key */

lode_status lode_table_name_primary_key(lode_table *table, const char *name, lode_error *error)
{
	lode_status status;

	if (!table)
		return lode__error_set(error, LODE_E_MISUSE,
				       "name a primary key: the table is NULL");
	if (name && table->primary_key_name && strcmp(name, table->primary_key_name) == 0)
		return LODE_OK;
	status = lode__table_name_check(table, name, error);
	if (status < 0)
		return status;
	return lode__metadata_text(table->metadata, &table->primary_key_name, name, error);
}

/* Explicit ON is checked for its type by resolve; here a wrong one just generates nothing. */
static bool may_generate(const lode_table_column *column)
{
	uint32_t mode = column->autoincrement;

	if (mode == LODE_AUTOINCREMENT_OFF || !lode__type_is_integer(column->type))
		return false;
	if (mode == LODE_AUTOINCREMENT_ON)
		return true;
	if (column->table->primary_key_count != 1)
		return false;
	if (column->insert_default.kind != LODE_DEFAULT_NONE ||
	    column->server_default.kind != LODE_DEFAULT_NONE)
		return false;
	return mode == LODE_AUTOINCREMENT_IGNORE_FOREIGN_KEY ||
	       !lode__column_has_foreign_key(column);
}

lode_table_column *lode__table_generated_column(const lode_table *table)
{
	for (size_t i = 0; i < table->primary_key_count; i++)
		if (may_generate(table->primary_key[i]))
			return table->primary_key[i];
	return NULL;
}

lode_status lode__table_resolve_generated(lode_table *table, lode_error *error)
{
	const lode_table_column *on = NULL;
	char label[LODE__TABLE_LABEL_SIZE];
	lode_table_column *generated;

	for (size_t i = 0; i < table->primary_key_count; i++) {
		const lode_table_column *column = table->primary_key[i];

		if (column->autoincrement != LODE_AUTOINCREMENT_ON)
			continue;
		if (!lode__type_is_integer(column->type))
			return lode__error_set(error, LODE_E_MISUSE,
					       "column %s.%s: autoincrement "
					       "needs an integer type, not %s",
					       lode__table_label(table, label), column->name,
					       lode__type_kind_name(column->type->kind));
		if (on)
			return lode__error_set(error, LODE_E_MISUSE,
					       "table %s: both %s and %s are "
					       "autoincrement; only one column can be",
					       lode__table_label(table, label), on->name,
					       column->name);
		on = column;
	}
	generated = lode__table_generated_column(table);
	for (size_t i = 0; i < table->column_count; i++)
		table->columns[i]->generated = table->columns[i] == generated;
	return LODE_OK;
}

lode_status lode__table_resolve_types(lode_table *table, lode_error *error)
{
	lode_status status = LODE_OK;

	for (size_t i = 0; i < table->column_count && status == LODE_OK; i++)
		if (table->columns[i]->type_referred)
			status = lode__column_resolve_type(table->columns[i], error);
	return status;
}

/* ------------------------------------------------------------------ dependencies */

lode_status lode_table_add_dependency(lode_table *table, lode_table *on, lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];
	lode_status status;

	if (!table || !on)
		return lode__error_set(error, LODE_E_MISUSE, "add a dependency: a table is NULL");
	if (table == on)
		return lode__error_set(error, LODE_E_MISUSE, "table %s cannot depend on itself",
				       lode__table_label(table, label));
	if (table->metadata != on->metadata || on->removed)
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: the table it is to depend "
				       "on, %s, is not in the same metadata",
				       lode__table_label(table, label), on->name);
	for (size_t i = 0; i < table->dependency_count; i++)
		if (table->dependencies[i] == on)
			return LODE_OK;
	status = lode__table_reserve(table, &table->dependencies, table->dependency_count, error);
	if (status == LODE_OK)
		lode__table_push(&table->dependencies, &table->dependency_count, on);
	return status;
}

/* ------------------------------------------------------------------ reading */

const char *lode_table_name(const lode_table *table)
{
	return table ? table->name : NULL;
}

const char *lode_table_schema(const lode_table *table)
{
	return table ? table->schema : NULL;
}

const char *lode_table_comment(const lode_table *table)
{
	return table ? table->comment : NULL;
}

lode_metadata *lode_table_metadata(const lode_table *table)
{
	return table ? table->metadata : NULL;
}

size_t lode_table_column_count(const lode_table *table)
{
	return table ? table->column_count : 0;
}

lode_table_column *lode_table_column_at(const lode_table *table, size_t index)
{
	return table && index < table->column_count ? table->columns[index] : NULL;
}

size_t lode_table_primary_key_count(const lode_table *table)
{
	return table ? table->primary_key_count : 0;
}

lode_table_column *lode_table_primary_key_at(const lode_table *table, size_t index)
{
	return table && index < table->primary_key_count ? table->primary_key[index] : NULL;
}

#ifndef NDEBUG
static void check_columns(const lode_table *table, lode_table_column *const *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert(columns[i]->table == table &&
		       table->columns[columns[i]->index] == columns[i]);
}
#endif

void lode__table_check(const lode_table *table)
{
#ifndef NDEBUG
	size_t keys = 0;

	for (size_t i = 0; i < table->column_count; i++) {
		assert(table->columns[i]->index == i && table->columns[i]->table == table);
		keys += table->columns[i]->primary_key;
	}
	assert(keys == table->primary_key_count);
	check_columns(table, table->primary_key, table->primary_key_count);
	for (size_t i = 0; i < table->foreign_key_count; i++)
		check_columns(table, table->foreign_keys[i]->columns,
			      table->foreign_keys[i]->count);
	for (size_t i = 0; i < table->unique_count; i++)
		check_columns(table, table->uniques[i]->columns, table->uniques[i]->count);
	for (size_t i = 0; i < table->index_count; i++)
		for (size_t k = 0; k < table->indexes[i]->count; k++)
			if (table->indexes[i]->parts[k].column)
				check_columns(table, &table->indexes[i]->parts[k].column, 1);
#else
	(void)table;
#endif
}
