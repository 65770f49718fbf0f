/* SPDX-License-Identifier: MIT */
/* odbc/error.c - walks all records of a handle, the first as the report, the others chained.
 *
 * A message is freed of "[vendor][driver]" in front and of everything behind its first line:
 * psqlodbc puts DETAIL there, which quotes values of the row. */
#include "error.h"

#include <stdio.h>
#include <string.h>

#include "connection.h"
#include "host.h"

#define LODBC_MESSAGE_MAX 1024
#define LODBC_RECORDS_MAX 8 /* a driver that never ends its list must not hold us */

typedef struct record {
	SQLCHAR state[6];
	SQLINTEGER native;
	SQLCHAR message[LODBC_MESSAGE_MAX];
} record;

lode_status lodbc_error_set(lode_err *e, lode_status status, const char *message, const char *hint)
{
	lode_error_info info = { 0 };

	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = -1;
	info.message = message;
	info.hint = hint;
	lodbc_host->error(e, &info);
	return status;
}

lode_status lodbc_error_nomem(lode_err *e)
{
	return lodbc_error_set(e, LODE_E_NOMEM, "out of memory", NULL);
}

lode_status lodbc_error_value(lode_err *e, lode_status status, int32_t row, uint32_t index,
			      const char *what, const char *why)
{
	lode_error_info info = { 0 };
	char text[160];

	if (status == LODE_E_NOMEM)
		return lodbc_error_nomem(e);
	snprintf(text, sizeof text, "%s %lu: %s", what, (unsigned long)index + 1, why);
	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = row;
	info.message = text;
	lodbc_host->error(e, &info);
	return status;
}

/* ---- records */

static int read_record(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number, record *out)
{
	SQLSMALLINT n = 0;

	memset(out, 0, sizeof *out);
	return SQL_SUCCEEDED(SQLGetDiagRec(type, handle, number, out->state, &out->native,
					   out->message, LODBC_MESSAGE_MAX - 1, &n));
}

/* "[vendor][driver]message" on one line */
static const char *message_of(record *r)
{
	char *text = (char *)r->message, *end;

	while (text[0] == '[' && (end = strchr(text, ']')) != NULL)
		text = end + 1;
	text += strspn(text, " ");
	text[strcspn(text, "\r\n")] = '\0';
	for (end = text + strlen(text); end > text && (end[-1] == ' ' || end[-1] == ';'); end--)
		end[-1] = '\0';
	return text[0] != '\0' ? text : "the ODBC driver says nothing";
}

/* the text of psqlodbc begins with the severity that the server gave */
static const char *without_severity(const char *text)
{
	static const char *const words[] = { "ERROR: ", "FATAL: ", "PANIC: " };
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strncmp(text, words[i], 7) == 0)
			return text + 7 + strspn(text + 7, " ");
	return text;
}

static void erase(char *text, const char *secret)
{
	size_t n = secret != NULL ? strlen(secret) : 0;
	char *at = text;

	while (n > 0 && (at = strstr(at, secret)) != NULL) {
		memset(at, '*', n);
		at += n;
	}
}

static lode_status class_of(const char *state)
{
	static const struct {
		const char *state;
		lode_status status;
	} classes[] = {
		{ "08", LODE_E_DISCONNECT },   { "HY001", LODE_E_NOMEM },
		{ "HY008", LODE_E_CANCELLED }, { "HYC00", LODE_E_UNSUPPORTED },
		{ "HYT00", LODE_E_TIMEOUT },   { "HYT01", LODE_E_NETWORK_TIMEOUT },
	};
	size_t i;

	for (i = 0; i < sizeof classes / sizeof classes[0]; i++)
		if (strncmp(state, classes[i].state, strlen(classes[i].state)) == 0)
			return classes[i].status;
	return LODE_E_OTHER;
}

static void tell(lode_err *e, record *r, lode_status status, int32_t row, int dead,
		 const char *hint)
{
	lode_error_info info = { 0 };

	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.native_code = r->native;
	info.row = row;
	info.conn_dead = (uint8_t)dead;
	memcpy(info.sqlstate, r->state, sizeof info.sqlstate - 1);
	info.message = without_severity(message_of(r));
	info.hint = hint;
	lodbc_host->error(e, &info);
}

/* the records behind the first one, where they say something else */
static void tell_others(SQLSMALLINT type, SQLHANDLE handle, const char *secret, lode_err *e)
{
	SQLSMALLINT number;
	record r;

	for (number = 2; number <= LODBC_RECORDS_MAX && read_record(type, handle, number, &r);
	     number++) {
		erase((char *)r.message, secret);
		tell(e, &r, LODE_E_OTHER, -1, 0, NULL);
	}
}

static int is_dead(lode_drv_conn *c)
{
	SQLUINTEGER dead = SQL_CD_FALSE;

	return SQL_SUCCEEDED(SQLGetConnectAttr(c->dbc, SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead,
					       NULL)) &&
	       dead == SQL_CD_TRUE;
}

lode_status lodbc_error_report(lode_drv_conn *c, SQLSMALLINT type, SQLHANDLE handle, int32_t row,
			       lode_err *e)
{
	lode_status status;
	record r;

	if (!read_record(type, handle, 1, &r))
		memcpy(r.state, "HY000", sizeof r.state);
	status = class_of((const char *)r.state);
	if (lodbc_watch_expired(&c->watch))
		status = LODE_E_TIMEOUT;
	else if (lodbc_watch_cancelled(&c->watch))
		status = LODE_E_CANCELLED;
	else if (status == LODE_E_OTHER && is_dead(c))
		status = LODE_E_DISCONNECT;
	tell(e, &r, status, row, status == LODE_E_DISCONNECT, NULL);
	tell_others(type, handle, NULL, e);
	return status;
}

lode_status lodbc_error_connect(SQLHDBC dbc, const char *password, lode_err *e)
{
	const char *hint = NULL;
	lode_status status = LODE_E_CONNECT;
	record r;

	if (!read_record(SQL_HANDLE_DBC, dbc, 1, &r))
		memcpy(r.state, "HY000", sizeof r.state);
	if (strncmp((const char *)r.state, "28", 2) == 0)
		status = LODE_E_AUTH;
	else if (strncmp((const char *)r.state, "HYT", 3) == 0)
		status = LODE_E_NETWORK_TIMEOUT;
	else if (strncmp((const char *)r.state, "IM", 2) == 0)
		hint = "odbcinst -q -s lists the data sources, odbcinst -q -d the drivers";
	erase((char *)r.message, password);
	tell(e, &r, status, -1, 0, hint);
	tell_others(SQL_HANDLE_DBC, dbc, password, e);
	return status;
}
