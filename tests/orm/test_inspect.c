/* SPDX-License-Identifier: MIT */
/* orm/inspect: what an application can ask of a mapper (MAP-09, MAP-10). */
#include "../check_tap.h"
#include "models.h"

DEFINE_MODELS;

static lode_registry *registry;
static const lode_mapper *user;

static void set_up(void)
{
	registry = lode_registry_new(NULL);
	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_int_eq(LODE_MAP(registry, NULL, User), LODE_OK);
	user = lode_inspect_class(registry, &User_class, NULL);
}

static void tear_down(void)
{
	lode_registry_free(registry);
}

START_TEST(mapper_tells)
{
	ck_assert_ptr_eq(lode_mapper_class(user), &User_class);
	ck_assert_str_eq(lode_mapper_name(user), "User");
	ck_assert_str_eq(lode_table_name(lode_mapper_table(user)), "user_account");
	ck_assert_uint_eq(lode_mapper_attribute_count(user), 6);
	ck_assert_uint_eq(lode_mapper_key_count(user), 1);
	ck_assert_str_eq(lode_attribute_member(lode_mapper_key_at(user, 0)), "id");
	ck_assert_ptr_null(lode_mapper_key_at(user, 1));
	ck_assert_uint_eq(lode_mapper_relationship_count(user), 2);
}
END_TEST

/* column to attribute and back */
START_TEST(columns_and_attributes_meet)
{
	const lode_table *table = lode_mapper_table(user);
	const lode_attribute *a = lode_mapper_attribute(user, "stamps.created_at");

	ck_assert_uint_eq(lode_attribute_offset(a), offsetof(User, stamps.created_at));
	ck_assert_uint_eq(lode_attribute_size(a), sizeof(lode_datetime));
	ck_assert_int_eq(lode_attribute_ctype(a), LODE_C_DATETIME);
	ck_assert_str_eq(lode_table_column_name(lode_attribute_column(a)), "created_at");
	ck_assert(!lode_attribute_nullable(a));
	ck_assert(!lode_attribute_primary_key(a));
	ck_assert(lode_attribute_primary_key(lode_mapper_attribute(user, "id")));
	ck_assert(lode_attribute_nullable(lode_mapper_attribute(user, "age")));
	ck_assert_ptr_null(lode_mapper_attribute(user, "created_at"));
	for (size_t i = 0; i < lode_mapper_attribute_count(user); i++)
		ck_assert_ptr_eq(lode_mapper_attribute_of(user, lode_table_column_at(table, i)),
		                 lode_mapper_attribute_at(user, i));
	ck_assert_ptr_null(lode_mapper_attribute_at(user, 6));
}
END_TEST

START_TEST(relationships_tell)
{
	const lode_relationship *r = lode_mapper_relationship(user, "addresses");
	const lode_relationship *back = lode_relationship_reverse(r);

	ck_assert_ptr_eq(lode_mapper_relationship_at(user, 0), r);
	ck_assert_ptr_null(lode_mapper_relationship_at(user, 2));
	ck_assert_str_eq(lode_relationship_member(r), "addresses");
	ck_assert_uint_eq(lode_relationship_offset(r), offsetof(User, addresses));
	ck_assert_ptr_eq(lode_relationship_owner(r), user);
	ck_assert_str_eq(lode_mapper_name(lode_relationship_target(r)), "Address");
	ck_assert_int_eq(lode_relationship_direction(r), LODE_ONE_TO_MANY);
	ck_assert(lode_relationship_to_many(r));
	ck_assert_ptr_null(lode_relationship_secondary(r));
	ck_assert_uint_eq(lode_relationship_cascade(r),
			  LODE_CASCADE_ALL | LODE_CASCADE_DELETE_ORPHAN);
	ck_assert_uint_eq(lode_relationship_lazy(r), LODE_LAZY_SELECT);
	ck_assert_str_eq(lode_relationship_member(back), "user");
	ck_assert_int_eq(lode_relationship_direction(back), LODE_MANY_TO_ONE);
	ck_assert(!lode_relationship_to_many(back));
	ck_assert_ptr_eq(lode_relationship_reverse(back), r);
	r = lode_mapper_relationship(user, "keywords");
	ck_assert_int_eq(lode_relationship_direction(r), LODE_MANY_TO_MANY);
	ck_assert_str_eq(lode_table_name(lode_relationship_secondary(r)), "user_keyword");
	ck_assert_ptr_null(lode_relationship_reverse(r));
}
END_TEST

START_TEST(null_is_answered)
{
	ck_assert_ptr_null(lode_mapper_class(NULL));
	ck_assert_ptr_null(lode_mapper_name(NULL));
	ck_assert_ptr_null(lode_mapper_table(NULL));
	ck_assert_uint_eq(lode_mapper_attribute_count(NULL) + lode_mapper_key_count(NULL) +
	                  lode_mapper_relationship_count(NULL), 0);
	ck_assert_ptr_null(lode_mapper_attribute_at(NULL, 0));
	ck_assert_ptr_null(lode_mapper_attribute(NULL, "id"));
	ck_assert_ptr_null(lode_mapper_attribute(user, NULL));
	ck_assert_ptr_null(lode_mapper_attribute_of(user, NULL));
	ck_assert_ptr_null(lode_mapper_key_at(NULL, 0));
	ck_assert_ptr_null(lode_mapper_relationship_at(NULL, 0));
	ck_assert_ptr_null(lode_mapper_relationship(user, NULL));
	ck_assert_ptr_null(lode_attribute_member(NULL));
	ck_assert_ptr_null(lode_attribute_column(NULL));
	ck_assert_uint_eq(lode_attribute_offset(NULL) + lode_attribute_size(NULL), 0);
	ck_assert_int_eq(lode_attribute_ctype(NULL), 0);
	ck_assert(!lode_attribute_primary_key(NULL) && !lode_attribute_nullable(NULL));
	ck_assert_ptr_null(lode_relationship_member(NULL));
	ck_assert_ptr_null(lode_relationship_owner(NULL));
	ck_assert_ptr_null(lode_relationship_target(NULL));
	ck_assert_ptr_null(lode_relationship_reverse(NULL));
	ck_assert_ptr_null(lode_relationship_secondary(NULL));
	ck_assert(!lode_relationship_to_many(NULL));
	ck_assert_uint_eq(lode_relationship_offset(NULL) + lode_relationship_cascade(NULL) +
	                  lode_relationship_lazy(NULL), 0);
	ck_assert_int_eq(lode_relationship_direction(NULL), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/inspect");
	TCase *tcase = tcase_create("inspect");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, mapper_tells);
	tcase_add_test(tcase, columns_and_attributes_meet);
	tcase_add_test(tcase, relationships_tell);
	tcase_add_test(tcase, null_is_answered);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
