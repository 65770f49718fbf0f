/* SPDX-License-Identifier: MIT */
/* tests/orm/test_allocation.c - the n-th request for memory fails, for every n until none does.
 *
 * One allocator serves registry, engine, session, statements and expressions.  Whatever n hits:
 * the failure is LODE_E_NOMEM (or nothing, where memory was for a cache only), a rollback puts the
 * objects back, the same work then succeeds, the database holds what it should, and nothing leaks.
 * Each case runs twice: once the n-th request alone fails, once all after it too until the
 * rollback, which therefore has to do without memory. */
#include <string.h>

#include "../base/faulty.h"
#include "fixture.h"

typedef struct world {
	lode_faulty faulty;
	lode_registry *registry;
	lode_engine *engine;
	lode_session *session;
	lode_error error;
	User *sandy;
	Node *root;
	Region *region;
	int32_t seen;                   /* what a reading case found */
} world;

/* One kind of work.  `work` returns the first failure; it is run again after a rollback. */
typedef struct scenario {
	const char *name;
	void (*prepare)(world *);
	lode_status (*work)(world *);
	void (*undo)(world *);          /* in place of lode_rollback */
	void (*check)(world *);
} scenario;

/* ---- the world: no request fails while it is made */

static lode_status map_all(world *w)
{
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;
	lode_status status;

	options.allocator = &w->faulty.allocator;
	w->registry = lode_registry_new(&options);
	if (!w->registry)
		return LODE_E_NOMEM;
	lode_registry_map_annotation(w->registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	status = LODE_MAP(w->registry, &w->error, User, Address, Keyword, Node);
	if (status == LODE_OK)
		status = LODE_MAP(w->registry, &w->error, Region, City, Guide, Team, Member);
	return status == LODE_OK ? lode_registry_configure(w->registry, &w->error) : status;
}

static lode_status create_all(world *w)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;

	options.allocator = &w->faulty.allocator;
	w->engine = lode_engine_open("sqlite:///:memory:", &options, &w->error);
	if (!w->engine)
		return w->error.status;
	return lode_create_all(lode_registry_metadata(w->registry), w->engine, &w->error);
}

static void new_session(world *w)
{
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;

	options.allocator = &w->faulty.allocator;
	lode_session_free(w->session);
	w->session = lode_session_new(w->registry, w->engine, &options, &w->error);
	ck_assert_msg(w->session != NULL, "%s", w->error.message);
}

static void assert_ok(world *w)
{
	const lode_error *error = lode_session_error(w->session);

	ck_assert_msg(error->status == LODE_OK, "%s: %s", lode_status_name(error->status),
		      error->message);
}

static void open_database(world *w)
{
	ck_assert_msg(map_all(w) == LODE_OK, "%s", w->error.message);
	ck_assert_msg(create_all(w) == LODE_OK, "%s", w->error.message);
	new_session(w);
}

/* A user with two addresses and two keywords, a tree of four nodes, a region with a city. */
static void add_graph(world *w)
{
	Node *left, *right, *leaf;

	w->sandy = LODE_ADD(w->session, User, .name = "sandy", .fullname = "Sandy Cheeks",
		.age = lode_some_int32(30));
	LODE_APPEND(w->sandy, addresses,
		    LODE_NEW(w->session, Address, .email = "sandy@example.org"));
	LODE_APPEND(w->sandy, addresses,
		    LODE_NEW(w->session, Address, .email = "cheeks@example.net"));
	LODE_APPEND(w->sandy, keywords, LODE_NEW(w->session, Keyword, .word = "squirrel"));
	LODE_APPEND(w->sandy, keywords, LODE_NEW(w->session, Keyword, .word = "texas"));
	w->root = LODE_ADD(w->session, Node, .name = "root");
	left = LODE_NEW(w->session, Node, .name = "left", .parent = { w->root });
	right = LODE_NEW(w->session, Node, .name = "right", .parent = { w->root });
	leaf = LODE_NEW(w->session, Node, .name = "leaf", .parent = { left });
	lode_add(w->session, left);
	lode_add(w->session, right);
	lode_add(w->session, leaf);
	w->region = LODE_ADD(w->session, Region, .country = "no", .code = 4, .name = "Nordland");
	LODE_APPEND(w->region, cities, LODE_NEW(w->session, City, .name = "Bod\xc3\xb8"));
	LODE_APPEND(w->region, guides, LODE_NEW(w->session, Guide, .name = "Kari"));
}

static void prepare_nothing(world *w)
{
	(void)w;
}

static void prepare_mapping(world *w)
{
	ck_assert_msg(map_all(w) == LODE_OK, "%s", w->error.message);
}

static void prepare_graph(world *w)
{
	open_database(w);
	add_graph(w);
	ck_assert_int_eq(lode_commit(w->session), LODE_OK);
}

/* The rows are there, the session knows none of them. */
static void prepare_rows(world *w)
{
	prepare_graph(w);
	LODE_ADD(w->session, Member, .name = "mia",
		 .team = { LODE_NEW(w->session, Team, .name = "reds", .color = BLUE) });
	LODE_ADD(w->session, User, .name = "patrick");
	ck_assert_int_eq(lode_commit(w->session), LODE_OK);
	new_session(w);
}

/* ---- looking into the database */

static lode_status append_row(void *context, const lode_raw_row *row)
{
	char *text = context;

	for (uint32_t i = 0; i < row->column_count; i++) {
		const lode_value *value = &row->values[i];
		size_t length = strlen(text);

		if (value->kind == LODE_VALUE_TEXT)
			snprintf(text + length, 2048 - length, "%s ", value->as.text);
		else if (value->kind == LODE_VALUE_NULL)
			snprintf(text + length, 2048 - length, "- ");
		else
			snprintf(text + length, 2048 - length, "%lld ",
				 (long long)value->as.integer);
	}
	strcat(text, "/ ");
	return LODE_OK;
}

static void expect_rows(world *w, const char *sql, const char *expected)
{
	lode_connection *connection = lode_connection_open(w->engine, &w->error);
	char text[2048] = "";

	ck_assert_msg(connection != NULL, "%s", w->error.message);
	ck_assert_msg(lode_connection_execute_unsafe(connection, sql, NULL, 0, append_row, text,
						     NULL, &w->error) == LODE_OK,
		      "%s", w->error.message);
	lode_connection_close(connection);
	ck_assert_msg(strcmp(text, expected) == 0, "%s gives\n%s\ninstead of\n%s", sql, text,
		      expected);
}

#define GRAPH_USERS "sandy Sandy Cheeks 30 / "
#define GRAPH_ADDRESSES "1 sandy@example.org 1 / 2 cheeks@example.net 1 / "
#define GRAPH_KEYWORDS "squirrel / texas / "
#define GRAPH_NODES "1 root - / 2 left 1 / 3 right 1 / 4 leaf 2 / "
#define GRAPH_CITIES "Bod\xc3\xb8 no 4 / "
#define GRAPH_GUIDES "no 4 1 / "

static void expect_database(world *w, const char *users, const char *addresses,
			    const char *keywords, const char *nodes, const char *cities,
			    const char *guides)
{
	expect_rows(w, "SELECT name, fullname, age FROM user_account ORDER BY id", users);
	expect_rows(w, "SELECT id, email, user_id FROM address ORDER BY id", addresses);
	expect_rows(
		w,
		"SELECT word FROM keyword k JOIN user_keyword l ON l.keyword_id = k.id ORDER BY word",
		keywords);
	expect_rows(w, "SELECT id, name, parent_id FROM node ORDER BY id", nodes);
	expect_rows(w, "SELECT name, country, code FROM city ORDER BY id", cities);
	expect_rows(
		w,
		"SELECT region_country, region_code, guide_id FROM region_guide ORDER BY guide_id",
		guides);
}

static void check_graph(world *w)
{
	ck_assert_int_eq(lode_commit(w->session), LODE_OK);
	expect_database(w, GRAPH_USERS, GRAPH_ADDRESSES, GRAPH_KEYWORDS, GRAPH_NODES, GRAPH_CITIES,
			GRAPH_GUIDES);
}

/* ---- mapping, create_all */

static void forget_mapping(world *w)
{
	lode_registry_free(w->registry);
	w->registry = NULL;
}

static void check_mapping(world *w)
{
	const lode_mapper *mapper = lode_inspect_class(w->registry, &User_class, &w->error);

	ck_assert_ptr_nonnull(mapper);
	ck_assert_uint_eq(lode_registry_mapper_count(w->registry), 9);
	ck_assert_uint_eq(lode_mapper_attribute_count(mapper), 6);
	ck_assert_uint_eq(lode_mapper_relationship_count(mapper), 2);
}

static void forget_engine(world *w)
{
	lode_engine_close(w->engine);
	w->engine = NULL;
}

static void check_tables(world *w)
{
	expect_rows(w, "SELECT count(*) FROM sqlite_master WHERE type = 'table'", "11 / ");
}

/* ---- opening a session */

static void prepare_engine(world *w)
{
	ck_assert_msg(map_all(w) == LODE_OK, "%s", w->error.message);
	ck_assert_msg(create_all(w) == LODE_OK, "%s", w->error.message);
}

static lode_status open_session(world *w)
{
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;

	options.allocator = &w->faulty.allocator;
	w->session = lode_session_new(w->registry, w->engine, &options, &w->error);
	return w->session ? LODE_OK : w->error.status;
}

static void check_session(world *w)
{
	LODE_ADD(w->session, Keyword, .word = "new");
	ck_assert_int_eq(lode_commit(w->session), LODE_OK);
	expect_rows(w, "SELECT id, word FROM keyword", "1 new / ");
}

/* ---- flushes */

static lode_status insert_graph(world *w)
{
	add_graph(w);
	return lode_flush(w->session);
}

static lode_status change_graph(world *w)
{
	Node *left = LODE_AT(w->root, children, 0), *leaf = LODE_AT(left, children, 0);

	w->sandy->name = "Sandra";
	LODE_SET(w->sandy, fullname, "Sandra Cheeks");
	LODE_SET_NULL(w->sandy, age);
	LODE_APPEND(w->sandy, addresses,
		    LODE_NEW(w->session, Address, .email = "third@example.org"));
	LODE_REMOVE(w->sandy, addresses, LODE_AT(w->sandy, addresses, 0));
	LODE_REMOVE(w->sandy, keywords, LODE_AT(w->sandy, keywords, 0));
	LODE_APPEND(w->sandy, keywords, LODE_NEW(w->session, Keyword, .word = "karate"));
	if (leaf)
		LODE_LINK(leaf, parent, w->root);
	LODE_APPEND(w->root, children, LODE_NEW(w->session, Node, .name = "new"));
	lode_delete(w->session, left);
	LODE_SET(w->region, name, "Nordl\xc3\xa1nnda");
	LODE_REMOVE(w->region, guides, LODE_AT(w->region, guides, 0));
	lode_delete(w->session, LODE_AT(w->region, cities, 0));
	LODE_APPEND(w->region, cities, LODE_NEW(w->session, City, .name = "Narvik"));
	return lode_flush(w->session);
}

static void check_changed(world *w)
{
	ck_assert_int_eq(lode_commit(w->session), LODE_OK);
	expect_database(w, "Sandra Sandra Cheeks - / ",
			"2 cheeks@example.net 1 / 3 third@example.org 1 / ", "karate / texas / ",
			"1 root - / 3 right 1 / 4 leaf 1 / 5 new 1 / ", "Narvik no 4 / ", "");
}

/* The objects are as the transaction found them, and so is the database. */
static void roll_back(world *w)
{
	ck_assert_int_eq(lode_rollback(w->session), LODE_OK);
	if (!w->sandy)
		return;
	ck_assert_str_eq(w->sandy->name, "sandy");
	ck_assert_str_eq(w->sandy->fullname, "Sandy Cheeks");
	ck_assert(w->sandy->age.present && w->sandy->age.value == 30);
	ck_assert_str_eq(w->region->name, "Nordland");
	ck_assert_uint_eq(w->faulty.sticky ? 2 : LODE_LEN(w->sandy, addresses), 2);
	ck_assert_int_eq(lode_session_status(w->session), LODE_OK);
	ck_assert_int_eq(lode_rollback(w->session), LODE_OK);
}

static void roll_back_new(world *w)
{
	ck_assert_int_eq(lode_rollback(w->session), LODE_OK);
	w->sandy = NULL;
}

/* the rows of parents first, and everything that hangs on them */
static lode_status delete_graph(world *w)
{
	lode_delete(w->session, w->sandy);
	for (size_t i = LODE_LEN(w->root, children); i-- > 0;) {
		Node *child = LODE_AT(w->root, children, i);

		for (size_t k = child ? LODE_LEN(child, children) : 0; k-- > 0;)
			lode_delete(w->session, LODE_AT(child, children, k));
		lode_delete(w->session, child);
	}
	lode_delete(w->session, w->root);
	lode_delete(w->session, w->region);
	return lode_flush(w->session);
}

static void check_deleted(world *w)
{
	ck_assert_int_eq(lode_commit(w->session), LODE_OK);
	expect_database(w, "", "", "", "", "Bod\xc3\xb8 - - / ", "");
}

/* ---- reading */

static lode_status query(world *w)
{
	lode_statement *users = lode_order_by(
		lode_where(LODE_SELECT(User), lode_or(LODE_EQ(User, name, "sandy"),
						      LODE_IN(User, name, "patrick", "gary"))),
		LODE_ASC(User, id));
	User_list list;

	lode_option(users, LODE_SELECTIN_LOAD(User, addresses));
	lode_option(users, LODE_SELECTIN_LOAD(User, keywords));
	list = LODE_ALL(w->session, User, users);
	w->seen = (int32_t)list.count;
	if (list.count == 2)
		w->seen += 10 * (int32_t)LODE_LEN(list.items[0], addresses) +
			   100 * (int32_t)LODE_LEN(list.items[0], keywords);
	return lode_session_status(w->session);
}

static lode_status query_joined(world *w)
{
	lode_statement *addresses =
		lode_order_by(lode_limit(LODE_SELECT(Address), 5), LODE_ASC(Address, id));
	Address_list list =
		LODE_ALL(w->session, Address,
			 lode_option(addresses, lode_then(LODE_JOINED_LOAD(Address, user),
							  LODE_JOINED_LOAD(User, addresses))));
	Member *member = LODE_FIRST(w->session, Member, LODE_SELECT(Member));
	Team *team = member ? LODE_REF(member, team) : NULL;

	w->seen = (int32_t)list.count;
	if (list.count == 2 && team)
		w->seen += 10 * (int32_t)LODE_LEN(LODE_REF(list.items[0], user), addresses) +
			   100 * (team->color == BLUE ? 2 : 0);
	return lode_session_status(w->session);
}

static lode_status load_lazily(world *w)
{
	User_list list =
		LODE_ALL(w->session, User, lode_order_by(LODE_SELECT(User), LODE_ASC(User, id)));

	w->seen = (int32_t)list.count;
	for (size_t i = 0; i < list.count; i++) {
		LODE_EACH(Address, address, list.items[i], addresses)
			w->seen += LODE_REF(address, user) == list.items[i] ? 10 : 0;
		w->seen += 100 * (int32_t)LODE_LEN(list.items[i], keywords);
	}
	return lode_session_status(w->session);
}

/* find, refresh, expire, rows, count, scalar, bulk update, compiled query */
static lode_status read_otherwise(world *w)
{
	User *user = LODE_FIND(w->session, User, .id = 1);
	int64_t count = 0;
	lode_statement *rows = LODE_SELECT_ROWS(Address);

	LODE_FIELD(rows, Address, email, LODE_COL(Address, email));
	LODE_FIELD(rows, Address, user_id, LODE_COL(Address, user_id));
	lode_refresh(w->session, user);
	lode_expire(w->session, user);
	w->seen = LODE_FIND(w->session, User, .id = 1) ? 1 : 0;
	lode_count_rows(w->session, LODE_SELECT(User), &count);
	w->seen += (int32_t)(count == 2);
	LODE_EACH_ROW(Address, address, w->session, rows)
		w->seen += address.user_id == 1 ? 10 : 0;
	lode_execute(w->session,
		     lode_where(LODE_ASSIGN(LODE_UPDATE(User), User, fullname, "Nobody"),
				LODE_EQ(User, id, 2)),
		     &count);
	w->seen += count == 1 && user && strcmp(user->name, "sandy") == 0 ? 200 : 0;
	return lode_session_status(w->session);
}

typedef struct by_name { const char *name; } by_name;

static lode_status run_compiled(world *w)
{
	lode_query *compiled = lode_compile(
		w->engine,
		lode_where(LODE_SELECT(User), LODE_EQ(User, name, LODE_PARAM(by_name, name))),
		&w->error);
	User *user;

	if (!compiled)
		return w->error.status;
	user = LODE_ONE(w->session, User, LODE_BIND(compiled, by_name, .name = "sandy"));
	w->seen = user ? 2 + 10 * (int32_t)LODE_LEN(user, addresses) +
				  100 * (int32_t)LODE_LEN(user, keywords)
		       : 0;
	lode_query_free(compiled);
	return lode_session_status(w->session);
}

static void forget_read(world *w)
{
	ck_assert_int_eq(lode_rollback(w->session), LODE_OK);
	w->seen = 0;
}

static void check_seen(world *w)
{
	ck_assert_int_eq(w->seen, 222);
	assert_ok(w);
}

/* The whole of what the cascade reaches leaves the session, or nothing of it. */
static lode_status expunge_graph(world *w)
{
	User *user = LODE_FIND(w->session, User, .id = 1);
	Address *addresses[2] = { NULL, NULL };
	lode_list list;

	for (size_t i = 0; i < 2; i++)
		addresses[i] = LODE_AT(user, addresses, i);
	if (!user || !addresses[0] || !addresses[1])
		return lode_session_status(w->session);
	if (lode_expunge(w->session, user) < 0) {
		ck_assert_int_eq(lode_object_state(user), LODE_PERSISTENT);
		ck_assert_int_eq(lode_object_state(addresses[1]), LODE_PERSISTENT);
		return lode_session_status(w->session);
	}
	w->seen = strcmp(user->name, "sandy") == 0 &&
				  strcmp(addresses[1]->email, "cheeks@example.net") == 0
			  ? 222
			  : 0;
	lode_object_free(user);
	lode_object_free(addresses[0]);
	lode_object_free(addresses[1]);
	list = lode_objects(w->session, LODE_OBJECTS_PERSISTENT);
	lode_list_free(list.items);
	return lode_session_status(w->session);
}

static lode_status count_in_run(lode_session *session, void *context)
{
	User *user = LODE_ADD(session, User, .name = "gary");

	LODE_APPEND(user, addresses, LODE_NEW(session, Address, .email = "gary@example.org"));
	if (lode_flush(session) == LODE_OK)
		((world *)context)->seen = (int32_t)user->id * 74;
	return LODE_OK;
}

static lode_status run_unit(world *w)
{
	lode_session_options session = LODE_SESSION_OPTIONS_INIT;
	lode_run_options options = { .struct_size = sizeof options, .session = &session };

	session.allocator = &w->faulty.allocator;
	return lode_run(w->registry, w->engine, count_in_run, w, &options, &w->error);
}

/* ---- rollbacks: the failure may hit any of it */

static lode_status change_and_roll_back(world *w)
{
	lode_status status = change_graph(w);

	lode_add(w->session, LODE_NEW(w->session, Keyword, .word = "pending"));
	w->sandy->name = "again";
	if (status == LODE_OK)
		status = lode_session_status(w->session);
	return lode_rollback(w->session) == LODE_OK ? status : LODE_E_OTHER;
}

static void check_unchanged(world *w)
{
	ck_assert_str_eq(w->sandy->name, "sandy");
	ck_assert_uint_eq(LODE_LEN(w->sandy, addresses), 2);
	ck_assert_uint_eq(LODE_LEN(w->sandy, keywords), 2);
	ck_assert_uint_eq(LODE_LEN(w->root, children), 2);
	check_graph(w);
}

static lode_status nest(world *w)
{
	lode_savepoint outer, inner;
	User *gary;

	w->sandy->fullname = "outside";
	outer = lode_begin_nested(w->session);
	w->sandy->name = "inside";
	gary = LODE_ADD(w->session, User, .name = "gary");
	LODE_APPEND(gary, addresses, LODE_NEW(w->session, Address, .email = "gary@example.org"));
	inner = lode_begin_nested(w->session);
	lode_delete(w->session, gary);
	lode_release(w->session, inner);
	if (lode_session_status(w->session) == LODE_OK)
		lode_rollback_to(w->session, outer);
	outer = lode_begin_nested(w->session);
	LODE_APPEND(w->sandy, addresses,
		    LODE_NEW(w->session, Address, .email = "kept@example.org"));
	lode_release(w->session, outer);
	return lode_session_status(w->session);
}

static void check_nested(world *w)
{
	ck_assert_str_eq(w->sandy->name, "sandy");
	ck_assert_str_eq(w->sandy->fullname, "outside");
	ck_assert_int_eq(lode_commit(w->session), LODE_OK);
	expect_database(w, "sandy outside 30 / ", GRAPH_ADDRESSES "3 kept@example.org 1 / ",
			GRAPH_KEYWORDS, GRAPH_NODES, GRAPH_CITIES, GRAPH_GUIDES);
}

/* ---- the loop */

static const scenario scenarios[] = {
	{ "mapping", prepare_nothing, map_all, forget_mapping, check_mapping },
	{ "create_all", prepare_mapping, create_all, forget_engine, check_tables },
	{ "session", prepare_engine, open_session, prepare_nothing, check_session },
	{ "flush of new objects", open_database, insert_graph, roll_back_new, check_graph },
	{ "flush of changes", prepare_graph, change_graph, roll_back, check_changed },
	{ "flush of deletes", prepare_graph, delete_graph, roll_back, check_deleted },
	{ "query with selectin loading", prepare_rows, query, forget_read, check_seen },
	{ "query with joined loading", prepare_rows, query_joined, forget_read, check_seen },
	{ "lazy loading", prepare_rows, load_lazily, forget_read, check_seen },
	{ "find, refresh, rows, update", prepare_rows, read_otherwise, forget_read, check_seen },
	{ "compiled query", prepare_rows, run_compiled, forget_read, check_seen },
	{ "expunge", prepare_rows, expunge_graph, forget_read, check_seen },
	{ "lode_run", prepare_rows, run_unit, forget_read, check_seen },
	{ "rollback", prepare_graph, change_and_roll_back, roll_back, check_unchanged },
	{ "savepoints", prepare_graph, nest, roll_back, check_nested },
};

static void open_world(world *w)
{
	memset(w, 0, sizeof *w);
	w->error = (lode_error)LODE_ERROR_INIT;
	lode_faulty_init(&w->faulty, 0);
	lode_set_default_allocator(&w->faulty.allocator);
}

static void close_world(world *w)
{
	lode_session_free(w->session);
	lode_engine_close(w->engine);
	lode_registry_free(w->registry);
	lode_set_default_allocator(NULL);
}

static bool runs_through(const scenario *s, size_t n, bool sticky)
{
	world w;
	lode_status status;

	open_world(&w);
	s->prepare(&w);
	w.faulty.requests = 0;
	w.faulty.sticky = sticky;
	w.faulty.fail_at = n;
	status = s->work(&w);
	ck_assert_msg(status == LODE_OK || (w.faulty.failed && status == LODE_E_NOMEM),
		      "%s, request %zu: %s (%s; %s)", s->name, n, lode_status_name(status),
		      w.error.message, w.session ? lode_session_error(w.session)->message : "");
	if (status < 0)
		s->undo(&w);
	w.faulty.fail_at = 0;
	if (status < 0)
		status = s->work(&w);
	ck_assert_msg(status == LODE_OK, "%s, after request %zu: %s (%s; %s)", s->name, n,
		      lode_status_name(status), w.error.message,
		      w.session ? lode_session_error(w.session)->message : "");
	s->check(&w);
	close_world(&w);
	ck_assert_msg(w.faulty.live == 0, "%s, request %zu: %zu blocks leak", s->name, n,
		      w.faulty.live);
	return !w.faulty.failed;
}

/* The list of plugins outlives every engine: it must not come from an allocator that goes. */
static void load_plugin(void)
{
	lode_error error = LODE_ERROR_INIT;
	lode_engine *engine = lode_engine_open("sqlite:///:memory:", NULL, &error);

	ck_assert_msg(engine != NULL, "%s", error.message);
	lode_engine_close(engine);
}

START_TEST(every_request_may_fail)
{
	const scenario *s = &scenarios[_i / 2];
	bool sticky = _i % 2 == 1;
	size_t n = 1;

	load_plugin();
	while (!runs_through(s, n, sticky))
		n += lode_test_step();
	if (!sticky && lode_test_step() == 1)
		printf("# %s: %zu allocations\n", s->name, n - 1);
	fflush(stdout);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("allocation");
	TCase *tcase = tcase_create("allocation");

	tcase_add_loop_test(tcase, every_request_may_fail, 0,
			    2 * (int)(sizeof scenarios / sizeof *scenarios));
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
