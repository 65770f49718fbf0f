/* SPDX-License-Identifier: MIT */
/* base/pointer_map.c - linear probing.
 *
 * Invariant: between a key's home slot and the slot it is in there is no free one. */
#include "base/pointer_map.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

#define SMALLEST ((size_t)16)

void lode__pointer_map_init(lode__pointer_map *map, const lode_allocator *allocator)
{
	memset(map, 0, sizeof *map);
	map->allocator = allocator;
}

void lode__pointer_map_dispose(lode__pointer_map *map)
{
	lode__release(map->allocator, map->slots);
	lode__pointer_map_init(map, map->allocator);
}

void lode__pointer_map_clear(lode__pointer_map *map)
{
	if (map->slots)
		memset(map->slots, 0, map->capacity * sizeof *map->slots);
	map->count = 0;
}

static size_t home_slot(size_t capacity, const void *key)
{
	return (size_t)lode__hash_mix((uint64_t)(uintptr_t)key) & (capacity - 1);
}

/* the slot that has the key, or the free one where it belongs */
static lode__pointer_slot *find_slot(lode__pointer_slot *slots, size_t capacity, const void *key)
{
	size_t at = home_slot(capacity, key);

	while (slots[at].key && slots[at].key != key)
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

static lode_status rehash(lode__pointer_map *map, size_t capacity)
{
	lode__pointer_slot *slots = (lode__pointer_slot *)lode__alloc_array(
		map->allocator, capacity, sizeof *slots);

	if (!slots)
		return LODE_E_NOMEM;
	for (size_t i = 0; i < map->capacity; i++)
		if (map->slots[i].key)
			*find_slot(slots, capacity, map->slots[i].key) = map->slots[i];
	lode__release(map->allocator, map->slots);
	map->slots = slots;
	map->capacity = capacity;
	return LODE_OK;
}

lode_status lode__pointer_map_reserve(lode__pointer_map *map, size_t count)
{
	size_t capacity = map->capacity ? map->capacity : SMALLEST;

	if (count > SIZE_MAX / 4)
		return LODE_E_NOMEM;
	while (capacity - capacity / 4 < count)
		capacity *= 2;
	return capacity == map->capacity ? LODE_OK : rehash(map, capacity);
}

lode_status lode__pointer_map_put(lode__pointer_map *map, const void *key, void *value)
{
	lode__pointer_slot *slot;

	assert(key && value);
	slot = map->capacity ? find_slot(map->slots, map->capacity, key) : NULL;
	if (!slot || !slot->key) {
		if (lode__pointer_map_reserve(map, map->count + 1) < 0)
			return LODE_E_NOMEM;
		slot = find_slot(map->slots, map->capacity, key);
		slot->key = key;
		map->count++;
	}
	slot->value = value;
	return LODE_OK;
}

void *lode__pointer_map_get(const lode__pointer_map *map, const void *key)
{
	if (!map->count || !key)
		return NULL;
	return find_slot(map->slots, map->capacity, key)->value;
}

/* Close the gap at `gap`: move back every later key of the run that may stand there. */
static void close_gap(lode__pointer_map *map, size_t gap)
{
	size_t mask = map->capacity - 1, at = gap;

	for (;;) {
		size_t home;

		at = (at + 1) & mask;
		if (!map->slots[at].key)
			break;
		home = home_slot(map->capacity, map->slots[at].key);
		if (((at - home) & mask) < ((at - gap) & mask))
			continue;   /* its home is behind the gap */
		map->slots[gap] = map->slots[at];
		gap = at;
	}
	map->slots[gap].key = NULL;
	map->slots[gap].value = NULL;
}

void *lode__pointer_map_remove(lode__pointer_map *map, const void *key)
{
	lode__pointer_slot *slot;
	void *value;

	if (!map->count || !key)
		return NULL;
	slot = find_slot(map->slots, map->capacity, key);
	value = slot->value;
	if (!slot->key)
		return NULL;
	close_gap(map, (size_t)(slot - map->slots));
	map->count--;
	return value;
}

bool lode__pointer_map_next(const lode__pointer_map *map, size_t *at, const void **key,
                            void **value)
{
	for (; *at < map->capacity; (*at)++) {
		if (!map->slots[*at].key)
			continue;
		*key = map->slots[*at].key;
		*value = map->slots[*at].value;
		(*at)++;
		return true;
	}
	return false;
}
