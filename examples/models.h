/* models.h - what an application's model header looks like.  SPDX-License-Identifier: MIT */
#ifndef MODELS_H
#define MODELS_H

#include <lode/lode.h>

/* Each line declares: struct User, User_class, User_list (what queries return),
 * User_one and User_many (the members of relationships to User). */
LODE_DECLARE(User);
LODE_DECLARE(Address);
LODE_DECLARE(Keyword);
LODE_DECLARE(Timestamps);

/* A mixin is a struct that other mapped structs embed. */
struct Timestamps {
	lode_datetime created_at;
	lode_datetime updated_at;
};

/* A mapped class is a plain struct. Text members are const char *: a value is
 * changed by pointing the member somewhere else, never by writing into it. */
struct User {
	int64_t id;
	const char *name;
	const char *fullname;      /* nullable: NULL is SQL NULL */
	lode_opt_int32 age;        /* nullable: .present says whether it has a value */
	Timestamps stamps;
	Address_many addresses;    /* read with LODE_EACH, LODE_LEN, LODE_AT */
	Keyword_many keywords;
};

struct Address {
	int64_t id;
	const char *email;
	int64_t user_id;
	User_one user;             /* read with LODE_REF, written with LODE_LINK */
};

struct Keyword {
	int64_t id;
	char word[24];             /* inline text: no pointer, NUL-terminated */
};

#endif
