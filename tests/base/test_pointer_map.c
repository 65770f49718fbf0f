/* SPDX-License-Identifier: MIT */
/* tests/base/test_pointer_map.c - against a model, walking, failure. */
#include "base/pointer_map.h"

#include <stdint.h>

#include "faulty.h"
#include "../check_tap.h"

static char keys[500];
static int values[2000];

START_TEST(empty_map_answers)
{
	lode__pointer_map map = { 0 };
	const void *key;
	void *value;
	size_t at = 0;

	ck_assert_ptr_null(lode__pointer_map_get(&map, keys));
	ck_assert_ptr_null(lode__pointer_map_remove(&map, keys));
	ck_assert_ptr_null(lode__pointer_map_get(&map, NULL));
	ck_assert(!lode__pointer_map_next(&map, &at, &key, &value));
	lode__pointer_map_clear(&map);
	lode__pointer_map_dispose(&map);
}
END_TEST

static void check_against(const lode__pointer_map *map, void *const *model, size_t count)
{
	const void *key;
	void *value;
	size_t at = 0, seen = 0;

	while (lode__pointer_map_next(map, &at, &key, &value)) {
		ck_assert_ptr_eq(model[(const char *)key - keys], value);
		seen++;
	}
	ck_assert_uint_eq(seen, count);
	ck_assert_uint_eq(map->count, count);
	for (size_t i = 0; i < sizeof keys; i++)
		ck_assert_ptr_eq(lode__pointer_map_get(map, &keys[i]), model[i]);
}

START_TEST(agrees_with_a_model)
{
	void *model[sizeof keys] = { 0 };
	lode__pointer_map map;
	uint32_t seed = 4711;
	size_t count = 0;

	lode__pointer_map_init(&map, NULL);
	for (int step = 0; step < 20000; step++) {
		size_t k;

		seed = seed * 1664525u + 1013904223u;
		k = (seed >> 8) % sizeof keys;
		if (seed >> 31) {
			count += !model[k];
			model[k] = &values[step % 2000];
			ck_assert_int_eq(lode__pointer_map_put(&map, &keys[k], model[k]), LODE_OK);
		} else {
			count -= model[k] != NULL;
			ck_assert_ptr_eq(lode__pointer_map_remove(&map, &keys[k]), model[k]);
			model[k] = NULL;
		}
		if (step % 500 == 0)
			check_against(&map, model, count);
	}
	check_against(&map, model, count);
	lode__pointer_map_clear(&map);
	ck_assert_ptr_null(lode__pointer_map_get(&map, &keys[0]));
	lode__pointer_map_dispose(&map);
}
END_TEST

START_TEST(reserved_room_does_not_allocate)
{
	lode_faulty faulty;
	lode__pointer_map map;

	lode_faulty_init(&faulty, 2);
	faulty.sticky = true;
	lode__pointer_map_init(&map, &faulty.allocator);
	ck_assert_int_eq(lode__pointer_map_reserve(&map, sizeof keys), LODE_OK);
	for (size_t i = 0; i < sizeof keys; i++)
		ck_assert_int_eq(lode__pointer_map_put(&map, &keys[i], &values[i]), LODE_OK);
	ck_assert_int_eq(lode__pointer_map_reserve(&map, SIZE_MAX), LODE_E_NOMEM);
	lode__pointer_map_dispose(&map);
	ck_assert_uint_eq(faulty.live, 0);
}
END_TEST

START_TEST(failed_put_changes_nothing)
{
	lode_faulty faulty;
	size_t n = 0;

	do {
		void *model[sizeof keys] = { 0 };
		lode__pointer_map map;
		size_t count = 0;

		lode_faulty_init(&faulty, ++n);
		lode__pointer_map_init(&map, &faulty.allocator);
		for (size_t i = 0; i < sizeof keys; i++) {
			if (lode__pointer_map_put(&map, &keys[i], &values[i]) < 0)
				continue;
			model[i] = &values[i];
			count++;
		}
		check_against(&map, model, count);
		lode__pointer_map_dispose(&map);
		ck_assert_uint_eq(faulty.live, 0);
	} while (faulty.failed);
	ck_assert_uint_gt(n, 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pointer_map");
	TCase *tcase = tcase_create("pointer_map");

	tcase_add_test(tcase, empty_map_answers);
	tcase_add_test(tcase, agrees_with_a_model);
	tcase_add_test(tcase, reserved_room_does_not_allocate);
	tcase_add_test(tcase, failed_put_changes_nothing);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
