/* SPDX-License-Identifier: MIT */
/* queries_main.c - the main around queries.c: a database with something to ask for. */
#include <stdlib.h>

#include "queries.h"
#include "show_sql.h"

static void add_users(lode_session *session)
{
	static const char *const names[] = { "sandy", "patrick", "eugene" };

	for (int i = 0; i < 3; i++) {
		User *user = LODE_ADD(session, User, .name = names[i]);

		for (int n = 0; n < 4 - i; n++)
			LODE_APPEND(user, addresses, LODE_NEW(session, Address, .email = "a@b.c"));
	}
	LODE_ADD(session, User, .name = "squidward", .fullname = "Squidward Tentacles");
}

static lode_status run(lode_session *session)
{
	add_users(session);
	if (lode_commit(session) < 0 || queries(session) < 0 || lode_commit(session) < 0)
		return lode_session_status(session);

	User_list users = LODE_ALL(session, User,
	                           lode_order_by(LODE_SELECT(User), LODE_ASC(User, name)));
	for (size_t i = 0; i < users.count; i++)
		printf("%s: %s\n", users.items[i]->name, users.items[i]->fullname);
	return lode_session_status(session);
}

int main(int argc, char **argv)
{
	const char *url = argc > 1 ? argv[1] : "sqlite:///:memory:";
	lode_error error = LODE_ERROR_INIT;
	lode_registry *registry = lode_registry_new(NULL);
	lode_engine *engine = NULL;
	lode_session *session = NULL;
	lode_status status;

	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	status = LODE_MAP(registry, &error, User);    /* and the classes it leads to */
	if (status == LODE_OK)
		engine = lode_engine_open(url, &show_sql, &error);
	if (engine)
		status = lode_create_all(lode_registry_metadata(registry), engine, &error);
	if (engine && status == LODE_OK)
		session = lode_session_new(registry, engine, NULL, &error);
	if (session && run(session) < 0)
		error = *lode_session_error(session);
	if (error.status < 0)
		fprintf(stderr, "queries: %s\n", error.message);
	lode_session_free(session);
	lode_engine_close(engine);
	lode_registry_free(registry);
	return error.status < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
