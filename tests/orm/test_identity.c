/* SPDX-License-Identifier: MIT */
/* tests/orm/test_identity.c - one object stands for a row, also when the row that it stood for has
 * gone behind the session's back and its key is used again. */
#include <string.h>

#include "scenario_models.h"

static scenario s;

static void set_up(void)
{
	OPEN(&s, NULL);
}

static void tear_down(void)
{
	scenario_close(&s);
}

START_TEST(a_key_used_again_is_the_new_objects)
{
	P *old, *new_;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	old = LODE_FIND(s.session, P, .id = 1);
	lode_execute(s.session, lode_all_rows(LODE_DELETE_FROM(P)), NULL);
	if (!backend_speaks("sqlite"))
		BACKEND_LACKS("generating a key again");
	new_ = LODE_ADD(s.session, P, .name = "new");
	FLUSH(&s);
	ck_assert_int_eq(new_->id, 1);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), new_);
	ck_assert_int_eq(lode_object_state(old), LODE_DELETED);
	old->name = "ghost";
	COMMIT(&s);
	ROWS(&s, "SELECT name FROM p", "new");
}
END_TEST

START_TEST(a_rollback_gives_the_key_back)
{
	P *old;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	old = LODE_FIND(s.session, P, .id = 1);
	lode_execute(s.session, lode_all_rows(LODE_DELETE_FROM(P)), NULL);
	LODE_ADD(s.session, P, .name = "new");
	FLUSH(&s);
	lode_rollback(s.session);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), old);
	ck_assert_str_eq(old->name, "p");
	OK(&s);
}
END_TEST

START_TEST(a_row_found_gone_is_not_deleted)
{
	lode_session_options options = { .struct_size = sizeof options, .no_autoflush = true };
	P *p;

	scenario_session(&s, &options);
	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	p = LODE_FIND(s.session, P, .id = 1);
	lode_expire(s.session, p);
	lode_delete(s.session, p);
	scenario_sql(&s, "DELETE FROM p");
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 1));
	scenario_forget(&s);
	COMMIT(&s);
	SENT(&s, "COMMIT");
}
END_TEST

/* keys far apart, negative ones, and places that were freed in between */
START_TEST(every_key_is_found_among_many)
{
	enum { KEYS = 3000, STEP = 7919, FIRST = -500 };
	P_list all;

	/* MariaDB stops a recursion at 1000 */
	scenario_sql(&s, "INSERT INTO p WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL "
	                 "SELECT i + 1 FROM k WHERE i < 99), m(i) AS (SELECT 0 UNION ALL "
	                 "SELECT i + 1 FROM m WHERE i < 29) "
	                 "SELECT (m.i * 100 + k.i - 500) * 7919, 'p', NULL FROM k, m");
	all = LODE_ALL(s.session, P, lode_order_by(LODE_SELECT(P), LODE_ASC(P, id)));
	ck_assert_uint_eq(all.count, KEYS);
	for (size_t i = 0; i < all.count; i += 3) {
		lode_expunge(s.session, all.items[i]);
		lode_object_free(all.items[i]);
	}
	for (size_t i = 0; i < all.count; i++)
		if (i % 3)
			ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = ((int64_t)i + FIRST) * STEP),
			                 all.items[i]);
	for (size_t i = 0; i < all.count; i += 90)
		ck_assert_ptr_nonnull(LODE_FIND(s.session, P, .id = ((int64_t)i + FIRST) * STEP));
	ck_assert_uint_eq(LODE_ALL(s.session, P, LODE_SELECT(P)).count, KEYS);
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 1));
	OK(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/identity");
	TCase *tests = tcase_create("identity");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_key_used_again_is_the_new_objects);
	tcase_add_test(tests, a_rollback_gives_the_key_back);
	tcase_add_test(tests, a_row_found_gone_is_not_deleted);
	tcase_add_test(tests, every_key_is_found_among_many);
	suite_add_tcase(suite, tests);
	return lode_test_run(suite);
}
