/* SPDX-License-Identifier: MIT */
/* postgresql/pipeline.c - see pipeline.h.
 *
 * The connection is in libpq's pipeline mode anyway; what is added is a list of what was sent.  A
 * failure makes the server skip all behind it up to the sync: those are LODE_E_STATE. */
#include "pipeline.h"

#include "batch.h"
#include "exchange.h"

struct lpg_queued {
	struct lpg_queued *next;
	lpg_batch batch;
	lode_exec x; /* as it was asked for; what only the call could see is not in it */
	lode_exec_result result;
	uint32_t before; /* commands sent between the one before and this one's first */
};

static void release_first(lode_drv_conn *c)
{
	struct lpg_queued *first = c->queue;

	c->queue = first->next;
	if (c->queue == NULL)
		c->queue_end = NULL;
	lpg_host->release(first);
}

void lpg_pipeline_forget(lode_drv_conn *c)
{
	while (c->queue != NULL)
		release_first(c);
	c->queueing = c->skipping = 0;
}

/* ---- sending */

static lode_status enter(lode_drv_conn *c, lode_err *e)
{
	lode_status status;

	if (c->queueing)
		return lpg_refuse(e, LODE_E_STATE, "there is a pipeline already", NULL);
	status = lpg_exchange_begin(c, LPG_ANY_TIMEOUT, e);
	c->queueing = status == LODE_OK;
	return status;
}

static struct lpg_queued *new_queued(const lode_exec *x)
{
	size_t size = x->struct_size < sizeof(lode_exec) ? x->struct_size : sizeof(lode_exec);
	struct lpg_queued *one = lpg_host->alloc(sizeof *one);

	if (one == NULL)
		return NULL;
	memset(one, 0, sizeof *one);
	memcpy(&one->x, x, size);
	return one;
}

static void append(lode_drv_conn *c, struct lpg_queued *one)
{
	c->owed = 0; /* counted by the list from here on */
	one->x.params = NULL;
	one->x.bases = NULL;
	if (c->queue_end != NULL)
		c->queue_end->next = one;
	else
		c->queue = one;
	c->queue_end = one;
}

static lode_status send_all(struct lpg_queued *one, lode_drv_stmt *s, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	lode_status status = lpg_batch_set(&one->batch, s, &one->x, &one->result, e);

	if (status == LODE_OK)
		status = lpg_stmt_send_prepare(s, e);
	one->before = c->owed;
	while (status == LODE_OK && one->batch.sent < one->batch.units)
		status = lpg_batch_send(&one->batch, e);
	return status == LODE_OK ? lpg_exchange_flush(c, e) : status;
}

lode_status lpg_pipeline_queue(lode_drv_stmt *s, const lode_exec *x, lode_err *e)
{
	lode_drv_conn *c = s->conn;
	struct lpg_queued *one;
	lode_status status;

	if (!c->queueing || c->synced)
		return lpg_refuse(e, LODE_E_STATE, "there is no open pipeline", NULL);
	if (x->nrows == 0)
		return lpg_refuse(e, LODE_E_MISUSE, "an execution without rows in a pipeline", NULL);
	one = new_queued(x);
	if (one == NULL)
		return lpg_refuse_memory(e);
	if (!s->is_query)
		lpg_conn_notice_text(c, s->sql, strlen(s->sql));
	status = send_all(one, s, e);
	if (status == LODE_OK || one->batch.sent > 0)
		append(c, one);
	else
		lpg_host->release(one);
	return status;
}

static lode_status sync_pipeline(lode_drv_conn *c, uint32_t flags, lode_err *e)
{
	(void)flags;
	if (!c->queueing || c->synced)
		return lpg_refuse(e, LODE_E_STATE, "there is no open pipeline", NULL);
	return lpg_exchange_sync(c, e);
}

/* ---- taking in */

static lode_status take_one(lode_drv_conn *c, struct lpg_queued *one, lode_err *e)
{
	lpg_batch *b = &one->batch;
	lode_status status = LODE_OK, failed = LODE_OK;

	status = lpg_exchange_skip(c, one->before, &failed, e);
	b->s->parsing = 0;
	if (failed != LODE_OK)
		b->s->name[0] = '\0'; /* Parse failed, or was skipped */
	while (status == LODE_OK && failed == LODE_OK && b->taken < b->sent)
		failed = lpg_batch_take(b, e);
	if (failed == LODE_OK || c->lost)
		return failed != LODE_OK ? failed : status;
	/* the rest of the failed unit, and the units behind it */
	if (b->taken < b->sent)
		status = lpg_exchange_skip(c, b->sent - b->taken, NULL, NULL);
	return failed;
}

static lode_status finish(lode_drv_conn *c, lode_err *e)
{
	lode_status status = lpg_exchange_end(c, c->skipping ? NULL : e);

	c->synced = 0;
	if (c->skipping) /* that was reported where it happened */
		status = LODE_OK;
	c->skipping = 0;
	return status == LODE_OK ? LODE_DONE : status;
}

static void fill_result(lode_completion *out, const struct lpg_queued *one)
{
	const lode_drv_stmt *s = one->batch.s;
	lode_exec_result *r = out->result;

	if (r == NULL)
		return;
	r->affected = one->result.affected;
	r->rows_done = one->result.rows_done;
	r->last_id = 0;
	r->flags = s->count > 0 && s->column_count > 0 ? LODE_EXR_ROWS : 0;
	r->ncols = r->flags != 0 ? s->column_count : 0;
	if (LODE_HAS(&one->x, lode_exec, keys) && one->x.keys != NULL)
		r->flags |= LODE_EXR_KEYS;
}

static lode_status collect(lode_drv_conn *c, lode_completion *out, lode_err *e)
{
	struct lpg_queued *one = c->queue;
	lode_status status;

	if (!c->queueing || !c->synced)
		return lpg_refuse(e, LODE_E_STATE, "there is no pipeline with a sync", NULL);
	if (one == NULL)
		return finish(c, e);
	lpg_stmt_ops.reset(one->batch.s);
	status = take_one(c, one, e);
	if (c->lost)
		return status;
	c->skipping |= status != LODE_OK;
	out->status = status;
	out->stmt = one->batch.s;
	fill_result(out, one);
	release_first(c);
	return LODE_OK;
}

static lode_status leave(lode_drv_conn *c, lode_err *e)
{
	lode_status status = LODE_OK;

	if (!c->queueing)
		return LODE_OK;
	if (!c->lost && !c->synced)
		status = lpg_exchange_sync(c, e);
	if (!c->lost && status == LODE_OK)
		lpg_exchange_end(c, NULL);
	lpg_pipeline_forget(c);
	c->synced = 0;
	return status;
}

const lode_pipeline_ops lpg_pipeline_ops = {
	.struct_size = sizeof(lode_pipeline_ops),
	.enter = enter,
	.sync = sync_pipeline,
	.collect = collect,
	.leave = leave,
};
