/* SPDX-License-Identifier: MIT */
/* base/map.c - chained buckets and a list in insertion order.
 *
 * Invariant: an entry is in exactly one bucket and in the list; there are at least as many buckets
 * as entries.  Old bucket arrays stay in the arena: together they are as large as the last one. */
#include "base/map.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include "base/hash.h"

#define SMALLEST ((size_t)8)

void lode__map_init(lode__map *map, lode__arena *arena)
{
	memset(map, 0, sizeof *map);
	map->arena = arena;
}

static lode__map_entry **bucket_of(const lode__map *map, uint64_t hash)
{
	return &map->buckets[hash & (map->bucket_count - 1)];
}

static lode__map_entry *find_hashed(const lode__map *map, const char *key, size_t size,
                                    uint64_t hash)
{
	lode__map_entry *entry = map->bucket_count ? *bucket_of(map, hash) : NULL;

	for (; entry; entry = entry->chain)
		if (entry->hash == hash && entry->size == size &&
		    memcmp(entry->key, key, size) == 0)
			return entry;
	return NULL;
}

lode__map_entry *lode__map_find(const lode__map *map, const char *key, size_t size)
{
	return find_hashed(map, key, size, lode__hash(key, size));
}

void *lode__map_get_n(const lode__map *map, const char *key, size_t size)
{
	const lode__map_entry *entry = lode__map_find(map, key, size);

	return entry ? entry->value : NULL;
}

void *lode__map_get(const lode__map *map, const char *key)
{
	return lode__map_get_n(map, key, strlen(key));
}

static bool grow_buckets(lode__map *map)
{
	size_t count = map->bucket_count ? map->bucket_count * 2 : SMALLEST;
	lode__map_entry **buckets = LODE__NEW_ARRAY(map->arena, lode__map_entry *, count);

	if (!buckets)
		return false;
	map->buckets = buckets;
	map->bucket_count = count;
	for (lode__map_entry *entry = map->first; entry; entry = entry->next) {
		lode__map_entry **bucket = bucket_of(map, entry->hash);

		entry->chain = *bucket;
		*bucket = entry;
	}
	return true;
}

static lode__map_entry *new_entry(lode__map *map, const char *key, size_t size, uint64_t hash)
{
	lode__map_entry *entry;

	if (size > SIZE_MAX - sizeof *entry - 1)
		return NULL;
	entry = (lode__map_entry *)lode__arena_alloc(map->arena, sizeof *entry + size + 1,
	                                             alignof(lode__map_entry));
	if (!entry)
		return NULL;
	memset(entry, 0, sizeof *entry);
	entry->hash = hash;
	entry->size = size;
	if (size)
		memcpy(entry->key, key, size);
	entry->key[size] = '\0';
	return entry;
}

static void link_entry(lode__map *map, lode__map_entry *entry)
{
	lode__map_entry **bucket = bucket_of(map, entry->hash);

	entry->chain = *bucket;
	*bucket = entry;
	entry->previous = map->last;
	if (map->last)
		map->last->next = entry;
	else
		map->first = entry;
	map->last = entry;
	map->count++;
}

lode_status lode__map_put_n(lode__map *map, const char *key, size_t size, void *value)
{
	uint64_t hash = lode__hash(key, size);
	lode__map_entry *entry = find_hashed(map, key, size, hash);

	if (!entry) {
		if (map->count == map->bucket_count && !grow_buckets(map))
			return LODE_E_NOMEM;
		entry = new_entry(map, key, size, hash);
		if (!entry)
			return LODE_E_NOMEM;
		link_entry(map, entry);
	}
	entry->value = value;
	return LODE_OK;
}

lode_status lode__map_put(lode__map *map, const char *key, void *value)
{
	return lode__map_put_n(map, key, strlen(key), value);
}

static void unlink_entry(lode__map *map, lode__map_entry *entry)
{
	lode__map_entry **at = bucket_of(map, entry->hash);

	while (*at != entry)
		at = &(*at)->chain;
	*at = entry->chain;
	if (entry->previous)
		entry->previous->next = entry->next;
	else
		map->first = entry->next;
	if (entry->next)
		entry->next->previous = entry->previous;
	else
		map->last = entry->previous;
	map->count--;
}

void *lode__map_remove(lode__map *map, const char *key)
{
	lode__map_entry *entry = lode__map_find(map, key, strlen(key));

	if (!entry)
		return NULL;
	unlink_entry(map, entry);
	return entry->value;
}
