/* SPDX-License-Identifier: MIT */
/* orm/unit.c - the transaction of a session: begin, commit, rollback, savepoints.
 *
 * The connection is taken with the first statement and given back when the transaction ends.
 * Invariant: after lode__unit_end the session holds no connection; its callers have undone or
 * committed the journal. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "engine/engine.h"
#include "orm/load.h"
#include "orm/names.h"
#include "orm/session.h"

/* ---- begin */

static void release_link(lode_session *session)
{
	if (!session->link)
		return;
	lode__handle_set(&session->handle, NULL);
	lode__link_release(session->link);
	session->link = NULL;
}

lode_status lode__session_begin(lode_session *session, bool writes)
{
	lode_error *error = lode__session_error_slot(session);
	lode_status status;

	if (session->in_transaction)
		return LODE_OK;
	if (session->options.explicit_begin && !session->began)
		return lode__session_fail(
			session, LODE_E_STATE,
			"no transaction was begun: call lode_begin first (option explicit_begin)");
	if (!session->link)
		session->link = lode__engine_acquire(session->engine, session->deadline, error);
	if (!session->link)
		return lode__session_failed(session, error->status);
	lode__handle_set(&session->handle, session->link);
	if (session->options.isolation)
		lode__link_set_isolation(session->link, session->options.isolation);
	status = lode__link_begin(session->link, writes ? LODE_TXF_IMMEDIATE : 0, error);
	if (status < 0) {
		release_link(session);
		return lode__session_failed(session, status);
	}
	session->dialect = lode__link_dialect(session->link);
	session->in_transaction = true;
	return LODE_OK;
}

lode_status lode_begin(lode_session *session)
{
	lode_status status;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	status = lode__session_ready(session);
	if (status == LODE_OK && session->in_transaction)
		status = lode__session_fail(
			session, LODE_E_STATE,
			"a transaction is open already: commit or roll back first");
	if (status == LODE_OK) {
		session->began = true;
		status = lode__session_begin(session, false);
	}
	lode__session_leave(session);
	return status;
}

lode_status lode_session_cancel(lode_session *session, lode_error *error)
{
	if (!session)
		return lode__error_set(error, LODE_E_MISUSE,
				       "lode_session_cancel: the session is NULL");
	return lode__handle_cancel(&session->handle, error);
}

lode_status lode_session_deadline(lode_session *session, int32_t within_ms)
{
	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	session->deadline = lode__deadline_in(within_ms);
	if (session->link)
		session->link->deadline = session->deadline;
	lode__session_leave(session);
	return LODE_OK;
}

bool lode_in_transaction(const lode_session *session)
{
	return session && session->in_transaction;
}

/* ---- end */

lode_status lode__unit_end(lode_session *session, bool commit)
{
	lode_error *error = lode__session_error_slot(session);
	lode_status status = LODE_OK;

	if (session->in_transaction)
		status = commit ? lode__link_commit(session->link, error)
				: lode__link_rollback(session->link, error);
	session->in_transaction = false;
	session->began = false;
	release_link(session);
	return status;
}

static void warn_unlinked(lode_session *session)
{
	if (session->fresh > 0)
		lode__log(
			lode__engine_logger(session->engine), LODE_LOG_WARNING, LODE_W_UNLINKED,
			"%u objects made by LODE_NEW were not added or linked when the session committed",
			session->fresh);
}

/* A transaction has ended. */
static void begin_epoch(lode_session *session)
{
	session->first_epoch = ++session->epoch;
	session->savepoint_count = 0;
	session->wrote_past = false;
}

/* The database has committed: what was kept for a rollback goes. */
static void settle_commit(lode_session *session)
{
	lode__journal_commit(session);
	lode__list_free_walked(session);
	begin_epoch(session);
	warn_unlinked(session);
	if (session->options.expire_on_commit)
		lode__session_expire_all(session);
}

lode_status lode_commit(lode_session *session)
{
	lode_status status;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	status = lode__session_ready(session);
	if (status == LODE_OK)
		status = lode__session_flush(session);
	if (status == LODE_OK) {
		lode__load_close_rows(session);
		status = lode__unit_end(session, true);
		if (status < 0)
			lode__session_failed(session, status);
		else
			settle_commit(session);
	}
	lode__session_leave(session);
	return status;
}

/* ---- rollback of objects */

/* Members that were assigned since the last flush go back to the snapshot. */
static void restore_members(const lode_session *session)
{
	for (uint32_t i = 0; i < session->extent_count; i++) {
		const lode__extent *extent = session->extents[i];

		for (uint32_t n = 0; extent && n < extent->used; n++) {
			lode__object *object = lode__extent_slot(extent, n);
			void *instance = lode__instance_of(object),
			     *snapshot = lode__snapshot_of(extent, instance);

			if (lode__object_state(object) != LODE__PERSISTENT ||
			    (object->flags & LODE__READ_ONLY))
				continue;
			object->flags &= ~(LODE__MARKED | LODE__ORPHAN);
			if (lode__bytes_differ(extent, instance))
				lode__object_restore(extent, instance, snapshot);
		}
	}
}

static void drop_pending(lode_session *session)
{
	for (size_t i = 0; i < session->pending.count; i++) {
		lode__object *object;

		if (!session->pending.items[i])
			continue;
		object = lode__object_of(session->pending.items[i]);
		object->flags &= ~(LODE__QUEUED | LODE__ORPHAN);
		if (lode__object_state(object) != LODE__PENDING)
			continue; /* a flush that failed later had inserted it */
		lode__object_set_state(object, LODE__TRANSIENT);
		object->flags |= LODE__PUT_BACK;
		object->extent->pending--;
	}
	session->pending.count = 0;
}

static void drop_marked(lode_session *session)
{
	for (size_t i = 0; i < session->marked.count; i++)
		if (session->marked.items[i])
			lode__object_of(session->marked.items[i])->flags &=
				~(LODE__MARKED | LODE__QUEUED | LODE__ORPHAN);
	session->marked.count = 0;
}

static void drop_touched(lode_session *session)
{
	for (size_t i = 0; i < session->touched.count; i++) {
		lode__object *object;

		if (!session->touched.items[i])
			continue;
		object = lode__object_of(session->touched.items[i]);
		object->flags &= ~LODE__TOUCHED;
		if (!object->trail)
			continue;
		object->trail->changed = 0;
		/* what was linked at the last flush: that is undone too */
		if (object->trail->refs)
			memset(object->trail->refs, 0,
			       object->extent->mapper->relationship_count * sizeof(void *));
	}
	session->touched.count = 0;
}

/* Links that were loaded while changes were there that are undone now are loaded again. */
static void forget_seen(lode_session *session, uint32_t epoch)
{
	for (uint32_t i = 0; i < session->extent_count; i++) {
		const lode__extent *extent = session->extents[i];

		if (!extent || extent->mapper->relationship_count == 0)
			continue;
		for (uint32_t n = 0; n < extent->used; n++) {
			lode__object *object = lode__extent_slot(extent, n);

			if (lode__object_state(object) == LODE__PERSISTENT)
				lode__links_forget_seen(session, object, epoch);
		}
	}
}

/* Objects are put back to what they were when the journal had `mark` entries, which was at the
 * start of `epoch`.  What statements wrote past the objects was not journaled: rows that were
 * loaded after it are not to be trusted. */
static void rewind_objects(lode_session *session, size_t mark, uint32_t epoch)
{
	bool undoes = session->journal.count > mark;

	lode__load_close_rows(session);
	lode__journal_undo(session, mark);
	drop_pending(session);
	drop_marked(session);
	drop_touched(session);
	restore_members(session);
	if (undoes)
		forget_seen(session, epoch);
	if (session->wrote_past)
		lode__session_expire_all(session);
	lode__session_forget_told(session);
	lode__session_free_loose(session);
	session->epoch++;
}

static void clear_failure(lode_session *session)
{
	session->failed = false;
	session->error_seen = false;
	session->culprit = NULL;
	lode__error_clear(&session->error);
	lode__error_clear(&session->later);
}

lode_status lode_rollback(lode_session *session)
{
	lode_error error = LODE_ERROR_INIT;
	lode_status status = LODE_OK;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	lode__load_close_rows(session);
	lode__handle_set(&session->handle, NULL); /* this is never cancelled */
	if (session->in_transaction)
		status = lode__link_rollback(session->link, &error);
	session->in_transaction = false;
	lode__unit_end(session, false);
	rewind_objects(session, 0, session->first_epoch);
	lode__list_free_walked(session);
	begin_epoch(session);
	clear_failure(session);
	lode__session_leave(session);
	return status;
}

lode_status lode_clear(lode_session *session)
{
	lode_status status = lode_rollback(session);

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	lode__session_forget(session);
	lode__session_leave(session);
	return status;
}

/* ---- savepoints */

static void name_savepoint(char *name, size_t size, int32_t id)
{
	snprintf(name, size, "lode_%d", (int)id);
}

static lode_status push_savepoint(lode_session *session)
{
	lode__nested *nested;
	char name[24];
	lode_status status;

	if (lode__array_reserve(&session->allocator, (void **)&session->savepoints,
				&session->savepoint_capacity, session->savepoint_count + 1,
				sizeof *session->savepoints) < 0)
		return lode__session_nomem(session);
	name_savepoint(name, sizeof name, session->next_savepoint);
	status = lode__link_savepoint(session->link, name, lode__session_error_slot(session));
	if (status < 0)
		return lode__session_failed(session, status);
	nested = &session->savepoints[session->savepoint_count++];
	nested->id = session->next_savepoint++;
	nested->journal = session->journal.count;
	nested->epoch = ++session->epoch;
	return LODE_OK;
}

lode_savepoint lode_begin_nested(lode_session *session)
{
	lode_savepoint savepoint = { 0 };
	lode_status status;

	if (!lode__session_enter(session))
		return savepoint;
	status = lode__session_ready(session);
	if (status == LODE_OK)
		status = lode__session_flush(session);
	if (status == LODE_OK)
		status = lode__session_begin(session, true);
	if (status == LODE_OK && push_savepoint(session) == LODE_OK)
		savepoint.id = session->savepoints[session->savepoint_count - 1].id;
	lode__session_leave(session);
	return savepoint;
}

static lode__nested *find_savepoint(lode_session *session, lode_savepoint savepoint)
{
	for (size_t i = session->savepoint_count; i-- > 0;)
		if (session->savepoints[i].id == savepoint.id)
			return &session->savepoints[i];
	return NULL;
}

static lode_status refuse_savepoint(lode_session *session)
{
	return lode__session_fail(
		session, LODE_E_STATE,
		"this savepoint is not open any more: it was released, rolled back, or the transaction ended");
}

static lode_status rewind_to(lode_session *session, lode__nested *nested)
{
	lode_error error = LODE_ERROR_INIT;
	lode_status status;
	char name[24];

	name_savepoint(name, sizeof name, nested->id);
	lode__load_close_rows(session);
	status = lode__link_rollback_to(session->link, name, &error);
	if (status == LODE_OK)
		status = lode__link_release_savepoint(session->link, name, &error);
	if (status < 0) {
		lode__error_copy(lode__session_error_slot(session), &error);
		return lode__session_failed(session, status);
	}
	session->savepoint_count = (size_t)(nested - session->savepoints);
	rewind_objects(session, nested->journal, nested->epoch);
	clear_failure(session);
	return LODE_OK;
}

lode_status lode_rollback_to(lode_session *session, lode_savepoint savepoint)
{
	lode__nested *nested;
	lode_status status;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	nested = session->in_transaction ? find_savepoint(session, savepoint) : NULL;
	status = nested ? rewind_to(session, nested) : refuse_savepoint(session);
	lode__session_leave(session);
	return status;
}

static lode_status release_savepoint(lode_session *session, lode__nested *nested)
{
	lode_status status;
	char name[24];

	name_savepoint(name, sizeof name, nested->id);
	status = lode__link_release_savepoint(session->link, name,
					      lode__session_error_slot(session));
	if (status < 0)
		return lode__session_failed(session, status);
	session->savepoint_count = (size_t)(nested - session->savepoints);
	return LODE_OK;
}

lode_status lode_release(lode_session *session, lode_savepoint savepoint)
{
	lode__nested *nested;
	lode_status status;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	status = lode__session_ready(session);
	if (status == LODE_OK) {
		nested = session->in_transaction ? find_savepoint(session, savepoint) : NULL;
		status = nested ? lode__session_flush(session) : refuse_savepoint(session);
		if (status == LODE_OK)
			status = release_savepoint(session, nested);
	}
	lode__session_leave(session);
	return status;
}
