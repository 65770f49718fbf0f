/* SPDX-License-Identifier: MIT */
/* orm/declare.h - from the declarations of a class to its table in the metadata.
 *
 * The columns of the table are the column declarations in their order: column i is declaration
 * columns[i]. */
#ifndef LODE_ORM_DECLARE_H
#define LODE_ORM_DECLARE_H
#include <lode/schema.h>

#include "orm/class.h"
#include "orm/registry.h"

typedef struct lode__declared {
	lode_table *table;
	const lode__member **columns;       /* one for each column of the table, in their order */
	size_t count;
} lode__declared;

/* LODE_OK, with a table that has a primary key; LODE_E_MAPPING, a declaration is wrong (the table
 * may be half made); LODE_E_EXISTS, the metadata has a table of that name; LODE_E_NOMEM. */
lode_status lode__declare_table(lode_registry *registry, const lode_class *class_,
                                const lode__members *members, lode__arena *arena,
                                lode__declared *out, lode_error *error);

/* may the member be SQL NULL? */
bool lode__member_nullable(const lode__member *member);
#endif
