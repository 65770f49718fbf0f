/* SPDX-License-Identifier: MIT */
/* mariadb/error.c - from the library's last error to lode's report. */
#include "error.h"

#include <stdio.h>
#include <string.h>

#include "classify.h"
#include "host.h"

#define MESSAGE_MAX 600

typedef struct fault {
	int32_t code;
	const char *state, *message;
} fault;

static const char *or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static lode_status report(const fault *f, lode_status status, int32_t row, lode_err *e)
{
	lode_error_info info = { 0 };
	char message[MESSAGE_MAX];
	lmy_names names;

	lmy_message_copy(message, sizeof message, f->code, f->message);
	lmy_names_find(&names, f->code, f->message);
	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.native_code = f->code;
	info.row = row;
	strncpy(info.sqlstate, f->state, sizeof info.sqlstate - 1);
	info.message = message[0] != '\0' ? message : "the connection is lost";
	info.table = or_null(names.table);
	info.column = or_null(names.column);
	info.constraint = or_null(names.constraint);
	info.retryable =
		status == LODE_E_DEADLOCK || status == LODE_E_SERIALIZE || status == LODE_E_LOCKED;
	info.conn_dead = status == LODE_E_DISCONNECT || status == LODE_E_NETWORK_TIMEOUT;
	lmy_host->error(e, &info);
	return status;
}

/* Whatever goes wrong before there is a session is "could not connect", unless it is known better.
 */
lode_status lmy_error_connect(MYSQL *db, lode_err *e)
{
	fault f = { (int32_t)mysql_errno(db), mysql_sqlstate(db), mysql_error(db) };
	lode_status status = lmy_class(f.code, f.state);

	if (status == LODE_OK || status == LODE_E_DISCONNECT)
		status = LODE_E_CONNECT;
	return report(&f, status, -1, e);
}

/* An error says nothing of the transaction; the next answer does. */
static void ask_state(lode_drv_conn *c)
{
	if (!c->begun || c->failed)
		return;
	if (mysql_real_query(c->db, "DO 0", 4) != 0)
		c->dead = 1;
	else if (!lmy_conn_in_transaction(c))
		c->failed = 1;
}

lode_status lmy_error_report(lode_drv_conn *c, MYSQL_STMT *st, int32_t row, lode_err *e)
{
	fault f = { (int32_t)mysql_errno(c->db), mysql_sqlstate(c->db), mysql_error(c->db) };
	lode_status status;

	if (st != NULL && mysql_stmt_errno(st) != 0) {
		f.code = (int32_t)mysql_stmt_errno(st);
		f.state = mysql_stmt_sqlstate(st);
		f.message = mysql_stmt_error(st);
	}
	status = lmy_class(f.code, f.state);
	if (status == LODE_OK)
		status = LODE_E_OTHER;
	if (status == LODE_E_DISCONNECT && c->options.read_timeout > 0 &&
	    lmy_conn_clock() - c->since >= (int64_t)c->options.read_timeout * 1000)
		status = LODE_E_NETWORK_TIMEOUT;
	c->dead |= status == LODE_E_DISCONNECT || status == LODE_E_NETWORK_TIMEOUT;
	report(&f, status, row, e);
	if (!c->dead)
		ask_state(c);
	return status;
}

lode_status lmy_error_value(lode_err *e, lode_status status, int32_t row, uint32_t column,
			    const char *why)
{
	lode_error_info info = { 0 };
	char text[200];

	snprintf(text, sizeof text, "parameter %lu: %s", (unsigned long)column + 1, why);
	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = row;
	info.message = text;
	lmy_host->error(e, &info);
	return status;
}
