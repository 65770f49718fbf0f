/* SPDX-License-Identifier: MIT */
/* sql/comment.h - comments of tables, columns, constraints and indexes in DDL.
 *
 * What a dialect cannot keep is left out: nothing depends on a comment. */
#ifndef LODE_SQL_COMMENT_H
#define LODE_SQL_COMMENT_H

#include "sql/ddl.h"

/* Inside a definition, for dialects that have it there: " COMMENT 'text'"; NULL writes nothing. */
void lode__put_comment(lode__buf *sql, const lode__dialect *dialect, const char *comment);

/* For the others: COMMENT ON ... for everything of the table that has one, in the order of its
 * definition. */
lode_status lode__comments_emit(const lode__dialect *dialect, const lode_table *table,
				lode__ddl_emit *emit, void *context, lode_error *error);

#endif
