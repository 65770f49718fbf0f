/* SPDX-License-Identifier: MIT */
/* orm/sync.c - see sync.h. */
#include "orm/sync.h"

#include "orm/names.h"
#include "types/value.h"

/* The member that refers, and the one it refers to: which side they are on is the direction's. */
typedef struct key_ends {
	const lode__attribute *from, *to;
} key_ends;

static bool find_ends(key_ends *ends, const lode__relationship *relationship, size_t pair)
{
	const lode__pair *columns = &relationship->pairs[pair];
	bool owner_refers = relationship->direction == LODE__MANY_TO_ONE;
	uint32_t from = owner_refers ? columns->target : columns->owner;
	uint32_t to = owner_refers ? columns->owner : columns->target;

	if (from == LODE__NO_ATTRIBUTE || to == LODE__NO_ATTRIBUTE)
		return false;
	ends->from = &(owner_refers ? relationship->target : relationship->owner)->attributes[from];
	ends->to = &(owner_refers ? relationship->owner : relationship->target)->attributes[to];
	return true;
}

static lode_status refuse_null(lode_session *session, const lode__relationship *relationship,
			       const lode__object *object, const lode__attribute *to)
{
	const char *class_ = object->extent->mapper->name;

	session->culprit = (void *)(uintptr_t)(object + 1);
	if (to->primary_key)
		return lode__session_fail(
			session, LODE_E_NOTNULL,
			"%s.%s is part of the primary key and cannot become NULL, which taking a %s out of %s.%s means",
			class_, to->name, class_, relationship->owner->name, relationship->name);
	return lode__session_fail(
		session, LODE_E_NOTNULL,
		"%s.%s cannot be NULL, which the change of %s.%s means: delete the %s, give it another, or map the member as nullable",
		class_, to->name, relationship->owner->name, relationship->name, class_);
}

/* A key that was set is sent even if it is zero. */
static lode_status name_key(lode__object *object, const lode__attribute *to)
{
	return lode__object_state(object) == LODE__PENDING
		       ? lode__object_name(object->extent, object, to->index)
		       : LODE_OK;
}

static lode_status store(lode_session *session, const lode__relationship *relationship,
			 void *instance, const lode__attribute *to, const lode_value *value)
{
	lode__object *object = lode__object_of(instance);
	lode_status status;

	if (value->kind == LODE_VALUE_NULL && (to->primary_key || !to->nullable))
		return refuse_null(session, relationship, object, to);
	status = lode__value_store(to->ctype, lode__attribute_at(to, instance), to->size, value);
	if (status < 0)
		return lode__session_fail(session, status,
					  "%s.%s cannot hold the key that %s.%s refers to",
					  object->extent->mapper->name, to->name,
					  relationship->owner->name, relationship->name);
	return name_key(object, to);
}

/* One 64-bit key into another: what nearly every foreign key is. */
static bool copy_int64(const key_ends *ends, void *instance, const void *source)
{
	if (!source || ends->from->ctype != LODE_C_INT64 || ends->to->ctype != LODE_C_INT64)
		return false;
	memcpy(lode__attribute_at(ends->to, instance), lode__attribute_at(ends->from, source),
	       sizeof(int64_t));
	return true;
}

lode_status lode__sync_copy(lode_session *session, const lode__relationship *relationship,
			    void *instance, const void *source)
{
	lode_value value = lode_value_null();
	lode_status status = LODE_OK;
	key_ends ends;

	for (size_t i = 0; status == LODE_OK && i < relationship->pair_count; i++) {
		if (!find_ends(&ends, relationship, i))
			continue;
		if (copy_int64(&ends, instance, source)) {
			status = name_key(lode__object_of(instance), ends.to);
			continue;
		}
		if (source)
			value = lode__value_load(ends.from->ctype,
						 lode__attribute_at(ends.from, source));
		status = store(session, relationship, instance, ends.to, &value);
	}
	return status;
}

static bool same_columns(const lode__relationship *a, const lode__relationship *b)
{
	key_ends x, y;

	for (size_t i = 0; i < a->pair_count; i++)
		for (size_t k = 0; k < b->pair_count; k++)
			if (find_ends(&x, a, i) && find_ends(&y, b, k) && x.to == y.to)
				return true;
	return false;
}

/* Does another relationship set the columns that this one would clear? */
static bool is_set_too(const lode__object *object, const lode__sync *syncs,
		       const lode__relationship *clears)
{
	const lode_mapper *mapper = object->extent->mapper;

	for (const lode__sync *sync = syncs; sync; sync = sync->next)
		if (sync->source && same_columns(sync->relationship, clears))
			return true;
	if (lode__object_state(object) != LODE__PENDING)
		return false;
	for (uint32_t i = 0; i < mapper->relationship_count; i++)
		if (lode__sync_source(&mapper->relationships[i], object + 1) &&
		    same_columns(&mapper->relationships[i], clears))
			return true;
	return false;
}

/* The first relationship is copied last, so that it counts where two set a column. */
static lode_status apply_references(lode_session *session, lode__object *object,
				    const lode__sync *syncs)
{
	const lode_mapper *mapper = object->extent->mapper;
	void *instance = lode__instance_of(object);
	lode_status status = LODE_OK;

	for (uint32_t i = mapper->relationship_count; status == LODE_OK && i-- > 0;) {
		const lode__relationship *relationship = &mapper->relationships[i];
		void *source = lode__sync_source(relationship, instance);

		if (source || (relationship->direction == LODE__MANY_TO_ONE &&
			       *lode__ref_slot(relationship, instance) == (void *)lode__none &&
			       !is_set_too(object, syncs, relationship)))
			status = lode__sync_copy(session, relationship, instance, source);
	}
	return status;
}

lode_status lode__sync_apply(lode_session *session, lode__object *object)
{
	const lode__sync *syncs = object->trail ? object->trail->syncs : NULL;
	lode_status status = LODE_OK;

	if (lode__object_state(object) == LODE__PENDING)
		status = apply_references(session, object, syncs);
	for (const lode__sync *sync = syncs; status == LODE_OK && sync; sync = sync->next)
		if (sync->source || !is_set_too(object, syncs, sync->relationship))
			status = lode__sync_copy(session, sync->relationship,
						 lode__instance_of(object), sync->source);
	if (object->trail)
		object->trail->syncs = NULL;
	return status;
}
