/* SPDX-License-Identifier: MIT */
/* sqlite/bind.c - what each representation becomes in SQLite, as the table in plugins/README.md
 * says: integers and booleans INTEGER, floats REAL, the rest that SQLite does not know canonical
 * TEXT.
 *
 * Invariant: nothing is stored that would read back as something else.  NaN (SQLite makes it NULL)
 * and integers above 2^63-1 are LODE_E_DATA. */
#include "bind.h"

#include <math.h>
#include <string.h>

#define LSQ_LOAD(type, cell) lsq_load_##type(cell)
#define LSQ_LOADER(name, type)                                                                     \
	static inline type lsq_load_##name(const void *cell)                                       \
	{                                                                                          \
		type v;                                                                            \
		memcpy(&v, cell, sizeof v);                                                        \
		return v;                                                                          \
	}
LSQ_LOADER(i8, int8_t)
LSQ_LOADER(i16, int16_t)
LSQ_LOADER(i32, int32_t)
LSQ_LOADER(i64, int64_t)
LSQ_LOADER(u16, uint16_t)
LSQ_LOADER(u32, uint32_t)
LSQ_LOADER(u64, uint64_t)
LSQ_LOADER(f32, float)
LSQ_LOADER(f64, double)
LSQ_LOADER(span, lode_span)
LSQ_LOADER(pointer, const char *)
LSQ_LOADER(decimal, lode_drv_decimal)
LSQ_LOADER(interval, lode_drv_interval)
LSQ_LOADER(value, lode_drv_value)

static lode_status refuse(const char **why, const char *text)
{
	*why = text;
	return LODE_E_DATA;
}

static lode_status set_integer(lsq_value *out, int64_t v)
{
	out->kind = LSQ_INTEGER;
	out->i = v;
	return LODE_OK;
}

static lode_status set_unsigned(lsq_value *out, uint64_t v, const char **why)
{
	if (v > INT64_MAX)
		return refuse(why, "SQLite has no integers above 9223372036854775807");
	return set_integer(out, (int64_t)v);
}

static lode_status set_real(lsq_value *out, double v, const char **why)
{
	if (isnan(v))
		return refuse(why, "SQLite would store NaN as NULL");
	out->kind = LSQ_REAL;
	out->r = v;
	return LODE_OK;
}

/* a pointer that is null means NULL to SQLite, but an empty text here */
static lode_status set_bytes(lsq_value *out, enum lsq_kind kind, const void *p, size_t n)
{
	out->kind = kind;
	out->p = p != NULL ? p : "";
	out->n = n;
	return LODE_OK;
}

static lode_status set_span(lsq_value *out, enum lsq_kind kind, const lode_drv_bind *b, lode_span s)
{
	if (s.p == NULL && (b->flags & LODE_BIND_NULL_PTR))
		return LODE_OK; /* NULL it is */
	return set_bytes(out, kind, s.p, s.n);
}

static lode_status set_text(lsq_value *out, const char *text, size_t n)
{
	set_bytes(out, LSQ_TEXT, text, n);
	out->scratch = 1;
	return LODE_OK;
}

static lode_status set_decimal(lsq_value *out, const lode_drv_decimal *v, char *scratch,
			       const char **why)
{
	size_t n = lode_util_decimal_format(scratch, v);

	if (n == 0)
		return refuse(why, "not a decimal of at most 38 digits");
	return set_text(out, scratch, n);
}

static lode_status set_scaled(lsq_value *out, int64_t v, int scale, char *scratch, const char **why)
{
	lode_drv_decimal d;

	lode_util_decimal_from_int(&d, v, scale);
	return set_decimal(out, &d, scratch, why);
}

static lode_status set_decimal_text(lsq_value *out, lode_span s, char *scratch, const char **why)
{
	lode_drv_decimal d;

	if (s.n == 3 && memcmp(s.p, "NaN", 3) == 0)
		return set_bytes(out, LSQ_TEXT, s.p, s.n);
	if (s.p == NULL || !lode_util_decimal_parse(s.p, s.n, &d))
		return refuse(why, "not a decimal of at most 38 digits");
	return set_decimal(out, &d, scratch, why);
}

static lode_status set_time(lsq_value *out, int64_t usec, char *scratch, const char **why)
{
	if (usec < 0 || usec > LODE_UTIL_USEC_PER_DAY)
		return refuse(why, "not a time of day");
	return set_text(out, scratch, lode_util_time_format(scratch, usec));
}

static lode_status set_array(lsq_value *out, const char *array)
{
	out->kind = LSQ_POINTER;
	out->p = array;
	return LODE_OK;
}

/* a column declared as a number takes moments as numbers: days, microseconds */
static inline int is_whole(const lode_drv_bind *b)
{
	return b->sql_type == LODE_T_INT64 || b->sql_type == LODE_T_INT32;
}

static lode_status set_dynamic(lsq_value *out, const lode_drv_bind *b, const lode_drv_value *v,
			       char *scratch, const char **why)
{
	switch (v->repr) {
	case LODE_R_SKIP:
		return LODE_OK;
	case LODE_R_BOOL8:
	case LODE_R_I64:
		return set_integer(out, v->v.i);
	case LODE_R_U64:
		return set_unsigned(out, v->v.u, why);
	case LODE_R_F64:
		return set_real(out, v->v.f, why);
	case LODE_R_TEXT:
		return set_span(out, LSQ_TEXT, b, v->v.s);
	case LODE_R_BLOB:
		return set_span(out, LSQ_BLOB, b, v->v.s);
	case LODE_R_DECTEXT:
		return set_decimal_text(out, v->v.s, scratch, why);
	case LODE_R_SCALED64:
		return set_scaled(out, v->v.i, v->aux, scratch, why);
	case LODE_R_DATE32:
		if (is_whole(b))
			return set_integer(out, v->v.i);
		return set_text(out, scratch, lode_util_date_format(scratch, v->v.i));
	case LODE_R_TIME64:
		if (is_whole(b))
			return set_integer(out, v->v.i);
		return set_time(out, v->v.i, scratch, why);
	case LODE_R_TS64:
		if (is_whole(b))
			return set_integer(out, v->v.i);
		return set_text(out, scratch, lode_util_datetime_format(scratch, v->v.i));
	default:
		*why = "a dynamic value of a representation that has none";
		return LODE_E_UNSUPPORTED;
	}
}

static lode_status set_other(lsq_value *out, const lode_drv_bind *b, const void *cell,
			     char *scratch, const char **why)
{
	lode_drv_decimal decimal;
	lode_drv_interval interval;
	lode_drv_value value;

	switch (b->repr) {
	case LODE_R_CHARN:
		if (strnlen(cell, b->size) < b->size)
			return set_bytes(out, LSQ_TEXT, cell, strlen(cell));
		*why = "a char[N] without a NUL";
		return LODE_E_DATA;
	case LODE_R_BYTESN:
		return set_bytes(out, LSQ_BLOB, cell, b->size);
	case LODE_R_INTERVAL:
		interval = LSQ_LOAD(interval, cell);
		return set_text(out, scratch, lode_util_interval_format(scratch, &interval));
	case LODE_R_UUID:
		if (b->sql_type == LODE_T_BLOB)
			return set_bytes(out, LSQ_BLOB, cell, 16);
		return set_text(out, scratch, lode_util_uuid_format(scratch, cell));
	case LODE_R_SCALED64:
		return set_scaled(out, LSQ_LOAD(i64, cell), b->scale, scratch, why);
	case LODE_R_DECTEXT:
		return set_decimal_text(out, LSQ_LOAD(span, cell), scratch, why);
	case LODE_R_DECIMAL:
		decimal = LSQ_LOAD(decimal, cell);
		return set_decimal(out, &decimal, scratch, why);
	case LODE_R_VALUE:
		value = LSQ_LOAD(value, cell);
		return set_dynamic(out, b, &value, scratch, why);
	case LODE_R_ARRAY:
		return set_array(out, LSQ_LOAD(pointer, cell));
	default:
		*why = "a representation that SQLite does not take";
		return LODE_E_UNSUPPORTED;
	}
}

static lode_status set_cell(lsq_value *out, const lode_drv_bind *b, const void *cell, char *scratch,
			    const char **why)
{
	const char *text;

	switch (b->repr) {
	case LODE_R_SKIP:
		return LODE_OK;
	case LODE_R_BOOL8:
		return set_integer(out, *(const uint8_t *)cell != 0);
	case LODE_R_I8:
		return set_integer(out, LSQ_LOAD(i8, cell));
	case LODE_R_I16:
		return set_integer(out, LSQ_LOAD(i16, cell));
	case LODE_R_I32:
		return set_integer(out, LSQ_LOAD(i32, cell));
	case LODE_R_I64:
		return set_integer(out, LSQ_LOAD(i64, cell));
	case LODE_R_U8:
		return set_integer(out, *(const uint8_t *)cell);
	case LODE_R_U16:
		return set_integer(out, LSQ_LOAD(u16, cell));
	case LODE_R_U32:
		return set_integer(out, LSQ_LOAD(u32, cell));
	case LODE_R_U64:
		return set_unsigned(out, LSQ_LOAD(u64, cell), why);
	case LODE_R_F32:
		return set_real(out, (double)LSQ_LOAD(f32, cell), why);
	case LODE_R_F64:
		return set_real(out, LSQ_LOAD(f64, cell), why);
	case LODE_R_CSTR:
		text = LSQ_LOAD(pointer, cell);
		return text != NULL ? set_bytes(out, LSQ_TEXT, text, strlen(text)) : LODE_OK;
	case LODE_R_TEXT:
		return set_span(out, LSQ_TEXT, b, LSQ_LOAD(span, cell));
	case LODE_R_RAW:
	case LODE_R_BLOB:
		return set_span(out, LSQ_BLOB, b, LSQ_LOAD(span, cell));
	case LODE_R_DATE32:
		if (is_whole(b))
			return set_integer(out, LSQ_LOAD(i32, cell));
		return set_text(out, scratch, lode_util_date_format(scratch, LSQ_LOAD(i32, cell)));
	case LODE_R_TIME64:
		if (is_whole(b))
			return set_integer(out, LSQ_LOAD(i64, cell));
		return set_time(out, LSQ_LOAD(i64, cell), scratch, why);
	case LODE_R_TS64:
		if (is_whole(b))
			return set_integer(out, LSQ_LOAD(i64, cell));
		return set_text(out, scratch,
				lode_util_datetime_format(scratch, LSQ_LOAD(i64, cell)));
	default:
		return set_other(out, b, cell, scratch, why);
	}
}

/* a decimal column is text: an integer compared with it must be text as well */
static void write_integer(lsq_value *out, char *scratch)
{
	lode_drv_decimal d;

	lode_util_decimal_from_int(&d, out->i, 0);
	set_text(out, scratch, lode_util_decimal_format(scratch, &d));
}

lode_status lsq_value_load(lsq_value *out, const lode_drv_bind *b, const void *const *bases,
			   size_t row, char *scratch, const char **why)
{
	int state = lode_util_null_state(b, bases, row);
	lode_status status;

	out->kind = LSQ_NULL;
	out->scratch = 0;
	if (state == 1)
		return LODE_OK;
	if (state > 1) {
		*why = "SQLite has no default or unchanged indicator";
		return LODE_E_UNSUPPORTED;
	}
	status = set_cell(out, b, lode_util_cell(b, bases, row), scratch, why);
	if (b->sql_type == LODE_T_DECIMAL && out->kind == LSQ_INTEGER && status == LODE_OK)
		write_integer(out, scratch);
	return status;
}

int lsq_value_needs_scratch(int32_t repr)
{
	switch (repr) {
	case LODE_R_DATE32:
	case LODE_R_TIME64:
	case LODE_R_TS64:
	case LODE_R_INTERVAL:
	case LODE_R_UUID:
	case LODE_R_SCALED64:
	case LODE_R_DECTEXT:
	case LODE_R_DECIMAL:
	case LODE_R_VALUE:
		return 1;
	default:
		return 0;
	}
}

int lsq_value_bind(sqlite3_stmt *st, int index, const lsq_value *v)
{
	switch (v->kind) {
	case LSQ_INTEGER:
		return sqlite3_bind_int64(st, index, v->i);
	case LSQ_REAL:
		return sqlite3_bind_double(st, index, v->r);
	case LSQ_TEXT:
		return sqlite3_bind_text64(st, index, v->p, v->n, SQLITE_STATIC, SQLITE_UTF8);
	case LSQ_BLOB:
		return sqlite3_bind_blob64(st, index, v->p, v->n, SQLITE_STATIC);
	case LSQ_POINTER:
		/* the type's name tells lode_array that it is its own; SQLite never writes to it */
		return sqlite3_bind_pointer(st, index, (void *)(uintptr_t)v->p, "lode_array", NULL);
	default:
		return sqlite3_bind_null(st, index);
	}
}

/* The caller's memory outlives the statement; the scratch buffer is written again for the next
 * row, which SQLite may reach while it still holds this one. */
void lsq_value_result(sqlite3_context *context, const lsq_value *v)
{
	sqlite3_destructor_type keep = v->scratch ? SQLITE_TRANSIENT : SQLITE_STATIC;

	switch (v->kind) {
	case LSQ_INTEGER:
		sqlite3_result_int64(context, v->i);
		break;
	case LSQ_REAL:
		sqlite3_result_double(context, v->r);
		break;
	case LSQ_TEXT:
		sqlite3_result_text64(context, v->p, v->n, keep, SQLITE_UTF8);
		break;
	case LSQ_BLOB:
		sqlite3_result_blob64(context, v->p, v->n, keep);
		break;
	default:
		sqlite3_result_null(context);
		break;
	}
}
