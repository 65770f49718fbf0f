/* SPDX-License-Identifier: MIT */
/* postgresql/wire.c - values to and from the bytes of a type (value.h).
 *
 * PostgreSQL counts days and microseconds from 2000-01-01, with the ends of the range for the
 * infinities.  Nothing is rounded or cut: what does not fit the type is LODE_E_DATA. */
#include <math.h>

#include "numeric.h"
#include "value.h"

#define LPG_EPOCH_DAYS 10957
#define LPG_EPOCH_USEC (LPG_EPOCH_DAYS * LODE_UTIL_USEC_PER_DAY)

static lode_status refuse(const char **why, lode_status status, const char *text)
{
	*why = text;
	return status;
}

/* ---- binary to a value */

static lode_status take_integer(lpg_value *out, enum lpg_kind kind, int64_t v)
{
	out->kind = kind;
	out->as.i = v;
	return LODE_OK;
}

static lode_status take_span(lpg_value *out, enum lpg_kind kind, const char *p, size_t n)
{
	out->kind = kind;
	out->as.s.p = p;
	out->as.s.n = n;
	return LODE_OK;
}

static lode_status take_moment(lpg_value *out, int64_t usec, const char **why)
{
	if (usec != INT64_MAX && usec != INT64_MIN) {
		if (usec > INT64_MAX - 1 - LPG_EPOCH_USEC)
			return refuse(why, LODE_E_DATA, "a moment that is out of range");
		usec += LPG_EPOCH_USEC;
	}
	return take_integer(out, LPG_MOMENT, usec);
}

static lode_status take_date(lpg_value *out, int32_t days, const char **why)
{
	if (days == INT32_MAX || days == INT32_MIN)
		return refuse(why, LODE_E_DATA, "an infinite date");
	return take_integer(out, LPG_DATE, (int64_t)days + LPG_EPOCH_DAYS);
}

/* the time in UTC: the zone counts seconds west of it */
static lode_status take_zoned(lpg_value *out, int64_t usec, int64_t west)
{
	usec = (usec + west * 1000000) % LODE_UTIL_USEC_PER_DAY;
	return take_integer(out, LPG_TIME, usec < 0 ? usec + LODE_UTIL_USEC_PER_DAY : usec);
}

static lode_status take_real(lpg_value *out, const char *p, size_t n)
{
	uint64_t bits;
	uint32_t small;
	float f;

	if (n == 4) {
		small = lpg_load32(p);
		memcpy(&f, &small, sizeof f);
		out->kind = LPG_FLOAT;
		out->as.r = (double)f;
		return LODE_OK;
	}
	bits = lpg_load64(p);
	out->kind = LPG_REAL;
	memcpy(&out->as.r, &bits, sizeof bits);
	return LODE_OK;
}

static lode_status take_interval(lpg_value *out, const char *p)
{
	out->kind = LPG_INTERVAL;
	out->as.interval.usec = (int64_t)lpg_load64(p);
	out->as.interval.days = (int32_t)lpg_load32(p + 8);
	out->as.interval.months = (int32_t)lpg_load32(p + 12);
	return LODE_OK;
}

/* bytes that a form always has; 0: any number */
static const uint8_t sizes[] = {
	[LPG_FORM_BOOL] = 1,   [LPG_FORM_INT2] = 2,   [LPG_FORM_INT4] = 4,
	[LPG_FORM_INT8] = 8,   [LPG_FORM_OID] = 4,    [LPG_FORM_FLOAT4] = 4,
	[LPG_FORM_FLOAT8] = 8, [LPG_FORM_DATE] = 4,   [LPG_FORM_TIME] = 8,
	[LPG_FORM_TIMETZ] = 12, [LPG_FORM_TIMESTAMP] = 8, [LPG_FORM_INTERVAL] = 16,
	[LPG_FORM_UUID] = 16,  [LPG_FORM_JSONB] = 0,
};

static lode_status decode_binary(lpg_value *out, enum lpg_form form, const char *p, size_t n,
				 const char **why)
{
	if (sizes[form] != 0 && n != sizes[form])
		return refuse(why, LODE_E_DATA, "not the bytes of its type");
	switch (form) {
	case LPG_FORM_BOOL:
		return take_integer(out, LPG_BOOL, *p != 0);
	case LPG_FORM_INT2:
		return take_integer(out, LPG_INT, (int16_t)lpg_load16(p));
	case LPG_FORM_INT4:
		return take_integer(out, LPG_INT, (int32_t)lpg_load32(p));
	case LPG_FORM_INT8:
		return take_integer(out, LPG_INT, (int64_t)lpg_load64(p));
	case LPG_FORM_OID:
		return take_integer(out, LPG_INT, lpg_load32(p));
	case LPG_FORM_FLOAT4:
	case LPG_FORM_FLOAT8:
		return take_real(out, p, n);
	case LPG_FORM_NUMERIC:
		return take_span(out, LPG_NUMERIC, p, n);
	case LPG_FORM_BYTEA:
		return take_span(out, LPG_BYTES, p, n);
	case LPG_FORM_DATE:
		return take_date(out, (int32_t)lpg_load32(p), why);
	case LPG_FORM_TIME:
		return take_integer(out, LPG_TIME, (int64_t)lpg_load64(p));
	case LPG_FORM_TIMETZ:
		return take_zoned(out, (int64_t)lpg_load64(p), (int32_t)lpg_load32(p + 8));
	case LPG_FORM_TIMESTAMP:
		return take_moment(out, (int64_t)lpg_load64(p), why);
	case LPG_FORM_INTERVAL:
		return take_interval(out, p);
	case LPG_FORM_UUID:
		return take_span(out, LPG_UUID, p, n);
	case LPG_FORM_JSONB:
		if (n == 0 || *p != 1)
			return refuse(why, LODE_E_DATA, "a jsonb of an unknown version");
		return take_span(out, LPG_TEXT, p + 1, n - 1);
	default:
		return take_span(out, LPG_TEXT, p, n);
	}
}

/* ---- text to a value */

static lode_status read_integer(lpg_value *out, const char *p, size_t n, const char **why)
{
	lode_drv_decimal d;

	if (!lode_util_decimal_parse(p, n, &d) || !lode_util_decimal_rescale(&d, 0))
		return refuse(why, LODE_E_DATA, "not an integer");
	if (d.high != (d.low > INT64_MAX ? -1 : 0))
		return refuse(why, LODE_E_DATA, "integer out of range");
	out->kind = LPG_INT;
	memcpy(&out->as.i, &d.low, sizeof d.low);
	return LODE_OK;
}

static lode_status read_bool(lpg_value *out, const char *p, size_t n, const char **why)
{
	if (n == 0 || strchr("tf10", *p) == NULL)
		return refuse(why, LODE_E_DATA, "not a boolean");
	return take_integer(out, LPG_BOOL, *p == 't' || *p == '1');
}

static lode_status read_number(lpg_value *out, const char *p, size_t n, const char **why)
{
	lode_util_number number;
	int named = n > 0 && (p[n - 1] == 'N' || p[n - 1] == 'y'); /* NaN, [-]Infinity */

	if (!named && !lode_util_number_split(p, n, &number))
		return refuse(why, LODE_E_DATA, "not a number");
	return take_span(out, LPG_NUMBER, p, n);
}

static lode_status read_bytes(lpg_value *out, const char *p, size_t n, lpg_buffer *scratch,
			      const char **why)
{
	size_t i, start = scratch->n;
	int high, low;
	char *at;

	if (n < 2 || p[0] != '\\' || p[1] != 'x' || n % 2 != 0)
		return refuse(why, LODE_E_DATA, "bytes that are not written in hexadecimal");
	at = lpg_buffer_need(scratch, n / 2);
	if (at == NULL)
		return LODE_E_NOMEM;
	for (i = 1; i < n / 2; i++) {
		high = lode_util_hex_digit(p[2 * i]);
		low = lode_util_hex_digit(p[2 * i + 1]);
		if (high < 0 || low < 0)
			return refuse(why, LODE_E_DATA, "not a hexadecimal digit");
		at[i - 1] = (char)(high << 4 | low);
	}
	scratch->n = start + n / 2 - 1;
	return take_span(out, LPG_BYTES, at, n / 2 - 1);
}

static lode_status read_uuid(lpg_value *out, const char *p, size_t n, lpg_buffer *scratch,
			     const char **why)
{
	char *at = lpg_buffer_need(scratch, 16);

	if (at == NULL)
		return LODE_E_NOMEM;
	if (!lode_util_uuid_parse(p, n, (uint8_t *)at))
		return refuse(why, LODE_E_DATA, "not a UUID");
	return take_span(out, LPG_UUID, at, 16);
}

static lode_status read_zoned(lpg_value *out, const char *p, size_t n, const char **why)
{
	const char *end = p + n;
	int64_t usec, east;

	if (!lode_util_scan_time(&p, end, &usec) || !lode_util_scan_offset(&p, end, &east) ||
	    p != end)
		return refuse(why, LODE_E_DATA, "not a time of day");
	return take_zoned(out, usec, -east);
}

static lode_status read_moment(lpg_value *out, enum lpg_form form, const char *p, size_t n,
			       const char **why)
{
	int32_t days;
	int64_t usec;

	if (form == LPG_FORM_DATE) {
		if (!lode_util_date_parse(p, n, &days))
			return refuse(why, LODE_E_DATA, "not a date");
		return take_integer(out, LPG_DATE, days);
	}
	if (form == LPG_FORM_TIME) {
		if (!lode_util_time_parse(p, n, &usec))
			return refuse(why, LODE_E_DATA, "not a time of day");
		return take_integer(out, LPG_TIME, usec);
	}
	if (!lode_util_datetime_parse(p, n, &usec))
		return refuse(why, LODE_E_DATA, "not a date and time");
	return take_integer(out, LPG_MOMENT, usec);
}

static lode_status decode_text(lpg_value *out, enum lpg_form form, const char *p, size_t n,
			       lpg_buffer *scratch, const char **why)
{
	switch (form) {
	case LPG_FORM_BOOL:
		return read_bool(out, p, n, why);
	case LPG_FORM_INT2:
	case LPG_FORM_INT4:
	case LPG_FORM_INT8:
	case LPG_FORM_OID:
		return read_integer(out, p, n, why);
	case LPG_FORM_FLOAT4:
	case LPG_FORM_FLOAT8:
		if (!lpg_parse_double(p, n, &out->as.r))
			return refuse(why, LODE_E_DATA, "not a number");
		out->kind = form == LPG_FORM_FLOAT4 ? LPG_FLOAT : LPG_REAL;
		if (out->kind == LPG_FLOAT)
			out->as.r = (double)(float)out->as.r;
		return LODE_OK;
	case LPG_FORM_NUMERIC:
		return read_number(out, p, n, why);
	case LPG_FORM_BYTEA:
		return read_bytes(out, p, n, scratch, why);
	case LPG_FORM_DATE:
	case LPG_FORM_TIME:
	case LPG_FORM_TIMESTAMP:
		return read_moment(out, form, p, n, why);
	case LPG_FORM_TIMETZ:
		return read_zoned(out, p, n, why);
	case LPG_FORM_INTERVAL:
		/* behind a pooler the server may write it in another way: then it is text */
		if (!lode_util_interval_parse(p, n, &out->as.interval))
			return take_span(out, LPG_TEXT, p, n);
		out->kind = LPG_INTERVAL;
		return LODE_OK;
	case LPG_FORM_UUID:
		return read_uuid(out, p, n, scratch, why);
	default:
		return take_span(out, LPG_TEXT, p, n);
	}
}

lode_status lpg_value_decode(lpg_value *out, const lpg_type *type, int binary, const char *p,
			     size_t n, lpg_buffer *scratch, const char **why)
{
	if (binary)
		return decode_binary(out, type->form, p, n, why);
	return decode_text(out, type->form, p, n, scratch, why);
}

/* ---- a value to binary */

/* whole numbers, and what is counted in them: days, microseconds */
static int whole_of(const lpg_value *v, int64_t *out)
{
	lode_drv_decimal d;

	switch (v->kind) {
	case LPG_BOOL:
	case LPG_INT:
	case LPG_DATE:
	case LPG_TIME:
	case LPG_MOMENT:
		*out = v->as.i;
		return 1;
	case LPG_UINT:
		*out = (int64_t)v->as.u;
		return v->as.u <= INT64_MAX;
	case LPG_FLOAT:
	case LPG_REAL:
		if (!(v->as.r >= -9223372036854775808.0 && v->as.r < 9223372036854775808.0) ||
		    v->as.r != floor(v->as.r))
			return 0;
		*out = (int64_t)v->as.r;
		return 1;
	case LPG_DECIMAL:
		d = v->as.decimal;
		if (!lode_util_decimal_rescale(&d, 0) || d.high != (d.low > INT64_MAX ? -1 : 0))
			return 0;
		memcpy(out, &d.low, sizeof d.low);
		return 1;
	default:
		return 0;
	}
}

static lode_status encode_integer(lpg_buffer *out, const lpg_value *v, enum lpg_form form,
				  const char **why)
{
	static const int64_t limits[][2] = {
		[LPG_FORM_INT2] = { INT16_MIN, INT16_MAX },
		[LPG_FORM_INT4] = { INT32_MIN, INT32_MAX },
		[LPG_FORM_INT8] = { INT64_MIN, INT64_MAX },
		[LPG_FORM_OID] = { 0, UINT32_MAX },
	};
	int64_t whole;

	if (!whole_of(v, &whole))
		return refuse(why, LODE_E_DATA, "not an integer of 64 bits");
	if (whole < limits[form][0] || whole > limits[form][1])
		return refuse(why, LODE_E_DATA, "integer out of range");
	if (form == LPG_FORM_INT8)
		lpg_buffer_put64(out, (uint64_t)whole);
	else if (form == LPG_FORM_INT2)
		lpg_buffer_put16(out, (uint16_t)whole);
	else
		lpg_buffer_put32(out, (uint32_t)whole);
	return LODE_OK;
}

static lode_status encode_real(lpg_buffer *out, const lpg_value *v, enum lpg_form form,
			       const char **why)
{
	char text[LODE_UTIL_DECIMAL_SIZE];
	double real;
	float narrow;
	uint64_t bits;
	uint32_t small;

	if (v->kind == LPG_FLOAT || v->kind == LPG_REAL)
		real = v->as.r;
	else if (v->kind == LPG_INT || v->kind == LPG_BOOL)
		real = (double)v->as.i;
	else if (v->kind == LPG_UINT)
		real = (double)v->as.u;
	else if (v->kind != LPG_DECIMAL ||
		 !lpg_parse_double(text, lode_util_decimal_format(text, &v->as.decimal), &real))
		return refuse(why, LODE_E_CONVERT, "not a number");
	if (form == LPG_FORM_FLOAT8) {
		memcpy(&bits, &real, sizeof bits);
		lpg_buffer_put64(out, bits);
		return LODE_OK;
	}
	narrow = (float)real;
	if (isinf(narrow) && !isinf(real))
		return refuse(why, LODE_E_DATA, "number out of range");
	memcpy(&small, &narrow, sizeof small);
	lpg_buffer_put32(out, small);
	return LODE_OK;
}

/* "1e+20" is what a double looks like; a numeric wants plain digits */
static lode_status encode_numeric(lpg_buffer *out, const lpg_value *v, const char **why)
{
	char text[LODE_UTIL_DECIMAL_SIZE];
	lode_drv_decimal d = { 0 };
	lpg_buffer plain = { 0 };
	int fits = 1;

	if (v->kind == LPG_NUMBER) {
		lpg_numeric_put(out, v->as.s.p, v->as.s.n);
		return LODE_OK;
	}
	if (v->kind == LPG_DECIMAL) {
		d = v->as.decimal;
	} else if (v->kind == LPG_INT || v->kind == LPG_BOOL) {
		lode_util_decimal_from_int(&d, v->as.i, 0);
	} else if (v->kind == LPG_UINT) {
		d.low = v->as.u;
	} else if (v->kind == LPG_REAL || v->kind == LPG_FLOAT) {
		if (lpg_value_text(&plain, v, why) != LODE_OK)
			return LODE_E_NOMEM;
		if (isnan(v->as.r) || isinf(v->as.r))
			lpg_numeric_put(out, plain.p, plain.n);
		else
			fits = lode_util_decimal_parse(plain.p, plain.n, &d);
		lpg_buffer_dispose(&plain);
		if (isnan(v->as.r) || isinf(v->as.r))
			return LODE_OK;
	} else {
		return refuse(why, LODE_E_CONVERT, "not a number");
	}
	if (!fits)
		return refuse(why, LODE_E_DATA, "not a decimal of at most 38 digits");
	lpg_numeric_put(out, text, lode_util_decimal_format(text, &d));
	return LODE_OK;
}

static lode_status encode_date(lpg_buffer *out, const lpg_value *v, const char **why)
{
	int64_t days = v->as.i;

	if (v->kind == LPG_MOMENT && v->as.i % LODE_UTIL_USEC_PER_DAY == 0)
		days = v->as.i / LODE_UTIL_USEC_PER_DAY;
	else if (v->kind != LPG_DATE)
		return refuse(why, LODE_E_CONVERT, "not a date");
	if (days < INT32_MIN + INT64_C(1) + LPG_EPOCH_DAYS)
		return refuse(why, LODE_E_DATA, "the date is out of range");
	lpg_buffer_put32(out, (uint32_t)(days - LPG_EPOCH_DAYS));
	return LODE_OK;
}

static lode_status encode_moment(lpg_buffer *out, const lpg_value *v, const char **why)
{
	int64_t usec = v->as.i;

	if (v->kind == LPG_DATE) {
		if (!lode_util_instant(v->as.i, 0, &usec))
			return refuse(why, LODE_E_DATA, "the moment is out of range");
	} else if (v->kind != LPG_MOMENT) {
		return refuse(why, LODE_E_CONVERT, "not a date and time");
	}
	if (usec != INT64_MAX && usec != INT64_MIN) {
		if (usec <= INT64_MIN + LPG_EPOCH_USEC)
			return refuse(why, LODE_E_DATA, "the moment is out of range");
		usec -= LPG_EPOCH_USEC;
	}
	lpg_buffer_put64(out, (uint64_t)usec);
	return LODE_OK;
}

static lode_status encode_time(lpg_buffer *out, const lpg_value *v, enum lpg_form form,
			       const char **why)
{
	if (v->kind != LPG_TIME)
		return refuse(why, LODE_E_CONVERT, "not a time of day");
	lpg_buffer_put64(out, (uint64_t)v->as.i);
	if (form == LPG_FORM_TIMETZ)
		lpg_buffer_put32(out, 0); /* in UTC */
	return LODE_OK;
}

static lode_status encode_interval(lpg_buffer *out, const lpg_value *v, const char **why)
{
	if (v->kind != LPG_INTERVAL)
		return refuse(why, LODE_E_CONVERT, "not an interval");
	lpg_buffer_put64(out, (uint64_t)v->as.interval.usec);
	lpg_buffer_put32(out, (uint32_t)v->as.interval.days);
	lpg_buffer_put32(out, (uint32_t)v->as.interval.months);
	return LODE_OK;
}

static lode_status encode_bytes(lpg_buffer *out, const lpg_value *v, enum lpg_form form,
				const char **why)
{
	if (form == LPG_FORM_UUID ? v->kind != LPG_UUID && (v->kind != LPG_BYTES || v->as.s.n != 16)
				  : v->kind != LPG_BYTES && v->kind != LPG_TEXT &&
					    v->kind != LPG_UUID)
		return refuse(why, LODE_E_CONVERT, "not bytes of this type");
	lpg_buffer_put(out, v->as.s.p, v->as.s.n);
	return LODE_OK;
}

static lode_status encode_bool(lpg_buffer *out, const lpg_value *v, const char **why)
{
	int64_t whole;
	char byte;

	if (!whole_of(v, &whole) || (whole != 0 && whole != 1))
		return refuse(why, LODE_E_DATA, "not a boolean");
	byte = (char)whole;
	lpg_buffer_put(out, &byte, 1);
	return LODE_OK;
}

static lode_status encode(lpg_buffer *out, const lpg_value *v, enum lpg_form form,
			  const char **why)
{
	switch (form) {
	case LPG_FORM_BOOL:
		return encode_bool(out, v, why);
	case LPG_FORM_INT2:
	case LPG_FORM_INT4:
	case LPG_FORM_INT8:
	case LPG_FORM_OID:
		return encode_integer(out, v, form, why);
	case LPG_FORM_FLOAT4:
	case LPG_FORM_FLOAT8:
		return encode_real(out, v, form, why);
	case LPG_FORM_NUMERIC:
		return encode_numeric(out, v, why);
	case LPG_FORM_BYTEA:
	case LPG_FORM_UUID:
		return encode_bytes(out, v, form, why);
	case LPG_FORM_DATE:
		return encode_date(out, v, why);
	case LPG_FORM_TIME:
	case LPG_FORM_TIMETZ:
		return encode_time(out, v, form, why);
	case LPG_FORM_TIMESTAMP:
		return encode_moment(out, v, why);
	case LPG_FORM_INTERVAL:
		return encode_interval(out, v, why);
	case LPG_FORM_JSONB:
		lpg_buffer_put(out, "\1", 1);
		return lpg_value_text(out, v, why);
	default:
		return lpg_value_text(out, v, why);
	}
}

/* Text for a column of another type is read as the server would read it. */
lode_status lpg_value_encode(lpg_buffer *out, const lpg_value *v, const lpg_type *type,
			     const char **why)
{
	enum lpg_form form = type->form;
	lpg_buffer scratch = { 0 };
	lode_status status;
	lpg_value read;

	if (v->kind != LPG_TEXT || form == LPG_FORM_TEXT || form == LPG_FORM_JSONB ||
	    form == LPG_FORM_BYTEA) {
		status = encode(out, v, form, why);
	} else {
		status = decode_text(&read, form, v->as.s.p, v->as.s.n, &scratch, why);
		if (status == LODE_OK)
			status = encode(out, &read, form, why);
		lpg_buffer_dispose(&scratch);
	}
	return status == LODE_OK && out->failed ? LODE_E_NOMEM : status;
}
