/* SPDX-License-Identifier: MIT */
/* tests/types/test_datetime.c - dates, times, instants, intervals: rows and random round trips. */
#include "types/datetime.h"

#include <string.h>

#include "../check_tap.h"

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(*(rows))))
#define DAY LODE__USEC_PER_DAY
#define SECOND LODE__USEC_PER_SECOND

/* {text, days, what is written back if it differs} */
static const struct { const char *text; int32_t days; const char *back; } dates[] = {
	{ "1970-01-01", 0, NULL }, { "1970-01-02", 1, NULL }, { "1969-12-31", -1, NULL },
	{ "2000-02-29", 11016, NULL }, { "2000-03-01", 11017, NULL },
	{ "1900-03-01", -25508, NULL }, { "2024-02-29", 19782, NULL },
	{ "0001-01-01", -719162, NULL }, { "0000-01-01", -719528, NULL },
	{ "-0001-12-31", -719529, NULL }, { "9999-12-31", 2932896, NULL },
	{ "-4712-01-01", -2440550, NULL }, { "+2024-01-01", 19723, "2024-01-01" },
	{ "10000-01-01", 2932897, NULL }, { "5881580-07-11", INT32_MAX, NULL },
	{ "-5877641-06-23", INT32_MIN, NULL }, { "-0000-01-01", -719528, "0000-01-01" },
};

START_TEST(date_rows)
{
	lode_date value = { 77 };
	char back[LODE_DATE_TEXT_SIZE];

	ck_assert_int_eq(lode_date_from_text(&value, dates[_i].text), LODE_OK);
	ck_assert_int_eq(value.days, dates[_i].days);
	ck_assert_int_eq(lode_date_to_text(value, back, sizeof back), LODE_OK);
	ck_assert_str_eq(back, dates[_i].back ? dates[_i].back : dates[_i].text);
}
END_TEST

static const char *const no_dates[] = {
	"", "1970", "1970-01", "1970-1-1", "70-01-01", "1970-13-01", "1970-00-01", "1970-01-00",
	"1970-01-32", "1970-04-31", "1900-02-29", "2023-02-29", "1970-01-01 ", " 1970-01-01",
	"1970/01/01", "5881580-07-12", "-5877641-06-22", "9999999-01-01", "12345678-01-01",
	"1970-01-01T00:00", "--1970-01-01", "1970-01--1",
};

START_TEST(wrong_dates)
{
	lode_date value = { 77 };

	ck_assert_int_eq(lode_date_from_text(&value, no_dates[_i]), LODE_E_DATA);
	ck_assert_int_eq(value.days, 77);
}
END_TEST

/* every day from before the first year until after the last comes in turn */
START_TEST(calendar_has_no_gaps)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int32_t year = -4713, y;
	int month = 12, day = 31, m, d;
	lode_date value = { -2440551 }, again;

	for (; year < 3000; value.days++) {
		bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

		lode_date_to_ymd(value, &y, &m, &d);
		if (y != year || m != month || d != day)
			ck_abort_msg("day %d is %d-%d-%d", value.days, y, m, d);
		if (lode_date_from_ymd(&again, y, m, d) != LODE_OK || again.days != value.days)
			ck_abort_msg("%d-%d-%d", y, m, d);
		if (++day > lengths[month - 1] + (month == 2 && leap)) {
			day = 1;
			if (++month > 12) {
				month = 1;
				year++;
			}
		}
	}
	lode_date_to_ymd(value, NULL, NULL, NULL);
	ck_assert_int_eq(lode_date_from_ymd(&again, 2023, 2, 29), LODE_E_DATA);
	ck_assert_int_eq(lode_date_from_ymd(NULL, 2023, 2, 2), LODE_E_MISUSE);
}
END_TEST

static const struct { const char *text; int64_t usec; const char *back; } times[] = {
	{ "00:00", 0, "00:00:00.000000" }, { "00:00:00", 0, "00:00:00.000000" },
	{ "23:59:59.999999", DAY - 1, NULL }, { "24:00:00.000000", DAY, NULL },
	{ "12:34:56.789012", 45296789012, NULL }, { "00:00:00.1", 100000, "00:00:00.100000" },
	{ "00:00:00.000001", 1, NULL }, { "00:00:00.12345600000", 123456, "00:00:00.123456" },
};

START_TEST(time_rows)
{
	lode_time value = { 77 };
	char back[LODE_TIME_TEXT_SIZE];

	ck_assert_int_eq(lode_time_from_text(&value, times[_i].text), LODE_OK);
	ck_assert_int_eq(value.usec, times[_i].usec);
	ck_assert_int_eq(lode_time_to_text(value, back, sizeof back), LODE_OK);
	ck_assert_str_eq(back, times[_i].back ? times[_i].back : times[_i].text);
}
END_TEST

static const char *const no_times[] = {
	"", "12", "1:00", "12:60", "12:00:60", "25:00", "24:00:00.000001", "24:01", "12:00:",
	"12:00:00.", "12:00:00.0000001", "12:00:00.1234567", "12:00:00Z", "-01:00", "12:00 ",
	"12:00:00,5", "99:00",
};

START_TEST(wrong_times)
{
	lode_time value = { 77 };

	ck_assert_int_eq(lode_time_from_text(&value, no_times[_i]), LODE_E_DATA);
	ck_assert_int_eq(value.usec, 77);
}
END_TEST

static const struct { const char *text; int64_t usec; const char *back; } instants[] = {
	{ "1970-01-01 00:00:00.000000", 0, NULL },
	{ "1970-01-01", 0, "1970-01-01 00:00:00.000000" },
	{ "1969-12-31 23:59:59.999999", -1, NULL },
	{ "1970-01-01T00:00:01Z", SECOND, "1970-01-01 00:00:01.000000" },
	{ "1970-01-01t00:00:01z", SECOND, "1970-01-01 00:00:01.000000" },
	{ "1970-01-01 01:00:00+01", 0, "1970-01-01 00:00:00.000000" },
	{ "1970-01-01 01:30+0130", 0, "1970-01-01 00:00:00.000000" },
	{ "1970-01-01 01:30:00+01:30", 0, "1970-01-01 00:00:00.000000" },
	{ "1970-01-01 01:30:00 +01:30", 0, "1970-01-01 00:00:00.000000" },
	{ "1969-12-31 19:00:00.5-05:00", 500000, "1970-01-01 00:00:00.500000" },
	{ "1970-01-01 00:19:32.13+00:19:32", 130000, "1970-01-01 00:00:00.130000" },
	{ "2024-12-31 24:00:00", 20089 * DAY, "2025-01-01 00:00:00.000000" },
	{ "0001-01-01 00:00:00.000001", -719162 * DAY + 1, NULL },
	{ "9999-12-31 23:59:59.999999", 2932897 * DAY - 1, NULL },
	{ "-4712-01-01 00:00:00.000000", -2440550 * DAY, NULL },
	{ "294247-01-10 04:00:54.775806", INT64_MAX - 1, NULL },
	{ "-290308-12-21 19:59:05.224193", INT64_MIN + 1, NULL },
	{ "infinity", INT64_MAX, NULL }, { "-infinity", INT64_MIN, NULL },
};

START_TEST(datetime_rows)
{
	lode_datetime value = { 77 };
	char back[LODE_DATETIME_TEXT_SIZE];

	ck_assert_int_eq(lode_datetime_from_text(&value, instants[_i].text), LODE_OK);
	ck_assert_int_eq(value.usec, instants[_i].usec);
	ck_assert_int_eq(lode_datetime_to_text(value, back, sizeof back), LODE_OK);
	ck_assert_str_eq(back, instants[_i].back ? instants[_i].back : instants[_i].text);
}
END_TEST

static const char *const no_instants[] = {
	"", "now", "1970-01-01 ", "1970-01-01T", "1970-01-01X00:00", "1970-01-01 00:00:00 ",
	"1970-01-01 00:00:00+", "1970-01-01 00:00:00+1", "1970-01-01 00:00:00+24",
	"1970-01-01 00:00:00+01:60", "1970-01-01 00:00:00+01:", "1970-01-01 00:00:00+01:00:60",
	"1970-01-01 00:00:00Z ", "1970-01-01 00:00:00ZZ", "1970-01-01 00:00:00 UTC",
	"1970-01-01 24:00:00.1", "294247-01-10 04:00:54.775807", "294247-01-10 04:00:54.775808",
	"-290308-12-21 19:59:05.224192", "-290308-12-21 00:00:00", "294248-01-01",
	"5881580-07-11 00:00", "Infinity", "infinity ", "2023-02-29 00:00:00",
	"294247-01-10 04:00:54.775807-00:00:01", "1970-01-0100:00",
};

START_TEST(wrong_datetimes)
{
	lode_datetime value = { 77 };

	ck_assert_int_eq(lode_datetime_from_text(&value, no_instants[_i]), LODE_E_DATA);
	ck_assert_int_eq(value.usec, 77);
}
END_TEST

static const struct { const char *text; lode_interval value; const char *back; } intervals[] = {
	{ "PT0S", { 0, 0, 0 }, NULL }, { "P0D", { 0, 0, 0 }, "PT0S" },
	{ "P1Y2M3DT4H5M6.000007S", { 14, 3, 14706000007 }, NULL },
	{ "P2W", { 0, 14, 0 }, "P14D" }, { "P1M", { 1, 0, 0 }, NULL },
	{ "PT1M", { 0, 0, 60 * SECOND }, NULL }, { "-P1D", { 0, -1, 0 }, "P-1D" },
	{ "P-1Y-2M", { -14, 0, 0 }, NULL }, { "-P1YT1H", { -12, 0, -3600 * SECOND }, "P-1YT-1H" },
	{ "PT-0.5S", { 0, 0, -500000 }, NULL }, { "-PT-0.5S", { 0, 0, 500000 }, "PT0.5S" },
	{ "P1M-1D", { 1, -1, 0 }, NULL }, { "PT90M", { 0, 0, 5400 * SECOND }, "PT1H30M" },
	{ "PT36H", { 0, 0, 36 * 3600 * SECOND }, NULL }, { "+P+1D", { 0, 1, 0 }, "P1D" },
	{ "P1Y-12M", { 0, 0, 0 }, "PT0S" },
	{ "P178956970Y7M2147483647DT2562047788H54.775807S",
	  { INT32_MAX, INT32_MAX, INT64_MAX }, "P178956970Y7M2147483647DT2562047788H54.775807S" },
	{ "P-178956970Y-8M-2147483648DT-2562047788H-54.775808S",
	  { INT32_MIN, INT32_MIN, INT64_MIN }, NULL },
};

START_TEST(interval_rows)
{
	lode_interval value = { 77, 77, 77 };
	char back[LODE_INTERVAL_TEXT_SIZE];

	ck_assert_int_eq(lode_interval_from_text(&value, intervals[_i].text), LODE_OK);
	ck_assert_int_eq(value.months, intervals[_i].value.months);
	ck_assert_int_eq(value.days, intervals[_i].value.days);
	ck_assert_int_eq(value.usec, intervals[_i].value.usec);
	ck_assert_int_eq(lode_interval_to_text(value, back, sizeof back), LODE_OK);
	ck_assert_str_eq(back, intervals[_i].back ? intervals[_i].back : intervals[_i].text);
}
END_TEST

static const char *const no_intervals[] = {
	"", "P", "PT", "P1", "1D", "P1DT", "P1D1Y", "P1D1D", "PT1S1M", "P1H", "PT1D", "P1.5D",
	"PT1.5H", "PT.5S", "PT1.S", "PT1.0000001S", "P1D ", " P1D", "p1d", "P--1D", "PT1H1",
	"P178956970Y8M", "P2147483648D", "P-2147483649D", "PT9223372036855S",
	"P999999999999999999Y", "P9999999999999999999D", "PTT1S", "P1DT1HT1M", "PT0.1M",
	"PT9223372036854.775808S",
};

START_TEST(wrong_intervals)
{
	lode_interval value = { 77, 77, 77 };

	ck_assert_int_eq(lode_interval_from_text(&value, no_intervals[_i]), LODE_E_DATA);
	ck_assert_int_eq(value.days, 77);
}
END_TEST

static uint64_t next_random(uint64_t *seed)
{
	uint64_t high;

	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	high = *seed >> 32 << 32;
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return high | *seed >> 32;
}

static int64_t random_int64(uint64_t *seed)
{
	uint64_t bits = next_random(seed);
	int64_t number;

	bits = next_random(seed) % 2 ? bits >> bits % 64 : ~(bits >> bits % 64);
	memcpy(&number, &bits, sizeof number);
	return number;
}

START_TEST(round_trips)
{
	uint64_t seed = 1582;

	for (int i = 0; i < 20000; i++) {
		int64_t number = random_int64(&seed);
		lode_datetime instant = { number }, instant_back;
		lode_date date = { (int32_t)(number % INT32_MAX) }, date_back;
		lode_time time = { (number & INT64_MAX) % DAY }, time_back;
		lode_interval interval = { (int32_t)(random_int64(&seed) % INT32_MAX),
		                           (int32_t)(random_int64(&seed) % INT32_MAX), number };
		lode_interval interval_back;
		char text[LODE_INTERVAL_TEXT_SIZE];

		lode_datetime_to_text(instant, text, LODE_DATETIME_TEXT_SIZE);
		ck_assert_msg(lode_datetime_from_text(&instant_back, text) == LODE_OK, "%s", text);
		ck_assert_int_eq(instant_back.usec, instant.usec);
		lode_date_to_text(date, text, LODE_DATE_TEXT_SIZE);
		ck_assert_msg(lode_date_from_text(&date_back, text) == LODE_OK, "%s", text);
		ck_assert_int_eq(date_back.days, date.days);
		lode_time_to_text(time, text, LODE_TIME_TEXT_SIZE);
		ck_assert_msg(lode_time_from_text(&time_back, text) == LODE_OK, "%s", text);
		ck_assert_int_eq(time_back.usec, time.usec);
		lode_interval_to_text(interval, text, sizeof text);
		ck_assert_msg(lode_interval_from_text(&interval_back, text) == LODE_OK, "%s", text);
		ck_assert_mem_eq(&interval_back, &interval, sizeof interval);
	}
}
END_TEST

/* from 0001-01-01 to 9999-12-31 */
static lode_datetime random_instant(uint64_t *seed)
{
	uint64_t span = (uint64_t)3652059 * (uint64_t)DAY;
	lode_datetime instant = { (int64_t)(next_random(seed) % span) - 719162 * DAY };

	return instant;
}

/* the texts of two instants within the years 0..9999 compare as the instants do */
START_TEST(texts_sort)
{
	uint64_t seed = 7;

	for (int i = 0; i < 5000; i++) {
		lode_datetime a = random_instant(&seed), b = random_instant(&seed);
		char x[LODE_DATETIME_TEXT_SIZE], y[LODE_DATETIME_TEXT_SIZE];

		lode_datetime_to_text(a, x, sizeof x);
		lode_datetime_to_text(b, y, sizeof y);
		ck_assert_int_eq(strcmp(x, y) < 0, a.usec < b.usec);
	}
}
END_TEST

START_TEST(misuse)
{
	char text[11] = "x";

	ck_assert_int_eq(lode_date_from_text(NULL, "1970-01-01"), LODE_E_MISUSE);
	ck_assert_int_eq(lode_date_from_text(&(lode_date){ 0 }, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_time_from_text(NULL, ""), LODE_E_MISUSE);
	ck_assert_int_eq(lode_datetime_from_text(NULL, ""), LODE_E_MISUSE);
	ck_assert_int_eq(lode_interval_from_text(NULL, ""), LODE_E_MISUSE);
	ck_assert_int_eq(lode_date_to_text((lode_date){ 0 }, text, 10), LODE_E_MISUSE);
	ck_assert_str_eq(text, "x");
	ck_assert_int_eq(lode_date_to_text((lode_date){ 0 }, text, 11), LODE_OK);
	ck_assert_int_eq(lode_date_to_text((lode_date){ 0 }, NULL, 11), LODE_E_MISUSE);
	ck_assert_int_eq(lode_time_to_text((lode_time){ 0 }, NULL, 0), LODE_E_MISUSE);
	ck_assert_int_eq(lode_time_to_text((lode_time){ -1 }, text, 11), LODE_E_DATA);
	ck_assert_int_eq(lode_time_to_text((lode_time){ DAY + 1 }, text, 11), LODE_E_DATA);
	ck_assert_int_eq(lode_datetime_to_text((lode_datetime){ 0 }, text, 11), LODE_E_MISUSE);
	ck_assert_int_eq(lode_interval_to_text((lode_interval){ 0, 0, 0 }, text, 4), LODE_E_MISUSE);
	ck_assert_int_eq(lode_interval_to_text((lode_interval){ 0, 0, 0 }, text, 5), LODE_OK);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("datetime");
	TCase *tcase = tcase_create("datetime");

	tcase_add_loop_test(tcase, date_rows, 0, COUNT(dates));
	tcase_add_loop_test(tcase, wrong_dates, 0, COUNT(no_dates));
	tcase_add_test(tcase, calendar_has_no_gaps);
	tcase_add_loop_test(tcase, time_rows, 0, COUNT(times));
	tcase_add_loop_test(tcase, wrong_times, 0, COUNT(no_times));
	tcase_add_loop_test(tcase, datetime_rows, 0, COUNT(instants));
	tcase_add_loop_test(tcase, wrong_datetimes, 0, COUNT(no_instants));
	tcase_add_loop_test(tcase, interval_rows, 0, COUNT(intervals));
	tcase_add_loop_test(tcase, wrong_intervals, 0, COUNT(no_intervals));
	tcase_add_test(tcase, round_trips);
	tcase_add_test(tcase, texts_sort);
	tcase_add_test(tcase, misuse);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
