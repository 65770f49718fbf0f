/* SPDX-License-Identifier: MIT */
/* tests/base/test_buf.c - growing, the maximum, sticky failure, handing over. */
#include "base/buf.h"

#include <string.h>

#include "base/alloc.h"
#include "faulty.h"
#include "../check_tap.h"

START_TEST(text_is_put_together)
{
	lode__buf buf;
	char *text = NULL;

	lode__buf_init(&buf, NULL, 1000);
	ck_assert_str_eq(lode__buf_text(&buf), "");
	lode__buf_puts(&buf, "SELECT ");
	lode__buf_putc(&buf, '*');
	lode__buf_printf(&buf, " FROM %s%d", "t", 1);
	lode__buf_append(&buf, " WHERE xyz", 8);
	lode__buf_put_int(&buf, INT64_MIN);
	lode__buf_putc(&buf, ' ');
	lode__buf_put_uint(&buf, UINT64_MAX);
	lode__buf_insert(&buf, 7, "/**/ ", 5);
	ck_assert_str_eq(lode__buf_text(&buf), "SELECT /**/ * FROM t1 WHERE x"
	                                       "-9223372036854775808 18446744073709551615");
	lode__buf_truncate(&buf, 13);
	lode__buf_truncate(&buf, 100);
	ck_assert_uint_eq(lode__buf_size(&buf), 13);
	ck_assert_int_eq(lode__buf_take(&text, &buf, NULL), LODE_OK);
	ck_assert_str_eq(text, "SELECT /**/ *");
	ck_assert_str_eq(lode__buf_text(&buf), "");
	lode__release(NULL, text);
	lode__buf_dispose(&buf);
}
END_TEST

START_TEST(empty_text_can_be_taken)
{
	lode__buf buf;
	char *text = NULL;

	lode__buf_init(&buf, NULL, 0);
	lode__buf_puts(&buf, "");
	lode__buf_printf(&buf, "%s", "");
	ck_assert_int_eq(lode__buf_take(&text, &buf, NULL), LODE_OK);
	ck_assert_str_eq(text, "");
	lode__release(NULL, text);
	lode__buf_dispose(&buf);
}
END_TEST

START_TEST(maximum_is_exact_and_sticky)
{
	lode_error error = LODE_ERROR_INIT;
	lode__buf buf;
	char *text = NULL;

	lode__buf_init(&buf, NULL, 100);
	for (int i = 0; i < 100; i++)
		lode__buf_putc(&buf, 'x');
	ck_assert_int_eq(lode__buf_status(&buf), LODE_OK);
	ck_assert_uint_eq(lode__buf_size(&buf), 100);
	lode__buf_putc(&buf, 'y');
	lode__buf_truncate(&buf, 1);
	lode__buf_puts(&buf, "z");
	ck_assert_str_eq(lode__buf_text(&buf), "");
	ck_assert_int_eq(lode__buf_take(&text, &buf, &error), LODE_E_LIMIT);
	ck_assert_ptr_null(text);
	ck_assert_int_eq(error.status, LODE_E_LIMIT);
	ck_assert_str_eq(error.message, "the text is longer than 100 bytes");
	lode__buf_clear(&buf);
	lode__buf_puts(&buf, "ok");
	ck_assert_str_eq(lode__buf_text(&buf), "ok");
	lode__buf_dispose(&buf);
}
END_TEST

START_TEST(first_failure_stays)
{
	lode_error error = LODE_ERROR_INIT;
	lode__buf buf;
	char *text = NULL;

	lode__buf_init(&buf, NULL, 10);
	lode__buf_fail(&buf, LODE_E_UNSUPPORTED);
	lode__buf_puts(&buf, "longer than ten bytes");
	lode__buf_fail(&buf, LODE_E_NOMEM);
	ck_assert_int_eq(lode__buf_take(&text, &buf, &error), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(error.status, LODE_E_UNSUPPORTED);
	lode__buf_dispose(&buf);
}
END_TEST

START_TEST(copy_into_an_arena)
{
	lode__arena arena;
	lode__buf buf;
	char *text = NULL;

	lode__arena_init(&arena, NULL, 0);
	lode__buf_init(&buf, NULL, 10);
	lode__buf_puts(&buf, "abc");
	ck_assert_int_eq(lode__buf_copy(&text, &buf, &arena, NULL), LODE_OK);
	lode__buf_dispose(&buf);
	ck_assert_str_eq(text, "abc");
	lode__arena_dispose(&arena);
}
END_TEST

START_TEST(every_failure_is_survived)
{
	lode_faulty faulty;
	size_t n = 0;

	do {
		lode_error error = LODE_ERROR_INIT;
		lode__buf buf;
		char *text = NULL;
		lode_status status;

		lode_faulty_init(&faulty, ++n);
		lode__buf_init(&buf, &faulty.allocator, 100000);
		for (int i = 0; i < 1000; i++)
			lode__buf_printf(&buf, "%d,", i);
		status = lode__buf_take(&text, &buf, &error);
		ck_assert_int_eq(status, faulty.failed ? LODE_E_NOMEM : LODE_OK);
		ck_assert_int_eq(error.status, status);
		if (!faulty.failed)
			ck_assert_uint_eq(strlen(text), 3890);
		lode__release(&faulty.allocator, text);
		lode__buf_dispose(&buf);
		ck_assert_uint_eq(faulty.live, 0);
	} while (faulty.failed);
	ck_assert_uint_gt(n, 5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("buf");
	TCase *tcase = tcase_create("buf");

	tcase_add_test(tcase, text_is_put_together);
	tcase_add_test(tcase, empty_text_can_be_taken);
	tcase_add_test(tcase, maximum_is_exact_and_sticky);
	tcase_add_test(tcase, first_failure_stays);
	tcase_add_test(tcase, copy_into_an_arena);
	tcase_add_test(tcase, every_failure_is_survived);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
