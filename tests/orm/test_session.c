/* SPDX-License-Identifier: MIT */
/* tests/orm/test_session.c - sessions: scope, add, commit, rollback, savepoints, find, flush,
 * delete, expire, refresh, expunge, close; a test for each point of the contracts SES-01 to SES-20.
 */
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

#define WITH(options, ...)                                                                         \
	do {                                                                                       \
		lode_session_options options_ = { .struct_size = sizeof options_, __VA_ARGS__ };   \
		scenario_session(&s, &options_);                                                   \
	} while (0)

/* ---- SES-01: the scope of a session */

START_TEST(a_closed_session_rolls_back_and_returns_its_connection)
{
	LODE_ADD(s.session, P, .name = "lost");
	FLUSH(&s);
	scenario_forget(&s);
	lode_session_free(s.session);
	s.session = NULL;
	SENT(&s, "ROLLBACK");
	scenario_session(&s, NULL);
	ROWS(&s, "SELECT count(*) FROM p", "0");
}
END_TEST

START_TEST(a_session_freed_with_changes_says_so)
{
	LODE_ADD(s.session, P, .name = "lost");
	lode_session_free(s.session);
	s.session = NULL;
	WARNED(&s, LODE_W_ROLLED_BACK, "1 new and 0 deleted");
}
END_TEST

START_TEST(a_session_freed_with_an_unread_error_says_so)
{
	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	LODE_ADD(s.session, P, .id = 1, .name = "twice");
	ck_assert_int_lt(lode_flush(s.session), 0);
	lode_session_free(s.session);
	s.session = NULL;
	WARNED(&s, LODE_W_UNREAD_ERROR, backend_is_sqlite() ? "UNIQUE" : "");
}
END_TEST

START_TEST(a_session_needs_registry_and_engine)
{
	lode_error error = LODE_ERROR_INIT;

	ck_assert_ptr_null(lode_session_new(NULL, s.engine, NULL, &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	ck_assert_ptr_null(lode_session_new(s.registry, NULL, NULL, &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	ck_assert_ptr_eq(lode_session_engine(s.session), s.engine);
	ck_assert_ptr_eq(lode_session_registry(s.session), s.registry);
	lode_session_free(NULL);
}
END_TEST

START_TEST(a_session_takes_no_connection_before_the_first_statement)
{
	LODE_NEW(s.session, P, .name = "p");
	ck_assert(!lode_in_transaction(s.session));
	FLUSH(&s);
	ck_assert(!lode_in_transaction(s.session));
	SENT(&s, "");
}
END_TEST

/* ---- SES-02: add */

START_TEST(add_makes_a_transient_object_pending)
{
	P *p = LODE_NEW(s.session, P, .name = "p");

	ck_assert_int_eq(lode_object_state(p), LODE_TRANSIENT);
	ck_assert_int_eq(lode_add(s.session, p), LODE_OK);
	ck_assert_int_eq(lode_object_state(p), LODE_PENDING);
	/* again, and again once it is stored: nothing */
	ck_assert_int_eq(lode_add(s.session, p), LODE_OK);
	FLUSH(&s);
	ck_assert_int_eq(lode_add(s.session, p), LODE_OK);
	FLUSH(&s);
	WROTE(&s, "INSERT INTO p (name, note) VALUES (?, ?)");
}
END_TEST

START_TEST(add_takes_a_delete_back)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	FLUSH(&s);
	lode_delete(s.session, p);
	lode_add(s.session, p);
	scenario_forget(&s);
	FLUSH(&s);
	SENT(&s, "");
	ck_assert_int_eq(lode_object_state(p), LODE_PERSISTENT);
}
END_TEST

START_TEST(add_refuses_an_object_of_another_session)
{
	lode_session *other = lode_session_new(s.registry, s.engine, NULL, NULL);
	P *p = LODE_NEW(other, P, .name = "p");

	ck_assert_int_eq(lode_add(s.session, p), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "another session");
	lode_rollback(s.session);
	ck_assert_int_eq(lode_add(s.session, NULL), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "NULL");
	lode_rollback(s.session);
	lode_session_free(other);
}
END_TEST

START_TEST(add_refuses_a_deleted_object)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	FLUSH(&s);
	lode_delete(s.session, p);
	FLUSH(&s);
	ck_assert_int_eq(lode_add(s.session, p), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "");
	lode_rollback(s.session);
}
END_TEST

START_TEST(a_second_object_with_a_known_key_is_refused)
{
	P *first, *second;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	first = LODE_FIND(s.session, P, .id = 1);
	second = LODE_ADD(s.session, P, .id = 1, .name = "twice");
	scenario_forget(&s);
	ck_assert_int_eq(lode_flush(s.session), LODE_E_UNIQUE);
	/* it is found before anything is sent */
	SENT(&s, "");
	FAILED(&s, LODE_E_UNIQUE, "P has the primary key");
	ck_assert_ptr_eq(lode_session_culprit(s.session), second);
	lode_rollback(s.session);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), first);
}
END_TEST

START_TEST(two_new_objects_with_one_key_are_refused)
{
	LODE_ADD(s.session, P, .id = 1, .name = "one");
	LODE_ADD(s.session, P, .id = 1, .name = "two");
	ck_assert_int_eq(lode_flush(s.session), LODE_E_UNIQUE);
	FAILED(&s, LODE_E_UNIQUE, "");
	lode_rollback(s.session);
	LODE_ADD(s.session, P, .id = 1, .name = "one");
	COMMIT(&s);
	ROWS(&s, "SELECT name FROM p", "one");
}
END_TEST

/* ---- SES-03, SES-04: commit */

START_TEST(commit_flushes_and_returns_the_connection)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	COMMIT(&s);
	SENT(&s, "BEGIN IMMEDIATE\nINSERT INTO p (name, note) VALUES (?, ?)\nCOMMIT");
	ck_assert(!lode_in_transaction(s.session));
	ck_assert_str_eq(p->name, "p");
	/* nothing to do: nothing sent */
	COMMIT(&s);
	SENT(&s, "");
}
END_TEST

START_TEST(a_commit_expires_nothing_unless_asked)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	COMMIT(&s);
	scenario_sql(&s, "UPDATE p SET name = 'other'");
	scenario_forget(&s);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = p->id), p);
	SENT(&s, "");
	ck_assert_str_eq(p->name, "p");
}
END_TEST

START_TEST(expire_on_commit_reloads_when_next_reached)
{
	P *p;

	WITH(options, .expire_on_commit = true);
	p = LODE_ADD(s.session, P, .name = "p");
	COMMIT(&s);
	scenario_sql(&s, "UPDATE p SET name = 'other'");
	/* members stay readable: only reaching it through the library reloads */
	ck_assert_str_eq(p->name, "p");
	scenario_forget(&s);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), p);
	WROTE(&s, "SELECT p.id, p.name, p.note FROM p WHERE p.id = ?");
	ck_assert_str_eq(p->name, "other");
}
END_TEST

START_TEST(commit_says_what_was_never_linked)
{
	LODE_NEW(s.session, P, .name = "forgotten");
	LODE_ADD(s.session, P, .name = "stored");
	COMMIT(&s);
	WARNED(&s, LODE_W_UNLINKED, "1 objects");
}
END_TEST

/* ---- SES-05: rollback */

START_TEST(rollback_without_a_transaction_is_no_error)
{
	ck_assert_int_eq(lode_rollback(s.session), LODE_OK);
	SENT(&s, "");
	ck_assert_int_eq(lode_rollback(NULL), LODE_E_MISUSE);
}
END_TEST

START_TEST(rollback_puts_members_back_without_a_select)
{
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'old', 'note')");
	p = LODE_FIND(s.session, P, .id = 1);
	p->name = "first";
	FLUSH(&s);
	LODE_SET(p, name, "second");
	LODE_SET_NULL(p, note);
	FLUSH(&s);
	p->name = "third";
	scenario_forget(&s);
	lode_rollback(s.session);
	SENT(&s, "ROLLBACK");
	ck_assert_str_eq(p->name, "old");
	ck_assert_str_eq(p->note, "note");
	ck_assert(!lode_is_modified(p));
}
END_TEST

START_TEST(rollback_leaves_new_objects_their_latest_values)
{
	P *p = LODE_ADD(s.session, P, .name = "first");

	FLUSH(&s);
	LODE_SET(p, name, "second");
	FLUSH(&s);
	LODE_SET(p, note, "unflushed");
	lode_rollback(s.session);
	ck_assert_int_eq(lode_object_state(p), LODE_TRANSIENT);
	ck_assert_str_eq(p->name, "second");
	/* the copy that LODE_SET made must not have gone with the flush that did not come */
	LODE_ADD(s.session, P, .id = 7, .name = "another", .note = "overwrites");
	ck_assert_str_eq(p->note, "unflushed");
	lode_add(s.session, p);
	COMMIT(&s);
	ROWS(&s, "SELECT name || coalesce(note, '-') FROM p ORDER BY id",
	     "secondunflushed anotheroverwrites");
}
END_TEST

START_TEST(rollback_restores_a_changed_key)
{
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	p = LODE_FIND(s.session, P, .id = 1);
	p->id = 5;
	FLUSH(&s);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 5), p);
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 1));
	lode_rollback(s.session);
	ck_assert_int_eq(p->id, 1);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), p);
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 5));
}
END_TEST

START_TEST(rollback_of_an_insert_and_delete_leaves_a_transient_object)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	FLUSH(&s);
	lode_delete(s.session, p);
	FLUSH(&s);
	lode_rollback(s.session);
	ck_assert_int_eq(lode_object_state(p), LODE_TRANSIENT);
	lode_add(s.session, p);
	COMMIT(&s);
	ROWS(&s, "SELECT name FROM p", "p");
}
END_TEST

START_TEST(rollback_puts_relationships_back)
{
	P *p;
	C *c;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL), (2, 'q', NULL)");
	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 0), (2, 1, 0)");
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_AT(p, cs, 0);
	LODE_LINK(c, p, LODE_FIND(s.session, P, .id = 2));
	LODE_APPEND(p, cs, LODE_NEW(s.session, C, .v = 3));
	FLUSH(&s);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	lode_rollback(s.session);
	scenario_forget(&s);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	ck_assert_ptr_eq(LODE_AT(p, cs, 0), c);
	ck_assert_ptr_eq(LODE_REF(c, p), p);
	SENT(&s, "");
	FLUSH(&s);
	SENT(&s, "");
}
END_TEST

/* ---- SES-06: savepoints */

START_TEST(an_inner_savepoint_goes_with_the_outer)
{
	lode_savepoint outer = lode_begin_nested(s.session), inner;
	P *p = LODE_ADD(s.session, P, .name = "p");

	inner = lode_begin_nested(s.session);
	LODE_SET(p, name, "inner");
	FLUSH(&s);
	scenario_forget(&s);
	ck_assert_int_eq(lode_rollback_to(s.session, outer), LODE_OK);
	SENT(&s, "ROLLBACK TO SAVEPOINT lode_1\nRELEASE SAVEPOINT lode_1");
	ck_assert_int_eq(lode_object_state(p), LODE_TRANSIENT);
	ck_assert_int_eq(lode_rollback_to(s.session, inner), LODE_E_STATE);
	FAILED(&s, LODE_E_STATE, "not open");
	lode_rollback(s.session);
}
END_TEST

START_TEST(a_released_savepoint_hands_its_changes_to_the_outer)
{
	lode_savepoint outer = lode_begin_nested(s.session), inner;
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'old', NULL)");
	p = LODE_FIND(s.session, P, .id = 1);
	inner = lode_begin_nested(s.session);
	p->name = "inner";
	ck_assert_int_eq(lode_release(s.session, inner), LODE_OK);
	ck_assert_str_eq(p->name, "inner");
	ck_assert_int_eq(lode_rollback_to(s.session, outer), LODE_OK);
	ck_assert_str_eq(p->name, "old");
}
END_TEST

START_TEST(an_object_changed_before_and_in_a_savepoint_keeps_the_first_change)
{
	lode_savepoint savepoint;
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'old', NULL)");
	p = LODE_FIND(s.session, P, .id = 1);
	p->name = "before";
	savepoint = lode_begin_nested(s.session);
	p->name = "in";
	FLUSH(&s);
	p->name = "in, unflushed";
	lode_rollback_to(s.session, savepoint);
	ck_assert_str_eq(p->name, "before");
	COMMIT(&s);
	ROWS(&s, "SELECT name FROM p", "before");
}
END_TEST

START_TEST(a_delete_in_a_savepoint_is_undone)
{
	lode_savepoint savepoint;
	P *p = LODE_ADD(s.session, P, .name = "p");

	savepoint = lode_begin_nested(s.session);
	lode_delete(s.session, p);
	FLUSH(&s);
	ck_assert_int_eq(lode_object_state(p), LODE_DELETED);
	lode_rollback_to(s.session, savepoint);
	ck_assert_int_eq(lode_object_state(p), LODE_PERSISTENT);
	COMMIT(&s);
	ROWS(&s, "SELECT name FROM p", "p");
}
END_TEST

/* ---- SES-07: begin */

START_TEST(begin_opens_a_transaction_once)
{
	ck_assert_int_eq(lode_begin(s.session), LODE_OK);
	ck_assert(lode_in_transaction(s.session));
	SENT(&s, "BEGIN");
	ck_assert_int_eq(lode_begin(s.session), LODE_E_STATE);
	FAILED(&s, LODE_E_STATE, "open already");
	lode_rollback(s.session);
	ck_assert(!lode_in_transaction(s.session));
}
END_TEST

START_TEST(explicit_begin_refuses_use_outside)
{
	WITH(options, .explicit_begin = true);
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 1));
	FAILED(&s, LODE_E_STATE, "lode_begin");
	lode_rollback(s.session);
	ck_assert_int_eq(lode_begin(s.session), LODE_OK);
	LODE_ADD(s.session, P, .name = "p");
	COMMIT(&s);
	ck_assert_ptr_null(LODE_FIRST(s.session, P, LODE_SELECT(P)));
	FAILED(&s, LODE_E_STATE, "lode_begin");
	lode_rollback(s.session);
}
END_TEST

/* ---- SES-08: a failed flush */

START_TEST(nothing_of_a_failed_flush_stays)
{
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	p = LODE_ADD(s.session, P, .name = "fine");
	LODE_ADD(s.session, P, .id = 1, .name = "twice");
	ck_assert_int_eq(lode_flush(s.session), LODE_E_UNIQUE);
	ck_assert_int_eq(lode_session_status(s.session), LODE_E_UNIQUE);
	lode_rollback(s.session);
	OK(&s);
	ck_assert_int_eq(lode_object_state(p), LODE_TRANSIENT);
	ROWS(&s, "SELECT count(*) FROM p", "1");
}
END_TEST

START_TEST(the_first_failure_stays)
{
	P *scratch;

	ck_assert_int_eq(lode_add(s.session, NULL), LODE_E_MISUSE);
	scratch = LODE_ADD(s.session, P, .name = "scratch");
	ck_assert_ptr_nonnull(scratch);
	scratch->name = "written to";
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 1));
	ck_assert_int_eq(lode_commit(s.session), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "lode_add was given no object");
	lode_rollback(s.session);
	SENT(&s, "");
	COMMIT(&s);
	ROWS(&s, "SELECT count(*) FROM p", "0");
}
END_TEST

/* ---- SES-09: find */

START_TEST(find_looks_into_the_identity_map_first)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	FLUSH(&s);
	scenario_forget(&s);
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), p);
	SENT(&s, "");
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 2));
	SENT(&s, "SELECT p.id, p.name, p.note FROM p WHERE p.id = ?");
	OK(&s);
}
END_TEST

START_TEST(find_by_a_key_of_two_columns)
{
	Line *line;

	scenario_sql(&s, "INSERT INTO sale VALUES (1, 'c')");
	scenario_sql(&s, "INSERT INTO line VALUES (1, 1, 'a'), (1, 2, 'b')");
	line = LODE_FIND(s.session, Line, .sale_id = 1, .number = 2);
	ck_assert_str_eq(line->what, "b");
	scenario_forget(&s);
	ck_assert_ptr_eq(LODE_FIND(s.session, Line, .number = 2, .sale_id = 1), line);
	SENT(&s, "");
	ck_assert_ptr_null(LODE_FIND(s.session, Line, .sale_id = 1));
	FAILED(&s, LODE_E_MISUSE, "");
	lode_rollback(s.session);
	ck_assert_ptr_null(LODE_FIND(s.session, Line, .sale_id = 1, .number = 1, .what = "a"));
	FAILED(&s, LODE_E_MISUSE, "");
	lode_rollback(s.session);
}
END_TEST

START_TEST(find_of_an_expired_object_whose_row_is_gone_gives_nothing)
{
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	p = LODE_FIND(s.session, P, .id = 1);
	COMMIT(&s);
	scenario_sql(&s, "DELETE FROM p");
	ck_assert_ptr_eq(LODE_FIND(s.session, P, .id = 1), p);
	lode_expire(s.session, p);
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 1));
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 1));
	OK(&s);
	/* its identity is free again */
	LODE_ADD(s.session, P, .id = 1, .name = "again");
	COMMIT(&s);
	ROWS(&s, "SELECT name FROM p", "again");
}
END_TEST

/* ---- SES-11: autoflush */

START_TEST(a_query_flushes_first_if_it_touches_what_changed)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	LODE_ALL(s.session, U, LODE_SELECT(U));
	WROTE(&s, "SELECT u.id, u.c, u.u FROM u");
	LODE_ALL(s.session, P, LODE_SELECT(P));
	WROTE(&s, "INSERT INTO p (name, note) VALUES (?, ?)\nSELECT p.id, p.name, p.note FROM p");
	p->note = "changed";
	LODE_ALL(s.session, P, LODE_SELECT(P));
	SENT(&s, "UPDATE p SET note = ? WHERE id = ?\nSELECT p.id, p.name, p.note FROM p");
	lode_delete(s.session, p);
	ck_assert_uint_eq(LODE_ALL(s.session, P, LODE_SELECT(P)).count, 0);
}
END_TEST

START_TEST(a_lazy_load_flushes_first)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	COMMIT(&s);
	scenario_session(&s, NULL);
	p = LODE_FIND(s.session, P, .id = 1);
	scenario_forget(&s);
	LODE_ADD(s.session, C, .pid = lode_some_int64(1), .v = 1);
	ck_assert_uint_eq(LODE_LEN(p, cs), 1);
	SENT(&s, "INSERT INTO c (pid, v) VALUES (?, ?)\n"
		 "SELECT c.id, c.pid, c.v FROM c WHERE c.pid = ? ORDER BY c.id");
}
END_TEST

START_TEST(autoflush_can_be_switched_off)
{
	WITH(options, .no_autoflush = true);
	LODE_ADD(s.session, P, .name = "p");
	ck_assert_uint_eq(LODE_ALL(s.session, P, LODE_SELECT(P)).count, 0);
	COMMIT(&s);
	ROWS(&s, "SELECT count(*) FROM p", "1");
}
END_TEST

START_TEST(a_statement_may_go_without_autoflush)
{
	lode_query *query;
	struct { int64_t n; } row;
	typedef struct { int64_t n; } Count;
	lode_statement *count = LODE_SELECT_ROWS(Count);

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 1)");
	LODE_ADD(s.session, P, .name = "q");
	LODE_ADD(s.session, C, .v = 2);
	/* nor does what comes with the objects flush */
	LODE_ALL(s.session, P, lode_option(lode_no_autoflush(LODE_SELECT(P)), LODE_SELECTIN_LOAD(P, cs)));
	WROTE(&s, "SELECT p.id, p.name, p.note FROM p\n"
		  "SELECT c.id, c.pid, c.v FROM c WHERE c.pid = ? ORDER BY c.id");
	query = lode_compile(s.engine, lode_no_autoflush(LODE_SELECT(P)), &s.error);
	LODE_ALL(s.session, P, lode_bind(query, NULL, 0, ""));
	SENT(&s, "SELECT p.id, p.name, p.note FROM p");
	LODE_FIELD(count, Count, n, lode_count(LODE_COL(P, id)));
	lode_no_autoflush(count);
	ck_assert_int_eq(LODE_SCALAR(s.session, count, &row), LODE_OK);
	ck_assert_int_eq(row.n, 1);
	SENT(&s, "SELECT count(p.id) FROM p");
	ck_assert_int_eq(lode_execute(s.session, lode_no_autoflush(lode_where(LODE_DELETE_FROM(C),
	                                                                     LODE_EQ(C, v, 1))),
	                              NULL), LODE_OK);
	SENT(&s, "DELETE FROM c WHERE v = ?");
	/* the next one does */
	LODE_ALL(s.session, P, LODE_SELECT(P));
	SENT(&s, "INSERT INTO p (name, note) VALUES (?, ?)\nINSERT INTO c (pid, v) VALUES (?, ?)\n"
		 "SELECT p.id, p.name, p.note FROM p");
	lode_query_free(query);
}
END_TEST

START_TEST(a_block_may_go_without_autoflush)
{
	P *p;
	bool before;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	p = LODE_FIND(s.session, P, .id = 1);
	scenario_forget(&s);
	before = lode_autoflush(s.session, false);
	ck_assert(before);
	LODE_ADD(s.session, C, .pid = lode_some_int64(1), .v = 1);
	ck_assert_uint_eq(LODE_LEN(p, cs), 0);
	SENT(&s, "SELECT c.id, c.pid, c.v FROM c WHERE c.pid = ? ORDER BY c.id");
	ck_assert(!lode_autoflush(s.session, before));
	LODE_ALL(s.session, C, LODE_SELECT(C));
	SENT(&s, "INSERT INTO c (pid, v) VALUES (?, ?)\nSELECT c.id, c.pid, c.v FROM c");
}
END_TEST

/* ---- SES-12: flush */

START_TEST(a_flush_with_nothing_to_do_sends_nothing)
{
	FLUSH(&s);
	ck_assert(!lode_in_transaction(s.session));
	SENT(&s, "");
	ck_assert_int_eq(lode_flush(NULL), LODE_E_MISUSE);
}
END_TEST

/* ---- SES-13: delete */

START_TEST(delete_marks_and_the_flush_sends)
{
	P *p = LODE_ADD(s.session, P, .name = "p");
	lode_list deleted;

	FLUSH(&s);
	scenario_forget(&s);
	ck_assert_int_eq(lode_delete(s.session, p), LODE_OK);
	SENT(&s, "");
	ck_assert_int_eq(lode_object_state(p), LODE_PERSISTENT);
	deleted = lode_objects(s.session, LODE_OBJECTS_DELETED);
	ck_assert_uint_eq(deleted.count, 1);
	ck_assert_ptr_eq(deleted.items[0], p);
	FLUSH(&s);
	ck_assert_int_eq(lode_object_state(p), LODE_DELETED);
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 1));
}
END_TEST

START_TEST(delete_of_a_pending_object_takes_it_back)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	ck_assert_int_eq(lode_delete(s.session, p), LODE_OK);
	ck_assert_int_eq(lode_object_state(p), LODE_TRANSIENT);
	FLUSH(&s);
	SENT(&s, "");
}
END_TEST

START_TEST(delete_needs_a_row)
{
	P *p = LODE_NEW(s.session, P, .name = "p");

	ck_assert_int_eq(lode_delete(s.session, p), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "has a row");
	lode_rollback(s.session);
	ck_assert_int_eq(lode_delete(s.session, NULL), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "NULL");
	lode_rollback(s.session);
}
END_TEST

/* ---- SES-14: lists of the session */

START_TEST(the_session_lists_its_objects)
{
	P *p, *q;
	lode_list list;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL), (2, 'q', NULL)");
	LODE_ALL(s.session, P, LODE_SELECT(P));
	p = LODE_FIND(s.session, P, .id = 1);
	q = LODE_ADD(s.session, P, .name = "new");
	p->name = "dirty";
	ck_assert(lode_contains(s.session, p) && lode_contains(s.session, q));
	ck_assert(!lode_contains(s.session, NULL));
	list = lode_objects(s.session, LODE_OBJECTS_NEW);
	ck_assert(list.count == 1 && list.items[0] == q);
	list = lode_objects(s.session, LODE_OBJECTS_DIRTY);
	ck_assert(list.count == 1 && list.items[0] == p);
	ck_assert_uint_eq(lode_objects(s.session, LODE_OBJECTS_PERSISTENT).count, 2);
	ck_assert_uint_eq(lode_objects(s.session, LODE_OBJECTS_DELETED).count, 0);
	lode_list_free(list.items);
	q = LODE_NEW(s.session, P, .name = "transient");
	ck_assert(!lode_contains(s.session, q));
	lode_rollback(s.session);
}
END_TEST

/* ---- SES-16: expire */

START_TEST(expire_discards_changes_and_reloads_later)
{
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'old', NULL)");
	p = LODE_FIND(s.session, P, .id = 1);
	p->name = "unflushed";
	scenario_sql(&s, "UPDATE p SET note = 'raw'");
	scenario_forget(&s);
	p->name = "unflushed";
	ck_assert_int_eq(lode_expire(s.session, p), LODE_OK);
	SENT(&s, "");
	FLUSH(&s);
	SENT(&s, "");
	LODE_FIND(s.session, P, .id = 1);
	SENT(&s, "SELECT p.id, p.name, p.note FROM p WHERE p.id = ?");
	ck_assert_str_eq(p->note, "raw");
}
END_TEST

START_TEST(expire_needs_a_row)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	ck_assert_int_eq(lode_expire(s.session, p), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "lode_expire");
	lode_rollback(s.session);
}
END_TEST

START_TEST(expire_all_reloads_each_object_when_reached)
{
	P *p;
	C *c;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 5)");
	p = LODE_FIND(s.session, P, .id = 1);
	c = LODE_AT(p, cs, 0);
	scenario_forget(&s);
	ck_assert_int_eq(lode_expire_all(s.session), LODE_OK);
	scenario_sql(&s, "UPDATE c SET v = 6");
	ck_assert_int_eq(c->v, 5);
	ck_assert_ptr_eq(LODE_AT(p, cs, 0), c);
	ck_assert_int_eq(c->v, 6);
}
END_TEST

/* ---- SES-17: refresh */

START_TEST(refresh_reloads_now_and_drops_own_changes)
{
	P *p, *q;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL), (2, 'q', NULL)");
	p = LODE_FIND(s.session, P, .id = 1);
	q = LODE_FIND(s.session, P, .id = 2);
	scenario_sql(&s, "UPDATE p SET note = 'raw'");
	p->name = "dropped";
	q->name = "flushed";
	scenario_forget(&s);
	ck_assert_int_eq(lode_refresh(s.session, p), LODE_OK);
	SENT(&s, "UPDATE p SET name = ? WHERE id = ?\n"
		 "SELECT p.id, p.name, p.note FROM p WHERE p.id = ?");
	ck_assert_str_eq(p->name, "p");
	ck_assert_str_eq(p->note, "raw");
	ck_assert_str_eq(q->name, "flushed");
}
END_TEST

START_TEST(refresh_of_a_vanished_row_is_an_error)
{
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	p = LODE_FIND(s.session, P, .id = 1);
	scenario_sql(&s, "DELETE FROM p");
	ck_assert_int_eq(lode_refresh(s.session, p), LODE_E_STALE);
	FAILED(&s, LODE_E_STALE, "P is gone");
	lode_rollback(s.session);
}
END_TEST

START_TEST(refresh_forgets_loaded_relationships)
{
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', NULL)");
	p = LODE_FIND(s.session, P, .id = 1);
	ck_assert_uint_eq(LODE_LEN(p, cs), 0);
	scenario_sql(&s, "INSERT INTO c VALUES (1, 1, 0)");
	ck_assert_uint_eq(LODE_LEN(p, cs), 0);
	lode_refresh(s.session, p);
	ck_assert(!LODE_IS_LOADED(p, cs));
	ck_assert_uint_eq(LODE_LEN(p, cs), 1);
}
END_TEST

/* ---- SES-18: expunge */

START_TEST(expunge_detaches_and_the_object_outlives_the_session)
{
	P *p;

	scenario_sql(&s, "INSERT INTO p VALUES (1, 'p', 'note')");
	p = LODE_FIND(s.session, P, .id = 1);
	scenario_forget(&s);
	ck_assert_int_eq(lode_expunge(s.session, p), LODE_OK);
	SENT(&s, "");
	ck_assert_int_eq(lode_object_state(p), LODE_DETACHED);
	ck_assert_ptr_null(lode_object_session(p));
	ck_assert(!lode_contains(s.session, p));
	ck_assert(LODE_FIND(s.session, P, .id = 1) != p);
	scenario_session(&s, NULL);
	ck_assert_str_eq(p->name, "p");
	ck_assert_str_eq(p->note, "note");
	lode_object_free(p);
}
END_TEST

START_TEST(expunge_of_a_pending_object_keeps_it_from_being_stored)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	ck_assert_int_eq(lode_expunge(s.session, p), LODE_OK);
	FLUSH(&s);
	SENT(&s, "");
	ck_assert_str_eq(p->name, "p");
	lode_object_free(p);
}
END_TEST

START_TEST(expunge_refuses_what_is_not_the_sessions)
{
	lode_session *other = lode_session_new(s.registry, s.engine, NULL, NULL);
	P *p = LODE_NEW(other, P, .name = "p");

	ck_assert_int_eq(lode_expunge(s.session, p), LODE_E_MISUSE);
	FAILED(&s, LODE_E_MISUSE, "lode_expunge");
	lode_rollback(s.session);
	lode_session_free(other);
}
END_TEST

START_TEST(an_object_of_a_session_cannot_be_freed)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	lode_object_free(p);
	MISUSED(&s, "expunge it first");
	lode_object_free(NULL);
	COMMIT(&s);
}
END_TEST

/* ---- SES-20: clear */

START_TEST(a_cleared_session_is_as_new)
{
	P *p = LODE_ADD(s.session, P, .name = "p");

	COMMIT(&s);
	p->name = "dropped";
	LODE_ADD(s.session, P, .name = "dropped");
	ck_assert_int_eq(lode_clear(s.session), LODE_OK);
	scenario_forget(&s);
	ck_assert_uint_eq(lode_objects(s.session, LODE_OBJECTS_PERSISTENT).count, 0);
	FLUSH(&s);
	SENT(&s, "");
	p = LODE_FIND(s.session, P, .id = 1);
	ck_assert_str_eq(p->name, "p");
}
END_TEST

/* ---- */

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, a_closed_session_rolls_back_and_returns_its_connection);
	tcase_add_test(tests, a_session_freed_with_changes_says_so);
	tcase_add_test(tests, a_session_freed_with_an_unread_error_says_so);
	tcase_add_test(tests, a_session_needs_registry_and_engine);
	tcase_add_test(tests, a_session_takes_no_connection_before_the_first_statement);
	tcase_add_test(tests, add_makes_a_transient_object_pending);
	tcase_add_test(tests, add_takes_a_delete_back);
	tcase_add_test(tests, add_refuses_an_object_of_another_session);
	tcase_add_test(tests, add_refuses_a_deleted_object);
	tcase_add_test(tests, a_second_object_with_a_known_key_is_refused);
	tcase_add_test(tests, two_new_objects_with_one_key_are_refused);
	tcase_add_test(tests, find_looks_into_the_identity_map_first);
	tcase_add_test(tests, find_by_a_key_of_two_columns);
	tcase_add_test(tests, find_of_an_expired_object_whose_row_is_gone_gives_nothing);
	tcase_add_test(tests, a_query_flushes_first_if_it_touches_what_changed);
	tcase_add_test(tests, a_lazy_load_flushes_first);
	tcase_add_test(tests, autoflush_can_be_switched_off);
	tcase_add_test(tests, a_statement_may_go_without_autoflush);
	tcase_add_test(tests, a_block_may_go_without_autoflush);
	tcase_add_test(tests, a_flush_with_nothing_to_do_sends_nothing);
	tcase_add_test(tests, delete_marks_and_the_flush_sends);
	tcase_add_test(tests, delete_of_a_pending_object_takes_it_back);
	tcase_add_test(tests, delete_needs_a_row);
	tcase_add_test(tests, the_session_lists_its_objects);
}

static void add_transaction_tests(TCase *tests)
{
	tcase_add_test(tests, commit_flushes_and_returns_the_connection);
	tcase_add_test(tests, a_commit_expires_nothing_unless_asked);
	tcase_add_test(tests, expire_on_commit_reloads_when_next_reached);
	tcase_add_test(tests, commit_says_what_was_never_linked);
	tcase_add_test(tests, rollback_without_a_transaction_is_no_error);
	tcase_add_test(tests, rollback_puts_members_back_without_a_select);
	tcase_add_test(tests, rollback_leaves_new_objects_their_latest_values);
	tcase_add_test(tests, rollback_restores_a_changed_key);
	tcase_add_test(tests, rollback_of_an_insert_and_delete_leaves_a_transient_object);
	tcase_add_test(tests, rollback_puts_relationships_back);
	tcase_add_test(tests, an_inner_savepoint_goes_with_the_outer);
	tcase_add_test(tests, a_released_savepoint_hands_its_changes_to_the_outer);
	tcase_add_test(tests, an_object_changed_before_and_in_a_savepoint_keeps_the_first_change);
	tcase_add_test(tests, a_delete_in_a_savepoint_is_undone);
	tcase_add_test(tests, begin_opens_a_transaction_once);
	tcase_add_test(tests, explicit_begin_refuses_use_outside);
	tcase_add_test(tests, nothing_of_a_failed_flush_stays);
	tcase_add_test(tests, the_first_failure_stays);
}

static void add_leaving_tests(TCase *tests)
{
	tcase_add_test(tests, expire_discards_changes_and_reloads_later);
	tcase_add_test(tests, expire_needs_a_row);
	tcase_add_test(tests, expire_all_reloads_each_object_when_reached);
	tcase_add_test(tests, refresh_reloads_now_and_drops_own_changes);
	tcase_add_test(tests, refresh_of_a_vanished_row_is_an_error);
	tcase_add_test(tests, refresh_forgets_loaded_relationships);
	tcase_add_test(tests, expunge_detaches_and_the_object_outlives_the_session);
	tcase_add_test(tests, expunge_of_a_pending_object_keeps_it_from_being_stored);
	tcase_add_test(tests, expunge_refuses_what_is_not_the_sessions);
	tcase_add_test(tests, an_object_of_a_session_cannot_be_freed);
	tcase_add_test(tests, a_cleared_session_is_as_new);
}

int main(void)
{
	Suite *suite = suite_create("orm/session");
	TCase *tests = tcase_create("session");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	add_tests(tests);
	add_transaction_tests(tests);
	add_leaving_tests(tests);
	suite_add_tcase(suite, tests);
	return lode_test_run(suite);
}
