/* SPDX-License-Identifier: MIT */
/* mariadb/fetch.c - layouts, rows, and what the columns of a result are. */
#include "fetch.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "host.h"

/* ---- layouts */

static lode_status reserve_columns(lode_drv_stmt *s, uint32_t n, lode_err *e)
{
	lmy_column *columns;
	lode_drv_bind *layout;

	if (n <= s->capacity)
		return LODE_OK;
	columns = lmy_host->resize(s->columns, n * sizeof *columns);
	if (columns == NULL)
		return lmy_nomem(e);
	memset(columns + s->capacity, 0, (n - s->capacity) * sizeof *columns);
	s->columns = columns;
	layout = lmy_host->resize(s->layout, n * sizeof *layout);
	if (layout == NULL)
		return lmy_nomem(e);
	s->layout = layout;
	s->capacity = n;
	return LODE_OK;
}

static lode_status refuse_column(lode_err *e, uint32_t column)
{
	char text[80];

	snprintf(text, sizeof text, "column %lu: a representation that MariaDB cannot deliver",
		 (unsigned long)column + 1);
	return lmy_refuse(e, LODE_E_CONVERT, text, NULL);
}

static lode_status compile_columns(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
				   uint32_t bind_size, lode_err *e)
{
	uint32_t i, k = 0;

	for (i = 0; i < n; i++) {
		const lode_drv_bind *b = lode_util_bind_at(cols, bind_size, i);

		if (b->repr == LODE_R_SKIP)
			continue;
		if (lmy_column_compile(&s->columns[k], i, b) != LODE_OK)
			return refuse_column(e, i);
		s->borrows |= lmy_column_borrows(&s->columns[k]);
		k++;
	}
	s->bound = k;
	return LODE_OK;
}

/* A statement that is run again mostly has the layout it had: comparing costs less than compiling.
 */
lode_status lmy_fetch_bind(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
			   uint32_t bind_size, lode_err *e)
{
	int plain = bind_size == sizeof *s->layout && n > 0;
	lode_status status;

	if (n > s->column_count)
		return lmy_refuse(e, LODE_E_MISUSE, "the layout has more columns than the result",
				  NULL);
	if (plain && n == s->laid_out && memcmp(s->layout, cols, n * sizeof *s->layout) == 0)
		return LODE_OK;
	s->bound = s->laid_out = 0;
	s->borrows = 0;
	status = reserve_columns(s, n, e);
	if (status == LODE_OK)
		status = compile_columns(s, cols, n, bind_size, e);
	if (status == LODE_OK && plain) {
		memcpy(s->layout, cols, n * sizeof *s->layout);
		s->laid_out = n;
	}
	return status;
}

/* ---- rows */

static const char *or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

static lode_status fail_row(lode_drv_stmt *s, lode_fetch *f, lode_status status,
			    const lmy_sink *sink, lode_err *e)
{
	const MYSQL_FIELD *field = mariadb_stmt_fetch_fields(s->st) + f->bad_col;
	lode_error_info info = { 0 };
	char text[400];

	if (status == LODE_E_NOMEM)
		return lmy_nomem(e);
	if (or_null(field->org_table) != NULL && or_null(field->org_name) != NULL)
		snprintf(text, sizeof text, "%s.%s: %s", field->org_table, field->org_name,
			 sink->why);
	else
		snprintf(text, sizeof text, "column %s: %s", field->name, sink->why);
	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = (int32_t)f->nrows;
	info.message = text;
	info.table = or_null(field->org_table);
	info.column = or_null(field->org_name);
	lmy_host->error(e, &info);
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

static lode_status read_row(lode_drv_stmt *s, lode_fetch *f, int asks, lmy_sink *sink)
{
	uint32_t at = 0;
	lode_status status;

	if (asks) {
		status = lmy_row_read(s->columns, f->head, s->cells, sink, f->bases, f->nrows,
				      &f->bad_col);
		if (status != LODE_OK)
			return status;
		at = pass_known(s, f);
	}
	return lmy_row_read(s->columns + at, s->bound - at, s->cells, sink, f->bases, f->nrows,
			    &f->bad_col);
}

/* A row that could not be stored keeps waiting: the host may bind another layout and try again. */
lode_status lmy_fetch_rows(lode_drv_stmt *s, lode_fetch *f, lode_err *e)
{
	uint32_t max = s->borrows && f->max_rows > 1 ? 1 : f->max_rows;
	int asks = LODE_HAS(f, lode_fetch, head) && f->known != NULL && f->head <= s->bound;
	lmy_sink sink = { f->arena, "out of memory" };
	lode_status status;

	f->nrows = 0;
	if (!s->active)
		return LODE_DONE;
	s->conn->since = lmy_conn_clock();
	while (f->nrows < max) {
		if (!s->waiting) {
			status = lmy_stmt_step(s, e);
			if (status != LODE_OK)
				return status;
			s->waiting = 1;
		}
		status = read_row(s, f, asks, &sink);
		if (status != LODE_OK)
			return fail_row(s, f, status, &sink, e);
		s->waiting = 0;
		if (f->param_row != NULL)
			f->param_row[f->nrows] = 0;
		f->nrows++;
	}
	return LODE_OK;
}

/* ---- descriptions */

static int has_attribute(const MYSQL_FIELD *field, enum mariadb_field_attr_t which,
			 const char *value)
{
	MARIADB_CONST_STRING text = { NULL, 0 };

	return mariadb_field_attr(&text, field, which) == 0 && text.length == strlen(value) &&
	       memcmp(text.str, value, text.length) == 0;
}

static int32_t integer_type(const MYSQL_FIELD *field)
{
	switch (field->type) {
	case MYSQL_TYPE_TINY:
		return field->length == 1 ? LODE_T_BOOL : LODE_T_INT16;
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_YEAR:
		return field->flags & UNSIGNED_FLAG ? LODE_T_INT32 : LODE_T_INT16;
	case MYSQL_TYPE_LONGLONG:
		return field->flags & UNSIGNED_FLAG ? LODE_T_UINT64 : LODE_T_INT64;
	default:
		return field->flags & UNSIGNED_FLAG ? LODE_T_INT64 : LODE_T_INT32;
	}
}

static int32_t text_type(const MYSQL_FIELD *field)
{
	if (has_attribute(field, MARIADB_FIELD_ATTR_DATA_TYPE_NAME, "uuid"))
		return LODE_T_UUID;
	if (field->type == MYSQL_TYPE_JSON ||
	    has_attribute(field, MARIADB_FIELD_ATTR_FORMAT_NAME, "json"))
		return LODE_T_JSON;
	if (field->flags & ENUM_FLAG)
		return LODE_T_ENUM;
	return field->type == MYSQL_TYPE_STRING ? LODE_T_CHAR : LODE_T_TEXT;
}

static int32_t type_of(const MYSQL_FIELD *field, enum lmy_kind kind)
{
	switch (kind) {
	case LMY_INTEGER:
		return integer_type(field);
	case LMY_FLOAT:
		return LODE_T_FLOAT32;
	case LMY_DOUBLE:
		return LODE_T_FLOAT64;
	case LMY_DECIMAL:
		return LODE_T_DECIMAL;
	case LMY_DATE:
		return LODE_T_DATE;
	case LMY_DATETIME:
		return field->type == MYSQL_TYPE_TIMESTAMP ? LODE_T_TIMESTAMPTZ : LODE_T_TIMESTAMP;
	case LMY_TIME:
		return LODE_T_TIME;
	case LMY_TEXT:
		return text_type(field);
	case LMY_BYTES:
		return LODE_T_BLOB;
	case LMY_BITS:
		return LODE_T_BITSTRING;
	default:
		return LODE_T_UNKNOWN;
	}
}

static int32_t best_repr(const MYSQL_FIELD *field, enum lmy_kind kind)
{
	static const int32_t reprs[] = {
		[LMY_NOTHING] = LODE_R_VALUE,	[LMY_INTEGER] = LODE_R_I64,
		[LMY_FLOAT] = LODE_R_F64,	[LMY_DOUBLE] = LODE_R_F64,
		[LMY_DECIMAL] = LODE_R_DECTEXT, [LMY_DATE] = LODE_R_DATE32,
		[LMY_DATETIME] = LODE_R_TS64,	[LMY_TIME] = LODE_R_TIME64,
		[LMY_TEXT] = LODE_R_TEXT,	[LMY_BYTES] = LODE_R_BLOB,
		[LMY_BITS] = LODE_R_U64,
	};

	if (kind == LMY_INTEGER && (field->flags & UNSIGNED_FLAG) &&
	    field->type == MYSQL_TYPE_LONGLONG)
		return LODE_R_U64;
	return reprs[kind];
}

#define LMY_FILL(out, member, value)                                                               \
	do {                                                                                       \
		if (LODE_HAS(out, lode_col_desc, member))                                          \
			(out)->member = (value);                                                   \
	} while (0)

lode_status lmy_fetch_describe(lode_drv_stmt *s, uint32_t column, lode_col_desc *out, lode_err *e)
{
	const MYSQL_FIELD *field;
	enum lmy_kind kind;

	if (s->st == NULL || column >= s->column_count)
		return lmy_refuse(e, LODE_E_MISUSE, "no such column", NULL);
	field = mariadb_stmt_fetch_fields(s->st) + column;
	kind = s->cells[column].kind;
	LMY_FILL(out, sql_type, type_of(field, kind));
	LMY_FILL(out, native_type, (uint32_t)field->type);
	LMY_FILL(out, precision, kind == LMY_DECIMAL ? (int32_t)field->length : -1);
	LMY_FILL(out, scale, kind == LMY_DECIMAL ? (int32_t)field->decimals : -1);
	LMY_FILL(out, nullable, (field->flags & NOT_NULL_FLAG) == 0);
	LMY_FILL(out, length, (int64_t)field->length);
	LMY_FILL(out, best_repr, best_repr(field, kind));
	LMY_FILL(out, flags, field->flags & UNSIGNED_FLAG ? LODE_TYPE_UNSIGNED : 0);
	LMY_FILL(out, name, field->name);
	LMY_FILL(out, table, or_null(field->org_table));
	LMY_FILL(out, column, or_null(field->org_name));
	LMY_FILL(out, type_name, NULL);
	return LODE_OK;
}
