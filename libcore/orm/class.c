/* SPDX-License-Identifier: MIT */
/* orm/class.c - reading the declarations of a class.
 *
 * Flattening counts first and fills after, so that the list is one array.  Includes are walked
 * depth-first; a mixin cannot contain itself (a struct cannot), but a descriptor made by hand may
 * say so, so depth is bounded. */
#include "orm/class.h"

#include <string.h>

#include "base/error.h"

#define INCLUDE_DEPTH 16
#define CLASS_SIZE_0_1 (offsetof(lode_class, object_align) + sizeof(uint32_t))
#define DECL_SIZE_MIN offsetof(lode_decl, u)

typedef struct walk {
	lode__arena *arena;
	lode__member *items;        /* NULL: only count */
	size_t count;
	lode_error *error;
} walk;

lode_status lode__class_check(const lode_class *class_, lode_error *error)
{
	if (class_->struct_size < CLASS_SIZE_0_1 || class_->decl_size < DECL_SIZE_MIN)
		return lode__error_set(error, LODE_E_MAPPING,
			"a class descriptor has no valid size: make it with LODE_CLASS");
	if (!class_->name || !*class_->name)
		return lode__error_set(error, LODE_E_MAPPING, "a class descriptor has no name");
	if (class_->decl_count && !class_->decls)
		return lode__error_set(error, LODE_E_MAPPING, "%s: the declarations are missing",
		                       class_->name);
	return LODE_OK;
}

void lode__class_decl(const lode_class *class_, size_t index, lode_decl *out)
{
	const char *from = (const char *)class_->decls + index * class_->decl_size;
	size_t size = class_->decl_size < sizeof *out ? class_->decl_size : sizeof *out;

	memset(out, 0, sizeof *out);
	memcpy(out, from, size);
}

/* "stamps." + "created_at"; the class's own text if there is no prefix */
static const char *join_name(walk *w, const char *prefix, const char *name)
{
	return *prefix ? lode__arena_printf(w->arena, "%s%s", prefix, name) : name;
}

static lode_status fill_member(walk *w, lode__member *member, size_t offset)
{
	lode_decl *decl = &member->decl;
	const char *name;

	switch (decl->kind) {
	case LODE_DECL_COLUMN:
		name = decl->u.column.member;
		decl->u.column.offset += offset;
		break;
	case LODE_DECL_TO_ONE:
	case LODE_DECL_TO_MANY:
		name = decl->u.relationship.member;
		decl->u.relationship.offset += offset;
		break;
	default:
		return LODE_OK;
	}
	if (!name)
		return lode__error_set(w->error, LODE_E_MAPPING,
				       "%s: a declaration names no member", member->origin->name);
	member->name = join_name(w, member->prefix, name);
	return member->name ? LODE_OK : lode__error_nomem(w->error);
}

static lode_status walk_class(walk *w, const lode_class *class_, const char *prefix, size_t offset,
                              int depth);

static lode_status walk_include(walk *w, const lode_class *class_, const lode_include_decl *include,
                                const char *prefix, size_t offset, int depth)
{
	const lode_class *base = include->base;
	const char *inner;
	lode_status status;

	if (!base || !include->member)
		return lode__error_set(w->error, LODE_E_MAPPING, "%s: LODE_INCLUDE names no class",
		                       class_->name);
	status = lode__class_check(base, w->error);
	if (status < 0)
		return status;
	if (base->table)
		return lode__error_set(w->error, LODE_E_MAPPING,
				       "%s.%s%s: %s has a table of its own; "
				       "only a LODE_MIXIN or LODE_ABSTRACT can be included",
				       class_->name, prefix, include->member, base->name);
	if (depth >= INCLUDE_DEPTH)
		return lode__error_set(w->error, LODE_E_MAPPING,
			"%s.%s%s: mixins are included more than %d deep",
			class_->name, prefix, include->member, INCLUDE_DEPTH);
	inner = lode__arena_printf(w->arena, "%s%s.", prefix, include->member);
	if (!inner)
		return lode__error_nomem(w->error);
	return walk_class(w, base, inner, offset + include->offset, depth + 1);
}

static lode_status walk_own(walk *w, const lode_class *class_, const char *prefix, size_t offset)
{
	for (size_t i = 0; i < class_->decl_count; i++) {
		lode__member member = { .prefix = prefix, .origin = class_ };
		lode_status status;

		lode__class_decl(class_, i, &member.decl);
		if (member.decl.kind == LODE_DECL_INCLUDE)
			continue;
		if (member.decl.kind < LODE_DECL_COLUMN || member.decl.kind > LODE_DECL_INCLUDE)
			return lode__error_set(w->error, LODE_E_MAPPING,
				"%s: declaration %zu is of no known kind: it needs a newer lode",
				class_->name, i + 1);
		if (w->items) {
			status = fill_member(w, &member, offset);
			if (status < 0)
				return status;
			w->items[w->count] = member;
		}
		w->count++;
	}
	return LODE_OK;
}

static lode_status walk_class(walk *w, const lode_class *class_, const char *prefix, size_t offset,
                              int depth)
{
	lode_status status = walk_own(w, class_, prefix, offset);

	for (size_t i = 0; status == LODE_OK && i < class_->decl_count; i++) {
		lode_decl decl;

		lode__class_decl(class_, i, &decl);
		if (decl.kind == LODE_DECL_INCLUDE)
			status = walk_include(w, class_, &decl.u.include, prefix, offset, depth);
	}
	return status;
}

lode_status lode__class_members(const lode_class *class_, lode__arena *arena, lode__members *out,
                                lode_error *error)
{
	walk w = { .arena = arena, .error = error };
	lode_status status = lode__class_check(class_, error);

	if (status == LODE_OK)
		status = walk_class(&w, class_, "", 0, 0);
	if (status < 0)
		return status;
	w.items = LODE__NEW_ARRAY(arena, lode__member, w.count);
	if (!w.items)
		return lode__error_nomem(error);
	w.count = 0;
	status = walk_class(&w, class_, "", 0, 0);
	if (status < 0)
		return status;
	out->items = w.items;
	out->count = w.count;
	return LODE_OK;
}
