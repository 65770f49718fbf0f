/* SPDX-License-Identifier: MIT */
/* orm/order.c - see order.h.  Tarjan's strongly connected components: with edges from a table to
 * those it refers to, components come out in the order in which rows can be inserted. */
#include "orm/order.h"

#include "base/alloc.h"

typedef struct tarjan {
	const lode_registry *registry;
	lode__flush_order *order;
	const lode_mapper **sorted; /* members of the groups found so far */
	uint32_t sorted_count;
	uint32_t *index, *low, *stack; /* index 0: not seen */
	uint32_t next, depth;
	bool *on_stack;
} tarjan;

static const lode_mapper *mapper_of_table(const lode_registry *registry, const lode_table *table)
{
	for (size_t i = 0; table && i < registry->mappers.count; i++)
		if (lode__registry_mapper(registry, i)->table == table)
			return lode__registry_mapper(registry, i);
	return NULL;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void close_group(tarjan *search, uint32_t at, bool refers_inside)
{
	lode__table_group *group = &search->order->groups[search->order->count];
	uint32_t top, first = search->sorted_count;

	do {
		top = search->stack[--search->depth];
		search->on_stack[top] = false;
		search->order->group_of[top] = search->order->count;
		search->sorted[search->sorted_count++] =
			lode__registry_mapper(search->registry, top);
	} while (top != at);
	group->mappers = search->sorted + first;
	group->count = search->sorted_count - first;
	group->cyclic = refers_inside || group->count > 1;
	search->order->count++;
}

static void visit(tarjan *search, uint32_t at)
{
	const lode_table *table = lode__registry_mapper(search->registry, at)->table;
	bool refers_to_itself = false;

	search->index[at] = search->low[at] = ++search->next;
	search->stack[search->depth++] = at;
	search->on_stack[at] = true;
	for (size_t i = 0; i < table->foreign_key_count; i++) {
		const lode_mapper *referred =
			mapper_of_table(search->registry, table->foreign_keys[i]->referred);

		if (!referred)
			continue;
		if (referred->index == at)
			refers_to_itself = true;
		else if (search->index[referred->index] == 0) {
			visit(search, referred->index);
			search->low[at] = smaller(search->low[at], search->low[referred->index]);
		} else if (search->on_stack[referred->index]) {
			search->low[at] = smaller(search->low[at], search->index[referred->index]);
		}
	}
	if (search->low[at] == search->index[at])
		close_group(search, at, refers_to_itself);
}

static lode__flush_order *new_order(lode_session *session, tarjan *search, uint32_t **scratch)
{
	uint32_t count = session->extent_count;
	lode__flush_order *order = lode__alloc_zero(
		&session->allocator,
		sizeof *order + (count + 1) * (sizeof *order->groups + sizeof(lode_mapper *) +
					       sizeof(uint32_t)));

	*scratch = lode__alloc_array(&session->allocator, 4 * (size_t)count + 4, sizeof **scratch);
	if (!order || !*scratch) {
		lode__release(&session->allocator, order);
		lode__release(&session->allocator, *scratch);
		return NULL;
	}
	order->groups = (lode__table_group *)(order + 1);
	search->sorted = (const lode_mapper **)(order->groups + count + 1);
	order->group_of = (uint32_t *)(search->sorted + count + 1);
	search->index = *scratch;
	search->low = search->index + count;
	search->stack = search->low + count;
	search->on_stack = (bool *)(search->stack + count);
	search->order = order;
	search->registry = session->registry;
	return order;
}

const lode__flush_order *lode__order_of(lode_session *session)
{
	tarjan search = { 0 };
	uint32_t *scratch = NULL;

	if (session->order)
		return session->order;
	session->order = new_order(session, &search, &scratch);
	if (!session->order) {
		lode__session_nomem(session);
		return NULL;
	}
	for (uint32_t i = 0; i < session->extent_count; i++)
		if (search.index[i] == 0)
			visit(&search, i);
	lode__release(&session->allocator, scratch);
	return session->order;
}

void lode__order_free(lode_session *session)
{
	lode__release(&session->allocator, session->order);
	session->order = NULL;
}
