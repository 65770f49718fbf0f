/* SPDX-License-Identifier: MIT */
/* tests/engine/test_batch.c - many rows of parameters, with drivers that can do more or less. */
#include <string.h>

#include "check_tap.h"
#include "engine/cursor.h"
#include "engine/engine.h"
#include "fake.h"
#include "schema/table.h"

struct row {
	int64_t id;
	const char *name;
	int32_t age;
	uint8_t age_null;
};

static const struct row rows[] = { { 1, "a", 10, 0 }, { 2, "b", 0, 1 }, { 3, NULL, 30, 0 } };
static const struct row *const scattered[] = { &rows[2], &rows[0], &rows[1] };
static const char sql[] = "INSERT x";

static lode_error error;
static lode_engine *engine;
static lode__link *lode_link;
static lode_table table = { .name = "t" };
static lode_drv_bind binds[3];
static int64_t keys[3];

static void setup(void)
{
	error = (lode_error)LODE_ERROR_INIT;
	fake_reset();
	lode_register_plugin((lode_plugin_entry *)fake_entry, &error);
	memset(keys, 0, sizeof keys);
	binds[0] = (lode_drv_bind){ .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1,
		                    .off = offsetof(struct row, id), .stride = sizeof(struct row) };
	binds[1] = (lode_drv_bind){ .repr = LODE_R_CSTR, .flags = LODE_BIND_NULL_PTR, .null_bit = -1,
		                    .off = offsetof(struct row, name), .stride = sizeof(struct row) };
	binds[2] = (lode_drv_bind){ .repr = LODE_R_I32, .null_bit = -1,
		                    .off = offsetof(struct row, age), .stride = sizeof(struct row),
		                    .null_off = offsetof(struct row, age_null),
		                    .null_stride = sizeof(struct row) };
}

static void open_link(uint64_t caps, uint64_t real)
{
	fake.caps = caps;
	fake.real = real;
	engine = lode_engine_open("fake://h", NULL, &error);
	lode_link = lode__engine_acquire(engine, 0, &error);
	ck_assert_ptr_nonnull(lode_link);
	fake_log_clear();
}

static void teardown(void)
{
	lode__link_release(lode_link);
	lode_engine_close(engine);
	ck_assert_int_eq(fake_connections(), 0);
	ck_assert_int_eq(fake_statements(), 0);
}

static lode__batch make_batch(const void *const *bases, bool with_keys)
{
	lode__batch batch = { .sql = sql, .sql_size = sizeof sql - 1, .params = binds,
		              .param_count = 2, .base_count = 1, .bases = bases, .row_count = 3 };

	if (with_keys) {
		batch.key_table = &table;
		batch.key_column = "id";
		batch.keys = keys;
	}
	return batch;
}

/* what the driver claims and can, what is sent */
static const struct {
	uint64_t caps, real;
	bool with_keys, rowset;
	lode_status status;
	const char *sent;
} cases[] = {
	{ LODE_CAP_BATCH, LODE_CAP_BATCH, false, false, LODE_OK,
	  "prepare INSERT x\nexecute INSERT x (1, 'a') (2, 'b') (3, '(null)')\n" },
	{ 0, 0, false, false, LODE_OK,
	  "prepare INSERT x\nexecute INSERT x (1, 'a')\nexecute INSERT x (2, 'b')\n"
	  "execute INSERT x (3, '(null)')\n" },
	{ LODE_CAP_BATCH | LODE_CAP_BATCH_KEYS, LODE_CAP_BATCH | LODE_CAP_BATCH_KEYS, true, false,
	  LODE_OK,
	  "prepare INSERT x keys id\nexecute INSERT x (1, 'a') (2, 'b') (3, '(null)')\n" },
	{ LODE_CAP_BATCH, LODE_CAP_BATCH, true, false, LODE_OK,
	  "prepare INSERT x\nexecute INSERT x (1, 'a')\nexecute INSERT x (2, 'b')\n"
	  "execute INSERT x (3, '(null)')\n" },
	{ LODE_CAP_ROWSET, LODE_CAP_ROWSET, false, true, LODE_OK,
	  "prepare INSERT x\nexecute INSERT x rowset (1, 'a') (2, 'b') (3, '(null)')\n" },
	{ 0, 0, false, true, LODE_E_UNSUPPORTED, "" },
	/* promises keys and gives none */
	{ LODE_CAP_BATCH | LODE_CAP_BATCH_KEYS, LODE_CAP_BATCH, true, false, LODE_E_UNSUPPORTED,
	  "prepare INSERT x keys id\nexecute INSERT x (1, 'a') (2, 'b') (3, '(null)')\n" },
	/* promises batches and refuses them */
	{ LODE_CAP_BATCH, 0, false, false, LODE_E_UNSUPPORTED,
	  "prepare INSERT x\nexecute INSERT x (1, 'a') (2, 'b') (3, '(null)')\n" },
};

START_TEST(batch_is_sent)
{
	const void *bases[] = { rows };
	lode__batch batch;
	lode__cursor cursor;

	open_link(cases[_i].caps, cases[_i].real);
	batch = make_batch(bases, cases[_i].with_keys);
	batch.rowset = cases[_i].rowset;
	ck_assert_int_eq(lode__cursor_batch(&cursor, lode_link, &batch, &error), cases[_i].status);
	ck_assert_str_eq(fake_log(), cases[_i].sent);
	if (cases[_i].status == LODE_OK) {
		ck_assert_int_eq(cursor.result.affected, 3);
		for (int i = 0; cases[_i].with_keys && i < 3; i++)
			ck_assert_int_eq(keys[i], i + 1);
	}
	lode__cursor_close(&cursor);
}
END_TEST

START_TEST(scattered_rows)
{
	const void *bases[] = { scattered };
	lode__batch batch = make_batch(bases, false);
	lode__cursor cursor;

	open_link(0, 0);
	for (int i = 0; i < 3; i++)
		binds[i].flags |= LODE_BIND_INDIRECT;
	batch.param_count = 3;
	ck_assert_int_eq(lode__cursor_batch(&cursor, lode_link, &batch, &error), LODE_OK);
	ck_assert_str_eq(fake_log(),
	                 "prepare INSERT x\nexecute INSERT x (3, '(null)', 30)\n"
	                 "execute INSERT x (1, 'a', 10)\nexecute INSERT x (2, 'b', NULL)\n");
}
END_TEST

START_TEST(affected_rows_one_by_one)
{
	const void *bases[] = { rows };
	lode__batch batch = make_batch(bases, false);
	int64_t affected[3] = { 0, 0, 0 };
	lode__cursor cursor;

	open_link(LODE_CAP_BATCH, LODE_CAP_BATCH);    /* without ROWSTAT: looped */
	batch.row_affected = affected;
	ck_assert_int_eq(lode__cursor_batch(&cursor, lode_link, &batch, &error), LODE_OK);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(affected[i], 1);
}
END_TEST

START_TEST(failed_row_is_told)
{
	const void *bases[] = { rows };
	lode__batch batch = make_batch(bases, false);
	lode__cursor cursor;

	open_link(0, 0);
	fake.fail_at = fake_calls() + 3;    /* prepare, row 0, row 1 */
	fake.fail_status = LODE_E_UNIQUE;
	ck_assert_int_eq(lode__cursor_batch(&cursor, lode_link, &batch, &error), LODE_E_UNIQUE);
	ck_assert_int_eq(batch.failed_row, 1);
	ck_assert_str_eq(error.sql, sql);
	batch.row_count = 0;
	ck_assert_int_eq(lode__cursor_batch(&cursor, lode_link, &batch, &error), LODE_OK);
	ck_assert_int_eq(cursor.result.affected, 0);
}
END_TEST

/* the same text while its rows are still being read */
START_TEST(nested_cursors)
{
	static const char *const cells[] = { "1", "2" };
	static const fake_answer answer = { "SELECT", 1, 2, cells, 0, 0, 0 };
	static const char query[] = "SELECT n";
	lode__batch batch = { .sql = query, .sql_size = sizeof query - 1, .row_count = 1 };
	lode_drv_bind column = { .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	int64_t a = 0, b = 0;
	void *base_a[] = { &a }, *base_b[] = { &b };
	lode_fetch fetch_a = { .struct_size = sizeof fetch_a, .bases = base_a, .nbases = 1,
		               .max_rows = 1 };
	lode_fetch fetch_b = fetch_a;
	lode__cursor outer, inner;

	fetch_b.bases = base_b;
	open_link(0, 0);
	fake.answers = &answer;
	fake.answer_count = 1;
	ck_assert_int_eq(lode__cursor_batch(&outer, lode_link, &batch, &error), LODE_OK);
	ck_assert_int_eq(lode__cursor_bind(&outer, &column, 1, &error), LODE_OK);
	ck_assert_int_eq(lode__cursor_fetch(&outer, &fetch_a, &error), LODE_OK);
	ck_assert_int_eq(lode__cursor_batch(&inner, lode_link, &batch, &error), LODE_OK);
	ck_assert_int_eq(lode__cursor_bind(&inner, &column, 1, &error), LODE_OK);
	ck_assert_int_eq(lode__cursor_fetch(&inner, &fetch_b, &error), LODE_OK);
	ck_assert_int_eq(lode__cursor_fetch(&outer, &fetch_a, &error), LODE_OK);
	ck_assert_int_eq(a, 2);
	ck_assert_int_eq(b, 1);
	ck_assert_int_eq(lode__cursor_fetch(&outer, &fetch_a, &error), LODE_DONE);
	lode__cursor_close(&inner);
	lode__cursor_close(&outer);
	lode__cursor_close(&outer);
	ck_assert_int_eq(lode__cursor_fetch(&outer, &fetch_a, &error), LODE_DONE);
	ck_assert_int_eq(fake_statements(), 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("batch");
	TCase *tcase = tcase_create("batch");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, batch_is_sent, 0, sizeof cases / sizeof *cases);
	tcase_add_test(tcase, scattered_rows);
	tcase_add_test(tcase, affected_rows_one_by_one);
	tcase_add_test(tcase, failed_row_is_told);
	tcase_add_test(tcase, nested_cursors);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
