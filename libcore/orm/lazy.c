/* SPDX-License-Identifier: MIT */
/* orm/lazy.c - see lazy.h; and lode__load_link, which the accessors call.
 *
 * A load on demand is done for all peers of the object: those that came with it and whose member is
 * not loaded.  A many-to-one looks into the identity map first. */
#include "orm/lazy.h"

#include "base/alloc.h"
#include "engine/engine.h"
#include "sql/compile.h"
#include "sql/expr.h"
#include "sql/statement.h"
#include "types/value.h"

/* ---- conditions on keys */

#define EXPAND_MAX 500u	  /* placeholders of one list, where lists are written out */
#define COMPOSITE_MAX 64u /* (a = ? AND b = ?) OR ... */

size_t lode__keys_at_once(lode_session *session, size_t parts, size_t left)
{
	const lode__dialect *dialect =
		session->dialect ? session->dialect : lode__engine_dialect(session->engine, NULL);
	size_t most = parts > 1 ? COMPOSITE_MAX : EXPAND_MAX;

	/* a list that goes as one parameter may have any length */
	if (parts == 1 && dialect && dialect->traits.in_style > 1)
		return left;
	return left < most ? left : most;
}

static lode_expr *equal_key(const lode_table_column *const *columns, size_t parts,
			    const lode_value *key)
{
	lode_expr *condition = NULL;

	for (size_t i = 0; i < parts; i++)
		condition = lode_and(
			condition,
			lode_compare(LODE_OP_EQ, lode__expr_table_column(columns[i]), key[i]));
	return condition;
}

/* Few shapes, so that few plans: the number of alternatives is a power of two, the last repeats. */
static lode_expr *one_of_composites(const lode_table_column *const *columns, size_t parts,
				    const lode_value *values, size_t count)
{
	lode_expr *condition = NULL;
	size_t padded = 1;

	while (padded < count)
		padded *= 2;
	for (size_t i = 0; i < padded; i++)
		condition =
			lode_or(condition, equal_key(columns, parts,
						     &values[(i < count ? i : count - 1) * parts]));
	return condition;
}

lode_expr *lode__keys_condition(const lode_table_column *const *columns, size_t parts,
				const lode_value *values, size_t count)
{
	lode_ctype ctype;

	if (count == 1)
		return equal_key(columns, parts, values);
	if (parts > 1)
		return one_of_composites(columns, parts, values, count);
	ctype = lode__value_ctype(values);
	for (size_t i = 0; ctype == LODE_C_INT64 && i < count; i++)
		if (values[i].kind ==
		    LODE_VALUE_UINT) /* beyond INT64_MAX: the others are not negative */
			ctype = LODE_C_UINT64;
	return lode_in(lode__expr_table_column(columns[0]), ctype, values->as.raw, count,
		       sizeof *values);
}

/* ---- the statement */

/* Columns that the keys of the owners are compared with. */
static void list_key_columns(const lode__relationship *relationship,
			     const lode_table_column **columns)
{
	for (size_t i = 0; i < relationship->pair_count; i++)
		columns[i] = relationship->secondary ? relationship->pairs[i].secondary_column
						     : relationship->pairs[i].target_column;
}

static void join_secondary(lode_statement *statement, const lode__relationship *relationship)
{
	lode_expr *on = NULL;

	for (size_t i = 0; i < relationship->far_count; i++)
		on = lode_and(
			on, lode_eq(lode__expr_table_column(relationship->far[i].secondary_column),
				    lode__expr_table_column(relationship->far[i].target_column)));
	lode__statement_join_table(statement, relationship->secondary, on);
	for (size_t i = 0; i < relationship->pair_count; i++)
		lode__statement_add_column(
			statement,
			lode__expr_table_column(relationship->pairs[i].secondary_column));
}

static void order_targets(lode_statement *statement, const lode__relationship *relationship)
{
	for (size_t i = 0; i < relationship->order_count; i++) {
		const lode__order_by *order = &relationship->order_by[i];
		lode_expr *column =
			lode__expr_table_column(relationship->target->columns[order->attribute]);

		lode_order_by(statement, order->descending ? lode_desc(column) : lode_asc(column));
	}
}

/* Those that belong to nobody stay out. */
static void leave_out_orphans(lode_statement *statement, const lode_table_column *const *columns,
			      size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (columns[i]->nullable && !columns[i]->primary_key)
			lode_where(statement,
				   lode_is_not_null(lode__expr_table_column(columns[i])));
}

/* Without values: the targets of all owners there are. */
static lode_statement *select_targets(const lode__relationship *relationship,
				      const lode_table_column *const *columns,
				      const lode_value *values, size_t count)
{
	lode_statement *statement = lode_select(relationship->target->class_);

	if (relationship->secondary)
		join_secondary(statement, relationship);
	if (values)
		lode_where(statement,
			   lode__keys_condition(columns, relationship->pair_count, values, count));
	else
		leave_out_orphans(statement, columns, relationship->pair_count);
	order_targets(statement, relationship);
	return statement;
}

/* ---- the load */

#define PARTS_MAX 16
#define WHOLE_MIN 500 /* owners */

typedef struct links {
	lode_session *session;
	lode__queue *queue;
	const lode__relationship *relationship;
	lode__loaders loaders;
	lode__key_part owner_parts[PARTS_MAX], row_parts[PARTS_MAX];
	const lode_table_column *columns[PARTS_MAX];
	lode__keys keys;
	lode__groups groups;
	void **owners;	   /* those that wait for rows */
	uint32_t *numbers; /* of their keys */
	size_t count;
	lode__list_head *known; /* targets that were in the identity map */
} links;

static lode__key_part part_of(const lode_mapper *mapper, uint32_t attribute)
{
	const lode__attribute *a = &mapper->attributes[attribute];
	lode__key_part part = { a->ctype, a->offset, a->enum_names ? a : NULL };

	return part;
}

static void find_parts(links *l)
{
	const lode__relationship *relationship = l->relationship;

	for (size_t i = 0; i < relationship->pair_count; i++) {
		const lode__attribute *owner =
			&relationship->owner->attributes[relationship->pairs[i].owner];

		l->owner_parts[i] = part_of(relationship->owner, relationship->pairs[i].owner);
		if (!relationship->secondary)
			l->row_parts[i] =
				part_of(relationship->target, relationship->pairs[i].target);
		else
			l->row_parts[i] =
				(lode__key_part){ owner->enum_names || owner->ctype == LODE_C_CHARS
							  ? LODE_C_TEXT
							  : owner->ctype,
						  i * LODE__EXTRA_SIZE, NULL };
	}
	list_key_columns(relationship, l->columns);
}

static lode_status begin_links(links *l, size_t count)
{
	const lode_allocator *allocator = &l->session->allocator;
	bool several = l->relationship->secondary != NULL;

	lode__keys_init(&l->keys, allocator, l->relationship->pair_count);
	lode__groups_init(&l->groups, allocator, several);
	if (l->relationship->pair_count > PARTS_MAX)
		return lode__session_fail(
			l->session, LODE_E_UNSUPPORTED, "%s.%s is joined by more than %d columns",
			l->relationship->owner->name, l->relationship->name, PARTS_MAX);
	find_parts(l);
	l->owners = lode__alloc_array(allocator, count + 1, sizeof *l->owners);
	l->numbers = lode__alloc_array(allocator, count + 1, sizeof *l->numbers);
	return l->owners && l->numbers ? LODE_OK : lode__session_nomem(l->session);
}

static void end_links(links *l)
{
	const lode_allocator *allocator = &l->session->allocator;

	lode__keys_dispose(&l->keys);
	lode__groups_dispose(&l->groups);
	lode__release(allocator, l->owners);
	lode__release(allocator, l->numbers);
	lode__release(allocator, l->known);
}

/* A many-to-one whose target is known needs no statement. */
static lode_status take_known(links *l, void *owner, void *target)
{
	lode_status status = lode__link_fill(l->session, l->relationship, owner, &target, 1,
					     l->queue->overwrite);

	if (status == LODE_OK)
		status = lode__list_push(l->session, &l->known, target);
	return status;
}

static lode_status take_owner(links *l, void *owner)
{
	lode_value key[PARTS_MAX];
	void *target;

	if (lode__object_state(lode__object_of(owner)) != LODE__PERSISTENT ||
	    (!l->queue->overwrite && lode__link_loaded(l->relationship, owner)))
		return LODE_OK;
	if (!lode__key_read(l->owner_parts, l->relationship->pair_count, owner, key))
		return lode__link_fill(l->session, l->relationship, owner, NULL, 0,
				       l->queue->overwrite);
	target = l->relationship->direction == LODE__MANY_TO_ONE
			 ? lode__link_known(l->session, l->relationship, owner)
			 : NULL;
	/* an expired one is loaded with the others: it is reached now */
	if (target && !(lode__object_of(target)->flags & LODE__EXPIRED))
		return take_known(l, owner, target);
	if (lode__keys_add(&l->keys, key, &l->numbers[l->count]) < 0)
		return lode__session_nomem(l->session);
	l->owners[l->count++] = owner;
	return LODE_OK;
}

static lode_status run_select(links *l, const lode_statement *statement,
			      struct lode__gather *gather)
{
	lode_session *session = l->session;
	lode__run *run = lode__run_take(session);
	lode__load_plan *plan = NULL;
	lode__list_head *objects = NULL;
	lode_status status;

	if (!run)
		return LODE_E_NOMEM;
	status = lode__load_plan_of(session, run, statement, l->relationship, l->loaders, &plan);
	if (status == LODE_OK)
		status = lode__load_run(session, plan, run->values.items, run->values.count,
					l->loaders, gather, 0, l->queue, &objects);
	if (plan)
		lode__plans_release(&plan->plan);
	lode__release(&session->allocator, objects);
	lode__run_give(session, run);
	return status;
}

static lode_status load_chunk(links *l, const lode_value *values, size_t count)
{
	struct lode__gather gather = { .relationship = l->relationship,
				       .parts = l->row_parts,
				       .part_count = l->relationship->pair_count,
				       .in_scratch = l->relationship->secondary != NULL,
				       .keys = &l->keys,
				       .groups = &l->groups,
				       .current = LODE__NO_KEY,
				       .last = LODE__NO_KEY };
	lode_statement *statement = select_targets(l->relationship, l->columns, values, count);
	lode_status status = lode__statement_accept(l->session, statement);

	if (status == LODE_OK)
		status = run_select(l, statement, &gather);
	lode_statement_free(statement);
	return status;
}

static lode_status load_chunks(links *l)
{
	lode_status status = LODE_OK;

	for (size_t at = 0; status == LODE_OK && at < l->keys.count;) {
		size_t count =
			lode__keys_at_once(l->session, l->keys.part_count, l->keys.count - at);

		status = load_chunk(l, &l->keys.values[at * l->keys.part_count], count);
		at += count;
	}
	return status;
}

static lode_status load_keys(links *l, bool whole)
{
	lode_status status = lode__groups_make(&l->groups, l->keys.count) < 0
				     ? lode__session_nomem(l->session)
				     : LODE_OK;

	if (status == LODE_OK)
		status = whole ? load_chunk(l, NULL, 0) : load_chunks(l);
	for (size_t i = 0; status == LODE_OK && i < l->count; i++)
		status = lode__groups_fill(&l->groups, l->session, l->relationship, l->numbers[i],
					   l->owners[i], l->queue->overwrite);
	return status;
}

lode_status lode__load_links(lode_session *session, lode__queue *queue,
			     const lode__relationship *relationship, void *const *owners,
			     size_t count, lode__loaders loaders, bool whole)
{
	links l = {
		.session = session, .queue = queue, .relationship = relationship, .loaders = loaders
	};
	lode_status status = begin_links(&l, count);

	for (size_t i = 0; status == LODE_OK && i < count; i++)
		status = take_owner(&l, owners[i]);
	/* all rows in the order of their table are read faster than many keys are looked up */
	whole = whole && l.count == count && count >= WHOLE_MIN &&
		relationship->direction != LODE__MANY_TO_ONE;
	if (status == LODE_OK && l.keys.count > 0)
		status = load_keys(&l, whole);
	if (status == LODE_OK && l.known)
		status =
			lode__queue_objects(session, queue, relationship->target, loaders, l.known);
	end_links(&l);
	return status;
}

/* ---- on demand */

static uint32_t access_to(const lode_session *session, const lode__relationship *relationship,
			  uint32_t peers)
{
	const struct lode__result_list *loading = session->lists;

	for (size_t i = loading && peers ? loading->raised_count : 0; i-- > 0;)
		if (loading->raised[i].peers == peers &&
		    loading->raised[i].relationship == relationship)
			return loading->raised[i].access;
	return relationship->lazy;
}

/* Would loading it send a statement?  Not for a target in the identity map, nor for nobody. */
static bool needs_sql(lode_session *session, const lode__relationship *relationship,
		      const void *instance)
{
	lode_value key[PARTS_MAX];
	lode__key_part parts[PARTS_MAX];
	const void *target;

	if (relationship->direction != LODE__MANY_TO_ONE || relationship->pair_count > PARTS_MAX ||
	    (lode__object_of(instance)->flags & LODE__EXPIRED))
		return true;
	for (size_t i = 0; i < relationship->pair_count; i++)
		parts[i] = part_of(relationship->owner, relationship->pairs[i].owner);
	if (!lode__key_read(parts, relationship->pair_count, instance, key))
		return false;
	target = lode__link_known(session, relationship, instance);
	return !target || (lode__object_of(target)->flags & LODE__EXPIRED);
}

/* The object itself, then those that came with it and lack the same. */
static lode_status list_owners(lode_session *session, const lode__relationship *relationship,
			       void *instance, lode__list_head **owners)
{
	uint32_t peers = lode__object_of(instance)->peers, at = 0;
	lode_status status = lode__list_push(session, owners, instance);
	void *peer;

	while (status == LODE_OK && (peer = lode__peers_next(session, peers, &at)) != NULL)
		if (peer != instance && !lode__link_loaded(relationship, peer) &&
		    !(lode__object_of(peer)->flags & LODE__EXPIRED))
			status = lode__list_push(session, owners, peer);
	return status;
}

/* `alone`: not its peers, which may need a statement where it needs none */
static lode_status load_link(lode_session *session, const lode__relationship *relationship,
			     void *instance, bool alone)
{
	lode__object *object = lode__object_of(instance);
	lode__loaders none = { NULL, 0 };
	lode__list_head *owners = NULL;
	lode__queue queue = { .at = 0 };
	lode_status status = LODE_OK;

	/* no row yet: nothing to load */
	if (lode__object_state(object) != LODE__PERSISTENT ||
	    lode__link_loaded(relationship, instance))
		return LODE_OK;
	if (object->flags & LODE__EXPIRED)
		status = lode__load_expired(session, &instance, 1);
	if (status == LODE_OK && lode__object_state(object) == LODE__PERSISTENT)
		status = alone ? lode__list_push(session, &owners, instance)
			       : list_owners(session, relationship, instance, &owners);
	if (status == LODE_OK && owners)
		status = lode__load_links(session, &queue, relationship, owners->items,
					  owners->count, none, false);
	lode__release(&session->allocator, owners);
	if (status == LODE_OK)
		status = lode__queue_drain(session, &queue);
	lode__queue_dispose(session, &queue);
	return status;
}

lode_status lode__load_link_always(lode_session *session, const lode__relationship *relationship,
				   void *instance)
{
	return load_link(session, relationship, instance, false);
}

lode_status lode__load_link(lode_session *session, const lode__relationship *relationship,
			    void *instance)
{
	const lode__object *object = lode__object_of(instance);
	uint32_t access;

	if (lode__object_state(object) != LODE__PERSISTENT ||
	    lode__link_loaded(relationship, instance) || session->flushing)
		return lode__load_link_always(session, relationship, instance);
	access = access_to(session, relationship, object->peers);
	if (access == LODE_LAZY_RAISE ||
	    (access == LODE_LAZY_RAISE_ON_SQL && needs_sql(session, relationship, instance)))
		return lode__session_fail(session, LODE_E_NOT_LOADED,
					  "%s.%s is not loaded and may not be loaded on demand: "
					  "let the query load it",
					  relationship->owner->name, relationship->name);
	return load_link(session, relationship, instance, access == LODE_LAZY_RAISE_ON_SQL);
}
