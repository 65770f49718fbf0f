/* SPDX-License-Identifier: MIT */
/* base/trust.h - may this file decide what the process does?
 *
 * Plugins and configuration files are trusted if the file, and the directory it really lies in,
 * belong to root or to the effective user and nobody else may write them.  All of it is asked of
 * open descriptors: what was looked at is what is read. */
#ifndef LODE_BASE_TRUST_H
#define LODE_BASE_TRUST_H

#include <stdbool.h>

#include "base/buf.h"

/* Does the process have rights that its user has not (setuid)?  Then its user's environment and
 * files are not his to decide by. */
bool lode__is_privileged(void);

/* `what` stands first in the reason why not: "the directory" */
bool lode__directory_trusted(const char *directory, const char *what, lode__buf *reason);

/* A descriptor of the regular file at `path`, to be closed, and its absolute path without links, to
 * be freed with free(); -1: `reason` says why not, and errno is ENOENT if there is no such file, not
 * if it cannot be trusted. */
int lode__open_trusted(const char *path, char **resolved, lode__buf *reason);

#endif
