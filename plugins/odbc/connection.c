/* SPDX-License-Identifier: MIT */
/* odbc/connection.c - open, close and look after a connection.
 *
 * The first connection to a source makes the driver manager load a library through the libltdl that
 * lode uses too, so it is made under the host's lock; the manager keeps the library (DontDLClose),
 * later ones load nothing.  The manager's own pooling is off: lode pools. */
#include "connection.h"

#include <stdio.h>
#include <string.h>

#include "address.h"
#include "error.h"
#include "host.h"
#include "statement.h"
#include "transaction.h"

#define LODBC_SOURCES 64

/* ---- sources that were connected to, by hash of their name; under the host's lock */

static struct {
	uint64_t hashes[LODBC_SOURCES];
	size_t count;
} sources;

static uint64_t hash_of(const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return hash;
}

static int is_loaded(uint64_t hash)
{
	size_t i;

	for (i = 0; i < sources.count; i++)
		if (sources.hashes[i] == hash)
			return 1;
	return 0;
}

static SQLRETURN drive(SQLHDBC dbc, const lodbc_address *address)
{
	return SQLDriverConnect(dbc, NULL, (SQLCHAR *)address->text, (SQLSMALLINT)address->size,
				NULL, 0, NULL, SQL_DRIVER_NOPROMPT);
}

static SQLRETURN drive_first(SQLHDBC dbc, const lodbc_address *address, const char *source)
{
	uint64_t hash = hash_of(source);
	SQLRETURN code;
	int loaded;

	lodbc_host->loader_lock(1);
	loaded = is_loaded(hash);
	if (!loaded) {
		code = drive(dbc, address);
		if (SQL_SUCCEEDED(code) && sources.count < LODBC_SOURCES)
			sources.hashes[sources.count++] = hash;
	}
	lodbc_host->loader_lock(0);
	return loaded ? drive(dbc, address) : code;
}

/* ---- open */

static lode_status set_before(lode_drv_conn *c, const lode_connect *a, lode_err *e)
{
	SQLULEN seconds = a->timeout_ms > 0 ? ((SQLULEN)a->timeout_ms + 999) / 1000 : 0;

	if (seconds > 0)
		SQLSetConnectAttr(c->dbc, SQL_ATTR_LOGIN_TIMEOUT, (SQLPOINTER)seconds,
				  SQL_IS_UINTEGER);
	if ((a->flags & LODE_CONNECT_READONLY) &&
	    !SQL_SUCCEEDED(SQLSetConnectAttr(c->dbc, SQL_ATTR_ACCESS_MODE,
					     (SQLPOINTER)SQL_MODE_READ_ONLY, SQL_IS_UINTEGER)))
		return lodbc_error_set(e, LODE_E_UNSUPPORTED,
				       "this ODBC driver has no read-only connections", NULL);
	return LODE_OK;
}

static lode_status check_after(lode_drv_conn *c, const lode_connect *a, lode_err *e)
{
	char text[8];

	if (!(a->flags & LODE_CONNECT_READONLY))
		return LODE_OK;
	lodbc_info_text(c->dbc, SQL_DATA_SOURCE_READ_ONLY, text, sizeof text);
	if (text[0] == 'Y')
		return LODE_OK;
	return lodbc_error_set(e, LODE_E_UNSUPPORTED,
			       "this ODBC driver has no read-only connections", NULL);
}

static lode_status allocate(lode_drv_conn *c, lode_err *e)
{
	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &c->env)))
		return lodbc_error_nomem(e);
	SQLSetEnvAttr(c->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, c->env, &c->dbc)))
		return lodbc_error_nomem(e);
	return LODE_OK;
}

/* Who the driver is shows only after connecting: if it wants keywords, connect again with them. */
static lode_status connect_as_it_wants(lode_drv_conn *c, const lode_connect *a,
				       lodbc_address *address, lode_err *e)
{
	const char *password = a->options != NULL ? lodbc_host->opt(a->options, "password") : NULL;
	const lodbc_manners *manners;
	char driver[100];
	int added;

	if (!SQL_SUCCEEDED(drive_first(c->dbc, address, lodbc_address_source(a))))
		return lodbc_error_connect(c->dbc, password, e);
	lodbc_info_text(c->dbc, SQL_DRIVER_NAME, driver, sizeof driver);
	manners = lodbc_manners_of(driver);
	added = lodbc_address_add(address, manners->keywords);
	if (added < 0)
		return lodbc_error_nomem(e);
	if (added > 0) {
		SQLDisconnect(c->dbc);
		if (!SQL_SUCCEEDED(drive(c->dbc, address)))
			return lodbc_error_connect(c->dbc, password, e);
	}
	lodbc_abilities_ask(&c->can, c->dbc, manners);
	return LODE_OK;
}

static void describe_ends(lode_drv_conn *c)
{
	char driver[60], driver_version[40], manager[40];

	lodbc_info_text(c->dbc, SQL_DBMS_NAME, c->product, sizeof c->product);
	lodbc_info_text(c->dbc, SQL_DBMS_VER, c->version_text, sizeof c->version_text);
	lodbc_info_text(c->dbc, SQL_DATABASE_NAME, c->database, sizeof c->database);
	lodbc_info_text(c->dbc, SQL_DRIVER_NAME, driver, sizeof driver);
	lodbc_info_text(c->dbc, SQL_DRIVER_VER, driver_version, sizeof driver_version);
	lodbc_info_text(c->dbc, SQL_DM_VER, manager, sizeof manager);
	snprintf(c->library, sizeof c->library, "%s %s, driver manager %s", driver, driver_version,
		 manager);
}

static void close_connection(lode_drv_conn *c)
{
	if (c == NULL)
		return;
	lodbc_watch_dispose(&c->watch);
	if (c->dbc != SQL_NULL_HDBC) {
		if (c->in_transaction) /* SQLDisconnect refuses an open transaction */
			SQLEndTran(SQL_HANDLE_DBC, c->dbc, SQL_ROLLBACK);
		SQLDisconnect(c->dbc);
		SQLFreeHandle(SQL_HANDLE_DBC, c->dbc);
	}
	if (c->env != SQL_NULL_HENV)
		SQLFreeHandle(SQL_HANDLE_ENV, c->env);
	lodbc_host->release(c);
}

static lode_status set_up(lode_drv_conn *c, const lode_connect *a, lode_err *e)
{
	lodbc_address address;
	lode_status status = lodbc_address_make(&address, a, e);

	if (status == LODE_OK)
		status = allocate(c, e);
	if (status == LODE_OK)
		status = set_before(c, a, e);
	if (status == LODE_OK && address.size > INT16_MAX)
		status = lodbc_error_set(e, LODE_E_LIMIT, "the options of the URL are too long",
					 NULL);
	if (status == LODE_OK)
		status = connect_as_it_wants(c, a, &address, e);
	lodbc_address_dispose(&address);
	if (status == LODE_OK)
		status = check_after(c, a, e);
	if (status == LODE_OK)
		describe_ends(c);
	return status;
}

static lode_status open_connection(const lode_connect *a, lode_drv_conn **out, lode_err *e)
{
	lode_drv_conn *c = lodbc_host->alloc(sizeof *c);
	lode_status status;

	if (c == NULL)
		return lodbc_error_nomem(e);
	memset(c, 0, sizeof *c);
	if (lodbc_watch_init(&c->watch) != LODE_OK) {
		lodbc_host->release(c);
		return lodbc_error_nomem(e);
	}
	status = set_up(c, a, e);
	if (status != LODE_OK) {
		close_connection(c);
		return status;
	}
	*out = c;
	return LODE_OK;
}

/* ---- what it is connected to */

/* "15.0.20", "10.11.000019", "03.39.3 something": the first three numbers */
static uint32_t read_version(const char *text)
{
	uint32_t parts[3] = { 0, 0, 0 };
	size_t i;

	for (i = 0; i < 3; i++) {
		for (; *text >= '0' && *text <= '9'; text++)
			parts[i] = parts[i] < 100000 ? parts[i] * 10 + (uint32_t)(*text - '0')
						     : parts[i];
		if (*text != '.')
			break;
		text++;
	}
	return parts[0] % 4000 * 1000000 + parts[1] % 1000 * 1000 + parts[2] % 1000;
}

#define LODBC_FILL(out, member, value)                                                             \
	do {                                                                                       \
		if (LODE_HAS(out, lode_conn_info, member))                                         \
			(out)->member = (value);                                                   \
	} while (0)

static uint32_t limits_of(unsigned flags)
{
	return (flags & LODBC_NO_RETURNING ? LODE_LIMIT_NO_RETURNING : 0) |
	       (flags & LODBC_ROUGH_DOUBLES ? LODE_LIMIT_ROUGH_DOUBLES : 0);
}

static lode_status describe_connection(lode_drv_conn *c, lode_conn_info *out, lode_err *e)
{
	(void)e;
	LODBC_FILL(out, version, read_version(c->version_text));
	LODBC_FILL(out, product, c->product);
	LODBC_FILL(out, version_text, c->version_text);
	LODBC_FILL(out, dialect, NULL);
	LODBC_FILL(out, database, c->database);
	LODBC_FILL(out, schema, NULL);
	LODBC_FILL(out, client_lib, c->library);
	LODBC_FILL(out, caps, lodbc_abilities_caps(&c->can));
	LODBC_FILL(out, max_params, 0);
	LODBC_FILL(out, max_identifier, c->can.max_identifier);
	LODBC_FILL(out, max_packet, 0);
	LODBC_FILL(out, backend_id, -1);
	LODBC_FILL(out, placeholder, 1);
	LODBC_FILL(out, limits, limits_of(c->can.flags));
	return LODE_OK;
}

/* ---- running */

lode_status lodbc_conn_enter(lode_drv_conn *c, SQLHSTMT statement, int64_t deadline, lode_err *e)
{
	if (lodbc_watch_enter(&c->watch, statement, deadline) == LODE_OK)
		return LODE_OK;
	return lodbc_error_set(e, LODE_E_NOMEM, "no thread for the deadline", NULL);
}

void lodbc_conn_leave(lode_drv_conn *c, int ok)
{
	lodbc_watch_leave(&c->watch);
	c->failed = c->in_transaction && !ok;
}

lode_status lodbc_conn_run(lode_drv_conn *c, const char *sql, size_t n, lode_err *e)
{
	SQLHSTMT statement = SQL_NULL_HSTMT;
	lode_status status;
	SQLRETURN code;
	int ok;

	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, &statement)))
		return lodbc_error_report(c, SQL_HANDLE_DBC, c->dbc, -1, e);
	SQLSetStmtAttr(statement, SQL_ATTR_NOSCAN, (SQLPOINTER)SQL_NOSCAN_ON, SQL_IS_UINTEGER);
	status = lodbc_conn_enter(c, statement, 0, e);
	if (status == LODE_OK) {
		code = SQLExecDirect(statement, (SQLCHAR *)(uintptr_t)sql, (SQLINTEGER)n);
		/* not SQLMoreResults: MariaDB ODBC crashes in it behind CREATE TRIGGER ... END */
		ok = SQL_SUCCEEDED(code) || code == SQL_NO_DATA;
		lodbc_conn_leave(c, ok);
		if (!ok)
			status = lodbc_error_report(c, SQL_HANDLE_STMT, statement, -1, e);
	}
	SQLFreeHandle(SQL_HANDLE_STMT, statement);
	return status;
}

static lode_status run_script(lode_drv_conn *c, const char *sql, size_t n, lode_err *e)
{
	size_t size;
	lode_status status = LODE_OK;

	for (; status == LODE_OK && n > 0; sql += size, n -= size) {
		size = lodbc_text_end(sql, n);
		if (!lodbc_text_blank(sql, size))
			status = size > INT32_MAX
					 ? lodbc_error_set(e, LODE_E_LIMIT,
							   "the statement is too long", NULL)
					 : lodbc_conn_run(c, sql, size, e);
	}
	return status;
}

/* An answer of any kind shows that the server is there; only some products need a FROM. */
static lode_status ping(lode_drv_conn *c, uint32_t flags, lode_err *e)
{
	SQLUINTEGER dead = SQL_CD_FALSE;
	lode_status status;

	if (SQL_SUCCEEDED(SQLGetConnectAttr(c->dbc, SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead,
					    NULL)) &&
	    dead == SQL_CD_TRUE)
		return lodbc_error_set(e, LODE_E_DISCONNECT, "the connection is lost", NULL);
	if (flags & 1)
		return LODE_OK;
	status = lodbc_conn_run(c, "SELECT 1", 8, NULL);
	if (status != LODE_E_DISCONNECT && status != LODE_E_NETWORK_TIMEOUT)
		return LODE_OK;
	return lodbc_error_set(e, status, "the connection is lost", NULL);
}

static lode_status reset_connection(lode_drv_conn *c, uint32_t flags, lode_err *e)
{
	(void)flags;
	return lodbc_tx_end(c, SQL_ROLLBACK, e);
}

static lode_status cancel(lode_drv_conn *c, lode_err *e)
{
	(void)e;
	lodbc_watch_cancel(&c->watch);
	return LODE_OK;
}

/* The handles belong to the parent and would talk to its server: they are left as they are. */
static void abandon(lode_drv_conn *c)
{
	lodbc_host->release(c);
}

static void *native_handle(lode_drv_conn *c, const char *kind)
{
	return strcmp(kind, "SQLHDBC") == 0 ? c->dbc : NULL;
}

const lode_conn_ops lodbc_conn_ops = {
	.struct_size = sizeof(lode_conn_ops),
	.open = open_connection,
	.close = close_connection,
	.info = describe_connection,
	.prepare = lodbc_stmt_prepare,
	.tx = lodbc_tx_run,
	.tx_state = lodbc_tx_state,
	.script = run_script,
	.ping = ping,
	.reset = reset_connection,
	.cancel = cancel,
	.abandon = abandon,
	.native = native_handle,
};
