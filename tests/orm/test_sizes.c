/* SPDX-License-Identifier: MIT */
/* tests/orm/test_sizes.c - there are no fixed limits: wide classes, many classes, long lists, many
 * objects, deep trees, and no growth where nothing grows.  For `make check-long`; times and sizes
 * are printed as comments. */
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "fixture.h"

#define COLUMNS 200
#define CLASSES 500
#define IN_VALUES 100000
#define OBJECTS 1000000
#define DEPTH 1000
#define REFRESHES 1000000

static fixture f;

/* ---- an allocator that knows how much is in use */

typedef union block { size_t size; max_align_t align; } block;
static size_t in_use, most;

static void *counting_allocate(void *context, size_t size)
{
	block *head = malloc(sizeof *head + size);

	(void)context;
	if (!head)
		return NULL;
	head->size = size;
	in_use += size;
	most = in_use > most ? in_use : most;
	return head + 1;
}

static void counting_release(void *context, void *pointer)
{
	block *head = (block *)pointer - 1;

	(void)context;
	if (!pointer)
		return;
	in_use -= head->size;
	free(head);
}

static void *counting_resize(void *context, void *pointer, size_t size)
{
	void *grown = counting_allocate(context, size);

	if (grown && pointer) {
		size_t old = ((block *)pointer - 1)->size;

		memcpy(grown, pointer, old < size ? old : size);
		counting_release(context, pointer);
	}
	return grown;
}

static const lode_allocator counting = {
	sizeof(lode_allocator), 0, NULL, counting_allocate, counting_resize, counting_release
};

/* ---- */

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double begun;

static void report(const char *what, size_t count)
{
	printf("# %s: %zu in %.3f s\n", what, count, seconds() - begun);
	fflush(stdout);
	begun = seconds();
}

static void commit(void)
{
	ck_assert_msg(lode_commit(f.session) == LODE_OK, "%s",
		      lode_session_error(f.session)->message);
}

static void open_with(const lode_class *const *classes, size_t count)
{
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;

	memset(&f, 0, sizeof f);
	f.error = (lode_error)LODE_ERROR_INIT;
	f.registry = lode_registry_new(NULL);
	lode_registry_map_annotation(f.registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	begun = seconds();
	ck_assert_msg(lode_registry_map(f.registry, classes, count, &f.error) == LODE_OK, "%s",
		      f.error.message);
	report("classes mapped", lode_registry_mapper_count(f.registry));
	f.engine = lode_engine_open("sqlite:///:memory:", NULL, &f.error);
	ck_assert_msg(f.engine != NULL, "%s", f.error.message);
	ck_assert_msg(lode_create_all(lode_registry_metadata(f.registry), f.engine, &f.error) ==
			      LODE_OK,
		      "%s", f.error.message);
	report("tables created", lode_registry_mapper_count(f.registry));
	options.allocator = &counting;
	fixture_session(&f, &options);
}

static int64_t count_rows(lode_statement *statement)
{
	int64_t count = -1;

	ck_assert_msg(lode_count_rows(f.session, statement, &count) == LODE_OK, "%s",
		      lode_session_error(f.session)->message);
	return count;
}

/* ---- a class of 200 columns */

typedef struct Wide { int64_t id; int64_t columns[COLUMNS - 1]; } Wide;

static lode_decl integer_column(const char *member, size_t offset, bool key)
{
	lode_decl decl = { .kind = LODE_DECL_COLUMN };

	decl.u.column.member = member;
	decl.u.column.offset = offset;
	decl.u.column.size = sizeof(int64_t);
	decl.u.column.ctype = LODE_C_INT64;
	decl.u.column.annotation = key ? "bigint" : NULL;
	decl.u.column.primary_key = key;
	return decl;
}

static lode_class describe(const char *name, const char *table, size_t size, const lode_decl *decls,
			   size_t count)
{
	lode_class class_ = {
		sizeof(lode_class),   sizeof(lode_decl), name, table, size, decls, count, 0,
		_Alignof(max_align_t)
	};

	return class_;
}

START_TEST(wide_class)
{
	static lode_decl decls[COLUMNS];
	static char names[COLUMNS][8], all[COLUMNS * 8];
	lode_class class_ = describe("Wide", "wide", sizeof(Wide), decls, COLUMNS);
	const lode_class *classes[] = { &class_ };
	Wide image = { 0 }, *rows[100];

	for (int i = 0; i < COLUMNS; i++) {
		snprintf(names[i], sizeof names[i], i == 0 ? "id" : "c%d", i);
		decls[i] = integer_column(names[i], (size_t)i * sizeof(int64_t), i == 0);
		if (i > 0)
			snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s",
				 i > 1 ? ", " : "", names[i]);
	}
	open_with(classes, 1);
	for (int row = 0; row < 100; row++) {
		for (int i = 1; i < COLUMNS; i++)
			image.columns[i - 1] = row * 1000 + i;
		rows[row] = lode_add_new(f.session, &class_, &image, all);
	}
	commit();
	for (int row = 0; row < 100; row++)
		rows[row]->columns[(row * 7) % (COLUMNS - 1)] = -row;
	commit();
	fixture_session(&f, NULL);
	for (int row = 0; row < 100; row++) {
		Wide *wide = lode_find(f.session, &class_, &(Wide){ .id = row + 1 }, "id");

		for (int i = 1; i < COLUMNS; i++)
			ck_assert_int_eq(wide->columns[i - 1], i - 1 == (row * 7) % (COLUMNS - 1)
								       ? -row
								       : row * 1000 + i);
	}
	report("rows of 200 columns stored, changed, loaded", 100);
	fixture_close(&f);
}
END_TEST

/* ---- 500 classes, each refers to the one before */

typedef struct Link { int64_t id, before_id; void *before; } Link;

START_TEST(many_classes)
{
	static lode_decl decls[CLASSES][3];
	static char names[CLASSES][16], keys[CLASSES][24];
	static lode_class classes[CLASSES];
	const lode_class *pointers[CLASSES];
	Link *objects[CLASSES];

	for (int i = 0; i < CLASSES; i++) {
		snprintf(names[i], sizeof names[i], "link%d", i);
		snprintf(keys[i], sizeof keys[i], "link%d.id", i ? i - 1 : 0);
		decls[i][0] = integer_column("id", offsetof(Link, id), true);
		decls[i][1] = integer_column("before_id", offsetof(Link, before_id), false);
		decls[i][2] = (lode_decl){ .kind = LODE_DECL_TO_ONE };
		decls[i][2].u.relationship.member = "before";
		decls[i][2].u.relationship.offset = offsetof(Link, before);
		decls[i][2].u.relationship.target = &classes[i ? i - 1 : 0];
		if (i > 0)
			decls[i][1].u.column.foreign_key = keys[i];
		classes[i] = describe(names[i], names[i], sizeof(Link), decls[i], i ? 3 : 2);
		pointers[CLASSES - 1 - i] = &classes[i];
	}
	open_with(pointers, CLASSES);
	for (int i = CLASSES; i-- > 0;)
		objects[i] = lode_add_new(f.session, &classes[i], &(Link){ 0 }, "0");
	for (int i = 1; i < CLASSES; i++)
		ck_assert_int_eq(lode_link(objects[i], offsetof(Link, before), objects[i - 1]),
				 LODE_OK);
	commit();
	for (int i = 1; i < CLASSES; i++)
		ck_assert_int_eq(objects[i]->before_id, objects[i - 1]->id);
	report("objects of as many classes stored in one flush", CLASSES);
	for (int i = 0; i < CLASSES; i++)
		lode_delete(f.session, objects[i]);
	commit();
	report("and deleted", CLASSES);
	fixture_close(&f);
}
END_TEST

/* ---- long lists */

static void open_models(void)
{
	static const lode_class *const classes[] = { &Node_class, &Guide_class };

	open_with(classes, 2);
}

#define NUMBERS "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "

static void insert_rows(const char *table, int count)
{
	char sql[256];

	snprintf(sql, sizeof sql, NUMBERS "INSERT INTO %s (id, name) SELECT i, '%s ' || i FROM n",
		 count, table, table);
	fixture_sql(&f, sql);
	begun = seconds();
}

START_TEST(long_list)
{
	int64_t *ids = malloc(IN_VALUES * sizeof *ids);
	const char **names = malloc(IN_VALUES * sizeof *names);
	char *texts = malloc((size_t)IN_VALUES * 16);

	open_models();
	insert_rows("node", 2000);
	for (int i = 0; i < IN_VALUES; i++) {
		ids[i] = 2 * i + 2;     /* the even ones */
		names[i] = texts + 16 * i;
		snprintf(texts + 16 * i, 16, "node %d", 2 * i + 1);
	}
	ck_assert_int_eq(
		count_rows(lode_where(LODE_SELECT(Node), LODE_IN_ARRAY(Node, id, ids, IN_VALUES))),
		1000);
	report("values of IN", IN_VALUES);
	ck_assert_int_eq(count_rows(lode_where(LODE_SELECT(Node),
					       LODE_NOT_IN_ARRAY(Node, id, ids, IN_VALUES))),
			 1000);
	ck_assert_int_eq(count_rows(lode_where(LODE_SELECT(Node),
					       LODE_IN_ARRAY(Node, name, names, IN_VALUES))),
			 1000);
	report("texts of IN", IN_VALUES);
	ck_assert_uint_eq(
		LODE_ALL(f.session, Node,
			 lode_where(LODE_SELECT(Node), LODE_IN_ARRAY(Node, id, ids, IN_VALUES)))
			.count,
		1000);
	free(ids);
	free(names);
	free(texts);
	fixture_close(&f);
}
END_TEST

/* ---- a million objects in one session: of a class that nothing refers to, because SQLite looks
 * through all rows for each that is deleted unless the foreign key has an index */

START_TEST(many_objects)
{
	Guide_list all, again;

	open_models();
	insert_rows("guide", OBJECTS);
	all = LODE_ALL(f.session, Guide, LODE_SELECT(Guide));
	ASSERT_OK(&f);
	ck_assert_uint_eq(all.count, OBJECTS);
	report("objects loaded", all.count);
	printf("# %zu bytes an object\n", in_use / OBJECTS);
	all.items[0]->name = "first";
	all.items[OBJECTS / 2]->name = "middle";
	all.items[OBJECTS - 1]->name = "last";
	ck_assert_int_eq(lode_flush(f.session), LODE_OK);
	report("changed objects found and flushed among them", 3);
	ck_assert_ptr_eq(LODE_FIND(f.session, Guide, .id = OBJECTS), all.items[OBJECTS - 1]);
	again = LODE_ALL(f.session, Guide, LODE_SELECT(Guide));
	ck_assert_uint_eq(again.count, OBJECTS);
	for (size_t i = 0; i < OBJECTS; i += 997)
		ck_assert_ptr_eq(all.items[i], again.items[i]);
	report("objects met again", again.count);
	for (size_t i = 0; i < OBJECTS; i++)
		ck_assert_int_eq(lode_delete(f.session, all.items[i]), LODE_OK);
	commit();
	report("objects deleted", OBJECTS);
	ck_assert_int_eq(count_rows(LODE_SELECT(Guide)), 0);
	begun = seconds();
	for (int i = 0; i < OBJECTS; i++)
		LODE_ADD(f.session, Guide, .name = "again");
	commit();
	report("objects added and flushed", OBJECTS);
	ck_assert_int_eq(count_rows(LODE_SELECT(Guide)), OBJECTS);
	fixture_close(&f);
	ck_assert_uint_eq(in_use, 0);
}
END_TEST

/* ---- a deep tree */

START_TEST(deep_tree)
{
	Node *node = NULL, *root, *walk;
	int64_t depth = 0;

	open_models();
	begun = seconds();
	for (int i = 0; i < DEPTH; i++)
		node = LODE_NEW(f.session, Node, .name = "node", .parent = { node });
	/* only the deepest is added: the others are reached from it */
	lode_add(f.session, node);
	commit();
	report("levels inserted in one flush", DEPTH);
	fixture_session(&f, NULL);
	root = LODE_ONE(f.session, Node,
			lode_where(LODE_SELECT(Node), LODE_IS_NULL(Node, parent_id)));
	for (walk = root; walk; walk = LODE_AT(walk, children, 0))
		depth++;
	ck_assert_int_eq(depth, DEPTH);
	report("levels walked", DEPTH);
	for (walk = root; walk; walk = LODE_AT(walk, children, 0))
		lode_delete(f.session, walk);
	commit();
	report("levels deleted in one flush", DEPTH);
	ck_assert_int_eq(count_rows(LODE_SELECT(Node)), 0);
	fixture_close(&f);
}
END_TEST

/* ---- nothing grows */

static void refresh(Node *node, int times)
{
	for (int i = 0; i < times; i++) {
		if (i % 1000 == 0) {
			/* the text has another length each time */
			char name[64];

			snprintf(name, sizeof name, "%.*s", i / 1000 % 50,
				 "a text that is longer than the room of a small block has");
			LODE_SET(node, name, name);
			ck_assert_int_eq(lode_commit(f.session), LODE_OK);
		}
		ck_assert_int_eq(lode_refresh(f.session, node), LODE_OK);
	}
}

START_TEST(refreshing_does_not_grow)
{
	Node *node;
	size_t before;

	open_models();
	node = LODE_ADD(f.session, Node, .name = "refreshed");
	commit();
	refresh(node, REFRESHES / 10);
	before = in_use;
	begun = seconds();
	most = in_use;
	refresh(node, REFRESHES);
	report("refreshes of one object", REFRESHES);
	printf("# %zu bytes before, %zu behind, %zu at most\n", before, in_use, most);
	ck_assert_uint_le(in_use, before);
	fixture_close(&f);
}
END_TEST

/* The same for finding, querying, and a transaction each. */
START_TEST(queries_do_not_grow)
{
	size_t before = 0;

	open_models();
	insert_rows("node", 10);
	for (int round = 0; round < 20000; round++) {
		Node_list all = LODE_ALL(f.session, Node,
					 lode_order_by(LODE_SELECT(Node), LODE_ASC(Node, id)));

		ck_assert_uint_eq(all.count, 10);
		LODE_LEN(all.items[0], children);
		lode_expire_all(f.session);
		lode_list_free(all.items);
		if (round % 10 == 0)
			ck_assert_int_eq(lode_commit(f.session), LODE_OK);
		if (round == 2000)
			before = in_use;
	}
	report("queries of ten objects", 20000);
	printf("# %zu bytes before, %zu behind\n", before, in_use);
	ck_assert_uint_le(in_use, before);
	fixture_close(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sizes");
	TCase *tcase = tcase_create("sizes");

	tcase_add_test(tcase, wide_class);
	tcase_add_test(tcase, many_classes);
	tcase_add_test(tcase, long_list);
	tcase_add_test(tcase, many_objects);
	tcase_add_test(tcase, deep_tree);
	tcase_add_test(tcase, refreshing_does_not_grow);
	tcase_add_test(tcase, queries_do_not_grow);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
