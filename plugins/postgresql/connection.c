/* SPDX-License-Identifier: MIT */
/* postgresql/connection.c - open, options, cancel, and what needs no statement.
 *
 * A session is set up in the startup packet, so no round trip follows the login. */
#include "connection.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#include "error.h"
#include "exchange.h"
#include "options.h"
#include "pipeline.h"
#include "statement.h"
#include "transaction.h"

/* ---- open and close */

static lode_status wait_connecting(lode_drv_conn *c, PostgresPollingStatusType what, lode_err *e)
{
	struct pollfd fd = { .fd = PQsocket(c->pg), .events = POLLIN };
	int64_t left = -1;

	if (what == PGRES_POLLING_WRITING)
		fd.events = POLLOUT;
	if (c->deadline != 0) {
		left = c->deadline - lpg_now_ms();
		if (left <= 0)
			return lpg_refuse(e, LODE_E_NETWORK_TIMEOUT,
					  "the server does not answer in time",
					  "connect_timeout_ms says how long to wait");
	}
	poll(&fd, 1, left > 60000 ? 60000 : (int)left);
	return LODE_OK;
}

static void quiet_notice(void *connection, const PGresult *r)
{
	(void)connection, (void)r;
}

/* PgBouncer's words, which are not translated: a session set up by options is not what it has. */
static int is_pooler(const lode_drv_conn *c)
{
	return !c->pooled &&
	       strstr(PQerrorMessage(c->pg), "unsupported startup parameter") != NULL;
}

/* The socket may be another one after each step: several addresses are tried.  LODE_DONE: there is
 * a pooler, and it wants to be asked as one. */
static lode_status connect_server(lode_drv_conn *c, lode_err *e)
{
	PostgresPollingStatusType what = PGRES_POLLING_WRITING;
	lode_status status = LODE_OK;

	PQsetNoticeReceiver(c->pg, quiet_notice, NULL);
	PQsetErrorVerbosity(c->pg, PQERRORS_VERBOSE); /* with SQLSTATE: see error.c */
	while (status == LODE_OK && what != PGRES_POLLING_OK) {
		if (PQstatus(c->pg) == CONNECTION_BAD || what == PGRES_POLLING_FAILED)
			return is_pooler(c) ? LODE_DONE : lpg_error_connect(c->pg, e);
		status = wait_connecting(c, what, e);
		if (status == LODE_OK)
			what = PQconnectPoll(c->pg);
	}
	PQsetErrorVerbosity(c->pg, PQERRORS_DEFAULT);
	return status;
}

static lode_status start_and_connect(lode_drv_conn *c, const lode_connect *a, lode_err *e)
{
	lode_status status = lpg_options_start(a, &c->pg, &c->pooled, e);

	return status == LODE_OK ? connect_server(c, e) : status;
}

static lode_status connect_any(lode_drv_conn *c, const lode_connect *a, lode_err *e)
{
	lode_status status;

	if (a->timeout_ms >= 0)
		c->deadline = lpg_now_ms() + a->timeout_ms;
	status = start_and_connect(c, a, e);
	if (status == LODE_DONE) {
		PQfinish(c->pg);
		c->pg = NULL;
		c->pooled = 1;
		status = start_and_connect(c, a, e);
	}
	c->deadline = 0;
	return status;
}

static lode_status set_up(lode_drv_conn *c, lode_err *e)
{
	const char *encoding = PQparameterStatus(c->pg, "client_encoding");

	if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
		return lpg_refuse(e, LODE_E_CONNECT, "the server does not speak UTF-8", NULL);
	c->canceller = PQgetCancel(c->pg);
	if (c->canceller == NULL)
		return lpg_refuse_memory(e);
	PQsetNoticeReceiver(c->pg, lpg_error_notice, c);
	if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg))
		return lpg_error_library(c, e);
	return LODE_OK;
}

static void close_connection(lode_drv_conn *c)
{
	if (c == NULL)
		return;
	lpg_pipeline_forget(c);
	PQclear(c->failure);
	PQfreeCancel(c->canceller);
	PQfinish(c->pg);
	lpg_buffer_dispose(&c->opening);
	lpg_buffer_dispose(&c->closing);
	lpg_host->release(c);
}

/* PQfinish says goodbye to the server, which would end the parent's session: into the void with it */
static void abandon(lode_drv_conn *c)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), fd = PQsocket(c->pg);

	if (fd >= 0 && (nowhere < 0 || dup2(nowhere, fd) < 0))
		c->pg = NULL; /* leaked, but silent */
	if (nowhere >= 0)
		close(nowhere);
	close_connection(c);
}

static lode_status open_connection(const lode_connect *a, lode_drv_conn **out, lode_err *e)
{
	lode_drv_conn *c = lpg_host->alloc(sizeof *c);
	int version = PQlibVersion();
	lode_status status;

	if (c == NULL)
		return lpg_refuse_memory(e);
	memset(c, 0, sizeof *c);
	c->hconn = a->hconn;
	snprintf(c->library, sizeof c->library, "libpq %d.%d", version / 10000, version % 10000);
	status = connect_any(c, a, e);
	if (status == LODE_OK)
		status = set_up(c, e);
	if (status == LODE_OK && (a->flags & LODE_CONNECT_READONLY))
		status = lpg_exchange_run(c, "SET default_transaction_read_only = on", e);
	if (status != LODE_OK) {
		close_connection(c);
		return status;
	}
	*out = c;
	return LODE_OK;
}

/* ---- what it is */

#define LPG_FILL(out, member, value)                                                               \
	do {                                                                                       \
		if (LODE_HAS(out, lode_conn_info, member))                                         \
			(out)->member = (value);                                                   \
	} while (0)

static lode_status describe_connection(lode_drv_conn *c, lode_conn_info *out, lode_err *e)
{
	uint32_t version = (uint32_t)PQserverVersion(c->pg);

	(void)e;
	LPG_FILL(out, version, version / 10000 * 1000000 + version % 10000 * 1000);
	LPG_FILL(out, product, "PostgreSQL");
	LPG_FILL(out, version_text, PQparameterStatus(c->pg, "server_version"));
	LPG_FILL(out, dialect, "postgresql");
	LPG_FILL(out, database, PQdb(c->pg));
	LPG_FILL(out, schema, NULL);
	LPG_FILL(out, client_lib, c->library);
	LPG_FILL(out, caps, LPG_CAPS);
	LPG_FILL(out, max_params, 65535);
	LPG_FILL(out, max_identifier, 63);
	LPG_FILL(out, max_packet, 0x3fffffff);
	LPG_FILL(out, backend_id, c->pooled ? -1 : PQbackendPID(c->pg));
	return LODE_OK;
}

int32_t lpg_conn_state(lode_drv_conn *c)
{
	if (c->begins)
		return LODE_TXS_OPEN;
	switch (PQtransactionStatus(c->pg)) {
	case PQTRANS_IDLE:
		return LODE_TXS_IDLE;
	case PQTRANS_INTRANS:
		return LODE_TXS_OPEN;
	case PQTRANS_INERROR:
		return LODE_TXS_FAILED;
	case PQTRANS_ACTIVE: /* rows are on their way */
		return c->was_open ? LODE_TXS_OPEN : LODE_TXS_IDLE;
	default:
		return LODE_TXS_UNKNOWN;
	}
}

static lode_status ping(lode_drv_conn *c, uint32_t flags, lode_err *e)
{
	lode_status status;

	if (flags & 1) {
		PQconsumeInput(c->pg);
		if (c->lost || PQstatus(c->pg) != CONNECTION_OK)
			return lpg_error_lost(c, LODE_E_DISCONNECT, NULL, e);
		return LODE_OK;
	}
	status = lpg_exchange_begin(c, LPG_ANY_TIMEOUT, e);
	if (status == LODE_OK)
		status = lpg_exchange_sync(c, e);
	return status == LODE_OK ? lpg_exchange_end(c, e) : status;
}

/* ---- scripts */

static int mentions(const char *text, size_t n, const char *word)
{
	size_t size = strlen(word), i;

	for (i = 0; i + size <= n; i++)
		if (strncasecmp(text + i, word, size) == 0)
			return 1;
	return 0;
}

void lpg_conn_notice_text(lode_drv_conn *c, const char *sql, size_t n)
{
	static const char *const plain[] = { "select", "insert", "update", "delete", "with",
					     "values", "create", "drop",   "alter",  NULL };
	int i, is_plain = 0;

	if (mentions(sql, n, "discard") || mentions(sql, n, "deallocate"))
		c->generation++;
	while (n > 0 && (*sql == ' ' || *sql == '\n' || *sql == '\t' || *sql == '('))
		sql++, n--;
	for (i = 0; plain[i] != NULL; i++)
		is_plain |= n > strlen(plain[i]) &&
			    strncasecmp(sql, plain[i], strlen(plain[i])) == 0;
	if (!is_plain || mentions(sql, n, "pg_") || mentions(sql, n, "set_config") ||
	    mentions(sql, n, " temp"))
		c->changed = 1;
}

/* COPY needs a partner, which a script does not have */
static void refuse_copy(lode_drv_conn *c, const PGresult *r)
{
	char *row;

	if (PQresultStatus(r) == PGRES_COPY_IN)
		PQputCopyEnd(c->pg, "COPY FROM STDIN in a script");
	while (PQresultStatus(r) == PGRES_COPY_OUT && PQgetCopyData(c->pg, &row, 0) > 0)
		PQfreemem(row);
}

static lode_status take_script(lode_drv_conn *c, lode_err *e)
{
	lode_status status = LODE_OK, failed = LODE_OK;
	PGresult *r = NULL;

	do {
		status = lpg_exchange_result(c, &r, e);
		if (r == NULL)
			break;
		refuse_copy(c, r);
		if (failed == LODE_OK && PQresultStatus(r) == PGRES_FATAL_ERROR)
			failed = lpg_error_result(c, r, -1, e);
		PQclear(r);
	} while (status == LODE_OK);
	return failed != LODE_OK ? failed : status;
}

static lode_status run_simple(lode_drv_conn *c, const char *sql, lode_err *e)
{
	lode_status status = lpg_exchange_simple(c, 1, e), back;

	if (status != LODE_OK)
		return status;
	status = lpg_exchange_sent(c, PQsendQuery(c->pg, sql), e);
	c->owed = 0;
	if (status == LODE_OK)
		status = lpg_exchange_flush(c, e);
	if (status == LODE_OK)
		status = take_script(c, e);
	if (c->lost)
		return status;
	back = lpg_exchange_simple(c, 0, status == LODE_OK ? e : NULL);
	return status == LODE_OK ? back : status;
}

static lode_status run_script(lode_drv_conn *c, const char *sql, size_t n, lode_err *e)
{
	lpg_buffer copy = { 0 };
	lode_status status;

	lpg_conn_notice_text(c, sql, n);
	c->changed = 1;
	lpg_buffer_put(&copy, sql, n);
	lpg_buffer_put(&copy, "", 1);
	status = copy.failed ? lpg_refuse_memory(e) : ping(c, 0, e); /* what waits goes first */
	if (status == LODE_OK)
		status = run_simple(c, copy.p, e);
	lpg_buffer_dispose(&copy);
	return status;
}

/* ---- the other calls */

/* Everything that DISCARD ALL does but for the prepared statements, which are worth keeping. */
static lode_status clean_session(lode_drv_conn *c, lode_err *e)
{
	static const char *const commands[] = {
		"SET SESSION AUTHORIZATION DEFAULT", "RESET ALL",	 "CLOSE ALL", "UNLISTEN *",
		"SELECT pg_advisory_unlock_all()",   "DISCARD SEQUENCES", "DISCARD TEMP",
	};
	lode_status status = lpg_exchange_begin(c, LPG_ANY_TIMEOUT, e);
	size_t i;

	for (i = 0; status == LODE_OK && i < sizeof commands / sizeof commands[0]; i++)
		status = lpg_exchange_text(c, commands[i], e);
	if (status == LODE_OK)
		status = lpg_exchange_sync(c, e);
	if (status == LODE_OK)
		status = lpg_exchange_end(c, e);
	if (status == LODE_OK) {
		c->changed = 0;
		c->timeout = 0;
	}
	return status;
}

static lode_status reset_connection(lode_drv_conn *c, uint32_t flags, lode_err *e)
{
	lode_tx rollback = { .struct_size = sizeof rollback, .verb = LODE_TX_ROLLBACK };
	lode_status status = LODE_OK;

	(void)flags;
	if (c->streaming != NULL)
		status = lpg_stmt_settle(c->streaming, e);
	if (status == LODE_OK && lpg_conn_state(c) != LODE_TXS_IDLE)
		status = lpg_tx_run(c, &rollback, e);
	c->opening.n = 0;
	if (status == LODE_OK && c->changed && !c->pooled)
		status = clean_session(c, e);
	return status;
}

static lode_status cancel(lode_drv_conn *c, lode_err *e)
{
	char message[256];

	atomic_store(&c->cancelled, 1);
	if (PQcancel(c->canceller, message, (int)sizeof message))
		return LODE_OK;
	return lpg_refuse(e, LODE_E_CONNECT, "the request to cancel did not reach the server", NULL);
}

static void *native_handle(lode_drv_conn *c, const char *kind)
{
	return strcmp(kind, "PGconn") == 0 ? c->pg : NULL;
}

const lode_conn_ops lpg_conn_ops = {
	.struct_size = sizeof(lode_conn_ops),
	.open = open_connection,
	.close = close_connection,
	.info = describe_connection,
	.prepare = lpg_stmt_prepare,
	.tx = lpg_tx_run,
	.tx_state = lpg_conn_state,
	.script = run_script,
	.ping = ping,
	.reset = reset_connection,
	.cancel = cancel,
	.abandon = abandon,
	.native = native_handle,
};
