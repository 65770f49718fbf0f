/* SPDX-License-Identifier: MIT */
/* tests/base/test_alloc.c - the default allocator, falling back to it, overflow. */
#include "base/alloc.h"

#include <stdint.h>

#include "faulty.h"
#include "../check_tap.h"

START_TEST(default_can_be_replaced_and_restored)
{
	lode_faulty faulty;
	void *memory;

	lode_faulty_init(&faulty, 0);
	lode_set_default_allocator(&faulty.allocator);
	memory = lode__alloc(NULL, 10);
	ck_assert_uint_eq(faulty.live, 1);
	lode__release(NULL, memory);
	ck_assert_uint_eq(faulty.live, 0);
	lode_set_default_allocator(NULL);
	memory = lode__alloc(NULL, 10);
	ck_assert_uint_eq(faulty.requests, 1);
	lode__release(NULL, memory);
}
END_TEST

START_TEST(incomplete_allocator_is_not_used)
{
	lode_faulty faulty;
	void *memory;

	lode_faulty_init(&faulty, 0);
	faulty.allocator.resize = NULL;
	memory = lode__alloc(&faulty.allocator, 1);
	ck_assert_ptr_nonnull(memory);
	ck_assert_uint_eq(faulty.requests, 0);
	lode__release(&faulty.allocator, memory);
}
END_TEST

START_TEST(given_allocator_is_used)
{
	lode_faulty faulty;
	char *text;

	lode_faulty_init(&faulty, 0);
	text = lode__strdup(&faulty.allocator, "abc");
	ck_assert_str_eq(text, "abc");
	text = (char *)lode__resize(&faulty.allocator, text, 100);
	ck_assert_str_eq(text, "abc");
	ck_assert_uint_eq(faulty.requests, 2);
	lode__release(&faulty.allocator, text);
	lode__release(&faulty.allocator, NULL);
	ck_assert_uint_eq(faulty.live, 0);
}
END_TEST

START_TEST(sizes_at_the_edges)
{
	unsigned char *memory = (unsigned char *)lode__alloc_zero(NULL, 16);

	for (int i = 0; i < 16; i++)
		ck_assert_uint_eq(memory[i], 0);
	lode__release(NULL, memory);
	memory = (unsigned char *)lode__alloc(NULL, 0);
	ck_assert_ptr_nonnull(memory);
	lode__release(NULL, memory);
	ck_assert_ptr_null(lode__alloc_array(NULL, SIZE_MAX / 4, 8));
	ck_assert_ptr_null(lode__strndup(NULL, "", SIZE_MAX));
	ck_assert_ptr_null(lode__strdup(NULL, NULL));
}
END_TEST

START_TEST(failure_is_null)
{
	lode_faulty faulty;

	lode_faulty_init(&faulty, 1);
	faulty.sticky = true;
	ck_assert_ptr_null(lode__alloc(&faulty.allocator, 1));
	ck_assert_ptr_null(lode__alloc_zero(&faulty.allocator, 1));
	ck_assert_ptr_null(lode__alloc_array(&faulty.allocator, 1, 1));
	ck_assert_ptr_null(lode__memdup(&faulty.allocator, "a", 1));
	ck_assert_ptr_null(lode__strdup(&faulty.allocator, "a"));
	ck_assert_ptr_null(lode__resize(&faulty.allocator, NULL, 1));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("alloc");
	TCase *tcase = tcase_create("alloc");

	tcase_add_test(tcase, default_can_be_replaced_and_restored);
	tcase_add_test(tcase, incomplete_allocator_is_not_used);
	tcase_add_test(tcase, given_allocator_is_used);
	tcase_add_test(tcase, sizes_at_the_edges);
	tcase_add_test(tcase, failure_is_null);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
