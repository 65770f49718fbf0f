/* SPDX-License-Identifier: MIT */
/* engine/config.c - lode.conf: finds the files, checks them, makes the URL of an engine.
 *
 * Everything in a file is checked when it is read, whichever engine is wanted, but for what only a
 * driver can judge: its options are checked when the engine is opened.  The password is fetched
 * then, too.  No message shows a value. */
#include "engine/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/secret.h"
#include "base/str.h"
#include "base/trust.h"
#include "engine/options.h"
#include "engine/plugin.h"
#include "engine/url.h"

#ifndef LODE_SYSCONFDIR
#define LODE_SYSCONFDIR "/usr/local/etc"
#endif
#define FILE_NAME "lode.conf"

/* keys of an engine that are no options of its URL */
static const char *const own_keys[] = { "url", "password_file", "password_env" };
#define OWN_KEYS (sizeof own_keys / sizeof *own_keys)

static bool is_own_key(const char *key)
{
	for (size_t i = 0; i < OWN_KEYS; i++)
		if (strcmp(own_keys[i], key) == 0)
			return true;
	return false;
}

/* ---------------------------------------------------------------- where the files are */

static char *join_path(const char *directory, const char *below)
{
	lode__buf path;
	char *out = NULL;

	lode__buf_init(&path, NULL, 1 << 16);
	lode__buf_printf(&path, "%s%s", directory, below);
	lode__buf_take(&out, &path, NULL);
	lode__buf_dispose(&path);
	return out;
}

lode_status lode__config_paths_find(lode__config_paths *out, lode_error *error)
{
	const char *only = secure_getenv("LODE_CONFIG");
	const char *config = secure_getenv("XDG_CONFIG_HOME");
	const char *home = secure_getenv("HOME");

	memset(out, 0, sizeof *out);
	if (only && *only) {
		out->only = only;
		return LODE_OK;
	}
	out->system = LODE_SYSCONFDIR "/" FILE_NAME;
	/* relative ones depend on where the program was started */
	if (config && *config == '/')
		out->user = join_path(config, "/" FILE_NAME);
	else if (home && *home == '/')
		out->user = join_path(home, "/.config/" FILE_NAME);
	else
		return LODE_OK;
	return out->user ? LODE_OK : lode__error_nomem(error);
}

void lode__config_paths_dispose(lode__config_paths *paths)
{
	lode__release(NULL, paths->user);
	paths->user = NULL;
}

/* ---------------------------------------------------------------- checking */

static lode_status complain(const lode__config_file *file, unsigned line, const char *what,
                            lode_error *error)
{
	return lode__error_set(error, LODE_E_CONFIG, "%s:%u: %s", file->path, line, what);
}

static lode_status check_plugins(const lode__config_file *file, const lode__config_section *section,
                                 lode_error *error)
{
	for (const lode__config_entry *at = section->first; at; at = at->next) {
		if (strcmp(at->key, "directories") != 0)
			return lode__error_set(error, LODE_E_CONFIG,
			                       "%s:%u: [plugins] has no key \"%s\", only directories",
			                       file->path, at->line, at->key);
		for (const char *path = at->value; *path; path += strcspn(path, ":")) {
			path += *path == ':';
			if (*path != '/')
				return complain(file, at->line,
				                "directories must be absolute, with a colon between "
				                "them", error);
		}
	}
	return LODE_OK;
}

/* is the value of such an option a password? */
static bool is_secret_key(const char *key)
{
	return strstr(key, "passw") || strcmp(key, "pwd") == 0;
}

static bool url_has_secret(const lode_url_parts *url)
{
	for (size_t i = 0; i < url->option_count; i++)
		if (is_secret_key(url->options[i].key))
			return true;
	return url->password != NULL;
}

static lode_status refuse_secret(const lode__config_file *file, unsigned line, lode_error *error)
{
	return complain(file, line,
	                "a password in a file to which others have access: chmod 600 it, or use "
	                "password_file", error);
}

/* one URL, and what the keys of the section add to it */
static lode_status check_url(const lode__config_file *file, const lode__config_section *section,
                             const lode__config_entry *entry, lode_error *error)
{
	lode_error why = LODE_ERROR_INIT;
	lode_url *url = lode_url_parse(entry->value, &why);
	lode_status status = LODE_OK;

	if (!url && why.status == LODE_E_NOMEM)
		return lode__error_nomem(error);
	if (!url)
		return complain(file, entry->line, why.message, error);
	if (url_has_secret(&url->parts) && file->open_to_others)
		status = refuse_secret(file, entry->line, error);
	for (const lode__config_entry *at = section->first; status == LODE_OK && at; at = at->next)
		if (lode_url_option_value(url, at->key))
			status = lode__error_set(error, LODE_E_CONFIG,
			                         "%s:%u: \"%s\" stands in the URL already", file->path,
			                         at->line, at->key);
	if (status == LODE_OK && url->parts.password)
		for (size_t i = 1; i < OWN_KEYS; i++) {
			const lode__config_entry *other =
				lode__config_entry_find(section, own_keys[i]);

			if (other)
				status = complain(file, other->line,
				                  "the URL has a password already", error);
		}
	lode_url_free(url);
	return status;
}

static lode_status check_key(const lode__config_file *file, const lode__config_entry *entry,
                             lode_error *error)
{
	lode_engine_options unused = LODE_ENGINE_OPTIONS_INIT;
	lode_url_option option = { entry->key, entry->value };
	lode_status status;
	lode__buf place;

	if (strcmp(entry->key, "password") == 0)
		return complain(file, entry->line,
		                "there is no key \"password\"; use password_file or password_env",
		                error);
	if (strcmp(entry->key, "password_file") == 0 && *entry->value != '/')
		return complain(file, entry->line, "password_file must be absolute", error);
	if (strcmp(entry->key, "password_env") == 0 && !*entry->value)
		return complain(file, entry->line, "password_env names a variable of the environment",
		                error);
	if (is_own_key(entry->key))
		return LODE_OK;
	if (is_secret_key(entry->key) && file->open_to_others)
		return refuse_secret(file, entry->line, error);
	lode__buf_init(&place, NULL, 1 << 16);
	lode__buf_printf(&place, "%s:%u", file->path, entry->line);
	status = lode__engine_option_read(&unused, &option, lode__buf_text(&place), error);
	lode__buf_dispose(&place);
	return status < 0 ? status : LODE_OK;
}

static lode_status check_engine(const lode__config_file *file, const lode__config_section *section,
                                lode_error *error)
{
	const lode__config_entry *url = lode__config_entry_find(section, "url");
	const lode__config_entry *variable = lode__config_entry_find(section, "password_env");
	lode_status status = LODE_OK;

	for (const lode__config_entry *at = section->first; status == LODE_OK && at; at = at->next)
		status = check_key(file, at, error);
	if (status != LODE_OK)
		return status;
	if (!url)
		return lode__error_set(error, LODE_E_CONFIG, "%s:%u: [%s] has no url", file->path,
		                       section->line, section->name);
	if (variable && lode__config_entry_find(section, "password_file"))
		return complain(file, variable->line, "password_file or password_env, not both", error);
	return check_url(file, section, url, error);
}

static lode_status check_file(const lode__config_file *file, lode_error *error)
{
	lode_status status = LODE_OK;

	for (const lode__config_section *at = file->first; status == LODE_OK && at; at = at->next)
		status = strcmp(at->name, "plugins") == 0 ? check_plugins(file, at, error)
		                                          : check_engine(file, at, error);
	return status;
}

/* ---------------------------------------------------------------- reading */

static lode_status read_file(lode__config *config, const char *path, bool required,
                             lode_error *error)
{
	lode__config_file *file = &config->files[config->file_count];
	lode_status status;

	path = lode__arena_strdup(&config->arena, path);
	if (!path)
		return lode__error_nomem(error);
	status = lode__config_file_read(file, path, &config->arena, error);
	if (status == LODE_NOT_FOUND && required)
		return lode__error_set(error, LODE_E_CONFIG,
		                       "%s: there is no such file, and LODE_CONFIG names it", path);
	if (status == LODE_NOT_FOUND) {
		config->missing[config->missing_count++] = path;
		return LODE_OK;
	}
	if (status == LODE_OK)
		status = check_file(file, error);
	if (status == LODE_OK)
		config->file_count++;
	return status;
}

lode_status lode__config_read(lode__config *config, const lode__config_paths *paths,
                              lode_error *error)
{
	lode_status status = LODE_OK;

	memset(config, 0, sizeof *config);
	lode__arena_init(&config->arena, NULL, 0);
	if (paths->only)
		return read_file(config, paths->only, true, error);
	if (paths->system)
		status = read_file(config, paths->system, false, error);
	if (status == LODE_OK && paths->user)
		status = read_file(config, paths->user, false, error);
	return status;
}

void lode__config_dispose(lode__config *config)
{
	lode__arena_dispose(&config->arena);
}

/* ---------------------------------------------------------------- plugins */

static lode_status add_directories(const char *list, bool system, lode_error *error)
{
	lode_status status = LODE_OK;

	while (*list && status == LODE_OK) {
		size_t size = strcspn(list, ":");
		char *directory = lode__strndup(NULL, list, size);

		status = directory ? lode__plugin_path_configured(directory, system)
		                   : LODE_E_NOMEM;
		lode__release(NULL, directory);
		list += size + (list[size] == ':');
	}
	return status == LODE_OK ? status : lode__error_nomem(error);
}

lode_status lode__config_apply(const lode__config *config, const lode__config_paths *paths,
                               lode_error *error)
{
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < config->file_count; i++) {
		const lode__config_file *file = &config->files[i];
		const lode__config_section *section = lode__config_section_find(file, "plugins");
		bool system = paths->system && strcmp(file->path, paths->system) == 0;
		const lode__config_entry *entry =
			section ? lode__config_entry_find(section, "directories") : NULL;

		if (entry)
			status = add_directories(entry->value, system, error);
	}
	return status;
}

/* ---------------------------------------------------------------- one engine */

static lode_status report_unknown(const lode__config *config, const char *name, lode_error *error)
{
	lode_status status;
	lode__near near;
	lode__buf where;

	lode__near_init(&near, name);
	lode__buf_init(&where, NULL, 1 << 16);
	for (size_t i = 0; i < config->file_count; i++) {
		const lode__config_section *at = config->files[i].first;

		lode__buf_printf(&where, "%s%s", i ? ", " : "; read: ", config->files[i].path);
		for (; at; at = at->next)
			if (lode__starts_with(at->name, "engine."))
				lode__near_offer(&near, at->name + 7);
	}
	for (size_t i = 0; i < config->missing_count; i++)
		lode__buf_printf(&where, "%s%s", i ? ", " : "; not there: ", config->missing[i]);
	if (config->file_count == 0)
		lode__buf_puts(&where, "; a URL has \"://\"");
	status = lode__error_set(error, LODE_E_CONFIG, "no engine \"%s\" is configured%s%s%s%s",
	                         name, near.best ? "; did you mean \"" : "",
	                         near.best ? near.best : "", near.best ? "\"?" : "",
	                         lode__buf_text(&where));
	lode__buf_dispose(&where);
	return status;
}

/* the password that the section leads to, "" none */
static lode_status fetch_password(char line[LODE__SECRET_MAX], const lode__config_file *file,
                                  const lode__config_section *section, lode_error *error)
{
	const lode__config_entry *path = lode__config_entry_find(section, "password_file");
	const lode__config_entry *variable = lode__config_entry_find(section, "password_env");
	const char *value = variable ? secure_getenv(variable->value) : NULL;
	lode_status status = LODE_OK;
	lode__buf reason;

	line[0] = '\0';
	lode__buf_init(&reason, NULL, 1024);
	if (path && !lode__secret_read_file(path->value, line, &reason))
		status = lode__error_set(error, LODE_E_CONFIG, "%s:%u: %s: %s", file->path,
		                         path->line, path->value, lode__buf_text(&reason));
	lode__buf_dispose(&reason);
	if (!variable)
		return status;
	if (!value || !lode__str_give(line, LODE__SECRET_MAX, value, strlen(value)))
		return lode__error_set(error, LODE_E_CONFIG,
		                       "%s:%u: the environment variable %s is %s", file->path,
		                       variable->line, variable->value,
		                       value ? "longer than 4095 bytes"
		                       : lode__is_privileged() ? "not used in a privileged process"
		                                               : "not set");
	return LODE_OK;
}

/* options of the URL, then the keys of the section; each with its place */
static lode_status list_options(lode_url_parts *parts, const char *const **places,
                                lode__config *config, const lode__config_file *file,
                                const lode__config_section *section, lode_error *error)
{
	const lode__config_entry *url = lode__config_entry_find(section, "url");
	size_t count = parts->option_count, limit = count;
	lode_url_option *options;
	const char **where;
	bool complete = true;

	for (const lode__config_entry *at = section->first; at; at = at->next)
		limit += !is_own_key(at->key);
	options = LODE__NEW_ARRAY(&config->arena, lode_url_option, limit);
	where = LODE__NEW_ARRAY(&config->arena, const char *, limit);
	if (!options || !where)
		return lode__error_nomem(error);
	for (size_t i = 0; i < count; i++) {
		options[i] = parts->options[i];
		where[i] = lode__arena_printf(&config->arena, "%s:%u", file->path, url->line);
		complete = complete && where[i];
	}
	for (const lode__config_entry *at = section->first; at; at = at->next) {
		if (is_own_key(at->key))
			continue;
		options[count] = (lode_url_option){ at->key, at->value };
		where[count] = lode__arena_printf(&config->arena, "%s:%u", file->path, at->line);
		complete = complete && where[count++];
	}
	parts->options = options;
	parts->option_count = count;
	*places = where;
	return complete ? LODE_OK : lode__error_nomem(error);
}

static lode_status make_url(lode_url **out, const char *const **places, lode__config *config,
                            const lode__config_file *file, const lode__config_section *section,
                            const lode_allocator *allocator, lode_error *error)
{
	const char *text = lode__config_entry_find(section, "url")->value;
	lode_url *url = lode_url_parse(text, error);    /* checked: fails only for want of memory */
	lode_url_parts parts;
	char line[LODE__SECRET_MAX];
	lode_status status;

	if (!url)
		return LODE_E_NOMEM;
	parts = url->parts;
	status = fetch_password(line, file, section, error);
	if (status == LODE_OK && *line)
		parts.password = line;
	if (status == LODE_OK)
		status = list_options(&parts, places, config, file, section, error);
	if (status == LODE_OK) {
		*out = lode__url_new(&parts, allocator, error);
		status = *out ? LODE_OK : LODE_E_CONFIG;
	}
	lode__secret_forget(line);
	lode_url_free(url);
	return status;
}

lode_status lode__config_engine(lode_url **url, const char *const **places, lode__config *config,
                                const char *name, const lode_allocator *allocator,
                                lode_error *error)
{
	const char *section_name = lode__arena_printf(&config->arena, "engine.%s", name);

	if (!section_name)
		return lode__error_nomem(error);
	for (size_t i = config->file_count; i-- > 0;) {
		const lode__config_file *file = &config->files[i];
		const lode__config_section *section = lode__config_section_find(file, section_name);

		if (section)
			return make_url(url, places, config, file, section, allocator, error);
	}
	return report_unknown(config, name, error);
}
