/* SPDX-License-Identifier: MIT */
/* orm/configure.c - linking relationships, and finishing a registry.
 *
 * Classes reach each other by pointer, so after each lode_registry_map all relationships can be
 * linked: first the pairs of .back_populates, which joins then may rely on, then the joins, then
 * what needs both.  Only foreign keys to tables that are not mapped yet wait for the end. */
#include "orm/configure.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "orm/join.h"
#include "schema/metadata.h"
#include "types/type.h"

#define CASCADES_KNOWN (LODE_CASCADE_ALL | LODE_CASCADE_DELETE_ORPHAN | LODE_CASCADE_NONE)

/* ------------------------------------------------------------------ both ways */

static lode_status refuse_no_reverse(const lode__relationship *r, lode_error *error)
{
	const char *name = r->decl->back_populates;
	const char *nearest = lode__mapper_nearest_relationship(r->target, name);

	return lode__error_set(error, LODE_E_MAPPING,
			       "%s.%s: .back_populates: %s has no relationship \"%s\"%s%s%s",
			       r->owner->name, r->name, r->target->name, name,
			       nearest ? "; did you mean \"" : "", nearest ? nearest : "",
			       nearest ? "\"?" : "");
}

static lode_status find_reverse(lode__relationship *r, lode_error *error)
{
	const char *name = r->decl->back_populates;
	lode__relationship *reverse;

	if (!name)
		return LODE_OK;
	reverse = lode__mapper_find_relationship(r->target, name, strlen(name));
	if (!reverse)
		return refuse_no_reverse(r, error);
	if (reverse->decl->target != r->owner->class_)
		return lode__error_set(error, LODE_E_MAPPING,
			"%s.%s: .back_populates: %s.%s leads to %s, not back to %s", r->owner->name,
			r->name, r->target->name, reverse->name, reverse->decl->target->name,
			r->owner->name);
	if (!lode__str_equal(reverse->decl->back_populates, r->name))
		return lode__error_set(error, LODE_E_MAPPING,
			"%s.%s: .back_populates: %s.%s must say .back_populates = \"%s\" too",
			r->owner->name, r->name, r->target->name, reverse->name, r->name);
	if (reverse == r)
		return lode__error_set(error, LODE_E_MAPPING,
				       "%s.%s: .back_populates names the relationship itself",
				       r->owner->name, r->name);
	if (!reverse->decl->secondary != !r->decl->secondary)
		return lode__error_set(error, LODE_E_MAPPING,
			"%s.%s and %s.%s: both sides of a many-to-many need the same .secondary",
			r->owner->name, r->name, r->target->name, reverse->name);
	r->reverse = reverse;
	return LODE_OK;
}

static const char *direction_name(const lode__relationship *r)
{
	return r->direction == LODE__MANY_TO_ONE ? "many-to-one" :
	       r->direction == LODE__ONE_TO_MANY ? "one-to-many" : "many-to-many";
}

/* Both sides must join on the same foreign keys from different ends. */
static lode_status check_reverse(lode__relationship *r, lode_error *error)
{
	const lode__relationship *reverse = r->reverse;
	bool same;

	if (!reverse)
		return LODE_OK;
	if (r->direction == LODE__MANY_TO_MANY) {
		same = r->secondary == reverse->secondary && r->pair_count == reverse->far_count;
		for (size_t i = 0; same && i < r->pair_count; i++)
			same = r->pairs[i].secondary_column == reverse->far[i].secondary_column;
		if (!same)
			return lode__error_set(error, LODE_E_MAPPING,
					       "%s.%s and %s.%s do not use the "
					       ".secondary table from its two ends",
					       r->owner->name, r->name, reverse->owner->name,
					       reverse->name);
		return LODE_OK;
	}
	if (r->direction == reverse->direction)
		return lode__error_set(error, LODE_E_MAPPING,
				       "%s.%s and %s.%s are both %s: give one of "
				       "them .remote_side = the foreign key's members",
				       r->owner->name, r->name, reverse->owner->name, reverse->name,
				       direction_name(r));
	if (r->foreign_key != reverse->foreign_key)
		return lode__error_set(error, LODE_E_MAPPING, "%s.%s and %s.%s join on different "
			"foreign keys: give both the same .foreign_key", r->owner->name, r->name,
			reverse->owner->name, reverse->name);
	return LODE_OK;
}

/* ------------------------------------------------------------------ options */

static lode_status set_cascade(lode__relationship *r, lode_error *error)
{
	uint32_t given = r->decl->cascade;

	if (given & ~(uint32_t)CASCADES_KNOWN)
		return lode__error_set(error, LODE_E_MAPPING, "%s.%s: .cascade has unknown bits",
		                       r->owner->name, r->name);
	if ((given & LODE_CASCADE_NONE) && given != LODE_CASCADE_NONE)
		return lode__error_set(
			error, LODE_E_MAPPING,
			"%s.%s: LODE_CASCADE_NONE cannot stand beside other cascades",
			r->owner->name, r->name);
	if ((given & LODE_CASCADE_DELETE_ORPHAN) && r->direction != LODE__ONE_TO_MANY)
		return lode__error_set(error, LODE_E_MAPPING,
			"%s.%s: LODE_CASCADE_DELETE_ORPHAN is for one-to-many, this is %s",
			r->owner->name, r->name, direction_name(r));
	if (r->decl->passive_deletes > LODE_PASSIVE_DELETES_ALL ||
	    (r->passive_all && (given & (LODE_CASCADE_DELETE | LODE_CASCADE_DELETE_ORPHAN))))
		return lode__error_set(error, LODE_E_MAPPING,
			"%s.%s: .passive_deletes is true, or LODE_PASSIVE_DELETES_ALL without the "
			"cascades delete and delete-orphan",
			r->owner->name, r->name);
	r->cascade = given == LODE_CASCADE_NONE ? 0u :
	             given ? given : (uint32_t)(LODE_CASCADE_SAVE_UPDATE | LODE_CASCADE_MERGE);
	if ((given & LODE_CASCADE_DELETE_ORPHAN) && !(given & LODE_CASCADE_DELETE))
		return lode__registry_warn(r->owner->registry, error, LODE_W_CASCADE,
			"%s.%s: LODE_CASCADE_DELETE_ORPHAN wants LODE_CASCADE_DELETE beside it",
			r->owner->name, r->name);
	return LODE_OK;
}

static lode_status read_order(lode__relationship *r, const char *name, size_t size,
                              lode__order_by *by, lode__order *order, lode_error *error)
{
	const lode__attribute *attribute;
	const char *nearest;
	char given[128];

	by->descending = size && *name == '-';
	name += by->descending;
	size -= by->descending;
	attribute = lode__mapper_find(r->target, name, size);
	if (!attribute) {
		lode__text_cut(given, sizeof given, name, size);
		nearest = lode__mapper_nearest(r->target, given);
		return lode__error_set(error, LODE_E_MAPPING,
				       "%s.%s: .order_by: %s has no column member \"%s\"%s%s%s",
				       r->owner->name, r->name, r->target->name, given,
				       nearest ? "; did you mean \"" : "", nearest ? nearest : "",
				       nearest ? "\"?" : "");
	}
	by->attribute = attribute->index;
	order->column = attribute->column;
	order->descending = by->descending;
	return LODE_OK;
}

static lode_status set_order(lode__relationship *r, lode_error *error)
{
	lode__arena *arena = &r->owner->registry->arena;
	const char *at = r->decl->order_by, *name;
	size_t size, count = 0, room = 1;
	lode__order_by *by;
	lode__order *order;

	for (const char *c = at; c && *c; c++)
		room += *c == ',';
	by = LODE__NEW_ARRAY(arena, lode__order_by, room);
	order = LODE__NEW_ARRAY(arena, lode__order, room);
	if (!by || !order)
		return lode__error_nomem(error);
	while (at && (name = lode__list_next(&at, &size)) != NULL) {
		lode_status status = read_order(r, name, size, &by[count], &order[count], error);

		if (status < 0)
			return status;
		count++;
	}
	r->order_by = by;
	r->path.order = order;
	r->order_count = r->path.order_count = count;
	return LODE_OK;
}

static lode_status set_options(lode__relationship *r, lode_error *error)
{
	lode_status status = set_cascade(r, error);

	if (status == LODE_OK && r->decl->order_by)
		status = set_order(r, error);
	if (status == LODE_OK && r->lazy > LODE_LAZY_RAISE_ON_SQL)
		status = lode__error_set(error, LODE_E_MAPPING, "%s.%s: .lazy has no known value",
		                         r->owner->name, r->name);
	return status;
}

/* ------------------------------------------------------------------ all of them */

typedef lode_status visit(lode__relationship *r, lode_error *error);

static lode_status for_each_unlinked(lode_registry *registry, visit *call, lode_error *error)
{
	for (size_t i = 0; i < registry->mappers.count; i++) {
		lode_mapper *mapper = lode__registry_mapper(registry, i);

		for (uint32_t k = 0; k < mapper->relationship_count; k++) {
			lode_status status = LODE_OK;

			if (!mapper->relationships[k].linked)
				status = call(&mapper->relationships[k], error);
			if (status < 0)
				return status;
		}
	}
	return LODE_OK;
}

static lode_status set_linked(lode__relationship *r, lode_error *error)
{
	(void)error;
	r->linked = true;
	return LODE_OK;
}

static lode_status map_target(lode__relationship *r, lode_error *error)
{
	lode_registry *registry = r->owner->registry;
	const lode_class *class_ = r->decl->target;
	lode_status status = LODE_OK;

	r->target = lode__registry_find(registry, class_);
	if (r->target)
		return LODE_OK;
	status = lode__mapper_new(&r->target, registry, class_, error);
	return status == LODE_OK ? lode__registry_add(registry, r->target, error) : status;
}

lode_status lode__configure_mappers(lode_registry *registry, lode_error *error)
{
	/* mapping a target appends to the mappers, and the walk comes to it */
	lode_status status = for_each_unlinked(registry, map_target, error);

	if (status == LODE_OK)
		status = for_each_unlinked(registry, find_reverse, error);
	if (status == LODE_OK)
		status = for_each_unlinked(registry, lode__join_find, error);
	if (status == LODE_OK)
		status = for_each_unlinked(registry, check_reverse, error);
	if (status == LODE_OK)
		status = for_each_unlinked(registry, set_options, error);
	if (status == LODE_OK)
		status = for_each_unlinked(registry, set_linked, error);
	return status;
}

/* ------------------------------------------------------------------ finishing */

static bool is_text_kind(lode_type_kind kind)
{
	return kind == LODE_STRING || kind == LODE_TEXT_TYPE || kind == LODE_ENUM;
}

static bool is_number_kind(lode_type_kind kind)
{
	return kind >= LODE_SMALL_INTEGER && kind <= LODE_DOUBLE;
}

/* Numbers in text columns and text in number columns are mistakes; other mixtures (text in a
 * NUMERIC or UUID, an int64_t in a DATETIME) have their uses. */
static lode_status check_type(const lode_mapper *mapper, const lode__attribute *a,
                              const lode_type *type, lode_error *error)
{
	bool text = a->info->takes == LODE_K_TEXT || a->enum_names;
	bool number = (a->info->takes & LODE_K_NUMBER) && !a->enum_names;

	if (!(text && is_number_kind(type->kind)) && !(number && is_text_kind(type->kind)))
		return LODE_OK;
	return lode__error_set(error, LODE_E_MAPPING,
		"%s.%s: the member is %s%s, but its column \"%s\" is %s%s", mapper->name, a->name,
		a->enum_names ? "stored as text by .enum_names, a " : "",
		a->ctype == LODE_C_CHARS ? "char[]" : a->info->name, a->column->name,
		lode__type_kind_name(type->kind),
		a->column->type_referred ? ", as the one it refers to" : "");
}

static lode_status finish_mapper(lode_mapper *mapper, lode_error *error)
{
	const lode_table_column *generated = lode__table_generated_column(mapper->table);
	lode_drv_bind *binds = (lode_drv_bind *)(uintptr_t)mapper->binds;   /* our own memory */

	for (uint32_t i = 0; i < mapper->attribute_count; i++) {
		const lode__attribute *attribute = &mapper->attributes[i];
		const lode_type *type = attribute->column->type;
		lode__resolved_type resolved;
		lode_status status = check_type(mapper, attribute, type, error);

		if (status < 0)
			return status;
		lode__type_resolve(type, NULL, &resolved);
		binds[i].sql_type = lode__type_sql(&resolved);
	}
	mapper->generated = generated ? (int32_t)generated->index : -1;
	if (generated)
		mapper->attributes[generated->index].has_default = true;
	return LODE_OK;
}

lode_status lode__configure_finish(lode_registry *registry, lode_error *error)
{
	lode_status status = lode__metadata_resolve(registry->metadata, error);

	for (size_t i = 0; status == LODE_OK && i < registry->mappers.count; i++)
		status = finish_mapper(lode__registry_mapper(registry, i), error);
	return status;
}
