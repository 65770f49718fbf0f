/* SPDX-License-Identifier: MIT */
/* postgresql/type.h - the built-in types: their OIDs, the form of their values on the wire, what
 * they are to lode.  Knows no client library. */
#ifndef LODE_POSTGRESQL_TYPE_H
#define LODE_POSTGRESQL_TYPE_H

#include <lode/driver.h>

enum lpg_form {
	LPG_FORM_TEXT, /* the same bytes as text and in binary */
	LPG_FORM_BOOL,
	LPG_FORM_INT2,
	LPG_FORM_INT4,
	LPG_FORM_INT8,
	LPG_FORM_OID,
	LPG_FORM_FLOAT4,
	LPG_FORM_FLOAT8,
	LPG_FORM_NUMERIC,
	LPG_FORM_BYTEA,
	LPG_FORM_DATE,
	LPG_FORM_TIME,
	LPG_FORM_TIMETZ,
	LPG_FORM_TIMESTAMP, /* with and without time zone */
	LPG_FORM_INTERVAL,
	LPG_FORM_UUID,
	LPG_FORM_JSONB /* text behind a version byte */
};

typedef struct lpg_type {
	uint32_t oid, array; /* of the type and of its arrays */
	enum lpg_form form;
	int32_t sql_type; /* LODE_T_* */
	int32_t repr;	  /* LODE_R_* that needs no conversion */
	const char *name;
} lpg_type;

/* a built-in type with a binary form that is known here; NULL: none */
const lpg_type *lpg_type_find(uint32_t oid);
/* what a value of this representation is sent as to a target of type LODE_T_*; its oid is 0 when
 * the server has to find out (enums, JSON, user-defined types), and the value is sent as text */
const lpg_type *lpg_type_for(int32_t sql_type, int32_t repr);

#endif
