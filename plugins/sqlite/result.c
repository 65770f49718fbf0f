/* SPDX-License-Identifier: MIT */
/* sqlite/result.c - layouts, and rows stored by them.
 *
 * A cell's value is read directly, whether sqlite3_column_value() or a function's argument gave it:
 * allowed because the connection has no mutex to protect the value and one thread to use it. */
#include "result.h"

#include <string.h>

/* ---- layouts */

static enum lsq_quick quick_of(const lode_drv_bind *bind)
{
	if (bind->repr == LODE_R_CSTR)
		return (bind->flags & LODE_BIND_COPY) && (bind->flags & LODE_BIND_NULL_PTR)
			       ? LSQ_QUICK_TEXT
			       : LSQ_NOT_QUICK;
	switch (bind->repr) {
	case LODE_R_I64:
		return LSQ_QUICK_I64;
	case LODE_R_I32:
		return LSQ_QUICK_I32;
	case LODE_R_F64:
		return LSQ_QUICK_F64;
	case LODE_R_TS64:
		return LSQ_QUICK_MOMENT;
	case LODE_R_DATE32:
		return LSQ_QUICK_DATE;
	default:
		return LSQ_NOT_QUICK;
	}
}

lode_status lsq_column_compile(lsq_column *out, uint32_t index, const lode_drv_bind *bind)
{
	out->decode = lsq_decoder_of(bind, &out->size);
	if (out->decode == NULL)
		return LODE_E_UNSUPPORTED;
	out->index = index;
	out->bind = *bind;
	out->flagged = !(bind->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR)) &&
		       bind->repr != LODE_R_VALUE;
	out->indirect = (bind->flags & LODE_BIND_INDIRECT) != 0;
	out->quick = quick_of(bind);
	out->follows = 0;
	return LODE_OK;
}

int lsq_column_borrows(const lsq_column *column)
{
	switch (column->bind.repr) {
	case LODE_R_RAW:
		return 1;
	case LODE_R_TEXT:
	case LODE_R_BLOB:
	case LODE_R_CSTR:
	case LODE_R_VALUE:
		return !(column->bind.flags & LODE_BIND_COPY);
	default:
		return 0;
	}
}

/* set or clear the null flag of a cell that has one */
static void put_null(const lsq_column *column, void *const *bases, uint32_t row, int null)
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

static lode_status store_null(const lsq_column *column, lsq_sink *sink, void *const *bases,
			      uint32_t row, char *out)
{
	if ((column->bind.flags & LODE_BIND_NOT_NULL) && column->bind.repr != LODE_R_VALUE) {
		sink->why = "NULL where there is none expected";
		return LODE_E_DATA;
	}
	memset(out, 0, column->size);
	if (column->flagged)
		put_null(column, bases, row, 1);
	return LODE_OK;
}

/* what the offsets of a column's row count from */
static inline char *start_of(const lsq_column *column, void *const *bases, uint32_t row)
{
	char *base = bases[column->bind.base];

	if (column->indirect)
		return ((char **)(void *)base)[row];
	return base + row * column->bind.stride;
}

/* ---- the columns that most rows are made of, without a call through a pointer */

/* Text of the expected form; 0: it is not, nothing was stored. */
static inline int read_moment(sqlite3_value *cell, char *out)
{
	const char *text = (const char *)sqlite3_value_text(cell);
	int64_t usec;

	if (text == NULL ||
	    !lode_util_datetime_parse(text, (size_t)sqlite3_value_bytes(cell), &usec))
		return 0;
	memcpy(out, &usec, sizeof usec);
	return 1;
}

/* "YYYY-MM-DD", the canonical form */
static inline int scan_date(const char *s, size_t n, int32_t *days)
{
	int y, m, d;

	if (n != 10 || !lode_util_shape8(s, "0000-00-", "vvvv\x7fvv\x7f"))
		return 0;
	y = LODE_UTIL_D2_(s) * 100 + LODE_UTIL_D2_(s + 2);
	m = LODE_UTIL_D2_(s + 5);
	d = lode_util_two_digits(s + 8);
	if (m < 1 || m > 12 || d < 1 || (d > 28 && d > lode_util_month_days(y, m)))
		return 0;
	*days = (int32_t)lode_util_days(y, m, d);
	return 1;
}

static inline int read_date(sqlite3_value *cell, char *out)
{
	const char *text = (const char *)sqlite3_value_text(cell);
	size_t n = (size_t)sqlite3_value_bytes(cell);
	int32_t days;

	if (text == NULL || (!scan_date(text, n, &days) && !lode_util_date_parse(text, n, &days)))
		return 0;
	memcpy(out, &days, sizeof days);
	return 1;
}

static inline int read_text(lsq_sink *sink, sqlite3_value *cell, char *out)
{
	const char *text = (const char *)sqlite3_value_text(cell);
	size_t n = (size_t)sqlite3_value_bytes(cell);
	char *copy;

	if (text == NULL || memchr(text, '\0', n) != NULL)
		return 0;
	copy = lsq_host->arena_alloc(sink->arena, n + 1, 1);
	if (copy == NULL)
		return 0;
	memcpy(copy, text, n + 1); /* SQLite's text has a NUL behind it */
	memcpy(out, &copy, sizeof copy);
	return 1;
}

/* 0: not one of the usual cases, nothing was stored */
static inline int read_quick(enum lsq_quick quick, lsq_sink *sink, sqlite3_value *cell, int type,
			     char *out)
{
	int64_t v;
	int32_t narrow;
	double real;

	switch (quick) {
	case LSQ_QUICK_I64:
		if (type != SQLITE_INTEGER)
			return 0;
		v = sqlite3_value_int64(cell);
		memcpy(out, &v, sizeof v);
		return 1;
	case LSQ_QUICK_I32:
		if (type != SQLITE_INTEGER)
			return 0;
		v = sqlite3_value_int64(cell);
		narrow = (int32_t)v;
		memcpy(out, &narrow, sizeof narrow);
		return narrow == v;
	case LSQ_QUICK_F64:
		if (type != SQLITE_FLOAT)
			return 0;
		real = sqlite3_value_double(cell);
		memcpy(out, &real, sizeof real);
		return 1;
	case LSQ_QUICK_TEXT:
		return type == SQLITE_TEXT && read_text(sink, cell, out);
	case LSQ_QUICK_MOMENT:
		return type == SQLITE_TEXT && read_moment(cell, out);
	case LSQ_QUICK_DATE:
		return type == SQLITE_TEXT && read_date(cell, out);
	default:
		return 0;
	}
}

static lode_status read_cell(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			     int type, void *const *bases, uint32_t row, char *out)
{
	lode_status status;

	if (type == SQLITE_NULL)
		return store_null(column, sink, bases, row, out);
	status = column->decode(column, sink, cell, type, out);
	if (column->flagged)
		put_null(column, bases, row, 0);
	return status;
}

lode_status lsq_row_read(sqlite3_stmt *st, sqlite3_value **cells, const lsq_column *columns,
			 uint32_t n, lsq_sink *sink, lode_fetch *f)
{
	const lsq_column *column = columns, *end = columns + n;
	void *const *bases = f->bases;
	uint32_t row = f->nrows;
	char *start = n > 0 ? start_of(column, bases, row) : NULL;
	lode_status status;

	for (; column < end; column++) {
		sqlite3_value *cell = cells ? cells[column->index]
					    : sqlite3_column_value(st, (int)column->index);
		int type = sqlite3_value_type(cell);

		if (!column->follows)
			start = start_of(column, bases, row);
		if (read_quick(column->quick, sink, cell, type, start + column->bind.off)) {
			if (column->flagged)
				put_null(column, bases, row, 0);
			continue;
		}
		status = read_cell(column, sink, cell, type, bases, row, start + column->bind.off);
		if (status != LODE_OK) {
			f->bad_col = column->index;
			return status;
		}
	}
	return LODE_OK;
}
