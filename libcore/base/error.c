/* SPDX-License-Identifier: MIT */
/* base/error.c - lode_error, the names of statuses, the version.
 *
 * The struct is the caller's and may be older (shorter) than ours: all writing goes through a full
 * struct of our own, of which as much is copied as the caller has room for. */
#include "base/error.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0.1.0"
#endif

/* frozen: what a struct_size of 0 stands for */
#define FIRST_RELEASE_SIZE (offsetof(lode_error, sql) + 512)

static const struct {
	lode_status status;
	const char *name;
} status_names[] = {
#define NAME(status) { status, #status }
	NAME(LODE_OK), NAME(LODE_DONE), NAME(LODE_PARTIAL), NAME(LODE_NOT_FOUND),
	NAME(LODE_E_OTHER), NAME(LODE_E_UNSUPPORTED), NAME(LODE_E_NOMEM), NAME(LODE_E_MISUSE),
	NAME(LODE_E_CONNECT), NAME(LODE_E_DISCONNECT), NAME(LODE_E_AUTH), NAME(LODE_E_TIMEOUT),
	NAME(LODE_E_CANCELLED), NAME(LODE_E_SYNTAX), NAME(LODE_E_NO_OBJECT), NAME(LODE_E_EXISTS),
	NAME(LODE_E_PERMISSION), NAME(LODE_E_READONLY), NAME(LODE_E_UNIQUE),
	NAME(LODE_E_FOREIGNKEY), NAME(LODE_E_NOTNULL), NAME(LODE_E_CHECK),
	NAME(LODE_E_CONSTRAINT), NAME(LODE_E_DATA), NAME(LODE_E_CONVERT), NAME(LODE_E_SERIALIZE),
	NAME(LODE_E_DEADLOCK), NAME(LODE_E_LOCKED), NAME(LODE_E_LIMIT), NAME(LODE_E_IO),
	NAME(LODE_E_STATE), NAME(LODE_E_NETWORK_TIMEOUT), NAME(LODE_E_OUTCOME_UNKNOWN),
	NAME(LODE_E_POOL_TIMEOUT), NAME(LODE_E_STALE), NAME(LODE_E_NO_ROW),
	NAME(LODE_E_MANY_ROWS), NAME(LODE_E_NOT_LOADED), NAME(LODE_E_CYCLE),
	NAME(LODE_E_MAPPING), NAME(LODE_E_PLUGIN), NAME(LODE_E_CONFIG),
#undef NAME
};

const char *lode_status_name(lode_status status)
{
	for (size_t i = 0; i < sizeof status_names / sizeof *status_names; i++)
		if (status_names[i].status == status)
			return status_names[i].name;
	if (status <= -1000)
		return "application";
	return status < 0 ? "LODE_E_OTHER" : "LODE_OK";
}

const char *lode_version(void)
{
	return PACKAGE_VERSION;
}

void lode__text_cut(char *to, size_t capacity, const char *text, size_t size)
{
	if (!text)
		size = 0;
	if (size >= capacity) {
		size = capacity - 1;
		/* not inside a character: step back over its continuation bytes */
		while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80)
			size--;
	}
	if (size)
		memcpy(to, text, size);
	to[size] = '\0';
}

static void write_out(lode_error *error, lode_error *full)
{
	size_t size = error->struct_size ? error->struct_size : FIRST_RELEASE_SIZE;

	if (size > sizeof *full)
		size = sizeof *full;
	full->struct_size = error->struct_size ? error->struct_size : (uint32_t)FIRST_RELEASE_SIZE;
	memcpy(error, full, size);
}

static void blank_controls(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			*text = ' ';
}

lode_status lode__error_vset(lode_error *error, lode_status status, const char *format,
                             va_list args)
{
	lode_error full = LODE_ERROR_INIT;
	char text[sizeof full.message + 4];

	if (!error)
		return status;
	/* a character more than fits, so that cutting sees where the last one begins */
	if (vsnprintf(text, sizeof text, format, args) < 0)
		text[0] = '\0';
	blank_controls(text);
	lode__text_cut(full.message, sizeof full.message, text, strlen(text));
	full.status = status;
	write_out(error, &full);
	return status;
}

lode_status lode__error_set(lode_error *error, lode_status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lode__error_vset(error, status, format, args);
	va_end(args);
	return status;
}

lode_status lode__error_nomem(lode_error *error)
{
	return lode__error_set(error, LODE_E_NOMEM, "out of memory");
}

void lode__error_clear(lode_error *error)
{
	lode_error full = LODE_ERROR_INIT;

	if (error)
		write_out(error, &full);
}

lode_status lode__error_copy(lode_error *to, const lode_error *from)
{
	lode_error full = LODE_ERROR_INIT;
	size_t size = from->struct_size ? from->struct_size : FIRST_RELEASE_SIZE;

	memcpy(&full, from, size < sizeof full ? size : sizeof full);
	if (to && to != from)
		write_out(to, &full);
	return full.status;
}

void lode__error_set_sql(lode_error *error, const char *sql, size_t size)
{
	lode_error full = LODE_ERROR_INIT;

	if (!error)
		return;
	lode__error_copy(&full, error);
	lode__text_cut(full.sql, sizeof full.sql, sql, size);
	blank_controls(full.sql);
	write_out(error, &full);
}
