/* SPDX-License-Identifier: MIT */
/* lode/query.h - expressions and statements: what is asked of a database, before any session.
 *
 * Builders never fail visibly and never return NULL.  A failure (out of memory, a comparison with
 * NULL, a clause that a statement cannot have) is remembered in the node or the statement and
 * reported when it is run or compiled.  NULL given as a statement gives NULL back, so that code may
 * be written straight through.
 *
 * Ownership: an expression is counted.  Whatever it is placed in holds it; it may stand in many
 * places; lode_expr_free drops one that was never placed.  A statement is spent by the call that
 * runs or compiles it, unless lode_statement_keep made it the caller's.  A statement given to
 * lode_exists, lode_subquery, lode_in_select or lode_insert_select belongs to the result; a kept one
 * is borrowed and must outlive it.
 *
 * Thread: an expression or statement, and whatever shares nodes with it, one thread at a time. */
#ifndef LODE_QUERY_H
#define LODE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lode/error.h>
#include <lode/types.h>
#include <lode/class.h>

#ifdef __cplusplus
extern "C" {
#endif

/* lode_expr is declared by <lode/schema.h> */
typedef struct lode_statement lode_statement;

/* a relationship of a class; made by LODE_REL */
typedef struct { const lode_class *owner; size_t offset; } lode_rel;

typedef enum lode_op {
	LODE_OP_EQ = 1, LODE_OP_NE, LODE_OP_LT, LODE_OP_LE, LODE_OP_GT, LODE_OP_GE,
	LODE_OP_LIKE, LODE_OP_NOT_LIKE
} lode_op;

typedef enum lode_aggregate_kind {
	LODE_AGGREGATE_COUNT = 1, LODE_AGGREGATE_SUM, LODE_AGGREGATE_MIN, LODE_AGGREGATE_MAX,
	LODE_AGGREGATE_AVG
} lode_aggregate_kind;

/* The function behind LODE_REL. */
static inline lode_rel lode_rel_of(const lode_class *owner, size_t offset)
{
	lode_rel rel = { owner, offset };
	return rel;
}

/* The function behind LODE_PARAM. */
static inline lode_param lode_param_of(size_t offset, size_t size, lode_ctype ctype)
{
	lode_param param = { offset, size, ctype };
	return param;
}

/* ------------------------------------------------------------------ expressions */

/**
 * The column of a mapped member.
 * @param owner   the class; mixin and base members by their offset in the whole struct
 * @param offset  offset of the member
 * @return the expression, never NULL; failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_expr *lode_column(const lode_class *owner, size_t offset);
/**
 * The same of another row of the class: `alias` 1, 2... name further appearances of it in one
 * statement (see lode_join_as, lode_from_as), 0 is the plain one.
 * @return the expression, never NULL; failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_expr *lode_column_as(const lode_class *owner, uint32_t alias, size_t offset);
/**
 * The column whose member is called `name`: for names that come from a user.
 * @param name     "name", of a mixin "stamps.created_at"
 * @param allowed  the members that may be named, "name, age"; NULL: every column of the class
 * @return a name that is not allowed is LODE_E_MISUSE when the expression is run
 * @since 0.1
 */
LODE_API lode_expr *lode_column_by_name(const lode_class *owner, const char *name,
                                        const char *allowed);
/** The column of a table that no class maps, or by its table. @since 0.1 */
LODE_API lode_expr *lode_column_of(const lode_table_column *column);
/** A constant; it is sent as a parameter, typed by what it is compared with. Copied. @since 0.1 */
LODE_API lode_expr *lode_constant(lode_value value);
/**
 * Compare with a constant or a parameter; the value is typed by the expression and copied.
 * @param value  SQL NULL is LODE_E_MISUSE when run: say lode_is_null
 * @return the condition, never NULL; failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_expr *lode_compare(lode_op op, lode_expr *expr, lode_value value);
/** a = b @since 0.1 */
LODE_API lode_expr *lode_eq(lode_expr *a, lode_expr *b);
/** a <> b @since 0.1 */
LODE_API lode_expr *lode_ne(lode_expr *a, lode_expr *b);
/** a < b @since 0.1 */
LODE_API lode_expr *lode_lt(lode_expr *a, lode_expr *b);
/** a <= b @since 0.1 */
LODE_API lode_expr *lode_le(lode_expr *a, lode_expr *b);
/** a > b @since 0.1 */
LODE_API lode_expr *lode_gt(lode_expr *a, lode_expr *b);
/** a >= b @since 0.1 */
LODE_API lode_expr *lode_ge(lode_expr *a, lode_expr *b);
/** a LIKE b @since 0.1 */
LODE_API lode_expr *lode_like(lode_expr *a, lode_expr *b);
/** expr contains `text`, whose % and _ stand for themselves. @since 0.1 */
LODE_API lode_expr *lode_has_text(lode_expr *expr, const char *text);
/** expr starts with `text`, whose % and _ stand for themselves. @since 0.1 */
LODE_API lode_expr *lode_starts_with(lode_expr *expr, const char *text);
/** expr ends with `text`, whose % and _ stand for themselves. @since 0.1 */
LODE_API lode_expr *lode_ends_with(lode_expr *expr, const char *text);
/** low <= expr AND expr <= high @since 0.1 */
LODE_API lode_expr *lode_between(lode_expr *expr, lode_value low, lode_value high);
/** expr IS NULL @since 0.1 */
LODE_API lode_expr *lode_is_null(lode_expr *expr);
/** expr IS NOT NULL @since 0.1 */
LODE_API lode_expr *lode_is_not_null(lode_expr *expr);
/**
 * Is the value one of a list?  An empty list is false for every row, NULL included.
 * @param ctype   type of the elements
 * @param array   copied, texts too; a NULL element is LODE_E_MISUSE when run
 * @param stride  bytes from element to element; for LODE_C_CHARS also the size
 * @return the condition, never NULL; failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_expr *lode_in(lode_expr *expr, lode_ctype ctype, const void *array, size_t count,
                            size_t stride);
/** The opposite of lode_in; an empty list is true for every row. @since 0.1 */
LODE_API lode_expr *lode_not_in(lode_expr *expr, lode_ctype ctype, const void *array, size_t count,
                                size_t stride);
/** An expression, and the member of a row that it is compared with; made by LODE_MATCH. */
typedef struct { lode_expr *expr; lode_param member; } lode_match;
/**
 * Is the row of some expressions one of a list of rows?  An empty list is false for every row.
 * @param matches   what is compared with which member of the rows
 * @param rows      `count` structs of `row_size` bytes; copied, texts too; a NULL member is
 *                  LODE_E_MISUSE when run
 * @return the condition, never NULL; failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_expr *lode_in_rows(const lode_match *matches, size_t match_count, const void *rows,
                                 size_t count, size_t row_size);
/** The opposite of lode_in_rows; an empty list is true for every row. @since 0.1 */
LODE_API lode_expr *lode_not_in_rows(const lode_match *matches, size_t match_count,
                                     const void *rows, size_t count, size_t row_size);
/**
 * A row of expressions, on the left side of lode_in_select with a select of as many columns.
 * @return the expression, never NULL; failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_expr *lode_row(lode_expr *const *exprs, size_t count);
/** Both; NULL for one gives the other, NULL for both gives "none yet", which is NULL. @since 0.1 */
LODE_API lode_expr *lode_and(lode_expr *a, lode_expr *b);
/** Either; NULL for one gives the other, NULL for both gives "none yet", which is NULL. @since 0.1 */
LODE_API lode_expr *lode_or(lode_expr *a, lode_expr *b);
/** Not; comparisons are turned round. @since 0.1 */
LODE_API lode_expr *lode_not(lode_expr *expr);
/** a + b @since 0.1 */
LODE_API lode_expr *lode_plus(lode_expr *a, lode_expr *b);
/** a - b @since 0.1 */
LODE_API lode_expr *lode_minus(lode_expr *a, lode_expr *b);
/** a * b @since 0.1 */
LODE_API lode_expr *lode_times(lode_expr *a, lode_expr *b);
/** a / b, as the backend divides: integers may be cut. @since 0.1 */
LODE_API lode_expr *lode_divide(lode_expr *a, lode_expr *b);
/** Texts one after the other. @since 0.1 */
LODE_API lode_expr *lode_concat(lode_expr *a, lode_expr *b);
/** -expr @since 0.1 */
LODE_API lode_expr *lode_negate(lode_expr *expr);
/**
 * A function by name, such as lower or coalesce.
 * @param name  letters, digits, underscores, and points between schema and name; copied
 * @return the expression, never NULL; failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_expr *lode_function(const char *name, lode_expr *const *arguments, size_t count);
/** The database's time at the start of the transaction or statement. @since 0.1 */
LODE_API lode_expr *lode_now(void);
/** count(expr): values that are not NULL; NULL: count(*), rows. @since 0.1 */
LODE_API lode_expr *lode_count(lode_expr *expr);
/** count(DISTINCT expr) @since 0.1 */
LODE_API lode_expr *lode_count_distinct(lode_expr *expr);
/** sum(expr) @since 0.1 */
LODE_API lode_expr *lode_sum(lode_expr *expr);
/** min(expr) @since 0.1 */
LODE_API lode_expr *lode_min(lode_expr *expr);
/** max(expr) @since 0.1 */
LODE_API lode_expr *lode_max(lode_expr *expr);
/** avg(expr) @since 0.1 */
LODE_API lode_expr *lode_avg(lode_expr *expr);
/** Any aggregate, over all values or over distinct ones. @since 0.1 */
LODE_API lode_expr *lode_aggregate(lode_aggregate_kind kind, bool distinct, lode_expr *expr);
/**
 * SQL text as an expression or, in lode_text_statement, as a statement.  Copied, sent as it is but
 * for `:name`, which stands for the value lode_text_bind gives; `\:` is a colon.  Nothing is
 * recognised inside quotes, comments or `::`.  Never put a user's input into it; LODE_TEXT takes
 * only literals.
 * @return the expression, never NULL; failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_expr *lode_text_unsafe(const char *sql);
/** Give the value of `:name` in a text. @return use it instead of `text` @since 0.1 */
LODE_API lode_expr *lode_text_bind(lode_expr *text, const char *name, lode_value value);
/** EXISTS (select): columns of classes of the enclosing statement refer to its rows. @since 0.1 */
LODE_API lode_expr *lode_exists(lode_statement *select);
/** The one value that a select of one column gives, NULL without a row. @since 0.1 */
LODE_API lode_expr *lode_subquery(lode_statement *select);
/** expr IN (select of one column), or of as many as a lode_row has @since 0.1 */
LODE_API lode_expr *lode_in_select(lode_expr *expr, lode_statement *select);
/** Ascending, for lode_order_by. @since 0.1 */
LODE_API lode_expr *lode_asc(lode_expr *expr);
/** Descending, for lode_order_by. @since 0.1 */
LODE_API lode_expr *lode_desc(lode_expr *expr);
/** NULL before everything else, for lode_order_by around asc or desc. @since 0.1 */
LODE_API lode_expr *lode_nulls_first(lode_expr *expr);
/** NULL behind everything else, for lode_order_by around asc or desc. @since 0.1 */
LODE_API lode_expr *lode_nulls_last(lode_expr *expr);
/** Drop an expression that was never placed anywhere; NULL and placed ones are left. @since 0.1 */
LODE_API void lode_expr_free(lode_expr *expr);

/* ------------------------------------------------------------------ statements */

/** SELECT the objects of a class. @since 0.1 */
LODE_API lode_statement *lode_select(const lode_class *owner);
/** SELECT into structs of one's own, one lode_field a column. @since 0.1 */
LODE_API lode_statement *lode_select_rows(size_t row_size);
/** SELECT of one expression: for subqueries and for reading one value. @since 0.1 */
LODE_API lode_statement *lode_select_value(lode_expr *expr);
/** UPDATE a class's table; needs lode_where or lode_all_rows. @since 0.1 */
LODE_API lode_statement *lode_update(const lode_class *owner);
/** DELETE from a class's table; needs lode_where or lode_all_rows. @since 0.1 */
LODE_API lode_statement *lode_delete_from(const lode_class *owner);
/** INSERT into a class's table, past the unit of work; nothing assigned: all defaults. @since 0.1 */
LODE_API lode_statement *lode_insert_into(const lode_class *owner);
/** UPDATE a table that no class maps. @since 0.1 */
LODE_API lode_statement *lode_update_table(const lode_table *table);
/** DELETE from a table that no class maps. @since 0.1 */
LODE_API lode_statement *lode_delete_from_table(const lode_table *table);
/** INSERT into a table that no class maps. @since 0.1 */
LODE_API lode_statement *lode_insert_into_table(const lode_table *table);
/**
 * A whole statement as text, with the binds of the text.
 * @param text    made by LODE_TEXT or lode_text_unsafe
 * @param entity  its columns are the class's, in the order of its mapping; NULL: rows, one
 *                lode_field with a NULL expression a column, in their order, or none at all
 * @return the statement, never NULL; failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_statement *lode_text_statement(lode_expr *text, const lode_class *entity);
/**
 * One more column of the result, stored in a member of the row.  In UPDATE, DELETE and INSERT it is
 * a column of RETURNING.
 * @param row_size  the same in every call
 * @param expr      NULL only in a text statement
 * @return the statement, never NULL (NULL for NULL); failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_statement *lode_field(lode_statement *statement, size_t row_size, lode_param member,
                                    lode_expr *expr);
/** SET column = value in UPDATE, the value of a column in INSERT. @since 0.1 */
LODE_API lode_statement *lode_assign(lode_statement *statement, lode_expr *column,
                                     lode_expr *value);
/** Begin the next row of an INSERT; every row assigns the same columns. @since 0.1 */
LODE_API lode_statement *lode_next_row(lode_statement *insert);
/** Name the next column of INSERT ... SELECT. @since 0.1 */
LODE_API lode_statement *lode_into(lode_statement *insert, lode_expr *column);
/** The rows of an INSERT come from a select of as many columns as lode_into named. @since 0.1 */
LODE_API lode_statement *lode_insert_select(lode_statement *insert, lode_statement *select);
/** A condition; several are joined by AND; NULL is LODE_E_MISUSE when run. @since 0.1 */
LODE_API lode_statement *lode_where(lode_statement *statement, lode_expr *condition);
/** JOIN along a relationship. @since 0.1 */
LODE_API lode_statement *lode_join(lode_statement *statement, lode_rel rel);
/** LEFT OUTER JOIN along a relationship. @since 0.1 */
LODE_API lode_statement *lode_outer_join(lode_statement *statement, lode_rel rel);
/**
 * JOIN along a relationship from one appearance of its class to another of its target.
 * @param from   alias of the relationship's class, 0 the plain one
 * @param alias  names the target: lode_column_as reads it
 * @return the statement, never NULL (NULL for NULL); failures are reported when it is run
 * @since 0.1
 */
LODE_API lode_statement *lode_join_as(lode_statement *statement, lode_rel rel, uint32_t from,
                                      uint32_t alias, bool outer);
/** JOIN a class on a condition. @since 0.1 */
LODE_API lode_statement *lode_join_on(lode_statement *statement, const lode_class *target,
                                      lode_expr *on);
/** LEFT OUTER JOIN a class on a condition. @since 0.1 */
LODE_API lode_statement *lode_outer_join_on(lode_statement *statement, const lode_class *target,
                                            lode_expr *on);
/** FULL OUTER JOIN along a relationship; LODE_E_UNSUPPORTED when run where there is none. @since 0.1 */
LODE_API lode_statement *lode_full_join(lode_statement *statement, lode_rel rel);
/** FULL OUTER JOIN a class on a condition; LODE_E_UNSUPPORTED where there is none. @since 0.1 */
LODE_API lode_statement *lode_full_join_on(lode_statement *statement, const lode_class *target,
                                           lode_expr *on);
/** One more class in FROM, joined by nothing but the conditions. @since 0.1 */
LODE_API lode_statement *lode_from(lode_statement *statement, const lode_class *owner);
/** The same for an alias of the class, 1, 2... @since 0.1 */
LODE_API lode_statement *lode_from_as(lode_statement *statement, const lode_class *owner,
                                      uint32_t alias);
/** GROUP BY; repeated calls append. @since 0.1 */
LODE_API lode_statement *lode_group_by(lode_statement *statement, lode_expr *expr);
/** HAVING; several are joined by AND. @since 0.1 */
LODE_API lode_statement *lode_having(lode_statement *statement, lode_expr *condition);
/** ORDER BY; repeated calls append, NULL takes all of them back. @since 0.1 */
LODE_API lode_statement *lode_order_by(lode_statement *statement, lode_expr *expr);
/** At most so many rows; negative is LODE_E_MISUSE when run. @since 0.1 */
LODE_API lode_statement *lode_limit(lode_statement *statement, int64_t count);
/** Leave out so many rows; negative is LODE_E_MISUSE when run. @since 0.1 */
LODE_API lode_statement *lode_offset(lode_statement *statement, int64_t count);
/**
 * At most so many rows: by LODE_VALUE of a LODE_PARAM, or by an expression without columns.
 * @return the statement, never NULL (NULL for NULL); an expression that is no value is
 *         LODE_E_UNSUPPORTED when run where the backend takes only values
 * @since 0.1
 */
LODE_API lode_statement *lode_limit_expr(lode_statement *statement, lode_expr *count);
/** Leave out so many rows; see lode_limit_expr. @since 0.1 */
LODE_API lode_statement *lode_offset_expr(lode_statement *statement, lode_expr *count);
/**
 * The limit does not part rows that are equal in the order: all of them come.
 * @return the statement, never NULL (NULL for NULL); when run, LODE_E_UNSUPPORTED where the backend
 *         has no such limit, LODE_E_MISUSE without a limit or an order
 * @since 0.1
 */
LODE_API lode_statement *lode_limit_ties(lode_statement *statement);
/** The limit is a percentage of the rows; LODE_E_UNSUPPORTED where there is none such. @since 0.1 */
LODE_API lode_statement *lode_limit_percent(lode_statement *statement);
/** SELECT DISTINCT. @since 0.1 */
LODE_API lode_statement *lode_distinct(lode_statement *statement);
/** This UPDATE or DELETE is meant for every row. @since 0.1 */
LODE_API lode_statement *lode_all_rows(lode_statement *statement);
/** Running or compiling the statement leaves it the caller's. @since 0.1 */
LODE_API lode_statement *lode_statement_keep(lode_statement *statement);
/** Free a kept statement, or one that was never run; NULL is legal. @since 0.1 */
LODE_API void lode_statement_free(lode_statement *statement);

#ifdef __cplusplus
}
#endif

/* ------------------------------------------------------------------ macros */

#define LODE_COL(T, m) lode_column(&T##_class, offsetof(T, m))
#define LODE_COL_AS(T, alias, m) lode_column_as(&T##_class, (alias), offsetof(T, m))
#define LODE_REL(T, m) lode_rel_of(&T##_class, offsetof(T, m))
#define LODE_PARAM(T, m) lode_param_of(offsetof(T, m), LODE_SIZE_(T, m), LODE_CTYPE_(T, m))
#define LODE_VALUE(v) lode_constant(LODE_V_(v))

#define LODE_EQ(T, m, v) lode_compare(LODE_OP_EQ, LODE_COL(T, m), LODE_VALUE_FOR_(T, m, v))
#define LODE_NE(T, m, v) lode_compare(LODE_OP_NE, LODE_COL(T, m), LODE_VALUE_FOR_(T, m, v))
#define LODE_LT(T, m, v) lode_compare(LODE_OP_LT, LODE_COL(T, m), LODE_VALUE_FOR_(T, m, v))
#define LODE_LE(T, m, v) lode_compare(LODE_OP_LE, LODE_COL(T, m), LODE_VALUE_FOR_(T, m, v))
#define LODE_GT(T, m, v) lode_compare(LODE_OP_GT, LODE_COL(T, m), LODE_VALUE_FOR_(T, m, v))
#define LODE_GE(T, m, v) lode_compare(LODE_OP_GE, LODE_COL(T, m), LODE_VALUE_FOR_(T, m, v))
#define LODE_LIKE(T, m, v) lode_compare(LODE_OP_LIKE, LODE_COL(T, m), LODE_VALUE_FOR_(T, m, v))
#define LODE_BETWEEN(T, m, low, high) \
	lode_between(LODE_COL(T, m), LODE_VALUE_FOR_(T, m, low), LODE_VALUE_FOR_(T, m, high))
#define LODE_IS_NULL(T, m) lode_is_null(LODE_COL(T, m))
#define LODE_IS_NOT_NULL(T, m) lode_is_not_null(LODE_COL(T, m))
#define LODE_IN_ARRAY(T, m, array, count) \
	lode_in(LODE_COL(T, m), LODE_CTYPE_(T, m), LODE_ARRAY_FOR_(T, m, array), (count), \
	        LODE_SIZE_(T, m))
#define LODE_NOT_IN_ARRAY(T, m, array, count) \
	lode_not_in(LODE_COL(T, m), LODE_CTYPE_(T, m), LODE_ARRAY_FOR_(T, m, array), (count), \
	            LODE_SIZE_(T, m))

/* LODE_IN_ROWS(Pair, pairs, count, LODE_MATCH(User, id, Pair, a), LODE_MATCH(User, name, Pair, b));
 * LODE_ROW(LODE_COL(User, id), LODE_COL(User, name)) for lode_in_select */

#define LODE_ASC(T, m) lode_asc(LODE_COL(T, m))
#define LODE_DESC(T, m) lode_desc(LODE_COL(T, m))
#define LODE_TEXT(literal) lode_text_unsafe("" literal "")
#define LODE_TEXT_BIND(text, name, v) lode_text_bind((text), "" name "", LODE_V_(v))

#define LODE_SELECT(T) lode_select(&T##_class)
#define LODE_SELECT_ROWS(Row) lode_select_rows(sizeof(Row))
#define LODE_FIELD(q, Row, m, expr) lode_field((q), sizeof(Row), LODE_PARAM(Row, m), (expr))
#define LODE_TEXT_FIELD(q, Row, m) lode_field((q), sizeof(Row), LODE_PARAM(Row, m), NULL)
#define LODE_UPDATE(T) lode_update(&T##_class)
#define LODE_DELETE_FROM(T) lode_delete_from(&T##_class)
#define LODE_INSERT_INTO(T) lode_insert_into(&T##_class)
#define LODE_INTO(q, T, m) lode_into((q), LODE_COL(T, m))
#define LODE_ASSIGN(q, T, m, v) \
	lode_assign((q), LODE_COL(T, m), lode_constant(LODE_VALUE_FOR_(T, m, v)))

/* ---- what C and C++ do differently ---- */
#ifdef __cplusplus
#if __cplusplus >= 202002L
template <class M>
inline lode_expr *lode_in_(lode_expr *column, lode_ctype ctype, std::initializer_list<M> list)
{
	return lode_in(column, ctype, list.begin(), list.size(), sizeof(M));
}
template <class M>
inline lode_expr *lode_not_in_(lode_expr *column, lode_ctype ctype, std::initializer_list<M> list)
{
	return lode_not_in(column, ctype, list.begin(), list.size(), sizeof(M));
}
inline lode_expr *lode_function_(const char *name, std::initializer_list<lode_expr *> arguments)
{
	return lode_function(name, arguments.begin(), arguments.size());
}
#define LODE_ARRAY_FOR_(T, m, array) static_cast<const decltype(T::m) *>(array)
#define LODE_IN(T, m, ...) lode_in_<decltype(T::m)>(LODE_COL(T, m), LODE_CTYPE_(T, m), { __VA_ARGS__ })
#define LODE_NOT_IN(T, m, ...) \
	lode_not_in_<decltype(T::m)>(LODE_COL(T, m), LODE_CTYPE_(T, m), { __VA_ARGS__ })
#define LODE_FUNCTION(name, ...) lode_function_("" name "", { __VA_ARGS__ })
template <class M, class R>
	requires((lode_takes_<M>() & lode_kind_<R>()) != 0)
inline lode_match lode_match_(lode_expr *expr, lode_param member)
{
	return { expr, member };
}
template <class R>
inline lode_expr *lode_in_rows_(const R *rows, size_t count, std::initializer_list<lode_match> matches)
{
	return lode_in_rows(matches.begin(), matches.size(), rows, count, sizeof(R));
}
template <class R>
inline lode_expr *lode_not_in_rows_(const R *rows, size_t count,
                                    std::initializer_list<lode_match> matches)
{
	return lode_not_in_rows(matches.begin(), matches.size(), rows, count, sizeof(R));
}
inline lode_expr *lode_row_(std::initializer_list<lode_expr *> exprs)
{
	return lode_row(exprs.begin(), exprs.size());
}
#define LODE_MATCH(T, m, Row, r) \
	lode_match_<decltype(T::m), decltype(Row::r)>(LODE_COL(T, m), LODE_PARAM(Row, r))
#define LODE_IN_ROWS(Row, rows, count, ...) lode_in_rows_<Row>((rows), (count), { __VA_ARGS__ })
#define LODE_NOT_IN_ROWS(Row, rows, count, ...) \
	lode_not_in_rows_<Row>((rows), (count), { __VA_ARGS__ })
#define LODE_ROW(...) lode_row_({ __VA_ARGS__ })
#endif
#else
#define LODE_ARRAY_FOR_(T, m, array) LODE_CHECKED_(const LODE_TYPEOF_(((T *)0)->m) *, array)
#define LODE_LIST_OF_(T, m, ...) ((const LODE_TYPEOF_(((T *)0)->m)[]){ __VA_ARGS__ })
#define LODE_FIRST_OF_(a, ...) a
#define LODE_IN(T, m, ...) \
	(LODE_FITS_(((T *)0)->m, LODE_FIRST_OF_(__VA_ARGS__, )), \
	 LODE_IN_ARRAY(T, m, LODE_LIST_OF_(T, m, __VA_ARGS__), \
	               sizeof(LODE_LIST_OF_(T, m, __VA_ARGS__)) / LODE_SIZE_(T, m)))
#define LODE_NOT_IN(T, m, ...) \
	(LODE_FITS_(((T *)0)->m, LODE_FIRST_OF_(__VA_ARGS__, )), \
	 LODE_NOT_IN_ARRAY(T, m, LODE_LIST_OF_(T, m, __VA_ARGS__), \
	                   sizeof(LODE_LIST_OF_(T, m, __VA_ARGS__)) / LODE_SIZE_(T, m)))
#define LODE_MATCH(T, m, Row, r) \
	(LODE_FITS_(((T *)0)->m, ((Row *)0)->r), (lode_match){ LODE_COL(T, m), LODE_PARAM(Row, r) })
#define LODE_MATCHES_(...) \
	(const lode_match[]){ __VA_ARGS__ }, sizeof((const lode_match[]){ __VA_ARGS__ }) / sizeof(lode_match)
#define LODE_IN_ROWS(Row, rows, count, ...) \
	lode_in_rows(LODE_MATCHES_(__VA_ARGS__), LODE_CHECKED_(const Row *, rows), (count), sizeof(Row))
#define LODE_NOT_IN_ROWS(Row, rows, count, ...) \
	lode_not_in_rows(LODE_MATCHES_(__VA_ARGS__), LODE_CHECKED_(const Row *, rows), (count), \
	                 sizeof(Row))
#define LODE_ROW(...) \
	lode_row((lode_expr *const[]){ __VA_ARGS__ }, \
	         sizeof((lode_expr *const[]){ __VA_ARGS__ }) / sizeof(lode_expr *))
#define LODE_FUNCTION(name, ...) \
	lode_function("" name "", (lode_expr *const[]){ __VA_ARGS__ }, \
	              sizeof((lode_expr *const[]){ __VA_ARGS__ }) / sizeof(lode_expr *))
#endif

#endif
