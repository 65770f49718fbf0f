/* SPDX-License-Identifier: MIT */
/* postgresql/exchange.h - commands to the server and their results, never blocked by the other
 * side: while there is something to be written whatever comes is read.
 *
 * lpg_exchange_begin(); lpg_exchange_text() or a PQsend function counted with lpg_exchange_sent();
 * lpg_exchange_sync(); then for each command lpg_exchange_result() until NULL, and
 * lpg_exchange_end(), which takes in what is left. */
#ifndef LODE_POSTGRESQL_EXCHANGE_H
#define LODE_POSTGRESQL_EXCHANGE_H

#include "connection.h"

int64_t lpg_now_ms(void);

#define LPG_ANY_TIMEOUT (-2) /* leave the server's as it is, and wait as long as it takes */

/* the rows of a stream are taken in, the opening commands sent; timeout_ms as in lode_exec */
lode_status lpg_exchange_begin(lode_drv_conn *c, int32_t timeout_ms, lode_err *e);
/* a command without parameters; what it answers is taken in by lpg_exchange_opened() or _end() */
lode_status lpg_exchange_text(lode_drv_conn *c, const char *sql, lode_err *e);
/* `ok` is what a PQsend function said */
lode_status lpg_exchange_sent(lode_drv_conn *c, int ok, lode_err *e);
lode_status lpg_exchange_sync(lode_drv_conn *c, lode_err *e);
/* results are wanted before the sync */
lode_status lpg_exchange_push(lode_drv_conn *c, lode_err *e);
/* take in the results of commands until only `left` are owed; the first failure is reported, and
 * then everything up to the sync has been taken in */
lode_status lpg_exchange_opened(lode_drv_conn *c, uint32_t left, lode_err *e);
/* the next result of the command whose turn it is; NULL: there is none any more.  The caller clears
 * it.  A lost connection, or one that does not answer, is reported. */
lode_status lpg_exchange_result(lode_drv_conn *c, PGresult **out, lode_err *e);
/* take in the results of `commands` commands; *failed (or NULL) is the class of the first that went
 * wrong, which is reported, LODE_E_STATE if it was skipped */
lode_status lpg_exchange_skip(lode_drv_conn *c, uint32_t commands, lode_status *failed,
			      lode_err *e);
/* to the sync; the first failure found on the way is reported unless `e` heard one */
lode_status lpg_exchange_end(lode_drv_conn *c, lode_err *e);
/* after a failure was reported: to the sync in silence */
void lpg_exchange_abort(lode_drv_conn *c);

/* one command without parameters and rows, in an exchange of its own */
lode_status lpg_exchange_run(lode_drv_conn *c, const char *sql, lode_err *e);
/* to be sent before the next command, in this order */
lode_status lpg_exchange_later(lode_drv_conn *c, const char *sql, lode_err *e);

/* wait until PostgreSQL's socket is readable, or writable too; for COPY and connecting */
lode_status lpg_exchange_wait(lode_drv_conn *c, int writable, lode_err *e);
/* write all; reads meanwhile */
lode_status lpg_exchange_flush(lode_drv_conn *c, lode_err *e);
/* leave pipeline mode and come back to it; nothing is owed */
lode_status lpg_exchange_simple(lode_drv_conn *c, int on, lode_err *e);

#endif
