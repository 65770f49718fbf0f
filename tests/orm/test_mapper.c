/* SPDX-License-Identifier: MIT */
/* orm/mapper: attributes, keys, the layout of rows, looking up members. */
#include "../check_tap.h"
#include "describe.h"
#include "models.h"

DEFINE_MODELS;

LODE_DECLARE(Every);
struct Every {
	int16_t small;
	const char *text;
	char chars[10];
	lode_opt_int64 optional;
	lode_opt_uuid token;
	int own;                        /* not mapped */
	lode_opt_int32 required;
	int8_t id;
	lode_json json;
};
LODE_CLASS(Every, "every",
	LODE_COLUMN(Every, small, .insert_default = LODE_DEFAULT_INT(5)),
	LODE_COLUMN(Every, text, .nullable = true, .server_default = LODE_DEFAULT_STRING("x")),
	LODE_COLUMN(Every, chars),
	LODE_COLUMN(Every, optional),
	LODE_COLUMN(Every, token),
	LODE_COLUMN(Every, required, .not_null = true),
	LODE_COLUMN(Every, id, .primary_key = true),
	LODE_COLUMN(Every, json));

static lode_registry *registry;
static const lode_mapper *every, *user;

static void set_up(void)
{
	registry = lode_registry_new(NULL);
	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_int_eq(LODE_MAP(registry, NULL, Every, User), LODE_OK);
	ck_assert_int_eq(lode_registry_configure(registry, NULL), LODE_OK);
	every = lode_inspect_class(registry, &Every_class, NULL);
	user = lode_inspect_class(registry, &User_class, NULL);
}

static void tear_down(void)
{
	lode_registry_free(registry);
}

static const struct {
	const char *name;
	int repr;
	uint32_t flags, size;
	size_t null_off;
	bool nullable, has_default;
} layout[] = {
	{ "small", LODE_R_I16, LODE_BIND_NOT_NULL, 0, 0, false, true },
	{ "text", LODE_R_CSTR, LODE_BIND_NULL_PTR, 0, 0, true, true },
	{ "chars", LODE_R_CHARN, LODE_BIND_NOT_NULL, 10, 0, false, false },
	{ "optional", LODE_R_I64, LODE_BIND_PRESENT, 0, offsetof(Every, optional.present), true,
	  false },
	{ "token", LODE_R_UUID, LODE_BIND_PRESENT, 0, offsetof(Every, token.present), true, false },
	{ "required", LODE_R_I32, LODE_BIND_PRESENT, 0, offsetof(Every, required.present), false,
	  false },
	{ "id", LODE_R_I8, LODE_BIND_NOT_NULL, 0, 0, false, true },
	{ "json", LODE_R_CSTR, LODE_BIND_NULL_PTR, 0, 0, false, false },
};

START_TEST(attribute_has_its_layout)
{
	const lode__attribute *a = &every->attributes[_i];
	const lode_drv_bind *bind = &every->binds[_i];

	ck_assert_str_eq(a->name, layout[_i].name);
	ck_assert_uint_eq(a->index, (unsigned)_i);
	ck_assert_ptr_eq(a->column, every->columns[_i]);
	ck_assert_ptr_eq(a->column, every->table->columns[_i]);
	ck_assert(a->nullable == layout[_i].nullable);
	ck_assert(a->has_default == layout[_i].has_default);
	ck_assert_int_eq(bind->repr, layout[_i].repr);
	ck_assert_uint_eq(bind->flags, layout[_i].flags | LODE_BIND_COPY);
	ck_assert_uint_eq(bind->size, layout[_i].size);
	ck_assert_uint_eq(bind->off, a->offset);
	ck_assert_uint_eq(bind->null_off, layout[_i].null_off);
	ck_assert_int_eq(bind->null_bit, -1);
	ck_assert_uint_eq(bind->base + bind->null_base, 0);
}
END_TEST

START_TEST(key_is_known)
{
	ck_assert_uint_eq(every->key_count, 1);
	ck_assert_uint_eq(every->key[0], 6);
	ck_assert_int_eq(every->generated, 6);
	ck_assert_uint_eq(every->object_size, sizeof(Every));
	ck_assert_uint_eq(every->index, 0);
	ck_assert(!every->has_enum_text);
}
END_TEST

START_TEST(members_are_found)
{
	ck_assert_ptr_eq(lode__mapper_attribute_at(user, offsetof(User, id)), &user->attributes[0]);
	ck_assert_ptr_eq(lode__mapper_attribute_at(user, offsetof(User, stamps.updated_at)),
	                 &user->attributes[5]);
	ck_assert_ptr_null(lode__mapper_attribute_at(user, offsetof(User, addresses)));
	ck_assert_ptr_null(lode__mapper_attribute_at(user, 3));
	ck_assert_ptr_null(lode__mapper_attribute_at(user, sizeof(User)));
	ck_assert_ptr_null(lode__mapper_attribute_at(every, offsetof(Every, own)));
	ck_assert_ptr_eq(lode__mapper_relationship_at(user, offsetof(User, keywords)),
	                 &user->relationships[1]);
	ck_assert_ptr_null(lode__mapper_relationship_at(user, offsetof(User, id)));
	ck_assert_ptr_null(lode__mapper_relationship_at(user, sizeof(User)));
	ck_assert_ptr_eq(lode__mapper_find(user, "name and more", 4), &user->attributes[1]);
	ck_assert_ptr_eq(lode__mapper_find(user, "stamps.created_at", 17), &user->attributes[4]);
	ck_assert_ptr_null(lode__mapper_find(user, "addresses", 9));
	ck_assert_ptr_null(lode__mapper_find(user, "created_at", 10));
	ck_assert_ptr_eq(lode__mapper_find_relationship(user, "addresses", 9),
			 &user->relationships[0]);
	ck_assert_ptr_null(lode__mapper_find_relationship(user, "name", 4));
	ck_assert_ptr_eq(lode__mapper_attribute_of(user, user->columns[3]), &user->attributes[3]);
	ck_assert_ptr_null(lode__mapper_attribute_of(user, every->columns[3]));
	ck_assert_str_eq(lode__mapper_nearest(user, "fulname"), "fullname");
	ck_assert_str_eq(lode__mapper_nearest_relationship(user, "adresses"), "addresses");
}
END_TEST

/* a class of 200 columns */
START_TEST(wide_class_is_mapped)
{
	enum { WIDE = 200 };
	static lode_decl decls[WIDE];
	static char names[WIDE][8];
	lode_class class_ = {
		sizeof(lode_class), sizeof(lode_decl), "Wide", "wide", WIDE * 8, decls, WIDE, 0, 8
	};
	const lode_class *list[] = { &class_ };
	lode_registry *wide = lode_registry_new(NULL);
	const lode_mapper *mapper;

	for (size_t i = 0; i < WIDE; i++) {
		snprintf(names[i], sizeof names[i], "c%d", (int)i);
		decls[i] = (lode_decl){ .kind = LODE_DECL_COLUMN, .u = { .column = {
			.member = names[i], .offset = i * 8, .size = 8, .ctype = LODE_C_INT64,
			.primary_key = i == 0 } } };
	}
	ck_assert_int_eq(lode_registry_map(wide, list, 1, NULL), LODE_OK);
	mapper = lode_inspect_class(wide, &class_, NULL);
	for (size_t i = 0; i < WIDE; i++) {
		ck_assert_uint_eq(lode__mapper_attribute_at(mapper, i * 8)->index, i);
		ck_assert_uint_eq(lode__mapper_find(mapper, names[i], strlen(names[i]))->index, i);
	}
	lode_registry_free(wide);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/mapper");
	TCase *tcase = tcase_create("mapper");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, attribute_has_its_layout, 0,
	                    (int)(sizeof layout / sizeof layout[0]));
	tcase_add_test(tcase, key_is_known);
	tcase_add_test(tcase, members_are_found);
	tcase_add_test(tcase, wide_class_is_mapped);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
