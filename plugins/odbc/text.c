/* SPDX-License-Identifier: MIT */
/* odbc/text.c - a scan for the semicolon that counts. */
#include "text.h"

#include <string.h>
#include <strings.h>

typedef struct scanner {
	const char *at, *end;
	unsigned words; /* seen so far */
	int creates;	/* the first word is CREATE */
	int routine;	/* CREATE TRIGGER and the like: may have a body */
	int depth;	/* of BEGIN and CASE in the body */
} scanner;

static int is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (unsigned char)c >= 0x80;
}

static void skip_to(scanner *s, const char *found, size_t size)
{
	s->at = found != NULL ? found + size : s->end;
}

static const char *find(const scanner *s, const char *what, size_t size)
{
	const char *at;

	for (at = s->at; (size_t)(s->end - at) >= size; at++)
		if (memcmp(at, what, size) == 0)
			return at;
	return NULL;
}

/* "$tag$": its size, 0 if it is none */
static size_t dollar_tag(const scanner *s)
{
	const char *at = s->at + 1;

	while (at < s->end && is_word(*at))
		at++;
	return at < s->end && *at == '$' ? (size_t)(at + 1 - s->at) : 0;
}

static void skip_dollar_quote(scanner *s)
{
	const char *tag = s->at;
	size_t size = dollar_tag(s);

	s->at += size != 0 ? size : 1;
	if (size != 0)
		skip_to(s, find(s, tag, size), size);
}

/* what quotes and comments hide; 0: there is none at this place */
static int skip_hidden(scanner *s)
{
	char c = *s->at, next = s->end - s->at > 1 ? s->at[1] : '\0';

	switch (c) {
	case '\'':
	case '"':
	case '`':
		s->at++;
		skip_to(s, find(s, &c, 1), 1);
		return 1;
	case '-':
		if (next != '-')
			return 0;
		skip_to(s, find(s, "\n", 1), 1);
		return 1;
	case '/':
		if (next != '*')
			return 0;
		s->at += 2;
		skip_to(s, find(s, "*/", 2), 2);
		return 1;
	case '$':
		skip_dollar_quote(s);
		return 1;
	default:
		return 0;
	}
}

static int same(const char *word, size_t n, const char *other)
{
	return strlen(other) == n && strncasecmp(word, other, n) == 0;
}

static int next_is(const scanner *s, const char *word)
{
	const char *at = s->at;

	while (at < s->end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
		at++;
	return (size_t)(s->end - at) >= strlen(word) && strncasecmp(at, word, strlen(word)) == 0;
}

static void read_word(scanner *s)
{
	const char *word = s->at;
	size_t n;

	while (s->at < s->end && is_word(*s->at))
		s->at++;
	n = (size_t)(s->at - word);
	if (s->words++ == 0)
		s->creates = same(word, n, "CREATE");
	else if (s->creates && (same(word, n, "TRIGGER") || same(word, n, "PROCEDURE") ||
				same(word, n, "FUNCTION")))
		s->routine = 1;
	else if (s->routine && (same(word, n, "BEGIN") || same(word, n, "CASE")))
		s->depth++;
	else if (s->depth > 0 && same(word, n, "END") && !next_is(s, "IF") && !next_is(s, "LOOP") &&
		 !next_is(s, "WHILE") && !next_is(s, "REPEAT"))
		s->depth--;
	if (s->routine && same(word, n, "END") && next_is(s, "CASE"))
		s->at += strspn(s->at, " \t\r\n") + 4;
}

size_t lodbc_text_end(const char *sql, size_t n)
{
	scanner s = { .at = sql, .end = sql + n };

	while (s.at < s.end) {
		if (skip_hidden(&s))
			continue;
		if (is_word(*s.at))
			read_word(&s);
		else if (*s.at++ == ';' && s.depth == 0)
			return (size_t)(s.at - sql);
	}
	return n;
}

int lodbc_text_blank(const char *sql, size_t n)
{
	scanner s = { .at = sql, .end = sql + n };

	while (s.at < s.end) {
		if (*s.at == '\'' || *s.at == '"' || *s.at == '`' || *s.at == '$')
			return 0;
		if (skip_hidden(&s))
			continue;
		if (strchr("; \t\r\n", *s.at) == NULL)
			return 0;
		s.at++;
	}
	return 1;
}
