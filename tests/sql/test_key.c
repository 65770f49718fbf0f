/* SPDX-License-Identifier: MIT */
/* tests/sql/test_key.c - structure and values of generated statements.
 *
 * A generator with a fixed seed builds statements twice, with other values the second time: keys
 * must be equal.  Printed with literals, each statement must show its values where the walk of the
 * key says they are: every value is a number used once, so the text of the placeholders' order and
 * the printed numbers can be compared. */
#include <stdio.h>
#include <time.h>

#include "../check_tap.h"
#include "shop.h"

typedef struct { int64_t n; const char *name; } Row;

static Shop shop;
static uint32_t seed;
static int64_t next_value;

static uint32_t draw(uint32_t limit)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % limit;
}

static lode_value number(void)
{
	return lode_value_int(next_value++);
}

static lode_expr *make_number(int depth);
static lode_statement *make_rows(int depth);

static lode_expr *make_condition(int depth)
{
	int64_t list[3];
	lode_expr *a, *b;
	uint32_t i;

	if (depth <= 0)
		return lode_compare((lode_op)(1 + draw(6)), LODE_COL(User, id), number());
	switch (draw(11)) {
	case 0: a = make_condition(depth - 1); b = make_condition(depth - 1); return lode_and(a, b);
	case 1: a = make_condition(depth - 1); b = make_condition(depth - 1); return lode_or(a, b);
	case 2: return lode_not(make_condition(depth - 1));
	case 3: a = make_number(depth - 1); b = make_number(depth - 1); return lode_lt(a, b);
	case 4: a = make_number(depth - 1); return lode_compare(LODE_OP_NE, a, number());
	case 5: return lode_is_null(make_number(depth - 1));
	case 6:
		a = make_number(depth - 1);
		for (i = 0; i < 3; i++)
			list[i] = next_value++;
		return lode_in(a, LODE_C_INT64, list, 1 + draw(3), sizeof(*list));
	case 7: a = make_number(depth - 1); b = lode_in_select(a, make_rows(depth - 1)); return b;
	case 8: return lode_exists(make_rows(depth - 1));
	case 9: {
		lode_value low;

		a = make_number(depth - 1);
		low = number();
		return lode_between(a, low, number());
	}
	default: return LODE_TEXT_BIND(LODE_TEXT("x = :v"), "v", next_value++);
	}
}

static lode_expr *make_number(int depth)
{
	lode_expr *a, *b;

	if (depth <= 0)
		return draw(2) ? LODE_COL(User, id) : lode_constant(number());
	switch (draw(7)) {
	case 0: a = make_number(depth - 1); b = make_number(depth - 1); return lode_plus(a, b);
	case 1: a = make_number(depth - 1); b = make_number(depth - 1); return lode_minus(a, b);
	case 2: a = make_number(depth - 1); b = make_number(depth - 1); return lode_times(a, b);
	case 3: return lode_negate(make_number(depth - 1));
	case 4: a = make_number(depth - 1); b = make_number(depth - 1); return LODE_FUNCTION("f", a, b);
	case 5: return lode_subquery(make_rows(depth - 1));
	default: return LODE_COL(User, age);
	}
}

static lode_statement *make_rows(int depth)
{
	lode_statement *q = lode_from(lode_select_value(make_number(depth - 1)), &User_class);

	if (draw(2))
		lode_join_on(q, &Address_class, make_condition(depth - 2));
	lode_where(q, make_condition(depth - 1));
	if (draw(2))
		lode_order_by(q, lode_desc(make_number(depth - 1)));
	if (draw(2))
		lode_limit(q, next_value++);
	return draw(2) ? lode_offset(q, next_value++) : q;
}

static lode_statement *make_statement(int depth)
{
	lode_statement *q;

	switch (draw(4)) {
	case 0:
		q = lode_assign(LODE_UPDATE(User), LODE_COL(User, age), make_number(depth));
		lode_assign(q, LODE_COL(User, id), make_number(depth));
		return lode_where(q, make_condition(depth));
	case 1:
		q = lode_group_by(make_rows(depth), make_number(depth - 1));
		return lode_having(q, make_condition(depth - 1));
	case 2:
		return lode_where(LODE_DELETE_FROM(User), make_condition(depth));
	default:
		q = lode_where(lode_where(LODE_SELECT(User), make_condition(depth)), make_condition(depth));
		return lode_limit(lode_order_by(q, make_number(1)), next_value++);
	}
}

/* the numbers >= 1000000 of a text, in order */
static size_t read_numbers(const char *sql, int64_t *out, size_t room)
{
	size_t count = 0;

	while (*sql) {
		char *end;
		int64_t value;

		if (*sql < '0' || *sql > '9') {
			sql++;
			continue;
		}
		value = strtoll(sql, &end, 10);
		sql = end;
		if (value >= 1000000 && value < 9000000 && count < room)
			out[count++] = value;
	}
	return count;
}

/* what the parameters of the compiled statement are, lists element by element */
static size_t read_parameters(const lode__compiled *compiled, const lode__values *values,
                              int64_t *out, size_t room)
{
	size_t count = 0, i, k;

	for (i = 0; i < compiled->parameter_count; i++) {
		const lode_value *value = &values->items[compiled->parameters[i].ordinal];
		const lode__elements *list = value->as.bytes.data;

		if (value->kind != LODE__VALUE_LIST) {
			if (count < room)
				out[count++] = value->as.integer;
			continue;
		}
		for (k = 0; k < list->count && count < room; k++)
			out[count++] = ((const int64_t *)list->data)[k];
	}
	return count;
}

START_TEST(test_generated)
{
	int64_t printed[2000], sent[2000];
	lode__buf keys[2], sql;
	lode__values values[2];
	lode__compiled *compiled = NULL;
	lode_error error = LODE_ERROR_INIT;
	lode_statement *q[2];
	size_t count, i;

	shop_open(&shop);
	lode__buf_init(&sql, NULL, 1u << 22);
	for (i = 0; i < 2; i++) {
		seed = (uint32_t)_i * 7919u + 1;
		next_value = 1000000 + (int64_t)i * 3000000;
		q[i] = make_statement(4);
		lode__buf_init(&keys[i], NULL, 1u << 22);
		lode__values_init(&values[i], NULL);
		ck_assert_int_eq(lode__statement_key(q[i], &keys[i], &values[i]), LODE_OK);
		ck_assert_uint_eq(values[i].count, lode__statement_value_count(q[i]));
	}
	ck_assert_uint_eq(keys[0].size, keys[1].size);
	ck_assert_mem_eq(keys[0].data, keys[1].data, keys[0].size);
	ck_assert_msg(lode__compile(&compiled, q[0], shop_dialect(0), &shop.resolver, NULL, 0, NULL,
	                            &error) == LODE_OK, "%s", error.message);
	ck_assert_uint_eq(compiled->value_count, values[0].count);
	ck_assert_int_eq(lode__statement_print(&sql, q[1], shop_dialect(0), &shop.resolver, true,
	                                       &error), LODE_OK);
	count = read_numbers(lode__buf_text(&sql), printed, 2000);
	ck_assert_uint_eq(count, read_parameters(compiled, &values[1], sent, 2000));
	for (i = 0; i < count; i++)
		ck_assert_int_eq(printed[i], sent[i]);
	for (i = 0; i < 2; i++) {
		lode__buf_dispose(&keys[i]);
		lode__values_dispose(&values[i]);
		lode__statement_spend(q[i]);
	}
	lode__compiled_unref(compiled);
	lode__buf_dispose(&sql);
	shop_close(&shop);
}
END_TEST

/* ------------------------------------------------------------------ what makes keys differ */

static lode_statement *pair_of(int i, bool other)
{
	lode_statement *q = LODE_SELECT(User);
	lode_expr *id = LODE_COL(User, id);

	switch (i) {
	case 0: return lode_where(q, lode_compare(other ? LODE_OP_GT : LODE_OP_LT, id, lode_value_int(1)));
	case 1: return lode_where(q, lode_compare(LODE_OP_EQ, id, other ? lode_value_int(1) : lode_value_uint(1)));
	case 2: return lode_order_by(q, other ? lode_asc(id) : lode_desc(id));
	case 3: lode_expr_free(id); return other ? lode_limit(q, 1) : lode_offset(q, 1);
	case 4: lode_expr_free(id); return other ? lode_distinct(q) : q;
	case 5: lode_order_by(q, id); return other ? lode_group_by(lode_order_by(q, NULL), LODE_COL(User, id)) : q;
	case 6: return other ? lode_where(q, lode_is_null(id)) : lode_where(q, lode_is_not_null(id));
	case 7: lode_expr_free(id); return other ? lode_join(q, LODE_REL(User, addresses)) : lode_outer_join(q, LODE_REL(User, addresses));
	case 8: return lode_where(q, other ? lode_eq(id, LODE_COL(User, age)) : lode_eq(id, LODE_COL_AS(User, 1, age)));
	case 9: return lode_where(q, lode_function(other ? "g" : "h", &id, 1));
	default: lode_expr_free(id); return lode_where(q, other ? LODE_TEXT("a") : LODE_TEXT("b"));
	}
}

START_TEST(test_different)
{
	lode__buf keys[2];
	lode__values values;
	lode_statement *q;
	int i;

	lode__values_init(&values, NULL);
	for (i = 0; i < 2; i++) {
		lode__buf_init(&keys[i], NULL, 1u << 20);
		q = pair_of(_i, i == 1);
		ck_assert_int_eq(lode__statement_key(q, &keys[i], &values), LODE_OK);
		lode__statement_spend(q);
	}
	ck_assert(keys[0].size != keys[1].size || memcmp(keys[0].data, keys[1].data, keys[0].size) != 0);
	lode__buf_dispose(&keys[0]);
	lode__buf_dispose(&keys[1]);
	lode__values_dispose(&values);
}
END_TEST

/* ------------------------------------------------------------------ lists of any length */

START_TEST(test_list_length_is_no_structure)
{
	int64_t ids[1000] = { 0 };
	lode__buf keys[3];
	lode__values values;
	size_t counts[3] = { 0, 1, 1000 }, i;

	lode__values_init(&values, NULL);
	for (i = 0; i < 3; i++) {
		lode_statement *q = lode_where(LODE_SELECT(User), LODE_IN_ARRAY(User, id, ids, counts[i]));

		lode__buf_init(&keys[i], NULL, 1u << 20);
		ck_assert_int_eq(lode__statement_key(q, &keys[i], &values), LODE_OK);
		lode__statement_spend(q);
		ck_assert_uint_eq(keys[i].size, keys[0].size);
		ck_assert_mem_eq(keys[i].data, keys[0].data, keys[0].size);
	}
	for (i = 0; i < 3; i++)
		lode__buf_dispose(&keys[i]);
	lode__values_dispose(&values);
}
END_TEST

/* a statement, a limit on parameters or on lists, and the SQL that is sent */
static const struct { uint32_t max_params, max_in_list; int32_t placeholder; size_t count; bool negated; const char *sql; } expansions[] = {
	{ 0, 0, 1, 3, false, "WHERE node.id IN (?, ?, ?) AND node.parent_id = ?" },
	{ 0, 0, 2, 2, false, "WHERE node.id IN ($1, $2) AND node.parent_id = $3" },
	{ 0, 0, 1, 0, false, "WHERE (1 = 0) AND node.parent_id = ?" },
	{ 0, 0, 1, 0, true, "WHERE (1 = 1) AND node.parent_id = ?" },
	{ 0, 2, 2, 5, false, "WHERE (node.id IN ($1, $2) OR node.id IN ($3, $4) OR node.id IN ($5)) AND node.parent_id = $6" },
	{ 0, 2, 1, 3, true, "WHERE (node.id NOT IN (?, ?) AND node.id NOT IN (?)) AND node.parent_id = ?" },
	{ 3, 0, 1, 4, false, "WHERE node.id IN (?, ?, 12, 13) AND node.parent_id = ?" },
};

START_TEST(test_expansion)
{
	int64_t ids[5] = { 10, 11, 12, 13, 14 };
	lode__dialect dialect = *shop_dialect(0);
	lode_error error = LODE_ERROR_INIT;
	lode__compiled *compiled = NULL;
	lode__values values;
	lode__buf key, sql;
	lode__flat flat;
	lode_statement *q;

	shop_open(&shop);
	dialect.traits.max_params = expansions[_i].max_params;
	dialect.traits.max_in_list = expansions[_i].max_in_list;
	dialect.traits.placeholder = expansions[_i].placeholder;
	q = lode_where(lode_select_value(LODE_COL(Node, id)), expansions[_i].negated
		? LODE_NOT_IN_ARRAY(Node, id, ids, expansions[_i].count)
		: LODE_IN_ARRAY(Node, id, ids, expansions[_i].count));
	lode_where(q, LODE_EQ(Node, parent_id, 99));
	lode__buf_init(&key, NULL, 1u << 20);
	lode__buf_init(&sql, NULL, 1u << 20);
	lode__values_init(&values, NULL);
	lode__flat_init(&flat, NULL);
	ck_assert_int_eq(lode__statement_key(q, &key, &values), LODE_OK);
	ck_assert_int_eq(lode__compile(&compiled, q, &dialect, &shop.resolver, NULL, 0, NULL, &error), LODE_OK);
	ck_assert_uint_eq(compiled->expansion_count, 1);
	ck_assert_msg(lode__compiled_expand(compiled, &dialect, values.items, values.count, &sql, &flat, &error) == LODE_OK, "%s", error.message);
	ck_assert_str_eq(strstr(lode__buf_text(&sql), "WHERE"), expansions[_i].sql);
	ck_assert_uint_eq(flat.types.size, flat.values.count * sizeof(int32_t));
	ck_assert_int_eq(flat.values.items[flat.values.count - 1].as.integer, 99);
	lode__flat_dispose(&flat);
	lode__values_dispose(&values);
	lode__buf_dispose(&key);
	lode__buf_dispose(&sql);
	lode__compiled_unref(compiled);
	lode__statement_spend(q);
	shop_close(&shop);
}
END_TEST

/* ------------------------------------------------------------------ shapes that must not recurse */

START_TEST(test_long_chains)
{
	lode_expr *left = NULL, *right = NULL;
	lode_error error = LODE_ERROR_INIT;
	lode__compiled *compiled = NULL;
	lode_statement *q;
	int i;

	shop_open(&shop);
	for (i = 0; i < 20000; i++) {
		left = lode_or(left, LODE_EQ(Node, id, i));
		right = lode_and(LODE_NE(Node, id, i), right);
	}
	q = lode_where(lode_where(LODE_SELECT(Node), left), right);
	ck_assert_msg(lode__compile(&compiled, q, shop_dialect(0), &shop.resolver, NULL, 0, NULL,
	                            &error) == LODE_OK, "%s", error.message);
	ck_assert_uint_eq(compiled->parameter_count, 40000);
	lode__compiled_unref(compiled);
	lode__statement_spend(q);
	shop_close(&shop);
}
END_TEST

int main(int argc, char **argv)
{
	Suite *suite = suite_create("key");
	TCase *tcase = tcase_create("key");

	(void)argv;
	if (argc > 1) {                 /* time of building, key and values; not a test */
		struct timespec from, to;
		lode__values values;
		lode__buf key;
		int i, n = 2000000;

		lode__values_init(&values, NULL);
		lode__buf_init(&key, NULL, 1u << 20);
		clock_gettime(CLOCK_MONOTONIC, &from);
		for (i = 0; i < n; i++) {
			lode_statement *q = lode_where(LODE_SELECT(User), LODE_GT(User, id, i));

			lode_where(q, LODE_LT(User, age, 40));
			lode_limit(lode_order_by(q, LODE_ASC(User, id)), 20);
			lode__buf_clear(&key);
			lode__values_clear(&values);
			lode__statement_key(q, &key, &values);
			lode__statement_spend(q);
		}
		clock_gettime(CLOCK_MONOTONIC, &to);
		fprintf(stderr, "%.0f ns, key of %zu bytes\n", ((double)(to.tv_sec - from.tv_sec) * 1e9 +
		        (double)(to.tv_nsec - from.tv_nsec)) / n, key.size);
		lode__buf_dispose(&key);
		lode__values_dispose(&values);
		return 0;
	}
	tcase_add_loop_test(tcase, test_generated, 0, 300);
	tcase_add_loop_test(tcase, test_different, 0, 11);
	tcase_add_test(tcase, test_list_length_is_no_structure);
	tcase_add_loop_test(tcase, test_expansion, 0, (int)(sizeof(expansions) / sizeof(*expansions)));
	tcase_add_test(tcase, test_long_chains);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
