/* SPDX-License-Identifier: MIT */
/* base/arena.c - see arena.h for the invariants.
 *
 * A chunk's memory starts behind its header, at an offset that is aligned for any type; allocators
 * give memory aligned for any type, so offsets alone decide the alignment up to that. */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

struct lode__chunk {
	struct lode__chunk *previous;
	size_t size;                /* usable bytes behind the header */
};

#define ALIGNMENT alignof(max_align_t)
#define HEADER ((sizeof(struct lode__chunk) + ALIGNMENT - 1) & ~(ALIGNMENT - 1))
#define FIRST_SIZE ((size_t)1024)
#define LARGEST_SIZE ((size_t)4 * 1024 * 1024)

static char *chunk_memory(struct lode__chunk *chunk)
{
	return (char *)chunk + HEADER;
}

void lode__arena_init(lode__arena *arena, const lode_allocator *allocator, size_t chunk_size)
{
	memset(arena, 0, sizeof *arena);
	arena->allocator = allocator;
	arena->first_size = chunk_size ? chunk_size : FIRST_SIZE;
	arena->chunk_size = arena->first_size;
}

static void drop_last(lode__arena *arena)
{
	struct lode__chunk *chunk = arena->last;

	arena->last = chunk->previous;
	arena->total -= HEADER + chunk->size;
	lode__release(arena->allocator, chunk);
}

void lode__arena_dispose(lode__arena *arena)
{
	while (arena->last)
		drop_last(arena);
	arena->used = 0;
	arena->chunk_size = arena->first_size;
}

static bool add_chunk(lode__arena *arena, size_t size)
{
	struct lode__chunk *chunk;

	if (size < arena->chunk_size)
		size = arena->chunk_size;
	if (size > SIZE_MAX - HEADER - arena->total)
		return false;
	chunk = (struct lode__chunk *)lode__alloc(arena->allocator, HEADER + size);
	if (!chunk)
		return false;
	chunk->previous = arena->last;
	chunk->size = size;
	arena->last = chunk;
	arena->used = 0;
	arena->total += HEADER + size;
	if (arena->chunk_size < LARGEST_SIZE)
		arena->chunk_size = arena->chunk_size * 2 < LARGEST_SIZE ? arena->chunk_size * 2
		                                                         : LARGEST_SIZE;
	return true;
}

/* bytes to skip so that the next address is aligned */
static size_t padding(const lode__arena *arena, size_t align)
{
	uintptr_t at = (uintptr_t)chunk_memory(arena->last) + arena->used;

	return (size_t)(-at & (align - 1));
}

void *lode__arena_alloc(lode__arena *arena, size_t size, size_t align)
{
	size_t skip;
	char *memory;

	if (!align)
		align = ALIGNMENT;
	assert((align & (align - 1)) == 0);
	skip = arena->last ? padding(arena, align) : 0;
	if (!arena->last || skip > arena->last->size - arena->used ||
	    size > arena->last->size - arena->used - skip) {
		size_t more = align > ALIGNMENT ? align : 0;

		if (size > SIZE_MAX - more || !add_chunk(arena, size + more))
			return NULL;
		skip = padding(arena, align);
	}
	memory = chunk_memory(arena->last) + arena->used + skip;
	arena->used += skip + size;
	return memory;
}

void *lode__arena_zero(lode__arena *arena, size_t size)
{
	void *memory = lode__arena_alloc(arena, size, 0);

	if (memory)
		memset(memory, 0, size);
	return memory;
}

void *lode__arena_array(lode__arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return NULL;
	return lode__arena_zero(arena, count * size);
}

void *lode__arena_dup(lode__arena *arena, const void *data, size_t size)
{
	void *copy = lode__arena_alloc(arena, size, 0);

	if (copy && size)
		memcpy(copy, data, size);
	return copy;
}

char *lode__arena_strndup(lode__arena *arena, const char *text, size_t size)
{
	char *copy = size < SIZE_MAX ? (char *)lode__arena_alloc(arena, size + 1, 1) : NULL;

	if (!copy)
		return NULL;
	if (size)
		memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

char *lode__arena_strdup(lode__arena *arena, const char *text)
{
	return text ? lode__arena_strndup(arena, text, strlen(text)) : NULL;
}

char *lode__arena_printf(lode__arena *arena, const char *format, ...)
{
	va_list args, again;
	char *text = NULL;
	int size;

	va_start(args, format);
	va_copy(again, args);
	size = vsnprintf(NULL, 0, format, args);
	if (size >= 0)
		text = (char *)lode__arena_alloc(arena, (size_t)size + 1, 1);
	if (text)
		vsnprintf(text, (size_t)size + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}

lode__mark lode__arena_mark(const lode__arena *arena)
{
	lode__mark mark = { arena->last, arena->used };

	return mark;
}

void lode__arena_reset(lode__arena *arena, lode__mark mark)
{
	while (arena->last != mark.chunk) {
		assert(arena->last); /* else the mark is of another arena, or was passed already */
		drop_last(arena);
	}
	assert(!arena->last || mark.used <= arena->last->size);
	arena->used = mark.used;
}

void lode__arena_clear(lode__arena *arena)
{
	struct lode__chunk *keep = arena->last;

	if (!keep)
		return;
	while (keep->previous) {
		struct lode__chunk *chunk = keep->previous;

		keep->previous = chunk->previous;
		arena->total -= HEADER + chunk->size;
		lode__release(arena->allocator, chunk);
	}
	arena->used = 0;
}

size_t lode__arena_total(const lode__arena *arena)
{
	return arena->total;
}
