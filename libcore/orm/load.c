/* SPDX-License-Identifier: MIT */
/* orm/load.c - see load.h. */
#include "orm/load.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "engine/engine.h"
#include "orm/compiled.h"
#include "sql/key.h"
#include "sql/statement.h"

#include <string.h>

/* ---- the plan */

static void put_pointer(lode__buf *key, const void *pointer)
{
	lode__buf_append(key, &pointer, sizeof pointer);
}

static void put_entities(lode__buf *key, const lode__entity *entities, uint32_t count)
{
	lode__buf_append(key, &count, sizeof count);
	for (uint32_t i = 1; i < count; i++) {
		lode__buf_append(key, &entities[i].parent, sizeof entities[i].parent);
		lode__buf_append(key, &entities[i].loader, sizeof entities[i].loader);
		put_pointer(key, entities[i].relationship);
	}
}

/* Rows of a class, or none: 0 entities is no failure, LODE__NO_KEY is. */
static uint32_t find_entities(lode_session *session, const lode_statement *source,
			      lode__loaders loaders, lode__entity *entities)
{
	const lode_mapper *mapper;
	lode_error *error = lode__session_error_slot(session);
	uint32_t count;

	if (!source->owner || (source->kind != LODE__SELECT && source->kind != LODE__TEXT))
		return 0;
	mapper = lode__registry_need(session->registry, source->owner, error);
	if (!mapper) {
		lode__session_failed(session, LODE_E_MISUSE);
		return LODE__NO_KEY;
	}
	count = lode__entities_of(entities, mapper, loaders, error);
	if (count == 0) {
		lode__session_failed(session, error->status);
		return LODE__NO_KEY;
	}
	return source->kind == LODE__TEXT ? 1 : count;
}

static lode_status make_key(lode_session *session, lode__run *run, const lode_statement *statement,
			    const lode__relationship *link, const lode__entity *entities,
			    uint32_t count)
{
	lode_status status;

	/* two registries may map one class differently */
	put_pointer(&run->key, session->registry);
	put_pointer(&run->key, session->registry->metadata);
	put_pointer(&run->key, link);
	put_entities(&run->key, entities, count);
	status = statement->bound ? lode__bound_key(statement, &run->key, &run->values)
				  : lode__statement_key(statement, &run->key, &run->values);
	if (status == LODE_OK)
		status = lode__buf_status(&run->key);
	if (status == LODE_OK)
		status = run->values.status;
	if (status == LODE_OK)
		return LODE_OK;
	if (status == LODE_E_NOMEM)
		return lode__session_nomem(session);
	return lode__session_fail(session, status, "a statement is too large or nested too deeply");
}

static lode_status make_plan(lode_session *session, lode__run *run, const lode_statement *source,
			     const lode__relationship *link, const lode__entity *entities,
			     uint32_t count, uint64_t hash, lode__load_plan **out)
{
	lode_error *error = lode__session_error_slot(session);
	const lode__dialect *dialect =
		session->dialect ? session->dialect : lode__engine_dialect(session->engine, error);
	lode__load_plan *plan;
	lode_status status;

	if (!dialect)
		return lode__session_failed(session, error->status);
	status = lode__load_plan_new(&plan, session->registry, dialect, source, link, entities,
				     count, lode__engine_allocator(session->engine), error);
	if (status < 0)
		return lode__session_failed(session, status);
	*out = (lode__load_plan *)(void *)lode__plans_put(session->engine, run->key.data,
							  run->key.size, hash, &plan->plan);
	return LODE_OK;
}

lode_status lode__load_plan_of(lode_session *session, lode__run *run,
			       const lode_statement *statement, const lode__relationship *link,
			       lode__loaders loaders, lode__load_plan **out)
{
	const lode_statement *source = lode__statement_source(statement);
	lode__entity entities[LODE__ENTITIES_MAX];
	uint32_t count = find_entities(session, source, loaders, entities);
	uint64_t hash;

	if (count == LODE__NO_KEY || make_key(session, run, statement, link, entities, count) < 0)
		return session->failed ? lode__session_ready(session) : LODE_E_MISUSE;
	hash = lode__hash(run->key.data, run->key.size);
	*out = (lode__load_plan *)(void *)lode__plans_find(session->engine, run->key.data,
							   run->key.size, hash);
	if (*out)
		return LODE_OK;
	return make_plan(session, run, source, link, entities, count, hash, out);
}

/* ---- sending */

static lode_status refuse_params(lode_session *session, const lode_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (values[i].kind == LODE_VALUE_PARAM)
			return lode__session_fail(session, LODE_E_MISUSE,
						  "the statement has a LODE_PARAM, which gets its "
						  "value from LODE_BIND: compile it first");
	return LODE_OK;
}

lode_status lode__load_execute(lode_session *session, const lode__load_plan *plan,
			       const lode_value *values, size_t count, uint32_t window,
			       lode__cursor *out)
{
	const lode__compiled *compiled = plan->compiled;
	lode_error *error;
	lode_status status;

	memset(out, 0, sizeof *out);
	status = refuse_params(session, values, count);
	if (status < 0)
		return status;
	if (compiled->unknown_tables)
		status = lode__session_flushes(session) ? lode__session_flush(session) : LODE_OK;
	else
		status = lode__session_autoflush(session, compiled->touched,
						 compiled->touched_count);
	if (status == LODE_OK)
		status = lode__session_begin(session, compiled->writes);
	if (status < 0)
		return status;
	error = lode__session_error_slot(session);
	status = lode__cursor_execute(out, session->link, compiled, values, count, window,
				      error);
	return status < 0 ? lode__session_failed(session, status) : LODE_OK;
}

/* ---- the parts of a load */

static bool wants_more(const lode__load_part *part, const lode_mapper *mapper)
{
	for (uint32_t i = 0; i < mapper->relationship_count; i++)
		if (lode__loader_of(part->loaders, &mapper->relationships[i]) != LODE__BY_DEFAULT ||
		    mapper->relationships[i].lazy == LODE_LAZY_SELECTIN)
			return true;
	return false;
}

static lode_status begin_part(lode__load *load, uint32_t number, lode__loaders loaders)
{
	const lode__entity *entity = &load->plan->entities[number];
	lode__load_part *part = &load->parts[number];

	part->extent = lode__session_extent(load->session, entity->mapper);
	if (!part->extent)
		return LODE_E_NOMEM;
	part->loaders = number == 0 ? loaders
				    : lode__loaders_below(load->parts[entity->parent].loaders,
							  entity->loader);
	part->wanted = number > 0 && wants_more(part, entity->mapper);
	if (number == 0)
		load->unlisted = load->gather && !wants_more(part, entity->mapper);
	if (number > 0)
		lode__owners_init(&part->owners, &load->session->allocator, true);
	if (load->most != 1 && (entity->mapper->relationship_count > 0 || load->plan->may_repeat))
		part->peers = lode__peers_begin(load->session, part->extent);
	return LODE_OK;
}

static lode_status begin_load(lode__load *load, lode__loaders loaders)
{
	const lode__load_plan *plan = load->plan;
	lode_session *session = load->session;
	lode_status status = LODE_OK;

	load->parts =
		lode__alloc_array(&session->allocator, plan->entity_count, sizeof *load->parts);
	load->bases = lode__alloc_array(&session->allocator, plan->entity_count + 1u,
					sizeof *load->bases);
	load->scratch = lode__alloc_array(&session->allocator, plan->scratch_size + 1, 1);
	lode__pointer_map_init(&load->seen, &session->allocator);
	if (!load->parts || !load->bases || !load->scratch)
		return lode__session_nomem(session);
	load->bases[plan->entity_count] = load->scratch;
	for (uint32_t i = 0; status == LODE_OK && i < plan->entity_count; i++)
		status = begin_part(load, i, loaders);
	load->fetch = (lode_fetch){ .struct_size = sizeof load->fetch,
				    .bases = load->bases,
				    .nbases = plan->entity_count + 1u,
				    .max_rows = 1,
				    .arena = (lode_arena *)(void *)&session->lists->sink };
	return status;
}

/* Slots that no row took go back, youngest first. */
static void end_rows(lode__load *load)
{
	lode__cursor_close(&load->cursor);
	for (uint32_t i = load->parts ? load->plan->entity_count : 0; i-- > 0;) {
		if (load->parts[i].slot)
			lode__extent_discard(load->parts[i].extent, load->parts[i].slot);
		load->parts[i].slot = NULL;
		lode__peers_end(load->session, load->parts[i].peers);
	}
}

static void dispose_load(lode__load *load, lode__list_head **out)
{
	const lode_allocator *allocator = &load->session->allocator;

	for (uint32_t i = 0; load->parts && i < load->plan->entity_count; i++) {
		if (i > 0) {
			lode__owners_dispose(&load->parts[i].owners);
			lode__release(allocator, load->parts[i].objects);
		} else {
			*out = load->parts[0].objects;
		}
	}
	lode__release(allocator, load->parts);
	lode__release(allocator, load->bases);
	lode__release(allocator, load->scratch);
	lode__pointer_map_dispose(&load->seen);
}

/* ---- after the rows */

static lode_status fill_joined(lode__load *load)
{
	lode_status status = LODE_OK;

	for (uint32_t i = 1; status == LODE_OK && i < load->plan->entity_count; i++)
		status = lode__owners_fill(&load->parts[i].owners, load->session,
					   load->plan->entities[i].relationship,
					   load->queue->overwrite);
	return status;
}

/* What a later access may do. */
static uint32_t access_of(uint32_t strategy)
{
	return strategy < LODE_LAZY_RAISE ? LODE_LAZY_SELECT : strategy;
}

/* A strategy of the statement that says what a later access may do stays with the objects. */
static lode_status note_access(lode_session *session, uint32_t peers,
			       const lode__relationship *relationship, uint32_t access)
{
	struct lode__result_list *loading = session->lists;

	if (peers == 0 || peers > session->peers_count || session->peers[peers - 1].count == 0)
		return LODE_OK;
	if (lode__array_reserve(&session->allocator, (void **)&loading->raised,
				&loading->raised_capacity, loading->raised_count + 1,
				sizeof *loading->raised) < 0)
		return lode__session_nomem(session);
	loading->raised[loading->raised_count++] = (lode__raised){ peers, access, relationship };
	return LODE_OK;
}

static lode_status queue_part(lode__load *load, uint32_t number)
{
	const lode__load_part *part = &load->parts[number];
	const lode_mapper *mapper = part->extent->mapper;
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < mapper->relationship_count; i++) {
		const lode__relationship *relationship = &mapper->relationships[i];
		uint32_t access = access_of(lode__strategy_of(part->loaders, relationship));

		if (access != access_of(relationship->lazy))
			status = note_access(load->session, part->peers, relationship, access);
	}
	if (status == LODE_OK && part->objects)
		status = lode__queue_objects(load->session, load->queue, mapper, part->loaders,
					     part->objects);
	return status;
}

static lode_status check_columns(lode__load *load)
{
	const lode_mapper *mapper = load->plan->entities[0].mapper;

	if (load->cursor.result.ncols >= load->plan->bind_count)
		return LODE_OK;
	return lode__session_fail(
		load->session, LODE_E_MISUSE,
		"a statement that is to load %s gives %u columns, but the class has %u",
		mapper->name, (unsigned)load->cursor.result.ncols,
		(unsigned)load->plan->bind_count);
}

static lode_status run_rows(lode__load *load, const lode_value *values, size_t count)
{
	lode_session *session = load->session;
	lode_status status = lode__load_execute(session, load->plan, values, count,
						load->pushed ? LODE__PUSHED : 0, &load->cursor);

	if (status == LODE_OK)
		status = check_columns(load);
	if (status < 0)
		return status;
	status = lode__cursor_bind(&load->cursor, load->plan->binds, load->plan->bind_count,
				   lode__session_error_slot(session));
	if (status < 0)
		return lode__session_failed(session, status);
	return lode__fetch(load);
}

#define MANY_KEYS 32u /* whose rows are worth the start of a push */

lode_status lode__load_run(lode_session *session, const lode__load_plan *plan,
			   const lode_value *values, size_t count, lode__loaders loaders,
			   struct lode__gather *gather, size_t most, lode__queue *queue,
			   lode__list_head **out)
{
	lode__load load = {
		.session = session, .plan = plan, .queue = queue, .gather = gather, .most = most
	};
	lode_status status;

	*out = NULL;
	load.pushed = most == 0 && (queue->whole || (gather && gather->keys->count >= MANY_KEYS));
	if (!lode__loading(session))
		return LODE_E_NOMEM;
	status = begin_load(&load, loaders);
	if (status == LODE_OK)
		status = run_rows(&load, values, count);
	end_rows(&load);
	if (status == LODE_OK)
		status = fill_joined(&load);
	for (uint32_t i = 0; status == LODE_OK && i < plan->entity_count; i++) {
		status = queue_part(&load, i);
		queue->whole = false;
	}
	dispose_load(&load, out);
	return status;
}

/* Does it read every row of its class? */
static bool reads_all(const lode_statement *source)
{
	return source->kind == LODE__SELECT &&
	       source->where.count + source->having.count + source->join_count == 0 &&
	       !source->has_limit && !source->has_offset;
}

lode_status lode__load_select(lode_session *session, const lode_statement *statement, size_t most,
			      lode__list_head **out)
{
	const lode_statement *source = lode__statement_source(statement);
	lode__loaders loaders = { source->loaders, source->loader_count };
	lode__run *run = lode__run_take(session);
	lode__queue queue = { .overwrite = session->options.populate_existing ||
					   ((statement->populate | source->populate) &
					    LODE__POPULATE_EXISTING),
			      .whole = reads_all(source) };
	lode__load_plan *plan = NULL;
	lode_status status;

	*out = NULL;
	if (!run)
		return LODE_E_NOMEM;
	status = lode__load_plan_of(session, run, statement, NULL, loaders, &plan);
	if (status == LODE_OK)
		status = lode__load_run(session, plan, run->values.items, run->values.count,
					loaders, NULL, plan->joins_lists ? 0 : most, &queue, out);
	if (plan)
		lode__plans_release(&plan->plan);
	lode__run_give(session, run);
	if (status == LODE_OK)
		status = lode__queue_drain(session, &queue);
	lode__queue_dispose(session, &queue);
	return status;
}
