/* SPDX-License-Identifier: MIT */
/* arena.h - memory for the hand-written side: blocks of a megabyte, never given back. */
#ifndef LODE_BENCH_ARENA_H
#define LODE_BENCH_ARENA_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 1 << 20 };

struct arena {
	char *next, *end;
};

static inline char *arena_take(struct arena *arena, size_t size)
{
	char *memory;

	if ((size_t)(arena->end - arena->next) < size) {
		size_t block = size > ARENA_BLOCK ? size : ARENA_BLOCK;

		arena->next = malloc(block);
		if (!arena->next)
			abort();
		arena->end = arena->next + block;
	}
	memory = arena->next;
	arena->next += size;
	return memory;
}

static inline char *arena_text(struct arena *arena, const char *text, size_t size)
{
	char *copy = arena_take(arena, size + 1);

	memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

/* aligned for any member of a row; what is behind `end` is never touched, only compared */
static inline void *arena_object(struct arena *arena, size_t size)
{
	size_t pad = -(uintptr_t)arena->next & 7;

	if (pad <= (size_t)(arena->end - arena->next))
		arena->next += pad;
	else
		arena->next = arena->end;
	return arena_take(arena, (size + 7) & ~(size_t)7);
}

#endif
