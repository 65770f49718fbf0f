/* SPDX-License-Identifier: MIT */
/* base/secret.c - reads secrets without cutting them short and without leaving copies. */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_private(int fd, lode__buf *reason)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		lode__buf_puts(reason, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		lode__buf_puts(reason, "is a directory");
	else if (S_ISREG(st.st_mode) && (st.st_mode & (S_IRWXG | S_IRWXO)))
		lode__buf_puts(reason, "others have access to this file: chmod 600 it");
	else
		return true;
	return false;
}

/* up to the end of the line, of the file or of the buffer; false: an error of the system */
static bool read_start(int fd, char line[LODE__SECRET_MAX])
{
	size_t size = 0;

	while (size < LODE__SECRET_MAX - 1) {
		ssize_t got = read(fd, line + size, LODE__SECRET_MAX - 1 - size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		size += (size_t)got;
		if (memchr(line, '\n', size))
			break;
	}
	line[size] = '\0';
	return true;
}

static bool cut_line(char line[LODE__SECRET_MAX], lode__buf *reason)
{
	size_t size = strcspn(line, "\n");

	if (size == LODE__SECRET_MAX - 1) {
		lode__buf_printf(reason, "the first line is longer than %d bytes",
		                 LODE__SECRET_MAX - 2);
		return false;
	}
	if (size && line[size - 1] == '\r')
		size--;
	if (size == 0) {
		lode__buf_puts(reason, "the first line is empty");
		return false;
	}
	line[size] = '\0';
	return true;
}

bool lode__secret_read(int fd, char line[LODE__SECRET_MAX], lode__buf *reason)
{
	bool ok = is_private(fd, reason);

	if (ok && !read_start(fd, line)) {
		lode__buf_puts(reason, strerror(errno));
		ok = false;
	}
	ok = ok && cut_line(line, reason);
	if (!ok)
		lode__secret_forget(line);
	return ok;
}

bool lode__secret_read_file(const char *path, char line[LODE__SECRET_MAX], lode__buf *reason)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0) {
		lode__buf_puts(reason, strerror(errno));
		return false;
	}
	ok = lode__secret_read(fd, line, reason);
	close(fd);
	return ok;
}

void lode__secret_forget(char line[LODE__SECRET_MAX])
{
	volatile char *at = line;

	for (size_t i = 0; i < LODE__SECRET_MAX; i++)
		at[i] = '\0';
}
