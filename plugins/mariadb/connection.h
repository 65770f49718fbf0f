/* SPDX-License-Identifier: MIT */
/* mariadb/connection.h - one MYSQL handle and what belongs to it.
 *
 * Invariants: at most one statement is `streaming`, its rows are still on the wire and nothing else
 * may be sent before lmy_conn_enter has read them; `begun` from BEGIN to COMMIT or ROLLBACK;
 * `failed` while the server has rolled back what the host has not; `dead` for ever. */
#ifndef LODE_MARIADB_CONNECTION_H
#define LODE_MARIADB_CONNECTION_H

#include <mysql.h>

#include <lode/driver.h>

#include "option.h"

struct lode_drv_conn {
	MYSQL *db;
	lmy_options options;
	lode_drv_stmt *statements; /* all that are open */
	lode_drv_stmt *streaming;
	unsigned long thread_id; /* of the server; read by cancel() from any thread */
	uint64_t max_packet;
	uint32_t version; /* major * 1000000 + minor * 1000 + patch */
	int is_mariadb, has_bulk, has_returning;
	int begun, failed, dead;
	char xa[65];	    /* id of the transaction begun, in two phases; "" any other */
	int32_t isolation;  /* of the transaction begun */
	uint32_t tx_flags;  /* LODE_TXF_* */
	int32_t timeout_ms; /* that the server knows of, -1 none */
	int64_t since;	    /* clock at the begin of what is being run */
	char version_text[60], library[60];
};

extern const lode_conn_ops lmy_conn_ops;

int64_t lmy_conn_clock(void); /* milliseconds */
/* what the server said last, no round trip */
int lmy_conn_in_transaction(const lode_drv_conn *c);
/* Before anything is sent: read the rows that another statement has left on the wire (`own`: those
 * may stay), take a transaction up again that DDL has committed, tell the server a new timeout. */
lode_status lmy_conn_enter(lode_drv_conn *c, const lode_drv_stmt *own, int32_t timeout_ms,
			   lode_err *e);
/* one command without rows; reported */
lode_status lmy_conn_run(lode_drv_conn *c, const char *sql, lode_err *e);

#endif
