/* SPDX-License-Identifier: MIT */
/* types/value.c - making values, and moving them into and out of members.
 *
 * A value is zeroed before it is filled: its 32 bytes depend on nothing but what it says. */
#include "types/value.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "types/ctype.h"

#define SOME(name, T) \
	lode_opt_##name lode_some_##name(T value) \
	{ \
		lode_opt_##name some; \
\
		memset(&some, 0, sizeof some); \
		some.value = value; \
		some.present = true; \
		return some; \
	}

#define MAKE(name, T, KIND, member) \
	lode_value lode_value_##name(T value) \
	{ \
		lode_value made = start_value(KIND); \
\
		made.as.member = value; \
		return made; \
	}

#define MAKE_OPT(name, constructor) \
	lode_value lode_value_opt_##name(lode_opt_##name value) \
	{ \
		return value.present ? lode_value_##constructor(value.value) : lode_value_null(); \
	}

static lode_value start_value(lode_value_kind kind)
{
	lode_value value;

	memset(&value, 0, sizeof value);
	value.kind = (uint32_t)kind;
	return value;
}

SOME(bool, bool)
SOME(int8, int8_t)
SOME(uint8, uint8_t)
SOME(int16, int16_t)
SOME(uint16, uint16_t)
SOME(int32, int32_t)
SOME(uint32, uint32_t)
SOME(int64, int64_t)
SOME(uint64, uint64_t)
SOME(float, float)
SOME(double, double)
SOME(date, lode_date)
SOME(time, lode_time)
SOME(datetime, lode_datetime)
SOME(interval, lode_interval)
SOME(decimal, lode_decimal)
SOME(uuid, lode_uuid)

lode_value lode_value_null(void)
{
	return start_value(LODE_VALUE_NULL);
}

MAKE(bool, bool, LODE_VALUE_BOOL, integer)
MAKE(int, int64_t, LODE_VALUE_INT, integer)
MAKE(uint, uint64_t, LODE_VALUE_UINT, unsigned_integer)
MAKE(double, double, LODE_VALUE_DOUBLE, real)
MAKE(date, lode_date, LODE_VALUE_DATE, date)
MAKE(time, lode_time, LODE_VALUE_TIME, time)
MAKE(datetime, lode_datetime, LODE_VALUE_DATETIME, datetime)
MAKE(interval, lode_interval, LODE_VALUE_INTERVAL, interval)
MAKE(decimal, lode_decimal, LODE_VALUE_DECIMAL, decimal)
MAKE(uuid, lode_uuid, LODE_VALUE_UUID, uuid)
MAKE(param, lode_param, LODE_VALUE_PARAM, param)

lode_value lode_value_text(const char *value)
{
	lode_value made = start_value(value ? LODE_VALUE_TEXT : LODE_VALUE_NULL);

	made.as.text = value;
	return made;
}

lode_value lode_value_bytes(lode_bytes value)
{
	lode_value made = start_value(value.data ? LODE_VALUE_BYTES : LODE_VALUE_NULL);

	if (value.data)
		made.as.bytes = value;
	return made;
}

lode_value lode_value_json(lode_json value)
{
	lode_value made = start_value(value.text ? LODE_VALUE_JSON : LODE_VALUE_NULL);

	made.as.json = value;
	return made;
}

MAKE_OPT(bool, bool)
MAKE_OPT(int8, int)
MAKE_OPT(uint8, uint)
MAKE_OPT(int16, int)
MAKE_OPT(uint16, uint)
MAKE_OPT(int32, int)
MAKE_OPT(uint32, uint)
MAKE_OPT(int64, int)
MAKE_OPT(uint64, uint)
MAKE_OPT(float, double)
MAKE_OPT(double, double)
MAKE_OPT(date, date)
MAKE_OPT(time, time)
MAKE_OPT(datetime, datetime)
MAKE_OPT(interval, interval)
MAKE_OPT(decimal, decimal)
MAKE_OPT(uuid, uuid)

/* ------------------------------------------------------------------ facts about values */

static const struct {
	const char *name;
	uint32_t takes;
	lode_ctype ctype;
} kinds[] = {
	[LODE_VALUE_NULL] = { "NULL", LODE_K_ANY, (lode_ctype)0 },
	[LODE_VALUE_BOOL] = { "bool", LODE_K_NUMBER, LODE_C_BOOL },
	[LODE_VALUE_INT] = { "number", LODE_K_NUMBER, LODE_C_INT64 },
	[LODE_VALUE_UINT] = { "number", LODE_K_NUMBER, LODE_C_UINT64 },
	[LODE_VALUE_DOUBLE] = { "real number", LODE_K_REAL, LODE_C_DOUBLE },
	[LODE_VALUE_TEXT] = { "text", LODE_K_TEXT, LODE_C_TEXT },
	[LODE_VALUE_BYTES] = { "bytes", LODE_K_BYTES, LODE_C_BYTES },
	[LODE_VALUE_DATE] = { "date", LODE_K_DATE, LODE_C_DATE },
	[LODE_VALUE_TIME] = { "time", LODE_K_TIME, LODE_C_TIME },
	[LODE_VALUE_DATETIME] = { "datetime", LODE_K_DATETIME, LODE_C_DATETIME },
	[LODE_VALUE_INTERVAL] = { "interval", LODE_K_INTERVAL, LODE_C_INTERVAL },
	[LODE_VALUE_DECIMAL] = { "decimal", LODE_K_DECIMAL, LODE_C_DECIMAL },
	[LODE_VALUE_UUID] = { "uuid", LODE_K_UUID, LODE_C_UUID },
	[LODE_VALUE_JSON] = { "json", LODE_K_JSON, LODE_C_JSON },
	[LODE_VALUE_PARAM] = { "parameter", LODE_K_ANY, (lode_ctype)0 },
};

static bool is_kind(uint32_t kind)
{
	return kind < sizeof kinds / sizeof *kinds;
}

uint32_t lode__value_kind(const lode_value *value)
{
	return is_kind(value->kind) ? kinds[value->kind].takes : 0;
}

const char *lode__value_kind_name(const lode_value *value)
{
	return is_kind(value->kind) ? kinds[value->kind].name : "?";
}

lode_ctype lode__value_ctype(const lode_value *value)
{
	if (value->kind == LODE_VALUE_PARAM)
		return value->as.param.ctype;
	return is_kind(value->kind) ? kinds[value->kind].ctype : (lode_ctype)0;
}

bool lode__value_equal(const lode_value *a, const lode_value *b)
{
	lode_ctype ctype = lode__value_ctype(a);

	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case LODE_VALUE_NULL:
		return true;
	case LODE_VALUE_PARAM:
		return a->as.param.offset == b->as.param.offset &&
		       a->as.param.size == b->as.param.size && ctype == b->as.param.ctype;
	case LODE_VALUE_BOOL:
		return a->as.integer == b->as.integer;
	default:
		return ctype && lode__ctype_equal(ctype, &a->as, &b->as, sizeof a->as);
	}
}

/* ------------------------------------------------------------------ out of members */

#define READ(T, constructor) \
	do { \
		T read; \
		memcpy(&read, member, sizeof read); \
		return lode_value_##constructor(read); \
	} while (0)

static lode_value load_scalar(lode_ctype scalar, const void *member)
{
	switch (scalar) {
	case LODE_C_BOOL:
		return lode_value_bool(*(const unsigned char *)member != 0);
	case LODE_C_INT8:
		READ(int8_t, int);
	case LODE_C_UINT8:
		READ(uint8_t, uint);
	case LODE_C_INT16:
		READ(int16_t, int);
	case LODE_C_UINT16:
		READ(uint16_t, uint);
	case LODE_C_INT32:
		READ(int32_t, int);
	case LODE_C_UINT32:
		READ(uint32_t, uint);
	case LODE_C_INT64:
		READ(int64_t, int);
	case LODE_C_UINT64:
		READ(uint64_t, uint);
	case LODE_C_FLOAT:
		READ(float, double);
	case LODE_C_DOUBLE:
		READ(double, double);
	case LODE_C_DATE:
		READ(lode_date, date);
	case LODE_C_TIME:
		READ(lode_time, time);
	case LODE_C_DATETIME:
		READ(lode_datetime, datetime);
	case LODE_C_INTERVAL:
		READ(lode_interval, interval);
	case LODE_C_DECIMAL:
		READ(lode_decimal, decimal);
	case LODE_C_UUID:
		READ(lode_uuid, uuid);
	case LODE_C_TEXT:
		READ(const char *, text);
	case LODE_C_CHARS:
		return lode_value_text((const char *)member);
	case LODE_C_BYTES:
		READ(lode_bytes, bytes);
	case LODE_C_JSON:
		READ(lode_json, json);
	default:
		return lode_value_null();
	}
}

lode_value lode__value_load(lode_ctype ctype, const void *member)
{
	const struct lode__ctype_info *info = lode__ctype_info(ctype);

	if (!info || lode__ctype_is_null(ctype, member))
		return lode_value_null();
	return load_scalar(info->scalar, member);
}

/* ------------------------------------------------------------------ into members */

/* a whole number of any kind, as sign and magnitude */
typedef struct whole {
	bool negative;
	uint64_t magnitude;
} whole;

static whole whole_of(const lode_value *value)
{
	int64_t integer = value->as.integer;
	whole number = { false, value->as.unsigned_integer };

	if (value->kind != LODE_VALUE_UINT && integer < 0) {
		number.negative = true;
		number.magnitude = 0 - (uint64_t)integer;
	}
	return number;
}

/* {largest positive, largest negative} magnitude of the integer types */
static bool integer_limits(lode_ctype scalar, uint64_t *high, uint64_t *low)
{
	static const struct { uint64_t high, low; } limits[] = {
		[LODE_C_BOOL] = { 1, 0 },
		[LODE_C_INT8] = { INT8_MAX, (uint64_t)INT8_MAX + 1 },
		[LODE_C_UINT8] = { UINT8_MAX, 0 },
		[LODE_C_INT16] = { INT16_MAX, (uint64_t)INT16_MAX + 1 },
		[LODE_C_UINT16] = { UINT16_MAX, 0 },
		[LODE_C_INT32] = { INT32_MAX, (uint64_t)INT32_MAX + 1 },
		[LODE_C_UINT32] = { UINT32_MAX, 0 },
		[LODE_C_INT64] = { INT64_MAX, (uint64_t)INT64_MAX + 1 },
		[LODE_C_UINT64] = { UINT64_MAX, 0 },
	};

	if ((size_t)scalar >= sizeof limits / sizeof *limits)
		return false;
	*high = limits[scalar].high;
	*low = limits[scalar].low;
	return true;
}

/* the low `size` bytes of a number, whatever the order of bytes */
static void put_integer(void *image, size_t size, uint64_t bits)
{
	uint8_t b1 = (uint8_t)bits;
	uint16_t b2 = (uint16_t)bits;
	uint32_t b4 = (uint32_t)bits;

	switch (size) {
	case 1:
		memcpy(image, &b1, size);
		break;
	case 2:
		memcpy(image, &b2, size);
		break;
	case 4:
		memcpy(image, &b4, size);
		break;
	default:
		memcpy(image, &bits, sizeof bits);
	}
}

static lode_status store_whole(lode_ctype scalar, size_t size, void *image, whole number)
{
	uint64_t high, low;

	if (integer_limits(scalar, &high, &low)) {
		if (number.magnitude > (number.negative ? low : high))
			return LODE_E_DATA;
		put_integer(image, size, number.negative ? 0 - number.magnitude : number.magnitude);
		return LODE_OK;
	}
	if (scalar == LODE_C_DECIMAL) {
		lode_decimal decimal = { number.magnitude, 0, 0, 0 };

		if (number.negative) {
			decimal.low = 0 - number.magnitude;
			decimal.high = -1;
		}
		memcpy(image, &decimal, sizeof decimal);
		return LODE_OK;
	}
	return LODE_E_MISUSE;
}

/* float or double; a whole number must arrive exactly, a real one must not become infinite */
static lode_status store_real(lode_ctype scalar, void *image, const lode_value *value)
{
	bool is_whole = value->kind != LODE_VALUE_DOUBLE;
	uint64_t largest = scalar == LODE_C_FLOAT ? (uint64_t)1 << FLT_MANT_DIG
	                                          : (uint64_t)1 << DBL_MANT_DIG;
	double real = value->as.real;
	float narrow;

	if (is_whole) {
		whole number = whole_of(value);

		if (number.magnitude > largest)
			return LODE_E_DATA;
		real = number.negative ? -(double)number.magnitude : (double)number.magnitude;
	}
	if (scalar == LODE_C_DOUBLE) {
		memcpy(image, &real, sizeof real);
		return LODE_OK;
	}
	if (isfinite(real) && fabs(real) > (double)FLT_MAX)
		return LODE_E_DATA;
	narrow = (float)real;
	memcpy(image, &narrow, sizeof narrow);
	return LODE_OK;
}

/* the scalar part; `image` is zeroed and large enough for any but char[N] */
static lode_status store_scalar(lode_ctype scalar, size_t size, void *image,
                                const lode_value *value)
{
	switch (value->kind) {
	case LODE_VALUE_BOOL:
	case LODE_VALUE_INT:
	case LODE_VALUE_UINT:
	case LODE_VALUE_DOUBLE:
		if (scalar == LODE_C_FLOAT || scalar == LODE_C_DOUBLE)
			return store_real(scalar, image, value);
		return store_whole(scalar, size, image, whole_of(value));
	default: /* the union holds exactly what the member does */
		memcpy(image, &value->as, size);
		return LODE_OK;
	}
}

static lode_status store_chars(char *member, size_t size, const char *text)
{
	size_t length = strlen(text);

	if (length >= size)
		return LODE_E_DATA;
	memmove(member, text, length);   /* it may be the member's own */
	memset(member + length, 0, size - length);
	return LODE_OK;
}

static lode_status store_null(const struct lode__ctype_info *info, void *member)
{
	if (!info->nullable && !info->by_pointer)
		return LODE_E_DATA;
	memset(member, 0, info->size);
	return LODE_OK;
}

lode_status lode__value_store(lode_ctype ctype, void *member, size_t size, const lode_value *value)
{
	const struct lode__ctype_info *info = lode__ctype_info(ctype);
	union { unsigned char bytes[sizeof(lode_opt_decimal)]; lode_value align; } image;
	size_t scalar_size;
	lode_status status;

	if (!info || value->kind == LODE_VALUE_PARAM)
		return LODE_E_MISUSE;
	if (value->kind == LODE_VALUE_NULL)
		return store_null(info, member);
	if (!(lode__value_kind(value) & info->takes))
		return LODE_E_MISUSE;
	if (info->scalar == LODE_C_CHARS)
		return store_chars((char *)member, size, value->as.text);
	scalar_size = lode__ctype_info(info->scalar)->size;
	memset(&image, 0, sizeof image);
	status = store_scalar(info->scalar, scalar_size, image.bytes, value);
	if (status < 0)
		return status;
	if (info->nullable)
		image.bytes[info->present_offset] = 1;
	memcpy(member, image.bytes, info->size);
	return LODE_OK;
}
