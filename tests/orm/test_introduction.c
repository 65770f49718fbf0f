/* SPDX-License-Identifier: MIT */
/* tests/orm/test_introduction.c - each thing that SQLAlchemy's introduction shows, one test each.
 */
#include <string.h>

#include "models.h"
#include "scenario.h"

DEFINE_MODELS;

/* an abstract base: a first member that mapped classes share, in no table of its own */
LODE_DECLARE(Record);
LODE_DECLARE(Note);
LODE_DECLARE(Task);
struct Record {
	int64_t id;
	const char *title;
};
struct Note {
	Record base;
	const char *text;
};
struct Task {
	Record base;
	bool done;
};
LODE_ABSTRACT(Record, LODE_COLUMN(Record, id, BIGINT_PK), LODE_COLUMN(Record, title));
LODE_CLASS(Note, "note", LODE_INCLUDE(Note, base, Record),
	   LODE_COLUMN(Note, text, .nullable = true));
LODE_CLASS(Task, "task", LODE_INCLUDE(Task, base, Record), LODE_COLUMN(Task, done));

static scenario s;

static void set_up(void)
{
	static const lode_class *const classes[] = { &User_class, &Address_class, &Keyword_class,
						     &Note_class, &Task_class };

	scenario_open(&s, classes, sizeof classes / sizeof *classes, NULL);
}

static void tear_down(void)
{
	scenario_close(&s);
}

static lode_table *table(const char *name)
{
	lode_table *found = lode_metadata_find(lode_registry_metadata(s.registry), NULL, name);

	ck_assert_ptr_nonnull(found);
	return found;
}

START_TEST(base_and_registry)
{
	lode_registry *registry = lode_registry_new(NULL);

	ck_assert_uint_eq(lode_registry_mapper_count(registry), 0);
	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_int_eq(LODE_MAP(registry, NULL, User), LODE_OK);
	/* what its relationships reach is mapped with it */
	ck_assert_ptr_nonnull(lode_inspect_class(registry, &Address_class, NULL));
	ck_assert_ptr_nonnull(lode_inspect_class(registry, &Keyword_class, NULL));
	lode_registry_free(registry);
}
END_TEST

START_TEST(registry_metadata)
{
	lode_metadata *metadata = lode_registry_metadata(s.registry);

	ck_assert_ptr_nonnull(lode_metadata_find(metadata, NULL, "user_account"));
	ck_assert_ptr_nonnull(lode_metadata_find(metadata, NULL, "address"));
	/* the link table of User.keywords is made */
	ck_assert_ptr_nonnull(lode_metadata_find(metadata, NULL, "user_keyword"));
	ck_assert_ptr_null(lode_metadata_find(metadata, NULL, "Record"));
	ck_assert_uint_eq(lode_metadata_count(metadata), 6);
	ck_assert_ptr_eq(lode_table_metadata(table("address")), metadata);
}
END_TEST

START_TEST(registry_mappers)
{
	static const char *const names[] = { "User", "Address", "Keyword", "Note", "Task" };

	ck_assert_uint_eq(lode_registry_mapper_count(s.registry), 5);
	for (size_t i = 0; i < 5; i++)
		ck_assert_str_eq(lode_mapper_name(lode_registry_mapper_at(s.registry, i)),
				 names[i]);
}
END_TEST

START_TEST(type_annotation_map_with_a_variant)
{
	lode_registry *registry = lode_registry_new(NULL);
	char *sql = NULL;

	lode_registry_map_type(
		registry, LODE_C_TEXT,
		LODE_TYPE(LODE_STRING, .length = 30,
			  .variants = LODE_VARIANTS(
				  { .dialects = "sqlite", .kind = LODE_STRING, .length = 255 })));
	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_int_eq(LODE_MAP(registry, NULL, Note), LODE_OK);
	ck_assert_int_eq(
		lode_metadata_create_sql(lode_registry_metadata(registry), "sqlite", &sql, NULL),
		LODE_OK);
	ck_assert_ptr_nonnull(strstr(sql, "title VARCHAR(255) NOT NULL"));
	lode_sql_free(sql);
	lode_registry_free(registry);
}
END_TEST

START_TEST(default_schema_on_the_metadata)
{
	lode_registry_options options = LODE_REGISTRY_OPTIONS_INIT;
	lode_registry *registry;
	lode_session *session;

	/* in SQLite a schema is an attached database; the file itself is "main" */
	options.schema = backend_schema();
	registry = lode_registry_new(&options);
	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_int_eq(LODE_MAP(registry, NULL, Note), LODE_OK);
	ck_assert_str_eq(lode_metadata_schema(lode_registry_metadata(registry)), options.schema);
	session = lode_session_new(registry, s.engine, NULL, NULL);
	scenario_forget(&s);
	LODE_ADD(session, Note, .base = { .title = "t" });
	ck_assert_int_eq(lode_commit(session), LODE_OK);
	WROTE(&s, "INSERT INTO main.note (text, title) VALUES (?, ?)");
	lode_session_free(session);
	lode_registry_free(registry);
}
END_TEST

START_TEST(create_all)
{
	lode_metadata *metadata = lode_registry_metadata(s.registry);

	ROWS(&s, backend_tables(),
	     "address keyword note task user_account user_keyword");
	/* again: what is there is left alone */
	ck_assert_int_eq(lode_create_all(metadata, s.engine, &s.error), LODE_OK);
	ck_assert_int_eq(lode_drop_all(metadata, s.engine, &s.error), LODE_OK);
	ROWS(&s, backend_tables(), "");
	ck_assert_int_eq(lode_create_all(metadata, s.engine, &s.error), LODE_OK);
	ROWS(&s, backend_indexes(), "ix_user_account_name");
}
END_TEST

START_TEST(mapper_from_inspect)
{
	const lode_mapper *mapper = lode_inspect_class(s.registry, &User_class, NULL);
	User *user = LODE_NEW(s.session, User, .name = "sandy");

	ck_assert_ptr_eq(lode_inspect_object(user), mapper);
	ck_assert_ptr_eq(lode_mapper_class(mapper), &User_class);
	ck_assert_ptr_eq(lode_mapper_table(mapper), table("user_account"));
	ck_assert_str_eq(lode_attribute_member(lode_mapper_key_at(mapper, 0)), "id");
	ck_assert_ptr_nonnull(lode_mapper_relationship(mapper, "addresses"));
	lode_rollback(s.session);
}
END_TEST

START_TEST(add_commit_find)
{
	User *sandy = LODE_ADD(s.session, User, .name = "sandy", .fullname = "Sandy Cheeks");

	COMMIT(&s);
	SENT(&s, "BEGIN IMMEDIATE\n"
		 "INSERT INTO user_account (name, fullname, age) VALUES (?, ?, ?) "
		 "RETURNING created_at, updated_at\n"
		 "COMMIT");
	ck_assert_int_eq(sandy->id, 1);
	scenario_session(&s, NULL);
	sandy = LODE_FIND(s.session, User, .id = 1);
	WROTE(&s,
	      "SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, "
	      "user_account.created_at, user_account.updated_at FROM user_account "
	      "WHERE user_account.id = ?");
	ck_assert_str_eq(sandy->fullname, "Sandy Cheeks");
	ck_assert(!sandy->age.present);
	ck_assert_ptr_null(LODE_FIND(s.session, User, .id = 2));
	OK(&s);
}
END_TEST

START_TEST(tracked_change)
{
	Note *note = LODE_ADD(s.session, Note, .base = { .title = "old" });

	COMMIT(&s);
	scenario_forget(&s);
	note->text = "new";
	ck_assert(lode_is_modified(note));
	COMMIT(&s);
	SENT(&s, "BEGIN IMMEDIATE\nUPDATE note SET text = ? WHERE id = ?\nCOMMIT");
	ROWS(&s, "SELECT title || text FROM note", "oldnew");
}
END_TEST

START_TEST(identity_map)
{
	Note *note = LODE_ADD(s.session, Note, .base = { .title = "t" });

	FLUSH(&s);
	scenario_forget(&s);
	ck_assert_ptr_eq(LODE_FIND(s.session, Note, .base.id = note->base.id), note);
	SENT(&s, "");
	ck_assert_ptr_eq(LODE_ONE(s.session, Note, LODE_SELECT(Note)), note);
}
END_TEST

START_TEST(one_to_many)
{
	User *sandy = LODE_ADD(s.session, User, .name = "sandy"), *squid;
	Address *address = LODE_NEW(s.session, Address, .email = "a@example.org");

	LODE_APPEND(sandy, addresses, address);
	LODE_APPEND(sandy, addresses, LODE_NEW(s.session, Address, .email = "b@example.org"));
	squid = LODE_ADD(s.session, User, .name = "squid");
	LODE_ADD(s.session, Address, .email = "c@example.org", .user = { squid });
	ck_assert_ptr_eq(LODE_REF(address, user), sandy);
	COMMIT(&s);
	ck_assert_int_eq(address->user_id, sandy->id);
	/* times that the database made were read back; the lists are still those that were made */
	ck_assert_int_ne(squid->stamps.created_at.usec, 0);
	scenario_forget(&s);
	ck_assert_uint_eq(LODE_LEN(sandy, addresses), 2);
	ck_assert_uint_eq(LODE_LEN(squid, addresses), 1);
	SENT(&s, "");
	lode_delete(s.session, sandy);
	COMMIT(&s);
	ROWS(&s, "SELECT email FROM address", "c@example.org");
}
END_TEST

static void insert_notes(void)
{
	scenario_sql(&s, "INSERT INTO note (id, title, text) VALUES (1, 'a', 'x'), (2, 'b', 'x'), "
			 "(3, 'c', NULL)");
	scenario_forget(&s);
}

START_TEST(select_with_where)
{
	Note_list notes;

	insert_notes();
	notes = LODE_ALL(s.session, Note,
			 lode_order_by(lode_where(LODE_SELECT(Note), LODE_EQ(Note, text, "x")),
				       LODE_DESC(Note, base.title)));
	WROTE(&s, "SELECT note.text, note.id, note.title FROM note WHERE note.text = ? "
		  "ORDER BY note.title DESC");
	ck_assert_uint_eq(notes.count, 2);
	ck_assert_str_eq(notes.items[0]->base.title, "b");
	notes = LODE_ALL(s.session, Note, lode_where(LODE_SELECT(Note), LODE_IS_NULL(Note, text)));
	ck_assert_uint_eq(notes.count, 1);
	OK(&s);
}
END_TEST

START_TEST(all_one_scalar)
{
	typedef struct {
		const char *title;
	} title_row;
	title_row title = { NULL };
	int64_t count = 0;

	insert_notes();
	ck_assert_uint_eq(LODE_ALL(s.session, Note, LODE_SELECT(Note)).count, 3);
	ck_assert_int_eq(LODE_ONE(s.session, Note,
				  lode_where(LODE_SELECT(Note), LODE_EQ(Note, base.title, "b")))
				 ->base.id,
			 2);
	ck_assert_ptr_null(LODE_ONE_OR_NONE(
		s.session, Note, lode_where(LODE_SELECT(Note), LODE_EQ(Note, base.title, "z"))));
	ck_assert_int_eq(LODE_SCALAR(s.session,
				     LODE_FIELD(LODE_SELECT_ROWS(title_row), title_row, title,
						lode_max(LODE_COL(Note, base.title))),
				     &title),
			 LODE_OK);
	ck_assert_str_eq(title.title, "c");
	ck_assert_int_eq(lode_count_rows(s.session, LODE_SELECT(Note), &count), LODE_OK);
	ck_assert_int_eq(count, 3);
	OK(&s);
	ck_assert_ptr_null(LODE_ONE(s.session, Note, LODE_SELECT(Note)));
	FAILED(&s, LODE_E_MANY_ROWS, "");
	lode_rollback(s.session);
}
END_TEST

START_TEST(timestamp_mixin)
{
	User *user = LODE_ADD(s.session, User, .name = "sandy");
	lode_datetime created;

	COMMIT(&s);
	created = user->stamps.created_at;
	/* after the year 2020, so it is no accident */
	ck_assert_int_gt(created.usec, INT64_C(1577836800000000));
	ck_assert_int_eq(user->stamps.updated_at.usec, created.usec);
	scenario_sql(&s, "UPDATE user_account SET created_at = '2001-01-01 00:00:00', "
			 "updated_at = '2001-01-01 00:00:00'");
	lode_refresh(s.session, user);
	created = user->stamps.created_at;
	scenario_forget(&s);
	user->name = "cheeks";
	COMMIT(&s);
	WROTE(&s, "UPDATE user_account SET name = ?, "
		  "updated_at = strftime('%Y-%m-%d %H:%M:%f000','now') WHERE id = ? "
		  "RETURNING updated_at");
	ck_assert_int_eq(user->stamps.created_at.usec, created.usec);
	ck_assert_int_gt(user->stamps.updated_at.usec, created.usec);
}
END_TEST

START_TEST(abstract_base)
{
	Note *note = LODE_ADD(s.session, Note, .base = { .title = "n" });
	Task *task = LODE_ADD(s.session, Task, .base = { .title = "t" }, .done = true);

	COMMIT(&s);
	ck_assert_int_eq(note->base.id, 1);
	ck_assert_int_eq(task->base.id, 1);
	ROWS(&s, "SELECT title FROM note UNION ALL SELECT title FROM task WHERE done", "n t");
	ck_assert_ptr_null(lode_inspect_class(s.registry, &Record_class, NULL));
}
END_TEST

static void add_mapping_tests(TCase *tests)
{
	tcase_add_test(tests, base_and_registry);
	tcase_add_test(tests, registry_metadata);
	tcase_add_test(tests, registry_mappers);
	tcase_add_test(tests, type_annotation_map_with_a_variant);
	tcase_add_test(tests, default_schema_on_the_metadata);
	tcase_add_test(tests, create_all);
	tcase_add_test(tests, mapper_from_inspect);
}

static void add_session_tests(TCase *tests)
{
	tcase_add_test(tests, add_commit_find);
	tcase_add_test(tests, tracked_change);
	tcase_add_test(tests, identity_map);
	tcase_add_test(tests, one_to_many);
	tcase_add_test(tests, select_with_where);
	tcase_add_test(tests, all_one_scalar);
	tcase_add_test(tests, timestamp_mixin);
	tcase_add_test(tests, abstract_base);
}

int main(void)
{
	Suite *suite = suite_create("orm/introduction");
	TCase *tests = tcase_create("introduction");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	add_mapping_tests(tests);
	add_session_tests(tests);
	suite_add_tcase(suite, tests);
	return lode_test_run(suite);
}
