/* SPDX-License-Identifier: MIT */
/* engine/cancel.h - stopping what another thread's connection is doing.
 *
 * A handle says which link its owner has at the moment.  The owner takes the link out before giving
 * it back; that waits for a cancel that is on its way, so no link is closed, or another owner's,
 * under it. */
#ifndef LODE_ENGINE_CANCEL_H
#define LODE_ENGINE_CANCEL_H

#include <pthread.h>

#include <lode/error.h>

typedef struct lode__link lode__link;

typedef struct lode__handle {
	pthread_mutex_t mutex;
	lode__link *link;            /* NULL: none */
} lode__handle;

void lode__handle_init(lode__handle *handle);
void lode__handle_dispose(lode__handle *handle);
void lode__handle_set(lode__handle *handle, lode__link *link);   /* owner; NULL takes it out */
/* Any thread, as long as the handle lives.  LODE_OK, also if there is no link. */
lode_status lode__handle_cancel(lode__handle *handle, lode_error *error);

#endif
