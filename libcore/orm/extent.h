/* SPDX-License-Identifier: MIT */
/* orm/extent.h - all objects of one class in one session: their memory and their identity map.
 *
 * Slots are handed out from chunks that grow; a slot keeps its place in numbering for ever, so
 * that the peers of a load are a range of slot numbers.  The identity map is in identity.h.
 * Invariant: a PERSISTENT object is in the map under the key of its snapshot; no other is. */
#ifndef LODE_ORM_EXTENT_H
#define LODE_ORM_EXTENT_H
#include <lode/session.h>
#include "orm/object.h"
#include "orm/pool.h"

#define LODE__EXTENT_CHUNKS 26
#define LODE__NAMES_CACHE 8

typedef struct lode__identity {         /* an entry of the identity map */
	uint64_t key;
	lode__object *object;           /* NULL: free */
} lode__identity;

typedef struct lode__extent {
	lode_session *session;          /* NULL once the session is gone and detached objects are left */
	const lode_mapper *mapper;
	lode_allocator allocator;
	size_t slot_size;               /* header + struct + snapshot, a multiple of 8 */
	size_t snapshot;                /* from the instance to its snapshot */
	size_t image_size;              /* of a snapshot: the struct to the end of its last column */
	char *chunks[LODE__EXTENT_CHUNKS];
	uint32_t chunk_count, first;    /* chunk i has first << i slots */
	uint32_t used;                  /* slots ever handed out; numbers run from 0 */
	char *next, *end;               /* of the newest chunk: the slot of number `used`; the end of those
	                                   that may be handed out without asking */
	char *chunk_end;                /* the end of all */
	lode__object *free_slots;       /* chained through trail */
	uint32_t detached;              /* objects that may outlive the session */
	uint32_t persistent, pending, deleted;  /* how many are in each state */
	bool expires;                   /* some object was expired, maybe is */
	/* identity map */
	lode__identity *map;
	size_t map_mask, map_count, map_graves; /* graves: places of removed entries */
	size_t map_limit;               /* entries and graves before it grows */
	unsigned map_bits;              /* the table has 1 << map_bits places */
	/* how a key is read: one integer of 8 bytes is the fast path */
	bool single_int64;
	size_t key_offset;
	bool has_flags;                 /* some member is a lode_opt_* */
	bool has_onupdate;              /* some column has a constant to put into every UPDATE */
	uint32_t text_count;            /* attributes that own memory */
	const uint32_t *texts;          /* their indexes */
	/* attributes an INSERT may leave out: generated keys and those with a default */
	uint32_t optional_count;
	const uint32_t *optional;       /* their indexes */
	/* the bytes of the struct that are columns, as runs: padding and the program's own members
	 * are never compared */
	const struct lode__span { uint32_t offset, size; } *spans;
	uint32_t span_count;
	struct lode__write *writes;     /* statements of the flush, newest first (write.h) */
	struct lode__names *names[LODE__NAMES_CACHE];  /* parsed designators (names.h), newest first */
} lode__extent;

lode__extent *lode__extent_new(lode_session *session, const lode_mapper *mapper, const lode_allocator *allocator);
/* Frees every slot that is not detached; the extent itself when none is left. */
void lode__extent_free(lode__extent *extent);

/* A zeroed instance in state TRANSIENT, or NULL: out of memory. */
void *lode__extent_reserve(lode__extent *extent);
/* The same with the struct and its snapshot not zeroed: the caller fills both. */
void *lode__extent_slot_for(lode__extent *extent);
/* Slots for rows into the empty entries of `slots`: the struct is zeroed, the snapshot is not.
 * False: out of memory, some are there. */
bool lode__extent_rows(lode__extent *extent, void **slots, uint32_t count);
/* Gives a slot back that owns no text; the newest ones first. */
void lode__extent_return(lode__extent *extent, void *instance);
bool lode__default_is_constant(const lode_default *given);
/* Gives text and slot back; the object must be in no list and not in the map. */
void lode__extent_discard(lode__extent *extent, void *instance);
/* Gives only the slot back: its text belongs to somebody else by now. */
void lode__extent_recycle(lode__extent *extent, void *instance);
/* Copies the mapped members, and only those, from an image of the struct. */
void lode__object_restore(const lode__extent *extent, void *instance, const void *image);
/* Text and bytes of a member: given back to the pool; replaced by a copy of the pool's. */
void lode__attribute_release(lode_session *session, const lode__attribute *attribute, void *member);
lode_status lode__attribute_own(lode_session *session, const lode__attribute *attribute, void *member);
/* The first slot of a chunk; the others follow at slot_size. */
lode__object *lode__extent_chunk(const lode__extent *extent, uint32_t chunk);
lode__object *lode__extent_slot(const lode__extent *extent, uint32_t number);

/* `key`: a struct image of the class in which the key members are set. */
void *lode__identity_find(const lode__extent *extent, const void *key);
lode_status lode__identity_reserve(lode__extent *extent, size_t more);   /* so that add cannot fail */
/* Under the key of its snapshot; returns the object that stood there, which is in the map no more. */
lode__object *lode__identity_add(lode__extent *extent, lode__object *object);
void lode__identity_remove(lode__extent *extent, lode__object *object);  /* while the snapshot has the key it is under */
/* All persistent objects of the class are reloaded when next reached. */
void lode__extent_expire(lode__extent *extent);
bool lode__key_equal(const lode_mapper *mapper, const void *a, const void *b);
bool lode__key_is_null(const lode_mapper *mapper, const void *image);    /* some member NULL, or all of a generated key zero */

static inline void *lode__snapshot_of(const lode__extent *extent, const void *instance)
{
	return (char *)(uintptr_t)instance + extent->snapshot;
}

/* What the instance holds is what the database has. */
static inline void lode__take_snapshot(const lode__extent *extent, void *instance)
{
	memcpy(lode__snapshot_of(extent, instance), instance, extent->image_size);
}

/* To be read again when next reached: no other way, or lode_find does not look. */
static inline void lode__object_expire(lode__object *object)
{
	object->flags |= LODE__EXPIRED;
	object->extent->expires = true;
}

/* Do the bytes that are columns differ from the snapshot?  A filter: equal values may differ. */
static inline bool lode__bytes_differ(const lode__extent *extent, const void *instance)
{
	const char *a = instance, *b = lode__snapshot_of(extent, instance);

	for (uint32_t i = 0; i < extent->span_count; i++)
		if (memcmp(a + extent->spans[i].offset, b + extent->spans[i].offset,
		           extent->spans[i].size) != 0)
			return true;
	return false;
}

/* The row just fetched into the reserved `instance` becomes a persistent object, or, when its
 * identity is in the map already, is discarded for the object that stands there (which takes the
 * row's values over if it is expired or `overwrite`).  Returns the object that stands for the row;
 * NULL: out of memory or a NULL key, said in the session. */
void *lode__extent_admit(lode__extent *extent, void *instance, uint32_t peers, bool overwrite);

/* A number for the objects of one load; 0 when out of memory (then they have no peers). */
uint32_t lode__peers_begin(lode_session *session, lode__extent *extent);
void lode__peers_end(lode_session *session, uint32_t peers);
/* Walk: *at starts at 0; NULL at the end. Only objects that are persistent still. */
void *lode__peers_next(const lode_session *session, uint32_t peers, uint32_t *at);
#endif
