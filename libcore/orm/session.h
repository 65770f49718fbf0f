/* SPDX-License-Identifier: MIT */
/* orm/session.h - the session: what it knows and the rules every entry point keeps.
 *
 * A public function enters the session (refusing a second thread), checks that it has not failed
 * when it is going to use the database, does its work and leaves.  The first failure is kept in
 * `error` and stays until a rollback. Internal functions assume an entered session. */
#ifndef LODE_ORM_SESSION_H
#define LODE_ORM_SESSION_H
#include <stdarg.h>
#include <lode/session.h>
#include "base/vec.h"
#include "engine/cursor.h"
#include "engine/link.h"
#include "orm/extent.h"
#include "orm/journal.h"
#include "orm/registry.h"

typedef struct lode__peer_range {
	lode__extent *extent;
	uint32_t first, last;           /* slot numbers, last excluded */
} lode__peer_range;

typedef struct lode__savepoint {
	int32_t id;
	size_t journal;                 /* length when it began */
} lode__savepoint;

typedef struct lode__objects {          /* a growable array of instances */
	void **items;
	size_t count, capacity;
} lode__objects;

struct lode_session {
	lode_allocator allocator;
	lode_registry *registry;
	lode_engine *engine;
	lode_session_options options;
	int entered;                    /* atomic: a thread is inside */
	lode_error error;               /* the first failure */
	bool failed, error_seen;
	bool flushing, began;           /* `began`: explicit begin was asked for and done */
	lode__link *link;               /* a connection while a transaction is open */
	bool in_transaction;
	const lode__dialect *dialect;   /* of the engine, once known */
	lode__pool pool;
	lode__extent **extents;         /* by mapper index */
	uint32_t extent_count;
	lode__objects pending;          /* in the order they were added; NULL where one left */
	lode__objects marked;           /* to be deleted by the next flush */
	lode__objects touched;          /* relationships changed since the last flush */
	uint32_t fresh;                 /* objects of lode_new that were not added yet */
	lode__journal journal;
	lode__savepoint *savepoints;
	size_t savepoint_count, savepoint_capacity;
	int32_t next_savepoint;
	lode__peer_range *peers;        /* number n is peers[n - 1] */
	size_t peers_count, peers_capacity;
	struct lode__result_list *lists;        /* what lode_all gave out */
	struct lode_rows *rows;         /* open row streams */
	struct lode__order *order;      /* flush order of the mappers, made at the first flush */
	void *spent[64];                /* tombstones of statements */
	uint32_t spent_at;
};

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
/* Flushes if a table of `touched` has unflushed changes and autoflush is on. */
lode_status lode__session_autoflush(lode_session *session, const lode_table *const *touched, size_t count);
lode_status lode__session_flush(lode_session *session);
/* Adds with the save-update cascade. */
lode_status lode__session_add(lode_session *session, void *instance);
lode_status lode__session_delete(lode_session *session, void *instance);
bool lode__session_owns(const lode_session *session, const void *instance);
lode_status lode__objects_push(lode_session *session, lode__objects *objects, void *instance);
/* Sends a warning to the engine's log, or fails the session when the registry makes it an error. */
lode_status lode__session_warn(lode_session *session, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* load.h's part, used by the accessors, by flush and by refresh (colleague "load") */
/* Load one relationship of an object and of its unloaded peers, in one statement. */
lode_status lode__load_link(lode_session *session, const lode__relationship *relationship, void *instance);
/* Reload the row of each object (same class; one statement where the dialect can).  A row that is
 * gone: the object is set DELETED-less: state TRANSIENT->, reported in *missing (first) or ignored when NULL. */
lode_status lode__load_rows(lode_session *session, lode__extent *extent, void *const *instances, size_t count, void **missing);
#endif
