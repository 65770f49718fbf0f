/* SPDX-License-Identifier: MIT */
/* tests/orm/test_keys.c - the keys that objects hold after a flush are those of their rows,
 * whatever else numbers the table: used up rowids, triggers, explicit keys, other writers. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

static fixture f;

#define BATCH 50

LODE_DECLARE(Item);
struct Item {
	int64_t id;
	const char *name;
	const char *note;
	Item_one next;
	lode_opt_int64 next_id;
};
LODE_CLASS(Item, "item",
	LODE_COLUMN(Item, id, .annotation = "bigint", .primary_key = true),
	LODE_COLUMN(Item, name),
	LODE_COLUMN(Item, note, .nullable = true, .server_default = LODE_DEFAULT_STRING("none")),
	LODE_COLUMN(Item, next_id, .foreign_key = "item.id"),
	LODE_TO_ONE(Item, next, Item, .remote_side = "id"));

LODE_DECLARE(Numbered);
struct Numbered {
	int64_t id;
	const char *name;
};
LODE_CLASS(Numbered, "numbered",
	LODE_COLUMN(Numbered, id, .primary_key = true, .autoincrement = LODE_AUTOINCREMENT_ON),
	LODE_COLUMN(Numbered, name));

LODE_DECLARE(Short);
struct Short {
	int16_t id;
	const char *name;
};
LODE_CLASS(Short, "short",
	LODE_COLUMN(Short, id, .primary_key = true),
	LODE_COLUMN(Short, name));

LODE_DECLARE(Medium);
struct Medium {
	uint32_t id;
	const char *name;
};
LODE_CLASS(Medium, "medium",
	LODE_COLUMN(Medium, id, .primary_key = true),
	LODE_COLUMN(Medium, name));

LODE_DECLARE(Worded);
struct Worded {
	char word[12];
	int32_t number;
};
LODE_CLASS(Worded, "worded",
	LODE_COLUMN(Worded, word, .primary_key = true),
	LODE_COLUMN(Worded, number));

LODE_DECLARE(Place);
struct Place {
	int32_t row, col;
	const char *plane;
	double value;
};
LODE_CLASS(Place, "place",
	LODE_COLUMN(Place, row, .primary_key = true),
	LODE_COLUMN(Place, col, .primary_key = true),
	LODE_COLUMN(Place, plane, .primary_key = true),
	LODE_COLUMN(Place, value));

LODE_DECLARE(Unique);
struct Unique {
	lode_uuid id;
	int32_t number;
};
LODE_CLASS(Unique, "unique_thing",
	LODE_COLUMN(Unique, id, .primary_key = true),
	LODE_COLUMN(Unique, number));

static void keep_sent(void *context, int level, const char *name, const char *text)
{
	fixture *to = context;

	(void)level;
	if (strcmp(name, "sql") == 0 && strncmp(text, "INSERT", 6) == 0 && to->count < FIXTURE_SENT)
		to->sent[to->count++] = strdup(text);
}

static void open_database(fixture *to, const char *url)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;

	memset(to, 0, sizeof *to);
	to->error = (lode_error)LODE_ERROR_INIT;
	to->registry = lode_registry_new(NULL);
	lode_registry_map_annotation(to->registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_msg(LODE_MAP(to->registry, &to->error, Item, Numbered, Short, Medium, Worded,
			       Place, Unique) == LODE_OK,
		      "%s", to->error.message);
	options.echo = 1;
	options.log_level = LODE_LOG_DEBUG;
	options.log = keep_sent;
	options.log_context = to;
	if (strcmp(url, backend_url(NULL)) == 0)
		backend_clear();
	to->engine = lode_engine_open(url, &options, &to->error);
	ck_assert_msg(to->engine != NULL, "%s", to->error.message);
	ck_assert_msg(lode_create_all(lode_registry_metadata(to->registry), to->engine,
				      &to->error) == LODE_OK,
		      "%s", to->error.message);
	fixture_session(to, NULL);
}

static void setup(void)
{
	open_database(&f, backend_url(NULL));
}

static void teardown(void)
{
	fixture_close(&f);
}

/* ---- what the database says */

static lode_status take_key(void *context, const lode_raw_row *row)
{
	*(int64_t *)context = row->values[0].as.integer;
	return LODE_OK;
}

/* The number that a statement with one text parameter gives; -1 without a row. */
static int64_t number_of(fixture *from, const char *sql, const char *name)
{
	lode_connection *connection = lode_connection_open(from->engine, &from->error);
	lode_value value = lode_value_text(name);
	char text[128];
	int64_t key = -1;

	ck_assert_msg(connection != NULL, "%s", from->error.message);
	snprintf(text, sizeof text, "%.*s%s%s", (int)strcspn(sql, "?"), sql, backend_placeholder(),
		 strchr(sql, '?') + 1);
	ck_assert_msg(lode_connection_execute_unsafe(connection, text, &value, 1, take_key, &key,
						     NULL, &from->error) == LODE_OK,
		      "%s", from->error.message);
	lode_connection_close(connection);
	return key;
}

/* Adds so many items "<prefix>0"..., in one flush with what was added before. */
static void add_items(Item **items, const char *prefix, int count)
{
	char name[32];

	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof name, "%s%d", prefix, i);
		items[i] = LODE_ADD(f.session, Item, .name = name);
	}
}

static void commit(fixture *to)
{
	ck_assert_msg(lode_commit(to->session) == LODE_OK, "%s",
		      lode_session_error(to->session)->message);
}

static void check_items(Item *const *items, int count)
{
	for (int i = 0; i < count; i++) {
		int64_t key = number_of(&f, "SELECT id FROM item WHERE name = ?", items[i]->name);

		ck_assert_msg(items[i]->id == key, "%s has the key %lld, its object %lld",
			      items[i]->name, (long long)key, (long long)items[i]->id);
		ck_assert_ptr_eq(LODE_FIND(f.session, Item, .id = key), items[i]);
	}
	lode_rollback(f.session);
}

/* ---- generated keys */

START_TEST(a_bigint_key_generates)
{
	Item *items[BATCH];

	add_items(items, "a", 1);
	commit(&f);
	add_items(items + 1, "b", BATCH - 1);
	commit(&f);
	check_items(items, BATCH);
	ck_assert_int_eq(items[0]->id, 1);
	ck_assert_int_eq(items[BATCH - 1]->id, BATCH);
	ck_assert_str_eq(items[0]->note, "none");
	ck_assert_str_eq(items[BATCH - 1]->note, "none");
}
END_TEST

START_TEST(rowids_are_used_up)
{
	Item *items[BATCH];

	BACKEND_ONLY_SQLITE("rowids");
	fixture_sql(&f, "INSERT INTO item (id, name) VALUES (9223372036854775807, 'last')");
	add_items(items, "a", BATCH);
	commit(&f);
	check_items(items, BATCH);
}
END_TEST

START_TEST(rowids_are_nearly_used_up)
{
	Item *items[BATCH];

	BACKEND_ONLY_SQLITE("rowids");
	fixture_sql(&f, "INSERT INTO item (id, name) VALUES (9223372036854775797, 'nearly last')");
	add_items(items, "a", BATCH);
	commit(&f);
	check_items(items, BATCH);
}
END_TEST

/* negative keys: the highest is below zero */
START_TEST(keys_are_negative)
{
	Item *items[BATCH];

	fixture_sql(&f, "INSERT INTO item (id, name) VALUES (-20, 'low')");
	add_items(items, "a", BATCH);
	commit(&f);
	check_items(items, BATCH);
}
END_TEST

static const char *const triggers[] = {
	"CREATE TRIGGER t AFTER INSERT ON item WHEN new.name NOT LIKE 'copy%' BEGIN "
	"INSERT INTO item (name) VALUES ('copy of ' || new.name); END",
	"CREATE TRIGGER t BEFORE INSERT ON item WHEN new.name NOT LIKE 'copy%' BEGIN "
	"INSERT INTO item (name) VALUES ('copy of ' || new.name); END",
	"CREATE TRIGGER t AFTER INSERT ON item WHEN new.name LIKE '%7' BEGIN "
	"INSERT INTO item (name) VALUES ('copy of ' || new.name); END",
	"CREATE TRIGGER t AFTER INSERT ON item BEGIN INSERT INTO numbered (name) VALUES (new.name); END",
	"CREATE TRIGGER t AFTER INSERT ON item BEGIN UPDATE item SET note = 'by trigger' WHERE id = new.id; END",
	"CREATE TRIGGER t AFTER INSERT ON item WHEN new.name LIKE '%7' BEGIN DELETE FROM item WHERE name LIKE '%6'; "
	"INSERT INTO item (name) VALUES ('a6'); END",
};

START_TEST(a_trigger_writes)
{
	Item *items[BATCH], *one;

	BACKEND_ONLY_SQLITE("triggers in SQLite's language");
	fixture_sql(&f, triggers[_i]);
	one = LODE_ADD(f.session, Item, .name = "single");
	commit(&f);
	add_items(items, "a", BATCH);
	commit(&f);
	ck_assert_int_eq(one->id, number_of(&f, "SELECT id FROM item WHERE name = ?", "single"));
	if (_i < 5) {
		check_items(items, BATCH);
		return;
	}
	/* rows that the trigger replaced are gone; the others are theirs */
	check_items(items, 6);
	check_items(items + 7, 3);
}
END_TEST

/* Scenario 20: three groups in the order of adding. */
START_TEST(explicit_and_generated_keys_mix)
{
	Item *a, *b, *c, *d, *e;

	fixture_forget(&f);
	a = LODE_ADD(f.session, Item, .name = "a");
	b = LODE_ADD(f.session, Item, .name = "b");
	c = LODE_ADD(f.session, Item, .id = 10, .name = "c");
	d = LODE_ADD(f.session, Item, .id = 11, .name = "d");
	e = LODE_ADD(f.session, Item, .name = "e");
	commit(&f);
	ck_assert_uint_eq(fixture_sent(&f), 3);
	ck_assert_int_eq(a->id, 1);
	ck_assert_int_eq(b->id, 2);
	ck_assert_int_eq(c->id, 10);
	ck_assert_int_eq(d->id, 11);
	if (backend_speaks("sqlite"))
		ck_assert_int_eq(e->id, 12);
	check_items((Item *[]){ a, b, c, d, e }, 5);
}
END_TEST

START_TEST(a_generated_key_meets_an_explicit_one)
{
	Item *items[4];

	BACKEND_ONLY_SQLITE("generated keys behind the highest");
	items[0] = LODE_ADD(f.session, Item, .id = 2, .name = "a");
	items[1] = LODE_ADD(f.session, Item, .name = "b");
	items[2] = LODE_ADD(f.session, Item, .id = 1, .name = "c");
	items[3] = LODE_ADD(f.session, Item, .name = "d");
	commit(&f);
	check_items(items, 4);
	ck_assert_int_eq(items[3]->id, 4);
}
END_TEST

/* Rows of several shapes in one flush: each stays known to later flushes. */
START_TEST(every_shape_is_remembered)
{
	Item *items[3];

	items[0] = LODE_ADD(f.session, Item, .name = "a");
	items[1] = LODE_ADD(f.session, Item, .name = "b", .note = "noted");
	items[2] = LODE_ADD(f.session, Item, .name = "c", .next = { items[0] });
	commit(&f);
	items[0]->name = "aa";
	items[1]->note = "other";
	items[2]->name = "cc";
	items[2]->note = "third";
	commit(&f);
	for (int i = 0; i < 3; i++)
		items[i]->note = "last";
	LODE_LINK(items[0], next, items[1]);
	LODE_SET_NULL(items[2], next);
	commit(&f);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(
			number_of(&f, "SELECT count(*) FROM item WHERE name = ? AND note = 'last'",
				  items[i]->name),
			1);
	ck_assert_int_eq(number_of(&f, "SELECT next_id FROM item WHERE name = ?", "aa"),
			 items[1]->id);
	ck_assert_int_eq(number_of(&f, "SELECT next_id IS NULL FROM item WHERE name = ?", "cc"), 1);
}
END_TEST

START_TEST(a_chain_gets_its_keys_in_one_flush)
{
	Item *items[BATCH];

	add_items(items, "a", BATCH);
	for (int i = 1; i < BATCH; i++)
		LODE_LINK(items[i - 1], next, items[i]);
	commit(&f);
	check_items(items, BATCH);
	for (int i = 1; i < BATCH; i++)
		ck_assert_int_eq(number_of(&f, "SELECT next_id FROM item WHERE name = ?",
					   items[i - 1]->name),
				 items[i]->id);
}
END_TEST

START_TEST(autoincrement_never_reuses)
{
	Numbered *rows[BATCH];
	char name[32];

	BACKEND_ONLY_SQLITE("AUTOINCREMENT");
	fixture_sql(&f, "DROP TABLE numbered");
	fixture_sql(
		&f,
		"CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)");
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < BATCH; i++) {
			snprintf(name, sizeof name, "%d-%d", round, i);
			rows[i] = LODE_ADD(f.session, Numbered, .name = name);
		}
		commit(&f);
		for (int i = 0; i < BATCH; i++) {
			ck_assert_int_eq(rows[i]->id, round * BATCH + i + 1);
			ck_assert_int_eq(rows[i]->id,
					 number_of(&f, "SELECT id FROM numbered WHERE name = ?",
						   rows[i]->name));
		}
		for (int i = 0; i < BATCH; i++)
			lode_delete(f.session, rows[i]);
		commit(&f);
	}
	rows[0] = LODE_ADD(f.session, Numbered, .name = "alone");
	commit(&f);
	ck_assert_int_eq(rows[0]->id, 2 * BATCH + 1);
}
END_TEST

START_TEST(narrow_keys_are_generated)
{
	Short *shorts[BATCH];
	Medium *mediums[BATCH];

	fixture_sql(&f, "INSERT INTO medium (id, name) VALUES (4294967200, 'high')");
	for (int i = 0; i < BATCH; i++) {
		shorts[i] = LODE_ADD(f.session, Short, .name = "s");
		mediums[i] = LODE_ADD(f.session, Medium, .name = "m");
	}
	commit(&f);
	for (int i = 0; i < BATCH; i++) {
		ck_assert_int_eq(shorts[i]->id, i + 1);
		ck_assert_uint_eq(mediums[i]->id, UINT32_C(4294967200) + 1 + (uint32_t)i);
		ck_assert_ptr_eq(LODE_FIND(f.session, Short, .id = (int16_t)(i + 1)), shorts[i]);
	}
}
END_TEST

/* The key that the database gives is too big for the member: nothing of the flush stays. */
START_TEST(a_narrow_key_overflows)
{
	fixture_sql(&f, "INSERT INTO short (id, name) VALUES (32766, 'last but one')");
	LODE_ADD(f.session, Short, .name = "last");
	LODE_ADD(f.session, Short, .name = "too much");
	ck_assert_int_eq(lode_flush(f.session), LODE_E_DATA);
	if (backend_speaks("sqlite"))
		ck_assert_str_eq(lode_session_error(f.session)->message,
				 "the database generated a key for Short.id that does not fit the "
				 "member");
	ck_assert_int_eq(lode_commit(f.session), LODE_E_DATA);
	ck_assert_int_eq(lode_rollback(f.session), LODE_OK);
	ck_assert_int_eq(number_of(&f, "SELECT count(*) FROM short WHERE name <> ?", ""), 1);
	/* others never give a number again that a transaction took */
	if (!backend_speaks("sqlite"))
		return;
	LODE_ADD(f.session, Short, .name = "last");
	commit(&f);
	ck_assert_str_eq(LODE_FIND(f.session, Short, .id = 32767)->name, "last");
}
END_TEST

/* ---- keys of the program's own */

static lode_uuid make_uuid(int number)
{
	lode_uuid uuid;

	for (int i = 0; i < 16; i++)
		uuid.bytes[i] = (uint8_t)(number * 37 + i * 11);
	/* a random one by RFC 4122: MariaDB refuses some others */
	uuid.bytes[6] = (uint8_t)(0x40 | (uuid.bytes[6] & 0x0f));
	uuid.bytes[8] = (uint8_t)(0x80 | (uuid.bytes[8] & 0x3f));
	return uuid;
}

static void add_own_keys(void)
{
	char text[12];

	for (int i = 0; i < BATCH; i++) {
		snprintf(text, sizeof text, "w%d", i * 7919);
		strcpy(LODE_ADD(f.session, Worded, .number = i)->word, text);
		LODE_ADD(f.session, Place, .row = i % 7, .col = -i, .plane = i % 2 ? "" : "up",
			 .value = i / 8.0);
		LODE_ADD(f.session, Unique, .id = make_uuid(i), .number = i);
	}
	commit(&f);
}

START_TEST(own_keys_find_their_rows)
{
	char text[12] = "w0";

	add_own_keys();
	for (int fresh = 0; fresh < 2; fresh++) {
		for (int i = 0; i < BATCH; i++) {
			Worded key = { .number = 0 };
			Worded *word;
			Place *place = LODE_FIND(f.session, Place, .row = i % 7, .col = -i,
						 .plane = i % 2 ? "" : "up");
			Unique *unique = LODE_FIND(f.session, Unique, .id = make_uuid(i));

			snprintf(text, sizeof text, "w%d", i * 7919);
			memcpy(key.word, text, sizeof text);
			word = lode_find(f.session, &Worded_class, &key, ".word = text");
			ck_assert(word && word->number == i);
			ck_assert(place && place->value == i / 8.0);
			ck_assert(unique && unique->number == i);
		}
		fixture_session(&f, NULL);
	}
}
END_TEST

/* A changed key moves the row, and the object in the identity map. */
START_TEST(an_own_key_changes)
{
	Place *place;

	add_own_keys();
	place = LODE_FIND(f.session, Place, .row = 1, .col = -1, .plane = "");
	place->row = 100;
	LODE_SET(place, plane, "moved");
	commit(&f);
	ck_assert_ptr_eq(LODE_FIND(f.session, Place, .row = 100, .col = -1, .plane = "moved"),
			 place);
	ck_assert_ptr_null(LODE_FIND(f.session, Place, .row = 1, .col = -1, .plane = ""));
	fixture_session(&f, NULL);
	place = LODE_FIND(f.session, Place, .row = 100, .col = -1, .plane = "moved");
	ck_assert(place && place->value == 1 / 8.0);
}
END_TEST

/* ---- beside a second writer */

static char path[64];

static void setup_file(void)
{
	strcpy(path, "/tmp/lode-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(path));
}

static void teardown_file(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf %s", path);
	ck_assert_int_eq(system(command), 0);
}

static void open_file(fixture *to)
{
	char url[128];

	snprintf(url, sizeof url, "sqlite:///%s/keys.db", path);
	open_database(to, url);
}

START_TEST(two_connections_write_in_turn)
{
	fixture other;
	Item *items[5 * 4];
	Item *others[5 * 3];

	open_file(&f);
	open_file(&other);
	for (int round = 0; round < 5; round++) {
		char prefix[24];

		snprintf(prefix, sizeof prefix, "a%d-", round);
		add_items(items + 4 * round, prefix, 4);
		commit(&f);
		for (int i = 0; i < 3; i++) {
			char name[32];

			snprintf(name, sizeof name, "b%d-%d", round, i);
			others[3 * round + i] = LODE_ADD(other.session, Item, .name = name);
		}
		commit(&other);
	}
	check_items(items, 5 * 4);
	for (int i = 0; i < 5 * 3; i++)
		ck_assert_int_eq(others[i]->id, number_of(&f, "SELECT id FROM item WHERE name = ?",
							  others[i]->name));
	fixture_close(&other);
	fixture_close(&f);
}
END_TEST

/* Batches as fast as they go; each row holds its own key as its note. */
static void write_batches(const char *prefix)
{
	Item *items[10];

	open_file(&f);
	for (int round = 0; round < 10; round++) {
		add_items(items, prefix, 10);
		ck_assert_msg(lode_flush(f.session) == LODE_OK, "%s",
			      lode_session_error(f.session)->message);
		for (int i = 0; i < 10; i++) {
			char key[24];

			snprintf(key, sizeof key, "%lld", (long long)items[i]->id);
			LODE_SET(items[i], note, key);
		}
		commit(&f);
	}
}

START_TEST(two_processes_write)
{
	pid_t child;
	int status = 0;

	open_file(&f);
	fixture_close(&f);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		write_batches("child");
		fixture_close(&f);
		_exit(0);
	}
	write_batches("parent");
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(
		number_of(&f,
			  "SELECT count(*) FROM item WHERE note = CAST(id AS TEXT) AND name <> ?",
			  ""),
		200);
	fixture_close(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("keys");
	TCase *tcase = tcase_create("keys"), *files = tcase_create("second writer");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_bigint_key_generates);
	tcase_add_test(tcase, rowids_are_used_up);
	tcase_add_test(tcase, rowids_are_nearly_used_up);
	tcase_add_test(tcase, keys_are_negative);
	tcase_add_loop_test(tcase, a_trigger_writes, 0, (int)(sizeof triggers / sizeof *triggers));
	tcase_add_test(tcase, explicit_and_generated_keys_mix);
	tcase_add_test(tcase, a_generated_key_meets_an_explicit_one);
	tcase_add_test(tcase, every_shape_is_remembered);
	tcase_add_test(tcase, a_chain_gets_its_keys_in_one_flush);
	tcase_add_test(tcase, autoincrement_never_reuses);
	tcase_add_test(tcase, narrow_keys_are_generated);
	tcase_add_test(tcase, a_narrow_key_overflows);
	tcase_add_test(tcase, own_keys_find_their_rows);
	tcase_add_test(tcase, an_own_key_changes);
	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(files, setup_file, teardown_file);
	tcase_add_test(files, two_connections_write_in_turn);
	tcase_add_test(files, two_processes_write);
	suite_add_tcase(suite, files);
	return lode_test_run(suite);
}
