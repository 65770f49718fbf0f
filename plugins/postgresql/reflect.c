/* SPDX-License-Identifier: MIT */
/* postgresql/reflect.c - what a database holds, read through the host's connection.
 *
 * One query of the catalogue a kind, for all tables that are asked for.  Names stand in the queries
 * as literals: placeholders are the driver's business.  Rows come as text and die with the callback;
 * a key has a row for each of its columns, which are copied until its last one has come. */
#include "dialect.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "host.h"

#define LPG_TABLE                                                                                  \
	" FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"

typedef struct reflection {
	lode_hconn *hc;
	const lode_rf_request *request;
	const lode_rf_sink *sink;
	lode_err *error;
	lode_status status;
	lpg_buffer sql;
	lpg_buffer texts[20]; /* of one row, with NULs */
	lode_rf_key key;      /* being gathered */
	char *table, *name, *texts_of_key[5];
	char **columns, **ref_columns, **included;
	uint32_t capacity;
} reflection;

enum key_text { REF_SCHEMA, REF_TABLE, EXPRESSION, WHERE, METHOD };

/* ---- queries */

static void put(reflection *r, const char *text)
{
	lpg_buffer_puts(&r->sql, text);
}

/* E'...': both what ends a literal and what escapes in one, whatever the server's settings */
static void put_literal(reflection *r, const char *text)
{
	put(r, "E'");
	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '\\')
			lpg_buffer_put(&r->sql, text, 1);
		lpg_buffer_put(&r->sql, text, 1);
	}
	put(r, "'");
}

static void put_schema(reflection *r, const char *column)
{
	put(r, column);
	put(r, " = ");
	if (r->request->schema != NULL)
		put_literal(r, r->request->schema);
	else
		put(r, "current_schema()");
}

/* " WHERE", the schema, the tables */
static void put_where(reflection *r)
{
	uint32_t i;

	put(r, " WHERE ");
	put_schema(r, "n.nspname");
	if (r->request->tables == NULL)
		return;
	put(r, " AND c.relname IN (NULL");
	for (i = 0; i < r->request->ntables; i++) {
		put(r, ", ");
		put_literal(r, r->request->tables[i]);
	}
	put(r, ")");
}

static lode_status run(reflection *r, lode_row_fn row)
{
	lode_status status = LODE_E_NOMEM;

	if (r->sql.failed)
		lpg_refuse_memory(r->error);
	else
		status = lpg_host->query(r->hc, r->sql.p, r->sql.n, NULL, 0, row, r, r->error);
	r->sql.n = 0;
	return r->status != LODE_OK ? r->status : status;
}

static int32_t stop(reflection *r, lode_status status)
{
	r->status = status;
	return status != LODE_OK;
}

/* a cell with a NUL behind it, until the next row; NULL: it is NULL, or r->status says no memory */
static const char *text_of(reflection *r, const lode_span *cells, uint32_t i)
{
	lpg_buffer *b = &r->texts[i];

	if (cells[i].p == NULL)
		return NULL;
	b->n = 0;
	lpg_buffer_put(b, cells[i].p, cells[i].n);
	lpg_buffer_put(b, "", 1);
	if (b->failed)
		r->status = lpg_refuse_memory(r->error);
	return b->failed ? NULL : b->p;
}

static char letter(const lode_span *cell)
{
	return cell->p != NULL && cell->n > 0 ? cell->p[0] : '\0';
}

static int64_t number_of(reflection *r, const lode_span *cells, uint32_t i)
{
	const char *text = text_of(r, cells, i);

	return text != NULL ? strtoll(text, NULL, 10) : 0;
}

/* ---- tables and views: kind, name, comment, definition */

static int32_t on_table(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_rf_table record = { 0 };

	(void)n;
	LODE_INIT(&record, lode_rf_table);
	record.kind = letter(&cells[0]) == 'v'	 ? LODE_RFT_VIEW
		      : letter(&cells[0]) == 'm' ? LODE_RFT_MATVIEW
						 : LODE_RFT_TABLE;
	record.schema = r->request->schema;
	record.name = text_of(r, cells, 1);
	record.comment = text_of(r, cells, 2);
	record.definition = text_of(r, cells, 3);
	if (r->status != LODE_OK)
		return 1;
	return stop(r, r->sink->table(r->sink->ctx, &record));
}

static lode_status read_tables(reflection *r)
{
	put(r, "SELECT c.relkind::text, c.relname::text, pg_catalog.obj_description(c.oid,"
	       " 'pg_class'), CASE WHEN c.relkind IN ('v', 'm') THEN"
	       " pg_catalog.pg_get_viewdef(c.oid) END" LPG_TABLE);
	put_where(r);
	put(r, " AND c.relkind IN (''");
	if (r->request->what & LODE_RF_TABLES)
		put(r, ", 'r', 'p', 'f'");
	if (r->request->what & LODE_RF_VIEWS)
		put(r, ", 'v', 'm'");
	put(r, ") ORDER BY c.relname");
	return run(r, on_table);
}

/* ---- columns: table, ordinal, name, type, base type, enum?, not null, default, identity,
 * generated, comment */

static int32_t on_column(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_rf_column record = { 0 };
	lode_type_info type = { 0 };
	const char *base, *value;

	(void)n;
	LODE_INIT(&record, lode_rf_column);
	LODE_INIT(&type, lode_type_info);
	record.schema = r->request->schema;
	record.table = text_of(r, cells, 0);
	record.ordinal = (uint32_t)number_of(r, cells, 1);
	record.name = text_of(r, cells, 2);
	record.native_type = text_of(r, cells, 3);
	base = text_of(r, cells, 4);
	value = text_of(r, cells, 7);
	record.comment = text_of(r, cells, 10);
	if (r->status != LODE_OK)
		return 1;
	lpg_type_from_name(base != NULL ? base : record.native_type, &type);
	if (letter(&cells[5]) == 't')
		type.sql_type = LODE_T_ENUM;
	if (type.sql_type == LODE_T_UNKNOWN || type.sql_type == LODE_T_ENUM)
		type.name = record.native_type;
	record.type = &type;
	record.nullable = letter(&cells[6]) != 't';
	record.identity = letter(&cells[8]) == 'a' ? 2 : letter(&cells[8]) == 'd' ? 1 : 0;
	if (letter(&cells[9]) != '\0')
		record.generated_sql = value;
	else
		record.default_sql = value;
	return stop(r, r->sink->column(r->sink->ctx, &record));
}

static lode_status read_columns(reflection *r)
{
	put(r, "SELECT c.relname::text, (row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum)"
	       " - 1)::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),"
	       " CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)"
	       " END, CASE WHEN t.typtype = 'e' THEN 't' ELSE 'f' END,"
	       " CASE WHEN a.attnotnull THEN 't' ELSE 'f' END,"
	       " pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text,"
	       " a.attgenerated::text, pg_catalog.col_description(c.oid, a.attnum)" LPG_TABLE
	       " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
	       " AND NOT a.attisdropped JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
	       " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum");
	put_where(r);
	put(r, " AND c.relkind IN ('r', 'p', 'f', 'v', 'm') ORDER BY c.relname, a.attnum");
	return run(r, on_column);
}

/* ---- keys: table, name, kind, column, unique, ref schema, ref table, ref column, on update,
 * on delete, deferrable, expression, where, method, included */

static char *copy_span(const lode_span *s)
{
	char *copy = s->p != NULL ? lpg_host->alloc(s->n + 1) : NULL;

	if (copy != NULL) {
		memcpy(copy, s->p, s->n);
		copy[s->n] = '\0';
	}
	return copy;
}

static int32_t action_of(char c)
{
	switch (c) {
	case 'r':
		return LODE_RFA_RESTRICT;
	case 'c':
		return LODE_RFA_CASCADE;
	case 'n':
		return LODE_RFA_SET_NULL;
	case 'd':
		return LODE_RFA_SET_DEFAULT;
	default:
		return LODE_RFA_NO_ACTION;
	}
}

static int32_t kind_of(char c)
{
	switch (c) {
	case 'p':
		return LODE_RFK_PRIMARY;
	case 'u':
		return LODE_RFK_UNIQUE;
	case 'f':
		return LODE_RFK_FOREIGN;
	case 'c':
		return LODE_RFK_CHECK;
	default:
		return LODE_RFK_INDEX;
	}
}

static void clear_key(reflection *r)
{
	uint32_t i;

	for (i = 0; i < r->key.ncolumns; i++) {
		lpg_host->release(r->columns[i]);
		lpg_host->release(r->ref_columns[i]);
	}
	for (i = 0; i < r->key.nincluded; i++)
		lpg_host->release(r->included[i]);
	for (i = 0; i < 5; i++) {
		lpg_host->release(r->texts_of_key[i]);
		r->texts_of_key[i] = NULL;
	}
	lpg_host->release(r->table);
	lpg_host->release(r->name);
	r->table = r->name = NULL;
	memset(&r->key, 0, sizeof r->key);
}

/* hand over the key that is complete */
static lode_status end_key(reflection *r)
{
	lode_status status = LODE_OK;

	if (r->table != NULL) {
		r->key.table = r->table;
		r->key.name = r->name;
		r->key.ref_schema = r->texts_of_key[REF_SCHEMA];
		r->key.ref_table = r->texts_of_key[REF_TABLE];
		r->key.expression = r->texts_of_key[EXPRESSION];
		r->key.where_sql = r->texts_of_key[WHERE];
		r->key.method = r->texts_of_key[METHOD];
		r->key.columns = (const char *const *)r->columns;
		r->key.included = (const char *const *)r->included;
		if (r->key.kind == LODE_RFK_FOREIGN)
			r->key.ref_columns = (const char *const *)r->ref_columns;
		status = r->sink->key(r->sink->ctx, &r->key);
	}
	clear_key(r);
	return status;
}

static int grow(char ***list, uint32_t capacity)
{
	char **grown = lpg_host->resize(*list, capacity * sizeof *grown);

	if (grown != NULL)
		*list = grown;
	return grown != NULL;
}

static int grow_columns(reflection *r)
{
	uint32_t capacity = r->capacity == 0 ? 8 : r->capacity * 2;

	if (r->key.ncolumns < r->capacity && r->key.nincluded < r->capacity)
		return 1;
	if (!grow(&r->columns, capacity) || !grow(&r->ref_columns, capacity) ||
	    !grow(&r->included, capacity))
		return 0;
	r->capacity = capacity;
	return 1;
}

static int begin_key(reflection *r, const lode_span *cells)
{
	static const uint8_t places[] = { 5, 6, 11, 12, 13 };
	size_t i;
	int ok;

	LODE_INIT(&r->key, lode_rf_key);
	r->key.kind = kind_of(letter(&cells[2]));
	r->key.schema = r->request->schema;
	r->key.flags = r->key.kind == LODE_RFK_INDEX && letter(&cells[4]) == 't' ? LODE_RFKF_UNIQUE
										 : 0;
	r->key.on_update = action_of(letter(&cells[8]));
	r->key.on_delete = action_of(letter(&cells[9]));
	r->key.deferrable = letter(&cells[10]) >= '0' ? letter(&cells[10]) - '0' : 0;
	r->table = copy_span(&cells[0]);
	r->name = copy_span(&cells[1]);
	ok = r->table != NULL && r->name != NULL;
	for (i = 0; i < 5; i++) {
		r->texts_of_key[i] = copy_span(&cells[places[i]]);
		ok = ok && (cells[places[i]].p == NULL || r->texts_of_key[i] != NULL);
	}
	return ok;
}

static int is_same(const char *text, const lode_span *cell)
{
	return text != NULL && cell->n == strlen(text) && memcmp(text, cell->p, cell->n) == 0;
}

static int add_key_column(reflection *r, const lode_span *cells)
{
	char *name, *target;

	if (letter(&cells[2]) == 'c' && cells[3].p == NULL)
		return 1; /* a check that names no column */
	if (!grow_columns(r))
		return 0;
	name = copy_span(&cells[3]);
	if (name == NULL && cells[3].p != NULL)
		return 0;
	if (letter(&cells[14]) == 't') {
		r->included[r->key.nincluded++] = name;
		return 1;
	}
	target = copy_span(&cells[7]);
	r->columns[r->key.ncolumns] = name;
	r->ref_columns[r->key.ncolumns++] = target;
	return target != NULL || cells[7].p == NULL;
}

static int32_t on_key(void *context, uint32_t n, const lode_span *cells)
{
	reflection *r = context;
	lode_status status = LODE_OK;
	int ok = 1;

	(void)n;
	if (!is_same(r->table, &cells[0]) || !is_same(r->name, &cells[1])) {
		status = end_key(r);
		if (status != LODE_OK)
			return stop(r, status);
		ok = begin_key(r, cells);
	}
	if (!ok || !add_key_column(r, cells))
		status = lpg_refuse_memory(r->error);
	return stop(r, status);
}

static lode_status run_keys(reflection *r)
{
	lode_status status = run(r, on_key);

	return status == LODE_OK ? end_key(r) : status;
}

static lode_status read_constraints(reflection *r)
{
	uint32_t what = r->request->what;

	put(r, "SELECT c.relname::text, k.conname::text, k.contype::text, a.attname::text, 'f',"
	       " fn.nspname::text, fc.relname::text, fa.attname::text, k.confupdtype::text,"
	       " k.confdeltype::text, CASE WHEN k.condeferred THEN '2' WHEN k.condeferrable THEN"
	       " '1' ELSE '0' END, CASE WHEN k.contype = 'c' THEN"
	       " pg_catalog.pg_get_expr(k.conbin, k.conrelid) END, NULL, NULL, 'f'" LPG_TABLE
	       " JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid"
	       " LEFT JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(near, far, i)"
	       " ON true LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
	       " AND a.attnum = u.near LEFT JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid"
	       " LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace"
	       " LEFT JOIN pg_catalog.pg_attribute fa ON fa.attrelid = k.confrelid"
	       " AND fa.attnum = u.far");
	put_where(r);
	put(r, " AND k.contype IN (''");
	put(r, what & LODE_RF_PKEYS ? ", 'p'" : "");
	put(r, what & LODE_RF_UNIQUES ? ", 'u'" : "");
	put(r, what & LODE_RF_FKEYS ? ", 'f'" : "");
	put(r, what & LODE_RF_CHECKS ? ", 'c'" : "");
	put(r, ") ORDER BY c.relname, k.contype = 'p' DESC, k.conname, u.i");
	return run_keys(r);
}

static lode_status read_indexes(reflection *r)
{
	put(r, "SELECT c.relname::text, x.relname::text, 'i', a.attname::text,"
	       " CASE WHEN i.indisunique THEN 't' ELSE 'f' END, NULL, NULL, NULL, NULL, NULL, '0',"
	       " pg_catalog.pg_get_expr(i.indexprs, i.indrelid),"
	       " pg_catalog.pg_get_expr(i.indpred, i.indrelid), m.amname::text,"
	       " CASE WHEN u.i > i.indnkeyatts THEN 't' ELSE 'f' END" LPG_TABLE
	       " JOIN pg_catalog.pg_index i ON i.indrelid = c.oid"
	       " JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
	       " JOIN pg_catalog.pg_am m ON m.oid = x.relam"
	       " CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS u(near, i)"
	       " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.near");
	put_where(r);
	put(r, " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE"
	       " k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))"
	       " ORDER BY c.relname, x.relname, u.i");
	return run_keys(r);
}

/* ---- the rest: name, value, start, increment, least, most */

static int32_t add_misc(reflection *r, int32_t kind, const lode_span *cells, uint32_t n)
{
	lode_rf_misc record = { 0 };

	LODE_INIT(&record, lode_rf_misc);
	record.kind = kind;
	record.schema = r->request->schema;
	record.name = text_of(r, cells, 0);
	record.value = n > 1 ? text_of(r, cells, 1) : NULL;
	if (n > 5) {
		record.start = number_of(r, cells, 2);
		record.increment = number_of(r, cells, 3);
		record.min = number_of(r, cells, 4);
		record.max = number_of(r, cells, 5);
	}
	if (r->status != LODE_OK)
		return 1;
	return stop(r, r->sink->misc(r->sink->ctx, &record));
}

static int32_t on_schema(void *context, uint32_t n, const lode_span *cells)
{
	return add_misc(context, LODE_RFM_SCHEMA, cells, n);
}

static int32_t on_sequence(void *context, uint32_t n, const lode_span *cells)
{
	return add_misc(context, LODE_RFM_SEQUENCE, cells, n);
}

static int32_t on_label(void *context, uint32_t n, const lode_span *cells)
{
	return add_misc(context, LODE_RFM_ENUM_LABEL, cells, n);
}

static lode_status read_schemas(reflection *r)
{
	put(r, "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_'"
	       " AND nspname <> 'information_schema' ORDER BY nspname");
	return run(r, on_schema);
}

static lode_status read_sequences(reflection *r)
{
	put(r, "SELECT sequencename::text, NULL, start_value::text, increment_by::text,"
	       " min_value::text, max_value::text FROM pg_catalog.pg_sequences WHERE ");
	put_schema(r, "schemaname");
	put(r, " ORDER BY sequencename");
	return run(r, on_sequence);
}

static lode_status read_enums(reflection *r)
{
	put(r, "SELECT t.typname::text, e.enumlabel::text FROM pg_catalog.pg_enum e"
	       " JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid"
	       " JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE ");
	put_schema(r, "n.nspname");
	put(r, " ORDER BY t.typname, e.enumsortorder");
	return run(r, on_label);
}

static lode_status read_all(reflection *r)
{
	static const struct {
		uint32_t what;
		lode_status (*read)(reflection *);
	} kinds[] = {
		{ LODE_RF_SCHEMAS, read_schemas },
		{ LODE_RF_TABLES | LODE_RF_VIEWS, read_tables },
		{ LODE_RF_COLUMNS, read_columns },
		{ LODE_RF_PKEYS | LODE_RF_UNIQUES | LODE_RF_FKEYS | LODE_RF_CHECKS,
		  read_constraints },
		{ LODE_RF_INDEXES, read_indexes },
		{ LODE_RF_SEQUENCES, read_sequences },
		{ LODE_RF_ENUMS, read_enums },
	};
	lode_status status = LODE_OK;
	size_t i;

	for (i = 0; status == LODE_OK && i < sizeof kinds / sizeof kinds[0]; i++)
		if (r->request->what & kinds[i].what)
			status = kinds[i].read(r);
	return status;
}

lode_status lpg_reflect(lode_hconn *hc, const lode_rf_request *q, const lode_rf_sink *k,
			lode_err *e)
{
	reflection r = { .hc = hc, .request = q, .sink = k, .error = e };
	lode_status status = read_all(&r);
	size_t i;

	clear_key(&r);
	lpg_host->release(r.columns);
	lpg_host->release(r.ref_columns);
	lpg_host->release(r.included);
	lpg_buffer_dispose(&r.sql);
	for (i = 0; i < sizeof r.texts / sizeof r.texts[0]; i++)
		lpg_buffer_dispose(&r.texts[i]);
	return status;
}
