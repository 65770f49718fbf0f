/* SPDX-License-Identifier: MIT */
/* types/uuid.h - UUIDs beside their public functions. */
#ifndef LODE_TYPES_UUID_H
#define LODE_TYPES_UUID_H

#include <stddef.h>

#include <lode/types.h>

/* as lode_uuid_from_text, for text without a NUL */
lode_status lode__uuid_parse(lode_uuid *out, const char *text, size_t size);
void lode__uuid_hex(char out[33], const lode_uuid *value);   /* 32 digits and a NUL */

#endif
