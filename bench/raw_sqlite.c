/* SPDX-License-Identifier: MIT */
/* raw_sqlite.c - the workloads as a careful C programmer writes them against sqlite3.h.
 *
 * One prepared statement a workload, kept; one row a step; values bound without a copy; one
 * transaction; rows read into memory of their own. */
#include <stdio.h>

#include "map.h"
#include "shelf.h"
#include "sqlite_rows.h"
#include "sqlite_tables.h"

#define SELECT_AUTHORS "SELECT " AUTHOR_COLUMNS " FROM author"

enum { PAGE_ROWS = 20, FIRST_MAP = 1024, COMPARISONS = 20 };

struct raw {
	sqlite3 *db;
	struct bench_size size;
	struct arena arena;
	struct map map;
	struct author_row *new_authors;  /* W1, W2: what is to be stored */
	struct book_row *new_books;
	struct author_row **authors;     /* what was loaded */
	long author_count, author_room;
	struct shelf **shelves;          /* W5 */
	long shelf_count;
	char *pristine, *present;        /* unchanged commit */
	uint64_t sum;                    /* of what is read and thrown away */
};

static void *open_raw(const struct bench_size *size)
{
	struct raw *raw = bench_memory(1, sizeof *raw);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

	raw->size = *size;
	if (sqlite3_open_v2(":memory:", &raw->db, flags, NULL) != SQLITE_OK)
		bench_die("cannot open a database in memory");
	execute_sql(raw->db, tables_sql);
	fill_tables(raw->db, size->authors, size->books);
	return raw;
}

static void close_raw(void *state)
{
	struct raw *raw = state;

	sqlite3_close(raw->db);
}

/* ---- W1, W2: store */

static void prepare_new(void *state)
{
	struct raw *raw = state;

	raw->new_authors = make_authors(raw->size.rows);
}

static void insert_authors(struct raw *raw, long count)
{
	sqlite3_stmt *statement = prepare_sql(raw->db, INSERT_AUTHOR);
	char created[DATETIME_TEXT];

	for (long i = 0; i < count; i++) {
		bind_author(statement, &raw->new_authors[i], created);
		step_once(statement);
		raw->new_authors[i].id = sqlite3_last_insert_rowid(raw->db);
	}
	sqlite3_finalize(statement);
}

static void insert_books(struct raw *raw, long count, long each)
{
	sqlite3_stmt *statement = prepare_sql(raw->db, INSERT_BOOK);
	char published[DATE_TEXT];

	for (long i = 0; i < count; i++) {
		struct book_row *book = &raw->new_books[i];

		book->author_id = raw->new_authors[i / each].id;
		bind_book(statement, book, published);
		step_once(statement);
		book->id = sqlite3_last_insert_rowid(raw->db);
	}
	sqlite3_finalize(statement);
}

static void time_w1(void *state)
{
	struct raw *raw = state;

	execute_sql(raw->db, "BEGIN");
	insert_authors(raw, raw->size.rows);
	execute_sql(raw->db, "COMMIT");
}

/* eleven rows: an author and ten books */
static void prepare_w2(void *state)
{
	struct raw *raw = state;

	raw->new_authors = make_authors(raw->size.rows / 11);
	raw->new_books = make_books(raw->size.rows / 11 * 10);
}

static void time_w2(void *state)
{
	struct raw *raw = state;
	long authors = raw->size.rows / 11;

	execute_sql(raw->db, "BEGIN");
	insert_authors(raw, authors);
	insert_books(raw, authors * 10, 10);
	execute_sql(raw->db, "COMMIT");
}

static uint64_t digest_stored(void *state)
{
	struct raw *raw = state;

	return digest_tables(raw->db);
}

/* ---- W3: load */

static void keep_author(struct raw *raw, struct author_row *author)
{
	if (raw->author_count == raw->author_room) {
		raw->author_room = raw->author_room ? raw->author_room * 2 : 1024;
		raw->authors = realloc(raw->authors, (size_t)raw->author_room * sizeof(void *));
		if (!raw->authors)
			bench_die("out of memory");
	}
	raw->authors[raw->author_count++] = author;
}

static void load_authors(void *state)
{
	struct raw *raw = state;
	sqlite3_stmt *statement = prepare_sql(raw->db, SELECT_AUTHORS);

	while (sqlite3_step(statement) == SQLITE_ROW) {
		struct author_row *author = arena_object(&raw->arena, sizeof *author);

		read_author(statement, author, &raw->arena);
		keep_author(raw, author);
	}
	sqlite3_finalize(statement);
}

static uint64_t digest_loaded(void *state)
{
	struct raw *raw = state;
	uint64_t digest = 0;

	for (long i = 0; i < raw->author_count; i++)
		digest += digest_author(raw->authors[i]);
	return digest;
}

static inline uint64_t sum_author(const struct author_row *row)
{
	return (uint64_t)row->id + (uint64_t)row->age + (uint64_t)row->created + (uint64_t)row->score +
	       (unsigned char)row->name[12] + (row->email != NULL);
}

/* rows are looked at one by one and not kept: text stays SQLite's */
static void stream_authors(void *state)
{
	struct raw *raw = state;
	sqlite3_stmt *statement = prepare_sql(raw->db, SELECT_AUTHORS);

	while (sqlite3_step(statement) == SQLITE_ROW) {
		struct author_row row;

		row.id = sqlite3_column_int64(statement, 0);
		row.name = (const char *)sqlite3_column_text(statement, 1);
		row.email = (const char *)sqlite3_column_text(statement, 2);
		row.age = sqlite3_column_int(statement, 3);
		row.score = sqlite3_column_double(statement, 4);
		row.created = parse_datetime((const char *)sqlite3_column_text(statement, 5),
		                             sqlite3_column_bytes(statement, 5));
		raw->sum += sum_author(&row);
	}
	sqlite3_finalize(statement);
}

static uint64_t read_sum(void *state)
{
	struct raw *raw = state;

	return raw->sum;
}

/* the same sum over rows that were kept */
static uint64_t sum_loaded(void *state)
{
	struct raw *raw = state;

	for (long i = 0; i < raw->author_count; i++)
		raw->sum += sum_author(raw->authors[i]);
	return raw->sum;
}

/* ---- W4: by primary key, cold and from the identity map */

static void prepare_w4(void *state)
{
	struct raw *raw = state;

	raw->authors = bench_memory((size_t)raw->size.rows, sizeof(void *));
	raw->author_room = raw->size.rows;
	map_init(&raw->map, FIRST_MAP);
}

static struct author_row *get_author(struct raw *raw, sqlite3_stmt *statement, int64_t key)
{
	struct author_row *author = map_get(&raw->map, key);

	if (author)
		return author;
	sqlite3_bind_int64(statement, 1, key);
	if (sqlite3_step(statement) != SQLITE_ROW)
		bench_die("no author %lld", (long long)key);
	author = arena_object(&raw->arena, sizeof *author);
	read_author(statement, author, &raw->arena);
	sqlite3_reset(statement);
	map_put(&raw->map, key, author);
	return author;
}

static void time_w4(void *state)
{
	struct raw *raw = state;
	sqlite3_stmt *statement = prepare_sql(raw->db, SELECT_AUTHORS " WHERE id = ?");
	int64_t key = 1;

	execute_sql(raw->db, "BEGIN");
	for (long i = 0; i < raw->size.rows; i++) {
		raw->authors[raw->author_count++] = get_author(raw, statement, key);
		key = next_key(key, raw->size.authors);
	}
	sqlite3_finalize(statement);
	execute_sql(raw->db, "COMMIT");
}

static void prepare_hits(void *state)
{
	struct raw *raw = state;

	load_authors(raw);
	map_init(&raw->map, FIRST_MAP);
	for (long i = 0; i < raw->author_count; i++)
		map_put(&raw->map, raw->authors[i]->id, raw->authors[i]);
}

/* the same object each time; volatile, or the compiler looks once */
static void time_hot_hits(void *state)
{
	struct raw *raw = state;
	volatile int64_t key = raw->size.authors / 2;

	for (long i = 0; i < raw->size.rows; i++) {
		const struct author_row *author = map_get(&raw->map, key);

		raw->sum += (uint64_t)author->age;
	}
}

static void time_random_hits(void *state)
{
	struct raw *raw = state;
	int64_t key = 1;

	for (long i = 0; i < raw->size.rows; i++) {
		const struct author_row *author = map_get(&raw->map, key);

		raw->sum += (uint64_t)author->age;
		key = next_key(key, raw->size.authors);
	}
}

/* ---- W5: authors with their books */

static struct shelf *new_shelf(struct raw *raw, sqlite3_stmt *statement)
{
	struct shelf *shelf = arena_object(&raw->arena, sizeof *shelf);

	shelf_init(shelf);
	read_author(statement, &shelf->author, &raw->arena);
	raw->shelves[raw->shelf_count++] = shelf;
	return shelf;
}

static void add_book(struct raw *raw, struct shelf *shelf, sqlite3_stmt *statement, int column)
{
	struct book_row *book = arena_object(&raw->arena, sizeof *book);

	read_book(statement, column, book, &raw->arena);
	shelf_add(shelf, book);
}

static void prepare_w5(void *state)
{
	struct raw *raw = state;

	raw->shelves = bench_memory((size_t)raw->size.authors, sizeof(void *));
	map_init(&raw->map, FIRST_MAP);
}

static void time_join(void *state)
{
	struct raw *raw = state;
	struct shelf *shelf = NULL;
	sqlite3_stmt *statement = prepare_sql(raw->db,
		"SELECT a.id, a.name, a.email, a.age, a.score, a.created, "
		"b.id, b.author_id, b.title, b.price, b.published, b.in_print "
		"FROM author a LEFT JOIN book b ON b.author_id = a.id ORDER BY a.id");

	while (sqlite3_step(statement) == SQLITE_ROW) {
		if (!shelf || shelf->author.id != sqlite3_column_int64(statement, 0))
			shelf = new_shelf(raw, statement);
		if (sqlite3_column_type(statement, 6) != SQLITE_NULL)
			add_book(raw, shelf, statement, 6);
	}
	sqlite3_finalize(statement);
}

static void time_two_statements(void *state)
{
	struct raw *raw = state;
	struct shelf *shelf = NULL;
	sqlite3_stmt *authors = prepare_sql(raw->db, SELECT_AUTHORS);
	sqlite3_stmt *books = prepare_sql(raw->db, "SELECT " BOOK_COLUMNS " FROM book");

	while (sqlite3_step(authors) == SQLITE_ROW) {
		shelf = new_shelf(raw, authors);
		map_put(&raw->map, shelf->author.id, shelf);
	}
	while (sqlite3_step(books) == SQLITE_ROW) {
		int64_t author = sqlite3_column_int64(books, 1);

		if (!shelf || shelf->author.id != author)
			shelf = map_get(&raw->map, author);
		add_book(raw, shelf, books, 0);
	}
	sqlite3_finalize(authors);
	sqlite3_finalize(books);
}

static uint64_t digest_shelves(void *state)
{
	struct raw *raw = state;
	uint64_t digest = 0;

	for (long i = 0; i < raw->shelf_count; i++)
		digest += shelf_digest(raw->shelves[i]);
	return digest;
}

/* ---- W6, W7: change, delete */

static void time_w6(void *state)
{
	struct raw *raw = state;
	sqlite3_stmt *statement = prepare_sql(raw->db, "UPDATE author SET score = ? WHERE id = ?");

	execute_sql(raw->db, "BEGIN");
	for (long i = 0; i < raw->author_count; i++) {
		raw->authors[i]->score += 1;
		sqlite3_bind_double(statement, 1, raw->authors[i]->score);
		sqlite3_bind_int64(statement, 2, raw->authors[i]->id);
		step_once(statement);
	}
	sqlite3_finalize(statement);
	execute_sql(raw->db, "COMMIT");
}

static void time_w7(void *state)
{
	struct raw *raw = state;
	sqlite3_stmt *statement = prepare_sql(raw->db, "DELETE FROM author WHERE id = ?");

	execute_sql(raw->db, "BEGIN");
	for (long i = 0; i < raw->author_count; i++) {
		sqlite3_bind_int64(statement, 1, raw->authors[i]->id);
		step_once(statement);
	}
	sqlite3_finalize(statement);
	execute_sql(raw->db, "COMMIT");
}

/* ---- W8: a page of rows, often */

static long read_page(sqlite3_stmt *statement, struct author_row **page)
{
	static char memory[1 << 16];     /* the rows of one page; the next one overwrites them */
	struct arena arena = { .next = memory, .end = memory + sizeof memory };
	long count = 0;

	while (sqlite3_step(statement) == SQLITE_ROW) {
		struct author_row *author = arena_object(&arena, sizeof *author);

		read_author(statement, author, &arena);
		page[count++] = author;
	}
	sqlite3_reset(statement);
	return count;
}

static void time_w8(void *state)
{
	struct raw *raw = state;
	sqlite3_stmt *statement = prepare_sql(raw->db,
		SELECT_AUTHORS " WHERE id > ? AND age < ? ORDER BY id LIMIT 20");
	struct author_row *page[PAGE_ROWS];
	int64_t key = 1, last = raw->size.authors - 100;

	execute_sql(raw->db, "BEGIN");
	for (long i = 0; i < raw->size.rows; i++) {
		sqlite3_bind_int64(statement, 1, key);
		sqlite3_bind_int(statement, 2, 60);
		if (read_page(statement, page) != PAGE_ROWS)
			bench_die("a page is not full");
		raw->sum += (uint64_t)(page[0]->id + page[PAGE_ROWS - 1]->id);
		key = next_key(key, last);
	}
	sqlite3_finalize(statement);
	execute_sql(raw->db, "COMMIT");
}

/* ---- a commit without changes looks at every byte of every object: one memcmp */

/* as many bytes as the objects of the lode side have */
enum { OBJECT_SIZE = sizeof(struct author_row) + sizeof(void *) };

static void prepare_comparison(void *state)
{
	struct raw *raw = state;
	size_t size = (size_t)raw->size.authors * OBJECT_SIZE;

	raw->pristine = bench_memory(1, size);
	raw->present = bench_memory(1, size);
	memset(raw->pristine, 7, size);
	memset(raw->present, 7, size);
}

static void time_comparison(void *state)
{
	struct raw *raw = state;
	size_t size = (size_t)raw->size.authors * OBJECT_SIZE;

	for (int i = 0; i < COMPARISONS; i++)
		raw->sum += memcmp(raw->pristine, raw->present, size) == 0;
}

/* ---- */

static const struct workload workloads[] = {
	{ "W1", { 100000, 0, 0 }, prepare_new, time_w1, digest_stored },
	{ "W2", { 110000, 0, 0 }, prepare_w2, time_w2, digest_stored },
	{ "W3", { 1000000, 1000000, 0 }, NULL, load_authors, digest_loaded },
	{ "W3-sum", { 1000000, 1000000, 0 }, NULL, load_authors, sum_loaded },
	{ "W3s", { 1000000, 1000000, 0 }, NULL, stream_authors, read_sum },
	{ "W4", { 100000, 100000, 0 }, prepare_w4, time_w4, digest_loaded },
	{ "W4b-hot", { 20000000, 100000, 0 }, prepare_hits, time_hot_hits, read_sum },
	{ "W4b-random", { 10000000, 100000, 0 }, prepare_hits, time_random_hits, read_sum },
	{ "W5-join", { 110000, 10000, 10 }, prepare_w5, time_join, digest_shelves },
	{ "W5-two", { 110000, 10000, 10 }, prepare_w5, time_two_statements, digest_shelves },
	{ "W6", { 100000, 100000, 0 }, load_authors, time_w6, digest_stored },
	{ "W7", { 100000, 100000, 0 }, load_authors, time_w7, digest_stored },
	{ "W8", { 50000, 100000, 0 }, NULL, time_w8, read_sum },
	{ "unchanged", { 2000000, 100000, 0 }, prepare_comparison, time_comparison, read_sum },
};

int main(int argc, char **argv)
{
	static const struct bench_program program = {
		workloads, sizeof workloads / sizeof workloads[0], open_raw, close_raw,
	};

	return bench_main(&program, argc, argv);
}
