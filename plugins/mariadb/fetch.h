/* SPDX-License-Identifier: MIT */
/* mariadb/fetch.h - the rows of a statement into the layout that was bound. */
#ifndef LODE_MARIADB_FETCH_H
#define LODE_MARIADB_FETCH_H

#include "statement.h"

lode_status lmy_fetch_bind(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
			   uint32_t bind_size, lode_err *e);
lode_status lmy_fetch_rows(lode_drv_stmt *s, lode_fetch *f, lode_err *e);
lode_status lmy_fetch_describe(lode_drv_stmt *s, uint32_t column, lode_col_desc *out, lode_err *e);

#endif
