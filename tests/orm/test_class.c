/* SPDX-License-Identifier: MIT */
/* orm/class: descriptors as the macros make them, and read by another version of the library. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "../check_tap.h"
#include "orm/class.h"
#include "models.h"

DEFINE_MODELS;

typedef enum { RED, GREEN, BLUE } Colour;

LODE_DECLARE(Every);
struct Every {
	bool a_bool;
	signed char a_schar;
	unsigned char a_uchar;
	short a_short;
	unsigned short a_ushort;
	int an_int;
	unsigned an_unsigned;
	long a_long;
	unsigned long a_ulong;
	long long a_longlong;
	unsigned long long a_ulonglong;
	int8_t i8;
	uint8_t u8;
	int16_t i16;
	uint16_t u16;
	int32_t i32;
	uint32_t u32;
	int64_t i64;
	uint64_t u64;
	float a_float;
	double a_double;
	const char *text;
	char chars[7];
	lode_bytes bytes;
	lode_json json;
	lode_date date;
	lode_time time;
	lode_datetime datetime;
	lode_interval interval;
	lode_decimal decimal;
	lode_uuid uuid;
	Colour colour;
	lode_opt_bool o_bool;
	lode_opt_int8 o_i8;
	lode_opt_uint8 o_u8;
	lode_opt_int16 o_i16;
	lode_opt_uint16 o_u16;
	lode_opt_int32 o_i32;
	lode_opt_uint32 o_u32;
	lode_opt_int64 o_i64;
	lode_opt_uint64 o_u64;
	lode_opt_float o_float;
	lode_opt_double o_double;
	lode_opt_date o_date;
	lode_opt_time o_time;
	lode_opt_datetime o_datetime;
	lode_opt_interval o_interval;
	lode_opt_decimal o_decimal;
	lode_opt_uuid o_uuid;
};

#define LONG_IS(s, l) (sizeof(long) == 4 ? (s) : (l))

static const struct { const char *name; int got, want;
} ctypes[] = {
#define ROW(m, c) { #m, LODE_CTYPE_(Every, m), c }
	ROW(a_bool, LODE_C_BOOL),
	ROW(a_schar, LODE_C_INT8),
	ROW(a_uchar, LODE_C_UINT8),
	ROW(a_short, LODE_C_INT16),
	ROW(a_ushort, LODE_C_UINT16),
	ROW(an_int, LODE_C_INT32),
	ROW(an_unsigned, LODE_C_UINT32),
	ROW(a_long, LONG_IS(LODE_C_INT32, LODE_C_INT64)),
	ROW(a_ulong, LONG_IS(LODE_C_UINT32, LODE_C_UINT64)),
	ROW(a_longlong, LODE_C_INT64),
	ROW(a_ulonglong, LODE_C_UINT64),
	ROW(i8, LODE_C_INT8),
	ROW(u8, LODE_C_UINT8),
	ROW(i16, LODE_C_INT16),
	ROW(u16, LODE_C_UINT16),
	ROW(i32, LODE_C_INT32),
	ROW(u32, LODE_C_UINT32),
	ROW(i64, LODE_C_INT64),
	ROW(u64, LODE_C_UINT64),
	ROW(a_float, LODE_C_FLOAT),
	ROW(a_double, LODE_C_DOUBLE),
	ROW(text, LODE_C_TEXT),
	ROW(chars, LODE_C_CHARS),
	ROW(bytes, LODE_C_BYTES),
	ROW(json, LODE_C_JSON),
	ROW(date, LODE_C_DATE),
	ROW(time, LODE_C_TIME),
	ROW(datetime, LODE_C_DATETIME),
	ROW(interval, LODE_C_INTERVAL),
	ROW(decimal, LODE_C_DECIMAL),
	ROW(uuid, LODE_C_UUID),
	ROW(colour, LODE_C_UINT32),
	ROW(o_bool, LODE_C_OPT_BOOL),
	ROW(o_i8, LODE_C_OPT_INT8),
	ROW(o_u8, LODE_C_OPT_UINT8),
	ROW(o_i16, LODE_C_OPT_INT16),
	ROW(o_u16, LODE_C_OPT_UINT16),
	ROW(o_i32, LODE_C_OPT_INT32),
	ROW(o_u32, LODE_C_OPT_UINT32),
	ROW(o_i64, LODE_C_OPT_INT64),
	ROW(o_u64, LODE_C_OPT_UINT64),
	ROW(o_float, LODE_C_OPT_FLOAT),
	ROW(o_double, LODE_C_OPT_DOUBLE),
	ROW(o_date, LODE_C_OPT_DATE),
	ROW(o_time, LODE_C_OPT_TIME),
	ROW(o_datetime, LODE_C_OPT_DATETIME),
	ROW(o_interval, LODE_C_OPT_INTERVAL),
	ROW(o_decimal, LODE_C_OPT_DECIMAL),
	ROW(o_uuid, LODE_C_OPT_UUID)
#undef ROW
};

START_TEST(member_type_gives_ctype)
{
	ck_assert_msg(ctypes[_i].got == ctypes[_i].want, "%s is %d, not %d", ctypes[_i].name,
	              ctypes[_i].got, ctypes[_i].want);
}
END_TEST

#define CHECK_VALUE(m, v, k) do { \
	lode_value value_ = LODE_VALUE_FOR_(Every, m, v); \
	ck_assert_uint_eq(value_.kind, (k)); \
} while (0)

START_TEST(values_fit_their_members)
{
	const lode_param param = { 8, 8, LODE_C_INT64 };
	const Every e = { 0 };
	char writable[] = "x";
	int evaluated = 0;

	CHECK_VALUE(a_bool, e.a_bool, LODE_VALUE_BOOL);
	CHECK_VALUE(i64, 5, LODE_VALUE_INT);
	CHECK_VALUE(i64, 5ul, LODE_VALUE_UINT);
	CHECK_VALUE(u8, e.u8, LODE_VALUE_UINT);
	CHECK_VALUE(a_double, 5, LODE_VALUE_INT);
	CHECK_VALUE(a_double, 1.5f, LODE_VALUE_DOUBLE);
	CHECK_VALUE(decimal, 5, LODE_VALUE_INT);
	CHECK_VALUE(decimal, e.decimal, LODE_VALUE_DECIMAL);
	CHECK_VALUE(text, "x", LODE_VALUE_TEXT);
	CHECK_VALUE(text, writable, LODE_VALUE_TEXT);
	CHECK_VALUE(chars, "x", LODE_VALUE_TEXT);
	CHECK_VALUE(text, e.chars, LODE_VALUE_TEXT);
	CHECK_VALUE(colour, BLUE, LODE_VALUE_INT);
	CHECK_VALUE(o_i32, 5, LODE_VALUE_INT);
	CHECK_VALUE(o_i32, lode_some_int32(5), LODE_VALUE_INT);
	CHECK_VALUE(o_i32, e.o_i32, LODE_VALUE_NULL);
	CHECK_VALUE(o_uuid, e.uuid, LODE_VALUE_UUID);
	CHECK_VALUE(o_datetime, e.datetime, LODE_VALUE_DATETIME);
	CHECK_VALUE(date, e.o_date, LODE_VALUE_NULL);
	CHECK_VALUE(time, e.time, LODE_VALUE_TIME);
	CHECK_VALUE(o_interval, e.interval, LODE_VALUE_INTERVAL);
	CHECK_VALUE(json, ((lode_json){ "{}" }), LODE_VALUE_JSON);
	CHECK_VALUE(bytes, ((lode_bytes){ "x", 1 }), LODE_VALUE_BYTES);
	CHECK_VALUE(o_float, 1.5, LODE_VALUE_DOUBLE);
	CHECK_VALUE(text, param, LODE_VALUE_PARAM);
	CHECK_VALUE(i64, evaluated++, LODE_VALUE_INT);
	ck_assert_int_eq(evaluated, 1);
}
END_TEST

START_TEST(descriptor_is_what_was_written)
{
	lode_decl decl;

	ck_assert_str_eq(User_class.name, "User");
	ck_assert_str_eq(User_class.table, "user_account");
	ck_assert_uint_eq(User_class.object_size, sizeof(User));
	ck_assert_uint_eq(User_class.decl_count, 9);
	ck_assert_ptr_null(Timestamps_class.table);
	ck_assert_uint_eq(Timestamps_class.flags, LODE_CLASS_MIXIN);
	lode__class_decl(&User_class, 3, &decl);
	ck_assert_int_eq(decl.kind, LODE_DECL_COLUMN);
	ck_assert_str_eq(decl.u.column.member, "age");
	ck_assert_uint_eq(decl.u.column.offset, offsetof(User, age));
	ck_assert_uint_eq(decl.u.column.size, sizeof(lode_opt_int32));
	ck_assert_int_eq(decl.u.column.ctype, LODE_C_OPT_INT32);
}
END_TEST

START_TEST(mixins_come_last_with_their_place)
{
	lode__arena arena;
	lode__members members;
	lode__member *last;

	lode__arena_init(&arena, NULL, 0);
	ck_assert_int_eq(lode__class_members(&User_class, &arena, &members, NULL), LODE_OK);
	ck_assert_uint_eq(members.count, 10);
	ck_assert_str_eq(members.items[0].name, "id");
	ck_assert_ptr_null(members.items[7].name);      /* LODE_INDEX */
	last = &members.items[9];
	ck_assert_str_eq(last->name, "stamps.updated_at");
	ck_assert_str_eq(last->prefix, "stamps.");
	ck_assert_ptr_eq(last->origin, &Timestamps_class);
	ck_assert_uint_eq(last->decl.u.column.offset, offsetof(User, stamps.updated_at));
	lode__arena_dispose(&arena);
}
END_TEST

/* a program built when lode_decl ended after the foreign key */
START_TEST(shorter_declarations_are_filled_with_zeros)
{
	size_t size = offsetof(lode_decl, u) + offsetof(lode_column_decl, length);
	char *old = calloc(2, size);
	lode_class class_ = Keyword_class;
	lode_decl decl, want;

	for (size_t i = 0; i < 2; i++)
		memcpy(old + i * size, &Keyword_class.decls[i], size);
	class_.decl_size = (uint32_t)size;
	class_.decls = (const lode_decl *)(const void *)old;
	lode__class_decl(&class_, 1, &decl);
	lode__class_decl(&Keyword_class, 1, &want);
	ck_assert_str_eq(decl.u.column.member, "word");
	ck_assert(decl.u.column.unique);
	ck_assert_uint_eq(decl.u.column.length, 0);
	ck_assert_mem_eq(&decl, &want, sizeof decl);
	free(old);
}
END_TEST

static const lode_decl unknown_decls[] = { { .kind = (lode_decl_kind)99 } };
static const lode_decl nameless_decls[] = { { .kind = LODE_DECL_COLUMN } };
static const lode_decl endless_decls[1];
static const lode_class Endless_class = { sizeof(lode_class), sizeof(lode_decl), "Endless", NULL, 8,
	endless_decls, 1, LODE_CLASS_MIXIN, 8 };
static const lode_decl endless_decls[1] = { { .kind = LODE_DECL_INCLUDE,
	.u = { .include = { .member = "m", .base = &Endless_class } } } };
static const lode_decl tabled_decls[] = { { .kind = LODE_DECL_INCLUDE,
	.u = { .include = { .member = "key", .base = &Keyword_class } } } };
static const lode_decl baseless_decls[] = { { .kind = LODE_DECL_INCLUDE } };

#define HAND(label, list) \
	{ sizeof(lode_class), sizeof(lode_decl), label, "t", 8, list, 1, 0, 8 }

static const struct { lode_class class_; const char *message; } bad[] = {
	{ { 0 }, "a class descriptor has no valid size: make it with LODE_CLASS" },
	{ HAND("", unknown_decls), "a class descriptor has no name" },
	{ HAND("Empty", NULL), "Empty: the declarations are missing" },
	{ HAND("New", unknown_decls),
	  "New: declaration 1 is of no known kind: it needs a newer lode" },
	{ HAND("Nameless", nameless_decls), "Nameless: a declaration names no member" },
	{ HAND("Loop", endless_decls),
	  "Endless.m.m.m.m.m.m.m.m.m.m.m.m.m.m.m.m.m: mixins are included more than 16 deep" },
	{ HAND("Greedy", tabled_decls), "Greedy.key: Keyword has a table of its own; only a "
	  "LODE_MIXIN or LODE_ABSTRACT can be included" },
	{ HAND("Baseless", baseless_decls), "Baseless: LODE_INCLUDE names no class" },
};

START_TEST(bad_descriptor_is_refused)
{
	lode_error error = LODE_ERROR_INIT;
	lode__members members;
	lode__arena arena;

	lode__arena_init(&arena, NULL, 0);
	ck_assert_int_eq(lode__class_members(&bad[_i].class_, &arena, &members, &error),
	                 LODE_E_MAPPING);
	ck_assert_str_eq(error.message, bad[_i].message);
	lode__arena_dispose(&arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/class");
	TCase *tcase = tcase_create("class");

	tcase_add_loop_test(tcase, member_type_gives_ctype, 0,
	                    (int)(sizeof ctypes / sizeof ctypes[0]));
	tcase_add_test(tcase, values_fit_their_members);
	tcase_add_test(tcase, descriptor_is_what_was_written);
	tcase_add_test(tcase, mixins_come_last_with_their_place);
	tcase_add_test(tcase, shorter_declarations_are_filled_with_zeros);
	tcase_add_loop_test(tcase, bad_descriptor_is_refused, 0, (int)(sizeof bad / sizeof bad[0]));
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
