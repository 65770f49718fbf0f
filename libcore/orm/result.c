/* SPDX-License-Identifier: MIT */
/* orm/result.c - what a session keeps for loading: lists it gave out, idle buffers, tombstones.
 * Declared in load.h. */
#include "base/alloc.h"
#include "orm/compiled.h"
#include "orm/find.h"
#include "orm/load.h"
#include "orm/rows.h"
#include "sql/statement.h"

#define KEY_MAX ((size_t)16 << 20) /* bytes of a structure key; text statements are in it */

static void *take_text(void *context, size_t size, size_t align)
{
	return align == 1 && size < LODE__POOL_EXACT ? lode__pool_bytes(context, size)
						     : lode__pool_alloc(context, size, align);
}

struct lode__result_list *lode__loading(lode_session *session)
{
	struct lode__result_list *loading = session->lists;

	if (loading)
		return loading;
	loading = lode__alloc_zero(&session->allocator, sizeof *loading);
	if (loading)
		loading->finders = lode__alloc_array(
			&session->allocator, session->extent_count + 1u, sizeof *loading->finders);
	if (!loading || !loading->finders) {
		lode__release(&session->allocator, loading);
		lode__session_nomem(session);
		return NULL;
	}
	loading->sink.alloc = take_text;
	loading->sink.context = &session->pool;
	lode__arena_init(&loading->texts, &session->allocator, 0);
	session->lists = loading;
	return loading;
}

/* ---- buffers of a run */

lode__run *lode__run_take(lode_session *session)
{
	struct lode__result_list *loading = lode__loading(session);
	lode__run *run = loading ? loading->idle : NULL;

	if (!loading)
		return NULL;
	if (run) {
		loading->idle = run->next;
		lode__buf_clear(&run->key);
		lode__values_clear(&run->values);
		return run;
	}
	run = lode__alloc_zero(&session->allocator, sizeof *run);
	if (!run) {
		lode__session_nomem(session);
		return NULL;
	}
	lode__buf_init(&run->key, &session->allocator, KEY_MAX);
	lode__values_init(&run->values, &session->allocator);
	return run;
}

void lode__run_give(lode_session *session, lode__run *run)
{
	if (!run)
		return;
	run->next = session->lists->idle;
	session->lists->idle = run;
}

static void free_runs(lode_session *session)
{
	while (session->lists->idle) {
		lode__run *run = session->lists->idle;

		session->lists->idle = run->next;
		lode__buf_dispose(&run->key);
		lode__values_dispose(&run->values);
		lode__release(&session->allocator, run);
	}
}

/* ---- lists */

lode_status lode__list_push(lode_session *session, lode__list_head **list, void *item)
{
	lode__list_head *head = *list;

	if (!head || head->count == head->capacity) {
		size_t capacity = head ? head->capacity * 2 : 16;
		lode__list_head *more = NULL;

		if (capacity <= (SIZE_MAX - sizeof *head) / sizeof(void *))
			more = lode__resize(&session->allocator, head,
					    sizeof *head + capacity * sizeof(void *));
		if (!more)
			return lode__session_nomem(session);
		if (!head)
			memset(more, 0, sizeof *more);
		more->capacity = capacity;
		*list = head = more;
	}
	head->items[head->count++] = item;
	return LODE_OK;
}

lode_list lode__list_give_out(lode_session *session, lode__list_head *list)
{
	lode_list out = { NULL, 0 };

	if (!list)
		return out;
	list->session = session;
	list->previous = NULL;
	list->next = session->lists->first;
	if (list->next)
		list->next->previous = list;
	session->lists->first = list;
	out.items = list->items;
	out.count = list->count;
	return out;
}

lode_list lode__list_new(lode_session *session, void *const *items, size_t count)
{
	lode__list_head *list = NULL;
	lode_list none = { NULL, 0 };

	if (!lode__loading(session))
		return none;
	for (size_t i = 0; i < count; i++)
		if (lode__list_push(session, &list, items[i]) < 0) {
			lode__release(&session->allocator, list);
			return none;
		}
	return lode__list_give_out(session, list);
}

void lode_list_free(void *items)
{
	lode__list_head *list;

	if (!items)
		return;
	list = (lode__list_head *)(void *)((char *)items - offsetof(lode__list_head, items));
	if (list->previous)
		list->previous->next = list->next;
	else
		list->session->lists->first = list->next;
	if (list->next)
		list->next->previous = list->previous;
	lode__release(&list->session->allocator, list);
}

/* ---- statements that are run */

bool lode__statement_enter(lode_session *session, lode_statement *statement)
{
	if (!lode__session_enter(session)) {
		lode__statement_spend(statement);
		return false;
	}
	session->quiet = statement && ((statement->populate |
					lode__statement_source(statement)->populate) &
				       LODE__NO_AUTOFLUSH);
	return true;
}

void lode__statement_leave(lode_session *session, lode_statement *statement)
{
	session->quiet = false;
	lode__statement_retire(session, statement);
	lode__session_leave(session);
}

lode_status lode__statement_accept(lode_session *session, const lode_statement *statement)
{
	lode_status status;

	if (statement && (statement->populate & LODE__POPULATE_SPENT))
		return lode__session_fail(session, LODE_E_MISUSE,
					  "the statement is spent: it was run already; "
					  "lode_statement_keep makes it run many times");
	status = lode__statement_check(statement, lode__session_error_slot(session));
	if (status < 0)
		return lode__session_failed(session, status);
	if (statement->bound && lode__bound_extended(statement))
		return lode__session_fail(
			session, LODE_E_MISUSE,
			"nothing can be added to a statement that is bound to a compiled query");
	return LODE_OK;
}

/* The memory of the last ones stays, so that running one again is seen and not a crash. */
void lode__statement_retire(lode_session *session, lode_statement *statement)
{
	void **tomb;

	if (!statement || statement->kept || statement->taken ||
	    (statement->populate & LODE__POPULATE_SPENT))
		return;
	statement->populate |= LODE__POPULATE_SPENT;
	tomb = &session->spent[session->spent_at++ %
			       (sizeof session->spent / sizeof *session->spent)];
	lode__statement_spend(*tomb);
	*tomb = statement;
}

static void free_tombs(lode_session *session)
{
	for (size_t i = 0; i < sizeof session->spent / sizeof *session->spent; i++) {
		lode__statement_spend(session->spent[i]);
		session->spent[i] = NULL;
	}
}

/* ---- the end */

void lode__load_dispose(lode_session *session)
{
	struct lode__result_list *loading = session->lists;

	lode__rows_free_all(session);
	free_tombs(session);
	if (!loading)
		return;
	while (loading->first)
		lode_list_free(loading->first->items);
	free_runs(session);
	for (uint32_t i = 0; i < session->extent_count; i++)
		lode__finder_free(session, loading->finders[i]);
	lode__release(&session->allocator, loading->finders);
	lode__release(&session->allocator, loading->raised);
	lode__arena_dispose(&loading->texts);
	lode__release(&session->allocator, loading);
	session->lists = NULL;
}
