/* SPDX-License-Identifier: MIT */
/* schema/key.c - foreign keys and unique constraints.
 *
 * A foreign key names its target by text until the metadata is resolved, so tables may be added in
 * any order; everything that resolving stores is allocated when the key is made. */
#include "schema/key.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "schema/metadata.h"
#include "schema/table.h"

/* ------------------------------------------------------------------ lists of columns */

lode_status lode__names_read(lode_metadata *metadata, const char ***out, size_t *count,
			     const char *text, lode_error *error)
{
	size_t room = 1, size, n = 0;
	const char *at = text, *start;
	const char **names;

	for (const char *c = text; *c; c++)
		room += *c == ',';
	names = LODE__NEW_ARRAY(&metadata->arena, const char *, room);
	if (!names)
		return lode__error_nomem(error);
	while ((start = lode__list_next(&at, &size)) != NULL) {
		names[n] = lode__arena_strndup(&metadata->arena, start, size);
		if (!names[n++])
			return lode__error_nomem(error);
	}
	*out = names;
	*count = n;
	return LODE_OK;
}

static lode_status find_columns(lode__column_list *out, lode_table *table, const char *what,
				const char *const *names, size_t count, lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];
	lode_table_column **items;

	items = LODE__NEW_ARRAY(&table->metadata->arena, lode_table_column *, count);
	if (!items)
		return lode__error_nomem(error);
	for (size_t i = 0; i < count; i++) {
		items[i] = names[i] ? lode__table_column_named(table, names[i], error) : NULL;
		if (!names[i])
			return lode__error_set(error, LODE_E_MISUSE,
					       "table %s: %s: column name %zu "
					       "is NULL",
					       lode__table_label(table, label), what, i);
		if (!items[i])
			return LODE_E_NO_OBJECT;
		for (size_t k = 0; k < i; k++)
			if (items[k] == items[i])
				return lode__error_set(
					error, LODE_E_MISUSE, "table %s: %s names column %s twice",
					lode__table_label(table, label), what, names[i]);
	}
	out->items = items;
	out->count = count;
	return LODE_OK;
}

lode_status lode__column_list_read(lode__column_list *out, lode_table *table, const char *what,
				   const char *text, const char *const *names, size_t count,
				   lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];
	const char **cut = NULL;
	lode_status status;

	if (text && names)
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: %s: give columns or "
				       "column_names, not both",
				       lode__table_label(table, label), what);
	if (text) {
		status = lode__names_read(table->metadata, &cut, &count, text, error);
		if (status < 0)
			return status;
		names = cut;
	}
	if (!names || count == 0)
		return lode__error_set(error, LODE_E_MISUSE, "table %s: %s needs a column",
				       lode__table_label(table, label), what);
	return find_columns(out, table, what, names, count, error);
}

/* ------------------------------------------------------------------ words */

static const char *const action_words[] = { "CASCADE",	"SET NULL",  "SET DEFAULT",
					    "RESTRICT", "NO ACTION", NULL };
static const char *const initially_words[] = { "DEFERRED", "IMMEDIATE", NULL };
static const char *const match_words[] = { "FULL", "PARTIAL", "SIMPLE", NULL };

/* Only words of the list ever reach SQL, as the constants here. */
static lode_status read_word(const char **out, const lode_table *table, const char *what,
			     const char *word, const char *const *words, lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE], list[80] = "";
	size_t used = 0;

	if (!word)
		return LODE_OK;
	for (size_t i = 0; words[i]; i++) {
		if (lode__ascii_casecmp(word, words[i]) == 0) {
			*out = words[i];
			return LODE_OK;
		}
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
					 words[i]);
	}
	return lode__error_set(error, LODE_E_MISUSE, "table %s: %s \"%s\" is none of %s",
			       lode__table_label(table, label), what, word, list);
}

/* ------------------------------------------------------------------ unique */

lode_status lode__unique_new(lode_unique **out, lode_table *table, const lode__column_list *columns,
			     const lode_unique_options *options, lode_error *error)
{
	lode_unique *unique = LODE__NEW(&table->metadata->arena, lode_unique);
	lode_status status;

	if (!unique)
		return lode__error_nomem(error);
	unique->table = table;
	unique->columns = columns->items;
	unique->count = columns->count;
	status = lode__table_name_check(table, options->name, error);
	if (status == LODE_OK)
		status = read_word(&unique->initially, table, "initially", options->initially,
				   initially_words, error);
	unique->deferrable = options->deferrable || unique->initially == initially_words[0];
	if (status == LODE_OK)
		status = lode__metadata_text(table->metadata, &unique->name, options->name, error);
	if (status == LODE_OK)
		status = lode__table_read_comment(table, &unique->comment, options->name,
						  options->comment, error);
	if (status == LODE_OK)
		*out = unique;
	return status;
}

lode_unique *lode_table_add_unique(lode_table *table, const lode_unique_options *options,
				   lode_error *error)
{
	lode_unique_options given;
	lode__column_list columns;
	lode_unique *unique;

	if (!table) {
		lode__error_set(error, LODE_E_MISUSE, "add a unique constraint: the table is NULL");
		return NULL;
	}
	if (LODE__OPTIONS_READ(&given, options, "unique constraint", error) < 0 ||
	    lode__column_list_read(&columns, table, "a unique constraint", given.columns,
				   given.column_names, given.column_count, error) < 0 ||
	    lode__unique_new(&unique, table, &columns, &given, error) < 0 ||
	    lode__table_reserve(table, &table->uniques, table->unique_count, error) < 0)
		return NULL;
	lode__table_push(&table->uniques, &table->unique_count, unique);
	return unique;
}

/* ------------------------------------------------------------------ foreign keys */

/* "schema.table": everything before the last point is the schema. */
static lode_status read_target(lode_foreign_key *key, const char *target, lode_error *error)
{
	lode__arena *arena = &key->table->metadata->arena;
	const char *point = strrchr(target, '.');
	char label[LODE__TABLE_LABEL_SIZE];

	if (!target[0] || point == target || (point && !point[1]))
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: the target \"%s\" of a "
				       "foreign key is not \"table\" or \"schema.table\"",
				       lode__table_label(key->table, label), target);
	if (point) {
		key->target_schema = lode__arena_strndup(arena, target, (size_t)(point - target));
		if (!key->target_schema)
			return lode__error_nomem(error);
	}
	key->target_table = lode__arena_strdup(arena, point ? point + 1 : target);
	return key->target_table ? LODE_OK : lode__error_nomem(error);
}

static lode_status read_target_table(lode_foreign_key *key, const lode_table *target,
				     lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE], other[LODE__TABLE_LABEL_SIZE];

	if (target->metadata != key->table->metadata || target->removed)
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: a foreign key refers to %s, "
				       "which is not in the same metadata",
				       lode__table_label(key->table, label),
				       lode__table_label(target, other));
	key->exact_target = true;
	key->target_schema = target->schema;
	key->target_table = target->name;
	return LODE_OK;
}

static lode_status copy_names(lode_metadata *metadata, const char ***out, const char *const *names,
			      size_t count, lode_error *error)
{
	const char **copy = LODE__NEW_ARRAY(&metadata->arena, const char *, count);

	if (!copy)
		return lode__error_nomem(error);
	for (size_t i = 0; i < count; i++) {
		copy[i] = lode__arena_strdup(&metadata->arena, names[i] ? names[i] : "");
		if (!copy[i])
			return lode__error_nomem(error);
	}
	*out = copy;
	return LODE_OK;
}

static lode_status read_target_names(lode_foreign_key *key, const lode_foreign_key_options *options,
				     lode_error *error)
{
	lode_metadata *metadata = key->table->metadata;
	char label[LODE__TABLE_LABEL_SIZE];
	size_t count = key->count;
	lode_status status = LODE_OK;

	if (options->target_columns && options->target_names)
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: a foreign key: give "
				       "target_columns or target_names, not both",
				       lode__table_label(key->table, label));
	if (options->target_names)
		status = copy_names(metadata, &key->target_names, options->target_names, count,
				    error);
	else if (options->target_columns)
		status = lode__names_read(metadata, &key->target_names, &count,
					  options->target_columns, error);
	if (status == LODE_OK && count != key->count)
		status = lode__error_set(error, LODE_E_MISUSE,
					 "table %s: a foreign key to %s has "
					 "%zu columns here and %zu there",
					 lode__table_label(key->table, label), key->target_table,
					 key->count, count);
	return status;
}

static lode_status read_words(lode_foreign_key *key, const lode_foreign_key_options *options,
			      lode_error *error)
{
	lode_status status = read_word(&key->on_delete, key->table, "on_delete", options->on_delete,
				       action_words, error);

	if (status == LODE_OK)
		status = read_word(&key->on_update, key->table, "on_update", options->on_update,
				   action_words, error);
	if (status == LODE_OK)
		status = read_word(&key->initially, key->table, "initially", options->initially,
				   initially_words, error);
	if (status == LODE_OK)
		status = read_word(&key->match, key->table, "match", options->match, match_words,
				   error);
	key->deferrable = options->deferrable || key->initially == initially_words[0];
	key->use_alter = options->use_alter;
	return status;
}

static lode_status read_target_of(lode_foreign_key *key, const lode_foreign_key_options *options,
				  lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];

	if (!options->target == !options->target_table)
		return lode__error_set(error, LODE_E_MISUSE,
				       "table %s: a foreign key needs target "
				       "or target_table, and not both",
				       lode__table_label(key->table, label));
	if (options->target_table)
		return read_target_table(key, options->target_table, error);
	return read_target(key, options->target, error);
}

lode_status lode__foreign_key_new(lode_foreign_key **out, lode_table *table,
				  const lode__column_list *columns,
				  const lode_foreign_key_options *options, lode_error *error)
{
	lode_foreign_key *key = LODE__NEW(&table->metadata->arena, lode_foreign_key);
	lode_status status;

	if (!key)
		return lode__error_nomem(error);
	key->table = table;
	key->columns = columns->items;
	key->count = columns->count;
	key->referred_columns =
		LODE__NEW_ARRAY(&table->metadata->arena, lode_table_column *, columns->count);
	if (!key->referred_columns)
		return lode__error_nomem(error);
	status = lode__table_name_check(table, options->name, error);
	if (status == LODE_OK)
		status = lode__metadata_text(table->metadata, &key->name, options->name, error);
	if (status == LODE_OK)
		status = lode__table_read_comment(table, &key->comment, options->name,
						  options->comment, error);
	if (status == LODE_OK)
		status = read_target_of(key, options, error);
	if (status == LODE_OK)
		status = read_target_names(key, options, error);
	if (status == LODE_OK)
		status = read_words(key, options, error);
	if (status == LODE_OK)
		*out = key;
	return status;
}

lode_foreign_key *lode_table_add_foreign_key(lode_table *table,
					     const lode_foreign_key_options *options,
					     lode_error *error)
{
	lode_foreign_key_options given;
	lode__column_list columns;
	lode_foreign_key *key;

	if (!table) {
		lode__error_set(error, LODE_E_MISUSE, "add a foreign key: the table is NULL");
		return NULL;
	}
	if (LODE__OPTIONS_READ(&given, options, "foreign key", error) < 0 ||
	    lode__column_list_read(&columns, table, "a foreign key", given.columns,
				   given.column_names, given.column_count, error) < 0 ||
	    lode__foreign_key_new(&key, table, &columns, &given, error) < 0 ||
	    lode__table_reserve(table, &table->foreign_keys, table->foreign_key_count, error) < 0)
		return NULL;
	lode__table_push(&table->foreign_keys, &table->foreign_key_count, key);
	if (key->count == 1 && !key->columns[0]->foreign_key)
		key->columns[0]->foreign_key = key;
	table->metadata->resolved = false;
	return key;
}

/* ------------------------------------------------------------------ resolving */

static size_t put_label(char *label, size_t used, const char *text)
{
	size_t room = LODE__KEY_LABEL_SIZE - used;
	int n = snprintf(label + used, room, "%s", text);

	return n < 0 ? used : (size_t)n < room ? used + (size_t)n : LODE__KEY_LABEL_SIZE - 1;
}

static const char *name_near(const lode_foreign_key *key, size_t i)
{
	return key->columns[i]->name;
}

static const char *name_far(const lode_foreign_key *key, size_t i)
{
	return key->target_names[i];
}

static size_t put_names(char *label, size_t used, const lode_foreign_key *key,
			const char *(*name)(const lode_foreign_key *, size_t))
{
	used = put_label(label, used, key->count == 1 ? "." : "(");
	for (size_t i = 0; i < key->count; i++) {
		used = put_label(label, used, i ? ", " : "");
		used = put_label(label, used, name(key, i));
	}
	return put_label(label, used, key->count == 1 ? "" : ")");
}

const char *lode__foreign_key_label(const lode_foreign_key *key, char label[LODE__KEY_LABEL_SIZE])
{
	char table[LODE__TABLE_LABEL_SIZE];
	size_t used = put_label(label, 0, lode__table_label(key->table, table));

	used = put_names(label, used, key, name_near);
	used = put_label(label, used, " to ");
	if (key->target_schema) {
		used = put_label(label, used, key->target_schema);
		used = put_label(label, used, ".");
	}
	used = put_label(label, used, key->target_table);
	if (key->target_names)
		put_names(label, used, key, name_far);
	return label;
}

lode_table *lode__foreign_key_target(const lode_foreign_key *key)
{
	const lode_metadata *metadata = key->table->metadata;

	if (key->exact_target)
		return lode__metadata_exact(metadata, key->target_schema, key->target_table);
	return lode_metadata_find(metadata, key->target_schema, key->target_table);
}

static lode_status report_no_table(const lode_foreign_key *key, lode_error *error)
{
	const lode_table *nearest = lode__metadata_nearest(key->table->metadata, key->target_table);
	char label[LODE__KEY_LABEL_SIZE], other[LODE__TABLE_LABEL_SIZE];

	return lode__error_set(
		error, LODE_E_NO_OBJECT, "foreign key %s: there is no table %s%s%s%s%s%s",
		lode__foreign_key_label(key, label), key->target_schema ? key->target_schema : "",
		key->target_schema ? "." : "", key->target_table, nearest ? ", did you mean " : "",
		nearest ? lode__table_label(nearest, other) : "", nearest ? "?" : "");
}

static lode_status resolve_to_primary_key(lode_foreign_key *key, const lode_table *target,
					  lode_error *error)
{
	char label[LODE__KEY_LABEL_SIZE];

	if (target->primary_key_count != key->count)
		return lode__error_set(error, LODE_E_NO_OBJECT,
				       "foreign key %s: the primary key "
				       "there has %zu columns, %zu are here",
				       lode__foreign_key_label(key, label),
				       target->primary_key_count, key->count);
	for (size_t i = 0; i < key->count; i++)
		key->referred_columns[i] = target->primary_key[i];
	return LODE_OK;
}

static lode_status resolve_to_names(lode_foreign_key *key, const lode_table *target,
				    lode_error *error)
{
	for (size_t i = 0; i < key->count; i++) {
		lode_table_column *column = lode_table_find_column(target, key->target_names[i]);
		char label[LODE__KEY_LABEL_SIZE], table[LODE__TABLE_LABEL_SIZE];
		lode__near near;

		key->referred_columns[i] = column;
		if (column)
			continue;
		lode__near_init(&near, key->target_names[i]);
		for (size_t k = 0; k < target->column_count; k++)
			lode__near_offer(&near, target->columns[k]->name);
		return lode__error_set(
			error, LODE_E_NO_OBJECT, "foreign key %s: table %s has no column %s%s%s%s",
			lode__foreign_key_label(key, label), lode__table_label(target, table),
			key->target_names[i], near.best ? ", did you mean " : "",
			near.best ? near.best : "", near.best ? "?" : "");
	}
	return LODE_OK;
}

lode_status lode__foreign_key_resolve(lode_foreign_key *key, lode_error *error)
{
	lode_table *target = lode__foreign_key_target(key);
	lode_status status;

	key->referred = NULL;
	if (!target)
		return report_no_table(key, error);
	status = key->target_names ? resolve_to_names(key, target, error)
				   : resolve_to_primary_key(key, target, error);
	if (status == LODE_OK)
		key->referred = target;
	return status;
}

bool lode__foreign_key_is_self(const lode_foreign_key *key)
{
	return key->referred == key->table;
}
