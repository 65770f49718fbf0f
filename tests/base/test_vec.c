/* SPDX-License-Identifier: MIT */
/* tests/base/test_vec.c - order, growth, failure. */
#include "base/vec.h"

#include <stdint.h>

#include "base/alloc.h"
#include "faulty.h"
#include "../check_tap.h"

static int things[1000];

static void check_order(const lode__vec *vec, const char *expected)
{
	ck_assert_uint_eq(vec->count, strlen(expected));
	for (size_t i = 0; i < vec->count; i++)
		ck_assert_ptr_eq(vec->items[i], &things[expected[i] - 'a']);
}

START_TEST(order_is_kept)
{
	lode__vec vec;

	lode__vec_init(&vec, NULL);
	ck_assert_ptr_null(lode__vec_pop(&vec));
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(lode__vec_push(&vec, &things[i]), LODE_OK);
	check_order(&vec, "abcde");
	ck_assert_ptr_eq(lode__vec_remove(&vec, 1), &things[1]);
	check_order(&vec, "acde");
	ck_assert_ptr_eq(lode__vec_remove(&vec, 3), &things[4]);
	check_order(&vec, "acd");
	lode__vec_insert(&vec, 0, &things[25]);
	lode__vec_insert(&vec, 4, &things[24]);
	lode__vec_insert(&vec, 2, &things[23]);
	check_order(&vec, "zaxcdy");
	ck_assert_ptr_eq(lode__vec_pop(&vec), &things[24]);
	ck_assert_uint_eq(lode__vec_find(&vec, &things[23]), 2);
	ck_assert_uint_eq(lode__vec_find(&vec, &things[9]), LODE__VEC_NONE);
	ck_assert(lode__vec_has(&vec, &things[25]));
	ck_assert(!lode__vec_has(&vec, NULL));
	ck_assert_ptr_eq(LODE__VEC_AT(int, &vec, 1), &things[0]);
	lode__vec_clear(&vec);
	ck_assert_uint_eq(vec.count, 0);
	lode__vec_dispose(&vec);
}
END_TEST

START_TEST(zeroed_memory_is_a_vec)
{
	lode__vec vec = { 0 };

	ck_assert_int_eq(lode__vec_push(&vec, &things[3]), LODE_OK);
	check_order(&vec, "d");
	lode__vec_dispose(&vec);
}
END_TEST

START_TEST(failed_push_changes_nothing)
{
	lode_faulty faulty;
	size_t n = 0;

	do {
		lode__vec vec;
		size_t pushed = 0;

		lode_faulty_init(&faulty, ++n);
		lode__vec_init(&vec, &faulty.allocator);
		for (int i = 0; i < 1000; i++)
			if (lode__vec_push(&vec, &things[i]) == LODE_OK)
				ck_assert_ptr_eq(vec.items[pushed++], &things[i]);
		ck_assert_uint_eq(vec.count, pushed);
		ck_assert_uint_eq(pushed, faulty.failed ? 999 : 1000);
		lode__vec_dispose(&vec);
		ck_assert_uint_eq(faulty.live, 0);
	} while (faulty.failed);
	ck_assert_uint_gt(n, 5);
}
END_TEST

START_TEST(array_of_structs_grows)
{
	struct { char name[13]; } *items = NULL;
	void *memory = NULL;
	size_t capacity = 0;

	for (size_t i = 0; i < 100; i++) {
		ck_assert_int_eq(lode__array_reserve(NULL, &memory, &capacity, i + 1,
		                                     sizeof *items), LODE_OK);
		items = memory;
		items[i].name[12] = (char)i;
	}
	for (size_t i = 0; i < 100; i++)
		ck_assert_int_eq(items[i].name[12], (int)i);
	ck_assert_int_eq(lode__array_reserve(NULL, &memory, &capacity, SIZE_MAX / 2,
	                                     sizeof *items), LODE_E_NOMEM);
	ck_assert_ptr_eq(memory, items);
	lode__release(NULL, memory);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vec");
	TCase *tcase = tcase_create("vec");

	tcase_add_test(tcase, order_is_kept);
	tcase_add_test(tcase, zeroed_memory_is_a_vec);
	tcase_add_test(tcase, failed_push_changes_nothing);
	tcase_add_test(tcase, array_of_structs_grows);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
