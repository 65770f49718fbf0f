/* SPDX-License-Identifier: MIT */
/* mariadb/classify.h - what a server's error means and which objects it names.
 *
 * From number, SQLSTATE and message alone: errors come the same way through ODBC. */
#ifndef LODE_MARIADB_CLASSIFY_H
#define LODE_MARIADB_CLASSIFY_H

#include <lode/driver.h>

#define LMY_NAME_MAX 260

typedef struct lmy_names {
	char table[LMY_NAME_MAX]; /* each empty if the message does not say */
	char column[LMY_NAME_MAX];
	char constraint[LMY_NAME_MAX];
} lmy_names;

/* the class of an error; LODE_OK: neither number nor state is known */
lode_status lmy_class(int32_t code, const char *sqlstate);
void lmy_names_find(lmy_names *out, int32_t code, const char *message);
/* the message without the value that some carry between quotes: values are nobody's business */
void lmy_message_copy(char *out, size_t size, int32_t code, const char *message);
/* the dialects' hook */
lode_status lmy_classify(const lode_error_info *in);

#endif
