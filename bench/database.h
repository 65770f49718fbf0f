/* SPDX-License-Identifier: MIT */
/* database.h - what the workloads of lode must know of a database besides lode: where it is, and
 * how the hand-written side fills its tables and reads them back. */
#ifndef LODE_BENCH_DATABASE_H
#define LODE_BENCH_DATABASE_H

#include <lode/lode.h>

struct database {
	const char *dialect;
	const char *tables_sql;                 /* what lode must create: the other side's tables */
	const char *(*url)(void);
	void (*attach)(lode_engine *engine);    /* before the tables are made: there are none */
	void (*fill)(long authors, long books); /* the empty tables, an author with `books` each */
	uint64_t (*digest)(void);               /* of all rows */
};

/* of the database this program is linked for: lode_sqlite.c, lode_postgresql.c, ... */
extern const struct database database;

#endif
