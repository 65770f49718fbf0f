/* SPDX-License-Identifier: MIT */
/* lode_mariadb.c - the database that LODE_BENCH_MARIADB names. */
#include "database.h"
#include "mariadb_tables.h"

static MYSQL *connection;

static void attach(lode_engine *engine)
{
	(void)engine;
	connection = connect_mariadb();
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
	.dialect = "mariadb", .tables_sql = tables_sql, .url = mariadb_url,
	.attach = attach, .fill = fill, .digest = digest,
};
