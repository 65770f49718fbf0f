/* SPDX-License-Identifier: MIT */
/* orm/mapper.c - a mapped class: its table, its attributes, its relationships.
 *
 * The table is made first, so that attribute i is column i.  What only making needs lies in an
 * arena of its own, which goes when the mapper stands. */
#include "orm/mapper.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "orm/class.h"
#include "orm/declare.h"
#include "orm/registry.h"

#define MEMBERS_MAX 0x7000      /* fits a slot */

/* ------------------------------------------------------------------ looking up */

static uintptr_t find_slot(const lode_mapper *mapper, const char *name, size_t size)
{
	return (uintptr_t)lode__map_get_n(&mapper->names, name, size);
}

lode__attribute *lode__mapper_find(const lode_mapper *mapper, const char *name, size_t size)
{
	uintptr_t slot = find_slot(mapper, name, size);

	return slot && slot < LODE__SLOT_RELATIONSHIP ? &mapper->attributes[slot - 1] : NULL;
}

lode__relationship *lode__mapper_find_relationship(const lode_mapper *mapper, const char *name,
                                                   size_t size)
{
	uintptr_t slot = find_slot(mapper, name, size);

	return slot > LODE__SLOT_RELATIONSHIP
		? &mapper->relationships[slot - LODE__SLOT_RELATIONSHIP - 1] : NULL;
}

lode__attribute *lode__mapper_attribute_of(const lode_mapper *mapper,
                                           const lode_table_column *column)
{
	return column->table == mapper->table && column->index < mapper->attribute_count
		? &mapper->attributes[column->index] : NULL;
}

const char *lode__mapper_nearest(const lode_mapper *mapper, const char *name)
{
	lode__near near;

	lode__near_init(&near, name);
	for (uint32_t i = 0; i < mapper->attribute_count; i++)
		lode__near_offer(&near, mapper->attributes[i].name);
	return near.best;
}

const char *lode__mapper_nearest_relationship(const lode_mapper *mapper, const char *name)
{
	lode__near near;

	lode__near_init(&near, name);
	for (uint32_t i = 0; i < mapper->relationship_count; i++)
		lode__near_offer(&near, mapper->relationships[i].name);
	return near.best;
}

/* ------------------------------------------------------------------ making */

typedef struct building {
	lode_registry *registry;
	lode_mapper *mapper;
	lode__members members;
	lode__declared declared;
	lode__arena scratch;
	uint16_t *slots;
	lode_error *error;
} building;

static lode_status put_member(building *b, const char *name, size_t offset, uint32_t slot)
{
	if (b->slots[offset])
		return lode__error_set(b->error, LODE_E_MAPPING,
				       "%s.%s: the member is declared twice", b->mapper->name,
				       name);
	b->slots[offset] = (uint16_t)slot;
	if (lode__map_put(&b->mapper->names, name, (void *)(uintptr_t)slot) < 0)
		return lode__error_nomem(b->error);
	return LODE_OK;
}

/* names of mixin members were composed in the scratch arena; others are the class's own */
static const char *keep_name(building *b, const lode__member *member)
{
	return *member->prefix ? lode__arena_strdup(&b->registry->arena, member->name)
			       : member->name;
}

static lode_status fill_attribute(building *b, const lode__member *member, uint32_t index)
{
	const lode_column_decl *decl = &member->decl.u.column;
	lode__attribute *attribute = &b->mapper->attributes[index];
	const lode_table_column *column = b->declared.table->columns[index];

	attribute->name = keep_name(b, member);
	if (!attribute->name)
		return lode__error_nomem(b->error);
	attribute->offset = decl->offset;
	attribute->size = decl->size;
	attribute->ctype = decl->ctype;
	attribute->info = lode__ctype_info(decl->ctype);
	attribute->column = column;
	attribute->index = index;
	attribute->primary_key = column->primary_key;
	attribute->nullable = column->nullable;
	attribute->has_default = column->insert_default.kind != LODE_DEFAULT_NONE ||
	                         column->server_default.kind != LODE_DEFAULT_NONE;
	attribute->enum_names = decl->enum_names;
	while (decl->enum_names && decl->enum_names[attribute->enum_count])
		attribute->enum_count++;
	b->mapper->has_enum_text |= decl->enum_names != NULL;
	return put_member(b, attribute->name, attribute->offset, index + 1);
}

/* how a row is stored into the struct */
static lode_drv_bind bind_attribute(const lode__attribute *attribute)
{
	const struct lode__ctype_info *info = attribute->info;
	lode_drv_bind bind = { .repr = info->repr, .sql_type = info->sql_type,
		.flags = LODE_BIND_COPY, .scale = -1, .null_bit = -1, .off = attribute->offset };

	if (info->by_pointer)
		bind.flags |= LODE_BIND_NULL_PTR;
	else if (info->nullable) {
		bind.flags |= LODE_BIND_PRESENT;
		bind.null_off = attribute->offset + info->present_offset;
	} else
		bind.flags |= LODE_BIND_NOT_NULL;
	if (attribute->ctype == LODE_C_CHARS)
		bind.size = (uint32_t)attribute->size;
	return bind;
}

static lode_status make_attributes(building *b)
{
	lode__arena *arena = &b->registry->arena;
	lode_mapper *mapper = b->mapper;
	uint32_t count = mapper->attribute_count = (uint32_t)b->declared.count;
	const lode_table_column **columns =
		LODE__NEW_ARRAY(arena, const lode_table_column *, count);
	lode_drv_bind *binds = LODE__NEW_ARRAY(arena, lode_drv_bind, count);

	mapper->attributes = LODE__NEW_ARRAY(arena, lode__attribute, count);
	if (!columns || !binds || !mapper->attributes)
		return lode__error_nomem(b->error);
	for (uint32_t i = 0; i < count; i++) {
		lode_status status = fill_attribute(b, b->declared.columns[i], i);

		if (status < 0)
			return status;
		columns[i] = mapper->attributes[i].column;
		binds[i] = bind_attribute(&mapper->attributes[i]);
	}
	mapper->columns = columns;
	mapper->binds = binds;
	return LODE_OK;
}

static lode_status make_key(building *b)
{
	const lode_table *table = b->declared.table;
	const lode_table_column *generated = lode__table_generated_column(table);
	lode_mapper *mapper = b->mapper;

	mapper->key_count = (uint32_t)table->primary_key_count;
	mapper->key = LODE__NEW_ARRAY(&b->registry->arena, uint32_t, mapper->key_count);
	if (!mapper->key)
		return lode__error_nomem(b->error);
	for (uint32_t i = 0; i < mapper->key_count; i++)
		mapper->key[i] = table->primary_key[i]->index;
	mapper->generated = generated ? (int32_t)generated->index : -1;
	if (generated)
		mapper->attributes[generated->index].has_default = true;
	return LODE_OK;
}

static lode_status fill_relationship(building *b, const lode__member *member, uint32_t index)
{
	lode__relationship *r = &b->mapper->relationships[index];
	lode_relationship_decl *decl = lode__arena_dup(&b->registry->arena,
		&member->decl.u.relationship, sizeof member->decl.u.relationship);

	r->name = keep_name(b, member);
	r->prefix = lode__arena_strdup(&b->registry->arena, member->prefix);
	if (!decl || !r->name || !r->prefix)
		return lode__error_nomem(b->error);
	if (!decl->target)
		return lode__error_set(b->error, LODE_E_MAPPING,
				       "%s.%s: the relationship has no target", b->mapper->name,
				       r->name);
	if (b->mapper->object_size < sizeof(void *) ||
	    decl->offset > b->mapper->object_size - sizeof(void *) ||
	    decl->offset % sizeof(void *) != 0)
		return lode__error_set(b->error, LODE_E_MAPPING,
			"%s.%s: the member does not lie in the struct of %zu bytes",
			b->mapper->name, r->name, b->mapper->object_size);
	r->decl = decl;
	r->offset = decl->offset;
	r->index = index;
	r->owner = b->mapper;
	r->to_many = member->decl.kind == LODE_DECL_TO_MANY;
	r->lazy = decl->lazy;
	r->passive_deletes = decl->passive_deletes != 0;
	r->passive_all = decl->passive_deletes == LODE_PASSIVE_DELETES_ALL;
	return put_member(b, r->name, r->offset, LODE__SLOT_RELATIONSHIP + index + 1);
}

static bool is_relationship(const lode__member *member)
{
	return member->decl.kind == LODE_DECL_TO_ONE || member->decl.kind == LODE_DECL_TO_MANY;
}

static lode_status make_relationships(building *b)
{
	lode_mapper *mapper = b->mapper;
	uint32_t count = 0;

	for (size_t i = 0; i < b->members.count; i++)
		count += is_relationship(&b->members.items[i]);
	mapper->relationships = LODE__NEW_ARRAY(&b->registry->arena, lode__relationship, count);
	if (!mapper->relationships)
		return lode__error_nomem(b->error);
	for (size_t i = 0; i < b->members.count; i++) {
		if (is_relationship(&b->members.items[i])) {
			lode_status status = fill_relationship(b, &b->members.items[i],
			                                       mapper->relationship_count++);

			if (status < 0)
				return status;
		}
	}
	return LODE_OK;
}

static lode_status check_class(const lode_class *class_, lode_error *error)
{
	lode_status status = lode__class_check(class_, error);

	if (status < 0)
		return status;
	if (!class_->table)
		return lode__error_set(
			error, LODE_E_MAPPING,
			"%s is %s: it has no table of its own; "
			"other classes include it",
			class_->name, class_->flags & LODE_CLASS_ABSTRACT ? "abstract" : "a mixin");
	if (class_->object_size == 0)
		return lode__error_set(error, LODE_E_MAPPING, "%s: the struct has no size",
		                       class_->name);
	return LODE_OK;
}

static lode_status build(building *b)
{
	lode_mapper *mapper = b->mapper;
	lode_status status =
		lode__class_members(mapper->class_, &b->scratch, &b->members, b->error);

	if (status == LODE_OK && b->members.count > MEMBERS_MAX)
		status = lode__error_set(b->error, LODE_E_MAPPING, "%s: more than %d declarations",
		                         mapper->name, MEMBERS_MAX);
	if (status == LODE_OK)
		status = lode__declare_table(b->registry, mapper->class_, &b->members, &b->scratch,
		                             &b->declared, b->error);
	if (status < 0)
		return status;
	mapper->table = b->declared.table;
	b->slots = LODE__NEW_ARRAY(&b->registry->arena, uint16_t, mapper->object_size);
	mapper->slots = b->slots;
	if (!b->slots)
		return lode__error_nomem(b->error);
	status = make_attributes(b);
	if (status == LODE_OK)
		status = make_key(b);
	if (status == LODE_OK)
		status = make_relationships(b);
	return status;
}

lode_status lode__mapper_new(lode_mapper **out, lode_registry *registry, const lode_class *class_,
                             lode_error *error)
{
	building b = { .registry = registry, .error = error };
	lode_status status = check_class(class_, error);

	if (status < 0)
		return status;
	b.mapper = LODE__NEW(&registry->arena, lode_mapper);
	if (!b.mapper)
		return lode__error_nomem(error);
	b.mapper->class_ = class_;
	b.mapper->registry = registry;
	b.mapper->name = class_->name;
	b.mapper->object_size = class_->object_size;
	lode__map_init(&b.mapper->names, &registry->arena);
	lode__arena_init(&b.scratch, registry->allocator, 0);
	status = build(&b);
	lode__arena_dispose(&b.scratch);
	if (status == LODE_OK)
		*out = b.mapper;
	return status;
}
