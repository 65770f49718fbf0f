/* SPDX-License-Identifier: MIT */
/* orm/write.c - INSERT, UPDATE and DELETE of the rows of one class; see write.h.
 *
 * Consecutive objects of one shape make one batch; the order of the objects is never changed.
 * Each batch sees to it that a transaction is open: a flush that finds nothing to send begins none.
 * Invariant: what a batch did is taken over into objects, identity map and journal before anything
 * else is sent, so that a rollback finds every object in step with the database. */
#include "orm/write.h"

#include "base/alloc.h"
#include "base/error.h"
#include "engine/engine.h"
#include "orm/load.h"
#include "orm/names.h"
#include "orm/plan.h"
#include "orm/sync.h"
#include "sql/render.h"
#include "sql/write.h"
#include "types/value.h"

/* Rows of one statement: enough to hide what a statement costs, few enough that what is read here and
 * written by the database stays in the processor's cache. */
#define LODE__WRITE_SLICE ((size_t)1000)

static size_t shape_words(const lode__extent *extent)
{
	return (extent->mapper->attribute_count + 63) / 64;
}

static void set_bit(uint64_t *shape, uint32_t i)
{
	shape[i / 64] |= UINT64_C(1) << i % 64;
}

static void clear_bit(uint64_t *shape, uint32_t i)
{
	shape[i / 64] &= ~(UINT64_C(1) << i % 64);
}

static bool has_bit(const uint64_t *shape, uint32_t i)
{
	return (shape[i / 64] >> i % 64 & 1) != 0;
}

/* Nearly every class has but one word. */
static bool same_shape(const uint64_t *a, const uint64_t *b, size_t words)
{
	for (size_t i = 0; i < words; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* ---- before an INSERT */

bool lode__write_unset(const lode__attribute *attribute, const lode__object *object)
{
	const unsigned char *member = lode__attribute_at(attribute, object + 1);

	if (lode__object_named(object, attribute->index))
		return false;
	if (attribute->info->by_pointer || attribute->info->nullable)
		return lode__ctype_is_null(attribute->ctype, member);
	if (attribute->size == sizeof(uint64_t)) {
		uint64_t bits;

		memcpy(&bits, member, sizeof bits);
		return bits == 0;
	}
	for (size_t i = 0; i < attribute->size; i++)
		if (member[i])
			return false;
	return true;
}

static lode_value default_value(const lode_default *given, const void *instance)
{
	switch (given->kind) {
	case LODE_DEFAULT_INTEGER:
		return lode_value_int(given->integer);
	case LODE_DEFAULT_REAL:
		return lode_value_double(given->real);
	case LODE_DEFAULT_TEXT:
		return lode_value_text(given->text);
	case LODE_DEFAULT_CALL:
		return given->call(instance);
	default:
		return lode_value_null();
	}
}

static bool is_expression(const lode_default *given)
{
	return given->kind == LODE_DEFAULT_NOW || given->kind == LODE_DEFAULT_SQL_TEXT;
}

static lode_status store_default(lode_session *session, lode__object *object,
				 const lode__attribute *attribute, const lode_default *given)
{
	lode_value value = default_value(given, object + 1);
	lode_status status =
		lode__value_store(attribute->ctype, lode__attribute_at(attribute, object + 1),
				  attribute->size, &value);

	return status < 0
		       ? lode__session_fail(session, status, "%s.%s cannot hold its default value",
					    object->extent->mapper->name, attribute->name)
		       : LODE_OK;
}

/* The same block, and of bytes the same part of it? */
static inline bool is_same_text(const lode__attribute *attribute, const void *member,
				const void *owned)
{
	const void *a, *b;

	memcpy(&a, member, sizeof a);
	memcpy(&b, owned, sizeof b);
	return a == b && (attribute->size == sizeof a || !memcmp(member, owned, attribute->size));
}

lode_status lode__write_own_texts(lode__extent *extent, void *instance)
{
	void *snapshot = lode__snapshot_of(extent, instance);

	for (uint32_t i = 0; i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];
		void *member = lode__attribute_at(attribute, instance),
		     *owned = lode__attribute_at(attribute, snapshot);
		lode_status status;

		if (is_same_text(attribute, member, owned))
			continue;
		status = lode__attribute_own(extent->session, attribute, member);
		if (status < 0)
			return status;
		lode__attribute_release(extent->session, attribute, owned);
		memcpy(owned, member, attribute->size);
	}
	return LODE_OK;
}

static lode_status prepare_insert(lode_session *session, lode__extent *extent, lode__object *object,
				  uint64_t *shape)
{
	const lode_mapper *mapper = extent->mapper;
	lode_status status = lode__links_any(mapper, object) ? lode__sync_apply(session, object)
							     : LODE_OK;

	for (size_t i = 0; i < shape_words(extent); i++)
		shape[i] = UINT64_MAX;
	for (uint32_t i = 0; status == LODE_OK && i < extent->optional_count; i++) {
		const lode__attribute *attribute = &mapper->attributes[extent->optional[i]];
		const lode_default *given = &attribute->column->insert_default;

		if (!lode__write_unset(attribute, object))
			continue;
		if (lode__default_is_constant(given))
			status = store_default(session, object, attribute, given);
		else
			clear_bit(shape, attribute->index);
	}
	return status < 0 ? status : lode__write_own_texts(extent, lode__instance_of(object));
}

static lode_status check_key(lode_session *session, lode__extent *extent, void *instance)
{
	const lode_mapper *mapper = extent->mapper;

	for (uint32_t i = 0; i < mapper->key_count; i++) {
		const lode__attribute *key = &mapper->attributes[mapper->key[i]];

		if (lode__ctype_is_null(key->ctype, lode__attribute_at(key, instance))) {
			session->culprit = instance;
			return lode__session_fail(
				session, LODE_E_NOTNULL,
				"%s.%s is part of the primary key, is not set, and the database does not generate it",
				mapper->name, key->name);
		}
	}
	if (lode__identity_find(extent, instance)) {
		session->culprit = instance;
		return lode__session_fail(
			session, LODE_E_UNIQUE,
			"a new object of class %s has the primary key of one that is in the session already",
			mapper->name);
	}
	return LODE_OK;
}

/* ---- statements */

static void free_write(const lode__extent *extent, lode__write *write)
{
	if (!write)
		return;
	lode__release(&extent->allocator, write->sql);
	lode__release(&extent->allocator, write);
}

void lode__writes_free(lode__extent *extent)
{
	while (extent->writes) {
		lode__write *next = extent->writes->next;

		free_write(extent, extent->writes);
		extent->writes = next;
	}
}

static lode__write *find_write(const lode__extent *extent, lode__write_kind kind, bool many,
			       const uint64_t *shape)
{
	for (lode__write *write = extent->writes; write; write = write->next)
		if (write->kind == kind && write->many == many &&
		    same_shape(write->shape, shape, shape_words(extent)))
			return write;
	return NULL;
}

/* Several rows go through the driver's row table where it has one wide enough. */
static bool use_rowset(const lode_session *session, const lode__extent *extent, size_t count)
{
	uint32_t most = session->dialect->traits.max_rows_columns;

	return count > 1 && lode__dialect_has_rows(session->dialect) &&
	       lode__link_can(session->link, LODE_CAP_ROWSET) &&
	       (most == 0 || extent->mapper->attribute_count + extent->mapper->key_count <= most);
}

/* A write and its arrays in one block. */
static lode__write *new_write(const lode__extent *extent, lode__write_kind kind, size_t count,
			      const uint64_t *shape)
{
	const lode_mapper *mapper = extent->mapper;
	size_t words = shape_words(extent), most = mapper->attribute_count + mapper->key_count;
	lode__write *write =
		lode__alloc_zero(&extent->allocator,
				 sizeof *write + words * sizeof *shape +
					 (most + mapper->attribute_count) * sizeof(lode_drv_bind) +
					 2 * most * sizeof(uint32_t));

	if (!write)
		return NULL;
	write->kind = kind;
	write->many = count > 1;
	write->rowset = use_rowset(extent->session, extent, count);
	write->shape = (uint64_t *)(write + 1);
	memcpy(write->shape, shape, words * sizeof *shape);
	write->binds = (lode_drv_bind *)(write->shape + words);
	write->back_binds = write->binds + most;
	write->labels = (uint32_t *)(write->back_binds + mapper->attribute_count);
	write->back = write->labels + most;
	return write;
}

/* A parameter read from the object, or for an enum stored as text from the array of labels. */
static void add_bind(const lode__extent *extent, lode__write *write, uint32_t index,
		     size_t base_offset)
{
	const lode__attribute *attribute = &extent->mapper->attributes[index];
	lode_drv_bind *bind = &write->binds[write->bind_count++];

	*bind = extent->mapper->binds[index];
	bind->sql_type = lode__column_sql_type(extent->session->dialect, attribute->column);
	bind->flags = (bind->flags & ~(uint32_t)LODE_BIND_COPY) | LODE_BIND_INDIRECT;
	bind->off += base_offset;
	bind->null_off += base_offset;
	if (!attribute->enum_names)
		return;
	bind->repr = LODE_R_CSTR;
	bind->flags = LODE_BIND_NULL_PTR;
	bind->base = 1;
	bind->off = write->label_count * sizeof(char *);
	write->labels[write->label_count++] = index;
}

static void finish_labels(lode__write *write)
{
	for (uint32_t i = 0; i < write->bind_count; i++)
		if (write->binds[i].base == 1)
			write->binds[i].stride = write->label_count * sizeof(char *);
}

static void add_back(const lode__extent *extent, lode__write *write, uint32_t index)
{
	lode_drv_bind *bind = &write->back_binds[write->back_count];

	*bind = extent->mapper->binds[index];
	bind->sql_type = lode__column_sql_type(extent->session->dialect,
					       extent->mapper->attributes[index].column);
	write->back[write->back_count++] = index;
}

static size_t back_columns(const lode__extent *extent, const lode__write *write,
			   const lode_table_column **columns)
{
	for (uint32_t i = 0; i < write->back_count; i++)
		columns[i] = extent->mapper->attributes[write->back[i]].column;
	return write->back_count;
}

/* RETURNING serves one row at a time: several may come back in any order.  Labels of enums are read
 * by the ordinary load, and all of it where RETURNING serves for the keys. */
static size_t returned(lode_session *session, const lode__extent *extent, lode__write *write,
		       uint32_t verb, const lode_table_column **columns)
{
	const lode_traits *traits = &session->dialect->traits;
	bool can = traits->returning_style == 1 && (traits->returning_on & verb) && !write->many;

	if (write->wants_key && lode__link_returns_keys(session->link))
		can = false;
	for (uint32_t i = 0; i < write->back_count; i++)
		can = can && !extent->mapper->attributes[write->back[i]].enum_names;
	if (!can || write->back_count == 0) {
		write->back_binds = NULL;
		return 0;
	}
	return back_columns(extent, write, columns);
}

/* Scratch for rendering: lists of columns of at most the class's attributes. */
typedef struct column_lists {
	lode__write_column *set;
	const lode_table_column **where, **back;
	size_t set_count;
	lode__buf sql;
} column_lists;

static bool columns_init(column_lists *columns, const lode__extent *extent)
{
	size_t count = extent->mapper->attribute_count + 1;

	columns->set = lode__alloc_array(&extent->allocator, count,
					 sizeof *columns->set + 2 * sizeof(void *));
	columns->where = (const lode_table_column **)(columns->set + count);
	columns->back = columns->where + count;
	columns->set_count = 0;
	lode__buf_init(&columns->sql, &extent->allocator, 1u << 24);
	return columns->set != NULL;
}

static lode__write *columns_finish(column_lists *columns, lode__extent *extent, lode__write *write,
				   lode_status status)
{
	lode_session *session = extent->session;

	if (write)
		write->sql_size = lode__buf_size(&columns->sql);
	if (write && status == LODE_OK)
		status = lode__buf_take(&write->sql, &columns->sql,
					lode__session_error_slot(session));
	lode__buf_dispose(&columns->sql);
	lode__release(&extent->allocator, columns->set);
	if (!write || status < 0) {
		lode__session_failed(session, write ? status : LODE_E_NOMEM);
		free_write(extent, write);
		return NULL;
	}
	finish_labels(write);
	write->next = extent->writes;
	extent->writes = write;
	return write;
}

static void add_set(column_lists *columns, const lode__attribute *attribute,
		    const lode_default *expression)
{
	columns->set[columns->set_count].column = attribute->column;
	columns->set[columns->set_count++].expression = expression;
}

static void list_insert(lode__extent *extent, lode__write *write, column_lists *columns)
{
	const lode_mapper *mapper = extent->mapper;

	for (uint32_t i = 0; i < mapper->attribute_count; i++) {
		const lode__attribute *attribute = &mapper->attributes[i];

		if (has_bit(write->shape, i)) {
			add_bind(extent, write, i, 0);
			add_set(columns, attribute, NULL);
			continue;
		}
		if (is_expression(&attribute->column->insert_default))
			add_set(columns, attribute, &attribute->column->insert_default);
		if ((int32_t)i == mapper->generated)
			write->wants_key = true;
		else
			add_back(extent, write, i);
	}
}

static lode__write *make_insert(lode_session *session, lode__extent *extent, size_t count,
				const uint64_t *shape)
{
	lode__write *write = new_write(extent, LODE__WRITE_INSERT, count, shape);
	lode_status status = LODE_OK;
	column_lists columns;
	size_t back;

	if (!columns_init(&columns, extent) || !write)
		return columns_finish(&columns, extent, write, LODE_E_NOMEM);
	list_insert(extent, write, &columns);
	/* rows with nothing in them do not go through a table of rows */
	write->row_by_row = columns.set_count == 0;
	back = returned(session, extent, write, 1, columns.back);
	status = lode__render_insert(&columns.sql, session->dialect, extent->mapper->table,
				     columns.set, columns.set_count, columns.back, back,
				     write->rowset && !write->row_by_row,
				     lode__session_error_slot(session));
	return columns_finish(&columns, extent, write, status);
}

static void list_update(lode__extent *extent, lode__write *write, column_lists *columns)
{
	const lode_mapper *mapper = extent->mapper;

	for (uint32_t i = 0; i < mapper->attribute_count; i++) {
		const lode__attribute *attribute = &mapper->attributes[i];

		if (has_bit(write->shape, i)) {
			add_bind(extent, write, i, 0);
			add_set(columns, attribute, NULL);
		} else if (is_expression(&attribute->column->onupdate)) {
			add_set(columns, attribute, &attribute->column->onupdate);
			add_back(extent, write, i);
		}
	}
}

static void list_key(lode__extent *extent, lode__write *write, column_lists *columns)
{
	const lode_mapper *mapper = extent->mapper;

	for (uint32_t i = 0; i < mapper->key_count; i++) {
		columns->where[i] = mapper->attributes[mapper->key[i]].column;
		add_bind(extent, write, mapper->key[i], extent->snapshot);
	}
}

static lode__write *make_update(lode_session *session, lode__extent *extent, size_t count,
				const uint64_t *shape)
{
	lode__write *write = new_write(extent, LODE__WRITE_UPDATE, count, shape);
	lode_status status;
	column_lists columns;
	size_t back;

	if (!columns_init(&columns, extent) || !write)
		return columns_finish(&columns, extent, write, LODE_E_NOMEM);
	list_update(extent, write, &columns);
	list_key(extent, write, &columns);
	back = returned(session, extent, write, 2, columns.back);
	status = lode__render_update(&columns.sql, session->dialect, extent->mapper->table,
				     columns.set, columns.set_count, columns.where,
				     extent->mapper->key_count, columns.back, back, write->rowset,
				     lode__session_error_slot(session));
	return columns_finish(&columns, extent, write, status);
}

static lode__write *make_delete(lode_session *session, lode__extent *extent, size_t count,
				const uint64_t *shape)
{
	lode__write *write = new_write(extent, LODE__WRITE_DELETE, count, shape);
	lode_status status;
	column_lists columns;

	if (!columns_init(&columns, extent) || !write)
		return columns_finish(&columns, extent, write, LODE_E_NOMEM);
	list_key(extent, write, &columns);
	status = lode__render_delete(&columns.sql, session->dialect, extent->mapper->table,
				     columns.where, extent->mapper->key_count, write->rowset,
				     lode__session_error_slot(session));
	return columns_finish(&columns, extent, write, status);
}

/* ---- sending */

/* The statement for a batch of `count` rows; NULL: the session says why. */
static lode__write *need_write(lode_session *session, lode__extent *extent, lode__write_kind kind,
			       const uint64_t *shape, size_t count)
{
	lode__write *write = find_write(extent, kind, count > 1, shape);

	if (write)
		return write;
	switch (kind) {
	case LODE__WRITE_INSERT:
		return make_insert(session, extent, count, shape);
	case LODE__WRITE_UPDATE:
		return make_update(session, extent, count, shape);
	default:
		return make_delete(session, extent, count, shape);
	}
}

/* The labels of enums stored as text, row by row. */
static lode_status fill_labels(lode_session *session, const lode__extent *extent,
			       const lode__write *write, void **instances, size_t count,
			       const char ***out)
{
	*out = NULL;
	if (write->label_count == 0)
		return LODE_OK;
	*out = lode__alloc_array(&session->allocator, count * write->label_count, sizeof **out);
	if (!*out)
		return lode__session_nomem(session);
	for (size_t row = 0; row < count; row++)
		for (uint32_t i = 0; i < write->label_count; i++) {
			const lode__attribute *attribute =
				&extent->mapper->attributes[write->labels[i]];
			const void *member = lode__attribute_at(attribute, instances[row]);
			lode_value value = lode__value_load(attribute->ctype, member);

			if (value.kind == LODE_VALUE_NULL)
				continue;
			if (value.as.integer < 0 ||
			    (uint64_t)value.as.integer >= attribute->enum_count) {
				session->culprit = instances[row];
				return lode__session_fail(
					session, LODE_E_DATA,
					"%s.%s holds a number that has no name in .enum_names",
					extent->mapper->name, attribute->name);
			}
			(*out)[row * write->label_count + i] =
				attribute->enum_names[value.as.integer];
		}
	return LODE_OK;
}

static lode_status fetch_back(lode_session *session, const lode__extent *extent,
			      const lode__write *write, lode__cursor *cursor, void *instance)
{
	lode_error *error = lode__session_error_slot(session);
	struct lode__result_list *loading = lode__loading(session);
	void *bases[1] = { instance };
	lode_fetch fetch = {
		.struct_size = sizeof fetch, .bases = bases, .nbases = 1, .max_rows = 1
	};
	lode_status status;

	if (!loading)
		return LODE_E_NOMEM;
	fetch.arena = (lode_arena *)(void *)&loading->sink;
	status = lode__cursor_bind(cursor, write->back_binds, write->back_count, error);
	if (status == LODE_OK)
		status = lode__cursor_fetch(cursor, &fetch, error);
	if (status < 0)
		return lode__session_failed(session, status);
	if (fetch.nrows == 0 && !lode__link_is_offline(session->link))
		return lode__session_fail(
			session, LODE_E_STALE,
			"the row of this object of class %s is gone: it was deleted by somebody else",
			extent->mapper->name);
	return LODE_OK;
}

/* Sends one batch; `keys` and `matched` are out. */
static lode_status send(lode_session *session, lode__extent *extent, const lode__write *write,
			void **instances, size_t count, int64_t *keys, int64_t *matched)
{
	const lode_mapper *mapper = extent->mapper;
	const char **labels;
	lode__cursor cursor = { 0 };
	lode_status status = fill_labels(session, extent, write, instances, count, &labels);
	const void *bases[2] = { instances, labels };
	lode__batch batch = { .sql = write->sql,
			      .sql_size = write->sql_size,
			      .params = write->binds,
			      .param_count = write->bind_count,
			      .base_count = 2,
			      .bases = bases,
			      .row_count = (uint32_t)count,
			      .rowset = write->rowset && !write->row_by_row,
			      .returning = write->back_binds && write->back_count > 0,
			      .failed_row = -1 };

	if (keys) {
		batch.keys = keys;
		batch.key_table = mapper->table;
		batch.key_column = mapper->attributes[mapper->generated].column->name;
	}
	if (status == LODE_OK) {
		status = lode__cursor_batch(&cursor, session->link, &batch,
					    lode__session_error_slot(session));
		if (status < 0) {
			if (batch.failed_row >= 0 && (size_t)batch.failed_row < count)
				session->culprit = instances[batch.failed_row];
			else if (count == 1)
				session->culprit = instances[0];
			lode__session_failed(session, status);
		}
	}
	if (status >= 0) {
		status = LODE_OK;
		*matched = cursor.result.affected;
		if (write->back_binds && write->back_count > 0) {
			/* the row that came back is the count: not every database has one before
			 * the end */
			status = fetch_back(session, extent, write, &cursor, instances[0]);
			*matched = 1;
		}
	}
	lode__cursor_close(&cursor);
	lode__release(&session->allocator, labels);
	return status;
}

/* ---- INSERT */

static lode_status store_key(lode_session *session, lode__extent *extent, void *instance,
			     int64_t key)
{
	const lode__attribute *attribute = &extent->mapper->attributes[extent->mapper->generated];
	lode_value value;

	if (attribute->ctype == LODE_C_INT64) {
		memcpy(lode__attribute_at(attribute, instance), &key, sizeof key);
		return LODE_OK;
	}
	value = lode_value_int(key);
	if (lode__value_store(attribute->ctype, lode__attribute_at(attribute, instance),
			      attribute->size, &value) < 0)
		return lode__session_fail(
			session, LODE_E_DATA,
			"the database generated a key for %s.%s that does not fit the member",
			extent->mapper->name, attribute->name);
	return LODE_OK;
}

/* The row of the object that had this key must have gone behind our back, or the database would
 * not have taken the key a second time. */
static void take_identity(lode__extent *extent, lode__object *object)
{
	lode__object *replaced = lode__identity_add(extent, object);

	if (replaced)
		lode__object_gone(extent->session, replaced);
}

static void become_persistent(lode__extent *extent, lode__object *object)
{
	void *instance = lode__instance_of(object);

	lode__take_snapshot(extent, instance);
	object->flags &= ~(LODE__STATE_MASK | LODE__QUEUED | LODE__ORPHAN);
	object->flags |= LODE__PERSISTENT;
	object->peers = 0;
	extent->pending--;
	extent->persistent++;
	take_identity(extent, object);
}

/* What taking the rows of a batch over needs. */
typedef struct insert_room {
	int64_t one, *keys;     /* that the database makes; keys NULL: it makes none */
	void **noted;           /* the journal's list of a batch; it is the journal's afterwards */
} insert_room;

/* Everything is there before the rows are sent. */
static lode_status room_init(insert_room *room, lode_session *session, lode__extent *extent,
			     const lode__write *write, size_t count)
{
	room->keys = NULL;
	room->noted = NULL;
	if (lode__journal_reserve(session, 1) < 0)
		return LODE_E_NOMEM;
	if (lode__identity_reserve(extent, count) < 0)
		return lode__session_nomem(session);
	if (count > 1)
		room->noted = lode__pool_alloc(&session->pool, count * sizeof *room->noted, 8);
	if (write->wants_key)
		room->keys = count == 1 ? &room->one
					: lode__alloc(&session->allocator,
						      count * sizeof *room->keys);
	if ((count == 1 || room->noted) && (!write->wants_key || room->keys))
		return LODE_OK;
	lode__pool_free(&session->pool, room->noted, count * sizeof *room->noted);
	return lode__session_nomem(session);
}

static void room_dispose(insert_room *room, lode_session *session, size_t count)
{
	lode__pool_free(&session->pool, room->noted, count * sizeof *room->noted);
	if (room->keys != &room->one)
		lode__release(&session->allocator, room->keys);
}

static lode_status take_inserted(lode_session *session, lode__extent *extent,
				 const lode__write *write, void **instances, size_t count,
				 insert_room *room)
{
	bool linked = session->plan->classes[extent->mapper->index].linked;
	lode_status status = LODE_OK;

	for (size_t i = 0; room->keys && status == LODE_OK && i < count; i++)
		status = store_key(session, extent, instances[i], room->keys[i]);
	if (status < 0)
		return status;
	for (size_t i = 0; i < count; i++) {
		become_persistent(extent, lode__object_of(instances[i]));
		linked = linked ||
			 lode__links_settle(extent->mapper, lode__object_of(instances[i]));
	}
	if (count == 1) {
		lode__journal_state(session, lode__object_of(instances[0]), LODE__WAS_PENDING);
	} else {
		memcpy(room->noted, instances, count * sizeof *room->noted);
		lode__journal_inserted(session, room->noted, (uint32_t)count);
		room->noted = NULL;
	}
	session->plan->classes[extent->mapper->index].linked = linked;
	if (write->back_count > 0 && !write->back_binds)
		return lode__load_rows(session, extent, instances, count, NULL);
	return LODE_OK;
}

static lode_status insert_batch(lode_session *session, lode__extent *extent, const uint64_t *shape,
				void **instances, size_t count)
{
	lode_status status = lode__session_begin(session, true);
	lode__write *write = status == LODE_OK
				     ? need_write(session, extent, LODE__WRITE_INSERT, shape, count)
				     : NULL;
	int64_t matched = 0;
	insert_room room;

	if (!write)
		return session->error.status;
	status = room_init(&room, session, extent, write, count);
	if (status < 0)
		return status;
	for (size_t i = 0; !room.keys && status == LODE_OK && i < count; i++)
		status = check_key(session, extent, instances[i]);
	if (status == LODE_OK)
		status = send(session, extent, write, instances, count, room.keys, &matched);
	if (status == LODE_OK)
		status = take_inserted(session, extent, write, instances, count, &room);
	room_dispose(&room, session, count);
	return status;
}

/* ---- UPDATE */

/* Most members have eight bytes, and most have not changed. */
static inline bool same_bytes(const void *a, const void *b, size_t size)
{
	uint64_t x, y;

	if (size != sizeof x)
		return !memcmp(a, b, size);
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x == y;
}

bool lode__write_changes(const lode__extent *extent, lode__object *object, uint64_t *shape)
{
	const lode_mapper *mapper = extent->mapper;
	void *instance = lode__instance_of(object);
	const void *snapshot = lode__snapshot_of(extent, instance);
	bool any = false;

	memset(shape, 0, shape_words(extent) * sizeof *shape);
	for (uint32_t i = 0; i < mapper->attribute_count; i++) {
		const lode__attribute *attribute = &mapper->attributes[i];
		void *member = lode__attribute_at(attribute, instance);
		const void *known = lode__attribute_at(attribute, snapshot);

		if (same_bytes(member, known, attribute->size))
			continue;
		if (lode__ctype_equal(attribute->ctype, member, known, attribute->size)) {
			memcpy(member, known, attribute->size);
			continue;
		}
		set_bit(shape, i);
		any = true;
	}
	return any;
}

/* A value behind an absent flag was changed, but not the flag: the program forgot it. */
static lode_status check_absent(lode_session *session, lode__extent *extent, lode__object *object)
{
	const lode_mapper *mapper = extent->mapper;
	void *instance = lode__instance_of(object);

	for (uint32_t i = 0; i < mapper->attribute_count; i++) {
		const lode__attribute *attribute = &mapper->attributes[i];
		const void *member = lode__attribute_at(attribute, instance);
		const void *known =
			lode__attribute_at(attribute, lode__snapshot_of(extent, instance));

		if (attribute->info->nullable && !attribute->info->by_pointer &&
		    lode__ctype_is_null(attribute->ctype, member) &&
		    lode__ctype_is_null(attribute->ctype, known) &&
		    memcmp(member, known, attribute->info->present_offset) != 0) {
			session->culprit = instance;
			return lode__session_fail(
				session, LODE_E_MISUSE,
				"%s.%s was given a value but is not present: set .present too, or use LODE_SET",
				mapper->name, attribute->name);
		}
	}
	return LODE_OK;
}

static lode_status apply_onupdate(lode_session *session, lode__extent *extent, lode__object *object,
				  uint64_t *shape)
{
	const lode_mapper *mapper = extent->mapper;

	for (uint32_t i = 0; i < mapper->attribute_count; i++) {
		const lode__attribute *attribute = &mapper->attributes[i];
		lode_status status;

		if (has_bit(shape, i) || !lode__default_is_constant(&attribute->column->onupdate))
			continue;
		status = store_default(session, object, attribute, &attribute->column->onupdate);
		if (status < 0)
			return status;
		set_bit(shape, i);
	}
	return LODE_OK;
}

static lode_status own_changed(lode__extent *extent, void *instance, const uint64_t *shape)
{
	for (uint32_t i = 0; i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];
		lode_status status =
			has_bit(shape, attribute->index)
				? lode__attribute_own(extent->session, attribute,
						      lode__attribute_at(attribute, instance))
				: LODE_OK;

		if (status < 0) {
			/* the rest is borrowed still: the snapshot's stands in until the rollback
			 */
			for (; i < extent->text_count; i++) {
				attribute = &extent->mapper->attributes[extent->texts[i]];
				memcpy(lode__attribute_at(attribute, instance),
				       lode__attribute_at(attribute,
							  lode__snapshot_of(extent, instance)),
				       attribute->size);
			}
			return status;
		}
	}
	return LODE_OK;
}

/* LODE_DONE: there is nothing to send. */
static lode_status prepare_update(lode_session *session, lode__extent *extent, lode__object *object,
				  uint64_t *shape)
{
	lode_status status = object->trail ? lode__sync_apply(session, object) : LODE_OK;

	if (status == LODE_OK && extent->has_flags)
		status = check_absent(session, extent, object);
	if (status < 0)
		return status;
	if (!lode__write_changes(extent, object, shape))
		return LODE_DONE;
	if (extent->has_onupdate)
		status = apply_onupdate(session, extent, object, shape);
	return status < 0 ? status : own_changed(extent, lode__instance_of(object), shape);
}

/* After a failure: copies that were made for the batch go back. */
static void disown_changed(lode__extent *extent, void **instances, size_t count)
{
	for (size_t row = 0; row < count; row++)
		for (uint32_t i = 0; i < extent->text_count; i++) {
			const lode__attribute *attribute =
				&extent->mapper->attributes[extent->texts[i]];
			void *member = lode__attribute_at(attribute, instances[row]);
			const void *known = lode__attribute_at(
				attribute, lode__snapshot_of(extent, instances[row]));

			if (!memcmp(member, known, attribute->size))
				continue;
			lode__attribute_release(extent->session, attribute, member);
			memcpy(member, known, attribute->size);
		}
}

static bool changes_key(const lode_mapper *mapper, const uint64_t *shape)
{
	for (uint32_t i = 0; i < mapper->key_count; i++)
		if (has_bit(shape, mapper->key[i]))
			return true;
	return false;
}

static lode_status take_updated(lode_session *session, lode__extent *extent, lode__object *object,
				bool moves)
{
	void *instance = lode__instance_of(object);
	lode_status status = lode__journal_image(session, object, instance);

	if (status < 0)
		return status;
	if (moves)
		lode__identity_remove(extent, object);
	lode__take_snapshot(extent, instance);
	if (moves)
		take_identity(extent, object);
	return LODE_OK;
}

/* Which row of a batch was not there?  Sent again one by one: the transaction is lost anyway. */
static lode_status find_stale(lode_session *session, lode__extent *extent, const uint64_t *shape,
			      void **instances, size_t count, const char *verb)
{
	const char *name = extent->mapper->name;

	for (size_t i = 0; count > 1 && i < count && !session->culprit; i++) {
		lode__write *write = need_write(session, extent, LODE__WRITE_UPDATE, shape, 1);
		int64_t matched = 1;

		if (!write || send(session, extent, write, instances + i, 1, NULL, &matched) < 0 ||
		    matched == 0)
			session->culprit = instances[i];
	}
	if (count == 1)
		session->culprit = instances[0];
	if (session->failed)
		return session->error.status;
	return lode__session_fail(
		session, LODE_E_STALE,
		"%s of class %s: a row that was loaded is gone or has another key now (of %zu sent); lode_session_culprit gives its object",
		verb, name, count);
}

static lode_status update_batch(lode_session *session, lode__extent *extent, const uint64_t *shape,
				void **instances, size_t count)
{
	lode_status status = lode__session_begin(session, true);
	lode__write *write = status == LODE_OK
				     ? need_write(session, extent, LODE__WRITE_UPDATE, shape, count)
				     : NULL;
	int64_t matched = -1;
	size_t done = 0;

	if (!write || lode__journal_reserve(session, count) < 0)
		status = session->error.status;
	if (status == LODE_OK)
		status = send(session, extent, write, instances, count, NULL, &matched);
	if (status == LODE_OK && matched >= 0 && (size_t)matched != count)
		status = find_stale(session, extent, shape, instances, count, "UPDATE");
	for (; status == LODE_OK && done < count; done++)
		status = take_updated(session, extent, lode__object_of(instances[done]),
				      changes_key(extent->mapper, shape));
	if (status < 0) {
		disown_changed(extent, instances + done, count - done);
		return status;
	}
	if (write->back_count > 0 && !write->back_binds)
		return lode__load_rows(session, extent, instances, count, NULL);
	return LODE_OK;
}

/* ---- DELETE */

static lode_status count_deleted(lode_session *session, const lode__extent *extent, int64_t matched,
				 size_t count)
{
	if (matched < 0 || (size_t)matched == count)
		return LODE_OK;
	if (session->options.strict_deletes)
		return lode__session_fail(session, LODE_E_STALE,
					  "DELETE of class %s: %lld of %zu rows were there",
					  extent->mapper->name, (long long)matched, count);
	return lode__session_warn(session, LODE_W_STALE_DELETE,
				  "DELETE of class %s: %lld of %zu rows were there",
				  extent->mapper->name, (long long)matched, count);
}

/* A partner that goes too keeps what it shows: it is looked at after a rollback only. */
static void leave_partner(lode_session *session, const lode__relationship *reverse, void *partner,
			  const void *instance)
{
	const lode__object *object = lode__object_of(partner);

	if (lode__object_state(object) == LODE__PERSISTENT && !(object->flags & LODE__MARKED))
		lode__item_forget(session, reverse, partner, instance);
}

/* Who is linked with it was not read: every list of the other side is looked at. */
static void leave_unread(lode_session *session, const lode__relationship *reverse,
			 const void *instance)
{
	const lode__extent *extent = session->extents[reverse->owner->index];

	for (uint32_t n = 0; extent && n < extent->used; n++) {
		void *partner = lode__instance_of(lode__extent_slot(extent, n));

		if (*lode__list_slot(reverse, partner))
			leave_partner(session, reverse, partner, instance);
	}
}

static void leave_list(lode_session *session, const lode__relationship *relationship,
		       void *instance)
{
	const lode__list *list = *lode__list_slot(relationship, instance);

	if (relationship->secondary && !lode__link_loaded(relationship, instance))
		leave_unread(session, relationship->reverse, instance);
	for (uint32_t i = 0; list && i < list->count; i++)
		leave_partner(session, relationship->reverse, list->items[i], instance);
}

/* Loaded lists and references of the objects it was linked with do not show it any more. */
static void leave_links(lode_session *session, lode__object *object)
{
	const lode_mapper *mapper = object->extent->mapper;
	void *instance = lode__instance_of(object);

	for (uint32_t i = 0; i < mapper->relationship_count; i++) {
		const lode__relationship *relationship = &mapper->relationships[i];
		void *target;

		if (!relationship->reverse)
			continue;
		if (relationship->to_many) {
			leave_list(session, relationship, instance);
			continue;
		}
		target = lode__ref_target(relationship, instance);
		if (!target)
			target = lode__link_known(session, relationship, instance);
		if (target)
			leave_partner(session, relationship->reverse, target, instance);
	}
}

/* Text that was set and never sent is nobody's after the flush: the row's stands in. */
static void drop_unsent_texts(const lode__extent *extent, void *instance)
{
	const void *snapshot = lode__snapshot_of(extent, instance);

	for (uint32_t i = 0; i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];

		memcpy(lode__attribute_at(attribute, instance),
		       lode__attribute_at(attribute, snapshot), attribute->size);
	}
}

static void become_deleted(lode_session *session, lode__extent *extent, lode__object *object)
{
	drop_unsent_texts(extent, lode__instance_of(object));
	lode__identity_remove(extent, object);
	lode__object_set_state(object, LODE__DELETED);
	object->flags &= ~(LODE__MARKED | LODE__QUEUED | LODE__ORPHAN);
	extent->persistent--;
	extent->deleted++;
	/* first what there is room for: without memory a list may be left as it was, no state */
	lode__journal_state(session, object, LODE__WAS_PERSISTENT);
	leave_links(session, object);
}

static lode_status delete_batch(lode_session *session, lode__extent *extent, const uint64_t *shape,
				void **instances, size_t count)
{
	lode_status status = lode__session_begin(session, true);
	lode__write *write = status == LODE_OK
				     ? need_write(session, extent, LODE__WRITE_DELETE, shape, count)
				     : NULL;
	int64_t matched = -1;

	if (!write || lode__journal_reserve(session, count) < 0)
		return session->error.status;
	status = send(session, extent, write, instances, count, NULL, &matched);
	if (status == LODE_OK)
		status = count_deleted(session, extent, matched, count);
	for (size_t i = 0; status == LODE_OK && i < count; i++)
		become_deleted(session, extent, lode__object_of(instances[i]));
	return status;
}

/* ---- runs of one shape, in slices */

typedef lode_status prepare_function(lode_session *, lode__extent *, lode__object *, uint64_t *);
typedef lode_status batch_function(lode_session *, lode__extent *, const uint64_t *, void **,
				   size_t);

/* Objects with nothing to send move behind those of the run; the caller still finds every one of
 * them in `instances`. */
static lode_status write_runs(lode_session *session, lode__extent *extent, void **instances,
			      size_t count, prepare_function *prepare, batch_function *batch,
			      uint64_t *run, uint64_t *shape)
{
	size_t words = shape_words(extent), first = 0, end = 0;
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < count; i++) {
		void *instance = instances[i];

		status = prepare(session, extent, lode__object_of(instance), shape);
		if (status == LODE_DONE) {
			status = LODE_OK;
			continue;
		}
		if (status == LODE_OK && end > first &&
		    (end - first == LODE__WRITE_SLICE || !same_shape(run, shape, words))) {
			status = batch(session, extent, run, instances + first, end - first);
			first = end;
		}
		if (end == first)
			memcpy(run, shape, words * sizeof *run);
		instances[i] = instances[end];
		instances[end++] = instance;
	}
	return status == LODE_OK && end > first
		       ? batch(session, extent, run, instances + first, end - first)
		       : status;
}

static lode_status write_all(lode_session *session, lode__extent *extent, void **instances,
			     size_t count, prepare_function *prepare, batch_function *batch)
{
	size_t words = shape_words(extent);
	uint64_t room[8], *shapes = room;
	lode_status status;

	if (2 * words > sizeof room / sizeof *room)
		shapes = lode__alloc_array(&session->allocator, 2 * words, sizeof *shapes);
	if (!shapes)
		return lode__session_nomem(session);
	status = write_runs(session, extent, instances, count, prepare, batch, shapes,
			    shapes + words);
	if (shapes != room)
		lode__release(&session->allocator, shapes);
	return status;
}

/* All rows have one shape: none. */
static lode_status prepare_delete(lode_session *session, lode__extent *extent, lode__object *object,
				  uint64_t *shape)
{
	(void)session, (void)object;
	memset(shape, 0, shape_words(extent) * sizeof *shape);
	return LODE_OK;
}

lode_status lode__write_inserts(lode_session *session, lode__extent *extent, void **instances,
				size_t count)
{
	/* at once, not slice by slice: growing moves all entries */
	if (lode__identity_reserve(extent, count) < 0)
		return lode__session_nomem(session);
	return write_all(session, extent, instances, count, prepare_insert, insert_batch);
}

lode_status lode__write_updates(lode_session *session, lode__extent *extent, void **instances,
				size_t count)
{
	return write_all(session, extent, instances, count, prepare_update, update_batch);
}

lode_status lode__write_deletes(lode_session *session, lode__extent *extent, void **instances,
				size_t count)
{
	return write_all(session, extent, instances, count, prepare_delete, delete_batch);
}
