/* SPDX-License-Identifier: MIT */
/* base/vec.c - growable arrays.  Invariant: count <= capacity; items is NULL only if both are 0. */
#include "base/vec.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

#define SMALLEST ((size_t)8)

lode_status lode__array_reserve(const lode_allocator *allocator, void **items, size_t *capacity,
                                size_t count, size_t item_size)
{
	size_t wanted = *capacity < SIZE_MAX / 2 ? *capacity * 2 : SIZE_MAX;
	void *grown;

	assert(item_size > 0);
	if (count <= *capacity)
		return LODE_OK;
	if (wanted < SMALLEST)
		wanted = SMALLEST;
	if (wanted < count)
		wanted = count;
	if (wanted > SIZE_MAX / item_size)
		return LODE_E_NOMEM;
	grown = lode__resize(allocator, *items, wanted * item_size);
	if (!grown)
		return LODE_E_NOMEM;
	*items = grown;
	*capacity = wanted;
	return LODE_OK;
}

void lode__vec_init(lode__vec *vec, const lode_allocator *allocator)
{
	memset(vec, 0, sizeof *vec);
	vec->allocator = allocator;
}

void lode__vec_dispose(lode__vec *vec)
{
	lode__release(vec->allocator, vec->items);
	lode__vec_init(vec, vec->allocator);
}

void lode__vec_clear(lode__vec *vec)
{
	vec->count = 0;
}

lode_status lode__vec_reserve(lode__vec *vec, size_t count)
{
	void *items = vec->items;
	lode_status status = lode__array_reserve(vec->allocator, &items, &vec->capacity, count,
	                                         sizeof(void *));

	vec->items = (void **)items;
	return status;
}

lode_status lode__vec_push(lode__vec *vec, void *item)
{
	if (vec->count == vec->capacity && lode__vec_reserve(vec, vec->count + 1) < 0)
		return LODE_E_NOMEM;
	vec->items[vec->count++] = item;
	return LODE_OK;
}

lode_status lode__vec_insert(lode__vec *vec, size_t at, void *item)
{
	assert(at <= vec->count);
	if (lode__vec_reserve(vec, vec->count + 1) < 0)
		return LODE_E_NOMEM;
	memmove(vec->items + at + 1, vec->items + at, (vec->count - at) * sizeof(void *));
	vec->items[at] = item;
	vec->count++;
	return LODE_OK;
}

void *lode__vec_remove(lode__vec *vec, size_t at)
{
	void *item;

	assert(at < vec->count);
	item = vec->items[at];
	vec->count--;
	memmove(vec->items + at, vec->items + at + 1, (vec->count - at) * sizeof(void *));
	return item;
}

void *lode__vec_pop(lode__vec *vec)
{
	return vec->count ? vec->items[--vec->count] : NULL;
}

size_t lode__vec_find(const lode__vec *vec, const void *item)
{
	for (size_t i = 0; i < vec->count; i++)
		if (vec->items[i] == item)
			return i;
	return LODE__VEC_NONE;
}

bool lode__vec_has(const lode__vec *vec, const void *item)
{
	return lode__vec_find(vec, item) != LODE__VEC_NONE;
}
