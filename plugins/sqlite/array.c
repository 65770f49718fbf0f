/* SPDX-License-Identifier: MIT */
/* sqlite/array.c - a table-valued function over a lode_drv_array.
 *
 * The array comes through sqlite3_bind_pointer, so that no SQL text can forge one; anything else
 * as its argument is an empty list. */
#include "array.h"

#include <string.h>

#include "bind.h"

enum { COLUMN_VALUE, COLUMN_ARRAY };

typedef struct array_table {
	sqlite3_vtab base;
	lode_drv_conn *conn;
} array_table;

typedef struct array_cursor {
	sqlite3_vtab_cursor base;
	lode_drv_bind bind; /* one element */
	const void *data;
	size_t index, count;
	char scratch[LSQ_SCRATCH];
} array_cursor;

static int connect_array(sqlite3 *db, void *aux, int argc, const char *const *argv,
			 sqlite3_vtab **out, char **message)
{
	array_table *table;
	int code = sqlite3_declare_vtab(db, "CREATE TABLE x(value, list HIDDEN)");

	(void)argc, (void)argv, (void)message;
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

static int disconnect_array(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

static int plan_array(sqlite3_vtab *table, sqlite3_index_info *info)
{
	int i;

	(void)table;
	for (i = 0; i < info->nConstraint; i++) {
		if (info->aConstraint[i].iColumn != COLUMN_ARRAY ||
		    info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
			continue;
		if (!info->aConstraint[i].usable)
			return SQLITE_CONSTRAINT;
		info->aConstraintUsage[i].argvIndex = 1;
		info->aConstraintUsage[i].omit = 1;
		info->idxNum = 1;
		info->estimatedCost = 100;
		info->estimatedRows = 100;
		return SQLITE_OK;
	}
	info->estimatedCost = 1;
	info->estimatedRows = 0;
	return SQLITE_OK;
}

static int open_array(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	array_cursor *cursor = sqlite3_malloc((int)sizeof *cursor);

	(void)table;
	if (cursor == NULL)
		return SQLITE_NOMEM;
	memset(cursor, 0, sizeof *cursor);
	*out = &cursor->base;
	return SQLITE_OK;
}

static int close_array(sqlite3_vtab_cursor *cursor)
{
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int start_array(sqlite3_vtab_cursor *base, int plan, const char *text, int argc,
		       sqlite3_value **argv)
{
	array_cursor *cursor = (array_cursor *)base;
	const lode_drv_array *array = NULL;

	(void)text;
	if (plan == 1 && argc == 1)
		array = sqlite3_value_pointer(argv[0], LSQ_ARRAY_FUNCTION);
	cursor->index = 0;
	cursor->count = 0;
	if (array == NULL)
		return SQLITE_OK;
	memset(&cursor->bind, 0, sizeof cursor->bind);
	cursor->bind.repr = array->repr;
	cursor->bind.sql_type = array->sql_type;
	cursor->bind.flags = LODE_BIND_NOT_NULL;
	cursor->bind.size = array->size;
	cursor->bind.scale = (int32_t)array->size;
	cursor->bind.stride = array->stride;
	cursor->data = array->data;
	cursor->count = array->count;
	return SQLITE_OK;
}

static int next_element(sqlite3_vtab_cursor *base)
{
	((array_cursor *)base)->index++;
	return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base)
{
	const array_cursor *cursor = (array_cursor *)base;

	return cursor->index >= cursor->count;
}

static int read_element(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	array_cursor *cursor = (array_cursor *)base;
	lode_drv_conn *c = ((array_table *)base->pVtab)->conn;
	lsq_fault fault = { 0, (int32_t)cursor->index, 0, NULL };
	lsq_value value;

	if (column != COLUMN_VALUE)
		return SQLITE_OK;
	fault.status = lsq_value_load(&value, &cursor->bind, &cursor->data, cursor->index,
				      cursor->scratch, &fault.why);
	if (fault.status != LODE_OK) {
		fault.row = -1;
		c->fault = fault;
		sqlite3_result_error(context, fault.why, -1);
		return SQLITE_ERROR;
	}
	lsq_value_result(context, &value);
	return SQLITE_OK;
}

static int element_number(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)((array_cursor *)base)->index;
	return SQLITE_OK;
}

static const sqlite3_module array_module = {
	.xConnect = connect_array,
	.xBestIndex = plan_array,
	.xDisconnect = disconnect_array,
	.xOpen = open_array,
	.xClose = close_array,
	.xFilter = start_array,
	.xNext = next_element,
	.xEof = at_end,
	.xColumn = read_element,
	.xRowid = element_number,
};

int lsq_array_register(lode_drv_conn *c)
{
	return sqlite3_create_module(c->db, LSQ_ARRAY_FUNCTION, &array_module, c);
}
