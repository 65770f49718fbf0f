/* SPDX-License-Identifier: MIT */
/* engine/parameter.c - which representation a value has, and where in it the payload lies. */
#include "engine/parameter.h"

#include "types/ctype.h"

const unsigned char lode__null_flag[1] = { 1 };

static const struct {
	int32_t repr, sql_type;
} shapes[] = {
	[LODE_VALUE_NULL] = { LODE_R_I64, LODE_T_UNKNOWN },
	[LODE_VALUE_BOOL] = { LODE_R_I64, LODE_T_BOOL },
	[LODE_VALUE_INT] = { LODE_R_I64, LODE_T_INT64 },
	[LODE_VALUE_UINT] = { LODE_R_U64, LODE_T_UINT64 },
	[LODE_VALUE_DOUBLE] = { LODE_R_F64, LODE_T_FLOAT64 },
	[LODE_VALUE_TEXT] = { LODE_R_CSTR, LODE_T_TEXT },
	[LODE_VALUE_BYTES] = { LODE_R_BLOB, LODE_T_BLOB },
	[LODE_VALUE_DATE] = { LODE_R_DATE32, LODE_T_DATE },
	[LODE_VALUE_TIME] = { LODE_R_TIME64, LODE_T_TIME },
	[LODE_VALUE_DATETIME] = { LODE_R_TS64, LODE_T_TIMESTAMP },
	[LODE_VALUE_INTERVAL] = { LODE_R_INTERVAL, LODE_T_INTERVAL },
	[LODE_VALUE_DECIMAL] = { LODE_R_DECIMAL, LODE_T_DECIMAL },
	[LODE_VALUE_UUID] = { LODE_R_UUID, LODE_T_UUID },
	[LODE_VALUE_JSON] = { LODE_R_CSTR, LODE_T_JSON },
};

_Static_assert(sizeof(lode_bytes) == sizeof(lode_span), "bytes are handed over as a span");
_Static_assert(sizeof(lode_decimal) == sizeof(lode_drv_decimal), "decimals are handed over as is");
_Static_assert(sizeof(lode_interval) == sizeof(lode_drv_interval), "intervals too");

void lode__value_bind(lode_drv_bind *out, const lode_value *values, size_t index, int32_t sql_type)
{
	uint32_t kind = values[index].kind;
	bool known = kind < sizeof shapes / sizeof *shapes;

	*out = (lode_drv_bind){ .null_bit = -1 };
	out->repr = known ? shapes[kind].repr : LODE_R_SKIP;
	out->sql_type = sql_type != LODE_T_UNKNOWN || !known ? sql_type : shapes[kind].sql_type;
	out->off = index * sizeof(lode_value) + offsetof(lode_value, as);
	out->scale = kind == LODE_VALUE_DECIMAL ? -1 : 0;
	if (kind == LODE_VALUE_NULL)
		out->null_base = 1;
	else
		out->flags = LODE_BIND_NOT_NULL;
}

void lode__list_array(lode_drv_array *out, const lode__elements *list, int32_t sql_type)
{
	const struct lode__ctype_info *info = lode__ctype_info(list->ctype);

	*out = (lode_drv_array){ .struct_size = (uint32_t)sizeof *out };
	out->repr = info ? info->repr : LODE_R_SKIP;
	out->sql_type = sql_type != LODE_T_UNKNOWN || !info ? sql_type : info->sql_type;
	out->size = out->repr == LODE_R_CHARN || out->repr == LODE_R_BYTESN ? (uint32_t)list->stride
	                                                                    : 0;
	out->data = list->data;
	out->count = list->count;
	out->stride = list->stride;
}
