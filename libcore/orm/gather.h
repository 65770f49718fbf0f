/* SPDX-License-Identifier: MIT */
/* orm/gather.h - which objects belong to which owner: rows of a load are gathered by key or by
 * owner, and then filled into the relationship members.
 *
 * Keys are compared by value, whatever member types the two sides have.  Groups are chains in the
 * order in which their items came.
 * Invariant: group i belongs to key i, or to the i-th owner. */
#ifndef LODE_ORM_GATHER_H
#define LODE_ORM_GATHER_H
#include "base/pointer_map.h"
#include "orm/session.h"

#define LODE__NO_KEY UINT32_MAX

/* ---- one side of a key */

typedef struct lode__key_part {
	lode_ctype ctype;
	size_t offset;
	const lode__attribute *attribute; /* NULL: plain value at the offset */
} lode__key_part;

/* The value of a member as SQL has it: enums stored as text give their name. */
lode_value lode__attribute_value(const lode__attribute *attribute, const void *member);
/* The values of a key; false if one is NULL. */
bool lode__key_read(const lode__key_part *parts, size_t count, const void *image, lode_value *out);

/* ---- a set of keys, numbered as they came */

typedef struct lode__keys {
	const lode_allocator *allocator;
	size_t part_count;
	lode_value *values; /* part_count a key */
	size_t count, capacity;
	uint32_t *slots; /* number + 1, 0 free */
	size_t slot_mask;
} lode__keys;

void lode__keys_init(lode__keys *keys, const lode_allocator *allocator, size_t part_count);
void lode__keys_dispose(lode__keys *keys);
/* The number of a key, new or not; text is borrowed.  LODE_E_NOMEM. */
lode_status lode__keys_add(lode__keys *keys, const lode_value *key, uint32_t *number);
uint32_t lode__keys_find(const lode__keys *keys, const lode_value *key);

/* ---- groups of items */

typedef struct lode__group {
	uint32_t first, last, count;
} lode__group;
typedef struct lode__grouped {
	void *item;
	uint32_t next, group;
} lode__grouped;

typedef struct lode__groups {
	const lode_allocator *allocator;
	lode__group *groups;
	size_t group_count, group_capacity;
	lode__grouped *items;
	size_t item_count, item_capacity;
	uint32_t *seen; /* items by group and pointer, when repetitions are possible */
	size_t seen_mask;
	bool unique; /* drop an item that is in its group already */
	void **line; /* one group in a row, for filling */
	size_t line_capacity;
} lode__groups;

void lode__groups_init(lode__groups *groups, const lode_allocator *allocator, bool unique);
void lode__groups_dispose(lode__groups *groups);
lode_status lode__groups_make(lode__groups *groups, size_t count); /* so many in all */
lode_status lode__groups_add(lode__groups *groups, uint32_t group, void *item);
/* Fill the member of `owner` with a group (LODE__NO_KEY: with nobody). */
lode_status lode__groups_fill(lode__groups *groups, lode_session *session,
			      const lode__relationship *relationship, uint32_t group, void *owner,
			      bool overwrite);

/* ---- of a load of links */

struct lode__gather {
	const lode__relationship *relationship;
	const lode__key_part *parts; /* where a row has the key of its owner */
	size_t part_count;
	bool in_scratch; /* beside the row (link columns), not in it */
	lode__keys *keys;
	lode__groups *groups;
	uint32_t current; /* of the row being read */
	uint32_t last;	  /* of the row before: neighbours often share an owner */
};
void lode__gather_row(struct lode__gather *gather, const void *row, const void *extra);

/* ---- of a joined entity */

typedef struct lode__owners {
	lode__pointer_map numbers; /* owner -> group + 1 */
	void **owners;
	size_t count, capacity;
	lode__groups groups;
	void *last;
	uint32_t last_group;
} lode__owners;

void lode__owners_init(lode__owners *owners, const lode_allocator *allocator, bool unique);
void lode__owners_dispose(lode__owners *owners);
/* A row says that `item` (NULL: nobody) belongs to `owner`. */
lode_status lode__owners_add(lode__owners *owners, void *owner, void *item);
lode_status lode__owners_fill(lode__owners *owners, lode_session *session,
			      const lode__relationship *relationship, bool overwrite);
#endif
