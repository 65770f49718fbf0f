/* SPDX-License-Identifier: MIT */
/* base/arena.h - memory that is freed as a whole: a statement's, a load's, a schema's.
 *
 * Chunks are a list, newest first; only the newest is allocated from, so a mark is a chunk and a
 * fill level, and going back to it frees what came later.  The first chunk is taken at the first
 * allocation: an unused arena costs nothing and initialising it cannot fail.  Chunks double in size
 * up to 4 MiB (or chunk_size, if that is more); a bigger request gets a chunk of its own size. */
#ifndef LODE_BASE_ARENA_H
#define LODE_BASE_ARENA_H

#include <stddef.h>

#include <lode/error.h>

struct lode__chunk;

typedef struct lode__arena {
	const lode_allocator *allocator;
	struct lode__chunk *last;   /* newest chunk or NULL */
	size_t used;                /* bytes used of it */
	size_t chunk_size;          /* of the next chunk */
	size_t first_size;          /* as given to init */
	size_t total;               /* bytes held from the allocator */
} lode__arena;

typedef struct lode__mark {
	struct lode__chunk *chunk;
	size_t used;
} lode__mark;

/* chunk_size 0: 1 KiB */
void lode__arena_init(lode__arena *arena, const lode_allocator *allocator, size_t chunk_size);
void lode__arena_dispose(lode__arena *arena);   /* may be used again afterwards */

/* NULL on failure; align is a power of two, 0 for any type; size 0 gives a valid pointer */
void *lode__arena_alloc(lode__arena *arena, size_t size, size_t align);
void *lode__arena_zero(lode__arena *arena, size_t size);   /* zeroed, aligned for any type */
void *lode__arena_array(lode__arena *arena, size_t count, size_t size);   /* zeroed; checked */
void *lode__arena_dup(lode__arena *arena, const void *data, size_t size);
char *lode__arena_strdup(lode__arena *arena, const char *text);   /* NULL stays NULL */
char *lode__arena_strndup(lode__arena *arena, const char *text, size_t size);
char *lode__arena_printf(lode__arena *arena, const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 2, 3)))
#endif
	;

#define LODE__NEW(arena, T) ((T *)lode__arena_zero((arena), sizeof(T)))
#define LODE__NEW_ARRAY(arena, T, count) ((T *)lode__arena_array((arena), (count), sizeof(T)))

/* Everything allocated after the mark is freed by the reset.  Marks nest. */
lode__mark lode__arena_mark(const lode__arena *arena);
void lode__arena_reset(lode__arena *arena, lode__mark mark);
/* free all but keep the newest chunk, for reuse without the allocator */
void lode__arena_clear(lode__arena *arena);
size_t lode__arena_total(const lode__arena *arena);   /* bytes held */

#endif
