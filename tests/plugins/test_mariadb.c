/* SPDX-License-Identifier: MIT */
/* test_mariadb - values through the MariaDB driver: every representation there and back, extremes
 * and random ones, in batches and one by one; what columns of other programs are read as. */
#define LODE_TEST_PLUGIN lode_mariadb
#include "plugins/plugin_url.h"

#include <float.h>
#include <math.h>

#include <lode/driver_util.h>

#include "check_tap.h"

#define RANDOM_VALUES 200

static lode_drv_conn *c;
static lode_arena arena;

static void set_up(void)
{
	host_start();
	c = open_url("LODE_TEST_MARIADB");
	/* gone with the connection, so that the programs run beside each other */
	run(c, "SET default_storage_engine=InnoDB");
}

static void tear_down(void)
{
	conn_ops->close(c);
	host_arena_free(&arena);
	ck_assert_int_eq(host_memory.live, 0);
}

/* ---- round trips: the bytes that come back are the bytes that went in */

static const int8_t i8_values[] = { INT8_MIN, -1, 0, INT8_MAX };
static const uint8_t u8_values[] = { 0, 1, UINT8_MAX };
static const int16_t i16_values[] = { INT16_MIN, 0, INT16_MAX };
static const uint16_t u16_values[] = { 0, UINT16_MAX };
static const int32_t i32_values[] = { INT32_MIN, -1, 0, INT32_MAX };
static const uint32_t u32_values[] = { 0, UINT32_MAX };
static const int64_t i64_values[] = { INT64_MIN, -1, 0, INT64_MAX };
static const uint64_t u64_values[] = { 0, INT64_MAX, UINT64_MAX };
static const uint8_t bool_values[] = { 0, 1 };
static const float f32_values[] = { 0, -1.5f, 0.1f, FLT_MAX, -FLT_MAX, FLT_MIN };
static const double f64_values[] = { 0, 0.1, -1e-300, DBL_MAX, DBL_MIN, 5e-324 };
static const int32_t date_values[] = { 0, -1, 19000, -719528, 2932896 };
static const int64_t time_values[] = { 0, 1, 86399999999, 86400000000 };
static const int64_t ts_values[] = { 0, -1, 1700000000123456, -62167219200000000,
				     253402300799999999 };
static const lode_drv_interval interval_values[] = {
	{ 0, 0, 0 },	      { 14, -3, 1 },	     { INT32_MIN, INT32_MAX, INT64_MAX },
	{ 0, INT32_MIN, -1 }, { 1, 0, -3600000001 },
};
static const uint8_t uuid_values[][16] = {
	{ 0 },
	{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255 },
};
static const int64_t scaled_values[] = { 0, 150, -1, INT64_MAX, INT64_MIN };
/* 99999999999999999999999999999999999999 is 0x4b3b4ca85a86c47a098a223fffffffff */
static const lode_drv_decimal decimal_values[] = {
	{ 0, 0, 10, 0 },
	{ 150, 0, 10, 0 },
	{ (uint64_t)-5, -1, 10, 0 },
	{ UINT64_C(0x098a223fffffffff), INT64_C(0x4b3b4ca85a86c47a), 10, 0 },
};
static const char char_values[][8] = { "", "abcdefg", "\xf0\x9f\x8c\xb2", "a\\'\"" };
static const uint8_t bytes_values[][4] = { { 0, 0, 0, 0 }, { 255, 0, 1, 2 } };

/* clang-format off */
#define TRIP(repr, type, values, scale) \
	{ #repr, type, repr, scale, sizeof values[0], sizeof values / sizeof values[0], values }
/* clang-format on */
static const struct {
	const char *name, *type;
	int32_t repr, scale;
	size_t size, count;
	const void *values;
} trips[] = {
	TRIP(LODE_R_BOOL8, "BOOLEAN", bool_values, 0),
	TRIP(LODE_R_I8, "TINYINT", i8_values, 0),
	TRIP(LODE_R_U8, "TINYINT UNSIGNED", u8_values, 0),
	TRIP(LODE_R_I16, "SMALLINT", i16_values, 0),
	TRIP(LODE_R_U16, "SMALLINT UNSIGNED", u16_values, 0),
	TRIP(LODE_R_I32, "INT", i32_values, 0),
	TRIP(LODE_R_U32, "INT UNSIGNED", u32_values, 0),
	TRIP(LODE_R_I64, "BIGINT", i64_values, 0),
	TRIP(LODE_R_U64, "BIGINT UNSIGNED", u64_values, 0),
	TRIP(LODE_R_F32, "FLOAT", f32_values, 0),
	TRIP(LODE_R_F64, "DOUBLE", f64_values, 0),
	TRIP(LODE_R_DATE32, "DATE", date_values, 0),
	TRIP(LODE_R_TIME64, "TIME(6)", time_values, 0),
	TRIP(LODE_R_TS64, "DATETIME(6)", ts_values, 0),
	TRIP(LODE_R_INTERVAL, "VARCHAR(64)", interval_values, 0),
	TRIP(LODE_R_UUID, "UUID", uuid_values, 0),
	TRIP(LODE_R_UUID, "CHAR(36) CHARACTER SET ascii", uuid_values, 0),
	TRIP(LODE_R_SCALED64, "DECIMAL(20,2)", scaled_values, 2),
	TRIP(LODE_R_DECIMAL, "DECIMAL(38,10)", decimal_values, 0),
	TRIP(LODE_R_CHARN, "VARCHAR(8) CHARACTER SET utf8mb4", char_values, 0),
	TRIP(LODE_R_BYTESN, "BINARY(4)", bytes_values, 0),
	/* numbers that a text column turned into text come back exact */
	TRIP(LODE_R_I64, "LONGTEXT", i64_values, 0),
	TRIP(LODE_R_U64, "VARCHAR(30)", u64_values, 0),
	TRIP(LODE_R_DATE32, "VARCHAR(30)", date_values, 0),
	TRIP(LODE_R_TS64, "VARCHAR(30)", ts_values, 0),
	TRIP(LODE_R_DECIMAL, "VARCHAR(60)", decimal_values, 0),
};

static lode_drv_bind trip_bind(int i)
{
	lode_drv_bind b = { .repr = trips[i].repr,
			    .flags = LODE_BIND_NOT_NULL,
			    .null_bit = -1,
			    .size = (uint32_t)trips[i].size,
			    .scale = trips[i].scale,
			    .stride = trips[i].size };

	return b;
}

/* every row, in order, as it went in */
static void check_back(int i, const void *values, size_t count, uint32_t flags)
{
	lode_drv_bind b = trip_bind(i);
	lode_drv_stmt *s = prepare(c, "SELECT v FROM t ORDER BY n");
	char *back = calloc(count + 1, trips[i].size);
	lode_exec_result r;
	uint32_t got;

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, flags, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_msg(fetch_into(s, back, NULL, (uint32_t)count + 1, &got) == LODE_DONE, "%s: %s",
		      trips[i].name, failure.message);
	ck_assert_uint_eq(got, count);
	ck_assert_msg(memcmp(back, values, got * trips[i].size) == 0, "%s in %s", trips[i].name,
		      trips[i].type);
	stmt_ops->close(s);
	free(back);
}

static void check_trip(int i, const void *values, size_t count, uint32_t chunk)
{
	lode_drv_bind b = trip_bind(i);
	const void *bases[1];
	char sql[200];
	lode_exec_result r;
	lode_drv_stmt *s;
	size_t at;

	snprintf(sql, sizeof sql,
		 "CREATE OR REPLACE TEMPORARY TABLE t (n INT AUTO_INCREMENT PRIMARY KEY, v %s)",
		 trips[i].type);
	run(c, sql);
	s = prepare(c, "INSERT INTO t (v) VALUES (?)");
	for (at = 0; at < count; at += chunk) {
		uint32_t n = (uint32_t)(count - at < chunk ? count - at : chunk);

		bases[0] = (const char *)values + at * trips[i].size;
		ck_assert_msg(execute(s, &b, 1, bases, n, 0, &r) == LODE_OK, "%s in %s: %s",
			      trips[i].name, trips[i].type, failure.message);
		ck_assert_int_eq(r.affected, n);
		ck_assert_uint_eq(r.rows_done, n);
	}
	stmt_ops->close(s);
	check_back(i, values, count, 0);
	check_back(i, values, count, LODE_EXEC_STREAM);
}

START_TEST(round_trip_of_a_batch)
{
	check_trip(_i, trips[_i].values, trips[_i].count, 1000);
}
END_TEST

START_TEST(round_trip_row_by_row)
{
	check_trip(_i, trips[_i].values, trips[_i].count, 1);
}
END_TEST

static uint64_t seed = 20261128;

static uint64_t random_bits(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* a value of the trip's representation, from random bits */
static void random_value(int i, void *out)
{
	uint64_t bits = random_bits();
	lode_drv_decimal d;
	int64_t wide;

	switch (trips[i].repr) {
	case LODE_R_BOOL8:
		*(uint8_t *)out = bits & 1;
		return;
	case LODE_R_DATE32:
		*(int32_t *)out = (int32_t)(bits % 3652424) - 719528;
		return;
	case LODE_R_TIME64:
		wide = (int64_t)(bits % 86400000000u);
		memcpy(out, &wide, 8);
		return;
	case LODE_R_TS64:
		wide = (int64_t)(bits % 315569433600000000u) - 62167219200000000;
		memcpy(out, &wide, 8);
		return;
	case LODE_R_F32:
		*(float *)out = (float)((double)(int64_t)bits / 1e9);
		return;
	case LODE_R_F64:
		*(double *)out = ldexp((double)(int64_t)bits, (int)(random_bits() % 1000) - 500);
		return;
	case LODE_R_DECIMAL:
		lode_util_decimal_from_int(&d, (int64_t)bits, 10);
		memcpy(out, &d, sizeof d);
		return;
	case LODE_R_CHARN:
		snprintf(out, trips[i].size, "%x", (unsigned)(bits & 0xfffffff));
		return;
	default:
		for (size_t k = 0; k < trips[i].size; k++)
			((uint8_t *)out)[k] = (uint8_t)random_bits();
		if (trips[i].repr == LODE_R_UUID) /* the server refuses some that have no variant */
			((uint8_t *)out)[8] = (uint8_t)(((uint8_t *)out)[8] | 0x80);
		return;
	}
}

START_TEST(round_trip_of_random_values)
{
	char *values = calloc(RANDOM_VALUES, trips[_i].size);

	seed += (uint64_t)_i;
	for (size_t k = 0; k < RANDOM_VALUES; k++)
		random_value(_i, values + k * trips[_i].size);
	/* char[N]: what is behind the NUL comes back as zeros */
	check_trip(_i, values, RANDOM_VALUES, 64);
	free(values);
}
END_TEST

/* ---- what other programs have stored: an expression, and what it reads as */

typedef struct any {
	lode_span span;
	char *cstr;
	int64_t i;
	uint64_t u;
	double f;
	uint8_t null;
} any;

static const struct {
	const char *sql;
	int32_t repr, type;
	lode_status status;
	const char *text; /* of spans */
	int64_t i;
} reads[] = {
	{ "CAST('12.00' AS DECIMAL(10,2))", LODE_R_I64, 0, LODE_OK, NULL, 12 },
	{ "CAST('12.50' AS DECIMAL(10,2))", LODE_R_I64, 0, LODE_E_DATA, NULL, 0 },
	{ "CAST('12.50' AS DECIMAL(10,2))", LODE_R_DECTEXT, 0, LODE_OK, "12.50", 0 },
	{ "CAST('12.5' AS DECIMAL(65,30))", LODE_R_SCALED64, 0, LODE_E_DATA, NULL, 0 },
	{ "CAST('12.5' AS DOUBLE)", LODE_R_TEXT, 0, LODE_OK, "12.5", 0 },
	{ "CAST(0.1 AS DOUBLE)", LODE_R_TEXT, 0, LODE_OK, "0.1", 0 },
	{ "CAST(0.1 AS DOUBLE)", LODE_R_DECTEXT, 0, LODE_E_DATA, NULL, 0 },
	{ "1e300", LODE_R_I64, 0, LODE_E_DATA, NULL, 0 },
	{ "1e300", LODE_R_F32, 0, LODE_E_DATA, NULL, 0 },
	{ "18446744073709551615", LODE_R_I64, 0, LODE_E_DATA, NULL, 0 },
	{ "18446744073709551615", LODE_R_TEXT, 0, LODE_OK, "18446744073709551615", 0 },
	{ "-9223372036854775808", LODE_R_TEXT, 0, LODE_OK, "-9223372036854775808", 0 },
	{ "300", LODE_R_I8, 0, LODE_E_DATA, NULL, 0 },
	{ "-1", LODE_R_U16, 0, LODE_E_DATA, NULL, 0 },
	{ "TIMESTAMP'2023-11-14 22:13:20.5'", LODE_R_TS64, 0, LODE_OK, NULL, 1700000000500000 },
	{ "TIMESTAMP'2023-11-14 22:13:20'", LODE_R_TEXT, 0, LODE_OK, "2023-11-14 22:13:20.000000",
	  0 },
	{ "DATE'2023-11-14'", LODE_R_TS64, 0, LODE_OK, NULL, 1699920000000000 },
	{ "DATE'2023-11-14'", LODE_R_TEXT, 0, LODE_OK, "2023-11-14", 0 },
	{ "TIMESTAMP'2023-11-14 22:13:20'", LODE_R_DATE32, 0, LODE_E_DATA, NULL, 0 },
	{ "'2023-11-14T22:13:20Z'", LODE_R_TS64, 0, LODE_OK, NULL, 1700000000000000 },
	{ "TIME'-12:00:01'", LODE_R_TEXT, 0, LODE_OK, "-12:00:01.000000", 0 },
	{ "TIME'100:00:01.5'", LODE_R_TEXT, 0, LODE_OK, "100:00:01.500000", 0 },
	{ "TIME'100:00:01'", LODE_R_TIME64, 0, LODE_E_DATA, NULL, 0 },
	{ "DATE'2023-11-14'", LODE_R_I64, 0, LODE_E_CONVERT, NULL, 0 },
	{ "'abc'", LODE_R_I64, 0, LODE_E_DATA, NULL, 0 },
	{ "'12'", LODE_R_I64, 0, LODE_OK, NULL, 12 },
	{ "'no'", LODE_R_UUID, 0, LODE_E_DATA, NULL, 0 },
	{ "X'0001'", LODE_R_BLOB, 0, LODE_OK, "\0\1", 2 },
	{ "X'41'", LODE_R_INTERVAL, 0, LODE_E_CONVERT, NULL, 0 },
	{ "'P1Y'", LODE_R_TEXT, 0, LODE_OK, "P1Y", 0 },
	{ "1", 99, 0, LODE_E_CONVERT, NULL, 0 },
};

static void check_read(lode_drv_stmt *s, const char *sql, int32_t repr, lode_status expected,
		       const char *text, int64_t i)
{
	int spans = repr == LODE_R_TEXT || repr == LODE_R_BLOB || repr == LODE_R_DECTEXT;
	lode_drv_bind b = { .repr = repr,
			    .flags = LODE_BIND_COPY,
			    .null_bit = -1,
			    .size = 8,
			    .off = spans ? 0 : offsetof(any, i),
			    .null_off = offsetof(any, null) };
	lode_exec_result r;
	lode_status status;
	any v[3] = { { .null = 9 } };

	ck_assert_msg(execute(s, NULL, 0, NULL, 1, 0, &r) == LODE_OK, "%s: %s", sql,
		      failure.message);
	status = stmt_ops->bind(s, &b, 1, sizeof b, fresh());
	if (status == LODE_OK)
		status = fetch_into(s, v, &arena, 1, NULL);
	ck_assert_msg(status == expected, "%s as %d: %d, %s", sql, (int)repr, (int)status,
		      failure.message);
	if (status != LODE_OK) {
		ck_assert_int_ne(failure.count, 0);
		return;
	}
	ck_assert_int_eq(v[0].null, 0);
	if (spans) {
		size_t n = i != 0 ? (size_t)i : strlen(text);

		ck_assert_msg(v[0].span.n == n && memcmp(v[0].span.p, text, n) == 0, "%s: %s", sql,
			      v[0].span.p);
	} else {
		ck_assert_msg(v[0].i == i, "%s: %lld", sql, (long long)v[0].i);
	}
}

START_TEST(reads_what_others_store)
{
	char sql[200];
	lode_drv_stmt *s;

	snprintf(sql, sizeof sql, "SELECT %s", reads[_i].sql);
	s = prepare(c, sql);
	check_read(s, reads[_i].sql, reads[_i].repr, reads[_i].status, reads[_i].text, reads[_i].i);
	stmt_ops->close(s);
}
END_TEST

/* a zero date is no date, but a text */
START_TEST(reads_bits_and_years)
{
	lode_drv_stmt *s;

	run(c, "CREATE TEMPORARY TABLE t (b BIT(40), y YEAR, one BIT);"
	       "INSERT INTO t VALUES (b'1000000000000000000000000000000000000101', 2024, 1)");
	s = prepare(c, "SELECT b FROM t");
	check_read(s, "b", LODE_R_I64, LODE_OK, NULL, INT64_C(549755813893));
	check_read(s, "b", LODE_R_TEXT, LODE_OK, "549755813893", 0);
	check_read(s, "b", LODE_R_I16, LODE_E_DATA, NULL, 0);
	stmt_ops->close(s);
	s = prepare(c, "SELECT y FROM t");
	check_read(s, "y", LODE_R_I64, LODE_OK, NULL, 2024);
	stmt_ops->close(s);
	s = prepare(c, "SELECT one FROM t");
	check_read(s, "one", LODE_R_BOOL8, LODE_OK, NULL, 1);
	stmt_ops->close(s);
}
END_TEST

START_TEST(reads_zero_dates_as_text_only)
{
	lode_drv_stmt *s;

	run(c, "SET sql_mode=''; CREATE TEMPORARY TABLE z (d DATE, t DATETIME);"
	       "INSERT INTO z VALUES ('0000-00-00', '0000-00-00 00:00:00')");
	s = prepare(c, "SELECT d FROM z");
	check_read(s, "d", LODE_R_DATE32, LODE_E_DATA, NULL, 0);
	check_read(s, "d", LODE_R_TEXT, LODE_OK, "0000-00-00", 0);
	stmt_ops->close(s);
	s = prepare(c, "SELECT t FROM z");
	check_read(s, "t", LODE_R_TS64, LODE_E_DATA, NULL, 0);
	ck_assert_str_eq(failure.column, "t");
	check_read(s, "t", LODE_R_TEXT, LODE_OK, "0000-00-00 00:00:00.000000", 0);
	stmt_ops->close(s);
}
END_TEST

/* ---- what is refused before it is sent */

static const double bad_doubles[] = { NAN, INFINITY };
static const int64_t bad_moments[] = { INT64_MAX, INT64_MIN, 253402300800000000 };

static const struct {
	int32_t repr;
	const void *value;
} refusals[] = {
	{ LODE_R_F64, &bad_doubles[0] },    { LODE_R_F64, &bad_doubles[1] },
	{ LODE_R_TS64, &bad_moments[0] },   { LODE_R_TS64, &bad_moments[1] },
	{ LODE_R_TS64, &bad_moments[2] },   { LODE_R_TIME64, &bad_moments[1] },
	{ LODE_R_TIME64, &bad_moments[2] }, { LODE_R_CHARN, "12345678" },
};

START_TEST(refuses_values_that_have_no_place)
{
	lode_drv_bind b = {
		.repr = refusals[_i].repr, .flags = LODE_BIND_NOT_NULL, .null_bit = -1, .size = 8
	};
	const void *bases[1] = { refusals[_i].value };
	lode_drv_stmt *s = prepare(c, "SELECT ?");
	lode_exec_result r;

	ck_assert_int_eq(execute(s, &b, 1, bases, 1, 0, &r), LODE_E_DATA);
	ck_assert_ptr_nonnull(strstr(failure.message, "parameter 1"));
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT 7"), 7);
}
END_TEST

/* ---- NULLs in every form */

typedef struct nullable {
	int64_t i;
	const char *cstr;
	lode_span span;
	uint8_t null, bits;
} nullable;

START_TEST(nulls_there_and_back)
{
	static const nullable rows[] = { { 1, "a", { "b", 1 }, 0, 0 },
					 { 2, NULL, { NULL, 0 }, 1, 4 } };
	lode_drv_bind binds[] = {
		{ .repr = LODE_R_I64, .null_bit = -1, .null_off = offsetof(nullable, null) },
		{ .repr = LODE_R_CSTR,
		  .flags = LODE_BIND_NULL_PTR | LODE_BIND_COPY,
		  .null_bit = -1,
		  .off = offsetof(nullable, cstr) },
		{ .repr = LODE_R_TEXT,
		  .flags = LODE_BIND_COPY,
		  .null_bit = 2,
		  .off = offsetof(nullable, span),
		  .null_off = offsetof(nullable, bits) },
	};
	const void *bases[1] = { rows };
	nullable back[2];
	lode_exec_result r;
	lode_drv_stmt *s;
	uint32_t got, i;

	for (i = 0; i < 3; i++)
		binds[i].stride = binds[i].null_stride = sizeof(nullable);
	run(c, "CREATE TEMPORARY TABLE t (a BIGINT, b VARCHAR(9), d LONGTEXT)");
	s = prepare(c, "INSERT INTO t VALUES (?, ?, ?)");
	ck_assert_int_eq(execute(s, binds, 3, bases, 2, 0, &r), LODE_OK);
	stmt_ops->close(s);
	s = prepare(c, "SELECT * FROM t ORDER BY b IS NULL");
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, binds, 3, sizeof binds[0], fresh()), LODE_OK);
	memset(back, 0xff, sizeof back);
	ck_assert_int_eq(fetch_into(s, back, &arena, 2, &got), LODE_OK);
	ck_assert_uint_eq(got, 2);
	ck_assert_int_eq(back[0].i, 1);
	ck_assert_int_eq(back[0].null, 0);
	ck_assert_str_eq(back[0].cstr, "a");
	ck_assert_int_eq(back[0].bits & 4, 0);
	ck_assert_int_eq(back[1].null, 1);
	ck_assert_ptr_null(back[1].cstr);
	ck_assert_int_eq(back[1].bits & 4, 4);
	ck_assert_int_eq(fetch_into(s, back, &arena, 2, &got), LODE_DONE);
	stmt_ops->close(s);
}
END_TEST

/* ---- results side by side */

static uint32_t count_rest(lode_drv_stmt *s)
{
	int64_t v;
	uint32_t n = 0;

	while (fetch_into(s, &v, NULL, 1, NULL) == LODE_OK)
		n++;
	return n;
}

/* something else is sent while rows are on the wire: they are read into memory first */
START_TEST(a_stream_gives_way)
{
	lode_drv_bind b = { .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	lode_drv_stmt *s = prepare(c, "SELECT seq FROM seq_1_to_50000"), *other;
	lode_exec_result r;
	int64_t v;

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, LODE_EXEC_STREAM, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, &v, NULL, 1, NULL), LODE_OK);
	ck_assert_int_eq(v, 1);
	ck_assert_int_eq(read_int(c, "SELECT 42"), 42);
	other = prepare(c, "SELECT seq FROM seq_1_to_3");
	ck_assert_int_eq(execute(other, NULL, 0, NULL, 1, LODE_EXEC_STREAM, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(other, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_uint_eq(count_rest(s), 49999);
	ck_assert_uint_eq(count_rest(other), 3);
	stmt_ops->close(other);
	stmt_ops->close(s);
}
END_TEST

START_TEST(a_stream_can_be_left)
{
	lode_drv_stmt *s = prepare(c, "SELECT seq FROM seq_1_to_50000");
	lode_exec_result r;

	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, LODE_EXEC_STREAM, &r), LODE_OK);
		stmt_ops->reset(s);
	}
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, LODE_EXEC_STREAM, &r), LODE_OK);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT 42"), 42);
}
END_TEST

START_TEST(a_procedure_is_read_to_its_end)
{
	lode_drv_stmt *s;
	lode_exec_result r;
	lode_drv_bind b = { .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };

	run(c, "DROP PROCEDURE IF EXISTS lode_two;"
	       "CREATE PROCEDURE lode_two() BEGIN SELECT 1; SELECT 2; END");
	s = prepare(c, "CALL lode_two()");
	for (int i = 0; i < 2; i++) {
		ck_assert_msg(execute(s, NULL, 0, NULL, 1, 0, &r) == LODE_OK, "%s",
			      failure.message);
		ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
		ck_assert_uint_eq(count_rest(s), 1);
		ck_assert_int_eq(read_int(c, "SELECT 42"), 42);
	}
	stmt_ops->close(s);
	run(c, "DROP PROCEDURE lode_two");
}
END_TEST

/* a table gets another column between two executions */
START_TEST(columns_change_under_a_statement)
{
	lode_drv_stmt *s;
	lode_exec_result r;

	run(c, "CREATE TEMPORARY TABLE t (a INT); INSERT INTO t VALUES (1)");
	s = prepare(c, "SELECT * FROM t");
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_uint_eq(r.ncols, 1);
	run(c, "ALTER TABLE t ADD b INT");
	ck_assert_msg(execute(s, NULL, 0, NULL, 1, 0, &r) == LODE_OK, "%s", failure.message);
	ck_assert_uint_eq(r.ncols, 2);
	stmt_ops->close(s);
}
END_TEST

/* ---- descriptions */

static const struct {
	const char *type;
	int32_t sql_type, best_repr;
} described[] = {
	{ "BOOLEAN", LODE_T_BOOL, LODE_R_I64 },
	{ "SMALLINT", LODE_T_INT16, LODE_R_I64 },
	{ "INT", LODE_T_INT32, LODE_R_I64 },
	{ "BIGINT UNSIGNED", LODE_T_UINT64, LODE_R_U64 },
	{ "DOUBLE", LODE_T_FLOAT64, LODE_R_F64 },
	{ "DECIMAL(10,2)", LODE_T_DECIMAL, LODE_R_DECTEXT },
	{ "VARCHAR(9)", LODE_T_TEXT, LODE_R_TEXT },
	{ "LONGBLOB", LODE_T_BLOB, LODE_R_BLOB },
	{ "DATE", LODE_T_DATE, LODE_R_DATE32 },
	{ "DATETIME(6)", LODE_T_TIMESTAMP, LODE_R_TS64 },
	{ "TIME", LODE_T_TIME, LODE_R_TIME64 },
	{ "JSON", LODE_T_JSON, LODE_R_TEXT },
	{ "UUID", LODE_T_UUID, LODE_R_TEXT },
	{ "ENUM('a','b')", LODE_T_ENUM, LODE_R_TEXT },
	{ "BIT(5)", LODE_T_BITSTRING, LODE_R_U64 },
};

START_TEST(describes_columns)
{
	lode_col_desc d = { .struct_size = sizeof d };
	char sql[100];
	lode_drv_stmt *s;

	snprintf(sql, sizeof sql, "CREATE TEMPORARY TABLE t (v %s)", described[_i].type);
	run(c, sql);
	s = prepare(c, "SELECT v AS x FROM t");
	ck_assert_int_eq(stmt_ops->describe(s, 0, &d, fresh()), LODE_OK);
	ck_assert_int_eq(d.sql_type, described[_i].sql_type);
	ck_assert_int_eq(d.best_repr, described[_i].best_repr);
	ck_assert_str_eq(d.name, "x");
	ck_assert_str_eq(d.table, "t");
	ck_assert_str_eq(d.column, "v");
	ck_assert_int_eq(stmt_ops->describe(s, 1, &d, fresh()), LODE_E_MISUSE);
	stmt_ops->close(s);
}
END_TEST

#define ROWS(array) ((int)(sizeof(array) / sizeof(array)[0]))

int main(void)
{
	Suite *suite;
	TCase *tc;

	if (getenv("LODE_TEST_MARIADB") == NULL)
		return lode_test_skip("LODE_TEST_MARIADB is not set: see tests/servers.sh");
	suite = suite_create("mariadb");
	tc = tcase_create("values");
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, round_trip_of_a_batch, 0, ROWS(trips));
	tcase_add_loop_test(tc, round_trip_row_by_row, 0, ROWS(trips));
	tcase_add_loop_test(tc, round_trip_of_random_values, 0, ROWS(trips) - 5);
	tcase_add_loop_test(tc, reads_what_others_store, 0, ROWS(reads));
	tcase_add_test(tc, reads_bits_and_years);
	tcase_add_test(tc, reads_zero_dates_as_text_only);
	tcase_add_loop_test(tc, refuses_values_that_have_no_place, 0, ROWS(refusals));
	tcase_add_test(tc, nulls_there_and_back);
	tcase_add_test(tc, a_stream_gives_way);
	tcase_add_test(tc, a_stream_can_be_left);
	tcase_add_test(tc, a_procedure_is_read_to_its_end);
	tcase_add_test(tc, columns_change_under_a_statement);
	tcase_add_loop_test(tc, describes_columns, 0, ROWS(described));
	suite_add_tcase(suite, tc);
	return lode_test_run(suite);
}
