/* SPDX-License-Identifier: MIT */
/* sqlite/cell.c - see cell.h.
 *
 * What lode_cell gives is written into a record before the next row is looked at, as text that was
 * formatted into a column's scratch must be: an INSERT makes a record of each row, an UPDATE of
 * each row that it visits. */
#include "cell.h"

#include <stdlib.h>
#include <string.h>

#include "bind.h"
#include "error.h"

/* ---- what most columns are; 0: the general way has to refuse the value */

static int give_bool(sqlite3_context *context, const void *cell, char *scratch)
{
	(void)scratch;
	sqlite3_result_int(context, *(const uint8_t *)cell != 0);
	return 1;
}

static int give_int32(sqlite3_context *context, const void *cell, char *scratch)
{
	int32_t value;

	(void)scratch;
	memcpy(&value, cell, sizeof value);
	sqlite3_result_int(context, value);
	return 1;
}

static int give_int64(sqlite3_context *context, const void *cell, char *scratch)
{
	int64_t value;

	(void)scratch;
	memcpy(&value, cell, sizeof value);
	sqlite3_result_int64(context, value);
	return 1;
}

static int give_real(sqlite3_context *context, const void *cell, char *scratch)
{
	double value;

	(void)scratch;
	memcpy(&value, cell, sizeof value);
	if (value != value)
		return 0;
	sqlite3_result_double(context, value);
	return 1;
}

/* a result that is not set is NULL */
static int give_text(sqlite3_context *context, const void *cell, char *scratch)
{
	const char *text;

	(void)scratch;
	memcpy(&text, cell, sizeof text);
	if (text != NULL)
		sqlite3_result_text(context, text, -1, SQLITE_STATIC);
	return 1;
}

static int give_date(sqlite3_context *context, const void *cell, char *scratch)
{
	int32_t days;

	memcpy(&days, cell, sizeof days);
	sqlite3_result_text(context, scratch, (int)lode_util_date_format(scratch, days),
			    SQLITE_STATIC);
	return 1;
}

static int give_datetime(sqlite3_context *context, const void *cell, char *scratch)
{
	int64_t usec;

	memcpy(&usec, cell, sizeof usec);
	sqlite3_result_text(context, scratch, (int)lode_util_datetime_format(scratch, usec),
			    SQLITE_STATIC);
	return 1;
}

static int is_number(const lode_drv_bind *b)
{
	return b->sql_type == LODE_T_INT64 || b->sql_type == LODE_T_INT32;
}

lsq_give *lsq_cell_give(const lode_drv_bind *b)
{
	if (!(b->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR)) ||
	    b->sql_type == LODE_T_DECIMAL)
		return NULL;
	switch (b->repr) {
	case LODE_R_BOOL8:
		return give_bool;
	case LODE_R_I32:
		return give_int32;
	case LODE_R_I64:
		return give_int64;
	case LODE_R_F64:
		return give_real;
	case LODE_R_CSTR:
		return give_text;
	case LODE_R_DATE32:
		return is_number(b) ? NULL : give_date;
	case LODE_R_TS64:
		return is_number(b) ? NULL : give_datetime;
	default:
		return NULL;
	}
}

/* ---- reading anything */

static int refuse(sqlite3_context *context, lode_drv_conn *c, lode_status status, uint32_t column,
		  uint32_t row, const char *why)
{
	c->fault.status = status;
	c->fault.row = (int32_t)row;
	c->fault.column = column;
	c->fault.why = why;
	sqlite3_result_error(context, why, -1);
	return SQLITE_ERROR;
}

static int give_any(sqlite3_context *context, lode_drv_conn *c, uint32_t at, uint32_t row,
		    int keeps)
{
	const char *why = "the statement was given fewer columns";
	lode_status status = LODE_E_MISUSE;
	lsq_rows *rows = c->rows;
	lsq_value value;

	if (at < rows->column_count)
		status = lsq_value_load(&value, &rows->columns[at].bind, rows->bases, row,
					rows->columns[at].scratch, &why);
	if (status != LODE_OK)
		return refuse(context, c, status, at, row, why);
	value.scratch = value.scratch && keeps;
	lsq_value_result(context, &value);
	return SQLITE_OK;
}

static inline int give_cell(sqlite3_context *context, lode_drv_conn *c, uint32_t at, uint32_t row,
			    int keeps)
{
	lsq_rows *rows = c->rows;
	lsq_rows_column *column = rows->columns + at;

	if (at < rows->column_count && column->give != NULL && !(keeps && column->writes) &&
	    column->give(context, lode_util_cell(&column->bind, rows->bases, row), column->scratch))
		return SQLITE_OK;
	return give_any(context, c, at, row, keeps);
}

int lsq_cell_result(sqlite3_context *context, lode_drv_conn *c, uint32_t at, uint32_t row)
{
	return give_cell(context, c, at, row, 1);
}

/* ---- rows by their keys */

static int compare_keys(const void *a, const void *b)
{
	int64_t x = ((const lsq_row_key *)a)->key, y = ((const lsq_row_key *)b)->key;

	return (x > y) - (x < y);
}

/* The keys of all rows, ascending. */
static lode_status index_keys(lsq_rows *rows, const char **why)
{
	lsq_rows_column *column = &rows->columns[rows->column_count - 1];
	void *keys = rows->keys;
	lode_status status;
	lsq_value value;
	int sorted = 1;
	uint32_t i;

	*why = "out of memory";
	if (!lsq_rows_reserve(&keys, &rows->key_capacity, rows->end, sizeof *rows->keys))
		return LODE_E_NOMEM;
	rows->keys = keys;
	for (i = 0; i < rows->end; i++) {
		status =
			lsq_value_load(&value, &column->bind, rows->bases, i, column->scratch, why);
		if (status != LODE_OK)
			return status;
		*why = "rows are found by an integer key only";
		if (value.kind != LSQ_INTEGER)
			return LODE_E_MISUSE;
		rows->keys[i].key = value.i;
		rows->keys[i].row = i;
		sorted &= i == 0 || rows->keys[i - 1].key < value.i;
	}
	if (!sorted)
		qsort(rows->keys, rows->end, sizeof *rows->keys, compare_keys);
	rows->indexed = 1;
	rows->at = 0;
	return LODE_OK;
}

/* Rows are mostly asked for in the order of their keys, each for all its columns. */
static const lsq_row_key *find_key(lsq_rows *rows, int64_t key)
{
	const lsq_row_key wanted = { key, 0 };
	const lsq_row_key *found;
	uint32_t at = rows->at;

	if (at < rows->end && rows->keys[at].key < key)
		at++;
	if (at < rows->end && rows->keys[at].key == key) {
		rows->at = at;
		return &rows->keys[at];
	}
	found = bsearch(&wanted, rows->keys, rows->end, sizeof wanted, compare_keys);
	if (found != NULL)
		rows->at = (uint32_t)(found - rows->keys);
	return found;
}

/* ---- functions */

static void give_of_scan(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	lode_drv_conn *c = sqlite3_user_data(context);

	(void)argc;
	if (c->rows == NULL)
		sqlite3_result_error(context, LSQ_NO_ROWS, -1);
	else
		give_cell(context, c, (uint32_t)sqlite3_value_int(argv[0]), c->rows->row, 0);
}

static void give_of_key(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	lode_drv_conn *c = sqlite3_user_data(context);
	uint32_t column = (uint32_t)sqlite3_value_int(argv[0]);
	lode_status status = LODE_OK;
	lsq_rows *rows = c->rows;
	const lsq_row_key *key;
	const char *why;

	(void)argc;
	if (rows == NULL || rows->column_count == 0) {
		sqlite3_result_error(context, LSQ_NO_ROWS, -1);
		return;
	}
	if (!rows->indexed)
		status = index_keys(rows, &why);
	if (status != LODE_OK) {
		refuse(context, c, status, rows->column_count - 1, 0, why);
		return;
	}
	key = find_key(rows, sqlite3_value_int64(argv[1]));
	if (key == NULL)
		refuse(context, c, LODE_E_MISUSE, column, 0, "no row has this key");
	else
		give_cell(context, c, column, key->row, 0);
}

int lsq_cell_register(lode_drv_conn *c)
{
	int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
	int code = sqlite3_create_function_v2(c->db, LSQ_CELL_FUNCTION, 1, flags, c, give_of_scan,
					      NULL, NULL, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_create_function_v2(c->db, LSQ_CELL_FUNCTION, 2, flags, c,
						  give_of_key, NULL, NULL, NULL);
	return code;
}
