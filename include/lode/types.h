/* SPDX-License-Identifier: MIT */
/* lode/types.h - the member types of mapped structs, values, and SQL types.
 *
 * Member types are frozen: their sizes never change and they have no unnamed padding, so that
 * copies compare byte for byte.  Members called `zero_` are zero. */
#ifndef LODE_TYPES_H
#define LODE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/error.h>

#ifdef __cplusplus
#include <initializer_list>
#define LODE_LAYOUT_(T, bytes) static_assert(sizeof(T) == (bytes), "lode: layout of " #T)
extern "C" {
#else
#define LODE_LAYOUT_(T, bytes) _Static_assert(sizeof(T) == (bytes), "lode: layout of " #T)
#endif

/* ------------------------------------------------------------------ member types */

typedef struct { const void *data; size_t size; } lode_bytes;   /* data NULL: SQL NULL */
typedef struct { int32_t days; } lode_date;       /* since 1970-01-01, proleptic Gregorian */
typedef struct { int64_t usec; } lode_time;       /* since midnight, 0..86400000000 */
typedef struct { int64_t usec; } lode_datetime;   /* since 1970-01-01 UTC; min/max: -+infinity */
typedef struct { int32_t months, days; int64_t usec; } lode_interval;   /* parts do not carry */
typedef struct { uint8_t bytes[16]; } lode_uuid;  /* RFC 4122 byte order */
typedef struct { const char *text; } lode_json;   /* text NULL: SQL NULL; "null": JSON null */

/* value = (high:low as two's complement) / 10^scale; at most 38 digits, scale 0..38 */
typedef struct { uint64_t low; int64_t high; int32_t scale; int32_t zero_; } lode_decimal;

#define LODE_DECIMAL_DIGITS 38
#define LODE_DATETIME_INFINITY INT64_MAX
#define LODE_DATETIME_MINUS_INFINITY INT64_MIN

LODE_LAYOUT_(lode_bytes, 2 * sizeof(void *));
LODE_LAYOUT_(lode_date, 4);
LODE_LAYOUT_(lode_time, 8);
LODE_LAYOUT_(lode_datetime, 8);
LODE_LAYOUT_(lode_interval, 16);
LODE_LAYOUT_(lode_uuid, 16);
LODE_LAYOUT_(lode_json, sizeof(void *));
LODE_LAYOUT_(lode_decimal, 24);

/* nullable scalars: `present` false is SQL NULL, and all zero is NULL */
typedef struct { bool value; bool present; } lode_opt_bool;
typedef struct { int8_t value; bool present; } lode_opt_int8;
typedef struct { uint8_t value; bool present; } lode_opt_uint8;
typedef struct { int16_t value; bool present; uint8_t zero_[1]; } lode_opt_int16;
typedef struct { uint16_t value; bool present; uint8_t zero_[1]; } lode_opt_uint16;
typedef struct { int32_t value; bool present; uint8_t zero_[3]; } lode_opt_int32;
typedef struct { uint32_t value; bool present; uint8_t zero_[3]; } lode_opt_uint32;
typedef struct { int64_t value; bool present; uint8_t zero_[7]; } lode_opt_int64;
typedef struct { uint64_t value; bool present; uint8_t zero_[7]; } lode_opt_uint64;
typedef struct { float value; bool present; uint8_t zero_[3]; } lode_opt_float;
typedef struct { double value; bool present; uint8_t zero_[7]; } lode_opt_double;
typedef struct { lode_date value; bool present; uint8_t zero_[3]; } lode_opt_date;
typedef struct { lode_time value; bool present; uint8_t zero_[7]; } lode_opt_time;
typedef struct { lode_datetime value; bool present; uint8_t zero_[7]; } lode_opt_datetime;
typedef struct { lode_interval value; bool present; uint8_t zero_[7]; } lode_opt_interval;
typedef struct { lode_decimal value; bool present; uint8_t zero_[7]; } lode_opt_decimal;
typedef struct { lode_uuid value; bool present; } lode_opt_uuid;

LODE_LAYOUT_(lode_opt_bool, 2);
LODE_LAYOUT_(lode_opt_int8, 2);
LODE_LAYOUT_(lode_opt_uint8, 2);
LODE_LAYOUT_(lode_opt_int16, 4);
LODE_LAYOUT_(lode_opt_uint16, 4);
LODE_LAYOUT_(lode_opt_int32, 8);
LODE_LAYOUT_(lode_opt_uint32, 8);
LODE_LAYOUT_(lode_opt_int64, 16);
LODE_LAYOUT_(lode_opt_uint64, 16);
LODE_LAYOUT_(lode_opt_float, 8);
LODE_LAYOUT_(lode_opt_double, 16);
LODE_LAYOUT_(lode_opt_date, 8);
LODE_LAYOUT_(lode_opt_time, 16);
LODE_LAYOUT_(lode_opt_datetime, 16);
LODE_LAYOUT_(lode_opt_interval, 24);
LODE_LAYOUT_(lode_opt_decimal, 32);
LODE_LAYOUT_(lode_opt_uuid, 17);

/* What a member is.  A nullable scalar is its scalar + LODE_C_OPT_BASE. */
typedef enum lode_ctype {
	LODE_C_BOOL = 1,
	LODE_C_INT8,
	LODE_C_UINT8,
	LODE_C_INT16,
	LODE_C_UINT16,
	LODE_C_INT32,
	LODE_C_UINT32,
	LODE_C_INT64,
	LODE_C_UINT64,
	LODE_C_FLOAT,
	LODE_C_DOUBLE,
	LODE_C_DATE,
	LODE_C_TIME,
	LODE_C_DATETIME,
	LODE_C_INTERVAL,
	LODE_C_DECIMAL,
	LODE_C_UUID,
	LODE_C_TEXT,                /* const char *; NULL is SQL NULL */
	LODE_C_CHARS,               /* char[N], with a NUL */
	LODE_C_BYTES,
	LODE_C_JSON,
	LODE_C_OPT_BASE = 32,
	LODE_C_OPT_BOOL,
	LODE_C_OPT_INT8,
	LODE_C_OPT_UINT8,
	LODE_C_OPT_INT16,
	LODE_C_OPT_UINT16,
	LODE_C_OPT_INT32,
	LODE_C_OPT_UINT32,
	LODE_C_OPT_INT64,
	LODE_C_OPT_UINT64,
	LODE_C_OPT_FLOAT,
	LODE_C_OPT_DOUBLE,
	LODE_C_OPT_DATE,
	LODE_C_OPT_TIME,
	LODE_C_OPT_DATETIME,
	LODE_C_OPT_INTERVAL,
	LODE_C_OPT_DECIMAL,
	LODE_C_OPT_UUID
} lode_ctype;

/* ------------------------------------------------------------------ nullable values */

/** @return a present lode_opt_bool. @since 0.1 */
LODE_API lode_opt_bool lode_some_bool(bool value);
/** @return a present lode_opt_int8. @since 0.1 */
LODE_API lode_opt_int8 lode_some_int8(int8_t value);
/** @return a present lode_opt_uint8. @since 0.1 */
LODE_API lode_opt_uint8 lode_some_uint8(uint8_t value);
/** @return a present lode_opt_int16. @since 0.1 */
LODE_API lode_opt_int16 lode_some_int16(int16_t value);
/** @return a present lode_opt_uint16. @since 0.1 */
LODE_API lode_opt_uint16 lode_some_uint16(uint16_t value);
/** @return a present lode_opt_int32. @since 0.1 */
LODE_API lode_opt_int32 lode_some_int32(int32_t value);
/** @return a present lode_opt_uint32. @since 0.1 */
LODE_API lode_opt_uint32 lode_some_uint32(uint32_t value);
/** @return a present lode_opt_int64. @since 0.1 */
LODE_API lode_opt_int64 lode_some_int64(int64_t value);
/** @return a present lode_opt_uint64. @since 0.1 */
LODE_API lode_opt_uint64 lode_some_uint64(uint64_t value);
/** @return a present lode_opt_float. @since 0.1 */
LODE_API lode_opt_float lode_some_float(float value);
/** @return a present lode_opt_double. @since 0.1 */
LODE_API lode_opt_double lode_some_double(double value);
/** @return a present lode_opt_date. @since 0.1 */
LODE_API lode_opt_date lode_some_date(lode_date value);
/** @return a present lode_opt_time. @since 0.1 */
LODE_API lode_opt_time lode_some_time(lode_time value);
/** @return a present lode_opt_datetime. @since 0.1 */
LODE_API lode_opt_datetime lode_some_datetime(lode_datetime value);
/** @return a present lode_opt_interval. @since 0.1 */
LODE_API lode_opt_interval lode_some_interval(lode_interval value);
/** @return a present lode_opt_decimal. @since 0.1 */
LODE_API lode_opt_decimal lode_some_decimal(lode_decimal value);
/** @return a present lode_opt_uuid. @since 0.1 */
LODE_API lode_opt_uuid lode_some_uuid(lode_uuid value);

/* ------------------------------------------------------------------ values */

/* a member of a struct of parameters; made by LODE_PARAM */
typedef struct { size_t offset, size; lode_ctype ctype; } lode_param;

typedef enum lode_value_kind {
	LODE_VALUE_NULL,
	LODE_VALUE_BOOL,            /* as.integer, 0 or 1 */
	LODE_VALUE_INT,             /* as.integer */
	LODE_VALUE_UINT,            /* as.unsigned_integer */
	LODE_VALUE_DOUBLE,          /* as.real */
	LODE_VALUE_TEXT,            /* as.text, never NULL */
	LODE_VALUE_BYTES,           /* as.bytes, data never NULL */
	LODE_VALUE_DATE,
	LODE_VALUE_TIME,
	LODE_VALUE_DATETIME,
	LODE_VALUE_INTERVAL,
	LODE_VALUE_DECIMAL,
	LODE_VALUE_UUID,
	LODE_VALUE_JSON,            /* as.json, text never NULL */
	LODE_VALUE_PARAM            /* as.param: read when the statement is run */
} lode_value_kind;

/* One value of any type.  Text and bytes are borrowed.  Frozen: 32 bytes. */
typedef struct lode_value {
	uint32_t kind;              /* LODE_VALUE_* */
	uint32_t flags;             /* 0 */
	union {
		int64_t integer;
		uint64_t unsigned_integer;
		double real;
		const char *text;
		lode_bytes bytes;
		lode_date date;
		lode_time time;
		lode_datetime datetime;
		lode_interval interval;
		lode_decimal decimal;
		lode_uuid uuid;
		lode_json json;
		lode_param param;
		uint8_t raw[24];
	} as;
} lode_value;

LODE_LAYOUT_(lode_value, 32);

/* Which kinds of value a column takes and which kind a value is: no common bit, no compile. */
enum {
	LODE_K_NUMBER = 1, LODE_K_REAL = 2, LODE_K_TEXT = 4, LODE_K_BYTES = 8, LODE_K_DATETIME = 16,
	LODE_K_UUID = 32, LODE_K_DECIMAL = 64, LODE_K_DATE = 128, LODE_K_TIME = 256,
	LODE_K_INTERVAL = 512, LODE_K_JSON = 1024, LODE_K_ANY = 2047
};

/** @return a SQL NULL. @since 0.1 */
LODE_API lode_value lode_value_null(void);
/** @return a truth value. @since 0.1 */
LODE_API lode_value lode_value_bool(bool value);
/** @return a signed number. @since 0.1 */
LODE_API lode_value lode_value_int(int64_t value);
/** @return an unsigned number. @since 0.1 */
LODE_API lode_value lode_value_uint(uint64_t value);
/** @return an approximate number. @since 0.1 */
LODE_API lode_value lode_value_double(double value);
/** @return UTF-8 text with a NUL, borrowed; NULL gives SQL NULL. @since 0.1 */
LODE_API lode_value lode_value_text(const char *value);
/** @return bytes, borrowed; data NULL gives SQL NULL. @since 0.1 */
LODE_API lode_value lode_value_bytes(lode_bytes value);
/** @return a day. @since 0.1 */
LODE_API lode_value lode_value_date(lode_date value);
/** @return a time of day. @since 0.1 */
LODE_API lode_value lode_value_time(lode_time value);
/** @return an instant. @since 0.1 */
LODE_API lode_value lode_value_datetime(lode_datetime value);
/** @return a length of time. @since 0.1 */
LODE_API lode_value lode_value_interval(lode_interval value);
/** @return an exact number. @since 0.1 */
LODE_API lode_value lode_value_decimal(lode_decimal value);
/** @return a UUID. @since 0.1 */
LODE_API lode_value lode_value_uuid(lode_uuid value);
/** @return JSON text, borrowed; text NULL gives SQL NULL. @since 0.1 */
LODE_API lode_value lode_value_json(lode_json value);
/** @return a parameter: its value is read when the statement is run. @since 0.1 */
LODE_API lode_value lode_value_param(lode_param value);
/** @return the value of a lode_opt_bool, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_bool(lode_opt_bool value);
/** @return the value of a lode_opt_int8, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_int8(lode_opt_int8 value);
/** @return the value of a lode_opt_uint8, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_uint8(lode_opt_uint8 value);
/** @return the value of a lode_opt_int16, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_int16(lode_opt_int16 value);
/** @return the value of a lode_opt_uint16, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_uint16(lode_opt_uint16 value);
/** @return the value of a lode_opt_int32, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_int32(lode_opt_int32 value);
/** @return the value of a lode_opt_uint32, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_uint32(lode_opt_uint32 value);
/** @return the value of a lode_opt_int64, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_int64(lode_opt_int64 value);
/** @return the value of a lode_opt_uint64, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_uint64(lode_opt_uint64 value);
/** @return the value of a lode_opt_float, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_float(lode_opt_float value);
/** @return the value of a lode_opt_double, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_double(lode_opt_double value);
/** @return the value of a lode_opt_date, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_date(lode_opt_date value);
/** @return the value of a lode_opt_time, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_time(lode_opt_time value);
/** @return the value of a lode_opt_datetime, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_datetime(lode_opt_datetime value);
/** @return the value of a lode_opt_interval, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_interval(lode_opt_interval value);
/** @return the value of a lode_opt_decimal, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_decimal(lode_opt_decimal value);
/** @return the value of a lode_opt_uuid, SQL NULL if absent. @since 0.1 */
LODE_API lode_value lode_value_opt_uuid(lode_opt_uuid value);

/* ------------------------------------------------------------------ text forms
 *
 * Every `..._from_text` reads the whole of a NUL-terminated text, without blanks around it; on
 * failure `out` is untouched.  Every `..._to_text` writes at most `size` bytes, the NUL included;
 * a buffer of LODE_..._TEXT_SIZE is always enough.  None of them uses the locale.
 * Thread: any. */

#define LODE_DECIMAL_TEXT_SIZE 48
#define LODE_DATE_TEXT_SIZE 16
#define LODE_TIME_TEXT_SIZE 16
#define LODE_DATETIME_TEXT_SIZE 32
#define LODE_INTERVAL_TEXT_SIZE 80
#define LODE_UUID_TEXT_SIZE 40

/**
 * Read a decimal number: sign, digits with a point, and an exponent, all but some digit optional.
 * The scale is the number of digits behind the point ("1.50" has 2), less by zeros at the end for
 * which there is no room; the number is never rounded.
 * @return LODE_OK; LODE_E_DATA, not a number (NaN and infinity neither), or more than 38 digits or
 *         than 38 behind the point; LODE_E_MISUSE, an argument is NULL
 * @since 0.1
 */
LODE_API lode_status lode_decimal_from_text(lode_decimal *out, const char *text);
/**
 * Write a decimal number plainly, with as many digits behind the point as its scale: "-0.50".
 * @return LODE_OK; LODE_E_DATA, not a valid decimal; LODE_E_MISUSE, `text` is NULL or too small
 * @since 0.1
 */
LODE_API lode_status lode_decimal_to_text(lode_decimal value, char *text, size_t size);
/**
 * The number `coefficient` / 10^`scale`: cents with scale 2.
 * @param scale  0..38
 * @return LODE_OK; LODE_E_MISUSE, `out` is NULL or the scale out of range
 * @since 0.1
 */
LODE_API lode_status lode_decimal_from_scaled(lode_decimal *out, int64_t coefficient, int scale);
/**
 * The number times 10^`scale`, exactly: "1.5" with scale 2 is 150.
 * @param scale  0..38
 * @return LODE_OK; LODE_E_DATA, it is not a whole number, does not fit, or `value` is not valid;
 *         LODE_E_MISUSE, `out` is NULL or the scale out of range
 * @since 0.1
 */
LODE_API lode_status lode_decimal_to_scaled(lode_decimal value, int scale, int64_t *out);
/**
 * The same number with another scale, exactly.
 * @param scale  0..38
 * @return LODE_OK; LODE_E_DATA, digits would be lost, more than 38 would be needed, or `value` is
 *         not valid; LODE_E_MISUSE, `out` is NULL or the scale out of range
 * @since 0.1
 */
LODE_API lode_status lode_decimal_rescale(lode_decimal *out, lode_decimal value, int scale);
/**
 * Compare two numbers by value: 1.5 and 1.50 are equal.
 * @return negative, 0 or positive; an invalid decimal counts as 0
 * @since 0.1
 */
LODE_API int lode_decimal_compare(lode_decimal a, lode_decimal b);

/**
 * Read "YYYY-MM-DD": four to seven digits of year with an optional sign, year 0 is 1 BC.
 * @return LODE_OK; LODE_E_DATA, no such day; LODE_E_MISUSE, an argument is NULL
 * @since 0.1
 */
LODE_API lode_status lode_date_from_text(lode_date *out, const char *text);
/**
 * Write "YYYY-MM-DD"; more digits of year if it has them, "-" before years below 0.
 * @return LODE_OK; LODE_E_MISUSE, `text` is NULL or too small
 * @since 0.1
 */
LODE_API lode_status lode_date_to_text(lode_date value, char *text, size_t size);
/**
 * The day of a calendar date, proleptic Gregorian.
 * @return LODE_OK; LODE_E_DATA, no such day or out of range; LODE_E_MISUSE, `out` is NULL
 * @since 0.1
 */
LODE_API lode_status lode_date_from_ymd(lode_date *out, int32_t year, int month, int day);
/**
 * The calendar date of a day; each of the outputs may be NULL.
 * @since 0.1
 */
LODE_API void lode_date_to_ymd(lode_date value, int32_t *year, int *month, int *day);

/**
 * Read "HH:MM", "HH:MM:SS" or "HH:MM:SS.ffffff"; digits beyond microseconds must be 0.
 * @return LODE_OK; LODE_E_DATA, no such time (24:00:00 is one); LODE_E_MISUSE, an argument is NULL
 * @since 0.1
 */
LODE_API lode_status lode_time_from_text(lode_time *out, const char *text);
/**
 * Write "HH:MM:SS.ffffff".
 * @return LODE_OK; LODE_E_DATA, not within a day; LODE_E_MISUSE, `text` is NULL or too small
 * @since 0.1
 */
LODE_API lode_status lode_time_to_text(lode_time value, char *text, size_t size);

/**
 * Read a date, and behind "T" or a blank a time, and behind that "Z" or an offset ("+02", "+0200",
 * "+02:00", "+02:00:30"); without an offset it is UTC.  "infinity" and "-infinity" are read too.
 * @return LODE_OK; LODE_E_DATA, no such time or out of range; LODE_E_MISUSE, an argument is NULL
 * @since 0.1
 */
LODE_API lode_status lode_datetime_from_text(lode_datetime *out, const char *text);
/**
 * Write "YYYY-MM-DD HH:MM:SS.ffffff" in UTC: texts of years 0..9999 sort as the times do.
 * @return LODE_OK; LODE_E_MISUSE, `text` is NULL or too small
 * @since 0.1
 */
LODE_API lode_status lode_datetime_to_text(lode_datetime value, char *text, size_t size);

/**
 * Read an ISO 8601 duration such as "P1Y2M3DT4H5M6.000007S" or "P2W"; each number may have a sign,
 * and so may the whole.  Years are 12 months, weeks 7 days; nothing else carries.
 * @return LODE_OK; LODE_E_DATA, no duration or out of range; LODE_E_MISUSE, an argument is NULL
 * @since 0.1
 */
LODE_API lode_status lode_interval_from_text(lode_interval *out, const char *text);
/**
 * Write an ISO 8601 duration; "PT0S" for none at all.
 * @return LODE_OK; LODE_E_MISUSE, `text` is NULL or too small
 * @since 0.1
 */
LODE_API lode_status lode_interval_to_text(lode_interval value, char *text, size_t size);

/**
 * Read 32 hexadecimal digits, hyphens between bytes, braces and "urn:uuid:" allowed.
 * @return LODE_OK; LODE_E_DATA, not a UUID; LODE_E_MISUSE, an argument is NULL
 * @since 0.1
 */
LODE_API lode_status lode_uuid_from_text(lode_uuid *out, const char *text);
/**
 * Write "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" in lower case.
 * @return LODE_OK; LODE_E_MISUSE, `text` is NULL or too small
 * @since 0.1
 */
LODE_API lode_status lode_uuid_to_text(lode_uuid value, char *text, size_t size);

/* ------------------------------------------------------------------ SQL types */

typedef enum lode_type_kind {
	LODE_SMALL_INTEGER = 1,
	LODE_INTEGER,
	LODE_BIG_INTEGER,
	LODE_BOOLEAN,
	LODE_FLOAT,                 /* single precision */
	LODE_DOUBLE,
	LODE_NUMERIC,               /* precision, scale */
	LODE_STRING,                /* VARCHAR; length */
	LODE_TEXT_TYPE,             /* unbounded */
	LODE_LARGE_BINARY,          /* length */
	LODE_DATE,
	LODE_TIME,                  /* precision: digits of a second; timezone */
	LODE_DATETIME,              /* precision: digits of a second; timezone */
	LODE_INTERVAL,
	LODE_UUID_TYPE,
	LODE_JSON,
	LODE_ENUM,                  /* enum_names */
	LODE_CUSTOM_TYPE            /* name: SQL text of the type */
} lode_type_kind;

/**
 * What replaces a type on some dialects.  It replaces all of it: what is left out is the default.
 */
typedef struct lode_variant {
	const char *dialects;       /* "mysql,mariadb"; NULL ends a list */
	lode_type_kind kind;
	uint32_t length, precision, scale;   /* 0: default */
	bool timezone, is_unsigned;
	uint8_t zero_[2];
	uint32_t reserved;
	const char *name;           /* of a LODE_CUSTOM_TYPE */
} lode_variant;

/**
 * An SQL type, with variants per dialect.  Constant data of the caller's, written with LODE_TYPE;
 * lode copies it.  Grows only at its end.
 */
typedef struct lode_type {
	uint32_t struct_size;
	uint32_t variant_size;      /* sizeof(lode_variant) as the caller knows it */
	lode_type_kind kind;
	uint32_t length;            /* characters or bytes; 0: unbounded, or the dialect's */
	uint32_t precision;         /* digits, or digits of a second; 0: default */
	uint32_t scale;             /* digits behind the point */
	bool timezone;              /* the zoned type */
	bool is_unsigned;
	uint8_t zero_[2];
	uint32_t reserved;
	const lode_variant *variants;        /* ends with one whose dialects is NULL; or NULL */
	const char *const *enum_names;       /* ends with NULL; number i is name i */
	const char *name;                    /* of a LODE_CUSTOM_TYPE, or of a native enum */
} lode_type;

/* LODE_TYPE(LODE_STRING, .length = 40): a pointer to a lode_type that lives as long as the block
 * (in C++: the full expression) it stands in.  Designators in the order of the struct. */
#define LODE_TYPE(...) LODE_TYPE_(__VA_ARGS__, )

#ifdef __cplusplus
}
#if __cplusplus >= 202002L
/* temporaries live to the end of the full expression */
template <class T> inline const T *lode_ptr_(const T &temporary) { return &temporary; }
template <class T> inline const T *lode_array_(std::initializer_list<T> list)
{
	return list.begin();
}
#define LODE_TYPE_(k, ...) \
	lode_ptr_<lode_type>(lode_type{ .struct_size = sizeof(lode_type), \
	                                .variant_size = sizeof(lode_variant), .kind = (k), \
	                                __VA_ARGS__ })
#define LODE_VARIANTS(...) lode_array_<lode_variant>({ __VA_ARGS__, {} })
#endif
#else
#define LODE_TYPE_(k, ...) \
	(&(const lode_type){ .struct_size = sizeof(lode_type), \
	                     .variant_size = sizeof(lode_variant), .kind = (k), __VA_ARGS__ })
#define LODE_VARIANTS(...) ((const lode_variant[]){ __VA_ARGS__, { 0 } })
#endif

#endif
