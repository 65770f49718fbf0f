/* SPDX-License-Identifier: MIT */
/* postgresql/error.c - see error.h.
 *
 * The server's DETAIL quotes values of the row: it is passed on as detail, which the host keeps out
 * of messages.  libpq's own texts have several lines, and its connection errors carry their SQLSTATE
 * only in verbose text ("FATAL:  28P01: ..."). */
#include "error.h"

#include <stdio.h>
#include <stdlib.h>

#include "sqlstate.h"

static lode_error_info new_report(lode_status status, const char *message)
{
	lode_error_info info = { 0 };

	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = -1;
	info.message = message;
	return info;
}

static void fill_report(lode_error_info *info, const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *position = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);

	if (state != NULL)
		snprintf(info->sqlstate, sizeof info->sqlstate, "%s", state);
	info->message = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	info->detail = PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL);
	info->hint = PQresultErrorField(r, PG_DIAG_MESSAGE_HINT);
	info->schema = PQresultErrorField(r, PG_DIAG_SCHEMA_NAME);
	info->table = PQresultErrorField(r, PG_DIAG_TABLE_NAME);
	info->column = PQresultErrorField(r, PG_DIAG_COLUMN_NAME);
	info->constraint = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
	info->position = position != NULL ? (uint32_t)strtoul(position, NULL, 10) : 0;
}

/* A statement that a timeout stopped and one that was cancelled have the same SQLSTATE. */
static lode_status class_of(lode_drv_conn *c, const char *sqlstate)
{
	lode_status status = lpg_sqlstate_class(sqlstate);

	if (status == LODE_E_CANCELLED && c->deadline != 0 &&
	    !atomic_load_explicit(&c->cancelled, memory_order_relaxed))
		return LODE_E_TIMEOUT;
	return status;
}

lode_status lpg_error_result(lode_drv_conn *c, const PGresult *r, int32_t row, lode_err *e)
{
	lode_error_info info = new_report(LODE_E_OTHER, NULL);

	fill_report(&info, r);
	if (info.message == NULL) /* not from the server: the connection broke */
		return lpg_error_lost(c, LODE_E_DISCONNECT, NULL, e);
	info.status = class_of(c, info.sqlstate);
	info.row = row;
	info.retryable = info.status == LODE_E_SERIALIZE || info.status == LODE_E_DEADLOCK ||
			 info.status == LODE_E_LOCKED;
	info.conn_dead = info.status == LODE_E_DISCONNECT || PQstatus(c->pg) == CONNECTION_BAD;
	if (info.conn_dead) {
		info.status = LODE_E_DISCONNECT;
		c->lost = 1;
	}
	lpg_host->error(e, &info);
	return info.status;
}

/* the first line, without the blanks behind it */
static const char *first_line(char *out, size_t size, const char *text)
{
	size_t n = strcspn(text, "\n");

	snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), text);
	for (n = strlen(out); n > 0 && out[n - 1] == ' '; n--)
		out[n - 1] = '\0';
	return out;
}

lode_status lpg_error_lost(lode_drv_conn *c, lode_status status, const char *message, lode_err *e)
{
	lode_error_info info = new_report(status, message);
	char line[300];

	if (message == NULL)
		info.message = first_line(line, sizeof line, PQerrorMessage(c->pg));
	if (info.message[0] == '\0')
		info.message = "the connection to the server was lost";
	info.conn_dead = 1;
	c->lost = 1;
	lpg_host->error(e, &info);
	return status;
}

lode_status lpg_error_library(lode_drv_conn *c, lode_err *e)
{
	lode_error_info info = new_report(LODE_E_OTHER, NULL);
	char line[300];

	info.message = first_line(line, sizeof line, PQerrorMessage(c->pg));
	if (strstr(info.message, "memory") != NULL)
		info.status = LODE_E_NOMEM;
	lpg_host->error(e, &info);
	return info.status;
}

static int is_state(const char *p)
{
	int i;

	for (i = 0; i < 5; i++)
		if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'A' && p[i] <= 'Z')))
			return 0;
	return p[5] == ':';
}

/* the last "FATAL:  28P01: " of the text; the message behind it, in *state the code */
static const char *find_state(const char *text, char state[6])
{
	const char *p, *found = NULL;

	for (p = strstr(text, ":  "); p != NULL; p = strstr(p + 1, ":  "))
		if (strlen(p) > 9 && is_state(p + 3))
			found = p + 3;
	if (found == NULL)
		return text;
	memcpy(state, found, 5);
	state[5] = '\0';
	return found + 7;
}

/* With several hosts there are several lines: the last is about the host that came furthest. */
static const char *last_line(const char *text)
{
	const char *p, *last = text;

	for (p = text; *p != '\0'; p++)
		if (p[0] == '\n' && p[1] != '\0' && p[1] != '\t' && strncmp(p + 1, "LOCATION", 8) != 0)
			last = p + 1;
	return last;
}

/* PgBouncer has one SQLSTATE for all that it refuses, and words that are not translated. */
static lode_status class_of_refusal(const PGconn *pg, const char *sqlstate, const char *message)
{
	lode_status status = lpg_sqlstate_class(sqlstate);

	if (sqlstate[0] == '\0')
		return PQconnectionNeedsPassword(pg) ? LODE_E_AUTH : LODE_E_CONNECT;
	if (strcmp(sqlstate, "08P01") == 0 && strstr(message, "authentication failed") != NULL)
		return LODE_E_AUTH;
	if (strcmp(sqlstate, "08P01") == 0 && strstr(message, "does not exist") != NULL)
		return LODE_E_NO_OBJECT;
	if (status == LODE_E_DISCONNECT || status == LODE_E_OTHER || status == LODE_E_LIMIT ||
	    status == LODE_E_MISUSE)
		return LODE_E_CONNECT;
	return status;
}

lode_status lpg_error_connect(const PGconn *pg, lode_err *e)
{
	lode_error_info info = new_report(LODE_E_CONNECT, NULL);
	const char *text = PQerrorMessage(pg), *message;
	char line[300];

	message = find_state(text, info.sqlstate);
	info.message = first_line(line, sizeof line, message == text ? last_line(text) : message);
	info.status = class_of_refusal(pg, info.sqlstate, info.message);
	if (strstr(line, "root certificate file") != NULL)
		info.hint = "name the authority with tls_ca=FILE, or choose tls=require or "
			    "tls=disable";
	lpg_host->error(e, &info);
	return info.status;
}

void lpg_error_notice(void *connection, const PGresult *r)
{
	const lode_drv_conn *c = connection;
	lode_error_info info = new_report(LODE_OK, NULL);

	fill_report(&info, r);
	if (info.message != NULL && c->hconn != NULL && LODE_CAN(lpg_host, lode_host, notice))
		lpg_host->notice(c->hconn, &info);
}

int lpg_error_is_stale(const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *function = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);

	if (state == NULL)
		return 0;
	if (strcmp(state, "26000") == 0)
		return 1;
	return strcmp(state, "0A000") == 0 && function != NULL &&
	       strcmp(function, "RevalidateCachedQuery") == 0;
}
