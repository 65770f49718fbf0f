/* SPDX-License-Identifier: MIT */
/* orm/declare: from the declarations of a class to its table, and what is refused. */
#include "../check_tap.h"
#include "describe.h"
#include "models.h"

DEFINE_MODELS;

/* ------------------------------------------------------------------ what tables look like */

typedef enum { DRAFT, OPEN, DONE } Stage;
static const char *const stage_names[] = { "draft", "open", "done", NULL };

LODE_DECLARE(Audit);
struct Audit {
	lode_datetime made_at;
	int64_t maker_id;
};
LODE_ABSTRACT(Audit,
	LODE_TABLE(.schema = "work", .comment = "audited"),
	LODE_COLUMN(Audit, made_at, .name = "made"),
	LODE_COLUMN(Audit, maker_id, .foreign_key = "work.person.id", .on_delete = "set null"),
	LODE_INDEX("made_at"));

LODE_DECLARE(Task);
struct Task {
	Audit audit;
	int32_t project;
	int32_t number;
	Stage stage;
	Stage priority;
	const char *title;
	const char *notes;
	char code[9];
	lode_bytes data;
	lode_decimal price;
	lode_opt_double rate;
	lode_uuid token;
	int32_t parent_project;
	lode_opt_int32 parent_number;
	bool open;
	int not_mapped;
};
static const lode_type money = { .struct_size = sizeof(lode_type),
				 .variant_size = sizeof(lode_variant),
				 .kind = LODE_NUMERIC,
				 .precision = 12,
				 .scale = 2 };
LODE_CLASS(Task, "task",
	LODE_INCLUDE(Task, audit, Audit),
	LODE_COLUMN(Task, project, .primary_key = true),
	LODE_COLUMN(Task, number, .primary_key = true, .name = "no"),
	LODE_COLUMN(Task, stage, .enum_names = stage_names),
	LODE_COLUMN(Task, priority, .insert_default = LODE_DEFAULT_INT(1)),
	LODE_COLUMN(Task, title, .length = 40, .unique = true),
	LODE_COLUMN(Task, notes, .nullable = true, .comment = "free text"),
	LODE_COLUMN(Task, code, .index = true),
	LODE_COLUMN(Task, data, .nullable = true, .length = 64),
	LODE_COLUMN(Task, price, .type = &money),
	LODE_COLUMN(Task, rate, .not_null = true),
	LODE_COLUMN(Task, token, .unique = true, .index = true),
	LODE_COLUMN(Task, parent_project),
	LODE_COLUMN(Task, parent_number),
	LODE_COLUMN(Task, open, .server_default = LODE_DEFAULT_INT(1)),
	LODE_UNIQUE("audit.made_at, title", .name = "uq",
	            .comment = "once a moment"),
	LODE_INDEX("-number, code", .unique = true),
	LODE_INDEX("price", .name = "cheap", .where = "price < 10",
	           .comment = "for sales"),
	LODE_CHECK("no > 0", .name = "positive", .comment = "counted"),
	LODE_FOREIGN_KEY("parent_project, parent_number", "work.task.project, work.task.no",
	                 .name = "fk_parent", .on_delete = "CASCADE", .comment = "part of"));

LODE_DECLARE(Person);
struct Person {
	int64_t id;
};
LODE_CLASS(Person, "person", LODE_COLUMN(Person, id, .primary_key = true),
	LODE_TABLE(.schema = "work"));

static const struct { const lode_class *class_; const char *text; } tables[] = {
	{ &User_class,
	  "user_account\n"
	  "id BIG_INTEGER pk\n"
	  "name STRING\n"
	  "fullname STRING null\n"
	  "age INTEGER null\n"
	  "created_at DATETIME server now\n"
	  "updated_at DATETIME server now update now\n"
	  "unique name fullname\n"
	  "index ix_user_account_name\n" },
	{ &Address_class,
	  "address\n"
	  "id BIG_INTEGER pk\n"
	  "email STRING(254)\n"
	  "user_id BIG_INTEGER\n"
	  "fk user_id -> user_account id\n" },
	{ &Keyword_class,
	  "keyword\n"
	  "id BIG_INTEGER pk\n"
	  "word STRING(23) unique\n"
	  "unique word\n" },
	{ &Task_class,
	  "work.task -- audited\n"
	  "project INTEGER pk\n"
	  "no INTEGER pk\n"
	  "stage ENUM\n"
	  "priority BIG_INTEGER insert 1\n"
	  "title STRING(40) unique\n"
	  "notes STRING null\n"
	  "code STRING(8) index\n"
	  "data LARGE_BINARY(64) null\n"
	  "price NUMERIC(12, 2)\n"
	  "rate DOUBLE\n"
	  "token UUID unique index\n"
	  "parent_project INTEGER\n"
	  "parent_number INTEGER null\n"
	  "open BOOLEAN server 1\n"
	  "made DATETIME\n"
	  "maker_id BIG_INTEGER\n"
	  "fk maker_id -> person id on delete SET NULL\n"
	  "fk parent_project parent_number -> task project no on delete CASCADE -- part of\n"
	  "unique title\n"
	  "unique made title -- once a moment\n"
	  "index ix_task_code\n"
	  "unique index ix_task_token\n"
	  "unique index ix_task_no_code\n"
	  "index cheap -- for sales\n"
	  "index ix_task_made\n"
	  "check no > 0 -- counted\n" },
};

static lode_registry *registry_with_bigint(void)
{
	lode_registry *registry = lode_registry_new(NULL);

	ck_assert_ptr_nonnull(registry);
	ck_assert_int_eq(
		lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER)),
		LODE_OK);
	return registry;
}

START_TEST(table_is_as_declared)
{
	lode_registry *registry = registry_with_bigint();
	lode_error error = LODE_ERROR_INIT;

	ck_assert_msg(LODE_MAP(registry, &error, User, Task, Person) == LODE_OK, "%s",
		      error.message);
	ck_assert_msg(lode_registry_configure(registry, &error) == LODE_OK, "%s", error.message);
	ck_assert_str_eq(describe_table(lode_mapper_table(lode_inspect_class(registry,
		tables[_i].class_, NULL))), tables[_i].text);
	lode_registry_free(registry);
}
END_TEST

/* MAP-21: the columns of a mixin are copied into every table, no object is shared */
LODE_DECLARE(Note);
struct Note {
	int64_t id;
	Timestamps stamps;
};
LODE_CLASS(Note, "note", LODE_COLUMN(Note, id, .primary_key = true),
	LODE_INCLUDE(Note, stamps, Timestamps));

START_TEST(mixin_columns_are_copies)
{
	lode_registry *registry = registry_with_bigint();
	const lode_table *one, *two;

	ck_assert_int_eq(LODE_MAP(registry, NULL, User, Note), LODE_OK);
	one = lode_mapper_table(lode_inspect_class(registry, &User_class, NULL));
	two = lode_mapper_table(lode_inspect_class(registry, &Note_class, NULL));
	ck_assert_ptr_nonnull(lode_table_find_column(one, "created_at"));
	ck_assert_ptr_nonnull(lode_table_find_column(two, "created_at"));
	ck_assert_ptr_ne(lode_table_find_column(one, "created_at"),
	                 lode_table_find_column(two, "created_at"));
	lode_registry_free(registry);
}
END_TEST

/* ------------------------------------------------------------------ what is refused */

#define CLASS(T, ...) \
	LODE_DECLARE_TYPE(T); \
	LODE_CLASS(T, "t", __VA_ARGS__)
#define ID(T) LODE_COLUMN(T, id, .primary_key = true)

typedef struct { int64_t id; int64_t other; const char *name; bool active; char code[4];
	lode_opt_int32 age; } Row;
typedef Row NoKey; typedef Row Annotated; typedef Row NullScalar; typedef Row NullChars;
typedef Row NullKey; typedef Row NullBoth; typedef Row Twice; typedef Row SameName;
typedef Row LongCode; typedef Row LongInt; typedef Row EnumText; typedef Row EnumEmpty;
typedef Row EnumType; typedef Row BadUnique; typedef Row BadIndex; typedef Row NoUnique;
typedef Row BadKey; typedef Row BadTarget; typedef Row TwoTables; typedef Row Uneven;
typedef Row TwoTable; typedef Row BadAction; typedef Row BadFk; typedef Row DescUnique;
typedef Row BadCustom;

static const char *const no_names[] = { NULL };
static const lode_type whole = { .struct_size = sizeof(lode_type),
	.variant_size = sizeof(lode_variant), .kind = LODE_INTEGER };
static const lode_type custom = { .struct_size = sizeof(lode_type),
	.variant_size = sizeof(lode_variant), .kind = LODE_CUSTOM_TYPE };

CLASS(NoKey, LODE_COLUMN(NoKey, id));
CLASS(Annotated, ID(Annotated), LODE_COLUMN(Annotated, name, .annotation = "bigitn"));
CLASS(NullScalar, ID(NullScalar), LODE_COLUMN(NullScalar, other, .nullable = true));
CLASS(NullChars, ID(NullChars), LODE_COLUMN(NullChars, code, .nullable = true));
CLASS(NullKey, LODE_COLUMN(NullKey, id, .primary_key = true, .nullable = true));
CLASS(NullBoth, ID(NullBoth), LODE_COLUMN(NullBoth, name, .nullable = true, .not_null = true));
CLASS(Twice, ID(Twice), LODE_COLUMN(Twice, id, .name = "other"));
CLASS(SameName, ID(SameName), LODE_COLUMN(SameName, other, .name = "id"));
CLASS(LongCode, ID(LongCode), LODE_COLUMN(LongCode, code, .length = 4));
CLASS(LongInt, ID(LongInt), LODE_COLUMN(LongInt, other, .length = 4));
CLASS(EnumText, ID(EnumText), LODE_COLUMN(EnumText, name, .enum_names = stage_names));
CLASS(EnumEmpty, ID(EnumEmpty), LODE_COLUMN(EnumEmpty, other, .enum_names = no_names));
CLASS(EnumType, ID(EnumType),
      LODE_COLUMN(EnumType, other, .type = &whole, .enum_names = stage_names));
CLASS(BadUnique, ID(BadUnique), LODE_COLUMN(BadUnique, name), LODE_UNIQUE("id, nme"));
CLASS(BadIndex, ID(BadIndex), LODE_COLUMN(BadIndex, name), LODE_INDEX("qqqqq"));
CLASS(NoUnique, ID(NoUnique), LODE_UNIQUE(""));
CLASS(DescUnique, ID(DescUnique), LODE_UNIQUE("-id"));
CLASS(BadKey, ID(BadKey), LODE_FOREIGN_KEY("othr", "t.id"));
CLASS(BadTarget, ID(BadTarget), LODE_FOREIGN_KEY("id", "t"));
CLASS(TwoTables, ID(TwoTables), LODE_COLUMN(TwoTables, other),
      LODE_FOREIGN_KEY("id, other", "a.x, b.y"));
CLASS(Uneven, ID(Uneven), LODE_FOREIGN_KEY("id", "a.x, a.y"));
CLASS(TwoTable, ID(TwoTable), LODE_TABLE(.comment = "a"), LODE_TABLE(.comment = "b"));
CLASS(BadAction, ID(BadAction),
      LODE_COLUMN(BadAction, other, .foreign_key = "t.id", .on_delete = "EXPLODE"));
CLASS(BadFk, ID(BadFk), LODE_COLUMN(BadFk, other, .foreign_key = "t"));
CLASS(BadCustom, ID(BadCustom), LODE_COLUMN(BadCustom, other, .type = &custom));

static const lode_decl outside_decls[] = { { .kind = LODE_DECL_COLUMN, .u = { .column = {
	.member = "far", .offset = 4, .size = 8, .ctype = LODE_C_INT64 } } } };
static const lode_decl unknown_decls[] = { { .kind = LODE_DECL_COLUMN, .u = { .column = {
	.member = "odd", .offset = 0, .size = 8, .ctype = (lode_ctype)77 } } } };
static const lode_decl sized_decls[] = { { .kind = LODE_DECL_COLUMN, .u = { .column = {
	.member = "odd", .offset = 0, .size = 4, .ctype = LODE_C_INT64 } } } };
#define HAND(label, list) { sizeof(lode_class), sizeof(lode_decl), label, "t", 8, list, 1, 0, 8 }
static const lode_class Outside_class = HAND("Outside", outside_decls);
static const lode_class Unknown_class = HAND("Unknown", unknown_decls);
static const lode_class Sized_class = HAND("Sized", sized_decls);

static const struct { const lode_class *class_; const char *message;
} refused[] = {
	{ &Timestamps_class,
	  "Timestamps is a mixin: it has no table of its own; other classes include it" },
	{ &Audit_class, "Audit is abstract: it has no table of its own; other classes include it" },
	{ &NoKey_class,
	  "NoKey: the table \"t\" has no primary key: give a column .primary_key = true" },
	{ &Annotated_class, "Annotated.name: the annotation \"bigitn\" has no type; "
			    "did you mean \"bigint\"?" },
	{ &NullScalar_class,
	  "NullScalar.other: a plain int64_t cannot be NULL: make the member a lode_opt_int64" },
	{ &NullChars_class,
	  "NullChars.code: a char[4] cannot be NULL: make the member a const char *" },
	{ &NullKey_class, "NullKey.id: a primary key cannot be .nullable" },
	{ &NullBoth_class, "NullBoth.name: .nullable and .not_null contradict each other" },
	{ &Twice_class, "Twice.id: the member is a column twice" },
	{ &SameName_class,
	  "SameName.other: SameName.id is the column \"id\" already: give one of them "
	  "another .name" },
	{ &LongCode_class, "LongCode.code: length 4 does not fit char[4], which holds 3" },
	{ &LongInt_class, "LongInt.other: .length is for text and bytes only" },
	{ &EnumText_class,
	  "EnumText.name: .enum_names is for enums and integers, not for const char *" },
	{ &EnumEmpty_class, "EnumEmpty.other: .enum_names has no name" },
	{ &EnumType_class, "EnumType.other: .enum_names stores text, but .type is INTEGER" },
	{ &BadUnique_class,
	  "BadUnique: LODE_UNIQUE: there is no column member \"nme\"; did you mean \"name\"?" },
	{ &BadIndex_class, "BadIndex: LODE_INDEX: there is no column member \"qqqqq\"" },
	{ &NoUnique_class, "NoUnique: LODE_UNIQUE: names no member" },
	{ &DescUnique_class,
	  "DescUnique: LODE_UNIQUE: there is no column member \"-id\"; did you mean \"id\"?" },
	{ &BadKey_class, "BadKey: LODE_FOREIGN_KEY: there is no column member \"othr\"" },
	{ &BadTarget_class,
	  "BadTarget: LODE_FOREIGN_KEY: the target \"t\" is not \"table.column\"" },
	{ &TwoTables_class,
	  "TwoTables: LODE_FOREIGN_KEY: the targets \"a.x, b.y\" are in two tables" },
	{ &Uneven_class, "Uneven: LODE_FOREIGN_KEY: 1 members refer to 2 columns" },
	{ &TwoTable_class, "TwoTable: LODE_TABLE stands there twice" },
	{ &BadAction_class, "BadAction.other: table t: on_delete \"EXPLODE\" is none of CASCADE, "
			    "SET NULL, SET DEFAULT, RESTRICT, NO ACTION" },
	{ &BadFk_class, NULL },
	{ &BadCustom_class, NULL },
	{ &Outside_class, "Outside.far: the member does not lie in the struct of 8 bytes" },
	{ &Unknown_class, "Unknown.odd: the member is of no known type (77)" },
	{ &Sized_class, "Sized.odd: the member has 4 bytes, a int64_t has 8" },
};

START_TEST(wrong_declaration_is_refused)
{
	lode_registry *registry = registry_with_bigint();
	const lode_class *class_ = refused[_i].class_;
	lode_error error = LODE_ERROR_INIT;
	size_t name = strlen(class_->name);

	ck_assert_int_eq(lode_registry_map(registry, &class_, 1, &error), LODE_E_MAPPING);
	if (refused[_i].message)
		ck_assert_str_eq(error.message, refused[_i].message);
	else    /* the schema's words, after the class and member */
		ck_assert_msg(strncmp(error.message, class_->name, name) == 0 &&
		              error.message[name] == '.', "%s", error.message);
	lode_registry_free(registry);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/declare");
	TCase *tcase = tcase_create("declare");

	tcase_add_loop_test(tcase, table_is_as_declared, 0,
			    (int)(sizeof tables / sizeof tables[0]));
	tcase_add_test(tcase, mixin_columns_are_copies);
	tcase_add_loop_test(tcase, wrong_declaration_is_refused, 0,
	                    (int)(sizeof refused / sizeof refused[0]));
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
