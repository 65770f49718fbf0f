/* SPDX-License-Identifier: MIT */
/* orm/gather.c - see gather.h. */
#include "orm/gather.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/vec.h"
#include "types/value.h"

/* ---- one side of a key */

lode_value lode__attribute_value(const lode__attribute *attribute, const void *member)
{
	lode_value value = lode__value_load(attribute->ctype, member);
	uint64_t number;

	if (!attribute->enum_names || value.kind == LODE_VALUE_NULL)
		return value;
	number = value.kind == LODE_VALUE_UINT ? value.as.unsigned_integer
					       : (uint64_t)value.as.integer;
	return lode_value_text(number < attribute->enum_count ? attribute->enum_names[number] : "");
}

/* One number is one key, whether it came signed, unsigned or as a truth value. */
static void make_comparable(lode_value *value)
{
	if (value->kind == LODE_VALUE_BOOL ||
	    (value->kind == LODE_VALUE_UINT && value->as.unsigned_integer <= INT64_MAX))
		value->kind = LODE_VALUE_INT;
}

bool lode__key_read(const lode__key_part *parts, size_t count, const void *image, lode_value *out)
{
	for (size_t i = 0; i < count; i++) {
		const void *member = (const char *)image + parts[i].offset;

		if (parts[i].ctype == LODE_C_INT64) { /* nearly all are */
			out[i].kind = LODE_VALUE_INT;
			out[i].flags = 0;
			memcpy(&out[i].as.integer, member, sizeof out[i].as.integer);
			continue;
		}
		out[i] = parts[i].attribute ? lode__attribute_value(parts[i].attribute, member)
					    : lode__value_load(parts[i].ctype, member);
		if (out[i].kind == LODE_VALUE_NULL)
			return false;
		make_comparable(&out[i]);
	}
	return true;
}

/* ---- a set of keys */

void lode__keys_init(lode__keys *keys, const lode_allocator *allocator, size_t part_count)
{
	memset(keys, 0, sizeof *keys);
	keys->allocator = allocator;
	keys->part_count = part_count;
}

void lode__keys_dispose(lode__keys *keys)
{
	lode__release(keys->allocator, keys->values);
	lode__release(keys->allocator, keys->slots);
}

static uint64_t hash_value(const lode_value *value)
{
	switch (value->kind) {
	case LODE_VALUE_INT:
		return (uint64_t)value->as.integer;
	case LODE_VALUE_TEXT:
		return lode__hash(value->as.text, strlen(value->as.text));
	case LODE_VALUE_BYTES:
		return lode__hash(value->as.bytes.data, value->as.bytes.size);
	case LODE_VALUE_JSON:
		return lode__hash(value->as.json.text, strlen(value->as.json.text));
	case LODE_VALUE_UUID:
		return lode__hash(value->as.uuid.bytes, sizeof value->as.uuid.bytes);
	default:
		return lode__hash(value->as.raw, sizeof value->as.integer);
	}
}

static uint64_t hash_key(const lode_value *key, size_t count)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < count; i++)
		hash = lode__hash_mix(hash + hash_value(&key[i]));
	return hash;
}

static bool equal_keys(const lode_value *a, const lode_value *b, size_t count)
{
	if (count == 1 && a->kind == LODE_VALUE_INT && b->kind == LODE_VALUE_INT)
		return a->as.integer == b->as.integer;
	for (size_t i = 0; i < count; i++)
		if (!lode__value_equal(&a[i], &b[i]))
			return false;
	return true;
}

static uint32_t *probe_key(const lode__keys *keys, const lode_value *key)
{
	size_t at = (size_t)hash_key(key, keys->part_count) & keys->slot_mask;

	while (keys->slots[at] &&
	       !equal_keys(&keys->values[(keys->slots[at] - 1u) * keys->part_count], key,
			   keys->part_count))
		at = (at + 1) & keys->slot_mask;
	return &keys->slots[at];
}

static lode_status grow_slots(lode__keys *keys)
{
	size_t capacity = keys->slots ? (keys->slot_mask + 1) * 4 : 64;
	uint32_t *slots = lode__alloc_array(keys->allocator, capacity, sizeof *slots);

	if (!slots)
		return LODE_E_NOMEM;
	lode__release(keys->allocator, keys->slots);
	keys->slots = slots;
	keys->slot_mask = capacity - 1;
	for (size_t i = 0; i < keys->count; i++)
		*probe_key(keys, &keys->values[i * keys->part_count]) = (uint32_t)i + 1;
	return LODE_OK;
}

lode_status lode__keys_add(lode__keys *keys, const lode_value *key, uint32_t *number)
{
	uint32_t *slot;

	if ((!keys->slots || keys->count * 2 > keys->slot_mask) && grow_slots(keys) < 0)
		return LODE_E_NOMEM;
	slot = probe_key(keys, key);
	if (*slot == 0) {
		if (lode__array_reserve(keys->allocator, (void **)&keys->values, &keys->capacity,
					(keys->count + 1) * keys->part_count,
					sizeof *keys->values) < 0)
			return LODE_E_NOMEM;
		memcpy(&keys->values[keys->count * keys->part_count], key,
		       keys->part_count * sizeof *key);
		*slot = (uint32_t)++keys->count;
	}
	*number = *slot - 1u;
	return LODE_OK;
}

uint32_t lode__keys_find(const lode__keys *keys, const lode_value *key)
{
	return keys->slots ? *probe_key(keys, key) - 1u : LODE__NO_KEY;
}

/* ---- groups of items */

void lode__groups_init(lode__groups *groups, const lode_allocator *allocator, bool unique)
{
	memset(groups, 0, sizeof *groups);
	groups->allocator = allocator;
	groups->unique = unique;
}

void lode__groups_dispose(lode__groups *groups)
{
	lode__release(groups->allocator, groups->groups);
	lode__release(groups->allocator, groups->items);
	lode__release(groups->allocator, groups->seen);
	lode__release(groups->allocator, groups->line);
}

lode_status lode__groups_make(lode__groups *groups, size_t count)
{
	if (lode__array_reserve(groups->allocator, (void **)&groups->groups,
				&groups->group_capacity, count, sizeof *groups->groups) < 0)
		return LODE_E_NOMEM;
	while (groups->group_count < count)
		groups->groups[groups->group_count++] =
			(lode__group){ LODE__NO_KEY, LODE__NO_KEY, 0 };
	return LODE_OK;
}

static uint32_t *probe_item(const lode__groups *groups, uint32_t group, const void *item)
{
	size_t at = (size_t)lode__hash_mix((uint64_t)(uintptr_t)item + ((uint64_t)group << 40)) &
		    groups->seen_mask;

	while (groups->seen[at]) {
		const lode__grouped *known = &groups->items[groups->seen[at] - 1u];

		if (known->item == item && known->group == group)
			break;
		at = (at + 1) & groups->seen_mask;
	}
	return &groups->seen[at];
}

static lode_status grow_seen(lode__groups *groups)
{
	size_t capacity = groups->seen ? (groups->seen_mask + 1) * 4 : 64;
	uint32_t *seen = lode__alloc_array(groups->allocator, capacity, sizeof *seen);

	if (!seen)
		return LODE_E_NOMEM;
	lode__release(groups->allocator, groups->seen);
	groups->seen = seen;
	groups->seen_mask = capacity - 1;
	for (size_t i = 0; i < groups->item_count; i++)
		*probe_item(groups, groups->items[i].group, groups->items[i].item) =
			(uint32_t)i + 1;
	return LODE_OK;
}

lode_status lode__groups_add(lode__groups *groups, uint32_t number, void *item)
{
	lode__group *group = &groups->groups[number];
	uint32_t *seen = NULL, at = (uint32_t)groups->item_count;

	if (groups->unique) {
		if ((!groups->seen || groups->item_count * 2 > groups->seen_mask) &&
		    grow_seen(groups) < 0)
			return LODE_E_NOMEM;
		seen = probe_item(groups, number, item);
		if (*seen)
			return LODE_OK;
	}
	if (groups->item_count == groups->item_capacity &&
	    lode__array_reserve(groups->allocator, (void **)&groups->items, &groups->item_capacity,
				at + 1u, sizeof *groups->items) < 0)
		return LODE_E_NOMEM;
	groups->items[groups->item_count++] = (lode__grouped){ item, LODE__NO_KEY, number };
	if (group->count++ == 0)
		group->first = at;
	else
		groups->items[group->last].next = at;
	group->last = at;
	if (seen)
		*seen = at + 1u;
	return LODE_OK;
}

static lode_status line_up(lode__groups *groups, const lode__group *group)
{
	size_t count = 0;

	if (lode__array_reserve(groups->allocator, (void **)&groups->line, &groups->line_capacity,
				group->count + 1u, sizeof *groups->line) < 0)
		return LODE_E_NOMEM;
	for (uint32_t at = group->first; at != LODE__NO_KEY; at = groups->items[at].next)
		groups->line[count++] = groups->items[at].item;
	return LODE_OK;
}

static lode_status warn_second(lode_session *session, const lode__relationship *relationship)
{
	return lode__session_warn(session, LODE_W_SECOND_ROW,
				  "%s.%s leads to one %s, but more than one row of table %s "
				  "belongs to an object: the first is taken; make the key unique, "
				  "or the member a LODE_TO_MANY",
				  relationship->owner->name, relationship->name,
				  relationship->target->name, relationship->target->table->name);
}

lode_status lode__groups_fill(lode__groups *groups, lode_session *session,
			      const lode__relationship *relationship, uint32_t number, void *owner,
			      bool overwrite)
{
	lode_status status = LODE_OK;
	size_t count = 0;

	if (number != LODE__NO_KEY) {
		count = groups->groups[number].count;
		if (line_up(groups, &groups->groups[number]) < 0)
			return lode__session_nomem(session);
	}
	if (!relationship->to_many && count > 1) {
		count = 1;
		if (overwrite || !lode__link_loaded(relationship, owner))
			status = warn_second(session, relationship);
	}
	return status < 0 ? status
			  : lode__link_fill(session, relationship, owner, groups->line, count,
					    overwrite);
}

/* ---- of a load of links */

#define PARTS_MAX 16

void lode__gather_row(struct lode__gather *gather, const void *row, const void *extra)
{
	lode_value key[PARTS_MAX];
	const char *image = gather->in_scratch ? extra : row;
	const lode_value *last = gather->last == LODE__NO_KEY
					 ? NULL
					 : &gather->keys->values[gather->last * gather->part_count];

	gather->current = LODE__NO_KEY;
	if (gather->part_count > PARTS_MAX)
		return;
	/* rows of one owner come together, and its key is one integer nearly always */
	if (last && gather->part_count == 1 && gather->parts->ctype == LODE_C_INT64 &&
	    last->kind == LODE_VALUE_INT &&
	    memcmp(image + gather->parts->offset, &last->as.integer, sizeof last->as.integer) ==
		    0) {
		gather->current = gather->last;
		return;
	}
	if (!lode__key_read(gather->parts, gather->part_count, image, key))
		return;
	if (last && equal_keys(last, key, gather->part_count))
		gather->current = gather->last;
	else
		gather->current = gather->last = lode__keys_find(gather->keys, key);
}

/* ---- of a joined entity */

void lode__owners_init(lode__owners *owners, const lode_allocator *allocator, bool unique)
{
	memset(owners, 0, sizeof *owners);
	lode__pointer_map_init(&owners->numbers, allocator);
	lode__groups_init(&owners->groups, allocator, unique);
}

void lode__owners_dispose(lode__owners *owners)
{
	lode__pointer_map_dispose(&owners->numbers);
	lode__release(owners->groups.allocator, owners->owners);
	lode__groups_dispose(&owners->groups);
}

static lode_status find_owner(lode__owners *owners, void *owner)
{
	void *number = lode__pointer_map_get(&owners->numbers, owner);

	if (!number) {
		if (lode__array_reserve(owners->groups.allocator, (void **)&owners->owners,
					&owners->capacity, owners->count + 1,
					sizeof *owners->owners) < 0 ||
		    lode__groups_make(&owners->groups, owners->count + 1) < 0)
			return LODE_E_NOMEM;
		number = (void *)(uintptr_t)(owners->count + 1);
		if (lode__pointer_map_put(&owners->numbers, owner, number) < 0)
			return LODE_E_NOMEM;
		owners->owners[owners->count++] = owner;
	}
	owners->last = owner;
	owners->last_group = (uint32_t)(uintptr_t)number - 1u;
	return LODE_OK;
}

lode_status lode__owners_add(lode__owners *owners, void *owner, void *item)
{
	if (owner != owners->last && find_owner(owners, owner) < 0)
		return LODE_E_NOMEM;
	return item ? lode__groups_add(&owners->groups, owners->last_group, item) : LODE_OK;
}

lode_status lode__owners_fill(lode__owners *owners, lode_session *session,
			      const lode__relationship *relationship, bool overwrite)
{
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < owners->count; i++)
		status = lode__groups_fill(&owners->groups, session, relationship, (uint32_t)i,
					   owners->owners[i], overwrite);
	return status;
}
