/* SPDX-License-Identifier: MIT */
/* tests/engine/test_config.c - lode.conf: what is read, what is refused and with which words. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/faulty.h"
#include "check_tap.h"
#include "engine/config.h"
#include "engine/state.h"
#include "fake.h"

static char folder[64], file[128], other[128];
static lode_error error;

static void write_file(const char *path, const void *text, size_t size, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, size), (ssize_t)size);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static void put(const char *text)
{
	write_file(file, text, strlen(text), 0600);
}

static void setup(void)
{
	fake_reset();
	error = (lode_error)LODE_ERROR_INIT;
	ck_assert_int_eq(lode_register_plugin((lode_plugin_entry *)fake_entry, &error), LODE_OK);
	strcpy(folder, "/tmp/lode-config.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(file, sizeof file, "%s/lode.conf", folder);
	snprintf(other, sizeof other, "%s/other", folder);
	setenv("LODE_CONFIG", file, 1);
}

static void teardown(void)
{
	chmod(folder, 0700);
	unlink(file);
	unlink(other);
	ck_assert_int_eq(rmdir(folder), 0);
	ck_assert_int_eq(fake_connections(), 0);
}

/* the message without the folder's name, which every run chooses anew */
static const char *said(void)
{
	static char text[sizeof error.message];
	size_t size = strlen(folder);
	char *to = text;

	for (const char *at = error.message; *at; at++) {
		while (strncmp(at, folder, size) == 0)
			at += size + 1;
		*to++ = *at;
	}
	*to = '\0';
	return text;
}

/* ---------------------------------------------------------------- what is read */

/* the URL of [engine.main] as it may be shown */
static const struct {
	const char *text, *url;
} good[] = {
	{ "[engine.main]\nurl = fake://h/db\n", "fake://h/db" },
	{ "[engine.main]\nurl=fake://h/db", "fake://h/db" },
	{ "\xef\xbb\xbf[engine.main]\r\nurl = fake://h/db\r\n", "fake://h/db" },
	{ "# first\n\n ; second\n[engine.main]  \n\turl", NULL },
	{ "[plugins]\n[engine.other]\nurl = fake://o\n[engine.main]\nurl = fake://h\n", "fake://h" },
	{ "[engine.main]\nurl = fake://h?mode=x\npool_size = 3\necho = off\n",
	  "fake://h?mode=x&pool_size=3&echo=off" },
	{ "[engine.main]\npool_recycle_s = 60\nurl = fake://u@h/d\nisolation = serializable\n",
	  "fake://u@h/d?pool_recycle_s=60&isolation=serializable" },
	{ "[engine.main]\nurl = fake://u:pw@h/d\n", "fake://u:***@h/d" },
	{ "[engine.main]\nurl = fake://h/a;b=c\n", "fake://h/a;b=c" },
	{ "[engine.main]\nurl: fake://h\n", "fake://h" },
	{ "[engine.main]\nurl = fake://h\nmode = a b&c=d%20\n", "fake://h?mode=a%20b%26c%3Dd%2520" },
};

START_TEST(reads_good)
{
	lode_engine *engine;

	put(good[_i].text);
	engine = lode_engine_open_configured("main", &error);
	if (!good[_i].url) {
		ck_assert_ptr_null(engine);
		return;
	}
	ck_assert_msg(engine != NULL, "%s", error.message);
	ck_assert_str_eq(lode_engine_url(engine), good[_i].url);
	ck_assert_str_eq(engine->name, "main");
	lode_engine_close(engine);
}
END_TEST

/* options take effect; those of the program are kept where the file says nothing */
START_TEST(options_take_effect)
{
	lode_engine_options options = LODE_ENGINE_OPTIONS_INIT;
	lode_engine *engine;

	put("[engine.main]\nurl = fake://h\npool_size = 2\ntimeout_ms = 700\n");
	options.pool_size = 9;
	options.pool_overflow = 4;
	options.name = "mine";
	engine = lode_engine_open("main", &options, &error);
	ck_assert_msg(engine != NULL, "%s", error.message);
	ck_assert_uint_eq(engine->pool.size, 2);
	ck_assert_uint_eq(engine->pool.overflow, 4);
	ck_assert_int_eq(engine->timeout_ms, 700);
	ck_assert_str_eq(engine->name, "mine");
	lode_engine_close(engine);
}
END_TEST

/* comments may be of any length; a line as long as libinih can hold is read whole */
START_TEST(lines_are_never_cut)
{
	char text[2000], url[300];
	lode_engine *engine;

	memset(url, 'a', sizeof url);
	memcpy(url, "fake://h/", 9);
	url[197 - 6] = '\0';
	snprintf(text, sizeof text, "# %0900d\n[engine.main]\nurl = %s\n", 0, url);
	put(text);
	engine = lode_engine_open_configured("main", &error);
	ck_assert_msg(engine != NULL, "%s", error.message);
	ck_assert_str_eq(lode_engine_url(engine), url);
	lode_engine_close(engine);
	snprintf(text, sizeof text, "[engine.main]\nurl = %sa\n", url);
	put(text);
	ck_assert_ptr_null(lode_engine_open_configured("main", &error));
	ck_assert_str_eq(said(), "lode.conf:2: longer than 197 bytes; give options of a URL as keys of "
	                         "their own");
}
END_TEST

/* ---------------------------------------------------------------- what is refused */

#define HEAD "[engine.main]\nurl = fake://h\n"

static const struct {
	const char *text, *message;
} bad[] = {
	{ "url = fake://h\n", "lode.conf:1: a key before the first [section]" },
	{ HEAD "nonsense\n", "lode.conf:3: neither [section] nor key = value" },
	{ HEAD "[engine.b\n",
	  "lode.conf:3: a section is \"[\", its name, \"]\", and nothing behind" },
	{ HEAD "[engine.b] x = 1\n",
	  "lode.conf:3: a section is \"[\", its name, \"]\", and nothing behind" },
	{ "[main]\nurl = fake://h\n",
	  "lode.conf:1: a section is [plugins] or [engine.NAME], NAME at most 42 lower-case letters, "
	  "digits and underscores" },
	{ "[engine.A]\n",
	  "lode.conf:1: a section is [plugins] or [engine.NAME], NAME at most 42 lower-case letters, "
	  "digits and underscores" },
	{ "[engine.0123456789012345678901234567890123456789012]\n",
	  "lode.conf:1: a section is [plugins] or [engine.NAME], NAME at most 42 lower-case letters, "
	  "digits and underscores" },
	{ HEAD "[engine.b]\nurl = fake://h\n[engine.main]\n",
	  "lode.conf:5: \"engine.main\" stands in line 1 already" },
	{ HEAD "pool_size = 1\npool_size = 2\n",
	  "lode.conf:4: \"pool_size\" stands in line 3 already" },
	{ HEAD "  pool_size = 1\n",
	  "lode.conf:3: blanks before the text; begin in the first column" },
	{ HEAD "mode = a ; comment\n",
	  "lode.conf:3: \" ;\" begins a comment, which needs a line of its own" },
	{ HEAD "mode = \001\n", "lode.conf:3: a control character" },
	{ HEAD "Pool_Size = 1\n",
	  "lode.conf:3: a key is of lower-case letters, digits, underscores and dots" },
	{ HEAD "= 1\n", "lode.conf:3: a key is of lower-case letters, digits, underscores and dots" },
	{ HEAD "pool_size = many\n",
	  "lode.conf:3: the option pool_size must be a number from 1 on" },
	{ HEAD "pool_size = -1\n", "lode.conf:3: the option pool_size must be a number from 1 on" },
	{ HEAD "echo = loud\n",
	  "lode.conf:3: echo is one of on, off, true, false, 0, 1 and 2, which shows the values of "
	  "parameters too" },
	{ HEAD "[engine.b]\nurl = fake://h\nisolation = loose\n",
	  "lode.conf:5: isolation is one of default, read_uncommitted, read_committed, "
	  "repeatable_read, snapshot, serializable, autocommit" },
	{ HEAD "pol_size = 1\n",
	  "lode.conf:3: the driver \"fake\" has no option \"pol_size\"; did you mean \"pool_size\"?" },
	{ "[engine.main]\nurl = fake://h?pol_size=1\n",
	  "lode.conf:2: the driver \"fake\" has no option \"pol_size\"; did you mean \"pool_size\"?" },
	{ "[engine.main]\nurl = fake://h?pool_size=1\npool_size = 2\n",
	  "lode.conf:3: \"pool_size\" stands in the URL already" },
	{ "[engine.main]\npool_size = 1\n", "lode.conf:1: [engine.main] has no url" },
	{ "[engine.main]\n", "lode.conf:1: [engine.main] has no url" },
	{ "[engine.main]\nurl =\n",
	  "lode.conf:2: URL: no \"://\"; write dialect://user:password@host/database or "
	  "sqlite:///file.db" },
	{ HEAD "[engine.b]\nurl = p://u:hush@h:port\n",
	  "lode.conf:4: URL: the port after the host must be a number from 1 to 65535" },
	{ HEAD "password = hush\n",
	  "lode.conf:3: there is no key \"password\"; use password_file or password_env" },
	{ HEAD "password_file = relative\n", "lode.conf:3: password_file must be absolute" },
	{ HEAD "password_file = /x\npassword_env = X\n",
	  "lode.conf:4: password_file or password_env, not both" },
	{ "[engine.main]\nurl = fake://u:hush@h\npassword_env = X\n",
	  "lode.conf:3: the URL has a password already" },
	{ HEAD "password_env =\n", "lode.conf:3: password_env names a variable of the environment" },
	{ HEAD "password_env = LODE_TEST_NOT_SET\n",
	  "lode.conf:3: the environment variable LODE_TEST_NOT_SET is not set" },
	{ HEAD "password_file = /no/such/file\n",
	  "lode.conf:3: /no/such/file: No such file or directory" },
	{ HEAD "[plugins]\npath = /x\n",
	  "lode.conf:4: [plugins] has no key \"path\", only directories" },
	{ HEAD "[plugins]\ndirectories = /x:y\n",
	  "lode.conf:4: directories must be absolute, with a colon between them" },
	{ "[engine.mian]\nurl = fake://h\n",
	  "no engine \"main\" is configured; did you mean \"mian\"?; read: lode.conf" },
	{ "", "no engine \"main\" is configured; read: lode.conf" },
};

START_TEST(refuses_bad)
{
	put(bad[_i].text);
	ck_assert_ptr_null(lode_engine_open_configured("main", &error));
	ck_assert_int_eq(error.status, LODE_E_CONFIG);
	ck_assert_str_eq(said(), bad[_i].message);
}
END_TEST

START_TEST(refuses_a_nul)
{
	static const char text[] = "[engine.main]\nurl = fake://h\0/d\n";

	write_file(file, text, sizeof text - 1, 0600);
	ck_assert_ptr_null(lode_engine_open_configured("main", &error));
	ck_assert_str_eq(said(), "lode.conf:2: a control character");
}
END_TEST

START_TEST(refuses_names)
{
	static const char *const names[] = { NULL, "", "Main", "a b", "sqlite://", "../x" };

	ck_assert_ptr_null(lode_engine_open_configured(names[_i], &error));
	ck_assert_int_eq(error.status, LODE_E_MISUSE);
}
END_TEST

/* ---------------------------------------------------------------- whom is trusted */

static void make_link(const char *target)
{
	ck_assert_int_eq(symlink(target, file), 0);
}

static void file_of_all(void)
{
	put(HEAD);
	chmod(file, 0666);
}

static void folder_of_all(void)
{
	put(HEAD);
	chmod(folder, 0777);
}

static void file_of_another(void)
{
	put(HEAD);
	ck_assert_int_eq(chown(file, 65534, 65534), 0);
}

static void link_to_file_of_all(void)
{
	write_file(other, HEAD, strlen(HEAD), 0666);
	make_link(other);
}

static void link_to_nothing(void)
{
	make_link("/no/such/file");
}

static void a_folder(void)
{
	make_link(folder);
}

static void a_pipe(void)
{
	ck_assert_int_eq(mkfifo(file, 0600), 0);
}

static void url_with_password(void)
{
	static const char text[] = "[engine.main]\nurl = fake://u:hush@h\n";

	write_file(file, text, strlen(text), 0640);
}

static void option_with_password(void)
{
	static const char text[] = HEAD "sslpassword = hush\n";

	write_file(file, text, strlen(text), 0644);
}

static void password_of_all(void)
{
	char text[300];

	write_file(other, "hush\n", 5, 0604);
	snprintf(text, sizeof text, HEAD "password_file = %s\n", other);
	put(text);
}

static void password_empty(void)
{
	char text[300];

	write_file(other, "\nhush", 5, 0600);
	snprintf(text, sizeof text, HEAD "password_file = %s\n", other);
	put(text);
}

static const struct {
	void (*make)(void);
	const char *message;
	bool root;                   /* only root can try */
} untrusted[] = {
	{ file_of_all, "lode.conf: the file is writable by others", false },
	{ folder_of_all, "lode.conf: the directory of the file is writable by others", false },
	{ file_of_another, "lode.conf: the file belongs to user 65534, not to root or to user 0", true },
	{ link_to_file_of_all, "lode.conf: the file is writable by others", false },
	{ link_to_nothing, "lode.conf: there is no such file, and LODE_CONFIG names it", false },
	{ a_folder, "lode.conf: not a regular file", false },
	{ a_pipe, "lode.conf: not a regular file", false },
	{ url_with_password, "lode.conf:2: a password in a file to which others have access: chmod 600 "
	                     "it, or use password_file", false },
	{ option_with_password, "lode.conf:3: a password in a file to which others have access: chmod "
	                        "600 it, or use password_file", false },
	{ password_of_all, "lode.conf:3: other: others have access to this file: chmod 600 it", false },
	{ password_empty, "lode.conf:3: other: the first line is empty", false },
};

START_TEST(refuses_untrusted)
{
	if (untrusted[_i].root && geteuid() != 0)
		return;
	untrusted[_i].make();
	ck_assert_ptr_null(lode_engine_open_configured("main", &error));
	ck_assert_int_eq(error.status, LODE_E_CONFIG);
	ck_assert_str_eq(said(), untrusted[_i].message);
}
END_TEST

/* links to what may be trusted are followed */
START_TEST(follows_links)
{
	lode_engine *engine;

	write_file(other, HEAD, strlen(HEAD), 0644);
	make_link(other);
	engine = lode_engine_open_configured("main", &error);
	ck_assert_msg(engine != NULL, "%s", error.message);
	lode_engine_close(engine);
}
END_TEST

/* ---------------------------------------------------------------- passwords */

static const struct {
	const char *line;            /* of the section; %s: the path of the file */
	bool good;
} passwords[] = {
	{ "password_file = %s\n", true },
	{ "password_env = LODE_TEST_PASSWORD\n", true },
	{ "password_env = LODE_TEST_WRONG\n", false },
};

/* the driver gets it; neither URL nor message shows it */
START_TEST(passwords_arrive)
{
	char text[300], line[200];
	lode_connection *connection;
	lode_engine *engine;

	write_file(other, "open: s/e?same\r\nsecond line", 27, 0400);
	setenv("LODE_TEST_PASSWORD", "open: s/e?same", 1);
	setenv("LODE_TEST_WRONG", "wrong", 1);
	snprintf(line, sizeof line, passwords[_i].line, other);
	snprintf(text, sizeof text, "[engine.main]\nurl = fake://me@h/d\n%s", line);
	put(text);
	engine = lode_engine_open_configured("main", &error);
	ck_assert_msg(engine != NULL, "%s", error.message);
	ck_assert_str_eq(lode_engine_url(engine), "fake://me:***@h/d");
	if (passwords[_i].good)
		ck_assert_str_eq(engine->url->parts.password, "open: s/e?same");
	connection = lode_connection_open(engine, &error);
	ck_assert_int_eq(connection != NULL, passwords[_i].good);
	lode_connection_close(connection);
	lode_engine_close(engine);
}
END_TEST

/* ---------------------------------------------------------------- several files */

/* the user's engine replaces the system's as a whole; others stay */
START_TEST(later_files_replace_engines)
{
	static const char *const names[] = { "main", "only_system", "only_user" };
	static const char *const urls[] = { "fake://user", "fake://s2", "fake://u2" };
	static const char text[] = "[engine.main]\nurl = fake://user\n[engine.only_user]\n"
				   "url = fake://u2\n";
	lode__config_paths paths = { .system = file, .user = other };
	const char *const *places = NULL;
	lode__config config;
	lode_url *url = NULL;

	put("[engine.main]\nurl = fake://system\npool_size = 7\n[engine.only_system]\n"
	    "url = fake://s2\n");
	write_file(other, text, strlen(text), 0600);
	ck_assert_int_eq(lode__config_read(&config, &paths, &error), LODE_OK);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(lode__config_engine(&url, &places, &config, names[i], NULL, &error),
		                 LODE_OK);
		ck_assert_str_eq(lode_url_text(url), urls[i]);
		lode_url_free(url);
	}
	ck_assert_int_eq(lode__config_engine(&url, &places, &config, "none", NULL, &error),
	                 LODE_E_CONFIG);
	ck_assert_str_eq(said(), "no engine \"none\" is configured; read: lode.conf, other");
	lode__config_dispose(&config);
	unlink(other);    /* one file, then none */
	ck_assert_int_eq(lode__config_read(&config, &paths, &error), LODE_OK);
	ck_assert_int_eq(lode__config_engine(&url, &places, &config, "none", NULL, &error),
	                 LODE_E_CONFIG);
	ck_assert_str_eq(said(), "no engine \"none\" is configured; read: lode.conf; not there: other");
	lode__config_dispose(&config);
	unlink(file);
	ck_assert_int_eq(lode__config_read(&config, &paths, &error), LODE_OK);
	ck_assert_int_eq(lode__config_engine(&url, &places, &config, "none", NULL, &error),
	                 LODE_E_CONFIG);
	ck_assert_str_eq(said(), "no engine \"none\" is configured; not there: lode.conf, other; a URL has "
	                         "\"://\"");
	lode__config_dispose(&config);
}
END_TEST

/* what the variables of the environment lead to; "~" stands for this test's folder */
static const struct {
	const char *only, *config, *home, *want_only, *want_user;
} places[] = {
	{ "~/x.conf", "~", "~", "~/x.conf", NULL },
	{ NULL, "~", "~", NULL, "~/lode.conf" },
	{ "", "~/c", "~", NULL, "~/c/lode.conf" },
	{ NULL, NULL, "~", NULL, "~/.config/lode.conf" },
	{ NULL, "relative", "~", NULL, "~/.config/lode.conf" },
	{ NULL, "", "relative", NULL, NULL },
	{ NULL, NULL, NULL, NULL, NULL },
};

static const char *expand(char *to, size_t size, const char *text)
{
	if (!text)
		return NULL;
	snprintf(to, size, "%s%s", *text == '~' ? folder : "", *text == '~' ? text + 1 : text);
	return to;
}

static void set_variable(const char *name, const char *value)
{
	char text[200];

	if (value)
		setenv(name, expand(text, sizeof text, value), 1);
	else
		unsetenv(name);
}

START_TEST(files_have_places)
{
	lode__config_paths paths;
	char text[200];

	set_variable("LODE_CONFIG", places[_i].only);
	set_variable("XDG_CONFIG_HOME", places[_i].config);
	set_variable("HOME", places[_i].home);
	ck_assert_int_eq(lode__config_paths_find(&paths, &error), LODE_OK);
	ck_assert_pstr_eq(paths.only, expand(text, sizeof text, places[_i].want_only));
	ck_assert_pstr_eq(paths.user, expand(text, sizeof text, places[_i].want_user));
	ck_assert_int_eq(paths.system != NULL, paths.only == NULL);
	lode__config_paths_dispose(&paths);
}
END_TEST

/* ---------------------------------------------------------------- files of any bytes */

/* a small generator, so that every run is the same */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* good text with some bytes changed, doubled, dropped, or long runs put in */
static size_t spoil(char *to, size_t limit, uint32_t *state)
{
	static const char text[] = "# a comment\n[plugins]\ndirectories = /a:/b\n[engine.main]\n"
				   "url = fake://user:hush@host:1/db?mode=1\npool_size = 3\necho = on\n"
				   "[engine.b]\nurl = fake://h\npassword_env = X\n";
	static const char spice[] = "[]=:;#\n\r\t \0\x7f\xff\"'%@/.e";
	size_t size = 0;

	for (const char *at = text; *at && size + 300 < limit; at++) {
		uint32_t dice = next_random(state) % 400;

		if (dice < 4)
			to[size++] = spice[next_random(state) % (sizeof spice - 1)];
		else if (dice < 6)
			at += strnlen(at, next_random(state) % 9);
		else if (dice == 6) {
			size_t run = next_random(state) % 250;

			memset(to + size, *at, run);
			size += run;
		}
		if (!*at)
			break;
		to[size++] = *at;
	}
	return size;
}

/* whatever stands there: an engine, or an error of one line with the file's name, without secrets */
START_TEST(any_bytes_are_read_or_refused)
{
	uint32_t state = 2463534242u + (uint32_t)_i * 7919u;
	char text[8000];

	for (int i = 0; i < 400; i++) {
		size_t size = spoil(text, sizeof text, &state);
		lode_engine *engine;

		write_file(file, text, size, 0600);
		error = (lode_error)LODE_ERROR_INIT;
		engine = lode_engine_open_configured("main", &error);
		if (!engine) {
			ck_assert_int_lt(error.status, 0);
			ck_assert_int_ne(error.status, LODE_E_MISUSE);
			ck_assert_ptr_null(strchr(error.message, '\n'));
			ck_assert_ptr_null(strstr(error.message, "hush"));
		}
		lode_engine_close(engine);
	}
}
END_TEST

START_TEST(long_files_are_refused)
{
	size_t size = (1 << 20) + 1;
	char *text = malloc(size);

	memset(text, '\n', size);
	write_file(file, text, size, 0600);
	free(text);
	ck_assert_ptr_null(lode_engine_open_configured("main", &error));
	ck_assert_str_eq(said(), "lode.conf: longer than 1 MiB");
}
END_TEST

/* every allocation may fail: an error, nothing left behind */
START_TEST(memory_may_run_out)
{
	lode_faulty faulty;
	lode_engine *engine;
	char text[400];
	size_t n = 0;

	write_file(other, "hush\n", 5, 0600);
	snprintf(text, sizeof text, HEAD "password_file = %s\npool_size = 2\nmode = x\n", other);
	put(text);
	do {
		lode_faulty_init(&faulty, ++n);
		lode_set_default_allocator(&faulty.allocator);
		error = (lode_error)LODE_ERROR_INIT;
		engine = lode_engine_open_configured("main", &error);
		if (!engine)
			ck_assert_int_eq(error.status, LODE_E_NOMEM);
		lode_engine_close(engine);
		lode_set_default_allocator(NULL);
		ck_assert_uint_eq(faulty.live, 0);
	} while (faulty.failed);
	ck_assert_uint_gt(n, 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config");
	TCase *tcase = tcase_create("config");

	tcase_add_checked_fixture(tcase, setup, teardown);
#define ROWS(table) (int)(sizeof(table) / sizeof *(table))
	tcase_add_loop_test(tcase, reads_good, 0, ROWS(good));
	tcase_add_test(tcase, options_take_effect);
	tcase_add_test(tcase, lines_are_never_cut);
	tcase_add_loop_test(tcase, refuses_bad, 0, ROWS(bad));
	tcase_add_test(tcase, refuses_a_nul);
	tcase_add_loop_test(tcase, refuses_names, 0, 6);
	tcase_add_loop_test(tcase, refuses_untrusted, 0, ROWS(untrusted));
	tcase_add_test(tcase, follows_links);
	tcase_add_loop_test(tcase, passwords_arrive, 0, ROWS(passwords));
	tcase_add_test(tcase, later_files_replace_engines);
	tcase_add_loop_test(tcase, files_have_places, 0, ROWS(places));
	tcase_add_loop_test(tcase, any_bytes_are_read_or_refused, 0, 4);
	tcase_add_test(tcase, long_files_are_refused);
	tcase_add_test(tcase, memory_may_run_out);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
