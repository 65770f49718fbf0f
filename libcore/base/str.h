/* SPDX-License-Identifier: MIT */
/* base/str.h - small questions about text, none of which asks the locale. */
#ifndef LODE_BASE_STR_H
#define LODE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The candidate nearest to a misspelt name, for messages.  Ties go to the one offered first. */
typedef struct lode__near {
	const char *name;
	const char *best;           /* NULL: nothing near enough */
	size_t distance;
} lode__near;

void lode__near_init(lode__near *near, const char *name);
void lode__near_offer(lode__near *near, const char *candidate);
/* the same over an array; NULL if nothing is near enough */
const char *lode__nearest(const char *name, const char *const *candidates, size_t count);
/* insertions, deletions, replacements and swaps; anything above `limit` gives limit + 1; letters
 * that differ in case only count as equal */
size_t lode__edit_distance(const char *a, const char *b, size_t limit);

/* A-Z equal a-z, other bytes only themselves */
int lode__ascii_casecmp(const char *a, const char *b);
int lode__ascii_ncasecmp(const char *a, const char *b, size_t size);
bool lode__str_equal(const char *a, const char *b);    /* NULL equals NULL only */
bool lode__starts_with(const char *text, const char *prefix);
/* is `name` one of "mysql,mariadb"?  Blanks around names do not count; "" and NULL hold nothing */
bool lode__list_has(const char *list, const char *name);
/* the next name of such a list: its start, *size and the place to go on; NULL at the end */
const char *lode__list_next(const char **at, size_t *size);

/* put `length` bytes and a NUL into `to`; false, and `to` untouched, if `size` is too small */
bool lode__str_give(char *to, size_t size, const char *text, size_t length);

/* the whole of `size` bytes is one number in range, else false and `out` is untouched; a sign is
 * allowed, blanks are not */
bool lode__parse_int(const char *text, size_t size, int64_t *out);
bool lode__parse_uint(const char *text, size_t size, uint64_t *out);

/* Letters, digits and underscores, no digit in front: a name that SQL takes without quotes. */
bool lode__str_is_word(const char *text);

#endif
