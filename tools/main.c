/* SPDX-License-Identifier: MIT */
/* tools/main.c - the program lode: finds the command that is meant and hands it its arguments.
 *
 * Only <lode/...> and the base layer are used: what this program can do, any program can. */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lode/driver.h>
#include <lode/lode.h>

#include "base/str.h"
#include "tool.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "check", cmd_check },
	{ "plugins", cmd_plugins },
};
#define COMMANDS (sizeof commands / sizeof *commands)

static const char help_text[] =
	"usage: lode COMMAND [OPTION]... [ARGUMENT]...\n"
	"\n"
	"  lode plugins [NAME]...   which database plugins there are, and why some are refused\n"
	"  lode check URL|NAME      connect to a database and say what is there\n"
	"  lode --version\n"
	"  lode --help; lode COMMAND --help\n"
	"\n"
	"exit status: 0 it is as asked; 1 it is not, or could not be found out; 2 wrong usage\n"
	"See lode(1), and lode.conf(5) for the names of engines.\n";

/* ---------------------------------------------------------------- what the commands share */

void tool_put(const char *text)
{
	for (; *text; text++)
		putchar((unsigned char)*text < ' ' || *text == 127 ? '?' : *text);
}

void tool_put_fact(const char *indent, const char *key, const char *value)
{
	if (!*value)
		return;
	printf("%s%s: ", indent, key);
	tool_put(value);
	putchar('\n');
}

void tool_complain(const char *command, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 127)
			*at = '?';
	fflush(stdout);              /* in the order in which it happened, also on one terminal */
	fprintf(stderr, "lode%s%s: %s\n", *command ? " " : "", command, text);
}

int tool_usage_error(const char *command)
{
	fprintf(stderr, "Try: lode%s%s --help\n", *command ? " " : "", command);
	return TOOL_USAGE;
}

/* getopt's own complaint would show the whole argument, which may hold a secret */
int tool_option_error(const char *command, char **argv)
{
	const char *argument = argv[optind - 1];

	if (optopt && optopt < 128)
		tool_complain(command, "option -%c: unknown, or a value too few or too many",
		              optopt);
	else
		tool_complain(command, "option %.*s: unknown, or short for several",
		              (int)strcspn(argument, "="), argument);
	return tool_usage_error(command);
}

/* ---------------------------------------------------------------- main */

static int print_version(void)
{
	printf("lode %s\n", lode_version());
	printf("plugin ABI: %d.%d\n", LODE_ABI_MAJOR, LODE_ABI_MINOR);
	printf("plugin directory: %s\n", LODE_PLUGIN_DIR);
	printf("configuration: %s/lode.conf\n", LODE_SYSCONFDIR);
	return TOOL_OK;
}

static int run_unknown(const char *name)
{
	const char *names[COMMANDS];
	const char *near;

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	near = lode__nearest(name, names, COMMANDS);
	tool_complain("", "there is no command \"%s\"%s%s%s", name, near ? "; did you mean \"" : "",
	              near ? near : "", near ? "\"?" : "");
	return tool_usage_error("");
}

static int run_command(int argc, char **argv)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, argv[0]) == 0) {
			optind = 0;          /* glibc: begin anew, with other options */
			return commands[i].run(argc, argv);
		}
	return run_unknown(argv[0]);
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};

	switch (getopt_long(argc, argv, "+hV", options, NULL)) {
	case -1:
		break;
	case 'h':
		fputs(help_text, stdout);
		return TOOL_OK;
	case 'V':
		return print_version();
	default:
		return tool_option_error("", argv);
	}
	if (optind == argc) {
		tool_complain("", "a command is missing");
		return tool_usage_error("");
	}
	return run_command(argc - optind, argv + optind);
}

int main(int argc, char **argv)
{
	int status;

	opterr = 0;
	status = run(argc, argv);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		tool_complain("", "standard output cannot be written");
		status = TOOL_NO;
	}
	return status;
}
