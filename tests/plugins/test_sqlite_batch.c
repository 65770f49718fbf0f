/* SPDX-License-Identifier: MIT */
/* test_sqlite_batch - many rows in one call: layouts, lode_rows, lode_array, generated keys. */
#include "plugins/plugin_host.h"

#include <unistd.h>

#include "check_tap.h"

#define TABLE "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT UNIQUE, b TEXT NOT NULL);"

static lode_drv_conn *c;

static void set_up(void)
{
	host_start();
	c = open_path(":memory:");
	run(c, TABLE);
}

static void tear_down(void)
{
	conn_ops->close(c);
	ck_assert_int_eq(host_memory.live, 0);
}

typedef struct item {
	int64_t id;
	int32_t a;
	const char *b;
} item;

static const lode_drv_bind item_binds[] = {
	{ .repr = LODE_R_I32,
	  .null_bit = -1,
	  .flags = LODE_BIND_NOT_NULL,
	  .off = offsetof(item, a),
	  .stride = sizeof(item) },
	{ .repr = LODE_R_CSTR,
	  .null_bit = -1,
	  .flags = LODE_BIND_NULL_PTR,
	  .off = offsetof(item, b),
	  .stride = sizeof(item) },
};

#define INSERT_ROWS "INSERT INTO t(a, b) SELECT c0, c1 FROM lode_rows"
#define INSERT_CELLS "INSERT INTO t(a, b) SELECT lode_cell(0), lode_cell(1) FROM lode_rows"
#define INSERT_ONE "INSERT INTO t(a, b) VALUES (?, ?)"

/* ---- layouts */

static const struct {
	uint32_t flags;
	const char *sql;
} modes[] = {
	{ 0, INSERT_ONE },
	{ LODE_EXEC_ROWSET, INSERT_ROWS },
	{ LODE_EXEC_ROWSET, INSERT_CELLS },
};

static void insert_and_sum(const lode_drv_bind *binds, const void *const *bases, uint32_t nbases,
			   int mode, int64_t sum)
{
	lode_exec x = { .struct_size = sizeof x,
			.flags = modes[mode].flags,
			.params = binds,
			.nparams = 2,
			.bind_size = sizeof *binds,
			.bases = bases,
			.nbases = nbases,
			.nrows = 3,
			.timeout_ms = -1 };
	lode_exec_result r = { .struct_size = sizeof r };
	lode_drv_stmt *s = prepare(c, modes[mode].sql);

	ck_assert_msg(stmt_ops->execute(s, &x, &r, fresh()) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(r.affected, 3);
	ck_assert_uint_eq(r.rows_done, 3);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT sum(a * length(b)) FROM t"), sum);
}

START_TEST(array_of_structs)
{
	item items[3] = { { 0, 1, "x" }, { 0, 2, "xx" }, { 0, 3, "xxx" } };
	const void *bases[1] = { items };

	insert_and_sum(item_binds, bases, 1, _i, 14);
}
END_TEST

START_TEST(array_of_pointers)
{
	item items[3] = { { 0, 1, "x" }, { 0, 2, "xx" }, { 0, 3, "xxx" } };
	item *pointers[3] = { &items[2], &items[0], &items[1] };
	const void *bases[1] = { pointers };
	lode_drv_bind binds[2] = { item_binds[0], item_binds[1] };

	binds[0].flags |= LODE_BIND_INDIRECT;
	binds[1].flags |= LODE_BIND_INDIRECT;
	insert_and_sum(binds, bases, 1, _i, 14);
	ck_assert_int_eq(read_int(c, "SELECT a FROM t WHERE id = 1"), 3);
}
END_TEST

START_TEST(columns_apart)
{
	int32_t a[3] = { 1, 2, 3 };
	const char *b[3] = { "x", "xx", "xxx" };
	const void *bases[2] = { a, b };
	lode_drv_bind binds[2] = {
		{ .repr = LODE_R_I32,
		  .null_bit = -1,
		  .flags = LODE_BIND_NOT_NULL,
		  .stride = sizeof a[0] },
		{ .repr = LODE_R_CSTR,
		  .null_bit = -1,
		  .flags = LODE_BIND_NOT_NULL,
		  .stride = sizeof b[0],
		  .base = 1 },
	};

	insert_and_sum(binds, bases, 2, _i, 14);
}
END_TEST

START_TEST(one_value_for_all_rows)
{
	int32_t a[3] = { 1, 2, 3 };
	const char *b = "xx";
	const void *bases[2] = { a, &b };
	lode_drv_bind binds[2] = {
		{ .repr = LODE_R_I32,
		  .null_bit = -1,
		  .flags = LODE_BIND_NOT_NULL,
		  .stride = sizeof a[0] },
		{ .repr = LODE_R_CSTR, .null_bit = -1, .flags = LODE_BIND_NOT_NULL, .base = 1 },
	};

	insert_and_sum(binds, bases, 2, _i, 12);
}
END_TEST

/* formatted text of an earlier row must not change under SQLite's feet */
START_TEST(written_text_is_kept)
{
	int64_t times[3] = { 1, 3, 2 };
	const void *bases[1] = { times };
	lode_drv_bind b = { .repr = LODE_R_TS64,
			    .null_bit = -1,
			    .flags = LODE_BIND_NOT_NULL,
			    .stride = sizeof times[0] };
	lode_exec_result r;
	lode_drv_stmt *s;

	run(c, "CREATE TABLE m(x TEXT)");
	s = prepare(c, "INSERT INTO m SELECT max(c0) FROM lode_rows UNION ALL"
		       " SELECT c0 FROM (SELECT c0 FROM lode_rows ORDER BY c0)");
	ck_assert_msg(execute(s, &b, 1, bases, 3, LODE_EXEC_ROWSET, &r) == LODE_OK, "%s",
		      failure.message);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM m WHERE x LIKE '%.000003'"), 2);
	ck_assert_int_eq(read_int(c, "SELECT count(DISTINCT x) FROM m"), 3);
}
END_TEST

/* ---- update and delete over lode_rows */

START_TEST(update_and_delete)
{
	item items[2] = { { 2, 20, "new" }, { 3, 30, "newer" } };
	const void *bases[1] = { items };
	lode_drv_bind binds[3] = { item_binds[0],
				   item_binds[1],
				   { .repr = LODE_R_I64,
				     .null_bit = -1,
				     .flags = LODE_BIND_NOT_NULL,
				     .off = offsetof(item, id),
				     .stride = sizeof(item) } };
	lode_exec_result r;
	lode_drv_stmt *s;

	run(c, "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')");
	s = prepare(c, "UPDATE t SET a = r.c0, b = r.c1 FROM lode_rows AS r WHERE t.id = r.c2");
	ck_assert_int_eq(execute(s, binds, 3, bases, 2, LODE_EXEC_ROWSET, &r), LODE_OK);
	ck_assert_int_eq(r.affected, 2);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT sum(a) FROM t"), 51);
	s = prepare(c, "DELETE FROM t WHERE (id, b) IN (SELECT c2, c1 FROM lode_rows)");
	items[0].b = "other";
	ck_assert_int_eq(execute(s, binds, 3, bases, 2, LODE_EXEC_ROWSET, &r), LODE_OK);
	ck_assert_int_eq(r.affected, 1);
	stmt_ops->close(s);
}
END_TEST

/* ---- every representation by lode_cell */

typedef struct mixed {
	uint8_t yes;
	int32_t day;
	int64_t moment, whole;
	double real;
	const char *text, *none;
	int16_t small;
	uint8_t is_null;
} mixed;

#define MIXED(type, representation, member, more)                                                  \
	{ .repr = representation,                                                                  \
	  .null_bit = -1,                                                                          \
	  .flags = more,                                                                           \
	  .off = offsetof(mixed, member),                                                          \
	  .null_off = offsetof(mixed, is_null),                                                    \
	  .stride = sizeof(mixed),                                                                 \
	  .null_stride = sizeof(mixed),                                                            \
	  .sql_type = type }

START_TEST(cells_of_every_kind)
{
	mixed rows[2] = { { 1, 0, 0, 5, 0.5, "x", NULL, 7, 0 },
			  { 0, 1, 86400000000, -5, -2, "yy", NULL, 8, 1 } };
	const void *bases[1] = { rows };
	const lode_drv_bind binds[] = {
		MIXED(0, LODE_R_BOOL8, yes, LODE_BIND_NOT_NULL),
		MIXED(0, LODE_R_DATE32, day, LODE_BIND_NOT_NULL),
		MIXED(LODE_T_INT64, LODE_R_DATE32, day, LODE_BIND_NOT_NULL),
		MIXED(0, LODE_R_TS64, moment, LODE_BIND_NOT_NULL),
		MIXED(LODE_T_INT64, LODE_R_TS64, moment, LODE_BIND_NOT_NULL),
		MIXED(0, LODE_R_I64, whole, LODE_BIND_NOT_NULL),
		MIXED(LODE_T_DECIMAL, LODE_R_I64, whole, LODE_BIND_NOT_NULL),
		MIXED(0, LODE_R_F64, real, LODE_BIND_NOT_NULL),
		MIXED(0, LODE_R_CSTR, text, LODE_BIND_NULL_PTR),
		MIXED(0, LODE_R_CSTR, none, LODE_BIND_NULL_PTR),
		MIXED(0, LODE_R_I16, small, 0),
	};
	lode_exec_result r;
	lode_drv_stmt *s;

	run(c, "CREATE TABLE m(r)");
	s = prepare(c, "INSERT INTO m SELECT quote(lode_cell(0))||quote(lode_cell(1))||"
		       "quote(lode_cell(2))||quote(lode_cell(3))||quote(lode_cell(4))||"
		       "quote(lode_cell(5))||quote(lode_cell(6))||quote(lode_cell(7))||"
		       "quote(lode_cell(8))||quote(lode_cell(9))||quote(lode_cell(10))"
		       " FROM lode_rows");
	ck_assert_msg(execute(s, binds, 11, bases, 2, LODE_EXEC_ROWSET, &r) == LODE_OK, "%s",
		      failure.message);
	stmt_ops->close(s);
	ck_assert_int_eq(
		read_int(c, "SELECT r = '1''1970-01-01''0''1970-01-01 00:00:00.000000''05''5''"
			    "0.5''x''NULL7' FROM m LIMIT 1"),
		1);
	ck_assert_int_eq(
		read_int(c, "SELECT r = '0''1970-01-02''1''1970-01-02 00:00:00.000000''"
			    "86400000000-5''-5''-2.0''yy''NULLNULL' FROM m LIMIT 1 OFFSET 1"),
		1);
}
END_TEST

/* ---- rows by their keys */

static const lode_drv_bind key_bind = { .repr = LODE_R_I64,
					.null_bit = -1,
					.flags = LODE_BIND_NOT_NULL,
					.off = offsetof(item, id),
					.stride = sizeof(item) };

#define BY_KEY "UPDATE t SET a = lode_cell(0, id), b = lode_cell(1, id) WHERE id IN (SELECT c2 FROM lode_rows)"

/* in order, out of order, and one that is not there */
static const struct {
	int64_t keys[3];
	int64_t affected, sum;
} orders[] = {
	{ { 1, 2, 4 }, 3, 10 + 2 * 20 + 4 * 30 + 3 * 3 },
	{ { 4, 1, 2 }, 3, 4 * 10 + 20 + 2 * 30 + 3 * 3 },
	{ { 4, 99, 3 }, 2, 4 * 10 + 3 * 30 + 1 + 2 * 2 },
};

START_TEST(update_by_key)
{
	item items[3] = { { orders[_i].keys[0], 10, "new" },
			  { orders[_i].keys[1], 20, "newer" },
			  { orders[_i].keys[2], 30, "newest" } };
	const void *bases[1] = { items };
	lode_drv_bind binds[3] = { item_binds[0], item_binds[1], key_bind };
	lode_exec_result r;
	lode_drv_stmt *s;

	run(c, "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c'), (4, 4, 'd')");
	s = prepare(c, BY_KEY);
	ck_assert_int_eq(execute(s, binds, 3, bases, 3, LODE_EXEC_ROWSET, &r), LODE_OK);
	ck_assert_int_eq(r.affected, orders[_i].affected);
	ck_assert_int_eq(read_int(c, "SELECT sum(id * a) FROM t"), orders[_i].sum);
	items[0].a = 100;               /* what was found by key is not kept */
	ck_assert_int_eq(execute(s, binds, 3, bases, 1, LODE_EXEC_ROWSET, &r), LODE_OK);
	ck_assert_int_eq(r.affected, 1);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM t WHERE a = 100"), 1);
	stmt_ops->close(s);
}
END_TEST

static const struct {
	const char *sql;
	uint32_t flags;
	lode_status status;             /* LODE_OK: some failure */
	const char *message;
} refused_cells[] = {
	{ "SELECT lode_cell(0)", 0, LODE_OK, "given no rows" },
	{ "SELECT lode_cell(0, 1)", 0, LODE_OK, "given no rows" },
	{ "INSERT INTO t(b) SELECT lode_cell(2) FROM lode_rows", LODE_EXEC_ROWSET, LODE_E_MISUSE,
	  "fewer columns" },
	{ "INSERT INTO t(b) SELECT lode_cell(-1) FROM lode_rows", LODE_EXEC_ROWSET, LODE_E_MISUSE,
	  "fewer columns" },
	{ "INSERT INTO t(b) SELECT lode_cell(0, 1) FROM lode_rows", LODE_EXEC_ROWSET, LODE_E_MISUSE,
	  "integer key" },
};

START_TEST(cells_that_are_refused)
{
	item items[2] = { { 1, 1, "a" }, { 2, 2, "b" } };
	const void *bases[1] = { items };
	lode_drv_stmt *s = prepare(c, refused_cells[_i].sql);
	int rowset = refused_cells[_i].flags != 0;
	lode_exec_result r;
	lode_status status = execute(s, rowset ? item_binds : NULL, rowset ? 2 : 0, bases,
				     rowset ? 2 : 1, refused_cells[_i].flags, &r);

	ck_assert_int_lt(status, 0);
	if (refused_cells[_i].status < 0)
		ck_assert_int_eq(status, refused_cells[_i].status);
	ck_assert_ptr_nonnull(strstr(failure.message, refused_cells[_i].message));
	stmt_ops->close(s);
}
END_TEST

START_TEST(key_of_no_row)
{
	item items[2] = { { 1, 1, "a" }, { 2, 2, "b" } };
	const void *bases[1] = { items };
	lode_drv_bind binds[2] = { item_binds[1], key_bind };
	lode_drv_stmt *s = prepare(c, "INSERT INTO t(b) SELECT lode_cell(0, 3) FROM lode_rows");
	lode_exec_result r;

	ck_assert_int_eq(execute(s, binds, 2, bases, 2, LODE_EXEC_ROWSET, &r), LODE_E_MISUSE);
	stmt_ops->close(s);
}
END_TEST

/* a schema that came with the file must not reach the caller's memory by this way either */
START_TEST(triggers_cannot_read_cells)
{
	item items[2] = { { 1, 1, "a" }, { 2, 2, "b" } };
	const void *bases[1] = { items };
	lode_exec_result r;
	lode_drv_stmt *s;

	run(c, "CREATE TABLE seen(x); CREATE TRIGGER g AFTER INSERT ON t BEGIN"
	       " INSERT INTO seen VALUES (lode_cell(1)); END");
	if (conn_ops->prepare(c, INSERT_CELLS, strlen(INSERT_CELLS), NULL, &s, fresh()) < 0)
		return;
	ck_assert_int_lt(execute(s, item_binds, 2, bases, 2, LODE_EXEC_ROWSET, &r), 0);
	stmt_ops->close(s);
}
END_TEST

/* ---- failures */

static const struct {
	const char *name;
	int at; /* the row that repeats a value that is there */
} failing[] = { { "first", 0 }, { "middle", 2 }, { "last", 4 } };

START_TEST(failing_row_undoes_the_batch)
{
	item items[5] = {
		{ 0, 1, "a" }, { 0, 2, "b" }, { 0, 3, "c" }, { 0, 4, "d" }, { 0, 5, "e" }
	};
	const void *bases[1] = { items };
	lode_drv_stmt *one = prepare(c, INSERT_ONE), *rows = prepare(c, INSERT_ROWS);
	lode_exec_result r;

	run(c,
	    "INSERT INTO t VALUES (100, 100, 'there'); BEGIN; INSERT INTO t(a, b) VALUES (7, 'x')");
	items[failing[_i].at].a = 100;
	ck_assert_int_eq(execute(one, item_binds, 2, bases, 5, 0, &r), LODE_E_UNIQUE);
	ck_assert_int_eq(failure.row, failing[_i].at);
	ck_assert_str_eq(failure.column, "a");
	ck_assert_int_eq(execute(rows, item_binds, 2, bases, 5, LODE_EXEC_ROWSET, &r),
			 LODE_E_UNIQUE);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_OPEN);
	run(c, "COMMIT");
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM t"), 2);
	ck_assert_int_eq(execute(one, item_binds, 2, bases, 5, 0, &r), LODE_E_UNIQUE);
	ck_assert_int_eq(conn_ops->tx_state(c), LODE_TXS_IDLE);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM t"), 2);
	stmt_ops->close(one);
	stmt_ops->close(rows);
}
END_TEST

START_TEST(goes_on_when_asked)
{
	item items[3] = { { 0, 1, "a" }, { 0, 1, "b" }, { 0, 3, "c" } };
	const void *bases[1] = { items };
	int32_t status[3];
	int64_t affected[3], keys[3];
	lode_prepare p = { .struct_size = sizeof p, .key_table = "t", .key_column = "id" };
	lode_exec x = { .struct_size = sizeof x,
			.flags = LODE_EXEC_CONTINUE,
			.params = item_binds,
			.nparams = 2,
			.bind_size = sizeof item_binds[0],
			.bases = bases,
			.nbases = 1,
			.nrows = 3,
			.timeout_ms = -1,
			.row_status = status,
			.row_affected = affected,
			.keys = keys };
	lode_exec_result r = { .struct_size = sizeof r };
	lode_drv_stmt *s;

	ck_assert_int_eq(conn_ops->prepare(c, INSERT_ONE, strlen(INSERT_ONE), &p, &s, fresh()),
			 LODE_OK);
	ck_assert_int_eq(stmt_ops->execute(s, &x, &r, fresh()), LODE_PARTIAL);
	ck_assert(status[0] == LODE_OK && status[1] == LODE_E_UNIQUE && status[2] == LODE_OK);
	ck_assert(affected[0] == 1 && affected[1] == 0 && affected[2] == 1);
	ck_assert(keys[0] == 1 && keys[1] == 0 && keys[2] == 2);
	ck_assert_int_eq(r.affected, 2);
	stmt_ops->close(s);
}
END_TEST

/* ---- generated keys */

static const struct {
	const char *name;
	const char *before; /* SQL */
	int64_t first;	    /* 0: not known beforehand */
	lode_status status;
} key_cases[] = {
	{ "empty table", "", 1, LODE_OK },
	{ "after rows", "INSERT INTO t VALUES (41, 41, 'x')", 42, LODE_OK },
	{ "explicit key far ahead",
	  "INSERT INTO t(a,b) VALUES (-1,'x'); INSERT INTO t VALUES"
	  " (1000000, -2, 'x'); DELETE FROM t WHERE id = 1",
	  1000001, LODE_OK },
	{ "negative keys", "INSERT INTO t VALUES (-10, -1, 'x')", 0, LODE_OK },
	{ "rowids used up", "INSERT INTO t VALUES (9223372036854775807, -1, 'x')", 0, LODE_OK },
	{ "rowids nearly used up", "INSERT INTO t VALUES (9223372036854775805, -1, 'x')", 0,
	  LODE_OK },
	{ "trigger into the same table",
	  "CREATE TRIGGER g AFTER INSERT ON t WHEN new.a > 0 BEGIN"
	  " INSERT INTO t(a, b) VALUES (-new.a, 'by trigger'); END",
	  0, LODE_OK },
	{ "trigger that deletes",
	  "CREATE TRIGGER g AFTER INSERT ON t WHEN new.a = 2 BEGIN"
	  " DELETE FROM t WHERE a = 1; END",
	  0, LODE_OK },
	{ "trigger into another table",
	  "CREATE TABLE log(x INTEGER PRIMARY KEY);"
	  "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NULL); END",
	  0, LODE_OK },
	{ "autoincrement",
	  "DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT,"
	  " a INT UNIQUE, b TEXT NOT NULL); INSERT INTO t VALUES (50, -1, 'x'); DELETE FROM t",
	  51, LODE_OK },
	{ "autoincrement used up",
	  "DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT,"
	  " a INT UNIQUE, b TEXT NOT NULL); INSERT INTO t VALUES (9223372036854775807, -1, 'x')",
	  0, LODE_E_IO },
	{ "no rowid",
	  "DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b TEXT)"
	  " WITHOUT ROWID",
	  0, LODE_E_UNSUPPORTED },
	{ "key that is no rowid",
	  "DROP TABLE t; CREATE TABLE t(id BIGINT PRIMARY KEY, a INT, b TEXT)", 0,
	  LODE_E_UNSUPPORTED },
	{ "descending key",
	  "DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY DESC, a INT, b TEXT)", 0,
	  LODE_E_UNSUPPORTED },
	{ "no such table", "DROP TABLE t; CREATE VIEW t AS SELECT 1 AS id, 2 AS a, 3 AS b", 0,
	  LODE_E_OTHER },
};

static void check_keys(const int64_t *keys, const item *items, int n, const char *name)
{
	char sql[200];
	int i;

	for (i = 0; i < n; i++) {
		snprintf(sql, sizeof sql, "SELECT id FROM t WHERE a = %d UNION ALL SELECT -1",
			 items[i].a);
		if (strstr(name, "deletes") != NULL && items[i].a == 1)
			continue;
		ck_assert_msg(read_int(c, sql) == keys[i], "%s: row %d", name, i);
	}
}

static lode_status insert_for_keys(const char *sql, item *items, uint32_t n, uint32_t flags,
				   int64_t *keys, lode_exec_result *r)
{
	lode_prepare p = { .struct_size = sizeof p, .key_table = "t", .key_column = "id" };
	const void *bases[1] = { items };
	lode_exec x = { .struct_size = sizeof x,
			.flags = flags,
			.params = item_binds,
			.nparams = 2,
			.bind_size = sizeof item_binds[0],
			.bases = bases,
			.nbases = 1,
			.nrows = n,
			.timeout_ms = -1,
			.keys = keys };
	lode_drv_stmt *s = NULL;
	lode_status status = conn_ops->prepare(c, sql, strlen(sql), &p, &s, fresh());

	if (status != LODE_OK)
		return status;
	r->struct_size = sizeof *r;
	status = stmt_ops->execute(s, &x, r, fresh());
	stmt_ops->close(s);
	return status;
}

static void check_key_case(int i, const char *sql, uint32_t flags)
{
	item items[4] = { { 0, 1, "a" }, { 0, 2, "b" }, { 0, 3, "c" }, { 0, 4, "d" } };
	int64_t keys[4] = { 0 };
	lode_exec_result r;
	lode_status status;

	run(c, key_cases[i].before);
	status = insert_for_keys(sql, items, 4, flags, keys, &r);
	if (key_cases[i].status == LODE_E_OTHER) {
		ck_assert_int_lt(status, 0);
		return;
	}
	ck_assert_msg(status == key_cases[i].status, "%s: %d %s", key_cases[i].name, (int)status,
		      failure.message);
	if (status != LODE_OK)
		return;
	ck_assert_int_eq(r.affected, 4);
	ck_assert_uint_ne(r.flags & LODE_EXR_KEYS, 0);
	check_keys(keys, items, 4, key_cases[i].name);
	if (key_cases[i].first != 0)
		ck_assert_int_eq(keys[0], key_cases[i].first);
}

START_TEST(keys_of_a_rowset)
{
	check_key_case(_i, INSERT_CELLS, LODE_EXEC_ROWSET);
}
END_TEST

START_TEST(keys_of_a_rowset_in_a_transaction)
{
	run(c, "CREATE TABLE u(x); BEGIN; INSERT INTO u VALUES (1)");
	check_key_case(_i, INSERT_ROWS, LODE_EXEC_ROWSET);
	run(c, "COMMIT");
}
END_TEST

START_TEST(keys_of_a_batch)
{
	check_key_case(_i, INSERT_ONE, 0);
}
END_TEST

START_TEST(key_of_one_row)
{
	item one = { 0, 1, "a" };
	int64_t key = 0;
	lode_exec_result r;

	run(c, "INSERT INTO t VALUES (7, 7, 'x')");
	ck_assert_int_eq(insert_for_keys(INSERT_ONE, &one, 1, 0, &key, &r), LODE_OK);
	ck_assert_int_eq(key, 8);
	ck_assert_int_eq(r.last_id, 8);
	one.a = 2;
	ck_assert_int_eq(insert_for_keys(INSERT_ROWS, &one, 1, LODE_EXEC_ROWSET, &key, &r),
			 LODE_OK);
	ck_assert_int_eq(key, 9);
	one.a = 2;
	ck_assert_int_eq(insert_for_keys("INSERT OR IGNORE INTO t(a, b) VALUES (?, ?)", &one, 1, 0,
					 &key, &r),
			 LODE_OK);
	ck_assert_int_eq(key, 0);
}
END_TEST

/* another connection inserts between our transactions, and inside a deferred one of ours */
START_TEST(keys_beside_a_second_writer)
{
	char path[] = "/tmp/lode_test_XXXXXX", aux[64];
	item items[2] = { { 0, 1, "a" }, { 0, 2, "b" } };
	int64_t keys[2];
	lode_exec_result r;
	lode_drv_conn *other, *memory = c;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	c = open_path(path);
	other = open_path(path);
	run(c, TABLE);
	run(other, "INSERT INTO t(a, b) VALUES (10, 'other')");
	run(c, "BEGIN");
	ck_assert_int_eq(insert_for_keys(INSERT_ROWS, items, 2, LODE_EXEC_ROWSET, keys, &r),
			 LODE_OK);
	ck_assert(keys[0] == 2 && keys[1] == 3);
	run(c, "COMMIT");
	run(other, "INSERT INTO t(a, b) VALUES (11, 'other')");
	items[0].a = 3;
	items[1].a = 4;
	ck_assert_int_eq(insert_for_keys(INSERT_ROWS, items, 2, LODE_EXEC_ROWSET, keys, &r),
			 LODE_OK);
	ck_assert(keys[0] == 5 && keys[1] == 6);
	check_keys(keys, items, 2, "second writer");
	conn_ops->close(other);
	conn_ops->close(c);
	c = memory;
	unlink(path);
	snprintf(aux, sizeof aux, "%s-wal", path);
	unlink(aux);
	snprintf(aux, sizeof aux, "%s-shm", path);
	unlink(aux);
}
END_TEST

/* ---- lode_array */

static int64_t count_in(const lode_drv_array *array, const char *sql)
{
	const void *bases[1] = { &array };
	lode_drv_bind in = { .repr = LODE_R_ARRAY, .null_bit = -1, .flags = LODE_BIND_NOT_NULL };
	lode_drv_bind out = { .repr = LODE_R_I64, .null_bit = -1, .flags = LODE_BIND_NOT_NULL };
	lode_drv_stmt *s = prepare(c, sql);
	lode_exec_result r;
	int64_t n = -1;

	ck_assert_msg(execute(s, &in, 1, bases, 1, 0, &r) == LODE_OK, "%s", failure.message);
	ck_assert_int_eq(stmt_ops->bind(s, &out, 1, sizeof out, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, &n, NULL, 1, NULL), LODE_OK);
	stmt_ops->close(s);
	return n;
}

START_TEST(array_of_100000)
{
	enum { N = 100000 };
	int32_t *values = malloc(N * sizeof *values);
	lode_drv_array array = { sizeof array, LODE_R_I32, LODE_T_INT32,  0,
				 values,       N,	   sizeof *values };
	int i;

	for (i = 0; i < N; i++)
		values[i] = i * 2;
	run(c, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
	       " INSERT INTO t SELECT i, i, 'x' FROM n");
	ck_assert_int_eq(count_in(&array, "SELECT count(*) FROM t WHERE id IN"
					  " (SELECT value FROM lode_array(?))"),
			 500);
	ck_assert_int_eq(count_in(&array, "SELECT count(*) FROM t WHERE id NOT IN"
					  " (SELECT value FROM lode_array(?))"),
			 500);
	ck_assert_int_eq(count_in(&array, "SELECT count(*) FROM lode_array(?)"), N);
	array.count = 0;
	ck_assert_int_eq(count_in(&array, "SELECT count(*) FROM t WHERE id IN"
					  " (SELECT value FROM lode_array(?))"),
			 0);
	free(values);
}
END_TEST

START_TEST(array_of_texts)
{
	const char *texts[] = { "b", NULL, "zz" };
	lode_drv_array array = { sizeof array, LODE_R_CSTR, LODE_T_TEXT,    0,
				 texts,	       3,	    sizeof texts[0] };

	run(c, "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b')");
	ck_assert_int_eq(count_in(&array, "SELECT count(*) FROM t WHERE b IN"
					  " (SELECT value FROM lode_array(?))"),
			 1);
	ck_assert_int_eq(count_in(&array, "SELECT count(*) FROM lode_array(?) WHERE value IS NULL"),
			 1);
}
END_TEST

START_TEST(array_cannot_be_forged)
{
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM lode_array(12345678)"), 0);
	ck_assert_int_eq(read_int(c, "SELECT count(*) FROM lode_array(NULL)"), 0);
}
END_TEST

START_TEST(rows_table_without_rows)
{
	lode_exec_result r;
	lode_drv_stmt *s = prepare(c, "SELECT count(*) FROM lode_rows");

	ck_assert_int_lt(execute(s, NULL, 0, NULL, 1, 0, &r), 0);
	stmt_ops->close(s);
}
END_TEST

/* a schema that came with the file must not reach the caller's memory */
START_TEST(views_cannot_read_rows)
{
	lode_drv_stmt *s = NULL;
	const char *sql = "SELECT * FROM v";
	lode_status status;

	run(c, "CREATE VIEW v AS SELECT c0 FROM lode_rows");
	status = conn_ops->prepare(c, sql, strlen(sql), NULL, &s, fresh());
	ck_assert_int_lt(status, 0);
	ck_assert_ptr_null(s);
}
END_TEST

/* two statements with rows of their own, interleaved */
START_TEST(interleaved_rowsets)
{
	int32_t a[2] = { 1, 2 }, b[2] = { 10, 20 }, v;
	const void *abase[1] = { a }, *bbase[1] = { b };
	lode_drv_bind bind = { .repr = LODE_R_I32,
			       .null_bit = -1,
			       .flags = LODE_BIND_NOT_NULL,
			       .stride = sizeof a[0] };
	lode_drv_stmt *s = prepare(c, "SELECT c0 FROM lode_rows");
	lode_drv_stmt *t = prepare(c, "SELECT c0 FROM lode_rows");
	lode_exec_result r;
	int i;

	ck_assert_int_eq(execute(s, &bind, 1, abase, 2, LODE_EXEC_ROWSET, &r), LODE_OK);
	ck_assert_int_eq(execute(t, &bind, 1, bbase, 2, LODE_EXEC_ROWSET, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &bind, 1, sizeof bind, fresh()), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(t, &bind, 1, sizeof bind, fresh()), LODE_OK);
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(fetch_into(s, &v, NULL, 1, NULL), LODE_OK);
		ck_assert_int_eq(v, a[i]);
		ck_assert_int_eq(fetch_into(t, &v, NULL, 1, NULL), LODE_OK);
		ck_assert_int_eq(v, b[i]);
	}
	stmt_ops->close(s);
	stmt_ops->close(t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sqlite_batch");
	TCase *batch = tcase_create("batch");
	int n = (int)(sizeof key_cases / sizeof key_cases[0]);

	tcase_add_checked_fixture(batch, set_up, tear_down);
	tcase_add_loop_test(batch, array_of_structs, 0, 3);
	tcase_add_loop_test(batch, array_of_pointers, 0, 3);
	tcase_add_loop_test(batch, columns_apart, 0, 3);
	tcase_add_loop_test(batch, one_value_for_all_rows, 0, 3);
	tcase_add_test(batch, written_text_is_kept);
	tcase_add_test(batch, update_and_delete);
	tcase_add_test(batch, cells_of_every_kind);
	tcase_add_loop_test(batch, update_by_key, 0, 3);
	tcase_add_loop_test(batch, cells_that_are_refused, 0,
			    (int)(sizeof refused_cells / sizeof refused_cells[0]));
	tcase_add_test(batch, key_of_no_row);
	tcase_add_test(batch, triggers_cannot_read_cells);
	tcase_add_loop_test(batch, failing_row_undoes_the_batch, 0, 3);
	tcase_add_test(batch, goes_on_when_asked);
	tcase_add_loop_test(batch, keys_of_a_rowset, 0, n);
	tcase_add_loop_test(batch, keys_of_a_rowset_in_a_transaction, 0, n);
	tcase_add_loop_test(batch, keys_of_a_batch, 0, n);
	tcase_add_test(batch, key_of_one_row);
	tcase_add_test(batch, keys_beside_a_second_writer);
	tcase_add_test(batch, array_of_100000);
	tcase_add_test(batch, array_of_texts);
	tcase_add_test(batch, array_cannot_be_forged);
	tcase_add_test(batch, rows_table_without_rows);
	tcase_add_test(batch, views_cannot_read_rows);
	tcase_add_test(batch, interleaved_rowsets);
	suite_add_tcase(suite, batch);
	return lode_test_run(suite);
}
