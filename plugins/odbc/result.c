/* SPDX-License-Identifier: MIT */
/* odbc/result.c - decoders, by representation. */
#include "result.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "host.h"

#define LODBC_REAL_TEXT 64 /* bytes of a number that is parsed as a double */

static lode_status bad_data(lodbc_sink *sink, const char *why)
{
	sink->why = why;
	return LODE_E_DATA;
}

static lode_status bad_kind(lodbc_sink *sink, const char *why)
{
	sink->why = why;
	return LODE_E_CONVERT;
}

/* ---- integers: as such, or from a number that is whole */

/* the magnitude and the sign of a whole number */
typedef struct whole {
	uint64_t magnitude;
	int negative;
} whole;

/* psqlodbc gives booleans as "1" and "0", other drivers may give words */
static int boolean_word(const lodbc_cell *cell, whole *out)
{
	static const char *const words[] = { "f", "t", "false", "true" };
	size_t i;

	for (i = 0; i < 4; i++)
		if (strlen(words[i]) == cell->n && memcmp(words[i], cell->p, cell->n) == 0) {
			out->magnitude = i % 2;
			out->negative = 0;
			return 1;
		}
	return 0;
}

static lode_status whole_from_text(lodbc_sink *sink, const lodbc_cell *cell, whole *out)
{
	lode_drv_decimal d;
	uint64_t high;

	if (!lode_util_decimal_parse(cell->p, cell->n, &d) || !lode_util_decimal_rescale(&d, 0))
		return boolean_word(cell, out) ? LODE_OK : bad_data(sink, "not an integer");
	out->negative = lode_util_decimal_abs(&d, &high, &out->magnitude);
	return high == 0 ? LODE_OK : bad_data(sink, "integer out of range");
}

static lode_status whole_of(lodbc_sink *sink, const lodbc_cell *cell, whole *out)
{
	switch (cell->kind) {
	case LODBC_INT:
		out->negative = cell->i < 0;
		out->magnitude = out->negative ? 0 - (uint64_t)cell->i : (uint64_t)cell->i;
		return LODE_OK;
	case LODBC_REAL:
		if (!(fabs(cell->r) < 9223372036854775808.0) || cell->r != floor(cell->r))
			return bad_data(sink, "not an integer");
		out->negative = cell->r < 0;
		out->magnitude = (uint64_t)fabs(cell->r);
		return LODE_OK;
	case LODBC_TEXT:
		return whole_from_text(sink, cell, out);
	default:
		return bad_kind(sink, "bytes where a number is expected");
	}
}

static lode_status signed_of(lodbc_sink *sink, const lodbc_cell *cell, int64_t low, int64_t high,
			     int64_t *out)
{
	whole w = { 0, 0 };
	lode_status status = whole_of(sink, cell, &w);
	uint64_t most = (uint64_t)INT64_MAX + (w.negative != 0);

	if (status != LODE_OK)
		return status;
	if (w.magnitude > most)
		return bad_data(sink, "integer out of range");
	*out = (int64_t)(w.negative ? 0 - w.magnitude : w.magnitude);
	return *out < low || *out > high ? bad_data(sink, "integer out of range") : LODE_OK;
}

#define LODBC_INTEGER_DECODER(name, ctype, low, high)                                              \
	static lode_status decode_##name(const lodbc_target *target, lodbc_sink *sink,             \
					 const lodbc_cell *cell, char *out)                        \
	{                                                                                          \
		int64_t v = 0;                                                                     \
		lode_status status = signed_of(sink, cell, low, high, &v);                         \
		ctype narrow = (ctype)v;                                                           \
		(void)target;                                                                      \
		if (status == LODE_OK)                                                             \
			memcpy(out, &narrow, sizeof narrow);                                       \
		return status;                                                                     \
	}
LODBC_INTEGER_DECODER(bool, uint8_t, 0, 1)
LODBC_INTEGER_DECODER(i8, int8_t, INT8_MIN, INT8_MAX)
LODBC_INTEGER_DECODER(i16, int16_t, INT16_MIN, INT16_MAX)
LODBC_INTEGER_DECODER(i32, int32_t, INT32_MIN, INT32_MAX)
LODBC_INTEGER_DECODER(i64, int64_t, INT64_MIN, INT64_MAX)
LODBC_INTEGER_DECODER(u8, uint8_t, 0, UINT8_MAX)
LODBC_INTEGER_DECODER(u16, uint16_t, 0, UINT16_MAX)
LODBC_INTEGER_DECODER(u32, uint32_t, 0, (int64_t)UINT32_MAX)

static lode_status decode_u64(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			      char *out)
{
	whole w = { 0, 0 };
	lode_status status = whole_of(sink, cell, &w);

	(void)target;
	if (status != LODE_OK)
		return status;
	if (w.negative && w.magnitude != 0)
		return bad_data(sink, "integer out of range");
	memcpy(out, &w.magnitude, sizeof w.magnitude);
	return LODE_OK;
}

/* ---- floats */

/* "NaN", "Infinity", "inf", in any case */
static int special_real(const char *text, double *out)
{
	const char *digits = text + (text[0] == '-' || text[0] == '+');
	double v;

	if (strncasecmp(digits, "inf", 3) == 0)
		v = HUGE_VAL;
	else if (strcasecmp(digits, "nan") == 0)
		v = NAN;
	else
		return 0;
	*out = text[0] == '-' ? -v : v;
	return 1;
}

/* strtod wants the point as the program's locale has it */
static lode_status real_from_text(lodbc_sink *sink, const lodbc_cell *cell, double *out)
{
	lode_util_number number;
	char text[LODBC_REAL_TEXT], *end;

	if (cell->n >= sizeof text)
		return bad_data(sink, "not a number");
	memcpy(text, cell->p, cell->n);
	text[cell->n] = '\0';
	if (special_real(text, out))
		return LODE_OK;
	if (!lode_util_number_split(text, cell->n, &number))
		return bad_data(sink, "not a number");
	*out = strtod(text, &end);
	if (*end == '.') {
		*end = ',';
		*out = strtod(text, &end);
	}
	return *end == '\0' ? LODE_OK : bad_data(sink, "not a number");
}

static lode_status real_of(lodbc_sink *sink, const lodbc_cell *cell, double *out)
{
	switch (cell->kind) {
	case LODBC_REAL:
		*out = cell->r;
		return LODE_OK;
	case LODBC_INT:
		*out = (double)cell->i;
		return LODE_OK;
	case LODBC_TEXT:
		return real_from_text(sink, cell, out);
	default:
		return bad_kind(sink, "bytes where a number is expected");
	}
}

static lode_status decode_f64(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			      char *out)
{
	double v = 0;
	lode_status status = real_of(sink, cell, &v);

	(void)target;
	if (status == LODE_OK)
		memcpy(out, &v, sizeof v);
	return status;
}

static lode_status decode_f32(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			      char *out)
{
	double v = 0;
	lode_status status = real_of(sink, cell, &v);
	float narrow = (float)v;

	(void)target;
	if (status != LODE_OK)
		return status;
	if (isinf(narrow) && !isinf(v))
		return bad_data(sink, "number out of range");
	memcpy(out, &narrow, sizeof narrow);
	return LODE_OK;
}

/* ---- text and bytes */

static lode_status keep_bytes(const lodbc_target *target, lodbc_sink *sink, const char *from,
			      size_t n, const char **out)
{
	char *copy;

	if (!(target->bind.flags & LODE_BIND_COPY)) {
		*out = from;
		return LODE_OK;
	}
	copy = lodbc_host->arena_alloc(sink->arena, n + 1, 1);
	if (copy == NULL) {
		sink->why = "out of memory";
		return LODE_E_NOMEM;
	}
	if (n > 0)
		memcpy(copy, from, n);
	copy[n] = '\0';
	*out = copy;
	return LODE_OK;
}

static lode_status keep_span(const lodbc_target *target, lodbc_sink *sink, const char *from,
			     size_t n, char *out)
{
	lode_span span = { NULL, n };
	lode_status status = keep_bytes(target, sink, from, n, &span.p);

	if (status == LODE_OK)
		memcpy(out, &span, sizeof span);
	return status;
}

static size_t write_integer(char *out, int64_t v)
{
	size_t n = 0;

	if (v < 0)
		out[n++] = '-';
	n += lode_util_put_u64(out + n, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
	out[n] = '\0';
	return n;
}

/* as few digits as read back the same; with a point, whatever the locale has */
static size_t write_real(char *out, double v)
{
	char *comma;
	int digits, n = 0;

	for (digits = 15; digits <= 17; digits++) {
		n = snprintf(out, LODBC_NUMBER_TEXT, "%.*g", digits, v);
		if (strtod(out, NULL) == v)
			break;
	}
	comma = strchr(out, ',');
	if (comma != NULL)
		*comma = '.';
	return (size_t)n;
}

/* Numbers are text too; bytes are not: they may hold anything. */
static lode_status text_cell(lodbc_sink *sink, const lodbc_cell *cell, const char **text, size_t *n)
{
	switch (cell->kind) {
	case LODBC_TEXT:
		*text = cell->p;
		*n = cell->n;
		return LODE_OK;
	case LODBC_INT:
		*n = write_integer(cell->written, cell->i);
		*text = cell->written;
		return LODE_OK;
	case LODBC_REAL:
		*n = write_real(cell->written, cell->r);
		*text = cell->written;
		return LODE_OK;
	default:
		return bad_kind(sink, "bytes where text is expected");
	}
}

static lode_status decode_text(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			       char *out)
{
	const char *text = NULL;
	size_t n = 0;
	lode_status status = text_cell(sink, cell, &text, &n);

	return status == LODE_OK ? keep_span(target, sink, text, n, out) : status;
}

static lode_status decode_cstr(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			       char *out)
{
	const char *text = NULL;
	size_t n = 0;
	lode_status status = text_cell(sink, cell, &text, &n);

	if (status != LODE_OK)
		return status;
	if (memchr(text, '\0', n) != NULL)
		return bad_data(sink, "text with a NUL inside");
	status = keep_bytes(target, sink, text, n, &text);
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

static lode_status decode_charn(const lodbc_target *target, lodbc_sink *sink,
				const lodbc_cell *cell, char *out)
{
	const char *text = NULL;
	size_t n = 0;
	lode_status status = text_cell(sink, cell, &text, &n);

	if (status != LODE_OK)
		return status;
	if (memchr(text, '\0', n) != NULL)
		return bad_data(sink, "text with a NUL inside");
	if (n >= target->bind.size) {
		if (!(target->bind.flags & LODE_BIND_TRUNC_OK) || target->bind.size == 0)
			return bad_data(sink, "text is too long");
		n = cut_text(text, target->bind.size - 1);
	}
	memcpy(out, text, n);
	memset(out + n, 0, target->bind.size - n);
	return LODE_OK;
}

static lode_status bytes_cell(lodbc_sink *sink, const lodbc_cell *cell)
{
	return cell->kind == LODBC_TEXT || cell->kind == LODBC_BYTES
		       ? LODE_OK
		       : bad_kind(sink, "a number where bytes are expected");
}

static lode_status decode_blob(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			       char *out)
{
	lode_status status = bytes_cell(sink, cell);

	return status == LODE_OK ? keep_span(target, sink, cell->p, cell->n, out) : status;
}

static lode_status decode_bytesn(const lodbc_target *target, lodbc_sink *sink,
				 const lodbc_cell *cell, char *out)
{
	lode_status status = bytes_cell(sink, cell);

	if (status != LODE_OK)
		return status;
	if (cell->n != target->bind.size)
		return bad_data(sink, "not the length that is expected");
	if (cell->n > 0)
		memcpy(out, cell->p, cell->n);
	return LODE_OK;
}

/* ---- dates and times: text in the ISO forms, or numbers where the column is declared as one */

static int is_whole(const lodbc_target *target)
{
	return target->bind.sql_type == LODE_T_INT64 || target->bind.sql_type == LODE_T_INT32;
}

static lode_status moment_cell(lodbc_sink *sink, const lodbc_cell *cell)
{
	return cell->kind == LODBC_TEXT ? LODE_OK
					: bad_kind(sink, "a date or time that is not text");
}

static lode_status decode_date(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			       char *out)
{
	lode_status status;
	int32_t days = 0;
	int64_t usec = 0;

	if (is_whole(target))
		return decode_i32(target, sink, cell, out);
	status = moment_cell(sink, cell);
	if (status != LODE_OK)
		return status;
	if (!lode_util_date_parse(cell->p, cell->n, &days)) {
		if (!lode_util_datetime_parse(cell->p, cell->n, &usec) ||
		    usec % LODE_UTIL_USEC_PER_DAY != 0)
			return bad_data(sink, "not a date");
		days = (int32_t)(usec / LODE_UTIL_USEC_PER_DAY);
	}
	memcpy(out, &days, sizeof days);
	return LODE_OK;
}

static lode_status decode_time(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			       char *out)
{
	lode_status status;
	int64_t usec;

	if (is_whole(target))
		return decode_i64(target, sink, cell, out);
	status = moment_cell(sink, cell);
	if (status != LODE_OK)
		return status;
	if (!lode_util_time_parse(cell->p, cell->n, &usec))
		return bad_data(sink, "not a time of day");
	memcpy(out, &usec, sizeof usec);
	return LODE_OK;
}

static lode_status decode_datetime(const lodbc_target *target, lodbc_sink *sink,
				   const lodbc_cell *cell, char *out)
{
	lode_status status;
	int64_t usec;

	if (is_whole(target))
		return decode_i64(target, sink, cell, out);
	status = moment_cell(sink, cell);
	if (status != LODE_OK)
		return status;
	if (!lode_util_datetime_parse(cell->p, cell->n, &usec))
		return bad_data(sink, "not a date and time");
	memcpy(out, &usec, sizeof usec);
	return LODE_OK;
}

static lode_status decode_interval(const lodbc_target *target, lodbc_sink *sink,
				   const lodbc_cell *cell, char *out)
{
	lode_drv_interval v;
	lode_status status = moment_cell(sink, cell);

	(void)target;
	if (status != LODE_OK)
		return status;
	if (!lode_util_interval_parse(cell->p, cell->n, &v))
		return bad_data(sink, "not an ISO 8601 duration");
	memcpy(out, &v, sizeof v);
	return LODE_OK;
}

static lode_status decode_uuid(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			       char *out)
{
	lode_status status = bytes_cell(sink, cell);

	(void)target;
	if (status != LODE_OK)
		return status;
	if (cell->kind == LODBC_BYTES && cell->n == 16)
		memcpy(out, cell->p, 16);
	else if (cell->n == 0 || !lode_util_uuid_parse(cell->p, cell->n, (uint8_t *)out))
		return bad_data(sink, "not a UUID");
	return LODE_OK;
}

/* ---- decimals: exact, so never from a binary float */

static lode_status decimal_of(lodbc_sink *sink, const lodbc_cell *cell, lode_drv_decimal *out)
{
	switch (cell->kind) {
	case LODBC_INT:
		lode_util_decimal_from_int(out, cell->i, 0);
		return LODE_OK;
	case LODBC_TEXT:
		return lode_util_decimal_parse_padded(cell->p, cell->n, out)
			       ? LODE_OK
			       : bad_data(sink, "not a decimal of at most 38 digits");
	case LODBC_REAL:
		return bad_data(sink, "a binary float where a decimal is expected");
	default:
		return bad_kind(sink, "bytes where a decimal is expected");
	}
}

static lode_status decode_decimal(const lodbc_target *target, lodbc_sink *sink,
				  const lodbc_cell *cell, char *out)
{
	lode_drv_decimal d;
	lode_status status = decimal_of(sink, cell, &d);

	(void)target;
	if (status == LODE_OK)
		memcpy(out, &d, sizeof d);
	return status;
}

static lode_status decode_scaled(const lodbc_target *target, lodbc_sink *sink,
				 const lodbc_cell *cell, char *out)
{
	lode_drv_decimal d;
	lode_status status = decimal_of(sink, cell, &d);

	if (status != LODE_OK)
		return status;
	if (!lode_util_decimal_rescale(&d, target->bind.scale) ||
	    d.high != (d.low > INT64_MAX ? -1 : 0))
		return bad_data(sink, "the decimal does not fit");
	memcpy(out, &d.low, sizeof d.low);
	return LODE_OK;
}

static lode_status decode_decimal_text(const lodbc_target *target, lodbc_sink *sink,
				       const lodbc_cell *cell, char *out)
{
	char text[LODE_UTIL_DECIMAL_SIZE];
	lodbc_target copy = *target;
	lode_drv_decimal d;
	lode_status status;

	copy.bind.flags |= LODE_BIND_COPY;
	if (cell->kind == LODBC_TEXT && cell->n == 3 && memcmp(cell->p, "NaN", 3) == 0)
		return keep_span(&copy, sink, "NaN", 3, out);
	status = decimal_of(sink, cell, &d);
	if (status != LODE_OK)
		return status;
	return keep_span(&copy, sink, text, lode_util_decimal_format(text, &d), out);
}

/* ---- whatever it is */

/* A number that the driver gives as text is a number again; 0: it is not one, or none that fits. */
static int number_of(const lodbc_cell *cell, lode_drv_value *v)
{
	lodbc_sink quiet = { NULL, NULL };
	whole w = { 0, 0 };

	if (cell->kind != LODBC_TEXT || !cell->number)
		return 0;
	if (strcspn(cell->p, ".eEIiNn") < cell->n) {
		v->repr = LODE_R_F64;
		return real_from_text(&quiet, cell, &v->v.f) == LODE_OK;
	}
	if (whole_from_text(&quiet, cell, &w) != LODE_OK)
		return 0;
	v->repr = w.magnitude > INT64_MAX && !w.negative ? LODE_R_U64 : LODE_R_I64;
	v->v.u = w.negative ? 0 - w.magnitude : w.magnitude;
	return !w.negative || w.magnitude <= (uint64_t)INT64_MAX + 1;
}

static lode_status decode_value(const lodbc_target *target, lodbc_sink *sink,
				const lodbc_cell *cell, char *out)
{
	lode_drv_value v;
	lode_status status = LODE_OK;

	memset(&v, 0, sizeof v);
	if (number_of(cell, &v)) {
		memcpy(out, &v, sizeof v);
		return LODE_OK;
	}
	switch (cell->kind) {
	case LODBC_INT:
		v.repr = LODE_R_I64;
		v.v.i = cell->i;
		break;
	case LODBC_REAL:
		v.repr = LODE_R_F64;
		v.v.f = cell->r;
		break;
	default:
		v.repr = cell->kind == LODBC_TEXT ? LODE_R_TEXT : LODE_R_BLOB;
		v.v.s.n = cell->n;
		status = keep_bytes(target, sink, cell->p, cell->n, &v.v.s.p);
		break;
	}
	if (status == LODE_OK)
		memcpy(out, &v, sizeof v);
	return status;
}

/* ---- layouts */

static const struct {
	lode_status (*decode)(const lodbc_target *, lodbc_sink *, const lodbc_cell *, char *);
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
	[LODE_R_RAW] = { decode_blob, sizeof(lode_span) },
	[LODE_R_VALUE] = { decode_value, sizeof(lode_drv_value) },
	[LODE_R_I8] = { decode_i8, 1 },
	[LODE_R_U8] = { decode_u8, 1 },
	[LODE_R_U16] = { decode_u16, 2 },
	[LODE_R_U32] = { decode_u32, 4 },
	[LODE_R_DECIMAL] = { decode_decimal, sizeof(lode_drv_decimal) },
};

lode_status lodbc_target_compile(lodbc_target *out, uint32_t index, const lode_drv_bind *bind)
{
	if (bind->repr < 0 || (size_t)bind->repr >= sizeof decoders / sizeof decoders[0] ||
	    decoders[bind->repr].decode == NULL)
		return LODE_E_CONVERT;
	out->decode = decoders[bind->repr].decode;
	out->size = decoders[bind->repr].size != 0 ? decoders[bind->repr].size : bind->size;
	out->index = index;
	out->bind = *bind;
	out->flagged = !(bind->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR)) &&
		       bind->repr != LODE_R_VALUE;
	return LODE_OK;
}

int lodbc_target_borrows(const lodbc_target *target)
{
	switch (target->bind.repr) {
	case LODE_R_RAW:
	case LODE_R_TEXT:
	case LODE_R_BLOB:
	case LODE_R_CSTR:
	case LODE_R_VALUE:
		return !(target->bind.flags & LODE_BIND_COPY);
	default:
		return 0;
	}
}

/* set or clear the null flag of a cell that has one */
static void put_null(const lodbc_target *target, void *const *bases, uint32_t row, int null)
{
	const lode_drv_bind *b = &target->bind;
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

lode_status lodbc_target_store(const lodbc_target *target, lodbc_sink *sink, const lodbc_cell *cell,
			       void *const *bases, uint32_t row)
{
	const void *const *from = (const void *const *)bases;
	char *out = (char *)(uintptr_t)lode_util_cell(&target->bind, from, row);
	lode_status status = LODE_OK;

	if (!cell->null) {
		status = target->decode(target, sink, cell, out);
	} else {
		if ((target->bind.flags & LODE_BIND_NOT_NULL) && target->bind.repr != LODE_R_VALUE)
			return bad_data(sink, "NULL where there is none expected");
		memset(out, 0, target->size);
	}
	if (status == LODE_OK && target->flagged)
		put_null(target, bases, row, cell->null);
	return status;
}
