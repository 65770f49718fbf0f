/* SPDX-License-Identifier: MIT */
/* base/log.c - formats on the stack, so that logging works when memory does not. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#define TEXT_SIZE 2048

bool lode__log_wanted(const lode__logger *logger, int level)
{
	if (!logger || !logger->function)
		return false;
	return level >= (logger->level ? logger->level : LODE_LOG_WARNING);
}

void lode__log(const lode__logger *logger, int level, const char *name, const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list args;
	int size;

	if (!lode__log_wanted(logger, level))
		return;
	va_start(args, format);
	size = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (size < 0)
		return;
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 127)
			*at = ' ';
	logger->function(logger->context, level, name, text);
}

void lode__log_text(const lode__logger *logger, int level, const char *name, const char *text)
{
	if (lode__log_wanted(logger, level))
		logger->function(logger->context, level, name, text);
}
