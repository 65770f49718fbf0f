/* SPDX-License-Identifier: MIT */
/* tests/types/test_annotation.c - the order of the map, and what it says of a missing entry. */
#include "types/annotation.h"

#include <string.h>

#include "../base/faulty.h"
#include "../check_tap.h"

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(*(rows))))

static lode__arena arena;
static lode__type_map map;

static void set_up(void)
{
	lode__arena_init(&arena, NULL, 0);
	lode__type_map_init(&map, &arena);
	lode__type_map_put(&map, LODE_C_INT32, LODE_TYPE(LODE_SMALL_INTEGER), NULL);
	lode__type_map_put(&map, LODE_C_INT64, LODE_TYPE(LODE_NUMERIC, .precision = 20), NULL);
	lode__type_map_put(&map, LODE_C_OPT_INT64, LODE_TYPE(LODE_NUMERIC, .precision = 19), NULL);
	lode__type_map_put_name(&map, "bigint", LODE_TYPE(LODE_BIG_INTEGER), NULL);
	lode__type_map_put_name(&map, "str50", LODE_TYPE(LODE_STRING, .length = 50), NULL);
	lode__type_map_put_name(&map, "plain", LODE_TYPE(LODE_STRING), NULL);
	lode__type_map_put_name(&map, "blob", LODE_TYPE(LODE_TEXT_TYPE), NULL);
}

static void tear_down(void)
{
	lode__arena_dispose(&arena);
}

static const struct {
	lode_ctype ctype;
	size_t size;
	const char *annotation;
	lode_type_kind kind;
	uint32_t length, precision;
} rows[] = {
	/* the annotation, whatever the C type */
	{ LODE_C_INT32, 4, "bigint", LODE_BIG_INTEGER, 0, 0 },
	{ LODE_C_TEXT, 8, "str50", LODE_STRING, 50, 0 },
	/* the C type's entry; of a nullable its own, then its scalar's */
	{ LODE_C_INT32, 4, NULL, LODE_SMALL_INTEGER, 0, 0 },
	{ LODE_C_OPT_INT32, 8, NULL, LODE_SMALL_INTEGER, 0, 0 },
	{ LODE_C_INT64, 8, NULL, LODE_NUMERIC, 0, 20 },
	{ LODE_C_OPT_INT64, 16, NULL, LODE_NUMERIC, 0, 19 },
	/* what is built in */
	{ LODE_C_INT16, 2, NULL, LODE_SMALL_INTEGER, 0, 0 },
	{ LODE_C_TEXT, 8, NULL, LODE_STRING, 0, 0 },
	/* char[N] has a length of its own, unless one is said */
	{ LODE_C_CHARS, 24, NULL, LODE_STRING, 23, 0 },
	{ LODE_C_CHARS, 24, "plain", LODE_STRING, 23, 0 },
	{ LODE_C_CHARS, 24, "str50", LODE_STRING, 50, 0 },
	{ LODE_C_CHARS, 24, "blob", LODE_TEXT_TYPE, 0, 0 },
	{ LODE_C_TEXT, 8, "plain", LODE_STRING, 0, 0 },
};

START_TEST(order_of_the_map)
{
	lode_type type;

	ck_assert_int_eq(lode__type_map_find(&map, rows[_i].ctype, rows[_i].size,
	                                     rows[_i].annotation, "User.x", &type, NULL), LODE_OK);
	ck_assert_int_eq(type.kind, rows[_i].kind);
	ck_assert_uint_eq(type.length, rows[_i].length);
	ck_assert_uint_eq(type.precision, rows[_i].precision);
}
END_TEST

static const struct { const char *annotation, *where, *message; } missing[] = {
	{ "bigin", "User.id",
	  "User.id: the annotation \"bigin\" has no type; did you mean \"bigint\"?" },
	{ "Bigint", NULL, "the annotation \"Bigint\" has no type; did you mean \"bigint\"?" },
	{ "", "User.id", "User.id: the annotation \"\" has no type; give it one with "
	                 "lode_registry_map_annotation()" },
	{ "money", "User.id", "User.id: the annotation \"money\" has no type; give it one with "
	                      "lode_registry_map_annotation()" },
};

START_TEST(missing_annotation_names_the_nearest)
{
	lode_error error = LODE_ERROR_INIT;
	lode_type type = { .length = 4711 };

	ck_assert_int_eq(lode__type_map_find(&map, LODE_C_INT64, 8, missing[_i].annotation,
	                                     missing[_i].where, &type, &error), LODE_E_MAPPING);
	ck_assert_int_eq(error.status, LODE_E_MAPPING);
	ck_assert_str_eq(error.message, missing[_i].message);
	ck_assert_uint_eq(type.length, 4711);
}
END_TEST

START_TEST(last_entry_wins)
{
	lode_type type;

	lode__type_map_put_name(&map, "bigint", LODE_TYPE(LODE_INTEGER), NULL);
	lode__type_map_put(&map, LODE_C_INT32, LODE_TYPE(LODE_INTEGER), NULL);
	lode__type_map_find(&map, LODE_C_INT64, 8, "bigint", NULL, &type, NULL);
	ck_assert_int_eq(type.kind, LODE_INTEGER);
	lode__type_map_find(&map, LODE_C_OPT_INT32, 8, NULL, NULL, &type, NULL);
	ck_assert_int_eq(type.kind, LODE_INTEGER);
}
END_TEST

START_TEST(wrong_entries_are_refused)
{
	lode_error error = LODE_ERROR_INIT;
	size_t total = lode__arena_total(&arena);
	lode_type type;

	ck_assert_int_eq(lode__type_map_put(&map, (lode_ctype)0, LODE_TYPE(LODE_STRING), &error),
	                 LODE_E_MISUSE);
	ck_assert_str_eq(error.message, "there is no C type number 0");
	ck_assert_int_eq(lode__type_map_put(&map, LODE_C_OPT_BASE, LODE_TYPE(LODE_STRING), NULL),
	                 LODE_E_MISUSE);
	ck_assert_int_eq(lode__type_map_put(&map, LODE_C_INT32, NULL, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode__type_map_put(&map, LODE_C_INT32, LODE_TYPE(LODE_ENUM), NULL),
	                 LODE_E_MISUSE);
	ck_assert_int_eq(lode__type_map_put_name(&map, NULL, LODE_TYPE(LODE_STRING), NULL),
	                 LODE_E_MISUSE);
	ck_assert_int_eq(lode__type_map_put_name(&map, "", LODE_TYPE(LODE_STRING), NULL),
	                 LODE_E_MISUSE);
	ck_assert_int_eq(lode__type_map_find(&map, (lode_ctype)99, 8, NULL, "User.id", &type,
	                                     &error), LODE_E_MAPPING);
	ck_assert_str_eq(error.message, "User.id: there is no C type number 99");
	lode__type_map_find(&map, LODE_C_INT32, 4, NULL, NULL, &type, NULL);
	ck_assert_int_eq(type.kind, LODE_SMALL_INTEGER);
	ck_assert_uint_eq(lode__arena_total(&arena), total);
}
END_TEST

START_TEST(every_failure_is_survived)
{
	lode_faulty faulty;
	size_t n = 0;

	do {
		lode__arena own;
		lode__type_map own_map;
		lode_type type;
		lode_status a, b;

		lode_faulty_init(&faulty, ++n);
		lode__arena_init(&own, &faulty.allocator, 1);
		lode__type_map_init(&own_map, &own);
		a = lode__type_map_put(&own_map, LODE_C_TEXT, LODE_TYPE(LODE_STRING, .length = 7),
		                       NULL);
		b = lode__type_map_put_name(&own_map, "x", LODE_TYPE(LODE_TEXT_TYPE), NULL);
		ck_assert_int_eq(a == LODE_OK && b == LODE_OK, !faulty.failed);
		lode__type_map_find(&own_map, LODE_C_TEXT, 8, NULL, NULL, &type, NULL);
		ck_assert_uint_eq(type.length, a == LODE_OK ? 7 : 0);
		a = lode__type_map_find(&own_map, LODE_C_TEXT, 8, "x", NULL, &type, NULL);
		ck_assert_int_eq(a, b == LODE_OK ? LODE_OK : LODE_E_MAPPING);
		lode__arena_dispose(&own);
		ck_assert_uint_eq(faulty.live, 0);
	} while (faulty.failed);
	ck_assert_uint_gt(n, 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("annotation");
	TCase *tcase = tcase_create("annotation");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, order_of_the_map, 0, COUNT(rows));
	tcase_add_loop_test(tcase, missing_annotation_names_the_nearest, 0, COUNT(missing));
	tcase_add_test(tcase, last_entry_wins);
	tcase_add_test(tcase, wrong_entries_are_refused);
	tcase_add_test(tcase, every_failure_is_survived);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
