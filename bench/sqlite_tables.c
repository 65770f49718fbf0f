/* SPDX-License-Identifier: MIT */
/* sqlite_tables.c - see sqlite_tables.h. */
#include "sqlite_tables.h"

#include "sqlite_rows.h"

const char tables_sql[] =
	"CREATE TABLE author (\n"
	"\tid INTEGER NOT NULL PRIMARY KEY,\n"
	"\tname TEXT NOT NULL,\n"
	"\temail TEXT,\n"
	"\tage INTEGER NOT NULL,\n"
	"\tscore DOUBLE NOT NULL,\n"
	"\tcreated TEXT NOT NULL\n"
	");\n"
	"CREATE TABLE book (\n"
	"\tid INTEGER NOT NULL PRIMARY KEY,\n"
	"\tauthor_id BIGINT NOT NULL,\n"
	"\ttitle TEXT NOT NULL,\n"
	"\tprice DOUBLE NOT NULL,\n"
	"\tpublished TEXT NOT NULL,\n"
	"\tin_print BOOLEAN NOT NULL,\n"
	"\tFOREIGN KEY (author_id) REFERENCES author (id)\n"
	");\n"
	"CREATE INDEX ix_book_author_id ON book (author_id);\n";

void execute_sql(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		bench_die("%s: %s", sql, sqlite3_errmsg(db));
}

sqlite3_stmt *prepare_sql(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
		bench_die("%s: %s", sql, sqlite3_errmsg(db));
	return statement;
}

/* one row at a time: nothing is left on the heap that the timed region could use again */
static void fill_authors(sqlite3 *db, long count)
{
	sqlite3_stmt *statement = prepare_sql(db, INSERT_AUTHOR);
	struct author_row row;
	char text[AUTHOR_TEXT], created[DATETIME_TEXT];

	for (long i = 1; i <= count; i++) {
		make_author(&row, i, text);
		bind_author(statement, &row, created);
		step_once(statement);
	}
	sqlite3_finalize(statement);
}

static void fill_books(sqlite3 *db, long authors, long books)
{
	sqlite3_stmt *statement = prepare_sql(db, INSERT_BOOK);
	struct book_row row;
	char text[BOOK_TEXT], published[DATE_TEXT];

	for (long i = 0; i < authors * books; i++) {
		make_book(&row, i + 1, text);
		row.author_id = i / books + 1;
		bind_book(statement, &row, published);
		step_once(statement);
	}
	sqlite3_finalize(statement);
}

void fill_tables(sqlite3 *db, long authors, long books)
{
	execute_sql(db, "BEGIN");
	fill_authors(db, authors);
	fill_books(db, authors, books);
	execute_sql(db, "COMMIT");
}

static uint64_t digest_authors(sqlite3 *db)
{
	sqlite3_stmt *statement = prepare_sql(db, "SELECT " AUTHOR_COLUMNS " FROM author");
	struct author_row row;
	uint64_t digest = 0;

	while (sqlite3_step(statement) == SQLITE_ROW) {
		struct arena arena = { 0 };
		char text[1024];

		arena.next = text;
		arena.end = text + sizeof text;
		read_author(statement, &row, &arena);
		digest += digest_author(&row);
	}
	sqlite3_finalize(statement);
	return digest;
}

static uint64_t digest_books(sqlite3 *db)
{
	sqlite3_stmt *statement = prepare_sql(db, "SELECT " BOOK_COLUMNS " FROM book");
	struct book_row row;
	uint64_t digest = 0;

	while (sqlite3_step(statement) == SQLITE_ROW) {
		struct arena arena = { 0 };
		char text[1024];

		arena.next = text;
		arena.end = text + sizeof text;
		read_book(statement, 0, &row, &arena);
		digest += digest_book(&row);
	}
	sqlite3_finalize(statement);
	return digest;
}

uint64_t digest_tables(sqlite3 *db)
{
	return digest_authors(db) + digest_books(db);
}
