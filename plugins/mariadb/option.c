/* SPDX-License-Identifier: MIT */
/* mariadb/option.c - the options of a URL, and connecting by them.
 *
 * No option file is read and LOAD DATA LOCAL stays off, whatever a server asks for.  A remote host
 * is verified unless the URL says otherwise; the library checks a certificate and the host's name
 * together or not at all, so tls=verify-ca, a chain without a name, is refused. */
#include "option.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "host.h"

const char *const lmy_option_keys[] = {
	"socket",	   "tls",	   "tls_ca",	    "tls_cert", "tls_key",
	"connect_timeout", "read_timeout", "write_timeout", "bulk",	NULL,
};

static const char *option(const lode_connect *a, const char *key)
{
	const char *value = a->options != NULL ? lmy_host->opt(a->options, key) : NULL;

	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* ---- reading */

static int copy_text(char **out, const char *text)
{
	size_t n = text != NULL ? strlen(text) + 1 : 0;

	*out = n > 0 ? lmy_host->alloc(n) : NULL;
	if (*out != NULL)
		memcpy(*out, text, n);
	return n == 0 || *out != NULL;
}

static void free_secret(char *text)
{
	volatile char *p = text;

	while (p != NULL && *p != '\0')
		*p++ = '\0';
	lmy_host->release(text);
}

void lmy_options_free(lmy_options *o)
{
	lmy_host->release(o->host);
	lmy_host->release(o->socket);
	lmy_host->release(o->user);
	free_secret(o->password);
	lmy_host->release(o->database);
	lmy_host->release(o->tls_ca);
	lmy_host->release(o->tls_cert);
	lmy_host->release(o->tls_key);
	memset(o, 0, sizeof *o);
}

static lode_status refuse_value(const char *key, const char *hint, lode_err *e)
{
	char text[100];

	snprintf(text, sizeof text, "option %s has a value that is not known", key);
	return lmy_refuse(e, LODE_E_CONNECT, text, hint);
}

static int parse_number(const char *text, unsigned int most, unsigned int *out)
{
	unsigned int v = 0;

	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		v = v * 10 + (unsigned int)(*text - '0');
		if (v > most)
			return 0;
	}
	*out = v;
	return 1;
}

static lode_status read_numbers(lmy_options *o, const lode_connect *a, lode_err *e)
{
	const struct {
		const char *key;
		unsigned int most, *out;
		const char *hint;
	} numbers[] = {
		{ "port", 65535, &o->port, "1 to 65535" },
		{ "connect_timeout", 1000000, &o->connect_timeout, "a number of seconds" },
		{ "read_timeout", 1000000, &o->read_timeout, "a number of seconds" },
		{ "write_timeout", 1000000, &o->write_timeout, "a number of seconds" },
	};
	size_t i;

	for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		const char *value = option(a, numbers[i].key);

		if (value != NULL && !parse_number(value, numbers[i].most, numbers[i].out))
			return refuse_value(numbers[i].key, numbers[i].hint, e);
	}
	if (a->timeout_ms >= 0) /* the library counts in seconds */
		o->connect_timeout =
			a->timeout_ms > 1000 ? ((unsigned int)a->timeout_ms + 999) / 1000 : 1;
	return LODE_OK;
}

/* index of the option's value in a list that NULL ends, dflt if it is not given, -1 if wrong */
static int choose(const lode_connect *a, const char *key, const char *const *values, int dflt)
{
	const char *value = option(a, key);
	int i;

	if (value == NULL)
		return dflt;
	for (i = 0; values[i] != NULL; i++)
		if (strcmp(value, values[i]) == 0)
			return i;
	return -1;
}

/* does the connection stay within this machine? */
static int is_local(const lmy_options *o)
{
	return o->host == NULL || strcmp(o->host, "localhost") == 0 ||
	       strncmp(o->host, "127.", 4) == 0 || strcmp(o->host, "::1") == 0;
}

static lode_status read_choices(lmy_options *o, const lode_connect *a, lode_err *e)
{
	static const char *const modes[] = { "disable", "require", "verify-ca", "verify-full",
					     NULL };
	static const char *const switches[] = { "off", "on", NULL };
	int tls = choose(a, "tls", modes, is_local(o) ? LMY_TLS_DISABLE : LMY_TLS_VERIFY_FULL);
	int bulk = choose(a, "bulk", switches, 1);

	if (tls < 0)
		return refuse_value("tls", "disable, require or verify-full", e);
	if (tls == LMY_TLS_VERIFY_CA)
		return lmy_refuse(
			e, LODE_E_UNSUPPORTED,
			"MariaDB Connector/C cannot verify a certificate without its name",
			"use tls=verify-full");
	if (bulk < 0)
		return refuse_value("bulk", "on or off", e);
	o->tls = (enum lmy_tls)tls;
	o->bulk = bulk;
	o->read_only = (a->flags & LODE_CONNECT_READONLY) != 0;
	return LODE_OK;
}

static int copy_texts(lmy_options *o, const lode_connect *a)
{
	const char *host = option(a, "host"), *socket = option(a, "socket");

	if (host != NULL && host[0] == '/') { /* as in mariadb://user@%2Frun%2Fmysqld.sock/db */
		socket = host;
		host = NULL;
	}
	return copy_text(&o->host, socket == NULL ? host : NULL) && copy_text(&o->socket, socket) &&
	       copy_text(&o->user, option(a, "user")) &&
	       copy_text(&o->password, option(a, "password")) &&
	       copy_text(&o->database, option(a, "database")) &&
	       copy_text(&o->tls_ca, option(a, "tls_ca")) &&
	       copy_text(&o->tls_cert, option(a, "tls_cert")) &&
	       copy_text(&o->tls_key, option(a, "tls_key"));
}

lode_status lmy_options_read(lmy_options *out, const lode_connect *a, lode_err *e)
{
	lode_status status = LODE_OK;

	memset(out, 0, sizeof *out);
	if (!copy_texts(out, a))
		status = lmy_nomem(e);
	if (status == LODE_OK)
		status = read_numbers(out, a, e);
	if (status == LODE_OK)
		status = read_choices(out, a, e);
	if (status != LODE_OK)
		lmy_options_free(out);
	return status;
}

/* ---- connecting */

static void set_number(MYSQL *db, enum mysql_option which, unsigned int value)
{
	if (value > 0)
		mysql_options(db, which, &value);
}

static void set_text(MYSQL *db, enum mysql_option which, const char *value)
{
	if (value != NULL)
		mysql_options(db, which, value);
}

/* The default host "localhost" is the socket, as everywhere with MySQL, unless a port is given. */
static void set_transport(MYSQL *db, const lmy_options *o)
{
	unsigned int tcp = MYSQL_PROTOCOL_TCP;

	if (o->host != NULL && (o->port != 0 || strcmp(o->host, "localhost") != 0))
		mysql_options(db, MYSQL_OPT_PROTOCOL, &tcp);
	set_number(db, MYSQL_OPT_CONNECT_TIMEOUT, o->connect_timeout);
	set_number(db, MYSQL_OPT_READ_TIMEOUT, o->read_timeout);
	set_number(db, MYSQL_OPT_WRITE_TIMEOUT, o->write_timeout);
}

static void set_security(MYSQL *db, const lmy_options *o)
{
	my_bool enforce = o->tls != LMY_TLS_DISABLE, verify = o->tls == LMY_TLS_VERIFY_FULL, no = 0;
	unsigned int infile = 0;

	mysql_options(db, MYSQL_OPT_LOCAL_INFILE, &infile);
	mysql_options(db, MYSQL_OPT_RECONNECT, &no);
	mysql_options(db, MYSQL_OPT_SSL_ENFORCE, &enforce);
	mysql_options(db, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
	if (!enforce)
		return;
	set_text(db, MYSQL_OPT_SSL_CA, o->tls_ca);
	set_text(db, MYSQL_OPT_SSL_CERT, o->tls_cert);
	set_text(db, MYSQL_OPT_SSL_KEY, o->tls_key);
}

lode_status lmy_options_connect(const lmy_options *o, MYSQL **out, lode_err *e)
{
	MYSQL *db = mysql_init(NULL);
	lode_status status;

	if (db == NULL)
		return lmy_nomem(e);
	set_transport(db, o);
	set_security(db, o);
	mysql_options(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	/* no password is "", or the library would look into the environment */
	if (mysql_real_connect(db, o->host, o->user, o->password != NULL ? o->password : "",
			       o->database, o->port, o->socket, CLIENT_FOUND_ROWS) == NULL) {
		status = lmy_error_connect(db, e);
		mysql_close(db);
		return status;
	}
	if (o->tls != LMY_TLS_DISABLE && mysql_get_ssl_cipher(db) == NULL) {
		mysql_close(db);
		return lmy_refuse(e, LODE_E_CONNECT, "the server does not speak TLS",
				  "tls=disable if the network can be trusted");
	}
	*out = db;
	return LODE_OK;
}
