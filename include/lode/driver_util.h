/* SPDX-License-Identifier: MIT */
/* lode/driver_util.h - what most drivers need, compiled into each plugin; nothing here is linked.
 *
 * Text to binary and back for dates, times, datetimes, intervals, UUIDs and decimals in the one
 * text form that lode's backends without such types store, and where a value of a lode_drv_bind
 * lies.  The forms are those of <lode/types.h>.
 *
 * Invariants: no allocation, no locale, no errno; texts need no NUL; a failing function leaves its
 * output untouched; every format function writes no NUL and returns the length. */
#ifndef LODE_DRIVER_UTIL_H
#define LODE_DRIVER_UTIL_H 1

#include <string.h>

#include <lode/driver.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define LODE_UTIL_UNUSED_ __attribute__((unused))
#else
#define LODE_UTIL_UNUSED_
#endif
#define LODE_UTIL_FN LODE_UTIL_UNUSED_ static inline

#define LODE_UTIL_USEC_PER_DAY INT64_C(86400000000)
#define LODE_UTIL_DATE_SIZE 16     /* bytes that are enough for any text of the kind */
#define LODE_UTIL_TIME_SIZE 16
#define LODE_UTIL_DATETIME_SIZE 32
#define LODE_UTIL_INTERVAL_SIZE 80
#define LODE_UTIL_UUID_SIZE 36
#define LODE_UTIL_DECIMAL_SIZE 48

/* -------------------------------------------------------------------------------------- layouts */

/* the i-th descriptor of an array that travels with its element size */
LODE_UTIL_FN const lode_drv_bind *lode_util_bind_at(const lode_drv_bind *binds,
                                                    size_t bind_size, size_t i)
{
	return (const lode_drv_bind *)(const void *)((const char *)binds + i * bind_size);
}

/* where the value of row `row` lies */
LODE_UTIL_FN const void *lode_util_cell(const lode_drv_bind *b, const void *const *bases,
                                        size_t row)
{
	const char *base = (const char *)bases[b->base];

	if (b->flags & LODE_BIND_INDIRECT)
		return ((const char *const *)(const void *)base)[row] + b->off;
	return base + b->off + row * b->stride;
}

/* where the null flag of row `row` lies; not for NOT_NULL and NULL_PTR */
LODE_UTIL_FN const uint8_t *lode_util_null_cell(const lode_drv_bind *b, const void *const *bases,
                                                size_t row)
{
	const char *base = (const char *)bases[b->null_base];

	if (b->flags & LODE_BIND_INDIRECT)
		base = ((const char *const *)(const void *)base)[row] + b->null_off;
	else
		base += b->null_off + row * b->null_stride;
	if (b->null_bit >= 0)
		base += (size_t)b->null_bit / 8;
	return (const uint8_t *)base;
}

/* 0 value, 1 NULL, 2 and 3 as lode_drv_bind says; pointers of NULL_PTR are not looked at */
LODE_UTIL_FN int lode_util_null_state(const lode_drv_bind *b, const void *const *bases, size_t row)
{
	uint8_t flag;

	if (b->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR))
		return 0;
	flag = *lode_util_null_cell(b, bases, row);
	if (b->null_bit >= 0)
		flag = (uint8_t)(flag >> (b->null_bit % 8) & 1);
	return b->flags & LODE_BIND_PRESENT ? flag == 0 : flag;
}

/* ------------------------------------------------------------------------------ dates and times */

/* days since 1970-01-01 of a proleptic Gregorian date */
LODE_UTIL_FN int64_t lode_util_days(int64_t y, int m, int d)
{
	int64_t era;
	uint32_t yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = (uint32_t)(y - era * 400);
	doy = (uint32_t)((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1);
	return era * 146097 + (int64_t)(yoe * 365 + yoe / 4 - yoe / 100 + doy) - 719468;
}

LODE_UTIL_FN void lode_util_civil(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t era;
	uint32_t doe, yoe, doy, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = (uint32_t)(days - era * 146097);
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int64_t)yoe + era * 400 + (*month <= 2);
}

LODE_UTIL_FN int lode_util_month_days(int64_t year, int month)
{
	if (month == 2)
		return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
	return 30 + ((month + (month >> 3)) & 1);
}

LODE_UTIL_FN void lode_util_put2(char *out, uint32_t v)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
	                            "25262728293031323334353637383940414243444546474849"
	                            "50515253545556575859606162636465666768697071727374"
	                            "75767778798081828384858687888990919293949596979899";

	memcpy(out, pairs + 2 * v, 2);
}

/* "YYYY-MM-DD"; more digits and a sign when the year needs them */
LODE_UTIL_FN size_t lode_util_date_format(char *out, int64_t days)
{
	char *p = out;
	int64_t year, div;
	int month, day;

	lode_util_civil(days, &year, &month, &day);
	if (year < 0) {
		*p++ = '-';
		year = -year;
	}
	for (div = INT64_C(1000000); year >= 10000 && div >= 10000; div /= 10)
		if (year >= div)
			*p++ = (char)('0' + year / div % 10);
	lode_util_put2(p, (uint32_t)(year / 100 % 100));
	lode_util_put2(p + 2, (uint32_t)(year % 100));
	p[4] = '-';
	lode_util_put2(p + 5, (uint32_t)month);
	p[7] = '-';
	lode_util_put2(p + 8, (uint32_t)day);
	return (size_t)(p - out) + 10;
}

/* "HH:MM:SS.ffffff", 15 bytes; usec within 0 ... 86400000000 */
LODE_UTIL_FN size_t lode_util_time_format(char *out, int64_t usec)
{
	uint32_t s = (uint32_t)(usec / 1000000), f = (uint32_t)(usec % 1000000);

	lode_util_put2(out, s / 3600);
	out[2] = ':';
	lode_util_put2(out + 3, s / 60 % 60);
	out[5] = ':';
	lode_util_put2(out + 6, s % 60);
	out[8] = '.';
	lode_util_put2(out + 9, f / 10000);
	lode_util_put2(out + 11, f / 100 % 100);
	lode_util_put2(out + 13, f % 100);
	return 15;
}

/* "YYYY-MM-DD HH:MM:SS.ffffff", "infinity", "-infinity" */
LODE_UTIL_FN size_t lode_util_datetime_format(char *out, int64_t usec)
{
	int64_t days, rest;
	size_t n;

	if (usec == INT64_MAX || usec == INT64_MIN) {
		n = usec < 0 ? 9 : 8;
		memcpy(out, usec < 0 ? "-infinity" : "infinity", n);
		return n;
	}
	days = usec / LODE_UTIL_USEC_PER_DAY;
	rest = usec % LODE_UTIL_USEC_PER_DAY;
	if (rest < 0) {
		days--;
		rest += LODE_UTIL_USEC_PER_DAY;
	}
	n = lode_util_date_format(out, days);
	out[n] = ' ';
	return n + 1 + lode_util_time_format(out + n + 1, rest);
}

#define LODE_UTIL_DIGIT_(c) ((unsigned)(unsigned char)(c) - '0')
#define LODE_UTIL_D2_(s) ((int)(LODE_UTIL_DIGIT_((s)[0]) * 10 + LODE_UTIL_DIGIT_((s)[1])))

LODE_UTIL_FN int lode_util_two_digits(const char *s)
{
	if (LODE_UTIL_DIGIT_(s[0]) > 9 || LODE_UTIL_DIGIT_(s[1]) > 9)
		return -1;
	return LODE_UTIL_D2_(s);
}

/* reads a date at p and moves p behind it; 0: there is none */
LODE_UTIL_FN int lode_util_scan_date(const char **p, const char *end, int64_t *days)
{
	const char *s = *p, *first;
	int64_t year = 0;
	int negative, month, day;

	negative = s < end && *s == '-';
	if (s < end && (*s == '-' || *s == '+'))
		s++;
	for (first = s; s < end && s - first < 8 && LODE_UTIL_DIGIT_(*s) <= 9; s++)
		year = year * 10 + (int64_t)LODE_UTIL_DIGIT_(*s);
	if (s - first < 4 || s - first > 7 || end - s < 6 || s[0] != '-' || s[3] != '-')
		return 0;
	month = lode_util_two_digits(s + 1);
	day = lode_util_two_digits(s + 4);
	if (negative)
		year = -year;
	if (month < 1 || month > 12 || day < 1 || day > lode_util_month_days(year, month))
		return 0;
	*days = lode_util_days(year, month, day);
	*p = s + 6;
	return 1;
}

/* digits behind the point; those beyond microseconds must be 0 */
LODE_UTIL_FN int lode_util_scan_fraction(const char **p, const char *end, int64_t *usec)
{
	const char *s = *p;
	int64_t f = 0;
	int n = 0;

	for (; s < end && LODE_UTIL_DIGIT_(*s) <= 9; s++, n++) {
		if (n < 6)
			f = f * 10 + (int64_t)LODE_UTIL_DIGIT_(*s);
		else if (*s != '0')
			return 0;
	}
	if (n == 0)
		return 0;
	for (; n < 6; n++)
		f *= 10;
	*usec = f;
	*p = s;
	return 1;
}

LODE_UTIL_FN int lode_util_scan_time(const char **p, const char *end, int64_t *usec)
{
	const char *s = *p;
	int64_t f = 0, total;
	int h, m, sec = 0;

	if (end - s < 5 || s[2] != ':')
		return 0;
	h = lode_util_two_digits(s);
	m = lode_util_two_digits(s + 3);
	s += 5;
	if (end - s >= 3 && *s == ':') {
		sec = lode_util_two_digits(s + 1);
		s += 3;
		if (s < end && (*s == '.' || *s == ',')) {
			s++;
			if (!lode_util_scan_fraction(&s, end, &f))
				return 0;
		}
	}
	if (h < 0 || m < 0 || m > 59 || sec < 0 || sec > 59)
		return 0;
	total = ((int64_t)h * 3600 + m * 60 + sec) * 1000000 + f;
	if (total > LODE_UTIL_USEC_PER_DAY)
		return 0;
	*usec = total;
	*p = s;
	return 1;
}

/* "Z", "+02", "+0200", "+02:00", "+02:00:30", a blank before it allowed, or nothing: UTC */
LODE_UTIL_FN int lode_util_scan_offset(const char **p, const char *end, int64_t *seconds)
{
	const char *s = *p;
	int64_t total = 0;
	int part, i, negative;

	if (end - s >= 2 && *s == ' ')
		s++;
	if (s < end && (*s == 'Z' || *s == 'z')) {
		*p = s + 1;
	} else if (s < end && (*s == '+' || *s == '-')) {
		negative = *s++ == '-';
		for (i = 0; i < 3; i++) {
			if (i > 0 && end - s >= 3 && *s == ':')
				s++;
			if (end - s < 2)
				break;
			part = lode_util_two_digits(s);
			if (part < 0 || part > (i == 0 ? 23 : 59))
				return 0;
			total += part * (int64_t)(i == 0 ? 3600 : i == 1 ? 60 : 1);
			s += 2;
		}
		if (i == 0)
			return 0;
		if (negative)
			total = -total;
		*p = s;
	}
	*seconds = total;
	return 1;
}

LODE_UTIL_FN int lode_util_date_parse(const char *text, size_t n, int32_t *out)
{
	const char *end = text + n;
	int64_t days;

	if (!lode_util_scan_date(&text, end, &days) || text != end)
		return 0;
	*out = (int32_t)days;
	return 1;
}

LODE_UTIL_FN int lode_util_time_parse(const char *text, size_t n, int64_t *out)
{
	const char *end = text + n;

	return lode_util_scan_time(&text, end, out) && text == end;
}

/* days and a time of day to microseconds, refusing what does not fit */
LODE_UTIL_FN int lode_util_instant(int64_t days, int64_t usec, int64_t *out)
{
	int64_t sum;

	if (days > INT64_C(106751991) || days < -INT64_C(106751992))
		return 0;
	if (days < 0) { /* from the day's end, which is in range when its begin is not */
		days++;
		usec -= LODE_UTIL_USEC_PER_DAY;
	}
	sum = days * LODE_UTIL_USEC_PER_DAY;
	if (usec < 0 ? sum <= INT64_MIN - usec : sum >= INT64_MAX - usec)
		return 0;
	*out = sum + usec;
	return 1;
}

LODE_UTIL_FN int lode_util_datetime_scan(const char *text, size_t n, int64_t *out)
{
	const char *end = text + n;
	int64_t days, usec = 0, offset = 0;

	if (n == 8 && memcmp(text, "infinity", 8) == 0) {
		*out = INT64_MAX;
		return 1;
	}
	if (n == 9 && memcmp(text, "-infinity", 9) == 0) {
		*out = INT64_MIN;
		return 1;
	}
	if (!lode_util_scan_date(&text, end, &days))
		return 0;
	if (text < end) {
		if (*text != ' ' && *text != 'T' && *text != 't')
			return 0;
		text++;
		if (!lode_util_scan_time(&text, end, &usec) ||
		    !lode_util_scan_offset(&text, end, &offset) || text != end)
			return 0;
	}
	return lode_util_instant(days, usec - offset * 1000000, out);
}

/* Does an 8-byte piece have digits where `shape` has '0', and shape's other characters elsewhere?
 * x has the digits' values or 0 when it does; `add` (0x76 at digits, else 0x7f) sets the top bit of
 * what is too much.  With literals both fold into constants, in either byte order. */
LODE_UTIL_FN int lode_util_shape8(const char *s, const char *shape, const char *add)
{
	uint64_t x, y, z;

	memcpy(&x, s, 8);
	memcpy(&y, shape, 8);
	memcpy(&z, add, 8);
	x ^= y;
	return (((x + z) | x) & UINT64_C(0x8080808080808080)) == 0;
}

/* ISO 8601 in the forms that others write; the canonical 26 bytes take a short cut */
LODE_UTIL_FN int lode_util_datetime_parse(const char *s, size_t n, int64_t *out)
{
	int y, m, d, h, min, sec, f;

	if (n != 26 || !lode_util_shape8(s, "0000-00-", "vvvv\x7fvv\x7f") ||
	    !lode_util_shape8(s + 8, "00 00:00", "vv\x7fvv\x7fvv") ||
	    !lode_util_shape8(s + 16, ":00.0000", "\x7fvv\x7fvvvv") ||
	    LODE_UTIL_DIGIT_(s[24]) > 9 || LODE_UTIL_DIGIT_(s[25]) > 9)
		return lode_util_datetime_scan(s, n, out);
	y = LODE_UTIL_D2_(s) * 100 + LODE_UTIL_D2_(s + 2);
	m = LODE_UTIL_D2_(s + 5);
	d = LODE_UTIL_D2_(s + 8);
	h = LODE_UTIL_D2_(s + 11);
	min = LODE_UTIL_D2_(s + 14);
	sec = LODE_UTIL_D2_(s + 17);
	if ((unsigned)(m - 1) > 11 || d < 1 || (d > 28 && d > lode_util_month_days(y, m)) ||
	    h > 23 || min > 59 || sec > 59)
		return lode_util_datetime_scan(s, n, out);
	f = LODE_UTIL_D2_(s + 20) * 10000 + LODE_UTIL_D2_(s + 22) * 100 + LODE_UTIL_D2_(s + 24);
	*out = lode_util_days(y, m, d) * LODE_UTIL_USEC_PER_DAY +
	       (int64_t)(h * 3600 + min * 60 + sec) * 1000000 + f;
	return 1;
}

/* ------------------------------------------------------------------------------------ intervals */

LODE_UTIL_FN size_t lode_util_put_u64(char *out, uint64_t v)
{
	char tmp[20];
	size_t n = 0, i;

	do
		tmp[n++] = (char)('0' + v % 10);
	while (v /= 10);
	for (i = 0; i < n; i++)
		out[i] = tmp[n - 1 - i];
	return n;
}

LODE_UTIL_FN size_t lode_util_put_part(char *out, int64_t v, char unit)
{
	size_t n = 0;

	if (v == 0)
		return 0;
	if (v < 0)
		out[n++] = '-';
	n += lode_util_put_u64(out + n, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
	out[n++] = unit;
	return n;
}

LODE_UTIL_FN size_t lode_util_put_seconds(char *out, int64_t usec)
{
	uint64_t v = usec < 0 ? 0 - (uint64_t)usec : (uint64_t)usec;
	uint32_t f = (uint32_t)(v % 1000000);
	size_t n = 0;

	if (v == 0)
		return 0;
	if (usec < 0)
		out[n++] = '-';
	n += lode_util_put_u64(out + n, v / 1000000);
	if (f != 0) {
		out[n] = '.';
		lode_util_put2(out + n + 1, f / 10000);
		lode_util_put2(out + n + 3, f / 100 % 100);
		lode_util_put2(out + n + 5, f % 100);
		for (n += 7; out[n - 1] == '0'; n--)
			;
	}
	out[n++] = 'S';
	return n;
}

/* an ISO 8601 duration: "P1Y2M3DT4H5M6.000007S", "PT0S" */
LODE_UTIL_FN size_t lode_util_interval_format(char *out, const lode_drv_interval *v)
{
	size_t n = 1, mark;

	out[0] = 'P';
	n += lode_util_put_part(out + n, v->months / 12, 'Y');
	n += lode_util_put_part(out + n, v->months % 12, 'M');
	n += lode_util_put_part(out + n, v->days, 'D');
	out[n++] = 'T';
	mark = n;
	n += lode_util_put_part(out + n, v->usec / INT64_C(3600000000), 'H');
	n += lode_util_put_part(out + n, v->usec / 60000000 % 60, 'M');
	n += lode_util_put_seconds(out + n, v->usec % 60000000);
	if (n == mark)
		n--;
	if (n == 1) {
		memcpy(out, "PT0S", 4);
		n = 4;
	}
	return n;
}

/* *total += sign * (v * unit + f * (unit / 1000000)), refusing what leaves [-limit - 1, limit] */
LODE_UTIL_FN int lode_util_add_part(int64_t *total, int64_t v, int64_t unit, int64_t f,
                                    int negative, int64_t limit)
{
	if (v > limit / unit + (negative && unit == 1))
		return 0;
	v = v * unit;
	if (f != 0)
		v = v > limit - f ? -1 : v + f;
	if (v < 0)
		return 0;
	if (negative ? *total < -limit - 1 + v : *total > limit - v)
		return 0;
	*total += negative ? -v : v;
	return 1;
}

LODE_UTIL_FN int lode_util_scan_part(const char **p, const char *end, int flip, int in_time,
                                     int64_t *months, int64_t *days, int64_t *usec)
{
	const char *s = *p;
	int64_t v = 0, f = 0;
	int negative = 0, digits = 0, fraction = 0;

	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	for (; s < end && LODE_UTIL_DIGIT_(*s) <= 9; s++, digits++) {
		if (v > (INT64_MAX - 9) / 10)
			return 0;
		v = v * 10 + (int64_t)LODE_UTIL_DIGIT_(*s);
	}
	if (s < end && (*s == '.' || *s == ',')) {
		s++;
		fraction = 1;
		if (!lode_util_scan_fraction(&s, end, &f))
			return 0;
	}
	if (digits == 0 || s == end || (fraction && *s != 'S'))
		return 0;
	negative ^= flip;
	*p = s + 1;
	switch (in_time ? *s | 0x100 : *s) {
	case 'Y': return lode_util_add_part(months, v, 12, 0, negative, INT32_MAX);
	case 'M': return lode_util_add_part(months, v, 1, 0, negative, INT32_MAX);
	case 'W': return lode_util_add_part(days, v, 7, 0, negative, INT32_MAX);
	case 'D': return lode_util_add_part(days, v, 1, 0, negative, INT32_MAX);
	case 'H' | 0x100:
		return lode_util_add_part(usec, v, INT64_C(3600000000), 0, negative, INT64_MAX);
	case 'M' | 0x100: return lode_util_add_part(usec, v, 60000000, 0, negative, INT64_MAX);
	case 'S' | 0x100: return lode_util_add_part(usec, v, 1000000, f, negative, INT64_MAX);
	default: return 0;
	}
}

LODE_UTIL_FN int lode_util_interval_parse(const char *text, size_t n, lode_drv_interval *out)
{
	const char *s = text, *end = text + n;
	int64_t months = 0, days = 0, usec = 0;
	int flip = 0, in_time = 0, parts = 0;

	if (s < end && (*s == '-' || *s == '+'))
		flip = *s++ == '-';
	if (s == end || *s++ != 'P')
		return 0;
	while (s < end) {
		if (*s == 'T' && !in_time) {
			in_time = 1;
			parts = 0;
			s++;
			continue;
		}
		if (!lode_util_scan_part(&s, end, flip, in_time, &months, &days, &usec))
			return 0;
		parts++;
	}
	if (parts == 0)
		return 0;
	out->months = (int32_t)months;
	out->days = (int32_t)days;
	out->usec = usec;
	return 1;
}

/* ---------------------------------------------------------------------------------------- UUIDs */

LODE_UTIL_FN size_t lode_util_uuid_format(char *out, const uint8_t *v)
{
	static const char hex[] = "0123456789abcdef";
	char *p = out;
	int i;

	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = hex[v[i] >> 4];
		*p++ = hex[v[i] & 15];
	}
	return 36;
}

LODE_UTIL_FN int lode_util_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* 32 hexadecimal digits, hyphens between bytes, braces and "urn:uuid:" allowed */
LODE_UTIL_FN int lode_util_uuid_parse(const char *s, size_t n, uint8_t *out)
{
	uint8_t bytes[16];
	size_t i = 0;
	int k, high, low;

	if (n > 9 && memcmp(s, "urn:uuid:", 9) == 0)
		i = 9;
	else if (n > 2 && s[0] == '{' && s[n - 1] == '}')
		i = 1, n--;
	for (k = 0; k < 16; k++) {
		if (k > 0 && i < n && s[i] == '-')
			i++;
		if (n - i < 2 || i > n)
			return 0;
		high = lode_util_hex_digit(s[i]);
		low = lode_util_hex_digit(s[i + 1]);
		if (high < 0 || low < 0)
			return 0;
		bytes[k] = (uint8_t)(high << 4 | low);
		i += 2;
	}
	if (i != n)
		return 0;
	memcpy(out, bytes, 16);
	return 1;
}

/* ------------------------------------------------------------------------------------- decimals */

/* value = value * 10 + digit, on 128 bits */
LODE_UTIL_FN void lode_util_times10(uint64_t *high, uint64_t *low, unsigned digit)
{
	uint64_t a = (*low & UINT64_C(0xffffffff)) * 10 + digit;
	uint64_t b = (*low >> 32) * 10 + (a >> 32);

	*low = b << 32 | (a & UINT64_C(0xffffffff));
	*high = *high * 10 + (b >> 32);
}

/* value = value / d, returns the remainder */
LODE_UTIL_FN uint32_t lode_util_divide(uint64_t *high, uint64_t *low, uint32_t d)
{
	uint32_t limb[4];
	uint64_t rest = 0;
	int i;

	limb[0] = (uint32_t)(*high >> 32);
	limb[1] = (uint32_t)*high;
	limb[2] = (uint32_t)(*low >> 32);
	limb[3] = (uint32_t)*low;
	for (i = 0; i < 4; i++) {
		rest = rest << 32 | limb[i];
		limb[i] = (uint32_t)(rest / d);
		rest %= d;
	}
	*high = (uint64_t)limb[0] << 32 | limb[1];
	*low = (uint64_t)limb[2] << 32 | limb[3];
	return (uint32_t)rest;
}

/* the magnitude of a decimal; 1: it is negative */
LODE_UTIL_FN int lode_util_decimal_abs(const lode_drv_decimal *v, uint64_t *high, uint64_t *low)
{
	*high = (uint64_t)v->high;
	*low = v->low;
	if (v->high >= 0)
		return 0;
	*low = 0 - *low;
	*high = ~*high + (*low == 0);
	return 1;
}

LODE_UTIL_FN void lode_util_decimal_set(lode_drv_decimal *out, uint64_t high, uint64_t low,
                                        int negative, int scale)
{
	if (negative) {
		low = 0 - low;
		high = ~high + (low == 0);
	}
	out->low = low;
	memcpy(&out->high, &high, sizeof high);
	out->scale = scale;
	out->zero_ = 0;
}

LODE_UTIL_FN void lode_util_decimal_from_int(lode_drv_decimal *out, int64_t v, int scale)
{
	out->low = (uint64_t)v;
	out->high = v < 0 ? -1 : 0;
	out->scale = scale;
	out->zero_ = 0;
}

/* 38 digits at most, scale 0 ... 38 */
LODE_UTIL_FN int lode_util_decimal_valid(const lode_drv_decimal *v)
{
	const uint64_t top_high = UINT64_C(0x4b3b4ca85a86c47a);
	const uint64_t top_low = UINT64_C(0x098a224000000000);
	uint64_t high, low;

	lode_util_decimal_abs(v, &high, &low);
	return v->scale >= 0 && v->scale <= 38 && v->zero_ == 0 &&
	       (high < top_high || (high == top_high && low < top_low));
}

/* plainly, with as many digits behind the point as the scale: "-0.50"; 0: not a valid decimal */
LODE_UTIL_FN size_t lode_util_decimal_format(char *out, const lode_drv_decimal *v)
{
	char digits[48];
	uint64_t high, low;
	uint32_t piece;
	size_t n = 0, i, k;
	int negative;

	if (!lode_util_decimal_valid(v))
		return 0;
	negative = lode_util_decimal_abs(v, &high, &low);
	do {
		piece = lode_util_divide(&high, &low, 1000000000);
		for (i = 0; i < 9; i++, piece /= 10)
			digits[n++] = (char)('0' + piece % 10);
	} while (high | low);
	while (n > 1 && digits[n - 1] == '0')
		n--;
	while (n <= (size_t)v->scale)
		digits[n++] = '0';
	k = 0;
	if (negative)
		out[k++] = '-';
	for (i = n; i-- > 0;) {
		out[k++] = digits[i];
		if (i == (size_t)v->scale && i != 0)
			out[k++] = '.';
	}
	return k;
}

/* an exponent at s: "e-5"; 0: none that is well formed */
LODE_UTIL_FN int lode_util_scan_exponent(const char **p, const char *end, int *exponent)
{
	const char *s = *p + 1;
	int v = 0, negative = 0;

	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	if (s == end || LODE_UTIL_DIGIT_(*s) > 9)
		return 0;
	for (; s < end && LODE_UTIL_DIGIT_(*s) <= 9; s++)
		v = v > 9999 ? v : v * 10 + (int)LODE_UTIL_DIGIT_(*s);
	*exponent = negative ? -v : v;
	*p = s;
	return 1;
}

/* sign, digits with a point, exponent; 38 digits, scale 38 at most; never rounds */
LODE_UTIL_FN int lode_util_decimal_parse(const char *s, size_t n, lode_drv_decimal *out)
{
	const char *end = s + n;
	uint64_t high = 0, low = 0;
	int negative = 0, any = 0, point = 0, scale = 0, digits = 0, exponent = 0;

	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	for (; s < end; s++) {
		if (*s == '.' && !point) {
			point = 1;
			continue;
		}
		if (LODE_UTIL_DIGIT_(*s) > 9)
			break;
		any = 1;
		scale += point;
		if ((digits || *s != '0') && ++digits > 38)
			return 0;
		lode_util_times10(&high, &low, LODE_UTIL_DIGIT_(*s));
	}
	if (!any)
		return 0;
	if (s < end && (*s == 'e' || *s == 'E') && !lode_util_scan_exponent(&s, end, &exponent))
		return 0;
	if (s != end)
		return 0;
	scale -= exponent;
	for (; scale < 0; scale++) {
		if (digits && ++digits > 38)
			return 0;
		lode_util_times10(&high, &low, 0);
		if (!digits) {
			scale = 0;
			break;
		}
	}
	if (scale > 38)
		return 0;
	lode_util_decimal_set(out, high, low, negative, scale);
	return 1;
}

/* the same of a database's own text, which may be padded: zeros at the end of a fraction do not count
 * where they are too many */
LODE_UTIL_FN int lode_util_decimal_parse_padded(const char *s, size_t n, lode_drv_decimal *out)
{
	if (lode_util_decimal_parse(s, n, out))
		return 1;
	if (n == 0 || memchr(s, '.', n) == NULL || memchr(s, 'e', n) != NULL ||
	    memchr(s, 'E', n) != NULL)
		return 0;
	while (s[n - 1] == '0')
		n--;
	return lode_util_decimal_parse(s, n, out);
}

/* other digits behind the point; 0: digits other than 0 would be lost, or more than 38 needed */
LODE_UTIL_FN int lode_util_decimal_rescale(lode_drv_decimal *v, int scale)
{
	uint64_t high, low;
	int negative = lode_util_decimal_abs(v, &high, &low), from = v->scale;
	lode_drv_decimal r;

	if (scale < 0 || scale > 38)
		return 0;
	for (; from < scale; from++) {
		if (high > UINT64_C(0x4b3b4ca85a86c47a) / 10 + 1)
			return 0;
		lode_util_times10(&high, &low, 0);
	}
	for (; from > scale; from--)
		if (lode_util_divide(&high, &low, 10) != 0)
			return 0;
	lode_util_decimal_set(&r, high, low, negative, scale);
	if (!lode_util_decimal_valid(&r))
		return 0;
	*v = r;
	return 1;
}

/* A number in text taken apart for comparison: `first` at its first digit that is not 0, `top` the
 * power of ten of that digit. */
typedef struct lode_util_number {
	const char *first, *end;
	int sign; /* -1, 0, 1 */
	int top;
} lode_util_number;

LODE_UTIL_FN int lode_util_number_split(const char *s, size_t n, lode_util_number *out)
{
	const char *end = s + n, *first = NULL, *p;
	int negative = 0, any = 0, point = 0, top = 0, exponent = 0;

	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	for (p = s; p < end; p++) {
		if (*p == '.' && !point) {
			point = 1;
			continue;
		}
		if (LODE_UTIL_DIGIT_(*p) > 9)
			break;
		any = 1;
		if (first == NULL && *p != '0')
			first = p;
		top += first != NULL ? !point : -point;
	}
	out->end = p;
	if (!any)
		return 0;
	if (p < end && (*p == 'e' || *p == 'E') && !lode_util_scan_exponent(&p, end, &exponent))
		return 0;
	if (p != end)
		return 0;
	out->first = first;
	out->sign = first == NULL ? 0 : negative ? -1 : 1;
	out->top = top + exponent;
	return 1;
}

LODE_UTIL_FN int lode_util_digits_compare(const char *a, const char *a_end, const char *b,
                                          const char *b_end)
{
	int x, y;

	while (a < a_end || b < b_end) {
		if (a < a_end && *a == '.') {
			a++;
			continue;
		}
		if (b < b_end && *b == '.') {
			b++;
			continue;
		}
		x = a < a_end ? *a++ : '0';
		y = b < b_end ? *b++ : '0';
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

/* the exact order of decimals in text, of any length; what is no number sorts behind, as bytes */
LODE_UTIL_FN int lode_util_decimal_text_compare(const char *a, size_t an, const char *b,
                                                size_t bn)
{
	lode_util_number x, y;
	int xn = lode_util_number_split(a, an, &x), yn = lode_util_number_split(b, bn, &y), c;

	if (!xn || !yn) {
		if (xn != yn)
			return xn ? -1 : 1;
		c = memcmp(a, b, an < bn ? an : bn);
		return c != 0 ? c : an < bn ? -1 : an > bn;
	}
	if (x.sign != y.sign || x.sign == 0)
		return x.sign < y.sign ? -1 : x.sign > y.sign;
	if (x.top != y.top)
		return x.top < y.top ? -x.sign : x.sign;
	return x.sign * lode_util_digits_compare(x.first, x.end, y.first, y.end);
}

#ifdef __cplusplus
}
#endif
#endif /* LODE_DRIVER_UTIL_H */
