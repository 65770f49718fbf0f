/* SPDX-License-Identifier: MIT */
/* test_postgresql - values through the PostgreSQL driver: every type in its representations, there
 * and back, alone and as arrays, in binary and as text. */
#include "plugins/postgresql_server.h"

#include <float.h>
#include <math.h>

static lode_drv_conn *c;
static lode_arena arena;

static void set_up(void)
{
	host_start();
	c = server_open();
}

static void tear_down(void)
{
	conn_ops->close(c);
	host_arena_free(&arena);
	ck_assert_int_eq(host_memory.live, 0);
}

/* ---- the bytes that come back are the bytes that went in */

static const int8_t i8_values[] = { INT8_MIN, -1, 0, INT8_MAX };
static const uint8_t u8_values[] = { 0, 1, UINT8_MAX };
static const int16_t i16_values[] = { INT16_MIN, 0, INT16_MAX };
static const uint16_t u16_values[] = { 0, UINT16_MAX };
static const int32_t i32_values[] = { INT32_MIN, -1, 0, INT32_MAX };
static const uint32_t u32_values[] = { 0, UINT32_MAX };
static const int64_t i64_values[] = { INT64_MIN, -1, 0, INT64_MAX };
static const uint64_t u64_values[] = { 0, 1, INT64_MAX, UINT64_MAX };
static const uint8_t bool_values[] = { 0, 1 };
static const float f32_values[] = { 0, -1.5f, FLT_MAX, FLT_MIN, 0.1f, INFINITY, -INFINITY };
static const double f64_values[] = { 0,	    0.1,      DBL_MAX, DBL_MIN,
				     5e-324, INFINITY, -INFINITY };
/* from JD 0 on */
static const int32_t date_values[] = { 0, -1, 19000, 11016, 2932896, 100000000 };
static const int32_t old_dates[] = { -719528, -719529, -2440588 };
static const int64_t time_values[] = { 0, 1, 86399999999, 86400000000 };
static const int64_t ts_values[] = {
	0,	   -1,	      1700000000123456, 253402300799999999,
	INT64_MAX, INT64_MIN, 946684800000000,	9223372036800000000 - 1,
};
static const int64_t old_moments[] = { -62167219200000000, -210866803200000000 };
static const lode_drv_interval interval_values[] = {
	{ 0, 0, 0 },
	{ 14, -3, 1 },
	{ 0, INT32_MIN, -1 },
	{ 1, 0, -3600000001 },
	{ INT32_MAX, INT32_MAX, INT64_MAX },
};
static const uint8_t uuid_values[][16] = {
	{ 0 },
	{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255 },
};
static const int64_t scaled_values[] = { 0, 150, -1, INT64_MAX, INT64_MIN };
/* 99999999999999999999999999999999999999 is 0x4b3b4ca85a86c47a098a223fffffffff */
static const lode_drv_decimal decimal_values[] = {
	{ 0, 0, 0, 0 },
	{ 150, 0, 2, 0 },
	{ 10000, 0, 0, 0 },
	{ 100020003, 0, 4, 0 },
	{ (uint64_t)-5, -1, 1, 0 },
	{ UINT64_C(0x098a223fffffffff), INT64_C(0x4b3b4ca85a86c47a), 0, 0 },
	{ UINT64_C(0x098a223fffffffff), INT64_C(0x4b3b4ca85a86c47a), 38, 0 },
	{ 1, 0, 38, 0 },
	{ 0, 0, 5, 0 },
};
static const char char_values[][8] = { "", "abcdefg", "\xc3\xa9", "\xf0\x9f\xa6\x86" };
static const uint8_t bytes_values[][4] = { { 0, 0, 0, 0 }, { 255, 0, 1, 2 } };

/* clang-format off */
#define TRIP(sql_type, repr, values, scale, text) \
	{ #sql_type " as " #repr, sql_type, repr, scale, sizeof values[0], \
	  sizeof values / sizeof values[0], values, text }
/* clang-format on */
static const struct {
	const char *name;
	int32_t sql_type, repr, scale;
	size_t size, count;
	const void *values;
	int text; /* the text of the server is read too */
} trips[] = {
	TRIP(LODE_T_BOOL, LODE_R_BOOL8, bool_values, 0, 1),
	TRIP(LODE_T_INT16, LODE_R_I8, i8_values, 0, 1),
	TRIP(LODE_T_INT16, LODE_R_U8, u8_values, 0, 1),
	TRIP(LODE_T_INT16, LODE_R_I16, i16_values, 0, 1),
	TRIP(LODE_T_INT32, LODE_R_U16, u16_values, 0, 1),
	TRIP(LODE_T_INT32, LODE_R_I32, i32_values, 0, 1),
	TRIP(LODE_T_INT64, LODE_R_U32, u32_values, 0, 1),
	TRIP(LODE_T_INT64, LODE_R_I64, i64_values, 0, 1),
	TRIP(LODE_T_UINT64, LODE_R_U64, u64_values, 0, 1),
	TRIP(LODE_T_DECIMAL, LODE_R_I64, i64_values, 0, 1),
	TRIP(LODE_T_TEXT, LODE_R_I64, i64_values, 0, 1),
	TRIP(LODE_T_FLOAT32, LODE_R_F32, f32_values, 0, 1),
	TRIP(LODE_T_FLOAT64, LODE_R_F64, f64_values, 0, 1),
	TRIP(LODE_T_FLOAT64, LODE_R_F32, f32_values, 0, 1),
	TRIP(LODE_T_TEXT, LODE_R_F64, f64_values, 0, 1),
	TRIP(LODE_T_DATE, LODE_R_DATE32, date_values, 0, 1),
	TRIP(LODE_T_DATE, LODE_R_DATE32, old_dates, 0, 0),
	TRIP(LODE_T_INT32, LODE_R_DATE32, date_values, 0, 1),
	TRIP(LODE_T_TIME, LODE_R_TIME64, time_values, 0, 1),
	TRIP(LODE_T_TIMESTAMP, LODE_R_TS64, ts_values, 0, 1),
	TRIP(LODE_T_TIMESTAMP, LODE_R_TS64, old_moments, 0, 0),
	TRIP(LODE_T_TIMESTAMPTZ, LODE_R_TS64, ts_values, 0, 1),
	TRIP(LODE_T_TIMESTAMPTZ, LODE_R_TS64, old_moments, 0, 0),
	TRIP(LODE_T_INT64, LODE_R_TS64, ts_values, 0, 1),
	TRIP(LODE_T_INTERVAL, LODE_R_INTERVAL, interval_values, 0, 1),
	TRIP(LODE_T_UUID, LODE_R_UUID, uuid_values, 0, 1),
	TRIP(LODE_T_BLOB, LODE_R_UUID, uuid_values, 0, 1),
	TRIP(LODE_T_TEXT, LODE_R_UUID, uuid_values, 0, 1),
	TRIP(LODE_T_DECIMAL, LODE_R_SCALED64, scaled_values, 2, 1),
	TRIP(LODE_T_DECIMAL, LODE_R_DECIMAL, decimal_values, 0, 1),
	TRIP(LODE_T_TEXT, LODE_R_CHARN, char_values, 0, 1),
	TRIP(LODE_T_BLOB, LODE_R_BYTESN, bytes_values, 0, 1),
};

enum way { ONE_BY_ONE, AS_TEXT, AS_ARRAY, WAYS };

/* row by row into `back` */
static void read_back(lode_drv_stmt *s, int i, char *back, uint32_t most, uint32_t want)
{
	lode_drv_bind b = { .repr = trips[i].repr,
			    .flags = LODE_BIND_NOT_NULL,
			    .null_bit = -1,
			    .size = (uint32_t)trips[i].size,
			    .scale = trips[i].scale,
			    .stride = trips[i].size };
	uint32_t got;

	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_msg(fetch_into(s, back, &arena, most, &got) >= 0, "%s: %s", trips[i].name,
		      failure.message);
	ck_assert_msg(got == want, "%s: %u rows", trips[i].name, (unsigned)got);
}

START_TEST(round_trip)
{
	int i = _i / WAYS, way = _i % WAYS;
	lode_drv_bind b = { .repr = trips[i].repr,
			    .sql_type = trips[i].sql_type,
			    .flags = LODE_BIND_NOT_NULL,
			    .null_bit = -1,
			    .size = (uint32_t)trips[i].size,
			    .scale = trips[i].scale,
			    .stride = trips[i].size };
	const void *bases[1] = { trips[i].values };
	char back[1000];
	lode_exec_result r;
	lode_drv_stmt *s;
	uint32_t k;

	if (way == AS_TEXT && !trips[i].text)
		return;
	if (way == AS_ARRAY) {
		s = prepare(c, "SELECT v FROM unnest($1) WITH ORDINALITY AS r(v, n) ORDER BY n");
		ck_assert_msg(execute(s, &b, 1, bases, (uint32_t)trips[i].count, LODE_EXEC_ROWSET,
				      &r) == LODE_OK,
			      "%s: %s", trips[i].name, failure.message);
		read_back(s, i, back, 100, (uint32_t)trips[i].count);
		ck_assert_msg(!memcmp(back, trips[i].values, trips[i].count * trips[i].size), "%s",
			      trips[i].name);
		stmt_ops->close(s);
		return;
	}
	s = way == AS_TEXT ? prepare_direct(c, "SELECT $1") : prepare(c, "SELECT $1");
	for (k = 0; k < trips[i].count; k++) {
		bases[0] = (const char *)trips[i].values + k * trips[i].size;
		ck_assert_msg(execute(s, &b, 1, bases, 1, 0, &r) == LODE_OK, "%s: %s",
			      trips[i].name, failure.message);
		read_back(s, i, back, 1, 1);
		ck_assert_msg(!memcmp(back, bases[0], trips[i].size), "%s, value %u", trips[i].name,
			      (unsigned)k);
	}
	stmt_ops->close(s);
}
END_TEST

/* ---- seeded random values */

static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t random64(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

#define RANDOM_ROWS 500

static void check_array(const char *name, int32_t sql_type, int32_t repr, const void *values,
			void *back, size_t size)
{
	lode_drv_bind b = { .repr = repr, .sql_type = sql_type, .flags = LODE_BIND_NOT_NULL,
			    .null_bit = -1, .stride = size };
	const void *bases[1] = { values };
	lode_exec_result r;
	lode_drv_stmt *s;
	uint32_t got;

	s = prepare(c, "SELECT v FROM unnest($1) WITH ORDINALITY AS r(v, n) ORDER BY n");
	ck_assert_msg(execute(s, &b, 1, bases, RANDOM_ROWS, LODE_EXEC_ROWSET, &r) == LODE_OK,
		      "%s: %s", name, failure.message);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_ge(fetch_into(s, back, &arena, RANDOM_ROWS, &got), 0);
	ck_assert_uint_eq(got, RANDOM_ROWS);
	ck_assert_msg(memcmp(values, back, RANDOM_ROWS * size) == 0, "%s", name);
	stmt_ops->close(s);
}

START_TEST(random_values)
{
	static int64_t whole[RANDOM_ROWS], whole_back[RANDOM_ROWS];
	static double real[RANDOM_ROWS], real_back[RANDOM_ROWS];
	static lode_drv_decimal decimal[RANDOM_ROWS], decimal_back[RANDOM_ROWS];
	static int64_t moment[RANDOM_ROWS], moment_back[RANDOM_ROWS];
	uint64_t bits;
	int i, k, digits;

	for (i = 0; i < RANDOM_ROWS; i++) {
		whole[i] = (int64_t)(random64() >> random64() % 64);
		do {
			bits = random64();
			memcpy(&real[i], &bits, sizeof bits);
		} while (isnan(real[i]));
		moment[i] = (int64_t)(random64() % UINT64_C(400000000000000000)) - 200000000000000000;
		digits = (int)(random64() % 39);
		for (k = 0; k < digits; k++) {
			uint64_t high = (uint64_t)decimal[i].high;

			lode_util_times10(&high, &decimal[i].low, (unsigned)(random64() % 10));
			decimal[i].high = (int64_t)high;
		}
		decimal[i].scale = (int32_t)(random64() % 39);
	}
	check_array("integers", LODE_T_INT64, LODE_R_I64, whole, whole_back, 8);
	check_array("numbers", LODE_T_FLOAT64, LODE_R_F64, real, real_back, 8);
	check_array("moments", LODE_T_TIMESTAMPTZ, LODE_R_TS64, moment, moment_back, 8);
	check_array("decimals", LODE_T_DECIMAL, LODE_R_DECIMAL, decimal, decimal_back,
		    sizeof decimal[0]);
}
END_TEST

/* ---- text of everything, NULL, what does not fit */

static const struct {
	const char *sql, *text; /* text NULL: SQL NULL */
} texts[] = {
	{ "SELECT 1::bigint", "1" },
	{ "SELECT true", "true" },
	{ "SELECT 1.50::numeric(10,2)", "1.50" },
	{ "SELECT 'NaN'::numeric", "NaN" },
	{ "SELECT '-Infinity'::float8", "-Infinity" },
	{ "SELECT 0.1::float4", "0.1" },
	{ "SELECT 1e300::float8", "1e+300" },
	{ "SELECT 12345678901234567890123456789012345678901234567890.5::numeric",
	  "12345678901234567890123456789012345678901234567890.5" },
	{ "SELECT 0.0000000000000000000000000000000000000000000001::numeric",
	  "0.0000000000000000000000000000000000000000000001" },
	{ "SELECT date '2024-02-29'", "2024-02-29" },
	{ "SELECT timestamptz '2024-02-29 12:00:00+02'", "2024-02-29 10:00:00.000000" },
	{ "SELECT timestamp 'infinity'", "infinity" },
	{ "SELECT time '24:00'", "24:00:00.000000" },
	{ "SELECT timetz '01:30:00+02'", "23:30:00.000000" },
	{ "SELECT interval '1 year 2 mons -3 days 04:05:06.5'", "P1Y2M-3DT4H5M6.5S" },
	{ "SELECT '01020304-0506-0708-090a-0b0c0d0e0f10'::uuid",
	  "01020304-0506-0708-090a-0b0c0d0e0f10" },
	{ "SELECT '{\"a\": 1}'::jsonb", "{\"a\": 1}" },
	{ "SELECT '{\"a\":1}'::json", "{\"a\":1}" },
	{ "SELECT ARRAY[1,2]", "{1,2}" },
	{ "SELECT 'x'::\"char\"", "x" },
	{ "SELECT '1.2.3.4'::inet, 5", "1.2.3.4" },
	{ "SELECT NULL::text", NULL },
};

START_TEST(text_of_everything)
{
	lode_drv_bind b = { .repr = LODE_R_TEXT, .flags = LODE_BIND_NULL_PTR, .null_bit = -1 };
	lode_drv_stmt *s = _i % 2 ? prepare(c, texts[_i / 2].sql)
				  : prepare_direct(c, texts[_i / 2].sql);
	const char *want = texts[_i / 2].text;
	lode_exec_result r;
	lode_span span;

	ck_assert_msg(execute(s, NULL, 0, NULL, 1, 0, &r) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_msg(fetch_into(s, &span, NULL, 1, NULL) == LODE_OK, "%s", failure.message);
	if (want == NULL)
		ck_assert_ptr_null(span.p);
	else
		ck_assert_msg(span.n == strlen(want) && memcmp(span.p, want, span.n) == 0,
			      "%s gives %.*s", texts[_i / 2].sql, (int)span.n, span.p);
	stmt_ops->close(s);
}
END_TEST

static const struct {
	const char *sql;
	int32_t repr;
	uint32_t size;
	lode_status status;
} misfits[] = {
	{ "SELECT 128", LODE_R_I8, 0, LODE_E_DATA },
	{ "SELECT -1", LODE_R_U32, 0, LODE_E_DATA },
	{ "SELECT 1.5::numeric", LODE_R_I64, 0, LODE_E_DATA },
	{ "SELECT 0.5::float8", LODE_R_DECIMAL, 0, LODE_E_DATA },
	{ "SELECT 'abc'", LODE_R_I32, 0, LODE_E_DATA },
	{ "SELECT 'abcdefgh'", LODE_R_CHARN, 4, LODE_E_DATA },
	{ "SELECT '\\x0102'::bytea", LODE_R_BYTESN, 3, LODE_E_DATA },
	{ "SELECT '\\x0102'::bytea", LODE_R_TEXT, 0, LODE_E_CONVERT },
	{ "SELECT 1", LODE_R_BLOB, 0, LODE_E_CONVERT },
	{ "SELECT date 'infinity'", LODE_R_DATE32, 0, LODE_E_DATA },
	{ "SELECT 1", LODE_R_INTERVAL, 0, LODE_E_CONVERT },
	{ "SELECT 1e40::float8", LODE_R_F32, 0, LODE_E_DATA },
	{ "SELECT NULL::int", LODE_R_I32, 0, LODE_E_DATA },
	{ "SELECT 1e39::numeric", LODE_R_DECIMAL, 0, LODE_E_DATA },
};

START_TEST(misfit)
{
	lode_drv_bind b = { .repr = misfits[_i].repr, .size = misfits[_i].size,
			    .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	lode_drv_stmt *s = prepare(c, misfits[_i].sql);
	lode_exec_result r;
	char out[64];

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_msg(fetch_into(s, out, &arena, 1, NULL) == misfits[_i].status, "%s: %s",
		      misfits[_i].sql, failure.message);
	/* the row waits for another try */
	b = (lode_drv_bind){ .repr = LODE_R_RAW, .flags = LODE_BIND_NULL_PTR, .null_bit = -1 };
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, out, &arena, 1, NULL), LODE_OK);
	stmt_ops->close(s);
}
END_TEST

/* parameters that are refused before anything is sent */
static const struct {
	int32_t repr, sql_type;
	int64_t value;
} refused[] = {
	{ LODE_R_I64, LODE_T_INT32, INT64_C(1) << 40 },
	{ LODE_R_I64, LODE_T_BOOL, 2 },
	{ LODE_R_TIME64, LODE_T_TIME, -1 },
	{ LODE_R_TS64, LODE_T_TIMESTAMP, INT64_MIN + 1 },
	{ LODE_R_U64, LODE_T_INT64, -1 },
};

START_TEST(refused_parameter)
{
	lode_drv_bind b = { .repr = refused[_i].repr, .sql_type = refused[_i].sql_type,
			    .flags = LODE_BIND_NOT_NULL, .null_bit = -1, .stride = 8 };
	int64_t values[2] = { 0, refused[_i].value };
	const void *bases[1] = { values };
	lode_drv_stmt *s = prepare(c, "SELECT count($1)");
	lode_exec_result r;

	bases[0] = values + 1;
	ck_assert_int_eq(execute(s, &b, 1, bases, 1, 0, &r), LODE_E_DATA);
	bases[0] = values;
	ck_assert_int_eq(execute(s, &b, 1, bases, 2, LODE_EXEC_ROWSET, &r), LODE_E_DATA);
	ck_assert_int_eq(failure.row, 1);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT 7"), 7);
}
END_TEST

/* lists: of numbers, of texts, of a type that only the server knows, empty, with NULL */
START_TEST(lists)
{
	static const int64_t numbers[] = { 1, 5, 7 };
	static const char *const words[] = { "a\"b\\,{}", NULL, "NULL", "" };
	lode_drv_array list = { .struct_size = sizeof list, .repr = LODE_R_I64,
				.sql_type = LODE_T_INT64, .data = numbers, .count = 3,
				.stride = 8 };
	const lode_drv_array *pointer = &list;
	const void *bases[1] = { &pointer };
	lode_drv_bind b = { .repr = LODE_R_ARRAY, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	lode_drv_bind out = { .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	lode_exec_result r;
	lode_drv_stmt *s;
	int64_t sum;
	int round;

	for (round = 0; round < 4; round++) {
		static const struct {
			const char *sql;
			int64_t want;
		} rounds[] = {
			{ "SELECT sum(v)::bigint FROM unnest($1) AS r(v)", 13 },
			{ "SELECT count(*) FROM generate_series(1, 9) g WHERE g = ANY($1)", 0 },
			{ "SELECT sum(length(v)) FROM unnest($1) AS r(v)", 11 },
			{ "SELECT count(*) FROM unnest($1::lode_mood[]) v WHERE v = 'NULL'", 1 },
		};

		if (round == 1)
			list.count = 0;
		if (round >= 2) {
			list = (lode_drv_array){ .struct_size = sizeof list, .repr = LODE_R_CSTR,
						 .sql_type = round == 2 ? LODE_T_TEXT : LODE_T_ENUM,
						 .data = words, .count = 4, .stride = sizeof words[0] };
		}
		if (round == 3)
			run(c, "DROP TYPE IF EXISTS lode_mood;"
			       "CREATE TYPE lode_mood AS ENUM ('a\"b\\,{}', 'NULL', '')");
		s = prepare(c, rounds[round].sql);
		ck_assert_msg(execute(s, &b, 1, bases, 1, 0, &r) == LODE_OK, "%s: %s",
			      rounds[round].sql, failure.message);
		ck_assert_int_eq(stmt_ops->bind(s, &out, 1, sizeof out, fresh()), LODE_OK);
		ck_assert_int_eq(fetch_into(s, &sum, NULL, 1, NULL), LODE_OK);
		ck_assert_int_eq(sum, rounds[round].want);
		stmt_ops->close(s);
	}
	run(c, "DROP TYPE lode_mood");
}
END_TEST

/* 16 MiB there and back, text with any characters */
START_TEST(large_value)
{
	size_t n = 16u << 20, i;
	char *text = malloc(n + 1), *back;
	const void *bases[1] = { &text };
	lode_drv_bind b = { .repr = LODE_R_CSTR, .sql_type = LODE_T_TEXT,
			    .flags = LODE_BIND_NULL_PTR | LODE_BIND_COPY, .null_bit = -1 };
	lode_drv_stmt *s = prepare(c, "SELECT $1");
	lode_exec_result r;

	ck_assert_ptr_nonnull(text);
	for (i = 0; i < n; i++)
		text[i] = (char)(1 + i % 127);
	text[n] = '\0';
	ck_assert_int_eq(execute(s, &b, 1, bases, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, &back, &arena, 1, NULL), LODE_OK);
	ck_assert(strcmp(text, back) == 0);
	stmt_ops->close(s);
	free(text);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("postgresql");
	TCase *values = tcase_create("values");
	int trip_count = (int)(sizeof trips / sizeof trips[0]) * WAYS;

	suite_add_tcase(suite, values);
	tcase_add_checked_fixture(values, set_up, tear_down);
	tcase_add_loop_test(values, round_trip, 0, trip_count);
	tcase_add_test(values, random_values);
	tcase_add_loop_test(values, text_of_everything, 0,
			    2 * (int)(sizeof texts / sizeof texts[0]));
	tcase_add_loop_test(values, misfit, 0, (int)(sizeof misfits / sizeof misfits[0]));
	tcase_add_loop_test(values, refused_parameter, 0,
			    (int)(sizeof refused / sizeof refused[0]));
	tcase_add_test(values, lists);
	tcase_add_test(values, large_value);
	return suite;
}

int main(void)
{
	if (!server_is_there())
		return lode_test_skip("LODE_TEST_POSTGRESQL names no server");
	return lode_test_run(make_suite());
}
