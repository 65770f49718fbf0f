/* SPDX-License-Identifier: MIT */
/* engine/pool.c - the connections of an engine.
 *
 * Last in, first out, so that a quiet engine lets the others age.  When all are in use threads queue
 * and a connection that comes back goes to the first of them by hand: nobody overtakes.  Opening and
 * closing happen outside the mutex, counted before.
 * After a fork the child finds its count of forks ahead of the pool's: it starts a new mutex (the
 * old one may have been locked by a thread that is not there) and abandons what is idle. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "engine/state.h"

/* ---------------------------------------------------------------- forks */

static atomic_uint forks;
static pthread_once_t forks_once = PTHREAD_ONCE_INIT;

static void count_fork(void)
{
	atomic_fetch_add_explicit(&forks, 1, memory_order_relaxed);
}

static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, count_fork);
}

uint32_t lode__fork_count(void)
{
	return atomic_load_explicit(&forks, memory_order_relaxed);
}

static void start_mutex(lode__pool_state *pool)
{
	pthread_mutex_init(&pool->mutex, NULL);
	pool->fork = lode__fork_count();
}

/* first use in a child: nothing of the parent's is touched on the wire */
static void settle_fork(lode_engine *engine)
{
	lode__pool_state *pool = &engine->pool;
	lode__link *idle;

	if (pool->fork == lode__fork_count())
		return;
	idle = pool->idle;
	pool->idle = NULL;
	pool->idle_count = pool->waiting = pool->open = 0;
	pool->first = pool->last = NULL;
	start_mutex(pool);
	pthread_mutex_init(&engine->plans.mutex, NULL);
	pthread_mutex_init(&engine->dialect_mutex, NULL);
	while (idle) {
		lode__link *next = idle->next;

		lode__link_abandon(idle);
		idle = next;
	}
	lode__log(&engine->logger, LODE_LOG_WARNING, LODE_W_FORK,
	          "the process was forked: connections of the parent are left to it");
}

/* ---------------------------------------------------------------- open and close */

void lode__pool_open(lode_engine *engine)
{
	pthread_once(&forks_once, watch_forks);
	start_mutex(&engine->pool);
	engine->pool.generation = 1;
}

void lode__pool_close(lode_engine *engine)
{
	pthread_mutex_destroy(&engine->pool.mutex);
}

static bool is_stale(const lode__pool_state *pool, const lode__link *link)
{
	if (link->dead || link->discard || link->generation != pool->generation)
		return true;
	return pool->recycle_usec && lode__clock_usec() - link->born > pool->recycle_usec;
}

void lode__pool_invalidate(lode_engine *engine, const lode__link *link)
{
	lode__pool_state *pool = &engine->pool;

	if (pool->fork != lode__fork_count())
		return;
	pthread_mutex_lock(&pool->mutex);
	/* once for all that fail of the same outage */
	if (link->generation == pool->generation && !pool->single)
		pool->generation++;
	pthread_mutex_unlock(&pool->mutex);
}

/* ---------------------------------------------------------------- under the mutex */

static lode__link *pop_idle(lode__pool_state *pool)
{
	lode__link *link = pool->idle;

	pool->idle = link->next;
	link->next = NULL;
	pool->idle_count--;
	return link;
}

static void push_idle(lode__pool_state *pool, lode__link *link)
{
	link->next = pool->idle;
	pool->idle = link;
	pool->idle_count++;
}

static void remove_waiter(lode__pool_state *pool, lode__waiter *waiter)
{
	lode__waiter *before = NULL, *at = pool->first;

	while (at && at != waiter) {
		before = at;
		at = at->next;
	}
	if (!at)
		return;
	if (before)
		before->next = at->next;
	else
		pool->first = at->next;
	if (pool->last == at)
		pool->last = before;
	pool->waiting--;
}

/* give the first in the queue a connection, or leave to open one (already counted) */
static bool serve_waiter(lode__pool_state *pool, lode__link *link)
{
	lode__waiter *waiter = pool->first;

	if (!waiter)
		return false;
	remove_waiter(pool, waiter);
	waiter->link = link;
	waiter->may_open = link == NULL;
	pthread_cond_signal(&waiter->wake);
	return true;
}

/* one connection is gone, or could not be opened */
static void count_closed(lode__pool_state *pool)
{
	if (!serve_waiter(pool, NULL))
		pool->open--;
}

/* ---------------------------------------------------------------- taking */

static void make_deadline(struct timespec *until, int32_t timeout_ms)
{
	clock_gettime(CLOCK_MONOTONIC, until);
	until->tv_sec += timeout_ms / 1000;
	until->tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (until->tv_nsec >= 1000000000) {
		until->tv_sec++;
		until->tv_nsec -= 1000000000;
	}
}

static void start_waiter(lode__waiter *waiter)
{
	pthread_condattr_t attributes;

	memset(waiter, 0, sizeof *waiter);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&waiter->wake, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* queue up; true: the waiter was served */
static bool wait_turn(lode__pool_state *pool, lode__waiter *waiter)
{
	struct timespec until;
	int result = 0;

	make_deadline(&until, pool->timeout_ms);
	if (pool->last)
		pool->last->next = waiter;
	else
		pool->first = waiter;
	pool->last = waiter;
	pool->waiting++;
	while (!waiter->link && !waiter->may_open && result != ETIMEDOUT)
		result = pthread_cond_timedwait(&waiter->wake, &pool->mutex, &until);
	if (waiter->link || waiter->may_open)
		return true;
	remove_waiter(pool, waiter);
	return false;
}

static void report_timeout(const lode__pool_state *pool, lode_error *error)
{
	if (pool->single)
		lode__error_set(error, LODE_E_POOL_TIMEOUT,
		                "an in-memory database is one connection, and it was in use for %d ms: "
		                "end the other transaction first",
		                (int)pool->timeout_ms);
	else
		lode__error_set(error, LODE_E_POOL_TIMEOUT,
		                "all %u connections (pool_size %u + pool_overflow %u) were in use for "
		                "%d ms: end transactions sooner, or raise pool_size or pool_timeout_ms",
		                pool->size + pool->overflow, pool->size, pool->overflow,
		                (int)pool->timeout_ms);
}

/* LODE_OK: *out is a link, perhaps stale, or NULL for "open one" */
static lode_status take_place(lode__pool_state *pool, lode__link **out, bool *stale,
                              lode_error *error)
{
	lode__waiter waiter;
	lode_status status = LODE_OK;

	*out = NULL;
	pthread_mutex_lock(&pool->mutex);
	if (pool->idle) {
		*out = pop_idle(pool);
	} else if (pool->open < pool->size + pool->overflow) {
		pool->open++;
	} else {
		start_waiter(&waiter);
		if (pool->timeout_ms > 0 && wait_turn(pool, &waiter)) {
			*out = waiter.link;
		} else {
			status = LODE_E_POOL_TIMEOUT;
		}
		pthread_cond_destroy(&waiter.wake);
	}
	*stale = *out && is_stale(pool, *out);
	pthread_mutex_unlock(&pool->mutex);
	if (status != LODE_OK)
		report_timeout(pool, error);
	return status;
}

static void give_up_place(lode__pool_state *pool)
{
	pthread_mutex_lock(&pool->mutex);
	count_closed(pool);
	pthread_mutex_unlock(&pool->mutex);
}

static lode__link *open_link(lode_engine *engine, lode_error *error)
{
	lode__pool_state *pool = &engine->pool;
	lode__link *link = NULL;
	uint64_t generation;

	pthread_mutex_lock(&pool->mutex);
	generation = pool->generation;
	pthread_mutex_unlock(&pool->mutex);
	if (lode__link_open(&link, engine, error) != LODE_OK) {
		give_up_place(pool);
		return NULL;
	}
	pthread_mutex_lock(&pool->mutex);
	link->generation = generation;
	link->number = ++pool->opened;
	pthread_mutex_unlock(&pool->mutex);
	lode__log(&engine->logger, LODE_LOG_INFO, "pool", "connection %llu opened",
	          (unsigned long long)link->number);
	return link;
}

static void close_link(lode_engine *engine, lode__link *link)
{
	uint64_t number = link->number;

	lode__link_close(link);
	pthread_mutex_lock(&engine->pool.mutex);
	engine->pool.closed++;
	pthread_mutex_unlock(&engine->pool.mutex);
	lode__log(&engine->logger, LODE_LOG_INFO, "pool", "connection %llu closed",
	          (unsigned long long)number);
}

lode__link *lode__engine_acquire(lode_engine *engine, lode_error *error)
{
	lode__pool_state *pool = &engine->pool;
	lode__link *link = NULL;
	bool stale = false;

	settle_fork(engine);
	if (take_place(pool, &link, &stale, error) != LODE_OK)
		return NULL;
	if (stale) {
		close_link(engine, link);
		link = NULL;
	}
	return link ? link : open_link(engine, error);
}

/* ---------------------------------------------------------------- giving back */

static bool put_back(lode__pool_state *pool, lode__link *link)
{
	bool kept = true;

	pthread_mutex_lock(&pool->mutex);
	if (is_stale(pool, link) || pool->closing)
		kept = false;
	else if (!serve_waiter(pool, link)) {
		if (pool->idle_count < pool->size)
			push_idle(pool, link);
		else
			kept = false;
	}
	pthread_mutex_unlock(&pool->mutex);
	return kept;
}

void lode__link_release(lode__link *link)
{
	lode_engine *engine;
	lode__pool_state *pool;
	bool last;

	if (!link)
		return;
	engine = link->engine;
	pool = &engine->pool;
	if (link->fork != lode__fork_count()) {    /* never counted in this process */
		lode__link_abandon(link);
		return;
	}
	if (lode__link_reset(link) != LODE_OK)
		link->discard = true;
	if (put_back(pool, link))
		return;
	close_link(engine, link);
	pthread_mutex_lock(&pool->mutex);
	count_closed(pool);
	last = pool->closing && pool->open == 0;
	pthread_mutex_unlock(&pool->mutex);
	if (last)
		lode__engine_destroy(engine);
}

static lode__link *take_all_idle(lode__pool_state *pool)
{
	lode__link *idle;

	pthread_mutex_lock(&pool->mutex);
	idle = pool->idle;
	pool->idle = NULL;
	pool->open -= pool->idle_count;
	pool->idle_count = 0;
	pthread_mutex_unlock(&pool->mutex);
	return idle;
}

void lode_engine_dispose(lode_engine *engine)
{
	lode__link *idle;

	if (!engine)
		return;
	settle_fork(engine);
	if (!engine->pool.single) {
		pthread_mutex_lock(&engine->pool.mutex);
		engine->pool.generation++;
		pthread_mutex_unlock(&engine->pool.mutex);
	}
	idle = take_all_idle(&engine->pool);
	while (idle) {
		lode__link *next = idle->next;

		close_link(engine, idle);
		idle = next;
	}
}

void lode_engine_close(lode_engine *engine)
{
	uint32_t in_use;

	if (!engine)
		return;
	lode_engine_dispose(engine);
	pthread_mutex_lock(&engine->pool.mutex);
	engine->pool.closing = true;
	in_use = engine->pool.open;
	pthread_mutex_unlock(&engine->pool.mutex);
	if (in_use == 0) {
		lode__engine_destroy(engine);
		return;
	}
	lode__log(&engine->logger, LODE_LOG_WARNING, LODE_W_LEAKED_CONNECTION,
	          "an engine was closed with %u connections in use; it stays until they return",
	          (unsigned)in_use);
}

lode_status lode_engine_pool(lode_engine *engine, lode_pool_status *status)
{
	lode__pool_state *pool;

	if (!engine || !status || status->struct_size < sizeof *status)
		return LODE_E_MISUSE;
	settle_fork(engine);
	pool = &engine->pool;
	pthread_mutex_lock(&pool->mutex);
	status->idle = pool->idle_count;
	status->in_use = pool->open - pool->idle_count;
	status->waiting = pool->waiting;
	status->opened = pool->opened;
	status->closed = pool->closed;
	pthread_mutex_unlock(&pool->mutex);
	return LODE_OK;
}
