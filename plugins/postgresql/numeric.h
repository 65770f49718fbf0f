/* SPDX-License-Identifier: MIT */
/* postgresql/numeric.h - numeric on the wire: a sign, a scale, digits of base 10000. */
#ifndef LODE_POSTGRESQL_NUMERIC_H
#define LODE_POSTGRESQL_NUMERIC_H

#include <lode/driver_util.h>

#include "buffer.h"

/* a plain number in text, "-12.50", or "NaN", "Infinity", "-Infinity" */
void lpg_numeric_put(lpg_buffer *out, const char *text, size_t n);
/* the same text from the wire; 0: not a numeric */
int lpg_numeric_text(lpg_buffer *out, const char *wire, size_t n);
/* 0: not a numeric, no number, or more than 38 digits */
int lpg_numeric_decimal(const char *wire, size_t n, lode_drv_decimal *out);

#endif
