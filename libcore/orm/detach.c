/* SPDX-License-Identifier: MIT */
/* orm/detach.c - objects that leave their session: expunge, free; and scratch objects.
 *
 * An expunged object keeps its address: its slot stays in the extent, which outlives the session
 * while such slots are left.  Its text moves to the heap, one block each, and its snapshot says
 * which blocks those are. */
#include <lode/session.h>

#include "base/alloc.h"
#include "base/error.h"
#include "orm/load.h"
#include "orm/session.h"

/* ---- expunge */

static size_t text_length(const lode__attribute *attribute, const void *member)
{
	if (attribute->ctype == LODE_C_BYTES)
		return ((const lode_bytes *)member)->size;
	return strlen(*(const char *const *)member);
}

static char *heap_text(const lode__extent *extent, const void *text, size_t size)
{
	char *copy = lode__alloc(&extent->allocator, size + 1);

	if (copy) {
		memcpy(copy, text, size);
		copy[size] = '\0';
	}
	return copy;
}

static void free_copies(const lode__extent *extent, char **copies, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		lode__release(&extent->allocator, copies[i]);
	lode__release(&extent->allocator, copies);
}

/* All copies are made before any member is changed. */
static char **copy_to_heap(lode__extent *extent, const void *instance)
{
	char **copies =
		lode__alloc_array(&extent->allocator, extent->text_count + 1, sizeof *copies);

	for (uint32_t i = 0; copies && i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];
		const void *member = lode__attribute_at(attribute, instance);
		void *text;

		memcpy(&text, member, sizeof text);
		if (!text)
			continue;
		copies[i] = heap_text(extent, text, text_length(attribute, member));
		if (!copies[i]) {
			free_copies(extent, copies, i);
			return NULL;
		}
	}
	return copies;
}

static void take_copies(lode__extent *extent, void *instance, char **copies)
{
	void *snapshot = lode__snapshot_of(extent, instance);

	for (uint32_t i = 0; i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];

		lode__attribute_release(extent->session, attribute,
					lode__attribute_at(attribute, snapshot));
		memcpy(lode__attribute_at(attribute, instance), &copies[i], sizeof copies[i]);
		memcpy(lode__attribute_at(attribute, snapshot),
		       lode__attribute_at(attribute, instance), attribute->size);
	}
	lode__release(&extent->allocator, copies);
}

/* Out of every list of the session; its row, if it has one, is not touched. */
static void leave_session(lode_session *session, lode__object *object)
{
	lode__extent *extent = object->extent;
	void *instance = lode__instance_of(object);

	switch (lode__object_state(object)) {
	case LODE__PENDING:
		lode__objects_drop(&session->pending, instance);
		extent->pending--;
		break;
	case LODE__PERSISTENT:
		lode__identity_remove(extent, object);
		extent->persistent--;
		break;
	case LODE__DELETED:
		extent->deleted--;
		break;
	case LODE__TRANSIENT:
		if (session->fresh > 0)
			session->fresh--;
		break;
	default:
		break;
	}
	if (object->flags & LODE__MARKED)
		lode__objects_drop(&session->marked, instance);
	if (object->flags & LODE__EXPLICIT)
		lode__objects_drop(&session->told, instance);
	if (object->flags & LODE__TOUCHED)
		lode__objects_drop(&session->touched, instance);
	lode__journal_forget(session, object);
}

static void detach(lode_session *session, lode__object *object, char **copies)
{
	lode__extent *extent = object->extent;
	void *instance = lode__instance_of(object);

	leave_session(session, object);
	for (uint32_t i = 0; i < extent->mapper->relationship_count; i++)
		lode__link_unload(session, &extent->mapper->relationships[i], instance);
	lode__links_free(session, instance);
	take_copies(extent, instance, copies);
	object->flags = LODE__DETACHED | LODE__OWN_TEXT;
	object->peers = 0;
	extent->detached++;
}

static bool refers_to_detached(const lode_session *session, const lode_mapper *mapper)
{
	for (uint32_t i = 0; i < mapper->relationship_count; i++) {
		const lode__extent *extent =
			session->extents[mapper->relationships[i].target->index];

		if (extent && extent->detached > 0)
			return true;
	}
	return false;
}

/* What is freed later must not be reached through a list, a reference or a rollback: those that
 * lead to an expunged object load again. */
static lode_status let_go(lode_session *session)
{
	lode_status status = lode__journal_let_go(session);

	for (uint32_t i = 0; i < session->extent_count; i++) {
		const lode__extent *extent = session->extents[i];

		if (!extent || !refers_to_detached(session, extent->mapper))
			continue;
		for (uint32_t n = 0; status == LODE_OK && n < extent->used; n++) {
			lode__object *object = lode__extent_slot(extent, n);

			if (lode__object_state(object) != LODE__FREE &&
			    !(object->flags & LODE__OWN_TEXT))
				status = lode__links_let_go(session, object);
		}
	}
	return status;
}

static lode_status push_linked(lode_session *session, lode__objects *work, void *instance)
{
	const lode_mapper *mapper = lode__object_of(instance)->extent->mapper;
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < mapper->relationship_count; i++) {
		const lode__relationship *relationship = &mapper->relationships[i];
		const lode__list *list;

		if (!(relationship->cascade & LODE_CASCADE_EXPUNGE))
			continue;
		if (!relationship->to_many) {
			void *target = lode__ref_target(relationship, instance);

			status = target ? lode__objects_push(session, work, target) : LODE_OK;
			continue;
		}
		list = *lode__list_slot(relationship, instance);
		for (uint32_t k = 0; list && status == LODE_OK && k < list->count; k++)
			status = lode__objects_push(session, work, list->items[k]);
	}
	return status;
}

/* The object and what the cascade reaches, each once; IN_PLAN marks those that are listed. */
static lode_status list_reached(lode_session *session, lode__objects *work, void *instance)
{
	lode_status status = lode__objects_push(session, work, instance);
	size_t kept = 0;

	for (size_t i = 0; status == LODE_OK && i < work->count; i++) {
		lode__object *object = lode__object_of(work->items[i]);

		if (lode__object_state(object) == LODE__DETACHED || (object->flags & LODE__IN_PLAN))
			continue;
		object->flags |= LODE__IN_PLAN;
		work->items[kept++] = work->items[i];
		status = push_linked(session, work, lode__instance_of(object));
	}
	work->count = kept;
	return status;
}

/* All of them or none: the copies of every object are there before the first one leaves. */
static lode_status detach_all(lode_session *session, const lode__objects *work)
{
	char ***copies = lode__alloc_array(&session->allocator, work->count, sizeof *copies);
	size_t done = 0;

	for (; copies && done < work->count; done++) {
		copies[done] = copy_to_heap(lode__object_of(work->items[done])->extent, work->items[done]);
		if (!copies[done])
			break;
	}
	if (!copies || done < work->count) {
		while (done-- > 0) {
			const lode__extent *extent = lode__object_of(work->items[done])->extent;

			free_copies(extent, copies[done], extent->text_count);
		}
		lode__release(&session->allocator, copies);
		return lode__session_nomem(session);
	}
	for (size_t i = 0; i < work->count; i++)
		detach(session, lode__object_of(work->items[i]), copies[i]);
	lode__release(&session->allocator, copies);
	return LODE_OK;
}

static lode_status expunge(lode_session *session, void *instance)
{
	lode__objects work = { 0 };
	lode_status status = list_reached(session, &work, instance);

	if (status == LODE_OK)
		status = detach_all(session, &work);
	for (size_t i = 0; status < 0 && i < work.count; i++)
		lode__object_of(work.items[i])->flags &= ~LODE__IN_PLAN;
	lode__release(&session->allocator, work.items);
	return status == LODE_OK ? let_go(session) : status;
}

lode_status lode_expunge(lode_session *session, void *object)
{
	lode_status status;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	status = lode__session_check(session, object, "lode_expunge");
	if (status == LODE_OK && session->options.tracking == LODE_TRACK_NONE)
		status = lode__session_fail(
			session, LODE_E_MISUSE,
			"objects of a read-only session (LODE_TRACK_NONE) cannot be expunged");
	if (status == LODE_OK)
		status = expunge(session, object);
	lode__session_leave(session);
	return status;
}

/* ---- free */

static void refuse_free(const lode__object *object)
{
	lode_error error = LODE_ERROR_INIT;

	lode__error_set(
		&error, LODE_E_MISUSE,
		"lode_object_free was given an object of class %s that its session still owns: expunge it first",
		object->extent->mapper->name);
	lode__registry_misuse(object->extent->mapper->registry, &error);
}

void lode_object_free(void *object)
{
	lode__object *header = object ? lode__object_of(object) : NULL;
	lode__extent *extent;

	if (!header || (header->flags & LODE__SCRATCH))
		return;
	extent = header->extent;
	if (lode__object_state(header) != LODE__DETACHED || !(header->flags & LODE__OWN_TEXT)) {
		refuse_free(header);
		return;
	}
	lode__extent_discard(extent, object);
	extent->detached--;
	if (!extent->session)
		lode__extent_free(extent);
}

/* ---- scratch objects: what LODE_NEW returns when it failed */

void *lode__scratch_last(lode_session *session, size_t size)
{
	lode__scratch *scratch = lode__alloc_zero(&session->allocator,
						  sizeof *scratch + sizeof *scratch->object + size);

	if (!scratch) {
		/* even this failed: a fixed room of the session, for classes that fit */
		memset(&session->room, 0, sizeof session->room);
		session->room.object.flags = LODE__DETACHED | LODE__SCRATCH;
		return size <= sizeof session->room.bytes ? session->room.bytes : NULL;
	}
	scratch->size = size;
	scratch->next = session->scratches;
	session->scratches = scratch;
	scratch->object->flags = LODE__DETACHED | LODE__SCRATCH;
	return scratch->object + 1;
}

void lode__scratch_free(lode_session *session)
{
	while (session->scratches) {
		lode__scratch *next = session->scratches->next;

		lode__release(&session->allocator, session->scratches);
		session->scratches = next;
	}
}
