/* SPDX-License-Identifier: MIT */
/* mariadb/type.c - names of types, and what they mean.
 *
 * The table in plugins/README.md says what is stored how.  Where a type has no bounds the largest
 * one is taken: a text that is cut, a time without microseconds or a decimal without its digits is
 * worse than a byte more.  What is part of a key has to have a bound; 255 characters fit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dialect.h"
#include "host.h"

#define MOST_VARCHAR 16000 /* characters of four bytes in a row of 65535 bytes */
#define MOST_VARBINARY 65000
#define KEY_LENGTH 255

static void put(const lode_render_context *c, const char *text)
{
	lmy_host->sql_put(c->out, text, strlen(text));
}

static void put_sized(const lode_render_context *c, const char *name, long long size)
{
	char text[60];

	snprintf(text, sizeof text, "%s(%lld)", name, size);
	put(c, text);
}

static int is_key(const lode_type_info *t)
{
	return (t->flags & LODE_TYPE_KEY) != 0;
}

static void put_text(const lode_render_context *c, const lode_type_info *t, const char *name)
{
	if (t->length > 0 && t->length <= MOST_VARCHAR)
		put_sized(c, name, (long long)t->length);
	else if (is_key(t))
		put_sized(c, name, KEY_LENGTH);
	else
		put(c, "LONGTEXT");
}

static void put_bytes(const lode_render_context *c, const lode_type_info *t)
{
	if (t->length > 0 && t->length <= MOST_VARBINARY)
		put_sized(c, "VARBINARY", (long long)t->length);
	else if (is_key(t))
		put_sized(c, "VARBINARY", KEY_LENGTH);
	else
		put(c, "LONGBLOB");
}

/* Without precision: all the digits there are, and the most places that there are.  Places too many
 * would be rounded without a word, a number too large is an error. */
static void put_decimal(const lode_render_context *c, const lode_type_info *t)
{
	char text[40];

	snprintf(text, sizeof text, "DECIMAL(%d, %d)", t->precision > 0 ? (int)t->precision : 65,
		 t->precision <= 0 ? 30
		 : t->scale > 0	   ? (int)t->scale
				   : 0);
	put(c, text);
}

static void put_moment(const lode_render_context *c, const lode_type_info *t, const char *name)
{
	int digits = t->precision > 0 && t->precision < 6 ? (int)t->precision : 6;

	put_sized(c, name, digits);
}

static const char *plain_name(int32_t sql_type)
{
	switch (sql_type) {
	case LODE_T_BOOL:
		return "BOOLEAN";
	case LODE_T_INT16:
		return "SMALLINT";
	case LODE_T_INT32:
		return "INTEGER";
	case LODE_T_INT64:
		return "BIGINT";
	case LODE_T_UINT64:
		return "BIGINT UNSIGNED";
	case LODE_T_FLOAT32:
		return "FLOAT";
	case LODE_T_FLOAT64:
		return "DOUBLE";
	case LODE_T_DATE:
		return "DATE";
	case LODE_T_INTERVAL:
		return "VARCHAR(64)";
	case LODE_T_UUID:
		return "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin";
	case LODE_T_JSON:
		return "JSON";
	case LODE_T_XML:
		return "LONGTEXT";
	default:
		return NULL;
	}
}

lode_status lmy_type_write(const lode_render_context *c, const lode_type_info *t, lode_err *e)
{
	const char *name = plain_name(t->sql_type);

	switch (t->sql_type) {
	case LODE_T_TEXT:
	case LODE_T_ENUM:
		put_text(c, t, "VARCHAR");
		return LODE_OK;
	case LODE_T_CHAR:
		put_text(c, t, t->length <= 255 ? "CHAR" : "VARCHAR");
		return LODE_OK;
	case LODE_T_BLOB:
		put_bytes(c, t);
		return LODE_OK;
	case LODE_T_DECIMAL:
		put_decimal(c, t);
		return LODE_OK;
	case LODE_T_TIME:
	case LODE_T_TIMETZ:
		put_moment(c, t, "TIME");
		return LODE_OK;
	case LODE_T_TIMESTAMP:
	case LODE_T_TIMESTAMPTZ:
		put_moment(c, t, "DATETIME");
		return LODE_OK;
	case LODE_T_CUSTOM:
		name = t->name;
		break;
	default:
		break;
	}
	if (name == NULL)
		return lmy_refuse(e, LODE_E_UNSUPPORTED, "MariaDB and MySQL have no such type",
				  NULL);
	put(c, name);
	return LODE_OK;
}

lode_status lmy_type_write_mariadb(const lode_render_context *c, const lode_type_info *t,
				   lode_err *e)
{
	(void)e;
	if (t->sql_type == LODE_T_UUID && (c->traits->flags & LODE_DF_NATIVE_UUID))
		put(c, "UUID");
	else if (t->sql_type == LODE_T_DECIMAL && t->precision <= 0)
		put(c, "DECIMAL(65, 38)");
	else
		return LODE_E_UNSUPPORTED;
	return LODE_OK;
}

/* ---- reading: COLUMN_TYPE of information_schema, "decimal(12,2)", "int(10) unsigned" */

static const struct {
	const char *name; /* the word in front */
	int32_t sql_type;
} types[] = {
	{ "tinyint", LODE_T_INT16 },
	{ "smallint", LODE_T_INT16 },
	{ "mediumint", LODE_T_INT32 },
	{ "int", LODE_T_INT32 },
	{ "integer", LODE_T_INT32 },
	{ "bigint", LODE_T_INT64 },
	{ "bool", LODE_T_BOOL },
	{ "boolean", LODE_T_BOOL },
	{ "float", LODE_T_FLOAT32 },
	{ "double", LODE_T_FLOAT64 },
	{ "real", LODE_T_FLOAT64 },
	{ "decimal", LODE_T_DECIMAL },
	{ "numeric", LODE_T_DECIMAL },
	{ "char", LODE_T_CHAR },
	{ "varchar", LODE_T_TEXT },
	{ "tinytext", LODE_T_TEXT },
	{ "text", LODE_T_TEXT },
	{ "mediumtext", LODE_T_TEXT },
	{ "longtext", LODE_T_TEXT },
	{ "enum", LODE_T_ENUM },
	{ "set", LODE_T_TEXT },
	{ "binary", LODE_T_BLOB },
	{ "varbinary", LODE_T_BLOB },
	{ "tinyblob", LODE_T_BLOB },
	{ "blob", LODE_T_BLOB },
	{ "mediumblob", LODE_T_BLOB },
	{ "longblob", LODE_T_BLOB },
	{ "date", LODE_T_DATE },
	{ "time", LODE_T_TIME },
	{ "datetime", LODE_T_TIMESTAMP },
	{ "timestamp", LODE_T_TIMESTAMPTZ },
	{ "year", LODE_T_INT16 },
	{ "json", LODE_T_JSON },
	{ "uuid", LODE_T_UUID },
	{ "bit", LODE_T_BITSTRING },
	{ "inet4", LODE_T_INET },
	{ "inet6", LODE_T_INET },
};

/* "(10,2)": the first number and the second, -1 if there is none */
static void read_sizes(const char *native, int64_t *first, int64_t *second)
{
	const char *p = strchr(native, '(');
	char *end;

	*first = *second = -1;
	if (p == NULL || p[1] < '0' || p[1] > '9')
		return;
	*first = strtoll(p + 1, &end, 10);
	if (*end == ',')
		*second = strtoll(end + 1, NULL, 10);
}

static void set_sizes(lode_type_info *io, const char *native)
{
	int64_t first, second;

	read_sizes(native, &first, &second);
	switch (io->sql_type) {
	case LODE_T_DECIMAL:
		io->precision = (int32_t)first;
		io->scale = (int32_t)(second < 0 ? 0 : second);
		break;
	case LODE_T_TIME:
	case LODE_T_TIMESTAMP:
	case LODE_T_TIMESTAMPTZ:
		io->precision = (int32_t)(first < 0 ? 0 : first);
		break;
	case LODE_T_TEXT:
	case LODE_T_CHAR:
	case LODE_T_BLOB:
		io->length = first;
		break;
	default:
		break;
	}
}

static void set_unsigned(lode_type_info *io)
{
	io->flags |= LODE_TYPE_UNSIGNED;
	if (io->sql_type == LODE_T_INT64)
		io->sql_type = LODE_T_UINT64;
	else if (io->sql_type == LODE_T_INT32)
		io->sql_type = LODE_T_INT64;
	else if (io->sql_type == LODE_T_INT16)
		io->sql_type = LODE_T_INT32;
}

lode_status lmy_type_read(const lode_conn_info *i, const char *native, lode_type_info *io)
{
	size_t n = 0, k;

	(void)i;
	io->sql_type = LODE_T_UNKNOWN;
	io->length = -1;
	io->precision = io->scale = -1;
	if (native == NULL)
		return LODE_OK;
	n = strcspn(native, "( ");
	for (k = 0; k < sizeof types / sizeof types[0]; k++)
		if (strlen(types[k].name) == n && strncasecmp(types[k].name, native, n) == 0)
			break;
	if (k == sizeof types / sizeof types[0])
		return LODE_OK;
	io->sql_type = types[k].sql_type;
	set_sizes(io, native);
	if (strncasecmp(native, "tinyint(1)", 10) == 0)
		io->sql_type = LODE_T_BOOL;
	else if (strstr(native, " unsigned") != NULL && strncasecmp(native, "tinyint", 7) != 0)
		set_unsigned(io);
	return LODE_OK;
}
