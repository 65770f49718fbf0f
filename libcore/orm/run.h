/* SPDX-License-Identifier: MIT */
/* orm/run.h - lode_run: a unit of work, tried again when the database asks for it. */
#ifndef LODE_ORM_RUN_H
#define LODE_ORM_RUN_H
#include <lode/session.h>

/* May the work succeed if it is run again in a fresh session? */
bool lode__error_replays(const lode_error *error);
/* Milliseconds before attempt `attempt` (1 is the second one): doubling, with jitter. */
uint32_t lode__run_delay(uint32_t first, uint32_t attempt, uint32_t random);
#endif
