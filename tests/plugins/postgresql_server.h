/* SPDX-License-Identifier: MIT */
/* tests/plugins/postgresql_server.h - the PostgreSQL plugin alone, against the server that
 * LODE_TEST_POSTGRESQL names by its URL. */
#ifndef LODE_TESTS_POSTGRESQL_SERVER_H
#define LODE_TESTS_POSTGRESQL_SERVER_H

#define LODE_TEST_PLUGIN lode_postgresql
#include "plugins/plugin_host.h"

#include <lode/driver_util.h>

#include "check_tap.h"

/* the URL taken apart; `more` options stand before its own, so that they win */
static char server_text[1000];
static lode_options server_options;

static inline void server_decode(char *text)
{
	char *out = text;

	for (; *text != '\0'; text++) {
		if (*text == '%') {
			*out++ = (char)(lode_util_hex_digit(text[1]) * 16 +
					lode_util_hex_digit(text[2]));
			text += 2;
		} else {
			*out++ = *text;
		}
	}
	*out = '\0';
}

static inline char *server_cut(char *text, char at)
{
	char *found = text != NULL ? strrchr(text, at) : NULL;

	if (found != NULL)
		*found++ = '\0';
	return found;
}

static inline void server_option(size_t *n, const char *key, char *value)
{
	if (value == NULL || *value == '\0')
		return;
	server_decode(value);
	server_options.pairs[*n][0] = key;
	server_options.pairs[(*n)++][1] = value;
}

static inline int server_is_there(void)
{
	return getenv("LODE_TEST_POSTGRESQL") != NULL;
}

/* "postgresql://user:password@host:port/database?key=value&..." */
static inline const lode_options *server_from(const char *url, const char *key, const char *value)
{
	char *at = server_text, *host, *user, *query, *next;
	size_t n = 0;

	memset(&server_options, 0, sizeof server_options);
	snprintf(server_text, sizeof server_text, "%s", strstr(url, "://"));
	at += 3;
	query = strchr(at, '?');
	if (query != NULL)
		*query++ = '\0';
	if (key != NULL) {
		server_options.pairs[n][0] = key;
		server_options.pairs[n++][1] = value;
	}
	host = strrchr(at, '@') != NULL ? strrchr(at, '@') + 1 : at;
	next = strchr(host, '/');
	if (next != NULL)
		*next++ = '\0';
	server_option(&n, "database", next);
	user = host != at ? at : NULL;
	if (user != NULL)
		host[-1] = '\0';
	server_option(&n, "port", server_cut(host, ':'));
	server_option(&n, "host", host);
	next = user != NULL ? strchr(user, ':') : NULL;
	if (next != NULL)
		*next++ = '\0';
	server_option(&n, "password", next);
	server_option(&n, "user", user);
	while (query != NULL && *query != '\0') {
		next = query + strcspn(query, "&");
		if (*next != '\0')
			*next++ = '\0';
		at = query + strcspn(query, "=");
		*at++ = '\0';
		server_option(&n, query, at);
		query = next;
	}
	return &server_options;
}

static inline const lode_options *server_with(const char *key, const char *value)
{
	return server_from(getenv("LODE_TEST_POSTGRESQL"), key, value);
}

static inline lode_drv_conn *server_open(void)
{
	lode_drv_conn *c = NULL;

	ck_assert_msg(try_open(&c, server_with(NULL, NULL)) == LODE_OK, "%s", failure.message);
	return c;
}

static inline lode_drv_stmt *prepare_direct(lode_drv_conn *c, const char *sql)
{
	lode_prepare a = { .struct_size = sizeof a, .flags = LODE_PREP_DIRECT };
	lode_drv_stmt *s = NULL;

	ck_assert_int_eq(conn_ops->prepare(c, sql, strlen(sql), &a, &s, fresh()), LODE_OK);
	return s;
}

/* a transaction verb */
static inline lode_status verb(lode_drv_conn *c, int32_t what, const char *name)
{
	lode_tx t = { .struct_size = sizeof t, .verb = what, .name = name };

	return conn_ops->tx(c, &t, fresh());
}

#endif
