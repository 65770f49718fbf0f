/* SPDX-License-Identifier: MIT */
/* orm/access.c - the accessors of relationship members: where loading on demand happens. */
#include <lode/session.h>

#include "orm/load.h"
#include "orm/session.h"

/* What an accessor was called on; session NULL: it was refused, and the refusal said. */
typedef struct accessed {
	lode_session *session;
	const lode__relationship *relationship;
} accessed;

static bool open_target(accessed *target, const void *instance, size_t offset, const char *verb)
{
	const lode__object *object;

	target->session = lode__session_of(instance, verb);
	target->relationship = NULL;
	if (!target->session || !lode__session_enter(target->session))
		return false;
	object = lode__object_of(instance);
	target->relationship = lode__mapper_relationship_at(object->extent->mapper, offset);
	if (target->relationship)
		return true;
	lode__session_fail(target->session, LODE_E_MISUSE, "%s: class %s has no relationship at this member", verb,
	                   object->extent->mapper->name);
	lode__session_leave(target->session);
	return false;
}

static bool has_row(const void *instance)
{
	return lode__object_state(lode__object_of(instance)) == LODE__PERSISTENT;
}

/* Loaded, or nothing to load: a new object has no rows to look for.  What an expired one had loaded
 * is not known any more. */
static lode_status need_loaded(const accessed *target, const void *instance)
{
	bool expired = lode__object_of(instance)->flags & LODE__EXPIRED;
	void *owner = (void *)(uintptr_t)instance;
	lode_status status;

	if (!has_row(instance) || (!expired && lode__link_loaded(target->relationship, instance)))
		return LODE_OK;
	status = lode__session_ready(target->session);
	if (status == LODE_OK && expired)
		status = lode__load_expired(target->session, &owner, 1);
	return status < 0 ? status : lode__load_link(target->session, target->relationship, owner);
}

/* What the program is given is not expired: the rows are read first.  False: that failed. */
static bool reach(const accessed *target, void *const *items, size_t count)
{
	bool expired = false;

	for (size_t i = 0; i < count; i++)
		expired |= items[i] && (lode__object_of(items[i])->flags & LODE__EXPIRED);
	return !expired || (lode__session_ready(target->session) == LODE_OK &&
	                    lode__load_expired(target->session, items, count) == LODE_OK);
}

static lode__list *need_list(const accessed *target, const void *instance, const char *verb)
{
	if (!target->relationship->to_many) {
		lode__session_fail(target->session, LODE_E_MISUSE, "%s: %s.%s is no list: read it with LODE_REF", verb,
		                   target->relationship->owner->name, target->relationship->name);
		return NULL;
	}
	if (need_loaded(target, instance) < 0)
		return NULL;
	return *lode__list_slot(target->relationship, instance);
}

size_t lode_len(const void *object, size_t offset)
{
	accessed target;
	const lode__list *list;
	size_t count;

	if (!open_target(&target, object, offset, "LODE_LEN"))
		return 0;
	list = need_list(&target, object, "LODE_LEN");
	count = list ? list->count : 0;
	lode__session_leave(target.session);
	return count;
}

void *lode_at(const void *object, size_t offset, size_t i)
{
	accessed target;
	const lode__list *list;
	void *item;

	if (!open_target(&target, object, offset, "LODE_AT"))
		return NULL;
	list = need_list(&target, object, "LODE_AT");
	item = list && i < list->count && reach(&target, list->items + i, 1) ? list->items[i] : NULL;
	lode__session_leave(target.session);
	return item;
}

lode_cursor lode_each(const void *object, size_t offset)
{
	lode_cursor cursor = { NULL, NULL, NULL };
	accessed target;
	lode__list *list;

	if (!open_target(&target, object, offset, "LODE_EACH"))
		return cursor;
	list = need_list(&target, object, "LODE_EACH");
	if (list && list->count > 0 && reach(&target, list->items, list->count)) {
		list->walked = true;
		cursor.next = list->items;
		cursor.end = list->items + list->count;
		cursor.once = list;
	}
	lode__session_leave(target.session);
	return cursor;
}

void *lode_ref(const void *object, size_t offset)
{
	accessed target;
	void *found = NULL;

	if (!open_target(&target, object, offset, "LODE_REF"))
		return NULL;
	if (target.relationship->to_many)
		lode__session_fail(target.session, LODE_E_MISUSE, "LODE_REF: %s.%s is a list: read it with LODE_AT or LODE_EACH",
		                   target.relationship->owner->name, target.relationship->name);
	else if (need_loaded(&target, object) == LODE_OK)
		found = lode__ref_target(target.relationship, object);
	if (!reach(&target, &found, 1))
		found = NULL;
	lode__session_leave(target.session);
	return found;
}

bool lode_is_loaded(const void *object, size_t offset)
{
	const lode__object *header = object ? lode__object_of(object) : NULL;
	const lode__relationship *relationship;

	if (!header || !header->extent)
		return false;
	relationship = lode__mapper_relationship_at(header->extent->mapper, offset);
	return relationship && (lode__link_loaded(relationship, object) || !has_row(object));
}

/* ---- changing */

lode_status lode__link_refuse(lode_session *session, const lode__relationship *relationship, const void *instance, const void *item)
{
	const lode__object *object = lode__object_of(item);
	const lode_mapper *mapper = object->extent ? object->extent->mapper : NULL;

	(void)instance;
	if (!mapper || lode__object_state(object) == LODE__FREE || object->extent->session != session)
		return lode__session_fail(session, LODE_E_MISUSE, "%s.%s was given an object of another session, or of none",
		                          relationship->owner->name, relationship->name);
	if (mapper != relationship->target)
		return lode__session_fail(session, LODE_E_MISUSE, "%s.%s holds objects of class %s, not of class %s",
		                          relationship->owner->name, relationship->name, relationship->target->name, mapper->name);
	if (lode__object_state(object) >= LODE__DELETED)
		return lode__session_fail(session, LODE_E_MISUSE, "%s.%s was given a deleted or detached object",
		                          relationship->owner->name, relationship->name);
	return LODE_OK;
}

static lode_status check_change(const accessed *target, const void *instance, const void *item, bool to_many, const char *verb)
{
	lode_status status = lode__session_ready(target->session);

	if (status < 0)
		return status;
	if (lode__object_state(lode__object_of(instance)) >= LODE__DELETED)
		return lode__session_fail(target->session, LODE_E_MISUSE, "%s: the object of class %s was deleted", verb,
		                          target->relationship->owner->name);
	if (target->relationship->to_many != to_many)
		return lode__session_fail(target->session, LODE_E_MISUSE, "%s: %s.%s is %s", verb, target->relationship->owner->name,
		                          target->relationship->name, to_many ? "no list: set it with LODE_LINK" :
		                          "a list: change it with LODE_APPEND and LODE_REMOVE");
	if (!item)
		return to_many ? lode__session_fail(target->session, LODE_E_MISUSE, "%s: %s.%s was given no object (NULL)", verb,
		                                    target->relationship->owner->name, target->relationship->name) : LODE_OK;
	return lode__link_refuse(target->session, target->relationship, instance, item);
}

lode_status lode_link(void *object, size_t offset, void *linked)
{
	accessed target;
	lode_status status;

	if (!open_target(&target, object, offset, "LODE_LINK"))
		return LODE_E_MISUSE;
	status = check_change(&target, object, linked, false, "LODE_LINK");
	if (status == LODE_OK)
		status = lode__link_set(target.session, target.relationship, object, linked);
	lode__session_leave(target.session);
	return status;
}

lode_status lode_append(void *object, size_t offset, void *item)
{
	accessed target;
	lode_status status;

	if (!open_target(&target, object, offset, "LODE_APPEND"))
		return LODE_E_MISUSE;
	status = check_change(&target, object, item, true, "LODE_APPEND");
	if (status == LODE_OK)
		status = lode__link_append(target.session, target.relationship, object, item);
	lode__session_leave(target.session);
	return status;
}

lode_status lode_remove(void *object, size_t offset, void *item)
{
	accessed target;
	lode_status status;

	if (!open_target(&target, object, offset, "LODE_REMOVE"))
		return LODE_E_MISUSE;
	status = check_change(&target, object, item, true, "LODE_REMOVE");
	if (status == LODE_OK && !need_list(&target, object, "LODE_REMOVE"))
		status = target.session->failed ? target.session->error.status : LODE_NOT_FOUND;
	if (status == LODE_OK)
		status = lode__link_remove(target.session, target.relationship, object, item);
	lode__session_leave(target.session);
	return status;
}
