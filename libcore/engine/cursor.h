/* SPDX-License-Identifier: MIT */
/* engine/cursor.h - runs statements on a link and fetches their rows.
 *
 * A cursor is a struct of the caller's; lode__cursor_close() is legal on a zeroed, failed or closed
 * one.  Several may be open on one link.  Memory that parameters point to stays valid and unchanged
 * until the cursor is closed. */
#ifndef LODE_ENGINE_CURSOR_H
#define LODE_ENGINE_CURSOR_H

#include <lode/driver.h>
#include <lode/schema.h>
#include <lode/types.h>

#include "engine/host.h"
#include "engine/link.h"
#include "engine/parameter.h"

typedef struct lode__compiled lode__compiled;

typedef struct lode__cursor {
	lode__link *link;
	lode__prepared *prepared;    /* NULL: closed, or nothing to fetch */
	lode_drv_stmt *statement;
	const lode_stmt_ops *ops;
	lode_exec_result result;
} lode__cursor;

/* Run a compiled statement; `values` in the order of lode__statement_key().  IN lists are handed
 * over as arrays, or expanded where the driver cannot take one.  window: read so many rows at a time,
 * through a cursor of the server or off the wire where the driver can; 0: as the driver likes;
 * LODE__PUSHED: all, by a fetch with lode_fetch.more, which a driver that can may push them through. */
#define LODE__PUSHED UINT32_MAX
lode_status lode__cursor_execute(lode__cursor *out, lode__link *link, const lode__compiled *compiled,
                                 const lode_value *values, size_t count, uint32_t window,
                                 lode_error *error);

/* Many parameter rows of one statement.  What the driver cannot do is done row by row: rows without
 * LODE_CAP_BATCH are looped, keys without LODE_CAP_BATCH_KEYS come from last_id.
 * `rowset`: the SQL reads its rows from the row table or arrays; needs LODE_CAP_ROWSET. */
typedef struct lode__batch {
	const char *sql;
	size_t sql_size;
	const lode_drv_bind *params;
	uint32_t param_count;
	uint32_t base_count;
	const void *const *bases;
	uint32_t row_count;
	bool rowset;
	bool returning;              /* the SQL ends in a RETURNING clause */
	const lode_table *key_table; /* keys only: where the generated key is */
	const char *key_column;
	int64_t *keys;               /* out, row_count entries, or NULL */
	int64_t *row_affected;       /* out, row_count entries, or NULL: rows are then looped unless
	                                the driver has LODE_CAP_BATCH_ROWSTAT */
	int32_t failed_row;          /* out, on failure: the parameter row, -1 unknown */
} lode__batch;

/* Are the keys of a batch had by RETURNING?  Then its INSERT must return nothing else. */
bool lode__link_returns_keys(const lode__link *link);

/* `result.affected` of the cursor is the sum over all rows, -1 if unknown.  A failure leaves the rows
 * before `failed_row` done: the caller has a transaction or savepoint around it. */
lode_status lode__cursor_batch(lode__cursor *out, lode__link *link, lode__batch *batch,
                               lode_error *error);

/* Say where the columns of the rows go; kept until the next bind or the end of the cursor. */
lode_status lode__cursor_bind(lode__cursor *cursor, const lode_drv_bind *columns, uint32_t count,
                              lode_error *error);

/* slow path of the fetch below */
lode_status lode__cursor_fetch_failed(lode__cursor *cursor, struct lode_err *err, lode_fetch *fetch,
                                      lode_status status);

/* LODE_OK: max_rows were stored, maybe more; LODE_DONE: the end, fetch->nrows came with it.
 * The whole cost over the driver's own is this frame. */
static inline lode_status lode__cursor_fetch(lode__cursor *cursor, lode_fetch *fetch,
                                             lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, NULL);
	lode_status status;

	if (!cursor->prepared) {
		fetch->nrows = 0;
		return LODE_DONE;
	}
	err.dialect = cursor->link->dialect;
	status = cursor->ops->fetch(cursor->statement, fetch, &err);
	if (status < 0)
		return lode__cursor_fetch_failed(cursor, &err, fetch, status);
	return status;
}

/* a column of the result; strings live until the cursor is closed */
lode_status lode__cursor_describe(lode__cursor *cursor, uint32_t column, lode_col_desc *out,
                                  lode_error *error);

void lode__cursor_close(lode__cursor *cursor);

#endif
