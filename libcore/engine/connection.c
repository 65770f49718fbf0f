/* SPDX-License-Identifier: MIT */
/* engine/connection.c - a connection for SQL given as text.
 *
 * The first statement begins a transaction, nothing is committed unless it is asked for, closing
 * rolls back.  It is a link and an isolation level, no more. */
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/cancel.h"
#include "engine/execute.h"
#include "engine/state.h"
#include "engine/transaction.h"

struct lode_connection {
	lode__link *link;
	lode_engine *engine;
	lode__handle handle;         /* to `link`, for other threads */
};

static lode_status refuse_null(const lode_connection *connection, const char *function,
                               lode_error *error)
{
	return connection ? LODE_OK
	                  : lode__error_set(error, LODE_E_MISUSE, "%s: the connection is NULL",
	                                    function);
}

lode_connection *lode_connection_open(lode_engine *engine, lode_error *error)
{
	lode_connection *connection;

	if (!engine) {
		lode__error_set(error, LODE_E_MISUSE, "lode_connection_open: the engine is NULL");
		return NULL;
	}
	connection = lode__alloc_zero(&engine->allocator, sizeof *connection);
	if (!connection) {
		lode__error_nomem(error);
		return NULL;
	}
	connection->engine = engine;
	connection->link = lode__engine_acquire(engine, 0, error);
	if (!connection->link) {
		lode__release(&engine->allocator, connection);
		return NULL;
	}
	lode__handle_init(&connection->handle);
	lode__handle_set(&connection->handle, connection->link);
	return connection;
}

void lode_connection_close(lode_connection *connection)
{
	lode__link *link;

	if (!connection)
		return;
	link = connection->link;
	lode__handle_set(&connection->handle, NULL);
	lode__handle_dispose(&connection->handle);
	lode__release(&connection->engine->allocator, connection);
	lode__link_release(link);    /* last: may be the end of the engine */
}

lode_status lode_connection_cancel(lode_connection *connection, lode_error *error)
{
	lode_status status = refuse_null(connection, "lode_connection_cancel", error);

	return status == LODE_OK ? lode__handle_cancel(&connection->handle, error) : status;
}

lode_status lode_connection_deadline(lode_connection *connection, int32_t within_ms,
                                     lode_error *error)
{
	lode_status status = refuse_null(connection, "lode_connection_deadline", error);

	if (status == LODE_OK)
		connection->link->deadline = lode__deadline_in(within_ms);
	return status;
}

lode__link *lode__connection_link(lode_connection *connection)
{
	return connection->link;
}

/* ---------------------------------------------------------------- transactions */

lode_status lode_connection_begin(lode_connection *connection, uint32_t flags, lode_error *error)
{
	lode_status status = refuse_null(connection, "lode_connection_begin", error);

	if (status == LODE_OK && flags & ~7u)
		return lode__error_set(error, LODE_E_MISUSE, "lode_connection_begin: unknown flags");
	/* LODE_BEGIN_* are LODE_TXF_* */
	return status == LODE_OK ? lode__link_begin(connection->link, flags, error) : status;
}

lode_status lode_connection_commit(lode_connection *connection, lode_error *error)
{
	lode_status status = refuse_null(connection, "lode_connection_commit", error);

	return status == LODE_OK ? lode__link_commit(connection->link, error) : status;
}

lode_status lode_connection_rollback(lode_connection *connection, lode_error *error)
{
	lode_status status = refuse_null(connection, "lode_connection_rollback", error);

	if (status != LODE_OK)
		return status;
	lode__handle_set(&connection->handle, NULL);    /* this is never cancelled */
	status = lode__link_rollback(connection->link, error);
	lode__handle_set(&connection->handle, connection->link);
	return status;
}

static lode_status check_id(const lode_connection *connection, const char *id,
                            const char *function, lode_error *error)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.:";
	lode_status status = refuse_null(connection, function, error);
	size_t size = id ? strspn(id, allowed) : 0;

	if (status == LODE_OK && (size == 0 || size > LODE__TWO_PHASE_MAX || id[size]))
		status = lode__error_set(error, LODE_E_MISUSE,
		                         "%s: the id must be 1 to 64 letters, digits, \"-\", \"_\", "
		                         "\".\" and \":\"",
		                         function);
	return status;
}

lode_status lode_connection_begin_two_phase(lode_connection *connection, const char *id,
                                            lode_error *error)
{
	lode_status status = check_id(connection, id, "lode_connection_begin_two_phase", error);

	return status == LODE_OK ? lode__link_begin_two_phase(connection->link, id, error) : status;
}

lode_status lode_connection_prepare(lode_connection *connection, lode_error *error)
{
	lode_status status = refuse_null(connection, "lode_connection_prepare", error);

	return status == LODE_OK ? lode__link_prepare_phase(connection->link, error) : status;
}

lode_status lode_connection_commit_prepared(lode_connection *connection, const char *id,
                                            lode_error *error)
{
	lode_status status = check_id(connection, id, "lode_connection_commit_prepared", error);

	return status == LODE_OK ? lode__link_second_phase(connection->link, id, true, error)
	                         : status;
}

lode_status lode_connection_rollback_prepared(lode_connection *connection, const char *id,
                                              lode_error *error)
{
	lode_status status = check_id(connection, id, "lode_connection_rollback_prepared", error);

	return status == LODE_OK ? lode__link_second_phase(connection->link, id, false, error)
	                         : status;
}

struct recovery {
	lode_prepared_function *visit;
	void *context;
};

static lode_status visit_prepared(void *context, const lode_raw_row *row)
{
	const struct recovery *recovery = context;
	const lode_value *value = row->column_count ? &row->values[row->column_count - 1] : NULL;
	char id[LODE__TWO_PHASE_MAX + 1] = "";

	if (value && value->kind == LODE_VALUE_TEXT)
		lode__str_give(id, sizeof id, value->as.text, strlen(value->as.text));
	else if (value && value->kind == LODE_VALUE_BYTES)
		lode__str_give(id, sizeof id, value->as.bytes.data, value->as.bytes.size);
	/* others are of somebody who makes other ids */
	return *id ? recovery->visit(recovery->context, id) : LODE_OK;
}

lode_status lode_connection_recover(lode_connection *connection, lode_prepared_function *visit,
                                    void *context, lode_error *error)
{
	struct recovery recovery = { visit, context };
	lode_status status = refuse_null(connection, "lode_connection_recover", error);
	const char *sql;

	if (status != LODE_OK)
		return status;
	if (!visit)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "lode_connection_recover: the function is NULL");
	if (connection->link->transaction)
		return lode__error_set(error, LODE_E_STATE,
		                       "a transaction is open: end it before asking for others");
	sql = connection->link->dialect->traits.recover_sql;
	if (!sql || !lode__link_can(connection->link, LODE_CAP_TWO_PHASE))
		return lode__error_set(error, LODE_E_UNSUPPORTED,
		                       "transactions in two phases are not supported here");
	status = lode_connection_execute_unsafe(connection, sql, NULL, 0, visit_prepared, &recovery,
	                                        NULL, error);
	lode__link_rollback(connection->link, NULL);    /* it was begun for this */
	return status;
}

bool lode_connection_in_transaction(const lode_connection *connection)
{
	return connection && connection->link->transaction;
}

static bool name_ok(const char *name)
{
	size_t size = 0;

	for (; name && name[size]; size++) {
		char c = name[size];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '_')
			return false;
	}
	return size > 0 && size < 64;
}

static lode_status check_name(const lode_connection *connection, const char *name,
                              const char *function, lode_error *error)
{
	lode_status status = refuse_null(connection, function, error);

	if (status == LODE_OK && !name_ok(name))
		status = lode__error_set(error, LODE_E_MISUSE,
		                         "%s: the name must be 1 to 63 letters, digits and underscores",
		                         function);
	return status;
}

static lode_status begin_if_none(lode__link *link, lode_error *error)
{
	if (link->transaction || link->isolation == LODE_ISOLATION_AUTOCOMMIT)
		return LODE_OK;
	return lode__link_begin(link, 0, error);
}

lode_status lode_connection_savepoint(lode_connection *connection, const char *name,
                                      lode_error *error)
{
	lode_status status = check_name(connection, name, "lode_connection_savepoint", error);

	if (status == LODE_OK)
		status = begin_if_none(connection->link, error);
	return status == LODE_OK ? lode__link_savepoint(connection->link, name, error) : status;
}

lode_status lode_connection_rollback_to(lode_connection *connection, const char *name,
                                        lode_error *error)
{
	lode_status status = check_name(connection, name, "lode_connection_rollback_to", error);

	return status == LODE_OK ? lode__link_rollback_to(connection->link, name, error) : status;
}

lode_status lode_connection_release(lode_connection *connection, const char *name,
                                    lode_error *error)
{
	lode_status status = check_name(connection, name, "lode_connection_release", error);

	return status == LODE_OK ? lode__link_release_savepoint(connection->link, name, error)
	                         : status;
}

lode_status lode_connection_set_isolation(lode_connection *connection, lode_isolation isolation,
                                          lode_error *error)
{
	lode_status status = refuse_null(connection, "lode_connection_set_isolation", error);

	if (status != LODE_OK)
		return status;
	if (isolation < LODE_ISOLATION_DEFAULT || isolation > LODE_ISOLATION_AUTOCOMMIT)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "lode_connection_set_isolation: no such level");
	if (connection->link->transaction)
		return lode__error_set(error, LODE_E_STATE,
		                       "the isolation level cannot change within a transaction");
	lode__link_set_isolation(connection->link, isolation);
	return LODE_OK;
}

lode_isolation lode_connection_isolation(const lode_connection *connection)
{
	return connection ? connection->link->isolation : LODE_ISOLATION_DEFAULT;
}

lode_status lode_connection_default_isolation(lode_connection *connection,
                                              lode_isolation *isolation, lode_error *error)
{
	lode_status status = refuse_null(connection, "lode_connection_default_isolation", error);

	if (status == LODE_OK && !isolation)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "lode_connection_default_isolation: isolation is NULL");
	return status == LODE_OK ? lode__link_default_isolation(connection->link, isolation, error)
	                         : status;
}

void *lode_connection_native(lode_connection *connection, const char *kind)
{
	lode__link *link = connection ? connection->link : NULL;

	if (!link || !kind || link->dead || link->fork != lode__fork_count())
		return NULL;
	return link->ops->native(link->connection, kind);
}

/* ---------------------------------------------------------------- rows of text statements */

/* the rows of one statement: cells as the driver gives them, and as the application reads them */
struct raw_rows {
	lode__cursor *cursor;
	lode__arena arena;           /* lives with the statement */
	lode__arena text;            /* lives with the row */
	lode_drv_value *cells;
	lode_value *values;
	const char **names;
	lode_raw_row_function *function;
	void *context;
};

static void *sink_alloc(void *context, size_t size, size_t align)
{
	return lode__arena_alloc(context, size, align);
}

static lode_value read_text(const lode_drv_value *cell)
{
	const char *text = cell->v.s.p ? cell->v.s.p : "";

	/* a NUL inside: not a C string */
	if (cell->repr == LODE_R_TEXT && !memchr(text, '\0', cell->v.s.n))
		return lode_value_text(text);
	return lode_value_bytes((lode_bytes){ text, cell->v.s.n });
}

static lode_value read_decimal(const lode_drv_value *cell)
{
	lode_decimal decimal;

	if (lode_decimal_from_text(&decimal, cell->v.s.p) == LODE_OK)
		return lode_value_decimal(decimal);
	return lode_value_text(cell->v.s.p);    /* more digits than a lode_decimal has, or NaN */
}

static lode_value read_cell(const lode_drv_value *cell)
{
	lode_decimal decimal;

	switch (cell->repr) {
	case LODE_R_BOOL8:
		return lode_value_bool(cell->v.i != 0);
	case LODE_R_I64:
		return lode_value_int(cell->v.i);
	case LODE_R_U64:
		return lode_value_uint(cell->v.u);
	case LODE_R_F64:
		return lode_value_double(cell->v.f);
	case LODE_R_TEXT:
	case LODE_R_BLOB:
	case LODE_R_RAW:
		return read_text(cell);
	case LODE_R_DECTEXT:
		return read_decimal(cell);
	case LODE_R_SCALED64:
		lode_decimal_from_scaled(&decimal, cell->v.i, cell->aux);
		return lode_value_decimal(decimal);
	case LODE_R_DATE32:
		return lode_value_date((lode_date){ (int32_t)cell->v.i });
	case LODE_R_TIME64:
		return lode_value_time((lode_time){ cell->v.i });
	case LODE_R_TS64:
		return lode_value_datetime((lode_datetime){ cell->v.i });
	default:
		return lode_value_null();
	}
}

static lode_status start_rows(struct raw_rows *rows, lode_error *error)
{
	uint32_t count = rows->cursor->result.ncols;
	lode_drv_bind *binds = LODE__NEW_ARRAY(&rows->arena, lode_drv_bind, count);

	rows->cells = LODE__NEW_ARRAY(&rows->arena, lode_drv_value, count);
	rows->values = LODE__NEW_ARRAY(&rows->arena, lode_value, count);
	rows->names = LODE__NEW_ARRAY(&rows->arena, const char *, count);
	if (!binds || !rows->cells || !rows->values || !rows->names)
		return lode__error_nomem(error);
	for (uint32_t i = 0; i < count; i++) {
		lode_col_desc column;
		lode_status status = lode__cursor_describe(rows->cursor, i, &column, error);

		if (status != LODE_OK)
			return status;
		rows->names[i] = lode__arena_strdup(&rows->arena, column.name ? column.name : "");
		if (!rows->names[i])
			return lode__error_nomem(error);
		binds[i] = (lode_drv_bind){ .repr = LODE_R_VALUE, .sql_type = column.sql_type,
			                    .flags = LODE_BIND_NOT_NULL | LODE_BIND_COPY,
			                    .null_bit = -1, .off = i * sizeof(lode_drv_value) };
	}
	return lode__cursor_bind(rows->cursor, binds, count, error);
}

static lode_status hand_out(struct raw_rows *rows, lode_error *error)
{
	lode_raw_row row = { (uint32_t)sizeof row, rows->cursor->result.ncols, rows->names,
		             rows->values };
	lode_status status;

	for (uint32_t i = 0; i < row.column_count; i++)
		rows->values[i] = read_cell(&rows->cells[i]);
	status = rows->function(rows->context, &row);
	lode__arena_clear(&rows->text);
	if (status < 0)
		return lode__error_set(error, status, "stopped by the function that receives rows");
	return LODE_OK;
}

static lode_status fetch_all(struct raw_rows *rows, lode_error *error)
{
	void *bases[1] = { rows->cells };
	lode__text_sink sink = { sink_alloc, &rows->text };
	lode_fetch fetch = { .struct_size = (uint32_t)sizeof fetch, .bases = bases, .nbases = 1,
		             .max_rows = 1, .arena = (lode_arena *)&sink };
	lode_status status = LODE_OK, answer = LODE_OK;

	while (status == LODE_OK && answer == LODE_OK) {
		status = lode__cursor_fetch(rows->cursor, &fetch, error);
		if (status >= 0 && fetch.nrows)
			answer = hand_out(rows, error);
	}
	return status < 0 ? status : answer;
}

static lode_status read_rows(lode__cursor *cursor, lode_raw_row_function *function, void *context,
                             lode_error *error)
{
	const lode_allocator *allocator = &cursor->link->engine->allocator;
	struct raw_rows rows = { .cursor = cursor, .function = function, .context = context };
	lode_status status;

	lode__arena_init(&rows.arena, allocator, 0);
	lode__arena_init(&rows.text, allocator, 0);
	status = start_rows(&rows, error);
	if (status == LODE_OK)
		status = fetch_all(&rows, error);
	lode__arena_dispose(&rows.text);
	lode__arena_dispose(&rows.arena);
	return status;
}

/* rows that nobody wants are still run through: a statement may change data as it goes */
static lode_status drop_row(void *context, const lode_raw_row *row)
{
	(void)context;
	(void)row;
	return LODE_OK;
}

static lode_status check_values(const lode_value *values, size_t count, lode_error *error)
{
	if (count && !values)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "lode_connection_execute_unsafe: values are NULL");
	for (size_t i = 0; i < count; i++)
		if (values[i].kind >= LODE_VALUE_PARAM)
			return lode__error_set(error, LODE_E_MISUSE,
			                       "lode_connection_execute_unsafe: value %zu is of no known "
			                       "kind",
			                       i);
	return LODE_OK;
}

static lode_status run_text(lode_connection *connection, const char *sql, const lode_value *values,
                            size_t count, lode__cursor *cursor, lode_error *error)
{
	lode__link *link = connection->link;
	int32_t *types = NULL;
	lode_status status = begin_if_none(link, error);

	if (status != LODE_OK)
		return status;
	if (count)
		types = lode__alloc_array(&link->engine->allocator, count, sizeof *types);
	if (count && !types)
		return lode__error_nomem(error);
	status = lode__cursor_execute_text(cursor, link, sql, strlen(sql), values, count, types,
	                                   error);
	lode__release(&link->engine->allocator, types);
	return status;
}

lode_status lode_connection_execute_unsafe(lode_connection *connection, const char *sql,
                                           const lode_value *values, size_t count,
                                           lode_raw_row_function *row, void *context,
                                           int64_t *affected, lode_error *error)
{
	lode__cursor cursor = { 0 };
	lode_status status = refuse_null(connection, "lode_connection_execute_unsafe", error);

	if (status == LODE_OK && !sql)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "lode_connection_execute_unsafe: the SQL is NULL");
	if (status == LODE_OK)
		status = check_values(values, count, error);
	if (status == LODE_OK)
		status = run_text(connection, sql, values, count, &cursor, error);
	if (status == LODE_OK && cursor.prepared && cursor.result.ncols)
		status = read_rows(&cursor, row ? row : drop_row, context, error);
	if (status == LODE_OK && affected)
		*affected = cursor.result.affected;
	lode__cursor_close(&cursor);
	return status;
}
