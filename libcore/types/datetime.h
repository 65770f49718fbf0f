/* SPDX-License-Identifier: MIT */
/* types/datetime.h - dates, times and intervals from text without a NUL. */
#ifndef LODE_TYPES_DATETIME_H
#define LODE_TYPES_DATETIME_H

#include <stddef.h>

#include <lode/types.h>

#define LODE__USEC_PER_SECOND INT64_C(1000000)
#define LODE__USEC_PER_DAY INT64_C(86400000000)

lode_status lode__date_parse(lode_date *out, const char *text, size_t size);
lode_status lode__time_parse(lode_time *out, const char *text, size_t size);
lode_status lode__datetime_parse(lode_datetime *out, const char *text, size_t size);
lode_status lode__interval_parse(lode_interval *out, const char *text, size_t size);

#endif
