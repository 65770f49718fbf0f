/* SPDX-License-Identifier: MIT */
/* tests/types/test_value.c - constructors, members to values and back, ranges. */
#include "types/value.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "types/ctype.h"
#include "../check_tap.h"

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(*(rows))))

START_TEST(absent_is_null)
{
	lode_opt_int32 none = { 7, false, { 0 } };
	lode_bytes no_bytes = { NULL, 5 };
	lode_json no_json = { NULL };

	ck_assert_uint_eq(lode_value_opt_int32(none).kind, LODE_VALUE_NULL);
	ck_assert_uint_eq(lode_value_text(NULL).kind, LODE_VALUE_NULL);
	ck_assert_uint_eq(lode_value_bytes(no_bytes).kind, LODE_VALUE_NULL);
	ck_assert_uint_eq(lode_value_json(no_json).kind, LODE_VALUE_NULL);
	ck_assert_uint_eq(lode_value_opt_int32(lode_some_int32(-5)).kind, LODE_VALUE_INT);
	ck_assert_int_eq(lode_value_opt_int32(lode_some_int32(-5)).as.integer, -5);
	ck_assert_uint_eq(lode_value_opt_uint64(lode_some_uint64(UINT64_MAX)).as.unsigned_integer,
	                  UINT64_MAX);
	ck_assert_double_eq(lode_value_opt_float(lode_some_float(0.5f)).as.real, 0.5);
	ck_assert_int_eq(lode_value_opt_bool(lode_some_bool(true)).as.integer, 1);
}
END_TEST

START_TEST(equal_values_are_equal_bytes)
{
	lode_value a = lode_value_bool(true), b = lode_value_bool(true);
	lode_opt_int16 c = lode_some_int16(3), d = lode_some_int16(3);

	ck_assert_mem_eq(&a, &b, sizeof a);
	ck_assert_mem_eq(&c, &d, sizeof c);
}
END_TEST

/* {member, value, what is stored or the failure} */
static const struct {
	lode_ctype ctype;
	bool is_unsigned;
	int64_t value;
	lode_status status;
} integers[] = {
	{ LODE_C_BOOL, false, 0, LODE_OK }, { LODE_C_BOOL, false, 1, LODE_OK },
	{ LODE_C_BOOL, false, 2, LODE_E_DATA }, { LODE_C_BOOL, false, -1, LODE_E_DATA },
	{ LODE_C_INT8, false, 127, LODE_OK }, { LODE_C_INT8, false, -128, LODE_OK },
	{ LODE_C_INT8, false, 128, LODE_E_DATA }, { LODE_C_INT8, false, -129, LODE_E_DATA },
	{ LODE_C_UINT8, false, 255, LODE_OK }, { LODE_C_UINT8, false, 256, LODE_E_DATA },
	{ LODE_C_UINT8, false, -1, LODE_E_DATA }, { LODE_C_INT16, false, -32768, LODE_OK },
	{ LODE_C_INT16, false, 32768, LODE_E_DATA }, { LODE_C_UINT16, false, 65535, LODE_OK },
	{ LODE_C_UINT16, false, 65536, LODE_E_DATA }, { LODE_C_INT32, false, INT32_MIN, LODE_OK },
	{ LODE_C_INT32, false, (int64_t)INT32_MAX + 1, LODE_E_DATA },
	{ LODE_C_INT32, false, (int64_t)INT32_MIN - 1, LODE_E_DATA },
	{ LODE_C_UINT32, false, UINT32_MAX, LODE_OK },
	{ LODE_C_UINT32, false, (int64_t)UINT32_MAX + 1, LODE_E_DATA },
	{ LODE_C_INT64, false, INT64_MIN, LODE_OK }, { LODE_C_INT64, true, INT64_MAX, LODE_OK },
	{ LODE_C_INT64, true, -1 /* UINT64_MAX */, LODE_E_DATA },
	{ LODE_C_UINT64, true, -1, LODE_OK }, { LODE_C_UINT64, false, -1, LODE_E_DATA },
	{ LODE_C_OPT_INT8, false, -128, LODE_OK }, { LODE_C_OPT_INT8, false, 200, LODE_E_DATA },
	{ LODE_C_OPT_UINT64, true, -1, LODE_OK }, { LODE_C_OPT_BOOL, false, 1, LODE_OK },
	{ LODE_C_TEXT, false, 1, LODE_E_MISUSE }, { LODE_C_DATE, false, 1, LODE_E_MISUSE },
	{ LODE_C_UUID, false, 1, LODE_E_MISUSE }, { LODE_C_CHARS, false, 1, LODE_E_MISUSE },
	{ (lode_ctype)60, false, 1, LODE_E_MISUSE },
};

START_TEST(integers_are_checked)
{
	unsigned char member[sizeof(lode_opt_decimal)], before[sizeof member];
	lode_value value = integers[_i].is_unsigned ? lode_value_uint((uint64_t)integers[_i].value)
	                                            : lode_value_int(integers[_i].value);
	lode_ctype ctype = integers[_i].ctype;
	lode_value back;

	memset(member, 0xEE, sizeof member);
	memcpy(before, member, sizeof member);
	ck_assert_int_eq(lode__value_store(ctype, member, sizeof member, &value),
	                 integers[_i].status);
	if (integers[_i].status < 0) {
		ck_assert_mem_eq(member, before, sizeof member);
		return;
	}
	back = lode__value_load(ctype, member);
	ck_assert_int_eq(back.as.integer, integers[_i].value);
	for (size_t i = lode__ctype_info(ctype)->size; i < sizeof member; i++)
		ck_assert_uint_eq(member[i], 0xEE);
}
END_TEST

/* a value of every ctype goes into a member and comes out the same */
START_TEST(every_ctype_round_trips)
{
	static const int data = 5;
	lode_uuid uuid = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } };
	lode_value values[] = {
		lode_value_bool(true), lode_value_int(-7), lode_value_uint(7), lode_value_int(-300),
		lode_value_uint(300), lode_value_int(-70000), lode_value_uint(70000),
		lode_value_int(INT64_MIN), lode_value_uint(UINT64_MAX), lode_value_double(0.25),
		lode_value_double(0.1), lode_value_date((lode_date){ -5 }),
		lode_value_time((lode_time){ 99 }),
		lode_value_datetime((lode_datetime){ INT64_MIN }),
		lode_value_interval((lode_interval){ 1, -2, 3 }),
		lode_value_decimal((lode_decimal){ 1, -2, 3, 0 }), lode_value_uuid(uuid),
		lode_value_text("text"), lode_value_text("chars"),
		lode_value_bytes((lode_bytes){ &data, sizeof data }),
		lode_value_json((lode_json){ "{}" }),
	};

	for (int c = LODE_C_BOOL; c <= LODE_C_JSON; c++) {
		lode_ctype opt = (lode_ctype)(c + LODE_C_OPT_BASE);
		lode_value *value = &values[c - LODE_C_BOOL], back;
		lode_value null = lode_value_null();
		union { unsigned char bytes[40]; lode_opt_decimal align; } member;

		memset(&member, 0xEE, sizeof member);
		ck_assert_int_eq(lode__value_store((lode_ctype)c, &member, 8, value), LODE_OK);
		back = lode__value_load((lode_ctype)c, &member);
		ck_assert_msg(lode__value_equal(&back, value), "ctype %d", c);
		if (c > LODE_C_UUID)
			continue;
		memset(&member, 0xEE, sizeof member);
		ck_assert_int_eq(lode__value_store(opt, &member, 0, value), LODE_OK);
		back = lode__value_load(opt, &member);
		ck_assert_msg(lode__value_equal(&back, value), "opt ctype %d", c);
		ck_assert_int_eq(lode__value_store(opt, &member, 0, &null), LODE_OK);
		for (size_t i = 0; i < lode__ctype_info(opt)->size; i++)
			ck_assert_uint_eq(member.bytes[i], 0);
		ck_assert_int_eq(lode__value_store((lode_ctype)c, &member, 0, &null), LODE_E_DATA);
	}
}
END_TEST

START_TEST(null_into_pointers)
{
	lode_value null = lode_value_null();
	lode_bytes bytes = { "x", 1 };
	const char *text = "x";
	char chars[4] = "x";

	ck_assert_int_eq(lode__value_store(LODE_C_TEXT, &text, sizeof text, &null), LODE_OK);
	ck_assert_ptr_null(text);
	ck_assert_int_eq(lode__value_store(LODE_C_BYTES, &bytes, sizeof bytes, &null), LODE_OK);
	ck_assert_ptr_null(bytes.data);
	ck_assert_uint_eq(bytes.size, 0);
	ck_assert_int_eq(lode__value_store(LODE_C_CHARS, chars, sizeof chars, &null), LODE_E_DATA);
	ck_assert_str_eq(chars, "x");
}
END_TEST

START_TEST(chars_are_bounded_and_zeroed)
{
	lode_value fits = lode_value_text("abc"), too_long = lode_value_text("abcd");
	char member[4] = "xyz";

	ck_assert_int_eq(lode__value_store(LODE_C_CHARS, member, 4, &too_long), LODE_E_DATA);
	ck_assert_str_eq(member, "xyz");
	ck_assert_int_eq(lode__value_store(LODE_C_CHARS, member, 4, &fits), LODE_OK);
	ck_assert_str_eq(member, "abc");
	fits = lode_value_text("a");
	lode__value_store(LODE_C_CHARS, member, 4, &fits);
	ck_assert_mem_eq(member, "a\0\0\0", 4);
}
END_TEST

static const struct {
	lode_ctype ctype;
	int64_t whole;
	double real;
	lode_status status;
} reals[] = {
	{ LODE_C_DOUBLE, INT64_C(9007199254740992), 0, LODE_OK },
	{ LODE_C_DOUBLE, INT64_C(-9007199254740992), 0, LODE_OK },
	{ LODE_C_DOUBLE, INT64_C(9007199254740993), 0, LODE_E_DATA },
	{ LODE_C_FLOAT, 16777216, 0, LODE_OK }, { LODE_C_FLOAT, 16777217, 0, LODE_E_DATA },
	{ LODE_C_FLOAT, 0, 0.1, LODE_OK }, { LODE_C_FLOAT, 0, FLT_MAX, LODE_OK },
	{ LODE_C_FLOAT, 0, 1e39, LODE_E_DATA }, { LODE_C_FLOAT, 0, (double)INFINITY, LODE_OK },
	{ LODE_C_OPT_FLOAT, 0, -1e39, LODE_E_DATA }, { LODE_C_DOUBLE, 0, 1e300, LODE_OK },
	{ LODE_C_INT32, 0, 1.0, LODE_E_MISUSE }, { LODE_C_DECIMAL, 0, 1.5, LODE_E_MISUSE },
};

START_TEST(real_numbers)
{
	lode_value value = reals[_i].whole ? lode_value_int(reals[_i].whole)
	                                   : lode_value_double(reals[_i].real);
	double expected = reals[_i].whole ? (double)reals[_i].whole : reals[_i].real, got;
	lode_opt_decimal member;

	ck_assert_int_eq(lode__value_store(reals[_i].ctype, &member, 8, &value), reals[_i].status);
	if (reals[_i].status < 0)
		return;
	got = lode__value_load(reals[_i].ctype, &member).as.real;
	ck_assert(got == (reals[_i].ctype == LODE_C_FLOAT ? (double)(float)expected : expected));
}
END_TEST

START_TEST(whole_numbers_into_decimals)
{
	static const int64_t numbers[] = { 0, 1, -1, INT64_MIN, INT64_MAX };
	char text[LODE_DECIMAL_TEXT_SIZE];
	lode_decimal member;
	lode_value value;

	for (int i = 0; i < COUNT(numbers); i++) {
		int64_t back = 4711;

		value = lode_value_int(numbers[i]);
		ck_assert_int_eq(lode__value_store(LODE_C_DECIMAL, &member, sizeof member, &value),
		                 LODE_OK);
		ck_assert_int_eq(lode_decimal_to_scaled(member, 0, &back), LODE_OK);
		ck_assert_int_eq(back, numbers[i]);
	}
	value = lode_value_uint(UINT64_MAX);
	lode__value_store(LODE_C_DECIMAL, &member, sizeof member, &value);
	lode_decimal_to_text(member, text, sizeof text);
	ck_assert_str_eq(text, "18446744073709551615");
}
END_TEST

START_TEST(kinds)
{
	lode_value null = lode_value_null(), broken = { .kind = 99 };
	lode_value text = lode_value_text("a"), same = lode_value_text("a");
	lode_value one = lode_value_int(1), unsigned_one = lode_value_uint(1);
	lode_value param = lode_value_param((lode_param){ 8, 4, LODE_C_INT32 });
	lode_value other = lode_value_param((lode_param){ 16, 4, LODE_C_INT32 });
	int32_t member = 5;

	ck_assert_uint_eq(lode__value_kind(&null), LODE_K_ANY);
	ck_assert_uint_eq(lode__value_kind(&broken), 0);
	ck_assert_uint_eq(lode__value_kind(&text), LODE_K_TEXT);
	ck_assert_str_eq(lode__value_kind_name(&text), "text");
	ck_assert_str_eq(lode__value_kind_name(&broken), "?");
	ck_assert_int_eq(lode__value_ctype(&param), LODE_C_INT32);
	ck_assert_int_eq(lode__value_ctype(&null), 0);
	ck_assert(lode__value_equal(&text, &same));
	ck_assert(lode__value_equal(&null, &null));
	ck_assert(lode__value_equal(&param, &param));
	ck_assert(!lode__value_equal(&param, &other));
	ck_assert(!lode__value_equal(&one, &unsigned_one));
	ck_assert(!lode__value_equal(&broken, &broken));
	ck_assert_int_eq(lode__value_store(LODE_C_INT32, &member, 4, &param), LODE_E_MISUSE);
	ck_assert_int_eq(lode__value_store(LODE_C_INT32, &member, 4, &broken), LODE_E_MISUSE);
	ck_assert_int_eq(member, 5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("value");
	TCase *tcase = tcase_create("value");

	tcase_add_test(tcase, absent_is_null);
	tcase_add_test(tcase, equal_values_are_equal_bytes);
	tcase_add_loop_test(tcase, integers_are_checked, 0, COUNT(integers));
	tcase_add_test(tcase, every_ctype_round_trips);
	tcase_add_test(tcase, null_into_pointers);
	tcase_add_test(tcase, chars_are_bounded_and_zeroed);
	tcase_add_loop_test(tcase, real_numbers, 0, COUNT(reals));
	tcase_add_test(tcase, whole_numbers_into_decimals);
	tcase_add_test(tcase, kinds);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
