/* SPDX-License-Identifier: MIT */
/* mariadb/host.h - the host's services, and the failures that no server told. */
#ifndef LODE_MARIADB_HOST_H
#define LODE_MARIADB_HOST_H

#include <lode/driver.h>

/* set once by the plugin's init */
extern const lode_host *lmy_host;

/* report something that did not come from a server; returns `status` */
lode_status lmy_refuse(lode_err *e, lode_status status, const char *message, const char *hint);
lode_status lmy_nomem(lode_err *e);

#endif
