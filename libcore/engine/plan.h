/* SPDX-License-Identifier: MIT */
/* engine/plan.h - compiled statements of an engine, found by the bytes of their structure.
 *
 * A plan is a struct of the upper layer that begins with lode__plan.  It is immutable and counted:
 * find and put hand out a reference, release gives it back; the last one destroys it.  The cache
 * holds at most as many as the engine's option says and drops the one used longest ago. */
#ifndef LODE_ENGINE_PLAN_H
#define LODE_ENGINE_PLAN_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/engine.h>

typedef struct lode__plan lode__plan;
struct lode__plan {
	atomic_uint references;
	void (*destroy)(lode__plan *plan);
	/* the cache's own */
	lode__plan *newer, *older, *chain;
	void *key;
	size_t key_size;
	uint64_t hash;
};

/* NULL: not there; compile it and put it */
lode__plan *lode__plans_find(lode_engine *engine, const void *key, size_t size, uint64_t hash);

/* Takes over `plan` (its `destroy` set, the rest zero).  Returns what is to be used, with a reference
 * of the caller's: `plan`, or the one another thread put meanwhile.  Never fails: without memory the
 * plan is just not kept. */
lode__plan *lode__plans_put(lode_engine *engine, const void *key, size_t size, uint64_t hash,
                            lode__plan *plan);
void lode__plans_release(lode__plan *plan);

#endif
