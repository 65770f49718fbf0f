/* SPDX-License-Identifier: MIT */
/* test_dialects - dialects apart from drivers: one that derives from another plugin's and has no
 * driver, SQL for every dialect without a connection, and ODBC beside native plugins in threads. */
#include <glob.h>
#include <pthread.h>
#include <string.h>

#include <lode/driver.h>
#include <lode/lode.h>

#include "check_tap.h"

/* The driver manager and its drivers lose memory at every connection, and have no frame pointers: the
 * leak sanitizer knows them (tests/lsan.supp) only by the whole stack. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}

/* ---- a plugin that brings only a dialect */

static lode_status LODE_CALL tern_traits(const lode_conn_info *server, lode_traits *t)
{
	(void)server;
	t->now_sql = "tern_now()";
	return LODE_OK;
}

static const char *const tern_products[] = { "Ternstore", NULL };
static const lode_dialect tern = {
	.struct_size = sizeof tern,
	.name = "tern",
	.base = "postgresql",
	.products = tern_products,
	.traits = tern_traits,
};
static const lode_dialect *const tern_dialects[] = { &tern, NULL };
static const lode_plugin tern_plugin = {
	.struct_size = sizeof tern_plugin,
	.abi_major = LODE_ABI_MAJOR,
	.abi_minor = LODE_ABI_MINOR,
	.name = "tern",
	.version = "1",
	.license = "MIT",
	.dialects = tern_dialects,
};

static const lode_plugin *LODE_CALL tern_entry(const lode_host *host, lode_err *e)
{
	(void)host, (void)e;
	return &tern_plugin;
}

/* ---- classes */

LODE_DECLARE(Egg);
struct Egg {
	int64_t id;
	const char *colour;
	lode_decimal weight;
	lode_datetime laid;
};
LODE_CLASS(Egg, "egg", LODE_COLUMN(Egg, id, .primary_key = true), LODE_COLUMN(Egg, colour),
	   LODE_COLUMN(Egg, weight), LODE_COLUMN(Egg, laid));

static lode_registry *registry;
static lode_error error;

static void set_up(void)
{
	error = (lode_error)LODE_ERROR_INIT;
	registry = lode_registry_new(NULL);
	ck_assert_ptr_nonnull(registry);
	ck_assert_msg(LODE_MAP(registry, &error, Egg) == LODE_OK, "%s", error.message);
	ck_assert_int_eq(lode_register_plugin((lode_plugin_entry *)tern_entry, &error), LODE_OK);
}

static void tear_down(void)
{
	lode_registry_free(registry);
}

/* NULL: there is no such plugin in this build */
static char *ddl_of(const char *dialect)
{
	char *sql = NULL;
	lode_status status =
		lode_metadata_create_sql(lode_registry_metadata(registry), dialect, &sql, &error);

	ck_assert_msg(status == LODE_OK || status == LODE_E_PLUGIN, "%s: %s", dialect,
		      error.message);
	return sql;
}

/* ---- tests */

static const char *const dialects[] = { "sqlite", "postgresql", "mariadb", "mysql", "tern" };

START_TEST(sql_without_a_connection)
{
	char *ddl = ddl_of(dialects[_i]), *sql = NULL;
	lode_statement *query = lode_where(lode_select(&Egg_class), LODE_EQ(Egg, colour, "blue"));

	ck_assert_ptr_nonnull(query);
	if (ddl != NULL) {
		ck_assert_ptr_nonnull(strstr(ddl, "CREATE TABLE egg"));
		ck_assert_msg(lode_statement_sql(registry, query, dialects[_i], LODE_SQL_LITERALS,
						 &sql, &error) == LODE_OK,
			      "%s: %s", dialects[_i], error.message);
		ck_assert_ptr_nonnull(strstr(sql, "'blue'"));
	}
	lode_sql_free(ddl);
	lode_sql_free(sql);
	lode_statement_free(query);
}
END_TEST

START_TEST(a_dialect_derives_from_another_plugins)
{
	char *base = ddl_of("postgresql"), *own = ddl_of("tern"), *sql = NULL;
	lode_statement *query = lode_select_value(lode_now());

	if (base != NULL) {
		ck_assert_ptr_nonnull(own);
		ck_assert_str_eq(own, base);
		ck_assert_int_eq(lode_statement_sql(registry, query, "tern", 0, &sql, &error),
				 LODE_OK);
		ck_assert_str_eq(sql, "SELECT tern_now()");
	} else {
		ck_assert_ptr_null(own);
	}
	lode_sql_free(base);
	lode_sql_free(own);
	lode_sql_free(sql);
	lode_statement_free(query);
}
END_TEST

/* the derived dialect on a real server, by another plugin's driver */
START_TEST(a_dialect_on_the_driver_of_others)
{
	const char *url = getenv("LODE_TEST_ODBC_POSTGRESQL");
	char text[512], *ddl = ddl_of("tern");
	lode_engine *engine;
	bool there = ddl != NULL;

	lode_sql_free(ddl);
	if (url == NULL || !there)
		return;
	snprintf(text, sizeof text, "tern+%s", url);
	engine = lode_engine_open(text, NULL, &error);
	ck_assert_msg(engine != NULL, "%s", error.message);
	ck_assert_msg(lode_create_all(lode_registry_metadata(registry), engine, &error) == LODE_OK,
		      "%s", error.message);
	ck_assert_str_eq(lode_engine_dialect_name(engine), "tern");
	ck_assert_msg(lode_drop_all(lode_registry_metadata(registry), engine, &error) == LODE_OK,
		      "%s", error.message);
	lode_engine_close(engine);
}
END_TEST

/* ---- libltdl is the driver manager's, too */

static char odbc_url[300];
static pthread_barrier_t start;

static void *open_an_engine(void *context)
{
	const char *url = context;
	lode_server_info info = { .struct_size = sizeof info };
	lode_error own = LODE_ERROR_INIT;
	lode_engine *engine;
	void *failed = context;

	pthread_barrier_wait(&start);
	engine = lode_engine_open(url, NULL, &own);
	if (engine != NULL && lode_engine_server(engine, &info, &own) == LODE_OK &&
	    strcmp(info.dialect, "sqlite") == 0)
		failed = NULL;
	lode_engine_close(engine);
	return failed;
}

START_TEST(plugins_and_odbc_drivers_load_at_once)
{
	static char native[] = "sqlite:///:memory:";
	pthread_t threads[8];
	void *failed;
	int i;

	if (odbc_url[0] == '\0')
		return;
	pthread_barrier_init(&start, NULL, 8);
	for (i = 0; i < 8; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, open_an_engine,
						i % 2 ? native : odbc_url),
				 0);
	for (i = 0; i < 8; i++) {
		pthread_join(threads[i], &failed);
		ck_assert_msg(failed == NULL, "%s", (char *)failed);
	}
	pthread_barrier_destroy(&start);
}
END_TEST

/* a URL without a data source, if the driver is installed */
static void find_driver(void)
{
	glob_t found;
	size_t i, n;

	if (glob("/usr/lib/*/odbc/libsqlite3odbc.so", 0, NULL, &found) != 0)
		return;
	n = (size_t)snprintf(odbc_url, sizeof odbc_url, "odbc:///:memory:?driver=");
	for (i = 0; found.gl_pathv[0][i] != '\0' && n + 4 < sizeof odbc_url; i++)
		n += (size_t)(found.gl_pathv[0][i] == '/'
				      ? sprintf(odbc_url + n, "%%2F")
				      : sprintf(odbc_url + n, "%c", found.gl_pathv[0][i]));
	globfree(&found);
}

int main(void)
{
	Suite *suite = suite_create("dialects");
	TCase *tcase = tcase_create("dialects");

	find_driver();
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, plugins_and_odbc_drivers_load_at_once);
	tcase_add_loop_test(tcase, sql_without_a_connection, 0,
			    (int)(sizeof dialects / sizeof dialects[0]));
	tcase_add_test(tcase, a_dialect_derives_from_another_plugins);
	tcase_add_test(tcase, a_dialect_on_the_driver_of_others);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
