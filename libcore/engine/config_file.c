/* SPDX-License-Identifier: MIT */
/* engine/config_file.c - reads one configuration file with libinih.
 *
 * libinih is handed the file line by line by read_line(), which counts them and refuses what
 * libinih would cut short without a word: a line longer than its buffer, a long section name, text
 * behind "]", a value with " ;" in it, an indented line (it continues the value above), a NUL.
 * After the first error no line is handed on, so the error is the first of the file. */
#include "engine/config_file.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/trust.h"
#include "engine/url.h"

#define FILE_MAX ((size_t)1 << 20)
#define SECTION_MAX 49               /* libinih keeps so many bytes of a section's name */
#define ENGINE "engine."
#define NO_KEY "neither [section] nor key = value"

struct parser {
	lode__config_file *file;
	lode__arena *arena;
	const char *at, *end;        /* of the text, what is not read yet */
	unsigned line;
	lode__config_section *section;
	lode_status status;
	lode_error *error;
};

const lode__config_section *lode__config_section_find(const lode__config_file *file,
                                                      const char *name)
{
	for (const lode__config_section *at = file->first; at; at = at->next)
		if (strcmp(at->name, name) == 0)
			return at;
	return NULL;
}

const lode__config_entry *lode__config_entry_find(const lode__config_section *section,
                                                  const char *key)
{
	for (const lode__config_entry *at = section->first; at; at = at->next)
		if (strcmp(at->key, key) == 0)
			return at;
	return NULL;
}

/* ---------------------------------------------------------------- complaints */

static void complain(struct parser *parser, const char *what)
{
	parser->status = lode__error_set(parser->error, LODE_E_CONFIG, "%s:%u: %s",
	                                 parser->file->path, parser->line, what);
}

/* name: of a section or key, which is fit to be shown */
static void complain_twice(struct parser *parser, const char *name, unsigned line)
{
	parser->status = lode__error_set(parser->error, LODE_E_CONFIG,
	                                 "%s:%u: \"%s\" stands in line %u already",
	                                 parser->file->path, parser->line, name, line);
}

static void *no_memory(struct parser *parser)
{
	parser->status = lode__error_nomem(parser->error);
	return NULL;
}

/* ---------------------------------------------------------------- lines */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool has_control(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == 127)
			return true;
	return false;
}

/* what libinih takes for the start of a comment */
static bool has_comment(const char *text, size_t size)
{
	for (size_t i = 1; i < size; i++)
		if (text[i] == ';' && is_blank(text[i - 1]))
			return true;
	return false;
}

static bool section_name_ok(const char *name, size_t size)
{
	size_t prefix = sizeof ENGINE - 1;

	if (size > SECTION_MAX)
		return false;
	if (size == 7 && memcmp(name, "plugins", 7) == 0)
		return true;
	return size > prefix && memcmp(name, ENGINE, prefix) == 0 &&
	       lode__plugin_name_ok(name + prefix, size - prefix);
}

static void add_section(struct parser *parser, const char *name, size_t size)
{
	lode__config_section *section = LODE__NEW(parser->arena, lode__config_section);
	char *copy = lode__arena_strndup(parser->arena, name, size);
	const lode__config_section *other;

	if (!section || !copy) {
		no_memory(parser);
		return;
	}
	other = lode__config_section_find(parser->file, copy);
	if (other) {
		complain_twice(parser, copy, other->line);
		return;
	}
	section->name = copy;
	section->line = parser->line;
	section->end = &section->first;
	*parser->file->end = section;
	parser->file->end = &section->next;
	parser->section = section;
}

static void start_section(struct parser *parser, const char *text, size_t size)
{
	const char *end = memchr(text, ']', size);
	size_t rest = end ? (size_t)(end - text) + 1 : 0;

	while (rest && rest < size && is_blank(text[rest]))
		rest++;
	if (rest != size)
		complain(parser, "a section is \"[\", its name, \"]\", and nothing behind");
	else if (!section_name_ok(text + 1, (size_t)(end - text) - 1))
		complain(parser, "a section is [plugins] or [engine.NAME], NAME at most 42 lower-case "
		                 "letters, digits and underscores");
	else
		add_section(parser, text + 1, (size_t)(end - text) - 1);
}

/* true: it is to be read; capacity: of libinih's buffer, with newline and NUL */
static bool check_line(struct parser *parser, const char *text, size_t size, size_t capacity)
{
	size_t indent = 0;

	while (indent < size && is_blank(text[indent]))
		indent++;
	if (has_control(text, size))
		complain(parser, "a control character");
	else if (indent == size || text[indent] == '#' || text[indent] == ';')
		return false;
	else if (indent)
		complain(parser, "blanks before the text; begin in the first column");
	else if (size + 3 > capacity)
		parser->status = lode__error_set(
			parser->error, LODE_E_CONFIG,
			"%s:%u: longer than %zu bytes; give options of a URL as keys of their own",
			parser->file->path, parser->line, capacity - 3);
	else if (*text == '[')
		start_section(parser, text, size);
	else if (!memchr(text, '=', size) && !memchr(text, ':', size))
		complain(parser, NO_KEY);
	else if (has_comment(text, size))
		complain(parser, "\" ;\" begins a comment, which needs a line of its own");
	return parser->status == LODE_OK;
}

/* libinih's reader: the next line into `to`, NULL at the end; what it need not see is an empty line */
static char *read_line(char *to, int capacity, void *context)
{
	struct parser *parser = context;
	const char *text = parser->at, *newline;
	size_t size;

	if (parser->status != LODE_OK || text == parser->end)
		return NULL;
	newline = memchr(text, '\n', (size_t)(parser->end - text));
	size = (size_t)((newline ? newline : parser->end) - text);
	parser->at = newline ? newline + 1 : parser->end;
	parser->line++;
	if (size && text[size - 1] == '\r')
		size--;
	if (!check_line(parser, text, size, capacity > 3 ? (size_t)capacity : 3))
		size = 0;
	if (parser->status != LODE_OK)
		return NULL;
	memcpy(to, text, size);
	memcpy(to + size, "\n", 2);
	return to;
}

/* ---------------------------------------------------------------- keys */

static bool key_ok(const char *key)
{
	return *key && strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.") == strlen(key);
}

static void add_entry(struct parser *parser, const char *key, const char *value)
{
	lode__config_section *section = parser->section;
	const lode__config_entry *other = lode__config_entry_find(section, key);
	lode__config_entry *entry;

	if (other) {
		complain_twice(parser, key, other->line);
		return;
	}
	entry = LODE__NEW(parser->arena, lode__config_entry);
	if (entry) {
		entry->key = lode__arena_strdup(parser->arena, key);
		entry->value = lode__arena_strdup(parser->arena, value);
		entry->line = parser->line;
	}
	if (!entry || !entry->key || !entry->value) {
		no_memory(parser);
		return;
	}
	*section->end = entry;
	section->end = &entry->next;
}

/* libinih's handler; its section is the one read_line() saw last */
static int take_entry(void *context, const char *section, const char *key, const char *value)
{
	struct parser *parser = context;

	(void)section;
	if (parser->status != LODE_OK)
		return 0;
	if (!value)
		complain(parser, NO_KEY);
	else if (!key_ok(key))
		complain(parser, "a key is of lower-case letters, digits, underscores and dots");
	else if (!parser->section)
		complain(parser, "a key before the first [section]");
	else
		add_entry(parser, key, value);
	return parser->status == LODE_OK;
}

/* ---------------------------------------------------------------- files */

static lode_status parse(struct parser *parser)
{
	static const char mark[] = "\xef\xbb\xbf";    /* some editors begin UTF-8 with it */

	if (parser->end - parser->at >= 3 && memcmp(parser->at, mark, 3) == 0)
		parser->at += 3;
	if (ini_parse_stream(read_line, parser, take_entry, parser) != 0 &&
	    parser->status == LODE_OK)
		complain(parser, NO_KEY);    /* libinih sees a mistake where read_line() sees none */
	return parser->status;
}

static bool read_all(int fd, lode__buf *text)
{
	char part[4096];
	ssize_t got;

	do {
		got = read(fd, part, sizeof part);
		if (got > 0)
			lode__buf_append(text, part, (size_t)got);
	} while ((got > 0 && lode__buf_status(text) == LODE_OK) || (got < 0 && errno == EINTR));
	return got >= 0;
}

static lode_status read_text(lode__config_file *file, int fd, lode__arena *arena, lode_error *error)
{
	struct parser parser = { .file = file, .arena = arena, .error = error };
	struct stat st;
	lode_status status;
	lode__buf text;

	lode__buf_init(&text, NULL, FILE_MAX);
	if (fstat(fd, &st) != 0 || !read_all(fd, &text)) {
		status = lode__error_set(error, LODE_E_CONFIG, "%s: %s", file->path,
		                         strerror(errno));
	} else if (lode__buf_status(&text) == LODE_E_NOMEM) {
		status = lode__error_nomem(error);
	} else if (lode__buf_status(&text) != LODE_OK) {
		status = lode__error_set(error, LODE_E_CONFIG, "%s: longer than 1 MiB", file->path);
	} else {
		file->open_to_others = (st.st_mode & (S_IRWXG | S_IRWXO)) != 0;
		parser.at = lode__buf_text(&text);
		parser.end = parser.at + lode__buf_size(&text);
		status = parse(&parser);
	}
	lode__buf_dispose(&text);
	return status;
}

lode_status lode__config_file_read(lode__config_file *out, const char *path, lode__arena *arena,
                                   lode_error *error)
{
	lode_status status;
	char *resolved = NULL;
	lode__buf reason;
	int fd;

	memset(out, 0, sizeof *out);
	out->path = path;
	out->end = &out->first;
	lode__buf_init(&reason, NULL, 1024);
	fd = lode__open_trusted(path, &resolved, &reason);
	if (fd < 0 && errno == ENOENT)
		status = LODE_NOT_FOUND;
	else if (fd < 0)
		status = lode__error_set(error, LODE_E_CONFIG, "%s: %s", path,
		                         lode__buf_text(&reason));
	else
		status = read_text(out, fd, arena, error);
	lode__buf_dispose(&reason);
	free(resolved);
	if (fd >= 0)
		close(fd);
	return status;
}
