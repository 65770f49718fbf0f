/* SPDX-License-Identifier: MIT */
/* tests/base/faulty.h - an allocator that fails its n-th request and counts what is not released.
 *
 *     lode_faulty faulty;
 *     size_t n = 0;
 *     do {
 *             lode_faulty_init(&faulty, ++n);
 *             work(&faulty.allocator);
 *             ck_assert_uint_eq(faulty.live, 0);
 *     } while (faulty.failed);
 */
#ifndef LODE_TESTS_FAULTY_H
#define LODE_TESTS_FAULTY_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <lode/error.h>

typedef struct lode_faulty {
	lode_allocator allocator;
	size_t fail_at;             /* 1: the first request fails; 0: none does */
	size_t requests;
	size_t live;                /* blocks not released */
	bool failed;                /* a request was refused */
	bool sticky;                /* every later one too */
} lode_faulty;

static inline bool lode_faulty_refuses(lode_faulty *faulty)
{
	faulty->requests++;
	if (!faulty->fail_at || faulty->requests < faulty->fail_at ||
	    (!faulty->sticky && faulty->requests > faulty->fail_at))
		return false;
	faulty->failed = true;
	return true;
}

static inline void *lode_faulty_allocate(void *context, size_t size)
{
	lode_faulty *faulty = (lode_faulty *)context;
	void *memory = lode_faulty_refuses(faulty) ? NULL : malloc(size);

	if (memory) {
		memset(memory, 0xA5, size);   /* nobody may count on zeroes */
		faulty->live++;
	}
	return memory;
}

static inline void *lode_faulty_resize(void *context, void *pointer, size_t size)
{
	lode_faulty *faulty = (lode_faulty *)context;
	void *memory = lode_faulty_refuses(faulty) ? NULL : realloc(pointer, size);

	if (memory && !pointer)
		faulty->live++;
	return memory;
}

static inline void lode_faulty_release(void *context, void *pointer)
{
	lode_faulty *faulty = (lode_faulty *)context;

	if (pointer)
		faulty->live--;
	free(pointer);
}

static inline void lode_faulty_init(lode_faulty *faulty, size_t fail_at)
{
	memset(faulty, 0, sizeof *faulty);
	faulty->allocator.struct_size = sizeof(lode_allocator);
	faulty->allocator.context = faulty;
	faulty->allocator.allocate = lode_faulty_allocate;
	faulty->allocator.resize = lode_faulty_resize;
	faulty->allocator.release = lode_faulty_release;
	faulty->fail_at = fail_at;
}

#endif
