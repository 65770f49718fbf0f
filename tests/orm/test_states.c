/* SPDX-License-Identifier: MIT */
/* tests/orm/test_states.c - objects and the unit of work: identity, change tracking, states, order
 * and grouping of statements, keys and values that come back; contracts STA-* and UOW-*. */
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

static P *load_p(const char *values)
{
	char sql[200];

	snprintf(sql, sizeof sql, "INSERT INTO p VALUES %s", values);
	scenario_sql(&s, sql);
	return LODE_FIND(s.session, P, .id = 1);
}

/* ---- STA-01, STA-02: identity */

START_TEST(one_row_is_one_object_whatever_finds_it)
{
	P *p = load_p("(1, 'p', NULL)");
	C *c;

	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 0)");
	c = LODE_FIND(s.session, C, .id = 1);
	ck_assert_ptr_eq(LODE_ONE(s.session, P, LODE_SELECT(P)), p);
	ck_assert_ptr_eq(LODE_REF(c, p), p);
	ck_assert_ptr_eq(LODE_AT(p, cs, 0), c);
	OK(&s);
}
END_TEST

START_TEST(sessions_have_objects_of_their_own)
{
	lode_session *other = lode_session_new(s.registry, s.engine, NULL, NULL);
	P *p = load_p("(1, 'p', NULL)"), *same;

	COMMIT(&s);
	same = LODE_FIND(other, P, .id = 1);
	ck_assert_ptr_ne(same, p);
	ck_assert_ptr_eq(lode_object_session(same), other);
	ck_assert_ptr_eq(lode_object_session(p), s.session);
	lode_session_free(other);
}
END_TEST

START_TEST(a_loaded_row_does_not_overwrite_unless_asked)
{
	lode_session_options options = { .struct_size = sizeof options, .populate_existing = true };
	P *p = load_p("(1, 'p', NULL)");

	scenario_sql(&s, "UPDATE p SET name = 'raw'");
	LODE_ALL(s.session, P, LODE_SELECT(P));
	ck_assert_str_eq(p->name, "p");
	lode_rollback(s.session);
	scenario_session(&s, &options);
	p = LODE_FIND(s.session, P, .id = 1);
	scenario_sql(&s, "UPDATE p SET name = 'raw'");
	LODE_ALL(s.session, P, LODE_SELECT(P));
	ck_assert_str_eq(p->name, "raw");
}
END_TEST

/* ---- STA-03, UOW-06: changes */

START_TEST(an_assignment_is_all_that_a_change_takes)
{
	P *p = load_p("(1, 'p', NULL), (2, 'q', NULL)"), *q = LODE_FIND(s.session, P, .id = 2);

	scenario_forget(&s);
	p->name = "one";
	q->note = "two";
	FLUSH(&s);
	SENT(&s, "UPDATE p SET name = ? WHERE id = ?\nUPDATE p SET note = ? WHERE id = ?");
	FLUSH(&s);
	SENT(&s, "");
	ROWS(&s, "SELECT name || coalesce(note, '-') FROM p ORDER BY id", "one- qtwo");
}
END_TEST

START_TEST(rows_of_one_shape_are_updated_together_in_the_order_of_their_keys)
{
	P_list list;

	load_p("(3, 'c', NULL), (1, 'a', NULL), (2, 'b', NULL)");
	list = LODE_ALL(s.session, P, lode_order_by(LODE_SELECT(P), LODE_DESC(P, name)));
	scenario_forget(&s);
	for (size_t i = 0; i < list.count; i++)
		LODE_SET(list.items[i], note, "n");
	FLUSH(&s);
	SENT(&s, "UPDATE p SET note = lode_cell(0, id) WHERE id IN (SELECT c1 FROM lode_rows) x3");
	ROWS(&s, "SELECT id || note FROM p ORDER BY id", "1n 2n 3n");
}
END_TEST

START_TEST(text_is_copied_by_the_flush)
{
	P *p = load_p("(1, 'p', NULL)");
	char text[] = "borrowed";

	p->name = text;
	FLUSH(&s);
	memcpy(text, "gone....", sizeof text);
	ck_assert_str_eq(p->name, "borrowed");
	FLUSH(&s);
	ROWS(&s, "SELECT name FROM p", "borrowed");
}
END_TEST

START_TEST(set_copies_at_once)
{
	P *p = load_p("(1, 'p', NULL)"), *new_p;
	char text[] = "first";

	LODE_SET(p, name, text);
	new_p = LODE_ADD(s.session, P, .name = text, .note = text);
	LODE_SET(new_p, note, text);
	memcpy(text, "XXXXX", sizeof text);
	ck_assert_str_eq(p->name, "first");
	ck_assert_str_eq(new_p->name, "first");
	FLUSH(&s);
	ROWS(&s, "SELECT name || coalesce(note, '-') FROM p ORDER BY id", "first- firstfirst");
}
END_TEST

START_TEST(a_value_of_an_absent_member_is_misuse)
{
	C *c = LODE_ADD(s.session, C, .v = 1);

	FLUSH(&s);
	c->pid.value = 7;
	ck_assert_int_eq(lode_flush(s.session), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "C.pid was given a value but is not present");
	lode_rollback(s.session);
}
END_TEST

START_TEST(is_modified_asks_for_a_net_change)
{
	P *p = load_p("(1, 'p', NULL)"), *q = LODE_NEW(s.session, P, .name = "q");

	ck_assert(!lode_is_modified(p) && !lode_is_modified(q) && !lode_is_modified(NULL));
	lode_add(s.session, q);
	ck_assert(lode_is_modified(q));
	p->note = "n";
	ck_assert(lode_is_modified(p));
	p->note = NULL;
	ck_assert(!lode_is_modified(p));
	LODE_APPEND(p, cs, LODE_NEW(s.session, C, .v = 1));
	ck_assert(lode_is_modified(p));
	lode_rollback(s.session);
}
END_TEST

START_TEST(explicit_tracking_compares_what_was_touched)
{
	lode_session_options options = { .struct_size = sizeof options,
					 .tracking = LODE_TRACK_EXPLICIT };
	P *p;

	scenario_session(&s, &options);
	p = load_p("(1, 'p', NULL)");
	scenario_forget(&s);
	p->name = "unseen";
	FLUSH(&s);
	SENT(&s, "");
	lode_touch(p);
	FLUSH(&s);
	SENT(&s, "UPDATE p SET name = ? WHERE id = ?");
	LODE_SET(p, note, "set");
	FLUSH(&s);
	SENT(&s, "UPDATE p SET note = ? WHERE id = ?");
}
END_TEST

START_TEST(a_read_only_session_tracks_nothing)
{
	lode_session_options options = { .struct_size = sizeof options,
					 .tracking = LODE_TRACK_NONE };
	P *p;

	scenario_session(&s, &options);
	p = load_p("(1, 'p', NULL)");
	scenario_forget(&s);
	p->name = "never sent";
	FLUSH(&s);
	SENT(&s, "");
	LODE_ADD(s.session, P, .name = "q");
	FAILED(&s, LODE_E_MISUSE, "read-only");
	lode_rollback(s.session);
	ck_assert_int_eq(LODE_SET(p, name, "set"), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "read-only");
	lode_rollback(s.session);
}
END_TEST

/* ---- STA-04: states */

START_TEST(an_object_goes_through_its_states)
{
	P *p = LODE_NEW(s.session, P, .name = "p");

	ck_assert_int_eq(lode_object_state(p), LODE_TRANSIENT);
	lode_add(s.session, p);
	ck_assert_int_eq(lode_object_state(p), LODE_PENDING);
	FLUSH(&s);
	ck_assert_int_eq(lode_object_state(p), LODE_PERSISTENT);
	lode_delete(s.session, p);
	FLUSH(&s);
	ck_assert_int_eq(lode_object_state(p), LODE_DELETED);
	ck_assert(lode_contains(s.session, p));
	COMMIT(&s);
	ck_assert_int_eq(lode_object_state(p), LODE_DETACHED);
	ck_assert(!lode_contains(s.session, p));
	ck_assert_int_eq(lode_object_state(NULL), 0);
}
END_TEST

START_TEST(an_object_knows_its_mapper)
{
	P *p = LODE_NEW(s.session, P, .name = "p");

	ck_assert_str_eq(lode_mapper_name(lode_inspect_object(p)), "P");
	ck_assert_ptr_null(lode_inspect_object(NULL));
}
END_TEST

/* ---- STA-06: unset is not NULL */

START_TEST(what_is_named_is_sent_and_what_is_not_gets_its_default)
{
	D *d = LODE_ADD(s.session, D, .b = NULL);

	FLUSH(&s);
	WROTE(&s, "INSERT INTO d (b, c) VALUES (?, ?) RETURNING a");
	ck_assert_str_eq(d->a, "server");
	ck_assert_ptr_null(d->b);
	d = LODE_ADD(s.session, D, 0);
	d->b = "assigned";
	FLUSH(&s);
	ck_assert_str_eq(d->b, "assigned");
	ROWS(&s, "SELECT coalesce(b, '-') FROM d", "- assigned");
}
END_TEST

/* ---- STA-07, STA-08: expired and detached objects */

START_TEST(an_expired_object_reloads_when_a_relationship_is_read)
{
	P *p = load_p("(1, 'p', NULL)");
	C *c;

	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 0)");
	c = LODE_FIND(s.session, C, .id = 1);
	LODE_REF(c, p);
	scenario_sql(&s, "UPDATE p SET name = 'raw'");
	lode_expire(s.session, p);
	lode_expire(s.session, c);
	ck_assert_ptr_eq(LODE_REF(c, p), p);
	ck_assert_str_eq(p->name, "raw");
}
END_TEST

START_TEST(what_was_changed_since_an_object_expired_is_kept)
{
	lode_session_options options = { .struct_size = sizeof options, .no_autoflush = true };
	P *p, *q;

	scenario_session(&s, &options);
	p = load_p("(1, 'p', NULL), (2, 'q', NULL)");
	q = LODE_FIND(s.session, P, .id = 2);
	scenario_sql(&s, "UPDATE p SET note = 'raw'");
	lode_expire_all(s.session);
	p->name = "changed";
	LODE_APPEND(q, cs, LODE_NEW(s.session, C, .v = 1));
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), p);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 2), q);
	ck_assert_str_eq(p->name, "changed");
	ck_assert_str_eq(p->note, "raw");
	scenario_forget(&s);
	FLUSH(&s);
	WROTE(&s, "UPDATE p SET name = ? WHERE id = ?\nINSERT INTO c (pid, v) VALUES (?, ?)");
	ROWS(&s, "SELECT pid FROM c", "2");
}
END_TEST

START_TEST(expired_items_of_a_list_reload_when_they_are_reached)
{
	P *p = load_p("(1, 'p', NULL)");
	int sum = 0;

	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 1), (2, 1, 2), (3, 1, 3)");
	LODE_EACH(C, c, p, cs)
	lode_expire(s.session, c);
	scenario_sql(&s, "UPDATE c SET v = v * 10");
	scenario_forget(&s);
	LODE_EACH(C, c, p, cs)
	sum += c->v;
	SENT(&s, "SELECT c.id, c.pid, c.v FROM c WHERE c.id IN (SELECT value FROM lode_array(?))");
	ck_assert_int_eq(sum, 60);
	lode_expire(s.session, LODE_AT(p, cs, 1));
	scenario_forget(&s);
	ck_assert_int_eq(LODE_AT(p, cs, 1)->v, 20);
	SENT(&s, "SELECT c.id, c.pid, c.v FROM c WHERE c.id = ?");
}
END_TEST

START_TEST(reaching_an_expired_object_whose_row_is_gone_is_an_error)
{
	P *p = load_p("(1, 'p', NULL)");
	C *c;

	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 0)");
	c = LODE_AT(p, cs, 0);
	COMMIT(&s);
	scenario_sql(&s, "DELETE FROM c");
	lode_expire(s.session, c);
	ck_assert_ptr_null(LODE_AT(p, cs, 0));
	FAILED(&s, LODE_E_STALE, "class C is gone");
	lode_rollback(s.session);
	scenario_sql(&s, "DELETE FROM p");
	lode_expire(s.session, p);
	/* it must not look like an empty list */
	ck_assert_uint_eq(LODE_LEN(p, cs), 0);
	FAILED(&s, LODE_E_STALE, "class P is gone");
	lode_rollback(s.session);
}
END_TEST

START_TEST(a_detached_object_does_not_load)
{
	P *p = load_p("(1, 'p', NULL)");

	lode_expunge(s.session, p);
	ck_assert_uint_eq(LODE_LEN(p, cs), 0);
	MISUSED(&s, "detached");
	ck_assert_int_eq(LODE_SET(p, name, "set"), LODE_E_MISUSE);
	MISUSED(&s, "detached");
	lode_object_free(p);
}
END_TEST

START_TEST(clean_objects_stay_where_they_are)
{
	P *p = load_p("(1, 'p', NULL)");

	for (int i = 0; i < 3; i++) {
		COMMIT(&s);
		lode_rollback(s.session);
		LODE_ALL(s.session, P, LODE_SELECT(P));
	}
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), p);
	ck_assert_str_eq(p->name, "p");
}
END_TEST

/* ---- UOW-02..05: order */

START_TEST(new_objects_keep_the_order_in_which_they_were_added)
{
	P *b = LODE_NEW(s.session, P, .name = "b"), *a = LODE_NEW(s.session, P, .name = "a");

	lode_add(s.session, a);
	lode_add(s.session, b);
	FLUSH(&s);
	ck_assert_int_eq(a->id, 1);
	ck_assert_int_eq(b->id, 2);
}
END_TEST

START_TEST(two_classes_may_refer_to_each_other)
{
	X *x = LODE_ADD(s.session, X, 0);
	Y *y = LODE_ADD(s.session, Y, .x = { x });

	FLUSH(&s);
	WROTE(&s, "INSERT INTO x (y_id) VALUES (?)\nINSERT INTO y (x_id) VALUES (?)");
	LODE_LINK(x, y, y);
	FLUSH(&s);
	WROTE(&s, "UPDATE x SET y_id = ? WHERE id = ?");
	ck_assert_int_eq(x->y_id.value, y->id);
	LODE_ADD(s.session, X, .y = { LODE_ADD(s.session, Y, 0) });
	FLUSH(&s);
	WROTE(&s, "INSERT INTO y (x_id) VALUES (?)\nINSERT INTO x (y_id) VALUES (?)");
}
END_TEST

START_TEST(new_rows_in_a_circle_are_refused_by_name)
{
	X *x = LODE_ADD(s.session, X, 0);
	Y *y = LODE_ADD(s.session, Y, .x = { x });

	LODE_LINK(x, y, y);
	ck_assert_int_eq(lode_flush(s.session), LODE_E_CYCLE);
	SENT(&s, "");
	FAILED(&s, LODE_E_CYCLE, "depend on each other");
	ck_assert(lode_session_culprit(s.session) == x || lode_session_culprit(s.session) == y);
	lode_rollback(s.session);
}
END_TEST

START_TEST(an_object_that_refers_to_itself_can_be_linked_after_its_insert)
{
	N *n = LODE_ADD(s.session, N, .name = "n");

	FLUSH(&s);
	LODE_LINK(n, parent, n);
	FLUSH(&s);
	ck_assert_int_eq(n->parent_id.value, n->id);
	if (backend_speaks("mariadb"))
		BACKEND_LACKS("deleting a row that refers to itself");
	lode_delete(s.session, n);
	FLUSH(&s);
	ROWS(&s, "SELECT count(*) FROM n", "0");
}
END_TEST

START_TEST(a_new_row_may_refer_to_itself)
{
	N *n = LODE_ADD(s.session, N, .id = 4, .name = "n");

	LODE_LINK(n, parent, n);
	FLUSH(&s);
	ROWS(&s, "SELECT id || '<' || parent_id FROM n", "4<4");
}
END_TEST

/* ---- UOW-07, UOW-08: batches and keys */

START_TEST(objects_with_nothing_but_a_generated_key_are_stored)
{
	Bare *one = LODE_ADD(s.session, Bare, 0), *two, *three;

	FLUSH(&s);
	WROTE(&s, "INSERT INTO bare DEFAULT VALUES");
	two = LODE_ADD(s.session, Bare, 0);
	three = LODE_ADD(s.session, Bare, 0);
	FLUSH(&s);
	ck_assert_int_eq(one->id, 1);
	ck_assert_int_eq(two->id, 2);
	ck_assert_int_eq(three->id, 3);
	ROWS(&s, "SELECT id FROM bare", "1 2 3");
}
END_TEST

START_TEST(many_keys_come_back_in_order)
{
	P *p[50];
	char name[8];

	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof name, "n%d", i);
		p[i] = LODE_ADD(s.session, P, .name = name);
	}
	FLUSH(&s);
	WROTE(&s, "INSERT INTO p (name, note) SELECT lode_cell(0), lode_cell(1) FROM lode_rows x50");
	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof name, "n%d", i);
		lode_refresh(s.session, p[i]);
		ck_assert_str_eq(p[i]->name, name);
	}
}
END_TEST

/* A statement takes at most 1,000 rows; to the objects, slices are one. */
START_TEST(many_rows_go_in_slices)
{
	enum { COUNT = 2500 };
	static C *all[COUNT];

	for (int i = 0; i < COUNT; i++)
		all[i] = LODE_ADD(s.session, C, .v = i);
	FLUSH(&s);
	WROTE(&s, "INSERT INTO c (pid, v) SELECT lode_cell(0), lode_cell(1) FROM lode_rows x1000\n"
		  "INSERT INTO c (pid, v) SELECT lode_cell(0), lode_cell(1) FROM lode_rows x1000\n"
		  "INSERT INTO c (pid, v) SELECT lode_cell(0), lode_cell(1) FROM lode_rows x500");
	ck_assert_int_ge(all[COUNT - 1]->id, all[0]->id + COUNT - 1);
	for (int i = 0; i < COUNT; i++)
		all[i]->v = 2 * i + 1;
	FLUSH(&s);
	WROTE(&s, "UPDATE c SET v = lode_cell(0, id) WHERE id IN (SELECT c1 FROM lode_rows) x1000\n"
		  "UPDATE c SET v = lode_cell(0, id) WHERE id IN (SELECT c1 FROM lode_rows) x1000\n"
		  "UPDATE c SET v = lode_cell(0, id) WHERE id IN (SELECT c1 FROM lode_rows) x500");
	ROWS(&s, "SELECT count(*) FROM (SELECT v, row_number() OVER (ORDER BY id) AS n FROM c) AS d "
		 "WHERE v = 2 * n - 1", "2500");
	for (int i = 0; i < COUNT; i++)
		lode_delete(s.session, all[i]);
	FLUSH(&s);
	WROTE(&s, "DELETE FROM c WHERE id IN (SELECT c0 FROM lode_rows) x1000\n"
		  "DELETE FROM c WHERE id IN (SELECT c0 FROM lode_rows) x1000\n"
		  "DELETE FROM c WHERE id IN (SELECT c0 FROM lode_rows) x500");
	ROWS(&s, "SELECT count(*) FROM c", "0");
}
END_TEST

/* What went before in the same flush is undone with the slice that failed. */
START_TEST(a_slice_that_fails_undoes_those_before)
{
	enum { COUNT = 1500 };
	static P *p[COUNT];

	for (int i = 0; i < COUNT; i++)
		p[i] = LODE_ADD(s.session, P, .id = i == COUNT - 1 ? 1 : i + 1, .name = "n");
	ck_assert_int_lt(lode_flush(s.session), 0);
	ck_assert_int_lt(lode_session_status(s.session), 0);
	ck_assert_ptr_eq(lode_session_culprit(s.session), p[COUNT - 1]);
	ck_assert_int_eq(lode_object_state(p[0]), LODE_PERSISTENT);
	lode_rollback(s.session);
	ck_assert_int_eq(lode_object_state(p[0]), LODE_TRANSIENT);
	ck_assert_int_eq(lode_object_state(p[COUNT - 1]), LODE_TRANSIENT);
	ROWS(&s, "SELECT count(*) FROM p", "0");
}
END_TEST

/* ---- UOW-13, UOW-14 */

START_TEST(updates_go_before_inserts_and_deletes_after)
{
	Key *one, *two;

	scenario_sql(&s, "INSERT INTO \"keys\" VALUES (1, 'one'), (2, 'two')");
	one = LODE_FIND(s.session, Key, .id = 1);
	two = LODE_FIND(s.session, Key, .id = 2);
	scenario_forget(&s);
	lode_delete(s.session, two);
	LODE_ADD(s.session, Key, .code = "one");
	one->code = "freed";
	FLUSH(&s);
	SENT(&s, "UPDATE keys SET code = ? WHERE id = ?\n"
		 "INSERT INTO keys (code) VALUES (?)\n"
		 "DELETE FROM keys WHERE id = ?");
}
END_TEST

START_TEST(a_row_switch_survives_commit_and_rollback_of_what_follows)
{
	P *p = load_p("(1, 'a', 'note')"), *b, *c;

	lode_delete(s.session, p);
	b = LODE_ADD(s.session, P, .id = 1, .name = "b");
	COMMIT(&s);
	lode_delete(s.session, b);
	c = LODE_ADD(s.session, P, .id = 1, .name = "c", .note = "other");
	FLUSH(&s);
	ROWS(&s, "SELECT name || note FROM p", "cother");
	lode_rollback(s.session);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), b);
	ck_assert_str_eq(b->name, "b");
	ck_assert_str_eq(b->note, "note");
	ck_assert_int_eq(lode_object_state(c), LODE_TRANSIENT);
	ck_assert_str_eq(c->note, "other");
	ck_assert_int_eq(lode_object_state(p), LODE_DETACHED);
}
END_TEST

/* ---- UOW-15: rows that are gone */

START_TEST(an_update_of_a_vanished_row_is_an_error)
{
	P *p = load_p("(1, 'p', NULL)");

	COMMIT(&s);
	scenario_sql(&s, "DELETE FROM p");
	p->name = "lost";
	ck_assert_int_eq(lode_flush(s.session), LODE_E_STALE);
	FAILED(&s, LODE_E_STALE, "class P");
	ck_assert_ptr_eq(lode_session_culprit(s.session), p);
	lode_rollback(s.session);
	ck_assert_str_eq(p->name, "p");
}
END_TEST

START_TEST(the_vanished_row_of_a_batch_is_named)
{
	P_list list;
	P *gone;

	load_p("(1, 'a', NULL), (2, 'b', NULL), (3, 'c', NULL)");
	list = LODE_ALL(s.session, P, LODE_SELECT(P));
	gone = LODE_FIND(s.session, P, .id = 2);
	COMMIT(&s);
	scenario_sql(&s, "DELETE FROM p WHERE id = 2");
	for (size_t i = 0; i < 3; i++)
		list.items[i]->note = "n";
	ck_assert_int_eq(lode_flush(s.session), LODE_E_STALE);
	ck_assert_ptr_eq(lode_session_culprit(s.session), gone);
	lode_rollback(s.session);
	ROWS(&s, "SELECT count(note) FROM p", "0");
}
END_TEST

START_TEST(a_delete_of_a_vanished_row_only_warns)
{
	P *p = load_p("(1, 'p', NULL)");

	COMMIT(&s);
	scenario_sql(&s, "DELETE FROM p");
	lode_delete(s.session, p);
	COMMIT(&s);
	WARNED(&s, LODE_W_STALE_DELETE, "class P: 0 of 1 rows");
	ck_assert_int_eq(lode_object_state(p), LODE_DETACHED);
}
END_TEST

START_TEST(strict_deletes_make_it_an_error)
{
	lode_session_options options = { .struct_size = sizeof options, .strict_deletes = true };
	P *p;

	scenario_session(&s, &options);
	p = load_p("(1, 'p', NULL)");
	COMMIT(&s);
	scenario_sql(&s, "DELETE FROM p");
	lode_delete(s.session, p);
	ck_assert_int_eq(lode_flush(s.session), LODE_E_STALE);
	FAILED(&s, LODE_E_STALE, "0 of 1");
	lode_rollback(s.session);
}
END_TEST

/* ---- UOW-17: values the server makes */

START_TEST(server_defaults_come_back_with_the_insert)
{
	D *d = LODE_ADD(s.session, D, .c = "c");

	FLUSH(&s);
	WROTE(&s, "INSERT INTO d (b, c) VALUES (?, ?) RETURNING a");
	ck_assert_str_eq(d->a, "server");
	ck_assert(!lode_is_modified(d));
	lode_rollback(s.session);
	ck_assert_str_eq(d->a, "server");
}
END_TEST

START_TEST(onupdate_of_many_rows_is_read_back)
{
	T_list list;

	scenario_sql(&s, "INSERT INTO t VALUES (1, 'a', 'then'), (2, 'b', 'then')");
	list = LODE_ALL(s.session, T, LODE_SELECT(T));
	scenario_forget(&s);
	list.items[0]->c = list.items[1]->c = "c";
	FLUSH(&s);
	SENT(&s, "UPDATE t SET c = lode_cell(0, id), t = 'now' WHERE id IN (SELECT c1 FROM lode_rows) x2\n"
		 "SELECT t.id, t.c, t.t FROM t WHERE t.id IN (SELECT value FROM lode_array(?))");
	ck_assert_str_eq(list.items[0]->t, "now");
	ck_assert_str_eq(list.items[1]->t, "now");
	lode_rollback(s.session);
	ck_assert_str_eq(list.items[0]->t, "then");
	ck_assert_str_eq(list.items[1]->c, "b");
}
END_TEST

/* ---- UOW-20, UOW-21 */

START_TEST(a_key_that_nobody_generates_must_be_set)
{
	Sale *sale = LODE_ADD(s.session, Sale, .customer = "c");

	FLUSH(&s);
	LODE_ADD(s.session, Line, .number = 1, .what = "w");
	ck_assert_int_lt(lode_flush(s.session), 0);
	lode_rollback(s.session);
	lode_add(s.session, sale);
	LODE_ADD(s.session, Line, .number = 1, .what = "w", .sale = { sale });
	COMMIT(&s);
	ROWS(&s, "SELECT sale_id || what FROM line", "1w");
}
END_TEST

/* ---- */

static void add_state_tests(TCase *tests)
{
	tcase_add_test(tests, one_row_is_one_object_whatever_finds_it);
	tcase_add_test(tests, sessions_have_objects_of_their_own);
	tcase_add_test(tests, a_loaded_row_does_not_overwrite_unless_asked);
	tcase_add_test(tests, an_assignment_is_all_that_a_change_takes);
	tcase_add_test(tests, rows_of_one_shape_are_updated_together_in_the_order_of_their_keys);
	tcase_add_test(tests, text_is_copied_by_the_flush);
	tcase_add_test(tests, set_copies_at_once);
	tcase_add_test(tests, a_value_of_an_absent_member_is_misuse);
	tcase_add_test(tests, is_modified_asks_for_a_net_change);
	tcase_add_test(tests, explicit_tracking_compares_what_was_touched);
	tcase_add_test(tests, a_read_only_session_tracks_nothing);
	tcase_add_test(tests, an_object_goes_through_its_states);
	tcase_add_test(tests, an_object_knows_its_mapper);
	tcase_add_test(tests, what_is_named_is_sent_and_what_is_not_gets_its_default);
	tcase_add_test(tests, an_expired_object_reloads_when_a_relationship_is_read);
	tcase_add_test(tests, what_was_changed_since_an_object_expired_is_kept);
	tcase_add_test(tests, expired_items_of_a_list_reload_when_they_are_reached);
	tcase_add_test(tests, reaching_an_expired_object_whose_row_is_gone_is_an_error);
	tcase_add_test(tests, a_detached_object_does_not_load);
	tcase_add_test(tests, clean_objects_stay_where_they_are);
}

static void add_unit_tests(TCase *tests)
{
	tcase_add_test(tests, new_objects_keep_the_order_in_which_they_were_added);
	tcase_add_test(tests, two_classes_may_refer_to_each_other);
	tcase_add_test(tests, new_rows_in_a_circle_are_refused_by_name);
	tcase_add_test(tests, an_object_that_refers_to_itself_can_be_linked_after_its_insert);
	tcase_add_test(tests, a_new_row_may_refer_to_itself);
	tcase_add_test(tests, objects_with_nothing_but_a_generated_key_are_stored);
	tcase_add_test(tests, many_keys_come_back_in_order);
	tcase_add_test(tests, many_rows_go_in_slices);
	tcase_add_test(tests, a_slice_that_fails_undoes_those_before);
	tcase_add_test(tests, updates_go_before_inserts_and_deletes_after);
	tcase_add_test(tests, a_row_switch_survives_commit_and_rollback_of_what_follows);
	tcase_add_test(tests, an_update_of_a_vanished_row_is_an_error);
	tcase_add_test(tests, the_vanished_row_of_a_batch_is_named);
	tcase_add_test(tests, a_delete_of_a_vanished_row_only_warns);
	tcase_add_test(tests, strict_deletes_make_it_an_error);
	tcase_add_test(tests, server_defaults_come_back_with_the_insert);
	tcase_add_test(tests, onupdate_of_many_rows_is_read_back);
	tcase_add_test(tests, a_key_that_nobody_generates_must_be_set);
}

int main(void)
{
	Suite *suite = suite_create("orm/states");
	TCase *tests = tcase_create("states");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	add_state_tests(tests);
	add_unit_tests(tests);
	suite_add_tcase(suite, tests);
	return lode_test_run(suite);
}
