/* SPDX-License-Identifier: MIT */
/* sqlite/rowset.c - an eponymous virtual table over the strided parameters of a statement.
 *
 * One INSERT ... SELECT, UPDATE or DELETE ... IN (SELECT ...) over it replaces n executions.  A
 * cursor takes the rows that the connection shows when it is opened (xFilter), so statements may
 * interleave; the statement sets them before each step.  Its cost is made high so that SQLite scans
 * it once, as the outer loop: a statement has one scan, and lode_cell (cell.h) is of its row. */
#include "rowset.h"

#include <string.h>

#include "cell.h"
#include "error.h"

typedef struct rows_table {
	sqlite3_vtab base;
	lode_drv_conn *conn;
} rows_table;

typedef struct rows_cursor {
	sqlite3_vtab_cursor base;
	lsq_rows *rows;
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
	if (code != SQLITE_OK) {
		lsq_conn_unmade(aux);
		return code;
	}
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
		base->pVtab->zErrMsg = sqlite3_mprintf(LSQ_NO_ROWS);
		return SQLITE_ERROR;
	}
	cursor->rows->row = cursor->rows->first;
	return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *base)
{
	((rows_cursor *)base)->rows->row++;
	return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base)
{
	const lsq_rows *rows = ((rows_cursor *)base)->rows;

	return rows->row >= rows->end;
}

/* What SQLite does with the rows of any statement is not known: it may keep text while it reads on. */
static int read_cell(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	rows_cursor *cursor = (rows_cursor *)base;

	return lsq_cell_result(context, ((rows_table *)base->pVtab)->conn, (uint32_t)column,
			       cursor->rows->row);
}

static int row_number(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = ((rows_cursor *)base)->rows->row;
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

int lsq_rows_reserve(void **array, uint32_t *capacity, uint32_t wanted, size_t size)
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
	void *columns = rows->columns, *bases = rows->bases;
	int fits = lsq_rows_reserve(&columns, &rows->capacity, x->nparams, sizeof *rows->columns);
	uint32_t i;

	fits = fits && lsq_rows_reserve(&bases, &rows->base_capacity, x->nbases, sizeof(void *));
	rows->columns = columns;
	rows->bases = bases;
	if (!fits)
		return lsq_error_nomem(c->host, e);
	for (i = 0; i < x->nparams; i++) {
		lode_drv_bind *b = &rows->columns[i].bind;

		memset(b, 0, sizeof *b);
		memcpy(b, lode_util_bind_at(x->params, x->bind_size, i), size);
		rows->columns[i].give = lsq_cell_give(b);
		rows->columns[i].writes = lsq_value_needs_scratch(b->repr);
	}
	for (i = 0; i < x->nbases; i++)
		rows->bases[i] = x->bases[i];
	rows->column_count = x->nparams;
	rows->indexed = 0;
	rows->first = rows->row = 0;
	rows->end = x->nrows;
	return LODE_OK;
}

void lsq_rows_dispose(lsq_rows *rows)
{
	lsq_host->release(rows->columns);
	lsq_host->release(rows->bases);
	lsq_host->release(rows->keys);
	memset(rows, 0, sizeof *rows);
}
