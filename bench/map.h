/* SPDX-License-Identifier: MIT */
/* map.h - the identity map of the hand-written side: open addressing, key to pointer. */
#ifndef LODE_BENCH_MAP_H
#define LODE_BENCH_MAP_H

#include <stdint.h>
#include <stdlib.h>

struct map_slot {
	int64_t key;
	void *value;             /* NULL: free */
};

struct map {
	struct map_slot *slots;
	size_t mask, count;
};

static inline size_t map_hash(int64_t key)
{
	uint64_t hash = (uint64_t)key * UINT64_C(0x9E3779B97F4A7C15);

	return (size_t)(hash ^ (hash >> 32));
}

static inline void map_init(struct map *map, size_t slots)
{
	map->slots = calloc(slots, sizeof *map->slots);
	if (!map->slots)
		abort();
	map->mask = slots - 1;
	map->count = 0;
}

static inline void map_put(struct map *map, int64_t key, void *value);

static void map_grow(struct map *map)
{
	struct map old = *map;

	map_init(map, (old.mask + 1) * 2);
	for (size_t i = 0; i <= old.mask; i++)
		if (old.slots[i].value)
			map_put(map, old.slots[i].key, old.slots[i].value);
	free(old.slots);
}

static inline void map_put(struct map *map, int64_t key, void *value)
{
	size_t i;

	if ((map->count + 1) * 4 > (map->mask + 1) * 3)
		map_grow(map);
	for (i = map_hash(key) & map->mask; map->slots[i].value; i = (i + 1) & map->mask)
		if (map->slots[i].key == key) {
			map->slots[i].value = value;
			return;
		}
	map->slots[i].key = key;
	map->slots[i].value = value;
	map->count++;
}

static inline void *map_get(const struct map *map, int64_t key)
{
	for (size_t i = map_hash(key) & map->mask; map->slots[i].value; i = (i + 1) & map->mask)
		if (map->slots[i].key == key)
			return map->slots[i].value;
	return NULL;
}

#endif
