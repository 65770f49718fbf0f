/* SPDX-License-Identifier: MIT */
/* odbc/describe.c - ODBC's types to lode's, and names that live as long as the statement. */
#include "describe.h"

#include <string.h>

#include "error.h"
#include "host.h"

struct lodbc_names {
	char name[128], table[128], column[128], type[64];
};

void lodbc_column_text(SQLHSTMT statement, uint32_t index, SQLUSMALLINT what, char *out,
		       size_t size)
{
	SQLSMALLINT n = 0;

	if (!SQL_SUCCEEDED(SQLColAttribute(statement, (SQLUSMALLINT)(index + 1), what, out,
					   (SQLSMALLINT)size, &n, NULL)))
		n = 0;
	out[n < 0 || (size_t)n >= size ? size - 1 : (size_t)n] = '\0';
}

static const struct {
	SQLSMALLINT odbc;
	int32_t sql_type, repr;
} types[] = {
	{ SQL_BIT, LODE_T_BOOL, LODE_R_BOOL8 },
	{ SQL_TINYINT, LODE_T_INT16, LODE_R_I64 },
	{ SQL_SMALLINT, LODE_T_INT16, LODE_R_I64 },
	{ SQL_INTEGER, LODE_T_INT32, LODE_R_I64 },
	{ SQL_BIGINT, LODE_T_INT64, LODE_R_I64 },
	{ SQL_REAL, LODE_T_FLOAT32, LODE_R_F64 },
	{ SQL_FLOAT, LODE_T_FLOAT64, LODE_R_F64 },
	{ SQL_DOUBLE, LODE_T_FLOAT64, LODE_R_F64 },
	{ SQL_NUMERIC, LODE_T_DECIMAL, LODE_R_DECTEXT },
	{ SQL_DECIMAL, LODE_T_DECIMAL, LODE_R_DECTEXT },
	{ SQL_CHAR, LODE_T_CHAR, LODE_R_TEXT },
	{ SQL_WCHAR, LODE_T_CHAR, LODE_R_TEXT },
	{ SQL_VARCHAR, LODE_T_TEXT, LODE_R_TEXT },
	{ SQL_WVARCHAR, LODE_T_TEXT, LODE_R_TEXT },
	{ SQL_LONGVARCHAR, LODE_T_TEXT, LODE_R_TEXT },
	{ SQL_WLONGVARCHAR, LODE_T_TEXT, LODE_R_TEXT },
	{ SQL_BINARY, LODE_T_BLOB, LODE_R_BLOB },
	{ SQL_VARBINARY, LODE_T_BLOB, LODE_R_BLOB },
	{ SQL_LONGVARBINARY, LODE_T_BLOB, LODE_R_BLOB },
	{ SQL_TYPE_DATE, LODE_T_DATE, LODE_R_DATE32 },
	{ SQL_TYPE_TIME, LODE_T_TIME, LODE_R_TIME64 },
	{ SQL_TYPE_TIMESTAMP, LODE_T_TIMESTAMP, LODE_R_TS64 },
	{ SQL_GUID, LODE_T_UUID, LODE_R_UUID },
};

static void find_type(const lodbc_column *column, int32_t *sql_type, int32_t *repr)
{
	size_t i;

	*sql_type = LODE_T_UNKNOWN;
	*repr = LODE_R_VALUE;
	for (i = 0; i < sizeof types / sizeof types[0]; i++)
		if (types[i].odbc == column->sql_type) {
			*sql_type = types[i].sql_type;
			*repr = types[i].repr;
		}
	if (column->is_unsigned && column->sql_type == SQL_BIGINT) {
		*sql_type = LODE_T_UINT64;
		*repr = LODE_R_U64;
	}
}

static lode_status name_columns(lode_drv_stmt *s, lode_err *e)
{
	struct lodbc_names *names = lodbc_host->resize(s->names, s->column_count * sizeof *names);
	uint32_t i;

	if (names == NULL)
		return lodbc_error_nomem(e);
	s->names = names;
	for (i = 0; i < s->column_count; i++) {
		lodbc_column_text(s->handle, i, SQL_DESC_NAME, names[i].name, sizeof names[i].name);
		lodbc_column_text(s->handle, i, SQL_DESC_BASE_TABLE_NAME, names[i].table,
				  sizeof names[i].table);
		lodbc_column_text(s->handle, i, SQL_DESC_BASE_COLUMN_NAME, names[i].column,
				  sizeof names[i].column);
		lodbc_column_text(s->handle, i, SQL_DESC_TYPE_NAME, names[i].type,
				  sizeof names[i].type);
	}
	return LODE_OK;
}

static const char *text_or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

#define LODBC_FILL(out, member, value)                                                             \
	do {                                                                                       \
		if (LODE_HAS(out, lode_col_desc, member))                                          \
			(out)->member = (value);                                                   \
	} while (0)

lode_status lodbc_column_describe(lode_drv_stmt *s, uint32_t col, lode_col_desc *out, lode_err *e)
{
	SQLSMALLINT n, type, digits = 0, nullable = SQL_NULLABLE_UNKNOWN;
	const struct lodbc_names *names;
	const lodbc_column *column;
	int32_t sql_type, repr;
	lode_status status;
	SQLULEN size = 0;

	if (col >= s->column_count)
		return lodbc_error_set(e, LODE_E_MISUSE, "no such column", NULL);
	status = name_columns(s, e);
	if (status != LODE_OK)
		return status;
	if (!SQL_SUCCEEDED(SQLDescribeCol(s->handle, (SQLUSMALLINT)(col + 1), NULL, 0, &n, &type,
					  &size, &digits, &nullable)))
		return lodbc_error_report(s->conn, SQL_HANDLE_STMT, s->handle, -1, e);
	names = &s->names[col];
	column = &s->block.columns[col];
	find_type(column, &sql_type, &repr);
	LODBC_FILL(out, sql_type, sql_type);
	LODBC_FILL(out, native_type, (uint32_t)(int32_t)column->sql_type);
	LODBC_FILL(out, precision, size <= INT32_MAX ? (int32_t)size : -1);
	LODBC_FILL(out, scale, digits);
	LODBC_FILL(out, nullable, nullable == SQL_NO_NULLS ? 0 : nullable == SQL_NULLABLE ? 1 : -1);
	LODBC_FILL(out, length, size > 0 && size <= INT32_MAX ? (int64_t)size : -1);
	LODBC_FILL(out, best_repr, repr);
	LODBC_FILL(out, flags, column->is_unsigned ? LODE_TYPE_UNSIGNED : 0);
	LODBC_FILL(out, name, names->name);
	LODBC_FILL(out, table, text_or_null(names->table));
	LODBC_FILL(out, column, text_or_null(names->column));
	LODBC_FILL(out, type_name, text_or_null(names->type));
	return LODE_OK;
}
