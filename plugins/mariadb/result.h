/* SPDX-License-Identifier: MIT */
/* mariadb/result.h - from the cells of a row to the caller's memory.
 *
 * The library hands out a row cell by cell (lmy_cell_take); when all of it is there, the columns of
 * the layout are decoded. */
#ifndef LODE_MARIADB_RESULT_H
#define LODE_MARIADB_RESULT_H

#include <mysql.h>

#include <lode/driver_util.h>

/* what lies in a cell */
enum lmy_kind {
	LMY_NOTHING, /* always NULL */
	LMY_INTEGER,
	LMY_FLOAT,
	LMY_DOUBLE,
	LMY_DECIMAL, /* text */
	LMY_DATE,
	LMY_DATETIME,
	LMY_TIME,
	LMY_TEXT,
	LMY_BYTES,
	LMY_BITS /* big-endian */
};

typedef struct lmy_cell {
	const unsigned char *p; /* NULL: SQL NULL; borrowed from the library until the next row */
	size_t n;
	enum lmy_kind kind;
	uint8_t width; /* bytes on the wire, 0: a length stands before them */
	uint8_t is_unsigned;
} lmy_cell;

typedef struct lmy_sink {
	lode_arena *arena;
	const char *why; /* of a failure; lives for ever */
} lmy_sink;

typedef struct lmy_column lmy_column;
struct lmy_column {
	uint32_t index; /* of the column in the result */
	lode_status (*decode)(lmy_column *column, lmy_sink *sink, const lmy_cell *cell, char *out);
	uint32_t size;	 /* bytes of the value, zeroed for NULL */
	uint8_t flagged; /* has a null flag to be written */
	lode_drv_bind bind;
	char text[LODE_UTIL_INTERVAL_SIZE]; /* what is written for a borrowed text */
	char *own; /* a borrowed CSTR: the wire has no NUL behind a text; kept from layout to layout
		    */
	size_t room;
};

/* kind and width of the cells of a column */
void lmy_cell_describe(lmy_cell *cell, const MYSQL_FIELD *field);
/* take the cell at *at, which is moved behind it; NULL: it is NULL */
void lmy_cell_take(lmy_cell *cell, unsigned char **at);

/* LODE_E_UNSUPPORTED: no such representation */
lode_status lmy_column_compile(lmy_column *out, uint32_t index, const lode_drv_bind *bind);
/* is the value a pointer that dies with the next row? */
int lmy_column_borrows(const lmy_column *column);
/* store row `row`; on failure *bad is the column's index in the result */
lode_status lmy_row_read(lmy_column *columns, uint32_t n, const lmy_cell *cells, lmy_sink *sink,
			 void *const *bases, uint32_t row, uint32_t *bad);

/* decode.c: decoder and size of a representation; NULL: there is none */
typedef lode_status lmy_decoder(lmy_column *column, lmy_sink *sink, const lmy_cell *cell,
				char *out);
lmy_decoder *lmy_decoder_of(int32_t repr, uint32_t *size);
/* a cell that is no integer as one, exactly */
lode_status lmy_cell_integer(const lmy_cell *cell, int64_t *out);

#endif
