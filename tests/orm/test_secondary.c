/* SPDX-License-Identifier: MIT */
/* orm/secondary: link tables that are made, found, or replaced. */
#include "../check_tap.h"
#include "describe.h"
#include "orm/secondary.h"

/* both sides, the key of one is composite and partly a foreign key */
LODE_DECLARE(Room);
LODE_DECLARE(Guest);
LODE_DECLARE(House);
struct House {
	int64_t id;
};
struct Room {
	int64_t house_id;
	int16_t number;
	Guest_many guests;
};
struct Guest {
	lode_uuid id;
	Room_many rooms;
};
LODE_CLASS(House, "house", LODE_COLUMN(House, id, .primary_key = true));
LODE_CLASS(Room, "room",
	LODE_COLUMN(Room, house_id, .primary_key = true, .foreign_key = "house.id"),
	LODE_COLUMN(Room, number, .primary_key = true),
	LODE_TO_MANY(Room, guests, Guest, .secondary = "stay", .back_populates = "rooms"));
LODE_CLASS(Guest, "guest",
	LODE_COLUMN(Guest, id, .primary_key = true),
	LODE_TO_MANY(Guest, rooms, Room, .secondary = "stay", .back_populates = "guests",
	             .order_by = "number"));

/* self-referential, both ways and one way */
LODE_DECLARE(Person);
struct Person {
	int64_t id;
	Person_many follows;
	Person_many followers;
	Person_many knows;
};
LODE_CLASS(Person, "person",
	LODE_COLUMN(Person, id, .primary_key = true),
	LODE_TO_MANY(Person, follows, Person, .secondary = "follow", .back_populates = "followers"),
	LODE_TO_MANY(Person, followers, Person, .secondary = "follow", .back_populates = "follows"),
	LODE_TO_MANY(Person, knows, Person, .secondary = "known"));

static lode_registry *map(const lode_class *const *classes, size_t count, lode_metadata *metadata)
{
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;
	lode_error error = LODE_ERROR_INIT;
	lode_registry *registry;

	options.metadata = metadata;
	registry = lode_registry_new(&options);
	ck_assert_msg(lode_registry_map(registry, classes, count, &error) == LODE_OK, "%s",
	              error.message);
	ck_assert_msg(lode_registry_configure(registry, &error) == LODE_OK, "%s", error.message);
	return registry;
}

static const lode_relationship *rel(const lode_registry *registry, const lode_class *class_,
                                    const char *member)
{
	return lode_mapper_relationship(lode_inspect_class(registry, class_, NULL), member);
}

START_TEST(table_is_made)
{
	const lode_class *const classes[] = { &House_class, &Room_class };
	lode_registry *registry = map(classes, 2, NULL);
	const lode_table *table =
		lode_metadata_find(lode_registry_metadata(registry), NULL, "stay");

	ck_assert_str_eq(describe_table(table),
		"stay\n"
		"room_house_id BIG_INTEGER pk\n"
		"room_number SMALL_INTEGER pk\n"
		"guest_id UUID pk\n"
		"fk room_house_id room_number -> room house_id number\n"
		"fk guest_id -> guest id\n");
	ck_assert_str_eq(describe_relationship(rel(registry, &Room_class, "guests")),
		"Room.guests many-to-many Guest house_id=room_house_id number=room_number by stay "
		"guest_id=id reverse rooms");
	ck_assert_str_eq(describe_relationship(rel(registry, &Guest_class, "rooms")),
		"Guest.rooms many-to-many Room id=guest_id by stay room_house_id=house_id "
		"room_number=number reverse guests order number");
	lode_registry_free(registry);
}
END_TEST

START_TEST(self_referential_has_left_and_right)
{
	const lode_class *const classes[] = { &Person_class };
	lode_registry *registry = map(classes, 1, NULL);
	lode_metadata *metadata = lode_registry_metadata(registry);

	ck_assert_str_eq(describe_table(lode_metadata_find(metadata, NULL, "follow")),
		"follow\n"
		"left_person_id BIG_INTEGER pk\n"
		"right_person_id BIG_INTEGER pk\n"
		"fk left_person_id -> person id\n"
		"fk right_person_id -> person id\n");
	ck_assert_str_eq(describe_relationship(rel(registry, &Person_class, "follows")),
		"Person.follows many-to-many Person id=left_person_id by follow right_person_id=id "
		"reverse followers");
	ck_assert_str_eq(describe_relationship(rel(registry, &Person_class, "followers")),
			 "Person.followers many-to-many Person id=right_person_id by follow "
			 "left_person_id=id "
			 "reverse follows");
	ck_assert_str_eq(describe_relationship(rel(registry, &Person_class, "knows")),
		"Person.knows many-to-many Person id=left_person_id by known right_person_id=id");
	lode_registry_free(registry);
}
END_TEST

/* what is in the path: near = far, then secondary_near = target_columns */
START_TEST(path_goes_over_the_table)
{
	const lode_class *const classes[] = { &Person_class };
	lode_registry *registry = map(classes, 1, NULL);
	const lode__path *path = &rel(registry, &Person_class, "followers")->path;

	ck_assert_str_eq(path->secondary->name, "follow");
	ck_assert_uint_eq(path->count, 1);
	ck_assert_str_eq(path->near[0]->name, "id");
	ck_assert_str_eq(path->far[0]->name, "right_person_id");
	ck_assert_uint_eq(path->secondary_count, 1);
	ck_assert_str_eq(path->secondary_near[0]->name, "left_person_id");
	ck_assert_str_eq(path->target_columns[0]->name, "id");
	lode_registry_free(registry);
}
END_TEST

/* ------------------------------------------------------------------ tables that are there */

static void add(lode_table *table, const char *name, const char *foreign_key, const lode_type *type)
{
	lode_column_options options = LODE_COLUMN_OPTIONS_INIT;

	options.name = name;
	options.foreign_key = foreign_key;
	options.type = type;
	ck_assert_ptr_nonnull(lode_table_add_column(table, &options, NULL));
}

static lode_table *add_table(lode_metadata *metadata, const char *name)
{
	lode_table_options options = LODE_TABLE_OPTIONS_INIT;

	options.name = name;
	return lode_metadata_add_table(metadata, &options, NULL);
}

START_TEST(table_made_by_hand_wins)
{
	const lode_class *const classes[] = { &Person_class };
	lode_metadata *metadata = lode_metadata_new(NULL, NULL);
	lode_table *follow = add_table(metadata, "follow");
	lode_registry *registry;

	add(follow, "who", "person.id", NULL);
	add(follow, "since", NULL, LODE_TYPE(LODE_DATE));
	add(follow, "whom", "person.id", NULL);
	registry = map(classes, 1, metadata);
	ck_assert_str_eq(describe_relationship(rel(registry, &Person_class, "followers")),
		"Person.followers many-to-many Person id=whom by follow who=id reverse follows");
	lode_registry_free(registry);
	lode_metadata_free(metadata);
}
END_TEST

LODE_DECLARE(Follow);
struct Follow {
	int64_t to_id;
	int64_t from_id;
	int64_t witness_id;
};
LODE_CLASS(Follow, "follow",
	LODE_COLUMN(Follow, to_id, .primary_key = true, .foreign_key = "member.id"),
	LODE_COLUMN(Follow, from_id, .primary_key = true, .foreign_key = "member.id"),
	LODE_COLUMN(Follow, witness_id, .foreign_key = "member.id"));

LODE_DECLARE(Member);
struct Member {
	int64_t id;
	Member_many follows;
	Member_many followers;
};
LODE_CLASS(Member, "member", LODE_COLUMN(Member, id, .primary_key = true),
	   LODE_TO_MANY(Member, follows, Member, .secondary = "follow",
			.back_populates = "followers", .foreign_key = "from_id",
			.remote_side = "to_id"),
	   LODE_TO_MANY(Member, followers, Member, .secondary = "follow",
			.back_populates = "follows"));

START_TEST(mapped_class_wins)
{
	const lode_class *const classes[] = { &Member_class, &Follow_class };
	lode_registry *registry = map(classes, 2, NULL);

	ck_assert_str_eq(describe_relationship(rel(registry, &Member_class, "follows")),
			 "Member.follows many-to-many Member id=from_id by follow to_id=id reverse "
			 "followers");
	ck_assert_str_eq(describe_relationship(rel(registry, &Member_class, "followers")),
			 "Member.followers many-to-many Member id=to_id by follow from_id=id "
			 "reverse follows");
	lode_registry_free(registry);
}
END_TEST

LODE_DECLARE(Known);
struct Known {
	int64_t a;
	int64_t b;
	lode_date since;
};
LODE_CLASS(Known, "known",
	LODE_COLUMN(Known, a, .primary_key = true, .foreign_key = "person.id"),
	LODE_COLUMN(Known, b, .primary_key = true, .foreign_key = "person.id"),
	LODE_COLUMN(Known, since));

/* a class that is mapped by a later call takes the place of the table that was made */
START_TEST(class_mapped_later_wins)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_metadata *metadata = lode_registry_metadata(registry);
	lode_error error = LODE_ERROR_INIT;

	ck_assert_int_eq(LODE_MAP(registry, &error, Person), LODE_OK);
	ck_assert_uint_eq(lode_metadata_count(metadata), 3);
	ck_assert_msg(LODE_MAP(registry, &error, Known) == LODE_OK, "%s", error.message);
	ck_assert_uint_eq(lode_metadata_count(metadata), 3);
	ck_assert_str_eq(describe_relationship(rel(registry, &Person_class, "knows")),
		"Person.knows many-to-many Person id=a by known b=id");
	ck_assert_ptr_eq(lode_relationship_secondary(rel(registry, &Person_class, "knows")),
	                 lode_mapper_table(lode_inspect_class(registry, &Known_class, NULL)));
	ck_assert_int_eq(lode_registry_configure(registry, NULL), LODE_OK);
	lode_registry_free(registry);
}
END_TEST

START_TEST(schema_follows_the_owner)
{
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;
	lode_registry *registry;
	const lode_table *table;

	options.schema = "app";
	registry = lode_registry_new(&options);
	ck_assert_int_eq(LODE_MAP(registry, NULL, Person), LODE_OK);
	ck_assert_int_eq(lode_registry_configure(registry, NULL), LODE_OK);
	table = lode_relationship_secondary(rel(registry, &Person_class, "knows"));
	ck_assert_str_eq(lode_table_schema(table), "app");
	ck_assert_ptr_eq(table,
			 lode_metadata_find(lode_registry_metadata(registry), NULL, "known"));
	lode_registry_free(registry);
}
END_TEST

/* ------------------------------------------------------------------ tables that do not fit */

static const struct { const char *keys[4]; const char *message;
} unfit[] = {
	{ { NULL },
	  "Person.follows: the .secondary table \"follow\" has no second foreign key to "
	  "\"person\"" },
	{ { "person.id" },
	  "Person.follows: the .secondary table \"follow\" has no second foreign key "
	  "to \"person\"" },
	{ { "person.id", "person.id", "person.id" },
	  "Person.follows: several foreign keys of "
	  "\"follow\" refer to \"person\": name the columns of one with .foreign_key" },
};

START_TEST(unfit_table_is_refused)
{
	static const char *const names[] = { "a", "b", "c" };
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;
	lode_metadata *metadata = lode_metadata_new(NULL, NULL);
	lode_table *follow = add_table(metadata, "follow");
	lode_error error = LODE_ERROR_INIT;
	lode_registry *registry;

	for (int i = 0; unfit[_i].keys[i]; i++)
		add(follow, names[i], unfit[_i].keys[i], NULL);
	options.metadata = metadata;
	registry = lode_registry_new(&options);
	ck_assert_int_eq(LODE_MAP(registry, &error, Person), LODE_E_MAPPING);
	ck_assert_str_eq(error.message, unfit[_i].message);
	lode_registry_free(registry);
	lode_metadata_free(metadata);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/secondary");
	TCase *tcase = tcase_create("secondary");

	tcase_add_test(tcase, table_is_made);
	tcase_add_test(tcase, self_referential_has_left_and_right);
	tcase_add_test(tcase, path_goes_over_the_table);
	tcase_add_test(tcase, table_made_by_hand_wins);
	tcase_add_test(tcase, mapped_class_wins);
	tcase_add_test(tcase, class_mapped_later_wins);
	tcase_add_test(tcase, schema_follows_the_owner);
	tcase_add_loop_test(tcase, unfit_table_is_refused, 0,
			    (int)(sizeof unfit / sizeof unfit[0]));
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
