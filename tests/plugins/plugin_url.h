/* SPDX-License-Identifier: MIT */
/* tests/plugins/plugin_url.h - a URL from tests/servers.sh as the options that a driver reads.
 *
 * "scheme://user:password@host:port/database?key=value&..."; what is in the environment is trusted
 * to have this form. */
#ifndef LODE_TESTS_PLUGIN_URL_H
#define LODE_TESTS_PLUGIN_URL_H

#include "plugins/plugin_host.h"

typedef struct url_options {
	lode_options options; /* first: passed to the driver */
	char text[1000];      /* the parts, decoded */
	size_t used, count;
} url_options;

static inline int url_digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* the decoded part of the text up to `end` */
static inline const char *url_decode(url_options *u, const char *from, const char *end)
{
	char *start = u->text + u->used, *out = start;

	for (; from < end; from++) {
		if (*from == '%') {
			*out++ = (char)(url_digit(from[1]) * 16 + url_digit(from[2]));
			from += 2;
		} else {
			*out++ = *from;
		}
	}
	*out++ = '\0';
	u->used += (size_t)(out - start);
	return start;
}

static inline void url_set(url_options *u, const char *key, const char *value)
{
	size_t i;

	for (i = 0; i < u->count && strcmp(u->options.pairs[i][0], key) != 0; i++)
		;
	u->options.pairs[i][0] = key;
	u->options.pairs[i][1] = value;
	u->count = i < u->count ? u->count : i + 1;
}

static inline void url_read(url_options *u, const char *url)
{
	const char *user = strstr(url, "://") + 3, *host = strchr(user, '@') + 1;
	const char *slash = strchr(host, '/'), *query = strchr(slash, '?');
	const char *colon = memchr(user, ':', (size_t)(host - 1 - user));
	const char *port = memchr(host, ':', (size_t)(slash - host));

	memset(u, 0, sizeof *u);
	url_set(u, "user", url_decode(u, user, colon != NULL ? colon : host - 1));
	if (colon != NULL)
		url_set(u, "password", url_decode(u, colon + 1, host - 1));
	url_set(u, "host", url_decode(u, host, port != NULL ? port : slash));
	if (port != NULL)
		url_set(u, "port", url_decode(u, port + 1, slash));
	url_set(u, "database",
		url_decode(u, slash + 1, query != NULL ? query : slash + strlen(slash)));
}

/* opens by the URL in the environment variable */
static inline lode_drv_conn *open_url(const char *variable)
{
	url_options u;
	lode_drv_conn *c = NULL;

	url_read(&u, getenv(variable));
	ck_assert_msg(try_open(&c, &u.options) == LODE_OK, "%s", failure.message);
	return c;
}

#endif
