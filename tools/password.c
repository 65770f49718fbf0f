/* SPDX-License-Identifier: MIT */
/* tools/password.c - reads secrets without echoing, truncating or showing them. */
#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

/* pipes and terminals are as private as whoever made them wanted */
static bool is_private(const char *command, int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		tool_complain(command, "%s: %s", path, strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		tool_complain(command, "%s: is a directory", path);
		return false;
	}
	if (S_ISREG(st.st_mode) && (st.st_mode & (S_IRWXG | S_IRWXO))) {
		tool_complain(command, "%s: others have access to this file: chmod 600 it", path);
		return false;
	}
	return true;
}

/* up to the end of the line, of the file or of the buffer; false: an error of the system */
static bool read_start(int fd, char line[PASSWORD_MAX])
{
	size_t size = 0;

	while (size < PASSWORD_MAX - 1) {
		ssize_t got = read(fd, line + size, PASSWORD_MAX - 1 - size);

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

static bool cut_line(const char *command, const char *path, char line[PASSWORD_MAX])
{
	size_t size = strcspn(line, "\n");

	if (size == PASSWORD_MAX - 1) {
		tool_complain(command, "%s: the first line is longer than %d bytes", path,
		              PASSWORD_MAX - 2);
		return false;
	}
	if (size && line[size - 1] == '\r')
		size--;
	if (size == 0) {
		tool_complain(command, "%s: the first line is empty", path);
		return false;
	}
	line[size] = '\0';
	return true;
}

bool password_read_line(const char *command, const char *path, char line[PASSWORD_MAX])
{
	bool standard = strcmp(path, "-") == 0, ok;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (standard)
		path = "standard input";
	if (fd < 0) {
		tool_complain(command, "%s: %s", path, strerror(errno));
		return false;
	}
	ok = standard || is_private(command, fd, path);
	if (ok && !read_start(fd, line)) {
		tool_complain(command, "%s: %s", path, strerror(errno));
		ok = false;
	}
	ok = ok && cut_line(command, path, line);
	if (!standard)
		close(fd);
	if (!ok)
		password_forget(line);
	return ok;
}

bool password_in_url(const lode_url *url)
{
	lode_url_parts parts = LODE_URL_PARTS_INIT;

	if (lode_url_split(url, &parts) != LODE_OK)
		return false;
	if (parts.password)
		return true;
	for (size_t i = 0; i < parts.option_count; i++)
		if (strstr(parts.options[i].key, "passw") ||
		    strcmp(parts.options[i].key, "pwd") == 0)
			return true;
	return false;
}

lode_url *password_into_url(const char *command, const lode_url *url, const char *password)
{
	lode_url_parts parts = LODE_URL_PARTS_INIT;
	lode_error error = LODE_ERROR_INIT;
	lode_url *made = NULL;

	if (lode_url_split(url, &parts) == LODE_OK) {
		parts.password = password;
		made = lode_url_new(&parts, &error);
	}
	if (!made)
		tool_complain(command, "%s", error.message);
	return made;
}

void password_forget(char text[PASSWORD_MAX])
{
	volatile char *at = text;

	for (size_t i = 0; i < PASSWORD_MAX; i++)
		at[i] = '\0';
}
