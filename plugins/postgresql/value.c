/* SPDX-License-Identifier: MIT */
/* postgresql/value.c - values from the caller's memory, and values as text.
 *
 * Text is the canonical form of <lode/driver_util.h>, the same whether the server sent text or
 * binary. */
#include "value.h"

#include <langinfo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "numeric.h"

static lode_status refuse(const char **why, lode_status status, const char *text)
{
	*why = text;
	return status;
}

/* ---- from the caller's memory */

#define LPG_LOAD(type, cell) lpg_load_##type(cell)
#define LPG_LOADER(name, type)                                                                     \
	static inline type lpg_load_##name(const void *cell)                                       \
	{                                                                                          \
		type v;                                                                            \
		memcpy(&v, cell, sizeof v);                                                        \
		return v;                                                                          \
	}
LPG_LOADER(i8, int8_t)
LPG_LOADER(i16, int16_t)
LPG_LOADER(i32, int32_t)
LPG_LOADER(i64, int64_t)
LPG_LOADER(u8, uint8_t)
LPG_LOADER(u16, uint16_t)
LPG_LOADER(u32, uint32_t)
LPG_LOADER(u64, uint64_t)
LPG_LOADER(f32, float)
LPG_LOADER(f64, double)
LPG_LOADER(span, lode_span)
LPG_LOADER(pointer, const char *)
LPG_LOADER(decimal, lode_drv_decimal)
LPG_LOADER(interval, lode_drv_interval)
LPG_LOADER(value, lode_drv_value)

static lode_status set_integer(lpg_value *out, enum lpg_kind kind, int64_t v)
{
	out->kind = kind;
	out->as.i = v;
	return LODE_OK;
}

static lode_status set_unsigned(lpg_value *out, uint64_t v)
{
	out->kind = LPG_UINT;
	out->as.u = v;
	return LODE_OK;
}

static lode_status set_real(lpg_value *out, enum lpg_kind kind, double v)
{
	out->kind = kind;
	out->as.r = v;
	return LODE_OK;
}

static lode_status set_bytes(lpg_value *out, enum lpg_kind kind, const char *p, size_t n)
{
	out->kind = kind;
	out->as.s.p = p != NULL ? p : "";
	out->as.s.n = n;
	return LODE_OK;
}

static lode_status set_span(lpg_value *out, enum lpg_kind kind, const lode_drv_bind *b,
			    lode_span s)
{
	if (s.p == NULL && (b->flags & LODE_BIND_NULL_PTR))
		return LODE_OK; /* NULL it is */
	return set_bytes(out, kind, s.p, s.n);
}

static lode_status set_decimal(lpg_value *out, const lode_drv_decimal *v, const char **why)
{
	if (!lode_util_decimal_valid(v))
		return refuse(why, LODE_E_DATA, "not a decimal of at most 38 digits");
	out->kind = LPG_DECIMAL;
	out->as.decimal = *v;
	return LODE_OK;
}

static lode_status set_scaled(lpg_value *out, int64_t v, int scale, const char **why)
{
	lode_drv_decimal d;

	lode_util_decimal_from_int(&d, v, scale);
	return set_decimal(out, &d, why);
}

static lode_status set_decimal_text(lpg_value *out, lode_span s, const char **why)
{
	lode_drv_decimal d;

	if (s.n == 3 && s.p != NULL && memcmp(s.p, "NaN", 3) == 0)
		return set_bytes(out, LPG_NUMBER, s.p, s.n);
	if (s.p == NULL || !lode_util_decimal_parse(s.p, s.n, &d))
		return refuse(why, LODE_E_DATA, "not a decimal of at most 38 digits");
	return set_decimal(out, &d, why);
}

static lode_status set_time(lpg_value *out, int64_t usec, const char **why)
{
	if (usec < 0 || usec > LODE_UTIL_USEC_PER_DAY)
		return refuse(why, LODE_E_DATA, "not a time of day");
	return set_integer(out, LPG_TIME, usec);
}

static lode_status set_dynamic(lpg_value *out, const lode_drv_bind *b, const lode_drv_value *v,
			       const char **why)
{
	switch (v->repr) {
	case LODE_R_SKIP:
		return LODE_OK;
	case LODE_R_BOOL8:
		return set_integer(out, LPG_BOOL, v->v.i != 0);
	case LODE_R_I64:
		return set_integer(out, LPG_INT, v->v.i);
	case LODE_R_U64:
		return set_unsigned(out, v->v.u);
	case LODE_R_F64:
		return set_real(out, LPG_REAL, v->v.f);
	case LODE_R_TEXT:
		return set_span(out, LPG_TEXT, b, v->v.s);
	case LODE_R_BLOB:
		return set_span(out, LPG_BYTES, b, v->v.s);
	case LODE_R_DECTEXT:
		return set_decimal_text(out, v->v.s, why);
	case LODE_R_SCALED64:
		return set_scaled(out, v->v.i, v->aux, why);
	case LODE_R_DATE32:
		return set_integer(out, LPG_DATE, v->v.i);
	case LODE_R_TIME64:
		return set_time(out, v->v.i, why);
	case LODE_R_TS64:
		return set_integer(out, LPG_MOMENT, v->v.i);
	default:
		return refuse(why, LODE_E_UNSUPPORTED,
			      "a dynamic value of a representation that has none");
	}
}

static lode_status load_other(lpg_value *out, const lode_drv_bind *b, const void *cell,
			      const char **why)
{
	lode_drv_decimal decimal;
	lode_drv_value value;

	switch (b->repr) {
	case LODE_R_CHARN:
		if (strnlen(cell, b->size) < b->size)
			return set_bytes(out, LPG_TEXT, cell, strlen(cell));
		return refuse(why, LODE_E_DATA, "a char[N] without a NUL");
	case LODE_R_BYTESN:
		return set_bytes(out, LPG_BYTES, cell, b->size);
	case LODE_R_INTERVAL:
		out->kind = LPG_INTERVAL;
		out->as.interval = LPG_LOAD(interval, cell);
		return LODE_OK;
	case LODE_R_UUID:
		return set_bytes(out, LPG_UUID, cell, 16);
	case LODE_R_SCALED64:
		return set_scaled(out, LPG_LOAD(i64, cell), b->scale, why);
	case LODE_R_DECTEXT:
		return set_decimal_text(out, LPG_LOAD(span, cell), why);
	case LODE_R_DECIMAL:
		decimal = LPG_LOAD(decimal, cell);
		return set_decimal(out, &decimal, why);
	case LODE_R_VALUE:
		value = LPG_LOAD(value, cell);
		return set_dynamic(out, b, &value, why);
	default:
		return refuse(why, LODE_E_UNSUPPORTED, "a representation that is not taken here");
	}
}

lode_status lpg_value_load_cell(lpg_value *out, const lode_drv_bind *b, const void *cell,
				const char **why)
{
	const char *text;

	out->kind = LPG_NULL;
	switch (b->repr) {
	case LODE_R_SKIP:
		return LODE_OK;
	case LODE_R_BOOL8:
		return set_integer(out, LPG_BOOL, LPG_LOAD(u8, cell) != 0);
	case LODE_R_I8:
		return set_integer(out, LPG_INT, LPG_LOAD(i8, cell));
	case LODE_R_I16:
		return set_integer(out, LPG_INT, LPG_LOAD(i16, cell));
	case LODE_R_I32:
		return set_integer(out, LPG_INT, LPG_LOAD(i32, cell));
	case LODE_R_I64:
		return set_integer(out, LPG_INT, LPG_LOAD(i64, cell));
	case LODE_R_U8:
		return set_integer(out, LPG_INT, LPG_LOAD(u8, cell));
	case LODE_R_U16:
		return set_integer(out, LPG_INT, LPG_LOAD(u16, cell));
	case LODE_R_U32:
		return set_integer(out, LPG_INT, LPG_LOAD(u32, cell));
	case LODE_R_U64:
		return set_unsigned(out, LPG_LOAD(u64, cell));
	case LODE_R_F32:
		return set_real(out, LPG_FLOAT, (double)LPG_LOAD(f32, cell));
	case LODE_R_F64:
		return set_real(out, LPG_REAL, LPG_LOAD(f64, cell));
	case LODE_R_CSTR:
		text = LPG_LOAD(pointer, cell);
		return text != NULL ? set_bytes(out, LPG_TEXT, text, strlen(text)) : LODE_OK;
	case LODE_R_TEXT:
		return set_span(out, LPG_TEXT, b, LPG_LOAD(span, cell));
	case LODE_R_RAW:
	case LODE_R_BLOB:
		return set_span(out, LPG_BYTES, b, LPG_LOAD(span, cell));
	case LODE_R_DATE32:
		return set_integer(out, LPG_DATE, LPG_LOAD(i32, cell));
	case LODE_R_TIME64:
		return set_time(out, LPG_LOAD(i64, cell), why);
	case LODE_R_TS64:
		return set_integer(out, LPG_MOMENT, LPG_LOAD(i64, cell));
	default:
		return load_other(out, b, cell, why);
	}
}

lode_status lpg_value_load(lpg_value *out, const lode_drv_bind *b, const void *const *bases,
			   size_t row, const char **why)
{
	int state = lode_util_null_state(b, bases, row);

	out->kind = LPG_NULL;
	if (state == 1)
		return LODE_OK;
	if (state > 1)
		return refuse(why, LODE_E_UNSUPPORTED,
			      "there is no default or unchanged indicator here");
	return lpg_value_load_cell(out, b, lode_util_cell(b, bases, row), why);
}

/* ---- as text */

/* the locale's point and ours */
static void swap_point(char *text, int from_locale)
{
	const char *point = nl_langinfo(RADIXCHAR);
	char *at = strchr(text, from_locale ? *point : '.');

	if (at != NULL)
		*at = from_locale ? '.' : *point;
}

int lpg_parse_double(const char *text, size_t n, double *out)
{
	char copy[400], *end;

	if (n == 0 || n >= sizeof copy)
		return 0;
	memcpy(copy, text, n);
	copy[n] = '\0';
	swap_point(copy, 0);
	*out = strtod(copy, &end);
	return end == copy + n;
}

/* the shortest text that reads back as the same number */
static void put_real(lpg_buffer *out, double v, int is_float)
{
	char text[40];
	int digits, most = is_float ? 9 : 17;

	if (isnan(v) || isinf(v)) {
		lpg_buffer_puts(out, isnan(v) ? "NaN" : v < 0 ? "-Infinity" : "Infinity");
		return;
	}
	for (digits = is_float ? 6 : 15; digits <= most; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, v);
		if (is_float ? strtof(text, NULL) == (float)v : strtod(text, NULL) == v)
			break;
	}
	swap_point(text, 1);
	lpg_buffer_puts(out, text);
}

static void put_integer(lpg_buffer *out, int64_t v)
{
	char text[24], *p = text;

	if (v < 0)
		*p++ = '-';
	p += lode_util_put_u64(p, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
	lpg_buffer_put(out, text, (size_t)(p - text));
}

static size_t write_small(char *text, const lpg_value *v)
{
	switch (v->kind) {
	case LPG_DATE:
		return lode_util_date_format(text, v->as.i);
	case LPG_TIME:
		return lode_util_time_format(text, v->as.i);
	case LPG_MOMENT:
		return lode_util_datetime_format(text, v->as.i);
	case LPG_INTERVAL:
		return lode_util_interval_format(text, &v->as.interval);
	case LPG_UUID:
		return lode_util_uuid_format(text, (const uint8_t *)v->as.s.p);
	case LPG_DECIMAL:
		return lode_util_decimal_format(text, &v->as.decimal);
	default:
		return lode_util_put_u64(text, v->as.u);
	}
}

lode_status lpg_value_text(lpg_buffer *out, const lpg_value *v, const char **why)
{
	char text[LODE_UTIL_INTERVAL_SIZE];

	switch (v->kind) {
	case LPG_BOOL:
		lpg_buffer_puts(out, v->as.i ? "true" : "false");
		break;
	case LPG_INT:
		put_integer(out, v->as.i);
		break;
	case LPG_FLOAT:
	case LPG_REAL:
		put_real(out, v->as.r, v->kind == LPG_FLOAT);
		break;
	case LPG_TEXT:
	case LPG_NUMBER:
		lpg_buffer_put(out, v->as.s.p, v->as.s.n);
		break;
	case LPG_NUMERIC:
		if (!lpg_numeric_text(out, v->as.s.p, v->as.s.n))
			return refuse(why, LODE_E_DATA, "not a numeric");
		break;
	case LPG_NULL:
	case LPG_BYTES:
		return refuse(why, LODE_E_CONVERT, "bytes where text is expected");
	default:
		lpg_buffer_put(out, text, write_small(text, v));
		break;
	}
	return out->failed ? LODE_E_NOMEM : LODE_OK;
}
