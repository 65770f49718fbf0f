/* SPDX-License-Identifier: MIT */
/* engine/batch.c - many parameter rows of one statement, whatever the driver can do.
 *
 * One call of the driver if it can take all of it; else a call a row, with descriptors that point at
 * that row.  Keys that the driver does not give are returned as rows, or asked for after each row.
 * A driver that promised keys and gives none is told apart from one that never promised:
 * the first is an error, because by then the rows are stored. */
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/execute.h"
#include "engine/query.h"
#include "engine/state.h"
#include "schema/table.h"
#include "sql/quote.h"

static lode_status prepare_batch(lode__prepared **out, lode__link *link, const lode__batch *batch,
                                 int *cached, lode_error *error)
{
	lode_prepare how = { .struct_size = (uint32_t)sizeof how, .flags = LODE_PREP_REUSE,
		             .params = batch->params, .nparams = batch->param_count,
		             .bind_size = (uint32_t)sizeof(lode_drv_bind) };

	if (batch->keys && batch->key_table && batch->key_column &&
	    lode__link_can(link, LODE_CAP_BATCH_KEYS)) {
		how.key_schema = batch->key_table->schema;
		how.key_table = batch->key_table->name;
		how.key_column = batch->key_column;
		how.flags |= batch->returning ? LODE_PREP_RETURNING : 0;
	}
	return lode__link_prepare(out, link, batch->sql, batch->sql_size, &how, cached, error);
}

static lode_status no_keys(lode_error *error)
{
	return lode__error_set(error, LODE_E_UNSUPPORTED,
	                       "the driver does not give the keys that the database generated");
}

/* ---------------------------------------------------------------- in one call */

static lode_status run_whole(lode__cursor *out, lode__link *link, lode__batch *batch,
                             lode_error *error)
{
	lode__execution run = { .rows = batch->row_count, .params = batch->params,
		                .param_count = batch->param_count, .bases = batch->bases,
		                .base_count = batch->base_count, .keys = batch->keys,
		                .row_affected = batch->row_affected,
		                .flags = batch->rowset ? LODE_EXEC_ROWSET : 0,
		                .failed_row = &batch->failed_row };
	lode_status status = prepare_batch(&run.prepared, link, batch, &run.cached, error);

	if (status == LODE_OK)
		status = lode__execute(out, link, &run, error);
	if (status != LODE_OK || !batch->keys || out->result.flags & LODE_EXR_KEYS)
		return status;
	if (batch->row_count == 1 && out->result.flags & LODE_EXR_LAST_ID) {
		batch->keys[0] = out->result.last_id;
		return LODE_OK;
	}
	lode__cursor_close(out);
	return no_keys(error);
}

/* ---------------------------------------------------------------- a call a row */

/* the address that a descriptor gives for a row */
static const char *locate(const void *base, uint32_t flags, size_t off, size_t stride, uint32_t row)
{
	if (flags & LODE_BIND_INDIRECT)
		return ((const char *const *)base)[row] + off;
	return (const char *)base + off + (size_t)row * stride;
}

/* descriptors and bases of one row: value i in base 2i, its flag in base 2i + 1 */
static void point_at_row(const lode__batch *batch, uint32_t row, lode_drv_bind *binds,
                         const void **bases)
{
	for (uint32_t i = 0; i < batch->param_count; i++) {
		const lode_drv_bind *from = &batch->params[i];
		bool flagged = !(from->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR));

		binds[i] = *from;
		binds[i].flags &= ~LODE_BIND_INDIRECT;
		binds[i].base = 2 * i;
		binds[i].null_base = 2 * i + 1;
		binds[i].off = binds[i].null_off = 0;
		binds[i].stride = binds[i].null_stride = 0;
		bases[2 * i] = from->repr == LODE_R_SKIP
			               ? NULL
			               : locate(batch->bases[from->base], from->flags, from->off,
			                        from->stride, row);
		bases[2 * i + 1] = flagged ? locate(batch->bases[from->null_base], from->flags,
		                                    from->null_off, from->null_stride, row)
		                           : NULL;
	}
}

typedef struct taken_key {
	int64_t key;
	bool known;
} taken_key;

static int32_t LODE_CALL take_key(void *context, uint32_t count, const lode_span *cells)
{
	taken_key *taken = context;

	taken->known = count == 1 && cells[0].p &&
	               lode__parse_int(cells[0].p, cells[0].n, &taken->key);
	return 1;
}

/* the key of the row just inserted, asked of the database where the driver does not tell it */
static lode_status ask_key(lode__link *link, int64_t *out, lode_error *error)
{
	const char *sql = link->dialect->traits.last_id_sql;
	struct lode_err err = LODE__ERR_INIT(error, link->dialect);
	taken_key taken = { 0, false };
	lode_status status;

	if (!sql)
		return no_keys(error);
	status = lode__host_query((lode_hconn *)link, sql, strlen(sql), NULL, 0, take_key, &taken,
	                          &err);
	if (status < 0)
		return lode__link_failed(link, &err, status, "execute", sql, strlen(sql));
	if (!taken.known)
		return no_keys(error);
	*out = taken.key;
	return LODE_OK;
}

/* what one row gave, added to the whole */
static lode_status add_row(lode__batch *batch, uint32_t row, const lode__cursor *one,
                           lode__link *link, int64_t *affected, lode_error *error)
{
	if (batch->row_affected)
		batch->row_affected[row] = one->result.affected;
	if (one->result.affected < 0)
		*affected = -1;
	else if (*affected >= 0)
		*affected += one->result.affected;
	if (!batch->keys || one->result.flags & LODE_EXR_KEYS)
		return LODE_OK;
	if (!(one->result.flags & LODE_EXR_LAST_ID))
		return ask_key(link, &batch->keys[row], error);
	batch->keys[row] = one->result.last_id;
	return LODE_OK;
}

static lode_status run_row(lode__cursor *out, lode__link *link, lode__batch *batch, uint32_t row,
                           lode_drv_bind *binds, const void **bases, lode_error *error)
{
	bool native_keys = lode__link_can(link, LODE_CAP_BATCH_KEYS);
	lode__execution run = { .rows = 1, .params = batch->params ? binds : NULL,
		                .param_count = batch->param_count, .bases = bases,
		                .base_count = 2 * batch->param_count,
		                .keys = batch->keys && native_keys ? batch->keys + row : NULL };
	lode_status status;

	point_at_row(batch, row, binds, bases);
	status = prepare_batch(&run.prepared, link, batch, &run.cached, error);
	if (status == LODE_OK)
		status = lode__execute(out, link, &run, error);
	if (status == LODE_OK && out->prepared && batch->row_count > 1) {
		lode__cursor_close(out);
		status = lode__error_set(error, LODE_E_UNSUPPORTED,
		                         "the driver runs row by row, and the rows of several "
		                         "executions cannot be one result");
	}
	return status;
}

static lode_status run_rows(lode__cursor *out, lode__link *link, lode__batch *batch,
                            lode_error *error)
{
	size_t count = batch->param_count ? batch->param_count : 1;
	lode_drv_bind *binds = lode__alloc_array(&link->engine->allocator, count, sizeof *binds);
	const void **bases = lode__alloc_array(&link->engine->allocator, 2 * count, sizeof *bases);
	lode_status status = binds && bases ? LODE_OK : lode__error_nomem(error);
	int64_t affected = 0;

	for (uint32_t row = 0; status == LODE_OK && row < batch->row_count; row++) {
		status = run_row(out, link, batch, row, binds, bases, error);
		if (status == LODE_OK)
			status = add_row(batch, row, out, link, &affected, error);
		if (status != LODE_OK)
			batch->failed_row = (int32_t)row;
	}
	out->result.affected = affected;
	lode__release(&link->engine->allocator, binds);
	lode__release(&link->engine->allocator, bases);
	return status;
}

/* ---------------------------------------------------------------- keys as rows */

#define RETURNING_ROWS 1000u    /* of one execution */

/* The INSERT of a batch with its key returned, for drivers that give rows in the order of the
 * parameters and no keys by themselves. */
typedef struct returning {
	lode__batch batch;           /* of the rows of one execution */
	lode_drv_bind *binds;
	const void **bases;
	int64_t keys[RETURNING_ROWS];
	uint32_t rows[RETURNING_ROWS];
} returning;

/* descriptors and bases of the rows from `first` on: value i in base 2i, its flag in base 2i + 1 */
static void point_at_rows(const lode__batch *batch, uint32_t first, lode_drv_bind *binds,
                          const void **bases)
{
	for (uint32_t i = 0; i < batch->param_count; i++) {
		const lode_drv_bind *from = &batch->params[i];
		bool indirect = from->flags & LODE_BIND_INDIRECT;
		bool flagged = !(from->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR));
		size_t step = indirect ? sizeof(char *) : from->stride;
		size_t null_step = indirect ? sizeof(char *) : from->null_stride;

		binds[i] = *from;
		binds[i].base = 2 * i;
		binds[i].null_base = 2 * i + 1;
		bases[2 * i] = from->repr == LODE_R_SKIP
			               ? NULL
			               : (const char *)batch->bases[from->base] + first * step;
		bases[2 * i + 1] = flagged ? (const char *)batch->bases[from->null_base] +
		                                     first * null_step
		                           : NULL;
	}
}

static lode_status take_keys(const returning *r, uint32_t got, uint32_t count, int64_t *keys,
                             lode_error *error)
{
	if (got != count)
		return no_keys(error);
	for (uint32_t i = 0; i < got; i++) {
		if (r->rows[i] >= count)
			return no_keys(error);
		keys[r->rows[i]] = r->keys[i];
	}
	return LODE_OK;
}

static lode_status fetch_keys(lode__cursor *cursor, returning *r, uint32_t count, int64_t *keys,
                              lode_error *error)
{
	lode_drv_bind key = { .repr = LODE_R_I64, .sql_type = LODE_T_INT64, .null_bit = -1,
		              .flags = LODE_BIND_NOT_NULL, .stride = sizeof *r->keys };
	void *bases[1] = { r->keys };
	lode_fetch fetch = { .struct_size = (uint32_t)sizeof fetch, .bases = bases, .nbases = 1,
		             .max_rows = count, .param_row = r->rows };
	lode_status status = lode__cursor_bind(cursor, &key, 1, error);

	if (status == LODE_OK)
		status = lode__cursor_fetch(cursor, &fetch, error);
	if (status >= 0)
		status = take_keys(r, fetch.nrows, count, keys, error);
	return status;
}

static lode_status run_returning(lode__link *link, lode__batch *batch, returning *r,
                                 uint32_t first, uint32_t count, lode_error *error)
{
	int32_t failed = -1;
	lode__execution run = { .rows = count, .flags = LODE_EXEC_ORDERED, .params = r->binds,
		                .param_count = batch->param_count, .bases = r->bases,
		                .base_count = 2 * batch->param_count, .failed_row = &failed };
	lode__cursor cursor = { 0 };
	lode_status status = prepare_batch(&run.prepared, link, &r->batch, &run.cached, error);

	point_at_rows(batch, first, r->binds, r->bases);
	if (status == LODE_OK)
		status = lode__execute(&cursor, link, &run, error);
	if (status == LODE_OK)
		status = fetch_keys(&cursor, r, count, batch->keys + first, error);
	lode__cursor_close(&cursor);
	if (status != LODE_OK && failed >= 0)
		batch->failed_row = (int32_t)first + failed;
	return status;
}

static lode_status run_chunks(lode__cursor *out, lode__link *link, lode__batch *batch,
                              returning *r, lode_error *error)
{
	lode_status status = LODE_OK;
	uint32_t count;

	for (uint32_t first = 0; status == LODE_OK && first < batch->row_count; first += count) {
		count = batch->row_count - first;
		count = count < RETURNING_ROWS ? count : RETURNING_ROWS;
		count = batch->param_count ? count : 1;    /* there is nothing to make arrays of */
		status = run_returning(link, batch, r, first, count, error);
	}
	out->result.affected = (int64_t)batch->row_count;
	return status;
}

static lode_status run_for_keys(lode__cursor *out, lode__link *link, lode__batch *batch,
                                lode_error *error)
{
	const lode_allocator *allocator = &link->engine->allocator;
	size_t count = batch->param_count + 1u;
	returning *r = lode__alloc_zero(allocator, sizeof *r);
	lode_drv_bind *binds = lode__alloc_array(allocator, count, sizeof *binds);
	const void **bases = lode__alloc_array(allocator, 2 * count, sizeof *bases);
	lode_status status = r && binds && bases ? LODE_OK : lode__error_nomem(error);
	lode__buf sql;

	lode__buf_init(&sql, allocator, (size_t)1 << 30);
	lode__buf_append(&sql, batch->sql, batch->sql_size);
	lode__buf_puts(&sql, " RETURNING ");
	lode__quote_name(&sql, link->dialect, batch->key_column);
	if (status == LODE_OK && lode__buf_status(&sql) != LODE_OK)
		status = lode__error_nomem(error);
	if (status == LODE_OK) {
		r->batch.sql = lode__buf_text(&sql);
		r->batch.sql_size = lode__buf_size(&sql);
		r->binds = binds;
		r->bases = bases;
		status = run_chunks(out, link, batch, r, error);
	}
	lode__buf_dispose(&sql);
	lode__release(allocator, r);
	lode__release(allocator, binds);
	lode__release(allocator, bases);
	return status;
}

bool lode__link_returns_keys(const lode__link *link)
{
	const lode_traits *traits = &link->dialect->traits;

	return lode__link_can(link, LODE_CAP_BATCH_RETURN | LODE_CAP_BATCH_ORDERED) &&
	       !lode__link_can(link, LODE_CAP_BATCH_KEYS) && traits->returning_style == 1 &&
	       (traits->returning_on & LODE_RETURNING_INSERT);
}

static bool takes_whole(const lode__link *link, const lode__batch *batch)
{
	if (batch->rowset)
		return true;
	if (batch->keys && !lode__link_can(link, LODE_CAP_BATCH_KEYS))
		return false;
	if (batch->row_count == 1)
		return true;
	if (batch->row_affected && !lode__link_can(link, LODE_CAP_BATCH_ROWSTAT))
		return false;
	return lode__link_can(link, LODE_CAP_BATCH) || (batch->keys != NULL);
}

lode_status lode__cursor_batch(lode__cursor *out, lode__link *link, lode__batch *batch,
                               lode_error *error)
{
	lode_status status = lode__link_check(link, error);

	memset(out, 0, sizeof *out);
	batch->failed_row = -1;
	if (status != LODE_OK || batch->row_count == 0)
		return status;
	if (batch->rowset && !lode__link_can(link, LODE_CAP_ROWSET))
		return lode__error_set(error, LODE_E_UNSUPPORTED,
		                       "the driver has no row table for a statement over rows");
	if (batch->keys && batch->key_column && !batch->rowset && lode__link_returns_keys(link))
		return run_for_keys(out, link, batch, error);
	if (takes_whole(link, batch))
		return run_whole(out, link, batch, error);
	return run_rows(out, link, batch, error);
}
