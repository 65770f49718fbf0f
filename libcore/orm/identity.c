/* SPDX-License-Identifier: MIT */
/* orm/identity.c - the identity map of an extent: open addressing over object pointers.
 *
 * The home of an integer key is the key itself, shifted by a hash of what lies above the table's
 * size: a run of keys fills a run of places, and strides cannot pile up in one.  Other keys are
 * hashed.  A removed entry leaves a tombstone, because closing the gap would walk a whole run of
 * keys; growing drops them. */
#include "base/alloc.h"
#include "base/hash.h"
#include "orm/extent.h"

/* its address is all there is to it */
static const lode__object grave;
#define TOMBSTONE ((lode__object *)(uintptr_t)&grave)

/* What the map compares by: the snapshot, or the object itself if it has none. */
static inline const void *key_image(const lode__extent *extent, const lode__object *object)
{
	const void *instance = object + 1;

	return object->flags & LODE__READ_ONLY ? instance : lode__snapshot_of(extent, instance);
}

static inline uint64_t read_int64(const lode__extent *extent, const void *image)
{
	uint64_t key;

	memcpy(&key, (const char *)image + extent->key_offset, sizeof key);
	return key;
}

static uint64_t hash_key(const lode_mapper *mapper, const void *image)
{
	uint64_t hash = 0;

	for (uint32_t i = 0; i < mapper->key_count; i++) {
		const lode__attribute *key = &mapper->attributes[mapper->key[i]];

		hash = lode__ctype_hash(key->ctype, lode__attribute_at(key, image), key->size, hash);
	}
	return hash;
}

static inline size_t home_of(const lode__extent *extent, const void *image)
{
	uint64_t key;

	if (!extent->single_int64)
		return (size_t)lode__hash_mix(hash_key(extent->mapper, image)) & extent->map_mask;
	key = read_int64(extent, image);
	if (key <= extent->map_mask)
		return (size_t)key;
	return (size_t)(key + lode__hash_mix(key / (extent->map_mask + 1))) & extent->map_mask;
}

bool lode__key_equal(const lode_mapper *mapper, const void *a, const void *b)
{
	for (uint32_t i = 0; i < mapper->key_count; i++) {
		const lode__attribute *key = &mapper->attributes[mapper->key[i]];

		if (!lode__ctype_equal(key->ctype, lode__attribute_at(key, a), lode__attribute_at(key, b), key->size))
			return false;
	}
	return true;
}

bool lode__key_is_null(const lode_mapper *mapper, const void *image)
{
	for (uint32_t i = 0; i < mapper->key_count; i++) {
		const lode__attribute *key = &mapper->attributes[mapper->key[i]];

		if (lode__ctype_is_null(key->ctype, lode__attribute_at(key, image)))
			return true;
	}
	return false;
}

static inline bool same_key(const lode__extent *extent, const lode__object *object, const void *key)
{
	const void *image = key_image(extent, object);

	if (extent->single_int64)
		return read_int64(extent, image) == read_int64(extent, key);
	return lode__key_equal(extent->mapper, image, key);
}

/* The place where `key` is, or the free one where it belongs. */
static inline lode__object **probe(const lode__extent *extent, const void *key)
{
	size_t at = home_of(extent, key);
	lode__object **free_place = NULL;

	for (;; at = (at + 1) & extent->map_mask) {
		lode__object **place = &extent->map[at];

		if (!*place)
			return free_place ? free_place : place;
		if (*place == TOMBSTONE)
			free_place = free_place ? free_place : place;
		else if (same_key(extent, *place, key))
			return place;
	}
}

void *lode__identity_find(const lode__extent *extent, const void *key)
{
	lode__object *object;

	if (!extent->map)
		return NULL;
	object = *probe(extent, key);
	return object && object != TOMBSTONE ? lode__instance_of(object) : NULL;
}

static lode_status rehash(lode__extent *extent, size_t capacity)
{
	lode__object **old = extent->map, **map;
	size_t old_capacity = old ? extent->map_mask + 1 : 0;

	map = lode__alloc_array(&extent->allocator, capacity, sizeof *map);
	if (!map)
		return LODE_E_NOMEM;
	extent->map = map;
	extent->map_mask = capacity - 1;
	for (size_t i = 0; i < old_capacity; i++) {
		size_t at;

		if (!old[i] || old[i] == TOMBSTONE)
			continue;
		at = home_of(extent, key_image(extent, old[i]));
		while (map[at])
			at = (at + 1) & extent->map_mask;
		map[at] = old[i];
	}
	lode__release(&extent->allocator, old);
	extent->map_graves = 0;
	return LODE_OK;
}

lode_status lode__identity_reserve(lode__extent *extent, size_t more)
{
	size_t capacity = extent->map ? extent->map_mask + 1 : 64;

	if (extent->map && extent->map_count + extent->map_graves + more <= capacity / 4 * 3)
		return LODE_OK;
	while (extent->map_count + more > capacity / 4 * 3)
		capacity *= 2;
	return rehash(extent, capacity);
}

/* A tombstone that is used again counts as an entry again. */
static lode__object **clear_grave(lode__extent *extent, lode__object **place)
{
	if (*place == TOMBSTONE) {
		*place = NULL;
		extent->map_graves--;
	}
	return place;
}

/* The caller fills a free place at once: an empty one would cut a run in two. */
lode__object **lode__identity_place(lode__extent *extent, const void *key)
{
	lode__object **place;

	if (lode__identity_reserve(extent, 1) < 0)
		return NULL;
	place = probe(extent, key);
	return clear_grave(extent, place);
}

lode__object *lode__identity_add(lode__extent *extent, lode__object *object)
{
	lode__object **place = clear_grave(extent, probe(extent, key_image(extent, object)));
	lode__object *replaced = *place;

	*place = object;
	extent->map_count += !replaced;
	return replaced;
}

void lode__identity_remove(lode__extent *extent, lode__object *object)
{
	size_t at = home_of(extent, key_image(extent, object)), next;

	while (extent->map[at] && extent->map[at] != object)
		at = (at + 1) & extent->map_mask;
	if (!extent->map[at])
		return;
	next = (at + 1) & extent->map_mask;
	extent->map[at] = extent->map[next] ? TOMBSTONE : NULL;
	extent->map_graves += extent->map[next] != NULL;
	extent->map_count--;
}

void lode__extent_expire(lode__extent *extent)
{
	for (size_t i = 0; extent->map && i <= extent->map_mask; i++)
		if (extent->map[i] && extent->map[i] != TOMBSTONE)
			extent->map[i]->flags |= LODE__EXPIRED;
}
