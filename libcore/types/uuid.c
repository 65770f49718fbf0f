/* SPDX-License-Identifier: MIT */
/* types/uuid.c - UUIDs and their text forms. */
#include "types/uuid.h"

#include <string.h>

#include "base/str.h"

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

lode_status lode__uuid_parse(lode_uuid *out, const char *text, size_t size)
{
	static const char prefix[] = "urn:uuid:";
	const char *at = text, *end = text + size;
	lode_uuid value;

	if (size > sizeof prefix - 1 && lode__ascii_ncasecmp(at, prefix, sizeof prefix - 1) == 0)
		at += sizeof prefix - 1;
	if (end - at >= 2 && *at == '{' && end[-1] == '}') {
		at++;
		end--;
	}
	for (size_t i = 0; i < sizeof value.bytes; i++) {
		int high, low;

		if (i && at < end && *at == '-')
			at++;
		if (end - at < 2)
			return LODE_E_DATA;
		high = digit_value(at[0]);
		low = digit_value(at[1]);
		if (high < 0 || low < 0)
			return LODE_E_DATA;
		value.bytes[i] = (uint8_t)(high << 4 | low);
		at += 2;
	}
	if (at != end)
		return LODE_E_DATA;
	*out = value;
	return LODE_OK;
}

lode_status lode_uuid_from_text(lode_uuid *out, const char *text)
{
	return out && text ? lode__uuid_parse(out, text, strlen(text)) : LODE_E_MISUSE;
}

void lode__uuid_hex(char out[33], const lode_uuid *value)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof value->bytes; i++) {
		out[2 * i] = digits[value->bytes[i] >> 4];
		out[2 * i + 1] = digits[value->bytes[i] & 15];
	}
	out[32] = '\0';
}

lode_status lode_uuid_to_text(lode_uuid value, char *text, size_t size)
{
	static const size_t starts[] = { 0, 8, 12, 16, 20, 32 };
	char hex[33], made[37];
	size_t at = 0;

	lode__uuid_hex(hex, &value);
	for (size_t i = 0; i + 1 < sizeof starts / sizeof *starts; i++) {
		if (i)
			made[at++] = '-';
		memcpy(made + at, hex + starts[i], starts[i + 1] - starts[i]);
		at += starts[i + 1] - starts[i];
	}
	return lode__str_give(text, size, made, at) ? LODE_OK : LODE_E_MISUSE;
}
