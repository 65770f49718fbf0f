/* SPDX-License-Identifier: MIT */
/* postgresql/buffer.c - see buffer.h. */
#include "buffer.h"

#include "host.h"

char *lpg_buffer_grow(lpg_buffer *b, size_t n)
{
	size_t wanted = b->n + n, capacity = b->capacity > 256 ? b->capacity : 256;
	char *grown;

	if (b->failed || wanted < n)
		return NULL;
	while (capacity < wanted)
		capacity += capacity / 2;
	if (capacity > b->capacity) {
		grown = lpg_host->resize(b->p, capacity);
		if (grown == NULL) {
			b->failed = 1;
			return NULL;
		}
		b->p = grown;
		b->capacity = capacity;
	}
	b->n = wanted;
	return b->p + wanted - n;
}

void lpg_buffer_dispose(lpg_buffer *b)
{
	lpg_host->release(b->p);
	memset(b, 0, sizeof *b);
}

void lpg_buffer_put_name(lpg_buffer *b, const char *name)
{
	lpg_buffer_puts(b, "\"");
	for (; *name != '\0'; name++)
		lpg_buffer_put(b, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
	lpg_buffer_puts(b, "\"");
}
