/* SPDX-License-Identifier: MIT */
/* sql/ddl_type.c - names of types. */
#include "sql/ddl_type.h"

#include <string.h>

#include "base/str.h"
#include "sql/hooks.h"

/* ------------------------------------------------------------------ which type */

static bool has_variant(const lode_type *type, const char *dialect)
{
	const lode_variant *variant = type->variants;

	for (; variant && variant->dialects; variant++)
		if (lode__list_has(variant->dialects, dialect))
			return true;
	return false;
}

void lode__dialect_type(lode__resolved_type *out, const lode__dialect *dialect,
			const lode_type *type)
{
	const char *name = dialect->name;

	for (size_t i = 0; !has_variant(type, name) && dialect->chain[i]; i++)
		name = dialect->chain[i]->name;
	lode__type_resolve(type, name, out);
}

static uint32_t longest(const char *const *names)
{
	size_t most = 1;

	for (; names && *names; names++)
		if (strlen(*names) > most)
			most = strlen(*names);
	return (uint32_t)most;
}

void lode__type_info(lode_type_info *out, const lode__resolved_type *type, uint32_t flags)
{
	memset(out, 0, sizeof *out);
	out->struct_size = (uint32_t)sizeof *out;
	out->sql_type = lode__type_sql(type);
	out->length = type->length ? (int64_t)type->length : -1;
	if (type->kind == LODE_ENUM && !type->length)
		out->length = (int64_t)longest(type->enum_names);
	out->precision = type->precision ? (int32_t)type->precision : -1;
	out->scale = type->precision ? (int32_t)type->scale : -1;
	out->flags = (type->is_unsigned ? LODE_TYPE_UNSIGNED : 0u) | flags;
	out->name = type->name;
}

/* ------------------------------------------------------------------ the standard's names */

static const struct {
	int32_t sql_type;
	const char *name;
} names[] = {
	{ LODE_T_INT16, "SMALLINT" },
	{ LODE_T_INT32, "INTEGER" },
	{ LODE_T_INT64, "BIGINT" },
	{ LODE_T_UINT64, "NUMERIC(20)" }, /* BIGINT is too small for the upper half */
	{ LODE_T_FLOAT32, "REAL" },
	{ LODE_T_FLOAT64, "DOUBLE PRECISION" },
	{ LODE_T_BLOB, "BLOB" },
	{ LODE_T_DATE, "DATE" },
	{ LODE_T_INTERVAL, "INTERVAL" },
	{ LODE_T_JSON, "JSON" },
};

static void put_decimal(lode__buf *sql, const lode_type_info *info)
{
	lode__buf_puts(sql, "NUMERIC");
	if (info->precision > 0 && info->scale > 0)
		lode__buf_printf(sql, "(%d, %d)", (int)info->precision, (int)info->scale);
	else if (info->precision > 0)
		lode__buf_printf(sql, "(%d)", (int)info->precision);
}

static void put_time(lode__buf *sql, const lode_type_info *info, const char *name, bool zoned)
{
	lode__buf_puts(sql, name);
	if (info->precision > 0)
		lode__buf_printf(sql, "(%d)", (int)info->precision);
	if (zoned)
		lode__buf_puts(sql, " WITH TIME ZONE");
}

static void put_text(lode__buf *sql, const lode_type_info *info, lode_type_kind kind)
{
	if (info->length > 0)
		lode__buf_printf(sql, "VARCHAR(%lld)", (long long)info->length);
	else
		lode__buf_puts(sql, kind == LODE_STRING ? "VARCHAR" : "TEXT");
}

static void put_plain(lode__buf *sql, int32_t sql_type)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (names[i].sql_type == sql_type) {
			lode__buf_puts(sql, names[i].name);
			return;
		}
	}
	lode__buf_fail(sql, LODE_E_UNSUPPORTED);
}

static void put_standard(lode__buf *sql, const lode__dialect *dialect, const lode_type_info *info,
			 lode_type_kind kind)
{
	uint32_t flags = dialect->traits.flags;

	switch (info->sql_type) {
	case LODE_T_BOOL:
		lode__buf_puts(sql, flags & LODE_DF_NATIVE_BOOL ? "BOOLEAN" : "SMALLINT");
		break;
	case LODE_T_DECIMAL:
		put_decimal(sql, info);
		break;
	case LODE_T_TEXT:
	case LODE_T_ENUM:
		put_text(sql, info, kind);
		break;
	case LODE_T_TIME:
	case LODE_T_TIMETZ:
		put_time(sql, info, "TIME", info->sql_type == LODE_T_TIMETZ);
		break;
	case LODE_T_TIMESTAMP:
	case LODE_T_TIMESTAMPTZ:
		put_time(sql, info, "TIMESTAMP", info->sql_type == LODE_T_TIMESTAMPTZ);
		break;
	case LODE_T_UUID:
		lode__buf_puts(sql, flags & LODE_DF_NATIVE_UUID ? "UUID" : "CHAR(36)");
		break;
	default:
		put_plain(sql, info->sql_type);
	}
}

lode_status lode__render_type(lode__buf *sql, const lode__dialect *dialect, const lode_type *type,
			      uint32_t flags, lode_error *error)
{
	lode_sqlbuf out = { .sql = sql, .dialect = dialect, .error = error };
	lode__resolved_type resolved;
	lode_type_info info;
	lode_status status;

	lode__dialect_type(&resolved, dialect, type);
	lode__type_info(&info, &resolved, flags);
	if (resolved.kind == LODE_CUSTOM_TYPE) {
		lode__buf_puts(sql, resolved.name);
		return LODE_OK;
	}
	if ((flags & LODE_TYPE_AUTOINC) && dialect->traits.autoinc_type) {
		lode__buf_puts(sql, dialect->traits.autoinc_type);
		return LODE_OK;
	}
	status = lode__hook_type(&out, LODE_RC_DDL, &info);
	if (status != LODE_E_UNSUPPORTED)
		return status;
	put_standard(sql, dialect, &info, resolved.kind);
	return LODE_OK;
}
