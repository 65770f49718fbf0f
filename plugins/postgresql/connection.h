/* SPDX-License-Identifier: MIT */
/* postgresql/connection.h - one PGconn and what belongs to it.
 *
 * It is non-blocking and, but for scripts and COPY, always in pipeline mode: every exchange is some
 * commands, a sync, and their results in order (exchange.h).
 * Invariants: at most one statement `streaming` has rows on the wire, and nothing is sent before
 * they are taken in; `opening` is what the server has not been told yet and goes before the next
 * command; `lost` once anything on the wire failed, and then only close and abandon are served.
 * One thread at a time is in here, cancel excepted, which touches `cancelled` and `canceller`. */
#ifndef LODE_POSTGRESQL_CONNECTION_H
#define LODE_POSTGRESQL_CONNECTION_H

#include <stdatomic.h>

#include <libpq-fe.h>

#include <lode/driver.h>

#include "buffer.h"
#include "host.h"

#define LPG_CAPS                                                                                   \
	(LODE_CAP_BATCH | LODE_CAP_BATCH_ROWSTAT | LODE_CAP_BATCH_RETURN | LODE_CAP_BATCH_ORDERED | \
	 LODE_CAP_CANCEL | LODE_CAP_STREAM_ROWS | LODE_CAP_MULTI_ACTIVE | LODE_CAP_SAVEPOINT |      \
	 LODE_CAP_MIGRATE | LODE_CAP_EXACT_ROWCOUNT | LODE_CAP_DDL_TXN | LODE_CAP_ROWSET |          \
	 LODE_CAP_ARRAY_PARAM | LODE_CAP_BATCH_KEYS | LODE_CAP_BULK |       \
	 LODE_CAP_PIPELINE | LODE_CAP_TWO_PHASE)

struct lode_drv_conn {
	PGconn *pg;
	PGcancel *canceller;
	lode_hconn *hconn;	  /* who hears notices */
	lode_drv_stmt *streaming; /* its rows are on the wire */
	lpg_buffer opening;	  /* commands, each with a NUL behind it */
	int begins;		  /* the first of them is BEGIN */
	lpg_buffer closing;	  /* the same for statements that are not needed any more */
	int leading;		  /* commands with a sync of their own went before the exchange */
	int synced;		  /* the exchange has been closed with a sync */
	uint32_t owed;		  /* commands sent whose results have not been taken */
	PGresult *failure;	  /* the first error among results that nobody waits for */
	uint32_t generation;	  /* of prepared statements: another one, and they are gone */
	uint32_t names;		  /* given to prepared statements so far */
	int pooled;		  /* behind a transaction pooler: nothing outlives a transaction */
	int changed;		  /* the session may not be as it was opened */
	int32_t timeout;	  /* statement_timeout there in ms; 0 the default, -1 not known */
	int64_t deadline;	  /* lpg_now_ms() when an answer must have come; 0 none */
	int timed;		  /* the statement being run has a timeout */
	int was_open;		  /* a transaction, when the exchange began */
	struct lpg_queued *queue, *queue_end; /* executions that were sent: pipeline.c */
	int queueing;		  /* between enter and leave of a pipeline */
	int skipping;		  /* something in it failed */
	int lost;
	atomic_int cancelled;
	char library[40];
};

extern const lode_conn_ops lpg_conn_ops;
/* a statement is about to be sent: what will it do to the session? */
void lpg_conn_notice_text(lode_drv_conn *c, const char *sql, size_t n);

/* LODE_TXS_*, also in the middle of an exchange */
int32_t lpg_conn_state(lode_drv_conn *c);

#endif
