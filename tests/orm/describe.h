/* SPDX-License-Identifier: MIT */
/* tests/orm/describe.h - tables and relationships as text, to compare with. */
#ifndef LODE_TESTS_ORM_DESCRIBE_H
#define LODE_TESTS_ORM_DESCRIBE_H
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "orm/mapper.h"
#include "orm/registry.h"
#include "schema/key.h"
#include "types/type.h"

static char describe_text[8192];
static size_t describe_used;

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
static void put(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	describe_used += (size_t)vsnprintf(describe_text + describe_used,
	                                   sizeof describe_text - describe_used, format, args);
	va_end(args);
}

static void put_default(const char *what, const lode_default *value)
{
	if (value->kind == LODE_DEFAULT_NOW)
		put(" %s now", what);
	else if (value->kind == LODE_DEFAULT_INTEGER)
		put(" %s %d", what, (int)value->integer);
	else if (value->kind != LODE_DEFAULT_NONE)
		put(" %s", what);
}

static void put_column(const lode_table_column *c)
{
	lode__resolved_type type;
	lode__buf text;

	lode__buf_init(&text, NULL, 200);
	if (c->type) {
		lode__type_resolve(c->type, NULL, &type);
		lode__type_describe(&text, &type);
	}
	put("%s %s%s%s%s%s", c->name, c->type ? lode__buf_text(&text) : "?",
	    c->primary_key ? " pk" : "", c->nullable ? " null" : "", c->unique ? " unique" : "",
	    c->indexed ? " index" : "");
	lode__buf_dispose(&text);
	put_default("insert", &c->insert_default);
	put_default("server", &c->server_default);
	put_default("update", &c->onupdate);
	put("\n");
}

/* the end of a line */
static void put_remark(const char *comment)
{
	if (comment)
		put(" -- %s", comment);
	put("\n");
}

static void put_keys(const lode_table *t)
{
	for (size_t i = 0; i < t->foreign_key_count; i++) {
		const lode_foreign_key *key = t->foreign_keys[i];

		put("fk");
		for (size_t k = 0; k < key->count; k++)
			put(" %s", key->columns[k]->name);
		put(" -> %s", key->target_table);
		for (size_t k = 0; key->target_names && k < key->count; k++)
			put(" %s", key->target_names[k]);
		if (key->on_delete)
			put(" on delete %s", key->on_delete);
		put_remark(key->comment);
	}
	for (size_t i = 0; i < t->unique_count; i++) {
		put("unique");
		for (size_t k = 0; k < t->uniques[i]->count; k++)
			put(" %s", t->uniques[i]->columns[k]->name);
		put_remark(t->uniques[i]->comment);
	}
	for (size_t i = 0; i < t->index_count; i++) {
		put("%sindex %s", t->indexes[i]->unique ? "unique " : "", t->indexes[i]->name);
		put_remark(t->indexes[i]->comment);
	}
	for (size_t i = 0; i < t->check_count; i++) {
		put("check %s", t->checks[i]->sql);
		put_remark(t->checks[i]->comment);
	}
}

/* one line a column, foreign key, unique, index, check; valid until the next call */
LODE_UNUSED_ static const char *describe_table(const lode_table *t)
{
	describe_used = 0;
	describe_text[0] = '\0';
	if (!t)
		return "no table";
	put("%s%s%s%s%s\n", t->schema ? t->schema : "", t->schema ? "." : "", t->name,
	    t->comment ? " -- " : "", t->comment ? t->comment : "");
	for (size_t i = 0; i < t->column_count; i++)
		put_column(t->columns[i]);
	put_keys(t);
	return describe_text;
}

static void put_pair(const lode__relationship *r, const lode__pair *p)
{
	put(" %s", p->owner == LODE__NO_ATTRIBUTE ? p->secondary_column->name
	                                          : r->owner->attributes[p->owner].name);
	put("=%s", p->target == LODE__NO_ATTRIBUTE ? p->secondary_column->name
	                                           : r->target->attributes[p->target].name);
}

/* "User.addresses one-to-many Address id=user_id" */
LODE_UNUSED_ static const char *describe_relationship(const lode_relationship *r)
{
	static const char *const names[] = { "?", "one-to-many", "many-to-one", "many-to-many" };

	describe_used = 0;
	describe_text[0] = '\0';
	if (!r)
		return "no relationship";
	put("%s.%s %s%s %s", r->owner->name, r->name, names[r->direction],
	    r->to_many == (r->direction != LODE__MANY_TO_ONE) ? "" : " scalar", r->target->name);
	for (size_t i = 0; i < r->pair_count; i++)
		put_pair(r, &r->pairs[i]);
	if (r->secondary)
		put(" by %s", r->secondary->name);
	for (size_t i = 0; i < r->far_count; i++)
		put_pair(r, &r->far[i]);
	if (r->reverse)
		put(" reverse %s", r->reverse->name);
	for (size_t i = 0; i < r->order_count; i++)
		put(" order %s%s", r->order_by[i].descending ? "-" : "",
		    r->target->attributes[r->order_by[i].attribute].name);
	if (r->target_is_primary_key)
		put(" by key");
	return describe_text;
}
#endif
