/* SPDX-License-Identifier: MIT */
/* tests/engine/test_cursor.c - compiled statements: values, lists as arrays, enums as text. */
#include <string.h>

#include "check_tap.h"
#include "engine/cursor.h"
#include "engine/engine.h"
#include "fake.h"
#include "schema/column.h"
#include "sql/compile.h"

static const char sql[] = "UPDATE x";
static const char *const names[] = { "red", "green", "blue", NULL };
static const int32_t numbers[] = { 2, 0 };
static const lode__elements list = { .data = numbers, .count = 2, .stride = sizeof *numbers,
	                             .ctype = LODE_C_INT32, .value_kind = LODE_VALUE_INT };
static const lode__elements bad_list = { .data = (const int32_t[]){ 0, 9 }, .count = 2,
	                                 .stride = sizeof *numbers, .ctype = LODE_C_INT32,
	                                 .value_kind = LODE_VALUE_INT };
static lode_type enum_type = { .struct_size = sizeof enum_type, .kind = LODE_ENUM,
	                       .enum_names = names };
static lode_table_column color = { .name = "color", .type = &enum_type };

static lode_error error;
static lode_engine *engine;
static lode__link *used;

static void setup(void)
{
	error = (lode_error)LODE_ERROR_INIT;
	fake_reset();
	lode_register_plugin((lode_plugin_entry *)fake_entry, &error);
	engine = lode_engine_open("fake://h", NULL, &error);
	used = lode__engine_acquire(engine, 0, &error);
	fake_log_clear();
}

static void teardown(void)
{
	lode__link_release(used);
	lode_engine_close(engine);
	ck_assert_int_eq(fake_connections(), 0);
	ck_assert_int_eq(fake_statements(), 0);
}

static lode_value list_value(const lode__elements *elements)
{
	lode_value value = { .kind = LODE__VALUE_LIST };

	value.as.bytes.data = elements;
	return value;
}

static lode_status execute(const lode__parameter *parameters, size_t count,
                           const lode_value *values, size_t value_count)
{
	lode__compiled compiled = { .sql = sql, .sql_size = sizeof sql - 1,
		                    .parameters = parameters, .parameter_count = count,
		                    .value_count = 2 };
	lode__cursor cursor;
	lode_status status = lode__cursor_execute(&cursor, used, &compiled, values, value_count, 0,
	                                          &error);

	lode__cursor_close(&cursor);
	return status;
}

/* the best way to read piece by piece that the driver has; an early end closes what is open */
START_TEST(windows_are_handed_on)
{
	static const struct {
		uint64_t caps;
		uint32_t window;
		const char *log;
	} rows[] = {
		{ LODE_CAP_CURSOR | LODE_CAP_STREAM_ROWS, 7, "execute SELECT cursor 7\n" },
		{ LODE_CAP_STREAM_ROWS, 7, "execute SELECT stream 7\n" },
		{ 0, 7, "execute SELECT\n" },
		{ LODE_CAP_CURSOR | LODE_CAP_STREAM_ROWS, 0, "execute SELECT\n" },
	};
	static const char *const cells[] = { "1", "2", "3" };
	static const fake_answer answer = { .sql = "SELECT", .ncols = 1, .nrows = 3, .cells = cells };
	lode__compiled compiled = { .sql = "SELECT", .sql_size = 6 };
	lode__cursor cursor;

	fake.answers = &answer;
	fake.answer_count = 1;
	used->info.caps = rows[_i].caps;
	ck_assert_int_eq(lode__cursor_execute(&cursor, used, &compiled, NULL, 0, rows[_i].window,
	                                      &error), LODE_OK);
	ck_assert_str_eq(strchr(fake_log(), '\n') + 1, rows[_i].log);
	ck_assert_int_eq(fake_resets(), 0);
	lode__cursor_close(&cursor);    /* nothing was fetched */
	ck_assert_int_eq(fake_resets(), 1);
}
END_TEST

START_TEST(order_of_parameters)
{
	const lode__parameter parameters[] = { { .ordinal = 1 }, { .ordinal = 0 }, { .ordinal = 1 } };
	const lode_value values[] = { lode_value_int(5), lode_value_text("t") };

	ck_assert_int_eq(execute(parameters, 3, values, 2), LODE_OK);
	ck_assert_str_eq(fake_log(), "prepare UPDATE x\nexecute UPDATE x ('t', 5, 't')\n");
	ck_assert_int_eq(execute(parameters, 3, values, 1), LODE_E_MISUSE);
	ck_assert_str_eq(error.message, "1 values for a statement with 2");
}
END_TEST

START_TEST(many_parameters)
{
	lode__parameter parameters[40] = { { .ordinal = 0 } };
	const lode_value values[] = { lode_value_int(5), lode_value_null() };

	parameters[39].ordinal = 1;
	ck_assert_int_eq(execute(parameters, 40, values, 2), LODE_OK);
	ck_assert_ptr_nonnull(strstr(fake_log(), "5, 5, 5, NULL)\n"));
}
END_TEST

/* the number of an enum goes out as its name, alone and in lists; the caller's values stay */
static const struct {
	int64_t number;
	const lode__elements *list;
	lode_status status;
	const char *sent;
} enums[] = {
	{ 1, &list, LODE_OK, "execute UPDATE x ('green', array of 2)\n" },
	{ 3, &list, LODE_E_DATA, NULL },
	{ 1, &bad_list, LODE_E_DATA, NULL },
};

START_TEST(enums_by_name)
{
	const lode__parameter parameters[] = {
		{ .ordinal = 0, .sql_type = LODE_T_ENUM, .column = &color },
		{ .ordinal = 1, .sql_type = LODE_T_ENUM, .column = &color },
	};
	lode_value values[] = { lode_value_int(enums[_i].number), list_value(enums[_i].list) };

	ck_assert_int_eq(execute(parameters, 2, values, 2), enums[_i].status);
	ck_assert_int_eq(values[0].as.integer, enums[_i].number);
	if (enums[_i].sent)
		ck_assert_ptr_nonnull(strstr(fake_log(), enums[_i].sent));
	else
		ck_assert_str_eq(error.message, "color: a number that is no name of the enum");
}
END_TEST

/* a value of every kind has a place the driver can read */
START_TEST(every_kind_is_bound)
{
	lode_value values[LODE_VALUE_PARAM];

	for (uint32_t kind = 0; kind < LODE_VALUE_PARAM; kind++) {
		lode_drv_bind bind;

		values[kind] = (lode_value){ .kind = kind };
		lode__value_bind(&bind, values, kind, LODE_T_UNKNOWN);
		ck_assert_int_ne(bind.repr, LODE_R_SKIP);
		ck_assert_uint_eq(bind.off, kind * sizeof(lode_value) + offsetof(lode_value, as));
		ck_assert_int_eq(bind.flags == LODE_BIND_NOT_NULL, kind != LODE_VALUE_NULL);
		ck_assert_uint_eq(bind.null_base, kind == LODE_VALUE_NULL);
	}
}
END_TEST

START_TEST(deadline_and_timeout)
{
	const lode_value values[] = { lode_value_null(), lode_value_null() };

	used->deadline = lode__clock_usec() - 1;
	ck_assert_int_eq(execute(NULL, 0, values, 2), LODE_E_TIMEOUT);
	used->deadline = 0;
	ck_assert_int_eq(execute(NULL, 0, values, 2), LODE_OK);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cursor");
	TCase *tcase = tcase_create("cursor");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, windows_are_handed_on, 0, 4);
	tcase_add_test(tcase, order_of_parameters);
	tcase_add_test(tcase, many_parameters);
	tcase_add_loop_test(tcase, enums_by_name, 0, sizeof enums / sizeof *enums);
	tcase_add_test(tcase, every_kind_is_bound);
	tcase_add_test(tcase, deadline_and_timeout);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
