/* SPDX-License-Identifier: MIT */
/* orm/identity.h - the identity map of an extent: open addressing over (key, object).
 *
 * The key lies in the map, so that looking does not touch objects: an integer of 8 bytes as it is,
 * other keys as their hash.  A key that is smaller than the table has its own place in it: a run of
 * keys fills a run of places.  Larger ones are shifted by a hash of what lies above the table's size:
 * runs stay runs, and strides cannot pile up in one place.
 * The table is at most 5/8 full: where two layers of shifted keys overlap it is denser than that.
 * Invariant: an entry with an object has the key of the object's snapshot. */
#ifndef LODE_ORM_IDENTITY_H
#define LODE_ORM_IDENTITY_H
#include "base/hash.h"
#include "orm/extent.h"
#include "orm/session.h"

extern const lode__object lode__grave;        /* stands where an entry was removed inside a run */

uint64_t lode__identity_hash(const lode_mapper *mapper, const void *image);
lode_status lode__identity_grow(lode__extent *extent, size_t more);

static inline uint64_t lode__identity_key(const lode__extent *extent, const void *image)
{
	uint64_t key;

	if (!extent->single_int64)
		return lode__identity_hash(extent->mapper, image);
	memcpy(&key, (const char *)image + extent->key_offset, sizeof key);
	return key;
}

static inline size_t lode__identity_home(const lode__extent *extent, uint64_t key)
{
	if (__builtin_expect(key > extent->map_mask, 0))
		key += lode__hash_mix(key >> extent->map_bits);
	return (size_t)key & extent->map_mask;
}

/* What the map compares by: the snapshot, or the object itself if it has none. */
static inline const void *lode__identity_image(const lode__extent *extent, const lode__object *object)
{
	const void *instance = object + 1;

	return object->flags & LODE__READ_ONLY ? instance : lode__snapshot_of(extent, instance);
}

/* The place where `key` is, or the free one where it belongs; the map is there. */
static inline lode__identity *lode__identity_probe(const lode__extent *extent, uint64_t key, const void *image)
{
	size_t at = lode__identity_home(extent, key);
	lode__identity *grave = NULL;

	for (;; at = (at + 1) & extent->map_mask) {
		lode__identity *place = &extent->map[at];

		if (!place->object)
			return grave ? grave : place;
		if (place->object == &lode__grave)
			grave = grave ? grave : place;
		else if (place->key == key &&
		         (extent->single_int64 ||
		          lode__key_equal(extent->mapper, lode__identity_image(extent, place->object), image)))
			return place;
	}
}

/* The object with the key of `image`; NULL: not known. */
static inline lode__object *lode__identity_get(const lode__extent *extent, const void *image)
{
	lode__object *object;

	if (extent->map_count == 0)
		return NULL;
	object = lode__identity_probe(extent, lode__identity_key(extent, image), image)->object;
	return object == &lode__grave ? NULL : object;
}

/* The same for an integer key and an extent that has a map, if the object is where nearly all are:
 * in the place that its key asks for. */
static inline const lode__object *lode__identity_glance(const lode__extent *extent, const void *image)
{
	const lode__identity *place;
	uint64_t key;

	memcpy(&key, (const char *)image + extent->key_offset, sizeof key);
	place = &extent->map[key & extent->map_mask];
	return place->key == key ? place->object : NULL;
}

/* The entry of `image`, or the free one where it belongs, for the caller to fill at once; NULL when
 * out of memory.  Valid until the map changes. */
static inline lode__identity *lode__identity_place(lode__extent *extent, const void *image)
{
	uint64_t key = lode__identity_key(extent, image);
	lode__identity *place;

	if (extent->map_count + extent->map_graves >= extent->map_limit && lode__identity_grow(extent, 1) < 0)
		return NULL;
	place = lode__identity_probe(extent, key, image);
	if (place->object == &lode__grave) {    /* used again, it counts as an entry again */
		place->object = NULL;
		extent->map_graves--;
	}
	place->key = key;
	return place;
}

/* The row in `instance` becomes the persistent object of a free place. */
static inline void *lode__identity_settle(lode__extent *extent, lode__identity *place, void *instance, uint32_t peers)
{
	lode__object *object = lode__object_of(instance);
	lode_session *session = extent->session;

	object->flags = LODE__PERSISTENT;
	if (session->options.tracking != LODE_TRACK_NONE)
		lode__take_snapshot(extent, instance);
	else
		object->flags |= LODE__READ_ONLY;
	object->peers = peers;
	if (peers > 0)
		session->peers[peers - 1].count++;
	place->object = object;
	extent->map_count++;
	extent->persistent++;
	return instance;
}
#endif
