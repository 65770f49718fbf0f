/* SPDX-License-Identifier: MIT */
/* orm/join.h - how the two sides of a relationship are joined.
 *
 * The foreign keys between the two tables are looked at; exactly one must fit the kind of the
 * relationship and what .foreign_key and .remote_side say.  What refers to a primary key is listed
 * in the order of that key, so that both sides of a pair of relationships list the same. */
#ifndef LODE_ORM_JOIN_H
#define LODE_ORM_JOIN_H
#include "orm/mapper.h"

/* Fill direction, pairs, far, secondary and path (but its order) of a relationship whose target and
 * reverse are set.  LODE_OK, LODE_E_MAPPING, LODE_E_NO_OBJECT (a foreign key names a column that
 * its table does not have), LODE_E_NOMEM. */
lode_status lode__join_find(lode__relationship *relationship, lode_error *error);
#endif
