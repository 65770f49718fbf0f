/* SPDX-License-Identifier: MIT */
/* engine/engine.c - opens an engine: URL or configuration, options, plugin; connects to nothing.
 *
 * Options of the URL, and of the configuration, win over the struct's. */
#include "engine/engine.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/config.h"
#include "engine/options.h"
#include "engine/plugin_table.h"
#include "engine/state.h"

#define POOL_SIZE 5
#define POOL_OVERFLOW 10
#define POOL_TIMEOUT_MS 30000
#define POOL_PING_S 1
#define CONNECT_TIMEOUT_MS 10000
#define STATEMENT_CACHE 100
#define PLAN_CACHE 500

/* ---------------------------------------------------------------- options */

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

static void apply_pool(lode_engine *engine, const lode_engine_options *options)
{
	lode__pool_state *pool = &engine->pool;

	pool->kind = options->pool;
	pool->size = (uint32_t)or_default(options->pool_size, POOL_SIZE, 1);
	pool->overflow = (uint32_t)or_default(options->pool_overflow, POOL_OVERFLOW, 0);
	pool->timeout_ms = or_default(options->pool_timeout_ms, POOL_TIMEOUT_MS, 0);
	pool->recycle_usec = (int64_t)or_default(options->pool_recycle_s, 0, 0) * 1000000;
	pool->ping_usec = options->pool_ping_s < 0
	                          ? -1
	                          : (int64_t)or_default(options->pool_ping_s, POOL_PING_S, 0) *
	                                    1000000;
	/* a database in memory is its connection: none would be empty, two would be two; of threads
	 * each may have its own */
	pool->single = is_memory(engine) && pool->kind != LODE_POOL_THREAD;
	if (pool->kind == LODE_POOL_NONE && !pool->single) {
		pool->size = 0;
		pool->overflow = UINT32_MAX;
	}
	if (pool->single || pool->kind == LODE_POOL_STATIC || pool->kind == LODE_POOL_ASSERT) {
		pool->size = 1;
		pool->overflow = 0;
	}
	if (pool->kind == LODE_POOL_ASSERT)
		pool->timeout_ms = 0;
	if (pool->single) {
		pool->recycle_usec = 0;
		pool->ping_usec = -1;
	}
}

static void apply_options(lode_engine *engine, const lode_engine_options *options)
{
	apply_pool(engine, options);
	engine->connect = options->connect;
	engine->connect_context = options->connect_context;
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

/* places: where each option of the URL stands; NULL: in the URL that was given */
static lode_status fill_options(lode_engine *engine, const char *const *places,
                                const lode_engine_options *given, lode_error *error)
{
	lode_engine_options options;
	lode_status status = lode__engine_options_read(&options, given, engine->url, places,
	                                               &engine->driver->driver, error);

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

static lode_status fill_engine(lode_engine *engine, const char *const *places,
                               const lode_engine_options *given, lode_error *error)
{
	lode_status status = lode__plugin_driver(&engine->driver, engine->url->parts.dialect,
	                                         engine->url->parts.driver, error);

	if (status == LODE_OK)
		status = name_dialect(engine, error);
	return status == LODE_OK ? fill_options(engine, places, given, error) : status;
}

static lode_status fill_by_url(lode_engine *engine, const char *url,
                               const lode_engine_options *given, lode_error *error)
{
	engine->url = lode__url_parse(url, &engine->allocator, error);
	if (!engine->url)
		return LODE_E_CONFIG;    /* what exactly stands in the error */
	return fill_engine(engine, NULL, given, error);
}

/* the log calls it by the name it is configured under, unless the program has another */
static lode_status fill_configured(lode_engine *engine, const char *name,
                                   const lode_engine_options *given, lode_error *error)
{
	const char *const *places = NULL;
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;
	lode__config_paths paths;
	lode__config config;
	lode_status status = lode__config_paths_find(&paths, error);

	if (status != LODE_OK)
		return status;
	if (given)
		memcpy(&options, given,
		       given->struct_size < sizeof options ? given->struct_size : sizeof options);
	if (!options.name)
		options.name = name;
	status = lode__config_read(&config, &paths, error);
	if (status == LODE_OK)
		status = lode__config_apply(&config, &paths, error);
	if (status == LODE_OK)
		status = lode__config_engine(&engine->url, &places, &config, name,
		                             &engine->allocator, error);
	if (status == LODE_OK)
		status = fill_engine(engine, places, &options, error);
	lode__config_dispose(&config);
	lode__config_paths_dispose(&paths);
	return status;
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

static bool check_options(const lode_engine_options *given, const char *function, lode_error *error)
{
	if (!given || given->struct_size >= LODE_SIZE_UPTO(lode_engine_options, pool_size))
		return true;
	lode__error_set(error, LODE_E_MISUSE,
	                "%s: the options have no struct_size; begin with LODE_ENGINE_OPTIONS_INIT",
	                function);
	return false;
}

lode_engine *lode_engine_open(const char *url, const void *options, lode_error *error)
{
	const lode_engine_options *given = options;
	lode_engine *engine;
	lode_status status;

	if (!url) {
		lode__error_set(error, LODE_E_MISUSE, "lode_engine_open: the URL is NULL");
		return NULL;
	}
	if (!check_options(given, "lode_engine_open", error))
		return NULL;
	engine = new_engine(given, error);
	if (!engine)
		return NULL;
	status = lode__plugin_name_ok(url, strlen(url))
	                 ? fill_configured(engine, url, given, error)
	                 : fill_by_url(engine, url, given, error);
	if (status != LODE_OK) {
		lode__engine_destroy(engine);
		return NULL;
	}
	return engine;
}

static lode_status fill_offline(lode_engine *engine, const char *dialect,
                                const lode_engine_options *given, lode_error *error)
{
	lode_url_parts parts = LODE_URL_PARTS_INIT;
	lode_status status;

	parts.dialect = dialect;
	engine->url = lode__url_new(&parts, &engine->allocator, error);
	if (!engine->url)
		return LODE_E_CONFIG;
	status = lode__plugin_dialect_find(&engine->named, dialect, error);
	if (status == LODE_OK)
		status = lode__offline_driver(&engine->driver, error);
	return status == LODE_OK ? fill_options(engine, NULL, given, error) : status;
}

lode_engine *lode_engine_open_offline(const char *dialect, lode_sql_function *visit, void *context,
                                      const void *options, lode_error *error)
{
	const lode_engine_options *given = options;
	lode_engine *engine;

	if (!dialect || !visit) {
		lode__error_set(error, LODE_E_MISUSE,
		                "lode_engine_open_offline: dialect or function is NULL");
		return NULL;
	}
	if (!check_options(given, "lode_engine_open_offline", error))
		return NULL;
	engine = new_engine(given, error);
	if (!engine)
		return NULL;
	engine->offline.visit = visit;
	engine->offline.context = context;
	if (fill_offline(engine, dialect, given, error) != LODE_OK) {
		lode__engine_destroy(engine);
		return NULL;
	}
	return engine;
}

lode_engine *lode_engine_open_configured(const char *name, lode_error *error)
{
	if (!name || !lode__plugin_name_ok(name, strlen(name))) {
		lode__error_set(error, LODE_E_MISUSE,
		                "lode_engine_open_configured: the name of an engine is of lower-case "
		                "letters, digits and underscores");
		return NULL;
	}
	return lode_engine_open(name, NULL, error);
}

lode_status lode_config_load(lode_error *error)
{
	lode__config_paths paths;
	lode__config config;
	lode_status status = lode__config_paths_find(&paths, error);

	if (status != LODE_OK)
		return status;
	status = lode__config_read(&config, &paths, error);
	if (status == LODE_OK)
		status = lode__config_apply(&config, &paths, error);
	lode__config_dispose(&config);
	lode__config_paths_dispose(&paths);
	return status;
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
	lode__engine_settle((lode_engine *)engine);
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

	lode__engine_settle(engine);
	pthread_mutex_lock(&engine->dialect_mutex);
	dialect = engine->dialect;
	pthread_mutex_unlock(&engine->dialect_mutex);
	if (dialect)
		return dialect;
	link = lode__engine_acquire(engine, 0, error);
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
	link = lode__engine_acquire(engine, 0, error);
	if (!link)
		return error->status;
	copy_server(info, engine);
	lode__link_release(link);
	return LODE_OK;
}
