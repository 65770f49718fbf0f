/* SPDX-License-Identifier: MIT */
/* sqlite/rowset.c - an eponymous virtual table over the strided parameters of a statement.
 *
 * One INSERT ... SELECT, UPDATE ... FROM or DELETE ... IN (SELECT ...) over it replaces n
 * executions.  A cursor takes the rows that the connection shows when it is opened (xFilter), so
 * statements may interleave; the statement sets them before each step.  Its cost is made high so
 * that SQLite scans it once, as the outer loop. */
#include "rowset.h"

#include <string.h>

#include "bind.h"
#include "error.h"

typedef struct rows_table {
	sqlite3_vtab base;
	lode_drv_conn *conn;
} rows_table;

typedef struct rows_cursor {
	sqlite3_vtab_cursor base;
	const lsq_rows *rows;
	uint32_t row, end;
} rows_cursor;

static int connect_rows(sqlite3 *db, void *aux, int argc, const char *const *argv,
			sqlite3_vtab **out, char **message)
{
	sqlite3_str *sql = sqlite3_str_new(db);
	rows_table *table;
	char *text;
	int code, i;

	(void)argc, (void)argv, (void)message;
	for (i = 0; i < LSQ_ROWS_COLUMNS; i++)
		sqlite3_str_appendf(sql, "%sc%d", i == 0 ? "CREATE TABLE x(" : ",", i);
	sqlite3_str_appendchar(sql, 1, ')');
	text = sqlite3_str_finish(sql);
	if (text == NULL)
		return SQLITE_NOMEM;
	code = sqlite3_declare_vtab(db, text);
	sqlite3_free(text);
	if (code != SQLITE_OK)
		return code;
	sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
	table = sqlite3_malloc((int)sizeof *table);
	if (table == NULL)
		return SQLITE_NOMEM;
	memset(table, 0, sizeof *table);
	table->conn = aux;
	*out = &table->base;
	return SQLITE_OK;
}

static int disconnect_rows(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

static int plan_rows(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	info->estimatedCost = 1e6;
	info->estimatedRows = 1000;
	return SQLITE_OK;
}

static int open_rows(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	rows_cursor *cursor = sqlite3_malloc((int)sizeof *cursor);

	(void)table;
	if (cursor == NULL)
		return SQLITE_NOMEM;
	memset(cursor, 0, sizeof *cursor);
	*out = &cursor->base;
	return SQLITE_OK;
}

static int close_rows(sqlite3_vtab_cursor *cursor)
{
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int start_rows(sqlite3_vtab_cursor *base, int plan, const char *text, int argc,
		      sqlite3_value **argv)
{
	rows_cursor *cursor = (rows_cursor *)base;
	lode_drv_conn *c = ((rows_table *)base->pVtab)->conn;

	(void)plan, (void)text, (void)argc, (void)argv;
	cursor->rows = c->rows;
	if (cursor->rows == NULL) {
		sqlite3_free(base->pVtab->zErrMsg);
		base->pVtab->zErrMsg = sqlite3_mprintf("this statement was given no rows");
		return SQLITE_ERROR;
	}
	cursor->row = cursor->rows->first;
	cursor->end = cursor->rows->end;
	return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *base)
{
	((rows_cursor *)base)->row++;
	return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base)
{
	const rows_cursor *cursor = (rows_cursor *)base;

	return cursor->row >= cursor->end;
}

/* The representations that most columns have, without going through a value; 0: not one of them. */
static int read_common(sqlite3_context *context, const lode_drv_bind *b, const void *cell)
{
	const char *text;
	int64_t i64;
	int32_t i32;
	double f64;

	switch (b->repr) {
	case LODE_R_I64:
		memcpy(&i64, cell, sizeof i64);
		sqlite3_result_int64(context, i64);
		return 1;
	case LODE_R_I32:
		memcpy(&i32, cell, sizeof i32);
		sqlite3_result_int(context, i32);
		return 1;
	case LODE_R_F64:
		memcpy(&f64, cell, sizeof f64);
		if (f64 != f64)
			return 0;       /* NaN is refused by the general way */
		sqlite3_result_double(context, f64);
		return 1;
	case LODE_R_CSTR:
		memcpy(&text, cell, sizeof text);
		if (text != NULL)
			sqlite3_result_text(context, text, -1, SQLITE_STATIC);
		return 1;               /* a result that is not set is NULL */
	default:
		return 0;
	}
}

static int refuse_cell(lode_drv_conn *c, sqlite3_context *context, const lsq_fault *fault)
{
	c->fault = *fault;
	sqlite3_result_error(context, fault->why, -1);
	return SQLITE_ERROR;
}

/* Written text lies in the column's scratch until the next row is read.  A statement that inserts
 * row by row is done with it by then; of any other SQLite is given a copy. */
static int read_cell(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	rows_cursor *cursor = (rows_cursor *)base;
	const lsq_rows *rows = cursor->rows;
	lode_drv_conn *c = ((rows_table *)base->pVtab)->conn;
	const lode_drv_bind *b = &rows->binds[column];
	lsq_fault fault = { LODE_E_MISUSE, (int32_t)cursor->row, (uint32_t)column,
			    "the statement was given fewer columns" };
	lsq_value value;

	if ((uint32_t)column >= rows->columns)
		return refuse_cell(c, context, &fault);
	if ((b->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR)) && b->sql_type != LODE_T_DECIMAL &&
	    read_common(context, b, lode_util_cell(b, rows->bases, cursor->row)))
		return SQLITE_OK;
	fault.status = lsq_value_load(&value, b, rows->bases, cursor->row,
				      rows->scratch + (size_t)column * LSQ_SCRATCH, &fault.why);
	if (fault.status != LODE_OK)
		return refuse_cell(c, context, &fault);
	value.scratch = value.scratch && !rows->row_by_row;
	lsq_value_result(context, &value);
	return SQLITE_OK;
}

static int row_number(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = ((rows_cursor *)base)->row;
	return SQLITE_OK;
}

/* no xCreate: the table is there without being created, and only that way */
static const sqlite3_module rows_module = {
	.xConnect = connect_rows,
	.xBestIndex = plan_rows,
	.xDisconnect = disconnect_rows,
	.xOpen = open_rows,
	.xClose = close_rows,
	.xFilter = start_rows,
	.xNext = next_row,
	.xEof = at_end,
	.xColumn = read_cell,
	.xRowid = row_number,
};

int lsq_rowset_register(lode_drv_conn *c)
{
	return sqlite3_create_module(c->db, LSQ_ROWS_TABLE, &rows_module, c);
}

/* ---- the rows of one execution */

static int reserve(void **array, uint32_t *capacity, uint32_t wanted, size_t size)
{
	void *grown;

	if (wanted <= *capacity)
		return 1;
	grown = lsq_host->resize(*array, wanted * size);
	if (grown == NULL)
		return 0;
	*array = grown;
	*capacity = wanted;
	return 1;
}

lode_status lsq_rows_set(lode_drv_conn *c, lsq_rows *rows, const lode_exec *x, lode_err *e)
{
	size_t size = x->bind_size < sizeof(lode_drv_bind) ? x->bind_size : sizeof(lode_drv_bind);
	void *binds = rows->binds, *bases = rows->bases, *scratch = rows->scratch;
	int fits = reserve(&binds, &rows->capacity, x->nparams, sizeof(lode_drv_bind));
	uint32_t i;

	fits = fits && reserve(&bases, &rows->base_capacity, x->nbases, sizeof(void *));
	fits = fits && reserve(&scratch, &rows->scratch_capacity, x->nparams, LSQ_SCRATCH);
	rows->binds = binds;
	rows->bases = bases;
	rows->scratch = scratch;
	if (!fits)
		return lsq_error_nomem(c->host, e);
	for (i = 0; i < x->nparams; i++) {
		memset(&rows->binds[i], 0, sizeof(lode_drv_bind));
		memcpy(&rows->binds[i], lode_util_bind_at(x->params, x->bind_size, i), size);
	}
	for (i = 0; i < x->nbases; i++)
		rows->bases[i] = x->bases[i];
	rows->columns = x->nparams;
	rows->row_by_row = LODE_HAS(x, lode_exec, keys) && x->keys != NULL;
	rows->first = 0;
	rows->end = x->nrows;
	return LODE_OK;
}

void lsq_rows_dispose(lsq_rows *rows)
{
	lsq_host->release(rows->binds);
	lsq_host->release(rows->bases);
	lsq_host->release(rows->scratch);
	memset(rows, 0, sizeof *rows);
}
