/* SPDX-License-Identifier: MIT */
/* show_sql.h - engine options of the examples: warnings go to standard error, and the SQL that is
 * sent goes to standard output when the URL asks for it, with ?echo=1. */
#ifndef SHOW_SQL_H
#define SHOW_SQL_H

#include <stdio.h>
#include <string.h>

#include <lode/lode.h>

static void print_log(void *context, int level, const char *name, const char *text)
{
	(void)context;
	if (level >= LODE_LOG_WARNING)
		fprintf(stderr, "%s: %s\n", name, text);
	else if (strcmp(name, "sql") == 0)
		printf("    %s\n", text);
}

static const lode_engine_options show_sql = { .struct_size = sizeof show_sql, .log = print_log };

#endif
