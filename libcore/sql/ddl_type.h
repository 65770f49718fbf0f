/* SPDX-License-Identifier: MIT */
/* sql/ddl_type.h - the name of a type in CREATE TABLE: the dialect's, else the standard's. */
#ifndef LODE_SQL_DDL_TYPE_H
#define LODE_SQL_DDL_TYPE_H

#include <lode/types.h>

#include "base/buf.h"
#include "sql/dialect.h"
#include "types/type.h"

/* The type for this dialect: the first variant for it, else for the nearest of its bases. */
void lode__dialect_type(lode__resolved_type *out, const lode__dialect *dialect,
                        const lode_type *type);
/* what hooks are told of a type; `flags`: LODE_TYPE_AUTOINC, LODE_TYPE_KEY */
void lode__type_info(lode_type_info *out, const lode__resolved_type *type, uint32_t flags);
/* LODE_OK, or what a hook returned */
lode_status lode__render_type(lode__buf *sql, const lode__dialect *dialect, const lode_type *type,
                              uint32_t flags, lode_error *error);

#endif
