/* SPDX-License-Identifier: MIT */
/* odbc/manners.c - asks with SQLGetInfo; corrects what was found to be said wrongly. */
#include "manners.h"

#include <string.h>
#include <strings.h>

/* psqlodbc 13.02.  It parses dates and writes them again: of years beyond 9999 it leaves digits
 * out, of years BC the sign, and infinity reads 9999-12-31 23:59:59; value.c sends none of them.
 * Protocol: by default it sets a savepoint before each statement, which costs 1.5
 * times the time of a statement (107 to 160 us), and with 7.4-1 it rolls the transaction back by
 * itself, so that what follows commits alone.  With 7.4-0 it leaves the transaction to us.
 * ConnSettings: the one form of dates, intervals and zones that lode reads. */
static const char *const psqlodbc[] = {
	"Protocol=7.4-0",
	"ConnSettings=SET client_encoding TO 'UTF8'; SET TimeZone TO 'UTC';"
	" SET DateStyle TO 'ISO, YMD'; SET IntervalStyle TO 'iso_8601'; SET extra_float_digits TO 1",
	NULL,
};

/* MariaDB ODBC 3.1.15.  OPTION=2 is CLIENT_FOUND_ROWS: without it an UPDATE that changes nothing
 * reports 0 rows. */
static const char *const mariadb[] = { "OPTION=2", "CHARSET=utf8mb4", NULL };

/* SQLite ODBC 0.9998.  Foreign keys are off in SQLite until somebody asks. */
static const char *const sqlite[] = { "FKSupport=1", "Timeout=5000", NULL };

/* All cells become text inside, doubles with 15 digits (0.1 + 0.2 reads 0.3), text ends at a NUL;
 * SQL_C_UBIGINT above 2^63-1 is stored as a negative number; SQLNumResultCols of an INSERT ...
 * RETURNING is 0; a binary parameter keeps the length of its first execution. */
#define SQLITE_FLAGS                                                                               \
	(LODBC_TEXT_CELLS | LODBC_SIGNED_ONLY | LODBC_ROUGH_DOUBLES | LODBC_STALE_BYTES |          \
	 LODBC_NO_RETURNING)

static const lodbc_manners known[] = {
	{ "psqlodbc", psqlodbc, 0 },
	/* The rows of an array of INSERT ... RETURNING are one result, in the order of the array,
	 * though it says that it has no results of arrays, and their columns show only afterwards.
	 * It says SQL_GD_BLOCK, but after SQLSetPos SQLGetData gives the value of another row, and
	 * the next SQLFetch leaves rows out. */
	{ "libmaodbc", mariadb,
	  LODBC_KEEPS_NUL | LODBC_EXACT_SIZES | LODBC_ONE_ROW_DATA | LODBC_MERGED_ROWS },
	{ "sqlite3odbc", sqlite, SQLITE_FLAGS },
	{ "libsqlite3odbc", sqlite, SQLITE_FLAGS },
};

static const lodbc_manners unknown;

const lodbc_manners *lodbc_manners_of(const char *driver)
{
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strncasecmp(known[i].driver, driver, strlen(known[i].driver)) == 0)
			return &known[i];
	return &unknown;
}

void lodbc_info_text(SQLHDBC dbc, SQLUSMALLINT what, char *out, size_t size)
{
	SQLSMALLINT n = 0;

	if (!SQL_SUCCEEDED(SQLGetInfo(dbc, what, out, (SQLSMALLINT)size, &n)))
		n = 0;
	out[n < 0 || (size_t)n >= size ? size - 1 : (size_t)n] = '\0';
}

/* 0 if the driver does not say */
static SQLUINTEGER ask_number(SQLHDBC dbc, SQLUSMALLINT what)
{
	SQLUINTEGER value = 0;

	return SQL_SUCCEEDED(SQLGetInfo(dbc, what, &value, sizeof value, NULL)) ? value : 0;
}

static unsigned ask_short(SQLHDBC dbc, SQLUSMALLINT what)
{
	SQLUSMALLINT value = 0;

	return SQL_SUCCEEDED(SQLGetInfo(dbc, what, &value, sizeof value, NULL)) ? value : 0;
}

/* MariaDB ODBC knows the attribute and not the default */
static SQLUINTEGER ask_isolation(SQLHDBC dbc)
{
	SQLUINTEGER level = 0;

	if (SQL_SUCCEEDED(
		    SQLGetConnectAttr(dbc, SQL_ATTR_TXN_ISOLATION, &level, sizeof level, NULL)) &&
	    level != 0)
		return level;
	return ask_number(dbc, SQL_DEFAULT_TXN_ISOLATION);
}

void lodbc_abilities_ask(lodbc_abilities *out, SQLHDBC dbc, const lodbc_manners *manners)
{
	SQLUINTEGER counts = ask_number(dbc, SQL_PARAM_ARRAY_ROW_COUNTS);
	SQLUINTEGER selects = ask_number(dbc, SQL_PARAM_ARRAY_SELECTS);
	SQLUINTEGER data = ask_number(dbc, SQL_GETDATA_EXTENSIONS);
	unsigned transactions = ask_short(dbc, SQL_TXN_CAPABLE);

	memset(out, 0, sizeof *out);
	out->flags = manners->flags;
	/* a driver that runs its arrays row by row answers neither */
	out->arrays = counts == SQL_PARC_BATCH || counts == SQL_PARC_NO_BATCH;
	out->array_counts = counts == SQL_PARC_BATCH;
	out->array_rows = out->arrays && selects == SQL_PAS_BATCH;
	out->data_of_bound = (data & SQL_GD_BOUND) != 0;
	out->data_in_block =
		(data & SQL_GD_BLOCK) && out->data_of_bound && !(out->flags & LODBC_ONE_ROW_DATA);
	out->many_active = ask_short(dbc, SQL_MAX_CONCURRENT_ACTIVITIES) != 1;
	out->transactions = transactions != SQL_TC_NONE;
	out->ddl_in_transaction = transactions == SQL_TC_ALL;
	out->isolations = ask_number(dbc, SQL_TXN_ISOLATION_OPTION);
	out->isolation = ask_isolation(dbc);
	out->max_identifier = ask_short(dbc, SQL_MAX_IDENTIFIER_LEN);
}

uint64_t lodbc_abilities_caps(const lodbc_abilities *can)
{
	uint64_t caps = LODE_CAP_CANCEL | LODE_CAP_MIGRATE | LODE_CAP_EXACT_ROWCOUNT |
			LODE_CAP_BATCH_COLUMNAR;

	if (can->arrays)
		caps |= LODE_CAP_BATCH;
	if (can->array_counts || !can->arrays)
		caps |= LODE_CAP_BATCH_ROWSTAT;
	if (can->array_rows || (can->flags & LODBC_MERGED_ROWS))
		caps |= LODE_CAP_BATCH_RETURN | LODE_CAP_BATCH_ORDERED;
	if (can->many_active)
		caps |= LODE_CAP_MULTI_ACTIVE;
	if (can->transactions)
		caps |= LODE_CAP_SAVEPOINT;
	if (can->ddl_in_transaction)
		caps |= LODE_CAP_DDL_TXN;
	return caps;
}
