/* SPDX-License-Identifier: MIT */
/* mariadb/bind.c - what each representation becomes, as the table in plugins/README.md says.
 *
 * Invariant: nothing is sent that would read back as something else: NaN, infinities, and moments
 * that a server has no room for are LODE_E_DATA. */
#include "bind.h"

#include <math.h>
#include <string.h>

#define YEAR_0 INT64_C(-719528)	   /* 0000-01-01, in days */
#define YEAR_9999 INT64_C(2932896) /* 9999-12-31 */

#define LOAD(type, cell) load_##type(cell)
#define LOADER(name, type)                                                                         \
	static inline type load_##name(const void *cell)                                           \
	{                                                                                          \
		type v;                                                                            \
		memcpy(&v, cell, sizeof v);                                                        \
		return v;                                                                          \
	}
LOADER(i8, int8_t)
LOADER(i16, int16_t)
LOADER(i32, int32_t)
LOADER(i64, int64_t)
LOADER(u16, uint16_t)
LOADER(u32, uint32_t)
LOADER(u64, uint64_t)
LOADER(f32, float)
LOADER(f64, double)
LOADER(span, lode_span)
LOADER(pointer, const char *)
LOADER(decimal, lode_drv_decimal)
LOADER(interval, lode_drv_interval)
LOADER(value, lode_drv_value)

static lode_status refuse(const char **why, const char *text)
{
	*why = text;
	return LODE_E_DATA;
}

/* ---- numbers: the wire is little-endian, the library turns them */

static lode_status set_integer(lmy_value *out, int64_t v)
{
	out->type = MYSQL_TYPE_LONGLONG;
	out->as.i = v;
	out->p = &out->as;
	out->n = 8;
	return LODE_OK;
}

static lode_status set_unsigned(lmy_value *out, uint64_t v)
{
	out->type = MYSQL_TYPE_LONGLONG;
	out->is_unsigned = 1;
	out->as.u = v;
	out->p = &out->as;
	out->n = 8;
	return LODE_OK;
}

static lode_status set_double(lmy_value *out, double v, const char **why)
{
	out->type = MYSQL_TYPE_DOUBLE;
	out->as.f64 = v;
	out->p = &out->as;
	out->n = 8;
	return isfinite(v) ? LODE_OK : refuse(why, "MariaDB has no NaN and no infinity");
}

static lode_status set_float(lmy_value *out, float v, const char **why)
{
	out->type = MYSQL_TYPE_FLOAT;
	out->as.f32 = v;
	out->p = &out->as;
	out->n = 4;
	return isfinite(v) ? LODE_OK : refuse(why, "MariaDB has no NaN and no infinity");
}

/* ---- texts, bytes, decimals */

/* a null pointer means NULL to the library, but an empty text here */
static lode_status set_bytes(lmy_value *out, enum enum_field_types type, const void *p, size_t n,
			     const char **why)
{
	out->type = type;
	out->p = p != NULL ? p : "";
	out->n = (unsigned long)n;
	return n <= UINT32_MAX ? LODE_OK : refuse(why, "more than 4 GiB");
}

static lode_status set_span(lmy_value *out, enum enum_field_types type, const lode_drv_bind *b,
			    lode_span s, const char **why)
{
	out->is_null = s.p == NULL && (b->flags & LODE_BIND_NULL_PTR);
	return set_bytes(out, type, s.p, s.n, why);
}

static lode_status set_text(lmy_value *out, enum enum_field_types type, size_t n)
{
	out->type = type;
	out->p = out->as.text;
	out->n = (unsigned long)n;
	return LODE_OK;
}

static lode_status set_decimal(lmy_value *out, const lode_drv_decimal *v, const char **why)
{
	size_t n = lode_util_decimal_format(out->as.text, v);

	set_text(out, MYSQL_TYPE_NEWDECIMAL, n);
	return n > 0 ? LODE_OK : refuse(why, "not a decimal of at most 38 digits");
}

static lode_status set_scaled(lmy_value *out, int64_t v, int scale, const char **why)
{
	lode_drv_decimal d;

	lode_util_decimal_from_int(&d, v, scale);
	return set_decimal(out, &d, why);
}

static lode_status set_decimal_text(lmy_value *out, lode_span s, const char **why)
{
	lode_drv_decimal d;

	if (s.p == NULL || !lode_util_decimal_parse(s.p, s.n, &d)) {
		set_text(out, MYSQL_TYPE_NEWDECIMAL, 0);
		return refuse(why, "not a decimal of at most 38 digits");
	}
	return set_decimal(out, &d, why);
}

/* ---- moments */

static MYSQL_TIME *set_moment(lmy_value *out, enum enum_field_types type,
			      enum enum_mysql_timestamp_type kind)
{
	memset(&out->as.time, 0, sizeof out->as.time);
	out->as.time.time_type = kind;
	out->type = type;
	out->p = &out->as;
	out->n = sizeof out->as.time;
	return &out->as.time;
}

static void set_clock(MYSQL_TIME *t, int64_t usec)
{
	t->hour = (unsigned)(usec / INT64_C(3600000000));
	t->minute = (unsigned)(usec / 60000000 % 60);
	t->second = (unsigned)(usec / 1000000 % 60);
	t->second_part = (unsigned long)(usec % 1000000);
}

static lode_status set_day(MYSQL_TIME *t, int64_t days, const char **why)
{
	int64_t year;
	int month, day;

	if (days < YEAR_0 || days > YEAR_9999)
		return refuse(why, "MariaDB has the years 0 to 9999 only");
	lode_util_civil(days, &year, &month, &day);
	t->year = (unsigned)year;
	t->month = (unsigned)month;
	t->day = (unsigned)day;
	return LODE_OK;
}

/* a column declared as a number takes moments as numbers: days, microseconds */
static inline int is_whole(const lode_drv_bind *b)
{
	return b->sql_type == LODE_T_INT64 || b->sql_type == LODE_T_INT32;
}

static lode_status set_date(lmy_value *out, const lode_drv_bind *b, int64_t days, const char **why)
{
	if (is_whole(b))
		return set_integer(out, days);
	return set_day(set_moment(out, MYSQL_TYPE_DATE, MYSQL_TIMESTAMP_DATE), days, why);
}

static lode_status set_time(lmy_value *out, const lode_drv_bind *b, int64_t usec, const char **why)
{
	MYSQL_TIME *t;

	if (is_whole(b))
		return set_integer(out, usec);
	t = set_moment(out, MYSQL_TYPE_TIME, MYSQL_TIMESTAMP_TIME);
	if (usec < 0 || usec > LODE_UTIL_USEC_PER_DAY)
		return refuse(why, "not a time of day");
	set_clock(t, usec);
	return LODE_OK;
}

static lode_status set_datetime(lmy_value *out, const lode_drv_bind *b, int64_t usec,
				const char **why)
{
	int64_t days = usec / LODE_UTIL_USEC_PER_DAY, rest = usec % LODE_UTIL_USEC_PER_DAY;
	MYSQL_TIME *t;

	if (is_whole(b))
		return set_integer(out, usec);
	t = set_moment(out, MYSQL_TYPE_DATETIME, MYSQL_TIMESTAMP_DATETIME);
	if (rest < 0) {
		days--;
		rest += LODE_UTIL_USEC_PER_DAY;
	}
	set_clock(t, rest);
	return set_day(t, days, why);
}

/* ---- by representation */

static lode_status set_uuid(lmy_value *out, const lode_drv_bind *b, const void *cell,
			    const char **why)
{
	if (b->sql_type == LODE_T_BLOB)
		return set_bytes(out, MYSQL_TYPE_BLOB, cell, 16, why);
	return set_text(out, MYSQL_TYPE_STRING, lode_util_uuid_format(out->as.text, cell));
}

static lode_status set_dynamic(lmy_value *out, const lode_drv_bind *b, const lode_drv_value *v,
			       const char **why)
{
	switch (v->repr) {
	case LODE_R_SKIP:
		out->is_null = 1;
		return set_integer(out, 0);
	case LODE_R_BOOL8:
	case LODE_R_I64:
		return set_integer(out, v->v.i);
	case LODE_R_U64:
		return set_unsigned(out, v->v.u);
	case LODE_R_F64:
		return set_double(out, v->v.f, why);
	case LODE_R_TEXT:
		return set_span(out, MYSQL_TYPE_STRING, b, v->v.s, why);
	case LODE_R_BLOB:
		return set_span(out, MYSQL_TYPE_BLOB, b, v->v.s, why);
	case LODE_R_DECTEXT:
		return set_decimal_text(out, v->v.s, why);
	case LODE_R_SCALED64:
		return set_scaled(out, v->v.i, v->aux, why);
	case LODE_R_DATE32:
		return set_date(out, b, v->v.i, why);
	case LODE_R_TIME64:
		return set_time(out, b, v->v.i, why);
	case LODE_R_TS64:
		return set_datetime(out, b, v->v.i, why);
	default:
		*why = "a dynamic value of a representation that has none";
		return LODE_E_UNSUPPORTED;
	}
}

static lode_status set_other(lmy_value *out, const lode_drv_bind *b, const void *cell,
			     const char **why)
{
	lode_drv_decimal decimal;
	lode_drv_interval interval;
	lode_drv_value value;

	switch (b->repr) {
	case LODE_R_CHARN:
		set_bytes(out, MYSQL_TYPE_STRING, cell, strnlen(cell, b->size), why);
		return out->n < b->size ? LODE_OK : refuse(why, "a char[N] without a NUL");
	case LODE_R_BYTESN:
		return set_bytes(out, MYSQL_TYPE_BLOB, cell, b->size, why);
	case LODE_R_INTERVAL:
		interval = LOAD(interval, cell);
		return set_text(out, MYSQL_TYPE_STRING,
				lode_util_interval_format(out->as.text, &interval));
	case LODE_R_UUID:
		return set_uuid(out, b, cell, why);
	case LODE_R_SCALED64:
		return set_scaled(out, LOAD(i64, cell), b->scale, why);
	case LODE_R_DECTEXT:
		return set_decimal_text(out, LOAD(span, cell), why);
	case LODE_R_DECIMAL:
		decimal = LOAD(decimal, cell);
		return set_decimal(out, &decimal, why);
	case LODE_R_VALUE:
		value = LOAD(value, cell);
		return set_dynamic(out, b, &value, why);
	default:
		*why = "a representation that MariaDB does not take";
		return LODE_E_UNSUPPORTED;
	}
}

static lode_status set_cell(lmy_value *out, const lode_drv_bind *b, const void *cell,
			    const char **why)
{
	const char *text;

	switch (b->repr) {
	case LODE_R_BOOL8:
		return set_integer(out, *(const uint8_t *)cell != 0);
	case LODE_R_I8:
		return set_integer(out, LOAD(i8, cell));
	case LODE_R_I16:
		return set_integer(out, LOAD(i16, cell));
	case LODE_R_I32:
		return set_integer(out, LOAD(i32, cell));
	case LODE_R_I64:
		return set_integer(out, LOAD(i64, cell));
	case LODE_R_U8:
		return set_integer(out, *(const uint8_t *)cell);
	case LODE_R_U16:
		return set_integer(out, LOAD(u16, cell));
	case LODE_R_U32:
		return set_integer(out, LOAD(u32, cell));
	case LODE_R_U64:
		return set_unsigned(out, LOAD(u64, cell));
	case LODE_R_F32:
		return set_float(out, LOAD(f32, cell), why);
	case LODE_R_F64:
		return set_double(out, LOAD(f64, cell), why);
	case LODE_R_CSTR:
		text = LOAD(pointer, cell);
		out->is_null = text == NULL;
		return set_bytes(out, MYSQL_TYPE_STRING, text, text != NULL ? strlen(text) : 0,
				 why);
	case LODE_R_TEXT:
		return set_span(out, MYSQL_TYPE_STRING, b, LOAD(span, cell), why);
	case LODE_R_RAW:
	case LODE_R_BLOB:
		return set_span(out, MYSQL_TYPE_BLOB, b, LOAD(span, cell), why);
	case LODE_R_DATE32:
		return set_date(out, b, LOAD(i32, cell), why);
	case LODE_R_TIME64:
		return set_time(out, b, LOAD(i64, cell), why);
	case LODE_R_TS64:
		return set_datetime(out, b, LOAD(i64, cell), why);
	default:
		return set_other(out, b, cell, why);
	}
}

enum enum_field_types lmy_value_type(const lode_drv_bind *b)
{
	switch (b->repr) {
	case LODE_R_F32:
		return MYSQL_TYPE_FLOAT;
	case LODE_R_F64:
		return MYSQL_TYPE_DOUBLE;
	case LODE_R_CSTR:
	case LODE_R_TEXT:
	case LODE_R_CHARN:
	case LODE_R_INTERVAL:
		return MYSQL_TYPE_STRING;
	case LODE_R_BLOB:
	case LODE_R_RAW:
	case LODE_R_BYTESN:
		return MYSQL_TYPE_BLOB;
	case LODE_R_UUID:
		return b->sql_type == LODE_T_BLOB ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
	case LODE_R_SCALED64:
	case LODE_R_DECTEXT:
	case LODE_R_DECIMAL:
		return MYSQL_TYPE_NEWDECIMAL;
	case LODE_R_DATE32:
		return is_whole(b) ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_DATE;
	case LODE_R_TIME64:
		return is_whole(b) ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_TIME;
	case LODE_R_TS64:
		return is_whole(b) ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_DATETIME;
	default:
		return MYSQL_TYPE_LONGLONG;
	}
}

lode_status lmy_value_load(lmy_value *out, const lode_drv_bind *b, const void *const *bases,
			   size_t row, const char **why)
{
	int state = b->repr != LODE_R_SKIP ? lode_util_null_state(b, bases, row) : 1;

	out->is_null = state == 1;
	out->is_unsigned = b->repr == LODE_R_U64;
	if (state > 1) {
		*why = "default and unchanged indicators are not supported";
		return LODE_E_UNSUPPORTED;
	}
	if (state == 0)
		return set_cell(out, b, lode_util_cell(b, bases, row), why);
	out->type = lmy_value_type(b);
	out->p = NULL;
	out->n = 0;
	return LODE_OK;
}

size_t lmy_value_size(const lmy_value *v)
{
	return v->is_null ? 1 : v->n + 10;
}

void lmy_value_bind(MYSQL_BIND *out, lmy_value *v)
{
	out->buffer_type = v->type;
	out->buffer = (void *)(uintptr_t)v->p; /* the library only reads it */
	out->buffer_length = v->n;
	out->length = &v->n;
	out->is_null = &v->is_null;
	out->u.indicator = &v->is_null; /* in a batch; 1 is NULL there, too */
	out->is_unsigned = v->is_unsigned;
}
