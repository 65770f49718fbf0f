/* SPDX-License-Identifier: MIT */
/* postgresql/statement.c - prepare, execute, fetch (statement.h). */
#include "statement.h"

#include <stdio.h>
#include <strings.h>

#include "batch.h"
#include "error.h"
#include "exchange.h"
#include "pipeline.h"

#define LPG_EXEC_KNOWN                                                                             \
	(LODE_EXEC_QUEUE | LODE_EXEC_STREAM | LODE_EXEC_NO_ROWS | LODE_EXEC_ORDERED |             \
	 LODE_EXEC_ROWSET)

/* ---- prepare and close */

static void drop_rows(lode_drv_stmt *s)
{
	for (; s->next < s->count; s->next++)
		PQclear(s->results[s->next].result);
	PQclear(s->last);
	s->last = NULL;
	s->next = s->count = 0;
	s->row = 0;
	s->failed = LODE_OK;
}

/* The server is told with the next command; without memory it keeps a statement it need not. */
static void forget_prepared(lode_drv_stmt *s)
{
	lode_drv_conn *c = s->conn;
	char sql[40];

	if (s->name[0] != '\0' && s->generation == c->generation && !c->lost) {
		snprintf(sql, sizeof sql, "DEALLOCATE %s", s->name);
		lpg_buffer_put(&c->closing, sql, strlen(sql) + 1);
		c->closing.failed = 0;
	}
	s->name[0] = '\0';
}

static void drop_columns(lode_drv_stmt *s)
{
	uint32_t i;

	for (i = 0; i < s->layout_capacity; i++)
		lpg_column_dispose(&s->columns[i]);
}

static void reset(lode_drv_stmt *s)
{
	if (s->conn->streaming == s) {
		s->conn->streaming = NULL;
		if (!s->conn->lost)
			lpg_exchange_end(s->conn, NULL);
	}
	drop_rows(s);
}

static void close_statement(lode_drv_stmt *s)
{
	if (s == NULL)
		return;
	reset(s);
	forget_prepared(s);
	drop_columns(s);
	lpg_parameters_dispose(&s->parameters);
	lpg_buffer_dispose(&s->scratch);
	lpg_host->release(s->types);
	lpg_host->release(s->results);
	lpg_host->release(s->column_types);
	lpg_host->release(s->layout);
	lpg_host->release(s->columns);
	lpg_host->release(s->sql);
	lpg_host->release(s);
}

static int begins_with(const char *sql, size_t n, const char *word)
{
	size_t size = strlen(word);

	return n > size && strncasecmp(sql, word, size) == 0 &&
	       strchr(" \t\r\n(*'\"", sql[size]) != NULL;
}

/* by its first word; a comment in front hides it, which costs speed only */
static void look_at(lode_drv_stmt *s, const char *sql, size_t n)
{
	static const char *const queries[] = { "select", "with", "values", "table", "show", NULL };
	size_t i;

	for (i = 0; i + 9 <= n && !s->returns; i++)
		s->returns = strncasecmp(sql + i, "returning", 9) == 0;
	while (n > 0 && strchr(" \t\r\n(", *sql) != NULL)
		sql++, n--;
	for (i = 0; queries[i] != NULL; i++)
		s->is_query |= begins_with(sql, n, queries[i]);
}

static lode_status copy_text(lode_drv_stmt *s, const char *sql, size_t n, const lode_prepare *a,
			     lode_err *e)
{
	lpg_buffer text = { 0 };

	if (memchr(sql, '\0', n) != NULL)
		return lpg_refuse(e, LODE_E_SYNTAX, "a NUL in the text of a statement", NULL);
	lpg_buffer_put(&text, sql, n);
	if (s->keys) {
		lpg_buffer_puts(&text, s->flags & LODE_PREP_RETURNING ? ", " : " RETURNING ");
		lpg_buffer_put_name(&text, a->key_column);
	}
	lpg_buffer_put(&text, "", 1);
	s->sql = text.p;
	return text.failed ? lpg_refuse_memory(e) : LODE_OK;
}

lode_status lpg_stmt_prepare(lode_drv_conn *c, const char *sql, size_t n, const lode_prepare *a,
			     lode_drv_stmt **out, lode_err *e)
{
	lode_drv_stmt *s = lpg_host->alloc(sizeof *s);
	lode_status status;

	if (s == NULL)
		return lpg_refuse_memory(e);
	memset(s, 0, sizeof *s);
	s->conn = c;
	s->flags = a != NULL ? a->flags : LODE_PREP_DIRECT;
	s->binary = -1;
	s->keys = a != NULL && LODE_HAS(a, lode_prepare, key_column) && a->key_table != NULL &&
		  a->key_column != NULL;
	look_at(s, sql, n);
	if (s->keys && !s->returns)
		s->binary = 1; /* integers, that much is known */
	status = copy_text(s, sql, n, a, e);
	if (status != LODE_OK) {
		close_statement(s);
		return status;
	}
	*out = s;
	return LODE_OK;
}

/* ---- sending */

static int is_named(const lode_drv_stmt *s)
{
	return !s->conn->pooled && !(s->flags & LODE_PREP_DIRECT);
}

/* a NULL fits whatever type it was prepared with */
static int same_types(const lode_drv_stmt *s)
{
	const lpg_parameters *p = &s->parameters;
	uint32_t i;

	if (s->type_count != p->count)
		return 0;
	for (i = 0; i < p->count; i++)
		if (s->types[i] != p->types[i] && (p->types[i] != 0 || p->values[i] != NULL))
			return 0;
	return 1;
}

static lode_status keep_types(lode_drv_stmt *s, lode_err *e)
{
	uint32_t n = s->parameters.count;
	Oid *types = s->types;

	if (n > s->type_capacity) {
		types = lpg_host->resize(s->types, n * sizeof *types);
		if (types == NULL)
			return lpg_refuse_memory(e);
		s->types = types;
		s->type_capacity = n;
	}
	if (n > 0)
		memcpy(types, s->parameters.types, n * sizeof *types);
	s->type_count = n;
	return LODE_OK;
}

lode_status lpg_stmt_send_prepare(lode_drv_stmt *s, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	lode_status status;

	if (!is_named(s))
		return LODE_OK;
	if (s->name[0] != '\0' && s->generation == c->generation && same_types(s))
		return LODE_OK;
	forget_prepared(s);
	status = keep_types(s, e);
	if (status != LODE_OK)
		return status;
	snprintf(s->name, sizeof s->name, "lode_%lu", (unsigned long)++c->names % 1000000000);
	s->generation = c->generation;
	s->parsing = 1;
	return lpg_exchange_sent(
		c, PQsendPrepare(c->pg, s->name, s->sql, (int)s->type_count, s->types), e);
}

lode_status lpg_stmt_send(lode_drv_stmt *s, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	const lpg_parameters *p = &s->parameters;
	int ok, binary = s->binary > 0;

	if (is_named(s))
		ok = PQsendQueryPrepared(c->pg, s->name, (int)p->count, p->values, p->lengths,
					 p->formats, binary);
	else
		ok = PQsendQueryParams(c->pg, s->sql, (int)p->count, p->types, p->values,
				       p->lengths, p->formats, binary);
	return lpg_exchange_sent(c, ok, e);
}

lode_status lpg_stmt_opened(lode_drv_stmt *s, uint32_t left, lode_err *e)
{
	int parsing = s->parsing;
	lode_status status = lpg_exchange_opened(s->conn, left, e);

	s->parsing = 0;
	if (status != LODE_OK && parsing)
		s->name[0] = '\0';
	return status;
}

void lpg_stmt_learn(lode_drv_stmt *s, const PGresult *r)
{
	int i, n = PQnfields(r);

	if (s->flags & LODE_PREP_DIRECT)
		return;
	for (i = 0; i < n; i++)
		if (lpg_type_find(PQftype(r, i)) == NULL)
			break;
	s->binary = i == n;
}

/* A round trip of its own, once a statement: in what form its rows should come. */
lode_status lpg_stmt_describe(lode_drv_stmt *s, int32_t timeout_ms, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	lode_status status = lpg_exchange_begin(c, timeout_ms, e);
	PGresult *r = NULL;

	if (status == LODE_OK && is_named(s))
		status = lpg_stmt_send_prepare(s, e);
	else if (status == LODE_OK)
		status = lpg_exchange_sent(c,
					   PQsendPrepare(c->pg, "", s->sql,
							 (int)s->parameters.count,
							 s->parameters.types),
					   e);
	if (status == LODE_OK)
		status = lpg_exchange_sent(c, PQsendDescribePrepared(c->pg, s->name), e);
	if (status != LODE_OK) {
		lpg_exchange_abort(c);
		return status;
	}
	status = lpg_exchange_sync(c, e);
	if (status == LODE_OK)
		status = lpg_stmt_opened(s, 1, e);
	if (status != LODE_OK)
		return status;
	status = lpg_exchange_result(c, &r, e);
	if (r != NULL && PQresultStatus(r) == PGRES_COMMAND_OK)
		lpg_stmt_learn(s, r);
	PQclear(r);
	return status == LODE_OK ? lpg_exchange_end(c, e) : status;
}

int lpg_stmt_is_unknown(const lode_drv_stmt *s)
{
	if (s->flags & LODE_PREP_DIRECT)
		return 0;
	return s->binary < 0 && (s->is_query || s->returns);
}

/* ---- taking in */

int64_t lpg_stmt_affected(PGresult *r)
{
	const char *text = PQcmdTuples(r);
	int64_t n = 0;

	if (*text == '\0')
		return -1;
	for (; *text >= '0' && *text <= '9'; text++)
		n = n * 10 + (*text - '0');
	return n;
}

/* were the columns compiled for others? */
static lode_status note_columns(lode_drv_stmt *s, const PGresult *r, lode_err *e)
{
	int n = PQnfields(r), i, same;
	Oid *types;

	same = s->column_types != NULL && s->column_count == (uint32_t)(n - s->keys) &&
	       s->column_binary == (n > 0 && PQfformat(r, 0));
	for (i = 0; same && i < n - s->keys; i++)
		same = s->column_types[i] == PQftype(r, i);
	if (same)
		return LODE_OK;
	types = lpg_host->resize(s->column_types, ((size_t)n + 1) * sizeof *types);
	if (types == NULL)
		return lpg_refuse_memory(e);
	s->column_types = types;
	for (i = 0; i < n; i++)
		types[i] = PQftype(r, i);
	s->column_count = (uint32_t)(n - s->keys);
	s->column_binary = n > 0 && PQfformat(r, 0);
	s->compiled = 0;
	return LODE_OK;
}

static lode_status push_rows(lode_drv_stmt *s, PGresult *r, uint32_t param_row, lode_err *e)
{
	uint32_t capacity = s->capacity > 0 ? 2 * s->capacity : 4;
	lpg_rows *grown;

	if (s->count == s->capacity) {
		grown = lpg_host->resize(s->results, capacity * sizeof *grown);
		if (grown == NULL) {
			PQclear(r);
			return lpg_refuse_memory(e);
		}
		s->results = grown;
		s->capacity = capacity;
	}
	s->results[s->count].result = r;
	s->results[s->count++].param_row = param_row;
	return LODE_OK;
}

lode_status lpg_stmt_keep(lode_drv_stmt *s, PGresult *r, uint32_t param_row, lode_err *e)
{
	lode_status status = note_columns(s, r, e);

	if (status == LODE_OK)
		return push_rows(s, r, param_row, e);
	PQclear(r);
	return status;
}

/* the next rows from the wire; LODE_DONE: the end, and the exchange is over */
static lode_status take_rows(lode_drv_stmt *s, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	PGresult *r = NULL;
	lode_status status = lpg_exchange_result(c, &r, e);

	if (status == LODE_OK && r != NULL && PQresultStatus(r) == PGRES_SINGLE_TUPLE)
		return push_rows(s, r, 0, e);
	c->streaming = NULL;
	if (r != NULL && PQresultStatus(r) == PGRES_FATAL_ERROR)
		status = lpg_error_result(c, r, -1, e);
	PQclear(r);
	if (c->lost)
		return status;
	if (status != LODE_OK) {
		lpg_exchange_end(c, NULL);
		return status;
	}
	status = lpg_exchange_end(c, e);
	return status == LODE_OK ? LODE_DONE : status;
}

/* A failure belongs to the statement whose rows they are, unless the connection went with it. */
lode_status lpg_stmt_settle(lode_drv_stmt *s, lode_err *e)
{
	lode_status status = LODE_OK;

	while (status == LODE_OK)
		status = take_rows(s, s->conn->lost ? e : NULL);
	if (status == LODE_DONE)
		return LODE_OK;
	s->failed = status;
	if (s->conn->lost)
		return lpg_error_lost(s->conn, status, NULL, e);
	return LODE_OK;
}

int lpg_stmt_is_stale(lode_drv_stmt *s, const PGresult *r)
{
	if (s->name[0] == '\0' || !lpg_error_is_stale(r))
		return 0;
	forget_prepared(s);
	s->binary = -1;
	return 1;
}

/* ---- execute */

static lode_status refuse(lode_err *e, lode_status status, const char *message)
{
	return lpg_refuse(e, status, message, NULL);
}

static int wants_keys(const lode_exec *x)
{
	return LODE_HAS(x, lode_exec, keys) && x->keys != NULL;
}

static lode_status check_execution(const lode_drv_stmt *s, const lode_exec *x, lode_err *e)
{
	if (x->flags & ~LPG_EXEC_KNOWN)
		return refuse(e, LODE_E_UNSUPPORTED,
			      "an execution that goes on after a failure, or a server cursor");
	if (x->nparams > 65535)
		return refuse(e, LODE_E_LIMIT, "more than 65535 parameters");
	if (wants_keys(x) && !s->keys)
		return refuse(e, LODE_E_MISUSE, "keys need their table and column at prepare");
	return LODE_OK;
}

static lode_status fail_query(lode_drv_stmt *s, PGresult *r, int *stale, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	lode_status status = LODE_E_STATE;

	*stale = !c->was_open && lpg_stmt_is_stale(s, r);
	if (!*stale)
		status = lpg_error_result(c, r, 0, e);
	PQclear(r);
	if (!c->lost)
		lpg_exchange_end(c, NULL);
	return status;
}

static lode_status take_query(lode_drv_stmt *s, int *stale, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	PGresult *r = NULL;
	lode_status status;

	PQsetSingleRowMode(c->pg);
	status = lpg_exchange_result(c, &r, e);
	if (status != LODE_OK)
		return status;
	switch (PQresultStatus(r)) {
	case PGRES_SINGLE_TUPLE:
		c->streaming = s;
		return lpg_stmt_keep(s, r, 0, e);
	case PGRES_TUPLES_OK:
		status = lpg_stmt_keep(s, r, 0, e);
		break;
	case PGRES_FATAL_ERROR:
		return fail_query(s, r, stale, e);
	default:
		PQclear(r);
		break;
	}
	if (status == LODE_OK)
		return lpg_exchange_end(c, e);
	lpg_exchange_end(c, NULL);
	return status;
}

/* rows one by one from the wire */
static lode_status run_query(lode_drv_stmt *s, const lode_exec *x, int *stale, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	lode_status status = LODE_OK;

	if (lpg_stmt_is_unknown(s))
		status = lpg_stmt_describe(s, x->timeout_ms, e);
	if (status == LODE_OK)
		status = lpg_exchange_begin(c, x->timeout_ms, e);
	if (status != LODE_OK)
		return status;
	status = lpg_stmt_send_prepare(s, e);
	if (status == LODE_OK)
		status = lpg_stmt_send(s, e);
	if (status != LODE_OK) {
		lpg_exchange_abort(c);
		return status;
	}
	status = lpg_exchange_sync(c, e);
	if (status == LODE_OK)
		status = lpg_stmt_opened(s, 1, e);
	return status == LODE_OK ? take_query(s, stale, e) : status;
}

static lode_status run_one_query(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r,
				 lode_err *e)
{
	lode_status status = lpg_parameters_set(&s->parameters, x, 0, 1, 0, e);
	int stale = 0, again = 0;

	if (status == LODE_OK)
		status = run_query(s, x, &stale, e);
	if (stale) /* once: it was prepared before a table changed */
		status = run_query(s, x, &again, e);
	if (status != LODE_OK)
		return again ? refuse(e, status, "the statement goes out of date at once") : status;
	r->rows_done = 1;
	r->affected = -1;
	return LODE_OK;
}

static lode_status run_any(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	if (s->is_query && x->nrows == 1 && !(x->flags & (LODE_EXEC_ROWSET | LODE_EXEC_NO_ROWS)))
		return run_one_query(s, x, r, e);
	return lpg_batch_run(s, x, r, e);
}

static lode_status execute(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_exec_result result = { 0 };
	lode_status status = check_execution(s, x, e);

	if (status != LODE_OK)
		return status;
	if (x->flags & LODE_EXEC_QUEUE)
		return lpg_pipeline_queue(s, x, e);
	reset(s);
	if (!s->is_query)
		lpg_conn_notice_text(s->conn, s->sql, strlen(s->sql));
	if (x->nrows > 0)
		status = run_any(s, x, &result, e);
	if (status < 0) {
		drop_rows(s);
		return status;
	}
	if ((s->count > 0 || s->conn->streaming == s) && s->column_count > 0) {
		if (x->flags & LODE_EXEC_NO_ROWS)
			reset(s);
		else
			result.flags |= LODE_EXR_ROWS;
	}
	if (wants_keys(x))
		result.flags |= LODE_EXR_KEYS;
	if (r != NULL) {
		r->flags = result.flags;
		r->affected = result.affected;
		r->last_id = 0;
		r->ncols = result.flags & LODE_EXR_ROWS ? s->column_count : 0;
		r->rows_done = result.rows_done;
	}
	return status;
}

/* ---- layouts */

static lode_status reserve_layout(lode_drv_stmt *s, uint32_t n, lode_err *e)
{
	lode_drv_bind *layout;
	lpg_column *columns;

	if (n <= s->layout_capacity)
		return LODE_OK;
	layout = lpg_host->resize(s->layout, n * sizeof *layout);
	if (layout == NULL)
		return lpg_refuse_memory(e);
	s->layout = layout;
	columns = lpg_host->resize(s->columns, n * sizeof *columns);
	if (columns == NULL)
		return lpg_refuse_memory(e);
	memset(columns + s->layout_capacity, 0, (n - s->layout_capacity) * sizeof *columns);
	s->columns = columns;
	s->layout_capacity = n;
	return LODE_OK;
}

static lode_status compile_columns(lode_drv_stmt *s, lode_err *e)
{
	uint32_t i, k = 0;

	s->borrows = 0;
	for (i = 0; i < s->laid_out; i++) {
		if (s->layout[i].repr == LODE_R_SKIP)
			continue;
		if (!lpg_column_compile(&s->columns[k], i, &s->layout[i], s->column_types[i],
					s->column_binary))
			return lpg_refuse_value(e, LODE_E_CONVERT, -1, i, "column",
						"a representation that is not delivered here");
		s->borrows |= lpg_column_borrows(&s->columns[k++]);
	}
	s->bound = k;
	s->compiled = 1;
	return LODE_OK;
}

static lode_status bind_result(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
			       uint32_t bind_size, lode_err *e)
{
	size_t size = bind_size < sizeof *s->layout ? bind_size : sizeof *s->layout;
	lode_status status;
	uint32_t i;

	if (n > s->column_count)
		return refuse(e, LODE_E_MISUSE, "the layout has more columns than the result");
	if (s->compiled && bind_size == sizeof *s->layout && n == s->laid_out && n > 0 &&
	    memcmp(s->layout, cols, n * sizeof *s->layout) == 0)
		return LODE_OK;
	s->compiled = 0;
	s->laid_out = 0;
	status = reserve_layout(s, n, e);
	if (status != LODE_OK)
		return status;
	for (i = 0; i < n; i++) {
		memset(&s->layout[i], 0, sizeof s->layout[i]);
		memcpy(&s->layout[i], lode_util_bind_at(cols, bind_size, i), size);
	}
	s->laid_out = n;
	return compile_columns(s, e);
}

/* ---- fetch */

static lode_status fail_row(const PGresult *r, const lode_fetch *f, lode_status status,
			    const lpg_sink *sink, lode_err *e)
{
	lode_error_info info = { 0 };
	const char *name = PQfname(r, (int)f->bad_col);
	char text[240];

	if (status == LODE_E_NOMEM)
		return lpg_refuse_memory(e);
	snprintf(text, sizeof text, "column %s: %s", name != NULL ? name : "", sink->why);
	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = (int32_t)f->nrows;
	info.message = text;
	info.column = name;
	lpg_host->error(e, &info);
	return status;
}

/* the first column behind those that the host has already */
static uint32_t pass_known(const lode_drv_stmt *s, lode_fetch *f)
{
	uint32_t at = f->head, end = f->head + f->known(f->known_ctx, f);

	while (at < s->bound && s->columns[at].index < end)
		at++;
	return at;
}

static lode_status read_row(lode_drv_stmt *s, const PGresult *r, lode_fetch *f, int asks,
			    lpg_sink *sink)
{
	uint32_t at = 0;
	lode_status status;

	s->scratch.n = 0;
	s->scratch.failed = 0;
	if (asks) {
		status = lpg_row_read(r, s->row, s->columns, f->head, sink, f->bases, f->nrows,
				      &f->bad_col);
		if (status != LODE_OK)
			return status;
		at = pass_known(s, f);
	}
	return lpg_row_read(r, s->row, s->columns + at, s->bound - at, sink, f->bases, f->nrows,
			    &f->bad_col);
}

/* the result that holds the next row; LODE_DONE: there is none */
static lode_status find_row(lode_drv_stmt *s, lode_err *e)
{
	lode_status status;

	for (;;) {
		if (s->next < s->count && s->row < PQntuples(s->results[s->next].result))
			return LODE_OK;
		if (s->next < s->count) {
			PQclear(s->last);
			s->last = s->results[s->next++].result;
			s->row = 0;
			continue;
		}
		s->next = s->count = 0;
		if (s->failed != LODE_OK)
			return refuse(e, s->failed, "reading the rows failed");
		if (s->conn->streaming != s)
			return LODE_DONE;
		status = take_rows(s, e);
		if (status != LODE_OK)
			return status;
	}
}

/* A row that could not be stored keeps waiting: the host may bind another layout and try again. */
static lode_status fetch(lode_drv_stmt *s, lode_fetch *f, lode_err *e)
{
	uint32_t max;
	int asks = LODE_HAS(f, lode_fetch, head) && f->known != NULL && f->head <= s->bound;
	lpg_sink sink = { f->arena, &s->scratch, "" };
	lode_status status = s->compiled || s->column_types == NULL ? LODE_OK
								     : compile_columns(s, e);
	const PGresult *r;

	f->nrows = 0;
	max = s->borrows && f->max_rows > 1 ? 1 : f->max_rows;
	while (status == LODE_OK && f->nrows < max) {
		status = find_row(s, e);
		if (status != LODE_OK)
			return status;
		r = s->results[s->next].result;
		status = read_row(s, r, f, asks, &sink);
		if (status != LODE_OK)
			return fail_row(r, f, status, &sink, e);
		if (f->param_row != NULL)
			f->param_row[f->nrows] = s->results[s->next].param_row;
		s->row++;
		f->nrows++;
	}
	return status;
}

/* ---- describe */

#define LPG_FILL(out, member, value)                                                               \
	do {                                                                                       \
		if (LODE_HAS(out, lode_col_desc, member))                                          \
			(out)->member = (value);                                                   \
	} while (0)

/* "numeric(10,2)" keeps both numbers in one, four more than they are */
static void describe_size(const lpg_type *type, int modifier, lode_col_desc *out)
{
	int sized = modifier >= 4;

	LPG_FILL(out, precision, -1);
	LPG_FILL(out, scale, -1);
	LPG_FILL(out, length, -1);
	if (!sized)
		return;
	if (type->form == LPG_FORM_NUMERIC) {
		LPG_FILL(out, precision, (modifier - 4) >> 16);
		LPG_FILL(out, scale, (modifier - 4) & 0xffff);
	} else if (type->oid == 1042 || type->oid == 1043) {
		LPG_FILL(out, length, modifier - 4);
	}
}

static lode_status describe(lode_drv_stmt *s, uint32_t col, lode_col_desc *out, lode_err *e)
{
	const PGresult *r = s->next < s->count ? s->results[s->next].result : s->last;
	const lpg_type *known;

	if (r == NULL || col >= s->column_count)
		return refuse(e, LODE_E_MISUSE, "no such column");
	known = lpg_type_find(PQftype(r, (int)col));
	LPG_FILL(out, sql_type, known != NULL ? known->sql_type : LODE_T_UNKNOWN);
	LPG_FILL(out, native_type, PQftype(r, (int)col));
	describe_size(lpg_result_type(PQftype(r, (int)col)), PQfmod(r, (int)col), out);
	LPG_FILL(out, nullable, -1);
	LPG_FILL(out, best_repr, known != NULL ? known->repr : LODE_R_TEXT);
	LPG_FILL(out, flags, 0);
	LPG_FILL(out, name, PQfname(r, (int)col));
	LPG_FILL(out, table, NULL);
	LPG_FILL(out, column, NULL);
	LPG_FILL(out, type_name, known != NULL ? known->name : NULL);
	return LODE_OK;
}

const lode_stmt_ops lpg_stmt_ops = {
	.struct_size = sizeof(lode_stmt_ops),
	.execute = execute,
	.describe = describe,
	.bind = bind_result,
	.fetch = fetch,
	.reset = reset,
	.close = close_statement,
};
