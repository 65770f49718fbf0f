/* SPDX-License-Identifier: MIT */
/* DDL: each model below is created and dropped on each dialect, and the text compared with
 * tests/golden/ddl/<model>.<dialect>.sql.  What a dialect refuses stands there with its message.
 * LODE_GOLDEN_WRITE=1 in the environment writes the files anew.
 *
 * The dialects: generic (nothing beyond the standard), ansi (a server with everything), sqlite and
 * postgresql (their traits, types from a hook as their plugins have it); those of the MariaDB plugin
 * itself, if it is built. */
#include "../check_tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lode/query.h>

#include "../base/faulty.h"
#include "../schema/build.h"
#include "sql/ddl.h"
#include "sql/ddl_type.h"
#include "sql/hooks.h"
#include "plugin_dialect.h"

#define ROWS(array) (sizeof(array) / sizeof(array)[0])
#define OF(kind_, ...) LODE_TYPE(kind_, __VA_ARGS__)
#define DATETIME LODE_TYPE(LODE_DATETIME, .length = 0)

/* ------------------------------------------------------------------ dialects */

static lode_status LODE_CALL sqlite_type(const lode_render_context *c, const lode_type_info *t,
					 lode_err *e)
{
	const char *name = "TEXT";

	(void)e;
	switch (t->sql_type) {
	case LODE_T_TEXT:
	case LODE_T_ENUM:
		return LODE_E_UNSUPPORTED; /* the standard's name will do */
	case LODE_T_INT16:
	case LODE_T_INT32:
	case LODE_T_INT64:
	case LODE_T_UINT64:
	case LODE_T_BOOL:
		name = "INTEGER";
		break;
	case LODE_T_FLOAT32:
	case LODE_T_FLOAT64:
		name = "REAL";
		break;
	case LODE_T_BLOB:
		name = "BLOB";
		break;
	}
	lode__buf_puts(c->out->sql, name);
	return LODE_OK;
}

static const lode_dialect sqlite_hooks = { .struct_size = sizeof(lode_dialect),
					   .name = "sqlite",
					   .type_to_sql = sqlite_type };
static lode_status LODE_CALL postgresql_type(const lode_render_context *c, const lode_type_info *t,
					     lode_err *e)
{
	(void)e;
	if (t->sql_type != LODE_T_BLOB)
		return LODE_E_UNSUPPORTED; /* the standard's name will do */
	lode__buf_puts(c->out->sql, "BYTEA");
	return LODE_OK;
}

static const lode_dialect postgresql_hooks = { .struct_size = sizeof(lode_dialect),
					       .name = "postgresql",
					       .type_to_sql = postgresql_type };
static const lode_host host = { .struct_size = sizeof(lode_host) };

static lode__dialect make_dialect(const char *name)
{
	lode__dialect dialect = { .name = name, .host = &host };
	lode_traits *traits = &dialect.traits;

	if (plugin_dialect(&dialect, name))
		return dialect;
	dialect.host = &host;
	lode__traits_generic(traits);
	traits->comment_style = 2;
	if (strcmp(name, "ansi") == 0) {
		traits->flags |= LODE_DF_PARTIAL_INDEX | LODE_DF_IF_EXISTS |
				 LODE_DF_INDEX_IF_EXISTS | LODE_DF_NATIVE_UUID;
		traits->max_identifier = 63;
		traits->comment_style = 1;
	} else if (strcmp(name, "sqlite") == 0) {
		traits->flags &= ~(LODE_DF_DROP_CONSTRAINT | LODE_DF_NATIVE_BOOL);
		traits->flags |= LODE_DF_PARTIAL_INDEX | LODE_DF_IF_EXISTS |
				 LODE_DF_INDEX_IF_EXISTS | LODE_DF_INDEX_IN_SCHEMA |
				 LODE_DF_REFERENCES_BARE;
		traits->autoinc_style = 3;
		traits->autoinc_type = "INTEGER";
		traits->autoinc_suffix = NULL;
		traits->bool_style = 2;
		traits->now_sql = "strftime('%Y-%m-%d %H:%M:%f000','now')";
		traits->alter_style = 1;
		traits->comment_style = 0;
		dialect.chain[0] = &sqlite_hooks;
	} else if (strcmp(name, "postgresql") == 0) {
		traits->flags |= LODE_DF_PARTIAL_INDEX | LODE_DF_IF_EXISTS |
				 LODE_DF_INDEX_IF_EXISTS | LODE_DF_NATIVE_UUID |
				 LODE_DF_DROP_CASCADE;
		traits->max_identifier = 63;
		traits->blob_open = "'\\x";
		traits->now_sql = "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')";
		traits->today_sql = "((CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date)";
		traits->comment_style = 1;
		dialect.chain[0] = &postgresql_hooks;
	}
	return dialect;
}

/* ------------------------------------------------------------------ models */

static void add_stamps(lode_table *t)
{
	column(t, .name = "created_at", .type = DATETIME, .server_default = LODE_NOW);
	column(t, .name = "updated_at", .type = DATETIME, .server_default = LODE_NOW,
	       .onupdate = LODE_NOW);
}

static void build_introduction(lode_metadata *m)
{
	lode_table *t = table(m, .name = "user_account");

	column(t, .name = "id", .type = BIGINT, .primary_key = true);
	column(t, .name = "name", .type = VARCHAR(30));
	column(t, .name = "fullname", .type = VARCHAR(0), .nullable = true);
	column(t, .name = "age", .type = INTEGER, .nullable = true);
	add_stamps(t);
	unique(t, .columns = "name, fullname");
	add_index(t, .columns = "name");
	t = table(m, .name = "user_keyword");
	column(t, .name = "user_id", .foreign_key = "user_account.id", .primary_key = true);
	column(t, .name = "keyword_id", .foreign_key = "keyword.id", .primary_key = true);
	t = table(m, .name = "address");
	column(t, .name = "id", .type = BIGINT, .primary_key = true);
	column(t, .name = "email", .type = VARCHAR(254));
	column(t, .name = "user_id", .type = BIGINT, .foreign_key = "user_account.id");
	t = table(m, .name = "keyword");
	column(t, .name = "id", .type = BIGINT, .primary_key = true);
	column(t, .name = "word", .type = VARCHAR(23), .unique = true);
}

static void build_constraints(lode_metadata *m)
{
	lode_table *t = table(m, .name = "part");

	column(t, .name = "maker", .type = VARCHAR(10), .primary_key = true);
	column(t, .name = "number", .type = INTEGER, .primary_key = true);
	column(t, .name = "parent", .type = INTEGER, .nullable = true, .index = true,
	       .unique = true);
	lode_table_name_primary_key(t, "pk_part", NULL);
	check(t, .name = "number_is_positive", .sql = "number > 0");
	check(t, .sql = "maker <> ''");
	unique(t, .name = "uq_part", .columns = "number");
	t = table(m, .name = "stock");
	column(t, .name = "id", .type = INTEGER, .primary_key = true);
	column(t, .name = "maker", .type = VARCHAR(10));
	column(t, .name = "number", .type = INTEGER);
	column(t, .name = "shelf", .type = INTEGER, .foreign_key = "stock.id",
	       .foreign_key_name = "fk_shelf", .on_delete = "set null", .nullable = true);
	foreign_key(t, .name = "fk_part", .columns = "maker, number", .target = "part",
		    .on_delete = "cascade", .on_update = "no action", .match = "full",
		    .initially = "deferred");
}

static void build_deferred_unique(lode_metadata *m)
{
	lode_table *t = table(m, .name = "t");

	column(t, .name = "a", .type = INTEGER);
	unique(t, .columns = "a", .deferrable = true, .initially = "immediate");
}

static void build_defaults(lode_metadata *m)
{
	lode_table *t = table(m, .name = "t");

	column(t, .name = "whole", .type = INTEGER, .server_default = LODE_DEFAULT_INT(-7));
	column(t, .name = "yes", .type = OF(LODE_BOOLEAN, .length = 0),
	       .server_default = LODE_DEFAULT_INT(1));
	column(t, .name = "half", .type = OF(LODE_DOUBLE, .length = 0),
	       .server_default = LODE_DEFAULT_DOUBLE(0.5));
	column(t, .name = "text", .type = VARCHAR(9),
	       .server_default = LODE_DEFAULT_STRING("it's"));
	column(t, .name = "day", .type = OF(LODE_DATE, .length = 0), .server_default = LODE_NOW);
	column(t, .name = "word", .type = INTEGER, .server_default = LODE_SQL("CURRENT_USER"));
	column(t, .name = "quoted", .type = VARCHAR(9), .server_default = LODE_SQL("'a '' b'"));
	column(t, .name = "two", .type = VARCHAR(9), .server_default = LODE_SQL("'a' || 'b'"));
	column(t, .name = "wrapped", .type = INTEGER, .server_default = LODE_SQL("(1 + 1)"));
	column(t, .name = "halves", .type = INTEGER, .server_default = LODE_SQL("(1) + (1)"));
	column(t, .name = "call", .type = INTEGER, .server_default = LODE_SQL("abs(-1)"));
	column(t, .name = "fetched", .type = INTEGER, .server_default = LODE_FETCHED);
	column(t, .name = "client", .type = INTEGER, .insert_default = LODE_DEFAULT_INT(1));
}

static void build_types(lode_metadata *m)
{
	static const lode_variant variants[] = {
		{ .dialects = "oracle,sqlite", .kind = LODE_INTEGER },
		{ .dialects = "ansi", .kind = LODE_CUSTOM_TYPE, .name = "HSTORE" },
		{ .dialects = NULL },
	};
	static const char *const colours[] = { "red", "green", "turquoise", NULL };
	lode_table *t = table(m, .name = "t");

	column(t, .name = "small", .type = OF(LODE_SMALL_INTEGER, .length = 0));
	column(t, .name = "normal", .type = INTEGER);
	column(t, .name = "big", .type = BIGINT);
	column(t, .name = "huge", .type = OF(LODE_BIG_INTEGER, .is_unsigned = true));
	column(t, .name = "truth", .type = OF(LODE_BOOLEAN, .length = 0));
	column(t, .name = "single", .type = OF(LODE_FLOAT, .length = 0));
	column(t, .name = "twice", .type = OF(LODE_DOUBLE, .length = 0));
	column(t, .name = "exact", .type = OF(LODE_NUMERIC, .length = 0));
	column(t, .name = "money", .type = OF(LODE_NUMERIC, .precision = 12, .scale = 2));
	column(t, .name = "digits", .type = OF(LODE_NUMERIC, .precision = 38));
	column(t, .name = "short", .type = VARCHAR(40));
	column(t, .name = "any", .type = VARCHAR(0));
	column(t, .name = "long", .type = OF(LODE_TEXT_TYPE, .length = 0));
	column(t, .name = "bytes", .type = OF(LODE_LARGE_BINARY, .length = 0));
	column(t, .name = "day", .type = OF(LODE_DATE, .length = 0));
	column(t, .name = "hour", .type = OF(LODE_TIME, .precision = 3));
	column(t, .name = "moment", .type = DATETIME);
	column(t, .name = "instant", .type = OF(LODE_DATETIME, .precision = 6, .timezone = true));
	column(t, .name = "span", .type = OF(LODE_INTERVAL, .length = 0));
	column(t, .name = "unique_id", .type = OF(LODE_UUID_TYPE, .length = 0));
	column(t, .name = "document", .type = OF(LODE_JSON, .length = 0));
	column(t, .name = "colour", .type = OF(LODE_ENUM, .enum_names = colours));
	column(t, .name = "own", .type = OF(LODE_CUSTOM_TYPE, .name = "MACADDR"));
	column(t, .name = "varies", .type = OF(LODE_BIG_INTEGER, .variants = variants));
}

static void build_circle(lode_metadata *m)
{
	lode_table *t = table(m, .name = "employee");

	column(t, .name = "id", .type = INTEGER, .primary_key = true);
	column(t, .name = "boss", .type = INTEGER, .nullable = true, .foreign_key = "employee.id");
	column(t, .name = "department", .type = INTEGER, .foreign_key = "department.id",
	       .foreign_key_name = "fk_department");
	t = table(m, .name = "department");
	column(t, .name = "id", .type = INTEGER, .primary_key = true);
	column(t, .name = "head", .type = INTEGER, .nullable = true, .foreign_key = "employee.id",
	       .foreign_key_name = "fk_head");
	t = table(m, .name = "desk");
	column(t, .name = "id", .type = INTEGER, .primary_key = true, .foreign_key = "employee.id");
	column(t, .name = "room", .type = INTEGER, .foreign_key = "room.id", .use_alter = true,
	       .foreign_key_name = "fk_room");
	t = table(m, .name = "room");
	column(t, .name = "id", .type = INTEGER, .primary_key = true);
}

static void build_nameless_circle(lode_metadata *m)
{
	table_with(m, "a", (const char *[]){ "b.id", NULL });
	table_with(m, "b", (const char *[]){ "a.id", NULL });
}

static void build_indexes(lode_metadata *m)
{
	static const lode_index_key keys[] = { { .sql = "lower(name)", .descending = true },
					       { .column = "age" } };
	static const lode_dialect_sql extra[] = {
		{ .dialects = "ansi", .place = LODE_PLACE_METHOD, .sql = "USING gin" },
		{ .dialects = "ansi", .place = LODE_PLACE_SUFFIX, .sql = "INCLUDE (id)" },
		{ .dialects = "generic", .place = LODE_PLACE_PREFIX, .sql = "FULLTEXT" },
	};
	lode_table *t = table(m, .name = "person", .schema = "app");

	column(t, .name = "id", .type = INTEGER, .primary_key = true);
	column(t, .name = "name", .type = VARCHAR(40), .index = true);
	column(t, .name = "age", .type = INTEGER, .index = true, .unique = true);
	add_index(t, .columns = "name, -age");
	add_index(t, .name = "ix_lower", .unique = true, .keys = keys, .key_count = 2);
	add_index(t, .name = "ix_extra", .columns = "age", .dialect_sql = extra,
		  .dialect_sql_count = 3);
}

static void build_partial_index(lode_metadata *m)
{
	lode_table *t = table(m, .name = "t");

	column(t, .name = "a", .type = INTEGER);
	add_index(t, .name = "ix_partial", .columns = "a", .where_sql = "a > 0", .unique = true);
}

static lode_expr *expressions[3];   /* of the model in hand: they outlive its metadata */

static void build_expressions(lode_metadata *m)
{
	static lode_index_key keys[1];
	lode_table *t = table(m, .name = "t");
	lode_table_column *price = column(t, .name = "price", .type = INTEGER);
	lode_table_column *name = column(t, .name = "Name", .type = VARCHAR(9));
	lode_expr *argument = lode_column_of(name);

	expressions[0] = lode_and(
		lode_compare(LODE_OP_GT, lode_column_of(price), lode_value_int(0)),
		lode_compare(LODE_OP_NE, lode_column_of(name), lode_value_text("it's")));
	expressions[1] = lode_function("lower", &argument, 1);
	expressions[2] = lode_is_not_null(lode_column_of(price));
	check(t, .name = "ck", .expression = expressions[0]);
	keys[0] = (lode_index_key){ .expression = expressions[1], .descending = true };
	add_index(t, .name = "ix", .keys = keys, .key_count = 1, .where = expressions[2]);
}

static void free_expressions(void)
{
	for (size_t i = 0; i < ROWS(expressions); i++) {
		lode_expr_free(expressions[i]);
		expressions[i] = NULL;
	}
}

static void build_quoting(lode_metadata *m)
{
	static const lode_dialect_sql options[] = {
		{ .dialects = "generic", .place = LODE_PLACE_SUFFIX, .sql = "ENGINE=InnoDB" },
		{ .dialects = "ansi", .place = LODE_PLACE_PREFIX, .sql = "TEMPORARY" },
	};
	lode_table *t = table(m, .name = "order", .schema = "My Schema", .dialect_sql = options,
			      .dialect_sql_count = 2),
		   *odd;
	lode_table_column *key;

	key = column(t, .name = "Select", .type = INTEGER, .primary_key = true);
	column(t, .name = "a \"quoted\" name", .type = INTEGER, .index = true);
	column(t, .name = "naïve", .type = INTEGER, .unique = true);
	column(t, .name = "1st", .type = INTEGER);
	column(t, .name = "plain_1", .type = INTEGER);
	odd = table(m, .name = "we.ird, name", .schema = "My Schema");
	column(odd, .name = "%s", .references = key, .foreign_key_name = "Fk", .index = true);
}

/* every name forced: those that need no quotes get them, and the other way round */
static void build_forced_quotes(lode_metadata *m)
{
	static const char *const always[] = { "app", "item", "plain", "uq_plain", "ix_item_plain" };
	static const char *const never[] = { "Box", "order", "Fk" };
	lode_table *t = table(m, .name = "item", .schema = "app");
	lode_table_column *key = column(t, .name = "plain", .type = INTEGER, .primary_key = true);

	column(t, .name = "other", .type = INTEGER);
	unique(t, .name = "uq_plain", .columns = "plain");
	add_index(t, .columns = "plain");
	t = table(m, .name = "Box", .schema = "app");
	column(t, .name = "order", .type = INTEGER, .primary_key = true, .references = key,
	       .foreign_key_name = "Fk");
	for (size_t i = 0; i < ROWS(always); i++)
		ck_assert_int_eq(lode_metadata_quote(m, always[i], LODE_QUOTE_ALWAYS, NULL), LODE_OK);
	for (size_t i = 0; i < ROWS(never); i++)
		ck_assert_int_eq(lode_metadata_quote(m, never[i], LODE_QUOTE_NEVER, NULL), LODE_OK);
}

static void build_comments(lode_metadata *m)
{
	lode_table *t = table(m, .name = "part", .schema = "app", .comment = "what we sell");

	column(t, .name = "id", .type = INTEGER, .primary_key = true, .comment = "the part's number");
	column(t, .name = "name", .type = VARCHAR(9), .comment = "for people");
	column(t, .name = "set_id", .type = INTEGER, .nullable = true);
	unique(t, .name = "uq_name", .columns = "name", .comment = "told apart by name");
	foreign_key(t, .name = "fk_set", .columns = "set_id", .target = "app.part", .comment = "its set");
	check(t, .name = "ck_name", .sql = "name <> ''", .comment = "has a name");
	add_index(t, .columns = "set_id", .comment = "for lists of a set");
}

static void build_other_schema(lode_metadata *m)
{
	lode_table *t = table(m, .name = "here", .schema = "one");

	column(t, .name = "id", .type = INTEGER, .primary_key = true);
	t = table(m, .name = "there", .schema = "two");
	column(t, .name = "id", .type = INTEGER, .primary_key = true);
	column(t, .name = "far", .type = INTEGER, .foreign_key = "one.here.id");
}

static void build_composite_generated(lode_metadata *m)
{
	lode_table *t = table(m, .name = "t");

	column(t, .name = "a", .type = INTEGER, .primary_key = true,
	       .autoincrement = LODE_AUTOINCREMENT_ON);
	column(t, .name = "b", .type = INTEGER, .primary_key = true);
}

static void build_long_names(lode_metadata *m)
{
	lode_table *t = table(m, .name = "a_table_with_quite_a_long_name_for_its_indexes");

	column(t, .name = "and_a_long_column", .type = INTEGER, .index = true);
	column(t, .name = "and_a_long_column_too", .type = INTEGER, .index = true);
	column(t, .name = "a_column_name_that_is_longer_than_a_server_of_the_sort_takes",
	       .index = true, .type = INTEGER);
	t = table(m, .name = "t");
	column(t, .name = "a_column_name_that_is_longer_than_a_server_of_the_sort_takes_it",
	       .type = INTEGER);
	t = table(m, .name = "u");
	column(t, .name = "a_column_name_that_is_longer_than_a_server_of_the_sort_takes_it_",
	       .type = INTEGER);
}

static void build_empty_table(lode_metadata *m)
{
	table(m, .name = "empty");
}

static const struct {
	const char *name;
	void (*build)(lode_metadata *);
} models[] = {
	{ "introduction", build_introduction },
	{ "constraints", build_constraints },
	{ "deferred_unique", build_deferred_unique },
	{ "defaults", build_defaults },
	{ "types", build_types },
	{ "circle", build_circle },
	{ "nameless_circle", build_nameless_circle },
	{ "indexes", build_indexes },
	{ "partial_index", build_partial_index },
	{ "expressions", build_expressions },
	{ "quoting", build_quoting },
	{ "forced_quotes", build_forced_quotes },
	{ "comments", build_comments },
	{ "other_schema", build_other_schema },
	{ "composite_generated", build_composite_generated },
	{ "long_names", build_long_names },
	{ "empty_table", build_empty_table },
};

static const char *const dialects[] = { "generic", "ansi", "sqlite", "postgresql", PLUGIN_DIALECTS };

/* ------------------------------------------------------------------ comparing */

static lode_status collect(void *context, const lode__ddl_statement *statement, lode_error *error)
{
	lode__buf *text = context;

	(void)error;
	ck_assert_uint_eq(strlen(statement->sql), statement->size);
	lode__buf_append(text, statement->sql, statement->size);
	lode__buf_puts(text, ";\n");
	return LODE_OK;
}

static void note_failure(lode__buf *text, lode_status status)
{
	if (status == LODE_OK)
		return;
	ck_assert_int_eq(status, build_error.status);
	lode__buf_printf(text, "-- %s: %s\n", lode_status_name(status), build_error.message);
}

static void render_all(lode__buf *text, size_t model, const lode__dialect *dialect, bool guard)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode__sorted sorted;

	models[model].build(metadata);
	ck_assert_int_eq(lode__metadata_sorted(&sorted, metadata, &build_error), LODE_OK);
	note_failure(text, lode__ddl_create(dialect, &sorted, guard, collect, text, &build_error));
	lode__buf_puts(text, "\n");
	note_failure(text, lode__ddl_drop(dialect, &sorted, guard, collect, text, &build_error));
	lode__sorted_dispose(&sorted);
	lode_metadata_free(metadata);
	free_expressions();
}

static void compare_with_file(const lode__buf *text, const char *model, const char *dialect)
{
	const char *top = getenv("LODE_TEST_GOLDEN");
	static char expected[16384];
	char path[512];
	size_t size;
	FILE *file;

	snprintf(path, sizeof path, "%s/ddl/%s.%s.sql", top ? top : "tests/golden", model, dialect);
	file = fopen(path, getenv("LODE_GOLDEN_WRITE") ? "w+" : "r");
	ck_assert_msg(file != NULL, "%s is missing", path);
	if (getenv("LODE_GOLDEN_WRITE")) {
		fputs(lode__buf_text(text), file);
		rewind(file);
	}
	size = fread(expected, 1, sizeof expected - 1, file);
	expected[size] = 0;
	fclose(file);
	ck_assert_msg(strcmp(expected, lode__buf_text(text)) == 0, "%s differs from:\n%s", path,
		      lode__buf_text(text));
}

START_TEST(test_golden)
{
	size_t model = (size_t)_i / ROWS(dialects);
	const char *name = dialects[(size_t)_i % ROWS(dialects)];
	lode__dialect dialect = make_dialect(name);
	lode__buf text;

	lode__buf_init(&text, NULL, 1 << 20);
	render_all(&text, model, &dialect, strcmp(name, "ansi") == 0);
	ck_assert_int_eq(lode__buf_status(&text), LODE_OK);
	compare_with_file(&text, models[model].name, name);
	lode__buf_dispose(&text);
}
END_TEST

/* ------------------------------------------------------------------ one by one */

static const struct {
	const char *dialect;
	int32_t alter_style;
	bool guard;
	const char *schema, *expected;
} index_drops[] = {
	{ "generic", 0, true, NULL, "DROP INDEX ix_t_a" },
	{ "ansi", 0, true, NULL, "DROP INDEX IF EXISTS ix_t_a" },
	{ "ansi", 0, false, "s", "DROP INDEX s.ix_t_a" },
	{ "ansi", 2, false, "s", "DROP INDEX ix_t_a ON s.t" },
	{ "sqlite", 1, false, "s", "DROP INDEX s.ix_t_a" },
};

START_TEST(test_drop_index)
{
	lode_metadata *metadata = metadata_new(index_drops[_i].schema);
	lode_table *t = table(metadata, .name = "t");
	lode__dialect dialect = make_dialect(index_drops[_i].dialect);
	lode__buf sql;

	dialect.traits.alter_style = index_drops[_i].alter_style;
	column(t, .name = "a", .type = INTEGER, .index = true);
	lode__buf_init(&sql, NULL, LODE__DDL_MAX);
	ck_assert_int_eq(lode__render_drop_index(&sql, &dialect, t->indexes[0],
						 index_drops[_i].guard, &build_error),
			 LODE_OK);
	ck_assert_str_eq(lode__buf_text(&sql), index_drops[_i].expected);
	lode__buf_dispose(&sql);
	lode_metadata_free(metadata);
}
END_TEST

/* how a generated key is spelled */
static const struct {
	const char *what;
	int32_t style;
	uint32_t flags;
	const char *type, *suffix, *column, *key;
} generated[] = {
	{ "identity", 1, 0, NULL, NULL, "id BIGINT GENERATED BY DEFAULT AS IDENTITY NOT NULL",
	  "PRIMARY KEY (id)" },
	{ "a word", 2, 0, NULL, NULL, "id BIGINT AUTO_INCREMENT NOT NULL", "PRIMARY KEY (id)" },
	{ "a serial type", 1, 0, "BIGSERIAL", "", "id BIGSERIAL NOT NULL", "PRIMARY KEY (id)" },
	{ "rowid", 3, 0, "INTEGER", NULL, "id INTEGER NOT NULL", "PRIMARY KEY (id)" },
	{ "inline", 3, LODE_DF_AUTOINC_INLINE_PK, "INTEGER", "AUTOINCREMENT",
	  "id INTEGER NOT NULL CONSTRAINT pk PRIMARY KEY AUTOINCREMENT", NULL },
	{ "sequence", 4, 0, NULL, NULL, NULL, NULL },
};

START_TEST(test_generated)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *t = table(metadata, .name = "t");
	lode__dialect dialect = make_dialect("generic");
	lode_status status;
	lode__buf sql;

	dialect.traits.autoinc_style = generated[_i].style;
	dialect.traits.flags |= generated[_i].flags;
	dialect.traits.autoinc_type = generated[_i].type;
	dialect.traits.autoinc_suffix = generated[_i].suffix;
	column(t, .name = "id", .type = BIGINT, .primary_key = true);
	if (!generated[_i].key)
		lode_table_name_primary_key(t, "pk", NULL);
	lode__buf_init(&sql, NULL, LODE__DDL_MAX);
	status = lode__render_create_table(&sql, &dialect, t, NULL, false, &build_error);
	if (generated[_i].column) {
		ck_assert_int_eq(status, LODE_OK);
		ck_assert_msg(strstr(lode__buf_text(&sql), generated[_i].column) != NULL, "%s: %s",
			      generated[_i].what, lode__buf_text(&sql));
		ck_assert_int_eq(strstr(lode__buf_text(&sql), "PRIMARY KEY (id)") != NULL,
				 generated[_i].key != NULL);
	} else {
		expect(LODE_E_UNSUPPORTED,
		       "column t.id: generic does not generate keys; switch autoincrement off");
	}
	lode__buf_dispose(&sql);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_no_schemas)
{
	lode_metadata *metadata = metadata_new("s");
	lode_table *t = table_with(metadata, "t", NULL);
	lode__dialect dialect = make_dialect("generic");
	lode__buf sql;

	dialect.traits.flags &= ~LODE_DF_SCHEMAS;
	lode__buf_init(&sql, NULL, LODE__DDL_MAX);
	ck_assert_int_eq(lode__render_drop_table(&sql, &dialect, t, false, &build_error),
			 LODE_E_UNSUPPORTED);
	expect(LODE_E_UNSUPPORTED, "table s.t: generic has no schemas");
	lode__buf_dispose(&sql);
	lode_metadata_free(metadata);
}
END_TEST

static lode_status refuse_second(void *context, const lode__ddl_statement *statement,
				 lode_error *error)
{
	int *count = context;

	(void)error;
	ck_assert_ptr_nonnull(statement->table);
	return ++*count == 2 ? LODE_E_PERMISSION : LODE_OK;
}

START_TEST(test_emit_stops)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode__dialect dialect = make_dialect("ansi");
	lode__sorted sorted;
	int count = 0;

	build_introduction(metadata);
	ck_assert_int_eq(lode__metadata_sorted(&sorted, metadata, &build_error), LODE_OK);
	ck_assert_int_eq(
		lode__ddl_create(&dialect, &sorted, false, refuse_second, &count, &build_error),
		LODE_E_PERMISSION);
	ck_assert_int_eq(count, 2);
	lode__sorted_dispose(&sorted);
	lode_metadata_free(metadata);
}
END_TEST

static lode_status ignore(void *context, const lode__ddl_statement *statement, lode_error *error)
{
	(void)context;
	(void)statement;
	(void)error;
	return LODE_OK;
}

static lode_status create_and_drop(const lode_allocator *allocator, const lode__dialect *dialect)
{
	lode_metadata *metadata = lode_metadata_new(
		OPTIONS(lode_metadata_options, .allocator = allocator), &build_error);
	lode_status status = metadata ? LODE_OK : build_error.status;
	lode__sorted sorted = { 0 };

	if (metadata)
		build_long_names(metadata);
	if (status == LODE_OK)
		status = lode__metadata_sorted(&sorted, metadata, &build_error);
	if (status == LODE_OK) {
		status = lode__ddl_create(dialect, &sorted, true, ignore, NULL, &build_error);
		if (status == LODE_OK)
			status = lode__ddl_drop(dialect, &sorted, true, ignore, NULL, &build_error);
		lode__sorted_dispose(&sorted);
	}
	lode_metadata_free(metadata);
	return status;
}

START_TEST(test_no_memory)
{
	lode__dialect dialect = make_dialect("sqlite");
	lode_faulty faulty;
	size_t n = 0;

	do {
		lode_status status;

		lode_faulty_init(&faulty, ++n);
		status = create_and_drop(&faulty.allocator, &dialect);
		ck_assert(faulty.failed || status == LODE_OK);
		ck_assert_uint_eq(faulty.live, 0);
	} while (faulty.failed);
	printf("# creating and dropping: highest n %zu\n", n);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ddl");
	TCase *tcase = tcase_create("ddl");

	tcase_add_loop_test(tcase, test_golden, 0, (int)(ROWS(models) * ROWS(dialects)));
	tcase_add_loop_test(tcase, test_drop_index, 0, (int)ROWS(index_drops));
	tcase_add_loop_test(tcase, test_generated, 0, (int)ROWS(generated));
	tcase_add_test(tcase, test_no_schemas);
	tcase_add_test(tcase, test_emit_stops);
	tcase_add_test(tcase, test_no_memory);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
