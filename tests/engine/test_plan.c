/* SPDX-License-Identifier: MIT */
/* tests/engine/test_plan.c - the cache of compiled statements. */
#include <stdlib.h>
#include <string.h>

#include "check_tap.h"
#include "engine/plan.h"
#include "fake.h"

struct plan {
	lode__plan head;
	int number;
};

static lode_error error;
static lode_engine *engine;
static int destroyed;

static void destroy(lode__plan *plan)
{
	destroyed++;
	free(plan);
}

static void setup(void)
{
	fake_reset();
	destroyed = 0;
	lode_register_plugin((lode_plugin_entry *)fake_entry, &error);
	engine = lode_engine_open("fake://h?plan_cache=2", NULL, &error);
}

static void teardown(void)
{
	lode_engine_close(engine);
}

static lode__plan *put(const char *key, uint64_t hash, int number)
{
	struct plan *plan = calloc(1, sizeof *plan);

	plan->head.destroy = destroy;
	plan->number = number;
	return lode__plans_put(engine, key, strlen(key), hash, &plan->head);
}

static int number_of(const char *key, uint64_t hash)
{
	struct plan *plan = (struct plan *)lode__plans_find(engine, key, strlen(key), hash);
	int number = plan ? plan->number : 0;

	if (plan)
		lode__plans_release(&plan->head);
	return number;
}

START_TEST(find_and_drop_the_oldest)
{
	lode__plans_release(put("a", 1, 1));
	lode__plans_release(put("b", 1, 2));    /* the same hash */
	ck_assert_int_eq(number_of("a", 1), 1);
	ck_assert_int_eq(number_of("b", 1), 2);
	ck_assert_int_eq(number_of("a", 1), 1);
	lode__plans_release(put("c", 3, 3));
	ck_assert_int_eq(destroyed, 1);
	ck_assert_int_eq(number_of("b", 1), 0);
	ck_assert_int_eq(number_of("a", 1), 1);
	ck_assert_int_eq(number_of("c", 3), 3);
}
END_TEST

START_TEST(one_in_use_outlives_the_cache)
{
	lode__plan *held = put("a", 1, 1), *second = put("a", 1, 9);

	ck_assert_ptr_eq(held, second);    /* the first stays, the other is gone */
	ck_assert_int_eq(destroyed, 1);
	lode__plans_release(second);
	lode__plans_release(put("b", 2, 2));
	lode__plans_release(put("c", 3, 3));
	ck_assert_int_eq(number_of("a", 1), 0);
	ck_assert_int_eq(destroyed, 1);
	ck_assert_int_eq(((struct plan *)held)->number, 1);
	lode__plans_release(held);
	ck_assert_int_eq(destroyed, 2);
	lode__plans_release(NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plan");
	TCase *tcase = tcase_create("plan");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, find_and_drop_the_oldest);
	tcase_add_test(tcase, one_in_use_outlives_the_cache);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
