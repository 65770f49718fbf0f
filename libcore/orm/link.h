/* SPDX-License-Identifier: MIT */
/* orm/link.h - relationship members: lists and references, their history, both sides in step.
 *
 * A to-one member holds NULL (not loaded), lode__none (loaded, nobody there) or the target.
 * A to-many member holds NULL (not loaded, nothing queued) or a lode__list of the session's.
 * Invariant of a list: items[0 .. committed) are linked in the database and not in `removed`;
 * items[committed .. count) were appended since the last flush. */
#ifndef LODE_ORM_LINK_H
#define LODE_ORM_LINK_H
#include <lode/session.h>
#include "orm/object.h"

extern const char lode__none[1];

typedef struct lode__list {
	void **items;
	uint32_t count, capacity, committed;
	bool loaded;                    /* false: only what was queued is here */
	bool walked;                    /* lode_each gave `items` out: copy before changing */
	uint32_t epoch;                 /* session->epoch when it was journaled last */
	uint32_t seen;                  /* session->epoch when it was loaded, if the transaction had changes by
	                                   then: a rollback to before it forgets the list; else 0 */
	void **removed;                 /* linked in the database until the next flush */
	uint32_t removed_count, removed_capacity;
} lode__list;

/* What a to-one member held at the last flush; entry of relationship r is trail->refs[r]. */
typedef struct lode__trail {
	uint64_t changed;               /* bit r (63: and up): relationship r changed since the last flush */
	uint32_t level;                 /* of a row inside a cyclic group, while it is flushed */
	uint64_t *named;                /* of a new object: a bit for each attribute, from the 33rd on */
	struct lode__sync *syncs;       /* keys to be copied before the row is written, while it is flushed */
	void **refs;                    /* [relationship_count]: committed target, valid where changed */
} lode__trail;

static inline void **lode__ref_slot(const lode__relationship *relationship, const void *instance)
{
	return (void **)(uintptr_t)((const char *)instance + relationship->offset);
}

static inline lode__list **lode__list_slot(const lode__relationship *relationship, const void *instance)
{
	return (lode__list **)(uintptr_t)((const char *)instance + relationship->offset);
}

static inline bool lode__link_loaded(const lode__relationship *relationship, const void *instance)
{
	const lode__list *list;

	if (!relationship->to_many)
		return *lode__ref_slot(relationship, instance) != NULL;
	list = *lode__list_slot(relationship, instance);
	return list && list->loaded;
}

/* The loaded target, NULL for nobody or not loaded. */
static inline void *lode__ref_target(const lode__relationship *relationship, const void *instance)
{
	void *target = *lode__ref_slot(relationship, instance);

	return target == (const void *)lode__none ? NULL : target;
}

/* Is anything loaded, queued or remembered of an object's relationships? */
static inline bool lode__links_any(const lode_mapper *mapper, const lode__object *object)
{
	const void *instance = object + 1;

	for (uint32_t i = 0; i < mapper->relationship_count; i++)
		if (*lode__ref_slot(&mapper->relationships[i], instance))
			return true;
	return object->trail != NULL;
}

/* Is there history for lode__link_committed to settle? */
static inline bool lode__links_settle(const lode_mapper *mapper, const lode__object *object)
{
	const void *instance = object + 1;

	for (uint32_t i = 0; i < mapper->relationship_count; i++)
		if (mapper->relationships[i].to_many &&
		    *lode__list_slot(&mapper->relationships[i], instance))
			return true;
	return object->trail != NULL;
}

/* After a load: what the database has.  Merges what was queued while unloaded.  `items` are
 * copied. A to-one takes count 0 or 1.  Sets nothing that is loaded already unless `overwrite`. */
lode_status lode__link_fill(lode_session *session, const lode__relationship *relationship, void *instance,
                            void *const *items, size_t count, bool overwrite);
/* Forget what is loaded (refresh, expire): the next access loads again.  Unflushed changes go too. */
void lode__link_unload(lode_session *session, const lode__relationship *relationship, void *instance);
/* Unloads the links of an object that show what a rollback to the start of `epoch` has undone. */
void lode__links_forget_seen(lode_session *session, lode__object *object, uint32_t epoch);
/* Unloads the references whose key `image` has otherwise than the snapshot. */
void lode__refs_follow(lode_session *session, lode__object *object, const void *image);
/* Gives the memory of all links of a discarded object back. */
void lode__links_free(lode_session *session, void *instance);
/* The list of a to-many member, made if need be; NULL: out of memory. */
lode__list *lode__list_need(lode_session *session, const lode__relationship *relationship, void *instance);
void lode__list_free(lode_session *session, lode__list *list);
/* Expunged items leave a list, which loads again when it is next read; what is queued stays. */
lode_status lode__list_let_go(lode_session *session, lode__list *list);
/* The same for all that an object is linked to. */
lode_status lode__links_let_go(lode_session *session, lode__object *object);
/* The transaction has ended: arrays that walks were handed before the last one go. */
void lode__list_free_walked(lode_session *session);
bool lode__items_have(void *const *items, uint32_t count, const void *item);
/* The row of `item` is gone: a list or a reference does not show it any more; no history. */
void lode__item_forget(lode_session *session, const lode__relationship *relationship, void *instance, const void *item);
/* Set a reference / change a list with cascades, back references and journal: what the accessors do. */
lode_status lode__link_set(lode_session *session, const lode__relationship *relationship, void *instance, void *target);
lode_status lode__link_append(lode_session *session, const lode__relationship *relationship, void *instance, void *item);
lode_status lode__link_remove(lode_session *session, const lode__relationship *relationship, void *instance, void *item);
static inline size_t lode__named_size(const lode_mapper *mapper)
{
	return (mapper->attribute_count + 63) / 64 * sizeof(uint64_t);
}

/* The trail of an object, made if need be; NULL with the session's error set. */
lode__trail *lode__trail_need(lode_session *session, lode__object *object);
/* An object that a rollback put back joins the session again: its partners show it again. */
lode_status lode__links_renew(lode_session *session, void *instance);
/* After a flush: additions and removals are history. */
void lode__link_committed(lode_session *session, void *instance, bool inserted);
bool lode__link_changed(const lode__relationship *relationship, const lode__object *object);
/* The target of an unloaded many-to-one, if its key is set and it is in the identity map. */
void *lode__link_known(lode_session *session, const lode__relationship *relationship, const void *instance);
#endif
