/* SPDX-License-Identifier: MIT */
/* orm/declare.c - from the declarations of a class to its table in the metadata.
 *
 * What can be said of a declaration in the words of the class (its name, its member) is checked
 * here; what only concerns tables is checked by the schema layer, whose message then follows the
 * name of the class. */
#include "orm/declare.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "orm/secondary.h"
#include "schema/metadata.h"
#include "types/ctype.h"
#include "types/type.h"

typedef struct making {
	lode_registry *registry;
	const lode_class *class_;
	const lode__members *members;
	lode__arena *arena;
	lode__declared *out;
	lode_error *error;
} making;

#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static lode_status refuse(const making *m, const lode__member *member, const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return lode__error_set(m->error, LODE_E_MAPPING, "%s%s%s: %s", m->class_->name,
	                       member && member->name ? "." : "",
	                       member && member->name ? member->name : "", text);
}

/* What the schema layer refused, with the class (and member) in front. */
static lode_status pass_on(const making *m, const lode__member *member, const lode_error *cause)
{
	if (cause->status == LODE_E_NOMEM)
		return lode__error_nomem(m->error);
	return refuse(m, member, "%s", cause->message);
}

/* ------------------------------------------------------------------ types */

static bool is_text(lode_type_kind kind)
{
	return kind == LODE_STRING || kind == LODE_TEXT_TYPE;
}

static bool is_whole(const struct lode__ctype_info *info)
{
	return info->scalar >= LODE_C_INT8 && info->scalar <= LODE_C_UINT64;
}

static const char *default_name(const lode_column_decl *decl)
{
	const char *point = strrchr(decl->member, '.');

	return decl->name ? decl->name : point ? point + 1 : decl->member;
}

static lode_status check_length(const making *m, const lode__member *member, lode_type *type)
{
	const lode_column_decl *decl = &member->decl.u.column;

	if (decl->ctype == LODE_C_CHARS && is_text(type->kind) && decl->length >= decl->size)
		return refuse(m, member, "length %u does not fit char[%zu], which holds %zu",
		              (unsigned)decl->length, decl->size, decl->size - 1);
	if (!is_text(type->kind) && type->kind != LODE_LARGE_BINARY)
		return refuse(m, member, ".length is for text and bytes only");
	/* a variant replaces all of a type, so it would lose the length said here */
	if (!decl->type && !decl->annotation) {
		type->variants = NULL;
		if (type->kind == LODE_TEXT_TYPE)
			type->kind = LODE_STRING;
	}
	type->length = decl->length;
	return LODE_OK;
}

static lode_status explicit_type(const making *m, const lode__member *member, lode_type *type)
{
	lode_error cause = LODE_ERROR_INIT;

	if (lode__type_copy(type, member->decl.u.column.type, m->arena, &cause) < 0)
		return pass_on(m, member, &cause);
	return LODE_OK;
}

static lode_status enum_type(const making *m, const lode__member *member, lode_type *type)
{
	const lode_column_decl *decl = &member->decl.u.column;
	const struct lode__ctype_info *info = lode__ctype_info(decl->ctype);

	if (!is_whole(info))
		return refuse(m, member, ".enum_names is for enums and integers, not for %s",
			      info->name);
	if (!decl->enum_names[0])
		return refuse(m, member, ".enum_names has no name");
	if (decl->type) {
		lode_status status = explicit_type(m, member, type);

		if (status < 0)
			return status;
		if (!is_text(type->kind) && type->kind != LODE_ENUM)
			return refuse(m, member, ".enum_names stores text, but .type is %s",
			              lode__type_kind_name(type->kind));
		return LODE_OK;
	}
	*type = (lode_type){ .struct_size = sizeof *type, .variant_size = sizeof(lode_variant),
		.kind = LODE_ENUM, .enum_names = decl->enum_names };
	return LODE_OK;
}

/* what the map, or else the hook, says */
static lode_status mapped_type(const making *m, const lode__member *member, lode_type *type)
{
	const lode_column_decl *decl = &member->decl.u.column;
	const lode_registry *registry = m->registry;
	lode_error cause = LODE_ERROR_INIT;
	const lode_type *hooked = NULL;
	char where[256];
	lode_status status;

	snprintf(where, sizeof where, "%s.%s", m->class_->name, member->name);
	status = lode__type_map_find(&registry->types, decl->ctype, decl->size, decl->annotation,
	                             where, type, &cause);
	if (status == LODE_E_MAPPING && registry->type_hook)
		hooked = registry->type_hook(registry->type_hook_context, m->class_, member->name,
		                             decl->ctype, decl->annotation);
	if (hooked)
		return lode__type_copy(type, hooked, m->arena, m->error);
	return status < 0 ? lode__error_copy(m->error, &cause) : LODE_OK;
}

/* The type of a column; *borrowed: it is that of the column its foreign key refers to. */
static lode_status column_type(const making *m, const lode__member *member, lode_type *type,
                               bool *borrowed)
{
	const lode_column_decl *decl = &member->decl.u.column;
	lode_status status;

	*borrowed = decl->foreign_key && !decl->type && !decl->annotation && !decl->length &&
	            !decl->enum_names;
	if (*borrowed)
		return LODE_OK;
	if (decl->enum_names)
		return enum_type(m, member, type);
	status = decl->type ? explicit_type(m, member, type) : mapped_type(m, member, type);
	if (status == LODE_OK && decl->length)
		status = check_length(m, member, type);
	return status;
}

/* ------------------------------------------------------------------ columns */

bool lode__member_nullable(const lode__member *member)
{
	const lode_column_decl *decl = &member->decl.u.column;
	const struct lode__ctype_info *info = lode__ctype_info(decl->ctype);

	if (decl->primary_key || decl->not_null)
		return false;
	return decl->nullable || info->nullable;
}

static lode_status check_null(const making *m, const lode__member *member)
{
	const lode_column_decl *decl = &member->decl.u.column;
	const struct lode__ctype_info *info = lode__ctype_info(decl->ctype);
	const struct lode__ctype_info *optional;

	if (!decl->nullable)
		return LODE_OK;
	if (decl->not_null)
		return refuse(m, member, ".nullable and .not_null contradict each other");
	if (decl->primary_key)
		return refuse(m, member, "a primary key cannot be .nullable");
	if (info->nullable || info->by_pointer)
		return LODE_OK;
	if (decl->ctype == LODE_C_CHARS)
		return refuse(m, member,
			      "a char[%zu] cannot be NULL: make the member a const char *",
			      decl->size);
	optional = lode__ctype_info((lode_ctype)(decl->ctype + LODE_C_OPT_BASE));
	return refuse(m, member, "a plain %s cannot be NULL: make the member a %s", info->name,
	              optional ? optional->name : "lode_opt_*");
}

static lode_status check_place(const making *m, const lode__member *member, size_t offset,
                               size_t size)
{
	size_t room = m->class_->object_size;

	if (size == 0 || size > room || offset > room - size)
		return refuse(m, member, "the member does not lie in the struct of %zu bytes",
			      room);
	return LODE_OK;
}

static lode_status check_column(const making *m, const lode__member *member)
{
	const lode_column_decl *decl = &member->decl.u.column;
	const struct lode__ctype_info *info = lode__ctype_info(decl->ctype);

	if (!info)
		return refuse(m, member, "the member is of no known type (%d)", (int)decl->ctype);
	if (info->size && info->size != decl->size)
		return refuse(m, member, "the member has %zu bytes, a %s has %zu", decl->size,
		              info->name, info->size);
	if (decl->ctype == LODE_C_CHARS && decl->size < 2)
		return refuse(m, member, "a char[1] has no room but for the NUL");
	if (check_place(m, member, decl->offset, decl->size) < 0 || check_null(m, member) < 0)
		return LODE_E_MAPPING;
	for (size_t i = 0; i < m->out->count; i++) {
		const lode__member *other = m->out->columns[i];

		if (other->decl.u.column.offset == decl->offset)
			return refuse(m, member, "the member is a column twice");
		if (strcmp(default_name(&other->decl.u.column), default_name(decl)) == 0)
			return refuse(m, member,
				      "%s.%s is the column \"%s\" already: give one of them "
				      "another .name",
				      m->class_->name, other->name, default_name(decl));
	}
	return LODE_OK;
}

static void fill_column(const lode__member *member, lode_column_options *options)
{
	const lode_column_decl *decl = &member->decl.u.column;

	options->name = default_name(decl);
	options->primary_key = decl->primary_key;
	options->nullable = lode__member_nullable(member);
	options->unique = decl->unique;
	options->index = decl->index;
	options->autoincrement = decl->autoincrement;
	options->insert_default = decl->insert_default;
	options->server_default = decl->server_default;
	options->onupdate = decl->onupdate;
	options->comment = decl->comment;
	options->foreign_key = decl->foreign_key;
	options->on_delete = decl->on_delete;
	options->on_update = decl->on_update;
}

static lode_status add_column(making *m, const lode__member *member)
{
	lode_column_options options = LODE_COLUMN_OPTIONS_INIT;
	lode_error cause = LODE_ERROR_INIT;
	lode_status status = check_column(m, member);
	bool borrowed = false;
	lode_type type;

	if (status == LODE_OK)
		status = column_type(m, member, &type, &borrowed);
	if (status < 0)
		return status;
	fill_column(member, &options);
	options.type = borrowed ? NULL : &type;
	if (!lode_table_add_column(m->out->table, &options, &cause))
		return pass_on(m, member, &cause);
	m->out->columns[m->out->count++] = member;
	return LODE_OK;
}

static lode_status add_columns(making *m)
{
	size_t count = 0;

	for (size_t i = 0; i < m->members->count; i++)
		count += m->members->items[i].decl.kind == LODE_DECL_COLUMN;
	m->out->columns = LODE__NEW_ARRAY(m->arena, const lode__member *, count + 1);
	if (!m->out->columns)
		return lode__error_nomem(m->error);
	for (size_t i = 0; i < m->members->count; i++) {
		if (m->members->items[i].decl.kind == LODE_DECL_COLUMN) {
			lode_status status = add_column(m, &m->members->items[i]);

			if (status < 0)
				return status;
		}
	}
	return LODE_OK;
}

/* ------------------------------------------------------------------ constraints */

static const lode__member *find_column(const making *m, const char *prefix, const char *name,
                                       size_t size)
{
	size_t skip = strlen(prefix);

	for (int pass = 0; pass < 2; pass++, skip = 0) {
		for (size_t i = 0; i < m->out->count; i++) {
			const char *full = m->out->columns[i]->name;

			if (strncmp(full, prefix, skip) == 0 && strlen(full + skip) == size &&
			    memcmp(full + skip, name, size) == 0)
				return m->out->columns[i];
		}
	}
	return NULL;
}

static lode_status refuse_name(const making *m, const char *what, const char *name, size_t size)
{
	char given[128];
	lode__near near;

	lode__text_cut(given, sizeof given, name, size);
	lode__near_init(&near, given);
	for (size_t i = 0; i < m->out->count; i++)
		lode__near_offer(&near, m->out->columns[i]->name);
	return refuse(m, NULL, "%s: there is no column member \"%s\"%s%s%s", what, given,
	              near.best ? "; did you mean \"" : "", near.best ? near.best : "",
	              near.best ? "\"?" : "");
}

/* "a, -b" in members to columns of the table; `names` has room for all */
static lode_status read_members(const making *m, const lode__member *member, const char *what,
                                const char *text, lode_index_key *keys, size_t *count)
{
	const char *at = text, *name;
	size_t size;

	*count = 0;
	while ((name = lode__list_next(&at, &size)) != NULL) {
		const lode__member *column;

		keys[*count] = (lode_index_key){ 0 };
		if (size && *name == '-' && member->decl.kind == LODE_DECL_INDEX) {
			keys[*count].descending = true;
			name++;
			size--;
		}
		column = find_column(m, member->prefix, name, size);
		if (!column)
			return refuse_name(m, what, name, size);
		keys[(*count)++].column = default_name(&column->decl.u.column);
	}
	return *count ? LODE_OK : refuse(m, NULL, "%s: names no member", what);
}

static size_t count_list(const char *text)
{
	size_t count = 1;

	for (; text && *text; text++)
		count += *text == ',';
	return count;
}

/* keys and, beside them, the bare names */
static lode_status read_columns(const making *m, const lode__member *member, const char *what,
                                const char *text, lode_index_key **keys, const char ***names,
                                size_t *count)
{
	size_t room = count_list(text);
	lode_status status;

	*keys = LODE__NEW_ARRAY(m->arena, lode_index_key, room);
	*names = LODE__NEW_ARRAY(m->arena, const char *, room);
	if (!*keys || !*names)
		return lode__error_nomem(m->error);
	status = read_members(m, member, what, text ? text : "", *keys, count);
	for (size_t i = 0; status == LODE_OK && i < *count; i++)
		(*names)[i] = (*keys)[i].column;
	return status;
}

static lode_status add_key(const making *m, const lode__member *member)
{
	const lode_key_decl *decl = &member->decl.u.key;
	bool is_index = member->decl.kind == LODE_DECL_INDEX;
	const char *what = is_index ? "LODE_INDEX" : "LODE_UNIQUE";
	lode_unique_options unique = LODE_UNIQUE_OPTIONS_INIT;
	lode_index_options index = LODE_INDEX_OPTIONS_INIT;
	lode_error cause = LODE_ERROR_INIT;
	lode_index_key *keys;
	const char **names;
	size_t count;
	lode_status status = read_columns(m, member, what, decl->members, &keys, &names, &count);

	if (status < 0)
		return status;
	unique.name = index.name = decl->name;
	unique.comment = index.comment = decl->comment;
	unique.column_names = names;
	unique.column_count = index.key_count = count;
	index.keys = keys;
	index.unique = decl->unique;
	index.where_sql = decl->where;
	if (is_index ? !lode_table_add_index(m->out->table, &index, &cause)
	             : !lode_table_add_unique(m->out->table, &unique, &cause))
		return pass_on(m, NULL, &cause);
	return LODE_OK;
}

static lode_status add_check(const making *m, const lode__member *member)
{
	lode_check_options options = LODE_CHECK_OPTIONS_INIT;
	lode_error cause = LODE_ERROR_INIT;

	options.sql = member->decl.u.check.sql;
	options.name = member->decl.u.check.name;
	options.comment = member->decl.u.check.comment;
	return lode_table_add_check(m->out->table, &options, &cause) ? LODE_OK
	                                                             : pass_on(m, NULL, &cause);
}

/* "order_line.order_id, order_line.line" to a table and column names */
static lode_status read_target(const making *m, const char *text, lode_foreign_key_options *out)
{
	const char **names = LODE__NEW_ARRAY(m->arena, const char *, count_list(text));
	const char *at = text, *item;
	size_t size, count = 0;

	if (!names)
		return lode__error_nomem(m->error);
	while ((item = lode__list_next(&at, &size)) != NULL) {
		char *full = lode__arena_strndup(m->arena, item, size);
		char *point = full ? strrchr(full, '.') : NULL;

		if (!full)
			return lode__error_nomem(m->error);
		if (!point || point == full || !point[1])
			return refuse(m, NULL, "LODE_FOREIGN_KEY: the target \"%s\" is not "
			              "\"table.column\"", full);
		*point = '\0';
		if (out->target && strcmp(out->target, full) != 0)
			return refuse(m, NULL,
				      "LODE_FOREIGN_KEY: the targets \"%s\" are in two tables",
				      text);
		out->target = full;
		names[count++] = point + 1;
	}
	if (count != out->column_count)
		return refuse(m, NULL, "LODE_FOREIGN_KEY: %zu members refer to %zu columns",
		              out->column_count, count);
	out->target_names = names;
	return LODE_OK;
}

static lode_status add_foreign_key(const making *m, const lode__member *member)
{
	const lode_foreign_key_decl *decl = &member->decl.u.foreign_key;
	lode_foreign_key_options options = LODE_FOREIGN_KEY_OPTIONS_INIT;
	lode_error cause = LODE_ERROR_INIT;
	lode_index_key *keys;
	const char **names;
	lode_status status = read_columns(m, member, "LODE_FOREIGN_KEY", decl->members, &keys,
					  &names, &options.column_count);

	if (status == LODE_OK)
		status = read_target(m, decl->target ? decl->target : "", &options);
	if (status < 0)
		return status;
	options.column_names = names;
	options.name = decl->name;
	options.comment = decl->comment;
	options.on_delete = decl->on_delete;
	options.on_update = decl->on_update;
	options.deferrable = decl->deferrable;
	options.initially = decl->initially;
	options.match = decl->match;
	return lode_table_add_foreign_key(m->out->table, &options, &cause)
		       ? LODE_OK
		       : pass_on(m, NULL, &cause);
}

static lode_status add_constraints(const making *m)
{
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < m->members->count; i++) {
		const lode__member *member = &m->members->items[i];

		switch (member->decl.kind) {
		case LODE_DECL_UNIQUE:
		case LODE_DECL_INDEX:
			status = add_key(m, member);
			break;
		case LODE_DECL_CHECK:
			status = add_check(m, member);
			break;
		case LODE_DECL_FOREIGN_KEY:
			status = add_foreign_key(m, member);
			break;
		default:
			break;
		}
	}
	return status;
}

/* ------------------------------------------------------------------ the table */

/* The class's own LODE_TABLE, else that of the first it includes. */
static lode_status find_options(const making *m, lode_table_options *out)
{
	const lode__member *found = NULL;

	for (size_t i = 0; i < m->members->count; i++) {
		const lode__member *member = &m->members->items[i];

		if (member->decl.kind != LODE_DECL_TABLE)
			continue;
		if (found && found->origin == member->origin)
			return refuse(m, NULL, "LODE_TABLE stands there twice");
		if (!found)
			found = member;
	}
	out->name = m->class_->table;
	if (found) {
		const lode_table_decl *decl = &found->decl.u.table;

		out->schema = decl->schema;
		out->comment = decl->comment;
		out->dialect_sql = decl->dialect_sql;
		while (decl->dialect_sql && decl->dialect_sql[out->dialect_sql_count].sql)
			out->dialect_sql_count++;
	}
	return LODE_OK;
}

/* Somebody has the table already. */
static lode_status refuse_table(const making *m, const lode_table *table)
{
	const lode__vec *mappers = &m->registry->mappers;

	for (size_t i = 0; i < mappers->count; i++) {
		const lode_mapper *other = LODE__VEC_AT(lode_mapper, mappers, i);

		if (other->table == table)
			return lode__error_set(m->error, LODE_E_EXISTS,
				"%s: the table \"%s\" is mapped by %s already", m->class_->name,
				m->class_->table, other->name);
	}
	return lode__error_set(m->error, LODE_E_EXISTS,
		"%s: the metadata has a table \"%s\" already, which was not made by mapping",
		m->class_->name, m->class_->table);
}

static lode_status make_table(making *m)
{
	lode_metadata *metadata = m->registry->metadata;
	lode_table_options options = LODE_TABLE_OPTIONS_INIT;
	lode_error cause = LODE_ERROR_INIT;
	lode_table *existing;
	lode_status status;

	if (!m->class_->table[0])
		return refuse(m, NULL, "the table has no name");
	status = find_options(m, &options);
	if (status < 0)
		return status;
	existing = lode__metadata_exact(metadata,
		options.schema ? options.schema : lode_metadata_schema(metadata), options.name);
	if (existing && !lode__secondary_give_way(m->registry, existing))
		return refuse_table(m, existing);
	m->out->table = lode_metadata_add_table(metadata, &options, &cause);
	return m->out->table ? LODE_OK : pass_on(m, NULL, &cause);
}

lode_status lode__declare_table(lode_registry *registry, const lode_class *class_,
                                const lode__members *members, lode__arena *arena,
                                lode__declared *out, lode_error *error)
{
	making m = { registry, class_, members, arena, out, error };
	lode_status status = make_table(&m);

	if (status == LODE_OK)
		status = add_columns(&m);
	if (status == LODE_OK && out->table->primary_key_count == 0)
		status = refuse(&m, NULL, "the table \"%s\" has no primary key: give a column "
		                ".primary_key = true", class_->table);
	if (status == LODE_OK)
		status = add_constraints(&m);
	return status;
}
