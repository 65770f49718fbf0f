/* SPDX-License-Identifier: MIT */
/* orm/resolve.h - what the SQL layer asks about classes, answered from a registry. */
#ifndef LODE_ORM_RESOLVE_H
#define LODE_ORM_RESOLVE_H
#include "orm/registry.h"
#include "sql/compile.h"

/* Fill a resolver; valid as long as the registry. */
void lode__resolver_init(lode__resolver *out, const lode_registry *registry);
#endif
