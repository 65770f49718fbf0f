/* SPDX-License-Identifier: MIT */
/* tests/engine/module.c - small plugin modules for test_plugin, one by -DMODULE_...:
 * GOOD a driver-less plugin with a dialect, OTHER one built for another ABI major, MINOR one of
 * another minor, REFUSES one that says no, NAMED one that calls itself something else, EMPTY no
 * plugin at all, UNDEFINED one that needs a symbol nobody has. */
#include <lode/driver.h>

#define PRODUCTS { "Good*", 0 }
static const char *const products[] = PRODUCTS;
static const lode_dialect dialect = { .struct_size = sizeof dialect, .name = "good_dialect",
	                              .products = products };
static const lode_dialect *const dialects[] = { &dialect, 0 };

#if defined(MODULE_MINOR)
#define MINOR (LODE_ABI_MINOR + 3)
#else
#define MINOR LODE_ABI_MINOR
#endif
#if defined(MODULE_NAMED)
#define NAME "somebody_else"
#elif defined(MODULE_MINOR)
#define NAME "minor"
#else
#define NAME "good"
#endif

static const lode_plugin plugin = {
	.struct_size = sizeof plugin, .abi_major = LODE_ABI_MAJOR, .abi_minor = MINOR, .name = NAME,
	.version = "1.5", .license = "MIT", .dialects = dialects,
};

#if defined(MODULE_EMPTY)
LODE_EXPORT int nothing_of_lode(void);
int nothing_of_lode(void)
{
	return plugin.abi_major;
}
#elif defined(MODULE_OTHER)
LODE_EXPORT const lode_plugin *lode_other_LTX_lode_plugin_v7(void);
const lode_plugin *lode_other_LTX_lode_plugin_v7(void)
{
	return &plugin;
}
#else
#if defined(MODULE_UNDEFINED)
int symbol_that_nobody_has(void);
#endif
/* the plain name: libltdl finds it under any file name */
LODE_EXPORT const lode_plugin *lode_plugin_v0(const lode_host *host, lode_err *error);
const lode_plugin *lode_plugin_v0(const lode_host *host, lode_err *error)
{
#if defined(MODULE_REFUSES)
	lode_error_info info = { .struct_size = sizeof info, .status = LODE_E_UNSUPPORTED,
		                 .message = "libexample 2 is needed, 1 is there" };

	(void)plugin; /* it has one and does not give it */
	host->error(error, &info);
	return 0;
#elif defined(MODULE_UNDEFINED)
	return symbol_that_nobody_has() && host && error ? &plugin : 0;
#else
	(void)host;
	(void)error;
	return &plugin;
#endif
}
#endif
