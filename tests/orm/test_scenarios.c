/* SPDX-License-Identifier: MIT */
/* tests/orm/test_scenarios.c - the behaviours that an object mapper gets wrong most easily, one
 * test each, numbered as in the design.  Each compares the whole list of statements sent and what
 * is left in objects and rows. */
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

/* ---- 1 */

START_TEST(test_scenario_01_add_order_does_not_matter_delete_order_reverses)
{
	P *p = LODE_NEW(s.session, P, .name = "p");
	C *c1 = LODE_NEW(s.session, C, .v = 1, .p = { p });
	C *c2 = LODE_NEW(s.session, C, .v = 2, .p = { p });

	lode_add(s.session, c1);
	lode_add(s.session, c2);
	FLUSH(&s);
	SENT(&s, "BEGIN IMMEDIATE\n"
		 "INSERT INTO p (name, note) VALUES (?, ?)\n"
		 "INSERT INTO c (pid, v) SELECT lode_cell(0), lode_cell(1) FROM lode_rows x2");
	ck_assert_int_eq(lode_object_state(p), LODE_PERSISTENT);
	ck_assert(c1->pid.present && c1->pid.value == p->id && c2->pid.value == p->id);
	ROWS(&s, "SELECT pid || ':' || v FROM c ORDER BY id", "1:1 1:2");
	lode_delete(s.session, p);
	lode_delete(s.session, c1);
	lode_delete(s.session, c2);
	FLUSH(&s);
	SENT(&s, "DELETE FROM c WHERE id IN (SELECT c0 FROM lode_rows) x2\n"
		 "DELETE FROM p WHERE id = ?");
	ck_assert_int_eq(lode_object_state(p), LODE_DELETED);
	COMMIT(&s);
	SENT(&s, "COMMIT");
	ROWS(&s, "SELECT count(*) FROM p UNION ALL SELECT count(*) FROM c", "0 0");
}
END_TEST

/* lode follows foreign keys that no relationship uses, too */
START_TEST(test_scenario_01_a_bare_foreign_key_orders_as_well)
{
	LODE_ADD(s.session, Achild, .id = 5, .zpar_id = 7);
	LODE_ADD(s.session, Zpar, .id = 7, .name = "z");
	FLUSH(&s);
	SENT(&s, "BEGIN IMMEDIATE\n"
		 "INSERT INTO zpar (id, name) VALUES (?, ?)\n"
		 "INSERT INTO achild (id, zpar_id) VALUES (?, ?)");
	lode_delete(s.session, LODE_FIND(s.session, Zpar, .id = 7));
	lode_delete(s.session, LODE_FIND(s.session, Achild, .id = 5));
	COMMIT(&s);
	SENT(&s, "DELETE FROM achild WHERE id = ?\n"
		 "DELETE FROM zpar WHERE id = ?\n"
		 "COMMIT");
}
END_TEST

/* ---- 2 */

START_TEST(test_scenario_02_a_tree_goes_by_levels)
{
	N *root = LODE_NEW(s.session, N, .name = "root"), *all[7] = { root };

	for (int i = 0; i < 3; i++) {
		all[1 + i] = LODE_NEW(s.session, N, .name = "child");
		all[4 + i] = LODE_NEW(s.session, N, .name = "grandchild");
		LODE_APPEND(root, children, all[1 + i]);
		LODE_APPEND(all[1 + i], children, all[4 + i]);
	}
	lode_add(s.session, root);
	FLUSH(&s);
	SENT(&s, "BEGIN IMMEDIATE\n"
		 "INSERT INTO n (name, parent_id) VALUES (?, ?)\n"
		 "INSERT INTO n (name, parent_id) SELECT lode_cell(0), lode_cell(1) FROM lode_rows x3\n"
		 "INSERT INTO n (name, parent_id) SELECT lode_cell(0), lode_cell(1) FROM lode_rows x3");
	ROWS(&s, "SELECT id || '<' || coalesce(CAST(parent_id AS CHAR(9)), '') FROM n ORDER BY id",
	     "1< 2<1 3<1 4<1 5<2 6<3 7<4");
	ck_assert(!root->parent_id.present);
	ck_assert_int_eq(all[6]->parent_id.value, all[3]->id);
	COMMIT(&s);
}
END_TEST

START_TEST(test_scenario_02_a_tree_is_deleted_from_its_leaves)
{
	N_list all;

	scenario_sql(&s,
		     "INSERT INTO n VALUES (1, 'root', NULL), (2, 'child', 1), (3, 'child', 1), "
		     "(4, 'child', 1), (5, 'grandchild', 2), (6, 'grandchild', 3), "
		     "(7, 'grandchild', 4)");
	all = LODE_ALL(s.session, N, LODE_SELECT(N));
	scenario_forget(&s);
	for (size_t i = 0; i < 7; i++)
		lode_delete(s.session, all.items[i * 3 % 7]);
	FLUSH(&s);
	SENT(&s, "SELECT n.id, n.name, n.parent_id FROM n WHERE n.parent_id IN "
		 "(SELECT value FROM lode_array(?)) ORDER BY n.id\n"
		 "DELETE FROM n WHERE id IN (SELECT c0 FROM lode_rows) x3\n"
		 "DELETE FROM n WHERE id IN (SELECT c0 FROM lode_rows) x3\n"
		 "DELETE FROM n WHERE id = ?");
	ROWS(&s, "SELECT count(*) FROM n", "0");
}
END_TEST

/* ---- 3 */

static P *load_p(const char *insert, int64_t id)
{
	P *p;

	scenario_sql(&s, insert);
	p = LODE_FIND(s.session, P, .id = id);
	ck_assert_ptr_nonnull(p);
	scenario_forget(&s);
	return p;
}

START_TEST(test_scenario_03_no_net_change_sends_nothing)
{
	P *p = load_p("INSERT INTO p VALUES (1, 'name', 'note')", 1);
	char same[] = "name";
	lode_list dirty;

	p->name = same;
	ck_assert(!lode_is_modified(p));
	FLUSH(&s);
	p->name = "other";
	ck_assert(lode_is_modified(p));
	p->name = "name";
	FLUSH(&s);
	dirty = lode_objects(s.session, LODE_OBJECTS_DIRTY);
	ck_assert_uint_eq(dirty.count, 0);
	SENT(&s, "");
	p->note = "changed";
	FLUSH(&s);
	SENT(&s, "UPDATE p SET note = ? WHERE id = ?");
	COMMIT(&s);
	SENT(&s, "COMMIT");
	/* nothing is expired by a commit: the old value is known, and the same */
	p->name = same;
	FLUSH(&s);
	SENT(&s, "");
	ROWS(&s, "SELECT name || ' ' || note FROM p", "name changed");
}
END_TEST

/* ---- 4 */

START_TEST(test_scenario_04_unset_and_null_are_two_things)
{
	D *d[4];

	d[0] = LODE_ADD(s.session, D, 0);
	d[1] = LODE_ADD(s.session, D, 0);
	d[1]->a = d[1]->b = d[1]->c = NULL;
	d[2] = LODE_ADD(s.session, D, 0);
	LODE_SET_NULL(d[2], a);
	LODE_SET(d[2], b, (const char *)NULL);
	d[3] = LODE_ADD(s.session, D, .c = "x");
	FLUSH(&s);
	SENT(&s,
	     "BEGIN IMMEDIATE\n"
	     "INSERT INTO d (b, c) SELECT lode_cell(0), lode_cell(1) FROM lode_rows x2\n"
	     "SELECT d.id, d.a, d.b, d.c FROM d WHERE d.id IN (SELECT value FROM lode_array(?))\n"
	     "INSERT INTO d (a, b, c) VALUES (?, ?, ?)\n"
	     "INSERT INTO d (b, c) VALUES (?, ?) RETURNING a");
	for (int i = 0; i < 4; i++) {
		ck_assert_int_gt(d[i]->id, i > 0 ? d[i - 1]->id : 0);
		if (i == 2)
			continue;
		ck_assert_str_eq(d[i]->a, "server");
		ck_assert_str_eq(d[i]->b, "client");
	}
	ck_assert(!d[2]->a && !d[2]->b && !d[0]->c);
	ROWS(&s,
	     "SELECT coalesce(a, '-') || coalesce(b, '-') || coalesce(c, '-') FROM d ORDER BY id",
	     "serverclient- serverclient- --- serverclientx");
}
END_TEST

/* what the designators name is sent, NULL too */
START_TEST(test_scenario_04_a_named_null_is_sent)
{
	LODE_ADD(s.session, D, .a = NULL, .b = NULL);
	FLUSH(&s);
	SENT(&s, "BEGIN IMMEDIATE\nINSERT INTO d (a, b, c) VALUES (?, ?, ?)");
	ROWS(&s, "SELECT count(a) + count(b) FROM d", "0");
}
END_TEST

/* ---- 5 */

START_TEST(test_scenario_05_onupdate_is_no_change)
{
	U *u;
	T *t;

	scenario_sql(&s, "INSERT INTO u VALUES (1, 'c', 3)");
	scenario_sql(&s, "INSERT INTO t VALUES (1, 'c', 'then')");
	u = LODE_FIND(s.session, U, .id = 1);
	t = LODE_FIND(s.session, T, .id = 1);
	scenario_forget(&s);
	LODE_SET(u, u, 3);
	FLUSH(&s);
	SENT(&s, "");
	u->c = "new";
	t->c = "new";
	FLUSH(&s);
	SENT(&s, "UPDATE u SET c = ?, u = ? WHERE id = ?\n"
		 "UPDATE t SET c = ?, t = 'now' WHERE id = ? RETURNING t");
	ck_assert_int_eq(u->u, 7);
	ck_assert_str_eq(t->t, "now");
	/* a value of one's own goes before */
	u->c = "newer";
	u->u = 9;
	t->c = "newer";
	t->t = "then";
	FLUSH(&s);
	SENT(&s, "UPDATE u SET c = ?, u = ? WHERE id = ?\n"
		 "UPDATE t SET c = ?, t = ? WHERE id = ?");
	ROWS(&s, "SELECT u.c || u.u || t.t FROM u, t", "newer9then");
}
END_TEST

/* ---- 6 */

START_TEST(test_scenario_06_the_identity_map_protects_local_state)
{
	P *p = load_p("INSERT INTO p VALUES (1, 'old', 'note')", 1);
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;
	P_list list;

	options.no_autoflush = true;
	scenario_session(&s, &options);
	p = LODE_FIND(s.session, P, .id = 1);
	COMMIT(&s);
	scenario_sql(&s, "UPDATE p SET name = 'raw', note = 'raw'");
	list = LODE_ALL(s.session, P, LODE_SELECT(P));
	ck_assert_uint_eq(list.count, 1);
	ck_assert_ptr_eq(list.items[0], p);
	ck_assert_str_eq(p->name, "old");
	p->note = "local";
	LODE_ALL(s.session, P, LODE_SELECT(P));
	ck_assert_str_eq(p->note, "local");
	LODE_ALL(s.session, P, lode_populate_existing(LODE_SELECT(P)));
	ck_assert_str_eq(p->name, "raw");
	ck_assert_str_eq(p->note, "raw");
	ck_assert(!lode_is_modified(p));
	scenario_forget(&s);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), p);
	SENT(&s, "");
	OK(&s);
}
END_TEST

/* ---- 7 */

START_TEST(test_scenario_07_deleting_a_parent_with_unloaded_children)
{
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 0), (2, 1, 0)");
	p = LODE_FIND(s.session, P, .id = 1);
	scenario_forget(&s);
	lode_delete(s.session, p);
	SENT(&s, "");
	FLUSH(&s);
	SENT(&s, "SELECT c.id, c.pid, c.v FROM c WHERE c.pid = ? ORDER BY c.id\n"
		 "UPDATE c SET pid = lode_cell(0, id) WHERE id IN (SELECT c1 FROM lode_rows) x2\n"
		 "DELETE FROM p WHERE id = ?");
	ROWS(&s, "SELECT id || coalesce(CAST(pid AS CHAR(9)), '-') FROM c ORDER BY id", "1- 2-");
}
END_TEST

START_TEST(test_scenario_07_passive_deletes_leave_unloaded_children_to_the_database)
{
	Q *q;
	R *r;

	scenario_sql(&s, "INSERT INTO q VALUES (1, 'q'), (2, 'q')");
	scenario_sql(&s, "INSERT INTO r VALUES (1, 1), (2, 1), (3, 2), (4, 2)");
	q = LODE_FIND(s.session, Q, .id = 1);
	scenario_forget(&s);
	lode_delete(s.session, q);
	FLUSH(&s);
	SENT(&s, "DELETE FROM q WHERE id = ?");
	ROWS(&s, "SELECT id FROM r", "3 4");
	/* loaded ones are deleted one by one */
	q = LODE_FIND(s.session, Q, .id = 2);
	r = LODE_AT(q, rs, 0);
	scenario_forget(&s);
	lode_delete(s.session, q);
	FLUSH(&s);
	SENT(&s, "DELETE FROM r WHERE id IN (SELECT c0 FROM lode_rows) x2\n"
		 "DELETE FROM q WHERE id = ?");
	ck_assert_int_eq(lode_object_state(r), LODE_DELETED);
}
END_TEST

START_TEST(test_scenario_07_passive_deletes_all_leaves_loaded_children_too)
{
	Mast *mast;
	Sail *sail, *taken;

	scenario_sql(&s, "INSERT INTO mast VALUES (1)");
	scenario_sql(&s, "INSERT INTO sail VALUES (1, 1), (2, 1)");
	mast = LODE_FIND(s.session, Mast, .id = 1);
	sail = LODE_AT(mast, sails, 0);
	taken = LODE_AT(mast, sails, 1);
	scenario_forget(&s);
	/* but what was taken out is let go */
	LODE_REMOVE(mast, sails, taken);
	lode_delete(s.session, mast);
	FLUSH(&s);
	SENT(&s, "UPDATE sail SET mast_id = ? WHERE id = ?\nDELETE FROM mast WHERE id = ?");
	ck_assert_int_eq(lode_object_state(sail), LODE_PERSISTENT);
	ROWS(&s, "SELECT id || coalesce(CAST(mast_id AS CHAR(9)), '-') FROM sail ORDER BY id", "1- 2-");
	/* what the database did is seen when it is read */
	ck_assert_int_eq(sail->mast_id.value, 1);
	lode_refresh(s.session, sail);
	ck_assert(!sail->mast_id.present);
	OK(&s);
}
END_TEST

/* ---- 8 */

START_TEST(test_scenario_08_delete_and_add_of_one_key_is_an_update)
{
	P *p = load_p("INSERT INTO p VALUES (1, 'a', 'note')", 1), *again;

	lode_delete(s.session, p);
	again = LODE_ADD(s.session, P, .id = 1, .name = "b");
	FLUSH(&s);
	SENT(&s, "UPDATE p SET name = ? WHERE id = ?");
	ck_assert_str_eq(again->name, "b");
	ck_assert_str_eq(again->note, "note");
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), again);
	ck_assert_int_eq(lode_object_state(p), LODE_DELETED);
	SENT(&s, "");
	ROWS(&s, "SELECT name || note FROM p", "bnote");
	lode_rollback(s.session);
	ck_assert_int_eq(lode_object_state(p), LODE_PERSISTENT);
	ck_assert_int_eq(lode_object_state(again), LODE_TRANSIENT);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), p);
	ck_assert_str_eq(p->name, "a");
	ck_assert_str_eq(again->name, "b");
}
END_TEST

/* "unset" is zero or NULL and never named: a NULL that is named counts */
START_TEST(test_scenario_08_a_named_null_replaces_the_old_value)
{
	P *p = load_p("INSERT INTO p VALUES (1, 'a', 'note')", 1);

	lode_delete(s.session, p);
	LODE_ADD(s.session, P, .id = 1, .name = "a", .note = NULL);
	COMMIT(&s);
	SENT(&s, "UPDATE p SET note = ? WHERE id = ?\nCOMMIT");
	ROWS(&s, "SELECT name || coalesce(note, '-') FROM p", "a-");
	ck_assert_int_eq(lode_object_state(p), LODE_DETACHED);
}
END_TEST

/* ---- 9 */

START_TEST(test_scenario_09_a_freed_unique_value_is_not_available)
{
	Key *key, *taken;

	scenario_sql(&s, "INSERT INTO \"keys\" VALUES (1, 'x')");
	key = LODE_FIND(s.session, Key, .id = 1);
	scenario_forget(&s);
	lode_delete(s.session, key);
	taken = LODE_ADD(s.session, Key, .code = "x");
	ck_assert_int_eq(lode_flush(s.session), LODE_E_UNIQUE);
	SENT(&s, "INSERT INTO keys (code) VALUES (?)");
	ck_assert_ptr_eq(lode_session_culprit(s.session), taken);
	FAILED(&s, LODE_E_UNIQUE, "");
	lode_rollback(s.session);
	ck_assert_int_eq(lode_object_state(key), LODE_PERSISTENT);
}
END_TEST

START_TEST(test_scenario_09_deletes_first_frees_it)
{
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;
	Key *key;

	options.deletes_first = true;
	scenario_session(&s, &options);
	scenario_sql(&s, "INSERT INTO \"keys\" VALUES (1, 'x')");
	key = LODE_FIND(s.session, Key, .id = 1);
	scenario_forget(&s);
	lode_delete(s.session, key);
	LODE_ADD(s.session, Key, .id = 2, .code = "x");
	FLUSH(&s);
	SENT(&s, "DELETE FROM keys WHERE id = ?\n"
		 "INSERT INTO keys (id, code) VALUES (?, ?)");
	ROWS(&s, "SELECT id || code FROM \"keys\"", "2x");
}
END_TEST

/* A new row that refers to one that goes is not stored with a key it was not given. */
START_TEST(test_scenario_09_deletes_first_and_what_refers_to_it)
{
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;
	P *p;

	options.deletes_first = true;
	scenario_session(&s, &options);
	p = LODE_ADD(s.session, P, .name = "a");
	FLUSH(&s);
	LODE_LINK(LODE_ADD(s.session, C, .v = 1), p, p);
	lode_delete(s.session, p);
	ck_assert_int_lt(lode_flush(s.session), 0);
	FAILED(&s, LODE_E_FOREIGNKEY, "");
	lode_rollback(s.session);
}
END_TEST

/* ---- 10 */

START_TEST(test_scenario_10_orphans)
{
	A *a1 = LODE_ADD(s.session, A, .name = "a1"), *a2 = LODE_ADD(s.session, A, .name = "a2");
	B *never = LODE_NEW(s.session, B, .name = "never"),
	  *b = LODE_NEW(s.session, B, .name = "b");
	B *moved = LODE_NEW(s.session, B, .name = "moved"), *lone;

	LODE_APPEND(a1, bs, never);
	ck_assert_int_eq(lode_object_state(never), LODE_PENDING);
	LODE_REMOVE(a1, bs, never);
	LODE_APPEND(a1, bs, b);
	LODE_APPEND(a1, bs, moved);
	FLUSH(&s);
	SENT(&s, "BEGIN IMMEDIATE\n"
		 "INSERT INTO a (name) SELECT lode_cell(0) FROM lode_rows x2\n"
		 "INSERT INTO b (name, aid) SELECT lode_cell(0), lode_cell(1) FROM lode_rows x2");
	ck_assert_int_eq(lode_object_state(never), LODE_TRANSIENT);
	/* a persistent one that is taken out is deleted, one that is moved is not */
	LODE_REMOVE(a1, bs, b);
	LODE_APPEND(a2, bs, moved);
	ck_assert_uint_eq(LODE_LEN(a1, bs), 0);
	FLUSH(&s);
	SENT(&s, "UPDATE b SET aid = ? WHERE id = ?\n"
		 "DELETE FROM b WHERE id = ?");
	ck_assert_int_eq(lode_object_state(b), LODE_DELETED);
	ck_assert_ptr_eq(LODE_REF(moved, a), a2);
	lone = LODE_ADD(s.session, B, .name = "lone");
	FLUSH(&s);
	SENT(&s, "INSERT INTO b (name, aid) VALUES (?, ?)");
	ck_assert(!lone->aid.present);
	ROWS(&s, "SELECT name || coalesce(CAST(aid AS CHAR(9)), '-') FROM b ORDER BY name", "lone- moved2");
}
END_TEST

/* ---- 11 */

START_TEST(test_scenario_11_many_to_many_linked_from_both_sides)
{
	Left *l = LODE_ADD(s.session, Left, .name = "l");
	Right *r = LODE_NEW(s.session, Right, .name = "r");

	LODE_APPEND(l, rs, r);
	ck_assert_uint_eq(LODE_LEN(r, ls), 1);
	ck_assert_ptr_eq(LODE_AT(r, ls, 0), l);
	FLUSH(&s);
	SENT(&s, "BEGIN IMMEDIATE\n"
		 "INSERT INTO l (name) VALUES (?)\n"
		 "INSERT INTO right_side (name) VALUES (?)\n"
		 "INSERT INTO l_right (l_id, right_side_id) VALUES (?, ?)");
	LODE_REMOVE(r, ls, l);
	ck_assert_uint_eq(LODE_LEN(l, rs), 0);
	FLUSH(&s);
	SENT(&s, "DELETE FROM l_right WHERE l_id = ? AND right_side_id = ?");
	LODE_APPEND(r, ls, l);
	FLUSH(&s);
	scenario_forget(&s);
	lode_delete(s.session, l);
	FLUSH(&s);
	SENT(&s, "DELETE FROM l_right WHERE l_id = ?\n"
		 "DELETE FROM l WHERE id = ?");
	ck_assert_int_eq(lode_object_state(r), LODE_PERSISTENT);
	ROWS(&s, "SELECT count(*) FROM right_side UNION ALL SELECT count(*) FROM l_right", "1 0");
}
END_TEST

/* ---- 12 */

START_TEST(test_scenario_12_relationship_beats_foreign_key_column)
{
	P *p1 = load_p("INSERT INTO p VALUES (1, 'p1', NULL), (2, 'p2', NULL), (3, 'p3', NULL)", 1);
	C *c = LODE_ADD(s.session, C, .p = { p1 }), *none;

	FLUSH(&s);
	scenario_forget(&s);
	/* the key alone changes the row and leaves the relationship */
	c->pid.value = 2;
	FLUSH(&s);
	SENT(&s, "UPDATE c SET pid = ? WHERE id = ?");
	ck_assert_ptr_eq(LODE_REF(c, p), p1);
	ROWS(&s, "SELECT pid FROM c", "2");
	lode_refresh(s.session, c);
	ck_assert_str_eq(LODE_REF(c, p)->name, "p2");
	scenario_forget(&s);
	/* both: the relationship wins, whichever came first */
	c->pid.value = 3;
	LODE_LINK(c, p, p1);
	FLUSH(&s);
	SENT(&s, "UPDATE c SET pid = ? WHERE id = ?");
	ROWS(&s, "SELECT pid FROM c", "1");
	ck_assert_int_eq(c->pid.value, 1);
	none = LODE_ADD(s.session, C, .pid = lode_some_int64(1), .p = { NULL });
	FLUSH(&s);
	ck_assert(!none->pid.present);
	ROWS(&s, "SELECT coalesce(CAST(pid AS CHAR(9)), '-') || '' FROM c ORDER BY id", "1 -");
}
END_TEST

/* ---- 13 */

START_TEST(test_scenario_13_back_reference_on_an_unloaded_list)
{
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;
	P *p;
	C *c, *added;

	options.no_autoflush = true;
	scenario_session(&s, &options);
	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 0), (2, 1, 0)");
	p = LODE_FIND(s.session, P, .id = 1);
	scenario_forget(&s);
	c = LODE_NEW(s.session, C, .v = 3);
	LODE_LINK(c, p, p);
	SENT(&s, "");
	ck_assert_uint_eq(LODE_LEN(p, cs), 3);
	ck_assert_ptr_eq(LODE_AT(p, cs, 2), c);
	SENT(&s, "SELECT c.id, c.pid, c.v FROM c WHERE c.pid = ? ORDER BY c.id");
	/* the reference did not put it into the session, and a flush says so */
	ck_assert_int_eq(lode_object_state(c), LODE_TRANSIENT);
	FLUSH(&s);
	WARNED(&s, LODE_W_OUTSIDE_SESSION, "P.cs");
	SENT(&s, "");
	/* the other way round it joins */
	added = LODE_NEW(s.session, C, .v = 4);
	LODE_APPEND(p, cs, added);
	ck_assert_int_eq(lode_object_state(added), LODE_PENDING);
	LODE_REMOVE(p, cs, c);
	FLUSH(&s);
	SENT(&s, "INSERT INTO c (pid, v) VALUES (?, ?)");
	ROWS(&s, "SELECT pid || '' || v FROM c ORDER BY id", "10 10 14");
}
END_TEST

START_TEST(test_scenario_13_children_of_a_result_find_their_parents_with_one_select)
{
	C_list list;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'a', NULL), (2, 'b', NULL), (3, 'c', NULL)");
	scenario_sql(&s,
		     "INSERT INTO c VALUES (1, 1, 0), (2, 2, 0), (3, 3, 0), (4, 1, 0), (5, 2, 0), "
		     "(6, 3, 0), (7, 1, 0), (8, 2, 0), (9, 3, 0), (10, NULL, 0)");
	list = LODE_ALL(s.session, C, lode_order_by(LODE_SELECT(C), LODE_ASC(C, id)));
	scenario_forget(&s);
	ck_assert_uint_eq(list.count, 10);
	for (size_t i = 0; i < 9; i++)
		ck_assert_int_eq(LODE_REF(list.items[i], p)->id, (int64_t)i % 3 + 1);
	ck_assert_ptr_null(LODE_REF(list.items[9], p));
	SENT(&s,
	     "SELECT p.id, p.name, p.note FROM p WHERE p.id IN (SELECT value FROM lode_array(?))");
	OK(&s);
}
END_TEST

/* ---- 14 */

START_TEST(test_scenario_14_rollback_rewinds_objects)
{
	P *p = load_p("INSERT INTO p VALUES (1, 'old', NULL)", 1), *n, *q;

	n = LODE_ADD(s.session, P, .name = "n");
	p->name = "changed";
	FLUSH(&s);
	ck_assert_int_eq(n->id, 2);
	q = LODE_ADD(s.session, P, .name = "q");
	p->note = "changed too";
	scenario_forget(&s);
	lode_rollback(s.session);
	SENT(&s, "ROLLBACK");
	/* new ones keep their values as plain data, and have no identity */
	ck_assert_int_eq(lode_object_state(n), LODE_TRANSIENT);
	ck_assert_int_eq(lode_object_state(q), LODE_TRANSIENT);
	ck_assert_int_eq(n->id, 2);
	ck_assert_str_eq(n->name, "n");
	ck_assert_str_eq(q->name, "q");
	/* p holds its old values at once */
	ck_assert_int_eq(lode_object_state(p), LODE_PERSISTENT);
	ck_assert_str_eq(p->name, "old");
	ck_assert_ptr_null(p->note);
	SENT(&s, "");
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 2));
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), p);
	/* and n may be stored again, with the key it had */
	lode_add(s.session, n);
	COMMIT(&s);
	ROWS(&s, "SELECT id || name FROM p ORDER BY id", "1old 2n");
}
END_TEST

START_TEST(test_scenario_14_rollback_of_a_delete)
{
	P *p = load_p("INSERT INTO p VALUES (1, 'p', NULL)", 1);

	lode_delete(s.session, p);
	FLUSH(&s);
	ck_assert_int_eq(lode_object_state(p), LODE_DELETED);
	lode_rollback(s.session);
	ck_assert_int_eq(lode_object_state(p), LODE_PERSISTENT);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), p);
	lode_delete(s.session, p);
	COMMIT(&s);
	ck_assert_int_eq(lode_object_state(p), LODE_DETACHED);
	ck_assert_str_eq(p->name, "p");
	ROWS(&s, "SELECT count(*) FROM p", "0");
}
END_TEST

/* ---- 15 */

START_TEST(test_scenario_15_savepoints_rolled_back)
{
	P *p1 = load_p("INSERT INTO p VALUES (1, 'one', NULL), (2, 'two', NULL)", 1), *p2, *q;
	lode_savepoint savepoint;

	p2 = LODE_FIND(s.session, P, .id = 2);
	scenario_forget(&s);
	p1->name = "ONE";
	savepoint = lode_begin_nested(s.session);
	SENT(&s, "UPDATE p SET name = ? WHERE id = ?\nSAVEPOINT lode_1");
	p2->name = "TWO";
	q = LODE_ADD(s.session, P, .name = "q");
	FLUSH(&s);
	SENT(&s, "UPDATE p SET name = ? WHERE id = ?\nINSERT INTO p (name, note) VALUES (?, ?)");
	ck_assert_int_eq(lode_rollback_to(s.session, savepoint), LODE_OK);
	SENT(&s, "ROLLBACK TO SAVEPOINT lode_1\nRELEASE SAVEPOINT lode_1");
	ck_assert_int_eq(lode_object_state(q), LODE_TRANSIENT);
	ck_assert_str_eq(p2->name, "two");
	ck_assert_str_eq(p1->name, "ONE");
	COMMIT(&s);
	SENT(&s, "COMMIT");
	ck_assert_str_eq(p1->name, "ONE");
	ROWS(&s, "SELECT name FROM p ORDER BY id", "ONE two");
	SENT(&s, "");
}
END_TEST

START_TEST(test_scenario_15_savepoints_released)
{
	P *p1 = load_p("INSERT INTO p VALUES (1, 'one', NULL)", 1);
	lode_savepoint savepoint = lode_begin_nested(s.session);

	SENT(&s, "SAVEPOINT lode_1");
	p1->name = "inner";
	ck_assert_int_eq(lode_release(s.session, savepoint), LODE_OK);
	SENT(&s, "UPDATE p SET name = ? WHERE id = ?\nRELEASE SAVEPOINT lode_1");
	/* what was done in it is the transaction's now, and goes with it */
	lode_rollback(s.session);
	ck_assert_str_eq(p1->name, "one");
	scenario_forget(&s);
	/* a commit inside a savepoint commits everything */
	p1->name = "outer";
	lode_begin_nested(s.session);
	p1->note = "nested";
	COMMIT(&s);
	SENT(&s, "BEGIN IMMEDIATE\nUPDATE p SET name = ? WHERE id = ?\nSAVEPOINT lode_2\n"
		 "UPDATE p SET note = ? WHERE id = ?\nCOMMIT");
	ROWS(&s, "SELECT name || note FROM p", "outernested");
	ck_assert_int_eq(lode_release(s.session, savepoint), LODE_E_STATE);
	FAILED(&s, LODE_E_STATE, "not open any more");
	lode_rollback(s.session);
}
END_TEST

/* ---- 16 */

START_TEST(test_scenario_16_a_failed_flush_poisons_the_session)
{
	P *p = load_p("INSERT INTO p VALUES (1, 'p', NULL), (2, 'q', NULL)", 1);
	int64_t count = -1;

	LODE_ADD(s.session, P, .id = 2, .name = "twice");
	ck_assert_int_eq(lode_flush(s.session), LODE_E_UNIQUE);
	SENT(&s, "INSERT INTO p (id, name, note) VALUES (?, ?, ?)");
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 2));
	ck_assert_int_eq(lode_count_rows(s.session, LODE_SELECT(P), &count), LODE_E_UNIQUE);
	ck_assert_int_eq(lode_commit(s.session), LODE_E_UNIQUE);
	FAILED(&s, LODE_E_UNIQUE, backend_is_sqlite() ? "UNIQUE constraint failed: p.id" : "");
	SENT(&s, "");
	lode_rollback(s.session);
	SENT(&s, "ROLLBACK");
	p->name = "works";
	COMMIT(&s);
	ROWS(&s, "SELECT name FROM p ORDER BY id", "works q");
}
END_TEST

START_TEST(test_scenario_16_inside_a_savepoint_only_the_block_is_lost)
{
	P *p = load_p("INSERT INTO p VALUES (1, 'p', NULL)", 1), *twice;
	lode_savepoint savepoint;

	p->name = "outer";
	savepoint = lode_begin_nested(s.session);
	twice = LODE_ADD(s.session, P, .name = "fine");
	FLUSH(&s);
	scenario_sql(&s, "INSERT INTO p VALUES (9, 'behind', NULL)");
	LODE_ADD(s.session, P, .id = 9, .name = "twice");
	ck_assert_int_eq(lode_flush(s.session), LODE_E_UNIQUE);
	ck_assert_int_eq(lode_release(s.session, savepoint), LODE_E_UNIQUE);
	scenario_forget(&s);
	ck_assert_int_eq(lode_rollback_to(s.session, savepoint), LODE_OK);
	SENT(&s, "ROLLBACK TO SAVEPOINT lode_1\nRELEASE SAVEPOINT lode_1");
	OK(&s);
	ck_assert_int_eq(lode_object_state(twice), LODE_TRANSIENT);
	COMMIT(&s);
	ROWS(&s, "SELECT name FROM p", "outer");
}
END_TEST

/* ---- 18 */

static void insert_families(void)
{
	scenario_sql(&s, "INSERT INTO p VALUES (1, 'a', NULL), (2, 'b', NULL), (3, 'c', NULL), "
			 "(4, 'd', NULL)");
	scenario_sql(&s,
		     "INSERT INTO c VALUES (1, 1, 0), (2, 1, 0), (3, 1, 0), (4, 2, 0), (5, 2, 0), "
		     "(6, 2, 0), (7, 4, 0), (8, 4, 0), (9, 4, 0)");
}

START_TEST(test_scenario_18_joined_eager_loading_does_not_disturb_the_query)
{
	lode_statement *select = lode_order_by(LODE_SELECT(P), LODE_ASC(P, id));
	P_list list;

	insert_families();
	list = LODE_ALL(s.session, P, lode_option(lode_limit(select, 2), LODE_JOINED_LOAD(P, cs)));
	OK(&s);
	ck_assert_uint_eq(list.count, 2);
	WROTE(&s,
	      "SELECT anon_1.id, anon_1.name, anon_1.note, anon_2.id, anon_2.pid, anon_2.v "
	      "FROM (SELECT p.id AS id, p.name AS name, p.note AS note FROM p ORDER BY p.id LIMIT ?) "
	      "AS anon_1 LEFT OUTER JOIN c AS anon_2 ON anon_1.id = anon_2.pid "
	      "ORDER BY anon_1.id, anon_2.id");
	ck_assert_uint_eq(LODE_LEN(list.items[0], cs), 3);
	ck_assert_uint_eq(LODE_LEN(list.items[1], cs), 3);
	SENT(&s, "");
	/* without a limit: all parents, each once, the childless one with an empty list */
	list = LODE_ALL(s.session, P, lode_option(LODE_SELECT(P), LODE_JOINED_LOAD(P, cs)));
	ck_assert_uint_eq(list.count, 4);
	scenario_forget(&s);
	for (size_t i = 0; i < list.count; i++)
		ck_assert_uint_eq(LODE_LEN(list.items[i], cs), list.items[i]->id == 3 ? 0 : 3);
	ck_assert(LODE_IS_LOADED(list.items[2], cs));
	SENT(&s, "");
}
END_TEST

START_TEST(test_scenario_18_two_eager_lists_do_not_multiply)
{
	lode_statement *select = LODE_SELECT(House);
	House *house;

	scenario_sql(&s, "INSERT INTO house VALUES (1, 'h')");
	scenario_sql(&s, "INSERT INTO room VALUES (1, 1, 'a'), (2, 1, 'c'), (3, 1, 'b')");
	scenario_sql(&s, "INSERT INTO door VALUES (1, 1), (2, 1)");
	select = lode_option(select, LODE_JOINED_LOAD(House, rooms));
	house = LODE_ONE(s.session, House, lode_option(select, LODE_JOINED_LOAD(House, doors)));
	OK(&s);
	scenario_forget(&s);
	ck_assert_uint_eq(LODE_LEN(house, rooms), 3);
	ck_assert_uint_eq(LODE_LEN(house, doors), 2);
	ck_assert_str_eq(LODE_AT(house, rooms, 0)->name, "c");
	ck_assert_str_eq(LODE_AT(house, rooms, 2)->name, "a");
	ck_assert_int_eq(LODE_AT(house, doors, 1)->id, 2);
	SENT(&s, "");
}
END_TEST

/* ---- 20, the grouping half */

START_TEST(test_scenario_20_grouping_keeps_the_order)
{
	P *a = LODE_ADD(s.session, P, .name = "a"), *b = LODE_ADD(s.session, P, .name = "b");
	P *c = LODE_ADD(s.session, P, .id = 10, .name = "c");
	P *d = LODE_ADD(s.session, P, .id = 11, .name = "d");
	P *e = LODE_ADD(s.session, P, .name = "e");

	FLUSH(&s);
	SENT(&s, "BEGIN IMMEDIATE\n"
		 "INSERT INTO p (name, note) SELECT lode_cell(0), lode_cell(1) FROM lode_rows x2\n"
		 "INSERT INTO p (id, name, note) SELECT lode_cell(0), lode_cell(1), lode_cell(2) FROM lode_rows x2\n"
		 "INSERT INTO p (name, note) VALUES (?, ?)");
	ck_assert_int_eq(a->id, 1);
	ck_assert_int_eq(b->id, 2);
	ck_assert_int_eq(c->id, 10);
	ck_assert_int_eq(d->id, 11);
	ck_assert_int_eq(e->id, backend_counts_given_keys() ? 12 : 3);
	ROWS(&s, "SELECT id || name FROM p ORDER BY id",
	     backend_counts_given_keys() ? "1a 2b 10c 11d 12e" : "1a 2b 3e 10c 11d");
}
END_TEST

/* ---- */

static void add_first_half(TCase *tests)
{
	tcase_add_test(tests, test_scenario_01_add_order_does_not_matter_delete_order_reverses);
	tcase_add_test(tests, test_scenario_01_a_bare_foreign_key_orders_as_well);
	tcase_add_test(tests, test_scenario_02_a_tree_goes_by_levels);
	tcase_add_test(tests, test_scenario_02_a_tree_is_deleted_from_its_leaves);
	tcase_add_test(tests, test_scenario_03_no_net_change_sends_nothing);
	tcase_add_test(tests, test_scenario_04_unset_and_null_are_two_things);
	tcase_add_test(tests, test_scenario_04_a_named_null_is_sent);
	tcase_add_test(tests, test_scenario_05_onupdate_is_no_change);
	tcase_add_test(tests, test_scenario_06_the_identity_map_protects_local_state);
	tcase_add_test(tests, test_scenario_07_deleting_a_parent_with_unloaded_children);
	tcase_add_test(tests,
		       test_scenario_07_passive_deletes_leave_unloaded_children_to_the_database);
	tcase_add_test(tests, test_scenario_07_passive_deletes_all_leaves_loaded_children_too);
	tcase_add_test(tests, test_scenario_08_delete_and_add_of_one_key_is_an_update);
	tcase_add_test(tests, test_scenario_08_a_named_null_replaces_the_old_value);
	tcase_add_test(tests, test_scenario_09_a_freed_unique_value_is_not_available);
	tcase_add_test(tests, test_scenario_09_deletes_first_frees_it);
	tcase_add_test(tests, test_scenario_09_deletes_first_and_what_refers_to_it);
	tcase_add_test(tests, test_scenario_10_orphans);
}

static void add_second_half(TCase *tests)
{
	tcase_add_test(tests, test_scenario_11_many_to_many_linked_from_both_sides);
	tcase_add_test(tests, test_scenario_12_relationship_beats_foreign_key_column);
	tcase_add_test(tests, test_scenario_13_back_reference_on_an_unloaded_list);
	tcase_add_test(tests,
		       test_scenario_13_children_of_a_result_find_their_parents_with_one_select);
	tcase_add_test(tests, test_scenario_14_rollback_rewinds_objects);
	tcase_add_test(tests, test_scenario_14_rollback_of_a_delete);
	tcase_add_test(tests, test_scenario_15_savepoints_rolled_back);
	tcase_add_test(tests, test_scenario_15_savepoints_released);
	tcase_add_test(tests, test_scenario_16_a_failed_flush_poisons_the_session);
	tcase_add_test(tests, test_scenario_16_inside_a_savepoint_only_the_block_is_lost);
	tcase_add_test(tests, test_scenario_18_joined_eager_loading_does_not_disturb_the_query);
	tcase_add_test(tests, test_scenario_18_two_eager_lists_do_not_multiply);
	tcase_add_test(tests, test_scenario_20_grouping_keeps_the_order);
}

int main(void)
{
	Suite *suite = suite_create("orm/scenarios");
	TCase *tests = tcase_create("scenarios");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	add_first_half(tests);
	add_second_half(tests);
	suite_add_tcase(suite, tests);
	return lode_test_run(suite);
}
