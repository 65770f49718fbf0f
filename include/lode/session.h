/* SPDX-License-Identifier: MIT */
/* lode/session.h - sessions: objects stored, changed, found and deleted; relationships; queries.
 *
 * A session and its objects belong to one thread at a time.  What fails is kept in the session:
 * the first failure stays, and every later call that would read or write the database returns it
 * until lode_rollback (or lode_rollback_to). NULL from a failed call may be passed on. */
#ifndef LODE_SESSION_H
#define LODE_SESSION_H
#include <lode/class.h>
#include <lode/engine.h>
#include <lode/query.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lode_session lode_session;
typedef struct lode_rows lode_rows;

/** How a session finds out what changed. @since 0.1 */
typedef enum {
	LODE_TRACK_SNAPSHOT = 0, /**< persistent objects are compared with a snapshot at flush */
	LODE_TRACK_EXPLICIT = 1, /**< only objects given to lode_touch or changed by LODE_SET are compared */
	LODE_TRACK_NONE = 2      /**< read only: nothing is tracked and no snapshot is kept */
} lode_tracking;

/** Options of lode_session_new; zero is the default everywhere. @since 0.1 */
typedef struct lode_session_options {
	uint32_t struct_size;           /**< sizeof(lode_session_options) */
	lode_tracking tracking;
	bool no_autoflush;              /**< queries do not flush first */
	bool expire_on_commit;          /**< objects are reloaded when next reached after a commit */
	bool explicit_begin;            /**< use outside lode_begin ... is LODE_E_STATE */
	bool deletes_first;             /**< DELETEs of a class go before its INSERTs */
	bool populate_existing;         /**< rows overwrite loaded and changed members */
	bool strict_deletes;            /**< DELETE of a vanished row is LODE_E_STALE, not a warning */
	bool reserved[2];
	int32_t isolation;              /**< LODE_ISOLATION_*, 0: the engine's */
	uint32_t reserved_;
	const lode_allocator *allocator; /**< NULL: the registry's */
} lode_session_options;
#define LODE_SESSION_OPTIONS_INIT { .struct_size = sizeof(lode_session_options) }

/** The states of an object. @since 0.1 */
typedef enum {
	LODE_TRANSIENT = 1,  /**< made by LODE_NEW, or put back by a rollback: no row, not added */
	LODE_PENDING = 2,    /**< added: the next flush inserts it */
	LODE_PERSISTENT = 3, /**< has a row and an identity in the session */
	LODE_DELETED = 4,    /**< its row was deleted in this transaction */
	LODE_DETACHED = 5    /**< expunged, or deleted and committed */
} lode_state;

/**
 * Open a session. No connection is taken before the first statement.
 * @param registry  must outlive the session; it is configured by the first session
 * @param engine    must outlive the session
 * @param options   NULL for the defaults; copied
 * @param error     filled on failure; may be NULL
 * @return the session, the caller's, to be freed by lode_session_free; NULL on failure: LODE_E_MISUSE
 *         (NULL registry or engine), LODE_E_MAPPING (the registry cannot be configured), LODE_E_NOMEM
 * Thread: any; the session then belongs to one thread at a time. @since 0.1
 */
LODE_API lode_session *lode_session_new(lode_registry *registry, lode_engine *engine,
                                        const lode_session_options *options, lode_error *error);

/**
 * Close a session: roll back what was not committed, return the connection, free its objects,
 * lists and rows (detached objects stay, the caller's). An error nobody read is logged.
 * @param session  NULL is legal
 * @since 0.1
 */
LODE_API void lode_session_free(lode_session *session);

/** The session's first failure since the last rollback, never NULL; status LODE_OK if there is none.
 * Valid until the session is next used. @since 0.1 @return the error, the session's */
LODE_API const lode_error *lode_session_error(const lode_session *session);
/** The status of lode_session_error; LODE_E_MISUSE for NULL. A path that never commits ends with it.
 * @return LODE_OK or the status of the first failure @since 0.1 */
LODE_API lode_status lode_session_status(const lode_session *session);
/** The object that the session's failure is about: the one whose row was refused, or was gone.
 * @return the object, NULL if the failure is not about one; valid until the rollback @since 0.1 */
LODE_API void *lode_session_culprit(const lode_session *session);
/** @return the engine it was opened on, NULL for NULL @since 0.1 */
LODE_API lode_engine *lode_session_engine(const lode_session *session);
/** @return the registry it was opened with, NULL for NULL @since 0.1 */
LODE_API lode_registry *lode_session_registry(const lode_session *session);

/**
 * Begin a transaction now; otherwise the first statement begins one.
 * @return LODE_OK; LODE_E_STATE, one is open; the session's failure; what the database answered
 * @since 0.1
 */
LODE_API lode_status lode_begin(lode_session *session);
/**
 * Send everything that changed: INSERTs, UPDATEs, DELETEs, in an order that foreign keys allow, in
 * batches. Nothing to do sends nothing. Afterwards the objects hold generated keys and defaults.
 * @return LODE_OK; LODE_E_STALE, a row that should be there is gone; LODE_E_CYCLE, rows that depend on
 *         each other; a constraint or other status of the database; LODE_E_MISUSE inside a flush;
 *         LODE_E_NOMEM. After a failure only lode_rollback clears the session.
 * @since 0.1
 */
LODE_API lode_status lode_flush(lode_session *session);
/**
 * Switch autoflush off or on again: for a block of code,
 * `bool before = lode_autoflush(session, false); ...; lode_autoflush(session, before);`.
 * @return whether it was on; false for NULL. Of one statement: lode_no_autoflush
 * @since 0.1
 */
LODE_API bool lode_autoflush(lode_session *session, bool on);
/**
 * Flush, then commit the transaction (also from inside savepoints), and return the connection.
 * Objects keep their values unless expire_on_commit is set.
 * @return as lode_flush; LODE_E_OUTCOME_UNKNOWN, the connection was lost during COMMIT
 * @since 0.1
 */
LODE_API LODE_MUST_CHECK lode_status lode_commit(lode_session *session);
/**
 * Roll the transaction back and clear the session's failure. Mapped members hold again what they held
 * when the transaction began; new objects become transient and keep their values; deleted ones are
 * persistent again. Sends no SELECT.
 * @return LODE_OK; LODE_E_MISUSE for NULL; what the database answered (the session is clear all the same)
 * @since 0.1
 */
LODE_API lode_status lode_rollback(lode_session *session);
/** A savepoint; id 0 is none (the call failed). @since 0.1 */
typedef struct { int32_t id; } lode_savepoint;
/**
 * Flush, then set a savepoint. @return the savepoint; id 0 when that failed (the session's error says why)
 * @since 0.1
 */
LODE_API lode_savepoint lode_begin_nested(lode_session *session);
/**
 * Undo everything since the savepoint, objects included, and clear a failure that happened after it.
 * The savepoint is used up. @return LODE_OK; LODE_E_STATE, it is not open any more; the database's status
 * @since 0.1
 */
LODE_API lode_status lode_rollback_to(lode_session *session, lode_savepoint savepoint);
/**
 * Flush, then keep what was done since the savepoint as part of the transaction. Inner savepoints are
 * released with it. @return as lode_flush; LODE_E_STATE, it is not open any more
 * @since 0.1
 */
LODE_API lode_status lode_release(lode_session *session, lode_savepoint savepoint);
/**
 * Stop the statement that the session is running in another thread: that call fails with
 * LODE_E_CANCELLED. Nothing happens if none runs; rolling back is never stopped. The session must not be freed meanwhile.
 * @param error  may be NULL
 * @return LODE_OK; LODE_E_UNSUPPORTED, the driver cannot; what telling the server gives; LODE_E_MISUSE
 * Thread: any. @since 0.1
 */
LODE_API lode_status lode_session_cancel(lode_session *session, lode_error *error);
/**
 * From now on everything the session does in the database has to end within so many milliseconds,
 * waiting for a connection included: what does not is stopped (LODE_E_TIMEOUT, LODE_E_POOL_TIMEOUT),
 * later calls fail. It stays, across transactions, until another is set; rolling back is always allowed.
 * @param within_ms  LODE_NONE for no deadline
 * @return LODE_OK; LODE_E_MISUSE @since 0.1
 */
LODE_API lode_status lode_session_deadline(lode_session *session, int32_t within_ms);
/** Is a transaction open? @return true if the session holds a connection with one @since 0.1 */
LODE_API bool lode_in_transaction(const lode_session *session);

/** A unit of work for lode_run. @return LODE_OK or a positive status to commit, negative to roll back */
typedef lode_status lode_work(lode_session *session, void *context);
/** Options of lode_run; zero is the default. @since 0.1 */
typedef struct lode_run_options {
	uint32_t struct_size;           /**< sizeof(lode_run_options) */
	uint32_t attempts;              /**< at most; 0 means 5 */
	uint32_t first_delay_ms;        /**< before the second attempt; 0 means 10; doubles, with jitter */
	int32_t within_ms;              /**< deadline of all attempts together; 0 none */
	const lode_session_options *session;
} lode_run_options;
/**
 * Run `work` in a fresh session and commit; on a retryable failure (serialization, deadlock, lock) or a
 * stale row do it again in another fresh session after a growing pause. A session that failed never
 * commits, whatever `work` returns.
 * @return what `work` returned if the commit succeeded; else the session's failure, or the negative status of `work`
 * @since 0.1
 */
LODE_API LODE_MUST_CHECK lode_status lode_run(lode_registry *registry, lode_engine *engine, lode_work *work,
                                              void *context, const lode_run_options *options, lode_error *error);

/* ---- objects ---- */

/**
 * Make an object from a struct image; values are copied. `names` is the text of the designators
 * (".name = x, .age = y") or a list "name, age": what is named is stored even if it is zero or NULL.
 * @return the object, the session's, never NULL for a session: after a failure a scratch object that is
 *         never stored. NULL only for a NULL session.
 * @since 0.1
 */
LODE_API void *lode_new(lode_session *session, const lode_class *class_, const void *image, const char *names);
/** lode_new and lode_add in one. @return as lode_new @since 0.1 */
LODE_API void *lode_add_new(lode_session *session, const lode_class *class_, const void *image, const char *names);
/**
 * Put an object, and what its relationships reach by the save-update cascade, into the session's list of
 * new objects. Persistent ones are left as they are; one that lode_delete marked is unmarked.
 * @return LODE_OK; LODE_E_MISUSE, it belongs to another session or was deleted; the session's failure
 * @since 0.1
 */
LODE_API lode_status lode_add(lode_session *session, void *object);
/**
 * Delete the object's row at the next flush, with what the delete cascade reaches (unloaded lists are
 * loaded). A pending object is taken out of the list instead.
 * @return LODE_OK; LODE_E_MISUSE, it has no row; the session's failure
 * @since 0.1
 */
LODE_API lode_status lode_delete(lode_session *session, void *object);
/**
 * Read the object's row again, dropping its unflushed changes; loaded relationships are forgotten.
 * @return LODE_OK; LODE_E_STALE, the row is gone; LODE_E_MISUSE, it has no row; the session's failure
 * @since 0.1
 */
LODE_API lode_status lode_refresh(lode_session *session, void *object);
/** Drop what is known of the object's row: it is reloaded when next reached through the library. Members
 * are not touched until then. @return as lode_refresh, without SQL @since 0.1 */
LODE_API lode_status lode_expire(lode_session *session, void *object);
/** lode_expire for every persistent object of the session. @return LODE_OK; LODE_E_MISUSE @since 0.1 */
LODE_API lode_status lode_expire_all(lode_session *session);
/**
 * Take the object, and what the expunge cascade reaches, out of the session. It becomes the caller's and
 * outlives the session; lode_object_free frees it. Lists and references of the session that lead to it load
 * again when they are next read. Sends nothing.
 * @return LODE_OK; LODE_E_MISUSE, it is not this session's; LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_status lode_expunge(lode_session *session, void *object);
/** Free a detached object. NULL is legal; an object that a session still owns is misuse and stays.
 * @since 0.1 */
LODE_API void lode_object_free(void *object);
/** Forget every object and list, roll back, clear the failure: the session is as new. Pointers to its
 * objects are void. @return LODE_OK; LODE_E_MISUSE @since 0.1 */
LODE_API lode_status lode_clear(lode_session *session);

/** Assign a member by offset: the value is copied at once and counts as explicitly set.
 * @return LODE_OK; LODE_E_DATA, it does not fit; LODE_E_MISUSE, no such column @since 0.1 */
LODE_API lode_status lode_set(void *object, size_t offset, lode_value value);
/** Make a nullable member NULL, or a to-one relationship nobody's, explicitly.
 * @return LODE_OK; LODE_E_MISUSE, the member cannot be NULL @since 0.1 */
LODE_API lode_status lode_set_null(void *object, size_t offset);
/** Under LODE_TRACK_EXPLICIT: this object may have changed. @return LODE_OK; LODE_E_MISUSE @since 0.1 */
LODE_API lode_status lode_touch(void *object);
/** @return the object's state; 0 for NULL @since 0.1 */
LODE_API lode_state lode_object_state(const void *object);
/** @return the session that owns the object; NULL if none does @since 0.1 */
LODE_API lode_session *lode_object_session(const void *object);
/** Inspect an object. @return the mapper of its class, the registry's; NULL for NULL @since 0.1 */
LODE_API const lode_mapper *lode_inspect_object(const void *object);
/** Has the object a net change that a flush would send? @return true if so; relationships count @since 0.1 */
LODE_API bool lode_is_modified(const void *object);
/** @return true if the object is this session's (pending, persistent or deleted) @since 0.1 */
LODE_API bool lode_contains(const lode_session *session, const void *object);
/** Which objects lode_objects lists. @since 0.1 */
typedef enum {
	LODE_OBJECTS_NEW = 1,       /**< pending, in the order they were added */
	LODE_OBJECTS_DIRTY = 2,     /**< persistent with a net change */
	LODE_OBJECTS_DELETED = 3,   /**< marked by lode_delete, not flushed */
	LODE_OBJECTS_PERSISTENT = 4 /**< all in the identity map */
} lode_objects_kind;
/** List objects of the session. @return a list of the session's (lode_list_free); empty on failure @since 0.1 */
LODE_API lode_list lode_objects(lode_session *session, lode_objects_kind kind);

/* ---- relationships ---- */

/** Number of items of a to-many member; loads it if need be. @return 0 on failure too: the session's
 * error says so @since 0.1 */
LODE_API size_t lode_len(const void *object, size_t offset);
/** @return item i of a to-many member, NULL past the end or on failure @since 0.1 */
LODE_API void *lode_at(const void *object, size_t offset, size_t i);
/** @return the target of a to-one member, NULL for nobody or on failure @since 0.1 */
LODE_API void *lode_ref(const void *object, size_t offset);
/** Is it loaded? Never loads. @return true if the accessors will send no statement @since 0.1 */
LODE_API bool lode_is_loaded(const void *object, size_t offset);
/** Point a to-one member at `target` (NULL: nobody); the other side follows. @return LODE_OK;
 * LODE_E_MISUSE, wrong class or another session's; LODE_E_NOMEM @since 0.1 */
LODE_API lode_status lode_link(void *object, size_t offset, void *target);
/** Append to a to-many member; the other side follows and the item joins the session.
 * @return as lode_link @since 0.1 */
LODE_API lode_status lode_append(void *object, size_t offset, void *item);
/** Take an item out of a to-many member; the other side follows. @return as lode_link; LODE_NOT_FOUND, it
 * is not in it @since 0.1 */
LODE_API lode_status lode_remove(void *object, size_t offset, void *item);
/** A walk over a list as it was when the walk began. @since 0.1 */
typedef struct { void **next, **end; const void *once; } lode_cursor;
/** @return the walk; an empty one on failure. Its array is the session's, freed with the next flush or
 * rollback at the latest @since 0.1 */
LODE_API lode_cursor lode_each(const void *object, size_t offset);
/** @return the next item, NULL at the end @since 0.1 */
static inline void *lode_cursor_next(lode_cursor *cursor)
{
	return cursor->next == cursor->end ? NULL : *cursor->next++;
}

/* ---- queries ---- */

/** Find by primary key: the members named must be exactly the key's. @return the object, from the identity
 * map if it is there (no SQL), else loaded; NULL if there is no such row, or on failure @since 0.1 */
LODE_API void *lode_find(lode_session *session, const lode_class *class_, const void *key, const char *names);
/* for LODE_FIND: text with a \001 before it and fifteen NULs behind it can be compared by words */
#define LODE_KEY_TEXT_(...) "\001" LODE_TEXT_OF_(__VA_ARGS__) "\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
/** All objects of a SELECT, each once. @return a list of the session's (lode_list_free); empty on failure
 * too @since 0.1 */
LODE_API lode_list lode_all(lode_session *session, const lode_class *class_, lode_statement *statement);
/** Exactly one. @return the object; NULL with LODE_E_NO_ROW or LODE_E_MANY_ROWS in the session otherwise @since 0.1 */
LODE_API void *lode_one(lode_session *session, const lode_class *class_, lode_statement *statement);
/** At most one. @return the object; NULL for none; NULL with LODE_E_MANY_ROWS for several @since 0.1 */
LODE_API void *lode_one_or_none(lode_session *session, const lode_class *class_, lode_statement *statement);
/** @return the first object; NULL if there is none, which is no failure @since 0.1 */
LODE_API void *lode_first(lode_session *session, const lode_class *class_, lode_statement *statement);
/** Count the rows a SELECT would give. @return LODE_OK and the number in *count; a failure @since 0.1 */
LODE_API lode_status lode_count_rows(lode_session *session, lode_statement *statement, int64_t *count);
/** Run an UPDATE, DELETE, INSERT or text statement. Loaded objects of the class written are expired.
 * @param matched  rows matched; may be NULL. @return LODE_OK; a failure @since 0.1 */
LODE_API lode_status lode_execute(lode_session *session, lode_statement *statement, int64_t *matched);
/** The first row of a SELECT of columns, into a struct; text in it is the session's until it is next cleared.
 * @return LODE_OK; LODE_NOT_FOUND, no row; a failure @since 0.1 */
LODE_API lode_status lode_scalar(lode_session *session, lode_statement *statement, void *row, size_t size);
/** Stream the rows of a SELECT of columns. @return the rows, the session's until lode_rows_close; NULL on
 * failure @since 0.1 */
LODE_API lode_rows *lode_rows_open(lode_session *session, lode_statement *statement);
/** The next row into `row`; its text lives until the next call. @return LODE_OK; LODE_DONE at the end; a failure @since 0.1 */
LODE_API lode_status lode_rows_next(lode_rows *rows, void *row, size_t size);
/** End a stream early or late; NULL is legal. @since 0.1 */
LODE_API void lode_rows_close(lode_rows *rows);
/** Give a list back before its session goes; NULL is legal. The objects stay. @since 0.1 */
LODE_API void lode_list_free(void *items);

/* ---- how relationships are loaded ---- */

/** How one relationship is to be loaded with the objects of a statement. */
typedef struct lode_loader lode_loader;
/**
 * Load a relationship so, whatever its mapping says: LODE_SELECTIN_LOAD, LODE_JOINED_LOAD,
 * LODE_LAZY_LOAD, LODE_RAISE_LOAD, LODE_RAISE_ON_SQL_LOAD.
 * @param strategy  LODE_LAZY_*
 * @return for lode_option or lode_then; NULL only when out of memory, which both take and report when run
 * @since 0.1
 */
LODE_API lode_loader *lode_load(uint32_t strategy, lode_rel rel);
/**
 * For the objects that `loader` loads, load `next` so. Several may follow one; a chain of three is
 * lode_then(a, lode_then(b, c)).
 * @return `loader`, which owns `next` from here on @since 0.1
 */
LODE_API lode_loader *lode_then(lode_loader *loader, lode_loader *next);
/** Free a loader that was given to nobody; NULL is legal. @since 0.1 */
LODE_API void lode_loader_free(lode_loader *loader);
/**
 * Load objects of this SELECT so. Of several for one relationship the last counts.
 * @return the statement, which owns the loader; a loader of another class is LODE_E_MISUSE when run @since 0.1
 */
LODE_API lode_statement *lode_option(lode_statement *statement, lode_loader *loader);
/** Rows of this SELECT overwrite what objects in the session hold, unflushed changes too.
 * @return the statement @since 0.1 */
LODE_API lode_statement *lode_populate_existing(lode_statement *statement);
/** Running this statement flushes nothing first, nor does loading what comes with its objects.
 * @return the statement @since 0.1 */
LODE_API lode_statement *lode_no_autoflush(lode_statement *statement);
/**
 * Let lode_rows_open read the rows of this statement piece by piece, so that neither side holds all of
 * them: through a cursor of the server where the driver has one, else as they come off the wire. What
 * else the session does before the stream is closed may be refused by the backend meanwhile.
 * @param rows  at a time, a hint for the driver (1000 is good); 0 for as the driver likes
 * @return statement @since 0.1
 */
LODE_API lode_statement *lode_yield_per(lode_statement *statement, uint32_t rows);

/* ---- compiled queries ---- */

/** A statement frozen for running often: immutable, usable by all threads at once. */
typedef struct lode_query lode_query;
/**
 * Freeze a statement. It is spent, unless it was kept: then it must stay as it is, and outlive the query.
 * @return the query, the caller's (lode_query_free); NULL on failure, what building the statement said
 * @since 0.1
 */
LODE_API lode_query *lode_compile(lode_engine *engine, lode_statement *statement, lode_error *error);
/** Free a query; NULL is legal. Statements that were bound to it stay valid. @since 0.1 */
LODE_API void lode_query_free(lode_query *query);
/**
 * A statement of the query whose parameters are members of a struct; they are copied. Nothing can be
 * added to it. Positional values are refused when it is run.
 * @param arguments  the struct; NULL if the query has no parameters
 * @param names      the text of the designators, or names; what is not named is zero
 * @return the statement; NULL for a NULL query @since 0.1
 */
LODE_API lode_statement *lode_bind(const lode_query *query, const void *arguments, size_t size, const char *names);

#define LODE_SQL_LITERALS 0x1u   /* values stand in the text instead of placeholders */
/**
 * A statement as SQL text, without a connection; it is not spent. With LODE_SQL_LITERALS the text is for
 * reading and for scripts: it holds the values, so it is no text for a log.
 * @param registry   is configured by this call
 * @param dialect    its name, such as "sqlite"; its plugin is loaded. What depends on the version of a server
 *                   is as the newest one that the dialect knows takes it
 * @param flags      LODE_SQL_LITERALS or 0
 * @param sql        receives the text, to be freed with lode_sql_free(); untouched on failure
 * @return LODE_OK; LODE_E_PLUGIN, no such dialect; LODE_E_UNSUPPORTED, the dialect cannot say it, or has no
 *         literal for a value; LODE_E_MAPPING, LODE_E_NO_OBJECT, the registry cannot be configured; what
 *         building the statement said; LODE_E_MISUSE, an argument is NULL, the statement spent or bound;
 *         LODE_E_NOMEM
 * Thread: that of the statement. @since 0.1
 */
LODE_API lode_status lode_statement_sql(lode_registry *registry, const lode_statement *statement,
                                        const char *dialect, uint32_t flags, char **sql, lode_error *error);

#ifdef __cplusplus
}
#endif

/* ---- the same with types ---- */
#define LODE_ALL(s, T, q) T##_list_(lode_all((s), &T##_class, (q)))
#define LODE_ONE(s, T, q) ((T *)lode_one((s), &T##_class, (q)))
#define LODE_ONE_OR_NONE(s, T, q) ((T *)lode_one_or_none((s), &T##_class, (q)))
#define LODE_FIRST(s, T, q) ((T *)lode_first((s), &T##_class, (q)))
#define LODE_SCALAR(s, q, row) lode_scalar((s), (q), (row), sizeof *(row))
#define LODE_EACH_ROW(Row, row, s, q) \
	for (lode_rows *row##_rows_ = lode_rows_open((s), (q)); row##_rows_; lode_rows_close(row##_rows_), row##_rows_ = NULL) \
		for (Row row; lode_rows_next(row##_rows_, &row, sizeof row) == LODE_OK;)
#define LODE_SELECTIN_LOAD(T, m) lode_load(LODE_LAZY_SELECTIN, LODE_REL(T, m))
#define LODE_JOINED_LOAD(T, m) lode_load(LODE_LAZY_JOINED, LODE_REL(T, m))
#define LODE_LAZY_LOAD(T, m) lode_load(LODE_LAZY_SELECT, LODE_REL(T, m))
#define LODE_RAISE_LOAD(T, m) lode_load(LODE_LAZY_RAISE, LODE_REL(T, m))
#define LODE_RAISE_ON_SQL_LOAD(T, m) lode_load(LODE_LAZY_RAISE_ON_SQL, LODE_REL(T, m))
#define LODE_SET_NULL(obj, m) lode_set_null((obj), LODE_OFFSET_(obj, m))
#define LODE_LEN(obj, m) lode_len((obj), LODE_OFFSET_(obj, m.state_))
#define LODE_AT(obj, m, i) ((LODE_ITEM_(obj, m))lode_at((obj), LODE_OFFSET_(obj, m), (i)))
#define LODE_REF(obj, m) ((LODE_REF_(obj, m))lode_ref((obj), LODE_OFFSET_(obj, m)))
#define LODE_IS_LOADED(obj, m) lode_is_loaded((obj), LODE_OFFSET_(obj, m))
#define LODE_EACH(T, var, obj, m) \
	for (lode_cursor var##_at_ = lode_each((obj), LODE_IF_MANY_(T, obj, m, LODE_OFFSET_(obj, m))); var##_at_.once; var##_at_.once = NULL) \
		for (T *var; (var = (T *)lode_cursor_next(&var##_at_)) != NULL;)
#if !defined(__cplusplus)
#define LODE_SET(obj, m, v) lode_set((obj), LODE_OFFSET_(obj, m), (LODE_FITS_((obj)->m, v), LODE_V_(v)))
#define LODE_LINK(obj, m, target) lode_link((obj), LODE_OFFSET_(obj, m), LODE_IF_(target, LODE_REF_(obj, m)))
#define LODE_ITEM_OF_(obj, m, item) LODE_IF_(item, LODE_ITEM_(obj, m))
#define LODE_APPEND(obj, m, item) lode_append((obj), LODE_OFFSET_(obj, m), LODE_ITEM_OF_(obj, m, item))
#define LODE_REMOVE(obj, m, item) lode_remove((obj), LODE_OFFSET_(obj, m), LODE_ITEM_OF_(obj, m, item))
#define LODE_BIND(q, T, ...) lode_bind((q), &(const T){ __VA_ARGS__ }, sizeof(T), LODE_TEXT_OF_(__VA_ARGS__))
#define LODE_NEW(s, T, ...) ((T *)lode_new((s), &T##_class, &(const T){ __VA_ARGS__ }, LODE_TEXT_OF_(__VA_ARGS__)))
#define LODE_ADD(s, T, ...) ((T *)lode_add_new((s), &T##_class, &(const T){ __VA_ARGS__ }, LODE_TEXT_OF_(__VA_ARGS__)))
#define LODE_FIND(s, T, ...) ((T *)lode_find((s), &T##_class, &(const T){ __VA_ARGS__ }, LODE_KEY_TEXT_(__VA_ARGS__)))
#elif __cplusplus >= 202002L
#define LODE_SET(obj, m, v) lode_set((obj), LODE_OFFSET_(obj, m), lode_value_for_<std::decay_t<decltype((obj)->m)>>(v))
#define LODE_LINK(obj, m, target) lode_link((obj), LODE_OFFSET_(obj, m), static_cast<LODE_REF_(obj, m)>(target))
#define LODE_APPEND(obj, m, item) lode_append((obj), LODE_OFFSET_(obj, m), static_cast<LODE_ITEM_(obj, m)>(item))
#define LODE_REMOVE(obj, m, item) lode_remove((obj), LODE_OFFSET_(obj, m), static_cast<LODE_ITEM_(obj, m)>(item))
#define LODE_BIND(q, T, ...) lode_bind((q), lode_ptr_<T>(T{ __VA_ARGS__ }), sizeof(T), LODE_TEXT_OF_(__VA_ARGS__))
#define LODE_NEW(s, T, ...) ((T *)lode_new((s), &T##_class, lode_ptr_<T>(T{ __VA_ARGS__ }), LODE_TEXT_OF_(__VA_ARGS__)))
#define LODE_ADD(s, T, ...) ((T *)lode_add_new((s), &T##_class, lode_ptr_<T>(T{ __VA_ARGS__ }), LODE_TEXT_OF_(__VA_ARGS__)))
#define LODE_FIND(s, T, ...) ((T *)lode_find((s), &T##_class, lode_ptr_<T>(T{ __VA_ARGS__ }), LODE_KEY_TEXT_(__VA_ARGS__)))
#endif
#endif
