/* SPDX-License-Identifier: MIT */
/* orm/extent.c - slots of objects and their life; the identity map is in identity.c. */
#include "orm/extent.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "orm/identity.h"
#include "orm/names.h"
#include "orm/session.h"
#include "orm/write.h"

#define WINDOW 1024u                    /* slots */
#define WINDOW_FROM ((size_t)1 << 16)   /* bytes of a chunk that is populated window by window */

static size_t round_up(size_t size, size_t to)
{
	return (size + to - 1) / to * to;
}

/* Bytes before the first header, so that instances are aligned as the class asks. */
static size_t lead_of(const lode__extent *extent)
{
	size_t align = extent->mapper->class_->object_align;

	return align > 8 ? round_up(sizeof(lode__object), align) - sizeof(lode__object) : 0;
}

static void lay_out_slot(lode__extent *extent)
{
	size_t align = extent->mapper->class_->object_align;
	size_t size = round_up(extent->mapper->object_size, 8), end = 0;
	bool tracked = !extent->session || extent->session->options.tracking != LODE_TRACK_NONE;

	for (uint32_t i = 0; i < extent->mapper->attribute_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[i];

		if (attribute->offset + attribute->size > end)
			end = attribute->offset + attribute->size;
	}
	extent->image_size = round_up(end, 8);
	extent->snapshot = size;
	/* even an untracked object needs room for the bits of a new one */
	extent->slot_size = sizeof(lode__object) + size + (tracked ? extent->image_size : round_up(size / 8 + 8, 8));
	if (align > 8)
		extent->slot_size = round_up(extent->slot_size, align);
}

static void find_key_form(lode__extent *extent)
{
	const lode_mapper *mapper = extent->mapper;
	const lode__attribute *key = &mapper->attributes[mapper->key[0]];

	extent->key_offset = key->offset;
	extent->single_int64 = mapper->key_count == 1 && !key->enum_names &&
	                       (key->ctype == LODE_C_INT64 || key->ctype == LODE_C_UINT64);
}

bool lode__default_is_constant(const lode_default *given)
{
	return given->kind == LODE_DEFAULT_INTEGER || given->kind == LODE_DEFAULT_REAL ||
	       given->kind == LODE_DEFAULT_TEXT || given->kind == LODE_DEFAULT_CALL;
}

static int compare_spans(const void *a, const void *b)
{
	const struct lode__span *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Neighbouring members make one run. */
static uint32_t merge_spans(struct lode__span *spans, uint32_t count)
{
	uint32_t kept = 0;

	qsort(spans, count, sizeof *spans, compare_spans);
	for (uint32_t i = 0; i < count; i++) {
		if (kept > 0 && spans[kept - 1].offset + spans[kept - 1].size == spans[i].offset)
			spans[kept - 1].size += spans[i].size;
		else
			spans[kept++] = spans[i];
	}
	return kept;
}

/* Three lists in one block: texts, optional, spans. */
static lode_status list_attributes(lode__extent *extent)
{
	const lode_mapper *mapper = extent->mapper;
	uint32_t count = mapper->attribute_count;
	uint32_t *lists = lode__alloc_array(&extent->allocator, 4 * (size_t)count, sizeof *lists);
	uint32_t *optional = lists + count;
	struct lode__span *spans = (struct lode__span *)(optional + count);

	if (!lists)
		return LODE_E_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		const lode__attribute *attribute = &mapper->attributes[i];

		spans[i].offset = (uint32_t)attribute->offset;
		spans[i].size = (uint32_t)attribute->size;
		if (attribute->info->by_pointer)
			lists[extent->text_count++] = i;
		extent->has_flags = extent->has_flags || (attribute->info->nullable && !attribute->info->by_pointer);
		extent->has_onupdate = extent->has_onupdate || lode__default_is_constant(&attribute->column->onupdate);
		if (attribute->has_default)
			optional[extent->optional_count++] = i;
	}
	extent->texts = lists;
	extent->optional = optional;
	extent->spans = spans;
	extent->span_count = merge_spans(spans, count);
	return LODE_OK;
}

lode__extent *lode__extent_new(lode_session *session, const lode_mapper *mapper, const lode_allocator *allocator)
{
	lode__extent *extent = lode__alloc_zero(allocator, sizeof *extent);

	if (!extent)
		return NULL;
	extent->session = session;
	extent->mapper = mapper;
	extent->allocator = *lode__allocator_or_default(allocator);
	extent->first = 16;
	lay_out_slot(extent);
	find_key_form(extent);
	if (list_attributes(extent) < 0) {
		lode__release(allocator, extent);
		return NULL;
	}
	return extent;
}

static void free_extent(lode__extent *extent)
{
	lode_allocator allocator = extent->allocator;

	for (uint32_t i = 0; i < extent->chunk_count; i++)
		lode__release(&allocator, extent->chunks[i]);
	lode__names_free(extent);
	lode__writes_free(extent);
	lode__release(&allocator, extent->map);
	lode__release(&allocator, (void *)(uintptr_t)extent->texts);
	lode__release(&allocator, extent);
}

void lode__extent_free(lode__extent *extent)
{
	if (!extent)
		return;
	if (extent->detached == 0) {
		free_extent(extent);
		return;
	}
	lode__release(&extent->allocator, extent->map);
	extent->map = NULL;
	extent->map_count = extent->map_mask = extent->map_graves = extent->map_limit = 0;
	extent->session = NULL;
}

lode__object *lode__extent_slot(const lode__extent *extent, uint32_t number)
{
	uint32_t chunk = 0, size = extent->first;

	while (number >= size) {
		number -= size;
		size <<= 1;
		chunk++;
	}
	return (lode__object *)(void *)(extent->chunks[chunk] + lead_of(extent) + number * extent->slot_size);
}

lode__object *lode__extent_chunk(const lode__extent *extent, uint32_t chunk)
{
	return (lode__object *)(void *)(extent->chunks[chunk] + lead_of(extent));
}

static bool add_chunk(lode__extent *extent)
{
	size_t slots = (size_t)extent->first << extent->chunk_count;
	char *chunk;

	if (extent->chunk_count == LODE__EXTENT_CHUNKS || slots > UINT32_MAX / 2)
		return false;
	if (extent->slot_size > SIZE_MAX / slots - 1)
		return false;
	chunk = lode__alloc(&extent->allocator, lead_of(extent) + slots * extent->slot_size);
	if (!chunk)
		return false;
	extent->chunks[extent->chunk_count++] = chunk;
	extent->next = extent->end = chunk + lead_of(extent);
	extent->chunk_end = extent->next + slots * extent->slot_size;
	return true;
}

/* More slots of the newest chunk, or of a new one: a window whose pages are had at once. */
static bool add_window(lode__extent *extent)
{
	size_t size;

	if (extent->end == extent->chunk_end && !add_chunk(extent))
		return false;
	size = (size_t)(extent->chunk_end - extent->end);
	if (size > WINDOW_FROM) {
		if (size > WINDOW * extent->slot_size)
			size = WINDOW * extent->slot_size;
		lode__populate(&extent->allocator, extent->end, size);
	}
	extent->end += size;
	return true;
}

static inline lode__object *new_slot(lode__extent *extent)
{
	lode__object *object;

	if (extent->next == extent->end && !add_window(extent))
		return NULL;
	object = (lode__object *)(void *)extent->next;
	extent->next += extent->slot_size;
	extent->used++;
	return object;
}

static inline void *take_slot(lode__extent *extent)
{
	lode__object *object = extent->free_slots;

	if (object)
		extent->free_slots = (lode__object *)(void *)object->trail;
	else
		object = new_slot(extent);
	if (!object)
		return NULL;
	object->extent = extent;
	object->trail = NULL;
	object->flags = LODE__TRANSIENT;
	object->peers = 0;
	return lode__instance_of(object);
}

void *lode__extent_reserve(lode__extent *extent)
{
	void *instance = take_slot(extent);

	if (instance)
		memset(instance, 0, extent->slot_size - sizeof(lode__object));
	return instance;
}

bool lode__extent_rows(lode__extent *extent, void **slots, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (slots[i])
			continue;
		slots[i] = take_slot(extent);
		if (!slots[i])
			return false;
		memset(slots[i], 0, extent->mapper->object_size);
	}
	return true;
}

/* The newest slot is as if it had never been handed out: peers of a load stay a range of numbers. */
void lode__extent_return(lode__extent *extent, void *instance)
{
	lode__object *object = lode__object_of(instance);

	if ((char *)object + extent->slot_size != extent->next) {
		lode__extent_recycle(extent, instance);
		return;
	}
	extent->next = (char *)object;
	extent->used--;
}

void *lode__extent_slot_for(lode__extent *extent)
{
	return take_slot(extent);
}

/* The size of the block behind a text or bytes member. */
static size_t text_size(const lode__attribute *attribute, const void *member)
{
	if (attribute->ctype == LODE_C_BYTES)
		return ((const lode_bytes *)member)->size + 1;
	return strlen(*(const char *const *)member) + 1;
}

void lode__attribute_release(lode_session *session, const lode__attribute *attribute, void *member)
{
	void *text;

	memcpy(&text, member, sizeof text);
	if (text)
		lode__pool_free_text(&session->pool, text, text_size(attribute, member));
}

lode_status lode__attribute_own(lode_session *session, const lode__attribute *attribute, void *member)
{
	void *text;
	char *copy;

	memcpy(&text, member, sizeof text);
	if (!text)
		return LODE_OK;
	copy = lode__pool_text(&session->pool, text, text_size(attribute, member) - 1);
	if (!copy)
		return lode__session_nomem(session);
	memcpy(member, &copy, sizeof copy);
	return LODE_OK;
}

static void release_heap_texts(lode__extent *extent, void *instance)
{
	for (uint32_t i = 0; i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];
		void *snapshot = lode__attribute_at(attribute, lode__snapshot_of(extent, instance));
		void *text;

		memcpy(&text, snapshot, sizeof text);
		lode__release(&extent->allocator, text);
	}
}

static void release_texts(lode__extent *extent, void *instance)
{
	lode__object *object = lode__object_of(instance);

	if (object->flags & LODE__OWN_TEXT) {
		release_heap_texts(extent, instance);
		return;
	}
	for (uint32_t i = 0; extent->session && i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];

		lode__attribute_release(extent->session, attribute, lode__attribute_at(attribute, instance));
	}
}

void lode__extent_discard(lode__extent *extent, void *instance)
{
	if (extent->session)
		lode__links_free(extent->session, instance);
	release_texts(extent, instance);
	lode__extent_recycle(extent, instance);
}

void lode__extent_recycle(lode__extent *extent, void *instance)
{
	lode__object *object = lode__object_of(instance);

	object->flags = LODE__FREE;
	object->trail = (lode__trail *)(void *)extent->free_slots;
	extent->free_slots = object;
}

/* ---- rows become objects */

static bool row_differs(const lode__extent *extent, const void *a, const void *b)
{
	const lode_mapper *mapper = extent->mapper;

	for (uint32_t i = 0; i < mapper->attribute_count; i++) {
		const lode__attribute *attribute = &mapper->attributes[i];

		if (!lode__ctype_equal(attribute->ctype, lode__attribute_at(attribute, a),
		                       lode__attribute_at(attribute, b), attribute->size))
			return true;
	}
	return false;
}

void lode__object_restore(const lode__extent *extent, void *instance, const void *image)
{
	const lode_mapper *mapper = extent->mapper;

	for (uint32_t i = 0; i < mapper->attribute_count; i++) {
		const lode__attribute *attribute = &mapper->attributes[i];

		memcpy(lode__attribute_at(attribute, instance), lode__attribute_at(attribute, image),
		       attribute->size);
	}
}

/* A member that was changed since the object expired is kept. */
static void merge_row(const lode__extent *extent, void *instance, const void *snapshot, const void *row)
{
	for (uint32_t i = 0; i < extent->mapper->attribute_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[i];
		void *member = lode__attribute_at(attribute, instance);

		if (lode__ctype_equal(attribute->ctype, member, lode__attribute_at(attribute, snapshot), attribute->size))
			memcpy(member, lode__attribute_at(attribute, row), attribute->size);
	}
}

/* `row` was fetched for an object that is there already: its values replace what is known, and
 * with `overwrite` what was changed. */
static lode_status take_row(lode__extent *extent, lode__object *object, void *row, bool overwrite)
{
	void *instance = lode__instance_of(object), *snapshot = lode__snapshot_of(extent, instance);
	lode_status status;

	object->flags &= ~LODE__EXPIRED;
	if (overwrite)
		lode__object_restore(extent, instance, snapshot);
	if (!row_differs(extent, snapshot, row)) {
		lode__extent_discard(extent, row);
		return LODE_OK;
	}
	status = lode__journal_image(extent->session, object, row);
	if (status < 0) {
		lode__extent_discard(extent, row);
		return status;
	}
	merge_row(extent, instance, snapshot, row);
	lode__object_restore(extent, snapshot, row);
	lode__extent_recycle(extent, row);      /* its text is the object's now */
	return LODE_OK;
}

void *lode__extent_admit(lode__extent *extent, void *instance, uint32_t peers, bool overwrite)
{
	lode__identity *place = lode__identity_place(extent, instance);

	if (!place) {
		lode__extent_discard(extent, instance);
		lode__session_nomem(extent->session);
		return NULL;
	}
	if (place->object) {
		lode__object *known = place->object;

		if (overwrite || (known->flags & LODE__EXPIRED)) {
			if (take_row(extent, known, instance, overwrite) < 0)
				return NULL;
		} else {
			lode__extent_discard(extent, instance);
		}
		return lode__instance_of(known);
	}
	return lode__identity_settle(extent, place, instance, peers);
}
