/* SPDX-License-Identifier: MIT */
/* lode_postgresql.c - the database that LODE_BENCH_POSTGRESQL names. */
#include "database.h"
#include "postgresql_tables.h"

static PGconn *connection;

static void attach(lode_engine *engine)
{
	(void)engine;
	connection = connect_postgresql();
}

static void fill(long authors, long books)
{
	fill_tables(connection, authors, books);
}

static uint64_t digest(void)
{
	return digest_tables(connection);
}

const struct database database = {
	.dialect = "postgresql", .tables_sql = tables_sql, .url = postgresql_url,
	.attach = attach, .fill = fill, .digest = digest,
};
