/* SPDX-License-Identifier: MIT */
/* orm/eager.h - the plan of a select: its SQL, the entities in a row, where their columns go.
 *
 * Entity 0 is the statement's own; the others are joined by relationships whose strategy is
 * "joined".  A plan depends on the registry, the structure of the statement and the joined
 * relationships only; it is immutable, counted, and shared by the sessions of an engine.
 * Invariant: the binds of entity k have base k, everything in scratch has base entity_count. */
#ifndef LODE_ORM_EAGER_H
#define LODE_ORM_EAGER_H
#include "base/arena.h"
#include "engine/plan.h"
#include "orm/loader.h"
#include "orm/registry.h"
#include "sql/compile.h"

typedef struct lode__entity {
	const lode_mapper *mapper;
	const lode__relationship *relationship; /* NULL: the statement's own */
	uint32_t parent;			/* the entity whose member it fills */
	uint32_t loader; /* its option among its parent's, or LODE__BY_DEFAULT */
} lode__entity;

#define LODE__ENTITIES_MAX 32 /* what backends join at most, with room for the rest */

/* Where the columns of an entity lie in scratch. */
typedef struct lode__entity_place {
	size_t nulls; /* one flag a column; joined entities only */
	size_t texts; /* char * a column, if some are enums stored as text */
} lode__entity_place;

#define LODE__EXTRA_SIZE 32u /* room in scratch for one extra column */

typedef struct lode__load_plan {
	lode__plan plan; /* first: the engine's cache knows only this */
	lode_allocator allocator;
	lode__compiled *compiled;
	uint32_t entity_count, bind_count; /* no entities: not a select of objects */
	lode__entity *entities;
	lode__entity_place *places;
	lode_drv_bind *binds; /* of all columns */
	size_t extra;	      /* place of the extra columns in scratch */
	size_t scratch_size;
	uint32_t head, rest; /* columns of the first entity's key, if they come first and a row is
				known by them, and of the entity's other members; else 0 */
	bool may_repeat;  /* one object may come in several rows */
	bool joins_lists; /* some joined entity belongs to a list */
	bool plain;	  /* one entity, stored without a detour, each object once:
			     base 0 is then an array of row pointers */
} lode__load_plan;

/* The joined entities that `statement` loads with its own.  Their number with the first, or 0:
 * an option is wrong, said in `error`. */
uint32_t lode__entities_of(lode__entity entities[LODE__ENTITIES_MAX], const lode_mapper *mapper,
			   lode__loaders loaders, lode_error *error);
/* Compile.  `link`: the relationship it loads, whose link columns follow the first entity's. */
lode_status lode__load_plan_new(lode__load_plan **out, lode_registry *registry,
				const lode__dialect *dialect, const lode_statement *statement,
				const lode__relationship *link, const lode__entity *entities,
				uint32_t entity_count, const lode_allocator *allocator,
				lode_error *error);
/* how a member of a row struct is stored; text is borrowed */
lode_drv_bind lode__member_bind(lode_ctype ctype, size_t offset, size_t size);
#endif
