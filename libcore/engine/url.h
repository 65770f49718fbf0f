/* SPDX-License-Identifier: MIT */
/* engine/url.h - a parsed URL and the options that a driver is handed. */
#ifndef LODE_ENGINE_URL_H
#define LODE_ENGINE_URL_H

#include <lode/driver.h>
#include <lode/engine.h>

#include "base/arena.h"

struct lode_url {
	lode_url_parts parts;        /* pointers into the arena */
	lode__arena arena;
	const lode_allocator *allocator;
	const char *text;
	const char *redacted;
	char port[8];                /* as text, "" absent */
};

/* what host->opt reads: connection parts by name, then the query */
struct lode_options {
	const lode_url *url;
};

/* as the public ones, with an allocator that lives longer than the URL */
lode_url *lode__url_parse(const char *text, const lode_allocator *allocator, lode_error *error);
lode_url *lode__url_new(const lode_url_parts *parts, const lode_allocator *allocator,
                        lode_error *error);

/* [a-z0-9_]+ of at most 63 bytes: names of dialects, drivers and plugins */
bool lode__plugin_name_ok(const char *name, size_t size);

#endif
