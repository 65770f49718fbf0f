/* SPDX-License-Identifier: MIT */
/* postgresql/exchange.c - see exchange.h.
 *
 * A command fails, and everything behind it up to the sync is skipped by the server; so one error a
 * sync, and it is the first. */
#include "exchange.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

#include "error.h"
#include "statement.h"

#define LPG_GRACE_MS 1000 /* for the server to notice a timeout by itself */

int64_t lpg_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1;
}

/* ---- the socket */

static lode_status give_up(lode_drv_conn *c, lode_err *e)
{
	c->lost = 1;
	return lpg_error_lost(c, LODE_E_NETWORK_TIMEOUT, "the server does not answer in time", e);
}

/* Behind a pooler nothing but a cancel request stops a statement. */
static int stop_pooled(lode_drv_conn *c)
{
	char message[256];

	if (!c->pooled || !c->timed || c->deadline == 0)
		return 0;
	c->timed = 0;
	c->deadline += LPG_GRACE_MS;
	return PQcancel(c->canceller, message, (int)sizeof message);
}

lode_status lpg_exchange_wait(lode_drv_conn *c, int writable, lode_err *e)
{
	struct pollfd fd = { .fd = PQsocket(c->pg), .events = POLLIN };
	int64_t left = -1;
	int n;

	if (fd.fd < 0) {
		c->lost = 1;
		return lpg_error_lost(c, LODE_E_DISCONNECT, NULL, e);
	}
	fd.events = (short)(writable ? POLLIN | POLLOUT : POLLIN);
	do {
		if (c->deadline != 0) {
			left = c->deadline - lpg_now_ms();
			if (left <= 0 && !stop_pooled(c))
				return give_up(c, e);
			left = c->deadline - lpg_now_ms();
		}
		n = poll(&fd, 1, left < 0 ? -1 : left > 60000 ? 60000 : (int)left);
	} while (n == 0 || (n < 0 && errno == EINTR));
	if (n < 0) {
		c->lost = 1;
		return lpg_error_lost(c, LODE_E_DISCONNECT, NULL, e);
	}
	return LODE_OK;
}

lode_status lpg_exchange_flush(lode_drv_conn *c, lode_err *e)
{
	lode_status status = LODE_OK;
	int left;

	while (status == LODE_OK && (left = PQflush(c->pg)) != 0) {
		if (left < 0) { /* why, the results will say */
			PQconsumeInput(c->pg);
			break;
		}
		status = lpg_exchange_wait(c, 1, e);
		if (status == LODE_OK)
			PQconsumeInput(c->pg);
	}
	return status;
}

static lode_status take_result(lode_drv_conn *c, PGresult **out, lode_err *e)
{
	lode_status status = LODE_OK;

	*out = NULL;
	while (PQisBusy(c->pg)) {
		status = lpg_exchange_wait(c, PQflush(c->pg) > 0, e);
		if (status != LODE_OK)
			return status;
		if (!PQconsumeInput(c->pg))
			break; /* the error comes as a result */
	}
	*out = PQgetResult(c->pg);
	if (*out == NULL && PQstatus(c->pg) == CONNECTION_BAD) {
		c->lost = 1;
		return lpg_error_lost(c, LODE_E_DISCONNECT, NULL, e);
	}
	return LODE_OK;
}

static lode_status take_leading(lode_drv_conn *c, lode_err *e)
{
	lode_status status = LODE_OK;
	PGresult *r;

	while (status == LODE_OK && c->leading) {
		status = take_result(c, &r, e);
		if (r != NULL && PQresultStatus(r) == PGRES_PIPELINE_SYNC)
			c->leading = 0;
		PQclear(r);
	}
	return status;
}

lode_status lpg_exchange_result(lode_drv_conn *c, PGresult **out, lode_err *e)
{
	lode_status status = take_leading(c, e);

	*out = NULL;
	return status == LODE_OK ? take_result(c, out, e) : status;
}

/* ---- sending */

lode_status lpg_exchange_sent(lode_drv_conn *c, int ok, lode_err *e)
{
	if (ok) {
		c->owed++;
		return LODE_OK;
	}
	if (PQstatus(c->pg) == CONNECTION_BAD) {
		c->lost = 1;
		return lpg_error_lost(c, LODE_E_DISCONNECT, NULL, e);
	}
	return lpg_error_library(c, e);
}

lode_status lpg_exchange_text(lode_drv_conn *c, const char *sql, lode_err *e)
{
	return lpg_exchange_sent(c, PQsendQueryParams(c->pg, sql, 0, NULL, NULL, NULL, NULL, 0), e);
}

lode_status lpg_exchange_sync(lode_drv_conn *c, lode_err *e)
{
	lode_status status = lpg_exchange_sent(c, PQpipelineSync(c->pg), e);

	if (status != LODE_OK)
		return status;
	c->owed--;
	c->synced = 1;
	return lpg_exchange_flush(c, e);
}

lode_status lpg_exchange_push(lode_drv_conn *c, lode_err *e)
{
	lode_status status = lpg_exchange_sent(c, PQsendFlushRequest(c->pg), e);

	if (status == LODE_OK)
		c->owed--;
	return status == LODE_OK ? lpg_exchange_flush(c, e) : status;
}

lode_status lpg_exchange_later(lode_drv_conn *c, const char *sql, lode_err *e)
{
	lpg_buffer_put(&c->opening, sql, strlen(sql) + 1);
	return c->opening.failed ? lpg_refuse_memory(e) : LODE_OK;
}

/* A timeout goes to the server too, which then stops the statement; ours is for a server that does
 * not answer at all. */
static lode_status send_timeout(lode_drv_conn *c, int32_t timeout_ms, lode_err *e)
{
	int32_t wanted = timeout_ms < 0 ? 0 : timeout_ms > 0 ? timeout_ms : 1;
	char sql[60];
	lode_status status;

	if (c->pooled || c->timeout == wanted || timeout_ms == LPG_ANY_TIMEOUT)
		return LODE_OK;
	if (wanted == 0)
		snprintf(sql, sizeof sql, "SET statement_timeout TO DEFAULT");
	else
		snprintf(sql, sizeof sql, "SET statement_timeout = %ld", (long)wanted);
	status = lpg_exchange_text(c, sql, e);
	c->timeout = wanted;
	return status;
}

static lode_status send_list(lode_drv_conn *c, lpg_buffer *list, lode_err *e)
{
	lode_status status = LODE_OK;
	size_t at;

	for (at = 0; status == LODE_OK && at < list->n; at += strlen(list->p + at) + 1)
		status = lpg_exchange_text(c, list->p + at, e);
	list->n = 0;
	return status;
}

/* Outside of a transaction what is not the caller's has a sync of its own: VACUUM and its like want
 * to be alone, and a failure here is nobody's. */
static lode_status send_leading(lode_drv_conn *c, int32_t timeout_ms, lode_err *e)
{
	lode_status status = LODE_OK;
	int ok;

	if (PQtransactionStatus(c->pg) != PQTRANS_IDLE)
		return LODE_OK;
	status = send_timeout(c, timeout_ms, e);
	if (status == LODE_OK)
		status = send_list(c, &c->closing, e);
	if (status != LODE_OK || c->owed == 0)
		return status;
	ok = PQpipelineSync(c->pg);
	c->leading = ok;
	c->owed = 0;
	status = lpg_exchange_sent(c, ok, e);
	c->owed = 0;
	return status;
}

static lode_status send_opening(lode_drv_conn *c, int32_t timeout_ms, lode_err *e)
{
	int fails = PQtransactionStatus(c->pg) == PQTRANS_INERROR;
	lode_status status = send_leading(c, timeout_ms, e);

	if (status == LODE_OK)
		status = send_list(c, &c->opening, e);
	c->begins = 0;
	if (status == LODE_OK && !fails)
		status = send_list(c, &c->closing, e);
	return status == LODE_OK ? send_timeout(c, timeout_ms, e) : status;
}

lode_status lpg_exchange_begin(lode_drv_conn *c, int32_t timeout_ms, lode_err *e)
{
	lode_status status = LODE_OK;

	if (c->lost)
		return lpg_error_lost(c, LODE_E_DISCONNECT, "the connection was lost before", e);
	if (c->queueing)
		return lpg_refuse(e, LODE_E_STATE, "a pipeline is open on this connection", NULL);
	if (c->streaming != NULL)
		status = lpg_stmt_settle(c->streaming, e);
	if (status != LODE_OK)
		return status;
	c->was_open = c->begins || PQtransactionStatus(c->pg) != PQTRANS_IDLE;
	atomic_store_explicit(&c->cancelled, 0, memory_order_relaxed);
	c->synced = 0;
	c->timed = timeout_ms >= 0;
	c->deadline = 0;
	if (timeout_ms >= 0)
		c->deadline = lpg_now_ms() + timeout_ms + (c->pooled ? 0 : LPG_GRACE_MS);
	status = send_opening(c, timeout_ms, e);
	if (status != LODE_OK)
		lpg_exchange_abort(c);
	return status;
}

/* ---- taking in */

static int is_failure(const PGresult *r)
{
	ExecStatusType kind = PQresultStatus(r);

	return kind == PGRES_FATAL_ERROR || kind == PGRES_BAD_RESPONSE;
}

static void keep_failure(lode_drv_conn *c, PGresult *r)
{
	if (c->failure == NULL && is_failure(r))
		c->failure = r;
	else
		PQclear(r);
}

static lode_status report_failure(lode_drv_conn *c, lode_err *e)
{
	PGresult *r = c->failure;
	lode_status status;

	if (r == NULL)
		return LODE_OK;
	c->failure = NULL;
	status = lpg_error_result(c, r, -1, e);
	PQclear(r);
	return status;
}

lode_status lpg_exchange_opened(lode_drv_conn *c, uint32_t left, lode_err *e)
{
	lode_status status = LODE_OK;
	PGresult *r;

	while (status == LODE_OK && c->owed > left) {
		status = lpg_exchange_result(c, &r, e);
		if (r != NULL)
			keep_failure(c, r);
		else if (status == LODE_OK)
			c->owed--;
	}
	if (status == LODE_OK && c->failure != NULL && !c->synced)
		status = lpg_exchange_sync(c, e);
	if (status == LODE_OK && c->failure != NULL)
		return lpg_exchange_end(c, e);
	return status;
}

lode_status lpg_exchange_skip(lode_drv_conn *c, uint32_t commands, lode_status *failed,
			      lode_err *e)
{
	lode_status status = LODE_OK;
	PGresult *r;

	while (status == LODE_OK && commands > 0) {
		status = lpg_exchange_result(c, &r, e);
		if (r == NULL)
			commands--;
		else if (failed != NULL && *failed == LODE_OK && is_failure(r))
			*failed = lpg_error_result(c, r, -1, e);
		else if (failed != NULL && *failed == LODE_OK &&
			 PQresultStatus(r) == PGRES_PIPELINE_ABORTED)
			*failed = LODE_E_STATE;
		PQclear(r);
	}
	return status;
}

lode_status lpg_exchange_end(lode_drv_conn *c, lode_err *e)
{
	lode_status status = LODE_OK;
	PGresult *r = NULL;
	int synced = 0;

	while (status == LODE_OK && !synced) {
		status = lpg_exchange_result(c, &r, e);
		synced = r != NULL && PQresultStatus(r) == PGRES_PIPELINE_SYNC;
		if (r != NULL)
			keep_failure(c, r);
	}
	c->owed = 0;
	if (status == LODE_OK)
		status = report_failure(c, e);
	c->deadline = 0;
	PQclear(c->failure);
	c->failure = NULL;
	return status;
}

void lpg_exchange_abort(lode_drv_conn *c)
{
	if (!c->lost && (c->synced || lpg_exchange_sync(c, NULL) == LODE_OK))
		lpg_exchange_end(c, NULL);
	c->owed = 0;
}

lode_status lpg_exchange_run(lode_drv_conn *c, const char *sql, lode_err *e)
{
	lode_status status = lpg_exchange_begin(c, LPG_ANY_TIMEOUT, e);

	if (status == LODE_OK)
		status = lpg_exchange_text(c, sql, e);
	if (status == LODE_OK)
		status = lpg_exchange_sync(c, e);
	return status == LODE_OK ? lpg_exchange_end(c, e) : status;
}

lode_status lpg_exchange_simple(lode_drv_conn *c, int on, lode_err *e)
{
	int ok = on ? PQexitPipelineMode(c->pg) : PQenterPipelineMode(c->pg);

	return ok ? LODE_OK : lpg_error_library(c, e);
}
