/* SPDX-License-Identifier: MIT */
/* orm/configure.h - linking relationships, and finishing a registry. */
#ifndef LODE_ORM_CONFIGURE_H
#define LODE_ORM_CONFIGURE_H
#include "orm/registry.h"

/* Map what relationships reach, then link every relationship that is not.
 * LODE_OK, LODE_E_MAPPING, LODE_E_EXISTS, LODE_E_NO_OBJECT, LODE_E_NOMEM. */
lode_status lode__configure_mappers(lode_registry *registry, lode_error *error);
/* Resolve the metadata and check what only then is known.  The same statuses. */
lode_status lode__configure_finish(lode_registry *registry, lode_error *error);
#endif
