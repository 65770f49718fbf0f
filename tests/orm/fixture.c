/* SPDX-License-Identifier: MIT */
/* tests/orm/fixture.c - see fixture.h. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

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
	             .cascade = LODE_CASCADE_ALL | LODE_CASCADE_DELETE_ORPHAN, .order_by = "id"),
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

LODE_CLASS(Node, "node",
	LODE_COLUMN(Node, id, BIGINT_PK),
	LODE_COLUMN(Node, name),
	LODE_COLUMN(Node, parent_id, .foreign_key = "node.id"),
	LODE_TO_ONE(Node, parent, Node, .back_populates = "children", .remote_side = "id"),
	LODE_TO_MANY(Node, children, Node, .back_populates = "parent", .order_by = "id"));

LODE_CLASS(Parent, "parent",
	LODE_COLUMN(Parent, id, BIGINT_PK),
	LODE_COLUMN(Parent, name),
	LODE_COLUMN(Parent, note, .nullable = true),
	LODE_TO_MANY(Parent, children, Child, .back_populates = "parent", .order_by = "-v, id"));

LODE_CLASS(Child, "child",
	LODE_COLUMN(Child, id, BIGINT_PK),
	LODE_COLUMN(Child, parent_id, .foreign_key = "parent.id"),
	LODE_COLUMN(Child, v),
	LODE_TO_ONE(Child, parent, Parent, .back_populates = "children"));

LODE_CLASS(Region, "region",
	LODE_COLUMN(Region, country, .primary_key = true),
	LODE_COLUMN(Region, code, .primary_key = true),
	LODE_COLUMN(Region, name),
	LODE_TO_MANY(Region, cities, City, .back_populates = "region", .order_by = "name"),
	LODE_TO_MANY(Region, guides, Guide, .secondary = "region_guide"));

LODE_CLASS(City, "city",
	LODE_COLUMN(City, id, BIGINT_PK),
	LODE_COLUMN(City, country, .nullable = true),
	LODE_COLUMN(City, code),
	LODE_COLUMN(City, name),
	LODE_FOREIGN_KEY("country, code", "region.country, region.code"),
	LODE_TO_ONE(City, region, Region, .back_populates = "cities"));

LODE_CLASS(Guide, "guide",
	LODE_COLUMN(Guide, id, BIGINT_PK),
	LODE_COLUMN(Guide, name));

static const char *const colors[] = { "red", "green", "blue", NULL };

LODE_CLASS(Team, "team",
	LODE_COLUMN(Team, id, BIGINT_PK),
	LODE_COLUMN(Team, name),
	LODE_COLUMN(Team, color, .enum_names = colors),
	LODE_TO_MANY(Team, members, Member, .back_populates = "team", .lazy = LODE_LAZY_SELECTIN,
	             .order_by = "id"));

LODE_CLASS(Member, "member",
	LODE_COLUMN(Member, id, BIGINT_PK),
	LODE_COLUMN(Member, name),
	LODE_COLUMN(Member, team_id, .foreign_key = "team.id"),
	LODE_COLUMN(Member, boss_id, .foreign_key = "member.id"),
	LODE_TO_ONE(Member, team, Team, .back_populates = "members", .lazy = LODE_LAZY_JOINED),
	LODE_TO_ONE(Member, boss, Member, .remote_side = "id", .lazy = LODE_LAZY_RAISE));

/* ---- the record */

static void keep_sent(void *context, int level, const char *name, const char *text)
{
	static const char *const plumbing[] = { "BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE" };
	fixture *f = context;

	(void)level;
	if (strcmp(name, "sql") != 0 || backend_asks_for_key(text))
		return;
	for (size_t i = 0; i < sizeof plumbing / sizeof *plumbing; i++)
		if (strncmp(text, plumbing[i], strlen(plumbing[i])) == 0)
			return;
	ck_assert_msg(f->count < FIXTURE_SENT, "more than %d statements were sent", FIXTURE_SENT);
	f->sent[f->count++] = strdup(text);
}

static void count_misuse(void *context, const lode_error *error)
{
	(void)error;
	((fixture *)context)->misuse++;
}

void fixture_forget(fixture *f)
{
	while (f->count > 0)
		free(f->sent[--f->count]);
}

size_t fixture_sent(fixture *f)
{
	size_t count = f->count;

	fixture_forget(f);
	return count;
}

void fixture_expect(fixture *f, const char *statements, const char *file, int line)
{
	char sent[16384] = "";

	for (size_t i = 0; i < f->count; i++) {
		ck_assert(strlen(sent) + strlen(f->sent[i]) + 2 < sizeof sent);
		strcat(sent, f->sent[i]);
		strcat(sent, i + 1 < f->count ? "\n" : "");
	}
	fixture_forget(f);
	backend_expect(sent, statements, file, line);
}

void fixture_failed(fixture *f, lode_status status, const char *part, const char *file, int line)
{
	const lode_error *error = lode_session_error(f->session);

	ck_assert_msg(error->status == status, "%s:%d: %s (%s) instead of %s", file, line, lode_status_name(error->status),
	              error->message, lode_status_name(status));
	ck_assert_msg(strstr(error->message, part) != NULL, "%s:%d: the message is: %s", file, line, error->message);
	lode_rollback(f->session);
	ck_assert_int_eq(lode_session_status(f->session), LODE_OK);
}

/* ---- opening */

void fixture_session(fixture *f, const lode_session_options *options)
{
	lode_session_free(f->session);
	f->session = lode_session_new(f->registry, f->engine, options, &f->error);
	ck_assert_msg(f->session != NULL, "%s", f->error.message);
	fixture_forget(f);
}

static void map_classes(fixture *f)
{
	lode_registry_map_annotation(f->registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	lode_registry_on_misuse(f->registry, count_misuse, f);
	ck_assert_msg(LODE_MAP(f->registry, &f->error, User, Address, Keyword, Node, Parent, Child) == LODE_OK, "%s",
	              f->error.message);
	ck_assert_msg(LODE_MAP(f->registry, &f->error, Region, City, Guide, Team, Member) == LODE_OK, "%s",
	              f->error.message);
}

void fixture_open(fixture *f, const lode_session_options *options)
{
	fixture_open_url(f, backend_url(NULL), options);
}

void fixture_open_url(fixture *f, const char *url, const lode_session_options *options)
{
	lode_engine_options engine_options = LODE_ENGINE_OPTIONS_INIT;

	memset(f, 0, sizeof *f);
	f->error = (lode_error)LODE_ERROR_INIT;
	f->registry = lode_registry_new(NULL);
	map_classes(f);
	backend_clear();
	engine_options.echo = 1;
	engine_options.log_level = LODE_LOG_DEBUG;
	engine_options.log = keep_sent;
	engine_options.log_context = f;
	f->engine = lode_engine_open(url, &engine_options, &f->error);
	ck_assert_msg(f->engine != NULL, "%s", f->error.message);
	ck_assert_msg(lode_create_all(lode_registry_metadata(f->registry), f->engine, &f->error) == LODE_OK, "%s",
	              f->error.message);
	fixture_session(f, options);
}

void fixture_close(fixture *f)
{
	lode_session_free(f->session);
	lode_engine_close(f->engine);
	lode_registry_free(f->registry);
	fixture_forget(f);
}

void fixture_sql(fixture *f, const char *sql)
{
	lode_connection *connection = lode_connection_open(f->engine, &f->error);

	ck_assert_msg(connection != NULL, "%s", f->error.message);
	ck_assert_msg(backend_sql(connection, sql, NULL, NULL, &f->error) == LODE_OK, "%s: %s", sql,
	              f->error.message);
	ck_assert_int_eq(lode_connection_commit(connection, &f->error), LODE_OK);
	lode_connection_close(connection);
	fixture_forget(f);
}
