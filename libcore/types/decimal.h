/* SPDX-License-Identifier: MIT */
/* types/decimal.h - decimals beside their public functions. */
#ifndef LODE_TYPES_DECIMAL_H
#define LODE_TYPES_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>

#include <lode/types.h>

/* scale 0..38 and at most 38 digits */
bool lode__decimal_valid(lode_decimal value);
/* as lode_decimal_from_text, for text without a NUL */
lode_status lode__decimal_parse(lode_decimal *out, const char *text, size_t size);

#endif
