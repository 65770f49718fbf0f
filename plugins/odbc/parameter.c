/* SPDX-License-Identifier: MIT */
/* odbc/parameter.c - buffers of parameters, and telling the driver where they are.
 *
 * A buffer only grows, and its width is rounded up, so that a statement that runs again mostly
 * finds its parameters bound already.  Invariant: `bound` is cleared whenever anything that
 * SQLBindParameter was told changes. */
#include "parameter.h"

#include <string.h>

#include "host.h"
#include "manners.h"

#define LODBC_ROWS 1000		     /* of one execution at most */
#define LODBC_BATCH_BYTES (8u << 20) /* of all buffers of one execution, beyond one row */
#define LODBC_SHORT 8000	     /* longer values are of a long type */

void lodbc_parameters_dispose(lodbc_parameters *parameters)
{
	uint32_t i;

	for (i = 0; i < parameters->count; i++) {
		lodbc_host->release(parameters->columns[i].data);
		lodbc_host->release(parameters->columns[i].lengths);
	}
	lodbc_host->release(parameters->columns);
	memset(parameters, 0, sizeof *parameters);
}

static int reserve_columns(lodbc_parameters *parameters, uint32_t count)
{
	lodbc_parameter *columns;

	if (count <= parameters->count)
		return 1;
	columns = lodbc_host->resize(parameters->columns, count * sizeof *columns);
	if (columns == NULL)
		return 0;
	memset(columns + parameters->count, 0, (count - parameters->count) * sizeof *columns);
	parameters->columns = columns;
	parameters->count = count;
	return 1;
}

/* ---- the shape of a column */

static void add_value(lodbc_shape *s, const lodbc_value *value)
{
	size_t n;

	if (value->null)
		return;
	n = value->kind == LODBC_TEXT || value->kind == LODBC_BYTES ? value->n : 0;
	s->mixed |= s->any && s->kind != value->kind;
	s->any = 1;
	s->kind = value->kind;
	s->longest = n > s->longest ? n : s->longest;
}

/* kinds that the representation decides and whose width is known: nothing to look for */
static int is_plain(const lode_drv_bind *b, lodbc_shape *s)
{
	s->any = 1;
	switch (b->repr) {
	case LODE_R_I8:
	case LODE_R_I16:
	case LODE_R_I32:
	case LODE_R_I64:
	case LODE_R_U8:
	case LODE_R_U16:
	case LODE_R_U32:
		s->kind = LODBC_INT;
		break;
	case LODE_R_F32:
	case LODE_R_F64:
		s->kind = LODBC_REAL;
		break;
	case LODE_R_DATE32:
	case LODE_R_TIME64:
	case LODE_R_TS64:
		s->kind = LODBC_TEXT;
		s->longest = LODE_UTIL_DATETIME_SIZE;
		return b->sql_type != LODE_T_INT64 && b->sql_type != LODE_T_INT32 &&
		       b->sql_type != LODE_T_BLOB;
	default:
		return 0;
	}
	return b->sql_type != LODE_T_DECIMAL && b->sql_type != LODE_T_BOOL;
}

static lode_status find_shape(const lode_exec *x, uint32_t index, uint32_t first, uint32_t count,
			      unsigned flags, lodbc_shape *s, lodbc_misfit *misfit)
{
	const lode_drv_bind *b = lode_util_bind_at(x->params, x->bind_size, index);
	lode_status status = LODE_OK;
	lodbc_value value;
	uint32_t row;

	if (is_plain(b, s))
		return LODE_OK;
	memset(s, 0, sizeof *s);
	s->kind = LODBC_TEXT;
	for (row = first; status == LODE_OK && row < first + count; row++) {
		misfit->row = row;
		misfit->column = index;
		status = lodbc_value_load(&value, b, x->bases, row, flags, &misfit->why);
		if (status == LODE_OK)
			add_value(s, &value);
	}
	return status;
}

static size_t width_of(const lodbc_shape *s)
{
	size_t width = 32;

	switch (s->kind) {
	case LODBC_BIT:
		return 1;
	case LODBC_TEXT:
	case LODBC_BYTES:
		while (width <=
		       s->longest) /* a NUL behind the text, for drivers that look for one */
			width *= 2;
		return width;
	default:
		return 8;
	}
}

static SQLSMALLINT type_of(enum lodbc_kind kind, int32_t sql_type, size_t width)
{
	switch (kind) {
	case LODBC_INT:
		return sql_type == LODE_T_INT32 || sql_type == LODE_T_INT16 ? SQL_INTEGER
									    : SQL_BIGINT;
	case LODBC_UINT:
		return SQL_BIGINT;
	case LODBC_BIT:
		return SQL_BIT;
	case LODBC_REAL:
		return SQL_DOUBLE;
	case LODBC_BYTES:
		return width > LODBC_SHORT ? SQL_LONGVARBINARY : SQL_VARBINARY;
	default:
		return width > LODBC_SHORT ? SQL_LONGVARCHAR : SQL_VARCHAR;
	}
}

static SQLSMALLINT c_type_of(enum lodbc_kind kind)
{
	switch (kind) {
	case LODBC_INT:
		return SQL_C_SBIGINT;
	case LODBC_UINT:
		return SQL_C_UBIGINT;
	case LODBC_BIT:
		return SQL_C_BIT;
	case LODBC_REAL:
		return SQL_C_DOUBLE;
	case LODBC_BYTES:
		return SQL_C_BINARY;
	default:
		return SQL_C_CHAR;
	}
}

/* ---- buffers */

/* A width serves as it is while it is wide enough and rows of it are not too many bytes. */
static int reserve_buffer(lodbc_parameter *p, size_t width, uint32_t rows)
{
	char *data;
	SQLLEN *lengths;

	if (width <= p->width && rows <= p->rows)
		return 1;
	if (width < p->width)
		width = p->width;
	if (rows < p->rows && p->rows * width <= LODBC_BATCH_BYTES)
		rows = (uint32_t)p->rows;
	p->bound = 0;
	data = lodbc_host->resize(p->data, rows * width);
	if (data == NULL)
		return 0;
	p->data = data;
	lengths = lodbc_host->resize(p->lengths, rows * sizeof *lengths);
	if (lengths == NULL) {
		p->rows = 0;
		return 0;
	}
	p->lengths = lengths;
	p->rows = rows;
	p->width = width;
	return 1;
}

/* kinds of one width share a buffer, others begin anew */
static int set_shape(lodbc_parameter *p, const lode_drv_bind *b, uint32_t rows)
{
	enum lodbc_kind kind = p->shape.any ? p->shape.kind : p->kind;
	int is_varying = kind == LODBC_TEXT || kind == LODBC_BYTES;
	size_t width = p->shape.any || p->width == 0 ? width_of(&p->shape) : p->width;
	SQLSMALLINT type;

	if (kind != p->kind) {
		p->bound = 0;
		p->rows = 0;
		p->width = 0;
	} else if (is_varying && p->width > width && p->width * rows > LODBC_BATCH_BYTES) {
		p->rows = 0;
		p->width = 0;
	}
	p->kind = kind;
	if (!reserve_buffer(p, width, rows))
		return 0;
	type = type_of(p->kind, b->sql_type, p->width);
	if (type != p->sql_type)
		p->bound = 0;
	p->sql_type = type;
	return 1;
}

static lode_status bind_column(lodbc_parameter *p, SQLHSTMT statement, uint32_t index)
{
	int is_varying = p->kind == LODBC_TEXT || p->kind == LODBC_BYTES;
	SQLULEN size = is_varying ? p->width : 0;

	if (p->bound)
		return LODE_OK;
	if (!SQL_SUCCEEDED(SQLBindParameter(statement, (SQLUSMALLINT)(index + 1), SQL_PARAM_INPUT,
					    c_type_of(p->kind), p->sql_type, size, 0, p->data,
					    (SQLLEN)p->width, p->lengths)))
		return LODE_E_OTHER;
	p->bound = 1;
	return LODE_OK;
}

/* ---- values */

static void store(const lodbc_parameter *p, uint32_t at, const lodbc_value *value)
{
	char *to = p->data + at * p->width;

	if (value->null) {
		p->lengths[at] = SQL_NULL_DATA;
		return;
	}
	p->lengths[at] = (SQLLEN)p->width;
	switch (p->kind) {
	case LODBC_INT:
		memcpy(to, &value->i, 8);
		break;
	case LODBC_UINT:
		memcpy(to, &value->u, 8);
		break;
	case LODBC_BIT:
		*to = (char)value->i;
		break;
	case LODBC_REAL:
		memcpy(to, &value->r, 8);
		break;
	default:
		if (value->n > 0)
			memcpy(to, value->p, value->n);
		to[value->n] = '\0';
		p->lengths[at] = (SQLLEN)value->n;
		break;
	}
}

static lode_status fill_column(const lodbc_parameter *p, const lode_exec *x, uint32_t index,
			       uint32_t first, uint32_t count, unsigned flags, lodbc_misfit *misfit)
{
	const lode_drv_bind *b = lode_util_bind_at(x->params, x->bind_size, index);
	lode_status status = LODE_OK;
	lodbc_value value;
	uint32_t i;

	for (i = 0; status == LODE_OK && i < count; i++) {
		misfit->row = first + i;
		misfit->column = index;
		status = lodbc_value_load(&value, b, x->bases, first + i, flags, &misfit->why);
		if (status == LODE_OK)
			store(p, i, &value);
	}
	return status;
}

/* ---- all of it */

static lode_status find_shapes(lodbc_parameters *parameters, const lode_exec *x, uint32_t first,
			       uint32_t count, unsigned flags, lodbc_misfit *misfit)
{
	lode_status status = LODE_OK;
	uint32_t i;

	for (i = 0; status == LODE_OK && i < x->nparams; i++)
		status = find_shape(x, i, first, count, flags, &parameters->columns[i].shape,
				    misfit);
	return status;
}

/* the shapes of the rows that are gathered: one if a column is mixed, fewer if they are wide */
static lode_status plan(lodbc_parameters *parameters, const lode_exec *x, uint32_t first,
			uint32_t *count, unsigned flags, lodbc_misfit *misfit)
{
	size_t bytes = 1;
	int mixed = 0;
	lode_status status;
	uint32_t i;

	if (*count > LODBC_ROWS)
		*count = LODBC_ROWS;
	status = find_shapes(parameters, x, first, *count, flags, misfit);
	for (i = 0; i < x->nparams; i++) {
		bytes += width_of(&parameters->columns[i].shape);
		mixed |= parameters->columns[i].shape.mixed;
	}
	if (status == LODE_OK && mixed) {
		*count = 1;
		status = find_shapes(parameters, x, first, 1, flags, misfit);
		return status == LODE_OK ? LODE_PARTIAL : status;
	}
	if (bytes * *count > LODBC_BATCH_BYTES)
		*count = bytes < LODBC_BATCH_BYTES ? (uint32_t)(LODBC_BATCH_BYTES / bytes) : 1;
	return status;
}

lode_status lodbc_parameters_gather(lodbc_parameters *parameters, SQLHSTMT statement,
				    const lode_exec *x, uint32_t first, uint32_t *count,
				    unsigned flags, lodbc_misfit *misfit)
{
	lode_status planned, status = LODE_OK;
	uint32_t i;

	if (!reserve_columns(parameters, x->nparams))
		return LODE_E_NOMEM;
	planned = plan(parameters, x, first, count, flags, misfit);
	if (planned < 0)
		return planned;
	for (i = 0; status == LODE_OK && i < x->nparams; i++) {
		lodbc_parameter *p = &parameters->columns[i];

		if (!set_shape(p, lode_util_bind_at(x->params, x->bind_size, i), *count))
			return LODE_E_NOMEM;
		status = fill_column(p, x, i, first, *count, flags, misfit);
		if (p->kind == LODBC_BYTES && (flags & LODBC_STALE_BYTES))
			p->bound = 0;
		if (status == LODE_OK)
			status = bind_column(p, statement, i);
	}
	return status == LODE_OK ? planned : status;
}
