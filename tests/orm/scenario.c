/* SPDX-License-Identifier: MIT */
/* tests/orm/scenario.c - see scenario.h. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

/* ---- lines */

static void add_line(scenario_lines *lines, const char *text)
{
	ck_assert_msg(lines->count < SCENARIO_LINES, "more than %d lines were logged",
		      SCENARIO_LINES);
	lines->text[lines->count++] = strdup(text);
}

static void drop_lines(scenario_lines *lines)
{
	while (lines->count > 0)
		free(lines->text[--lines->count]);
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool is_transaction(const char *sql)
{
	static const char *const verbs[] = { "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT",
					     "RELEASE" };

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (begins(sql, verbs[i]))
			return true;
	return false;
}

/* The lines, one below the other; the caller frees them. */
static char *join_lines(const scenario_lines *lines, bool transactions, const char *between)
{
	size_t size = 1;
	char *text;

	for (size_t i = 0; i < lines->count; i++)
		size += strlen(lines->text[i]) + strlen(between);
	text = calloc(1, size);
	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < lines->count; i++) {
		if (!transactions && is_transaction(lines->text[i]))
			continue;
		strcat(text, *text ? between : "");
		strcat(text, lines->text[i]);
	}
	return text;
}

/* ---- the record */

/* A number of rows is known only when they have been sent. */
static void note_rows(scenario_lines *sent, const char *done)
{
	const char *comma = strstr(done, " ms, ");
	long rows = comma ? strtol(comma + 5, NULL, 10) : 1;
	char **last = sent->count > 0 ? &sent->text[sent->count - 1] : NULL;
	char *text;

	if (!last || rows < 2)
		return;
	text = malloc(strlen(*last) + 24);
	ck_assert_ptr_nonnull(text);
	sprintf(text, "%s x%ld", *last, rows);
	free(*last);
	*last = text;
}

static void keep_line(void *context, int level, const char *name, const char *text)
{
	scenario *s = context;
	char line[1024];

	if (strcmp(name, "sql") == 0 && !begins(text, "PRAGMA") && !backend_asks_for_key(text))
		add_line(&s->sent, text);
	else if (strcmp(name, "sql-done") == 0)
		note_rows(&s->sent, text);
	if (level < LODE_LOG_WARNING)
		return;
	snprintf(line, sizeof line, "%s: %s", name, text);
	add_line(&s->warned, line);
}

static void keep_misuse(void *context, const lode_error *error)
{
	add_line(&((scenario *)context)->misused, error->message);
}

void scenario_forget(scenario *s)
{
	drop_lines(&s->sent);
}

/* ---- opening */

static void open_registry(scenario *s, const lode_class *const *classes, size_t count)
{
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;

	options.log = keep_line;
	options.log_context = s;
	s->registry = lode_registry_new(&options);
	lode_registry_map_annotation(s->registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	lode_registry_on_misuse(s->registry, keep_misuse, s);
	ck_assert_msg(lode_registry_map(s->registry, classes, count, &s->error) == LODE_OK, "%s",
		      s->error.message);
}

static void open_engine(scenario *s)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;

	options.echo = 1;
	options.log = keep_line;
	options.log_context = s;
	backend_clear();
	s->engine = lode_engine_open(backend_url(NULL), &options, &s->error);
	ck_assert_msg(s->engine != NULL, "%s", s->error.message);
	ck_assert_msg(lode_create_all(lode_registry_metadata(s->registry), s->engine, &s->error) ==
			      LODE_OK,
		      "%s", s->error.message);
}

void scenario_session(scenario *s, const lode_session_options *options)
{
	lode_session_free(s->session);
	s->session = lode_session_new(s->registry, s->engine, options, &s->error);
	ck_assert_msg(s->session != NULL, "%s", s->error.message);
	scenario_forget(s);
}

void scenario_open(scenario *s, const lode_class *const *classes, size_t count,
		   const lode_session_options *options)
{
	memset(s, 0, sizeof *s);
	s->error = (lode_error)LODE_ERROR_INIT;
	open_registry(s, classes, count);
	open_engine(s);
	scenario_session(s, options);
}

static void expect_none(scenario_lines *lines, const char *what)
{
	char *text = join_lines(lines, true, "\n");

	ck_assert_msg(lines->count == 0, "%s that nothing expected:\n%s", what, text);
	free(text);
}

void scenario_close(scenario *s)
{
	lode_session_free(s->session);
	lode_engine_close(s->engine);
	lode_registry_free(s->registry);
	expect_none(&s->warned, "warnings");
	expect_none(&s->misused, "misuse");
	scenario_forget(s);
}

/* ---- comparing */

static void compare(scenario *s, bool transactions, const char *statements, const char *file,
		    int line)
{
	char *text = join_lines(&s->sent, transactions, "\n");

	backend_expect(text, statements, file, line);
	free(text);
	scenario_forget(s);
}

void scenario_sent(scenario *s, const char *statements, const char *file, int line)
{
	compare(s, true, statements, file, line);
}

void scenario_wrote(scenario *s, const char *statements, const char *file, int line)
{
	compare(s, false, statements, file, line);
}

static void expect_one(scenario_lines *lines, const char *start, const char *part, const char *file,
		       int line)
{
	char *text = join_lines(lines, true, "\n");

	ck_assert_msg(lines->count == 1 && begins(text, start) && strstr(text, part),
		      "%s:%d: told\n%s\ninstead of %s... %s", file, line, text, start, part);
	free(text);
	drop_lines(lines);
}

void scenario_warned(scenario *s, const char *name, const char *part, const char *file, int line)
{
	expect_one(&s->warned, name, part, file, line);
}

void scenario_misused(scenario *s, const char *part, const char *file, int line)
{
	expect_one(&s->misused, "", part, file, line);
}

void scenario_failed(scenario *s, lode_status status, const char *part, const char *file, int line)
{
	const lode_error *error = lode_session_error(s->session);

	ck_assert_msg(error->status == status, "%s:%d: %s (%s) instead of %s", file, line,
		      lode_status_name(error->status), error->message, lode_status_name(status));
	ck_assert_msg(strstr(error->message, part) != NULL, "%s:%d: the message is: %s", file, line,
		      error->message);
	if (status == LODE_E_MISUSE)
		expect_one(&s->misused, "", part, file, line);
}

void scenario_is_ok(scenario *s, const char *file, int line)
{
	const lode_error *error = lode_session_error(s->session);

	ck_assert_msg(error->status == LODE_OK, "%s:%d: %s: %s", file, line,
		      lode_status_name(error->status), error->message);
}

/* ---- past the objects */

typedef struct column_text {
	const char *text;
} column_text;

static lode_status keep_row(void *context, const lode_raw_row *row)
{
	char text[64];

	if (row->values[0].kind == LODE_VALUE_TEXT) {
		add_line(context, row->values[0].as.text);
		return LODE_OK;
	}
	snprintf(text, sizeof text, "%lld", (long long)row->values[0].as.integer);
	add_line(context, row->values[0].kind == LODE_VALUE_NULL ? "NULL" : text);
	return LODE_OK;
}

static void run_aside(scenario *s, const char *sql, scenario_lines *rows)
{
	lode_connection *connection = lode_connection_open(s->engine, &s->error);

	ck_assert_msg(connection != NULL, "%s", s->error.message);
	ck_assert_msg(backend_sql(connection, sql, keep_row, rows, &s->error) == LODE_OK, "%s: %s",
		      sql, s->error.message);
	ck_assert_int_eq(lode_connection_commit(connection, &s->error), LODE_OK);
	lode_connection_close(connection);
}

static void execute(scenario *s, const char *sql)
{
	if (sql)
		ck_assert_int_eq(lode_execute(s->session,
					      lode_text_statement(lode_text_unsafe(sql), NULL),
					      NULL),
				 LODE_OK);
}

static void run_inside(scenario *s, const char *sql, scenario_lines *rows)
{
	lode_statement *statement;

	execute(s, backend_sql_begin());
	if (begins(sql, "SELECT")) {
		statement = LODE_TEXT_FIELD(lode_text_statement(lode_text_unsafe(sql), NULL),
					    column_text, text);
		LODE_EACH_ROW(column_text, row, s->session, statement)
		add_line(rows, row.text ? row.text : "NULL");
	} else {
		execute(s, sql);
	}
	scenario_is_ok(s, __FILE__, __LINE__);
	execute(s, backend_sql_end());
}

static void run_sql(scenario *s, const char *sql, scenario_lines *rows)
{
	scenario_lines before = s->sent;

	memset(&s->sent, 0, sizeof s->sent);
	if (lode_in_transaction(s->session))
		run_inside(s, sql, rows);
	else
		run_aside(s, sql, rows);
	scenario_forget(s);
	s->sent = before;
}

void scenario_sql(scenario *s, const char *sql)
{
	scenario_lines none = { .count = 0 };

	run_sql(s, sql, &none);
}

void scenario_rows(scenario *s, const char *sql, const char *rows, const char *file, int line)
{
	scenario_lines found = { .count = 0 };
	char *text;

	run_sql(s, sql, &found);
	text = join_lines(&found, true, " ");
	ck_assert_msg(strcmp(text, rows) == 0, "%s:%d: %s\ngives %s\ninstead of %s", file, line,
		      sql, text, rows);
	free(text);
	drop_lines(&found);
}
