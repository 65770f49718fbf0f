/* SPDX-License-Identifier: MIT */
/* odbc/watch.c - a mutex, and a thread for connections that have deadlines. */
#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

int64_t lodbc_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

lode_status lodbc_watch_init(lodbc_watch *watch)
{
	pthread_condattr_t attributes;

	memset(watch, 0, sizeof *watch);
	if (pthread_condattr_init(&attributes) != 0)
		return LODE_E_NOMEM;
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&watch->mutex, NULL);
	pthread_cond_init(&watch->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	return LODE_OK;
}

void lodbc_watch_dispose(lodbc_watch *watch)
{
	if (watch->started) {
		pthread_mutex_lock(&watch->mutex);
		watch->stop = 1;
		pthread_cond_signal(&watch->changed);
		pthread_mutex_unlock(&watch->mutex);
		pthread_join(watch->thread, NULL);
	}
	pthread_cond_destroy(&watch->changed);
	pthread_mutex_destroy(&watch->mutex);
}

/* ---- the thread */

static void wait_until(lodbc_watch *watch, int64_t deadline)
{
	struct timespec t = { (time_t)(deadline / 1000), (long)(deadline % 1000) * 1000000 };

	pthread_cond_timedwait(&watch->changed, &watch->mutex, &t);
}

static void *keep_deadlines(void *context)
{
	lodbc_watch *watch = context;

	pthread_mutex_lock(&watch->mutex);
	while (!watch->stop) {
		if (watch->running == SQL_NULL_HSTMT || watch->deadline == 0 || watch->expired) {
			pthread_cond_wait(&watch->changed, &watch->mutex);
		} else if (lodbc_now_ms() < watch->deadline) {
			wait_until(watch, watch->deadline);
		} else {
			watch->expired = 1;
			SQLCancel(watch->running);
		}
	}
	pthread_mutex_unlock(&watch->mutex);
	return NULL;
}

/* signals are for the application's threads */
static lode_status start_thread(lodbc_watch *watch)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&watch->thread, NULL, keep_deadlines, watch);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed)
		return LODE_E_NOMEM;
	watch->started = 1;
	return LODE_OK;
}

/* ---- the connection's thread */

lode_status lodbc_watch_enter(lodbc_watch *watch, SQLHSTMT statement, int64_t deadline)
{
	lode_status status = LODE_OK;

	if (deadline != 0 && !watch->started)
		status = start_thread(watch);
	if (status != LODE_OK)
		return status;
	pthread_mutex_lock(&watch->mutex);
	watch->running = statement;
	watch->deadline = deadline;
	watch->expired = watch->cancelled = 0;
	if (deadline != 0)
		pthread_cond_signal(&watch->changed);
	pthread_mutex_unlock(&watch->mutex);
	return LODE_OK;
}

void lodbc_watch_leave(lodbc_watch *watch)
{
	pthread_mutex_lock(&watch->mutex);
	watch->running = SQL_NULL_HSTMT;
	watch->deadline = 0;
	pthread_mutex_unlock(&watch->mutex);
}

void lodbc_watch_cancel(lodbc_watch *watch)
{
	pthread_mutex_lock(&watch->mutex);
	if (watch->running != SQL_NULL_HSTMT) {
		watch->cancelled = 1;
		SQLCancel(watch->running);
	}
	pthread_mutex_unlock(&watch->mutex);
}

static int read_flag(lodbc_watch *watch, const int *flag)
{
	int value;

	pthread_mutex_lock(&watch->mutex);
	value = *flag;
	pthread_mutex_unlock(&watch->mutex);
	return value;
}

int lodbc_watch_expired(lodbc_watch *watch)
{
	return read_flag(watch, &watch->expired);
}

int lodbc_watch_cancelled(lodbc_watch *watch)
{
	return read_flag(watch, &watch->cancelled);
}
