/* SPDX-License-Identifier: MIT */
/* odbc/block.h - rows as the driver puts them down, several at a time, in buffers bound column by
 * column; and cells of them.
 *
 * What a cell is read as follows from the type of its column, once for a result: a layout that is
 * bound in the middle of a block finds the rows as they are.  No buffer is as large as the driver
 * says a value may be: a value that does not fit is read again by SQLGetData, in pieces.  Where a
 * driver cannot do that in a block, a result with such columns is fetched row by row. */
#ifndef LODE_ODBC_BLOCK_H
#define LODE_ODBC_BLOCK_H

#include "manners.h"
#include "parameter.h"

#define LODBC_NUMBER_TEXT 32

typedef struct lodbc_cell {
	enum lodbc_kind kind; /* INT, REAL, TEXT, BYTES */
	int null;
	int number; /* TEXT of a column that is declared as a number */
	int64_t i;
	double r;
	const char *p; /* until the next block, long ones until the next row; TEXT has a NUL */
	size_t n;
	char *written; /* room for a number as text, until the next row */
} lodbc_cell;

typedef struct lodbc_column {
	SQLSMALLINT sql_type;
	SQLULEN size; /* as described; a hint */
	int is_unsigned;
	int wanted;	 /* by the layout; the others are not bound */
	int wants_bytes; /* the layout asks for bytes: matters only where types say nothing */
	int may_be_long;
	enum lodbc_kind kind;
	size_t width;
	char *data;
	SQLLEN *lengths;
	char *piece; /* a long value, of row piece_row */
	size_t piece_size, piece_capacity;
	int64_t piece_row; /* -1: none */
	char written[LODBC_NUMBER_TEXT];
} lodbc_column;

typedef struct lodbc_block {
	lodbc_column *columns;
	uint32_t count, capacity;
	uint32_t rows; /* of a full block; 0: nothing is allocated */
	SQLUSMALLINT *status;
	SQLULEN fetched;
	uint32_t at; /* the next row to be given out */
	int bound;   /* SQLBindCol knows the buffers */
	int by_data; /* nothing is bound, cells are read by SQLGetData in their order */
} lodbc_block;

void lodbc_block_dispose(lodbc_block *block);

/* Ask what the columns are.  LODE_E_OTHER here and below: the statement has diagnostic records. */
lode_status lodbc_block_describe(lodbc_block *block, SQLHSTMT statement, uint32_t count);
/* forget the rows of an execution */
void lodbc_block_clear(lodbc_block *block);
/* Fetch; LODE_DONE: there are no more rows. */
lode_status lodbc_block_fetch(lodbc_block *block, SQLHSTMT statement, const lodbc_abilities *can);
/* column `index` of row block->at */
lode_status lodbc_block_cell(lodbc_block *block, SQLHSTMT statement, uint32_t index,
			     lodbc_cell *out);

#endif
