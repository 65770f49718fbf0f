/* SPDX-License-Identifier: MIT */
/* odbc/statement.h - a prepared statement, its parameters and its result.
 *
 * Invariant: `active` is set exactly while a cursor of the driver is open. */
#ifndef LODE_ODBC_STATEMENT_H
#define LODE_ODBC_STATEMENT_H

#include "connection.h"
#include "parameter.h"
#include "result.h"
#include "text.h"

struct lode_drv_stmt {
	lode_drv_conn *conn;
	SQLHSTMT handle;
	char *direct; /* text that is sent without being prepared, or NULL */
	size_t direct_size;
	uint32_t param_count; /* meaningless if direct */
	lodbc_parameters params;
	SQLULEN set_size;	  /* SQL_ATTR_PARAMSET_SIZE as it is */
	SQLUSMALLINT *set_status; /* SQL_PARAM_*, of an execution of several rows */
	uint32_t column_count;
	int described; /* block knows the columns */
	lodbc_block block;
	struct lodbc_names *names; /* of the columns, when somebody has asked; see describe.c */
	lodbc_target *targets;	   /* `bound` of them, those that are not skipped */
	lode_drv_bind *layout;	   /* the last one, of laid_out columns */
	uint32_t capacity, bound, laid_out;
	int borrows; /* a target points into the block */
	int active;
	int row_sets;	  /* each parameter row has a result of its own */
	int merged;	  /* one result has a row for each parameter row, in order */
	uint32_t set;	  /* the parameter row that the result, or the next row, belongs to */
	int64_t deadline; /* milliseconds, 0 none */
};

extern const lode_stmt_ops lodbc_stmt_ops;

lode_status lodbc_stmt_prepare(lode_drv_conn *c, const char *sql, size_t n, const lode_prepare *a,
			       lode_drv_stmt **out, lode_err *e);
/* end the result, keep the statement */
void lodbc_stmt_reset(lode_drv_stmt *s);
/* Run parameter rows first ... first + *count - 1, as many at once as fit; the first result is open
 * afterwards.  SQL_NO_DATA of the driver is success. */
lode_status lodbc_stmt_run(lode_drv_stmt *s, const lode_exec *x, uint32_t first, uint32_t *count,
			   lode_err *e);
/* SQLRowCount, -1 if the driver does not know */
int64_t lodbc_stmt_affected(lode_drv_stmt *s);

#endif
