/* SPDX-License-Identifier: MIT */
/* lode/error.h - what every other public header needs: errors, memory, the log, the version.
 *
 * A function that can fail and stands alone takes a `lode_error *` as its last parameter; NULL is
 * allowed and means that only the status matters. */
#ifndef LODE_ERROR_H
#define LODE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/status.h>

#if defined(__GNUC__)
#define LODE_API __attribute__((visibility("default")))
#define LODE_MUST_CHECK __attribute__((warn_unused_result))
#define LODE_UNUSED_ __attribute__((unused))
#else
#define LODE_API
#define LODE_MUST_CHECK
#define LODE_UNUSED_
#endif

#ifdef __cplusplus
#define LODE_EXTERN extern "C"
extern "C" {
#else
#define LODE_EXTERN extern
#endif

/* ------------------------------------------------------------------ errors */

/**
 * What went wrong, in a struct of the caller's: `lode_error error = LODE_ERROR_INIT;`.
 * It holds no pointers and owns nothing.  A failing call overwrites all of it, a succeeding one
 * leaves it alone.  Longer texts are cut at a character.  Grows only at its end.
 */
typedef struct lode_error {
	uint32_t struct_size;       /* bytes the caller has; lode writes no further */
	lode_status status;         /* LODE_E_* */
	int32_t native;             /* the backend's own code, 0 if none */
	bool retryable;             /* the same transaction may succeed if it is run again */
	bool disconnected;          /* the connection is gone */
	char sqlstate[6];           /* five characters, "" if none */
	char constraint[64];        /* what the server named, "" if nothing */
	char table[64];
	char column[64];
	char message[512];          /* one line, no values, no secrets */
	char sql[512];              /* the statement, without its values; "" if none */
} lode_error;

#define LODE_ERROR_INIT \
	{ (uint32_t)sizeof(lode_error), LODE_OK, 0, false, false, "", "", "", "", "", "" }

/**
 * The name of a status as it is written in C, such as "LODE_E_UNIQUE".
 * @param status  any number; -1000 and below give "application"
 * @return a constant, never NULL; "LODE_E_OTHER" for an unknown failure
 * Thread: any.
 * @since 0.1
 */
LODE_API const char *lode_status_name(lode_status status);

/**
 * The version of the library that is running, such as "0.1.0".
 * @return a constant
 * Thread: any.
 * @since 0.1
 */
LODE_API const char *lode_version(void);

/* ------------------------------------------------------------------ memory */

/**
 * Where memory comes from.  The struct stays the caller's and must outlive whatever was given it.
 * `allocate` and `resize` return NULL on failure, memory aligned for any type otherwise; `size` is
 * never 0; `resize` and `release` take NULL; a failed `resize` leaves the old block as it was.
 * All three may be called from any thread that uses the owner.
 */
typedef struct lode_allocator {
	uint32_t struct_size;
	uint32_t reserved;          /* 0 */
	void *context;              /* handed to the functions */
	void *(*allocate)(void *context, size_t size);
	void *(*resize)(void *context, void *pointer, size_t size);
	void (*release)(void *context, void *pointer);
} lode_allocator;

/**
 * Set the allocator of whatever is not given one: statements, expressions, handles opened without.
 * Process-wide; call it before any other function of lode, while there is one thread.
 * @param allocator  copied; NULL, or one that lacks a function, for the C library's
 * @since 0.1
 */
LODE_API void lode_set_default_allocator(const lode_allocator *allocator);

/* ------------------------------------------------------------------ log */

#define LODE_LOG_DEBUG   1
#define LODE_LOG_INFO    2
#define LODE_LOG_WARNING 3
#define LODE_LOG_ERROR   4

/**
 * Receives the log.  `name` is a LODE_W_* for a warning, else a short topic such as "sql"; `text`
 * is one line without a newline.  Both are valid during the call only.  May be called by any
 * thread that uses the engine; must not call lode.
 */
typedef void lode_log_function(void *context, int level, const char *name, const char *text);

/* Stable names of warnings: questionable but legal. */
#define LODE_W_STALE_DELETE       "stale-delete"        /* a row to be deleted was gone */
#define LODE_W_OVERLAPS           "overlaps"            /* two relationships write one column */
#define LODE_W_CARTESIAN          "cartesian-product"   /* FROM items that nothing joins */
#define LODE_W_CASCADE            "cascade"             /* delete-orphan without delete */
#define LODE_W_CLASS_NAME         "class-name"          /* two classes of a registry have one name */
#define LODE_W_OUTSIDE_SESSION    "outside-session"     /* a linked object is in no session */
#define LODE_W_IDENTITY           "identity-conflict"   /* a new object has a loaded one's key */
#define LODE_W_SECOND_ROW         "second-row"          /* a to-one relationship found two rows */
#define LODE_W_UNLINKED           "unlinked"            /* a commit left objects of LODE_NEW out */
#define LODE_W_UNREAD_ERROR       "unread-error"        /* a session was freed with an error */
#define LODE_W_ROLLED_BACK        "rolled-back"         /* a session was freed with changes */
#define LODE_W_DROPPED_STATEMENT  "dropped-statement"   /* a statement was never run */
#define LODE_W_FORK               "fork"                /* connections of a parent abandoned */
#define LODE_W_LEAKED_CONNECTION  "leaked-connection"   /* an engine was closed while in use */
#define LODE_W_PLUGIN             "plugin"              /* a plugin was refused or passed over */
#define LODE_W_SERVER             "server"              /* the server sent a warning */
#define LODE_W_UNKNOWN_TYPE       "unknown-type"        /* reflection met a type it cannot name */
#define LODE_W_TYPE_CHANGED       "type-changed"        /* a dialect has to weaken a type */
#define LODE_W_UNORDERED_LIMIT    "unordered-limit"     /* LIMIT without ORDER BY */
#define LODE_W_CYCLE              "table-cycle"         /* tables refer to each other */

#ifdef __cplusplus
}
#endif

#endif
