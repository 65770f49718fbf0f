/* SPDX-License-Identifier: MIT */
/* base/vec.h - a growable array of pointers, and growing for arrays of anything.
 *
 * The pointers are the caller's.  Zeroed memory is an empty vec of the default allocator. */
#ifndef LODE_BASE_VEC_H
#define LODE_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

#include <lode/error.h>

typedef struct lode__vec {
	void **items;
	size_t count;
	size_t capacity;
	const lode_allocator *allocator;
} lode__vec;

void lode__vec_init(lode__vec *vec, const lode_allocator *allocator);
void lode__vec_dispose(lode__vec *vec);
void lode__vec_clear(lode__vec *vec);   /* keeps its memory */
lode_status lode__vec_reserve(lode__vec *vec, size_t count);   /* room for `count` in all */
lode_status lode__vec_push(lode__vec *vec, void *item);        /* LODE_OK or LODE_E_NOMEM */
lode_status lode__vec_insert(lode__vec *vec, size_t at, void *item);   /* at <= count */
void *lode__vec_remove(lode__vec *vec, size_t at);   /* keeps the order; returns the item */
void *lode__vec_pop(lode__vec *vec);                 /* NULL if empty */
#define LODE__VEC_NONE ((size_t)-1)
size_t lode__vec_find(const lode__vec *vec, const void *item);   /* first, or LODE__VEC_NONE */
bool lode__vec_has(const lode__vec *vec, const void *item);

#define LODE__VEC_AT(T, vec, i) ((T *)(vec)->items[i])

/* Make room for `count` items of `item_size` bytes in the array at *items (released with
 * lode__release).  At least doubles; new memory is not zeroed. */
lode_status lode__array_reserve(const lode_allocator *allocator, void **items, size_t *capacity,
                                size_t count, size_t item_size);

#endif
