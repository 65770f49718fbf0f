/* SPDX-License-Identifier: MIT */
/* orm/plan.h - what a flush is going to do, collected before anything is sent.
 *
 * The session keeps one plan, and with it the memory of lists that are not long: a flush of one
 * object asks for none.
 * Invariants: an object is in one list of one class; links are listed once although both sides know
 * them; nothing of the database has changed until lode__plan_make has returned LODE_OK. */
#ifndef LODE_ORM_PLAN_H
#define LODE_ORM_PLAN_H
#include "base/arena.h"
#include "orm/order.h"
#include "orm/sync.h"

typedef struct lode__class_plan {
	lode__objects inserts, updates, deletes;
	bool linked;                    /* some that was inserted has links that become history */
} lode__class_plan;

typedef struct lode__linking {          /* one row of a link table */
	const lode__relationship *relationship; /* of the side that is mapped first */
	void *owner, *target;           /* target NULL: all rows of the owner */
	bool remove;
} lode__linking;

typedef struct lode__flush_plan {
	lode_session *session;
	const lode__flush_order *order;
	lode__arena arena;              /* syncs */
	lode__objects synced;           /* objects whose trail has syncs */
	lode__linking *links;
	size_t link_count, link_capacity;
	size_t *link_slots;             /* hash table over links: index + 1 */
	size_t link_mask;
	bool empty;
	lode__class_plan classes[];     /* by mapper index */
} lode__flush_plan;

/* Fills session->plan, which is empty or not there yet; it is to be cleared whatever comes of it. */
lode_status lode__plan_make(lode_session *session);
void lode__plan_clear(lode_session *session);
void lode__plan_free(lode_session *session);
/* Has some object of these tables a change that a flush would send? */
bool lode__plan_needed(lode_session *session, const lode_table *const *tables, size_t count);
#endif
