/* SPDX-License-Identifier: MIT */
/* tests/engine/test_inspect.c - inspectors with a driver that answers from a table: what is asked,
 * what is kept, what fails.  What they tell of a real database is in tests/parity/test_mapping.c. */
#include <string.h>

#include <lode/inspect.h>

#include "../base/faulty.h"
#include "check_tap.h"
#include "fake.h"

static lode_error error;
static lode_engine *engine;

static lode_engine *open_engine(const lode_allocator *allocator)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;

	options.allocator = allocator;
	return lode_engine_open("fake://h", &options, &error);
}

static void setup(void)
{
	fake_reset();
	ck_assert_int_eq(lode_register_plugin(fake_entry, &error), LODE_OK);
	error = (lode_error)LODE_ERROR_INIT;
	fake.tables = "a,b";
	engine = open_engine(NULL);
	ck_assert_ptr_nonnull(engine);
}

static void teardown(void)
{
	lode_engine_close(engine);
	ck_assert_int_eq(fake_connections(), 0);
}

static int count_asked(void)
{
	int count = 0;

	for (const char *at = fake_log(); (at = strstr(at, "reflect")) != NULL; at++)
		count++;
	return count;
}

START_TEST(answers_are_kept)
{
	lode_inspector *inspector = lode_inspect_engine(engine, &error);
	const lode_table_info *table = NULL, *again = NULL;
	bool there = false;

	ck_assert_int_eq(fake_connections(), 0);
	ck_assert_int_eq(lode_inspector_table(inspector, NULL, "a", &table, &error), LODE_OK);
	ck_assert_int_eq(lode_inspector_table(inspector, NULL, "a", &again, &error), LODE_OK);
	ck_assert_int_eq(lode_inspector_has_table(inspector, NULL, "a", &there, &error), LODE_OK);
	ck_assert(there);
	ck_assert_ptr_eq(table, again);
	ck_assert_str_eq(table->name, "a");
	ck_assert_ptr_null(table->primary_key);
	ck_assert_int_eq(count_asked(), 1);
	/* another schema, another table, a new inspector: asked anew */
	lode_inspector_has_table(inspector, "s", "a", &there, &error);
	lode_inspector_has_table(inspector, NULL, "b", &there, &error);
	lode_inspector_free(inspector);
	inspector = lode_inspect_engine(engine, &error);
	lode_inspector_has_table(inspector, NULL, "a", &there, &error);
	ck_assert_int_eq(count_asked(), 4);
	lode_inspector_free(inspector);
}
END_TEST

START_TEST(what_is_missing_is_told)
{
	lode_inspector *inspector = lode_inspect_engine(engine, &error);
	const lode_table_info *table = NULL;
	bool there = true;

	ck_assert_int_eq(lode_inspector_table(inspector, "s", "no", &table, &error), LODE_E_NO_OBJECT);
	ck_assert_str_eq(error.message, "the database has no table or view s.no");
	ck_assert_ptr_null(table);
	ck_assert_int_eq(lode_inspector_has_table(inspector, NULL, "no", &there, &error), LODE_OK);
	ck_assert(!there);
	lode_inspector_free(inspector);
}
END_TEST

START_TEST(a_dialect_may_be_unable)
{
	lode_inspector *inspector;
	lode_name_list names = { NULL, 7 };

	lode_engine_close(engine);
	fake.no_reflect = true;
	engine = open_engine(NULL);
	inspector = lode_inspect_engine(engine, &error);
	ck_assert_int_eq(lode_inspector_tables(inspector, NULL, &names, &error), LODE_E_UNSUPPORTED);
	ck_assert_str_eq(error.message, "the dialect fake cannot tell what a database holds");
	ck_assert_uint_eq(names.count, 7);
	lode_inspector_free(inspector);
}
END_TEST

START_TEST(null_arguments)
{
	lode_inspector *inspector = lode_inspect_engine(engine, NULL);
	const lode_table_info *table;
	lode_name_list names;
	bool there;

	ck_assert_ptr_null(lode_inspect_engine(NULL, &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	ck_assert_int_eq(lode_inspector_schemas(NULL, &names, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_inspector_schemas(inspector, NULL, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_inspector_tables(NULL, NULL, &names, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_inspector_views(NULL, NULL, &names, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_inspector_has_table(inspector, NULL, NULL, &there, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_inspector_table(inspector, NULL, "a", NULL, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_inspector_table(inspector, NULL, NULL, &table, NULL), LODE_E_MISUSE);
	lode_inspector_free(inspector);
	lode_inspector_free(NULL);
}
END_TEST

START_TEST(out_of_memory)
{
	lode_faulty faulty;
	size_t n = 0;

	do {
		const lode_table_info *table = NULL;
		lode_inspector *inspector;
		lode_engine *own;

		lode_faulty_init(&faulty, ++n);
		own = open_engine(&faulty.allocator);
		inspector = own ? lode_inspect_engine(own, &error) : NULL;
		if (inspector && lode_inspector_table(inspector, NULL, "a", &table, &error) != LODE_OK)
			ck_assert_ptr_null(table);
		if (!table)
			ck_assert_int_eq(error.status, LODE_E_NOMEM);
		lode_inspector_free(inspector);
		lode_engine_close(own);
		ck_assert_uint_eq(faulty.live, 0);
	} while (faulty.failed);
	ck_assert_uint_gt(n, 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("inspect");
	TCase *tcase = tcase_create("inspect");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, answers_are_kept);
	tcase_add_test(tcase, what_is_missing_is_told);
	tcase_add_test(tcase, a_dialect_may_be_unable);
	tcase_add_test(tcase, null_arguments);
	tcase_add_test(tcase, out_of_memory);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
