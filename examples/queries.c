/* queries.c - columns, joins, aggregates, bulk statements.  SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "queries.h"

typedef struct { const char *name; int64_t addresses; } Row;
typedef struct { const char *name; } ByName;

lode_status queries(lode_session *session)
{
	/* Columns instead of objects, read into a struct of one's own. */
	lode_expr *count = lode_count(LODE_COL(Address, id));
	lode_statement *counts = LODE_SELECT_ROWS(Row);
	LODE_FIELD(counts, Row, name, LODE_COL(User, name));
	LODE_FIELD(counts, Row, addresses, count);
	lode_outer_join(counts, LODE_REL(User, addresses));
	lode_group_by(counts, LODE_COL(User, name));
	lode_having(counts, lode_gt(count, LODE_VALUE(1)));
	lode_order_by(counts, lode_desc(count));
	lode_limit(counts, 20);

	LODE_EACH_ROW(Row, row, session, counts)
		printf("%s %lld\n", row.name, (long long)row.addresses);

	/* Compiled once, run often, from any thread: the SQL text and the plan are kept. */
	lode_query *by_name = lode_compile(lode_session_engine(session),
		lode_where(LODE_SELECT(User),
		           lode_or(LODE_EQ(User, name, LODE_PARAM(ByName, name)),
		                   LODE_IN(User, id, 1, 2, 3))), NULL);
	for (int i = 0; i < 1000; i++) {
		User *user = LODE_FIRST(session, User, LODE_BIND(by_name, ByName, .name = "sandy"));

		if (!user)
			break;
	}
	lode_query_free(by_name);

	/* One statement for many rows; loaded objects follow. */
	lode_statement *update = LODE_UPDATE(User);
	LODE_ASSIGN(update, User, fullname, "unknown");
	lode_where(update, LODE_IS_NULL(User, fullname));
	return lode_execute(session, update, NULL);   /* fails too if anything above did */
}
