/* SPDX-License-Identifier: MIT */
/* odbc/describe.h - what a column of a result is called and made of. */
#ifndef LODE_ODBC_DESCRIBE_H
#define LODE_ODBC_DESCRIBE_H

#include "statement.h"

lode_status lodbc_column_describe(lode_drv_stmt *s, uint32_t col, lode_col_desc *out, lode_err *e);
/* text of SQLColAttribute, "" if there is none */
void lodbc_column_text(SQLHSTMT statement, uint32_t index, SQLUSMALLINT what, char *out,
		       size_t size);

#endif
