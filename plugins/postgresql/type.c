/* SPDX-License-Identifier: MIT */
/* postgresql/type.c - the OIDs of pg_type.dat, which never change. */
#include "type.h"

#include <stddef.h>

/* sorted by OID; a domain arrives as its base type */
static const lpg_type types[] = {
	{ 16, 1000, LPG_FORM_BOOL, LODE_T_BOOL, LODE_R_BOOL8, "boolean" },
	{ 17, 1001, LPG_FORM_BYTEA, LODE_T_BLOB, LODE_R_BLOB, "bytea" },
	{ 18, 1002, LPG_FORM_TEXT, LODE_T_TEXT, LODE_R_TEXT, "\"char\"" },
	{ 19, 1003, LPG_FORM_TEXT, LODE_T_TEXT, LODE_R_TEXT, "name" },
	{ 20, 1016, LPG_FORM_INT8, LODE_T_INT64, LODE_R_I64, "bigint" },
	{ 21, 1005, LPG_FORM_INT2, LODE_T_INT16, LODE_R_I16, "smallint" },
	{ 23, 1007, LPG_FORM_INT4, LODE_T_INT32, LODE_R_I32, "integer" },
	{ 25, 1009, LPG_FORM_TEXT, LODE_T_TEXT, LODE_R_TEXT, "text" },
	{ 26, 1028, LPG_FORM_OID, LODE_T_INT64, LODE_R_I64, "oid" },
	{ 114, 199, LPG_FORM_TEXT, LODE_T_JSON, LODE_R_TEXT, "json" },
	{ 142, 143, LPG_FORM_TEXT, LODE_T_XML, LODE_R_TEXT, "xml" },
	{ 700, 1021, LPG_FORM_FLOAT4, LODE_T_FLOAT32, LODE_R_F32, "real" },
	{ 701, 1022, LPG_FORM_FLOAT8, LODE_T_FLOAT64, LODE_R_F64, "double precision" },
	{ 1042, 1014, LPG_FORM_TEXT, LODE_T_CHAR, LODE_R_TEXT, "character" },
	{ 1043, 1015, LPG_FORM_TEXT, LODE_T_TEXT, LODE_R_TEXT, "character varying" },
	{ 1082, 1182, LPG_FORM_DATE, LODE_T_DATE, LODE_R_DATE32, "date" },
	{ 1083, 1183, LPG_FORM_TIME, LODE_T_TIME, LODE_R_TIME64, "time without time zone" },
	{ 1114, 1115, LPG_FORM_TIMESTAMP, LODE_T_TIMESTAMP, LODE_R_TS64,
	  "timestamp without time zone" },
	{ 1184, 1185, LPG_FORM_TIMESTAMP, LODE_T_TIMESTAMPTZ, LODE_R_TS64,
	  "timestamp with time zone" },
	{ 1186, 1187, LPG_FORM_INTERVAL, LODE_T_INTERVAL, LODE_R_INTERVAL, "interval" },
	{ 1266, 1270, LPG_FORM_TIMETZ, LODE_T_TIMETZ, LODE_R_TIME64, "time with time zone" },
	{ 1700, 1231, LPG_FORM_NUMERIC, LODE_T_DECIMAL, LODE_R_DECTEXT, "numeric" },
	{ 2950, 2951, LPG_FORM_UUID, LODE_T_UUID, LODE_R_UUID, "uuid" },
	{ 3802, 3807, LPG_FORM_JSONB, LODE_T_JSON, LODE_R_TEXT, "jsonb" },
};

/* sent as text, typed by the server */
static const lpg_type unknown = { 0,	       1009,	    LPG_FORM_TEXT,
				  LODE_T_UNKNOWN, LODE_R_TEXT, "unknown" };

const lpg_type *lpg_type_find(uint32_t oid)
{
	size_t low = 0, high = sizeof types / sizeof types[0], middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (types[middle].oid == oid)
			return &types[middle];
		if (types[middle].oid < oid)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static uint32_t oid_of_type(int32_t sql_type)
{
	switch (sql_type) {
	case LODE_T_BOOL:
		return 16;
	case LODE_T_INT16:
		return 21;
	case LODE_T_INT32:
		return 23;
	case LODE_T_INT64:
		return 20;
	case LODE_T_UINT64:
	case LODE_T_DECIMAL:
		return 1700;
	case LODE_T_FLOAT32:
		return 700;
	case LODE_T_FLOAT64:
		return 701;
	case LODE_T_TEXT:
		return 25;
	case LODE_T_CHAR:
		return 1042;
	case LODE_T_BLOB:
		return 17;
	case LODE_T_DATE:
		return 1082;
	case LODE_T_TIME:
		return 1083;
	case LODE_T_TIMETZ:
		return 1266;
	case LODE_T_TIMESTAMP:
		return 1114;
	case LODE_T_TIMESTAMPTZ:
		return 1184;
	case LODE_T_INTERVAL:
		return 1186;
	case LODE_T_UUID:
		return 2950;
	default:
		return 0;
	}
}

/* for a target that nobody named */
static int32_t type_of_repr(int32_t repr)
{
	switch (repr) {
	case LODE_R_BOOL8:
		return LODE_T_BOOL;
	case LODE_R_I8:
	case LODE_R_U8:
	case LODE_R_I16:
		return LODE_T_INT16;
	case LODE_R_U16:
	case LODE_R_I32:
		return LODE_T_INT32;
	case LODE_R_U32:
	case LODE_R_I64:
		return LODE_T_INT64;
	case LODE_R_U64:
	case LODE_R_SCALED64:
	case LODE_R_DECTEXT:
	case LODE_R_DECIMAL:
		return LODE_T_DECIMAL;
	case LODE_R_F32:
		return LODE_T_FLOAT32;
	case LODE_R_F64:
		return LODE_T_FLOAT64;
	case LODE_R_BLOB:
	case LODE_R_BYTESN:
		return LODE_T_BLOB;
	case LODE_R_DATE32:
		return LODE_T_DATE;
	case LODE_R_TIME64:
		return LODE_T_TIME;
	case LODE_R_TS64:
		return LODE_T_TIMESTAMP;
	case LODE_R_INTERVAL:
		return LODE_T_INTERVAL;
	case LODE_R_UUID:
		return LODE_T_UUID;
	default:
		return LODE_T_UNKNOWN;
	}
}

const lpg_type *lpg_type_for(int32_t sql_type, int32_t repr)
{
	uint32_t oid;

	if (sql_type == LODE_T_UNKNOWN)
		sql_type = type_of_repr(repr);
	oid = oid_of_type(sql_type);
	return oid != 0 ? lpg_type_find(oid) : &unknown;
}
