/* SPDX-License-Identifier: MIT */
/* engine/host.h - the services table that plugins are handed, and what stands behind its handles.
 *
 * Plugins see these structs as opaque.  Nothing here is freed by a plugin. */
#ifndef LODE_ENGINE_HOST_H
#define LODE_ENGINE_HOST_H

#include <stdbool.h>

#include <lode/driver.h>
#include <lode/error.h>

typedef struct lode__link lode__link;
typedef struct lode__dialect lode__dialect;

/* Where the driver puts text and bytes of rows: a fetch hands `(lode_arena *)sink`.  `alloc` returns
 * NULL on failure; what it gave belongs to whoever made the sink. */
typedef struct lode__text_sink {
	void *(*alloc)(void *context, size_t size, size_t align);
	void *context;
} lode__text_sink;

/* Where a plugin reports.  Lives on the stack of the calling function. */
struct lode_err {
	lode_error *error;           /* NULL: nobody wants it */
	const lode__dialect *dialect;    /* classifies SQLSTATE and native code; may be NULL */
	lode_status status;          /* class of the first report; 0 none yet */
	int32_t row;                 /* parameter row it was about, -1 unknown */
	bool retryable;
	bool disconnected;
	bool more;                   /* a second report was appended */
};

#define LODE__ERR_INIT(error_, dialect_) { (error_), (dialect_), LODE_OK, -1, false, false, false }

/* the table; constant */
extern const lode_host lode__host;

/* Finish a failed call of a plugin: the status to pass on.  `error` of `err` is filled even if the
 * plugin reported nothing; `what` says what was tried ("prepare"); `sql` may be NULL. */
lode_status lode__err_finish(struct lode_err *err, lode_status status, const char *what,
                             const char *sql, size_t sql_size);

/* The loader's lock, also used by lode__host.loader_lock. */
void lode__loader_lock(void);
void lode__loader_unlock(void);

#endif
