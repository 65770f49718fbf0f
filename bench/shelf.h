/* SPDX-License-Identifier: MIT */
/* shelf.h - W5 of the hand-written side: an author with a growing list of books. */
#ifndef LODE_BENCH_SHELF_H
#define LODE_BENCH_SHELF_H

#include <stdlib.h>

#include "data.h"
#include "workload.h"

struct shelf {
	struct author_row author;
	struct book_row **books;
	int count, room;
};

static inline void shelf_init(struct shelf *shelf)
{
	shelf->books = NULL;
	shelf->count = shelf->room = 0;
}

static inline void shelf_add(struct shelf *shelf, struct book_row *book)
{
	if (shelf->count == shelf->room) {
		shelf->room = shelf->room ? shelf->room * 2 : 4;
		shelf->books = realloc(shelf->books, (size_t)shelf->room * sizeof(void *));
		if (!shelf->books)
			bench_die("out of memory");
	}
	shelf->books[shelf->count++] = book;
}

static inline uint64_t shelf_digest(const struct shelf *shelf)
{
	uint64_t digest = digest_author(&shelf->author);

	for (int i = 0; i < shelf->count; i++)
		digest += digest_book(shelf->books[i]);
	return digest;
}

#endif
