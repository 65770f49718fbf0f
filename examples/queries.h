/* SPDX-License-Identifier: MIT */
/* queries.h - what queries.c offers. */
#ifndef QUERIES_H
#define QUERIES_H

#include "models.h"

/* Print users by the number of their addresses, and name those without a full name "unknown". */
lode_status queries(lode_session *session);

#endif
