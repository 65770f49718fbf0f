/* SPDX-License-Identifier: MIT */
/* engine/prepared.c - a connection's prepared statements, by their text.
 *
 * A statement is found by the pointer the caller had last time, if the text is still the same, else
 * by hash.  One that is in use is not given out twice: a second one is prepared and closed after
 * use.  The least recently used goes when there are too many; those in use never do. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "engine/link.h"
#include "engine/state.h"

#define RECENT(link, sql) \
	(&(link)->recent[lode__hash_mix((uintptr_t)(sql)) % (sizeof (link)->recent / \
	                                                     sizeof *(link)->recent)])

static bool is_same(const lode__prepared *prepared, const char *sql, size_t size, bool keys)
{
	return prepared->size == size && prepared->keys == keys &&
	       memcmp(prepared->sql, sql, size) == 0;
}

/* ---------------------------------------------------------------- list and table */

static void unlink_newest(lode__link *link, lode__prepared *prepared)
{
	if (prepared->newer)
		prepared->newer->older = prepared->older;
	else
		link->newest = prepared->older;
	if (prepared->older)
		prepared->older->newer = prepared->newer;
	else
		link->oldest = prepared->newer;
}

static void push_newest(lode__link *link, lode__prepared *prepared)
{
	prepared->newer = NULL;
	prepared->older = link->newest;
	if (link->newest)
		link->newest->newer = prepared;
	else
		link->oldest = prepared;
	link->newest = prepared;
}

static void unlink_slot(lode__link *link, lode__prepared *prepared)
{
	lode__prepared **at = &link->slots[prepared->hash & (link->slot_count - 1)];

	while (*at != prepared)
		at = &(*at)->chain;
	*at = prepared->chain;
	for (size_t i = 0; i < sizeof link->recent / sizeof *link->recent; i++)
		if (link->recent[i] == prepared)
			link->recent[i] = NULL;
}

static void close_prepared(lode__link *link, lode__prepared *prepared)
{
	if (prepared->statement && link->statement_ops)
		link->statement_ops->close(prepared->statement);
	lode__release(&link->engine->allocator, prepared->scratch);
	lode__release(&link->engine->allocator, prepared);
}

static void evict(lode__link *link, lode__prepared *prepared)
{
	unlink_newest(link, prepared);
	unlink_slot(link, prepared);
	link->prepared_count--;
	close_prepared(link, prepared);
}

static void evict_oldest(lode__link *link)
{
	lode__prepared *at = link->oldest;

	while (at && at->busy)
		at = at->newer;
	if (at)
		evict(link, at);
}

void lode__link_forget(lode__link *link)
{
	while (link->newest)
		evict(link, link->newest);
}

/* the table is made once, large enough for the cache's limit */
static bool have_table(lode__link *link)
{
	uint32_t count = 16;

	if (link->slots)
		return true;
	while (count < link->engine->statement_cache && count < 1u << 20)
		count *= 2;
	link->slots = lode__alloc_array(&link->engine->allocator, count, sizeof *link->slots);
	if (link->slots)
		link->slot_count = count;
	return link->slots != NULL;
}

static void keep_prepared(lode__link *link, lode__prepared *prepared)
{
	lode__prepared **slot;

	if (link->engine->statement_cache == 0 || !have_table(link))
		return;
	while (link->prepared_count >= link->engine->statement_cache) {
		uint32_t before = link->prepared_count;

		evict_oldest(link);
		if (link->prepared_count == before)
			return;    /* all in use */
	}
	slot = &link->slots[prepared->hash & (link->slot_count - 1)];
	prepared->chain = *slot;
	*slot = prepared;
	push_newest(link, prepared);
	link->prepared_count++;
	prepared->cached = true;
}

/* ---------------------------------------------------------------- finding */

static lode__prepared *find_by_hash(lode__link *link, const char *sql, size_t size, bool keys,
                                    uint64_t hash)
{
	lode__prepared *at = link->slots ? link->slots[hash & (link->slot_count - 1)] : NULL;

	while (at && !(at->hash == hash && is_same(at, sql, size, keys)))
		at = at->chain;
	return at;
}

static lode_status prepare_new(lode__prepared **out, lode__link *link, const char *sql, size_t size,
                               const lode_prepare *options, lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, link->dialect);
	lode__prepared *prepared = lode__alloc_zero(&link->engine->allocator,
	                                            sizeof *prepared + size + 1);
	lode_status status;

	if (!prepared)
		return lode__error_nomem(error);
	prepared->sql = (char *)(prepared + 1);
	memcpy(prepared->sql, sql, size);
	prepared->size = size;
	prepared->keys = options->key_column != NULL;
	status = link->ops->prepare(link->connection, prepared->sql, size, options,
	                            &prepared->statement, &err);
	if (status < 0) {
		lode__release(&link->engine->allocator, prepared);
		return lode__link_failed(link, &err, status, "prepare", sql, size);
	}
	*out = prepared;
	return LODE_OK;
}

lode_status lode__link_prepare(lode__prepared **out, lode__link *link, const char *sql, size_t size,
                               const lode_prepare *options, int *cached, lode_error *error)
{
	bool keys = options->key_column != NULL;
	lode__prepared **recent = RECENT(link, sql), *found = *recent;
	uint64_t hash = 0;
	lode_status status;

	if (!found || found->given != sql || !is_same(found, sql, size, keys)) {
		hash = lode__hash(sql, size);
		found = find_by_hash(link, sql, size, keys, hash);
	}
	if (found && !found->busy) {
		if (link->newest != found) {
			unlink_newest(link, found);
			push_newest(link, found);
		}
		*cached = 1;
	} else {
		bool in_use = found != NULL;

		status = prepare_new(&found, link, sql, size, options, error);
		if (status != LODE_OK)
			return status;
		found->hash = hash;
		if (!in_use)
			keep_prepared(link, found);
		*cached = 0;
	}
	found->busy = true;
	if (found->cached) {
		found->given = sql;
		*recent = found;
	}
	*out = found;
	return LODE_OK;
}

void lode__prepared_done(lode__link *link, lode__prepared *prepared)
{
	link->statement_ops->reset(prepared->statement);
	prepared->busy = false;
	if (prepared->scratch) {
		lode__release(&link->engine->allocator, prepared->scratch);
		prepared->scratch = NULL;
	}
	if (!prepared->cached)
		close_prepared(link, prepared);
}
