/* SPDX-License-Identifier: MIT */
/* engine/transaction.h - what link.c needs of transaction.c. */
#ifndef LODE_ENGINE_TRANSACTION_H
#define LODE_ENGINE_TRANSACTION_H

#include "engine/link.h"

struct lode__savepoint {
	lode__savepoint *outer;
	char name[64];
};

/* forget the savepoints set after `until`; NULL: all */
void lode__savepoints_drop(lode__link *link, const lode__savepoint *until);

#endif
