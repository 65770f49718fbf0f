/* SPDX-License-Identifier: MIT */
/* engine/waiters.c - see waiters.h. */
#include "engine/waiters.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

/* on the stack of the thread that waits */
struct lode__waiter {
	lode__waiter *next;
	pthread_cond_t wake;
	lode__link *link;
	bool served;
};

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

static void start_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void add(lode__waiters *waiters, lode__waiter *waiter)
{
	if (waiters->last)
		waiters->last->next = waiter;
	else
		waiters->first = waiter;
	waiters->last = waiter;
	waiters->count++;
}

static void remove_waiter(lode__waiters *waiters, lode__waiter *waiter)
{
	lode__waiter *before = NULL, *at = waiters->first;

	while (at && at != waiter) {
		before = at;
		at = at->next;
	}
	if (!at)
		return;
	if (before)
		before->next = at->next;
	else
		waiters->first = at->next;
	if (waiters->last == at)
		waiters->last = before;
	waiters->count--;
}

bool lode__waiters_wait(lode__waiters *waiters, pthread_mutex_t *mutex, int32_t timeout_ms,
                        lode__link **link)
{
	lode__waiter waiter = { 0 };
	struct timespec until;
	int result = 0;

	make_deadline(&until, timeout_ms);
	start_condition(&waiter.wake);
	add(waiters, &waiter);
	while (!waiter.served && result != ETIMEDOUT)
		result = pthread_cond_timedwait(&waiter.wake, mutex, &until);
	if (!waiter.served)
		remove_waiter(waiters, &waiter);
	pthread_cond_destroy(&waiter.wake);
	*link = waiter.link;
	return waiter.served;
}

bool lode__waiters_serve(lode__waiters *waiters, lode__link *link)
{
	lode__waiter *waiter = waiters->first;

	if (!waiter)
		return false;
	remove_waiter(waiters, waiter);
	waiter->link = link;
	waiter->served = true;
	pthread_cond_signal(&waiter->wake);
	return true;
}
