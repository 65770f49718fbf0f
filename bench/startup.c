/* SPDX-License-Identifier: MIT */
/* startup.c - what a program pays before its first row: mapping its classes, opening an engine, the
 * first query; and the same on another engine, when the plugin is loaded already.  Prints
 * milliseconds, beside those of opening SQLite and running the query by hand. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "models.h"
#include "workload.h"

#define CREATE \
	"CREATE TABLE author (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, email TEXT, " \
	"age INTEGER NOT NULL, score DOUBLE NOT NULL, created TEXT NOT NULL)"

struct startup {
	const char *path, *url;
	lode_registry *registry;
	lode_engine *engine;
	lode_session *session;
};

static void create_file(void *state)
{
	const struct startup *startup = state;
	sqlite3 *db = NULL;

	if (sqlite3_open(startup->path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, CREATE, NULL, NULL, NULL) != SQLITE_OK)
		bench_die("%s: %s", startup->path, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void open_by_hand(void *state)
{
	const struct startup *startup = state;
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = NULL;
	const char *select = "SELECT id, name, email, age, score, created FROM author";

	if (sqlite3_open(startup->path, &db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, select, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_DONE)
		bench_die("%s: %s", startup->path, sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

static void map_classes(void *state)
{
	struct startup *startup = state;
	lode_error error = LODE_ERROR_INIT;

	startup->registry = lode_registry_new(NULL);
	if (LODE_MAP(startup->registry, &error, Author, Book) < 0 ||
	    lode_registry_configure(startup->registry, &error) < 0)
		bench_die("lode: %s", error.message);
}

static void open_and_query(void *state)
{
	struct startup *startup = state;
	lode_error error = LODE_ERROR_INIT;

	startup->engine = lode_engine_open(startup->url, NULL, &error);
	startup->session = lode_session_new(startup->registry, startup->engine, NULL, &error);
	if (!startup->session)
		bench_die("lode: %s", error.message);
	LODE_ALL(startup->session, Author, LODE_SELECT(Author));
	if (lode_session_status(startup->session) < 0)
		bench_die("lode: %s", lode_session_error(startup->session)->message);
}

static void close_all(void *state)
{
	struct startup *startup = state;

	lode_session_free(startup->session);
	lode_engine_close(startup->engine);
}

static void print_time(const char *what, bench_function *function, struct startup *startup)
{
	struct bench_figures figures;

	bench_measure(function, startup, &figures);
	printf("%-52s %8.3f ms cpu %8.3f ms wall\n", what, figures.cpu_ms, figures.wall_ms);
}

int main(void)
{
	char path[] = "/tmp/lode-bench-XXXXXX", url[64];
	struct startup startup = { .path = path, .url = url };
	int file = mkstemp(path);

	if (file < 0)
		bench_die("%s: cannot be made", path);
	snprintf(url, sizeof url, "sqlite:///%s?journal=delete", path);
	create_file(&startup);
	print_time("SQLite by hand: open a file, first query", open_by_hand, &startup);
	print_time("the same again", open_by_hand, &startup);
	print_time("lode: map two classes", map_classes, &startup);
	print_time("lode: open an engine with its plugin, first query", open_and_query, &startup);
	close_all(&startup);
	print_time("lode: the same again", open_and_query, &startup);
	close_all(&startup);
	lode_registry_free(startup.registry);
	remove(path);
	return EXIT_SUCCESS;
}
