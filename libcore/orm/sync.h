/* SPDX-License-Identifier: MIT */
/* orm/sync.h - keys copied along relationships just before a row is written, when the row it
 * refers to has its key. */
#ifndef LODE_ORM_SYNC_H
#define LODE_ORM_SYNC_H
#include "orm/session.h"

typedef struct lode__sync {
	struct lode__sync *next;
	const lode__relationship *relationship;
	void *source;                   /* whose key is copied; NULL: the foreign key becomes NULL */
} lode__sync;

/* Applies what trail->syncs of the object says, in the order it was noted.  A NULL yields to a key
 * that the same flush sets. */
lode_status lode__sync_apply(lode_session *session, lode__object *object);
/* Copies the key of `source` (a row of the class that the foreign key refers to) into the members
 * of `instance` that refer to it. */
lode_status lode__sync_copy(lode_session *session, const lode__relationship *relationship, void *instance, const void *source);
#endif
