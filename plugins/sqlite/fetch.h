/* SPDX-License-Identifier: MIT */
/* sqlite/fetch.h - layouts of results, and rows pulled one step at a time. */
#ifndef LODE_SQLITE_FETCH_H
#define LODE_SQLITE_FETCH_H

#include "statement.h"

lode_status lsq_fetch_bind(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
			   uint32_t bind_size, lode_err *e);
lode_status lsq_fetch_rows(lode_drv_stmt *s, lode_fetch *f, lode_err *e);
/* Row f->nrows: from `cells`, or if that is NULL from what the statement stands on.  A failure is
 * in f->bad_col and sink->why. */
lode_status lsq_fetch_row(const lode_drv_stmt *s, lode_fetch *f, sqlite3_value **cells,
			  lsq_sink *sink);
/* report that a row could not be stored; returns its status */
lode_status lsq_fetch_failed(const lode_drv_stmt *s, const lode_fetch *f, lode_status status,
			     const char *why, lode_err *e);

#endif
