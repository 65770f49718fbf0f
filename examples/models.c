/* models.c - the mapping: one list of declarations a class.  SPDX-License-Identifier: MIT */
#include "models.h"

/* Annotated[int, "bigint"] of Python is a macro of options here. */
#define BIGINT_PK .annotation = "bigint", .primary_key = true

LODE_MIXIN(Timestamps,
	LODE_COLUMN(Timestamps, created_at, .server_default = LODE_NOW),
	LODE_COLUMN(Timestamps, updated_at, .server_default = LODE_NOW, .onupdate = LODE_NOW));

LODE_CLASS(User, "user_account",
	LODE_COLUMN(User, id, BIGINT_PK),
	LODE_COLUMN(User, name),
	LODE_COLUMN(User, fullname, .nullable = true),
	LODE_COLUMN(User, age),
	LODE_INCLUDE(User, stamps, Timestamps),
	LODE_TO_MANY(User, addresses, Address, .back_populates = "user",
	             .cascade = LODE_CASCADE_ALL | LODE_CASCADE_DELETE_ORPHAN,
	             .order_by = "id"),
	LODE_TO_MANY(User, keywords, Keyword, .secondary = "user_keyword"),
	LODE_UNIQUE("name, fullname"),
	LODE_INDEX("name"));

LODE_CLASS(Address, "address",
	LODE_COLUMN(Address, id, BIGINT_PK),
	LODE_COLUMN(Address, email, .length = 254),
	LODE_COLUMN(Address, user_id, .foreign_key = "user_account.id"),
	LODE_TO_ONE(Address, user, User, .back_populates = "addresses"));

LODE_CLASS(Keyword, "keyword",
	LODE_COLUMN(Keyword, id, BIGINT_PK),
	LODE_COLUMN(Keyword, word, .unique = true));
