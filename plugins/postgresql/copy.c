/* SPDX-License-Identifier: MIT */
/* postgresql/copy.c - see copy.h.
 *
 * Binary COPY wants exactly the types of the columns, so they are asked for first; a type that is
 * not known here takes text, which is what enums and their like are in binary.  While a load is
 * open the connection is out of pipeline mode and belongs to it. */
#include "copy.h"

#include <stdlib.h>

#include "error.h"
#include "exchange.h"
#include "value.h"

#define LPG_COPY_CHUNK 65536

struct lode_drv_bulk {
	lode_drv_conn *conn;
	uint32_t count, row; /* columns; rows so far */
	const lpg_type **types;
	lode_drv_bind *binds;
	lpg_buffer out;
};

static void free_bulk(lode_drv_bulk *b)
{
	lpg_buffer_dispose(&b->out);
	lpg_host->release(b->types);
	lpg_host->release(b->binds);
	lpg_host->release(b);
}

static lode_status new_bulk(lode_drv_conn *c, const lode_bulk *what, lode_drv_bulk **out,
			    lode_err *e)
{
	size_t size = what->bind_size < sizeof(lode_drv_bind) ? what->bind_size
							      : sizeof(lode_drv_bind);
	lode_drv_bulk *b = lpg_host->alloc(sizeof *b);
	uint32_t i, n = what->ncolumns;

	if (b == NULL)
		return lpg_refuse_memory(e);
	memset(b, 0, sizeof *b);
	b->conn = c;
	b->count = n;
	b->types = lpg_host->alloc((n + 1) * sizeof *b->types);
	b->binds = lpg_host->alloc((n + 1) * sizeof *b->binds);
	if (b->types == NULL || b->binds == NULL) {
		free_bulk(b);
		return lpg_refuse_memory(e);
	}
	memset(b->binds, 0, (n + 1) * sizeof *b->binds);
	for (i = 0; i < n; i++)
		memcpy(&b->binds[i], (const char *)what->binds + i * what->bind_size, size);
	*out = b;
	return LODE_OK;
}

/* ---- beginning */

static void put_table(lpg_buffer *sql, const lode_bulk *what)
{
	if (what->schema != NULL) {
		lpg_buffer_put_name(sql, what->schema);
		lpg_buffer_puts(sql, ".");
	}
	lpg_buffer_put_name(sql, what->table);
}

static void put_columns(lpg_buffer *sql, const lode_bulk *what)
{
	uint32_t i;

	for (i = 0; i < what->ncolumns; i++) {
		lpg_buffer_puts(sql, i > 0 ? ", " : "");
		lpg_buffer_put_name(sql, what->columns[i]);
	}
}

static void note_types(lode_drv_bulk *b, const PGresult *r)
{
	uint32_t i;

	for (i = 0; i < b->count && (int)i < PQnfields(r); i++) {
		b->types[i] = lpg_type_find(PQftype(r, (int)i));
		if (b->types[i] == NULL)
			b->types[i] = lpg_type_find(25);
	}
}

/* what a query of the columns would give */
static lode_status ask_types(lode_drv_bulk *b, const char *sql, lode_err *e)
{
	lode_drv_conn *c = b->conn;
	lode_status status = lpg_exchange_begin(c, LPG_ANY_TIMEOUT, e);
	PGresult *r = NULL;

	if (status != LODE_OK)
		return status;
	status = lpg_exchange_sent(c, PQsendPrepare(c->pg, "", sql, 0, NULL), e);
	if (status == LODE_OK)
		status = lpg_exchange_sent(c, PQsendDescribePrepared(c->pg, ""), e);
	if (status != LODE_OK) {
		lpg_exchange_abort(c);
		return status;
	}
	status = lpg_exchange_sync(c, e);
	if (status == LODE_OK)
		status = lpg_exchange_opened(c, 1, e);
	if (status != LODE_OK)
		return status;
	status = lpg_exchange_result(c, &r, e);
	if (r != NULL)
		note_types(b, r);
	PQclear(r);
	return status == LODE_OK ? lpg_exchange_end(c, e) : status;
}

static lode_status leave(lode_drv_conn *c, lode_status status, lode_err *e)
{
	lode_status back = c->lost ? LODE_OK : lpg_exchange_simple(c, 0, status == LODE_OK ? e : NULL);

	return status == LODE_OK ? back : status;
}

/* every result there is; the first failure is reported */
static lode_status take_results(lode_drv_conn *c, PGresult **kept, lode_err *e)
{
	lode_status status = LODE_OK, failed = LODE_OK;
	PGresult *r;

	do {
		status = lpg_exchange_result(c, &r, e);
		if (r == NULL)
			break;
		if (PQresultStatus(r) == PGRES_FATAL_ERROR && failed == LODE_OK)
			failed = lpg_error_result(c, r, -1, e);
		if (kept != NULL && *kept == NULL && PQresultStatus(r) == PGRES_COMMAND_OK)
			*kept = r;
		else
			PQclear(r);
	} while (status == LODE_OK);
	return failed != LODE_OK ? failed : status;
}

static lode_status start_copy(lode_drv_conn *c, const char *sql, lode_err *e)
{
	PGresult *r = NULL;
	lode_status status = lpg_exchange_simple(c, 1, e);

	if (status != LODE_OK)
		return status;
	status = lpg_exchange_sent(c, PQsendQuery(c->pg, sql), e);
	c->owed = 0;
	if (status == LODE_OK)
		status = lpg_exchange_flush(c, e);
	if (status == LODE_OK)
		status = lpg_exchange_result(c, &r, e);
	if (status == LODE_OK && PQresultStatus(r) == PGRES_COPY_IN) {
		PQclear(r);
		return LODE_OK;
	}
	if (r != NULL && status == LODE_OK)
		status = lpg_error_result(c, r, -1, e);
	PQclear(r);
	if (!c->lost)
		take_results(c, NULL, NULL);
	return leave(c, status, e);
}

static lode_status begin(lode_drv_conn *c, const lode_bulk *what, lode_drv_bulk **out, lode_err *e)
{
	/* signature, no flags, no extension */
	static const char header[19] = "PGCOPY\n\377\r\n";
	lpg_buffer sql = { 0 };
	lode_drv_bulk *b = NULL;
	lode_status status;

	if (what->ncolumns == 0)
		return lpg_refuse(e, LODE_E_MISUSE, "rows without columns", NULL);
	status = new_bulk(c, what, &b, e);
	if (status != LODE_OK)
		return status;
	lpg_buffer_puts(&sql, "SELECT ");
	put_columns(&sql, what);
	lpg_buffer_puts(&sql, " FROM ");
	put_table(&sql, what);
	lpg_buffer_put(&sql, "", 1);
	status = sql.failed ? lpg_refuse_memory(e) : ask_types(b, sql.p, e);
	sql.n = 0;
	lpg_buffer_puts(&sql, "COPY ");
	put_table(&sql, what);
	lpg_buffer_puts(&sql, " (");
	put_columns(&sql, what);
	lpg_buffer_puts(&sql, ") FROM STDIN (FORMAT binary)");
	lpg_buffer_put(&sql, "", 1);
	if (status == LODE_OK)
		status = sql.failed ? lpg_refuse_memory(e) : start_copy(c, sql.p, e);
	lpg_buffer_dispose(&sql);
	if (status != LODE_OK) {
		free_bulk(b);
		return status;
	}
	lpg_buffer_put(&b->out, header, sizeof header);
	*out = b;
	return LODE_OK;
}

/* ---- rows */

static lode_status push(lode_drv_bulk *b, lode_err *e)
{
	lode_drv_conn *c = b->conn;
	lode_status status = LODE_OK;
	int sent;

	if (b->out.failed)
		return lpg_refuse_memory(e);
	while ((sent = PQputCopyData(c->pg, b->out.p, (int)b->out.n)) == 0 && status == LODE_OK)
		status = lpg_exchange_flush(c, e);
	b->out.n = 0;
	if (status == LODE_OK && sent < 0)
		return lpg_error_lost(c, LODE_E_DISCONNECT, NULL, e);
	return status == LODE_OK ? lpg_exchange_flush(c, e) : status;
}

static lode_status put_row(lode_drv_bulk *b, const void *const *bases, uint32_t row, lode_err *e)
{
	const char *why = "";
	lode_status status;
	lpg_value v;
	size_t start;
	uint32_t i;

	lpg_buffer_put16(&b->out, (uint16_t)b->count);
	for (i = 0; i < b->count; i++) {
		start = b->out.n;
		lpg_buffer_put32(&b->out, UINT32_MAX);
		status = lpg_value_load(&v, &b->binds[i], bases, row, &why);
		if (status == LODE_OK && v.kind != LPG_NULL)
			status = lpg_value_encode(&b->out, &v, b->types[i], &why);
		if (status != LODE_OK)
			return lpg_refuse_value(e, status, (int32_t)(b->row + row), i, "column",
						why);
		if (v.kind != LPG_NULL && !b->out.failed)
			lpg_store32(b->out.p + start, (uint32_t)(b->out.n - start - 4));
	}
	return LODE_OK;
}

static lode_status put_rows(lode_drv_bulk *b, const void *const *bases, uint32_t nrows, lode_err *e)
{
	lode_status status = LODE_OK;
	uint32_t row;

	for (row = 0; status == LODE_OK && row < nrows; row++) {
		status = put_row(b, bases, row, e);
		if (status == LODE_OK && b->out.n >= LPG_COPY_CHUNK)
			status = push(b, e);
	}
	b->row += nrows;
	return status;
}

/* ---- ending */

/* `why` NULL: all rows were given */
static lode_status finish(lode_drv_bulk *b, const char *why, int64_t *affected, lode_err *e)
{
	lode_drv_conn *c = b->conn;
	PGresult *r = NULL;
	lode_status status = LODE_OK;
	int sent;

	while (!c->lost && status == LODE_OK && (sent = PQputCopyEnd(c->pg, why)) == 0)
		status = lpg_exchange_flush(c, e);
	if (status == LODE_OK)
		status = take_results(c, &r, e);
	if (affected != NULL && r != NULL)
		*affected = strtoll(PQcmdTuples(r), NULL, 10);
	PQclear(r);
	status = leave(c, status, e);
	free_bulk(b);
	return status;
}

static lode_status end(lode_drv_bulk *b, int64_t *affected, lode_err *e)
{
	lode_status status;

	lpg_buffer_put16(&b->out, UINT16_MAX);
	status = push(b, e);
	if (status == LODE_OK)
		return finish(b, NULL, affected, e);
	finish(b, "given up", NULL, NULL);
	return status;
}

static void give_up(lode_drv_bulk *b)
{
	finish(b, "given up", NULL, NULL);
}

const lode_bulk_ops lpg_bulk_ops = {
	.struct_size = sizeof(lode_bulk_ops),
	.begin = begin,
	.rows = put_rows,
	.end = end,
	.abort = give_up,
};
