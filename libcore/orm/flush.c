/* SPDX-License-Identifier: MIT */
/* orm/flush.c - carries a plan out: groups of tables in the order of their foreign keys, rows of a
 * cyclic group level by level, UPDATEs before INSERTs, then link rows, then DELETEs in reverse.
 *
 * A level is what refers only to rows of earlier levels; a tree of depth d takes d batches. */
#include "base/alloc.h"
#include "orm/load.h"
#include "orm/names.h"
#include "orm/plan.h"
#include "orm/write.h"
#include "types/value.h"

/* Scratch of one flush for a cyclic group. */
typedef struct leveling {
	lode__flush_plan *plan;
	const lode__table_group *group;
	bool deletes;
	uint32_t highest;
	void **stack; /* rows whose dependencies are being looked at */
	size_t depth, capacity;
} leveling;

#define LEVEL_UNKNOWN 0u
#define LEVEL_OPEN UINT32_MAX

static bool in_group(const leveling *levels, const lode_mapper *mapper)
{
	return levels->plan->order->group_of[mapper->index] ==
	       levels->plan->order->group_of[levels->group->mappers[0]->index];
}

/* ---- on what a row depends */

/* The row that a foreign key of a row to be deleted refers to, if that is to be deleted too. */
static void *referred_row(leveling *levels, const lode__relationship *relationship, void *instance)
{
	void *target;

	if (relationship->direction != LODE__MANY_TO_ONE || !in_group(levels, relationship->target))
		return NULL;
	target = lode__link_known(levels->plan->session, relationship,
				  lode__snapshot_of(lode__object_of(instance)->extent, instance));
	return target && (lode__object_of(target)->flags & LODE__MARKED) ? target : NULL;
}

/* Of a one-to-many without a reverse the child knows nothing: looked at from the parent's side. */
static void *next_delete(leveling *levels, void *instance, uint32_t *at)
{
	const lode_mapper *mapper = lode__object_of(instance)->extent->mapper;

	while (*at < mapper->relationship_count) {
		void *row = referred_row(levels, &mapper->relationships[(*at)++], instance);

		if (row && row != instance)
			return row;
	}
	return NULL;
}

static bool comes_first(leveling *levels, const void *source, const void *instance)
{
	const lode__object *object = source ? lode__object_of(source) : NULL;

	return object && source != instance && lode__object_state(object) == LODE__PENDING &&
	       in_group(levels, object->extent->mapper);
}

/* The at-th row that must be inserted before `instance` is written: of those that a new object
 * refers to, then of its syncs. */
static void *next_insert(leveling *levels, void *instance, uint32_t *at)
{
	const lode__object *object = lode__object_of(instance);
	const lode_mapper *mapper = object->extent->mapper;
	uint32_t references =
		lode__object_state(object) == LODE__PENDING ? mapper->relationship_count : 0;
	const lode__sync *sync = object->trail ? object->trail->syncs : NULL;

	while (*at < references) {
		void *source = lode__sync_source(&mapper->relationships[(*at)++], instance);

		if (comes_first(levels, source, instance))
			return source;
	}
	for (uint32_t i = references; sync && i < *at; i++)
		sync = sync->next;
	for (; sync; sync = sync->next) {
		(*at)++;
		if (comes_first(levels, sync->source, instance))
			return sync->source;
	}
	return NULL;
}

static void *next_dependency(leveling *levels, void *instance, uint32_t *at)
{
	return levels->deletes ? next_delete(levels, instance, at)
			       : next_insert(levels, instance, at);
}

/* ---- levels: depth first, with a stack of its own because chains may be long */

static lode_status push_row(leveling *levels, void *instance)
{
	lode_session *session = levels->plan->session;
	lode__trail *trail = lode__trail_need(session, lode__object_of(instance));

	if (!trail)
		return LODE_E_NOMEM;
	if (lode__array_reserve(&session->allocator, (void **)&levels->stack, &levels->capacity,
				levels->depth + 1, sizeof *levels->stack) < 0)
		return lode__session_nomem(session);
	levels->stack[levels->depth++] = instance;
	trail->level = LEVEL_OPEN;
	return LODE_OK;
}

static uint32_t *level_of(void *instance)
{
	lode__trail *trail = lode__object_of(instance)->trail;

	return trail ? &trail->level : NULL;
}

static bool is_known(void *instance)
{
	const uint32_t *level = level_of(instance);

	return level && *level != LEVEL_UNKNOWN && *level != LEVEL_OPEN;
}

static lode_status refuse_cycle(leveling *levels, void *instance)
{
	const lode_mapper *mapper = lode__object_of(instance)->extent->mapper;

	levels->plan->session->culprit = instance;
	return lode__session_fail(
		levels->plan->session, LODE_E_CYCLE,
		"rows of class %s depend on each other in a circle and cannot be %s: link the last one after a flush",
		mapper->name, levels->deletes ? "deleted" : "inserted");
}

/* One level above the highest of what it depends on; false: something is to be looked at first. */
static bool settle(leveling *levels, void *instance, void **open)
{
	uint32_t at = 0, highest = 0;
	void *row;

	while ((row = next_dependency(levels, instance, &at)) != NULL) {
		if (!is_known(row)) {
			*open = row;
			return false;
		}
		if (*level_of(row) > highest)
			highest = *level_of(row);
	}
	*level_of(instance) = highest + 1;
	if (highest + 1 > levels->highest)
		levels->highest = highest + 1;
	return true;
}

static lode_status find_level(leveling *levels, void *instance)
{
	lode_status status = is_known(instance) ? LODE_OK : push_row(levels, instance);

	while (status == LODE_OK && levels->depth > 0) {
		void *open = NULL;

		if (settle(levels, levels->stack[levels->depth - 1], &open))
			levels->depth--;
		else if (level_of(open) && *level_of(open) == LEVEL_OPEN)
			status = refuse_cycle(levels, open);
		else
			status = push_row(levels, open);
	}
	return status;
}

static lode_status find_levels(leveling *levels, const lode__objects *objects)
{
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < objects->count; i++)
		status = find_level(levels, objects->items[i]);
	return status;
}

static void forget_levels(const lode__objects *objects)
{
	for (size_t i = 0; i < objects->count; i++)
		if (level_of(objects->items[i]))
			*level_of(objects->items[i]) = LEVEL_UNKNOWN;
}

/* Objects sorted by level, stably: starts[l] is where level l begins. */
static lode_status sort_levels(leveling *levels, lode__objects *objects, size_t *starts)
{
	lode_session *session = levels->plan->session;
	void **sorted;

	memset(starts, 0, (levels->highest + 2) * sizeof *starts);
	if (objects->count == 0)
		return LODE_OK;
	sorted = lode__alloc_array(&session->allocator, objects->count, sizeof *sorted);
	if (!sorted)
		return lode__session_nomem(session);
	for (size_t i = 0; i < objects->count; i++)
		starts[*level_of(objects->items[i]) + 1]++;
	for (uint32_t level = 1; level < levels->highest + 2; level++)
		starts[level] += starts[level - 1];
	for (size_t i = 0; i < objects->count; i++)
		sorted[starts[*level_of(objects->items[i])]++] = objects->items[i];
	memcpy(objects->items, sorted, objects->count * sizeof *sorted);
	lode__release(&session->allocator, sorted);
	/* each start has moved to the next one's place */
	memmove(starts + 1, starts, (levels->highest + 1) * sizeof *starts);
	starts[0] = 0;
	return LODE_OK;
}

/* ---- saves */

typedef lode_status write_function(lode_session *, lode__extent *, void **, size_t);

static lode_status write_slice(lode_session *session, const lode_mapper *mapper, void **items,
			       size_t count, write_function *write)
{
	return count == 0 ? LODE_OK : write(session, session->extents[mapper->index], items, count);
}

/* Marked since they were listed: their rows go anyway. */
static void drop_marked(lode__objects *objects)
{
	size_t kept = 0;

	for (size_t i = 0; i < objects->count; i++)
		if (lode__object_of(objects->items[i])->flags & LODE__MARKED)
			lode__object_of(objects->items[i])->flags &= ~LODE__IN_PLAN;
		else
			objects->items[kept++] = objects->items[i];
	objects->count = kept;
}

static lode_status save_class(lode__flush_plan *plan, const lode_mapper *mapper)
{
	lode__class_plan *class_ = &plan->classes[mapper->index];
	lode_status status = write_slice(plan->session, mapper, class_->updates.items,
					 class_->updates.count, lode__write_updates);

	return status < 0 ? status
			  : write_slice(plan->session, mapper, class_->inserts.items,
					class_->inserts.count, lode__write_inserts);
}

/* starts: one array of highest + 2 for updates and one for inserts of each class of the group */
static lode_status save_levels(leveling *levels, size_t *starts)
{
	lode__flush_plan *plan = levels->plan;
	size_t width = levels->highest + 2;
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < levels->group->count; i++) {
		lode__class_plan *class_ = &plan->classes[levels->group->mappers[i]->index];

		status = sort_levels(levels, &class_->updates, starts + 2 * i * width);
		if (status == LODE_OK)
			status =
				sort_levels(levels, &class_->inserts, starts + (2 * i + 1) * width);
	}
	for (uint32_t level = 1; status == LODE_OK && level <= levels->highest; level++)
		for (uint32_t i = 0; status == LODE_OK && i < levels->group->count; i++) {
			const lode_mapper *mapper = levels->group->mappers[i];
			lode__class_plan *class_ = &plan->classes[mapper->index];
			const size_t *updates = starts + 2 * i * width + level,
				     *inserts = starts + (2 * i + 1) * width + level;

			status = write_slice(plan->session, mapper,
					     class_->updates.items + updates[0],
					     updates[1] - updates[0], lode__write_updates);
			if (status == LODE_OK)
				status = write_slice(plan->session, mapper,
						     class_->inserts.items + inserts[0],
						     inserts[1] - inserts[0], lode__write_inserts);
		}
	return status;
}

static lode_status save_cyclic(lode__flush_plan *plan, const lode__table_group *group)
{
	leveling levels = { .plan = plan, .group = group };
	lode_status status = LODE_OK;
	size_t *starts = NULL;

	for (uint32_t i = 0; status == LODE_OK && i < group->count; i++) {
		status = find_levels(&levels, &plan->classes[group->mappers[i]->index].updates);
		if (status == LODE_OK)
			status = find_levels(&levels,
					     &plan->classes[group->mappers[i]->index].inserts);
	}
	if (status == LODE_OK && levels.highest > 0) {
		starts = lode__alloc_array(&plan->session->allocator,
					   2 * (size_t)group->count * (levels.highest + 2),
					   sizeof *starts);
		status = starts ? save_levels(&levels, starts) : lode__session_nomem(plan->session);
	}
	for (uint32_t i = 0; i < group->count; i++) {
		forget_levels(&plan->classes[group->mappers[i]->index].updates);
		forget_levels(&plan->classes[group->mappers[i]->index].inserts);
	}
	lode__release(&plan->session->allocator, levels.stack);
	lode__release(&plan->session->allocator, starts);
	return status;
}

static lode_status save_all(lode__flush_plan *plan)
{
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < plan->order->count; i++)
		status = plan->order->groups[i].cyclic
				 ? save_cyclic(plan, &plan->order->groups[i])
				 : save_class(plan, plan->order->groups[i].mappers[0]);
	return status;
}

/* ---- link rows */

static bool same_batch(const lode__linking *a, const lode__linking *b)
{
	return a->relationship == b->relationship && a->remove == b->remove &&
	       !a->target == !b->target;
}

/* All links like links[first]; they are marked as done by relationship NULL. */
static lode_status link_batch(lode__flush_plan *plan, size_t first, void **owners, void **targets)
{
	lode__linking like = plan->links[first];
	size_t count = 0;

	for (size_t i = first; i < plan->link_count; i++) {
		lode__linking *link = &plan->links[i];

		if (!link->relationship || !same_batch(link, &like))
			continue;
		owners[count] = link->owner;
		targets[count++] = link->target;
		link->relationship = NULL;
	}
	return lode__write_links(plan->session, like.relationship, like.remove, owners,
				 like.target ? targets : NULL, count);
}

/* Removals go first: a link may be removed and made again with other columns. */
static lode_status write_links(lode__flush_plan *plan)
{
	const lode_allocator *allocator = &plan->session->allocator;
	void **arrays = lode__alloc_array(allocator, 2 * plan->link_count, sizeof *arrays);
	lode_status status = LODE_OK;

	if (!arrays)
		return lode__session_nomem(plan->session);
	for (int remove = 1; remove >= 0; remove--)
		for (size_t i = 0; status == LODE_OK && i < plan->link_count; i++)
			if (plan->links[i].relationship && plan->links[i].remove == (remove == 1))
				status = link_batch(plan, i, arrays, arrays + plan->link_count);
	lode__release(allocator, arrays);
	return status;
}

/* ---- deletes */

static lode_status delete_levels(leveling *levels, size_t *starts)
{
	lode__flush_plan *plan = levels->plan;
	size_t width = levels->highest + 2;
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < levels->group->count; i++)
		status = sort_levels(levels,
				     &plan->classes[levels->group->mappers[i]->index].deletes,
				     starts + i * width);
	for (uint32_t level = levels->highest; status == LODE_OK && level >= 1; level--)
		for (uint32_t i = levels->group->count; status == LODE_OK && i-- > 0;) {
			const lode_mapper *mapper = levels->group->mappers[i];
			const size_t *at = starts + i * width + level;

			status = write_slice(plan->session, mapper,
					     plan->classes[mapper->index].deletes.items + at[0],
					     at[1] - at[0], lode__write_deletes);
		}
	return status;
}

static lode_status delete_cyclic(lode__flush_plan *plan, const lode__table_group *group)
{
	leveling levels = { .plan = plan, .group = group, .deletes = true };
	lode_status status = LODE_OK;
	size_t *starts = NULL;

	for (uint32_t i = 0; status == LODE_OK && i < group->count; i++)
		status = find_levels(&levels, &plan->classes[group->mappers[i]->index].deletes);
	if (status == LODE_OK && levels.highest > 0) {
		starts = lode__alloc_array(&plan->session->allocator,
					   (size_t)group->count * (levels.highest + 2),
					   sizeof *starts);
		status = starts ? delete_levels(&levels, starts)
				: lode__session_nomem(plan->session);
	}
	for (uint32_t i = 0; i < group->count; i++)
		forget_levels(&plan->classes[group->mappers[i]->index].deletes);
	lode__release(&plan->session->allocator, levels.stack);
	lode__release(&plan->session->allocator, starts);
	return status;
}

static lode_status delete_all(lode__flush_plan *plan)
{
	lode_status status = LODE_OK;

	for (uint32_t i = plan->order->count; status == LODE_OK && i-- > 0;) {
		const lode__table_group *group = &plan->order->groups[i];
		lode__objects *deletes = &plan->classes[group->mappers[0]->index].deletes;

		status = group->cyclic
				 ? delete_cyclic(plan, group)
				 : write_slice(plan->session, group->mappers[0], deletes->items,
					       deletes->count, lode__write_deletes);
	}
	return status;
}

/* Option deletes_first: what lost its parent is updated, then rows go, then the rest is saved. */
static lode_status run_deletes_first(lode__flush_plan *plan)
{
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < plan->synced.count; i++) {
		lode__object *object = lode__object_of(plan->synced.items[i]);
		const lode__sync *sync = object->trail->syncs;
		bool clears = lode__object_state(object) == LODE__PERSISTENT &&
			      !(object->flags & LODE__MARKED);

		for (; sync; sync = sync->next)
			clears = clears && !sync->source;
		if (clears)
			status = lode__write_updates(plan->session, object->extent,
						     &plan->synced.items[i], 1);
	}
	return status == LODE_OK ? delete_all(plan) : status;
}

/* ---- the flush */

/* What is to be deleted was marked before, so without marks there is nothing to take out or delete. */
static lode_status run(lode__flush_plan *plan)
{
	bool deletes = plan->session->marked.count > 0;
	bool deletes_first = plan->session->options.deletes_first;
	lode_status status = LODE_OK;

	for (uint32_t i = 0; deletes && i < plan->session->extent_count; i++)
		drop_marked(&plan->classes[i].updates);
	if (deletes_first)
		status = run_deletes_first(plan);
	if (status == LODE_OK)
		status = save_all(plan);
	if (status == LODE_OK && plan->link_count > 0)
		status = write_links(plan);
	return status == LODE_OK && deletes && !deletes_first ? delete_all(plan) : status;
}

static void settle_inserted(lode_session *session, const lode__class_plan *class_)
{
	for (size_t i = 0; class_->linked && i < class_->inserts.count; i++)
		lode__link_committed(session, class_->inserts.items[i], true);
}

/* Nothing of this can fail: the database has taken everything. */
static void settle_flush(lode__flush_plan *plan)
{
	lode_session *session = plan->session;

	for (uint32_t i = 0; i < session->extent_count; i++)
		settle_inserted(session, &plan->classes[i]);
	for (size_t i = 0; i < session->touched.count; i++)
		if (session->touched.items[i]) {
			lode__object *object = lode__object_of(session->touched.items[i]);

			object->flags &= ~(LODE__TOUCHED | LODE__ORPHAN);
			lode__link_committed(session, session->touched.items[i], false);
		}
	session->pending.count = session->marked.count = session->touched.count = 0;
	lode__session_forget_told(session);
	lode__session_free_loose(session);
}

static bool has_work(const lode_session *session)
{
	return session->pending.count + session->marked.count + session->touched.count > 0;
}

lode_status lode__session_flush(lode_session *session)
{
	lode_status status;
	bool work = has_work(session);

	if (session->flushing)
		return lode__session_fail(session, LODE_E_MISUSE,
					  "a flush was asked for inside a flush");
	if (session->options.tracking == LODE_TRACK_NONE)
		return LODE_OK;
	session->flushing = true;
	status = lode__plan_make(session);
	if (status == LODE_OK && !session->plan->empty)
		status = run(session->plan);
	if (status == LODE_OK && (work || !session->plan->empty))
		settle_flush(session->plan);
	lode__plan_clear(session);
	session->flushing = false;
	return status;
}

lode_status lode_flush(lode_session *session)
{
	lode_status status;

	if (!lode__session_enter(session))
		return LODE_E_MISUSE;
	status = lode__session_ready(session);
	if (status == LODE_OK)
		status = lode__session_flush(session);
	lode__session_leave(session);
	return status;
}

bool lode_autoflush(lode_session *session, bool on)
{
	bool before;

	if (!lode__session_enter(session))
		return false;
	before = !session->options.no_autoflush;
	session->options.no_autoflush = !on;
	lode__session_leave(session);
	return before;
}

lode_status lode__session_flush_others(lode_session *session, const lode__object *object)
{
	(void)object;
	return lode__session_flushes(session) ? lode__session_flush(session) : LODE_OK;
}

lode_status lode__session_autoflush(lode_session *session, const lode_table *const *touched,
				    size_t count)
{
	if (!lode__session_flushes(session) || session->options.tracking == LODE_TRACK_NONE)
		return LODE_OK;
	return lode__plan_needed(session, touched, count) ? lode__session_flush(session) : LODE_OK;
}
