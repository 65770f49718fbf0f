/* SPDX-License-Identifier: MIT */
/* orm/journal.c - see journal.h.
 *
 * Text: an image owns those of its texts that the snapshot which replaced it does not share.  Undo
 * gives back what the newer snapshot does not share with the image, commit gives back what the
 * image owns; so every text is freed once. */
#include "orm/journal.h"

#include "base/alloc.h"
#include "base/vec.h"
#include "orm/names.h"
#include "orm/session.h"

lode_status lode__journal_reserve(lode_session *session, size_t more)
{
	lode__journal *journal = &session->journal;
	lode_status status;

	if (more <= journal->capacity - journal->count)
		return LODE_OK;
	status = lode__array_reserve(&session->allocator, (void **)&journal->entries,
				     &journal->capacity, journal->count + more,
				     sizeof *journal->entries);
	return status < 0 ? lode__session_nomem(session) : LODE_OK;
}

static lode_status note(lode_session *session, lode__object *object, uint32_t kind,
			uint32_t relationship, void *image)
{
	lode__journal *journal = &session->journal;
	lode__journal_entry *entry;

	if (journal->count == journal->capacity && lode__journal_reserve(session, 1) < 0)
		return LODE_E_NOMEM;
	entry = &journal->entries[journal->count++];
	entry->kind = kind;
	entry->relationship = relationship;
	entry->object = object;
	entry->image = image;
	if (object)
		object->flags |= LODE__JOURNALED;
	return LODE_OK;
}

/* After the image: one bit a text, set if the image owns it. */
static size_t entry_size(const lode__extent *extent)
{
	return extent->image_size + (extent->text_count + 63) / 64 * 8;
}

static void *attribute_text(const lode__attribute *attribute, const void *image)
{
	void *text;

	memcpy(&text, lode__attribute_at(attribute, image), sizeof text);
	return text;
}

static void mark_owned(const lode__extent *extent, char *image, const void *next)
{
	unsigned char *owned = (unsigned char *)image + extent->image_size;

	memset(owned, 0, entry_size(extent) - extent->image_size);
	for (uint32_t i = 0; i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];

		if (attribute_text(attribute, image) != attribute_text(attribute, next))
			owned[i / 8] = (unsigned char)(owned[i / 8] | 1u << i % 8);
	}
}

lode_status lode__journal_image(lode_session *session, lode__object *object, const void *next)
{
	const lode__extent *extent = object->extent;
	char *image = lode__pool_alloc(&session->pool, entry_size(extent), 8);

	if (!image)
		return lode__session_nomem(session);
	memcpy(image, lode__snapshot_of(extent, lode__instance_of(object)),
	       extent->image_size);
	mark_owned(extent, image, next);
	if (note(session, object, LODE__WAS_IMAGE, 0, image) < 0) {
		lode__pool_free(&session->pool, image, entry_size(extent));
		return LODE_E_NOMEM;
	}
	return LODE_OK;
}

lode_status lode__journal_state(lode_session *session, lode__object *object,
				enum lode__journal_kind kind)
{
	return note(session, object, kind, 0, NULL);
}

void lode__journal_inserted(lode_session *session, void **items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		lode__object_of(items[i])->flags |= LODE__JOURNALED;
	note(session, NULL, LODE__WERE_PENDING, count, items);
}

static void free_batch(lode_session *session, const lode__journal_entry *entry)
{
	lode__pool_free(&session->pool, entry->image, entry->relationship * sizeof(void *));
}

/* ---- lists */

static bool copy_array(lode_session *session, void ***out, void *const *items, uint32_t count)
{
	*out = NULL;
	if (count == 0)
		return true;
	*out = lode__pool_alloc(&session->pool, count * sizeof *items, 8);
	if (*out)
		memcpy(*out, items, count * sizeof *items);
	return *out != NULL;
}

static lode__list *copy_list(lode_session *session, const lode__list *list)
{
	lode__list *copy = lode__pool_alloc(&session->pool, sizeof *copy, 8);

	if (!copy)
		return NULL;
	*copy = *list;
	copy->capacity = list->count;
	copy->removed_capacity = list->removed_count;
	copy->removed = NULL;
	copy->walked = false;
	if (!copy_array(session, &copy->items, list->items, list->count) ||
	    !copy_array(session, &copy->removed, list->removed, list->removed_count)) {
		copy->removed_capacity = 0;
		lode__list_free(session, copy);
		return NULL;
	}
	return copy;
}

lode_status lode__journal_link(lode_session *session, lode__object *object,
			       const lode__relationship *relationship)
{
	void *instance = lode__instance_of(object), *image = NULL;
	const lode__list *list;
	lode_status status;

	if (!relationship->to_many)
		return note(session, object, LODE__WAS_REF, relationship->index,
			    *lode__ref_slot(relationship, instance));
	list = *lode__list_slot(relationship, instance);
	if (list && list->epoch == session->epoch)
		return LODE_OK;
	if (list) {
		image = copy_list(session, list);
		if (!image)
			return lode__session_nomem(session);
	}
	status = note(session, object, LODE__WAS_LIST, relationship->index, image);
	if (status < 0)
		lode__list_free(session, image);
	return status;
}

/* ---- undo */

/* The texts of `from` that `keep` does not share go back to the pool. */
static void release_replaced(lode_session *session, const lode__extent *extent, void *from,
			     const void *keep)
{
	for (uint32_t i = 0; i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];

		if (attribute_text(attribute, from) != attribute_text(attribute, keep))
			lode__attribute_release(session, attribute,
						lode__attribute_at(attribute, from));
	}
}

/* What the image alone holds is nobody's any more. */
static void drop_image(lode_session *session, const lode__extent *extent, char *image)
{
	const unsigned char *owned = (const unsigned char *)image + extent->image_size;

	for (uint32_t i = 0; i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];

		if (owned[i / 8] >> i % 8 & 1)
			lode__attribute_release(session, attribute,
						lode__attribute_at(attribute, image));
	}
	lode__pool_free(&session->pool, image, entry_size(extent));
}

static void undo_image(lode_session *session, lode__object *object, void *image)
{
	lode__extent *extent = object->extent;
	void *instance = lode__instance_of(object), *snapshot = lode__snapshot_of(extent, instance);
	bool moves = lode__object_state(object) == LODE__PERSISTENT &&
		     !lode__key_equal(extent->mapper, snapshot, image);

	if ((object->flags & LODE__UNBORN) && lode__object_state(object) == LODE__PERSISTENT) {
		drop_image(session, extent, image);
		return;
	}
	if (moves)
		lode__identity_remove(extent, object);
	if (lode__object_state(object) == LODE__PERSISTENT)
		lode__refs_follow(session, object, image);
	release_replaced(session, extent, snapshot, image);
	lode__object_restore(extent, snapshot, image);
	lode__object_restore(extent, instance, image);
	if (moves && lode__identity_reserve(extent, 1) == LODE_OK)
		lode__identity_add(extent, object);
	lode__pool_free(&session->pool, image, entry_size(extent));
}

/* Its links are as those of any new object: nothing of them is in the database. */
static void uncommit_lists(lode__object *object)
{
	const lode_mapper *mapper = object->extent->mapper;

	for (uint32_t i = 0; i < mapper->relationship_count; i++) {
		lode__list *list = mapper->relationships[i].to_many
					   ? *lode__list_slot(&mapper->relationships[i],
							      lode__instance_of(object))
					   : NULL;

		if (list)
			list->committed = list->removed_count = 0;
	}
}

/* Text that was set since the last flush becomes the object's own, as that of any new object. */
static void keep_texts(lode__extent *extent, void *instance)
{
	for (uint32_t i = 0; i < extent->text_count; i++) {
		const lode__attribute *attribute = &extent->mapper->attributes[extent->texts[i]];
		void *member = lode__attribute_at(attribute, instance);
		void *known = lode__attribute_at(attribute, lode__snapshot_of(extent, instance));

		if (attribute_text(attribute, instance) ==
		    attribute_text(attribute, lode__snapshot_of(extent, instance)))
			continue;
		if (lode__attribute_own(extent->session, attribute, member) < 0) {
			/* a rollback goes on: the last flushed value stands in */
			memcpy(member, known, attribute->size);
			continue;
		}
		lode__attribute_release(extent->session, attribute, known);
		memcpy(known, member, attribute->size);
	}
}

static void undo_insert(lode__object *object)
{
	lode__extent *extent = object->extent;

	uncommit_lists(object);
	keep_texts(extent, lode__instance_of(object));
	object->flags = (object->flags & ~LODE__UNBORN) | LODE__PUT_BACK;
	if (lode__object_state(object) == LODE__PERSISTENT) {
		lode__identity_remove(extent, object);
		extent->persistent--;
	}
	lode__object_set_state(object, LODE__TRANSIENT);
	lode__object_name_all(extent, object);
}

static void undo_batch(lode_session *session, const lode__journal_entry *entry)
{
	void **items = entry->image;

	for (uint32_t i = entry->relationship; i-- > 0;)
		if (items[i])
			undo_insert(lode__object_of(items[i]));
	free_batch(session, entry);
}

static void undo_delete(lode__object *object)
{
	lode__extent *extent = object->extent;

	lode__object_set_state(object, LODE__PERSISTENT);
	object->flags &= ~(LODE__MARKED | LODE__ORPHAN);
	extent->deleted--;
	extent->persistent++;
	/* room for it was there when it was taken out; a failure only makes it unfindable */
	if (lode__identity_reserve(extent, 1) == LODE_OK)
		lode__identity_add(extent, object);
}

/* An object whose INSERT is undone as well keeps its latest links, as it keeps its values. */
static void undo_link(lode_session *session, const lode__journal_entry *entry)
{
	lode__object *object = entry->object;
	const lode__relationship *relationship =
		&object->extent->mapper->relationships[entry->relationship];
	void **slot = lode__ref_slot(relationship, lode__instance_of(object));
	bool keeps = (object->flags & LODE__UNBORN) &&
		     lode__object_state(object) == LODE__PERSISTENT;

	if (entry->kind == LODE__WAS_LIST)
		lode__list_free(session, keeps ? entry->image : *slot);
	if (!keeps)
		*slot = entry->image;
}

static void undo_entry(lode_session *session, const lode__journal_entry *entry)
{
	switch (entry->kind) {
	case LODE__WERE_PENDING:
		undo_batch(session, entry);
		break;
	case LODE__WAS_PENDING:
		undo_insert(entry->object);
		break;
	case LODE__WAS_PERSISTENT:
		undo_delete(entry->object);
		break;
	case LODE__WAS_IMAGE:
		undo_image(session, entry->object, entry->image);
		break;
	case LODE__WAS_LIST:
	case LODE__WAS_REF:
		undo_link(session, entry);
		break;
	default:
		break;
	}
}

/* Objects whose INSERT is going to be undone keep their latest values. */
static void mark_unborn(const lode__journal_entry *entry)
{
	void **items = entry->image;

	if (entry->kind == LODE__WAS_PENDING && entry->object)
		entry->object->flags |= LODE__UNBORN;
	for (uint32_t i = 0; entry->kind == LODE__WERE_PENDING && i < entry->relationship; i++)
		if (items[i])
			lode__object_of(items[i])->flags |= LODE__UNBORN;
}

void lode__journal_undo(lode_session *session, size_t mark)
{
	lode__journal *journal = &session->journal;

	for (size_t i = mark; i < journal->count; i++)
		mark_unborn(&journal->entries[i]);
	while (journal->count > mark) {
		const lode__journal_entry *entry = &journal->entries[--journal->count];

		if (entry->object || entry->kind == LODE__WERE_PENDING)
			undo_entry(session, entry);
	}
}

/* ---- commit */

static void commit_batch(lode_session *session, const lode__journal_entry *entry)
{
	void **items = entry->image;

	for (uint32_t i = 0; i < entry->relationship; i++)
		if (items[i])
			lode__object_of(items[i])->flags &= ~LODE__JOURNALED;
	free_batch(session, entry);
}

static void commit_entry(lode_session *session, const lode__journal_entry *entry)
{
	entry->object->flags &= ~LODE__JOURNALED;
	if (entry->kind == LODE__WAS_IMAGE)
		drop_image(session, entry->object->extent, entry->image);
	else if (entry->kind == LODE__WAS_LIST)
		lode__list_free(session, entry->image);
	else if (entry->kind == LODE__WAS_PERSISTENT) {
		lode__object_set_state(entry->object, LODE__DETACHED);
		entry->object->extent->deleted--;
	}
}

void lode__journal_commit(lode_session *session)
{
	lode__journal *journal = &session->journal;

	for (size_t i = 0; i < journal->count; i++)
		if (journal->entries[i].kind == LODE__WERE_PENDING)
			commit_batch(session, &journal->entries[i]);
		else if (journal->entries[i].object)
			commit_entry(session, &journal->entries[i]);
	journal->count = 0;
}

static void forget_in_batch(const lode__journal_entry *entry, const lode__object *object)
{
	void **items = entry->image;

	for (uint32_t i = 0; i < entry->relationship; i++)
		if (items[i] == (const void *)(object + 1))
			items[i] = NULL;
}

static void forget_entry(lode_session *session, lode__journal_entry *entry)
{
	if (entry->kind == LODE__WAS_IMAGE)
		drop_image(session, entry->object->extent, entry->image);
	else if (entry->kind == LODE__WAS_LIST)
		lode__list_free(session, entry->image);
	entry->object = NULL;
}

void lode__journal_forget(lode_session *session, const lode__object *object)
{
	lode__journal *journal = &session->journal;

	if (!(object->flags & LODE__JOURNALED))
		return;
	for (size_t i = 0; i < journal->count; i++) {
		lode__journal_entry *entry = &journal->entries[i];

		if (entry->kind == LODE__WERE_PENDING)
			forget_in_batch(entry, object);
		else if (entry->object == object)
			forget_entry(session, entry);
	}
}

lode_status lode__journal_let_go(lode_session *session)
{
	lode_status status = LODE_OK;

	for (size_t i = 0; status == LODE_OK && i < session->journal.count; i++) {
		lode__journal_entry *entry = &session->journal.entries[i];

		if (entry->object && entry->kind == LODE__WAS_LIST)
			status = lode__list_let_go(session, entry->image);
		else if (entry->object && entry->kind == LODE__WAS_REF && entry->image &&
			 entry->image != (const void *)lode__none &&
			 (lode__object_of(entry->image)->flags & LODE__OWN_TEXT))
			entry->image = NULL;
	}
	return status;
}
