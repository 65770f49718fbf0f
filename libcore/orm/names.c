/* SPDX-License-Identifier: MIT */
/* orm/names.c - see names.h. */
#include "orm/names.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "orm/session.h"

typedef struct name_parser {
	lode__extent *extent;
	lode__names *names;
	const char *at;
} name_parser;

static void skip_space(name_parser *parser)
{
	while (isspace((unsigned char)*parser->at))
		parser->at++;
}

/* Over a string or character literal; `at` stands on its quote. */
static void skip_literal(name_parser *parser)
{
	char quote = *parser->at++;

	while (*parser->at && *parser->at != quote)
		parser->at += parser->at[0] == '\\' && parser->at[1] ? 2 : 1;
	if (*parser->at)
		parser->at++;
}

/* Over an expression, to the comma or closing brace that ends it. */
static void skip_value(name_parser *parser)
{
	unsigned depth = 0;

	while (*parser->at && (depth > 0 || !strchr(",}", *parser->at))) {
		if (*parser->at == '"' || *parser->at == '\'') {
			skip_literal(parser);
			continue;
		}
		if (strchr("([{", *parser->at))
			depth++;
		else if (strchr(")]}", *parser->at))
			depth--;
		parser->at++;
	}
}

static size_t path_length(const char *text)
{
	size_t size = 0;

	while (isalnum((unsigned char)text[size]) || text[size] == '_' || text[size] == '.')
		size++;
	return size;
}

static void add_attribute(name_parser *parser, uint32_t index)
{
	lode__names *names = parser->names;

	for (uint32_t i = 0; i < names->attribute_count; i++)
		if (names->attributes[i] == index)
			return;
	names->attributes[names->attribute_count++] = index;
	if (index < 32)
		names->bits |= UINT32_C(1) << index;
	else
		names->many = true;
}

static void add_relationship(lode__names *names, uint32_t index)
{
	for (uint32_t i = 0; i < names->relationship_count; i++)
		if (names->relationships[i] == index)
			return;
	names->relationships[names->relationship_count++] = index;
}

/* The attribute or relationship that a path names: ".age.value" names "age". */
static bool add_path(name_parser *parser, const char *path, size_t size)
{
	const lode_mapper *mapper = parser->extent->mapper;

	while (size > 0) {
		const lode__attribute *attribute = lode__mapper_find(mapper, path, size);
		const lode__relationship *relationship =
			lode__mapper_find_relationship(mapper, path, size);

		if (attribute) {
			add_attribute(parser, attribute->index);
			return true;
		}
		if (relationship) {
			add_relationship(parser->names, relationship->index);
			return true;
		}
		while (size > 0 && path[--size] != '.')
			;
	}
	return false;
}

/* Do some attributes begin with "path."? Then it is an embedded mixin. */
static bool is_prefix(const lode_mapper *mapper, const char *path, size_t size)
{
	for (uint32_t i = 0; i < mapper->attribute_count; i++)
		if (!strncmp(mapper->attributes[i].name, path, size) &&
		    mapper->attributes[i].name[size] == '.')
			return true;
	return false;
}

static lode_status refuse(name_parser *parser, const char *name, size_t size)
{
	const lode_mapper *mapper = parser->extent->mapper;
	char text[64];
	const char *nearest;

	lode__text_cut(text, sizeof text, name, size);
	nearest = lode__mapper_nearest(mapper, text);
	return lode__session_fail(parser->extent->session, LODE_E_MISUSE,
				  "class %s has no mapped member \"%s\"%s%s%s", mapper->name, text,
				  nearest ? "; the nearest is \"" : "", nearest ? nearest : "",
				  nearest ? "\"" : "");
}

static lode_status refuse_position(name_parser *parser)
{
	return lode__session_fail(parser->extent->session, LODE_E_MISUSE,
				  "values of class %s must be named: write .member = value",
				  parser->extent->mapper->name);
}

static lode_status parse_list(name_parser *parser, char *path, size_t prefix);

/* One designator; `path` holds the `prefix` bytes of the mixin it lies in. */
static lode_status parse_item(name_parser *parser, char *path, size_t prefix)
{
	const char *name = parser->at + (*parser->at == '.');
	size_t size = path_length(name);
	bool dotted = *parser->at == '.';

	if (size == 0 || isdigit((unsigned char)*name) || prefix + size >= 256)
		return refuse_position(parser);
	memcpy(path + prefix, name, size);
	parser->at = name + size;
	skip_space(parser);
	if (!dotted && *parser->at && *parser->at != ',')
		return refuse_position(parser);
	if (add_path(parser, path, prefix + size)) {
		skip_value(parser);
		return LODE_OK;
	}
	if (!is_prefix(parser->extent->mapper, path, prefix + size))
		return refuse(parser, path, prefix + size);
	if (*parser->at == '=')
		parser->at++;
	skip_space(parser);
	if (*parser->at != '{')
		return refuse_position(parser);
	parser->at++;
	path[prefix + size] = '.';
	return parse_list(parser, path, prefix + size + 1);
}

static lode_status parse_list(name_parser *parser, char *path, size_t prefix)
{
	lode_status status = LODE_OK;

	skip_space(parser);
	while (status == LODE_OK && *parser->at && *parser->at != '}') {
		status = parse_item(parser, path, prefix);
		if (*parser->at == ',')
			parser->at++;
		skip_space(parser);
	}
	if (prefix > 0 && *parser->at == '}') {
		parser->at++;
		skip_space(parser);
	}
	return status;
}

static bool is_exact_key(const lode__extent *extent, const lode__names *names)
{
	const lode_mapper *mapper = extent->mapper;

	if (names->relationship_count > 0 || names->attribute_count != mapper->key_count)
		return false;
	for (uint32_t i = 0; i < names->attribute_count; i++)
		if (!mapper->attributes[names->attributes[i]].primary_key)
			return false;
	return true;
}

/* "0" and "{0}" name nothing. */
static bool names_nothing(const char *text)
{
	while (isspace((unsigned char)*text) || *text == '{' || *text == '}' || *text == '0' ||
	       *text == ',')
		text++;
	return *text == '\0';
}

static lode__names *new_names(lode__extent *extent, const char *text)
{
	const lode_mapper *mapper = extent->mapper;
	size_t length = strlen(text), lists = mapper->attribute_count + mapper->relationship_count;
	lode__names *names = lode__alloc_zero(
		&extent->allocator, sizeof *names + lists * sizeof(uint32_t) + length + 1);

	if (!names) {
		lode__session_nomem(extent->session);
		return NULL;
	}
	names->attributes = (uint32_t *)(names + 1);
	names->relationships = names->attributes + mapper->attribute_count;
	names->text = (char *)(names->relationships + mapper->relationship_count);
	memcpy(names->text, text, length + 1);
	names->given = text;
	return names;
}

static const lode__names *parse_names(lode__extent *extent, const char *text)
{
	name_parser parser = { extent, new_names(extent, text), text };
	char path[256];

	if (!parser.names)
		return NULL;
	if (!names_nothing(text) && parse_list(&parser, path, 0) < 0) {
		lode__release(&extent->allocator, parser.names);
		return NULL;
	}
	parser.names->is_key = is_exact_key(extent, parser.names);
	lode__release(&extent->allocator, extent->names[LODE__NAMES_CACHE - 1]);
	memmove(extent->names + 1, extent->names,
		(LODE__NAMES_CACHE - 1) * sizeof extent->names[0]);
	extent->names[0] = parser.names;
	return parser.names;
}

static bool is_same(const lode__names *names, const char *text)
{
	return !strcmp(names->text, text);
}

const lode__names *lode__names_of(lode__extent *extent, const char *text)
{
	if (!text)
		text = "";
	for (unsigned i = 0; i < LODE__NAMES_CACHE && extent->names[i]; i++)
		if (extent->names[i]->given == text && is_same(extent->names[i], text))
			return extent->names[i];
	for (unsigned i = 0; i < LODE__NAMES_CACHE && extent->names[i]; i++)
		if (is_same(extent->names[i], text)) {
			extent->names[i]->given = text;
			return extent->names[i];
		}
	return parse_names(extent, text);
}

void lode__names_free(lode__extent *extent)
{
	for (unsigned i = 0; i < LODE__NAMES_CACHE; i++) {
		lode__release(&extent->allocator, extent->names[i]);
		extent->names[i] = NULL;
	}
}

/* ---- the bits of a new object */

bool lode__object_named(const lode__object *object, uint32_t attribute)
{
	if (attribute < 32)
		return (object->peers >> attribute & 1) != 0;
	return object->trail && object->trail->named &&
	       (object->trail->named[attribute / 64] >> attribute % 64 & 1) != 0;
}

lode_status lode__object_name(lode__extent *extent, lode__object *object, uint32_t attribute)
{
	size_t size = lode__named_size(extent->mapper);

	if (attribute < 32) {
		object->peers |= UINT32_C(1) << attribute;
		return LODE_OK;
	}
	if (!lode__trail_need(extent->session, object))
		return LODE_E_NOMEM;
	if (!object->trail->named) {
		object->trail->named = lode__pool_alloc(&extent->session->pool, size, 8);
		if (!object->trail->named)
			return lode__session_nomem(extent->session);
		memset(object->trail->named, 0, size);
	}
	object->trail->named[attribute / 64] |= UINT64_C(1) << attribute % 64;
	return LODE_OK;
}

void lode__object_name_all(lode__extent *extent, lode__object *object)
{
	object->peers = UINT32_MAX;
	for (uint32_t i = 32; i < extent->mapper->attribute_count; i++)
		if (lode__object_name(extent, object, i) < 0)
			return;
}
