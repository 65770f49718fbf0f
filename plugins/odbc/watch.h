/* SPDX-License-Identifier: MIT */
/* odbc/watch.h - which statement is running: what cancel() stops, from any thread, and what a
 * deadline stops.
 *
 * Deadlines are kept here and not by SQL_ATTR_QUERY_TIMEOUT: that counts whole seconds, MariaDB
 * ODBC refuses it, SQLite ODBC takes and ignores it, and psqlodbc sends a statement for it.
 * SQLCancel works in all three.  The thread that waits is started by the first deadline of a
 * connection.
 *
 * Invariant: SQLCancel is called with the mutex held and a statement running, so it never reaches a
 * statement that is freed or another one. */
#ifndef LODE_ODBC_WATCH_H
#define LODE_ODBC_WATCH_H

#include <pthread.h>
#include <stdint.h>

#include <sql.h>
#include <sqlext.h>

#include <lode/driver.h>

typedef struct lodbc_watch {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	pthread_t thread;
	int started;
	int stop;
	int expired;	  /* the deadline passed and the statement was cancelled */
	int cancelled;	  /* cancel() was called for it */
	int64_t deadline; /* milliseconds of the monotonic clock, 0 none */
	SQLHSTMT running;
} lodbc_watch;

int64_t lodbc_now_ms(void);

/* 0, or LODE_E_NOMEM */
lode_status lodbc_watch_init(lodbc_watch *watch);
void lodbc_watch_dispose(lodbc_watch *watch);

/* From here on the statement may be cancelled, at the latest at the deadline (0 none).
 * LODE_E_NOMEM: a thread for the deadline could not be started. */
lode_status lodbc_watch_enter(lodbc_watch *watch, SQLHSTMT statement, int64_t deadline);
void lodbc_watch_leave(lodbc_watch *watch);

/* thread: any */
void lodbc_watch_cancel(lodbc_watch *watch);

/* of the statement that ran last */
int lodbc_watch_expired(lodbc_watch *watch);
int lodbc_watch_cancelled(lodbc_watch *watch);

#endif
