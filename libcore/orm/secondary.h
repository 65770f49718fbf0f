/* SPDX-License-Identifier: MIT */
/* orm/secondary.h - link tables of many-to-many relationships.
 *
 * A .secondary table that the metadata does not have is made: a column <table>_<column> for each
 * key column of either side with its foreign key, all of them together the primary key.  Made
 * tables are remembered: a class that is mapped to the same name later takes the place of one. */
#ifndef LODE_ORM_SECONDARY_H
#define LODE_ORM_SECONDARY_H
#include "orm/registry.h"

/* The table of the relationship's .secondary, made if it is not there. */
lode_status lode__secondary_table(lode__relationship *relationship, const lode_table **out,
                                  lode_error *error);
/* A class wants the name of `table`: true if that was a made one; it is then out of the metadata,
 * and the relationships that used it are to be linked again. */
bool lode__secondary_give_way(lode_registry *registry, lode_table *table);
#endif
