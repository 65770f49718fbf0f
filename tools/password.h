/* SPDX-License-Identifier: MIT */
/* tools/password.h - passwords that come from a file or the environment, and into a URL.
 *
 * Arguments are visible to every user of a machine, so a password in one is refused. */
#ifndef LODE_TOOL_PASSWORD_H
#define LODE_TOOL_PASSWORD_H

#include <stdbool.h>

#include <lode/engine.h>

#include "base/secret.h"

#define PASSWORD_MAX LODE__SECRET_MAX    /* of a URL that is read likewise too */

/* The first line of a file, "-" for standard input, without its end; refuses a file that others
 * can read.  False: it was said on standard error why. */
bool password_read_line(const char *command, const char *path, char line[PASSWORD_MAX]);
/* Does the URL hold a password, in its place or in an option? */
bool password_in_url(const lode_url *url);
/* The URL with this password, to be freed; NULL: it was said why. */
lode_url *password_into_url(const char *command, const lode_url *url, const char *password);

#endif
