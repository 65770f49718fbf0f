/* SPDX-License-Identifier: MIT */
/* mariadb/classify.c - numbers to classes, messages to names.
 *
 * Servers tell names only inside messages.  They are read where the form is fixed and the name
 * stands behind the last value, so that no value can pass for one. */
#include "classify.h"

#include <stdlib.h>
#include <string.h>

#include <errmsg.h>
#include <mysqld_error.h>

#define CHECK_VIOLATED 3819  /* MySQL's */
#define QUERY_TIMEOUT 3024   /* MySQL's: max_execution_time */
#define NOWAIT_FAILED 3572   /* MySQL's */
#define WAITED_TOO_LONG 4031 /* MySQL's: disconnected by wait_timeout */

/* sorted by number */
static const struct {
	int32_t code;
	lode_status status;
} classes[] = {
	{ ER_CANT_CREATE_TABLE, LODE_E_CONSTRAINT }, /* "errno: 150": a foreign key does not fit */
	{ ER_DB_CREATE_EXISTS, LODE_E_EXISTS },
	{ ER_DB_DROP_EXISTS, LODE_E_NO_OBJECT },
	{ ER_XAER_NOTA, LODE_E_NO_OBJECT }, /* no such prepared transaction */
	{ ER_XAER_DUPID, LODE_E_EXISTS },
	{ ER_CHECKREAD, LODE_E_SERIALIZE },
	{ ER_DISK_FULL, LODE_E_IO },
	{ ER_DUP_KEY, LODE_E_UNIQUE },
	{ ER_ERROR_ON_READ, LODE_E_IO },
	{ ER_ERROR_ON_WRITE, LODE_E_IO },
	{ ER_OPEN_AS_READONLY, LODE_E_READONLY },
	{ ER_OUTOFMEMORY, LODE_E_LIMIT },
	{ ER_OUT_OF_SORTMEMORY, LODE_E_LIMIT },
	{ ER_CON_COUNT_ERROR, LODE_E_LIMIT },
	{ ER_OUT_OF_RESOURCES, LODE_E_LIMIT },
	{ ER_DBACCESS_DENIED_ERROR, LODE_E_PERMISSION },
	{ ER_ACCESS_DENIED_ERROR, LODE_E_AUTH },
	{ ER_NO_DB_ERROR, LODE_E_NO_OBJECT },
	{ ER_BAD_NULL_ERROR, LODE_E_NOTNULL },
	{ ER_BAD_DB_ERROR, LODE_E_NO_OBJECT },
	{ ER_TABLE_EXISTS_ERROR, LODE_E_EXISTS },
	{ ER_BAD_TABLE_ERROR, LODE_E_NO_OBJECT },
	{ ER_SERVER_SHUTDOWN, LODE_E_DISCONNECT },
	{ ER_BAD_FIELD_ERROR, LODE_E_NO_OBJECT },
	{ ER_DUP_FIELDNAME, LODE_E_EXISTS },
	{ ER_DUP_KEYNAME, LODE_E_EXISTS },
	{ ER_DUP_ENTRY, LODE_E_UNIQUE },
	{ ER_PARSE_ERROR, LODE_E_SYNTAX },
	{ ER_EMPTY_QUERY, LODE_E_SYNTAX },
	{ ER_CANT_DROP_FIELD_OR_KEY, LODE_E_NO_OBJECT },
	{ ER_TOO_BIG_ROWSIZE, LODE_E_LIMIT },
	{ ER_HOST_IS_BLOCKED, LODE_E_PERMISSION },
	{ ER_HOST_NOT_PRIVILEGED, LODE_E_PERMISSION },
	{ ER_TABLEACCESS_DENIED_ERROR, LODE_E_PERMISSION },
	{ ER_COLUMNACCESS_DENIED_ERROR, LODE_E_PERMISSION },
	{ ER_NO_SUCH_TABLE, LODE_E_NO_OBJECT },
	{ ER_SYNTAX_ERROR, LODE_E_SYNTAX },
	{ ER_NET_PACKET_TOO_LARGE, LODE_E_LIMIT },
	{ ER_DUP_UNIQUE, LODE_E_UNIQUE },
	{ ER_ERROR_DURING_COMMIT, LODE_E_IO },
	{ ER_TOO_MANY_USER_CONNECTIONS, LODE_E_LIMIT },
	{ ER_LOCK_WAIT_TIMEOUT, LODE_E_LOCKED },
	{ ER_LOCK_TABLE_FULL, LODE_E_LIMIT },
	{ ER_LOCK_DEADLOCK, LODE_E_DEADLOCK },
	{ ER_NO_REFERENCED_ROW, LODE_E_FOREIGNKEY },
	{ ER_ROW_IS_REFERENCED, LODE_E_FOREIGNKEY },
	{ ER_USER_LIMIT_REACHED, LODE_E_LIMIT },
	{ ER_SPECIFIC_ACCESS_DENIED_ERROR, LODE_E_PERMISSION },
	{ ER_WARN_DATA_OUT_OF_RANGE, LODE_E_DATA },
	{ WARN_DATA_TRUNCATED, LODE_E_DATA },
	{ ER_OPTION_PREVENTS_STATEMENT, LODE_E_READONLY },
	{ ER_TRUNCATED_WRONG_VALUE, LODE_E_DATA },
	{ ER_UNSUPPORTED_PS, LODE_E_UNSUPPORTED },
	{ ER_SP_DOES_NOT_EXIST, LODE_E_NO_OBJECT },
	{ ER_QUERY_INTERRUPTED, LODE_E_CANCELLED },
	{ ER_NO_DEFAULT_FOR_FIELD, LODE_E_NOTNULL },
	{ ER_DIVISION_BY_ZERO, LODE_E_DATA },
	{ ER_TRUNCATED_WRONG_VALUE_FOR_FIELD, LODE_E_DATA },
	{ ER_ILLEGAL_VALUE_FOR_TYPE, LODE_E_DATA },
	{ ER_PROCACCESS_DENIED_ERROR, LODE_E_PERMISSION },
	{ ER_XAER_RMFAIL, LODE_E_STATE },
	{ ER_DATA_TOO_LONG, LODE_E_DATA },
	{ ER_ROW_IS_REFERENCED_2, LODE_E_FOREIGNKEY },
	{ ER_NO_REFERENCED_ROW_2, LODE_E_FOREIGNKEY },
	{ ER_MAX_PREPARED_STMT_COUNT_REACHED, LODE_E_LIMIT },
	{ ER_DUP_ENTRY_WITH_KEY_NAME, LODE_E_UNIQUE },
	{ ER_DATA_OUT_OF_RANGE, LODE_E_DATA },
	{ ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, LODE_E_READONLY },
	{ ER_CONNECTION_KILLED, LODE_E_DISCONNECT },
	{ ER_STATEMENT_TIMEOUT, LODE_E_TIMEOUT },
	{ CR_SOCKET_CREATE_ERROR, LODE_E_CONNECT },
	{ CR_CONNECTION_ERROR, LODE_E_CONNECT },
	{ CR_CONN_HOST_ERROR, LODE_E_CONNECT },
	{ CR_IPSOCK_ERROR, LODE_E_CONNECT },
	{ CR_UNKNOWN_HOST, LODE_E_CONNECT },
	{ CR_SERVER_GONE_ERROR, LODE_E_DISCONNECT },
	{ CR_VERSION_ERROR, LODE_E_CONNECT },
	{ CR_OUT_OF_MEMORY, LODE_E_NOMEM },
	{ CR_SERVER_HANDSHAKE_ERR, LODE_E_CONNECT },
	{ CR_SERVER_LOST, LODE_E_DISCONNECT },
	{ CR_COMMANDS_OUT_OF_SYNC, LODE_E_STATE },
	{ CR_NET_PACKET_TOO_LARGE, LODE_E_LIMIT },
	{ CR_SSL_CONNECTION_ERROR, LODE_E_CONNECT },
	{ CR_MALFORMED_PACKET, LODE_E_DISCONNECT },
	{ CR_SERVER_LOST_EXTENDED, LODE_E_DISCONNECT },
	{ CR_AUTH_PLUGIN_CANNOT_LOAD, LODE_E_AUTH },
	{ CR_AUTH_PLUGIN_ERR, LODE_E_AUTH },
	{ QUERY_TIMEOUT, LODE_E_TIMEOUT },
	{ NOWAIT_FAILED, LODE_E_LOCKED },
	{ CHECK_VIOLATED, LODE_E_CHECK },
	{ ER_CONSTRAINT_FAILED, LODE_E_CHECK },
	{ WAITED_TOO_LONG, LODE_E_DISCONNECT },
	{ CR_PLUGIN_NOT_ALLOWED, LODE_E_AUTH },
	{ CR_ERR_NET_READ, LODE_E_DISCONNECT },
	{ CR_ERR_NET_WRITE, LODE_E_DISCONNECT },
};

/* by the first characters of the SQLSTATE */
static const struct {
	char prefix[6];
	lode_status status;
} states[] = {
	{ "08", LODE_E_DISCONNECT }, { "21", LODE_E_SYNTAX },	    { "22", LODE_E_DATA },
	{ "23", LODE_E_CONSTRAINT }, { "25006", LODE_E_READONLY },  { "25", LODE_E_STATE },
	{ "28", LODE_E_AUTH },	     { "40", LODE_E_SERIALIZE },    { "42S02", LODE_E_NO_OBJECT },
	{ "42", LODE_E_SYNTAX },     { "70100", LODE_E_CANCELLED },
};

lode_status lmy_class(int32_t code, const char *sqlstate)
{
	size_t i;

	for (i = 0; i < sizeof classes / sizeof classes[0]; i++)
		if (classes[i].code == code)
			return classes[i].status;
	for (i = 0; sqlstate != NULL && i < sizeof states / sizeof states[0]; i++)
		if (strncmp(sqlstate, states[i].prefix, strlen(states[i].prefix)) == 0)
			return states[i].status;
	return LODE_OK;
}

lode_status lmy_classify(const lode_error_info *in)
{
	return lmy_class(in->native_code, in->sqlstate);
}

/* ---- names */

/* what stands between `open` and `close` behind the last `before`; 0: it does not */
static int between(char *out, const char *message, const char *before, char close)
{
	const char *at = NULL, *next = message, *end;
	size_t n;

	while ((next = strstr(next, before)) != NULL)
		at = next += strlen(before);
	end = at != NULL ? strchr(at, close) : NULL;
	n = end != NULL ? (size_t)(end - at) : LMY_NAME_MAX;
	if (n >= LMY_NAME_MAX)
		return 0;
	memcpy(out, at, n);
	out[n] = '\0';
	return 1;
}

/* "schema.name" to "name" */
static void strip_schema(char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot != NULL)
		memmove(name, dot + 1, strlen(dot + 1) + 1);
}

/* MySQL puts the table before a key's name: "person.uq_email" */
static void split_key(lmy_names *out)
{
	const char *dot = strchr(out->constraint, '.');

	if (dot == NULL)
		return;
	memcpy(out->table, out->constraint, (size_t)(dot - out->constraint));
	out->table[dot - out->constraint] = '\0';
	strip_schema(out->constraint);
}

/* "(`a`, `b`)" behind `before` to "a, b" */
static void read_columns(char *out, const char *message, const char *before)
{
	char list[LMY_NAME_MAX];
	size_t i, n = 0;

	if (!between(list, message, before, ')'))
		return;
	for (i = 0; list[i] != '\0'; i++)
		if (list[i] != '`')
			out[n++] = list[i];
	out[n] = '\0';
}

/* "... fails (`db`.`child`, CONSTRAINT `fk` FOREIGN KEY (`a`, `b`) REFERENCES ..." */
static void read_foreign(lmy_names *out, const char *message)
{
	if (between(out->table, message, "fails (`", ','))
		read_columns(out->column, message, "FOREIGN KEY (");
	if (out->table[0] != '\0') {
		char *end = strrchr(out->table, '`');

		if (end != NULL)
			*end = '\0';
		end = strrchr(out->table, '`');
		if (end != NULL)
			memmove(out->table, end + 1, strlen(end + 1) + 1);
	}
	between(out->constraint, message, "CONSTRAINT `", '`');
}

/* "for column 'c' at row 1", "for column `db`.`t`.`c` at row 1" */
static void read_value(lmy_names *out, const char *message)
{
	const char *at = strstr(message, "for column `");

	if (at == NULL) {
		between(out->column, message, "for column '", '\'');
		return;
	}
	if (between(out->table, message, "`.`", '`'))
		memcpy(out->column, out->table, sizeof out->column);
	out->table[0] = '\0';
}

void lmy_names_find(lmy_names *out, int32_t code, const char *message)
{
	memset(out, 0, sizeof *out);
	switch (code) {
	case ER_DUP_ENTRY:
	case ER_DUP_ENTRY_WITH_KEY_NAME:
		if (between(out->constraint, message, "' for key '", '\''))
			split_key(out);
		break;
	case ER_BAD_NULL_ERROR:
		between(out->column, message, "Column '", '\'');
		break;
	case ER_NO_DEFAULT_FOR_FIELD:
		between(out->column, message, "Field '", '\'');
		break;
	case ER_ROW_IS_REFERENCED_2:
	case ER_NO_REFERENCED_ROW_2:
		read_foreign(out, message);
		break;
	case ER_CONSTRAINT_FAILED:
		between(out->constraint, message, "CONSTRAINT `", '`');
		between(out->table, message, "`.`", '`');
		break;
	case CHECK_VIOLATED:
		between(out->constraint, message, "Check constraint '", '\'');
		break;
	case ER_DATA_TOO_LONG:
	case ER_WARN_DATA_OUT_OF_RANGE:
	case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
	case ER_TRUNCATED_WRONG_VALUE:
		read_value(out, message);
		break;
	case ER_NO_SUCH_TABLE:
	case ER_TABLE_EXISTS_ERROR:
		if (between(out->table, message, "Table '", '\''))
			strip_schema(out->table);
		break;
	case ER_BAD_FIELD_ERROR:
		between(out->column, message, "Unknown column '", '\'');
		break;
	default:
		break;
	}
}

void lmy_message_copy(char *out, size_t size, int32_t code, const char *message)
{
	const char *first = strchr(message, '\''), *last = NULL, *next = message;
	size_t n = strlen(message), head;

	if (code == ER_DUP_ENTRY || code == ER_DUP_ENTRY_WITH_KEY_NAME ||
	    code == ER_TRUNCATED_WRONG_VALUE || code == ER_TRUNCATED_WRONG_VALUE_FOR_FIELD)
		while ((next = strstr(next, "' for ")) != NULL)
			last = next++;
	if (last == NULL || first == NULL || last <= first) {
		n = n < size ? n : size - 1;
		memcpy(out, message, n);
		out[n] = '\0';
		return;
	}
	for (head = (size_t)(first - message); head > 0; head--)
		if (message[head - 1] != ' ' && message[head - 1] != ':')
			break;
	head = head < size ? head : size - 1;
	memcpy(out, message, head);
	n = strlen(last + 1);
	n = n < size - head ? n : size - head - 1;
	memcpy(out + head, last + 1, n);
	out[head + n] = '\0';
}
