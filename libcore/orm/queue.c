/* SPDX-License-Identifier: MIT */
/* orm/queue.c - relationships that are to be loaded with their owners, level by level.
 * Declared in load.h. */
#include "base/alloc.h"
#include "base/vec.h"
#include "orm/load.h"

static lode_status push_task(lode_session *session, lode__queue *queue,
			     const lode__relationship *relationship, lode__loaders loaders,
			     const lode__list_head *objects)
{
	size_t size = sizeof *objects + objects->count * sizeof(void *);
	lode__list_head *owners;

	if (lode__array_reserve(&session->allocator, (void **)&queue->tasks, &queue->capacity,
				queue->count + 1, sizeof *queue->tasks) < 0)
		return lode__session_nomem(session);
	owners = lode__memdup(&session->allocator, objects, size);
	if (!owners)
		return lode__session_nomem(session);
	owners->capacity = owners->count;
	queue->tasks[queue->count++] = (lode__task){ relationship, loaders, queue->whole, owners };
	return LODE_OK;
}

/* An option that joins counts here too: the objects came without a join. */
static bool comes_with(lode__loaders loaders, uint32_t loader,
		       const lode__relationship *relationship)
{
	if (loader == LODE__BY_DEFAULT)
		return relationship->lazy == LODE_LAZY_SELECTIN;
	return loaders.items[loader]->strategy == LODE_LAZY_SELECTIN ||
	       loaders.items[loader]->strategy == LODE_LAZY_JOINED;
}

lode_status lode__queue_objects(lode_session *session, lode__queue *queue,
				const lode_mapper *mapper, lode__loaders loaders,
				const lode__list_head *objects)
{
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < mapper->relationship_count; i++) {
		const lode__relationship *relationship = &mapper->relationships[i];
		uint32_t loader = lode__loader_of(loaders, relationship);

		if (comes_with(loaders, loader, relationship))
			status = push_task(session, queue, relationship,
					   lode__loaders_below(loaders, loader), objects);
	}
	return status;
}

lode_status lode__queue_drain(lode_session *session, lode__queue *queue)
{
	lode_status status = LODE_OK;

	while (status == LODE_OK && queue->at < queue->count) {
		lode__task task = queue->tasks[queue->at]; /* the array may move */

		status = lode__load_links(session, queue, task.relationship, task.owners->items,
					  task.owners->count, task.loaders, task.whole);
		lode__release(&session->allocator, task.owners);
		queue->tasks[queue->at++].owners = NULL;
	}
	return status;
}

void lode__queue_dispose(lode_session *session, lode__queue *queue)
{
	for (size_t i = queue->at; i < queue->count; i++)
		lode__release(&session->allocator, queue->tasks[i].owners);
	lode__release(&session->allocator, queue->tasks);
}
