/* SPDX-License-Identifier: MIT */
/* types/ctype.h - facts about the member types of mapped structs, and members compared.
 *
 * Everything that depends on a lode_ctype is a row of one table; no other file switches over it for
 * sizes, offsets or driver numbers. */
#ifndef LODE_TYPES_CTYPE_H
#define LODE_TYPES_CTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/types.h>

struct lode__ctype_info {
	const char *name;           /* "int64_t", "lode_opt_int64" */
	size_t size;                /* of the member; 0 for char[N] */
	bool nullable;              /* a lode_opt_* */
	bool by_pointer;            /* text, bytes, json: NULL pointer is SQL NULL */
	size_t present_offset;      /* of the flag of a lode_opt_*, else 0 */
	int32_t sql_type;           /* LODE_T_* */
	int32_t repr;               /* LODE_R_*, of the value (offset 0 of the member) */
	lode_ctype scalar;          /* itself, or that of a lode_opt_* */
	uint32_t takes;             /* LODE_K_* */
	lode_type_kind type_kind;   /* of the default SQL type */
};

/* NULL for a number that is no ctype */
const struct lode__ctype_info *lode__ctype_info(lode_ctype ctype);

/* Are two members equal, for change tracking?  Numbers, dates, times, intervals and UUIDs by their
 * bytes (NaN equals itself, -0.0 is not 0.0), decimals by coefficient and scale (1.5 is not 1.50:
 * that is a change to a column without a scale), text and JSON by content, char[N] up to its NUL,
 * bytes by content; NULL equals only NULL, whatever lies behind an absent lode_opt_*.
 * `size` is that of the member. */
bool lode__ctype_equal(lode_ctype ctype, const void *a, const void *b, size_t size);
/* Is the member SQL NULL? */
bool lode__ctype_is_null(lode_ctype ctype, const void *member);
/* A hash that agrees with lode__ctype_equal. */
uint64_t lode__ctype_hash(lode_ctype ctype, const void *member, size_t size, uint64_t seed);

#endif
