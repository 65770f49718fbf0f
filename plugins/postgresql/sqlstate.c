/* SPDX-License-Identifier: MIT */
/* postgresql/sqlstate.c - SQLSTATE to error class: the code itself first, then its first two
 * characters. */
#include "sqlstate.h"

#include <string.h>

static const struct {
	char code[6];
	lode_status status;
} codes[] = {
	{ "08004", LODE_E_CONNECT },	{ "08P01", LODE_E_MISUSE },
	{ "0A000", LODE_E_UNSUPPORTED }, { "21000", LODE_E_DATA },
	{ "22P02", LODE_E_DATA },	{ "23502", LODE_E_NOTNULL },
	{ "23503", LODE_E_FOREIGNKEY }, { "23001", LODE_E_FOREIGNKEY },
	{ "23505", LODE_E_UNIQUE },	{ "23514", LODE_E_CHECK },
	{ "25006", LODE_E_READONLY },	{ "26000", LODE_E_STATE },
	{ "28000", LODE_E_AUTH },	{ "28P01", LODE_E_AUTH },
	{ "3D000", LODE_E_NO_OBJECT },	{ "3F000", LODE_E_NO_OBJECT },
	{ "40001", LODE_E_SERIALIZE },	{ "40P01", LODE_E_DEADLOCK },
	{ "40003", LODE_E_OTHER },	{ "42501", LODE_E_PERMISSION },
	{ "42601", LODE_E_SYNTAX },	{ "42P01", LODE_E_NO_OBJECT },
	{ "42703", LODE_E_NO_OBJECT },	{ "42704", LODE_E_NO_OBJECT },
	{ "42883", LODE_E_NO_OBJECT },	{ "42P02", LODE_E_NO_OBJECT },
	{ "42701", LODE_E_EXISTS },	{ "42710", LODE_E_EXISTS },
	{ "42723", LODE_E_EXISTS },	{ "42P04", LODE_E_EXISTS },
	{ "42P05", LODE_E_EXISTS },	{ "42P06", LODE_E_EXISTS },
	{ "42P07", LODE_E_EXISTS },	{ "53300", LODE_E_CONNECT },
	{ "53200", LODE_E_LIMIT },	{ "53100", LODE_E_IO },
	{ "55P03", LODE_E_LOCKED },	{ "55006", LODE_E_LOCKED },
	{ "57014", LODE_E_CANCELLED },	{ "57P01", LODE_E_DISCONNECT },
	{ "57P02", LODE_E_DISCONNECT }, { "57P03", LODE_E_CONNECT },
	{ "57P05", LODE_E_DISCONNECT }, { "58030", LODE_E_IO },
	{ "58P01", LODE_E_IO },
};

static const struct {
	char prefix[3];
	lode_status status;
} groups[] = {
	{ "08", LODE_E_DISCONNECT }, { "22", LODE_E_DATA },   { "23", LODE_E_CONSTRAINT },
	{ "25", LODE_E_STATE },	     { "28", LODE_E_AUTH },   { "2D", LODE_E_STATE },
	{ "3B", LODE_E_STATE },	     { "40", LODE_E_SERIALIZE }, { "42", LODE_E_SYNTAX },
	{ "44", LODE_E_CHECK },	     { "53", LODE_E_LIMIT },  { "54", LODE_E_LIMIT },
	{ "57", LODE_E_OTHER },	     { "58", LODE_E_IO },
};

lode_status lpg_sqlstate_class(const char *sqlstate)
{
	size_t i;

	if (sqlstate == NULL || strlen(sqlstate) != 5)
		return LODE_E_OTHER;
	for (i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (strcmp(codes[i].code, sqlstate) == 0)
			return codes[i].status;
	for (i = 0; i < sizeof groups / sizeof groups[0]; i++)
		if (strncmp(groups[i].prefix, sqlstate, 2) == 0)
			return groups[i].status;
	return LODE_E_OTHER;
}
