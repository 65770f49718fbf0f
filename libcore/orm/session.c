/* SPDX-License-Identifier: MIT */
/* orm/session.c - opening, closing, entering, failing; the extents.  Transactions are in unit.c,
 * objects in object.c, writing in flush.c. */
#include "orm/session.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "engine/engine.h"
#include "orm/load.h"
#include "orm/names.h"
#include "orm/plan.h"

const char lode__found_nothing[8];

/* ---- entering */

static void report_misuse(const lode_session *session, const lode_error *error)
{
	lode__registry_misuse(session->registry, error);
}

/* Apart from lode__session_enter, because making an error costs more than all the rest of it. */
static bool refuse_second(const lode_session *session)
{
	lode_error error = LODE_ERROR_INIT;

	lode__error_set(&error, LODE_E_MISUSE, "a session is used by two threads at once, or from inside one of its own callbacks");
	report_misuse(session, &error);
	return false;
}

bool lode__session_enter(lode_session *session)
{
	if (!session)
		return false;
	/* a load and a store, not an exchange: finding misuse must not cost what a lock costs */
	if (atomic_load_explicit(&session->entered, memory_order_relaxed))
		return refuse_second(session);
	atomic_store_explicit(&session->entered, true, memory_order_relaxed);
	return true;
}

void lode__session_leave(lode_session *session)
{
	atomic_store_explicit(&session->entered, false, memory_order_relaxed);
}

lode_status lode__session_ready(lode_session *session)
{
	return session->failed ? session->error.status : LODE_OK;
}

/* ---- failing */

lode_error *lode__session_error_slot(lode_session *session)
{
	/* lower layers may write here; the first failure is kept apart */
	return session->failed ? &session->later : &session->error;
}

lode_status lode__session_failed(lode_session *session, lode_status status)
{
	if (!session->failed) {
		session->failed = true;
		session->found.given = lode__found_nothing;
		session->error_seen = false;
		if (session->error.status >= 0)
			lode__error_set(&session->error, status, "%s", lode_status_name(status));
		if (status == LODE_E_MISUSE)
			report_misuse(session, &session->error);
	}
	return status;
}

lode_status lode__session_fail(lode_session *session, lode_status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lode__error_vset(lode__session_error_slot(session), status, format, args);
	va_end(args);
	if (session->failed && status == LODE_E_MISUSE)
		report_misuse(session, &session->later);
	return lode__session_failed(session, status);
}

lode_status lode__session_nomem(lode_session *session)
{
	return lode__session_fail(session, LODE_E_NOMEM, "out of memory; roll the session back to go on");
}

lode_status lode__session_warn(lode_session *session, const char *name, const char *format, ...)
{
	char text[512];
	va_list args;
	int action = lode__registry_warning(session->registry, name);

	if (action == LODE_WARN_IGNORE)
		return LODE_OK;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (action == LODE_WARN_ERROR)
		return lode__session_fail(session, LODE_E_STATE, "%s (warning %s, made an error)", text, name);
	lode__log(lode__engine_logger(session->engine), LODE_LOG_WARNING, name, "%s", text);
	return LODE_OK;
}

const lode_error *lode_session_error(const lode_session *session)
{
	static const lode_error none = { .struct_size = sizeof(lode_error), .status = LODE_E_MISUSE,
		.message = "there is no session: opening it failed, see the error given to lode_session_new" };

	if (!session)
		return &none;
	((lode_session *)(uintptr_t)session)->error_seen = true;
	return &session->error;
}

lode_status lode_session_status(const lode_session *session)
{
	return lode_session_error(session)->status;
}

void *lode_session_culprit(const lode_session *session)
{
	return session && session->failed ? session->culprit : NULL;
}

/* ---- opening */

static lode_status refuse_new(lode_registry *registry, lode_engine *engine, const lode_session_options *options,
                              lode_error *error)
{
	if (!registry || !engine)
		return lode__error_set(error, LODE_E_MISUSE, "lode_session_new needs %s", registry ? "an engine" : "a registry");
	if (options && options->struct_size < sizeof(uint32_t))
		return lode__error_set(error, LODE_E_MISUSE, "lode_session_options has no struct_size: use LODE_SESSION_OPTIONS_INIT");
	return lode__registry_configure(registry, error);
}

static void copy_options(lode_session *session, const lode_session_options *options)
{
	if (options)
		memcpy(&session->options, options, options->struct_size < sizeof session->options ?
		                                   options->struct_size : sizeof session->options);
	session->options.struct_size = sizeof session->options;
}

lode_session *lode_session_new(lode_registry *registry, lode_engine *engine, const lode_session_options *options,
                               lode_error *error)
{
	const lode_allocator *allocator;
	lode_session *session;

	if (refuse_new(registry, engine, options, error) < 0)
		return NULL;
	allocator = options && options->struct_size >= sizeof *options && options->allocator ? options->allocator
	                                                                                     : registry->allocator;
	session = lode__alloc_zero(allocator, sizeof *session);
	if (!session) {
		lode__error_nomem(error);
		return NULL;
	}
	session->allocator = *lode__allocator_or_default(allocator);
	session->registry = registry;
	session->engine = engine;
	atomic_init(&session->entered, false);
	lode__handle_init(&session->handle);
	session->error.struct_size = session->later.struct_size = sizeof session->error;
	session->next_savepoint = 1;
	session->found.given = lode__found_nothing;
	session->epoch = 1;
	copy_options(session, options);
	lode__pool_init(&session->pool, &session->allocator);
	session->extent_count = (uint32_t)registry->mappers.count;
	session->extents = lode__alloc_array(&session->allocator, session->extent_count + 1, sizeof *session->extents);
	if (!session->extents) {
		lode__error_nomem(error);
		lode_session_free(session);
		return NULL;
	}
	return session;
}

/* ---- closing */

static void log_leftovers(lode_session *session)
{
	const lode__logger *logger = lode__engine_logger(session->engine);
	size_t pending = lode__objects_live(&session->pending);

	if (session->failed && !session->error_seen)
		lode__log(logger, LODE_LOG_WARNING, LODE_W_UNREAD_ERROR, "a session was freed with an error nobody read: %s",
		          session->error.message);
	else if (!session->failed && pending + lode__objects_live(&session->marked) > 0)
		lode__log(logger, LODE_LOG_WARNING, LODE_W_ROLLED_BACK,
		          "a session was freed with %zu new and %zu deleted objects that were never committed",
		          pending, lode__objects_live(&session->marked));
}

static void free_extents(lode_session *session)
{
	for (uint32_t i = 0; session->extents && i < session->extent_count; i++) {
		lode__extent_free(session->extents[i]);
		session->extents[i] = NULL;
	}
	session->found.given = lode__found_nothing;
}

static void empty_lists(lode_session *session)
{
	session->pending.count = session->marked.count = session->touched.count = 0;
	session->journal.count = 0;
	session->savepoint_count = 0;
	session->peers_count = 0;
	session->told.count = session->loose.count = session->walked.count = session->walked_before.count = 0;
	session->fresh = 0;
	session->epoch++;
}

void lode__session_forget(lode_session *session)
{
	lode__load_dispose(session);
	free_extents(session);
	lode__pool_dispose(&session->pool);
	lode__pool_init(&session->pool, &session->allocator);
	empty_lists(session);
}

void lode_session_free(lode_session *session)
{
	lode_allocator allocator;

	if (!session)
		return;
	allocator = session->allocator;
	log_leftovers(session);
	lode__load_dispose(session);
	lode__unit_end(session, false);
	lode__handle_dispose(&session->handle);
	free_extents(session);
	lode__pool_dispose(&session->pool);
	lode__plan_free(session);
	lode__order_free(session);
	lode__scratch_free(session);
	lode__release(&allocator, session->extents);
	lode__release(&allocator, session->pending.items);
	lode__release(&allocator, session->marked.items);
	lode__release(&allocator, session->touched.items);
	lode__release(&allocator, session->loose.items);
	lode__release(&allocator, session->told.items);
	lode__release(&allocator, session->work.items);
	lode__release(&allocator, session->walked.items);
	lode__release(&allocator, session->walked_before.items);
	lode__release(&allocator, session->journal.entries);
	lode__release(&allocator, session->savepoints);
	lode__release(&allocator, session->peers);
	lode__release(&allocator, session);
}

lode_engine *lode_session_engine(const lode_session *session)
{
	return session ? session->engine : NULL;
}

lode_registry *lode_session_registry(const lode_session *session)
{
	return session ? session->registry : NULL;
}

/* ---- extents and lists */

lode__extent *lode__session_extent(lode_session *session, const lode_mapper *mapper)
{
	lode__extent **extent = &session->extents[mapper->index];

	if (!*extent) {
		*extent = lode__extent_new(session, mapper, &session->allocator);
		if (!*extent)
			lode__session_nomem(session);
	}
	return *extent;
}

lode__extent *lode__session_class(lode_session *session, const lode_class *class_)
{
	const lode_mapper *mapper;

	if (!class_) {
		lode__session_fail(session, LODE_E_MISUSE, "no class was given: pass &T_class");
		return NULL;
	}
	mapper = lode__registry_find(session->registry, class_);
	if (!mapper) {
		lode__registry_need(session->registry, class_, lode__session_error_slot(session));
		lode__session_failed(session, LODE_E_MISUSE);
		return NULL;
	}
	return lode__session_extent(session, mapper);
}

lode_status lode__objects_grow(lode_session *session, lode__objects *objects)
{
	if (lode__array_reserve(&session->allocator, (void **)&objects->items, &objects->capacity, objects->count + 1,
	                        sizeof *objects->items) < 0)
		return lode__session_nomem(session);
	return LODE_OK;
}

size_t lode__objects_live(const lode__objects *objects)
{
	size_t live = 0;

	for (size_t i = 0; i < objects->count; i++)
		live += objects->items[i] != NULL;
	return live;
}

void lode__objects_drop(lode__objects *objects, const void *instance)
{
	/* what was added last is taken out most often */
	for (size_t i = objects->count; i-- > 0;)
		if (objects->items[i] == instance) {
			objects->items[i] = NULL;
			while (objects->count > 0 && !objects->items[objects->count - 1])
				objects->count--;
			return;
		}
}

bool lode__session_owns(const lode_session *session, const void *instance)
{
	return lode__object_of(instance)->extent->session == session;
}

/* ---- peers */

uint32_t lode__peers_begin(lode_session *session, lode__extent *extent)
{
	lode__peer_range *range;

	if (lode__array_reserve(&session->allocator, (void **)&session->peers, &session->peers_capacity,
	                        session->peers_count + 1, sizeof *session->peers) < 0)
		return 0;
	range = &session->peers[session->peers_count++];
	range->extent = extent;
	range->free_before = extent->free_slots != NULL;
	range->first = extent->used;
	range->last = extent->used;
	range->count = 0;
	return (uint32_t)session->peers_count;
}

void lode__peers_end(lode_session *session, uint32_t peers)
{
	lode__peer_range *range;

	if (peers == 0)
		return;
	range = &session->peers[peers - 1];
	range->last = range->extent->used;
	/* slots that were used again may lie anywhere before */
	if (range->free_before)
		range->first = 0;
	if (range->count == 0 && peers == session->peers_count)
		session->peers_count--;
}

void *lode__peers_next(const lode_session *session, uint32_t peers, uint32_t *at)
{
	const lode__peer_range *range;

	if (peers == 0 || peers > session->peers_count)
		return NULL;
	range = &session->peers[peers - 1];
	if (*at < range->first)
		*at = range->first;
	while (*at < range->last) {
		lode__object *object = lode__extent_slot(range->extent, (*at)++);

		if (object->peers == peers && lode__object_state(object) == LODE__PERSISTENT)
			return lode__instance_of(object);
	}
	return NULL;
}
