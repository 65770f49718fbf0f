/* SPDX-License-Identifier: MIT */
/* postgresql/sqlstate.h - error classes of PostgreSQL's SQLSTATEs.  Knows no client library: the
 * dialect needs it behind any driver. */
#ifndef LODE_POSTGRESQL_SQLSTATE_H
#define LODE_POSTGRESQL_SQLSTATE_H

#include <lode/driver.h>

/* LODE_E_OTHER: a code that stands for nothing an ORM decides by */
lode_status lpg_sqlstate_class(const char *sqlstate);

#endif
