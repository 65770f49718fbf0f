/* SPDX-License-Identifier: MIT */
/* engine/plugin_report.c - tells what plugins there are and why some are refused.
 *
 * Records are made under the loader's lock and handed out after it, so that the visitor may take
 * its time; they point into what is never unloaded and into texts freed behind the walk. */
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "engine/plugin_file.h"
#include "engine/plugin_search.h"
#include "engine/plugin_table.h"

struct record {
	struct record *next;
	lode_plugin_report report;
};

struct reports {
	lode__arena arena;
	struct record *first, **end;
	const char *directory;
};

static const char *keep(struct reports *reports, const char *text)
{
	const char *copy = lode__arena_strdup(&reports->arena, text ? text : "");

	return copy ? copy : "";
}

static lode_plugin_report *add_report(struct reports *reports, const char *path, const char *name)
{
	struct record *record = LODE__NEW(&reports->arena, struct record);
	lode_plugin_report *report;

	if (!record)
		return NULL;
	*reports->end = record;
	reports->end = &record->next;
	report = &record->report;
	report->struct_size = (uint32_t)sizeof *report;
	report->abi_major = report->abi_minor = -1;
	report->path = keep(reports, path);
	report->name = keep(reports, name);
	report->version = report->license = report->drivers = report->schemes = "";
	report->dialects = report->capabilities = report->reason = "";
	return report;
}

static const char *take_list(struct reports *reports, lode__buf *buf)
{
	const char *text = keep(reports, lode__buf_text(buf));

	lode__buf_clear(buf);
	return text;
}

static void put_name(lode__buf *buf, const char *name)
{
	lode__buf_printf(buf, "%s%s", lode__buf_size(buf) ? ", " : "", name);
}

static void describe_lists(struct reports *reports, lode_plugin_report *report,
                           const lode__plugin *plugin)
{
	uint64_t caps = 0;
	lode__buf buf;

	lode__buf_init(&buf, NULL, 1 << 16);
	for (size_t i = 0; i < plugin->driver_count; i++) {
		put_name(&buf, plugin->drivers[i].driver.name);
		caps |= plugin->drivers[i].driver.caps;
	}
	report->drivers = take_list(reports, &buf);
	for (size_t i = 0; i < plugin->driver_count; i++)
		for (const char *const *at = plugin->drivers[i].driver.schemes; at && *at; at++)
			put_name(&buf, *at);
	report->schemes = take_list(reports, &buf);
	for (size_t i = 0; i < plugin->dialect_count; i++)
		put_name(&buf, plugin->dialects[i].dialect.name);
	report->dialects = take_list(reports, &buf);
	lode__capabilities_put(&buf, caps);
	report->capabilities = take_list(reports, &buf);
	lode__buf_dispose(&buf);
}

static lode_status report_plugin(struct reports *reports, const lode__plugin *plugin)
{
	lode_plugin_report *report = add_report(reports, plugin->path, plugin->plugin.name);

	if (!report)
		return LODE_E_NOMEM;
	report->usable = true;
	report->abi_major = plugin->plugin.abi_major;
	report->abi_minor = plugin->plugin.abi_minor;
	report->version = keep(reports, plugin->plugin.version);
	report->license = keep(reports, plugin->plugin.license);
	describe_lists(reports, report, plugin);
	return LODE_OK;
}

static lode_status report_refused(struct reports *reports, const char *path, const char *name,
                                  bool directory, const char *reason)
{
	lode_plugin_report *report = add_report(reports, path, name);

	if (!report)
		return LODE_E_NOMEM;
	report->directory = directory;
	report->reason = keep(reports, reason);
	return LODE_OK;
}

static lode_status report_file(struct reports *reports, const char *name)
{
	const lode__plugin *plugin = lode__plugin_named(name);
	lode__buf path, reason;
	lode_status status;

	lode__buf_init(&path, NULL, 8192);
	lode__buf_init(&reason, NULL, 8192);
	lode__buf_printf(&path, "%s/lode_%s" LODE__PLUGIN_SUFFIX, reports->directory, name);
	if (!plugin)
		plugin = lode__plugin_load(reports->directory, name, &reason);
	else if (strcmp(plugin->path, lode__buf_text(&path)) != 0)
		lode__buf_printf(&reason, "passed over: %s is in use", plugin->path);
	if (lode__buf_size(&reason))
		status = report_refused(reports, lode__buf_text(&path), name, false,
		                        lode__buf_text(&reason));
	else
		status = plugin ? report_plugin(reports, plugin) : LODE_E_NOMEM;
	lode__buf_dispose(&path);
	lode__buf_dispose(&reason);
	return status;
}

static lode_status report_directory(void *context, const char *directory)
{
	struct reports *reports = context;
	lode_status status = LODE_OK;
	lode__buf reason;
	lode__vec names;

	lode__buf_init(&reason, NULL, 4096);
	if (!lode__plugin_directory_ok(directory, &reason)) {
		status = report_refused(reports, directory, "", true, lode__buf_text(&reason));
	} else {
		reports->directory = directory;
		lode__vec_init(&names, NULL);
		status = lode__plugin_names(directory, &names);
		for (size_t i = 0; status == LODE_OK && i < names.count; i++)
			status = report_file(reports, names.items[i]);
		lode__plugin_names_dispose(&names);
	}
	lode__buf_dispose(&reason);
	return status;
}

static lode_status collect_reports(struct reports *reports)
{
	lode_status status = LODE_OK;

	lode__plugin_load_builtins();
	for (const lode__plugin *plugin = lode__plugin_first(); plugin; plugin = plugin->next)
		if (status == LODE_OK && !*plugin->directory)
			status = report_plugin(reports, plugin);
	if (status == LODE_OK)
		status = lode__plugin_directories(report_directory, reports);
	return status;
}

lode_status lode_plugin_each(lode_plugin_visit *visit, void *context, lode_error *error)
{
	struct reports reports = { 0 };
	lode_status status;

	if (!visit)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "lode_plugin_each: the function is NULL");
	lode__arena_init(&reports.arena, NULL, 0);
	reports.end = &reports.first;
	lode__loader_lock();
	status = collect_reports(&reports);
	lode__loader_unlock();
	if (status != LODE_OK)
		lode__error_nomem(error);
	for (struct record *at = reports.first; at && status >= 0; at = at->next) {
		status = visit(context, &at->report);
		if (status < 0)
			lode__error_set(error, status, "lode_plugin_each: stopped by the visitor");
	}
	lode__arena_dispose(&reports.arena);
	return status < 0 ? status : LODE_OK;
}
