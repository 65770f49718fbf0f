/* SPDX-License-Identifier: MIT */
/* schema/check.c - check constraints. */
#include "schema/check.h"

#include "base/error.h"
#include "schema/metadata.h"
#include "schema/table.h"

lode_check *lode_table_add_check(lode_table *table, const lode_check_options *options,
				 lode_error *error)
{
	char label[LODE__TABLE_LABEL_SIZE];
	lode_check_options given;
	lode_check *check;

	if (!table) {
		lode__error_set(error, LODE_E_MISUSE, "add a check: the table is NULL");
		return NULL;
	}
	if (LODE__OPTIONS_READ(&given, options, "check", error) < 0)
		return NULL;
	if (!given.sql == !given.expression || (given.sql && !given.sql[0])) {
		lode__error_set(error, LODE_E_MISUSE,
				"table %s: a check needs sql or an expression, "
				"and not both",
				lode__table_label(table, label));
		return NULL;
	}
	check = LODE__NEW(&table->metadata->arena, lode_check);
	if (!check) {
		lode__error_nomem(error);
		return NULL;
	}
	check->table = table;
	check->expression = given.expression;
	if (lode__table_name_check(table, given.name, error) < 0 ||
	    lode__metadata_text(table->metadata, &check->name, given.name, error) < 0 ||
	    lode__metadata_text(table->metadata, &check->sql, given.sql, error) < 0 ||
	    lode__table_read_comment(table, &check->comment, given.name, given.comment, error) < 0 ||
	    lode__table_reserve(table, &table->checks, table->check_count, error) < 0)
		return NULL;
	lode__table_push(&table->checks, &table->check_count, check);
	return check;
}
