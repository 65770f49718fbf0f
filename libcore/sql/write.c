/* SPDX-License-Identifier: MIT */
/* sql/write.c - the statements of the unit of work.
 *
 * Parameter i is column i of what is given, SET before WHERE, those with an inline expression left
 * out.  Rowsets: parameter i is column ci, of the row table or of unnest($1, $2, ...) AS r. */
#include "sql/write.h"

#include "base/error.h"
#include "schema/table.h"
#include "sql/ddl_type.h"
#include "sql/quote.h"
#include "sql/render.h"

typedef struct lode__writer {
	lode__buf *sql;
	const lode__dialect *dialect;
	const char *rows;           /* name of the row table, r for unnest, or NULL: placeholders */
	const char *cell;           /* function that gives a value of its row, or NULL: by column */
	const lode_table_column *key; /* rows are visited by this key, or NULL: as the table is scanned */
	size_t number;              /* of the last parameter */
	lode_error *error;
} lode__writer;

void lode__put_placeholder(lode__buf *sql, const lode__dialect *dialect, size_t number)
{
	static const char *const styles[] = { "?", "?", "$", ":", "@p" };
	int32_t style = dialect->traits.placeholder;

	lode__buf_puts(sql, styles[style > 0 && style < 5 ? style : 1]);
	if (style > 1)
		lode__buf_put_uint(sql, number);
}

static lode_status finish(const lode__writer *w, const lode_table *table)
{
	lode_status status = lode__buf_status(w->sql);

	if (status == LODE_OK)
		return LODE_OK;
	return lode__error_set(w->error, status, "the statement for table %s cannot be written: %s",
	                       table->name, status == LODE_E_NOMEM ? "out of memory"
	                       : status == LODE_E_LIMIT ? "it is too long" : "a default is not valid");
}

/* LODE_E_UNSUPPORTED: rows are wanted, and the dialect has none */
static lode_status begin(lode__writer *w, lode__buf *sql, const lode__dialect *dialect,
                         const lode_table *table, bool rowset, lode_error *error)
{
	w->sql = sql;
	w->dialect = dialect;
	w->rows = NULL;
	w->cell = NULL;
	w->key = NULL;
	w->number = 0;
	w->error = error;
	if (!rowset)
		return LODE_OK;
	if (!lode__dialect_has_rows(dialect))
		return lode__error_set(error, LODE_E_UNSUPPORTED,
		                       "table %s: %s has no row table", table->name, dialect->name);
	w->rows = "r";
	if (dialect->traits.rows_style == 2)
		return LODE_OK;
	w->rows = dialect->traits.rows_table ? dialect->traits.rows_table : "lode_rows";
	w->cell = dialect->traits.rows_function;
	return LODE_OK;
}

static bool uses_arrays(const lode__writer *w)
{
	return w->rows && w->dialect->traits.rows_style == 2;
}

/* arrays of a type that only the server knows come as text */
static bool needs_cast(const lode__writer *w, const lode_table_column *column)
{
	lode__resolved_type type;

	if (!uses_arrays(w) || !column->type)
		return false;
	lode__dialect_type(&type, w->dialect, column->type);
	return type.kind == LODE_CUSTOM_TYPE;
}

static void put_column_number(lode__writer *w, const char *prefix, size_t number)
{
	lode__buf_puts(w->sql, prefix);
	lode__buf_putc(w->sql, 'c');
	lode__buf_put_uint(w->sql, number);
}

/* the next parameter: a placeholder, or a column of the rows */
static void put_parameter(lode__writer *w, const lode_table_column *column, const char *prefix)
{
	bool cast = needs_cast(w, column);

	w->number++;
	if (!w->rows) {
		lode__put_placeholder(w->sql, w->dialect, w->number);
		return;
	}
	lode__buf_puts(w->sql, cast ? "CAST(" : "");
	put_column_number(w, prefix, w->number - 1);
	if (!cast)
		return;
	lode__buf_puts(w->sql, " AS ");
	lode__render_type(w->sql, w->dialect, column->type, false, w->error);
	lode__buf_putc(w->sql, ')');
}

/* the rows of `count` columns; `ordered`: in the order they were given, as a row table is anyway */
static void put_rows(lode__writer *w, size_t count, bool ordered)
{
	if (!uses_arrays(w)) {
		lode__buf_puts(w->sql, w->rows);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		lode__buf_puts(w->sql, i ? ", " : "unnest(");
		lode__put_placeholder(w->sql, w->dialect, i + 1);
	}
	lode__buf_puts(w->sql, ordered ? ") WITH ORDINALITY AS r(" : ") AS r(");
	for (size_t i = 0; i < count; i++)
		put_column_number(w, i ? ", " : "", i);
	lode__buf_puts(w->sql, ordered ? ", n) ORDER BY n" : ")");
}

/* the same where the row is at hand: the scan stands on it, or its key does */
static void put_cell(lode__writer *w, const lode_table_column *column, const char *prefix)
{
	if (!w->cell) {
		put_parameter(w, column, prefix);
		return;
	}
	lode__buf_puts(w->sql, w->cell);
	lode__buf_putc(w->sql, '(');
	lode__buf_put_uint(w->sql, w->number++);
	if (w->key) {
		lode__buf_puts(w->sql, ", ");
		lode__quote_column(w->sql, w->dialect, w->key);
	}
	lode__buf_putc(w->sql, ')');
}

static void put_written(lode__writer *w, const lode__write_column *column, const char *prefix)
{
	if (column->expression)
		lode__quote_default(w->sql, w->dialect, column->column, column->expression);
	else
		put_cell(w, column->column, prefix);
}

static lode_status put_returning(lode__writer *w, const lode_table *table, uint32_t on,
                                 const lode_table_column *const *columns, size_t count)
{
	const lode_traits *traits = &w->dialect->traits;
	size_t i;

	if (!count)
		return LODE_OK;
	if (traits->returning_style != 1 || (traits->returning_on & on) != on)
		return lode__error_set(w->error, LODE_E_UNSUPPORTED,
		                       "table %s: %s has no RETURNING here", table->name, w->dialect->name);
	for (i = 0; i < count; i++) {
		lode__buf_puts(w->sql, i ? ", " : " RETURNING ");
		lode__quote_column(w->sql, w->dialect, columns[i]);
	}
	return LODE_OK;
}

lode_status lode__render_insert(lode__buf *sql, const lode__dialect *dialect,
                                const lode_table *table, const lode__write_column *columns,
                                size_t count, const lode_table_column *const *returning,
                                size_t returning_count, bool rowset, lode_error *error)
{
	lode__writer w;
	lode_status status = begin(&w, sql, dialect, table, rowset, error);
	size_t i;

	if (status < 0)
		return status;
	lode__buf_puts(sql, "INSERT INTO ");
	lode__quote_table(sql, dialect, table);
	if (!count && !rowset) {
		lode__buf_putc(sql, ' ');
		lode__buf_puts(sql, dialect->traits.empty_insert ? dialect->traits.empty_insert
		                                                 : "DEFAULT VALUES");
	}
	for (i = 0; i < count; i++) {
		lode__buf_puts(sql, i ? ", " : " (");
		lode__quote_column(sql, dialect, columns[i].column);
	}
	if (!count && rowset)
		return lode__error_set(error, LODE_E_UNSUPPORTED, "table %s: rows without columns cannot be "
		                       "inserted together", table->name);
	if (count)
		lode__buf_puts(sql, rowset ? ") SELECT " : ") VALUES (");
	for (i = 0; i < count; i++) {
		lode__buf_puts(sql, i ? ", " : "");
		put_written(&w, &columns[i], "");
	}
	if (rowset) {
		lode__buf_puts(sql, " FROM ");
		put_rows(&w, w.number, true);
	} else if (count) {
		lode__buf_putc(sql, ')');
	}
	status = put_returning(&w, table, LODE_RETURNING_INSERT, returning, returning_count);
	return status < 0 ? status : finish(&w, table);
}

static bool is_integer(const lode__dialect *dialect, const lode_table_column *column)
{
	int32_t type = lode__column_sql_type(dialect, column);

	return type == LODE_T_INT16 || type == LODE_T_INT32 || type == LODE_T_INT64;
}

/* Rows can be visited by their key, each finding its values by it, if it is one integer that stays;
 * NULL: they have to be joined. */
static const lode_table_column *find_row_key(const lode__dialect *dialect,
                                             const lode__write_column *set, size_t set_count,
                                             const lode_table_column *const *where,
                                             size_t where_count)
{
	if (!dialect->traits.rows_function || where_count != 1 || !is_integer(dialect, where[0]))
		return NULL;
	for (size_t i = 0; i < set_count; i++)
		if (set[i].column == where[0])
			return NULL;
	return where[0];
}

static void put_rows_by_key(lode__writer *w)
{
	lode__buf_puts(w->sql, " WHERE ");
	lode__quote_column(w->sql, w->dialect, w->key);
	lode__buf_puts(w->sql, " IN (SELECT ");
	put_parameter(w, w->key, "");
	lode__buf_puts(w->sql, " FROM ");
	lode__buf_puts(w->sql, w->rows);
	lode__buf_putc(w->sql, ')');
}

static void put_where(lode__writer *w, const lode_table *table,
                      const lode_table_column *const *where, size_t where_count)
{
	if (w->rows) {
		lode__buf_puts(w->sql, " FROM ");
		put_rows(w, w->number + where_count, false);
		lode__buf_puts(w->sql, uses_arrays(w) ? "" : " AS r");
	}
	for (size_t i = 0; i < where_count; i++) {
		lode__buf_puts(w->sql, i ? " AND " : " WHERE ");
		if (w->rows) {
			lode__quote_table(w->sql, w->dialect, table);
			lode__buf_putc(w->sql, '.');
		}
		lode__quote_column(w->sql, w->dialect, where[i]);
		lode__buf_puts(w->sql, " = ");
		put_parameter(w, where[i], "r.");
	}
}

lode_status lode__render_update(lode__buf *sql, const lode__dialect *dialect,
                                const lode_table *table, const lode__write_column *set,
                                size_t set_count, const lode_table_column *const *where,
                                size_t where_count, const lode_table_column *const *returning,
                                size_t returning_count, bool rowset, lode_error *error)
{
	lode__writer w;
	lode_status status = begin(&w, sql, dialect, table, rowset, error);
	size_t i;

	if (status < 0)
		return status;
	if (!set_count || !where_count)
		return lode__error_set(error, LODE_E_MISUSE,
		                       "an UPDATE of table %s sets or finds nothing", table->name);
	w.key = rowset ? find_row_key(dialect, set, set_count, where, where_count) : NULL;
	if (!w.key)
		w.cell = NULL;
	if (rowset && !w.key && dialect->traits.update_from_style != 1)
		return lode__error_set(error, LODE_E_UNSUPPORTED, "table %s: %s has no UPDATE ... FROM",
		                       table->name, dialect->name);
	lode__buf_puts(sql, "UPDATE ");
	lode__quote_table(sql, dialect, table);
	for (i = 0; i < set_count; i++) {
		lode__buf_puts(sql, i ? ", " : " SET ");
		lode__quote_column(sql, dialect, set[i].column);
		lode__buf_puts(sql, " = ");
		put_written(&w, &set[i], "r.");
	}
	if (w.key)
		put_rows_by_key(&w);
	else
		put_where(&w, table, where, where_count);
	status = put_returning(&w, table, LODE_RETURNING_UPDATE, returning, returning_count);
	return status < 0 ? status : finish(&w, table);
}

/* column IN (rows), or = ANY(array) where one array is all there is */
static void put_among(lode__writer *w, const lode_table_column *const *where, size_t count)
{
	if (count == 1 && uses_arrays(w) && !needs_cast(w, where[0])) {
		lode__buf_puts(w->sql, " = ANY(");
		lode__put_placeholder(w->sql, w->dialect, 1);
		lode__buf_putc(w->sql, ')');
		return;
	}
	lode__buf_puts(w->sql, count > 1 ? ") IN (SELECT " : " IN (SELECT ");
	for (size_t i = 0; i < count; i++) {
		lode__buf_puts(w->sql, i ? ", " : "");
		put_parameter(w, where[i], "");
	}
	lode__buf_puts(w->sql, " FROM ");
	put_rows(w, count, false);
	lode__buf_putc(w->sql, ')');
}

lode_status lode__render_delete(lode__buf *sql, const lode__dialect *dialect,
                                const lode_table *table, const lode_table_column *const *where,
                                size_t where_count, bool rowset, lode_error *error)
{
	lode__writer w;
	lode_status status = begin(&w, sql, dialect, table, rowset, error);
	bool composite = where_count > 1;
	size_t i;

	if (status < 0)
		return status;
	if (!where_count)
		return lode__error_set(error, LODE_E_MISUSE, "a DELETE of table %s finds nothing",
		                       table->name);
	if (rowset && composite && !(dialect->traits.flags & LODE_DF_ROW_IN))
		return lode__error_set(error, LODE_E_UNSUPPORTED, "table %s: %s cannot compare rows",
		                       table->name, dialect->name);
	lode__buf_puts(sql, "DELETE FROM ");
	lode__quote_table(sql, dialect, table);
	lode__buf_puts(sql, rowset && composite ? " WHERE (" : " WHERE ");
	for (i = 0; i < where_count; i++) {
		lode__buf_puts(sql, !i ? "" : rowset ? ", " : " AND ");
		lode__quote_column(sql, dialect, where[i]);
		if (rowset)
			continue;
		lode__buf_puts(sql, " = ");
		put_parameter(&w, where[i], "");
	}
	if (rowset)
		put_among(&w, where, where_count);
	return finish(&w, table);
}
