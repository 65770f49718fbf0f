/* SPDX-License-Identifier: MIT */
/* tests/engine/test_plugin.c - which plugin files are loaded, which are refused, and what is said.
 *
 * The modules are built beside the test; each case has a directory of its own.  Every test runs in
 * a process of its own, because what is loaded stays. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_tap.h"
#include "fake.h"

#ifndef TEST_MODULES
#define TEST_MODULES "tests/engine/.libs"
#endif

static char root[64], directory[128];
static lode_error error;
static char found[4096];

static void make_directory(const char *path, mode_t mode)
{
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
}

static void setup(void)
{
	strcpy(root, "/tmp/lode-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	snprintf(directory, sizeof directory, "%s/plugins", root);
	make_directory(directory, 0755);
	setenv("LODE_PLUGIN_PATH", directory, 1);
	error = (lode_error)LODE_ERROR_INIT;
	found[0] = '\0';
}

static void teardown(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0);
}

/* copy a built module to `to` */
static void install(const char *module, const char *to, mode_t mode)
{
	const char *modules = getenv("LODE_TEST_MODULES");
	char path[512], buffer[4096];
	ssize_t size;
	int from, out;

	snprintf(path, sizeof path, "%s/lode_%s.so", modules ? modules : TEST_MODULES, module);
	from = open(path, O_RDONLY);
	ck_assert_msg(from >= 0, "%s: %s", path, strerror(errno));
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(out, 0);
	while ((size = read(from, buffer, sizeof buffer)) > 0)
		ck_assert_int_eq(write(out, buffer, (size_t)size), size);
	close(from);
	ck_assert_int_eq(fchmod(out, mode), 0);
	close(out);
}

static const char *in_directory(const char *file)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", directory, file);
	return path;
}

static lode_status see(void *context, const lode_plugin_report *report)
{
	(void)context;
	if (strncmp(report->path, root, strlen(root)) != 0)
		return LODE_OK;    /* what this machine has installed */
	snprintf(found + strlen(found), sizeof found - strlen(found), "%s|%s|%s|%s\n",
	         report->path + strlen(root), report->usable ? "usable" : "refused", report->version,
	         report->usable ? report->dialects : report->reason);
	return LODE_OK;
}

/* ---------------------------------------------------------------- what one file gives */

static void put_good(void)
{
	install("good", in_directory("lode_good.so"), 0644);
}

static void put_unsafe_file(void)
{
	install("good", in_directory("lode_good.so"), 0646);
}

static void put_unsafe_directory(void)
{
	put_good();
	chmod(directory, 0757);
}

static void put_link(void)
{
	char target[128];

	snprintf(target, sizeof target, "%s/elsewhere", root);
	make_directory(target, 0755);
	strcat(target, "/lode_good.so");
	install("good", target, 0644);
	ck_assert_int_eq(symlink(target, in_directory("lode_good.so")), 0);
}

static void put_link_to_unsafe(void)
{
	char target[128];

	snprintf(target, sizeof target, "%s/elsewhere", root);
	make_directory(target, 0757);
	strcat(target, "/lode_good.so");
	install("good", target, 0644);
	ck_assert_int_eq(symlink(target, in_directory("lode_good.so")), 0);
}

static void put_foreign(void)
{
	put_good();
	ck_assert_int_eq(chown(in_directory("lode_good.so"), 12345, 0), 0);
}

static void put_link_to_foreign(void)
{
	put_link();
	ck_assert_int_eq(chown(in_directory("lode_good.so"), 12345, 0), 0);
}

static void put_foreign_directory(void)
{
	put_good();
	ck_assert_int_eq(chown(directory, 12345, 0), 0);
}

static void put_text(void)
{
	FILE *file = fopen(in_directory("lode_good.so"), "w");

	fputs("this is not a library, however long the text is made to be read as one\n", file);
	fclose(file);
	chmod(in_directory("lode_good.so"), 0644);
}

static void put_archive_link(void)
{
	FILE *file = fopen(in_directory("real.la"), "w");

	fputs("dlname='evil.so'\n", file);
	fclose(file);
	chmod(in_directory("real.la"), 0644);
	ck_assert_int_eq(symlink("real.la", in_directory("lode_good.so")), 0);
}

static void put_subdirectory(void)
{
	make_directory(in_directory("lode_good.so"), 0755);
}

static void put_nothing(void)
{
	ck_assert_int_eq(symlink("nothing", in_directory("lode_good.so")), 0);
}

static void put_empty(void)
{
	install("empty", in_directory("lode_empty.so"), 0644);
}

static void put_other(void)
{
	install("other", in_directory("lode_other.so"), 0644);
}

static void put_minor(void)
{
	install("minor", in_directory("lode_minor.so"), 0644);
}

static void put_refuses(void)
{
	install("refuses", in_directory("lode_refuses.so"), 0644);
}

static void put_named(void)
{
	install("named", in_directory("lode_named.so"), 0644);
}

static void put_undefined(void)
{
	install("undefined", in_directory("lode_undefined.so"), 0644);
}

static const struct {
	void (*put)(void);
	bool as_root;                /* needs chown */
	const char *report;          /* the end of it: a prefix of the loader's own words */
} files[] = {
	{ put_good, false, "/plugins/lode_good.so|usable|1.5|good_dialect\n" },
	{ put_link, false, "/plugins/lode_good.so|usable|1.5|good_dialect\n" },
	{ put_unsafe_file, false, "/plugins/lode_good.so|refused||the file is writable by others\n" },
	{ put_unsafe_directory, false, "/plugins|refused||the directory is writable by others\n" },
	{ put_link_to_unsafe, false,
	  "/plugins/lode_good.so|refused||the directory of the file is writable by others\n" },
	{ put_foreign, true,
	  "/plugins/lode_good.so|refused||the file belongs to user 12345, not to root or to user 0\n" },
	{ put_link_to_foreign, true,
	  "/plugins/lode_good.so|refused||the file belongs to user 12345, not to root or to user 0\n" },
	{ put_foreign_directory, true,
	  "/plugins|refused||the directory belongs to user 12345, not to root or to user 0\n" },
	{ put_text, false, "/plugins/lode_good.so|refused||" },
	{ put_archive_link, false,
	  "/plugins/lode_good.so|refused||a libtool archive, which may name any other file\n" },
	{ put_subdirectory, false, "/plugins/lode_good.so|refused||not a regular file\n" },
	{ put_nothing, false, "/plugins/lode_good.so|refused||No such file or directory\n" },
	{ put_empty, false,
	  "/plugins/lode_empty.so|refused||not a plugin of lode: it has no entry lode_plugin_v0\n" },
	{ put_other, false,
	  "/plugins/lode_other.so|refused||built for plugin ABI 7, this lode speaks 0.0\n" },
	{ put_minor, false,
	  "/plugins/lode_minor.so|refused||built for plugin ABI 0.3, this lode speaks 0.0\n" },
	{ put_refuses, false,
	  "/plugins/lode_refuses.so|refused||it refuses: libexample 2 is needed, 1 is there\n" },
	{ put_named, false, "/plugins/lode_named.so|refused||it calls itself \"somebody_else\"\n" },
	{ put_undefined, false, "/plugins/lode_undefined.so|refused||" },
};

START_TEST(file_is_judged)
{
	const char *report = files[_i].report;

	if (files[_i].as_root && geteuid() != 0)
		return;
	files[_i].put();
	ck_assert_int_eq(lode_plugin_each(see, NULL, &error), LODE_OK);
	if (report[strlen(report) - 1] == '\n')
		ck_assert_str_eq(found, report);
	else
		ck_assert_msg(strncmp(found, report, strlen(report)) == 0, "%s", found);
	if (files[_i].put == put_undefined)
		ck_assert_ptr_nonnull(strstr(found, "symbol_that_nobody_has"));
}
END_TEST

/* ---------------------------------------------------------------- looking for one */

START_TEST(missing_plugin_tells_all)
{
	char expected[512];

	put_text();
	snprintf(expected, sizeof expected,
	         "no plugin has the scheme \"postgresql\" (plugin ABI 0.0; its client library is in "
	         "the package libpq5); tried %s/lode_postgresql.so: No such file or directory; ",
	         directory);
	ck_assert_ptr_null(lode_engine_open("postgresql://h/d", NULL, &error));
	ck_assert_int_eq(error.status, LODE_E_PLUGIN);
	ck_assert_msg(strncmp(error.message, expected, strlen(expected)) == 0, "%s", error.message);
	ck_assert_ptr_nonnull(strstr(error.message, "lode_good.so: "));
}
END_TEST

START_TEST(environment_is_absolute)
{
	char mixed[512];
	char home[256];

	put_good();
	ck_assert_ptr_nonnull(getcwd(home, sizeof home));
	ck_assert_int_eq(chdir(root), 0);
	setenv("LODE_PLUGIN_PATH", "plugins:./plugins", 1);
	lode_plugin_each(see, NULL, &error);
	ck_assert_str_eq(found, "");
	snprintf(mixed, sizeof mixed, "plugins::%s", directory);
	setenv("LODE_PLUGIN_PATH", mixed, 1);
	lode_plugin_each(see, NULL, &error);
	ck_assert_str_eq(found, "/plugins/lode_good.so|usable|1.5|good_dialect\n");
	ck_assert_int_eq(chdir(home), 0);
}
END_TEST

START_TEST(policy_restricts)
{
	put_good();
	ck_assert_int_eq(lode_plugin_path_add("relative", &error), LODE_E_CONFIG);
	ck_assert_int_eq(lode_plugin_path_add(NULL, &error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_plugin_restrict(LODE_PLUGINS_SYSTEM), LODE_OK);
	lode_plugin_each(see, NULL, &error);
	ck_assert_str_eq(found, "");
	ck_assert_int_eq(lode_plugin_restrict(LODE_PLUGINS_ALL), LODE_E_STATE);
	ck_assert_int_eq(lode_plugin_path_add(directory, &error), LODE_OK);
	lode_plugin_each(see, NULL, &error);
	ck_assert_str_eq(found, "/plugins/lode_good.so|usable|1.5|good_dialect\n");
	ck_assert_int_eq(lode_plugin_restrict(LODE_PLUGINS_STATIC), LODE_OK);
	found[0] = '\0';
	lode_plugin_each(see, NULL, &error);
	ck_assert_str_eq(found, "");
}
END_TEST

START_TEST(second_of_a_name_is_passed_over)
{
	char other[160], expected[512];

	put_good();
	snprintf(other, sizeof other, "%s/first", root);
	make_directory(other, 0755);
	strcat(other, "/lode_good.so");
	install("good", other, 0644);
	other[strlen(other) - strlen("/lode_good.so")] = '\0';
	lode_plugin_path_add(other, &error);
	lode_plugin_each(see, NULL, &error);
	snprintf(expected, sizeof expected,
	         "/first/lode_good.so|usable|1.5|good_dialect\n"
	         "/plugins/lode_good.so|refused||passed over: %s/lode_good.so is in use\n", other);
	ck_assert_str_eq(found, expected);
}
END_TEST

START_TEST(dialect_of_another_name_is_found)
{
	lode_metadata *metadata = lode_metadata_new(NULL, &error);
	char *sql = NULL;

	put_good();    /* the file is lode_good, the dialect good_dialect */
	ck_assert_int_eq(lode_metadata_create_sql(metadata, "good_dialect", &sql, &error), LODE_OK);
	ck_assert_str_eq(sql, "");
	lode_sql_free(sql);
	ck_assert_int_eq(lode_metadata_create_sql(metadata, "../good", &sql, &error), LODE_E_PLUGIN);
	ck_assert_int_eq(lode_metadata_create_sql(metadata, "no_such", &sql, &error), LODE_E_PLUGIN);
	lode_metadata_free(metadata);
}
END_TEST

/* ---------------------------------------------------------------- registered ones */

static lode_plugin wrong;
static const lode_plugin *wrong_entry(const lode_host *host, lode_err *err)
{
	(void)host;
	(void)err;
	return wrong.struct_size ? &wrong : NULL;
}

static lode_status broken_open(const lode_connect *how, lode_drv_conn **out, lode_err *err)
{
	(void)how;
	(void)out;
	(void)err;
	return LODE_E_OTHER;
}

START_TEST(unfit_tables_are_refused)
{
	static const lode_conn_ops half = { .struct_size = sizeof half, .open = broken_open };
	static const lode_stmt_ops none = { .struct_size = sizeof none };
	static const lode_driver broken = { .struct_size = sizeof broken, .name = "broken",
		                            .conn = &half, .stmt = &none };
	static const lode_driver *const drivers[] = { &broken, NULL };
	lode_plugin_entry *entry = (lode_plugin_entry *)wrong_entry;

	ck_assert_int_eq(lode_register_plugin(NULL, &error), LODE_E_MISUSE);
	ck_assert_int_eq(lode_register_plugin(entry, &error), LODE_E_PLUGIN);
	ck_assert_str_eq(error.message, "plugin (built in): it refuses: it does not say why");
	wrong = (lode_plugin){ .struct_size = 8 };
	ck_assert_int_eq(lode_register_plugin(entry, &error), LODE_E_PLUGIN);
	ck_assert_str_eq(error.message, "plugin (built in): its descriptor is too short");
	wrong = (lode_plugin){ .struct_size = sizeof wrong, .name = "../x" };
	ck_assert_int_eq(lode_register_plugin(entry, &error), LODE_E_PLUGIN);
	ck_assert_str_eq(error.message, "plugin (built in): it has no proper name");
	wrong.name = "broken";
	wrong.drivers = drivers;
	ck_assert_int_eq(lode_register_plugin(entry, &error), LODE_E_PLUGIN);
	ck_assert_str_eq(error.message,
	                 "plugin (built in): the driver \"broken\" lacks a required function");
	wrong.drivers = NULL;
	ck_assert_int_eq(lode_register_plugin(entry, &error), LODE_OK);
	ck_assert_int_eq(lode_register_plugin(entry, &error), LODE_OK);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plugin");
	TCase *tcase = tcase_create("plugin");

	if (getenv("CK_FORK") && strcmp(getenv("CK_FORK"), "no") == 0) {
		suite_add_tcase(suite, tcase);
		srunner_free(srunner_create(suite));
		return lode_test_skip("what one test loads would be there for the next");
	}
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, file_is_judged, 0, sizeof files / sizeof *files);
	tcase_add_test(tcase, missing_plugin_tells_all);
	tcase_add_test(tcase, environment_is_absolute);
	tcase_add_test(tcase, policy_restricts);
	tcase_add_test(tcase, second_of_a_name_is_passed_over);
	tcase_add_test(tcase, dialect_of_another_name_is_found);
	tcase_add_test(tcase, unfit_tables_are_refused);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
