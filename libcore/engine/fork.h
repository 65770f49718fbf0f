/* SPDX-License-Identifier: MIT */
/* engine/fork.h - knowing that this process is a child of the one a thing was made in.
 *
 * Forks are counted in the child.  What was made under an older count belongs to the parent: its
 * mutexes may be locked by threads that are not here, its connections are the parent's to talk on. */
#ifndef LODE_ENGINE_FORK_H
#define LODE_ENGINE_FORK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* forks between the first engine of the first process and this process */
uint32_t lode__fork_count(void);
/* begin to count; any number of times */
void lode__forks_watch(void);

/* Whose a thing is.  In a child exactly one thread makes it the child's, others wait for that. */
typedef struct lode__fork_mark {
	atomic_uint state;           /* 2 * count; odd while a thread of that process settles it */
} lode__fork_mark;

void lode__fork_mark_init(lode__fork_mark *mark);
/* false: it is this process's.  True: the caller makes it so, then calls lode__fork_settled(). */
bool lode__fork_settle(lode__fork_mark *mark);
void lode__fork_settled(lode__fork_mark *mark);
/* is it this process's?  Never waits. */
bool lode__fork_is_ours(lode__fork_mark *mark);

#endif
