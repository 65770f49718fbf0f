/* SPDX-License-Identifier: MIT */
/* orm/inspect.c - what mappers, attributes and relationships tell the application. */
#include <string.h>

#include <lode/class.h>

#include "base/error.h"
#include "orm/mapper.h"
#include "orm/registry.h"

const lode_mapper *lode_inspect_class(const lode_registry *registry, const lode_class *class_,
                                      lode_error *error)
{
	if (!registry) {
		lode__error_set(error, LODE_E_MISUSE, "lode_inspect_class: the registry is NULL");
		return NULL;
	}
	if (registry->failure.status < 0) {
		lode__error_copy(error, &registry->failure);
		return NULL;
	}
	return lode__registry_need(registry, class_, error);
}

/* ------------------------------------------------------------------ mappers */

const lode_class *lode_mapper_class(const lode_mapper *mapper)
{
	return mapper ? mapper->class_ : NULL;
}

const char *lode_mapper_name(const lode_mapper *mapper)
{
	return mapper ? mapper->name : NULL;
}

const lode_table *lode_mapper_table(const lode_mapper *mapper)
{
	return mapper ? mapper->table : NULL;
}

size_t lode_mapper_attribute_count(const lode_mapper *mapper)
{
	return mapper ? mapper->attribute_count : 0;
}

const lode_attribute *lode_mapper_attribute_at(const lode_mapper *mapper, size_t index)
{
	return mapper && index < mapper->attribute_count ? &mapper->attributes[index] : NULL;
}

const lode_attribute *lode_mapper_attribute(const lode_mapper *mapper, const char *member)
{
	return mapper && member ? lode__mapper_find(mapper, member, strlen(member)) : NULL;
}

const lode_attribute *lode_mapper_attribute_of(const lode_mapper *mapper,
                                               const lode_table_column *column)
{
	return mapper && column ? lode__mapper_attribute_of(mapper, column) : NULL;
}

size_t lode_mapper_key_count(const lode_mapper *mapper)
{
	return mapper ? mapper->key_count : 0;
}

const lode_attribute *lode_mapper_key_at(const lode_mapper *mapper, size_t index)
{
	return mapper && index < mapper->key_count ? &mapper->attributes[mapper->key[index]] : NULL;
}

size_t lode_mapper_relationship_count(const lode_mapper *mapper)
{
	return mapper ? mapper->relationship_count : 0;
}

const lode_relationship *lode_mapper_relationship_at(const lode_mapper *mapper, size_t index)
{
	return mapper && index < mapper->relationship_count ? &mapper->relationships[index] : NULL;
}

const lode_relationship *lode_mapper_relationship(const lode_mapper *mapper, const char *member)
{
	return mapper && member ? lode__mapper_find_relationship(mapper, member, strlen(member))
	                        : NULL;
}

/* ------------------------------------------------------------------ attributes */

const char *lode_attribute_member(const lode_attribute *attribute)
{
	return attribute ? attribute->name : NULL;
}

size_t lode_attribute_offset(const lode_attribute *attribute)
{
	return attribute ? attribute->offset : 0;
}

size_t lode_attribute_size(const lode_attribute *attribute)
{
	return attribute ? attribute->size : 0;
}

int lode_attribute_ctype(const lode_attribute *attribute)
{
	return attribute ? (int)attribute->ctype : 0;
}

const lode_table_column *lode_attribute_column(const lode_attribute *attribute)
{
	return attribute ? attribute->column : NULL;
}

bool lode_attribute_primary_key(const lode_attribute *attribute)
{
	return attribute && attribute->primary_key;
}

bool lode_attribute_nullable(const lode_attribute *attribute)
{
	return attribute && attribute->nullable;
}

/* ------------------------------------------------------------------ relationships */

const char *lode_relationship_member(const lode_relationship *relationship)
{
	return relationship ? relationship->name : NULL;
}

size_t lode_relationship_offset(const lode_relationship *relationship)
{
	return relationship ? relationship->offset : 0;
}

const lode_mapper *lode_relationship_owner(const lode_relationship *relationship)
{
	return relationship ? relationship->owner : NULL;
}

const lode_mapper *lode_relationship_target(const lode_relationship *relationship)
{
	return relationship ? relationship->target : NULL;
}

int lode_relationship_direction(const lode_relationship *relationship)
{
	return relationship ? (int)relationship->direction : 0;
}

bool lode_relationship_to_many(const lode_relationship *relationship)
{
	return relationship && relationship->to_many;
}

const lode_relationship *lode_relationship_reverse(const lode_relationship *relationship)
{
	return relationship ? relationship->reverse : NULL;
}

const lode_table *lode_relationship_secondary(const lode_relationship *relationship)
{
	return relationship ? relationship->secondary : NULL;
}

uint32_t lode_relationship_cascade(const lode_relationship *relationship)
{
	return relationship ? relationship->cascade : 0;
}

uint32_t lode_relationship_lazy(const lode_relationship *relationship)
{
	return relationship ? relationship->lazy : 0;
}
