/* SPDX-License-Identifier: MIT */
/* orm/plan.c - see plan.h. */
#include "orm/plan.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "orm/load.h"
#include "orm/write.h"

#define KEPT_ITEMS 1024u

/* ---- lists */

static lode_status add_update(lode__flush_plan *plan, lode__object *object)
{
	lode__objects *updates = &plan->classes[object->extent->mapper->index].updates;

	if ((object->flags & (LODE__IN_PLAN | LODE__MARKED)) ||
	    lode__object_state(object) != LODE__PERSISTENT)
		return LODE_OK;
	/* only what is in the list has its flag taken away again */
	if (lode__objects_push(plan->session, updates, lode__instance_of(object)) < 0)
		return LODE_E_NOMEM;
	object->flags |= LODE__IN_PLAN;
	plan->empty = false;
	return LODE_OK;
}

static lode_status warn_outside(lode__flush_plan *plan, const lode__relationship *relationship)
{
	return lode__session_warn(
		plan->session, LODE_W_OUTSIDE_SESSION,
		"%s.%s refers to an object that was not added to the session: it is not stored",
		relationship->owner->name, relationship->name);
}

static lode_status add_sync(lode__flush_plan *plan, const lode__relationship *relationship,
			    void *instance, void *source)
{
	lode__object *object = lode__object_of(instance);
	lode__trail *trail = lode__trail_need(plan->session, object);
	lode__sync *sync = trail ? LODE__NEW(&plan->arena, lode__sync) : NULL;

	if (!sync)
		return lode__session_nomem(plan->session);
	sync->relationship = relationship;
	sync->source = source;
	if (!trail->syncs && lode__objects_push(plan->session, &plan->synced, instance) < 0)
		return LODE_E_NOMEM;
	sync->next = trail->syncs;
	trail->syncs = sync;
	return add_update(plan, object);
}

/* ---- link rows */

static size_t hash_link(const lode__linking *link)
{
	const void *parts[3] = { link->relationship, link->owner, link->target };

	return (size_t)lode__hash(parts, sizeof parts);
}

static size_t *link_place(const lode__flush_plan *plan, const lode__linking *link)
{
	size_t at = hash_link(link) & plan->link_mask;

	for (;; at = (at + 1) & plan->link_mask) {
		const lode__linking *there =
			plan->link_slots[at] ? &plan->links[plan->link_slots[at] - 1] : NULL;

		if (!there ||
		    (there->relationship == link->relationship && there->owner == link->owner &&
		     there->target == link->target && there->remove == link->remove))
			return &plan->link_slots[at];
	}
}

static lode_status grow_links(lode__flush_plan *plan)
{
	const lode_session *session = plan->session;
	size_t capacity = plan->link_slots ? (plan->link_mask + 1) * 2 : 64;
	size_t *slots;

	if (plan->link_slots && plan->link_count * 2 <= plan->link_mask)
		return LODE_OK;
	slots = lode__alloc_array(&session->allocator, capacity, sizeof *slots);
	if (!slots)
		return lode__session_nomem(plan->session);
	lode__release(&session->allocator, plan->link_slots);
	plan->link_slots = slots;
	plan->link_mask = capacity - 1;
	for (size_t i = 0; i < plan->link_count; i++)
		*link_place(plan, &plan->links[i]) = i + 1;
	return LODE_OK;
}

/* A pair of relationships is listed under the one of the class mapped first. */
static lode__linking make_link(const lode__relationship *relationship, void *owner, void *target,
			       bool remove)
{
	const lode__relationship *reverse = relationship->reverse;
	lode__linking link = { relationship, owner, target, remove };

	if (target && reverse &&
	    (reverse->owner->index < relationship->owner->index ||
	     (reverse->owner == relationship->owner && reverse->index < relationship->index))) {
		link.relationship = reverse;
		link.owner = target;
		link.target = owner;
	}
	return link;
}

static lode_status add_link(lode__flush_plan *plan, const lode__relationship *relationship,
			    void *owner, void *target, bool remove)
{
	lode__linking link = make_link(relationship, owner, target, remove);
	size_t *place;

	/* the rows of an object that goes are removed by its key */
	if (target &&
	    ((lode__object_of(owner)->flags | lode__object_of(target)->flags) & LODE__MARKED))
		return LODE_OK;
	if (grow_links(plan) < 0)
		return LODE_E_NOMEM;
	place = link_place(plan, &link);
	if (*place)
		return LODE_OK;
	if (lode__array_reserve(&plan->session->allocator, (void **)&plan->links,
				&plan->link_capacity, plan->link_count + 1, sizeof link) < 0)
		return lode__session_nomem(plan->session);
	plan->links[plan->link_count++] = link;
	*place = plan->link_count;
	plan->empty = false;
	return LODE_OK;
}

/* ---- relationships of objects that stay */

static lode_status plan_reference(lode__flush_plan *plan, const lode__relationship *relationship,
				  void *instance)
{
	void *slot = *lode__ref_slot(relationship, instance),
	     *target = lode__ref_target(relationship, instance);

	if (!slot)
		return LODE_OK;
	if (target && !lode__sync_in_session(target))
		return warn_outside(plan, relationship);
	/* a new object says itself whose key it gets, if that is still there when it is written */
	if (lode__object_state(lode__object_of(instance)) == LODE__PENDING &&
	    !(target && (lode__object_of(target)->flags & LODE__MARKED)))
		return LODE_OK;
	return add_sync(plan, relationship, instance, target);
}

static bool is_orphan(const lode__relationship *relationship, const void *item)
{
	return (relationship->cascade & LODE_CASCADE_DELETE_ORPHAN) &&
	       (lode__object_of(item)->flags & LODE__ORPHAN);
}

/* An item was taken out of a list: its row goes, or its key becomes NULL. */
static lode_status plan_removed(lode__flush_plan *plan, const lode__relationship *relationship,
				void *owner, void *item)
{
	if (relationship->direction == LODE__MANY_TO_MANY)
		return add_link(plan, relationship, owner, item, true);
	if (is_orphan(relationship, item) &&
	    lode__object_state(lode__object_of(item)) == LODE__PERSISTENT)
		return lode__session_delete(plan->session, item);
	return lode__object_state(lode__object_of(item)) == LODE__PERSISTENT
		       ? add_sync(plan, relationship, item, NULL)
		       : LODE_OK;
}

/* A new item that refers to its owner has the key from there. */
static bool refers_itself(const lode__relationship *relationship, void *owner, void *item)
{
	const lode__relationship *reverse = relationship->reverse;

	return reverse && reverse->direction == LODE__MANY_TO_ONE &&
	       lode__object_state(lode__object_of(item)) == LODE__PENDING &&
	       lode__ref_target(reverse, item) == owner;
}

static lode_status plan_added(lode__flush_plan *plan, const lode__relationship *relationship,
			      void *owner, void *item)
{
	if (!lode__sync_in_session(item))
		return warn_outside(plan, relationship);
	if (relationship->direction == LODE__MANY_TO_MANY)
		return add_link(plan, relationship, owner, item, false);
	if (refers_itself(relationship, owner, item))
		return LODE_OK;
	return add_sync(plan, relationship, item, owner);
}

static lode_status plan_list(lode__flush_plan *plan, const lode__relationship *relationship,
			     void *instance)
{
	const lode__list *list = *lode__list_slot(relationship, instance);
	lode_status status = LODE_OK;

	for (uint32_t i = list ? list->committed : 0; list && status == LODE_OK && i < list->count;
	     i++)
		status = plan_added(plan, relationship, instance, list->items[i]);
	for (uint32_t i = 0; list && status == LODE_OK && i < list->removed_count; i++)
		status = plan_removed(plan, relationship, instance, list->removed[i]);
	return status;
}

/* The side of a one-to-one whose row has no foreign key: whom it was linked with, if that changed.
 */
static void *unlinked(const lode__relationship *relationship, void *instance)
{
	const lode__trail *trail = lode__object_of(instance)->trail;
	void *old = trail && trail->refs ? trail->refs[relationship->index] : NULL;

	return old != (const void *)lode__none && old != lode__ref_target(relationship, instance)
		       ? old
		       : NULL;
}

static lode_status plan_single(lode__flush_plan *plan, const lode__relationship *relationship,
			       void *instance)
{
	void *target = lode__ref_target(relationship, instance),
	     *old = unlinked(relationship, instance);
	lode_status status = old ? plan_removed(plan, relationship, instance, old) : LODE_OK;

	return status == LODE_OK && target ? plan_added(plan, relationship, instance, target)
					   : status;
}

static lode_status plan_relationship(lode__flush_plan *plan, const lode__relationship *relationship,
				     void *instance)
{
	if (relationship->to_many)
		return plan_list(plan, relationship, instance);
	if (relationship->direction == LODE__ONE_TO_MANY)
		return plan_single(plan, relationship, instance);
	return plan_reference(plan, relationship, instance);
}

/* ---- new objects */

static lode_status plan_pending(lode__flush_plan *plan, void *instance)
{
	lode__object *object = lode__object_of(instance);
	const lode_mapper *mapper = object->extent->mapper;
	lode_status status;

	status = lode__objects_push(plan->session, &plan->classes[mapper->index].inserts, instance);
	plan->empty = false;
	if (!lode__links_any(mapper, object))
		return status;
	for (uint32_t i = 0; status == LODE_OK && i < mapper->relationship_count; i++)
		status = plan_relationship(plan, &mapper->relationships[i], instance);
	return status;
}

/* A copy of the row of `old`, texts included, in the pool; NULL: out of memory. */
static void *copy_row(lode_session *session, const lode__extent *extent, const void *old)
{
	char *copy = lode__pool_alloc(&session->pool, extent->image_size, 8);
	uint32_t done = 0;

	if (!copy) {
		lode__session_nomem(session);
		return NULL;
	}
	memcpy(copy, lode__snapshot_of(extent, old), extent->image_size);
	for (; done < extent->text_count; done++) {
		const lode__attribute *text = &extent->mapper->attributes[extent->texts[done]];

		if (lode__attribute_own(session, text, lode__attribute_at(text, copy)) < 0)
			break;
	}
	if (done == extent->text_count)
		return copy;
	while (done-- > 0) {
		const lode__attribute *text = &extent->mapper->attributes[extent->texts[done]];

		lode__attribute_release(session, text, lode__attribute_at(text, copy));
	}
	lode__pool_free(&session->pool, copy, extent->image_size);
	return NULL;
}

/* The new object's snapshot becomes that of the row, and so do the members it does not set.  What
 * it held is journaled: its texts are kept for a rollback, and until the flush has copied them. */
static lode_status inherit_row(lode_session *session, lode__extent *extent, void *instance,
			       const void *old)
{
	lode__object *object = lode__object_of(instance);
	lode_status status = lode__write_own_texts(extent, instance);
	void *row = status == LODE_OK ? copy_row(session, extent, old) : NULL;

	if (!row)
		return session->error.status;
	lode__object_restore(extent, lode__snapshot_of(extent, instance), instance);
	status = lode__journal_image(session, object, row);
	if (status == LODE_OK)
		lode__object_restore(extent, lode__snapshot_of(extent, instance), row);
	for (uint32_t i = 0; status == LODE_OK && i < extent->mapper->attribute_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[i];

		if (lode__write_unset(attribute, object))
			memcpy(lode__attribute_at(attribute, instance),
			       lode__attribute_at(attribute, row), attribute->size);
	}
	lode__pool_free(&session->pool, row, extent->image_size);
	return status;
}

/* A row that is deleted in this flush comes back under the same key: its row is updated instead. */
static lode_status switch_row(lode__flush_plan *plan, lode__object *gone, void *instance)
{
	lode_session *session = plan->session;
	lode__extent *extent = gone->extent;
	lode__object *object = lode__object_of(instance);
	void *old = lode__instance_of(gone);
	lode_status status = lode__journal_reserve(session, 3);

	if (status == LODE_OK)
		status = inherit_row(session, extent, instance, old);
	if (status < 0)
		return status;
	lode__objects_drop(&session->marked, old);
	lode__identity_remove(extent, gone);
	lode__object_set_state(gone, LODE__DELETED);
	gone->flags &= ~(LODE__MARKED | LODE__QUEUED);
	extent->deleted++;
	lode__journal_state(session, gone, LODE__WAS_PERSISTENT);
	lode__objects_drop(&session->pending, instance);
	lode__object_set_state(object, LODE__PERSISTENT);
	object->flags &= ~LODE__QUEUED;
	object->peers = 0;
	extent->pending--;
	lode__identity_add(extent, object);
	lode__journal_state(session, object, LODE__WAS_PENDING);
	return add_update(plan, object);
}

static lode_status plan_new(lode__flush_plan *plan, void *instance)
{
	lode__object *object = lode__object_of(instance);
	lode__extent *extent = object->extent;
	lode__object *known = NULL;
	void *found;

	if (object->flags & LODE__ORPHAN) {
		lode__session_evict(plan->session, object);
		return LODE_OK;
	}
	if (extent->persistent > 0 &&
	    !lode__write_unset(&extent->mapper->attributes[extent->mapper->key[0]], object)) {
		found = lode__identity_find(extent, instance);
		known = found ? lode__object_of(found) : NULL;
	}
	if (known && (known->flags & LODE__MARKED)) {
		lode_status status = switch_row(plan, known, instance);

		for (uint32_t i = 0; status == LODE_OK && i < extent->mapper->relationship_count;
		     i++)
			status = plan_relationship(plan, &extent->mapper->relationships[i],
						   instance);
		return status;
	}
	return plan_pending(plan, instance);
}

static lode_status plan_all_new(lode__flush_plan *plan)
{
	lode_session *session = plan->session;
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < session->pending.count; i++)
		if (session->pending.items[i])
			status = plan_new(plan, session->pending.items[i]);
	return status;
}

/* ---- persistent objects */

static lode_status plan_touched(lode__flush_plan *plan)
{
	lode_session *session = plan->session;
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < session->touched.count; i++) {
		lode__object *object = session->touched.items[i]
					       ? lode__object_of(session->touched.items[i])
					       : NULL;
		const lode_mapper *mapper;

		if (!object || lode__object_state(object) != LODE__PERSISTENT ||
		    (object->flags & LODE__MARKED))
			continue;
		mapper = object->extent->mapper;
		for (uint32_t r = 0; status == LODE_OK && r < mapper->relationship_count; r++)
			if (lode__link_changed(&mapper->relationships[r], object))
				status = plan_relationship(plan, &mapper->relationships[r],
							   session->touched.items[i]);
	}
	return status;
}

/* Orphans that only their own reference made so. */
static lode_status plan_orphans(lode__flush_plan *plan)
{
	lode_session *session = plan->session;
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < session->touched.count; i++) {
		lode__object *object = session->touched.items[i]
					       ? lode__object_of(session->touched.items[i])
					       : NULL;

		if (object && (object->flags & (LODE__ORPHAN | LODE__MARKED)) == LODE__ORPHAN &&
		    lode__object_state(object) == LODE__PERSISTENT)
			status = lode__session_delete(session, session->touched.items[i]);
	}
	return status;
}

/* ---- deleted objects */

static lode_status release_child(lode__flush_plan *plan, const lode__relationship *relationship,
				 void *child)
{
	lode__object *object = lode__object_of(child);

	if (lode__object_state(object) != LODE__PERSISTENT || (object->flags & LODE__MARKED))
		return LODE_OK;
	if (relationship->cascade & LODE_CASCADE_DELETE)
		return lode__session_delete(plan->session, child);
	return add_sync(plan, relationship, child, NULL);
}

static lode_status release_children(lode__flush_plan *plan, const lode__relationship *relationship,
				    void *instance)
{
	const lode__list *list;
	lode_status status = LODE_OK;

	if (!lode__link_loaded(relationship, instance) && !relationship->passive_deletes)
		status = lode__load_link_always(plan->session, relationship, instance);
	if (status < 0)
		return status;
	if (!relationship->to_many) {
		void *child = lode__ref_target(relationship, instance),
		     *old = unlinked(relationship, instance);

		status = child && !relationship->passive_all
				 ? release_child(plan, relationship, child)
				 : LODE_OK;
		return status == LODE_OK && old ? plan_removed(plan, relationship, instance, old)
						: status;
	}
	list = *lode__list_slot(relationship, instance);
	for (uint32_t i = 0;
	     list && !relationship->passive_all && status == LODE_OK && i < list->count; i++)
		status = release_child(plan, relationship, list->items[i]);
	for (uint32_t i = 0; list && status == LODE_OK && i < list->removed_count; i++)
		status = plan_removed(plan, relationship, instance, list->removed[i]);
	return status;
}

static lode_status plan_deleted(lode__flush_plan *plan, void *instance)
{
	const lode_mapper *mapper = lode__object_of(instance)->extent->mapper;
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < mapper->relationship_count; i++) {
		const lode__relationship *relationship = &mapper->relationships[i];

		if (relationship->direction == LODE__ONE_TO_MANY)
			status = release_children(plan, relationship, instance);
		else if (relationship->direction == LODE__MANY_TO_MANY)
			status = add_link(plan, relationship, instance, NULL, true);
	}
	return status;
}

/* A row that was found to be gone since its object was marked need not be deleted. */
static bool has_row(const void *instance)
{
	return instance && lode__object_state(lode__object_of(instance)) == LODE__PERSISTENT;
}

/* The list grows while it is walked: what is deleted may delete more. */
static lode_status plan_all_deleted(lode__flush_plan *plan)
{
	lode_session *session = plan->session;
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < session->marked.count; i++)
		if (has_row(session->marked.items[i]))
			status = plan_deleted(plan, session->marked.items[i]);
	for (size_t i = 0; status == LODE_OK && i < session->marked.count; i++) {
		void *instance = session->marked.items[i];

		if (!has_row(instance))
			continue;
		plan->empty = false;
		status = lode__objects_push(
			session,
			&plan->classes[lode__object_of(instance)->extent->mapper->index].deletes,
			instance);
	}
	return status;
}

/* ---- changed members */

static inline bool is_dirty(const lode__extent *extent, lode__object *object)
{
	return (object->flags & (LODE__STATE_MASK | LODE__READ_ONLY | LODE__MARKED)) ==
		       LODE__PERSISTENT &&
	       lode__bytes_differ(extent, lode__instance_of(object));
}

typedef lode_status found_function(void *context, lode__object *object);

/* Under explicit tracking only what the program told of is looked at. */
static lode_status each_told(const lode_session *session, const lode__extent *extent,
			     found_function *found, void *context)
{
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < session->told.count; i++) {
		lode__object *object =
			session->told.items[i] ? lode__object_of(session->told.items[i]) : NULL;

		if (object && object->extent == extent && is_dirty(extent, object))
			status = found(context, object);
	}
	return status;
}

/* Calls `found` for each object whose bytes differ; stops when it returns non-zero. */
static lode_status each_dirty(lode_session *session, lode__extent *extent, found_function *found,
			      void *context)
{
	uint32_t left = extent->used;
	lode_status status = LODE_OK;

	if (extent->persistent == 0 || session->options.tracking == LODE_TRACK_NONE)
		return LODE_OK;
	if (session->options.tracking == LODE_TRACK_EXPLICIT)
		return each_told(session, extent, found, context);
	for (uint32_t chunk = 0; left > 0 && status == LODE_OK; chunk++) {
		uint32_t size = extent->first << chunk, count = left < size ? left : size;
		char *at = (char *)lode__extent_chunk(extent, chunk);

		left -= count;
		for (uint32_t i = 0; i < count && status == LODE_OK; i++, at += extent->slot_size) {
			lode__object *object = (lode__object *)(void *)at;

			if (is_dirty(extent, object))
				status = found(context, object);
		}
	}
	return status;
}

static lode_status plan_dirty(void *context, lode__object *object)
{
	return add_update(context, object);
}

typedef struct keyed {
	int64_t key;
	void *instance;
} keyed;

static int compare_keyed(const void *a, const void *b)
{
	int64_t x = ((const keyed *)a)->key, y = ((const keyed *)b)->key;

	return (x > y) - (x < y);
}

static int64_t key_of(const lode__extent *extent, const void *instance)
{
	int64_t key;

	memcpy(&key, (const char *)lode__snapshot_of(extent, instance) + extent->key_offset,
	       sizeof key);
	return key;
}

/* They are, if they were loaded or made in that order. */
static bool is_sorted(const lode__extent *extent, const lode__objects *objects)
{
	for (size_t i = 1; i < objects->count; i++)
		if (key_of(extent, objects->items[i - 1]) > key_of(extent, objects->items[i]))
			return false;
	return true;
}

/* Rows of a class are updated in the order of their keys, so that two sessions lock alike. */
static lode_status sort_by_key(lode__flush_plan *plan, const lode__extent *extent,
			       lode__objects *objects)
{
	keyed *keys;

	if (!extent || !extent->single_int64 || is_sorted(extent, objects))
		return LODE_OK;
	keys = lode__alloc_array(&plan->session->allocator, objects->count, sizeof *keys);
	if (!keys)
		return lode__session_nomem(plan->session);
	for (size_t i = 0; i < objects->count; i++) {
		keys[i].key = key_of(extent, objects->items[i]);
		keys[i].instance = objects->items[i];
	}
	qsort(keys, objects->count, sizeof *keys, compare_keyed);
	for (size_t i = 0; i < objects->count; i++)
		objects->items[i] = keys[i].instance;
	lode__release(&plan->session->allocator, keys);
	return LODE_OK;
}

static lode_status plan_changed(lode__flush_plan *plan)
{
	lode_session *session = plan->session;
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < session->extent_count; i++) {
		if (session->extents[i])
			status = each_dirty(session, session->extents[i], plan_dirty, plan);
		if (status == LODE_OK)
			status = sort_by_key(plan, session->extents[i], &plan->classes[i].updates);
	}
	return status;
}

/* ---- making */

/* Deletions first, as they may mark what others would have updated; twice, as orphans add to them.
 */
static lode_status collect(lode__flush_plan *plan)
{
	lode_status status = plan_touched(plan);

	if (status == LODE_OK)
		status = plan_orphans(plan);
	if (status == LODE_OK)
		status = plan_all_new(plan);
	if (status == LODE_OK)
		status = plan_all_deleted(plan);
	return status == LODE_OK ? plan_changed(plan) : status;
}

static lode__flush_plan *need_plan(lode_session *session)
{
	lode__flush_plan *plan = session->plan;

	if (plan)
		return plan;
	plan = lode__alloc_zero(&session->allocator, sizeof *plan + session->extent_count *
								       sizeof *plan->classes);
	if (!plan)
		return NULL;
	plan->session = session;
	lode__arena_init(&plan->arena, &session->allocator, 4096);
	session->plan = plan;
	return plan;
}

lode_status lode__plan_make(lode_session *session)
{
	lode__flush_plan *plan = need_plan(session);

	if (!plan)
		return lode__session_nomem(session);
	plan->empty = true;
	plan->order = lode__order_of(session);
	return plan->order ? collect(plan) : LODE_E_NOMEM;
}

/* ---- clearing */

/* A long list is not for keeping. */
static void clear_list(lode_session *session, lode__objects *list)
{
	list->count = 0;
	if (list->capacity <= KEPT_ITEMS)
		return;
	lode__release(&session->allocator, list->items);
	list->items = NULL;
	list->capacity = 0;
}

static void free_links(lode__flush_plan *plan)
{
	lode__release(&plan->session->allocator, plan->links);
	lode__release(&plan->session->allocator, plan->link_slots);
	plan->links = NULL;
	plan->link_slots = NULL;
	plan->link_count = plan->link_capacity = plan->link_mask = 0;
}

void lode__plan_clear(lode_session *session)
{
	lode__flush_plan *plan = session->plan;

	if (!plan)
		return;
	for (size_t i = 0; i < plan->synced.count; i++) {
		lode__object *object = lode__object_of(plan->synced.items[i]);

		if (object->trail)
			object->trail->syncs = NULL;
	}
	clear_list(session, &plan->synced);
	for (uint32_t i = 0; i < session->extent_count; i++) {
		lode__class_plan *class_ = &plan->classes[i];

		for (size_t k = 0; k < class_->updates.count; k++)
			lode__object_of(class_->updates.items[k])->flags &= ~LODE__IN_PLAN;
		clear_list(session, &class_->inserts);
		clear_list(session, &class_->updates);
		clear_list(session, &class_->deletes);
		class_->linked = false;
	}
	if (plan->links)
		free_links(plan);
	if (lode__arena_total(&plan->arena) > 0)
		lode__arena_dispose(&plan->arena);
}

void lode__plan_free(lode_session *session)
{
	lode__flush_plan *plan = session->plan;

	if (!plan)
		return;
	for (uint32_t i = 0; i < session->extent_count; i++) {
		lode__release(&session->allocator, plan->classes[i].inserts.items);
		lode__release(&session->allocator, plan->classes[i].updates.items);
		lode__release(&session->allocator, plan->classes[i].deletes.items);
	}
	lode__release(&session->allocator, plan->synced.items);
	lode__release(&session->allocator, plan);
	session->plan = NULL;
}

/* ---- autoflush */

static lode_status say_dirty(void *context, lode__object *object)
{
	(void)object;
	*(bool *)context = true;
	return LODE_DONE;
}

static lode__extent *extent_of_table(const lode_session *session, const lode_table *table)
{
	for (uint32_t i = 0; i < session->extent_count; i++)
		if (session->extents[i] && session->extents[i]->mapper->table == table)
			return session->extents[i];
	return NULL;
}

static bool list_touches(const lode__objects *objects, const lode_table *table)
{
	for (size_t i = 0; i < objects->count; i++)
		if (objects->items[i] &&
		    lode__object_of(objects->items[i])->extent->mapper->table == table)
			return true;
	return false;
}

bool lode__plan_needed(lode_session *session, const lode_table *const *tables, size_t count)
{
	/* a changed relationship writes the table of the other side, or a link table */
	if (session->touched.count > 0)
		return true;
	for (size_t i = 0; i < count; i++) {
		lode__extent *extent = extent_of_table(session, tables[i]);
		bool dirty = false;

		if (!extent) {
			/* a link table: written when objects with links are new or deleted */
			if (session->pending.count + session->marked.count > 0)
				return true;
			continue;
		}
		if (extent->pending > 0 || list_touches(&session->marked, tables[i]))
			return true;
		each_dirty(session, extent, say_dirty, &dirty);
		if (dirty)
			return true;
	}
	return false;
}
