/* SPDX-License-Identifier: MIT */
/* engine/link.h - one connection of a driver, with its prepared statements and its transaction.
 *
 * Invariants: (1) one thread at a time; (2) `transaction` is what was sent, not what was asked for:
 * under AUTOCOMMIT it stays false; (3) after a failure that lost the connection `dead` is set,
 * every call but release fails with LODE_E_DISCONNECT, and release discards the link; (4) a cursor
 * is closed before its link is released. */
#ifndef LODE_ENGINE_LINK_H
#define LODE_ENGINE_LINK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <lode/driver.h>
#include <lode/engine.h>

#include "engine/host.h"

typedef struct lode__prepared lode__prepared;
typedef struct lode__savepoint lode__savepoint;

#define LODE__TWO_PHASE_MAX 64    /* bytes of an id, in every database */

struct lode__link {
	lode_engine *engine;
	const lode_conn_ops *ops;
	const lode_stmt_ops *statement_ops;
	lode_drv_conn *connection;
	const lode__dialect *dialect;
	lode_conn_info info;         /* strings live until close */
	bool transaction;            /* BEGIN was sent and not ended */
	bool failed;                 /* only rollback, or rollback to a savepoint, is accepted */
	bool dead;
	bool discard;                /* do not use again after release */
	int32_t isolation;           /* of the next transaction; LODE_ISOLATION_DEFAULT: the engine's */
	char two_phase[LODE__TWO_PHASE_MAX + 1];    /* id of the open transaction, "" none */
	bool prepared;               /* what it prepared waits for its second phase */
	bool sql_transactions;       /* the driver leaves the verbs to SQL */
	int32_t timeout_ms;          /* of each statement, -1 none */
	int64_t deadline;            /* lode__clock_usec() value after which calls fail; 0 none */
	lode__prepared *newest;      /* statement cache, most recently used first */
	lode__prepared *oldest;
	lode__prepared **slots;      /* hash table, slot_count 0 or a power of two */
	lode__prepared *recent[16];  /* by the caller's pointer: a hint, compared in full */
	uint32_t slot_count;
	uint32_t prepared_count;
	lode__savepoint *savepoints; /* innermost first */
	uint64_t number;             /* counts the engine's connections from 1 */
	uint64_t generation;         /* of the pool when it was opened */
	uint32_t fork;               /* lode__fork_count() of the process that opened it */
	int64_t born;                /* lode__clock_usec() */
	int64_t idle_since;          /* the same, while it is in the pool */
	pthread_t thread;            /* that took it last */
	lode__link *next;            /* pool: the next idle one */
};

/* Take a connection of the engine's pool, give it back (rolled back).  What is taken has the
 * deadline, which ends waiting and connecting, too. */
lode__link *lode__engine_acquire(lode_engine *engine, int64_t deadline, lode_error *error);
void lode__link_release(lode__link *link);

/* what it speaks; valid while the engine is open */
static inline const lode__dialect *lode__link_dialect(const lode__link *link)
{
	return link->dialect;
}

static inline const lode_conn_info *lode__link_info(const lode__link *link)
{
	return &link->info;
}

/* are its statements told to a function, so that nothing ever comes back? */
bool lode__link_is_offline(const lode__link *link);

static inline bool lode__link_can(const lode__link *link, uint64_t capability)
{
	return (link->info.caps & capability) == capability;
}

/* Transactions.  begin with one open: LODE_E_STATE; commit, rollback without one: nothing is done.
 * A failed commit leaves a transaction that can only be rolled back.  Savepoint names are SQL
 * identifiers made by lode or checked by the caller; rollback_to and release of a name that is not
 * there: LODE_E_STATE. */
lode_status lode__link_begin(lode__link *link, uint32_t flags, lode_error *error); /* LODE_TXF_* */
lode_status lode__link_commit(lode__link *link, lode_error *error);
lode_status lode__link_rollback(lode__link *link, lode_error *error);
lode_status lode__link_savepoint(lode__link *link, const char *name, lode_error *error);
lode_status lode__link_rollback_to(lode__link *link, const char *name, lode_error *error);
lode_status lode__link_release_savepoint(lode__link *link, const char *name, lode_error *error);

/* Two phases; ids are checked by the caller.  begin and prepare as above; the second phase is no
 * matter of the open transaction, of which there must be none. */
lode_status lode__link_begin_two_phase(lode__link *link, const char *id, lode_error *error);
lode_status lode__link_prepare_phase(lode__link *link, lode_error *error);
lode_status lode__link_second_phase(lode__link *link, const char *id, bool commit, lode_error *error);

/* isolation of the transactions of this link until release */
void lode__link_set_isolation(lode__link *link, int32_t isolation);
/* what the server gives when nobody asks; LODE_ISOLATION_DEFAULT: it does not tell */
lode_status lode__link_default_isolation(lode__link *link, int32_t *level, lode_error *error);

/* one statement without parameters and rows, not kept in the cache: DDL, session set-up */
lode_status lode__link_run(lode__link *link, const char *sql, size_t size, lode_error *error);

/* microseconds of a clock that only goes forward */
int64_t lode__clock_usec(void);
/* the time of it in so many milliseconds, as a deadline; negative: 0, none */
int64_t lode__deadline_in(int32_t within_ms);
/* the shorter of a limit in milliseconds, -1 none, and what is left until a deadline */
int32_t lode__deadline_left(int64_t deadline, int32_t limit_ms);

/* ---- for the rest of the engine layer */

lode_status lode__link_open(lode__link **out, lode_engine *engine, int64_t deadline,
                            lode_error *error);
void lode__link_close(lode__link *link);
void lode__link_abandon(lode__link *link);   /* in a forked child: says nothing to the server */
lode_status lode__link_reset(lode__link *link);   /* before it goes back to the pool */
lode_status lode__link_ping(lode__link *link);    /* is it still there?  Not within a transaction */

/* dead, foreign process, deadline: what forbids a call now */
lode_status lode__link_check(lode__link *link, lode_error *error);
/* finish a failed driver call: fills `err`'s error, marks the link */
lode_status lode__link_failed(lode__link *link, struct lode_err *err, lode_status status,
                              const char *what, const char *sql, size_t size);
/* log a statement before it is sent, and after; usec of the first is given to the second */
int64_t lode__link_log(lode__link *link, const char *sql, size_t size);
void lode__link_log_done(lode__link *link, int64_t since, uint32_t parameter_rows, int64_t affected,
                         int cached);

/* ---- statement cache */

struct lode__prepared {
	lode__prepared *newer, *older;
	lode__prepared *chain;       /* same slot */
	lode_drv_stmt *statement;
	const char *given;           /* the caller's pointer it was last found by: compared first */
	char *sql;                   /* own copy */
	size_t size;
	uint64_t hash;
	bool keys;                   /* prepared to give generated keys */
	bool cached;                 /* false: closed with its cursor */
	bool busy;                   /* has an open cursor */
	void *scratch;               /* parameter arrays of the running execution */
};

/* `*cached` is set to 1 if it was there.  The statement is busy until lode__prepared_done(). */
lode_status lode__link_prepare(lode__prepared **out, lode__link *link, const char *sql, size_t size,
                               const lode_prepare *options, int *cached, lode_error *error);
void lode__prepared_done(lode__link *link, lode__prepared *prepared);
void lode__link_forget(lode__link *link);   /* close all prepared statements */

#endif
