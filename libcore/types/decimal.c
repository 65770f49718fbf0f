/* SPDX-License-Identifier: MIT */
/* types/decimal.c - exact decimals: a 128-bit coefficient and a scale.
 *
 * Everything is done on a magnitude of 256 bits in 32-bit limbs, least first, and a sign: enough
 * for 38 digits times 10^38, so no step between loading and storing can overflow, and no compiler
 * needs 128-bit integers.  Only store_wide() checks that the result has at most 38 digits. */
#include "types/decimal.h"

#include <string.h>

#include "base/str.h"

#define LIMBS 8
#define DIGITS LODE_DECIMAL_DIGITS
#define FARTHEST 1000000    /* exponents beyond are as good as this one */

typedef struct wide {
	uint32_t limb[LIMBS];
	bool negative;
} wide;

/* 10^38 */
static const wide limit = { { 0x00000000, 0x098A2240, 0x5A86C47A, 0x4B3B4CA8 }, false };

static void multiply_add(wide *number, uint32_t factor, uint32_t addend)
{
	uint64_t carry = addend;

	for (int i = 0; i < LIMBS; i++) {
		carry += (uint64_t)number->limb[i] * factor;
		number->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static uint32_t divide(wide *number, uint32_t divisor)
{
	uint64_t rest = 0;

	for (int i = LIMBS - 1; i >= 0; i--) {
		rest = rest << 32 | number->limb[i];
		number->limb[i] = (uint32_t)(rest / divisor);
		rest %= divisor;
	}
	return (uint32_t)rest;
}

static int compare_magnitudes(const wide *a, const wide *b)
{
	for (int i = LIMBS - 1; i >= 0; i--)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	return 0;
}

static bool is_zero(const wide *number)
{
	for (int i = 0; i < LIMBS; i++)
		if (number->limb[i])
			return false;
	return true;
}

static void scale_up(wide *number, int digits)
{
	while (digits-- > 0)
		multiply_add(number, 10, 0);
}

static wide load_wide(lode_decimal value)
{
	uint64_t low = value.low, high = (uint64_t)value.high;
	wide number = { { 0 }, value.high < 0 };

	if (number.negative) {
		low = 0 - low;
		high = ~high + (low == 0);
	}
	number.limb[0] = (uint32_t)low;
	number.limb[1] = (uint32_t)(low >> 32);
	number.limb[2] = (uint32_t)high;
	number.limb[3] = (uint32_t)(high >> 32);
	return number;
}

static lode_status store_wide(lode_decimal *out, const wide *number, int scale)
{
	uint64_t low, high;

	if (compare_magnitudes(number, &limit) >= 0)
		return LODE_E_DATA;
	low = (uint64_t)number->limb[1] << 32 | number->limb[0];
	high = (uint64_t)number->limb[3] << 32 | number->limb[2];
	if (number->negative) {
		low = 0 - low;
		high = ~high + (low == 0);
	}
	out->low = low;
	memcpy(&out->high, &high, sizeof high);
	out->scale = scale;
	out->zero_ = 0;
	return LODE_OK;
}

bool lode__decimal_valid(lode_decimal value)
{
	wide number = load_wide(value);

	return value.scale >= 0 && value.scale <= DIGITS &&
	       compare_magnitudes(&number, &limit) < 0;
}

/* ------------------------------------------------------------------ text */

/* A number as it is written: the digits from the first to the last that is not 0, and where the
 * point stands: value = digits * 10^(zeros - scale). */
typedef struct spelling {
	wide digits;
	int64_t count;
	int64_t zeros;              /* behind the last of the digits */
	int64_t scale;              /* digits behind the point, the exponent counted in */
	bool too_long;
} spelling;

static void add_digit(spelling *number, char digit)
{
	if (digit == '0') {
		number->zeros += number->count > 0;
		return;
	}
	if (number->count + number->zeros + 1 > DIGITS) {
		number->too_long = true;
		return;
	}
	number->count += number->zeros + 1;
	scale_up(&number->digits, (int)number->zeros);
	multiply_add(&number->digits, 10, (uint32_t)(digit - '0'));
	number->zeros = 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* an exponent that reaches to `end`; false if it is none */
static bool read_exponent(const char *at, const char *end, int64_t *out)
{
	bool negative = at < end && *at == '-';
	int64_t exponent = 0;

	if (at < end && (*at == '-' || *at == '+'))
		at++;
	if (at == end)
		return false;
	for (; at < end; at++) {
		if (!is_digit(*at))
			return false;
		exponent = exponent * 10 + (*at - '0');
		if (exponent > FARTHEST)
			exponent = FARTHEST;
	}
	*out = negative ? -exponent : exponent;
	return true;
}

static bool read_number(spelling *number, const char *at, const char *end)
{
	int64_t exponent = 0;
	bool any = false, point = false;

	memset(number, 0, sizeof *number);
	number->digits.negative = at < end && *at == '-';
	if (at < end && (*at == '-' || *at == '+'))
		at++;
	for (; at < end && (is_digit(*at) || (*at == '.' && !point)); at++) {
		if (*at == '.') {
			point = true;
			continue;
		}
		any = true;
		number->scale += point;
		add_digit(number, *at);
	}
	if (any && at < end && (*at == 'e' || *at == 'E')) {
		if (!read_exponent(at + 1, end, &exponent))
			return false;
		at = end;
	}
	number->scale -= exponent;
	return any && at == end;
}

static int64_t between(int64_t low, int64_t number, int64_t high)
{
	return number < low ? low : number > high ? high : number;
}

lode_status lode__decimal_parse(lode_decimal *out, const char *text, size_t size)
{
	spelling number;
	int64_t scale, more;

	if (!read_number(&number, text, text + size) || number.too_long)
		return LODE_E_DATA;
	scale = between(0, number.scale, DIGITS);
	if (is_zero(&number.digits)) {
		number.digits.negative = false;
		return store_wide(out, &number.digits, (int)scale);
	}
	/* zeros to write behind the digits; fewer, and a smaller scale, if they do not all fit */
	more = number.zeros - number.scale + scale;
	if (number.count + more > DIGITS) {
		scale -= number.count + more - DIGITS;
		more = DIGITS - number.count;
	}
	if (scale < 0 || more < 0)
		return LODE_E_DATA;
	scale_up(&number.digits, (int)more);
	return store_wide(out, &number.digits, (int)scale);
}

lode_status lode_decimal_from_text(lode_decimal *out, const char *text)
{
	if (!out || !text)
		return LODE_E_MISUSE;
	return lode__decimal_parse(out, text, strlen(text));
}

lode_status lode_decimal_to_text(lode_decimal value, char *text, size_t size)
{
	char made[LODE_DECIMAL_TEXT_SIZE];
	size_t at = sizeof made;
	wide number = load_wide(value);
	int written = 0;

	if (!text)
		return LODE_E_MISUSE;
	if (!lode__decimal_valid(value))
		return LODE_E_DATA;
	do {
		if (written && written == value.scale)
			made[--at] = '.';
		made[--at] = (char)('0' + divide(&number, 10));
		written++;
	} while (!is_zero(&number) || written <= value.scale);
	if (number.negative)
		made[--at] = '-';
	return lode__str_give(text, size, made + at, sizeof made - at) ? LODE_OK : LODE_E_MISUSE;
}

/* ------------------------------------------------------------------ scales */

static bool is_scale(int scale)
{
	return scale >= 0 && scale <= DIGITS;
}

lode_status lode_decimal_rescale(lode_decimal *out, lode_decimal value, int scale)
{
	wide number = load_wide(value);

	if (!out || !is_scale(scale))
		return LODE_E_MISUSE;
	if (!lode__decimal_valid(value))
		return LODE_E_DATA;
	scale_up(&number, scale - value.scale);
	for (int i = scale; i < value.scale; i++)
		if (divide(&number, 10))
			return LODE_E_DATA;
	return store_wide(out, &number, scale);
}

lode_status lode_decimal_from_scaled(lode_decimal *out, int64_t coefficient, int scale)
{
	if (!out || !is_scale(scale))
		return LODE_E_MISUSE;
	out->low = (uint64_t)coefficient;
	out->high = coefficient < 0 ? -1 : 0;
	out->scale = scale;
	out->zero_ = 0;
	return LODE_OK;
}

lode_status lode_decimal_to_scaled(lode_decimal value, int scale, int64_t *out)
{
	lode_decimal scaled;
	lode_status status;
	int64_t low;

	if (!out || !is_scale(scale))
		return LODE_E_MISUSE;
	status = lode_decimal_rescale(&scaled, value, scale);
	if (status < 0)
		return status;
	memcpy(&low, &scaled.low, sizeof low);
	if (scaled.high != (low < 0 ? -1 : 0))
		return LODE_E_DATA;
	*out = low;
	return LODE_OK;
}

int lode_decimal_compare(lode_decimal a, lode_decimal b)
{
	static const lode_decimal zero;
	lode_decimal va = lode__decimal_valid(a) ? a : zero, vb = lode__decimal_valid(b) ? b : zero;
	wide x = load_wide(va), y = load_wide(vb);
	int order;

	if (x.negative != y.negative)
		return x.negative ? -1 : 1;
	scale_up(&x, vb.scale - va.scale);
	scale_up(&y, va.scale - vb.scale);
	order = compare_magnitudes(&x, &y);
	return x.negative ? -order : order;
}
