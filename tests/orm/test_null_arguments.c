/* SPDX-License-Identifier: MIT */
/* tests/orm/test_null_arguments.c - NULL to every function of session.h, query.h, class.h,
 * engine.h.
 *
 * None crashes; what can fail says LODE_E_MISUSE, what asks gives nothing.  The last test reads the
 * headers: a function that this file does not call is missing from it. */
#include <ctype.h>
#include <string.h>

#include "fixture.h"

static fixture f;

static void setup(void)
{
	fixture_open(&f, NULL);
}

static void teardown(void)
{
	fixture_close(&f);
}

typedef struct { const char *call; long long result; } status_row;
typedef struct { const char *call; bool nothing; } empty_row;
typedef struct { const char *call; lode_expr *expr; } expr_row;
typedef struct { const char *call; lode_statement *statement; } statement_row;

#define ROW(call) { #call, (call) }
#define EMPTY(call) { #call, !(call) }
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static void all_misuse(const status_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ck_assert_msg(rows[i].result == LODE_E_MISUSE, "%s gives %s", rows[i].call,
			      lode_status_name((lode_status)rows[i].result));
}

static void all_empty(const empty_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ck_assert_msg(rows[i].nothing, "%s gives something", rows[i].call);
}

/* ---- session.h */

START_TEST(no_session)
{
	int64_t number;
	User image = { .id = 1 };
	const status_row refused[] = {
		ROW(lode_session_status(NULL)),
		ROW(lode_session_error(NULL)->status),
		ROW(lode_begin(NULL)),
		ROW(lode_session_cancel(NULL, NULL)),
		ROW(lode_session_deadline(NULL, 1)),
		ROW(lode_flush(NULL)),
		ROW(lode_commit(NULL)),
		ROW(lode_rollback(NULL)),
		ROW(lode_rollback_to(NULL, (lode_savepoint){ 1 })),
		ROW(lode_release(NULL, (lode_savepoint){ 1 })),
		ROW(lode_run(NULL, NULL, NULL, NULL, NULL, NULL)),
		ROW(lode_add(NULL, NULL)),
		ROW(lode_delete(NULL, NULL)),
		ROW(lode_refresh(NULL, NULL)),
		ROW(lode_expire(NULL, NULL)),
		ROW(lode_expire_all(NULL)),
		ROW(lode_expunge(NULL, NULL)),
		ROW(lode_clear(NULL)),
		ROW(lode_set(NULL, 0, lode_value_null())),
		ROW(lode_set_null(NULL, 0)),
		ROW(lode_touch(NULL)),
		ROW(lode_link(NULL, 0, NULL)),
		ROW(lode_append(NULL, 0, NULL)),
		ROW(lode_remove(NULL, 0, NULL)),
		ROW(lode_count_rows(NULL, NULL, &number)),
		ROW(lode_execute(NULL, NULL, NULL)),
		ROW(lode_scalar(NULL, NULL, NULL, 0)),
		ROW(lode_rows_next(NULL, NULL, 0)),
		ROW(lode_statement_sql(NULL, NULL, NULL, 0, NULL, NULL)),
		ROW(lode_statement_sql(f.registry, NULL, "sqlite", 0, NULL, NULL)),
	};
	lode_cursor cursor = lode_each(NULL, 0);
	const empty_row empty[] = {
		EMPTY(lode_session_new(NULL, NULL, NULL, NULL)),
		EMPTY(lode_session_new(f.registry, NULL, NULL, NULL)),
		EMPTY(lode_session_new(NULL, f.engine, NULL, NULL)),
		EMPTY(lode_session_culprit(NULL)),
		EMPTY(lode_session_engine(NULL)),
		EMPTY(lode_session_registry(NULL)),
		EMPTY(lode_begin_nested(NULL).id),
		EMPTY(lode_in_transaction(NULL)),
		EMPTY(lode_new(NULL, NULL, NULL, NULL)),
		EMPTY(lode_add_new(NULL, NULL, NULL, NULL)),
		EMPTY(lode_new(NULL, &User_class, &image, ".id = 1")),
		EMPTY(lode_object_state(NULL)),
		EMPTY(lode_object_session(NULL)),
		EMPTY(lode_inspect_object(NULL)),
		EMPTY(lode_is_modified(NULL)),
		EMPTY(lode_contains(NULL, NULL)),
		EMPTY(lode_contains(f.session, NULL)),
		EMPTY(lode_objects(NULL, LODE_OBJECTS_NEW).count),
		EMPTY(lode_len(NULL, 0)),
		EMPTY(lode_at(NULL, 0, 0)),
		EMPTY(lode_ref(NULL, 0)),
		EMPTY(lode_is_loaded(NULL, 0)),
		EMPTY(lode_cursor_next(&cursor)),
		EMPTY(lode_find(NULL, NULL, NULL, NULL)),
		EMPTY(lode_all(NULL, NULL, NULL).count),
		EMPTY(lode_one(NULL, NULL, NULL)),
		EMPTY(lode_one_or_none(NULL, NULL, NULL)),
		EMPTY(lode_first(NULL, NULL, NULL)),
		EMPTY(lode_rows_open(NULL, NULL)),
		EMPTY(lode_option(NULL, NULL)),
		EMPTY(lode_autoflush(NULL, true)),
		EMPTY(lode_populate_existing(NULL)),
		EMPTY(lode_no_autoflush(NULL)),
		EMPTY(lode_yield_per(NULL, 1)),
		EMPTY(lode_limit_expr(NULL, NULL)),
		EMPTY(lode_offset_expr(NULL, NULL)),
		EMPTY(lode_limit_ties(NULL)),
		EMPTY(lode_limit_percent(NULL)),
		EMPTY(lode_compile(NULL, NULL, NULL)),
		EMPTY(lode_compile(f.engine, NULL, NULL)),
		EMPTY(lode_bind(NULL, NULL, 0, NULL)),
		EMPTY(lode_then(NULL, NULL)),
	};

	all_misuse(refused, COUNT(refused));
	all_empty(empty, COUNT(empty));
	lode_session_free(NULL);
	lode_object_free(NULL);
	lode_rows_close(NULL);
	lode_list_free(NULL);
	lode_loader_free(NULL);
	lode_query_free(NULL);
	lode_loader_free(lode_load(LODE_LAZY_JOINED, (lode_rel){ NULL, 0 }));
	ck_assert_int_eq(lode_session_status(f.session), LODE_OK);
}
END_TEST

/* Each fails the session; a rollback makes it good again. */
static lode_status of_session(void)
{
	lode_status status = lode_session_status(f.session);

	if (status < 0)
		ck_assert_uint_gt(strlen(lode_session_error(f.session)->message), 8);
	ck_assert_int_eq(lode_rollback(f.session), LODE_OK);
	return status;
}

#define AFTER(call) { #call, ((void)(call), of_session()) }

START_TEST(nothing_given_to_a_session)
{
	User *user = LODE_ADD(f.session, User, .name = "sandy");
	int64_t number;

	ck_assert_int_eq(lode_commit(f.session), LODE_OK);
	{
		const status_row refused[] = {
			AFTER(lode_new(f.session, NULL, NULL, NULL)),
			AFTER(lode_new(f.session, &User_class, NULL, NULL)),
			AFTER(lode_new(f.session, NULL, user, NULL)),
			AFTER(lode_add_new(f.session, NULL, NULL, NULL)),
			AFTER(lode_add(f.session, NULL)),
			AFTER(lode_delete(f.session, NULL)),
			AFTER(lode_refresh(f.session, NULL)),
			AFTER(lode_expire(f.session, NULL)),
			AFTER(lode_expunge(f.session, NULL)),
			AFTER(lode_append(user, offsetof(User, addresses), NULL)),
			AFTER(lode_remove(user, offsetof(User, addresses), NULL)),
			AFTER(lode_append(user, 1, user)),
			AFTER(lode_set(user, 1, lode_value_int(1))),
			AFTER(lode_set_null(user, 1)),
			AFTER(lode_len(user, 1)),
			AFTER(lode_at(user, 1, 0)),
			AFTER(lode_ref(user, 1)),
			AFTER(lode_each(user, 1)),
			AFTER(lode_find(f.session, NULL, NULL, NULL)),
			AFTER(lode_find(f.session, &User_class, NULL, NULL)),
			AFTER(lode_find(f.session, &User_class, user, NULL)),
			AFTER(lode_all(f.session, NULL, NULL)),
			AFTER(lode_all(f.session, &User_class, NULL)),
			AFTER(lode_one(f.session, NULL, NULL)),
			AFTER(lode_one_or_none(f.session, &User_class, NULL)),
			AFTER(lode_first(f.session, &User_class, NULL)),
			AFTER(lode_count_rows(f.session, NULL, &number)),
			AFTER(lode_execute(f.session, NULL, NULL)),
			AFTER(lode_scalar(f.session, NULL, &number, sizeof number)),
			AFTER(lode_scalar(f.session, lode_select_value(lode_count(NULL)), NULL, 8)),
			AFTER(lode_rows_open(f.session, NULL)),
			AFTER(lode_all(f.session, &User_class,
				       lode_option(LODE_SELECT(User),
						   lode_load(9, LODE_REL(User, addresses))))),
			AFTER(lode_all(
				f.session, &User_class,
				lode_option(LODE_SELECT(User),
					    lode_load(LODE_LAZY_JOINED, (lode_rel){ NULL, 0 })))),
		};

		all_misuse(refused, COUNT(refused));
	}
	ck_assert_str_eq(user->name, "sandy");
	ck_assert_uint_eq(LODE_ALL(f.session, User, LODE_SELECT(User)).count, 1);
}
END_TEST

/* ---- query.h */

START_TEST(expressions_of_nothing)
{
	const expr_row built[] = {
		ROW(lode_column(NULL, 0)),
		ROW(lode_column_as(NULL, 0, 0)),
		ROW(lode_column_by_name(NULL, NULL, NULL)),
		ROW(lode_column_by_name(&User_class, NULL, NULL)),
		ROW(lode_column_of(NULL)),
		ROW(lode_compare(LODE_OP_EQ, NULL, lode_value_int(1))),
		ROW(lode_eq(NULL, NULL)),
		ROW(lode_ne(NULL, NULL)),
		ROW(lode_lt(NULL, NULL)),
		ROW(lode_le(NULL, NULL)),
		ROW(lode_gt(NULL, NULL)),
		ROW(lode_ge(NULL, NULL)),
		ROW(lode_like(NULL, NULL)),
		ROW(lode_has_text(NULL, NULL)),
		ROW(lode_starts_with(NULL, NULL)),
		ROW(lode_ends_with(NULL, NULL)),
		ROW(lode_has_text(LODE_COL(User, name), NULL)),
		ROW(lode_between(NULL, lode_value_int(1), lode_value_int(2))),
		ROW(lode_is_null(NULL)),
		ROW(lode_is_not_null(NULL)),
		ROW(lode_in(NULL, LODE_C_INT64, NULL, 2, 8)),
		ROW(lode_in(LODE_COL(User, id), LODE_C_INT64, NULL, 2, 8)),
		ROW(lode_not_in(NULL, LODE_C_INT64, NULL, 2, 8)),
		ROW(lode_not(NULL)),
		ROW(lode_plus(NULL, NULL)),
		ROW(lode_minus(NULL, NULL)),
		ROW(lode_times(NULL, NULL)),
		ROW(lode_divide(NULL, NULL)),
		ROW(lode_concat(NULL, NULL)),
		ROW(lode_negate(NULL)),
		ROW(lode_function(NULL, NULL, 0)),
		ROW(lode_function("lower", NULL, 1)),
		ROW(lode_function("lower(", NULL, 0)),
		ROW(lode_count_distinct(NULL)),
		ROW(lode_sum(NULL)),
		ROW(lode_min(NULL)),
		ROW(lode_max(NULL)),
		ROW(lode_avg(NULL)),
		ROW(lode_aggregate(LODE_AGGREGATE_SUM, false, NULL)),
		ROW(lode_aggregate((lode_aggregate_kind)99, false, LODE_COL(User, id))),
		ROW(lode_text_unsafe(NULL)),
		ROW(lode_text_bind(NULL, NULL, lode_value_int(1))),
		ROW(lode_text_bind(LODE_TEXT("1"), NULL, lode_value_int(1))),
		ROW(lode_exists(NULL)),
		ROW(lode_subquery(NULL)),
		ROW(lode_in_select(NULL, NULL)),
		ROW(lode_in_rows(NULL, 0, NULL, 0, 0)),
		ROW(lode_not_in_rows(NULL, 0, NULL, 0, 0)),
		ROW(lode_row(NULL, 0)),
		ROW(lode_in_select(LODE_COL(User, id), NULL)),
		ROW(lode_asc(NULL)),
		ROW(lode_desc(NULL)),
		ROW(lode_nulls_first(NULL)),
		ROW(lode_nulls_last(NULL)),
	};

	for (size_t i = 0; i < COUNT(built); i++) {
		lode_status status;

		ck_assert_msg(built[i].expr != NULL, "%s gives NULL", built[i].call);
		lode_all(f.session, &User_class, lode_where(LODE_SELECT(User), built[i].expr));
		status = of_session();
		ck_assert_msg(status == LODE_E_MISUSE, "%s gives %s", built[i].call,
			      lode_status_name(status));
	}
	ck_assert_ptr_null(lode_and(NULL, NULL));
	ck_assert_ptr_null(lode_or(NULL, NULL));
	lode_expr_free(lode_now());
	lode_expr_free(NULL);
}
END_TEST

START_TEST(statements_of_nothing)
{
	const lode_rel none = lode_rel_of(NULL, 0);
	const lode_param param = lode_param_of(0, 8, LODE_C_INT64);
	const statement_row built[] = {
		ROW(lode_update(NULL)),
		ROW(lode_delete_from(NULL)),
		ROW(lode_insert_into(NULL)),
		ROW(lode_update_table(NULL)),
		ROW(lode_delete_from_table(NULL)),
		ROW(lode_insert_into_table(NULL)),
		ROW(lode_text_statement(NULL, NULL)),
		ROW(lode_select(NULL)),
		ROW(lode_select_rows(0)),
		ROW(lode_select_value(NULL)),
		ROW(lode_assign(lode_all_rows(LODE_UPDATE(User)), NULL, NULL)),
		ROW(lode_into(LODE_INSERT_INTO(User), NULL)),
		ROW(lode_insert_select(LODE_INSERT_INTO(User), NULL)),
		ROW(lode_where(LODE_DELETE_FROM(User), NULL)),
		ROW(lode_having(LODE_DELETE_FROM(User), NULL)),
		ROW(lode_field(LODE_DELETE_FROM(User), 8, param, NULL)),
	};
	const statement_row selects[] = {
		ROW(lode_select(NULL)),
		ROW(lode_where(LODE_SELECT(User), NULL)),
		ROW(lode_having(LODE_SELECT(User), NULL)),
		ROW(lode_group_by(LODE_SELECT(User), NULL)),
		ROW(lode_join(LODE_SELECT(User), none)),
		ROW(lode_outer_join(LODE_SELECT(User), none)),
		ROW(lode_join_as(LODE_SELECT(User), none, 0, 1, false)),
		ROW(lode_join_on(LODE_SELECT(User), NULL, NULL)),
		ROW(lode_outer_join_on(LODE_SELECT(User), NULL, NULL)),
		ROW(lode_from(LODE_SELECT(User), NULL)),
		ROW(lode_full_join(LODE_SELECT(User), none)),
		ROW(lode_full_join_on(LODE_SELECT(User), NULL, NULL)),
		ROW(lode_full_join(LODE_SELECT(User), none)),
		ROW(lode_full_join_on(LODE_SELECT(User), NULL, NULL)),
		ROW(lode_from_as(LODE_SELECT(User), NULL, 1)),
		ROW(lode_limit(LODE_SELECT(User), -1)),
		ROW(lode_offset(LODE_SELECT(User), -1)),
		ROW(lode_next_row(LODE_SELECT(User))),
	};

	for (size_t i = 0; i < COUNT(built); i++) {
		ck_assert_msg(built[i].statement != NULL, "%s gives NULL", built[i].call);
		lode_execute(f.session, built[i].statement, NULL);
		ck_assert_msg(of_session() == LODE_E_MISUSE, "%s runs", built[i].call);
	}
	for (size_t i = 0; i < COUNT(selects); i++) {
		ck_assert_msg(selects[i].statement != NULL, "%s gives NULL", selects[i].call);
		lode_all(f.session, &User_class, selects[i].statement);
		ck_assert_msg(of_session() == LODE_E_MISUSE, "%s runs", selects[i].call);
	}
	/* takes the order back */
	lode_all(f.session, &User_class, lode_order_by(LODE_SELECT(User), NULL));
	ck_assert_int_eq(of_session(), LODE_OK);
}
END_TEST

START_TEST(no_statement_is_passed_on)
{
	const lode_rel none = { NULL, 0 };
	const lode_param param = { 0, 8, LODE_C_INT64 };
	const empty_row empty[] = {
		EMPTY(lode_field(NULL, 8, param, NULL)),
		EMPTY(lode_assign(NULL, NULL, NULL)),
		EMPTY(lode_next_row(NULL)),
		EMPTY(lode_into(NULL, NULL)),
		EMPTY(lode_insert_select(NULL, NULL)),
		EMPTY(lode_where(NULL, NULL)),
		EMPTY(lode_join(NULL, none)),
		EMPTY(lode_outer_join(NULL, none)),
		EMPTY(lode_join_as(NULL, none, 0, 1, false)),
		EMPTY(lode_join_on(NULL, NULL, NULL)),
		EMPTY(lode_outer_join_on(NULL, NULL, NULL)),
		EMPTY(lode_full_join(NULL, none)),
		EMPTY(lode_full_join_on(NULL, NULL, NULL)),
		EMPTY(lode_from(NULL, NULL)),
		EMPTY(lode_from_as(NULL, NULL, 1)),
		EMPTY(lode_group_by(NULL, NULL)),
		EMPTY(lode_having(NULL, NULL)),
		EMPTY(lode_order_by(NULL, NULL)),
		EMPTY(lode_limit(NULL, 1)),
		EMPTY(lode_offset(NULL, 1)),
		EMPTY(lode_distinct(NULL)),
		EMPTY(lode_all_rows(NULL)),
		EMPTY(lode_statement_keep(NULL)),
		EMPTY(lode_full_join(NULL, none)),
		EMPTY(lode_full_join_on(NULL, NULL, NULL)),
	};

	all_empty(empty, COUNT(empty));
	lode_statement_free(NULL);
	lode_expr_free(lode_constant(lode_value_null()));
	/* what was given to no statement stays the caller's */
	lode_expr *condition = LODE_EQ(User, id, 1);
	ck_assert_ptr_null(lode_where(NULL, condition));
	lode_expr_free(condition);
}
END_TEST

/* ---- class.h */

START_TEST(no_registry)
{
	const lode_class *none[] = { NULL };
	lode_registry *registry = lode_registry_new(NULL);
	const status_row refused[] = {
		ROW(lode_registry_map_type(NULL, LODE_C_INT64, NULL)),
		ROW(lode_registry_map_type(registry, LODE_C_INT64, NULL)),
		ROW(lode_registry_map_annotation(NULL, NULL, NULL)),
		ROW(lode_registry_map(NULL, NULL, 0, NULL)),
		ROW(lode_registry_map(registry, NULL, 1, NULL)),
		ROW(lode_registry_map(registry, none, 1, NULL)),
		ROW(lode_registry_configure(NULL, NULL)),
		ROW(lode_registry_warning(NULL, NULL, LODE_WARN_LOG)),
	};
	const empty_row empty[] = {
		EMPTY(lode_registry_metadata(NULL)),
		EMPTY(lode_registry_mapper_count(NULL)),
		EMPTY(lode_registry_mapper_at(NULL, 0)),
		EMPTY(lode_inspect_class(NULL, NULL, NULL)),
		EMPTY(lode_inspect_class(f.registry, NULL, NULL)),
		EMPTY(lode_mapper_class(NULL)),
		EMPTY(lode_mapper_name(NULL)),
		EMPTY(lode_mapper_table(NULL)),
		EMPTY(lode_mapper_attribute_count(NULL)),
		EMPTY(lode_mapper_attribute_at(NULL, 0)),
		EMPTY(lode_mapper_attribute(NULL, NULL)),
		EMPTY(lode_mapper_attribute_of(NULL, NULL)),
		EMPTY(lode_mapper_key_count(NULL)),
		EMPTY(lode_mapper_key_at(NULL, 0)),
		EMPTY(lode_mapper_relationship_count(NULL)),
		EMPTY(lode_mapper_relationship_at(NULL, 0)),
		EMPTY(lode_mapper_relationship(NULL, NULL)),
		EMPTY(lode_attribute_member(NULL)),
		EMPTY(lode_attribute_offset(NULL)),
		EMPTY(lode_attribute_size(NULL)),
		EMPTY(lode_attribute_ctype(NULL)),
		EMPTY(lode_attribute_column(NULL)),
		EMPTY(lode_attribute_primary_key(NULL)),
		EMPTY(lode_attribute_nullable(NULL)),
		EMPTY(lode_relationship_member(NULL)),
		EMPTY(lode_relationship_offset(NULL)),
		EMPTY(lode_relationship_owner(NULL)),
		EMPTY(lode_relationship_target(NULL)),
		EMPTY(lode_relationship_direction(NULL)),
		EMPTY(lode_relationship_to_many(NULL)),
		EMPTY(lode_relationship_reverse(NULL)),
		EMPTY(lode_relationship_secondary(NULL)),
		EMPTY(lode_relationship_cascade(NULL)),
		EMPTY(lode_relationship_lazy(NULL)),
		EMPTY(lode_mapper_attribute(lode_registry_mapper_at(f.registry, 0), NULL)),
		EMPTY(lode_mapper_relationship(lode_registry_mapper_at(f.registry, 0), NULL)),
	};

	all_misuse(refused, COUNT(refused));
	all_empty(empty, COUNT(empty));
	lode_registry_type_hook(NULL, NULL, NULL);
	lode_registry_on_misuse(NULL, NULL, NULL);
	lode_registry_free(NULL);
	lode_registry_free(registry);
}
END_TEST

/* ---- engine.h */

static const char *empty_text(const char *text)
{
	return text && !*text ? NULL : text;
}

START_TEST(no_engine)
{
	lode_metadata *metadata = lode_registry_metadata(f.registry);
	lode_connection *connection = lode_connection_open(f.engine, &f.error);
	lode_url *url = lode_url_parse("sqlite:///x", NULL);
	lode_url_parts parts = LODE_URL_PARTS_INIT;
	char *sql = NULL;
	const status_row refused[] = {
		ROW(lode_url_split(NULL, &parts)),
		ROW(lode_url_split(url, NULL)),
		ROW(lode_register_plugin(NULL, NULL)),
		ROW(lode_plugin_path_add(NULL, NULL)),
		ROW(lode_plugin_each(NULL, NULL, NULL)),
		ROW(lode_plugin_restrict((lode_plugin_policy)99)),
		ROW(lode_engine_server(NULL, NULL, NULL)),
		ROW(lode_engine_server(f.engine, NULL, NULL)),
		ROW(lode_engine_pool(NULL, NULL)),
		ROW(lode_engine_pool(f.engine, NULL)),
		ROW(lode_connection_begin(NULL, 0, NULL)),
		ROW(lode_connection_commit(NULL, NULL)),
		ROW(lode_connection_cancel(NULL, NULL)),
		ROW(lode_connection_begin_two_phase(NULL, "x", NULL)),
		ROW(lode_connection_begin_two_phase(connection, NULL, NULL)),
		ROW(lode_connection_prepare(NULL, NULL)),
		ROW(lode_connection_commit_prepared(NULL, "x", NULL)),
		ROW(lode_connection_commit_prepared(connection, NULL, NULL)),
		ROW(lode_connection_rollback_prepared(NULL, "x", NULL)),
		ROW(lode_connection_rollback_prepared(connection, NULL, NULL)),
		ROW(lode_connection_recover(NULL, NULL, NULL, NULL)),
		ROW(lode_connection_recover(connection, NULL, NULL, NULL)),
		ROW(lode_connection_deadline(NULL, 1, NULL)),
		ROW(lode_connection_rollback(NULL, NULL)),
		ROW(lode_connection_savepoint(NULL, NULL, NULL)),
		ROW(lode_connection_savepoint(connection, NULL, NULL)),
		ROW(lode_connection_rollback_to(NULL, NULL, NULL)),
		ROW(lode_connection_rollback_to(connection, NULL, NULL)),
		ROW(lode_connection_release(NULL, NULL, NULL)),
		ROW(lode_connection_release(connection, NULL, NULL)),
		ROW(lode_connection_set_isolation(NULL, 0, NULL)),
		ROW(lode_connection_set_isolation(connection, 99, NULL)),
		ROW(lode_connection_execute_unsafe(NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL)),
		ROW(lode_connection_execute_unsafe(connection, NULL, NULL, 0, NULL, NULL, NULL,
						   NULL)),
		ROW(lode_connection_execute_unsafe(connection, "SELECT ?", NULL, 1, NULL, NULL,
						   NULL, NULL)),
		ROW(lode_create_all(NULL, NULL, NULL)),
		ROW(lode_create_all(metadata, NULL, NULL)),
		ROW(lode_create_all(NULL, f.engine, NULL)),
		ROW(lode_drop_all(NULL, NULL, NULL)),
		ROW(lode_drop_all(metadata, NULL, NULL)),
		ROW(lode_create_tables(NULL, NULL, NULL, NULL)),
		ROW(lode_create_tables(metadata, NULL, NULL, NULL)),
		ROW(lode_drop_tables(NULL, NULL, NULL, NULL)),
		ROW(lode_create_index(NULL, NULL, NULL)),
		ROW(lode_create_index(NULL, connection, NULL)),
		ROW(lode_drop_index(NULL, NULL, NULL)),
		ROW(lode_drop_index(NULL, connection, NULL)),
		ROW(lode_statement_sql(NULL, NULL, NULL, 0, NULL, NULL)),
		ROW(lode_statement_sql(f.registry, NULL, "sqlite", 0, &sql, NULL)),
		ROW(lode_drop_tables(metadata, NULL, NULL, NULL)),
		ROW(lode_connection_default_isolation(NULL, NULL, NULL)),
		ROW(lode_metadata_create_each(NULL, NULL, NULL, NULL, NULL)),
		ROW(lode_metadata_create_each(metadata, NULL, NULL, NULL, NULL)),
		ROW(lode_metadata_create_each(metadata, "sqlite", NULL, NULL, NULL)),
		ROW(lode_metadata_drop_each(NULL, NULL, NULL, NULL, NULL)),
		ROW(lode_metadata_create_sql(NULL, NULL, NULL, NULL)),
		ROW(lode_create_index(NULL, NULL, NULL)),
		ROW(lode_create_index(NULL, connection, NULL)),
		ROW(lode_drop_index(NULL, NULL, NULL)),
		ROW(lode_drop_index(NULL, connection, NULL)),
		ROW(lode_metadata_create_sql(metadata, "sqlite", NULL, NULL)),
		ROW(lode_metadata_create_sql(metadata, NULL, &sql, NULL)),
	};
	const empty_row empty[] = {
		EMPTY(lode_url_parse(NULL, NULL)),
		EMPTY(lode_url_new(NULL, NULL)),
		EMPTY(lode_url_new(&parts, NULL)),
		EMPTY(lode_url_option_value(NULL, NULL)),
		EMPTY(lode_url_option_value(url, NULL)),
		EMPTY(empty_text(lode_url_text(NULL))),
		EMPTY(empty_text(lode_url_redacted(NULL))),
		EMPTY(lode_engine_open(NULL, NULL, NULL)),
		EMPTY(lode_engine_open_configured(NULL, NULL)),
		EMPTY(lode_engine_open_offline(NULL, NULL, NULL, NULL, NULL)),
		EMPTY(empty_text(lode_engine_url(NULL))),
		EMPTY(empty_text(lode_engine_dialect_name(NULL))),
		EMPTY(lode_connection_open(NULL, NULL)),
		EMPTY(lode_connection_in_transaction(NULL)),
		EMPTY(lode_connection_isolation(NULL)),
		EMPTY(lode_connection_native(NULL, NULL)),
		EMPTY(lode_connection_native(connection, NULL)),
	};

	all_misuse(refused, COUNT(refused));
	all_empty(empty, COUNT(empty));
	ck_assert_ptr_null(sql);
	setenv("LODE_CONFIG", "/no/such/file", 1);
	ck_assert_int_eq(lode_config_load(NULL), LODE_E_CONFIG);
	lode_url_free(NULL);
	lode_url_free(url);
	lode_engine_close(NULL);
	lode_engine_dispose(NULL);
	lode_connection_close(NULL);
	lode_connection_close(connection);
	lode_sql_free(NULL);
}
END_TEST

/* ---- and no other */

static char *read_text(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 18);

	ck_assert_msg(file && text, "%s cannot be read", path);
	ck_assert_uint_lt(fread(text, 1, (1 << 18) - 1, file), (1 << 18) - 1);
	fclose(file);
	return text;
}

/* The name of the function declared at `text`: the word before the first parenthesis. */
static void take_name(char *name, size_t size, const char *text)
{
	const char *end = strstr(text, "lode_");

	while (end && end[strcspn(end, " *(\n")] != '(')
		end = strstr(end + 1, "lode_");
	snprintf(name, size, "%.*s(", end ? (int)strcspn(end, "(") : 0, end ? end : "");
}

START_TEST(every_function_is_called)
{
	static const char *const headers[] = { "session", "query", "class", "engine" };
	const char *root = getenv("LODE_TEST_SRCDIR");
	char path[512], name[128], *here, *header;
	size_t seen = 0;

	snprintf(path, sizeof path, "%s/tests/orm/test_null_arguments.c", root ? root : ".");
	here = read_text(path);
	snprintf(path, sizeof path, "%s/include/lode/%s.h", root ? root : ".", headers[_i]);
	header = read_text(path);
	for (const char *at = header; (at = strstr(at, "LODE_API ")) != NULL; at++, seen++) {
		take_name(name, sizeof name, at);
		ck_assert_msg(strstr(here, name) != NULL, "%s...) is not called here", name);
	}
	ck_assert_uint_gt(seen, 30);
	free(header);
	free(here);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("null_arguments");
	TCase *tcase = tcase_create("null_arguments");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, no_session);
	tcase_add_test(tcase, nothing_given_to_a_session);
	tcase_add_test(tcase, expressions_of_nothing);
	tcase_add_test(tcase, statements_of_nothing);
	tcase_add_test(tcase, no_statement_is_passed_on);
	tcase_add_test(tcase, no_registry);
	tcase_add_test(tcase, no_engine);
	tcase_add_loop_test(tcase, every_function_is_called, 0, 4);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
