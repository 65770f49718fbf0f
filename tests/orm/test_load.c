/* SPDX-License-Identifier: MIT */
/* tests/orm/test_load.c - lists, plans, and every allocation of a load failing once. */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "orm/load.h"

static fixture f;

/* ---- an allocator that fails once */

static long countdown;                  /* allocations until it fails; 0: never */
static size_t alive;

static bool fails(void)
{
	return countdown > 0 && --countdown == 0;
}

static void *allocate(void *context, size_t size)
{
	(void)context;
	if (fails())
		return NULL;
	alive++;
	return malloc(size);
}

static void *resize(void *context, void *pointer, size_t size)
{
	(void)context;
	if (fails())
		return NULL;
	alive += pointer == NULL;
	return realloc(pointer, size);
}

static void release(void *context, void *pointer)
{
	(void)context;
	alive -= pointer != NULL;
	free(pointer);
}

static const lode_allocator failing = { .struct_size = sizeof(lode_allocator), .allocate = allocate,
	.resize = resize, .release = release };

static void fill(void)
{
	fixture_open(&f, NULL);
	fixture_sql(&f, "INSERT INTO user_account (id, name, fullname) VALUES (1, 'a', 'x'), (2, 'b', NULL), (3, 'c', 'z')");
	fixture_sql(&f, "INSERT INTO address (id, email, user_id) VALUES (1, 'a1', 1), (2, 'a2', 1), (3, 'b1', 2)");
	fixture_sql(&f, "INSERT INTO keyword (id, word) VALUES (1, 'one'), (2, 'two')");
	fixture_sql(&f, "INSERT INTO user_keyword (user_account_id, keyword_id) VALUES (1, 1), (1, 2), (3, 2)");
}

static void setup(void)
{
	countdown = 0;
	/* what is loaded for the process stays: load it with the allocator that is not counted */
	fixture_open(&f, NULL);
	fixture_close(&f);
	alive = 0;
	lode_set_default_allocator(&failing);
	fill();
}

static void teardown(void)
{
	countdown = 0;
	fixture_close(&f);
	lode_set_default_allocator(NULL);
	ck_assert_uint_eq(alive, 0);
}

/* ---- what is run with each allocation failing */

static bool load_selectin(void)
{
	lode_statement *statement = lode_order_by(LODE_SELECT(User), LODE_ASC(User, id));
	User_list users;

	lode_option(statement, LODE_SELECTIN_LOAD(User, addresses));
	lode_option(statement, LODE_SELECTIN_LOAD(User, keywords));
	users = LODE_ALL(f.session, User, statement);
	return users.count == 3 && LODE_LEN(users.items[0], addresses) == 2 && LODE_LEN(users.items[0], keywords) == 2 &&
	       LODE_LEN(users.items[1], keywords) == 0;
}

static bool load_joined(void)
{
	lode_statement *statement = lode_limit(lode_order_by(LODE_SELECT(User), LODE_ASC(User, id)), 3);
	User_list users;

	lode_option(statement, LODE_JOINED_LOAD(User, addresses));
	lode_option(statement, LODE_JOINED_LOAD(User, keywords));
	users = LODE_ALL(f.session, User, statement);
	return users.count == 3 && LODE_LEN(users.items[0], addresses) == 2 && LODE_LEN(users.items[0], keywords) == 2 &&
	       LODE_LEN(users.items[1], keywords) == 0;
}

static bool load_on_demand(void)
{
	User_list users = LODE_ALL(f.session, User, lode_order_by(LODE_SELECT(User), LODE_ASC(User, id)));
	Address *address;

	if (users.count != 3 || LODE_LEN(users.items[0], addresses) != 2 || LODE_LEN(users.items[2], keywords) != 1)
		return false;
	address = LODE_AT(users.items[1], addresses, 0);
	return address && LODE_REF(address, user) == users.items[1];
}

static bool find_and_refresh(void)
{
	User *user = LODE_FIND(f.session, User, .id = 1);

	return user && LODE_FIND(f.session, User, .id = 99) == NULL && lode_refresh(f.session, user) == LODE_OK &&
	       strcmp(user->fullname, "x") == 0;
}

typedef struct { const char *name; int64_t id; } Row;

static bool read_rows(void)
{
	lode_statement *statement = LODE_SELECT_ROWS(Row);
	size_t count = 0;
	int64_t counted = 0;

	LODE_FIELD(statement, Row, name, LODE_COL(User, name));
	LODE_FIELD(statement, Row, id, LODE_COL(User, id));
	LODE_EACH_ROW(Row, row, f.session, statement)
		count++;
	return count == 3 && lode_count_rows(f.session, LODE_SELECT(User), &counted) == LODE_OK && counted == 3;
}

static bool run_compiled(void)
{
	lode_query *query = lode_compile(f.engine, lode_where(LODE_SELECT(User),
		LODE_EQ(User, name, LODE_PARAM(Row, name))), NULL);
	User *user = LODE_ONE(f.session, User, LODE_BIND(query, Row, .name = "b"));

	lode_query_free(query);
	return user && user->id == 2;
}

static bool write_many(void)
{
	lode_statement *statement = LODE_UPDATE(User);
	User *user = LODE_FIND(f.session, User, .id = 2);

	LODE_ASSIGN(statement, User, fullname, "new");
	lode_where(statement, LODE_IS_NULL(User, fullname));
	return lode_execute(f.session, statement, NULL) == LODE_OK && user && LODE_FIND(f.session, User, .id = 2) == user &&
	       strcmp(user->fullname, "new") == 0;
}

static const struct { const char *name; bool (*run)(void); } loads[] = {
	{ "selectin", load_selectin }, { "joined", load_joined }, { "on demand", load_on_demand },
	{ "find", find_and_refresh }, { "rows", read_rows }, { "compiled", run_compiled }, { "write", write_many },
};

START_TEST(every_allocation_fails_once)
{
	long n;

	for (n = 1; n < 5000; n++) {
		bool done, untouched;

		fixture_forget(&f);
		countdown = n;
		done = loads[_i].run();
		untouched = countdown > 0;
		countdown = 0;
		if (untouched) {
			ck_assert_msg(done, "%s: %s", loads[_i].name, lode_session_error(f.session)->message);
			break;
		}
		/* a failure that changes nothing is allowed: the engine may do without a cache entry */
		ck_assert_msg(done || lode_session_status(f.session) == LODE_E_NOMEM ||
		              lode_session_status(f.session) == LODE_E_MISUSE,
		              "%s, allocation %ld: %s", loads[_i].name, n, lode_session_error(f.session)->message);
		ck_assert_int_eq(lode_rollback(f.session), LODE_OK);
		ck_assert_msg(loads[_i].run(), "%s after allocation %ld: %s", loads[_i].name, n,
		              lode_session_error(f.session)->message);
		fixture_session(&f, NULL);
	}
	ck_assert_int_gt(n, 10);
	ck_assert_int_lt(n, 5000);
}
END_TEST

/* ---- a row in the middle that cannot be stored */

static bool joins_lists(void)
{
	lode_statement *statement = LODE_SELECT(User);

	lode_option(statement, LODE_JOINED_LOAD(User, addresses));
	return LODE_ALL(f.session, User, statement).count == 200;
}

static bool loads_alone(void)
{
	return LODE_ALL(f.session, User, LODE_SELECT(User)).count == 200;
}

static bool loads_lists(void)
{
	lode_statement *statement = LODE_SELECT(User);

	lode_option(statement, LODE_SELECTIN_LOAD(User, addresses));
	return LODE_ALL(f.session, User, statement).count == 200;
}

static const struct { bool (*load)(void); const char *bad, *good, *message; } misfits[] = {
	{ loads_alone, "UPDATE user_account SET name = x'00' WHERE id = 150",
	  "UPDATE user_account SET name = 'good'", "user_account.name: a blob where text is expected" },
	{ joins_lists, "UPDATE user_account SET name = x'00' WHERE id = 150",
	  "UPDATE user_account SET name = 'good'", "user_account.name: a blob where text is expected" },
	{ loads_lists, "UPDATE address SET email = x'00' WHERE id = 160",
	  "UPDATE address SET email = 'good'", "address.email: a blob where text is expected" },
};

START_TEST(a_row_that_does_not_fit_ends_the_load)
{
	if (!backend_is_sqlite())
		BACKEND_LACKS("blobs in a column of texts");
	fixture_sql(&f, "WITH RECURSIVE n(i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
	                "INSERT INTO user_account (id, name) SELECT i, 'n' || i FROM n");
	fixture_sql(&f, "INSERT INTO address (id, email, user_id) SELECT id, 'a' || id, id FROM user_account "
	                "WHERE id > 3");
	fixture_sql(&f, misfits[_i].bad);
	ck_assert(!misfits[_i].load());
	ck_assert_int_eq(lode_session_status(f.session), LODE_E_CONVERT);
	ck_assert_msg(strstr(lode_session_error(f.session)->message, misfits[_i].message) != NULL, "%s",
	              lode_session_error(f.session)->message);
	ck_assert_int_eq(lode_rollback(f.session), LODE_OK);
	fixture_sql(&f, misfits[_i].good);
	ck_assert_msg(misfits[_i].load(), "%s", lode_session_error(f.session)->message);
}
END_TEST

/* ---- lists */

START_TEST(lists_are_given_back_in_any_order)
{
	User_list lists[5];
	static const int order[] = { 2, 0, 4, 1 };

	for (int i = 0; i < 5; i++)
		lists[i] = LODE_ALL(f.session, User, LODE_SELECT(User));
	for (int i = 0; i < 4; i++)
		lode_list_free(lists[order[i]].items);
	ck_assert_uint_eq(lists[3].count, 3);
	lode_list_free(NULL);
}
END_TEST

START_TEST(lists_grow)
{
	void *items[100];
	lode_list list;

	for (int i = 0; i < 100; i++)
		items[i] = &items[i];
	list = lode__list_new(f.session, items, 100);
	ck_assert_uint_eq(list.count, 100);
	for (int i = 0; i < 100; i++)
		ck_assert_ptr_eq(list.items[i], &items[i]);
	list = lode__list_new(f.session, NULL, 0);
	ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(clearing_forgets_everything)
{
	lode_rows *rows;
	lode_statement *statement = LODE_SELECT_ROWS(Row);

	LODE_FIELD(statement, Row, id, LODE_COL(User, id));
	ck_assert(load_selectin());
	rows = lode_rows_open(f.session, statement);
	ck_assert_ptr_nonnull(rows);
	ck_assert_int_eq(lode_clear(f.session), LODE_OK);
	ck_assert(load_joined());
}
END_TEST

/* ---- gathering */

START_TEST(keys_are_compared_by_value)
{
	lode__keys keys;
	lode_value a[2] = { lode_value_int(1), lode_value_text("x") }, b[2] = { lode_value_int(1), lode_value_text("y") };
	char copy[] = "x";
	lode_value again[2] = { lode_value_int(1), lode_value_text(copy) };
	uint32_t number;

	lode__keys_init(&keys, NULL, 2);
	ck_assert_uint_eq(lode__keys_find(&keys, a), LODE__NO_KEY);
	ck_assert_int_eq(lode__keys_add(&keys, a, &number), LODE_OK);
	ck_assert_uint_eq(number, 0);
	ck_assert_int_eq(lode__keys_add(&keys, b, &number), LODE_OK);
	ck_assert_uint_eq(number, 1);
	ck_assert_int_eq(lode__keys_add(&keys, again, &number), LODE_OK);
	ck_assert_uint_eq(number, 0);
	for (int i = 2; i < 1000; i++) {
		a[0] = lode_value_int(i);
		ck_assert_int_eq(lode__keys_add(&keys, a, &number), LODE_OK);
		ck_assert_uint_eq(number, (unsigned)i);
	}
	ck_assert_uint_eq(lode__keys_find(&keys, again), 0);
	ck_assert_uint_eq(lode__keys_find(&keys, a), 999);
	lode__keys_dispose(&keys);
}
END_TEST

static const struct { lode_ctype ctype; const char *what; } key_ctypes[] = {
	{ LODE_C_INT32, "int32" }, { LODE_C_OPT_INT64, "opt int64" }, { LODE_C_UINT16, "uint16" }, { LODE_C_BOOL, "bool" },
};

START_TEST(members_of_any_width_are_one_key)
{
	union { int32_t i32; lode_opt_int64 opt; uint16_t u16; bool b; } member;
	lode__key_part part = { key_ctypes[_i].ctype, 0, NULL };
	lode_value value, one = lode_value_int(1);

	memset(&member, 0, sizeof member);
	if (_i == 0)
		member.i32 = 1;
	else if (_i == 1)
		member.opt = lode_some_int64(1);
	else if (_i == 2)
		member.u16 = 1;
	else
		member.b = true;
	ck_assert(lode__key_read(&part, 1, &member, &value));
	ck_assert_uint_eq(value.kind, one.kind);
	ck_assert_int_eq(value.as.integer, 1);
	memset(&member, 0, sizeof member);
	ck_assert_int_eq(lode__key_read(&part, 1, &member, &value), _i != 1);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("load");
	TCase *tc = tcase_create("load");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, every_allocation_fails_once, 0, (int)(sizeof loads / sizeof *loads));
	tcase_add_loop_test(tc, a_row_that_does_not_fit_ends_the_load, 0,
	                    (int)(sizeof misfits / sizeof *misfits));
	tcase_add_test(tc, lists_are_given_back_in_any_order);
	tcase_add_test(tc, lists_grow);
	tcase_add_test(tc, clearing_forgets_everything);
	tcase_add_test(tc, keys_are_compared_by_value);
	tcase_add_loop_test(tc, members_of_any_width_are_one_key, 0, 4);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return lode_test_run(make_suite());
}
