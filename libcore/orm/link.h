/* SPDX-License-Identifier: MIT */
/* orm/link.h - relationship members: lists and references, their history, both sides in step.
 *
 * A to-one member holds NULL (not loaded), lode__none (loaded, nobody there) or the target.
 * A to-many member holds NULL (not loaded, nothing queued) or a lode__list of the session's.
 * Invariant of a list: items[0 .. committed) are linked in the database and not in `removed`;
 * items[committed .. count) were appended since the last flush. */
#ifndef LODE_ORM_LINK_H
#define LODE_ORM_LINK_H
#include "orm/object.h"

extern const char lode__none[1];

typedef struct lode__list {
	void **items;
	uint32_t count, capacity, committed;
	uint32_t loaded;                /* 0: only what was queued is here */
	void **removed;                 /* linked in the database until the next flush */
	uint32_t removed_count, removed_capacity;
} lode__list;

/* What a to-one member held at the last flush; entry of relationship r is trail->refs[r]. */
typedef struct lode__trail {
	uint32_t changed[2];            /* bit r: relationship r changed since the last flush (first 64) */
	uint32_t touched_index;         /* place in session->touched */
	uint32_t order;                 /* of a pending object: its place in session->pending */
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

/* After a load: what the database has.  Merges what was queued while unloaded.  `items` are
 * copied. A to-one takes count 0 or 1.  Sets nothing that is loaded already unless `overwrite`. */
lode_status lode__link_fill(lode_session *session, const lode__relationship *relationship, void *instance,
                            void *const *items, size_t count, bool overwrite);
/* Forget what is loaded (refresh, expire): the next access loads again.  Unflushed changes go too. */
void lode__link_unload(lode_session *session, const lode__relationship *relationship, void *instance);
/* Gives the memory of all links of a discarded object back. */
void lode__link_release(lode_session *session, void *instance);
/* Set a reference / change a list with cascades, back references and journal: what the accessors do. */
lode_status lode__link_set(lode_session *session, const lode__relationship *relationship, void *instance, void *target);
lode_status lode__link_append(lode_session *session, const lode__relationship *relationship, void *instance, void *item);
lode_status lode__link_remove(lode_session *session, const lode__relationship *relationship, void *instance, void *item);
/* After a flush: additions and removals are history. */
void lode__link_committed(lode_session *session, void *instance);
#endif
