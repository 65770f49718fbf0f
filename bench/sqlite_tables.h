/* SPDX-License-Identifier: MIT */
/* sqlite_tables.h - the tables of both sides: as lode_create_all makes them, with the same rows. */
#ifndef LODE_BENCH_SQLITE_TABLES_H
#define LODE_BENCH_SQLITE_TABLES_H

#include <sqlite3.h>
#include <stdint.h>

/* What lode_metadata_create_sql says for the mapping of models.c.  The lode side compares. */
extern const char tables_sql[];

sqlite3_stmt *prepare_sql(sqlite3 *db, const char *sql);
void execute_sql(sqlite3 *db, const char *sql);
/* Fill the empty tables with `authors` rows, each with `books` books. */
void fill_tables(sqlite3 *db, long authors, long books);
/* The digest of all rows. */
uint64_t digest_tables(sqlite3 *db);

#endif
