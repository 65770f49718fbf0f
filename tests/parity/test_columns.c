/* SPDX-License-Identifier: MIT */
/* Rows COL of the feature table: keys, defaults, foreign keys, as SQLite sees them. */
#include "kit.h"

/* ------------------------------------------------------------------ COL-01, COL-02 */

LODE_DECLARE(Seat);
struct Seat { int32_t row; const char *letter; const char *guest; };
LODE_CLASS(Seat, "seat",
	LODE_COLUMN(Seat, row, .primary_key = true),
	LODE_COLUMN(Seat, letter, .primary_key = true),
	LODE_COLUMN(Seat, guest));

/* COL-01: identity is the tuple of the key, in its order */
START_TEST(identity_is_the_whole_key)
{
	Seat *a, *b;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Seat));
	kit_open();
	a = LODE_ADD(k.session, Seat, .row = 7, .letter = "A", .guest = "x");
	b = LODE_ADD(k.session, Seat, .row = 7, .letter = "B", .guest = "y");
	COMMIT();
	kit_forget();
	ck_assert_ptr_eq(LODE_FIND(k.session, Seat, .row = 7, .letter = "A"), a);
	ck_assert_ptr_eq(LODE_FIND(k.session, Seat, .letter = "B", .row = 7), b);
	EXPECT_SENT("");
	ck_assert_ptr_null(LODE_FIND(k.session, Seat, .row = 8, .letter = "A"));
	ASSERT_GOOD();
	ck_assert_ptr_null(LODE_FIND(k.session, Seat, .row = 7));
	EXPECT_FAILED(LODE_E_MISUSE, "key");
	LODE_ADD(k.session, Seat, .row = 7, .letter = "A", .guest = "z");
	ck_assert_int_lt(lode_flush(k.session), 0);
	lode_rollback(k.session);
	kit_close();
}
END_TEST

LODE_DECLARE(Big);
LODE_DECLARE(Given);
LODE_DECLARE(Part);
struct Big { int64_t id; const char *name; };
struct Given { int64_t id; const char *name; };
struct Part { int64_t id; const char *name; };
LODE_CLASS(Big, "big", LODE_COLUMN(Big, id, .primary_key = true), LODE_COLUMN(Big, name));
LODE_CLASS(Given, "given",
	LODE_COLUMN(Given, id, .primary_key = true, .autoincrement = LODE_AUTOINCREMENT_OFF),
	LODE_COLUMN(Given, name));
LODE_CLASS(Part, "part",
	LODE_COLUMN(Part, id, .primary_key = true, .foreign_key = "big.id",
	            .autoincrement = LODE_AUTOINCREMENT_IGNORE_FOREIGN_KEY),
	LODE_COLUMN(Part, name));

/* COL-02: a single integer key is generated and read back; on, off and past a foreign key if said */
START_TEST(single_integer_keys_are_generated)
{
	Big *one, *given;
	Part *part;
	Given *zero;

	const int64_t first = backend_counts_given_keys() ? 1 : 100;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Big, Given, Part));
	kit_open();
	given = LODE_ADD(k.session, Big, .id = first, .name = "given");
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	one = LODE_ADD(k.session, Big, .name = "made");
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	part = LODE_ADD(k.session, Part, .name = "part");
	zero = LODE_ADD(k.session, Given, .id = 0, .name = "nought");
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	ck_assert_int_eq(given->id, first);
	ck_assert_int_eq(one->id, backend_counts_given_keys() ? 2 : 1);
	ck_assert_int_eq(part->id, 1);
	ck_assert_int_eq(zero->id, 0);
	EXPECT_SENT("INSERT INTO big (id, name) VALUES (?, ?)\n"
	            "INSERT INTO big (name) VALUES (?)\n"
	            "INSERT INTO given (id, name) VALUES (?, ?)\n"
	            "INSERT INTO part (name) VALUES (?)");
	lode_rollback(k.session);
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ COL-03 */

LODE_DECLARE(Strict);
struct Strict { int64_t id; const char *must; const char *may; };
LODE_CLASS(Strict, "strict",
	LODE_COLUMN(Strict, id, .primary_key = true),
	LODE_COLUMN(Strict, must),
	LODE_COLUMN(Strict, may, .nullable = true));

/* COL-03: NOT NULL stands in the DDL, and the database enforces it, not the client */
START_TEST(not_null_is_the_databases)
{
	Strict *s;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Strict));
	kit_open();
	s = LODE_ADD(k.session, Strict, .must = NULL, .may = NULL);
	ck_assert_int_eq(lode_flush(k.session), LODE_E_NOTNULL);
	EXPECT_SENT("INSERT INTO strict (must, may) VALUES (?, ?)");
	ck_assert_ptr_eq(lode_session_culprit(k.session), s);
	if (!backend_is_odbc())    /* whose diagnostics have no field for it */
		ck_assert_str_eq(lode_session_error(k.session)->column, "must");
	lode_rollback(k.session);
	if (backend_speaks("sqlite"))
		ck_assert_str_eq(kit_query("SELECT name, \"notnull\" FROM pragma_table_info('strict')"),
		                 "id|1;must|1;may|0;");
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ COL-04, COL-06, COL-07, COL-17, COL-19 */

LODE_DECLARE(Defaults);
struct Defaults {
	int64_t id;
	int32_t constant;
	const char *word;
	double half;
	bool yes;
	lode_opt_int32 optional;
	const char *server;
	lode_opt_int32 counted;
	lode_datetime made;
	const char *plain;
	lode_opt_int32 nothing;
	const char *both;
};
LODE_CLASS(Defaults, "defaults",
	LODE_COLUMN(Defaults, id, .primary_key = true),
	LODE_COLUMN(Defaults, constant, .insert_default = LODE_DEFAULT_INT(7)),
	LODE_COLUMN(Defaults, word, .insert_default = LODE_DEFAULT_STRING("it's")),
	LODE_COLUMN(Defaults, half, .insert_default = LODE_DEFAULT_DOUBLE(0.5)),
	LODE_COLUMN(Defaults, yes, .insert_default = LODE_DEFAULT_INT(1)),
	LODE_COLUMN(Defaults, optional, .insert_default = LODE_DEFAULT_INT(3)),
	LODE_COLUMN(Defaults, server, .nullable = true, .server_default = LODE_DEFAULT_STRING("server's")),
	LODE_COLUMN(Defaults, counted, .server_default = LODE_SQL("(1 + 1)")),
	LODE_COLUMN(Defaults, made, .insert_default = LODE_NOW),
	LODE_COLUMN(Defaults, plain, .nullable = true),
	LODE_COLUMN(Defaults, nothing),
	LODE_COLUMN(Defaults, both, .insert_default = LODE_DEFAULT_STRING("client"),
	            .server_default = LODE_DEFAULT_STRING("server")));

static void open_defaults(void)
{
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Defaults));
	kit_open();
}

/* COL-04: constants are used where nothing was given, unseen before the flush, on the object after
 * it without a SELECT.  COL-07: server defaults come back in the same statement.  COL-19: nullable
 * columns without a default are sent as NULL.  COL-17: client default before server default. */
START_TEST(defaults_fill_what_is_not_named)
{
	Defaults *d;

	open_defaults();
	d = LODE_ADD(k.session, Defaults, 0);
	ck_assert_int_eq(d->constant, 0);
	ck_assert_ptr_null(d->word);
	ck_assert_ptr_null(d->server);
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	EXPECT_SENT("INSERT INTO defaults (constant, word, half, yes, optional, made, plain, \"nothing\", both) VALUES "
	            "(?, ?, ?, ?, ?, strftime('%Y-%m-%d %H:%M:%f000','now'), ?, ?, ?) "
	            "RETURNING server, counted, made");
	ck_assert_int_eq(d->constant, 7);
	ck_assert_str_eq(d->word, "it's");
	ck_assert(d->half == 0.5 && d->yes);
	ck_assert(d->optional.present && d->optional.value == 3);
	ck_assert_str_eq(d->server, "server's");
	ck_assert(d->counted.present && d->counted.value == 2);
	ck_assert(d->made.usec > 1600000000000000);
	ck_assert_str_eq(d->both, "client");
	ck_assert(!lode_is_modified(d));
	COMMIT();
	ck_assert_str_eq(kit_query("SELECT constant, word, half, yes, optional, server, counted, plain, \"nothing\", \"both\" "
	                           "FROM defaults"), "7|it's|0.5|1|3|server's|2|NULL|NULL|client;");
	kit_close();
}
END_TEST

/* COL-17: what is named wins over every default, NULL too; so it does when it is set afterwards */
START_TEST(named_values_win)
{
	Defaults *d;

	open_defaults();
	LODE_ADD(k.session, Defaults, .constant = 0, .word = "own", .half = 0, .yes = false, .optional = { 0 },
	         .server = NULL, .counted = { 0 }, .both = "own");
	d = LODE_ADD(k.session, Defaults, 0);
	LODE_SET(d, constant, 0);
	LODE_SET_NULL(d, optional);
	LODE_SET_NULL(d, server);
	d->word = "assigned";
	d->both = "own";
	COMMIT();
	ck_assert_str_eq(kit_query("SELECT constant, word, half, yes, optional, server, counted, \"both\" FROM defaults "
	                           "ORDER BY id"),
	                 "0|own|0|0|NULL|NULL|NULL|own;0|assigned|0.5|1|NULL|NULL|2|own;");
	kit_close();
}
END_TEST

/* COL-19: rows that leave different nullable columns out share one statement */
START_TEST(unset_columns_share_a_statement)
{
	const char *line;

	open_defaults();
	LODE_ADD(k.session, Defaults, .plain = "x");
	LODE_ADD(k.session, Defaults, .nothing = lode_some_int32(1));
	LODE_ADD(k.session, Defaults, 0);
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	line = strtok(k.sent, "\n");
	if (backend_is_sqlite())
		ck_assert_str_eq(line, "INSERT INTO defaults (constant, word, half, yes, optional, made, plain, \"nothing\", both) "
	                 "SELECT lode_cell(0), lode_cell(1), lode_cell(2), lode_cell(3), lode_cell(4), "
	                 "strftime('%Y-%m-%d %H:%M:%f000','now'), lode_cell(5), lode_cell(6), lode_cell(7) "
	                 "FROM lode_rows");
	line = strtok(NULL, "\n");    /* what the server made of all of them */
	ck_assert_int_eq(strncmp(line, "SELECT ", 7), 0);
	ck_assert_ptr_null(strtok(NULL, "\n"));
	lode_rollback(k.session);
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ COL-07: what the database sets by itself */

LODE_DECLARE(Watched);
struct Watched { int64_t id; const char *name; const char *stamp; };
LODE_CLASS(Watched, "watched",
	LODE_COLUMN(Watched, id, .primary_key = true),
	LODE_COLUMN(Watched, name),
	LODE_COLUMN(Watched, stamp, .nullable = true, .server_default = LODE_FETCHED));

/* COL-07: LODE_FETCHED has no DDL, is not sent, and is read after the INSERT.  RETURNING of SQLite
 * shows the row before AFTER triggers, so the trigger here is another table's default. */
START_TEST(fetched_columns_are_read_back)
{
	static const char *const create[] = {
		"CREATE TABLE watched (id INTEGER PRIMARY KEY, name TEXT, "
		"stamp TEXT GENERATED ALWAYS AS ('<' || name || '>') STORED)",
		"CREATE TABLE watched (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, "
		"name TEXT, stamp TEXT GENERATED ALWAYS AS ('<' || name || '>') STORED)",
		"CREATE TABLE watched (id BIGINT AUTO_INCREMENT PRIMARY KEY, name TEXT, "
		"stamp TEXT GENERATED ALWAYS AS (concat('<', name, '>')) STORED)",
	};
	Watched *w;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Watched));
	ck_assert_ptr_null(strstr(kit_ddl("sqlite"), "DEFAULT"));
	kit_engine(backend_url(NULL));
	ck_assert_str_eq(kit_query(create[backend_speaks("postgresql") + 2 * backend_speaks("mariadb")]), "");
	kit_session(NULL);
	w = LODE_ADD(k.session, Watched, .name = "a");
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	EXPECT_SENT("INSERT INTO watched (name) VALUES (?) RETURNING stamp");
	ck_assert_str_eq(w->stamp, "<a>");
	lode_rollback(k.session);
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ COL-08 */

LODE_DECLARE(Touched);
struct Touched { int64_t id; const char *name; lode_datetime changed; int32_t count; int32_t marks; };
LODE_CLASS(Touched, "touched",
	LODE_COLUMN(Touched, id, .primary_key = true),
	LODE_COLUMN(Touched, name),
	LODE_COLUMN(Touched, changed, .server_default = LODE_SQL("'2001-01-01 00:00:00.000000'"),
	            .onupdate = LODE_NOW),
	LODE_COLUMN(Touched, count, .insert_default = LODE_DEFAULT_INT(1), .onupdate = LODE_SQL("count + 1")),
	LODE_COLUMN(Touched, marks, .onupdate = LODE_DEFAULT_INT(9)));

/* COL-08: put into every UPDATE that does not set the column, never a reason for one */
START_TEST(onupdate_joins_updates)
{
	Touched *t;
	int64_t before;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Touched));
	kit_open();
	t = LODE_ADD(k.session, Touched, .name = "a");
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	ck_assert_int_eq(t->count, 1);
	ck_assert_int_eq(t->marks, 0);
	before = t->changed.usec;
	kit_forget();
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	t->name = "a";
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	EXPECT_SENT("");
	t->name = "b";
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	EXPECT_SENT("UPDATE touched SET name = ?, changed = strftime('%Y-%m-%d %H:%M:%f000','now'), "
	            "count = count + 1, marks = ? WHERE id = ? RETURNING changed, count");
	ck_assert_int_gt(t->changed.usec, before);
	ck_assert_int_eq(t->count, 2);
	ck_assert_int_eq(t->marks, 9);
	t->marks = 5;
	LODE_SET(t, count, 50);
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	ck_assert_int_eq(t->marks, 5);
	ck_assert_int_eq(t->count, 50);
	lode_rollback(k.session);
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ COL-05 */

LODE_DECLARE(Made);
struct Made { int64_t id; const char *name; int32_t length; const char *label; lode_opt_int32 turns; };

static int calls;

static lode_value measure(const void *object)
{
	const Made *made = object;

	calls++;
	return lode_value_int((int64_t)strlen(made->name));
}

static lode_value describe(const void *object)
{
	static char text[40];

	snprintf(text, sizeof text, "<%s %d>", ((const Made *)object)->name, (int)((const Made *)object)->length);
	return lode_value_text(text);
}

static lode_value turn(const void *object)
{
	const Made *made = object;

	return made->turns.value == 2 ? lode_value_null() : lode_value_int(made->turns.value + 1);
}

LODE_CLASS(Made, "made",
	LODE_COLUMN(Made, id, .primary_key = true),
	LODE_COLUMN(Made, name),
	LODE_COLUMN(Made, length, .insert_default = LODE_DEFAULT_FUNCTION(measure)),
	LODE_COLUMN(Made, label, .insert_default = LODE_DEFAULT_FUNCTION(describe),
	            .onupdate = LODE_DEFAULT_FUNCTION(describe)),
	LODE_COLUMN(Made, turns, .onupdate = LODE_DEFAULT_FUNCTION(turn)));

/* COL-05: called once a row when it is stored, with the other members of the row; kept on the
 * object.  COL-08: the same for updates.  A statement has no object to call it with */
START_TEST(functions_give_defaults)
{
	lode_statement *insert;
	Made *a, *b, *given;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Made));
	kit_open();
	calls = 0;
	a = LODE_ADD(k.session, Made, .name = "a");
	b = LODE_ADD(k.session, Made, .name = "bbb");
	given = LODE_ADD(k.session, Made, .name = "c", .length = 0);
	ck_assert_int_eq(calls, 0);
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	ck_assert_int_eq(calls, 2);
	ck_assert(a->length == 1 && b->length == 3 && given->length == 0);
	ck_assert_str_eq(a->label, "<a 1>");
	ck_assert_str_eq(b->label, "<bbb 3>");
	ck_assert(!a->turns.present && !lode_is_modified(a));
	for (int i = 1; i < 4; i++) {
		b->length = 10 * i;
		ck_assert_int_eq(lode_flush(k.session), LODE_OK);
		ck_assert_int_eq(b->turns.present, i < 3);
		ck_assert(i == 3 || b->turns.value == i);
	}
	ck_assert_str_eq(b->label, "<bbb 30>");
	COMMIT();
	ck_assert_str_eq(kit_query("SELECT length, label, turns FROM made ORDER BY id"),
	                 "1|<a 1>|NULL;30|<bbb 30>|NULL;0|<c 0>|NULL;");
	insert = LODE_ASSIGN(LODE_INSERT_INTO(Made), Made, name, "x");
	ck_assert_int_eq(lode_execute(k.session, insert, NULL), LODE_E_UNSUPPORTED);
	EXPECT_FAILED(LODE_E_UNSUPPORTED, "the default of made.length is a C function");
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ COL-13, COL-14, COL-15 */

LODE_DECLARE(Owner);
LODE_DECLARE(Pet);
struct Owner { int32_t id; char code[5]; };
struct Pet { int64_t id; int32_t owner_id; char code[5]; int32_t tag; int32_t chip; };
LODE_CLASS(Owner, "owner",
	LODE_COLUMN(Owner, id, .primary_key = true),
	LODE_COLUMN(Owner, code, .unique = true));
LODE_CLASS(Pet, "pet",
	LODE_COLUMN(Pet, id, .primary_key = true),
	LODE_COLUMN(Pet, owner_id, .foreign_key = "owner.id", .on_delete = "CASCADE", .on_update = "SET NULL"),
	LODE_COLUMN(Pet, code, .foreign_key = "owner.code"),
	LODE_COLUMN(Pet, tag, .index = true),
	LODE_COLUMN(Pet, chip, .index = true, .unique = true));

/* COL-14: by "table.column", with the type of what it refers to; COL-13: flags make an index, a
 * constraint, or a unique index; COL-15: actions stand in the DDL */
START_TEST(keys_and_flags_stand_in_the_ddl)
{
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Pet, Owner));
	ck_assert_str_eq(kit_ddl("sqlite"),
		"CREATE TABLE owner (\n"
		"\tid INTEGER NOT NULL PRIMARY KEY,\n"
		"\tcode VARCHAR(4) NOT NULL,\n"
		"\tUNIQUE (code)\n"
		");\n"
		"CREATE TABLE pet (\n"
		"\tid INTEGER NOT NULL PRIMARY KEY,\n"
		"\towner_id INTEGER NOT NULL,\n"
		"\tcode VARCHAR(4) NOT NULL,\n"
		"\ttag INTEGER NOT NULL,\n"
		"\tchip INTEGER NOT NULL,\n"
		"\tFOREIGN KEY (owner_id) REFERENCES owner (id) ON DELETE CASCADE ON UPDATE SET NULL,\n"
		"\tFOREIGN KEY (code) REFERENCES owner (code)\n"
		");\n"
		"CREATE INDEX ix_pet_tag ON pet (tag);\n"
		"CREATE UNIQUE INDEX ix_pet_chip ON pet (chip);\n");
	kit_close();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parity/columns");
	TCase *tcase = tcase_create("columns");

	tcase_add_test(tcase, identity_is_the_whole_key);
	tcase_add_test(tcase, single_integer_keys_are_generated);
	tcase_add_test(tcase, not_null_is_the_databases);
	tcase_add_test(tcase, defaults_fill_what_is_not_named);
	tcase_add_test(tcase, named_values_win);
	tcase_add_test(tcase, unset_columns_share_a_statement);
	tcase_add_test(tcase, fetched_columns_are_read_back);
	tcase_add_test(tcase, onupdate_joins_updates);
	tcase_add_test(tcase, functions_give_defaults);
	tcase_add_test(tcase, keys_and_flags_stand_in_the_ddl);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
