/* SPDX-License-Identifier: MIT */
/* odbc/text.h - where a statement ends in SQL text, for products of any kind.
 *
 * Knows quotes, comments, dollar quotes of PostgreSQL and the bodies of triggers and routines.  In
 * doubt a statement goes on: the server then says what is wrong with it. */
#ifndef LODE_ODBC_TEXT_H
#define LODE_ODBC_TEXT_H

#include <stddef.h>

/* bytes of the first statement with its semicolon, n if there is none */
size_t lodbc_text_end(const char *sql, size_t n);
/* blanks, comments and semicolons only? */
int lodbc_text_blank(const char *sql, size_t n);

#endif
