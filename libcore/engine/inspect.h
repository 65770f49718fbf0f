/* SPDX-License-Identifier: MIT */
/* engine/inspect.h - asking a dialect what a database holds. */
#ifndef LODE_ENGINE_INSPECT_H
#define LODE_ENGINE_INSPECT_H

#include <lode/inspect.h>

#include "engine/link.h"

/* The dialect of the chain that can tell, NULL if none can. */
const lode_dialect *lode__dialect_reflecting(const lode__dialect *dialect);

#endif
