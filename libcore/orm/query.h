/* SPDX-License-Identifier: MIT */
/* orm/query.h - statements run for their objects or their effect: lode_all and its like. */
#ifndef LODE_ORM_QUERY_H
#define LODE_ORM_QUERY_H
#include "orm/load.h"

/* Objects of classes of the table that the statement writes are reloaded when next reached. */
void lode__expire_written(lode_session *session, const lode_statement *statement);
#endif
