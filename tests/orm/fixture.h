/* SPDX-License-Identifier: MIT */
/* tests/orm/fixture.h - classes, an empty database and a record of the statements sent to it,
 * shared by the tests of sessions and queries. */
#ifndef LODE_TESTS_ORM_FIXTURE_H
#define LODE_TESTS_ORM_FIXTURE_H
#include <lode/lode.h>

#include "backend.h"

/* ---- the classes of the examples */

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

/* ---- a tree in one table */

LODE_DECLARE(Node);
struct Node {
	int64_t id;
	const char *name;
	lode_opt_int64 parent_id;
	Node_one parent;
	Node_many children;
};

/* ---- no cascades; the foreign key is narrower than the key */

LODE_DECLARE(Parent);
LODE_DECLARE(Child);
struct Parent {
	int64_t id;
	const char *name;
	const char *note;
	Child_many children;
};
struct Child {
	int64_t id;
	lode_opt_int32 parent_id;
	int32_t v;
	Parent_one parent;
};

/* ---- a key of two columns, one of them text */

LODE_DECLARE(Region);
LODE_DECLARE(City);
LODE_DECLARE(Guide);
struct Region {
	const char *country;
	int32_t code;
	const char *name;
	City_many cities;
	Guide_many guides;
};
struct City {
	int64_t id;
	const char *country;
	lode_opt_int32 code;
	const char *name;
	Region_one region;
};
struct Guide {
	int64_t id;
	const char *name;
};

/* ---- strategies by mapping; an enum stored as text */

LODE_DECLARE(Team);
LODE_DECLARE(Member);
typedef enum { RED, GREEN, BLUE } Color;
struct Team {
	int64_t id;
	const char *name;
	Color color;
	Member_many members; /* selectin */
};
struct Member {
	int64_t id;
	const char *name;
	lode_opt_int64 team_id;
	lode_opt_int64 boss_id;
	Team_one team;	 /* joined */
	Member_one boss; /* raise */
};

/* ---- the fixture */

#define FIXTURE_SENT 400

typedef struct fixture {
	lode_registry *registry;
	lode_engine *engine;
	lode_session *session;
	char *sent[FIXTURE_SENT]; /* since fixture_forget, transactions left out */
	size_t count;
	size_t misuse; /* calls of on_misuse */
	lode_error error;
} fixture;

/* Fails the test when something cannot be opened. */
void fixture_open(fixture *f, const lode_session_options *options);
void fixture_open_url(fixture *f, const char *url, const lode_session_options *options);
void fixture_close(fixture *f);
/* Another session in place of the present one. */
void fixture_session(fixture *f, const lode_session_options *options);
/* Statements sent so far are forgotten. */
void fixture_forget(fixture *f);
/* Run SQL past the session, in its own transaction: the session must have none. */
void fixture_sql(fixture *f, const char *sql);
/* What was sent since is exactly this, one statement a line, or on other backends than SQLite
 * something with the same outline; then it is forgotten. */
void fixture_expect(fixture *f, const char *statements, const char *file, int line);
#define EXPECT_SENT(f, statements) fixture_expect((f), (statements), __FILE__, __LINE__)
/* How many were sent; then they are forgotten. */
size_t fixture_sent(fixture *f);
/* The session has failed so, and is rolled back. */
void fixture_failed(fixture *f, lode_status status, const char *part, const char *file, int line);
#define EXPECT_FAILED(f, status, part) fixture_failed((f), (status), (part), __FILE__, __LINE__)
#define ASSERT_OK(f)                                                                               \
	ck_assert_msg(lode_session_status((f)->session) == LODE_OK, "%s",                          \
		      lode_session_error((f)->session)->message)
#endif
