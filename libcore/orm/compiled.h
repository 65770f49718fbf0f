/* SPDX-License-Identifier: MIT */
/* orm/compiled.h - statements frozen for running often, on any thread.
 *
 * A query holds its statement, the structure key and the values in the order of the key, with
 * parameters where values come from the arguments.  It is immutable and counted: a bound statement
 * holds it too.  A bound statement is a blank one of the same kind and class. */
#ifndef LODE_ORM_COMPILED_H
#define LODE_ORM_COMPILED_H
#include <stdatomic.h>

#include "orm/load.h"
#include "sql/key.h"

struct lode_query {
	atomic_uint references;
	lode_statement *statement;
	lode__buf key;
	lode__values values;
};

typedef struct lode__bound {
	lode_query *query;
	lode_value *values; /* of the arguments, in the order of the key */
} lode__bound;

/* Was something added to a bound statement?  That cannot be. */
bool lode__bound_extended(const lode_statement *statement);
/* What lode__statement_key gives, for a bound statement. */
lode_status lode__bound_key(const lode_statement *statement, lode__buf *key, lode__values *values);
#endif
