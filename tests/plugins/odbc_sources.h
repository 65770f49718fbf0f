/* SPDX-License-Identifier: MIT */
/* tests/plugins/odbc_sources.h - the ODBC plugin alone, against the data sources that the
 * environment names: LODE_TEST_ODBC_POSTGRESQL, LODE_TEST_ODBC_MARIADB, LODE_TEST_ODBC_SQLITE.
 *
 * Without any, one for a SQLite file is made in a directory of the test's own, if the driver is
 * installed.  Tests are loops over the sources that are there; tables carry the process id, because
 * other programs use the same databases. */
#ifndef LODE_TESTS_ODBC_SOURCES_H
#define LODE_TESTS_ODBC_SOURCES_H

#define LODE_TEST_PLUGIN lode_odbc
#include "plugins/plugin_host.h"

#include <glob.h>
#include <unistd.h>

#include <lode/driver_util.h>

#include "check_tap.h"

/* The driver manager and its drivers lose memory at every connection, and have no frame pointers: the
 * leak sanitizer knows them (tests/lsan.supp) only by the whole stack. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}

enum { PG, MY, SQ, SOURCES };
#define NO_SOURCES "there is no ODBC data source, and no SQLite ODBC driver (package libsqliteodbc)"
#define ON(source) (1u << (source))
#define ON_ALL (ON(PG) | ON(MY) | ON(SQ))

typedef struct source {
	int kind;
	char text[300]; /* the URL, taken apart */
	lode_options options;
} source;

static struct {
	source list[SOURCES];
	int count;
	char directory[64]; /* of our own, or "" */
} sources;

static inline char *cut(char *text, const char *at)
{
	char *found = text != NULL ? strpbrk(text, at) : NULL;

	if (found != NULL)
		*found++ = '\0';
	return found;
}

static inline void add_option(source *s, const char *key, char *value)
{
	char *out = value, *in = value;
	size_t n = 0;

	if (value == NULL || *value == '\0')
		return;
	while (*in != '\0') {
		if (*in == '%') {
			*out++ = (char)(lode_util_hex_digit(in[1]) * 16 +
					lode_util_hex_digit(in[2]));
			in += 3;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
	while (s->options.pairs[n][0] != NULL)
		n++;
	s->options.pairs[n][0] = key;
	s->options.pairs[n][1] = value;
}

/* odbc://user:password@DSN/database?key=value */
static inline void add_source(int kind, const char *url)
{
	source *s = &sources.list[sources.count++];
	char *user = NULL, *host, *query, *database, *value;

	s->kind = kind;
	snprintf(s->text, sizeof s->text, "%s", strstr(url, "://") + 3);
	host = s->text;
	query = cut(s->text, "?");
	if (strchr(host, '@') != NULL) {
		user = host;
		host = cut(host, "@");
	}
	database = cut(host, "/");
	value = cut(user, ":");
	add_option(s, "host", host);
	add_option(s, "user", user);
	add_option(s, "password", value);
	add_option(s, "database", database);
	while (query != NULL) {
		char *next = cut(query, "&"), *key = query;

		value = cut(key, "=");
		add_option(s, key, value);
		query = next;
	}
}

static inline void write_file(const char *name, const char *text)
{
	char path[100];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", sources.directory, name);
	file = fopen(path, "w");
	if (file != NULL) {
		fputs(text, file);
		fclose(file);
	}
}

static inline void make_sqlite_source(void)
{
	char text[300];
	glob_t found;

	if (glob("/usr/lib/*/odbc/libsqlite3odbc.so", 0, NULL, &found) != 0)
		return;
	strcpy(sources.directory, "/tmp/lode-odbc-XXXXXX");
	if (mkdtemp(sources.directory) != NULL) {
		snprintf(text, sizeof text, "[lode_sqlite_driver]\nDriver = %s\n",
			 found.gl_pathv[0]);
		write_file("odbcinst.ini", text);
		snprintf(text, sizeof text,
			 "[lode_sqlite]\nDriver = lode_sqlite_driver\nDatabase = %s/lode.db\n",
			 sources.directory);
		write_file("odbc.ini", text);
		setenv("ODBCSYSINI", sources.directory, 1);
		snprintf(text, sizeof text, "%s/odbc.ini", sources.directory);
		setenv("ODBCINI", text, 1);
		add_source(SQ, "odbc://lode_sqlite");
	}
	globfree(&found);
}

/* how many sources there are; before main() makes its suite */
static inline int sources_find(void)
{
	static const char *const names[] = { "LODE_TEST_ODBC_POSTGRESQL", "LODE_TEST_ODBC_MARIADB",
					     "LODE_TEST_ODBC_SQLITE" };
	int i;

	for (i = 0; i < SOURCES; i++)
		if (getenv(names[i]) != NULL)
			add_source(i, getenv(names[i]));
	if (sources.count == 0)
		make_sqlite_source();
	return sources.count;
}

static inline void sources_forget(void)
{
	static const char *const names[] = { "lode.db",		"lode.db-wal", "lode.db-shm",
					     "lode.db-journal", "odbc.ini",    "odbcinst.ini" };
	char path[100];
	size_t i;

	if (sources.directory[0] == '\0')
		return;
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", sources.directory, names[i]);
		unlink(path);
	}
	rmdir(sources.directory);
}

static inline lode_drv_conn *open_source(int index)
{
	lode_drv_conn *c = NULL;

	ck_assert_msg(try_open(&c, &sources.list[index].options) == LODE_OK, "source %d: %s",
		      sources.list[index].kind, failure.message);
	return c;
}

static inline void fill_info(lode_drv_conn *c, lode_conn_info *info)
{
	memset(info, 0, sizeof *info);
	LODE_INIT(info, lode_conn_info);
	ck_assert_int_eq(conn_ops->info(c, info, fresh()), LODE_OK);
}

/* the name of a table of this process */
static inline const char *table_name(const char *suffix)
{
	static char name[40];

	snprintf(name, sizeof name, "lodbc%ld_%s", (long)getpid(), suffix);
	return name;
}

/* run text in which each %s is the same table */
static inline void run_on(lode_drv_conn *c, const char *format, const char *table)
{
	char sql[600], *out = sql;

	for (; *format != '\0'; format++)
		if (format[0] == '%' && format[1] == 's') {
			out += sprintf(out, "%s", table);
			format++;
		} else {
			*out++ = *format;
		}
	*out = '\0';
	run(c, sql);
}

#endif
