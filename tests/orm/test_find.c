/* SPDX-License-Identifier: MIT */
/* tests/orm/test_find.c - objects by key; expired and refreshed objects. */
#include <string.h>

#include "fixture.h"
#include "orm/session.h"

static fixture f;

static void setup(void)
{
	fixture_open(&f, NULL);
	fixture_sql(&f, "INSERT INTO user_account (id, name, fullname) VALUES (1, 'sandy', 'Sandy Cheeks'), (2, 'patrick', NULL)");
	fixture_sql(&f, "INSERT INTO region (country, code, name) VALUES ('DE', 1, 'north'), ('DE', 2, 'south')");
	fixture_sql(&f, "INSERT INTO address (id, email, user_id) VALUES (1, 'a', 1)");
}

static void teardown(void)
{
	ASSERT_OK(&f);
	fixture_close(&f);
}

START_TEST(found_once_then_known)
{
	User *sandy = LODE_FIND(f.session, User, .id = 1);

	ck_assert_uint_eq(f.count, 1);
	ck_assert_ptr_nonnull(strstr(f.sent[0], "FROM user_account WHERE user_account.id = "));
	fixture_forget(&f);
	ck_assert_str_eq(sandy->fullname, "Sandy Cheeks");
	ck_assert_ptr_eq(LODE_FIND(f.session, User, .id = 1), sandy);
	ck_assert_ptr_eq(lode_find(f.session, &User_class, sandy, "id"), sandy);
	EXPECT_SENT(&f, "");
	ck_assert_ptr_null(LODE_FIND(f.session, User, .id = 99));
	ck_assert_uint_eq(fixture_sent(&f), 1);
}
END_TEST

START_TEST(found_by_a_key_of_two)
{
	Region *south = LODE_FIND(f.session, Region, .country = "DE", .code = 2);

	ck_assert_str_eq(south->name, "south");
	fixture_forget(&f);
	ck_assert_ptr_eq(LODE_FIND(f.session, Region, .code = 2, .country = "DE"), south);
	EXPECT_SENT(&f, "");
	ck_assert_ptr_null(LODE_FIND(f.session, Region, .country = "FR", .code = 2));
	/* a NULL in the key is no row, and no statement */
	fixture_forget(&f);
	ck_assert_ptr_null(LODE_FIND(f.session, Region, .country = NULL, .code = 2));
	EXPECT_SENT(&f, "");
}
END_TEST

static const struct { const char *names, *part; } wrong_names[] = {
	{ ".name = x", "primary key" },
	{ ".country = x", "primary key" },
	{ ".country = x, .code = 1, .name = y", "primary key" },
	{ ".kountry = x, .code = 1", "country" },
	{ "\"DE\", 1", "" },
	{ "", "" },
	{ NULL, "LODE_FIND" },
};

START_TEST(exactly_the_key_is_named)
{
	Region key = { .country = "DE", .code = 1 };

	ck_assert_ptr_null(lode_find(f.session, &Region_class, &key, wrong_names[_i].names));
	EXPECT_FAILED(&f, LODE_E_MISUSE, wrong_names[_i].part);
}
END_TEST

START_TEST(arguments_are_checked)
{
	ck_assert_ptr_null(lode_find(f.session, &User_class, NULL, "id"));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "key");
	ck_assert_ptr_null(lode_find(f.session, NULL, &f, "id"));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "class");
	ck_assert_ptr_null(lode_find(NULL, &User_class, &f, "id"));
}
END_TEST

START_TEST(a_new_object_is_flushed_and_found)
{
	User *user = LODE_ADD(f.session, User, .id = 50, .name = "new");

	ck_assert_ptr_eq(LODE_FIND(f.session, User, .id = 50), user);
	ck_assert_int_eq(lode_object_state(user), LODE_PERSISTENT);
}
END_TEST

START_TEST(an_expired_object_is_reloaded)
{
	User *sandy = LODE_FIND(f.session, User, .id = 1);

	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	fixture_sql(&f, "UPDATE user_account SET fullname = 'x' WHERE id = 1");
	ck_assert_ptr_eq(LODE_FIND(f.session, User, .id = 1), sandy);
	ck_assert_str_eq(sandy->fullname, "Sandy Cheeks");
	ck_assert_int_eq(lode_expire(f.session, sandy), LODE_OK);
	fixture_forget(&f);
	ck_assert_ptr_eq(LODE_FIND(f.session, User, .id = 1), sandy);
	ck_assert_uint_eq(fixture_sent(&f), 1);
	ck_assert_str_eq(sandy->fullname, "x");
	ck_assert_ptr_eq(LODE_FIND(f.session, User, .id = 1), sandy);
	EXPECT_SENT(&f, "");
}
END_TEST

/* One place in the program calls again and again: that it did is remembered, and must not show. */
static User *find_short(int64_t key)
{
	return LODE_FIND(f.session, User, .id = key);
}

static User *find_long(int64_t the_key_of_a_user)
{
	return LODE_FIND(f.session, User, .id = the_key_of_a_user);
}

START_TEST(the_same_call_again)
{
	User *(*find)(int64_t) = _i ? find_long : find_short;
	User *sandy = find(1), *patrick = find(2);

	ck_assert_ptr_eq(find(1), sandy);
	ck_assert_ptr_eq(find(2), patrick);
	fixture_forget(&f);
	ck_assert_int_eq(lode_expire(f.session, sandy), LODE_OK);
	ck_assert_ptr_eq(find(1), sandy);
	ck_assert_uint_eq(fixture_sent(&f), 1);
	lode_delete(f.session, sandy);
	ck_assert_int_eq(lode_flush(f.session), LODE_OK);
	ck_assert_ptr_null(find(1));
	ck_assert_ptr_null(find(3));
	ck_assert_ptr_eq(find(2), patrick);
	/* a session that failed gives nothing until it is rolled back */
	ck_assert_ptr_null(lode_find(f.session, &User_class, NULL, "id"));
	ck_assert_ptr_null(find(2));
	ck_assert_int_eq(lode_rollback(f.session), LODE_OK);
	ck_assert_ptr_eq(find(2), patrick);
	ck_assert_ptr_eq(find(1), sandy);
	ck_assert_ptr_eq(find(1), sandy);
	ck_assert_str_eq(sandy->name, "sandy");
}
END_TEST

START_TEST(an_expired_object_that_is_gone)
{
	User *patrick = LODE_FIND(f.session, User, .id = 2);

	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	fixture_sql(&f, "DELETE FROM user_account WHERE id = 2");
	lode_expire(f.session, patrick);
	ck_assert_ptr_null(LODE_FIND(f.session, User, .id = 2));
	fixture_forget(&f);
	ck_assert_ptr_null(LODE_FIND(f.session, User, .id = 2));
	ck_assert_uint_eq(fixture_sent(&f), 1);
	/* its key is free */
	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	LODE_ADD(f.session, User, .id = 2, .name = "other");
	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
}
END_TEST

START_TEST(a_refresh_drops_own_changes_and_sends_those_of_others)
{
	User *sandy = LODE_FIND(f.session, User, .id = 1), *patrick = LODE_FIND(f.session, User, .id = 2);

	sandy->name = "dropped";
	patrick->name = "sent";
	fixture_forget(&f);
	ck_assert_int_eq(lode_refresh(f.session, sandy), LODE_OK);
	ck_assert_uint_eq(f.count, backend_returns_updates() ? 2 : 3);
	ck_assert_ptr_nonnull(strstr(f.sent[0], "UPDATE user_account SET"));
	ck_assert_str_eq(sandy->name, "sandy");
	ck_assert_str_eq(patrick->name, "sent");
	ck_assert(!lode_is_modified(sandy));
}
END_TEST

START_TEST(a_refresh_of_what_is_gone)
{
	User *patrick = LODE_FIND(f.session, User, .id = 2);

	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	fixture_sql(&f, "DELETE FROM user_account WHERE id = 2");
	ck_assert_int_eq(lode_refresh(f.session, patrick), LODE_E_STALE);
	lode_rollback(f.session);
}
END_TEST

START_TEST(refreshing_for_ever_does_not_grow)
{
	User *sandy = LODE_FIND(f.session, User, .id = 1);
	size_t held = 0;

	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(lode_refresh(f.session, sandy), LODE_OK);
		ck_assert_ptr_eq(LODE_FIRST(f.session, User, lode_where(LODE_SELECT(User), LODE_EQ(User, id, 1))), sandy);
		ck_assert_uint_eq(LODE_LEN(sandy, addresses), 1);
		fixture_forget(&f);
		if (i == 20)
			held = lode__arena_total(&f.session->pool.arena);
	}
	ck_assert_uint_eq(lode__arena_total(&f.session->pool.arena), held);
	ck_assert_uint_le(f.session->peers_count, 2);
	ck_assert_str_eq(sandy->fullname, "Sandy Cheeks");
}
END_TEST

START_TEST(an_enum_is_read_from_its_name)
{
	Team *team;

	fixture_sql(&f, "INSERT INTO team (id, name, color) VALUES (1, 'a', 'green'), (2, 'b', 'blue')");
	team = LODE_FIND(f.session, Team, .id = 1);
	ck_assert_int_eq(team->color, GREEN);
	team = LODE_ONE(f.session, Team, lode_where(LODE_SELECT(Team), LODE_EQ(Team, name, "b")));
	ck_assert_int_eq(team->color, BLUE);
}
END_TEST

START_TEST(objects_that_are_not_tracked)
{
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;
	lode_statement *update;
	User *sandy;

	options.tracking = LODE_TRACK_NONE;
	fixture_session(&f, &options);
	sandy = LODE_FIND(f.session, User, .id = 1);
	ck_assert_ptr_eq(LODE_FIND(f.session, User, .id = 1), sandy);
	ck_assert_uint_eq(LODE_LEN(sandy, addresses), 1);
	ck_assert_ptr_eq(LODE_REF(LODE_AT(sandy, addresses, 0), user), sandy);
	/* they follow a bulk statement and a refresh all the same */
	update = LODE_UPDATE(User);
	LODE_ASSIGN(update, User, fullname, "new");
	ck_assert_int_eq(lode_execute(f.session, lode_all_rows(update), NULL), LODE_OK);
	ck_assert_ptr_eq(LODE_FIND(f.session, User, .id = 1), sandy);
	ck_assert_str_eq(sandy->fullname, "new");
	ck_assert_int_eq(lode_refresh(f.session, sandy), LODE_OK);
	ck_assert_str_eq(sandy->fullname, "new");
	lode_rollback(f.session);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("find");
	TCase *tc = tcase_create("find");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, found_once_then_known);
	tcase_add_test(tc, found_by_a_key_of_two);
	tcase_add_loop_test(tc, exactly_the_key_is_named, 0, (int)(sizeof wrong_names / sizeof *wrong_names));
	tcase_add_test(tc, arguments_are_checked);
	tcase_add_test(tc, a_new_object_is_flushed_and_found);
	tcase_add_test(tc, an_expired_object_is_reloaded);
	tcase_add_loop_test(tc, the_same_call_again, 0, 2);
	tcase_add_test(tc, an_expired_object_that_is_gone);
	tcase_add_test(tc, a_refresh_drops_own_changes_and_sends_those_of_others);
	tcase_add_test(tc, a_refresh_of_what_is_gone);
	tcase_add_test(tc, refreshing_for_ever_does_not_grow);
	tcase_add_test(tc, an_enum_is_read_from_its_name);
	tcase_add_test(tc, objects_that_are_not_tracked);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return lode_test_run(make_suite());
}
