/* SPDX-License-Identifier: MIT */
/* orm/order.h - in which order a flush writes the tables: those that are referred to first.
 *
 * By the foreign keys of the tables, whether a relationship uses them or not.  Tables that refer to
 * each other, or to themselves, form a group: inside it the flush orders rows.  Computed once a
 * session, because mappers do not change any more; ties keep the order of mapping. */
#ifndef LODE_ORM_ORDER_H
#define LODE_ORM_ORDER_H
#include "orm/session.h"

typedef struct lode__table_group {
	const lode_mapper **mappers;
	uint32_t count;
	bool cyclic;                    /* some foreign key stays inside the group */
} lode__table_group;

typedef struct lode__flush_order {
	lode__table_group *groups;
	uint32_t count;
	uint32_t *group_of;             /* by mapper index */
} lode__flush_order;

/* NULL: out of memory, said in the session */
const lode__flush_order *lode__order_of(lode_session *session);
void lode__order_free(lode_session *session);
#endif
