/* SPDX-License-Identifier: MIT */
/* orm/rows.c - see rows.h. */
#include "orm/rows.h"

#include "base/alloc.h"
#include "orm/query.h"
#include "sql/statement.h"

/* ---- opening */

static lode_status accept_rows(lode_session *session, const lode_statement *statement)
{
	const lode_statement *source;
	lode_status status = lode__session_ready(session);

	if (status == LODE_OK)
		status = lode__statement_accept(session, statement);
	if (status < 0)
		return status;
	source = lode__statement_source(statement);
	/* text without fields is legal: whoever asks only whether there are rows */
	if (source->field_count == 0 && (source->kind != LODE__TEXT || source->owner))
		return lode__session_fail(session, LODE_E_MISUSE,
					  "rows are read by a statement with fields: "
					  "LODE_SELECT_ROWS(Row) and a LODE_FIELD a column");
	return LODE_OK;
}

static lode_status check_fields(const lode_rows *rows)
{
	if (rows->cursor.result.ncols >= rows->plan->bind_count)
		return LODE_OK;
	return lode__session_fail(rows->session, LODE_E_MISUSE,
				  "a statement gives %u columns, but %u fields are to be read",
				  (unsigned)rows->cursor.result.ncols,
				  (unsigned)rows->plan->bind_count);
}

static lode_status start_rows(lode_rows *rows)
{
	lode_session *session = rows->session;
	lode__loaders none = { NULL, 0 };
	lode_status status;

	rows->row_size = lode__statement_source(rows->statement)->row_size;
	rows->run = lode__run_take(session);
	if (!rows->run)
		return LODE_E_NOMEM;
	status = lode__load_plan_of(session, rows->run, rows->statement, NULL, none, &rows->plan);
	if (status == LODE_OK)
		status = lode__load_execute(session, rows->plan, rows->run->values.items,
					    rows->run->values.count, rows->statement->window,
					    &rows->cursor);
	if (status < 0)
		return status;
	rows->open = true;
	if (rows->plan->compiled->writes)
		lode__expire_written(session, rows->statement);
	status = check_fields(rows);
	if (status < 0)
		return status;
	status = lode__cursor_bind(&rows->cursor, rows->plan->binds, rows->plan->bind_count,
				   lode__session_error_slot(session));
	return status < 0 ? lode__session_failed(session, status) : LODE_OK;
}

static void stop_rows(lode_rows *rows)
{
	lode__cursor_close(&rows->cursor);
	rows->open = false;
	if (rows->plan)
		lode__plans_release(&rows->plan->plan);
	rows->plan = NULL;
	lode__run_give(rows->session, rows->run);
	rows->run = NULL;
}

/* The statement stays whole as long as its values are in use, but is spent for everybody else. */
static void hold_statement(lode_rows *rows, lode_statement *statement)
{
	rows->statement = statement;
	if (!statement->kept)
		statement->populate |= LODE__POPULATE_SPENT;
}

static void drop_statement(lode_rows *rows)
{
	if (!rows->statement || rows->statement->kept)
		return;
	rows->statement->populate &= ~LODE__POPULATE_SPENT;
	lode__statement_retire(rows->session, rows->statement);
}

static void link_rows(lode_rows *rows)
{
	rows->next = rows->session->rows;
	if (rows->next)
		rows->next->previous = rows;
	rows->session->rows = rows;
}

static void free_rows(lode_rows *rows)
{
	lode_session *session = rows->session;

	stop_rows(rows);
	drop_statement(rows);
	if (rows->previous)
		rows->previous->next = rows->next;
	else if (session->rows == rows)
		session->rows = rows->next;
	if (rows->next)
		rows->next->previous = rows->previous;
	lode__release(&session->allocator, rows);
}

static lode_rows *open_rows(lode_session *session, lode_statement *statement)
{
	lode_rows *rows = lode__alloc_zero(&session->allocator, sizeof *rows);

	if (!rows) {
		lode__session_nomem(session);
		lode__statement_retire(session, statement);
		return NULL;
	}
	rows->session = session;
	hold_statement(rows, statement);
	if (start_rows(rows) < 0) {
		free_rows(rows);
		return NULL;
	}
	link_rows(rows);
	return rows;
}

lode_rows *lode_rows_open(lode_session *session, lode_statement *statement)
{
	lode_rows *rows = NULL;

	if (!lode__statement_enter(session, statement))
		return NULL;
	if (lode__loading(session) && accept_rows(session, statement) == LODE_OK) {
		rows = open_rows(session, statement);
		statement = NULL; /* theirs, or retired */
	}
	lode__statement_leave(session, statement);
	return rows;
}

/* ---- reading */

static lode_status refuse_next(const lode_rows *rows, const void *row, size_t size)
{
	lode_status status = lode__session_ready(rows->session);

	if (status < 0)
		return status;
	if (!rows->open)
		return lode__session_fail(rows->session, LODE_E_STATE,
					  "the transaction ended while its rows were being read");
	if (!row || (rows->row_size && size != rows->row_size))
		return lode__session_fail(rows->session, LODE_E_MISUSE,
					  "a row of %zu bytes is read into one of %zu",
					  rows->row_size, row ? size : 0);
	return LODE_OK;
}

static lode_status read_row(lode_rows *rows, void *row, size_t size)
{
	lode_fetch fetch = {
		.struct_size = sizeof fetch, .bases = &row, .nbases = 1, .max_rows = 1
	};
	lode_status status;

	memset(row, 0, size);
	status = lode__cursor_fetch(&rows->cursor, &fetch, lode__session_error_slot(rows->session));
	if (status < 0)
		return lode__session_failed(rows->session, status);
	if (fetch.nrows > 0)
		return LODE_OK;
	rows->ended = true;
	stop_rows(rows);
	return LODE_DONE;
}

lode_status lode_rows_next(lode_rows *rows, void *row, size_t size)
{
	lode_status status;

	if (!rows || !lode__session_enter(rows->session))
		return LODE_E_MISUSE;
	if (rows->ended)
		status = LODE_DONE;
	else
		status = refuse_next(rows, row, size);
	if (status == LODE_OK)
		status = read_row(rows, row, size);
	lode__session_leave(rows->session);
	return status;
}

/* ---- closing */

void lode_rows_close(lode_rows *rows)
{
	lode_session *session;

	if (!rows || !lode__session_enter(rows->session))
		return;
	session = rows->session;
	free_rows(rows);
	lode__session_leave(session);
}

void lode__load_close_rows(lode_session *session)
{
	for (lode_rows *rows = session->rows; rows; rows = rows->next)
		if (rows->open)
			stop_rows(rows);
}

void lode__rows_free_all(lode_session *session)
{
	while (session->rows)
		free_rows(session->rows);
}

/* ---- one row */

/* Text of the row outlives the cursor. */
static lode_status keep_texts(lode_session *session, const lode_statement *source, char *row)
{
	for (uint32_t i = 0; i < source->field_count; i++) {
		const lode_param *member = &source->fields[i].member;
		char *text;
		size_t size;

		if (!lode__ctype_info(member->ctype)->by_pointer)
			continue;
		memcpy(&text, row + member->offset, sizeof text);
		if (!text)
			continue;
		size = member->ctype == LODE_C_BYTES
			       ? ((const lode_bytes *)(void *)(row + member->offset))->size
			       : strlen(text);
		text = lode__arena_strndup(&session->lists->texts, text, size);
		if (!text)
			return lode__session_nomem(session);
		memcpy(row + member->offset, &text, sizeof text);
	}
	return LODE_OK;
}

static lode_status read_scalar(lode_session *session, lode_statement *statement, void *row,
			       size_t size)
{
	lode_rows rows = { .session = session, .statement = statement };
	lode_status status = start_rows(&rows);

	if (status == LODE_OK)
		status = refuse_next(&rows, row, size);
	if (status == LODE_OK)
		status = read_row(&rows, row, size);
	if (status == LODE_OK)
		status = keep_texts(session, lode__statement_source(statement), row);
	stop_rows(&rows);
	return status == LODE_DONE ? LODE_NOT_FOUND : status;
}

lode_status lode_scalar(lode_session *session, lode_statement *statement, void *row, size_t size)
{
	lode_status status;

	if (!lode__statement_enter(session, statement))
		return LODE_E_MISUSE;
	status = lode__loading(session) ? accept_rows(session, statement) : LODE_E_NOMEM;
	if (status == LODE_OK)
		status = read_scalar(session, statement, row, size);
	lode__statement_leave(session, statement);
	return status;
}
