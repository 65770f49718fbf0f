/* SPDX-License-Identifier: MIT */
/* engine/link.c - opens, checks and closes one connection of a driver.
 *
 * Every failed driver call ends in lode__link_failed(): it fills the error, marks the link dead or
 * its transaction failed, and is the only place that does. */
#include "engine/link.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "engine/cursor.h"
#include "engine/state.h"
#include "engine/transaction.h"

int64_t lode__clock_usec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t lode__deadline_in(int32_t within_ms)
{
	return within_ms < 0 ? 0 : lode__clock_usec() + (int64_t)within_ms * 1000;
}

/* `limit_ms` -1: none */
int32_t lode__deadline_left(int64_t deadline, int32_t limit_ms)
{
	int64_t left;

	if (!deadline)
		return limit_ms;
	left = (deadline - lode__clock_usec() + 999) / 1000;
	if (left < 1)
		left = 1;
	return limit_ms >= 0 && limit_ms < left ? limit_ms
	       : left < INT32_MAX               ? (int32_t)left
	                                        : INT32_MAX;
}

bool lode__link_is_offline(const lode__link *link)
{
	return link->engine->offline.visit != NULL;
}

/* ---------------------------------------------------------------- open and close */

static lode_status open_driver(lode__link *link, const lode_url *url, lode_error *error)
{
	lode_engine *engine = link->engine;
	struct lode_err err = LODE__ERR_INIT(error, engine->named ? engine->dialect : NULL);
	lode_options options = { url };
	lode_connect how = { .struct_size = (uint32_t)sizeof how };
	lode_status status;

	how.url = lode_url_redacted(url);
	how.options = &options;
	how.hconn = (lode_hconn *)link;
	how.timeout_ms = lode__deadline_left(link->deadline, engine->connect_timeout_ms);
	status = link->ops->open(&how, &link->connection, &err);
	if (status < 0)
		link->connection = NULL;
	return status < 0 ? lode__err_finish(&err, status, "connect", NULL, 0) : LODE_OK;
}

/* let the application change how, for this connection */
static lode_status open_as_told(lode__link *link, lode_error *error)
{
	lode_engine *engine = link->engine;
	lode_url_parts parts = engine->url->parts;
	lode_status status = engine->connect(engine->connect_context, &parts);
	lode_url *url;

	if (status < 0)
		return lode__error_set(error, status,
		                       "the connect function of the engine gives %s",
		                       lode_status_name(status));
	parts.dialect = engine->url->parts.dialect;    /* the plugin is chosen */
	parts.driver = engine->url->parts.driver;
	url = lode__url_new(&parts, &engine->allocator, error);
	if (!url)
		return LODE_E_CONFIG;
	status = open_driver(link, url, error);
	lode_url_free(url);
	return status;
}

static lode_status connect_driver(lode__link *link, lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, NULL);
	lode_status status = link->engine->connect ? open_as_told(link, error)
	                                           : open_driver(link, link->engine->url, error);

	if (status != LODE_OK)
		return status;
	link->info.struct_size = (uint32_t)sizeof link->info;
	link->info.caps = link->engine->driver->driver.caps;
	link->info.backend_id = -1;
	status = link->ops->info(link->connection, &link->info, &err);
	return status < 0 ? lode__err_finish(&err, status, "connect", NULL, 0) : LODE_OK;
}

lode_status lode__link_open(lode__link **out, lode_engine *engine, int64_t deadline,
                            lode_error *error)
{
	lode__link *link = lode__alloc_zero(&engine->allocator, sizeof *link);
	lode_status status;

	if (!link)
		return lode__error_nomem(error);
	link->engine = engine;
	link->ops = &engine->driver->conn;
	link->statement_ops = &engine->driver->stmt;
	link->timeout_ms = engine->timeout_ms;
	link->isolation = engine->isolation;
	link->deadline = deadline;
	link->fork = lode__fork_count();
	link->born = lode__clock_usec();
	status = connect_driver(link, error);
	if (status == LODE_OK)
		status = lode__dialect_settle(link, error);
	if (status != LODE_OK) {
		lode__link_close(link);
		return status;
	}
	*out = link;
	return LODE_OK;
}

void lode__link_close(lode__link *link)
{
	if (!link)
		return;
	lode__link_forget(link);
	lode__savepoints_drop(link, NULL);
	if (link->connection)
		link->ops->close(link->connection);
	lode__release(&link->engine->allocator, link->slots);
	lode__release(&link->engine->allocator, link);
}

void lode__link_abandon(lode__link *link)
{
	if (link->connection)
		link->ops->abandon(link->connection);
	link->connection = NULL;
	link->statement_ops = NULL;    /* the statements went with it */
	lode__link_close(link);
}

lode_status lode__link_reset(lode__link *link)
{
	struct lode_err err = LODE__ERR_INIT(NULL, link->dialect);
	lode_status status = lode__link_rollback(link, NULL);
	int32_t state;

	link->failed = false;
	link->deadline = 0;
	link->timeout_ms = link->engine->timeout_ms;
	link->isolation = link->engine->isolation;
	/* what is prepared outlives its connection, but resetting that might not leave it alone */
	if (status != LODE_OK || link->dead || link->prepared)
		return LODE_E_STATE;
	status = link->ops->reset(link->connection, 0, &err);
	if (status < 0 && (status != LODE_E_UNSUPPORTED || err.status != LODE_OK))
		return status;
	state = link->ops->tx_state(link->connection);
	return state == LODE_TXS_OPEN || state == LODE_TXS_FAILED ? LODE_E_STATE : LODE_OK;
}

/* the driver's way, else the dialect's statement */
lode_status lode__link_ping(lode__link *link)
{
	struct lode_err err = LODE__ERR_INIT(NULL, link->dialect);
	lode_status status = link->ops->ping(link->connection, 0, &err);
	const char *sql = link->dialect->traits.ping_sql;

	if (status != LODE_E_UNSUPPORTED)
		return status;
	return sql && *sql ? lode__link_run(link, sql, strlen(sql), NULL) : LODE_OK;
}

/* ---------------------------------------------------------------- failures */

lode_status lode__link_check(lode__link *link, lode_error *error)
{
	if (link->dead)
		return lode__error_set(error, LODE_E_DISCONNECT,
		                       "the connection was lost; roll back and begin again");
	if (link->fork != lode__fork_count())
		return lode__error_set(error, LODE_E_DISCONNECT,
		                       "the connection belongs to the parent process; open a session "
		                       "in this one");
	if (link->failed)
		return lode__error_set(error, LODE_E_STATE,
		                       "the transaction has failed; roll back first");
	if (link->deadline && lode__clock_usec() > link->deadline)
		return lode__error_set(error, LODE_E_TIMEOUT,
		                       "the deadline has passed; roll back, and set another");
	return LODE_OK;
}

lode_status lode__link_failed(lode__link *link, struct lode_err *err, lode_status status,
                              const char *what, const char *sql, size_t size)
{
	int32_t state;

	err->dialect = link->dialect;
	status = lode__err_finish(err, status, what, sql, size);
	if (err->disconnected || status == LODE_E_DISCONNECT) {
		link->dead = true;
		lode__pool_invalidate(link->engine, link);
		return status;
	}
	if (!link->transaction)
		return status;
	state = link->ops->tx_state(link->connection);
	/* gone: what follows would run, and commit, by itself */
	if (state == LODE_TXS_FAILED || state == LODE_TXS_IDLE)
		link->failed = true;
	return status;
}

/* ---------------------------------------------------------------- log */

/* the statement on one line */
static void log_statement(const lode__logger *logger, const lode_allocator *allocator,
                          const char *sql, size_t size)
{
	char *copy = lode__strndup(allocator, sql, size);

	for (char *c = copy; c && *c; c++)
		if (*c == '\n' || *c == '\r' || *c == '\t')
			*c = ' ';
	if (copy)
		lode__log_text(logger, LODE_LOG_DEBUG, "sql", copy);
	lode__release(allocator, copy);
}

int64_t lode__link_log(lode__link *link, const char *sql, size_t size)
{
	const lode__logger *logger = &link->engine->logger;

	if (!lode__log_wanted(logger, LODE_LOG_DEBUG))
		return 0;
	log_statement(logger, &link->engine->allocator, sql, size);
	return lode__clock_usec();
}

void lode__link_log_done(lode__link *link, int64_t since, uint32_t parameter_rows, int64_t affected,
                         int cached)
{
	const char *name = link->engine->name ? link->engine->name : "";
	int64_t usec;

	if (since == 0)
		return;
	usec = lode__clock_usec() - since;
	lode__log(&link->engine->logger, LODE_LOG_DEBUG, "sql-done",
	          "%s%sconnection %llu: %lld.%03lld ms, %lu parameter rows, %lld rows affected, %s",
	          name, *name ? " " : "", (unsigned long long)link->number, (long long)(usec / 1000),
	          (long long)(usec % 1000), (unsigned long)parameter_rows, (long long)affected,
	          cached > 0 ? "statement cached" : "statement prepared");
}

/* ---------------------------------------------------------------- the simplest statement */

lode_status lode__link_run(lode__link *link, const char *sql, size_t size, lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, link->dialect);
	lode_prepare how = { .struct_size = (uint32_t)sizeof how, .flags = LODE_PREP_DIRECT,
		             .bind_size = (uint32_t)sizeof(lode_drv_bind) };
	lode_exec run = { .struct_size = (uint32_t)sizeof run, .flags = LODE_EXEC_NO_ROWS,
		          .bind_size = (uint32_t)sizeof(lode_drv_bind), .nrows = 1,
		          .timeout_ms = lode__deadline_left(link->deadline, link->timeout_ms) };
	lode_exec_result result = { .struct_size = (uint32_t)sizeof result, .affected = -1 };
	lode_drv_stmt *statement = NULL;
	int64_t since = lode__link_log(link, sql, size);
	lode_status status = link->ops->prepare(link->connection, sql, size, &how, &statement, &err);

	if (status >= 0) {
		status = link->statement_ops->execute(statement, &run, &result, &err);
		link->statement_ops->close(statement);
	}
	if (status < 0)
		return lode__link_failed(link, &err, status, "execute", sql, size);
	lode__link_log_done(link, since, 1, result.affected, 0);
	return LODE_OK;
}
