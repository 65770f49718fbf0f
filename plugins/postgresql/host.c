/* SPDX-License-Identifier: MIT */
/* postgresql/host.c - see host.h. */
#include "host.h"

#include <stdio.h>

const lode_host *lpg_host;

lode_status lpg_refuse(lode_err *e, lode_status status, const char *message, const char *hint)
{
	lode_error_info info = { 0 };

	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = -1;
	info.message = message;
	info.hint = hint;
	lpg_host->error(e, &info);
	return status;
}

lode_status lpg_refuse_memory(lode_err *e)
{
	return lpg_refuse(e, LODE_E_NOMEM, "out of memory", NULL);
}

lode_status lpg_refuse_value(lode_err *e, lode_status status, int32_t row, uint32_t number,
			     const char *what, const char *why)
{
	lode_error_info info = { 0 };
	char text[200];

	if (status == LODE_E_NOMEM)
		return lpg_refuse_memory(e);
	snprintf(text, sizeof text, "%s %lu: %s", what, (unsigned long)number + 1, why);
	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = row;
	info.message = text;
	lpg_host->error(e, &info);
	return status;
}
