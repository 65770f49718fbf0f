/* SPDX-License-Identifier: MIT */
/* sql/limit.c - how many rows of a SELECT, and from which on.  Declared in render.h.
 *
 * The order of the text differs between products, that of the values does not: LIMIT, OFFSET. */
#include "sql/render.h"

static void refuse(lode__render *render, const char *what)
{
	lode__render_fail(render, LODE_E_UNSUPPORTED, "%s not supported on %s", what,
			  render->dialect->name);
}

/* A number is a parameter; so is a value given as an expression, which every product takes. */
static void put_number(lode__render *render, const lode_expr *expr, uint32_t ordinal)
{
	render->ordinal = ordinal;
	if (!expr) {
		lode__render_value(render, LODE_VALUE_INT, NULL, LODE_T_INT64);
		return;
	}
	if (expr->kind != LODE__EXPR_CONSTANT &&
	    !(render->dialect->traits.flags & LODE_DF_LIMIT_EXPRESSION))
		refuse(render, "LIMIT or OFFSET by an expression that is no value is");
	lode__render_expr(render, expr, LODE__PREC_ATOM, NULL);
}

static void put_limit_offset(lode__render *render, const lode_statement *statement, uint32_t limit,
			     uint32_t offset)
{
	lode__buf_puts(render->sql, " LIMIT ");
	if (statement->has_limit)
		put_number(render, statement->limit_expr, limit);
	else
		lode__buf_put_int(render->sql, INT64_MAX); /* OFFSET needs a LIMIT on some */
	if (!statement->has_offset)
		return;
	lode__buf_puts(render->sql, " OFFSET ");
	put_number(render, statement->offset_expr, offset);
}

static void put_fetch(lode__render *render, const lode_statement *statement, uint32_t limit,
		      uint32_t offset)
{
	lode__buf_puts(render->sql, " OFFSET ");
	if (statement->has_offset)
		put_number(render, statement->offset_expr, offset);
	else
		lode__buf_putc(render->sql, '0');
	lode__buf_puts(render->sql, " ROWS");
	if (!statement->has_limit)
		return;
	lode__buf_puts(render->sql, " FETCH NEXT ");
	put_number(render, statement->limit_expr, limit);
	lode__buf_puts(render->sql, statement->limit_percent ? " PERCENT ROWS" : " ROWS");
	lode__buf_puts(render->sql, statement->limit_ties ? " WITH TIES" : " ONLY");
}

static void check_fetch(lode__render *render, const lode_statement *statement)
{
	uint32_t flags = render->dialect->traits.flags;

	if (!statement->has_limit)
		lode__render_fail(render, LODE_E_MISUSE,
				  "lode_limit_ties and lode_limit_percent want a lode_limit");
	if (statement->limit_ties && !statement->order_by.count)
		lode__render_fail(render, LODE_E_MISUSE,
				  "lode_limit_ties wants an order, which says what is equal: "
				  "lode_order_by");
	if (statement->limit_ties && !(flags & LODE_DF_FETCH_TIES))
		refuse(render, "a LIMIT WITH TIES is");
	if (statement->limit_percent && !(flags & LODE_DF_FETCH_PERCENT))
		refuse(render, "a LIMIT in percent is");
}

void lode__render_limit(lode__render *render, const lode_statement *statement, uint32_t ordinal)
{
	int32_t style = render->dialect->traits.limit_style;
	bool fetch = statement->limit_ties || statement->limit_percent;
	uint32_t offset = ordinal + (uint32_t)lode__limit_value_count(statement);

	if (fetch)
		check_fetch(render, statement);
	if (!statement->has_limit && !statement->has_offset)
		return;
	if (style != 1 && style != 2)
		refuse(render, "LIMIT and OFFSET are");
	else if (style == 2 || fetch)
		put_fetch(render, statement, ordinal, offset);
	else
		put_limit_offset(render, statement, ordinal, offset);
}
