/* SPDX-License-Identifier: MIT */
/* tests/orm/test_lazy.c - relationships loaded when they are reached, once for all peers. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"

static fixture f;

static void setup(void)
{
	fixture_open(&f, NULL);
	fixture_sql(&f, "INSERT INTO user_account (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')");
	fixture_sql(&f, "INSERT INTO address (id, email, user_id) VALUES (4, 'a4', 1), (1, 'a1', 1), (2, 'b2', 2)");
	fixture_sql(&f, "INSERT INTO keyword (id, word) VALUES (1, 'one'), (2, 'two')");
	fixture_sql(&f, "INSERT INTO user_keyword (user_account_id, keyword_id) VALUES (1, 1), (1, 2), (3, 2)");
	fixture_sql(&f, "INSERT INTO parent (id, name) VALUES (1, 'p1'), (2, 'p2'), (3, 'p3')");
	fixture_sql(&f, "INSERT INTO child (id, parent_id, v) VALUES (1, 1, 10), (2, 1, 30), (3, 1, 20), (4, 2, 10), "
	            "(5, NULL, 5), (6, 3, 1), (7, 3, 1), (8, 3, 1), (9, 2, 0)");
	fixture_sql(&f, "INSERT INTO region (country, code, name) VALUES ('DE', 1, 'north'), ('DE', 2, 'south'), ('FR', 1, 'nord')");
	fixture_sql(&f, "INSERT INTO city (id, country, code, name) VALUES (1, 'DE', 1, 'Kiel'), (2, 'DE', 1, 'Bremen'), "
	            "(3, 'FR', 1, 'Lille'), (4, NULL, NULL, 'Nowhere'), (5, 'DE', NULL, 'Half')");
	fixture_sql(&f, "INSERT INTO guide (id, name) VALUES (1, 'Ann'), (2, 'Bob')");
	fixture_sql(&f, "INSERT INTO region_guide (region_country, region_code, guide_id) VALUES ('DE', 1, 1), ('FR', 1, 1), ('FR', 1, 2)");
	fixture_sql(&f, "INSERT INTO node (id, name, parent_id) VALUES (1, 'root', NULL), (2, 'x', 1), (3, 'y', 1), (4, 'xx', 2)");
}

static void teardown(void)
{
	ASSERT_OK(&f);
	fixture_close(&f);
}

START_TEST(one_statement_for_all_peers)
{
	User_list users = LODE_ALL(f.session, User, lode_order_by(LODE_SELECT(User), LODE_ASC(User, id)));
	Address *first;

	fixture_forget(&f);
	ck_assert_uint_eq(LODE_LEN(users.items[1], addresses), 1);
	ck_assert_uint_eq(f.count, 1);
	ck_assert_ptr_nonnull(strstr(f.sent[0], "FROM address WHERE address.user_id "));
	ck_assert_ptr_nonnull(strstr(f.sent[0], "ORDER BY address.id"));
	fixture_forget(&f);
	ck_assert_uint_eq(LODE_LEN(users.items[0], addresses), 2);
	ck_assert_uint_eq(LODE_LEN(users.items[2], addresses), 0);
	first = LODE_AT(users.items[0], addresses, 0);
	ck_assert_str_eq(first->email, "a1");
	/* the way back is in the identity map */
	ck_assert_ptr_eq(LODE_REF(first, user), users.items[0]);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(a_single_owner_is_asked_for_by_equality)
{
	User *user = LODE_FIND(f.session, User, .id = 1);

	fixture_forget(&f);
	ck_assert_uint_eq(LODE_LEN(user, addresses), 2);
	EXPECT_SENT(&f, "SELECT address.id, address.email, address.user_id FROM address WHERE address.user_id = ? "
	            "ORDER BY address.id");
	ck_assert(LODE_IS_LOADED(user, addresses));
	ck_assert_uint_eq(LODE_LEN(user, addresses), 2);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(nine_children_of_three_parents)      /* scenario 13, "lode must show instead" */
{
	Child_list children = LODE_ALL(f.session, Child, lode_order_by(LODE_SELECT(Child), LODE_ASC(Child, id)));
	Parent *parent;

	ck_assert_uint_eq(children.count, 9);
	fixture_forget(&f);
	for (size_t i = 0; i < children.count; i++) {
		parent = LODE_REF(children.items[i], parent);
		if (children.items[i]->parent_id.present)
			ck_assert_int_eq(parent->id, children.items[i]->parent_id.value);
		else
			ck_assert_ptr_null(parent);
	}
	ck_assert_uint_eq(fixture_sent(&f), 1);
}
END_TEST

START_TEST(a_null_key_is_nobody_without_sql)
{
	Child *child = LODE_FIND(f.session, Child, .id = 5);

	fixture_forget(&f);
	ck_assert_ptr_null(LODE_REF(child, parent));
	ck_assert(LODE_IS_LOADED(child, parent));
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(a_known_target_is_not_asked_for)
{
	Parent *parent = LODE_FIND(f.session, Parent, .id = 2);
	Child *child = LODE_FIND(f.session, Child, .id = 4);

	fixture_forget(&f);
	ck_assert_ptr_eq(LODE_REF(child, parent), parent);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(lists_come_in_their_order)
{
	Parent *parent = LODE_FIND(f.session, Parent, .id = 1);
	int32_t expected[] = { 30, 20, 10 };
	size_t i = 0;

	LODE_EACH(Child, child, parent, children)
		ck_assert_int_eq(child->v, expected[i++]);
	ck_assert_uint_eq(i, 3);
	/* equal ones by the second member */
	parent = LODE_FIND(f.session, Parent, .id = 3);
	ck_assert_int_eq(LODE_AT(parent, children, 0)->id, 6);
	ck_assert_int_eq(LODE_AT(parent, children, 2)->id, 8);
	ck_assert_ptr_null(LODE_AT(parent, children, 3));
}
END_TEST

START_TEST(many_to_many_goes_through_the_link_table)
{
	User_list users = LODE_ALL(f.session, User, lode_order_by(LODE_SELECT(User), LODE_ASC(User, id)));

	fixture_forget(&f);
	ck_assert_uint_eq(LODE_LEN(users.items[0], keywords), 2);
	ck_assert_uint_eq(LODE_LEN(users.items[1], keywords), 0);
	ck_assert_uint_eq(LODE_LEN(users.items[2], keywords), 1);
	ck_assert_str_eq(LODE_AT(users.items[2], keywords, 0)->word, "two");
	ck_assert_ptr_eq(LODE_AT(users.items[2], keywords, 0), LODE_AT(users.items[0], keywords, 1));
	ck_assert_uint_eq(fixture_sent(&f), 1);
}
END_TEST

START_TEST(composite_keys)
{
	Region_list regions = LODE_ALL(f.session, Region, lode_order_by(lode_order_by(LODE_SELECT(Region),
		LODE_ASC(Region, country)), LODE_ASC(Region, code)));
	City_list cities;
	Region *region;

	ck_assert_uint_eq(regions.count, 3);
	fixture_forget(&f);
	ck_assert_uint_eq(LODE_LEN(regions.items[0], cities), 2);
	ck_assert_str_eq(LODE_AT(regions.items[0], cities, 0)->name, "Bremen");
	ck_assert_uint_eq(LODE_LEN(regions.items[1], cities), 0);
	ck_assert_uint_eq(LODE_LEN(regions.items[2], cities), 1);
	ck_assert_uint_eq(fixture_sent(&f), 1);
	ck_assert_uint_eq(LODE_LEN(regions.items[2], guides), 2);
	ck_assert_uint_eq(LODE_LEN(regions.items[0], guides), 1);
	ck_assert_uint_eq(LODE_LEN(regions.items[1], guides), 0);
	ck_assert_uint_eq(fixture_sent(&f), 1);
	cities = LODE_ALL(f.session, City, lode_order_by(LODE_SELECT(City), LODE_ASC(City, id)));
	fixture_forget(&f);
	ck_assert_ptr_eq(LODE_REF(cities.items[2], region), regions.items[2]);
	ck_assert_ptr_null(LODE_REF(cities.items[3], region));
	ck_assert_ptr_null(LODE_REF(cities.items[4], region));
	EXPECT_SENT(&f, "");
	/* and with nothing known */
	fixture_session(&f, NULL);
	cities = LODE_ALL(f.session, City, lode_order_by(LODE_SELECT(City), LODE_ASC(City, id)));
	fixture_forget(&f);
	region = LODE_REF(cities.items[2], region);
	ck_assert_str_eq(region->name, "nord");
	ck_assert_ptr_eq(LODE_REF(cities.items[0], region), LODE_REF(cities.items[1], region));
	ck_assert_uint_eq(fixture_sent(&f), 1);
}
END_TEST

START_TEST(a_tree_loads_a_level_a_statement)
{
	Node *root = LODE_FIND(f.session, Node, .id = 1), *x;

	fixture_forget(&f);
	ck_assert_uint_eq(LODE_LEN(root, children), 2);
	x = LODE_AT(root, children, 0);
	ck_assert_uint_eq(LODE_LEN(x, children), 1);
	ck_assert_uint_eq(LODE_LEN(LODE_AT(root, children, 1), children), 0);
	ck_assert_uint_eq(fixture_sent(&f), 2);
	ck_assert_ptr_eq(LODE_REF(LODE_AT(x, children, 0), parent), x);
	ck_assert_ptr_null(LODE_REF(root, parent));
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(a_new_owner_has_nothing_to_load)
{
	User *user = LODE_ADD(f.session, User, .name = "new");

	fixture_forget(&f);
	ck_assert_uint_eq(LODE_LEN(user, addresses), 0);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(what_was_queued_is_there_once)
{
	Parent *parent = LODE_FIND(f.session, Parent, .id = 2);
	Child *child = LODE_ADD(f.session, Child, .v = 99);

	fixture_forget(&f);
	LODE_LINK(child, parent, parent);
	EXPECT_SENT(&f, "");
	ck_assert_uint_eq(LODE_LEN(parent, children), 3);
	LODE_EACH(Child, each, parent, children)
		ck_assert_ptr_eq(LODE_REF(each, parent), parent);
}
END_TEST

START_TEST(a_refreshed_owner_loads_again)
{
	Parent *parent = LODE_FIND(f.session, Parent, .id = 2);

	ck_assert_uint_eq(LODE_LEN(parent, children), 2);
	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	fixture_sql(&f, "INSERT INTO child (id, parent_id, v) VALUES (20, 2, 1)");
	ck_assert_uint_eq(LODE_LEN(parent, children), 2);
	ck_assert_int_eq(lode_refresh(f.session, parent), LODE_OK);
	ck_assert_uint_eq(LODE_LEN(parent, children), 3);
}
END_TEST

START_TEST(an_expired_owner_is_reloaded_first)
{
	Child *child = LODE_FIND(f.session, Child, .id = 1);
	Parent *parent;

	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	fixture_sql(&f, "UPDATE child SET parent_id = 3 WHERE id = 1");
	ck_assert_int_eq(lode_expire(f.session, child), LODE_OK);
	parent = LODE_REF(child, parent);
	ck_assert_int_eq(parent->id, 3);
}
END_TEST

START_TEST(a_target_that_is_gone_is_nobody)
{
	Child *child;

	BACKEND_ONLY_SQLITE("foreign keys that are not enforced");
	fixture_close(&f);
	fixture_open_url(&f, backend_url("foreign_keys=off"), NULL);
	fixture_sql(&f, "INSERT INTO child (id, v) VALUES (1, 1)");
	fixture_sql(&f, "UPDATE child SET parent_id = 77 WHERE id = 1");
	child = LODE_FIND(f.session, Child, .id = 1);
	ck_assert_ptr_null(LODE_REF(child, parent));
	ck_assert(LODE_IS_LOADED(child, parent));
}
END_TEST

START_TEST(raise_by_mapping)
{
	Member *member;

	fixture_sql(&f, "INSERT INTO member (id, name, boss_id) VALUES (1, 'boss', NULL), (2, 'worker', 1)");
	member = LODE_FIND(f.session, Member, .id = 2);
	ck_assert_ptr_null(LODE_REF(member, boss));
	EXPECT_FAILED(&f, LODE_E_NOT_LOADED, "Member.boss is not loaded");
	/* a statement that loads it, or allows it, is right */
	fixture_session(&f, NULL);
	member = LODE_ONE(f.session, Member, lode_option(lode_where(LODE_SELECT(Member), LODE_EQ(Member, id, 2)),
	                                                 LODE_LAZY_LOAD(Member, boss)));
	ck_assert_str_eq(LODE_REF(member, boss)->name, "boss");
	fixture_session(&f, NULL);
	member = LODE_ONE(f.session, Member, lode_option(lode_where(LODE_SELECT(Member), LODE_EQ(Member, id, 2)),
	                                                 LODE_SELECTIN_LOAD(Member, boss)));
	fixture_forget(&f);
	ck_assert_str_eq(LODE_REF(member, boss)->name, "boss");
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(raise_by_statement)
{
	User_list users = LODE_ALL(f.session, User, lode_option(LODE_SELECT(User), LODE_RAISE_LOAD(User, addresses)));

	ck_assert_uint_eq(LODE_LEN(users.items[0], keywords), 2);
	ck_assert_uint_eq(LODE_LEN(users.items[0], addresses), 0);
	EXPECT_FAILED(&f, LODE_E_NOT_LOADED, "User.addresses is not loaded");
	/* a cascade may load it all the same */
	ck_assert_int_eq(lode_delete(f.session, users.items[1]), LODE_OK);
	ck_assert_int_eq(lode_flush(f.session), LODE_OK);
	lode_rollback(f.session);
}
END_TEST

static lode_statement *on_sql(lode_loader *loader, int64_t id)
{
	return lode_option(lode_where(LODE_SELECT(Member), LODE_EQ(Member, id, id)), loader);
}

START_TEST(raise_only_where_sql_would_be_sent)
{
	Member *member;
	User_list users;

	fixture_sql(&f, "INSERT INTO member (id, name, boss_id) VALUES (1, 'boss', NULL), (2, 'worker', 1)");
	member = LODE_ONE(f.session, Member, on_sql(LODE_RAISE_ON_SQL_LOAD(Member, boss), 2));
	ck_assert_ptr_null(LODE_REF(member, boss));
	EXPECT_FAILED(&f, LODE_E_NOT_LOADED, "Member.boss is not loaded");
	/* in the identity map: no statement, no failure; the same for nobody */
	fixture_session(&f, NULL);
	LODE_ALL(f.session, Member, lode_option(LODE_SELECT(Member), LODE_RAISE_ON_SQL_LOAD(Member, boss)));
	member = LODE_FIND(f.session, Member, .id = 2);
	fixture_forget(&f);
	ck_assert_str_eq(LODE_REF(member, boss)->name, "boss");
	ck_assert_ptr_null(LODE_REF(LODE_FIND(f.session, Member, .id = 1), boss));
	EXPECT_SENT(&f, "");
	ASSERT_OK(&f);
	/* an expired one would have to be read again, and a list always */
	fixture_session(&f, NULL);
	LODE_FIND(f.session, Member, .id = 1);
	member = LODE_ONE(f.session, Member, on_sql(LODE_RAISE_ON_SQL_LOAD(Member, boss), 2));
	lode_expire(f.session, LODE_FIND(f.session, Member, .id = 1));
	ck_assert_ptr_null(LODE_REF(member, boss));
	EXPECT_FAILED(&f, LODE_E_NOT_LOADED, "Member.boss is not loaded");
	users = LODE_ALL(f.session, User,
	                 lode_option(LODE_SELECT(User), LODE_RAISE_ON_SQL_LOAD(User, addresses)));
	ck_assert_uint_eq(LODE_LEN(users.items[0], addresses), 0);
	EXPECT_FAILED(&f, LODE_E_NOT_LOADED, "User.addresses is not loaded");
}
END_TEST

START_TEST(keys_beyond_one_statement)
{
	char sql[100];
	Parent_list parents;
	size_t found = 0;

	for (int i = 10; i < 1300; i++) {
		snprintf(sql, sizeof sql, "INSERT INTO parent (id, name) VALUES (%d, 'p')", i);
		fixture_sql(&f, sql);
	}
	fixture_sql(&f, "INSERT INTO child (parent_id, v) SELECT id, 1 FROM parent WHERE id >= 10");
	parents = LODE_ALL(f.session, Parent, LODE_SELECT(Parent));
	fixture_forget(&f);
	for (size_t i = 0; i < parents.count; i++)
		found += LODE_LEN(parents.items[i], children);
	ck_assert_uint_eq(found, 8 + 1290);
	ck_assert_uint_le(fixture_sent(&f), 3);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("lazy");
	TCase *tc = tcase_create("lazy");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_statement_for_all_peers);
	tcase_add_test(tc, a_single_owner_is_asked_for_by_equality);
	tcase_add_test(tc, nine_children_of_three_parents);
	tcase_add_test(tc, a_null_key_is_nobody_without_sql);
	tcase_add_test(tc, a_known_target_is_not_asked_for);
	tcase_add_test(tc, lists_come_in_their_order);
	tcase_add_test(tc, many_to_many_goes_through_the_link_table);
	tcase_add_test(tc, composite_keys);
	tcase_add_test(tc, a_tree_loads_a_level_a_statement);
	tcase_add_test(tc, a_new_owner_has_nothing_to_load);
	tcase_add_test(tc, what_was_queued_is_there_once);
	tcase_add_test(tc, a_refreshed_owner_loads_again);
	tcase_add_test(tc, an_expired_owner_is_reloaded_first);
	tcase_add_test(tc, a_target_that_is_gone_is_nobody);
	tcase_add_test(tc, raise_by_mapping);
	tcase_add_test(tc, raise_by_statement);
	tcase_add_test(tc, raise_only_where_sql_would_be_sent);
	tcase_add_test(tc, keys_beyond_one_statement);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return lode_test_run(make_suite());
}
