/* SPDX-License-Identifier: MIT */
/* engine/plugin.c - which plugins there are: registered, linked in, in directories.
 *
 * A scheme or dialect is looked for in what is loaded, then in a plugin of its name (built in, then
 * file by directory), then by loading all plugins of the directories in name order.  Nothing is
 * cached but what is loaded: a plugin installed later is found by the next engine. */
#include "engine/plugin.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "base/vec.h"
#include "engine/plugin_file.h"
#include "engine/plugin_search.h"
#include "engine/plugin_table.h"
#include "engine/url.h"

#ifndef LODE_PLUGIN_DIR
#define LODE_PLUGIN_DIR "/usr/local/lib/lode"
#endif
#ifndef LODE_BUILTIN_PLUGINS
#define LODE_BUILTIN_PLUGINS(X)
#endif

/* plugins linked into the library */
#define DECLARE_ENTRY(name) \
	const lode_plugin *LODE_CALL LODE_PLUGIN_ENTRY(lode_##name)(const lode_host *, lode_err *);
#define ENTRY_ROW(name) { #name, LODE_PLUGIN_ENTRY(lode_##name) },
LODE_BUILTIN_PLUGINS(DECLARE_ENTRY)
static const struct {
	const char *name;
	lode_plugin_entry_fn entry;
} builtins[] = { LODE_BUILTIN_PLUGINS(ENTRY_ROW) { NULL, NULL } };

/* all of it under the loader's lock */
static struct {
	lode__plugin *first, *last;
	lode__vec directories;       /* char *, added by the application */
	lode__vec user_directories;  /* of configuration files: the user's, */
	lode__vec system_directories;    /* the administrator's */
	int policy;                  /* lode_plugin_policy */
} loaded;

lode__plugin *lode__plugin_first(void)
{
	return loaded.first;
}

static void list_plugin(lode__plugin *plugin)
{
	if (loaded.last)
		loaded.last->next = plugin;
	else
		loaded.first = plugin;
	loaded.last = plugin;
}

lode__plugin *lode__plugin_named(const char *name)
{
	for (lode__plugin *plugin = loaded.first; plugin; plugin = plugin->next)
		if (strcmp(plugin->plugin.name, name) == 0)
			return plugin;
	return NULL;
}

/* ---------------------------------------------------------------- what the application says */

static lode_status register_entry(lode_plugin_entry_fn entry, lode_error *error)
{
	lode__plugin *plugin;
	lode__buf reason;
	lode_status status = LODE_OK;

	for (plugin = loaded.first; plugin; plugin = plugin->next)
		if (plugin->entry == entry)
			return LODE_OK;
	lode__buf_init(&reason, NULL, 4096);
	plugin = lode__plugin_make(entry, NULL, "(built in)", "", &reason);
	if (!plugin) {
		status = lode__error_set(error, LODE_E_PLUGIN, "plugin (built in): %s",
		                         lode__buf_text(&reason));
	} else if (lode__plugin_named(plugin->plugin.name)) {
		status = lode__error_set(error, LODE_E_EXISTS,
		                         "plugin (built in): there is a plugin \"%s\" already",
		                         plugin->plugin.name);
		lode__plugin_free(plugin);
	} else {
		list_plugin(plugin);
	}
	lode__buf_dispose(&reason);
	return status;
}

lode_status lode_register_plugin(lode_plugin_entry *entry, lode_error *error)
{
	lode_status status;

	if (!entry)
		return lode__error_set(error, LODE_E_MISUSE, "lode_register_plugin: the entry is NULL");
	lode__loader_lock();
	status = register_entry(entry, error);
	lode__loader_unlock();
	return status;
}

static lode_status add_directory(lode__vec *directories, const char *directory)
{
	char *copy = lode__strdup(NULL, directory);
	lode_status status = copy ? lode__vec_push(directories, copy) : LODE_E_NOMEM;

	if (status != LODE_OK)
		lode__release(NULL, copy);
	return status;
}

lode_status lode_plugin_path_add(const char *directory, lode_error *error)
{
	lode_status status;

	if (!directory)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "lode_plugin_path_add: the directory is NULL");
	if (*directory != '/')
		return lode__error_set(error, LODE_E_CONFIG,
		                       "lode_plugin_path_add: the directory must be absolute");
	lode__loader_lock();
	status = add_directory(&loaded.directories, directory);
	lode__loader_unlock();
	return status == LODE_OK ? LODE_OK : lode__error_nomem(error);
}

lode_status lode__plugin_path_configured(const char *directory, bool system)
{
	lode__vec *directories = system ? &loaded.system_directories : &loaded.user_directories;
	lode_status status = LODE_OK;

	lode__loader_lock();
	for (size_t i = 0; i < directories->count; i++)
		if (strcmp(directories->items[i], directory) == 0)
			goto out;
	status = add_directory(directories, directory);
out:
	lode__loader_unlock();
	return status;
}

lode_status lode_plugin_restrict(lode_plugin_policy policy)
{
	lode_status status = LODE_OK;

	if ((int)policy < LODE_PLUGINS_ALL || (int)policy > LODE_PLUGINS_STATIC)
		return LODE_E_MISUSE;
	lode__loader_lock();
	if ((int)policy < loaded.policy)
		status = LODE_E_STATE;
	else
		loaded.policy = (int)policy;
	lode__loader_unlock();
	return status;
}

/* ---------------------------------------------------------------- directories */

static lode_status walk_environment(lode__directory_fn *visit, void *context)
{
	const char *at = secure_getenv("LODE_PLUGIN_PATH");
	lode_status status = LODE_OK;

	while (at && *at && status == LODE_OK) {
		size_t size = strcspn(at, ":");

		if (*at == '/') {    /* a relative one depends on where the program was started */
			char *directory = lode__strndup(NULL, at, size);

			status = directory ? visit(context, directory) : LODE_E_NOMEM;
			lode__release(NULL, directory);
		}
		at += size + (at[size] == ':');
	}
	return status;
}

static lode_status walk_list(const lode__vec *directories, lode__directory_fn *visit, void *context)
{
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < directories->count; i++)
		status = visit(context, LODE__VEC_AT(const char, directories, i));
	return status;
}

lode_status lode__plugin_directories(lode__directory_fn *visit, void *context)
{
	lode_status status;

	if (loaded.policy == LODE_PLUGINS_STATIC)
		return LODE_OK;
	status = walk_list(&loaded.directories, visit, context);
	if (status == LODE_OK && loaded.policy == LODE_PLUGINS_ALL)
		status = walk_environment(visit, context);
	if (status == LODE_OK && loaded.policy == LODE_PLUGINS_ALL)
		status = walk_list(&loaded.user_directories, visit, context);
	if (status == LODE_OK)
		status = walk_list(&loaded.system_directories, visit, context);
	if (status == LODE_OK)
		status = visit(context, LODE_PLUGIN_DIR);
	return status;
}

/* lode_<name>.so: the name, or 0 */
static size_t module_name(const char *file, const char **name)
{
	size_t size = strlen(file), suffix = strlen(LODE__PLUGIN_SUFFIX);

	if (size <= 5 + suffix || strncmp(file, "lode_", 5) != 0 ||
	    strcmp(file + size - suffix, LODE__PLUGIN_SUFFIX) != 0)
		return 0;
	*name = file + 5;
	size -= 5 + suffix;
	return lode__plugin_name_ok(*name, size) ? size : 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

lode_status lode__plugin_names(const char *directory, lode__vec *names)
{
	DIR *stream = opendir(directory);
	lode_status status = LODE_OK;
	struct dirent *entry;

	while (stream && status == LODE_OK && (entry = readdir(stream)) != NULL) {
		const char *name = NULL;
		size_t size = module_name(entry->d_name, &name);
		char *copy = size ? lode__strndup(NULL, name, size) : NULL;

		if (!size)
			continue;
		status = copy ? lode__vec_push(names, copy) : LODE_E_NOMEM;
		if (status != LODE_OK)
			lode__release(NULL, copy);
	}
	if (stream)
		closedir(stream);
	if (names->count > 1)
		qsort(names->items, names->count, sizeof *names->items, compare_names);
	return status;
}

void lode__plugin_names_dispose(lode__vec *names)
{
	for (size_t i = 0; i < names->count; i++)
		lode__release(NULL, names->items[i]);
	lode__vec_dispose(names);
}

/* ---------------------------------------------------------------- loading one */

lode__plugin *lode__plugin_load(const char *directory, const char *name, lode__buf *reason)
{
	lode_plugin_entry_fn entry = lode__plugin_file_load(directory, name, reason);
	lode__plugin *plugin = NULL;
	lode__buf path;

	if (!entry)
		return NULL;
	lode__buf_init(&path, NULL, 8192);
	lode__buf_printf(&path, "%s/lode_%s" LODE__PLUGIN_SUFFIX, directory, name);
	plugin = lode__plugin_make(entry, name, lode__buf_text(&path), directory, reason);
	lode__buf_dispose(&path);
	if (plugin)
		list_plugin(plugin);
	return plugin;
}

lode__plugin *lode__plugin_load_builtin(const char *name, lode__buf *reason)
{
	lode_plugin_entry_fn entry = NULL;
	lode__plugin *plugin = NULL;

	for (size_t i = 0; builtins[i].name; i++)
		if (strcmp(builtins[i].name, name) == 0)
			entry = builtins[i].entry;
	if (!entry)
		entry = lode__plugin_preloaded(name);
	if (entry)
		plugin = lode__plugin_make(entry, name, "(built in)", "", reason);
	if (plugin)
		list_plugin(plugin);
	return plugin;
}

void lode__plugin_load_builtins(void)
{
	for (size_t i = 0; builtins[i].name; i++) {
		lode__buf reason;

		lode__buf_init(&reason, NULL, 4096);
		if (!lode__plugin_named(builtins[i].name))
			lode__plugin_load_builtin(builtins[i].name, &reason);
		lode__buf_dispose(&reason);
	}
}

/* ---------------------------------------------------------------- looking for something */

struct search {
	bool (*fits)(const lode__plugin *plugin, const char *name, const void **out);
	const char *name;            /* scheme, driver or dialect */
	const void *found;
	lode__buf tried;             /* "path: reason; path: reason" */
};

static bool search_loaded(struct search *search)
{
	for (const lode__plugin *plugin = loaded.first; plugin; plugin = plugin->next)
		if (search->fits(plugin, search->name, &search->found))
			return true;
	return false;
}

static void note_tried(struct search *search, const char *directory, const char *name,
                       const char *reason)
{
	lode__buf_printf(&search->tried, "%s%s/lode_%s" LODE__PLUGIN_SUFFIX ": %s",
	                 lode__buf_size(&search->tried) ? "; " : "", directory, name, reason);
}

/* one plugin file; true: it has what is searched */
static bool try_file(struct search *search, const char *directory, const char *name, bool note)
{
	lode__buf reason;
	lode__plugin *plugin;
	bool found = false;

	if (lode__plugin_named(name))
		return false;
	lode__buf_init(&reason, NULL, 4096);
	plugin = lode__plugin_load(directory, name, &reason);
	if (plugin)
		found = search->fits(plugin, search->name, &search->found);
	else if (note)
		note_tried(search, directory, name, lode__buf_text(&reason));
	lode__buf_dispose(&reason);
	return found;
}

static lode_status visit_named(void *context, const char *directory)
{
	struct search *search = context;

	return try_file(search, directory, search->name, true) ? LODE_DONE : LODE_OK;
}

static lode_status visit_all(void *context, const char *directory)
{
	struct search *search = context;
	lode__vec names;
	lode_status status;
	lode__buf reason;

	lode__buf_init(&reason, NULL, 4096);
	if (!lode__plugin_directory_ok(directory, &reason)) {
		lode__buf_dispose(&reason);
		return LODE_OK;
	}
	lode__buf_dispose(&reason);
	lode__vec_init(&names, NULL);
	status = lode__plugin_names(directory, &names);
	for (size_t i = 0; status == LODE_OK && i < names.count; i++) {
		const char *name = names.items[i];

		if (try_file(search, directory, name, strcmp(name, search->name) != 0))
			status = LODE_DONE;
	}
	lode__plugin_names_dispose(&names);
	return status;
}

static lode_status run_search(struct search *search)
{
	lode__buf reason;
	lode_status status;

	if (search_loaded(search))
		return LODE_DONE;
	lode__buf_init(&reason, NULL, 4096);
	if (lode__plugin_name_ok(search->name, strlen(search->name)) &&
	    !lode__plugin_named(search->name))
		lode__plugin_load_builtin(search->name, &reason);
	lode__buf_dispose(&reason);
	if (search_loaded(search))
		return LODE_DONE;
	status = lode__plugin_directories(visit_named, search);
	if (status == LODE_OK) {
		lode__plugin_load_builtins();
		if (search_loaded(search))
			return LODE_DONE;
		status = lode__plugin_directories(visit_all, search);
	}
	return status;
}

/* what to install on Debian for a plugin whose client library is known */
static const char *client_package(const char *name)
{
	static const char *const packages[][2] = {
		{ "sqlite", "libsqlite3-0" },    { "postgresql", "libpq5" },
		{ "mariadb", "libmariadb3" },    { "mysql", "libmariadb3" },
		{ "odbc", "libodbc2" },
	};

	for (size_t i = 0; i < sizeof packages / sizeof *packages; i++)
		if (strcmp(packages[i][0], name) == 0)
			return packages[i][1];
	return NULL;
}

static lode_status report_missing(const struct search *search, const char *what, lode_error *error)
{
	const char *package = client_package(search->name);
	const char *tried = lode__buf_text(&search->tried);

	return lode__error_set(error, LODE_E_PLUGIN,
	                       "no plugin has the %s \"%s\" (plugin ABI %d.%d%s%s); tried %s", what,
	                       search->name, LODE_ABI_MAJOR, LODE_ABI_MINOR,
	                       package ? "; its client library is in the package " : "",
	                       package ? package : "", *tried ? tried : "what is built in");
}

static lode_status find_plugin(struct search *search, const char *what, lode_error *error)
{
	lode_status status;

	lode__buf_init(&search->tried, NULL, 1 << 16);
	lode__loader_lock();
	status = run_search(search);
	lode__loader_unlock();
	if (status == LODE_NOT_FOUND || status == LODE_OK)
		status = report_missing(search, what, error);
	else if (status < 0)
		status = lode__error_nomem(error);
	else
		status = LODE_OK;
	lode__buf_dispose(&search->tried);
	return status;
}

static bool fits_scheme(const lode__plugin *plugin, const char *name, const void **out)
{
	for (size_t i = 0; i < plugin->driver_count; i++) {
		const lode__driver *driver = &plugin->drivers[i];

		for (const char *const *scheme = driver->driver.schemes; scheme && *scheme; scheme++)
			if (strcmp(*scheme, name) == 0) {
				*out = driver;
				return true;
			}
	}
	return false;
}

static bool fits_driver(const lode__plugin *plugin, const char *name, const void **out)
{
	for (size_t i = 0; i < plugin->driver_count; i++)
		if (strcmp(plugin->drivers[i].driver.name, name) == 0) {
			*out = &plugin->drivers[i];
			return true;
		}
	return false;
}

static bool fits_dialect(const lode__plugin *plugin, const char *name, const void **out)
{
	for (size_t i = 0; i < plugin->dialect_count; i++)
		if (strcmp(plugin->dialects[i].dialect.name, name) == 0) {
			*out = &plugin->dialects[i];
			return true;
		}
	return false;
}

lode_status lode__plugin_driver(const lode__driver **out, const char *scheme, const char *driver,
                                lode_error *error)
{
	struct search search = { driver ? fits_driver : fits_scheme, driver ? driver : scheme, NULL,
		                 { 0 } };
	lode_status status = find_plugin(&search, driver ? "driver" : "scheme", error);

	if (status == LODE_OK)
		*out = search.found;
	return status;
}

lode_status lode__plugin_dialect_find(const lode__plugin_dialect **out, const char *name,
                                      lode_error *error)
{
	struct search search = { fits_dialect, name, NULL, { 0 } };
	lode_status status = find_plugin(&search, "dialect", error);

	if (status == LODE_OK)
		*out = search.found;
	return status;
}

/* ---------------------------------------------------------------- by what the server is */

/* "SQL*": case does not matter, a star at the end matches anything */
static bool product_matches(const char *pattern, const char *product)
{
	size_t size = strlen(pattern);

	if (size && pattern[size - 1] == '*')
		return lode__ascii_ncasecmp(pattern, product, size - 1) == 0;
	return lode__ascii_casecmp(pattern, product) == 0;
}

static int32_t match_score(const lode_dialect *dialect, const lode_conn_info *info)
{
	if (dialect->match)
		return dialect->match(info);
	for (const char *const *at = dialect->products; info->product && at && *at; at++)
		if (product_matches(*at, info->product))
			return 50;
	return 0;
}

/* the best of what is loaded; 0 if nothing fits */
static int32_t best_match(const lode__plugin_dialect **out, const lode_conn_info *info)
{
	int32_t best = 0;

	for (const lode__plugin *plugin = loaded.first; plugin; plugin = plugin->next)
		for (size_t i = 0; i < plugin->dialect_count; i++) {
			int32_t score = match_score(&plugin->dialects[i].dialect, info);

			if (score > best) {
				best = score;
				*out = &plugin->dialects[i];
			}
		}
	return best;
}

static bool fits_nothing(const lode__plugin *plugin, const char *name, const void **out)
{
	(void)plugin;
	(void)name;
	(void)out;
	return false;
}

lode_status lode__plugin_dialect_match(const lode__plugin_dialect **out, const lode_conn_info *info,
                                       lode_error *error)
{
	struct search all = { fits_nothing, "", NULL, { 0 } };
	int32_t score;

	lode__buf_init(&all.tried, NULL, 1 << 16);
	lode__loader_lock();
	score = best_match(out, info);
	if (score == 0) {
		lode__plugin_load_builtins();
		lode__plugin_directories(visit_all, &all);
		score = best_match(out, info);
	}
	lode__loader_unlock();
	lode__buf_dispose(&all.tried);
	if (score > 0)
		return LODE_OK;
	return lode__error_set(error, LODE_E_PLUGIN,
	                       "no dialect knows the product \"%s\"; name one: dialect+driver://",
	                       info->product ? info->product : "");
}
