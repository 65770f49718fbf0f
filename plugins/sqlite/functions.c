/* SPDX-License-Identifier: MIT */
/* sqlite/functions.c - the exact order of decimals, which are stored as text. */
#include "functions.h"

#include <lode/driver_util.h>

static int compare_decimals(void *context, int an, const void *a, int bn, const void *b)
{
	(void)context;
	return lode_util_decimal_text_compare(a, (size_t)an, b, (size_t)bn);
}

int lsq_functions_register(lode_drv_conn *c)
{
	return sqlite3_create_collation_v2(c->db, LSQ_DECIMAL_COLLATION, SQLITE_UTF8, NULL,
					   compare_decimals, NULL);
}
