/* SPDX-License-Identifier: MIT */
/* base/log.h - one line to the application's log function.
 *
 * A logger is a value that engines and registries hold; zeroed it logs nothing. */
#ifndef LODE_BASE_LOG_H
#define LODE_BASE_LOG_H

#include <stdbool.h>

#include <lode/error.h>

typedef struct lode__logger {
	lode_log_function *function;        /* NULL: nothing is logged */
	void *context;
	int level;                          /* the lowest that is wanted; 0: LODE_LOG_WARNING */
} lode__logger;

/* is it worth making the text? */
bool lode__log_wanted(const lode__logger *logger, int level);
/* cut at about 2 KiB; control characters become blanks */
void lode__log(const lode__logger *logger, int level, const char *name, const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 4, 5)))
#endif
	;
/* the same for a text of any length, unchanged */
void lode__log_text(const lode__logger *logger, int level, const char *name, const char *text);

#endif
