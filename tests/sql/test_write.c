/* SPDX-License-Identifier: MIT */
/* tests/sql/test_write.c - the statements of the unit of work, a row each; statements spent, kept
 * and taken. */
#include "../check_tap.h"
#include "shop.h"
#include "sql/write.h"

static const struct {
	int kind;                   /* 1 insert, 2 update, 3 delete */
	int dialect;
	bool rowset;
	int columns, where, returning, inline_column;   /* first so many of each; column written inline */
	const char *sql;            /* NULL: LODE_E_UNSUPPORTED */
} rows[] = {
	{ 1, 0, false, 3, 0, 0, -1, "INSERT INTO address (id, email, user_id) VALUES (?, ?, ?)" },
	{ 1, 1, false, 2, 0, 1, -1, "INSERT INTO address (id, email) VALUES ($1, $2) RETURNING id" },
	{ 1, 0, false, 0, 0, 1, -1, "INSERT INTO address DEFAULT VALUES RETURNING id" },
	{ 1, 1, false, 3, 0, 0, 1, "INSERT INTO address (id, email, user_id) VALUES ($1, 'd', $2)" },
	{ 1, 2, true, 3, 0, 0, -1, "INSERT INTO address (id, email, user_id) SELECT lode_cell(0), lode_cell(1), lode_cell(2) FROM lode_rows" },
	{ 1, 2, true, 3, 0, 0, 1, "INSERT INTO address (id, email, user_id) SELECT lode_cell(0), 'd', lode_cell(1) FROM lode_rows" },
	{ 1, 0, true, 3, 0, 0, -1, NULL },
	{ 1, 2, true, 0, 0, 0, -1, NULL },
	{ 2, 1, false, 2, 1, 0, -1, "UPDATE address SET id = $1, email = $2 WHERE id = $3" },
	{ 2, 0, false, 1, 2, 1, -1, "UPDATE address SET id = ? WHERE id = ? AND email = ? RETURNING id" },
	{ 2, 2, true, 2, 1, 0, -1, "UPDATE address SET id = r.c0, email = r.c1 FROM lode_rows AS r WHERE address.id = r.c2" },
	{ 3, 1, false, 0, 2, 0, -1, "DELETE FROM address WHERE id = $1 AND email = $2" },
	{ 3, 2, true, 0, 1, 0, -1, "DELETE FROM address WHERE id IN (SELECT c0 FROM lode_rows)" },
	{ 3, 2, true, 0, 2, 0, -1, "DELETE FROM address WHERE (id, email) IN (SELECT c0, c1 FROM lode_rows)" },
	{ 1, 3, true, 3, 0, 0, -1, "INSERT INTO address (id, email, user_id) SELECT c0, c1, c2 FROM unnest($1, $2, $3) WITH ORDINALITY AS r(c0, c1, c2, n) ORDER BY n" },
	{ 1, 3, true, 3, 0, 0, 1, "INSERT INTO address (id, email, user_id) SELECT c0, 'd', c1 FROM unnest($1, $2) WITH ORDINALITY AS r(c0, c1, n) ORDER BY n" },
	{ 1, 3, true, 0, 0, 0, -1, NULL },
	{ 2, 3, true, 2, 1, 0, -1, "UPDATE address SET id = r.c0, email = r.c1 FROM unnest($1, $2, $3) AS r(c0, c1, c2) WHERE address.id = r.c2" },
	{ 3, 3, true, 0, 1, 0, -1, "DELETE FROM address WHERE id = ANY($1)" },
	{ 3, 3, true, 0, 2, 0, -1, "DELETE FROM address WHERE (id, email) IN (SELECT c0, c1 FROM unnest($1, $2) AS r(c0, c1))" },
};

START_TEST(test_render)
{
	static const lode_default text = { .kind = LODE_DEFAULT_TEXT, .text = "d" };
	const lode_table_column *const *columns;
	lode_error error = LODE_ERROR_INIT;
	lode__write_column set[3];
	lode_status status;
	lode__buf sql;
	Shop shop;
	size_t i;

	shop_open(&shop);
	lode__buf_init(&sql, NULL, 10000);
	columns = (const lode_table_column *const *)shop.address->columns;
	for (i = 0; i < 3; i++)
		set[i] = (lode__write_column){ columns[i], (int)i == rows[_i].inline_column ? &text : NULL };
	if (rows[_i].kind == 1)
		status = lode__render_insert(&sql, shop_dialect(rows[_i].dialect), shop.address, set,
		                             (size_t)rows[_i].columns, columns, (size_t)rows[_i].returning,
		                             rows[_i].rowset, &error);
	else if (rows[_i].kind == 2)
		status = lode__render_update(&sql, shop_dialect(rows[_i].dialect), shop.address, set,
		                             (size_t)rows[_i].columns, columns, (size_t)rows[_i].where,
		                             columns, (size_t)rows[_i].returning, rows[_i].rowset, &error);
	else
		status = lode__render_delete(&sql, shop_dialect(rows[_i].dialect), shop.address, columns,
		                             (size_t)rows[_i].where, rows[_i].rowset, &error);
	ck_assert_int_eq(status, rows[_i].sql ? LODE_OK : LODE_E_UNSUPPORTED);
	if (rows[_i].sql)
		ck_assert_str_eq(lode__buf_text(&sql), rows[_i].sql);
	lode__buf_dispose(&sql);
	shop_close(&shop);
}
END_TEST

/* by key, if that is one integer and is not set itself */
START_TEST(test_update_by_key)
{
	lode_error error = LODE_ERROR_INIT;
	const lode_table_column *const *columns;
	lode__write_column set[2];
	lode__buf sql;
	Shop shop;

	shop_open(&shop);
	lode__buf_init(&sql, NULL, 10000);
	columns = (const lode_table_column *const *)shop.address->columns;
	set[0] = (lode__write_column){ columns[1], NULL };
	set[1] = (lode__write_column){ columns[2], NULL };
	ck_assert_int_eq(lode__render_update(&sql, shop_dialect(2), shop.address, set, 2, columns, 1,
	                                     NULL, 0, true, &error), LODE_OK);
	ck_assert_str_eq(lode__buf_text(&sql), "UPDATE address SET email = lode_cell(0, id), "
	                 "user_id = lode_cell(1, id) WHERE id IN (SELECT c2 FROM lode_rows)");
	lode__buf_dispose(&sql);
	lode__buf_init(&sql, NULL, 10000);
	ck_assert_int_eq(lode__render_update(&sql, shop_dialect(2), shop.address, set + 1, 1,
	                                     columns + 1, 1, NULL, 0, true, &error), LODE_OK);
	ck_assert_str_eq(lode__buf_text(&sql), "UPDATE address SET user_id = r.c0 FROM lode_rows AS r "
	                 "WHERE address.email = r.c1");
	lode__buf_dispose(&sql);
	shop_close(&shop);
}
END_TEST

/* ------------------------------------------------------------------ lives of statements */

START_TEST(test_kept_runs_again)
{
	lode_statement *q = lode_statement_keep(LODE_SELECT(User));

	lode__statement_spend(q);
	lode_where(q, LODE_EQ(User, id, 1));
	ck_assert_int_eq(lode__statement_check(q, NULL), LODE_OK);
	lode_statement_free(q);
}
END_TEST

START_TEST(test_taken_is_not_run)
{
	lode_error error = LODE_ERROR_INIT;
	lode_statement *inner = LODE_SELECT(Address), *q = LODE_SELECT(User);

	lode_where(q, lode_exists(inner));
	ck_assert_int_eq(lode__statement_check(inner, &error), LODE_E_MISUSE);
	lode_where(q, lode_exists(inner));          /* and not taken twice */
	ck_assert_int_eq(lode__statement_check(q, &error), LODE_E_MISUSE);
	ck_assert_ptr_nonnull(strstr(error.message, "inside another one"));
	lode__statement_spend(q);
}
END_TEST

START_TEST(test_shared_expression)
{
	lode_expr *count = lode_count(LODE_COL(Address, id));
	lode_statement *q = lode_select_value(count), *other;

	lode_order_by(lode_having(q, lode_gt(count, LODE_VALUE(1))), lode_desc(count));
	other = lode_select_value(count);
	lode__statement_spend(q);
	ck_assert_int_eq(lode__statement_check(other, NULL), LODE_OK);
	lode__statement_spend(other);
}
END_TEST

/* what a failed builder was given may be used again, and nothing leaks (seen by sanitizers) */
START_TEST(test_refused_expression)
{
	lode_expr *id = LODE_COL(User, id);
	lode_statement *q = lode_where(LODE_SELECT(User), lode_compare(LODE_OP_EQ, id, lode_value_null()));

	lode_where(q, lode_compare(LODE_OP_EQ, id, lode_value_int(1)));
	lode_order_by(lode_limit(q, -1), id);
	lode_where(NULL, id);
	lode_where(q, lode_and(NULL, NULL));
	ck_assert_int_eq(lode__statement_check(q, NULL), LODE_E_MISUSE);
	lode__statement_spend(q);
	lode_statement_free(NULL);
}
END_TEST

static void *no_memory(void *context, size_t size) { (void)context; (void)size; return NULL; }
static void *no_resize(void *context, void *p, size_t size) { (void)context; (void)p; (void)size; return NULL; }
static void no_release(void *context, void *p) { (void)context; free(p); }

START_TEST(test_statement_without_memory)
{
	lode_allocator none = { (uint32_t)sizeof(none), 0, NULL, no_memory, no_resize, no_release };
	lode_error error = LODE_ERROR_INIT;
	lode_expr *shared = lode_count(LODE_COL(User, id));
	lode_statement *q;

	lode_set_default_allocator(&none);
	q = LODE_SELECT(User);
	lode_set_default_allocator(NULL);
	lode_order_by(q, shared);
	lode_having(q, lode_gt(shared, LODE_VALUE(1)));
	ck_assert_int_eq(lode__statement_check(q, &error), LODE_E_NOMEM);
	lode__statement_spend(q);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("write");
	TCase *tcase = tcase_create("write");

	tcase_add_loop_test(tcase, test_render, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(tcase, test_update_by_key);
	tcase_add_test(tcase, test_kept_runs_again);
	tcase_add_test(tcase, test_taken_is_not_run);
	tcase_add_test(tcase, test_shared_expression);
	tcase_add_test(tcase, test_refused_expression);
	tcase_add_test(tcase, test_statement_without_memory);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
