/* SPDX-License-Identifier: MIT */
/* test_sqlite - values through the SQLite driver: every representation there and back. */
#include "plugins/plugin_host.h"

#include <float.h>
#include <math.h>

#include "check_tap.h"

static lode_drv_conn *c;
static lode_arena arena;

static void set_up(void)
{
	host_start();
	c = open_path(":memory:");
	run(c, "CREATE TABLE t(v); CREATE TABLE txt(v TEXT); CREATE TABLE num(v DOUBLE)");
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
static const uint64_t u64_values[] = { 0, INT64_MAX };
static const uint8_t bool_values[] = { 0, 1 };
static const float f32_values[] = { 0, -1.5f, FLT_MAX, FLT_MIN, INFINITY, -INFINITY };
static const double f64_values[] = { 0, 0.1, DBL_MAX, DBL_MIN, 5e-324, INFINITY, -INFINITY };
static const int32_t date_values[] = { 0, -1, 19000, -719528, 2932896, INT32_MIN, INT32_MAX };
static const int64_t time_values[] = { 0, 1, 86399999999, 86400000000 };
static const int64_t ts_values[] = {
	0,	   -1,	      1700000000123456,	       -62167219200000000,  253402300799999999,
	INT64_MAX, INT64_MIN, 9223372036800000000 - 1, -9223372036800000000
};
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
	{ 0, 0, 0, 0 },
	{ 150, 0, 2, 0 },
	{ (uint64_t)-5, -1, 1, 0 },
	{ UINT64_C(0x098a223fffffffff), INT64_C(0x4b3b4ca85a86c47a), 0, 0 },
	{ UINT64_C(0x098a223fffffffff), INT64_C(0x4b3b4ca85a86c47a), 38, 0 },
	{ 1, 0, 38, 0 },
	{ 0, 0, 5, 0 },
};
static const char char_values[][8] = { "", "abcdefg", "\xc3\xa9" };
static const uint8_t bytes_values[][4] = { { 0, 0, 0, 0 }, { 255, 0, 1, 2 } };

/* clang-format off */
#define TRIP(repr, values, scale) \
	{ #repr, repr, scale, sizeof values[0], sizeof values / sizeof values[0], values }
/* clang-format on */
static const struct {
	const char *name;
	int32_t repr, scale;
	size_t size, count;
	const void *values;
} trips[] = {
	TRIP(LODE_R_BOOL8, bool_values, 0),
	TRIP(LODE_R_I8, i8_values, 0),
	TRIP(LODE_R_U8, u8_values, 0),
	TRIP(LODE_R_I16, i16_values, 0),
	TRIP(LODE_R_U16, u16_values, 0),
	TRIP(LODE_R_I32, i32_values, 0),
	TRIP(LODE_R_U32, u32_values, 0),
	TRIP(LODE_R_I64, i64_values, 0),
	TRIP(LODE_R_U64, u64_values, 0),
	TRIP(LODE_R_F32, f32_values, 0),
	TRIP(LODE_R_F64, f64_values, 0),
	TRIP(LODE_R_DATE32, date_values, 0),
	TRIP(LODE_R_TIME64, time_values, 0),
	TRIP(LODE_R_TS64, ts_values, 0),
	TRIP(LODE_R_INTERVAL, interval_values, 0),
	TRIP(LODE_R_UUID, uuid_values, 0),
	TRIP(LODE_R_SCALED64, scaled_values, 2),
	TRIP(LODE_R_DECIMAL, decimal_values, 0),
	TRIP(LODE_R_CHARN, char_values, 0),
	TRIP(LODE_R_BYTESN, bytes_values, 0),
};

/* every value through a batch into `table` and, row by row, back */
static void check_trip(int i, const char *table, uint32_t flags)
{
	lode_drv_bind b = { .repr = trips[i].repr,
			    .flags = LODE_BIND_NOT_NULL,
			    .null_bit = -1,
			    .size = (uint32_t)trips[i].size,
			    .scale = trips[i].scale,
			    .stride = trips[i].size };
	const void *bases[1] = { trips[i].values };
	char sql[100], back[1000];
	lode_exec_result r;
	lode_drv_stmt *s;
	uint32_t got;

	snprintf(sql, sizeof sql,
		 flags & LODE_EXEC_ROWSET ? "INSERT INTO %s SELECT c0 FROM lode_rows"
					  : "INSERT INTO %s VALUES (?)",
		 table);
	s = prepare(c, sql);
	ck_assert_msg(execute(s, &b, 1, bases, (uint32_t)trips[i].count, flags, &r) == LODE_OK,
		      "%s: %s", trips[i].name, failure.message);
	ck_assert_int_eq(r.affected, (int64_t)trips[i].count);
	stmt_ops->close(s);
	snprintf(sql, sizeof sql, "SELECT v FROM %s ORDER BY rowid", table);
	s = prepare(c, sql);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_msg(fetch_into(s, back, NULL, 100, &got) == LODE_DONE, "%s: %s", trips[i].name,
		      failure.message);
	ck_assert_uint_eq(got, trips[i].count);
	ck_assert_msg(memcmp(back, trips[i].values, got * trips[i].size) == 0, "%s", trips[i].name);
	stmt_ops->close(s);
}

START_TEST(round_trip_without_affinity)
{
	check_trip(_i, "t", 0);
}
END_TEST

START_TEST(round_trip_through_lode_rows)
{
	check_trip(_i, "t", LODE_EXEC_ROWSET);
}
END_TEST

/* numbers that a TEXT column turned into text come back exact */
START_TEST(round_trip_through_text)
{
	if (trips[_i].repr == LODE_R_F64 || trips[_i].repr == LODE_R_F32)
		return; /* SQLite writes 15 digits */
	check_trip(_i, "txt", 0);
}
END_TEST

/* ---- how a value is stored */

typedef struct any {
	lode_span span;
	char *cstr;
	int64_t i;
	double f;
	lode_drv_value value;
} any;

static const struct {
	const char *name;
	lode_drv_bind bind;
	any value;
	const char *stored; /* what quote(v) says */
} stores[] = {
	{ "text", { .repr = LODE_R_TEXT }, { .span = { "a'b", 3 } }, "'a''b'" },
	{ "empty text", { .repr = LODE_R_TEXT }, { .span = { NULL, 0 } }, "''" },
	{ "no text", { .repr = LODE_R_TEXT, .flags = LODE_BIND_NULL_PTR }, { .i = 0 }, "NULL" },
	{ "cstr",
	  { .repr = LODE_R_CSTR, .off = offsetof(any, cstr) },
	  { .cstr = (char *)"x" },
	  "'x'" },
	{ "no cstr",
	  { .repr = LODE_R_CSTR, .flags = LODE_BIND_NULL_PTR, .off = offsetof(any, cstr) },
	  { .i = 0 },
	  "NULL" },
	{ "blob", { .repr = LODE_R_BLOB }, { .span = { "\0\1", 2 } }, "X'0001'" },
	{ "empty blob", { .repr = LODE_R_BLOB }, { .span = { NULL, 0 } }, "X''" },
	{ "date",
	  { .repr = LODE_R_DATE32, .off = offsetof(any, i) },
	  { .i = 19000 },
	  "'2022-01-08'" },
	{ "time",
	  { .repr = LODE_R_TIME64, .off = offsetof(any, i) },
	  { .i = 3661000001 },
	  "'01:01:01.000001'" },
	{ "datetime",
	  { .repr = LODE_R_TS64, .off = offsetof(any, i) },
	  { .i = 1700000000123456 },
	  "'2023-11-14 22:13:20.123456'" },
	{ "scaled",
	  { .repr = LODE_R_SCALED64, .scale = 2, .off = offsetof(any, i) },
	  { .i = -50 },
	  "'-0.50'" },
	{ "decimal text", { .repr = LODE_R_DECTEXT }, { .span = { "+01.50e1", 8 } }, "'15.0'" },
	{ "integer for a decimal",
	  { .repr = LODE_R_I64, .sql_type = LODE_T_DECIMAL, .off = offsetof(any, i) },
	  { .i = 7 },
	  "'7'" },
	{ "dynamic integer",
	  { .repr = LODE_R_VALUE, .off = offsetof(any, value) },
	  { .value = { .repr = LODE_R_I64, .v = { .i = 5 } } },
	  "5" },
	{ "dynamic null",
	  { .repr = LODE_R_VALUE, .off = offsetof(any, value) },
	  { .value = { .repr = LODE_R_SKIP } },
	  "NULL" },
	{ "dynamic text",
	  { .repr = LODE_R_VALUE, .off = offsetof(any, value) },
	  { .value = { .repr = LODE_R_TEXT, .v = { .s = { "t", 1 } } } },
	  "'t'" },
	{ "skipped", { .repr = LODE_R_SKIP }, { .i = 1 }, "NULL" },
};

START_TEST(is_stored_as)
{
	const void *bases[1] = { &stores[_i].value };
	lode_drv_bind in = stores[_i].bind, out = {
		.repr = LODE_R_CHARN, .size = 64, .null_bit = -1, .flags = LODE_BIND_NOT_NULL
	};
	lode_drv_stmt *s = prepare(c, "SELECT quote(?)");
	lode_exec_result r;
	char back[64];

	in.null_bit = -1;
	if (!(in.flags & LODE_BIND_NULL_PTR))
		in.flags |= LODE_BIND_NOT_NULL;
	ck_assert_msg(execute(s, &in, 1, bases, 1, 0, &r) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(stmt_ops->bind(s, &out, 1, sizeof out, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, back, NULL, 1, NULL), LODE_OK);
	ck_assert_msg(strcmp(back, stores[_i].stored) == 0, "%s: %s", stores[_i].name, back);
	stmt_ops->close(s);
}
END_TEST

/* ---- what is refused on the way in */

static const struct {
	const char *name;
	lode_drv_bind bind;
	any value;
	lode_status status;
} refusals[] = {
	{ "u64", { .repr = LODE_R_U64, .off = offsetof(any, i) }, { .i = -1 }, LODE_E_DATA },
	{ "nan", { .repr = LODE_R_F64, .off = offsetof(any, f) }, { .f = NAN }, LODE_E_DATA },
	{ "time", { .repr = LODE_R_TIME64, .off = offsetof(any, i) }, { .i = -1 }, LODE_E_DATA },
	{ "time",
	  { .repr = LODE_R_TIME64, .off = offsetof(any, i) },
	  { .i = 86400000001 },
	  LODE_E_DATA },
	{ "scale", { .repr = LODE_R_SCALED64, .scale = 39 }, { .i = 1 }, LODE_E_DATA },
	{ "decimal text", { .repr = LODE_R_DECTEXT }, { .span = { "1.2.3", 5 } }, LODE_E_DATA },
	{ "unknown", { .repr = 99 }, { .i = 1 }, LODE_E_UNSUPPORTED },
};

START_TEST(is_refused)
{
	const void *bases[1] = { &refusals[_i].value };
	lode_drv_stmt *s = prepare(c, "INSERT INTO t VALUES (?)");
	lode_drv_stmt *rows = prepare(c, "INSERT INTO t SELECT c0 FROM lode_rows");
	lode_drv_bind in = refusals[_i].bind;
	lode_exec_result r;

	in.null_bit = -1;
	in.flags = LODE_BIND_NOT_NULL;
	ck_assert_int_eq(execute(s, &in, 1, bases, 1, 0, &r), refusals[_i].status);
	ck_assert_int_eq(failure.status, refusals[_i].status);
	ck_assert_int_eq(failure.row, 0);
	ck_assert_msg(strncmp(failure.message, "parameter 1: ", 13) == 0, "%s", failure.message);
	ck_assert_int_eq(execute(rows, &in, 1, bases, 1, LODE_EXEC_ROWSET, &r),
			 refusals[_i].status);
	ck_assert_int_eq(failure.status, refusals[_i].status);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM t"), 0);
	stmt_ops->close(s);
	stmt_ops->close(rows);
}
END_TEST

/* ---- what a cell gives in a representation, as a row of one table */

static const struct {
	const char *cell; /* SQL */
	int32_t repr;
	uint32_t size;
	int32_t scale;
	lode_status status;
	int64_t value; /* of the representations that are integers */
} reads[] = {
	{ "5", LODE_R_I32, 0, 0, LODE_OK, 5 },
	{ "5.0", LODE_R_I32, 0, 0, LODE_OK, 5 },
	{ "' 5'", LODE_R_I32, 0, 0, LODE_E_DATA, 0 },
	{ "'5'", LODE_R_I32, 0, 0, LODE_OK, 5 },
	{ "'9223372036854775807'", LODE_R_I64, 0, 0, LODE_OK, INT64_MAX },
	{ "'-9223372036854775808'", LODE_R_I64, 0, 0, LODE_OK, INT64_MIN },
	{ "'9223372036854775808'", LODE_R_I64, 0, 0, LODE_E_DATA, 0 },
	{ "'abc'", LODE_R_I32, 0, 0, LODE_E_DATA, 0 },
	{ "5.5", LODE_R_I32, 0, 0, LODE_E_DATA, 0 },
	{ "1e300", LODE_R_I64, 0, 0, LODE_E_DATA, 0 },
	{ "x'05'", LODE_R_I32, 0, 0, LODE_E_CONVERT, 0 },
	{ "2147483648", LODE_R_I32, 0, 0, LODE_E_DATA, 0 },
	{ "-2147483649", LODE_R_I32, 0, 0, LODE_E_DATA, 0 },
	{ "128", LODE_R_I8, 0, 0, LODE_E_DATA, 0 },
	{ "256", LODE_R_U8, 0, 0, LODE_E_DATA, 0 },
	{ "-1", LODE_R_U8, 0, 0, LODE_E_DATA, 0 },
	{ "32768", LODE_R_I16, 0, 0, LODE_E_DATA, 0 },
	{ "65536", LODE_R_U16, 0, 0, LODE_E_DATA, 0 },
	{ "4294967296", LODE_R_U32, 0, 0, LODE_E_DATA, 0 },
	{ "-1", LODE_R_U64, 0, 0, LODE_E_DATA, 0 },
	{ "2", LODE_R_BOOL8, 0, 0, LODE_E_DATA, 0 },
	{ "NULL", LODE_R_I32, 0, 0, LODE_E_DATA, 0 },
	{ "'abc'", LODE_R_F64, 0, 0, LODE_E_DATA, 0 },
	{ "x'00'", LODE_R_F64, 0, 0, LODE_E_CONVERT, 0 },
	{ "1e39", LODE_R_F32, 0, 0, LODE_E_DATA, 0 },
	{ "'abcd'", LODE_R_CHARN, 4, 0, LODE_E_DATA, 0 },
	{ "'ab' || char(0) || 'c'", LODE_R_CHARN, 8, 0, LODE_E_DATA, 0 },
	{ "'ab' || char(0) || 'c'", LODE_R_CSTR, 0, 0, LODE_E_DATA, 0 },
	{ "x'61'", LODE_R_CSTR, 0, 0, LODE_E_CONVERT, 0 },
	{ "x'0102'", LODE_R_BYTESN, 3, 0, LODE_E_DATA, 0 },
	{ "5", LODE_R_BLOB, 0, 0, LODE_E_CONVERT, 0 },
	{ "'1970-01-02'", LODE_R_DATE32, 0, 0, LODE_OK, 1 },
	{ "'1970-01-02 00:00:00'", LODE_R_DATE32, 0, 0, LODE_OK, 1 },
	{ "'1970-01-02 00:00:01'", LODE_R_DATE32, 0, 0, LODE_E_DATA, 0 },
	{ "'1970-02-30'", LODE_R_DATE32, 0, 0, LODE_E_DATA, 0 },
	{ "'1970-1-2'", LODE_R_DATE32, 0, 0, LODE_E_DATA, 0 },
	{ "2440587.5", LODE_R_DATE32, 0, 0, LODE_E_CONVERT, 0 },
	{ "'00:00'", LODE_R_TIME64, 0, 0, LODE_OK, 0 },
	{ "'00:00:01.5'", LODE_R_TIME64, 0, 0, LODE_OK, 1500000 },
	{ "'24:00:01'", LODE_R_TIME64, 0, 0, LODE_E_DATA, 0 },
	{ "'1970-01-01 00:00:01'", LODE_R_TS64, 0, 0, LODE_OK, 1000000 },
	{ "'1970-01-01T00:00:01Z'", LODE_R_TS64, 0, 0, LODE_OK, 1000000 },
	{ "'1970-01-01T02:00:01.25+02:00'", LODE_R_TS64, 0, 0, LODE_OK, 1250000 },
	{ "'1970-01-01 00:00'", LODE_R_TS64, 0, 0, LODE_OK, 0 },
	{ "'1970-01-02'", LODE_R_TS64, 0, 0, LODE_OK, 86400000000 },
	{ "'1970-01-01 00:00:00.000001000'", LODE_R_TS64, 0, 0, LODE_OK, 1 },
	{ "'1970-01-01 00:00:00.0000001'", LODE_R_TS64, 0, 0, LODE_E_DATA, 0 },
	{ "'1970-01-01 25:00:00.000000'", LODE_R_TS64, 0, 0, LODE_E_DATA, 0 },
	{ "'1970-13-01 00:00:00.000000'", LODE_R_TS64, 0, 0, LODE_E_DATA, 0 },
	{ "'1970-01-01 00:00:00.00000x'", LODE_R_TS64, 0, 0, LODE_E_DATA, 0 },
	{ "'yesterday'", LODE_R_TS64, 0, 0, LODE_E_DATA, 0 },
	{ "0", LODE_R_TS64, 0, 0, LODE_E_CONVERT, 0 },
	{ "'1.5'", LODE_R_SCALED64, 0, 2, LODE_OK, 150 },
	{ "3", LODE_R_SCALED64, 0, 2, LODE_OK, 300 },
	{ "'1.505'", LODE_R_SCALED64, 0, 2, LODE_E_DATA, 0 },
	{ "1.5", LODE_R_SCALED64, 0, 2, LODE_E_DATA, 0 },
	{ "1.5", LODE_R_DECIMAL, 0, 0, LODE_E_DATA, 0 },
	{ "'1,5'", LODE_R_DECIMAL, 0, 0, LODE_E_DATA, 0 },
	{ "'123456789012345678901234567890123456789'", LODE_R_DECIMAL, 0, 0, LODE_E_DATA, 0 },
	{ "'zz'", LODE_R_UUID, 0, 0, LODE_E_DATA, 0 },
	{ "x'00'", LODE_R_UUID, 0, 0, LODE_E_DATA, 0 },
	{ "'P1X'", LODE_R_INTERVAL, 0, 0, LODE_E_DATA, 0 },
};

/* a little-endian view is enough: the test's integers are compared in their own width */
static int64_t widen(int32_t repr, const void *p)
{
	int32_t narrow;
	int64_t wide;

	if (repr == LODE_R_I32 || repr == LODE_R_DATE32) {
		memcpy(&narrow, p, sizeof narrow);
		return narrow;
	}
	memcpy(&wide, p, sizeof wide);
	return wide;
}

START_TEST(reads_a_cell)
{
	lode_drv_bind b = { .repr = reads[_i].repr,
			    .size = reads[_i].size,
			    .scale = reads[_i].scale,
			    .flags = LODE_BIND_NOT_NULL | LODE_BIND_COPY,
			    .null_bit = -1 };
	lode_exec_result r;
	char sql[100], out[64] = { 0 };
	lode_drv_stmt *s;
	lode_status status;

	snprintf(sql, sizeof sql, "SELECT %s", reads[_i].cell);
	s = prepare(c, sql);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	status = fetch_into(s, out, &arena, 1, NULL);
	ck_assert_msg(status == reads[_i].status, "%s as %d: %d %s", sql, (int)reads[_i].repr,
		      (int)status, failure.message);
	if (status == LODE_OK)
		ck_assert_int_eq(widen(reads[_i].repr, out), reads[_i].value);
	else
		ck_assert_int_eq(failure.status, status);
	stmt_ops->close(s);
}
END_TEST

/* ---- NULL in its forms */

typedef struct nulls {
	int32_t byte_value, bit_value, present_value;
	uint8_t byte_null, bits, present;
	char *pointer;
	lode_span span;
} nulls;

static const lode_drv_bind null_binds[] = {
	{ .repr = LODE_R_I32,
	  .null_bit = -1,
	  .off = offsetof(nulls, byte_value),
	  .null_off = offsetof(nulls, byte_null),
	  .stride = sizeof(nulls),
	  .null_stride = sizeof(nulls) },
	{ .repr = LODE_R_I32,
	  .null_bit = 3,
	  .off = offsetof(nulls, bit_value),
	  .null_off = offsetof(nulls, bits),
	  .stride = sizeof(nulls),
	  .null_stride = sizeof(nulls) },
	{ .repr = LODE_R_I32,
	  .null_bit = -1,
	  .flags = LODE_BIND_PRESENT,
	  .off = offsetof(nulls, present_value),
	  .null_off = offsetof(nulls, present),
	  .stride = sizeof(nulls),
	  .null_stride = sizeof(nulls) },
	{ .repr = LODE_R_CSTR,
	  .null_bit = -1,
	  .flags = LODE_BIND_NULL_PTR | LODE_BIND_COPY,
	  .off = offsetof(nulls, pointer),
	  .stride = sizeof(nulls) },
	{ .repr = LODE_R_TEXT,
	  .null_bit = -1,
	  .flags = LODE_BIND_NULL_PTR | LODE_BIND_COPY,
	  .off = offsetof(nulls, span),
	  .stride = sizeof(nulls) },
};

START_TEST(null_forms)
{
	nulls in[2] = { { 0, 0, 0, 1, 0x08, 0, NULL, { NULL, 0 } },
			{ 1, 2, 3, 0, 0xf7, 1, (char *)"p", { "", 0 } } };
	nulls out[2];
	const void *bases[1] = { in };
	lode_drv_stmt *s;
	lode_exec_result r;
	uint32_t got;

	run(c, "CREATE TABLE n(a, b, c, d, e)");
	s = prepare(c, "INSERT INTO n VALUES (?, ?, ?, ?, ?)");
	ck_assert_int_eq(execute(s, null_binds, 5, bases, 2, 0, &r), LODE_OK);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT (a IS NULL) + (b IS NULL) + (c IS NULL) + (d IS NULL)"
				     " + (e IS NULL) FROM n WHERE rowid = 1"),
			 5);
	ck_assert_int_eq(read_int(c, "SELECT a + b * 10 + c * 100 FROM n WHERE rowid = 2"), 321);
	memset(out, 0xff, sizeof out);
	s = prepare(c, "SELECT * FROM n ORDER BY rowid");
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, null_binds, 5, sizeof null_binds[0], fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, out, &arena, 10, &got), LODE_DONE);
	ck_assert_uint_eq(got, 2);
	ck_assert(out[0].byte_null == 1 && out[0].byte_value == 0 && out[0].bits == 0xff);
	ck_assert(out[0].present == 0 && out[0].present_value == 0 && out[0].pointer == NULL);
	ck_assert(out[0].span.p == NULL && out[1].span.p != NULL && out[1].span.n == 0);
	ck_assert(out[1].byte_null == 0 && out[1].byte_value == 1 && out[1].bits == 0xf7);
	ck_assert(out[1].bit_value == 2 && out[1].present == 1 && out[1].present_value == 3);
	ck_assert_str_eq(out[1].pointer, "p");
	stmt_ops->close(s);
}
END_TEST

/* ---- text: borrowed, copied, cut */

START_TEST(copied_text_outlives_the_statement)
{
	lode_drv_bind b = { .repr = LODE_R_TEXT,
			    .null_bit = -1,
			    .stride = sizeof(lode_span),
			    .flags = LODE_BIND_NOT_NULL | LODE_BIND_COPY };
	lode_drv_stmt *s = prepare(c, "SELECT 'one' UNION ALL SELECT 'two'");
	lode_exec_result r;
	lode_span out[2];
	uint32_t got;

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, out, &arena, 2, &got), LODE_OK);
	stmt_ops->close(s);
	ck_assert_str_eq(out[0].p, "one");
	ck_assert_str_eq(out[1].p, "two");
	ck_assert_uint_eq(out[1].n, 3);
}
END_TEST

START_TEST(borrowed_text_comes_row_by_row)
{
	lode_drv_bind b = { .repr = LODE_R_TEXT,
			    .null_bit = -1,
			    .stride = sizeof(lode_span),
			    .flags = LODE_BIND_NOT_NULL };
	lode_drv_stmt *s = prepare(c, "SELECT 'one' UNION ALL SELECT 'two'");
	lode_exec_result r;
	lode_span out[2];
	uint32_t got;

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, out, NULL, 2, &got), LODE_OK);
	ck_assert_uint_eq(got, 1);
	ck_assert(memcmp(out[0].p, "one", 3) == 0);
	ck_assert_int_eq(fetch_into(s, out, NULL, 2, &got), LODE_OK);
	ck_assert(memcmp(out[0].p, "two", 3) == 0);
	ck_assert_int_eq(fetch_into(s, out, NULL, 2, &got), LODE_DONE);
	stmt_ops->close(s);
}
END_TEST

START_TEST(text_is_cut_between_characters)
{
	lode_drv_bind b = { .repr = LODE_R_CHARN,
			    .size = 4,
			    .null_bit = -1,
			    .flags = LODE_BIND_NOT_NULL | LODE_BIND_TRUNC_OK };
	lode_drv_stmt *s = prepare(c, "SELECT 'ab\xc3\xa9'");
	lode_exec_result r;
	char out[4];

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, out, NULL, 1, NULL), LODE_OK);
	ck_assert_str_eq(out, "ab");
	stmt_ops->close(s);
}
END_TEST

/* ---- rows that the host knows by their first column */

typedef struct known_row {
	int64_t id;
	int32_t number, last;
} known_row;

static uint32_t LODE_CALL leave_out_one(void *context, lode_fetch *f)
{
	const known_row *rows = f->bases[0];

	++*(int *)context;
	return rows[f->nrows].id == 2 ? 1 : 0;
}

START_TEST(what_is_known_is_left_out)
{
	lode_drv_bind b[3] = { { .repr = LODE_R_I64 }, { .repr = LODE_R_I32 }, { .repr = LODE_R_I32 } };
	lode_drv_stmt *s = prepare(c, "SELECT 1, 10, 100 UNION ALL SELECT 2, 20, 200 "
				      "UNION ALL SELECT 3, 30, 300");
	known_row rows[3] = { { 0, -1, -1 }, { 0, -1, -1 }, { 0, -1, -1 } };
	void *base = rows;
	int asked = 0;
	lode_fetch f = { .struct_size = sizeof f, .bases = &base, .nbases = 1, .max_rows = 3,
			 .known = leave_out_one, .known_ctx = &asked, .head = 1 };
	lode_exec_result r;

	for (int i = 0; i < 3; i++) {
		b[i].null_bit = -1;
		b[i].flags = LODE_BIND_NOT_NULL;
		b[i].stride = sizeof *rows;
	}
	b[1].off = offsetof(known_row, number);
	b[2].off = offsetof(known_row, last);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, b, 3, sizeof *b, fresh()), LODE_OK);
	ck_assert_int_eq(stmt_ops->fetch(s, &f, fresh()), LODE_OK);
	ck_assert_int_eq(asked, 3);
	ck_assert_int_eq(rows[0].number, 10);
	ck_assert_int_eq(rows[1].number, -1);
	ck_assert_int_eq(rows[1].last, 200);
	ck_assert_int_eq(rows[2].last, 300);
	stmt_ops->close(s);
}
END_TEST

/* a row that could not be stored waits for another layout */
START_TEST(another_layout_after_a_refusal)
{
	lode_drv_bind b = { .repr = LODE_R_I32, .null_bit = -1, .flags = LODE_BIND_NOT_NULL };
	lode_drv_stmt *s = prepare(c, "SELECT x'01'");
	lode_drv_value out;
	lode_exec_result r;

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, &out, NULL, 1, NULL), LODE_E_CONVERT);
	b.repr = LODE_R_VALUE;
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, &out, NULL, 1, NULL), LODE_OK);
	ck_assert_int_eq(out.repr, LODE_R_BLOB);
	stmt_ops->close(s);
}
END_TEST

/* ---- decimals sort exactly */

static const struct {
	const char *low, *high;
} orders[] = {
	{ "-10", "-9" },
	{ "-1", "0" },
	{ "0.05", "0.5" },
	{ "9", "10" },
	{ "1.5", "1.51" },
	{ "1e2", "101" },
	{ "99999999999999999999999999999999999998", "99999999999999999999999999999999999999" },
	{ "0.1", "1" },
	{ "-0.51", "-0.5" },
	{ "5", "NaN" },
};

START_TEST(decimals_in_order)
{
	const void *bases[1] = { &orders[_i] };
	lode_drv_bind in[2] = {
		{ .repr = LODE_R_CSTR, .null_bit = -1, .flags = LODE_BIND_NOT_NULL },
		{ .repr = LODE_R_CSTR,
		  .null_bit = -1,
		  .flags = LODE_BIND_NOT_NULL,
		  .off = sizeof(char *) }
	};
	lode_drv_bind out = { .repr = LODE_R_I64, .null_bit = -1, .flags = LODE_BIND_NOT_NULL };
	lode_drv_stmt *s =
		prepare(c, "SELECT (?1 < ?2 COLLATE lode_decimal) +"
			   " (?2 > ?1 COLLATE lode_decimal) + (?1 = ?1 COLLATE lode_decimal)");
	lode_exec_result r;
	int64_t v;

	ck_assert_int_eq(execute(s, in, 2, bases, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &out, 1, sizeof out, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, &v, NULL, 1, NULL), LODE_OK);
	ck_assert_int_eq(v, 3);
	stmt_ops->close(s);
}
END_TEST

START_TEST(equal_decimals)
{
	ck_assert_int_eq(read_int(c,
				  "SELECT ('1.50' = '1.5' COLLATE lode_decimal) + ('-0' = '0.00'"
				  " COLLATE lode_decimal) + ('100' = '1e2' COLLATE lode_decimal)"),
			 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sqlite");
	TCase *values = tcase_create("values");
	int n = (int)(sizeof trips / sizeof trips[0]);

	tcase_add_checked_fixture(values, set_up, tear_down);
	tcase_add_loop_test(values, round_trip_without_affinity, 0, n);
	tcase_add_loop_test(values, round_trip_through_lode_rows, 0, n);
	tcase_add_loop_test(values, round_trip_through_text, 0, n);
	tcase_add_loop_test(values, is_stored_as, 0, (int)(sizeof stores / sizeof stores[0]));
	tcase_add_loop_test(values, is_refused, 0, (int)(sizeof refusals / sizeof refusals[0]));
	tcase_add_loop_test(values, reads_a_cell, 0, (int)(sizeof reads / sizeof reads[0]));
	tcase_add_test(values, null_forms);
	tcase_add_test(values, copied_text_outlives_the_statement);
	tcase_add_test(values, borrowed_text_comes_row_by_row);
	tcase_add_test(values, text_is_cut_between_characters);
	tcase_add_test(values, what_is_known_is_left_out);
	tcase_add_test(values, another_layout_after_a_refusal);
	tcase_add_loop_test(values, decimals_in_order, 0, (int)(sizeof orders / sizeof orders[0]));
	tcase_add_test(values, equal_decimals);
	suite_add_tcase(suite, values);
	return lode_test_run(suite);
}
