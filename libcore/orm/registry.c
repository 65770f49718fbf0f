/* SPDX-License-Identifier: MIT */
/* orm/registry.c - the mappers of some classes, their metadata and type map. */
#include "orm/registry.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "orm/configure.h"

#define OPTIONS_SIZE_0_1 sizeof(lode_registry_options)

/* ------------------------------------------------------------------ life */

static bool read_options(lode_registry_options *out, const lode_registry_options *options)
{
	memset(out, 0, sizeof *out);
	if (!options)
		return true;
	if (options->struct_size < OPTIONS_SIZE_0_1)
		return false;
	memcpy(out, options, sizeof *out);
	return true;
}

static lode_status make_metadata(lode_registry *registry, const lode_registry_options *options)
{
	lode_metadata_options own = LODE_METADATA_OPTIONS_INIT;

	registry->metadata = options->metadata;
	if (registry->metadata)
		return LODE_OK;
	own.schema = options->schema;
	own.allocator = options->allocator;
	registry->metadata = lode_metadata_new(&own, NULL);
	registry->own_metadata = true;
	return registry->metadata ? LODE_OK : LODE_E_NOMEM;
}

lode_registry *lode_registry_new(const lode_registry_options *options)
{
	lode_registry_options given;
	lode_registry *registry;

	if (!read_options(&given, options) || (given.metadata && given.schema))
		return NULL;
	registry = lode__alloc(given.allocator, sizeof *registry);
	if (!registry)
		return NULL;
	memset(registry, 0, sizeof *registry);
	registry->allocator = given.allocator;
	registry->failure = (lode_error)LODE_ERROR_INIT;
	registry->logger = (lode__logger){ .function = given.log, .context = given.log_context };
	lode__arena_init(&registry->arena, given.allocator, 4096);
	lode__vec_init(&registry->mappers, given.allocator);
	lode__vec_init(&registry->made, given.allocator);
	lode__type_map_init(&registry->types, &registry->arena);
	if (make_metadata(registry, &given) < 0) {
		lode_registry_free(registry);
		return NULL;
	}
	return registry;
}

void lode_registry_free(lode_registry *registry)
{
	const lode_allocator *allocator;

	if (!registry)
		return;
	allocator = registry->allocator;
	if (registry->own_metadata)
		lode_metadata_free(registry->metadata);
	lode__vec_dispose(&registry->mappers);
	lode__vec_dispose(&registry->made);
	lode__release(allocator, registry->slots);
	lode__arena_dispose(&registry->arena);
	lode__release(allocator, registry);
}

lode_metadata *lode_registry_metadata(lode_registry *registry)
{
	return registry ? registry->metadata : NULL;
}

/* ------------------------------------------------------------------ failures */

/* Misuse changes nothing; any other failure leaves work half done and stays. */
static lode_status remember(lode_registry *registry, const lode_error *failure, lode_error *error)
{
	if (failure->status == LODE_E_MISUSE)
		lode__registry_misuse(registry, failure);
	else if (registry->failure.status == LODE_OK)
		lode__error_copy(&registry->failure, failure);
	return lode__error_copy(error, failure);
}

lode_status lode__registry_misuse(const lode_registry *registry, const lode_error *error)
{
	if (registry && error && registry->on_misuse)
		registry->on_misuse(registry->on_misuse_context, error);
	return error && error->status < 0 ? error->status : LODE_E_MISUSE;
}

/* May the registry still be changed?  What cannot report at once is remembered instead. */
static lode_status check_open(lode_registry *registry, lode_error *out, const char *what)
{
	if (!registry)
		return lode__error_set(out, LODE_E_MISUSE, "%s: the registry is NULL", what);
	if (registry->failure.status < 0)
		return lode__error_copy(out, &registry->failure);
	if (registry->configured)
		return lode__error_set(
			out, LODE_E_MISUSE,
			"%s: the registry has been configured, by "
			"lode_registry_configure or its first session, and cannot change any more",
			what);
	return LODE_OK;
}

/* A setter has no error parameter: its failure waits for the next call that has one. */
static lode_status fail_setter(lode_registry *registry, const lode_error *failure)
{
	if (registry && !registry->configured && registry->failure.status == LODE_OK)
		lode__error_copy(&registry->failure, failure);
	if (registry && failure->status == LODE_E_MISUSE)
		lode__registry_misuse(registry, failure);
	return failure->status;
}

/* ------------------------------------------------------------------ settings */

lode_status lode_registry_map_type(lode_registry *registry, lode_ctype ctype, const lode_type *type)
{
	lode_error failure = LODE_ERROR_INIT;
	lode_status status = check_open(registry, &failure, "lode_registry_map_type");

	if (status == LODE_OK && !type)
		status = lode__error_set(&failure, LODE_E_MISUSE,
		                         "lode_registry_map_type: the type is NULL");
	if (status == LODE_OK)
		status = lode__type_map_put(&registry->types, ctype, type, &failure);
	return status < 0 ? fail_setter(registry, &failure) : LODE_OK;
}

lode_status lode_registry_map_annotation(lode_registry *registry, const char *annotation,
                                         const lode_type *type)
{
	lode_error failure = LODE_ERROR_INIT;
	lode_status status = check_open(registry, &failure, "lode_registry_map_annotation");

	if (status == LODE_OK && (!annotation || !type))
		status = lode__error_set(&failure, LODE_E_MISUSE,
			"lode_registry_map_annotation: the annotation or the type is NULL");
	if (status == LODE_OK)
		status = lode__type_map_put_name(&registry->types, annotation, type, &failure);
	return status < 0 ? fail_setter(registry, &failure) : LODE_OK;
}

void lode_registry_type_hook(lode_registry *registry, lode_type_hook *hook, void *context)
{
	if (!registry)
		return;
	registry->type_hook = hook;
	registry->type_hook_context = context;
}

void lode_registry_on_misuse(lode_registry *registry, lode_misuse_function *function, void *context)
{
	if (!registry)
		return;
	registry->on_misuse = function;
	registry->on_misuse_context = context;
}

/* ------------------------------------------------------------------ warnings */

static lode__warning_action *find_warning(const lode_registry *registry, const char *name)
{
	lode__warning_action *entry = registry->warnings;

	while (entry && strcmp(entry->name, name) != 0)
		entry = entry->next;
	return entry;
}

static lode_status put_warning(lode_registry *registry, const char *name, int action)
{
	lode__warning_action *entry = find_warning(registry, name);

	if (!entry) {
		entry = LODE__NEW(&registry->arena, lode__warning_action);
		if (!entry)
			return LODE_E_NOMEM;
		entry->name = lode__arena_strdup(&registry->arena, name);
		if (!entry->name)
			return LODE_E_NOMEM;
		entry->next = registry->warnings;
		registry->warnings = entry;
	}
	entry->action = action;
	return LODE_OK;
}

lode_status lode_registry_warning(lode_registry *registry, const char *name, int action)
{
	lode_error failure = LODE_ERROR_INIT;
	lode_status status = check_open(registry, &failure, "lode_registry_warning");

	if (status == LODE_OK && (action < LODE_WARN_LOG || action > LODE_WARN_IGNORE))
		status = lode__error_set(&failure, LODE_E_MISUSE,
		                         "lode_registry_warning: %d is no action", action);
	if (status < 0)
		return fail_setter(registry, &failure);
	if (name) {
		status = put_warning(registry, name, action);
		return status < 0 ? fail_setter(registry, (lode__error_nomem(&failure), &failure))
				  : LODE_OK;
	}
	registry->warnings = NULL;      /* "all of them" overrules what was said before */
	registry->warn_all = action;
	return LODE_OK;
}

int lode__registry_warning(const lode_registry *registry, const char *name)
{
	const lode__warning_action *entry = find_warning(registry, name);

	return entry ? entry->action : registry->warn_all;
}

lode_status lode__registry_warn(const lode_registry *registry, lode_error *error, const char *name,
                                const char *format, ...)
{
	int action = lode__registry_warning(registry, name);
	char text[400];
	va_list args;

	if (action == LODE_WARN_IGNORE)
		return LODE_OK;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (action == LODE_WARN_ERROR)
		return lode__error_set(error, LODE_E_MAPPING, "%s (warning \"%s\")", text, name);
	lode__log(&registry->logger, LODE_LOG_WARNING, name, "%s", text);
	return LODE_OK;
}

/* ------------------------------------------------------------------ mappers */

static void put_slot(lode__class_slot *slots, size_t mask, lode_mapper *mapper)
{
	size_t at = lode__class_hash(mapper->class_) & mask;

	while (slots[at].class_)
		at = (at + 1) & mask;
	slots[at] = (lode__class_slot){ mapper->class_, mapper };
}

static lode_status grow_slots(lode_registry *registry)
{
	size_t capacity = registry->slots ? (registry->slot_mask + 1) * 2 : 16;
	lode__class_slot *slots = lode__alloc(registry->allocator, capacity * sizeof *slots);

	if (!slots)
		return LODE_E_NOMEM;
	memset(slots, 0, capacity * sizeof *slots);
	for (size_t i = 0; i < registry->mappers.count; i++)
		put_slot(slots, capacity - 1, lode__registry_mapper(registry, i));
	lode__release(registry->allocator, registry->slots);
	registry->slots = slots;
	registry->slot_mask = capacity - 1;
	return LODE_OK;
}

/* messages name classes, and nothing else tells two of one name apart */
static lode_status check_name(const lode_registry *registry, const lode_mapper *mapper,
                              lode_error *error)
{
	for (size_t i = 0; i < registry->mappers.count; i++) {
		const lode_mapper *other = lode__registry_mapper(registry, i);

		if (strcmp(other->name, mapper->name) == 0)
			return lode__registry_warn(registry, error, LODE_W_CLASS_NAME,
			                           "two classes are called %s: the tables are \"%s\" and \"%s\"",
			                           mapper->name, other->table->name, mapper->table->name);
	}
	return LODE_OK;
}

lode_status lode__registry_add(lode_registry *registry, lode_mapper *mapper, lode_error *error)
{
	size_t count = registry->mappers.count;
	lode_status status;

	assert(!lode__registry_find(registry, mapper->class_));
	status = check_name(registry, mapper, error);
	if (status != LODE_OK)
		return status;
	if ((!registry->slots || (count + 1) * 2 > registry->slot_mask + 1) &&
	    grow_slots(registry) < 0)
		return lode__error_nomem(error);
	if (lode__vec_push(&registry->mappers, mapper) < 0)
		return lode__error_nomem(error);
	mapper->index = (uint32_t)count;
	put_slot(registry->slots, registry->slot_mask, mapper);
	return LODE_OK;
}

lode_mapper *lode__registry_need(const lode_registry *registry, const lode_class *class_,
                                 lode_error *error)
{
	lode_mapper *mapper = class_ ? lode__registry_find(registry, class_) : NULL;

	if (!class_)
		lode__error_set(error, LODE_E_MISUSE, "the class is NULL");
	else if (!mapper)
		lode__error_set(error, LODE_E_MISUSE,
				"%s is not mapped in this registry: give it to "
				"LODE_MAP",
				class_->name);
	return mapper;
}

size_t lode_registry_mapper_count(const lode_registry *registry)
{
	return registry ? registry->mappers.count : 0;
}

const lode_mapper *lode_registry_mapper_at(const lode_registry *registry, size_t index)
{
	return registry && index < registry->mappers.count ? lode__registry_mapper(registry, index)
	                                                   : NULL;
}

/* ------------------------------------------------------------------ mapping */

static lode_status map_class(lode_registry *registry, const lode_class *class_, lode_error *error)
{
	lode_mapper *mapper = NULL;
	lode_status status;

	if (lode__registry_find(registry, class_))
		return LODE_OK;
	status = lode__mapper_new(&mapper, registry, class_, error);
	return status == LODE_OK ? lode__registry_add(registry, mapper, error) : status;
}

static lode_status check_classes(const lode_class *const *classes, size_t count, lode_error *error)
{
	if (!classes && count)
		return lode__error_set(error, LODE_E_MISUSE,
				       "lode_registry_map: the classes are NULL");
	for (size_t i = 0; i < count; i++)
		if (!classes[i])
			return lode__error_set(error, LODE_E_MISUSE,
			                       "lode_registry_map: class %zu is NULL", i + 1);
	return LODE_OK;
}

lode_status lode_registry_map(lode_registry *registry, const lode_class *const *classes,
                              size_t count, lode_error *error)
{
	lode_error failure = LODE_ERROR_INIT;
	lode_status status = check_open(registry, &failure, "lode_registry_map");

	if (status == LODE_OK)
		status = check_classes(classes, count, &failure);
	for (size_t i = 0; status == LODE_OK && i < count; i++)
		status = map_class(registry, classes[i], &failure);
	if (status == LODE_OK)
		status = lode__configure_mappers(registry, &failure);
	if (status < 0)
		return registry ? remember(registry, &failure, error)
				: lode__error_copy(error, &failure);
	return LODE_OK;
}

lode_status lode__registry_configure(lode_registry *registry, lode_error *error)
{
	lode_error failure = LODE_ERROR_INIT;
	lode_status status;

	if (registry->failure.status < 0)
		return lode__error_copy(error, &registry->failure);
	if (registry->configured)
		return LODE_OK;
	status = lode__configure_finish(registry, &failure);
	if (status < 0) {
		if (registry->failure.status == LODE_OK)
			lode__error_copy(&registry->failure, &failure);
		return lode__error_copy(error, &failure);
	}
	registry->configured = true;
	return LODE_OK;
}

lode_status lode_registry_configure(lode_registry *registry, lode_error *error)
{
	if (!registry)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "lode_registry_configure: the registry is NULL");
	return lode__registry_configure(registry, error);
}
