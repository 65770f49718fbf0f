/* SPDX-License-Identifier: MIT */
/* mariadb/statement.c - prepare, execute, and the way rows come in.
 *
 * Results are read into memory at once, or with LODE_EXEC_STREAM left on the wire until they are
 * fetched or something else is to be sent.  An error of the server may come instead of any row. */
#include "statement.h"

#include <string.h>

#include <errmsg.h>
#include <mysqld_error.h>

#include "batch.h"
#include "classify.h"
#include "error.h"
#include "fetch.h"
#include "host.h"

#define EXEC_KNOWN (LODE_EXEC_STREAM | LODE_EXEC_NO_ROWS | LODE_EXEC_CONTINUE)

/* ---- what the library calls */

static void on_cell(void *context, unsigned int column, unsigned char **at)
{
	lode_drv_stmt *s = context;

	lmy_cell_take(&s->cells[column], at);
}

/* ---- prepare and close */

static void unlink_statement(lode_drv_stmt *s)
{
	if (s->prev != NULL)
		s->prev->next = s->next;
	else if (s->conn->statements == s)
		s->conn->statements = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
}

static void close_statement(lode_drv_stmt *s)
{
	uint32_t i;

	if (s == NULL)
		return;
	lmy_stmt_discard(s);
	if (s->st != NULL) {
		if (s->conn->streaming != NULL) /* closing would read its rows away */
			lmy_stmt_buffer(s->conn->streaming, NULL);
		mysql_stmt_close(s->st);
	}
	unlink_statement(s);
	for (i = 0; i < s->capacity; i++)
		lmy_host->release(s->columns[i].own);
	lmy_host->release(s->sql);
	lmy_host->release(s->cells);
	lmy_host->release(s->values);
	lmy_host->release(s->columns);
	lmy_host->release(s->layout);
	lmy_host->release(s);
}

static lode_status reserve_params(lode_drv_stmt *s, lode_err *e)
{
	size_t one = sizeof *s->values + sizeof *s->binds;
	lmy_value *grown;

	if (s->param_count > s->param_capacity) {
		grown = lmy_host->resize(s->values, s->param_count * one);
		if (grown == NULL)
			return lmy_nomem(e);
		memset(grown, 0, s->param_count * one);
		s->values = grown;
		s->binds = (MYSQL_BIND *)(void *)(grown + s->param_count);
		s->param_capacity = s->param_count;
	}
	return LODE_OK;
}

/* the columns of the statement, or of the result that has come */
static lode_status describe_cells(lode_drv_stmt *s, lode_err *e)
{
	const MYSQL_FIELD *fields = mariadb_stmt_fetch_fields(s->st);
	uint32_t n = fields != NULL ? mysql_stmt_field_count(s->st) : 0, i;
	lmy_cell *grown;

	if (n > s->cell_capacity) {
		grown = lmy_host->resize(s->cells, n * sizeof *grown);
		if (grown == NULL)
			return lmy_nomem(e);
		s->cells = grown;
		s->cell_capacity = n;
	}
	for (i = 0; i < n; i++)
		lmy_cell_describe(&s->cells[i], &fields[i]);
	s->column_count = n;
	return LODE_OK;
}

static lode_status prepare_now(lode_drv_stmt *s, lode_err *e)
{
	union {
		ps_result_callback function;
		const void *value;
	} callback = { on_cell };
	lode_drv_conn *c = s->conn;
	lode_status status;

	s->st = mysql_stmt_init(c->db);
	if (s->st == NULL)
		return lmy_nomem(e);
	mysql_stmt_attr_set(s->st, STMT_ATTR_CB_USER_DATA, s);
	mysql_stmt_attr_set(s->st, STMT_ATTR_CB_RESULT, callback.value);
	if (mysql_stmt_prepare(s->st, s->sql, (unsigned long)s->sql_size) != 0) {
		s->as_text = mysql_stmt_errno(s->st) == ER_UNSUPPORTED_PS;
		status = s->as_text ? LODE_OK : lmy_error_report(c, s->st, -1, e);
	} else {
		s->param_count = (uint32_t)mysql_stmt_param_count(s->st);
		status = reserve_params(s, e);
		if (status == LODE_OK)
			status = describe_cells(s, e);
		if (status == LODE_OK)
			return LODE_OK;
	}
	mysql_stmt_close(s->st);
	s->st = NULL;
	return status;
}

/* the text, with " RETURNING `key`" or ", `key`" behind it if keys are going to be asked for */
static lode_status copy_text(lode_drv_stmt *s, const char *sql, size_t n, const char *key,
			     lode_err *e)
{
	const char *lead = s->returning ? ", `" : " RETURNING `";
	size_t extra = key != NULL ? strlen(lead) + 2 * strlen(key) + 1 : 0;
	char *p;

	s->sql = lmy_host->alloc(n + extra + 1);
	if (s->sql == NULL)
		return lmy_nomem(e);
	memcpy(s->sql, sql, n);
	p = s->sql + n;
	if (key != NULL) {
		memcpy(p, lead, strlen(lead));
		p += strlen(lead);
		for (; *key != '\0'; key++) {
			if (*key == '`')
				*p++ = '`';
			*p++ = *key;
		}
		*p++ = '`';
	}
	*p = '\0';
	s->sql_size = (size_t)(p - s->sql);
	return LODE_OK;
}

static const char *key_of(const lode_drv_conn *c, const lode_prepare *a)
{
	if (a == NULL || !LODE_HAS(a, lode_prepare, key_column) || a->key_table == NULL ||
	    !c->has_returning)
		return NULL;
	return a->key_column;
}

lode_status lmy_stmt_prepare(lode_drv_conn *c, const char *sql, size_t n, const lode_prepare *a,
			     lode_drv_stmt **out, lode_err *e)
{
	const char *key = key_of(c, a);
	lode_drv_stmt *s;
	lode_status status;

	s = lmy_host->alloc(sizeof *s);
	if (s == NULL)
		return lmy_nomem(e);
	memset(s, 0, sizeof *s);
	s->conn = c;
	s->flags = a != NULL ? a->flags : 0;
	s->keys = key != NULL;
	s->returning = s->keys && (s->flags & LODE_PREP_RETURNING) != 0;
	s->next = c->statements;
	if (s->next != NULL)
		s->next->prev = s;
	c->statements = s;
	status = copy_text(s, sql, n, key, e);
	/* what is run once may not need it: see execute */
	if (status == LODE_OK && !(s->flags & LODE_PREP_DIRECT)) {
		status = lmy_conn_enter(c, NULL, c->timeout_ms, e);
		if (status == LODE_OK)
			status = prepare_now(s, e);
	}
	if (status != LODE_OK) {
		close_statement(s);
		return status;
	}
	*out = s;
	return LODE_OK;
}

void lmy_stmt_forget(lode_drv_stmt *s)
{
	if (s->st != NULL)
		mysql_stmt_close(s->st);
	s->st = NULL;
	s->active = s->waiting = 0;
}

/* ---- parameters */

lode_status lmy_stmt_load(lode_drv_stmt *s, const lode_exec *x, uint32_t row, lode_err *e)
{
	const char *why = NULL;
	const lode_drv_bind *b;
	lode_status status;
	uint32_t i;

	for (i = 0; i < x->nparams; i++) {
		b = lode_util_bind_at(x->params, x->bind_size, i);
		status = lmy_value_load(&s->values[i], b, x->bases, row, &why);
		if (status != LODE_OK)
			return lmy_error_value(e, status, (int32_t)row, i, why);
		lmy_value_bind(&s->binds[i], &s->values[i]);
	}
	return LODE_OK;
}

/* ---- results */

/* The server does not say which row of an array it does not like: lmy_batch_run finds out. */
static lode_status fail(lode_drv_stmt *s, int32_t row, lode_err *e)
{
	lode_status status =
		lmy_class((int32_t)mysql_stmt_errno(s->st), mysql_stmt_sqlstate(s->st));

	s->faulty = s->exec != NULL && (status == LODE_E_DATA ||
					(status <= LODE_E_UNIQUE && status >= LODE_E_CONSTRAINT));
	return s->faulty ? status : lmy_error_report(s->conn, s->st, row, e);
}

static void drain_more(lode_drv_stmt *s)
{
	while (!s->conn->dead && mysql_stmt_more_results(s->st) &&
	       mysql_stmt_next_result(s->st) == 0)
		if (mysql_stmt_field_count(s->st) > 0)
			mysql_stmt_free_result(s->st);
	s->more = 0;
}

/* the result is read to its end, or lost */
static void finish(lode_drv_stmt *s)
{
	if (s->more)
		drain_more(s);
	if (s->conn->streaming == s)
		s->conn->streaming = NULL;
	s->active = s->waiting = s->buffered = 0;
}

void lmy_stmt_discard(lode_drv_stmt *s)
{
	lode_drv_conn *c = s->conn;

	if (!s->active)
		return;
	/* frees memory, and reads what is on the wire; with another's rows there, memory can wait
	 */
	if (s->st != NULL && !c->dead && (c->streaming == NULL || c->streaming == s))
		mysql_stmt_free_result(s->st);
	finish(s);
}

lode_status lmy_stmt_buffer(lode_drv_stmt *s, lode_err *e)
{
	lode_drv_conn *c = s->conn;

	if (s->more || s->waiting)
		return lmy_refuse(e, LODE_E_STATE, "rows of another statement have not been read",
				  "read them to the end or close it");
	if (mysql_stmt_store_result(s->st) != 0) {
		finish(s);
		return lmy_error_report(c, s->st, -1, e);
	}
	s->buffered = 1;
	c->streaming = NULL;
	return LODE_OK;
}

lode_status lmy_stmt_store(lode_drv_stmt *s, int32_t row, lode_err *e)
{
	lode_drv_conn *c = s->conn;

	if (mysql_stmt_store_result(s->st) != 0) {
		finish(s);
		return fail(s, row, e);
	}
	s->buffered = 1;
	s->more = mysql_stmt_more_results(s->st);
	c->streaming = s->more ? s : NULL;
	return LODE_OK;
}

/* At the end of rows in memory the library would take the connection for idle, although another
 * statement's rows may be on the wire: it is not asked beyond the last row. */
lode_status lmy_stmt_step(lode_drv_stmt *s, lode_err *e)
{
	int code = MYSQL_NO_DATA;

	if (!s->buffered || s->fetched < mysql_stmt_num_rows(s->st))
		code = mysql_stmt_fetch(s->st);
	if (code == 0 || code == MYSQL_DATA_TRUNCATED) {
		s->fetched++;
		return LODE_OK;
	}
	finish(s);
	return code == MYSQL_NO_DATA ? LODE_DONE : lmy_error_report(s->conn, s->st, -1, e);
}

/* the key of the row in `cells` */
static lode_status read_key(lode_drv_stmt *s, int64_t *key, lode_err *e)
{
	const lmy_cell *cell = &s->cells[s->column_count - 1];

	if (cell->p != NULL && lmy_cell_integer(cell, key) == LODE_OK)
		return LODE_OK;
	return lmy_refuse(e, LODE_E_DATA, "a generated key is not an int64", NULL);
}

lode_status lmy_stmt_keys(lode_drv_stmt *s, int64_t *keys, uint32_t n, lode_err *e)
{
	uint32_t got = 0;
	lode_status status;

	while ((status = lmy_stmt_step(s, e)) == LODE_OK) {
		if (got < n)
			status = read_key(s, &keys[got], e);
		if (status != LODE_OK)
			return status;
		got++;
	}
	if (status == LODE_DONE && got != n)
		return lmy_refuse(e, LODE_E_OTHER, "the rows inserted are not those that were sent",
				  "do not ask for generated keys with IGNORE");
	return status < 0 ? status : LODE_OK;
}

/* ---- execute */

/* may it be run twice? */
static int is_query(const lode_drv_stmt *s)
{
	return s->sql_size > 6 && memcmp(s->sql, "SELECT", 6) == 0;
}

/* A table has other columns than when the statement was prepared: once more, if that writes
 * nothing.  The library has read the new columns but no row. */
static lode_status send_anew(lode_drv_stmt *s, int32_t row, lode_err *e)
{
	lode_status status;

	mysql_stmt_close(s->st);
	s->st = NULL;
	if (!is_query(s))
		return lmy_refuse(e, LODE_E_STATE, "the columns of a table have changed",
				  "run the statement again");
	status = prepare_now(s, e);
	if (status != LODE_OK)
		return status;
	if ((s->param_count > 0 && mysql_stmt_bind_param(s->st, s->binds) != 0) ||
	    mysql_stmt_execute(s->st) != 0)
		return lmy_error_report(s->conn, s->st, row, e);
	return LODE_OK;
}

lode_status lmy_stmt_send(lode_drv_stmt *s, int32_t row, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	lode_status status = LODE_OK;

	if (mysql_stmt_execute(s->st) != 0)
		status = mysql_stmt_errno(s->st) == CR_NEW_STMT_METADATA ? send_anew(s, row, e)
									 : fail(s, row, e);
	if (status != LODE_OK)
		return status;
	s->active = mysql_stmt_field_count(s->st) > 0;
	s->fetched = 0;
	s->buffered = 0;
	if (s->active) {
		c->streaming = s;
		return describe_cells(s, e);
	}
	if (mysql_stmt_more_results(s->st))
		drain_more(s);
	s->column_count = 0;
	return LODE_OK;
}

/* without rows, as text: what the binary protocol does not know, and what is run once */
static lode_status run_text(lode_drv_stmt *s, lode_exec_result *r, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	MYSQL_RES *rows;

	if (mysql_real_query(c->db, s->sql, (unsigned long)s->sql_size) != 0)
		return lmy_error_report(c, NULL, -1, e);
	r->affected = (int64_t)mysql_affected_rows(c->db);
	r->last_id = (int64_t)mysql_insert_id(c->db);
	do {
		rows = mysql_use_result(c->db);
		while (rows != NULL && mysql_fetch_row(rows) != NULL)
			;
		mysql_free_result(rows);
		if (mysql_errno(c->db) != 0)
			return lmy_error_report(c, NULL, -1, e);
	} while (mysql_next_result(c->db) == 0);
	r->rows_done = 1;
	return LODE_OK;
}

static lode_status refuse(lode_err *e, lode_status status, const char *message)
{
	return lmy_refuse(e, status, message, NULL);
}

static int wants_keys(const lode_exec *x)
{
	return LODE_HAS(x, lode_exec, keys) && x->keys != NULL;
}

static lode_status check_execution(lode_drv_stmt *s, const lode_exec *x, lode_err *e)
{
	if (x->flags & ~(uint32_t)EXEC_KNOWN)
		return refuse(e, LODE_E_UNSUPPORTED,
			      "no pipeline, no server cursor, no row table with MariaDB");
	if (x->nparams != s->param_count)
		return refuse(e, LODE_E_MISUSE, "wrong number of parameters");
	if (x->nrows > 1 && s->column_count > 0 && (!s->keys || s->returning) &&
	    !(x->flags & LODE_EXEC_NO_ROWS))
		return refuse(e, LODE_E_UNSUPPORTED, "a batch that returns rows");
	if (wants_keys(x) && !s->keys && x->nrows > 1)
		return refuse(e, LODE_E_UNSUPPORTED, "keys need their table and column at prepare");
	return LODE_OK;
}

/* The key of the one row that came back; if the caller wants its other columns, it waits. */
static lode_status take_key(lode_drv_stmt *s, const lode_exec *x, lode_err *e)
{
	lode_status status;

	if (!s->returning)
		return lmy_stmt_keys(s, x->keys, 1, e);
	status = lmy_stmt_step(s, e);
	if (status == LODE_DONE)
		return lmy_refuse(e, LODE_E_OTHER, "no row was inserted", NULL);
	s->waiting = status == LODE_OK;
	return status == LODE_OK ? read_key(s, x->keys, e) : status;
}

/* the rows that came back for one row of parameters */
static lode_status take_rows(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	int discards = (x->flags & LODE_EXEC_NO_ROWS) || (s->keys && !s->returning);
	lode_status status = LODE_OK;

	r->affected = -1;
	if (!(x->flags & LODE_EXEC_STREAM) || s->keys || discards) {
		status = lmy_stmt_store(s, 0, e);
		r->affected = (int64_t)mysql_stmt_num_rows(s->st);
	}
	if (status == LODE_OK && s->keys && wants_keys(x))
		status = take_key(s, x, e);
	if (discards)
		lmy_stmt_discard(s);
	return status;
}

/* what came back for one row of parameters */
static lode_status take_result(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r,
			       lode_err *e)
{
	uint64_t id = mysql_stmt_insert_id(s->st);

	r->rows_done = 1;
	r->last_id = (int64_t)id;
	if (id != 0)
		r->flags |= LODE_EXR_LAST_ID;
	if (s->active)
		return take_rows(s, x, r, e);
	r->affected = (int64_t)mysql_stmt_affected_rows(s->st);
	if (wants_keys(x))
		x->keys[0] = (int64_t)id;
	return LODE_OK;
}

static lode_status run_one(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	unsigned int no_array = 0;
	lode_status status = lmy_stmt_load(s, x, 0, e);

	if (status != LODE_OK)
		return status;
	mysql_stmt_attr_set(s->st, STMT_ATTR_ARRAY_SIZE, &no_array);
	if (x->nparams > 0 && mysql_stmt_bind_param(s->st, s->binds) != 0)
		return lmy_error_report(s->conn, s->st, 0, e);
	status = lmy_stmt_send(s, 0, e);
	if (status == LODE_OK)
		status = take_result(s, x, r, e);
	if (status == LODE_OK && x->row_affected != NULL)
		x->row_affected[0] = r->affected;
	if (x->row_status != NULL)
		x->row_status[0] = status;
	return status;
}

static lode_status run_any(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	int plain = x->nparams == 0 && x->nrows == 1;
	lode_status status = LODE_OK;

	if (plain && (s->as_text || ((s->flags & LODE_PREP_DIRECT) && s->st == NULL &&
				     (x->flags & LODE_EXEC_NO_ROWS))))
		return run_text(s, r, e);
	if (s->st == NULL)
		status = prepare_now(s, e);
	if (status == LODE_OK && s->as_text)
		return run_text(s, r, e);
	if (status == LODE_OK)
		status = check_execution(s, x, e);
	if (status != LODE_OK || x->nrows == 0)
		return status;
	return x->nrows == 1 ? run_one(s, x, r, e) : lmy_batch_run(s, x, r, e);
}

static lode_status execute(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_exec_result result = { 0 };
	lode_status status;

	lmy_stmt_discard(s);
	status = lmy_conn_enter(s->conn, s, x->timeout_ms, e);
	if (status == LODE_OK)
		status = run_any(s, x, &result, e);
	if (status < 0) {
		lmy_stmt_discard(s);
		return status;
	}
	if (s->active)
		result.flags |= LODE_EXR_ROWS;
	if (wants_keys(x))
		result.flags |= LODE_EXR_KEYS;
	if (r != NULL) {
		r->flags = result.flags;
		r->affected = result.affected;
		r->last_id = result.last_id;
		r->ncols = s->active ? s->column_count : 0;
		r->rows_done = result.rows_done;
	}
	return status;
}

static void reset(lode_drv_stmt *s)
{
	lmy_stmt_discard(s);
}

const lode_stmt_ops lmy_stmt_ops = {
	.struct_size = sizeof(lode_stmt_ops),
	.execute = execute,
	.describe = lmy_fetch_describe,
	.bind = lmy_fetch_bind,
	.fetch = lmy_fetch_rows,
	.reset = reset,
	.close = close_statement,
};
