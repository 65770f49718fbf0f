/* SPDX-License-Identifier: MIT */
/* types/datetime.c - dates, times, instants and intervals, and their text forms.
 *
 * The calendar is proleptic Gregorian with a year 0.  Days are counted in eras of 400 years, which
 * are all of the same length, with March as the first month, so that the leap day is the last of a
 * year. */
#include "types/datetime.h"

#include <string.h>

#include "base/str.h"

#define USEC_PER_MINUTE INT64_C(60000000)
#define USEC_PER_HOUR INT64_C(3600000000)
#define DAYS_PER_ERA INT64_C(146097)
#define DAYS_TO_1970 INT64_C(719468)    /* from 0000-03-01 */

/* ------------------------------------------------------------------ the calendar */

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
	int64_t era, year_of_era, day_of_year;

	year -= month <= 2;
	era = floor_divide(year, 400);
	year_of_era = year - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - DAYS_TO_1970;
}

static void civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t era, day_of_era, year_of_era, day_of_year, m;

	days += DAYS_TO_1970;
	era = floor_divide(days, DAYS_PER_ERA);
	day_of_era = days - era * DAYS_PER_ERA;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) /
	              365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	m = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = era * 400 + year_of_era + (*month <= 2);
}

static int days_in_month(int64_t year, int64_t month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

/* false if there is no such day; any year up to seven digits */
static bool find_day(int64_t year, int64_t month, int64_t day, int64_t *out)
{
	if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	*out = days_from_civil(year, month, day);
	return *out >= INT32_MIN && *out <= INT32_MAX;
}

lode_status lode_date_from_ymd(lode_date *out, int32_t year, int month, int day)
{
	int64_t days;

	if (!out)
		return LODE_E_MISUSE;
	if (!find_day(year, month, day, &days))
		return LODE_E_DATA;
	out->days = (int32_t)days;
	return LODE_OK;
}

void lode_date_to_ymd(lode_date value, int32_t *year, int *month, int *day)
{
	int64_t y;
	int m, d;

	civil_from_days(value.days, &y, &m, &d);
	if (year)
		*year = (int32_t)y;
	if (month)
		*month = m;
	if (day)
		*day = d;
}

/* ------------------------------------------------------------------ reading */

typedef struct cursor {
	const char *at, *end;
} cursor;

static bool at_end(const cursor *c)
{
	return c->at == c->end;
}

static bool skip(cursor *c, char wanted)
{
	if (at_end(c) || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

static bool at_digit(const cursor *c)
{
	return !at_end(c) && *c->at >= '0' && *c->at <= '9';
}

/* `least` to `most` digits, as many as there are; most <= 18 */
static bool read_digits(cursor *c, int least, int most, int64_t *out)
{
	int64_t number = 0;
	int count = 0;

	for (; count < most && at_digit(c); count++)
		number = number * 10 + (*c->at++ - '0');
	if (count < least)
		return false;
	*out = number;
	return true;
}

/* the digits behind a point, as microseconds: at least one, beyond the sixth only zeros */
static bool read_fraction(cursor *c, int64_t *usec)
{
	int64_t weight = 100000;

	*usec = 0;
	if (!at_digit(c))
		return false;
	for (; at_digit(c); c->at++) {
		if (!weight && *c->at != '0')
			return false;
		*usec += weight * (*c->at - '0');
		weight /= 10;
	}
	return true;
}

static bool read_date(cursor *c, int64_t *days)
{
	bool negative = skip(c, '-');
	int64_t year, month, day;

	if (!negative)
		skip(c, '+');
	if (!read_digits(c, 4, 7, &year) || !skip(c, '-') || !read_digits(c, 2, 2, &month) ||
	    !skip(c, '-') || !read_digits(c, 2, 2, &day))
		return false;
	return find_day(negative ? -year : year, month, day, days);
}

static bool read_time(cursor *c, int64_t *usec)
{
	int64_t hour, minute, second = 0, fraction = 0;

	if (!read_digits(c, 2, 2, &hour) || !skip(c, ':') || !read_digits(c, 2, 2, &minute))
		return false;
	if (skip(c, ':')) {
		if (!read_digits(c, 2, 2, &second))
			return false;
		if (skip(c, '.') && !read_fraction(c, &fraction))
			return false;
	}
	if (minute > 59 || second > 59)
		return false;
	*usec = hour * USEC_PER_HOUR + minute * USEC_PER_MINUTE +
	        second * LODE__USEC_PER_SECOND + fraction;
	return *usec <= LODE__USEC_PER_DAY;
}

/* "Z", "+02", "+0200", "+02:00", "+02:00:30"; nothing is UTC */
static bool read_offset(cursor *c, int64_t *usec)
{
	int64_t hours, minutes = 0, seconds = 0;
	bool negative;

	*usec = 0;
	if (at_end(c) || skip(c, 'Z') || skip(c, 'z'))
		return true;
	negative = skip(c, '-');
	if ((!negative && !skip(c, '+')) || !read_digits(c, 2, 2, &hours))
		return false;
	if (skip(c, ':')) {
		if (!read_digits(c, 2, 2, &minutes) ||
		    (skip(c, ':') && !read_digits(c, 2, 2, &seconds)))
			return false;
	} else if (at_digit(c) && !read_digits(c, 2, 2, &minutes)) {
		return false;
	}
	if (hours > 23 || minutes > 59 || seconds > 59)
		return false;
	*usec = hours * USEC_PER_HOUR + minutes * USEC_PER_MINUTE +
	        seconds * LODE__USEC_PER_SECOND;
	if (negative)
		*usec = -*usec;
	return true;
}

lode_status lode__date_parse(lode_date *out, const char *text, size_t size)
{
	cursor c = { text, text + size };
	int64_t days;

	if (!read_date(&c, &days) || !at_end(&c))
		return LODE_E_DATA;
	out->days = (int32_t)days;
	return LODE_OK;
}

lode_status lode__time_parse(lode_time *out, const char *text, size_t size)
{
	cursor c = { text, text + size };
	int64_t usec;

	if (!read_time(&c, &usec) || !at_end(&c))
		return LODE_E_DATA;
	out->usec = usec;
	return LODE_OK;
}

/* days and a time that may be negative, up to two days off; false: out of range or an infinity */
static bool join_instant(int64_t days, int64_t usec, int64_t *out)
{
	int64_t whole;

	/* towards zero first, so that the first and the last day are not lost */
	if (days < 0) {
		days++;
		usec -= LODE__USEC_PER_DAY;
	}
	if (__builtin_mul_overflow(days, LODE__USEC_PER_DAY, &whole) ||
	    __builtin_add_overflow(whole, usec, out))
		return false;
	return *out != LODE_DATETIME_INFINITY && *out != LODE_DATETIME_MINUS_INFINITY;
}

static bool is_word(const char *text, size_t size, const char *word)
{
	return size == strlen(word) && memcmp(text, word, size) == 0;
}

lode_status lode__datetime_parse(lode_datetime *out, const char *text, size_t size)
{
	cursor c = { text, text + size };
	int64_t days, usec = 0, offset = 0, instant;

	if (is_word(text, size, "infinity")) {
		out->usec = LODE_DATETIME_INFINITY;
		return LODE_OK;
	}
	if (is_word(text, size, "-infinity")) {
		out->usec = LODE_DATETIME_MINUS_INFINITY;
		return LODE_OK;
	}
	if (!read_date(&c, &days))
		return LODE_E_DATA;
	if (!at_end(&c)) {
		if (!skip(&c, ' ') && !skip(&c, 'T') && !skip(&c, 't'))
			return LODE_E_DATA;
		if (!read_time(&c, &usec))
			return LODE_E_DATA;
		skip(&c, ' ');
		if (!read_offset(&c, &offset) || !at_end(&c) || c.end[-1] == ' ')
			return LODE_E_DATA;
	}
	if (!join_instant(days, usec - offset, &instant))
		return LODE_E_DATA;
	out->usec = instant;
	return LODE_OK;
}

/* One part of a duration: [sign] digits [. digits] letter; *fraction is in microseconds. */
static bool read_part(cursor *c, int sign, int64_t *number, int64_t *fraction, char *unit)
{
	if (skip(c, '-'))
		sign = -sign;
	else
		skip(c, '+');
	*fraction = 0;
	if (!read_digits(c, 1, 18, number) || (skip(c, '.') && !read_fraction(c, fraction)) ||
	    at_end(c))
		return false;
	*number *= sign;
	*fraction *= sign;
	*unit = *c->at++;
	return true;
}

typedef struct parts {
	int64_t months, days, usec;
} parts;

static bool add_product(int64_t *sum, int64_t number, int64_t factor)
{
	int64_t product;

	return !__builtin_mul_overflow(number, factor, &product) &&
	       !__builtin_add_overflow(*sum, product, sum);
}

/* units come in the order of `order`, each at most once: *place is where the last one stood */
static bool add_part(parts *sum, const char *order, size_t *place, char unit, int64_t number)
{
	const char *found = (const char *)memchr(order + *place, unit, strlen(order + *place));

	if (!found)
		return false;
	*place = (size_t)(found - order) + 1;
	switch (unit) {
	case 'Y':
		return add_product(&sum->months, number, 12);
	case 'W':
		return add_product(&sum->days, number, 7);
	case 'D':
		return add_product(&sum->days, number, 1);
	case 'H':
		return add_product(&sum->usec, number, USEC_PER_HOUR);
	case 'S':
		return add_product(&sum->usec, number, LODE__USEC_PER_SECOND);
	default: /* M: months or minutes */
		return *order == 'Y' ? add_product(&sum->months, number, 1)
		                     : add_product(&sum->usec, number, USEC_PER_MINUTE);
	}
}

/* the parts before or behind the T; *any: there is one */
static bool read_parts(cursor *c, const char *order, int sign, parts *sum, bool *any)
{
	size_t place = 0;

	while (!at_end(c) && *c->at != 'T') {
		int64_t number, fraction;
		char unit;

		if (!read_part(c, sign, &number, &fraction, &unit) ||
		    !add_part(sum, order, &place, unit, number))
			return false;
		if (fraction && unit != 'S')
			return false;
		if (__builtin_add_overflow(sum->usec, fraction, &sum->usec))
			return false;
		*any = true;
	}
	return true;
}

static bool fits_int32(int64_t number)
{
	return number >= INT32_MIN && number <= INT32_MAX;
}

lode_status lode__interval_parse(lode_interval *out, const char *text, size_t size)
{
	cursor c = { text, text + size };
	bool negative = skip(&c, '-'), any = false;
	int sign = negative ? -1 : 1;
	parts sum = { 0, 0, 0 };

	if (!negative)
		skip(&c, '+');
	if (!skip(&c, 'P') || !read_parts(&c, "YMWD", sign, &sum, &any))
		return LODE_E_DATA;
	if (skip(&c, 'T')) {
		any = false;
		if (!read_parts(&c, "HMS", sign, &sum, &any))
			return LODE_E_DATA;
	}
	if (!any || !at_end(&c) || !fits_int32(sum.months) || !fits_int32(sum.days))
		return LODE_E_DATA;
	out->months = (int32_t)sum.months;
	out->days = (int32_t)sum.days;
	out->usec = sum.usec;
	return LODE_OK;
}

lode_status lode_date_from_text(lode_date *out, const char *text)
{
	return out && text ? lode__date_parse(out, text, strlen(text)) : LODE_E_MISUSE;
}

lode_status lode_time_from_text(lode_time *out, const char *text)
{
	return out && text ? lode__time_parse(out, text, strlen(text)) : LODE_E_MISUSE;
}

lode_status lode_datetime_from_text(lode_datetime *out, const char *text)
{
	return out && text ? lode__datetime_parse(out, text, strlen(text)) : LODE_E_MISUSE;
}

lode_status lode_interval_from_text(lode_interval *out, const char *text)
{
	return out && text ? lode__interval_parse(out, text, strlen(text)) : LODE_E_MISUSE;
}

/* ------------------------------------------------------------------ writing */

typedef struct writer {
	char text[LODE_INTERVAL_TEXT_SIZE];
	size_t size;
} writer;

static void write_text(writer *w, const char *text)
{
	size_t size = strlen(text);

	memcpy(w->text + w->size, text, size);
	w->size += size;
}

/* at least `width` digits */
static void write_digits(writer *w, uint64_t number, int width)
{
	char digits[20];
	int at = (int)sizeof digits;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number || (int)sizeof digits - at < width);
	memcpy(w->text + w->size, digits + at, sizeof digits - (size_t)at);
	w->size += sizeof digits - (size_t)at;
}

static void write_date(writer *w, int64_t days)
{
	int64_t year;
	int month, day;

	civil_from_days(days, &year, &month, &day);
	if (year < 0)
		write_text(w, "-");
	write_digits(w, (uint64_t)(year < 0 ? -year : year), 4);
	write_text(w, "-");
	write_digits(w, (uint64_t)month, 2);
	write_text(w, "-");
	write_digits(w, (uint64_t)day, 2);
}

static void write_time(writer *w, int64_t usec)
{
	write_digits(w, (uint64_t)(usec / USEC_PER_HOUR), 2);
	write_text(w, ":");
	write_digits(w, (uint64_t)(usec / USEC_PER_MINUTE % 60), 2);
	write_text(w, ":");
	write_digits(w, (uint64_t)(usec / LODE__USEC_PER_SECOND % 60), 2);
	write_text(w, ".");
	write_digits(w, (uint64_t)(usec % LODE__USEC_PER_SECOND), 6);
}

static lode_status give_text(const writer *w, char *text, size_t size)
{
	return lode__str_give(text, size, w->text, w->size) ? LODE_OK : LODE_E_MISUSE;
}

lode_status lode_date_to_text(lode_date value, char *text, size_t size)
{
	writer w = { .size = 0 };

	write_date(&w, value.days);
	return give_text(&w, text, size);
}

lode_status lode_time_to_text(lode_time value, char *text, size_t size)
{
	writer w = { .size = 0 };

	if (!text)
		return LODE_E_MISUSE;
	if (value.usec < 0 || value.usec > LODE__USEC_PER_DAY)
		return LODE_E_DATA;
	write_time(&w, value.usec);
	return give_text(&w, text, size);
}

lode_status lode_datetime_to_text(lode_datetime value, char *text, size_t size)
{
	writer w = { .size = 0 };

	if (value.usec == LODE_DATETIME_INFINITY) {
		write_text(&w, "infinity");
	} else if (value.usec == LODE_DATETIME_MINUS_INFINITY) {
		write_text(&w, "-infinity");
	} else {
		int64_t days = floor_divide(value.usec, LODE__USEC_PER_DAY);
		int64_t rest = value.usec % LODE__USEC_PER_DAY;

		write_date(&w, days);
		write_text(&w, " ");
		write_time(&w, rest < 0 ? rest + LODE__USEC_PER_DAY : rest);
	}
	return give_text(&w, text, size);
}

/* nothing for 0; seconds may have a fraction */
static void write_part(writer *w, bool negative, uint64_t number, uint64_t fraction,
                       const char *unit)
{
	if (!number && !fraction)
		return;
	if (negative)
		write_text(w, "-");
	write_digits(w, number, 1);
	if (fraction) {
		write_text(w, ".");
		write_digits(w, fraction, 6);
		while (w->text[w->size - 1] == '0')
			w->size--;
	}
	write_text(w, unit);
}

static uint64_t magnitude(int64_t number)
{
	return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

lode_status lode_interval_to_text(lode_interval value, char *text, size_t size)
{
	uint64_t months = magnitude(value.months), usec = magnitude(value.usec);
	uint64_t seconds = usec / LODE__USEC_PER_SECOND;
	writer w = { .size = 0 };

	write_text(&w, "P");
	write_part(&w, value.months < 0, months / 12, 0, "Y");
	write_part(&w, value.months < 0, months % 12, 0, "M");
	write_part(&w, value.days < 0, magnitude(value.days), 0, "D");
	if (usec) {
		write_text(&w, "T");
		write_part(&w, value.usec < 0, seconds / 3600, 0, "H");
		write_part(&w, value.usec < 0, seconds / 60 % 60, 0, "M");
		write_part(&w, value.usec < 0, seconds % 60, usec % LODE__USEC_PER_SECOND, "S");
	}
	if (w.size == 1)
		write_text(&w, "T0S");
	return give_text(&w, text, size);
}
