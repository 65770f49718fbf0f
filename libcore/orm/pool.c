/* SPDX-License-Identifier: MIT */
/* orm/pool.c - see pool.h.
 *
 * Small blocks are listed by exact size, so text of a length that comes again finds its like.
 * Blocks up to 256 KiB are rounded up to a quarter of a power of two; larger ones come from the
 * allocator, each with a header, because they are rare and worth giving back at once. */
#include "orm/pool.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

#define SMALLEST sizeof(void *)          /* a free block holds the link to the next */
#define LARGEST ((size_t)LODE__POOL_EXACT << (LODE__POOL_CLASSES / 4 - 2))

struct lode__pool_large {
	struct lode__pool_large *previous, *next;
	max_align_t data[];
};

void lode__pool_init(lode__pool *pool, const lode_allocator *allocator)
{
	memset(pool, 0, sizeof *pool);
	pool->allocator = allocator;
	lode__arena_init(&pool->arena, allocator, 4096);
}

void lode__pool_dispose(lode__pool *pool)
{
	while (pool->large) {
		struct lode__pool_large *next = pool->large->next;

		lode__release(pool->allocator, pool->large);
		pool->large = next;
	}
	lode__arena_dispose(&pool->arena);
}

/* The class of a size, and the size that blocks of this class have. */
static unsigned find_class(size_t size, size_t *rounded)
{
	unsigned class_ = 0;
	size_t step = LODE__POOL_EXACT / 4, base = LODE__POOL_EXACT;

	while (base * 2 < size) {
		base *= 2;
		step *= 2;
		class_ += 4;
	}
	while (base < size) {
		base += step;
		class_++;
	}
	*rounded = base;
	return class_;
}

/* Small odd sizes lie unaligned: the link is copied, not dereferenced. */
static void *take_free(void **list)
{
	void *block = *list;

	if (block)
		memcpy(list, block, sizeof *list);
	return block;
}

static void put_free(void **list, void *block)
{
	memcpy(block, list, sizeof *list);
	*list = block;
}

static void *alloc_large(lode__pool *pool, size_t size)
{
	struct lode__pool_large *large;

	if (size > SIZE_MAX - sizeof *large)
		return NULL;
	large = lode__alloc(pool->allocator, sizeof *large + size);
	if (!large)
		return NULL;
	large->previous = NULL;
	large->next = pool->large;
	if (large->next)
		large->next->previous = large;
	pool->large = large;
	return large->data;
}

static void free_large(lode__pool *pool, void *block)
{
	struct lode__pool_large *large =
		(struct lode__pool_large *)((char *)block - offsetof(struct lode__pool_large, data));

	if (large->previous)
		large->previous->next = large->next;
	else
		pool->large = large->next;
	if (large->next)
		large->next->previous = large->previous;
	lode__release(pool->allocator, large);
}

void *lode__pool_alloc(lode__pool *pool, size_t size, size_t align)
{
	void *block = NULL;

	if (size < SMALLEST)
		size = SMALLEST;
	if (size > LARGEST)
		return alloc_large(pool, size);
	if (size >= LODE__POOL_EXACT) {
		unsigned class_ = find_class(size, &size);

		block = take_free(&pool->classes[class_]);
		align = 8;
	} else if (align == 1 || size % 8 == 0) {
		/* blocks of a size that is a multiple of 8 are always aligned to 8 */
		block = take_free(&pool->exact[size]);
		if (size % 8 == 0)
			align = 8;
	}
	return block ? block : lode__arena_alloc(&pool->arena, size, align);
}

void lode__pool_free(lode__pool *pool, void *block, size_t size)
{
	if (!block)
		return;
	if (size < SMALLEST)
		size = SMALLEST;
	if (size > LARGEST)
		free_large(pool, block);
	else if (size >= LODE__POOL_EXACT)
		put_free(&pool->classes[find_class(size, &size)], block);
	else
		put_free(&pool->exact[size], block);
}

char *lode__pool_text(lode__pool *pool, const void *text, size_t size)
{
	char *copy = lode__pool_alloc(pool, size + 1, 1);

	if (copy) {
		memcpy(copy, text, size);
		copy[size] = '\0';
	}
	return copy;
}
