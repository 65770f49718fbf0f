/* SPDX-License-Identifier: MIT */
/* tests/orm/test_relationships.c - one-to-many, many-to-one, one-to-one, many-to-many and
 * self-referential, both sides in step; contracts REL-* and UOW-09 to UOW-12, UOW-22. */
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

/* ---- REL-01, REL-05: lists and references */

START_TEST(a_list_loads_when_it_is_read)
{
	P *p;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	scenario_forget(&s);
	ck_assert(!LODE_IS_LOADED(p, cs));
	SENT(&s, "");
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	SENT(&s, "SELECT c.id, c.pid, c.v FROM c WHERE c.pid = ? ORDER BY c.id");
	ck_assert(LODE_IS_LOADED(p, cs));
	ck_assert_int_eq(LODE_AT(p, cs, 1)->v, 20);
	ck_assert_ptr_null(LODE_AT(p, cs, 2));
	/* the parent is known: no statement */
	ck_assert_ptr_eq(LODE_REF(LODE_AT(p, cs, 0), p), p);
	SENT(&s, "");
}
END_TEST

START_TEST(each_walks_the_list_as_it_was)
{
	P *p;
	int seen = 0;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	LODE_EACH(C, c, p, cs)
	{
		LODE_REMOVE(p, cs, c);
		LODE_APPEND(p, cs, LODE_NEW(s.session, C, .v = 30));
		LODE_EACH(C, inner, p, cs)
		if (inner->v == 30)
			break;
		seen++;
	}
	ck_assert_int_eq(seen, 2);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	FLUSH(&s);
	ROWS(&s, "SELECT v FROM c WHERE pid = 1", "30 30");
}
END_TEST

START_TEST(append_sets_the_reference_at_once_and_moves_the_child)
{
	P *p, *q;
	C *c;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	q = LODE_FIND(s.session, P, .id = 2);
	c = LODE_AT(p, cs, 0);
	ck_assert_uint_eq(LODE_LEN(q, cs), 0);
	LODE_APPEND(q, cs, c);
	ck_assert_ptr_eq(LODE_REF(c, p), q);
	ck_assert_uint_eq(LODE_LEN(p, cs), 1);
	ck_assert_uint_eq(LODE_LEN(q, cs), 1);
	scenario_forget(&s);
	FLUSH(&s);
	SENT(&s, "UPDATE c SET pid = ? WHERE id = ?");
	ck_assert_int_eq(c->pid.value, 2);
}
END_TEST

START_TEST(a_reference_moves_the_child_between_loaded_lists)
{
	P *p, *q;
	C *c;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	q = LODE_FIND(s.session, P, .id = 2);
	c = LODE_AT(p, cs, 0);
	ck_assert_uint_eq(LODE_LEN(q, cs), 0);
	LODE_LINK(c, p, q);
	ck_assert_uint_eq(LODE_LEN(p, cs), 1);
	ck_assert_ptr_eq(LODE_AT(q, cs, 0), c);
	LODE_SET_NULL(c, p);
	ck_assert_uint_eq(LODE_LEN(q, cs), 0);
	ck_assert_ptr_null(LODE_REF(c, p));
	FLUSH(&s);
	ck_assert(!c->pid.present);
	LODE_LINK(c, p, p);
	FLUSH(&s);
	ROWS(&s, "SELECT count(*) FROM c WHERE pid = 1", "2");
}
END_TEST

START_TEST(a_change_of_an_unloaded_list_is_merged_when_it_loads)
{
	lode_session_options options = { .struct_size = sizeof options, .no_autoflush = true };
	P *p, *q;
	C *c;

	scenario_session(&s, &options);
	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	q = LODE_FIND(s.session, P, .id = 2);
	c = LODE_FIND(s.session, C, .id = 1);
	scenario_forget(&s);
	LODE_LINK(c, p, q);
	LODE_APPEND(p, cs, LODE_NEW(s.session, C, .v = 30));
	SENT(&s, "");
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	ck_assert_int_eq(LODE_AT(p, cs, 0)->v, 20);
	ck_assert_int_eq(LODE_AT(p, cs, 1)->v, 30);
	ck_assert_uint_eq(LODE_LEN(q, cs), 1);
	COMMIT(&s);
	ROWS(&s, "SELECT pid || ':' || v FROM c ORDER BY v", "2:10 1:20 1:30");
}
END_TEST

START_TEST(an_item_may_be_taken_out_and_put_back)
{
	P *p;
	C *c;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_AT(p, cs, 0);
	scenario_forget(&s);
	ck_assert_int_eq(LODE_REMOVE(p, cs, c), LODE_OK);
	ck_assert_int_eq(LODE_REMOVE(p, cs, c), LODE_NOT_FOUND);
	LODE_APPEND(p, cs, c);
	FLUSH(&s);
	SENT(&s, "");
	ck_assert_ptr_eq(LODE_REF(c, p), p);
}
END_TEST

START_TEST(appending_twice_shows_twice_and_sends_once)
{
	P *p;
	C *c;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_AT(p, cs, 0);
	LODE_APPEND(p, cs, c);
	ck_assert_uint_eq(LODE_LEN(p, cs), 3);
	scenario_forget(&s);
	FLUSH(&s);
	SENT(&s, "");
}
END_TEST

/* ---- UOW-09 to UOW-11: keys */

START_TEST(a_removed_child_keeps_its_row)
{
	P *p;
	C *c;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_AT(p, cs, 0);
	LODE_REMOVE(p, cs, c);
	ck_assert_ptr_null(LODE_REF(c, p));
	scenario_forget(&s);
	FLUSH(&s);
	SENT(&s, "UPDATE c SET pid = ? WHERE id = ?");
	ck_assert(!c->pid.present);
	ROWS(&s, "SELECT count(*) FROM c", "2");
}
END_TEST

START_TEST(a_child_whose_key_holds_the_reference_cannot_lose_its_parent)
{
	Sale *sale;

	scenario_sql(&s, "INSERT INTO sale VALUES (1, 'c')");
	scenario_sql(&s, "INSERT INTO line VALUES (1, 1, 'a')");
	sale = LODE_FIND(s.session, Sale, .id = 1);
	LODE_REMOVE(sale, lines, LODE_AT(sale, lines, 0));
	ck_assert_int_eq(lode_flush(s.session), LODE_E_NOTNULL);
	FAILED(&s, LODE_E_NOTNULL, "Line.sale_id is part of the primary key");
	lode_rollback(s.session);
	ck_assert_uint_eq(LODE_LEN(sale, lines), 1);
}
END_TEST

START_TEST(a_child_that_needs_a_parent_cannot_lose_it)
{
	House *house;

	scenario_sql(&s, "INSERT INTO house VALUES (1, 'h')");
	scenario_sql(&s, "INSERT INTO room VALUES (1, 1, 'r')");
	house = LODE_FIND(s.session, House, .id = 1);
	lode_delete(s.session, house);
	ck_assert_int_eq(lode_flush(s.session), LODE_E_NOTNULL);
	FAILED(&s, LODE_E_NOTNULL, "Room.house_id cannot be NULL");
	lode_rollback(s.session);
	ck_assert_str_eq(LODE_AT(house, rooms, 0)->name, "r");
}
END_TEST

START_TEST(new_parents_and_children_of_two_levels_get_their_keys)
{
	Sale *sale = LODE_ADD(s.session, Sale, .customer = "c");

	LODE_APPEND(sale, lines, LODE_NEW(s.session, Line, .number = 1, .what = "a"));
	LODE_APPEND(sale, lines, LODE_NEW(s.session, Line, .number = 2, .what = "b"));
	FLUSH(&s);
	WROTE(&s, "INSERT INTO sale (customer) VALUES (?)\n"
		  "INSERT INTO line (sale_id, number, what) SELECT lode_cell(0), lode_cell(1), lode_cell(2) FROM lode_rows x2");
	ck_assert_ptr_nonnull(LODE_FIND(s.session, Line, .sale_id = sale->id, .number = 2));
	WROTE(&s, "");
}
END_TEST

START_TEST(a_list_without_reverse_sets_the_keys_too)
{
	Shelf *shelf = LODE_ADD(s.session, Shelf, .name = "s");
	Book *book = LODE_ADD(s.session, Book, .title = "b");

	LODE_APPEND(shelf, books, book);
	FLUSH(&s);
	ck_assert_int_eq(book->shelf_id.value, shelf->id);
	LODE_REMOVE(shelf, books, book);
	FLUSH(&s);
	ROWS(&s, "SELECT count(shelf_id) FROM book", "0");
	LODE_APPEND(shelf, books, book);
	FLUSH(&s);
	lode_delete(s.session, shelf);
	FLUSH(&s);
	ck_assert(!book->shelf_id.present);
}
END_TEST

/* ---- REL-02: one-to-one */

START_TEST(one_to_one_keeps_both_sides_in_step)
{
	Person *a = LODE_ADD(s.session, Person, .name = "a");
	Person *b = LODE_ADD(s.session, Person, .name = "b");
	Passport *one = LODE_NEW(s.session, Passport, 0), *two = LODE_NEW(s.session, Passport, 0);

	LODE_LINK(a, passport, one);
	ck_assert_ptr_eq(LODE_REF(one, person), a);
	ck_assert_int_eq(lode_object_state(one), LODE_PENDING);
	FLUSH(&s);
	ck_assert_int_eq(one->person_id.value, a->id);
	/* another one takes its place: the old one loses its person */
	LODE_LINK(a, passport, two);
	ck_assert_ptr_null(LODE_REF(one, person));
	FLUSH(&s);
	ROWS(&s, "SELECT id || coalesce(CAST(person_id AS CHAR(9)), '-') FROM passport ORDER BY id", "1- 21");
	/* and from the other side */
	LODE_LINK(two, person, b);
	ck_assert_ptr_null(LODE_REF(a, passport));
	ck_assert_ptr_eq(LODE_REF(b, passport), two);
	FLUSH(&s);
	ROWS(&s, "SELECT id || coalesce(CAST(person_id AS CHAR(9)), '-') FROM passport ORDER BY id", "1- 22");
}
END_TEST

START_TEST(a_person_may_go_in_the_flush_in_which_its_passport_was_taken)
{
	Person *a;
	Passport *one;

	scenario_sql(&s, "INSERT INTO person VALUES (1, 'a')");
	scenario_sql(&s, "INSERT INTO passport VALUES (1, 1)");
	a = LODE_FIND(s.session, Person, .id = 1);
	one = LODE_REF(a, passport);
	LODE_SET_NULL(a, passport);
	lode_delete(s.session, a);
	scenario_forget(&s);
	FLUSH(&s);
	SENT(&s, "UPDATE passport SET person_id = ? WHERE id = ?\nDELETE FROM person WHERE id = ?");
	ck_assert(!one->person_id.present);
}
END_TEST

START_TEST(partners_put_back_by_a_rollback_can_be_parted)
{
	Person *a = LODE_ADD(s.session, Person, .name = "a");
	Passport *one = LODE_ADD(s.session, Passport, .person = { a });

	FLUSH(&s);
	lode_rollback(s.session);
	ck_assert_ptr_eq(LODE_REF(a, passport), one);
	ck_assert_int_eq(one->person_id.value, 1);
	lode_add(s.session, a);
	LODE_SET_NULL(a, passport);
	FLUSH(&s);
	ck_assert(!one->person_id.present);
	/* linked after the INSERT: the key that is kept and the link that is kept agree */
	LODE_LINK(one, person, a);
	FLUSH(&s);
	lode_rollback(s.session);
	ck_assert_ptr_eq(LODE_REF(one, person), a);
	lode_add(s.session, a);
	LODE_SET_NULL(a, passport);
	FLUSH(&s);
	ROWS(&s, "SELECT count(person_id) FROM passport", "0");
}
END_TEST

START_TEST(one_to_one_loads_from_either_side)
{
	Person *a;
	Passport *one;

	scenario_sql(&s, "INSERT INTO person VALUES (1, 'a'), (2, 'b')");
	scenario_sql(&s, "INSERT INTO passport VALUES (1, 1)");
	a = LODE_FIND(s.session, Person, .id = 1);
	one = LODE_REF(a, passport);
	ck_assert_ptr_eq(one, LODE_FIND(s.session, Passport, .id = 1));
	ck_assert_ptr_eq(LODE_REF(one, person), a);
	ck_assert_ptr_null(LODE_REF(LODE_FIND(s.session, Person, .id = 2), passport));
	lode_delete(s.session, a);
	FLUSH(&s);
	ck_assert(!one->person_id.present);
	OK(&s);
}
END_TEST

/* A list of all persons, of whom the first has two passports. */
static lode_statement *two_passports(lode_loader *loader)
{
	scenario_sql(&s, "INSERT INTO person VALUES (1, 'a'), (2, 'b')");
	scenario_sql(&s, "INSERT INTO passport VALUES (1, 1), (2, 1), (3, 2)");
	return loader ? lode_option(LODE_SELECT(Person), loader) : LODE_SELECT(Person);
}

START_TEST(a_second_row_of_a_one_to_one_is_warned_of)
{
	lode_loader *loaders[] = { NULL, LODE_SELECTIN_LOAD(Person, passport),
				   LODE_JOINED_LOAD(Person, passport) };
	Person_list list = LODE_ALL(s.session, Person, two_passports(loaders[_i]));

	for (int i = 0; i < 3; i++)
		if (i != _i)
			lode_loader_free(loaders[i]);
	ck_assert_uint_eq(list.count, 2);
	ck_assert_int_eq(LODE_REF(list.items[0], passport)->id, 1);
	ck_assert_int_eq(LODE_REF(list.items[1], passport)->id, 3);
	OK(&s);
	WARNED(&s, LODE_W_SECOND_ROW, "Person.passport leads to one Passport");
}
END_TEST

START_TEST(a_second_row_of_a_one_to_one_can_be_an_error)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_session *session;
	Person *a;

	ck_assert_int_eq(lode_registry_warning(registry, LODE_W_SECOND_ROW, LODE_WARN_ERROR), LODE_OK);
	ck_assert_int_eq(LODE_MAP(registry, &s.error, Person), LODE_OK);
	session = lode_session_new(registry, s.engine, NULL, &s.error);
	a = LODE_ALL(session, Person, two_passports(NULL)).items[0];
	ck_assert_ptr_null(LODE_REF(a, passport));
	ck_assert_int_eq(lode_session_status(session), LODE_E_STATE);
	ck_assert_ptr_nonnull(strstr(lode_session_error(session)->message, "Person.passport leads to"));
	lode_session_free(session);
	lode_registry_free(registry);
	scenario_forget(&s);
}
END_TEST

/* ---- REL-03, UOW-12: many-to-many */

START_TEST(many_to_many_writes_each_link_once)
{
	Left *l[2] = { LODE_ADD(s.session, Left, .name = "a"),
		       LODE_ADD(s.session, Left, .name = "b") };
	Right *r[2] = { LODE_NEW(s.session, Right, .name = "x"),
			LODE_NEW(s.session, Right, .name = "y") };

	for (int i = 0; i < 4; i++)
		LODE_APPEND(l[i / 2], rs, r[i % 2]);
	FLUSH(&s);
	ROWS(&s, "SELECT l_id || '' || right_side_id FROM l_right ORDER BY 1", "11 12 21 22");
	scenario_forget(&s);
	LODE_REMOVE(l[0], rs, r[1]);
	LODE_REMOVE(r[0], ls, l[1]);
	FLUSH(&s);
	SENT(&s,
	     "DELETE FROM l_right WHERE (l_id, right_side_id) IN (SELECT c0, c1 FROM lode_rows) x2");
	ROWS(&s, "SELECT l_id || '' || right_side_id FROM l_right ORDER BY 1", "11 22");
	/* taken out and put back in one flush: nothing */
	scenario_forget(&s);
	LODE_REMOVE(l[0], rs, r[0]);
	LODE_APPEND(l[0], rs, r[0]);
	FLUSH(&s);
	SENT(&s, "");
}
END_TEST

START_TEST(many_to_many_loads_for_all_of_a_result)
{
	Left_list list;

	scenario_sql(&s, "INSERT INTO l VALUES (1, 'a'), (2, 'b'), (3, 'c')");
	scenario_sql(&s, "INSERT INTO right_side VALUES (1, 'x'), (2, 'y')");
	scenario_sql(&s, "INSERT INTO l_right VALUES (1, 1), (1, 2), (2, 2)");
	list = LODE_ALL(s.session, Left, lode_order_by(LODE_SELECT(Left), LODE_ASC(Left, id)));
	scenario_forget(&s);
	ck_assert_uint_eq(LODE_LEN(list.items[0], rs), 2);
	ck_assert_uint_eq(LODE_LEN(list.items[1], rs), 1);
	ck_assert_uint_eq(LODE_LEN(list.items[2], rs), 0);
	ck_assert_ptr_eq(LODE_AT(list.items[1], rs, 0), LODE_AT(list.items[0], rs, 1));
	ck_assert_uint_eq(s.sent.count, 1);
	/* deleting the far side takes its links first, whoever has them loaded */
	scenario_forget(&s);
	lode_delete(s.session, LODE_FIND(s.session, Right, .id = 2));
	FLUSH(&s);
	SENT(&s, "DELETE FROM l_right WHERE right_side_id = ?\n"
		 "DELETE FROM right_side WHERE id = ?");
	ROWS(&s, "SELECT l_id || '' || right_side_id FROM l_right", "11");
}
END_TEST

START_TEST(what_is_deleted_leaves_lists_and_references)
{
	Left *l;
	Right *r;
	P *p;
	C *c;

	insert_family();
	scenario_sql(&s, "INSERT INTO l VALUES (1, 'a'), (2, 'b')");
	scenario_sql(&s, "INSERT INTO right_side VALUES (1, 'x')");
	scenario_sql(&s, "INSERT INTO l_right VALUES (1, 1), (2, 1)");
	l = LODE_FIND(s.session, Left, .id = 1);
	r = LODE_FIND(s.session, Right, .id = 1);
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_AT(p, cs, 0);
	ck_assert_ptr_eq(LODE_REF(c, p), p);
	ck_assert_uint_eq(LODE_LEN(r, ls), 2);
	/* nobody has read l.rs */
	lode_delete(s.session, l);
	lode_delete(s.session, p);
	FLUSH(&s);
	scenario_forget(&s);
	ck_assert_uint_eq(LODE_LEN(r, ls), 1);
	ck_assert_ptr_null(LODE_REF(c, p));
	lode_delete(s.session, LODE_AT(r, ls, 0));
	FLUSH(&s);
	ck_assert_uint_eq(LODE_LEN(r, ls), 0);
	lode_rollback(s.session);
	ck_assert_uint_eq(LODE_LEN(r, ls), 2);
	ck_assert_ptr_eq(LODE_REF(c, p), p);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
}
END_TEST

START_TEST(an_object_that_a_rollback_put_back_may_be_added_again_with_its_links)
{
	P *p;
	C *c;
	Left *l;
	Right *r;

	insert_family();
	scenario_sql(&s, "INSERT INTO l VALUES (1, 'a')");
	p = LODE_FIND(s.session, P, .id = 2);
	l = LODE_FIND(s.session, Left, .id = 1);
	ck_assert_uint_eq(LODE_LEN(p, cs) + LODE_LEN(l, rs), 0);
	c = LODE_ADD(s.session, C, .v = 30, .p = { p });
	r = LODE_ADD(s.session, Right, .name = "r");
	LODE_APPEND(l, rs, r);
	FLUSH(&s);
	lode_rollback(s.session);
	ck_assert_uint_eq(LODE_LEN(p, cs) + LODE_LEN(l, rs), 0);
	lode_add(s.session, c);
	lode_add(s.session, r);
	ck_assert_ptr_eq(LODE_AT(p, cs, 0), c);
	ck_assert_ptr_eq(LODE_AT(l, rs, 0), r);
	COMMIT(&s);
	ck_assert_uint_eq(LODE_LEN(p, cs) + LODE_LEN(l, rs), 2);
	ROWS(&s, "SELECT pid FROM c WHERE v = 30 UNION ALL SELECT l_id FROM l_right", "2 1");
}
END_TEST

START_TEST(rollback_puts_links_back)
{
	Left *l;

	scenario_sql(&s, "INSERT INTO l VALUES (1, 'a')");
	scenario_sql(&s, "INSERT INTO right_side VALUES (1, 'x')");
	scenario_sql(&s, "INSERT INTO l_right VALUES (1, 1)");
	l = LODE_FIND(s.session, Left, .id = 1);
	LODE_REMOVE(l, rs, LODE_AT(l, rs, 0));
	FLUSH(&s);
	lode_rollback(s.session);
	ck_assert_uint_eq(LODE_LEN(l, rs), 1);
	scenario_forget(&s);
	LODE_REMOVE(l, rs, LODE_AT(l, rs, 0));
	COMMIT(&s);
	WROTE(&s, "DELETE FROM l_right WHERE l_id = ? AND right_side_id = ?");
}
END_TEST

/* ---- REL-07: self-referential */

START_TEST(a_tree_is_read_in_both_directions)
{
	N *root, *child;

	scenario_sql(&s, "INSERT INTO n VALUES (1, 'root', NULL), (2, 'a', 1), (3, 'b', 1)");
	root = LODE_FIND(s.session, N, .id = 1);
	ck_assert_uint_eq(LODE_LEN(root, children), 2);
	child = LODE_AT(root, children, 0);
	ck_assert_ptr_eq(LODE_REF(child, parent), root);
	ck_assert_ptr_null(LODE_REF(root, parent));
	LODE_LINK(LODE_AT(root, children, 1), parent, child);
	ck_assert_uint_eq(LODE_LEN(root, children), 1);
	ck_assert_uint_eq(LODE_LEN(child, children), 1);
	FLUSH(&s);
	ROWS(&s, "SELECT coalesce(CAST(parent_id AS CHAR(9)), '-') || '' FROM n ORDER BY id", "- 1 2");
}
END_TEST

/* ---- REL-12: order */

START_TEST(a_list_is_loaded_in_its_order_and_keeps_what_is_appended_last)
{
	House *house;

	scenario_sql(&s, "INSERT INTO house VALUES (1, 'h')");
	scenario_sql(&s, "INSERT INTO room VALUES (1, 1, 'a'), (2, 1, 'c'), (3, 1, 'b')");
	house = LODE_FIND(s.session, House, .id = 1);
	ck_assert_str_eq(LODE_AT(house, rooms, 0)->name, "c");
	ck_assert_str_eq(LODE_AT(house, rooms, 2)->name, "a");
	LODE_APPEND(house, rooms, LODE_NEW(s.session, Room, .name = "z"));
	FLUSH(&s);
	ck_assert_str_eq(LODE_AT(house, rooms, 3)->name, "z");
	lode_refresh(s.session, house);
	ck_assert_str_eq(LODE_AT(house, rooms, 0)->name, "z");
}
END_TEST

/* ---- UOW-22: what may not be linked */

START_TEST(what_may_not_be_linked_is_refused)
{
	lode_session *other = lode_session_new(s.registry, s.engine, NULL, NULL);
	P *p = LODE_ADD(s.session, P, .name = "p"), *foreign = LODE_NEW(other, P, .name = "f");
	C *c = LODE_ADD(s.session, C, .v = 1);

	ck_assert_int_eq(LODE_LINK(c, p, foreign), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "another session");
	lode_rollback(s.session);
	ck_assert_int_eq(lode_append(p, offsetof(P, cs), p), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "holds objects of class C, not of class P");
	lode_rollback(s.session);
	ck_assert_int_eq(LODE_APPEND(p, cs, (C *)NULL), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "no object (NULL)");
	lode_rollback(s.session);
	ck_assert_int_eq(lode_append(p, offsetof(P, name), c), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "no relationship");
	lode_rollback(s.session);
	lode_session_free(other);
}
END_TEST

START_TEST(a_deleted_object_may_not_be_linked)
{
	P *p = LODE_ADD(s.session, P, .name = "p");
	C *c = LODE_ADD(s.session, C, .v = 1);

	FLUSH(&s);
	lode_delete(s.session, p);
	FLUSH(&s);
	ck_assert_int_eq(LODE_LINK(c, p, p), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "deleted");
	lode_rollback(s.session);
}
END_TEST

/* ---- */

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, a_list_loads_when_it_is_read);
	tcase_add_test(tests, each_walks_the_list_as_it_was);
	tcase_add_test(tests, append_sets_the_reference_at_once_and_moves_the_child);
	tcase_add_test(tests, a_reference_moves_the_child_between_loaded_lists);
	tcase_add_test(tests, a_change_of_an_unloaded_list_is_merged_when_it_loads);
	tcase_add_test(tests, an_item_may_be_taken_out_and_put_back);
	tcase_add_test(tests, appending_twice_shows_twice_and_sends_once);
	tcase_add_test(tests, a_removed_child_keeps_its_row);
	tcase_add_test(tests, a_child_whose_key_holds_the_reference_cannot_lose_its_parent);
	tcase_add_test(tests, a_child_that_needs_a_parent_cannot_lose_it);
	tcase_add_test(tests, new_parents_and_children_of_two_levels_get_their_keys);
	tcase_add_test(tests, a_list_without_reverse_sets_the_keys_too);
	tcase_add_test(tests, one_to_one_keeps_both_sides_in_step);
	tcase_add_test(tests, a_person_may_go_in_the_flush_in_which_its_passport_was_taken);
	tcase_add_test(tests, partners_put_back_by_a_rollback_can_be_parted);
	tcase_add_test(tests, one_to_one_loads_from_either_side);
	tcase_add_loop_test(tests, a_second_row_of_a_one_to_one_is_warned_of, 0, 3);
	tcase_add_test(tests, a_second_row_of_a_one_to_one_can_be_an_error);
	tcase_add_test(tests, many_to_many_writes_each_link_once);
	tcase_add_test(tests, many_to_many_loads_for_all_of_a_result);
	tcase_add_test(tests, what_is_deleted_leaves_lists_and_references);
	tcase_add_test(tests, an_object_that_a_rollback_put_back_may_be_added_again_with_its_links);
	tcase_add_test(tests, rollback_puts_links_back);
	tcase_add_test(tests, a_tree_is_read_in_both_directions);
	tcase_add_test(tests, a_list_is_loaded_in_its_order_and_keeps_what_is_appended_last);
	tcase_add_test(tests, what_may_not_be_linked_is_refused);
	tcase_add_test(tests, a_deleted_object_may_not_be_linked);
}

int main(void)
{
	Suite *suite = suite_create("orm/relationships");
	TCase *tests = tcase_create("relationships");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	add_tests(tests);
	suite_add_tcase(suite, tests);
	return lode_test_run(suite);
}
