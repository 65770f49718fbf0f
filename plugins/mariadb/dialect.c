/* SPDX-License-Identifier: MIT */
/* mariadb/dialect.c - MySQL's SQL as data; MariaDB is MySQL with more.
 *
 * Tables are InnoDB, and their texts are compared by their characters, as other databases do it:
 * with the server's usual collation 'a' equals 'A', and 'a' equals 'a ' in nearly every one. */
#include "dialect.h"

#include <stdlib.h>
#include <string.h>

#include "classify.h"
#include "host.h"

#define MARIADB_OPTIONS "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"
#define MYSQL_OPTIONS "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin"
#define OLD_OPTIONS "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"

#define FLAGS                                                                                      \
	(LODE_DF_SCHEMAS | LODE_DF_CTE | LODE_DF_WINDOW | LODE_DF_MULTI_VALUES | LODE_DF_ROW_IN |  \
	 LODE_DF_ALTER_COLUMN | LODE_DF_DROP_CONSTRAINT | LODE_DF_IF_EXISTS |                      \
	 LODE_DF_NATIVE_DECIMAL)

#define LMY_SET(t, member, value)                                                                  \
	do {                                                                                       \
		if (LODE_HAS(t, lode_traits, member))                                              \
			(t)->member = (value);                                                     \
	} while (0)

static void set_styles(lode_traits *t)
{
	LMY_SET(t, quote_open, '`');
	LMY_SET(t, quote_close, '`');
	LMY_SET(t, placeholder, 1);
	LMY_SET(t, fold_case, 0);
	LMY_SET(t, limit_style, 1);
	LMY_SET(t, upsert_style, 2);
	LMY_SET(t, returning_style, 0);
	LMY_SET(t, returning_on, 0);
	LMY_SET(t, autoinc_style, 2);
	LMY_SET(t, bool_style, 1);
	LMY_SET(t, concat_style, 2);
	LMY_SET(t, null_order, 1);
	LMY_SET(t, lock_style, 1);
	LMY_SET(t, json_style, 2);
	LMY_SET(t, rows_style, 1);
	LMY_SET(t, in_style, 1);
	LMY_SET(t, update_from_style, 2);
	LMY_SET(t, delete_using_style, 2);
	LMY_SET(t, distinct_from_style, 3);
	LMY_SET(t, alter_style, 2);
	LMY_SET(t, savepoint_style, 1);
	LMY_SET(t, row_in_style, 1);
	LMY_SET(t, comment_style, 2);
}

static void set_texts(lode_traits *t)
{
	LMY_SET(t, ping_sql, "DO 0");
	LMY_SET(t, dummy_from, " FROM DUAL");
	LMY_SET(t, reserved_words, lmy_reserved_words);
	LMY_SET(t, now_sql, "UTC_TIMESTAMP(6)");
	LMY_SET(t, today_sql, "UTC_DATE()");
	LMY_SET(t, empty_insert, "() VALUES ()");
	LMY_SET(t, autoinc_type, NULL);
	LMY_SET(t, autoinc_suffix, "AUTO_INCREMENT");
	LMY_SET(t, decimal_collation, NULL);
	LMY_SET(t, rows_table, NULL);
	LMY_SET(t, array_function, NULL);
	LMY_SET(t, rows_function, NULL);
	LMY_SET(t, isolation_sql, "SELECT @@transaction_isolation");
	LMY_SET(t, recover_sql, "XA RECOVER");
	LMY_SET(t, blob_open, "X'");
	LMY_SET(t, blob_close, "'");
}

static int is_since(const lode_conn_info *server, uint32_t version)
{
	return server == NULL || server->version >= version;
}

/* Text that is written without a server may be run by a program whose session takes backslashes
 * for escapes, as is usual. */
static lode_status fill_mysql(const lode_conn_info *server, lode_traits *t)
{
	set_styles(t);
	set_texts(t);
	LMY_SET(t, flags, FLAGS);
	LMY_SET(t, string_escape, server == NULL);
	LMY_SET(t, max_identifier, LMY_MAX_NAME);
	LMY_SET(t, max_params, 65535);
	LMY_SET(t, max_insert_rows, 0);
	LMY_SET(t, max_in_list, 0);
	LMY_SET(t, max_rows_columns, 0);
	LMY_SET(t, table_options, is_since(server, 8000017) ? MYSQL_OPTIONS : OLD_OPTIONS);
	if (is_since(server, 8000001))
		LMY_SET(t, lock_style, 1 | 0x100 | 0x200);
	if (is_since(server, 8000014) && LODE_HAS(t, lode_traits, flags))
		t->flags |= LODE_DF_LATERAL;
	return LODE_OK;
}

static lode_status fill_mariadb(const lode_conn_info *server, lode_traits *t)
{
	LMY_SET(t, flags, FLAGS | LODE_DF_SEQUENCES | LODE_DF_INDEX_IF_EXISTS);
	LMY_SET(t, table_options, is_since(server, 10002002) ? MARIADB_OPTIONS : OLD_OPTIONS);
	LMY_SET(t, lock_style, is_since(server, 10006000) ? 1 | 0x100 | 0x200 : 1);
	if (is_since(server, 10005000)) {
		LMY_SET(t, returning_style, 1);
		LMY_SET(t, returning_on,
			LODE_RETURNING_INSERT | LODE_RETURNING_DELETE | LODE_RETURNING_MULTI);
	}
	if (!is_since(server, 11001001))
		LMY_SET(t, isolation_sql, "SELECT @@tx_isolation");
	if (is_since(server, 10006000) && LODE_HAS(t, lode_traits, flags))
		t->flags |= LODE_DF_FETCH_TIES;
	if (is_since(server, 10007000) && LODE_HAS(t, lode_traits, flags))
		t->flags |= LODE_DF_NATIVE_UUID;
	return LODE_OK;
}

/* ---- which server is it? */

typedef struct answer {
	char text[100];
} answer;

static int32_t on_version(void *context, uint32_t n, const lode_span *cells)
{
	answer *a = context;

	if (n > 0 && cells[0].p != NULL && cells[0].n < sizeof a->text) {
		memcpy(a->text, cells[0].p, cells[0].n);
		a->text[cells[0].n] = '\0';
	}
	return 0;
}

/* "10.11.19-MariaDB", "5.5.5-10.6.2-MariaDB" (a replica's guise), "8.0.36", "5.7.25-TiDB-v6.1.0" */
static uint32_t parse_version(const char *text)
{
	unsigned long parts[3] = { 0, 0, 0 };
	char *end;
	int i;

	if (strncmp(text, "5.5.5-", 6) == 0)
		text += 6;
	for (i = 0; i < 3; i++) {
		parts[i] = strtoul(text, &end, 10);
		if (*end != '.')
			break;
		text = end + 1;
	}
	return (uint32_t)(parts[0] * 1000000 + parts[1] % 1000 * 1000 + parts[2] % 1000);
}

/* ODBC drivers disagree about the version, and forks call themselves MySQL. */
static lode_status probe(lode_hconn *hc, lode_conn_info *io, lode_err *e)
{
	static const char sql[] = "SELECT VERSION()";
	answer a = { "" };
	lode_status status = lmy_host->query(hc, sql, sizeof sql - 1, NULL, 0, on_version, &a, e);

	if (status < 0 || a.text[0] == '\0')
		return status;
	if (strstr(a.text, "MariaDB") != NULL)
		io->product = "MariaDB";
	else if (strstr(a.text, "TiDB") != NULL)
		io->product = "TiDB";
	else
		io->product = "MySQL";
	io->version = parse_version(a.text);
	return LODE_OK;
}

/* Through the drivers of others, too; MariaDB's ODBC driver refuses SET NAMES, it is told by an
 * option. */
static lode_status set_session(lode_hconn *hc, lode_err *e)
{
	static const char sql[] = "SET " LMY_SESSION_VARIABLES;

	return lmy_host->query(hc, sql, sizeof sql - 1, NULL, 0, NULL, NULL, e);
}

static const char *const mariadb_products[] = { "MariaDB", NULL };
static const char *const mysql_products[] = { "MySQL", "TiDB", "Percona*", NULL };

const lode_dialect lmy_mysql = {
	.struct_size = sizeof(lode_dialect),
	.name = "mysql",
	.products = mysql_products,
	.traits = fill_mysql,
	.probe = probe,
	.on_connect = set_session,
	.type_to_sql = lmy_type_write,
	.type_from_db = lmy_type_read,
	.reflect = lmy_reflect,
	.classify = lmy_classify,
};

const lode_dialect lmy_mariadb = {
	.struct_size = sizeof(lode_dialect),
	.name = "mariadb",
	.base = "mysql",
	.products = mariadb_products,
	.traits = fill_mariadb,
	.probe = probe,
	.type_to_sql = lmy_type_write_mariadb,
	.reflect = lmy_reflect_mariadb,
};
