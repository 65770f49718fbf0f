/* SPDX-License-Identifier: MIT */
/* tests/orm/test_rows.c - streams of rows and single values. */
#include <string.h>

#include "fixture.h"

static fixture f;

typedef struct { const char *name; lode_opt_int32 age; int64_t addresses; } Row;
typedef struct { int64_t id; } Id;

static void setup(void)
{
	fixture_open(&f, NULL);
	fixture_sql(&f, "INSERT INTO user_account (id, name, age) VALUES (1, 'sandy', NULL), (2, 'patrick', 37), (3, 'gary', 1)");
	fixture_sql(&f, "INSERT INTO address (id, email, user_id) VALUES (1, 'a', 1), (2, 'b', 1), (3, 'c', 2)");
}

static void teardown(void)
{
	ASSERT_OK(&f);
	fixture_close(&f);
}

static lode_statement *select_rows(void)
{
	lode_statement *statement = LODE_SELECT_ROWS(Row);

	LODE_FIELD(statement, Row, name, LODE_COL(User, name));
	LODE_FIELD(statement, Row, age, lode_max(LODE_COL(User, age)));
	LODE_FIELD(statement, Row, addresses, lode_count(LODE_COL(Address, id)));
	lode_outer_join(statement, LODE_REL(User, addresses));
	lode_group_by(statement, LODE_COL(User, id));
	return lode_order_by(statement, LODE_ASC(User, id));
}

static lode_statement *select_ids(void)
{
	lode_statement *statement = LODE_SELECT_ROWS(Id);

	LODE_FIELD(statement, Id, id, LODE_COL(User, id));
	return lode_order_by(statement, LODE_ASC(User, id));
}

START_TEST(rows_are_read_into_structs)
{
	static const Row expected[] = { { "sandy", { 0, false, { 0 } }, 2 }, { "patrick", { 37, true, { 0 } }, 1 },
	                                { "gary", { 1, true, { 0 } }, 0 } };
	size_t i = 0;

	LODE_EACH_ROW(Row, row, f.session, select_rows()) {
		ck_assert_str_eq(row.name, expected[i].name);
		ck_assert_int_eq(row.age.present, expected[i].age.present);
		ck_assert_int_eq(row.age.value, expected[i].age.value);
		ck_assert_int_eq(row.addresses, expected[i++].addresses);
	}
	ck_assert_uint_eq(i, 3);
}
END_TEST

START_TEST(leaving_early_cleans_up)
{
	LODE_EACH_ROW(Id, row, f.session, select_ids()) {
		ck_assert_int_eq(row.id, 1);
		break;
	}
	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	lode_rows_close(NULL);
}
END_TEST

START_TEST(a_stream_left_open_is_the_sessions)
{
	lode_rows *rows = lode_rows_open(f.session, select_ids());
	Id row;

	ck_assert_int_eq(lode_rows_next(rows, &row, sizeof row), LODE_OK);
	/* teardown frees the session */
}
END_TEST

/* piece by piece, for rows of any number; an early end leaves the connection free for the next */
START_TEST(windows_end_early_and_late)
{
	lode_rows *rows = lode_rows_open(f.session, lode_yield_per(select_ids(), 2));
	int64_t sum = 0;
	Id row;

	ck_assert_int_eq(lode_rows_next(rows, &row, sizeof row), LODE_OK);
	lode_rows_close(rows);
	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	LODE_EACH_ROW(Id, each, f.session, lode_yield_per(select_ids(), 1))
		sum += each.id;
	ck_assert_int_eq(sum, 6);
}
END_TEST

START_TEST(streams_are_nested)
{
	size_t pairs = 0;

	LODE_EACH_ROW(Id, outer, f.session, select_ids())
		LODE_EACH_ROW(Id, inner, f.session, select_ids())
			pairs += outer.id <= inner.id;
	ck_assert_uint_eq(pairs, 6);
}
END_TEST

START_TEST(objects_are_used_inside)
{
	size_t addresses = 0;

	LODE_EACH_ROW(Id, row, f.session, select_ids()) {
		User *user = LODE_FIND(f.session, User, .id = row.id);

		addresses += LODE_LEN(user, addresses);
	}
	ck_assert_uint_eq(addresses, 3);
}
END_TEST

START_TEST(the_end_stays_the_end)
{
	lode_rows *rows = lode_rows_open(f.session, lode_limit(select_ids(), 1));
	Id row;

	ck_assert_int_eq(lode_rows_next(rows, &row, sizeof row), LODE_OK);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(lode_rows_next(rows, &row, sizeof row), LODE_DONE);
	lode_rows_close(rows);
}
END_TEST

START_TEST(a_transaction_that_ends_ends_its_streams)
{
	lode_rows *rows = lode_rows_open(f.session, select_ids());
	Id row;

	ck_assert_int_eq(lode_rows_next(rows, &row, sizeof row), LODE_OK);
	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	ck_assert_int_eq(lode_rows_next(rows, &row, sizeof row), LODE_E_STATE);
	EXPECT_FAILED(&f, LODE_E_STATE, "transaction ended");
	lode_rows_close(rows);
	rows = lode_rows_open(f.session, select_ids());
	lode_rollback(f.session);
	ck_assert_int_eq(lode_rows_next(rows, &row, sizeof row), LODE_E_STATE);
	EXPECT_FAILED(&f, LODE_E_STATE, "transaction ended");
	lode_rows_close(rows);
}
END_TEST

START_TEST(a_null_needs_a_place)
{
	typedef struct { int32_t age; } Age;
	lode_statement *statement = LODE_SELECT_ROWS(Age);
	lode_rows *rows;
	Age row;

	LODE_FIELD(statement, Age, age, LODE_COL(User, age));
	rows = lode_rows_open(f.session, lode_order_by(statement, LODE_ASC(User, id)));
	ck_assert_int_eq(lode_rows_next(rows, &row, sizeof row), LODE_E_DATA);
	EXPECT_FAILED(&f, LODE_E_DATA, "");
	lode_rows_close(rows);
}
END_TEST

START_TEST(misuse_is_told)
{
	lode_statement *statement;
	lode_rows *rows;
	Id row;

	ck_assert_ptr_null(lode_rows_open(f.session, LODE_SELECT(User)));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "LODE_SELECT_ROWS");
	ck_assert_ptr_null(lode_rows_open(f.session, NULL));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "NULL");
	ck_assert_ptr_null(lode_rows_open(NULL, select_ids()));
	rows = lode_rows_open(f.session, select_ids());
	ck_assert_int_eq(lode_rows_next(rows, &row, 3), LODE_E_MISUSE);
	EXPECT_FAILED(&f, LODE_E_MISUSE, "8 bytes");
	lode_rows_close(rows);
	ck_assert_int_eq(lode_rows_next(NULL, &row, sizeof row), LODE_E_MISUSE);
	/* spent while it is read, and after */
	statement = select_ids();
	rows = lode_rows_open(f.session, statement);
	ck_assert_ptr_null(lode_rows_open(f.session, statement));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "spent");
	lode_rows_close(rows);
	ck_assert_ptr_null(lode_rows_open(f.session, statement));
	EXPECT_FAILED(&f, LODE_E_MISUSE, "spent");
}
END_TEST

START_TEST(one_row_is_read)
{
	Row row;

	ck_assert_int_eq(LODE_SCALAR(f.session, select_rows(), &row), LODE_OK);
	/* its text stays */
	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	fixture_sql(&f, "UPDATE user_account SET name = 'x'");
	ck_assert_str_eq(row.name, "sandy");
	ck_assert_int_eq(LODE_SCALAR(f.session, lode_limit(select_rows(), 0), &row), LODE_NOT_FOUND);
	ck_assert_int_eq(LODE_SCALAR(f.session, select_ids(), &row), LODE_E_MISUSE);
	EXPECT_FAILED(&f, LODE_E_MISUSE, "8 bytes");
}
END_TEST

START_TEST(rows_of_text)
{
	lode_statement *statement = lode_text_statement(LODE_TEXT_BIND(LODE_TEXT(
		"SELECT name, age, 5 FROM user_account WHERE id = :id"), "id", 2), NULL);
	Row row;

	LODE_TEXT_FIELD(statement, Row, name);
	LODE_TEXT_FIELD(statement, Row, age);
	LODE_TEXT_FIELD(statement, Row, addresses);
	ck_assert_int_eq(LODE_SCALAR(f.session, statement, &row), LODE_OK);
	ck_assert_str_eq(row.name, "patrick");
	ck_assert_int_eq(row.addresses, 5);
	statement = lode_text_statement(LODE_TEXT("SELECT name FROM user_account"), NULL);
	LODE_TEXT_FIELD(statement, Row, name);
	LODE_TEXT_FIELD(statement, Row, age);
	ck_assert_int_eq(LODE_SCALAR(f.session, statement, &row), LODE_E_MISUSE);
	EXPECT_FAILED(&f, LODE_E_MISUSE, "gives 1 columns, but 2 fields");
}
END_TEST

START_TEST(rows_of_a_write)
{
	lode_statement *statement = LODE_UPDATE(User);
	User *user = LODE_FIND(f.session, User, .id = 2);
	size_t count = 0;

	LODE_ASSIGN(statement, User, name, "new");
	lode_where(statement, LODE_GT(User, id, 1));
	LODE_FIELD(statement, Id, id, LODE_COL(User, id));
	LODE_EACH_ROW(Id, row, f.session, statement)
		count += row.id > 1;
	if (!backend_returns_updates()) {
		EXPECT_FAILED(&f, LODE_E_UNSUPPORTED, "RETURNING");
		return;
	}
	ck_assert_uint_eq(count, 2);
	user = LODE_FIND(f.session, User, .id = 2);
	ck_assert_str_eq(user->name, "new");
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("rows");
	TCase *tc = tcase_create("rows");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, rows_are_read_into_structs);
	tcase_add_test(tc, leaving_early_cleans_up);
	tcase_add_test(tc, a_stream_left_open_is_the_sessions);
	tcase_add_test(tc, windows_end_early_and_late);
	tcase_add_test(tc, streams_are_nested);
	tcase_add_test(tc, objects_are_used_inside);
	tcase_add_test(tc, the_end_stays_the_end);
	tcase_add_test(tc, a_transaction_that_ends_ends_its_streams);
	tcase_add_test(tc, a_null_needs_a_place);
	tcase_add_test(tc, misuse_is_told);
	tcase_add_test(tc, one_row_is_read);
	tcase_add_test(tc, rows_of_text);
	tcase_add_test(tc, rows_of_a_write);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return lode_test_run(make_suite());
}
