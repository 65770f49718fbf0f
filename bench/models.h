/* SPDX-License-Identifier: MIT */
/* models.h - the two tables as mapped classes. */
#ifndef LODE_BENCH_MODELS_H
#define LODE_BENCH_MODELS_H

#include <lode/lode.h>

LODE_DECLARE(Author);
LODE_DECLARE(Book);

struct Author {
	int64_t id;
	const char *name;
	const char *email;
	int32_t age;
	double score;
	lode_datetime created;
	Book_many books;
};

struct Book {
	int64_t id;
	int64_t author_id;
	const char *title;
	double price;
	lode_date published;
	bool in_print;
	Author_one author;
};

#endif
