/* SPDX-License-Identifier: MIT */
/* Rows MAP of the feature table: registries, classes and what their members become. */
#include "kit.h"

/* ------------------------------------------------------------------ MAP-04, MAP-05 */

LODE_DECLARE(Plain);
struct Plain {
	int64_t id;
	const char *name;
	lode_opt_int32 age;
	lode_opt_int32 years;
	const char *note;
	int16_t rank;
	double share;
	lode_datetime seen;
	int own;
};
static const lode_type share_type = { .struct_size = sizeof(lode_type), .variant_size = sizeof(lode_variant),
	.kind = LODE_NUMERIC, .precision = 5, .scale = 2 };
LODE_CLASS(Plain, "plain",
	LODE_COLUMN(Plain, id, .primary_key = true),
	LODE_COLUMN(Plain, name),
	LODE_COLUMN(Plain, age),
	LODE_COLUMN(Plain, years, .not_null = true),
	LODE_COLUMN(Plain, note, .nullable = true, .name = "remark", .length = 40, .comment = "free text"),
	LODE_COLUMN(Plain, rank, .unique = true, .server_default = LODE_DEFAULT_INT(7)),
	LODE_COLUMN(Plain, share, .type = &share_type, .index = true),
	LODE_COLUMN(Plain, seen, .insert_default = LODE_NOW, .onupdate = LODE_NOW));

/* MAP-04: types from the map, NOT NULL unless optional, overridden either way; keys NOT NULL */
START_TEST(members_become_columns)
{
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Plain));
	ck_assert_str_eq(kit_ddl("sqlite"),
		"CREATE TABLE plain (\n"
		"\tid INTEGER NOT NULL PRIMARY KEY,\n"
		"\tname TEXT NOT NULL,\n"
		"\tage INTEGER,\n"
		"\tyears INTEGER NOT NULL,\n"
		"\tremark VARCHAR(40),\n"
		"\trank SMALLINT DEFAULT 7 NOT NULL,\n"
		"\tshare TEXT NOT NULL,\n"
		"\tseen TEXT NOT NULL,\n"
		"\tUNIQUE (rank)\n"
		");\n"
		"CREATE INDEX ix_plain_share ON plain (share);\n");
	kit_close();
}
END_TEST

/* MAP-05: type, name and all options by column; an explicit type wins over the map */
START_TEST(columns_have_options)
{
	const lode_table_column *c;
	const lode_mapper *mapper;

	kit_begin(NULL);
	KIT_OK(lode_registry_map_type(k.registry, LODE_C_DOUBLE, LODE_TYPE(LODE_FLOAT)));
	KIT_OK(LODE_MAP(k.registry, &k.error, Plain));
	mapper = lode_inspect_class(k.registry, &Plain_class, NULL);
	c = lode_attribute_column(lode_mapper_attribute(mapper, "share"));
	ck_assert_int_eq(lode_table_column_type(c)->kind, LODE_NUMERIC);
	ck_assert_uint_eq(lode_table_column_type(c)->precision, 5);
	c = lode_attribute_column(lode_mapper_attribute(mapper, "note"));
	ck_assert_str_eq(lode_table_column_name(c), "remark");
	ck_assert_str_eq(lode_table_column_comment(c), "free text");
	ck_assert_uint_eq(lode_table_column_type(c)->length, 40);
	c = lode_attribute_column(lode_mapper_attribute(mapper, "seen"));
	ck_assert_int_eq(lode_table_column_insert_default(c)->kind, LODE_DEFAULT_NOW);
	ck_assert_int_eq(lode_table_column_onupdate(c)->kind, LODE_DEFAULT_NOW);
	ck_assert_ptr_null(lode_mapper_attribute(mapper, "own"));
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ MAP-03 */

LODE_DECLARE(Keyless);
struct Keyless { int64_t id; };
LODE_CLASS(Keyless, "keyless", LODE_COLUMN(Keyless, id));

/* MAP-03: no key is refused when the class is mapped, before anything is sent */
START_TEST(key_is_demanded_when_mapped)
{
	kit_begin(NULL);
	ck_assert_int_eq(LODE_MAP(k.registry, &k.error, Keyless), LODE_E_MAPPING);
	ck_assert_msg(strstr(k.error.message, "Keyless") && strstr(k.error.message, "primary key"), "%s",
	              k.error.message);
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ MAP-01, MAP-02, MAP-06 */

LODE_DECLARE(Base);
LODE_DECLARE(Left);
LODE_DECLARE(Right);
struct Base { lode_datetime made; int64_t maker_id; };
struct Left { int64_t id; Base base; };
struct Right { int64_t id; Base base; };
LODE_ABSTRACT(Base,
	LODE_TABLE(.comment = "has a maker"),
	LODE_COLUMN(Base, made, .server_default = LODE_NOW),
	LODE_COLUMN(Base, maker_id, .foreign_key = "left_t.id", .on_delete = "CASCADE"),
	LODE_INDEX("made"));
LODE_CLASS(Left, "left_t", LODE_COLUMN(Left, id, .primary_key = true), LODE_INCLUDE(Left, base, Base));
LODE_CLASS(Right, "right_t", LODE_COLUMN(Right, id, .primary_key = true), LODE_INCLUDE(Right, base, Base));

/* MAP-01: one registry and one metadata for all its classes; the base is no class of them */
START_TEST(registry_is_the_base)
{
	lode_metadata *metadata;

	kit_begin(NULL);
	metadata = lode_registry_metadata(k.registry);
	KIT_OK(LODE_MAP(k.registry, &k.error, Left));
	KIT_OK(LODE_MAP(k.registry, &k.error, Right));
	ck_assert_uint_eq(lode_registry_mapper_count(k.registry), 2);
	ck_assert_uint_eq(lode_metadata_count(metadata), 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert_ptr_eq(lode_table_metadata(lode_mapper_table(
			lode_registry_mapper_at(k.registry, i))), metadata);
	ck_assert_ptr_null(lode_inspect_class(k.registry, &Base_class, &k.error));
	ck_assert_int_eq(k.error.status, LODE_E_MISUSE);
	kit_close();
}
END_TEST

/* MAP-23: an abstract class gives columns and options to others and has no table; a class of it
 * belongs to whatever registry maps it */
START_TEST(abstract_classes_are_not_mapped)
{
	lode_registry *other = lode_registry_new(NULL);

	kit_begin("work");
	ck_assert_int_eq(LODE_MAP(other, &k.error, Base), LODE_E_MAPPING);
	lode_registry_free(other);
	other = lode_registry_new(NULL);
	KIT_OK(LODE_MAP(other, &k.error, Left));
	KIT_OK(LODE_MAP(k.registry, &k.error, Left, Right));
	ck_assert_ptr_null(lode_table_schema(lode_mapper_table(lode_registry_mapper_at(other, 0))));
	ck_assert_str_eq(lode_table_schema(lode_mapper_table(lode_registry_mapper_at(k.registry, 0))), "work");
	ck_assert_str_eq(lode_table_comment(lode_mapper_table(lode_registry_mapper_at(other, 0))), "has a maker");
	ck_assert_str_eq(kit_ddl("sqlite"),
		"CREATE TABLE work.left_t (\n"
		"\tid INTEGER NOT NULL PRIMARY KEY,\n"
		"\tmade TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%f000','now')) NOT NULL,\n"
		"\tmaker_id BIGINT NOT NULL,\n"
		"\tFOREIGN KEY (maker_id) REFERENCES left_t (id) ON DELETE CASCADE\n"
		");\n"
		"CREATE INDEX work.ix_left_t_made ON left_t (made);\n"
		"CREATE TABLE work.right_t (\n"
		"\tid INTEGER NOT NULL PRIMARY KEY,\n"
		"\tmade TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%f000','now')) NOT NULL,\n"
		"\tmaker_id BIGINT NOT NULL,\n"
		"\tFOREIGN KEY (maker_id) REFERENCES left_t (id) ON DELETE CASCADE\n"
		");\n"
		"CREATE INDEX work.ix_right_t_made ON right_t (made);\n");
	lode_registry_free(other);
	kit_close();
}
END_TEST

/* MAP-02: LODE_MAP makes table and mapper at once, nothing is left for later */
START_TEST(mapping_makes_table_and_mapper)
{
	const lode_table *table;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Left));
	table = lode_metadata_find(lode_registry_metadata(k.registry), NULL, "left_t");
	ck_assert_ptr_nonnull(table);
	ck_assert_ptr_eq(lode_mapper_table(lode_inspect_class(k.registry, &Left_class, NULL)), table);
	kit_close();
}
END_TEST

/* MAP-06: a registry that is freed takes its mappers along, and the class is free for another */
START_TEST(freed_registry_unmaps)
{
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Plain));
	lode_registry_free(k.registry);
	kit_begin(NULL);
	ck_assert_ptr_null(lode_inspect_class(k.registry, &Plain_class, &k.error));
	ck_assert_int_eq(k.error.status, LODE_E_MISUSE);
	kit_engine("sqlite:///:memory:");
	kit_session(NULL);
	ck_assert_ptr_null(LODE_FIRST(k.session, Plain, LODE_SELECT(Plain)));
	EXPECT_FAILED(LODE_E_MISUSE, "Plain");
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ MAP-09 */

/* MAP-09: a class gives its mapper, an object its state; what is not mapped is an error */
START_TEST(classes_and_objects_are_inspected)
{
	Plain *p;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Plain));
	kit_open();
	p = LODE_ADD(k.session, Plain, .name = "x", .years = lode_some_int32(1));
	ck_assert_ptr_eq(lode_inspect_object(p), lode_inspect_class(k.registry, &Plain_class, NULL));
	ck_assert_int_eq(lode_object_state(p), LODE_PENDING);
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	ck_assert_int_eq(lode_object_state(p), LODE_PERSISTENT);
	ck_assert_ptr_eq(lode_object_session(p), k.session);
	ck_assert_ptr_null(lode_inspect_class(k.registry, &Left_class, &k.error));
	ck_assert_int_eq(k.error.status, LODE_E_MISUSE);
	kit_close();
}
END_TEST

static const char *join_names(lode_name_list list)
{
	static char text[400];

	text[0] = '\0';
	for (size_t i = 0; i < list.count; i++)
		sprintf(text + strlen(text), "%s;", list.items[i]);
	return text;
}

static void expect_keys(const lode_table_info *table)
{
	const lode_key_info *key = table->foreign_keys[0];

	ck_assert_uint_eq(table->primary_key->column_count, 1);
	ck_assert_str_eq(table->primary_key->columns[0], "id");
	ck_assert_uint_eq(table->foreign_key_count, 1);
	ck_assert_str_eq(key->columns[0], "owner");
	ck_assert_str_eq(key->target_table, "thing");
	ck_assert_str_eq(key->on_delete, "CASCADE");
	ck_assert_ptr_null(key->on_update);
	ck_assert_uint_eq(table->unique_count, 1);
	ck_assert_str_eq(table->uniques[0]->columns[0], "name");
	ck_assert_uint_eq(table->index_count, 1);
	ck_assert_str_eq(table->indexes[0]->name, "ix_owner");
	ck_assert(table->indexes[0]->unique);
}

/* MAP-09: inspecting an engine gives a schema inspector */
START_TEST(engine_is_inspected)
{
	const lode_table_info *table = NULL;
	lode_inspector *inspector;
	lode_name_list names;
	bool there;

	BACKEND_ONLY_SQLITE("attached databases");
	kit_begin(NULL);
	kit_engine("sqlite:///:memory:?attach.extra=:memory:");
	kit_query("CREATE TABLE thing (id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL DEFAULT 'x' UNIQUE, "
	          "owner INT REFERENCES thing ON DELETE CASCADE)");
	kit_query("CREATE UNIQUE INDEX ix_owner ON thing (owner, name)");
	kit_query("CREATE VIEW named AS SELECT name FROM thing");
	kit_query("CREATE TABLE extra.other (a)");
	inspector = lode_inspect_engine(k.engine, &k.error);
	ck_assert_ptr_nonnull(inspector);
	KIT_OK(lode_inspector_schemas(inspector, &names, &k.error));
	ck_assert_str_eq(join_names(names), "main;extra;");
	KIT_OK(lode_inspector_tables(inspector, NULL, &names, &k.error));
	ck_assert_str_eq(join_names(names), "thing;");
	KIT_OK(lode_inspector_tables(inspector, "extra", &names, &k.error));
	ck_assert_str_eq(join_names(names), "other;");
	KIT_OK(lode_inspector_views(inspector, NULL, &names, &k.error));
	ck_assert_str_eq(join_names(names), "named;");
	KIT_OK(lode_inspector_table(inspector, NULL, "thing", &table, &k.error));
	ck_assert(!table->view);
	ck_assert_uint_eq(table->column_count, 3);
	ck_assert(table->columns[0]->identity);
	ck_assert_str_eq(table->columns[1]->name, "name");
	ck_assert_str_eq(table->columns[1]->type, "VARCHAR(9)");
	ck_assert_str_eq(table->columns[1]->default_sql, "'x'");
	ck_assert(!table->columns[1]->nullable);
	ck_assert(table->columns[2]->nullable);
	expect_keys(table);
	KIT_OK(lode_inspector_table(inspector, NULL, "named", &table, &k.error));
	ck_assert(table->view);
	ck_assert_ptr_nonnull(strstr(table->definition, "SELECT name FROM thing"));
	KIT_OK(lode_inspector_has_table(inspector, "nowhere", "thing", &there, &k.error));
	ck_assert(!there);
	ck_assert_int_eq(lode_inspector_table(inspector, "extra", "thing", &table, &k.error), LODE_E_NO_OBJECT);
	lode_inspector_free(inspector);
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ MAP-11 */

LODE_DECLARE(Nest);
LODE_DECLARE(Egg);
struct Egg { int64_t id; int64_t nest_id; };
struct Nest { int64_t id; };
LODE_CLASS(Egg, "egg", LODE_COLUMN(Egg, id, .primary_key = true),
	LODE_COLUMN(Egg, nest_id, .foreign_key = "nest.id"));
LODE_CLASS(Nest, "nest", LODE_COLUMN(Nest, id, .primary_key = true));

/* MAP-11: the first session configures; before it, classes may refer to later ones */
START_TEST(first_session_configures)
{
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Egg));
	KIT_OK(LODE_MAP(k.registry, &k.error, Nest));
	kit_open();
	ck_assert_int_eq(LODE_MAP(k.registry, &k.error, Plain), LODE_E_MISUSE);
	kit_close();

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Egg));
	kit_engine("sqlite:///:memory:");
	for (int i = 0; i < 2; i++) {
		ck_assert_ptr_null(lode_session_new(k.registry, k.engine, NULL, &k.error));
		ck_assert_int_eq(k.error.status, LODE_E_NO_OBJECT);
		ck_assert_str_eq(k.error.message, "foreign key egg.nest_id to nest.id: there is no table nest");
	}
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ MAP-15, MAP-16, MAP-18 */

LODE_DECLARE(Sized);
struct Sized {
	int64_t id;
	int32_t small;
	lode_opt_int32 perhaps;
	int32_t tagged;
	const char *text;
	int64_t mixed;
};
static const lode_variant text_by_dialect[] = {
	{ .dialects = "sqlite,other", .kind = LODE_STRING, .length = 30 }, { .dialects = NULL },
};
static const lode_type number_or_text = { .struct_size = sizeof(lode_type),
	.variant_size = sizeof(lode_variant), .kind = LODE_INTEGER };
LODE_CLASS(Sized, "sized",
	LODE_COLUMN(Sized, id, .annotation = "bigint", .primary_key = true),
	LODE_COLUMN(Sized, small),
	LODE_COLUMN(Sized, perhaps),
	LODE_COLUMN(Sized, tagged, .annotation = "bigint"),
	LODE_COLUMN(Sized, text),
	LODE_COLUMN(Sized, mixed, .type = &number_or_text));

static void map_sized(void)
{
	lode_type text = *LODE_TYPE(LODE_STRING, .length = 0);

	text.variants = text_by_dialect;
	kit_begin(NULL);
	KIT_OK(lode_registry_map_type(k.registry, LODE_C_INT32, LODE_TYPE(LODE_SMALL_INTEGER)));
	KIT_OK(lode_registry_map_type(k.registry, LODE_C_TEXT, &text));
	KIT_OK(lode_registry_map_annotation(k.registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER)));
	KIT_OK(LODE_MAP(k.registry, &k.error, Sized));
}

/* MAP-15: the map comes before the defaults, by the exact type; MAP-16: a tag is another key;
 * MAP-18: one variant for several dialects */
START_TEST(type_map_decides)
{
	map_sized();
	ck_assert_str_eq(kit_ddl("sqlite"),
		"CREATE TABLE sized (\n"
		"\tid INTEGER NOT NULL PRIMARY KEY,\n"
		"\tsmall SMALLINT NOT NULL,\n"
		"\tperhaps SMALLINT,\n"
		"\ttagged BIGINT NOT NULL,\n"
		"\ttext VARCHAR(30) NOT NULL,\n"
		"\tmixed INTEGER NOT NULL\n"
		");\n");
	kit_close();
}
END_TEST

LODE_DECLARE(Varied);
struct Varied { int64_t id; lode_datetime moment; lode_uuid token; };
static const lode_variant as_number[] = {
	{ .dialects = "sqlite", .kind = LODE_BIG_INTEGER }, { .dialects = NULL },
};
static const lode_variant as_bytes[] = {
	{ .dialects = "other,sqlite", .kind = LODE_LARGE_BINARY }, { .dialects = NULL },
};
static const lode_type moment_type = { .struct_size = sizeof(lode_type),
	.variant_size = sizeof(lode_variant), .kind = LODE_DATETIME, .variants = as_number };
static const lode_type token_type = { .struct_size = sizeof(lode_type),
	.variant_size = sizeof(lode_variant), .kind = LODE_UUID_TYPE, .variants = as_bytes };
LODE_CLASS(Varied, "varied",
	LODE_COLUMN(Varied, id, .primary_key = true),
	LODE_COLUMN(Varied, moment, .type = &moment_type),
	LODE_COLUMN(Varied, token, .type = &token_type));

/* MAP-18: a variant decides the conversion of values too */
START_TEST(variants_convert_values)
{
	lode_uuid token = { { 0 } };
	Varied *v, *by_value;
	int64_t id;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Varied));
	kit_open();
	ck_assert_int_eq(lode_uuid_from_text(&token, "00112233-4455-6677-8899-aabbccddeeff"), LODE_OK);
	v = LODE_ADD(k.session, Varied, .moment = { 1234567 }, .token = token);
	COMMIT();
	id = v->id;
	if (backend_speaks("sqlite"))
		ck_assert_str_eq(kit_query("SELECT typeof(moment), moment, typeof(token), hex(token) "
		                           "FROM varied"),
		                 "integer|1234567|blob|00112233445566778899AABBCCDDEEFF;");
	kit_session(NULL);
	v = LODE_FIND(k.session, Varied, .id = id);
	ASSERT_GOOD();
	ck_assert_int_eq(v->moment.usec, 1234567);
	ck_assert_mem_eq(&v->token, &token, sizeof token);
	by_value = LODE_FIRST(k.session, Varied, lode_where(LODE_SELECT(Varied), lode_and(
		LODE_EQ(Varied, token, token), LODE_EQ(Varied, moment, v->moment))));
	ck_assert_ptr_eq(by_value, v);
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ MAP-20 */

LODE_DECLARE(Tagged);
struct Tagged { int64_t id; };
LODE_CLASS(Tagged, "tagged", LODE_COLUMN(Tagged, id, .annotation = "biggint", .primary_key = true));

/* MAP-20: an annotation without a type fails when mapped, with class, member and the nearest name */
START_TEST(annotation_without_type_is_refused)
{
	kit_begin(NULL);
	KIT_OK(lode_registry_map_annotation(k.registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER)));
	ck_assert_int_eq(LODE_MAP(k.registry, &k.error, Tagged), LODE_E_MAPPING);
	ck_assert_msg(strstr(k.error.message, "Tagged.id") && strstr(k.error.message, "\"bigint\""), "%s",
	              k.error.message);
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ MAP-25, MAP-26 */

LODE_DECLARE(Stock);
struct Stock {
	int64_t id;
	int32_t amount;
	const char *place;
	int64_t shelf_id;
	int64_t room_id;
};
LODE_CLASS(Stock, "stock",
	LODE_TABLE(.schema = "main", .comment = "what is there",
	           .dialect_sql = LODE_DIALECT_SQL({ "sqlite", .sql = "WITHOUT ROWID" },
	                                           { "mysql", .sql = "ENGINE=InnoDB" },
	                                           { "other", .place = LODE_PLACE_PREFIX, .sql = "TEMPORARY" })),
	LODE_COLUMN(Stock, id, .primary_key = true, .autoincrement = LODE_AUTOINCREMENT_OFF),
	LODE_COLUMN(Stock, amount),
	LODE_COLUMN(Stock, place, .name = "Place of it"),
	LODE_COLUMN(Stock, shelf_id),
	LODE_COLUMN(Stock, room_id),
	LODE_UNIQUE("place, amount", .name = "uq_place"),
	LODE_INDEX("amount, -place", .name = "ix_amount", .where = "amount > 0"),
	LODE_CHECK("amount >= 0", .name = "ck_amount"),
	LODE_FOREIGN_KEY("shelf_id, room_id", "main.stock.amount, main.stock.id", .name = "fk_shelf", .on_update = "CASCADE",
	                 .deferrable = true, .initially = "DEFERRED"));

/* MAP-25: constraints, indexes, schema, dialect options are lines of the class */
START_TEST(table_options_are_lines)
{
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Stock));
	ck_assert_str_eq(lode_table_comment(lode_mapper_table(lode_registry_mapper_at(k.registry, 0))),
	                 "what is there");
	ck_assert_str_eq(kit_ddl("sqlite"),
		"CREATE TABLE main.stock (\n"
		"\tid BIGINT NOT NULL,\n"
		"\tamount INTEGER NOT NULL,\n"
		"\t\"Place of it\" TEXT NOT NULL,\n"
		"\tshelf_id BIGINT NOT NULL,\n"
		"\troom_id BIGINT NOT NULL,\n"
		"\tPRIMARY KEY (id),\n"
		"\tCONSTRAINT uq_place UNIQUE (\"Place of it\", amount),\n"
		"\tCONSTRAINT fk_shelf FOREIGN KEY (shelf_id, room_id) REFERENCES stock (amount, id)"
		" ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,\n"
		"\tCONSTRAINT ck_amount CHECK (amount >= 0)\n"
		") WITHOUT ROWID;\n"
		"CREATE INDEX main.ix_amount ON stock (amount, \"Place of it\" DESC) WHERE amount > 0;\n");
	kit_close();
}
END_TEST

LODE_DECLARE(Renamed);
struct Renamed { int64_t key; const char *label; lode_opt_int32 size; };
LODE_CLASS(Renamed, "renamed",
	LODE_COLUMN(Renamed, key, .primary_key = true, .name = "id"),
	LODE_COLUMN(Renamed, label, .name = "label text"),
	LODE_COLUMN(Renamed, size, .name = "label"));

/* MAP-26: the program speaks members, SQL speaks columns; bulk statements name members */
START_TEST(members_and_columns_have_their_names)
{
	const lode_mapper *mapper;
	lode_statement *update;
	Renamed *r;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Renamed));
	mapper = lode_inspect_class(k.registry, &Renamed_class, NULL);
	ck_assert_str_eq(lode_table_column_name(lode_attribute_column(lode_mapper_attribute(mapper, "label"))),
	                 "label text");
	ck_assert_ptr_null(lode_mapper_attribute(mapper, "id"));
	kit_open();
	r = LODE_ADD(k.session, Renamed, .label = "a", .size = lode_some_int32(3));
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	EXPECT_SENT("INSERT INTO renamed (\"label text\", label) VALUES (?, ?)");
	update = LODE_ASSIGN(LODE_UPDATE(Renamed), Renamed, label, "b");
	lode_where(update, LODE_EQ(Renamed, size, 3));
	ck_assert_int_eq(lode_execute(k.session, update, NULL), LODE_OK);
	EXPECT_SENT("UPDATE renamed SET \"label text\" = ? WHERE label = ?");
	ck_assert_int_eq(lode_refresh(k.session, r), LODE_OK);
	ck_assert_str_eq(r->label, "b");
	ck_assert_ptr_eq(LODE_FIRST(k.session, Renamed, lode_where(LODE_SELECT(Renamed), lode_eq(
		lode_column_by_name(&Renamed_class, "size", NULL), LODE_VALUE(3)))), r);
	COMMIT();
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ MAP-32 */

LODE_DECLARE(Fresh);
struct Fresh { int64_t id; const char *word; int32_t level; lode_opt_int32 limit; };
LODE_CLASS(Fresh, "fresh",
	LODE_COLUMN(Fresh, id, .primary_key = true),
	LODE_COLUMN(Fresh, word, .nullable = true, .server_default = LODE_DEFAULT_STRING("none")),
	LODE_COLUMN(Fresh, level, .server_default = LODE_DEFAULT_INT(5)),
	LODE_COLUMN(Fresh, limit, .server_default = LODE_DEFAULT_INT(9)));

/* MAP-32: members by name only, a wrong name is an error, what is not named is unset, not NULL */
START_TEST(new_objects_take_members_by_name)
{
	Fresh image = { .word = "x" };
	Fresh *named, *unnamed;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Fresh));
	kit_open();
	unnamed = LODE_ADD(k.session, Fresh, 0);
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	ck_assert_str_eq(unnamed->word, "none");
	ck_assert_int_eq(unnamed->level, 5);
	ck_assert(unnamed->limit.present && unnamed->limit.value == 9);
	named = LODE_ADD(k.session, Fresh, .word = NULL, .level = 0, .limit = { 0 });
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	ck_assert_ptr_null(named->word);
	ck_assert_int_eq(named->level, 0);
	ck_assert(!named->limit.present);
	COMMIT();
	ck_assert_str_eq(kit_query("SELECT word, level, \"limit\" FROM fresh ORDER BY id"), "none|5|9;NULL|0|NULL;");
	ck_assert_ptr_nonnull(lode_new(k.session, &Fresh_class, &image, "word, lvl"));
	EXPECT_FAILED(LODE_E_MISUSE, "lvl");
	ck_assert_ptr_nonnull(lode_new(k.session, &Fresh_class, &image, "1, \"positional\""));
	EXPECT_FAILED(LODE_E_MISUSE, "Fresh");
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ MAP-38 */

static const lode_decl twin_decls[] = { LODE_COLUMN(Nest, id, .primary_key = true) };
static const lode_class twin = { (uint32_t)sizeof(lode_class), (uint32_t)sizeof(lode_decl), "Nest", "twin",
	sizeof(Nest), twin_decls, 1, 0, 8 };

/* MAP-38: a class name that is there already warns, by both tables; a table name is an error */
START_TEST(class_name_twice_warns)
{
	const lode_class *const both[] = { &Nest_class, &twin };

	kit_begin(NULL);
	KIT_OK(lode_registry_map(k.registry, both, 2, &k.error));
	ck_assert_str_eq(k.logged, "class-name: two classes are called Nest: the tables are \"nest\" and \"twin\"\n");
	ck_assert_ptr_eq(lode_mapper_class(lode_inspect_class(k.registry, &twin, NULL)), &twin);
	kit_close();
	kit_begin(NULL);
	KIT_OK(lode_registry_warning(k.registry, LODE_W_CLASS_NAME, LODE_WARN_ERROR));
	ck_assert_int_eq(lode_registry_map(k.registry, both, 2, &k.error), LODE_E_MAPPING);
	kit_close();
}
END_TEST

/* types in messages are as the program writes them */
static const lode_decl wide_decls[] = { { .kind = LODE_DECL_COLUMN, .u = { .column = {
	.member = "on", .size = 4, .ctype = LODE_C_BOOL, .primary_key = true } } } };
static const lode_class wide = { (uint32_t)sizeof(lode_class), (uint32_t)sizeof(lode_decl), "Wide", "wide", 8,
	wide_decls, 1, 0, 8 };

START_TEST(messages_name_c_types)
{
	const lode_class *const classes[] = { &wide };

	kit_begin(NULL);
	ck_assert_int_eq(lode_registry_map(k.registry, classes, 1, &k.error), LODE_E_MAPPING);
	ck_assert_str_eq(k.error.message, "Wide.on: the member has 4 bytes, a bool has 1");
	kit_close();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parity/mapping");
	TCase *tcase = tcase_create("mapping");

	tcase_add_test(tcase, members_become_columns);
	tcase_add_test(tcase, columns_have_options);
	tcase_add_test(tcase, key_is_demanded_when_mapped);
	tcase_add_test(tcase, registry_is_the_base);
	tcase_add_test(tcase, abstract_classes_are_not_mapped);
	tcase_add_test(tcase, mapping_makes_table_and_mapper);
	tcase_add_test(tcase, freed_registry_unmaps);
	tcase_add_test(tcase, classes_and_objects_are_inspected);
	tcase_add_test(tcase, engine_is_inspected);
	tcase_add_test(tcase, first_session_configures);
	tcase_add_test(tcase, type_map_decides);
	tcase_add_test(tcase, variants_convert_values);
	tcase_add_test(tcase, annotation_without_type_is_refused);
	tcase_add_test(tcase, table_options_are_lines);
	tcase_add_test(tcase, members_and_columns_have_their_names);
	tcase_add_test(tcase, new_objects_take_members_by_name);
	tcase_add_test(tcase, class_name_twice_warns);
	tcase_add_test(tcase, messages_name_c_types);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
