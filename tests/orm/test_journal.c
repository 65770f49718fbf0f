/* SPDX-License-Identifier: MIT */
/* tests/orm/test_journal.c - what is loaded while a transaction has changes does not outlive their
 * rollback. */
#include <string.h>

#include "scenario_models.h"

/* one-to-one, and no member of the other side knows it */
LODE_DECLARE(Driver);
LODE_DECLARE(Car);
struct Driver {
	int64_t id;
	Car_one car;
};
struct Car {
	int64_t id;
	lode_opt_int64 driver_id;
};
LODE_CLASS(Driver, "driver",
	LODE_COLUMN(Driver, id, .primary_key = true),
	LODE_TO_ONE(Driver, car, Car));
LODE_CLASS(Car, "car",
	LODE_COLUMN(Car, id, .primary_key = true),
	LODE_COLUMN(Car, driver_id, .foreign_key = "driver.id"));

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

START_TEST(a_list_loaded_after_an_insert_forgets_it)
{
	P *p;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	COMMIT(&s);
	LODE_ADD(s.session, C, .pid = lode_some_int64(1), .v = 30);
	FLUSH(&s);
	ck_assert_uint_eq(LODE_LEN(p, cs), 3);
	lode_rollback(s.session);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	OK(&s);
}
END_TEST

START_TEST(a_list_loaded_after_a_delete_shows_the_row_again)
{
	P *p;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	COMMIT(&s);
	lode_delete(s.session, LODE_FIND(s.session, C, .id = 1));
	FLUSH(&s);
	ck_assert_uint_eq(LODE_LEN(p, cs), 1);
	lode_rollback(s.session);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	OK(&s);
}
END_TEST

START_TEST(links_loaded_after_an_update_follow_the_key_back)
{
	P *p, *q;
	C *c;
	lode_savepoint savepoint;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	q = LODE_FIND(s.session, P, .id = 2);
	c = LODE_FIND(s.session, C, .id = 1);
	savepoint = lode_begin_nested(s.session);
	c->pid.value = 2;
	FLUSH(&s);
	ck_assert_uint_eq(LODE_LEN(p, cs), 1);
	ck_assert_uint_eq(LODE_LEN(q, cs), 1);
	ck_assert_ptr_eq(LODE_REF(c, p), q);
	lode_rollback_to(s.session, savepoint);
	ck_assert_int_eq(c->pid.value, 1);
	ck_assert_ptr_eq(LODE_REF(c, p), p);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	ck_assert_uint_eq(LODE_LEN(q, cs), 0);
	OK(&s);
}
END_TEST

START_TEST(a_list_loaded_before_stays)
{
	P *p;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 1);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	LODE_ADD(s.session, C, .pid = lode_some_int64(1), .v = 30);
	FLUSH(&s);
	lode_rollback(s.session);
	scenario_forget(&s);
	ck_assert_uint_eq(LODE_LEN(p, cs), 2);
	SENT(&s, "");
}
END_TEST

START_TEST(an_object_loaded_after_a_bulk_update_is_read_again)
{
	P *p;

	insert_family();
	lode_execute(s.session,
		     lode_all_rows(LODE_ASSIGN(LODE_UPDATE(P), P, name, "changed")), NULL);
	p = LODE_FIND(s.session, P, .id = 1);
	ck_assert_str_eq(p->name, "changed");
	lode_rollback(s.session);
	p = LODE_FIND(s.session, P, .id = 1);
	ck_assert_str_eq(p->name, "p");
	p->name = "changed";
	COMMIT(&s);
	ROWS(&s, "SELECT name FROM p WHERE id = 1", "changed");
}
END_TEST

START_TEST(an_object_of_a_row_inserted_aside_is_gone)
{
	lode_begin(s.session);
	scenario_sql(&s, "INSERT INTO p VALUES (7, 'seven', NULL)");
	ck_assert_ptr_nonnull(LODE_FIND(s.session, P, .id = 7));
	lode_rollback(s.session);
	ck_assert_ptr_null(LODE_FIND(s.session, P, .id = 7));
	OK(&s);
}
END_TEST

START_TEST(what_is_set_on_a_deleted_object_does_not_come_back_with_it)
{
	P *p;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 2);
	lode_delete(s.session, p);
	FLUSH(&s);
	LODE_SET(p, name, "other");
	lode_rollback(s.session);
	ck_assert_str_eq(p->name, "q");
	OK(&s);
}
END_TEST

START_TEST(what_was_set_before_the_delete_is_nobodys_text)
{
	P *p;

	insert_family();
	p = LODE_FIND(s.session, P, .id = 2);
	LODE_SET(p, name, "a name that is rather long");
	lode_delete(s.session, p);
	COMMIT(&s);
	LODE_ADD(s.session, P, .name = "B name that is rather long");
	COMMIT(&s);
	ck_assert_str_eq(p->name, "q");
}
END_TEST

START_TEST(what_the_database_rolled_back_needs_a_rollback_here)
{
	P *p;
	lode_savepoint savepoint;

	BACKEND_ONLY_SQLITE("a trigger that rolls back");
	insert_family();
	scenario_sql(&s, "CREATE TRIGGER t BEFORE UPDATE ON p "
	                 "BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
	p = LODE_FIND(s.session, P, .id = 2);
	LODE_ADD(s.session, P, .name = "new");
	savepoint = lode_begin_nested(s.session);
	p->name = "x";
	ck_assert_int_lt(lode_flush(s.session), 0);
	ck_assert_int_lt(lode_rollback_to(s.session, savepoint), 0);
	ck_assert_int_lt(lode_commit(s.session), 0);
	ck_assert_int_eq(lode_rollback(s.session), LODE_OK);
	ck_assert_str_eq(p->name, "q");
	COMMIT(&s);
	ROWS(&s, "SELECT count(*) FROM p", "2");
}
END_TEST

START_TEST(whom_a_one_to_one_was_linked_with_is_forgotten)
{
	static const lode_class *const classes[] = { &Driver_class, &Car_class };
	Driver *driver;

	scenario_close(&s);
	scenario_open(&s, classes, 2, NULL);
	scenario_sql(&s, "INSERT INTO driver VALUES (1)");
	scenario_sql(&s, "INSERT INTO car VALUES (1, 1), (2, NULL), (3, NULL), (4, NULL)");
	driver = LODE_FIND(s.session, Driver, .id = 1);
	ck_assert_int_eq(LODE_REF(driver, car)->id, 1);
	COMMIT(&s);
	LODE_LINK(driver, car, LODE_FIND(s.session, Car, .id = 2));
	FLUSH(&s);
	LODE_LINK(driver, car, LODE_FIND(s.session, Car, .id = 3));
	lode_rollback(s.session);
	LODE_LINK(driver, car, LODE_FIND(s.session, Car, .id = 4));
	COMMIT(&s);
	ROWS(&s, "SELECT id FROM car WHERE driver_id = 1", "4");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/journal");
	TCase *tests = tcase_create("journal");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_list_loaded_after_an_insert_forgets_it);
	tcase_add_test(tests, a_list_loaded_after_a_delete_shows_the_row_again);
	tcase_add_test(tests, links_loaded_after_an_update_follow_the_key_back);
	tcase_add_test(tests, a_list_loaded_before_stays);
	tcase_add_test(tests, an_object_loaded_after_a_bulk_update_is_read_again);
	tcase_add_test(tests, an_object_of_a_row_inserted_aside_is_gone);
	tcase_add_test(tests, what_is_set_on_a_deleted_object_does_not_come_back_with_it);
	tcase_add_test(tests, what_was_set_before_the_delete_is_nobodys_text);
	tcase_add_test(tests, what_the_database_rolled_back_needs_a_rollback_here);
	tcase_add_test(tests, whom_a_one_to_one_was_linked_with_is_forgotten);
	suite_add_tcase(suite, tests);
	return lode_test_run(suite);
}
