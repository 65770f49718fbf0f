/* SPDX-License-Identifier: MIT */
/* types/annotation.c - see annotation.h for the order in which entries are asked. */
#include "types/annotation.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "types/ctype.h"
#include "types/type.h"

_Static_assert(LODE_C_OPT_UUID < LODE__CTYPE_END, "every ctype has a place");

void lode__type_map_init(lode__type_map *map, lode__arena *arena)
{
	memset(map, 0, sizeof *map);
	map->arena = arena;
	lode__map_init(&map->names, arena);
}

/* NULL: *status says why */
static lode_type *new_copy(lode__type_map *map, const lode_type *type, lode_status *status,
                           lode_error *error)
{
	lode__mark mark = lode__arena_mark(map->arena);
	lode_type *copy = LODE__NEW(map->arena, lode_type);

	*status = copy ? lode__type_copy(copy, type, map->arena, error)
	               : lode__error_nomem(error);
	if (*status == LODE_OK)
		return copy;
	lode__arena_reset(map->arena, mark);
	return NULL;
}

lode_status lode__type_map_put(lode__type_map *map, lode_ctype ctype, const lode_type *type,
                               lode_error *error)
{
	lode_status status;
	lode_type *copy;

	if (!lode__ctype_info(ctype))
		return lode__error_set(error, LODE_E_MISUSE, "there is no C type number %d",
		                       (int)ctype);
	copy = new_copy(map, type, &status, error);
	if (copy)
		map->ctypes[ctype] = copy;
	return status;
}

lode_status lode__type_map_put_name(lode__type_map *map, const char *annotation,
                                    const lode_type *type, lode_error *error)
{
	lode_status status;
	lode_type *copy;

	if (!annotation || !*annotation)
		return lode__error_set(error, LODE_E_MISUSE, "an annotation needs a name");
	copy = new_copy(map, type, &status, error);
	if (copy && lode__map_put(&map->names, annotation, copy) < 0)
		return lode__error_nomem(error);
	return status;
}

static lode_status refuse_name(const lode__type_map *map, const char *annotation,
                               const char *where, lode_error *error)
{
	const char *colon = where ? ": " : "";
	lode__near near;

	if (!where)
		where = "";
	lode__near_init(&near, annotation);
	LODE__MAP_EACH(entry, &map->names)
		lode__near_offer(&near, entry->key);
	if (near.best)
		return lode__error_set(error, LODE_E_MAPPING,
		                       "%s%sthe annotation \"%s\" has no type; "
		                       "did you mean \"%s\"?", where, colon, annotation, near.best);
	return lode__error_set(error, LODE_E_MAPPING,
	                       "%s%sthe annotation \"%s\" has no type; give it one with "
	                       "lode_registry_map_annotation()", where, colon, annotation);
}

static const lode_type *find_ctype(const lode__type_map *map, lode_ctype ctype)
{
	const struct lode__ctype_info *info = lode__ctype_info(ctype);

	return map->ctypes[ctype] ? map->ctypes[ctype] : map->ctypes[info->scalar];
}

lode_status lode__type_map_find(const lode__type_map *map, lode_ctype ctype, size_t size,
                                const char *annotation, const char *where, lode_type *out,
                                lode_error *error)
{
	const lode_type *type = NULL;

	if (!lode__ctype_info(ctype))
		return lode__error_set(error, LODE_E_MAPPING, "%s%sthere is no C type number %d",
		                       where ? where : "", where ? ": " : "", (int)ctype);
	if (annotation) {
		type = (const lode_type *)lode__map_get(&map->names, annotation);
		if (!type)
			return refuse_name(map, annotation, where, error);
	} else {
		type = find_ctype(map, ctype);
	}
	if (type)
		*out = *type;
	else
		lode__type_default(out, ctype, size);
	if (ctype == LODE_C_CHARS && out->kind == LODE_STRING && !out->length && size > 1)
		out->length = (uint32_t)(size - 1);
	return LODE_OK;
}
