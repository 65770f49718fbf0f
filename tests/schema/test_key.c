/* SPDX-License-Identifier: MIT */
/* Foreign keys and unique constraints: composite, named, deferrable (DDL-06, COL-15), late
 * resolution (COL-14, DDL-10) and every mistake with its message. */
#include "../check_tap.h"

#include "build.h"

static lode_table *user_in(lode_metadata *metadata)
{
	lode_table *user = table_with(metadata, "user_account", NULL);

	column(user, .name = "first", .type = VARCHAR(10));
	column(user, .name = "last", .type = VARCHAR(10));
	return user;
}

static lode_table *address_in(lode_metadata *metadata)
{
	lode_table *address = table_with(metadata, "address", NULL);

	column(address, .name = "user_id", .type = INTEGER);
	column(address, .name = "first", .type = VARCHAR(10));
	column(address, .name = "last", .type = VARCHAR(10));
	return address;
}

START_TEST(test_composite)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *address = address_in(metadata), *user = user_in(metadata);
	lode_foreign_key *key = foreign_key(
		address, .name = "fk", .columns = "first, last", .target = "user_account",
		.target_columns = "last,first", .on_delete = "set null", .on_update = "Cascade",
		.initially = "deferred", .match = "full");

	ck_assert_ptr_nonnull(key);
	ck_assert_ptr_null(key->referred);
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_OK);
	ck_assert_ptr_eq(key->referred, user);
	ck_assert_ptr_eq(key->referred_columns[0], lode_table_find_column(user, "last"));
	ck_assert_ptr_eq(key->referred_columns[1], lode_table_find_column(user, "first"));
	ck_assert_str_eq(key->on_delete, "SET NULL");
	ck_assert_str_eq(key->on_update, "CASCADE");
	ck_assert_str_eq(key->initially, "DEFERRED");
	ck_assert_str_eq(key->match, "FULL");
	ck_assert(key->deferrable && !lode__foreign_key_is_self(key));
	ck_assert_ptr_null(lode_table_find_column(address, "first")->foreign_key);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_primary_key_of_target)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *address = address_in(metadata), *user = user_in(metadata);
	lode_foreign_key *key = foreign_key(address, .columns = "user_id", .target_table = user);

	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_OK);
	ck_assert_ptr_eq(key->referred_columns[0], user->columns[0]);
	ck_assert_ptr_eq(lode_table_find_column(address, "user_id")->foreign_key, key);
	foreign_key(address, .columns = "first, last", .target = "user_account");
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_E_NO_OBJECT);
	expect(LODE_E_NO_OBJECT,
	       "foreign key address(first, last) to user_account: the primary key "
	       "there has 1 columns, 2 are here");
	lode_metadata_free(metadata);
}
END_TEST

/* ------------------------------------------------------------------ schemas */

static const struct {
	const char *foreign_key;
	const char *schema; /* of the table found; NULL: none */
} schemas[] = {
	{ "t.id", "app" }, /* the default schema is for strings, too */
	{ "app.t.id", "app" },
	{ "audit.t.id", "audit" },
	{ "open.id", NULL }, /* only without a schema: opted out */
};

START_TEST(test_schemas)
{
	lode_metadata *metadata = metadata_new("app");
	lode_table *from = table(metadata, .name = "from", .schema = "audit"), *t;
	lode_table_column *c = column(from, .name = "c", .foreign_key = schemas[_i].foreign_key);

	table_with(metadata, "t", NULL);
	t = table(metadata, .name = "t", .schema = "audit");
	column(t, .name = "id", .type = BIGINT);
	t = table(metadata, .name = "t", .no_schema = true);
	column(t, .name = "id", .type = BIGINT);
	t = table(metadata, .name = "open", .no_schema = true);
	column(t, .name = "id", .type = BIGINT);
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_OK);
	if (schemas[_i].schema)
		ck_assert_str_eq(c->foreign_key->referred->schema, schemas[_i].schema);
	else
		ck_assert_ptr_null(c->foreign_key->referred->schema);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_by_object)
{
	lode_metadata *metadata = metadata_new("app");
	lode_table *odd = table(metadata, .name = "a.b, c", .no_schema = true), *t, *same;
	lode_table_column *x = column(odd, .name = "x.y", .type = INTEGER), *c;

	same = table(metadata, .name = "a.b, c");
	column(same, .name = "x.y", .type = INTEGER);
	t = table(metadata, .name = "t");
	c = column(t, .name = "c", .references = x);
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_OK);
	ck_assert_ptr_eq(c->foreign_key->referred, odd);
	ck_assert_ptr_eq(c->foreign_key->referred_columns[0], x);
	lode_metadata_free(metadata);
}
END_TEST

/* ------------------------------------------------------------------ nothing there */

static const struct {
	const char *foreign_key, *message;
} missing[] = {
	{ "user_acount.id", "foreign key address.c to user_acount.id: there is no table "
			    "user_acount, did you mean user_account?" },
	{ "zebra.id", "foreign key address.c to zebra.id: there is no table zebra" },
	{ "crm.user_account.id", "foreign key address.c to crm.user_account.id: there is no table "
				 "crm.user_account, did you mean user_account?" },
	{ "user_account.di", "foreign key address.c to user_account.di: table user_account has no "
			     "column di, did you mean id?" },
	{ "user_account.telephone", "foreign key address.c to user_account.telephone: table "
				    "user_account has no column telephone" },
};

START_TEST(test_missing)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *address = address_in(metadata);
	lode_table_column *c;

	user_in(metadata);
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_OK);
	c = column(address, .name = "c", .type = INTEGER, .foreign_key = missing[_i].foreign_key);
	ck_assert_int_eq(lode_metadata_resolve(metadata, &build_error), LODE_E_NO_OBJECT);
	expect(LODE_E_NO_OBJECT, missing[_i].message);
	ck_assert_int_eq(lode_metadata_resolve(metadata, NULL), LODE_E_NO_OBJECT);
	ck_assert_ptr_null(c->foreign_key->referred);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_table_added_later)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *address =
		table_with(metadata, "address", (const char *[]){ "user_account.id", NULL });

	ck_assert_int_eq(lode_metadata_resolve(metadata, NULL), LODE_E_NO_OBJECT);
	user_in(metadata);
	ck_assert_int_eq(lode_metadata_resolve(metadata, NULL), LODE_OK);
	ck_assert_str_eq(address->foreign_keys[0]->referred->name, "user_account");
	lode_metadata_free(metadata);
}
END_TEST

/* ------------------------------------------------------------------ mistakes */

static const struct {
	lode_foreign_key_options options;
	lode_status status;
	const char *message;
} mistakes[] = {
	{ { .target = "t" }, LODE_E_MISUSE, "table address: a foreign key needs a column" },
	{ { .columns = " , ", .target = "t" },
	  LODE_E_MISUSE,
	  "table address: a foreign key needs a column" },
	{ { .columns = "user_id" },
	  LODE_E_MISUSE,
	  "table address: a foreign key needs target or target_table, and not both" },
	{ { .columns = "user", .target = "t" },
	  LODE_E_NO_OBJECT,
	  "table address has no column user" },
	{ { .columns = "useri_d", .target = "t" },
	  LODE_E_NO_OBJECT,
	  "table address has no column useri_d, did you mean user_id?" },
	{ { .columns = "first, last, first", .target = "t" },
	  LODE_E_MISUSE,
	  "table address: a foreign key names column first twice" },
	{ { .columns = "first, last", .target = "t", .target_columns = "a" },
	  LODE_E_MISUSE,
	  "table address: a foreign key to t has 2 columns here and 1 there" },
	{ { .columns = "first", .target = "" },
	  LODE_E_MISUSE,
	  "table address: the target \"\" of a foreign key is not \"table\" or \"schema.table\"" },
	{ { .columns = "first", .target = "s." },
	  LODE_E_MISUSE,
	  "table address: the target \"s.\" of a foreign key is not \"table\" or "
	  "\"schema.table\"" },
	{ { .columns = "first", .target = "t", .on_update = "NOTHING" },
	  LODE_E_MISUSE,
	  "table address: on_update \"NOTHING\" is none of CASCADE, SET NULL, SET DEFAULT, "
	  "RESTRICT, "
	  "NO ACTION" },
	{ { .columns = "first", .target = "t", .name = "taken" },
	  LODE_E_EXISTS,
	  "table address has a constraint taken already" },
	{ { .columns = "first",
	    .column_names = (const char *[]){ "last" },
	    .column_count = 1,
	    .target = "t" },
	  LODE_E_MISUSE,
	  "table address: a foreign key: give columns or column_names, not both" },
	{ { .column_names = (const char *[]){ NULL }, .column_count = 1, .target = "t" },
	  LODE_E_MISUSE,
	  "table address: a foreign key: column name 0 is NULL" },
	{ { .columns = "first",
	    .target = "t",
	    .target_columns = "x",
	    .target_names = (const char *[]){ "x" } },
	  LODE_E_MISUSE,
	  "table address: a foreign key: give target_columns or target_names, not both" },
};

START_TEST(test_mistakes)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *address = address_in(metadata);
	lode_foreign_key_options options = mistakes[_i].options;

	unique(address, .name = "taken", .columns = "first");
	options.struct_size = sizeof options;
	ck_assert_ptr_null(lode_table_add_foreign_key(address, &options, &build_error));
	expect(mistakes[_i].status, mistakes[_i].message);
	ck_assert_uint_eq(address->foreign_key_count, 0);
	lode_metadata_free(metadata);
}
END_TEST

START_TEST(test_unique)
{
	lode_metadata *metadata = metadata_new(NULL);
	lode_table *address = address_in(metadata);
	lode_unique *u = unique(address, .name = "uq", .columns = "last,first",
				.initially = "immediate", .deferrable = true);

	ck_assert_ptr_eq(address->uniques[0], u);
	ck_assert_uint_eq(u->count, 2);
	ck_assert_str_eq(u->columns[0]->name, "last");
	ck_assert_str_eq(u->initially, "IMMEDIATE");
	ck_assert(u->deferrable);
	ck_assert_ptr_null(unique(address, .name = "uq", .columns = "first"));
	expect(LODE_E_EXISTS, "table address has a constraint uq already");
	ck_assert_ptr_null(unique(address, .columns = "fisrt"));
	expect(LODE_E_NO_OBJECT, "table address has no column fisrt, did you mean first?");
	ck_assert_ptr_null(unique(address, .columns = "first, first"));
	expect(LODE_E_MISUSE, "table address: a unique constraint names column first twice");
	ck_assert_ptr_null(lode_table_add_unique(NULL, NULL, &build_error));
	expect(LODE_E_MISUSE, "add a unique constraint: the table is NULL");
	ck_assert_ptr_null(lode_table_add_foreign_key(NULL, NULL, &build_error));
	expect(LODE_E_MISUSE, "add a foreign key: the table is NULL");
	lode_metadata_free(metadata);
}
END_TEST

#define ROWS(array) (int)(sizeof(array) / sizeof(array)[0])

int main(void)
{
	Suite *suite = suite_create("key");
	TCase *tcase = tcase_create("key");

	tcase_add_test(tcase, test_composite);
	tcase_add_test(tcase, test_primary_key_of_target);
	tcase_add_loop_test(tcase, test_schemas, 0, ROWS(schemas));
	tcase_add_test(tcase, test_by_object);
	tcase_add_loop_test(tcase, test_missing, 0, ROWS(missing));
	tcase_add_test(tcase, test_table_added_later);
	tcase_add_loop_test(tcase, test_mistakes, 0, ROWS(mistakes));
	tcase_add_test(tcase, test_unique);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
