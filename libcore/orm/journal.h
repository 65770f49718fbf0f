/* SPDX-License-Identifier: MIT */
/* orm/journal.h - what a rollback puts back: one entry for each thing that a flush, a load or a
 * relationship change replaced in this transaction, in order.  A savepoint is a length of it.
 * Invariant: undoing the entries after a mark, last first, gives the objects as they were at it;
 * text that an entry replaced stays allocated until the entry is undone or committed. */
#ifndef LODE_ORM_JOURNAL_H
#define LODE_ORM_JOURNAL_H
#include "orm/link.h"

enum lode__journal_kind {
	LODE__WAS_PENDING = 1,  /* a flush inserted the object */
	LODE__WERE_PENDING,     /* a flush inserted a batch: image is the array, relationship its size */
	LODE__WAS_PERSISTENT,   /* a flush deleted the object */
	LODE__WAS_IMAGE,        /* the snapshot was replaced: image is the old one */
	LODE__WAS_LIST,         /* a list was changed: image is a lode__list */
	LODE__WAS_REF           /* a reference was changed: image is the old pointer itself */
};

typedef struct lode__journal_entry {
	uint32_t kind, relationship;    /* index, for lists and references */
	lode__object *object;
	void *image;
} lode__journal_entry;

typedef struct lode__journal {
	lode__journal_entry *entries;
	size_t count, capacity;
} lode__journal;

/* Room for `more` entries, so that the notes below cannot fail. */
lode_status lode__journal_reserve(lode_session *session, size_t more);
/* Copies the snapshot, which `next` (an image that has its texts already) is about to replace. */
lode_status lode__journal_image(lode_session *session, lode__object *object, const void *next);
/* A batch of inserted objects; `items` is the session pool's and belongs to the journal now.  Room
 * for one entry was reserved. */
void lode__journal_inserted(lode_session *session, void **items, uint32_t count);
lode_status lode__journal_state(lode_session *session, lode__object *object, enum lode__journal_kind kind);
lode_status lode__journal_link(lode_session *session, lode__object *object, const lode__relationship *relationship);
void lode__journal_undo(lode_session *session, size_t mark);
void lode__journal_commit(lode_session *session);
/* An object's memory goes away: its entries must not be undone. */
void lode__journal_forget(lode_session *session, const lode__object *object);
/* Links to expunged objects are not put back. */
lode_status lode__journal_let_go(lode_session *session);
#endif
