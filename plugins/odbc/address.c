/* SPDX-License-Identifier: MIT */
/* odbc/address.c - keyword=value;keyword={value with ; or }}}. */
#include "address.h"

#include <string.h>
#include <strings.h>

#include "error.h"
#include "host.h"

#define LODBC_PREFIX "odbc."

const char *const lodbc_address_keys[] = {
	"driver",    "dsn",	    "filedsn",	"server",   "servername",
	"socket",    "charset",	    "option",	"protocol", "sslmode",
	"sslverify", "description", "readonly", "timeout",  "trusted_connection",
	"encrypt",   "odbc.*",	    NULL,
};

/* ---- text that grows; the old block is erased, since it may hold the password */

static int reserve(lodbc_address *address, size_t more)
{
	size_t capacity = address->capacity != 0 ? address->capacity : 256;
	char *grown;

	if (address->size + more < address->capacity)
		return 1;
	while (capacity <= address->size + more)
		capacity *= 2;
	grown = lodbc_host->alloc(capacity);
	if (grown == NULL)
		return 0;
	if (address->size > 0)
		memcpy(grown, address->text, address->size);
	grown[address->size] = '\0';
	if (address->text != NULL)
		explicit_bzero(address->text, address->capacity);
	lodbc_host->release(address->text);
	address->text = grown;
	address->capacity = capacity;
	return 1;
}

static int put(lodbc_address *address, const char *text, size_t n)
{
	if (!reserve(address, n))
		return 0;
	memcpy(address->text + address->size, text, n);
	address->size += n;
	address->text[address->size] = '\0';
	return 1;
}

static int needs_braces(const char *value)
{
	size_t n = strlen(value);

	return strpbrk(value, "[]{}(),;?*=!@") != NULL || value[0] == ' ' ||
	       (n > 0 && value[n - 1] == ' ');
}

static int put_braced(lodbc_address *address, const char *value)
{
	int fits = put(address, "{", 1);

	for (; fits && *value != '\0'; value++) {
		fits = put(address, value, 1);
		if (fits && *value == '}')
			fits = put(address, value, 1);
	}
	return fits && put(address, "}", 1);
}

static int put_keyword(lodbc_address *address, const char *key, size_t key_size, const char *value)
{
	int fits;

	if (value == NULL)
		return 1;
	fits = put(address, key, key_size) && put(address, "=", 1);
	if (fits)
		fits = needs_braces(value) ? put_braced(address, value)
					   : put(address, value, strlen(value));
	return fits && put(address, ";", 1);
}

/* ---- from a URL */

static const char *option(const lode_connect *a, const char *key)
{
	return a->options != NULL ? lodbc_host->opt(a->options, key) : NULL;
}

const char *lodbc_address_source(const lode_connect *a)
{
	static const char *const keys[] = { "driver", "dsn", "filedsn", "host" };
	const char *value = NULL;
	size_t i;

	for (i = 0; value == NULL && i < sizeof keys / sizeof keys[0]; i++)
		value = option(a, keys[i]);
	return value != NULL ? value : "";
}

/* the keyword that an option of the URL is, or NULL if it is none */
static const char *keyword_of(const char *key)
{
	const char *const *at;

	if (strncmp(key, LODBC_PREFIX, strlen(LODBC_PREFIX)) == 0)
		return key + strlen(LODBC_PREFIX);
	for (at = lodbc_address_keys; *at != NULL; at++)
		if (strcmp(*at, key) == 0)
			return key;
	return NULL;
}

static int put_options(lodbc_address *out, const lode_connect *a)
{
	const char *key = NULL, *value = NULL, *keyword;
	int fits = 1;
	size_t i;

	for (i = 0; fits && lodbc_host->opt_at(a->options, i, &key, &value); i++) {
		keyword = keyword_of(key);
		if (keyword != NULL)
			fits = put_keyword(out, keyword, strlen(keyword), value);
	}
	return fits;
}

static int put_parts(lodbc_address *out, const lode_connect *a)
{
	int named = option(a, "driver") != NULL || option(a, "dsn") != NULL ||
		    option(a, "filedsn") != NULL;
	const char *database = option(a, "database");

	if (database != NULL && database[0] == '\0')
		database = NULL;
	return put_keyword(out, named ? "Server" : "DSN", named ? 6 : 3, option(a, "host")) &&
	       put_keyword(out, "Port", 4, option(a, "port")) &&
	       put_keyword(out, "Database", 8, database) &&
	       put_keyword(out, "UID", 3, option(a, "user")) &&
	       put_keyword(out, "PWD", 3, option(a, "password"));
}

lode_status lodbc_address_make(lodbc_address *out, const lode_connect *a, lode_err *e)
{
	memset(out, 0, sizeof *out);
	if (a->options == NULL || lodbc_address_source(a)[0] == '\0')
		return lodbc_error_set(e, LODE_E_CONNECT,
				       "the URL names no data source and no driver",
				       "odbc://DSN or odbc:///?driver=NAME&server=HOST");
	/* a driver or data source must come before what belongs to it */
	if (put_options(out, a) && put_parts(out, a))
		return LODE_OK;
	lodbc_address_dispose(out);
	return lodbc_error_nomem(e);
}

/* is the keyword given?  Looked for where a keyword may stand, behind a semicolon. */
static int has_keyword(const lodbc_address *address, const char *key, size_t n)
{
	const char *at = address->text;

	while (at != NULL && *at != '\0') {
		if (strncasecmp(at, key, n) == 0 && at[n] == '=')
			return 1;
		at = strchr(at, '=');
		if (at != NULL && at[1] == '{') {
			for (at += 2; *at != '\0' && (at[0] != '}' || at[1] == '}'); at++)
				at += at[0] == '}';
		}
		at = at != NULL ? strchr(at, ';') : NULL;
		at = at != NULL ? at + 1 : NULL;
	}
	return 0;
}

int lodbc_address_add(lodbc_address *address, const char *const *keywords)
{
	int added = 0;

	for (; keywords != NULL && *keywords != NULL; keywords++) {
		size_t n = strcspn(*keywords, "=");

		if (has_keyword(address, *keywords, n))
			continue;
		if (!put_keyword(address, *keywords, n, *keywords + n + 1))
			return -1;
		added = 1;
	}
	return added;
}

void lodbc_address_dispose(lodbc_address *address)
{
	if (address->text != NULL)
		explicit_bzero(address->text, address->capacity);
	lodbc_host->release(address->text);
	memset(address, 0, sizeof *address);
}
