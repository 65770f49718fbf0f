/* SPDX-License-Identifier: MIT */
/* sqlite/keys.c - where a rowid table goes on numbering.
 *
 * n rows inserted by one statement get max+1 ... max+n in order, unless rowids are used up or a
 * trigger interferes.  The caller checks afterwards that the last key is max+n and that nothing but
 * n rows changed, and otherwise undoes the statement and inserts row by row.  Only for a key that
 * is the rowid: a BIGINT PRIMARY KEY that another program made is not. */
#include "keys.h"

#include <string.h>

#include "error.h"

static char *copy_text(const char *text)
{
	size_t n = strlen(text) + 1;
	char *copy = lsq_host->alloc(n);

	return copy != NULL ? memcpy(copy, text, n) : NULL;
}

lode_status lsq_keys_new(lode_drv_conn *c, const lode_prepare *a, lsq_keys **out, lode_err *e)
{
	lsq_keys *keys = lsq_host->alloc(sizeof *keys);

	if (keys == NULL)
		return lsq_error_nomem(c->host, e);
	memset(keys, 0, sizeof *keys);
	keys->table = copy_text(a->key_table);
	keys->column = copy_text(a->key_column);
	keys->schema = a->key_schema != NULL ? copy_text(a->key_schema) : NULL;
	if (keys->table == NULL || keys->column == NULL ||
	    (a->key_schema != NULL && keys->schema == NULL)) {
		lsq_keys_free(keys);
		return lsq_error_nomem(c->host, e);
	}
	*out = keys;
	return LODE_OK;
}

void lsq_keys_free(lsq_keys *keys)
{
	if (keys == NULL)
		return;
	sqlite3_finalize(keys->highest);
	lsq_host->release(keys->schema);
	lsq_host->release(keys->table);
	lsq_host->release(keys->column);
	lsq_host->release(keys);
}

static int prepare_text(sqlite3 *db, sqlite3_stmt **out, char *sql)
{
	int code = SQLITE_NOMEM;

	if (sql != NULL)
		code = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
	sqlite3_free(sql);
	return code;
}

/* "select rowid" names the column that stands for the rowid: another test than the declared type,
 * which is INTEGER too for the odd INTEGER PRIMARY KEY DESC */
static int is_rowid(lode_drv_conn *c, const lsq_keys *keys)
{
	sqlite3_stmt *st = NULL;
	const char *origin;
	char *sql = keys->schema != NULL
			    ? sqlite3_mprintf("SELECT _rowid_ FROM \"%w\".\"%w\"", keys->schema,
					      keys->table)
			    : sqlite3_mprintf("SELECT _rowid_ FROM \"%w\"", keys->table);
	int same = 0;

	if (prepare_text(c->db, &st, sql) == SQLITE_OK) {
		origin = sqlite3_column_origin_name(st, 0);
		same = origin != NULL && sqlite3_stricmp(origin, keys->column) == 0;
	}
	sqlite3_finalize(st);
	return same;
}

static int prepare_highest(lode_drv_conn *c, lsq_keys *keys)
{
	const char *schema = keys->schema != NULL ? keys->schema : "main";
	char *sql;

	if (keys->sequence)
		sql = sqlite3_mprintf(
			"SELECT max(ifnull((SELECT max(\"%w\") FROM \"%w\".\"%w\"), 0),"
			" ifnull((SELECT seq FROM \"%w\".sqlite_sequence"
			" WHERE name = %Q COLLATE NOCASE), 0))",
			keys->column, schema, keys->table, schema, keys->table);
	else if (keys->schema != NULL)
		sql = sqlite3_mprintf("SELECT max(\"%w\") FROM \"%w\".\"%w\"", keys->column, schema,
				      keys->table);
	else
		sql = sqlite3_mprintf("SELECT max(\"%w\") FROM \"%w\"", keys->column, keys->table);
	return prepare_text(c->db, &keys->highest, sql);
}

lode_status lsq_keys_check(lode_drv_conn *c, lsq_keys *keys, lode_err *e)
{
	const char *type;
	int code, primary = 0, integer;

	if (keys->highest != NULL)
		return LODE_OK;
	code = sqlite3_table_column_metadata(c->db, keys->schema, keys->table, keys->column, &type,
					     NULL, NULL, &primary, &keys->sequence);
	if (code != SQLITE_OK)
		return lsq_error_report(c, code, -1, e);
	integer = type != NULL && sqlite3_stricmp(type, "INTEGER") == 0;
	if (!integer || !primary || !is_rowid(c, keys))
		return lsq_error_set(c->host, e, LODE_E_UNSUPPORTED,
				     "SQLite generates keys only for an INTEGER PRIMARY KEY",
				     "declare the key column INTEGER, or use RETURNING");
	code = prepare_highest(c, keys);
	return code == SQLITE_OK ? LODE_OK : lsq_error_report(c, code, -1, e);
}

/* in a deferred transaction: a read first and the write lock later could fail without waiting */
static int take_write_lock(lode_drv_conn *c, const lsq_keys *keys)
{
	const char *schema = keys->schema != NULL ? keys->schema : "main";

	if (sqlite3_txn_state(c->db, schema) == SQLITE_TXN_WRITE)
		return SQLITE_OK;
	if (keys->schema != NULL)
		return lsq_conn_run(c, "DELETE FROM \"%w\".\"%w\" WHERE 0", schema, keys->table);
	return lsq_conn_run(c, "DELETE FROM \"%w\" WHERE 0", keys->table);
}

int lsq_keys_last(lode_drv_conn *c, lsq_keys *keys, uint32_t n, int64_t *last)
{
	int known = 0;

	if (take_write_lock(c, keys) != SQLITE_OK)
		return 0;
	if (sqlite3_step(keys->highest) == SQLITE_ROW) {
		*last = sqlite3_column_int64(keys->highest, 0); /* NULL, an empty table: 0 */
		known = *last <= INT64_MAX - (int64_t)n;
	}
	if (sqlite3_reset(keys->highest) != SQLITE_OK)
		known = 0;
	return known;
}
