/* SPDX-License-Identifier: MIT */
/* test_mariadb_batch - many rows of parameters in one call, as arrays and, where a server or proxy
 * takes none (bulk=off), as a loop: counts, keys, messages of several, and failures. */
#define LODE_TEST_PLUGIN lode_mariadb
#include "plugins/plugin_url.h"

#include <pthread.h>

#include "check_tap.h"

#define MANY 25000 /* more than one message takes */

static lode_drv_conn *c;

/* 0: arrays, 1: a loop */
static lode_drv_conn *open_way(int way)
{
	lode_drv_conn *conn = NULL;
	url_options u;

	url_read(&u, getenv("LODE_TEST_MARIADB"));
	url_set(&u, "bulk", way == 0 ? "on" : "off");
	ck_assert_msg(try_open(&conn, &u.options) == LODE_OK, "%s", failure.message);
	return conn;
}

static void set_up(void)
{
	host_start();
}

static void tear_down(void)
{
	ck_assert_int_eq(host_memory.live, 0);
}

typedef struct line {
	int64_t id, a;
	const char *text;
} line;

static const lode_drv_bind line_binds[] = {
	{ .repr = LODE_R_I64,
	  .flags = LODE_BIND_NOT_NULL,
	  .null_bit = -1,
	  .off = offsetof(line, a),
	  .stride = sizeof(line) },
	{ .repr = LODE_R_CSTR,
	  .flags = LODE_BIND_NULL_PTR,
	  .null_bit = -1,
	  .off = offsetof(line, text),
	  .stride = sizeof(line) },
	{ .repr = LODE_R_I64,
	  .flags = LODE_BIND_NOT_NULL,
	  .null_bit = -1,
	  .off = offsetof(line, id),
	  .stride = sizeof(line) },
};

static line *make_lines(uint32_t n, const char *text)
{
	line *lines = calloc(n, sizeof *lines);

	for (uint32_t i = 0; i < n; i++) {
		lines[i].a = i;
		lines[i].text = i % 3 == 2 ? NULL : text;
	}
	return lines;
}

static lode_drv_stmt *prepare_keys(lode_drv_conn *conn, const char *sql, const char *table,
				   uint32_t flags)
{
	lode_prepare how = { .struct_size = sizeof how,
			     .flags = LODE_PREP_REUSE | flags,
			     .key_table = table,
			     .key_column = "id" };
	lode_drv_stmt *s = NULL;

	ck_assert_msg(conn_ops->prepare(conn, sql, strlen(sql), &how, &s, fresh()) == LODE_OK, "%s",
		      failure.message);
	return s;
}

static lode_status send_lines(lode_drv_stmt *s, const line *lines, uint32_t n, uint32_t nparams,
			      int64_t *keys, lode_exec_result *r, lode_err *e)
{
	const void *bases[1] = { lines };
	lode_exec x = { .struct_size = sizeof x,
			.params = line_binds,
			.nparams = nparams,
			.bind_size = sizeof line_binds[0],
			.bases = bases,
			.nbases = 1,
			.nrows = n,
			.timeout_ms = -1,
			.keys = keys };

	memset(r, 0, sizeof *r);
	r->struct_size = sizeof *r;
	return stmt_ops->execute(s, &x, r, e);
}

#define TABLE                                                                                      \
	"CREATE TEMPORARY TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, a BIGINT UNIQUE,"         \
	" text LONGTEXT) ENGINE=InnoDB"

/* every row has its own key, in order */
static void check_keys(lode_drv_conn *conn, const line *lines, const int64_t *keys, uint32_t n)
{
	char sql[200];

	for (uint32_t i = 0; i<n; i += n> 1000 ? 997 : 1) {
		snprintf(sql, sizeof sql, "SELECT a FROM t WHERE id = %lld", (long long)keys[i]);
		ck_assert_int_eq(read_int(conn, sql), lines[i].a);
	}
}

static const uint32_t sizes[] = { 1, 2, 999, 1000, MANY };
#define SIZES 5

START_TEST(inserts_and_keys)
{
	int way = _i / SIZES;
	uint32_t n = sizes[_i % SIZES];
	line *lines = make_lines(n, "some text");
	int64_t *keys = calloc(n, sizeof *keys);
	lode_exec_result r;
	lode_drv_stmt *s;

	c = open_way(way);
	run(c, TABLE);
	s = prepare_keys(c, "INSERT INTO t (a, text) VALUES (?, ?)", "t", 0);
	ck_assert_msg(send_lines(s, lines, n, 2, keys, &r, fresh()) == LODE_OK, "%s",
		      failure.message);
	ck_assert_int_eq(r.affected, n);
	ck_assert_uint_eq(r.rows_done, n);
	ck_assert(r.flags & LODE_EXR_KEYS);
	ck_assert_uint_eq(r.ncols, 0);
	check_keys(c, lines, keys, n);
	ck_assert_int_eq(read_int(c, "SELECT COUNT(*) FROM t WHERE text IS NULL"), n / 3);
	/* the same statement again, without keys */
	for (uint32_t i = 0; i < n; i++)
		lines[i].a += n;
	ck_assert_int_eq(send_lines(s, lines, n, 2, NULL, &r, fresh()), LODE_OK);
	ck_assert_int_eq(read_int(c, "SELECT COUNT(*) FROM t"), 2 * (int64_t)n);
	stmt_ops->close(s);
	conn_ops->close(c);
	free(lines);
	free(keys);
}
END_TEST

/* columns that the caller wants back stand before the key */
START_TEST(a_key_beside_returning)
{
	lode_drv_bind b = { .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	line *lines = make_lines(1, "x");
	int64_t key = 0, a = 0;
	lode_exec_result r;
	lode_drv_stmt *s;

	c = open_way(0);
	run(c, TABLE);
	run(c, "INSERT INTO t (id) VALUES (41)");
	lines[0].a = 77;
	s = prepare_keys(c, "INSERT INTO t (a, text) VALUES (?, ?) RETURNING a", "t",
			 LODE_PREP_RETURNING);
	ck_assert_int_eq(send_lines(s, lines, 1, 2, &key, &r, fresh()), LODE_OK);
	ck_assert_int_eq(key, 42);
	ck_assert(r.flags & LODE_EXR_ROWS);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_int_eq(fetch_into(s, &a, NULL, 1, NULL), LODE_OK);
	ck_assert_int_eq(a, 77);
	ck_assert_int_eq(fetch_into(s, &a, NULL, 1, NULL), LODE_DONE);
	/* several rows would come back in an order that nobody has promised */
	ck_assert_int_eq(send_lines(s, lines, 2, 2, &key, &r, fresh()), LODE_E_UNSUPPORTED);
	stmt_ops->close(s);
	conn_ops->close(c);
	free(lines);
}
END_TEST

START_TEST(updates_and_deletes)
{
	uint32_t n = 1000;
	line *lines = make_lines(n, "t");
	lode_exec_result r;
	lode_drv_stmt *s;

	c = open_way(_i);
	run(c, TABLE);
	run(c, "INSERT INTO t (id, a) SELECT seq, seq + 1000000 FROM seq_1_to_1000");
	for (uint32_t i = 0; i < n; i++)
		lines[i].id = i + 1;
	s = prepare(c, "UPDATE t SET a = ?, text = ? WHERE id = ?");
	ck_assert_int_eq(send_lines(s, lines, n, 3, NULL, &r, fresh()), LODE_OK);
	ck_assert_int_eq(r.affected, n);
	/* nothing changes, but all are found; then one is not there */
	ck_assert_int_eq(send_lines(s, lines, n, 3, NULL, &r, fresh()), LODE_OK);
	ck_assert_int_eq(r.affected, n);
	lines[500].id = 5000;
	ck_assert_int_eq(send_lines(s, lines, n, 3, NULL, &r, fresh()), LODE_OK);
	ck_assert_int_eq(r.affected, n - 1);
	stmt_ops->close(s);
	ck_assert_int_eq(read_int(c, "SELECT SUM(a) FROM t"), 999 * 500);
	s = prepare(c, "DELETE FROM t WHERE a = ?");
	ck_assert_int_eq(send_lines(s, lines, n, 1, NULL, &r, fresh()), LODE_OK);
	ck_assert_int_eq(r.affected, n);
	stmt_ops->close(s);
	conn_ops->close(c);
	free(lines);
}
END_TEST

/* ---- failures: all rows or none, with and without a transaction around */

static const uint32_t failing[] = { 0, 500, 999, MANY - 1 };
#define FAILINGS 4

START_TEST(a_failing_row_undoes_its_batch)
{
	int way = _i / FAILINGS % 2, within = _i / FAILINGS / 2;
	uint32_t row = failing[_i % FAILINGS], n = row < 1000 ? 1000 : MANY;
	line *lines = make_lines(n, "t");
	int64_t *keys = calloc(n, sizeof *keys);
	lode_tx begin = { .struct_size = sizeof begin, .verb = LODE_TX_BEGIN };
	lode_tx commit = { .struct_size = sizeof commit, .verb = LODE_TX_COMMIT };
	lode_exec_result r;
	lode_drv_stmt *s;

	c = open_way(way);
	run(c, TABLE);
	run(c, "INSERT INTO t (a) VALUES (-1)");
	s = prepare_keys(c, "INSERT INTO t (a, text) VALUES (?, ?)", "t", 0);
	lines[row].a = -1;
	if (within) {
		ck_assert_int_eq(conn_ops->tx(c, &begin, fresh()), LODE_OK);
		run(c, "INSERT INTO t (a) VALUES (-2)");
	}
	ck_assert_int_eq(send_lines(s, lines, n, 2, _i % 2 ? keys : NULL, &r, fresh()),
			 LODE_E_UNIQUE);
	ck_assert_str_eq(failure.constraint, "a");
	ck_assert_int_eq(failure.row, row);
	ck_assert_int_eq(conn_ops->tx_state(c), within ? LODE_TXS_OPEN : LODE_TXS_IDLE);
	if (within)
		ck_assert_int_eq(conn_ops->tx(c, &commit, fresh()), LODE_OK);
	ck_assert_int_eq(read_int(c, "SELECT COUNT(*) FROM t"), within ? 2 : 1);
	stmt_ops->close(s);
	conn_ops->close(c);
	free(lines);
	free(keys);
}
END_TEST

/* a value that cannot be sent: nothing is */
START_TEST(a_value_that_has_no_place)
{
	static const int64_t moments[] = { 0, 1, INT64_MAX, 3 };
	lode_drv_bind b = {
		.repr = LODE_R_TS64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1, .stride = 8
	};
	const void *bases[1] = { moments };
	lode_exec_result r;
	lode_drv_stmt *s;

	c = open_way(_i);
	run(c, "CREATE TEMPORARY TABLE t (v DATETIME(6)) ENGINE=InnoDB");
	s = prepare(c, "INSERT INTO t VALUES (?)");
	ck_assert_int_eq(execute(s, &b, 1, bases, 4, 0, &r), LODE_E_DATA);
	ck_assert_int_eq(failure.row, 2);
	ck_assert_int_eq(read_int(c, "SELECT COUNT(*) FROM t"), 0);
	stmt_ops->close(s);
	conn_ops->close(c);
}
END_TEST

/* ---- sizes */

/* texts that together are more than the server takes in one message */
START_TEST(messages_stay_within_the_limit)
{
	lode_conn_info info = { .struct_size = sizeof info };
	line *lines = make_lines(40, NULL);
	char *text = malloc(1000001);
	int64_t keys[40];
	lode_exec_result r;
	lode_drv_stmt *s;

	c = open_way(_i);
	ck_assert_int_eq(conn_ops->info(c, &info, fresh()), LODE_OK);
	ck_assert_uint_lt(info.max_packet, 40000000);
	memset(text, 'x', 1000000);
	text[1000000] = '\0';
	for (int i = 0; i < 40; i++)
		lines[i].text = text;
	run(c, TABLE);
	s = prepare_keys(c, "INSERT INTO t (a, text) VALUES (?, ?)", "t", 0);
	ck_assert_msg(send_lines(s, lines, 40, 2, keys, &r, fresh()) == LODE_OK, "%s",
		      failure.message);
	check_keys(c, lines, keys, 40);
	ck_assert_int_eq(read_int(c, "SELECT SUM(LENGTH(text)) FROM t"), 40000000);
	stmt_ops->close(s);
	conn_ops->close(c);
	free(text);
	free(lines);
}
END_TEST

/* a thousand rows are one question and one answer */
START_TEST(one_message_for_a_thousand_rows)
{
	line *lines = make_lines(1000, "t");
	int64_t keys[1000], before, asking;
	lode_exec_result r;
	lode_drv_stmt *s;

	c = open_way(0);
	run(c, TABLE);
	s = prepare_keys(c, "INSERT INTO t (a, text) VALUES (?, ?)", "t", 0);
#define QUESTIONS                                                                                  \
	"SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS"                             \
	" WHERE VARIABLE_NAME = 'QUESTIONS'"
	before = read_int(c, QUESTIONS);
	asking = read_int(c, QUESTIONS) - before;
	before = read_int(c, QUESTIONS);
	ck_assert_int_eq(send_lines(s, lines, 1000, 2, keys, &r, fresh()), LODE_OK);
	ck_assert_int_eq(read_int(c, QUESTIONS) - before - asking, 1);
	stmt_ops->close(s);
	conn_ops->close(c);
	free(lines);
}
END_TEST

/* ---- four at once: every row has the key of its own */

#define CLIENTS 4
#define ROUNDS 5
#define ROWS_EACH 500

typedef struct client {
	lode_drv_conn *conn;
	lode_drv_stmt *s;
	line lines[ROWS_EACH];
	int64_t keys[ROUNDS][ROWS_EACH];
	lode_status status;
	pthread_t thread;
} client;

static void *insert_rounds(void *context)
{
	client *who = context;
	lode_err error = { 0 };
	lode_exec_result r;
	int round, i;

	for (round = 0; who->status == LODE_OK && round < ROUNDS; round++) {
		for (i = 0; i < ROWS_EACH; i++)
			who->lines[i].a += round > 0 ? ROWS_EACH : 0;
		who->status =
			send_lines(who->s, who->lines, ROWS_EACH, 2, who->keys[round], &r, &error);
	}
	return NULL;
}

START_TEST(four_connections_at_once)
{
	client *clients = calloc(CLIENTS, sizeof *clients);
	lode_drv_conn *conn = open_way(0);
	char sql[120];
	int k, round, i;

	run(conn, "CREATE OR REPLACE TABLE lode_many (id BIGINT AUTO_INCREMENT PRIMARY KEY,"
		  " a BIGINT, text VARCHAR(20)) ENGINE=InnoDB");
	for (k = 0; k < CLIENTS; k++) {
		clients[k].conn = open_way(0);
		clients[k].s = prepare_keys(clients[k].conn,
					    "INSERT INTO lode_many (a, text) VALUES (?, ?)",
					    "lode_many", 0);
		for (i = 0; i < ROWS_EACH; i++)
			clients[k].lines[i] = (line){ 0, k * INT64_C(1000000) + i, "text" };
	}
	for (k = 0; k < CLIENTS; k++)
		pthread_create(&clients[k].thread, NULL, insert_rounds, &clients[k]);
	for (k = 0; k < CLIENTS; k++)
		pthread_join(clients[k].thread, NULL);
	for (k = 0; k < CLIENTS; k++) {
		ck_assert_int_eq(clients[k].status, LODE_OK);
		for (round = 0; round < ROUNDS; round++)
			for (i = 0; i < ROWS_EACH; i++) {
				snprintf(sql, sizeof sql, "SELECT a FROM lode_many WHERE id = %lld",
					 (long long)clients[k].keys[round][i]);
				ck_assert_int_eq(read_int(conn, sql),
						 k * INT64_C(1000000) + round * ROWS_EACH + i);
			}
		stmt_ops->close(clients[k].s);
		conn_ops->close(clients[k].conn);
	}
	run(conn, "DROP TABLE lode_many");
	conn_ops->close(conn);
	free(clients);
}
END_TEST

/* ---- what is refused */

START_TEST(refuses_what_it_cannot)
{
	line *lines = make_lines(2, "x");
	const void *bases[1] = { lines };
	int64_t keys[2];
	lode_exec_result r;
	lode_drv_stmt *s;

	c = open_way(_i);
	run(c, TABLE);
	s = prepare(c, "SELECT ?");
	ck_assert_int_eq(execute(s, line_binds, 1, bases, 2, 0, &r), LODE_E_UNSUPPORTED);
	ck_assert_int_eq(execute(s, line_binds, 2, bases, 1, 0, &r), LODE_E_MISUSE);
	ck_assert_int_eq(execute(s, line_binds, 1, bases, 1, LODE_EXEC_ROWSET, &r),
			 LODE_E_UNSUPPORTED);
	ck_assert_int_eq(execute(s, line_binds, 1, bases, 0, 0, &r), LODE_OK);
	stmt_ops->close(s);
	s = prepare(c, "INSERT INTO t (a) VALUES (?)");
	ck_assert_int_eq(execute(s, line_binds, 1, bases, 2, LODE_EXEC_CONTINUE, &r),
			 LODE_E_UNSUPPORTED);
	ck_assert_int_eq(send_lines(s, lines, 2, 1, keys, &r, fresh()), LODE_E_UNSUPPORTED);
	/* one row's key needs no RETURNING */
	ck_assert_int_eq(send_lines(s, lines, 1, 1, keys, &r, fresh()), LODE_OK);
	ck_assert_int_eq(keys[0], 1);
	ck_assert_int_eq(read_int(c, "SELECT COUNT(*) FROM t"), 1);
	stmt_ops->close(s);
	conn_ops->close(c);
	free(lines);
}
END_TEST

int main(void)
{
	Suite *suite;
	TCase *tc;

	if (getenv("LODE_TEST_MARIADB") == NULL)
		return lode_test_skip("LODE_TEST_MARIADB is not set: see tests/servers.sh");
	suite = suite_create("mariadb batches");
	tc = tcase_create("batches");
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, inserts_and_keys, 0, 2 * SIZES);
	tcase_add_test(tc, a_key_beside_returning);
	tcase_add_loop_test(tc, updates_and_deletes, 0, 2);
	tcase_add_loop_test(tc, a_failing_row_undoes_its_batch, 0, 4 * FAILINGS);
	tcase_add_loop_test(tc, a_value_that_has_no_place, 0, 2);
	tcase_add_loop_test(tc, messages_stay_within_the_limit, 0, 2);
	tcase_add_test(tc, one_message_for_a_thousand_rows);
	tcase_add_test(tc, four_connections_at_once);
	tcase_add_loop_test(tc, refuses_what_it_cannot, 0, 2);
	suite_add_tcase(suite, tc);
	return lode_test_run(suite);
}
