/* SPDX-License-Identifier: MIT */
/* base/alloc.h - all memory of the library comes through here.
 *
 * An allocator pointer is borrowed from the owner (registry, engine, session); NULL means the
 * process-wide default.  Size 0 is served as 1, so NULL always means failure. */
#ifndef LODE_BASE_ALLOC_H
#define LODE_BASE_ALLOC_H

#include <stddef.h>

#include <lode/error.h>

/* `allocator` if it is one, else the default; never NULL */
const lode_allocator *lode__allocator_or_default(const lode_allocator *allocator);

void *lode__alloc(const lode_allocator *allocator, size_t size);
void *lode__alloc_zero(const lode_allocator *allocator, size_t size);
/* count * size bytes, zeroed; NULL too if that overflows */
void *lode__alloc_array(const lode_allocator *allocator, size_t count, size_t size);
/* as realloc: NULL on failure, `pointer` is then as it was */
void *lode__resize(const lode_allocator *allocator, void *pointer, size_t size);
void lode__release(const lode_allocator *allocator, void *pointer);   /* NULL is fine */
void *lode__memdup(const lode_allocator *allocator, const void *data, size_t size);
char *lode__strdup(const lode_allocator *allocator, const char *text);
char *lode__strndup(const lode_allocator *allocator, const char *text, size_t size);
/* Advice: all of this memory, of many pages, is going to be written soon. */
void lode__populate(const lode_allocator *allocator, void *memory, size_t size);

#endif
