/* SPDX-License-Identifier: MIT */
/* lode.c - the workloads as a user of lode writes them, the same on every database. */
#include <stdio.h>
#include <string.h>

#include "data.h"
#include "database.h"
#include "models.h"
#include "workload.h"

enum { PAGE_ROWS = 20, COMMITS = 20 };

struct side {
	lode_registry *registry;
	lode_engine *engine;
	lode_session *session;
	struct bench_size size;
	struct author_row *new_authors;  /* W1, W2: what is to be stored */
	struct book_row *new_books;
	Author_list loaded;
	lode_query *query;               /* W8c */
	uint64_t sum;                    /* of what is read and thrown away */
};

static void check(const struct side *side, lode_status status)
{
	if (status < 0)
		bench_die("lode: %s", lode_session_error(side->session)->message);
}

/* a failure that no call reported */
static void check_session(const struct side *side)
{
	check(side, lode_session_status(side->session));
}

/* ---- opening: the tables that lode makes must be those of the hand-written side */

static void create_tables(struct side *side)
{
	lode_metadata *metadata = lode_registry_metadata(side->registry);
	lode_error error = LODE_ERROR_INIT;
	char *sql = NULL;

	if (lode_metadata_create_sql(metadata, database.dialect, &sql, &error) < 0 ||
	    lode_create_all(metadata, side->engine, &error) < 0)
		bench_die("lode: %s", error.message);
	if (strcmp(sql, database.tables_sql) != 0)
		bench_die("the tables of the hand-written side are not what lode creates:\n%s", sql);
	lode_sql_free(sql);
}

static void *open_side(const struct bench_size *size)
{
	struct side *side = bench_memory(1, sizeof *side);
	lode_error error = LODE_ERROR_INIT;

	side->size = *size;
	side->registry = lode_registry_new(NULL);
	if (LODE_MAP(side->registry, &error, Author, Book) < 0)
		bench_die("lode: %s", error.message);
	side->engine = lode_engine_open(database.url(), NULL, &error);
	if (!side->engine)
		bench_die("lode: %s", error.message);
	database.attach(side->engine);
	create_tables(side);
	database.fill(size->authors, size->books);
	return side;
}

static void close_side(void *state)
{
	struct side *side = state;

	lode_query_free(side->query);
	lode_session_free(side->session);
	lode_engine_close(side->engine);
	lode_registry_free(side->registry);
}

static void open_session_as(struct side *side, const lode_session_options *options)
{
	lode_error error = LODE_ERROR_INIT;

	side->session = lode_session_new(side->registry, side->engine, options, &error);
	if (!side->session)
		bench_die("lode: %s", error.message);
}

static void open_session(void *state)
{
	open_session_as(state, NULL);
}

static void open_reader(void *state)
{
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;

	options.tracking = LODE_TRACK_NONE;
	open_session_as(state, &options);
}

/* a flush, or a query before which one is made, does not look at every object of the session */
static void open_explicit(void *state)
{
	lode_session_options options = LODE_SESSION_OPTIONS_INIT;

	options.tracking = LODE_TRACK_EXPLICIT;
	open_session_as(state, &options);
}

/* ---- W1, W2: store */

static void prepare_new(void *state)
{
	struct side *side = state;

	open_session(side);
	side->new_authors = make_authors(side->size.rows);
}

static void prepare_w1f(void *state)
{
	struct side *side = state;

	open_explicit(side);
	side->new_authors = make_authors(side->size.rows);
}

static Author *new_author(lode_session *session, const struct author_row *row)
{
	return LODE_NEW(session, Author, .name = row->name, .email = row->email, .age = row->age,
	                .score = row->score, .created = { row->created });
}

static Book *new_book(lode_session *session, const struct book_row *row)
{
	return LODE_NEW(session, Book, .title = row->title, .price = row->price,
	                .published = { row->published }, .in_print = row->in_print);
}

static void time_w1(void *state)
{
	struct side *side = state;

	for (long i = 0; i < side->size.rows; i++)
		lode_add(side->session, new_author(side->session, &side->new_authors[i]));
	check(side, lode_commit(side->session));
}

/* one object a flush */
static void time_w1f(void *state)
{
	struct side *side = state;

	for (long i = 0; i < side->size.rows; i++) {
		lode_add(side->session, new_author(side->session, &side->new_authors[i]));
		check(side, lode_flush(side->session));
	}
	check(side, lode_commit(side->session));
}

/* eleven rows: an author and ten books */
static void prepare_w2(void *state)
{
	struct side *side = state;

	open_session(side);
	side->new_authors = make_authors(side->size.rows / 11);
	side->new_books = make_books(side->size.rows / 11 * 10);
}

static void time_w2(void *state)
{
	struct side *side = state;
	const struct book_row *row = side->new_books;

	for (long i = 0; i < side->size.rows / 11; i++) {
		Author *author = new_author(side->session, &side->new_authors[i]);

		for (int j = 0; j < 10; j++)
			LODE_APPEND(author, books, new_book(side->session, row++));
		lode_add(side->session, author);
	}
	check(side, lode_commit(side->session));
}

static uint64_t digest_stored(void *state)
{
	struct side *side = state;

	check_session(side);
	return database.digest();
}

/* ---- W3: load */

static void load_authors(void *state)
{
	struct side *side = state;

	side->loaded = LODE_ALL(side->session, Author, LODE_SELECT(Author));
}

static void prepare_loaded(void *state)
{
	struct side *side = state;

	open_session(side);
	load_authors(side);
	check(side, lode_commit(side->session));
}

static uint64_t digest_one(const Author *author)
{
	struct author_row row = {
		.id = author->id, .name = author->name, .email = author->email, .age = author->age,
		.score = author->score, .created = author->created.usec,
	};

	return digest_author(&row);
}

static uint64_t digest_loaded(void *state)
{
	struct side *side = state;
	uint64_t digest = 0;

	check_session(side);
	for (size_t i = 0; i < side->loaded.count; i++)
		digest += digest_one(side->loaded.items[i]);
	return digest;
}

typedef struct {
	int64_t id;
	const char *name;
	const char *email;
	int32_t age;
	double score;
	lode_datetime created;
} Row;

static lode_statement *select_rows(void)
{
	lode_statement *select = LODE_SELECT_ROWS(Row);

	LODE_FIELD(select, Row, id, LODE_COL(Author, id));
	LODE_FIELD(select, Row, name, LODE_COL(Author, name));
	LODE_FIELD(select, Row, email, LODE_COL(Author, email));
	LODE_FIELD(select, Row, age, LODE_COL(Author, age));
	LODE_FIELD(select, Row, score, LODE_COL(Author, score));
	return LODE_FIELD(select, Row, created, LODE_COL(Author, created));
}

static void stream_authors(void *state)
{
	struct side *side = state;

	LODE_EACH_ROW(Row, row, side->session, select_rows())
		side->sum += (uint64_t)row.id + (uint64_t)row.age + (uint64_t)row.created.usec +
		             (uint64_t)row.score + (unsigned char)row.name[12] + (row.email != NULL);
}

static uint64_t read_sum(void *state)
{
	struct side *side = state;

	check_session(side);
	return side->sum;
}

/* ---- W4: by primary key, cold and from the identity map */

static void prepare_w4(void *state)
{
	struct side *side = state;

	open_session(side);
	side->loaded.items = bench_memory((size_t)side->size.rows, sizeof(Author *));
}

static void time_w4(void *state)
{
	struct side *side = state;
	int64_t key = 1;

	for (long i = 0; i < side->size.rows; i++) {
		side->loaded.items[side->loaded.count++] = LODE_FIND(side->session, Author, .id = key);
		key = next_key(key, side->size.authors);
	}
	check(side, lode_commit(side->session));
}

static void time_hot_hits(void *state)
{
	struct side *side = state;
	volatile int64_t key = side->size.authors / 2;

	for (long i = 0; i < side->size.rows; i++)
		side->sum += (uint64_t)LODE_FIND(side->session, Author, .id = key)->age;
}

static void time_random_hits(void *state)
{
	struct side *side = state;
	int64_t key = 1;

	for (long i = 0; i < side->size.rows; i++) {
		side->sum += (uint64_t)LODE_FIND(side->session, Author, .id = key)->age;
		key = next_key(key, side->size.authors);
	}
}

/* ---- W5: authors with their books */

static void time_selectin(void *state)
{
	struct side *side = state;
	lode_statement *select = LODE_SELECT(Author);

	lode_option(select, LODE_SELECTIN_LOAD(Author, books));
	side->loaded = LODE_ALL(side->session, Author, select);
}

static void time_joined(void *state)
{
	struct side *side = state;
	lode_statement *select = LODE_SELECT(Author);

	lode_option(select, LODE_JOINED_LOAD(Author, books));
	side->loaded = LODE_ALL(side->session, Author, select);
}

/* nothing is said: the first list that is read loads those of all authors */
static void time_on_demand(void *state)
{
	struct side *side = state;

	load_authors(side);
	for (size_t i = 0; i < side->loaded.count; i++)
		side->sum += LODE_LEN(side->loaded.items[i], books);
}

static uint64_t digest_shelves(void *state)
{
	struct side *side = state;
	uint64_t digest = digest_loaded(side);

	for (size_t i = 0; i < side->loaded.count; i++) {
		if (!LODE_IS_LOADED(side->loaded.items[i], books))
			bench_die("the books of an author are not loaded");
		LODE_EACH(Book, book, side->loaded.items[i], books) {
			struct book_row row = {
				.id = book->id, .author_id = book->author_id, .title = book->title,
				.price = book->price, .published = book->published.days,
				.in_print = book->in_print,
			};

			digest += digest_book(&row);
		}
	}
	return digest;
}

/* ---- W6, W7: change, delete */

static void time_w6(void *state)
{
	struct side *side = state;

	for (size_t i = 0; i < side->loaded.count; i++)
		side->loaded.items[i]->score += 1;
	check(side, lode_commit(side->session));
}

static void time_w7(void *state)
{
	struct side *side = state;

	for (size_t i = 0; i < side->loaded.count; i++)
		lode_delete(side->session, side->loaded.items[i]);
	check(side, lode_commit(side->session));
}

/* ---- W8: a page of rows, often */

typedef struct {
	int64_t after;
	int32_t age;
} Page;

static void use_page(struct side *side, Author_list page)
{
	if (page.count != PAGE_ROWS)
		bench_die("a page is not full: %s", lode_session_error(side->session)->message);
	side->sum += (uint64_t)(page.items[0]->id + page.items[PAGE_ROWS - 1]->id);
	lode_list_free(page.items);
}

static lode_statement *select_page(lode_expr *after, lode_expr *age)
{
	lode_statement *select = LODE_SELECT(Author);

	lode_where(select, after);
	lode_where(select, age);
	lode_order_by(select, LODE_ASC(Author, id));
	return lode_limit(select, PAGE_ROWS);
}

static void time_w8(void *state)
{
	struct side *side = state;
	int64_t key = 1, last = side->size.authors - 100;

	for (long i = 0; i < side->size.rows; i++) {
		lode_statement *select = select_page(LODE_GT(Author, id, key), LODE_LT(Author, age, 60));

		use_page(side, LODE_ALL(side->session, Author, select));
		key = next_key(key, last);
	}
	check(side, lode_commit(side->session));
}

static void prepare_w8c(void *state)
{
	struct side *side = state;
	lode_error error = LODE_ERROR_INIT;

	open_reader(side);
	side->query = lode_compile(side->engine,
	                           select_page(LODE_GT(Author, id, LODE_PARAM(Page, after)),
	                                       LODE_LT(Author, age, LODE_PARAM(Page, age))), &error);
	if (!side->query)
		bench_die("lode: %s", error.message);
}

static void time_w8c(void *state)
{
	struct side *side = state;
	int64_t key = 1, last = side->size.authors - 100;

	for (long i = 0; i < side->size.rows; i++) {
		lode_statement *select = LODE_BIND(side->query, Page, .after = key, .age = 60);

		use_page(side, LODE_ALL(side->session, Author, select));
		key = next_key(key, last);
	}
	check(side, lode_commit(side->session));
}

/* ---- commits with nothing changed */

static void time_unchanged(void *state)
{
	struct side *side = state;

	for (int i = 0; i < COMMITS; i++) {
		check(side, lode_commit(side->session));
		side->sum++;
	}
}

/* ---- */

static const struct workload workloads[] = {
	{ "W1", { 100000, 0, 0 }, prepare_new, time_w1, digest_stored },
	{ "W1f", { 100000, 0, 0 }, prepare_w1f, time_w1f, digest_stored },
	{ "W2", { 110000, 0, 0 }, prepare_w2, time_w2, digest_stored },
	{ "W3", { 1000000, 1000000, 0 }, open_session, load_authors, digest_loaded },
	{ "W3-reader", { 1000000, 1000000, 0 }, open_reader, load_authors, digest_loaded },
	{ "W3s", { 1000000, 1000000, 0 }, open_reader, stream_authors, read_sum },
	{ "W4", { 100000, 100000, 0 }, prepare_w4, time_w4, digest_loaded },
	{ "W4b-hot", { 20000000, 100000, 0 }, prepare_loaded, time_hot_hits, read_sum },
	{ "W4b-random", { 10000000, 100000, 0 }, prepare_loaded, time_random_hits, read_sum },
	{ "W5-selectin", { 110000, 10000, 10 }, open_session, time_selectin, digest_shelves },
	{ "W5-joined", { 110000, 10000, 10 }, open_session, time_joined, digest_shelves },
	{ "W5-demand", { 110000, 10000, 10 }, open_session, time_on_demand, digest_shelves },
	{ "W6", { 100000, 100000, 0 }, prepare_loaded, time_w6, digest_stored },
	{ "W7", { 100000, 100000, 0 }, prepare_loaded, time_w7, digest_stored },
	{ "W8", { 50000, 100000, 0 }, open_reader, time_w8, read_sum },
	{ "W8-explicit", { 50000, 100000, 0 }, open_explicit, time_w8, read_sum },
	{ "W8c", { 50000, 100000, 0 }, prepare_w8c, time_w8c, read_sum },
	{ "unchanged", { 2000000, 100000, 0 }, prepare_loaded, time_unchanged, read_sum },
};

int main(int argc, char **argv)
{
	static const struct bench_program program = {
		workloads, sizeof workloads / sizeof workloads[0], open_side, close_side,
	};

	return bench_main(&program, argc, argv);
}
