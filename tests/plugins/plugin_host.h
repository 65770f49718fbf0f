/* SPDX-License-Identifier: MIT */
/* tests/plugins/plugin_host.h - the least host a driver needs, for tests of one plugin alone.
 *
 * Counts what the plugin allocates, can fail the n-th allocation, and keeps the last error. */
#ifndef LODE_TESTS_PLUGIN_HOST_H
#define LODE_TESTS_PLUGIN_HOST_H

#include <check.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lode/driver.h>

struct lode_err {
	int count;
	lode_status status;
	int32_t native, row;
	uint8_t retryable, conn_dead;
	char sqlstate[6];
	char message[300], schema[100], table[100], column[100], constraint[100];
};

struct lode_arena {
	char *blocks[64];
	size_t count;
	char *at, *end;
};

struct lode_options {
	const char *pairs[20][2];
};

static struct {
	atomic_long live; /* allocations the plugin holds */
	atomic_long made; /* all allocations so far */
	long fail_at; /* the made-th that fails; 0: none */
} host_memory;

static int host_fails(void)
{
	return ++host_memory.made == host_memory.fail_at;
}

static void *host_alloc(size_t n)
{
	void *p = host_fails() ? NULL : malloc(n);

	host_memory.live += p != NULL;
	return p;
}

static void *host_resize(void *old, size_t n)
{
	void *p = host_fails() ? NULL : realloc(old, n);

	host_memory.live += p != NULL && old == NULL;
	return p;
}

static void host_release(void *p)
{
	host_memory.live -= p != NULL;
	free(p);
}

static void *host_arena_alloc(lode_arena *a, size_t n, size_t align)
{
	size_t size = n > 65536 ? n + 64 : 65536;
	char *p;

	if (host_fails())
		return NULL;
	p = (char *)(((uintptr_t)a->at + align - 1) & ~(uintptr_t)(align - 1));
	if (a->at == NULL || p > a->end || (size_t)(a->end - p) < n) {
		ck_assert_uint_lt(a->count, 64);
		p = a->blocks[a->count++] = malloc(size);
		a->end = p + size;
	}
	a->at = p + n;
	return p;
}

static inline void host_arena_free(lode_arena *a)
{
	while (a->count > 0)
		free(a->blocks[--a->count]);
	memset(a, 0, sizeof *a);
}

static void host_copy(char *out, size_t size, const char *text)
{
	size_t n = text != NULL ? strlen(text) : 0;

	if (n >= size)
		n = size - 1;
	if (n > 0)
		memcpy(out, text, n);
	out[n] = '\0';
}

static void host_error(lode_err *e, const lode_error_info *info)
{
	if (e == NULL)
		return;
	if (e->count++ > 0)
		return;
	e->status = info->status;
	e->native = info->native_code;
	e->row = info->row;
	e->retryable = info->retryable;
	e->conn_dead = info->conn_dead;
	host_copy(e->sqlstate, sizeof e->sqlstate, info->sqlstate);
	host_copy(e->schema, sizeof e->schema, info->schema);
	host_copy(e->message, sizeof e->message, info->message);
	host_copy(e->table, sizeof e->table, info->table);
	host_copy(e->column, sizeof e->column, info->column);
	host_copy(e->constraint, sizeof e->constraint, info->constraint);
}

static const char *host_opt(const lode_options *o, const char *key)
{
	size_t i;

	for (i = 0; o->pairs[i][0] != NULL; i++)
		if (strcmp(o->pairs[i][0], key) == 0)
			return o->pairs[i][1];
	return NULL;
}

static int32_t host_opt_at(const lode_options *o, size_t i, const char **key, const char **value)
{
	if (o->pairs[i][0] == NULL)
		return 0;
	*key = o->pairs[i][0];
	*value = o->pairs[i][1];
	return 1;
}

struct lode_sqlbuf {
	char text[1000];
	size_t n;
};

static void host_sql_put(lode_sqlbuf *b, const char *s, size_t n)
{
	ck_assert_uint_lt(b->n + n, sizeof b->text);
	memcpy(b->text + b->n, s, n);
	b->n += n;
	b->text[b->n] = '\0';
}

static lode_status host_query(lode_hconn *hc, const char *sql, size_t n, const lode_span *params,
			      uint32_t nparams, lode_row_fn fn, void *ctx, lode_err *e);

/* depth of the loader's lock; a test has one thread */
static int host_locked;

static void host_loader_lock(int32_t on)
{
	host_locked += on ? 1 : -1;
}

static const lode_host test_host = {
	.struct_size = sizeof(lode_host),
	.version = "test",
	.alloc = host_alloc,
	.resize = host_resize,
	.release = host_release,
	.arena_alloc = host_arena_alloc,
	.error = host_error,
	.opt = host_opt,
	.opt_at = host_opt_at,
	.sql_put = host_sql_put,
	.query = host_query,
	.loader_lock = host_loader_lock,
};

/* ---- the plugin under test: LODE_TEST_PLUGIN, defined before this file is included */

#ifndef LODE_TEST_PLUGIN
#define LODE_TEST_PLUGIN lode_sqlite
#endif

const lode_plugin *LODE_PLUGIN_ENTRY(LODE_TEST_PLUGIN)(const lode_host *host, lode_err *e);

static const lode_driver *driver;
static const lode_dialect *dialect;
static const lode_conn_ops *conn_ops;
static const lode_stmt_ops *stmt_ops;
static lode_err failure;

static inline void host_start(void)
{
	const lode_plugin *plugin = LODE_PLUGIN_ENTRY(LODE_TEST_PLUGIN)(&test_host, NULL);

	ck_assert_int_eq(plugin->init(&test_host, NULL), LODE_OK);
	driver = plugin->drivers[0];
	dialect = plugin->dialects != NULL ? plugin->dialects[0] : NULL;
	conn_ops = driver->conn;
	stmt_ops = driver->stmt;
	memset(&failure, 0, sizeof failure);
}

/* forget the last error */
static inline lode_err *fresh(void)
{
	memset(&failure, 0, sizeof failure);
	return &failure;
}

static inline lode_status try_open(lode_drv_conn **out, const lode_options *options)
{
	lode_connect a = { .struct_size = sizeof a, .options = options, .timeout_ms = -1 };

	return conn_ops->open(&a, out, fresh());
}

static inline lode_drv_conn *open_path(const char *path)
{
	lode_options options = { { { "database", path } } };
	lode_drv_conn *c = NULL;

	ck_assert_msg(try_open(&c, &options) == LODE_OK, "%s", failure.message);
	return c;
}

static inline void run(lode_drv_conn *c, const char *sql)
{
	ck_assert_msg(conn_ops->script(c, sql, strlen(sql), fresh()) == LODE_OK, "%s: %s", sql,
		      failure.message);
}

static inline lode_drv_stmt *prepare(lode_drv_conn *c, const char *sql)
{
	lode_prepare a = { .struct_size = sizeof a, .flags = LODE_PREP_REUSE };
	lode_drv_stmt *s = NULL;

	ck_assert_msg(conn_ops->prepare(c, sql, strlen(sql), &a, &s, fresh()) == LODE_OK, "%s: %s",
		      sql, failure.message);
	return s;
}

static inline lode_status execute(lode_drv_stmt *s, const lode_drv_bind *binds, uint32_t n,
				  const void *const *bases, uint32_t nrows, uint32_t flags,
				  lode_exec_result *r)
{
	lode_exec x = { .struct_size = sizeof x,
			.flags = flags,
			.params = binds,
			.nparams = n,
			.bind_size = sizeof *binds,
			.bases = bases,
			.nbases = 1,
			.nrows = nrows,
			.timeout_ms = -1 };

	r->struct_size = sizeof *r;
	return stmt_ops->execute(s, &x, r, fresh());
}

static inline lode_status fetch_into(lode_drv_stmt *s, void *row, lode_arena *arena, uint32_t max,
				     uint32_t *got)
{
	void *bases[1] = { row };
	lode_fetch f = { .struct_size = sizeof f,
			 .bases = bases,
			 .nbases = 1,
			 .max_rows = max,
			 .arena = arena };
	lode_status status = stmt_ops->fetch(s, &f, fresh());

	if (got != NULL)
		*got = f.nrows;
	return status;
}

/* the first cell of the first row, as an integer */
static inline int64_t read_int(lode_drv_conn *c, const char *sql)
{
	lode_drv_bind b = { .repr = LODE_R_I64, .flags = LODE_BIND_NOT_NULL, .null_bit = -1 };
	lode_drv_stmt *s = prepare(c, sql);
	lode_exec_result r;
	int64_t v = -1;

	ck_assert_int_eq(execute(s, NULL, 0, NULL, 1, 0, &r), LODE_OK);
	ck_assert_int_eq(stmt_ops->bind(s, &b, 1, sizeof b, fresh()), LODE_OK);
	ck_assert_msg(fetch_into(s, &v, NULL, 1, NULL) == LODE_OK, "%s: %s", sql, failure.message);
	stmt_ops->close(s);
	return v;
}

/* rows as text cells, for the dialect's reflection; hc is the driver's connection */
static lode_status host_query(lode_hconn *hc, const char *sql, size_t n, const lode_span *params,
			      uint32_t nparams, lode_row_fn fn, void *ctx, lode_err *e)
{
	lode_drv_conn *c = (lode_drv_conn *)(void *)hc;
	const void *bases[1] = { params };
	lode_drv_bind binds[20];
	lode_span cells[20];
	lode_drv_stmt *s = NULL;
	lode_exec_result r;
	uint32_t i;
	lode_status status;

	status = conn_ops->prepare(c, sql, n, NULL, &s, e);
	if (status != LODE_OK)
		return status;
	for (i = 0; i < nparams; i++)
		binds[i] = (lode_drv_bind){ .repr = LODE_R_TEXT,
					    .flags = LODE_BIND_NULL_PTR,
					    .null_bit = -1,
					    .off = i * sizeof(lode_span) };
	status = execute(s, binds, nparams, bases, 1, 0, &r);
	for (i = 0; status == LODE_OK && i < r.ncols; i++)
		binds[i] = (lode_drv_bind){ .repr = LODE_R_TEXT,
					    .flags = LODE_BIND_NULL_PTR,
					    .null_bit = -1,
					    .off = i * sizeof(lode_span) };
	if (status == LODE_OK)
		status = stmt_ops->bind(s, binds, r.ncols, sizeof binds[0], e);
	while (status == LODE_OK && fetch_into(s, cells, NULL, 1, NULL) == LODE_OK)
		if (fn(ctx, r.ncols, cells) != 0)
			break;
	stmt_ops->close(s);
	return status;
}

#endif
