/* SPDX-License-Identifier: MIT */
/* orm/secondary.c - link tables of many-to-many relationships. */
#include "orm/secondary.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "schema/key.h"
#include "schema/metadata.h"

#define TYPE_DEPTH 16

static lode_status pass_on(const lode__relationship *r, const lode_error *cause, lode_error *error)
{
	if (cause->status == LODE_E_NOMEM)
		return lode__error_nomem(error);
	return lode__error_set(error, LODE_E_MAPPING,
			       "%s.%s: the .secondary table \"%s\" cannot be made, add it to the "
			       "metadata by hand: %.300s",
			       r->owner->name, r->name, r->decl->secondary, cause->message);
}

/* A key column that refers has the type of what it refers to, which may not be known yet. */
static const lode_type *column_type(const lode_table_column *column)
{
	for (int depth = 0; column && !column->type && depth < TYPE_DEPTH; depth++) {
		lode_foreign_key *key = column->foreign_key;

		if (!key || !lode__foreign_key_target(key) ||
		    lode__foreign_key_resolve(key, NULL) < 0)
			return NULL;
		column = key->referred_columns[0];
	}
	return column ? column->type : NULL;
}

typedef struct link_side {
	const lode__relationship *r;
	lode_table *table;              /* the one that is made */
	const lode_table *side;         /* the one it refers to */
	const char *prefix;             /* "left_", "right_", "" */
	lode__arena *arena;
} link_side;

static char *link_name(const link_side *s, const lode_table_column *column)
{
	return lode__arena_printf(s->arena, "%s%s_%s", s->prefix, s->side->name, column->name);
}

static lode_status add_column(const link_side *s, const lode_table_column *column, bool single,
                              const char *name, lode_error *error)
{
	lode_column_options options = LODE_COLUMN_OPTIONS_INIT;

	if (!name)
		return lode__error_nomem(error);
	options.name = name;
	options.primary_key = true;
	options.autoincrement = LODE_AUTOINCREMENT_OFF;
	if (single)
		options.references = column;
	else
		options.type = column_type(column);
	return lode_table_add_column(s->table, &options, error) ? LODE_OK : error->status;
}

static lode_status add_key(const link_side *s, const char **names, const char **targets,
                           lode_error *error)
{
	lode_foreign_key_options options = LODE_FOREIGN_KEY_OPTIONS_INIT;

	options.column_names = names;
	options.column_count = s->side->primary_key_count;
	options.target_table = s->side;
	options.target_names = targets;
	return lode_table_add_foreign_key(s->table, &options, error) ? LODE_OK : error->status;
}

static lode_status add_side(const link_side *s, lode_error *error)
{
	size_t count = s->side->primary_key_count;
	const char **names = LODE__NEW_ARRAY(s->arena, const char *, count);
	const char **targets = LODE__NEW_ARRAY(s->arena, const char *, count);
	lode_status status = LODE_OK;

	if (!names || !targets)
		return lode__error_nomem(error);
	for (size_t i = 0; status == LODE_OK && i < count; i++) {
		const lode_table_column *column = s->side->primary_key[i];

		names[i] = link_name(s, column);
		targets[i] = column->name;
		status = add_column(s, column, count == 1, names[i], error);
	}
	return status == LODE_OK && count > 1 ? add_key(s, names, targets, error) : status;
}

static lode_status make_table(const lode__relationship *r, const char *schema, const char *name,
                              lode__arena *scratch, lode_table **out, lode_error *error)
{
	bool self = r->owner->table == r->target->table;
	link_side near = { r, NULL, r->owner->table, self ? "left_" : "", scratch };
	link_side far = { r, NULL, r->target->table, self ? "right_" : "", scratch };
	lode_table_options options = LODE_TABLE_OPTIONS_INIT;
	lode_status status;

	options.name = name;
	options.schema = schema;
	options.no_schema = !schema;
	near.table = far.table = lode_metadata_add_table(r->owner->registry->metadata, &options,
	                                                 error);
	if (!near.table)
		return error->status;
	status = add_side(&near, error);
	if (status == LODE_OK)
		status = add_side(&far, error);
	*out = near.table;
	return status;
}

static lode_status remember(lode__relationship *r, const char *schema, const char *name,
                            const lode_table **out, lode_error *error)
{
	lode_registry *registry = r->owner->registry;
	lode_error cause = LODE_ERROR_INIT;
	lode_table *table = NULL;
	lode__arena scratch;
	lode_status status;

	if (lode__vec_reserve(&registry->made, registry->made.count + 1) < 0)
		return lode__error_nomem(error);
	lode__arena_init(&scratch, registry->allocator, 0);
	status = make_table(r, schema, name, &scratch, &table, &cause);
	lode__arena_dispose(&scratch);
	if (status < 0)
		return pass_on(r, &cause, error);
	(void)lode__vec_push(&registry->made, table);   /* has room */
	*out = table;
	return LODE_OK;
}

lode_status lode__secondary_table(lode__relationship *r, const lode_table **out, lode_error *error)
{
	lode_metadata *metadata = r->owner->registry->metadata;
	const char *given = r->decl->secondary, *point = strrchr(given, '.');
	const char *name = point ? point + 1 : given;
	char written[128];
	const char *schema = r->owner->table->schema;

	if (!*name || point == given || (point && (size_t)(point - given) >= sizeof written))
		return lode__error_set(
			error, LODE_E_MAPPING,
			"%s.%s: .secondary \"%s\" is not \"table\" or \"schema.table\"",
			r->owner->name, r->name, given);
	if (point) {
		lode__text_cut(written, sizeof written, given, (size_t)(point - given));
		schema = written;
	}
	*out = schema ? lode__metadata_exact(metadata, schema, name) : NULL;
	if (!*out && !point)
		*out = lode_metadata_find(metadata, NULL, name);
	return *out ? LODE_OK : remember(r, schema, name, out, error);
}

bool lode__secondary_give_way(lode_registry *registry, lode_table *table)
{
	size_t at = lode__vec_find(&registry->made, table);

	if (at == LODE__VEC_NONE || lode_metadata_remove(registry->metadata, table, NULL) < 0)
		return false;
	lode__vec_remove(&registry->made, at);
	for (size_t i = 0; i < registry->mappers.count; i++) {
		lode_mapper *mapper = lode__registry_mapper(registry, i);

		for (uint32_t k = 0; k < mapper->relationship_count; k++)
			if (mapper->relationships[k].secondary == table)
				mapper->relationships[k].linked = false;
	}
	return true;
}
