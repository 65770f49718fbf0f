/* SPDX-License-Identifier: MIT */
/* schema/sort.c - tables in the order of their foreign keys.
 *
 * Tarjan's algorithm walks from every table, in the order of addition, to those it needs; it hands
 * out groups of tables that need each other, needed groups first.  A first walk finds the groups of
 * more than one: foreign keys inside them are late.  A second walk without those gives the order,
 * and what is still a circle there consists of declared dependencies alone.
 *
 * The walk keeps its own stack: a chain of references may be longer than the C stack is deep. */
#include "schema/sort.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "schema/metadata.h"
#include "schema/table.h"

#define UNSEEN 0u /* of node.order */

typedef struct node {
	lode_table *table;
	size_t order, low; /* 1 + place in the walk; the lowest place within reach */
	size_t edge;	   /* next edge to look at */
	size_t group;	   /* 1 + number of its group, 0 while it has none */
	size_t caller;	   /* place of the node that the walk came from */
} node;

typedef struct sorter {
	node *nodes;
	size_t count;
	size_t *place;		      /* of a table's index: 1 + its node, 0 if it is not sorted */
	size_t *stack, depth;	      /* nodes without a group yet */
	size_t *sorted, sorted_count; /* nodes in the order found */
	size_t order, groups;
	bool skips_late;	    /* the second walk */
	const size_t *first_groups; /* groups of the first walk, by node */
} sorter;

static bool counts(const lode_foreign_key *key)
{
	return !key->use_alter && !lode__foreign_key_is_self(key);
}

/* The node behind edge `edge` of `n`: 1 + its place, 0 if that edge does not count. */
static size_t follow(const sorter *s, const node *n, size_t edge)
{
	const lode_table *table = n->table, *to;
	size_t place;

	if (edge >= table->foreign_key_count) {
		to = table->dependencies[edge - table->foreign_key_count];
		return s->place[to->index];
	}
	if (!counts(table->foreign_keys[edge]))
		return 0;
	place = s->place[table->foreign_keys[edge]->referred->index];
	if (place && s->skips_late && s->first_groups[place - 1] == s->first_groups[n - s->nodes])
		return 0;
	return place;
}

static void enter(sorter *s, size_t at, size_t caller)
{
	s->nodes[at].order = s->nodes[at].low = ++s->order;
	s->nodes[at].edge = 0;
	s->nodes[at].caller = caller;
	s->stack[s->depth++] = at;
}

/* `at` and what lies above it on the stack are a group. */
static void close_group(sorter *s, size_t at)
{
	size_t from = s->depth;

	while (s->stack[--from] != at)
		;
	s->groups++;
	for (size_t i = from; i < s->depth; i++) {
		s->nodes[s->stack[i]].group = s->groups;
		s->sorted[s->sorted_count++] = s->stack[i];
	}
	s->depth = from;
}

static void walk_from(sorter *s, size_t start)
{
	size_t at = start;

	enter(s, start, start);
	for (;;) {
		node *n = &s->nodes[at];
		size_t edges = n->table->foreign_key_count + n->table->dependency_count;

		if (n->edge < edges) {
			size_t to = follow(s, n, n->edge++);

			if (to && s->nodes[to - 1].order == UNSEEN) {
				enter(s, to - 1, at);
				at = to - 1;
			} else if (to && !s->nodes[to - 1].group &&
				   s->nodes[to - 1].order < n->low) {
				n->low = s->nodes[to - 1].order;
			}
			continue;
		}
		if (n->low == n->order)
			close_group(s, at);
		if (at == start)
			return;
		at = n->caller;
		if (n->low < s->nodes[at].low)
			s->nodes[at].low = n->low;
	}
}

static void walk(sorter *s)
{
	s->order = s->groups = s->depth = s->sorted_count = 0;
	for (size_t i = 0; i < s->count; i++)
		s->nodes[i].order = s->nodes[i].group = 0;
	for (size_t i = 0; i < s->count; i++)
		if (s->nodes[i].order == UNSEEN)
			walk_from(s, i);
	assert(s->sorted_count == s->count && s->depth == 0);
}

static lode_status allocate(sorter *s, const lode_metadata *metadata, lode_error *error)
{
	const lode_allocator *allocator = metadata->allocator;

	s->nodes = lode__alloc_array(allocator, s->count + 1, sizeof *s->nodes);
	s->place = lode__alloc_array(allocator, metadata->count + 1, sizeof *s->place);
	s->stack = lode__alloc_array(allocator, s->count + 1, sizeof *s->stack);
	s->sorted = lode__alloc_array(allocator, s->count + 1, sizeof *s->sorted);
	if (!s->nodes || !s->place || !s->stack || !s->sorted)
		return lode__error_nomem(error);
	return LODE_OK;
}

static bool is_late(const lode_foreign_key *key, const sorter *s, const size_t *groups, size_t from)
{
	size_t to;

	if (lode__foreign_key_is_self(key))
		return false;
	if (key->use_alter)
		return true;
	to = s->place[key->referred->index];
	return to && groups[to - 1] == groups[from];
}

/* Counts them, and stores them if there is where. */
static size_t collect_late(const sorter *s, const size_t *groups, lode_foreign_key **late)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++) {
		const lode_table *table = s->nodes[i].table;

		for (size_t k = 0; k < table->foreign_key_count; k++) {
			if (!is_late(table->foreign_keys[k], s, groups, i))
				continue;
			if (late)
				late[count] = table->foreign_keys[k];
			count++;
		}
	}
	return count;
}

static lode_status report_circle(const sorter *s, lode_error *error)
{
	char one[LODE__TABLE_LABEL_SIZE], other[LODE__TABLE_LABEL_SIZE];

	for (size_t i = 1; i < s->count; i++) {
		const node *a = &s->nodes[s->sorted[i - 1]], *b = &s->nodes[s->sorted[i]];

		if (a->group == b->group)
			return lode__error_set(error, LODE_E_CYCLE,
					       "tables %s and %s depend on each "
					       "other by declared dependencies",
					       lode__table_label(a->table, one),
					       lode__table_label(b->table, other));
	}
	return LODE_OK;
}

static lode_status fill(lode__sorted *result, const sorter *s, const size_t *groups,
			lode_error *error)
{
	result->late_count = collect_late(s, groups, NULL);
	result->count = s->count;
	result->tables = lode__alloc_array(result->allocator, s->count + 1, sizeof(lode_table *));
	result->late = lode__alloc_array(result->allocator, result->late_count + 1,
					 sizeof(lode_foreign_key *));
	if (!result->tables || !result->late)
		return lode__error_nomem(error);
	for (size_t i = 0; i < s->count; i++)
		result->tables[i] = s->nodes[s->sorted[i]].table;
	collect_late(s, groups, result->late);
	return LODE_OK;
}

static lode_status sort_nodes(sorter *s, lode__sorted *result, lode_error *error)
{
	size_t *groups = lode__alloc_array(result->allocator, s->count + 1, sizeof *groups);
	lode_status status;

	if (!groups)
		return lode__error_nomem(error);
	walk(s);
	for (size_t i = 0; i < s->count; i++)
		groups[i] = s->nodes[i].group;
	if (s->groups < s->count) {
		s->skips_late = true;
		s->first_groups = groups;
		walk(s);
	}
	status = s->groups < s->count ? report_circle(s, error) : fill(result, s, groups, error);
	lode__release(result->allocator, groups);
	return status;
}

lode_status lode__tables_sort(lode__sorted *out, const lode_metadata *metadata,
			      lode_table *const *tables, size_t count, lode_error *error)
{
	lode__sorted result = { .allocator = metadata->allocator };
	sorter s = { .count = tables ? count : metadata->count };
	lode_status status = allocate(&s, metadata, error);

	assert(metadata->resolved);
	for (size_t i = 0; i < s.count && status == LODE_OK; i++) {
		s.nodes[i].table = tables ? tables[i] : metadata->tables[i];
		assert(s.nodes[i].table->metadata == metadata && !s.nodes[i].table->removed);
		s.place[s.nodes[i].table->index] = i + 1;
	}
	if (status == LODE_OK)
		status = sort_nodes(&s, &result, error);
	if (status == LODE_OK)
		*out = result;
	else
		lode__sorted_dispose(&result);
	lode__release(metadata->allocator, s.sorted);
	lode__release(metadata->allocator, s.stack);
	lode__release(metadata->allocator, s.place);
	lode__release(metadata->allocator, s.nodes);
	return status;
}

lode_status lode__metadata_sorted(lode__sorted *out, lode_metadata *metadata, lode_error *error)
{
	lode_status status = lode__metadata_resolve(metadata, error);

	return status < 0 ? status : lode__tables_sort(out, metadata, NULL, 0, error);
}

bool lode__sorted_is_late(const lode__sorted *sorted, const lode_foreign_key *key)
{
	for (size_t i = 0; i < sorted->late_count; i++)
		if (sorted->late[i] == key)
			return true;
	return false;
}

void lode__sorted_dispose(lode__sorted *sorted)
{
	lode__release(sorted->allocator, sorted->tables);
	lode__release(sorted->allocator, sorted->late);
	memset(sorted, 0, sizeof *sorted);
}
