/* SPDX-License-Identifier: MIT */
/* engine/engine.h - what one database is to the library: driver, dialect, pool, plans, log.
 *
 * Everything but the pool, the plans and `dialect` is constant after lode_engine_open(). */
#ifndef LODE_ENGINE_ENGINE_H
#define LODE_ENGINE_ENGINE_H

#include <lode/engine.h>

#include "base/arena.h"
#include "base/log.h"
#include "engine/link.h"

/* what it speaks; connects once if only the server can tell.  Valid while the engine is open. */
const lode__dialect *lode__engine_dialect(lode_engine *engine, lode_error *error);
/* the dialect of that name without a server, made in the arena */
lode_status lode__dialect_named(lode__dialect **out, const char *name, lode__arena *arena,
                                lode_error *error);
const lode_allocator *lode__engine_allocator(const lode_engine *engine);

/* Statements are logged as "sql" at LODE_LOG_DEBUG: the text is exactly what is sent, on one line,
 * before it is sent; "sql-done" follows with time, rows and whether it was prepared already.  Values
 * are "sql-values", only with echo 2.  "pool" tells of connections, LODE_W_SERVER of notices. */
const lode__logger *lode__engine_logger(const lode_engine *engine);

/* the link behind a connection, for the layers above */
lode__link *lode__connection_link(lode_connection *connection);

#endif
