/* SPDX-License-Identifier: MIT */
/* sql/comment.c - see comment.h. */
#include "sql/comment.h"

#include <string.h>

#include "base/error.h"
#include "schema/metadata.h"
#include "schema/table.h"
#include "sql/quote.h"

enum { SEPARATE = 1, INSIDE = 2 }; /* traits.comment_style */

void lode__put_comment(lode__buf *sql, const lode__dialect *dialect, const char *comment)
{
	if (!comment || dialect->traits.comment_style != INSIDE)
		return;
	lode__buf_puts(sql, " COMMENT ");
	lode__quote_text(sql, dialect, comment, strlen(comment));
}

typedef struct commenting {
	const lode__dialect *dialect;
	const lode_table *table;
	lode__ddl_emit *emit;
	void *context;
	lode_error *error;
	lode__buf sql;
} commenting;

/* The statement is there but for its text. */
static lode_status finish(commenting *c, const char *comment)
{
	lode__ddl_statement statement = { .kind = LODE__DDL_COMMENT, .table = c->table };
	char label[LODE__TABLE_LABEL_SIZE];
	lode_status status;

	lode__buf_puts(&c->sql, " IS ");
	lode__quote_text(&c->sql, c->dialect, comment, strlen(comment));
	status = lode__buf_status(&c->sql);
	if (status == LODE_OK) {
		statement.sql = lode__buf_text(&c->sql);
		statement.size = lode__buf_size(&c->sql);
		status = c->emit(c->context, &statement, c->error);
	} else if (status == LODE_E_NOMEM) {
		lode__error_nomem(c->error);
	} else {
		lode__error_set(c->error, status, "table %s: a comment cannot be written for %s",
				lode__table_label(c->table, label), c->dialect->name);
	}
	lode__buf_clear(&c->sql);
	return status;
}

static lode_status on_table(commenting *c)
{
	if (!c->table->comment)
		return LODE_OK;
	lode__buf_puts(&c->sql, "COMMENT ON TABLE ");
	lode__quote_table(&c->sql, c->dialect, c->table);
	return finish(c, c->table->comment);
}

static lode_status on_column(commenting *c, const lode_table_column *column)
{
	if (!column->comment)
		return LODE_OK;
	lode__buf_puts(&c->sql, "COMMENT ON COLUMN ");
	lode__quote_table(&c->sql, c->dialect, c->table);
	lode__buf_putc(&c->sql, '.');
	lode__quote_column(&c->sql, c->dialect, column);
	return finish(c, column->comment);
}

static lode_status on_constraint(commenting *c, const char *name, const char *comment)
{
	if (!comment)
		return LODE_OK;
	lode__buf_puts(&c->sql, "COMMENT ON CONSTRAINT ");
	lode__quote_own(&c->sql, c->dialect, c->table, name);
	lode__buf_puts(&c->sql, " ON ");
	lode__quote_table(&c->sql, c->dialect, c->table);
	return finish(c, comment);
}

static lode_status on_index(commenting *c, const lode_index *index)
{
	if (!index->comment)
		return LODE_OK;
	lode__buf_puts(&c->sql, "COMMENT ON INDEX ");
	lode__put_index(&c->sql, c->dialect, index, true);
	return finish(c, index->comment);
}

static lode_status on_everything(commenting *c)
{
	const lode_table *table = c->table;
	lode_status status = on_table(c);

	for (size_t i = 0; status == LODE_OK && i < table->column_count; i++)
		status = on_column(c, table->columns[i]);
	for (size_t i = 0; status == LODE_OK && i < table->unique_count; i++)
		status = on_constraint(c, table->uniques[i]->name, table->uniques[i]->comment);
	for (size_t i = 0; status == LODE_OK && i < table->foreign_key_count; i++)
		status = on_constraint(c, table->foreign_keys[i]->name,
				       table->foreign_keys[i]->comment);
	for (size_t i = 0; status == LODE_OK && i < table->check_count; i++)
		status = on_constraint(c, table->checks[i]->name, table->checks[i]->comment);
	for (size_t i = 0; status == LODE_OK && i < table->index_count; i++)
		status = on_index(c, table->indexes[i]);
	return status;
}

lode_status lode__comments_emit(const lode__dialect *dialect, const lode_table *table,
				lode__ddl_emit *emit, void *context, lode_error *error)
{
	commenting c = { .dialect = dialect,
			 .table = table,
			 .emit = emit,
			 .context = context,
			 .error = error };
	lode_status status;

	if (dialect->traits.comment_style != SEPARATE)
		return LODE_OK;
	lode__buf_init(&c.sql, table->metadata->allocator, LODE__DDL_MAX);
	status = on_everything(&c);
	lode__buf_dispose(&c.sql);
	return status;
}
