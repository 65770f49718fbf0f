/* SPDX-License-Identifier: MIT */
/* orm/configure: both ways of a relationship, its options, and finishing a registry. */
#include "../check_tap.h"
#include "describe.h"

/* ------------------------------------------------------------------ what is refused */

LODE_DECLARE(Far);
LODE_DECLARE(Bad);
struct Far {
	int64_t id;
	int64_t bad_id;
	const char *name;
	Bad_one bad;
	Bad_one other;
	Bad_many bads;
};
struct Bad {
	int64_t id;
	int64_t far_id;
	Far_one far;
	Far_many fars;
	Bad_one up;
	Bad_one down;
};

#define UNPACK(...) __VA_ARGS__
#define PAIR(n, far_decls, bad_decls)                                                              \
	static const lode_class Far##n##_class, Bad##n##_class;                                    \
	static const lode_decl far##n##_decls[] = { LODE_COLUMN(Far, id, .primary_key = true),     \
						    UNPACK far_decls };                            \
	static const lode_decl bad##n##_decls[] = {                                                \
		LODE_COLUMN(Bad, id, .primary_key = true),                                         \
		LODE_COLUMN(Bad, far_id, .foreign_key = "far.id"), UNPACK bad_decls                \
	};                                                                                         \
	static const lode_class Far##n##_class = { sizeof(lode_class),                             \
						   sizeof(lode_decl),                              \
						   "Far",                                          \
						   "far",                                          \
						   sizeof(Far),                                    \
						   far##n##_decls,                                 \
						   sizeof far##n##_decls / sizeof(lode_decl),      \
						   0,                                              \
						   8 };                                            \
	static const lode_class Bad##n##_class = { sizeof(lode_class),                             \
						   sizeof(lode_decl),                              \
						   "Bad",                                          \
						   "bad",                                          \
						   sizeof(Bad),                                    \
						   bad##n##_decls,                                 \
						   sizeof bad##n##_decls / sizeof(lode_decl),      \
						   0,                                              \
						   8 }
#define REL(k, T, m, to, ...) { .kind = k, .u = { .relationship = { .member = #m, \
	.offset = offsetof(T, m), .target = &to##_class, __VA_ARGS__ } } }
#define ONE(...) REL(LODE_DECL_TO_ONE, __VA_ARGS__)
#define MANY(...) REL(LODE_DECL_TO_MANY, __VA_ARGS__)

PAIR(0, (MANY(Far, bads, Bad0, .back_populates = "far")),
     (ONE(Bad, far, Far0, .back_populates = "badz")));
PAIR(1, (MANY(Far, bads, Bad1, .lazy = 0)), (ONE(Bad, far, Far1, .back_populates = "bads")));
PAIR(2, (ONE(Far, bad, Far2, .back_populates = "bad", .foreign_key = "bad_id")),
     (ONE(Bad, far, Far2, .back_populates = "bad")));
PAIR(3, (ONE(Far, bad, Bad3, .foreign_key = "far_id")),
     (ONE(Bad, up, Bad3, .back_populates = "up"), ONE(Bad, far, Far3, .lazy = 0)));
PAIR(4, (LODE_COLUMN(Far, bad_id, .foreign_key = "bad.id"),
         ONE(Far, bad, Bad4, .back_populates = "far", .remote_side = "id")),
     (ONE(Bad, far, Far4, .back_populates = "bad", .remote_side = "id")));
PAIR(5, (LODE_COLUMN(Far, bad_id, .foreign_key = "bad.id"),
         MANY(Far, bads, Bad5, .back_populates = "far")),
     (ONE(Bad, far, Far5, .back_populates = "bads", .lazy = 9)));
PAIR(6, (MANY(Far, bads, Bad6, .back_populates = "fars", .secondary = "link")),
     (MANY(Bad, fars, Far6, .back_populates = "bads")));
PAIR(7, (MANY(Far, bads, Bad7, .back_populates = "fars", .secondary = "link")),
     (MANY(Bad, fars, Far7, .back_populates = "bads", .secondary = "links")));
PAIR(8, (MANY(Far, bads, Bad8, .order_by = "-far_di")), (ONE(Bad, far, Far8, .lazy = 0)));
PAIR(9, (MANY(Far, bads, Bad9, .cascade = 1u << 20)), (ONE(Bad, far, Far9, .lazy = 0)));
PAIR(10, (MANY(Far, bads, Bad10, .cascade = LODE_CASCADE_NONE | LODE_CASCADE_DELETE)),
     (ONE(Bad, far, Far10, .lazy = 0)));
PAIR(11, (MANY(Far, bads, Bad11, .lazy = 0)),
     (ONE(Bad, far, Far11, .cascade = LODE_CASCADE_ALL | LODE_CASCADE_DELETE_ORPHAN)));
PAIR(12, (MANY(Far, bads, Bad12, .cascade = LODE_CASCADE_DELETE,
               .passive_deletes = LODE_PASSIVE_DELETES_ALL)),
     (ONE(Bad, far, Far12, .lazy = 0)));
PAIR(13, (MANY(Far, bads, Bad13, .passive_deletes = 3)), (ONE(Bad, far, Far13, .lazy = 0)));

static const struct { const lode_class *class_; const char *message;
} refused[] = {
	{ &Bad0_class, "Bad.far: .back_populates: Far has no relationship \"badz\"; "
		       "did you mean \"bads\"?" },
	{ &Bad1_class,
	  "Bad.far: .back_populates: Far.bads must say .back_populates = \"far\" too" },
	{ &Bad2_class, "Bad.far: .back_populates: Far.bad leads to Far, not back to Bad" },
	{ &Bad3_class, "Bad.up: .back_populates names the relationship itself" },
	{ &Bad4_class, "Bad.far and Far.bad are both many-to-one: give one of them .remote_side = "
		       "the foreign key's members" },
	{ &Bad5_class, "Bad.far: .lazy has no known value" },
	{ &Bad6_class,
	  "Bad.fars and Far.bads: both sides of a many-to-many need the same .secondary" },
	{ &Bad7_class, "Bad.fars and Far.bads do not use the .secondary table from its two ends" },
	{ &Far8_class, "Far.bads: .order_by: Bad has no column member \"far_di\"; "
		       "did you mean \"far_id\"?" },
	{ &Far9_class, "Far.bads: .cascade has unknown bits" },
	{ &Far10_class, "Far.bads: LODE_CASCADE_NONE cannot stand beside other cascades" },
	{ &Bad11_class,
	  "Bad.far: LODE_CASCADE_DELETE_ORPHAN is for one-to-many, this is many-to-one" },
	{ &Far12_class, "Far.bads: .passive_deletes is true, or LODE_PASSIVE_DELETES_ALL without "
			"the cascades delete and delete-orphan" },
	{ &Far13_class, "Far.bads: .passive_deletes is true, or LODE_PASSIVE_DELETES_ALL without "
			"the cascades delete and delete-orphan" },
};

START_TEST(wrong_option_is_refused)
{
	lode_registry *registry = lode_registry_new(NULL);
	const lode_class *class_ = refused[_i].class_;
	lode_error error = LODE_ERROR_INIT;

	ck_assert_int_eq(lode_registry_map(registry, &class_, 1, &error), LODE_E_MAPPING);
	ck_assert_str_eq(error.message, refused[_i].message);
	lode_registry_free(registry);
}
END_TEST

/* ------------------------------------------------------------------ options */

LODE_DECLARE(Parent);
LODE_DECLARE(Child);
struct Parent {
	int64_t id;
	Child_many usual;
	Child_many none;
	Child_many all;
	Child_many orphans;
};
struct Child {
	int64_t id;
	int64_t parent_id;
	Parent_one parent;
};
LODE_CLASS(Parent, "parent",
	LODE_COLUMN(Parent, id, .primary_key = true),
	LODE_TO_MANY(Parent, usual, Child),
	LODE_TO_MANY(Parent, none, Child, .cascade = LODE_CASCADE_NONE, .lazy = LODE_LAZY_RAISE),
	LODE_TO_MANY(Parent, all, Child, .cascade = LODE_CASCADE_ALL | LODE_CASCADE_DELETE_ORPHAN,
	             .lazy = LODE_LAZY_SELECTIN, .passive_deletes = true),
	LODE_TO_MANY(Parent, orphans, Child, .cascade = LODE_CASCADE_DELETE_ORPHAN));
LODE_CLASS(Child, "child",
	LODE_COLUMN(Child, id, .primary_key = true),
	LODE_COLUMN(Child, parent_id, .foreign_key = "parent.id"),
	LODE_TO_ONE(Child, parent, Parent, .lazy = LODE_LAZY_JOINED));

static char logged[600];

static void keep_log(void *context, int level, const char *name, const char *text)
{
	(void)context;
	snprintf(logged, sizeof logged, "%d %s %s", level, name, text);
}

START_TEST(options_are_taken)
{
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;
	lode_registry *registry;
	const lode_mapper *mapper;
	const lode_relationship *all;

	options.log = keep_log;
	registry = lode_registry_new(&options);
	logged[0] = '\0';
	ck_assert_int_eq(LODE_MAP(registry, NULL, Child), LODE_OK);
	ck_assert_str_eq(logged, "3 cascade Parent.orphans: LODE_CASCADE_DELETE_ORPHAN wants "
	                 "LODE_CASCADE_DELETE beside it");
	mapper = lode_inspect_class(registry, &Parent_class, NULL);
	ck_assert_uint_eq(lode_relationship_cascade(lode_mapper_relationship(mapper, "usual")),
	                  LODE_CASCADE_SAVE_UPDATE | LODE_CASCADE_MERGE);
	ck_assert_uint_eq(lode_relationship_cascade(lode_mapper_relationship(mapper, "none")), 0);
	ck_assert_uint_eq(lode_relationship_lazy(lode_mapper_relationship(mapper, "none")),
	                  LODE_LAZY_RAISE);
	all = lode_mapper_relationship(mapper, "all");
	ck_assert_uint_eq(lode_relationship_cascade(all),
	                  LODE_CASCADE_ALL | LODE_CASCADE_DELETE_ORPHAN);
	ck_assert_uint_eq(lode_relationship_lazy(all), LODE_LAZY_SELECTIN);
	ck_assert(all->passive_deletes);
	lode_registry_free(registry);
}
END_TEST

START_TEST(warning_can_be_an_error)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_error error = LODE_ERROR_INIT;

	ck_assert_int_eq(lode_registry_warning(registry, NULL, LODE_WARN_ERROR), LODE_OK);
	ck_assert_int_eq(LODE_MAP(registry, &error, Child), LODE_E_MAPPING);
	ck_assert_str_eq(error.message, "Parent.orphans: LODE_CASCADE_DELETE_ORPHAN wants "
	                 "LODE_CASCADE_DELETE beside it (warning \"cascade\")");
	lode_registry_free(registry);
	registry = lode_registry_new(NULL);
	ck_assert_int_eq(lode_registry_warning(registry, LODE_W_CASCADE, LODE_WARN_IGNORE),
			 LODE_OK);
	ck_assert_int_eq(LODE_MAP(registry, &error, Child), LODE_OK);
	lode_registry_free(registry);
}
END_TEST

/* ------------------------------------------------------------------ finishing */

LODE_DECLARE(Early);
LODE_DECLARE(Late);
struct Early {
	int64_t id;
	int64_t late_id;
};
struct Late {
	int64_t id;
};
LODE_CLASS(Early, "early", LODE_COLUMN(Early, id, .primary_key = true),
	LODE_COLUMN(Early, late_id, .foreign_key = "late.id"));
LODE_CLASS(Late, "late", LODE_COLUMN(Late, id, .primary_key = true));

/* MAP-11: a class may refer to a table that is mapped by a later call */
START_TEST(foreign_key_waits_for_its_table)
{
	lode_registry *registry = lode_registry_new(NULL);

	ck_assert_int_eq(LODE_MAP(registry, NULL, Early), LODE_OK);
	ck_assert_int_eq(LODE_MAP(registry, NULL, Late), LODE_OK);
	ck_assert_int_eq(lode_registry_configure(registry, NULL), LODE_OK);
	ck_assert_int_eq(lode_registry_configure(registry, NULL), LODE_OK);
	lode_registry_free(registry);
}
END_TEST

/* MAP-11: a failure is remembered */
START_TEST(failure_to_configure_is_remembered)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_error error = LODE_ERROR_INIT, again = LODE_ERROR_INIT;

	ck_assert_int_eq(LODE_MAP(registry, NULL, Early), LODE_OK);
	ck_assert_int_eq(lode_registry_configure(registry, &error), LODE_E_NO_OBJECT);
	ck_assert_str_eq(error.message,
			 "foreign key early.late_id to late.id: there is no table late");
	ck_assert_int_eq(LODE_MAP(registry, &again, Late), LODE_E_NO_OBJECT);
	ck_assert_str_eq(again.message, error.message);
	ck_assert_int_eq(lode_registry_configure(registry, &again), LODE_E_NO_OBJECT);
	ck_assert_ptr_null(lode_inspect_class(registry, &Early_class, &again));
	ck_assert_int_eq(again.status, LODE_E_NO_OBJECT);
	lode_registry_free(registry);
}
END_TEST

LODE_DECLARE(Mixed);
struct Mixed {
	int64_t id;
	const char *key;
};
LODE_CLASS(Mixed, "mixed", LODE_COLUMN(Mixed, id, .primary_key = true),
	LODE_COLUMN(Mixed, key, .foreign_key = "late.id"));

START_TEST(type_of_the_other_side_must_suit)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_error error = LODE_ERROR_INIT;

	ck_assert_int_eq(LODE_MAP(registry, NULL, Mixed, Late), LODE_OK);
	ck_assert_int_eq(lode_registry_configure(registry, &error), LODE_E_MAPPING);
	ck_assert_str_eq(error.message, "Mixed.key: the member is const char *, but its column "
	                 "\"key\" is BIG_INTEGER, as the one it refers to");
	lode_registry_free(registry);
}
END_TEST

START_TEST(configured_registry_is_closed)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_error error = LODE_ERROR_INIT;

	ck_assert_int_eq(LODE_MAP(registry, NULL, Late), LODE_OK);
	ck_assert_int_eq(lode_registry_configure(registry, NULL), LODE_OK);
	ck_assert_int_eq(LODE_MAP(registry, &error, Early), LODE_E_MISUSE);
	ck_assert_str_eq(
		error.message,
		"lode_registry_map: the registry has been configured, by "
		"lode_registry_configure or its first session, and cannot change any more");
	ck_assert_int_eq(lode_registry_map_type(registry, LODE_C_BOOL, LODE_TYPE(LODE_INTEGER)),
	                 LODE_E_MISUSE);
	/* and is still good */
	ck_assert_ptr_nonnull(lode_inspect_class(registry, &Late_class, NULL));
	ck_assert_int_eq(lode_registry_configure(registry, NULL), LODE_OK);
	lode_registry_free(registry);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/configure");
	TCase *tcase = tcase_create("configure");

	tcase_add_loop_test(tcase, wrong_option_is_refused, 0,
	                    (int)(sizeof refused / sizeof refused[0]));
	tcase_add_test(tcase, options_are_taken);
	tcase_add_test(tcase, warning_can_be_an_error);
	tcase_add_test(tcase, foreign_key_waits_for_its_table);
	tcase_add_test(tcase, failure_to_configure_is_remembered);
	tcase_add_test(tcase, type_of_the_other_side_must_suit);
	tcase_add_test(tcase, configured_registry_is_closed);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
