/* SPDX-License-Identifier: MIT */
/* mariadb/host.c - failures that no server told; for the driver and the dialects alike. */
#include "host.h"

const lode_host *lmy_host;

lode_status lmy_refuse(lode_err *e, lode_status status, const char *message, const char *hint)
{
	lode_error_info info = { 0 };

	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = -1;
	info.message = message;
	info.hint = hint;
	lmy_host->error(e, &info);
	return status;
}

lode_status lmy_nomem(lode_err *e)
{
	return lmy_refuse(e, LODE_E_NOMEM, "out of memory", NULL);
}
