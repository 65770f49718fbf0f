/* SPDX-License-Identifier: MIT */
/* sqlite_rows.h - hand-written binding and reading of the two tables.
 *
 * Columns are in the order of AUTHOR_COLUMNS and BOOK_COLUMNS.  What is bound is static: it stays
 * where it is until the statement is reset, `text` included. */
#ifndef LODE_BENCH_SQLITE_ROWS_H
#define LODE_BENCH_SQLITE_ROWS_H

#include <sqlite3.h>

#include "arena.h"
#include "data.h"
#include "workload.h"

#define AUTHOR_COLUMNS "id, name, email, age, score, created"
#define BOOK_COLUMNS "id, author_id, title, price, published, in_print"
#define INSERT_AUTHOR "INSERT INTO author (name, email, age, score, created) VALUES (?, ?, ?, ?, ?)"
#define INSERT_BOOK \
	"INSERT INTO book (author_id, title, price, published, in_print) VALUES (?, ?, ?, ?, ?)"

static inline void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	sqlite3_bind_text(statement, index, text, (int)strlen(text), SQLITE_STATIC);
}

static inline void bind_author(sqlite3_stmt *statement, const struct author_row *row,
                               char text[DATETIME_TEXT])
{
	bind_text(statement, 1, row->name);
	if (row->email)
		bind_text(statement, 2, row->email);
	else
		sqlite3_bind_null(statement, 2);
	sqlite3_bind_int(statement, 3, row->age);
	sqlite3_bind_double(statement, 4, row->score);
	sqlite3_bind_text(statement, 5, text, format_datetime(text, row->created), SQLITE_STATIC);
}

static inline void bind_book(sqlite3_stmt *statement, const struct book_row *row,
                             char text[DATE_TEXT])
{
	sqlite3_bind_int64(statement, 1, row->author_id);
	bind_text(statement, 2, row->title);
	sqlite3_bind_double(statement, 3, row->price);
	sqlite3_bind_text(statement, 4, text, format_date(text, row->published), SQLITE_STATIC);
	sqlite3_bind_int(statement, 5, row->in_print);
}

/* a statement that returns no row; ready to be bound again */
static inline void step_once(sqlite3_stmt *statement)
{
	if (sqlite3_step(statement) != SQLITE_DONE)
		bench_die("%s", sqlite3_errmsg(sqlite3_db_handle(statement)));
	sqlite3_reset(statement);
}

static inline const char *read_text(sqlite3_stmt *statement, int column, struct arena *arena)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	if (!text)
		return NULL;
	return arena_text(arena, text, (size_t)sqlite3_column_bytes(statement, column));
}

static inline void read_author(sqlite3_stmt *statement, struct author_row *row,
                               struct arena *arena)
{
	const char *created;

	row->id = sqlite3_column_int64(statement, 0);
	row->name = read_text(statement, 1, arena);
	row->email = read_text(statement, 2, arena);
	row->age = sqlite3_column_int(statement, 3);
	row->score = sqlite3_column_double(statement, 4);
	created = (const char *)sqlite3_column_text(statement, 5);
	row->created = parse_datetime(created, sqlite3_column_bytes(statement, 5));
}

static inline void read_book(sqlite3_stmt *statement, int column, struct book_row *row,
                             struct arena *arena)
{
	row->id = sqlite3_column_int64(statement, column);
	row->author_id = sqlite3_column_int64(statement, column + 1);
	row->title = read_text(statement, column + 2, arena);
	row->price = sqlite3_column_double(statement, column + 3);
	row->published = parse_date((const char *)sqlite3_column_text(statement, column + 4));
	row->in_print = sqlite3_column_int(statement, column + 5);
}

#endif
