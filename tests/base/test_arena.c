/* SPDX-License-Identifier: MIT */
/* tests/base/test_arena.c - alignment, marks, growth, failure. */
#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "faulty.h"
#include "../check_tap.h"

START_TEST(unused_arena_costs_nothing)
{
	lode_faulty faulty;
	lode__arena arena;

	lode_faulty_init(&faulty, 0);
	lode__arena_init(&arena, &faulty.allocator, 0);
	lode__arena_clear(&arena);
	lode__arena_reset(&arena, lode__arena_mark(&arena));
	lode__arena_dispose(&arena);
	ck_assert_uint_eq(faulty.requests, 0);
}
END_TEST

START_TEST(memory_is_aligned)
{
	static const size_t aligns[] = { 0, 1, 2, 4, 8, 16, 64, 4096 };
	size_t align = aligns[_i];
	lode__arena arena;

	lode__arena_init(&arena, NULL, 100);
	for (size_t i = 0; i < 50; i++) {
		char *memory = (char *)lode__arena_alloc(&arena, i, align);

		ck_assert_ptr_nonnull(memory);
		ck_assert_uint_eq((uintptr_t)memory % (align ? align : _Alignof(max_align_t)), 0);
		memset(memory, 1, i);
	}
	lode__arena_dispose(&arena);
}
END_TEST

START_TEST(blocks_do_not_overlap)
{
	unsigned char *blocks[500];
	lode__arena arena;

	lode__arena_init(&arena, NULL, 64);
	for (size_t i = 0; i < 500; i++) {
		blocks[i] = (unsigned char *)lode__arena_alloc(&arena, i + 1, 1);
		memset(blocks[i], (int)(i & 0xFF), i + 1);
	}
	for (size_t i = 0; i < 500; i++)
		for (size_t j = 0; j <= i; j++)
			ck_assert_uint_eq(blocks[i][j], i & 0xFF);
	lode__arena_dispose(&arena);
	ck_assert_uint_eq(lode__arena_total(&arena), 0);
}
END_TEST

START_TEST(reset_frees_what_came_later)
{
	lode_faulty faulty;
	lode__arena arena;
	lode__mark mark;
	char *before, *first, *again;
	size_t total, live;

	lode_faulty_init(&faulty, 0);
	lode__arena_init(&arena, &faulty.allocator, 128);
	before = lode__arena_strdup(&arena, "before");
	mark = lode__arena_mark(&arena);
	total = lode__arena_total(&arena);
	live = faulty.live;
	first = (char *)lode__arena_alloc(&arena, 8, 0);
	for (int i = 0; i < 100; i++)
		lode__arena_alloc(&arena, 100, 0);
	ck_assert_uint_gt(faulty.live, live);
	lode__arena_reset(&arena, mark);
	ck_assert_uint_eq(faulty.live, live);
	ck_assert_uint_eq(lode__arena_total(&arena), total);
	again = (char *)lode__arena_alloc(&arena, 8, 0);
	ck_assert_ptr_eq(first, again);
	ck_assert_str_eq(before, "before");
	lode__arena_dispose(&arena);
	ck_assert_uint_eq(faulty.live, 0);
}
END_TEST

START_TEST(mark_of_an_empty_arena)
{
	lode_faulty faulty;
	lode__arena arena;
	lode__mark mark;

	lode_faulty_init(&faulty, 0);
	lode__arena_init(&arena, &faulty.allocator, 0);
	mark = lode__arena_mark(&arena);
	lode__arena_alloc(&arena, 5000, 0);
	lode__arena_reset(&arena, mark);
	ck_assert_uint_eq(faulty.live, 0);
	ck_assert_ptr_nonnull(lode__arena_alloc(&arena, 1, 0));
	lode__arena_dispose(&arena);
}
END_TEST

START_TEST(clear_keeps_one_chunk)
{
	lode_faulty faulty;
	lode__arena arena;
	size_t requests;

	lode_faulty_init(&faulty, 0);
	lode__arena_init(&arena, &faulty.allocator, 64);
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 100; i++)
			lode__arena_alloc(&arena, 50, 0);
		lode__arena_clear(&arena);
		ck_assert_uint_eq(faulty.live, 1);
	}
	requests = faulty.requests;
	for (int i = 0; i < 100; i++)
		lode__arena_alloc(&arena, 50, 0);
	ck_assert_uint_eq(faulty.requests, requests);
	lode__arena_dispose(&arena);
	ck_assert_uint_eq(faulty.live, 0);
}
END_TEST

START_TEST(copies)
{
	lode__arena arena;
	int *numbers;

	lode__arena_init(&arena, NULL, 0);
	ck_assert_str_eq(lode__arena_strndup(&arena, "abcdef", 3), "abc");
	ck_assert_str_eq(lode__arena_strndup(&arena, NULL, 0), "");
	ck_assert_ptr_null(lode__arena_strdup(&arena, NULL));
	ck_assert_mem_eq(lode__arena_dup(&arena, "a\0b", 3), "a\0b", 3);
	ck_assert_str_eq(lode__arena_printf(&arena, "%s-%d", "x", 7), "x-7");
	numbers = LODE__NEW_ARRAY(&arena, int, 10);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(numbers[i], 0);
	lode__arena_dispose(&arena);
}
END_TEST

START_TEST(impossible_sizes_fail)
{
	lode__arena arena;

	lode__arena_init(&arena, NULL, 0);
	ck_assert_ptr_null(lode__arena_alloc(&arena, SIZE_MAX, 0));
	ck_assert_ptr_null(lode__arena_alloc(&arena, SIZE_MAX - 8, 64));
	ck_assert_ptr_null(lode__arena_array(&arena, SIZE_MAX / 2, 4));
	ck_assert_ptr_null(lode__arena_strndup(&arena, "", SIZE_MAX));
	ck_assert_ptr_nonnull(lode__arena_alloc(&arena, 1, 0));
	lode__arena_dispose(&arena);
}
END_TEST

/* some request refused: NULL, what was there stays, nothing leaks */
START_TEST(every_failure_is_survived)
{
	lode_faulty faulty;
	size_t n = 0;

	do {
		lode__arena arena;
		char *kept;

		lode_faulty_init(&faulty, ++n);
		lode__arena_init(&arena, &faulty.allocator, 64);
		kept = lode__arena_strdup(&arena, "kept");
		for (int i = 0; i < 40; i++)
			lode__arena_zero(&arena, 40);
		if (kept)
			ck_assert_str_eq(kept, "kept");
		lode__arena_dispose(&arena);
		ck_assert_uint_eq(faulty.live, 0);
	} while (faulty.failed);
	ck_assert_uint_gt(n, 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arena");
	TCase *tcase = tcase_create("arena");

	tcase_add_test(tcase, unused_arena_costs_nothing);
	tcase_add_loop_test(tcase, memory_is_aligned, 0, 8);
	tcase_add_test(tcase, blocks_do_not_overlap);
	tcase_add_test(tcase, reset_frees_what_came_later);
	tcase_add_test(tcase, mark_of_an_empty_arena);
	tcase_add_test(tcase, clear_keeps_one_chunk);
	tcase_add_test(tcase, copies);
	tcase_add_test(tcase, impossible_sizes_fail);
	tcase_add_test(tcase, every_failure_is_survived);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
