/* SPDX-License-Identifier: MIT */
/* engine/plugin_table.c - copies a plugin's tables into tables of this library's size.
 *
 * A plugin may know fewer members than this library (its struct_size is smaller: the rest is zero)
 * or more (the rest is ignored).  What is required must be there; what is optional and absent gets a
 * function that says LODE_E_UNSUPPORTED.  After that nobody asks again. */
#include "engine/plugin_table.h"

#include <string.h>

#include "base/alloc.h"
#include "base/str.h"
#include "engine/host.h"
#include "engine/url.h"

/* ---------------------------------------------------------------- what stands for absent functions */

static int32_t LODE_CALL absent_tx_state(lode_drv_conn *c)
{
	(void)c;
	return LODE_TXS_UNKNOWN;
}

static lode_status LODE_CALL absent_script(lode_drv_conn *c, const char *sql, size_t n, lode_err *e)
{
	(void)c;
	(void)sql;
	(void)n;
	(void)e;
	return LODE_E_UNSUPPORTED;
}

static lode_status LODE_CALL absent_ping(lode_drv_conn *c, uint32_t flags, lode_err *e)
{
	(void)c;
	(void)flags;
	(void)e;
	return LODE_E_UNSUPPORTED;
}

static lode_status LODE_CALL absent_cancel(lode_drv_conn *c, lode_err *e)
{
	(void)c;
	(void)e;
	return LODE_E_UNSUPPORTED;
}

static void LODE_CALL absent_abandon(lode_drv_conn *c)
{
	(void)c;    /* its memory is lost, its socket is the parent's */
}

static void *LODE_CALL absent_native(lode_drv_conn *c, const char *kind)
{
	(void)c;
	(void)kind;
	return NULL;
}

static lode_status LODE_CALL absent_describe_param(lode_drv_stmt *s, uint32_t i, lode_col_desc *out,
                                                   lode_err *e)
{
	(void)s;
	(void)i;
	(void)out;
	(void)e;
	return LODE_E_UNSUPPORTED;
}

static lode_status LODE_CALL absent_next_result(lode_drv_stmt *s, lode_exec_result *r, lode_err *e)
{
	(void)s;
	(void)r;
	(void)e;
	return LODE_DONE;
}

static int32_t LODE_CALL absent_is_readonly(lode_drv_stmt *s)
{
	(void)s;
	return -1;
}

#define FILL(table, member, function) \
	do { \
		if (!(table)->member) \
			(table)->member = (function); \
	} while (0)

/* copy at most what both sides know */
static void copy_in(void *to, size_t size, const void *from, uint32_t from_size)
{
	memset(to, 0, size);
	memcpy(to, from, from_size < size ? from_size : size);
	memcpy(to, &(uint32_t){ (uint32_t)size }, sizeof(uint32_t));
}

static bool fill_conn(lode__driver *driver, const lode_conn_ops *given)
{
	lode_conn_ops *ops = &driver->conn;

	if (!given || given->struct_size < LODE_SIZE_UPTO(lode_conn_ops, tx))
		return false;
	copy_in(ops, sizeof *ops, given, given->struct_size);
	if (!ops->open || !ops->close || !ops->info || !ops->prepare || !ops->tx)
		return false;
	driver->has_abandon = ops->abandon != NULL;
	FILL(ops, tx_state, absent_tx_state);
	FILL(ops, script, absent_script);
	FILL(ops, ping, absent_ping);
	FILL(ops, reset, absent_ping);
	FILL(ops, cancel, absent_cancel);
	FILL(ops, abandon, absent_abandon);
	FILL(ops, native, absent_native);
	return true;
}

static bool fill_stmt(lode__driver *driver, const lode_stmt_ops *given)
{
	lode_stmt_ops *ops = &driver->stmt;

	if (!given || given->struct_size < LODE_SIZE_UPTO(lode_stmt_ops, close))
		return false;
	copy_in(ops, sizeof *ops, given, given->struct_size);
	if (!ops->execute || !ops->describe || !ops->bind || !ops->fetch || !ops->reset || !ops->close)
		return false;
	FILL(ops, describe_param, absent_describe_param);
	FILL(ops, next_result, absent_next_result);
	FILL(ops, is_readonly, absent_is_readonly);
	return true;
}

static bool name_ok(const char *name)
{
	return name && lode__plugin_name_ok(name, strlen(name));
}

static bool make_driver(lode__driver *out, const lode_driver *given, const lode__plugin *plugin,
                        lode__buf *reason)
{
	if (given->struct_size < LODE_SIZE_UPTO(lode_driver, stmt)) {
		lode__buf_puts(reason, "the table of a driver is too short");
		return false;
	}
	copy_in(&out->driver, sizeof out->driver, given, given->struct_size);
	out->plugin = plugin;
	if (!name_ok(out->driver.name)) {
		lode__buf_puts(reason, "a driver without a proper name");
		return false;
	}
	if (!fill_conn(out, given->conn) || !fill_stmt(out, given->stmt)) {
		lode__buf_printf(reason, "the driver \"%s\" lacks a required function",
		                 out->driver.name);
		return false;
	}
	out->driver.conn = &out->conn;
	out->driver.stmt = &out->stmt;
	return true;
}

static bool make_dialect(lode__plugin_dialect *out, const lode_dialect *given,
                         const lode__plugin *plugin, lode__buf *reason)
{
	if (given->struct_size < LODE_SIZE_UPTO(lode_dialect, traits)) {
		lode__buf_puts(reason, "the table of a dialect is too short");
		return false;
	}
	copy_in(&out->dialect, sizeof out->dialect, given, given->struct_size);
	out->plugin = plugin;
	if (!name_ok(out->dialect.name)) {
		lode__buf_puts(reason, "a dialect without a proper name");
		return false;
	}
	return true;
}

/* ---------------------------------------------------------------- the plugin */

static size_t count_pointers(const void *const *list)
{
	size_t count = 0;

	while (list && list[count])
		count++;
	return count;
}

static bool make_lists(lode__plugin *plugin, lode__buf *reason)
{
	const lode_plugin *given = &plugin->plugin;
	size_t drivers = count_pointers((const void *const *)given->drivers);
	size_t dialects = count_pointers((const void *const *)given->dialects);

	plugin->drivers = lode__alloc_array(NULL, drivers ? drivers : 1, sizeof *plugin->drivers);
	plugin->dialects = lode__alloc_array(NULL, dialects ? dialects : 1, sizeof *plugin->dialects);
	if (!plugin->drivers || !plugin->dialects) {
		lode__buf_puts(reason, "out of memory");
		return false;
	}
	plugin->driver_count = drivers;
	plugin->dialect_count = dialects;
	for (size_t i = 0; i < drivers; i++)
		if (!make_driver(&plugin->drivers[i], given->drivers[i], plugin, reason))
			return false;
	for (size_t i = 0; i < dialects; i++)
		if (!make_dialect(&plugin->dialects[i], given->dialects[i], plugin, reason))
			return false;
	return true;
}

static bool check_plugin(const lode_plugin *given, const char *name, lode__buf *reason)
{
	if (given->struct_size < LODE_SIZE_UPTO(lode_plugin, dialects)) {
		lode__buf_puts(reason, "its descriptor is too short");
		return false;
	}
	if (given->abi_major != LODE_ABI_MAJOR ||
	    (LODE_ABI_MAJOR == 0 && given->abi_minor != LODE_ABI_MINOR)) {
		lode__buf_printf(reason, "built for plugin ABI %d.%d, this lode speaks %d.%d",
		                 given->abi_major, given->abi_minor, LODE_ABI_MAJOR, LODE_ABI_MINOR);
		return false;
	}
	if (!name_ok(given->name)) {
		lode__buf_puts(reason, "it has no proper name");
		return false;
	}
	if (name && strcmp(name, given->name) != 0) {
		lode__buf_printf(reason, "it calls itself \"%s\"", given->name);
		return false;
	}
	return true;
}

static bool run_init(lode__plugin *plugin, lode__buf *reason)
{
	lode_error error = LODE_ERROR_INIT;
	struct lode_err err = LODE__ERR_INIT(&error, NULL);
	lode_status status = plugin->plugin.init ? plugin->plugin.init(&lode__host, &err) : LODE_OK;

	if (status >= 0)
		return true;
	lode__err_finish(&err, status, "init", NULL, 0);
	lode__buf_printf(reason, "it refuses: %s", error.message);
	return false;
}

static const lode_plugin *ask_entry(lode_plugin_entry_fn entry, lode__buf *reason)
{
	lode_error error = LODE_ERROR_INIT;
	struct lode_err err = LODE__ERR_INIT(&error, NULL);
	const lode_plugin *given = entry(&lode__host, &err);

	if (!given)
		lode__buf_printf(reason, "it refuses: %s",
		                 *error.message ? error.message : "it does not say why");
	return given;
}

lode__plugin *lode__plugin_make(lode_plugin_entry_fn entry, const char *name, const char *path,
                                const char *directory, lode__buf *reason)
{
	const lode_plugin *given = ask_entry(entry, reason);
	lode__plugin *plugin;

	if (!given || !check_plugin(given, name, reason))
		return NULL;
	plugin = lode__alloc_zero(NULL, sizeof *plugin);
	if (!plugin) {
		lode__buf_puts(reason, "out of memory");
		return NULL;
	}
	copy_in(&plugin->plugin, sizeof plugin->plugin, given, given->struct_size);
	plugin->entry = entry;
	plugin->path = lode__strdup(NULL, path);
	plugin->directory = lode__strdup(NULL, directory);
	if (!plugin->path || !plugin->directory)
		lode__buf_puts(reason, "out of memory");
	else if (make_lists(plugin, reason) && run_init(plugin, reason))
		return plugin;
	lode__plugin_free(plugin);
	return NULL;
}

void lode__plugin_free(lode__plugin *plugin)
{
	if (!plugin)
		return;
	lode__release(NULL, plugin->path);
	lode__release(NULL, plugin->directory);
	lode__release(NULL, plugin->drivers);
	lode__release(NULL, plugin->dialects);
	lode__release(NULL, plugin);
}

/* ---------------------------------------------------------------- names of capabilities */

void lode__capabilities_put(lode__buf *out, uint64_t caps)
{
	static const struct {
		uint64_t bit;
		const char *name;
	} names[] = {
		{ LODE_CAP_BATCH, "batch" },
		{ LODE_CAP_BATCH_ROWSTAT, "batch-rowstat" },
		{ LODE_CAP_BATCH_RETURN, "batch-return" },
		{ LODE_CAP_BATCH_ORDERED, "batch-ordered" },
		{ LODE_CAP_BATCH_CONTINUE, "batch-continue" },
		{ LODE_CAP_BATCH_ATOMIC, "batch-atomic" },
		{ LODE_CAP_BATCH_COLUMNAR, "batch-columnar" },
		{ LODE_CAP_BATCH_KEYS, "batch-keys" },
		{ LODE_CAP_PIPELINE, "pipeline" },
		{ LODE_CAP_CANCEL, "cancel" },
		{ LODE_CAP_STREAM_ROWS, "stream-rows" },
		{ LODE_CAP_PUSH, "push-rows" },
		{ LODE_CAP_CURSOR, "cursor" },
		{ LODE_CAP_MULTI_ACTIVE, "multi-active" },
		{ LODE_CAP_TWO_PHASE, "two-phase" },
		{ LODE_CAP_SAVEPOINT, "savepoint" },
		{ LODE_CAP_BULK, "bulk" },
		{ LODE_CAP_DESCRIBE, "describe" },
		{ LODE_CAP_PARAM_TYPES, "param-types" },
		{ LODE_CAP_MIGRATE, "migrate" },
		{ LODE_CAP_EXACT_ROWCOUNT, "exact-rowcount" },
		{ LODE_CAP_DDL_TXN, "ddl-transactions" },
		{ LODE_CAP_IND_DEFAULT, "default-indicators" },
		{ LODE_CAP_ROWSET, "rowset" },
		{ LODE_CAP_ARRAY_PARAM, "array-parameters" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (caps & names[i].bit)
			lode__buf_printf(out, "%s%s", lode__buf_size(out) ? ", " : "", names[i].name);
}
