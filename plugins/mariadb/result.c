/* SPDX-License-Identifier: MIT */
/* mariadb/result.c - cells of the binary protocol, and layouts. */
#include "result.h"

#include <string.h>

#define BINARY_CHARSET 63

/* ---- cells */

static enum lmy_kind kind_of(const MYSQL_FIELD *field, uint8_t *width)
{
	*width = 0;
	switch (field->type) {
	case MYSQL_TYPE_TINY:
		*width = 1;
		return LMY_INTEGER;
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_YEAR:
		*width = 2;
		return LMY_INTEGER;
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
		*width = 4;
		return LMY_INTEGER;
	case MYSQL_TYPE_LONGLONG:
		*width = 8;
		return LMY_INTEGER;
	case MYSQL_TYPE_FLOAT:
		*width = 4;
		return LMY_FLOAT;
	case MYSQL_TYPE_DOUBLE:
		*width = 8;
		return LMY_DOUBLE;
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
		return LMY_DECIMAL;
	case MYSQL_TYPE_DATE:
	case MYSQL_TYPE_NEWDATE:
		return LMY_DATE;
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		return LMY_DATETIME;
	case MYSQL_TYPE_TIME:
		return LMY_TIME;
	case MYSQL_TYPE_BIT:
		return LMY_BITS;
	case MYSQL_TYPE_NULL:
		return LMY_NOTHING;
	case MYSQL_TYPE_JSON:
		return LMY_TEXT;
	default:
		return field->charsetnr == BINARY_CHARSET ? LMY_BYTES : LMY_TEXT;
	}
}

void lmy_cell_describe(lmy_cell *cell, const MYSQL_FIELD *field)
{
	cell->p = NULL;
	cell->n = 0;
	cell->kind = kind_of(field, &cell->width);
	cell->is_unsigned = (field->flags & UNSIGNED_FLAG) != 0;
}

static uint64_t read_bytes(const unsigned char *p, int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

/* a length of the protocol: one byte, or a mark and two, three or eight */
static size_t take_length(const unsigned char **at)
{
	const unsigned char *p = *at;
	int n = *p < 251 ? 0 : *p == 252 ? 2 : *p == 253 ? 3 : 8;

	*at = p + 1 + n;
	return n == 0 ? *p : (size_t)read_bytes(p + 1, n);
}

void lmy_cell_take(lmy_cell *cell, unsigned char **at)
{
	const unsigned char *p;

	if (at == NULL) {
		cell->p = NULL;
		return;
	}
	p = *at;
	cell->n = cell->width;
	if (cell->width == 0 && cell->kind != LMY_NOTHING)
		cell->n = take_length(&p);
	cell->p = p;
	*at = (unsigned char *)(uintptr_t)(p + cell->n);
}

/* ---- layouts */

lode_status lmy_column_compile(lmy_column *out, uint32_t index, const lode_drv_bind *bind)
{
	out->decode = lmy_decoder_of(bind->repr, &out->size);
	if (out->decode == NULL)
		return LODE_E_UNSUPPORTED;
	if (out->size == 0)
		out->size = bind->size;
	out->index = index;
	out->bind = *bind;
	out->flagged = !(bind->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR)) &&
		       bind->repr != LODE_R_VALUE;
	return LODE_OK;
}

int lmy_column_borrows(const lmy_column *column)
{
	switch (column->bind.repr) {
	case LODE_R_RAW:
		return 1;
	case LODE_R_TEXT:
	case LODE_R_BLOB:
	case LODE_R_CSTR:
	case LODE_R_DECTEXT:
	case LODE_R_VALUE:
		return !(column->bind.flags & LODE_BIND_COPY);
	default:
		return 0;
	}
}

/* set or clear the null flag of a cell that has one */
static void put_null(const lmy_column *column, void *const *bases, uint32_t row, int null)
{
	const lode_drv_bind *b = &column->bind;
	const void *const *from = (const void *const *)bases;
	uint8_t *flag = (uint8_t *)(uintptr_t)lode_util_null_cell(b, from, row);
	uint8_t mask;

	if (b->flags & LODE_BIND_PRESENT)
		null = !null;
	if (b->null_bit < 0) {
		*flag = (uint8_t)null;
		return;
	}
	mask = (uint8_t)(1u << (b->null_bit % 8));
	*flag = (uint8_t)(null ? *flag | mask : *flag & ~mask);
}

static lode_status read_cell(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
			     void *const *bases, uint32_t row)
{
	const void *const *from = (const void *const *)bases;
	char *out = (char *)(uintptr_t)lode_util_cell(&column->bind, from, row);
	lode_status status = LODE_OK;

	if (cell->p != NULL) {
		status = column->decode(column, sink, cell, out);
	} else if ((column->bind.flags & LODE_BIND_NOT_NULL) && column->bind.repr != LODE_R_VALUE) {
		sink->why = "NULL where there is none expected";
		return LODE_E_DATA;
	} else {
		memset(out, 0, column->size);
	}
	if (column->flagged)
		put_null(column, bases, row, cell->p == NULL);
	return status;
}

lode_status lmy_row_read(lmy_column *columns, uint32_t n, const lmy_cell *cells, lmy_sink *sink,
			 void *const *bases, uint32_t row, uint32_t *bad)
{
	lmy_column *column = columns, *end = columns + n;
	lode_status status;

	for (; column < end; column++) {
		status = read_cell(column, sink, &cells[column->index], bases, row);
		if (status != LODE_OK) {
			*bad = column->index;
			return status;
		}
	}
	return LODE_OK;
}
