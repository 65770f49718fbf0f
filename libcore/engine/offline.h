/* SPDX-License-Identifier: MIT */
/* engine/offline.h - the driver behind engines without a database. */
#ifndef LODE_ENGINE_OFFLINE_H
#define LODE_ENGINE_OFFLINE_H

#include <lode/engine.h>

#include "engine/plugin.h"

/* where the statements of an engine go; visit NULL: to a database */
typedef struct lode__offline {
	lode_sql_function *visit;
	void *context;
} lode__offline;

lode_status lode__offline_driver(const lode__driver **out, lode_error *error);

#endif
