/* SPDX-License-Identifier: MIT */
/* engine/fork.c - see fork.h. */
#include "engine/fork.h"

#include <pthread.h>
#include <sched.h>

static atomic_uint forks;
static pthread_once_t forks_once = PTHREAD_ONCE_INIT;

static void count_fork(void)
{
	atomic_fetch_add_explicit(&forks, 1, memory_order_relaxed);
}

static void watch(void)
{
	pthread_atfork(NULL, NULL, count_fork);
}

void lode__forks_watch(void)
{
	pthread_once(&forks_once, watch);
}

uint32_t lode__fork_count(void)
{
	return atomic_load_explicit(&forks, memory_order_relaxed);
}

void lode__fork_mark_init(lode__fork_mark *mark)
{
	atomic_init(&mark->state, 2 * lode__fork_count());
}

bool lode__fork_is_ours(lode__fork_mark *mark)
{
	return atomic_load_explicit(&mark->state, memory_order_acquire) == 2 * lode__fork_count();
}

/* A state that is odd and of an older count was being settled in a parent that forked meanwhile: the
 * thread that did it is not here, so it is settled anew. */
bool lode__fork_settle(lode__fork_mark *mark)
{
	unsigned ours = 2 * lode__fork_count();
	unsigned seen = atomic_load_explicit(&mark->state, memory_order_acquire);

	while (seen != ours) {
		if (seen == ours + 1) {
			sched_yield();
			seen = atomic_load_explicit(&mark->state, memory_order_acquire);
		} else if (atomic_compare_exchange_weak_explicit(&mark->state, &seen, ours + 1,
		                                                 memory_order_acq_rel,
		                                                 memory_order_acquire)) {
			return true;
		}
	}
	return false;
}

void lode__fork_settled(lode__fork_mark *mark)
{
	atomic_store_explicit(&mark->state, 2 * lode__fork_count(), memory_order_release);
}
