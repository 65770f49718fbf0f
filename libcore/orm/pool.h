/* SPDX-License-Identifier: MIT */
/* orm/pool.h - memory of one session for text, bytes, images and lists: an arena whose blocks can
 * be given back one by one.
 *
 * A block has no header: whoever frees it knows its size, because it is text (strlen + 1), bytes
 * (size + 1) or a struct.  A freed block is found again by its exact size when it is small, by its
 * size class when it is large, so loading the same values for ever does not grow the pool.
 * Invariant: lode__pool_free(p, n) gets the very n that lode__pool_alloc got. */
#ifndef LODE_ORM_POOL_H
#define LODE_ORM_POOL_H
#include <string.h>

#include "base/arena.h"

#define LODE__POOL_EXACT 256u           /* sizes below have a free list of their own */
#define LODE__POOL_CLASSES 48u          /* above: four classes for each power of two */

typedef struct lode__pool {
	char *at, *end;                 /* what is left of the block that text is cut from */
	lode__arena arena;
	const lode_allocator *allocator;
	void *exact[LODE__POOL_EXACT];
	void *aligned[LODE__POOL_EXACT / 8];    /* by size / 8 */
	void *classes[LODE__POOL_CLASSES];
	struct lode__pool_large *large; /* blocks too large for a class: heap, listed for dispose */
} lode__pool;

void lode__pool_init(lode__pool *pool, const lode_allocator *allocator);
void lode__pool_dispose(lode__pool *pool);
/* `align` 1 for text, else 8, then `size` is a multiple of 8; NULL when out of memory. */
void *lode__pool_alloc(lode__pool *pool, size_t size, size_t align);
void lode__pool_free(lode__pool *pool, void *block, size_t size);
/* The same for what lode__pool_text, lode__pool_bytes, or lode__pool_alloc with align 1 gave. */
void lode__pool_free_text(lode__pool *pool, void *block, size_t size);
void *lode__pool_refill(lode__pool *pool, size_t size);   /* the slow part of lode__pool_bytes */

/* Unaligned memory; inline because every text of every row comes through here. */
static inline void *lode__pool_bytes(lode__pool *pool, size_t size)
{
	if (size >= sizeof(void *) && size < LODE__POOL_EXACT && !pool->exact[size] && (size_t)(pool->end - pool->at) > size) {
		void *block = pool->at;

		pool->at += size;
		return block;
	}
	return lode__pool_refill(pool, size);
}

/* A copy of `size` bytes and a NUL after them (text and bytes of objects look like this). */
static inline char *lode__pool_text(lode__pool *pool, const void *text, size_t size)
{
	char *copy = (char *)lode__pool_bytes(pool, size + 1);

	if (copy) {
		memcpy(copy, text, size);
		copy[size] = '\0';
	}
	return copy;
}
#endif
