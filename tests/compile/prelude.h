/* SPDX-License-Identifier: MIT */
/* tests/compile/prelude.h - the classes that the snippets of refused.sh use. */
#ifndef LODE_TESTS_COMPILE_PRELUDE_H
#define LODE_TESTS_COMPILE_PRELUDE_H
#include <lode/class.h>
#include <lode/query.h>

LODE_DECLARE(User);
LODE_DECLARE(Address);
LODE_DECLARE(Stamps);

struct Stamps {
	lode_datetime made;
};

typedef enum { RED, GREEN } Colour;
struct opaque;

struct User {
	int64_t id;
	const char *name;
	char code[8];
	bool active;
	double score;
	Colour colour;
	lode_opt_int32 age;
	lode_uuid token;
	Stamps stamps;
	Address_many addresses;
	char *writable;
	char letter;
	wchar_t wide[4];
	int numbers[4];
	unsigned bit : 3;
	void *pointer;
	const struct opaque *other;
	long double longer;
};

struct Address {
	int64_t id;
	int64_t user_id;
	User_one user;
};

static inline void use(const void *p) { (void)p; }
#endif
