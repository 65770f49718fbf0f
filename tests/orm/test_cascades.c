/* SPDX-License-Identifier: MIT */
/* tests/orm/test_cascades.c - what an operation on an object does to those it refers to; contracts
 * CAS-01 to CAS-04 and REL-15. */
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

/* ---- CAS-01: save-update */

START_TEST(adding_an_object_adds_everything_it_reaches)
{
	N *root = LODE_NEW(s.session, N, .name = "0"), *at = root;

	for (int i = 0; i < 3; i++) {
		N *next = LODE_NEW(s.session, N, .name = "n");

		LODE_APPEND(at, children, next);
		at = next;
	}
	ck_assert_int_eq(lode_object_state(at), LODE_TRANSIENT);
	lode_add(s.session, root);
	ck_assert_int_eq(lode_object_state(at), LODE_PENDING);
	FLUSH(&s);
	ROWS(&s, "SELECT count(*) FROM n", "4");
}
END_TEST

START_TEST(adding_a_child_adds_its_parent)
{
	P *p = LODE_NEW(s.session, P, .name = "p");
	C *c = LODE_NEW(s.session, C, .v = 1, .p = { p });

	lode_add(s.session, c);
	ck_assert_int_eq(lode_object_state(p), LODE_PENDING);
	lode_rollback(s.session);
}
END_TEST

START_TEST(attaching_to_an_object_of_the_session_adds_what_is_attached)
{
	P *p = LODE_ADD(s.session, P, .name = "p"), *q = LODE_NEW(s.session, P, .name = "q");
	C *c = LODE_NEW(s.session, C, .v = 1);

	FLUSH(&s);
	ck_assert_uint_eq(LODE_LEN(p, cs), 0);
	LODE_APPEND(p, cs, c);
	ck_assert_int_eq(lode_object_state(c), LODE_PENDING);
	/* one that is taken out again stays: it is no orphan without the cascade for it */
	LODE_REMOVE(p, cs, c);
	ck_assert_int_eq(lode_object_state(c), LODE_PENDING);
	LODE_LINK(c, p, q);
	ck_assert_int_eq(lode_object_state(q), LODE_PENDING);
	FLUSH(&s);
	ROWS(&s, "SELECT pid FROM c", "2");
}
END_TEST

START_TEST(without_save_update_nothing_is_added)
{
	Shelf *shelf = LODE_ADD(s.session, Shelf, .name = "s");
	Book *book = LODE_NEW(s.session, Book, .title = "b");

	LODE_APPEND(shelf, books, book);
	ck_assert_int_eq(lode_object_state(book), LODE_TRANSIENT);
	FLUSH(&s);
	WARNED(&s, LODE_W_OUTSIDE_SESSION, "Shelf.books");
	WROTE(&s, "INSERT INTO shelf (name) VALUES (?)");
}
END_TEST

/* ---- CAS-02 */

START_TEST(a_back_reference_adds_nothing)
{
	P *p = LODE_ADD(s.session, P, .name = "p");
	C *c = LODE_NEW(s.session, C, .v = 1);

	FLUSH(&s);
	LODE_LINK(c, p, p);
	ck_assert_int_eq(lode_object_state(c), LODE_TRANSIENT);
	ck_assert_ptr_eq(LODE_AT(p, cs, 0), c);
	lode_rollback(s.session);
	WARNED(&s, LODE_W_OUTSIDE_SESSION, "P.cs");
}
END_TEST

/* ---- CAS-03: delete */

START_TEST(deleting_a_parent_deletes_children_that_are_not_loaded)
{
	A *a;

	scenario_sql(&s, "INSERT INTO a VALUES (1, 'a')");
	scenario_sql(&s, "INSERT INTO b VALUES (1, 'x', 1), (2, 'y', 1)");
	a = LODE_FIND(s.session, A, .id = 1);
	scenario_forget(&s);
	lode_delete(s.session, a);
	SENT(&s, "SELECT b.id, b.name, b.aid FROM b WHERE b.aid = ? ORDER BY b.id");
	FLUSH(&s);
	SENT(&s, "DELETE FROM b WHERE id IN (SELECT c0 FROM lode_rows) x2\n"
		 "DELETE FROM a WHERE id = ?");
}
END_TEST

START_TEST(a_pending_child_of_a_deleted_parent_is_not_stored)
{
	A *a;
	B *b;

	scenario_sql(&s, "INSERT INTO a VALUES (1, 'a')");
	a = LODE_FIND(s.session, A, .id = 1);
	b = LODE_NEW(s.session, B, .name = "b");
	ck_assert_uint_eq(LODE_LEN(a, bs), 0);
	LODE_APPEND(a, bs, b);
	scenario_forget(&s);
	lode_delete(s.session, a);
	ck_assert_int_eq(lode_object_state(b), LODE_TRANSIENT);
	FLUSH(&s);
	SENT(&s, "DELETE FROM a WHERE id = ?");
}
END_TEST

START_TEST(a_removed_child_of_a_deleted_parent_is_deleted_too)
{
	A *a;
	B *b;

	scenario_sql(&s, "INSERT INTO a VALUES (1, 'a')");
	scenario_sql(&s, "INSERT INTO b VALUES (1, 'x', 1), (2, 'y', 1)");
	a = LODE_FIND(s.session, A, .id = 1);
	b = LODE_AT(a, bs, 0);
	LODE_REMOVE(a, bs, b);
	lode_delete(s.session, a);
	FLUSH(&s);
	ck_assert_int_eq(lode_object_state(b), LODE_DELETED);
	ROWS(&s, "SELECT count(*) FROM b", "0");
}
END_TEST

START_TEST(deleted_children_leave_the_loaded_list)
{
	A *a;

	scenario_sql(&s, "INSERT INTO a VALUES (1, 'a')");
	scenario_sql(&s, "INSERT INTO b VALUES (1, 'x', 1), (2, 'y', 1)");
	a = LODE_FIND(s.session, A, .id = 1);
	lode_delete(s.session, LODE_AT(a, bs, 0));
	FLUSH(&s);
	ck_assert_uint_eq(LODE_LEN(a, bs), 1);
	ck_assert_str_eq(LODE_AT(a, bs, 0)->name, "y");
	lode_rollback(s.session);
	ck_assert_uint_eq(LODE_LEN(a, bs), 2);
}
END_TEST

/* ---- CAS-04: delete-orphan */

START_TEST(an_orphan_is_deleted_with_what_it_owns)
{
	A *a = LODE_ADD(s.session, A, .name = "a");
	B *b = LODE_NEW(s.session, B, .name = "b");

	LODE_APPEND(a, bs, b);
	COMMIT(&s);
	LODE_SET_NULL(b, a);
	ck_assert_uint_eq(LODE_LEN(a, bs), 0);
	scenario_forget(&s);
	FLUSH(&s);
	WROTE(&s, "DELETE FROM b WHERE id = ?");
	lode_rollback(s.session);
	ck_assert_int_eq(lode_object_state(b), LODE_PERSISTENT);
	ck_assert_uint_eq(LODE_LEN(a, bs), 1);
	ck_assert_ptr_eq(LODE_REF(b, a), a);
}
END_TEST

START_TEST(a_pending_orphan_is_dropped_and_may_be_linked_again)
{
	A *a = LODE_ADD(s.session, A, .name = "a");
	B *b = LODE_NEW(s.session, B, .name = "b");

	LODE_APPEND(a, bs, b);
	LODE_REMOVE(a, bs, b);
	FLUSH(&s);
	ck_assert_int_eq(lode_object_state(b), LODE_TRANSIENT);
	LODE_APPEND(a, bs, b);
	FLUSH(&s);
	ck_assert_int_eq(lode_object_state(b), LODE_PERSISTENT);
	ROWS(&s, "SELECT aid FROM b", "1");
}
END_TEST

START_TEST(a_moved_child_survives_whichever_side_moved_it)
{
	A *a1 = LODE_ADD(s.session, A, .name = "1"), *a2 = LODE_ADD(s.session, A, .name = "2");
	B *b = LODE_NEW(s.session, B, .name = "b");

	LODE_APPEND(a1, bs, b);
	FLUSH(&s);
	scenario_forget(&s);
	LODE_REMOVE(a1, bs, b);
	LODE_APPEND(a2, bs, b);
	FLUSH(&s);
	SENT(&s, "UPDATE b SET aid = ? WHERE id = ?");
	LODE_LINK(b, a, a1);
	FLUSH(&s);
	SENT(&s, "UPDATE b SET aid = ? WHERE id = ?");
	ck_assert_uint_eq(LODE_LEN(a2, bs), 0);
	/* its parent goes, but it has another by then */
	LODE_APPEND(a2, bs, b);
	lode_delete(s.session, a1);
	FLUSH(&s);
	ROWS(&s, "SELECT aid FROM b", "2");
}
END_TEST

/* ---- expunge follows where the cascade says so */

START_TEST(expunge_takes_the_list_along)
{
	Folder *folder;
	Page *page;

	scenario_sql(&s, "INSERT INTO folder VALUES (1, 'f')");
	scenario_sql(&s, "INSERT INTO page VALUES (1, 1, 'text')");
	folder = LODE_FIND(s.session, Folder, .id = 1);
	page = LODE_AT(folder, pages, 0);
	lode_expunge(s.session, folder);
	ck_assert_int_eq(lode_object_state(folder), LODE_DETACHED);
	ck_assert_int_eq(lode_object_state(page), LODE_DETACHED);
	ck_assert_str_eq(page->text, "text");
	lode_object_free(page);
	lode_object_free(folder);
}
END_TEST

START_TEST(nothing_points_at_what_was_expunged)
{
	P *p, *q;
	C *c;
	Left *l;
	Right *r;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 0), (2, 1, 0)");
	scenario_sql(&s, "INSERT INTO l VALUES (1, 'a')");
	scenario_sql(&s, "INSERT INTO right_side VALUES (1, 'x')");
	scenario_sql(&s, "INSERT INTO l_right VALUES (1, 1)");
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_AT(p, cs, 0);
	ck_assert_ptr_eq(LODE_REF(c, p), p);
	lode_expunge(s.session, p);
	lode_object_free(p);
	q = LODE_REF(c, p);
	ck_assert_str_eq(q->name, "p");
	ck_assert_int_eq(lode_object_state(q), LODE_PERSISTENT);
	ck_assert_uint_eq(LODE_LEN(q, cs), 2);
	lode_expunge(s.session, c);
	lode_object_free(c);
	LODE_EACH(C, item, q, cs)
	ck_assert_int_eq(lode_object_state(item), LODE_PERSISTENT);
	l = LODE_FIND(s.session, Left, .id = 1);
	r = LODE_AT(l, rs, 0);
	ck_assert_ptr_eq(LODE_AT(r, ls, 0), l);
	lode_expunge(s.session, l);
	lode_object_free(l);
	if (LODE_LEN(r, ls) > 0)
		ck_assert_int_eq(lode_object_state(LODE_AT(r, ls, 0)), LODE_PERSISTENT);
	COMMIT(&s);
	ROWS(&s, "SELECT count(*) FROM l_right", "1");
}
END_TEST

START_TEST(expunge_leaves_what_the_cascade_does_not_reach)
{
	P *p;
	C *c;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 0)");
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_AT(p, cs, 0);
	lode_expunge(s.session, p);
	ck_assert_int_eq(lode_object_state(c), LODE_PERSISTENT);
	lode_object_free(p);
	/* its parent is loaded anew: nothing points at what is gone */
	ck_assert_str_eq(LODE_REF(c, p)->name, "p");
}
END_TEST

/* ---- */

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, adding_an_object_adds_everything_it_reaches);
	tcase_add_test(tests, adding_a_child_adds_its_parent);
	tcase_add_test(tests, attaching_to_an_object_of_the_session_adds_what_is_attached);
	tcase_add_test(tests, without_save_update_nothing_is_added);
	tcase_add_test(tests, a_back_reference_adds_nothing);
	tcase_add_test(tests, deleting_a_parent_deletes_children_that_are_not_loaded);
	tcase_add_test(tests, a_pending_child_of_a_deleted_parent_is_not_stored);
	tcase_add_test(tests, a_removed_child_of_a_deleted_parent_is_deleted_too);
	tcase_add_test(tests, deleted_children_leave_the_loaded_list);
	tcase_add_test(tests, an_orphan_is_deleted_with_what_it_owns);
	tcase_add_test(tests, a_pending_orphan_is_dropped_and_may_be_linked_again);
	tcase_add_test(tests, a_moved_child_survives_whichever_side_moved_it);
	tcase_add_test(tests, expunge_takes_the_list_along);
	tcase_add_test(tests, nothing_points_at_what_was_expunged);
	tcase_add_test(tests, expunge_leaves_what_the_cascade_does_not_reach);
}

int main(void)
{
	Suite *suite = suite_create("orm/cascades");
	TCase *tests = tcase_create("cascades");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	add_tests(tests);
	suite_add_tcase(suite, tests);
	return lode_test_run(suite);
}
