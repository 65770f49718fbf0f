/* SPDX-License-Identifier: MIT */
/* schema/sort.h - tables in the order of their foreign keys.
 *
 * A table comes after the tables it refers to; among equals the order of addition rules.  Self
 * references do not count.  Where tables refer to each other in a circle, the foreign keys within
 * the circle do not count either and are listed: DDL adds them afterwards, or renders them inline
 * where the database does not mind. */
#ifndef LODE_SCHEMA_SORT_H
#define LODE_SCHEMA_SORT_H

#include <lode/schema.h>

typedef struct lode__sorted {
	lode_table **tables;        /* referred ones first */
	size_t count;
	lode_foreign_key **late;    /* on a circle, or use_alter: not to be part of the order */
	size_t late_count;
	const lode_allocator *allocator;
} lode__sorted;

/* Sorts `tables` of one resolved metadata (all of its tables if `tables` is NULL); references to
 * tables that are not among them do not count.  LODE_E_CYCLE: declared dependencies make a circle
 * by themselves.  On failure `out` is untouched. */
lode_status lode__tables_sort(lode__sorted *out, const lode_metadata *metadata,
                              lode_table *const *tables, size_t count, lode_error *error);

/* Resolves and sorts the whole metadata. */
lode_status lode__metadata_sorted(lode__sorted *out, lode_metadata *metadata, lode_error *error);

bool lode__sorted_is_late(const lode__sorted *sorted, const lode_foreign_key *key);

void lode__sorted_dispose(lode__sorted *sorted);

#endif
