/* SPDX-License-Identifier: MIT */
/* tests/base/test_hash.c - equal in, equal out; different in, spread out. */
#include "base/hash.h"

#include <string.h>

#include "../check_tap.h"

START_TEST(length_counts)
{
	static const char zeroes[64];
	uint64_t hashes[65];

	for (size_t i = 0; i <= 64; i++) {
		hashes[i] = lode__hash(zeroes, i);
		for (size_t j = 0; j < i; j++)
			ck_assert_uint_ne(hashes[i], hashes[j]);
	}
	ck_assert_uint_eq(lode__hash(NULL, 0), hashes[0]);
}
END_TEST

START_TEST(alignment_does_not_count)
{
	char room[64];

	for (size_t i = 0; i < 8; i++) {
		memcpy(room + i, "user_account.created_at", 23);
		ck_assert_uint_eq(lode__hash(room + i, 23),
		                  lode__hash("user_account.created_at", 23));
	}
}
END_TEST

/* 4096 consecutive numbers into 4096 buckets: about 1/e stay empty if the hash is good */
static void check_spread(const unsigned char *used)
{
	int empty = 0;

	for (int i = 0; i < 4096; i++)
		empty += !used[i];
	ck_assert_int_gt(empty, 1350);
	ck_assert_int_lt(empty, 1660);
}

START_TEST(low_bits_are_spread)
{
	unsigned char used[3][4096] = { { 0 } };

	for (uint64_t i = 0; i < 4096; i++) {
		used[0][lode__hash(&i, sizeof i) & 4095] = 1;
		used[1][lode__hash_mix(i * 64) & 4095] = 1;
		used[2][lode__hash_more(i, "key", 3) & 4095] = 1;
	}
	check_spread(used[0]);
	check_spread(used[1]);
	check_spread(used[2]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hash");
	TCase *tcase = tcase_create("hash");

	tcase_add_test(tcase, length_counts);
	tcase_add_test(tcase, alignment_does_not_count);
	tcase_add_test(tcase, low_bits_are_spread);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
