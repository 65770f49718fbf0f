/* SPDX-License-Identifier: MIT */
/* orm/eager.c - see eager.h. */
#include "orm/eager.h"

#include "base/alloc.h"
#include "base/error.h"
#include "orm/resolve.h"
#include "sql/statement.h"

#include <string.h>

/* ---- which entities are joined */

/* Was the relationship, or its way back, used on the way to entity `at`?  Then a default strategy
 * would go round in circles. */
static bool goes_round(const lode__entity *entities, uint32_t at,
		       const lode__relationship *relationship)
{
	if (entities[at].relationship && entities[at].relationship->reverse == relationship)
		return true;
	for (; entities[at].relationship; at = entities[at].parent)
		if (entities[at].relationship == relationship)
			return true;
	return false;
}

uint32_t lode__entities_of(lode__entity entities[LODE__ENTITIES_MAX], const lode_mapper *mapper,
			   lode__loaders loaders, lode_error *error)
{
	lode__loaders levels[LODE__ENTITIES_MAX];
	uint32_t count = 1;

	if (loaders.count > 0 && lode__loaders_check(loaders, mapper, error) < 0)
		return 0;
	entities[0] = (lode__entity){ mapper, NULL, 0, LODE__BY_DEFAULT };
	levels[0] = loaders;
	for (uint32_t at = 0; at < count; at++)
		for (uint32_t i = 0; i < entities[at].mapper->relationship_count; i++) {
			const lode__relationship *relationship =
				&entities[at].mapper->relationships[i];
			uint32_t loader;

			if (lode__strategy_of(levels[at], relationship) != LODE_LAZY_JOINED)
				continue;
			loader = lode__loader_of(levels[at], relationship);
			if (count == LODE__ENTITIES_MAX ||
			    (loader == LODE__BY_DEFAULT && goes_round(entities, at, relationship)))
				continue;
			levels[count] = lode__loaders_below(levels[at], loader);
			entities[count++] =
				(lode__entity){ relationship->target, relationship, at, loader };
		}
	return count;
}

/* ---- where columns go */

static size_t take_scratch(lode__load_plan *plan, size_t size)
{
	size_t at = plan->scratch_size;

	plan->scratch_size += (size + 15) / 16 * 16;
	return at;
}

/* Of a joined entity every member may be NULL: the flags say so, beside the row. */
static void make_nullable(lode_drv_bind *bind, uint32_t scratch, size_t flag)
{
	if (!(bind->flags & LODE_BIND_NOT_NULL))
		return;
	bind->flags &= ~(uint32_t)LODE_BIND_NOT_NULL;
	bind->null_base = scratch;
	bind->null_off = flag;
}

static void bind_entity(lode__load_plan *plan, uint32_t number, lode_drv_bind *binds)
{
	const lode_mapper *mapper = plan->entities[number].mapper;
	lode__entity_place *place = &plan->places[number];

	place->nulls = number > 0 ? take_scratch(plan, mapper->attribute_count) : 0;
	place->texts = mapper->has_enum_text
			       ? take_scratch(plan, mapper->attribute_count * sizeof(char *))
			       : 0;
	for (uint32_t i = 0; i < mapper->attribute_count; i++) {
		binds[i] = mapper->binds[i];
		binds[i].base = binds[i].null_base = number;
		if (mapper->attributes[i].enum_names) {
			binds[i].repr = LODE_R_CSTR;
			binds[i].sql_type = LODE_T_TEXT;
			binds[i].flags = LODE_BIND_NULL_PTR;
			binds[i].base = plan->entity_count;
			binds[i].off = place->texts + i * sizeof(char *);
		} else if (number > 0) {
			make_nullable(&binds[i], plan->entity_count, place->nulls + i);
		}
	}
}

/* The link columns of a many-to-many come as the members of the owner that they refer to. */
static void bind_extra(lode__load_plan *plan, const lode__relationship *link, lode_drv_bind *binds)
{
	plan->extra = take_scratch(plan, link->pair_count * LODE__EXTRA_SIZE);
	for (size_t i = 0; i < link->pair_count; i++) {
		const lode__attribute *attribute = &link->owner->attributes[link->pairs[i].owner];

		binds[i] = link->owner->binds[link->pairs[i].owner];
		binds[i].base = binds[i].null_base = plan->entity_count;
		binds[i].off = plan->extra + i * LODE__EXTRA_SIZE;
		binds[i].null_off = binds[i].off + attribute->info->present_offset;
		binds[i].flags &= ~(uint32_t)LODE_BIND_COPY;
		if (attribute->enum_names || attribute->ctype == LODE_C_CHARS) {
			binds[i].repr = LODE_R_CSTR;
			binds[i].sql_type = LODE_T_TEXT;
			binds[i].flags = LODE_BIND_NULL_PTR;
			binds[i].size = 0;
		}
	}
}

static void bind_fields(lode_drv_bind *binds, const lode_statement *statement)
{
	for (uint32_t i = 0; i < statement->field_count; i++)
		binds[i] = lode__member_bind(statement->fields[i].member.ctype,
					     statement->fields[i].member.offset,
					     statement->fields[i].member.size);
}

lode_drv_bind lode__member_bind(lode_ctype ctype, size_t offset, size_t size)
{
	const struct lode__ctype_info *info = lode__ctype_info(ctype);
	lode_drv_bind bind = { .repr = info->repr,
			       .sql_type = info->sql_type,
			       .flags = LODE_BIND_NOT_NULL,
			       .scale = -1,
			       .null_bit = -1,
			       .off = offset };

	if (info->by_pointer) {
		bind.flags = LODE_BIND_NULL_PTR;
	} else if (info->nullable) {
		bind.flags = LODE_BIND_PRESENT;
		bind.null_off = offset + info->present_offset;
	}
	if (ctype == LODE_C_CHARS)
		bind.size = (uint32_t)size;
	return bind;
}

/* ---- the plan */

static void free_plan(lode__plan *base)
{
	lode__load_plan *plan = (lode__load_plan *)(void *)base;
	lode_allocator allocator = plan->allocator;

	lode__compiled_unref(plan->compiled);
	lode__release(&allocator, plan->entities);
	lode__release(&allocator, plan->places);
	lode__release(&allocator, plan->binds);
	lode__release(&allocator, plan);
}

static size_t count_binds(const lode__load_plan *plan, const lode_statement *statement,
			  const lode__relationship *link)
{
	size_t count = link && link->secondary ? link->pair_count : 0;

	for (uint32_t i = 0; i < plan->entity_count; i++)
		count += plan->entities[i].mapper->attribute_count;
	return count + (plan->entity_count == 0 ? statement->field_count : 0);
}

/* A key in front that is no text: reading it leaves nothing behind. */
static void find_head(lode__load_plan *plan, const lode__relationship *link)
{
	const lode_mapper *mapper = plan->entity_count > 0 ? plan->entities[0].mapper : NULL;

	/* the row of a relationship may have the key of its owner in it */
	if (!mapper || mapper->has_enum_text || link)
		return;
	for (uint32_t i = 0; i < mapper->key_count; i++)
		if (mapper->key[i] != i || mapper->attributes[i].info->by_pointer)
			return;
	plan->head = mapper->key_count;
	plan->rest = mapper->attribute_count - mapper->key_count;
}

static lode_status lay_out_plan(lode__load_plan *plan, const lode_statement *statement,
				const lode__relationship *link)
{
	size_t count = count_binds(plan, statement, link);
	lode_drv_bind *at = lode__alloc_array(&plan->allocator, count + 1, sizeof *at);

	if (!at)
		return LODE_E_NOMEM;
	plan->binds = at;
	plan->bind_count = (uint32_t)count;
	if (plan->entity_count == 0)
		bind_fields(at, statement);
	for (uint32_t i = 0; i < plan->entity_count; i++) {
		bind_entity(plan, i, at);
		at += plan->entities[i].mapper->attribute_count;
		/* the other side of a one-to-one may turn out to be several rows */
		plan->joins_lists |=
			i > 0 && plan->entities[i].relationship->direction != LODE__MANY_TO_ONE;
		if (i == 0 && link && link->secondary) {
			bind_extra(plan, link, at);
			at += link->pair_count;
		}
	}
	plan->may_repeat = plan->joins_lists || statement->join_count > 0 ||
			   statement->kind == LODE__TEXT || (link && link->secondary);
	plan->plain = plan->entity_count == 1 && !plan->entities[0].mapper->has_enum_text &&
		      !plan->may_repeat;
	find_head(plan, link);
	/* rows of a batch go to slots that lie anywhere */
	for (size_t i = 0; plan->plain && i < count; i++)
		plan->binds[i].flags |= LODE_BIND_INDIRECT;
	return LODE_OK;
}

static lode_status copy_entities(lode__load_plan *plan, const lode__entity *entities,
				 uint32_t count)
{
	plan->entities = lode__alloc_array(&plan->allocator, count + 1u, sizeof *plan->entities);
	plan->places = lode__alloc_array(&plan->allocator, count + 1u, sizeof *plan->places);
	if (!plan->entities || !plan->places)
		return LODE_E_NOMEM;
	plan->entity_count = count;
	if (count > 0)
		memcpy(plan->entities, entities, count * sizeof *entities);
	return LODE_OK;
}

static lode_status compile_plan(lode__load_plan *plan, lode_registry *registry,
				const lode__dialect *dialect, const lode_statement *statement,
				lode_error *error)
{
	lode__resolver resolver;
	lode__eager eager[LODE__ENTITIES_MAX];

	for (uint32_t i = 1; i < plan->entity_count; i++)
		eager[i - 1] = (lode__eager){ plan->entities[i].parent,
					      plan->entities[i].relationship->owner->class_,
					      plan->entities[i].relationship->offset };
	lode__resolver_init(&resolver, registry);
	return lode__compile(&plan->compiled, statement, dialect, &resolver, eager,
			     plan->entity_count > 1 ? plan->entity_count - 1 : 0, &plan->allocator,
			     error);
}

/* a type that a variant replaced on this dialect */
static void type_binds(lode__load_plan *plan)
{
	for (uint32_t i = 0; i < plan->bind_count && i < plan->compiled->column_count; i++)
		if (plan->compiled->columns[i].column && plan->binds[i].repr != LODE_R_CSTR)
			plan->binds[i].sql_type = plan->compiled->columns[i].sql_type;
}

lode_status lode__load_plan_new(lode__load_plan **out, lode_registry *registry,
				const lode__dialect *dialect, const lode_statement *statement,
				const lode__relationship *link, const lode__entity *entities,
				uint32_t entity_count, const lode_allocator *allocator,
				lode_error *error)
{
	lode__load_plan *plan = lode__alloc_zero(allocator, sizeof *plan);
	lode_status status;

	if (!plan)
		return lode__error_nomem(error);
	plan->allocator = *lode__allocator_or_default(allocator);
	plan->plan.destroy = free_plan;
	status = copy_entities(plan, entities, entity_count);
	if (status == LODE_OK)
		status = lay_out_plan(plan, statement, link);
	if (status < 0)
		lode__error_nomem(error);
	else
		status = compile_plan(plan, registry, dialect, statement, error);
	if (status < 0) {
		free_plan(&plan->plan);
		return status;
	}
	type_binds(plan);
	*out = plan;
	return LODE_OK;
}
