/* SPDX-License-Identifier: MIT */
/* lode_sqlite.c - a database in memory: the engine's only connection is all there is of it. */
#include "database.h"
#include "sqlite_tables.h"
#include "workload.h"

static sqlite3 *db;

/* The hand-written side leaves foreign keys unchecked, SQLite's default; lode's is to check. */
static const char *get_url(void)
{
	return "sqlite:///:memory:?foreign_keys=off";
}

static void attach(lode_engine *engine)
{
	lode_error error = LODE_ERROR_INIT;
	lode_connection *connection = lode_connection_open(engine, &error);

	db = lode_connection_native(connection, "sqlite3");
	if (!db)
		bench_die("lode: no connection: %s", error.message);
	lode_connection_close(connection);
}

static void fill(long authors, long books)
{
	fill_tables(db, authors, books);
}

static uint64_t digest(void)
{
	return digest_tables(db);
}

const struct database database = {
	.dialect = "sqlite", .tables_sql = tables_sql, .url = get_url,
	.attach = attach, .fill = fill, .digest = digest,
};
