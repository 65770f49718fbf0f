/* SPDX-License-Identifier: MIT */
/* engine/state.h - the struct behind lode_engine, for this layer only. */
#ifndef LODE_ENGINE_STATE_H
#define LODE_ENGINE_STATE_H

#include <pthread.h>

#include "base/arena.h"
#include "engine/engine.h"
#include "engine/fork.h"
#include "engine/offline.h"
#include "engine/plan.h"
#include "engine/plugin.h"
#include "engine/url.h"
#include "engine/waiters.h"
#include "sql/dialect.h"

/* Invariant under `mutex`: open == connections idle, in use, or being opened; open <= size +
 * overflow; there are waiters only while nothing is idle and there is no room. */
typedef struct lode__pool_state {
	pthread_mutex_t mutex;
	lode__link *idle;            /* last in, first out */
	lode__waiters waiters;       /* first come, first served */
	uint32_t size, overflow, open, idle_count;
	int32_t kind;                /* LODE_POOL_* */
	int32_t timeout_ms;
	int64_t recycle_usec;        /* 0 never */
	int64_t ping_usec;           /* idle for so long: ask before use; -1 never */
	bool single;                 /* an in-memory database: its only connection is the database */
	bool closing;
	uint64_t generation;         /* links of an older one are not used again */
	uint64_t opened, closed;
	lode__fork_mark fork;        /* the process that the state belongs to */
} lode__pool_state;

typedef struct lode__plan_cache {
	pthread_mutex_t mutex;
	lode__plan *newest, *oldest;
	lode__plan **slots;
	uint32_t slot_count, count, limit;
} lode__plan_cache;

struct lode_engine {
	lode_allocator allocator;
	lode_url *url;
	const lode__driver *driver;
	lode__logger logger;
	bool log_values;
	char *name;
	lode_connect_function *connect;      /* may change how the next connection is opened */
	void *connect_context;
	int32_t connect_timeout_ms;
	int32_t timeout_ms;          /* -1 none */
	uint32_t statement_cache;
	int32_t isolation;
	lode__offline offline;       /* instead of a database */
	lode__pool_state pool;
	lode__plan_cache plans;
	pthread_mutex_t dialect_mutex;
	const lode__plugin_dialect *named;   /* by the URL; NULL: the server decides */
	lode__arena dialect_arena;   /* the two below and their texts */
	lode__dialect *dialect;      /* NULL until the first connection; then constant */
	lode_conn_info *info;        /* what `dialect` was made for */
};

/* pool.c */
void lode__pool_open(lode_engine *engine);
void lode__pool_close(lode_engine *engine);   /* nothing is in use or idle */
/* First use in a child: connections, and what threads that are not here hold, are left to the parent.
 * Before anything that locks; costs a load. */
void lode__engine_settle(lode_engine *engine);
/* a connection broke: do not use others of its age */
void lode__pool_invalidate(lode_engine *engine, const lode__link *link);

/* plan.c */
void lode__plan_cache_open(lode_engine *engine, uint32_t limit);
void lode__plan_cache_close(lode_engine *engine);
/* in a forked child: begin with none, the old ones may be half changed */
void lode__plan_cache_abandon(lode_engine *engine);

/* dialect.c: make engine->dialect for the server behind the link, once; run what every connection
 * of the dialect needs */
lode_status lode__dialect_settle(lode__link *link, lode_error *error);
/* an offline dialect, into the arena */
lode_status lode__dialect_make(lode__dialect **out, const lode__plugin_dialect *found,
                               const lode_conn_info *server, lode__arena *arena, lode_error *error);

/* engine.c: the end, when the last link has come back */
void lode__engine_destroy(lode_engine *engine);

#endif
