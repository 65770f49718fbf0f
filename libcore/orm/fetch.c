/* SPDX-License-Identifier: MIT */
/* orm/fetch.c - rows are fetched straight into slots of the extents and become objects.
 *
 * Rows that need nothing but a slot come in batches; others one by one, because an entity of a row
 * may be absent, repeat, or want a conversion.  Declared in load.h.
 * Invariant: a slot that no object took is given back by whoever reserved it. */
#include "orm/identity.h"
#include "orm/load.h"

#include "base/error.h"
#include "types/value.h"

#include <string.h>

/* ---- one row */

static lode_status convert_enum(lode_session *session, const lode__attribute *attribute,
				const char *text, void *row)
{
	lode_value value = lode_value_int(0);

	if (!text) {
		if (attribute->info->nullable)
			return LODE_OK;
		return lode__session_fail(
			session, LODE_E_DATA,
			"the column of member %s is NULL, which its class says it never is",
			attribute->name);
	}
	for (uint32_t i = 0; i < attribute->enum_count; i++)
		if (strcmp(text, attribute->enum_names[i]) == 0) {
			value.as.integer = i;
			return lode__value_store(attribute->ctype,
						 lode__attribute_at(attribute, row),
						 attribute->size, &value);
		}
	return lode__session_fail(
		session, LODE_E_DATA,
		"the column of member %s holds a text that is no name of its enum",
		attribute->name);
}

static lode_status convert_enums(lode__load *load, uint32_t number, void *row)
{
	const lode_mapper *mapper = load->plan->entities[number].mapper;
	const char *const *texts =
		(const char *const *)(void *)(load->scratch + load->plan->places[number].texts);

	if (!mapper->has_enum_text)
		return LODE_OK;
	for (uint32_t i = 0; i < mapper->attribute_count; i++)
		if (mapper->attributes[i].enum_names) {
			lode_status status =
				convert_enum(load->session, &mapper->attributes[i], texts[i], row);

			if (status < 0)
				return status;
		}
	return LODE_OK;
}

/* A joined entity has no row if a member of its key is NULL. */
static bool is_absent(const lode__load *load, uint32_t number)
{
	const lode_mapper *mapper = load->plan->entities[number].mapper;
	const lode__entity_place *place = &load->plan->places[number];

	for (uint32_t i = 0; i < mapper->key_count; i++) {
		const lode__attribute *key = &mapper->attributes[mapper->key[i]];
		const char *text = NULL;

		if (key->enum_names)
			memcpy(&text, load->scratch + place->texts + key->index * sizeof text,
			       sizeof text);
		else if (key->info->by_pointer)
			memcpy(&text, lode__attribute_at(key, load->parts[number].slot),
			       sizeof text);
		else if (!load->scratch[place->nulls + key->index])
			continue;
		if (!text)
			return true;
	}
	return false;
}

static lode_status refuse_null(lode__load *load, uint32_t number)
{
	const lode_mapper *mapper = load->plan->entities[number].mapper;
	const char *nulls = load->scratch + load->plan->places[number].nulls;
	const char *at = memchr(nulls, 1, mapper->attribute_count);

	if (!at)
		return LODE_OK;
	return lode__session_fail(load->session, LODE_E_DATA,
				  "the column of %s.%s is NULL, which its class says it never is",
				  mapper->name, mapper->attributes[at - nulls].name);
}

/* Text that did not change stays where it is; what it replaces lives as long as the session,
 * because somebody may read it still. */
static void take_member(lode_session *session, const lode__attribute *attribute, void *known,
			void *row)
{
	void *to = lode__attribute_at(attribute, known), *from = lode__attribute_at(attribute, row);

	if (attribute->info->by_pointer &&
	    lode__ctype_equal(attribute->ctype, to, from, attribute->size))
		lode__attribute_release(session, attribute, from);
	else
		memcpy(to, from, attribute->size);
}

/* An object that is not tracked has no snapshot: the row goes into it at once. */
static void *take_untracked(lode__extent *extent, lode__object *object, void *row)
{
	void *known = lode__instance_of(object);

	for (uint32_t i = 0; i < extent->mapper->attribute_count; i++)
		take_member(extent->session, &extent->mapper->attributes[i], known, row);
	object->flags &= ~LODE__EXPIRED;
	lode__extent_recycle(extent, row);
	return known;
}

void *lode__row_admit(lode__extent *extent, void *row, uint32_t peers, bool overwrite)
{
	lode__identity *place = lode__identity_place(extent, row);

	if (place && !place->object)
		return lode__identity_settle(extent, place, row, peers);
	if (place && extent->session->options.tracking == LODE_TRACK_NONE &&
	    (overwrite || (place->object->flags & LODE__EXPIRED)))
		return take_untracked(extent, place->object, row);
	return lode__extent_admit(extent, row, peers, overwrite);
}

/* The slot of a part becomes, or gives way to, the object that stands for it. */
static lode_status admit(lode__load *load, uint32_t number)
{
	lode__load_part *part = &load->parts[number];
	void *slot = part->slot;

	part->slot = NULL;
	part->object = lode__row_admit(part->extent, slot, part->peers, load->queue->overwrite);
	return part->object ? LODE_OK : lode__session_ready(load->session);
}

static lode_status admit_joined(lode__load *load, uint32_t number)
{
	lode__load_part *part = &load->parts[number];
	void *owner = load->parts[load->plan->entities[number].parent].object;
	lode_status status = LODE_OK;

	part->object = NULL;
	if (!owner)
		return LODE_OK;
	if (!is_absent(load, number)) {
		status = refuse_null(load, number);
		if (status == LODE_OK)
			status = convert_enums(load, number, part->slot);
		if (status == LODE_OK)
			status = admit(load, number);
		if (status == LODE_OK && part->wanted)
			status = lode__list_push(load->session, &part->objects, part->object);
	}
	if (status == LODE_OK && lode__owners_add(&part->owners, owner, part->object) < 0)
		status = lode__session_nomem(load->session);
	return status;
}

/* Has the object a place in the list already?  New ones carry the number of this load. */
static lode_status list_once(lode__load *load, bool is_new)
{
	lode__load_part *part = &load->parts[0];

	if (load->plan->may_repeat && !(is_new && part->peers)) {
		if (part->peers && lode__object_of(part->object)->peers == part->peers)
			return LODE_OK;
		if (lode__pointer_map_get(&load->seen, part->object))
			return LODE_OK;
		if (lode__pointer_map_put(&load->seen, part->object, part->object) < 0)
			return lode__session_nomem(load->session);
	}
	if (load->unlisted)
		return LODE_OK;
	return lode__list_push(load->session, &part->objects, part->object);
}

static lode_status take_row(lode__load *load)
{
	lode__load_part *part = &load->parts[0];
	void *slot = part->slot;
	lode_status status = convert_enums(load, 0, slot);

	if (status < 0)
		return status;
	if (load->gather)
		lode__gather_row(load->gather, slot, load->scratch + load->plan->extra);
	if (!part->object)
		status = admit(load, 0);
	if (status == LODE_OK)
		status = list_once(load, part->object == slot);
	if (status == LODE_OK && load->gather && load->gather->current != LODE__NO_KEY &&
	    lode__groups_add(load->gather->groups, load->gather->current, part->object) < 0)
		status = lode__session_nomem(load->session);
	for (uint32_t i = 1; status == LODE_OK && i < load->plan->entity_count; i++)
		status = admit_joined(load, i);
	return status;
}

/* ---- all rows */

/* The object of the row whose key was just stored, if its other members need not be read. */
static void *find_known(const lode__extent *extent, const void *row)
{
	lode__object *known = lode__identity_get(extent, row);

	return known && !(known->flags & LODE__EXPIRED) ? lode__instance_of(known) : NULL;
}

/* Have the driver ask behind the key of each row whether the rest is wanted. */
static void ask_for_known(lode__load *load, bool likely,
			  uint32_t(LODE_CALL *known)(void *, lode_fetch *), void *context)
{
	const lode__load_plan *plan = load->plan;
	bool ask = likely && plan->head > 0 && !load->queue->overwrite;

	load->fetch.known = ask ? known : NULL;
	load->fetch.known_ctx = context;
	load->fetch.head = plan->head;
}

static uint32_t LODE_CALL find_repeated(void *context, lode_fetch *fetch)
{
	lode__load *load = context;
	lode__load_part *part = &load->parts[0];

	(void)fetch;
	part->object = find_known(part->extent, part->slot);
	return part->object ? load->plan->rest : 0;
}

static lode_status reserve_slots(lode__load *load)
{
	for (uint32_t i = 0; i < load->plan->entity_count; i++) {
		lode__load_part *part = &load->parts[i];

		if (!part->slot)
			part->slot = lode__extent_reserve(part->extent);
		if (!part->slot)
			return lode__session_nomem(load->session);
		load->bases[i] = part->slot;
	}
	return LODE_OK;
}

/* Room for the next row. */
static lode_status begin_row(lode__load *load)
{
	load->fetch.nrows = 0;
	load->parts[0].object = NULL;
	return reserve_slots(load);
}

/* A driver that pushes has stored a row. */
static lode_status LODE_CALL next_row(void *context, lode_fetch *fetch)
{
	lode__load *load = context;

	(void)fetch;
	load->stopped = take_row(load);
	if (load->stopped == LODE_OK)
		load->stopped = begin_row(load);
	return load->stopped;
}

/* In a call that rows are pushed in, the session may fail before the driver does: that stays. */
static lode_status fetch_some(lode__load *load)
{
	lode_session *session = load->session;
	lode_status status = lode__cursor_fetch(&load->cursor, &load->fetch, &session->later);

	if (load->stopped < 0)
		return load->stopped;
	if (status >= 0)
		return status;
	lode__error_copy(lode__session_error_slot(session), &session->later);
	return lode__session_failed(session, status);
}

static bool has_enough(const lode__load *load)
{
	const lode__list_head *objects = load->parts[0].objects;

	return load->most && objects && objects->count >= load->most;
}

static lode_status fetch_rows(lode__load *load)
{
	lode_status status = LODE_OK, fetched = LODE_OK;

	ask_for_known(load, load->plan->may_repeat, find_repeated, load);
	load->fetch.more = load->pushed ? next_row : NULL;
	load->fetch.more_ctx = load;
	while (fetched == LODE_OK && !has_enough(load)) {
		status = begin_row(load);
		if (status < 0)
			return status;
		fetched = fetch_some(load);
		if (fetched < 0)
			return fetched;
		if (load->fetch.nrows == 0)
			break;
		status = take_row(load);
		if (status < 0)
			return status;
	}
	return LODE_OK;
}

/* ---- rows that need nothing but a slot */

#define BATCH_MAX 64u

/* Slots that the next rows go to; those behind were used up. */
typedef struct batch {
	lode__load *load;
	void *slots[BATCH_MAX];
	void *known[BATCH_MAX]; /* objects of rows of which only the key was read */
	size_t total;		/* rows so far */
} batch;

static uint32_t LODE_CALL find_in_batch(void *context, lode_fetch *fetch)
{
	batch *b = context;
	uint32_t row = fetch->nrows;

	b->known[row] = find_known(b->load->parts[0].extent, b->slots[row]);
	return b->known[row] ? b->load->plan->rest : 0;
}

static void discard_batch(lode__load *load, const batch *b)
{
	for (uint32_t i = BATCH_MAX; i-- > 0;)
		if (b->slots[i])
			lode__extent_return(load->parts[0].extent, b->slots[i]);
}

/* A row that could not be stored may have left text in its slot. */
static void discard_failed(lode__load *load, batch *b)
{
	for (uint32_t i = BATCH_MAX; i-- > 0;) {
		if (b->slots[i])
			lode__extent_discard(load->parts[0].extent, b->slots[i]);
		b->slots[i] = NULL;
	}
}

static inline lode_status list_object(lode__load *load, void *object)
{
	lode__list_head *list = load->parts[0].objects;

	if (!list || list->count == list->capacity)
		return lode__list_push(load->session, &load->parts[0].objects, object);
	list->items[list->count++] = object;
	return LODE_OK;
}

/* The object of a row of a batch; NULL: a failure. */
static inline void *admit_plain(lode__load *load, batch *b, uint32_t row, uint32_t *news)
{
	lode__load_part *part = &load->parts[0];
	void *slot = b->slots[row], *object = load->fetch.known ? b->known[row] : NULL;

	if (object)
		return object;
	b->slots[row] = NULL;
	object = lode__row_admit(part->extent, slot, part->peers, load->queue->overwrite);
	*news += object == slot;
	return object;
}

/* *news: objects that were not there before */
static lode_status admit_batch(lode__load *load, batch *b, uint32_t *news)
{
	lode_status status = LODE_OK;

	for (uint32_t i = 0; status == LODE_OK && i < load->fetch.nrows; i++) {
		void *object;

		if (load->gather)
			lode__gather_row(load->gather, b->slots[i], NULL);
		object = admit_plain(load, b, i, news);
		if (!object)
			return lode__session_ready(load->session);
		if (!load->unlisted)
			status = list_object(load, object);
		if (load->gather && load->gather->current != LODE__NO_KEY &&
		    lode__groups_add(load->gather->groups, load->gather->current, object) < 0)
			status = lode__session_nomem(load->session);
	}
	return status;
}

/* Room for the next rows: more of them at once the larger the result is. */
static lode_status begin_batch(lode__load *load, batch *b)
{
	size_t size = b->total < 8 ? 8 : b->total < BATCH_MAX ? b->total : BATCH_MAX;

	if (load->most && size > load->most - b->total)
		size = load->most - b->total;
	if (!lode__extent_rows(load->parts[0].extent, b->slots, (uint32_t)size))
		return lode__session_nomem(load->session);
	if (load->fetch.known)
		memset(b->known, 0, size * sizeof *b->known);
	load->fetch.nrows = 0;
	load->fetch.max_rows = (uint32_t)size;
	return LODE_OK;
}

static lode_status end_batch(lode__load *load, batch *b)
{
	uint32_t news = 0;
	lode_status status = admit_batch(load, b, &news);

	b->total += load->fetch.nrows;
	/* as this batch was, so will be the next */
	ask_for_known(load, news < load->fetch.nrows, find_in_batch, b);
	return status;
}

/* A driver that pushes has filled the batch. */
static lode_status LODE_CALL next_batch(void *context, lode_fetch *fetch)
{
	batch *b = context;
	lode__load *load = b->load;

	(void)fetch;
	load->stopped = end_batch(load, b);
	if (load->stopped == LODE_OK)
		load->stopped = begin_batch(load, b);
	return load->stopped;
}

/* This is the loop of a million rows: the driver is called once a batch, or calls once a batch. */
static lode_status fetch_batches(lode__load *load, batch *b)
{
	lode_status status = LODE_OK, fetched = LODE_OK;

	ask_for_known(load, load->parts[0].extent->map_count > 0, find_in_batch, b);
	load->fetch.more = load->pushed ? next_batch : NULL;
	load->fetch.more_ctx = b;
	while (fetched == LODE_OK && (load->most == 0 || b->total < load->most)) {
		status = begin_batch(load, b);
		if (status < 0)
			return status;
		fetched = fetch_some(load);
		if (fetched < 0)
			return fetched;
		status = end_batch(load, b);
		if (status < 0)
			return status;
	}
	return LODE_OK;
}

static lode_status fetch_plain(lode__load *load)
{
	batch b = { .load = load };
	lode_status status;

	load->bases[0] = b.slots;
	status = fetch_batches(load, &b);
	if (status < 0)
		discard_failed(load, &b);
	else
		discard_batch(load, &b);
	return status;
}

lode_status lode__fetch(lode__load *load)
{
	return load->plan->plain ? fetch_plain(load) : fetch_rows(load);
}
