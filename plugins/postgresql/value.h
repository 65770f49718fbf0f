/* SPDX-License-Identifier: MIT */
/* postgresql/value.h - one value on its way between the caller's memory and the wire.
 *
 * Four conversions meet here: a cell of a layout or bytes of the server become a value, a value
 * becomes bytes of a type or text.  A value borrows what it points to. */
#ifndef LODE_POSTGRESQL_VALUE_H
#define LODE_POSTGRESQL_VALUE_H

#include <lode/driver_util.h>

#include "buffer.h"
#include "type.h"

enum lpg_kind {
	LPG_NULL,
	LPG_BOOL,
	LPG_INT,
	LPG_UINT,
	LPG_FLOAT, /* in r, exact */
	LPG_REAL,
	LPG_TEXT,
	LPG_BYTES,
	LPG_DECIMAL,
	LPG_NUMBER,  /* s: text of a numeric of any size, NaN, Infinity */
	LPG_NUMERIC, /* s: a numeric as it came over the wire */
	LPG_DATE,
	LPG_TIME,
	LPG_MOMENT,
	LPG_INTERVAL,
	LPG_UUID /* s: 16 bytes */
};

typedef struct lpg_value {
	enum lpg_kind kind;
	union {
		int64_t i;
		uint64_t u;
		double r;
		lode_span s;
		lode_drv_decimal decimal;
		lode_drv_interval interval;
	} as;
} lpg_value;

/* All of these return LODE_OK, or a status and in *why a reason that lives for ever. */

/* the parameter of row `row` */
lode_status lpg_value_load(lpg_value *out, const lode_drv_bind *b, const void *const *bases,
			   size_t row, const char **why);
/* an element of an array, or any cell whose null flag is known to be clear */
lode_status lpg_value_load_cell(lpg_value *out, const lode_drv_bind *b, const void *cell,
				const char **why);

/* bytes of the server, in binary or as text; `scratch` holds what has to be rewritten */
lode_status lpg_value_decode(lpg_value *out, const lpg_type *type, int binary, const char *p,
			     size_t n, lpg_buffer *scratch, const char **why);

/* appends the binary form; the value is not NULL */
lode_status lpg_value_encode(lpg_buffer *out, const lpg_value *v, const lpg_type *type,
			     const char **why);
/* appends the text form; bytes are not text */
lode_status lpg_value_text(lpg_buffer *out, const lpg_value *v, const char **why);

/* a double from text, whatever the locale; 0: not a number */
int lpg_parse_double(const char *text, size_t n, double *out);

#endif
