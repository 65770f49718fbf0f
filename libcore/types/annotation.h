/* SPDX-License-Identifier: MIT */
/* types/annotation.h - the type annotation map: which SQL type a member gets.
 *
 * Asked in this order: the annotation's entry, the entry of the C type (of a lode_opt_* its own,
 * then its scalar's), what is built in.  Entries are exact and the last one put wins; they are
 * copied with their variants. */
#ifndef LODE_TYPES_ANNOTATION_H
#define LODE_TYPES_ANNOTATION_H

#include <stddef.h>

#include <lode/types.h>

#include "base/arena.h"
#include "base/map.h"

#define LODE__CTYPE_END 64      /* above every lode_ctype */

typedef struct lode__type_map {
	lode__arena *arena;
	const lode_type *ctypes[LODE__CTYPE_END];   /* NULL: no entry */
	lode__map names;                            /* annotation -> lode_type */
} lode__type_map;

void lode__type_map_init(lode__type_map *map, lode__arena *arena);
/* LODE_OK; LODE_E_MISUSE, no such ctype or a bad type; LODE_E_NOMEM */
lode_status lode__type_map_put(lode__type_map *map, lode_ctype ctype, const lode_type *type,
                               lode_error *error);
lode_status lode__type_map_put_name(lode__type_map *map, const char *annotation,
                                    const lode_type *type, lode_error *error);
/* The type of a member, by value; what it points at is the map's.  char[N] without an explicit
 * length gets N - 1.  `where` ("User.id") stands in the message.
 * LODE_OK; LODE_E_MAPPING, the annotation (may be NULL) has no entry: names the nearest. */
lode_status lode__type_map_find(const lode__type_map *map, lode_ctype ctype, size_t size,
                                const char *annotation, const char *where, lode_type *out,
                                lode_error *error);

#endif
