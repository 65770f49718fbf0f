/* SPDX-License-Identifier: MIT */
/* base/map.h - names to pointers.  Keys are copied into the arena, values stay the caller's.
 *
 * Walks in insertion order: generated SQL must not vary.  A replaced value keeps its place, a
 * removed one leaves its memory to the arena.  Nothing to dispose: all memory is the arena's.
 * Keys are compared byte for byte. */
#ifndef LODE_BASE_MAP_H
#define LODE_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct lode__map_entry {
	struct lode__map_entry *next;       /* in insertion order */
	struct lode__map_entry *previous;
	struct lode__map_entry *chain;      /* same bucket */
	uint64_t hash;
	size_t size;                        /* of the key, without its NUL */
	void *value;
	char key[];
} lode__map_entry;

typedef struct lode__map {
	lode__arena *arena;
	lode__map_entry **buckets;
	size_t bucket_count;                /* 0 or a power of two */
	size_t count;
	lode__map_entry *first;
	lode__map_entry *last;
} lode__map;

void lode__map_init(lode__map *map, lode__arena *arena);
/* add or replace; LODE_OK or LODE_E_NOMEM, the map is then as it was */
lode_status lode__map_put(lode__map *map, const char *key, void *value);
lode_status lode__map_put_n(lode__map *map, const char *key, size_t size, void *value);
void *lode__map_get(const lode__map *map, const char *key);   /* NULL: absent */
void *lode__map_get_n(const lode__map *map, const char *key, size_t size);
lode__map_entry *lode__map_find(const lode__map *map, const char *key, size_t size);
void *lode__map_remove(lode__map *map, const char *key);      /* the value; NULL: absent */

/* removing the entry `e` inside is allowed */
#define LODE__MAP_EACH(e, map) \
	for (lode__map_entry *e = (map)->first, *e##_next_ = e ? e->next : NULL; e; \
	     e = e##_next_, e##_next_ = e ? e->next : NULL)

#endif
