/* SPDX-License-Identifier: MIT */
/* orm/object.h - what lies around a mapped struct.
 *
 * In memory:  [lode__object][the struct][its snapshot].  The snapshot holds the members as the
 * database has them; while an object is new, as the session copied them: a text member that
 * differs from its snapshot was assigned since and is borrowed.
 * An object belongs to the extent of its class in its session; the extent outlives the session
 * only while detached objects are left in it.
 *
 * States: TRANSIENT (made, in no session's list) -> PENDING (added) -> PERSISTENT (has a row)
 * -> DELETED (its row was deleted in this transaction) -> DETACHED (the session let go of it). */
#ifndef LODE_ORM_OBJECT_H
#define LODE_ORM_OBJECT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <lode/class.h>
#include "orm/mapper.h"

enum lode__state { LODE__FREE = 0, LODE__TRANSIENT, LODE__PENDING, LODE__PERSISTENT, LODE__DELETED, LODE__DETACHED };

#define LODE__STATE_MASK   0x07u
#define LODE__MARKED       0x08u   /* lode_delete was called: the next flush deletes the row */
#define LODE__EXPIRED      0x10u   /* reload when next reached through the library */
#define LODE__TOUCHED      0x20u   /* some relationship changed since the last flush: in session->touched */
#define LODE__ORPHAN       0x40u   /* taken out of a list whose cascade deletes orphans */
#define LODE__IN_PLAN      0x80u   /* a flush has looked at it */
#define LODE__QUEUED      0x100u   /* in session->pending or session->marked */
#define LODE__READ_ONLY   0x200u   /* no snapshot, not tracked */
#define LODE__SCRATCH     0x400u   /* made after a failure: never stored */
#define LODE__OWN_TEXT    0x800u   /* detached: text is on the heap, one block each */
#define LODE__JOURNALED  0x2000u   /* the journal has entries about it */
#define LODE__EXPLICIT   0x1000u   /* explicit tracking: lode_touch was called */
#define LODE__PUT_BACK   0x8000u   /* transient by a rollback: it kept its links, its partners did not */
#define LODE__UNBORN     0x4000u   /* while a journal is undone: its INSERT is, so it keeps its values */

typedef struct lode__object {
	struct lode__extent *extent;
	struct lode__trail *trail;      /* relationship history, NULL until needed (link.h) */
	uint32_t flags;
	uint32_t peers;                 /* the load it came with, 0 none (extent.h); while it is new:
	                                   bit k says that attribute k was named (names.h) */
} lode__object;

static inline lode__object *lode__object_of(const void *instance)
{
	return (lode__object *)(uintptr_t)instance - 1;
}

static inline void *lode__instance_of(lode__object *object)
{
	return object + 1;
}

static inline unsigned lode__object_state(const lode__object *object)
{
	return object->flags & LODE__STATE_MASK;
}

static inline void lode__object_set_state(lode__object *object, unsigned state)
{
	object->flags = (object->flags & ~LODE__STATE_MASK) | state;
}

static inline void *lode__attribute_at(const lode__attribute *attribute, const void *instance)
{
	return (char *)(uintptr_t)instance + attribute->offset;
}
#endif
