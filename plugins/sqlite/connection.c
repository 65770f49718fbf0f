/* SPDX-License-Identifier: MIT */
/* sqlite/connection.c - open, close and look after a database.
 *
 * What is set on every connection: extended codes, a busy handler that knows deadlines, foreign
 * keys, WAL for files, defensive mode, no double-quoted strings, no trusted schema, no extension
 * loading.  The schema of a hostile file can therefore call none of the functions below. */
#include "connection.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "array.h"
#include "cell.h"
#include "error.h"
#include "functions.h"
#include "push.h"
#include "rowset.h"
#include "statement.h"
#include "transaction.h"

#define LSQ_BUSY_TIMEOUT 5000

int64_t lsq_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1;
}

/* ---- deadlines, locks, cancelling */

static int on_progress(void *context)
{
	lode_drv_conn *c = context;

	if (c->deadline == 0 || lsq_now_ms() < c->deadline)
		return 0;
	c->timed_out = 1;
	return 1;
}

/* SQLite's own handler would sleep through deadlines and cancel() */
static int on_busy(void *context, int tries)
{
	static const uint8_t delays[] = { 1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50 };
	lode_drv_conn *c = context;
	int64_t waited = 0, left;
	int i, last = (int)sizeof delays - 1, delay = delays[tries < last ? tries : last];

	for (i = 0; i < tries && i < last; i++)
		waited += delays[i];
	if (tries > last)
		waited += (int64_t)(tries - last) * delays[last];
	left = c->busy_timeout - waited;
	if (c->deadline != 0 && c->deadline - lsq_now_ms() < left)
		left = c->deadline - lsq_now_ms();
	if (left <= 0 || atomic_load(&c->cancelled))
		return 0;
	sqlite3_sleep(delay < left ? delay : (int)left);
	return 1;
}

lode_status lsq_conn_enter(lode_drv_conn *c, int32_t timeout_ms, lode_err *e)
{
	if (c->failed)
		return lsq_error_set(c->host, e, LODE_E_STATE,
				     "the transaction was rolled back by SQLite after an error",
				     "roll back before going on");
	c->fault.status = 0;
	c->timed_out = 0;
	atomic_store_explicit(&c->cancelled, 0, memory_order_relaxed);
	if (timeout_ms >= 0) {
		c->deadline = lsq_now_ms() + timeout_ms;
		sqlite3_progress_handler(c->db, 1000, on_progress, c);
	}
	return LODE_OK;
}

void lsq_conn_leave(lode_drv_conn *c)
{
	if (c->deadline != 0) {
		c->deadline = 0;
		sqlite3_progress_handler(c->db, 0, NULL, NULL);
	}
}

void lsq_conn_unmade(lode_drv_conn *c)
{
	c->interrupted = atomic_load(&c->cancelled);
}

void lsq_conn_failed(lode_drv_conn *c, int was_open)
{
	if (was_open && sqlite3_get_autocommit(c->db))
		c->failed = 1;
}

/* ---- small statements of our own */

static int run_command(lode_drv_conn *c, enum lsq_command which)
{
	static const char *const text[] = {
		"BEGIN",
		"BEGIN IMMEDIATE",
		"COMMIT",
		"ROLLBACK",
		"SAVEPOINT lode__scope",
		"ROLLBACK TO lode__scope",
		"RELEASE lode__scope",
	};
	int code = SQLITE_OK;

	if (c->commands[which] == NULL)
		code = sqlite3_prepare_v3(c->db, text[which], -1, SQLITE_PREPARE_PERSISTENT,
					  &c->commands[which], NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_step(c->commands[which]);
	return sqlite3_reset(c->commands[which]);
}

/* What undoes is not cancelled: without it the connection could not be used any more. */
int lsq_conn_command(lode_drv_conn *c, enum lsq_command which)
{
	int undoes = which == LSQ_ROLLBACK || which == LSQ_SCOPE_UNDO;
	int code;

	do
		code = run_command(c, which);
	while (undoes && (code & 0xff) == SQLITE_INTERRUPT);
	return code;
}

int lsq_conn_run(lode_drv_conn *c, const char *format, ...)
{
	va_list list;
	char *sql;
	int code;

	va_start(list, format);
	sql = sqlite3_vmprintf(format, list);
	va_end(list);
	if (sql == NULL)
		return SQLITE_NOMEM;
	code = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
	return code;
}

/* ---- options */

static const char *option(const lode_connect *a, const char *key)
{
	return a->options != NULL ? lsq_host->opt(a->options, key) : NULL;
}

/* index of the option's value in a list that NULL ends, dflt if it is not given, -1 if wrong */
static int choose(const lode_connect *a, const char *key, const char *const *values, int dflt)
{
	const char *value = option(a, key);
	int i;

	if (value == NULL)
		return dflt;
	for (i = 0; values[i] != NULL; i++)
		if (strcmp(value, values[i]) == 0)
			return i;
	return -1;
}

static lode_status refuse_option(const char *key, const char *hint, lode_err *e)
{
	char text[100];

	snprintf(text, sizeof text, "option %s has a value that is not known", key);
	return lsq_error_set(lsq_host, e, LODE_E_CONNECT, text, hint);
}

static int parse_ms(const char *text, int *out)
{
	int64_t v = 0;

	if (text == NULL)
		return 1;
	if (*text == '\0')
		return 0;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || v > 100000000)
			return 0;
		v = v * 10 + (*text - '0');
	}
	*out = (int)v;
	return 1;
}

static lode_status open_flags(const lode_connect *a, int *flags, lode_err *e)
{
	static const char *const modes[] = { "ro", "rw", "rwc", NULL };
	int mode = choose(a, "mode", modes, 2);

	if (mode < 0)
		return refuse_option("mode", "ro, rw or rwc", e);
	*flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	if (mode == 0 || (a->flags & LODE_CONNECT_READONLY))
		*flags |= SQLITE_OPEN_READONLY;
	else
		*flags |= SQLITE_OPEN_READWRITE | (mode == 2 ? SQLITE_OPEN_CREATE : 0);
	return LODE_OK;
}

/* ---- setting up */

static void harden(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, (int *)NULL);
}

/* A file that cannot be written keeps the mode it has; a mode asked for by name must work. */
static int set_journal(lode_drv_conn *c, const char *schema, const char *mode, int asked)
{
	int code = lsq_conn_run(c, "PRAGMA \"%w\".journal_mode=%s", schema, mode);

	if ((code & 0xff) == SQLITE_READONLY && !asked)
		return SQLITE_OK;
	return code;
}

static lode_status set_storage(lode_drv_conn *c, const lode_connect *a, lode_err *e)
{
	static const char *const journals[] = { "wal",	  "delete", "truncate", "persist",
						"memory", "off",    NULL };
	static const char *const syncs[] = { "off", "normal", "full", "extra", NULL };
	static const char *const switches[] = { "off", "on", NULL };
	int journal = choose(a, "journal", journals, 0);
	int sync = choose(a, "synchronous", syncs, 1),
	    keys = choose(a, "foreign_keys", switches, 1);
	int code;

	if (journal < 0)
		return refuse_option("journal", "wal, delete, truncate, persist, memory or off", e);
	if (sync < 0)
		return refuse_option("synchronous", "off, normal, full or extra", e);
	if (keys < 0)
		return refuse_option("foreign_keys", "on or off", e);
	code = lsq_conn_run(c, "PRAGMA foreign_keys=%s", switches[keys]);
	if (code == SQLITE_OK && !sqlite3_db_readonly(c->db, "main"))
		code = set_journal(c, "main", journals[journal], option(a, "journal") != NULL);
	if (code == SQLITE_OK) /* looks at the file: what is no database fails here */
		code = lsq_conn_run(c, "PRAGMA schema_version; PRAGMA synchronous=%s", syncs[sync]);
	return code == SQLITE_OK ? LODE_OK : lsq_error_report(c, code, -1, e);
}

static int attach(lode_drv_conn *c, const char *schema, const char *path)
{
	sqlite3_stmt *st = NULL;
	int code = sqlite3_prepare_v2(c->db, "ATTACH DATABASE ?1 AS ?2", -1, &st, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
		sqlite3_bind_text(st, 2, schema, -1, SQLITE_STATIC);
		sqlite3_step(st);
		code = sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	if (code == SQLITE_OK && !sqlite3_db_readonly(c->db, schema))
		code = set_journal(c, schema, "wal", 0);
	return code;
}

static lode_status attach_all(lode_drv_conn *c, const lode_connect *a, lode_err *e)
{
	const char *key, *value;
	size_t i;
	int code;

	if (a->options == NULL)
		return LODE_OK;
	for (i = 0; lsq_host->opt_at(a->options, i, &key, &value); i++) {
		if (strncmp(key, "attach.", 7) != 0)
			continue;
		if (key[7] == '\0')
			return refuse_option("attach", "attach.<schema>=<path>", e);
		code = attach(c, key + 7, value);
		if (code != SQLITE_OK)
			return lsq_error_report(c, code, -1, e);
	}
	return LODE_OK;
}

static lode_status register_all(lode_drv_conn *c, lode_err *e)
{
	int code = lsq_functions_register(c);

	if (code == SQLITE_OK)
		code = lsq_rowset_register(c);
	if (code == SQLITE_OK)
		code = lsq_cell_register(c);
	if (code == SQLITE_OK)
		code = lsq_array_register(c);
	if (code == SQLITE_OK)
		code = lsq_push_register(c);
	return code == SQLITE_OK ? LODE_OK : lsq_error_report(c, code, -1, e);
}

static lode_status set_up(lode_drv_conn *c, const lode_connect *a, lode_err *e)
{
	lode_status status;

	c->busy_timeout = LSQ_BUSY_TIMEOUT;
	if (!parse_ms(option(a, "busy_timeout"), &c->busy_timeout))
		return refuse_option("busy_timeout", "milliseconds", e);
	c->max_params = (uint32_t)sqlite3_limit(c->db, SQLITE_LIMIT_VARIABLE_NUMBER, -1);
	sqlite3_extended_result_codes(c->db, 1);
	sqlite3_busy_handler(c->db, on_busy, c);
	harden(c->db);
	status = set_storage(c, a, e);
	if (status == LODE_OK)
		status = register_all(c, e);
	if (status == LODE_OK)
		status = attach_all(c, a, e);
	return status;
}

static void close_connection(lode_drv_conn *c)
{
	int i;

	if (c == NULL)
		return;
	for (i = 0; i < LSQ_COMMANDS; i++)
		sqlite3_finalize(c->commands[i]);
	sqlite3_close_v2(c->db);
	lsq_host->release(c->path);
	lsq_host->release(c);
}

static lode_drv_conn *new_connection(const char *path)
{
	lode_drv_conn *c = lsq_host->alloc(sizeof *c);
	size_t n = strlen(path) + 1;

	if (c == NULL)
		return NULL;
	memset(c, 0, sizeof *c);
	c->host = lsq_host;
	snprintf(c->library, sizeof c->library, "libsqlite3 %s", sqlite3_libversion());
	c->path = lsq_host->alloc(n);
	if (c->path == NULL) {
		lsq_host->release(c);
		return NULL;
	}
	memcpy(c->path, path, n);
	return c;
}

static lode_status open_connection(const lode_connect *a, lode_drv_conn **out, lode_err *e)
{
	const char *path = option(a, "database");
	lode_drv_conn *c;
	lode_status status;
	int flags = 0, code;

	status = open_flags(a, &flags, e);
	if (status != LODE_OK)
		return status;
	if (path == NULL || path[0] == '\0')
		path = ":memory:";
	c = new_connection(path);
	if (c == NULL)
		return lsq_error_nomem(lsq_host, e);
	code = sqlite3_open_v2(path, &c->db, flags, NULL);
	status = code == SQLITE_OK ? set_up(c, a, e) : lsq_error_report(c, code, -1, e);
	if (status != LODE_OK) {
		close_connection(c);
		return status;
	}
	*out = c;
	return LODE_OK;
}

/* ---- the other calls */

#define LSQ_FILL(out, member, value)                                                               \
	do {                                                                                       \
		if (LODE_HAS(out, lode_conn_info, member))                                         \
			(out)->member = (value);                                                   \
	} while (0)

static lode_status describe_connection(lode_drv_conn *c, lode_conn_info *out, lode_err *e)
{
	(void)e;
	LSQ_FILL(out, version, (uint32_t)sqlite3_libversion_number());
	LSQ_FILL(out, product, "SQLite");
	LSQ_FILL(out, version_text, sqlite3_libversion());
	LSQ_FILL(out, dialect, "sqlite");
	LSQ_FILL(out, database, c->path);
	LSQ_FILL(out, schema, "main");
	LSQ_FILL(out, client_lib, c->library);
	LSQ_FILL(out, caps, LSQ_CAPS);
	LSQ_FILL(out, max_params, c->max_params);
	LSQ_FILL(out, max_identifier, 0);
	LSQ_FILL(out, max_packet, (uint64_t)sqlite3_limit(c->db, SQLITE_LIMIT_LENGTH, -1));
	LSQ_FILL(out, backend_id, -1);
	return LODE_OK;
}

static lode_status run_script(lode_drv_conn *c, const char *sql, size_t n, lode_err *e)
{
	lode_status status = lsq_conn_enter(c, -1, e);
	const char *end = sql + n;
	sqlite3_stmt *st;
	int code = SQLITE_OK, was_open;

	while (status == LODE_OK && sql < end) {
		st = NULL;
		was_open = !sqlite3_get_autocommit(c->db);
		if (end - sql > INT32_MAX)
			return lsq_error_set(c->host, e, LODE_E_LIMIT, "the script is too long",
					     NULL);
		code = sqlite3_prepare_v2(c->db, sql, (int)(end - sql), &st, &sql);
		if (code == SQLITE_OK && st != NULL) {
			while ((code = sqlite3_step(st)) == SQLITE_ROW)
				;
			code = sqlite3_reset(st);
		}
		if (code != SQLITE_OK) {
			lsq_conn_failed(c, was_open);
			status = lsq_error_report(c, code, -1, e);
		}
		sqlite3_finalize(st);
	}
	return status;
}

static lode_status ping(lode_drv_conn *c, uint32_t flags, lode_err *e)
{
	int code = flags & 1 ? SQLITE_OK : sqlite3_exec(c->db, "SELECT 1", NULL, NULL, NULL);

	return code == SQLITE_OK ? LODE_OK : lsq_error_report(c, code, -1, e);
}

static lode_status reset_connection(lode_drv_conn *c, uint32_t flags, lode_err *e)
{
	(void)flags;
	c->rows = NULL;
	lsq_conn_leave(c);
	return lsq_tx_rollback(c, e);
}

static lode_status cancel(lode_drv_conn *c, lode_err *e)
{
	(void)e;
	atomic_store(&c->cancelled, 1);
	sqlite3_interrupt(c->db);
	return LODE_OK;
}

/* Closing would check-point and delete the log under the parent's feet: the handle is leaked. */
static void abandon(lode_drv_conn *c)
{
	lsq_host->release(c->path);
	lsq_host->release(c);
}

static void *native_handle(lode_drv_conn *c, const char *kind)
{
	return strcmp(kind, "sqlite3") == 0 ? c->db : NULL;
}

const lode_conn_ops lsq_conn_ops = {
	.struct_size = sizeof(lode_conn_ops),
	.open = open_connection,
	.close = close_connection,
	.info = describe_connection,
	.prepare = lsq_stmt_prepare,
	.tx = lsq_tx_run,
	.tx_state = lsq_tx_state,
	.script = run_script,
	.ping = ping,
	.reset = reset_connection,
	.cancel = cancel,
	.abandon = abandon,
	.native = native_handle,
};
