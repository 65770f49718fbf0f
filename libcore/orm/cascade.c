/* SPDX-License-Identifier: MIT */
/* orm/cascade.c - lode_delete and what it reaches. */
#include <lode/session.h>

#include "base/alloc.h"
#include "orm/load.h"
#include "orm/session.h"

/* A pending object leaves the list of new ones and is transient again. */
void lode__session_evict(lode_session *session, lode__object *object)
{
	lode__objects_drop(&session->pending, lode__instance_of(object));
	lode__object_set_state(object, LODE__TRANSIENT);
	object->flags &= ~LODE__QUEUED;
	object->extent->pending--;
}

static lode_status mark(lode_session *session, lode__object *object)
{
	if (lode__object_state(object) == LODE__PENDING) {
		lode__session_evict(session, object);
		return LODE_OK;
	}
	if (lode__object_state(object) != LODE__PERSISTENT || (object->flags & LODE__MARKED))
		return LODE_OK;
	if (lode__objects_push(session, &session->marked, lode__instance_of(object)) < 0)
		return LODE_E_NOMEM;
	object->flags |= LODE__MARKED | LODE__QUEUED;
	return LODE_OK;
}

static lode_status need_loaded(lode_session *session, const lode__relationship *relationship,
			       void *instance)
{
	if (lode__link_loaded(relationship, instance) || relationship->passive_deletes ||
	    lode__object_state(lode__object_of(instance)) != LODE__PERSISTENT)
		return LODE_OK;
	return lode__load_link_always(session, relationship, instance);
}

static lode_status push_targets(lode_session *session, lode__objects *work,
				const lode__relationship *relationship, void *instance)
{
	lode_status status = need_loaded(session, relationship, instance);
	const lode__list *list;

	if (status < 0)
		return status;
	if (!relationship->to_many) {
		void *target = lode__ref_target(relationship, instance);

		return target ? lode__objects_push(session, work, target) : LODE_OK;
	}
	list = *lode__list_slot(relationship, instance);
	for (uint32_t i = 0; list && status == LODE_OK && i < list->count; i++)
		status = lode__objects_push(session, work, list->items[i]);
	return status;
}

static bool is_done(const lode__object *object)
{
	unsigned state = lode__object_state(object);

	return (object->flags & LODE__MARKED) ||
	       (state != LODE__PENDING && state != LODE__PERSISTENT);
}

/* Marks one object; what the cascade reaches from it is work. */
static lode_status delete_one(lode_session *session, lode__objects *work, void *instance)
{
	lode__object *object = lode__object_of(instance);
	const lode_mapper *mapper = object->extent->mapper;
	lode_status status = LODE_OK;

	if (is_done(object))
		return LODE_OK;
	for (uint32_t r = 0; status == LODE_OK && r < mapper->relationship_count; r++)
		if (mapper->relationships[r].cascade & LODE_CASCADE_DELETE)
			status = push_targets(session, work, &mapper->relationships[r], instance);
	return status == LODE_OK ? mark(session, object) : status;
}

lode_status lode__session_delete(lode_session *session, void *instance)
{
	lode__objects work = { 0 };
	lode_status status = delete_one(session, &work, instance);

	for (size_t i = 0; status == LODE_OK && i < work.count; i++)
		status = delete_one(session, &work, work.items[i]);
	lode__release(&session->allocator, work.items);
	return status;
}

lode_status lode_delete(lode_session *session, void *object)
{
	lode_status status;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	status = lode__session_check(session, object, "lode_delete");
	if (status == LODE_OK && lode__object_state(lode__object_of(object)) != LODE__PERSISTENT &&
	    lode__object_state(lode__object_of(object)) != LODE__PENDING)
		status = lode__session_fail(
			session, LODE_E_MISUSE,
			"lode_delete needs an object that has a row; this one of class %s was never added, or is deleted already",
			lode__object_of(object)->extent->mapper->name);
	if (status == LODE_OK)
		status = lode__session_delete(session, object);
	lode__session_leave(session);
	return status;
}
