/* SPDX-License-Identifier: MIT */
/* engine/plugin_file.c - opens plugin files without letting anybody in.
 *
 * What is loaded is the file the link resolves to, after its owner and mode and those of its
 * directory were read from open descriptors; the directory that was searched is checked likewise,
 * or its owner could exchange the link.  dlopen() comes before libltdl because libltdl says "file
 * not found" to everything and binds lazily; then libltdl takes the same file, by absolute path,
 * local and resident. */
#include "engine/plugin_file.h"

#include <dlfcn.h>
#include <limits.h>
#include <ltdl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/trust.h"
#include "engine/host.h"

#define HIGHEST_MAJOR 9

bool lode__plugin_directory_ok(const char *directory, lode__buf *reason)
{
	return lode__directory_trusted(directory, "the directory", reason);
}

/* ---------------------------------------------------------------- the file */

/* the absolute path without links of a file that may be loaded, to be freed with free() */
static char *resolve_file(const char *path, lode__buf *reason)
{
	char *resolved = NULL;
	int fd = lode__open_trusted(path, &resolved, reason);
	size_t length = fd >= 0 ? strlen(resolved) : 0;

	if (fd < 0)
		return NULL;
	close(fd);
	if (length > 3 && strcmp(resolved + length - 3, ".la") == 0) {
		lode__buf_puts(reason, "a libtool archive, which may name any other file");
		free(resolved);
		return NULL;
	}
	return resolved;
}

/* ---------------------------------------------------------------- loading */

/* lt_dlinit once in the life of the process; lt_dlexit never, others use libltdl too */
static bool start_ltdl(lode__buf *reason)
{
	static bool started;

	if (!started && lt_dlinit() != 0) {
		lode__buf_puts(reason, "libltdl cannot be started");
		return false;
	}
	started = true;
	return true;
}

static lt_dlhandle open_ltdl(const char *path, bool preloaded, lode__buf *reason)
{
	lt_dladvise advise;
	lt_dlhandle handle = NULL;

	if (!start_ltdl(reason))
		return NULL;
	if (lt_dladvise_init(&advise) != 0) {
		lode__buf_puts(reason, "out of memory");
		return NULL;
	}
	if (lt_dladvise_local(&advise) == 0 && lt_dladvise_resident(&advise) == 0 &&
	    (!preloaded ||
	     (lt_dladvise_preload(&advise) == 0 && lt_dladvise_ext(&advise) == 0)))
		handle = lt_dlopenadvise(path, advise);
	if (!handle) {
		const char *message = lt_dlerror();

		lode__buf_printf(reason, "%s", message ? message : "libltdl cannot open it");
	}
	lt_dladvise_destroy(&advise);
	return handle;
}

/* Is there an entry of another major?  Only to say so. */
static void explain_no_entry(void *module, const char *name, lode__buf *reason)
{
	char symbol[128];

	for (int major = 0; major <= HIGHEST_MAJOR; major++) {
		snprintf(symbol, sizeof symbol, "lode_%s_LTX_lode_plugin_v%d", name, major);
		if (dlsym(module, symbol) || dlsym(module, strstr(symbol, "_LTX_") + 5)) {
			lode__buf_printf(reason, "built for plugin ABI %d, this lode speaks %d.%d", major,
			                 LODE_ABI_MAJOR, LODE_ABI_MINOR);
			return;
		}
	}
	lode__buf_puts(reason, "not a plugin of lode: it has no entry " LODE_ENTRY_SYMBOL);
}

static lode_plugin_entry_fn entry_of(void *symbol)
{
	lode_plugin_entry_fn entry = NULL;

	memcpy(&entry, &symbol, sizeof entry);    /* ISO C has no conversion to a function */
	return entry;
}

static lode_plugin_entry_fn load_entry(const char *path, const char *name, lode__buf *reason)
{
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	lt_dlhandle handle;
	lode_plugin_entry_fn entry;
	char symbol[128];

	if (!module) {
		const char *message = dlerror();

		lode__buf_printf(reason, "%s", message ? message : "dlopen fails");
		return NULL;
	}
	handle = open_ltdl(path, false, reason);
	if (!handle)
		return NULL;
	entry = entry_of(lt_dlsym(handle, LODE_ENTRY_SYMBOL));
	if (!entry) {    /* a link of another name than its file */
		snprintf(symbol, sizeof symbol, "lode_%s_LTX_" LODE_ENTRY_SYMBOL, name);
		entry = entry_of(dlsym(module, symbol));
	}
	if (!entry)
		explain_no_entry(module, name, reason);
	return entry;
}

lode_plugin_entry_fn lode__plugin_file_load(const char *directory, const char *name,
                                            lode__buf *reason)
{
	lode_plugin_entry_fn entry = NULL;
	lode__buf path;
	char *resolved = NULL;

	lode__buf_init(&path, NULL, PATH_MAX);
	lode__buf_printf(&path, "%s/lode_%s" LODE__PLUGIN_SUFFIX, directory, name);
	if (lode__buf_status(&path) != LODE_OK)
		lode__buf_puts(reason, "the path is too long");
	else if (lode__plugin_directory_ok(directory, reason))
		resolved = resolve_file(lode__buf_text(&path), reason);
	if (resolved)
		entry = load_entry(resolved, name, reason);
	free(resolved);
	lode__buf_dispose(&path);
	return entry;
}

lode_plugin_entry_fn lode__plugin_preloaded(const char *name)
{
	lode_plugin_entry_fn entry = NULL;
	lt_dlhandle handle = NULL;
	lode__buf file, reason;

	lode__buf_init(&file, NULL, 128);
	lode__buf_init(&reason, NULL, 1024);
	lode__buf_printf(&file, "lode_%s", name);
	handle = open_ltdl(lode__buf_text(&file), true, &reason);
	if (handle)
		entry = entry_of(lt_dlsym(handle, LODE_ENTRY_SYMBOL));
	lode__buf_dispose(&file);
	lode__buf_dispose(&reason);
	return entry;
}
