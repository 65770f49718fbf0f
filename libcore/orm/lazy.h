/* SPDX-License-Identifier: MIT */
/* orm/lazy.h - loading a relationship of many owners with one SELECT by their keys. */
#ifndef LODE_ORM_LAZY_H
#define LODE_ORM_LAZY_H
#include "orm/gather.h"
#include "orm/load.h"

/* How many of `left` keys of `parts` columns one statement takes. */
size_t lode__keys_at_once(lode_session *session, size_t parts, size_t left);
/* (columns) is one of `count` keys, whose values lie key by key.  Never NULL. */
lode_expr *lode__keys_condition(const lode_table_column *const *columns, size_t parts,
				const lode_value *values, size_t count);
#endif
