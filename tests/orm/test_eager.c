/* SPDX-License-Identifier: MIT */
/* tests/orm/test_eager.c - relationships loaded with their owners: selectin and joined. */
#include <string.h>

#include "fixture.h"

static fixture f;

#define CHILD_COLUMNS "child.id, child.parent_id, child.v"

static void setup(void)
{
	fixture_open(&f, NULL);
	fixture_sql(&f, "INSERT INTO parent (id, name) VALUES (1, 'p1'), (2, 'p2'), (3, 'p3'), (4, 'p4')");
	fixture_sql(&f, "INSERT INTO child (id, parent_id, v) VALUES (1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 1), (5, 2, 2), "
	            "(6, 2, 3), (7, 4, 1), (8, 4, 2), (9, 4, 3), (10, NULL, 0)");
	fixture_sql(&f, "INSERT INTO user_account (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')");
	fixture_sql(&f, "INSERT INTO address (id, email, user_id) VALUES (3, 'a3', 1), (1, 'a1', 1), (2, 'b2', 2), (5, 'a5', 1)");
	fixture_sql(&f, "INSERT INTO keyword (id, word) VALUES (1, 'one'), (2, 'two')");
	fixture_sql(&f, "INSERT INTO user_keyword (user_account_id, keyword_id) VALUES (1, 1), (1, 2), (3, 2)");
	fixture_sql(&f, "INSERT INTO team (id, name, color) VALUES (1, 'reds', 'red'), (2, 'blues', 'blue')");
	fixture_sql(&f, "INSERT INTO member (id, name, team_id, boss_id) VALUES (1, 'm1', 1, NULL), (2, 'm2', 1, 1), "
	            "(3, 'm3', NULL, 1), (4, 'm4', 2, 2)");
	fixture_sql(&f, "INSERT INTO node (id, name, parent_id) VALUES (1, 'root', NULL), (2, 'x', 1), (3, 'y', 1), (4, 'xx', 2), (5, 'xxx', 4)");
	fixture_sql(&f, "INSERT INTO region (country, code, name) VALUES ('DE', 1, 'north'), ('FR', 1, 'nord')");
	fixture_sql(&f, "INSERT INTO city (id, country, code, name) VALUES (1, 'DE', 1, 'Kiel'), (2, 'DE', 1, 'Bremen'), (3, NULL, NULL, 'Nowhere')");
}

static void teardown(void)
{
	ASSERT_OK(&f);
	fixture_close(&f);
}

static Parent_list load_parents(lode_loader *loader, int64_t limit)
{
	lode_statement *statement = lode_order_by(LODE_SELECT(Parent), LODE_ASC(Parent, id));

	if (loader)
		lode_option(statement, loader);
	if (limit)
		lode_limit(statement, limit);
	fixture_forget(&f);
	return LODE_ALL(f.session, Parent, statement);
}

static void check_children(const Parent *parent, size_t count)
{
	ck_assert(LODE_IS_LOADED(parent, children));
	ck_assert_uint_eq(LODE_LEN(parent, children), count);
	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(LODE_AT(parent, children, i)->v, 3 - (int)i);
}

START_TEST(selectin_is_one_more_statement)
{
	Parent_list parents = load_parents(LODE_SELECTIN_LOAD(Parent, children), 0);

	ck_assert_uint_eq(f.count, 2);
	ck_assert_ptr_nonnull(strstr(f.sent[1], "SELECT " CHILD_COLUMNS " FROM child WHERE child.parent_id "));
	fixture_forget(&f);
	check_children(parents.items[0], 3);
	check_children(parents.items[2], 0);
	EXPECT_SENT(&f, "");
	/* they are loaded: nothing more to send */
	load_parents(LODE_SELECTIN_LOAD(Parent, children), 0);
	ck_assert_uint_eq(fixture_sent(&f), 1);
}
END_TEST

START_TEST(joined_is_one_statement)     /* scenario 18 */
{
	Parent_list parents = load_parents(LODE_JOINED_LOAD(Parent, children), 0);

	ck_assert_uint_eq(f.count, 1);
	ck_assert_ptr_nonnull(strstr(f.sent[0], "LEFT OUTER JOIN child AS"));
	fixture_forget(&f);
	ck_assert_uint_eq(parents.count, 4);
	check_children(parents.items[0], 3);
	check_children(parents.items[2], 0);
	check_children(parents.items[3], 3);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(a_limit_counts_owners)       /* scenario 18 */
{
	Parent_list parents = load_parents(LODE_JOINED_LOAD(Parent, children), 3);

	ck_assert_uint_eq(f.count, 1);
	fixture_forget(&f);
	ck_assert_uint_eq(parents.count, 3);
	check_children(parents.items[0], 3);
	check_children(parents.items[1], 3);
	check_children(parents.items[2], 0);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(first_has_its_whole_list)
{
	Parent *parent = LODE_FIRST(f.session, Parent, lode_option(lode_order_by(LODE_SELECT(Parent),
		LODE_DESC(Parent, id)), LODE_JOINED_LOAD(Parent, children)));

	ck_assert_int_eq(parent->id, 4);
	fixture_forget(&f);
	check_children(parent, 3);
	parent = LODE_ONE(f.session, Parent, lode_option(lode_where(LODE_SELECT(Parent), LODE_EQ(Parent, id, 1)),
	                                                 LODE_JOINED_LOAD(Parent, children)));
	fixture_forget(&f);
	check_children(parent, 3);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(two_joined_lists_do_not_multiply)    /* scenario 18 */
{
	lode_statement *statement = lode_order_by(LODE_SELECT(User), LODE_ASC(User, id));
	User_list users;

	lode_option(statement, LODE_JOINED_LOAD(User, addresses));
	lode_option(statement, LODE_JOINED_LOAD(User, keywords));
	fixture_forget(&f);
	users = LODE_ALL(f.session, User, statement);
	ck_assert_uint_eq(fixture_sent(&f), 1);
	ck_assert_uint_eq(users.count, 3);
	ck_assert_uint_eq(LODE_LEN(users.items[0], addresses), 3);
	ck_assert_str_eq(LODE_AT(users.items[0], addresses, 1)->email, "a3");
	ck_assert_uint_eq(LODE_LEN(users.items[0], keywords), 2);
	ck_assert_uint_eq(LODE_LEN(users.items[1], keywords), 0);
	ck_assert_uint_eq(LODE_LEN(users.items[2], addresses), 0);
	ck_assert_uint_eq(LODE_LEN(users.items[2], keywords), 1);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(a_joined_reference)
{
	Child_list children = LODE_ALL(f.session, Child, lode_option(lode_order_by(LODE_SELECT(Child),
		LODE_ASC(Child, id)), LODE_JOINED_LOAD(Child, parent)));

	ck_assert_uint_eq(children.count, 10);
	fixture_forget(&f);
	ck_assert_str_eq(LODE_REF(children.items[3], parent)->name, "p2");
	ck_assert_ptr_eq(LODE_REF(children.items[3], parent), LODE_REF(children.items[4], parent));
	ck_assert_ptr_null(LODE_REF(children.items[9], parent));
	ck_assert(LODE_IS_LOADED(children.items[9], parent));
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(options_are_chained)
{
	static const struct { uint32_t first, second; size_t sent; } ways[] = {
		{ LODE_LAZY_SELECTIN, LODE_LAZY_SELECTIN, 3 },
		{ LODE_LAZY_JOINED, LODE_LAZY_SELECTIN, 2 },
		{ LODE_LAZY_SELECTIN, LODE_LAZY_JOINED, 2 },
		{ LODE_LAZY_JOINED, LODE_LAZY_JOINED, 1 },
	};
	lode_loader *loader = lode_then(lode_load(ways[_i].first, LODE_REL(Address, user)),
	                                lode_load(ways[_i].second, LODE_REL(User, keywords)));
	Address_list addresses;

	fixture_forget(&f);
	addresses = LODE_ALL(f.session, Address, lode_option(lode_order_by(LODE_SELECT(Address),
		LODE_ASC(Address, id)), loader));
	ck_assert_uint_eq(fixture_sent(&f), ways[_i].sent);
	ck_assert_uint_eq(addresses.count, 4);
	ck_assert_uint_eq(LODE_LEN(LODE_REF(addresses.items[0], user), keywords), 2);
	ck_assert_uint_eq(LODE_LEN(LODE_REF(addresses.items[1], user), keywords), 0);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(known_objects_get_what_they_lack)
{
	Parent *one = LODE_FIND(f.session, Parent, .id = 1), *two = LODE_FIND(f.session, Parent, .id = 2);
	Parent_list parents;

	/* loaded, then changed: an eager load leaves it alone */
	ck_assert_int_eq(LODE_APPEND(one, children, LODE_NEW(f.session, Child, .v = 4)), LODE_OK);
	ck_assert_uint_eq(LODE_LEN(one, children), 4);
	parents = load_parents(LODE_JOINED_LOAD(Parent, children), 0);
	fixture_forget(&f);
	ck_assert_ptr_eq(parents.items[1], two);
	check_children(two, 3);
	ck_assert_uint_eq(LODE_LEN(one, children), 4);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(references_to_known_objects_lead_on)
{
	User_list users = LODE_ALL(f.session, User, LODE_SELECT(User));

	fixture_forget(&f);
	LODE_ALL(f.session, Address, lode_option(LODE_SELECT(Address),
		lode_then(LODE_SELECTIN_LOAD(Address, user), LODE_SELECTIN_LOAD(User, keywords))));
	/* the users are known: one for the addresses, one for the keywords */
	ck_assert_uint_eq(fixture_sent(&f), 2);
	ck_assert(LODE_IS_LOADED(users.items[0], keywords));
	ck_assert(!LODE_IS_LOADED(users.items[2], keywords));
}
END_TEST

START_TEST(strategies_of_the_mapping)
{
	Team_list teams;
	Member *member;

	fixture_forget(&f);
	teams = LODE_ALL(f.session, Team, lode_order_by(LODE_SELECT(Team), LODE_ASC(Team, id)));
	ck_assert_uint_eq(fixture_sent(&f), 2);
	ck_assert_int_eq(teams.items[0]->color, RED);
	ck_assert_int_eq(teams.items[1]->color, BLUE);
	ck_assert_uint_eq(LODE_LEN(teams.items[0], members), 2);
	ck_assert_ptr_eq(LODE_REF(LODE_AT(teams.items[0], members, 1), team), teams.items[0]);
	EXPECT_SENT(&f, "");
	/* joined by mapping, also when found by key */
	fixture_session(&f, NULL);
	member = LODE_FIND(f.session, Member, .id = 4);
	ck_assert_int_eq(LODE_REF(member, team)->color, BLUE);
	ck_assert_uint_eq(LODE_LEN(LODE_REF(member, team), members), 1);
	ck_assert_uint_eq(fixture_sent(&f), 2);
	member = LODE_FIND(f.session, Member, .id = 3);
	fixture_forget(&f);
	ck_assert_ptr_null(LODE_REF(member, team));
	EXPECT_SENT(&f, "");
	/* and turned off by a statement */
	fixture_session(&f, NULL);
	LODE_ALL(f.session, Team, lode_option(LODE_SELECT(Team), LODE_LAZY_LOAD(Team, members)));
	ck_assert_uint_eq(fixture_sent(&f), 1);
	LODE_ALL(f.session, Member, lode_option(LODE_SELECT(Member), LODE_LAZY_LOAD(Member, team)));
	ck_assert_uint_eq(fixture_sent(&f), 1);
}
END_TEST

START_TEST(a_tree_joined_and_in_levels)
{
	Node *root, *x;

	root = LODE_ONE(f.session, Node, lode_option(lode_where(LODE_SELECT(Node), LODE_EQ(Node, id, 1)),
		lode_then(LODE_JOINED_LOAD(Node, children), LODE_JOINED_LOAD(Node, children))));
	ASSERT_OK(&f);
	ck_assert_uint_eq(fixture_sent(&f), 1);
	x = LODE_AT(root, children, 0);
	ck_assert_uint_eq(LODE_LEN(root, children), 2);
	ck_assert_uint_eq(LODE_LEN(x, children), 1);
	ck_assert_uint_eq(LODE_LEN(LODE_AT(root, children, 1), children), 0);
	EXPECT_SENT(&f, "");
	fixture_session(&f, NULL);
	root = LODE_ONE(f.session, Node, lode_option(lode_where(LODE_SELECT(Node), LODE_EQ(Node, id, 1)),
		lode_then(LODE_SELECTIN_LOAD(Node, children), lode_then(LODE_SELECTIN_LOAD(Node, children),
		                                                       LODE_SELECTIN_LOAD(Node, children)))));
	ck_assert_uint_eq(fixture_sent(&f), 4);
	x = LODE_AT(LODE_AT(LODE_AT(root, children, 0), children, 0), children, 0);
	ck_assert_str_eq(x->name, "xxx");
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(composite_keys_are_joined)
{
	City_list cities = LODE_ALL(f.session, City, lode_option(lode_order_by(LODE_SELECT(City), LODE_ASC(City, id)),
		LODE_JOINED_LOAD(City, region)));
	Region_list regions;

	ASSERT_OK(&f);
	ck_assert_uint_eq(cities.count, 3);
	fixture_forget(&f);
	ck_assert_str_eq(LODE_REF(cities.items[0], region)->name, "north");
	ck_assert_ptr_null(LODE_REF(cities.items[2], region));
	EXPECT_SENT(&f, "");
	regions = LODE_ALL(f.session, Region, lode_option(lode_order_by(LODE_SELECT(Region), LODE_ASC(Region, country)),
		LODE_JOINED_LOAD(Region, cities)));
	fixture_forget(&f);
	ck_assert_uint_eq(LODE_LEN(regions.items[0], cities), 2);
	ck_assert_str_eq(LODE_AT(regions.items[0], cities, 0)->name, "Bremen");
	ck_assert_uint_eq(LODE_LEN(regions.items[1], cities), 0);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(the_query_does_not_see_the_join)
{
	Parent_list parents = LODE_ALL(f.session, Parent, lode_option(lode_where(lode_join(LODE_SELECT(Parent),
		LODE_REL(Parent, children)), LODE_EQ(Child, v, 2)), LODE_JOINED_LOAD(Parent, children)));

	ASSERT_OK(&f);
	ck_assert_uint_eq(parents.count, 3);
	fixture_forget(&f);
	for (size_t i = 0; i < parents.count; i++)
		check_children(parents.items[i], 3);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(populate_existing_replaces_lists)
{
	Parent_list parents = load_parents(LODE_SELECTIN_LOAD(Parent, children), 0);

	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	fixture_sql(&f, "INSERT INTO child (id, parent_id, v) VALUES (20, 3, 3)");
	LODE_ALL(f.session, Parent, lode_populate_existing(lode_option(LODE_SELECT(Parent),
		LODE_SELECTIN_LOAD(Parent, children))));
	fixture_forget(&f);
	check_children(parents.items[2], 1);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(options_in_a_compiled_query)
{
	typedef struct { int64_t id; } Args;
	lode_query *query = lode_compile(f.engine, lode_option(lode_where(LODE_SELECT(Parent),
		LODE_EQ(Parent, id, LODE_PARAM(Args, id))), LODE_SELECTIN_LOAD(Parent, children)), &f.error);
	Parent *parent = LODE_ONE(f.session, Parent, LODE_BIND(query, Args, .id = 2));

	fixture_forget(&f);
	check_children(parent, 3);
	EXPECT_SENT(&f, "");
	lode_query_free(query);
}
END_TEST

START_TEST(loaders_belong_to_somebody)
{
	lode_loader *loader = LODE_SELECTIN_LOAD(Parent, children);
	lode_statement *statement = lode_option(LODE_SELECT(Parent), loader);

	lode_option(statement, loader);
	ck_assert_uint_eq(lode_all(f.session, &Parent_class, statement).count, 0);
	EXPECT_FAILED(&f, LODE_E_MISUSE, "given to two statements");
	lode_loader_free(LODE_SELECTIN_LOAD(Parent, children));
	lode_loader_free(NULL);
	ck_assert_ptr_null(lode_then(NULL, LODE_SELECTIN_LOAD(Parent, children)));
	ck_assert_ptr_null(lode_option(NULL, LODE_SELECTIN_LOAD(Parent, children)));
	lode_loader_free(lode_then(LODE_SELECTIN_LOAD(Parent, children), LODE_SELECTIN_LOAD(Child, parent)));
}
END_TEST

START_TEST(all_owners_need_no_keys)
{
	Parent_list parents;
	Parent *last;

	fixture_sql(&f, "INSERT INTO parent (id, name) WITH RECURSIVE n(i) AS "
	            "(SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 799) SELECT i, 'p' FROM n");
	fixture_sql(&f, "INSERT INTO child (parent_id, v) SELECT id, 3 FROM parent WHERE id >= 100");
	parents = load_parents(LODE_SELECTIN_LOAD(Parent, children), 0);
	ck_assert_uint_eq(parents.count, 704);
	ck_assert_uint_eq(f.count, 2);
	/* but for the child without a parent */
	ck_assert_ptr_nonnull(strstr(f.sent[1], "FROM child WHERE child.parent_id IS NOT NULL ORDER BY"));
	fixture_forget(&f);
	check_children(parents.items[0], 3);
	check_children(parents.items[2], 0);
	check_children(parents.items[703], 1);
	EXPECT_SENT(&f, "");
	/* one that has its list already: the others are asked for by key */
	fixture_session(&f, NULL);
	last = LODE_FIND(f.session, Parent, .id = 799);
	ck_assert_uint_eq(LODE_LEN(last, children), 1);
	load_parents(LODE_SELECTIN_LOAD(Parent, children), 0);
	/* keys by the hundreds, or all of them in an array */
	if (backend_speaks("mariadb") || backend_is_odbc())
		ck_assert_uint_eq(f.count, 3);
	else
		ck_assert_uint_eq(f.count, 2);
	ck_assert_ptr_nonnull(strstr(f.sent[1], "WHERE child.parent_id "));
	ck_assert_ptr_null(strstr(f.sent[1], "IS NOT NULL"));
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("eager");
	TCase *tc = tcase_create("eager");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, selectin_is_one_more_statement);
	tcase_add_test(tc, joined_is_one_statement);
	tcase_add_test(tc, a_limit_counts_owners);
	tcase_add_test(tc, first_has_its_whole_list);
	tcase_add_test(tc, two_joined_lists_do_not_multiply);
	tcase_add_test(tc, a_joined_reference);
	tcase_add_loop_test(tc, options_are_chained, 0, 4);
	tcase_add_test(tc, known_objects_get_what_they_lack);
	tcase_add_test(tc, references_to_known_objects_lead_on);
	tcase_add_test(tc, strategies_of_the_mapping);
	tcase_add_test(tc, a_tree_joined_and_in_levels);
	tcase_add_test(tc, composite_keys_are_joined);
	tcase_add_test(tc, the_query_does_not_see_the_join);
	tcase_add_test(tc, all_owners_need_no_keys);
	tcase_add_test(tc, populate_existing_replaces_lists);
	tcase_add_test(tc, options_in_a_compiled_query);
	tcase_add_test(tc, loaders_belong_to_somebody);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return lode_test_run(make_suite());
}
