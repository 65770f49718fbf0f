/* SPDX-License-Identifier: MIT */
/* base/str.c - text without the locale. */
#include "base/str.h"

#include <string.h>

#define LONGEST 64      /* names longer than this are compared as far as this */

static unsigned char to_lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

int lode__ascii_ncasecmp(const char *a, const char *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		int difference = to_lower(a[i]) - to_lower(b[i]);

		if (difference || !a[i])
			return difference;
	}
	return 0;
}

int lode__ascii_casecmp(const char *a, const char *b)
{
	return lode__ascii_ncasecmp(a, b, (size_t)-1);
}

bool lode__str_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool lode__starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool lode__str_give(char *to, size_t size, const char *text, size_t length)
{
	if (!to || length >= size)
		return false;
	memcpy(to, text, length);
	to[length] = '\0';
	return true;
}

/* ------------------------------------------------------------------ nearest names */

static size_t bounded_length(const char *text)
{
	const char *end = (const char *)memchr(text, '\0', LONGEST);

	return end ? (size_t)(end - text) : LONGEST;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Three rows of the usual table: the one being filled and the two above it. */
size_t lode__edit_distance(const char *a, const char *b, size_t limit)
{
	size_t rows[3][LONGEST + 1];
	size_t *now = rows[0], *above = rows[1], *twice = rows[2];
	size_t a_size = bounded_length(a), b_size = bounded_length(b);

	for (size_t j = 0; j <= b_size; j++)
		now[j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		size_t *spare = twice;

		twice = above;
		above = now;
		now = spare;
		now[0] = i;
		for (size_t j = 1; j <= b_size; j++) {
			unsigned char x = to_lower(a[i - 1]), y = to_lower(b[j - 1]);

			now[j] = smallest(above[j] + 1, now[j - 1] + 1, above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == to_lower(b[j - 2]) && to_lower(a[i - 2]) == y)
				now[j] = smallest(now[j], now[j], twice[j - 2] + 1);
		}
	}
	return now[b_size] > limit ? limit + 1 : now[b_size];
}

void lode__near_init(lode__near *near, const char *name)
{
	near->name = name;
	near->best = NULL;
	/* about a third of the letters may be wrong; of one letter none */
	near->distance = bounded_length(name) / 3 + (bounded_length(name) > 1);
}

void lode__near_offer(lode__near *near, const char *candidate)
{
	size_t distance = lode__edit_distance(near->name, candidate, near->distance);

	if (distance < near->distance || (!near->best && distance == near->distance)) {
		near->best = candidate;
		near->distance = distance;
	}
}

const char *lode__nearest(const char *name, const char *const *candidates, size_t count)
{
	lode__near near;

	lode__near_init(&near, name);
	for (size_t i = 0; i < count; i++)
		lode__near_offer(&near, candidates[i]);
	return near.best;
}

/* ------------------------------------------------------------------ lists of names */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *lode__list_next(const char **at, size_t *size)
{
	while (*at && **at) {
		const char *start = *at, *end = start + strcspn(start, ",");

		*at = *end ? end + 1 : end;
		while (start < end && is_blank(*start))
			start++;
		while (end > start && is_blank(end[-1]))
			end--;
		if (end > start) {
			*size = (size_t)(end - start);
			return start;
		}
	}
	return NULL;
}

bool lode__list_has(const char *list, const char *name)
{
	size_t size, name_size = name ? strlen(name) : 0;
	const char *at = list, *item;

	if (!name_size)
		return false;
	while ((item = lode__list_next(&at, &size)) != NULL)
		if (size == name_size && memcmp(item, name, size) == 0)
			return true;
	return false;
}

/* ------------------------------------------------------------------ numbers */

static bool parse_digits(const char *text, size_t size, uint64_t *out)
{
	uint64_t number = 0;

	if (!size)
		return false;
	for (size_t i = 0; i < size; i++) {
		uint64_t digit = (uint64_t)(unsigned char)text[i] - '0';

		if (digit > 9 || number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	*out = number;
	return true;
}

bool lode__parse_uint(const char *text, size_t size, uint64_t *out)
{
	bool sign = size > 0 && *text == '+';

	return parse_digits(text + sign, size - sign, out);
}

bool lode__parse_int(const char *text, size_t size, int64_t *out)
{
	bool negative = size > 0 && *text == '-';
	bool sign = negative || (size > 0 && *text == '+');
	uint64_t number;

	if (!parse_digits(text + sign, size - sign, &number))
		return false;
	if (number > (uint64_t)INT64_MAX + negative)
		return false;
	/* -1 - n covers INT64_MIN without overflow */
	*out = negative && number ? -1 - (int64_t)(number - 1) : (int64_t)number;
	return true;
}

bool lode__str_is_word(const char *text)
{
	return text[0] && !(text[0] >= '0' && text[0] <= '9') &&
	       text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				 "0123456789_")] == '\0';
}
