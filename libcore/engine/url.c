/* SPDX-License-Identifier: MIT */
/* engine/url.c - reads, writes and redacts URLs.
 *
 * Everything is decoded once, when the URL is made; both texts are made then too, so that printing
 * cannot fail.  Messages never quote more than the scheme and the names of options: whatever else
 * stands in a broken URL may be a piece of the password. */
#include "engine/url.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#define LODE__URL_MAX ((size_t)1 << 20)

/* options whose values may be shown; all others are secrets until somebody says otherwise */
static const char *const printable_keys[] = {
	"application_name", "busy_timeout", "cache", "cached_statements", "charset", "connect_timeout",
	"connect_timeout_ms", "echo", "foreign_keys", "host", "immutable", "isolation", "journal",
	"mode", "pool", "pool_overflow", "pool_ping_s", "pool_recycle_s", "pool_size", "pool_timeout_ms", "port", "prepare",
	"statement_cache", "plan_cache", "synchronous", "timeout_ms", "tls", "vfs",
};

/* which bytes stand for themselves, beside letters, digits and -._~ */
#define LITERAL_NONE ""
#define LITERAL_PATH "/:@,=+!$&'()*;"
#define LITERAL_VALUE "/:@,!$'()*;"

bool lode__plugin_name_ok(const char *name, size_t size)
{
	if (size == 0 || size > 63)
		return false;
	for (size_t i = 0; i < size; i++) {
		char c = name[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return true;
}

/* ---------------------------------------------------------------- writing */

static bool is_plain(unsigned char c, const char *literal)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c && (strchr("-._~", c) || strchr(literal, c));
}

static void put_escaped(lode__buf *out, const char *text, const char *literal)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (is_plain(c, literal)) {
			lode__buf_putc(out, *text);
			continue;
		}
		lode__buf_putc(out, '%');
		lode__buf_putc(out, digits[c >> 4]);
		lode__buf_putc(out, digits[c & 15]);
	}
}

static bool is_printable_key(const char *key)
{
	for (size_t i = 0; i < sizeof printable_keys / sizeof *printable_keys; i++)
		if (strcmp(printable_keys[i], key) == 0)
			return true;
	return lode__starts_with(key, "attach.");
}

static void put_authority(lode__buf *out, const lode_url_parts *parts, bool redact)
{
	if (parts->user || parts->password) {
		put_escaped(out, parts->user ? parts->user : "", LITERAL_NONE);
		if (parts->password) {
			lode__buf_putc(out, ':');
			if (redact)
				lode__buf_puts(out, "***");
			else
				put_escaped(out, parts->password, LITERAL_NONE);
		}
		lode__buf_putc(out, '@');
	}
	if (parts->host && strchr(parts->host, ':')) {
		lode__buf_putc(out, '[');
		put_escaped(out, parts->host, ":");
		lode__buf_putc(out, ']');
	} else if (parts->host) {
		put_escaped(out, parts->host, LITERAL_NONE);
	}
	if (parts->port) {
		lode__buf_putc(out, ':');
		lode__buf_put_uint(out, parts->port);
	}
}

static void put_url(lode__buf *out, const lode_url_parts *parts, bool redact)
{
	lode__buf_puts(out, parts->dialect);
	if (parts->driver) {
		lode__buf_putc(out, '+');
		lode__buf_puts(out, parts->driver);
	}
	lode__buf_puts(out, "://");
	put_authority(out, parts, redact);
	if (parts->database) {
		lode__buf_putc(out, '/');
		put_escaped(out, parts->database, LITERAL_PATH);
	}
	for (size_t i = 0; i < parts->option_count; i++) {
		const lode_url_option *option = &parts->options[i];

		lode__buf_putc(out, i ? '&' : '?');
		put_escaped(out, option->key, LITERAL_NONE);
		lode__buf_putc(out, '=');
		if (redact && !is_printable_key(option->key))
			lode__buf_puts(out, "***");
		else
			put_escaped(out, option->value, LITERAL_VALUE);
	}
}

static lode_status make_text(lode_url *url, bool redact, const char **out, lode_error *error)
{
	lode__buf buf;
	char *text = NULL;
	lode_status status;

	lode__buf_init(&buf, url->allocator, 4 * LODE__URL_MAX);
	put_url(&buf, &url->parts, redact);
	status = lode__buf_copy(&text, &buf, &url->arena, error);
	lode__buf_dispose(&buf);
	*out = text;
	return status;
}

/* the last step of both ways to make a URL */
static lode_status finish_url(lode_url *url, lode_error *error)
{
	uint32_t port = url->parts.port;
	size_t at = sizeof url->port - 1;
	lode_status status = make_text(url, false, &url->text, error);

	if (status == LODE_OK)
		status = make_text(url, true, &url->redacted, error);
	if (port) {
		for (; port; port /= 10)
			url->port[--at] = (char)('0' + port % 10);
		memmove(url->port, url->port + at, sizeof url->port - at);
	}
	return status;
}

/* ---------------------------------------------------------------- reading */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* a copy with percent-escapes undone; what: the part, for the message */
static lode_status decode_part(lode_url *url, const char **out, const char *text, size_t size,
                               const char *what, lode_error *error)
{
	char *copy = lode__arena_alloc(&url->arena, size + 1, 1);
	size_t used = 0;

	if (!copy)
		return lode__error_nomem(error);
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '%') {
			int high = i + 2 < size ? hex_digit(text[i + 1]) : -1;
			int low = i + 2 < size ? hex_digit(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return lode__error_set(error, LODE_E_CONFIG,
				                       "URL: a %% in the %s is not followed by two "
				                       "hexadecimal digits; write %%25 for %%", what);
			c = (unsigned char)(high * 16 + low);
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return lode__error_set(error, LODE_E_CONFIG,
			                       "URL: a control character in the %s", what);
		copy[used++] = (char)c;
	}
	copy[used] = '\0';
	*out = copy;
	return LODE_OK;
}

static lode_status read_scheme(lode_url *url, const char *text, const char **rest,
                               lode_error *error)
{
	const char *end = strstr(text, "://");
	const char *plus = end ? memchr(text, '+', (size_t)(end - text)) : NULL;
	const char *dialect_end = plus ? plus : end;

	if (!end)
		return lode__error_set(error, LODE_E_CONFIG,
		                       "URL: no \"://\"; write dialect://user:password@host/database "
		                       "or sqlite:///file.db");
	if (!lode__plugin_name_ok(text, (size_t)(dialect_end - text)) ||
	    (plus && !lode__plugin_name_ok(plus + 1, (size_t)(end - plus - 1))))
		return lode__error_set(error, LODE_E_CONFIG,
		                       "URL: the name before \"://\" must be dialect or dialect+driver "
		                       "in lower-case letters, digits and underscores");
	url->parts.dialect = lode__arena_strndup(&url->arena, text, (size_t)(dialect_end - text));
	if (!url->parts.dialect)
		return lode__error_nomem(error);
	if (plus) {
		url->parts.driver = lode__arena_strndup(&url->arena, plus + 1,
		                                        (size_t)(end - plus - 1));
		if (!url->parts.driver)
			return lode__error_nomem(error);
	}
	*rest = end + 3;
	return LODE_OK;
}

static lode_status read_user(lode_url *url, const char *text, size_t size, lode_error *error)
{
	const char *colon = memchr(text, ':', size);
	size_t user_size = colon ? (size_t)(colon - text) : size;
	lode_status status = decode_part(url, &url->parts.user, text, user_size, "user", error);

	if (status == LODE_OK && colon)
		status = decode_part(url, &url->parts.password, colon + 1, size - user_size - 1,
		                     "password", error);
	return status;
}

static lode_status read_port(lode_url *url, const char *text, size_t size, lode_error *error)
{
	uint64_t port;

	if (!lode__parse_uint(text, size, &port) || port == 0 || port > 65535)
		return lode__error_set(error, LODE_E_CONFIG,
		                       "URL: the port after the host must be a number from 1 to 65535");
	url->parts.port = (uint32_t)port;
	return LODE_OK;
}

static lode_status read_host(lode_url *url, const char *text, size_t size, lode_error *error)
{
	const char *end = text + size, *host_end;
	lode_status status;

	if (size && *text == '[') {
		host_end = memchr(text, ']', size);
		if (!host_end || (host_end + 1 < end && host_end[1] != ':'))
			return lode__error_set(error, LODE_E_CONFIG,
			                       "URL: an IPv6 address must stand in brackets: "
			                       "[::1] or [::1]:5432");
		status = decode_part(url, &url->parts.host, text + 1, (size_t)(host_end - text - 1),
		                     "host", error);
		host_end++;
	} else {
		host_end = memchr(text, ':', size);
		host_end = host_end ? host_end : end;
		if (host_end == text)
			return host_end == end ? LODE_OK
			                       : lode__error_set(error, LODE_E_CONFIG,
			                                         "URL: a port without a host");
		status = decode_part(url, &url->parts.host, text, (size_t)(host_end - text), "host",
		                     error);
	}
	if (status == LODE_OK && host_end < end)
		status = read_port(url, host_end + 1, (size_t)(end - host_end - 1), error);
	return status;
}

static lode_status read_authority(lode_url *url, const char *text, size_t size, lode_error *error)
{
	const char *at = NULL;

	for (size_t i = 0; i < size; i++)    /* the last one: an @ in a password is often not escaped */
		if (text[i] == '@')
			at = text + i;
	if (at) {
		lode_status status = read_user(url, text, (size_t)(at - text), error);

		if (status != LODE_OK)
			return status;
		size -= (size_t)(at + 1 - text);
		text = at + 1;
	}
	return read_host(url, text, size, error);
}

static lode_status read_option(lode_url *url, lode_url_option *option, const char *text,
                               size_t size, lode_error *error)
{
	const char *equals = memchr(text, '=', size);
	size_t key_size = equals ? (size_t)(equals - text) : size;
	lode_status status;

	if (key_size == 0)
		return lode__error_set(error, LODE_E_CONFIG,
		                       "URL: an option without a name; write ?key=value&key=value");
	status = decode_part(url, &option->key, text, key_size, "name of an option", error);
	if (status == LODE_OK)
		status = decode_part(url, &option->value, equals ? equals + 1 : "",
		                     equals ? size - key_size - 1 : 0, "value of an option", error);
	return status;
}

static lode_status read_query(lode_url *url, const char *text, lode_error *error)
{
	size_t count = 1;
	lode_url_option *options;

	if (!*text)
		return LODE_OK;
	for (const char *p = text; *p; p++)
		count += *p == '&';
	options = LODE__NEW_ARRAY(&url->arena, lode_url_option, count);
	if (!options)
		return lode__error_nomem(error);
	url->parts.options = options;
	for (size_t i = 0; i < count; i++) {
		size_t size = strcspn(text, "&");
		lode_status status = read_option(url, &options[i], text, size, error);

		if (status != LODE_OK)
			return status;
		text += size + (text[size] == '&');
	}
	url->parts.option_count = count;
	return LODE_OK;
}

static lode_status read_url(lode_url *url, const char *text, lode_error *error)
{
	const char *rest = NULL, *slash, *question;
	lode_status status;

	if (strlen(text) > LODE__URL_MAX)
		return lode__error_set(error, LODE_E_CONFIG, "URL: longer than 1 MiB");
	status = read_scheme(url, text, &rest, error);
	if (status != LODE_OK)
		return status;
	question = rest + strcspn(rest, "?");
	slash = memchr(rest, '/', (size_t)(question - rest));
	status = read_authority(url, rest, (size_t)((slash ? slash : question) - rest), error);
	if (status == LODE_OK && slash)
		status = decode_part(url, &url->parts.database, slash + 1,
		                     (size_t)(question - slash - 1), "database", error);
	if (status == LODE_OK && *question)
		status = read_query(url, question + 1, error);
	return status;
}

static lode_url *new_url(const lode_allocator *allocator, lode_error *error)
{
	lode_url *url = lode__alloc_zero(allocator, sizeof *url);

	if (!url) {
		lode__error_nomem(error);
		return NULL;
	}
	url->allocator = allocator;
	url->parts.struct_size = (uint32_t)sizeof url->parts;
	lode__arena_init(&url->arena, allocator, 256);
	return url;
}

lode_url *lode__url_parse(const char *text, const lode_allocator *allocator, lode_error *error)
{
	lode_url *url;

	if (!text) {
		lode__error_set(error, LODE_E_MISUSE, "lode_url_parse: the URL is NULL");
		return NULL;
	}
	url = new_url(allocator, error);
	if (url && (read_url(url, text, error) != LODE_OK || finish_url(url, error) != LODE_OK)) {
		lode_url_free(url);
		return NULL;
	}
	return url;
}

lode_url *lode_url_parse(const char *text, lode_error *error)
{
	return lode__url_parse(text, NULL, error);
}

/* ---------------------------------------------------------------- from parts */

static lode_status copy_part(lode_url *url, const char **to, const char *from, const char *what,
                             lode_error *error)
{
	*to = NULL;
	if (!from)
		return LODE_OK;
	for (const char *p = from; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return lode__error_set(error, LODE_E_CONFIG,
			                       "URL: a control character in the %s", what);
	*to = lode__arena_strdup(&url->arena, from);
	return *to ? LODE_OK : lode__error_nomem(error);
}

static lode_status copy_options(lode_url *url, const lode_url_parts *from, lode_error *error)
{
	lode_url_option *options = LODE__NEW_ARRAY(&url->arena, lode_url_option, from->option_count);
	lode_status status = options ? LODE_OK : lode__error_nomem(error);

	for (size_t i = 0; status == LODE_OK && i < from->option_count; i++) {
		const lode_url_option *option = &from->options[i];

		if (!option->key || !*option->key)
			return lode__error_set(error, LODE_E_CONFIG, "URL: an option without a name");
		status = copy_part(url, &options[i].key, option->key, "name of an option", error);
		if (status == LODE_OK)
			status = copy_part(url, &options[i].value, option->value ? option->value : "",
			                   "value of an option", error);
	}
	url->parts.options = options;
	url->parts.option_count = from->option_count;
	return status;
}

static lode_status copy_parts(lode_url *url, const lode_url_parts *from, lode_error *error)
{
	lode_url_parts *to = &url->parts;
	lode_status status;

	if (!lode__plugin_name_ok(from->dialect, strlen(from->dialect)) ||
	    (from->driver && !lode__plugin_name_ok(from->driver, strlen(from->driver))))
		return lode__error_set(error, LODE_E_CONFIG,
		                       "URL: dialect and driver are names of lower-case letters, digits "
		                       "and underscores");
	if (from->port > 65535 || (from->port && !(from->host && *from->host)))
		return lode__error_set(error, LODE_E_CONFIG,
		                       "URL: a port is from 1 to 65535 and needs a host");
	to->port = from->port;
	status = copy_part(url, &to->dialect, from->dialect, "dialect", error);
	if (status == LODE_OK)
		status = copy_part(url, &to->driver, from->driver, "driver", error);
	if (status == LODE_OK)
		status = copy_part(url, &to->user, from->user, "user", error);
	if (status == LODE_OK)
		status = copy_part(url, &to->password, from->password, "password", error);
	if (status == LODE_OK && from->host && *from->host)
		status = copy_part(url, &to->host, from->host, "host", error);
	if (status == LODE_OK)
		status = copy_part(url, &to->database, from->database, "database", error);
	if (status == LODE_OK && from->option_count)
		status = copy_options(url, from, error);
	return status;
}

lode_url *lode__url_new(const lode_url_parts *parts, const lode_allocator *allocator,
                        lode_error *error)
{
	lode_url *url = new_url(allocator, error);

	if (url && (copy_parts(url, parts, error) != LODE_OK || finish_url(url, error) != LODE_OK)) {
		lode_url_free(url);
		return NULL;
	}
	return url;
}

lode_url *lode_url_new(const lode_url_parts *parts, lode_error *error)
{
	if (!parts || parts->struct_size < sizeof *parts || !parts->dialect ||
	    (parts->option_count && !parts->options)) {
		lode__error_set(error, LODE_E_MISUSE,
		                "lode_url_new: parts with their struct_size and a dialect are needed");
		return NULL;
	}
	return lode__url_new(parts, NULL, error);
}

void lode_url_free(lode_url *url)
{
	if (!url)
		return;
	lode__arena_dispose(&url->arena);
	lode__release(url->allocator, url);
}

/* ---------------------------------------------------------------- asking */

lode_status lode_url_split(const lode_url *url, lode_url_parts *parts)
{
	if (!url || !parts || parts->struct_size < sizeof *parts)
		return LODE_E_MISUSE;
	*parts = url->parts;
	return LODE_OK;
}

const char *lode_url_option_value(const lode_url *url, const char *key)
{
	if (!url || !key)
		return NULL;
	for (size_t i = 0; i < url->parts.option_count; i++)
		if (strcmp(url->parts.options[i].key, key) == 0)
			return url->parts.options[i].value;
	return NULL;
}

const char *lode_url_text(const lode_url *url)
{
	return url ? url->text : "";
}

const char *lode_url_redacted(const lode_url *url)
{
	return url ? url->redacted : "";
}
