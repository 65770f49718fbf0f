/* SPDX-License-Identifier: MIT */
/* sql/quote.c - names and literals.
 *
 * What is written here reaches a server as text, so each function writes only what it has looked at
 * byte by byte, or a number it formatted itself. */
#include "sql/quote.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "schema/metadata.h"
#include "schema/table.h"
#include "types/type.h"

/* words that no product takes unquoted as a column or table, lower case, sorted */
static const char *const reserved_words[] = {
	"add", "all", "alter", "analyse", "analyze", "and", "any", "array", "as", "asc", "between",
	"both", "by", "case", "cast", "check", "collate", "column", "constraint", "create", "cross",
	"current_date", "current_role", "current_time", "current_timestamp", "current_user", "default",
	"deferrable", "delete", "desc", "distinct", "do", "drop", "else", "end", "escape", "except",
	"exists", "false", "fetch", "for", "foreign", "from", "full", "grant", "group", "having", "if",
	"in", "index", "initially", "inner", "insert", "intersect", "into", "is", "isnull", "join",
	"key", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not",
	"notnull", "null", "offset", "on", "only", "or", "order", "outer", "over", "placing", "primary",
	"references", "returning", "right", "rows", "select", "session_user", "set", "similar", "some",
	"table", "then", "to", "trailing", "trigger", "true", "union", "unique", "update", "user",
	"using", "values", "view", "when", "where", "window", "with"
};

static int compare_word(const char *word, const char *name, size_t size)
{
	int order = strncmp(word, name, size);

	return order ? order : word[size] ? 1 : 0;
}

static bool find_word(const char *const *words, size_t count, const char *name, size_t size)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;
		int order = compare_word(words[middle], name, size);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			count = middle;
	}
	return false;
}

static bool is_reserved(const lode__dialect *dialect, const char *name, size_t size)
{
	const char *const *words = dialect->traits.reserved_words;
	size_t i;

	if (!words)
		return find_word(reserved_words, sizeof(reserved_words) / sizeof(*reserved_words), name,
		                 size);
	for (i = 0; words[i]; i++)
		if (compare_word(words[i], name, size) == 0)
			return true;
	return false;
}

bool lode__name_needs_quotes(const lode__dialect *dialect, const char *name, size_t size)
{
	size_t i;

	if (size == 0 || (name[0] >= '0' && name[0] <= '9'))
		return true;
	for (i = 0; i < size; i++)
		if (!(name[i] >= 'a' && name[i] <= 'z') && !(name[i] >= '0' && name[i] <= '9') &&
		    name[i] != '_')
			return true;
	return is_reserved(dialect, name, size);
}

static void put_quoted(lode__buf *sql, const lode__dialect *dialect, const char *name, size_t size)
{
	size_t i;

	lode__buf_putc(sql, dialect->traits.quote_open);
	for (i = 0; i < size; i++) {
		if (name[i] == '\0')        /* no product has it; cut nothing silently */
			lode__buf_fail(sql, LODE_E_MISUSE);
		if (name[i] == dialect->traits.quote_close)
			lode__buf_putc(sql, name[i]);
		lode__buf_putc(sql, name[i]);
	}
	lode__buf_putc(sql, dialect->traits.quote_close);
}

void lode__quote_name_n(lode__buf *sql, const lode__dialect *dialect, const char *name, size_t size)
{
	if (lode__name_needs_quotes(dialect, name, size))
		put_quoted(sql, dialect, name, size);
	else
		lode__buf_append(sql, name, size);
}

void lode__quote_name(lode__buf *sql, const lode__dialect *dialect, const char *name)
{
	lode__quote_name_n(sql, dialect, name, strlen(name));
}

void lode__quote_own(lode__buf *sql, const lode__dialect *dialect, const lode_table *table,
                     const char *name)
{
	switch (lode__metadata_quoting(table->metadata, name)) {
	case LODE_QUOTE_ALWAYS:
		put_quoted(sql, dialect, name, strlen(name));
		return;
	case LODE_QUOTE_NEVER:
		if (lode__str_is_word(name)) {
			lode__buf_puts(sql, name);
			return;
		}
		break;
	default:
		break;
	}
	lode__quote_name(sql, dialect, name);
}

void lode__quote_column(lode__buf *sql, const lode__dialect *dialect,
                        const lode_table_column *column)
{
	lode__quote_own(sql, dialect, column->table, column->name);
}

void lode__quote_table(lode__buf *sql, const lode__dialect *dialect, const lode_table *table)
{
	if (table->schema) {
		lode__quote_own(sql, dialect, table, table->schema);
		lode__buf_putc(sql, '.');
	}
	lode__quote_own(sql, dialect, table, table->name);
}

bool lode__name_is_folded(const lode__dialect *dialect, const lode_table *table, const char *name)
{
	return dialect->traits.fold_case != 0 && lode__str_is_word(name) &&
	       lode__metadata_quoting(table->metadata, name) == LODE_QUOTE_NEVER;
}

/* ------------------------------------------------------------------ literals */

void lode__quote_text(lode__buf *sql, const lode__dialect *dialect, const char *text, size_t size)
{
	size_t i;

	lode__buf_putc(sql, '\'');
	for (i = 0; i < size; i++) {
		if (text[i] == '\0')
			lode__buf_fail(sql, LODE_E_DATA);
		if (text[i] == '\'' || (text[i] == '\\' && dialect->traits.string_escape == 1))
			lode__buf_putc(sql, text[i]);
		lode__buf_putc(sql, text[i]);
	}
	lode__buf_putc(sql, '\'');
}

void lode__quote_bytes(lode__buf *sql, const lode__dialect *dialect, const void *data, size_t size)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *bytes = data;
	size_t i;

	lode__buf_puts(sql, dialect->traits.blob_open ? dialect->traits.blob_open : "X'");
	for (i = 0; i < size; i++) {
		lode__buf_putc(sql, digits[bytes[i] >> 4]);
		lode__buf_putc(sql, digits[bytes[i] & 15]);
	}
	lode__buf_puts(sql, dialect->traits.blob_close ? dialect->traits.blob_close : "'");
}

void lode__quote_bool(lode__buf *sql, const lode__dialect *dialect, bool value)
{
	if (dialect->traits.bool_style == 2)
		lode__buf_putc(sql, value ? '1' : '0');
	else
		lode__buf_puts(sql, value ? "TRUE" : "FALSE");
}

void lode__quote_double(lode__buf *sql, double value)
{
	char text[40], *p;

	if (!isfinite(value)) {
		lode__buf_fail(sql, LODE_E_DATA);
		return;
	}
	snprintf(text, sizeof(text), "%.15g", value);
	if (strtod(text, NULL) != value)        /* both of the same locale */
		snprintf(text, sizeof(text), "%.17g", value);
	for (p = text; *p; p++)
		if (!(*p >= '0' && *p <= '9') && *p != '-' && *p != '+' && *p != 'e')
			*p = '.';
	lode__buf_puts(sql, text);
	if (!strpbrk(text, ".e"))
		lode__buf_puts(sql, ".0");      /* stays a number that is not whole */
}

/* values whose literal is their text form in quotes */
static void quote_formatted(lode__buf *sql, const lode_value *value)
{
	char text[LODE_INTERVAL_TEXT_SIZE];
	lode_status status;

	switch (value->kind) {
	case LODE_VALUE_DATE:
		status = lode_date_to_text(value->as.date, text, sizeof(text));
		break;
	case LODE_VALUE_TIME:
		status = lode_time_to_text(value->as.time, text, sizeof(text));
		break;
	case LODE_VALUE_DATETIME:
		status = lode_datetime_to_text(value->as.datetime, text, sizeof(text));
		break;
	case LODE_VALUE_INTERVAL:
		status = lode_interval_to_text(value->as.interval, text, sizeof(text));
		break;
	case LODE_VALUE_UUID:
		status = lode_uuid_to_text(value->as.uuid, text, sizeof(text));
		break;
	default:
		status = LODE_E_MISUSE;
		break;
	}
	if (status < 0) {
		lode__buf_fail(sql, status);
		return;
	}
	lode__buf_putc(sql, '\'');
	lode__buf_puts(sql, text);
	lode__buf_putc(sql, '\'');
}

static void quote_decimal(lode__buf *sql, const lode__dialect *dialect, lode_decimal value)
{
	char text[LODE_DECIMAL_TEXT_SIZE];
	lode_status status = lode_decimal_to_text(value, text, sizeof(text));

	if (status < 0)
		lode__buf_fail(sql, status);
	else if (lode__dialect_decimals_are_text(dialect))
		lode__quote_text(sql, dialect, text, strlen(text));
	else
		lode__buf_puts(sql, text);
}

void lode__quote_value(lode__buf *sql, const lode__dialect *dialect, const lode_value *value)
{
	switch (value->kind) {
	case LODE_VALUE_NULL:
		lode__buf_puts(sql, "NULL");
		break;
	case LODE_VALUE_BOOL:
		lode__quote_bool(sql, dialect, value->as.integer != 0);
		break;
	case LODE_VALUE_INT:
		lode__buf_put_int(sql, value->as.integer);
		break;
	case LODE_VALUE_UINT:
		lode__buf_put_uint(sql, value->as.unsigned_integer);
		break;
	case LODE_VALUE_DOUBLE:
		lode__quote_double(sql, value->as.real);
		break;
	case LODE_VALUE_TEXT:
		lode__quote_text(sql, dialect, value->as.text, strlen(value->as.text));
		break;
	case LODE_VALUE_JSON:
		lode__quote_text(sql, dialect, value->as.json.text, strlen(value->as.json.text));
		break;
	case LODE_VALUE_BYTES:
		lode__quote_bytes(sql, dialect, value->as.bytes.data, value->as.bytes.size);
		break;
	case LODE_VALUE_DECIMAL:
		quote_decimal(sql, dialect, value->as.decimal);
		break;
	default:
		quote_formatted(sql, value);
		break;
	}
}

static bool column_is(const lode_table_column *column, const lode__dialect *dialect,
                      lode_type_kind kind)
{
	lode__resolved_type type;

	if (!column || !column->type)
		return false;
	lode__type_resolve(column->type, dialect->name, &type);
	return type.kind == kind;
}

/* an instant, where the product has those: CURRENT_TIMESTAMP is one whatever the session's zone */
static bool column_is_zoned(const lode_table_column *column, const lode__dialect *dialect)
{
	lode__resolved_type type;

	if (dialect->traits.autoinc_style != 1 || !column_is(column, dialect, LODE_DATETIME))
		return false;
	lode__type_resolve(column->type, dialect->name, &type);
	return type.timezone;
}

void lode__quote_default(lode__buf *sql, const lode__dialect *dialect,
                         const lode_table_column *column, const lode_default *value)
{
	const lode_traits *traits = &dialect->traits;

	switch (value->kind) {
	case LODE_DEFAULT_NOW:
		if (column_is(column, dialect, LODE_DATE))
			lode__buf_puts(sql, traits->today_sql ? traits->today_sql : "CURRENT_DATE");
		else if (column_is_zoned(column, dialect))
			lode__buf_puts(sql, "CURRENT_TIMESTAMP");
		else
			lode__buf_puts(sql, traits->now_sql ? traits->now_sql : "CURRENT_TIMESTAMP");
		break;
	case LODE_DEFAULT_SQL_TEXT:
		lode__buf_puts(sql, value->sql ? value->sql : "NULL");
		break;
	case LODE_DEFAULT_INTEGER:
		if (column_is(column, dialect, LODE_BOOLEAN))
			lode__quote_bool(sql, dialect, value->integer != 0);
		else
			lode__buf_put_int(sql, value->integer);
		break;
	case LODE_DEFAULT_REAL:
		lode__quote_double(sql, value->real);
		break;
	case LODE_DEFAULT_TEXT:
		if (value->text)
			lode__quote_text(sql, dialect, value->text, strlen(value->text));
		else
			lode__buf_puts(sql, "NULL");
		break;
	case LODE_DEFAULT_CALL:    /* of a class: a statement has no object to call it with */
		lode__buf_fail(sql, LODE_E_UNSUPPORTED);
		break;
	default:
		lode__buf_fail(sql, LODE_E_MISUSE);
		break;
	}
}
