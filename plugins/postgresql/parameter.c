/* SPDX-License-Identifier: MIT */
/* postgresql/parameter.c - see parameter.h. */
#include "parameter.h"

#include "host.h"

#define LPG_DIRECT SIZE_MAX

static lode_status reserve(lpg_parameters *p, uint32_t n)
{
	size_t size = sizeof(Oid) + sizeof(char *) + 2 * sizeof(int) + sizeof(size_t);
	char *block;

	if (n <= p->capacity)
		return LODE_OK;
	block = lpg_host->alloc(n * size);
	if (block == NULL)
		return LODE_E_NOMEM;
	lpg_host->release(p->values);
	p->values = (const char **)(void *)block;
	p->offsets = (size_t *)(void *)(p->values + n);
	p->lengths = (int *)(void *)(p->offsets + n);
	p->formats = p->lengths + n;
	p->types = (Oid *)(void *)(p->formats + n);
	p->capacity = n;
	return LODE_OK;
}

void lpg_parameters_dispose(lpg_parameters *p)
{
	lpg_host->release(p->values);
	lpg_buffer_dispose(&p->bytes);
	memset(p, 0, sizeof *p);
}

/* ---- one value */

static void set_direct(lpg_parameters *p, uint32_t i, const char *value, size_t n)
{
	p->values[i] = value;
	p->lengths[i] = (int)n;
	p->formats[i] = 1;
	p->offsets[i] = LPG_DIRECT;
}

static void set_written(lpg_parameters *p, uint32_t i, size_t start, int binary)
{
	p->offsets[i] = start;
	p->lengths[i] = (int)(p->bytes.n - start);
	p->formats[i] = binary;
}

/* text of a type that only the server knows: libpq looks for its NUL */
static lode_status set_untyped(lpg_parameters *p, uint32_t i, const lpg_value *v, const char **why)
{
	size_t start = p->bytes.n;
	lode_status status;

	if (v->kind == LPG_BYTES) {
		set_direct(p, i, v->as.s.p, v->as.s.n);
		return LODE_OK;
	}
	status = lpg_value_text(&p->bytes, v, why);
	if (status != LODE_OK)
		return status;
	if (p->bytes.n > start && memchr(p->bytes.p + start, '\0', p->bytes.n - start) != NULL) {
		*why = "text with a NUL inside";
		return LODE_E_DATA;
	}
	set_written(p, i, start, 0);
	lpg_buffer_put(&p->bytes, "", 1);
	return p->bytes.failed ? LODE_E_NOMEM : LODE_OK;
}

static lode_status set_value(lpg_parameters *p, uint32_t i, const lode_drv_bind *b,
			     const lpg_value *v, const char **why)
{
	const lpg_type *type = lpg_type_for(b->sql_type, b->repr);
	size_t start = p->bytes.n;
	lode_status status;

	p->types[i] = type->oid;
	if (v->kind == LPG_NULL) {
		set_direct(p, i, NULL, 0);
		return LODE_OK;
	}
	if ((v->kind == LPG_TEXT || v->kind == LPG_BYTES) && v->as.s.n > INT32_MAX) {
		*why = "more than 2 GiB";
		return LODE_E_LIMIT;
	}
	if (type->oid == 0)
		return set_untyped(p, i, v, why);
	if (v->kind == LPG_TEXT && type->form == LPG_FORM_TEXT) {
		set_direct(p, i, v->as.s.p, v->as.s.n);
		return LODE_OK;
	}
	status = lpg_value_encode(&p->bytes, v, type, why);
	if (status == LODE_OK)
		set_written(p, i, start, 1);
	return status;
}

/* ---- arrays */

/* the values most columns have, without going through lpg_value; 0: not one of them */
static inline int put_usual(lpg_buffer *out, const lode_drv_bind *b, enum lpg_form form,
			    const void *cell)
{
	const char *text;
	uint64_t wide;
	uint32_t narrow;
	size_t n;
	char *at;

	if (b->repr == LODE_R_CSTR && form == LPG_FORM_TEXT) {
		memcpy(&text, cell, sizeof text);
		if (text == NULL)
			return 0;
		n = strlen(text);
		if (n > INT32_MAX)
			return 0;
		at = lpg_buffer_need(out, n + 4);
		if (at == NULL)
			return 1;
		lpg_store32(at, (uint32_t)n);
		memcpy(at + 4, text, n);
		return 1;
	}
	if ((b->repr == LODE_R_I64 && form == LPG_FORM_INT8) ||
	    (b->repr == LODE_R_F64 && form == LPG_FORM_FLOAT8)) {
		at = lpg_buffer_need(out, 12);
		if (at == NULL)
			return 1;
		memcpy(&wide, cell, sizeof wide);
		lpg_store32(at, 8);
		lpg_store64(at + 4, wide);
		return 1;
	}
	if (b->repr == LODE_R_I32 && form == LPG_FORM_INT4) {
		at = lpg_buffer_need(out, 8);
		if (at == NULL)
			return 1;
		memcpy(&narrow, cell, sizeof narrow);
		lpg_store32(at, 4);
		lpg_store32(at + 4, narrow);
		return 1;
	}
	return 0;
}

/* a length and the bytes, or -1 */
static lode_status put_element(lpg_buffer *out, const lode_drv_bind *b, const lpg_type *type,
			       const lpg_value *v, int *nulls, const char **why)
{
	size_t start = out->n;
	lode_status status;

	lpg_buffer_put32(out, UINT32_MAX);
	if (v->kind == LPG_NULL) {
		*nulls = 1;
		return LODE_OK;
	}
	(void)b;
	status = lpg_value_encode(out, v, type, why);
	if (status == LODE_OK && !out->failed)
		lpg_store32(out->p + start, (uint32_t)(out->n - start - 4));
	return status;
}

/* one dimension, counted from 1; the flag of NULLs is set when it is known */
static size_t open_array(lpg_buffer *out, const lpg_type *type, size_t n)
{
	size_t start = out->n;

	lpg_buffer_put32(out, n > 0);
	lpg_buffer_put32(out, 0);
	lpg_buffer_put32(out, type->oid != 0 ? type->oid : 25);
	if (n > 0) {
		lpg_buffer_put32(out, (uint32_t)n);
		lpg_buffer_put32(out, 1);
	}
	return start;
}

static lode_status close_array(lpg_parameters *p, uint32_t i, size_t start, int nulls,
			       const char **why)
{
	if (p->bytes.failed)
		return LODE_E_NOMEM;
	if (p->bytes.n - start > INT32_MAX) {
		*why = "an array of more than 2 GiB";
		return LODE_E_LIMIT;
	}
	lpg_store32(p->bytes.p + start + 4, (uint32_t)nulls);
	set_written(p, i, start, 1);
	return LODE_OK;
}

/* a column of rows; *row says where it failed */
static lode_status set_rows(lpg_parameters *p, uint32_t i, const lode_drv_bind *b,
			    const void *const *bases, uint32_t *row, uint32_t end,
			    const char **why)
{
	const lpg_type *type =
		b->sql_type == LODE_T_JSON ? lpg_type_find(114) : lpg_type_for(b->sql_type, b->repr);
	int plain = (b->flags & (LODE_BIND_NOT_NULL | LODE_BIND_NULL_PTR)) != 0, nulls = 0;
	size_t start = open_array(&p->bytes, type, end - *row);
	lode_status status = LODE_OK;
	lpg_value v;

	p->types[i] = type->array;
	for (; status == LODE_OK && *row < end; ++*row) {
		if (plain && b->repr != LODE_R_SKIP &&
		    put_usual(&p->bytes, b, type->form, lode_util_cell(b, bases, *row)))
			continue;
		status = lpg_value_load(&v, b, bases, *row, why);
		if (status == LODE_OK)
			status = put_element(&p->bytes, b, type, &v, &nulls, why);
		if (status != LODE_OK)
			return status;
	}
	return close_array(p, i, start, nulls, why);
}

/* an element of '{...}', always in quotes: none of them is the word NULL */
static void put_quoted(lpg_buffer *out, size_t start)
{
	size_t n = out->n - start, i;
	lpg_buffer copy = { 0 };

	lpg_buffer_put(&copy, out->failed ? "" : out->p + start, out->failed ? 0 : n);
	out->n = start;
	lpg_buffer_puts(out, "\"");
	for (i = 0; i < copy.n; i++) {
		if (copy.p[i] == '"' || copy.p[i] == '\\')
			lpg_buffer_puts(out, "\\");
		lpg_buffer_put(out, copy.p + i, 1);
	}
	lpg_buffer_puts(out, "\"");
	out->failed |= copy.failed;
	lpg_buffer_dispose(&copy);
}

/* a list of values of a type that only the server knows */
static lode_status set_untyped_list(lpg_parameters *p, uint32_t i, const lode_drv_array *list,
				    const lode_drv_bind *element, const char **why)
{
	const char *cell = list->data;
	size_t start = p->bytes.n, k, at;
	lode_status status = LODE_OK;
	lpg_value v;

	p->types[i] = 0;
	lpg_buffer_puts(&p->bytes, "{");
	for (k = 0; status == LODE_OK && k < list->count; k++, cell += list->stride) {
		lpg_buffer_put(&p->bytes, ",", k > 0);
		at = p->bytes.n;
		status = lpg_value_load_cell(&v, element, cell, why);
		if (status == LODE_OK && v.kind == LPG_NULL) {
			lpg_buffer_puts(&p->bytes, "NULL");
			continue;
		}
		if (status == LODE_OK)
			status = lpg_value_text(&p->bytes, &v, why);
		put_quoted(&p->bytes, at);
	}
	lpg_buffer_put(&p->bytes, "}", 1);
	set_written(p, i, start, 0);
	lpg_buffer_put(&p->bytes, "", 1);
	return status == LODE_OK && p->bytes.failed ? LODE_E_NOMEM : status;
}

static lode_status set_list(lpg_parameters *p, uint32_t i, const lode_drv_array *list,
			    const char **why)
{
	lode_drv_bind element = { .repr = list->repr, .sql_type = list->sql_type,
				  .flags = LODE_BIND_NOT_NULL, .size = list->size,
				  .scale = (int32_t)list->size, .null_bit = -1 };
	const lpg_type *type = lpg_type_for(list->sql_type, list->repr);
	const char *cell = list->data;
	lode_status status = LODE_OK;
	size_t start, k;
	lpg_value v;
	int nulls = 0;

	if (type->oid == 0)
		return set_untyped_list(p, i, list, &element, why);
	if (list->count > INT32_MAX) {
		*why = "a list of more than 2147483647 values";
		return LODE_E_LIMIT;
	}
	start = open_array(&p->bytes, type, list->count);
	p->types[i] = type->array;
	for (k = 0; status == LODE_OK && k < list->count; k++, cell += list->stride) {
		if (put_usual(&p->bytes, &element, type->form, cell))
			continue;
		status = lpg_value_load_cell(&v, &element, cell, why);
		if (status == LODE_OK)
			status = put_element(&p->bytes, &element, type, &v, &nulls, why);
	}
	return status == LODE_OK ? close_array(p, i, start, nulls, why) : status;
}

/* ---- all of them */

static lode_status set_one(lpg_parameters *p, uint32_t i, const lode_drv_bind *b,
			   const void *const *bases, uint32_t row, const char **why)
{
	const lode_drv_array *list;
	lode_status status;
	lpg_value v;

	if (b->repr == LODE_R_ARRAY) {
		memcpy(&list, lode_util_cell(b, bases, row), sizeof list);
		return set_list(p, i, list, why);
	}
	status = lpg_value_load(&v, b, bases, row, why);
	return status == LODE_OK ? set_value(p, i, b, &v, why) : status;
}

lode_status lpg_parameters_set(lpg_parameters *p, const lode_exec *x, uint32_t first, uint32_t end,
			       int rowset, lode_err *e)
{
	lode_status status = reserve(p, x->nparams);
	const lode_drv_bind *b;
	const char *why = "";
	uint32_t i, row = first;

	if (status != LODE_OK)
		return lpg_refuse_memory(e);
	p->count = x->nparams;
	p->bytes.n = 0;
	p->bytes.failed = 0;
	for (i = 0; status == LODE_OK && i < x->nparams; i++) {
		b = lode_util_bind_at(x->params, x->bind_size, i);
		row = first;
		if (rowset)
			status = set_rows(p, i, b, x->bases, &row, end, &why);
		else
			status = set_one(p, i, b, x->bases, row, &why);
		if (status == LODE_OK && p->bytes.failed)
			status = LODE_E_NOMEM;
		if (status != LODE_OK)
			return lpg_refuse_value(e, status, (int32_t)row, i, "parameter", why);
	}
	for (i = 0; i < p->count; i++)
		if (p->offsets[i] != LPG_DIRECT)
			p->values[i] = p->bytes.p + p->offsets[i];
	return LODE_OK;
}
