/* SPDX-License-Identifier: MIT */
/* postgresql/keys.c - see keys.h.
 *
 * INSERT ... SELECT ... ORDER BY evaluates nextval() in that order, so keys grow with the rows (or
 * fall, with a negative increment).  The order in which RETURNING gives them is documented nowhere:
 * keys that come mixed are sorted. */
#include "keys.h"

#include <stdlib.h>

#include "host.h"
#include "value.h"

static int compare_keys(const void *a, const void *b)
{
	int64_t x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x < y ? -1 : x > y;
}

static int is_ordered(const int64_t *keys, int n)
{
	int i, rising = 1, falling = 1;

	for (i = 1; i < n; i++) {
		rising = rising && keys[i - 1] < keys[i];
		falling = falling && keys[i - 1] > keys[i];
	}
	return rising || falling;
}

int lpg_keys_read(const PGresult *r, int64_t *keys)
{
	int column = PQnfields(r) - 1, n = PQntuples(r), i;
	const lpg_type *type = lpg_type_find(PQftype(r, column));
	const char *why;
	lpg_value v;

	if (type == NULL)
		return 0;
	for (i = 0; i < n; i++) {
		if (PQgetisnull(r, i, column) ||
		    lpg_value_decode(&v, type, PQfformat(r, column), PQgetvalue(r, i, column),
				     (size_t)PQgetlength(r, i, column), NULL, &why) != LODE_OK ||
		    v.kind != LPG_INT)
			return 0;
		keys[i] = v.as.i;
	}
	if (!is_ordered(keys, n))
		qsort(keys, (size_t)n, sizeof *keys, compare_keys);
	return 1;
}
