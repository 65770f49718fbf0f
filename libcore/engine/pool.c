/* SPDX-License-Identifier: MIT */
/* engine/pool.c - the connections of an engine.
 *
 * Last in, first out, so that a quiet engine lets the others age.  When all are in use threads queue
 * and a connection that comes back goes to the first of them by hand: nobody overtakes.  Opening,
 * closing and asking whether a connection is still there happen outside the mutex, counted before.
 * After a fork the child abandons what is idle, and all that a thread which is not there was
 * changing. */
#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "engine/state.h"

/* ---------------------------------------------------------------- forks */

/* a mutex of the parent's; false: a thread that is not here holds it, and what it guards may be half
 * changed */
static bool revive(pthread_mutex_t *mutex)
{
	if (pthread_mutex_trylock(mutex) == 0) {
		pthread_mutex_unlock(mutex);
		return true;
	}
	pthread_mutex_init(mutex, NULL);
	return false;
}

/* nothing of the parent's is touched on the wire */
static void leave_to_parent(lode_engine *engine)
{
	lode__pool_state *pool = &engine->pool;
	lode__link *idle = revive(&pool->mutex) ? pool->idle : NULL;

	pool->idle = NULL;
	pool->idle_count = pool->open = 0;
	pool->waiters = (lode__waiters){ 0 };
	if (!revive(&engine->plans.mutex))
		lode__plan_cache_abandon(engine);
	if (!revive(&engine->dialect_mutex) && !engine->dialect)
		lode__arena_init(&engine->dialect_arena, &engine->allocator, 0);
	while (idle) {
		lode__link *next = idle->next;

		lode__link_abandon(idle);
		idle = next;
	}
}

void lode__engine_settle(lode_engine *engine)
{
	if (!lode__fork_settle(&engine->pool.fork))
		return;
	leave_to_parent(engine);
	lode__fork_settled(&engine->pool.fork);
	lode__log(&engine->logger, LODE_LOG_WARNING, LODE_W_FORK,
	          "the process was forked: connections of the parent are left to it");
}

/* ---------------------------------------------------------------- open and close */

void lode__pool_open(lode_engine *engine)
{
	lode__forks_watch();
	pthread_mutex_init(&engine->pool.mutex, NULL);
	lode__fork_mark_init(&engine->pool.fork);
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

	if (!lode__fork_is_ours(&pool->fork))
		return;
	pthread_mutex_lock(&pool->mutex);
	/* once for all that fail of the same outage */
	if (link->generation == pool->generation && !pool->single)
		pool->generation++;
	pthread_mutex_unlock(&pool->mutex);
}

/* ---------------------------------------------------------------- under the mutex */

static bool is_own(const lode__link *link)
{
	return pthread_equal(link->thread, pthread_self());
}

/* the last that came back; of a pool of threads, the last of this thread */
static lode__link *pop_idle(lode__pool_state *pool)
{
	lode__link **at = &pool->idle, *link;

	while (pool->kind == LODE_POOL_THREAD && *at && !is_own(*at))
		at = &(*at)->next;
	link = *at;
	if (!link)
		return NULL;
	*at = link->next;
	link->next = NULL;
	pool->idle_count--;
	return link;
}

/* the one that is idle longest, whosoever it was */
static lode__link *pop_oldest(lode__pool_state *pool)
{
	lode__link **at = &pool->idle, *link;

	while (*at && (*at)->next)
		at = &(*at)->next;
	link = *at;
	*at = NULL;
	if (link)
		pool->idle_count--;
	return link;
}

static void push_idle(lode__pool_state *pool, lode__link *link)
{
	link->idle_since = lode__clock_usec();
	link->next = pool->idle;
	pool->idle = link;
	pool->idle_count++;
}

/* one connection is gone, or could not be opened */
static void count_closed(lode__pool_state *pool)
{
	if (!lode__waiters_serve(&pool->waiters, NULL))
		pool->open--;
}

/* ---------------------------------------------------------------- taking */

static lode_status report_full(const lode__pool_state *pool, int32_t waited, lode_error *error)
{
	if (pool->kind == LODE_POOL_ASSERT)
		return lode__error_set(error, LODE_E_STATE,
		                       "a connection is in use, and this engine (pool=assert) allows "
		                       "one: close it first");
	if (pool->single)
		return lode__error_set(error, LODE_E_POOL_TIMEOUT,
		                       "an in-memory database is one connection, and it was in use "
		                       "for %d ms: end the other transaction first",
		                       (int)waited);
	if (pool->kind == LODE_POOL_STATIC)
		return lode__error_set(error, LODE_E_POOL_TIMEOUT,
		                       "the one connection (pool=static) was in use for %d ms: end "
		                       "the other transaction first",
		                       (int)waited);
	return lode__error_set(error, LODE_E_POOL_TIMEOUT,
	                       "all %u connections (pool_size %u + pool_overflow %u) were in use for "
	                       "%d ms: end transactions sooner, or raise pool_size or pool_timeout_ms",
	                       pool->size + pool->overflow, pool->size, pool->overflow, (int)waited);
}

/* true: *out is a link, perhaps one that is not to be used, or NULL for "open one" */
static bool find_place(lode__pool_state *pool, int32_t timeout_ms, lode__link **out)
{
	*out = pop_idle(pool);
	if (*out)
		return true;
	if (pool->open < pool->size + pool->overflow) {
		pool->open++;
		return true;
	}
	*out = pop_oldest(pool);    /* of another thread: makes room */
	if (*out)
		return true;
	return timeout_ms > 0 &&
	       lode__waiters_wait(&pool->waiters, &pool->mutex, timeout_ms, out);
}

static lode_status take_place(lode__pool_state *pool, int64_t deadline, lode__link **out,
                              bool *stale, lode_error *error)
{
	int32_t timeout_ms = lode__deadline_left(deadline, pool->timeout_ms);
	bool found;

	pthread_mutex_lock(&pool->mutex);
	found = find_place(pool, timeout_ms, out);
	*stale = *out && (is_stale(pool, *out) ||
	                  (pool->kind == LODE_POOL_THREAD && !is_own(*out)));
	pthread_mutex_unlock(&pool->mutex);
	return found ? LODE_OK : report_full(pool, timeout_ms, error);
}

static void give_up_place(lode__pool_state *pool)
{
	pthread_mutex_lock(&pool->mutex);
	count_closed(pool);
	pthread_mutex_unlock(&pool->mutex);
}

static lode__link *open_link(lode_engine *engine, int64_t deadline, lode_error *error)
{
	lode__pool_state *pool = &engine->pool;
	lode__link *link = NULL;
	uint64_t generation;

	pthread_mutex_lock(&pool->mutex);
	generation = pool->generation;
	pthread_mutex_unlock(&pool->mutex);
	if (lode__link_open(&link, engine, deadline, error) != LODE_OK) {
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

/* Was it idle long enough to ask, and is it gone?  Then so are those of its age. */
static bool is_lost(lode_engine *engine, lode__link *link)
{
	int64_t after = engine->pool.ping_usec;

	if (after < 0 || lode__clock_usec() - link->idle_since < after ||
	    lode__link_ping(link) == LODE_OK)
		return false;
	lode__pool_invalidate(engine, link);
	lode__log(&engine->logger, LODE_LOG_INFO, "pool", "connection %llu was lost while idle",
	          (unsigned long long)link->number);
	return true;
}

lode__link *lode__engine_acquire(lode_engine *engine, int64_t deadline, lode_error *error)
{
	lode__pool_state *pool = &engine->pool;
	lode__link *link = NULL;
	bool stale = false;

	lode__engine_settle(engine);
	if (take_place(pool, deadline, &link, &stale, error) != LODE_OK)
		return NULL;
	if (link && (stale || is_lost(engine, link))) {
		close_link(engine, link);
		link = NULL;
	}
	if (!link)
		link = open_link(engine, deadline, error);
	if (link) {
		link->thread = pthread_self();
		link->deadline = deadline;
	}
	return link;
}

/* ---------------------------------------------------------------- giving back */

static bool put_back(lode__pool_state *pool, lode__link *link)
{
	bool kept = true;

	pthread_mutex_lock(&pool->mutex);
	if (is_stale(pool, link) || pool->closing)
		kept = false;
	else if (!lode__waiters_serve(&pool->waiters, link)) {
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
	lode__engine_settle(engine);
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
	lode__engine_settle(engine);
	pool = &engine->pool;
	pthread_mutex_lock(&pool->mutex);
	status->idle = pool->idle_count;
	status->in_use = pool->open - pool->idle_count;
	status->waiting = pool->waiters.count;
	status->opened = pool->opened;
	status->closed = pool->closed;
	pthread_mutex_unlock(&pool->mutex);
	return LODE_OK;
}
