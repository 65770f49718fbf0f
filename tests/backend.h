/* SPDX-License-Identifier: MIT */
/* tests/backend.h - the database of a test program that runs on every backend: SQLite in memory, or
 * what tests/backend.sh has made for it on a server. */
#ifndef LODE_TESTS_BACKEND_H
#define LODE_TESTS_BACKEND_H
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <lode/lode.h>

#include "check_tap.h"

/* "sqlite", "postgresql", "pgbouncer", "mariadb", "odbc_postgresql", "odbc_mariadb", "odbc_sqlite"
 */
static inline const char *backend_name(void)
{
	const char *name = getenv("LODE_TEST_BACKEND");

	return name ? name : "sqlite";
}

/* The plugin and the database of the test are SQLite's own: its SQL is compared by the letter. */
static inline bool backend_is_sqlite(void)
{
	return strcmp(backend_name(), "sqlite") == 0;
}

/* through a driver of ODBC? */
static inline bool backend_is_odbc(void)
{
	return strncmp(backend_name(), "odbc_", 5) == 0;
}

/* "sqlite", "postgresql", "mariadb": whose SQL is spoken there */
static inline const char *backend_dialect(void)
{
	const char *name = backend_name();

	if (strcmp(name, "pgbouncer") == 0)
		return "postgresql";
	return strncmp(name, "odbc_", 5) == 0 ? name + 5 : name;
}

static inline bool backend_speaks(const char *dialect)
{
	return strcmp(backend_dialect(), dialect) == 0;
}

/* Can INSERT and DELETE have RETURNING?  SQLite ODBC gives no rows of a write. */
static inline bool backend_returns_writes(void)
{
	return strcmp(backend_name(), "odbc_sqlite") != 0;
}

/* UPDATE can, where the others can, but in MariaDB. */
static inline bool backend_returns_updates(void)
{
	return backend_returns_writes() && !backend_speaks("mariadb");
}

/* how the first parameter is written */
static inline const char *backend_placeholder(void)
{
	return backend_speaks("postgresql") && !backend_is_odbc() ? "$1" : "?";
}

/* Keys that a program gives keep the generated ones away: the next is behind the highest. */
static inline bool backend_counts_given_keys(void)
{
	return !backend_speaks("postgresql");
}

/* The rest of the test needs what the backend has not; the reason names it. */
#define BACKEND_LACKS(capability) lode_test_skip_rest(capability)

/* The rest of the test is about SQLite: its files, pragmas or loose types. */
#define BACKEND_ONLY_SQLITE(why)                                                                   \
	do {                                                                                       \
		if (!backend_is_sqlite())                                                          \
			lode_test_skip_rest(why);                                                  \
	} while (0)

/* What lode asks after an INSERT where neither the driver nor RETURNING tells the key. */
static inline bool backend_asks_for_key(const char *sql)
{
	return strcmp(sql, "SELECT last_insert_rowid()") == 0;
}

/* The URL, with options "key=value&..." or NULL. */
const char *backend_url(const char *options);
/* The schema that tables are in when none is named. */
const char *backend_schema(void);
/* An empty database, whatever the test before it has left. */
void backend_clear(void);
/* The statements sent are those expected: by the letter on SQLite, elsewhere in outline. */
void backend_expect(const char *sent, const char *expected, const char *file, int line);
/* Raw SQL in a test is written with || and "quoted names", and what lode writes for a dialect
 * without a server is for an ordinary session; a statement to send before and one after it, where a
 * session of lode understands something else; NULL: none. */
const char *backend_sql_begin(void);
const char *backend_sql_end(void);
/* The same on a connection, with the statement in between.  After an INSERT with keys of its own
 * the next generated one comes behind them, everywhere. */
lode_status backend_sql(lode_connection *connection, const char *sql, lode_raw_row_function *row,
			void *context, lode_error *error);
/* SELECT the names of the tables; of the indexes that begin with "ix". */
const char *backend_tables(void);
const char *backend_indexes(void);
#endif
