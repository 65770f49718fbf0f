/* SPDX-License-Identifier: MIT */
/* base/error.h - filling the caller's lode_error.
 *
 * A message is set once, where the fact is known, and passed up unchanged: one line, no newline, no
 * values, no secrets.  Every function takes NULL for "only the status matters", writes no further
 * than the caller's struct_size (0 counts as that of the first release), and cuts text at a
 * character of UTF-8. */
#ifndef LODE_BASE_ERROR_H
#define LODE_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

#include <lode/error.h>

/* Fill `error` anew and return `status`.  Control characters of the message become blanks. */
lode_status lode__error_set(lode_error *error, lode_status status, const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 3, 4)))
#endif
	;
lode_status lode__error_vset(lode_error *error, lode_status status, const char *format,
                             va_list args);
lode_status lode__error_nomem(lode_error *error);   /* returns LODE_E_NOMEM */
void lode__error_clear(lode_error *error);          /* keeps struct_size */
/* `to` becomes what `from` says, and its status is returned */
lode_status lode__error_copy(lode_error *to, const lode_error *from);
void lode__error_set_sql(lode_error *error, const char *sql, size_t size);
/* copy text into a fixed array: cut at a character, NUL-terminated; NULL is "" */
void lode__text_cut(char *to, size_t capacity, const char *text, size_t size);

#endif
