/* SPDX-License-Identifier: MIT */
/* postgresql/keys.h - generated keys from what RETURNING gave. */
#ifndef LODE_POSTGRESQL_KEYS_H
#define LODE_POSTGRESQL_KEYS_H

#include <libpq-fe.h>

#include <lode/driver.h>

/* The last column of all rows, in the order of the parameter rows; 0: it is no integer. */
int lpg_keys_read(const PGresult *r, int64_t *keys);

#endif
