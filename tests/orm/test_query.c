/* SPDX-License-Identifier: MIT */
/* tests/orm/test_query.c - statements run for objects, counts and effects. */
#include <string.h>

#include "fixture.h"

static fixture f;

#define USERS \
	"INSERT INTO user_account (id, name, fullname, age) VALUES (1, 'sandy', 'Sandy Cheeks', NULL), " \
	"(2, 'patrick', NULL, 37), (3, 'squidward', 'Squidward Tentacles', 42)"
#define ADDRESSES \
	"INSERT INTO address (id, email, user_id) VALUES (1, 'sandy@example.org', 1), (2, 'cheeks@example.net', 1), " \
	"(3, 'patrick@example.org', 2)"

static void setup(void)
{
	fixture_open(&f, NULL);
	fixture_sql(&f, USERS);
	fixture_sql(&f, ADDRESSES);
}

static void teardown(void)
{
	fixture_close(&f);
}

START_TEST(all_gives_objects_in_row_order)
{
	User_list users = LODE_ALL(f.session, User, lode_order_by(LODE_SELECT(User), LODE_DESC(User, id)));

	ASSERT_OK(&f);
	ck_assert_uint_eq(users.count, 3);
	ck_assert_str_eq(users.items[0]->name, "squidward");
	ck_assert_str_eq(users.items[2]->fullname, "Sandy Cheeks");
	ck_assert(!users.items[2]->age.present && users.items[1]->age.value == 37);
	ck_assert_int_eq(lode_object_state(users.items[0]), LODE_PERSISTENT);
	lode_list_free(users.items);
}
END_TEST

START_TEST(the_same_row_is_the_same_object)
{
	User_list all = LODE_ALL(f.session, User, LODE_SELECT(User));
	User *sandy = LODE_ONE(f.session, User, lode_where(LODE_SELECT(User), LODE_EQ(User, name, "sandy")));

	ck_assert_ptr_eq(sandy, all.items[0]);
	/* one that a join repeats is there once */
	all = LODE_ALL(f.session, User, lode_join(LODE_SELECT(User), LODE_REL(User, addresses)));
	ck_assert_uint_eq(all.count, 2);
	ASSERT_OK(&f);
}
END_TEST

START_TEST(an_empty_result_is_no_failure)
{
	User_list users = LODE_ALL(f.session, User, lode_where(LODE_SELECT(User), LODE_EQ(User, id, 99)));

	ck_assert_uint_eq(users.count, 0);
	ck_assert_ptr_null(LODE_FIRST(f.session, User, lode_where(LODE_SELECT(User), LODE_EQ(User, id, 99))));
	ck_assert_ptr_null(LODE_ONE_OR_NONE(f.session, User, lode_where(LODE_SELECT(User), LODE_EQ(User, id, 99))));
	ASSERT_OK(&f);
	lode_list_free(users.items);
}
END_TEST

START_TEST(one_wants_exactly_one)
{
	ck_assert_ptr_null(LODE_ONE(f.session, User, lode_where(LODE_SELECT(User), LODE_EQ(User, id, 99))));
	EXPECT_FAILED(&f, LODE_E_NO_ROW, "no User was found");
	ck_assert_ptr_null(LODE_ONE(f.session, User, LODE_SELECT(User)));
	EXPECT_FAILED(&f, LODE_E_MANY_ROWS, "more than one User");
	ck_assert_ptr_null(LODE_ONE_OR_NONE(f.session, User, LODE_SELECT(User)));
	EXPECT_FAILED(&f, LODE_E_MANY_ROWS, "more than one User");
	/* one object in two rows is one object */
	ck_assert_ptr_nonnull(LODE_ONE(f.session, User, lode_where(lode_join(LODE_SELECT(User), LODE_REL(User, addresses)),
	                                                           LODE_EQ(User, id, 1))));
	ASSERT_OK(&f);
}
END_TEST

START_TEST(first_asks_for_one_row)
{
	User *user;

	fixture_forget(&f);
	user = LODE_FIRST(f.session, User, lode_order_by(LODE_SELECT(User), LODE_DESC(User, id)));
	ck_assert_str_eq(user->name, "squidward");
	ck_assert_uint_eq(f.count, 1);
	ck_assert_ptr_nonnull(strstr(f.sent[0], "LIMIT"));
	fixture_forget(&f);
}
END_TEST

START_TEST(rows_are_counted)
{
	int64_t count = -1;

	ck_assert_int_eq(lode_count_rows(f.session, LODE_SELECT(User), &count), LODE_OK);
	ck_assert_int_eq(count, 3);
	ck_assert_int_eq(lode_count_rows(f.session, lode_limit(LODE_SELECT(User), 2), &count), LODE_OK);
	ck_assert_int_eq(count, 2);
	ck_assert_int_eq(lode_count_rows(f.session, LODE_SELECT(User), NULL), LODE_E_MISUSE);
	EXPECT_FAILED(&f, LODE_E_MISUSE, "nowhere to put");
}
END_TEST

START_TEST(a_statement_is_spent)
{
	lode_statement *statement = LODE_SELECT(User);
	lode_list list = lode_all(f.session, &User_class, statement);

	ck_assert_uint_eq(list.count, 3);
	list = lode_all(f.session, &User_class, statement);
	ck_assert_uint_eq(list.count, 0);
	EXPECT_FAILED(&f, LODE_E_MISUSE, "spent");
	statement = lode_statement_keep(LODE_SELECT(User));
	for (int i = 0; i < 3; i++)
		ck_assert_uint_eq(lode_all(f.session, &User_class, statement).count, 3);
	lode_where(statement, LODE_EQ(User, id, 2));
	ck_assert_uint_eq(lode_all(f.session, &User_class, statement).count, 1);
	ck_assert_ptr_nonnull(lode_first(f.session, &User_class, statement));
	ck_assert_ptr_nonnull(lode_first(f.session, &User_class, statement));
	lode_statement_free(statement);
	ASSERT_OK(&f);
}
END_TEST

START_TEST(many_statements_are_spent)
{
	for (int i = 0; i < 200; i++)
		ck_assert_ptr_nonnull(LODE_FIRST(f.session, User, LODE_SELECT(User)));
	ASSERT_OK(&f);
}
END_TEST

/* ---- misuse */

static lode_statement *no_statement(void) { return NULL; }
static lode_statement *wrong_class(void) { return LODE_SELECT(Address); }
static lode_statement *rows_statement(void)
{
	typedef struct { int64_t id; } Row;
	lode_statement *statement = LODE_SELECT_ROWS(Row);

	return LODE_FIELD(statement, Row, id, LODE_COL(User, id));
}
static lode_statement *update_statement(void)
{
	lode_statement *statement = lode_all_rows(LODE_UPDATE(User));

	return LODE_ASSIGN(statement, User, name, "x");
}
static lode_statement *null_condition(void) { return lode_where(LODE_SELECT(User), NULL); }
static lode_statement *negative_limit(void) { return lode_limit(LODE_SELECT(User), -1); }
static lode_statement *other_option(void)
{
	return lode_option(LODE_SELECT(User), LODE_SELECTIN_LOAD(Address, user));
}
static lode_statement *column_option(void)
{
	return lode_option(LODE_SELECT(User), lode_load(LODE_LAZY_SELECTIN, lode_rel_of(&User_class, 0)));
}
static lode_statement *wrong_chain(void)
{
	return lode_option(LODE_SELECT(User), lode_then(LODE_SELECTIN_LOAD(User, addresses),
	                                                LODE_SELECTIN_LOAD(User, keywords)));
}
static lode_statement *strange_strategy(void)
{
	return lode_option(LODE_SELECT(User), lode_load(77, LODE_REL(User, addresses)));
}

static const struct {
	lode_statement *(*make)(void);
	const char *part;
} misuses[] = {
	{ no_statement, "the statement is NULL" },
	{ wrong_class, "selects Address, but objects of User" },
	{ rows_statement, "read by LODE_SELECT(User)" },
	{ update_statement, "read by LODE_SELECT(User)" },
	{ null_condition, "" },
	{ negative_limit, "" },
	{ other_option, "an option for loading Address stands where objects of User" },
	{ column_option, "no relationship" },
	{ wrong_chain, "an option for loading User stands where objects of Address" },
	{ strange_strategy, "unknown" },
};

START_TEST(misuse_is_told)
{
	lode_list list = lode_all(f.session, &User_class, misuses[_i].make());

	ck_assert_uint_eq(list.count, 0);
	EXPECT_FAILED(&f, LODE_E_MISUSE, misuses[_i].part);
	ck_assert_uint_ge(f.misuse, 1);
}
END_TEST

LODE_DECLARE(Stranger);
struct Stranger { int64_t id; };
LODE_CLASS(Stranger, "stranger", LODE_COLUMN(Stranger, id, .primary_key = true));

START_TEST(an_unmapped_class_is_told)
{
	ck_assert_ptr_null(LODE_FIRST(f.session, Stranger, LODE_SELECT(Stranger)));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "Stranger");
	ck_assert_ptr_null(lode_first(f.session, NULL, LODE_SELECT(User)));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "class");
	ck_assert_ptr_null(lode_first(NULL, &User_class, LODE_SELECT(User)));
}
END_TEST

START_TEST(a_failed_session_answers_nothing)
{
	int64_t count = 7;

	ck_assert_ptr_null(LODE_ONE(f.session, User, LODE_SELECT(User)));
	ck_assert_uint_eq(LODE_ALL(f.session, User, LODE_SELECT(User)).count, 0);
	ck_assert_ptr_null(LODE_FIND(f.session, User, .id = 1));
	ck_assert_int_eq(lode_count_rows(f.session, LODE_SELECT(User), &count), LODE_E_MANY_ROWS);
	ck_assert_int_eq(count, 7);
	ck_assert_int_eq(lode_execute(f.session, lode_all_rows(LODE_DELETE_FROM(Address)), NULL), LODE_E_MANY_ROWS);
	EXPECT_FAILED(&f, LODE_E_MANY_ROWS, "more than one User");
	ck_assert_uint_eq(LODE_ALL(f.session, User, LODE_SELECT(User)).count, 3);
}
END_TEST

/* ---- what is there already */

START_TEST(loaded_members_are_not_overwritten)     /* scenario 6 */
{
	User *sandy = LODE_FIND(f.session, User, .id = 1);
	lode_session_options quiet = LODE_SESSION_OPTIONS_INIT;

	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	fixture_sql(&f, "UPDATE user_account SET fullname = 'elsewhere', age = 5 WHERE id = 1");
	ck_assert_ptr_eq(LODE_ONE(f.session, User, lode_where(LODE_SELECT(User), LODE_EQ(User, id, 1))), sandy);
	ck_assert_str_eq(sandy->fullname, "Sandy Cheeks");
	ck_assert(!sandy->age.present);
	ck_assert_ptr_eq(LODE_ONE(f.session, User, lode_populate_existing(lode_where(LODE_SELECT(User),
	                                                                            LODE_EQ(User, id, 1)))), sandy);
	ck_assert_str_eq(sandy->fullname, "elsewhere");
	ck_assert_int_eq(sandy->age.value, 5);
	fixture_forget(&f);
	ck_assert_ptr_eq(LODE_FIND(f.session, User, .id = 1), sandy);
	EXPECT_SENT(&f, "");
	/* local changes survive a query that does not flush them */
	quiet.no_autoflush = true;
	fixture_session(&f, &quiet);
	sandy = LODE_FIND(f.session, User, .id = 1);
	sandy->name = "local";
	ck_assert_uint_eq(LODE_ALL(f.session, User, LODE_SELECT(User)).count, 3);
	ck_assert_str_eq(sandy->name, "local");
	ck_assert_uint_eq(LODE_ALL(f.session, User, lode_populate_existing(LODE_SELECT(User))).count, 3);
	ck_assert_str_eq(sandy->name, "sandy");
}
END_TEST

START_TEST(an_option_of_the_session_overwrites)
{
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;
	User *sandy;

	options.populate_existing = true;
	fixture_session(&f, &options);
	sandy = LODE_FIND(f.session, User, .id = 1);
	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	fixture_sql(&f, "UPDATE user_account SET name = 'new' WHERE id = 1");
	ck_assert_ptr_nonnull(LODE_FIRST(f.session, User, lode_order_by(LODE_SELECT(User), LODE_ASC(User, id))));
	ck_assert_str_eq(sandy->name, "new");
}
END_TEST

START_TEST(queries_flush_what_they_would_miss)
{
	User *sandy = LODE_FIND(f.session, User, .id = 1);

	sandy->name = "renamed";
	ck_assert_ptr_eq(LODE_ONE(f.session, User, lode_where(LODE_SELECT(User), LODE_EQ(User, name, "renamed"))), sandy);
	LODE_ADD(f.session, Keyword, .word = "new");
	ck_assert_ptr_nonnull(LODE_ONE(f.session, Keyword, LODE_SELECT(Keyword)));
	/* another table's changes stay */
	sandy->name = "again";
	fixture_forget(&f);
	ck_assert_ptr_nonnull(LODE_ONE(f.session, Keyword, LODE_SELECT(Keyword)));
	ck_assert_uint_eq(fixture_sent(&f), 1);
	ASSERT_OK(&f);
}
END_TEST

/* ---- writing */

START_TEST(bulk_statements_expire_what_is_loaded)
{
	User *sandy = LODE_FIND(f.session, User, .id = 1);
	lode_statement *update = LODE_UPDATE(User);
	int64_t matched = 0;

	LODE_ASSIGN(update, User, fullname, "unknown");
	lode_where(update, LODE_IS_NULL(User, age));
	ck_assert_int_eq(lode_execute(f.session, update, &matched), LODE_OK);
	ck_assert_int_eq(matched, 1);
	ck_assert_str_eq(sandy->fullname, "Sandy Cheeks");
	ck_assert_ptr_eq(LODE_FIND(f.session, User, .id = 1), sandy);
	ck_assert_str_eq(sandy->fullname, "unknown");
	/* a row that is gone leaves the map */
	ck_assert_int_eq(lode_execute(f.session, lode_where(LODE_DELETE_FROM(Address), LODE_EQ(Address, user_id, 1)),
	                              &matched), LODE_OK);
	ck_assert_int_eq(matched, 2);
	ck_assert_int_eq(lode_execute(f.session, lode_where(LODE_DELETE_FROM(User), LODE_EQ(User, id, 1)), NULL), LODE_OK);
	ck_assert_ptr_null(LODE_FIND(f.session, User, .id = 1));
	ASSERT_OK(&f);
	ck_assert_int_ne(lode_object_state(sandy), LODE_PERSISTENT);
	lode_rollback(f.session);
	ck_assert_int_eq(lode_object_state(sandy), LODE_PERSISTENT);
	ck_assert_str_eq(sandy->fullname, "Sandy Cheeks");
}
END_TEST

START_TEST(an_expired_object_takes_a_row_that_comes_by)
{
	User *sandy = LODE_FIND(f.session, User, .id = 1);

	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	fixture_sql(&f, "UPDATE user_account SET name = 'new' WHERE id = 1");
	ck_assert_int_eq(lode_expire(f.session, sandy), LODE_OK);
	ck_assert_str_eq(sandy->name, "sandy");
	ck_assert_uint_eq(LODE_ALL(f.session, User, LODE_SELECT(User)).count, 3);
	ck_assert_str_eq(sandy->name, "new");
	fixture_forget(&f);
	ck_assert_ptr_eq(LODE_FIND(f.session, User, .id = 1), sandy);
	EXPECT_SENT(&f, "");
}
END_TEST

START_TEST(a_select_is_not_executed)
{
	ck_assert_int_eq(lode_execute(f.session, LODE_SELECT(User), NULL), LODE_E_MISUSE);
	EXPECT_FAILED(&f, LODE_E_MISUSE, "lode_execute is for what writes");
	ck_assert_int_eq(lode_execute(f.session, NULL, NULL), LODE_E_MISUSE);
	EXPECT_FAILED(&f, LODE_E_MISUSE, "NULL");
}
END_TEST

START_TEST(text_gives_objects)
{
	User_list users = LODE_ALL(f.session, User, lode_text_statement(LODE_TEXT(
		"SELECT * FROM user_account ORDER BY id DESC"), &User_class));

	ASSERT_OK(&f);
	ck_assert_uint_eq(users.count, 3);
	ck_assert_str_eq(users.items[0]->name, "squidward");
	ck_assert_uint_eq(LODE_ALL(f.session, User, lode_text_statement(LODE_TEXT("SELECT id FROM user_account"),
	                                                               &User_class)).count, 0);
	EXPECT_FAILED(&f, LODE_E_MISUSE, "gives 1 columns, but the class has 6");
}
END_TEST

/* ---- compiled queries */

typedef struct { const char *name; int64_t id; } Args;

START_TEST(a_compiled_query_is_bound_and_run)
{
	lode_query *query = lode_compile(f.engine, lode_where(LODE_SELECT(User),
		lode_or(LODE_EQ(User, name, LODE_PARAM(Args, name)), LODE_IN(User, id, 2, 99))), &f.error);
	char name[] = "sandy";
	lode_statement *bound;
	int64_t count = 0;

	ck_assert_ptr_nonnull(query);
	bound = LODE_BIND(query, Args, .name = name);
	memset(name, 'x', 5);           /* it was copied */
	ck_assert_uint_eq(lode_all(f.session, &User_class, bound).count, 2);
	ck_assert_uint_eq(LODE_ALL(f.session, User, LODE_BIND(query, Args, .name = "squidward")).count, 2);
	ck_assert_uint_eq(LODE_ALL(f.session, User, LODE_BIND(query, Args, .name = "nobody")).count, 1);
	ck_assert_ptr_nonnull(LODE_FIRST(f.session, User, LODE_BIND(query, Args, .name = "sandy")));
	ck_assert_int_eq(lode_count_rows(f.session, LODE_BIND(query, Args, .name = "sandy"), &count), LODE_OK);
	ck_assert_int_eq(count, 2);
	bound = LODE_BIND(query, Args, .name = "sandy");
	lode_query_free(query);
	ck_assert_uint_eq(lode_all(f.session, &User_class, bound).count, 2);
	ASSERT_OK(&f);
}
END_TEST

START_TEST(wrong_bindings_are_told)
{
	lode_query *query = lode_compile(f.engine, lode_where(LODE_SELECT(User),
		LODE_EQ(User, id, LODE_PARAM(Args, id))), &f.error);

	ck_assert_ptr_null(LODE_FIRST(f.session, User, LODE_BIND(query, Args, "x", 1)));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "by name");
	ck_assert_ptr_null(LODE_FIRST(f.session, User, lode_bind(query, &query, 4, "id")));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "outside the arguments");
	ck_assert_ptr_null(LODE_FIRST(f.session, User, lode_limit(LODE_BIND(query, Args, .id = 1), 1)));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "nothing can be added");
	ck_assert_ptr_null(LODE_FIRST(f.session, User, lode_bind(NULL, NULL, 0, NULL)));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "NULL");
	ck_assert_ptr_null(LODE_FIRST(f.session, Address, LODE_BIND(query, Args, .id = 1)));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "selects User");
	lode_query_free(query);
	ck_assert_ptr_null(lode_compile(f.engine, NULL, &f.error));
	ck_assert_int_eq(f.error.status, LODE_E_MISUSE);
	ck_assert_ptr_null(lode_compile(NULL, LODE_SELECT(User), &f.error));
	ck_assert_ptr_null(lode_compile(f.engine, lode_limit(LODE_SELECT(User), -1), &f.error));
	lode_query_free(NULL);
}
END_TEST

START_TEST(a_parameter_without_arguments_is_told)
{
	ck_assert_ptr_null(LODE_FIRST(f.session, User, lode_where(LODE_SELECT(User),
		LODE_EQ(User, id, LODE_PARAM(Args, id)))));
	ck_assert_int_lt(lode_session_status(f.session), 0);
	lode_rollback(f.session);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("query");
	TCase *tc = tcase_create("query");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, all_gives_objects_in_row_order);
	tcase_add_test(tc, the_same_row_is_the_same_object);
	tcase_add_test(tc, an_empty_result_is_no_failure);
	tcase_add_test(tc, one_wants_exactly_one);
	tcase_add_test(tc, first_asks_for_one_row);
	tcase_add_test(tc, rows_are_counted);
	tcase_add_test(tc, a_statement_is_spent);
	tcase_add_test(tc, many_statements_are_spent);
	tcase_add_loop_test(tc, misuse_is_told, 0, (int)(sizeof misuses / sizeof *misuses));
	tcase_add_test(tc, an_unmapped_class_is_told);
	tcase_add_test(tc, a_failed_session_answers_nothing);
	tcase_add_test(tc, loaded_members_are_not_overwritten);
	tcase_add_test(tc, an_option_of_the_session_overwrites);
	tcase_add_test(tc, queries_flush_what_they_would_miss);
	tcase_add_test(tc, bulk_statements_expire_what_is_loaded);
	tcase_add_test(tc, an_expired_object_takes_a_row_that_comes_by);
	tcase_add_test(tc, a_select_is_not_executed);
	tcase_add_test(tc, text_gives_objects);
	tcase_add_test(tc, a_compiled_query_is_bound_and_run);
	tcase_add_test(tc, wrong_bindings_are_told);
	tcase_add_test(tc, a_parameter_without_arguments_is_told);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return lode_test_run(make_suite());
}
