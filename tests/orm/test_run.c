/* SPDX-License-Identifier: MIT */
/* tests/orm/test_run.c - units of work that are tried again. */
#include <string.h>

#include "fixture.h"
#include "orm/run.h"

static fixture f;

typedef struct work {
	int calls;
	int fail_until;                 /* attempts that fail */
	lode_status status;             /* what work returns */
	lode_session *last;
} work;

static void setup(void)
{
	fixture_open(&f, NULL);
	fixture_sql(&f, "INSERT INTO parent (id, name) VALUES (1, 'p')");
}

static void teardown(void)
{
	fixture_close(&f);
}

static lode_status add_parent(lode_session *session, void *context)
{
	work *w = context;

	w->calls++;
	LODE_ADD(session, Parent, .name = "new");
	return w->status;
}

/* Makes the row of an object vanish behind its back, so that the flush is stale. */
static lode_status change_vanished(lode_session *session, void *context)
{
	work *w = context;
	Parent *parent = LODE_FIND(session, Parent, .id = 1);

	ck_assert_ptr_ne(session, w->last);
	if (w->calls++ < w->fail_until) {
		lode_execute(session, lode_text_statement(LODE_TEXT("DELETE FROM parent WHERE id = 1"), NULL), NULL);
		parent->name = "never";
	} else {
		parent->name = "changed";
	}
	return LODE_OK;
}

static lode_status break_a_rule(lode_session *session, void *context)
{
	((work *)context)->calls++;
	LODE_ONE(session, Parent, lode_where(LODE_SELECT(Parent), LODE_EQ(Parent, id, 99)));
	return LODE_OK;                 /* the session knows better */
}

static int64_t count_parents(void)
{
	int64_t count = -1;

	lode_rollback(f.session);
	ck_assert_int_eq(lode_count_rows(f.session, LODE_SELECT(Parent), &count), LODE_OK);
	lode_rollback(f.session);
	return count;
}

START_TEST(work_is_committed)
{
	work w = { .status = LODE_OK };

	ck_assert_int_eq(lode_run(f.registry, f.engine, add_parent, &w, NULL, &f.error), LODE_OK);
	w.status = LODE_NOT_FOUND;
	ck_assert_int_eq(lode_run(f.registry, f.engine, add_parent, &w, NULL, &f.error), LODE_NOT_FOUND);
	ck_assert_int_eq(w.calls, 2);
	ck_assert_int_eq(count_parents(), 3);
}
END_TEST

START_TEST(work_that_gives_up_is_rolled_back)
{
	work w = { .status = -1234 };

	ck_assert_int_eq(lode_run(f.registry, f.engine, add_parent, &w, NULL, &f.error), -1234);
	ck_assert_int_eq(f.error.status, -1234);
	ck_assert_int_eq(w.calls, 1);
	ck_assert_int_eq(count_parents(), 1);
}
END_TEST

START_TEST(stale_rows_are_tried_again)
{
	lode_run_options options = { .struct_size = sizeof options, .first_delay_ms = 1 };
	work w = { .fail_until = 2 };

	ck_assert_int_eq(lode_run(f.registry, f.engine, change_vanished, &w, &options, &f.error), LODE_OK);
	ck_assert_int_eq(w.calls, 3);
	w = (work){ .fail_until = 99 };
	options.attempts = 3;
	ck_assert_int_eq(lode_run(f.registry, f.engine, change_vanished, &w, &options, &f.error), LODE_E_STALE);
	ck_assert_int_eq(w.calls, 3);
	ck_assert_int_eq(f.error.status, LODE_E_STALE);
	ck_assert_int_eq(count_parents(), 1);
}
END_TEST

START_TEST(a_failed_session_never_commits)
{
	work w = { .calls = 0 };

	ck_assert_int_eq(lode_run(f.registry, f.engine, break_a_rule, &w, NULL, &f.error), LODE_E_NO_ROW);
	ck_assert_int_eq(w.calls, 1);
}
END_TEST

START_TEST(arguments_are_checked)
{
	work w = { .calls = 0 };

	ck_assert_int_eq(lode_run(f.registry, f.engine, NULL, NULL, NULL, &f.error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_run(NULL, f.engine, add_parent, &w, NULL, &f.error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_run(f.registry, NULL, add_parent, &w, NULL, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(w.calls, 0);
}
END_TEST

START_TEST(pauses_grow_and_vary)
{
	for (uint32_t random = 0; random < 1000; random += 37) {
		ck_assert_uint_ge(lode__run_delay(10, 1, random), 5);
		ck_assert_uint_le(lode__run_delay(10, 1, random), 10);
		ck_assert_uint_ge(lode__run_delay(10, 4, random), 40);
		ck_assert_uint_le(lode__run_delay(10, 4, random), 80);
		ck_assert_uint_le(lode__run_delay(10, 60, random), 5000);
	}
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("run");
	TCase *tc = tcase_create("run");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, work_is_committed);
	tcase_add_test(tc, work_that_gives_up_is_rolled_back);
	tcase_add_test(tc, stale_rows_are_tried_again);
	tcase_add_test(tc, a_failed_session_never_commits);
	tcase_add_test(tc, arguments_are_checked);
	tcase_add_test(tc, pauses_grow_and_vary);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return lode_test_run(make_suite());
}
