/* SPDX-License-Identifier: MIT */
/* sql/quote.h - names and literals as a dialect writes them.
 *
 * All append to a buffer that remembers failure.  A name is quoted if it is a reserved word, begins
 * with something else than a lower-case letter or underscore, or holds anything but lower-case
 * letters, digits and underscores; quotes inside are doubled. */
#ifndef LODE_SQL_QUOTE_H
#define LODE_SQL_QUOTE_H

#include <stdbool.h>

#include <lode/schema.h>

#include "base/buf.h"
#include "sql/dialect.h"

bool lode__name_needs_quotes(const lode__dialect *dialect, const char *name, size_t size);
void lode__quote_name(lode__buf *sql, const lode__dialect *dialect, const char *name);
void lode__quote_name_n(lode__buf *sql, const lode__dialect *dialect, const char *name,
                        size_t size);
/* A name that belongs to a table (its own, of a constraint, an index, a schema), quoted as its
 * metadata wants it. */
void lode__quote_own(lode__buf *sql, const lode__dialect *dialect, const lode_table *table,
                     const char *name);
void lode__quote_column(lode__buf *sql, const lode__dialect *dialect,
                        const lode_table_column *column);
/* Does the server keep the name in a case of its own, because it goes without quotes? */
bool lode__name_is_folded(const lode__dialect *dialect, const lode_table *table, const char *name);
/* schema.table, the schema only if it has one */
void lode__quote_table(lode__buf *sql, const lode__dialect *dialect, const lode_table *table);
/* 'text', quotes doubled, backslashes too where they are special */
void lode__quote_text(lode__buf *sql, const lode__dialect *dialect, const char *text, size_t size);
void lode__quote_bytes(lode__buf *sql, const lode__dialect *dialect, const void *data, size_t size);
void lode__quote_bool(lode__buf *sql, const lode__dialect *dialect, bool value);
/* 17 digits at most, always read back as the same double; never the locale's point */
void lode__quote_double(lode__buf *sql, double value);
/* Any value as a literal of its own kind (dates and UUIDs as quoted text).  A parameter or list
 * makes the buffer fail with LODE_E_MISUSE, an infinity or NaN with LODE_E_DATA. */
void lode__quote_value(lode__buf *sql, const lode__dialect *dialect, const lode_value *value);
/* A column default as SQL: a literal, the dialect's now_sql, or the text as it is. */
void lode__quote_default(lode__buf *sql, const lode__dialect *dialect,
                         const lode_table_column *column, const lode_default *value);

#endif
