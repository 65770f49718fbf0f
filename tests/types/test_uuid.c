/* SPDX-License-Identifier: MIT */
/* tests/types/test_uuid.c - the forms of a UUID. */
#include "types/uuid.h"

#include <string.h>

#include "../check_tap.h"

#define PLAIN "00112233-4455-6677-8899-aabbccddeeff"

static const struct { const char *text; bool ok; } rows[] = {
	{ PLAIN, true }, { "00112233445566778899aabbccddeeff", true },
	{ "00112233-4455-6677-8899-AABBCCDDEEFF", true }, { "{" PLAIN "}", true },
	{ "urn:uuid:" PLAIN, true }, { "URN:UUID:" PLAIN, true },
	{ "0011-2233-4455-6677-8899-aabb-ccdd-eeff", true },
	{ "", false }, { "{}", false }, { "urn:uuid:", false }, { PLAIN "0", false },
	{ "-" PLAIN, false }, { PLAIN "-", false }, { "{" PLAIN, false }, { PLAIN "}", false },
	{ "00112233--4455-6677-8899-aabbccddeeff", false }, { " " PLAIN, false },
	{ "0011223-34455-6677-8899-aabbccddeeff", false },
	{ "00112233-4455-6677-8899-aabbccddeefg", false },
	{ "00112233-4455-6677-8899-aabbccddeef", false }, { "{{" PLAIN "}}", false },
};

START_TEST(forms)
{
	lode_uuid value;
	char text[LODE_UUID_TEXT_SIZE] = "";

	memset(&value, 7, sizeof value);
	ck_assert_int_eq(lode_uuid_from_text(&value, rows[_i].text),
	                 rows[_i].ok ? LODE_OK : LODE_E_DATA);
	ck_assert_uint_eq(value.bytes[15], rows[_i].ok ? 0xff : 7);
	ck_assert_uint_eq(value.bytes[1], rows[_i].ok ? 0x11 : 7);
	if (rows[_i].ok) {
		ck_assert_int_eq(lode_uuid_to_text(value, text, sizeof text), LODE_OK);
		ck_assert_str_eq(text, PLAIN);
	}
}
END_TEST

START_TEST(misuse_and_hex)
{
	lode_uuid value;
	char text[37] = "x", hex[33];

	lode_uuid_from_text(&value, PLAIN);
	ck_assert_int_eq(lode_uuid_from_text(NULL, PLAIN), LODE_E_MISUSE);
	ck_assert_int_eq(lode_uuid_from_text(&value, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_uuid_to_text(value, NULL, 40), LODE_E_MISUSE);
	ck_assert_int_eq(lode_uuid_to_text(value, text, 36), LODE_E_MISUSE);
	ck_assert_str_eq(text, "x");
	ck_assert_int_eq(lode_uuid_to_text(value, text, 37), LODE_OK);
	lode__uuid_hex(hex, &value);
	ck_assert_str_eq(hex, "00112233445566778899aabbccddeeff");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("uuid");
	TCase *tcase = tcase_create("uuid");

	tcase_add_loop_test(tcase, forms, 0, (int)(sizeof rows / sizeof *rows));
	tcase_add_test(tcase, misuse_and_hex);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
