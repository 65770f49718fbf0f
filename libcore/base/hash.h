/* SPDX-License-Identifier: MIT */
/* base/hash.h - 64-bit hashes for tables in memory; not stable between releases. */
#ifndef LODE_BASE_HASH_H
#define LODE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t lode__hash(const void *data, size_t size);
/* go on from an earlier hash, for keys of several parts */
uint64_t lode__hash_more(uint64_t hash, const void *data, size_t size);

/* all bits of the number reach all bits of the result; a bijection */
static inline uint64_t lode__hash_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	return x;
}

#endif
