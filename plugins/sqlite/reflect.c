/* SPDX-License-Identifier: MIT */
/* sqlite/reflect.c - what a database holds, read through the host's connection.
 *
 * One query per kind for all tables, through the pragmas as table-valued functions.  Rows come as
 * text and die with the callback; the columns of a key are copied until its last one has come.
 * CHECK constraints exist only inside the text of CREATE TABLE and are not read. */
#include "dialect.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "connection.h"
#include "error.h"

#define LSQ_TABLES                                                                                 \
	" FROM \"%w\".sqlite_master m, %s p WHERE m.type = 'table'"                                \
	" AND m.name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'"

typedef struct reflection {
	lode_hconn *hc;
	const lode_rf_request *request;
	const lode_rf_sink *sink;
	const char *schema; /* as asked for, NULL for the default */
	const char *place;  /* "main" instead of NULL */
	lode_err *error;
	lode_status status;
	lode_rf_key key; /* being gathered */
	char *table, *name, *ref_table;
	char **columns, **ref_columns;
	uint32_t capacity;
	char group[24]; /* number of the key within its table */
} reflection;

static char *copy_span(const lode_span *s)
{
	char *copy = s->p != NULL ? lsq_host->alloc(s->n + 1) : NULL;

	if (copy != NULL) {
		memcpy(copy, s->p, s->n);
		copy[s->n] = '\0';
	}
	return copy;
}

/* cells are not NUL-terminated; this is what is written behind one for a record */
typedef struct text {
	char small[200];
	char *large;
	const char *p;
} text;

static int text_set(text *t, const lode_span *s)
{
	t->large = NULL;
	t->p = NULL;
	if (s->p == NULL)
		return 1;
	if (s->n < sizeof t->small) {
		memcpy(t->small, s->p, s->n);
		t->small[s->n] = '\0';
		t->p = t->small;
		return 1;
	}
	t->large = copy_span(s);
	t->p = t->large;
	return t->large != NULL;
}

static int is_wanted(const reflection *r, const char *name)
{
	uint32_t i;

	if (r->request->tables == NULL)
		return 1;
	for (i = 0; i < r->request->ntables; i++)
		if (sqlite3_stricmp(r->request->tables[i], name) == 0)
			return 1;
	return 0;
}

static int is_true(const lode_span *s)
{
	return s->p != NULL && s->n > 0 && s->p[0] != '0';
}

static int32_t stop(reflection *r, lode_status status)
{
	r->status = status;
	return status != LODE_OK;
}

static lode_status run(reflection *r, char *sql, lode_row_fn row)
{
	lode_status status;

	if (sql == NULL)
		return lsq_error_nomem(lsq_host, r->error);
	status = lsq_host->query(r->hc, sql, strlen(sql), NULL, 0, row, r, r->error);
	sqlite3_free(sql);
	return r->status != LODE_OK ? r->status : status;
}

/* ---- tables and views: type, name, sql */

static int32_t on_table(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_rf_table record = { 0 };
	text name, sql;
	lode_status status = LODE_E_NOMEM;
	int ok;

	(void)n;
	ok = text_set(&name, &cells[1]);
	ok = text_set(&sql, &cells[2]) && ok;
	if (ok) {
		LODE_INIT(&record, lode_rf_table);
		record.kind = cells[0].p[0] == 'v' ? LODE_RFT_VIEW : LODE_RFT_TABLE;
		record.schema = r->schema;
		record.name = name.p;
		record.definition = sql.p;
		status = is_wanted(r, name.p) ? r->sink->table(r->sink->ctx, &record) : LODE_OK;
	}
	lsq_host->release(name.large);
	lsq_host->release(sql.large);
	return stop(r, status);
}

static lode_status read_tables(reflection *r)
{
	const char *types = "'table', 'view'";

	if (!(r->request->what & LODE_RF_VIEWS))
		types = "'table'";
	else if (!(r->request->what & LODE_RF_TABLES))
		types = "'view'";
	return run(r,
		   sqlite3_mprintf("SELECT type, name, sql FROM \"%w\".sqlite_master"
				   " WHERE type IN (%s) AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'"
				   " ORDER BY rowid",
				   r->place, types),
		   on_table);
}

/* ---- columns: table, cid, name, type, notnull, default, pk, hidden, number of pk columns */

static int32_t on_column(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_rf_column record = { 0 };
	lode_type_info type = { 0 };
	text table, name, declared, dflt;
	lode_status status = LODE_E_NOMEM;
	int ok;

	(void)n;
	ok = text_set(&table, &cells[0]);
	ok = text_set(&name, &cells[2]) && ok;
	ok = text_set(&declared, &cells[3]) && ok;
	ok = text_set(&dflt, &cells[5]) && ok;
	if (ok) {
		LODE_INIT(&record, lode_rf_column);
		LODE_INIT(&type, lode_type_info);
		lsq_type_from_name(declared.p, &type);
		record.ordinal = (uint32_t)strtoul(cells[1].p, NULL, 10);
		record.schema = r->schema;
		record.table = table.p;
		record.name = name.p;
		record.native_type = declared.p;
		record.default_sql = dflt.p;
		record.generated_sql = is_true(&cells[7]) ? "" : NULL;
		record.type = &type;
		record.identity = is_true(&cells[6]) && is_true(&cells[8]) &&
				  sqlite3_stricmp(declared.p, "INTEGER") == 0;
		record.nullable = !is_true(&cells[4]) && !record.identity;
		status = is_wanted(r, table.p) ? r->sink->column(r->sink->ctx, &record) : LODE_OK;
	}
	lsq_host->release(table.large);
	lsq_host->release(name.large);
	lsq_host->release(declared.large);
	lsq_host->release(dflt.large);
	return stop(r, status);
}

static lode_status read_columns(reflection *r)
{
	char *pragma = sqlite3_mprintf("pragma_table_xinfo(m.name, %Q)", r->place);
	lode_status status = LODE_E_NOMEM;

	if (pragma != NULL)
		status = run(
			r,
			sqlite3_mprintf(
				"SELECT m.name, p.cid, p.name, p.type, p.\"notnull\","
				" p.dflt_value, p.pk, p.hidden, (SELECT count(*) = 1"
				" FROM pragma_table_info(m.name, %Q) k WHERE k.pk > 0)" LSQ_TABLES
				" ORDER BY m.rowid, p.cid",
				r->place, r->place, pragma),
			on_column);
	sqlite3_free(pragma);
	return status;
}

/* ---- keys: table, group, name, column, unique, origin, ref table, ref column, update, delete */

static int32_t parse_action(const lode_span *s)
{
	if (s->p == NULL)
		return LODE_RFA_NO_ACTION;
	switch (s->p[0]) {
	case 'R':
		return LODE_RFA_RESTRICT;
	case 'C':
		return LODE_RFA_CASCADE;
	case 'S':
		return s->n == 8 ? LODE_RFA_SET_NULL : LODE_RFA_SET_DEFAULT;
	default:
		return LODE_RFA_NO_ACTION;
	}
}

static void clear_key(reflection *r)
{
	uint32_t i;

	for (i = 0; i < r->key.ncolumns; i++) {
		lsq_host->release(r->columns[i]);
		lsq_host->release(r->ref_columns[i]);
	}
	lsq_host->release(r->table);
	lsq_host->release(r->name);
	lsq_host->release(r->ref_table);
	r->table = r->name = r->ref_table = NULL;
	memset(&r->key, 0, sizeof r->key);
}

/* hand over the key that is complete */
static lode_status end_key(reflection *r)
{
	lode_status status = LODE_OK;

	if (r->key.ncolumns > 0) {
		r->key.table = r->table;
		r->key.name = r->name;
		r->key.ref_table = r->ref_table;
		r->key.ref_schema = r->ref_table != NULL ? r->schema : NULL;
		r->key.columns = (const char *const *)r->columns;
		if (r->ref_table != NULL && r->ref_columns[0] != NULL)
			r->key.ref_columns = (const char *const *)r->ref_columns;
		status = r->sink->key(r->sink->ctx, &r->key);
	}
	clear_key(r);
	return status;
}

static int grow_columns(reflection *r)
{
	uint32_t capacity = r->capacity == 0 ? 8 : r->capacity * 2;
	char **grown;

	if (r->key.ncolumns < r->capacity)
		return 1;
	grown = lsq_host->resize(r->columns, capacity * sizeof *grown);
	if (grown == NULL)
		return 0;
	r->columns = grown;
	grown = lsq_host->resize(r->ref_columns, capacity * sizeof *grown);
	if (grown == NULL)
		return 0;
	r->ref_columns = grown;
	r->capacity = capacity;
	return 1;
}

static int32_t kind_of(const lode_span *origin)
{
	switch (origin->p[0]) {
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

static lode_status begin_key(reflection *r, const lode_span *cells)
{
	LODE_INIT(&r->key, lode_rf_key);
	r->key.kind = kind_of(&cells[5]);
	r->key.schema = r->schema;
	r->key.flags = r->key.kind == LODE_RFK_INDEX && is_true(&cells[4]) ? LODE_RFKF_UNIQUE : 0;
	r->key.on_update = parse_action(&cells[8]);
	r->key.on_delete = parse_action(&cells[9]);
	r->table = copy_span(&cells[0]);
	r->name = copy_span(&cells[2]);
	r->ref_table = copy_span(&cells[6]);
	memset(r->group, 0, sizeof r->group);
	memcpy(r->group, cells[1].p,
	       cells[1].n < sizeof r->group ? cells[1].n : sizeof r->group - 1);
	return r->table != NULL ? LODE_OK : LODE_E_NOMEM;
}

static int same_key(const reflection *r, const lode_span *cells)
{
	return r->table != NULL && strlen(r->table) == cells[0].n &&
	       memcmp(r->table, cells[0].p, cells[0].n) == 0 && strlen(r->group) == cells[1].n &&
	       memcmp(r->group, cells[1].p, cells[1].n) == 0;
}

static int32_t on_key(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_status status = LODE_OK;
	text table;

	(void)n;
	if (!text_set(&table, &cells[0]))
		return stop(r, LODE_E_NOMEM);
	if (!is_wanted(r, table.p)) {
		lsq_host->release(table.large);
		return 0;
	}
	lsq_host->release(table.large);
	if (!same_key(r, cells)) {
		status = end_key(r);
		if (status == LODE_OK)
			status = begin_key(r, cells);
	}
	if (status != LODE_OK)
		return stop(r, status);
	if (!grow_columns(r))
		return stop(r, LODE_E_NOMEM);
	r->columns[r->key.ncolumns] = copy_span(&cells[3]);
	r->ref_columns[r->key.ncolumns] = copy_span(&cells[7]);
	r->key.ncolumns++;
	return 0;
}

static lode_status run_keys(reflection *r, char *sql)
{
	lode_status status = run(r, sql, on_key), ended;

	ended = status == LODE_OK ? end_key(r) : LODE_OK;
	clear_key(r);
	return status != LODE_OK ? status : ended;
}

static lode_status read_primary(reflection *r)
{
	char *pragma = sqlite3_mprintf("pragma_table_info(m.name, %Q)", r->place);
	lode_status status = LODE_E_NOMEM;

	if (pragma != NULL)
		status = run_keys(r,
				  sqlite3_mprintf("SELECT m.name, 'p', NULL, p.name, 1, 'pk', NULL,"
						  " NULL, NULL, NULL" LSQ_TABLES
						  " AND p.pk > 0 ORDER BY m.rowid, p.pk",
						  r->place, pragma));
	sqlite3_free(pragma);
	return status;
}

static lode_status read_foreign(reflection *r)
{
	char *pragma = sqlite3_mprintf("pragma_foreign_key_list(m.name, %Q)", r->place);
	lode_status status = LODE_E_NOMEM;

	if (pragma != NULL)
		status = run_keys(
			r, sqlite3_mprintf(
				   "SELECT m.name, p.id, NULL, p.\"from\", 0, 'fk',"
				   " p.\"table\", p.\"to\", p.on_update, p.on_delete" LSQ_TABLES
				   " ORDER BY m.rowid, p.id DESC, p.seq",
				   r->place, pragma));
	sqlite3_free(pragma);
	return status;
}

static lode_status read_indexes(reflection *r)
{
	char *pragma =
		sqlite3_mprintf("pragma_index_list(m.name, %Q) l, pragma_index_xinfo(l.name, %Q)",
				r->place, r->place);
	const char *origins = "'u', 'c'";
	lode_status status = LODE_E_NOMEM;

	if (!(r->request->what & LODE_RF_INDEXES))
		origins = "'u'";
	else if (!(r->request->what & LODE_RF_UNIQUES))
		origins = "'c'";
	if (pragma != NULL)
		status = run_keys(
			r, sqlite3_mprintf("SELECT m.name, l.seq, CASE l.origin WHEN 'c' THEN"
					   " l.name END, p.name, l.\"unique\", l.origin,"
					   " NULL, NULL, NULL, NULL" LSQ_TABLES
					   " AND p.key AND l.origin IN (%s)"
					   " ORDER BY m.rowid, l.seq DESC, p.seqno",
					   r->place, pragma, origins));
	sqlite3_free(pragma);
	return status;
}

static int32_t on_schema(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_rf_misc record = { 0 };
	lode_status status = LODE_E_NOMEM;
	text name;

	(void)n;
	if (text_set(&name, &cells[0])) {
		LODE_INIT(&record, lode_rf_misc);
		record.kind = LODE_RFM_SCHEMA;
		record.name = name.p;
		status = r->sink->misc(r->sink->ctx, &record);
	}
	lsq_host->release(name.large);
	return stop(r, status);
}

/* The databases that are attached; "temp" is always there and empty for others. */
static lode_status read_schemas(reflection *r)
{
	return run(r,
		   sqlite3_mprintf("SELECT name FROM pragma_database_list"
				   " WHERE name <> 'temp' ORDER BY seq"),
		   on_schema);
}

static lode_status read_all(reflection *r)
{
	uint32_t what = r->request->what;
	lode_status status = LODE_OK;

	if (what & LODE_RF_SCHEMAS)
		status = read_schemas(r);
	if (status == LODE_OK && (what & (LODE_RF_TABLES | LODE_RF_VIEWS)))
		status = read_tables(r);
	if (status == LODE_OK && (what & LODE_RF_COLUMNS))
		status = read_columns(r);
	if (status == LODE_OK && (what & LODE_RF_PKEYS))
		status = read_primary(r);
	if (status == LODE_OK && (what & LODE_RF_FKEYS))
		status = read_foreign(r);
	if (status == LODE_OK && (what & (LODE_RF_UNIQUES | LODE_RF_INDEXES)))
		status = read_indexes(r);
	return status;
}

lode_status lsq_reflect(lode_hconn *hc, const lode_rf_request *q, const lode_rf_sink *k,
			lode_err *e)
{
	reflection r = { 0 };
	lode_status status;

	r.hc = hc;
	r.request = q;
	r.sink = k;
	r.schema = q->schema;
	r.place = q->schema != NULL ? q->schema : "main";
	r.error = e;
	status = read_all(&r);
	clear_key(&r);
	lsq_host->release(r.columns);
	lsq_host->release(r.ref_columns);
	return status;
}
