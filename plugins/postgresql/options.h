/* SPDX-License-Identifier: MIT */
/* postgresql/options.h - the options of a URL as libpq's parameters. */
#ifndef LODE_POSTGRESQL_OPTIONS_H
#define LODE_POSTGRESQL_OPTIONS_H

#include <libpq-fe.h>

#include <lode/driver.h>

extern const char *const lpg_option_keys[]; /* of the URL's query, NULL-terminated */

/* A connection that has been started; LODE_E_CONNECT, an option has a value that is not known;
 * LODE_E_NOMEM.  *pooled is set with prepare=never, and obeyed when it is set already. */
lode_status lpg_options_start(const lode_connect *a, PGconn **out, int *pooled, lode_err *e);

#endif
