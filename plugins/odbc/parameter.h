/* SPDX-License-Identifier: MIT */
/* odbc/parameter.h - from the caller's memory to columns of parameters, as ODBC takes them.
 *
 * Parameters are gathered into one buffer a column, value beside value, with one length each: the
 * form in which a driver sends arrays best. */
#ifndef LODE_ODBC_PARAMETER_H
#define LODE_ODBC_PARAMETER_H

#include <sql.h>
#include <sqlext.h>

#include "value.h"

/* what the values of one column have in common */
typedef struct lodbc_shape {
	int any;   /* a value that is not NULL */
	int mixed; /* values of different kinds */
	enum lodbc_kind kind;
	size_t longest; /* bytes of text */
} lodbc_shape;

/* one column of parameters; nothing points to it but the statement it is bound to */
typedef struct lodbc_parameter {
	lodbc_shape shape; /* of the rows being gathered */
	enum lodbc_kind kind;
	SQLSMALLINT sql_type;
	size_t width; /* bytes from value to value */
	size_t rows;  /* that fit */
	char *data;
	SQLLEN *lengths;
	int bound; /* SQLBindParameter was told all of this */
} lodbc_parameter;

typedef struct lodbc_parameters {
	lodbc_parameter *columns;
	uint32_t count;
} lodbc_parameters;

void lodbc_parameters_dispose(lodbc_parameters *parameters);

/* why gathering failed: a value of the caller */
typedef struct lodbc_misfit {
	uint32_t row, column;
	const char *why;
} lodbc_misfit;

/* Gather rows first ... first + *count - 1 and bind them; *count may become less, to bound memory.
 * LODE_PARTIAL: the values of a column are of different kinds, only one row was gathered.  On
 * LODE_E_OTHER the statement has diagnostic records; other failures are in `misfit`. */
lode_status lodbc_parameters_gather(lodbc_parameters *parameters, SQLHSTMT statement,
				    const lode_exec *x, uint32_t first, uint32_t *count,
				    unsigned flags, lodbc_misfit *misfit);

#endif
