/* SPDX-License-Identifier: MIT */
/* data.c - see data.h. */
#include "data.h"

#include <stdio.h>
#include <string.h>

#include "workload.h"

void make_author(struct author_row *row, long number, char text[AUTHOR_TEXT])
{
	snprintf(text, 24, "Author Name %07ld", number);
	snprintf(text + 24, AUTHOR_TEXT - 24, "author%07ld@example.org", number);
	*row = (struct author_row){
		.name = text,
		.email = number % 3 == 0 ? NULL : text + 24,
		.age = (int32_t)(18 + number % 60),
		.score = (double)number * 0.37,
		.created = INT64_C(1700000000000000) + number * INT64_C(1000000) + number % 1000 * 1000,
	};
}

void make_book(struct book_row *row, long number, char text[BOOK_TEXT])
{
	snprintf(text, BOOK_TEXT, "Book Title %07ld: a long story", number);
	*row = (struct book_row){
		.title = text,
		.price = 9.99 + (double)(number % 100) * 0.5,
		.published = (int32_t)(10000 + number % 9000),
		.in_print = number & 1,
	};
}

struct author_row *make_authors(long count)
{
	struct author_row *rows = bench_memory((size_t)count, sizeof *rows);
	char (*text)[AUTHOR_TEXT] = bench_memory((size_t)count, sizeof *text);

	for (long i = 0; i < count; i++)
		make_author(&rows[i], i + 1, text[i]);
	return rows;
}

struct book_row *make_books(long count)
{
	struct book_row *rows = bench_memory((size_t)count, sizeof *rows);
	char (*text)[BOOK_TEXT] = bench_memory((size_t)count, sizeof *text);

	for (long i = 0; i < count; i++)
		make_book(&rows[i], i + 1, text[i]);
	return rows;
}

/* FNV-1a */
static uint64_t mix(uint64_t digest, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++)
		digest = (digest ^ bytes[i]) * UINT64_C(0x100000001b3);
	return digest;
}

static uint64_t mix_text(uint64_t digest, const char *text)
{
	return text ? mix(digest, text, strlen(text) + 1) : mix(digest, "\1", 2);
}

uint64_t digest_author(const struct author_row *row)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);

	digest = mix(digest, &row->id, sizeof row->id);
	digest = mix_text(digest, row->name);
	digest = mix_text(digest, row->email);
	digest = mix(digest, &row->age, sizeof row->age);
	digest = mix(digest, &row->score, sizeof row->score);
	return mix(digest, &row->created, sizeof row->created);
}

uint64_t digest_book(const struct book_row *row)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);

	digest = mix(digest, &row->id, sizeof row->id);
	digest = mix(digest, &row->author_id, sizeof row->author_id);
	digest = mix_text(digest, row->title);
	digest = mix(digest, &row->price, sizeof row->price);
	digest = mix(digest, &row->published, sizeof row->published);
	return mix(digest, &row->in_print, sizeof row->in_print);
}
