/* SPDX-License-Identifier: MIT */
/* test_mariadb_dialect - what the dialects say of each version, names of types, MySQL's messages,
 * and, with a server, what a database holds. */
#define LODE_TEST_PLUGIN lode_mariadb
#include "plugins/plugin_url.h"

#include "check_tap.h"

static const lode_dialect *mariadb, *mysql;

static void set_up(void)
{
	const lode_plugin *plugin;

	host_start();
	plugin = LODE_PLUGIN_ENTRY(lode_mariadb)(&test_host, NULL);
	mariadb = plugin->dialects[0];
	mysql = plugin->dialects[1];
}

/* ---- traits */

/* as the host does: the base first */
static void fill(lode_traits *t, const lode_dialect *which, uint32_t version)
{
	lode_conn_info server = { .struct_size = sizeof server, .version = version };

	memset(t, 0, sizeof *t);
	t->struct_size = sizeof *t;
	ck_assert_int_eq(mysql->traits(version ? &server : NULL, t), LODE_OK);
	if (which != mysql)
		ck_assert_int_eq(which->traits(version ? &server : NULL, t), LODE_OK);
}

static const struct {
	int is_mariadb;
	uint32_t version;
	int32_t returning, string_escape;
	uint32_t has, has_not;
	const char *options;
} versions[] = {
	{ 1, 0, 1, 1, LODE_DF_NATIVE_UUID | LODE_DF_SEQUENCES, LODE_DF_LATERAL, "nopad_bin" },
	{ 1, 10011019, 1, 0, LODE_DF_NATIVE_UUID, LODE_DF_LATERAL, "nopad_bin" },
	{ 1, 10005002, 1, 0, LODE_DF_CTE, LODE_DF_NATIVE_UUID, "nopad_bin" },
	{ 1, 10004000, 0, 0, LODE_DF_CTE, LODE_DF_NATIVE_UUID, "nopad_bin" },
	{ 1, 10002000, 0, 0, LODE_DF_CTE, LODE_DF_NATIVE_UUID, "utf8mb4_bin" },
	{ 0, 0, 0, 1, LODE_DF_LATERAL, LODE_DF_NATIVE_UUID | LODE_DF_SEQUENCES, "0900_bin" },
	{ 0, 8000036, 0, 0, LODE_DF_LATERAL, LODE_DF_SEQUENCES, "0900_bin" },
	{ 0, 5007040, 0, 0, LODE_DF_ROW_IN, LODE_DF_LATERAL, "utf8mb4_bin" },
};

START_TEST(traits_by_version)
{
	lode_traits t;

	fill(&t, versions[_i].is_mariadb ? mariadb : mysql, versions[_i].version);
	ck_assert_int_eq(t.returning_style, versions[_i].returning);
	ck_assert_int_eq(t.string_escape, versions[_i].string_escape);
	ck_assert_uint_eq(t.flags & versions[_i].has, versions[_i].has);
	ck_assert_uint_eq(t.flags & versions[_i].has_not, 0);
	ck_assert_ptr_nonnull(strstr(t.table_options, versions[_i].options));
	ck_assert_int_eq(t.quote_open, '`');
	ck_assert_int_eq(t.upsert_style, 2);
	ck_assert_int_eq(t.distinct_from_style, 3);
}
END_TEST

START_TEST(reserved_words_are_sorted)
{
	lode_traits t;
	size_t i;

	fill(&t, mariadb, 0);
	for (i = 1; t.reserved_words[i] != NULL; i++)
		ck_assert_msg(strcmp(t.reserved_words[i - 1], t.reserved_words[i]) < 0, "%s",
			      t.reserved_words[i]);
	ck_assert_uint_gt(i, 200);
}
END_TEST

/* ---- types */

static const struct {
	const char *native;
	int32_t sql_type;
	int64_t length;
	int32_t precision, scale;
} natives[] = {
	{ "tinyint(1)", LODE_T_BOOL, -1, -1, -1 },
	{ "tinyint(4)", LODE_T_INT16, -1, -1, -1 },
	{ "int(11)", LODE_T_INT32, -1, -1, -1 },
	{ "int", LODE_T_INT32, -1, -1, -1 },
	{ "int(10) unsigned", LODE_T_INT64, -1, -1, -1 },
	{ "bigint(20) unsigned zerofill", LODE_T_UINT64, -1, -1, -1 },
	{ "decimal(12,2)", LODE_T_DECIMAL, -1, 12, 2 },
	{ "decimal(12)", LODE_T_DECIMAL, -1, 12, 0 },
	{ "varchar(40)", LODE_T_TEXT, 40, -1, -1 },
	{ "char(2)", LODE_T_CHAR, 2, -1, -1 },
	{ "longtext", LODE_T_TEXT, -1, -1, -1 },
	{ "varbinary(16)", LODE_T_BLOB, 16, -1, -1 },
	{ "datetime(6)", LODE_T_TIMESTAMP, -1, 6, -1 },
	{ "timestamp", LODE_T_TIMESTAMPTZ, -1, 0, -1 },
	{ "enum('a(1)','b')", LODE_T_ENUM, -1, -1, -1 },
	{ "uuid", LODE_T_UUID, -1, -1, -1 },
	{ "json", LODE_T_JSON, -1, -1, -1 },
	{ "geometry", LODE_T_UNKNOWN, -1, -1, -1 },
};

START_TEST(types_of_columns)
{
	lode_type_info type = { .struct_size = sizeof type };

	ck_assert_int_eq(mysql->type_from_db(NULL, natives[_i].native, &type), LODE_OK);
	ck_assert_int_eq(type.sql_type, natives[_i].sql_type);
	ck_assert_int_eq(type.length, natives[_i].length);
	ck_assert_int_eq(type.precision, natives[_i].precision);
	ck_assert_int_eq(type.scale, natives[_i].scale);
}
END_TEST

static const struct {
	lode_type_info type;
	const char *text;
} spellings[] = {
	{ { .sql_type = LODE_T_TEXT, .length = -1 }, "LONGTEXT" },
	{ { .sql_type = LODE_T_TEXT, .length = -1, .flags = LODE_TYPE_KEY }, "VARCHAR(255)" },
	{ { .sql_type = LODE_T_TEXT, .length = 40, .flags = LODE_TYPE_KEY }, "VARCHAR(40)" },
	{ { .sql_type = LODE_T_TEXT, .length = 70000 }, "LONGTEXT" },
	{ { .sql_type = LODE_T_CHAR, .length = 3 }, "CHAR(3)" },
	{ { .sql_type = LODE_T_CHAR, .length = 300 }, "VARCHAR(300)" },
	{ { .sql_type = LODE_T_BLOB, .length = -1 }, "LONGBLOB" },
	{ { .sql_type = LODE_T_BLOB, .length = 16 }, "VARBINARY(16)" },
	{ { .sql_type = LODE_T_BLOB, .length = -1, .flags = LODE_TYPE_KEY }, "VARBINARY(255)" },
	{ { .sql_type = LODE_T_DECIMAL, .precision = -1, .scale = -1 }, "DECIMAL(65, 30)" },
	{ { .sql_type = LODE_T_DECIMAL, .precision = 9, .scale = -1 }, "DECIMAL(9, 0)" },
	{ { .sql_type = LODE_T_TIMESTAMP, .precision = -1 }, "DATETIME(6)" },
	{ { .sql_type = LODE_T_TIME, .precision = 3 }, "TIME(3)" },
	{ { .sql_type = LODE_T_UINT64 }, "BIGINT UNSIGNED" },
	{ { .sql_type = LODE_T_CUSTOM, .name = "GEOMETRY" }, "GEOMETRY" },
	{ { .sql_type = LODE_T_ARRAY }, NULL },
};

/* what MariaDB has and MySQL has not */
static const struct {
	uint32_t flags; /* of the traits */
	lode_type_info type;
	const char *text; /* NULL: as MySQL */
} own_spellings[] = {
	{ LODE_DF_NATIVE_UUID, { .sql_type = LODE_T_UUID }, "UUID" },
	{ 0, { .sql_type = LODE_T_UUID }, NULL },
	{ 0, { .sql_type = LODE_T_DECIMAL, .precision = -1 }, "DECIMAL(65, 38)" },
	{ 0, { .sql_type = LODE_T_DECIMAL, .precision = 9, .scale = 2 }, NULL },
};

START_TEST(spelling_of_own_types)
{
	lode_traits traits = { .struct_size = sizeof traits, .flags = own_spellings[_i].flags };
	lode_sqlbuf out = { .n = 0 };
	lode_render_context context = { .struct_size = sizeof context,
					.traits = &traits,
					.out = &out };
	lode_status status = mariadb->type_to_sql(&context, &own_spellings[_i].type, fresh());

	ck_assert_int_eq(status, own_spellings[_i].text != NULL ? LODE_OK : LODE_E_UNSUPPORTED);
	if (own_spellings[_i].text != NULL)
		ck_assert_str_eq(out.text, own_spellings[_i].text);
}
END_TEST

START_TEST(spelling_of_types)
{
	lode_traits traits = { .struct_size = sizeof traits };
	lode_sqlbuf out = { .n = 0 };
	lode_render_context context = { .struct_size = sizeof context,
					.traits = &traits,
					.out = &out };
	lode_status status = mysql->type_to_sql(&context, &spellings[_i].type, fresh());

	ck_assert_int_eq(status, spellings[_i].text != NULL ? LODE_OK : LODE_E_UNSUPPORTED);
	if (spellings[_i].text != NULL)
		ck_assert_str_eq(out.text, spellings[_i].text);
}
END_TEST

/* ---- errors that only MySQL says, or that come through another driver */

static const struct {
	int32_t code;
	const char *state;
	lode_status status;
} codes[] = {
	{ 1062, "23000", LODE_E_UNIQUE },     { 3819, "HY000", LODE_E_CHECK },
	{ 3024, "HY000", LODE_E_TIMEOUT },    { 1213, "40001", LODE_E_DEADLOCK },
	{ 2013, "HY000", LODE_E_DISCONNECT }, { 4031, "HY000", LODE_E_DISCONNECT },
	{ 0, "08S01", LODE_E_DISCONNECT },    { 0, "42S02", LODE_E_NO_OBJECT },
	{ 0, "22003", LODE_E_DATA },	      { 99999, "HY000", LODE_OK },
};

START_TEST(classes_of_codes)
{
	lode_error_info info = { .struct_size = sizeof info, .native_code = codes[_i].code };

	strcpy(info.sqlstate, codes[_i].state);
	ck_assert_int_eq(mysql->classify(&info), codes[_i].status);
}
END_TEST

/* ---- reflection */

typedef struct seen {
	char text[4000];
	int stop_at; /* record at which the sink fails; 0: none */
	int count;
} seen;

static lode_status note(seen *s, const char *line)
{
	if (++s->count == s->stop_at)
		return LODE_E_OTHER;
	ck_assert_uint_lt(strlen(s->text) + strlen(line) + 2, sizeof s->text);
	strcat(strcat(s->text, line), "\n");
	return LODE_OK;
}

static const char *shown(const char *text)
{
	return text != NULL ? text : "-";
}

static lode_status see_table(void *ctx, const lode_rf_table *t)
{
	char line[300];

	snprintf(line, sizeof line, "%s %s %s", t->kind == LODE_RFT_VIEW ? "view" : "table",
		 t->name, shown(t->comment));
	return note(ctx, line);
}

static lode_status see_column(void *ctx, const lode_rf_column *col)
{
	char line[300];

	snprintf(line, sizeof line, "%s.%u %s %s type %d %s%s default %s comment %s", col->table,
		 (unsigned)col->ordinal, col->name, col->native_type, (int)col->type->sql_type,
		 col->nullable ? "null" : "not null", col->identity ? " generated" : "",
		 shown(col->default_sql), shown(col->comment));
	return note(ctx, line);
}

static lode_status see_key(void *ctx, const lode_rf_key *k)
{
	static const char *const kinds[] = { "", "primary", "unique", "foreign", "check", "index" };
	char line[400];
	size_t n;

	n = (size_t)snprintf(line, sizeof line, "%s %s %s", k->table, kinds[k->kind],
			     shown(k->name));
	for (uint32_t i = 0; i < k->ncolumns; i++)
		n += (size_t)snprintf(line + n, sizeof line - n, "%s%s", i ? "," : " ",
				      k->columns[i]);
	if (k->ref_table != NULL)
		n += (size_t)snprintf(line + n, sizeof line - n, " to %s%s%s %s,%s delete %d",
				      k->ref_schema != NULL ? k->ref_schema : "",
				      k->ref_schema != NULL ? "." : "", k->ref_table,
				      k->ref_columns[0], k->ncolumns > 1 ? k->ref_columns[1] : "",
				      (int)k->on_delete);
	if (k->expression != NULL)
		snprintf(line + n, sizeof line - n, " %s", k->expression);
	return note(ctx, line);
}

static lode_status see_misc(void *ctx, const lode_rf_misc *m)
{
	return strcmp(m->name, "lode") == 0 ? note(ctx, "schema lode") : LODE_OK;
}

static const char *const wanted[] = { "rf_person", "rf_part", "rf_view" };

static lode_status reflect(lode_drv_conn *c, seen *s, uint32_t what)
{
	lode_rf_request q = {
		.struct_size = sizeof q, .what = what, .tables = wanted, .ntables = 3
	};
	lode_rf_sink sink = { .struct_size = sizeof sink,
			      .ctx = s,
			      .table = see_table,
			      .column = see_column,
			      .key = see_key,
			      .misc = see_misc };

	return mariadb->reflect((lode_hconn *)(void *)c, &q, &sink, fresh());
}

#define EVERYTHING                                                                                 \
	(LODE_RF_SCHEMAS | LODE_RF_TABLES | LODE_RF_VIEWS | LODE_RF_COLUMNS | LODE_RF_PKEYS |      \
	 LODE_RF_FKEYS | LODE_RF_UNIQUES | LODE_RF_CHECKS | LODE_RF_INDEXES)

static void make_tables(lode_drv_conn *c)
{
	run(c, "DROP VIEW IF EXISTS rf_view; DROP TABLE IF EXISTS rf_part, rf_person, rf_other;"
	       "CREATE TABLE rf_person (id BIGINT AUTO_INCREMENT PRIMARY KEY,"
	       " name VARCHAR(40) NOT NULL DEFAULT 'it''s' COMMENT 'as on the card',"
	       " born DATE, notes JSON, UNIQUE uq_name (name, born),"
	       " CONSTRAINT born_late CHECK (born > '1800-01-01'))"
	       " ENGINE=InnoDB COMMENT 'people';"
	       "CREATE TABLE rf_part (a INT, b VARCHAR(40), c DATE, PRIMARY KEY (a, b),"
	       " INDEX ix_c (c), CONSTRAINT fk_person FOREIGN KEY (b, c)"
	       " REFERENCES rf_person (name, born) ON DELETE CASCADE) ENGINE=InnoDB;"
	       "CREATE TABLE rf_other (a INT);"
	       "CREATE VIEW rf_view AS SELECT a FROM rf_part");
}

static const char everything[] =
	"schema lode\n"
	"table rf_part -\n"
	"table rf_person people\n"
	"view rf_view -\n"
	"rf_part.0 a int(11) type 3 not null default - comment -\n"
	"rf_part.1 b varchar(40) type 9 not null default - comment -\n"
	"rf_part.2 c date type 12 null default - comment -\n"
	"rf_person.0 id bigint(20) type 4 not null generated default - comment -\n"
	"rf_person.1 name varchar(40) type 9 not null default 'it''s' comment as on the card\n"
	"rf_person.2 born date type 12 null default - comment -\n"
	"rf_person.3 notes longtext type 19 null default - comment -\n"
	"rf_view.0 a int(11) type 3 not null default - comment -\n"
	"rf_part primary - a,b\n"
	"rf_person primary - id\n"
	"rf_part foreign fk_person b,c to rf_person name,born delete 2\n"
	"rf_person unique uq_name name,born\n"
	"rf_part index fk_person b,c\n"
	"rf_part index ix_c c\n"
	"rf_person check born_late `born` > '1800-01-01'\n";

START_TEST(reads_a_schema)
{
	lode_drv_conn *c = open_url("LODE_TEST_MARIADB");
	lode_conn_info info = { .struct_size = sizeof info };
	seen s = { .count = 0 };
	int n;

	make_tables(c);
	ck_assert_msg(reflect(c, &s, EVERYTHING) == LODE_OK, "%s", failure.message);
	ck_assert_str_eq(s.text, everything);
	/* the receiver may give up at any record */
	for (n = 1; n <= 19; n += 3) {
		seen stopped = { .stop_at = n };

		ck_assert_int_eq(reflect(c, &stopped, EVERYTHING), LODE_E_OTHER);
	}
	ck_assert_int_eq(mariadb->probe((lode_hconn *)(void *)c, &info, fresh()), LODE_OK);
	ck_assert_str_eq(info.product, "MariaDB");
	ck_assert_uint_ge(info.version, 10005000);
	run(c, "DROP VIEW rf_view; DROP TABLE rf_part, rf_person, rf_other");
	conn_ops->close(c);
	ck_assert_int_eq(host_memory.live, 0);
}
END_TEST

START_TEST(reflection_without_memory)
{
	lode_drv_conn *c = open_url("LODE_TEST_MARIADB");
	lode_status status = LODE_E_NOMEM;
	long live = host_memory.live, n;

	make_tables(c);
	for (n = 1; status != LODE_OK && n < 5000; n += 7 * (long)lode_test_step()) {
		seen s = { .count = 0 };

		host_memory.made = 0;
		host_memory.fail_at = n;
		status = reflect(c, &s, EVERYTHING);
		host_memory.fail_at = 0;
		ck_assert(status == LODE_OK || status == LODE_E_NOMEM);
		ck_assert_int_eq(host_memory.live, live);
	}
	ck_assert_int_eq(status, LODE_OK);
	run(c, "DROP VIEW rf_view; DROP TABLE rf_part, rf_person, rf_other");
	conn_ops->close(c);
}
END_TEST

#define ROWS(array) ((int)(sizeof(array) / sizeof(array)[0]))

int main(void)
{
	Suite *suite = suite_create("mariadb dialects");
	TCase *tc = tcase_create("dialects");

	tcase_add_checked_fixture(tc, set_up, NULL);
	tcase_add_loop_test(tc, traits_by_version, 0, ROWS(versions));
	tcase_add_test(tc, reserved_words_are_sorted);
	tcase_add_loop_test(tc, types_of_columns, 0, ROWS(natives));
	tcase_add_loop_test(tc, spelling_of_types, 0, ROWS(spellings));
	tcase_add_loop_test(tc, spelling_of_own_types, 0, ROWS(own_spellings));
	tcase_add_loop_test(tc, classes_of_codes, 0, ROWS(codes));
	if (getenv("LODE_TEST_MARIADB") != NULL) {
		tcase_add_test(tc, reads_a_schema);
		tcase_add_test(tc, reflection_without_memory);
	}
	suite_add_tcase(suite, tc);
	return lode_test_run(suite);
}
