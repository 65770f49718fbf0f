/* SPDX-License-Identifier: MIT */
/* tests/types/test_type.c - variants, defaults, checks, copies of types from older headers. */
#include "types/type.h"

#include <string.h>

#include <lode/driver.h>

#include "../base/faulty.h"
#include "../check_tap.h"

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(*(rows))))

static const lode_variant variants[] = {
	{ .dialects = "mysql, mariadb", .kind = LODE_STRING, .length = 255 },
	{ .dialects = "mssql", .kind = LODE_CUSTOM_TYPE, .name = "NVARCHAR(MAX)" },
	{ .dialects = "mysql", .kind = LODE_TEXT_TYPE },   /* never reached */
	{ .dialects = NULL },
};
#define SIZE .struct_size = sizeof(lode_type), .variant_size = sizeof(lode_variant)
static const lode_type text = { SIZE, .kind = LODE_TEXT_TYPE, .variants = variants };

static const struct { const char *dialect, *described; int32_t sql; } resolved[] = {
	{ NULL, "TEXT", LODE_T_TEXT }, { "sqlite", "TEXT", LODE_T_TEXT },
	{ "mysql", "STRING(255)", LODE_T_TEXT }, { "mariadb", "STRING(255)", LODE_T_TEXT },
	{ "mssql", "NVARCHAR(MAX)", LODE_T_CUSTOM }, { "my", "TEXT", LODE_T_TEXT },
	{ "", "TEXT", LODE_T_TEXT },
};

START_TEST(variant_of_the_dialect)
{
	lode__resolved_type out;
	lode__buf buf;

	lode__buf_init(&buf, NULL, 100);
	lode__type_resolve(&text, resolved[_i].dialect, &out);
	lode__type_describe(&buf, &out);
	ck_assert_str_eq(lode__buf_text(&buf), resolved[_i].described);
	ck_assert_int_eq(lode__type_sql(&out), resolved[_i].sql);
	lode__buf_dispose(&buf);
}
END_TEST

static const struct { lode__resolved_type type; const char *described; int32_t sql; } facts[] = {
	{ { .kind = LODE_NUMERIC, .precision = 10, .scale = 2 }, "NUMERIC(10, 2)", LODE_T_DECIMAL },
	{ { .kind = LODE_NUMERIC, .precision = 10 }, "NUMERIC(10)", LODE_T_DECIMAL },
	{ { .kind = LODE_BIG_INTEGER, .is_unsigned = true }, "BIG_INTEGER UNSIGNED",
	  LODE_T_UINT64 },
	{ { .kind = LODE_INTEGER, .is_unsigned = true }, "INTEGER UNSIGNED", LODE_T_INT32 },
	{ { .kind = LODE_DATETIME, .timezone = true }, "DATETIME WITH TIME ZONE",
	  LODE_T_TIMESTAMPTZ },
	{ { .kind = LODE_DATETIME, .precision = 3 }, "DATETIME(3)", LODE_T_TIMESTAMP },
	{ { .kind = LODE_TIME, .timezone = true }, "TIME WITH TIME ZONE", LODE_T_TIMETZ },
	{ { .kind = (lode_type_kind)0 }, "?", LODE_T_UNKNOWN },
	{ { .kind = (lode_type_kind)99 }, "?", LODE_T_UNKNOWN },
};

START_TEST(facts_of_a_type)
{
	lode__buf buf;

	lode__buf_init(&buf, NULL, 100);
	lode__type_describe(&buf, &facts[_i].type);
	ck_assert_str_eq(lode__buf_text(&buf), facts[_i].described);
	ck_assert_int_eq(lode__type_sql(&facts[_i].type), facts[_i].sql);
	lode__buf_dispose(&buf);
}
END_TEST

static const struct {
	lode_ctype ctype;
	size_t size;
	lode_type_kind kind;
	uint32_t length;
} defaults[] = {
	{ LODE_C_BOOL, 1, LODE_BOOLEAN, 0 }, { LODE_C_INT16, 2, LODE_SMALL_INTEGER, 0 },
	{ LODE_C_UINT16, 2, LODE_INTEGER, 0 }, { LODE_C_OPT_INT32, 8, LODE_INTEGER, 0 },
	{ LODE_C_UINT32, 4, LODE_BIG_INTEGER, 0 }, { LODE_C_INT64, 8, LODE_BIG_INTEGER, 0 },
	{ LODE_C_TEXT, 8, LODE_STRING, 0 }, { LODE_C_CHARS, 24, LODE_STRING, 23 },
	{ LODE_C_CHARS, 1, LODE_STRING, 0 }, { LODE_C_BYTES, 16, LODE_LARGE_BINARY, 0 },
	{ LODE_C_OPT_UUID, 17, LODE_UUID_TYPE, 0 }, { LODE_C_JSON, 8, LODE_JSON, 0 },
	{ LODE_C_OPT_DECIMAL, 32, LODE_NUMERIC, 0 }, { (lode_ctype)0, 8, (lode_type_kind)0, 0 },
};

START_TEST(built_in_types)
{
	lode_type type;

	lode__type_default(&type, defaults[_i].ctype, defaults[_i].size);
	ck_assert_int_eq(type.kind, defaults[_i].kind);
	ck_assert_uint_eq(type.length, defaults[_i].length);
	ck_assert_uint_eq(type.struct_size, sizeof type);
	ck_assert(!type.is_unsigned);
	lode__type_default(&type, LODE_C_OPT_UINT64, 16);
	ck_assert(type.is_unsigned);
}
END_TEST

START_TEST(copies_own_everything)
{
	char dialects[] = "mysql,mariadb", name[] = "mood", sad[] = "sad";
	const char *names[] = { sad, "happy", NULL };
	lode_variant own[] = { { .dialects = dialects, .kind = LODE_STRING, .length = 9 },
	                       { .dialects = NULL } };
	lode_type type = { SIZE, .kind = LODE_ENUM, .variants = own, .enum_names = names,
	                   .name = name };
	lode__arena arena;
	lode_type copy, again;
	lode__resolved_type out;

	lode__arena_init(&arena, NULL, 0);
	ck_assert_int_eq(lode__type_copy(&copy, &type, &arena, NULL), LODE_OK);
	ck_assert(lode__type_equal(&copy, &type));
	dialects[0] = name[0] = sad[0] = 'X';
	names[1] = NULL;
	own[0].length = 10;
	ck_assert(!lode__type_equal(&copy, &type));
	ck_assert_str_eq(copy.name, "mood");
	ck_assert_str_eq(copy.enum_names[0], "sad");
	ck_assert_str_eq(copy.enum_names[1], "happy");
	ck_assert_ptr_null(copy.enum_names[2]);
	lode__type_resolve(&copy, "mysql", &out);
	ck_assert_uint_eq(out.length, 9);
	ck_assert_ptr_null(out.enum_names);
	ck_assert_int_eq(lode__type_copy(&again, &copy, &arena, NULL), LODE_OK);
	ck_assert(lode__type_equal(&copy, &again));
	lode__arena_dispose(&arena);
}
END_TEST

/* a program built with an older header: shorter structs, so variants lie closer together */
START_TEST(older_callers_are_read)
{
	struct { const char *dialects; lode_type_kind kind; uint32_t length; } old_variants[] = {
		{ "mysql", LODE_STRING, 255 }, { "mariadb", LODE_STRING, 100 },
		{ NULL, (lode_type_kind)0, 0 } };
	lode_type type = { .struct_size = offsetof(lode_type, enum_names),
		.variant_size = sizeof *old_variants, .kind = LODE_TEXT_TYPE,
		.enum_names = (const char *const *)(const void *)"not to be read" };
	lode__resolved_type out;
	lode__arena arena;
	lode_type copy;

	type.variants = (const lode_variant *)(const void *)old_variants;
	lode__arena_init(&arena, NULL, 0);
	ck_assert_int_eq(lode__type_copy(&copy, &type, &arena, NULL), LODE_OK);
	ck_assert_ptr_null(copy.enum_names);
	lode__type_resolve(&copy, "mariadb", &out);
	ck_assert_uint_eq(out.length, 100);
	lode__type_resolve(&copy, "sqlite", &out);
	ck_assert_int_eq(out.kind, LODE_TEXT_TYPE);
	lode__arena_dispose(&arena);
}
END_TEST

static const lode_variant no_kind[] = { { .dialects = "mysql" }, { .dialects = NULL } };
static const lode_variant no_dialect[] = { { .dialects = " , ", .kind = LODE_STRING },
	                                   { .dialects = NULL } };

static const struct { lode_type type; const char *message; } wrong[] = {
	{ { .kind = LODE_STRING }, "the type is wrong: no struct_size; use LODE_TYPE(kind, ...)" },
	{ { SIZE }, "the type is wrong: there is no such kind; use LODE_TYPE(kind, ...)" },
	{ { SIZE, .kind = (lode_type_kind)99 },
	  "the type is wrong: there is no such kind; use LODE_TYPE(kind, ...)" },
	{ { SIZE, .kind = LODE_CUSTOM_TYPE }, "the type is wrong: a custom type needs .name" },
	{ { SIZE, .kind = LODE_ENUM }, "the type is wrong: an enum needs .enum_names" },
	{ { SIZE, .kind = LODE_NUMERIC, .precision = 2, .scale = 3 },
	  "the type is wrong: .scale is above .precision" },
	{ { SIZE, .kind = LODE_STRING, .variants = no_kind },
	  "the type is wrong: there is no such kind; use LODE_TYPE(kind, ...)" },
	{ { SIZE, .kind = LODE_STRING, .variants = no_dialect },
	  "the type is wrong: a variant needs .dialects" },
};

START_TEST(wrong_types_are_refused)
{
	lode_error error = LODE_ERROR_INIT;
	lode__arena arena;
	lode_type copy = { .length = 4711 };

	lode__arena_init(&arena, NULL, 0);
	ck_assert_int_eq(lode__type_copy(&copy, &wrong[_i].type, &arena, &error), LODE_E_MISUSE);
	ck_assert_str_eq(error.message, wrong[_i].message);
	ck_assert_uint_eq(copy.length, 4711);
	ck_assert_int_eq(lode__type_copy(&copy, NULL, &arena, NULL), LODE_E_MISUSE);
	lode__arena_dispose(&arena);
}
END_TEST

START_TEST(every_failure_is_survived)
{
	static const char *const names[] = { "a", "b", NULL };
	lode_type type = { SIZE, .kind = LODE_ENUM, .variants = variants, .enum_names = names,
	                   .name = "n" };
	lode_faulty faulty;
	size_t n = 0;

	do {
		lode__arena arena;
		lode_type copy;

		lode_faulty_init(&faulty, ++n);
		/* nearly every request is a chunk */
		lode__arena_init(&arena, &faulty.allocator, 1);
		ck_assert_int_eq(lode__type_copy(&copy, &type, &arena, NULL),
		                 faulty.failed ? LODE_E_NOMEM : LODE_OK);
		lode__arena_dispose(&arena);
		ck_assert_uint_eq(faulty.live, 0);
	} while (faulty.failed);
	ck_assert_uint_gt(n, 3);
}
END_TEST

static const lode_variant *take_variants(const lode_type *type)
{
	return type->variants;
}

START_TEST(macros)
{
	const lode_type *type = LODE_TYPE(LODE_STRING, .length = 40, .variants = LODE_VARIANTS(
		{ .dialects = "mysql", .kind = LODE_TEXT_TYPE }));
	const lode_variant *made = take_variants(type);

	ck_assert_uint_eq(type->struct_size, sizeof *type);
	ck_assert_uint_eq(type->variant_size, sizeof *made);
	ck_assert_str_eq(made[0].dialects, "mysql");
	ck_assert_ptr_null(made[1].dialects);
	ck_assert_ptr_null(take_variants(LODE_TYPE(LODE_INTEGER)));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("type");
	TCase *tcase = tcase_create("type");

	tcase_add_loop_test(tcase, variant_of_the_dialect, 0, COUNT(resolved));
	tcase_add_loop_test(tcase, facts_of_a_type, 0, COUNT(facts));
	tcase_add_loop_test(tcase, built_in_types, 0, COUNT(defaults));
	tcase_add_test(tcase, copies_own_everything);
	tcase_add_test(tcase, older_callers_are_read);
	tcase_add_loop_test(tcase, wrong_types_are_refused, 0, COUNT(wrong));
	tcase_add_test(tcase, every_failure_is_survived);
	tcase_add_test(tcase, macros);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
