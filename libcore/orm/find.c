/* SPDX-License-Identifier: MIT */
/* orm/find.c - see find.h. */
#include "orm/find.h"

#include "base/alloc.h"
#include "orm/identity.h"
#include "orm/lazy.h"
#include "orm/names.h"
#include "sql/expr.h"
#include "sql/statement.h"

#define PARTS_MAX 16

/* ---- the prepared select */

static const void *key_image(const lode__extent *extent, const void *instance)
{
	return lode__object_of(instance)->flags & LODE__READ_ONLY
		       ? instance
		       : lode__snapshot_of(extent, instance);
}

/* The values of the key, in its order; false: one is NULL. */
static bool read_key(const lode__extent *extent, const void *image, lode_value *values)
{
	const lode_mapper *mapper = extent->mapper;

	for (uint32_t i = 0; i < mapper->key_count; i++) {
		const lode__attribute *key = &mapper->attributes[mapper->key[i]];

		if (key->ctype == LODE_C_INT64) { /* nearly all are */
			values[i].kind = LODE_VALUE_INT;
			values[i].flags = 0;
			memcpy(&values[i].as.integer, lode__attribute_at(key, image),
			       sizeof values[i].as.integer);
			continue;
		}
		values[i] = lode__attribute_value(key, lode__attribute_at(key, image));
		if (values[i].kind == LODE_VALUE_NULL)
			return false;
	}
	return true;
}

static lode_status refuse_long_key(lode_session *session, const lode__extent *extent)
{
	if (extent->mapper->key_count <= PARTS_MAX)
		return LODE_OK;
	return lode__session_fail(session, LODE_E_UNSUPPORTED,
				  "the primary key of %s has more than %d columns",
				  extent->mapper->name, PARTS_MAX);
}

static lode_statement *select_keys(const lode__extent *extent, const lode_value *values,
				   size_t count)
{
	const lode_mapper *mapper = extent->mapper;
	const lode_table_column *columns[PARTS_MAX];
	lode_statement *statement = lode_select(mapper->class_);

	for (uint32_t i = 0; i < mapper->key_count; i++)
		columns[i] = mapper->columns[mapper->key[i]];
	return lode_where(statement,
			  lode__keys_condition(columns, mapper->key_count, values, count));
}

static bool stands_alone(const lode__load_plan *plan)
{
	const lode_mapper *mapper = plan->entities[0].mapper;

	for (uint32_t i = 0; i < mapper->relationship_count; i++)
		if (mapper->relationships[i].lazy == LODE_LAZY_SELECTIN)
			return false;
	return plan->plain && plan->entity_count == 1;
}

/* `values` give the kinds only */
static lode_status make_finder(lode_session *session, lode__extent *extent,
			       const lode_value *values, lode__finder *finder)
{
	lode_statement *statement = select_keys(extent, values, 1);
	lode__loaders none = { NULL, 0 };
	lode_status status = lode__statement_accept(session, statement);
	lode__run *run = status == LODE_OK ? lode__run_take(session) : NULL;

	if (status == LODE_OK)
		status =
			run ? lode__load_plan_of(session, run, statement, NULL, none, &finder->plan)
			    : LODE_E_NOMEM;
	lode__run_give(session, run);
	lode_statement_free(statement);
	if (status == LODE_OK)
		finder->alone = stands_alone(finder->plan);
	return status;
}

static lode__finder *need_finder(lode_session *session, lode__extent *extent,
				 const lode_value *values)
{
	struct lode__result_list *loading = lode__loading(session);
	lode__finder **place = loading ? &loading->finders[extent->mapper->index] : NULL;
	lode__finder *finder;

	if (!place || *place)
		return place ? *place : NULL;
	finder = lode__alloc_zero(&session->allocator, sizeof *finder);
	if (!finder) {
		lode__session_nomem(session);
		return NULL;
	}
	if (make_finder(session, extent, values, finder) < 0) {
		lode__release(&session->allocator, finder);
		return NULL;
	}
	*place = finder;
	return finder;
}

void lode__finder_free(lode_session *session, lode__finder *finder)
{
	if (!finder)
		return;
	lode__plans_release(&finder->plan->plan);
	lode__release(&session->allocator, finder);
}

/* ---- one row by its key */

static void *fetch_one(lode_session *session, lode__extent *extent, lode__cursor *cursor,
		       bool overwrite)
{
	lode_error *error = lode__session_error_slot(session);
	void *slot = lode__extent_reserve(extent), *rows = &slot;
	lode_fetch fetch = { .struct_size = sizeof fetch,
			     .bases = &rows,
			     .nbases = 1,
			     .max_rows = 1,
			     .arena = (lode_arena *)(void *)&session->lists->sink };
	lode_status status;

	if (!slot) {
		lode__session_nomem(session);
		return NULL;
	}
	status = lode__cursor_fetch(cursor, &fetch, error);
	if (status >= 0 && fetch.nrows > 0)
		return lode__row_admit(extent, slot, 0, overwrite);
	lode__extent_discard(extent, slot);
	if (status < 0)
		lode__session_failed(session, status);
	return NULL;
}

static void *find_alone(lode_session *session, lode__extent *extent, const lode__finder *finder,
			const lode_value *values, bool overwrite)
{
	const lode__load_plan *plan = finder->plan;
	lode_error *error = lode__session_error_slot(session);
	lode__cursor cursor = { .link = NULL };
	void *object = NULL;
	lode_status status = lode__session_begin(session, false);

	if (status < 0)
		return NULL;
	status = lode__cursor_execute(&cursor, session->link, plan->compiled, values,
				      extent->mapper->key_count, 0, error);
	if (status == LODE_OK)
		status = lode__cursor_bind(&cursor, plan->binds, plan->bind_count, error);
	if (status < 0)
		lode__session_failed(session, status);
	else
		object = fetch_one(session, extent, &cursor, overwrite);
	lode__cursor_close(&cursor);
	return object;
}

static void *find_loaded(lode_session *session, const lode__extent *extent,
			 const lode__finder *finder, const lode_value *values, bool overwrite)
{
	lode__loaders none = { NULL, 0 };
	lode__queue queue = { .overwrite = overwrite };
	lode__list_head *objects = NULL;
	void *object = NULL;
	lode_status status =
		lode__load_run(session, finder->plan, values, extent->mapper->key_count, none, NULL,
			       0, &queue, &objects);

	if (status == LODE_OK)
		status = lode__queue_drain(session, &queue);
	lode__queue_dispose(session, &queue);
	if (status == LODE_OK && objects)
		object = objects->items[0];
	lode__release(&session->allocator, objects);
	return object;
}

static void *find_row(lode_session *session, lode__extent *extent, const lode_value *values,
		      bool overwrite)
{
	lode__finder *finder = need_finder(session, extent, values);

	if (!finder)
		return NULL;
	return finder->alone ? find_alone(session, extent, finder, values, overwrite)
			     : find_loaded(session, extent, finder, values, overwrite);
}

/* ---- finding */

static void *reach_known(lode_session *session, lode__extent *extent, void *known)
{
	void *missing = NULL;

	if (!(lode__object_of(known)->flags & LODE__EXPIRED))
		return known;
	if (lode__load_rows(session, extent, &known, 1, &missing) < 0)
		return NULL;
	return missing ? NULL : known;
}

void *lode__find(lode_session *session, lode__extent *extent, const void *image)
{
	lode_value values[PARTS_MAX];
	void *known = lode__identity_find(extent, image);

	if (known)
		return reach_known(session, extent, known);
	if (refuse_long_key(session, extent) < 0 || !read_key(extent, image, values))
		return NULL;
	/* only a new object can have a key that is not in the map: changed ones are not looked at,
	 * for that would cost more than the search itself */
	if (extent->pending > 0) {
		if (lode__session_autoflush(session, &extent->mapper->table, 1) < 0)
			return NULL;
		known = lode__identity_find(extent, image);
		if (known)
			return known;
	}
	return find_row(session, extent, values, session->options.populate_existing);
}

#define WORDS 16 /* bytes that are compared at once */
#define MARK '\001' /* of the text of LODE_FIND: fifteen NULs follow it */

/* The first words of two texts; the NULs behind a short one belong to them. */
static inline bool begins_alike(const char *text, const char *known)
{
	uint64_t a[WORDS / 8], b[WORDS / 8];

	memcpy(a, text, sizeof a);
	memcpy(b, known, sizeof b);
	return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
}

/* The next call in these very words need not parse anything. */
static void remember_words(lode_session *session, const lode__extent *extent, const char *names)
{
	size_t size = *names == MARK ? strlen(names) : sizeof session->found.text;

	if (size >= sizeof session->found.text || !extent->single_int64 || !extent->map)
		return;
	session->found.given = names;
	session->found.class_ = extent->mapper->class_;
	session->found.extent = extent;
	session->found.size = size;
	memset(session->found.text, 0, sizeof session->found.text);
	memcpy(session->found.text, names, size);
}

/* Was the last call in these words, and is nobody inside?  A session that failed has forgotten
 * them. */
static inline bool knows_words(const lode_session *session, const lode_class *class_,
			       const void *key, const char *names)
{
	return session && key && names == session->found.given &&
	       class_ == session->found.class_ &&
	       !atomic_load_explicit(&session->entered, memory_order_relaxed) &&
	       begins_alike(names, session->found.text);
}

/* Objects are looked at only where some may be expired: each look is a miss of the cache. */
static inline void *reachable(const lode__extent *extent, const lode__object *known)
{
	if (!known || (extent->expires && (known->flags & LODE__EXPIRED)))
		return NULL;
	return (void *)(uintptr_t)(known + 1);
}

static void *find_named(lode_session *session, const lode_class *class_, const void *key,
			const char *names)
{
	const lode__names *named;
	lode__extent *extent = NULL;
	void *object = NULL;

	if (!lode__session_enter(session))
		return NULL;
	if (lode__session_ready(session) == LODE_OK)
		extent = lode__session_class(session, class_);
	if (extent && (!key || !names)) {
		lode__session_fail(
			session, LODE_E_MISUSE,
			"lode_find needs the key of a %s: LODE_FIND(session, %s, .id = 1)",
			extent->mapper->name, extent->mapper->name);
		extent = NULL;
	}
	named = extent ? lode__names_of(extent, names + (*names == MARK)) : NULL;
	if (named && !named->is_key)
		lode__session_fail(session, LODE_E_MISUSE,
				   "an object of %s is found by its primary key: name the members "
				   "of the key and no others",
				   extent->mapper->name);
	else if (named)
		object = lode__find(session, extent, key);
	if (object)
		remember_words(session, extent, names);
	lode__session_leave(session);
	return object;
}

/* Apart, or the registers it needs would be saved for every hit. */
__attribute__((noinline)) static void *find_slowly(lode_session *session, const lode_class *class_,
						    const void *key, const char *names)
{
	void *known = NULL;

	if (knows_words(session, class_, key, names) &&
	    (session->found.size < WORDS || strcmp(names, session->found.text) == 0))
		known = reachable(session->found.extent,
				  lode__identity_get(session->found.extent, key));
	return known ? known : find_named(session, class_, key, names);
}

/* Mostly only a look at the identity map: nothing is entered, so nothing has to be left. */
void *lode_find(lode_session *session, const lode_class *class_, const void *key, const char *names)
{
	void *known = NULL;

	if (knows_words(session, class_, key, names) && session->found.size < WORDS)
		known = reachable(session->found.extent,
				  lode__identity_glance(session->found.extent, key));
	return known ? known : find_slowly(session, class_, key, names);
}

/* ---- reloading */

/* What was not flushed is given up, and the links are forgotten; but what was changed since the
 * object expired was meant to be.  During a flush only values are read back: links stay. */
static bool forget_changes(lode_session *session, lode__extent *extent, void *instance)
{
	lode__object *object = lode__object_of(instance);
	bool was_expired = object->flags & LODE__EXPIRED;

	if (!was_expired && !(object->flags & LODE__READ_ONLY))
		lode__object_restore(extent, instance, lode__snapshot_of(extent, instance));
	for (uint32_t i = 0; !session->flushing && i < extent->mapper->relationship_count; i++) {
		const lode__relationship *relationship = &extent->mapper->relationships[i];

		if (!was_expired || !lode__link_changed(relationship, object))
			lode__link_unload(session, relationship, instance);
	}
	lode__object_expire(object);
	return was_expired;
}

/* The objects are expired by now, so their rows are taken without overwriting any other. */
static lode_status reload_keys(lode_session *session, lode__extent *extent,
			       const lode_value *values, size_t count)
{
	lode_statement *statement = select_keys(extent, values, count);
	lode__list_head *objects = NULL;
	lode_status status;

	status = lode__statement_accept(session, statement);
	if (status == LODE_OK)
		status = lode__load_select(session, statement, 0, &objects);
	lode__release(&session->allocator, objects);
	lode_statement_free(statement);
	return status;
}

static lode_status reload_many(lode_session *session, lode__extent *extent, void *const *instances,
			       size_t count)
{
	size_t parts = extent->mapper->key_count;
	lode_value *values = lode__alloc_array(&session->allocator, count * parts, sizeof *values);
	lode_status status = LODE_OK;
	size_t used = 0;

	if (!values)
		return lode__session_nomem(session);
	for (size_t i = 0; i < count; i++)
		if (read_key(extent, key_image(extent, instances[i]), &values[used * parts]))
			used++;
	for (size_t at = 0; status == LODE_OK && at < used;) {
		size_t now = lode__keys_at_once(session, parts, used - at);

		status = reload_keys(session, extent, &values[at * parts], now);
		at += now;
	}
	lode__release(&session->allocator, values);
	return status;
}

static lode_status reload_one(lode_session *session, lode__extent *extent, const void *instance)
{
	lode_value values[PARTS_MAX];

	if (read_key(extent, key_image(extent, instance), values))
		find_row(session, extent, values, false);
	return lode__session_ready(session);
}

/* Those that no row came for. */
static lode_status sort_out_missing(lode_session *session, void *const *instances, size_t count,
				    void **missing)
{
	for (size_t i = 0; i < count; i++) {
		lode__object *object = lode__object_of(instances[i]);
		lode_status status;

		if (!(object->flags & LODE__EXPIRED) ||
		    lode__object_state(object) != LODE__PERSISTENT)
			continue;
		if (missing && !*missing)
			*missing = instances[i];
		status = lode__object_gone(session, object);
		if (status < 0)
			return status;
	}
	return LODE_OK;
}

lode_status lode__load_rows(lode_session *session, lode__extent *extent, void *const *instances,
			    size_t count, void **missing)
{
	lode_status status = refuse_long_key(session, extent);
	bool expired = true;

	if (missing)
		*missing = NULL;
	if (count == 0 || status < 0)
		return status;
	for (size_t i = 0; i < count; i++)
		expired &= forget_changes(session, extent, instances[i]);
	/* a refresh that was asked for sends the changes of the others first */
	if (!expired)
		status = lode__session_autoflush(session, &extent->mapper->table, 1);
	if (status == LODE_OK)
		status = count == 1 ? reload_one(session, extent, instances[0])
				    : reload_many(session, extent, instances, count);
	return status == LODE_OK ? sort_out_missing(session, instances, count, missing) : status;
}

lode_status lode__load_expired(lode_session *session, void *const *items, size_t count)
{
	lode__list_head *expired = NULL;
	void *missing = NULL;
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < count; i++)
		if (lode__object_of(items[i])->flags & LODE__EXPIRED)
			status = lode__list_push(session, &expired, items[i]);
	if (status == LODE_OK && expired)
		status = lode__load_rows(session, lode__object_of(items[0])->extent, expired->items,
					 expired->count, &missing);
	lode__release(&session->allocator, expired);
	if (status == LODE_OK && missing)
		status = lode__session_fail(session, LODE_E_STALE,
					    "the row of this object of class %s is gone: it was "
					    "deleted by somebody else",
					    lode__object_of(missing)->extent->mapper->name);
	return status;
}

lode_status lode__object_gone(lode_session *session, lode__object *object)
{
	lode__extent *extent = object->extent;
	lode_status status = lode__journal_reserve(session, 1);

	if (status < 0)
		return status;
	lode__identity_remove(extent, object);
	status = lode__journal_state(session, object, LODE__WAS_PERSISTENT);
	lode__object_set_state(object, LODE__DELETED);
	object->flags &= ~LODE__EXPIRED;
	extent->persistent--;
	extent->deleted++;
	return status;
}
