/* SPDX-License-Identifier: MIT */
/* mariadb/connection.c - open, close and look after a session.
 *
 * Every session has the same settings, on opening and after each reset (LMY_SESSION_SQL): strict
 * modes, no backslash escapes, UTC, utf8mb4, autocommit.  Matched rows are counted, not changed
 * ones.  A cancel goes through a connection of its own. */
#include "connection.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dialect.h"
#include "error.h"
#include "host.h"
#include "statement.h"
#include "transaction.h"

#define RETURNING_SINCE 10005000
#define CANCEL_TIMEOUT 5 /* seconds to connect, where the URL gives no limit */

int64_t lmy_conn_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the way to the server */

int lmy_conn_in_transaction(const lode_drv_conn *c)
{
	unsigned int status = 0;

	mariadb_get_infov(c->db, MARIADB_CONNECTION_SERVER_STATUS, &status);
	return (status & SERVER_STATUS_IN_TRANS) != 0;
}

lode_status lmy_conn_run(lode_drv_conn *c, const char *sql, lode_err *e)
{
	if (mysql_real_query(c->db, sql, (unsigned long)strlen(sql)) != 0)
		return lmy_error_report(c, NULL, -1, e);
	return LODE_OK;
}

/* MariaDB counts in seconds and stops anything, MySQL in milliseconds and stops queries */
static lode_status set_timeout(lode_drv_conn *c, int32_t ms, lode_err *e)
{
	char sql[80];
	lode_status status;

	if (ms < 0)
		ms = -1;
	if (ms == c->timeout_ms)
		return LODE_OK;
	if (c->is_mariadb)
		snprintf(sql, sizeof sql, "SET max_statement_time=%ld.%03d",
			 ms < 0 ? 0L : (long)ms / 1000,
			 ms < 0	   ? 0
			 : ms == 0 ? 1
				   : (int)(ms % 1000));
	else
		snprintf(sql, sizeof sql, "SET max_execution_time=%ld",
			 ms < 0	   ? 0L
			 : ms == 0 ? 1L
				   : (long)ms);
	status = lmy_conn_run(c, sql, e);
	if (status == LODE_OK)
		c->timeout_ms = ms;
	return status;
}

lode_status lmy_conn_enter(lode_drv_conn *c, const lode_drv_stmt *own, int32_t timeout_ms,
			   lode_err *e)
{
	lode_status status = LODE_OK;

	if (c->dead)
		return lmy_refuse(e, LODE_E_DISCONNECT, "the connection is lost", NULL);
	if (c->failed)
		return lmy_refuse(e, LODE_E_STATE,
				  "the transaction was rolled back by the server after an error",
				  "roll back before going on");
	c->since = lmy_conn_clock();
	if (c->streaming != NULL && c->streaming != own)
		status = lmy_stmt_buffer(c->streaming, e);
	if (status == LODE_OK && c->begun && !lmy_conn_in_transaction(c))
		status = lmy_tx_renew(c, e);
	return status == LODE_OK ? set_timeout(c, timeout_ms, e) : status;
}

/* ---- open and close */

static lode_status read_limits(lode_drv_conn *c, lode_err *e)
{
	MYSQL_RES *result = NULL;
	MYSQL_ROW row = NULL;

	if (mysql_query(c->db, "SELECT @@max_allowed_packet") == 0)
		result = mysql_store_result(c->db);
	if (result != NULL)
		row = mysql_fetch_row(result);
	if (row != NULL && row[0] != NULL)
		c->max_packet = strtoull(row[0], NULL, 10);
	mysql_free_result(result);
	return row != NULL ? LODE_OK : lmy_error_report(c, NULL, -1, e);
}

static lode_status set_up(lode_drv_conn *c, lode_err *e)
{
	lode_status status = lmy_conn_run(c, LMY_SESSION_SQL, e);

	c->timeout_ms = -1;
	c->begun = c->failed = 0;
	if (status == LODE_OK && c->options.read_only)
		status = lmy_conn_run(c, "SET SESSION TRANSACTION READ ONLY", e);
	return status;
}

static void read_server(lode_drv_conn *c)
{
	unsigned long extended = 0, number = mysql_get_server_version(c->db);

	mariadb_get_infov(c->db, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &extended);
	c->is_mariadb = mariadb_connection(c->db) != 0;
	c->version =
		(uint32_t)(number / 10000 * 1000000 + number / 100 % 100 * 1000 + number % 100);
	c->has_bulk = c->is_mariadb && c->options.bulk &&
		      (extended & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
	c->has_returning = c->is_mariadb && c->version >= RETURNING_SINCE;
	c->thread_id = mysql_thread_id(c->db);
	snprintf(c->version_text, sizeof c->version_text, "%s", mysql_get_server_info(c->db));
	snprintf(c->library, sizeof c->library, "MariaDB Connector/C %s", mysql_get_client_info());
}

static void close_connection(lode_drv_conn *c)
{
	mysql_close(c->db);
	lmy_options_free(&c->options);
	lmy_host->release(c);
}

static lode_status open_connection(const lode_connect *a, lode_drv_conn **out, lode_err *e)
{
	lode_drv_conn *c = lmy_host->alloc(sizeof *c);
	lode_status status;

	if (c == NULL)
		return lmy_nomem(e);
	memset(c, 0, sizeof *c);
	status = lmy_options_read(&c->options, a, e);
	if (status == LODE_OK)
		status = lmy_options_connect(&c->options, &c->db, e);
	if (status == LODE_OK) {
		read_server(c);
		status = set_up(c, e);
	}
	if (status == LODE_OK)
		status = read_limits(c, e);
	if (status != LODE_OK) {
		close_connection(c);
		return status;
	}
	*out = c;
	return LODE_OK;
}

#define LMY_FILL(out, member, value)                                                               \
	do {                                                                                       \
		if (LODE_HAS(out, lode_conn_info, member))                                         \
			(out)->member = (value);                                                   \
	} while (0)

static lode_status describe_connection(lode_drv_conn *c, lode_conn_info *out, lode_err *e)
{
	uint64_t caps = LMY_CAPS;

	(void)e;
	if (!c->has_bulk)
		caps &= ~LODE_CAP_BATCH;
	if (!c->has_bulk || !c->has_returning)
		caps &= ~LODE_CAP_BATCH_KEYS;
	/* before, what was prepared went with its connection */
	if (c->version < (c->is_mariadb ? 10005000u : 5007007u))
		caps &= ~LODE_CAP_TWO_PHASE;
	LMY_FILL(out, version, c->version);
	LMY_FILL(out, product, c->is_mariadb ? "MariaDB" : "MySQL");
	LMY_FILL(out, version_text, c->version_text);
	LMY_FILL(out, dialect, c->is_mariadb ? "mariadb" : "mysql");
	LMY_FILL(out, database, c->options.database);
	LMY_FILL(out, schema, c->options.database);
	LMY_FILL(out, client_lib, c->library);
	LMY_FILL(out, caps, caps);
	LMY_FILL(out, max_params, LMY_MAX_PARAMS);
	LMY_FILL(out, max_identifier, LMY_MAX_NAME);
	LMY_FILL(out, max_packet, c->max_packet);
	LMY_FILL(out, backend_id, (int64_t)c->thread_id);
	return LODE_OK;
}

/* ---- scripts, pings, resets */

static lode_status drain_script(lode_drv_conn *c, lode_err *e)
{
	MYSQL_RES *result;
	int code;

	do {
		result = mysql_use_result(c->db);
		while (result != NULL && mysql_fetch_row(result) != NULL)
			;
		mysql_free_result(result);
		code = mysql_errno(c->db) != 0 ? 1 : mysql_next_result(c->db);
	} while (code == 0);
	return code < 0 ? LODE_OK : lmy_error_report(c, NULL, -1, e);
}

/* Several statements in one text are possible here only: elsewhere that door stays shut. */
static lode_status run_script(lode_drv_conn *c, const char *sql, size_t n, lode_err *e)
{
	lode_status status = lmy_conn_enter(c, NULL, -1, e);

	if (status != LODE_OK)
		return status;
	if (mysql_set_server_option(c->db, MYSQL_OPTION_MULTI_STATEMENTS_ON) != 0 ||
	    mysql_real_query(c->db, sql, (unsigned long)n) != 0)
		status = lmy_error_report(c, NULL, -1, e);
	else
		status = drain_script(c, e);
	if (!c->dead && mysql_set_server_option(c->db, MYSQL_OPTION_MULTI_STATEMENTS_OFF) != 0 &&
	    status == LODE_OK)
		status = lmy_error_report(c, NULL, -1, e);
	return status;
}

/* Nobody speaks to an idle client but to say that it is over. */
static int is_silent(lode_drv_conn *c)
{
	struct pollfd fd = { .fd = mysql_get_socket(c->db), .events = POLLIN };

	return c->streaming != NULL || poll(&fd, 1, 0) == 0;
}

static lode_status ping(lode_drv_conn *c, uint32_t flags, lode_err *e)
{
	if (!c->dead && (flags & 1)) {
		if (is_silent(c))
			return LODE_OK;
		c->dead = 1;
	}
	if (c->dead)
		return lmy_refuse(e, LODE_E_DISCONNECT, "the connection is lost", NULL);
	if (c->streaming != NULL)
		return LODE_OK; /* rows are coming in */
	c->since = lmy_conn_clock();
	return mysql_ping(c->db) == 0 ? LODE_OK : lmy_error_report(c, NULL, -1, e);
}

/* The server forgets prepared statements too: those of the host are prepared again when used. */
static lode_status reset_connection(lode_drv_conn *c, uint32_t flags, lode_err *e)
{
	lode_drv_stmt *s;

	(void)flags;
	if (c->dead)
		return lmy_refuse(e, LODE_E_DISCONNECT, "the connection is lost", NULL);
	if (c->streaming != NULL)
		lmy_stmt_discard(c->streaming);
	c->since = lmy_conn_clock();
	for (s = c->statements; s != NULL; s = s->next)
		lmy_stmt_forget(s);
	if (mysql_reset_connection(c->db) != 0)
		return lmy_error_report(c, NULL, -1, e);
	return set_up(c, e);
}

static lode_status cancel(lode_drv_conn *c, lode_err *e)
{
	lmy_options options = c->options;
	MYSQL *db = NULL;
	lode_status status;
	char sql[60];

	if (options.connect_timeout == 0)
		options.connect_timeout = CANCEL_TIMEOUT;
	if (options.read_timeout == 0)
		options.read_timeout = CANCEL_TIMEOUT;
	status = lmy_options_connect(&options, &db, e);
	if (status != LODE_OK)
		return status;
	snprintf(sql, sizeof sql, "KILL QUERY %lu", c->thread_id);
	if (mysql_query(db, sql) != 0)
		status = lmy_error_connect(db, e);
	mysql_close(db);
	return status;
}

/* The socket is the parent's, too: what mysql_close would say goes nowhere. */
static void abandon(lode_drv_conn *c)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC), fd = mysql_get_socket(c->db);

	if (nowhere >= 0 && fd >= 0 && dup2(nowhere, fd) == fd)
		mysql_close(c->db);
	if (nowhere >= 0)
		close(nowhere);
	while (c->statements != NULL)
		lmy_stmt_ops.close(c->statements);
	lmy_options_free(&c->options);
	lmy_host->release(c);
}

static void *native_handle(lode_drv_conn *c, const char *kind)
{
	return strcmp(kind, "MYSQL") == 0 ? c->db : NULL;
}

const lode_conn_ops lmy_conn_ops = {
	.struct_size = sizeof(lode_conn_ops),
	.open = open_connection,
	.close = close_connection,
	.info = describe_connection,
	.prepare = lmy_stmt_prepare,
	.tx = lmy_tx_run,
	.tx_state = lmy_tx_state,
	.script = run_script,
	.ping = ping,
	.reset = reset_connection,
	.cancel = cancel,
	.abandon = abandon,
	.native = native_handle,
};
