/* SPDX-License-Identifier: MIT */
/* base/buf.h - text that grows up to a stated maximum.
 *
 * Failure is sticky: appends after it do nothing, and it is asked once, by lode__buf_take or
 * lode__buf_status.  The text always ends with a NUL that is not counted.
 * Invariant: data is NULL or data[size] == 0 and size < capacity. */
#ifndef LODE_BASE_BUF_H
#define LODE_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/error.h>

#include "base/arena.h"

typedef struct lode__buf {
	char *data;
	size_t size;
	size_t capacity;
	size_t maximum;                     /* bytes of text */
	const lode_allocator *allocator;
	lode_status status;                 /* LODE_OK, or the first failure */
} lode__buf;

void lode__buf_init(lode__buf *buf, const lode_allocator *allocator, size_t maximum);
void lode__buf_dispose(lode__buf *buf);
void lode__buf_clear(lode__buf *buf);   /* empty and without failure; keeps its memory */

void lode__buf_append(lode__buf *buf, const void *data, size_t size);
void lode__buf_puts(lode__buf *buf, const char *text);
void lode__buf_putc(lode__buf *buf, char c);
void lode__buf_put_int(lode__buf *buf, int64_t number);
void lode__buf_put_uint(lode__buf *buf, uint64_t number);
void lode__buf_vprintf(lode__buf *buf, const char *format, va_list args);
void lode__buf_printf(lode__buf *buf, const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 2, 3)))
#endif
	;
/* cut back to `size` bytes, if there are more */
void lode__buf_truncate(lode__buf *buf, size_t size);
/* put `size` bytes in at `at` */
void lode__buf_insert(lode__buf *buf, size_t at, const void *data, size_t size);
/* let the buffer fail for a reason of the caller's; the first stays */
void lode__buf_fail(lode__buf *buf, lode_status status);

const char *lode__buf_text(const lode__buf *buf);   /* never NULL; "" after a failure */
size_t lode__buf_size(const lode__buf *buf);        /* 0 after a failure */
lode_status lode__buf_status(const lode__buf *buf); /* LODE_E_NOMEM, LODE_E_LIMIT or as told */
/* hand the text over (release it with the same allocator); the buffer is empty afterwards */
lode_status lode__buf_take(char **out, lode__buf *buf, lode_error *error);
/* copy the text into an arena; the buffer is as it was */
lode_status lode__buf_copy(char **out, const lode__buf *buf, lode__arena *arena,
                           lode_error *error);

#endif
