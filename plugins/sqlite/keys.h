/* SPDX-License-Identifier: MIT */
/* sqlite/keys.h - the keys that a batch of inserts generates. */
#ifndef LODE_SQLITE_KEYS_H
#define LODE_SQLITE_KEYS_H

#include "connection.h"

typedef struct lsq_keys {
	char *schema, *table, *column; /* copies; schema may be NULL */
	sqlite3_stmt *highest;	       /* reads the last key; NULL until first used */
	int sequence;		       /* the table is AUTOINCREMENT */
} lsq_keys;

lode_status lsq_keys_new(lode_drv_conn *c, const lode_prepare *a, lsq_keys **out, lode_err *e);
void lsq_keys_free(lsq_keys *keys);
/* LODE_E_UNSUPPORTED, reported: the column is not the table's rowid, so SQLite cannot tell */
lode_status lsq_keys_check(lode_drv_conn *c, lsq_keys *keys, lode_err *e);
/* the key behind which n rows will be numbered, in *last; 0: they do not fit, or nothing is known.
 * Takes the write lock first, so that the answer holds until the transaction ends. */
int lsq_keys_last(lode_drv_conn *c, lsq_keys *keys, uint32_t n, int64_t *last);

#endif
