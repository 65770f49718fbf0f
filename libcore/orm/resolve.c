/* SPDX-License-Identifier: MIT */
/* orm/resolve.c - what the SQL layer asks about classes, answered from a registry. */
#include "orm/resolve.h"

#include "base/error.h"

static const lode_table *resolve_table(void *context, const lode_class *owner, lode_error *error)
{
	const lode_mapper *mapper = lode__registry_need(context, owner, error);

	return mapper ? mapper->table : NULL;
}

static const lode_table_column *resolve_column(void *context, const lode_class *owner,
                                               size_t offset, lode_error *error)
{
	const lode_mapper *mapper = lode__registry_need(context, owner, error);
	const lode__attribute *attribute;
	const lode__relationship *relationship;

	if (!mapper)
		return NULL;
	attribute = lode__mapper_attribute_at(mapper, offset);
	if (attribute)
		return attribute->column;
	relationship = lode__mapper_relationship_at(mapper, offset);
	if (relationship)
		lode__error_set(error, LODE_E_MISUSE, "%s.%s is a relationship, not a column",
		                mapper->name, relationship->name);
	else
		lode__error_set(error, LODE_E_MISUSE, "%s: the member at offset %zu is not mapped",
		                mapper->name, offset);
	return NULL;
}

static lode_status resolve_path(void *context, const lode_class *owner, size_t offset,
                                lode__path *out, lode_error *error)
{
	const lode_mapper *mapper = lode__registry_need(context, owner, error);
	const lode__relationship *relationship;
	const lode__attribute *attribute;

	if (!mapper)
		return LODE_E_MISUSE;
	relationship = lode__mapper_relationship_at(mapper, offset);
	if (relationship) {
		*out = relationship->path;
		return LODE_OK;
	}
	attribute = lode__mapper_attribute_at(mapper, offset);
	if (attribute)
		return lode__error_set(error, LODE_E_MISUSE,
				       "%s.%s is a column, not a relationship", mapper->name,
				       attribute->name);
	return lode__error_set(error, LODE_E_MISUSE,
		"%s: the member at offset %zu is no relationship", mapper->name, offset);
}

static lode_status resolve_entity(void *context, const lode_class *owner,
                                  const lode_table_column *const **columns, size_t *count,
                                  lode_error *error)
{
	const lode_mapper *mapper = lode__registry_need(context, owner, error);

	if (!mapper)
		return LODE_E_MISUSE;
	*columns = mapper->columns;
	*count = mapper->attribute_count;
	return LODE_OK;
}

void lode__resolver_init(lode__resolver *out, const lode_registry *registry)
{
	*out = (lode__resolver){ (void *)(uintptr_t)registry, resolve_table, resolve_column,
		resolve_path, resolve_entity };
}
