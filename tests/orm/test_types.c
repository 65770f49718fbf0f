/* SPDX-License-Identifier: MIT */
/* tests/orm/test_types.c - every member type comes back exactly: through a flush and a fresh
 * session, one row and batches, INSERT and UPDATE, and as a parameter of EQ and IN.
 *
 * Row k holds variant k of each type: first the extremes, then values from a fixed seed.  Two
 * things are no part of the promise on SQLite: NaN and integers above INT64_MAX are refused
 * (test_wrong_input), and the sign of a floating zero is not stored. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "types/value.h"

static fixture f;
static uint64_t seed;

#define ROWS 60
#define NAME_SIZE 16

typedef enum { NORTH, EAST, SOUTH, WEST } Way;
static const char *const ways[] = { "north", "east", "it's \"south\"", "", NULL };

LODE_DECLARE(Every);
struct Every {
	int64_t id;
	bool a_bool;
	int8_t an_int8;
	uint8_t a_uint8;
	int16_t an_int16;
	uint16_t a_uint16;
	int32_t an_int32;
	uint32_t a_uint32;
	int64_t an_int64;
	uint64_t a_uint64;
	float a_float;
	double a_double;
	lode_date a_date;
	lode_time a_time;
	lode_datetime a_datetime;
	lode_interval an_interval;
	lode_decimal a_decimal;
	lode_uuid a_uuid;
	const char *a_text;
	char a_name[NAME_SIZE];
	lode_bytes some_bytes;
	lode_json a_json;
	const char *maybe_text;
	lode_bytes maybe_bytes;
	lode_json maybe_json;
	lode_opt_bool maybe_bool;
	lode_opt_int8 maybe_int8;
	lode_opt_uint8 maybe_uint8;
	lode_opt_int16 maybe_int16;
	lode_opt_uint16 maybe_uint16;
	lode_opt_int32 maybe_int32;
	lode_opt_uint32 maybe_uint32;
	lode_opt_int64 maybe_int64;
	lode_opt_uint64 maybe_uint64;
	lode_opt_float maybe_float;
	lode_opt_double maybe_double;
	lode_opt_date maybe_date;
	lode_opt_time maybe_time;
	lode_opt_datetime maybe_datetime;
	lode_opt_interval maybe_interval;
	lode_opt_decimal maybe_decimal;
	lode_opt_uuid maybe_uuid;
	Way way;
	Way named_way;
};
LODE_CLASS(Every, "every", LODE_COLUMN(Every, id, .annotation = "bigint", .primary_key = true),
	   LODE_COLUMN(Every, a_bool), LODE_COLUMN(Every, an_int8), LODE_COLUMN(Every, a_uint8),
	   LODE_COLUMN(Every, an_int16), LODE_COLUMN(Every, a_uint16), LODE_COLUMN(Every, an_int32),
	   LODE_COLUMN(Every, a_uint32), LODE_COLUMN(Every, an_int64), LODE_COLUMN(Every, a_uint64),
	   LODE_COLUMN(Every, a_float), LODE_COLUMN(Every, a_double), LODE_COLUMN(Every, a_date),
	   LODE_COLUMN(Every, a_time), LODE_COLUMN(Every, a_datetime),
	   LODE_COLUMN(Every, an_interval), LODE_COLUMN(Every, a_decimal),
	   LODE_COLUMN(Every, a_uuid), LODE_COLUMN(Every, a_text), LODE_COLUMN(Every, a_name),
	   LODE_COLUMN(Every, some_bytes), LODE_COLUMN(Every, a_json),
	   LODE_COLUMN(Every, maybe_text, .nullable = true),
	   LODE_COLUMN(Every, maybe_bytes, .nullable = true),
	   LODE_COLUMN(Every, maybe_json, .nullable = true), LODE_COLUMN(Every, maybe_bool),
	   LODE_COLUMN(Every, maybe_int8), LODE_COLUMN(Every, maybe_uint8),
	   LODE_COLUMN(Every, maybe_int16), LODE_COLUMN(Every, maybe_uint16),
	   LODE_COLUMN(Every, maybe_int32), LODE_COLUMN(Every, maybe_uint32),
	   LODE_COLUMN(Every, maybe_int64), LODE_COLUMN(Every, maybe_uint64),
	   LODE_COLUMN(Every, maybe_float), LODE_COLUMN(Every, maybe_double),
	   LODE_COLUMN(Every, maybe_date), LODE_COLUMN(Every, maybe_time),
	   LODE_COLUMN(Every, maybe_datetime), LODE_COLUMN(Every, maybe_interval),
	   LODE_COLUMN(Every, maybe_decimal), LODE_COLUMN(Every, maybe_uuid),
	   LODE_COLUMN(Every, way), LODE_COLUMN(Every, named_way, .enum_names = ways));

/* ---- values */

static uint64_t draw(void)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (seed >> 31) ^ (seed << 17);
}

/* A number between the two, the ends first. */
static int64_t pick(int variant, int64_t low, int64_t high)
{
	const int64_t first[] = { 0, high, low, low < 0 ? -1 : 1, high - 1, low + 1, 1 };
	uint64_t width = (uint64_t)high - (uint64_t)low;
	int64_t value = variant < 7
				? first[variant]
				: (int64_t)((uint64_t)low +
					    (width == UINT64_MAX ? draw() : draw() % (width + 1)));

	return value < low ? low : value > high ? high : value;
}

static double pick_double(int variant)
{
	static const double first[] = {
		0.0,	 DBL_MAX,  -DBL_MAX,  DBL_MIN, 4.9406564584124654e-324, 0.1,
		1.0 / 3, INFINITY, -INFINITY, 1e15,    9007199254740993.0
	};
	union { uint64_t bits; double real; } any;

	if (variant < (int)(sizeof first / sizeof *first))
		return first[variant];
	do
		any.bits = draw();
	while (isnan(any.real) || any.real == 0);
	return any.real;
}

static float pick_float(int variant)
{
	static const float first[] = { 0.0f, FLT_MAX,  -FLT_MAX,	FLT_MIN,    1.4e-45f,
				       0.1f, 1.0f / 3, (float)INFINITY, 16777217.0f };
	union { uint32_t bits; float real; } any;

	if (variant < (int)(sizeof first / sizeof *first))
		return first[variant];
	do
		any.bits = (uint32_t)draw();
	while (isnan(any.real) || any.real == 0);
	return any.real;
}

static lode_decimal pick_decimal(int variant)
{
	static const char *const first[] = {
		"0",
		"99999999999999999999999999999999999999",
		"-99999999999999999999999999999999999999",
		"0.00000000000000000000000000000000000001",
		"-0.99999999999999999999999999999999999999",
		"1.50",
		"-1",
		"100",
		"1234567890123456789.0123456789012345678",
		"9223372036854775807",
		"9223372036854775808",
		"-9223372036854775809",
		"0.10",
	};
	lode_decimal value = { 0 };
	char text[64];
	int used = 0, digits = 1 + (int)(draw() % 37), point = (int)(draw() % (uint64_t)digits);

	if (variant < (int)(sizeof first / sizeof *first)) {
		ck_assert_int_eq(lode_decimal_from_text(&value, first[variant]), LODE_OK);
		return value;
	}
	used += snprintf(text, sizeof text, "%s", draw() % 2 ? "-" : "");
	for (int i = 0; i < digits; i++) {
		text[used++] = (char)('0' + (i == 0 ? 1 + draw() % 9 : draw() % 10));
		if (i == point && i + 1 < digits)
			text[used++] = '.';
	}
	text[used] = '\0';
	ck_assert_int_eq(lode_decimal_from_text(&value, text), LODE_OK);
	return value;
}

/* Text of any length with what needs care: quotes, wildcards, control characters, all of UTF-8. */
static char *pick_text(int variant, size_t most)
{
	static const char *const first[] = { "",
					     "it's",
					     "\"q\" `b` [x]",
					     "\\ % _ :a ?1 $1",
					     "\xc3\xa6\xe2\x82\xac\xf0\x9f\x90\xbf",
					     "a\nb\tc\r",
					     "NULL",
					     "0",
					     " ",
					     "\x7f\x01" };
	static const char *const letters[] = {
		"a",  "Z", "'",	 "\"", "\xc3\xb8",	  "\xe2\x98\x83",
		"\n", "%", "\\", "0",  "\xf0\x9f\x8d\x8d"
	};
	size_t length, used = 0;
	char *text = calloc(1, most + 1);

	ck_assert_ptr_nonnull(text);
	if (variant < (int)(sizeof first / sizeof *first)) {
		snprintf(text, most + 1, "%s", first[variant]);
		return text;
	}
	length = variant % 3 ? draw() % (most + 1) : most;
	for (;;) {
		const char *letter = letters[draw() % (sizeof letters / sizeof *letters)];

		if (used + strlen(letter) > length)
			return text;
		strcpy(text + used, letter);
		used += strlen(letter);
	}
}

static lode_bytes pick_bytes(int variant)
{
	size_t size = variant == 0 ? 0 : variant == 1 ? 1 : variant == 2 ? 70000 : draw() % 300;
	char *data = calloc(1, size + 1);
	lode_bytes bytes = { data, size };

	ck_assert_ptr_nonnull(data);
	for (size_t i = 0; i < size; i++)
		data[i] = (char)(variant == 1 ? 0 : draw() % 3 ? draw() : 0);
	return bytes;
}

static lode_json pick_json(int variant)
{
	static const char *const first[] = { "null",
					     "{}",
					     "[]",
					     "\"\"",
					     "{\"a\": [1, 2.50, \"\xc3\xb8'\"], \"b\": null}",
					     "0",
					     "true",
					     "  [ 1 ]  " };
	lode_json json = { strdup(first[variant % (int)(sizeof first / sizeof *first)]) };

	return json;
}

/* ---- members, by what they are */

static void fill_number(int ctype, void *member, int variant)
{
	union {
		int8_t i8;
		uint8_t u8;
		int16_t i16;
		uint16_t u16;
		int32_t i32;
		uint32_t u32;
		int64_t i64;
		uint64_t u64;
		bool truth;
	} v = { 0 };
	size_t size = 8;

	switch (ctype) {
	case LODE_C_BOOL: v.truth = variant % 2; size = sizeof v.truth; break;
	case LODE_C_INT8: v.i8 = (int8_t)pick(variant, INT8_MIN, INT8_MAX); size = 1; break;
	case LODE_C_UINT8: v.u8 = (uint8_t)pick(variant, 0, UINT8_MAX); size = 1; break;
	case LODE_C_INT16: v.i16 = (int16_t)pick(variant, INT16_MIN, INT16_MAX); size = 2; break;
	case LODE_C_UINT16: v.u16 = (uint16_t)pick(variant, 0, UINT16_MAX); size = 2; break;
	case LODE_C_INT32: v.i32 = (int32_t)pick(variant, INT32_MIN, INT32_MAX); size = 4; break;
	case LODE_C_UINT32: v.u32 = (uint32_t)pick(variant, 0, UINT32_MAX); size = 4; break;
	case LODE_C_INT64: v.i64 = pick(variant, INT64_MIN, INT64_MAX); break;
	default: v.u64 = (uint64_t)pick(variant, 0, INT64_MAX); break;
	}
	memcpy(member, &v, size);
}

#define YEAR_1 (-719162)
#define YEAR_9999 2932896
#define DAY INT64_C(86400000000)

static void fill_moment(int ctype, void *member, int variant)
{
	lode_date date = { (int32_t)pick(variant, YEAR_1, YEAR_9999) };
	lode_time time = { pick(variant, 0, DAY - 1) };
	lode_datetime datetime = { pick(variant, YEAR_1 * DAY, (YEAR_9999 + 1) * DAY - 1) };
	lode_interval interval = { (int32_t)pick(variant, INT32_MIN, INT32_MAX),
				   (int32_t)pick((variant + 1) % 7, INT32_MIN, INT32_MAX),
				   pick(variant + 2, -1000000 * DAY, 1000000 * DAY) };

	if (variant == 8)
		datetime.usec = LODE_DATETIME_INFINITY;
	if (variant == 9)
		datetime.usec = LODE_DATETIME_MINUS_INFINITY;
	switch (ctype) {
	case LODE_C_DATE: memcpy(member, &date, sizeof date); break;
	case LODE_C_TIME: memcpy(member, &time, sizeof time); break;
	case LODE_C_DATETIME: memcpy(member, &datetime, sizeof datetime); break;
	default: memcpy(member, &interval, sizeof interval); break;
	}
}

static void fill_other(int ctype, void *member, int variant)
{
	float real = pick_float(variant);
	double twice = pick_double(variant);
	lode_decimal decimal = pick_decimal(variant);
	lode_uuid uuid;

	for (int i = 0; i < 16; i++)
		uuid.bytes[i] = (uint8_t)(variant == 0 ? 0 : variant == 1 ? 0xff : draw());
	switch (ctype) {
	case LODE_C_FLOAT: memcpy(member, &real, sizeof real); break;
	case LODE_C_DOUBLE: memcpy(member, &twice, sizeof twice); break;
	case LODE_C_DECIMAL: memcpy(member, &decimal, sizeof decimal); break;
	default: memcpy(member, &uuid, sizeof uuid); break;
	}
}

static void fill_scalar(int ctype, void *member, int variant)
{
	if (ctype <= LODE_C_UINT64)
		fill_number(ctype, member, variant);
	else if (ctype >= LODE_C_DATE && ctype <= LODE_C_INTERVAL)
		fill_moment(ctype, member, variant);
	else
		fill_other(ctype, member, variant);
}

/* Texts are on the heap: free_texts gives them back. */
static void fill_text(int ctype, void *member, int variant)
{
	char *text;
	lode_bytes bytes;
	lode_json json;

	switch (ctype) {
	case LODE_C_TEXT:
		text = pick_text(variant, 3000);
		memcpy(member, &text, sizeof text);
		break;
	case LODE_C_CHARS:
		text = pick_text(variant, NAME_SIZE - 1);
		memcpy(member, text, strlen(text) + 1);
		free(text);
		break;
	case LODE_C_BYTES:
		bytes = pick_bytes(variant);
		memcpy(member, &bytes, sizeof bytes);
		break;
	default:
		json = pick_json(variant);
		memcpy(member, &json, sizeof json);
		break;
	}
}

/* `present` stands behind the value, which stands first. */
static size_t present_at(const lode_attribute *attribute)
{
	static const size_t offsets[] = {
		[LODE_C_BOOL] = offsetof(lode_opt_bool, present),
		[LODE_C_INT8] = offsetof(lode_opt_int8, present),
		[LODE_C_UINT8] = offsetof(lode_opt_uint8, present),
		[LODE_C_INT16] = offsetof(lode_opt_int16, present),
		[LODE_C_UINT16] = offsetof(lode_opt_uint16, present),
		[LODE_C_INT32] = offsetof(lode_opt_int32, present),
		[LODE_C_UINT32] = offsetof(lode_opt_uint32, present),
		[LODE_C_INT64] = offsetof(lode_opt_int64, present),
		[LODE_C_UINT64] = offsetof(lode_opt_uint64, present),
		[LODE_C_FLOAT] = offsetof(lode_opt_float, present),
		[LODE_C_DOUBLE] = offsetof(lode_opt_double, present),
		[LODE_C_DATE] = offsetof(lode_opt_date, present),
		[LODE_C_TIME] = offsetof(lode_opt_time, present),
		[LODE_C_DATETIME] = offsetof(lode_opt_datetime, present),
		[LODE_C_INTERVAL] = offsetof(lode_opt_interval, present),
		[LODE_C_DECIMAL] = offsetof(lode_opt_decimal, present),
		[LODE_C_UUID] = offsetof(lode_opt_uuid, present),
	};

	return offsets[lode_attribute_ctype(attribute) - LODE_C_OPT_BASE];
}

static void fill_member(const lode_attribute *attribute, void *member, int variant)
{
	int ctype = lode_attribute_ctype(attribute);
	bool is_null = lode_attribute_nullable(attribute) && variant % 4 == 3;

	memset(member, 0, lode_attribute_size(attribute));
	if (is_null)
		return;
	if (strstr(lode_attribute_member(attribute), "way"))
		*(Way *)member = (Way)(variant % 4);
	else if (ctype > LODE_C_OPT_BASE) {
		fill_scalar(ctype - LODE_C_OPT_BASE, member, variant);
		((char *)member)[present_at(attribute)] = 1;
	} else if (ctype >= LODE_C_TEXT)
		fill_text(ctype, member, variant);
	else
		fill_scalar(ctype, member, variant);
}

static const lode_mapper *mapper(void)
{
	return lode_inspect_class(f.registry, &Every_class, NULL);
}

static void *member_of(const lode_attribute *attribute, const Every *every)
{
	return (char *)(uintptr_t)every + lode_attribute_offset(attribute);
}

#define EACH_ATTRIBUTE(a)                                                                          \
	for (size_t a##_at = 1; a##_at < lode_mapper_attribute_count(mapper()); a##_at++)          \
		for (const lode_attribute *a = lode_mapper_attribute_at(mapper(), a##_at); a;      \
		     a = NULL)

static void fill_every(Every *every, int variant)
{
	seed = 20240607u + (uint64_t)variant;
	EACH_ATTRIBUTE(attribute)
		fill_member(attribute, member_of(attribute, every), variant);
}

static void free_texts(const Every *every)
{
	EACH_ATTRIBUTE(attribute) {
		int ctype = lode_attribute_ctype(attribute);

		if (ctype == LODE_C_TEXT || ctype == LODE_C_BYTES || ctype == LODE_C_JSON)
			free(*(void **)member_of(attribute, every));
	}
}

/* ---- comparing */

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_member(const lode_attribute *attribute, const void *a, const void *b)
{
	const lode_bytes *x = a, *y = b;

	switch (lode_attribute_ctype(attribute)) {
	case LODE_C_TEXT:
	case LODE_C_JSON:
		return same_text(*(const char *const *)a, *(const char *const *)b);
	case LODE_C_CHARS:
		return strcmp(a, b) == 0;
	case LODE_C_BYTES:
		return x->size == y->size && !x->data == !y->data &&
		       (x->size == 0 || memcmp(x->data, y->data, x->size) == 0);
	default:
		return memcmp(a, b, lode_attribute_size(attribute)) == 0;
	}
}

static void expect_same(const Every *got, int variant)
{
	Every *expected = calloc(1, sizeof *expected);

	fill_every(expected, variant);
	EACH_ATTRIBUTE(attribute) {
		bool same = same_member(attribute, member_of(attribute, got),
					member_of(attribute, expected));

		ck_assert_msg(same, "%s, variant %d", lode_attribute_member(attribute), variant);
	}
	free_texts(expected);
	free(expected);
}

/* ---- the database */

static void setup(void)
{
	memset(&f, 0, sizeof f);
	f.error = (lode_error)LODE_ERROR_INIT;
	f.registry = lode_registry_new(NULL);
	lode_registry_map_annotation(f.registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_msg(LODE_MAP(f.registry, &f.error, Every) == LODE_OK, "%s", f.error.message);
	f.engine = lode_engine_open("sqlite:///:memory:", NULL, &f.error);
	ck_assert_msg(f.engine != NULL, "%s", f.error.message);
	ck_assert_msg(lode_create_all(lode_registry_metadata(f.registry), f.engine, &f.error) ==
			      LODE_OK,
		      "%s", f.error.message);
	fixture_session(&f, NULL);
}

static void teardown(void)
{
	fixture_close(&f);
}

static char *all_names(void)
{
	char *names = calloc(1, 2048);

	EACH_ATTRIBUTE(attribute) {
		strcat(names, *names ? ", " : "");
		strcat(names, lode_attribute_member(attribute));
	}
	return names;
}

/* Rows of these variants with keys 1 and up; a flush each, or one for all. */
static void store(int first, int last, bool one_by_one)
{
	char *names = all_names();

	for (int variant = first; variant < last; variant++) {
		Every *image = calloc(1, sizeof *image);

		fill_every(image, variant);
		lode_add_new(f.session, &Every_class, image, names);
		free_texts(image);
		free(image);
		if (one_by_one)
			ck_assert_msg(lode_flush(f.session) == LODE_OK, "%s",
				      lode_session_error(f.session)->message);
	}
	ck_assert_msg(lode_commit(f.session) == LODE_OK, "%s",
		      lode_session_error(f.session)->message);
	free(names);
	fixture_session(&f, NULL);
}

static void expect_all(int shift)
{
	Every_list all =
		LODE_ALL(f.session, Every, lode_order_by(LODE_SELECT(Every), LODE_ASC(Every, id)));

	ASSERT_OK(&f);
	ck_assert_uint_eq(all.count, ROWS);
	for (int i = 0; i < ROWS; i++)
		expect_same(all.items[i], i + shift);
	/* nothing that was read looks changed */
	for (int i = 0; i < ROWS; i++)
		ck_assert(!lode_is_modified(all.items[i]));
}

START_TEST(rows_come_back)
{
	store(0, ROWS, _i == 1);
	expect_all(0);
	fixture_session(&f, NULL);
	for (int i = 0; i < ROWS; i++)
		expect_same(LODE_FIND(f.session, Every, .id = i + 1), i);
}
END_TEST

/* Every member by lode_set, or by plain assignment that lives until the flush. */
START_TEST(changed_rows_come_back)
{
	Every *images = calloc(ROWS, sizeof *images);

	store(0, ROWS, false);
	for (int i = 0; i < ROWS; i++) {
		Every *every = LODE_FIND(f.session, Every, .id = i + 1);

		fill_every(&images[i], i + 1);
		EACH_ATTRIBUTE(attribute) {
			void *from = member_of(attribute, &images[i]);

			if (_i == 0)
				memcpy(member_of(attribute, every), from,
				       lode_attribute_size(attribute));
			else
				ck_assert_msg(
					lode_set(every, lode_attribute_offset(attribute),
						 lode__value_load((lode_ctype)lode_attribute_ctype(
									  attribute),
								  from)) == LODE_OK,
					"%s: %s", lode_attribute_member(attribute),
					lode_session_error(f.session)->message);
		}
		if (i % 7 == 0)
			ck_assert_msg(lode_flush(f.session) == LODE_OK, "%s",
				      lode_session_error(f.session)->message);
	}
	ck_assert_msg(lode_commit(f.session) == LODE_OK, "%s",
		      lode_session_error(f.session)->message);
	for (int i = 0; i < ROWS; i++) {
		expect_same(LODE_FIND(f.session, Every, .id = i + 1), i + 1);
		free_texts(&images[i]);
	}
	free(images);
	fixture_session(&f, NULL);
	expect_all(1);
}
END_TEST

/* ---- as parameters */

static void expect_found(const lode_attribute *attribute, int variant, lode_expr *condition,
			 const char *how)
{
	int64_t count = 0;

	lode_count_rows(f.session,
			lode_where(lode_where(LODE_SELECT(Every), LODE_EQ(Every, id, variant + 1)),
				   condition),
			&count);
	ck_assert_msg(lode_session_status(f.session) == LODE_OK, "%s %s, variant %d: %s",
		      lode_attribute_member(attribute), how, variant,
		      lode_session_error(f.session)->message);
	ck_assert_msg(count == 1, "%s %s finds %lld rows of variant %d",
		      lode_attribute_member(attribute), how, (long long)count, variant);
}

static void find_by(const lode_attribute *attribute, const Every *every, int variant)
{
	size_t offset = lode_attribute_offset(attribute), size = lode_attribute_size(attribute);
	lode_ctype ctype = (lode_ctype)lode_attribute_ctype(attribute);
	void *member = member_of(attribute, every);
	lode_value value = lode__value_load(ctype, member);
	char *pair = calloc(2, size);

	if (value.kind == LODE_VALUE_NULL) {
		expect_found(attribute, variant, lode_is_null(lode_column(&Every_class, offset)),
			     "IS NULL");
	} else {
		memcpy(pair, member, size);
		memcpy(pair + size, member, size);
		expect_found(attribute, variant,
			     lode_compare(LODE_OP_EQ, lode_column(&Every_class, offset), value),
			     "=");
		expect_found(attribute, variant,
			     lode_in(lode_column(&Every_class, offset), ctype, pair, 1, size),
			     "IN of one");
		expect_found(attribute, variant,
			     lode_in(lode_column(&Every_class, offset), ctype, pair, 2, size),
			     "IN of two");
		expect_found(attribute, variant,
			     lode_not(lode_compare(LODE_OP_NE, lode_column(&Every_class, offset),
						   value)),
			     "not <>");
	}
	free(pair);
}

START_TEST(values_find_their_rows)
{
	store(0, ROWS, false);
	for (int i = 0; i < ROWS; i++) {
		Every *image = calloc(1, sizeof *image);

		fill_every(image, i);
		EACH_ATTRIBUTE(attribute)
			find_by(attribute, image, i);
		free_texts(image);
		free(image);
	}
}
END_TEST

/* what the database sorts is in the order of the values */
START_TEST(values_are_ordered)
{
	Every_list all;

	store(0, ROWS, false);
	all = LODE_ALL(f.session, Every,
		       lode_order_by(LODE_SELECT(Every), LODE_ASC(Every, a_date)));
	for (size_t i = 1; i < all.count; i++)
		ck_assert_int_le(all.items[i - 1]->a_date.days, all.items[i]->a_date.days);
	all = LODE_ALL(f.session, Every,
		       lode_order_by(LODE_SELECT(Every), LODE_ASC(Every, a_time)));
	for (size_t i = 1; i < all.count; i++)
		ck_assert_int_le(all.items[i - 1]->a_time.usec, all.items[i]->a_time.usec);
	all = LODE_ALL(f.session, Every,
		       lode_order_by(LODE_SELECT(Every), LODE_ASC(Every, an_int64)));
	for (size_t i = 1; i < all.count; i++)
		ck_assert_int_le(all.items[i - 1]->an_int64, all.items[i]->an_int64);
	all = LODE_ALL(f.session, Every,
		       lode_order_by(LODE_SELECT(Every), LODE_ASC(Every, a_double)));
	for (size_t i = 1; i < all.count; i++)
		ck_assert(all.items[i - 1]->a_double <= all.items[i]->a_double);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("types");
	TCase *tcase = tcase_create("types");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, rows_come_back, 0, 2);
	tcase_add_loop_test(tcase, changed_rows_come_back, 0, 2);
	tcase_add_test(tcase, values_find_their_rows);
	tcase_add_test(tcase, values_are_ordered);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
