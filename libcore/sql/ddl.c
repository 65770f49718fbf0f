/* SPDX-License-Identifier: MIT */
/* sql/ddl.c - CREATE, DROP and ALTER.
 *
 * A `ddl` remembers the first failure and its message; what is appended after it does not matter,
 * so the renderers below go straight through and finish() looks once. */
#include "sql/ddl.h"

#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "schema/table.h"
#include "sql/comment.h"
#include "sql/ddl_type.h"
#include "sql/quote.h"
#include "sql/render.h"

typedef struct ddl {
	lode__buf *sql;
	const lode__dialect *dialect;
	lode_error *error;
	lode_status status;
} ddl;

static void fail(ddl *d, lode_status status, const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 3, 4)))
#endif
	;

static void fail(ddl *d, lode_status status, const char *format, ...)
{
	va_list args;

	if (d->status < 0)
		return;
	va_start(args, format);
	d->status = lode__error_vset(d->error, status, format, args);
	va_end(args);
}

static void put(ddl *d, const char *text)
{
	lode__buf_puts(d->sql, text);
}

static bool has(const ddl *d, uint32_t flag)
{
	return (d->dialect->traits.flags & flag) != 0;
}

/* Only here a failure of the buffer itself gets a message. */
static lode_status finish(ddl *d, const lode_table *table)
{
	lode_status status = lode__buf_status(d->sql);
	char label[LODE__TABLE_LABEL_SIZE];

	if (d->status < 0)
		lode__buf_fail(d->sql, d->status);
	else if (status == LODE_E_NOMEM)
		d->status = lode__error_nomem(d->error);
	else if (status < 0)
		fail(d, status, "table %s: its DDL cannot be written for %s (%s)",
		     lode__table_label(table, label), d->dialect->name, lode_status_name(status));
	return d->status;
}

/* ------------------------------------------------------------------ names */

static void check_name(ddl *d, const lode_table *table, const char *name)
{
	uint32_t most = d->dialect->traits.max_identifier;
	char label[LODE__TABLE_LABEL_SIZE];

	if (most && strlen(name) > most)
		fail(d, LODE_E_LIMIT, "table %s: the name %s has %zu bytes, %s takes %u",
		     lode__table_label(table, label), name, strlen(name), d->dialect->name,
		     (unsigned)most);
}

static void put_name(ddl *d, const lode_table *table, const char *name)
{
	check_name(d, table, name);
	lode__quote_own(d->sql, d->dialect, table, name);
}

static void put_table(ddl *d, const lode_table *table)
{
	char label[LODE__TABLE_LABEL_SIZE];

	if (table->schema && !has(d, LODE_DF_SCHEMAS))
		fail(d, LODE_E_UNSUPPORTED, "table %s: %s has no schemas",
		     lode__table_label(table, label), d->dialect->name);
	check_name(d, table, table->name);
	lode__quote_table(d->sql, d->dialect, table);
}

static void put_columns(ddl *d, lode_table_column *const *columns, size_t count)
{
	put(d, " (");
	for (size_t i = 0; i < count; i++) {
		if (i)
			put(d, ", ");
		lode__quote_column(d->sql, d->dialect, columns[i]);
	}
	put(d, ")");
}

static void put_constraint_name(ddl *d, const lode_table *table, const char *name)
{
	if (!name)
		return;
	put(d, "CONSTRAINT ");
	put_name(d, table, name);
	put(d, " ");
}

/* Dialect options are asked for under the dialect's name, then its bases'. */
static const char *find_dialect_sql(const ddl *d, const lode_dialect_sql *list, size_t count,
				    uint32_t place)
{
	const lode_dialect_sql *found =
		lode__dialect_sql_find(list, count, d->dialect->name, place);

	for (size_t i = 0; !found && d->dialect->chain[i]; i++)
		found = lode__dialect_sql_find(list, count, d->dialect->chain[i]->name, place);
	return found ? found->sql : NULL;
}

/* ------------------------------------------------------------------ defaults
 *
 * SQLite wants parentheses around everything that is not a literal or a word, and others allow
 * them, so expressions get them. */

static bool is_word(const char *text)
{
	return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				 "0123456789_.+-")] == '\0';
}

/* 'it''s' */
static bool is_literal(const char *text)
{
	if (*text++ != '\'')
		return false;
	for (; *text; text++) {
		if (*text != '\'')
			continue;
		if (text[1] != '\'')
			return text[1] == '\0';
		text++;
	}
	return false;
}

/* begins with a parenthesis that the last character closes */
static bool is_wrapped(const char *text)
{
	size_t depth = 0;
	bool quoted = false;

	if (*text != '(')
		return false;
	for (; *text; text++) {
		if (*text == '\'')
			quoted = !quoted;
		else if (!quoted && *text == '(')
			depth++;
		else if (!quoted && *text == ')' && --depth == 0)
			return text[1] == '\0';
	}
	return false;
}

static void put_default(ddl *d, const lode_table_column *column)
{
	const lode_default *value = &column->server_default;
	size_t start;
	const char *text;

	if (value->kind == LODE_DEFAULT_NONE || value->kind == LODE_DEFAULT_FETCHED)
		return;
	put(d, " DEFAULT ");
	start = lode__buf_size(d->sql);
	lode__quote_default(d->sql, d->dialect, column, value);
	if (value->kind != LODE_DEFAULT_NOW && value->kind != LODE_DEFAULT_SQL_TEXT)
		return;
	if (lode__buf_status(d->sql) < 0)
		return;
	text = lode__buf_text(d->sql) + start;
	if (is_word(text) || is_literal(text) || is_wrapped(text))
		return;
	lode__buf_insert(d->sql, start, "(", 1);
	put(d, ")");
}

/* ------------------------------------------------------------------ columns */

static const char *autoincrement_suffix(ddl *d, const lode_table_column *column)
{
	const lode_traits *traits = &d->dialect->traits;
	char label[LODE__TABLE_LABEL_SIZE];

	if (traits->autoinc_suffix || traits->autoinc_style == 3)
		return traits->autoinc_suffix;
	if (traits->autoinc_style == 1)
		return "GENERATED BY DEFAULT AS IDENTITY";
	if (traits->autoinc_style == 2)
		return "AUTO_INCREMENT";
	fail(d, LODE_E_UNSUPPORTED,
	     "column %s.%s: %s does not generate keys; switch autoincrement "
	     "off",
	     lode__table_label(column->table, label), column->name, d->dialect->name);
	return NULL;
}

static bool pk_is_inline(const ddl *d, const lode_table *table)
{
	return has(d, LODE_DF_AUTOINC_INLINE_PK) && table->primary_key_count == 1 &&
	       lode__table_generated_column(table) != NULL;
}

static void put_generated(ddl *d, const lode_table_column *column)
{
	const lode_table *table = column->table;
	const char *suffix = autoincrement_suffix(d, column);
	char label[LODE__TABLE_LABEL_SIZE];

	if (d->dialect->traits.autoinc_style == 3 && table->primary_key_count != 1)
		fail(d, LODE_E_UNSUPPORTED,
		     "column %s.%s: %s generates only a key of a single "
		     "column, this one has %zu",
		     lode__table_label(table, label), column->name, d->dialect->name,
		     table->primary_key_count);
	if (pk_is_inline(d, table)) {
		put(d, " NOT NULL ");
		put_constraint_name(d, table, table->primary_key_name);
		put(d, "PRIMARY KEY");
	}
	if (suffix && suffix[0]) {
		put(d, " ");
		put(d, suffix);
	}
	if (!pk_is_inline(d, table))
		put(d, " NOT NULL");
}

static bool has_column(lode_table_column *const *columns, size_t count,
		       const lode_table_column *column)
{
	for (size_t i = 0; i < count; i++)
		if (columns[i] == column)
			return true;
	return false;
}

static bool is_indexed(const lode_index *index, const lode_table_column *column)
{
	for (size_t i = 0; i < index->count; i++)
		if (index->parts[i].column == column)
			return true;
	return false;
}

/* Is it in a key or an index of its table?  What refers to it from elsewhere needs one, too. */
static bool is_key(const lode_table_column *column)
{
	const lode_table *table = column->table;
	bool found = column->primary_key;

	for (size_t i = 0; !found && i < table->unique_count; i++)
		found = has_column(table->uniques[i]->columns, table->uniques[i]->count, column);
	for (size_t i = 0; !found && i < table->foreign_key_count; i++)
		found = has_column(table->foreign_keys[i]->columns, table->foreign_keys[i]->count,
				   column);
	for (size_t i = 0; !found && i < table->index_count; i++)
		found = is_indexed(table->indexes[i], column);
	return found;
}

static void put_column(ddl *d, const lode_table_column *column)
{
	bool generated = lode__table_generated_column(column->table) == column;
	uint32_t flags = (generated ? LODE_TYPE_AUTOINC : 0u) | (is_key(column) ? LODE_TYPE_KEY : 0u);
	lode_status status;

	put_name(d, column->table, column->name);
	put(d, " ");
	status = lode__render_type(d->sql, d->dialect, column->type, flags, d->error);
	if (status < 0 && d->status == LODE_OK)
		d->status = status;
	put_default(d, column);
	if (generated)
		put_generated(d, column);
	else if (!column->nullable)
		put(d, " NOT NULL");
	lode__put_comment(d->sql, d->dialect, column->comment);
}

/* ------------------------------------------------------------------ constraints */

static void put_deferrable(ddl *d, bool deferrable, const char *initially)
{
	if (deferrable)
		put(d, " DEFERRABLE");
	if (initially) {
		put(d, " INITIALLY ");
		put(d, initially);
	}
}

static void put_target(ddl *d, const lode_foreign_key *key)
{
	const lode_table *target = key->referred;
	bool bare = has(d, LODE_DF_REFERENCES_BARE);
	bool same = key->table->schema == target->schema ||
		    (key->table->schema && target->schema &&
		     strcmp(key->table->schema, target->schema) == 0);
	char label[LODE__KEY_LABEL_SIZE];

	if (bare && !same)
		fail(d, LODE_E_UNSUPPORTED,
		     "foreign key %s: %s cannot refer to a table of another "
		     "schema",
		     lode__foreign_key_label(key, label), d->dialect->name);
	put(d, " REFERENCES ");
	if (bare)
		put_name(d, target, target->name);
	else
		put_table(d, target);
	put_columns(d, key->referred_columns, key->count);
}

static void put_foreign_key(ddl *d, const lode_foreign_key *key)
{
	char label[LODE__KEY_LABEL_SIZE];

	put_constraint_name(d, key->table, key->name);
	put(d, "FOREIGN KEY");
	put_columns(d, key->columns, key->count);
	put_target(d, key);
	if (key->match) {
		put(d, " MATCH ");
		put(d, key->match);
	}
	if (key->on_delete) {
		put(d, " ON DELETE ");
		put(d, key->on_delete);
	}
	if (key->on_update) {
		put(d, " ON UPDATE ");
		put(d, key->on_update);
	}
	if (key->deferrable && !has(d, LODE_DF_DEFERRABLE_FK))
		fail(d, LODE_E_UNSUPPORTED, "foreign key %s: %s cannot defer foreign keys",
		     lode__foreign_key_label(key, label), d->dialect->name);
	if (has(d, LODE_DF_DEFERRABLE_FK))
		put_deferrable(d, key->deferrable, key->deferrable ? key->initially : NULL);
}

/* Of the products that defer foreign keys only those that can alter constraints defer unique ones:
 * SQLite is the exception in both. */
static void put_unique(ddl *d, const lode_unique *unique)
{
	bool defers = has(d, LODE_DF_DEFERRABLE_FK) && has(d, LODE_DF_DROP_CONSTRAINT);
	char label[LODE__TABLE_LABEL_SIZE];

	put_constraint_name(d, unique->table, unique->name);
	put(d, "UNIQUE");
	put_columns(d, unique->columns, unique->count);
	if (unique->deferrable && !defers)
		fail(d, LODE_E_UNSUPPORTED, "table %s: %s cannot defer unique constraints",
		     lode__table_label(unique->table, label), d->dialect->name);
	put_deferrable(d, unique->deferrable, unique->deferrable ? unique->initially : NULL);
	lode__put_comment(d->sql, d->dialect, unique->comment);
}

static void put_expr(ddl *d, const lode_expr *expr)
{
	lode_status status = lode__render_ddl_expr(d->sql, d->dialect, expr, d->error);

	if (status < 0 && d->status == LODE_OK)
		d->status = status;
}

static void put_check(ddl *d, const lode_check *check)
{
	put_constraint_name(d, check->table, check->name);
	put(d, "CHECK (");
	if (check->sql)
		put(d, check->sql);
	else
		put_expr(d, check->expression);
	put(d, ")");
}

/* ------------------------------------------------------------------ tables */

static void begin_line(ddl *d, bool *first)
{
	put(d, *first ? "\n\t" : ",\n\t");
	*first = false;
}

static bool is_left_out(const ddl *d, const lode__sorted *sorted, const lode_foreign_key *key)
{
	return sorted && lode__ddl_can_alter(d->dialect) && lode__sorted_is_late(sorted, key);
}

static void put_constraints(ddl *d, const lode_table *table, const lode__sorted *sorted, bool first)
{
	if (table->primary_key_count && !pk_is_inline(d, table)) {
		begin_line(d, &first);
		put_constraint_name(d, table, table->primary_key_name);
		put(d, "PRIMARY KEY");
		put_columns(d, table->primary_key, table->primary_key_count);
	}
	for (size_t i = 0; i < table->unique_count; i++) {
		begin_line(d, &first);
		put_unique(d, table->uniques[i]);
	}
	for (size_t i = 0; i < table->foreign_key_count; i++) {
		if (is_left_out(d, sorted, table->foreign_keys[i]))
			continue;
		begin_line(d, &first);
		put_foreign_key(d, table->foreign_keys[i]);
	}
	for (size_t i = 0; i < table->check_count; i++) {
		begin_line(d, &first);
		put_check(d, table->checks[i]);
	}
}

lode_status lode__render_create_table(lode__buf *sql, const lode__dialect *dialect,
				      const lode_table *table, const lode__sorted *sorted,
				      bool guard, lode_error *error)
{
	ddl d = { sql, dialect, error, LODE_OK };
	const char *prefix = find_dialect_sql(&d, table->dialect_sql, table->dialect_sql_count,
					      LODE_PLACE_PREFIX);
	const char *suffix = find_dialect_sql(&d, table->dialect_sql, table->dialect_sql_count,
					      LODE_PLACE_SUFFIX);
	char label[LODE__TABLE_LABEL_SIZE];
	bool first = true;

	if (table->column_count == 0)
		fail(&d, LODE_E_MISUSE, "table %s has no columns", lode__table_label(table, label));
	put(&d, "CREATE ");
	if (prefix) {
		put(&d, prefix);
		put(&d, " ");
	}
	put(&d, guard && has(&d, LODE_DF_IF_EXISTS) ? "TABLE IF NOT EXISTS " : "TABLE ");
	put_table(&d, table);
	put(&d, " (");
	for (size_t i = 0; i < table->column_count; i++) {
		begin_line(&d, &first);
		put_column(&d, table->columns[i]);
	}
	put_constraints(&d, table, sorted, first);
	put(&d, "\n)");
	lode__put_comment(sql, dialect, table->comment);
	if (!suffix)
		suffix = dialect->traits.table_options;
	if (suffix) {
		put(&d, " ");
		put(&d, suffix);
	}
	return finish(&d, table);
}

lode_status lode__render_drop_table(lode__buf *sql, const lode__dialect *dialect,
				    const lode_table *table, bool guard, lode_error *error)
{
	ddl d = { sql, dialect, error, LODE_OK };

	put(&d, guard && has(&d, LODE_DF_IF_EXISTS) ? "DROP TABLE IF EXISTS " : "DROP TABLE ");
	put_table(&d, table);
	return finish(&d, table);
}

/* ------------------------------------------------------------------ indexes */

/* FNV-1a by bytes: the name must not depend on the machine */
static uint32_t hash_name(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash ^ (hash >> 16);
}

void lode__put_index_name(lode__buf *out, const lode__dialect *dialect, const lode_index *index)
{
	size_t size = strlen(index->name), most = dialect->traits.max_identifier;

	if (index->named || !most || size <= most || most < 8) {
		lode__buf_puts(out, index->name);
		return;
	}
	size = most - 5;
	while (size > 0 && ((unsigned char)index->name[size] & 0xC0) == 0x80)
		size--; /* not within a character */
	lode__buf_append(out, index->name, size);
	lode__buf_printf(out, "_%04x", (unsigned)(hash_name(index->name) & 0xFFFF));
}

void lode__put_index(lode__buf *sql, const lode__dialect *dialect, const lode_index *index,
		     bool qualified)
{
	const lode_table *table = index->table;
	lode__buf name;

	if (qualified && table->schema) {
		lode__quote_own(sql, dialect, table, table->schema);
		lode__buf_putc(sql, '.');
	}
	lode__buf_init(&name, sql->allocator, LODE__DDL_MAX);
	lode__put_index_name(&name, dialect, index);
	if (lode__buf_status(&name) < 0)
		lode__buf_fail(sql, lode__buf_status(&name));
	else
		lode__quote_own(sql, dialect, table, lode__buf_text(&name));
	lode__buf_dispose(&name);
}

/* SQLite qualifies the index and not the table; the others the table, and the index in DROP. */
static void put_index_name(ddl *d, const lode_index *index, bool qualified)
{
	if (index->named || d->dialect->traits.max_identifier < 8)
		check_name(d, index->table, index->name);
	lode__put_index(d->sql, d->dialect, index, qualified);
}

static void put_part(ddl *d, const lode__index_part *part)
{
	if (part->column) {
		lode__quote_column(d->sql, d->dialect, part->column);
	} else {
		put(d, "(");
		if (part->sql)
			put(d, part->sql);
		else
			put_expr(d, part->expression);
		put(d, ")");
	}
	if (part->descending)
		put(d, " DESC");
}

static void put_where(ddl *d, const lode_index *index)
{
	char label[LODE__TABLE_LABEL_SIZE];

	if (!index->where_sql && !index->where)
		return;
	if (!has(d, LODE_DF_PARTIAL_INDEX))
		fail(d, LODE_E_UNSUPPORTED, "table %s: index %s is partial, which %s has not",
		     lode__table_label(index->table, label), index->name, d->dialect->name);
	put(d, " WHERE ");
	if (index->where_sql)
		put(d, index->where_sql);
	else
		put_expr(d, index->where);
}

static void put_piece(ddl *d, const lode_index *index, uint32_t place, bool before)
{
	const char *text = find_dialect_sql(d, index->dialect_sql, index->dialect_sql_count, place);

	if (!text)
		return;
	put(d, before ? "" : " ");
	put(d, text);
	put(d, before ? " " : "");
}

lode_status lode__render_create_index(lode__buf *sql, const lode__dialect *dialect,
				      const lode_index *index, bool guard, lode_error *error)
{
	ddl d = { sql, dialect, error, LODE_OK };
	bool inside = has(&d, LODE_DF_INDEX_IN_SCHEMA);

	put(&d, index->unique ? "CREATE UNIQUE " : "CREATE ");
	put_piece(&d, index, LODE_PLACE_PREFIX, true);
	put(&d, guard && has(&d, LODE_DF_INDEX_IF_EXISTS) ? "INDEX IF NOT EXISTS " : "INDEX ");
	put_index_name(&d, index, inside);
	put(&d, " ON ");
	if (inside)
		put_name(&d, index->table, index->table->name);
	else
		put_table(&d, index->table);
	put_piece(&d, index, LODE_PLACE_METHOD, false);
	put(&d, " (");
	for (size_t i = 0; i < index->count; i++) {
		put(&d, i ? ", " : "");
		put_part(&d, &index->parts[i]);
	}
	put(&d, ")");
	lode__put_comment(sql, dialect, index->comment);
	put_piece(&d, index, LODE_PLACE_SUFFIX, false);
	put_where(&d, index);
	return finish(&d, index->table);
}

lode_status lode__render_drop_index(lode__buf *sql, const lode__dialect *dialect,
				    const lode_index *index, bool guard, lode_error *error)
{
	ddl d = { sql, dialect, error, LODE_OK };
	bool of_table = dialect->traits.alter_style == 2; /* MariaDB: names are the table's */

	put(&d,
	    guard && has(&d, LODE_DF_INDEX_IF_EXISTS) ? "DROP INDEX IF EXISTS " : "DROP INDEX ");
	put_index_name(&d, index, !of_table);
	if (of_table) {
		put(&d, " ON ");
		put_table(&d, index->table);
	}
	return finish(&d, index->table);
}

/* ------------------------------------------------------------------ altering */

bool lode__ddl_can_alter(const lode__dialect *dialect)
{
	return (dialect->traits.flags & LODE_DF_DROP_CONSTRAINT) != 0;
}

static void begin_alter(ddl *d, const lode_foreign_key *key)
{
	char label[LODE__KEY_LABEL_SIZE];

	if (!lode__ddl_can_alter(d->dialect))
		fail(d, LODE_E_UNSUPPORTED, "foreign key %s: %s cannot alter constraints",
		     lode__foreign_key_label(key, label), d->dialect->name);
	put(d, "ALTER TABLE ");
	put_table(d, key->table);
}

lode_status lode__render_add_foreign_key(lode__buf *sql, const lode__dialect *dialect,
					 const lode_foreign_key *key, lode_error *error)
{
	ddl d = { sql, dialect, error, LODE_OK };

	begin_alter(&d, key);
	put(&d, " ADD ");
	put_foreign_key(&d, key);
	return finish(&d, key->table);
}

lode_status lode__render_drop_foreign_key(lode__buf *sql, const lode__dialect *dialect,
					  const lode_foreign_key *key, lode_error *error)
{
	ddl d = { sql, dialect, error, LODE_OK };
	char label[LODE__KEY_LABEL_SIZE], one[LODE__TABLE_LABEL_SIZE],
		other[LODE__TABLE_LABEL_SIZE];

	begin_alter(&d, key);
	if (!key->name)
		fail(&d, LODE_E_CYCLE,
		     "tables %s and %s refer to each other: to drop them, foreign key "
		     "%s needs a name",
		     lode__table_label(key->table, one), lode__table_label(key->referred, other),
		     lode__foreign_key_label(key, label));
	put(&d, dialect->traits.alter_style == 2 ? " DROP FOREIGN KEY " : " DROP CONSTRAINT ");
	put_name(&d, key->table, key->name ? key->name : "");
	return finish(&d, key->table);
}

/* ------------------------------------------------------------------ many statements */

typedef struct emitter {
	lode__buf sql;
	lode__ddl_emit *emit;
	void *context;
	lode_error *error;
} emitter;

/* `status` is what rendering into e->sql returned */
static lode_status send(emitter *e, lode_status status, lode__ddl_statement statement)
{
	if (status == LODE_OK) {
		statement.sql = lode__buf_text(&e->sql);
		statement.size = lode__buf_size(&e->sql);
		status = e->emit(e->context, &statement, e->error);
	}
	lode__buf_clear(&e->sql);
	return status;
}

static lode_status create_table(emitter *e, const lode__dialect *dialect,
				const lode__sorted *sorted, const lode_table *table, bool guard)
{
	lode__ddl_statement statement = { .kind = LODE__DDL_CREATE_TABLE, .table = table };
	lode_status status =
		lode__render_create_table(&e->sql, dialect, table, sorted, guard, e->error);

	status = send(e, status, statement);
	statement.kind = LODE__DDL_CREATE_INDEX;
	for (size_t i = 0; i < table->index_count && status == LODE_OK; i++) {
		statement.index = table->indexes[i];
		status = lode__render_create_index(&e->sql, dialect, statement.index, guard,
						   e->error);
		status = send(e, status, statement);
	}
	return status;
}

lode_status lode__ddl_create(const lode__dialect *dialect, const lode__sorted *sorted, bool guard,
			     lode__ddl_emit *emit, void *context, lode_error *error)
{
	emitter e = { .emit = emit, .context = context, .error = error };
	lode_status status = LODE_OK;

	lode__buf_init(&e.sql, sorted->allocator, LODE__DDL_MAX);
	for (size_t i = 0; i < sorted->count && status == LODE_OK; i++)
		status = create_table(&e, dialect, sorted, sorted->tables[i], guard);
	for (size_t i = 0;
	     lode__ddl_can_alter(dialect) && i < sorted->late_count && status == LODE_OK; i++) {
		const lode_foreign_key *key = sorted->late[i];

		status = lode__render_add_foreign_key(&e.sql, dialect, key, error);
		status = send(&e, status,
			      (lode__ddl_statement){ .kind = LODE__DDL_ADD_FOREIGN_KEY,
						     .table = key->table,
						     .key = key });
	}
	for (size_t i = 0; i < sorted->count && status == LODE_OK; i++)
		status = lode__comments_emit(dialect, sorted->tables[i], emit, context, error);
	lode__buf_dispose(&e.sql);
	return status;
}

/* Twice: the first time only to see whether all have names. */
static lode_status drop_late(emitter *e, const lode__dialect *dialect, const lode__sorted *sorted,
			     bool really)
{
	lode_status status = LODE_OK;

	for (size_t i = sorted->late_count; i > 0 && status == LODE_OK; i--) {
		const lode_foreign_key *key = sorted->late[i - 1];

		status = lode__render_drop_foreign_key(&e->sql, dialect, key, e->error);
		if (really)
			status = send(e, status,
				      (lode__ddl_statement){ .kind = LODE__DDL_DROP_FOREIGN_KEY,
							     .table = key->table,
							     .key = key });
		lode__buf_clear(&e->sql);
	}
	return status;
}

lode_status lode__ddl_drop(const lode__dialect *dialect, const lode__sorted *sorted, bool guard,
			   lode__ddl_emit *emit, void *context, lode_error *error)
{
	emitter e = { .emit = emit, .context = context, .error = error };
	lode_status status = LODE_OK;

	lode__buf_init(&e.sql, sorted->allocator, LODE__DDL_MAX);
	if (lode__ddl_can_alter(dialect))
		status = drop_late(&e, dialect, sorted, false);
	if (status == LODE_OK && lode__ddl_can_alter(dialect))
		status = drop_late(&e, dialect, sorted, true);
	for (size_t i = sorted->count; i > 0 && status == LODE_OK; i--) {
		const lode_table *table = sorted->tables[i - 1];

		status = lode__render_drop_table(&e.sql, dialect, table, guard, error);
		status =
			send(&e, status,
			     (lode__ddl_statement){ .kind = LODE__DDL_DROP_TABLE, .table = table });
	}
	lode__buf_dispose(&e.sql);
	return status;
}
