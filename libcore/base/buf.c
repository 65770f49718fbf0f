/* SPDX-License-Identifier: MIT */
/* base/buf.c - see buf.h for the invariants; check_buf() asserts them. */
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define SMALLEST ((size_t)64)

static void check_buf(const lode__buf *buf)
{
	assert(!buf->data || (buf->size < buf->capacity && buf->data[buf->size] == '\0'));
	assert(buf->data || buf->size == 0);
	(void)buf;
}

void lode__buf_init(lode__buf *buf, const lode_allocator *allocator, size_t maximum)
{
	memset(buf, 0, sizeof *buf);
	buf->allocator = allocator;
	buf->maximum = maximum < SIZE_MAX / 2 ? maximum : SIZE_MAX / 2;
}

void lode__buf_dispose(lode__buf *buf)
{
	lode__release(buf->allocator, buf->data);
	lode__buf_init(buf, buf->allocator, buf->maximum);
}

void lode__buf_clear(lode__buf *buf)
{
	buf->size = 0;
	buf->status = LODE_OK;
	if (buf->data)
		buf->data[0] = '\0';
}

void lode__buf_fail(lode__buf *buf, lode_status status)
{
	assert(status < 0);
	if (buf->status == LODE_OK)
		buf->status = status;
}

/* Make room for `more` bytes and the NUL; false after any failure. */
static bool make_room(lode__buf *buf, size_t more)
{
	size_t needed, capacity;
	char *data;

	if (buf->status != LODE_OK)
		return false;
	if (more > buf->maximum - buf->size) {
		lode__buf_fail(buf, LODE_E_LIMIT);
		return false;
	}
	needed = buf->size + more + 1;
	if (needed <= buf->capacity)
		return true;
	capacity = buf->capacity ? buf->capacity * 2 : SMALLEST;
	if (capacity < needed)
		capacity = needed;
	if (capacity > buf->maximum + 1)
		capacity = buf->maximum + 1;
	data = (char *)lode__resize(buf->allocator, buf->data, capacity);
	if (!data) {
		lode__buf_fail(buf, LODE_E_NOMEM);
		return false;
	}
	buf->data = data;
	buf->capacity = capacity;
	return true;
}

void lode__buf_append(lode__buf *buf, const void *data, size_t size)
{
	lode__buf_insert(buf, buf->size, data, size);
}

void lode__buf_insert(lode__buf *buf, size_t at, const void *data, size_t size)
{
	assert(at <= buf->size || buf->status != LODE_OK);
	if (!size || !make_room(buf, size))
		return;
	memmove(buf->data + at + size, buf->data + at, buf->size - at);
	memcpy(buf->data + at, data, size);
	buf->size += size;
	buf->data[buf->size] = '\0';
	check_buf(buf);
}

void lode__buf_puts(lode__buf *buf, const char *text)
{
	lode__buf_append(buf, text, strlen(text));
}

void lode__buf_putc(lode__buf *buf, char c)
{
	lode__buf_append(buf, &c, 1);
}

void lode__buf_put_uint(lode__buf *buf, uint64_t number)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	lode__buf_append(buf, digits + at, sizeof digits - at);
}

void lode__buf_put_int(lode__buf *buf, int64_t number)
{
	if (number < 0)
		lode__buf_putc(buf, '-');
	lode__buf_put_uint(buf, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void lode__buf_vprintf(lode__buf *buf, const char *format, va_list args)
{
	va_list again;
	int size;

	va_copy(again, args);
	size = vsnprintf(NULL, 0, format, args);
	if (size < 0) {
		lode__buf_fail(buf, LODE_E_OTHER);
	} else if (make_room(buf, (size_t)size)) {
		vsnprintf(buf->data + buf->size, (size_t)size + 1, format, again);
		buf->size += (size_t)size;
	}
	va_end(again);
	check_buf(buf);
}

void lode__buf_printf(lode__buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lode__buf_vprintf(buf, format, args);
	va_end(args);
}

void lode__buf_truncate(lode__buf *buf, size_t size)
{
	if (size >= buf->size)
		return;
	buf->size = size;
	buf->data[size] = '\0';
}

const char *lode__buf_text(const lode__buf *buf)
{
	check_buf(buf);
	return buf->data && buf->status == LODE_OK ? buf->data : "";
}

size_t lode__buf_size(const lode__buf *buf)
{
	return buf->status == LODE_OK ? buf->size : 0;
}

lode_status lode__buf_status(const lode__buf *buf)
{
	return buf->status;
}

static lode_status report(const lode__buf *buf, lode_error *error)
{
	if (buf->status == LODE_E_NOMEM)
		return lode__error_nomem(error);
	if (buf->status == LODE_E_LIMIT)
		return lode__error_set(error, LODE_E_LIMIT, "the text is longer than %zu bytes",
		                       buf->maximum);
	return lode__error_set(error, buf->status, "the text could not be made");
}

lode_status lode__buf_take(char **out, lode__buf *buf, lode_error *error)
{
	make_room(buf, 0);   /* an empty text has memory too */
	if (buf->status != LODE_OK)
		return report(buf, error);
	buf->data[buf->size] = '\0';
	*out = buf->data;
	lode__buf_init(buf, buf->allocator, buf->maximum);
	return LODE_OK;
}

lode_status lode__buf_copy(char **out, const lode__buf *buf, lode__arena *arena, lode_error *error)
{
	char *copy;

	if (buf->status != LODE_OK)
		return report(buf, error);
	copy = lode__arena_strndup(arena, lode__buf_text(buf), buf->size);
	if (!copy)
		return lode__error_nomem(error);
	*out = copy;
	return LODE_OK;
}
