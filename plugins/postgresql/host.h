/* SPDX-License-Identifier: MIT */
/* postgresql/host.h - the services of the host, and reporting to it.  Knows no client library. */
#ifndef LODE_POSTGRESQL_HOST_H
#define LODE_POSTGRESQL_HOST_H

#include <lode/driver.h>

extern const lode_host *lpg_host; /* set once by the plugin's init */

/* report something that did not come from the server; returns `status`.  `hint` may be NULL. */
lode_status lpg_refuse(lode_err *e, lode_status status, const char *message, const char *hint);
lode_status lpg_refuse_memory(lode_err *e);
/* a value that cannot be taken or delivered; `what` and its number, from 0 */
lode_status lpg_refuse_value(lode_err *e, lode_status status, int32_t row, uint32_t number,
			     const char *what, const char *why);

#endif
