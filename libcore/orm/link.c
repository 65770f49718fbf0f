/* SPDX-License-Identifier: MIT */
/* orm/link.c - see link.h.  The functions ending in _raw change one side only; what keeps both
 * sides in step is at the end.  Membership is the object's identity, never equality. */
#include "orm/link.h"

#include "base/alloc.h"
#include "orm/session.h"
#include "types/value.h"

const char lode__none[1] = { 0 };

/* ---- lists */

bool lode__items_have(void *const *items, uint32_t count, const void *item)
{
	for (uint32_t i = count; i-- > 0;)
		if (items[i] == item)
			return true;
	return false;
}

/* An array that a walk may still use is kept until two transactions have ended. */
static void drop_items(lode_session *session, lode__list *list)
{
	size_t size = list->capacity * sizeof *list->items;

	if (list->walked && list->items &&
	    lode__objects_push(session, &session->walked, list->items) == LODE_OK) {
		/* a failure here leaks nothing: the pool goes with the session */
		(void)lode__objects_push(session, &session->walked, (void *)size);
	} else {
		lode__pool_free(&session->pool, list->items, size);
	}
	list->walked = false;
}

void lode__list_free_walked(lode_session *session)
{
	lode__objects before = session->walked_before;

	for (size_t i = 0; i + 1 < before.count; i += 2)
		lode__pool_free(&session->pool, before.items[i], (size_t)before.items[i + 1]);
	before.count = 0;
	session->walked_before = session->walked;
	session->walked = before;
}

void lode__list_free(lode_session *session, lode__list *list)
{
	if (!list)
		return;
	drop_items(session, list);
	lode__pool_free(&session->pool, list->removed,
			list->removed_capacity * sizeof *list->removed);
	lode__pool_free(&session->pool, list, sizeof *list);
}

lode__list *lode__list_need(lode_session *session, const lode__relationship *relationship,
			    void *instance)
{
	lode__list **slot = lode__list_slot(relationship, instance);

	if (!*slot) {
		lode__list *list = lode__pool_alloc(&session->pool, sizeof *list, 8);

		if (!list) {
			lode__session_nomem(session);
			return NULL;
		}
		memset(list, 0, sizeof *list);
		*slot = list;
	}
	return *slot;
}

static lode_status grow(lode_session *session, void ***items, uint32_t *capacity, uint32_t count,
			bool keep)
{
	uint32_t larger = count < 4 ? 4 : count * 2;
	void **array = lode__pool_alloc(&session->pool, larger * sizeof *array, 8);

	if (!array)
		return lode__session_nomem(session);
	if (count > 0)
		memcpy(array, *items, count * sizeof *array);
	if (!keep)
		lode__pool_free(&session->pool, *items, *capacity * sizeof *array);
	*items = array;
	*capacity = larger;
	return LODE_OK;
}

/* The array may be changed and has room for one more. */
static lode_status open_items(lode_session *session, lode__list *list)
{
	lode_status status;
	lode__list old = *list;

	if (!list->walked && list->count < list->capacity)
		return LODE_OK;
	status = grow(session, &list->items, &list->capacity, list->count, true);
	if (status == LODE_OK) {
		drop_items(session, &old);
		list->walked = false;
	}
	return status;
}

static void remove_at(void **items, uint32_t *count, uint32_t at)
{
	(*count)--;
	memmove(items + at, items + at + 1, (*count - at) * sizeof *items);
}

static bool find_in(void *const *items, uint32_t count, const void *item, uint32_t *at)
{
	for (uint32_t i = count; i-- > 0;)
		if (items[i] == item) {
			*at = i;
			return true;
		}
	return false;
}

static lode_status append_raw(lode_session *session, lode__list *list, void *item)
{
	uint32_t at;
	lode_status status = open_items(session, list);

	if (status < 0)
		return status;
	if (find_in(list->removed, list->removed_count, item, &at)) {
		/* it is linked in the database still: back among those */
		remove_at(list->removed, &list->removed_count, at);
		memmove(list->items + list->committed + 1, list->items + list->committed,
			(list->count - list->committed) * sizeof *list->items);
		list->items[list->committed++] = item;
	} else {
		list->items[list->count] = item;
	}
	list->count++;
	return LODE_OK;
}

static lode_status note_removed(lode_session *session, lode__list *list, void *item)
{
	lode_status status = LODE_OK;

	if (list->removed_count == list->removed_capacity)
		status = grow(session, &list->removed, &list->removed_capacity, list->removed_count,
			      false);
	if (status == LODE_OK)
		list->removed[list->removed_count++] = item;
	return status;
}

/* LODE_NOT_FOUND: the item is not in a loaded list. */
static lode_status remove_raw(lode_session *session, lode__list *list, void *item)
{
	lode_status status = open_items(session, list);
	uint32_t at;

	if (status < 0)
		return status;
	if (!find_in(list->items, list->count, item, &at)) {
		if (list->loaded || lode__items_have(list->removed, list->removed_count, item))
			return LODE_NOT_FOUND;
		return note_removed(session, list, item);
	}
	if (at < list->committed) {
		status = note_removed(session, list, item);
		if (status < 0)
			return status;
		list->committed--;
	}
	remove_at(list->items, &list->count, at);
	return LODE_OK;
}

static void forget_item(lode_session *session, const lode__relationship *relationship,
			void *instance, const void *item)
{
	lode__list *list = *lode__list_slot(relationship, instance);
	uint32_t at;

	if (!list || !find_in(list->items, list->count, item, &at))
		return;
	if (lode__journal_link(session, lode__object_of(instance), relationship) < 0 ||
	    open_items(session, list) < 0)
		return;
	list->epoch = session->epoch;
	if (at < list->committed)
		list->committed--;
	remove_at(list->items, &list->count, at);
}

void lode__item_forget(lode_session *session, const lode__relationship *relationship,
		       void *instance, const void *item)
{
	void **slot = lode__ref_slot(relationship, instance);

	if (relationship->to_many)
		forget_item(session, relationship, instance, item);
	else if (*slot == item &&
		 lode__journal_link(session, lode__object_of(instance), relationship) == LODE_OK)
		*slot = (void *)(uintptr_t)lode__none;
}

/* ---- items that leave the session */

static bool is_expunged(const void *item)
{
	return item && item != (const void *)lode__none &&
	       (lode__object_of(item)->flags & LODE__OWN_TEXT);
}

static bool have_expunged(void *const *items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (is_expunged(items[i]))
			return true;
	return false;
}

/* Those from `first` on that stay, moved to the front; returns how many they are. */
static uint32_t keep_others(void **items, uint32_t first, uint32_t count)
{
	uint32_t kept = 0;

	for (uint32_t i = first; i < count; i++)
		if (!is_expunged(items[i]))
			items[kept++] = items[i];
	return kept;
}

lode_status lode__list_let_go(lode_session *session, lode__list *list)
{
	if (!list || !(have_expunged(list->items, list->count) ||
		       have_expunged(list->removed, list->removed_count)))
		return LODE_OK;
	if (list->walked && open_items(session, list) < 0)
		return LODE_E_NOMEM;
	list->count = keep_others(list->items, list->committed, list->count);
	list->removed_count = keep_others(list->removed, 0, list->removed_count);
	list->committed = 0;
	list->loaded = false;
	return LODE_OK;
}

lode_status lode__links_let_go(lode_session *session, lode__object *object)
{
	const lode_mapper *mapper = object->extent->mapper;
	const void *instance = lode__instance_of(object);
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < mapper->relationship_count; i++) {
		const lode__relationship *relationship = &mapper->relationships[i];
		void **ref = lode__ref_slot(relationship, instance);

		if (relationship->to_many)
			status = lode__list_let_go(session,
						   *lode__list_slot(relationship, instance));
		else if (is_expunged(*ref))
			*ref = NULL;
		if (object->trail && object->trail->refs && is_expunged(object->trail->refs[i]))
			object->trail->refs[i] = NULL;
	}
	return status;
}

/* ---- history */

lode__trail *lode__trail_need(lode_session *session, lode__object *object)
{
	if (!object->trail) {
		object->trail = lode__pool_alloc(&session->pool, sizeof *object->trail, 8);
		if (!object->trail) {
			lode__session_nomem(session);
			return NULL;
		}
		memset(object->trail, 0, sizeof *object->trail);
	}
	return object->trail;
}

static uint64_t bit_of(const lode__relationship *relationship)
{
	return UINT64_C(1) << (relationship->index < 63 ? relationship->index : 63);
}

bool lode__link_changed(const lode__relationship *relationship, const lode__object *object)
{
	return object->trail && (object->trail->changed & bit_of(relationship));
}

/* New objects are looked at by the flush anyway; persistent ones are put on its list. */
static lode_status touch(lode_session *session, lode__object *object,
			 const lode__relationship *relationship)
{
	lode__trail *trail;

	trail = lode__trail_need(session, object);
	if (!trail)
		return LODE_E_NOMEM;
	trail->changed |= bit_of(relationship);
	if (object->flags & LODE__TOUCHED)
		return LODE_OK;
	if (lode__objects_push(session, &session->touched, lode__instance_of(object)) < 0)
		return LODE_E_NOMEM;
	object->flags |= LODE__TOUCHED;
	return LODE_OK;
}

/* Before a link of an object changes: remember it for a rollback and for the flush.  A new object
 * keeps its links in a rollback, as it keeps its values. */
static lode_status prepare(lode_session *session, const lode__relationship *relationship,
			   void *instance)
{
	lode__object *object = lode__object_of(instance);
	bool persistent = lode__object_state(object) == LODE__PERSISTENT;
	lode_status status =
		persistent ? lode__journal_link(session, object, relationship) : LODE_OK;

	if (status == LODE_OK && persistent)
		status = touch(session, object, relationship);
	if (status == LODE_OK && relationship->to_many) {
		lode__list *list = lode__list_need(session, relationship, instance);

		if (!list)
			return LODE_E_NOMEM;
		list->epoch = session->epoch;
	}
	return status;
}

/* A one-to-one without the foreign key must know whom the database links: kept at the first change.
 */
static lode_status remember_ref(lode_session *session, const lode__relationship *relationship,
				lode__object *object)
{
	const lode_mapper *mapper = relationship->owner;
	lode__trail *trail;
	size_t size = mapper->relationship_count * sizeof(void *);

	if (relationship->direction != LODE__ONE_TO_MANY)
		return LODE_OK;
	trail = lode__trail_need(session, object);
	if (!trail)
		return LODE_E_NOMEM;
	if (!trail->refs) {
		trail->refs = lode__pool_alloc(&session->pool, size, 8);
		if (!trail->refs)
			return lode__session_nomem(session);
		memset(trail->refs, 0, size);
	}
	if (!trail->refs[relationship->index])
		trail->refs[relationship->index] =
			*lode__ref_slot(relationship, lode__instance_of(object));
	return LODE_OK;
}

static lode_status set_raw(lode_session *session, const lode__relationship *relationship,
			   void *instance, void *target)
{
	lode_status status = remember_ref(session, relationship, lode__object_of(instance));

	if (status == LODE_OK)
		status = prepare(session, relationship, instance);
	if (status == LODE_OK)
		*lode__ref_slot(relationship, instance) =
			target ? target : (void *)(uintptr_t)lode__none;
	return status;
}

/* ---- both sides */

/* Whom a to-one member points at, as far as that is known without SQL. */
static void *known_target(lode_session *session, const lode__relationship *relationship,
			  void *instance)
{
	if (*lode__ref_slot(relationship, instance))
		return lode__ref_target(relationship, instance);
	return lode__link_known(session, relationship, instance);
}

static lode_status partner_remove(lode_session *session, const lode__relationship *reverse,
				  void *partner, void *instance);

static bool shows(const lode__relationship *relationship, const void *instance, const void *item)
{
	const lode__list *list = *lode__list_slot(relationship, instance);

	return list && lode__items_have(list->items, list->count, item);
}

/* One side of the pair changed; `partner` takes `instance` in or lets it go. */
static lode_status partner_add(lode_session *session, const lode__relationship *reverse,
			       void *partner, void *instance)
{
	void *other;
	lode_status status;

	if (reverse->to_many) {
		/* one that a rollback put back kept its list */
		if ((lode__object_of(partner)->flags & LODE__PUT_BACK) &&
		    shows(reverse, partner, instance))
			return LODE_OK;
		status = prepare(session, reverse, partner);
		return status < 0
			       ? status
			       : append_raw(session, *lode__list_slot(reverse, partner), instance);
	}
	other = known_target(session, reverse, partner);
	if (other == instance)
		return LODE_OK;
	/* whom it belonged to before loses it */
	status = other ? partner_remove(session, reverse->reverse, other, partner) : LODE_OK;
	return status < 0 ? status : set_raw(session, reverse, partner, instance);
}

static lode_status partner_remove(lode_session *session, const lode__relationship *reverse,
				  void *partner, void *instance)
{
	lode_status status;

	if (!reverse->to_many)
		return known_target(session, reverse, partner) == instance
			       ? set_raw(session, reverse, partner, NULL)
			       : LODE_OK;
	status = prepare(session, reverse, partner);
	if (status == LODE_OK)
		status = remove_raw(session, *lode__list_slot(reverse, partner), instance);
	return status == LODE_NOT_FOUND ? LODE_OK : status;
}

/* ---- after a rollback */

static lode_status renew_partner(lode_session *session, const lode__relationship *reverse,
				 void *partner, void *instance)
{
	/* a new one kept its own side */
	if (lode__object_state(lode__object_of(partner)) != LODE__PERSISTENT ||
	    (reverse->to_many && shows(reverse, partner, instance)))
		return LODE_OK;
	return partner_add(session, reverse, partner, instance);
}

lode_status lode__links_renew(lode_session *session, void *instance)
{
	lode__object *object = lode__object_of(instance);
	const lode_mapper *mapper = object->extent->mapper;
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < mapper->relationship_count; i++) {
		const lode__relationship *relationship = &mapper->relationships[i];
		const lode__relationship *reverse = relationship->reverse;
		const lode__list *list = NULL;
		void *target = NULL;

		if (!reverse)
			continue;
		if (relationship->to_many)
			list = *lode__list_slot(relationship, instance);
		else
			target = lode__ref_target(relationship, instance);
		if (target)
			status = renew_partner(session, reverse, target, instance);
		for (uint32_t k = 0; list && status == LODE_OK && k < list->count; k++)
			status = renew_partner(session, reverse, list->items[k], instance);
	}
	object->flags &= ~LODE__PUT_BACK;
	return status;
}

static bool deletes_orphans(const lode__relationship *relationship)
{
	return relationship && (relationship->cascade & LODE_CASCADE_DELETE_ORPHAN);
}

/* By the save-update cascade, what an object of the session refers to joins the session. */
static lode_status cascade_add(lode_session *session, const lode__relationship *relationship,
			       void *instance, void *target)
{
	unsigned state = lode__object_state(lode__object_of(instance));

	if (!target || !(relationship->cascade & LODE_CASCADE_SAVE_UPDATE) ||
	    (state != LODE__PENDING && state != LODE__PERSISTENT))
		return LODE_OK;
	return lode__session_add(session, target);
}

lode_status lode__link_set(lode_session *session, const lode__relationship *relationship,
			   void *instance, void *target)
{
	const lode__relationship *reverse = relationship->reverse;
	void *old = known_target(session, relationship, instance);
	lode_status status;

	if (old == target && *lode__ref_slot(relationship, instance))
		return LODE_OK;
	status = set_raw(session, relationship, instance, target);
	if (status == LODE_OK && reverse && old && old != target)
		status = partner_remove(session, reverse, old, instance);
	if (status == LODE_OK && reverse && target && old != target)
		status = partner_add(session, reverse, target, instance);
	if (status < 0)
		return status;
	if (target)
		lode__object_of(instance)->flags &= ~LODE__ORPHAN;
	else if (deletes_orphans(reverse))
		lode__object_of(instance)->flags |= LODE__ORPHAN;
	if (old && old != target && deletes_orphans(relationship))
		lode__object_of(old)->flags |= LODE__ORPHAN;
	return cascade_add(session, relationship, instance, target);
}

lode_status lode__link_append(lode_session *session, const lode__relationship *relationship,
			      void *instance, void *item)
{
	lode_status status = prepare(session, relationship, instance);

	if (status == LODE_OK)
		status = append_raw(session, *lode__list_slot(relationship, instance), item);
	if (status == LODE_OK && relationship->reverse)
		status = partner_add(session, relationship->reverse, item, instance);
	if (status < 0)
		return status;
	lode__object_of(item)->flags &= ~LODE__ORPHAN;
	return cascade_add(session, relationship, instance, item);
}

lode_status lode__link_remove(lode_session *session, const lode__relationship *relationship,
			      void *instance, void *item)
{
	lode_status status = prepare(session, relationship, instance);

	if (status == LODE_OK)
		status = remove_raw(session, *lode__list_slot(relationship, instance), item);
	if (status == LODE_OK && relationship->reverse)
		status = partner_remove(session, relationship->reverse, item, instance);
	if (status == LODE_OK && deletes_orphans(relationship))
		lode__object_of(item)->flags |= LODE__ORPHAN;
	return status;
}

/* ---- loading, forgetting, committing */

static lode_status fill_list(lode_session *session, const lode__relationship *relationship,
			     void *instance, void *const *items, size_t count)
{
	lode__list *list = lode__list_need(session, relationship, instance);
	uint32_t queued = list ? list->count : 0, kept = 0;
	void **array;

	if (!list)
		return LODE_E_NOMEM;
	array = lode__pool_alloc(&session->pool, (count + queued) * sizeof *array, 8);
	if (!array)
		return lode__session_nomem(session);
	for (size_t i = 0; i < count; i++)
		if (!lode__items_have(list->removed, list->removed_count, items[i]))
			array[kept++] = items[i];
	list->committed = kept;
	for (uint32_t i = 0; i < queued; i++)
		if (!lode__items_have(array, list->committed, list->items[i]))
			array[kept++] = list->items[i];
	drop_items(session, list);
	list->items = array;
	list->count = kept;
	list->capacity = (uint32_t)(count + queued);
	list->loaded = true;
	list->seen = session->journal.count > 0 ? session->epoch : 0;
	return LODE_OK;
}

lode_status lode__link_fill(lode_session *session, const lode__relationship *relationship,
			    void *instance, void *const *items, size_t count, bool overwrite)
{
	if (lode__link_loaded(relationship, instance)) {
		if (!overwrite)
			return LODE_OK;
		lode__link_unload(session, relationship, instance);
	}
	if (relationship->to_many)
		return fill_list(session, relationship, instance, items, count);
	*lode__ref_slot(relationship, instance) =
		count > 0 ? items[0] : (void *)(uintptr_t)lode__none;
	return LODE_OK;
}

void lode__link_unload(lode_session *session, const lode__relationship *relationship,
		       void *instance)
{
	lode__object *object = lode__object_of(instance);

	if (relationship->to_many) {
		lode__list_free(session, *lode__list_slot(relationship, instance));
		*lode__list_slot(relationship, instance) = NULL;
	} else {
		*lode__ref_slot(relationship, instance) = NULL;
	}
	if (object->trail) {
		object->trail->changed &= ~bit_of(relationship);
		if (object->trail->refs)
			object->trail->refs[relationship->index] = NULL;
	}
}

/* A list knows when it was loaded.  The side of a one-to-one without the key does not: whom it
 * shows may have been inserted, and that it shows nobody may be because somebody was deleted. */
static bool has_seen(const lode__relationship *relationship, const void *instance, uint32_t epoch)
{
	const lode__list *list;
	const void *target;

	if (!lode__link_loaded(relationship, instance))
		return false;
	if (relationship->to_many) {
		list = *lode__list_slot(relationship, instance);
		return list->seen >= epoch && list->seen > 0;
	}
	target = lode__ref_target(relationship, instance);
	return relationship->direction == LODE__ONE_TO_MANY &&
	       (!target || lode__object_state(lode__object_of(target)) != LODE__PERSISTENT);
}

void lode__links_forget_seen(lode_session *session, lode__object *object, uint32_t epoch)
{
	const lode_mapper *mapper = object->extent->mapper;
	void *instance = lode__instance_of(object);

	for (uint32_t i = 0; i < mapper->relationship_count; i++)
		if (has_seen(&mapper->relationships[i], instance, epoch))
			lode__link_unload(session, &mapper->relationships[i], instance);
}

static bool same_key(const lode__relationship *relationship, const void *a, const void *b)
{
	for (size_t i = 0; i < relationship->pair_count; i++) {
		uint32_t index = relationship->pairs[i].owner;
		const lode__attribute *key = index == LODE__NO_ATTRIBUTE
						     ? NULL
						     : &relationship->owner->attributes[index];

		if (key && !lode__ctype_equal(key->ctype, lode__attribute_at(key, a),
					      lode__attribute_at(key, b), key->size))
			return false;
	}
	return true;
}

void lode__refs_follow(lode_session *session, lode__object *object, const void *image)
{
	const lode_mapper *mapper = object->extent->mapper;
	void *instance = lode__instance_of(object);
	const void *snapshot = lode__snapshot_of(object->extent, instance);

	for (uint32_t i = 0; i < mapper->relationship_count; i++) {
		const lode__relationship *relationship = &mapper->relationships[i];

		if (relationship->direction == LODE__MANY_TO_ONE &&
		    !same_key(relationship, snapshot, image))
			lode__link_unload(session, relationship, instance);
	}
}

static void free_trail(lode_session *session, lode__object *object)
{
	const lode__extent *extent = object->extent;
	lode__trail *trail = object->trail;

	if (!trail)
		return;
	lode__pool_free(&session->pool, trail->refs,
			extent->mapper->relationship_count * sizeof(void *));
	lode__pool_free(&session->pool, trail->named, lode__named_size(extent->mapper));
	lode__pool_free(&session->pool, trail, sizeof *trail);
	object->trail = NULL;
}

void lode__links_free(lode_session *session, void *instance)
{
	lode__object *object = lode__object_of(instance);
	const lode_mapper *mapper = object->extent->mapper;

	for (uint32_t i = 0; i < mapper->relationship_count; i++)
		if (mapper->relationships[i].to_many) {
			lode__list **slot = lode__list_slot(&mapper->relationships[i], instance);

			lode__list_free(session, *slot);
			*slot = NULL;
		}
	free_trail(session, object);
}

/* Items that are in no session have no row: they stay additions.  The others come first, in their
 * order; returns how many they are. */
static uint32_t part_stored(lode_session *session, lode__list *list)
{
	uint32_t stored = 0, count = list->count, first = 0;

	while (first < count &&
	       lode__object_state(lode__object_of(list->items[first])) != LODE__TRANSIENT)
		first++;
	if (first == count || open_items(session, list) < 0)
		return first == count ? count : first;
	for (uint32_t i = 0; i < count; i++) {
		void *item = list->items[i];

		if (lode__object_state(lode__object_of(item)) == LODE__TRANSIENT)
			continue;
		memmove(list->items + stored + 1, list->items + stored,
			(i - stored) * sizeof *list->items);
		list->items[stored++] = item;
	}
	return stored;
}

/* Queued items that were stored are rows now and come with the load. */
static void drop_stored(lode__list *list, uint32_t stored)
{
	list->count -= stored;
	list->committed = 0;
	memmove(list->items, list->items + stored, list->count * sizeof *list->items);
}

static void commit_link(lode_session *session, const lode__relationship *relationship,
			lode__object *object, bool inserted)
{
	void *instance = lode__instance_of(object);
	lode__list *list;
	uint32_t stored;

	if (!relationship->to_many) {
		if (object->trail && object->trail->refs)
			object->trail->refs[relationship->index] = NULL;
		return;
	}
	list = *lode__list_slot(relationship, instance);
	if (!list)
		return;
	list->removed_count = 0;
	list->loaded = list->loaded || inserted;
	stored = part_stored(session, list);
	if (list->loaded)
		list->committed = stored;
	else if (stored > 0 && open_items(session, list) == LODE_OK)
		drop_stored(list, stored);
}

void lode__link_committed(lode_session *session, void *instance, bool inserted)
{
	lode__object *object = lode__object_of(instance);
	const lode_mapper *mapper = object->extent->mapper;

	for (uint32_t i = 0; i < mapper->relationship_count; i++)
		commit_link(session, &mapper->relationships[i], object, inserted);
	if (object->trail)
		object->trail->changed = 0;
}

/* ---- the identity that a key refers to */

static bool copy_key(const lode__relationship *relationship, const void *instance, void *image)
{
	for (size_t i = 0; i < relationship->pair_count; i++) {
		const lode__pair *pair = &relationship->pairs[i];
		const lode__attribute *from, *to;
		lode_value value;

		if (pair->owner == LODE__NO_ATTRIBUTE || pair->target == LODE__NO_ATTRIBUTE)
			return false;
		from = &relationship->owner->attributes[pair->owner];
		to = &relationship->target->attributes[pair->target];
		value = lode__value_load(from->ctype, lode__attribute_at(from, instance));
		if (value.kind == LODE_VALUE_NULL ||
		    lode__value_store(to->ctype, lode__attribute_at(to, image), to->size, &value) <
			    0)
			return false;
	}
	return true;
}

void *lode__link_known(lode_session *session, const lode__relationship *relationship,
		       const void *instance)
{
	const lode__extent *extent = session->extents[relationship->target->index];
	union {
		char bytes[512];
		max_align_t align;
	} room;
	size_t size = relationship->target->object_size;
	void *image = &room, *found = NULL;

	if (relationship->direction != LODE__MANY_TO_ONE || !relationship->target_is_primary_key ||
	    !extent || extent->map_count == 0)
		return NULL;
	if (size > sizeof room)
		image = lode__pool_alloc(&session->pool, (size + 7) / 8 * 8, 8);
	if (image && copy_key(relationship, instance, memset(image, 0, size)))
		found = lode__identity_find(extent, image);
	if (image && size > sizeof room)
		lode__pool_free(&session->pool, image, (size + 7) / 8 * 8);
	return found;
}
