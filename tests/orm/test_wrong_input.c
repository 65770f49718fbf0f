/* SPDX-License-Identifier: MIT */
/* tests/orm/test_wrong_input.c - what a program, a user or the machine gets wrong.
 *
 * One table: what is done, the status, the whole message.  After each row the database holds what
 * it held, and the same session and engine go on working.  "DIR" in a message is the directory of
 * the test; one that ends with "*" is only the beginning, where the rest is the machine's. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"

static fixture f;
static lode_error error;                /* of calls that have no session */
static char directory[64];
static lode_error misuse;               /* what on_misuse heard last */
static size_t sent;                     /* statements */
static char message[1024];

/* ---- classes that are wrong, and one whose members are narrow */

LODE_DECLARE(Small);
struct Small {
	int32_t id;
	int8_t number;
	uint64_t big;
	char name[8];
	double real;
	lode_opt_int16 maybe;
};
LODE_CLASS(Small, "small",
	LODE_COLUMN(Small, id, .primary_key = true),
	LODE_COLUMN(Small, number),
	LODE_COLUMN(Small, big),
	LODE_COLUMN(Small, name),
	LODE_COLUMN(Small, real),
	LODE_COLUMN(Small, maybe));

typedef struct Thing Thing;
LODE_DECLARE_TYPE(Thing);
struct Thing {
	int64_t id;
	const char *name;
	int64_t left_id, right_id;
	Thing_one other;
	Thing_many things;
};
/* variants of one struct: each is a class of its own, mapped by one row */
#define WRONG(variant, table_name, ...)                                                            \
	static const lode_decl variant##_decls[] = { __VA_ARGS__ };                                \
	static const lode_class variant = { sizeof(lode_class),                                    \
					    sizeof(lode_decl),                                     \
					    #variant,                                              \
					    table_name,                                            \
					    sizeof(Thing),                                         \
					    variant##_decls,                                       \
					    sizeof variant##_decls / sizeof *variant##_decls,      \
					    0,                                                     \
					    _Alignof(Thing) }
#define ID LODE_COLUMN(Thing, id, .primary_key = true)
#define RELATED(member_name, class_, ...)                                                          \
	{                                                                                          \
		.kind = LODE_DECL_TO_MANY,                                                         \
		.u = {.relationship = { .member = #member_name,                                    \
					.offset = offsetof(Thing, member_name),                    \
					.target = &class_,                                         \
					__VA_ARGS__ } }                                            \
	}

WRONG(NoKey, "thing", LODE_COLUMN(Thing, name));
WRONG(NoType, "thing", ID, LODE_COLUMN(Thing, name, .annotation = "bigtext"));
WRONG(Plain, "plain", ID, LODE_COLUMN(Thing, name));
WRONG(NoForeignKey, "thing", ID, RELATED(things, Plain, 0));
WRONG(TwoForeignKeys, "two", ID, LODE_COLUMN(Thing, left_id, .foreign_key = "one.id"),
      LODE_COLUMN(Thing, right_id, .foreign_key = "one.id"));
WRONG(Ambiguous, "one", ID, RELATED(things, TwoForeignKeys, 0));
WRONG(Referring, "referring", ID, LODE_COLUMN(Thing, left_id, .foreign_key = "owner.id"));
WRONG(BackOwner, "owner", ID);
WRONG(BackTarget, "referring", ID, LODE_COLUMN(Thing, left_id, .foreign_key = "misspelt.id"),
      LODE_COLUMN(Thing, right_id, .foreign_key = "owner.id"),
      { .kind = LODE_DECL_TO_ONE,
	.u = { .relationship = { .member = "other",
				 .offset = offsetof(Thing, other),
				 .target = &BackOwner } } });
WRONG(BackMisspelt, "misspelt", ID, RELATED(things, BackTarget, .back_populates = "othr"));
WRONG(OrderMisspelt, "owner", ID, RELATED(things, Referring, .order_by = "-lefft_id"));
WRONG(UniqueMisspelt, "thing", ID, LODE_COLUMN(Thing, name), LODE_UNIQUE("id, nane"));
WRONG(IndexMisspelt, "thing", ID, LODE_COLUMN(Thing, name), LODE_INDEX("-nam"));
WRONG(TableMisspelt, "thing", ID, LODE_COLUMN(Thing, left_id, .foreign_key = "plan.id"));
WRONG(ColumnMisspelt, "thing", ID, LODE_COLUMN(Thing, left_id, .foreign_key = "plain.idd"));
WRONG(TypeMisspelt, "thing", ID, LODE_COLUMN(Thing, name, .annotation = "bigimt"));
WRONG(TwiceMapped, "plain", ID);
WRONG(TwoMembers, "thing", ID, LODE_COLUMN(Thing, name),
      LODE_COLUMN(Thing, left_id, .name = "name"));

/* ---- engines and files */

static void opened(lode_engine *engine)
{
	lode_engine_close(engine);
}

static void open_url(const char *url)
{
	opened(lode_engine_open(url, NULL, &error));
}

/* Connect, too. */
static void use_url(const char *url)
{
	lode_engine *engine = lode_engine_open(url, NULL, &error);
	lode_connection *connection = engine ? lode_connection_open(engine, &error) : NULL;

	if (connection)
		lode_connection_execute_unsafe(connection, "SELECT count(*) FROM sqlite_master",
					       NULL, 0, NULL, NULL, NULL, &error);
	lode_connection_close(connection);
	lode_engine_close(engine);
}

static void url_null(void) { open_url(NULL); }
static void url_empty(void) { open_url(""); }
static void url_bare(void) { open_url("sqlite:"); }
static void url_no_scheme(void) { open_url("://h/d"); }
static void url_upper(void) { open_url("SQLite:///x"); }
static void url_port(void) { open_url("postgresql://sandy:secret@h:99999/d"); }
static void url_escape(void) { open_url("sqlite:///a%zz"); }
static void url_option(void) { open_url("sqlite:///x?pol_size=1"); }
static void url_number(void) { open_url("sqlite:///x?pool_size=many"); }
static void url_mode(void) { use_url("sqlite:///:memory:?mode=rx"); }
static void url_unknown(void) { open_url("nosuch://sandy:secret@h/d"); }
static void url_upwards(void) { open_url("../evil:///x"); }
static void url_driver(void) { open_url("sqlite+../evil:///x"); }

static void write_file(const char *name, const char *text, size_t size)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "w");
	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	ck_assert_uint_eq(fwrite(text, 1, size, file), size);
	fclose(file);
	ck_assert_int_eq(chmod(path, 0644), 0);
}

/* One of the modules that the engine's tests build. */
static void install(const char *module)
{
	const char *build = getenv("LODE_TEST_BUILDDIR");
	char path[512], name[64], *bytes = malloc(1 << 20);
	size_t size;
	FILE *file;

	snprintf(path, sizeof path, "%s/tests/engine/.libs/lode_%s.so", build ? build : ".",
		 module);
	file = fopen(path, "r");
	ck_assert_msg(file && bytes, "%s: %s", path, strerror(errno));
	size = fread(bytes, 1, 1 << 20, file);
	fclose(file);
	snprintf(name, sizeof name, "lode_%s.so", module);
	write_file(name, bytes, size);
	free(bytes);
}

static void plugin_text(void)
{
	write_file("lode_text.so", "not a library\n", 14);
	open_url("text:///x");
}

static void plugin_empty(void)
{
	install("empty");
	open_url("empty:///x");
}

static void plugin_minor(void)
{
	install("minor");
	open_url("minor:///x");
}

static void plugin_other(void)
{
	install("other");
	open_url("other:///x");
}

static void use_file(const char *name, const char *options)
{
	char url[256];

	snprintf(url, sizeof url, "sqlite:///%s%s%s%s", directory, *name ? "/" : "", name, options);
	use_url(url);
}

static void file_directory(void) { use_file("", ""); }
static void file_nowhere(void) { use_file("no/such/file.db", ""); }
static void file_missing(void) { use_file("missing.db", "?mode=ro"); }

static void file_corrupt(void)
{
	char text[8192];

	memset(text, 'x', sizeof text);
	write_file("corrupt.db", text, sizeof text);
	use_file("corrupt.db", "");
}

/* A file database with one table, written to through a second engine. */
static void write_through(const char *options)
{
	char url[256];
	lode_engine *engine;
	lode_session *session;

	snprintf(url, sizeof url, "sqlite:///%s/good.db%s", directory, options);
	engine = lode_engine_open(url, NULL, &error);
	session = lode_session_new(f.registry, engine, NULL, &error);
	LODE_ADD(session, Keyword, .word = "second");
	if (lode_commit(session) < 0)
		error = *lode_session_error(session);
	lode_session_free(session);
	lode_engine_close(engine);
}

static lode_engine *make_file(void)
{
	char url[256];
	lode_engine *engine;

	snprintf(url, sizeof url, "sqlite:///%s/good.db", directory);
	engine = lode_engine_open(url, NULL, &f.error);
	ck_assert_msg(lode_create_all(lode_registry_metadata(f.registry), engine, &f.error) ==
			      LODE_OK,
		      "%s", f.error.message);
	return engine;
}

static void file_readonly(void)
{
	lode_engine_close(make_file());
	write_through("?mode=ro");
}

static void file_locked(void)
{
	lode_engine *engine = make_file();
	lode_session *session = lode_session_new(f.registry, engine, NULL, &f.error);

	LODE_ADD(session, Keyword, .word = "first");
	ck_assert_int_eq(lode_flush(session), LODE_OK);
	write_through("?busy_timeout=0");
	ck_assert_int_eq(lode_commit(session), LODE_OK);
	ck_assert_ptr_nonnull(LODE_FIND(session, Keyword, .id = 1));
	lode_session_free(session);
	lode_engine_close(engine);
}

/* ---- mapping */

/* Beside Plain, so that there is a table with a name that is near. */
static void map_class(const lode_class *class_)
{
	lode_registry *registry = lode_registry_new(NULL);
	const lode_class *classes[] = { &Plain, class_ };

	if (lode_registry_map(registry, classes, 2, &error) == LODE_OK)
		(void)!lode_registry_configure(registry, &error);
	/* the failure stays */
	if (error.status < 0)
		ck_assert_int_eq(lode_registry_configure(registry, NULL), error.status);
	lode_registry_free(registry);
}

static void map_no_key(void) { map_class(&NoKey); }
static void map_no_type(void) { map_class(&NoType); }
static void map_no_foreign_key(void) { map_class(&NoForeignKey); }
static void map_ambiguous(void) { map_class(&Ambiguous); }
static void map_back(void) { map_class(&BackMisspelt); }
static void map_order(void) { map_class(&OrderMisspelt); }
static void map_unique(void) { map_class(&UniqueMisspelt); }
static void map_index(void) { map_class(&IndexMisspelt); }
static void map_table(void) { map_class(&TableMisspelt); }
static void map_column(void) { map_class(&ColumnMisspelt); }
static void map_twice(void) { map_class(&TwiceMapped); }
static void map_two_members(void) { map_class(&TwoMembers); }

static void map_misspelt_type(void)
{
	lode_registry *registry = lode_registry_new(NULL);
	const lode_class *classes[] = { &TypeMisspelt };

	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	(void)!lode_registry_map(registry, classes, 1, &error);
	lode_registry_free(registry);
}

static void map_late(void)
{
	const lode_class *classes[] = { &Plain };

	(void)!lode_registry_map(f.registry, classes, 1, &error);
}

/* ---- objects */

static User *sandy(void)
{
	return LODE_FIND(f.session, User, .id = 1);
}

static void wrong_class(void)
{
	lode_append(sandy(), offsetof(User, addresses),
		    LODE_NEW(f.session, Keyword, .word = "stray"));
}

static void wrong_target(void)
{
	Address *address = LODE_FIND(f.session, Address, .id = 1);

	lode_link(address, offsetof(Address, user), address);
}

static void no_relationship(void) { lode_append(sandy(), offsetof(User, name), sandy()); }
static void no_member(void) { lode_set(sandy(), offsetof(User, addresses), lode_value_int(1)); }
static void list_by_ref(void) { lode_ref(sandy(), offsetof(User, addresses)); }

static void unmapped_class(void)
{
	lode_all(f.session, &Plain, lode_select(&Plain));
}

static void unmapped_new(void)
{
	Thing *thing = lode_add_new(f.session, &Plain, &(Thing){ .name = "x" }, ".name = x");

	ck_assert_ptr_nonnull(thing);
	thing->name = "written to";
}

static void unmapped_find(void)
{
	lode_find(f.session, &Plain, &(Thing){ .id = 1 }, ".id = 1");
}

/* The first failure stays, and nothing passes it. */
static void use_after_failure(void)
{
	User *user = sandy(), *scratch;

	lode_find(f.session, &User_class, NULL, NULL);
	user->name = "changed";
	scratch = LODE_ADD(f.session, User, .name = "scratch");
	ck_assert_ptr_nonnull(scratch);
	scratch->name = "still";
	LODE_APPEND(scratch, addresses, LODE_NEW(f.session, Address, .email = "x"));
	sent = 0;
	ck_assert_int_eq(lode_flush(f.session), LODE_E_MISUSE);
	ck_assert_int_eq(lode_commit(f.session), LODE_E_MISUSE);
	ck_assert_int_eq(lode_begin(f.session), LODE_E_MISUSE);
	ck_assert_int_eq(lode_begin_nested(f.session).id, 0);
	ck_assert_ptr_null(LODE_FIND(f.session, User, .id = 2));
	ck_assert_uint_eq(LODE_ALL(f.session, User, LODE_SELECT(User)).count, 0);
	ck_assert_uint_eq(LODE_LEN(user, addresses), 0);
	ck_assert_int_eq(lode_delete(f.session, user), LODE_E_MISUSE);
	ck_assert_int_eq(lode_refresh(f.session, user), LODE_E_MISUSE);
	ck_assert_int_eq(lode_execute(f.session, lode_all_rows(LODE_DELETE_FROM(Address)), NULL),
			 LODE_E_MISUSE);
	ck_assert_uint_eq(sent, 0);
}

static void of_another_session(void)
{
	lode_session *other = lode_session_new(f.registry, f.engine, NULL, &f.error);
	User *stranger = LODE_NEW(other, User, .name = "stranger");

	lode_add(f.session, stranger);
	lode_session_free(other);
}

static void linked_to_another_session(void)
{
	lode_session *other = lode_session_new(f.registry, f.engine, NULL, &f.error);
	Address *stranger = LODE_NEW(other, Address, .email = "stranger");

	LODE_APPEND(sandy(), addresses, stranger);
	lode_session_free(other);
}

static void deleted_object(void)
{
	Address *address = LODE_FIND(f.session, Address, .id = 3);

	lode_delete(f.session, address);
	ck_assert_int_eq(lode_flush(f.session), LODE_OK);
	lode_refresh(f.session, address);
}

static void deleted_added(void)
{
	Address *address = LODE_FIND(f.session, Address, .id = 3);

	lode_delete(f.session, address);
	ck_assert_int_eq(lode_flush(f.session), LODE_OK);
	lode_add(f.session, address);
}

static Address *detached(void)
{
	Address *address = LODE_FIND(f.session, Address, .id = 1);

	ck_assert_int_eq(lode_expunge(f.session, address), LODE_OK);
	return address;
}

static void detached_added(void)
{
	Address *address = detached();

	lode_add(f.session, address);
	lode_object_free(address);
}

static void detached_linked(void)
{
	Address *address = detached();

	LODE_APPEND(sandy(), addresses, address);
	lode_object_free(address);
}

/* Only on_misuse hears of a detached object that is read. */
static void detached_read(void)
{
	Address *address = detached();

	ck_assert_ptr_null(LODE_REF(address, user));
	lode_object_free(address);
	error = misuse;
}

static void detached_set(void)
{
	Address *address = detached();

	ck_assert_int_eq(LODE_SET(address, email, "x"), LODE_E_MISUSE);
	lode_object_free(address);
	error = misuse;
}

static void freed_too_early(void)
{
	User *user = sandy();

	lode_object_free(user);
	ck_assert_str_eq(user->name, "sandy");
	error = misuse;
}

static void new_deleted(void) { lode_delete(f.session, LODE_NEW(f.session, User, .name = "new")); }

/* ---- statements */

static void spent_statement(void)
{
	lode_statement *statement = LODE_SELECT(User);

	ck_assert_uint_eq(LODE_ALL(f.session, User, statement).count, 3);
	LODE_ALL(f.session, User, statement);
}

static void update_everything(void)
{
	lode_execute(f.session, LODE_ASSIGN(LODE_UPDATE(User), User, name, "x"), NULL);
}
static void delete_everything(void) { lode_execute(f.session, LODE_DELETE_FROM(Address), NULL); }
static void update_nothing(void)
{
	lode_execute(f.session, lode_all_rows(LODE_UPDATE(User)), NULL);
}
static void select_executed(void) { lode_execute(f.session, LODE_SELECT(User), NULL); }
static void update_listed(void)
{
	LODE_ALL(f.session, User, lode_all_rows(LODE_ASSIGN(LODE_UPDATE(User), User, name, "x")));
}

static void equal_null(void)
{
	LODE_ALL(f.session, User,
		 lode_where(LODE_SELECT(User), LODE_EQ(User, fullname, (const char *)NULL)));
}

static void in_null(void)
{
	LODE_ALL(f.session, User,
		 lode_where(LODE_SELECT(User), LODE_IN(User, fullname, "a", NULL)));
}

static void where_null(void) { LODE_ALL(f.session, User, lode_where(LODE_SELECT(User), NULL)); }
static void limit_negative(void) { LODE_ALL(f.session, User, lode_limit(LODE_SELECT(User), -1)); }

static void other_class_column(void)
{
	LODE_ALL(f.session, User, lode_where(LODE_SELECT(User), LODE_EQ(Address, email, "x")));
}

static void column_not_allowed(void)
{
	LODE_ALL(f.session, User,
		 lode_order_by(LODE_SELECT(User),
			       lode_asc(lode_column_by_name(&User_class, "nam", NULL))));
}

static void column_hostile(void)
{
	LODE_ALL(f.session, User,
		 lode_order_by(LODE_SELECT(User),
			       lode_column_by_name(&User_class, "name; DROP TABLE user_account",
						   "name, age")));
}

static void key_incomplete(void)
{
	lode_find(f.session, &Region_class, &(Region){ .code = 1 }, ".code = 1");
}
static void key_unknown(void) { lode_find(f.session, &User_class, &(User){ .id = 1 }, ".idd = 1"); }
static void key_other(void) { lode_find(f.session, &User_class, &(User){ .id = 1 }, ".name = 1"); }
static void name_misspelt(void)
{
	lode_new(f.session, &User_class, &(User){ .name = "x" }, ".nane = x");
}
static void name_positional(void)
{
	lode_new(f.session, &User_class, &(User){ .id = 7 }, "7, \"x\"");
}
static void list_named(void)
{
	lode_new(f.session, &User_class, &(User){ 0 }, ".addresses = { 0 }");
}

static void text_unbound(void)
{
	lode_execute(f.session,
		     lode_text_statement(LODE_TEXT("DELETE FROM address WHERE id = :id"), NULL),
		     NULL);
}

static void text_broken(void)
{
	lode_execute(f.session, lode_text_statement(LODE_TEXT("DELETE FORM address"), NULL), NULL);
}

static void small_row(void)
{
	lode_statement *rows = LODE_SELECT_ROWS(User);
	int64_t id = 0;

	LODE_FIELD(rows, User, id, LODE_COL(User, id));
	lode_scalar(f.session, rows, &id, sizeof id);
}

/* ---- values */

static void store_small(const char *column, const char *value)
{
	char sql[256];

	fixture_sql(
		&f,
		"INSERT INTO small (id, number, big, name, real, maybe) VALUES (1, 1, 1, 'x', 1.0, 1)");
	snprintf(sql, sizeof sql, "UPDATE small SET %s = %s", column, value);
	fixture_sql(&f, sql);
	LODE_FIND(f.session, Small, .id = 1);
}

static void read_too_big(void) { store_small("number", "128"); }
static void read_negative(void) { store_small("big", "-1"); }
static void read_too_long(void) { store_small("name", "'eight888'"); }
static void read_text(void) { store_small("number", "'abc'"); }
static void read_optional(void) { store_small("maybe", "32768"); }

static Small *small(void)
{
	Small *one = LODE_ADD(f.session, Small, .number = 1, .big = 1, .name = "one", .real = 1.5);

	ck_assert_int_eq(lode_flush(f.session), LODE_OK);
	return one;
}

static void set_too_big(void) { LODE_SET(small(), number, 128); }
static void set_too_long(void) { LODE_SET(small(), name, "eight888"); }
static void set_null(void) { lode_set_null(small(), offsetof(Small, number)); }

static void assign_without_nul(void)
{
	memset(small()->name, '8', 8);
	lode_flush(f.session);
}

static void assign_too_big(void)
{
	small()->big = UINT64_MAX;
	lode_flush(f.session);
}

static void assign_nan(void)
{
	small()->real = NAN;
	lode_flush(f.session);
}

static void assign_absent(void)
{
	small()->maybe.value = 7;
	lode_flush(f.session);
}

static void null_text(void)
{
	LODE_ADD(f.session, User, .name = NULL);
	lode_flush(f.session);
}

static void null_key(void)
{
	LODE_ADD(f.session, Region, .code = 3, .name = "nowhere");
	lode_flush(f.session);
}

static void duplicate_in_flush(void)
{
	LODE_ADD(f.session, Region, .country = "no", .code = 4, .name = "one");
	LODE_ADD(f.session, Region, .country = "no", .code = 4, .name = "two");
	lode_flush(f.session);
}

static void duplicate_of_loaded(void)
{
	sandy();
	LODE_ADD(f.session, User, .id = 1, .name = "another");
	lode_flush(f.session);
}

static void duplicate_of_stored(void)
{
	LODE_ADD(f.session, User, .id = 1, .name = "another");
	lode_flush(f.session);
}

static void duplicate_unique(void)
{
	LODE_ADD(f.session, Keyword, .word = "twice");
	LODE_ADD(f.session, Keyword, .word = "twice");
	lode_flush(f.session);
}

static void foreign_key_nowhere(void)
{
	LODE_ADD(f.session, Address, .email = "x", .user_id = 99);
	lode_flush(f.session);
}

static void parent_taken(void)
{
	lode_execute(f.session, lode_where(LODE_DELETE_FROM(User), LODE_EQ(User, id, 1)), NULL);
}

static void enum_unnamed(void)
{
	LODE_ADD(f.session, Team, .name = "no colour", .color = (Color)7);
	lode_flush(f.session);
}

static void enum_read(void)
{
	fixture_sql(&f, "INSERT INTO team (id, name, color) VALUES (1, 'x', 'mauve')");
	LODE_FIND(f.session, Team, .id = 1);
}

static void row_gone(void)
{
	User *user = LODE_FIND(f.session, User, .id = 3);

	lode_rollback(f.session);
	fixture_sql(&f, "DELETE FROM user_account WHERE id = 3");
	user->name = "changed";
	lode_flush(f.session);
	lode_rollback(f.session);
	fixture_sql(&f, "INSERT INTO user_account (id, name) VALUES (3, 'squidward')");
	user->name = "changed";
	ck_assert_int_eq(lode_flush(f.session), LODE_OK);
	lode_rollback(f.session);
	fixture_sql(&f, "DELETE FROM user_account WHERE id = 3");
	lode_refresh(f.session, user);
}

static void savepoint_unknown(void) { lode_rollback_to(f.session, (lode_savepoint){ 77 }); }

static void savepoint_twice(void)
{
	lode_savepoint savepoint = lode_begin_nested(f.session);

	lode_release(f.session, savepoint);
	lode_release(f.session, savepoint);
}

static void begin_twice(void)
{
	lode_begin(f.session);
	lode_begin(f.session);
}

/* ---- the table */

static const struct {
	const char *name;
	void (*act)(void);
	lode_status status;
	const char *message;
} rows[] = {
	{ "url null", url_null, LODE_E_MISUSE, "lode_engine_open: the URL is NULL" },
	{ "url empty", url_empty, LODE_E_CONFIG,
	  "URL: no \"://\"; write dialect://user:password@host/database or sqlite:///file.db" },
	{ "url bare", url_bare, LODE_E_CONFIG,
	  "URL: no \"://\"; write dialect://user:password@host/database or sqlite:///file.db" },
	{ "url no scheme", url_no_scheme, LODE_E_CONFIG,
	  "URL: the name before \"://\" must be dialect or dialect+driver in lower-case letters, digits and underscores" },
	{ "url upper", url_upper, LODE_E_CONFIG,
	  "URL: the name before \"://\" must be dialect or dialect+driver in lower-case letters, digits and underscores" },
	{ "url port", url_port, LODE_E_CONFIG,
	  "URL: the port after the host must be a number from 1 to 65535" },
	{ "url escape", url_escape, LODE_E_CONFIG,
	  "URL: a % in the database is not followed by two hexadecimal digits; write %25 for %" },
	{ "url option", url_option, LODE_E_CONFIG,
	  "URL: the driver \"sqlite\" has no option \"pol_size\"; did you mean \"pool_size\"?" },
	{ "url number", url_number, LODE_E_CONFIG,
	  "URL: the option pool_size must be a number from 1 on" },
	{ "url mode", url_mode, LODE_E_CONNECT,
	  "option mode has a value that is not known; ro, rw or rwc" },
	{ "url unknown", url_unknown, LODE_E_PLUGIN,
	  "no plugin has the scheme \"nosuch\" (plugin ABI 0.0); tried DIR/lode_nosuch.so: No such file or directory*" },
	{ "url upwards", url_upwards, LODE_E_CONFIG,
	  "URL: the name before \"://\" must be dialect or dialect+driver in lower-case letters, digits and underscores" },
	{ "url driver", url_driver, LODE_E_CONFIG,
	  "URL: the name before \"://\" must be dialect or dialect+driver in lower-case letters, digits and underscores" },
	{ "plugin text", plugin_text, LODE_E_PLUGIN,
	  "no plugin has the scheme \"text\" (plugin ABI 0.0); tried DIR/lode_text.so: *" },
	{ "plugin empty", plugin_empty, LODE_E_PLUGIN,
	  "no plugin has the scheme \"empty\" (plugin ABI 0.0); tried DIR/lode_empty.so: not a plugin of lode: it has no entry lode_plugin_v0*" },
	{ "plugin minor", plugin_minor, LODE_E_PLUGIN,
	  "no plugin has the scheme \"minor\" (plugin ABI 0.0); tried DIR/lode_minor.so: built for plugin ABI 0.3, this lode speaks 0.0*" },
	{ "plugin other", plugin_other, LODE_E_PLUGIN,
	  "no plugin has the scheme \"other\" (plugin ABI 0.0); tried DIR/lode_other.so: built for plugin ABI 7, this lode speaks 0.0*" },
	{ "file directory", file_directory, LODE_E_CONNECT, "unable to open database file" },
	{ "file nowhere", file_nowhere, LODE_E_CONNECT, "unable to open database file" },
	{ "file missing", file_missing, LODE_E_CONNECT, "unable to open database file" },
	{ "file corrupt", file_corrupt, LODE_E_IO, "file is not a database" },
	{ "file readonly", file_readonly, LODE_E_READONLY, "attempt to write a readonly database" },
	{ "file locked", file_locked, LODE_E_LOCKED, "database is locked" },
	{ "map no key", map_no_key, LODE_E_MAPPING,
	  "NoKey: the table \"thing\" has no primary key: give a column .primary_key = true" },
	{ "map no type", map_no_type, LODE_E_MAPPING,
	  "NoType.name: the annotation \"bigtext\" has no type; give it one with lode_registry_map_annotation()" },
	{ "map no foreign key", map_no_foreign_key, LODE_E_MAPPING,
	  "NoForeignKey.things: there is no foreign key between \"thing\" and \"plain\": give a column of Plain .foreign_key = \"thing.id\", or this relationship .secondary" },
	{ "map ambiguous", map_ambiguous, LODE_E_MAPPING,
	  "Ambiguous.things: several foreign keys join \"one\" and \"two\": say which with .foreign_key = \"left_id\" or \"right_id\"" },
	{ "map back", map_back, LODE_E_MAPPING,
	  "BackMisspelt.things: .back_populates: BackTarget has no relationship \"othr\"; did you mean \"other\"?" },
	{ "map order", map_order, LODE_E_MAPPING,
	  "OrderMisspelt.things: .order_by: Referring has no column member \"lefft_id\"; did you mean \"left_id\"?" },
	{ "map unique", map_unique, LODE_E_MAPPING,
	  "UniqueMisspelt: LODE_UNIQUE: there is no column member \"nane\"; did you mean \"name\"?" },
	{ "map index", map_index, LODE_E_MAPPING,
	  "IndexMisspelt: LODE_INDEX: there is no column member \"nam\"; did you mean \"name\"?" },
	{ "map table", map_table, LODE_E_NO_OBJECT,
	  "foreign key thing.left_id to plan.id: there is no table plan, did you mean plain?" },
	{ "map column", map_column, LODE_E_NO_OBJECT,
	  "foreign key thing.left_id to plain.idd: table plain has no column idd, did you mean id?" },
	{ "map twice", map_twice, LODE_E_EXISTS,
	  "TwiceMapped: the table \"plain\" is mapped by Plain already" },
	{ "map two members", map_two_members, LODE_E_MAPPING,
	  "TwoMembers.left_id: TwoMembers.name is the column \"name\" already: give one of them another .name" },
	{ "map misspelt type", map_misspelt_type, LODE_E_MAPPING,
	  "TypeMisspelt.name: the annotation \"bigimt\" has no type; did you mean \"bigint\"?" },
	{ "map late", map_late, LODE_E_MISUSE,
	  "lode_registry_map: the registry has been configured, by lode_registry_configure or its first session, and cannot change any more" },
	{ "wrong class", wrong_class, LODE_E_MISUSE,
	  "User.addresses holds objects of class Address, not of class Keyword" },
	{ "wrong target", wrong_target, LODE_E_MISUSE,
	  "Address.user holds objects of class User, not of class Address" },
	{ "no relationship", no_relationship, LODE_E_MISUSE,
	  "LODE_APPEND: class User has no relationship at this member" },
	{ "no member", no_member, LODE_E_MISUSE, "lode_set: class User has no such mapped member" },
	{ "list by ref", list_by_ref, LODE_E_MISUSE,
	  "LODE_REF: User.addresses is a list: read it with LODE_AT or LODE_EACH" },
	{ "unmapped class", unmapped_class, LODE_E_MISUSE,
	  "Plain is not mapped in this registry: give it to LODE_MAP" },
	{ "unmapped new", unmapped_new, LODE_E_MISUSE,
	  "Plain is not mapped in this registry: give it to LODE_MAP" },
	{ "unmapped find", unmapped_find, LODE_E_MISUSE,
	  "Plain is not mapped in this registry: give it to LODE_MAP" },
	{ "use after failure", use_after_failure, LODE_E_MISUSE,
	  "lode_find needs the key of a User: LODE_FIND(session, User, .id = 1)" },
	{ "of another session", of_another_session, LODE_E_MISUSE,
	  "lode_add was given an object of another session, or of none: an object stays with the session that made or loaded it" },
	{ "linked to another session", linked_to_another_session, LODE_E_MISUSE,
	  "User.addresses was given an object of another session, or of none" },
	{ "deleted object", deleted_object, LODE_E_MISUSE,
	  "lode_refresh needs an object that has a row; this one of class Address was never flushed, or was deleted" },
	{ "deleted added", deleted_added, LODE_E_MISUSE,
	  "lode_add was given a deleted or detached object of class Address; make a new one" },
	{ "detached added", detached_added, LODE_E_MISUSE,
	  "lode_add was given a deleted or detached object of class Address; make a new one" },
	{ "detached linked", detached_linked, LODE_E_MISUSE,
	  "User.addresses was given a deleted or detached object" },
	{ "detached read", detached_read, LODE_E_MISUSE,
	  "LODE_REF was given a detached object of class Address" },
	{ "detached set", detached_set, LODE_E_MISUSE,
	  "lode_set was given a detached object of class Address" },
	{ "freed too early", freed_too_early, LODE_E_MISUSE,
	  "lode_object_free was given an object of class User that its session still owns: expunge it first" },
	{ "new deleted", new_deleted, LODE_E_MISUSE,
	  "lode_delete needs an object that has a row; this one of class User was never added, or is deleted already" },
	{ "spent statement", spent_statement, LODE_E_MISUSE,
	  "the statement is spent: it was run already; lode_statement_keep makes it run many times" },
	{ "update everything", update_everything, LODE_E_MISUSE,
	  "UPDATE of user_account has no condition: say lode_where, or lode_all_rows if every row is meant" },
	{ "delete everything", delete_everything, LODE_E_MISUSE,
	  "DELETE of address has no condition: say lode_where, or lode_all_rows if every row is meant" },
	{ "update nothing", update_nothing, LODE_E_MISUSE,
	  "UPDATE of user_account assigns nothing" },
	{ "select executed", select_executed, LODE_E_MISUSE,
	  "lode_execute is for what writes; a SELECT is read by lode_all, lode_scalar or lode_rows_open" },
	{ "update listed", update_listed, LODE_E_MISUSE,
	  "objects of User are read by LODE_SELECT(User); this statement is something else" },
	{ "equal null", equal_null, LODE_E_MISUSE,
	  "User.fullname is compared with NULL, which is never true: say LODE_IS_NULL" },
	{ "in null", in_null, LODE_E_MISUSE,
	  "the list for User.fullname holds NULL, which equals nothing: leave it out and say LODE_IS_NULL" },
	{ "where null", where_null, LODE_E_MISUSE, "lode_where was given NULL" },
	{ "limit negative", limit_negative, LODE_E_MISUSE, "lode_limit: the number is negative" },
	{ "other class column", other_class_column, LODE_E_MISUSE,
	  "Address.email is used, but Address is not in the statement: join it (lode_join), or name it with lode_from" },
	{ "column not allowed", column_not_allowed, LODE_E_MISUSE,
	  "User has no column of the name that was asked for" },
	{ "column hostile", column_hostile, LODE_E_MISUSE,
	  "User: a column was asked for by a name that is not allowed (allowed: name, age)" },
	{ "key incomplete", key_incomplete, LODE_E_MISUSE,
	  "an object of Region is found by its primary key: name the members of the key and no others" },
	{ "key unknown", key_unknown, LODE_E_MISUSE,
	  "class User has no mapped member \"idd\"; the nearest is \"id\"" },
	{ "key other", key_other, LODE_E_MISUSE,
	  "an object of User is found by its primary key: name the members of the key and no others" },
	{ "name misspelt", name_misspelt, LODE_E_MISUSE,
	  "class User has no mapped member \"nane\"; the nearest is \"name\"" },
	{ "name positional", name_positional, LODE_E_MISUSE,
	  "values of class User must be named: write .member = value" },
	{ "list named", list_named, LODE_E_MISUSE,
	  "User.addresses is a list: append to it with LODE_APPEND after the object is made" },
	{ "text unbound", text_unbound, LODE_E_MISUSE,
	  "a text has no value for :id (lode_text_bind gives it, and \\: is a plain colon)" },
	{ "text broken", text_broken, LODE_E_SYNTAX, "near \"FORM\": syntax error" },
	{ "small row", small_row, LODE_E_MISUSE, "a row of 64 bytes is read into one of 8" },
	{ "read too big", read_too_big, LODE_E_DATA, "small.number: integer out of range" },
	{ "read negative", read_negative, LODE_E_DATA, "small.big: integer out of range" },
	{ "read too long", read_too_long, LODE_E_DATA, "small.name: text is too long" },
	{ "read text", read_text, LODE_E_DATA, "small.number: not an integer" },
	{ "read optional", read_optional, LODE_E_DATA, "small.maybe: integer out of range" },
	{ "set too big", set_too_big, LODE_E_DATA,
	  "Small.number cannot hold this value: it is out of range, too long, or NULL" },
	{ "set too long", set_too_long, LODE_E_DATA,
	  "Small.name cannot hold this value: it is out of range, too long, or NULL" },
	{ "set null", set_null, LODE_E_DATA,
	  "Small.number cannot hold this value: it is out of range, too long, or NULL" },
	{ "assign without nul", assign_without_nul, LODE_E_DATA,
	  "parameter 1: a char[N] without a NUL" },
	{ "assign too big", assign_too_big, LODE_E_DATA,
	  "parameter 1: SQLite has no integers above 9223372036854775807" },
	{ "assign nan", assign_nan, LODE_E_DATA, "parameter 1: SQLite would store NaN as NULL" },
	{ "assign absent", assign_absent, LODE_E_MISUSE,
	  "Small.maybe was given a value but is not present: set .present too, or use LODE_SET" },
	{ "null text", null_text, LODE_E_NOTNULL, "NOT NULL constraint failed: user_account.name" },
	{ "null key", null_key, LODE_E_NOTNULL,
	  "Region.country is part of the primary key, is not set, and the database does not generate it" },
	{ "duplicate in flush", duplicate_in_flush, LODE_E_UNIQUE,
	  "UNIQUE constraint failed: region.country, region.code" },
	{ "duplicate of loaded", duplicate_of_loaded, LODE_E_UNIQUE,
	  "a new object of class User has the primary key of one that is in the session already" },
	{ "duplicate of stored", duplicate_of_stored, LODE_E_UNIQUE,
	  "UNIQUE constraint failed: user_account.id" },
	{ "duplicate unique", duplicate_unique, LODE_E_UNIQUE,
	  "UNIQUE constraint failed: keyword.word" },
	{ "foreign key nowhere", foreign_key_nowhere, LODE_E_FOREIGNKEY,
	  "FOREIGN KEY constraint failed" },
	{ "parent taken", parent_taken, LODE_E_FOREIGNKEY, "FOREIGN KEY constraint failed" },
	{ "enum unnamed", enum_unnamed, LODE_E_DATA,
	  "Team.color holds a number that has no name in .enum_names" },
	{ "enum read", enum_read, LODE_E_DATA,
	  "the column of member color holds a text that is no name of its enum" },
	{ "row gone", row_gone, LODE_E_STALE,
	  "the row of this object of class User is gone: it was deleted by somebody else" },
	{ "savepoint unknown", savepoint_unknown, LODE_E_STATE,
	  "this savepoint is not open any more: it was released, rolled back, or the transaction ended" },
	{ "savepoint twice", savepoint_twice, LODE_E_STATE,
	  "this savepoint is not open any more: it was released, rolled back, or the transaction ended" },
	{ "begin twice", begin_twice, LODE_E_STATE,
	  "a transaction is open already: commit or roll back first" },
};

/* ---- each row */

static void count_sent(void *context, int level, const char *name, const char *text)
{
	(void)context;
	(void)level;
	(void)text;
	if (strcmp(name, "sql") == 0)
		sent++;
}

static void hear_misuse(void *context, const lode_error *what)
{
	(void)context;
	misuse = *what;
}

static void open_fixture(void)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;

	memset(&f, 0, sizeof f);
	f.error = (lode_error)LODE_ERROR_INIT;
	f.registry = lode_registry_new(NULL);
	lode_registry_map_annotation(f.registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	lode_registry_on_misuse(f.registry, hear_misuse, NULL);
	ck_assert_msg(LODE_MAP(f.registry, &f.error, User, Address, Keyword, Region, City, Guide,
			       Team, Small) == LODE_OK,
		      "%s", f.error.message);
	options.echo = 1;
	options.log_level = LODE_LOG_DEBUG;
	options.log = count_sent;
	f.engine = lode_engine_open("sqlite:///:memory:", &options, &f.error);
	ck_assert_msg(f.engine != NULL, "%s", f.error.message);
	ck_assert_msg(lode_create_all(lode_registry_metadata(f.registry), f.engine, &f.error) ==
			      LODE_OK,
		      "%s", f.error.message);
	fixture_session(&f, NULL);
}

static void setup(void)
{
	strcpy(directory, "/tmp/lode-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chmod(directory, 0755), 0);
	open_fixture();
	setenv("LODE_PLUGIN_PATH", directory, 1);
	fixture_sql(
		&f,
		"INSERT INTO user_account (id, name) VALUES (1, 'sandy'), (2, 'patrick'), (3, 'squidward')");
	fixture_sql(
		&f,
		"INSERT INTO address (id, email, user_id) VALUES (1, 'a@b', 1), (2, 'c@d', 1), (3, 'e@f', 2)");
	error = (lode_error)LODE_ERROR_INIT;
}

static void teardown(void)
{
	char command[128];

	fixture_close(&f);
	snprintf(command, sizeof command, "rm -rf %s", directory);
	ck_assert_int_eq(system(command), 0);
}

/* The message with the directory as DIR. */
static void keep_message(const char *text)
{
	const char *at;

	message[0] = '\0';
	while ((at = strstr(text, directory)) != NULL) {
		strncat(message, text, (size_t)(at - text));
		strcat(message, "DIR");
		text = at + strlen(directory);
	}
	strcat(message, text);
}

static bool is_said(const char *expected)
{
	size_t length = strlen(expected);

	if (length > 0 && expected[length - 1] == '*')
		return strncmp(message, expected, length - 1) == 0;
	return strcmp(message, expected) == 0;
}

/* Nothing is lost, and session, engine and registry are as good as before. */
static void go_on(void)
{
	User_list users;
	User *added;

	ck_assert_int_eq(lode_rollback(f.session), LODE_OK);
	ck_assert_int_eq(lode_session_status(f.session), LODE_OK);
	users = LODE_ALL(f.session, User, lode_order_by(LODE_SELECT(User), LODE_ASC(User, id)));
	ck_assert_uint_ge(users.count, 2);
	ck_assert_str_eq(users.items[0]->name, "sandy");
	ck_assert_str_eq(users.items[1]->name, "patrick");
	ck_assert_uint_eq(LODE_LEN(users.items[0], addresses), 2);
	ck_assert_uint_eq(LODE_LEN(users.items[1], addresses), 1);
	added = LODE_ADD(f.session, User, .name = "gary");
	LODE_APPEND(added, addresses, LODE_NEW(f.session, Address, .email = "gary@example.org"));
	ck_assert_msg(lode_commit(f.session) == LODE_OK, "%s",
		      lode_session_error(f.session)->message);
	fixture_session(&f, NULL);
	ck_assert_ptr_nonnull(LODE_ONE(
		f.session, Address,
		lode_where(LODE_SELECT(Address), LODE_EQ(Address, email, "gary@example.org"))));
}

START_TEST(wrong_input_is_refused)
{
	const lode_error *said;

	rows[_i].act();
	said = error.status < 0 ? &error : lode_session_error(f.session);
	keep_message(said->message);
	ck_assert_msg(said->status == rows[_i].status && is_said(rows[_i].message),
		      "%s: %s\n%s\ninstead of %s\n%s", rows[_i].name,
		      lode_status_name(said->status), message, lode_status_name(rows[_i].status),
		      rows[_i].message);
	go_on();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("wrong_input");
	TCase *tcase = tcase_create("wrong_input");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, wrong_input_is_refused, 0, (int)(sizeof rows / sizeof *rows));
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
