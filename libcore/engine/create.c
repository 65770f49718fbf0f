/* SPDX-License-Identifier: MIT */
/* engine/create.c - creates and drops the tables of a metadata, or hands out the statements.
 *
 * What is there is asked from the database, once per schema; existing tables are never altered.
 * Where DDL is transactional all of it is one transaction that takes the write lock at its begin,
 * and what is there is asked again inside: two programs may start at the same time. */
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/vec.h"
#include "engine/engine.h"
#include "engine/inspect.h"
#include "engine/plugin.h"
#include "engine/state.h"
#include "schema/metadata.h"
#include "schema/sort.h"
#include "schema/table.h"
#include "sql/ddl.h"
#include "sql/quote.h"

/* one create or drop: what was asked for, what is left of it */
struct work {
	lode_metadata *metadata;
	lode__link *link;
	lode_table *const *tables;   /* NULL: all */
	size_t count;
	bool drop, check;
	lode__vec chosen;            /* lode_table *: to be created or dropped */
	lode__arena arena;
};

/* ---------------------------------------------------------------- what is there */

struct found {
	const lode__dialect *dialect;
	lode_table *const *tables;
	bool *there;
	size_t count;
	const char *schema;
};

static bool same_name(const lode__dialect *dialect, const char *a, const char *b)
{
	/* products that keep the case of names ignore it when they compare them */
	return dialect->traits.fold_case == 0 ? lode__ascii_casecmp(a, b) == 0 : strcmp(a, b) == 0;
}

static bool is_table(const struct found *found, const lode_table *table, const char *name)
{
	return same_name(found->dialect, table->name, name) ||
	       (lode__name_is_folded(found->dialect, table, table->name) &&
	        lode__ascii_casecmp(table->name, name) == 0);
}

static lode_status LODE_CALL see_table(void *context, const lode_rf_table *record)
{
	struct found *found = context;

	for (size_t i = 0; record->name && i < found->count; i++)
		if (lode__str_equal(found->tables[i]->schema, found->schema) &&
		    is_table(found, found->tables[i], record->name))
			found->there[i] = true;
	return LODE_OK;
}

/* The name under which the server keeps a table. */
static const char *stored_name(const struct found *found, const lode_table *table,
                               lode__arena *arena)
{
	bool lower = found->dialect->traits.fold_case == 1;
	char *name;

	if (!lode__name_is_folded(found->dialect, table, table->name))
		return table->name;
	name = lode__arena_strdup(arena, table->name);
	for (char *at = name; at && *at; at++)
		if (lower ? *at >= 'A' && *at <= 'Z' : *at >= 'a' && *at <= 'z')
			*at ^= 0x20;
	return name;
}

static lode_status reflect_schema(lode__link *link, const lode_dialect *dialect,
                                  struct found *found, lode__arena *arena, lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, link->dialect);
	const char **names = LODE__NEW_ARRAY(arena, const char *, found->count);
	lode_rf_request request = { .struct_size = (uint32_t)sizeof request,
		                    .what = LODE_RF_TABLES | LODE_RF_VIEWS,
		                    .schema = found->schema, .tables = names };
	lode_rf_sink sink = { .struct_size = (uint32_t)sizeof sink, .ctx = found,
		              .table = see_table };
	lode_status status;

	if (!names)
		return lode__error_nomem(error);
	for (size_t i = 0; i < found->count; i++)
		if (lode__str_equal(found->tables[i]->schema, found->schema)) {
			names[request.ntables] = stored_name(found, found->tables[i], arena);
			if (!names[request.ntables++])
				return lode__error_nomem(error);
		}
	status = dialect->reflect((lode_hconn *)link, &request, &sink, &err);
	return status < 0 ? lode__link_failed(link, &err, status, "look for tables", NULL, 0) : LODE_OK;
}

/* a dialect that cannot list tables: does a query of the table compile? */
static lode_status probe_table(lode__link *link, const lode_table *table, bool *there,
                               lode_error *error)
{
	lode_error refused = LODE_ERROR_INIT;
	lode__buf sql;
	lode_status status;

	lode__buf_init(&sql, &link->engine->allocator, 4096);
	lode__buf_puts(&sql, "SELECT 1 FROM ");
	lode__quote_table(&sql, link->dialect, table);
	lode__buf_puts(&sql, " WHERE 1 = 0");
	status = lode__buf_status(&sql);
	if (status == LODE_OK)
		status = lode__link_run(link, lode__buf_text(&sql), lode__buf_size(&sql), &refused);
	else
		lode__error_set(&refused, status, "no room for the name of a table");
	lode__buf_dispose(&sql);
	*there = status == LODE_OK;
	if (status == LODE_OK || status == LODE_E_NO_OBJECT)
		return LODE_OK;
	return lode__error_copy(error, &refused);
}

/* was the schema of table i asked for already? */
static bool schema_done(const struct found *found, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (lode__str_equal(found->tables[k]->schema, found->tables[i]->schema))
			return true;
	return false;
}

static lode_status find_existing(struct work *work, struct found *found, lode_error *error)
{
	const lode_dialect *reflecting = lode__dialect_reflecting(found->dialect);
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < found->count; i++) {
		if (!reflecting) {
			status = probe_table(work->link, found->tables[i], &found->there[i], error);
		} else if (!schema_done(found, i)) {
			found->schema = found->tables[i]->schema;
			status = reflect_schema(work->link, reflecting, found, &work->arena, error);
		}
	}
	return status;
}

/* the tables that have to be created, or can be dropped */
static lode_status choose_tables(struct work *work, lode_error *error)
{
	struct found found = { .dialect = work->link->dialect, .tables = work->tables,
		               .count = work->count };
	lode_status status = LODE_OK;

	lode__vec_clear(&work->chosen);
	if (!work->tables) {
		found.tables = work->metadata->tables;
		found.count = work->metadata->count;
	}
	found.there = LODE__NEW_ARRAY(&work->arena, bool, found.count);
	if (!found.there)
		return lode__error_nomem(error);
	if (work->check)
		status = find_existing(work, &found, error);
	for (size_t i = 0; status == LODE_OK && i < found.count; i++)
		if (!work->check || found.there[i] == work->drop)
			status = lode__vec_push(&work->chosen, found.tables[i]) == LODE_OK
				         ? LODE_OK
				         : lode__error_nomem(error);
	return status;
}

/* ---------------------------------------------------------------- running */

static lode_status run_statement(void *context, const lode__ddl_statement *statement,
                                 lode_error *error)
{
	struct work *work = context;

	return lode__link_run(work->link, statement->sql, statement->size, error);
}

/* Tables that refer to each other, and a product that cannot take the constraints off first. */
static lode_status prepare_cycle(struct work *work, const lode__sorted *sorted, lode_error *error)
{
	static const char defer[] = "PRAGMA defer_foreign_keys = ON";
	const lode__dialect *dialect = work->link->dialect;

	if (!work->drop || sorted->late_count == 0 || lode__ddl_can_alter(dialect))
		return LODE_OK;
	lode__log(&work->link->engine->logger, LODE_LOG_WARNING, LODE_W_CYCLE,
	          "tables refer to each other and are dropped without dropping the constraints first");
	if (dialect->traits.alter_style != 1)    /* SQLite: checked at commit, when all are gone */
		return LODE_OK;
	return lode__link_run(work->link, defer, sizeof defer - 1, error);
}

static lode_status apply_chosen(struct work *work, lode_error *error)
{
	const lode__dialect *dialect = work->link->dialect;
	lode__sorted sorted = { 0 };
	lode_status status;

	if (work->chosen.count == 0)
		return LODE_OK;
	status = lode__tables_sort(&sorted, work->metadata,
	                           (lode_table *const *)(void *)work->chosen.items,
	                           work->chosen.count, error);
	if (status != LODE_OK)
		return status;
	status = prepare_cycle(work, &sorted, error);
	if (status == LODE_OK && work->drop)
		status = lode__ddl_drop(dialect, &sorted, false, run_statement, work, error);
	else if (status == LODE_OK)
		status = lode__ddl_create(dialect, &sorted, false, run_statement, work, error);
	lode__sorted_dispose(&sorted);
	return status;
}

static lode_status start_work(struct work *work, lode_metadata *metadata, lode__link *link,
                              bool drop, lode_error *error)
{
	work->metadata = metadata;
	work->link = link;
	work->drop = drop;
	work->check = link->engine->offline.visit == NULL;    /* else there is nothing to ask */
	lode__vec_init(&work->chosen, &link->engine->allocator);
	lode__arena_init(&work->arena, &link->engine->allocator, 0);
	return lode__metadata_resolve(metadata, error);
}

static void end_work(struct work *work)
{
	lode__vec_dispose(&work->chosen);
	lode__arena_dispose(&work->arena);
}

/* in a transaction of our own */
static lode_status run_all(struct work *work, lode_error *error)
{
	lode__link *link = work->link;
	bool transactional = lode__link_can(link, LODE_CAP_DDL_TXN) ||
	                     link->dialect->traits.flags & LODE_DF_DDL_TXN;
	lode_status status = choose_tables(work, error);

	if (status != LODE_OK || work->chosen.count == 0)
		return status;
	if (transactional) {
		status = lode__link_begin(link, LODE_TXF_IMMEDIATE, error);
		if (status == LODE_OK)
			status = choose_tables(work, error);
	}
	if (status == LODE_OK)
		status = apply_chosen(work, error);
	if (status == LODE_OK)
		return lode__link_commit(link, error);
	lode__link_rollback(link, NULL);
	return status;
}

static lode_status all_tables(lode_metadata *metadata, lode_engine *engine, bool drop,
                              const char *function, lode_error *error)
{
	struct work work = { 0 };
	lode_error unheard = LODE_ERROR_INIT;
	lode__link *link;
	lode_status status;

	if (!metadata || !engine)
		return lode__error_set(error, LODE_E_MISUSE, "%s: an argument is NULL", function);
	if (!error)
		error = &unheard;
	link = lode__engine_acquire(engine, 0, error);
	if (!link)
		return error->status;
	status = start_work(&work, metadata, link, drop, error);
	if (status == LODE_OK)
		status = run_all(&work, error);
	end_work(&work);
	lode__link_release(link);
	return status;
}

lode_status lode_create_all(lode_metadata *metadata, lode_engine *engine, lode_error *error)
{
	return all_tables(metadata, engine, false, "lode_create_all", error);
}

lode_status lode_drop_all(lode_metadata *metadata, lode_engine *engine, lode_error *error)
{
	return all_tables(metadata, engine, true, "lode_drop_all", error);
}

/* ---------------------------------------------------------------- on the caller's connection */

static lode_status check_tables(const lode_metadata *metadata, const lode_ddl_options *options,
                                const char *function, lode_error *error)
{
	if (options->struct_size < sizeof *options || (options->table_count && !options->tables))
		return lode__error_set(error, LODE_E_MISUSE,
		                       "%s: the options lack struct_size or tables", function);
	for (size_t i = 0; i < options->table_count; i++)
		if (!options->tables[i] || options->tables[i]->metadata != metadata)
			return lode__error_set(error, LODE_E_MISUSE,
			                       "%s: table %zu is NULL or of another metadata", function,
			                       i);
	return LODE_OK;
}

static lode_status some_tables(lode_metadata *metadata, lode_connection *connection,
                               const lode_ddl_options *options, bool drop, const char *function,
                               lode_error *error)
{
	struct work work = { 0 };
	lode__link *link;
	lode_status status = LODE_OK;

	if (!metadata || !connection)
		return lode__error_set(error, LODE_E_MISUSE, "%s: an argument is NULL", function);
	if (options)
		status = check_tables(metadata, options, function, error);
	if (status != LODE_OK)
		return status;
	link = lode__connection_link(connection);
	status = start_work(&work, metadata, link, drop, error);
	if (options && options->tables) {
		work.tables = options->tables;
		work.count = options->table_count;
	}
	work.check = !options || !(options->flags & LODE_DDL_NO_CHECK);
	if (status == LODE_OK && !link->transaction)
		status = lode__link_begin(link, 0, error);
	if (status == LODE_OK)
		status = choose_tables(&work, error);
	if (status == LODE_OK)
		status = apply_chosen(&work, error);
	end_work(&work);
	return status;
}

lode_status lode_create_tables(lode_metadata *metadata, lode_connection *connection,
                               const lode_ddl_options *options, lode_error *error)
{
	return some_tables(metadata, connection, options, false, "lode_create_tables", error);
}

lode_status lode_drop_tables(lode_metadata *metadata, lode_connection *connection,
                             const lode_ddl_options *options, lode_error *error)
{
	return some_tables(metadata, connection, options, true, "lode_drop_tables", error);
}

static lode_status run_index(const lode_index *index, lode_connection *connection, bool drop,
                             const char *function, lode_error *error)
{
	lode__link *link;
	lode_status status;
	lode__buf sql;

	if (!index || !connection)
		return lode__error_set(error, LODE_E_MISUSE, "%s: an argument is NULL", function);
	link = lode__connection_link(connection);
	lode__buf_init(&sql, &link->engine->allocator, (size_t)1 << 24);
	status = drop ? lode__render_drop_index(&sql, link->dialect, index, true, error)
	              : lode__render_create_index(&sql, link->dialect, index, true, error);
	if (status == LODE_OK)
		status = lode__link_check(link, error);
	if (status == LODE_OK && !link->transaction)
		status = lode__link_begin(link, 0, error);
	if (status == LODE_OK)
		status = lode__link_run(link, lode__buf_text(&sql), lode__buf_size(&sql), error);
	lode__buf_dispose(&sql);
	return status;
}

lode_status lode_create_index(const lode_index *index, lode_connection *connection,
                              lode_error *error)
{
	return run_index(index, connection, false, "lode_create_index", error);
}

lode_status lode_drop_index(const lode_index *index, lode_connection *connection, lode_error *error)
{
	return run_index(index, connection, true, "lode_drop_index", error);
}

/* ---------------------------------------------------------------- without a database */

struct visitor {
	lode_sql_function *function;
	void *context;
};

static lode_status visit_statement(void *context, const lode__ddl_statement *statement,
                                   lode_error *error)
{
	const struct visitor *visitor = context;
	lode_status status = visitor->function(visitor->context, statement->sql);

	if (status < 0)
		return lode__error_set(error, status, "stopped by the function that receives SQL");
	return LODE_OK;
}

static lode_status each_statement(lode_metadata *metadata, const char *name, bool drop,
                                  struct visitor *visitor, lode__arena *arena, lode_error *error)
{
	lode__dialect *dialect = NULL;
	lode__sorted sorted = { 0 };
	lode_status status = lode__dialect_named(&dialect, name, arena, error);

	if (status == LODE_OK)
		status = lode__metadata_sorted(&sorted, metadata, error);
	if (status != LODE_OK)
		return status;
	if (drop)
		status = lode__ddl_drop(dialect, &sorted, false, visit_statement, visitor, error);
	else
		status = lode__ddl_create(dialect, &sorted, false, visit_statement, visitor, error);
	lode__sorted_dispose(&sorted);
	return status;
}

static lode_status each_checked(lode_metadata *metadata, const char *dialect, bool drop,
                                lode_sql_function *visit, void *context, const char *function,
                                lode_error *error)
{
	struct visitor visitor = { visit, context };
	lode__arena arena;
	lode_status status;

	if (!metadata || !dialect || !visit)
		return lode__error_set(error, LODE_E_MISUSE, "%s: an argument is NULL", function);
	lode__arena_init(&arena, NULL, 0);
	status = each_statement(metadata, dialect, drop, &visitor, &arena, error);
	lode__arena_dispose(&arena);
	return status;
}

lode_status lode_metadata_create_each(lode_metadata *metadata, const char *dialect,
                                      lode_sql_function *visit, void *context, lode_error *error)
{
	return each_checked(metadata, dialect, false, visit, context, "lode_metadata_create_each",
	                    error);
}

lode_status lode_metadata_drop_each(lode_metadata *metadata, const char *dialect,
                                    lode_sql_function *visit, void *context, lode_error *error)
{
	return each_checked(metadata, dialect, true, visit, context, "lode_metadata_drop_each", error);
}

static lode_status append_statement(void *context, const char *sql)
{
	lode__buf *text = context;

	lode__buf_puts(text, sql);
	lode__buf_puts(text, ";\n");
	return LODE_OK;
}

lode_status lode_metadata_create_sql(lode_metadata *metadata, const char *dialect, char **sql,
                                     lode_error *error)
{
	lode__buf text;
	lode_status status;

	if (!sql)
		return lode__error_set(error, LODE_E_MISUSE, "lode_metadata_create_sql: sql is NULL");
	lode__buf_init(&text, NULL, (size_t)1 << 30);
	status = lode_metadata_create_each(metadata, dialect, append_statement, &text, error);
	if (status == LODE_OK)
		status = lode__buf_take(sql, &text, error);
	lode__buf_dispose(&text);
	return status;
}

void lode_sql_free(char *sql)
{
	lode__release(NULL, sql);
}
