/* SPDX-License-Identifier: MIT */
/* postgresql/buffer.h - bytes in the making.  Growing fails once and for all: what is appended
 * after that is lost, and who takes the bytes looks at `failed` first. */
#ifndef LODE_POSTGRESQL_BUFFER_H
#define LODE_POSTGRESQL_BUFFER_H

#include <string.h>

#include <lode/driver.h>

typedef struct lpg_buffer {
	char *p;
	size_t n, capacity;
	int failed; /* out of memory */
} lpg_buffer;

/* room for n more bytes, which count from now on; NULL: out of memory */
char *lpg_buffer_grow(lpg_buffer *b, size_t n);
void lpg_buffer_dispose(lpg_buffer *b);

static inline char *lpg_buffer_need(lpg_buffer *b, size_t n)
{
	char *at;

	if (b->capacity - b->n < n || b->failed)
		return lpg_buffer_grow(b, n);
	at = b->p + b->n;
	b->n += n;
	return at;
}

static inline void lpg_buffer_put(lpg_buffer *b, const void *from, size_t n)
{
	char *at = lpg_buffer_need(b, n);

	if (at != NULL && n > 0)
		memcpy(at, from, n);
}

static inline void lpg_buffer_puts(lpg_buffer *b, const char *text)
{
	lpg_buffer_put(b, text, strlen(text));
}

/* big-endian, as everything on the wire */
static inline void lpg_store16(char *at, uint16_t v)
{
	at[0] = (char)(v >> 8);
	at[1] = (char)v;
}

static inline void lpg_store32(char *at, uint32_t v)
{
	at[0] = (char)(v >> 24);
	at[1] = (char)(v >> 16);
	at[2] = (char)(v >> 8);
	at[3] = (char)v;
}

static inline void lpg_store64(char *at, uint64_t v)
{
	lpg_store32(at, (uint32_t)(v >> 32));
	lpg_store32(at + 4, (uint32_t)v);
}

static inline uint16_t lpg_load16(const char *at)
{
	const unsigned char *p = (const unsigned char *)at;

	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t lpg_load32(const char *at)
{
	const unsigned char *p = (const unsigned char *)at;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t lpg_load64(const char *at)
{
	return (uint64_t)lpg_load32(at) << 32 | lpg_load32(at + 4);
}

static inline void lpg_buffer_put16(lpg_buffer *b, uint16_t v)
{
	char *at = lpg_buffer_need(b, 2);

	if (at != NULL)
		lpg_store16(at, v);
}

static inline void lpg_buffer_put32(lpg_buffer *b, uint32_t v)
{
	char *at = lpg_buffer_need(b, 4);

	if (at != NULL)
		lpg_store32(at, v);
}

static inline void lpg_buffer_put64(lpg_buffer *b, uint64_t v)
{
	char *at = lpg_buffer_need(b, 8);

	if (at != NULL)
		lpg_store64(at, v);
}

/* SQL: a name in quotes */
void lpg_buffer_put_name(lpg_buffer *b, const char *name);

#endif
