/* SPDX-License-Identifier: MIT */
/* mariadb/reflect.c - what a database holds, read through the host's connection.
 *
 * One query of information_schema per kind for all tables of a schema.  Rows come as text and die
 * with the callback; the columns of a key are copied until its last one has come. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dialect.h"
#include "host.h"

#define SCHEMA "COALESCE(?, DATABASE())"

typedef struct reflection {
	lode_hconn *hc;
	const lode_rf_request *request;
	const lode_rf_sink *sink;
	lode_err *error;
	lode_status status;
	int is_mariadb;
	lode_rf_key key; /* being gathered */
	char *table, *name, *ref_schema, *ref_table;
	char **columns, **ref_columns;
	uint32_t capacity;
} reflection;

static char *copy_span(const lode_span *s)
{
	char *copy = s->p != NULL ? lmy_host->alloc(s->n + 1) : NULL;

	if (copy != NULL) {
		memcpy(copy, s->p, s->n);
		copy[s->n] = '\0';
	}
	return copy;
}

/* the cells of a row, NUL-terminated; NULL where they are */
typedef struct texts {
	char *at[10];
	uint32_t count;
} texts;

static void texts_free(texts *t)
{
	uint32_t i;

	for (i = 0; i < t->count; i++)
		lmy_host->release(t->at[i]);
}

static int texts_copy(texts *t, uint32_t n, const lode_span *cells)
{
	t->count = n < 10 ? n : 10;
	memset(t->at, 0, sizeof t->at);
	for (n = 0; n < t->count; n++) {
		t->at[n] = copy_span(&cells[n]);
		if (t->at[n] == NULL && cells[n].p != NULL) {
			texts_free(t);
			return 0;
		}
	}
	return 1;
}

static int is_wanted(const reflection *r, const char *name)
{
	uint32_t i;

	if (r->request->tables == NULL)
		return 1;
	for (i = 0; i < r->request->ntables; i++)
		if (strcasecmp(r->request->tables[i], name) == 0)
			return 1;
	return 0;
}

static int32_t stop(reflection *r, lode_status status)
{
	r->status = status;
	return status != LODE_OK;
}

/* a query with one parameter: the schema, or NULL for that of the session */
static lode_status run(reflection *r, const char *sql, lode_row_fn row)
{
	lode_span schema = { r->request->schema, 0 };
	lode_status status;

	if (schema.p != NULL)
		schema.n = strlen(schema.p);
	status = lmy_host->query(r->hc, sql, strlen(sql), &schema, 1, row, r, r->error);
	if (status < 0 || r->status == LODE_OK)
		return status < 0 ? status : LODE_OK;
	return r->status == LODE_E_NOMEM ? lmy_nomem(r->error) : r->status;
}

/* what information_schema leaves empty */
static const char *or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

/* ---- tables and views: type, name, comment, definition */

static int32_t on_table(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_rf_table record = { 0 };
	lode_status status = LODE_OK;
	texts t;

	if (!texts_copy(&t, n, cells))
		return stop(r, LODE_E_NOMEM);
	LODE_INIT(&record, lode_rf_table);
	record.kind = strstr(t.at[0], "VIEW") != NULL ? LODE_RFT_VIEW : LODE_RFT_TABLE;
	record.schema = r->request->schema;
	record.name = t.at[1];
	record.comment = record.kind == LODE_RFT_TABLE ? or_null(t.at[2]) : NULL;
	record.definition = t.at[3];
	if (is_wanted(r, record.name))
		status = r->sink->table(r->sink->ctx, &record);
	texts_free(&t);
	return stop(r, status);
}

static lode_status read_tables(reflection *r)
{
	uint32_t what = r->request->what & (LODE_RF_TABLES | LODE_RF_VIEWS);

#define TABLES(types)                                                                              \
	"SELECT t.TABLE_TYPE, t.TABLE_NAME, t.TABLE_COMMENT, v.VIEW_DEFINITION"                    \
	" FROM information_schema.TABLES t LEFT JOIN information_schema.VIEWS v"                   \
	" ON v.TABLE_SCHEMA = t.TABLE_SCHEMA AND v.TABLE_NAME = t.TABLE_NAME"                      \
	" WHERE t.TABLE_SCHEMA = " SCHEMA " AND t.TABLE_TYPE IN (" types ")"                       \
	" ORDER BY t.TABLE_NAME"
	if (what == LODE_RF_TABLES)
		return run(r, TABLES("'BASE TABLE', 'SYSTEM VERSIONED'"), on_table);
	if (what == LODE_RF_VIEWS)
		return run(r, TABLES("'VIEW', 'SYSTEM VIEW'"), on_table);
	return run(r, TABLES("'BASE TABLE', 'SYSTEM VERSIONED', 'VIEW', 'SYSTEM VIEW'"), on_table);
#undef TABLES
}

/* ---- columns: table, position, name, type, default, nullable, extra, comment, generated, json */

/* MySQL has the text of a default, MariaDB its SQL; NULL is no default */
static const char *default_of(const reflection *r, const texts *t)
{
	if (t->at[4] == NULL || (r->is_mariadb && strcmp(t->at[4], "NULL") == 0))
		return NULL;
	return t->at[4];
}

static lode_status give_column(reflection *r, const texts *t)
{
	lode_type_info type = { 0 };
	lode_rf_column record = { 0 };

	LODE_INIT(&type, lode_type_info);
	lmy_type_read(NULL, t->at[3], &type);
	if (t->at[9] != NULL && t->at[9][0] == '1')
		type.sql_type = LODE_T_JSON;
	record.identity = t->at[6] != NULL && strstr(t->at[6], "auto_increment") != NULL;
	if (record.identity)
		type.flags |= LODE_TYPE_AUTOINC;
	LODE_INIT(&record, lode_rf_column);
	record.ordinal = (uint32_t)strtoul(t->at[1], NULL, 10) - 1;
	record.schema = r->request->schema;
	record.table = t->at[0];
	record.name = t->at[2];
	record.native_type = t->at[3];
	record.default_sql = default_of(r, t);
	record.generated_sql = or_null(t->at[8]);
	record.comment = or_null(t->at[7]);
	record.type = &type;
	record.nullable = t->at[5] != NULL && strcmp(t->at[5], "YES") == 0;
	return r->sink->column(r->sink->ctx, &record);
}

static int32_t on_column(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_status status = LODE_OK;
	texts t;

	if (!texts_copy(&t, n, cells))
		return stop(r, LODE_E_NOMEM);
	if (is_wanted(r, t.at[0]))
		status = give_column(r, &t);
	texts_free(&t);
	return stop(r, status);
}

/* MariaDB's JSON is a text with a constraint of the column's name */
static lode_status read_columns(reflection *r)
{
#define COLUMNS(json)                                                                              \
	"SELECT c.TABLE_NAME, c.ORDINAL_POSITION, c.COLUMN_NAME, c.COLUMN_TYPE, c.COLUMN_DEFAULT," \
	" c.IS_NULLABLE, c.EXTRA, c.COLUMN_COMMENT, c.GENERATION_EXPRESSION, " json                \
	" FROM information_schema.COLUMNS c WHERE c.TABLE_SCHEMA = " SCHEMA                        \
	" ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION"
	if (!r->is_mariadb)
		return run(r, COLUMNS("0"), on_column);
	return run(r,
		   COLUMNS("c.DATA_TYPE = 'longtext' AND EXISTS (SELECT 1"
			   " FROM information_schema.CHECK_CONSTRAINTS k"
			   " WHERE k.CONSTRAINT_SCHEMA = c.TABLE_SCHEMA"
			   " AND k.TABLE_NAME = c.TABLE_NAME AND k.CONSTRAINT_NAME = c.COLUMN_NAME"
			   " AND k.CHECK_CLAUSE LIKE 'json_valid(%')"),
		   on_column);
#undef COLUMNS
}

/* ---- keys: table, name, column, kind, method, referenced schema, table, column, rules of update
 * and delete; a row a column */

static void clear_key(reflection *r)
{
	uint32_t i;

	for (i = 0; i < r->key.ncolumns; i++) {
		lmy_host->release(r->columns[i]);
		lmy_host->release(r->ref_columns[i]);
	}
	lmy_host->release(r->table);
	lmy_host->release(r->name);
	lmy_host->release(r->ref_schema);
	lmy_host->release(r->ref_table);
	r->table = r->name = r->ref_schema = r->ref_table = NULL;
	memset(&r->key, 0, sizeof r->key);
}

static lode_status end_key(reflection *r)
{
	lode_status status;

	if (r->table == NULL)
		return LODE_OK;
	r->key.schema = r->request->schema;
	r->key.table = r->table;
	r->key.name = r->key.kind != LODE_RFK_PRIMARY ? r->name : NULL;
	r->key.columns = (const char *const *)r->columns;
	r->key.ref_schema = r->ref_schema;
	r->key.ref_table = r->ref_table;
	r->key.ref_columns = r->ref_table != NULL ? (const char *const *)r->ref_columns : NULL;
	status = r->sink->key(r->sink->ctx, &r->key);
	clear_key(r);
	return status;
}

static int32_t parse_action(const lode_span *s)
{
	static const struct {
		const char *text;
		int32_t action;
	} actions[] = {
		{ "RESTRICT", LODE_RFA_RESTRICT },
		{ "CASCADE", LODE_RFA_CASCADE },
		{ "SET NULL", LODE_RFA_SET_NULL },
		{ "SET DEFAULT", LODE_RFA_SET_DEFAULT },
	};
	size_t i;

	for (i = 0; s->p != NULL && i < sizeof actions / sizeof actions[0]; i++)
		if (s->n == strlen(actions[i].text) && memcmp(s->p, actions[i].text, s->n) == 0)
			return actions[i].action;
	return LODE_RFA_NO_ACTION;
}

static int32_t kind_of(const lode_span *s)
{
	switch (s->p[0]) {
	case 'p':
		return LODE_RFK_PRIMARY;
	case 'u':
		return LODE_RFK_UNIQUE;
	case 'f':
		return LODE_RFK_FOREIGN;
	default:
		return LODE_RFK_INDEX;
	}
}

static int equals(const char *text, const lode_span *s)
{
	return text != NULL && strlen(text) == s->n && memcmp(text, s->p, s->n) == 0;
}

static lode_status begin_key(reflection *r, const lode_span *cells)
{
	LODE_INIT(&r->key, lode_rf_key);
	r->key.kind = kind_of(&cells[3]);
	r->key.on_update = parse_action(&cells[8]);
	r->key.on_delete = parse_action(&cells[9]);
	r->table = copy_span(&cells[0]);
	r->name = copy_span(&cells[1]);
	/* the own schema goes without saying */
	if (cells[5].p != NULL && cells[5].n > 0)
		r->ref_schema = copy_span(&cells[5]);
	r->ref_table = copy_span(&cells[6]);
	return r->table != NULL && r->name != NULL ? LODE_OK : LODE_E_NOMEM;
}

static int grow_columns(reflection *r)
{
	uint32_t n = r->capacity + 8;
	char **grown;

	if (r->key.ncolumns < r->capacity)
		return 1;
	grown = lmy_host->resize(r->columns, n * sizeof *grown);
	if (grown == NULL)
		return 0;
	r->columns = grown;
	grown = lmy_host->resize(r->ref_columns, n * sizeof *grown);
	if (grown == NULL)
		return 0;
	r->ref_columns = grown;
	r->capacity = n;
	return 1;
}

static lode_status add_column(reflection *r, const lode_span *cells)
{
	uint32_t i = r->key.ncolumns;

	if (!grow_columns(r))
		return LODE_E_NOMEM;
	r->columns[i] = copy_span(&cells[2]);
	r->ref_columns[i] = copy_span(&cells[7]);
	r->key.ncolumns++;
	if ((cells[2].p != NULL && r->columns[i] == NULL) ||
	    (cells[7].p != NULL && r->ref_columns[i] == NULL))
		return LODE_E_NOMEM;
	return LODE_OK;
}

static int32_t on_key(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_status status = LODE_OK;
	char *table = copy_span(&cells[0]);
	int wanted;

	(void)n;
	if (table == NULL)
		return stop(r, LODE_E_NOMEM);
	wanted = is_wanted(r, table);
	lmy_host->release(table);
	if (!wanted)
		return 0;
	if (!equals(r->table, &cells[0]) || !equals(r->name, &cells[1])) {
		status = end_key(r);
		if (status == LODE_OK)
			status = begin_key(r, cells);
	}
	return stop(r, status == LODE_OK ? add_column(r, cells) : status);
}

static lode_status run_keys(reflection *r, const char *sql)
{
	lode_status status = run(r, sql, on_key);

	if (status == LODE_OK)
		status = end_key(r);
	clear_key(r);
	return status;
}

#define INDEXES(condition)                                                                         \
	"SELECT s.TABLE_NAME, s.INDEX_NAME, s.COLUMN_NAME, CASE WHEN s.INDEX_NAME = 'PRIMARY'"     \
	" THEN 'p' WHEN s.NON_UNIQUE = 0 THEN 'u' ELSE 'i' END, s.INDEX_TYPE, NULL, NULL, NULL,"   \
	" NULL, NULL FROM information_schema.STATISTICS s WHERE s.TABLE_SCHEMA = " SCHEMA          \
	" AND " condition " ORDER BY s.TABLE_NAME, s.INDEX_NAME, s.SEQ_IN_INDEX"

static lode_status read_foreign(reflection *r)
{
	return run_keys(
		r, "SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, 'f', NULL,"
		   " NULLIF(k.REFERENCED_TABLE_SCHEMA, k.TABLE_SCHEMA), k.REFERENCED_TABLE_NAME,"
		   " k.REFERENCED_COLUMN_NAME, f.UPDATE_RULE, f.DELETE_RULE"
		   " FROM information_schema.KEY_COLUMN_USAGE k"
		   " JOIN information_schema.REFERENTIAL_CONSTRAINTS f"
		   " ON f.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA"
		   " AND f.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND f.TABLE_NAME = k.TABLE_NAME"
		   " WHERE k.TABLE_SCHEMA = " SCHEMA " AND k.REFERENCED_TABLE_NAME IS NOT NULL"
		   " ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION");
}

/* ---- checks: table, name, expression */

static int32_t on_check(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_rf_key record = { 0 };
	lode_status status = LODE_OK;
	texts t;

	if (!texts_copy(&t, n, cells))
		return stop(r, LODE_E_NOMEM);
	LODE_INIT(&record, lode_rf_key);
	record.kind = LODE_RFK_CHECK;
	record.schema = r->request->schema;
	record.table = t.at[0];
	record.name = t.at[1];
	record.expression = t.at[2];
	if (is_wanted(r, record.table))
		status = r->sink->key(r->sink->ctx, &record);
	texts_free(&t);
	return stop(r, status);
}

static lode_status read_checks(reflection *r)
{
	if (r->is_mariadb)
		return run(r,
			   "SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE"
			   " FROM information_schema.CHECK_CONSTRAINTS"
			   " WHERE CONSTRAINT_SCHEMA = " SCHEMA
			   " AND CHECK_CLAUSE NOT LIKE 'json_valid(%'"
			   " ORDER BY TABLE_NAME, CONSTRAINT_NAME",
			   on_check);
	return run(r,
		   "SELECT t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE"
		   " FROM information_schema.CHECK_CONSTRAINTS c"
		   " JOIN information_schema.TABLE_CONSTRAINTS t"
		   " ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA"
		   " AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME AND t.CONSTRAINT_TYPE = 'CHECK'"
		   " WHERE c.CONSTRAINT_SCHEMA = " SCHEMA
		   " ORDER BY t.TABLE_NAME, c.CONSTRAINT_NAME",
		   on_check);
}

/* ---- schemas */

static int32_t on_schema(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_rf_misc record = { 0 };
	lode_status status;
	texts t;

	if (!texts_copy(&t, n, cells))
		return stop(r, LODE_E_NOMEM);
	LODE_INIT(&record, lode_rf_misc);
	record.kind = LODE_RFM_SCHEMA;
	record.name = t.at[0];
	status = r->sink->misc(r->sink->ctx, &record);
	texts_free(&t);
	return stop(r, status);
}

static lode_status read_all(reflection *r)
{
	uint32_t what = r->request->what;
	lode_status status = LODE_OK;

	if (what & LODE_RF_SCHEMAS)
		status = run(r,
			     "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
			     " WHERE ? IS NULL OR 1 = 1 ORDER BY SCHEMA_NAME",
			     on_schema);
	if (status == LODE_OK && (what & (LODE_RF_TABLES | LODE_RF_VIEWS)))
		status = read_tables(r);
	if (status == LODE_OK && (what & LODE_RF_COLUMNS))
		status = read_columns(r);
	if (status == LODE_OK && (what & LODE_RF_PKEYS))
		status = run_keys(r, INDEXES("s.INDEX_NAME = 'PRIMARY'"));
	if (status == LODE_OK && (what & LODE_RF_FKEYS))
		status = read_foreign(r);
	if (status == LODE_OK && (what & LODE_RF_UNIQUES))
		status = run_keys(r, INDEXES("s.INDEX_NAME <> 'PRIMARY' AND s.NON_UNIQUE = 0"));
	if (status == LODE_OK && (what & LODE_RF_INDEXES))
		status = run_keys(r, INDEXES("s.NON_UNIQUE = 1"));
	if (status == LODE_OK && (what & LODE_RF_CHECKS))
		status = read_checks(r);
	return status;
}

static lode_status reflect(lode_hconn *hc, const lode_rf_request *q, const lode_rf_sink *k,
			   int is_mariadb, lode_err *e)
{
	reflection r = { 0 };
	lode_status status;

	r.hc = hc;
	r.request = q;
	r.sink = k;
	r.error = e;
	r.is_mariadb = is_mariadb;
	status = read_all(&r);
	clear_key(&r);
	lmy_host->release(r.columns);
	lmy_host->release(r.ref_columns);
	return status;
}

lode_status lmy_reflect(lode_hconn *hc, const lode_rf_request *q, const lode_rf_sink *k,
			lode_err *e)
{
	return reflect(hc, q, k, 0, e);
}

lode_status lmy_reflect_mariadb(lode_hconn *hc, const lode_rf_request *q, const lode_rf_sink *k,
				lode_err *e)
{
	return reflect(hc, q, k, 1, e);
}
