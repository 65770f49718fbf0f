/* SPDX-License-Identifier: MIT */
/* tests/orm/test_detach.c - what an expunged object leaves behind: nothing leads to it any more, so
 * that its memory may be used for another. */
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

static void insert_family(void)
{
	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL), (2, 'q', NULL)");
	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 10), (2, 1, 20)");
}

START_TEST(a_list_without_its_expunged_item_loads_again)
{
	P *p;
	C *c, *other;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_AT(p, cs, 0);
	COMMIT(&s);
	lode_expunge(s.session, c);
	lode_object_free(c);
	other = LODE_ADD(s.session, C, .v = 99);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	ck_assert_ptr_ne(LODE_AT(p, cs, 0), other);
	ck_assert_int_eq(LODE_AT(p, cs, 0)->v, 10);
	COMMIT(&s);
}
END_TEST

START_TEST(a_walk_may_expunge_what_it_is_at)
{
	P *p;
	int seen = 0;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	LODE_EACH(C, c, p, cs) {
		seen += c->v;
		lode_expunge(s.session, c);
		lode_object_free(c);
	}
	ck_assert_int_eq(seen, 30);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	OK(&s);
}
END_TEST

START_TEST(a_reference_to_an_expunged_object_loads_again)
{
	P *p, *other;
	C *c;

	insert_family();
	c = LODE_FIND(s.session, C, .id = 1);
	p = LODE_REF(c, p);
	COMMIT(&s);
	lode_expunge(s.session, p);
	lode_object_free(p);
	other = LODE_ADD(s.session, P, .name = "other");
	ck_assert_ptr_ne(LODE_REF(c, p), other);
	ck_assert_str_eq(LODE_REF(c, p)->name, "p");
	COMMIT(&s);
}
END_TEST

START_TEST(a_rollback_does_not_put_an_expunged_item_back)
{
	P *p;
	C *c, *other;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_AT(p, cs, 0);
	COMMIT(&s);
	LODE_REMOVE(p, cs, c);
	FLUSH(&s);
	lode_expunge(s.session, c);
	lode_object_free(c);
	lode_rollback(s.session);
	other = LODE_ADD(s.session, C, .v = 99);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	ck_assert_ptr_ne(LODE_AT(p, cs, 0), other);
	COMMIT(&s);
}
END_TEST

START_TEST(an_expunged_item_is_no_addition_and_the_others_are)
{
	P *p;
	C *c;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_NEW(s.session, C, .v = 5);
	LODE_APPEND(p, cs, c);
	LODE_APPEND(p, cs, LODE_NEW(s.session, C, .v = 6));
	lode_expunge(s.session, c);
	lode_object_free(c);
	COMMIT(&s);
	ck_assert_uint_eq(LODE_LEN(p, cs), 3);
	ROWS(&s, "SELECT v FROM c WHERE pid = 1 ORDER BY v", "6 10 20");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/detach");
	TCase *tests = tcase_create("detach");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_list_without_its_expunged_item_loads_again);
	tcase_add_test(tests, a_walk_may_expunge_what_it_is_at);
	tcase_add_test(tests, a_reference_to_an_expunged_object_loads_again);
	tcase_add_test(tests, a_rollback_does_not_put_an_expunged_item_back);
	tcase_add_test(tests, an_expunged_item_is_no_addition_and_the_others_are);
	suite_add_tcase(suite, tests);
	return lode_test_run(suite);
}
