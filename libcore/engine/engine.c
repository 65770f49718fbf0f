/* SPDX-License-Identifier: MIT */
/* engine/engine.c - opens an engine: URL, options, plugin; connects to nothing.
 *
 * Options of the URL win over the struct's.  A name that neither the engine nor the driver knows is
 * refused with the nearest one: a misspelt option must not be a silent default. */
#include "engine/engine.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/plugin_table.h"
#include "engine/state.h"

#define POOL_SIZE 5
#define POOL_OVERFLOW 10
#define POOL_TIMEOUT_MS 30000
#define CONNECT_TIMEOUT_MS 10000
#define STATEMENT_CACHE 100
#define PLAN_CACHE 500

/* ---------------------------------------------------------------- options */

/* names of the URL's options to members; all are int32_t */
static const struct {
	const char *name;
	size_t offset;
	int32_t lowest;
} number_options[] = {
	{ "pool_size", offsetof(lode_engine_options, pool_size), 1 },
	{ "pool_overflow", offsetof(lode_engine_options, pool_overflow), 0 },
	{ "pool_timeout_ms", offsetof(lode_engine_options, pool_timeout_ms), 0 },
	{ "pool_recycle_s", offsetof(lode_engine_options, pool_recycle_s), 0 },
	{ "connect_timeout_ms", offsetof(lode_engine_options, connect_timeout_ms), 0 },
	{ "timeout_ms", offsetof(lode_engine_options, timeout_ms), 0 },
	{ "statement_cache", offsetof(lode_engine_options, statement_cache), 0 },
	{ "plan_cache", offsetof(lode_engine_options, plan_cache), 0 },
};
#define NUMBER_OPTIONS (sizeof number_options / sizeof *number_options)

static const char *const isolation_words[] = {
	"default", "read_uncommitted", "read_committed", "repeatable_read", "snapshot",
	"serializable", "autocommit",
};
#define ISOLATION_WORDS (sizeof isolation_words / sizeof *isolation_words)

static lode_status read_number(lode_engine_options *options, size_t which, const char *value,
                               lode_error *error)
{
	int64_t number;
	int32_t stored;

	if (!lode__parse_int(value, strlen(value), &number) ||
	    number < number_options[which].lowest || number > INT32_MAX)
		return lode__error_set(error, LODE_E_CONFIG,
		                       "URL: the option %s must be a number from %d on",
		                       number_options[which].name, (int)number_options[which].lowest);
	/* in the struct 0 reads as "default" and LODE_NONE as none */
	stored = number == 0 ? LODE_NONE : (int32_t)number;
	memcpy((char *)options + number_options[which].offset, &stored, sizeof stored);
	return LODE_OK;
}

static lode_status read_isolation(lode_engine_options *options, const char *value,
                                  lode_error *error)
{
	for (size_t i = 0; i < ISOLATION_WORDS; i++)
		if (strcmp(isolation_words[i], value) == 0) {
			options->isolation = (lode_isolation)i;
			return LODE_OK;
		}
	return lode__error_set(error, LODE_E_CONFIG,
	                       "URL: isolation is one of default, read_uncommitted, read_committed, "
	                       "repeatable_read, snapshot, serializable, autocommit");
}

static const struct {
	const char *word;
	int32_t echo;
} echo_words[] = {
	{ "0", LODE_NONE }, { "off", LODE_NONE }, { "false", LODE_NONE },
	{ "1", 1 }, { "on", 1 }, { "true", 1 }, { "2", 2 },
};
#define ECHO_WORDS (sizeof echo_words / sizeof *echo_words)

static lode_status read_echo(lode_engine_options *options, const char *value, lode_error *error)
{
	for (size_t i = 0; i < ECHO_WORDS; i++)
		if (strcmp(echo_words[i].word, value) == 0) {
			options->echo = echo_words[i].echo;
			return LODE_OK;
		}
	return lode__error_set(error, LODE_E_CONFIG,
	                       "URL: echo is one of on, off, true, false, 0, 1 and 2, which shows the "
	                       "values of parameters too");
}

/* "attach.*" stands for any name that begins so */
static bool driver_knows(const lode_driver *driver, const char *name)
{
	for (const char *const *at = driver->option_keys; at && *at; at++) {
		size_t size = strlen(*at);

		if (size > 1 && (*at)[size - 1] == '*' && strncmp(*at, name, size - 1) == 0 &&
		    name[size - 1])
			return true;
		if (strcmp(*at, name) == 0)
			return true;
	}
	return false;
}

static lode_status unknown_option(const lode_driver *driver, const char *name, lode_error *error)
{
	lode__near near;

	lode__near_init(&near, name);
	for (size_t i = 0; i < NUMBER_OPTIONS; i++)
		lode__near_offer(&near, number_options[i].name);
	lode__near_offer(&near, "echo");
	lode__near_offer(&near, "isolation");
	for (const char *const *at = driver->option_keys; at && *at; at++)
		lode__near_offer(&near, *at);
	return lode__error_set(error, LODE_E_CONFIG,
	                       "URL: the driver \"%s\" has no option \"%s\"%s%s%s", driver->name, name,
	                       near.best ? "; did you mean \"" : "", near.best ? near.best : "",
	                       near.best ? "\"?" : "");
}

static lode_status read_url_option(lode_engine_options *options, const lode_driver *driver,
                                   const lode_url_option *option, lode_error *error)
{
	for (size_t i = 0; i < NUMBER_OPTIONS; i++)
		if (strcmp(number_options[i].name, option->key) == 0)
			return read_number(options, i, option->value, error);
	if (strcmp(option->key, "isolation") == 0)
		return read_isolation(options, option->value, error);
	if (strcmp(option->key, "echo") == 0)
		return read_echo(options, option->value, error);
	if (driver_knows(driver, option->key))
		return LODE_OK;
	return unknown_option(driver, option->key, error);
}

static lode_status read_options(lode_engine_options *out, const lode_engine *engine,
                                const lode_engine_options *given, lode_error *error)
{
	const lode_url_parts *url = &engine->url->parts;
	lode_status status = LODE_OK;

	memset(out, 0, sizeof *out);
	if (given)
		memcpy(out, given,
		       given->struct_size < sizeof *out ? given->struct_size : sizeof *out);
	if (out->isolation < 0 || out->isolation > LODE_ISOLATION_AUTOCOMMIT || out->pool_size < 0)
		return lode__error_set(error, LODE_E_CONFIG,
		                       "lode_engine_open: isolation or pool_size is out of range");
	for (size_t i = 0; status == LODE_OK && i < url->option_count; i++)
		status = read_url_option(out, &engine->driver->driver, &url->options[i], error);
	return status;
}

static int32_t or_default(int32_t value, int32_t standard, int32_t none)
{
	if (value == 0)
		return standard;
	return value < 0 ? none : value;
}

/* An in-memory database lives and dies with its connection.  There is no way to ask the driver, so
 * this knows what SQLite's URLs look like. */
static bool is_memory(const lode_engine *engine)
{
	const char *database = engine->url->parts.database;
	const char *mode = lode_url_option_value(engine->url, "mode");
	const char *const *scheme = engine->driver->driver.schemes;

	if (database && strcmp(database, ":memory:") == 0)
		return true;
	for (; scheme && *scheme; scheme++)
		if (strcmp(*scheme, "sqlite") == 0)
			return !database || !*database || (mode && strcmp(mode, "memory") == 0);
	return false;
}

/* the only thing the library ever prints: what `echo` asked for and no log function takes */
static void print_line(void *context, int level, const char *name, const char *text)
{
	const lode_engine *engine = context;

	(void)level;
	fprintf(stderr, "lode%s%s %s: %s\n", engine->name ? " " : "",
	        engine->name ? engine->name : "", name, text);
}

static void apply_log(lode_engine *engine, const lode_engine_options *options)
{
	bool print = options->echo > 0 && !options->log;

	engine->logger.function = print ? print_line : options->log;
	engine->logger.context = print ? engine : options->log_context;
	engine->logger.level = options->echo > 0 ? LODE_LOG_DEBUG : options->log_level;
	engine->log_values = options->echo > 1;
}

static void apply_options(lode_engine *engine, const lode_engine_options *options)
{
	lode__pool_state *pool = &engine->pool;

	pool->single = is_memory(engine);
	pool->size = (uint32_t)or_default(options->pool_size, POOL_SIZE, 1);
	pool->overflow = (uint32_t)or_default(options->pool_overflow, POOL_OVERFLOW, 0);
	pool->timeout_ms = or_default(options->pool_timeout_ms, POOL_TIMEOUT_MS, 0);
	pool->recycle_usec = (int64_t)or_default(options->pool_recycle_s, 0, 0) * 1000000;
	if (pool->single) {
		pool->size = 1;
		pool->overflow = 0;
		pool->recycle_usec = 0;
	}
	engine->connect_timeout_ms = or_default(options->connect_timeout_ms, CONNECT_TIMEOUT_MS, -1);
	engine->timeout_ms = or_default(options->timeout_ms, -1, -1);
	engine->statement_cache = (uint32_t)or_default(options->statement_cache, STATEMENT_CACHE, 0);
	engine->isolation = options->isolation;
	apply_log(engine, options);
}

/* ---------------------------------------------------------------- opening */

/* the dialect, if the URL decides it; else the first connection does */
static lode_status name_dialect(lode_engine *engine, lode_error *error)
{
	const lode_url_parts *url = &engine->url->parts;
	const lode__plugin *plugin = engine->driver->plugin;

	for (size_t i = 0; i < plugin->dialect_count; i++)
		if (strcmp(plugin->dialects[i].dialect.name, url->dialect) == 0) {
			engine->named = &plugin->dialects[i];
			return LODE_OK;
		}
	if (url->driver)
		return lode__plugin_dialect_find(&engine->named, url->dialect, error);
	return LODE_OK;
}

static lode_status fill_engine(lode_engine *engine, const char *url,
                               const lode_engine_options *given, lode_error *error)
{
	lode_engine_options options;
	lode_status status;

	engine->url = lode__url_parse(url, &engine->allocator, error);
	if (!engine->url)
		return LODE_E_CONFIG;    /* what exactly stands in the error */
	engine->driver_options.url = engine->url;
	status = lode__plugin_driver(&engine->driver, engine->url->parts.dialect,
	                             engine->url->parts.driver, error);
	if (status == LODE_OK)
		status = name_dialect(engine, error);
	if (status == LODE_OK)
		status = read_options(&options, engine, given, error);
	if (status != LODE_OK)
		return status;
	apply_options(engine, &options);
	if (options.name) {
		engine->name = lode__strdup(&engine->allocator, options.name);
		if (!engine->name)
			return lode__error_nomem(error);
	}
	lode__plan_cache_open(engine, (uint32_t)or_default(options.plan_cache, PLAN_CACHE, 0));
	return LODE_OK;
}

static lode_engine *new_engine(const lode_engine_options *given, lode_error *error)
{
	const lode_allocator *allocator = NULL;
	lode_engine *engine;

	if (given && LODE_HAS(given, lode_engine_options, allocator))
		allocator = given->allocator;
	allocator = lode__allocator_or_default(allocator);
	engine = lode__alloc_zero(allocator, sizeof *engine);
	if (!engine) {
		lode__error_nomem(error);
		return NULL;
	}
	engine->allocator = *allocator;
	lode__arena_init(&engine->dialect_arena, &engine->allocator, 0);
	pthread_mutex_init(&engine->dialect_mutex, NULL);
	pthread_mutex_init(&engine->plans.mutex, NULL);
	lode__pool_open(engine);
	return engine;
}

lode_engine *lode_engine_open(const char *url, const void *options, lode_error *error)
{
	const lode_engine_options *given = options;
	lode_engine *engine;

	if (!url) {
		lode__error_set(error, LODE_E_MISUSE, "lode_engine_open: the URL is NULL");
		return NULL;
	}
	if (given && given->struct_size < LODE_SIZE_UPTO(lode_engine_options, pool_size)) {
		lode__error_set(error, LODE_E_MISUSE,
		                "lode_engine_open: the options have no struct_size; begin with "
		                "LODE_ENGINE_OPTIONS_INIT");
		return NULL;
	}
	engine = new_engine(given, error);
	if (engine && fill_engine(engine, url, given, error) != LODE_OK) {
		lode__engine_destroy(engine);
		return NULL;
	}
	return engine;
}

void lode__engine_destroy(lode_engine *engine)
{
	lode_allocator allocator = engine->allocator;

	lode__plan_cache_close(engine);
	lode__pool_close(engine);
	pthread_mutex_destroy(&engine->dialect_mutex);
	lode__arena_dispose(&engine->dialect_arena);
	lode_url_free(engine->url);
	lode__release(&allocator, engine->name);
	lode__release(&allocator, engine);
}

/* ---------------------------------------------------------------- asking */

const char *lode_engine_url(const lode_engine *engine)
{
	return engine ? engine->url->redacted : "";
}

const char *lode_engine_dialect_name(const lode_engine *engine)
{
	const char *name = "";

	if (!engine)
		return "";
	if (engine->named)
		return engine->named->dialect.name;
	pthread_mutex_lock((pthread_mutex_t *)&engine->dialect_mutex);
	if (engine->dialect)
		name = engine->dialect->name;
	pthread_mutex_unlock((pthread_mutex_t *)&engine->dialect_mutex);
	return name;
}

const lode__dialect *lode__engine_dialect(lode_engine *engine, lode_error *error)
{
	const lode__dialect *dialect;
	lode__link *link;

	pthread_mutex_lock(&engine->dialect_mutex);
	dialect = engine->dialect;
	pthread_mutex_unlock(&engine->dialect_mutex);
	if (dialect)
		return dialect;
	link = lode__engine_acquire(engine, error);
	if (!link)
		return NULL;
	dialect = link->dialect;
	lode__link_release(link);
	return dialect;
}

const lode_allocator *lode__engine_allocator(const lode_engine *engine)
{
	return &engine->allocator;
}

const lode__logger *lode__engine_logger(const lode_engine *engine)
{
	return &engine->logger;
}

static void copy_text(char *to, size_t size, const char *text)
{
	lode__text_cut(to, size, text, text ? strlen(text) : 0);
}

static void copy_server(lode_server_info *out, const lode_engine *engine)
{
	const lode_conn_info *info = engine->info;
	lode__buf names;

	out->version = info->version;
	copy_text(out->product, sizeof out->product, info->product);
	copy_text(out->version_text, sizeof out->version_text, info->version_text);
	copy_text(out->database, sizeof out->database, info->database);
	copy_text(out->schema, sizeof out->schema, info->schema);
	copy_text(out->client, sizeof out->client, info->client_lib);
	copy_text(out->dialect, sizeof out->dialect, engine->dialect->name);
	copy_text(out->driver, sizeof out->driver, engine->driver->driver.name);
	lode__buf_init(&names, &engine->allocator, 4096);
	lode__capabilities_put(&names, info->caps);
	copy_text(out->capabilities, sizeof out->capabilities, lode__buf_text(&names));
	lode__buf_dispose(&names);
}

lode_status lode_engine_server(lode_engine *engine, lode_server_info *info, lode_error *error)
{
	lode_error unheard = LODE_ERROR_INIT;
	lode__link *link;

	if (!engine || !info || info->struct_size < sizeof *info)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "lode_engine_server: an argument is NULL, or without struct_size");
	if (!error)
		error = &unheard;
	link = lode__engine_acquire(engine, error);
	if (!link)
		return error->status;
	copy_server(info, engine);
	lode__link_release(link);
	return LODE_OK;
}
