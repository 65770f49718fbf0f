/* SPDX-License-Identifier: MIT */
/* tools/password.c - see password.h. */
#include "password.h"

#include <string.h>
#include <unistd.h>

#include "tool.h"

bool password_read_line(const char *command, const char *path, char line[PASSWORD_MAX])
{
	bool standard = strcmp(path, "-") == 0, ok;
	lode__buf reason;

	lode__buf_init(&reason, NULL, 1024);
	ok = standard ? lode__secret_read(STDIN_FILENO, line, &reason)
	              : lode__secret_read_file(path, line, &reason);
	if (!ok)
		tool_complain(command, "%s: %s", standard ? "standard input" : path,
		              lode__buf_text(&reason));
	lode__buf_dispose(&reason);
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
