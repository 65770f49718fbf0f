/* SPDX-License-Identifier: MIT */
/* orm/find.h - objects by primary key: lode_find, and reloading what is expired.
 *
 * The SELECT by key of a class is compiled once a session and kept with it. */
#ifndef LODE_ORM_FIND_H
#define LODE_ORM_FIND_H
#include "orm/load.h"

typedef struct lode__finder {
	lode__load_plan *plan;
	bool alone; /* nothing is loaded with it: the short way */
} lode__finder;

lode__finder *lode__finder_of(lode_session *session, lode__extent *extent);
void lode__finder_free(lode_session *session, lode__finder *finder);
/* The object with the key in `image`, known or loaded; NULL: no such row, or a failure. */
void *lode__find(lode_session *session, lode__extent *extent, const void *image);
#endif
