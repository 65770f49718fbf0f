/* SPDX-License-Identifier: MIT */
/* tools/tool.h - what the commands of the program lode share.
 *
 * What was asked for goes to standard output, one fact a line, `key: value`; everything else goes
 * to standard error and begins with "lode".  Values are printed through tool_put, because they may
 * come from a server or a plugin and must not move the cursor or begin a line of their own. */
#ifndef LODE_TOOL_H
#define LODE_TOOL_H

#include <stdbool.h>

#include <lode/error.h>

enum tool_exit {
	TOOL_OK = 0,                 /* it is as asked */
	TOOL_NO = 1,                 /* it is not, or could not be found out */
	TOOL_USAGE = 2               /* the command line is wrong; nothing was done */
};

/* A command gets its own name as argv[0] and returns an exit status. */
int cmd_check(int argc, char **argv);
int cmd_plugins(int argc, char **argv);

/* `text` without a newline; control characters are shown as "?" */
void tool_put(const char *text);
/* one line `indent key: value`; nothing at all for an empty value */
void tool_put_fact(const char *indent, const char *key, const char *value);
/* one line on standard error: "lode COMMAND: ..." */
void tool_complain(const char *command, const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 2, 3)))
#endif
	;
/* tell where help is; returns TOOL_USAGE */
int tool_usage_error(const char *command);
/* the same after getopt_long returned '?' or ':' with opterr 0; never shows an option's value */
int tool_option_error(const char *command, char **argv);

#endif
