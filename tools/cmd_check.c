/* SPDX-License-Identifier: MIT */
/* tools/cmd_check.c - lode check: connects and says what is there and how fast it answers.
 *
 * The last line on standard output is always `status:`, followed by "ok" or the name of a status.
 * No text that is printed was made from the URL as given, only from its redacted form. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lode/lode.h>

#include "base/str.h"
#include "password.h"
#include "tool.h"

#define NAME "check"
#define VISIBLE \
	"a password in an argument is visible to every user of the machine: give it in " \
	"LODE_PASSWORD, with --password-file, or the whole URL on standard input"
#define ROUND_TRIPS 9                /* odd: the median is one of them */

struct request {
	const char *url;             /* as given; "-"; or the name of an engine */
	const char *password_file;
	int32_t timeout_ms;
};

static const char help_text[] =
	"usage: lode check [OPTION]... URL|NAME\n"
	"\n"
	"Connects to the database of the URL, dialect://user@host:port/database?key=value, or to the\n"
	"engine that lode.conf calls NAME, and prints what is there, one fact a line; the last is\n"
	"\"status: ok\" or the name of what went wrong.  URL \"-\": it is the first line of standard\n"
	"input.\n"
	"\n"
	"  --password-file=FILE    the password is the first line of FILE, which only its\n"
	"                          owner may have access to; \"-\": of standard input\n"
	"  -t, --timeout=SECONDS   for connecting, and for each answer (10)\n"
	"  -h, --help\n"
	"\n"
	"environment: LODE_PASSWORD, used if the URL names a user or a host; LODE_PLUGIN_PATH;\n"
	"LODE_CONFIG, the configuration file to read alone\n"
	"A password in an argument is refused: every user of the machine can see arguments.\n"
	"exit status: 0 connected and answered; 1 not; 2 wrong usage\n";

static void print_warning(void *context, int level, const char *name, const char *text)
{
	(void)context;
	if (level >= LODE_LOG_WARNING)
		tool_complain(NAME, "%s: %s", name, text);
}

/* no URL is without a colon */
static bool is_name(const char *text)
{
	return !strchr(text, ':') && strcmp(text, "-") != 0;
}

/* ---------------------------------------------------------------- the URL */

/* the URL as given, parsed; *usage: it is the argument that is wrong */
static lode_url *take_url(const struct request *request, bool *usage)
{
	bool standard = strcmp(request->url, "-") == 0;
	char line[PASSWORD_MAX] = "";
	lode_error error = LODE_ERROR_INIT;
	lode_url *url;

	if (standard && !password_read_line(NAME, "-", line))
		return NULL;
	url = lode_url_parse(standard ? line : request->url, &error);
	lode__secret_forget(line);
	if (!url)
		tool_complain(NAME, "%s", error.message);
	if (url && !standard && password_in_url(url)) {
		tool_complain(NAME, "%s: " VISIBLE, lode_url_redacted(url));
		lode_url_free(url);
		url = NULL;
	}
	*usage = !url && !standard;
	return url;
}

/* is a password of the environment meant for this URL? */
static bool wants_password(const lode_url *url)
{
	lode_url_parts parts = LODE_URL_PARTS_INIT;

	return lode_url_split(url, &parts) == LODE_OK && !parts.password &&
	       (parts.user || parts.host);
}

/* *url with the password of file or environment; false: it was said why not */
static bool add_password(lode_url **url, const struct request *request)
{
	const char *variable = secure_getenv("LODE_PASSWORD");
	char line[PASSWORD_MAX] = "";
	lode_url *made;

	if (request->password_file) {
		if (!password_read_line(NAME, request->password_file, line))
			return false;
	} else if (!variable || !wants_password(*url)) {
		return true;
	}
	made = password_into_url(NAME, *url, request->password_file ? line : variable);
	lode__secret_forget(line);
	if (!made)
		return false;
	lode_url_free(*url);
	*url = made;
	return true;
}

/* ---------------------------------------------------------------- what is there */

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare_times(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* the median; the first, which begins a transaction and prepares, does not count */
static lode_status time_round_trip(lode_connection *connection, double *out, lode_error *error)
{
	double times[ROUND_TRIPS];
	lode_status status = LODE_OK;

	for (int i = -1; i < ROUND_TRIPS && status == LODE_OK; i++) {
		double since = now_ms();

		status = lode_connection_execute_unsafe(connection, "SELECT 1", NULL, 0, NULL, NULL,
		                                        NULL, error);
		if (i >= 0)
			times[i] = now_ms() - since;
	}
	if (status != LODE_OK)
		return status;
	qsort(times, ROUND_TRIPS, sizeof *times, compare_times);
	*out = times[ROUND_TRIPS / 2];
	return LODE_OK;
}

static void put_server(const lode_server_info *info)
{
	tool_put_fact("", "driver", info->driver);
	tool_put_fact("", "dialect", info->dialect);
	tool_put_fact("", "server", info->product);
	tool_put_fact("", "server_version", info->version_text);
	tool_put_fact("", "client", info->client);
	tool_put_fact("", "database", info->database);
	tool_put_fact("", "schema", info->schema);
	tool_put_fact("", "capabilities", info->capabilities);
}

/* one connection serves both: the engine keeps it in between */
static lode_status inspect_engine(lode_engine *engine, lode_error *error)
{
	lode_server_info info = { .struct_size = sizeof info };
	lode_connection *connection;
	double since = now_ms(), elapsed;
	lode_status status = lode_engine_server(engine, &info, error);

	if (status != LODE_OK)
		return status;
	elapsed = now_ms() - since;
	put_server(&info);
	printf("connect_ms: %.3f\n", elapsed);
	connection = lode_connection_open(engine, error);
	if (!connection)
		return error->status;
	status = time_round_trip(connection, &elapsed, error);
	if (status == LODE_OK)
		printf("round_trip_ms: %.3f\n", elapsed);
	lode_connection_close(connection);
	return status;
}

/* what: a URL, or the name of an engine of the configuration */
static int check_engine(const char *what, const struct request *request)
{
	lode_engine_options options = { .struct_size = sizeof options, .log = print_warning };
	lode_error error = LODE_ERROR_INIT;
	lode_engine *engine;
	lode_status status;

	options.connect_timeout_ms = options.timeout_ms = request->timeout_ms;
	engine = lode_engine_open(what, &options, &error);
	if (is_name(what))
		tool_put_fact("", "url", lode_engine_url(engine));
	status = engine ? inspect_engine(engine, &error) : error.status;
	lode_engine_close(engine);
	if (status != LODE_OK)
		tool_complain(NAME, "%s", error.message);
	printf("status: %s\n", status == LODE_OK ? "ok" : lode_status_name(status));
	return status == LODE_OK ? TOOL_OK : TOOL_NO;
}

static int check_url(const lode_url *url, const struct request *request)
{
	tool_put_fact("", "url", lode_url_redacted(url));
	return check_engine(lode_url_text(url), request);
}

/* ---------------------------------------------------------------- the command */

static bool read_timeout(struct request *request, const char *text)
{
	int64_t seconds;

	if (!lode__parse_int(text, strlen(text), &seconds) || seconds < 1 || seconds > 86400) {
		tool_complain(NAME, "--timeout: a number of seconds from 1 to 86400 is wanted");
		return false;
	}
	request->timeout_ms = (int32_t)(seconds * 1000);
	return true;
}

/* -1: go on; else the exit status */
static int read_url_argument(struct request *request, int argc, char **argv)
{
	if (argc != 1) {
		tool_complain(NAME, "one URL, or one name of an engine, is wanted");
		return tool_usage_error(NAME);
	}
	request->url = argv[0];
	if (request->password_file && strcmp(request->url, "-") == 0 &&
	    strcmp(request->password_file, "-") == 0) {
		tool_complain(NAME, "URL and password cannot both come from standard input");
		return tool_usage_error(NAME);
	}
	if (request->password_file && is_name(request->url)) {
		tool_complain(NAME, "--password-file: the configuration says where the password of an "
		                    "engine is");
		return tool_usage_error(NAME);
	}
	return -1;
}

static int read_arguments(struct request *request, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "password", optional_argument, NULL, 'P' },    /* not an abbreviation of: */
		{ "password-file", required_argument, NULL, 'p' },
		{ "timeout", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "ht:", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help_text, stdout);
			return TOOL_OK;
		}
		if (option == 'P') {
			tool_complain(NAME, "--password: " VISIBLE);
			return tool_usage_error(NAME);
		}
		if (option == 'p')
			request->password_file = optarg;
		else if (option != 't')
			return tool_option_error(NAME, argv);
		else if (!read_timeout(request, optarg))
			return tool_usage_error(NAME);
	}
	return read_url_argument(request, argc - optind, argv + optind);
}

int cmd_check(int argc, char **argv)
{
	struct request request = { .timeout_ms = 10000 };
	int status = read_arguments(&request, argc, argv);
	lode_url *url;
	bool usage = false;

	if (status >= 0)
		return status;
	if (is_name(request.url))
		return check_engine(request.url, &request);
	url = take_url(&request, &usage);
	if (!url)
		return usage ? tool_usage_error(NAME) : TOOL_NO;
	status = add_password(&url, &request) ? check_url(url, &request) : TOOL_NO;
	lode_url_free(url);
	return status;
}
