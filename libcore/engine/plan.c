/* SPDX-License-Identifier: MIT */
/* engine/plan.c - the cache of compiled statements: a hash table and a list by last use.
 *
 * The cache holds one reference of each plan in it.  Destroying happens outside the mutex: a plan
 * may be large. */
#include "engine/plan.h"

#include <string.h>

#include "base/alloc.h"
#include "engine/state.h"

static void unlink_plan(lode__plan_cache *cache, lode__plan *plan)
{
	if (plan->newer)
		plan->newer->older = plan->older;
	else
		cache->newest = plan->older;
	if (plan->older)
		plan->older->newer = plan->newer;
	else
		cache->oldest = plan->newer;
}

static void push_plan(lode__plan_cache *cache, lode__plan *plan)
{
	plan->newer = NULL;
	plan->older = cache->newest;
	if (cache->newest)
		cache->newest->newer = plan;
	else
		cache->oldest = plan;
	cache->newest = plan;
}

static void remove_plan(lode__plan_cache *cache, lode__plan *plan)
{
	lode__plan **at = &cache->slots[plan->hash & (cache->slot_count - 1)];

	while (*at != plan)
		at = &(*at)->chain;
	*at = plan->chain;
	unlink_plan(cache, plan);
	cache->count--;
}

static lode__plan *find_plan(const lode__plan_cache *cache, const void *key, size_t size,
                             uint64_t hash)
{
	lode__plan *at = cache->slots ? cache->slots[hash & (cache->slot_count - 1)] : NULL;

	while (at && !(at->hash == hash && at->key_size == size && memcmp(at->key, key, size) == 0))
		at = at->chain;
	return at;
}

lode__plan *lode__plans_find(lode_engine *engine, const void *key, size_t size, uint64_t hash)
{
	lode__plan_cache *cache = &engine->plans;
	lode__plan *plan;

	lode__engine_settle(engine);
	pthread_mutex_lock(&cache->mutex);
	plan = find_plan(cache, key, size, hash);
	if (plan) {
		atomic_fetch_add_explicit(&plan->references, 1, memory_order_relaxed);
		if (cache->newest != plan) {
			unlink_plan(cache, plan);
			push_plan(cache, plan);
		}
	}
	pthread_mutex_unlock(&cache->mutex);
	return plan;
}

/* under the mutex; the plan that had to go, or NULL */
static lode__plan *insert_plan(lode__plan_cache *cache, lode__plan *plan)
{
	lode__plan **slot = &cache->slots[plan->hash & (cache->slot_count - 1)];
	lode__plan *victim = NULL;

	if (cache->count >= cache->limit) {
		victim = cache->oldest;
		remove_plan(cache, victim);
	}
	plan->chain = *slot;
	*slot = plan;
	push_plan(cache, plan);
	cache->count++;
	atomic_fetch_add_explicit(&plan->references, 1, memory_order_relaxed);
	return victim;
}

lode__plan *lode__plans_put(lode_engine *engine, const void *key, size_t size, uint64_t hash,
                            lode__plan *plan)
{
	lode__plan_cache *cache = &engine->plans;
	lode__plan *known, *drop = NULL;

	atomic_init(&plan->references, 1);
	plan->hash = hash;
	plan->key_size = size;
	if (cache->limit == 0)
		return plan;
	plan->key = lode__memdup(NULL, key, size);
	if (!plan->key)
		return plan;
	pthread_mutex_lock(&cache->mutex);
	known = find_plan(cache, key, size, hash);
	if (known) {
		atomic_fetch_add_explicit(&known->references, 1, memory_order_relaxed);
		drop = plan;
		plan = known;
	} else {
		drop = insert_plan(cache, plan);
	}
	pthread_mutex_unlock(&cache->mutex);
	lode__plans_release(drop);
	return plan;
}

void lode__plans_release(lode__plan *plan)
{
	if (!plan || atomic_fetch_sub_explicit(&plan->references, 1, memory_order_acq_rel) != 1)
		return;
	lode__release(NULL, plan->key);
	plan->destroy(plan);
}

void lode__plan_cache_open(lode_engine *engine, uint32_t limit)
{
	lode__plan_cache *cache = &engine->plans;
	uint32_t count = 16;

	while (count < limit && count < 1u << 20)
		count *= 2;
	if (limit)
		cache->slots = lode__alloc_array(&engine->allocator, count, sizeof *cache->slots);
	cache->slot_count = cache->slots ? count : 0;
	cache->limit = cache->slots ? limit : 0;    /* without memory: without cache */
}

void lode__plan_cache_abandon(lode_engine *engine)
{
	lode__plan_cache *cache = &engine->plans;

	cache->newest = cache->oldest = NULL;
	cache->count = 0;
	if (cache->slots)
		memset(cache->slots, 0, cache->slot_count * sizeof(lode__plan *));
}

void lode__plan_cache_close(lode_engine *engine)
{
	lode__plan_cache *cache = &engine->plans;

	while (cache->newest) {
		lode__plan *plan = cache->newest;

		remove_plan(cache, plan);
		lode__plans_release(plan);
	}
	lode__release(&engine->allocator, cache->slots);
	pthread_mutex_destroy(&cache->mutex);
}
