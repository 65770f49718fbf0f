/* SPDX-License-Identifier: MIT */
/* Rows TYP of the feature table: values go into the database and come back, as parameters and as literals. */
#include <math.h>

#include "kit.h"

/* ------------------------------------------------------------------ one value of each type */

LODE_DECLARE(Value);
struct Value {
	int64_t id;
	int16_t i16;
	int32_t i32;
	int64_t i64;
	uint64_t u64;
	bool truth;
	float single;
	double real;
	lode_decimal exact;
	double as_real;
	const char *text;
	char chars[12];
	lode_bytes bytes;
	lode_date day;
	lode_time hour;
	lode_datetime moment;
	lode_datetime instant;
	lode_interval span;
	lode_uuid token;
	const char *token_text;
};
static const lode_type instant_type = { .struct_size = sizeof(lode_type), .variant_size = sizeof(lode_variant),
	.kind = LODE_DATETIME, .timezone = true };
static const lode_type numeric_type = { .struct_size = sizeof(lode_type), .variant_size = sizeof(lode_variant),
	.kind = LODE_NUMERIC, .precision = 12, .scale = 3 };
static const lode_type uuid_type = { .struct_size = sizeof(lode_type), .variant_size = sizeof(lode_variant),
	.kind = LODE_UUID_TYPE };
LODE_CLASS(Value, "value",
	LODE_COLUMN(Value, id, .primary_key = true),
	LODE_COLUMN(Value, i16), LODE_COLUMN(Value, i32), LODE_COLUMN(Value, i64), LODE_COLUMN(Value, u64),
	LODE_COLUMN(Value, truth), LODE_COLUMN(Value, single), LODE_COLUMN(Value, real),
	LODE_COLUMN(Value, exact), LODE_COLUMN(Value, as_real, .type = &numeric_type),
	LODE_COLUMN(Value, text), LODE_COLUMN(Value, chars), LODE_COLUMN(Value, bytes),
	LODE_COLUMN(Value, day), LODE_COLUMN(Value, hour), LODE_COLUMN(Value, moment),
	LODE_COLUMN(Value, instant, .type = &instant_type), LODE_COLUMN(Value, span), LODE_COLUMN(Value, token),
	LODE_COLUMN(Value, token_text, .type = &uuid_type));

static Value *stored;

static void open_values(void)
{
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Value));
	kit_open();
}

/* an object whose members all have some value, to be changed and stored */
static Value *new_value(void)
{
	lode_uuid token = { { 1, 2, 3, 0, 255 } };

	return LODE_ADD(k.session, Value, .text = "", .bytes = { "", 0 }, .token = token,
	                .token_text = "00112233-4455-6677-8899-aabbccddeeff");
}

/* store, forget everything, read again */
static Value *store(Value *value)
{
	int64_t id;

	COMMIT();
	id = value->id;
	kit_session(NULL);
	stored = LODE_FIND(k.session, Value, .id = id);
	ASSERT_GOOD();
	ck_assert_ptr_nonnull(stored);
	return stored;
}

/* one row has this value, asked with a parameter; then with the value in the text */
static void expect_found(lode_expr *condition)
{
	lode_statement *query = lode_where(lode_select_value(lode_count(NULL)), condition);
	int64_t count = 0;
	char *sql = NULL;

	KIT_OK(lode_statement_sql(k.registry, query, backend_dialect(), LODE_SQL_LITERALS, &sql, &k.error));
	ck_assert_int_eq(lode_count_rows(k.session, lode_where(LODE_SELECT(Value), condition), &count), LODE_OK);
	lode_statement_free(query);
	ck_assert_msg(count == 1, "%lld rows by parameter: %s", (long long)count, sql);
	COMMIT();
	ck_assert_msg(strcmp(kit_query(sql), "1;") == 0, "%s: %s", sql, kit_query(sql));
	lode_sql_free(sql);
}

/* ------------------------------------------------------------------ TYP-01 */

static const struct { int16_t i16; int32_t i32; int64_t i64; uint64_t u64; } integers[] = {
	{ 0, 0, 0, 0 },
	{ INT16_MAX, INT32_MAX, INT64_MAX, INT64_MAX },
	{ INT16_MIN, INT32_MIN, INT64_MIN, 1 },
	{ -1, -1, -1, 4294967296u },
	{ 256, 65536, 4294967297, 2147483648u },
	{ 1, 16777217, 9007199254740993, 9007199254740993u },
};

/* TYP-01: the whole range of each width, in and out */
START_TEST(integers_are_never_cut)
{
	Value *v;

	open_values();
	v = new_value();
	v->i16 = integers[_i].i16;
	v->i32 = integers[_i].i32;
	v->i64 = integers[_i].i64;
	v->u64 = integers[_i].u64;
	v = store(v);
	ck_assert_int_eq(v->i16, integers[_i].i16);
	ck_assert_int_eq(v->i32, integers[_i].i32);
	ck_assert_int_eq(v->i64, integers[_i].i64);
	ck_assert_uint_eq(v->u64, integers[_i].u64);
	expect_found(LODE_EQ(Value, i16, integers[_i].i16));
	expect_found(LODE_EQ(Value, i32, integers[_i].i32));
	expect_found(LODE_EQ(Value, i64, integers[_i].i64));
	expect_found(LODE_EQ(Value, u64, integers[_i].u64));
	kit_close();
}
END_TEST

/* TYP-01: what does not fit is refused, on the way in and on the way out */
START_TEST(integers_that_do_not_fit_are_refused)
{
	Value *v;

	open_values();
	v = new_value();
	v->u64 = UINT64_MAX;
	if (lode_flush(k.session) == LODE_OK) {
		/* MariaDB has a type for it, PostgreSQL's NUMERIC takes it */
		ck_assert(!backend_speaks("sqlite"));
		ck_assert_uint_eq(store(v)->u64, UINT64_MAX);
	} else {
		ck_assert_int_eq(lode_session_status(k.session), LODE_E_DATA);
		lode_rollback(k.session);
		new_value();
		COMMIT();
	}
	kit_session(NULL);
	if (!backend_speaks("sqlite")) {
		ck_assert_str_ne(kit_query("UPDATE value SET i16 = 32768"), "");
		kit_close();
		return;
	}
	ck_assert_str_eq(kit_query("UPDATE value SET i16 = 32768"), "");
	ck_assert_ptr_null(LODE_FIRST(k.session, Value, LODE_SELECT(Value)));
	EXPECT_FAILED(LODE_E_DATA, "");
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ TYP-02 */

static const char *const texts[] = {
	"", " ", "trailing blanks   ", "it's", "''", "\"quoted\"", "back\\slash\\", "100% %s %%", "_under_",
	":colon ::x ?", "line\nline\r\n\ttab", "-- comment", "/* comment */", "; DROP TABLE value; --",
	"gr\303\274\303\237e", "\346\227\245\346\234\254\350\252\236", "\360\237\230\200", "e\314\201", "NULL", "0",
};

/* TYP-02: what is written comes back, as a parameter and as a literal; empty is not NULL */
START_TEST(texts_come_back)
{
	const char *text = texts[_i];
	Value *v;

	open_values();
	v = new_value();
	LODE_SET(v, text, text);
	if (strlen(text) < sizeof v->chars)
		strcpy(v->chars, text);
	v = store(v);
	ck_assert_str_eq(v->text, text);
	if (strlen(text) < sizeof v->chars)
		ck_assert_str_eq(v->chars, text);
	expect_found(LODE_EQ(Value, text, text));
	expect_found(lode_has_text(LODE_COL(Value, text), text));
	ck_assert_str_eq(kit_query("SELECT count(*) FROM value WHERE text IS NULL"), "0;");
	kit_close();
}
END_TEST

/* TYP-02: a length is the database's business where it has lengths, char[N] is lode's */
START_TEST(lengths_are_optional)
{
	char *sql = NULL;

	open_values();
	KIT_OK(lode_metadata_create_sql(lode_registry_metadata(k.registry), "sqlite", &sql, &k.error));
	ck_assert_ptr_nonnull(strstr(sql, "\ttext TEXT NOT NULL"));
	ck_assert_ptr_nonnull(strstr(sql, "\tchars VARCHAR(11) NOT NULL"));
	lode_sql_free(sql);
	new_value();
	COMMIT();
	if (!backend_speaks("sqlite")) {
		ck_assert_str_ne(kit_query("UPDATE value SET chars = 'twelve bytes'"), "");
		kit_close();
		return;
	}
	ck_assert_str_eq(kit_query("UPDATE value SET chars = 'twelve bytes'"), "");
	kit_session(NULL);
	ck_assert_ptr_null(LODE_FIRST(k.session, Value, LODE_SELECT(Value)));
	EXPECT_FAILED(LODE_E_DATA, "");
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ TYP-03 */

/* without a precision: as written in SQLite and PostgreSQL; 35 digits before the point and 30 behind
 * it in MariaDB */
static const struct { const char *text; bool fits_35_30; } decimals[] = {
	{ "0", true }, { "1.50", true }, { "-0.01", true },
	{ "12345678901234567890123456789012345678", false },
	{ "0.00000000000000000000000000000000000001", false },
	{ "-99999999999999999999.999999999999999999", true }, { "0.1", true },
	{ "9007199254740993", true }, { "100", true },
};

/* TYP-03: 38 digits exactly, with their scale; the same column as a double when the member is one */
START_TEST(decimals_are_exact)
{
	char text[LODE_DECIMAL_TEXT_SIZE];
	lode_decimal number;
	Value *v;

	if (backend_speaks("mariadb") && !decimals[_i].fits_35_30)
		BACKEND_LACKS("decimals of any precision");
	open_values();
	ck_assert_int_eq(lode_decimal_from_text(&number, decimals[_i].text), LODE_OK);
	v = new_value();
	v->exact = number;
	v->as_real = 2.125;
	v = store(v);
	ck_assert_int_eq(lode_decimal_compare(v->exact, number), 0);
	ck_assert_int_eq(lode_decimal_to_text(v->exact, text, sizeof text), LODE_OK);
	if (!backend_speaks("mariadb"))
		ck_assert_str_eq(text, decimals[_i].text);
	ck_assert(v->as_real == 2.125);
	expect_found(LODE_EQ(Value, exact, number));
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ TYP-04 */

/* literal: SQLite reads these from a text exactly even where long double is a double (valgrind);
 * infinity has no literal */
static const struct { double value; bool literal; } reals[] = {
	{ 0, true }, { -0.0, true }, { 0.1, true }, { 1e308, false }, { -1e-308, false },
	{ 4.9406564584124654e-324, false }, { 3.141592653589793, true }, { 123456789.123456789, false },
	{ 1e22, true }, { HUGE_VAL, false }, { -HUGE_VAL, false },
};

/* TYP-04: every double comes back, infinity too, which MariaDB refuses */
START_TEST(doubles_come_back)
{
	double value = reals[_i].value;
	lode_statement *query;
	int64_t count = 0;
	Value *v;

	open_values();
	v = new_value();
	v->real = value;
	v->single = (float)value;
	if (backend_speaks("mariadb") && isinf((float)value)) {
		ck_assert_int_eq(lode_flush(k.session), LODE_E_DATA);
		kit_close();
		return;
	}
	v = store(v);
	ck_assert(v->real == value);
	ck_assert(v->single == (float)value);
	query = lode_where(LODE_SELECT(Value), LODE_EQ(Value, real, value));
	ck_assert_int_eq(lode_count_rows(k.session, query, &count), LODE_OK);
	ck_assert_int_eq(count, 1);
	if (reals[_i].literal)
		expect_found(LODE_EQ(Value, real, value));
	kit_close();
}
END_TEST

/* TYP-04: SQLite and MariaDB have no NaN: it is refused, not made into NULL */
START_TEST(nan_is_refused_where_there_is_none)
{
	Value *v;

	open_values();
	v = new_value();
	v->real = (double)NAN;
	if (backend_speaks("postgresql")) {
		ck_assert(isnan(store(v)->real));
	} else {
		ck_assert_int_eq(lode_flush(k.session), LODE_E_DATA);
		lode_rollback(k.session);
	}
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ TYP-05 */

LODE_DECLARE(Switch);
struct Switch { int64_t id; bool on; lode_opt_bool perhaps; };
LODE_CLASS(Switch, "switch_t",
	LODE_COLUMN(Switch, id, .primary_key = true),
	LODE_COLUMN(Switch, on, .server_default = LODE_DEFAULT_INT(1)),
	LODE_COLUMN(Switch, perhaps),
	LODE_CHECK("\"on\" IN (0, 1)", .name = "on_is_truth"));

/* TYP-05: true and false where the database has a type for it */
START_TEST(truth_comes_back)
{
	Value *v;

	open_values();
	v = new_value();
	v->truth = true;
	v = store(v);
	ck_assert(v->truth);
	expect_found(LODE_EQ(Value, truth, true));
	v->truth = false;
	v = store(v);
	ck_assert(!v->truth);
	expect_found(LODE_EQ(Value, truth, false));
	kit_close();
}
END_TEST

/* TYP-05: a small integer in SQLite, true and false in C; a CHECK if asked; nothing else is read */
START_TEST(truth_is_emulated)
{
	Switch *s, *found;

	BACKEND_ONLY_SQLITE("truth stored as a number");
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Switch));
	ck_assert_ptr_nonnull(strstr(kit_ddl("sqlite"), "\t\"on\" BOOLEAN DEFAULT 1 NOT NULL"));
	ck_assert_ptr_nonnull(strstr(kit_ddl("sqlite"), "CONSTRAINT on_is_truth CHECK (\"on\" IN (0, 1))"));
	kit_open();
	s = LODE_ADD(k.session, Switch, .on = true, .perhaps = lode_some_bool(false));
	COMMIT();
	ck_assert_str_eq(kit_query("SELECT typeof(\"on\"), \"on\", perhaps FROM switch_t"), "integer|1|0;");
	found = LODE_FIRST(k.session, Switch, lode_where(LODE_SELECT(Switch), LODE_EQ(Switch, on, true)));
	ck_assert_ptr_eq(found, s);
	s->on = false;
	LODE_SET_NULL(s, perhaps);
	COMMIT();
	ck_assert_str_eq(kit_query("SELECT \"on\", perhaps FROM switch_t"), "0|NULL;");
	ck_assert_ptr_nonnull(strstr(kit_query("UPDATE switch_t SET \"on\" = 2"), "on_is_truth"));
	ck_assert_str_eq(kit_query("UPDATE switch_t SET perhaps = 2"), "");
	kit_session(NULL);
	ck_assert_ptr_null(LODE_FIRST(k.session, Switch, LODE_SELECT(Switch)));
	EXPECT_FAILED(LODE_E_DATA, "");
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ TYP-06 */

static const char *const moments[] = {
	"2026-02-28 23:59:59.999999", "1970-01-01 00:00:00.000000", "1969-12-31 23:59:59.999999",
	"0001-01-01 00:00:00.000001", "1582-10-04 12:00:00.500000", "9999-12-31 23:59:59.999999",
	"2000-02-29 00:00:00.000000", "1900-03-01 01:02:03.000004",
};

/* TYP-06: microseconds and far dates, in date, time and datetime; the zoned type keeps the instant */
START_TEST(moments_come_back)
{
	lode_datetime moment, instant;
	char text[64];
	Value *v;

	open_values();
	ck_assert_int_eq(lode_datetime_from_text(&moment, moments[_i]), LODE_OK);
	snprintf(text, sizeof text, "%s+02:00", moments[_i]);
	ck_assert_int_eq(lode_datetime_from_text(&instant, text), LODE_OK);
	v = new_value();
	v->moment = moment;
	v->instant = instant;
	snprintf(text, sizeof text, "%.10s", moments[_i]);
	ck_assert_int_eq(lode_date_from_text(&v->day, text), LODE_OK);
	ck_assert_int_eq(lode_time_from_text(&v->hour, moments[_i] + 11), LODE_OK);
	v = store(v);
	ck_assert_int_eq(v->moment.usec, moment.usec);
	ck_assert_int_eq(v->instant.usec, moment.usec - 7200000000);
	lode_date_to_text(v->day, text, sizeof text);
	ck_assert_int_eq(strncmp(text, moments[_i], 10), 0);
	lode_time_to_text(v->hour, text, sizeof text);
	ck_assert_str_eq(text, moments[_i] + 11);
	expect_found(LODE_EQ(Value, moment, moment));
	/* as a literal it is of the year before 1, which ISO 8601 writes as PostgreSQL does not */
	if (!backend_speaks("postgresql") || instant.usec > -INT64_C(62135596800000000))
		expect_found(LODE_EQ(Value, instant, instant));
	expect_found(LODE_EQ(Value, day, v->day));
	expect_found(LODE_EQ(Value, hour, v->hour));
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ TYP-08 */

/* TYP-08: every byte, none at all, and many */
START_TEST(bytes_come_back)
{
	static unsigned char every[256];
	char *large = calloc(1, 5000000);
	lode_bytes bytes = { every, sizeof every };
	Value *v;

	for (size_t i = 0; i < sizeof every; i++)
		every[i] = (unsigned char)(255 - i);
	for (size_t i = 0; i < 5000000; i++)
		large[i] = (char)(i * 7);
	open_values();
	v = new_value();
	LODE_SET(v, bytes, bytes);
	v = store(v);
	ck_assert_uint_eq(v->bytes.size, 256);
	ck_assert_mem_eq(v->bytes.data, every, 256);
	expect_found(LODE_EQ(Value, bytes, bytes));
	bytes = (lode_bytes){ large, 5000000 };
	LODE_SET(v, bytes, bytes);
	v = store(v);
	ck_assert_uint_eq(v->bytes.size, 5000000);
	ck_assert_mem_eq(v->bytes.data, large, 5000000);
	bytes = (lode_bytes){ "", 0 };
	LODE_SET(v, bytes, bytes);
	v = store(v);
	ck_assert_uint_eq(v->bytes.size, 0);
	ck_assert_ptr_nonnull(v->bytes.data);
	kit_close();
	free(large);
}
END_TEST

/* ------------------------------------------------------------------ TYP-11 */

/* TYP-11: text in SQLite, 16 bytes or text in C */
START_TEST(uuids_are_bytes_or_text)
{
	lode_uuid token;
	Value *v;

	open_values();
	ck_assert_int_eq(lode_uuid_from_text(&token, "ffeeddccbbaa49889766554433221100"), LODE_OK);
	v = new_value();
	v->token = token;
	v = store(v);
	ck_assert_mem_eq(&v->token, &token, 16);
	ck_assert_str_eq(v->token_text, "00112233-4455-6677-8899-aabbccddeeff");
	expect_found(LODE_EQ(Value, token, token));
	if (!backend_speaks("sqlite")) {
		kit_close();
		return;
	}
	ck_assert_str_eq(kit_query("SELECT typeof(token), token FROM value"),
	                 "text|ffeeddcc-bbaa-4988-9766-554433221100;");
	ck_assert_str_eq(kit_query("UPDATE value SET token = 'no uuid'"), "");
	kit_session(NULL);
	ck_assert_ptr_null(LODE_FIRST(k.session, Value, LODE_SELECT(Value)));
	EXPECT_FAILED(LODE_E_DATA, "");
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ TYP-21 */

/* TYP-21: what counts as a change is the type's: texts and bytes by content, numbers by their
 * bytes; and what the object holds is a copy */
START_TEST(types_decide_what_is_a_change)
{
	char text[] = "same", bytes[] = "same";
	const lode_bytes given = { bytes, 4 };
	Value *v;

	open_values();
	v = new_value();
	LODE_SET(v, text, text);
	LODE_SET(v, bytes, given);
	v->real = 1.5;
	strcpy(v->chars, "x");
	text[0] = bytes[0] = '?';
	ck_assert_str_eq(v->text, "same");
	COMMIT();
	text[0] = bytes[0] = 's';
	v->text = text;
	v->bytes = given;
	memcpy(v->chars, "x\0yz", 5);
	ck_assert(!lode_is_modified(v));
	ck_assert_int_eq(lode_decimal_from_text(&v->exact, "0.00"), LODE_OK);
	kit_forget();
	COMMIT();
	EXPECT_SENT("UPDATE value SET exact = ? WHERE id = ?");
	v->real = -v->real;
	LODE_SET(v, text, "Same");
	ck_assert(lode_is_modified(v));
	COMMIT();
	EXPECT_SENT("UPDATE value SET real = ?, text = ? WHERE id = ?");
	kit_close();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parity/types");
	TCase *tcase = tcase_create("types");

	tcase_add_loop_test(tcase, integers_are_never_cut, 0, ROWS_OF(integers));
	tcase_add_test(tcase, integers_that_do_not_fit_are_refused);
	tcase_add_loop_test(tcase, texts_come_back, 0, ROWS_OF(texts));
	tcase_add_test(tcase, lengths_are_optional);
	tcase_add_loop_test(tcase, decimals_are_exact, 0, ROWS_OF(decimals));
	tcase_add_loop_test(tcase, doubles_come_back, 0, ROWS_OF(reals));
	tcase_add_test(tcase, nan_is_refused_where_there_is_none);
	tcase_add_test(tcase, truth_comes_back);
	tcase_add_test(tcase, truth_is_emulated);
	tcase_add_loop_test(tcase, moments_come_back, 0, ROWS_OF(moments));
	tcase_add_test(tcase, bytes_come_back);
	tcase_add_test(tcase, uuids_are_bytes_or_text);
	tcase_add_test(tcase, types_decide_what_is_a_change);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
