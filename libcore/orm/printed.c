/* SPDX-License-Identifier: MIT */
/* orm/printed.c - a statement as text, for any dialect, without a connection.
 *
 * Nothing is run and nothing is spent: what is printed may still be run. */
#include <lode/session.h>

#include "base/arena.h"
#include "base/error.h"
#include "engine/engine.h"
#include "orm/loader.h"
#include "orm/resolve.h"
#include "sql/statement.h"

#define SQL_MAX ((size_t)1 << 30)

static lode_status print_into(lode__buf *text, const lode_registry *registry,
                              const lode_statement *statement, const char *name, uint32_t flags,
                              lode_error *error)
{
	lode__dialect *dialect = NULL;
	lode__resolver resolver;
	lode__arena arena;
	lode_status status;

	lode__arena_init(&arena, NULL, 0);
	status = lode__dialect_named(&dialect, name, &arena, error);
	if (status == LODE_OK) {
		lode__resolver_init(&resolver, registry);
		status = lode__statement_print(text, statement, dialect, &resolver,
		                               flags & LODE_SQL_LITERALS, error);
	}
	lode__arena_dispose(&arena);
	return status;
}

lode_status lode_statement_sql(lode_registry *registry, const lode_statement *statement,
                               const char *dialect, uint32_t flags, char **sql, lode_error *error)
{
	lode__buf text;
	lode_status status;

	if (!registry || !statement || !dialect || !sql)
		return lode__error_set(error, LODE_E_MISUSE, "lode_statement_sql: an argument is NULL");
	if (flags & ~LODE_SQL_LITERALS)
		return lode__error_set(error, LODE_E_MISUSE, "lode_statement_sql: unknown flags");
	if (statement->populate & LODE__POPULATE_SPENT || statement->bound)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "lode_statement_sql: the statement is spent, or bound to a query");
	status = lode__registry_configure(registry, error);
	if (status != LODE_OK)
		return status;
	lode__buf_init(&text, NULL, SQL_MAX);
	status = print_into(&text, registry, statement, dialect, flags, error);
	if (status == LODE_OK)
		status = lode__buf_take(sql, &text, error);
	lode__buf_dispose(&text);
	return status;
}
