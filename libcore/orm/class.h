/* SPDX-License-Identifier: MIT */
/* orm/class.h - reading the declarations of a class.
 *
 * A descriptor may come from a program built with older headers, whose declarations are shorter:
 * they are read only through lode__class_decl, which fills up with zeros. */
#ifndef LODE_ORM_CLASS_H
#define LODE_ORM_CLASS_H
#include <lode/class.h>

#include "base/arena.h"

/* A declaration of the class or of what it includes, at its place in the class. */
typedef struct lode__member {
	lode_decl decl;             /* offsets count from the start of the class */
	const char *name;           /* of a member: "stamps.created_at"; else NULL */
	const char *prefix;         /* of the names in its strings: "stamps.", or "" */
	const lode_class *origin;   /* the class or mixin it stands in */
} lode__member;

typedef struct lode__members {
	lode__member *items;
	size_t count;
} lode__members;

/* Is the descriptor one that can be read?  LODE_OK or LODE_E_MAPPING. */
lode_status lode__class_check(const lode_class *class_, lode_error *error);
/* declaration `index` in the present layout */
void lode__class_decl(const lode_class *class_, size_t index, lode_decl *out);
/* All declarations: first those of the class itself in their order, then those of what it includes
 * in the order of inclusion; no LODE_DECL_INCLUDE is left.  Items and composed names are the
 * arena's, all else is the class's.  LODE_OK, LODE_E_MAPPING, LODE_E_NOMEM. */
lode_status lode__class_members(const lode_class *class_, lode__arena *arena, lode__members *out,
                                lode_error *error);
#endif
