/* SPDX-License-Identifier: MIT */
/* data.h - the rows that both sides write and read, their text forms, and their digest. */
#ifndef LODE_BENCH_DATA_H
#define LODE_BENCH_DATA_H

#include <stdbool.h>
#include <stdint.h>

/* what a row is in a program that has no object-relational layer */
struct author_row {
	int64_t id;
	const char *name;
	const char *email;       /* NULL: none */
	int32_t age;
	double score;
	int64_t created;         /* microseconds since 1970 */
};

struct book_row {
	int64_t id;
	int64_t author_id;
	const char *title;
	double price;
	int32_t published;       /* days since 1970 */
	bool in_print;
};

enum { AUTHOR_TEXT = 64, BOOK_TEXT = 48, DATE_TEXT = 10, DATETIME_TEXT = 26 };

/* Row `number` (1, 2, ...) without its keys; its text goes into `text`. */
void make_author(struct author_row *row, long number, char text[AUTHOR_TEXT]);
void make_book(struct book_row *row, long number, char text[BOOK_TEXT]);
/* Rows 1 ... count, never freed. */
struct author_row *make_authors(long count);
struct book_row *make_books(long count);

/* Of a row with its keys; the digest of several rows is the sum. */
uint64_t digest_author(const struct author_row *row);
uint64_t digest_book(const struct book_row *row);

/* Walks all keys 1 ... count in a scattered order; `count` is no multiple of 7919. */
static inline int64_t next_key(int64_t key, int64_t count)
{
	key += 7919;
	while (key > count)
		key -= count;
	return key;
}

/* ---- dates as text, proleptic Gregorian (Hinnant's algorithms) */

static inline int64_t days_from_civil(int year, int month, int day)
{
	int era, year_of_era, day_of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	year_of_era = year - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * INT64_C(146097) + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static inline void civil_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t era;
	unsigned day_of_era, year_of_era, day_of_year, shifted;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	day_of_era = (unsigned)(days - era * 146097);
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	shifted = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
	*month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	*year = (int)(year_of_era + (unsigned)(era * 400)) + (*month <= 2);
}

static inline void put_two(char *out, int value)
{
	out[0] = (char)('0' + value / 10);
	out[1] = (char)('0' + value % 10);
}

static inline int get_two(const char *text)
{
	return (text[0] - '0') * 10 + (text[1] - '0');
}

static inline int format_date(char *out, int64_t days)
{
	int year, month, day;

	civil_from_days(days, &year, &month, &day);
	put_two(out, year / 100);
	put_two(out + 2, year % 100);
	out[4] = '-';
	put_two(out + 5, month);
	out[7] = '-';
	put_two(out + 8, day);
	return DATE_TEXT;
}

static inline int format_datetime(char *out, int64_t usec)
{
	int64_t days = usec / INT64_C(86400000000), rest = usec % INT64_C(86400000000);
	int second = (int)(rest / 1000000), fraction = (int)(rest % 1000000);

	format_date(out, days);
	out[10] = ' ';
	put_two(out + 11, second / 3600);
	out[13] = ':';
	put_two(out + 14, second / 60 % 60);
	out[16] = ':';
	put_two(out + 17, second % 60);
	out[19] = '.';
	put_two(out + 20, fraction / 10000);
	put_two(out + 22, fraction / 100 % 100);
	put_two(out + 24, fraction % 100);
	return DATETIME_TEXT;
}

static inline int32_t parse_date(const char *text)
{
	return (int32_t)days_from_civil(get_two(text) * 100 + get_two(text + 2), get_two(text + 5),
	                                get_two(text + 8));
}

static inline int64_t parse_datetime(const char *text, int size)
{
	int64_t usec = parse_date(text) * INT64_C(86400000000);
	int fraction = 0;

	if (size >= 19)
		usec += (get_two(text + 11) * INT64_C(3600) + get_two(text + 14) * 60 +
		         get_two(text + 17)) * 1000000;
	if (size > 20)
		for (int i = 20; i < 26; i++)
			fraction = fraction * 10 + (i < size ? text[i] - '0' : 0);
	return usec + fraction;
}

#endif
