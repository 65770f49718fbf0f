/* SPDX-License-Identifier: MIT */
/* schema/column.c - making columns, and what their options make beside them.
 *
 * A column goes into up to five arrays of its table.  add_column() works on the table with a copy
 * of its struct at hand: on failure the copy is put back, and as arrays are never changed in place
 * before that, the table is as it was. */
#include "schema/column.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "schema/metadata.h"
#include "schema/table.h"
#include "types/type.h"

bool lode__type_is_integer(const lode_type *type)
{
	return type && (type->kind == LODE_SMALL_INTEGER || type->kind == LODE_INTEGER ||
			type->kind == LODE_BIG_INTEGER);
}

bool lode__column_has_foreign_key(const lode_table_column *column)
{
	const lode_table *table = column->table;

	for (size_t i = 0; i < table->foreign_key_count; i++)
		for (size_t k = 0; k < table->foreign_keys[i]->count; k++)
			if (table->foreign_keys[i]->columns[k] == column)
				return true;
	return false;
}

/* Columns that refer to each other would be walked for ever: `slow` goes half as fast. */
lode_status lode__column_resolve_type(lode_table_column *column, lode_error *error)
{
	const lode_table_column *end = column, *slow = column;
	char label[LODE__TABLE_LABEL_SIZE];
	bool odd = false;

	do {
		end = end->foreign_key->referred_columns[0];
		if (odd)
			slow = slow->foreign_key->referred_columns[0];
		odd = !odd;
	} while (end->type_referred && end != slow);
	if (end->type_referred)
		return lode__error_set(error, LODE_E_CYCLE,
				       "column %s.%s has no type: the columns it "
				       "refers to have none of their own either",
				       lode__table_label(column->table, label), column->name);
	column->type = end->type;
	return LODE_OK;
}

/* ------------------------------------------------------------------ checking */

static lode_status misuse(const lode_table *table, const char *name, const char *what,
			  lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];

	return lode__error_set(error, LODE_E_MISUSE, "column %s.%s: %s",
			       lode__table_label(table, label), name, what);
}

static bool has_key_words(const lode_column_options *options)
{
	return options->foreign_key_name || options->on_delete || options->on_update ||
	       options->initially || options->match || options->deferrable || options->use_alter;
}

static lode_status check_options(const lode_table *table, const lode_column_options *options,
				 lode_error *error)
{
	bool refers = options->foreign_key || options->references;
	char label[LODE__TABLE_LABEL_SIZE];
	const char *wrong = NULL;

	if (!options->name || !options->name[0])
		return lode__error_set(error, LODE_E_MISUSE, "table %s: a column needs a name",
				       lode__table_label(table, label));
	if (options->primary_key && options->nullable)
		wrong = "a primary key column cannot be nullable";
	else if (options->foreign_key && options->references)
		wrong = "give foreign_key or references, not both";
	else if (!refers && has_key_words(options))
		wrong = "options of a foreign key without a foreign key";
	else if (!options->type && !refers)
		wrong = "needs a type, or a foreign key to take it from";
	else if (options->length && !options->type)
		wrong = "a length without a type";
	else if (options->autoincrement > LODE_AUTOINCREMENT_IGNORE_FOREIGN_KEY)
		wrong = "no such autoincrement";
	else if (options->autoincrement == LODE_AUTOINCREMENT_ON && !options->primary_key)
		wrong = "autoincrement is for primary key columns";
	return wrong ? misuse(table, options->name, wrong, error) : LODE_OK;
}

static bool takes_now(const lode_type *type)
{
	switch (type ? type->kind : LODE_CUSTOM_TYPE) {
	case LODE_DATE:
	case LODE_TIME:
	case LODE_DATETIME:
	case LODE_STRING:
	case LODE_TEXT_TYPE:
	case LODE_CUSTOM_TYPE:
		return true;
	default:
		return false;
	}
}

static const char *default_mistake(const lode_default *value, const lode_type *type)
{
	switch (value->kind) {
	case LODE_DEFAULT_NONE:
	case LODE_DEFAULT_INTEGER:
	case LODE_DEFAULT_FETCHED:
		return NULL;
	case LODE_DEFAULT_NOW:
		return takes_now(type) ? NULL : "a default LODE_NOW needs a date or time type";
	case LODE_DEFAULT_SQL_TEXT:
		return value->sql && value->sql[0] ? NULL : "the SQL of a default is empty";
	case LODE_DEFAULT_TEXT:
		return value->text ? NULL : "the text of a default is NULL";
	case LODE_DEFAULT_REAL:
		return value->real - value->real == 0 ? NULL : "a default must be a finite number";
	case LODE_DEFAULT_CALL:
		return value->call ? NULL : "the function of a default is NULL";
	default:
		return "no such kind of default";
	}
}

static lode_status check_defaults(const lode_table *table, const lode_column_options *options,
				  lode_error *error)
{
	const char *wrong = default_mistake(&options->insert_default, options->type);

	if (!wrong)
		wrong = default_mistake(&options->server_default, options->type);
	if (!wrong)
		wrong = default_mistake(&options->onupdate, options->type);
	if (!wrong && options->insert_default.kind == LODE_DEFAULT_FETCHED)
		wrong = "LODE_FETCHED is a server_default, not an insert_default";
	if (!wrong && options->server_default.kind == LODE_DEFAULT_CALL)
		wrong = "a C function is an insert_default or onupdate, not a server_default";
	return wrong ? misuse(table, options->name, wrong, error) : LODE_OK;
}

/* ------------------------------------------------------------------ the column itself */

static lode_status copy_default(lode_metadata *metadata, lode_default *out,
				const lode_default *value, lode_error *error)
{
	lode_status status;

	*out = *value;
	out->sql = NULL;
	out->text = NULL;
	status = value->kind == LODE_DEFAULT_SQL_TEXT
			 ? lode__metadata_text(metadata, &out->sql, value->sql, error)
			 : LODE_OK;
	if (status == LODE_OK && value->kind == LODE_DEFAULT_TEXT)
		status = lode__metadata_text(metadata, &out->text, value->text, error);
	return status;
}

static lode_status set_length(lode_type *type, const lode_table *table, const char *name,
			      uint32_t length, lode_error *error)
{
	if (length == 0)
		return LODE_OK;
	if (type->kind == LODE_TEXT_TYPE)
		type->kind = LODE_STRING;
	if (type->kind != LODE_STRING && type->kind != LODE_LARGE_BINARY && type->kind != LODE_ENUM)
		return misuse(table, name, "a length is for text and bytes", error);
	type->length = length;
	return LODE_OK;
}

static lode_status copy_type(lode_table_column *column, const lode_column_options *options,
			     lode_error *error)
{
	lode_metadata *metadata = column->table->metadata;
	char label[LODE__TABLE_LABEL_SIZE];
	lode_error why = LODE_ERROR_INIT;
	lode_status status;
	lode_type *type;

	if (!options->type) {
		column->type_referred = true;
		return LODE_OK;
	}
	type = LODE__NEW(&metadata->arena, lode_type);
	if (!type)
		return lode__error_nomem(error);
	status = lode__type_copy(type, options->type, &metadata->arena, &why);
	if (status == LODE_E_NOMEM)
		return lode__error_nomem(error);
	if (status < 0)
		return lode__error_set(error, status, "column %s.%s: %s",
				       lode__table_label(column->table, label), options->name,
				       why.message);
	column->type = type;
	return set_length(type, column->table, options->name, options->length, error);
}

static lode_status fill_column(lode_table_column *column, lode_table *table,
			       const lode_column_options *options, lode_error *error)
{
	lode_metadata *metadata = table->metadata;
	lode_status status;

	memset(column, 0, sizeof *column);
	column->table = table;
	column->primary_key = options->primary_key;
	column->nullable = options->nullable;
	column->unique = options->unique;
	column->indexed = options->index;
	column->autoincrement = options->autoincrement;
	status = lode__metadata_text(metadata, &column->name, options->name, error);
	if (status == LODE_OK)
		status = lode__metadata_text(metadata, &column->comment, options->comment, error);
	if (status == LODE_OK)
		status = copy_default(metadata, &column->insert_default, &options->insert_default,
				      error);
	if (status == LODE_OK)
		status = copy_default(metadata, &column->server_default, &options->server_default,
				      error);
	if (status == LODE_OK)
		status = copy_default(metadata, &column->onupdate, &options->onupdate, error);
	return status == LODE_OK ? copy_type(column, options, error) : status;
}

/* ------------------------------------------------------------------ what it brings along */

static lode_status list_of_one(lode__column_list *out, lode_table_column *column, lode_error *error)
{
	out->count = 1;
	out->items = LODE__NEW(&column->table->metadata->arena, lode_table_column *);
	if (!out->items)
		return lode__error_nomem(error);
	out->items[0] = column;
	return LODE_OK;
}

/* "schema.table.column": the last point ends the table. */
static lode_status split_target(lode_foreign_key_options *key, const char **name,
				const lode_table_column *column, const char *text,
				lode_error *error)
{
	const char *point = strrchr(text, '.');
	char label[LODE__TABLE_LABEL_SIZE];

	if (!point || point == text || !point[1])
		return lode__error_set(error, LODE_E_MISUSE,
				       "column %s.%s: the foreign key \"%s\" is "
				       "not \"table.column\" or \"schema.table.column\"",
				       lode__table_label(column->table, label), column->name, text);
	key->target =
		lode__arena_strndup(&column->table->metadata->arena, text, (size_t)(point - text));
	*name = point + 1;
	return key->target ? LODE_OK : lode__error_nomem(error);
}

static lode_status add_key(lode_table_column *column, const lode_column_options *options,
			   lode_error *error)
{
	lode_foreign_key_options given = LODE_FOREIGN_KEY_OPTIONS_INIT;
	lode_table *table = column->table;
	lode__column_list columns;
	lode_foreign_key *key;
	const char *name = NULL;
	lode_status status = LODE_OK;

	if (options->references) {
		given.target_table = options->references->table;
		name = options->references->name;
	} else {
		status = split_target(&given, &name, column, options->foreign_key, error);
	}
	given.name = options->foreign_key_name;
	given.target_names = &name;
	given.on_delete = options->on_delete;
	given.on_update = options->on_update;
	given.initially = options->initially;
	given.match = options->match;
	given.deferrable = options->deferrable;
	given.use_alter = options->use_alter;
	if (status == LODE_OK)
		status = list_of_one(&columns, column, error);
	if (status == LODE_OK)
		status = lode__foreign_key_new(&key, table, &columns, &given, error);
	if (status == LODE_OK)
		status = lode__table_reserve(table, &table->foreign_keys, table->foreign_key_count,
					     error);
	if (status < 0)
		return status;
	key->from_column = true;
	lode__table_push(&table->foreign_keys, &table->foreign_key_count, key);
	return LODE_OK;
}

static lode_status add_unique(lode_table_column *column, lode_error *error)
{
	lode_unique_options given = LODE_UNIQUE_OPTIONS_INIT;
	lode_table *table = column->table;
	lode__column_list columns;
	lode_unique *unique;
	lode_status status = list_of_one(&columns, column, error);

	if (status == LODE_OK)
		status = lode__unique_new(&unique, table, &columns, &given, error);
	if (status == LODE_OK)
		status = lode__table_reserve(table, &table->uniques, table->unique_count, error);
	if (status < 0)
		return status;
	unique->from_column = true;
	lode__table_push(&table->uniques, &table->unique_count, unique);
	return LODE_OK;
}

static lode_status add_index(lode_table_column *column, bool unique, lode_error *error)
{
	lode_index_options given = LODE_INDEX_OPTIONS_INIT;
	lode_table *table = column->table;
	lode_index *index;
	lode_status status;

	given.unique = unique;
	status = lode__index_new(&index, table, column, &given, error);
	if (status == LODE_OK)
		status = lode__table_reserve(table, &table->indexes, table->index_count, error);
	if (status < 0)
		return status;
	index->from_column = true;
	lode__table_push(&table->indexes, &table->index_count, index);
	return LODE_OK;
}

static lode_status add_extras(lode_table_column *column, const lode_column_options *options,
			      lode_error *error)
{
	lode_status status = LODE_OK;

	if (options->foreign_key || options->references)
		status = add_key(column, options, error);
	if (status == LODE_OK && options->index)
		status = add_index(column, options->unique, error);
	else if (status == LODE_OK && options->unique)
		status = add_unique(column, error);
	return status;
}

/* ------------------------------------------------------------------ replacing */

/* A copy of one of the table's arrays, without what the old column's options had made. */
static lode_status copy_array(lode_table *table, void *items, size_t *count,
			      bool (*keeps)(const void *item, const lode_table_column *old),
			      const lode_table_column *old, lode_error *error)
{
	size_t room = 4, kept = 0;
	void **from, **to;

	while (room < *count)
		room *= 2;
	to = LODE__NEW_ARRAY(&table->metadata->arena, void *, room);
	if (!to)
		return lode__error_nomem(error);
	memcpy(&from, items, sizeof from);
	for (size_t i = 0; i < *count; i++)
		if (keeps(from[i], old))
			to[kept++] = from[i];
	memcpy(items, &to, sizeof to);
	*count = kept;
	return LODE_OK;
}

static bool keeps_key(const void *item, const lode_table_column *old)
{
	const lode_foreign_key *key = item;

	return !key->from_column || key->columns[0] != old;
}

static bool keeps_unique(const void *item, const lode_table_column *old)
{
	const lode_unique *unique = item;

	return !unique->from_column || unique->columns[0] != old;
}

static bool keeps_index(const void *item, const lode_table_column *old)
{
	const lode_index *index = item;

	return !index->from_column || index->parts[0].column != old;
}

static lode_status detach_extras(lode_table *table, const lode_table_column *old, lode_error *error)
{
	lode_status status = copy_array(table, &table->foreign_keys, &table->foreign_key_count,
					keeps_key, old, error);

	if (status == LODE_OK)
		status = copy_array(table, &table->uniques, &table->unique_count, keeps_unique, old,
				    error);
	if (status == LODE_OK)
		status = copy_array(table, &table->indexes, &table->index_count, keeps_index, old,
				    error);
	return status;
}

/* ------------------------------------------------------------------ adding */

static void rebuild_primary_key(lode_table *table)
{
	table->primary_key_count = 0;
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i]->primary_key)
			lode__table_push(&table->primary_key, &table->primary_key_count,
					 table->columns[i]);
}

static lode_foreign_key *find_own_key(const lode_table_column *column)
{
	const lode_table *table = column->table;

	for (size_t i = 0; i < table->foreign_key_count; i++)
		if (table->foreign_keys[i]->count == 1 &&
		    table->foreign_keys[i]->columns[0] == column)
			return table->foreign_keys[i];
	return NULL;
}

/* Nothing here can fail. */
static void place_column(lode_table *table, lode_table_column *place,
			 const lode_table_column *fresh, bool replaces)
{
	uint32_t index = replaces ? place->index : (uint32_t)table->column_count;

	*place = *fresh;
	place->index = index;
	if (!replaces)
		lode__table_push(&table->columns, &table->column_count, place);
	rebuild_primary_key(table);
	place->foreign_key = find_own_key(place);
	table->metadata->resolved = false;
	lode__table_check(table);
}

static lode_status prepare_column(lode_table *table, lode_table_column **place,
				  lode_table_column *fresh, const lode_column_options *options,
				  lode_error *error)
{
	const lode_table_column *old = *place;
	lode_status status = fill_column(fresh, table, options, error);

	if (status == LODE_OK && old) {
		status = detach_extras(table, old, error);
	} else if (status == LODE_OK) {
		*place = LODE__NEW(&table->metadata->arena, lode_table_column);
		if (!*place)
			return lode__error_nomem(error);
		**place = *fresh;
		status = lode__table_reserve(table, &table->columns, table->column_count, error);
	}
	if (status == LODE_OK)
		status = lode__table_reserve(table, &table->primary_key, table->primary_key_count,
					     error);
	return status == LODE_OK ? add_extras(*place, options, error) : status;
}

lode_table_column *lode_table_add_column(lode_table *table, const lode_column_options *options,
					 lode_error *error)
{
	lode_table_column *place, fresh;
	lode_column_options given;
	lode_table saved;
	bool replaces;

	if (!table) {
		lode__error_set(error, LODE_E_MISUSE, "add a column: the table is NULL");
		return NULL;
	}
	if (LODE__OPTIONS_READ(&given, options, "column", error) < 0 ||
	    check_options(table, &given, error) < 0 || check_defaults(table, &given, error) < 0)
		return NULL;
	place = lode_table_find_column(table, given.name);
	replaces = place != NULL;
	if (replaces && !given.replace_existing) {
		char label[LODE__TABLE_LABEL_SIZE];

		lode__error_set(error, LODE_E_EXISTS,
				"table %s has a column %s already; set "
				"replace_existing to replace it",
				lode__table_label(table, label), given.name);
		return NULL;
	}
	saved = *table;
	if (prepare_column(table, &place, &fresh, &given, error) < 0) {
		*table = saved;
		return NULL;
	}
	place_column(table, place, &fresh, replaces);
	return place;
}

/* ------------------------------------------------------------------ reading */

const char *lode_table_column_name(const lode_table_column *column)
{
	return column ? column->name : NULL;
}

lode_table *lode_table_column_table(const lode_table_column *column)
{
	return column ? column->table : NULL;
}

const lode_type *lode_table_column_type(const lode_table_column *column)
{
	return column ? column->type : NULL;
}

const char *lode_table_column_comment(const lode_table_column *column)
{
	return column ? column->comment : NULL;
}

bool lode_table_column_is_primary_key(const lode_table_column *column)
{
	return column && column->primary_key;
}

bool lode_table_column_is_nullable(const lode_table_column *column)
{
	return column && column->nullable;
}

bool lode_table_column_is_generated(const lode_table_column *column)
{
	return column && lode__table_generated_column(column->table) == column;
}

const lode_default *lode_table_column_insert_default(const lode_table_column *column)
{
	return column ? &column->insert_default : NULL;
}

const lode_default *lode_table_column_server_default(const lode_table_column *column)
{
	return column ? &column->server_default : NULL;
}

const lode_default *lode_table_column_onupdate(const lode_table_column *column)
{
	return column ? &column->onupdate : NULL;
}
