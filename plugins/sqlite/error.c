/* SPDX-License-Identifier: MIT */
/* sqlite/error.c - SQLite names objects only inside its messages ("UNIQUE constraint failed:
 * t.a, t.b"), so they are taken apart here, into buffers on the stack that the host copies. */
#include "error.h"

#include <stdio.h>
#include <string.h>

#define LSQ_NAME_MAX 512

struct names {
	char table[LSQ_NAME_MAX];
	char column[LSQ_NAME_MAX];
	char constraint[LSQ_NAME_MAX];
};

static int has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

/* SQLITE_ERROR covers everything from a misspelt keyword to a missing table */
static lode_status classify_message(const char *m)
{
	if (has(m, "no such savepoint") || has(m, "transaction"))
		return LODE_E_STATE;
	if (strncmp(m, "no such ", 8) == 0 || has(m, "unknown database") ||
	    has(m, "has no column named"))
		return LODE_E_NO_OBJECT;
	if (has(m, "already exists") || has(m, "already another table") ||
	    has(m, "duplicate column"))
		return LODE_E_EXISTS;
	if (has(m, "syntax error") || has(m, "incomplete input") || has(m, "unrecognized token"))
		return LODE_E_SYNTAX;
	if (has(m, "too many") || has(m, "too large") || has(m, "parser stack overflow"))
		return LODE_E_LIMIT;
	if (has(m, "integer overflow") || has(m, "malformed JSON"))
		return LODE_E_DATA;
	return LODE_E_OTHER;
}

/* a driver of others gives the plain code, and the kind in the message only */
static lode_status classify_constraint_message(const char *m)
{
	if (has(m, "UNIQUE constraint") || has(m, "PRIMARY KEY"))
		return LODE_E_UNIQUE;
	if (has(m, "FOREIGN KEY constraint"))
		return LODE_E_FOREIGNKEY;
	if (has(m, "NOT NULL constraint"))
		return LODE_E_NOTNULL;
	return has(m, "CHECK constraint") ? LODE_E_CHECK : LODE_E_CONSTRAINT;
}

static lode_status classify_constraint(int code)
{
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return LODE_E_UNIQUE;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return LODE_E_FOREIGNKEY;
	case SQLITE_CONSTRAINT_NOTNULL:
		return LODE_E_NOTNULL;
	case SQLITE_CONSTRAINT_CHECK:
		return LODE_E_CHECK;
	case SQLITE_CONSTRAINT | (12 << 8):
		return LODE_E_DATA; /* _DATATYPE: STRICT tables */
	default:
		return LODE_E_CONSTRAINT;
	}
}

lode_status lsq_error_class(int code, const char *message)
{
	switch (code & 0xff) {
	case SQLITE_ERROR:
		return classify_message(message != NULL ? message : "");
	case SQLITE_CONSTRAINT:
		return code == SQLITE_CONSTRAINT && message != NULL
			       ? classify_constraint_message(message)
			       : classify_constraint(code);
	case SQLITE_NOMEM:
		return LODE_E_NOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return LODE_E_LOCKED;
	case SQLITE_READONLY:
		return LODE_E_READONLY;
	case SQLITE_INTERRUPT:
		return LODE_E_CANCELLED;
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FULL:
		return LODE_E_IO;
	case SQLITE_CANTOPEN:
		return LODE_E_CONNECT;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return LODE_E_PERMISSION;
	case SQLITE_TOOBIG:
		return LODE_E_LIMIT;
	case SQLITE_MISMATCH:
		return LODE_E_DATA;
	case SQLITE_ABORT:
	case SQLITE_SCHEMA:
		return LODE_E_STATE;
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
		return LODE_E_MISUSE;
	default:
		return LODE_E_OTHER;
	}
}

static void copy_name(char *out, const char *from, size_t n)
{
	if (n >= LSQ_NAME_MAX)
		n = LSQ_NAME_MAX - 1;
	memcpy(out, from, n);
	out[n] = '\0';
}

/* "t.a, t.b" to table "t" and column "a, b"; a name may hold dots, so each part must begin with
 * the first part's table */
static void split_columns(struct names *names, const char *list)
{
	const char *dot = strchr(list, '.'), *part = list, *end;
	size_t table, used = 0, n;

	if (dot == NULL)
		return;
	table = (size_t)(dot - list);
	copy_name(names->table, list, table);
	while (part != NULL && strncmp(part, list, table + 1) == 0) {
		part += table + 1;
		end = strstr(part, ", ");
		n = end != NULL ? (size_t)(end - part) : strlen(part);
		if (used + n + 3 > LSQ_NAME_MAX)
			break;
		if (used > 0) {
			memcpy(names->column + used, ", ", 2);
			used += 2;
		}
		copy_name(names->column + used, part, n);
		used += n;
		part = end != NULL ? end + 2 : NULL;
	}
}

static void find_names(struct names *names, int code, const char *message)
{
	const char *list;

	names->table[0] = names->column[0] = names->constraint[0] = '\0';
	list = strstr(message, " constraint failed: ");
	if ((code & 0xff) != SQLITE_CONSTRAINT || list == NULL)
		return;
	list += strlen(" constraint failed: ");
	if (code == SQLITE_CONSTRAINT_CHECK)
		copy_name(names->constraint, list, strlen(list));
	else if (strncmp(list, "index '", 7) == 0 && strlen(list) > 8)
		copy_name(names->constraint, list + 7, strlen(list) - 8);
	else
		split_columns(names, list);
}

static const char *or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static lode_status report_fault(lode_drv_conn *c, lode_err *e)
{
	lsq_fault fault = c->fault;

	c->fault.status = 0;
	return lsq_error_value(c->host, e, fault.status, fault.row, (int32_t)fault.column,
			       "parameter", fault.why);
}

/* Was it stopped?  Compiling and reading the schema call an interrupt by other names: a table that is
 * not there, a virtual one that cannot be made. */
static int was_stopped(lode_drv_conn *c, int code, lode_status status)
{
	int primary = code & 0xff;

	return status == LODE_E_CANCELLED ||
	       ((primary == SQLITE_ERROR || primary == SQLITE_ABORT) &&
		(c->timed_out || atomic_load(&c->cancelled)));
}

lode_status lsq_error_report(lode_drv_conn *c, int code, int32_t row, lode_err *e)
{
	lode_error_info info = { 0 };
	struct names names;

	if (c->fault.status != 0 && (code & 0xff) != SQLITE_NOMEM)
		return report_fault(c, e);
	LODE_INIT(&info, lode_error_info);
	info.message = c->db != NULL ? sqlite3_errmsg(c->db) : sqlite3_errstr(code);
	if ((code & 0xff) == SQLITE_ERROR && c->interrupted) {
		code = SQLITE_INTERRUPT;
		info.message = sqlite3_errstr(code);
	}
	info.status = lsq_error_class(code, info.message);
	info.native_code = code;
	info.row = row;
	if (was_stopped(c, code, info.status)) {
		info.status = c->timed_out ? LODE_E_TIMEOUT : LODE_E_CANCELLED;
		info.message = c->timed_out ? "the statement took longer than its timeout"
					    : "the statement was cancelled";
	}
	info.retryable = info.status == LODE_E_LOCKED;
	find_names(&names, code, info.message);
	info.table = or_null(names.table);
	info.column = or_null(names.column);
	info.constraint = or_null(names.constraint);
#if SQLITE_VERSION_NUMBER >= 3038000
	if (c->db != NULL && (code & 0xff) == SQLITE_ERROR && sqlite3_error_offset(c->db) >= 0)
		info.position = (uint32_t)sqlite3_error_offset(c->db) + 1;
#endif
	c->host->error(e, &info);
	return info.status;
}

lode_status lsq_error_set(const lode_host *host, lode_err *e, lode_status status,
			  const char *message, const char *hint)
{
	lode_error_info info = { 0 };

	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = -1;
	info.message = message;
	info.hint = hint;
	host->error(e, &info);
	return status;
}

lode_status lsq_error_nomem(const lode_host *host, lode_err *e)
{
	return lsq_error_set(host, e, LODE_E_NOMEM, "out of memory", NULL);
}

lode_status lsq_error_value(const lode_host *host, lode_err *e, lode_status status, int32_t row,
			    int32_t column, const char *what, const char *why)
{
	lode_error_info info = { 0 };
	char text[200];

	snprintf(text, sizeof text, "%s %ld: %s", what, (long)column + 1, why);
	LODE_INIT(&info, lode_error_info);
	info.status = status;
	info.row = row;
	info.message = text;
	host->error(e, &info);
	return status;
}
