/* quickstart.c - lode in one program; URL (SQL: ?echo=1) or name.  SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "models.h"
#include "show_sql.h"

static int fail(const char *what, const lode_error *error)
{
	fprintf(stderr, "quickstart: %s: %s\n", what, error->message);
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	const char *url = argc > 1 ? argv[1] : "sqlite:///:memory:";
	lode_error error = LODE_ERROR_INIT;

	/* Registry, metadata and the type annotation map. A NULL registry is reported by LODE_MAP. */
	lode_registry *registry = lode_registry_new(NULL);
	lode_registry_map_type(registry, LODE_C_TEXT,
	                       LODE_TYPE(LODE_STRING, .variants = LODE_VARIANTS(
	                           { .dialects = "mysql,mariadb", .kind = LODE_STRING, .length = 255 })));
	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	if (LODE_MAP(registry, &error, User, Address, Keyword) < 0)
		return fail("mapping", &error);

	/* The engine loads the dialect plugin that the URL names. */
	lode_engine *engine = lode_engine_open(url, &show_sql, &error);
	if (!engine)
		return fail("engine", &error);
	if (lode_create_all(lode_registry_metadata(registry), engine, &error) < 0)
		return fail("create_all", &error);
	lode_session *session = lode_session_new(registry, engine, NULL, &error);
	if (!session)
		return fail("session", &error);

	/* Unit of work: one batch of INSERTs a table, parents before children. */
	User *sandy = LODE_ADD(session, User, .name = "sandy", .fullname = "Sandy Cheeks");
	User *patrick = LODE_ADD(session, User, .name = "patrick", .age = lode_some_int32(37));
	LODE_APPEND(sandy, addresses, LODE_NEW(session, Address, .email = "sandy@example.org"));
	LODE_APPEND(sandy, addresses, LODE_NEW(session, Address, .email = "sandy@example.net"));
	LODE_APPEND(sandy, keywords, LODE_NEW(session, Keyword, .word = "squirrel"));
	if (lode_commit(session) < 0)
		return fail("commit", lode_session_error(session));

	/* Identity map: one row, one object. */
	printf("same object: %s\n", LODE_FIND(session, User, .id = sandy->id) == sandy ? "yes" : "no");

	/* Assigning a member is all that a change takes. */
	patrick->fullname = "Patrick Star";
	LODE_AT(sandy, addresses, 0)->email = "cheeks@example.org";

	/* A typed query: a wrong member or a wrong type of value does not compile. */
	lode_statement *query = LODE_SELECT(User);
	lode_join(query, LODE_REL(User, addresses));
	lode_where(query, LODE_LIKE(Address, email, "%@example.org"));
	lode_order_by(query, LODE_ASC(User, name));
	lode_option(query, LODE_SELECTIN_LOAD(User, addresses));
	User_list users = LODE_ALL(session, User, query);   /* flushes the changes first */
	for (size_t i = 0; i < users.count; i++)
		LODE_EACH(Address, address, users.items[i], addresses)
			printf("%s: %s\n", users.items[i]->name, address->email);

	User *one = LODE_ONE(session, User, lode_where(LODE_SELECT(User), LODE_EQ(User, name, "patrick")));
	lode_delete(session, one);
	if (lode_commit(session) < 0)
		return fail("commit", lode_session_error(session));

	lode_session_free(session);
	lode_engine_close(engine);
	lode_registry_free(registry);
	return EXIT_SUCCESS;
}
