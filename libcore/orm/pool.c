/* SPDX-License-Identifier: MIT */
/* orm/pool.c - see pool.h.
 *
 * Small blocks of text are listed by exact size, so text of a length that comes again finds its
 * like; those of structs are listed apart, because they are aligned.
 * Blocks up to 256 KiB are rounded up to a quarter of a power of two; larger ones come from the
 * allocator, each with a header, because they are rare and worth giving back at once. */
#include "orm/pool.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

#define BLOCK ((size_t)8192)
#define LARGE_BLOCK ((size_t)1 << 17)
#define LARGE_FROM ((size_t)1 << 18)     /* bytes of the pool */
#define SMALLEST sizeof(void *) /* a free block holds the link to the next */
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
	pool->at = pool->end = NULL;
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
		(struct lode__pool_large *)((char *)block -
					    offsetof(struct lode__pool_large, data));

	if (large->previous)
		large->previous->next = large->next;
	else
		pool->large = large->next;
	if (large->next)
		large->next->previous = large->previous;
	lode__release(pool->allocator, large);
}

/* Text is cut from blocks of the arena, so that it lies together and its bounds are at hand. */
static void *cut(lode__pool *pool, size_t size)
{
	void *block;

	if ((size_t)(pool->end - pool->at) <= size) {
		bool large = lode__arena_total(&pool->arena) >= LARGE_FROM;
		size_t room = large ? LARGE_BLOCK : BLOCK;
		char *more = (char *)lode__arena_alloc(&pool->arena, room, 1);

		if (!more)
			return NULL;
		if (large)
			lode__populate(pool->allocator, more, room);
		pool->at = more;
		pool->end = more + room;
	}
	block = pool->at;
	pool->at += size;
	return block;
}

void *lode__pool_refill(lode__pool *pool, size_t size)
{
	void *block;

	if (size < SMALLEST)
		size = SMALLEST;
	if (size >= LODE__POOL_EXACT)
		return lode__pool_alloc(pool, size, 1);
	block = take_free(&pool->exact[size]);
	return block ? block : cut(pool, size);
}

void *lode__pool_alloc(lode__pool *pool, size_t size, size_t align)
{
	void *block = NULL;

	if (size < SMALLEST)
		size = SMALLEST;
	if (size > LARGEST)
		return alloc_large(pool, size);
	if (size >= LODE__POOL_EXACT)
		block = take_free(&pool->classes[find_class(size, &size)]);
	else if (align == 1)
		return lode__pool_bytes(pool, size);
	else
		block = take_free(&pool->aligned[size / 8]);
	return block ? block : lode__arena_alloc(&pool->arena, size, 8);
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
		put_free(&pool->aligned[size / 8], block);
}

void lode__pool_free_text(lode__pool *pool, void *block, size_t size)
{
	if (size < SMALLEST)
		size = SMALLEST;
	if (block && size < LODE__POOL_EXACT)
		put_free(&pool->exact[size], block);
	else
		lode__pool_free(pool, block, size);
}
