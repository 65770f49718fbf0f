/* SPDX-License-Identifier: MIT */
/* base/alloc.c - the default allocator and the calls that fall back to it.
 *
 * The default is the only state of the process here; it is set before first use, so it needs no
 * lock. */
#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void *allocate_system(void *context, size_t size)
{
	(void)context;
	return malloc(size);
}

static void *resize_system(void *context, void *pointer, size_t size)
{
	(void)context;
	return realloc(pointer, size);
}

static void release_system(void *context, void *pointer)
{
	(void)context;
	free(pointer);
}

#define SYSTEM_ALLOCATOR \
	{ sizeof(lode_allocator), 0, NULL, allocate_system, resize_system, release_system }

static const lode_allocator system_allocator = SYSTEM_ALLOCATOR;
static lode_allocator default_allocator = SYSTEM_ALLOCATOR;

static bool is_usable(const lode_allocator *allocator)
{
	return allocator && allocator->struct_size >= sizeof(lode_allocator) &&
	       allocator->allocate && allocator->resize && allocator->release;
}

void lode_set_default_allocator(const lode_allocator *allocator)
{
	default_allocator = is_usable(allocator) ? *allocator : system_allocator;
	default_allocator.struct_size = sizeof(lode_allocator);
}

const lode_allocator *lode__allocator_or_default(const lode_allocator *allocator)
{
	return is_usable(allocator) ? allocator : &default_allocator;
}

void *lode__alloc(const lode_allocator *allocator, size_t size)
{
	allocator = lode__allocator_or_default(allocator);
	return allocator->allocate(allocator->context, size ? size : 1);
}

void *lode__alloc_zero(const lode_allocator *allocator, size_t size)
{
	void *memory;

	/* large memory comes zeroed from the system: writing zeros would only use its pages */
	if (lode__allocator_or_default(allocator)->allocate == allocate_system)
		return calloc(1, size ? size : 1);
	memory = lode__alloc(allocator, size);

	if (memory)
		memset(memory, 0, size);
	return memory;
}

void *lode__alloc_array(const lode_allocator *allocator, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return NULL;
	return lode__alloc_zero(allocator, count * size);
}

void *lode__resize(const lode_allocator *allocator, void *pointer, size_t size)
{
	allocator = lode__allocator_or_default(allocator);
	return allocator->resize(allocator->context, pointer, size ? size : 1);
}

void lode__release(const lode_allocator *allocator, void *pointer)
{
	if (!pointer)
		return;
	allocator = lode__allocator_or_default(allocator);
	allocator->release(allocator->context, pointer);
}

void *lode__memdup(const lode_allocator *allocator, const void *data, size_t size)
{
	void *copy = lode__alloc(allocator, size);

	if (copy && size)
		memcpy(copy, data, size);
	return copy;
}

char *lode__strndup(const lode_allocator *allocator, const char *text, size_t size)
{
	char *copy;

	if (size == SIZE_MAX)
		return NULL;
	copy = (char *)lode__alloc(allocator, size + 1);
	if (!copy)
		return NULL;
	if (size)
		memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

char *lode__strdup(const lode_allocator *allocator, const char *text)
{
	return text ? lode__strndup(allocator, text, strlen(text)) : NULL;
}

/* One call for many pages costs half of what the first touch of each does. */
void lode__populate(const lode_allocator *allocator, void *memory, size_t size)
{
#ifdef MADV_POPULATE_WRITE
	const uintptr_t page = 4096;
	uintptr_t from = ((uintptr_t)memory + page - 1) & ~(page - 1);
	uintptr_t to = ((uintptr_t)memory + size) & ~(page - 1);

	/* advice: that it is not taken does not matter */
	if (lode__allocator_or_default(allocator)->allocate == allocate_system && to > from)
		(void)madvise((void *)from, to - from, MADV_POPULATE_WRITE);
#else
	(void)allocator;
	(void)memory;
	(void)size;
#endif
}
