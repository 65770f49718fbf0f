/* SPDX-License-Identifier: MIT */
/* relationships.h - what relationships.c offers. */
#ifndef RELATIONSHIPS_H
#define RELATIONSHIPS_H

#include "models.h"

/* Change, move and remove the addresses of users, add a user, rename the first. */
lode_status relationships(lode_registry *registry, lode_engine *engine);

#endif
