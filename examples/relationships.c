/* relationships.c - loading, cascades, savepoints, retries.  SPDX-License-Identifier: MIT */
#include "relationships.h"

/* A unit of work that may be replayed: serialization failures and deadlocks are retried with
 * back-off, each try in a fresh session. A failed session never commits, whatever this returns. */
static lode_status rename_user(lode_session *session, void *context)
{
	User *user = LODE_FIND(session, User, .id = *(const int64_t *)context);

	if (!user)
		return LODE_NOT_FOUND;
	user->name = "renamed";
	return LODE_OK;
}

lode_status relationships(lode_registry *registry, lode_engine *engine)
{
	lode_session *session = lode_session_new(registry, engine, NULL, NULL);
	lode_status status;
	int64_t id = 1;

	/* One query for the users, one for all their addresses: whichever user asks first. */
	User_list users = LODE_ALL(session, User, LODE_SELECT(User));
	for (size_t i = 0; i < users.count; i++)
		LODE_EACH(Address, address, users.items[i], addresses)
			address->email = "moved@example.org";

	/* Moving a child: one UPDATE of its key; its old owner's list is right at once. */
	if (users.count > 1 && LODE_LEN(users.items[0], addresses) > 0)
		LODE_APPEND(users.items[1], addresses, LODE_AT(users.items[0], addresses, 0));

	/* A savepoint: what fails inside leaves the rest of the work in place. */
	lode_savepoint savepoint = lode_begin_nested(session);
	LODE_ADD(session, User, .name = "sandy");
	if (lode_release(session, savepoint) < 0)   /* flushes */
		lode_rollback_to(session, savepoint);

	/* Removing an orphan deletes its row, because the cascade says so. */
	if (users.count > 1)
		LODE_REMOVE(users.items[1], addresses, LODE_AT(users.items[1], addresses, 0));

	status = lode_commit(session);
	lode_session_free(session);

	if (status == LODE_OK)
		status = lode_run(registry, engine, rename_user, &id, NULL, NULL);
	return status;
}
