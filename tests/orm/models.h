/* SPDX-License-Identifier: MIT */
/* tests/orm/models.h - the classes that the mapping tests share: those of the examples. */
#ifndef LODE_TESTS_ORM_MODELS_H
#define LODE_TESTS_ORM_MODELS_H
#include <lode/class.h>

LODE_DECLARE(User);
LODE_DECLARE(Address);
LODE_DECLARE(Keyword);
LODE_DECLARE(Timestamps);

struct Timestamps {
	lode_datetime created_at;
	lode_datetime updated_at;
};

struct User {
	int64_t id;
	const char *name;
	const char *fullname;
	lode_opt_int32 age;
	Timestamps stamps;
	Address_many addresses;
	Keyword_many keywords;
};

struct Address {
	int64_t id;
	const char *email;
	int64_t user_id;
	User_one user;
};

struct Keyword {
	int64_t id;
	char word[24];
};

#define BIGINT_PK .annotation = "bigint", .primary_key = true

#define DEFINE_MODELS \
LODE_MIXIN(Timestamps, \
	LODE_COLUMN(Timestamps, created_at, .server_default = LODE_NOW), \
	LODE_COLUMN(Timestamps, updated_at, .server_default = LODE_NOW, .onupdate = LODE_NOW)); \
LODE_CLASS(User, "user_account", \
	LODE_COLUMN(User, id, BIGINT_PK), \
	LODE_COLUMN(User, name), \
	LODE_COLUMN(User, fullname, .nullable = true), \
	LODE_COLUMN(User, age), \
	LODE_INCLUDE(User, stamps, Timestamps), \
	LODE_TO_MANY(User, addresses, Address, .back_populates = "user", \
	             .cascade = LODE_CASCADE_ALL | LODE_CASCADE_DELETE_ORPHAN, \
	             .order_by = "id"), \
	LODE_TO_MANY(User, keywords, Keyword, .secondary = "user_keyword"), \
	LODE_UNIQUE("name, fullname"), \
	LODE_INDEX("name")); \
LODE_CLASS(Address, "address", \
	LODE_COLUMN(Address, id, BIGINT_PK), \
	LODE_COLUMN(Address, email, .length = 254), \
	LODE_COLUMN(Address, user_id, .foreign_key = "user_account.id"), \
	LODE_TO_ONE(Address, user, User, .back_populates = "addresses")); \
LODE_CLASS(Keyword, "keyword", \
	LODE_COLUMN(Keyword, id, BIGINT_PK), \
	LODE_COLUMN(Keyword, word, .unique = true))

#endif
