/* SPDX-License-Identifier: MIT */
/* test_odbc - values through ODBC drivers: every representation there and back, on every source. */
#include "plugins/odbc_sources.h"

#include <float.h>
#include <math.h>

static lode_drv_conn *c;
static lode_conn_info info;
static lode_arena arena;

static void open_one(int index)
{
	host_start();
	c = open_source(index);
	fill_info(c, &info);
}

static void close_one(void)
{
	conn_ops->close(c);
	host_arena_free(&arena);
	ck_assert_int_eq(host_memory.live, 0);
	ck_assert_int_eq(host_locked, 0);
}

/* ---- round trips: the bytes that come back are the bytes that went in */

static const int8_t i8_values[] = { INT8_MIN, -1, 0, INT8_MAX };
static const uint8_t u8_values[] = { 0, 1, UINT8_MAX };
static const int16_t i16_values[] = { INT16_MIN, 0, INT16_MAX };
static const uint16_t u16_values[] = { 0, UINT16_MAX };
static const int32_t i32_values[] = { INT32_MIN, -1, 0, INT32_MAX };
static const uint32_t u32_values[] = { 0, UINT32_MAX };
static const int64_t i64_values[] = { INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX };
static const uint64_t u63_values[] = { 0, 1, INT64_MAX };
static const uint64_t u64_values[] = { 0, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX };
static const uint8_t bool_values[] = { 0, 1 };
static const float f32_values[] = { 0, -1.5f, 0.1f, 3.4e38f, 1.2e-38f };
static const double f64_values[] = { 0, -1.5, 1e15, 1e300, 1e-300 };
static const double exact_values[] = { 0.1 + 0.2, 1.0 / 3, 123456789.123456789, DBL_MAX, DBL_MIN };
static const double infinite_values[] = { INFINITY, -INFINITY };
static const int32_t date_values[] = { 0, -1, 19000, 2932896, -141427 };
static const int32_t far_dates[] = { 3652059, 10000000 };
static const int64_t time_values[] = { 0, 1, 86399999999 };
static const int64_t ts_values[] = { 0, -1, 1700000000123456, 253402300799999999, 1, 999999 };
static const int64_t endless_values[] = { INT64_MAX, INT64_MIN };
static const lode_drv_interval interval_values[] = {
	{ 0, 0, 0 },
	{ 14, -3, 1 },
	{ -1, 3, -3600000001 },
	{ 0, 0, 86400000000 },
};
static const uint8_t uuid_values[][16] = {
	{ 0 },
	{ 1, 2, 3, 0xab, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255 },
};
static const int64_t scaled_values[] = { 0, 150, -1, INT64_MAX, INT64_MIN };
/* 99999999999999999999999999999999999999 is 0x4b3b4ca85a86c47a098a223fffffffff */
static const lode_drv_decimal whole_decimals[] = {
	{ 0, 0, 0, 0 },
	{ UINT64_C(0x098a223fffffffff), INT64_C(0x4b3b4ca85a86c47a), 0, 0 },
	{ (uint64_t)-5, -1, 0, 0 },
};
static const lode_drv_decimal small_decimals[] = {
	{ 0, 0, 38, 0 },
	{ UINT64_C(0x098a223fffffffff), INT64_C(0x4b3b4ca85a86c47a), 38, 0 },
	{ 1, 0, 38, 0 },
};
static const char char_values[][8] = { "", "abcdefg", "\xc3\xa9", "{?}'", "a\\'b" };
static const uint8_t bytes_values[][4] = { { 0, 0, 0, 0 },
					   { 255, 0, 1, 2 },
					   { 'a', '\'', '\\', 0 } };

/* clang-format off */
#define TRIP(repr, values, scale, type, on, pg, my, sq) \
	{ #repr " " #values, repr, scale, type, sizeof values[0], sizeof values / sizeof values[0], \
	  values, on, { pg, my, sq } }
static const struct {
	const char *name;
	int32_t repr, scale, sql_type;
	size_t size, count;
	const void *values;
	unsigned on;
	const char *types[SOURCES];
} trips[] = {
	TRIP(LODE_R_BOOL8, bool_values, 0, LODE_T_BOOL, ON_ALL, "boolean", "boolean", "boolean"),
	TRIP(LODE_R_I8, i8_values, 0, LODE_T_INT16, ON_ALL, "smallint", "smallint", "smallint"),
	TRIP(LODE_R_U8, u8_values, 0, LODE_T_INT16, ON_ALL, "smallint", "smallint", "smallint"),
	TRIP(LODE_R_I16, i16_values, 0, LODE_T_INT16, ON_ALL, "smallint", "smallint", "smallint"),
	TRIP(LODE_R_U16, u16_values, 0, LODE_T_INT32, ON_ALL, "integer", "integer", "integer"),
	TRIP(LODE_R_I32, i32_values, 0, LODE_T_INT32, ON_ALL, "integer", "integer", "integer"),
	TRIP(LODE_R_U32, u32_values, 0, LODE_T_INT64, ON_ALL, "bigint", "bigint", "bigint"),
	TRIP(LODE_R_I64, i64_values, 0, LODE_T_INT64, ON_ALL, "bigint", "bigint", "bigint"),
	TRIP(LODE_R_U64, u63_values, 0, LODE_T_UINT64, ON_ALL,
	     "bigint", "bigint unsigned", "unsigned bigint"),
	TRIP(LODE_R_U64, u64_values, 0, LODE_T_UINT64, ON(PG) | ON(MY),
	     "numeric(20)", "bigint unsigned", NULL),
	TRIP(LODE_R_F32, f32_values, 0, LODE_T_FLOAT32, ON_ALL, "real", "float", "float"),
	TRIP(LODE_R_F64, f64_values, 0, LODE_T_FLOAT64, ON_ALL,
	     "double precision", "double", "double"),
	TRIP(LODE_R_F64, infinite_values, 0, LODE_T_FLOAT64, ON(PG) | ON(SQ),
	     "double precision", NULL, "double"),
	TRIP(LODE_R_DATE32, date_values, 0, LODE_T_DATE, ON_ALL, "date", "date", "text"),
	TRIP(LODE_R_DATE32, far_dates, 0, LODE_T_DATE, ON(SQ), NULL, NULL, "text"),
	TRIP(LODE_R_TIME64, time_values, 0, LODE_T_TIME, ON_ALL, "time", "time(6)", "text"),
	TRIP(LODE_R_TS64, ts_values, 0, LODE_T_TIMESTAMP, ON_ALL,
	     "timestamp", "datetime(6)", "text"),
	TRIP(LODE_R_TS64, ts_values, 0, LODE_T_TIMESTAMPTZ, ON(PG), "timestamptz", NULL, NULL),
	TRIP(LODE_R_TS64, endless_values, 0, LODE_T_TIMESTAMP, ON(SQ), NULL, NULL, "text"),
	TRIP(LODE_R_INTERVAL, interval_values, 0, LODE_T_INTERVAL, ON_ALL,
	     "interval", "varchar(80)", "text"),
	TRIP(LODE_R_UUID, uuid_values, 0, LODE_T_UUID, ON_ALL, "uuid", "uuid", "text"),
	TRIP(LODE_R_UUID, uuid_values, 0, LODE_T_BLOB, ON_ALL, "bytea", "binary(16)", "blob"),
	TRIP(LODE_R_SCALED64, scaled_values, 2, LODE_T_DECIMAL, ON_ALL,
	     "numeric", "decimal(30,2)", "text"),
	TRIP(LODE_R_DECIMAL, whole_decimals, 0, LODE_T_DECIMAL, ON_ALL,
	     "numeric(38)", "decimal(38)", "text"),
	TRIP(LODE_R_DECIMAL, small_decimals, 0, LODE_T_DECIMAL, ON_ALL,
	     "numeric(38,38)", "decimal(38,38)", "text"),
	TRIP(LODE_R_CHARN, char_values, 0, LODE_T_TEXT, ON_ALL,
	     "text", "varchar(20) character set utf8mb4", "text"),
	TRIP(LODE_R_BYTESN, bytes_values, 0, LODE_T_BLOB, ON_ALL, "bytea", "longblob", "blob"),
	TRIP(LODE_R_F64, exact_values, 0, LODE_T_FLOAT64, ON_ALL,
	     "double precision", "double", "double"),
};
/* clang-format on */
#define TRIPS (int)(sizeof trips / sizeof trips[0])

static void make_table(int i, int kind)
{
	char sql[200];

	snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %%s; CREATE TABLE %%s (n integer, v %s)",
		 trips[i].types[kind]);
	run_on(c, sql, table_name("v"));
}

static void insert_all(int i, const lode_drv_bind *value)
{
	static int32_t numbers[1000];
	lode_drv_bind binds[2] = {
		{ .repr = LODE_R_I32,
		  .sql_type = LODE_T_INT32,
		  .flags = LODE_BIND_NOT_NULL,
		  .null_bit = -1,
		  .stride = sizeof numbers[0],
		  .base = 1 },
		*value,
	};
	const void *bases[2] = { trips[i].values, numbers };
	char sql[100];
	lode_exec_result r;
	lode_drv_stmt *s;
	int32_t n;

	for (n = 0; n < 1000; n++)
		numbers[n] = n;
	snprintf(sql, sizeof sql, "INSERT INTO %s (n, v) VALUES (?, ?)", table_name("v"));
	s = prepare(c, sql);
	ck_assert_msg(execute(s, binds, 2, bases, (uint32_t)trips[i].count, 0, &r) == LODE_OK,
		      "%s: %s", trips[i].name, failure.message);
	ck_assert_int_eq(r.affected, (int64_t)trips[i].count);
	stmt_ops->close(s);
}

/* a driver with LODE_LIMIT_ROUGH_DOUBLES keeps 15 digits */
static void check_bytes(int i, const char *back)
{
	size_t n;

	if (trips[i].repr != LODE_R_F64 || !(info.limits & LODE_LIMIT_ROUGH_DOUBLES)) {
		ck_assert_msg(memcmp(back, trips[i].values, trips[i].count * trips[i].size) == 0,
			      "%s", trips[i].name);
		return;
	}
	for (n = 0; n < trips[i].count; n++) {
		double was = ((const double *)trips[i].values)[n], is;

		memcpy(&is, back + n * sizeof is, sizeof is);
		ck_assert_msg(is == was || fabs(was) == DBL_MAX ||
				      fabs(is - was) < 1e-14 * fabs(was),
			      "%s %zu: %.17g", trips[i].name, n, is);
	}
}

static void check_trip(int i, int index)
{
	lode_drv_bind b = { .repr = trips[i].repr,
			    .sql_type = trips[i].sql_type,
			    .flags = LODE_BIND_NOT_NULL,
			    .null_bit = -1,
			    .size = (uint32_t)trips[i].size,
			    .scale = trips[i].scale,
			    .stride = trips[i].size };
	int kind = sources.list[index].kind;
	char sql[100], back[1000];
	lode_exec_result r;
	lode_drv_stmt *s;
	uint32_t got;

	if (!(trips[i].on & ON(kind)))
		return;
	make_table(i, kind);
	insert_all(i, &b);
	snprintf(sql, sizeof sql, "SELECT v FROM %s ORDER BY n", table_name("v"));
	s = prepare(c, sql);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_msg(fetch_into(s, back, NULL, 100, &got) == LODE_DONE, "%s on %d: %s",
		      trips[i].name, kind, failure.message);
	ck_assert_uint_eq(got, trips[i].count);
	check_bytes(i, back);
	stmt_ops->close(s);
	run_on(c, "DROP TABLE %s", table_name("v"));
}

START_TEST(round_trip)
{
	open_one(_i / TRIPS);
	check_trip(_i % TRIPS, _i / TRIPS);
	close_one();
}
END_TEST

/* ---- text and bytes of any length, NULL and the empty one */

static const char *text_type(int kind)
{
	return kind == MY ? "longtext character set utf8mb4" : "text";
}

static const char *bytes_type(int kind)
{
	return kind == PG ? "bytea" : kind == MY ? "longblob" : "blob";
}

#define SPANS 7
typedef struct span_row {
	int32_t n;
	lode_span text, bytes;
} span_row;

static lode_drv_bind span_binds[3] = {
	{ .repr = LODE_R_I32,
	  .sql_type = LODE_T_INT32,
	  .flags = LODE_BIND_NOT_NULL,
	  .null_bit = -1,
	  .stride = sizeof(span_row) },
	{ .repr = LODE_R_TEXT,
	  .sql_type = LODE_T_TEXT,
	  .flags = LODE_BIND_NULL_PTR,
	  .null_bit = -1,
	  .off = offsetof(span_row, text),
	  .stride = sizeof(span_row) },
	{ .repr = LODE_R_BLOB,
	  .sql_type = LODE_T_BLOB,
	  .flags = LODE_BIND_NULL_PTR,
	  .null_bit = -1,
	  .off = offsetof(span_row, bytes),
	  .stride = sizeof(span_row) },
};

static void check_span(const char *what, int row, lode_span is, lode_span was)
{
	ck_assert_msg((is.p == NULL) == (was.p == NULL), "%s %d: NULL or not", what, row);
	ck_assert_msg(is.n == was.n, "%s %d: %zu bytes, not %zu", what, row, is.n, was.n);
	ck_assert_msg(is.n == 0 || memcmp(is.p, was.p, is.n) == 0, "%s %d", what, row);
}

static void fetch_spans(const span_row *rows, int copy)
{
	lode_drv_bind binds[3] = { span_binds[0], span_binds[1], span_binds[2] };
	span_row back[SPANS];
	char sql[100];
	lode_exec_result r;
	lode_drv_stmt *s;
	uint32_t got = 0, all = 0, i;
	lode_status status = LODE_OK;

	if (copy) {
		binds[1].flags |= LODE_BIND_COPY;
		binds[2].flags |= LODE_BIND_COPY;
	}
	snprintf(sql, sizeof sql, "SELECT n, t, b FROM %s ORDER BY n", table_name("s"));
	s = prepare(c, sql);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, binds, 3, sizeof binds[0], fresh()), LODE_OK);
	while (status == LODE_OK) {
		status = fetch_into(s, back, copy ? &arena : NULL, 3, &got);
		ck_assert_msg(status >= 0, "%s", failure.message);
		for (i = 0; i < got; i++, all++) {
			ck_assert_int_eq(back[i].n, (int32_t)all);
			check_span("text", (int)all, back[i].text, rows[all].text);
			check_span("bytes", (int)all, back[i].bytes, rows[all].bytes);
		}
	}
	ck_assert_uint_eq(all, SPANS);
	stmt_ops->close(s);
}

START_TEST(text_of_any_length)
{
	static char big[300001];
	span_row rows[SPANS] = {
		{ 0, { "", 0 }, { "", 0 } },
		{ 1, { NULL, 0 }, { NULL, 0 } },
		{ 2, { big, 255 }, { big, 256 } },
		{ 3, { big, 256 }, { big, 257 } },
		{ 4, { big, 300000 }, { big, 299999 } },
		{ 5, { "h\xc3\xa9\xf0\x9f\x98\x80 {d 'x'} ? $1 \\", 24 }, { "\0\1\xff\0", 4 } },
		{ 6, { big, 8001 }, { big, 70000 } },
	};
	const void *bases[1] = { rows };
	char sql[200];
	lode_exec_result r;
	lode_drv_stmt *s;
	int kind = sources.list[_i].kind;

	rows[5].text.n = strlen(rows[5].text.p);
	memset(big, 'x', sizeof big - 1);
	open_one(_i);
	snprintf(sql, sizeof sql,
		 "DROP TABLE IF EXISTS %%s; CREATE TABLE %%s (n integer, t %s, b %s)",
		 text_type(kind), bytes_type(kind));
	run_on(c, sql, table_name("s"));
	snprintf(sql, sizeof sql, "INSERT INTO %s (n, t, b) VALUES (?, ?, ?)", table_name("s"));
	s = prepare(c, sql);
	ck_assert_msg(execute(s, span_binds, 3, bases, SPANS, 0, &r) == LODE_OK, "%s",
		      failure.message);
	stmt_ops->close(s);
	fetch_spans(rows, 0);
	fetch_spans(rows, 1);
	run_on(c, "DROP TABLE %s", table_name("s"));
	close_one();
}
END_TEST

/* A driver that would cut text at a NUL is not given any. */
START_TEST(text_with_a_nul)
{
	span_row row = { 0, { "a\0b", 3 }, { NULL, 0 } };
	const void *bases[1] = { &row };
	char sql[200];
	lode_exec_result r;
	lode_drv_stmt *s;
	lode_status status;
	int kind = sources.list[_i].kind;

	open_one(_i);
	snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %%s; CREATE TABLE %%s (t %s)",
		 text_type(kind));
	run_on(c, sql, table_name("z"));
	snprintf(sql, sizeof sql, "INSERT INTO %s (t) VALUES (?)", table_name("z"));
	s = prepare(c, sql);
	status = execute(s, span_binds + 1, 1, bases, 1, 0, &r);
	if (kind == MY) {
		ck_assert_int_eq(status, LODE_OK);
		snprintf(sql, sizeof sql, "SELECT length(t) FROM %s", table_name("z"));
		ck_assert_int_eq(read_int(c, sql), 3);
	} else {
		ck_assert_int_eq(status, LODE_E_DATA);
		ck_assert_ptr_nonnull(strstr(failure.message, "NUL inside"));
		ck_assert_int_eq(failure.row, 0);
	}
	stmt_ops->close(s);
	run_on(c, "DROP TABLE %s", table_name("z"));
	close_one();
}
END_TEST

/* ---- values that are refused, before anything is sent */

static const int64_t bad_time[] = { -1 };
static const uint64_t bad_unsigned[] = { UINT64_MAX };
static const lode_drv_decimal bad_decimal[] = { { 0, 0, 39, 0 } };
static const char bad_chars[] = { 'a', 'b' };
static const lode_span bad_number[] = { { "1,5", 3 } };

static const struct {
	const char *name;
	lode_drv_bind bind;
	const void *value;
	unsigned on;
	lode_status status;
} refusals[] = {
	{ "time", { .repr = LODE_R_TIME64 }, bad_time, ON_ALL, LODE_E_DATA },
	{ "unsigned", { .repr = LODE_R_U64 }, bad_unsigned, ON(SQ), LODE_E_DATA },
	{ "decimal", { .repr = LODE_R_DECIMAL }, bad_decimal, ON_ALL, LODE_E_DATA },
	{ "char[N]", { .repr = LODE_R_CHARN, .size = 2 }, bad_chars, ON_ALL, LODE_E_DATA },
	{ "decimal text", { .repr = LODE_R_DECTEXT }, bad_number, ON_ALL, LODE_E_DATA },
	{ "year 11969", { .repr = LODE_R_DATE32 }, far_dates, ON(PG) | ON(MY), LODE_E_DATA },
	{ "infinity", { .repr = LODE_R_TS64 }, endless_values, ON(PG) | ON(MY), LODE_E_DATA },
	{ "array", { .repr = LODE_R_ARRAY }, bad_number, ON_ALL, LODE_E_UNSUPPORTED },
	{ "unknown", { .repr = 99 }, bad_number, ON_ALL, LODE_E_UNSUPPORTED },
};
#define REFUSALS (int)(sizeof refusals / sizeof refusals[0])

START_TEST(is_refused)
{
	int i = _i % REFUSALS;
	const void *bases[1] = { refusals[i].value };
	lode_drv_bind b = refusals[i].bind;
	lode_exec_result r;
	lode_drv_stmt *s;

	open_one(_i / REFUSALS);
	b.flags |= LODE_BIND_NOT_NULL;
	b.null_bit = -1;
	s = prepare(c, "SELECT ?");
	if (refusals[i].on & ON(sources.list[_i / REFUSALS].kind)) {
		ck_assert_msg(execute(s, &b, 1, bases, 1, 0, &r) == refusals[i].status, "%s",
			      refusals[i].name);
		ck_assert_int_eq(failure.count, 1);
		ck_assert_ptr_nonnull(strstr(failure.message, "parameter 1"));
	}
	stmt_ops->close(s);
	close_one();
}
END_TEST

/* ---- cells that do not fit, and another layout for the row that waits */

static const struct {
	const char *sql;
	lode_drv_bind bind;
	lode_status status;
	const char *why;
} misfits[] = {
	{ "SELECT 300", { .repr = LODE_R_U8 }, LODE_E_DATA, "out of range" },
	{ "SELECT -1", { .repr = LODE_R_U64 }, LODE_E_DATA, "out of range" },
	{ "SELECT 'abc'", { .repr = LODE_R_I32 }, LODE_E_DATA, "not an integer" },
	{ "SELECT 'abc'", { .repr = LODE_R_F64 }, LODE_E_DATA, "not a number" },
	{ "SELECT 'abc'", { .repr = LODE_R_TS64 }, LODE_E_DATA, "not a date and time" },
	{ "SELECT '2023-02-30'", { .repr = LODE_R_DATE32 }, LODE_E_DATA, "not a date" },
	{ "SELECT 'abc'", { .repr = LODE_R_UUID }, LODE_E_DATA, "not a UUID" },
	{ "SELECT 'abc'", { .repr = LODE_R_CHARN, .size = 3 }, LODE_E_DATA, "too long" },
	{ "SELECT 'abc'", { .repr = LODE_R_BYTESN, .size = 2 }, LODE_E_DATA, "not the length" },
	{ "SELECT '1.25'", { .repr = LODE_R_SCALED64, .scale = 1 }, LODE_E_DATA, "does not fit" },
	{ "SELECT NULL", { .repr = LODE_R_I32 }, LODE_E_DATA, "NULL" },
};
#define MISFITS (int)(sizeof misfits / sizeof misfits[0])

START_TEST(another_layout_after_a_refusal)
{
	int i = _i % MISFITS;
	lode_drv_bind b = misfits[i].bind;
	lode_drv_bind text = { .repr = LODE_R_TEXT, .flags = LODE_BIND_NULL_PTR, .null_bit = -1 };
	lode_exec_result r;
	lode_drv_stmt *s;
	char room[64];
	lode_span span;
	uint32_t got;

	open_one(_i / MISFITS);
	b.flags |= LODE_BIND_NOT_NULL;
	b.null_bit = -1;
	s = prepare(c, misfits[i].sql);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, room, NULL, 1, &got), misfits[i].status);
	ck_assert_uint_eq(got, 0);
	ck_assert_msg(strstr(failure.message, misfits[i].why) != NULL, "%s: %s", misfits[i].sql,
		      failure.message);
	ck_assert_int_eq(stmt_ops->bind(s, &text, 1, sizeof text, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, &span, NULL, 1, &got), LODE_OK);
	ck_assert_uint_eq(got, 1);
	ck_assert_int_eq(fetch_into(s, &span, NULL, 1, &got), LODE_DONE);
	stmt_ops->close(s);
	close_one();
}
END_TEST

/* ---- null flags, skipped columns, what the host knows already */

START_TEST(null_flags)
{
	struct {
		uint8_t is_null, present;
		int32_t a, b;
	} row = { 7, 7, 7, 7 };
	lode_drv_bind binds[3] = {
		{ .repr = LODE_R_I32, .null_bit = -1, .off = offsetof(__typeof__(row), a) },
		{ .repr = LODE_R_SKIP, .null_bit = -1 },
		{ .repr = LODE_R_I32,
		  .null_bit = -1,
		  .flags = LODE_BIND_PRESENT,
		  .off = offsetof(__typeof__(row), b),
		  .null_off = offsetof(__typeof__(row), present) },
	};
	lode_exec_result r;
	lode_drv_stmt *s;

	open_one(_i);
	s = prepare(c, "SELECT NULL, 'skipped', 5");
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_uint_eq(r.ncols, 3);
	ck_assert_int_eq(stmt_ops->bind(s, binds, 3, sizeof binds[0], fresh()), LODE_OK);
	ck_assert_msg(fetch_into(s, &row, NULL, 1, NULL) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(row.is_null, 1);
	ck_assert_int_eq(row.a, 0);
	ck_assert_int_eq(row.present, 1);
	ck_assert_int_eq(row.b, 5);
	stmt_ops->close(s);
	close_one();
}
END_TEST

static uint32_t knows_row(void *context, lode_fetch *f)
{
	const int32_t *keys = context;

	return keys[f->nrows * 2] == 2 ? 1 : 0;
}

START_TEST(what_is_known_is_left_out)
{
	static const char sql[] =
		"SELECT 1 AS k, 10 AS v UNION ALL SELECT 2, 20 UNION ALL SELECT 3, 30"
		" ORDER BY 1";
	int32_t rows[6] = { 0 };
	lode_drv_bind binds[2] = {
		{ .repr = LODE_R_I32, .flags = LODE_BIND_NOT_NULL, .null_bit = -1, .stride = 8 },
		{ .repr = LODE_R_I32,
		  .flags = LODE_BIND_NOT_NULL,
		  .null_bit = -1,
		  .off = 4,
		  .stride = 8 },
	};
	void *bases[1] = { rows };
	lode_fetch f = { .struct_size = sizeof f,
			 .bases = bases,
			 .nbases = 1,
			 .max_rows = 3,
			 .known = knows_row,
			 .known_ctx = rows,
			 .head = 1 };
	lode_exec_result r;
	lode_drv_stmt *s;

	open_one(_i);
	s = prepare(c, sql);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, binds, 2, sizeof binds[0], fresh()), LODE_OK);
	ck_assert_int_ge(stmt_ops->fetch(s, &f, fresh()), 0);
	ck_assert_uint_eq(f.nrows, 3);
	ck_assert_int_eq(rows[1], 10);
	ck_assert_int_eq(rows[3], 0);
	ck_assert_int_eq(rows[5], 30);
	stmt_ops->close(s);
	close_one();
}
END_TEST

/* ---- random values, one by one and many at once */

typedef struct random_row {
	int64_t i, ts;
	double f;
	lode_drv_decimal d;
	char text[40];
} random_row;

#define RANDOM_ROWS 700 /* more than a block of rows, less than an array of parameters */
static uint64_t seed;

static uint64_t next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void make_random(random_row *row, int rough)
{
	static const char *const letters[] = { "a", "'", "\\", "\xc3\xa9", "\xf0\x9f\x98\x80",
					       "?", "%" };
	size_t n = next_random() % 9;

	memset(row, 0, sizeof *row);
	row->i = (int64_t)next_random();
	row->ts = (int64_t)(next_random() % 253402300800000000u);
	row->f = (double)(int64_t)next_random() / 65536;
	if (rough)
		row->f = (double)(int32_t)next_random();
	lode_util_decimal_from_int(&row->d, (int64_t)next_random(), 5);
	while (n-- > 0)
		strcat(row->text, letters[next_random() % 7]);
}

#define RANDOM_BIND(member, r, t)                                                                  \
	{                                                                                          \
		.repr = r, .sql_type = t, .flags = LODE_BIND_NOT_NULL, .null_bit = -1,             \
		.off = offsetof(random_row, member), .size = sizeof(((random_row *)0)->member),    \
		.stride = sizeof(random_row)                                                       \
	}

static const lode_drv_bind random_binds[5] = {
	RANDOM_BIND(i, LODE_R_I64, LODE_T_INT64),
	RANDOM_BIND(ts, LODE_R_TS64, LODE_T_TIMESTAMP),
	RANDOM_BIND(f, LODE_R_F64, LODE_T_FLOAT64),
	RANDOM_BIND(d, LODE_R_DECIMAL, LODE_T_DECIMAL),
	RANDOM_BIND(text, LODE_R_CHARN, LODE_T_TEXT),
};

static const char *const random_tables[SOURCES] = {
	"(n serial, i bigint, ts timestamp, f double precision, d numeric(30,5), t text)",
	("(n integer primary key auto_increment, i bigint, ts datetime(6), f double,"
	 " d decimal(30,5), t varchar(80) character set utf8mb4)"),
	"(n integer primary key, i bigint, ts text, f double, d text, t text)",
};

static void insert_random(const random_row *rows, uint32_t from, uint32_t to)
{
	const void *bases[1] = { rows + from };
	char sql[120];
	lode_exec_result r;
	lode_drv_stmt *s;

	snprintf(sql, sizeof sql, "INSERT INTO %s (i, ts, f, d, t) VALUES (?, ?, ?, ?, ?)",
		 table_name("r"));
	s = prepare(c, sql);
	ck_assert_msg(execute(s, random_binds, 5, bases, to - from, 0, &r) == LODE_OK, "%s",
		      failure.message);
	ck_assert_int_eq(r.affected, to - from);
	stmt_ops->close(s);
}

START_TEST(random_values)
{
	static random_row rows[RANDOM_ROWS], back[RANDOM_ROWS];
	char sql[200];
	lode_exec_result r;
	lode_drv_stmt *s;
	uint32_t got, i;

	open_one(_i);
	seed = 88172645463325252u;
	for (i = 0; i < RANDOM_ROWS; i++)
		make_random(&rows[i], (info.limits & LODE_LIMIT_ROUGH_DOUBLES) != 0);
	snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %%s; CREATE TABLE %%s %s",
		 random_tables[sources.list[_i].kind]);
	run_on(c, sql, table_name("r"));
	for (i = 0; i < 20; i++)
		insert_random(rows, i, i + 1);
	insert_random(rows, 20, RANDOM_ROWS);
	snprintf(sql, sizeof sql, "SELECT i, ts, f, d, t FROM %s ORDER BY n", table_name("r"));
	s = prepare(c, sql);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, random_binds, 5, sizeof random_binds[0], fresh()),
			 LODE_OK);
	memset(back, 0, sizeof back);
	ck_assert_msg(fetch_into(s, back, &arena, RANDOM_ROWS, &got) >= 0, "%s", failure.message);
	ck_assert_uint_eq(got, RANDOM_ROWS);
	for (i = 0; i < RANDOM_ROWS; i++)
		ck_assert_msg(memcmp(&back[i], &rows[i], sizeof rows[i]) == 0, "row %u", i);
	stmt_ops->close(s);
	run_on(c, "DROP TABLE %s", table_name("r"));
	close_one();
}
END_TEST

/* ---- columns */

START_TEST(columns_are_described)
{
	static const int32_t types[] = { LODE_T_INT32, LODE_T_INT64, LODE_T_FLOAT64, LODE_T_TEXT };
	static const char *const names[] = { "a", "b", "c", "d" };
	lode_col_desc d = { .struct_size = sizeof d };
	char sql[200];
	lode_exec_result r;
	lode_drv_stmt *s;
	uint32_t i;

	open_one(_i);
	run_on(c,
	       "DROP TABLE IF EXISTS %s; CREATE TABLE %s (a integer, b bigint, c double precision,"
	       " d varchar(20))",
	       table_name("c"));
	snprintf(sql, sizeof sql, "SELECT a, b, c, d FROM %s", table_name("c"));
	s = prepare(c, sql);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	for (i = 0; i < 4; i++) {
		ck_assert_int_eq(stmt_ops->describe(s, i, &d, fresh()), LODE_OK);
		ck_assert_int_eq(d.sql_type, types[i]);
		ck_assert_str_eq(d.name, names[i]);
		ck_assert_str_eq(d.table, table_name("c"));
	}
	ck_assert_int_eq(stmt_ops->describe(s, 4, &d, fresh()), LODE_E_MISUSE);
	stmt_ops->close(s);
	run_on(c, "DROP TABLE %s", table_name("c"));
	close_one();
}
END_TEST

/* whatever the driver makes of them inside */
START_TEST(numbers_stay_numbers)
{
	lode_drv_value v[3];
	lode_drv_bind binds[3];
	char sql[200];
	lode_exec_result r;
	lode_drv_stmt *s;
	int i;

	open_one(_i);
	for (i = 0; i < 3; i++)
		binds[i] = (lode_drv_bind){ .repr = LODE_R_VALUE,
					    .flags = LODE_BIND_COPY,
					    .null_bit = -1,
					    .off = (size_t)i * sizeof v[0] };
	run_on(c,
	       "DROP TABLE IF EXISTS %s; CREATE TABLE %s (a bigint, b double precision, c varchar(9));"
	       " INSERT INTO %s VALUES (-9223372036854775807, 1.5, '12')",
	       table_name("d"));
	snprintf(sql, sizeof sql, "SELECT a, b, c FROM %s", table_name("d"));
	s = prepare(c, sql);
	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, binds, 3, sizeof binds[0], fresh()), LODE_OK);
	ck_assert_msg(fetch_into(s, v, &arena, 1, NULL) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(v[0].repr, LODE_R_I64);
	ck_assert_int_eq(v[0].v.i, -INT64_MAX);
	ck_assert_int_eq(v[1].repr, LODE_R_F64);
	ck_assert_double_eq(v[1].v.f, 1.5);
	ck_assert_int_eq(v[2].repr, LODE_R_TEXT);
	stmt_ops->close(s);
	run_on(c, "DROP TABLE %s", table_name("d"));
	close_one();
}
END_TEST

int main(void)
{
	int n = sources_find(), status;
	Suite *suite;
	TCase *values;

	if (n == 0)
		return lode_test_skip(NO_SOURCES);
	suite = suite_create("odbc");
	values = tcase_create("values");
	tcase_add_loop_test(values, round_trip, 0, n * TRIPS);
	tcase_add_loop_test(values, text_of_any_length, 0, n);
	tcase_add_loop_test(values, text_with_a_nul, 0, n);
	tcase_add_loop_test(values, is_refused, 0, n * REFUSALS);
	tcase_add_loop_test(values, another_layout_after_a_refusal, 0, n * MISFITS);
	tcase_add_loop_test(values, null_flags, 0, n);
	tcase_add_loop_test(values, what_is_known_is_left_out, 0, n);
	tcase_add_loop_test(values, random_values, 0, n);
	tcase_add_loop_test(values, columns_are_described, 0, n);
	tcase_add_loop_test(values, numbers_stay_numbers, 0, n);
	suite_add_tcase(suite, values);
	status = lode_test_run(suite);
	sources_forget();
	return status;
}
