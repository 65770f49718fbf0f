/* SPDX-License-Identifier: MIT */
/* sqlite/dialect.c - SQLite's SQL as data, and its types.
 *
 * A column declared DATETIME or NUMERIC has numeric affinity: it parses every string and stores
 * decimals as doubles.  So everything that SQLite has no storage class for is declared TEXT. */
#include "dialect.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "array.h"
#include "cell.h"
#include "connection.h"
#include "error.h"
#include "functions.h"
#include "rowset.h"

static const char *const products[] = { "SQLite", "SQLite3", NULL };

/* all of them, also those that SQLite would take as names */
/* clang-format off */
static const char *const reserved_words[] = {
	"abort", "action", "add", "after", "all", "alter", "always", "analyze", "and",
	"as", "asc", "attach", "autoincrement", "before", "begin", "between", "by",
	"cascade", "case", "cast", "check", "collate", "column", "commit", "conflict",
	"constraint", "create", "cross", "current", "current_date", "current_time",
	"current_timestamp", "database", "default", "deferrable", "deferred", "delete",
	"desc", "detach", "distinct", "do", "drop", "each", "else", "end", "escape",
	"except", "exclude", "exclusive", "exists", "explain", "fail", "filter", "first",
	"following", "for", "foreign", "from", "full", "generated", "glob", "group",
	"groups", "having", "if", "ignore", "immediate", "in", "index", "indexed",
	"initially", "inner", "insert", "instead", "intersect", "into", "is", "isnull",
	"join", "key", "last", "left", "like", "limit", "match", "materialized",
	"natural", "no", "not", "nothing", "notnull", "null", "nulls", "of", "offset",
	"on", "or", "order", "others", "outer", "over", "partition", "plan", "pragma",
	"preceding", "primary", "query", "raise", "range", "recursive", "references",
	"regexp", "reindex", "release", "rename", "replace", "restrict", "returning",
	"right", "rollback", "row", "rows", "savepoint", "select", "set", "table",
	"temp", "temporary", "then", "ties", "to", "transaction", "trigger", "unbounded",
	"union", "unique", "update", "using", "vacuum", "values", "view", "virtual",
	"when", "where", "window", "with", "without", NULL,
};
/* clang-format on */

#define LSQ_FLAGS                                                                                  \
	(LODE_DF_SCHEMAS | LODE_DF_CTE | LODE_DF_WINDOW | LODE_DF_MULTI_VALUES |                   \
	 LODE_DF_DEFAULT_VALUES | LODE_DF_ROW_IN | LODE_DF_DDL_TXN | LODE_DF_DEFERRABLE_FK |       \
	 LODE_DF_PARTIAL_INDEX | LODE_DF_IF_EXISTS | LODE_DF_INDEX_IF_EXISTS |                     \
	 LODE_DF_INDEX_IN_SCHEMA | LODE_DF_REFERENCES_BARE | LODE_DF_AUTOINC_INLINE_PK |           \
	 LODE_DF_FILTER | LODE_DF_LIKE_FOLDS | LODE_DF_LIMIT_EXPRESSION)

#define LSQ_SET(t, member, value)                                                                  \
	do {                                                                                       \
		if (LODE_HAS(t, lode_traits, member))                                              \
			(t)->member = (value);                                                     \
	} while (0)

static void set_styles(lode_traits *t)
{
	LSQ_SET(t, quote_open, '"');
	LSQ_SET(t, quote_close, '"');
	LSQ_SET(t, placeholder, 1);
	LSQ_SET(t, fold_case, 0);
	LSQ_SET(t, limit_style, 1);
	LSQ_SET(t, upsert_style, 1);
	LSQ_SET(t, returning_style, 1);
	LSQ_SET(t, returning_on,
		LODE_RETURNING_INSERT | LODE_RETURNING_UPDATE | LODE_RETURNING_DELETE |
			LODE_RETURNING_MULTI);
	LSQ_SET(t, autoinc_style, 3);
	LSQ_SET(t, bool_style, 2);
	LSQ_SET(t, concat_style, 1);
	LSQ_SET(t, null_order, 3 | 0x100);
	LSQ_SET(t, lock_style, 0);
	LSQ_SET(t, json_style, 2);
	LSQ_SET(t, rows_style, 3);
	LSQ_SET(t, in_style, 3);
	LSQ_SET(t, update_from_style, 1);
	LSQ_SET(t, delete_using_style, 0);
	LSQ_SET(t, distinct_from_style, 2);
	LSQ_SET(t, alter_style, 1);
	LSQ_SET(t, string_escape, 0);
	LSQ_SET(t, savepoint_style, 1);
	LSQ_SET(t, row_in_style, 2);
	LSQ_SET(t, default_isolation, LODE_ISOLATION_SERIALIZABLE);
}

/* The collation comes with our own driver, which has lode_rows too. */
static int has_collation(const lode_conn_info *server)
{
	return server == NULL || (server->caps & LODE_CAP_ROWSET) != 0;
}

static void set_texts(const lode_conn_info *server, lode_traits *t)
{
	LSQ_SET(t, ping_sql, "SELECT 1");
	LSQ_SET(t, dummy_from, "");
	LSQ_SET(t, reserved_words, reserved_words);
	LSQ_SET(t, now_sql, "strftime('%Y-%m-%d %H:%M:%f000','now')");
	LSQ_SET(t, today_sql, "date('now')");
	LSQ_SET(t, empty_insert, "DEFAULT VALUES");
	LSQ_SET(t, autoinc_type, "INTEGER");
	LSQ_SET(t, autoinc_suffix, NULL);
	LSQ_SET(t, decimal_collation, has_collation(server) ? LSQ_DECIMAL_COLLATION : NULL);
	LSQ_SET(t, rows_table, LSQ_ROWS_TABLE);
	LSQ_SET(t, rows_function, LSQ_CELL_FUNCTION);
	LSQ_SET(t, array_function, LSQ_ARRAY_FUNCTION);
	LSQ_SET(t, blob_open, "X'");
	LSQ_SET(t, blob_close, "'");
	LSQ_SET(t, last_id_sql, "SELECT last_insert_rowid()");
}

static lode_status fill_traits(const lode_conn_info *server, lode_traits *t)
{
	uint32_t params = 32766;

	if (server != NULL && LODE_HAS(server, lode_conn_info, max_params) &&
	    server->max_params > 0)
		params = server->max_params;
	set_styles(t);
	set_texts(server, t);
	LSQ_SET(t, flags, LSQ_FLAGS);
	LSQ_SET(t, max_identifier, 0);
	LSQ_SET(t, max_params, params);
	LSQ_SET(t, max_insert_rows, 0);
	LSQ_SET(t, max_in_list, 0);
	LSQ_SET(t, max_rows_columns, LSQ_ROWS_COLUMNS);
	if ((server == NULL || server->version >= 3039000) && LODE_HAS(t, lode_traits, flags))
		t->flags |= LODE_DF_FULL_JOIN;
	return LODE_OK;
}

/* ---- types */

static const char *type_name(const lode_type_info *t)
{
	switch (t->sql_type) {
	case LODE_T_BOOL:
		return "BOOLEAN";
	case LODE_T_INT16:
		return "SMALLINT";
	case LODE_T_INT32:
		return "INTEGER";
	case LODE_T_INT64:
		return "BIGINT";
	case LODE_T_UINT64:
		return "UNSIGNED BIGINT";
	case LODE_T_FLOAT32:
		return "FLOAT";
	case LODE_T_FLOAT64:
		return "DOUBLE";
	case LODE_T_TEXT:
	case LODE_T_ENUM:
		return t->length > 0 ? "VARCHAR" : "TEXT";
	case LODE_T_CHAR:
		return t->length > 0 ? "CHAR" : "TEXT";
	case LODE_T_BLOB:
		return "BLOB";
	case LODE_T_DECIMAL:
	case LODE_T_DATE:
	case LODE_T_TIME:
	case LODE_T_TIMETZ:
	case LODE_T_TIMESTAMP:
	case LODE_T_TIMESTAMPTZ:
	case LODE_T_INTERVAL:
	case LODE_T_UUID:
	case LODE_T_JSON:
	case LODE_T_XML:
		return "TEXT";
	case LODE_T_CUSTOM:
		return t->name;
	default:
		return NULL;
	}
}

static lode_status write_type(const lode_render_context *c, const lode_type_info *t, lode_err *e)
{
	const char *name = t->flags & LODE_TYPE_AUTOINC ? "INTEGER" : type_name(t);
	char text[32];
	int n;

	if (name == NULL)
		return lsq_error_set(lsq_host, e, LODE_E_UNSUPPORTED, "SQLite has no such type",
				     NULL);
	lsq_host->sql_put(c->out, name, strlen(name));
	if (strcmp(name, "VARCHAR") == 0 || strcmp(name, "CHAR") == 0) {
		n = snprintf(text, sizeof text, "(%lld)", (long long)t->length);
		lsq_host->sql_put(c->out, text, (size_t)n);
	}
	return LODE_OK;
}

static const struct {
	const char *part; /* of the declared type, in upper case; the first that is found decides */
	int32_t sql_type;
} parts[] = {
	{ "UNSIGNED BIG", LODE_T_UINT64 }, { "BIGINT", LODE_T_INT64 },
	{ "SMALLINT", LODE_T_INT16 },	   { "TINYINT", LODE_T_INT16 },
	{ "INT8", LODE_T_INT64 },	   { "INT2", LODE_T_INT16 },
	{ "INTERVAL", LODE_T_INTERVAL },   { "POINT", LODE_T_UNKNOWN },
	{ "INTEGER", LODE_T_INT64 },	   { "INT", LODE_T_INT32 },
	{ "BOOL", LODE_T_BOOL },	   { "NCHAR", LODE_T_CHAR },
	{ "VARCHAR", LODE_T_TEXT },	   { "VARYING", LODE_T_TEXT },
	{ "CHAR", LODE_T_CHAR },	   { "CLOB", LODE_T_TEXT },
	{ "TEXT", LODE_T_TEXT },	   { "BLOB", LODE_T_BLOB },
	{ "BINARY", LODE_T_BLOB },	   { "DOUBLE", LODE_T_FLOAT64 },
	{ "REAL", LODE_T_FLOAT64 },	   { "FLOAT", LODE_T_FLOAT64 },
	{ "DEC", LODE_T_DECIMAL },	   { "NUMERIC", LODE_T_DECIMAL },
	{ "TIMESTAMP", LODE_T_TIMESTAMP }, { "DATETIME", LODE_T_TIMESTAMP },
	{ "DATE", LODE_T_DATE },	   { "TIME", LODE_T_TIME },
	{ "UUID", LODE_T_UUID },	   { "GUID", LODE_T_UUID },
	{ "JSON", LODE_T_JSON },
};

/* "(10,2)": the first number and the second */
static void read_sizes(const char *declared, int64_t *first, int64_t *second)
{
	const char *p = strchr(declared, '(');

	*first = *second = -1;
	if (p == NULL)
		return;
	for (p++; *p >= '0' && *p <= '9' && *first < 1000000000; p++)
		*first = (*first < 0 ? 0 : *first * 10) + (*p - '0');
	while (*p == ' ' || *p == ',')
		p++;
	for (; *p >= '0' && *p <= '9' && *second < 1000000; p++)
		*second = (*second < 0 ? 0 : *second * 10) + (*p - '0');
}

void lsq_type_from_name(const char *declared, lode_type_info *out)
{
	char upper[64];
	int64_t first = -1, second = -1;
	size_t i;

	out->sql_type = LODE_T_UNKNOWN;
	out->length = -1;
	out->precision = out->scale = -1;
	if (declared == NULL)
		return;
	for (i = 0; declared[i] != '\0' && declared[i] != '(' && i < sizeof upper - 1; i++)
		upper[i] = (char)(declared[i] >= 'a' && declared[i] <= 'z' ? declared[i] - 32
									   : declared[i]);
	upper[i] = '\0';
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strstr(upper, parts[i].part) != NULL)
			break;
	if (i == sizeof parts / sizeof parts[0])
		return;
	out->sql_type = parts[i].sql_type;
	read_sizes(declared, &first, &second);
	if (out->sql_type == LODE_T_DECIMAL) {
		out->precision = (int32_t)first;
		out->scale = (int32_t)second;
	} else {
		out->length = first;
	}
}

static lode_status read_type(const lode_conn_info *i, const char *native, lode_type_info *io)
{
	(void)i;
	lsq_type_from_name(native, io);
	return LODE_OK;
}

int32_t lsq_type_repr(const lode_type_info *type)
{
	switch (type->sql_type) {
	case LODE_T_BOOL:
		return LODE_R_BOOL8;
	case LODE_T_INT16:
	case LODE_T_INT32:
	case LODE_T_INT64:
	case LODE_T_UINT64:
		return LODE_R_I64;
	case LODE_T_FLOAT32:
	case LODE_T_FLOAT64:
		return LODE_R_F64;
	case LODE_T_TEXT:
	case LODE_T_CHAR:
		return LODE_R_TEXT;
	case LODE_T_BLOB:
		return LODE_R_BLOB;
	default:
		return LODE_R_VALUE;
	}
}

/* the standard's name of a function that SQLite calls otherwise */
static lode_status render(const lode_render_context *c, const lode_node *n, lode_err *e)
{
	size_t size = 0;
	const char *name;

	(void)e;
	if (lsq_host->node_kind(n) != LODE_N_FUNC || lsq_host->node_count(n, LODE_NR_ARG) != 1)
		return LODE_E_UNSUPPORTED;
	name = lsq_host->node_str(n, LODE_NP_NAME, &size);
	if (name == NULL || strcmp(name, "char_length") != 0)
		return LODE_E_UNSUPPORTED;
	lsq_host->sql_put(c->out, "length(", 7);
	lsq_host->sql_node(c->out, lsq_host->node_child(n, LODE_NR_ARG, 0));
	lsq_host->sql_put(c->out, ")", 1);
	return LODE_OK;
}

/* ---- drivers of others: SQLite ODBC says the version that it was compiled with */

static int32_t LODE_CALL take_version(void *context, uint32_t n, const lode_span *cells)
{
	lode_conn_info *io = context;
	const char *here = sqlite3_libversion();
	unsigned major, minor, patch;
	char text[24];

	if (n != 1 || cells[0].p == NULL || cells[0].n >= sizeof text)
		return 1;
	memcpy(text, cells[0].p, cells[0].n);
	text[cells[0].n] = '\0';
	if (sscanf(text, "%3u.%3u.%3u", &major, &minor, &patch) == 3) {
		io->version = major * 1000000 + minor * 1000 + patch;
		io->version_text = strcmp(text, here) == 0 ? here : NULL;
	}
	return 1;
}

static lode_status probe(lode_hconn *hc, lode_conn_info *io, lode_err *e)
{
	static const char sql[] = "SELECT sqlite_version()";

	if (has_collation(io))
		return LODE_OK;
	return lsq_host->query(hc, sql, sizeof sql - 1, NULL, 0, take_version, io, e);
}

static lode_status classify(const lode_error_info *in)
{
	return in->native_code != 0 ? lsq_error_class(in->native_code, in->message) : LODE_OK;
}

const lode_dialect lsq_dialect = {
	.struct_size = sizeof(lode_dialect),
	.name = "sqlite",
	.products = products,
	.traits = fill_traits,
	.probe = probe,
	.render = render,
	.type_to_sql = write_type,
	.type_from_db = read_type,
	.reflect = lsq_reflect,
	.classify = classify,
};
