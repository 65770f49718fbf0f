/* SPDX-License-Identifier: MIT */
/* sqlite/push.c - see push.h.
 *
 * Only what the wrapped statement gives may come through lode_push: no view or trigger can call it,
 * and outside of lsq_push_rows it refuses. */
#include "push.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "fetch.h"

#define LSQ_PUSH_FUNCTION "lode_push"

#ifndef SQLITE_DIRECTONLY
#define SQLITE_DIRECTONLY 0
#endif

typedef struct lsq_push { /* lives as long as the run */
	const lode_drv_stmt *stmt;
	lode_fetch *fetch;
	lsq_sink sink;
	lode_status status; /* why it stopped */
	int refused;	    /* the host stopped it, by `more` */
} lsq_push;

/* ---- one row */

/* the rows that were stored go to the host */
static lode_status hand_over(lsq_push *push)
{
	lode_fetch *f = push->fetch;
	lode_status status = f->more(f->more_ctx, f);

	f->nrows = 0;
	push->sink.arena = f->arena;
	push->refused = status < 0;
	return status < 0 ? status : LODE_OK;
}

static lode_status take_row(lsq_push *push, sqlite3_value **cells)
{
	lode_fetch *f = push->fetch;
	lode_status status = lsq_fetch_row(push->stmt, f, cells, &push->sink);

	if (status != LODE_OK)
		return status;
	if (f->param_row != NULL)
		f->param_row[f->nrows] = 0;
	f->nrows++;
	/* what is borrowed dies with this call */
	return f->nrows >= f->max_rows || push->stmt->borrows ? hand_over(push) : LODE_OK;
}

static void push_row(sqlite3_context *context, int count, sqlite3_value **cells)
{
	const lode_drv_conn *c = sqlite3_user_data(context);
	lsq_push *push = c->push;

	if (push == NULL || (uint32_t)count != push->stmt->column_count) {
		sqlite3_result_error(context, LSQ_PUSH_FUNCTION " is for lode itself", -1);
		return;
	}
	push->status = take_row(push, cells);
	if (push->status != LODE_OK)
		sqlite3_result_error(context, "stopped", -1);
}

static void end_rows(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

int lsq_push_register(lode_drv_conn *c)
{
	return sqlite3_create_function_v2(c->db, LSQ_PUSH_FUNCTION, -1,
					  SQLITE_UTF8 | SQLITE_DIRECTONLY, c, NULL, push_row,
					  end_rows, NULL);
}

/* ---- the statement */

/* "c0, c1, ..." */
static void list_columns(sqlite3_str *out, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		sqlite3_str_appendf(out, "%sc%u", i > 0 ? "," : "", (unsigned)i);
}

/* without the semicolon that may end it; a comment there makes it one that is only pulled */
static size_t trim(const char *sql)
{
	size_t n = strlen(sql);

	while (n > 0 && strchr("; \t\r\n", sql[n - 1]) != NULL)
		n--;
	return n;
}

/* sqlite3_malloc; NULL when out of memory */
static char *wrap(const lode_drv_stmt *s)
{
	sqlite3_str *out = sqlite3_str_new(s->conn->db);
	const char *sql = sqlite3_sql(s->st);

	sqlite3_str_appendall(out, "WITH r(");
	list_columns(out, s->column_count);
	sqlite3_str_appendall(out, ") AS (");
	sqlite3_str_append(out, sql, (int)trim(sql));
	sqlite3_str_appendall(out, "\n) SELECT " LSQ_PUSH_FUNCTION "(");
	list_columns(out, s->column_count);
	sqlite3_str_appendall(out, ") FROM r");
	return sqlite3_str_finish(out);
}

static int may_push(const lode_drv_stmt *s)
{
	int most = sqlite3_limit(s->conn->db, SQLITE_LIMIT_FUNCTION_ARG, -1);

	return s->readonly && s->column_count > 0 && s->column_count <= (uint32_t)most;
}

int lsq_push_prepare(lode_drv_stmt *s)
{
	char *sql;

	if (s->push != NULL || s->pulls_only)
		return s->push != NULL;
	sql = may_push(s) ? wrap(s) : NULL;
	/* a failure is none: what cannot be wrapped is pulled */
	if (sql != NULL)
		sqlite3_prepare_v3(s->conn->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->push, NULL);
	sqlite3_free(sql);
	s->pulls_only = s->push == NULL;
	return s->push != NULL;
}

/* ---- the run */

static int was_cancelled(lode_drv_conn *c)
{
	return atomic_load_explicit(&c->cancelled, memory_order_relaxed);
}

lode_status lsq_push_rows(lode_drv_stmt *s, lode_fetch *f, lode_err *e)
{
	lsq_push push = { s, f, { f->arena, "out of memory" }, LODE_OK, 0 };
	int code;

	if (!LODE_CAN(f, lode_fetch, more) || f->max_rows == 0)
		return lsq_error_set(s->conn->host, e, LODE_E_MISUSE,
				     "rows that are pushed need lode_fetch.more", NULL);
	/* what is cancelled before it runs, SQLite does not interrupt */
	if (was_cancelled(s->conn)) {
		lsq_stmt_reset(s);
		return lsq_error_set(s->conn->host, e, LODE_E_CANCELLED, "interrupted", NULL);
	}
	s->conn->push = &push;
	code = sqlite3_step(s->push);
	s->conn->push = NULL;
	if (push.refused) {
		lsq_stmt_reset(s);
		return push.status;
	}
	if (push.status != LODE_OK) {
		lsq_fetch_failed(s, f, push.status, push.sink.why, e);
		lsq_stmt_reset(s);
		return push.status;
	}
	if (code != SQLITE_ROW)
		return lsq_stmt_failed(s, s->was_open, code, -1, e);
	lsq_stmt_reset(s);
	return LODE_DONE;
}
