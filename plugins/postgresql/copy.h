/* SPDX-License-Identifier: MIT */
/* postgresql/copy.h - COPY ... FROM STDIN in binary: rows by the thousand, without conflicts, without
 * RETURNING. */
#ifndef LODE_POSTGRESQL_COPY_H
#define LODE_POSTGRESQL_COPY_H

#include "connection.h"

extern const lode_bulk_ops lpg_bulk_ops;

#endif
