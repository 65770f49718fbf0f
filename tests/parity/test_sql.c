/* SPDX-License-Identifier: MIT */
/* Rows SQL and QRY of the feature table: what statements say, and what SQLite makes of them. */
#include "kit.h"

LODE_DECLARE(User);
LODE_DECLARE(Address);
LODE_DECLARE(Tag);
struct User {
	int64_t id;
	const char *name;
	lode_opt_int32 age;
	bool active;
	lode_decimal balance;
	Address_many addresses;
	Tag_many tags;
};
struct Tag { int64_t id; const char *word; };
struct Address { int64_t id; const char *email; lode_opt_int64 user_id; User_one user; };
LODE_CLASS(User, "user_account",
	LODE_COLUMN(User, id, .primary_key = true), LODE_COLUMN(User, name), LODE_COLUMN(User, age),
	LODE_COLUMN(User, active, .insert_default = LODE_DEFAULT_INT(1)),
	LODE_COLUMN(User, balance, .insert_default = LODE_DEFAULT_INT(0)),
	LODE_TO_MANY(User, addresses, Address, .back_populates = "user"),
	LODE_TO_MANY(User, tags, Tag, .secondary = "user_tag"));
LODE_CLASS(Tag, "tag", LODE_COLUMN(Tag, id, .primary_key = true), LODE_COLUMN(Tag, word));
LODE_CLASS(Address, "address",
	LODE_COLUMN(Address, id, .primary_key = true), LODE_COLUMN(Address, email),
	LODE_COLUMN(Address, user_id, .foreign_key = "user_account.id"),
	LODE_TO_ONE(Address, user, User, .back_populates = "addresses"));

#define U "user_account.id, user_account.name, user_account.age, user_account.active, user_account.balance"
#define SELECT_U "SELECT " U " FROM user_account"

/* users a (10), b (20), c (no age), d (40); a has two addresses, b one; one belongs to nobody */
static void set_up(void)
{
	lode_connection *connection;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, User, Address));
	kit_open();
	connection = lode_connection_open(k.engine, &k.error);
	KIT_OK(backend_sql(connection, "INSERT INTO user_account VALUES (1, 'a', 10, true, '1.50'), "
		"(2, 'b', 20, true, '-3'), (3, 'c', NULL, false, '0'), (4, 'd', 40, true, '10')",
		NULL, NULL, &k.error));
	KIT_OK(backend_sql(connection, "INSERT INTO address VALUES (1, 'a1@x', 1), (2, 'a2@y', 1), "
		"(3, 'b1@x', 2), (4, 'nobody@x', NULL)", NULL, NULL, &k.error));
	KIT_OK(lode_connection_commit(connection, &k.error));
	lode_connection_close(connection);
	kit_forget();
}

static void tear_down(void)
{
	kit_close();
}

/* the names that a select of users gives, in its order, and the SQL that it is */
static void expect_users(lode_statement *query, const char *names, const char *sql)
{
	User_list users = LODE_ALL(k.session, User, query);
	char text[200] = "";

	ASSERT_GOOD();
	for (size_t i = 0; i < users.count; i++)
		strcat(text, users.items[i]->name);
	ck_assert_str_eq(text, names);
	if (sql)
		EXPECT_SENT(sql);
	kit_forget();
}

static lode_statement *where(lode_expr *condition)
{
	return lode_order_by(lode_where(LODE_SELECT(User), condition), LODE_ASC(User, id));
}

static int64_t number(lode_statement *query)
{
	struct row { lode_opt_int64 n; } row = { { 0 } };
	lode_status status;

	/* the statement has its field already */
	status = lode_scalar(k.session, query, &row, sizeof row);
	ck_assert_msg(status == LODE_OK, "%s", lode_session_error(k.session)->message);
	return row.n.present ? row.n.value : -999;
}
typedef struct Row { lode_opt_int64 n; } Row;
#define NUMBER(expr) number(LODE_FIELD(LODE_SELECT_ROWS(Row), Row, n, expr))

/* ------------------------------------------------------------------ SQL-01, SQL-02, SQL-03 */

/* SQL-01: FROM follows from what is selected and filtered; an entity selects all its columns; a
 * kept statement can be extended and run again */
START_TEST(from_follows_from_the_columns)
{
	lode_statement *kept = lode_statement_keep(LODE_SELECT(User)), *filtered;

	expect_users(kept, "abcd", SELECT_U);
	lode_where(kept, LODE_GT(User, age, 15));
	expect_users(lode_order_by(kept, LODE_DESC(User, age)), "db",
	             SELECT_U " WHERE user_account.age > ? ORDER BY user_account.age DESC");
	lode_statement_free(kept);
	ck_assert_int_eq(NUMBER(lode_max(LODE_COL(Address, id))), 4);
	EXPECT_SENT("SELECT max(address.id) FROM address");
	filtered = LODE_FIELD(LODE_SELECT_ROWS(Row), Row, n, lode_count(NULL));
	lode_where(filtered, LODE_EQ(Address, user_id, 1));
	ck_assert_int_eq(number(filtered), 2);
	EXPECT_SENT("SELECT count(*) FROM address WHERE address.user_id = ?");
	filtered = LODE_SELECT(User);
	lode_where(filtered, LODE_EQ(Address, user_id, 1));    /* no product by accident */
	LODE_ALL(k.session, User, filtered);
	EXPECT_FAILED(LODE_E_MISUSE, "lode_from");
}
END_TEST

/* SQL-02: conditions add up by AND; a column can be named by text, from a list of allowed ones */
START_TEST(conditions_add_up)
{
	lode_statement *query = LODE_SELECT(User);

	lode_where(query, LODE_GT(User, id, 1));
	lode_where(query, LODE_LT(User, id, 4));
	lode_where(query, lode_eq(lode_column_by_name(&User_class, "name", "name, age"), LODE_VALUE("b")));
	expect_users(query, "b", SELECT_U " WHERE user_account.id > ? AND user_account.id < ? AND user_account.name = ?");
	LODE_ALL(k.session, User, where(lode_eq(lode_column_by_name(&User_class, "balance", "name, age"), LODE_VALUE(1))));
	EXPECT_FAILED(LODE_E_MISUSE, "not allowed (allowed: name, age)");
	LODE_ALL(k.session, User, where(lode_eq(lode_column_by_name(&User_class, "nmae", NULL), LODE_VALUE("b"))));
	EXPECT_FAILED(LODE_E_MISUSE, "no column of the name");
}
END_TEST

/* SQL-03: constants become parameters of the column's type; NULL is asked for by name */
START_TEST(constants_are_typed_parameters)
{
	lode_decimal big;

	ck_assert_int_eq(lode_decimal_from_text(&big, "9.999"), LODE_OK);
	expect_users(where(LODE_GT(User, balance, big)), "d",
	             SELECT_U " WHERE user_account.balance COLLATE lode_decimal > ? ORDER BY user_account.id");
	expect_users(where(LODE_LE(User, balance, 0)), "bc", NULL);
	expect_users(where(LODE_NE(User, name, "b")), "acd", SELECT_U " WHERE user_account.name <> ? ORDER BY user_account.id");
	expect_users(where(LODE_EQ(User, active, false)), "c", NULL);
	expect_users(where(LODE_GE(User, age, 20)), "bd", NULL);
	expect_users(where(LODE_IS_NULL(User, age)), "c", SELECT_U " WHERE user_account.age IS NULL ORDER BY user_account.id");
	expect_users(where(LODE_IS_NOT_NULL(User, age)), "abd", NULL);
	LODE_ALL(k.session, User, where(lode_compare(LODE_OP_EQ, LODE_COL(User, age), lode_value_null())));
	EXPECT_FAILED(LODE_E_MISUSE, "NULL");
}
END_TEST

/* ------------------------------------------------------------------ SQL-04 */

/* SQL-04: parentheses where they are needed, NOT turned inwards, nothing from nothing */
START_TEST(logic_is_parenthesised)
{
	lode_expr *filter = NULL;

	expect_users(where(lode_or(lode_and(LODE_EQ(User, id, 1), LODE_EQ(User, name, "a")), LODE_EQ(User, id, 4))), "ad",
	             SELECT_U " WHERE user_account.id = ? AND user_account.name = ? OR user_account.id = ? ORDER BY user_account.id");
	expect_users(where(lode_and(lode_or(LODE_EQ(User, id, 1), LODE_EQ(User, id, 2)), LODE_GT(User, age, 15))), "b",
	             SELECT_U " WHERE (user_account.id = ? OR user_account.id = ?) AND user_account.age > ? ORDER BY user_account.id");
	expect_users(where(lode_not(LODE_LT(User, id, 3))), "cd", SELECT_U " WHERE user_account.id >= ? ORDER BY user_account.id");
	expect_users(where(lode_not(lode_and(LODE_LT(User, id, 3), LODE_EQ(User, name, "a")))), "bcd",
	             SELECT_U " WHERE NOT (user_account.id < ? AND user_account.name = ?) ORDER BY user_account.id");
	expect_users(where(lode_not(lode_not(LODE_EQ(User, id, 2)))), "b", SELECT_U " WHERE user_account.id = ? ORDER BY user_account.id");
	ck_assert_ptr_null(lode_and(NULL, NULL));
	ck_assert_ptr_null(lode_or(NULL, NULL));
	for (int64_t id = 2; id < 4; id++)
		filter = lode_or(filter, LODE_EQ(User, id, id));
	expect_users(where(filter), "bc", SELECT_U " WHERE user_account.id = ? OR user_account.id = ? ORDER BY user_account.id");
}
END_TEST

/* ------------------------------------------------------------------ SQL-05 */

/* SQL-05: one text for lists of every size; an empty one is false, its opposite true; subqueries */
START_TEST(lists_of_any_size)
{
	static int64_t many[5000];
	lode_statement *inner;

	for (int i = 0; i < 5000; i++)
		many[i] = i + 2;
	expect_users(where(LODE_IN(User, id, 1, 3)), "ac",
	             SELECT_U " WHERE user_account.id IN (SELECT value FROM lode_array(?)) ORDER BY user_account.id");
	expect_users(where(LODE_IN_ARRAY(User, id, many, 5000)), "bcd",
	             SELECT_U " WHERE user_account.id IN (SELECT value FROM lode_array(?)) ORDER BY user_account.id");
	expect_users(where(LODE_IN_ARRAY(User, id, many, 0)), "", NULL);
	expect_users(where(LODE_NOT_IN_ARRAY(User, id, many, 0)), "abcd", NULL);
	expect_users(where(lode_not_in(LODE_COL(User, age), LODE_C_INT32, many, 0, 4)), "abcd", NULL);
	expect_users(where(LODE_IN(User, name, "a", "it's", "d")), "ad", NULL);
	inner = lode_where(lode_select_value(LODE_COL(Address, user_id)), LODE_LIKE(Address, email, "%@x"));
	expect_users(where(lode_in_select(LODE_COL(User, id), inner)), "ab", SELECT_U " WHERE user_account.id IN "
	             "(SELECT address.user_id FROM address WHERE address.email LIKE ?) ORDER BY user_account.id");
}
END_TEST

/* ------------------------------------------------------------------ SQL-09 */

/* SQL-09: functions by name; those that every database has are spelt as this one wants them */
START_TEST(functions_are_portable)
{
	lode_expr *name = LODE_COL(User, name);
	struct text { const char *text; } text = { NULL };
	lode_statement *both;
	lode_datetime then = { 946684800000000 };

	ck_assert_int_eq(NUMBER(lode_function("char_length", &name, 1)), 1);
	EXPECT_SENT("SELECT length(user_account.name) FROM user_account");
	name = LODE_FUNCTION("coalesce", LODE_VALUE(5), LODE_VALUE(6));
	ck_assert_int_eq(NUMBER(name), 5);
	EXPECT_SENT("SELECT coalesce(?, ?)");
	ck_assert_int_eq(NUMBER(lode_sum(LODE_COL(User, age))), 70);
	ck_assert_int_eq(NUMBER(lode_count(LODE_COL(User, age))), 3);
	ck_assert_int_eq(NUMBER(lode_count(NULL)), 1);
	kit_forget();
	expect_users(where(lode_gt(lode_function("now", NULL, 0), LODE_VALUE(then))), "abcd", SELECT_U
	             " WHERE strftime('%Y-%m-%d %H:%M:%f000','now') > ? ORDER BY user_account.id");
	expect_users(where(lode_gt(lode_now(), LODE_VALUE(then))), "abcd", SELECT_U
	             " WHERE strftime('%Y-%m-%d %H:%M:%f000','now') > ? ORDER BY user_account.id");
	expect_users(where(lode_gt(lode_function("current_date", NULL, 0), LODE_VALUE((lode_date){ 1 }))), "abcd", SELECT_U
	             " WHERE date('now') > ? ORDER BY user_account.id");
	expect_users(where(lode_ne(lode_function(backend_speaks("mariadb") ? "rand" : "random", NULL, 0), LODE_VALUE(0))), "abcd", NULL);
	both = lode_field(lode_select_rows(sizeof text), sizeof text, lode_param_of(0, sizeof(char *), LODE_C_TEXT),
	                  lode_concat(LODE_COL(User, name), LODE_VALUE("!")));
	lode_where(both, LODE_EQ(User, id, 2));
	ck_assert_int_eq(lode_scalar(k.session, both, &text, sizeof text), LODE_OK);
	ck_assert_str_eq(text.text, "b!");
	COMMIT();
	LODE_ALL(k.session, User, where(lode_function("bad name(", NULL, 0)));
	EXPECT_FAILED(LODE_E_MISUSE, "name");
	LODE_ALL(k.session, User, where(lode_function("no_such_function", NULL, 0)));
	EXPECT_FAILED(LODE_E_NO_OBJECT, "no_such_function");
}
END_TEST

typedef struct { int64_t id; const char *name; } IdName;

static lode_expr *in_rows_of(const IdName *rows, size_t count)
{
	return LODE_IN_ROWS(IdName, rows, count, LODE_MATCH(User, id, IdName, id),
	                    LODE_MATCH(User, name, IdName, name));
}

static lode_statement *in_rows(const IdName *rows, size_t count)
{
	return where(in_rows_of(rows, count));
}

/* SQL-05: rows of any number, one plan for all; none; and rows of a SELECT */
START_TEST(rows_in_lists)
{
	static IdName many[500];
	const IdName some[] = { { 1, "a" }, { 2, "x" }, { 3, "c" } };
	lode_statement *inner = LODE_SELECT_ROWS(IdName);

	for (int i = 0; i < 500; i++)
		many[i] = (IdName){ i, "b" };
	expect_users(in_rows(some, 3), "ac", SELECT_U " WHERE (user_account.id, user_account.name) IN "
	             "(VALUES (?, ?), (?, ?), (?, ?)) ORDER BY user_account.id");
	expect_users(in_rows(some, 1), "a", SELECT_U " WHERE (user_account.id, user_account.name) IN "
	             "(VALUES (?, ?)) ORDER BY user_account.id");
	expect_users(in_rows(many, 500), "b", NULL);
	expect_users(in_rows(NULL, 0), "", NULL);
	expect_users(where(lode_not(in_rows_of(some, 3))), "bd", NULL);
	LODE_FIELD(inner, IdName, id, LODE_COL_AS(User, 1, id));
	LODE_FIELD(inner, IdName, name, LODE_VALUE("d"));
	expect_users(where(lode_in_select(LODE_ROW(LODE_COL(User, id), LODE_COL(User, name)), inner)), "d", NULL);
}
END_TEST

/* ------------------------------------------------------------------ SQL-13, SQL-14 */

/* SQL-13: limits are parameters: one text for all of them */
START_TEST(limits_and_offsets)
{
	expect_users(lode_limit(where(LODE_GT(User, id, 0)), 2), "ab", SELECT_U " WHERE user_account.id > ? ORDER BY user_account.id LIMIT ?");
	expect_users(lode_offset(lode_limit(where(LODE_GT(User, id, 0)), 2), 1), "bc",
	             SELECT_U " WHERE user_account.id > ? ORDER BY user_account.id LIMIT ? OFFSET ?");
	expect_users(lode_offset(where(LODE_GT(User, id, 0)), 3), "d",
	             SELECT_U " WHERE user_account.id > ? ORDER BY user_account.id LIMIT 9223372036854775807 OFFSET ?");
	expect_users(lode_limit(where(LODE_GT(User, id, 0)), 0), "", NULL);
	LODE_ALL(k.session, User, lode_limit(LODE_SELECT(User), -1));
	EXPECT_FAILED(LODE_E_MISUSE, "negative");
}
END_TEST

typedef struct { int32_t page, size; } Page;

/* SQL-13: a parameter, or an expression of parameters; ties and percent are told where they are absent */
START_TEST(limits_by_expression)
{
	lode_query *page = lode_compile(k.engine,
		lode_offset_expr(lode_limit_expr(where(LODE_GT(User, id, 0)), LODE_VALUE(LODE_PARAM(Page, size))),
		                 lode_times(LODE_VALUE(LODE_PARAM(Page, page)), LODE_VALUE(LODE_PARAM(Page, size)))),
		&k.error);

	if (backend_speaks("mariadb")) {
		LODE_ALL(k.session, User, LODE_BIND(page, Page, .page = 1, .size = 2));
		EXPECT_FAILED(LODE_E_UNSUPPORTED, "LIMIT or OFFSET by an expression");
		lode_query_free(page);
		return;
	}
	expect_users(LODE_BIND(page, Page, .page = 1, .size = 2), "cd",
	             SELECT_U " WHERE user_account.id > ? ORDER BY user_account.id LIMIT ? OFFSET (? * ?)");
	expect_users(LODE_BIND(page, Page, .page = 0, .size = 3), "abc", NULL);
	lode_query_free(page);
	expect_users(lode_limit(lode_limit_expr(where(LODE_GT(User, id, 0)), LODE_VALUE(1)), 2), "ab", NULL);
	if (backend_speaks("sqlite")) {
		LODE_ALL(k.session, User, lode_limit_ties(lode_limit(where(LODE_GT(User, id, 0)), 1)));
		EXPECT_FAILED(LODE_E_UNSUPPORTED, "a LIMIT WITH TIES is not supported on sqlite");
	} else {
		expect_users(lode_limit_ties(lode_limit(where(LODE_GT(User, id, 0)), 1)), "a", NULL);
	}
	LODE_ALL(k.session, User, lode_limit_percent(lode_limit(where(LODE_GT(User, id, 0)), 1)));
	EXPECT_FAILED(LODE_E_UNSUPPORTED, "a LIMIT in percent is not supported on");
}
END_TEST

/* SQL-14: ON is derived from the relationship, or given; inner, left, full; a join on the right */
START_TEST(joins_of_every_kind)
{
	expect_users(lode_distinct(lode_order_by(lode_join(LODE_SELECT(User), LODE_REL(User, addresses)), LODE_ASC(User, id))), "ab",
	             "SELECT DISTINCT " U " FROM user_account JOIN address ON user_account.id = address.user_id ORDER BY user_account.id");
	ck_assert_int_eq(number(lode_outer_join(lode_from(LODE_FIELD(LODE_SELECT_ROWS(Row), Row, n, lode_count(NULL)),
		&User_class), LODE_REL(User, addresses))), 5);
	EXPECT_SENT("SELECT count(*) FROM user_account LEFT OUTER JOIN address ON user_account.id = address.user_id");
	if (backend_speaks("mariadb")) {
		lode_statement *full = lode_full_join(LODE_SELECT(User), LODE_REL(User, addresses));

		LODE_ALL(k.session, User, full);
		EXPECT_FAILED(LODE_E_UNSUPPORTED, "FULL OUTER JOIN");
		return;
	}
	ck_assert_int_eq(number(lode_full_join(lode_from(LODE_FIELD(LODE_SELECT_ROWS(Row), Row, n, lode_count(NULL)),
		&User_class), LODE_REL(User, addresses))), 6);
	EXPECT_SENT("SELECT count(*) FROM user_account FULL OUTER JOIN address ON user_account.id = address.user_id");
	ck_assert_int_eq(number(lode_full_join_on(lode_from(LODE_FIELD(LODE_SELECT_ROWS(Row), Row, n, lode_count(NULL)),
		&User_class), &Address_class, lode_eq(LODE_COL(User, id), LODE_COL(Address, id)))), 4);
	kit_forget();
	expect_users(lode_order_by(lode_join_on(LODE_SELECT(User), &Address_class, lode_and(LODE_EQ(Address, email, "b1@x"),
		lode_eq(LODE_COL(Address, user_id), LODE_COL(User, id)))), LODE_ASC(User, id)), "b", SELECT_U
	             " JOIN address ON address.email = ? AND address.user_id = user_account.id ORDER BY user_account.id");
}
END_TEST

/* ------------------------------------------------------------------ SQL-20, SQL-21 */

/* SQL-20: named and typed values, colons, as a condition, a subquery, a source of objects and rows */
START_TEST(text_takes_part)
{
	lode_expr *text = LODE_TEXT_BIND(LODE_TEXT("user_account.id = :id OR name = :name OR name = '\\:x :y' OR :id < 0"),
	                                 "id", 2);
	lode_statement *inner;

	expect_users(where(LODE_TEXT_BIND(text, "name", "d")), "bd", SELECT_U
	             " WHERE user_account.id = ? OR name = ? OR name = '\\:x :y' OR ? < 0 ORDER BY user_account.id");
	expect_users(lode_text_statement(LODE_TEXT_BIND(LODE_TEXT(
		"SELECT id, name, age, active, balance FROM user_account WHERE age < :age ORDER BY id"), "age", 30), &User_class),
		"ab", "SELECT id, name, age, active, balance FROM user_account WHERE age < ? ORDER BY id");
	inner = lode_select_value(LODE_TEXT("1 + 1"));
	expect_users(where(lode_in_select(LODE_COL(User, id), inner)), "b", NULL);
	ck_assert_int_eq(number(LODE_TEXT_FIELD(lode_text_statement(LODE_TEXT("SELECT max(age) FROM user_account"), NULL),
		Row, n)), 40);
	LODE_ALL(k.session, User, where(LODE_TEXT("name = :name")));
	EXPECT_FAILED(LODE_E_MISUSE, "name");
}
END_TEST

typedef struct Args { const char *name; int64_t least; } Args;

/* SQL-21: parameters have names, types, and a value when the query is bound; lists expand; a value
 * can stand in the text */
START_TEST(parameters_are_named_and_typed)
{
	Args args = { "b", 1 };
	lode_query *query = lode_compile(k.engine, where(lode_and(LODE_EQ(User, name, LODE_PARAM(Args, name)),
		LODE_GT(User, id, LODE_PARAM(Args, least)))), &k.error);
	lode_statement *printed = where(lode_and(LODE_EQ(User, name, "it's"), LODE_IN(User, id, 1, 2)));
	char *sql = NULL;

	ck_assert_msg(query != NULL, "%s", k.error.message);
	expect_users(LODE_BIND(query, Args, .name = "b", .least = 1), "b", SELECT_U
	             " WHERE user_account.name = ? AND user_account.id > ? ORDER BY user_account.id");
	expect_users(lode_bind(query, &args, sizeof args, "name, least"), "b", NULL);
	expect_users(LODE_BIND(query, Args, .name = "d"), "d", NULL);
	lode_query_free(query);
	KIT_OK(lode_statement_sql(k.registry, printed, "sqlite", LODE_SQL_LITERALS, &sql, &k.error));
	ck_assert_str_eq(sql, SELECT_U " WHERE user_account.name = 'it''s' AND user_account.id IN (1, 2) ORDER BY user_account.id");
	lode_sql_free(sql);
	lode_statement_free(printed);
	LODE_ALL(k.session, User, where(LODE_EQ(User, name, LODE_PARAM(Args, name))));
	EXPECT_FAILED(LODE_E_MISUSE, "");
}
END_TEST

/* ------------------------------------------------------------------ SQL-22, SQL-24 */

/* SQL-22: values by member, rows in one VALUES, no values at all, rows of a SELECT with defaults */
START_TEST(inserts_of_every_kind)
{
	lode_statement *insert = LODE_INSERT_INTO(User);
	int64_t rows = 0;

	LODE_ASSIGN(insert, User, name, "e");
	LODE_ASSIGN(insert, User, age, 50);
	lode_next_row(insert);
	LODE_ASSIGN(insert, User, name, "f");
	LODE_ASSIGN(insert, User, age, 60);
	ck_assert_int_eq(lode_execute(k.session, insert, &rows), LODE_OK);
	ck_assert_int_eq(rows, 2);
	EXPECT_SENT("INSERT INTO user_account (name, age, active, balance) VALUES (?, ?, 1, 0), (?, ?, 1, 0)");
	insert = LODE_INTO(LODE_INTO(LODE_INSERT_INTO(User), User, name), User, age);
	lode_insert_select(insert, lode_where(lode_field(lode_field(lode_select_rows(sizeof(User)), sizeof(User),
		LODE_PARAM(User, name), LODE_COL(Address, email)), sizeof(User), LODE_PARAM(User, age), LODE_VALUE(7)),
		LODE_IS_NULL(Address, user_id)));
	ck_assert_int_eq(lode_execute(k.session, insert, &rows), LODE_OK);
	EXPECT_SENT("INSERT INTO user_account (name, age, active, balance) SELECT address.email, ?, 1, 0 FROM address "
	            "WHERE address.user_id IS NULL");
	expect_users(where(LODE_GT(User, id, 4)), "efnobody@x", NULL);
	ck_assert_int_lt(lode_execute(k.session, LODE_INSERT_INTO(Address), NULL), 0);
	EXPECT_FAILED(LODE_E_NOTNULL, "");
	EXPECT_SENT("INSERT INTO address DEFAULT VALUES");
	insert = lode_assign(LODE_INSERT_INTO(User), lode_column_by_name(&User_class, "nmae", NULL), LODE_VALUE("x"));
	ck_assert_int_eq(lode_execute(k.session, insert, NULL), LODE_E_MISUSE);
	EXPECT_FAILED(LODE_E_MISUSE, "no column of the name");
}
END_TEST

/* SQL-24: rows come back from INSERT, UPDATE and DELETE; keys come back by themselves */
START_TEST(rows_of_writes_come_back)
{
	lode_statement *write = LODE_INSERT_INTO(User);
	int64_t sum = 0;
	int rows = 0;

	LODE_ASSIGN(write, User, name, "e");
	lode_next_row(write);
	LODE_ASSIGN(write, User, name, "f");
	LODE_EACH_ROW(Row, inserted, k.session, LODE_FIELD(write, Row, n, LODE_COL(User, id)))
		ck_assert_int_eq(inserted.n.value, 5 + rows++);
	ck_assert_int_eq(rows, 2);
	EXPECT_SENT("INSERT INTO user_account (name, active, balance) VALUES (?, 1, 0), (?, 1, 0) RETURNING id");
	write = lode_where(LODE_ASSIGN(LODE_UPDATE(User), User, age, 1), LODE_LT(User, id, 3));
	LODE_EACH_ROW(Row, updated, k.session, LODE_FIELD(write, Row, n, LODE_COL(User, age)))
		sum += updated.n.value;
	if (!backend_returns_updates()) {
		EXPECT_FAILED(LODE_E_UNSUPPORTED, "RETURNING");
		return;
	}
	ck_assert_int_eq(sum, 2);
	EXPECT_SENT("UPDATE user_account SET age = ? WHERE id < ? RETURNING age");
	write = lode_where(LODE_DELETE_FROM(User), LODE_GE(User, id, 5));
	rows = 0;
	LODE_EACH_ROW(Row, deleted, k.session, LODE_FIELD(write, Row, n, LODE_COL(User, id)))
		rows++;
	ck_assert_int_eq(rows, 2);
	EXPECT_SENT("DELETE FROM user_account WHERE id >= ? RETURNING id");
	ASSERT_GOOD();
}
END_TEST

/* ------------------------------------------------------------------ SQL-30, and the plain forms */

/* SQL-30: printed without a connection, with placeholders or values, and still to be run */
START_TEST(statements_are_printed)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_statement *query = lode_limit(where(LODE_EQ(User, name, "a")), 3);
	char *sql = NULL;

	KIT_OK(LODE_MAP(registry, &k.error, User, Address));
	KIT_OK(lode_statement_sql(registry, query, "sqlite", 0, &sql, &k.error));
	ck_assert_str_eq(sql, SELECT_U " WHERE user_account.name = ? ORDER BY user_account.id LIMIT ?");
	lode_sql_free(sql);
	KIT_OK(lode_statement_sql(registry, query, "sqlite", LODE_SQL_LITERALS, &sql, &k.error));
	ck_assert_str_eq(sql, SELECT_U " WHERE user_account.name = 'a' ORDER BY user_account.id LIMIT 3");
	lode_sql_free(sql);
	sql = NULL;
	EXPECT_SENT("");
	ck_assert_int_eq(lode_statement_sql(registry, query, "no_such", 0, &sql, &k.error), LODE_E_PLUGIN);
	ck_assert_int_eq(lode_statement_sql(registry, query, "sqlite", 8, &sql, &k.error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_statement_sql(NULL, query, "sqlite", 0, &sql, &k.error), LODE_E_MISUSE);
	ck_assert_ptr_null(sql);
	expect_users(query, "a", NULL);
	lode_registry_free(registry);
}
END_TEST

typedef struct Summary { const char *name, *email; lode_opt_int64 addresses; lode_opt_bool any; } Summary;

/* QRY-01: attributes of several classes, functions, counts and EXISTS side by side in one row; what
 * an outer join does not find is NULL */
START_TEST(values_of_several_classes_in_a_row)
{
	lode_statement *query = LODE_SELECT_ROWS(Summary), *count, *any;
	char text[200] = "";

	count = lode_where(lode_select_value(lode_count(NULL)), lode_eq(LODE_COL_AS(Address, 1, user_id), LODE_COL(User, id)));
	any = lode_where(LODE_SELECT(Address), lode_eq(LODE_COL(Address, user_id), LODE_COL(User, id)));
	LODE_FIELD(query, Summary, name, lode_concat(LODE_COL(User, name), LODE_VALUE("!")));
	LODE_FIELD(query, Summary, email, LODE_COL_AS(Address, 2, email));
	LODE_FIELD(query, Summary, addresses, lode_subquery(lode_from_as(count, &Address_class, 1)));
	LODE_FIELD(query, Summary, any, lode_exists(any));
	lode_join_as(lode_from(query, &User_class), LODE_REL(User, addresses), 0, 2, true);
	lode_order_by(lode_order_by(query, LODE_ASC(User, id)), LODE_COL_AS(Address, 2, id));
	LODE_EACH_ROW(Summary, row, k.session, query)
		sprintf(text + strlen(text), "%s %s %d %d;", row.name, row.email ? row.email : "-",
		        (int)row.addresses.value, row.any.value);
	ASSERT_GOOD();
	ck_assert_str_eq(text, "a! a1@x 2 1;a! a2@y 2 1;b! b1@x 1 1;c! - 0 0;d! - 0 0;");
}
END_TEST

/* QRY-02: an attribute is the column of the right table, or of the alias that is meant */
START_TEST(attributes_are_columns_of_their_alias)
{
	lode_statement *query = LODE_SELECT(User);

	lode_from_as(query, &User_class, 1);
	lode_where(query, lode_gt(LODE_COL_AS(User, 1, age), LODE_COL(User, age)));
	lode_where(query, lode_eq(LODE_COL_AS(User, 1, name), LODE_VALUE("b")));
	expect_users(query, "a", SELECT_U ", user_account AS user_account_1 WHERE user_account_1.age > user_account.age "
	             "AND user_account_1.name = ?");
}
END_TEST

/* QRY-03: along a relationship, through its link table too; from the appearance that is named; on a
 * condition that says more; a side that is not there is an error */
START_TEST(relationships_are_joined)
{
	lode_statement *query = lode_join(LODE_SELECT(User), LODE_REL(User, tags));

	expect_users(lode_where(query, LODE_EQ(Tag, word, "x")), "", SELECT_U
	             " JOIN user_tag ON user_account.id = user_tag.user_account_id JOIN tag ON user_tag.tag_id = tag.id"
	             " WHERE tag.word = ?");
	query = lode_join_as(lode_join(LODE_SELECT(Address), LODE_REL(Address, user)), LODE_REL(User, addresses), 0, 1, false);
	lode_where(query, lode_ne(LODE_COL_AS(Address, 1, id), LODE_COL(Address, id)));
	ck_assert_uint_eq(LODE_ALL(k.session, Address, query).count, 2);
	EXPECT_SENT("SELECT address.id, address.email, address.user_id FROM address JOIN user_account ON address.user_id = "
	            "user_account.id JOIN address AS address_1 ON user_account.id = address_1.user_id WHERE address_1.id <> address.id");
	query = lode_outer_join_on(LODE_SELECT(User), &Address_class, lode_and(lode_eq(LODE_COL(Address, user_id),
		LODE_COL(User, id)), LODE_LIKE(Address, email, "%@y")));
	expect_users(lode_order_by(lode_where(query, LODE_IS_NULL(Address, id)), LODE_ASC(User, id)), "bcd", NULL);
	LODE_ALL(k.session, User, lode_join(LODE_SELECT(User), LODE_REL(Address, user)));
	EXPECT_FAILED(LODE_E_MISUSE, "is in the statement already: lode_join_as");
	LODE_ALL(k.session, Tag, lode_join(LODE_SELECT(Tag), LODE_REL(Address, user)));
	EXPECT_FAILED(LODE_E_MISUSE, "Address");
}
END_TEST

/* SQL-10, SQL-12, SQL-15, SQL-23: the plain forms */
START_TEST(plain_forms_work)
{
	lode_statement *counts = LODE_FIELD(LODE_SELECT_ROWS(Row), Row, n, lode_count(LODE_COL(Address, id)));
	lode_statement *inner = lode_where(LODE_SELECT(Address), lode_eq(LODE_COL(Address, user_id), LODE_COL(User, id)));
	lode_statement *update = LODE_UPDATE(User);
	int64_t sum = 0, rows = 0;

	lode_having(lode_group_by(counts, LODE_COL(Address, user_id)), lode_gt(lode_count(NULL), LODE_VALUE(1)));
	LODE_EACH_ROW(Row, row, k.session, counts)
		sum += row.n.value;
	ck_assert_int_eq(sum, 2);
	EXPECT_SENT("SELECT count(address.id) FROM address GROUP BY address.user_id HAVING count(*) > ?");
	expect_users(lode_order_by(lode_order_by(LODE_SELECT(User), lode_nulls_last(LODE_ASC(User, age))), LODE_DESC(User, id)),
	             "abdc", SELECT_U " ORDER BY user_account.age NULLS LAST, user_account.id DESC");
	expect_users(where(lode_exists(inner)), "ab", NULL);
	lode_assign(update, LODE_COL(User, age), lode_plus(LODE_COL(User, age), LODE_VALUE(1)));
	ck_assert_int_eq(lode_execute(k.session, lode_where(update, LODE_LE(User, id, 2)), &rows), LODE_OK);
	ck_assert_int_eq(rows, 2);
	ck_assert_int_eq(NUMBER(lode_sum(LODE_COL(User, age))), 72);
	ck_assert_int_eq(lode_execute(k.session, LODE_DELETE_FROM(Address), NULL), LODE_E_MISUSE);
	EXPECT_FAILED(LODE_E_MISUSE, "lode_all_rows");
	ck_assert_int_eq(lode_execute(k.session, lode_all_rows(LODE_DELETE_FROM(Address)), &rows), LODE_OK);
	ck_assert_int_eq(rows, 4);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parity/sql");
	TCase *tcase = tcase_create("sql");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, from_follows_from_the_columns);
	tcase_add_test(tcase, conditions_add_up);
	tcase_add_test(tcase, constants_are_typed_parameters);
	tcase_add_test(tcase, logic_is_parenthesised);
	tcase_add_test(tcase, lists_of_any_size);
	tcase_add_test(tcase, functions_are_portable);
	tcase_add_test(tcase, rows_in_lists);
	tcase_add_test(tcase, limits_and_offsets);
	tcase_add_test(tcase, limits_by_expression);
	tcase_add_test(tcase, joins_of_every_kind);
	tcase_add_test(tcase, text_takes_part);
	tcase_add_test(tcase, parameters_are_named_and_typed);
	tcase_add_test(tcase, inserts_of_every_kind);
	tcase_add_test(tcase, rows_of_writes_come_back);
	tcase_add_test(tcase, statements_are_printed);
	tcase_add_test(tcase, values_of_several_classes_in_a_row);
	tcase_add_test(tcase, attributes_are_columns_of_their_alias);
	tcase_add_test(tcase, relationships_are_joined);
	tcase_add_test(tcase, plain_forms_work);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
