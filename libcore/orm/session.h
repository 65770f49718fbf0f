/* SPDX-License-Identifier: MIT */
/* orm/session.h - the session: what it knows and the rules every entry point keeps.
 *
 * A public function enters the session (refusing a second thread), checks that it has not failed
 * when it is going to use the database, does its work and leaves.  The first failure is kept in
 * `error` and stays until a rollback. Internal functions assume an entered session. */
#ifndef LODE_ORM_SESSION_H
#define LODE_ORM_SESSION_H
#include <stdarg.h>
#include <stdatomic.h>
#include <lode/session.h>
#include "base/vec.h"
#include "engine/cancel.h"
#include "engine/cursor.h"
#include "engine/link.h"
#include "orm/extent.h"
#include "orm/journal.h"
#include "orm/registry.h"

typedef struct lode__peer_range {
	lode__extent *extent;
	uint32_t first, last;           /* slot numbers, last excluded */
	uint32_t count;                 /* objects that came with it */
	bool free_before;               /* slots were free when it began: it may have used some */
} lode__peer_range;

typedef struct lode__nested {         /* an open savepoint */
	int32_t id;
	size_t journal;                 /* length when it began */
	uint32_t epoch;                 /* when it began */
} lode__nested;

/* What LODE_NEW returns after a failure: memory to write to, in no extent. */
typedef struct lode__scratch {
	struct lode__scratch *next;
	size_t size;
	lode__object object[];
} lode__scratch;

typedef struct lode__objects {          /* a growable array of instances */
	void **items;
	size_t count, capacity;
} lode__objects;

struct lode_session {
	lode_allocator allocator;
	lode_registry *registry;
	lode_engine *engine;
	lode_session_options options;
	atomic_bool entered;            /* a thread is inside */
	lode_error error;               /* the first failure */
	lode_error later;               /* what lower layers say after it */
	bool failed, error_seen;
	void *culprit;                  /* the object that the failure is about, if one is */
	bool flushing, began;           /* `began`: explicit begin was asked for and done */
	bool quiet;                     /* while a statement runs that asked for no autoflush */
	lode__link *link;               /* a connection while a transaction is open */
	lode__handle handle;            /* to `link`, for other threads */
	int64_t deadline;               /* lode__clock_usec() value, 0 none */
	bool in_transaction;
	const lode__dialect *dialect;   /* of the engine, once known */
	lode__pool pool;
	lode__extent **extents;         /* by mapper index */
	uint32_t extent_count;
	struct {                        /* how LODE_FIND was called last, when that was right */
		const char *given;      /* address of its text; lode__found_nothing: never */
		const lode_class *class_;
		const lode__extent *extent;     /* has a map, of integer keys */
		size_t size;            /* of the text */
		char text[64];          /* NULs behind it */
	} found;
	lode__objects pending;          /* in the order they were added; NULL where one left */
	lode__objects marked;           /* to be deleted by the next flush */
	lode__objects touched;          /* relationships changed since the last flush */
	lode__objects loose;            /* text that LODE_SET copied for persistent objects: until the flush */
	lode__objects work;             /* memory for a list of what an addition reaches */
	lode__objects told;             /* explicit tracking: touched or set since the last flush */
	uint32_t fresh;                 /* objects of lode_new that were not added yet */
	lode__journal journal;
	uint32_t epoch;                 /* goes up when a savepoint or a transaction begins or ends */
	uint32_t first_epoch;           /* when the last transaction had ended */
	bool wrote_past;                /* the transaction has statements that wrote past the objects */
	lode__objects walked, walked_before;    /* arrays that walks may still use: address, size */
	lode__nested *savepoints;
	size_t savepoint_count, savepoint_capacity;
	int32_t next_savepoint;
	lode__peer_range *peers;        /* number n is peers[n - 1] */
	size_t peers_count, peers_capacity;
	struct lode__result_list *lists;        /* what lode_all gave out */
	struct lode_rows *rows;         /* open row streams */
	struct lode__flush_order *order;      /* flush order of the mappers, made at the first flush */
	struct lode__flush_plan *plan;        /* the same: empty, while no flush runs */
	lode__scratch *scratches;
	struct {                        /* a scratch object for when memory for one is not there */
		lode__object object;
		char bytes[4096];
	} room;
	void *spent[64];                /* tombstones of statements */
	uint32_t spent_at;
};

extern const char lode__found_nothing[8];

/* Enter and leave. lode__session_enter returns false (misuse reported) for NULL or a second thread. */
bool lode__session_enter(lode_session *session);
void lode__session_leave(lode_session *session);
/* LODE_OK, or the status of the failure that must be rolled back first. */
lode_status lode__session_ready(lode_session *session);
/* Record a failure; the first one stays.  Always returns `status`. */
lode_status lode__session_fail(lode_session *session, lode_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The error that a lower layer filled into &session->error directly becomes the sticky one.
 * Use: status = lower(..., lode__session_error_slot(session)); if (status < 0) return lode__session_failed(session, status); */
lode_error *lode__session_error_slot(lode_session *session);
lode_status lode__session_failed(lode_session *session, lode_status status);
lode_status lode__session_nomem(lode_session *session);

/* The extent of a mapper or of a class; NULL with the error set: not mapped here, out of memory. */
lode__extent *lode__session_extent(lode_session *session, const lode_mapper *mapper);
lode__extent *lode__session_class(lode_session *session, const lode_class *class_);
/* A connection with a transaction open; `writes`: begin so that a later write cannot be refused. */
lode_status lode__session_begin(lode_session *session, bool writes);
/* Does what reads the database flush first? */
static inline bool lode__session_flushes(const lode_session *session)
{
	return !session->flushing && !session->quiet && !session->options.no_autoflush;
}
/* Flushes if a table of `touched` has unflushed changes and autoflush is on. */
lode_status lode__session_autoflush(lode_session *session, const lode_table *const *touched, size_t count);
lode_status lode__session_flush(lode_session *session);
/* Adds with the save-update cascade. */
lode_status lode__session_add(lode_session *session, void *instance);
lode_status lode__session_delete(lode_session *session, void *instance);
bool lode__session_owns(const lode_session *session, const void *instance);
/* Everything of the session's objects is given back; the transaction is over already. */
void lode__session_forget(lode_session *session);
/* End the transaction, if there is one: commit or roll back, return the connection. */
lode_status lode__unit_end(lode_session *session, bool commit);
void lode__session_expire_all(lode_session *session);
/* Explicit tracking: the object may have changed. */
lode_status lode__session_tell(lode_session *session, lode__object *object);
void lode__session_forget_told(lode_session *session);
void lode__session_free_loose(lode_session *session);
void *lode__scratch_last(lode_session *session, size_t size);
void lode__scratch_free(lode_session *session);
/* A pending object leaves the list of new ones and is transient again. */
void lode__session_evict(lode_session *session, lode__object *object);
/* LODE_OK if the instance is one of this session that has not failed; says what is wrong otherwise. */
lode_status lode__session_check(lode_session *session, const void *instance, const char *verb);
/* The session of an object, NULL after telling on_misuse: NULL, detached. */
lode_session *lode__session_of(const void *instance, const char *verb);
bool lode__object_differs(const lode__extent *extent, const lode__object *object);
/* Refuse a target of another class or session: LODE_E_MISUSE. */
lode_status lode__link_refuse(lode_session *session, const lode__relationship *relationship, const void *instance, const void *target);
/* Flush, as a refresh of `object` does first. */
lode_status lode__session_flush_others(lode_session *session, const lode__object *object);
size_t lode__objects_live(const lode__objects *objects);
void lode__objects_drop(lode__objects *objects, const void *instance);
lode_status lode__objects_grow(lode_session *session, lode__objects *objects);

static inline lode_status lode__objects_push(lode_session *session, lode__objects *objects, void *instance)
{
	if (objects->count == objects->capacity && lode__objects_grow(session, objects) < 0)
		return LODE_E_NOMEM;
	objects->items[objects->count++] = instance;
	return LODE_OK;
}
/* Sends a warning to the engine's log, or fails the session when the registry makes it an error. */
lode_status lode__session_warn(lode_session *session, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- loading, as accessors, flush and refresh use it (lazy.c) */

/* Load one relationship of an object and of its unloaded peers, in one statement. */
lode_status lode__load_link(lode_session *session, const lode__relationship *relationship, void *instance);
/* Reload the rows of objects of one class, in one statement where the dialect can.  An object whose
 * row is gone leaves the identity map; the first such is told in *missing (NULL: nobody asks). */
lode_status lode__load_rows(lode_session *session, lode__extent *extent, void *const *instances, size_t count, void **missing);
#endif
