/* SPDX-License-Identifier: MIT */
/* types/value.h - lode_value to and from members.
 *
 * The constructors of <lode/types.h> are in value.c too.  Nothing here copies text or bytes: what a
 * value points at stays its owner's. */
#ifndef LODE_TYPES_VALUE_H
#define LODE_TYPES_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/types.h>

/* What a member holds.  char[N] gives text that points into the member. */
lode_value lode__value_load(lode_ctype ctype, const void *member);
/* Put a value into a member of `size` bytes: numbers are checked for range, text for a char[N]
 * is copied and the rest zeroed, padding is zeroed.  A lode_opt_* becomes present, or all zero for
 * SQL NULL; text, bytes and JSON become NULL for it.
 * LODE_OK; LODE_E_DATA, out of range or too long, or NULL for a member that cannot hold it;
 * LODE_E_MISUSE, a value of a kind that the member does not take, or a parameter.  On failure the
 * member is untouched. */
lode_status lode__value_store(lode_ctype ctype, void *member, size_t size,
                              const lode_value *value);
/* LODE_K_* of a value; ANY for NULL and parameters, 0 for a broken one */
uint32_t lode__value_kind(const lode_value *value);
/* a name for messages: "text", "number"... */
const char *lode__value_kind_name(const lode_value *value);
/* same kind and same content (text and bytes by content) */
bool lode__value_equal(const lode_value *a, const lode_value *b);
/* the ctype that can hold the value as it is, for parameters without a column; 0 for NULL */
lode_ctype lode__value_ctype(const lode_value *value);

#endif
