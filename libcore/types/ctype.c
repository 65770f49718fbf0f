/* SPDX-License-Identifier: MIT */
/* types/ctype.c - the table of member types, and members compared by it. */
#include "types/ctype.h"

#include <string.h>

#include <lode/driver.h>

#include "base/hash.h"

/* in one macro: handed on to another, `bool` would be _Bool by the time it becomes a text */
#define BOTH(ctype, T, Opt, sql, repr, takes, kind) \
	[ctype] = { #T, sizeof(T), false, false, 0, sql, repr, ctype, takes, kind }, \
	[LODE_C_OPT_BASE + (ctype)] = { #Opt, sizeof(Opt), true, false, offsetof(Opt, present), \
	                                sql, repr, ctype, takes, kind }
#define POINTER(ctype, T, sql, repr, takes, kind) \
	[ctype] = { #T, sizeof(T), false, true, 0, sql, repr, ctype, takes, kind }

#define NUMBER LODE_K_NUMBER
#define REAL (LODE_K_NUMBER | LODE_K_REAL)

/* Unsigned members get the next wider type, because few databases have unsigned ones. */
static const struct lode__ctype_info infos[] = {
	BOTH(LODE_C_BOOL, bool, lode_opt_bool, LODE_T_BOOL, LODE_R_BOOL8, NUMBER, LODE_BOOLEAN),
	BOTH(LODE_C_INT8, int8_t, lode_opt_int8, LODE_T_INT16, LODE_R_I8, NUMBER,
	     LODE_SMALL_INTEGER),
	BOTH(LODE_C_UINT8, uint8_t, lode_opt_uint8, LODE_T_INT16, LODE_R_U8, NUMBER,
	     LODE_SMALL_INTEGER),
	BOTH(LODE_C_INT16, int16_t, lode_opt_int16, LODE_T_INT16, LODE_R_I16, NUMBER,
	     LODE_SMALL_INTEGER),
	BOTH(LODE_C_UINT16, uint16_t, lode_opt_uint16, LODE_T_INT32, LODE_R_U16, NUMBER,
	     LODE_INTEGER),
	BOTH(LODE_C_INT32, int32_t, lode_opt_int32, LODE_T_INT32, LODE_R_I32, NUMBER,
	     LODE_INTEGER),
	BOTH(LODE_C_UINT32, uint32_t, lode_opt_uint32, LODE_T_INT64, LODE_R_U32, NUMBER,
	     LODE_BIG_INTEGER),
	BOTH(LODE_C_INT64, int64_t, lode_opt_int64, LODE_T_INT64, LODE_R_I64, NUMBER,
	     LODE_BIG_INTEGER),
	BOTH(LODE_C_UINT64, uint64_t, lode_opt_uint64, LODE_T_UINT64, LODE_R_U64, NUMBER,
	     LODE_BIG_INTEGER),
	BOTH(LODE_C_FLOAT, float, lode_opt_float, LODE_T_FLOAT32, LODE_R_F32, REAL, LODE_FLOAT),
	BOTH(LODE_C_DOUBLE, double, lode_opt_double, LODE_T_FLOAT64, LODE_R_F64, REAL,
	     LODE_DOUBLE),
	BOTH(LODE_C_DATE, lode_date, lode_opt_date, LODE_T_DATE, LODE_R_DATE32, LODE_K_DATE,
	     LODE_DATE),
	BOTH(LODE_C_TIME, lode_time, lode_opt_time, LODE_T_TIME, LODE_R_TIME64, LODE_K_TIME,
	     LODE_TIME),
	BOTH(LODE_C_DATETIME, lode_datetime, lode_opt_datetime, LODE_T_TIMESTAMP, LODE_R_TS64,
	     LODE_K_DATETIME, LODE_DATETIME),
	BOTH(LODE_C_INTERVAL, lode_interval, lode_opt_interval, LODE_T_INTERVAL,
	     LODE_R_INTERVAL, LODE_K_INTERVAL, LODE_INTERVAL),
	BOTH(LODE_C_DECIMAL, lode_decimal, lode_opt_decimal, LODE_T_DECIMAL, LODE_R_DECIMAL,
	     LODE_K_DECIMAL | NUMBER, LODE_NUMERIC),
	BOTH(LODE_C_UUID, lode_uuid, lode_opt_uuid, LODE_T_UUID, LODE_R_UUID, LODE_K_UUID,
	     LODE_UUID_TYPE),
	POINTER(LODE_C_TEXT, const char *, LODE_T_TEXT, LODE_R_CSTR, LODE_K_TEXT, LODE_STRING),
	[LODE_C_CHARS] = { "char[]", 0, false, false, 0, LODE_T_TEXT, LODE_R_CHARN, LODE_C_CHARS,
	                   LODE_K_TEXT, LODE_STRING },
	POINTER(LODE_C_BYTES, lode_bytes, LODE_T_BLOB, LODE_R_BLOB, LODE_K_BYTES,
	        LODE_LARGE_BINARY),
	POINTER(LODE_C_JSON, lode_json, LODE_T_JSON, LODE_R_CSTR, LODE_K_JSON | LODE_K_TEXT,
	        LODE_JSON),
};

/* what the drivers are told: a lode_bytes is read as a lode_span, the rest as drv structs */
_Static_assert(sizeof(lode_span) == sizeof(lode_bytes) &&
               offsetof(lode_span, n) == offsetof(lode_bytes, size), "span");
_Static_assert(sizeof(lode_drv_decimal) == sizeof(lode_decimal) &&
               offsetof(lode_drv_decimal, scale) == offsetof(lode_decimal, scale), "decimal");
_Static_assert(sizeof(lode_drv_interval) == sizeof(lode_interval) &&
               offsetof(lode_drv_interval, usec) == offsetof(lode_interval, usec), "interval");
_Static_assert(sizeof(bool) == 1, "LODE_R_BOOL8");

const struct lode__ctype_info *lode__ctype_info(lode_ctype ctype)
{
	size_t at = (size_t)ctype;

	return at < sizeof infos / sizeof *infos && infos[at].name ? &infos[at] : NULL;
}

/* ------------------------------------------------------------------ members */

/* what a member says, as bytes; NULL for SQL NULL */
static const void *content(const struct lode__ctype_info *info, const void *member, size_t size,
                           size_t *length)
{
	const char *text;
	lode_bytes bytes;

	switch (info->scalar) {
	case LODE_C_CHARS:
		text = (const char *)memchr(member, '\0', size);
		*length = text ? (size_t)(text - (const char *)member) : size;
		return member;
	case LODE_C_TEXT:
	case LODE_C_JSON:
		memcpy(&text, member, sizeof text);
		*length = text ? strlen(text) : 0;
		return text;
	case LODE_C_BYTES:
		memcpy(&bytes, member, sizeof bytes);
		*length = bytes.size;
		return bytes.data;
	case LODE_C_DECIMAL:
		*length = offsetof(lode_decimal, zero_);
		break;
	default:
		*length = lode__ctype_info(info->scalar)->size;
	}
	return lode__ctype_is_null(info->scalar + (info->nullable ? LODE_C_OPT_BASE : 0), member)
	               ? NULL
	               : member;
}

bool lode__ctype_is_null(lode_ctype ctype, const void *member)
{
	const struct lode__ctype_info *info = lode__ctype_info(ctype);
	const void *pointer;

	if (info->nullable)
		return !((const unsigned char *)member)[info->present_offset];
	if (!info->by_pointer)
		return false;
	memcpy(&pointer, member, sizeof pointer);
	return !pointer;
}

bool lode__ctype_equal(lode_ctype ctype, const void *a, const void *b, size_t size)
{
	const struct lode__ctype_info *info = lode__ctype_info(ctype);
	size_t a_length, b_length;
	const void *a_data = content(info, a, size, &a_length);
	const void *b_data = content(info, b, size, &b_length);

	if (!a_data || !b_data)
		return a_data == b_data;
	return a_length == b_length && (!a_length || memcmp(a_data, b_data, a_length) == 0);
}

uint64_t lode__ctype_hash(lode_ctype ctype, const void *member, size_t size, uint64_t seed)
{
	size_t length;
	const void *data = content(lode__ctype_info(ctype), member, size, &length);

	return data ? lode__hash_more(seed, data, length) : lode__hash_mix(seed + 1);
}
