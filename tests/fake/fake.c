/* SPDX-License-Identifier: MIT */
/* tests/fake/fake.c - see fake.h.  One mutex over everything: pools are tested with threads. */
#include "fake.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_SIZE (1 << 16)

struct lode_drv_conn {
	int32_t state;
	int64_t next_key;
};

struct lode_drv_stmt {
	lode_drv_conn *conn;
	char *sql;
	const fake_answer *answer;
	uint32_t row;
	lode_drv_bind binds[16];
	uint32_t nbinds;
	bool keys;
};

fake_settings fake;
static const lode_host *host;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char log_text[LOG_SIZE];
static size_t log_size;
static int calls, connections, statements, resets, abandoned;

/* ---------------------------------------------------------------- control */

void fake_reset(void)
{
	memset(&fake, 0, sizeof fake);
	fake.caps = fake.real = LODE_CAP_SAVEPOINT | LODE_CAP_DDL_TXN;
	fake.tx_state_after_fail = LODE_TXS_UNKNOWN;
	calls = resets = abandoned = 0;
	fake_log_clear();
}

const char *fake_log(void)
{
	return log_text;
}

void fake_log_clear(void)
{
	log_size = 0;
	log_text[0] = '\0';
}

int fake_calls(void)
{
	return calls;
}

int fake_connections(void)
{
	return connections;
}

int fake_statements(void)
{
	return statements;
}

int fake_resets(void)
{
	return resets;
}

int fake_abandoned(void)
{
	return abandoned;
}

static void note(const char *format, ...)
{
	va_list args;
	int size;

	pthread_mutex_lock(&mutex);
	va_start(args, format);
	size = vsnprintf(log_text + log_size, LOG_SIZE - log_size, format, args);
	va_end(args);
	if (size > 0 && log_size + (size_t)size + 2 < LOG_SIZE) {
		log_size += (size_t)size;
		log_text[log_size++] = '\n';
		log_text[log_size] = '\0';
	}
	pthread_mutex_unlock(&mutex);
}

static lode_status report(lode_err *error, lode_status status, const char *what)
{
	lode_error_info info = { .struct_size = sizeof info, .status = status, .native_code = 42,
		                 .row = -1, .sqlstate = "HY000", .message = what,
		                 .constraint = "a_constraint", .table = "a_table",
		                 .column = "a_column" };

	info.conn_dead = status == LODE_E_DISCONNECT;
	if (!fake.silent)
		host->error(error, &info);
	return status;
}

/* counts the call; not LODE_OK: it is the one that fails */
static lode_status step(lode_drv_conn *conn, lode_err *error)
{
	int number;

	pthread_mutex_lock(&mutex);
	number = ++calls;
	pthread_mutex_unlock(&mutex);
	if (fake.fail_at == 0 || number != fake.fail_at)
		return LODE_OK;
	if (conn && fake.tx_state_after_fail != LODE_TXS_UNKNOWN)
		conn->state = fake.tx_state_after_fail;
	return report(error, fake.fail_status, "told to fail");
}

static void count(int *counter, int by)
{
	pthread_mutex_lock(&mutex);
	*counter += by;
	pthread_mutex_unlock(&mutex);
}

/* ---------------------------------------------------------------- connections */

static lode_status drv_open(const lode_connect *how, lode_drv_conn **out, lode_err *error)
{
	const char *password = host->opt(how->options, "password");
	lode_status status = step(NULL, error);

	note("open");
	if (status < 0)
		return status;
	if (password && strcmp(password, "wrong") == 0)
		return report(error, LODE_E_AUTH, "the password is not right");
	*out = host->alloc(sizeof **out);
	if (!*out)
		return report(error, LODE_E_NOMEM, "no memory");
	memset(*out, 0, sizeof **out);
	count(&connections, 1);
	return LODE_OK;
}

static void drv_close(lode_drv_conn *conn)
{
	note("close");
	count(&connections, -1);
	host->release(conn);
}

static void drv_abandon(lode_drv_conn *conn)
{
	count(&abandoned, 1);
	count(&connections, -1);
	host->release(conn);
}

static lode_status drv_info(lode_drv_conn *conn, lode_conn_info *out, lode_err *error)
{
	lode_status status = step(conn, error);

	if (status < 0)
		return status;
	out->version = 1002003;
	out->product = "Fake";
	out->version_text = "1.2.3";
	out->client_lib = "fake 1";
	out->database = "db";
	out->caps = fake.caps;
	return LODE_OK;
}

static lode_status drv_tx(lode_drv_conn *conn, const lode_tx *tx, lode_err *error)
{
	static const char *const verbs[] = { "?", "begin", "commit", "rollback", "savepoint",
		                             "rollback to", "release", "prepare",
		                             "commit prepared", "rollback prepared" };
	lode_status status;

	if (fake.tx_by_sql || (fake.no_isolation && tx->isolation))
		return LODE_E_UNSUPPORTED;
	note("tx %s%s%s", verbs[tx->verb], tx->name ? " " : "", tx->name ? tx->name : "");
	status = step(conn, error);
	if (status < 0)
		return status;
	if (tx->verb == LODE_TX_BEGIN)
		conn->state = LODE_TXS_OPEN;
	else if (tx->verb == LODE_TX_COMMIT || tx->verb == LODE_TX_ROLLBACK ||
	         tx->verb == LODE_TX_PREPARE)
		conn->state = LODE_TXS_IDLE;
	else if (tx->verb == LODE_TX_ROLLBACK_TO)
		conn->state = LODE_TXS_OPEN;
	return LODE_OK;
}

static int32_t drv_tx_state(lode_drv_conn *conn)
{
	return fake.tx_by_sql ? LODE_TXS_UNKNOWN : conn->state;
}

static lode_status drv_ping(lode_drv_conn *conn, uint32_t flags, lode_err *error)
{
	(void)conn;
	(void)flags;
	note("ping");
	return fake.ping < 0 ? report(error, fake.ping, "nobody there") : LODE_OK;
}

static lode_status drv_reset(lode_drv_conn *conn, uint32_t flags, lode_err *error)
{
	(void)flags;
	return fake.reset < 0 ? report(error, fake.reset, "no reset") : step(conn, error);
}

static void *drv_native(lode_drv_conn *conn, const char *kind)
{
	return strcmp(kind, "fake") == 0 ? conn : NULL;
}

/* ---------------------------------------------------------------- statements */

static const fake_answer *find_answer(const char *sql)
{
	for (size_t i = 0; i < fake.answer_count; i++)
		if (strncmp(sql, fake.answers[i].sql, strlen(fake.answers[i].sql)) == 0)
			return &fake.answers[i];
	return NULL;
}

static lode_status drv_prepare(lode_drv_conn *conn, const char *sql, size_t size,
                               const lode_prepare *how, lode_drv_stmt **out, lode_err *error)
{
	lode_drv_stmt *stmt;
	lode_status status = step(conn, error);

	note("prepare %.*s%s%s", (int)size, sql, how->key_column ? " keys " : "",
	     how->key_column ? how->key_column : "");
	if (status < 0)
		return status;
	stmt = host->alloc(sizeof *stmt);
	if (!stmt)
		return report(error, LODE_E_NOMEM, "no memory");
	memset(stmt, 0, sizeof *stmt);
	stmt->sql = host->alloc(size + 1);
	if (!stmt->sql) {
		host->release(stmt);
		return report(error, LODE_E_NOMEM, "no memory");
	}
	memcpy(stmt->sql, sql, size);
	stmt->sql[size] = '\0';
	stmt->conn = conn;
	stmt->keys = how->key_column != NULL;
	stmt->answer = find_answer(stmt->sql);
	if (stmt->answer && stmt->answer->fail_prepare < 0) {
		status = report(error, stmt->answer->fail_prepare, "cannot be prepared");
		host->release(stmt->sql);
		host->release(stmt);
		return status;
	}
	count(&statements, 1);
	*out = stmt;
	return LODE_OK;
}

/* one parameter of one row, as text for the log */
static void put_param(char *to, size_t size, const lode_exec *run, uint32_t i, uint32_t row)
{
	const lode_drv_bind *bind = &run->params[i];
	const char *base = run->bases[bind->base];
	const char *at = bind->flags & LODE_BIND_INDIRECT ? ((char *const *)(const void *)base)[row]
	                                                  : base + row * bind->stride;
	const char *flag = NULL;

	if (!(bind->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR)))
		flag = (const char *)run->bases[bind->null_base] + bind->null_off +
		       row * bind->null_stride;
	at += bind->off;
	if (flag && *flag)
		snprintf(to, size, "NULL");
	else if (bind->repr == LODE_R_I64)
		snprintf(to, size, "%lld", (long long)*(const int64_t *)(const void *)at);
	else if (bind->repr == LODE_R_I32)
		snprintf(to, size, "%d", *(const int32_t *)(const void *)at);
	else if (bind->repr == LODE_R_F64)
		snprintf(to, size, "%g", *(const double *)(const void *)at);
	else if (bind->repr == LODE_R_CSTR)
		snprintf(to, size, "'%s'", *(const char *const *)(const void *)at);
	else if (bind->repr == LODE_R_TEXT)
		snprintf(to, size, "'%.*s'", (int)((const lode_span *)(const void *)at)->n,
		         ((const lode_span *)(const void *)at)->p);
	else if (bind->repr == LODE_R_ARRAY)
		snprintf(to, size, "array of %zu",
		         (*(const lode_drv_array *const *)(const void *)at)->count);
	else
		snprintf(to, size, "repr %d", bind->repr);
}

static void note_execute(const lode_drv_stmt *stmt, const lode_exec *run)
{
	char text[1024] = "", one[256];

	for (uint32_t row = 0; row < run->nrows; row++) {
		if (run->nparams)
			strncat(text, " (", sizeof text - strlen(text) - 1);
		for (uint32_t i = 0; i < run->nparams; i++) {
			put_param(one, sizeof one, run, i, row);
			strncat(text, i ? ", " : "", sizeof text - strlen(text) - 1);
			strncat(text, one, sizeof text - strlen(text) - 1);
		}
		if (run->nparams)
			strncat(text, ")", sizeof text - strlen(text) - 1);
	}
	if (run->flags & (LODE_EXEC_CURSOR | LODE_EXEC_STREAM))
		snprintf(one, sizeof one, " %s %u",
		         run->flags & LODE_EXEC_CURSOR ? "cursor" : "stream", run->fetch_hint);
	else
		one[0] = '\0';
	note("execute %s%s%s%s", stmt->sql, run->flags & LODE_EXEC_ROWSET ? " rowset" : "", one,
	     text);
}

static lode_status drv_execute(lode_drv_stmt *stmt, const lode_exec *run, lode_exec_result *result,
                               lode_err *error)
{
	const fake_answer *answer = stmt->answer;
	lode_status status = step(stmt->conn, error);

	note_execute(stmt, run);
	if (status < 0)
		return status;
	if (answer && answer->fail < 0)
		return report(error, answer->fail, "the answer is a failure");
	if (run->nrows > 1 && !(fake.real & (LODE_CAP_BATCH | LODE_CAP_ROWSET)))
		return LODE_E_UNSUPPORTED;
	stmt->row = 0;
	result->affected = answer && answer->affected ? answer->affected : (int64_t)run->nrows;
	result->rows_done = run->nrows;
	if (answer && answer->ncols) {
		result->ncols = answer->ncols;
		result->flags |= LODE_EXR_ROWS;
		result->affected = -1;
	}
	if (run->keys && stmt->keys && fake.real & LODE_CAP_BATCH_KEYS) {
		for (uint32_t row = 0; row < run->nrows; row++)
			run->keys[row] = ++stmt->conn->next_key;
		result->flags |= LODE_EXR_KEYS;
	} else if (strncmp(stmt->sql, "INSERT", 6) == 0) {
		result->last_id = ++stmt->conn->next_key;
		result->flags |= LODE_EXR_LAST_ID;
	}
	return LODE_OK;
}

static lode_status drv_describe(lode_drv_stmt *stmt, uint32_t column, lode_col_desc *out,
                                lode_err *error)
{
	static const char *const names[] = { "a", "b", "c", "d" };
	lode_status status = step(stmt->conn, error);

	out->sql_type = LODE_T_TEXT;
	out->best_repr = LODE_R_TEXT;
	out->name = names[column % 4];
	return status;
}

static lode_status drv_bind(lode_drv_stmt *stmt, const lode_drv_bind *columns, uint32_t count_,
                            uint32_t bind_size, lode_err *error)
{
	lode_status status = step(stmt->conn, error);

	if (status < 0)
		return status;
	stmt->nbinds = count_ < 16 ? count_ : 16;
	for (uint32_t i = 0; i < stmt->nbinds; i++)
		memcpy(&stmt->binds[i], (const char *)columns + (size_t)i * bind_size,
		       sizeof stmt->binds[i]);
	return LODE_OK;
}

static void store_cell(const lode_drv_bind *bind, void *const *bases, const char *cell)
{
	char *at = (char *)bases[bind->base] + bind->off;
	lode_drv_value *value = (lode_drv_value *)(void *)at;

	if (bind->repr == LODE_R_VALUE) {
		value->repr = cell ? LODE_R_TEXT : LODE_R_SKIP;
		value->v.s = (lode_span){ cell, cell ? strlen(cell) : 0 };
	} else if (bind->repr == LODE_R_TEXT) {
		*(lode_span *)(void *)at = (lode_span){ cell, cell ? strlen(cell) : 0 };
	} else if (bind->repr == LODE_R_I64) {
		*(int64_t *)(void *)at = cell ? atoll(cell) : 0;
	} else if (bind->repr == LODE_R_CSTR) {
		*(const char **)(void *)at = cell;
	}
}

static lode_status drv_fetch(lode_drv_stmt *stmt, lode_fetch *fetch, lode_err *error)
{
	const fake_answer *answer = stmt->answer;
	lode_status status = step(stmt->conn, error);

	fetch->nrows = 0;
	if (status < 0)
		return status;
	if (!answer || stmt->row >= answer->nrows)
		return LODE_DONE;
	for (uint32_t i = 0; i < stmt->nbinds && i < answer->ncols; i++)
		store_cell(&stmt->binds[i], fetch->bases,
		           answer->cells[stmt->row * answer->ncols + i]);
	stmt->row++;
	fetch->nrows = 1;
	return LODE_OK;
}

static void drv_stmt_reset(lode_drv_stmt *stmt)
{
	count(&resets, 1);
	stmt->row = 0;
}

static void drv_stmt_close(lode_drv_stmt *stmt)
{
	count(&statements, -1);
	host->release(stmt->sql);
	host->release(stmt);
}

/* ---------------------------------------------------------------- dialect */

static lode_status fake_traits(const lode_conn_info *server, lode_traits *traits)
{
	(void)server;
	traits->in_style = 1;
	traits->isolation_sql = fake.isolation_sql;
	traits->recover_sql = "LIST PREPARED";
	return LODE_OK;
}

static lode_status fake_probe(lode_hconn *hconn, lode_conn_info *info, lode_err *error)
{
	(void)hconn;
	(void)info;
	return fake.probe < 0 ? report(error, fake.probe, "the probe fails") : LODE_OK;
}

static lode_status fake_reflect(lode_hconn *hconn, const lode_rf_request *request,
                                const lode_rf_sink *sink, lode_err *error)
{
	(void)hconn;
	(void)error;
	note("reflect");
	if (fake.no_reflect)
		return LODE_E_UNSUPPORTED;
	for (uint32_t i = 0; i < request->ntables; i++) {
		const char *at = fake.tables ? strstr(fake.tables, request->tables[i]) : NULL;
		lode_rf_table table = { .struct_size = sizeof table, .kind = 1,
			                .name = request->tables[i] };

		if (at)
			sink->table(sink->ctx, &table);
	}
	return LODE_OK;
}

static lode_status fake_classify(const lode_error_info *info)
{
	return info->native_code == 42 && info->status == LODE_E_OTHER ? LODE_E_CHECK : 0;
}

/* ---------------------------------------------------------------- tables */

static const lode_conn_ops conn_ops = {
	.struct_size = sizeof conn_ops, .open = drv_open, .close = drv_close, .info = drv_info,
	.prepare = drv_prepare, .tx = drv_tx, .tx_state = drv_tx_state, .reset = drv_reset,
	.ping = drv_ping, .abandon = drv_abandon, .native = drv_native,
};

static const lode_stmt_ops stmt_ops = {
	.struct_size = sizeof stmt_ops, .execute = drv_execute, .describe = drv_describe,
	.bind = drv_bind, .fetch = drv_fetch, .reset = drv_stmt_reset, .close = drv_stmt_close,
};

static const char *const schemes[] = { "fake", "pretend", NULL };
static const char *const option_keys[] = { "mode", "charset", "attach.*", NULL };
static const char *const products[] = { "fake*", NULL };

static const lode_driver driver = {
	.struct_size = sizeof driver, .thread_level = 1, .name = "fake", .schemes = schemes,
	.option_keys = option_keys, .caps = LODE_CAP_SAVEPOINT, .conn = &conn_ops, .stmt = &stmt_ops,
};

static const lode_dialect dialect = {
	.struct_size = sizeof dialect, .name = "fake", .products = products, .traits = fake_traits,
	.probe = fake_probe, .reflect = fake_reflect, .classify = fake_classify,
};

static const lode_driver *const drivers[] = { &driver, NULL };
static const lode_dialect *const dialects[] = { &dialect, NULL };

static const lode_plugin plugin = {
	.struct_size = sizeof plugin, .abi_major = LODE_ABI_MAJOR, .abi_minor = LODE_ABI_MINOR,
	.name = "fake", .version = "1", .license = "MIT", .drivers = drivers, .dialects = dialects,
};

const lode_plugin *fake_entry(const lode_host *given, lode_err *error)
{
	(void)error;
	host = given;
	return &plugin;
}
