/* SPDX-License-Identifier: MIT */
/* orm/mapper.h - a mapped class: its table, its attributes, its relationships.
 *
 * Everything lies in the arena of the registry and is immutable once the registry is configured;
 * the layout is open to the rest of the layer, which only reads it. Invariants: attributes[i].index
 * == i, and columns[i] == attributes[i].column == table->columns[i]; relationships[i].index == i;
 * key is in the order of table->primary_key. */
#ifndef LODE_ORM_MAPPER_H
#define LODE_ORM_MAPPER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/class.h>
#include <lode/driver.h>

#include "base/map.h"
#include "schema/table.h"
#include "sql/compile.h"
#include "types/ctype.h"

typedef enum {
	LODE__ONE_TO_MANY = LODE_ONE_TO_MANY,
	LODE__MANY_TO_ONE = LODE_MANY_TO_ONE,
	LODE__MANY_TO_MANY = LODE_MANY_TO_MANY
} lode__direction;

typedef struct lode__attribute {
	const char *name;               /* member; "stamps.created_at" for a mixin's */
	size_t offset, size;
	lode_ctype ctype;
	const struct lode__ctype_info *info;
	const lode_table_column *column;
	uint32_t index;
	bool primary_key, nullable;
	bool has_default;               /* insert_default, server_default or generated key */
	const char *const *enum_names;  /* stored as text: value i is name i; or NULL */
	uint32_t enum_count;
} lode__attribute;

/* Attribute indexes, LODE__NO_ATTRIBUTE where there is none, and the columns they stand for. */
typedef struct lode__pair {
	uint32_t owner, target;
	const lode_table_column *owner_column, *target_column, *secondary_column;
} lode__pair;
#define LODE__NO_ATTRIBUTE UINT32_MAX

typedef struct lode__order_by {
	uint32_t attribute;             /* of the target */
	bool descending;
} lode__order_by;

/* pairs: one-to-many  owner attribute -> target attribute that refers to it
 *        many-to-one  owner attribute that refers -> target attribute
 *        many-to-many owner attribute -> column of the secondary table that refers to it
 * far:   many-to-many target attribute -> column of the secondary table that refers to it */
typedef struct lode__relationship {
	const char *name;
	size_t offset;
	uint32_t index;
	struct lode_mapper *owner, *target;
	lode__direction direction;
	bool to_many;
	bool self_referential;          /* owner and target are one mapper */
	uint32_t cascade, lazy;         /* LODE_CASCADE_* with the default spelt out, LODE_LAZY_* */
	bool passive_deletes;           /* unloaded ones are the database's */
	bool passive_all;               /* loaded ones too */
	struct lode__relationship *reverse;     /* back_populates; NULL if none */
	const lode_table *secondary;
	size_t pair_count;
	const lode__pair *pairs;
	size_t far_count;
	const lode__pair *far;
	size_t order_count;
	const lode__order_by *order_by;
	bool target_is_primary_key; /* many-to-one: pairs are the target's primary key in order */
	lode__path path;                /* the same for the SQL layer */
	/* how it was declared, for linking */
	const lode_relationship_decl *decl;
	const char *prefix;             /* of the mixin it comes from: "stamps.", or "" */
	const struct lode_foreign_key *foreign_key; /* the one it joins on; NULL for many-to-many */
	bool linked;
} lode__relationship;

struct lode_mapper {
	const lode_class *class_;
	lode_registry *registry;
	const lode_table *table;
	const char *name;
	uint32_t index;                 /* in the registry */
	size_t object_size;
	lode__attribute *attributes;
	uint32_t attribute_count;
	uint32_t *key;                  /* attributes of the primary key in table order */
	uint32_t key_count;
	int32_t generated;              /* attribute the database generates, -1 none */
	lode__relationship *relationships;
	uint32_t relationship_count;
	/* How a row is stored in an object: binds[i] is attribute i, base 0, LODE_BIND_COPY, stride
	 * 0. Of an attribute with enum_names it is the text: do not read that one by its bind. */
	const lode_drv_bind *binds;
	const lode_table_column *const *columns;    /* of the attributes, in their order */
	/* by offset: 0 nothing, n attribute n-1, LODE__SLOT_RELATIONSHIP + n relationship n-1 */
	const uint16_t *slots;
	lode__map names;                /* member name -> (void *)slot value */
	bool has_enum_text;             /* some attribute has enum_names */
};

#define LODE__SLOT_RELATIONSHIP 0x8000u

static inline lode__attribute *lode__mapper_attribute_at(const lode_mapper *mapper, size_t offset)
{
	unsigned slot = offset < mapper->object_size ? mapper->slots[offset] : 0u;

	return slot - 1u < LODE__SLOT_RELATIONSHIP - 1u ? &mapper->attributes[slot - 1u] : NULL;
}

static inline lode__relationship *lode__mapper_relationship_at(const lode_mapper *mapper,
                                                               size_t offset)
{
	unsigned slot = offset < mapper->object_size ? mapper->slots[offset] : 0u;

	return slot > LODE__SLOT_RELATIONSHIP
		? &mapper->relationships[slot - LODE__SLOT_RELATIONSHIP - 1u] : NULL;
}

/* by member name; NULL: no such */
lode__attribute *lode__mapper_find(const lode_mapper *mapper, const char *name, size_t size);
lode__relationship *lode__mapper_find_relationship(const lode_mapper *mapper, const char *name,
                                                   size_t size);
/* the attribute of a column of the mapper's table; NULL if it is of another table */
lode__attribute *lode__mapper_attribute_of(const lode_mapper *mapper,
                                           const lode_table_column *column);
/* the member name nearest to a misspelt one; NULL if none is near */
const char *lode__mapper_nearest(const lode_mapper *mapper, const char *name);
const char *lode__mapper_nearest_relationship(const lode_mapper *mapper, const char *name);

/* Make the mapper of a class with its table, in the registry's arena; relationships are there but
 * not linked.  LODE_E_MAPPING, LODE_E_EXISTS, LODE_E_NOMEM. */
lode_status lode__mapper_new(lode_mapper **out, lode_registry *registry, const lode_class *class_,
                             lode_error *error);
#endif
