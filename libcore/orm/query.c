/* SPDX-License-Identifier: MIT */
/* orm/query.c - see query.h. */
#include "orm/query.h"

#include "base/alloc.h"
#include "orm/compiled.h"
#include "sql/statement.h"

/* ---- entering */

/* Is it a select of this class?  The statement is retired by lode__statement_leave in any case. */
static lode_status accept_select(lode_session *session, const lode_class *class_,
				 const lode_statement *statement)
{
	const lode_statement *source;
	lode_status status = lode__session_ready(session);

	if (status == LODE_OK && !lode__session_class(session, class_))
		status = lode__session_ready(session);
	if (status == LODE_OK)
		status = lode__statement_accept(session, statement);
	if (status < 0)
		return status;
	source = lode__statement_source(statement);
	if ((source->kind != LODE__SELECT && source->kind != LODE__TEXT) || !source->owner)
		return lode__session_fail(session, LODE_E_MISUSE,
					  "objects of %s are read by LODE_SELECT(%s); this "
					  "statement is something else",
					  class_->name, class_->name);
	if (source->owner != class_)
		return lode__session_fail(
			session, LODE_E_MISUSE,
			"the statement selects %s, but objects of %s are asked for",
			source->owner->name, class_->name);
	return LODE_OK;
}

/* ---- objects */

lode_list lode_all(lode_session *session, const lode_class *class_, lode_statement *statement)
{
	lode_list out = { NULL, 0 };
	lode__list_head *objects = NULL;

	if (!lode__statement_enter(session, statement))
		return out;
	if (accept_select(session, class_, statement) == LODE_OK) {
		if (lode__load_select(session, statement, 0, &objects) == LODE_OK)
			out = lode__list_give_out(session, objects);
		else
			lode__release(&session->allocator, objects);
	}
	lode__statement_leave(session, statement);
	return out;
}

/* The first of at most `most` objects, and how many there are. */
static void *load_few(lode_session *session, const lode_class *class_, lode_statement *statement,
		      size_t most, size_t *count)
{
	lode__list_head *objects = NULL;
	void *first = NULL;
	lode_status status = accept_select(session, class_, statement);

	*count = 0;
	if (status == LODE_OK)
		status = lode__load_select(session, statement, most, &objects);
	if (status == LODE_OK && objects) {
		*count = objects->count;
		first = objects->items[0];
	}
	lode__release(&session->allocator, objects);
	return first;
}

static void *find_single(lode_session *session, const lode_class *class_, lode_statement *statement,
			 bool required)
{
	void *object;
	size_t count;

	if (!lode__statement_enter(session, statement))
		return NULL;
	object = load_few(session, class_, statement, 2, &count);
	if (count > 1) {
		lode__session_fail(session, LODE_E_MANY_ROWS,
				   "more than one %s was found where one was asked for",
				   class_->name);
		object = NULL;
	} else if (count == 0 && required && lode__session_ready(session) == LODE_OK) {
		lode__session_fail(session, LODE_E_NO_ROW,
				   "no %s was found where one was asked for", class_->name);
	}
	lode__statement_leave(session, statement);
	return object;
}

void *lode_one(lode_session *session, const lode_class *class_, lode_statement *statement)
{
	return find_single(session, class_, statement, true);
}

void *lode_one_or_none(lode_session *session, const lode_class *class_, lode_statement *statement)
{
	return find_single(session, class_, statement, false);
}

/* The database need not make more than one row; a query that is shared cannot be told. */
static bool limit_to_one(lode_statement *statement)
{
	if (!statement || statement->status < 0 || statement->bound || statement->taken ||
	    statement->kind != LODE__SELECT || statement->has_limit ||
	    (statement->populate & LODE__POPULATE_SPENT))
		return false;
	statement->has_limit = true;
	statement->limit = 1;
	return true;
}

void *lode_first(lode_session *session, const lode_class *class_, lode_statement *statement)
{
	void *object;
	size_t count;
	bool limited;

	if (!lode__statement_enter(session, statement))
		return NULL;
	limited = limit_to_one(statement);
	object = load_few(session, class_, statement, 1, &count);
	if (limited)
		statement->has_limit = false;
	lode__statement_leave(session, statement);
	return object;
}

/* ---- counting */

static lode_status read_count(lode_session *session, const lode__load_plan *plan,
			      const lode__run *run, int64_t *count)
{
	lode_drv_bind bind = lode__member_bind(LODE_C_INT64, 0, sizeof *count);
	lode_error *error = lode__session_error_slot(session);
	void *base = count;
	lode_fetch fetch = {
		.struct_size = sizeof fetch, .bases = &base, .nbases = 1, .max_rows = 1
	};
	lode__cursor cursor;
	lode_status status =
		lode__load_execute(session, plan, run->values.items, run->values.count, 0, &cursor);

	if (status < 0) {
		lode__cursor_close(&cursor);
		return status;
	}
	status = lode__cursor_bind(&cursor, &bind, 1, error);
	if (status == LODE_OK)
		status = lode__cursor_fetch(&cursor, &fetch, error);
	lode__cursor_close(&cursor);
	return status < 0 ? lode__session_failed(session, status) : LODE_OK;
}

static lode_status count_rows(lode_session *session, lode_statement *statement, int64_t *count)
{
	lode_statement *source = (lode_statement *)(uintptr_t)lode__statement_source(statement);
	lode_statement *counting = lode__statement_count(source);
	lode__loaders none = { NULL, 0 };
	lode__load_plan *plan = NULL;
	lode__run *run = NULL;
	lode_status status = lode__statement_accept(session, counting);

	if (status == LODE_OK) {
		run = lode__run_take(session);
		status = run ? lode__load_plan_of(session, run, counting, NULL, none, &plan)
			     : LODE_E_NOMEM;
	}
	if (status == LODE_OK && statement->bound) /* the values are those of what is counted */
		memcpy(run->values.items, ((const lode__bound *)statement->bound)->values,
		       run->values.count * sizeof *run->values.items);
	if (status == LODE_OK)
		status = read_count(session, plan, run, count);
	if (plan)
		lode__plans_release(&plan->plan);
	lode__run_give(session, run);
	lode_statement_free(counting);
	return status;
}

lode_status lode_count_rows(lode_session *session, lode_statement *statement, int64_t *count)
{
	lode_status status;
	int64_t found = 0;

	if (!lode__statement_enter(session, statement))
		return LODE_E_MISUSE;
	status = lode__session_ready(session);
	if (status == LODE_OK)
		status = lode__statement_accept(session, statement);
	if (status == LODE_OK && !count)
		status = lode__session_fail(session, LODE_E_MISUSE,
					    "lode_count_rows has nowhere to put the count");
	if (status == LODE_OK)
		status = count_rows(session, statement, &found);
	if (status == LODE_OK)
		*count = found;
	lode__statement_leave(session, statement);
	return status;
}

/* ---- writing */

static const lode_table *written_table(const lode_session *session, const lode_statement *source)
{
	const lode_mapper *mapper;

	if (source->kind != LODE__UPDATE && source->kind != LODE__DELETE)
		return NULL;
	if (!source->owner)
		return source->table;
	mapper = lode__registry_find(session->registry, source->owner);
	return mapper ? mapper->table : NULL;
}

void lode__expire_written(lode_session *session, const lode_statement *statement)
{
	const lode_table *table = written_table(session, lode__statement_source(statement));

	session->wrote_past = true;
	for (uint32_t i = 0; table && i < session->extent_count; i++)
		if (session->extents[i] && session->extents[i]->mapper->table == table)
			lode__extent_expire(session->extents[i]);
}

static lode_status run_write(lode_session *session, const lode_statement *statement,
			     int64_t *matched)
{
	lode__loaders none = { NULL, 0 };
	lode__load_plan *plan = NULL;
	lode__cursor cursor = { .link = NULL };
	lode__run *run = lode__run_take(session);
	lode_status status;

	if (!run)
		return LODE_E_NOMEM;
	status = lode__load_plan_of(session, run, statement, NULL, none, &plan);
	if (status == LODE_OK)
		status = lode__load_execute(session, plan, run->values.items, run->values.count, 0,
					    &cursor);
	if (status == LODE_OK) {
		*matched = cursor.result.affected;
		lode__expire_written(session, statement);
	}
	lode__cursor_close(&cursor);
	if (plan)
		lode__plans_release(&plan->plan);
	lode__run_give(session, run);
	return status;
}

static lode_status accept_write(lode_session *session, const lode_statement *statement)
{
	lode_status status = lode__session_ready(session);
	unsigned kind;

	if (status == LODE_OK)
		status = lode__statement_accept(session, statement);
	if (status < 0)
		return status;
	kind = lode__statement_source(statement)->kind;
	if (kind == LODE__SELECT || kind == LODE__SELECT_ROWS)
		return lode__session_fail(session, LODE_E_MISUSE,
					  "lode_execute is for what writes; a SELECT is read by "
					  "lode_all, lode_scalar or lode_rows_open");
	return LODE_OK;
}

lode_status lode_execute(lode_session *session, lode_statement *statement, int64_t *matched)
{
	int64_t count = 0;
	lode_status status;

	if (!lode__statement_enter(session, statement))
		return LODE_E_MISUSE;
	status = accept_write(session, statement);
	if (status == LODE_OK)
		status = run_write(session, statement, &count);
	if (status == LODE_OK && matched)
		*matched = count;
	lode__statement_leave(session, statement);
	return status;
}
