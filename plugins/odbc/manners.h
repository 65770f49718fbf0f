/* SPDX-License-Identifier: MIT */
/* odbc/manners.h - what an ODBC driver says it can do, and where one is known to do otherwise.
 *
 * Everything is asked of the driver; the table in manners.c holds only what a driver says wrongly
 * or does not say, each entry with what was measured. */
#ifndef LODE_ODBC_MANNERS_H
#define LODE_ODBC_MANNERS_H

#include <sql.h>
#include <sqlext.h>

#include <lode/driver.h>

#define LODBC_TEXT_CELLS 0x01u	  /* a column's type says nothing of its cells: read all as text */
#define LODBC_SIGNED_ONLY 0x02u	  /* unsigned integers above 2^63-1 are stored as negative ones */
#define LODBC_KEEPS_NUL 0x04u	  /* text with a NUL inside arrives whole */
#define LODBC_EXACT_SIZES 0x08u	  /* the sizes reported of short text are never exceeded */
#define LODBC_ONE_ROW_DATA 0x10u  /* SQLGetData in a block reads another row */
#define LODBC_ROUGH_DOUBLES 0x20u /* doubles are read with 15 digits */
#define LODBC_STALE_BYTES 0x80u	  /* the length of a binary parameter is read when it is bound */
#define LODBC_MERGED_ROWS 0x100u  /* an array of INSERT ... RETURNING has one result, in order */
#define LODBC_NO_RETURNING 0x40u  /* rows of INSERT ... RETURNING cannot be fetched */

typedef struct lodbc_manners {
	const char *driver;	     /* how the name of its file begins, SQL_DRIVER_NAME */
	const char *const *keywords; /* "Name=value" for the connection, NULL at the end; or NULL */
	unsigned flags;		     /* LODBC_* */
} lodbc_manners;

/* never NULL: one without flags if nothing is known */
const lodbc_manners *lodbc_manners_of(const char *driver);

typedef struct lodbc_abilities {
	unsigned flags;	   /* LODBC_* */
	int arrays;	   /* many parameter rows in one execution */
	int array_counts;  /* ...and a row count for each */
	int array_rows;	   /* ...and a result for each, in order */
	int data_in_block; /* SQLGetData on any row of a block */
	int data_of_bound; /* SQLGetData on columns that are bound */
	int many_active;   /* several open results */
	int ddl_in_transaction;
	int transactions;
	SQLUINTEGER isolations; /* SQL_TXN_* */
	SQLUINTEGER isolation;	/* SQL_TXN_* of a new connection, 0 unknown */
	uint32_t max_identifier;
} lodbc_abilities;

void lodbc_abilities_ask(lodbc_abilities *out, SQLHDBC dbc, const lodbc_manners *manners);
/* LODE_CAP_* */
uint64_t lodbc_abilities_caps(const lodbc_abilities *can);

/* text of SQLGetInfo, "" if there is none; always ends in NUL */
void lodbc_info_text(SQLHDBC dbc, SQLUSMALLINT what, char *out, size_t size);

/* what a driver may have at best */
#define LODBC_CAPS                                                                                 \
	(LODE_CAP_BATCH | LODE_CAP_BATCH_ROWSTAT | LODE_CAP_BATCH_RETURN |                         \
	 LODE_CAP_BATCH_ORDERED | LODE_CAP_CANCEL | LODE_CAP_MULTI_ACTIVE | LODE_CAP_SAVEPOINT |   \
	 LODE_CAP_MIGRATE | LODE_CAP_EXACT_ROWCOUNT | LODE_CAP_DDL_TXN | LODE_CAP_BATCH_COLUMNAR)

#endif
