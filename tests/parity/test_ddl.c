/* SPDX-License-Identifier: MIT */
/* Rows DDL of the feature table on SQLite: what is created, in which order, and what is left alone. */
#include "kit.h"

LODE_DECLARE(Branch);
LODE_DECLARE(Leaf);
LODE_DECLARE(Root);
struct Root { int64_t id; const char *name; };
struct Branch { int64_t id; int64_t root_id; lode_opt_int64 parent_id; };
struct Leaf { int64_t id; int64_t branch_id; const char *shape; };
LODE_CLASS(Leaf, "leaf",
	LODE_COLUMN(Leaf, id, .primary_key = true),
	LODE_COLUMN(Leaf, branch_id, .foreign_key = "branch.id", .index = true),
	LODE_COLUMN(Leaf, shape),
	LODE_INDEX("shape", .name = "ix_shape"));
LODE_CLASS(Branch, "branch",
	LODE_COLUMN(Branch, id, .primary_key = true),
	LODE_COLUMN(Branch, root_id, .foreign_key = "root.id", .index = true),
	LODE_COLUMN(Branch, parent_id, .foreign_key = "branch.id"));
LODE_CLASS(Root, "root", LODE_COLUMN(Root, id, .primary_key = true), LODE_COLUMN(Root, name));

static void open_tree(void)
{
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Leaf, Branch, Root));
	kit_engine(backend_url(NULL));
}

/* the first words of what was sent, questions about what is there left out */
static const char *sent_verbs(void)
{
	static char out[2000];

	out[0] = '\0';
	for (char *line = strtok(k.sent, "\n"); line; line = strtok(NULL, "\n")) {
		char first[10] = "", second[10] = "", third[10] = "", name[60] = "";

		if (strncmp(line, "CREATE", 6) != 0 && strncmp(line, "DROP", 4) != 0)
			continue;
		sscanf(line, "%9s %9s %9s", first, second, third);
		if (strncmp(third, "IF", 2) == 0)
			sscanf(strstr(line, "EXISTS "), "EXISTS %59s", name);
		else
			sscanf(line, "%*s %*s %59s", name);
		sprintf(out + strlen(out), "%s %s %s;", first, second, name);
	}
	kit_forget();
	return out;
}

/* DDL-01: in order of dependency, each table's indexes right behind it, and once more is no error */
START_TEST(create_all_is_in_order_and_repeatable)
{
	open_tree();
	KIT_OK(lode_create_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	ck_assert_str_eq(sent_verbs(), "CREATE TABLE root;CREATE TABLE branch;CREATE INDEX ix_branch_root_id;"
	                 "CREATE TABLE leaf;CREATE INDEX ix_leaf_branch_id;CREATE INDEX ix_shape;");
	KIT_OK(lode_create_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	ck_assert_str_eq(sent_verbs(), "");
	kit_close();
}
END_TEST

/* DDL-02: what is there is asked for and left as it is; drop_all runs backwards past what is missing */
START_TEST(existing_tables_are_left_alone)
{
	open_tree();
	ck_assert_str_eq(kit_query("CREATE TABLE root (id BIGINT PRIMARY KEY, other TEXT)"), "");
	KIT_OK(lode_create_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	ck_assert_str_eq(sent_verbs(), "CREATE TABLE branch;CREATE INDEX ix_branch_root_id;"
	                 "CREATE TABLE leaf;CREATE INDEX ix_leaf_branch_id;CREATE INDEX ix_shape;");
	ck_assert_str_eq(kit_query("SELECT other FROM root"), "");
	ck_assert_str_eq(kit_query("DROP TABLE leaf"), "");
	KIT_OK(lode_drop_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	ck_assert_str_eq(sent_verbs(), "DROP TABLE branch;DROP TABLE root;");
	KIT_OK(lode_drop_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	ck_assert_str_eq(sent_verbs(), "");
	kit_close();
}
END_TEST

/* DDL-02: some tables, with the question or without */
START_TEST(some_tables_can_be_chosen)
{
	lode_ddl_options options = LODE_DDL_OPTIONS_INIT;
	lode_connection *connection;
	lode_metadata *metadata;
	lode_table *tables[2];

	open_tree();
	metadata = lode_registry_metadata(k.registry);
	tables[0] = lode_metadata_find(metadata, NULL, "branch");
	tables[1] = lode_metadata_find(metadata, NULL, "root");
	options.tables = tables;
	options.table_count = 2;
	connection = lode_connection_open(k.engine, &k.error);
	for (int i = 0; i < 2; i++)
		KIT_OK(lode_create_tables(metadata, connection, &options, &k.error));
	ck_assert_str_eq(sent_verbs(), "CREATE TABLE root;CREATE TABLE branch;CREATE INDEX ix_branch_root_id;");
	options.flags = LODE_DDL_NO_CHECK;
	ck_assert_int_lt(lode_create_tables(metadata, connection, &options, &k.error), 0);
	KIT_OK(lode_connection_rollback(connection, &k.error));
	lode_connection_close(connection);
	kit_close();
}
END_TEST

/* DDL-07: an index by itself */
START_TEST(one_index_is_created_and_dropped)
{
	lode_index_options options = LODE_INDEX_OPTIONS_INIT;
	lode_index_key keys[2] = { { .column = "shape", .descending = true }, { .sql = "lower(shape)" } };
	lode_connection *connection;
	lode_index *index;

	open_tree();
	KIT_OK(lode_create_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	options.name = "ix_later";
	options.unique = true;
	options.keys = keys;
	options.key_count = 2;
	options.where_sql = "shape <> ''";
	index = lode_table_add_index(lode_metadata_find(lode_registry_metadata(k.registry), NULL, "leaf"), &options,
	                             &k.error);
	ck_assert_msg(index != NULL, "%s", k.error.message);
	connection = lode_connection_open(k.engine, &k.error);
	kit_forget();
	if (backend_speaks("mariadb")) {
		ck_assert_int_eq(lode_create_index(index, connection, &k.error), LODE_E_UNSUPPORTED);
		lode_connection_close(connection);
		kit_close();
		return;
	}
	for (int i = 0; i < 2; i++)
		KIT_OK(lode_create_index(index, connection, &k.error));
	KIT_OK(lode_connection_commit(connection, &k.error));
	EXPECT_SENT("CREATE UNIQUE INDEX IF NOT EXISTS ix_later ON leaf (shape DESC, (lower(shape))) WHERE shape <> ''\n"
	            "CREATE UNIQUE INDEX IF NOT EXISTS ix_later ON leaf (shape DESC, (lower(shape))) WHERE shape <> ''");
	lode_connection_close(connection);
	ck_assert_ptr_nonnull(strstr(kit_query(backend_indexes()), "ix_later;"));
	connection = lode_connection_open(k.engine, &k.error);
	for (int i = 0; i < 2; i++)
		KIT_OK(lode_drop_index(index, connection, &k.error));
	KIT_OK(lode_connection_commit(connection, &k.error));
	lode_connection_close(connection);
	ck_assert_ptr_null(strstr(kit_query(backend_indexes()), "ix_later;"));
	ck_assert_int_eq(lode_create_index(index, NULL, &k.error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_drop_index(NULL, NULL, &k.error), LODE_E_MISUSE);
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ DDL-10 */

LODE_DECLARE(Inside);
LODE_DECLARE(Refers);
struct Inside { int64_t id; };
struct Refers { int64_t id; int64_t inside_id; };
LODE_CLASS(Inside, "inside", LODE_COLUMN(Inside, id, .primary_key = true));
LODE_CLASS(Refers, "refers", LODE_COLUMN(Refers, id, .primary_key = true),
	LODE_COLUMN(Refers, inside_id, .foreign_key = "inside.id"));

/* DDL-10: the metadata's schema is for tables and foreign keys that name none; SQLite attaches it */
START_TEST(default_schema_is_everywhere)
{
	Refers *r;

	BACKEND_ONLY_SQLITE("attached databases");
	kit_begin("extra");
	KIT_OK(LODE_MAP(k.registry, &k.error, Refers, Inside));
	kit_engine("sqlite:///:memory:?attach.extra=:memory:");
	KIT_OK(lode_create_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	kit_session(NULL);
	LODE_ADD(k.session, Inside, .id = 5);
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	r = LODE_ADD(k.session, Refers, .inside_id = 5);
	COMMIT();
	EXPECT_SENT("INSERT INTO extra.inside (id) VALUES (?)\nINSERT INTO extra.refers (inside_id) VALUES (?)");
	ck_assert_ptr_eq(LODE_FIRST(k.session, Refers, LODE_SELECT(Refers)), r);
	EXPECT_SENT("SELECT extra.refers.id, extra.refers.inside_id FROM extra.refers LIMIT ?");
	COMMIT();
	ck_assert_str_eq(kit_query("SELECT count(*) FROM main.sqlite_master"), "0;");
	ck_assert_str_eq(kit_query("SELECT name FROM extra.sqlite_master WHERE type = 'table' ORDER BY 1"),
	                 "inside;refers;");
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ DDL-16 */

static lode_status gather(void *context, const char *sql)
{
	kit_put(context, sql);
	kit_put(context, ";");
	return LODE_OK;
}

static lode_status stop(void *context, const char *sql)
{
	(void)context;
	(void)sql;
	return -4000;
}

/* DDL-16: every statement goes to a function, for a dialect by name, with no database anywhere */
START_TEST(ddl_goes_to_a_function)
{
	static char all[KIT_TEXT];
	lode_metadata *metadata;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Branch, Root));
	metadata = lode_registry_metadata(k.registry);
	all[0] = '\0';
	KIT_OK(lode_metadata_create_each(metadata, "sqlite", gather, all, &k.error));
	KIT_OK(lode_metadata_drop_each(metadata, "sqlite", gather, all, &k.error));
	ck_assert_str_eq(all,
		"CREATE TABLE root (\n\tid INTEGER NOT NULL PRIMARY KEY,\n\tname TEXT NOT NULL\n);"
		"CREATE TABLE branch (\n\tid INTEGER NOT NULL PRIMARY KEY,\n\troot_id BIGINT NOT NULL,\n"
		"\tparent_id BIGINT,\n\tFOREIGN KEY (root_id) REFERENCES root (id),\n"
		"\tFOREIGN KEY (parent_id) REFERENCES branch (id)\n);"
		"CREATE INDEX ix_branch_root_id ON branch (root_id);"
		"DROP TABLE branch;DROP TABLE root;");
	ck_assert_int_eq(lode_metadata_create_each(metadata, "sqlite", stop, NULL, &k.error), -4000);
	ck_assert_int_eq(lode_metadata_create_each(metadata, "no_such", stop, NULL, &k.error), LODE_E_PLUGIN);
	kit_close();
}
END_TEST

/* ------------------------------------------------------------------ DDL-17 */

LODE_DECLARE(Odd);
struct Odd { int64_t id; int32_t a; int32_t b; int32_t c; int32_t d; int32_t plain; };
LODE_CLASS(Odd, "Order by \"name\"",
	LODE_COLUMN(Odd, id, .primary_key = true, .name = "Id"),
	LODE_COLUMN(Odd, a, .name = "select"),
	LODE_COLUMN(Odd, b, .name = "two words", .unique = true),
	LODE_COLUMN(Odd, c, .name = "quote\"d", .index = true),
	LODE_COLUMN(Odd, d, .name = "?:x%s[]`", .foreign_key = "Order by \"name\".Id"),
	LODE_COLUMN(Odd, plain));

/* DDL-17: odd names are quoted in every statement, plain ones in none */
START_TEST(odd_names_work_everywhere)
{
	Odd *o;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Odd));
	kit_open();
	o = LODE_ADD(k.session, Odd, .id = 1, .a = 1, .b = 2, .c = 3, .d = 1, .plain = 5);
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	EXPECT_SENT("INSERT INTO \"Order by \"\"name\"\"\" (\"Id\", \"select\", \"two words\", \"quote\"\"d\", "
	            "\"?:x%s[]`\", plain) VALUES (?, ?, ?, ?, ?, ?)");
	o->c = 9;
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	EXPECT_SENT("UPDATE \"Order by \"\"name\"\"\" SET \"quote\"\"d\" = ? WHERE \"Id\" = ?");
	ck_assert_ptr_eq(LODE_FIRST(k.session, Odd, lode_order_by(LODE_SELECT(Odd), LODE_ASC(Odd, d))), o);
	if (backend_speaks("mariadb"))
		BACKEND_LACKS("deleting a row that refers to itself");
	ck_assert_int_eq(lode_delete(k.session, o), LODE_OK);
	COMMIT();
	ck_assert_str_eq(kit_query("SELECT count(*) FROM \"Order by \"\"name\"\"\""), "0;");
	KIT_OK(lode_drop_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	kit_close();
}
END_TEST

static void force(const char *name, lode_quoting quoting)
{
	KIT_OK(lode_metadata_quote(lode_registry_metadata(k.registry), name, quoting, &k.error));
}

/* DDL-17: a name is quoted, or not, everywhere because the program says so */
START_TEST(names_can_be_forced)
{
	Leaf *leaf;

	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Leaf, Branch, Root));
	force("leaf", LODE_QUOTE_ALWAYS);
	force("shape", LODE_QUOTE_ALWAYS);
	force("ix_shape", LODE_QUOTE_ALWAYS);
	kit_engine("sqlite:///:memory:");
	KIT_OK(lode_create_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	ck_assert_ptr_nonnull(strstr(k.sent, "CREATE TABLE \"leaf\" ("));
	ck_assert_ptr_nonnull(strstr(k.sent, "\"shape\" TEXT NOT NULL"));
	ck_assert_ptr_nonnull(strstr(k.sent, "CREATE INDEX \"ix_shape\" ON \"leaf\" (\"shape\")"));
	kit_session(NULL);
	LODE_ADD(k.session, Root, .id = 1, .name = "r");
	LODE_ADD(k.session, Branch, .id = 1, .root_id = 1);
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	leaf = LODE_ADD(k.session, Leaf, .branch_id = 1, .shape = "round");
	kit_forget();
	ck_assert_int_eq(lode_flush(k.session), LODE_OK);
	EXPECT_SENT("INSERT INTO \"leaf\" (branch_id, \"shape\") VALUES (?, ?)");
	leaf->shape = "flat";
	LODE_ALL(k.session, Leaf, lode_order_by(LODE_SELECT(Leaf), LODE_ASC(Leaf, shape)));
	EXPECT_SENT("UPDATE \"leaf\" SET \"shape\" = ? WHERE id = ?\n"
	            "SELECT \"leaf\".id, \"leaf\".branch_id, \"leaf\".\"shape\" FROM \"leaf\" "
	            "ORDER BY \"leaf\".\"shape\"");
	kit_close();
}
END_TEST

LODE_DECLARE(Loud);
struct Loud { int64_t id; int32_t size; };
LODE_CLASS(Loud, "Loud", LODE_COLUMN(Loud, id, .primary_key = true), LODE_COLUMN(Loud, size, .name = "SIZE"));

/* the other way round, for all names at once */
START_TEST(names_can_go_without_quotes)
{
	kit_begin(NULL);
	KIT_OK(LODE_MAP(k.registry, &k.error, Loud));
	force(NULL, LODE_QUOTE_NEVER);
	kit_open();
	LODE_ADD(k.session, Loud, .size = 5);
	LODE_ALL(k.session, Loud, lode_limit(lode_where(LODE_SELECT(Loud), LODE_GT(Loud, size, 1)), 5));
	EXPECT_SENT("INSERT INTO Loud (SIZE) VALUES (?)\n"
	            "SELECT Loud.id, Loud.SIZE FROM Loud WHERE Loud.SIZE > ? LIMIT ?");
	COMMIT();
	/* it is found to be there, whatever the server made of its name */
	KIT_OK(lode_create_all(lode_registry_metadata(k.registry), k.engine, &k.error));
	ck_assert_str_eq(sent_verbs(), "");
	kit_close();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parity/ddl");
	TCase *tcase = tcase_create("ddl");

	tcase_add_test(tcase, create_all_is_in_order_and_repeatable);
	tcase_add_test(tcase, existing_tables_are_left_alone);
	tcase_add_test(tcase, some_tables_can_be_chosen);
	tcase_add_test(tcase, one_index_is_created_and_dropped);
	tcase_add_test(tcase, default_schema_is_everywhere);
	tcase_add_test(tcase, ddl_goes_to_a_function);
	tcase_add_test(tcase, odd_names_work_everywhere);
	tcase_add_test(tcase, names_can_be_forced);
	tcase_add_test(tcase, names_can_go_without_quotes);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
