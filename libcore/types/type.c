/* SPDX-License-Identifier: MIT */
/* types/type.c - SQL types: defaults, checks, copies, and what a dialect makes of one. */
#include "types/type.h"

#include <string.h>

#include <lode/driver.h>

#include "base/error.h"
#include "base/str.h"
#include "types/ctype.h"

/* frozen: what a variant_size of 0 stands for, and the least a lode_type must have */
#define FIRST_VARIANT_SIZE (offsetof(lode_variant, name) + sizeof(char *))
#define LEAST_TYPE_SIZE (offsetof(lode_type, kind) + sizeof(lode_type_kind))

static const struct {
	const char *name;
	int32_t sql, zoned;         /* LODE_T_* */
} kinds[] = {
	[LODE_SMALL_INTEGER] = { "SMALL_INTEGER", LODE_T_INT16, 0 },
	[LODE_INTEGER] = { "INTEGER", LODE_T_INT32, 0 },
	[LODE_BIG_INTEGER] = { "BIG_INTEGER", LODE_T_INT64, 0 },
	[LODE_BOOLEAN] = { "BOOLEAN", LODE_T_BOOL, 0 },
	[LODE_FLOAT] = { "FLOAT", LODE_T_FLOAT32, 0 },
	[LODE_DOUBLE] = { "DOUBLE", LODE_T_FLOAT64, 0 },
	[LODE_NUMERIC] = { "NUMERIC", LODE_T_DECIMAL, 0 },
	[LODE_STRING] = { "STRING", LODE_T_TEXT, 0 },
	[LODE_TEXT_TYPE] = { "TEXT", LODE_T_TEXT, 0 },
	[LODE_LARGE_BINARY] = { "LARGE_BINARY", LODE_T_BLOB, 0 },
	[LODE_DATE] = { "DATE", LODE_T_DATE, 0 },
	[LODE_TIME] = { "TIME", LODE_T_TIME, LODE_T_TIMETZ },
	[LODE_DATETIME] = { "DATETIME", LODE_T_TIMESTAMP, LODE_T_TIMESTAMPTZ },
	[LODE_INTERVAL] = { "INTERVAL", LODE_T_INTERVAL, 0 },
	[LODE_UUID_TYPE] = { "UUID", LODE_T_UUID, 0 },
	[LODE_JSON] = { "JSON", LODE_T_JSON, 0 },
	[LODE_ENUM] = { "ENUM", LODE_T_ENUM, 0 },
	[LODE_CUSTOM_TYPE] = { "CUSTOM", LODE_T_CUSTOM, 0 },
};

static bool is_kind(lode_type_kind kind)
{
	return kind > 0 && (size_t)kind < sizeof kinds / sizeof *kinds;
}

const char *lode__type_kind_name(lode_type_kind kind)
{
	return is_kind(kind) ? kinds[kind].name : "?";
}

/* ------------------------------------------------------------------ resolving */

static void resolve_variant(lode__resolved_type *out, const lode_variant *variant)
{
	out->kind = variant->kind;
	out->length = variant->length;
	out->precision = variant->precision;
	out->scale = variant->scale;
	out->timezone = variant->timezone;
	out->is_unsigned = variant->is_unsigned;
	out->name = variant->name;
	if (variant->kind != LODE_ENUM)
		out->enum_names = NULL;
}

void lode__type_resolve(const lode_type *type, const char *dialect, lode__resolved_type *out)
{
	const lode_variant *variant = dialect ? type->variants : NULL;

	out->kind = type->kind;
	out->length = type->length;
	out->precision = type->precision;
	out->scale = type->scale;
	out->timezone = type->timezone;
	out->is_unsigned = type->is_unsigned;
	out->name = type->name;
	out->enum_names = type->enum_names;
	for (; variant && variant->dialects; variant++) {
		if (lode__list_has(variant->dialects, dialect)) {
			resolve_variant(out, variant);
			return;
		}
	}
}

void lode__type_default(lode_type *out, lode_ctype ctype, size_t size)
{
	const struct lode__ctype_info *info = lode__ctype_info(ctype);

	memset(out, 0, sizeof *out);
	out->struct_size = sizeof *out;
	out->variant_size = sizeof(lode_variant);
	if (!info)
		return;
	out->kind = info->type_kind;
	out->is_unsigned = info->scalar == LODE_C_UINT64;
	if (info->scalar == LODE_C_CHARS && size > 1)
		out->length = (uint32_t)(size - 1);
}

int32_t lode__type_sql(const lode__resolved_type *type)
{
	if (!is_kind(type->kind))
		return LODE_T_UNKNOWN;
	if (type->timezone && kinds[type->kind].zoned)
		return kinds[type->kind].zoned;
	if (type->kind == LODE_BIG_INTEGER && type->is_unsigned)
		return LODE_T_UINT64;
	return kinds[type->kind].sql;
}

void lode__type_describe(lode__buf *buf, const lode__resolved_type *type)
{
	lode__buf_puts(buf, type->kind == LODE_CUSTOM_TYPE && type->name
	                            ? type->name
	                            : lode__type_kind_name(type->kind));
	if (type->length)
		lode__buf_printf(buf, "(%u)", (unsigned)type->length);
	else if (type->precision && type->scale)
		lode__buf_printf(buf, "(%u, %u)", (unsigned)type->precision,
		                 (unsigned)type->scale);
	else if (type->precision)
		lode__buf_printf(buf, "(%u)", (unsigned)type->precision);
	if (type->is_unsigned)
		lode__buf_puts(buf, " UNSIGNED");
	if (type->timezone)
		lode__buf_puts(buf, " WITH TIME ZONE");
}

/* ------------------------------------------------------------------ copying */

static lode_status refuse(lode_error *error, const char *why)
{
	return lode__error_set(error, LODE_E_MISUSE, "the type is wrong: %s", why);
}

static lode_status check_facts(lode_type_kind kind, uint32_t precision, uint32_t scale,
                               const char *name, const char *const *enum_names,
                               lode_error *error)
{
	if (!is_kind(kind))
		return refuse(error, "there is no such kind; use LODE_TYPE(kind, ...)");
	if (kind == LODE_CUSTOM_TYPE && (!name || !*name))
		return refuse(error, "a custom type needs .name");
	if (kind == LODE_ENUM && (!enum_names || !*enum_names))
		return refuse(error, "an enum needs .enum_names");
	if (scale > precision)
		return refuse(error, ".scale is above .precision");
	return LODE_OK;
}

/* the caller's struct as far as it goes, the rest zero */
static void read_struct(void *to, size_t size, const void *from, size_t given)
{
	memset(to, 0, size);
	memcpy(to, from, given < size ? given : size);
}

static size_t count_variants(const lode_type *type, size_t step)
{
	const char *at = (const char *)type->variants;
	size_t count = 0;

	for (; at; at += step, count++) {
		const char *dialects;

		memcpy(&dialects, at + offsetof(lode_variant, dialects), sizeof dialects);
		if (!dialects)
			break;
	}
	return count;
}

static lode_status copy_text(const char **text, lode__arena *arena, lode_error *error)
{
	const char *copy = *text ? lode__arena_strdup(arena, *text) : NULL;

	if (*text && !copy)
		return lode__error_nomem(error);
	*text = copy;
	return LODE_OK;
}

static lode_status copy_variant(lode_variant *variant, const lode_type *type, lode__arena *arena,
                                lode_error *error)
{
	const char *at = variant->dialects;
	size_t size;
	lode_status status;

	if (!lode__list_next(&at, &size))
		return refuse(error, "a variant needs .dialects");
	status = check_facts(variant->kind, variant->precision, variant->scale, variant->name,
	                     type->enum_names, error);
	if (status == LODE_OK)
		status = copy_text(&variant->dialects, arena, error);
	if (status == LODE_OK)
		status = copy_text(&variant->name, arena, error);
	return status;
}

static lode_status copy_variants(lode_type *type, lode__arena *arena, lode_error *error)
{
	size_t step = type->variant_size ? type->variant_size : FIRST_VARIANT_SIZE;
	size_t count = count_variants(type, step);
	const char *from = (const char *)type->variants;
	lode_variant *copies;

	type->variants = NULL;
	type->variant_size = sizeof *copies;
	if (!count)
		return LODE_OK;
	copies = LODE__NEW_ARRAY(arena, lode_variant, count + 1);
	if (!copies)
		return lode__error_nomem(error);
	for (size_t i = 0; i < count; i++) {
		lode_status status;

		read_struct(&copies[i], sizeof copies[i], from + i * step, step);
		status = copy_variant(&copies[i], type, arena, error);
		if (status < 0)
			return status;
	}
	type->variants = copies;
	return LODE_OK;
}

static lode_status copy_enum_names(lode_type *type, lode__arena *arena, lode_error *error)
{
	size_t count = 0;
	const char **copies;

	while (type->enum_names && type->enum_names[count])
		count++;
	if (!count)
		return LODE_OK;
	copies = LODE__NEW_ARRAY(arena, const char *, count + 1);
	if (!copies)
		return lode__error_nomem(error);
	for (size_t i = 0; i < count; i++) {
		copies[i] = type->enum_names[i];
		if (copy_text(&copies[i], arena, error) < 0)
			return LODE_E_NOMEM;
	}
	type->enum_names = copies;
	return LODE_OK;
}

lode_status lode__type_copy(lode_type *out, const lode_type *type, lode__arena *arena,
                            lode_error *error)
{
	lode_type copy;
	lode_status status;

	if (!type || type->struct_size < LEAST_TYPE_SIZE)
		return refuse(error, "no struct_size; use LODE_TYPE(kind, ...)");
	read_struct(&copy, sizeof copy, type, type->struct_size);
	copy.struct_size = sizeof copy;
	status = check_facts(copy.kind, copy.precision, copy.scale, copy.name, copy.enum_names,
	                     error);
	if (status == LODE_OK)
		status = copy_variants(&copy, arena, error);
	if (status == LODE_OK)
		status = copy_enum_names(&copy, arena, error);
	if (status == LODE_OK)
		status = copy_text(&copy.name, arena, error);
	if (status == LODE_OK)
		*out = copy;
	return status;
}

/* ------------------------------------------------------------------ comparing */

static bool equal_names(const char *const *a, const char *const *b)
{
	if (!a || !b)
		return a == b;
	for (; *a && *b; a++, b++)
		if (strcmp(*a, *b) != 0)
			return false;
	return *a == *b;
}

static bool equal_variants(const lode_variant *a, const lode_variant *b)
{
	static const lode_variant none;

	for (a = a ? a : &none, b = b ? b : &none; a->dialects && b->dialects; a++, b++)
		if (strcmp(a->dialects, b->dialects) != 0 || a->kind != b->kind ||
		    a->length != b->length || a->precision != b->precision ||
		    a->scale != b->scale || a->timezone != b->timezone ||
		    a->is_unsigned != b->is_unsigned || !lode__str_equal(a->name, b->name))
			return false;
	return a->dialects == b->dialects;
}

bool lode__type_equal(const lode_type *a, const lode_type *b)
{
	return a->kind == b->kind && a->length == b->length && a->precision == b->precision &&
	       a->scale == b->scale && a->timezone == b->timezone &&
	       a->is_unsigned == b->is_unsigned && lode__str_equal(a->name, b->name) &&
	       equal_names(a->enum_names, b->enum_names) &&
	       equal_variants(a->variants, b->variants);
}
