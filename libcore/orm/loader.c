/* SPDX-License-Identifier: MIT */
/* orm/loader.c - see loader.h. */
#include "orm/loader.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/vec.h"
#include "engine/cursor.h"
#include "orm/eager.h"
#include "sql/statement.h"

lode_loader *lode_load(uint32_t strategy, lode_rel rel)
{
	lode_loader *loader = lode__alloc_zero(NULL, sizeof *loader);

	if (!loader)
		return NULL;
	loader->strategy = strategy;
	loader->rel = rel;
	if (strategy > LODE_LAZY_RAISE_ON_SQL || !rel.owner)
		loader->status = LODE_E_MISUSE;
	return loader;
}

void lode__loader_free(lode_loader *loader)
{
	if (!loader)
		return;
	for (uint32_t i = 0; i < loader->next_count; i++)
		lode__loader_free(loader->next[i]);
	lode__release(NULL, loader->next);
	lode__release(NULL, loader);
}

void lode_loader_free(lode_loader *loader)
{
	if (loader && !loader->placed)
		lode__loader_free(loader);
}

static lode_status push_next(lode_loader *loader, lode_loader *next)
{
	size_t capacity = loader->next_capacity;
	lode_status status = lode__array_reserve(NULL, (void **)&loader->next, &capacity,
						 loader->next_count + 1u, sizeof(lode_loader *));

	loader->next_capacity = (uint32_t)capacity;
	if (status == LODE_OK)
		loader->next[loader->next_count++] = next;
	return status;
}

lode_loader *lode_then(lode_loader *loader, lode_loader *next)
{
	if (!loader) {
		lode_loader_free(next);
		return NULL;
	}
	if (!next || next->placed || next == loader) {
		loader->status = next ? LODE_E_MISUSE : LODE_E_NOMEM;
		return loader;
	}
	next->placed = true;
	if (push_next(loader, next) < 0) {
		lode__loader_free(next);
		loader->status = LODE_E_NOMEM;
	}
	return loader;
}

lode_statement *lode_option(lode_statement *statement, lode_loader *loader)
{
	if (!statement) {
		lode_loader_free(loader);
		return NULL;
	}
	if (!loader)
		return lode__statement_fail(statement, LODE_E_NOMEM,
					    "out of memory for an option of a statement");
	if (loader->placed)
		return lode__statement_fail(
			statement, LODE_E_MISUSE,
			"an option was given to two statements: make one for each");
	loader->placed = true;
	return lode__statement_add_loader(statement, loader, lode__loader_free);
}

lode_statement *lode_populate_existing(lode_statement *statement)
{
	if (statement && statement->status == LODE_OK) /* a failed one may be constant */
		statement->populate |= LODE__POPULATE_EXISTING;
	return statement;
}

lode_statement *lode_no_autoflush(lode_statement *statement)
{
	if (statement && statement->status == LODE_OK) /* a failed one may be constant */
		statement->populate |= LODE__NO_AUTOFLUSH;
	return statement;
}

lode_statement *lode_yield_per(lode_statement *statement, uint32_t rows)
{
	if (statement && statement->status == LODE_OK)
		statement->window = rows < LODE__PUSHED ? rows : LODE__PUSHED - 1;
	return statement;
}

/* ---- asking */

static lode_status refuse_loader(const lode_loader *loader, lode_error *error)
{
	if (loader->status == LODE_E_NOMEM)
		return lode__error_nomem(error);
	return lode__error_set(
		error, LODE_E_MISUSE, "%s",
		loader->rel.owner
			? "an option for loading is unknown or was chained twice"
			: "an option for loading has no class: use LODE_SELECTIN_LOAD(T, member)");
}

lode_status lode__loaders_check(lode__loaders loaders, const lode_mapper *mapper, lode_error *error)
{
	for (size_t i = 0; i < loaders.count; i++) {
		const lode_loader *loader = loaders.items[i];
		const lode__relationship *relationship;
		lode__loaders below = { loader->next, loader->next_count };
		lode_status status;

		if (loader->status < 0)
			return refuse_loader(loader, error);
		if (loader->rel.owner != mapper->class_)
			return lode__error_set(
				error, LODE_E_MISUSE,
				"an option for loading %s stands where objects of %s are loaded",
				loader->rel.owner->name, mapper->name);
		relationship = lode__mapper_relationship_at(mapper, loader->rel.offset);
		if (!relationship)
			return lode__error_set(error, LODE_E_MISUSE,
					       "an option for loading names a member of %s that is "
					       "no relationship",
					       mapper->name);
		/* options are as deep as the program's text: recursion is bounded by it */
		status = lode__loaders_check(below, relationship->target, error);
		if (status < 0)
			return status;
	}
	return LODE_OK;
}

uint32_t lode__loader_of(lode__loaders loaders, const lode__relationship *relationship)
{
	for (size_t i = loaders.count; i-- > 0;)
		if (loaders.items[i]->rel.offset == relationship->offset)
			return (uint32_t)i;
	return LODE__BY_DEFAULT;
}

uint32_t lode__strategy_of(lode__loaders loaders, const lode__relationship *relationship)
{
	uint32_t loader = lode__loader_of(loaders, relationship);

	return loader == LODE__BY_DEFAULT ? relationship->lazy : loaders.items[loader]->strategy;
}

lode__loaders lode__loaders_below(lode__loaders loaders, uint32_t loader)
{
	lode__loaders below = { NULL, 0 };

	if (loader != LODE__BY_DEFAULT) {
		below.items = loaders.items[loader]->next;
		below.count = loaders.items[loader]->next_count;
	}
	return below;
}
