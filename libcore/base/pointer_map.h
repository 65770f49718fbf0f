/* SPDX-License-Identifier: MIT */
/* base/pointer_map.h - pointers to pointers, on the heap.
 *
 * Open addressing, linear probing, at most 3/4 full; removal shifts back, so there are no
 * tombstones.  Keys and values are not NULL.  Its order depends on addresses: whatever ends in SQL
 * must not walk it.  Zeroed memory is an empty map of the default allocator. */
#ifndef LODE_BASE_POINTER_MAP_H
#define LODE_BASE_POINTER_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include <lode/error.h>

typedef struct lode__pointer_slot {
	const void *key;            /* NULL: free */
	void *value;
} lode__pointer_slot;

typedef struct lode__pointer_map {
	lode__pointer_slot *slots;
	size_t capacity;            /* 0 or a power of two */
	size_t count;
	const lode_allocator *allocator;
} lode__pointer_map;

void lode__pointer_map_init(lode__pointer_map *map, const lode_allocator *allocator);
void lode__pointer_map_dispose(lode__pointer_map *map);
void lode__pointer_map_clear(lode__pointer_map *map);   /* keeps its memory */
lode_status lode__pointer_map_reserve(lode__pointer_map *map, size_t count);
/* add or replace; LODE_OK or LODE_E_NOMEM, the map is then as it was */
lode_status lode__pointer_map_put(lode__pointer_map *map, const void *key, void *value);
void *lode__pointer_map_get(const lode__pointer_map *map, const void *key);   /* NULL: absent */
void *lode__pointer_map_remove(lode__pointer_map *map, const void *key);      /* the value */
/* Walk: start with *at = 0; false at the end.  The map must not change meanwhile. */
bool lode__pointer_map_next(const lode__pointer_map *map, size_t *at, const void **key,
                            void **value);

#endif
