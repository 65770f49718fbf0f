/* SPDX-License-Identifier: MIT */
/* types/type.h - SQL types: defaults, checks, copies, and what a dialect makes of one.
 *
 * A lode_type of the application may come from an older header: it is read only through
 * lode__type_copy, which gives one of the present size.  All others are of the present size. */
#ifndef LODE_TYPES_TYPE_H
#define LODE_TYPES_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/types.h>

#include "base/arena.h"
#include "base/buf.h"

/* A type for one dialect: the variant's facts if it has one, else the type's own. */
typedef struct lode__resolved_type {
	lode_type_kind kind;
	uint32_t length, precision, scale;
	bool timezone, is_unsigned;
	const char *name;                    /* borrowed; may be NULL */
	const char *const *enum_names;       /* borrowed; may be NULL */
} lode__resolved_type;

/* `dialect` is compared with the names of each variant; the first that has it wins; NULL: none */
void lode__type_resolve(const lode_type *type, const char *dialect, lode__resolved_type *out);
/* what the built-in map says of a member; `size` is that of a char[N] and gives its length */
void lode__type_default(lode_type *out, lode_ctype ctype, size_t size);
/* LODE_T_* of a resolved type, LODE_T_UNKNOWN for one that is none */
int32_t lode__type_sql(const lode__resolved_type *type);
/* "STRING(40)", for messages */
void lode__type_describe(lode__buf *buf, const lode__resolved_type *type);
/* the name of a kind, "STRING"; "?" for a number that is none */
const char *lode__type_kind_name(lode_type_kind kind);
/* A copy with all that it points at, of the present size.  LODE_OK; LODE_E_MISUSE, a kind that does
 * not exist, a custom type without a name, an enum without names, a scale above its precision, a
 * variant without a dialect; LODE_E_NOMEM. */
lode_status lode__type_copy(lode_type *out, const lode_type *type, lode__arena *arena,
                            lode_error *error);
/* two types of the present size that say the same, variants included */
bool lode__type_equal(const lode_type *a, const lode_type *b);

#endif
