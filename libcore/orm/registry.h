/* SPDX-License-Identifier: MIT */
/* orm/registry.h - the mappers of some classes, their metadata and type map.
 *
 * Until it is configured a registry belongs to one thread; after that it is read-only.
 * Invariants: mappers[i]->index == i; every mapper is in `slots`; a failure of mapping or
 * configuring is in `failure` and is returned by every later use. */
#ifndef LODE_ORM_REGISTRY_H
#define LODE_ORM_REGISTRY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/class.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/vec.h"
#include "orm/mapper.h"
#include "types/annotation.h"

typedef struct lode__class_slot {
	const lode_class *class_;       /* NULL: free */
	lode_mapper *mapper;
} lode__class_slot;

typedef struct lode__warning_action {
	struct lode__warning_action *next;
	const char *name;
	int action;
} lode__warning_action;

struct lode_registry {
	const lode_allocator *allocator;    /* given, or NULL: the default one */
	lode__arena arena;
	lode_metadata *metadata;
	bool own_metadata;
	bool configured;
	lode__type_map types;
	lode_type_hook *type_hook;
	void *type_hook_context;
	lode__vec mappers;
	lode__class_slot *slots;            /* by class: open addressing, at most half full */
	size_t slot_mask;                   /* capacity - 1; 0: no slots yet */
	lode__vec made;                     /* lode_table: secondary tables that mapping made */
	lode_error failure;                 /* status LODE_OK: none */
	lode__warning_action *warnings;     /* newest first */
	int warn_all;                       /* LODE_WARN_* for names without an entry */
	lode_misuse_function *on_misuse;
	void *on_misuse_context;
	lode__logger logger;
};

static inline size_t lode__class_hash(const lode_class *class_)
{
	return (size_t)(((uint64_t)(uintptr_t)class_ * UINT64_C(0x9E3779B97F4A7C15)) >> 32);
}

/* the mapper of a class, or NULL; the hot path of every call that takes a class */
static inline lode_mapper *lode__registry_find(const lode_registry *registry,
                                               const lode_class *class_)
{
	size_t at = lode__class_hash(class_);

	if (!registry->slots)
		return NULL;
	for (;; at++) {
		const lode__class_slot *slot = &registry->slots[at & registry->slot_mask];

		if (slot->class_ == class_)
			return slot->mapper;
		if (!slot->class_)
			return NULL;
	}
}

static inline lode_mapper *lode__registry_mapper(const lode_registry *registry, size_t index)
{
	return (lode_mapper *)registry->mappers.items[index];
}

/* the mapper of a class, or NULL after reporting LODE_E_MISUSE "class X is not mapped" */
lode_mapper *lode__registry_need(const lode_registry *registry, const lode_class *class_,
                                 lode_error *error);
/* Resolve and seal; idempotent.  Returns the remembered failure if there is one. */
lode_status lode__registry_configure(lode_registry *registry, lode_error *error);
/* LODE_WARN_* for a warning */
int lode__registry_warning(const lode_registry *registry, const char *name);
/* A warning: logged, ignored, or LODE_E_MAPPING with the text in `error`. */
lode_status lode__registry_warn(const lode_registry *registry, lode_error *error, const char *name,
                                const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 4, 5)))
#endif
	;
/* tell on_misuse; NULL registry or error is fine.  Returns error's status or LODE_E_MISUSE */
lode_status lode__registry_misuse(const lode_registry *registry, const lode_error *error);
/* Put a mapper into the registry; LODE_E_NOMEM. */
lode_status lode__registry_add(lode_registry *registry, lode_mapper *mapper, lode_error *error);
#endif
