/* SPDX-License-Identifier: MIT */
/* orm/join.c - how the two sides of a relationship are joined.
 *
 * A to-many follows foreign keys of the target; a to-one those of its owner, else (one-to-one)
 * those of the target.  A self-referential to-one goes up, unless .remote_side says otherwise. With
 * a secondary table two of its foreign keys are taken; of a self-referential one the first leads to
 * the owner of the relationship that is declared first. */
#include "orm/join.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "orm/registry.h"
#include "orm/secondary.h"
#include "schema/key.h"

/* ------------------------------------------------------------------ names in .foreign_key */

/* own first, then as the mixin it stands in would say it */
static const lode__attribute *find_attribute(const lode__relationship *r, const lode_mapper *mapper,
                                             const char *name, size_t size)
{
	const lode__attribute *found = lode__mapper_find(mapper, name, size);
	char full[256];
	int n;

	if (found || !*r->prefix)
		return found;
	n = snprintf(full, sizeof full, "%s%.*s", r->prefix, (int)size, name);
	return n > 0 && (size_t)n < sizeof full ? lode__mapper_find(mapper, full, (size_t)n) : NULL;
}

static bool has_column(lode_table_column *const *columns, size_t count,
                       const lode_table_column *column)
{
	for (size_t i = 0; i < count; i++)
		if (columns[i] == column)
			return true;
	return false;
}

/* Does the list name exactly these columns?  Names are members of `mapper`, or with a NULL one
 * columns of `table`. */
static bool names_columns(const lode__relationship *r, const char *list, const lode_mapper *mapper,
                          lode_table_column *const *columns, size_t count)
{
	const char *at = list, *name;
	size_t size, named = 0;

	while ((name = lode__list_next(&at, &size)) != NULL) {
		const lode_table_column *column = NULL;

		if (mapper) {
			const lode__attribute *attribute = find_attribute(r, mapper, name, size);

			column = attribute ? attribute->column : NULL;
		} else {
			for (size_t i = 0; i < count; i++)
				if (strlen(columns[i]->name) == size &&
				    memcmp(columns[i]->name, name, size) == 0)
					column = columns[i];
		}
		if (!column || !has_column(columns, count, column))
			return false;
		named++;
	}
	return named == count;
}

/* every name of .foreign_key and .remote_side must be a member of a side */
static lode_status check_names(const lode__relationship *r, const char *what, const char *list,
                               const lode_mapper *one, const lode_mapper *two, lode_error *error)
{
	const char *at = list, *name, *nearest;
	char given[128];
	size_t size;

	while (list && (name = lode__list_next(&at, &size)) != NULL) {
		if (find_attribute(r, one, name, size) || find_attribute(r, two, name, size))
			continue;
		lode__text_cut(given, sizeof given, name, size);
		nearest = lode__mapper_nearest(one, given);
		if (!nearest)
			nearest = lode__mapper_nearest(two, given);
		return lode__error_set(error, LODE_E_MAPPING,
				       "%s.%s: %s: %s%s%s has no column member \"%s\"%s%s%s",
				       r->owner->name, r->name, what, one->name,
				       one == two ? "" : " or ", one == two ? "" : two->name, given,
				       nearest ? "; did you mean \"" : "", nearest ? nearest : "",
				       nearest ? "\"?" : "");
	}
	return LODE_OK;
}

/* ------------------------------------------------------------------ searching */

typedef struct search {
	lode__relationship *r;
	const char *wanted;             /* .foreign_key of this side or the other; or NULL */
	const char *remote;             /* .remote_side; or NULL */
	const lode_foreign_key *key;    /* the first found */
	bool many_to_one;
	size_t found;
	char listed[200];               /* all found, for the message */
	lode_error *error;
} search;

static void list_key(search *s, const lode_mapper *holder, const lode_foreign_key *key)
{
	size_t used = strlen(s->listed);

	for (size_t i = 0; i < key->count; i++) {
		const lode__attribute *a = lode__mapper_attribute_of(holder, key->columns[i]);
		const char *before = i ? ", " : used ? "\" or \"" : "\"";
		int n = snprintf(s->listed + used, sizeof s->listed - used, "%s%s", before,
		                 a ? a->name : key->columns[i]->name);

		used += n > 0 && (size_t)n < sizeof s->listed - used ? (size_t)n : 0;
	}
}

/* the foreign keys of `holder` that refer to `other` and fit */
static lode_status scan(search *s, const lode_mapper *holder, const lode_mapper *other,
                        bool many_to_one)
{
	for (size_t i = 0; i < holder->table->foreign_key_count; i++) {
		lode_foreign_key *key = holder->table->foreign_keys[i];
		lode_status status;

		if (lode__foreign_key_target(key) != other->table)
			continue;
		status = lode__foreign_key_resolve(key, s->error);
		if (status < 0)
			return status;
		if (s->wanted && !names_columns(s->r, s->wanted, holder, key->columns, key->count))
			continue;
		if (s->remote && !names_columns(s->r, s->remote, s->r->target,
		                                many_to_one ? key->referred_columns : key->columns,
		                                key->count))
			continue;
		list_key(s, holder, key);
		if (s->found++ == 0) {
			s->key = key;
			s->many_to_one = many_to_one;
		}
	}
	return LODE_OK;
}

static lode_status refuse_none(search *s)
{
	const lode__relationship *r = s->r;
	const lode_mapper *holder = r->to_many ? r->target : r->owner;
	const lode_mapper *other = r->to_many ? r->owner : r->target;
	const lode_table_column *key = other->table->primary_key[0];
	bool turned = false;

	for (size_t i = 0; r->to_many && i < r->owner->table->foreign_key_count; i++)
		turned |= lode__foreign_key_target(r->owner->table->foreign_keys[i]) ==
		          r->target->table;
	if (s->wanted || s->remote)
		return lode__error_set(s->error, LODE_E_MAPPING,
				       "%s.%s: no foreign key between \"%s\" "
				       "and \"%s\" fits %s = \"%s\"",
				       r->owner->name, r->name, r->owner->table->name,
				       r->target->table->name,
				       s->wanted ? ".foreign_key" : ".remote_side",
				       s->wanted ? s->wanted : s->remote);
	if (turned && r->owner != r->target)
		return lode__error_set(
			s->error, LODE_E_MAPPING,
			"%s.%s: the foreign key is in \"%s\", "
			"so this is one %s: use LODE_TO_ONE, or .secondary for a many-to-many",
			r->owner->name, r->name, r->owner->table->name, r->target->name);
	return lode__error_set(s->error, LODE_E_MAPPING,
			       "%s.%s: there is no foreign key between "
			       "\"%s\" and \"%s\": give a column of %s .foreign_key = \"%s.%s\"%s",
			       r->owner->name, r->name, r->owner->table->name,
			       r->target->table->name, holder->name, other->table->name, key->name,
			       r->to_many ? ", or this relationship .secondary" : "");
}

static lode_status find_key(search *s)
{
	lode__relationship *r = s->r;
	bool up = !r->to_many, down = true;
	lode_status status = LODE_OK;

	if (up && (r->reverse ? r->reverse->to_many : r->owner == r->target && !s->remote))
		down = false;
	if (up)
		status = scan(s, r->owner, r->target, true);
	if (status == LODE_OK && down)
		status = scan(s, r->target, r->owner, false);
	if (status < 0)
		return status;
	if (s->found == 0)
		return refuse_none(s);
	if (s->found > 1)
		return lode__error_set(s->error, LODE_E_MAPPING,
				       "%s.%s: several foreign keys join "
				       "\"%s\" and \"%s\": say which with .foreign_key = %s\"",
				       r->owner->name, r->name, r->owner->table->name,
				       r->target->table->name, s->listed);
	return LODE_OK;
}

/* ------------------------------------------------------------------ pairs */

/* Place i of the pairs is this place of the key: the order of the referred primary key if it refers
 * to all of it, else its own. */
static size_t key_place(const lode_foreign_key *key, size_t i)
{
	const lode_table *table = key->referred;

	if (table->primary_key_count != key->count)
		return i;
	for (size_t k = 0; k < key->count; k++)
		if (!has_column(key->referred_columns, key->count, table->primary_key[k]))
			return i;
	for (size_t k = 0; k < key->count; k++)
		if (key->referred_columns[k] == table->primary_key[i])
			return k;
	return i;
}

static lode_status attribute_index(const lode__relationship *r, const lode_mapper *mapper,
                                   const lode_table_column *column, uint32_t *out,
                                   lode_error *error)
{
	const lode__attribute *attribute = lode__mapper_attribute_of(mapper, column);

	if (!attribute)
		return lode__error_set(error, LODE_E_MAPPING,
				       "%s.%s: the column \"%s\" of \"%s\" is no member of %s",
				       r->owner->name, r->name, column->name, column->table->name,
				       mapper->name);
	*out = attribute->index;
	return LODE_OK;
}

/* the columns of one side of the pairs, for the SQL layer */
typedef const lode_table_column *pair_side(const lode__pair *pair);
static const lode_table_column *owner_side(const lode__pair *pair) { return pair->owner_column; }
static const lode_table_column *target_side(const lode__pair *pair) { return pair->target_column; }
static const lode_table_column *link_side(const lode__pair *pair) { return pair->secondary_column; }

static lode_status list_columns(lode__relationship *r, const lode__pair *pairs, size_t count,
                                pair_side *side, const lode_table_column *const **out,
                                lode_error *error)
{
	const lode_table_column **columns =
		LODE__NEW_ARRAY(&r->owner->registry->arena, const lode_table_column *, count);

	if (!columns)
		return lode__error_nomem(error);
	for (size_t i = 0; i < count; i++)
		columns[i] = side(&pairs[i]);
	*out = columns;
	return LODE_OK;
}

static void see_primary_key(lode__relationship *r)
{
	r->target_is_primary_key = r->direction == LODE__MANY_TO_ONE &&
	                           r->pair_count == r->target->key_count;
	for (size_t i = 0; r->target_is_primary_key && i < r->pair_count; i++)
		r->target_is_primary_key = r->pairs[i].target == r->target->key[i];
}

static lode_status fill_direct(search *s)
{
	lode__relationship *r = s->r;
	const lode_foreign_key *key = s->key;
	lode__pair *pairs = LODE__NEW_ARRAY(&r->owner->registry->arena, lode__pair, key->count);
	lode_status status = LODE_OK;

	if (!pairs)
		return lode__error_nomem(s->error);
	for (size_t i = 0; status == LODE_OK && i < key->count; i++) {
		size_t k = key_place(key, i);
		lode__pair *p = &pairs[i];

		p->owner_column = s->many_to_one ? key->columns[k] : key->referred_columns[k];
		p->target_column = s->many_to_one ? key->referred_columns[k] : key->columns[k];
		status = attribute_index(r, r->owner, p->owner_column, &p->owner, s->error);
		if (status == LODE_OK)
			status = attribute_index(r, r->target, p->target_column, &p->target,
						 s->error);
	}
	r->direction = s->many_to_one ? LODE__MANY_TO_ONE : LODE__ONE_TO_MANY;
	r->foreign_key = key;
	r->pairs = pairs;
	r->path.count = r->pair_count = key->count;
	if (status == LODE_OK)
		status = list_columns(r, pairs, key->count, owner_side, &r->path.near, s->error);
	if (status == LODE_OK)
		status = list_columns(r, pairs, key->count, target_side, &r->path.far, s->error);
	if (status == LODE_OK)
		see_primary_key(r);
	return status;
}

static lode_status find_direct(lode__relationship *r, lode_error *error)
{
	const lode_relationship_decl *other = r->reverse ? r->reverse->decl : NULL;
	search s = { .r = r, .error = error, .remote = r->decl->remote_side,
		.wanted = r->decl->foreign_key };
	lode_status status;

	if (!s.wanted && other)
		s.wanted = other->foreign_key;
	status = check_names(r, ".foreign_key", s.wanted, r->owner, r->target, error);
	if (status == LODE_OK)
		status = check_names(r, ".remote_side", s.remote, r->target, r->target, error);
	if (status == LODE_OK)
		status = find_key(&s);
	return status == LODE_OK ? fill_direct(&s) : status;
}

/* ------------------------------------------------------------------ many-to-many */

typedef struct ends {
	lode_foreign_key *key;          /* the first found */
	size_t found;
} ends;

/* the foreign keys of the secondary table to one side; `except` is taken already */
static lode_status scan_link(const lode__relationship *r, const lode_table *secondary,
                             const lode_mapper *side, const char *wanted,
                             const lode_foreign_key *except, ends *out, lode_error *error)
{
	for (size_t i = 0; i < secondary->foreign_key_count; i++) {
		lode_foreign_key *key = secondary->foreign_keys[i];
		lode_status status;

		if (key == except || lode__foreign_key_target(key) != side->table)
			continue;
		status = lode__foreign_key_resolve(key, error);
		if (status < 0)
			return status;
		if (wanted && !names_columns(r, wanted, NULL, key->columns, key->count))
			continue;
		if (out->found++ == 0)
			out->key = key;
	}
	return LODE_OK;
}

static lode_status check_link(const lode__relationship *r, const lode_table *secondary,
                              const lode_mapper *side, const char *option, const char *wanted,
                              const ends *e, lode_error *error)
{
	if (e->found == 1)
		return LODE_OK;
	if (e->found == 0 && wanted)
		return lode__error_set(error, LODE_E_MAPPING,
				       "%s.%s: no foreign key from \"%s\" to "
				       "\"%s\" is %s = \"%s\"",
				       r->owner->name, r->name, secondary->name, side->table->name,
				       option, wanted);
	if (e->found == 0)
		return lode__error_set(error, LODE_E_MAPPING,
				       "%s.%s: the .secondary table \"%s\" has "
				       "no %sforeign key to \"%s\"",
				       r->owner->name, r->name, secondary->name,
				       r->owner == r->target ? "second " : "", side->table->name);
	return lode__error_set(error, LODE_E_MAPPING,
			       "%s.%s: several foreign keys of \"%s\" refer to "
			       "\"%s\": name the columns of one with %s",
			       r->owner->name, r->name, secondary->name, side->table->name, option);
}

static lode_status find_links(const lode__relationship *r, const lode_table *secondary,
                              ends *near, ends *far, lode_error *error)
{
	const lode_relationship_decl *other = r->reverse ? r->reverse->decl : NULL;
	const char *near_names = r->decl->foreign_key, *far_names = r->decl->remote_side;
	bool self = r->owner == r->target;
	lode_status status;

	if (!near_names && other)
		near_names = other->remote_side;
	if (!far_names && other)
		far_names = other->foreign_key;
	status = scan_link(r, secondary, r->owner, near_names, NULL, near, error);
	if (status == LODE_OK && self && !near_names && !far_names && near->found == 2)
		near->found = 1;        /* the first; the second is the far one */
	if (status == LODE_OK && self && !near_names && far_names) {
		status = scan_link(r, secondary, r->target, far_names, NULL, far, error);
		*near = (ends){ NULL, 0 };
		if (status == LODE_OK)
			status = scan_link(r, secondary, r->owner, NULL, far->key, near, error);
	} else if (status == LODE_OK) {
		status = scan_link(r, secondary, r->target, far_names, near->key, far, error);
	}
	if (status == LODE_OK)
		status =
			check_link(r, secondary, r->owner, ".foreign_key", near_names, near, error);
	if (status == LODE_OK)
		status = check_link(r, secondary, r->target, ".remote_side", far_names, far, error);
	if (status == LODE_OK && self && !near_names && !far_names && r->reverse &&
	    r->reverse->index < r->index) {
		ends swap = *near;

		*near = *far;
		*far = swap;
	}
	return status;
}

/* pairs of one side with the columns of the secondary that refer to it */
static lode_status fill_side(lode__relationship *r, const lode_foreign_key *key, bool near,
                             const lode__pair **out, size_t *count, lode_error *error)
{
	lode__pair *pairs = LODE__NEW_ARRAY(&r->owner->registry->arena, lode__pair, key->count);
	lode_status status = LODE_OK;

	if (!pairs)
		return lode__error_nomem(error);
	for (size_t i = 0; status == LODE_OK && i < key->count; i++) {
		size_t k = key_place(key, i);
		lode__pair *p = &pairs[i];

		p->owner = p->target = LODE__NO_ATTRIBUTE;
		p->secondary_column = key->columns[k];
		*(near ? &p->owner_column : &p->target_column) = key->referred_columns[k];
		status = attribute_index(r, near ? r->owner : r->target, key->referred_columns[k],
		                         near ? &p->owner : &p->target, error);
	}
	*out = pairs;
	*count = key->count;
	return status;
}

static lode_status fill_links(lode__relationship *r, const ends *near, const ends *far,
                              lode_error *error)
{
	lode__path *path = &r->path;
	lode_status status = fill_side(r, near->key, true, &r->pairs, &r->pair_count, error);

	if (status == LODE_OK)
		status = fill_side(r, far->key, false, &r->far, &r->far_count, error);
	if (status < 0)
		return status;
	path->count = r->pair_count;
	path->secondary_count = r->far_count;
	status = list_columns(r, r->pairs, r->pair_count, owner_side, &path->near, error);
	if (status == LODE_OK)
		status = list_columns(r, r->pairs, r->pair_count, link_side, &path->far, error);
	if (status == LODE_OK)
		status = list_columns(r, r->far, r->far_count, link_side, &path->secondary_near,
				      error);
	if (status == LODE_OK)
		status = list_columns(r, r->far, r->far_count, target_side, &path->target_columns,
				      error);
	return status;
}

static lode_status find_many_to_many(lode__relationship *r, lode_error *error)
{
	const lode_table *secondary = NULL;
	ends near = { NULL, 0 }, far = { NULL, 0 };
	lode_status status;

	if (!r->to_many)
		return lode__error_set(error, LODE_E_MAPPING,
				       "%s.%s: .secondary is for LODE_TO_MANY", r->owner->name,
				       r->name);
	status = lode__secondary_table(r, &secondary, error);
	if (status == LODE_OK && (secondary == r->owner->table || secondary == r->target->table))
		status = lode__error_set(error, LODE_E_MAPPING,
					 "%s.%s: .secondary \"%s\" is the table "
					 "of %s itself",
					 r->owner->name, r->name, r->decl->secondary,
					 secondary == r->owner->table ? r->owner->name
								      : r->target->name);
	if (status == LODE_OK)
		status = find_links(r, secondary, &near, &far, error);
	if (status < 0)
		return status;
	r->direction = LODE__MANY_TO_MANY;
	r->path.secondary = r->secondary = secondary;
	return fill_links(r, &near, &far, error);
}

lode_status lode__join_find(lode__relationship *r, lode_error *error)
{
	r->path = (lode__path){ .target = r->target->class_, .table = r->target->table,
		.to_many = r->to_many };
	r->self_referential = r->owner == r->target;
	return r->decl->secondary ? find_many_to_many(r, error) : find_direct(r, error);
}
