/* SPDX-License-Identifier: MIT */
/* sqlite/array.h - one parameter that is a list: IN (SELECT value FROM lode_array(?)). */
#ifndef LODE_SQLITE_ARRAY_H
#define LODE_SQLITE_ARRAY_H

#include "connection.h"

#define LSQ_ARRAY_FUNCTION "lode_array"

int lsq_array_register(lode_drv_conn *c);

#endif
