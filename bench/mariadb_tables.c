/* SPDX-License-Identifier: MIT */
/* mariadb_tables.c - see mariadb_tables.h. */
#include "mariadb_tables.h"

#include <stdio.h>

#include "workload.h"

#define OPTIONS " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"

const char tables_sql[] =
	"CREATE TABLE author (\n"
	"\tid BIGINT AUTO_INCREMENT NOT NULL,\n"
	"\tname LONGTEXT NOT NULL,\n"
	"\temail LONGTEXT,\n"
	"\tage INTEGER NOT NULL,\n"
	"\tscore DOUBLE NOT NULL,\n"
	"\tcreated DATETIME(6) NOT NULL,\n"
	"\tPRIMARY KEY (id)\n"
	")" OPTIONS ";\n"
	"CREATE TABLE book (\n"
	"\tid BIGINT AUTO_INCREMENT NOT NULL,\n"
	"\tauthor_id BIGINT NOT NULL,\n"
	"\ttitle LONGTEXT NOT NULL,\n"
	"\tprice DOUBLE NOT NULL,\n"
	"\tpublished DATE NOT NULL,\n"
	"\tin_print BOOLEAN NOT NULL,\n"
	"\tPRIMARY KEY (id),\n"
	"\tFOREIGN KEY (author_id) REFERENCES author (id)\n"
	")" OPTIONS ";\n"
	"CREATE INDEX ix_book_author_id ON book (author_id);\n";

enum { FILL_ROWS = 1000, ROW_TEXT = 160 };

const char *mariadb_url(void)
{
	const char *url = getenv("LODE_BENCH_MARIADB");

	if (!url)
		url = getenv("LODE_TEST_MARIADB");
	if (!url)
		bench_die("LODE_BENCH_MARIADB is not set: the URL of a database without tables");
	return url;
}

/* the text up to one of `ends`, unescaped; NULL if it is empty.  `*text` goes behind it. */
static char *cut(char **text, const char *ends)
{
	char *start = *text, *out = start;
	size_t size = strcspn(start, ends);

	*text = start + size + (start[size] != '\0');
	for (const char *in = start, *end = start + size; in < end; in++) {
		unsigned byte;

		if (*in == '%' && sscanf(in + 1, "%2x", &byte) == 1) {
			*out++ = (char)byte;
			in += 2;
		} else {
			*out++ = *in;
		}
	}
	*out = '\0';
	return out > start ? start : NULL;
}

MYSQL *connect_mariadb(void)
{
	char url[512], *rest = url, *user, *password, *host, *database;
	unsigned port;
	MYSQL *connection = mysql_init(NULL);

	snprintf(url, sizeof url, "%s", mariadb_url());
	cut(&rest, ":");
	rest += strspn(rest, "/");
	user = cut(&rest, ":");
	password = cut(&rest, "@");
	port = strchr(rest, ':') ? (unsigned)atoi(strchr(rest, ':') + 1) : 0;
	host = cut(&rest, ":/");
	if (port)
		cut(&rest, "/");
	database = cut(&rest, "?");
	if (!connection ||
	    !mysql_real_connect(connection, host && *host == '/' ? NULL : host, user, password,
	                        database, port, host && *host == '/' ? host : NULL, 0))
		bench_die("%s", connection ? mysql_error(connection) : "out of memory");
	execute_sql(connection, "SET time_zone = '+00:00'");
	execute_sql(connection, "DROP TABLE IF EXISTS book, author");
	return connection;
}

void execute_sql(MYSQL *connection, const char *sql)
{
	if (mysql_real_query(connection, sql, strlen(sql)) != 0)
		bench_die("%.200s: %s", sql, mysql_error(connection));
}

/* one by one: a connection takes several in one call only when that is switched on */
void create_tables(MYSQL *connection)
{
	char copy[sizeof tables_sql], *rest = copy, *sql;

	memcpy(copy, tables_sql, sizeof copy);
	while ((sql = strsep(&rest, ";")) != NULL && sql[0] && sql[1])
		execute_sql(connection, sql);
}

MYSQL_STMT *prepare_sql(MYSQL *connection, const char *sql)
{
	MYSQL_STMT *statement = mysql_stmt_init(connection);

	if (!statement || mysql_stmt_prepare(statement, sql, strlen(sql)) != 0)
		bench_die("%s: %s", sql, statement ? mysql_stmt_error(statement) : "out of memory");
	return statement;
}

void execute_prepared(MYSQL_STMT *statement)
{
	if (mysql_stmt_execute(statement) != 0)
		bench_die("%s", mysql_stmt_error(statement));
}

MYSQL_RES *select_rows(MYSQL *connection, const char *sql)
{
	MYSQL_RES *result;

	execute_sql(connection, sql);
	result = mysql_use_result(connection);
	if (!result)
		bench_die("%s", mysql_error(connection));
	return result;
}

static int put_author(char *out, size_t room, long number)
{
	struct author_row row;
	char text[AUTHOR_TEXT], created[DATETIME_TEXT + 1] = "", email[AUTHOR_TEXT + 2] = "NULL";

	make_author(&row, number, text);
	format_datetime(created, row.created);
	if (row.email)
		snprintf(email, sizeof email, "'%s'", row.email);
	return snprintf(out, room, "('%s', %s, %d, %.17g, '%s')", row.name, email, row.age, row.score,
	                created);
}

static int put_book(char *out, size_t room, long number, int64_t author)
{
	struct book_row row;
	char text[BOOK_TEXT], published[DATE_TEXT + 1] = "";

	make_book(&row, number, text);
	format_date(published, row.published);
	return snprintf(out, room, "(%lld, '%s', %.17g, '%s', %d)", (long long)author, row.title,
	                row.price, published, row.in_print);
}

/* rows from ... to, both included; `books` of each author, 0: authors */
static void fill_chunk(MYSQL *connection, long from, long to, long books)
{
	char *sql = bench_memory(FILL_ROWS + 1, ROW_TEXT), *end = sql;

	end += sprintf(end, "INSERT INTO %s VALUES ",
	               books ? "book (author_id, title, price, published, in_print)"
	                     : "author (name, email, age, score, created)");
	for (long i = from; i <= to; i++) {
		if (i > from)
			*end++ = ',';
		end += books ? put_book(end, ROW_TEXT, i, (i - 1) / books + 1)
		             : put_author(end, ROW_TEXT, i);
	}
	execute_sql(connection, sql);
	free(sql);
}

static void fill_rows(MYSQL *connection, long count, long books)
{
	for (long from = 1; from <= count; from += FILL_ROWS)
		fill_chunk(connection, from, from + FILL_ROWS > count ? count : from + FILL_ROWS - 1,
		           books);
}

void fill_tables(MYSQL *connection, long authors, long books)
{
	execute_sql(connection, "BEGIN");
	fill_rows(connection, authors, 0);
	fill_rows(connection, authors * books, books);
	execute_sql(connection, "COMMIT");
}

uint64_t digest_tables(MYSQL *connection)
{
	struct arena arena = { 0 };
	struct author_row author;
	struct book_row book;
	uint64_t digest = 0;
	MYSQL_ROW cells;
	MYSQL_RES *result = select_rows(connection, "SELECT " AUTHOR_COLUMNS " FROM author");

	while ((cells = mysql_fetch_row(result)) != NULL) {
		read_author(cells, mysql_fetch_lengths(result), &author, &arena);
		digest += digest_author(&author);
	}
	mysql_free_result(result);
	result = select_rows(connection, "SELECT " BOOK_COLUMNS " FROM book");
	while ((cells = mysql_fetch_row(result)) != NULL) {
		read_book(cells, mysql_fetch_lengths(result), &book, &arena);
		digest += digest_book(&book);
	}
	mysql_free_result(result);
	return digest;
}
