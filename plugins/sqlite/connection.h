/* SPDX-License-Identifier: MIT */
/* sqlite/connection.h - one sqlite3 handle and what belongs to it.
 *
 * Invariants: opened NOMUTEX, so only one thread at a time is in here (cancel excepted, which only
 * touches `cancelled` and sqlite3_interrupt); `failed` is set exactly while a transaction that
 * SQLite rolled back by itself has not been rolled back by the host. */
#ifndef LODE_SQLITE_CONNECTION_H
#define LODE_SQLITE_CONNECTION_H

#include <stdatomic.h>

#include <sqlite3.h>

#include <lode/driver.h>

struct lsq_rows;
struct lsq_push;

enum lsq_command {
	LSQ_BEGIN,
	LSQ_IMMEDIATE,
	LSQ_COMMIT,
	LSQ_ROLLBACK,
	LSQ_SCOPE,
	LSQ_SCOPE_UNDO,
	LSQ_SCOPE_KEEP,
	LSQ_COMMANDS
};

/* what went wrong in a callback below sqlite3_step, which can only say SQLITE_ERROR itself */
typedef struct lsq_fault {
	lode_status status; /* 0: nothing */
	int32_t row;
	uint32_t column;
	const char *why;
} lsq_fault;

struct lode_drv_conn {
	const lode_host *host;
	sqlite3 *db;
	sqlite3_stmt *commands[LSQ_COMMANDS]; /* prepared when first used */
	struct lsq_rows *rows;		      /* what lode_rows shows to the statement being run */
	struct lsq_push *push;		      /* where the statement being run pushes its rows */
	lsq_fault fault;
	int interrupted; /* while a virtual table was made: SQLite then says SQLITE_ERROR */
	int64_t deadline; /* of the statement being run, in milliseconds; 0: none */
	int busy_timeout; /* milliseconds */
	uint32_t max_params;
	int failed;
	int read_uncommitted, query_only; /* set for the length of a transaction */
	int timed_out;
	atomic_int cancelled;
	char *path; /* as given, or ":memory:" */
	char library[40];
};

extern const lode_conn_ops lsq_conn_ops;

/* the host's services; set once by the plugin's init */
extern const lode_host *lsq_host;

int64_t lsq_now_ms(void);

/* the flags of a statement or a transaction that is about to run; 0 or LODE_E_STATE, reported */
lode_status lsq_conn_enter(lode_drv_conn *c, int32_t timeout_ms, lode_err *e);
void lsq_conn_leave(lode_drv_conn *c);
/* a virtual table could not be made: notice if that was because of cancel() */
void lsq_conn_unmade(lode_drv_conn *c);
/* a step failed: notice a transaction that SQLite has rolled back */
void lsq_conn_failed(lode_drv_conn *c, int was_open);
/* run one of the commands that need no text; an SQLite code */
int lsq_conn_command(lode_drv_conn *c, enum lsq_command which);
/* format as sqlite3_mprintf and run; an SQLite code */
int lsq_conn_run(lode_drv_conn *c, const char *format, ...);

#endif
