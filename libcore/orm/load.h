/* SPDX-License-Identifier: MIT */
/* orm/load.h - running statements for a session: rows become objects.
 *
 * What a session keeps for it hangs at session->lists and is made at the first use: the lists that
 * queries gave out, idle buffers, prepared finds.
 * A select is run in this order: its structure key finds the plan (or compiles it), changes of the
 * tables it touches are flushed, the transaction begins, rows are fetched straight into slots of
 * the extents, what the plan joined is filled in, and the other relationships that are to come with
 * the objects are loaded level by level from a queue: no recursion on the depth of data.
 * Invariants: a cursor is closed before another statement of the same load runs; everything that a
 * running statement points to (lode__run) is its own, because a flush may run others inside. */
#ifndef LODE_ORM_LOAD_H
#define LODE_ORM_LOAD_H
#include "base/arena.h"
#include "orm/eager.h"
#include "orm/gather.h"
#include "orm/session.h"

/* ---- for the rest of the layer */

/* Frees lists, streams, buffers and tombstones of a session; before its link goes. */
void lode__load_dispose(lode_session *session);
/* Ends all row streams: they answer LODE_E_STATE from now on; before a transaction ends. */
void lode__load_close_rows(lode_session *session);
/* A list of the session's that lode_list_free takes; items NULL and the error set on failure. */
lode_list lode__list_new(lode_session *session, void *const *items, size_t count);
/* lode__load_link without regard to "raise" strategies: for cascades and flushes. */
lode_status lode__load_link_always(lode_session *session, const lode__relationship *relationship,
				   void *instance);
/* The row of a persistent object is gone: it leaves the identity map as if it had been deleted. */
/* Those of the objects, all of one class, that are expired are read again; LODE_E_STALE: a row is gone. */
lode_status lode__load_expired(lode_session *session, void *const *items, size_t count);
lode_status lode__object_gone(lode_session *session, lode__object *object);

/* ---- what a session keeps */

/* Key and values of a statement that is being run. */
typedef struct lode__run {
	struct lode__run *next;
	lode__buf key;
	lode__values values;
} lode__run;

/* A statement's option about loading on demand, remembered for the objects that came with it. */
typedef struct lode__raised {
	uint32_t peers;
	uint32_t access; /* LODE_LAZY_SELECT, LODE_LAZY_RAISE, LODE_LAZY_RAISE_ON_SQL */
	const lode__relationship *relationship;
} lode__raised;

struct lode__result_list {
	struct lode__list_head *first; /* lists given out */
	lode__run *idle;
	lode__text_sink sink;	       /* into the session's pool */
	struct lode__finder **finders; /* by mapper index (find.h) */
	lode__raised *raised;
	size_t raised_count, raised_capacity;
	lode__arena texts; /* of lode_scalar */
};

/* A list: this, then the items, one block. */
typedef struct lode__list_head {
	struct lode__list_head *previous, *next;
	lode_session *session; /* NULL: not given out yet */
	size_t count, capacity;
	void *items[];
} lode__list_head;

/* NULL: out of memory, said in the session */
struct lode__result_list *lode__loading(lode_session *session);
lode__run *lode__run_take(lode_session *session);
void lode__run_give(lode_session *session, lode__run *run);
lode_status lode__list_push(lode_session *session, lode__list_head **list, void *item);
lode_list lode__list_give_out(lode_session *session, lode__list_head *list);

/* ---- statements */

/* Enters the session for a statement, or spends it: false.  Leaving retires it. */
bool lode__statement_enter(lode_session *session, lode_statement *statement);
void lode__statement_leave(lode_session *session, lode_statement *statement);
/* May it be run? Misuse is said in the session. */
lode_status lode__statement_accept(lode_session *session, const lode_statement *statement);
/* The statement is done with: a kept one stays, others become tombstones. */
void lode__statement_retire(lode_session *session, lode_statement *statement);
/* The statement that says what is run: of a bound query, the query's. */
const lode_statement *lode__statement_source(const lode_statement *statement);

/* Find or make the plan (release it by lode__plans_release); values are in run afterwards. */
lode_status lode__load_plan_of(lode_session *session, lode__run *run,
			       const lode_statement *statement, const lode__relationship *link,
			       lode__loaders loaders, lode__load_plan **out);
/* Flush what it would not see, begin, send; the cursor is to be closed.
 * window: of lode__cursor_execute. */
lode_status lode__load_execute(lode_session *session, const lode__load_plan *plan,
			       const lode_value *values, size_t count, uint32_t window,
			       lode__cursor *out);

/* ---- loads */

/* Relationships to be loaded next, first in first out. */
typedef struct lode__task {
	const lode__relationship *relationship;
	lode__loaders loaders; /* options for what it leads to */
	bool whole;	       /* the owners are all there are */
	lode__list_head *owners;
} lode__task;

typedef struct lode__queue {
	lode__task *tasks;
	size_t at, count, capacity;
	bool overwrite; /* rows replace what known objects hold */
	bool whole;	/* the load that runs reads all rows of its class */
} lode__queue;

typedef struct lode__load_part { /* an entity of the rows being read */
	lode__extent *extent;
	uint32_t peers;
	bool wanted;  /* its objects are kept: something is to be loaded for them */
	void *slot;   /* the next row goes there */
	void *object; /* stands for the row just read; NULL: nobody */
	lode__loaders loaders;
	lode__owners owners;
	lode__list_head *objects; /* entity 0: each once; others: as wanted, maybe repeated */
} lode__load_part;

typedef struct lode__load {
	lode_session *session;
	const lode__load_plan *plan;
	lode__queue *queue;
	struct lode__gather *gather; /* of a load of links, else NULL */
	size_t most;		     /* stop after so many objects; 0: all */
	bool unlisted;		     /* nobody asks for the objects: they are gathered */
	bool pushed;		     /* many rows, all of them wanted: the driver may push them */
	lode_status stopped;	     /* why it was told to stop pushing */
	lode__cursor cursor;
	lode_fetch fetch;
	lode__load_part *parts;
	void **bases;
	char *scratch;
	lode__pointer_map seen; /* known objects that are in the list */
} lode__load;

/* lode__extent_admit, also for objects that are not tracked. */
void *lode__row_admit(lode__extent *extent, void *row, uint32_t peers, bool overwrite);
/* fetch.c: all rows of the cursor, or as many as are wanted. */
lode_status lode__fetch(lode__load *load);
/* Run a plan.  The objects of entity 0, each once and in row order, are in *out also after a
 * failure (release it with the session's allocator); what is to come with them is queued. */
lode_status lode__load_run(lode_session *session, const lode__load_plan *plan,
			   const lode_value *values, size_t count, lode__loaders loaders,
			   struct lode__gather *gather, size_t most, lode__queue *queue,
			   lode__list_head **out);
/* What is to be loaded for objects that came without a select. */
lode_status lode__queue_objects(lode_session *session, lode__queue *queue,
				const lode_mapper *mapper, lode__loaders loaders,
				const lode__list_head *objects);
lode_status lode__queue_drain(lode_session *session, lode__queue *queue);
void lode__queue_dispose(lode_session *session, lode__queue *queue);
/* lazy.c: load a relationship of some owners, in as few statements as the dialect allows.  `whole`:
 * they are all the objects there are, so that the rows need not be chosen by key. */
lode_status lode__load_links(lode_session *session, lode__queue *queue,
			     const lode__relationship *relationship, void *const *owners,
			     size_t count, lode__loaders loaders, bool whole);

/* Run a select with all that comes with its objects.  Does not retire it. */
lode_status lode__load_select(lode_session *session, const lode_statement *statement, size_t most,
			      lode__list_head **out);
#endif
