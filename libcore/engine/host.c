/* SPDX-License-Identifier: MIT */
/* engine/host.c - the services table of plugins, and turning their reports into lode_error.
 *
 * A report is copied at once.  `detail` of a server is left out: it quotes values of the row. */
#include "engine/host.h"

#include <pthread.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "engine/engine.h"
#include "engine/query.h"
#include "engine/url.h"
#include "sql/dialect.h"
#include "sql/hooks.h"

#ifdef PACKAGE_VERSION
#define HOST_VERSION "lode " PACKAGE_VERSION
#else
#define HOST_VERSION "lode"
#endif

/* ---------------------------------------------------------------- memory */

static void *LODE_CALL host_alloc(size_t size)
{
	return lode__alloc(NULL, size);
}

static void *LODE_CALL host_resize(void *pointer, size_t size)
{
	return lode__resize(NULL, pointer, size);
}

static void LODE_CALL host_release(void *pointer)
{
	lode__release(NULL, pointer);
}

static void *LODE_CALL host_arena_alloc(lode_arena *arena, size_t size, size_t align)
{
	const lode__text_sink *sink = (const lode__text_sink *)arena;

	return sink ? sink->alloc(sink->context, size ? size : 1, align) : NULL;
}

/* ---------------------------------------------------------------- errors */

/* a class that a driver may return, or LODE_E_OTHER */
static lode_status plain_class(lode_status status)
{
	return status < 0 && status > -100 ? status : LODE_E_OTHER;
}

static lode_status classify_report(const lode__dialect *dialect, const lode_error_info *info)
{
	if (plain_class(info->status) != LODE_E_OTHER || !dialect)
		return plain_class(info->status);
	for (const lode_dialect *const *at = dialect->chain; *at; at++) {
		lode_status status = (*at)->classify ? (*at)->classify(info) : 0;

		if (status < 0)
			return plain_class(status);
	}
	return LODE_E_OTHER;
}

static void copy_name(char to[64], const char *name)
{
	lode__text_cut(to, 64, name, name ? strlen(name) : 0);
}

/* how much of the report the plugin knows, in a struct of the full size */
static lode_error_info whole_report(const lode_error_info *given)
{
	lode_error_info info;
	size_t size = given->struct_size;

	memset(&info, 0, sizeof info);
	info.row = -1;
	memcpy(&info, given, size < sizeof info ? size : sizeof info);
	info.sqlstate[5] = '\0';
	return info;
}

static void fill_error(struct lode_err *err, const lode_error_info *info)
{
	lode_error *error = err->error;

	lode__error_set(error, err->status, "%s%s%s", info->message ? info->message : "no message",
	                info->hint ? "; " : "", info->hint ? info->hint : "");
	if (!error)
		return;
	error->native = info->native_code;
	error->retryable = err->retryable;
	error->disconnected = err->disconnected;
	memcpy(error->sqlstate, info->sqlstate, sizeof error->sqlstate);
	copy_name(error->constraint, info->constraint);
	copy_name(error->table, info->table);
	copy_name(error->column, info->column);
}

static void append_message(lode_error *error, const char *message)
{
	size_t used;

	if (!error || !message)
		return;
	used = strlen(error->message);
	if (used + 3 < sizeof error->message) {
		memcpy(error->message + used, "; ", 3);
		lode__text_cut(error->message + used + 2, sizeof error->message - used - 2, message,
		               strlen(message));
	}
}

static void LODE_CALL host_error(lode_err *err, const lode_error_info *given)
{
	lode_error_info info;

	if (!err || !given)
		return;
	info = whole_report(given);
	if (err->status != LODE_OK) {
		err->more = true;
		append_message(err->error, info.message);
		return;
	}
	err->status = classify_report(err->dialect, &info);
	err->row = info.row;
	err->disconnected = info.conn_dead || err->status == LODE_E_DISCONNECT;
	err->retryable = info.retryable || err->status == LODE_E_SERIALIZE ||
	                 err->status == LODE_E_DEADLOCK || err->status == LODE_E_LOCKED;
	fill_error(err, &info);
}

lode_status lode__err_finish(struct lode_err *err, lode_status status, const char *what,
                             const char *sql, size_t sql_size)
{
	if (err->status == LODE_OK) {
		lode_error_info info;

		memset(&info, 0, sizeof info);
		info.struct_size = (uint32_t)sizeof info;
		info.row = -1;
		info.status = plain_class(status);
		info.conn_dead = status == LODE_E_DISCONNECT;
		info.message = lode_status_name(info.status);
		host_error(err, &info);
		lode__error_set(err->error, err->status, "%s: the driver reports %s and no more", what,
		                lode_status_name(err->status));
		if (err->error) {
			err->error->retryable = err->retryable;
			err->error->disconnected = err->disconnected;
		}
	}
	if (sql)
		lode__error_set_sql(err->error, sql, sql_size);
	return err->status;
}

/* ---------------------------------------------------------------- log */

/* There is no engine at this point of the table, and nothing is ever printed. */
static int32_t LODE_CALL host_log_on(int32_t level)
{
	(void)level;
	return 0;
}

static void LODE_CALL host_log(int32_t level, const char *who, const char *text, size_t size)
{
	(void)level;
	(void)who;
	(void)text;
	(void)size;
}

static void LODE_CALL host_notice(lode_hconn *hconn, const lode_error_info *given)
{
	const lode__link *link = (const lode__link *)hconn;
	lode_error_info info;

	if (!link || !given)
		return;
	info = whole_report(given);
	lode__log(lode__engine_logger(link->engine), LODE_LOG_WARNING, LODE_W_SERVER, "%s%s%s",
	          info.sqlstate, *info.sqlstate ? " " : "", info.message ? info.message : "");
}

/* ---------------------------------------------------------------- options */

static const char *option_part(const lode_url *url, const char *key)
{
	if (strcmp(key, "host") == 0)
		return url->parts.host;
	if (strcmp(key, "port") == 0)
		return *url->port ? url->port : NULL;
	if (strcmp(key, "user") == 0)
		return url->parts.user;
	if (strcmp(key, "password") == 0)
		return url->parts.password;
	if (strcmp(key, "database") == 0)
		return url->parts.database;
	return NULL;
}

static const char *LODE_CALL host_opt(const lode_options *options, const char *key)
{
	const char *value;

	if (!options || !key)
		return NULL;
	value = option_part(options->url, key);
	return value ? value : lode_url_option_value(options->url, key);
}

static int32_t LODE_CALL host_opt_at(const lode_options *options, size_t i, const char **key,
                                     const char **value)
{
	static const char *const parts[] = { "host", "port", "user", "password", "database" };
	const lode_url_parts *url = options ? &options->url->parts : NULL;

	for (size_t p = 0; url && p < sizeof parts / sizeof *parts; p++) {
		const char *found = option_part(options->url, parts[p]);

		if (found && i-- == 0) {
			*key = parts[p];
			*value = found;
			return 1;
		}
	}
	if (!url || i >= url->option_count)
		return 0;
	*key = url->options[i].key;
	*value = url->options[i].value;
	return 1;
}

/* ---------------------------------------------------------------- loader's lock */

static pthread_mutex_t loader_mutex;
static pthread_once_t loader_once = PTHREAD_ONCE_INIT;

/* recursive: a plugin's init function may load a library, under the lock already */
static void make_loader_mutex(void)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&loader_mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

static void start_loader(void)
{
	make_loader_mutex();
	/* nobody loads while the process forks: a child could never lock again */
	pthread_atfork(lode__loader_lock, lode__loader_unlock, make_loader_mutex);
}

void lode__loader_lock(void)
{
	pthread_once(&loader_once, start_loader);
	pthread_mutex_lock(&loader_mutex);
}

void lode__loader_unlock(void)
{
	pthread_mutex_unlock(&loader_mutex);
}

static void LODE_CALL host_loader_lock(int32_t on)
{
	if (on)
		lode__loader_lock();
	else
		lode__loader_unlock();
}

static const void *LODE_CALL host_get_service(const char *id)
{
	(void)id;
	return NULL;
}

const lode_host lode__host = {
	.struct_size = (uint32_t)sizeof(lode_host),
	.abi_major = LODE_ABI_MAJOR,
	.abi_minor = LODE_ABI_MINOR,
	.version = HOST_VERSION,
	.alloc = host_alloc,
	.resize = host_resize,
	.release = host_release,
	.arena_alloc = host_arena_alloc,
	.error = host_error,
	.log_on = host_log_on,
	.log = host_log,
	.notice = host_notice,
	.opt = host_opt,
	.opt_at = host_opt_at,
	.sql_put = lode__host_sql_put,
	.sql_ident = lode__host_sql_ident,
	.sql_text = lode__host_sql_text,
	.sql_node = lode__host_sql_node,
	.sql_default = lode__host_sql_default,
	.node_kind = lode__host_node_kind,
	.node_child = lode__host_node_child,
	.node_count = lode__host_node_count,
	.node_int = lode__host_node_int,
	.node_str = lode__host_node_str,
	.node_type = lode__host_node_type,
	.query = lode__host_query,
	.loader_lock = host_loader_lock,
	.get_service = host_get_service,
};
