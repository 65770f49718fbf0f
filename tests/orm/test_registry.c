/* SPDX-License-Identifier: MIT */
/* orm/registry: types, classes, failures, warnings, misuse, and running out of memory. */
#include "../base/faulty.h"
#include "../check_tap.h"
#include "describe.h"
#include "models.h"

DEFINE_MODELS;

START_TEST(registry_owns_metadata)
{
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;
	lode_registry *registry;

	options.schema = "app";
	registry = lode_registry_new(&options);
	ck_assert_str_eq(lode_metadata_schema(lode_registry_metadata(registry)), "app");
	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_int_eq(LODE_MAP(registry, NULL, Keyword), LODE_OK);
	ck_assert_str_eq(lode_table_schema(lode_mapper_table(lode_registry_mapper_at(registry, 0))),
	                 "app");
	lode_registry_free(registry);
	lode_registry_free(NULL);
	ck_assert_ptr_null(lode_registry_metadata(NULL));
}
END_TEST

/* MAP-08: a metadata of the caller's outlives the registry */
START_TEST(metadata_may_be_given)
{
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;
	lode_metadata *metadata = lode_metadata_new(NULL, NULL);
	lode_registry *registry;

	options.metadata = metadata;
	registry = lode_registry_new(&options);
	ck_assert_ptr_eq(lode_registry_metadata(registry), metadata);
	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_int_eq(LODE_MAP(registry, NULL, Keyword), LODE_OK);
	lode_registry_free(registry);
	ck_assert_ptr_nonnull(lode_metadata_find(metadata, NULL, "keyword"));
	lode_metadata_free(metadata);
	options.struct_size = 3;
	ck_assert_ptr_null(lode_registry_new(&options));
}
END_TEST

/* MAP-06, MAP-07 */
START_TEST(registries_are_apart)
{
	lode_registry *one = lode_registry_new(NULL), *two = lode_registry_new(NULL);
	lode_error error = LODE_ERROR_INIT;

	lode_registry_map_annotation(one, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	lode_registry_map_annotation(two, "bigint", LODE_TYPE(LODE_SMALL_INTEGER));
	ck_assert_int_eq(LODE_MAP(one, NULL, User, Address, Keyword), LODE_OK);
	ck_assert_int_eq(LODE_MAP(one, NULL, User), LODE_OK);   /* again: nothing */
	ck_assert_uint_eq(lode_registry_mapper_count(one), 3);
	ck_assert_uint_eq(lode_registry_mapper_count(two), 0);
	ck_assert_ptr_null(lode_inspect_class(two, &User_class, &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	ck_assert_str_eq(error.message, "User is not mapped in this registry: give it to LODE_MAP");
	ck_assert_int_eq(LODE_MAP(two, NULL, Keyword), LODE_OK);
	ck_assert_int_eq(lode_table_column_type(lode_table_find_column(lode_mapper_table(
		lode_inspect_class(two, &Keyword_class, NULL)), "id"))->kind, LODE_SMALL_INTEGER);
	ck_assert_ptr_eq(lode_mapper_class(lode_registry_mapper_at(one, 2)), &Keyword_class);
	ck_assert_ptr_null(lode_registry_mapper_at(one, 3));
	ck_assert_ptr_null(lode_registry_mapper_at(NULL, 0));
	lode_registry_free(one);
	lode_registry_free(two);
}
END_TEST

/* classes that relationships reach are mapped too */
START_TEST(targets_are_mapped)
{
	lode_registry *registry = lode_registry_new(NULL);

	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_int_eq(LODE_MAP(registry, NULL, Address), LODE_OK);
	ck_assert_uint_eq(lode_registry_mapper_count(registry), 3);
	ck_assert_str_eq(lode_mapper_name(lode_registry_mapper_at(registry, 0)), "Address");
	ck_assert_str_eq(lode_mapper_name(lode_registry_mapper_at(registry, 1)), "User");
	ck_assert_str_eq(lode_mapper_name(lode_registry_mapper_at(registry, 2)), "Keyword");
	lode_registry_free(registry);
}
END_TEST

/* MAP-15, MAP-16, MAP-18 */
START_TEST(type_map_is_asked)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode__resolved_type type;
	const lode_table *table;

	ck_assert_int_eq(lode_registry_map_type(registry, LODE_C_TEXT, LODE_TYPE(LODE_STRING,
		.variants = LODE_VARIANTS({ .dialects = "mysql,mariadb", .kind = LODE_STRING,
		                            .length = 255 }))), LODE_OK);
	ck_assert_int_eq(lode_registry_map_annotation(registry, "bigint",
		LODE_TYPE(LODE_NUMERIC, .precision = 19)), LODE_OK);
	ck_assert_int_eq(LODE_MAP(registry, NULL, User), LODE_OK);
	ck_assert_int_eq(lode_registry_configure(registry, NULL), LODE_OK);
	table = lode_mapper_table(lode_inspect_class(registry, &User_class, NULL));
	lode__type_resolve(lode_table_find_column(table, "name")->type, "mariadb", &type);
	ck_assert_uint_eq(type.length, 255);
	lode__type_resolve(lode_table_find_column(table, "name")->type, "sqlite", &type);
	ck_assert_uint_eq(type.length, 0);
	ck_assert_int_eq(lode_table_find_column(table, "id")->type->kind, LODE_NUMERIC);
	/* an explicit length is for every dialect; a foreign key has the type it refers to */
	table = lode_mapper_table(lode_inspect_class(registry, &Address_class, NULL));
	lode__type_resolve(lode_table_find_column(table, "email")->type, "mariadb", &type);
	ck_assert_uint_eq(type.length, 254);
	ck_assert_int_eq(lode_table_find_column(table, "user_id")->type->kind, LODE_NUMERIC);
	lode_registry_free(registry);
}
END_TEST

static const lode_type small = { .struct_size = sizeof(lode_type),
	.variant_size = sizeof(lode_variant), .kind = LODE_SMALL_INTEGER };

static const lode_type *hook(void *context, const lode_class *owner, const char *member,
                             lode_ctype ctype, const char *annotation)
{
	snprintf(context, 100, "%s %s %d %s", owner->name, member, (int)ctype, annotation);
	return strcmp(member, "id") == 0 ? &small : NULL;
}

/* MAP-20 */
START_TEST(hook_supplies_types)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_error error = LODE_ERROR_INIT;
	char asked[100] = "";

	lode_registry_type_hook(registry, NULL, NULL);
	ck_assert_int_eq(LODE_MAP(registry, &error, Keyword), LODE_E_MAPPING);
	ck_assert_str_eq(error.message, "Keyword.id: the annotation \"bigint\" has no type; "
	                 "give it one with lode_registry_map_annotation()");
	lode_registry_free(registry);
	registry = lode_registry_new(NULL);
	lode_registry_type_hook(registry, hook, asked);
	ck_assert_int_eq(LODE_MAP(registry, &error, Keyword), LODE_OK);
	ck_assert_str_eq(asked, "Keyword id 8 bigint");
	lode_registry_free(registry);
}
END_TEST

/* ------------------------------------------------------------------ failures */

LODE_DECLARE(Rival);
struct Rival {
	int64_t id;
};
LODE_CLASS(Rival, "keyword", LODE_COLUMN(Rival, id, .primary_key = true));

/* MAP-38; and a failure to map is remembered */
START_TEST(table_has_one_class)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_error error = LODE_ERROR_INIT, again = LODE_ERROR_INIT;
	lode_table_options options = LODE_TABLE_OPTIONS_INIT;

	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_int_eq(LODE_MAP(registry, &error, Keyword, Rival), LODE_E_EXISTS);
	ck_assert_str_eq(error.message,
			 "Rival: the table \"keyword\" is mapped by Keyword already");
	ck_assert_int_eq(LODE_MAP(registry, &again, Address), LODE_E_EXISTS);
	ck_assert_str_eq(again.message, error.message);
	ck_assert_int_eq(lode_registry_configure(registry, NULL), LODE_E_EXISTS);
	ck_assert_ptr_null(lode_inspect_class(registry, &Keyword_class, &again));
	ck_assert_str_eq(again.message, error.message);
	lode_registry_free(registry);

	registry = lode_registry_new(NULL);
	options.name = "keyword";
	ck_assert_ptr_nonnull(
		lode_metadata_add_table(lode_registry_metadata(registry), &options, NULL));
	ck_assert_int_eq(LODE_MAP(registry, &error, Rival), LODE_E_EXISTS);
	ck_assert_str_eq(error.message,
			 "Rival: the metadata has a table \"keyword\" already, which was "
			 "not made by mapping");
	lode_registry_free(registry);
}
END_TEST

static int misuses;

static void count_misuse(void *context, const lode_error *error)
{
	ck_assert_ptr_eq(context, &misuses);
	ck_assert_int_eq(error->status, LODE_E_MISUSE);
	misuses++;
}

START_TEST(misuse_changes_nothing)
{
	const lode_class *const null_class[] = { &Keyword_class, NULL };
	lode_registry *registry = lode_registry_new(NULL);
	lode_error error = LODE_ERROR_INIT;

	misuses = 0;
	lode_registry_on_misuse(registry, count_misuse, &misuses);
	ck_assert_int_eq(LODE_MAP(NULL, &error, Keyword), LODE_E_MISUSE);
	ck_assert_str_eq(error.message, "lode_registry_map: the registry is NULL");
	ck_assert_int_eq(misuses, 0);
	ck_assert_int_eq(lode_registry_map(registry, NULL, 1, &error), LODE_E_MISUSE);
	ck_assert_str_eq(error.message, "lode_registry_map: the classes are NULL");
	ck_assert_int_eq(lode_registry_map(registry, null_class, 2, &error), LODE_E_MISUSE);
	ck_assert_str_eq(error.message, "lode_registry_map: class 2 is NULL");
	ck_assert_int_eq(misuses, 2);
	ck_assert_uint_eq(lode_registry_mapper_count(registry), 0);
	ck_assert_int_eq(lode_registry_map(registry, NULL, 0, &error), LODE_OK);
	ck_assert_int_eq(lode_registry_configure(NULL, NULL), LODE_E_MISUSE);
	ck_assert_ptr_null(lode_inspect_class(NULL, &Keyword_class, &error));
	ck_assert_ptr_null(lode_inspect_class(registry, NULL, &error));
	ck_assert_str_eq(error.message, "the class is NULL");
	ck_assert_int_eq(lode_registry_map_type(NULL, LODE_C_TEXT, NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_registry_map_annotation(NULL, "a", NULL), LODE_E_MISUSE);
	ck_assert_int_eq(lode_registry_warning(NULL, NULL, 0), LODE_E_MISUSE);
	lode_registry_on_misuse(NULL, NULL, NULL);
	lode_registry_type_hook(NULL, NULL, NULL);
	lode_registry_free(registry);
}
END_TEST

/* a setter whose result nobody reads is reported by LODE_MAP */
START_TEST(setter_failure_is_remembered)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_error error = LODE_ERROR_INIT;

	ck_assert_int_eq(lode_registry_map_annotation(registry, "bigint", NULL), LODE_E_MISUSE);
	ck_assert_int_eq(LODE_MAP(registry, &error, Keyword), LODE_E_MISUSE);
	ck_assert_str_eq(error.message,
	                 "lode_registry_map_annotation: the annotation or the type is NULL");
	lode_registry_free(registry);
}
END_TEST

START_TEST(warnings_have_actions)
{
	lode_registry *registry = lode_registry_new(NULL);

	ck_assert_int_eq(lode__registry_warning(registry, "a"), LODE_WARN_LOG);
	ck_assert_int_eq(lode_registry_warning(registry, "a", LODE_WARN_IGNORE), LODE_OK);
	ck_assert_int_eq(lode_registry_warning(registry, "b", LODE_WARN_ERROR), LODE_OK);
	ck_assert_int_eq(lode_registry_warning(registry, "a", LODE_WARN_ERROR), LODE_OK);
	ck_assert_int_eq(lode__registry_warning(registry, "a"), LODE_WARN_ERROR);
	ck_assert_int_eq(lode__registry_warning(registry, "c"), LODE_WARN_LOG);
	ck_assert_int_eq(lode_registry_warning(registry, NULL, LODE_WARN_IGNORE), LODE_OK);
	ck_assert_int_eq(lode__registry_warning(registry, "a"), LODE_WARN_IGNORE);
	ck_assert_int_eq(lode__registry_warning(registry, "c"), LODE_WARN_IGNORE);
	ck_assert_int_eq(lode_registry_warning(registry, "a", 7), LODE_E_MISUSE);
	lode_registry_free(registry);
}
END_TEST

/* ------------------------------------------------------------------ sizes and memory */

enum { MANY = 500 };

START_TEST(many_classes_are_found)
{
	static lode_class classes[MANY];
	static char names[MANY][16];
	static const lode_class *list[MANY];
	static lode_class stranger;
	lode_registry *registry = lode_registry_new(NULL);

	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "t%d", i);
		classes[i] = Rival_class;
		classes[i].name = classes[i].table = names[i];
		list[i] = &classes[i];
	}
	ck_assert_int_eq(lode_registry_map(registry, list, MANY, NULL), LODE_OK);
	ck_assert_int_eq(lode_registry_configure(registry, NULL), LODE_OK);
	for (int i = 0; i < MANY; i++)
		ck_assert_str_eq(lode__registry_find(registry, list[i])->name, names[i]);
	ck_assert_ptr_null(lode__registry_find(registry, &stranger));
	lode_registry_free(registry);
}
END_TEST

/* everything that mapping does, with one allocation refused */
static lode_status work(const lode_allocator *allocator, lode_error *error)
{
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;
	lode_registry *registry;
	lode_status status;

	options.allocator = allocator;
	registry = lode_registry_new(&options);
	if (!registry)
		return LODE_E_NOMEM;
	lode_registry_map_type(
		registry, LODE_C_TEXT,
		LODE_TYPE(LODE_STRING,
			  .variants = LODE_VARIANTS(
				  { .dialects = "mysql", .kind = LODE_STRING, .length = 255 })));
	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	lode_registry_warning(registry, LODE_W_CASCADE, LODE_WARN_ERROR);
	status = LODE_MAP(registry, error, User, Address, Keyword);
	if (status == LODE_OK)
		status = lode_registry_configure(registry, error);
	else
		ck_assert_int_eq(lode_registry_configure(registry, NULL), status);
	lode_registry_free(registry);
	return status;
}

START_TEST(memory_may_run_out)
{
	for (int sticky = 0; sticky < 2; sticky++) {
		lode_faulty faulty;
		lode_status status;
		size_t n = 0;

		do {
			lode_error error = LODE_ERROR_INIT;

			lode_faulty_init(&faulty, ++n);
			faulty.sticky = sticky;
			status = work(&faulty.allocator, &error);
			ck_assert_uint_eq(faulty.live, 0);
			ck_assert_int_eq(status, faulty.failed ? LODE_E_NOMEM : LODE_OK);
		} while (faulty.failed);
		printf("# mapping: %zu allocations\n", n - 1);
		ck_assert_uint_gt(n, 10);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/registry");
	TCase *tcase = tcase_create("registry");

	tcase_add_test(tcase, registry_owns_metadata);
	tcase_add_test(tcase, metadata_may_be_given);
	tcase_add_test(tcase, registries_are_apart);
	tcase_add_test(tcase, targets_are_mapped);
	tcase_add_test(tcase, type_map_is_asked);
	tcase_add_test(tcase, hook_supplies_types);
	tcase_add_test(tcase, table_has_one_class);
	tcase_add_test(tcase, misuse_changes_nothing);
	tcase_add_test(tcase, setter_failure_is_remembered);
	tcase_add_test(tcase, warnings_have_actions);
	tcase_add_test(tcase, many_classes_are_found);
	tcase_add_test(tcase, memory_may_run_out);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
