/* SPDX-License-Identifier: MIT */
/* tests/base/test_map.c - insertion order, replacing, removing, growth, failure. */
#include "base/map.h"

#include <stdio.h>
#include <string.h>

#include "faulty.h"
#include "../check_tap.h"

static int values[2000];

static void check_walk(const lode__map *map, const char *expected)
{
	char keys[100] = "";

	LODE__MAP_EACH(entry, map)
		strcat(strcat(keys, entry->key), " ");
	ck_assert_str_eq(keys, expected);
}

START_TEST(walks_in_insertion_order)
{
	lode__arena arena;
	lode__map map;

	lode__arena_init(&arena, NULL, 0);
	lode__map_init(&map, &arena);
	check_walk(&map, "");
	ck_assert_ptr_null(lode__map_get(&map, "zeta"));
	ck_assert_ptr_null(lode__map_remove(&map, "zeta"));
	lode__map_put(&map, "zeta", &values[0]);
	lode__map_put(&map, "alpha", &values[1]);
	lode__map_put(&map, "mid", &values[2]);
	lode__map_put(&map, "", &values[3]);
	check_walk(&map, "zeta alpha mid  ");
	lode__map_put(&map, "alpha", &values[4]);
	check_walk(&map, "zeta alpha mid  ");
	ck_assert_ptr_eq(lode__map_get(&map, "alpha"), &values[4]);
	ck_assert_ptr_eq(lode__map_get(&map, ""), &values[3]);
	ck_assert_ptr_eq(lode__map_remove(&map, "zeta"), &values[0]);
	ck_assert_ptr_eq(lode__map_remove(&map, ""), &values[3]);
	lode__map_put(&map, "zeta", &values[5]);
	check_walk(&map, "alpha mid zeta ");
	ck_assert_uint_eq(map.count, 3);
	lode__arena_dispose(&arena);
}
END_TEST

START_TEST(keys_are_copied_and_exact)
{
	char key[] = "name, fullname";
	lode__arena arena;
	lode__map map;

	lode__arena_init(&arena, NULL, 0);
	lode__map_init(&map, &arena);
	lode__map_put_n(&map, key, 4, &values[0]);
	key[0] = 'X';
	ck_assert_ptr_eq(lode__map_get(&map, "name"), &values[0]);
	ck_assert_ptr_eq(lode__map_get_n(&map, "named", 4), &values[0]);
	ck_assert_ptr_null(lode__map_get(&map, "Name"));
	ck_assert_ptr_null(lode__map_get(&map, "nam"));
	ck_assert_ptr_null(lode__map_get(&map, "names"));
	lode__arena_dispose(&arena);
}
END_TEST

START_TEST(removing_while_walking)
{
	lode__arena arena;
	lode__map map;

	lode__arena_init(&arena, NULL, 0);
	lode__map_init(&map, &arena);
	for (int i = 0; i < 6; i++) {
		char key[2] = { (char)('a' + i), 0 };

		lode__map_put(&map, key, &values[i]);
	}
	LODE__MAP_EACH(entry, &map)
		if ((entry->key[0] - 'a') % 2 == 0)
			lode__map_remove(&map, entry->key);
	check_walk(&map, "b d f ");
	lode__arena_dispose(&arena);
}
END_TEST

/* against a plain array, with a fixed seed */
START_TEST(agrees_with_a_model)
{
	void *model[300] = { 0 };
	uint32_t seed = 12345;
	size_t count = 0;
	lode__arena arena;
	lode__map map;

	lode__arena_init(&arena, NULL, 0);
	lode__map_init(&map, &arena);
	for (int step = 0; step < 20000; step++) {
		size_t k;
		char key[16];

		seed = seed * 1664525u + 1013904223u;
		k = (seed >> 8) % 300;
		snprintf(key, sizeof key, "key%zu", k);
		ck_assert_ptr_eq(lode__map_get(&map, key), model[k]);
		if (seed >> 30) {
			count += !model[k];
			model[k] = &values[step % 2000];
			ck_assert_int_eq(lode__map_put(&map, key, model[k]), LODE_OK);
		} else {
			count -= model[k] != NULL;
			ck_assert_ptr_eq(lode__map_remove(&map, key), model[k]);
			model[k] = NULL;
		}
		ck_assert_uint_eq(map.count, count);
	}
	lode__arena_dispose(&arena);
}
END_TEST

START_TEST(failed_put_changes_nothing)
{
	lode_faulty faulty;
	size_t n = 0;

	do {
		lode__arena arena;
		lode__map map;
		size_t count = 0;

		lode_faulty_init(&faulty, ++n);
		lode__arena_init(&arena, &faulty.allocator, 64);
		lode__map_init(&map, &arena);
		for (int i = 0; i < 200; i++) {
			char key[16];
			lode_status status;

			snprintf(key, sizeof key, "key%d", i);
			status = lode__map_put(&map, key, &values[i]);
			ck_assert_ptr_eq(lode__map_get(&map, key),
			                 status == LODE_OK ? &values[i] : NULL);
			count += status == LODE_OK;
		}
		ck_assert_uint_eq(map.count, count);
		lode__arena_dispose(&arena);
		ck_assert_uint_eq(faulty.live, 0);
	} while (faulty.failed);
	ck_assert_uint_gt(n, 5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("map");
	TCase *tcase = tcase_create("map");

	tcase_add_test(tcase, walks_in_insertion_order);
	tcase_add_test(tcase, keys_are_copied_and_exact);
	tcase_add_test(tcase, removing_while_walking);
	tcase_add_test(tcase, agrees_with_a_model);
	tcase_add_test(tcase, failed_put_changes_nothing);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
