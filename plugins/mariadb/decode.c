/* SPDX-License-Identifier: MIT */
/* mariadb/decode.c - decoders, by representation.
 *
 * What does not fit is LODE_E_DATA, what has no meaning in the representation LODE_E_CONVERT;
 * nothing is rounded, cut or guessed.  A zero date ("0000-00-00") is no date: it can be read as
 * text only. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "result.h"

#define NUMBER_TEXT 40

static lode_status bad_data(lmy_sink *sink, const char *why)
{
	sink->why = why;
	return LODE_E_DATA;
}

static lode_status bad_kind(lmy_sink *sink, const char *why)
{
	sink->why = why;
	return LODE_E_CONVERT;
}

/* ---- reading the wire */

static uint64_t load_little(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static float load_float(const lmy_cell *cell)
{
	uint32_t bits = (uint32_t)load_little(cell->p, 4);
	float v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

static double load_double(const lmy_cell *cell)
{
	uint64_t bits = load_little(cell->p, 8);
	double v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

/* an integer's 64 bits; *big: an unsigned one beyond int64_t */
static int64_t load_integer(const lmy_cell *cell, int *big)
{
	uint64_t v = load_little(cell->p, cell->width);
	int shift = 64 - 8 * cell->width;
	int64_t out;

	*big = cell->is_unsigned && v > INT64_MAX;
	if (!cell->is_unsigned)
		v <<= shift;
	memcpy(&out, &v, sizeof out);
	return cell->is_unsigned ? out : out >> shift;
}

static uint64_t load_bits(const lmy_cell *cell)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < cell->n && i < 8; i++)
		v = v << 8 | cell->p[i];
	return v;
}

/* ---- texts that have to be written */

/* the fewest digits that read back as the same number; the locale's point is put right */
static size_t format_real(char *out, double v, int single)
{
	int digits = single ? 6 : 15, most = single ? 9 : 17, n;
	char *p;

	for (;; digits++) {
		n = snprintf(out, NUMBER_TEXT, "%.*g", digits, v);
		if (digits >= most ||
		    (single ? (double)strtof(out, NULL) == v : strtod(out, NULL) == v))
			break;
	}
	for (p = out; *p != '\0'; p++)
		if (!(*p >= '0' && *p <= '9') && *p != '-' && *p != '+' && *p != 'e')
			*p = '.';
	return (size_t)n;
}

typedef struct moment {
	unsigned year, month, day, hour, minute, second, usec, days;
	int negative;
} moment;

/* a DATE or DATETIME: 0, 4, 7 or 11 bytes, what is missing is 0 */
static void load_moment(const lmy_cell *cell, moment *m)
{
	const unsigned char *p = cell->p;

	memset(m, 0, sizeof *m);
	if (cell->n >= 4) {
		m->year = (unsigned)load_little(p, 2);
		m->month = p[2];
		m->day = p[3];
	}
	if (cell->n >= 7) {
		m->hour = p[4];
		m->minute = p[5];
		m->second = p[6];
	}
	if (cell->n >= 11)
		m->usec = (unsigned)load_little(p + 7, 4);
}

/* a TIME: 0, 8 or 12 bytes: sign, days, clock */
static void load_clock(const lmy_cell *cell, moment *m)
{
	const unsigned char *p = cell->p;

	memset(m, 0, sizeof *m);
	if (cell->n >= 8) {
		m->negative = p[0] != 0;
		m->days = (unsigned)load_little(p + 1, 4);
		m->hour = p[5];
		m->minute = p[6];
		m->second = p[7];
	}
	if (cell->n >= 12)
		m->usec = (unsigned)load_little(p + 8, 4);
}

static size_t format_moment(char *out, const lmy_cell *cell)
{
	moment m;
	int n;

	if (cell->kind == LMY_TIME) {
		load_clock(cell, &m);
		n = sprintf(out, "%s%02u:%02u:%02u.%06u", m.negative ? "-" : "",
			    m.days % 1000 * 24 + m.hour, m.minute, m.second, m.usec % 1000000);
		return (size_t)n;
	}
	load_moment(cell, &m);
	n = sprintf(out, "%04u-%02u-%02u", m.year, m.month, m.day);
	if (cell->kind == LMY_DATETIME)
		n += sprintf(out + n, " %02u:%02u:%02u.%06u", m.hour, m.minute, m.second,
			     m.usec % 1000000);
	return (size_t)n;
}

static size_t format_integer(char *out, const lmy_cell *cell)
{
	int big;
	int64_t v = cell->kind == LMY_BITS ? (int64_t)load_bits(cell) : load_integer(cell, &big);
	size_t n = 0;

	if (cell->kind != LMY_BITS && !cell->is_unsigned && v < 0) {
		out[n++] = '-';
		return n + lode_util_put_u64(out + n, 0 - (uint64_t)v);
	}
	return lode_util_put_u64(out, (uint64_t)v);
}

/* the cell as text: its own, or written into `scratch` */
static const char *text_of(const lmy_cell *cell, char *scratch, size_t *n)
{
	switch (cell->kind) {
	case LMY_INTEGER:
	case LMY_BITS:
		*n = format_integer(scratch, cell);
		return scratch;
	case LMY_FLOAT:
		*n = format_real(scratch, (double)load_float(cell), 1);
		return scratch;
	case LMY_DOUBLE:
		*n = format_real(scratch, load_double(cell), 0);
		return scratch;
	case LMY_DATE:
	case LMY_DATETIME:
	case LMY_TIME:
		*n = format_moment(scratch, cell);
		return scratch;
	default:
		*n = cell->n;
		return (const char *)cell->p;
	}
}

/* ---- integers */

/* text or decimal that is a whole number; trailing zeros behind the point are none of its digits */
static int parse_whole(const lmy_cell *cell, lode_drv_decimal *d)
{
	return lode_util_decimal_parse((const char *)cell->p, cell->n, d) &&
	       lode_util_decimal_rescale(d, 0);
}

static lode_status whole_of(lmy_sink *sink, const lmy_cell *cell, int64_t *out, int *big)
{
	lode_drv_decimal d;
	double v;

	*big = 0;
	switch (cell->kind) {
	case LMY_INTEGER:
		*out = load_integer(cell, big);
		return LODE_OK;
	case LMY_BITS:
		*out = (int64_t)load_bits(cell);
		*big = *out < 0;
		return LODE_OK;
	case LMY_FLOAT:
	case LMY_DOUBLE:
		v = cell->kind == LMY_FLOAT ? (double)load_float(cell) : load_double(cell);
		if (!(v >= -9223372036854775808.0 && v < 9223372036854775808.0) || floor(v) != v)
			return bad_data(sink, "not a whole number");
		*out = (int64_t)v;
		return LODE_OK;
	case LMY_DECIMAL:
	case LMY_TEXT:
		if (!parse_whole(cell, &d) || d.high < -1 || d.high > 0 ||
		    (d.high == -1 && d.low <= INT64_MAX))
			return bad_data(sink, "not a whole number of 64 bits");
		memcpy(out, &d.low, sizeof *out);
		*big = d.high == 0 && d.low > INT64_MAX;
		return LODE_OK;
	default:
		return bad_kind(sink, "a date, a time or bytes where a number is expected");
	}
}

lode_status lmy_cell_integer(const lmy_cell *cell, int64_t *out)
{
	lmy_sink sink = { NULL, NULL };
	int big;
	lode_status status = whole_of(&sink, cell, out, &big);

	return status == LODE_OK && big ? LODE_E_DATA : status;
}

static const struct {
	int64_t least;
	uint64_t most;
	uint32_t size;
} ranges[] = {
	[LODE_R_I8] = { INT8_MIN, INT8_MAX, 1 },    [LODE_R_U8] = { 0, UINT8_MAX, 1 },
	[LODE_R_I16] = { INT16_MIN, INT16_MAX, 2 }, [LODE_R_U16] = { 0, UINT16_MAX, 2 },
	[LODE_R_I32] = { INT32_MIN, INT32_MAX, 4 }, [LODE_R_U32] = { 0, UINT32_MAX, 4 },
	[LODE_R_I64] = { INT64_MIN, INT64_MAX, 8 }, [LODE_R_U64] = { 0, UINT64_MAX, 8 },
};

static lode_status decode_integer(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
				  char *out)
{
	int32_t repr = column->bind.repr;
	uint8_t v8;
	uint16_t v16;
	uint32_t v32;
	int64_t v;
	int big;
	lode_status status = whole_of(sink, cell, &v, &big);

	if (status != LODE_OK)
		return status;
	if (big ? ranges[repr].most < (uint64_t)v
		: v < ranges[repr].least || (v > 0 && (uint64_t)v > ranges[repr].most))
		return bad_data(sink, "the number does not fit");
	switch (ranges[repr].size) {
	case 1:
		v8 = (uint8_t)v;
		*out = (char)v8;
		break;
	case 2:
		v16 = (uint16_t)v;
		memcpy(out, &v16, sizeof v16);
		break;
	case 4:
		v32 = (uint32_t)v;
		memcpy(out, &v32, sizeof v32);
		break;
	default:
		memcpy(out, &v, sizeof v);
		break;
	}
	return LODE_OK;
}

static lode_status decode_bool(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	int64_t v;
	int big;
	lode_status status = whole_of(sink, cell, &v, &big);

	(void)column;
	if (status == LODE_OK)
		*out = v != 0;
	return status;
}

/* ---- floats */

static lode_status real_of(lmy_sink *sink, const lmy_cell *cell, double *out)
{
	char text[NUMBER_TEXT], *end;
	int64_t v;
	int big;
	lode_status status;

	switch (cell->kind) {
	case LMY_FLOAT:
		*out = (double)load_float(cell);
		return LODE_OK;
	case LMY_DOUBLE:
		*out = load_double(cell);
		return LODE_OK;
	case LMY_DECIMAL:
	case LMY_TEXT:
		if (cell->n == 0 || cell->n >= sizeof text * 2)
			return bad_data(sink, "not a number");
		if (cell->n < sizeof text) {
			memcpy(text, cell->p, cell->n);
			text[cell->n] = '\0';
			*out = strtod(text, &end);
			return *end == '\0' ? LODE_OK : bad_data(sink, "not a number");
		}
		return bad_data(sink, "a number of too many digits");
	default:
		status = whole_of(sink, cell, &v, &big);
		if (status == LODE_OK)
			*out = big ? (double)(uint64_t)v : (double)v;
		return status;
	}
}

static lode_status decode_f64(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	double v;
	lode_status status = real_of(sink, cell, &v);

	(void)column;
	if (status == LODE_OK)
		memcpy(out, &v, sizeof v);
	return status;
}

static lode_status decode_f32(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	double v;
	float f;
	lode_status status = real_of(sink, cell, &v);

	if (status != LODE_OK)
		return status;
	f = (float)v;
	if ((column->bind.flags & LODE_BIND_NO_NARROW) && (double)f != v)
		return bad_data(sink, "the number does not fit a float");
	if (isinf(f))
		return bad_data(sink, "the number does not fit a float");
	memcpy(out, &f, sizeof f);
	return LODE_OK;
}

/* ---- texts and bytes */

/* into the arena, with a NUL behind, or borrowed: what was written for it lies in the column */
static lode_status keep_bytes(const lmy_column *column, lmy_sink *sink, const char *text, size_t n,
			      const char **out)
{
	char *copy;

	*out = text;
	if (!(column->bind.flags & LODE_BIND_COPY))
		return LODE_OK;
	copy = lmy_host->arena_alloc(sink->arena, n + 1, 1);
	if (copy == NULL)
		return LODE_E_NOMEM;
	if (n > 0)
		memcpy(copy, text, n);
	copy[n] = '\0';
	*out = copy;
	return LODE_OK;
}

static lode_status keep_span(const lmy_column *column, lmy_sink *sink, const char *text, size_t n,
			     char *out)
{
	lode_span span = { NULL, n };
	lode_status status = keep_bytes(column, sink, text, n, &span.p);

	if (status == LODE_OK)
		memcpy(out, &span, sizeof span);
	return status;
}

static lode_status decode_span(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	size_t n;
	const char *text = text_of(cell, column->text, &n);

	return keep_span(column, sink, text, n, out);
}

/* a copy with a NUL behind it that lives until the next row */
static lode_status keep_own(lmy_column *column, const char *text, size_t n, const char **out)
{
	char *grown;

	if (n + 1 > column->room) {
		grown = lmy_host->resize(column->own, n + 64);
		if (grown == NULL)
			return LODE_E_NOMEM;
		column->own = grown;
		column->room = n + 64;
	}
	if (n > 0)
		memcpy(column->own, text, n);
	column->own[n] = '\0';
	*out = column->own;
	return LODE_OK;
}

static lode_status decode_cstr(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	size_t n;
	const char *text = text_of(cell, column->text, &n), *kept;
	lode_status status;

	if (memchr(text, '\0', n) != NULL)
		return bad_data(sink, "a text with a NUL in it");
	if (column->bind.flags & LODE_BIND_COPY)
		status = keep_bytes(column, sink, text, n, &kept);
	else
		status = keep_own(column, text, n, &kept);
	if (status == LODE_OK)
		memcpy(out, &kept, sizeof kept);
	return status;
}

static lode_status decode_charn(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	size_t n, size = column->bind.size;
	const char *text = text_of(cell, column->text, &n);

	if (memchr(text, '\0', n) != NULL)
		return bad_data(sink, "a text with a NUL in it");
	if (n >= size) {
		if (!(column->bind.flags & LODE_BIND_TRUNC_OK) || size == 0)
			return bad_data(sink, "the text does not fit");
		for (n = size - 1; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
			; /* not within a character */
	}
	memcpy(out, text, n);
	memset(out + n, 0, size - n);
	return LODE_OK;
}

static lode_status decode_bytesn(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
				 char *out)
{
	if (cell->kind != LMY_BYTES && cell->kind != LMY_TEXT && cell->kind != LMY_BITS)
		return bad_kind(sink, "a number or a moment where bytes are expected");
	if (cell->n != column->bind.size)
		return bad_data(sink, "the bytes do not have the expected length");
	if (cell->n > 0)
		memcpy(out, cell->p, cell->n);
	return LODE_OK;
}

static lode_status decode_raw(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	lode_span span = { (const char *)cell->p, cell->n };

	(void)column, (void)sink;
	memcpy(out, &span, sizeof span);
	return LODE_OK;
}

/* ---- dates and times */

/* a column declared as a number: days or microseconds */
static int is_whole(const lmy_column *column, const lmy_cell *cell)
{
	return cell->kind == LMY_INTEGER &&
	       (column->bind.sql_type == LODE_T_INT64 || column->bind.sql_type == LODE_T_INT32);
}

static int is_date(const moment *m)
{
	return m->month >= 1 && m->month <= 12 && m->day >= 1 &&
	       (int)m->day <= lode_util_month_days(m->year, (int)m->month);
}

static int64_t clock_usec(const moment *m)
{
	return ((int64_t)m->hour * 3600 + m->minute * 60 + m->second) * 1000000 + m->usec;
}

static lode_status usec_of(lmy_sink *sink, const lmy_cell *cell, int64_t *usec)
{
	moment m;

	if (cell->kind == LMY_TEXT) {
		if (lode_util_datetime_parse((const char *)cell->p, cell->n, usec))
			return LODE_OK;
		return bad_data(sink, "not a date and time");
	}
	if (cell->kind != LMY_DATETIME && cell->kind != LMY_DATE)
		return bad_kind(sink, "no date where one is expected");
	load_moment(cell, &m);
	if (!is_date(&m))
		return bad_data(sink, "a zero date, which can only be read as text");
	*usec = lode_util_days(m.year, (int)m.month, (int)m.day) * LODE_UTIL_USEC_PER_DAY +
		clock_usec(&m);
	return LODE_OK;
}

static lode_status decode_datetime(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
				   char *out)
{
	int big;
	int64_t usec;
	lode_status status;

	if (is_whole(column, cell))
		status = whole_of(sink, cell, &usec, &big);
	else
		status = usec_of(sink, cell, &usec);
	if (status == LODE_OK)
		memcpy(out, &usec, sizeof usec);
	return status;
}

static lode_status decode_date(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	int64_t v;
	int32_t days;
	int big;
	lode_status status;

	if (is_whole(column, cell)) {
		status = whole_of(sink, cell, &v, &big);
	} else {
		status = usec_of(sink, cell, &v);
		if (status == LODE_OK && v % LODE_UTIL_USEC_PER_DAY != 0)
			return bad_data(sink, "a date with a time of day");
		v /= LODE_UTIL_USEC_PER_DAY;
	}
	if (status != LODE_OK)
		return status;
	days = (int32_t)v;
	if (days != v)
		return bad_data(sink, "not a date");
	memcpy(out, &days, sizeof days);
	return LODE_OK;
}

static lode_status decode_time(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	int64_t usec = 0;
	moment m;
	int big;

	if (is_whole(column, cell)) {
		whole_of(sink, cell, &usec, &big);
	} else if (cell->kind == LMY_TEXT) {
		if (!lode_util_time_parse((const char *)cell->p, cell->n, &usec))
			return bad_data(sink, "not a time of day");
	} else if (cell->kind == LMY_TIME) {
		load_clock(cell, &m);
		usec = clock_usec(&m) + (int64_t)m.days * LODE_UTIL_USEC_PER_DAY;
		if (m.negative || usec > LODE_UTIL_USEC_PER_DAY)
			return bad_data(sink, "not a time of day");
	} else {
		return bad_kind(sink, "no time where one is expected");
	}
	memcpy(out, &usec, sizeof usec);
	return LODE_OK;
}

/* ISO 8601 text, or a TIME, which may have several days and a sign */
static lode_status decode_interval(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
				   char *out)
{
	lode_drv_interval v = { 0, 0, 0 };
	moment m;

	(void)column;
	if (cell->kind == LMY_TIME) {
		load_clock(cell, &m);
		v.usec = clock_usec(&m) + (int64_t)m.days * LODE_UTIL_USEC_PER_DAY;
		v.usec = m.negative ? -v.usec : v.usec;
	} else if (cell->kind != LMY_TEXT) {
		return bad_kind(sink, "no interval where one is expected");
	} else if (!lode_util_interval_parse((const char *)cell->p, cell->n, &v)) {
		return bad_data(sink, "not an ISO 8601 duration");
	}
	memcpy(out, &v, sizeof v);
	return LODE_OK;
}

static lode_status decode_uuid(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	(void)column;
	if (cell->kind != LMY_TEXT && cell->kind != LMY_BYTES)
		return bad_kind(sink, "no UUID where one is expected");
	if (cell->kind == LMY_BYTES && cell->n == 16)
		memcpy(out, cell->p, 16);
	else if (!lode_util_uuid_parse((const char *)cell->p, cell->n, (uint8_t *)out))
		return bad_data(sink, "not a UUID");
	return LODE_OK;
}

/* ---- decimals: exact, so never from a float */

static lode_status decimal_of(lmy_sink *sink, const lmy_cell *cell, lode_drv_decimal *out)
{
	char text[NUMBER_TEXT];

	switch (cell->kind) {
	case LMY_INTEGER:
	case LMY_BITS:
		lode_util_decimal_parse(text, format_integer(text, cell), out);
		return LODE_OK;
	case LMY_DECIMAL:
	case LMY_TEXT:
		if (!lode_util_decimal_parse_padded((const char *)cell->p, cell->n, out))
			return bad_data(sink, "not a decimal of at most 38 digits");
		return LODE_OK;
	case LMY_FLOAT:
	case LMY_DOUBLE:
		return bad_data(sink, "a binary float where a decimal is expected");
	default:
		return bad_kind(sink, "no decimal where one is expected");
	}
}

static lode_status decode_decimal(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
				  char *out)
{
	lode_drv_decimal d;
	lode_status status = decimal_of(sink, cell, &d);

	(void)column;
	if (status == LODE_OK)
		memcpy(out, &d, sizeof d);
	return status;
}

static lode_status decode_scaled(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
				 char *out)
{
	lode_drv_decimal d;
	lode_status status = decimal_of(sink, cell, &d);

	if (status != LODE_OK)
		return status;
	if (!lode_util_decimal_rescale(&d, column->bind.scale) ||
	    d.high != (d.low > INT64_MAX ? -1 : 0))
		return bad_data(sink, "the decimal does not fit");
	memcpy(out, &d.low, sizeof d.low);
	return LODE_OK;
}

static lode_status decode_decimal_text(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
				       char *out)
{
	size_t n = cell->n;
	lode_drv_decimal d;
	lode_status status;

	if (cell->kind == LMY_DECIMAL) /* up to 65 digits: more than a lode_drv_decimal has */
		return keep_span(column, sink, (const char *)cell->p, n, out);
	status = decimal_of(sink, cell, &d);
	if (status != LODE_OK)
		return status;
	n = lode_util_decimal_format(column->text, &d);
	return keep_span(column, sink, column->text, n, out);
}

/* ---- whatever it is */

static lode_status set_moment(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
			      lode_drv_value *v)
{
	moment m;
	size_t n;
	const char *text;

	if (cell->kind == LMY_TIME)
		load_clock(cell, &m);
	else
		load_moment(cell, &m);
	if (cell->kind == LMY_TIME && !m.negative && m.days == 0 && m.hour < 24) {
		v->repr = LODE_R_TIME64;
		v->v.i = clock_usec(&m);
		return LODE_OK;
	}
	if (cell->kind != LMY_TIME && is_date(&m)) {
		v->v.i = lode_util_days(m.year, (int)m.month, (int)m.day);
		v->repr = cell->kind == LMY_DATE ? LODE_R_DATE32 : LODE_R_TS64;
		if (cell->kind == LMY_DATETIME)
			v->v.i = v->v.i * LODE_UTIL_USEC_PER_DAY + clock_usec(&m);
		return LODE_OK;
	}
	v->repr = LODE_R_TEXT; /* zero dates, times of several days */
	text = text_of(cell, column->text, &n);
	v->v.s.n = n;
	return keep_bytes(column, sink, text, n, &v->v.s.p);
}

static lode_status set_value(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
			     lode_drv_value *v)
{
	int big;

	switch (cell->kind) {
	case LMY_INTEGER:
	case LMY_BITS:
		whole_of(sink, cell, &v->v.i, &big);
		v->repr = big ? LODE_R_U64 : LODE_R_I64;
		return LODE_OK;
	case LMY_FLOAT:
	case LMY_DOUBLE:
		v->repr = LODE_R_F64;
		return real_of(sink, cell, &v->v.f);
	case LMY_DATE:
	case LMY_DATETIME:
	case LMY_TIME:
		return set_moment(column, sink, cell, v);
	default:
		v->repr = cell->kind == LMY_DECIMAL ? LODE_R_DECTEXT
			  : cell->kind == LMY_TEXT  ? LODE_R_TEXT
						    : LODE_R_BLOB;
		v->v.s.n = cell->n;
		return keep_bytes(column, sink, (const char *)cell->p, cell->n, &v->v.s.p);
	}
}

static lode_status decode_value(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out)
{
	lode_drv_value v;
	lode_status status;

	memset(&v, 0, sizeof v);
	status = set_value(column, sink, cell, &v);
	if (status == LODE_OK)
		memcpy(out, &v, sizeof v);
	return status;
}

static const struct {
	lmy_decoder *decode;
	uint32_t size; /* 0: bind.size */
} decoders[] = {
	[LODE_R_BOOL8] = { decode_bool, 1 },
	[LODE_R_I16] = { decode_integer, 2 },
	[LODE_R_I32] = { decode_integer, 4 },
	[LODE_R_I64] = { decode_integer, 8 },
	[LODE_R_U64] = { decode_integer, 8 },
	[LODE_R_F32] = { decode_f32, 4 },
	[LODE_R_F64] = { decode_f64, 8 },
	[LODE_R_TEXT] = { decode_span, sizeof(lode_span) },
	[LODE_R_BLOB] = { decode_span, sizeof(lode_span) },
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
	[LODE_R_I8] = { decode_integer, 1 },
	[LODE_R_U8] = { decode_integer, 1 },
	[LODE_R_U16] = { decode_integer, 2 },
	[LODE_R_U32] = { decode_integer, 4 },
	[LODE_R_DECIMAL] = { decode_decimal, sizeof(lode_drv_decimal) },
};

lmy_decoder *lmy_decoder_of(int32_t repr, uint32_t *size)
{
	if (repr < 0 || (size_t)repr >= sizeof decoders / sizeof decoders[0])
		return NULL;
	*size = decoders[repr].size;
	return decoders[repr].decode;
}
