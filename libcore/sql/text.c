/* SPDX-License-Identifier: MIT */
/* sql/text.c - SQL text of the application: finding its binds, and giving them values.
 *
 * The scan knows quotes ('...', "...", `...`), comments and `::`, nothing else of SQL. */
#include <string.h>

#include "base/alloc.h"
#include "sql/expr.h"

static bool is_name_byte(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

/* behind a quoted part or a comment that begins at p, or p itself */
static const char *skip_opaque(const char *p)
{
	const char *end;

	if (*p == '\'' || *p == '"' || *p == '`') {
		end = strchr(p + 1, *p);
		return end ? end + 1 : p + strlen(p);
	}
	if (p[0] == '-' && p[1] == '-')
		return p + strcspn(p, "\n");
	if (p[0] == '/' && p[1] == '*') {
		end = strstr(p + 2, "*/");
		return end ? end + 2 : p + strlen(p);
	}
	return p;
}

const char *lode__text_next_bind(const char *sql, const char **at, const char **name, size_t *size)
{
	const char *p = *at ? *at : sql, *next;

	for (; *p; p++) {
		next = skip_opaque(p);
		if (next != p) {
			p = next - 1;
			continue;
		}
		if ((p[0] == '\\' && p[1] == ':') || (p[0] == ':' && p[1] == ':')) {
			p++;
			continue;
		}
		if (*p != ':' || !is_name_byte(p[1], true))
			continue;
		*name = p + 1;
		for (next = p + 2; is_name_byte(*next, false); next++)
			continue;
		*size = (size_t)(next - *name);
		*at = next;
		return p;
	}
	*at = p;
	return NULL;
}

void lode__text_put(lode__buf *sql, const char *from, const char *to)
{
	while (from < to) {
		const char *next = skip_opaque(from);

		if (next == from) {
			if (from[0] == '\\' && from[1] == ':')
				from++;
			next = from + 1;
		}
		if (next > to)
			next = to;
		lode__buf_append(sql, from, (size_t)(next - from));
		from = next;
	}
}

const lode__text_bind *lode__text_find_bind(const lode_expr *text, const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < text->as.text.count; i++)
		if (strncmp(text->as.text.binds[i].name, name, size) == 0 &&
		    text->as.text.binds[i].name[size] == '\0')
			return &text->as.text.binds[i];
	return NULL;
}

/* bytes of the text of a value */
static size_t measure(const lode_value *value)
{
	switch (value->kind) {
	case LODE_VALUE_TEXT: return strlen(value->as.text) + 1;
	case LODE_VALUE_JSON: return strlen(value->as.json.text) + 1;
	case LODE_VALUE_BYTES: return value->as.bytes.size;
	default: return 0;
	}
}

static char *copy_value(lode_value *value, char *tail)
{
	size_t size = measure(value);

	if (value->kind == LODE_VALUE_TEXT)
		value->as.text = memcpy(tail, value->as.text, size);
	else if (value->kind == LODE_VALUE_JSON)
		value->as.json.text = memcpy(tail, value->as.json.text, size);
	else if (value->kind == LODE_VALUE_BYTES && size)
		value->as.bytes.data = memcpy(tail, value->as.bytes.data, size);
	else if (value->kind == LODE_VALUE_BYTES)
		value->as.bytes.data = tail;
	return tail + size;
}

static char *copy_text(char *tail, const char *text, const char **out)
{
	size_t size = strlen(text) + 1;

	*out = memcpy(tail, text, size);
	return tail + size;
}

/* A text node with copies of all that is given; `more` may be NULL.  NULL: no memory. */
static lode_expr *make_text(const char *sql, const lode__text_bind *binds, size_t count,
                            const lode__text_bind *more)
{
	size_t total = count + (more != NULL), size = strlen(sql) + 1, i;
	lode__text_bind *copies;
	lode_expr *expr;
	char *tail;

	for (i = 0; i < total; i++) {
		const lode__text_bind *bind = i < count ? &binds[i] : more;

		size += sizeof(*bind) + strlen(bind->name) + 1 + measure(&bind->value);
	}
	expr = lode__alloc_zero(NULL, sizeof(*expr) + size);
	if (!expr)
		return NULL;
	expr->kind = LODE__EXPR_TEXT;
	expr->depth = 1;
	copies = (lode__text_bind *)(void *)(expr + 1);
	tail = (char *)(copies + total);
	for (i = 0; i < total; i++) {
		copies[i].value = (i < count ? &binds[i] : more)->value;
		tail = copy_text(tail, (i < count ? &binds[i] : more)->name, &copies[i].name);
		tail = copy_value(&copies[i].value, tail);
	}
	copy_text(tail, sql, &expr->as.text.sql);
	expr->as.text.binds = copies;
	expr->as.text.count = total;
	return expr;
}

lode_expr *lode_text_unsafe(const char *sql)
{
	lode_expr *expr;

	if (!sql)
		return lode__expr_error(NULL, 0, LODE_E_MISUSE, "lode_text: the text is NULL");
	expr = make_text(sql, NULL, 0, NULL);
	return expr ? expr : lode__expr_error(NULL, 0, LODE_E_NOMEM, "out of memory");
}

/* does the text have a :name of that name? */
static bool has_name(const char *sql, const char *wanted)
{
	const char *at = NULL, *name;
	size_t size;

	while (lode__text_next_bind(sql, &at, &name, &size))
		if (strlen(wanted) == size && memcmp(wanted, name, size) == 0)
			return true;
	return false;
}

lode_expr *lode_text_bind(lode_expr *text, const char *name, lode_value value)
{
	lode__text_bind bind = { name, value };
	lode_expr *expr;

	if (lode__expr_status(text) < 0)
		return text;
	if (!text || text->kind != LODE__EXPR_TEXT || !name)
		return lode__expr_error(&text, 1, LODE_E_MISUSE, "lode_text_bind: not a text, or no name");
	if (!has_name(text->as.text.sql, name))
		return lode__expr_error(&text, 1, LODE_E_MISUSE, "lode_text_bind: the text has no :%.60s",
		                        name);
	if (lode__text_find_bind(text, name, strlen(name)))
		return lode__expr_error(&text, 1, LODE_E_MISUSE,
		                        "lode_text_bind: :%.60s has a value already", name);
	expr = make_text(text->as.text.sql, text->as.text.binds, text->as.text.count, &bind);
	if (!expr)
		return lode__expr_error(&text, 1, LODE_E_NOMEM, "out of memory");
	lode__expr_park(&expr->parked, text);
	return expr;
}
