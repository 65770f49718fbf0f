/* SPDX-License-Identifier: MIT */
/* tests/sql/shop.h - classes, tables and a resolver for the tests of the sql layer.
 *
 * Stands in for the mapper: members become columns of the same name. */
#ifndef LODE_TESTS_SQL_SHOP_H
#define LODE_TESTS_SQL_SHOP_H

#include <stdlib.h>
#include <string.h>

#include <lode/query.h>
#include <lode/schema.h>

#include "base/alloc.h"
#include "base/error.h"
#include "schema/table.h"
#include "sql/compile.h"

LODE_DECLARE(User);
LODE_DECLARE(Address);
LODE_DECLARE(Keyword);
LODE_DECLARE(Node);
LODE_DECLARE(Stranger);

struct User {
	int64_t id;
	const char *name;
	const char *fullname;
	lode_opt_int32 age;
	lode_decimal balance;
	int status;
	lode_datetime updated;
	Address_many addresses;
	Keyword_many keywords;
};
struct Address { int64_t id; const char *email; int64_t user_id; User_one user; };
struct Keyword { int64_t id; char word[24]; };
struct Node { int64_t id; lode_opt_int64 parent_id; Node_many children; };
struct Stranger { int64_t id; };

LODE_UNUSED_ static const char *const shop_states[] = { "new", "active", "gone", NULL };

LODE_CLASS(User, "user_account",
	LODE_COLUMN(User, id, .primary_key = true), LODE_COLUMN(User, name),
	LODE_COLUMN(User, fullname, .nullable = true), LODE_COLUMN(User, age),
	LODE_COLUMN(User, balance), LODE_COLUMN(User, status), LODE_COLUMN(User, updated),
	LODE_TO_MANY(User, addresses, Address), LODE_TO_MANY(User, keywords, Keyword));
LODE_CLASS(Address, "address",
	LODE_COLUMN(Address, id, .primary_key = true), LODE_COLUMN(Address, email),
	LODE_COLUMN(Address, user_id), LODE_TO_ONE(Address, user, User));
LODE_CLASS(Keyword, "keyword",
	LODE_COLUMN(Keyword, id, .primary_key = true), LODE_COLUMN(Keyword, word));
LODE_CLASS(Node, "node",
	LODE_COLUMN(Node, id, .primary_key = true), LODE_COLUMN(Node, parent_id),
	LODE_TO_MANY(Node, children, Node));
LODE_CLASS(Stranger, "stranger", LODE_COLUMN(Stranger, id, .primary_key = true));

typedef struct Shop {
	lode_metadata *metadata;
	lode_table *user, *address, *keyword, *node, *link, *odd;
	lode__resolver resolver;
} Shop;

static inline const lode_table_column *shop_at(const lode_table *table, const char *name)
{
	return lode_table_find_column(table, name);
}

static inline const lode_table *shop_find(void *context, const lode_class *owner,
                                          lode_error *error)
{
	Shop *shop = context;
	const lode_table *table = lode_metadata_find(shop->metadata, NULL, owner->table);

	if (!table)
		lode__error_set(error, LODE_E_MISUSE, "class %s is not mapped", owner->name);
	return table;
}

static inline const lode_table_column *shop_column(void *context, const lode_class *owner,
                                                   size_t offset, lode_error *error)
{
	const lode_table *table = shop_find(context, owner, error);
	size_t i;

	for (i = 0; table && i < owner->decl_count; i++)
		if (owner->decls[i].kind == LODE_DECL_COLUMN && owner->decls[i].u.column.offset == offset)
			return shop_at(table, owner->decls[i].u.column.member);
	lode__error_set(error, LODE_E_MISUSE, "%s+%zu is no column", owner->name, offset);
	return NULL;
}

/* storage of the paths below: filled once by shop_path */
static inline lode_status shop_path(void *context, const lode_class *owner, size_t offset,
                                    lode__path *out, lode_error *error)
{
	static const lode_table_column *near[4], *far[4], *second[1], *last[1];
	static lode__order order[1];
	Shop *shop = context;

	near[0] = shop_at(shop->user, "id");
	far[0] = shop_at(shop->address, "user_id");
	near[1] = shop_at(shop->address, "user_id");
	far[1] = shop_at(shop->user, "id");
	near[2] = shop_at(shop->user, "id");
	far[2] = shop_at(shop->link, "user_id");
	near[3] = shop_at(shop->node, "id");
	far[3] = shop_at(shop->node, "parent_id");
	second[0] = shop_at(shop->link, "keyword_id");
	last[0] = shop_at(shop->keyword, "id");
	order[0].column = shop_at(shop->address, "id");
	out->count = 1;
	if (owner == &User_class && offset == offsetof(User, addresses)) {
		*out = (lode__path){ .target = &Address_class, .table = shop->address, .near = &near[0],
			.far = &far[0], .count = 1, .order = order, .order_count = 1, .to_many = true };
	} else if (owner == &User_class && offset == offsetof(User, keywords)) {
		*out = (lode__path){ .target = &Keyword_class, .table = shop->keyword, .near = &near[2],
			.far = &far[2], .count = 1, .secondary = shop->link, .secondary_near = second,
			.target_columns = last, .secondary_count = 1, .to_many = true };
	} else if (owner == &Address_class) {
		*out = (lode__path){ .target = &User_class, .table = shop->user, .near = &near[1],
			.far = &far[1], .count = 1 };
	} else if (owner == &Node_class) {
		*out = (lode__path){ .target = &Node_class, .table = shop->node, .near = &near[3],
			.far = &far[3], .count = 1, .to_many = true };
	} else {
		return lode__error_set(error, LODE_E_MISUSE, "%s+%zu is no relationship", owner->name,
		                       offset);
	}
	return LODE_OK;
}

static inline lode_status shop_entity(void *context, const lode_class *owner,
                                      const lode_table_column *const **columns, size_t *count,
                                      lode_error *error)
{
	const lode_table *table = shop_find(context, owner, error);

	if (!table)
		return LODE_E_MISUSE;
	*columns = (const lode_table_column *const *)table->columns;
	*count = table->column_count;
	return LODE_OK;
}

static inline lode_table *shop_table(Shop *shop, const char *name)
{
	lode_table_options options = LODE_TABLE_OPTIONS_INIT;

	options.name = name;
	return lode_metadata_add_table(shop->metadata, &options, NULL);
}

static inline void shop_add(lode_table *table, const char *name, const lode_type *type, bool key)
{
	lode_column_options options = LODE_COLUMN_OPTIONS_INIT;

	options.name = name;
	options.type = type;
	options.primary_key = key;
	if (strcmp(name, "status") == 0) {
		options.insert_default.kind = LODE_DEFAULT_TEXT;
		options.insert_default.text = "new";
	}
	if (strcmp(name, "updated") == 0)
		options.onupdate.kind = options.insert_default.kind = LODE_DEFAULT_NOW;
	if (!lode_table_add_column(table, &options, NULL))
		abort();
}

static inline void shop_open(Shop *shop)
{
	memset(shop, 0, sizeof(*shop));
	shop->metadata = lode_metadata_new(NULL, NULL);
	shop->user = shop_table(shop, "user_account");
	shop_add(shop->user, "id", LODE_TYPE(LODE_BIG_INTEGER), true);
	shop_add(shop->user, "name", LODE_TYPE(LODE_STRING), false);
	shop_add(shop->user, "fullname", LODE_TYPE(LODE_STRING), false);
	shop_add(shop->user, "age", LODE_TYPE(LODE_INTEGER), false);
	shop_add(shop->user, "balance", LODE_TYPE(LODE_NUMERIC, .precision = 12, .scale = 2), false);
	shop_add(shop->user, "status", LODE_TYPE(LODE_ENUM, .enum_names = shop_states), false);
	shop_add(shop->user, "updated", LODE_TYPE(LODE_DATETIME), false);
	shop->address = shop_table(shop, "address");
	shop_add(shop->address, "id", LODE_TYPE(LODE_BIG_INTEGER), true);
	shop_add(shop->address, "email", LODE_TYPE(LODE_STRING), false);
	shop_add(shop->address, "user_id", LODE_TYPE(LODE_BIG_INTEGER), false);
	shop->keyword = shop_table(shop, "keyword");
	shop_add(shop->keyword, "id", LODE_TYPE(LODE_BIG_INTEGER), true);
	shop_add(shop->keyword, "word", LODE_TYPE(LODE_STRING), false);
	shop->link = shop_table(shop, "user_keyword");
	shop_add(shop->link, "user_id", LODE_TYPE(LODE_BIG_INTEGER), true);
	shop_add(shop->link, "keyword_id", LODE_TYPE(LODE_BIG_INTEGER), true);
	shop->node = shop_table(shop, "node");
	shop_add(shop->node, "id", LODE_TYPE(LODE_BIG_INTEGER), true);
	shop_add(shop->node, "parent_id", LODE_TYPE(LODE_BIG_INTEGER), false);
	shop->odd = shop_table(shop, "Odd \"table\"");
	shop_add(shop->odd, "select", LODE_TYPE(LODE_INTEGER), true);
	shop_add(shop->odd, "Mixed", LODE_TYPE(LODE_STRING), false);
	shop_add(shop->odd, "a\"b", LODE_TYPE(LODE_STRING), false);
	shop->resolver = (lode__resolver){ shop, shop_find, shop_column, shop_path, shop_entity };
}

static inline void shop_close(Shop *shop)
{
	lode_metadata_free(shop->metadata);
}

/* generic, numbered placeholders with arrays, and the traits that the plugins have */
static inline const lode__dialect *shop_dialect(int number)
{
	static lode__dialect dialects[4];

	dialects[0] = *lode__dialect_generic();
	dialects[1] = dialects[2] = dialects[3] = dialects[0];
	dialects[1].name = "numbered";
	dialects[1].traits.placeholder = 2;
	dialects[1].traits.in_style = 2;
	dialects[1].traits.row_in_style = 1;
	dialects[1].traits.flags |= LODE_DF_FETCH_TIES | LODE_DF_FETCH_PERCENT | LODE_DF_LIMIT_EXPRESSION;
	dialects[2].name = "sqlite";
	dialects[2].traits.in_style = 3;
	dialects[2].traits.rows_style = 3;
	dialects[2].traits.row_in_style = 2;
	dialects[2].traits.flags |= LODE_DF_LIMIT_EXPRESSION;
	dialects[2].traits.bool_style = 2;
	dialects[2].traits.update_from_style = 1;
	dialects[2].traits.array_function = "lode_array";
	dialects[2].traits.rows_table = "lode_rows";
	dialects[2].traits.rows_function = "lode_cell";
	dialects[2].traits.flags &= ~(uint32_t)LODE_DF_NATIVE_DECIMAL;
	dialects[2].traits.decimal_collation = "lode_decimal";
	dialects[2].traits.now_sql = "strftime('%Y-%m-%d %H:%M:%f000','now')";
	dialects[2].traits.today_sql = "date('now')";
	dialects[3].name = "postgresql";
	dialects[3].traits.placeholder = 2;
	dialects[3].traits.flags |= LODE_DF_ILIKE | LODE_DF_FILTER | LODE_DF_NATIVE_UUID |
				    LODE_DF_FETCH_TIES | LODE_DF_LIMIT_EXPRESSION;
	dialects[3].traits.row_in_style = 1;
	dialects[3].traits.null_order = 0x100 | 2;
	dialects[3].traits.in_style = 2;
	dialects[3].traits.rows_style = 2;
	dialects[3].traits.update_from_style = 1;
	dialects[3].traits.blob_open = "'\\x";
	dialects[3].traits.now_sql = "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')";
	dialects[3].traits.today_sql = "((CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date)";
	return &dialects[number];
}

#endif
