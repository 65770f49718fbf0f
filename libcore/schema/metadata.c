/* SPDX-License-Identifier: MIT */
/* schema/metadata.c - the set of tables.
 *
 * Looking a table up never allocates: names are chained per bare name, and the few tables that
 * share one are told apart by their schema. */
#include "schema/metadata.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "base/vec.h"
#include "schema/table.h"

lode_status lode__options_read(void *to, size_t size, const void *from, size_t least,
			       const char *what, lode_error *error)
{
	uint32_t given;

	if (!from)
		return lode__error_set(error, LODE_E_MISUSE, "%s: the options are NULL", what);
	memcpy(&given, from, sizeof given);
	if (given < least)
		return lode__error_set(error, LODE_E_MISUSE,
				       "%s: struct_size of the options is not set; begin with "
				       "..._OPTIONS_INIT",
				       what);
	memset(to, 0, size);
	memcpy(to, from, given < size ? given : size);
	return LODE_OK;
}

lode_status lode__metadata_text(lode_metadata *metadata, const char **out, const char *text,
				lode_error *error)
{
	char *copy = lode__arena_strdup(&metadata->arena, text);

	if (text && !copy)
		return lode__error_nomem(error);
	*out = copy;
	return LODE_OK;
}

lode_status lode__metadata_dialect_sql(lode_metadata *metadata, const lode_dialect_sql **out,
				       const lode_dialect_sql *list, size_t count,
				       lode_error *error)
{
	lode_dialect_sql *copy;
	lode_status status = LODE_OK;

	*out = NULL;
	if (count == 0)
		return LODE_OK;
	copy = LODE__NEW_ARRAY(&metadata->arena, lode_dialect_sql, count);
	if (!copy)
		return lode__error_nomem(error);
	for (size_t i = 0; i < count && status == LODE_OK; i++) {
		copy[i].place = list[i].place;
		status = lode__metadata_text(metadata, &copy[i].dialects, list[i].dialects, error);
		if (status == LODE_OK)
			status = lode__metadata_text(metadata, &copy[i].sql, list[i].sql, error);
	}
	if (status == LODE_OK)
		*out = copy;
	return status;
}

lode_metadata *lode_metadata_new(const lode_metadata_options *options, lode_error *error)
{
	lode_metadata_options given = LODE_METADATA_OPTIONS_INIT;
	lode_metadata *metadata;

	if (options && LODE__OPTIONS_READ(&given, options, "metadata", error) < 0)
		return NULL;
	if (given.schema && !given.schema[0]) {
		lode__error_set(error, LODE_E_MISUSE,
				"metadata: the schema is the empty text; "
				"leave it NULL for none");
		return NULL;
	}
	metadata = lode__alloc_zero(given.allocator, sizeof *metadata);
	if (!metadata) {
		lode__error_nomem(error);
		return NULL;
	}
	metadata->allocator = given.allocator;
	lode__arena_init(&metadata->arena, given.allocator, 4096);
	lode__map_init(&metadata->names, &metadata->arena);
	lode__map_init(&metadata->quoted, &metadata->arena);
	if (lode__metadata_text(metadata, &metadata->schema, given.schema, error) < 0) {
		lode_metadata_free(metadata);
		return NULL;
	}
	return metadata;
}

void lode_metadata_free(lode_metadata *metadata)
{
	if (!metadata)
		return;
	lode__release(metadata->allocator, metadata->tables);
	lode__arena_dispose(&metadata->arena);
	lode__release(metadata->allocator, metadata);
}

/* ------------------------------------------------------------------ quoting */

lode_status lode_metadata_quote(lode_metadata *metadata, const char *name, lode_quoting quoting,
				lode_error *error)
{
	if (!metadata || (unsigned)quoting > LODE_QUOTE_NEVER)
		return lode__error_set(error, LODE_E_MISUSE, "lode_metadata_quote: %s",
				       metadata ? "no such quoting" : "the metadata is NULL");
	if (!name) {
		metadata->quoting = (uint8_t)quoting;
		return LODE_OK;
	}
	if (quoting == LODE_QUOTE_NEVER && !lode__str_is_word(name))
		return lode__error_set(error, LODE_E_MISUSE,
				       "the name \"%s\" cannot go without quotes: it is not letters, "
				       "digits and underscores",
				       name);
	if (lode__map_put(&metadata->quoted, name, (void *)((uintptr_t)quoting + 1)) < 0)
		return lode__error_nomem(error);
	return LODE_OK;
}

lode_quoting lode__metadata_quoting(const lode_metadata *metadata, const char *name)
{
	void *own = metadata->quoted.count ? lode__map_get(&metadata->quoted, name) : NULL;

	return (lode_quoting)(own ? (uintptr_t)own - 1 : metadata->quoting);
}

const char *lode_metadata_schema(const lode_metadata *metadata)
{
	return metadata ? metadata->schema : NULL;
}

size_t lode_metadata_count(const lode_metadata *metadata)
{
	return metadata ? metadata->count : 0;
}

lode_table *lode_metadata_at(const lode_metadata *metadata, size_t index)
{
	return metadata && index < metadata->count ? metadata->tables[index] : NULL;
}

lode_table *lode__metadata_exact(const lode_metadata *metadata, const char *schema,
				 const char *name)
{
	lode_table *table = lode__map_get(&metadata->names, name);

	while (table && !lode__str_equal(table->schema, schema))
		table = table->same_name;
	return table;
}

lode_table *lode_metadata_find(const lode_metadata *metadata, const char *schema, const char *name)
{
	lode_table *table;

	if (!metadata || !name)
		return NULL;
	if (schema)
		return lode__metadata_exact(metadata, schema, name);
	table = lode__metadata_exact(metadata, metadata->schema, name);
	if (!table && metadata->schema)
		table = lode__metadata_exact(metadata, NULL, name);
	return table;
}

const lode_table *lode__metadata_nearest(const lode_metadata *metadata, const char *name)
{
	const lode_table *best = NULL;
	lode__near near;

	lode__near_init(&near, name);
	for (size_t i = 0; i < metadata->count; i++) {
		lode__near_offer(&near, metadata->tables[i]->name);
		if (near.best == metadata->tables[i]->name)
			best = metadata->tables[i];
	}
	return best;
}

static lode_status check_table_options(const lode_table_options *options, lode_error *error)
{
	if (!options->name || !options->name[0])
		return lode__error_set(error, LODE_E_MISUSE, "a table needs a name");
	if (options->schema && !options->schema[0])
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: the schema is the empty "
				       "text; set no_schema for none",
				       options->name);
	if (options->schema && options->no_schema)
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: schema %s and no_schema "
				       "contradict each other",
				       options->name, options->schema);
	if (options->dialect_sql_count > 0 && !options->dialect_sql)
		return lode__error_set(error, LODE_E_MISUSE, "table %s: dialect_sql is NULL",
				       options->name);
	for (size_t i = 0; i < options->dialect_sql_count; i++)
		if (!options->dialect_sql[i].dialects || !options->dialect_sql[i].sql ||
		    options->dialect_sql[i].place > LODE_PLACE_PREFIX)
			return lode__error_set(
				error, LODE_E_MISUSE,
				"table %s: dialect_sql[%zu] "
				"needs a dialect, a text, and SUFFIX or PREFIX as its "
				"place",
				options->name, i);
	return LODE_OK;
}

static lode_status new_table(lode_table **out, lode_metadata *metadata,
			     const lode_table_options *options, const char *schema,
			     lode_error *error)
{
	lode_table *table = LODE__NEW(&metadata->arena, lode_table);
	lode_status status;

	if (!table)
		return lode__error_nomem(error);
	table->metadata = metadata;
	status = lode__metadata_text(metadata, &table->name, options->name, error);
	if (status == LODE_OK)
		status = lode__metadata_text(metadata, &table->schema, schema, error);
	if (status == LODE_OK)
		status = lode__metadata_text(metadata, &table->comment, options->comment, error);
	if (status == LODE_OK)
		status = lode__metadata_dialect_sql(metadata, &table->dialect_sql,
						    options->dialect_sql,
						    options->dialect_sql_count, error);
	table->dialect_sql_count = options->dialect_sql_count;
	if (status == LODE_OK)
		*out = table;
	return status;
}

/* The last that can fail is the map, and nothing has happened by then. */
static lode_status put_table(lode_metadata *metadata, lode_table *table, lode_error *error)
{
	lode_table *first = lode__map_get(&metadata->names, table->name);

	if (lode__array_reserve(metadata->allocator, (void **)&metadata->tables,
				&metadata->capacity, metadata->count + 1,
				sizeof *metadata->tables) < 0)
		return lode__error_nomem(error);
	if (!first && lode__map_put(&metadata->names, table->name, table) < 0)
		return lode__error_nomem(error);
	while (first && first->same_name)
		first = first->same_name;
	if (first)
		first->same_name = table;
	table->index = (uint32_t)metadata->count;
	metadata->tables[metadata->count++] = table;
	metadata->resolved = false;
	return LODE_OK;
}

lode_table *lode_metadata_add_table(lode_metadata *metadata, const lode_table_options *options,
				    lode_error *error)
{
	lode_table_options given;
	const char *schema;
	lode_table *table;

	if (!metadata) {
		lode__error_set(error, LODE_E_MISUSE, "add a table: the metadata is NULL");
		return NULL;
	}
	if (LODE__OPTIONS_READ(&given, options, "table", error) < 0 ||
	    check_table_options(&given, error) < 0)
		return NULL;
	schema = given.no_schema ? NULL : given.schema ? given.schema : metadata->schema;
	table = lode__metadata_exact(metadata, schema, given.name);
	if (table && given.keep_existing)
		return table;
	if (table) {
		lode__error_set(error, LODE_E_EXISTS,
				"table %s%s%s is defined already; set "
				"keep_existing to use the one that is there",
				schema ? schema : "", schema ? "." : "", given.name);
		return NULL;
	}
	if (new_table(&table, metadata, &given, schema, error) < 0 ||
	    put_table(metadata, table, error) < 0)
		return NULL;
	return table;
}

/* ------------------------------------------------------------------ removing */

static lode_status check_unreferred(const lode_metadata *metadata, const lode_table *table,
				    lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE], other[LODE__TABLE_LABEL_SIZE];

	for (size_t i = 0; i < metadata->count; i++) {
		const lode_table *from = metadata->tables[i];

		for (size_t k = 0; from != table && k < from->foreign_key_count; k++)
			if (lode__foreign_key_target(from->foreign_keys[k]) == table)
				return lode__error_set(error, LODE_E_CONSTRAINT,
						       "table %s cannot be "
						       "removed: a foreign key of %s refers to it",
						       lode__table_label(table, label),
						       lode__table_label(from, other));
	}
	return LODE_OK;
}

/* The map keeps its entry while any table has the name; replacing a value does not allocate. */
static void unlink_name(lode_metadata *metadata, lode_table *table)
{
	lode_table *at = lode__map_get(&metadata->names, table->name);

	if (at == table && !table->same_name)
		lode__map_remove(&metadata->names, table->name);
	else if (at == table)
		lode__map_find(&metadata->names, table->name, strlen(table->name))->value =
			table->same_name;
	while (at != table && at->same_name != table)
		at = at->same_name;
	if (at != table)
		at->same_name = table->same_name;
	table->same_name = NULL;
}

lode_status lode_metadata_remove(lode_metadata *metadata, lode_table *table, lode_error *error)
{
	lode_status status;

	if (!metadata || !table)
		return lode__error_set(error, LODE_E_MISUSE, "remove a table: NULL was given");
	if (table->metadata != metadata || table->removed)
		return lode__error_set(error, LODE_E_MISUSE,
				       "remove table %s: it is not in this metadata", table->name);
	status = check_unreferred(metadata, table, error);
	if (status < 0)
		return status;
	unlink_name(metadata, table);
	for (size_t i = table->index + 1; i < metadata->count; i++) {
		metadata->tables[i]->index--;
		metadata->tables[i - 1] = metadata->tables[i];
	}
	metadata->count--;
	table->removed = true;
	for (size_t i = 0; i < metadata->count; i++)
		lode__table_take_out(&metadata->tables[i]->dependencies,
				     &metadata->tables[i]->dependency_count, table);
	metadata->resolved = false;
	return LODE_OK;
}

/* ------------------------------------------------------------------ resolving */

static lode_status resolve_keys(lode_metadata *metadata, lode_error *error)
{
	lode_status status = LODE_OK;

	for (size_t i = 0; i < metadata->count && status == LODE_OK; i++) {
		lode_table *table = metadata->tables[i];

		for (size_t k = 0; k < table->foreign_key_count && status == LODE_OK; k++)
			status = lode__foreign_key_resolve(table->foreign_keys[k], error);
	}
	return status;
}

lode_status lode__metadata_resolve(lode_metadata *metadata, lode_error *error)
{
	lode_status status;

	if (metadata->resolved)
		return LODE_OK;
	status = resolve_keys(metadata, error);
	for (size_t i = 0; i < metadata->count && status == LODE_OK; i++)
		status = lode__table_resolve_types(metadata->tables[i], error);
	for (size_t i = 0; i < metadata->count && status == LODE_OK; i++)
		status = lode__table_resolve_generated(metadata->tables[i], error);
	metadata->resolved = status == LODE_OK;
	return status;
}

lode_status lode_metadata_resolve(lode_metadata *metadata, lode_error *error)
{
	if (!metadata)
		return lode__error_set(error, LODE_E_MISUSE, "resolve: the metadata is NULL");
	return lode__metadata_resolve(metadata, error);
}
