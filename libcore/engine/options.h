/* SPDX-License-Identifier: MIT */
/* engine/options.h - the options of an engine as text, from a URL or a configuration file. */
#ifndef LODE_ENGINE_OPTIONS_H
#define LODE_ENGINE_OPTIONS_H

#include <lode/driver.h>
#include <lode/engine.h>

/* One option the engine itself knows, into `options`; LODE_NOT_FOUND: it knows none of the name.
 * `place` is where it stands, for messages: "URL", "/etc/lode.conf:7". */
lode_status lode__engine_option_read(lode_engine_options *options, const lode_url_option *option,
                              const char *place, lode_error *error);

/* What the caller gave, overridden by the options of the URL; those that are not the engine's must be
 * the driver's.  `places`: one for each option; NULL: all of them stand in the URL. */
lode_status lode__engine_options_read(lode_engine_options *out, const lode_engine_options *given,
                               const lode_url *url, const char *const *places,
                               const lode_driver *driver, lode_error *error);

#endif
