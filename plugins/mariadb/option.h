/* SPDX-License-Identifier: MIT */
/* mariadb/option.h - where a URL leads and how: read once, kept for the connection that cancels.
 *
 * Immutable after reading, so that cancel() may use them from any thread. */
#ifndef LODE_MARIADB_OPTION_H
#define LODE_MARIADB_OPTION_H

#include <mysql.h>

#include <lode/driver.h>

enum lmy_tls { LMY_TLS_DISABLE, LMY_TLS_REQUIRE, LMY_TLS_VERIFY_CA, LMY_TLS_VERIFY_FULL };

typedef struct lmy_options {
	char *host, *socket, *user, *password, *database; /* NULL: not given */
	char *tls_ca, *tls_cert, *tls_key;
	unsigned int port;					   /* 0: the usual one */
	unsigned int connect_timeout, read_timeout, write_timeout; /* seconds, 0: none */
	enum lmy_tls tls;
	int bulk; /* may arrays be sent?  Not every proxy understands them */
	int read_only;
} lmy_options;

extern const char *const lmy_option_keys[];

/* on failure nothing is left to be freed */
lode_status lmy_options_read(lmy_options *out, const lode_connect *a, lode_err *e);
void lmy_options_free(lmy_options *options);
/* a connected handle, or NULL and an error if `e` is not NULL */
lode_status lmy_options_connect(const lmy_options *options, MYSQL **out, lode_err *e);

#endif
