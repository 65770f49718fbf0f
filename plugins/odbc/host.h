/* SPDX-License-Identifier: MIT */
/* odbc/host.h - the host's services; set once by the plugin's init. */
#ifndef LODE_ODBC_HOST_H
#define LODE_ODBC_HOST_H

#include <lode/driver.h>

extern const lode_host *lodbc_host;

#endif
