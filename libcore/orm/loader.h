/* SPDX-License-Identifier: MIT */
/* orm/loader.h - how a statement wants relationships loaded: its options, each with those that are
 * chained to it.
 *
 * A loader is one heap block of the default allocator and belongs to the statement or loader it was
 * given to. */
#ifndef LODE_ORM_LOADER_H
#define LODE_ORM_LOADER_H
#include <lode/session.h>

#include "orm/mapper.h"

/* bits of lode_statement.populate */
#define LODE__POPULATE_EXISTING 1u
#define LODE__POPULATE_SPENT 2u /* it was run: a tombstone of the session */
#define LODE__NO_AUTOFLUSH 4u	/* running it flushes nothing first */

#define LODE__BY_DEFAULT UINT32_MAX /* no option: as it is mapped */

struct lode_loader {
	uint32_t strategy;  /* LODE_LAZY_* */
	bool placed;	    /* belongs to somebody */
	lode_status status; /* failure while chaining, told when run */
	lode_rel rel;
	lode_loader **next; /* for the objects it loads */
	uint32_t next_count, next_capacity;
};

/* The options of one level: those of a statement, or those chained to one of them. */
typedef struct lode__loaders {
	lode_loader *const *items;
	size_t count;
} lode__loaders;

void lode__loader_free(lode_loader *loader); /* with what is chained to it; NULL is legal */
/* LODE_OK, or why options of this level cannot be used with the mapper */
lode_status lode__loaders_check(lode__loaders loaders, const lode_mapper *mapper,
				lode_error *error);
/* The option for a relationship, LODE__BY_DEFAULT if there is none: the last one given wins. */
uint32_t lode__loader_of(lode__loaders loaders, const lode__relationship *relationship);
/* LODE_LAZY_* of a relationship under these options */
uint32_t lode__strategy_of(lode__loaders loaders, const lode__relationship *relationship);
/* the options chained to option `loader` of this level; none for LODE__BY_DEFAULT */
lode__loaders lode__loaders_below(lode__loaders loaders, uint32_t loader);
#endif
