/* SPDX-License-Identifier: MIT */
/* Rows RES of the feature table: objects, values and rows of statements, and what writes tell. */
#include "kit.h"

LODE_DECLARE(Item);
struct Item { int64_t id; const char *name; int32_t level; const char *made; };
LODE_CLASS(Item, "item",
	LODE_COLUMN(Item, id, .primary_key = true),
	LODE_COLUMN(Item, name),
	LODE_COLUMN(Item, level, .insert_default = LODE_DEFAULT_INT(3)),
	LODE_COLUMN(Item, made, .nullable = true, .server_default = LODE_DEFAULT_STRING("by the server")));

typedef struct Pair { int64_t id; const char *name; } Pair;

static void set_up(void)
{
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Item));
	kit_open();
	LODE_ADD(k.session, Item, .name = "one");
	LODE_ADD(k.session, Item, .name = "two");
	LODE_ADD(k.session, Item, .name = "three", .level = 1);
	COMMIT();
	kit_forget();
}

static void tear_down(void)
{
	kit_close();
}

static lode_statement *pairs(void)
{
	lode_statement *query = LODE_SELECT_ROWS(Pair);

	LODE_FIELD(query, Pair, id, LODE_COL(Item, id));
	LODE_FIELD(query, Pair, name, LODE_COL(Item, name));
	return lode_order_by(query, LODE_ASC(Item, id));
}

/* RES-01: all objects, one value of every row, the first value of the first row or nothing */
START_TEST(objects_values_and_the_first_value)
{
	Item_list items = LODE_ALL(k.session, Item, lode_order_by(LODE_SELECT(Item), LODE_ASC(Item, id)));
	char names[40] = "";
	Pair pair = { 0, NULL };

	ck_assert_uint_eq(items.count, 3);
	ck_assert_str_eq(items.items[2]->name, "three");
	LODE_EACH_ROW(Pair, row, k.session, pairs())
		strcat(names, row.name);
	ck_assert_str_eq(names, "onetwothree");
	ck_assert_int_eq(LODE_SCALAR(k.session, pairs(), &pair), LODE_OK);
	ck_assert(pair.id == 1 && strcmp(pair.name, "one") == 0);
	ck_assert_int_eq(LODE_SCALAR(k.session, lode_where(pairs(), LODE_EQ(Item, id, 9)), &pair), LODE_NOT_FOUND);
	ASSERT_GOOD();
	items = LODE_ALL(k.session, Item, lode_where(LODE_SELECT(Item), LODE_EQ(Item, id, 9)));
	ck_assert_uint_eq(items.count, 0);
	ASSERT_GOOD();
}
END_TEST

/* RES-03: a column lands in the member that was named for it, whatever its name and place; rows
 * of raw SQL go by position, with their names */
START_TEST(columns_have_members)
{
	lode_statement *query = LODE_SELECT_ROWS(Pair);

	LODE_FIELD(query, Pair, name, LODE_COL_AS(Item, 1, name));
	LODE_FIELD(query, Pair, id, LODE_COL(Item, id));
	lode_from(query, &Item_class);
	lode_from_as(query, &Item_class, 1);
	lode_where(query, lode_and(LODE_EQ(Item, name, "two"), lode_eq(LODE_COL_AS(Item, 1, id), LODE_VALUE(3))));
	LODE_EACH_ROW(Pair, row, k.session, query) {
		ck_assert_int_eq(row.id, 2);
		ck_assert_str_eq(row.name, "three");
	}
	COMMIT();
	ck_assert_str_eq(kit_query("SELECT id AS x, name AS x, id FROM item WHERE id = 2"), "2|two|2;");
}
END_TEST

/* RES-06: a stream that was read to its end holds no cursor: the table can be dropped; one that was
 * closed by its transaction says so, which is not "no rows" */
START_TEST(exhausted_streams_hold_nothing)
{
	lode_rows *rows = lode_rows_open(k.session, pairs()), *open;
	Pair row;
	int count = 0;

	if (backend_speaks("mariadb"))
		BACKEND_LACKS("DDL inside a transaction");
	while (lode_rows_next(rows, &row, sizeof row) == LODE_OK)
		count++;
	ck_assert_int_eq(count, 3);
	ck_assert_int_eq(lode_rows_next(rows, &row, sizeof row), LODE_DONE);
	ck_assert_int_eq(lode_execute(k.session, lode_text_statement(LODE_TEXT("DROP TABLE item"), NULL), NULL), LODE_OK);
	lode_rollback(k.session);
	lode_rows_close(rows);
	open = lode_rows_open(k.session, pairs());
	ck_assert_int_eq(lode_rows_next(open, &row, sizeof row), LODE_OK);
	COMMIT();
	ck_assert_int_eq(lode_rows_next(open, &row, sizeof row), LODE_E_STATE);
	EXPECT_FAILED(LODE_E_STATE, "");
	lode_rows_close(open);
}
END_TEST

/* RES-07: rows matched, not changed; keys and defaults on the object; rows of the statement */
START_TEST(writes_tell_what_they_did)
{
	lode_statement *update = LODE_ASSIGN(LODE_UPDATE(Item), Item, level, 3);
	int64_t rows = -1;
	Item *item;

	ck_assert_int_eq(lode_execute(k.session, lode_where(update, LODE_LT(Item, id, 3)), &rows), LODE_OK);
	ck_assert_int_eq(rows, 2);    /* both had it already */
	ck_assert_int_eq(lode_execute(k.session, lode_where(LODE_DELETE_FROM(Item), LODE_EQ(Item, id, 99)), &rows), LODE_OK);
	ck_assert_int_eq(rows, 0);
	item = LODE_ADD(k.session, Item, .name = "four");
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	ck_assert_int_eq(item->id, 4);
	ck_assert_int_eq(item->level, 3);
	ck_assert_str_eq(item->made, "by the server");
	lode_rollback(k.session);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parity/results");
	TCase *tcase = tcase_create("results");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, objects_values_and_the_first_value);
	tcase_add_test(tcase, columns_have_members);
	tcase_add_test(tcase, exhausted_streams_hold_nothing);
	tcase_add_test(tcase, writes_tell_what_they_did);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
