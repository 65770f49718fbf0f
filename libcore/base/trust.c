/* SPDX-License-Identifier: MIT */
/* base/trust.c - see trust.h. */
#include "base/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

bool lode__is_privileged(void)
{
	return getauxval(AT_SECURE) != 0;
}

/* owner root or the effective user, not writable by others */
static bool owner_ok(const struct stat *st, const char *what, lode__buf *reason)
{
	mode_t forbidden = lode__is_privileged() ? S_IWGRP | S_IWOTH : S_IWOTH;

	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		lode__buf_printf(reason, "%s belongs to user %lu, not to root or to user %lu", what,
		                 (unsigned long)st->st_uid, (unsigned long)geteuid());
		return false;
	}
	if (st->st_mode & forbidden) {
		lode__buf_printf(reason, "%s is writable by %s", what,
		                 st->st_mode & forbidden & S_IWOTH ? "others" : "its group");
		return false;
	}
	return true;
}

bool lode__directory_trusted(const char *directory, const char *what, lode__buf *reason)
{
	struct stat st;
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = false;

	if (fd < 0)
		lode__buf_printf(reason, "%s", strerror(errno));
	else if (fstat(fd, &st) != 0)
		lode__buf_printf(reason, "%s", strerror(errno));
	else
		ok = owner_ok(&st, what, reason);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool same_file(const char *path, const struct stat *opened)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_dev == opened->st_dev && st.st_ino == opened->st_ino;
}

static bool check_resolved(const char *resolved, const struct stat *st, lode__buf *reason)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(resolved, '/');
	size_t size = slash == resolved ? 1 : (size_t)(slash - resolved);

	if (!S_ISREG(st->st_mode)) {
		lode__buf_puts(reason, "not a regular file");
		return false;
	}
	if (!owner_ok(st, "the file", reason))
		return false;
	memcpy(directory, resolved, size);
	directory[size] = '\0';
	if (!lode__directory_trusted(directory, "the directory of the file", reason))
		return false;
	if (!same_file(resolved, st)) {
		lode__buf_puts(reason, "the file was exchanged while it was looked at");
		return false;
	}
	return true;
}

int lode__open_trusted(const char *path, char **resolved, lode__buf *reason)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char *found = fd >= 0 && fstat(fd, &st) == 0 ? realpath(path, NULL) : NULL;
	int cause = errno;

	if (!found)
		lode__buf_printf(reason, "%s", strerror(cause));
	else if (!check_resolved(found, &st, reason))
		cause = EACCES;
	else {
		*resolved = found;
		return fd;
	}
	free(found);
	if (fd >= 0)
		close(fd);
	errno = cause;
	return -1;
}
