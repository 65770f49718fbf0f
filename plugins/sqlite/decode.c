/* SPDX-License-Identifier: MIT */
/* sqlite/decode.c - decoders, by representation.
 *
 * A cell's storage class decides, a column's declared type is only a hint.  What does not fit is
 * LODE_E_DATA, what has no meaning in the representation LODE_E_CONVERT; nothing is rounded, cut or
 * guessed. */
#include "decode.h"

#include <math.h>
#include <string.h>

static lode_status bad_data(lsq_sink *sink, const char *why)
{
	sink->why = why;
	return LODE_E_DATA;
}

static lode_status bad_class(lsq_sink *sink, const char *why)
{
	sink->why = why;
	return LODE_E_CONVERT;
}

static const char *text_of(sqlite3_value *cell, size_t *n)
{
	const char *text = (const char *)sqlite3_value_text(cell);

	*n = (size_t)sqlite3_value_bytes(cell);
	return text;
}

/* ---- integers */

static lode_status integer_from_text(lsq_sink *sink, sqlite3_value *cell, int64_t *out)
{
	lode_drv_decimal d;
	size_t n;
	const char *text = text_of(cell, &n);

	if (text == NULL)
		return LODE_E_NOMEM;
	if (!lode_util_decimal_parse(text, n, &d) || !lode_util_decimal_rescale(&d, 0))
		return bad_data(sink, "not an integer");
	if (d.high != (d.low > INT64_MAX ? -1 : 0))
		return bad_data(sink, "integer out of range");
	memcpy(out, &d.low, sizeof *out);
	return LODE_OK;
}

static lode_status integer_slow(lsq_sink *sink, sqlite3_value *cell, int type, int64_t *out)
{
	double real;

	switch (type) {
	case SQLITE_FLOAT:
		real = sqlite3_value_double(cell);
		if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0) ||
		    real != floor(real))
			return bad_data(sink, "not an integer");
		*out = (int64_t)real;
		return LODE_OK;
	case SQLITE_TEXT:
		return integer_from_text(sink, cell, out);
	default:
		return bad_class(sink, "a blob where a number is expected");
	}
}

static inline lode_status integer_of(lsq_sink *sink, sqlite3_value *cell, int type, int64_t *out)
{
	if (type != SQLITE_INTEGER)
		return integer_slow(sink, cell, type, out);
	*out = sqlite3_value_int64(cell);
	return LODE_OK;
}

#define LSQ_INTEGER_DECODER(name, ctype, low, high)                                                \
	static lode_status decode_##name(const lsq_column *column, lsq_sink *sink,                 \
					 sqlite3_value *cell, int type, char *out)                 \
	{                                                                                          \
		int64_t v;                                                                         \
		ctype narrow;                                                                      \
		lode_status status = integer_of(sink, cell, type, &v);                             \
		(void)column;                                                                      \
		if (status != LODE_OK)                                                             \
			return status;                                                             \
		if (v < (low) || v > (high))                                                       \
			return bad_data(sink, "integer out of range");                             \
		narrow = (ctype)v;                                                                 \
		memcpy(out, &narrow, sizeof narrow);                                               \
		return LODE_OK;                                                                    \
	}
LSQ_INTEGER_DECODER(bool, uint8_t, 0, 1)
LSQ_INTEGER_DECODER(i8, int8_t, INT8_MIN, INT8_MAX)
LSQ_INTEGER_DECODER(i16, int16_t, INT16_MIN, INT16_MAX)
LSQ_INTEGER_DECODER(i32, int32_t, INT32_MIN, INT32_MAX)
LSQ_INTEGER_DECODER(u8, uint8_t, 0, UINT8_MAX)
LSQ_INTEGER_DECODER(u16, uint16_t, 0, UINT16_MAX)
LSQ_INTEGER_DECODER(u32, uint32_t, 0, (int64_t)UINT32_MAX)
LSQ_INTEGER_DECODER(u64, uint64_t, 0, INT64_MAX)

static lode_status decode_i64(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			      int type, char *out)
{
	int64_t v;
	lode_status status = integer_of(sink, cell, type, &v);

	(void)column;
	if (status == LODE_OK)
		memcpy(out, &v, sizeof v);
	return status;
}

/* ---- floats */

static lode_status real_of(lsq_sink *sink, sqlite3_value *cell, int type, double *out)
{
	lode_util_number number;
	const char *text;
	size_t n;

	switch (type) {
	case SQLITE_FLOAT:
	case SQLITE_INTEGER:
		break;
	case SQLITE_TEXT:
		text = text_of(cell, &n);
		if (text == NULL)
			return LODE_E_NOMEM;
		if (!lode_util_number_split(text, n, &number))
			return bad_data(sink, "not a number");
		break;
	default:
		return bad_class(sink, "a blob where a number is expected");
	}
	*out = sqlite3_value_double(cell);
	return LODE_OK;
}

static lode_status decode_f64(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			      int type, char *out)
{
	double v;
	lode_status status = real_of(sink, cell, type, &v);

	(void)column;
	if (status == LODE_OK)
		memcpy(out, &v, sizeof v);
	return status;
}

static lode_status decode_f32(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			      int type, char *out)
{
	double v;
	float narrow;
	lode_status status = real_of(sink, cell, type, &v);

	(void)column;
	if (status != LODE_OK)
		return status;
	narrow = (float)v;
	if (isinf(narrow) && !isinf(v))
		return bad_data(sink, "number out of range");
	memcpy(out, &narrow, sizeof narrow);
	return LODE_OK;
}

/* ---- text and bytes */

static inline lode_status keep_bytes(const lsq_column *column, lsq_sink *sink, const void *from,
				     size_t n, const char **out)
{
	char *copy;

	if (!(column->bind.flags & LODE_BIND_COPY)) {
		*out = from != NULL ? from : "";
		return LODE_OK;
	}
	copy = lsq_host->arena_alloc(sink->arena, n + 1, 1);
	if (copy == NULL)
		return LODE_E_NOMEM;
	if (n > 0)
		memcpy(copy, from, n);
	copy[n] = '\0';
	*out = copy;
	return LODE_OK;
}

static lode_status keep_span(const lsq_column *column, lsq_sink *sink, const void *from, size_t n,
			     char *out)
{
	lode_span span = { NULL, n };
	lode_status status = keep_bytes(column, sink, from, n, &span.p);

	if (status == LODE_OK)
		memcpy(out, &span, sizeof span);
	return status;
}

/* numbers are delivered as text too, blobs are not: they may hold anything */
static inline lode_status text_cell(lsq_sink *sink, sqlite3_value *cell, int type,
				    const char **text, size_t *n)
{
	if (type == SQLITE_BLOB)
		return bad_class(sink, "a blob where text is expected");
	*text = text_of(cell, n);
	return *text != NULL ? LODE_OK : LODE_E_NOMEM;
}

static lode_status decode_text(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			       int type, char *out)
{
	const char *text;
	size_t n;
	lode_status status = text_cell(sink, cell, type, &text, &n);

	return status == LODE_OK ? keep_span(column, sink, text, n, out) : status;
}

static lode_status decode_cstr(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			       int type, char *out)
{
	const char *text;
	size_t n;
	lode_status status = text_cell(sink, cell, type, &text, &n);

	if (status != LODE_OK)
		return status;
	if (memchr(text, '\0', n) != NULL)
		return bad_data(sink, "text with a NUL inside");
	status = keep_bytes(column, sink, text, n, &text);
	if (status == LODE_OK)
		memcpy(out, &text, sizeof text);
	return status;
}

/* the length of UTF-8 text cut to at most n bytes, at the border of a character */
static size_t cut_text(const char *text, size_t n)
{
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static lode_status decode_charn(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
				int type, char *out)
{
	const char *text;
	size_t n;
	lode_status status = text_cell(sink, cell, type, &text, &n);

	if (status != LODE_OK)
		return status;
	if (memchr(text, '\0', n) != NULL)
		return bad_data(sink, "text with a NUL inside");
	if (n >= column->bind.size) {
		if (!(column->bind.flags & LODE_BIND_TRUNC_OK) || column->bind.size == 0)
			return bad_data(sink, "text is too long");
		n = cut_text(text, column->bind.size - 1);
	}
	memcpy(out, text, n);
	memset(out + n, 0, column->bind.size - n);
	return LODE_OK;
}

static lode_status bytes_cell(lsq_sink *sink, sqlite3_value *cell, int type, const void **bytes,
			      size_t *n)
{
	if (type != SQLITE_BLOB && type != SQLITE_TEXT)
		return bad_class(sink, "a number where bytes are expected");
	*bytes = sqlite3_value_blob(cell);
	*n = (size_t)sqlite3_value_bytes(cell);
	return *bytes == NULL && *n > 0 ? LODE_E_NOMEM : LODE_OK;
}

static lode_status decode_blob(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			       int type, char *out)
{
	const void *bytes;
	size_t n;
	lode_status status = bytes_cell(sink, cell, type, &bytes, &n);

	return status == LODE_OK ? keep_span(column, sink, bytes, n, out) : status;
}

static lode_status decode_bytesn(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
				 int type, char *out)
{
	const void *bytes;
	size_t n;
	lode_status status = bytes_cell(sink, cell, type, &bytes, &n);

	if (status != LODE_OK)
		return status;
	if (n != column->bind.size)
		return bad_data(sink, "not the length that is expected");
	if (n > 0)
		memcpy(out, bytes, n);
	return LODE_OK;
}

/* SQLite's own bytes, numbers as the text it makes of them; never copied */
static lode_status decode_raw(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			      int type, char *out)
{
	lode_span span;

	(void)column, (void)sink, (void)type;
	span.p = sqlite3_value_blob(cell);
	span.n = (size_t)sqlite3_value_bytes(cell);
	if (span.p == NULL)
		span.p = "";
	memcpy(out, &span, sizeof span);
	return LODE_OK;
}

/* ---- dates and times, canonical text or what others write */

static inline lode_status moment_cell(lsq_sink *sink, sqlite3_value *cell, int type,
				      const char **text, size_t *n)
{
	if (type != SQLITE_TEXT)
		return bad_class(sink, "a date or time that is not text");
	*text = text_of(cell, n);
	return *text != NULL ? LODE_OK : LODE_E_NOMEM;
}

/* the column is declared as a number: days or microseconds, see set_as_declared in bind.c */
static inline int is_whole(const lsq_column *column, int type)
{
	return type == SQLITE_INTEGER &&
	       (column->bind.sql_type == LODE_T_INT64 || column->bind.sql_type == LODE_T_INT32);
}

static lode_status load_usec(sqlite3_value *cell, char *out)
{
	int64_t usec = sqlite3_value_int64(cell);

	memcpy(out, &usec, sizeof usec);
	return LODE_OK;
}

static lode_status load_days(lsq_sink *sink, sqlite3_value *cell, char *out)
{
	int64_t number = sqlite3_value_int64(cell);
	int32_t days = (int32_t)number;

	if (number != days)
		return bad_data(sink, "not a date");
	memcpy(out, &days, sizeof days);
	return LODE_OK;
}

static lode_status decode_date(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			       int type, char *out)
{
	const char *text;
	size_t n;
	int32_t days;
	int64_t usec;
	lode_status status;

	if (is_whole(column, type))
		return load_days(sink, cell, out);
	status = moment_cell(sink, cell, type, &text, &n);
	if (status != LODE_OK)
		return status;
	if (!lode_util_date_parse(text, n, &days)) {
		if (!lode_util_datetime_parse(text, n, &usec) || usec % LODE_UTIL_USEC_PER_DAY != 0)
			return bad_data(sink, "not a date");
		days = (int32_t)(usec / LODE_UTIL_USEC_PER_DAY);
	}
	memcpy(out, &days, sizeof days);
	return LODE_OK;
}

static lode_status decode_time(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			       int type, char *out)
{
	const char *text;
	size_t n;
	int64_t usec;
	lode_status status;

	if (is_whole(column, type))
		return load_usec(cell, out);
	status = moment_cell(sink, cell, type, &text, &n);
	if (status != LODE_OK)
		return status;
	if (!lode_util_time_parse(text, n, &usec))
		return bad_data(sink, "not a time of day");
	memcpy(out, &usec, sizeof usec);
	return LODE_OK;
}

static lode_status decode_datetime(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
				   int type, char *out)
{
	const char *text;
	size_t n;
	int64_t usec;
	lode_status status;

	if (is_whole(column, type))
		return load_usec(cell, out);
	status = moment_cell(sink, cell, type, &text, &n);
	if (status != LODE_OK)
		return status;
	if (!lode_util_datetime_parse(text, n, &usec))
		return bad_data(sink, "not a date and time");
	memcpy(out, &usec, sizeof usec);
	return LODE_OK;
}

static lode_status decode_interval(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
				   int type, char *out)
{
	const char *text;
	size_t n;
	lode_drv_interval v;
	lode_status status = moment_cell(sink, cell, type, &text, &n);

	(void)column;
	if (status != LODE_OK)
		return status;
	if (!lode_util_interval_parse(text, n, &v))
		return bad_data(sink, "not an ISO 8601 duration");
	memcpy(out, &v, sizeof v);
	return LODE_OK;
}

static lode_status decode_uuid(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			       int type, char *out)
{
	const void *bytes;
	size_t n;
	lode_status status = bytes_cell(sink, cell, type, &bytes, &n);

	(void)column;
	if (status != LODE_OK)
		return status;
	if (type == SQLITE_BLOB && n == 16)
		memcpy(out, bytes, 16);
	else if (n == 0 || !lode_util_uuid_parse(bytes, n, (uint8_t *)out))
		return bad_data(sink, "not a UUID");
	return LODE_OK;
}

/* ---- decimals: exact, so never from a REAL */

static lode_status decimal_of(lsq_sink *sink, sqlite3_value *cell, int type, lode_drv_decimal *out)
{
	const char *text;
	size_t n;

	switch (type) {
	case SQLITE_INTEGER:
		lode_util_decimal_from_int(out, sqlite3_value_int64(cell), 0);
		return LODE_OK;
	case SQLITE_TEXT:
		text = text_of(cell, &n);
		if (text == NULL)
			return LODE_E_NOMEM;
		if (!lode_util_decimal_parse(text, n, out))
			return bad_data(sink, "not a decimal of at most 38 digits");
		return LODE_OK;
	case SQLITE_FLOAT:
		return bad_data(sink, "a binary float where a decimal is expected");
	default:
		return bad_class(sink, "a blob where a decimal is expected");
	}
}

static lode_status decode_decimal(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
				  int type, char *out)
{
	lode_drv_decimal d;
	lode_status status = decimal_of(sink, cell, type, &d);

	(void)column;
	if (status == LODE_OK)
		memcpy(out, &d, sizeof d);
	return status;
}

static lode_status decode_scaled(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
				 int type, char *out)
{
	lode_drv_decimal d;
	lode_status status = decimal_of(sink, cell, type, &d);

	if (status != LODE_OK)
		return status;
	if (!lode_util_decimal_rescale(&d, column->bind.scale) ||
	    d.high != (d.low > INT64_MAX ? -1 : 0))
		return bad_data(sink, "the decimal does not fit");
	memcpy(out, &d.low, sizeof d.low);
	return LODE_OK;
}

/* written for the call in a buffer that is gone behind it: always copied */
static lode_status decode_decimal_text(const lsq_column *column, lsq_sink *sink,
				       sqlite3_value *cell, int type, char *out)
{
	char text[LODE_UTIL_DECIMAL_SIZE];
	lsq_column copying = *column;
	lode_drv_decimal d;
	lode_status status;

	copying.bind.flags |= LODE_BIND_COPY;
	if (type == SQLITE_TEXT && sqlite3_value_bytes(cell) == 3 &&
	    memcmp(sqlite3_value_text(cell), "NaN", 3) == 0)
		return keep_span(&copying, sink, "NaN", 3, out);
	status = decimal_of(sink, cell, type, &d);
	if (status != LODE_OK)
		return status;
	return keep_span(&copying, sink, text, lode_util_decimal_format(text, &d), out);
}

/* ---- whatever it is */

static lode_status decode_value(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
				int type, char *out)
{
	lode_drv_value v;
	lode_status status = LODE_OK;
	const void *bytes;
	size_t n;

	memset(&v, 0, sizeof v);
	switch (type) {
	case SQLITE_INTEGER:
		v.repr = LODE_R_I64;
		v.v.i = sqlite3_value_int64(cell);
		break;
	case SQLITE_FLOAT:
		v.repr = LODE_R_F64;
		v.v.f = sqlite3_value_double(cell);
		break;
	default:
		v.repr = type == SQLITE_TEXT ? LODE_R_TEXT : LODE_R_BLOB;
		status = bytes_cell(sink, cell, type, &bytes, &n);
		if (status == LODE_OK) {
			v.v.s.n = n;
			status = keep_bytes(column, sink, bytes, n, &v.v.s.p);
		}
		break;
	}
	if (status == LODE_OK)
		memcpy(out, &v, sizeof v);
	return status;
}

/* ---- which one */

static const struct {
	lsq_decode *decode;
	uint32_t size; /* 0: bind.size */
} decoders[] = {
	[LODE_R_BOOL8] = { decode_bool, 1 },
	[LODE_R_I16] = { decode_i16, 2 },
	[LODE_R_I32] = { decode_i32, 4 },
	[LODE_R_I64] = { decode_i64, 8 },
	[LODE_R_U64] = { decode_u64, 8 },
	[LODE_R_F32] = { decode_f32, 4 },
	[LODE_R_F64] = { decode_f64, 8 },
	[LODE_R_TEXT] = { decode_text, sizeof(lode_span) },
	[LODE_R_BLOB] = { decode_blob, sizeof(lode_span) },
	[LODE_R_CSTR] = { decode_cstr, sizeof(char *) },
	[LODE_R_CHARN] = { decode_charn, 0 },
	[LODE_R_BYTESN] = { decode_bytesn, 0 },
	[LODE_R_DATE32] = { decode_date, 4 },
	[LODE_R_TIME64] = { decode_time, 8 },
	[LODE_R_TS64] = { decode_datetime, 8 },
	[LODE_R_INTERVAL] = { decode_interval, sizeof(lode_drv_interval) },
	[LODE_R_UUID] = { decode_uuid, 16 },
	[LODE_R_SCALED64] = { decode_scaled, 8 },
	[LODE_R_DECTEXT] = { decode_decimal_text, sizeof(lode_span) },
	[LODE_R_RAW] = { decode_raw, sizeof(lode_span) },
	[LODE_R_VALUE] = { decode_value, sizeof(lode_drv_value) },
	[LODE_R_I8] = { decode_i8, 1 },
	[LODE_R_U8] = { decode_u8, 1 },
	[LODE_R_U16] = { decode_u16, 2 },
	[LODE_R_U32] = { decode_u32, 4 },
	[LODE_R_DECIMAL] = { decode_decimal, sizeof(lode_drv_decimal) },
};

lsq_decode *lsq_decoder_of(const lode_drv_bind *bind, uint32_t *size)
{
	if (bind->repr < 0 || (size_t)bind->repr >= sizeof decoders / sizeof decoders[0])
		return NULL;
	*size = decoders[bind->repr].size != 0 ? decoders[bind->repr].size : bind->size;
	return decoders[bind->repr].decode;
}
