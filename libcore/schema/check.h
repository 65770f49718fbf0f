/* SPDX-License-Identifier: MIT */
/* schema/check.h - check constraints.  Expressions are carried, never looked into. */
#ifndef LODE_SCHEMA_CHECK_H
#define LODE_SCHEMA_CHECK_H

#include <lode/schema.h>

struct lode_check {
	const char *comment;        /* NULL: none; then it has a name */
	const char *name;           /* NULL: unnamed */
	lode_table *table;
	const char *sql;            /* this */
	const lode_expr *expression;   /* or this */
};

#endif
