/* SPDX-License-Identifier: MIT */
/* orm/names.h - which members the text of some designators names.
 *
 * LODE_NEW(s, User, .name = f(a, b), .stamps = { .created_at = t }) passes the text after the
 * class; other languages pass "name, age".  Parsed once for each text and kept with the extent,
 * looked up by address and compared by content. */
#ifndef LODE_ORM_NAMES_H
#define LODE_ORM_NAMES_H
#include "orm/extent.h"

typedef struct lode__names {
	const char *given;              /* address it was last found under */
	char *text;                     /* own copy */
	uint32_t attribute_count, relationship_count;
	uint32_t *attributes;           /* indexes, in the order of the text */
	uint32_t *relationships;
	uint32_t bits;                  /* which of the first 32 attributes are named */
	bool many;                      /* attributes beyond them are named */
	bool is_key;                    /* exactly the members of the primary key */
} lode__names;

/* NULL with the session's error set: a member that is not there, a positional value, out of memory */
const lode__names *lode__names_of(lode__extent *extent, const char *text);
void lode__names_free(lode__extent *extent);

/* Was an attribute of a new object named? */
bool lode__object_named(const lode__object *object, uint32_t attribute);
lode_status lode__object_name(lode__extent *extent, lode__object *object, uint32_t attribute);
void lode__object_name_all(lode__extent *extent, lode__object *object);
#endif
