/* SPDX-License-Identifier: MIT */
/* postgresql/options.c - see options.h.
 *
 * Without `tls` a host that is not this machine gets verify-full: a server that cannot prove who it
 * is gets no password.  A service file that chooses a mode is believed. */
#include "options.h"

#include <string.h>

#include "host.h"

#define LPG_MOST 24

const char *const lpg_option_keys[] = {
	"host",	   "port",   "service", "passfile", "application_name",	    "tls",
	"tls_ca",  "tls_cert", "tls_key", "prepare",  "target_session_attrs", NULL,
};

/* Text results are read too, so their forms must be those we know; a pooler takes none of this. */
static const char session[] = "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601"
			      " -c bytea_output=hex -c standard_conforming_strings=on";

static const char *const tls_modes[] = { "disable", "require", "verify-ca", "verify-full", NULL };

typedef struct parameters {
	const char *keys[LPG_MOST + 1], *values[LPG_MOST + 1];
	size_t count;
} parameters;

static const char *option(const lode_connect *a, const char *key)
{
	return a->options != NULL ? lpg_host->opt(a->options, key) : NULL;
}

static void add(parameters *list, const char *key, const char *value)
{
	if (value == NULL || list->count == LPG_MOST)
		return;
	list->keys[list->count] = key;
	list->values[list->count++] = value;
	list->keys[list->count] = list->values[list->count] = NULL;
}

static int is_local(const char *host, size_t n)
{
	return n == 0 || *host == '/' || *host == '@' ||
	       (n == 9 && memcmp(host, "localhost", 9) == 0) ||
	       (n > 4 && memcmp(host, "127.", 4) == 0) || (n == 3 && memcmp(host, "::1", 3) == 0);
}

/* is there one among "a,b,c" that is not this machine? */
static int is_remote(const char *hosts)
{
	size_t n;

	while (hosts != NULL) {
		n = strcspn(hosts, ",");
		if (!is_local(hosts, n))
			return 1;
		hosts = hosts[n] == ',' ? hosts + n + 1 : NULL;
	}
	return 0;
}

static int is_one_of(const char *value, const char *const *values)
{
	for (; *values != NULL; values++)
		if (strcmp(value, *values) == 0)
			return 1;
	return 0;
}

static void list_parameters(const lode_connect *a, parameters *list, int pooled)
{
	static const char *const pairs[][2] = {
		{ "host", "host" },	    { "port", "port" },
		{ "user", "user" },	    { "password", "password" },
		{ "database", "dbname" },   { "service", "service" },
		{ "passfile", "passfile" }, { "target_session_attrs", "target_session_attrs" },
		{ "tls_ca", "sslrootcert" }, { "tls_cert", "sslcert" },
		{ "tls_key", "sslkey" },
	};
	const char *name = option(a, "application_name"), *value;
	size_t i;

	list->count = 0;
	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		value = option(a, pairs[i][0]);
		if (value != NULL && value[0] != '\0')
			add(list, pairs[i][1], value);
	}
	add(list, "client_encoding", "UTF8");
	add(list, name != NULL ? "application_name" : "fallback_application_name",
	    name != NULL ? name : "lode");
	if (!pooled)
		add(list, "options", session);
}

/* what the service file and the environment made of a parameter, in a copy of the caller's */
static int effective(PGconn *pg, const char *key, char *out, size_t size)
{
	PQconninfoOption *all = PQconninfo(pg), *at;
	int found = 0;

	out[0] = '\0';
	for (at = all; at != NULL && at->keyword != NULL; at++) {
		if (strcmp(at->keyword, key) != 0 || at->val == NULL || strlen(at->val) >= size)
			continue;
		memcpy(out, at->val, strlen(at->val) + 1);
		found = 1;
	}
	PQconninfoFree(all);
	return found;
}

/* nothing was sent yet: the password goes out in a later step */
static int needs_proof(PGconn *pg)
{
	char host[1024], mode[20];

	effective(pg, "host", host, sizeof host);
	effective(pg, "sslmode", mode, sizeof mode);
	return strcmp(mode, "prefer") == 0 && is_remote(host);
}

static const char *default_mode(const lode_connect *a)
{
	if (option(a, "service") != NULL)
		return NULL;
	return is_remote(option(a, "host")) ? "verify-full" : "prefer";
}

lode_status lpg_options_start(const lode_connect *a, PGconn **out, int *pooled, lode_err *e)
{
	static const char *const preparing[] = { "auto", "never", NULL };
	const char *tls = option(a, "tls"), *prepare = option(a, "prepare");
	parameters list;

	if (tls != NULL && !is_one_of(tls, tls_modes))
		return lpg_refuse(e, LODE_E_CONNECT, "option tls has a value that is not known",
				  "disable, require, verify-ca or verify-full");
	if (prepare != NULL && !is_one_of(prepare, preparing))
		return lpg_refuse(e, LODE_E_CONNECT, "option prepare has a value that is not known",
				  "auto or never");
	if (prepare != NULL && strcmp(prepare, "never") == 0)
		*pooled = 1;
	list_parameters(a, &list, *pooled);
	add(&list, "sslmode", tls != NULL ? tls : default_mode(a));
	*out = PQconnectStartParams(list.keys, list.values, 0);
	if (*out != NULL && tls == NULL && option(a, "service") != NULL && needs_proof(*out)) {
		PQfinish(*out);
		add(&list, "sslmode", "verify-full");
		*out = PQconnectStartParams(list.keys, list.values, 0);
	}
	return *out != NULL ? LODE_OK : lpg_refuse_memory(e);
}
