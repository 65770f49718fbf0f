/* SPDX-License-Identifier: MIT */
/* engine/parameter.h - values as a driver takes them: descriptors that point into the values. */
#ifndef LODE_ENGINE_PARAMETER_H
#define LODE_ENGINE_PARAMETER_H

#include <stddef.h>

#include <lode/driver.h>
#include <lode/types.h>

#include "sql/expr.h"

/* The place of value `index`, as a driver wants it: binds point into `values` (base 0) and into
 * constant flags (base 1).  sql_type UNKNOWN: that of the value. */
void lode__value_bind(lode_drv_bind *out, const lode_value *values, size_t index, int32_t sql_type);
extern const unsigned char lode__null_flag[1];   /* base 1 of those binds */

/* a list as an array parameter */
void lode__list_array(lode_drv_array *out, const lode__elements *list, int32_t sql_type);

#endif
