/* SPDX-License-Identifier: MIT */
/* sqlite/functions.h - collations and functions that every connection gets. */
#ifndef LODE_SQLITE_FUNCTIONS_H
#define LODE_SQLITE_FUNCTIONS_H

#include "connection.h"

#define LSQ_DECIMAL_COLLATION "lode_decimal"

int lsq_functions_register(lode_drv_conn *c);

#endif
