/* SPDX-License-Identifier: MIT */
/* mariadb/batch.c - arrays of parameters, or a loop where the server takes none.
 *
 * An array is one message and one answer.  Every row is looked at before anything is sent, so that
 * a value which cannot be sent stops the batch and the message stays within what the server takes;
 * the library then asks for the rows one after the other (on_row).  What takes several messages is
 * one unit through a scope.  A row that the server does not take is not named: what it undid is run
 * again one by one.  Keys come back from RETURNING in the order of the rows: the server
 * inserts them one after the other and answers as it goes. */
#include "batch.h"

#include "error.h"
#include "host.h"
#include "transaction.h"

#define ROWS_MAX 20000		    /* of one message: longer ones gain nothing */
#define BYTES_MAX ((size_t)4 << 20) /* of one message, and less than the server's limit */
#define BYTES_HEAD 64

static my_bool on_row(void *context, MYSQL_BIND *binds, unsigned int row)
{
	lode_drv_stmt *s = context;
	const lode_exec *x = s->exec;
	const char *why;
	uint32_t i;

	for (i = 0; i < x->nparams; i++) {
		const lode_drv_bind *b = lode_util_bind_at(x->params, x->bind_size, i);

		if (lmy_value_load(&s->values[i], b, x->bases, s->first + row, &why) != LODE_OK)
			return 1;
		lmy_value_bind(&binds[i], &s->values[i]);
	}
	return 0;
}

/* how many rows from `first` on fit into one message */
static lode_status measure(lode_drv_stmt *s, const lode_exec *x, uint32_t first, uint32_t *rows,
			   lode_err *e)
{
	uint64_t room = s->conn->max_packet > 1024 ? s->conn->max_packet - 1024 : BYTES_MAX;
	size_t bytes = BYTES_HEAD + 2 * (size_t)x->nparams, size;
	uint32_t row, i;
	lode_status status;

	room = room < BYTES_MAX ? room : BYTES_MAX;
	for (row = first; row < x->nrows && row - first < ROWS_MAX; row++) {
		status = lmy_stmt_load(s, x, row, e);
		if (status != LODE_OK)
			return status;
		for (i = 0, size = 0; i < x->nparams; i++)
			size += lmy_value_size(&s->values[i]);
		if (row > first && bytes + size > room)
			break;
		bytes += size;
	}
	*rows = row - first;
	return LODE_OK;
}

/* the answer to `rows` rows of parameters */
static lode_status take_answer(lode_drv_stmt *s, const lode_exec *x, uint32_t rows,
			       lode_exec_result *r, lode_err *e)
{
	int32_t row = rows == 1 ? (int32_t)s->first : -1;
	lode_status status = LODE_OK;

	if (!s->active) {
		r->affected += (int64_t)mysql_stmt_affected_rows(s->st);
		r->rows_done += rows;
		return LODE_OK;
	}
	status = lmy_stmt_store(s, row, e);
	if (status == LODE_OK) {
		r->affected += (int64_t)mysql_stmt_num_rows(s->st);
		r->rows_done += rows;
		if (s->keys && LODE_HAS(x, lode_exec, keys) && x->keys != NULL)
			status = lmy_stmt_keys(s, x->keys + s->first, rows, e);
	}
	lmy_stmt_discard(s);
	return status;
}

/* types are those of the descriptors, for all rows */
static lode_status bind_array(lode_drv_stmt *s, const lode_exec *x, uint32_t rows, lode_err *e)
{
	union {
		ps_param_callback function;
		const void *value;
	} callback = { on_row };
	uint32_t i;

	for (i = 0; i < x->nparams; i++)
		s->binds[i].buffer_type =
			lmy_value_type(lode_util_bind_at(x->params, x->bind_size, i));
	mysql_stmt_attr_set(s->st, STMT_ATTR_CB_PARAM, callback.value);
	mysql_stmt_attr_set(s->st, STMT_ATTR_ARRAY_SIZE, &rows);
	if (mysql_stmt_bind_param(s->st, s->binds) != 0)
		return lmy_error_report(s->conn, s->st, -1, e);
	return LODE_OK;
}

static lode_status send_array(lode_drv_stmt *s, const lode_exec *x, uint32_t rows,
			      lode_exec_result *r, lode_err *e)
{
	lode_status status = bind_array(s, x, rows, e);

	s->exec = x;
	s->faulty = 0;
	if (status == LODE_OK)
		status = lmy_stmt_send(s, -1, e);
	if (status == LODE_OK)
		status = take_answer(s, x, rows, r, e);
	s->exec = NULL;
	return status;
}

static lode_status run_arrays(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r,
			      uint32_t rows, lode_err *e)
{
	lode_status status = LODE_OK;

	for (s->first = 0; status == LODE_OK && s->first < x->nrows; s->first += rows) {
		if (s->first > 0)
			status = measure(s, x, s->first, &rows, e);
		if (status == LODE_OK)
			status = send_array(s, x, rows, r, e);
	}
	return status;
}

static lode_status run_row(lode_drv_stmt *s, const lode_exec *x, uint32_t row, lode_exec_result *r,
			   lode_err *e)
{
	unsigned int no_array = 0;
	lode_status status = lmy_stmt_load(s, x, row, e);

	if (status != LODE_OK)
		return status;
	mysql_stmt_attr_set(s->st, STMT_ATTR_ARRAY_SIZE, &no_array);
	if (x->nparams > 0 && mysql_stmt_bind_param(s->st, s->binds) != 0)
		return lmy_error_report(s->conn, s->st, (int32_t)row, e);
	s->first = row;
	status = lmy_stmt_send(s, (int32_t)row, e);
	return status == LODE_OK ? take_answer(s, x, 1, r, e) : status;
}

static lode_status run_rows(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	lode_status status = LODE_OK;
	uint32_t row;

	for (row = 0; status == LODE_OK && row < x->nrows; row++)
		status = run_row(s, x, row, r, e);
	return status;
}

/* a batch sends its types once: values without a type of their own go one by one */
static int fits_array(const lode_drv_stmt *s, const lode_exec *x)
{
	uint32_t i;

	for (i = 0; i < x->nparams; i++)
		if (lode_util_bind_at(x->params, x->bind_size, i)->repr == LODE_R_VALUE)
			return 0;
	return s->conn->has_bulk && x->nparams > 0;
}

/* `rows`: how many the first message takes, 0: one by one */
static lode_status run_scoped(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r,
			      uint32_t rows, lode_err *e)
{
	int scoped = rows < x->nrows, own = 0;
	lode_status status = scoped ? lmy_scope_enter(s->conn, &own, e) : LODE_OK;

	if (status != LODE_OK)
		return status;
	r->affected = r->rows_done = 0;
	status = rows > 0 ? run_arrays(s, x, r, rows, e) : run_rows(s, x, r, e);
	if (status < 0)
		lmy_stmt_discard(s);
	return scoped ? lmy_scope_leave(s->conn, own, status, e) : status;
}

lode_status lmy_batch_run(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r, lode_err *e)
{
	uint32_t rows = 0;
	lode_status status = LODE_OK;

	if (x->flags & LODE_EXEC_CONTINUE)
		return lmy_refuse(e, LODE_E_UNSUPPORTED,
				  "MariaDB cannot go on with a batch after a failed row", NULL);
	s->faulty = 0;
	if (fits_array(s, x))
		status = measure(s, x, 0, &rows, e);
	if (status == LODE_OK)
		status = run_scoped(s, x, r, rows, e);
	/* nothing of it is left: once more row by row, to say which one it is */
	if (status < 0 && s->faulty)
		status = run_scoped(s, x, r, 0, e);
	if (status < 0)
		r->affected = r->rows_done = 0;
	return status;
}
