/* SPDX-License-Identifier: MIT */
/* postgresql/numeric.c - see numeric.h. */
#include "numeric.h"

#define LPG_NEGATIVE 0x4000
#define LPG_NAN 0xC000
#define LPG_INFINITY 0xD000
#define LPG_MINUS_INFINITY 0xF000

#define LPG_SMALL_TEXT 96 /* holds every numeric of 38 digits, and of scale 38 */

struct wire {
	uint32_t digits;
	int32_t weight; /* of the first digit, a power of 10000 */
	uint16_t sign;
	uint32_t scale; /* decimal digits behind the point */
	const char *at;
};

static int open_wire(struct wire *w, const char *wire, size_t n)
{
	if (n < 8)
		return 0;
	w->digits = lpg_load16(wire);
	w->weight = (int16_t)lpg_load16(wire + 2);
	w->sign = lpg_load16(wire + 4);
	w->scale = lpg_load16(wire + 6);
	w->at = wire + 8;
	return n - 8 == (size_t)w->digits * 2;
}

/* the digit of weight `weight`, four decimal digits */
static void write_group(char *out, const struct wire *w, int32_t weight)
{
	int64_t i = (int64_t)w->weight - weight;
	uint32_t v = i >= 0 && i < (int64_t)w->digits ? lpg_load16(w->at + 2 * i) : 0;

	lode_util_put2(out, v / 100 % 100);
	lode_util_put2(out + 2, v % 100);
}

static const char *name_special(uint16_t sign)
{
	return sign == LPG_NAN ? "NaN" : sign == LPG_INFINITY ? "Infinity" : "-Infinity";
}

static int is_special(uint16_t sign)
{
	return sign == LPG_NAN || sign == LPG_INFINITY || sign == LPG_MINUS_INFINITY;
}

/* bytes that are enough for write_text() */
static size_t text_size(const struct wire *w)
{
	return 16 + (w->weight > 0 ? (size_t)w->weight * 4 : 0) + w->scale;
}

static size_t write_text(char *out, const struct wire *w)
{
	char group[4], *p = out;
	int32_t weight = w->weight;
	uint32_t left, take, skip = 0;

	if (w->sign == LPG_NEGATIVE)
		*p++ = '-';
	if (weight < 0)
		*p++ = '0';
	for (; weight >= 0; weight--) {
		write_group(group, w, weight);
		if (weight == w->weight) /* no zeros in front */
			while (skip < 3 && group[skip] == '0')
				skip++;
		memcpy(p, group + skip, 4 - skip);
		p += 4 - skip;
		skip = 0;
	}
	if (w->scale > 0)
		*p++ = '.';
	for (weight = -1, left = w->scale; left > 0; left -= take, weight--) {
		write_group(group, w, weight);
		take = left < 4 ? left : 4;
		memcpy(p, group, take);
		p += take;
	}
	return (size_t)(p - out);
}

int lpg_numeric_text(lpg_buffer *out, const char *wire, size_t n)
{
	struct wire w;
	size_t most;
	char *at;

	if (!open_wire(&w, wire, n))
		return 0;
	if (is_special(w.sign)) {
		lpg_buffer_puts(out, name_special(w.sign));
		return 1;
	}
	most = text_size(&w);
	at = lpg_buffer_need(out, most);
	if (at != NULL)
		out->n -= most - write_text(at, &w);
	return 1;
}

int lpg_numeric_decimal(const char *wire, size_t n, lode_drv_decimal *out)
{
	char text[LPG_SMALL_TEXT];
	struct wire w;

	if (!open_wire(&w, wire, n) || is_special(w.sign) || text_size(&w) > sizeof text)
		return 0;
	return lode_util_decimal_parse(text, write_text(text, &w), out);
}

/* ---- from text */

static void put_special(lpg_buffer *out, uint16_t sign)
{
	lpg_buffer_put16(out, 0);
	lpg_buffer_put16(out, 0);
	lpg_buffer_put16(out, sign);
	lpg_buffer_put16(out, 0);
}

/* the decimal digit at `i`, 0 beyond the text on either side; the point is not counted */
static unsigned digit_at(const char *digits, size_t whole, size_t fraction, int64_t i)
{
	if (i < 0 || i >= (int64_t)(whole + fraction))
		return 0;
	return (unsigned)(digits[(size_t)i + ((size_t)i >= whole && fraction > 0)] - '0');
}

static void put_number(lpg_buffer *out, const char *digits, size_t whole, size_t fraction,
		       int negative)
{
	int64_t groups = (int64_t)(whole + 3) / 4, all = groups + (int64_t)(fraction + 3) / 4;
	int64_t first = groups * 4 - (int64_t)whole, group, used = 0, zeros = 0, weight = 0;
	size_t start = out->n;
	unsigned v, k;

	lpg_buffer_need(out, 8);
	for (group = 0; group < all; group++) {
		for (v = 0, k = 0; k < 4; k++)
			v = v * 10 +
			    digit_at(digits, whole, fraction, group * 4 + (int64_t)k - first);
		if (v == 0 && used == 0)
			continue; /* no zeros in front */
		if (used == 0)
			weight = groups - 1 - group;
		lpg_buffer_put16(out, (uint16_t)v);
		used++;
		zeros = v == 0 ? zeros + 1 : 0;
	}
	if (out->failed)
		return;
	out->n -= (size_t)zeros * 2; /* none behind either */
	lpg_store16(out->p + start, (uint16_t)(used - zeros));
	lpg_store16(out->p + start + 2, (uint16_t)weight);
	lpg_store16(out->p + start + 4, negative && used > 0 ? LPG_NEGATIVE : 0);
	lpg_store16(out->p + start + 6, (uint16_t)fraction);
}

void lpg_numeric_put(lpg_buffer *out, const char *text, size_t n)
{
	int negative = n > 0 && *text == '-';
	const char *point;
	size_t whole;

	text += negative;
	n -= (size_t)negative;
	if (n > 0 && (*text == 'N' || *text == 'I')) {
		put_special(out, *text == 'N' ? LPG_NAN
				 : negative   ? LPG_MINUS_INFINITY
					      : LPG_INFINITY);
		return;
	}
	point = memchr(text, '.', n);
	whole = point != NULL ? (size_t)(point - text) : n;
	put_number(out, text, whole, point != NULL ? n - whole - 1 : 0, negative);
}
