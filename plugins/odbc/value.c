/* SPDX-License-Identifier: MIT */
/* odbc/value.c - what each representation becomes.
 *
 * Invariant: nothing is sent that would arrive as something else.  Text with a NUL inside is
 * refused where a driver would cut it there, unsigned integers where one would store them signed.
 */
#include "value.h"

#include <string.h>

#include "manners.h"

#define LODBC_LOADER(name, type)                                                                   \
	static inline type load_##name(const void *cell)                                           \
	{                                                                                          \
		type v;                                                                            \
		memcpy(&v, cell, sizeof v);                                                        \
		return v;                                                                          \
	}
LODBC_LOADER(i8, int8_t)
LODBC_LOADER(i16, int16_t)
LODBC_LOADER(i32, int32_t)
LODBC_LOADER(i64, int64_t)
LODBC_LOADER(u16, uint16_t)
LODBC_LOADER(u32, uint32_t)
LODBC_LOADER(u64, uint64_t)
LODBC_LOADER(f32, float)
LODBC_LOADER(f64, double)
LODBC_LOADER(span, lode_span)
LODBC_LOADER(pointer, const char *)
LODBC_LOADER(decimal, lode_drv_decimal)
LODBC_LOADER(interval, lode_drv_interval)
LODBC_LOADER(value, lode_drv_value)

/* what is being loaded, and how */
typedef struct loading {
	lodbc_value *out;
	const lode_drv_bind *bind;
	unsigned flags;
	const char **why;
} loading;

static lode_status refuse(const loading *l, lode_status status, const char *why)
{
	*l->why = why;
	return status;
}

static lode_status set_text(const loading *l, const char *text, size_t n)
{
	l->out->kind = l->bind->sql_type == LODE_T_BLOB ? LODBC_BYTES : LODBC_TEXT;
	l->out->p = text;
	l->out->n = n;
	return LODE_OK;
}

static lode_status set_written(const loading *l, size_t n)
{
	return set_text(l, l->out->written, n);
}

static lode_status set_decimal(const loading *l, const lode_drv_decimal *v)
{
	size_t n = lode_util_decimal_format(l->out->written, v);

	return n == 0 ? refuse(l, LODE_E_DATA, "not a decimal of at most 38 digits")
		      : set_written(l, n);
}

static lode_status set_scaled(const loading *l, int64_t v, int scale)
{
	lode_drv_decimal d;

	lode_util_decimal_from_int(&d, v, scale);
	return set_decimal(l, &d);
}

/* A number goes as what the column is: decimals may be stored as text, a boolean is a type. */
static lode_status set_integer(const loading *l, int64_t v)
{
	if (l->bind->sql_type == LODE_T_DECIMAL)
		return set_scaled(l, v, 0);
	l->out->kind =
		l->bind->sql_type == LODE_T_BOOL && (v == 0 || v == 1) ? LODBC_BIT : LODBC_INT;
	l->out->i = v;
	return LODE_OK;
}

static lode_status set_unsigned(const loading *l, uint64_t v)
{
	lode_drv_decimal d;

	if (l->bind->sql_type == LODE_T_DECIMAL) {
		lode_util_decimal_from_int(&d, 0, 0);
		d.low = v;
		return set_decimal(l, &d);
	}
	if (v > INT64_MAX && (l->flags & LODBC_SIGNED_ONLY))
		return refuse(l, LODE_E_DATA,
			      "the database has no integers above 9223372036854775807");
	l->out->kind = LODBC_UINT;
	l->out->u = v;
	return LODE_OK;
}

static lode_status set_bool(const loading *l, int v)
{
	l->out->kind = l->bind->sql_type == LODE_T_BOOL || l->bind->sql_type == LODE_T_UNKNOWN
			       ? LODBC_BIT
			       : LODBC_INT;
	l->out->i = v;
	return LODE_OK;
}

static lode_status set_real(const loading *l, double v)
{
	if (v != v && (l->flags & LODBC_TEXT_CELLS))
		return refuse(l, LODE_E_DATA, "the database would store NaN as NULL");
	l->out->kind = LODBC_REAL;
	l->out->r = v;
	return LODE_OK;
}

static lode_status set_span(const loading *l, lode_span s)
{
	if (s.p == NULL && (l->bind->flags & LODE_BIND_NULL_PTR)) {
		l->out->null = 1;
		return LODE_OK;
	}
	set_text(l, s.p != NULL ? s.p : "", s.n);
	if (l->out->kind == LODBC_TEXT && !(l->flags & LODBC_KEEPS_NUL) &&
	    memchr(l->out->p, '\0', s.n) != NULL)
		return refuse(l, LODE_E_DATA, "text with a NUL inside, where this driver cuts it");
	return LODE_OK;
}

static lode_status set_bytes(const loading *l, const char *p, size_t n)
{
	l->out->null = p == NULL && (l->bind->flags & LODE_BIND_NULL_PTR);
	l->out->kind = LODBC_BYTES;
	l->out->p = p != NULL ? p : "";
	l->out->n = n;
	return LODE_OK;
}

static lode_status set_decimal_text(const loading *l, lode_span s)
{
	lode_drv_decimal d;

	if (s.n == 3 && memcmp(s.p, "NaN", 3) == 0)
		return set_text(l, s.p, s.n);
	if (s.p == NULL || !lode_util_decimal_parse(s.p, s.n, &d))
		return refuse(l, LODE_E_DATA, "not a decimal of at most 38 digits");
	return set_decimal(l, &d);
}

/* a column declared as a number takes moments as numbers: days, microseconds */
static int is_whole(const loading *l)
{
	return l->bind->sql_type == LODE_T_INT64 || l->bind->sql_type == LODE_T_INT32;
}

/* The years that ODBC's own types have: drivers read others as something else.  Where all is text
 * there is no limit. */
static int is_carried(const loading *l, int64_t days)
{
	return (l->flags & LODBC_TEXT_CELLS) || (days >= -719162 && days <= 2932896);
}

static lode_status refuse_year(const loading *l)
{
	return refuse(l, LODE_E_DATA,
		      "a date outside the years 1 to 9999, which ODBC does not carry");
}

static lode_status set_date(const loading *l, int64_t days)
{
	if (is_whole(l))
		return set_integer(l, days);
	if (!is_carried(l, days))
		return refuse_year(l);
	return set_written(l, lode_util_date_format(l->out->written, days));
}

static lode_status set_time(const loading *l, int64_t usec)
{
	if (is_whole(l))
		return set_integer(l, usec);
	if (usec < 0 || usec > LODE_UTIL_USEC_PER_DAY)
		return refuse(l, LODE_E_DATA, "not a time of day");
	return set_written(l, lode_util_time_format(l->out->written, usec));
}

static lode_status set_datetime(const loading *l, int64_t usec)
{
	int64_t days = usec / LODE_UTIL_USEC_PER_DAY - (usec % LODE_UTIL_USEC_PER_DAY < 0);

	if (is_whole(l))
		return set_integer(l, usec);
	if (!is_carried(l, days))
		return refuse_year(l);
	return set_written(l, lode_util_datetime_format(l->out->written, usec));
}

static lode_status set_dynamic(const loading *l, const lode_drv_value *v)
{
	switch (v->repr) {
	case LODE_R_SKIP:
		l->out->null = 1;
		return LODE_OK;
	case LODE_R_BOOL8:
		return set_bool(l, v->v.i != 0);
	case LODE_R_I64:
		return set_integer(l, v->v.i);
	case LODE_R_U64:
		return set_unsigned(l, v->v.u);
	case LODE_R_F64:
		return set_real(l, v->v.f);
	case LODE_R_TEXT:
		return set_span(l, v->v.s);
	case LODE_R_BLOB:
		return set_bytes(l, v->v.s.p, v->v.s.n);
	case LODE_R_DECTEXT:
		return set_decimal_text(l, v->v.s);
	case LODE_R_SCALED64:
		return set_scaled(l, v->v.i, v->aux);
	case LODE_R_DATE32:
		return set_date(l, v->v.i);
	case LODE_R_TIME64:
		return set_time(l, v->v.i);
	case LODE_R_TS64:
		return set_datetime(l, v->v.i);
	default:
		return refuse(l, LODE_E_UNSUPPORTED,
			      "a dynamic value of a representation that has none");
	}
}

static lode_status set_text_cell(const loading *l, const void *cell)
{
	const char *text;

	switch (l->bind->repr) {
	case LODE_R_CSTR:
		text = load_pointer(cell);
		l->out->null = text == NULL;
		return text != NULL ? set_text(l, text, strlen(text)) : LODE_OK;
	case LODE_R_CHARN:
		if (strnlen(cell, l->bind->size) == l->bind->size)
			return refuse(l, LODE_E_DATA, "a char[N] without a NUL");
		return set_text(l, cell, strlen(cell));
	default:
		return set_span(l, load_span(cell));
	}
}

static lode_status set_other(const loading *l, const void *cell)
{
	lode_drv_decimal decimal;
	lode_drv_interval interval;
	lode_drv_value value;
	lode_span span;

	switch (l->bind->repr) {
	case LODE_R_RAW:
	case LODE_R_BLOB:
		span = load_span(cell);
		return set_bytes(l, span.p, span.n);
	case LODE_R_BYTESN:
		return set_bytes(l, cell, l->bind->size);
	case LODE_R_INTERVAL:
		interval = load_interval(cell);
		return set_written(l, lode_util_interval_format(l->out->written, &interval));
	case LODE_R_UUID:
		if (l->bind->sql_type == LODE_T_BLOB)
			return set_bytes(l, cell, 16);
		return set_written(l, lode_util_uuid_format(l->out->written, cell));
	case LODE_R_SCALED64:
		return set_scaled(l, load_i64(cell), l->bind->scale);
	case LODE_R_DECTEXT:
		return set_decimal_text(l, load_span(cell));
	case LODE_R_DECIMAL:
		decimal = load_decimal(cell);
		return set_decimal(l, &decimal);
	case LODE_R_VALUE:
		value = load_value(cell);
		return set_dynamic(l, &value);
	default:
		return refuse(l, LODE_E_UNSUPPORTED, "a representation that ODBC does not take");
	}
}

static lode_status set_cell(const loading *l, const void *cell)
{
	switch (l->bind->repr) {
	case LODE_R_SKIP:
		l->out->null = 1;
		return LODE_OK;
	case LODE_R_BOOL8:
		return set_bool(l, *(const uint8_t *)cell != 0);
	case LODE_R_I8:
		return set_integer(l, load_i8(cell));
	case LODE_R_I16:
		return set_integer(l, load_i16(cell));
	case LODE_R_I32:
		return set_integer(l, load_i32(cell));
	case LODE_R_I64:
		return set_integer(l, load_i64(cell));
	case LODE_R_U8:
		return set_integer(l, *(const uint8_t *)cell);
	case LODE_R_U16:
		return set_integer(l, load_u16(cell));
	case LODE_R_U32:
		return set_integer(l, load_u32(cell));
	case LODE_R_U64:
		return set_unsigned(l, load_u64(cell));
	case LODE_R_F32:
		return set_real(l, (double)load_f32(cell));
	case LODE_R_F64:
		return set_real(l, load_f64(cell));
	case LODE_R_CSTR:
	case LODE_R_CHARN:
	case LODE_R_TEXT:
		return set_text_cell(l, cell);
	case LODE_R_DATE32:
		return set_date(l, load_i32(cell));
	case LODE_R_TIME64:
		return set_time(l, load_i64(cell));
	case LODE_R_TS64:
		return set_datetime(l, load_i64(cell));
	default:
		return set_other(l, cell);
	}
}

lode_status lodbc_value_load(lodbc_value *out, const lode_drv_bind *b, const void *const *bases,
			     size_t row, unsigned flags, const char **why)
{
	loading l = { out, b, flags, why };
	int state = lode_util_null_state(b, bases, row);

	out->null = state == 1;
	if (state == 1)
		return LODE_OK;
	if (state > 1)
		return refuse(&l, LODE_E_UNSUPPORTED,
			      "ODBC has no indicator for a default or unchanged value");
	return set_cell(&l, b->repr == LODE_R_SKIP ? NULL : lode_util_cell(b, bases, row));
}
