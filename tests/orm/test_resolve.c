/* SPDX-License-Identifier: MIT */
/* orm/resolve: what the SQL layer is told about classes. */
#include "../check_tap.h"
#include "models.h"
#include "orm/resolve.h"

DEFINE_MODELS;

LODE_DECLARE(Stranger);
struct Stranger { int64_t id; };
LODE_CLASS(Stranger, "stranger", LODE_COLUMN(Stranger, id, .primary_key = true));

static lode_registry *registry;
static lode__resolver resolver;

static void set_up(void)
{
	registry = lode_registry_new(NULL);
	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_int_eq(LODE_MAP(registry, NULL, User), LODE_OK);
	lode__resolver_init(&resolver, registry);
}

static void tear_down(void)
{
	lode_registry_free(registry);
}

START_TEST(class_is_resolved)
{
	const lode_table_column *const *columns = NULL;
	size_t count = 0;
	lode__path path;

	ck_assert_str_eq(resolver.table(resolver.context, &User_class, NULL)->name, "user_account");
	ck_assert_str_eq(
		resolver.column(resolver.context, &User_class, offsetof(User, age), NULL)->name,
		"age");
	ck_assert_int_eq(resolver.entity(resolver.context, &User_class, &columns, &count, NULL),
			 LODE_OK);
	ck_assert_uint_eq(count, 6);
	ck_assert_str_eq(columns[4]->name, "created_at");
	ck_assert_int_eq(resolver.path(resolver.context, &User_class, offsetof(User, addresses),
				       &path, NULL),
			 LODE_OK);
	ck_assert_ptr_eq(path.target, &Address_class);
	ck_assert_str_eq(path.table->name, "address");
	ck_assert_ptr_null(path.secondary);
	ck_assert_uint_eq(path.count, 1);
	ck_assert_str_eq(path.near[0]->name, "id");
	ck_assert_str_eq(path.far[0]->name, "user_id");
	ck_assert_uint_eq(path.order_count, 1);
	ck_assert_str_eq(path.order[0].column->name, "id");
	ck_assert(path.to_many);
}
END_TEST

enum { TABLE, COLUMN, PATH, ENTITY };
static const struct {
	int what;
	const lode_class *class_;
	size_t offset;
	const char *message;
} bad[] = {
	{ TABLE, &Stranger_class, 0,
	  "Stranger is not mapped in this registry: give it to LODE_MAP" },
	{ TABLE, NULL, 0, "the class is NULL" },
	{ COLUMN, &Stranger_class, 0,
	  "Stranger is not mapped in this registry: give it to LODE_MAP" },
	{ COLUMN, &User_class, offsetof(User, addresses),
	  "User.addresses is a relationship, not a column" },
	{ COLUMN, &User_class, 1, "User: the member at offset 1 is not mapped" },
	{ PATH, &Stranger_class, 0,
	  "Stranger is not mapped in this registry: give it to LODE_MAP" },
	{ PATH, &User_class, offsetof(User, name), "User.name is a column, not a relationship" },
	{ PATH, &User_class, 1, "User: the member at offset 1 is no relationship" },
	{ ENTITY, &Stranger_class, 0,
	  "Stranger is not mapped in this registry: give it to LODE_MAP" },
};

START_TEST(unknown_is_refused)
{
	lode_error error = LODE_ERROR_INIT;
	const lode_table_column *const *columns;
	lode__path path;
	size_t count;
	bool failed = false;

	switch (bad[_i].what) {
	case TABLE:
		failed = !resolver.table(resolver.context, bad[_i].class_, &error);
		break;
	case COLUMN:
		failed = !resolver.column(resolver.context, bad[_i].class_, bad[_i].offset, &error);
		break;
	case PATH:
		failed = resolver.path(resolver.context, bad[_i].class_, bad[_i].offset, &path,
		                       &error) < 0;
		break;
	default:
		failed = resolver.entity(resolver.context, bad[_i].class_, &columns, &count,
					 &error) < 0;
	}
	ck_assert(failed);
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
	ck_assert_str_eq(error.message, bad[_i].message);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/resolve");
	TCase *tcase = tcase_create("resolve");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, class_is_resolved);
	tcase_add_loop_test(tcase, unknown_is_refused, 0, (int)(sizeof bad / sizeof bad[0]));
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
