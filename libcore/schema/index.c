/* SPDX-License-Identifier: MIT */
/* schema/index.c - indexes, and the names of those that have none. */
#include "schema/index.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "schema/metadata.h"
#include "schema/table.h"

#define NAME_MAX_BYTES 4096 /* of a made-up name; dialects shorten it */

/* ------------------------------------------------------------------ options */

static lode_status check_options(const lode_table *table, const lode_index_options *options,
				 lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];
	const char *wrong = NULL;

	if (options->name && !options->name[0])
		wrong = "an index has an empty name; leave it NULL for a made-up one";
	else if (options->columns && options->keys)
		wrong = "an index: give columns or keys, not both";
	else if (!options->columns && (!options->keys || options->key_count == 0))
		wrong = "an index needs a column";
	else if (options->where_sql && options->where)
		wrong = "an index: give where_sql or where, not both";
	else if (options->where_sql && !options->where_sql[0])
		wrong = "an index: where_sql is empty";
	else if (options->dialect_sql_count > 0 && !options->dialect_sql)
		wrong = "an index: dialect_sql is NULL";
	for (size_t i = 0; !wrong && i < options->dialect_sql_count; i++)
		if (!options->dialect_sql[i].dialects || !options->dialect_sql[i].sql ||
		    options->dialect_sql[i].place > LODE_PLACE_METHOD)
			wrong = "an index: dialect_sql needs a dialect, a text and a place";
	if (wrong)
		return lode__error_set(error, LODE_E_MISUSE, "table %s: %s",
				       lode__table_label(table, label), wrong);
	return LODE_OK;
}

static lode_status read_key(lode__index_part *part, const lode_table *table,
			    const lode_index_key *key, lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];
	int given = (key->column != NULL) + (key->sql != NULL) + (key->expression != NULL);

	if (given != 1 || (key->sql && !key->sql[0]))
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: a key of an index is a column, "
				       "sql or an expression: exactly one of them",
				       lode__table_label(table, label));
	part->descending = key->descending;
	part->expression = key->expression;
	if (key->column) {
		part->column = lode__table_column_named(table, key->column, error);
		return part->column ? LODE_OK : LODE_E_NO_OBJECT;
	}
	return lode__metadata_text(table->metadata, &part->sql, key->sql, error);
}

static lode_status check_twice(const lode_index *index, lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];

	for (size_t i = 0; i < index->count; i++)
		for (size_t k = 0; k < i; k++)
			if (index->parts[i].column &&
			    index->parts[i].column == index->parts[k].column)
				return lode__error_set(error, LODE_E_MISUSE,
						       "table %s: an index names column %s twice",
						       lode__table_label(index->table, label),
						       index->parts[i].column->name);
	return LODE_OK;
}

static lode_status read_keys(lode_index *index, const lode_index_key *keys, size_t count,
			     lode_error *error)
{
	lode_status status = LODE_OK;

	index->parts = LODE__NEW_ARRAY(&index->table->metadata->arena, lode__index_part, count);
	if (!index->parts)
		return lode__error_nomem(error);
	index->count = count;
	for (size_t i = 0; i < count && status == LODE_OK; i++)
		status = read_key(&index->parts[i], index->table, &keys[i], error);
	return status == LODE_OK ? check_twice(index, error) : status;
}

/* "a, -b" */
static lode_status read_columns(lode_index *index, const char *text, lode_error *error)
{
	lode_metadata *metadata = index->table->metadata;
	char label[LODE__TABLE_LABEL_SIZE];
	lode_index_key *keys;
	const char **names;
	lode_status status;
	size_t count;

	status = lode__names_read(metadata, &names, &count, text, error);
	if (status < 0)
		return status;
	if (count == 0)
		return lode__error_set(error, LODE_E_MISUSE, "table %s: an index needs a column",
				       lode__table_label(index->table, label));
	keys = LODE__NEW_ARRAY(&metadata->arena, lode_index_key, count);
	if (!keys)
		return lode__error_nomem(error);
	for (size_t i = 0; i < count; i++) {
		keys[i].descending = names[i][0] == '-';
		keys[i].column = names[i] + keys[i].descending;
	}
	return read_keys(index, keys, count, error);
}

/* ------------------------------------------------------------------ names */

static bool table_has_index(const lode_table *table, const char *name)
{
	for (size_t i = 0; i < table->index_count; i++)
		if (strcmp(table->indexes[i]->name, name) == 0)
			return true;
	return false;
}

/* Most databases want index names to be unique in a schema, so made-up ones are. */
static bool schema_has_index(const lode_table *table, const char *name)
{
	const lode_metadata *metadata = table->metadata;

	for (size_t i = 0; i < metadata->count; i++)
		if (lode__str_equal(metadata->tables[i]->schema, table->schema) &&
		    table_has_index(metadata->tables[i], name))
			return true;
	return false;
}

static void put_index_name(lode__buf *buf, const lode_index *index)
{
	lode__buf_puts(buf, "ix_");
	lode__buf_puts(buf, index->table->name);
	for (size_t i = 0; i < index->count; i++) {
		if (index->parts[i].column) {
			lode__buf_putc(buf, '_');
			lode__buf_puts(buf, index->parts[i].column->name);
		}
	}
}

static lode_status make_name(lode_index *index, lode_error *error)
{
	lode_metadata *metadata = index->table->metadata;
	char label[LODE__TABLE_LABEL_SIZE];
	lode_status status;
	lode__buf buf;
	char *name;
	size_t size;

	if (!index->parts[0].column)
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: an index that begins with an "
				       "expression needs a name",
				       lode__table_label(index->table, label));
	lode__buf_init(&buf, metadata->allocator, NAME_MAX_BYTES);
	put_index_name(&buf, index);
	size = lode__buf_size(&buf);
	for (unsigned number = 2; lode__buf_status(&buf) == LODE_OK &&
				  schema_has_index(index->table, lode__buf_text(&buf));
	     number++) {
		lode__buf_truncate(&buf, size);
		lode__buf_printf(&buf, "_%u", number);
	}
	status = lode__buf_copy(&name, &buf, &metadata->arena, error);
	if (status == LODE_OK)
		index->name = name;
	lode__buf_dispose(&buf);
	return status;
}

static lode_status set_name(lode_index *index, const char *name, lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];

	if (!name)
		return make_name(index, error);
	if (table_has_index(index->table, name))
		return lode__error_set(error, LODE_E_EXISTS, "table %s has an index %s already",
				       lode__table_label(index->table, label), name);
	index->named = true;
	return lode__metadata_text(index->table->metadata, &index->name, name, error);
}

/* ------------------------------------------------------------------ making */

lode_status lode__index_new(lode_index **out, lode_table *table, lode_table_column *column,
			    const lode_index_options *options, lode_error *error)
{
	lode_metadata *metadata = table->metadata;
	lode_index *index = LODE__NEW(&metadata->arena, lode_index);
	lode_status status = LODE_OK;

	if (!index)
		return lode__error_nomem(error);
	index->table = table;
	index->unique = options->unique;
	index->where = options->where;
	if (column) {
		index->parts = LODE__NEW(&metadata->arena, lode__index_part);
		if (!index->parts)
			return lode__error_nomem(error);
		index->parts[0].column = column;
		index->count = 1;
	} else {
		status = options->columns
				 ? read_columns(index, options->columns, error)
				 : read_keys(index, options->keys, options->key_count, error);
	}
	if (status == LODE_OK)
		status = set_name(index, options->name, error);
	if (status == LODE_OK)
		status =
			lode__metadata_text(metadata, &index->where_sql, options->where_sql, error);
	if (status == LODE_OK)
		status = lode__metadata_dialect_sql(metadata, &index->dialect_sql,
						    options->dialect_sql,
						    options->dialect_sql_count, error);
	index->dialect_sql_count = options->dialect_sql_count;
	if (status == LODE_OK)
		status = lode__metadata_text(metadata, &index->comment, options->comment, error);
	if (status == LODE_OK)
		*out = index;
	return status;
}

lode_index *lode_table_add_index(lode_table *table, const lode_index_options *options,
				 lode_error *error)
{
	lode_index_options given;
	lode_index *index;

	if (!table) {
		lode__error_set(error, LODE_E_MISUSE, "add an index: the table is NULL");
		return NULL;
	}
	if (LODE__OPTIONS_READ(&given, options, "index", error) < 0 ||
	    check_options(table, &given, error) < 0 ||
	    lode__index_new(&index, table, NULL, &given, error) < 0 ||
	    lode__table_reserve(table, &table->indexes, table->index_count, error) < 0)
		return NULL;
	lode__table_push(&table->indexes, &table->index_count, index);
	return index;
}

const char *lode_index_name(const lode_index *index)
{
	return index ? index->name : NULL;
}

bool lode_index_is_unique(const lode_index *index)
{
	return index && index->unique;
}
