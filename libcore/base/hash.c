/* SPDX-License-Identifier: MIT */
/* base/hash.c - eight bytes a round, multiplied and mixed; the length is part of the hash. */
#include "base/hash.h"

#include <string.h>

#define ROUND UINT64_C(0x9e3779b97f4a7c15)

static uint64_t add_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * ROUND;
	return hash ^ (hash >> 29);
}

uint64_t lode__hash_more(uint64_t hash, const void *data, size_t size)
{
	const unsigned char *at = (const unsigned char *)data;
	size_t left = size;
	uint64_t word;

	while (left >= sizeof word) {
		memcpy(&word, at, sizeof word);
		hash = add_word(hash, word);
		at += sizeof word;
		left -= sizeof word;
	}
	word = 0;
	if (left)
		memcpy(&word, at, left);
	hash = add_word(hash, word);
	return lode__hash_mix(hash ^ (uint64_t)size);
}

uint64_t lode__hash(const void *data, size_t size)
{
	return lode__hash_more(UINT64_C(0x243f6a8885a308d3), data, size);
}
