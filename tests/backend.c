/* SPDX-License-Identifier: MIT */
/* tests/backend.c - see backend.h. */
#include "backend.h"

#include <stdio.h>

/* ---- the database */

const char *backend_url(const char *options)
{
	static char text[1024];
	const char *url = getenv("LODE_TEST_URL");

	url = url ? url : "sqlite:///:memory:";
	snprintf(text, sizeof text, "%s%s%s", url, !options ? "" : strchr(url, '?') ? "&" : "?",
		 options ? options : "");
	return text;
}

static lode_status run(lode_connection *connection, const char *sql, lode_error *error)
{
	if (!sql)
		return LODE_OK;
	return lode_connection_execute_unsafe(connection, sql, NULL, 0, NULL, NULL, NULL, error);
}

/* The statements, %s in them being the name of the database, on a connection of their own. */
static void run_all(const char *const *statements, const char *database)
{
	lode_error error = LODE_ERROR_INIT;
	lode_engine *engine = lode_engine_open(backend_url(NULL), NULL, &error);
	lode_connection *connection = engine ? lode_connection_open(engine, &error) : NULL;
	char sql[256];

	ck_assert_msg(connection != NULL, "%s", error.message);
	for (; *statements; statements++) {
		snprintf(sql, sizeof sql, *statements, database);
		ck_assert_msg(run(connection, sql, &error) == LODE_OK, "%s: %s", sql, error.message);
	}
	ck_assert_msg(lode_connection_commit(connection, &error) == LODE_OK, "%s", error.message);
	lode_connection_close(connection);
	lode_engine_close(engine);
}

/* the database part of the URL */
static const char *database_name(void)
{
	static char name[256];
	lode_url_parts parts = LODE_URL_PARTS_INIT;
	lode_url *url = lode_url_parse(backend_url(NULL), NULL);

	ck_assert_ptr_nonnull(url);
	lode_url_split(url, &parts);
	snprintf(name, sizeof name, "%s", parts.database);
	lode_url_free(url);
	return name;
}

const char *backend_schema(void)
{
	if (backend_speaks("sqlite"))
		return "main";
	return backend_speaks("postgresql") ? "public" : database_name();
}

void backend_clear(void)
{
	static const char *const postgresql[] = { "DROP SCHEMA IF EXISTS public CASCADE",
						  "CREATE SCHEMA public", NULL };
	static const char *const mariadb[] = { "DROP DATABASE %s", "CREATE DATABASE %s", NULL };

	if (backend_is_sqlite())
		return;
	if (backend_speaks("postgresql"))
		run_all(postgresql, "");
	else if (backend_speaks("mariadb"))
		run_all(mariadb, database_name());
	else
		remove(database_name());
}

/* ---- the outline of statements */

typedef struct outline {
	char *text;
	size_t size, used;
	bool expected;		/* by SQLite's text, not what was sent here */
	char last[160]; /* verb and table of the last statement, "" none */
	long rows;	/* its own, and those of its neighbours that are alike */
} outline;

static void put_last(outline *out)
{
	int printed;

	if (!*out->last)
		return;
	printed = snprintf(out->text + out->used, out->size - out->used,
			   out->rows > 1 ? "%s%s x%ld" : "%s%s", out->used ? "\n" : "", out->last,
			   out->rows);
	out->used += (size_t)printed;
	ck_assert_uint_lt(out->used, out->size);
	out->last[0] = '\0';
}

/* where the name after a keyword begins; parts in parentheses are not the statement's own */
static const char *after_keyword(const char *sql, const char *keyword)
{
	int depth = 0;

	for (; *sql; sql++) {
		depth += (*sql == '(') - (*sql == ')');
		if (depth == 0 && strncmp(sql, keyword, strlen(keyword)) == 0)
			return sql + strlen(keyword);
	}
	return "";
}

/* the name that stands there, without quotes and schema */
static void copy_name(char *out, size_t size, const char *from)
{
	char quote = *from == '"' || *from == '`' ? *from++ : '\0';
	size_t used = 0;

	for (; *from && (quote ? *from != quote || from[1] == quote : !strchr(" .(", *from)); from++) {
		from += quote && *from == quote;
		ck_assert_uint_lt(used, size - 1);
		out[used++] = *from;
	}
	out[used] = '\0';
	from += quote && *from == quote;
	if (*from == '.')
		copy_name(out, size, from + 1);
}

/* what begins a transaction, or asks for a key where INSERT gives none, is the driver's matter */
static bool is_drivers_own(const char *sql)
{
	static const char *const own[] = { "BEGIN", "START ", "SELECT last_insert_rowid()",
					   "SELECT LAST_INSERT_ID()", "SELECT lastval()" };

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strncmp(sql, own[i], strlen(own[i])) == 0)
			return true;
	return false;
}

/* is what the statement returns on SQLite read by another one here? */
static bool is_read_back(const char *sql)
{
	if (!strstr(sql, " RETURNING "))
		return false;
	if (strncmp(sql, "INSERT ", 7) == 0)
		return backend_is_odbc();
	return strncmp(sql, "UPDATE ", 7) == 0 ? !backend_returns_updates() :
						 !backend_returns_writes();
}

/* "INSERT INTO p", "SELECT FROM p", "COMMIT" */
static void reduce(char *out, size_t size, const char *sql)
{
	static const char *const keywords[] = { "INSERT INTO ", "UPDATE ",	 "DELETE FROM ",
						"SELECT FROM ", "CREATE TABLE ", "DROP TABLE ",
						"CREATE INDEX " };
	const char *keyword = NULL;
	char name[64];

	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (strncmp(sql, keywords[i], strcspn(keywords[i], " ") + 1) == 0)
			keyword = keywords[i];
	if (!keyword) {
		snprintf(out, size, "%.*s", (int)strcspn(sql, " "), sql);
		return;
	}
	copy_name(name, sizeof name,
		  strncmp(keyword, "SELECT", 6) == 0		? after_keyword(sql, "FROM ")
		  : strncmp(sql, keyword, strlen(keyword)) == 0 ? sql + strlen(keyword)
								: "");
	snprintf(out, size, "%s%s", keyword, strcmp(name, "DUAL") == 0 ? "" : name);
}

static void add_line(outline *out, const char *line, size_t length)
{
	char sql[32768], now[128];
	const char *rows;
	long count = 1;

	ck_assert_uint_lt(length, sizeof sql);
	snprintf(sql, sizeof sql, "%.*s", (int)length, line);
	rows = strrchr(sql, ' ');
	if (rows && rows[1] == 'x' && strspn(rows + 2, "0123456789") == strlen(rows + 2))
		count = strtol(rows + 2, NULL, 10);
	if (is_drivers_own(sql))
		return;
	reduce(now, sizeof now, sql);
	if (strcmp(now, out->last) != 0) {
		put_last(out);
		snprintf(out->last, sizeof out->last, "%s", now);
		out->rows = 0;
	}
	out->rows += count;
	/* what does not come back with the statement is read after it */
	if (out->expected && is_read_back(sql)) {
		put_last(out);
		snprintf(out->last, sizeof out->last, "SELECT FROM %s", strrchr(now, ' ') + 1);
		out->rows = 1;
	}
}

/* What was sent, or is expected to be, one statement a line, reduced to what is alike on every
 * backend: verb, table, number of rows; neighbours that are alike are added up.  The caller frees
 * it. */
static char *make_outline(const char *statements, bool expected)
{
	outline out = { .size = strlen(statements) + 256, .expected = expected };

	out.text = calloc(1, out.size);
	ck_assert_ptr_nonnull(out.text);
	while (*statements) {
		size_t length = strcspn(statements, "\n");

		add_line(&out, statements, length);
		statements += length + (statements[length] == '\n');
	}
	put_last(&out);
	return out.text;
}

void backend_expect(const char *sent, const char *expected, const char *file, int line)
{
	char *sent_outline, *expected_outline;

	if (strcmp(sent, expected) == 0)
		return;
	ck_assert_msg(!backend_is_sqlite(), "%s:%d: sent\n%s\ninstead of\n%s", file, line, sent,
		      expected);
	sent_outline = make_outline(sent, false);
	expected_outline = make_outline(expected, true);
	ck_assert_msg(strcmp(sent_outline, expected_outline) == 0,
		      "%s:%d: sent\n%s\nin outline\n%s\ninstead of\n%s", file, line, sent,
		      sent_outline, expected_outline);
	free(sent_outline);
	free(expected_outline);
}

/* ---- raw SQL */

const char *backend_sql_begin(void)
{
	return backend_speaks("mariadb") ?
		       "SET @lode_mode = @@sql_mode, sql_mode = concat(replace(@@sql_mode, "
		       "'NO_BACKSLASH_ESCAPES', ''), ',PIPES_AS_CONCAT,ANSI_QUOTES')" :
		       NULL;
}

const char *backend_sql_end(void)
{
	return backend_speaks("mariadb") ? "SET sql_mode = @lode_mode" : NULL;
}

/* After an INSERT with keys of its own the next generated one comes behind them, as on SQLite and
 * MariaDB; in the transaction of the connection. */
static void count_on(lode_connection *connection, const char *sql)
{
	lode_error error = LODE_ERROR_INIT;
	char table[64], text[512];

	if (!backend_speaks("postgresql") || !strstr(sql, "INSERT INTO "))
		return;
	copy_name(table, sizeof table, strstr(sql, "INSERT INTO ") + strlen("INSERT INTO "));
	snprintf(
		text, sizeof text,
		"DO $$ BEGIN PERFORM setval(pg_get_serial_sequence('%s', 'id'), greatest(1, max(id))) "
		"FROM %s; EXCEPTION WHEN undefined_column THEN NULL; END $$",
		table, table);
	ck_assert_msg(lode_connection_execute_unsafe(connection, text, NULL, 0, NULL, NULL, NULL,
						     &error) == LODE_OK,
		      "%s", error.message);
}

lode_status backend_sql(lode_connection *connection, const char *sql, lode_raw_row_function *row,
			void *context, lode_error *error)
{
	lode_status status = run(connection, backend_sql_begin(), error);

	if (status != LODE_OK)
		return status;
	status = lode_connection_execute_unsafe(connection, sql, NULL, 0, row, context, NULL,
						error);
	if (status != LODE_OK) {
		run(connection, backend_sql_end(), NULL);
		return status;
	}
	count_on(connection, sql);
	return run(connection, backend_sql_end(), error);
}

/* ---- the catalogue */

const char *backend_tables(void)
{
	if (backend_speaks("sqlite"))
		return "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
	if (backend_speaks("mariadb"))
		return "SELECT table_name FROM information_schema.tables "
		       "WHERE table_schema = database() ORDER BY table_name";
	return "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = 'public' "
	       "ORDER BY 1";
}

const char *backend_indexes(void)
{
	if (backend_speaks("sqlite"))
		return "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix%' "
		       "ORDER BY name";
	if (backend_speaks("mariadb"))
		return "SELECT DISTINCT index_name FROM information_schema.statistics "
		       "WHERE table_schema = database() AND index_name LIKE 'ix%' ORDER BY 1";
	return "SELECT CAST(indexname AS text) FROM pg_indexes WHERE schemaname = 'public' "
	       "AND indexname LIKE 'ix%' ORDER BY 1";
}
