/* SPDX-License-Identifier: MIT */
/* postgresql/result.c - see result.h.
 *
 * What does not fit is LODE_E_DATA, what has no meaning in the representation LODE_E_CONVERT;
 * nothing is rounded, cut or guessed. */
#include "result.h"

#include <math.h>

#include "host.h"
#include "numeric.h"

#define LPG_EPOCH_DAYS 10957
#define LPG_EPOCH_USEC (LPG_EPOCH_DAYS * LODE_UTIL_USEC_PER_DAY)

static lode_status bad_data(lpg_sink *sink, const char *why)
{
	sink->why = why;
	return LODE_E_DATA;
}

static lode_status bad_class(lpg_sink *sink, const char *why)
{
	sink->why = why;
	return LODE_E_CONVERT;
}

/* ---- numbers */

static lode_status decimal_of(lpg_sink *sink, const lpg_value *v, lode_drv_decimal *out)
{
	switch (v->kind) {
	case LPG_BOOL:
	case LPG_INT:
		lode_util_decimal_from_int(out, v->as.i, 0);
		return LODE_OK;
	case LPG_NUMERIC:
		if (lpg_numeric_decimal(v->as.s.p, v->as.s.n, out))
			return LODE_OK;
		return bad_data(sink, "not a decimal of at most 38 digits");
	case LPG_NUMBER:
	case LPG_TEXT:
		if (lode_util_decimal_parse(v->as.s.p, v->as.s.n, out))
			return LODE_OK;
		return bad_data(sink, "not a decimal of at most 38 digits");
	case LPG_FLOAT:
	case LPG_REAL:
		return bad_data(sink, "a binary float where a decimal is expected");
	default:
		return bad_class(sink, "no number where one is expected");
	}
}

/* 64 bits and a sign bit of their own: *high is -1 or 0 */
static lode_status integer_of(lpg_sink *sink, const lpg_value *v, uint64_t *low, int64_t *high)
{
	lode_drv_decimal d;
	lode_status status;
	double r = v->as.r;

	switch (v->kind) {
	case LPG_BOOL:
	case LPG_INT:
	case LPG_DATE: /* days, microseconds: who maps a moment to a number wants those */
	case LPG_TIME:
	case LPG_MOMENT:
		*low = (uint64_t)v->as.i;
		*high = v->as.i < 0 ? -1 : 0;
		return LODE_OK;
	case LPG_FLOAT:
	case LPG_REAL:
		if (!(r >= -9223372036854775808.0 && r < 9223372036854775808.0) || r != floor(r))
			return bad_data(sink, "not an integer");
		*low = (uint64_t)(int64_t)r;
		*high = r < 0 ? -1 : 0;
		return LODE_OK;
	default:
		status = decimal_of(sink, v, &d);
		if (status != LODE_OK)
			return status;
		if (!lode_util_decimal_rescale(&d, 0))
			return bad_data(sink, "not an integer");
		*low = d.low;
		*high = d.high;
		return LODE_OK;
	}
}

static lode_status store_integer(lpg_sink *sink, const lpg_value *v, int64_t least, int64_t most,
				 size_t size, char *out)
{
	uint64_t low;
	int64_t high, whole;
	lode_status status = integer_of(sink, v, &low, &high);
	uint32_t narrow;
	uint16_t small;

	if (status != LODE_OK)
		return status;
	whole = (int64_t)low;
	if (high != (whole < 0 ? -1 : 0) || whole < least || whole > most)
		return bad_data(sink, "integer out of range");
	narrow = (uint32_t)low;
	small = (uint16_t)low;
	if (size == 8)
		memcpy(out, &low, sizeof low);
	else if (size == 4)
		memcpy(out, &narrow, sizeof narrow);
	else if (size == 2)
		memcpy(out, &small, sizeof small);
	else
		*out = (char)low;
	return LODE_OK;
}

static lode_status store_unsigned(lpg_sink *sink, const lpg_value *v, char *out)
{
	uint64_t low;
	int64_t high;
	lode_status status = integer_of(sink, v, &low, &high);

	if (status != LODE_OK)
		return status;
	if (high != 0)
		return bad_data(sink, "integer out of range");
	memcpy(out, &low, sizeof low);
	return LODE_OK;
}

static lode_status real_of(lpg_sink *sink, const lpg_value *v, double *out)
{
	size_t start = sink->scratch->n;

	switch (v->kind) {
	case LPG_FLOAT:
	case LPG_REAL:
		*out = v->as.r;
		return LODE_OK;
	case LPG_BOOL:
	case LPG_INT:
		*out = (double)v->as.i;
		return LODE_OK;
	case LPG_NUMERIC:
	case LPG_NUMBER:
	case LPG_TEXT:
		if (lpg_value_text(sink->scratch, v, &sink->why) != LODE_OK)
			return LODE_E_NOMEM;
		if (lpg_parse_double(sink->scratch->p + start, sink->scratch->n - start, out))
			return LODE_OK;
		return bad_data(sink, "not a number");
	default:
		return bad_class(sink, "no number where one is expected");
	}
}

static lode_status store_real(lpg_sink *sink, const lpg_value *v, size_t size, char *out)
{
	double real;
	float narrow;
	lode_status status = real_of(sink, v, &real);

	if (status != LODE_OK)
		return status;
	if (size == 8) {
		memcpy(out, &real, sizeof real);
		return LODE_OK;
	}
	narrow = (float)real;
	if (isinf(narrow) && !isinf(real))
		return bad_data(sink, "number out of range");
	memcpy(out, &narrow, sizeof narrow);
	return LODE_OK;
}

static lode_status store_scaled(const lpg_column *column, lpg_sink *sink, const lpg_value *v,
				char *out)
{
	lode_drv_decimal d;
	lode_status status = decimal_of(sink, v, &d);

	if (status != LODE_OK)
		return status;
	if (!lode_util_decimal_rescale(&d, column->bind.scale) ||
	    d.high != (d.low > INT64_MAX ? -1 : 0))
		return bad_data(sink, "the decimal does not fit");
	memcpy(out, &d.low, sizeof d.low);
	return LODE_OK;
}

/* ---- text and bytes */

/* as text, borrowed from libpq or from the scratch */
static lode_status text_of(lpg_sink *sink, const lpg_value *v, lode_span *out)
{
	size_t start = sink->scratch->n;
	lode_status status;

	if (v->kind == LPG_TEXT || v->kind == LPG_NUMBER) {
		*out = v->as.s;
		return LODE_OK;
	}
	status = lpg_value_text(sink->scratch, v, &sink->why);
	if (status != LODE_OK)
		return status;
	lpg_buffer_put(sink->scratch, "", 1); /* the NUL of a borrowed char * */
	if (sink->scratch->failed)
		return LODE_E_NOMEM;
	out->p = sink->scratch->p + start;
	out->n = sink->scratch->n - start - 1;
	return LODE_OK;
}

static lode_status bytes_of(lpg_sink *sink, const lpg_value *v, lode_span *out)
{
	if (v->kind != LPG_BYTES && v->kind != LPG_TEXT && v->kind != LPG_UUID)
		return bad_class(sink, "a number where bytes are expected");
	*out = v->as.s;
	return LODE_OK;
}

/* The scratch may move when the next column grows it: what is borrowed from there is held by its
 * column until the next row. */
static lode_status keep(lpg_column *column, lpg_sink *sink, lode_span *span)
{
	const lpg_buffer *scratch = sink->scratch;
	char *copy;

	if (column->bind.flags & LODE_BIND_COPY) {
		copy = lpg_host->arena_alloc(sink->arena, span->n + 1, 1);
	} else if (scratch->p != NULL && span->p >= scratch->p &&
		   span->p < scratch->p + scratch->capacity) {
		column->held.n = 0;
		copy = lpg_buffer_need(&column->held, span->n + 1);
	} else {
		return LODE_OK;
	}
	if (copy == NULL)
		return LODE_E_NOMEM;
	memcpy(copy, span->p, span->n);
	copy[span->n] = '\0';
	span->p = copy;
	return LODE_OK;
}

static lode_status store_span(lpg_column *column, lpg_sink *sink, const lpg_value *v,
			      int as_text, char *out)
{
	lode_span span = { NULL, 0 };
	lode_status status = as_text ? text_of(sink, v, &span) : bytes_of(sink, v, &span);

	if (status == LODE_OK)
		status = keep(column, sink, &span);
	if (status == LODE_OK)
		memcpy(out, &span, sizeof span);
	return status;
}

static lode_status store_cstr(lpg_column *column, lpg_sink *sink, const lpg_value *v,
			      char *out)
{
	lode_span span = { NULL, 0 };
	lode_status status = text_of(sink, v, &span);

	if (status != LODE_OK)
		return status;
	if (memchr(span.p, '\0', span.n) != NULL)
		return bad_data(sink, "text with a NUL inside");
	status = keep(column, sink, &span);
	if (status == LODE_OK)
		memcpy(out, &span.p, sizeof span.p);
	return status;
}

/* the length of UTF-8 text cut to at most n bytes, at the border of a character */
static size_t cut_text(const char *text, size_t n)
{
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static lode_status store_chars(const lpg_column *column, lpg_sink *sink, const lpg_value *v,
			       char *out)
{
	lode_span span = { NULL, 0 };
	lode_status status = text_of(sink, v, &span);

	if (status != LODE_OK)
		return status;
	if (memchr(span.p, '\0', span.n) != NULL)
		return bad_data(sink, "text with a NUL inside");
	if (span.n >= column->bind.size) {
		if (!(column->bind.flags & LODE_BIND_TRUNC_OK) || column->bind.size == 0)
			return bad_data(sink, "text is too long");
		span.n = cut_text(span.p, column->bind.size - 1);
	}
	memcpy(out, span.p, span.n);
	memset(out + span.n, 0, column->bind.size - span.n);
	return LODE_OK;
}

static lode_status store_bytes(lpg_sink *sink, const lpg_value *v, size_t size, char *out)
{
	lode_span span = { NULL, 0 };
	lode_status status = bytes_of(sink, v, &span);

	if (status != LODE_OK)
		return status;
	if (span.n != size)
		return bad_data(sink, "not the length that is expected");
	if (size > 0)
		memcpy(out, span.p, size);
	return LODE_OK;
}

static lode_status store_decimal_text(lpg_column *column, lpg_sink *sink, const lpg_value *v,
				      char *out)
{
	if (v->kind != LPG_NUMERIC && v->kind != LPG_NUMBER && v->kind != LPG_INT)
		return v->kind == LPG_REAL || v->kind == LPG_FLOAT
			       ? bad_data(sink, "a binary float where a decimal is expected")
			       : bad_class(sink, "no number where one is expected");
	return store_span(column, sink, v, 1, out);
}

/* ---- dates and times */

static lode_status store_moment(lpg_sink *sink, const lpg_value *v, enum lpg_kind kind, char *out)
{
	int64_t usec = v->as.i;
	lpg_buffer none = { 0 };
	lpg_value read;

	if (v->kind == LPG_TEXT) {
		if (lpg_value_decode(&read, lpg_type_find(kind == LPG_TIME ? 1083 : 1114), 0,
				     v->as.s.p, v->as.s.n, &none, &sink->why) != LODE_OK)
			return LODE_E_DATA;
		usec = read.as.i;
	} else if (v->kind == LPG_DATE && kind == LPG_MOMENT) {
		if (!lode_util_instant(v->as.i, 0, &usec))
			return bad_data(sink, "the moment is out of range");
	} else if (v->kind != kind && v->kind != LPG_INT) {
		return bad_class(sink, "no date or time where one is expected");
	}
	memcpy(out, &usec, sizeof usec);
	return LODE_OK;
}

static lode_status store_date(lpg_sink *sink, const lpg_value *v, char *out)
{
	int64_t days = v->as.i;
	int32_t narrow;

	if (v->kind == LPG_TEXT) {
		if (!lode_util_date_parse(v->as.s.p, v->as.s.n, &narrow))
			return bad_data(sink, "not a date");
		days = narrow;
	} else if (v->kind == LPG_MOMENT && days % LODE_UTIL_USEC_PER_DAY == 0) {
		days /= LODE_UTIL_USEC_PER_DAY;
	} else if (v->kind == LPG_MOMENT) {
		return bad_data(sink, "a moment where a date is expected");
	} else if (v->kind != LPG_DATE && v->kind != LPG_INT) {
		return bad_class(sink, "no date where one is expected");
	}
	narrow = (int32_t)days;
	if (narrow != days)
		return bad_data(sink, "the date is out of range");
	memcpy(out, &narrow, sizeof narrow);
	return LODE_OK;
}

static lode_status store_interval(lpg_sink *sink, const lpg_value *v, char *out)
{
	lode_drv_interval interval = v->as.interval;

	if (v->kind == LPG_TEXT) {
		if (!lode_util_interval_parse(v->as.s.p, v->as.s.n, &interval))
			return bad_data(sink, "not an ISO 8601 duration");
	} else if (v->kind != LPG_INTERVAL) {
		return bad_class(sink, "no interval where one is expected");
	}
	memcpy(out, &interval, sizeof interval);
	return LODE_OK;
}

static lode_status store_uuid(lpg_sink *sink, const lpg_value *v, char *out)
{
	if (v->kind == LPG_UUID || (v->kind == LPG_BYTES && v->as.s.n == 16)) {
		memcpy(out, v->as.s.p, 16);
		return LODE_OK;
	}
	if (v->kind != LPG_TEXT)
		return bad_class(sink, "no UUID where one is expected");
	if (!lode_util_uuid_parse(v->as.s.p, v->as.s.n, (uint8_t *)out))
		return bad_data(sink, "not a UUID");
	return LODE_OK;
}

/* ---- whatever it is */

static lode_status store_value(lpg_column *column, lpg_sink *sink, const lpg_value *v,
			       char *out)
{
	lode_drv_value value = { 0 };
	lode_status status = LODE_OK;

	switch (v->kind) {
	case LPG_BOOL:
		value.repr = LODE_R_BOOL8;
		value.v.i = v->as.i;
		break;
	case LPG_INT:
		value.repr = LODE_R_I64;
		value.v.i = v->as.i;
		break;
	case LPG_FLOAT:
	case LPG_REAL:
		value.repr = LODE_R_F64;
		value.v.f = v->as.r;
		break;
	case LPG_DATE:
	case LPG_TIME:
	case LPG_MOMENT:
		value.repr = v->kind == LPG_DATE   ? LODE_R_DATE32
			     : v->kind == LPG_TIME ? LODE_R_TIME64
						   : LODE_R_TS64;
		value.v.i = v->as.i;
		break;
	case LPG_BYTES:
		value.repr = LODE_R_BLOB;
		value.v.s = v->as.s;
		status = keep(column, sink, &value.v.s);
		break;
	default:
		value.repr = v->kind == LPG_NUMERIC || v->kind == LPG_NUMBER ? LODE_R_DECTEXT
									     : LODE_R_TEXT;
		status = text_of(sink, v, &value.v.s);
		if (status == LODE_OK)
			status = keep(column, sink, &value.v.s);
		break;
	}
	if (status == LODE_OK)
		memcpy(out, &value, sizeof value);
	return status;
}

static lode_status store_decimal(lpg_sink *sink, const lpg_value *v, char *out)
{
	lode_drv_decimal d;
	lode_status status = decimal_of(sink, v, &d);

	if (status == LODE_OK)
		memcpy(out, &d, sizeof d);
	return status;
}

static lode_status store_other(lpg_column *column, lpg_sink *sink, const lpg_value *v,
			       char *out)
{
	switch (column->bind.repr) {
	case LODE_R_TEXT:
		return store_span(column, sink, v, 1, out);
	case LODE_R_BLOB:
		return store_span(column, sink, v, 0, out);
	case LODE_R_CSTR:
		return store_cstr(column, sink, v, out);
	case LODE_R_CHARN:
		return store_chars(column, sink, v, out);
	case LODE_R_BYTESN:
		return store_bytes(sink, v, column->bind.size, out);
	case LODE_R_DATE32:
		return store_date(sink, v, out);
	case LODE_R_TIME64:
		return store_moment(sink, v, LPG_TIME, out);
	case LODE_R_TS64:
		return store_moment(sink, v, LPG_MOMENT, out);
	case LODE_R_INTERVAL:
		return store_interval(sink, v, out);
	case LODE_R_UUID:
		return store_uuid(sink, v, out);
	case LODE_R_SCALED64:
		return store_scaled(column, sink, v, out);
	case LODE_R_DECTEXT:
		return store_decimal_text(column, sink, v, out);
	case LODE_R_DECIMAL:
		return store_decimal(sink, v, out);
	default:
		return store_value(column, sink, v, out);
	}
}

static lode_status store(lpg_column *column, lpg_sink *sink, const lpg_value *v, char *out)
{
	switch (column->bind.repr) {
	case LODE_R_BOOL8:
		return store_integer(sink, v, 0, 1, 1, out);
	case LODE_R_I8:
		return store_integer(sink, v, INT8_MIN, INT8_MAX, 1, out);
	case LODE_R_I16:
		return store_integer(sink, v, INT16_MIN, INT16_MAX, 2, out);
	case LODE_R_I32:
		return store_integer(sink, v, INT32_MIN, INT32_MAX, 4, out);
	case LODE_R_I64:
		return store_integer(sink, v, INT64_MIN, INT64_MAX, 8, out);
	case LODE_R_U8:
		return store_integer(sink, v, 0, UINT8_MAX, 1, out);
	case LODE_R_U16:
		return store_integer(sink, v, 0, UINT16_MAX, 2, out);
	case LODE_R_U32:
		return store_integer(sink, v, 0, (int64_t)UINT32_MAX, 4, out);
	case LODE_R_U64:
		return store_unsigned(sink, v, out);
	case LODE_R_F32:
		return store_real(sink, v, 4, out);
	case LODE_R_F64:
		return store_real(sink, v, 8, out);
	default:
		return store_other(column, sink, v, out);
	}
}

/* ---- layouts */

/* bytes of each representation; 0: none, or as many as the descriptor says */
static const uint8_t sizes[] = {
	[LODE_R_BOOL8] = 1,
	[LODE_R_I16] = 2,
	[LODE_R_I32] = 4,
	[LODE_R_I64] = 8,
	[LODE_R_U64] = 8,
	[LODE_R_F32] = 4,
	[LODE_R_F64] = 8,
	[LODE_R_TEXT] = sizeof(lode_span),
	[LODE_R_BLOB] = sizeof(lode_span),
	[LODE_R_CSTR] = sizeof(char *),
	[LODE_R_DATE32] = 4,
	[LODE_R_TIME64] = 8,
	[LODE_R_TS64] = 8,
	[LODE_R_INTERVAL] = sizeof(lode_drv_interval),
	[LODE_R_UUID] = 16,
	[LODE_R_SCALED64] = 8,
	[LODE_R_DECTEXT] = sizeof(lode_span),
	[LODE_R_RAW] = sizeof(lode_span),
	[LODE_R_VALUE] = sizeof(lode_drv_value),
	[LODE_R_I8] = 1,
	[LODE_R_U8] = 1,
	[LODE_R_U16] = 2,
	[LODE_R_U32] = 4,
	[LODE_R_DECIMAL] = sizeof(lode_drv_decimal),
};

static enum lpg_quick quick_of(const lode_drv_bind *b, const lpg_type *type)
{
	switch (type->form) {
	case LPG_FORM_INT8:
		return b->repr == LODE_R_I64 ? LPG_QUICK_I64 : LPG_NOT_QUICK;
	case LPG_FORM_INT4:
		return b->repr == LODE_R_I32 ? LPG_QUICK_I32 : LPG_NOT_QUICK;
	case LPG_FORM_FLOAT8:
		return b->repr == LODE_R_F64 ? LPG_QUICK_F64 : LPG_NOT_QUICK;
	case LPG_FORM_TEXT:
		return b->repr == LODE_R_CSTR && (b->flags & LODE_BIND_COPY) ? LPG_QUICK_TEXT
									     : LPG_NOT_QUICK;
	case LPG_FORM_TIMESTAMP:
		return b->repr == LODE_R_TS64 ? LPG_QUICK_MOMENT : LPG_NOT_QUICK;
	case LPG_FORM_DATE:
		return b->repr == LODE_R_DATE32 ? LPG_QUICK_DATE : LPG_NOT_QUICK;
	case LPG_FORM_BOOL:
		return b->repr == LODE_R_BOOL8 ? LPG_QUICK_BOOL : LPG_NOT_QUICK;
	default:
		return LPG_NOT_QUICK;
	}
}

const lpg_type *lpg_result_type(uint32_t oid)
{
	const lpg_type *type = lpg_type_find(oid);

	return type != NULL ? type : lpg_type_find(25);
}

int lpg_column_compile(lpg_column *out, uint32_t index, const lode_drv_bind *bind, uint32_t oid,
		       int binary)
{
	int sized = bind->repr == LODE_R_CHARN || bind->repr == LODE_R_BYTESN;

	if (bind->repr < 0 || (size_t)bind->repr >= sizeof sizes ||
	    (sizes[bind->repr] == 0 && !sized))
		return 0;
	out->index = index;
	out->type = lpg_result_type(oid);
	out->binary = (uint8_t)binary;
	out->bind = *bind;
	out->size = sized ? bind->size : sizes[bind->repr];
	out->flagged = !(bind->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR)) &&
		       bind->repr != LODE_R_VALUE;
	out->quick = binary ? quick_of(bind, out->type) : LPG_NOT_QUICK;
	return 1;
}

void lpg_column_dispose(lpg_column *column)
{
	lpg_buffer_dispose(&column->held);
}

int lpg_column_borrows(const lpg_column *column)
{
	switch (column->bind.repr) {
	case LODE_R_RAW:
		return 1;
	case LODE_R_TEXT:
	case LODE_R_BLOB:
	case LODE_R_CSTR:
	case LODE_R_DECTEXT:
	case LODE_R_VALUE:
		return !(column->bind.flags & LODE_BIND_COPY);
	default:
		return 0;
	}
}

/* set or clear the null flag of a cell that has one */
static void put_null(const lpg_column *column, void *const *bases, uint32_t row, int null)
{
	const lode_drv_bind *b = &column->bind;
	const void *const *from = (const void *const *)bases;
	uint8_t *flag = (uint8_t *)(uintptr_t)lode_util_null_cell(b, from, row);
	uint8_t mask;

	if (b->flags & LODE_BIND_PRESENT)
		null = !null;
	if (b->null_bit < 0) {
		*flag = (uint8_t)null;
		return;
	}
	mask = (uint8_t)(1u << (b->null_bit % 8));
	*flag = (uint8_t)(null ? *flag | mask : *flag & ~mask);
}

static lode_status store_null(const lpg_column *column, lpg_sink *sink, void *const *bases,
			      uint32_t row, char *out)
{
	if ((column->bind.flags & LODE_BIND_NOT_NULL) && column->bind.repr != LODE_R_VALUE)
		return bad_data(sink, "NULL where there is none expected");
	memset(out, 0, column->size);
	if (column->flagged)
		put_null(column, bases, row, 1);
	return LODE_OK;
}

/* ---- the columns that most rows are made of; 0: nothing was stored */

static inline int read_text(lpg_sink *sink, const char *p, size_t n, char *out)
{
	char *copy;

	if (memchr(p, '\0', n) != NULL)
		return 0;
	copy = lpg_host->arena_alloc(sink->arena, n + 1, 1);
	if (copy == NULL)
		return 0;
	memcpy(copy, p, n + 1); /* libpq puts a NUL behind every value */
	memcpy(out, &copy, sizeof copy);
	return 1;
}

static inline int read_quick(enum lpg_quick quick, lpg_sink *sink, const char *p, size_t n,
			     char *out)
{
	uint64_t wide;
	uint32_t narrow;

	switch (quick) {
	case LPG_QUICK_I64:
	case LPG_QUICK_F64:
		wide = lpg_load64(p);
		memcpy(out, &wide, sizeof wide);
		return 1;
	case LPG_QUICK_I32:
		narrow = lpg_load32(p);
		memcpy(out, &narrow, sizeof narrow);
		return 1;
	case LPG_QUICK_TEXT:
		return read_text(sink, p, n, out);
	case LPG_QUICK_MOMENT:
		wide = lpg_load64(p);
		/* the infinities and what is out of range go the long way */
		if ((int64_t)wide > INT64_MAX - 1 - LPG_EPOCH_USEC || (int64_t)wide == INT64_MIN)
			return 0;
		wide += (uint64_t)LPG_EPOCH_USEC;
		memcpy(out, &wide, sizeof wide);
		return 1;
	case LPG_QUICK_DATE:
		narrow = lpg_load32(p);
		if ((int32_t)narrow > INT32_MAX - 1 - LPG_EPOCH_DAYS || (int32_t)narrow == INT32_MIN)
			return 0;
		narrow += LPG_EPOCH_DAYS;
		memcpy(out, &narrow, sizeof narrow);
		return 1;
	case LPG_QUICK_BOOL:
		*out = *p != 0;
		return 1;
	default:
		return 0;
	}
}

static lode_status read_cell(lpg_column *column, lpg_sink *sink, const char *p, size_t n,
			     char *out)
{
	lode_span raw = { p, n };
	lode_status status;
	lpg_value v;

	if (column->bind.repr == LODE_R_RAW) {
		memcpy(out, &raw, sizeof raw);
		return LODE_OK;
	}
	status = lpg_value_decode(&v, column->type, column->binary, p, n, sink->scratch,
				  &sink->why);
	return status == LODE_OK ? store(column, sink, &v, out) : status;
}

lode_status lpg_row_read(const PGresult *r, int from, lpg_column *columns, uint32_t n,
			 lpg_sink *sink, void *const *bases, uint32_t row, uint32_t *bad)
{
	lpg_column *column = columns, *end = columns + n;
	const void *const *at = (const void *const *)bases;
	lode_status status = LODE_OK;

	for (; column < end; column++) {
		int index = (int)column->index, size = PQgetlength(r, from, index);
		const char *p = PQgetvalue(r, from, index);
		char *out = (char *)(uintptr_t)lode_util_cell(&column->bind, at, row);

		if (size == 0 && PQgetisnull(r, from, index))
			status = store_null(column, sink, bases, row, out);
		else if (!read_quick(column->quick, sink, p, (size_t)size, out))
			status = read_cell(column, sink, p, (size_t)size, out);
		if (status != LODE_OK) {
			*bad = column->index;
			return status;
		}
		if (column->flagged && (size != 0 || !PQgetisnull(r, from, index)))
			put_null(column, bases, row, 0);
	}
	return LODE_OK;
}
