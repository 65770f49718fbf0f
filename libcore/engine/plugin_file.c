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
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <ltdl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "engine/host.h"

#define HIGHEST_MAJOR 9

static bool is_privileged(void)
{
	return getauxval(AT_SECURE) != 0;
}

/* owner root or the effective user, not writable by others */
static bool owner_ok(const struct stat *st, const char *what, lode__buf *reason)
{
	mode_t forbidden = is_privileged() ? S_IWGRP | S_IWOTH : S_IWOTH;

	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		lode__buf_printf(reason, "%s belongs to user %lu, not to root or to user %lu", what,
		                 (unsigned long)st->st_uid, (unsigned long)geteuid());
		return false;
	}
	if (st->st_mode & forbidden) {
		lode__buf_printf(reason, "%s is writable by %s", what,
		                 st->st_mode & forbidden & S_IWOTH ? "others" : "its group");
		return false;
	}
	return true;
}

static bool check_directory(const char *directory, const char *what, lode__buf *reason)
{
	struct stat st;
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = false;

	if (fd < 0)
		lode__buf_printf(reason, "%s", strerror(errno));
	else if (fstat(fd, &st) != 0)
		lode__buf_printf(reason, "%s", strerror(errno));
	else
		ok = owner_ok(&st, what, reason);
	if (fd >= 0)
		close(fd);
	return ok;
}

bool lode__plugin_directory_ok(const char *directory, lode__buf *reason)
{
	return check_directory(directory, "the directory", reason);
}

/* ---------------------------------------------------------------- the file */

static bool same_file(const char *path, const struct stat *opened)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_dev == opened->st_dev && st.st_ino == opened->st_ino;
}

static bool check_resolved(const char *resolved, const struct stat *st, lode__buf *reason)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(resolved, '/');
	size_t size = slash == resolved ? 1 : (size_t)(slash - resolved);
	size_t length = strlen(resolved);

	if (!S_ISREG(st->st_mode)) {
		lode__buf_puts(reason, "not a regular file");
		return false;
	}
	if (length > 3 && strcmp(resolved + length - 3, ".la") == 0) {
		lode__buf_puts(reason, "a libtool archive, which may name any other file");
		return false;
	}
	if (!owner_ok(st, "the file", reason))
		return false;
	memcpy(directory, resolved, size);
	directory[size] = '\0';
	if (!check_directory(directory, "the directory of the file", reason))
		return false;
	if (!same_file(resolved, st)) {
		lode__buf_puts(reason, "the file was exchanged while it was looked at");
		return false;
	}
	return true;
}

/* the absolute path without links of a file that may be loaded, to be freed with free() */
static char *resolve_file(const char *path, lode__buf *reason)
{
	struct stat st;
	char *resolved = NULL;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		lode__buf_printf(reason, "%s", strerror(errno));
		goto out;
	}
	resolved = realpath(path, NULL);
	if (!resolved) {
		lode__buf_printf(reason, "%s", strerror(errno));
	} else if (!check_resolved(resolved, &st, reason)) {
		free(resolved);
		resolved = NULL;
	}
out:
	if (fd >= 0)
		close(fd);
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
