/* SPDX-License-Identifier: MIT */
/* relationships_main.c - the main around relationships.c: a database before and after. */
#include <stdlib.h>

#include "relationships.h"
#include "show_sql.h"

/* units of work for lode_run */
static lode_status add_users(lode_session *session, void *context)
{
	User *eugene = LODE_ADD(session, User, .name = "eugene");
	User *patrick = LODE_ADD(session, User, .name = "patrick");

	(void)context;
	LODE_APPEND(eugene, addresses, LODE_NEW(session, Address, .email = "eugene@example.org"));
	LODE_APPEND(eugene, addresses, LODE_NEW(session, Address, .email = "krabs@example.org"));
	LODE_APPEND(patrick, addresses, LODE_NEW(session, Address, .email = "star@example.org"));
	return LODE_OK;
}

static lode_status show_users(lode_session *session, void *context)
{
	lode_statement *query = lode_order_by(LODE_SELECT(User), LODE_ASC(User, id));

	(void)context;
	lode_option(query, LODE_JOINED_LOAD(User, addresses));
	User_list users = LODE_ALL(session, User, query);
	for (size_t i = 0; i < users.count; i++) {
		printf("  %s\n", users.items[i]->name);
		LODE_EACH(Address, address, users.items[i], addresses)
			printf("    %s\n", address->email);
	}
	return LODE_OK;
}

static lode_status run(lode_registry *registry, lode_engine *engine, lode_error *error)
{
	lode_status status = lode_create_all(lode_registry_metadata(registry), engine, error);

	if (status >= 0)
		status = lode_run(registry, engine, add_users, NULL, NULL, error);
	printf("before\n");
	if (status >= 0)
		status = lode_run(registry, engine, show_users, NULL, NULL, error);
	if (status >= 0)
		status = relationships(registry, engine);
	printf("after\n");
	if (status >= 0)
		status = lode_run(registry, engine, show_users, NULL, NULL, error);
	return status;
}

int main(int argc, char **argv)
{
	const char *url = argc > 1 ? argv[1] : "sqlite:///:memory:";
	lode_error error = LODE_ERROR_INIT;
	lode_registry *registry = lode_registry_new(NULL);
	lode_engine *engine = NULL;
	lode_status status;

	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	status = LODE_MAP(registry, &error, User);    /* and the classes it leads to */
	if (status == LODE_OK)
		engine = lode_engine_open(url, &show_sql, &error);
	status = engine ? run(registry, engine, &error) : error.status;
	if (status < 0)
		fprintf(stderr, "relationships: %s: %s\n", lode_status_name(status), error.message);
	lode_engine_close(engine);
	lode_registry_free(registry);
	return status < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
