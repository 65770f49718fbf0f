/* SPDX-License-Identifier: MIT */
/* tests/schema/build.h - building tables in few words, and expecting messages.
 *
 *     lode_table *user = table(metadata, .name = "user");
 *     column(user, .name = "id", .type = INTEGER, .primary_key = true);
 *     expect(LODE_E_NO_OBJECT, "table user has no column ..."); */
#ifndef LODE_TESTS_SCHEMA_BUILD_H
#define LODE_TESTS_SCHEMA_BUILD_H

#include <check.h>

#include <lode/schema.h>

#include "schema/metadata.h"
#include "schema/sort.h"
#include "schema/table.h"

static lode_error build_error = LODE_ERROR_INIT;

#define INTEGER LODE_TYPE(LODE_INTEGER, .length = 0)
#define BIGINT LODE_TYPE(LODE_BIG_INTEGER, .length = 0)
#define VARCHAR(n) LODE_TYPE(LODE_STRING, .length = (n))

#define OPTIONS(T, ...) (&(const T){ .struct_size = sizeof(T), __VA_ARGS__ })
#define table(m, ...) lode_metadata_add_table((m), OPTIONS(lode_table_options, __VA_ARGS__), \
                                              &build_error)
#define column(t, ...) lode_table_add_column((t), OPTIONS(lode_column_options, __VA_ARGS__), \
                                             &build_error)
#define foreign_key(t, ...) \
	lode_table_add_foreign_key((t), OPTIONS(lode_foreign_key_options, __VA_ARGS__), \
	                           &build_error)
#define unique(t, ...) lode_table_add_unique((t), OPTIONS(lode_unique_options, __VA_ARGS__), \
                                             &build_error)
#define check(t, ...) lode_table_add_check((t), OPTIONS(lode_check_options, __VA_ARGS__), \
                                           &build_error)
#define add_index(t, ...) lode_table_add_index((t), OPTIONS(lode_index_options, __VA_ARGS__), \
                                           &build_error)

/* the last failure was this one, word for word */
#define expect(code, text) do { \
	ck_assert_str_eq(build_error.message, (text)); \
	ck_assert_str_eq(lode_status_name(build_error.status), lode_status_name(code)); \
} while (0)

static inline lode_metadata *metadata_new(const char *schema)
{
	lode_metadata *metadata = lode_metadata_new(
		OPTIONS(lode_metadata_options, .schema = schema), &build_error);

	ck_assert_ptr_nonnull(metadata);
	return metadata;
}

/* a table with an integer key "id" and references "table.column" behind it, ending with NULL */
static inline lode_table *table_with(lode_metadata *metadata, const char *name,
                                     const char *const *references)
{
	static const char *const names[] = { "a", "b", "c", "d", "e" };
	lode_table *made = table(metadata, .name = name);

	ck_assert_ptr_nonnull(made);
	ck_assert_ptr_nonnull(column(made, .name = "id", .type = INTEGER, .primary_key = true));
	for (size_t i = 0; references && references[i]; i++)
		ck_assert_ptr_nonnull(column(made, .name = names[i], .type = INTEGER,
		                             .foreign_key = references[i]));
	return made;
}

#endif
