/* SPDX-License-Identifier: MIT */
/* orm/links.c - rows of link tables, written in batches whose parameters are the keys where they
 * lie in the objects of both sides. */
#include "base/alloc.h"
#include "orm/session.h"
#include "orm/write.h"
#include "sql/render.h"
#include "sql/write.h"

typedef struct link_columns {
	const lode_table_column **columns;
	lode__write_column *sets;
	lode_drv_bind *binds;
	uint32_t count;
} link_columns;

static bool columns_init(link_columns *columns, const lode_session *session, size_t most)
{
	columns->columns = lode__alloc_array(&session->allocator, most,
					     sizeof *columns->columns + sizeof *columns->sets +
						     sizeof *columns->binds);
	columns->sets = (lode__write_column *)(columns->columns + most);
	columns->binds = (lode_drv_bind *)(columns->sets + most);
	columns->count = 0;
	return columns->columns != NULL;
}

static void add_column(link_columns *columns, const lode__dialect *dialect,
		       const lode_mapper *mapper, uint32_t attribute,
		       const lode_table_column *column, uint32_t base)
{
	lode_drv_bind *bind = &columns->binds[columns->count];

	*bind = mapper->binds[attribute];
	bind->sql_type = lode__column_sql_type(dialect, column);
	bind->flags = (bind->flags & ~(uint32_t)LODE_BIND_COPY) | LODE_BIND_INDIRECT;
	bind->base = bind->null_base = base;
	columns->sets[columns->count].column = column;
	columns->sets[columns->count].expression = NULL;
	columns->columns[columns->count++] = column;
}

static void list_columns(link_columns *columns, const lode__dialect *dialect,
			 const lode__relationship *relationship, bool both)
{
	for (size_t i = 0; i < relationship->pair_count; i++)
		add_column(columns, dialect, relationship->owner, relationship->pairs[i].owner,
			   relationship->pairs[i].secondary_column, 0);
	for (size_t i = 0; both && i < relationship->far_count; i++)
		add_column(columns, dialect, relationship->target, relationship->far[i].target,
			   relationship->far[i].secondary_column, 1);
}

static lode_status check_count(lode_session *session, const lode__relationship *relationship,
			       int64_t matched, size_t count)
{
	if (matched < 0 || (size_t)matched == count)
		return LODE_OK;
	return lode__session_fail(
		session, LODE_E_STALE, "%s.%s: %lld of %zu links to be removed were there",
		relationship->owner->name, relationship->name, (long long)matched, count);
}

static lode_status send_links(lode_session *session, const lode__relationship *relationship,
			      bool remove, const link_columns *columns, void **owners,
			      void **targets, size_t count)
{
	lode_error *error = lode__session_error_slot(session);
	bool rowset = count > 1 && lode__dialect_has_rows(session->dialect) &&
		      lode__link_can(session->link, LODE_CAP_ROWSET);
	const void *bases[2] = { owners, targets };
	lode__batch batch = { .params = columns->binds,
			      .param_count = columns->count,
			      .base_count = 2,
			      .bases = bases,
			      .row_count = (uint32_t)count,
			      .rowset = rowset,
			      .failed_row = -1 };
	lode__cursor cursor = { 0 };
	lode_status status;
	lode__buf sql;

	lode__buf_init(&sql, &session->allocator, 1u << 20);
	if (remove)
		status = lode__render_delete(&sql, session->dialect, relationship->secondary,
					     columns->columns, columns->count, rowset, error);
	else
		status = lode__render_insert(&sql, session->dialect, relationship->secondary,
					     columns->sets, columns->count, NULL, 0, rowset, error);
	if (status == LODE_OK) {
		batch.sql = lode__buf_text(&sql);
		batch.sql_size = lode__buf_size(&sql);
		status = lode__cursor_batch(&cursor, session->link, &batch, error);
	}
	if (status < 0)
		lode__session_failed(session, status);
	else
		status = remove && targets
				 ? check_count(session, relationship, cursor.result.affected, count)
				 : LODE_OK;
	lode__cursor_close(&cursor);
	lode__buf_dispose(&sql);
	return status;
}

lode_status lode__write_links(lode_session *session, const lode__relationship *relationship,
			      bool remove, void **owners, void **targets, size_t count)
{
	link_columns columns;
	lode_status status = count > 0 ? lode__session_begin(session, true) : LODE_DONE;

	if (status != LODE_OK)
		return status < 0 ? status : LODE_OK;
	if (!columns_init(&columns, session, relationship->pair_count + relationship->far_count))
		return lode__session_nomem(session);
	list_columns(&columns, session->dialect, relationship, targets != NULL);
	status = send_links(session, relationship, remove, &columns, owners, targets, count);
	lode__release(&session->allocator, columns.columns);
	return status;
}
