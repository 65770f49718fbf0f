/* SPDX-License-Identifier: MIT */
/* orm/sync.h - keys copied along relationships just before a row is written, when the row it
 * refers to has its key. */
#ifndef LODE_ORM_SYNC_H
#define LODE_ORM_SYNC_H
#include "orm/session.h"

/* A new object's own references are no syncs: they say themselves whose keys are copied. */
typedef struct lode__sync {
	struct lode__sync *next;
	const lode__relationship *relationship;
	void *source;                   /* whose key is copied; NULL: the foreign key becomes NULL */
} lode__sync;

static inline bool lode__sync_in_session(const void *instance)
{
	unsigned state = lode__object_state(lode__object_of(instance));

	return state == LODE__PENDING || state == LODE__PERSISTENT;
}

/* Applies the references of a new object, then what trail->syncs says, in the order it was noted.
 * A NULL yields to a key that the same flush sets. */
lode_status lode__sync_apply(lode_session *session, lode__object *object);
/* What a reference of a new object has its key from; NULL: nobody, or nobody of the session. */
static inline void *lode__sync_source(const lode__relationship *relationship, const void *instance)
{
	void *target = relationship->direction == LODE__MANY_TO_ONE
			       ? lode__ref_target(relationship, instance)
			       : NULL;

	return target && lode__sync_in_session(target) ? target : NULL;
}
/* Copies the key of `source` (a row of the class that the foreign key refers to) into the members
 * of `instance` that refer to it. */
lode_status lode__sync_copy(lode_session *session, const lode__relationship *relationship, void *instance, const void *source);
#endif
