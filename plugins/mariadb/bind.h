/* SPDX-License-Identifier: MIT */
/* mariadb/bind.h - from the caller's memory to a parameter of the binary protocol.
 *
 * The type on the wire follows from the descriptor alone, never from the value, but for
 * LODE_R_VALUE: a batch sends its types once. */
#ifndef LODE_MARIADB_BIND_H
#define LODE_MARIADB_BIND_H

#include <mysql.h>

#include <lode/driver_util.h>

/* one parameter of one row: what MYSQL_BIND points at */
typedef struct lmy_value {
	enum enum_field_types type;
	my_bool is_unsigned, is_null;
	const void *p; /* into the caller's memory, or into `as` */
	unsigned long n;
	union {
		int64_t i;
		uint64_t u;
		float f32;
		double f64;
		MYSQL_TIME time;
		char text[LODE_UTIL_INTERVAL_SIZE];
	} as;
} lmy_value;

/* what a parameter is on the wire, NULL or not; of LODE_R_VALUE only what NULL is */
enum enum_field_types lmy_value_type(const lode_drv_bind *b);
/* 0, or a status and a reason that lives for ever */
lode_status lmy_value_load(lmy_value *out, const lode_drv_bind *b, const void *const *bases,
			   size_t row, const char **why);
/* bytes on the wire at most */
size_t lmy_value_size(const lmy_value *v);
/* point a MYSQL_BIND at it; `v` has to stay where it is */
void lmy_value_bind(MYSQL_BIND *out, lmy_value *v);

#endif
