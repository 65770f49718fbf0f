/* SPDX-License-Identifier: MIT */
/* orm/object.c - objects made, added, set, expunged, freed, and asked about. */
#include <lode/session.h>

#include "base/alloc.h"
#include "base/error.h"
#include "orm/load.h"
#include "orm/names.h"
#include "orm/session.h"
#include "types/value.h"

/* ---- making */

static lode_status copy_texts(lode__extent *extent, void *instance)
{
	for (uint32_t i = 0; i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];
		lode_status status = lode__attribute_own(extent->session, attribute,
							 lode__attribute_at(attribute, instance));

		if (status < 0) {
			/* what was not copied is not ours to free */
			for (; i < extent->text_count; i++) {
				attribute = &extent->mapper->attributes[extent->texts[i]];
				memset(lode__attribute_at(attribute, instance), 0, attribute->size);
			}
			return status;
		}
	}
	return LODE_OK;
}

/* Relationship members of an image are pointers that the program gave: taken out and linked. */
static lode_status link_named(lode__extent *extent, const lode__names *names, void *instance,
			      const void *image)
{
	for (uint32_t i = 0; i < names->relationship_count; i++) {
		const lode__relationship *relationship =
			&extent->mapper->relationships[names->relationships[i]];
		void *target = *lode__ref_slot(relationship, image);
		lode_status status;

		if (relationship->to_many)
			return lode__session_fail(
				extent->session, LODE_E_MISUSE,
				"%s.%s is a list: append to it with LODE_APPEND after the object is made",
				extent->mapper->name, relationship->name);
		status = target ? lode__link_refuse(extent->session, relationship, instance, target)
				: LODE_OK;
		if (status == LODE_OK)
			status = lode__link_set(extent->session, relationship, instance, target);
		if (status < 0)
			return status;
	}
	return LODE_OK;
}

static void clear_links(const lode_mapper *mapper, void *instance)
{
	for (uint32_t i = 0; i < mapper->relationship_count; i++)
		memset((char *)instance + mapper->relationships[i].offset, 0, sizeof(void *));
}

static void *make_object(lode__extent *extent, const lode__names *names, const void *image)
{
	const lode_mapper *mapper = extent->mapper;
	void *instance = lode__extent_slot_for(extent);
	lode__object *object;

	if (!instance) {
		lode__session_nomem(extent->session);
		return NULL;
	}
	object = lode__object_of(instance);
	memcpy(instance, image, mapper->object_size);
	clear_links(mapper, instance);
	if (copy_texts(extent, instance) < 0) {
		lode__extent_discard(extent, instance);
		return NULL;
	}
	object->peers = names->bits;
	lode__take_snapshot(extent, instance);
	for (uint32_t i = 0; names->many && i < names->attribute_count; i++)
		if (lode__object_name(extent, object, names->attributes[i]) < 0)
			break;
	extent->session->fresh++;
	if (names->relationship_count > 0)
		link_named(extent, names, instance, image);
	return instance;
}

/* After a failure the program goes on with an object that nothing stores. */
static void *make_scratch(lode_session *session, const lode_class *class_)
{
	size_t size = class_ ? class_->object_size : sizeof(void *);
	lode__scratch *scratch;

	for (scratch = session->scratches; scratch; scratch = scratch->next)
		if (scratch->size >= size) {
			memset(scratch->object + 1, 0, scratch->size);
			return scratch->object + 1;
		}
	return lode__scratch_last(session, size);
}

static void *new_object(lode_session *session, const lode_class *class_, const void *image,
			const char *names)
{
	lode__extent *extent;
	const lode__names *parsed;

	if (session->failed)
		return NULL;
	if (session->options.tracking == LODE_TRACK_NONE) {
		lode__session_fail(session, LODE_E_MISUSE,
				   "a read-only session (LODE_TRACK_NONE) makes no objects");
		return NULL;
	}
	if (!image) {
		lode__session_fail(session, LODE_E_MISUSE, "lode_new was given no struct to copy");
		return NULL;
	}
	extent = lode__session_class(session, class_);
	parsed = extent ? lode__names_of(extent, names) : NULL;
	return parsed ? make_object(extent, parsed, image) : NULL;
}

void *lode_new(lode_session *session, const lode_class *class_, const void *image,
	       const char *names)
{
	void *instance;

	if (!lode__session_enter(session))
		return NULL;
	instance = new_object(session, class_, image, names);
	if (!instance)
		instance = make_scratch(session, class_);
	lode__session_leave(session);
	return instance;
}

void *lode_add_new(lode_session *session, const lode_class *class_, const void *image,
		   const char *names)
{
	void *instance;

	if (!lode__session_enter(session))
		return NULL;
	instance = new_object(session, class_, image, names);
	if (instance)
		lode__session_add(session, instance);
	else
		instance = make_scratch(session, class_);
	lode__session_leave(session);
	return instance;
}

/* ---- adding, with the save-update cascade */

static lode_status add_one(lode_session *session, lode__object *object)
{
	lode__extent *extent = object->extent;
	unsigned state = lode__object_state(object);

	if (state == LODE__PERSISTENT && (object->flags & LODE__MARKED)) {
		object->flags &= ~(LODE__MARKED | LODE__QUEUED);
		lode__objects_drop(&session->marked, lode__instance_of(object));
	}
	if (state != LODE__TRANSIENT)
		return LODE_OK;
	if (lode__objects_push(session, &session->pending, lode__instance_of(object)) < 0)
		return LODE_E_NOMEM;
	lode__object_set_state(object, LODE__PENDING);
	object->flags |= LODE__QUEUED;
	extent->pending++;
	if (object->flags & LODE__PUT_BACK)
		return lode__links_renew(session, lode__instance_of(object));
	if (session->fresh > 0)
		session->fresh--;
	return LODE_OK;
}

static lode_status push_new(lode_session *session, lode__objects *work, void *target)
{
	unsigned state = target ? lode__object_state(lode__object_of(target)) : 0;

	/* persistent ones are in the session with all they reach */
	return state == LODE__TRANSIENT ? lode__objects_push(session, work, target) : LODE_OK;
}

static lode_status push_linked(lode_session *session, lode__objects *work, void *instance)
{
	const lode_mapper *mapper = lode__object_of(instance)->extent->mapper;
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < mapper->relationship_count; i++) {
		const lode__relationship *relationship = &mapper->relationships[i];
		const lode__list *list;

		if (!(relationship->cascade & LODE_CASCADE_SAVE_UPDATE))
			continue;
		if (!relationship->to_many) {
			status = push_new(session, work, lode__ref_target(relationship, instance));
			continue;
		}
		list = *lode__list_slot(relationship, instance);
		for (uint32_t k = 0; list && status == LODE_OK && k < list->count; k++)
			status = push_new(session, work, list->items[k]);
	}
	return status;
}

/* The session keeps a list for this, unless it has grown long. */
static lode__objects take_work(lode_session *session)
{
	lode__objects work = session->work;

	memset(&session->work, 0, sizeof session->work);
	work.count = 0;
	return work;
}

static void keep_work(lode_session *session, lode__objects *work)
{
	if (session->work.items || work->capacity > 1024)
		lode__release(&session->allocator, work->items);
	else
		session->work = *work;
}

lode_status lode__session_add(lode_session *session, void *instance)
{
	lode__object *object = lode__object_of(instance);
	lode_status status = add_one(session, object);
	lode__objects work;

	if (status < 0 || !lode__links_any(object->extent->mapper, object))
		return status;
	work = take_work(session);
	status = push_linked(session, &work, instance);
	/* the list is walked while it grows: no recursion, so a chain of any length is fine */
	for (size_t i = 0; status == LODE_OK && i < work.count; i++) {
		if (lode__object_state(lode__object_of(work.items[i])) != LODE__TRANSIENT)
			continue;
		status = add_one(session, lode__object_of(work.items[i]));
		if (status == LODE_OK)
			status = push_linked(session, &work, work.items[i]);
	}
	keep_work(session, &work);
	return status;
}

lode_status lode__session_check(lode_session *session, const void *instance, const char *verb)
{
	const lode__object *object;

	if (session->failed)
		return session->error.status;
	if (!instance)
		return lode__session_fail(session, LODE_E_MISUSE, "%s was given no object (NULL)",
					  verb);
	object = lode__object_of(instance);
	if (lode__object_state(object) == LODE__FREE || !object->extent ||
	    object->extent->session != session)
		return lode__session_fail(session, LODE_E_MISUSE,
					  "%s was given an object of another session, or of none: "
					  "an object stays with the session that made or loaded it",
					  verb);
	return LODE_OK;
}

lode_status lode_add(lode_session *session, void *object)
{
	lode_status status;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	status = lode__session_check(session, object, "lode_add");
	if (status == LODE_OK && lode__object_state(lode__object_of(object)) >= LODE__DELETED)
		status = lode__session_fail(
			session, LODE_E_MISUSE,
			"lode_add was given a deleted or detached object of class %s; make a new one",
			lode__object_of(object)->extent->mapper->name);
	if (status == LODE_OK)
		status = lode__session_add(session, object);
	lode__session_leave(session);
	return status;
}

/* ---- setting */

static lode_status own_value(lode_session *session, lode__object *object,
			     const lode__attribute *attribute, void *member)
{
	void *text;
	size_t size;
	lode_status status = lode__attribute_own(session, attribute, member);

	if (status < 0)
		return status;
	memcpy(&text, member, sizeof text);
	if (lode__object_state(object) != LODE__PERSISTENT || !text)
		return LODE_OK;
	/* the next flush makes the copy that stays; this one is only for until then */
	size = attribute->ctype == LODE_C_BYTES ? ((const lode_bytes *)member)->size + 1
						: strlen(text) + 1;
	status = lode__objects_push(session, &session->loose, text);
	return status < 0 ? status : lode__objects_push(session, &session->loose, (void *)size);
}

void lode__session_free_loose(lode_session *session)
{
	for (size_t i = 0; i + 1 < session->loose.count; i += 2)
		lode__pool_free_text(&session->pool, session->loose.items[i],
				     (size_t)session->loose.items[i + 1]);
	session->loose.count = 0;
}

lode_status lode__session_tell(lode_session *session, lode__object *object)
{
	if (session->options.tracking != LODE_TRACK_EXPLICIT || (object->flags & LODE__EXPLICIT))
		return LODE_OK;
	if (lode__objects_push(session, &session->told, lode__instance_of(object)) < 0)
		return LODE_E_NOMEM;
	object->flags |= LODE__EXPLICIT;
	return LODE_OK;
}

void lode__session_forget_told(lode_session *session)
{
	for (size_t i = 0; i < session->told.count; i++)
		if (session->told.items[i])
			lode__object_of(session->told.items[i])->flags &= ~LODE__EXPLICIT;
	session->told.count = 0;
}

/* A new object owns its text by its snapshot. */
static void adopt_text(lode__extent *extent, const lode__attribute *attribute, void *instance)
{
	void *old = lode__attribute_at(attribute, lode__snapshot_of(extent, instance));

	lode__attribute_release(extent->session, attribute, old);
	memcpy(old, lode__attribute_at(attribute, instance), attribute->size);
}

static lode_status set_member(lode__object *object, const lode__attribute *attribute,
			      const lode_value *value)
{
	lode__extent *extent = object->extent;
	lode_session *session = extent->session;
	void *instance = lode__instance_of(object),
	     *member = lode__attribute_at(attribute, instance);
	union {
		char bytes[64];
		max_align_t align;
	} room;
	void *staged = attribute->size <= sizeof room ? (void *)&room : member;
	lode_status status;

	memcpy(&room, member, attribute->size <= sizeof room ? attribute->size : 0);
	status = lode__value_store(attribute->ctype, staged, attribute->size, value);
	if (status < 0)
		return lode__session_fail(session, status, "%s.%s cannot hold this value: %s",
					  extent->mapper->name, attribute->name,
					  status == LODE_E_DATA
						  ? "it is out of range, too long, or NULL"
						  : "it has another type");
	if (attribute->info->by_pointer) {
		status = own_value(session, object, attribute, staged);
		if (status < 0)
			return status;
	}
	if (staged != member)
		memcpy(member, staged, attribute->size);
	/* the snapshot of a deleted object is what a rollback puts back */
	if (lode__object_state(object) == LODE__DELETED)
		return LODE_OK;
	if (lode__object_state(object) == LODE__PERSISTENT)
		return lode__session_tell(session, object);
	if (attribute->info->by_pointer)
		adopt_text(extent, attribute, instance);
	return lode__object_name(extent, object, attribute->index);
}

static lode_session *refuse_detached(const lode__object *object, const char *verb)
{
	lode_error error = LODE_ERROR_INIT;

	lode__error_set(&error, LODE_E_MISUSE, "%s was given a detached object of class %s", verb,
			object->extent->mapper->name);
	lode__registry_misuse(object->extent->mapper->registry, &error);
	return NULL;
}

lode_session *lode__session_of(const void *instance, const char *verb)
{
	const lode__object *object = instance ? lode__object_of(instance) : NULL;

	if (!object || !object->extent)
		return NULL;
	if (object->extent->session && lode__object_state(object) != LODE__DETACHED)
		return object->extent->session;
	return refuse_detached(object, verb);
}

static lode_status refuse_offset(lode_session *session, const lode__object *object,
				 const char *verb)
{
	return lode__session_fail(session, LODE_E_MISUSE, "%s: class %s has no such mapped member",
				  verb, object->extent->mapper->name);
}

static lode_status set_value(void *instance, size_t offset, const lode_value *value,
			     lode_session *session)
{
	lode__object *object = lode__object_of(instance);
	const lode__attribute *attribute =
		lode__mapper_attribute_at(object->extent->mapper, offset);

	if (object->flags & LODE__READ_ONLY)
		return lode__session_fail(
			session, LODE_E_MISUSE,
			"objects of a read-only session (LODE_TRACK_NONE) cannot be changed");
	return attribute ? set_member(object, attribute, value)
			 : refuse_offset(session, object, "lode_set");
}

lode_status lode_set(void *object, size_t offset, lode_value value)
{
	lode_session *session = lode__session_of(object, "lode_set");
	lode_status status;

	if (!session || !lode__session_enter(session))
		return LODE_E_MISUSE;
	status = set_value(object, offset, &value, session);
	lode__session_leave(session);
	return status;
}

lode_status lode_set_null(void *object, size_t offset)
{
	lode_session *session = lode__session_of(object, "lode_set_null");
	const lode__relationship *relationship;
	lode_value value = lode_value_null();
	lode_status status;

	if (!session || !lode__session_enter(session))
		return LODE_E_MISUSE;
	relationship =
		lode__mapper_relationship_at(lode__object_of(object)->extent->mapper, offset);
	if (!relationship)
		status = set_value(object, offset, &value, session);
	else if (relationship->to_many)
		status = lode__session_fail(session, LODE_E_MISUSE,
					    "%s.%s is a list: remove its items one by one",
					    relationship->owner->name, relationship->name);
	else
		status = lode__link_set(session, relationship, object, NULL);
	lode__session_leave(session);
	return status;
}

lode_status lode_touch(void *object)
{
	lode_session *session = lode__session_of(object, "lode_touch");

	if (!session)
		return LODE_E_MISUSE;
	return lode__session_tell(session, lode__object_of(object));
}

/* ---- asking */

lode_state lode_object_state(const void *object)
{
	return object ? (lode_state)lode__object_state(lode__object_of(object)) : (lode_state)0;
}

lode_session *lode_object_session(const void *object)
{
	const lode__object *header = object ? lode__object_of(object) : NULL;

	return header && header->extent && lode__object_state(header) != LODE__DETACHED
		       ? header->extent->session
		       : NULL;
}

const lode_mapper *lode_inspect_object(const void *object)
{
	const lode__object *header = object ? lode__object_of(object) : NULL;

	return header && header->extent ? header->extent->mapper : NULL;
}

bool lode_contains(const lode_session *session, const void *object)
{
	lode_state state = lode_object_state(object);

	return session && lode_object_session(object) == session && state >= LODE_PENDING &&
	       state <= LODE_DELETED;
}

bool lode__object_differs(const lode__extent *extent, const lode__object *object)
{
	const void *instance = object + 1, *snapshot = lode__snapshot_of(extent, instance);
	const lode_mapper *mapper = extent->mapper;

	if (object->flags & LODE__READ_ONLY)
		return false;
	for (uint32_t i = 0; i < mapper->attribute_count; i++) {
		const lode__attribute *attribute = &mapper->attributes[i];

		if (!lode__ctype_equal(attribute->ctype, lode__attribute_at(attribute, instance),
				       lode__attribute_at(attribute, snapshot), attribute->size))
			return true;
	}
	return object->trail && object->trail->changed != 0;
}

bool lode_is_modified(const void *object)
{
	switch (lode_object_state(object)) {
	case LODE_PENDING:
		return true;
	case LODE_PERSISTENT:
		return (lode__object_of(object)->flags & LODE__MARKED) ||
		       lode__object_differs(lode__object_of(object)->extent,
					    lode__object_of(object));
	default:
		return false;
	}
}

static bool is_listed(const lode__extent *extent, const lode__object *object,
		      lode_objects_kind kind)
{
	if (lode__object_state(object) != LODE__PERSISTENT)
		return false;
	switch (kind) {
	case LODE_OBJECTS_DIRTY:
		return !(object->flags & LODE__MARKED) && lode__object_differs(extent, object);
	case LODE_OBJECTS_DELETED:
		return (object->flags & LODE__MARKED) != 0;
	default:
		return kind == LODE_OBJECTS_PERSISTENT;
	}
}

static lode_status list_extent(lode_session *session, lode__objects *out,
			       const lode__extent *extent, lode_objects_kind kind)
{
	lode_status status = LODE_OK;

	for (uint32_t n = 0; status == LODE_OK && n < extent->used; n++) {
		lode__object *object = lode__extent_slot(extent, n);

		if (is_listed(extent, object, kind))
			status = lode__objects_push(session, out, lode__instance_of(object));
	}
	return status;
}

lode_list lode_objects(lode_session *session, lode_objects_kind kind)
{
	lode_list list = { NULL, 0 };
	lode__objects found = { 0 };
	lode_status status = LODE_OK;

	if (!lode__session_enter(session))
		return list;
	if (kind == LODE_OBJECTS_NEW)
		for (size_t i = 0; status == LODE_OK && i < session->pending.count; i++)
			status = session->pending.items[i]
					 ? lode__objects_push(session, &found,
							      session->pending.items[i])
					 : LODE_OK;
	else
		for (uint32_t i = 0; status == LODE_OK && i < session->extent_count; i++)
			status = session->extents[i]
					 ? list_extent(session, &found, session->extents[i], kind)
					 : LODE_OK;
	if (status == LODE_OK)
		list = lode__list_new(session, found.items, found.count);
	lode__release(&session->allocator, found.items);
	lode__session_leave(session);
	return list;
}

/* ---- expiring */

static lode_status require_row(lode_session *session, const void *instance, const char *verb)
{
	lode_status status = lode__session_check(session, instance, verb);

	if (status == LODE_OK && lode__object_state(lode__object_of(instance)) != LODE__PERSISTENT)
		status = lode__session_fail(
			session, LODE_E_MISUSE,
			"%s needs an object that has a row; this one of class %s was never flushed, or was deleted",
			verb, lode__object_of(instance)->extent->mapper->name);
	return status;
}

/* Local changes go, loaded relationships are forgotten; members keep their last known values. */
static void expire(lode_session *session, lode__object *object)
{
	const lode__extent *extent = object->extent;
	void *instance = lode__instance_of(object);

	if (!(object->flags & LODE__READ_ONLY))
		lode__object_restore(extent, instance, lode__snapshot_of(extent, instance));
	for (uint32_t i = 0; i < extent->mapper->relationship_count; i++)
		lode__link_unload(session, &extent->mapper->relationships[i], instance);
	lode__object_expire(object);
}

void lode__session_expire_all(lode_session *session)
{
	for (uint32_t i = 0; i < session->extent_count; i++)
		for (uint32_t n = 0; session->extents[i] && n < session->extents[i]->used; n++) {
			lode__object *object = lode__extent_slot(session->extents[i], n);

			if (lode__object_state(object) == LODE__PERSISTENT)
				expire(session, object);
		}
}

lode_status lode_expire(lode_session *session, void *object)
{
	lode_status status;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	status = require_row(session, object, "lode_expire");
	if (status == LODE_OK)
		expire(session, lode__object_of(object));
	lode__session_leave(session);
	return status;
}

lode_status lode_expire_all(lode_session *session)
{
	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	lode__session_expire_all(session);
	lode__session_leave(session);
	return LODE_OK;
}

static lode_status refresh(lode_session *session, void *instance)
{
	lode__object *object = lode__object_of(instance);
	void *missing = NULL;
	lode_status status;

	expire(session, object);
	status = lode__session_flush_others(session, object);
	if (status == LODE_OK)
		status = lode__load_rows(session, object->extent, &instance, 1, &missing);
	if (status == LODE_OK && missing)
		status = lode__session_fail(
			session, LODE_E_STALE,
			"the row of this object of class %s is gone: it was deleted by somebody else",
			object->extent->mapper->name);
	return status;
}

lode_status lode_refresh(lode_session *session, void *object)
{
	lode_status status;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	status = require_row(session, object, "lode_refresh");
	if (status == LODE_OK)
		status = refresh(session, object);
	lode__session_leave(session);
	return status;
}
