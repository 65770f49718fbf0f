/* SPDX-License-Identifier: MIT */
/* orm/write.h - rows of one class written in batches: one statement for each shape (set of columns),
 * the statement text and its parameter layout kept with the extent.
 *
 * Parameters point into the objects themselves: the driver reads members where they lie. */
#ifndef LODE_ORM_WRITE_H
#define LODE_ORM_WRITE_H
#include "orm/session.h"

typedef enum { LODE__WRITE_INSERT = 1, LODE__WRITE_UPDATE, LODE__WRITE_DELETE } lode__write_kind;

typedef struct lode__write {
	struct lode__write *next;
	lode__write_kind kind;
	bool many;                      /* for several rows */
	bool rowset;                    /* ... through a row table */
	bool row_by_row;                /* INSERT of nothing but defaults: no row table, even for several */
	bool wants_key;                 /* INSERT: the database generates the key */
	uint64_t *shape;                /* attribute bits: sent by INSERT, changed by UPDATE */
	char *sql;
	size_t sql_size;
	lode_drv_bind *binds;
	uint32_t bind_count;
	uint32_t *labels;               /* attributes stored as the text of an enum: base 1 */
	uint32_t label_count;
	uint32_t *back;                 /* attributes whose value the database makes */
	uint32_t back_count;
	lode_drv_bind *back_binds;      /* RETURNING: one row into the object; NULL: read them afterwards */
} lode__write;

/* Objects in states PENDING, PERSISTENT and PERSISTENT+MARKED; NULLs are not allowed. */
lode_status lode__write_inserts(lode_session *session, lode__extent *extent, void **instances, size_t count);
lode_status lode__write_updates(lode_session *session, lode__extent *extent, void **instances, size_t count);
lode_status lode__write_deletes(lode_session *session, lode__extent *extent, void **instances, size_t count);

/* Rows of a link table; `owners` and `targets` run in parallel.  With targets NULL: all rows of the owners. */
lode_status lode__write_links(lode_session *session, const lode__relationship *relationship, bool remove,
                              void **owners, void **targets, size_t count);

/* Attribute bits that differ from the snapshot; text that is equal is put back to the snapshot's
 * address.  False: nothing differs. */
bool lode__write_changes(const lode__extent *extent, lode__object *object, uint64_t *shape);
/* Zero or NULL, and never named: an INSERT may leave it to a default. */
bool lode__write_unset(const lode__attribute *attribute, const lode__object *object);
/* Of a new object: text that the program assigned becomes the session's. */
lode_status lode__write_own_texts(lode__extent *extent, void *instance);
void lode__writes_free(lode__extent *extent);
#endif
