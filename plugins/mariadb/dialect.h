/* SPDX-License-Identifier: MIT */
/* mariadb/dialect.h - the SQL of MariaDB, and of MySQL, which it derives from.
 *
 * Used with any driver, and without a server: nothing here calls the client library. */
#ifndef LODE_MARIADB_DIALECT_H
#define LODE_MARIADB_DIALECT_H

#include <lode/driver.h>

#define LMY_MAX_NAME 64

/* What every session has.  Backslashes are ordinary characters in strings, a number too large or a
 * text too long is an error, and times are UTC. */
#define LMY_SESSION_SQL "SET NAMES utf8mb4, " LMY_SESSION_VARIABLES
#define LMY_SESSION_VARIABLES                                                                      \
	"time_zone='+00:00', autocommit=1,"                                                        \
	" sql_mode='STRICT_ALL_TABLES,STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"             \
	"NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,"          \
	"NO_ZERO_IN_DATE'"

extern const lode_dialect lmy_mariadb, lmy_mysql;
extern const char *const lmy_reserved_words[];

/* type.c */
lode_status lmy_type_write(const lode_render_context *c, const lode_type_info *t, lode_err *e);
lode_status lmy_type_write_mariadb(const lode_render_context *c, const lode_type_info *t,
				   lode_err *e);
lode_status lmy_type_read(const lode_conn_info *i, const char *native, lode_type_info *io);

/* reflect.c */
lode_status lmy_reflect(lode_hconn *hc, const lode_rf_request *q, const lode_rf_sink *k,
			lode_err *e);
lode_status lmy_reflect_mariadb(lode_hconn *hc, const lode_rf_request *q, const lode_rf_sink *k,
				lode_err *e);

#endif
