/* SPDX-License-Identifier: MIT */
/* orm/rows.h - streams of rows, each read into a struct of the caller's.
 *
 * A stream holds a cursor and the buffers its parameters lie in.  The session lists its streams: a
 * transaction that ends closes their cursors, the struct stays until lode_rows_close. */
#ifndef LODE_ORM_ROWS_H
#define LODE_ORM_ROWS_H
#include "orm/load.h"

struct lode_rows {
	lode_rows *previous, *next;
	lode_session *session;
	lode__run *run;
	lode__load_plan *plan;
	lode_statement *statement; /* its values are in use until the end */
	lode__cursor cursor;
	size_t row_size;
	bool open;  /* the cursor is */
	bool ended; /* all rows were read */
};

/* Frees the streams of a session, cursors first. */
void lode__rows_free_all(lode_session *session);
#endif
