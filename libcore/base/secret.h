/* SPDX-License-Identifier: MIT */
/* base/secret.h - a password that stands in the first line of a file. */
#ifndef LODE_BASE_SECRET_H
#define LODE_BASE_SECRET_H

#include <stdbool.h>

#include "base/buf.h"

#define LODE__SECRET_MAX 4096        /* bytes, NUL included */

/* The first line of what is open, without its end; of a regular file only if nobody but its owner
 * has access to it (a pipe is as private as whoever made it wanted).  False: `reason` says why, and
 * nothing of the line is left in memory. */
bool lode__secret_read(int fd, char line[LODE__SECRET_MAX], lode__buf *reason);
/* the same of the file at `path` */
bool lode__secret_read_file(const char *path, char line[LODE__SECRET_MAX], lode__buf *reason);
/* Overwrite what is not needed any more, also where a compiler sees no use in it. */
void lode__secret_forget(char line[LODE__SECRET_MAX]);

#endif
