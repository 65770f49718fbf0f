/* SPDX-License-Identifier: MIT */
/* tests/sql/test_compile.c - statements against golden SQL, a file per dialect, and what is refused.
 *
 * LODE_GOLDEN_UPDATE=1 writes the files anew; look at the difference before committing it. */
#include <stdio.h>
#include <stdlib.h>

#include "../check_tap.h"
#include "plugin_dialect.h"
#include "shop.h"

typedef struct { int64_t n; const char *name; int64_t m; } Row;
typedef struct { const char *name; int32_t age; } Args;

static Shop shop;

typedef struct { const char *name; lode_statement *(*build)(void); lode__eager eager[3]; size_t eager_count; } Case;

#define USER(m) LODE_COL(User, m)
#define ADDRESS(m) LODE_COL(Address, m)

static lode_statement *q_select(void) { return LODE_SELECT(User); }
static lode_statement *q_where(void)
{
	return lode_limit(lode_order_by(lode_where(lode_where(LODE_SELECT(User), LODE_GT(User, id, 3)),
	       LODE_LT(User, age, 40)), LODE_ASC(User, id)), 20);
}
static lode_statement *q_logic(void)
{
	return lode_where(LODE_SELECT(User), lode_and(lode_or(LODE_EQ(User, name, "a"),
	       lode_and(LODE_NE(User, name, "b"), LODE_IS_NULL(User, age))),
	       lode_not(lode_or(LODE_LE(User, id, 1), LODE_GE(User, id, 9)))));
}
static lode_statement *q_not(void)
{
	lode_statement *q = lode_where(LODE_SELECT(User), lode_not(LODE_EQ(User, name, "a")));
	lode_where(q, lode_not(LODE_IN(User, id, 1, 2)));
	lode_where(q, lode_not(LODE_IS_NULL(User, age)));
	lode_where(q, lode_not(lode_not(LODE_LIKE(User, name, "x%"))));
	return lode_where(q, lode_not(LODE_BETWEEN(User, id, 1, 5)));
}
static lode_statement *q_fold(void)
{
	return lode_where(LODE_SELECT(Node), lode_and(LODE_VALUE((bool)true), lode_or(LODE_VALUE((bool)false),
	       LODE_EQ(Node, id, 1))));
}
static lode_statement *q_arithmetic(void)
{
	lode_expr *two = LODE_VALUE(2);
	lode_statement *q = lode_select_value(lode_times(lode_plus(USER(id), two), lode_minus(USER(id), lode_minus(USER(age), two))));
	return lode_where(q, lode_gt(lode_negate(lode_plus(USER(id), LODE_VALUE(1))), lode_divide(USER(age), LODE_VALUE(3))));
}
static lode_statement *q_text_functions(void)
{
	lode_statement *q = lode_select_value(lode_concat(lode_concat(USER(name), LODE_VALUE(" ")), LODE_FUNCTION("coalesce", USER(fullname), LODE_VALUE("-"))));
	lode_where(q, lode_has_text(USER(name), "50%_\\"));
	return lode_where(q, lode_starts_with(LODE_FUNCTION("lower", USER(name)), "a"));
}
static lode_statement *q_decimal(void)
{
	lode_decimal d = { 1050, 0, 2, 0 };
	lode_statement *q = lode_where(LODE_SELECT(User), LODE_GE(User, balance, d));
	lode_where(q, LODE_IN(User, balance, d, d));
	lode_where(q, lode_eq(USER(balance), USER(age)));
	return lode_order_by(q, LODE_DESC(User, balance));
}
static lode_statement *q_extremes(void)
{
	lode_statement *q = LODE_SELECT_ROWS(Row);
	LODE_FIELD(q, Row, n, lode_max(USER(balance)));
	return LODE_FIELD(q, Row, m, lode_count_distinct(USER(name)));
}
static lode_statement *q_counts(void)
{
	lode_expr *count = lode_count(ADDRESS(id));
	lode_statement *q = LODE_SELECT_ROWS(Row);
	LODE_FIELD(q, Row, name, USER(name));
	LODE_FIELD(q, Row, n, count);
	lode_outer_join(q, LODE_REL(User, addresses));
	lode_group_by(q, USER(name));
	lode_having(q, lode_gt(count, LODE_VALUE(1)));
	lode_order_by(q, lode_nulls_last(lode_desc(count)));
	return lode_offset(lode_limit(q, 20), 40);
}
static lode_statement *q_count_all(void) { return lode_from(lode_select_value(lode_count(NULL)), &User_class); }
static lode_statement *q_filter_from(void) { return lode_where(lode_select_value(lode_count(NULL)), LODE_EQ(User, id, 1)); }
static lode_statement *q_join(void)
{
	return lode_where(lode_join(LODE_SELECT(User), LODE_REL(User, addresses)), LODE_LIKE(Address, email, "%@x"));
}
static lode_statement *q_join_secondary(void)
{
	return lode_where(lode_join(LODE_SELECT(User), LODE_REL(User, keywords)), LODE_EQ(Keyword, word, "w"));
}
static lode_statement *q_outer_secondary(void) { return lode_outer_join(LODE_SELECT(User), LODE_REL(User, keywords)); }
static lode_statement *q_join_on(void)
{
	return lode_join_on(LODE_SELECT(User), &Address_class, lode_and(lode_eq(ADDRESS(user_id), USER(id)), LODE_EQ(Address, email, "e")));
}
static lode_statement *q_self(void)
{
	lode_statement *q = lode_join_as(LODE_SELECT(Node), LODE_REL(Node, children), 0, 1, false);
	return lode_where(q, lode_gt(LODE_COL_AS(Node, 1, id), LODE_VALUE(5)));
}
static lode_statement *q_two_bases(void)
{
	lode_statement *q = LODE_SELECT_ROWS(Row);
	LODE_FIELD(q, Row, name, USER(name));
	LODE_FIELD(q, Row, n, LODE_COL(Keyword, id));
	return lode_join(q, LODE_REL(User, addresses));
}
static lode_statement *q_distinct(void) { return lode_distinct(lode_offset(lode_select_value(USER(name)), 5)); }
static lode_statement *q_in(void)
{
	return lode_where(LODE_SELECT(Node), lode_or(LODE_IN(Node, id, 1, 2, 3), LODE_NOT_IN(Node, id, 4)));
}
static lode_statement *q_in_select(void)
{
	lode_statement *inner = lode_where(lode_select_value(ADDRESS(user_id)), LODE_EQ(Address, email, "x"));
	return lode_where(LODE_SELECT(User), lode_not(lode_in_select(USER(id), inner)));
}
static lode_statement *q_exists(void)
{
	lode_statement *inner = lode_where(LODE_SELECT(Address), lode_eq(ADDRESS(user_id), USER(id)));
	return lode_where(lode_where(LODE_SELECT(User), lode_exists(lode_where(inner, LODE_EQ(Address, email, "x")))), LODE_EQ(User, id, 7));
}
static lode_statement *q_not_exists(void)
{
	return lode_where(LODE_SELECT(User), lode_not(lode_exists(lode_where(LODE_SELECT(Address), lode_eq(ADDRESS(user_id), USER(id))))));
}
static lode_statement *q_scalar(void)
{
	lode_statement *q = LODE_SELECT_ROWS(Row);
	LODE_FIELD(q, Row, name, USER(name));
	return LODE_FIELD(q, Row, n, lode_subquery(lode_where(lode_select_value(lode_count(ADDRESS(id))), lode_eq(ADDRESS(user_id), USER(id)))));
}
static lode_statement *q_not_empty_from(void)
{
	return lode_where(LODE_SELECT(User), lode_gt(USER(id), lode_subquery(lode_select_value(lode_avg(USER(id))))));
}
static lode_statement *q_text(void)
{
	return lode_where(LODE_SELECT(User), lode_and(LODE_EQ(User, id, 1), LODE_TEXT_BIND(LODE_TEXT("name = :n OR '\\:x' = ':y' OR 1\\:2 = a::text"), "n", "v")));
}
static lode_statement *q_text_statement(void)
{
	lode_expr *text = LODE_TEXT("SELECT id, name FROM t WHERE a = :a AND b = :b AND c = :a");
	lode_statement *q = lode_text_statement(LODE_TEXT_BIND(LODE_TEXT_BIND(text, "a", 1), "b", "x"), NULL);
	return LODE_TEXT_FIELD(LODE_TEXT_FIELD(q, Row, n), Row, name);
}
static lode_statement *q_param(void)
{
	return lode_where(LODE_SELECT(User), lode_or(LODE_EQ(User, name, LODE_PARAM(Args, name)), LODE_EQ(User, age, LODE_PARAM(Args, age))));
}
static lode_statement *q_update(void)
{
	lode_statement *q = LODE_UPDATE(User);
	LODE_ASSIGN(q, User, fullname, "unknown");
	lode_assign(q, USER(age), lode_plus(USER(age), LODE_VALUE(1)));
	return lode_where(q, LODE_IS_NULL(User, fullname));
}
static lode_statement *q_update_null(void)
{
	return lode_all_rows(lode_assign(LODE_UPDATE(Node), LODE_COL(Node, parent_id), lode_constant(lode_value_null())));
}
static lode_statement *q_update_correlated(void)
{
	lode_statement *q = LODE_UPDATE(User);
	lode_assign(q, USER(age), lode_subquery(lode_where(lode_select_value(lode_count(NULL)), lode_eq(ADDRESS(user_id), USER(id)))));
	LODE_ASSIGN(q, User, updated, (lode_datetime){ 0 });
	lode_where(q, LODE_GT(User, id, 2));
	return LODE_FIELD(q, Row, n, USER(id));
}
static lode_statement *q_delete(void) { return lode_where(LODE_DELETE_FROM(Address), LODE_EQ(Address, id, 5)); }
static lode_statement *q_delete_returning(void)
{
	return LODE_FIELD(lode_all_rows(LODE_DELETE_FROM(Address)), Row, name, ADDRESS(email));
}
static lode_statement *q_insert(void)
{
	lode_statement *q = LODE_INSERT_INTO(User);
	LODE_ASSIGN(q, User, name, "x");
	lode_assign(q, USER(age), lode_constant(lode_value_null()));
	return LODE_FIELD(q, Row, n, USER(id));
}
static lode_statement *q_insert_rows(void)
{
	lode_statement *q = LODE_INSERT_INTO(Address);
	LODE_ASSIGN(q, Address, email, "a");
	LODE_ASSIGN(q, Address, user_id, 1);
	lode_next_row(q);
	LODE_ASSIGN(q, Address, email, "b");
	return LODE_ASSIGN(q, Address, user_id, 2);
}
static lode_statement *q_insert_empty(void) { return LODE_INSERT_INTO(Address); }
static lode_statement *q_insert_defaults(void) { return LODE_INSERT_INTO(User); }
static lode_statement *q_insert_select(void)
{
	lode_statement *rows = LODE_SELECT_ROWS(Row);
	LODE_FIELD(rows, Row, name, ADDRESS(email));
	LODE_FIELD(rows, Row, n, LODE_VALUE(18));
	lode_where(rows, LODE_GT(Address, id, 10));
	return lode_insert_select(LODE_INTO(LODE_INTO(LODE_INSERT_INTO(User), User, name), User, age), rows);
}
static lode_statement *q_odd(void)
{
	const lode_table_column *key = shop_at(shop.odd, "select");
	lode_statement *q = lode_select_value(lode_column_of(shop_at(shop.odd, "a\"b")));
	lode_where(q, lode_compare(LODE_OP_EQ, lode_column_of(key), lode_value_int(1)));
	return lode_order_by(q, lode_desc(lode_column_of(shop_at(shop.odd, "Mixed"))));
}
static lode_statement *q_now(void) { return lode_where(LODE_SELECT(User), lode_lt(USER(updated), lode_now())); }
static lode_statement *q_enum(void) { return lode_where(LODE_SELECT(User), lode_or(LODE_EQ(User, status, 1), LODE_IN(User, status, 0, 2))); }
static lode_statement *q_extra(void)
{
	lode_statement *q = lode_join(LODE_SELECT(Address), LODE_REL(Address, user));
	lode__statement_add_column(q, lode_column_of(shop_at(shop.user, "name")));
	return q;
}
static lode_statement *q_limit_eager(void)
{
	lode_statement *q = lode_where(LODE_SELECT(User), LODE_GT(User, id, 1));
	lode_order_by(q, LODE_DESC(User, name));
	lode_order_by(q, lode_plus(USER(age), LODE_VALUE(7)));
	return lode_offset(lode_limit(q, 10), 2);
}
typedef struct { int64_t id; const char *name; } Pair;
static const Pair pairs[] = { { 1, "a" }, { 2, "b" } };
static lode_statement *q_rows(void)
{
	lode_statement *q = lode_where(LODE_SELECT(Address),
		LODE_IN_ROWS(Pair, pairs, 2, LODE_MATCH(Address, id, Pair, id), LODE_MATCH(Address, email, Pair, name)));

	lode_where(q, lode_not(LODE_IN_ROWS(Pair, pairs, 1, LODE_MATCH(Address, user_id, Pair, id))));
	return lode_where(q, LODE_GT(Address, id, 4));
}
static lode_statement *q_rows_select(void)
{
	lode_statement *inner = LODE_SELECT_ROWS(Pair);

	LODE_FIELD(inner, Pair, id, LODE_COL(User, id));
	LODE_FIELD(inner, Pair, name, LODE_COL(User, name));
	return lode_where(LODE_SELECT(Address),
	                  lode_in_select(LODE_ROW(LODE_COL(Address, user_id), LODE_COL(Address, email)), inner));
}
typedef struct { int64_t most; int32_t from; } Page;
static lode_statement *in_order(void) { return lode_order_by(LODE_SELECT(Address), LODE_ASC(Address, email)); }
static lode_statement *q_limit_parameter(void)
{
	return lode_offset_expr(lode_limit_expr(in_order(), LODE_VALUE(LODE_PARAM(Page, most))),
	                        LODE_VALUE(LODE_PARAM(Page, from)));
}
static lode_statement *q_limit_expression(void)
{
	lode_statement *q = lode_where(in_order(), LODE_GT(Address, id, 5));

	lode_limit_expr(q, lode_plus(LODE_VALUE(2), lode_subquery(lode_select_value(lode_count(NULL)))));
	return lode_offset(lode_limit_expr(q, lode_times(LODE_VALUE(LODE_PARAM(Page, most)), LODE_VALUE(3))), 7);
}
static lode_statement *q_limit_ties(void) { return lode_limit_ties(lode_limit(in_order(), 3)); }
static lode_statement *q_limit_percent(void)
{
	return lode_limit_percent(lode_offset(lode_limit(in_order(), 10), 4));
}
static lode_statement *q_limit_addresses(void) { return lode_limit(LODE_SELECT(Address), 3); }

#define TO_ADDRESSES { 0, &User_class, offsetof(User, addresses) }
#define TO_KEYWORDS { 0, &User_class, offsetof(User, keywords) }
#define TO_USER { 0, &Address_class, offsetof(Address, user) }
static const Case cases[] = {
	{ "select", q_select, { { 0 } }, 0 }, { "where", q_where, { { 0 } }, 0 },
	{ "logic", q_logic, { { 0 } }, 0 }, { "not", q_not, { { 0 } }, 0 },
	{ "fold", q_fold, { { 0 } }, 0 }, { "arithmetic", q_arithmetic, { { 0 } }, 0 },
	{ "text functions", q_text_functions, { { 0 } }, 0 }, { "decimal", q_decimal, { { 0 } }, 0 },
	{ "extremes", q_extremes, { { 0 } }, 0 }, { "counts", q_counts, { { 0 } }, 0 },
	{ "count all", q_count_all, { { 0 } }, 0 }, { "from the filter", q_filter_from, { { 0 } }, 0 },
	{ "join", q_join, { { 0 } }, 0 }, { "join secondary", q_join_secondary, { { 0 } }, 0 },
	{ "outer secondary", q_outer_secondary, { { 0 } }, 0 }, { "join on", q_join_on, { { 0 } }, 0 },
	{ "self join", q_self, { { 0 } }, 0 }, { "two bases", q_two_bases, { { 0 } }, 0 },
	{ "distinct", q_distinct, { { 0 } }, 0 }, { "in", q_in, { { 0 } }, 0 },
	{ "in select", q_in_select, { { 0 } }, 0 }, { "exists", q_exists, { { 0 } }, 0 },
	{ "not exists", q_not_exists, { { 0 } }, 0 }, { "scalar", q_scalar, { { 0 } }, 0 },
	{ "never without from", q_not_empty_from, { { 0 } }, 0 }, { "text", q_text, { { 0 } }, 0 },
	{ "text statement", q_text_statement, { { 0 } }, 0 }, { "param", q_param, { { 0 } }, 0 },
	{ "update", q_update, { { 0 } }, 0 }, { "update null", q_update_null, { { 0 } }, 0 },
	{ "update correlated", q_update_correlated, { { 0 } }, 0 }, { "delete", q_delete, { { 0 } }, 0 },
	{ "delete returning", q_delete_returning, { { 0 } }, 0 }, { "insert", q_insert, { { 0 } }, 0 },
	{ "insert rows", q_insert_rows, { { 0 } }, 0 }, { "insert empty", q_insert_empty, { { 0 } }, 0 },
	{ "insert defaults", q_insert_defaults, { { 0 } }, 0 },
	{ "insert select", q_insert_select, { { 0 } }, 0 }, { "odd names", q_odd, { { 0 } }, 0 },
	{ "now", q_now, { { 0 } }, 0 }, { "enum", q_enum, { { 0 } }, 0 }, { "extra", q_extra, { { 0 } }, 0 },
	{ "eager many", q_select, { TO_ADDRESSES, TO_KEYWORDS }, 2 },
	{ "eager nested", q_extra, { TO_USER, { 1, &User_class, offsetof(User, addresses) } }, 2 },
	{ "rows in a list", q_rows, { { 0 } }, 0 }, { "rows in a select", q_rows_select, { { 0 } }, 0 },
	{ "limit by parameters", q_limit_parameter, { { 0 } }, 0 },
	{ "limit by an expression", q_limit_expression, { { 0 } }, 0 },
	{ "limit with ties", q_limit_ties, { { 0 } }, 0 },
	{ "limit in percent", q_limit_percent, { { 0 } }, 0 },
	{ "eager one limit", q_limit_addresses, { TO_USER }, 1 },
	{ "eager many limit", q_limit_eager, { TO_ADDRESSES, TO_KEYWORDS }, 2 },
};

/* ------------------------------------------------------------------ golden */

static void describe(lode__buf *out, const Case *row, const lode__dialect *dialect)
{
	lode_error error = LODE_ERROR_INIT;
	lode_statement *statement = row->build();
	lode__compiled *compiled = NULL;
	size_t i;

	lode__buf_printf(out, "-- %s\n", row->name);
	if (lode__compile(&compiled, statement, dialect, &shop.resolver, row->eager, row->eager_count,
	                  NULL, &error) < 0) {
		lode__buf_printf(out, "%s: %s\n\n", lode_status_name(error.status), error.message);
	} else {
		lode__buf_printf(out, "%s\n", compiled->sql);
		for (i = 0; i < compiled->parameter_count; i++)
			lode__buf_printf(out, "%s%u:%d", i ? " " : "--   values ",
			                 (unsigned)compiled->parameters[i].ordinal,
			                 (int)compiled->parameters[i].sql_type);
		lode__buf_puts(out, compiled->parameter_count ? "\n\n" : "\n");
	}
	lode__compiled_unref(compiled);
	lode__statement_spend(statement);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 200000);

	if (file && text)
		(void)!fread(text, 1, 199999, file);
	if (file)
		fclose(file);
	return text;
}

static const char *const dialect_names[] = { "generic", "numbered", "sqlite",
					    "postgresql", PLUGIN_DIALECTS };

START_TEST(test_golden)
{
	lode__dialect dialect;
	const char *root = getenv("LODE_TEST_GOLDEN");
	char path[400], *golden;
	lode__buf out;
	FILE *file;
	size_t i;

	shop_open(&shop);
	lode__buf_init(&out, NULL, 1u << 20);
	if (_i >= 4)
		ck_assert(plugin_dialect(&dialect, dialect_names[_i]));
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		describe(&out, &cases[i], _i < 4 ? shop_dialect(_i) : &dialect);
	snprintf(path, sizeof(path), "%s/sql/%s.sql", root ? root : "tests/golden", dialect_names[_i]);
	if (getenv("LODE_GOLDEN_UPDATE")) {
		file = fopen(path, "wb");
		ck_assert_ptr_nonnull(file);
		fwrite(out.data, 1, out.size, file);
		fclose(file);
	}
	golden = read_file(path);
	/* not ck_assert_str_eq: Check gives up on a message of this length */
	ck_assert_msg(golden && strcmp(lode__buf_text(&out), golden) == 0,
		      "not what %s holds; LODE_GOLDEN_UPDATE=1 writes it anew", path);
	free(golden);
	lode__buf_dispose(&out);
	shop_close(&shop);
}
END_TEST

/* ------------------------------------------------------------------ what is refused */

static lode_statement *r_null(void) { return lode_where(LODE_SELECT(User), LODE_EQ(User, name, (const char *)NULL)); }
static lode_statement *r_null_list(void)
{
	const char *names[] = { "a", NULL };
	return lode_where(LODE_SELECT(User), LODE_IN_ARRAY(User, name, names, 2));
}
static lode_statement *r_where_null(void) { return lode_where(LODE_SELECT(User), NULL); }
static lode_statement *r_class(void) { return lode_where(LODE_SELECT(User), LODE_EQ(Address, email, "x")); }
static lode_statement *r_update_all(void) { return LODE_ASSIGN(LODE_UPDATE(User), User, name, "x"); }
static lode_statement *r_delete_all(void) { return LODE_DELETE_FROM(User); }
static lode_statement *r_update_nothing(void) { return lode_all_rows(LODE_UPDATE(User)); }
static lode_statement *r_wrong_clause(void) { return lode_limit(LODE_DELETE_FROM(User), 1); }
static lode_statement *r_row_width(void)
{
	lode_expr *row = LODE_ROW(LODE_COL(Address, user_id), LODE_COL(Address, email));

	return lode_where(LODE_SELECT(Address), lode_in_select(row, LODE_SELECT(Address)));
}
static lode_statement *r_row_alone(void)
{
	return lode_where(LODE_SELECT(Address), lode_is_null(LODE_ROW(LODE_COL(Address, user_id))));
}
static lode_statement *r_row_null(void)
{
	static const Pair bad[] = { { 1, NULL } };

	return lode_where(LODE_SELECT(Address),
	                  LODE_IN_ROWS(Pair, bad, 1, LODE_MATCH(Address, email, Pair, name)));
}
static lode_statement *r_row_outside(void)
{
	lode_match match = { LODE_COL(Address, id), LODE_PARAM(Pair, name) };

	return lode_where(LODE_SELECT(Address), lode_in_rows(&match, 1, pairs, 1, sizeof(int64_t)));
}
static lode_statement *r_row_none(void) { return lode_where(LODE_SELECT(User), lode_in_rows(NULL, 0, NULL, 0, 8)); }
static lode_statement *r_ties(void) { return lode_limit_ties(LODE_SELECT(User)); }
static lode_statement *r_percent(void) { return lode_limit_percent(LODE_SELECT(User)); }
static lode_statement *r_order(void) { return lode_limit_ties(lode_limit(LODE_SELECT(User), 3)); }
static lode_statement *r_limit_null(void) { return lode_limit_expr(LODE_SELECT(User), NULL); }
static lode_statement *r_limit_clause(void) { return lode_offset_expr(LODE_UPDATE(User), LODE_VALUE(1)); }
static lode_statement *r_limit(void) { return lode_limit(LODE_SELECT(User), -1); }
static lode_statement *r_foreign(void) { return LODE_ASSIGN(LODE_INSERT_INTO(User), Address, email, "x"); }
static lode_statement *r_unmapped(void) { return LODE_SELECT(Stranger); }
static lode_statement *r_bind(void) { return lode_where(LODE_SELECT(User), LODE_TEXT("a = :a")); }
static lode_statement *r_bind_name(void) { return lode_where(LODE_SELECT(User), LODE_TEXT_BIND(LODE_TEXT("a = :a"), "b", 1)); }
static lode_statement *r_scalar(void) { return lode_where(LODE_SELECT(User), lode_in_select(USER(id), LODE_SELECT(Address))); }
static lode_statement *r_twice(void) { return lode_join(lode_join(LODE_SELECT(User), LODE_REL(User, addresses)), LODE_REL(User, addresses)); }
static lode_statement *r_left(void) { return lode_join(LODE_SELECT(Node), LODE_REL(User, addresses)); }
static lode_statement *r_function(void) { return lode_select_value(lode_function("f(); --", NULL, 0)); }
static lode_statement *r_name(void) { return lode_order_by(LODE_SELECT(User), lode_column_by_name(&User_class, "id", "name, age")); }
static lode_statement *r_columns(void) { return LODE_SELECT_ROWS(Row); }
static lode_statement *r_rows(void)
{
	lode_statement *q = LODE_ASSIGN(LODE_INSERT_INTO(Address), Address, email, "a");
	return LODE_ASSIGN(lode_next_row(q), Address, user_id, 1);
}
static lode_statement *r_deep(void)
{
	lode_expr *expr = LODE_VALUE(1);
	int i;
	for (i = 0; i < 300; i++)
		expr = lode_plus(LODE_VALUE(1), expr);
	return lode_select_value(expr);
}

static const struct { lode_statement *(*build)(void); lode_status status; const char *part; } refused[] = {
	{ r_null, LODE_E_MISUSE, "User.name is compared with NULL, which is never true: say LODE_IS_NULL" },
	{ r_null_list, LODE_E_MISUSE, "the list for User.name holds NULL" },
	{ r_where_null, LODE_E_MISUSE, "lode_where was given NULL" },
	{ r_class, LODE_E_MISUSE, "Address.email is used, but Address is not in the statement" },
	{ r_update_all, LODE_E_MISUSE, "UPDATE of user_account has no condition" },
	{ r_delete_all, LODE_E_MISUSE, "DELETE of user_account has no condition" },
	{ r_update_nothing, LODE_E_MISUSE, "assigns nothing" },
	{ r_wrong_clause, LODE_E_MISUSE, "lode_limit does not belong in DELETE" },
	{ r_limit, LODE_E_MISUSE, "negative" },
	{ r_ties, LODE_E_MISUSE, "want a lode_limit" },
	{ r_row_width, LODE_E_MISUSE, "a row of 2 is compared with a SELECT of 3 columns" },
	{ r_row_alone, LODE_E_MISUSE, "only on the left of lode_in_select" },
	{ r_row_null, LODE_E_MISUSE, "a row for Address.email holds NULL" },
	{ r_row_outside, LODE_E_MISUSE, "outside the rows" },
	{ r_row_none, LODE_E_MISUSE, "compares 1 to 32 members" },
	{ r_percent, LODE_E_MISUSE, "want a lode_limit" },
	{ r_order, LODE_E_MISUSE, "wants an order" },
	{ r_limit_null, LODE_E_MISUSE, "lode_limit_expr was given NULL" },
	{ r_limit_clause, LODE_E_MISUSE, "lode_offset_expr does not belong in UPDATE" },
	{ r_foreign, LODE_E_MISUSE, "Address.email is assigned in a statement for table user_account" },
	{ r_unmapped, LODE_E_MISUSE, "class Stranger is not mapped" },
	{ r_bind, LODE_E_MISUSE, "no value for :a" },
	{ r_bind_name, LODE_E_MISUSE, "the text has no :b" },
	{ r_scalar, LODE_E_MISUSE, "one column, not 3 of Address" },
	{ r_twice, LODE_E_MISUSE, "address is in the statement already" },
	{ r_left, LODE_E_MISUSE, "cannot join along User.addresses" },
	{ r_function, LODE_E_MISUSE, "lode_function" },
	{ r_name, LODE_E_MISUSE, "not allowed" },
	{ r_columns, LODE_E_MISUSE, "no columns" },
	{ r_rows, LODE_E_MISUSE, "row 2 of the INSERT into address" },
	{ r_deep, LODE_E_LIMIT, "nested more than" },
};

START_TEST(test_refused)
{
	lode_error error = LODE_ERROR_INIT;
	lode__compiled *compiled = NULL;
	lode_statement *statement;

	shop_open(&shop);
	statement = refused[_i].build();
	ck_assert_int_eq(lode__compile(&compiled, statement, shop_dialect(0), &shop.resolver, NULL, 0,
	                               NULL, &error), refused[_i].status);
	ck_assert_msg(strstr(error.message, refused[_i].part), "\"%s\" lacks \"%s\"", error.message,
	              refused[_i].part);
	lode__statement_spend(statement);
	shop_close(&shop);
}
END_TEST

START_TEST(test_decimal_arithmetic_is_refused)
{
	lode_error error = LODE_ERROR_INIT;
	lode__compiled *compiled = NULL;
	lode_statement *statement;

	shop_open(&shop);
	statement = lode_select_value(lode_sum(USER(balance)));
	ck_assert_int_eq(lode__compile(&compiled, statement, shop_dialect(2), &shop.resolver, NULL, 0,
	                               NULL, &error), LODE_E_UNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(error.message, "sum() of decimals"));
	lode__statement_spend(statement);
	shop_close(&shop);
}
END_TEST

START_TEST(test_count)
{
	static const char *const expected[] = {
		"SELECT count(*) FROM user_account WHERE user_account.id > ? AND user_account.name = ?",
		"SELECT count(*) FROM (SELECT node.id, node.parent_id FROM node LIMIT ?) AS anon_0",
		"SELECT count(*) FROM (SELECT DISTINCT user_account.name AS count_1 FROM user_account) AS anon_0",
	};
	lode_error error = LODE_ERROR_INIT;
	lode__compiled *compiled = NULL;
	lode_statement *inner, *count;

	shop_open(&shop);
	inner = _i == 0 ? lode_order_by(lode_where(lode_where(LODE_SELECT(User), LODE_GT(User, id, 1)), LODE_EQ(User, name, "n")), LODE_ASC(User, id))
	      : _i == 1 ? lode_limit(LODE_SELECT(Node), 5) : lode_distinct(lode_select_value(USER(name)));
	count = lode__statement_count(inner);
	ck_assert_int_eq(lode__compile(&compiled, count, shop_dialect(0), &shop.resolver, NULL, 0, NULL, &error), LODE_OK);
	ck_assert_str_eq(compiled->sql, expected[_i]);
	lode__compiled_unref(compiled);
	lode_statement_free(count);
	lode__statement_spend(inner);
	shop_close(&shop);
}
END_TEST

START_TEST(test_print)
{
	static const char *const expected[] = {
		"SELECT user_account.id FROM user_account WHERE user_account.name = 'O''Neil' AND user_account.id IN (1, 2)"
		" AND user_account.status = 'active' AND user_account.updated > '1970-01-01 00:00:00.000000' LIMIT 3",
		"SELECT user_account.id FROM user_account WHERE user_account.name = $1 AND user_account.id = ANY($2)"
		" AND user_account.status = $3 AND user_account.updated > $4 LIMIT $5",
	};
	lode_error error = LODE_ERROR_INIT;
	lode_statement *q;
	lode__buf sql;

	shop_open(&shop);
	lode__buf_init(&sql, NULL, 10000);
	q = lode_where(lode_select_value(USER(id)), LODE_EQ(User, name, "O'Neil"));
	lode_where(lode_where(q, LODE_IN(User, id, 1, 2)), LODE_EQ(User, status, 1));
	lode_limit(lode_where(q, LODE_GT(User, updated, (lode_datetime){ 0 })), 3);
	ck_assert_int_eq(lode__statement_print(&sql, q, shop_dialect(1), &shop.resolver, _i == 0, &error), LODE_OK);
	ck_assert_str_eq(lode__buf_text(&sql), expected[_i]);
	lode__buf_dispose(&sql);
	lode__statement_spend(q);
	shop_close(&shop);
}
END_TEST

/* ------------------------------------------------------------------ memory */

static long countdown;
static void *limited_allocate(void *context, size_t size)
{
	(void)context;
	return countdown-- > 0 ? malloc(size) : NULL;
}
static void *limited_resize(void *context, void *pointer, size_t size)
{
	(void)context;
	return countdown-- > 0 ? realloc(pointer, size) : NULL;
}
static void limited_release(void *context, void *pointer) { (void)context; free(pointer); }

START_TEST(test_out_of_memory)
{
	lode_allocator allocator = { (uint32_t)sizeof(allocator), 0, NULL, limited_allocate, limited_resize, limited_release };
	const Case *row = &cases[_i];
	lode_status status = LODE_E_NOMEM;
	long n;

	shop_open(&shop);
	for (n = 0; n < 500 && status != LODE_OK; n++) {
		lode_error error = LODE_ERROR_INIT;
		lode__compiled *compiled = NULL;
		lode_statement *statement;
		lode__values values;
		lode__buf key;

		countdown = n;
		lode_set_default_allocator(&allocator);
		statement = row->build();
		lode__buf_init(&key, NULL, 1u << 20);
		lode__values_init(&values, NULL);
		status = statement->status < 0 ? statement->status : lode__statement_key(statement, &key, &values);
		if (status == LODE_OK)
			status = lode__compile(&compiled, statement, shop_dialect(1), &shop.resolver, row->eager,
			                       row->eager_count, NULL, &error);
		lode__compiled_unref(compiled);
		lode__statement_spend(statement);
		lode__values_dispose(&values);
		lode__buf_dispose(&key);
		lode_set_default_allocator(NULL);
		ck_assert_msg(status == LODE_OK || status == LODE_E_NOMEM, "%s: n = %ld: %d", row->name, n, status);
	}
	ck_assert_int_eq(status, LODE_OK);
	shop_close(&shop);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("compile");
	TCase *tcase = tcase_create("compile");

	tcase_add_loop_test(tcase, test_golden, 0, (int)(sizeof(dialect_names) / sizeof(*dialect_names)));
	tcase_add_loop_test(tcase, test_refused, 0, (int)(sizeof(refused) / sizeof(*refused)));
	tcase_add_test(tcase, test_decimal_arithmetic_is_refused);
	tcase_add_loop_test(tcase, test_count, 0, 3);
	tcase_add_loop_test(tcase, test_print, 0, 2);
	tcase_add_loop_test(tcase, test_out_of_memory, 0, (int)(sizeof(cases) / sizeof(*cases)));
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
