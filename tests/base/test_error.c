/* SPDX-License-Identifier: MIT */
/* tests/base/test_error.c - short structs of old callers, cutting, status names. */
#include "base/error.h"

#include <string.h>

#include "../check_tap.h"

START_TEST(message_is_one_line)
{
	lode_error error = LODE_ERROR_INIT;

	error.retryable = true;
	strcpy(error.table, "old");
	ck_assert_int_eq(lode__error_set(&error, LODE_E_MAPPING, "a\nb\tc%d", 1), LODE_E_MAPPING);
	ck_assert_str_eq(error.message, "a b c1");
	ck_assert_int_eq(error.status, LODE_E_MAPPING);
	ck_assert(!error.retryable);
	ck_assert_str_eq(error.table, "");
	ck_assert_uint_eq(error.struct_size, sizeof error);
}
END_TEST

START_TEST(null_is_allowed)
{
	lode_error error = LODE_ERROR_INIT;

	ck_assert_int_eq(lode__error_set(NULL, LODE_E_IO, "x"), LODE_E_IO);
	ck_assert_int_eq(lode__error_nomem(NULL), LODE_E_NOMEM);
	lode__error_clear(NULL);
	lode__error_set_sql(NULL, "x", 1);
	lode__error_set(&error, LODE_E_IO, "x");
	ck_assert_int_eq(lode__error_copy(NULL, &error), LODE_E_IO);
}
END_TEST

/* {text before the multi-byte character, expected length} : 511 bytes fit */
static const struct { size_t before; const char *tail; size_t expected; } cuts[] = {
	{ 511, "", 511 },
	{ 512, "", 511 },
	{ 509, "\xC3\xA4", 511 },
	{ 510, "\xC3\xA4", 510 },
	{ 510, "\xC3\xA4 and more", 510 },
	{ 511, "\xC3\xA4", 511 },
	{ 508, "\xF0\x9F\x98\x80", 508 },
	{ 507, "\xF0\x9F\x98\x80", 511 },
	{ 509, "\xF0\x9F\x98\x80", 509 },
	{ 510, "\xF0\x9F\x98\x80xxxxxx", 510 },
};

START_TEST(long_text_is_cut_at_a_character)
{
	lode_error error = LODE_ERROR_INIT;
	char text[700];

	memset(text, 'x', cuts[_i].before);
	strcpy(text + cuts[_i].before, cuts[_i].tail);
	lode__error_set(&error, LODE_E_DATA, "%s", text);
	ck_assert_uint_eq(strlen(error.message), cuts[_i].expected);
	lode__error_set_sql(&error, text, strlen(text));
	ck_assert_uint_eq(strlen(error.sql), cuts[_i].expected);
}
END_TEST

/* a caller with a shorter struct: not a byte behind it is written */
static const size_t sizes[] = { 8, 12, 20, 100, 300, sizeof(lode_error) - 1 };

START_TEST(short_struct_is_respected)
{
	size_t size = sizes[_i];
	union { lode_error error; unsigned char bytes[sizeof(lode_error) + 8]; } room;

	memset(&room, 0xEE, sizeof room);
	room.error.struct_size = (uint32_t)size;
	lode__error_set(&room.error, LODE_E_UNIQUE, "message");
	lode__error_set_sql(&room.error, "SELECT 1", 8);
	ck_assert_uint_eq(room.error.struct_size, size);
	ck_assert_int_eq(room.error.status, LODE_E_UNIQUE);
	for (size_t i = size; i < sizeof room; i++)
		ck_assert_uint_eq(room.bytes[i], 0xEE);
}
END_TEST

START_TEST(long_struct_is_filled_as_far_as_known)
{
	struct { lode_error error; char more[100]; } room;

	memset(&room, 0, sizeof room);
	room.error.struct_size = sizeof room;
	room.more[0] = 'm';
	lode__error_set(&room.error, LODE_E_UNIQUE, "message");
	ck_assert_uint_eq(room.error.struct_size, sizeof room);
	ck_assert_str_eq(room.error.message, "message");
	ck_assert_int_eq(room.more[0], 'm');
}
END_TEST

START_TEST(zeroed_struct_is_of_the_first_release)
{
	lode_error error;

	memset(&error, 0, sizeof error);
	lode__error_set(&error, LODE_E_LOCKED, "locked");
	ck_assert_str_eq(error.message, "locked");
	lode__error_set_sql(&error, "BEGIN", 5);
	ck_assert_str_eq(error.sql, "BEGIN");
	ck_assert_str_eq(error.message, "locked");
}
END_TEST

START_TEST(copy_and_clear)
{
	lode_error a = LODE_ERROR_INIT, b = LODE_ERROR_INIT;

	lode__error_set(&a, LODE_E_CHECK, "why");
	strcpy(a.constraint, "positive");
	a.disconnected = true;
	ck_assert_int_eq(lode__error_copy(&b, &a), LODE_E_CHECK);
	ck_assert_mem_eq(&a, &b, sizeof a);
	ck_assert_int_eq(lode__error_copy(&b, &b), LODE_E_CHECK);
	lode__error_clear(&b);
	ck_assert_int_eq(b.status, LODE_OK);
	ck_assert_str_eq(b.constraint, "");
	ck_assert_uint_eq(b.struct_size, sizeof b);
}
END_TEST

static const struct { lode_status status; const char *name; } names[] = {
	{ 0, "LODE_OK" }, { 1, "LODE_DONE" }, { 3, "LODE_PARTIAL" }, { 4, "LODE_NOT_FOUND" },
	{ -1, "LODE_E_OTHER" }, { -15, "LODE_E_UNIQUE" }, { -29, "LODE_E_OUTCOME_UNKNOWN" },
	{ -99, "LODE_E_OTHER" }, { -100, "LODE_E_POOL_TIMEOUT" }, { -108, "LODE_E_CONFIG" },
	{ -109, "LODE_E_OTHER" }, { -1000, "application" }, { INT32_MIN, "application" },
};

START_TEST(statuses_have_names)
{
	ck_assert_str_eq(lode_status_name(names[_i].status), names[_i].name);
}
END_TEST

START_TEST(every_driver_status_has_its_own_name)
{
	for (lode_status i = -29; i < -1; i++)
		for (lode_status j = -29; j < i; j++)
			ck_assert_str_ne(lode_status_name(i), lode_status_name(j));
	ck_assert_ptr_nonnull(lode_version());
}
END_TEST

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(*(rows))))

int main(void)
{
	Suite *suite = suite_create("error");
	TCase *tcase = tcase_create("error");

	tcase_add_test(tcase, message_is_one_line);
	tcase_add_test(tcase, null_is_allowed);
	tcase_add_loop_test(tcase, long_text_is_cut_at_a_character, 0, COUNT(cuts));
	tcase_add_loop_test(tcase, short_struct_is_respected, 0, COUNT(sizes));
	tcase_add_test(tcase, long_struct_is_filled_as_far_as_known);
	tcase_add_test(tcase, zeroed_struct_is_of_the_first_release);
	tcase_add_test(tcase, copy_and_clear);
	tcase_add_loop_test(tcase, statuses_have_names, 0, COUNT(names));
	tcase_add_test(tcase, every_driver_status_has_its_own_name);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
