/* SPDX-License-Identifier: MIT */
/* engine/dialect.c - assembles what the compiler knows of a database: the dialect and its bases,
 * their traits for this server.
 *
 * An engine has one dialect, made when its first connection says what the server is.  Traits are
 * filled from the outermost base inwards, so that each overrides what it inherits. */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "engine/engine.h"
#include "engine/host.h"
#include "engine/state.h"

static lode_status find_chain(lode__dialect *dialect, const lode__plugin_dialect *found,
                              lode_error *error)
{
	size_t depth = 0;

	dialect->name = found->dialect.name;
	dialect->chain[depth++] = &found->dialect;
	while (found->dialect.base) {
		lode_status status;

		if (depth == LODE__DIALECT_CHAIN)
			return lode__error_set(error, LODE_E_PLUGIN,
			                       "dialect \"%s\": more than %d bases, or a circle",
			                       dialect->name, LODE__DIALECT_CHAIN);
		status = lode__plugin_dialect_find(&found, found->dialect.base, error);
		if (status != LODE_OK)
			return status;
		dialect->chain[depth++] = &found->dialect;
	}
	return LODE_OK;
}

static lode_status fill_traits(lode__dialect *dialect, lode_error *error)
{
	size_t depth = 0;

	lode__traits_generic(&dialect->traits);
	dialect->traits.struct_size = (uint32_t)sizeof dialect->traits;
	while (dialect->chain[depth])
		depth++;
	while (depth-- > 0) {
		const lode_dialect *one = dialect->chain[depth];
		lode_status status = one->traits ? one->traits(dialect->server, &dialect->traits) : 0;

		if (status < 0)
			return lode__error_set(error, status, "dialect \"%s\" cannot serve this server",
			                       one->name);
	}
	return LODE_OK;
}

lode_status lode__dialect_make(lode__dialect **out, const lode__plugin_dialect *found,
                               const lode_conn_info *server, lode__arena *arena, lode_error *error)
{
	lode__dialect *dialect = LODE__NEW(arena, lode__dialect);
	lode_status status;

	if (!dialect)
		return lode__error_nomem(error);
	dialect->server = server;
	dialect->host = &lode__host;
	status = find_chain(dialect, found, error);
	if (status == LODE_OK)
		status = fill_traits(dialect, error);
	if (status == LODE_OK)
		*out = dialect;
	return status;
}

lode_status lode__dialect_named(lode__dialect **out, const char *name, lode__arena *arena,
                                lode_error *error)
{
	const lode__plugin_dialect *found = NULL;
	lode_status status = lode__plugin_dialect_find(&found, name, error);

	return status == LODE_OK ? lode__dialect_make(out, found, NULL, arena, error) : status;
}

/* ---------------------------------------------------------------- for an engine */

static lode_conn_info *copy_info(const lode_conn_info *from, lode__arena *arena)
{
	lode_conn_info copy = *from, *info = LODE__NEW(arena, lode_conn_info);
	const char **const texts[] = { &copy.product,  &copy.version_text, &copy.dialect,
		                       &copy.database, &copy.schema,       &copy.client_lib };

	if (!info)
		return NULL;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *text = lode__arena_strdup(arena, *texts[i]);

		if (*texts[i] && !text)
			return NULL;
		*texts[i] = text;
	}
	*info = copy;
	return info;
}

static lode_status choose_dialect(const lode__plugin_dialect **out, const lode__link *link,
                                  lode_error *error)
{
	if (link->engine->named) {
		*out = link->engine->named;
		return LODE_OK;
	}
	if (link->info.dialect)
		return lode__plugin_dialect_find(out, link->info.dialect, error);
	return lode__plugin_dialect_match(out, &link->info, error);
}

/* the innermost dialect that has a probe corrects what the driver said */
static lode_status probe_server(lode__link *link, const lode__plugin_dialect *found,
                                lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, NULL);
	lode_status status;

	if (!found->dialect.probe || link->engine->offline.visit)
		return LODE_OK;
	status = found->dialect.probe((lode_hconn *)link, &link->info, &err);
	if (status == LODE_E_UNSUPPORTED && err.status == LODE_OK)
		return LODE_OK;
	return status < 0 ? lode__err_finish(&err, status, "probe", NULL, 0) : LODE_OK;
}

/* a dialect may want what this driver cannot do: then SQL that any driver runs */
static void fit_to_driver(lode__dialect *dialect, const lode_conn_info *info)
{
	lode_traits *traits = &dialect->traits;

	if (!(info->caps & LODE_CAP_ARRAY_PARAM))
		traits->in_style = 1;
	if (!(info->caps & LODE_CAP_ROWSET) && traits->rows_style > 1)
		traits->rows_style = traits->flags & LODE_DF_MULTI_VALUES ? 1 : 0;
	if (info->placeholder != 0)
		traits->placeholder = info->placeholder;
	if (info->limits & LODE_LIMIT_NO_RETURNING) {
		traits->returning_style = 0;
		traits->returning_on = 0;
	}
}

static lode_status make_dialect(lode__link *link, lode_error *error)
{
	lode_engine *engine = link->engine;
	const lode__plugin_dialect *found = NULL;
	lode__dialect *dialect = NULL;
	lode_conn_info *info;
	lode_status status = choose_dialect(&found, link, error);

	if (status == LODE_OK)
		status = probe_server(link, found, error);
	if (status != LODE_OK)
		return status;
	info = copy_info(&link->info, &engine->dialect_arena);
	if (!info)
		return lode__error_nomem(error);
	status = lode__dialect_make(&dialect, found, engine->offline.visit ? NULL : info,
	                            &engine->dialect_arena, error);
	if (status != LODE_OK)
		return status;
	fit_to_driver(dialect, info);
	engine->info = info;
	engine->dialect = dialect;
	return LODE_OK;
}

static lode_status set_up_session(lode__link *link, lode_error *error)
{
	const lode_dialect *const *at = link->engine->offline.visit ? NULL : link->dialect->chain;

	for (; at && *at; at++) {
		struct lode_err err = LODE__ERR_INIT(error, link->dialect);
		lode_status status;

		if (!(*at)->on_connect)
			continue;
		status = (*at)->on_connect((lode_hconn *)link, &err);
		if (status < 0 && !(status == LODE_E_UNSUPPORTED && err.status == LODE_OK))
			return lode__err_finish(&err, status, "session set-up", NULL, 0);
		break;    /* a dialect that has one calls for its bases itself */
	}
	return LODE_OK;
}

lode_status lode__dialect_settle(lode__link *link, lode_error *error)
{
	lode_engine *engine = link->engine;
	lode_status status = LODE_OK;

	pthread_mutex_lock(&engine->dialect_mutex);
	if (!engine->dialect) {
		lode__mark mark = lode__arena_mark(&engine->dialect_arena);

		status = make_dialect(link, error);
		if (status != LODE_OK)
			lode__arena_reset(&engine->dialect_arena, mark);
	}
	link->dialect = engine->dialect;
	pthread_mutex_unlock(&engine->dialect_mutex);
	return status == LODE_OK ? set_up_session(link, error) : status;
}
