/* SPDX-License-Identifier: MIT */
/* orm/identity.c - see identity.h.
 *
 * A removed entry leaves a grave, because closing the gap would walk a whole run of keys;
 * growing drops them. */
#include "orm/identity.h"

#include "base/alloc.h"

#define FIRST_BITS 6u
#define QUICK_BITS 16u  /* a small table grows by four: entries are moved less often */

const lode__object lode__grave = { .flags = LODE__EXPIRED };

uint64_t lode__identity_hash(const lode_mapper *mapper, const void *image)
{
	uint64_t hash = 0;

	for (uint32_t i = 0; i < mapper->key_count; i++) {
		const lode__attribute *key = &mapper->attributes[mapper->key[i]];

		hash = lode__ctype_hash(key->ctype, lode__attribute_at(key, image), key->size, hash);
	}
	return lode__hash_mix(hash);
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

void *lode__identity_find(const lode__extent *extent, const void *image)
{
	lode__object *object = lode__identity_get(extent, image);

	return object ? lode__instance_of(object) : NULL;
}

static size_t limit_of(unsigned bits)
{
	return ((size_t)5 << bits) / 8;
}

static lode_status rehash(lode__extent *extent, unsigned bits)
{
	lode__identity *old = extent->map;
	size_t old_capacity = old ? extent->map_mask + 1 : 0;
	lode__identity *map = lode__alloc_array(&extent->allocator, (size_t)1 << bits, sizeof *map);

	if (!map)
		return LODE_E_NOMEM;
	extent->map = map;
	extent->map_bits = bits;
	extent->map_mask = ((size_t)1 << bits) - 1;
	extent->map_limit = limit_of(bits);
	for (size_t i = 0; i < old_capacity; i++) {
		size_t at;

		if (!old[i].object || old[i].object == &lode__grave)
			continue;
		at = lode__identity_home(extent, old[i].key);
		while (map[at].object)
			at = (at + 1) & extent->map_mask;
		map[at] = old[i];
	}
	lode__release(&extent->allocator, old);
	extent->map_graves = 0;
	return LODE_OK;
}

/* Would every key have a place of its own in a table four times as large?  Then only as much of it
 * is used as there are keys, and a larger one costs nothing. */
static bool is_dense(const lode__extent *extent)
{
	for (size_t i = 0; i <= extent->map_mask; i++)
		if (extent->map[i].object && extent->map[i].key > extent->map_mask * 4)
			return false;
	return extent->single_int64;
}

lode_status lode__identity_grow(lode__extent *extent, size_t more)
{
	unsigned bits = extent->map ? extent->map_bits : FIRST_BITS;

	/* with many graves the same size will do */
	if (extent->map && extent->map_count + more > limit_of(bits))
		bits += bits < QUICK_BITS || is_dense(extent) ? 2 : 1;
	while (extent->map_count + more > limit_of(bits))
		bits++;
	return rehash(extent, bits);
}

lode_status lode__identity_reserve(lode__extent *extent, size_t more)
{
	if (extent->map_count + extent->map_graves + more <= extent->map_limit)
		return LODE_OK;
	return lode__identity_grow(extent, more);
}

lode__object *lode__identity_add(lode__extent *extent, lode__object *object)
{
	const void *image = lode__identity_image(extent, object);
	uint64_t key = lode__identity_key(extent, image);
	lode__identity *place = lode__identity_probe(extent, key, image);
	lode__object *replaced = place->object;

	if (replaced == &lode__grave) {
		extent->map_graves--;
		replaced = NULL;
	}
	place->key = key;
	place->object = object;
	extent->map_count += !replaced;
	return replaced;
}

void lode__identity_remove(lode__extent *extent, lode__object *object)
{
	uint64_t key = lode__identity_key(extent, lode__identity_image(extent, object));
	size_t at, next;

	if (!extent->map)
		return;
	at = lode__identity_home(extent, key);
	while (extent->map[at].object && extent->map[at].object != object)
		at = (at + 1) & extent->map_mask;
	if (!extent->map[at].object)
		return;
	extent->map[at].key = ~(uint64_t)at; /* no key that asks for this place */
	next = (at + 1) & extent->map_mask;
	extent->map[at].object = extent->map[next].object ? (lode__object *)(uintptr_t)&lode__grave : NULL;
	extent->map_graves += extent->map[next].object != NULL;
	extent->map_count--;
}

void lode__extent_expire(lode__extent *extent)
{
	for (size_t i = 0; extent->map && i <= extent->map_mask; i++)
		if (extent->map[i].object && extent->map[i].object != &lode__grave)
			lode__object_expire(extent->map[i].object);
}
