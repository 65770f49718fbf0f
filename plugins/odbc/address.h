/* SPDX-License-Identifier: MIT */
/* odbc/address.h - the connection string of SQLDriverConnect, made of a URL's parts.
 *
 *   odbc://user:password@DSN/database?option=value   DSN=...;Database=...;UID=...;PWD=...
 *   odbc:///?driver=NAME&server=HOST                 Driver={NAME};server=HOST
 *   odbc://host:port/database?driver=NAME            Driver={NAME};Server=host;Port=port
 *
 * It holds the password, so it is erased before it is released and never part of a message. */
#ifndef LODE_ODBC_ADDRESS_H
#define LODE_ODBC_ADDRESS_H

#include <lode/driver.h>

typedef struct lodbc_address {
	char *text; /* ends in NUL; NULL: nothing yet */
	size_t size, capacity;
} lodbc_address;

/* names of URL options that become keywords of the connection string; "odbc.*" is any other one */
extern const char *const lodbc_address_keys[];

/* LODE_E_CONNECT, reported: neither a data source nor a driver is named */
lode_status lodbc_address_make(lodbc_address *out, const lode_connect *a, lode_err *e);
/* append the keywords that are not there; 1: some were, 0: none, -1: out of memory */
int lodbc_address_add(lodbc_address *address, const char *const *keywords);
void lodbc_address_dispose(lodbc_address *address);

/* the data source or driver, which decides what library is loaded; "" if there is none */
const char *lodbc_address_source(const lode_connect *a);

#endif
