/* SPDX-License-Identifier: MIT */
/* tests/orm/scenario.h - a database in memory and a record of everything that is sent to it, for
 * the tests that compare whole lists of statements.  The classes are the test's own; fixture.h has
 * others ready.
 *
 * A statement over several parameter rows is recorded with their number: "DELETE ... x3".
 * A warning that no test expects fails it. */
#ifndef LODE_TESTS_ORM_SCENARIO_H
#define LODE_TESTS_ORM_SCENARIO_H
#include <lode/lode.h>

#include "../backend.h"

#define SCENARIO_LINES 8000

typedef struct scenario_lines {
	char *text[SCENARIO_LINES];
	size_t count;
} scenario_lines;

typedef struct scenario {
	lode_registry *registry;
	lode_engine *engine;
	lode_session *session;
	scenario_lines sent;	/* since the last look */
	scenario_lines warned;	/* "name: text", since the last look */
	scenario_lines misused; /* messages given to on_misuse */
	lode_error error;
} scenario;

/* Fails the test when something cannot be opened.  The tables are made; the annotation "bigint" is
 * a BIGINT. */
void scenario_open(scenario *s, const lode_class *const *classes, size_t count,
		   const lode_session_options *options);
/* Warnings and misuse that were not looked at fail the test. */
void scenario_close(scenario *s);
/* Another session in place of the present one. */
void scenario_session(scenario *s, const lode_session_options *options);
/* What was sent so far is forgotten. */
void scenario_forget(scenario *s);

/* What was sent since the last look is exactly this, one statement a line. */
void scenario_sent(scenario *s, const char *statements, const char *file, int line);
#define SENT(s, statements) scenario_sent((s), (statements), __FILE__, __LINE__)
/* The same, with BEGIN, COMMIT, SAVEPOINT and their like left out. */
void scenario_wrote(scenario *s, const char *statements, const char *file, int line);
#define WROTE(s, statements) scenario_wrote((s), (statements), __FILE__, __LINE__)
/* One warning was given, of this name and with this part of a message. */
void scenario_warned(scenario *s, const char *name, const char *part, const char *file, int line);
#define WARNED(s, name, part) scenario_warned((s), (name), (part), __FILE__, __LINE__)
/* One misuse was told, with this part of a message. */
void scenario_misused(scenario *s, const char *part, const char *file, int line);
#define MISUSED(s, part) scenario_misused((s), (part), __FILE__, __LINE__)
/* The session has failed so; misuse is looked at too. */
void scenario_failed(scenario *s, lode_status status, const char *part, const char *file, int line);
#define FAILED(s, status, part) scenario_failed((s), (status), (part), __FILE__, __LINE__)
void scenario_is_ok(scenario *s, const char *file, int line);
#define OK(s) scenario_is_ok((s), __FILE__, __LINE__)
#define FLUSH(s)                                                                                   \
	do {                                                                                       \
		(void)lode_flush((s)->session);                                                    \
		OK(s);                                                                             \
	} while (0)
#define COMMIT(s)                                                                                  \
	do {                                                                                       \
		ck_assert_int_eq(lode_commit((s)->session) | lode_session_status((s)->session),    \
				 LODE_OK);                                                         \
	} while (0)

/* Run SQL past the objects: in the session's transaction if it has one, else in one of its own. */
void scenario_sql(scenario *s, const char *sql);
/* The first columns of the rows that a SELECT gives now, as texts with a blank between. */
void scenario_rows(scenario *s, const char *sql, const char *rows, const char *file, int line);
#define ROWS(s, sql, rows) scenario_rows((s), (sql), (rows), __FILE__, __LINE__)
#endif
