/* SPDX-License-Identifier: MIT */
/* sqlite/push.h - whole results, pushed by SQLite instead of pulled from it.
 *
 * The statement is wrapped: WITH r(c0, c1, ...) AS (statement) SELECT lode_push(c0, c1, ...) FROM
 * r. The aggregate function is called with the cells of each row, which saves what a step and its
 * row of results cost: a third of the time of a large result.  Starting one costs more than a step
 * does. SQLite keeps the order of the inner statement, as group_concat needs, but documents it
 * nowhere: tests/plugins/test_sqlite_push.c compares. */
#ifndef LODE_SQLITE_PUSH_H
#define LODE_SQLITE_PUSH_H

#include "statement.h"

int lsq_push_register(lode_drv_conn *c);
/* Make s->push if it is not there; 0: the rows of this statement can only be pulled. */
int lsq_push_prepare(lode_drv_stmt *s);
/* Run s->push to its end, through f->more; LODE_DONE, or a failure, reported unless `more` failed.
 */
lode_status lsq_push_rows(lode_drv_stmt *s, lode_fetch *f, lode_err *e);

#endif
