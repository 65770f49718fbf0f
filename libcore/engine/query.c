/* SPDX-License-Identifier: MIT */
/* engine/query.c - the host service `query`: a dialect's own SQL on the connection it serves.
 *
 * Parameters and cells are text.  Not logged as an application's statement but as what it is: one
 * that lode sends for itself. */
#include "engine/query.h"

#include <string.h>

#include "base/alloc.h"
#include "engine/execute.h"
#include "engine/state.h"

/* columns of one row as spans in `cells`, borrowed until the next fetch */
static void bind_cells(lode_drv_bind *binds, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		binds[i] = (lode_drv_bind){ .repr = LODE_R_TEXT, .sql_type = LODE_T_TEXT,
			                    .flags = LODE_BIND_NULL_PTR, .null_bit = -1,
			                    .off = i * sizeof(lode_span),
			                    .stride = count * sizeof(lode_span) };
}

static lode_status fetch_rows(lode__cursor *cursor, lode_span *cells, uint32_t count,
                              lode_row_fn row, void *context, struct lode_err *err)
{
	void *bases[1] = { cells };
	lode_fetch fetch = { .struct_size = (uint32_t)sizeof fetch, .bases = bases, .nbases = 1,
		             .max_rows = 1 };
	lode_status status = LODE_OK;

	while (status == LODE_OK) {
		status = cursor->ops->fetch(cursor->statement, &fetch, err);
		if (status >= 0 && fetch.nrows && row && row(context, count, cells) != 0)
			return LODE_OK;
	}
	return status == LODE_DONE ? LODE_OK : status;
}

static lode_status read_rows(lode__cursor *cursor, lode_row_fn row, void *context,
                             struct lode_err *err)
{
	const lode_allocator *allocator = &cursor->link->engine->allocator;
	uint32_t count = cursor->result.ncols;
	lode_drv_bind *binds = lode__alloc_array(allocator, count, sizeof *binds);
	lode_span *cells = lode__alloc_array(allocator, count, sizeof *cells);
	lode_status status = LODE_E_NOMEM;

	if (binds && cells) {
		bind_cells(binds, count);
		status = cursor->ops->bind(cursor->statement, binds, count,
		                           (uint32_t)sizeof *binds, err);
		if (status >= 0)
			status = fetch_rows(cursor, cells, count, row, context, err);
	}
	lode__release(allocator, binds);
	lode__release(allocator, cells);
	return status;
}

static lode_status run_query(lode__link *link, const char *sql, size_t size,
                             const lode_span *params, uint32_t count, lode_row_fn row,
                             void *context, struct lode_err *err)
{
	lode_prepare how = { .struct_size = (uint32_t)sizeof how, .flags = LODE_PREP_DIRECT,
		             .bind_size = (uint32_t)sizeof(lode_drv_bind) };
	lode_drv_bind *binds = lode__alloc_array(&link->engine->allocator, count + 1u, sizeof *binds);
	const void *bases[1] = { params };
	lode_exec run = { .struct_size = (uint32_t)sizeof run, .params = binds, .nparams = count,
		          .bind_size = (uint32_t)sizeof(lode_drv_bind), .bases = bases, .nbases = 1,
		          .nrows = 1, .timeout_ms = lode__deadline_left(link->deadline, link->timeout_ms) };
	lode__cursor cursor = { .link = link, .ops = link->statement_ops };
	lode_status status;

	if (!binds)
		return LODE_E_NOMEM;
	bind_cells(binds, count);
	cursor.result.struct_size = (uint32_t)sizeof cursor.result;
	status = link->ops->prepare(link->connection, sql, size, &how, &cursor.statement, err);
	if (status >= 0) {
		status = cursor.ops->execute(cursor.statement, &run, &cursor.result, err);
		if (status >= 0 && cursor.result.ncols)
			status = read_rows(&cursor, row, context, err);
		cursor.ops->close(cursor.statement);
	}
	lode__release(&link->engine->allocator, binds);
	return status;
}

lode_status LODE_CALL lode__host_query(lode_hconn *hconn, const char *sql, size_t size,
                                       const lode_span *params, uint32_t count, lode_row_fn row,
                                       void *context, lode_err *err)
{
	lode__link *link = (lode__link *)hconn;
	struct lode_err unheard = LODE__ERR_INIT(NULL, NULL);
	int64_t since;
	lode_status status;

	if (!link || !sql || link->dead)
		return LODE_E_MISUSE;
	since = lode__link_log(link, sql, size);
	status = run_query(link, sql, size, params, count, row, context, err ? err : &unheard);
	if (status < 0)
		return status;
	lode__link_log_done(link, since, 1, -1, 0);
	return LODE_OK;
}
