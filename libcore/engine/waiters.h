/* SPDX-License-Identifier: MIT */
/* engine/waiters.h - threads that wait for a connection, first come, first served.
 *
 * All of it under the mutex of the pool that owns the queue.  What a waiter gets is handed to it:
 * nobody overtakes. */
#ifndef LODE_ENGINE_WAITERS_H
#define LODE_ENGINE_WAITERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct lode__link lode__link;
typedef struct lode__waiter lode__waiter;

typedef struct lode__waiters {
	lode__waiter *first, *last;
	uint32_t count;
} lode__waiters;

/* Wait at most so long; true: served, with a link or, *link NULL, with leave to open one. */
bool lode__waiters_wait(lode__waiters *waiters, pthread_mutex_t *mutex, int32_t timeout_ms,
                        lode__link **link);
/* Serve the first, if there is one: with a link, or NULL for "open one". */
bool lode__waiters_serve(lode__waiters *waiters, lode__link *link);

#endif
