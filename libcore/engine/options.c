/* SPDX-License-Identifier: MIT */
/* engine/options.c - reads the options of an engine.
 *
 * A name that neither the engine nor the driver knows is refused with the nearest one: a misspelt
 * option must not be a silent default. */
#include "engine/options.h"

#include <limits.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "engine/url.h"

/* names to members; all are int32_t */
static const struct {
	const char *name;
	size_t offset;
	int32_t lowest;
} number_options[] = {
	{ "pool_size", offsetof(lode_engine_options, pool_size), 1 },
	{ "pool_overflow", offsetof(lode_engine_options, pool_overflow), 0 },
	{ "pool_timeout_ms", offsetof(lode_engine_options, pool_timeout_ms), 0 },
	{ "pool_recycle_s", offsetof(lode_engine_options, pool_recycle_s), 0 },
	{ "pool_ping_s", offsetof(lode_engine_options, pool_ping_s), 0 },
	{ "connect_timeout_ms", offsetof(lode_engine_options, connect_timeout_ms), 0 },
	{ "timeout_ms", offsetof(lode_engine_options, timeout_ms), 0 },
	{ "statement_cache", offsetof(lode_engine_options, statement_cache), 0 },
	{ "plan_cache", offsetof(lode_engine_options, plan_cache), 0 },
};
#define NUMBER_OPTIONS (sizeof number_options / sizeof *number_options)

static const char *const isolation_words[] = {
	"default", "read_uncommitted", "read_committed", "repeatable_read", "snapshot",
	"serializable", "autocommit",
};
#define ISOLATION_WORDS (sizeof isolation_words / sizeof *isolation_words)

static lode_status read_number(lode_engine_options *options, size_t which, const char *value,
                               const char *place, lode_error *error)
{
	int64_t number;
	int32_t stored;

	if (!lode__parse_int(value, strlen(value), &number) ||
	    number < number_options[which].lowest || number > INT32_MAX)
		return lode__error_set(error, LODE_E_CONFIG,
		                       "%s: the option %s must be a number from %d on", place,
		                       number_options[which].name, (int)number_options[which].lowest);
	/* in the struct 0 reads as "default" and LODE_NONE as none */
	stored = number == 0 ? LODE_NONE : (int32_t)number;
	memcpy((char *)options + number_options[which].offset, &stored, sizeof stored);
	return LODE_OK;
}

static lode_status read_isolation(lode_engine_options *options, const char *value,
                                  const char *place, lode_error *error)
{
	for (size_t i = 0; i < ISOLATION_WORDS; i++)
		if (strcmp(isolation_words[i], value) == 0) {
			options->isolation = (lode_isolation)i;
			return LODE_OK;
		}
	return lode__error_set(error, LODE_E_CONFIG,
	                       "%s: isolation is one of default, read_uncommitted, read_committed, "
	                       "repeatable_read, snapshot, serializable, autocommit", place);
}

static const char *const pool_words[] = { "queue", "none", "static", "thread", "assert" };
#define POOL_WORDS (sizeof pool_words / sizeof *pool_words)

static lode_status read_pool(lode_engine_options *options, const char *value, const char *place,
                             lode_error *error)
{
	for (size_t i = 0; i < POOL_WORDS; i++)
		if (strcmp(pool_words[i], value) == 0) {
			options->pool = (int32_t)i;
			return LODE_OK;
		}
	return lode__error_set(error, LODE_E_CONFIG,
	                       "%s: pool is one of queue, none, static, thread, assert", place);
}

static const struct {
	const char *word;
	int32_t echo;
} echo_words[] = {
	{ "0", LODE_NONE }, { "off", LODE_NONE }, { "false", LODE_NONE },
	{ "1", 1 }, { "on", 1 }, { "true", 1 }, { "2", 2 },
};
#define ECHO_WORDS (sizeof echo_words / sizeof *echo_words)

static lode_status read_echo(lode_engine_options *options, const char *value, const char *place,
                             lode_error *error)
{
	for (size_t i = 0; i < ECHO_WORDS; i++)
		if (strcmp(echo_words[i].word, value) == 0) {
			options->echo = echo_words[i].echo;
			return LODE_OK;
		}
	return lode__error_set(error, LODE_E_CONFIG,
	                       "%s: echo is one of on, off, true, false, 0, 1 and 2, which shows the "
	                       "values of parameters too", place);
}

/* "attach.*" stands for any name that begins so */
static bool driver_knows(const lode_driver *driver, const char *name)
{
	for (const char *const *at = driver->option_keys; at && *at; at++) {
		size_t size = strlen(*at);

		if (size > 1 && (*at)[size - 1] == '*' && strncmp(*at, name, size - 1) == 0 &&
		    name[size - 1])
			return true;
		if (strcmp(*at, name) == 0)
			return true;
	}
	return false;
}

static lode_status unknown_option(const lode_driver *driver, const char *name, const char *place,
                                  lode_error *error)
{
	lode__near near;

	lode__near_init(&near, name);
	for (size_t i = 0; i < NUMBER_OPTIONS; i++)
		lode__near_offer(&near, number_options[i].name);
	lode__near_offer(&near, "echo");
	lode__near_offer(&near, "isolation");
	lode__near_offer(&near, "pool");
	for (const char *const *at = driver->option_keys; at && *at; at++)
		lode__near_offer(&near, *at);
	return lode__error_set(error, LODE_E_CONFIG,
	                       "%s: the driver \"%s\" has no option \"%s\"%s%s%s", place, driver->name, name,
	                       near.best ? "; did you mean \"" : "", near.best ? near.best : "",
	                       near.best ? "\"?" : "");
}

lode_status lode__engine_option_read(lode_engine_options *options, const lode_url_option *option,
                              const char *place, lode_error *error)
{
	for (size_t i = 0; i < NUMBER_OPTIONS; i++)
		if (strcmp(number_options[i].name, option->key) == 0)
			return read_number(options, i, option->value, place, error);
	if (strcmp(option->key, "isolation") == 0)
		return read_isolation(options, option->value, place, error);
	if (strcmp(option->key, "pool") == 0)
		return read_pool(options, option->value, place, error);
	if (strcmp(option->key, "echo") == 0)
		return read_echo(options, option->value, place, error);
	return LODE_NOT_FOUND;
}

lode_status lode__engine_options_read(lode_engine_options *out, const lode_engine_options *given,
                               const lode_url *url, const char *const *places,
                               const lode_driver *driver, lode_error *error)
{
	lode_status status = LODE_OK;

	memset(out, 0, sizeof *out);
	if (given)
		memcpy(out, given,
		       given->struct_size < sizeof *out ? given->struct_size : sizeof *out);
	if (out->isolation < 0 || out->isolation > LODE_ISOLATION_AUTOCOMMIT ||
	    out->pool_size < 0 || out->pool < LODE_POOL_QUEUE || out->pool > LODE_POOL_ASSERT)
		return lode__error_set(error, LODE_E_CONFIG,
		                       "lode_engine_open: isolation, pool or pool_size is out of range");
	for (size_t i = 0; status >= 0 && i < url->parts.option_count; i++) {
		const lode_url_option *option = &url->parts.options[i];
		const char *place = places ? places[i] : "URL";

		status = lode__engine_option_read(out, option, place, error);
		if (status == LODE_NOT_FOUND && !driver_knows(driver, option->key))
			status = unknown_option(driver, option->key, place, error);
	}
	return status < 0 ? status : LODE_OK;
}
