/* SPDX-License-Identifier: MIT */
/* odbc/block.c - SQLBindCol, SQLFetch, SQLGetData. */
#include "block.h"

#include <string.h>

#include "host.h"

#define LODBC_FIRST_ROWS 16
#define LODBC_MOST_ROWS 512
#define LODBC_BLOCK_BYTES (1u << 20)
#define LODBC_NUMBER_WIDTH                                                                         \
	80 /* text of a number, a moment or a UUID; longer ones are read again                     \
	    */
#define LODBC_TEXT_WIDTH 256
#define LODBC_EXACT_WIDTH 1000 /* characters of text whose size is believed */
#define LODBC_PIECE 4096

static void release_buffers(lodbc_column *column)
{
	lodbc_host->release(column->data);
	lodbc_host->release(column->lengths);
	lodbc_host->release(column->piece);
}

void lodbc_block_dispose(lodbc_block *block)
{
	uint32_t i;

	for (i = 0; i < block->capacity; i++)
		release_buffers(&block->columns[i]);
	lodbc_host->release(block->columns);
	lodbc_host->release(block->status);
	memset(block, 0, sizeof *block);
}

void lodbc_block_clear(lodbc_block *block)
{
	uint32_t i;

	block->fetched = 0;
	block->at = 0;
	for (i = 0; i < block->count; i++)
		block->columns[i].piece_row = -1;
}

/* ---- what the columns are */

static lode_status describe_column(lodbc_column *column, SQLHSTMT statement, uint32_t index)
{
	SQLSMALLINT digits, nullable, n;
	SQLLEN is_unsigned = SQL_FALSE;
	SQLUSMALLINT number = (SQLUSMALLINT)(index + 1);

	if (!SQL_SUCCEEDED(SQLDescribeCol(statement, number, NULL, 0, &n, &column->sql_type,
					  &column->size, &digits, &nullable)))
		return LODE_E_OTHER;
	if (column->sql_type == SQL_BIGINT)
		SQLColAttribute(statement, number, SQL_DESC_UNSIGNED, NULL, 0, NULL, &is_unsigned);
	column->is_unsigned = is_unsigned != SQL_FALSE;
	return LODE_OK;
}

lode_status lodbc_block_describe(lodbc_block *block, SQLHSTMT statement, uint32_t count)
{
	lode_status status = LODE_OK;
	uint32_t i;

	if (count > block->capacity) {
		lodbc_column *columns = lodbc_host->resize(block->columns, count * sizeof *columns);

		if (columns == NULL)
			return LODE_E_NOMEM;
		memset(columns + block->capacity, 0, (count - block->capacity) * sizeof *columns);
		block->columns = columns;
		block->capacity = count;
	}
	block->count = count;
	block->bound = 0;
	for (i = 0; status == LODE_OK && i < count; i++)
		status = describe_column(&block->columns[i], statement, i);
	return status;
}

static int is_binary(const lodbc_column *column)
{
	return column->sql_type == SQL_BINARY || column->sql_type == SQL_VARBINARY ||
	       column->sql_type == SQL_LONGVARBINARY;
}

static enum lodbc_kind kind_of(const lodbc_column *column, unsigned flags)
{
	if (is_binary(column) || (column->wants_bytes && (flags & LODBC_TEXT_CELLS)))
		return LODBC_BYTES;
	if (flags & LODBC_TEXT_CELLS)
		return LODBC_TEXT;
	switch (column->sql_type) {
	case SQL_BIGINT:
		return column->is_unsigned ? LODBC_TEXT : LODBC_INT;
	case SQL_BIT:
	case SQL_TINYINT:
	case SQL_SMALLINT:
	case SQL_INTEGER:
		return LODBC_INT;
	case SQL_REAL:
	case SQL_FLOAT:
	case SQL_DOUBLE:
		return LODBC_REAL;
	default:
		return LODBC_TEXT;
	}
}

static size_t width_of(const lodbc_column *column, unsigned flags, int *may_be_long)
{
	*may_be_long = 0;
	if (column->kind == LODBC_INT || column->kind == LODBC_REAL)
		return 8;
	if ((flags & LODBC_EXACT_SIZES) && column->size <= LODBC_EXACT_WIDTH &&
	    (column->sql_type == SQL_CHAR || column->sql_type == SQL_VARCHAR))
		return column->size * 4 + 1;
	switch (column->sql_type) {
	case SQL_BIGINT:
	case SQL_TYPE_DATE:
	case SQL_TYPE_TIME:
	case SQL_TYPE_TIMESTAMP:
	case SQL_GUID:
		return LODBC_NUMBER_WIDTH;
	case SQL_NUMERIC:
	case SQL_DECIMAL:
		*may_be_long = column->size == 0 || column->size > LODBC_NUMBER_WIDTH - 4;
		return LODBC_NUMBER_WIDTH;
	default:
		*may_be_long = 1;
		return LODBC_TEXT_WIDTH;
	}
}

/* ---- buffers */

/* kinds and widths for the layout that is bound; how many rows a block may have */
static uint32_t plan(lodbc_block *block, const lodbc_abilities *can)
{
	uint32_t rows = block->rows, i;
	size_t bytes = 0;
	int is_long = 0, may_be_long;

	for (i = 0; i < block->count; i++) {
		lodbc_column *column = &block->columns[i];

		if (!column->wanted)
			continue;
		column->kind = kind_of(column, can->flags);
		column->width = width_of(column, can->flags, &may_be_long);
		column->may_be_long = may_be_long;
		is_long |= may_be_long;
		bytes += column->width;
	}
	block->by_data = is_long && !can->data_of_bound;
	if (is_long && !can->data_in_block)
		return 1;
	if (rows < LODBC_FIRST_ROWS)
		return LODBC_FIRST_ROWS;
	/* the last block was full: a long result */
	if (block->fetched == rows && rows * 4 <= LODBC_MOST_ROWS &&
	    rows * 4 * bytes <= LODBC_BLOCK_BYTES)
		return rows * 4;
	return rows;
}

static int reserve_column(lodbc_column *column, uint32_t rows)
{
	char *data = lodbc_host->resize(column->data, column->width * rows + 1);
	SQLLEN *lengths;

	if (data == NULL)
		return 0;
	column->data = data;
	lengths = lodbc_host->resize(column->lengths, rows * sizeof *lengths);
	if (lengths == NULL)
		return 0;
	column->lengths = lengths;
	column->piece_row = -1;
	return 1;
}

static lode_status reserve(lodbc_block *block, uint32_t rows)
{
	SQLUSMALLINT *status = lodbc_host->resize(block->status, rows * sizeof *status);
	uint32_t i;

	if (status == NULL)
		return LODE_E_NOMEM;
	block->status = status;
	for (i = 0; i < block->count; i++)
		if (block->columns[i].wanted && !reserve_column(&block->columns[i], rows))
			return LODE_E_NOMEM;
	block->rows = rows;
	return LODE_OK;
}

static SQLSMALLINT c_type_of(const lodbc_column *column)
{
	switch (column->kind) {
	case LODBC_INT:
		return SQL_C_SBIGINT;
	case LODBC_REAL:
		return SQL_C_DOUBLE;
	case LODBC_BYTES:
		return SQL_C_BINARY;
	default:
		return SQL_C_CHAR;
	}
}

static int set_attribute(SQLHSTMT statement, SQLINTEGER name, SQLPOINTER value, SQLINTEGER size)
{
	return SQL_SUCCEEDED(SQLSetStmtAttr(statement, name, value, size));
}

static lode_status bind_columns(lodbc_block *block, SQLHSTMT statement)
{
	uint32_t i;

	SQLFreeStmt(statement, SQL_UNBIND);
	if (!set_attribute(statement, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)(SQLULEN)block->rows,
			   SQL_IS_UINTEGER) ||
	    !set_attribute(statement, SQL_ATTR_ROWS_FETCHED_PTR, &block->fetched, SQL_IS_POINTER) ||
	    !set_attribute(statement, SQL_ATTR_ROW_STATUS_PTR, block->status, SQL_IS_POINTER))
		return LODE_E_OTHER;
	for (i = 0; i < block->count && !block->by_data; i++) {
		lodbc_column *column = &block->columns[i];

		if (column->wanted &&
		    !SQL_SUCCEEDED(SQLBindCol(statement, (SQLUSMALLINT)(i + 1), c_type_of(column),
					      column->data, (SQLLEN)column->width,
					      column->lengths)))
			return LODE_E_OTHER;
	}
	return LODE_OK;
}

/* Buffers are made anew when the layout has changed or a block is to be larger. */
static lode_status prepare(lodbc_block *block, SQLHSTMT statement, const lodbc_abilities *can)
{
	lode_status status;
	uint32_t rows;

	if (block->bound && (block->rows == 1 || block->fetched < block->rows))
		return LODE_OK;
	rows = plan(block, can);
	if (block->bound && rows == block->rows)
		return LODE_OK;
	block->bound = 0;
	status = reserve(block, rows);
	if (status == LODE_OK)
		status = bind_columns(block, statement);
	block->bound = status == LODE_OK;
	return status;
}

/* ---- long values */

static int reserve_piece(lodbc_column *column, size_t capacity)
{
	char *piece;

	if (capacity <= column->piece_capacity)
		return 1;
	piece = lodbc_host->resize(column->piece, capacity);
	if (piece == NULL)
		return 0;
	column->piece = piece;
	column->piece_capacity = capacity;
	return 1;
}

/* The whole value by SQLGetData; size: what is known of it, 0 if nothing.  *null is set for NULL.
 */
static lode_status read_pieces(lodbc_column *column, SQLHSTMT statement, uint32_t index,
			       size_t size, int *null)
{
	size_t nul = column->kind == LODBC_TEXT, room;
	SQLLEN left = 0;
	SQLRETURN code;

	*null = 0;
	column->piece_size = 0;
	if (!reserve_piece(column, size != 0 ? size + 1 : LODBC_PIECE))
		return LODE_E_NOMEM;
	for (;;) {
		room = column->piece_capacity - column->piece_size;
		code = SQLGetData(statement, (SQLUSMALLINT)(index + 1), c_type_of(column),
				  column->piece + column->piece_size, (SQLLEN)room, &left);
		if (code == SQL_NO_DATA)
			return LODE_OK;
		if (!SQL_SUCCEEDED(code))
			return LODE_E_OTHER;
		if (left == SQL_NULL_DATA) {
			*null = 1;
			return LODE_OK;
		}
		if (left != SQL_NO_TOTAL && (size_t)left <= room - nul) {
			column->piece_size += (size_t)left;
			return LODE_OK;
		}
		column->piece_size += room - nul;
		size = left == SQL_NO_TOTAL ? 2 * column->piece_capacity
					    : column->piece_size + (size_t)left - room + 2;
		if (!reserve_piece(column, size > column->piece_capacity + LODBC_PIECE
						   ? size
						   : column->piece_capacity + LODBC_PIECE))
			return LODE_E_NOMEM;
	}
}

static lode_status read_long(lodbc_block *block, SQLHSTMT statement, uint32_t index, SQLLEN length)
{
	lodbc_column *column = &block->columns[index];
	lode_status status;
	int null;

	if (column->piece_row == (int64_t)block->at)
		return LODE_OK;
	if (block->rows > 1 && !SQL_SUCCEEDED(SQLSetPos(statement, (SQLSETPOSIROW)(block->at + 1),
							SQL_POSITION, SQL_LOCK_NO_CHANGE)))
		return LODE_E_OTHER;
	status = read_pieces(column, statement, index, length > 0 ? (size_t)length : 0, &null);
	if (status == LODE_OK)
		column->piece_row = (int64_t)block->at;
	return status;
}

/* for drivers without SQL_GD_BOUND: all wanted columns of the one row, in their order */
static lode_status read_by_data(lodbc_block *block, SQLHSTMT statement)
{
	lode_status status = LODE_OK;
	uint32_t i;
	int null;

	for (i = 0; status == LODE_OK && i < block->count; i++) {
		lodbc_column *column = &block->columns[i];

		if (!column->wanted)
			continue;
		status = read_pieces(column, statement, i, 0, &null);
		column->lengths[0] = null ? SQL_NULL_DATA : (SQLLEN)column->piece_size;
		column->piece_row = 0;
		if (status == LODE_OK && !null && column->piece_size == 8 && column->width == 8)
			memcpy(column->data, column->piece, 8);
	}
	return status;
}

/* ---- rows */

lode_status lodbc_block_fetch(lodbc_block *block, SQLHSTMT statement, const lodbc_abilities *can)
{
	lode_status status = prepare(block, statement, can);
	SQLRETURN code;
	SQLULEN i;

	if (status != LODE_OK)
		return status;
	lodbc_block_clear(block);
	code = SQLFetch(statement);
	if (code == SQL_NO_DATA) {
		block->fetched = 0; /* MariaDB ODBC leaves the number of the block before */
		return LODE_DONE;
	}
	if (!SQL_SUCCEEDED(code)) {
		block->fetched = 0;
		return LODE_E_OTHER;
	}
	for (i = 0; code == SQL_SUCCESS_WITH_INFO && i < block->fetched; i++)
		if (block->status[i] == SQL_ROW_ERROR) {
			block->fetched = 0;
			return LODE_E_OTHER;
		}
	return block->by_data ? read_by_data(block, statement) : LODE_OK;
}

/* Text ends in a NUL, which not every driver sees to; UUIDs are in lower case, which psqlodbc does
 * not give. */
static void finish_text(const lodbc_column *column, char *text, size_t n)
{
	size_t i;

	text[n] = '\0';
	for (i = 0; column->sql_type == SQL_GUID && i < n; i++)
		if (text[i] >= 'A' && text[i] <= 'F')
			text[i] = (char)(text[i] - 'A' + 'a');
}

static lode_status varying_cell(lodbc_block *block, SQLHSTMT statement, uint32_t index,
				SQLLEN length, lodbc_cell *out)
{
	lodbc_column *column = &block->columns[index];
	size_t most = column->width - (column->kind == LODBC_TEXT);
	char *text = column->data + block->at * column->width;
	lode_status status = LODE_OK;

	out->n = (size_t)length;
	if (block->by_data || length == SQL_NO_TOTAL || (size_t)length > most) {
		if (!block->by_data)
			status = read_long(block, statement, index, length);
		text = column->piece;
		out->n = column->piece_size;
	}
	if (status == LODE_OK && out->kind == LODBC_TEXT)
		finish_text(column, text, out->n);
	out->p = text;
	return status;
}

static int is_number(const lodbc_column *column)
{
	switch (column->sql_type) {
	case SQL_BIT:
	case SQL_TINYINT:
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
	case SQL_REAL:
	case SQL_FLOAT:
	case SQL_DOUBLE:
		return 1;
	default:
		return 0;
	}
}

lode_status lodbc_block_cell(lodbc_block *block, SQLHSTMT statement, uint32_t index,
			     lodbc_cell *out)
{
	lodbc_column *column = &block->columns[index];
	const char *data = column->data + block->at * column->width;
	SQLLEN length = column->lengths[block->at];

	out->kind = column->kind;
	/* where types say nothing, text may be read as bytes; the buffer has room for its NUL */
	if (column->kind == LODBC_BYTES && !is_binary(column) && block->rows == 1)
		out->kind = LODBC_TEXT;
	out->written = column->written;
	out->number = is_number(column);
	out->null = length == SQL_NULL_DATA;
	if (out->null)
		return LODE_OK;
	if (column->kind == LODBC_INT)
		memcpy(&out->i, data, 8);
	else if (column->kind == LODBC_REAL)
		memcpy(&out->r, data, 8);
	else
		return varying_cell(block, statement, index, length, out);
	return LODE_OK;
}
