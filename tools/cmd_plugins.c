/* SPDX-License-Identifier: MIT */
/* tools/cmd_plugins.c - lode plugins: which plugins there are, and why some are refused.
 *
 * The library reports what it looked at.  What it does not even look at - LODE_PLUGIN_PATH and
 * LODE_CONFIG in a privileged process, relative entries - is said here. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lode/lode.h>

#include "tool.h"

struct listing {
	char **names;                /* only these plugins; none: all */
	int name_count;
	bool *name_usable;           /* one for each name */
	bool any_usable;
};

static const char help_text[] =
	"usage: lode plugins [OPTION]... [NAME]...\n"
	"\n"
	"Loads every plugin that is fit and prints one record each, in the order of search; with\n"
	"names, those plugins only.  A record begins with one word and a path:\n"
	"\n"
	"  usable PATH    a plugin that serves its URLs\n"
	"  refused PATH   a plugin file that is not used; the line \"reason:\" says why\n"
	"  ignored PATH   a place that is not searched; the line \"reason:\" says why\n"
	"\n"
	"  -d, --directory=DIR   search this directory first; may be given several times\n"
	"  -h, --help\n"
	"\n"
	"environment: LODE_PLUGIN_PATH, absolute directories separated by colons; LODE_CONFIG,\n"
	"the configuration file to read alone\n"
	"exit status: 0 a plugin, or each one that was named, is usable; 1 not; 2 wrong usage\n";

static void put_record(const char *state, const char *path)
{
	printf("%s ", state);
	tool_put(path);
	putchar('\n');
}

static void put_abi(const lode_plugin_report *report)
{
	if (report->abi_major >= 0)
		printf("  abi: %d.%d\n", (int)report->abi_major, (int)report->abi_minor);
}

static void put_plugin(const lode_plugin_report *report)
{
	put_record(report->usable ? "usable" : "refused", report->path);
	tool_put_fact("  ", "name", report->name);
	tool_put_fact("  ", "reason", report->reason);
	tool_put_fact("  ", "version", report->version);
	put_abi(report);
	tool_put_fact("  ", "license", report->license);
	tool_put_fact("  ", "drivers", report->drivers);
	tool_put_fact("  ", "schemes", report->schemes);
	tool_put_fact("  ", "dialects", report->dialects);
	tool_put_fact("  ", "capabilities", report->capabilities);
}

/* is it one that was asked for?  Notes that it is usable. */
static bool is_wanted(struct listing *listing, const lode_plugin_report *report)
{
	bool wanted = listing->name_count == 0;

	for (int i = 0; i < listing->name_count; i++)
		if (strcmp(listing->names[i], report->name) == 0) {
			wanted = true;
			listing->name_usable[i] |= report->usable;
		}
	return wanted;
}

static lode_status visit_report(void *context, const lode_plugin_report *report)
{
	struct listing *listing = context;

	if (report->directory) {
		put_record("ignored", report->path);
		tool_put_fact("  ", "reason", report->reason);
	} else if (is_wanted(listing, report)) {
		listing->any_usable |= report->usable;
		put_plugin(report);
	}
	return LODE_OK;
}

/* ---------------------------------------------------------------- LODE_PLUGIN_PATH */

static void put_relative(const char *path)
{
	char entry[256];

	while (*path) {
		size_t size = strcspn(path, ":");

		if (size && *path != '/') {
			snprintf(entry, sizeof entry, "%.*s", (int)size, path);
			put_record("ignored", entry);
			tool_put_fact("  ", "reason",
			              "an entry of LODE_PLUGIN_PATH must be absolute");
		}
		path += size + (path[size] == ':');
	}
}

/* a variable that a privileged process does not use */
static bool put_unused(const char *name)
{
	const char *value = getenv(name);
	char reason[80];

	if (!value || !*value || secure_getenv(name))
		return false;
	snprintf(reason, sizeof reason, "%s is not used in a privileged (setuid) process", name);
	put_record("ignored", value);
	tool_put_fact("  ", "reason", reason);
	return true;
}

static void put_environment(void)
{
	const char *path = getenv("LODE_PLUGIN_PATH");

	put_unused("LODE_CONFIG");
	if (!put_unused("LODE_PLUGIN_PATH") && path)
		put_relative(path);
}

/* ---------------------------------------------------------------- the command */

static int list_plugins(struct listing *listing)
{
	lode_error error = LODE_ERROR_INIT;
	int status = TOOL_OK;

	put_environment();
	if (lode_config_load(&error) != LODE_OK) {
		tool_complain("plugins", "%s", error.message);
		status = TOOL_NO;
	}
	if (lode_plugin_each(visit_report, listing, &error) < 0) {
		tool_complain("plugins", "%s", error.message);
		return TOOL_NO;
	}
	for (int i = 0; i < listing->name_count; i++)
		if (!listing->name_usable[i]) {
			tool_complain("plugins", "there is no usable plugin \"%s\"",
			              listing->names[i]);
			status = TOOL_NO;
		}
	if (listing->name_count == 0 && !listing->any_usable) {
		tool_complain("plugins", "there is no usable plugin");
		status = TOOL_NO;
	}
	return status;
}

static bool add_directory(const char *directory)
{
	lode_error error = LODE_ERROR_INIT;

	if (lode_plugin_path_add(directory, &error) == LODE_OK)
		return true;
	tool_complain("plugins", "--directory: %s",
	              *directory == '/' ? error.message : "the directory must be absolute");
	return false;
}

int cmd_plugins(int argc, char **argv)
{
	static const struct option options[] = {
		{ "directory", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct listing listing = { 0 };
	int option, status;

	while ((option = getopt_long(argc, argv, "d:h", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help_text, stdout);
			return TOOL_OK;
		}
		if (option != 'd')
			return tool_option_error("plugins", argv);
		if (!add_directory(optarg))
			return tool_usage_error("plugins");
	}
	listing.names = argv + optind;
	listing.name_count = argc - optind;
	listing.name_usable = calloc((size_t)listing.name_count + 1, sizeof(bool));
	if (!listing.name_usable) {
		tool_complain("plugins", "out of memory");
		return TOOL_NO;
	}
	status = list_plugins(&listing);
	free(listing.name_usable);
	return status;
}
