/* SPDX-License-Identifier: MIT */
/* engine/inspect.c - inspectors: the records of a dialect's `reflect`, copied and kept.
 *
 * One request per question; a table is read whole, so that its parts agree with each other.
 * Invariant: what is in `tables` is complete; a request that fails leaves nothing but unused memory
 * in the arena. */
#include "engine/inspect.h"

#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/engine.h"
#include "engine/state.h"

#define WHOLE_TABLE                                                                                \
	(LODE_RF_TABLES | LODE_RF_VIEWS | LODE_RF_COLUMNS | LODE_RF_PKEYS | LODE_RF_FKEYS |        \
	 LODE_RF_UNIQUES | LODE_RF_CHECKS | LODE_RF_INDEXES | LODE_RF_COMMENTS)

/* a growing list of pointers in the arena: the power of two that holds `count` is its room */
typedef struct list {
	void **items;
	size_t count;
} list;

/* an answer that is kept */
typedef struct kept {
	struct kept *next;
	uint32_t what; /* LODE_RF_* of a list of names, WHOLE_TABLE */
	const char *schema;
	list names;
	lode_table_info table;
} kept;

struct lode_inspector {
	lode_engine *engine;
	lode__arena arena;
	kept *answers; /* newest first */
};

/* one request */
typedef struct asking {
	lode__arena *arena;
	kept *answer;
	const char *name; /* of the table that is wanted; NULL: names are */
	bool found;
	list columns, foreign_keys, uniques, checks, indexes;
} asking;

/* ---------------------------------------------------------------- copying */

static lode_status push(lode__arena *arena, list *l, void *item)
{
	if ((l->count & (l->count - 1)) == 0) { /* 0, or a power of two: full */
		void **items =
			LODE__NEW_ARRAY(arena, void *, l->count ? l->count * 2 : (size_t)1);

		if (!items)
			return LODE_E_NOMEM;
		if (l->count)
			memcpy(items, l->items, l->count * sizeof *items);
		l->items = items;
	}
	l->items[l->count++] = item;
	return LODE_OK;
}

static lode_status keep(lode__arena *arena, const char **out, const char *text)
{
	*out = lode__arena_strdup(arena, text);
	return text && !*out ? LODE_E_NOMEM : LODE_OK;
}

static lode_status keep_names(lode__arena *arena, const char *const **out,
			      const char *const *names, size_t count)
{
	const char **copy = names ? LODE__NEW_ARRAY(arena, const char *, count + 1) : NULL;
	lode_status status = names && !copy ? LODE_E_NOMEM : LODE_OK;

	for (size_t i = 0; copy && status == LODE_OK && i < count; i++)
		status = keep(arena, &copy[i], names[i]);
	*out = copy;
	return status;
}

static const char *action_name(int32_t action)
{
	static const char *const names[] = { NULL, "RESTRICT", "CASCADE", "SET NULL",
					     "SET DEFAULT" };

	return action > 0 && action <= LODE_RFA_SET_DEFAULT ? names[action] : NULL;
}

/* ---------------------------------------------------------------- records */

static bool is_wanted(const asking *a, const char *table)
{
	/* products that ignore case were asked with it, and answer as they have it */
	return a->name && table && lode__ascii_casecmp(a->name, table) == 0;
}

static lode_status LODE_CALL see_table(void *context, const lode_rf_table *record)
{
	asking *a = context;
	lode_table_info *table = &a->answer->table;
	bool view = record->kind == LODE_RFT_VIEW || record->kind == LODE_RFT_MATVIEW;
	const char *name;
	lode_status status = keep(a->arena, &name, record->name);

	if (status < 0)
		return status;
	if (!a->name)
		return view == (a->answer->what == LODE_RF_VIEWS)
			       ? push(a->arena, &a->answer->names, (void *)(uintptr_t)name)
			       : LODE_OK;
	if (!is_wanted(a, record->name))
		return LODE_OK;
	a->found = true;
	table->name = name;
	table->view = view;
	status = keep(a->arena, &table->comment, record->comment);
	if (status == LODE_OK && view)
		status = keep(a->arena, &table->definition, record->definition);
	return status;
}

static lode_status LODE_CALL see_column(void *context, const lode_rf_column *record)
{
	asking *a = context;
	lode_column_info *column;
	lode_status status;

	if (!is_wanted(a, record->table))
		return LODE_OK;
	column = LODE__NEW(a->arena, lode_column_info);
	status = column ? keep(a->arena, &column->name, record->name) : LODE_E_NOMEM;
	if (status == LODE_OK)
		status = keep(a->arena, &column->type, record->native_type);
	if (status == LODE_OK)
		status = keep(a->arena, &column->default_sql, record->default_sql);
	if (status == LODE_OK)
		status = keep(a->arena, &column->generated_sql, record->generated_sql);
	if (status == LODE_OK)
		status = keep(a->arena, &column->comment, record->comment);
	if (status < 0)
		return status;
	column->nullable = record->nullable != 0;
	column->identity = record->identity != 0;
	return push(a->arena, &a->columns, column);
}

static lode_status copy_key(lode__arena *arena, lode_key_info *key, const lode_rf_key *record)
{
	lode_status status = keep(arena, &key->name, record->name);

	if (status == LODE_OK)
		status = keep_names(arena, &key->columns, record->columns, record->ncolumns);
	if (status == LODE_OK)
		status = keep(arena, &key->target_schema, record->ref_schema);
	if (status == LODE_OK)
		status = keep(arena, &key->target_table, record->ref_table);
	if (status == LODE_OK)
		status = keep_names(arena, &key->target_columns, record->ref_columns,
				    record->ncolumns);
	if (status == LODE_OK)
		status = keep(arena, &key->sql, record->expression);
	if (status == LODE_OK)
		status = keep(arena, &key->where, record->where_sql);
	if (status == LODE_OK)
		status = keep(arena, &key->method, record->method);
	key->column_count = record->ncolumns;
	key->unique = record->kind == LODE_RFK_INDEX && (record->flags & LODE_RFKF_UNIQUE);
	key->deferrable = record->deferrable > 0;
	key->initially_deferred = record->deferrable == 2;
	key->on_delete = action_name(record->on_delete);
	key->on_update = action_name(record->on_update);
	return status;
}

static lode_status LODE_CALL see_key(void *context, const lode_rf_key *record)
{
	asking *a = context;
	list *const lists[] = { [LODE_RFK_UNIQUE] = &a->uniques,
				[LODE_RFK_FOREIGN] = &a->foreign_keys,
				[LODE_RFK_CHECK] = &a->checks,
				[LODE_RFK_INDEX] = &a->indexes };
	lode_key_info *key;
	lode_status status;

	if (!is_wanted(a, record->table) || record->kind < LODE_RFK_PRIMARY ||
	    record->kind > LODE_RFK_INDEX)
		return LODE_OK;
	key = LODE__NEW(a->arena, lode_key_info);
	status = key ? copy_key(a->arena, key, record) : LODE_E_NOMEM;
	if (status == LODE_OK && record->kind == LODE_RFK_PRIMARY)
		a->answer->table.primary_key = key;
	else if (status == LODE_OK)
		status = push(a->arena, lists[record->kind], key);
	return status;
}

static lode_status LODE_CALL see_misc(void *context, const lode_rf_misc *record)
{
	asking *a = context;
	const char *name;
	lode_status status = LODE_OK;

	if (record->kind != LODE_RFM_SCHEMA || a->answer->what != LODE_RF_SCHEMAS)
		return LODE_OK;
	status = keep(a->arena, &name, record->name);
	return status < 0 ? status : push(a->arena, &a->answer->names, (void *)(uintptr_t)name);
}

/* ---------------------------------------------------------------- asking */

const lode_dialect *lode__dialect_reflecting(const lode__dialect *dialect)
{
	for (const lode_dialect *const *at = dialect->chain; *at; at++)
		if ((*at)->reflect)
			return *at;
	return NULL;
}

static lode_status ask_link(lode__link *link, asking *a, lode_error *error)
{
	const lode_dialect *dialect = lode__dialect_reflecting(link->dialect);
	struct lode_err err = LODE__ERR_INIT(error, link->dialect);
	lode_rf_request request = { .struct_size = (uint32_t)sizeof request,
				    .what = a->answer->what,
				    .schema = a->answer->schema,
				    .tables = a->name ? &a->name : NULL,
				    .ntables = a->name ? 1 : 0 };
	lode_rf_sink sink = { .struct_size = (uint32_t)sizeof sink,
			      .ctx = a,
			      .table = see_table,
			      .column = see_column,
			      .key = see_key,
			      .misc = see_misc };
	lode_status status;

	status = dialect ? dialect->reflect((lode_hconn *)link, &request, &sink, &err)
			 : LODE_E_UNSUPPORTED;
	if (status == LODE_E_UNSUPPORTED && err.status == LODE_OK)
		return lode__error_set(error, LODE_E_UNSUPPORTED,
				       "the dialect %s cannot tell what a database holds",
				       link->dialect->name);
	if (status == LODE_E_NOMEM)
		return lode__error_nomem(error);
	return status < 0 ? lode__link_failed(link, &err, status, "inspect", NULL, 0) : LODE_OK;
}

static void settle(asking *a)
{
	lode_table_info *table = &a->answer->table;

	table->schema = a->answer->schema;
	table->columns = (const lode_column_info *const *)(void *)a->columns.items;
	table->column_count = a->columns.count;
	table->foreign_keys = (const lode_key_info *const *)(void *)a->foreign_keys.items;
	table->foreign_key_count = a->foreign_keys.count;
	table->uniques = (const lode_key_info *const *)(void *)a->uniques.items;
	table->unique_count = a->uniques.count;
	table->checks = (const lode_key_info *const *)(void *)a->checks.items;
	table->check_count = a->checks.count;
	table->indexes = (const lode_key_info *const *)(void *)a->indexes.items;
	table->index_count = a->indexes.count;
}

/* LODE_E_NO_OBJECT without a message: no such table */
static lode_status ask(lode_inspector *inspector, uint32_t what, const char *schema,
		       const char *name, const kept **out, lode_error *error)
{
	asking a = { .arena = &inspector->arena, .name = name };
	lode_error unheard = LODE_ERROR_INIT;
	lode__link *link;
	lode_status status;

	error = error ? error : &unheard;
	a.answer = LODE__NEW(a.arena, kept);
	if (!a.answer || keep(a.arena, &a.answer->schema, schema) < 0)
		return lode__error_nomem(error);
	a.answer->what = what;
	link = lode__engine_acquire(inspector->engine, 0, error);
	if (!link)
		return error->status;
	status = ask_link(link, &a, error);
	lode__link_release(link);
	if (status < 0)
		return status;
	if (name && !a.found)
		return LODE_E_NO_OBJECT;
	settle(&a);
	a.answer->next = inspector->answers;
	inspector->answers = a.answer;
	*out = a.answer;
	return LODE_OK;
}

static lode_status find(lode_inspector *inspector, uint32_t what, const char *schema,
			const char *name, const kept **out, lode_error *error)
{
	for (const kept *k = inspector->answers; k; k = k->next)
		if (k->what == what && lode__str_equal(k->schema, schema) &&
		    (!name || lode__str_equal(k->table.name, name))) {
			*out = k;
			return LODE_OK;
		}
	return ask(inspector, what, schema, name, out, error);
}

/* ---------------------------------------------------------------- the public side */

lode_inspector *lode_inspect_engine(lode_engine *engine, lode_error *error)
{
	lode_inspector *inspector;

	if (!engine) {
		lode__error_set(error, LODE_E_MISUSE, "lode_inspect_engine: the engine is NULL");
		return NULL;
	}
	inspector = lode__alloc_zero(&engine->allocator, sizeof *inspector);
	if (!inspector) {
		lode__error_nomem(error);
		return NULL;
	}
	inspector->engine = engine;
	lode__arena_init(&inspector->arena, &engine->allocator, 0);
	return inspector;
}

void lode_inspector_free(lode_inspector *inspector)
{
	lode_engine *engine;

	if (!inspector)
		return;
	engine = inspector->engine;
	lode__arena_dispose(&inspector->arena);
	lode__release(&engine->allocator, inspector);
}

static lode_status list_names(lode_inspector *inspector, uint32_t what, const char *schema,
			      lode_name_list *out, const char *function, lode_error *error)
{
	const kept *answer;
	lode_status status;

	if (!inspector || !out)
		return lode__error_set(error, LODE_E_MISUSE, "%s: an argument is NULL", function);
	status = find(inspector, what, schema, NULL, &answer, error);
	if (status == LODE_OK) {
		out->items = (const char *const *)(void *)answer->names.items;
		out->count = answer->names.count;
	}
	return status;
}

lode_status lode_inspector_schemas(lode_inspector *inspector, lode_name_list *out,
				   lode_error *error)
{
	return list_names(inspector, LODE_RF_SCHEMAS, NULL, out, "lode_inspector_schemas", error);
}

lode_status lode_inspector_tables(lode_inspector *inspector, const char *schema,
				  lode_name_list *out, lode_error *error)
{
	return list_names(inspector, LODE_RF_TABLES, schema, out, "lode_inspector_tables", error);
}

lode_status lode_inspector_views(lode_inspector *inspector, const char *schema,
				 lode_name_list *out, lode_error *error)
{
	return list_names(inspector, LODE_RF_VIEWS, schema, out, "lode_inspector_views", error);
}

lode_status lode_inspector_has_table(lode_inspector *inspector, const char *schema,
				     const char *name, bool *there, lode_error *error)
{
	const kept *answer;
	lode_status status;

	if (!inspector || !name || !there)
		return lode__error_set(error, LODE_E_MISUSE,
				       "lode_inspector_has_table: an argument is NULL");
	status = find(inspector, WHOLE_TABLE, schema, name, &answer, error);
	if (status < 0 && status != LODE_E_NO_OBJECT)
		return status;
	if (status < 0 && error)
		lode__error_clear(error); /* a schema that is not there is no failure */
	*there = status == LODE_OK;
	return LODE_OK;
}

lode_status lode_inspector_table(lode_inspector *inspector, const char *schema, const char *name,
				 const lode_table_info **out, lode_error *error)
{
	const kept *answer;
	lode_status status;

	if (!inspector || !name || !out)
		return lode__error_set(error, LODE_E_MISUSE,
				       "lode_inspector_table: an argument is NULL");
	status = find(inspector, WHOLE_TABLE, schema, name, &answer, error);
	if (status == LODE_E_NO_OBJECT)
		return lode__error_set(error, LODE_E_NO_OBJECT,
				       "the database has no table or view %s%s%s",
				       schema ? schema : "", schema ? "." : "", name);
	if (status == LODE_OK)
		*out = &answer->table;
	return status;
}
