/* SPDX-License-Identifier: MIT */
/* lode/lode.h - all of lode for applications, in reading order. */
#ifndef LODE_LODE_H
#define LODE_LODE_H
#include <lode/status.h>
#include <lode/error.h>
#include <lode/types.h>
#include <lode/schema.h>
#include <lode/class.h>
#include <lode/query.h>
#include <lode/engine.h>
#include <lode/inspect.h>
#include <lode/session.h>
#endif
