/* SPDX-License-Identifier: MIT */
/* postgresql_tables.h - the tables of both sides on PostgreSQL, and hand-written binary values.
 *
 * The connection string is LODE_BENCH_POSTGRESQL, or else LODE_TEST_POSTGRESQL, which the servers of
 * the tests set; libpq and lode read the same URL. */
#ifndef LODE_BENCH_POSTGRESQL_TABLES_H
#define LODE_BENCH_POSTGRESQL_TABLES_H

#include <libpq-fe.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "data.h"

#define AUTHOR_COLUMNS "id, name, email, age, score, created"
#define BOOK_COLUMNS "id, author_id, title, price, published, in_print"

/* PostgreSQL counts from 2000-01-01 */
#define EPOCH_DAYS 10957
#define EPOCH_USEC (EPOCH_DAYS * INT64_C(86400000000))

enum { OID_BOOL = 16, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, OID_FLOAT8 = 701,
       OID_DATE = 1082, OID_TIMESTAMP = 1114 };

extern const char tables_sql[];

const char *postgresql_url(void);
/* a connection to a database without the two tables */
PGconn *connect_postgresql(void);
/* `count` statements or one; ends the program if it fails */
void execute_sql(PGconn *connection, const char *sql);
/* a result of the status, or the end of the program */
PGresult *expect_result(PGconn *connection, PGresult *result, ExecStatusType status);
void fill_tables(PGconn *connection, long authors, long books);
uint64_t digest_tables(PGconn *connection);

/* ---- network byte order */

static inline void put_64(char *out, uint64_t value)
{
	value = __builtin_bswap64(value);
	memcpy(out, &value, sizeof value);
}

static inline void put_32(char *out, uint32_t value)
{
	value = __builtin_bswap32(value);
	memcpy(out, &value, sizeof value);
}

static inline void put_double(char *out, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	put_64(out, bits);
}

static inline int64_t get_64(const char *in)
{
	uint64_t value;

	memcpy(&value, in, sizeof value);
	return (int64_t)__builtin_bswap64(value);
}

static inline int32_t get_32(const char *in)
{
	uint32_t value;

	memcpy(&value, in, sizeof value);
	return (int32_t)__builtin_bswap32(value);
}

static inline double get_double(const char *in)
{
	int64_t bits = get_64(in);
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

/* ---- rows of a binary result; column 0 of the row is `first` */

static inline const char *read_text(const PGresult *result, int row, int column,
                                    struct arena *arena)
{
	if (PQgetisnull(result, row, column))
		return NULL;
	return arena_text(arena, PQgetvalue(result, row, column),
	                  (size_t)PQgetlength(result, row, column));
}

static inline void read_author(const PGresult *result, int row, int first,
                               struct author_row *author, struct arena *arena)
{
	author->id = get_64(PQgetvalue(result, row, first));
	author->name = read_text(result, row, first + 1, arena);
	author->email = read_text(result, row, first + 2, arena);
	author->age = get_32(PQgetvalue(result, row, first + 3));
	author->score = get_double(PQgetvalue(result, row, first + 4));
	author->created = get_64(PQgetvalue(result, row, first + 5)) + EPOCH_USEC;
}

static inline void read_book(const PGresult *result, int row, int first, struct book_row *book,
                             struct arena *arena)
{
	book->id = get_64(PQgetvalue(result, row, first));
	book->author_id = get_64(PQgetvalue(result, row, first + 1));
	book->title = read_text(result, row, first + 2, arena);
	book->price = get_double(PQgetvalue(result, row, first + 3));
	book->published = get_32(PQgetvalue(result, row, first + 4)) + EPOCH_DAYS;
	book->in_print = *PQgetvalue(result, row, first + 5) != 0;
}

#endif
