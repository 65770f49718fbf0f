/* SPDX-License-Identifier: MIT */
/* engine/cancel.c - see cancel.h.  Of a link only what never changes while it is open is read. */
#include "engine/cancel.h"

#include "base/error.h"
#include "engine/fork.h"
#include "engine/link.h"

void lode__handle_init(lode__handle *handle)
{
	pthread_mutex_init(&handle->mutex, NULL);
	handle->link = NULL;
}

void lode__handle_dispose(lode__handle *handle)
{
	pthread_mutex_destroy(&handle->mutex);
}

void lode__handle_set(lode__handle *handle, lode__link *link)
{
	pthread_mutex_lock(&handle->mutex);
	handle->link = link;
	pthread_mutex_unlock(&handle->mutex);
}

static lode_status cancel_link(lode__link *link, lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, link->dialect);
	lode_status status;

	if (link->fork != lode__fork_count())
		return lode__error_set(error, LODE_E_DISCONNECT,
		                       "the connection belongs to the parent process");
	status = link->ops->cancel(link->connection, &err);
	if (status == LODE_E_UNSUPPORTED && err.status == LODE_OK)
		return lode__error_set(error, LODE_E_UNSUPPORTED,
		                       "this driver cannot cancel a statement");
	return status < 0 ? lode__err_finish(&err, status, "cancel", NULL, 0) : LODE_OK;
}

lode_status lode__handle_cancel(lode__handle *handle, lode_error *error)
{
	lode_status status = LODE_OK;

	pthread_mutex_lock(&handle->mutex);
	if (handle->link)
		status = cancel_link(handle->link, error);
	pthread_mutex_unlock(&handle->mutex);
	return status;
}
