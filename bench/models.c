/* SPDX-License-Identifier: MIT */
/* models.c - see models.h.  Deleting an author leaves unloaded books to the database, as the
 * hand-written side does. */
#include "models.h"

LODE_CLASS(Author, "author",
	LODE_COLUMN(Author, id, .primary_key = true),
	LODE_COLUMN(Author, name),
	LODE_COLUMN(Author, email, .nullable = true),
	LODE_COLUMN(Author, age),
	LODE_COLUMN(Author, score),
	LODE_COLUMN(Author, created),
	LODE_TO_MANY(Author, books, Book, .back_populates = "author", .passive_deletes = true));

LODE_CLASS(Book, "book",
	LODE_COLUMN(Book, id, .primary_key = true),
	LODE_COLUMN(Book, author_id, .foreign_key = "author.id", .index = true),
	LODE_COLUMN(Book, title),
	LODE_COLUMN(Book, price),
	LODE_COLUMN(Book, published),
	LODE_COLUMN(Book, in_print),
	LODE_TO_ONE(Book, author, Author, .back_populates = "books"));
