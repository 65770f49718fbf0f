/* SPDX-License-Identifier: MIT */
/* tests/engine/test_offline.c - an engine whose statements go to a function. */
#include <string.h>

#include "check_tap.h"
#include "fake.h"

static char told[2000];
static lode_status answer;
static lode_error error;

static lode_status tell(void *context, const char *sql)
{
	ck_assert_ptr_eq(context, told);
	strncat(told, sql, sizeof told - strlen(told) - 3);
	strcat(told, "; ");
	return answer;
}

static void setup(void)
{
	fake_reset();
	error = (lode_error)LODE_ERROR_INIT;
	told[0] = '\0';
	answer = LODE_OK;
	ck_assert_int_eq(lode_register_plugin((lode_plugin_entry *)fake_entry, &error), LODE_OK);
}

static lode_engine *open_offline(void)
{
	lode_engine *engine = lode_engine_open_offline("fake", tell, told, NULL, &error);

	ck_assert_msg(engine != NULL, "%s", error.message);
	return engine;
}

static lode_status drop_row(void *context, const lode_raw_row *row)
{
	(void)context;
	(void)row;
	return -1000;
}

/* every statement in its order, transactions and savepoints too; the driver is never called */
START_TEST(statements_are_told)
{
	lode_engine *engine = open_offline();
	lode_connection *connection = lode_connection_open(engine, &error);
	lode_value value = lode_value_int(7);
	int64_t affected = -1;

	ck_assert_str_eq(told, "");
	ck_assert_int_eq(lode_connection_execute_unsafe(connection, "UPDATE t SET a = ?", &value, 1,
							NULL, NULL, &affected, &error),
			 LODE_OK);
	ck_assert_int_eq(affected, 1);
	ck_assert_int_eq(lode_connection_savepoint(connection, "s", &error), LODE_OK);
	ck_assert_int_eq(lode_connection_execute_unsafe(connection, "SELECT 1", NULL, 0, drop_row,
							NULL, NULL, &error),
			 LODE_OK);
	ck_assert_int_eq(lode_connection_rollback_to(connection, "s", &error), LODE_OK);
	ck_assert_int_eq(lode_connection_commit(connection, &error), LODE_OK);
	lode_connection_close(connection);
	ck_assert_str_eq(told, "BEGIN; UPDATE t SET a = ?; SAVEPOINT s; SELECT 1; "
			       "ROLLBACK TO SAVEPOINT s; COMMIT; ");
	ck_assert_str_eq(lode_engine_url(engine), "fake://");
	ck_assert_str_eq(lode_engine_dialect_name(engine), "fake");
	ck_assert_str_eq(fake_log(), "");
	lode_engine_close(engine);
}
END_TEST

START_TEST(the_function_may_refuse)
{
	lode_engine *engine = open_offline();
	lode_connection *connection = lode_connection_open(engine, &error);

	answer = LODE_E_AUTH;
	ck_assert_int_eq(lode_connection_begin(connection, 0, &error), LODE_E_AUTH);
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

START_TEST(misuse_is_told)
{
	lode_engine_options options = { 0 };

	ck_assert_ptr_null(lode_engine_open_offline(NULL, tell, told, NULL, &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	ck_assert_ptr_null(lode_engine_open_offline("fake", NULL, told, NULL, &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	ck_assert_ptr_null(lode_engine_open_offline("fake", tell, told, &options, &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	ck_assert_ptr_null(lode_engine_open_offline("no name", tell, told, NULL, &error));
	ck_assert_int_eq(error.status, LODE_E_CONFIG);
	ck_assert_ptr_null(lode_engine_open_offline("nosuch", tell, told, NULL, &error));
	ck_assert_int_eq(error.status, LODE_E_PLUGIN);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("offline");
	TCase *tcase = tcase_create("offline");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, statements_are_told);
	tcase_add_test(tcase, the_function_may_refuse);
	tcase_add_test(tcase, misuse_is_told);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
