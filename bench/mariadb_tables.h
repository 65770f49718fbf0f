/* SPDX-License-Identifier: MIT */
/* mariadb_tables.h - the tables of both sides on MariaDB, and hand-written conversions.
 *
 * The database is LODE_BENCH_MARIADB, or else LODE_TEST_MARIADB, which the servers of the tests set:
 * mariadb://user:password@host[:port]/database, or the path of a socket, escaped, as the host. */
#ifndef LODE_BENCH_MARIADB_TABLES_H
#define LODE_BENCH_MARIADB_TABLES_H

#include <mysql.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "data.h"

#define AUTHOR_COLUMNS "id, name, email, age, score, created"
#define BOOK_COLUMNS "id, author_id, title, price, published, in_print"

extern const char tables_sql[];

const char *mariadb_url(void);
/* a connection to a database without the two tables */
MYSQL *connect_mariadb(void);
/* one statement; ends the program if it fails */
void execute_sql(MYSQL *connection, const char *sql);
void create_tables(MYSQL *connection);
MYSQL_STMT *prepare_sql(MYSQL *connection, const char *sql);
void execute_prepared(MYSQL_STMT *statement);
/* rows as text, one by one */
MYSQL_RES *select_rows(MYSQL *connection, const char *sql);
void fill_tables(MYSQL *connection, long authors, long books);
uint64_t digest_tables(MYSQL *connection);

static inline void set_date(MYSQL_TIME *time, int64_t days)
{
	int year, month, day;

	civil_from_days(days, &year, &month, &day);
	memset(time, 0, sizeof *time);
	time->year = (unsigned)year;
	time->month = (unsigned)month;
	time->day = (unsigned)day;
	time->time_type = MYSQL_TIMESTAMP_DATE;
}

static inline void set_datetime(MYSQL_TIME *time, int64_t usec)
{
	int64_t rest = usec % INT64_C(86400000000);
	unsigned second = (unsigned)(rest / 1000000);

	set_date(time, usec / INT64_C(86400000000));
	time->hour = second / 3600;
	time->minute = second / 60 % 60;
	time->second = second % 60;
	time->second_part = (unsigned long)(rest % 1000000);
	time->time_type = MYSQL_TIMESTAMP_DATETIME;
}

/* ---- rows of a text result; column 0 of the row is cells[0] */

static inline void read_author(MYSQL_ROW cells, const unsigned long *sizes, struct author_row *row,
                               struct arena *arena)
{
	row->id = strtoll(cells[0], NULL, 10);
	row->name = arena_text(arena, cells[1], sizes[1]);
	row->email = cells[2] ? arena_text(arena, cells[2], sizes[2]) : NULL;
	row->age = atoi(cells[3]);
	row->score = strtod(cells[4], NULL);
	row->created = parse_datetime(cells[5], (int)sizes[5]);
}

static inline void read_book(MYSQL_ROW cells, const unsigned long *sizes, struct book_row *row,
                             struct arena *arena)
{
	row->id = strtoll(cells[0], NULL, 10);
	row->author_id = strtoll(cells[1], NULL, 10);
	row->title = arena_text(arena, cells[2], sizes[2]);
	row->price = strtod(cells[3], NULL);
	row->published = parse_date(cells[4]);
	row->in_print = cells[5][0] == '1';
}

#endif
