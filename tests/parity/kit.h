/* SPDX-License-Identifier: MIT */
/* tests/parity/kit.h - a registry, an empty database and what was sent to it, for the tests that
 * show a row of the feature table each. */
#ifndef LODE_TESTS_PARITY_KIT_H
#define LODE_TESTS_PARITY_KIT_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lode/lode.h>

#include "backend.h"

#define KIT_TEXT 32768
#define ROWS_OF(array) (int)(sizeof(array) / sizeof(array)[0])

typedef struct kit {
	lode_registry *registry;
	lode_engine *engine;
	lode_session *session;
	lode_error error;
	char sent[KIT_TEXT];        /* statements since kit_forget, one a line, transactions left out */
	char logged[KIT_TEXT];      /* the other lines: "name: text" */
} kit;

LODE_UNUSED_ static kit k;

static inline void kit_put(char *to, const char *text)
{
	ck_assert_msg(strlen(to) + strlen(text) < KIT_TEXT, "the record of the test is full");
	strcat(to, text);
}

static inline bool kit_is_plumbing(const char *text)
{
	static const char *const words[] = { "BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncmp(text, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static inline void kit_log(void *context, int level, const char *name, const char *text)
{
	bool sql = strcmp(name, "sql") == 0;
	char *to = sql ? k.sent : k.logged;

	(void)context;
	(void)level;
	if (sql && kit_is_plumbing(text))
		return;
	if (!sql) {
		kit_put(to, name);
		kit_put(to, ": ");
	} else if (*to) {
		kit_put(to, "\n");
	}
	kit_put(to, text);
	if (!sql)
		kit_put(to, "\n");
}

/* an empty registry, whose warnings are recorded */
static inline void kit_begin(const char *schema)
{
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;

	memset(&k, 0, sizeof k);
	k.error = (lode_error)LODE_ERROR_INIT;
	options.schema = schema;
	options.log = kit_log;
	k.registry = lode_registry_new(&options);
	ck_assert_ptr_nonnull(k.registry);
}

static inline void kit_engine(const char *url)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;

	backend_clear();
	options.echo = 1;
	options.log = kit_log;
	k.engine = lode_engine_open(url, &options, &k.error);
	ck_assert_msg(k.engine != NULL, "%s", k.error.message);
}

static inline void kit_session(const lode_session_options *options)
{
	lode_session_free(k.session);
	k.session = lode_session_new(k.registry, k.engine, options, &k.error);
	ck_assert_msg(k.session != NULL, "%s", k.error.message);
	k.sent[0] = k.logged[0] = '\0';
}

#define KIT_OK(status) ck_assert_msg((status) == LODE_OK, "%s", k.error.message)

/* the registry is mapped: an engine, its tables, a session */
static inline void kit_open(void)
{
	kit_engine(backend_url(NULL));
	KIT_OK(lode_create_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	kit_session(NULL);
}

static inline void kit_close(void)
{
	lode_session_free(k.session);
	lode_engine_close(k.engine);
	lode_registry_free(k.registry);
}

static inline void kit_forget(void)
{
	k.sent[0] = k.logged[0] = '\0';
}

static inline void kit_expect(const char *statements, const char *file, int line)
{
	backend_expect(k.sent, statements, file, line);
	kit_forget();
}
#define EXPECT_SENT(statements) kit_expect((statements), __FILE__, __LINE__)

static inline void kit_failed(lode_status status, const char *part, const char *file, int line)
{
	const lode_error *error = lode_session_error(k.session);

	ck_assert_msg(error->status == status && strstr(error->message, part) != NULL, "%s:%d: %s: %s", file,
	              line, lode_status_name(error->status), error->message);
	lode_rollback(k.session);
}
#define EXPECT_FAILED(status, part) kit_failed((status), (part), __FILE__, __LINE__)
#define ASSERT_GOOD() ck_assert_msg(lode_session_status(k.session) == LODE_OK, "%s", \
	lode_session_error(k.session)->message)
#define COMMIT() ck_assert_msg(lode_commit(k.session) == LODE_OK, "%s", lode_session_error(k.session)->message)

/* "a|b;c|d;" of a query past the session, which must have no transaction; or the error */
static inline lode_status kit_row(void *context, const lode_raw_row *row)
{
	char number[64];
	char *out = context;

	for (uint32_t i = 0; i < row->column_count; i++) {
		const lode_value *value = &row->values[i];

		kit_put(out, i ? "|" : "");
		if (value->kind == LODE_VALUE_INT || value->kind == LODE_VALUE_BOOL)
			snprintf(number, sizeof number, "%lld", (long long)value->as.integer);
		else if (value->kind == LODE_VALUE_DOUBLE)
			snprintf(number, sizeof number, "%.17g", value->as.real);
		else
			snprintf(number, sizeof number, "%s", value->kind == LODE_VALUE_NULL ? "NULL" : "?");
		kit_put(out, value->kind == LODE_VALUE_TEXT ? value->as.text : number);
	}
	kit_put(out, ";");
	return LODE_OK;
}

static inline const char *kit_query(const char *sql)
{
	static char out[KIT_TEXT];
	lode_connection *connection = lode_connection_open(k.engine, &k.error);
	lode_status status;

	out[0] = '\0';
	ck_assert_msg(connection != NULL, "%s", k.error.message);
	status = backend_sql(connection, sql, kit_row, out, &k.error);
	if (status == LODE_OK)
		status = lode_connection_commit(connection, &k.error);
	lode_connection_close(connection);
	kit_forget();
	return status == LODE_OK ? out : k.error.message;
}

static inline const char *kit_ddl(const char *dialect)
{
	static char out[KIT_TEXT];
	char *sql = NULL;

	KIT_OK(lode_metadata_create_sql(lode_registry_metadata(k.registry), dialect, &sql, &k.error));
	snprintf(out, sizeof out, "%s", sql);
	lode_sql_free(sql);
	return out;
}
#endif
