/* SPDX-License-Identifier: MIT */
/* raw_postgresql.c - the workloads as a careful C programmer writes them against libpq.
 *
 * One prepared statement a workload, binary both ways, one transaction, a row a round trip; and, as
 * W1-unnest, the form that a program would be rewritten to for speed: 1,000 rows as arrays. */
#include <stdio.h>

#include "map.h"
#include "postgresql_tables.h"
#include "shelf.h"
#include "workload.h"

enum { COLUMNS = 5, CHUNK = 1000, FIRST_MAP = 1024 };

struct raw {
	PGconn *connection;
	struct bench_size size;
	struct arena arena;
	struct map map;
	struct author_row *new_authors;  /* W1, W2: what is to be stored */
	struct book_row *new_books;
	struct author_row **authors;     /* what was loaded */
	long author_count;
	struct shelf **shelves;          /* W5 */
	long shelf_count;
};

/* the parameters of one execution, all binary */
struct parameters {
	const char *values[COLUMNS];
	int lengths[COLUMNS];
	char room[COLUMNS][8];
};

static const int binary[COLUMNS] = { 1, 1, 1, 1, 1 };

static void *open_raw(const struct bench_size *size)
{
	struct raw *raw = bench_memory(1, sizeof *raw);

	raw->size = *size;
	raw->connection = connect_postgresql();
	execute_sql(raw->connection, tables_sql);
	fill_tables(raw->connection, size->authors, size->books);
	return raw;
}

static void close_raw(void *state)
{
	struct raw *raw = state;

	PQfinish(raw->connection);
}

static uint64_t digest_stored(void *state)
{
	struct raw *raw = state;

	return digest_tables(raw->connection);
}

static void prepare_sql(struct raw *raw, const char *name, const char *sql, int count,
                        const Oid *types)
{
	PQclear(expect_result(raw->connection, PQprepare(raw->connection, name, sql, count, types),
	                      PGRES_COMMAND_OK));
}

static PGresult *run(struct raw *raw, const char *name, int count, const struct parameters *with,
                     ExecStatusType status)
{
	return expect_result(raw->connection,
	                     PQexecPrepared(raw->connection, name, count, with->values,
	                                    with->lengths, binary, 1), status);
}

static void set_text(struct parameters *with, int index, const char *text)
{
	with->values[index] = text;
	with->lengths[index] = text ? (int)strlen(text) : 0;
}

static char *set_fixed(struct parameters *with, int index, int size)
{
	with->values[index] = with->room[index];
	with->lengths[index] = size;
	return with->room[index];
}

/* ---- W1, W2: store */

static const Oid author_types[] = { OID_TEXT, OID_TEXT, OID_INT4, OID_FLOAT8, OID_TIMESTAMP };
static const Oid book_types[] = { OID_INT8, OID_TEXT, OID_FLOAT8, OID_DATE, OID_BOOL };

static void prepare_new(void *state)
{
	struct raw *raw = state;

	raw->new_authors = make_authors(raw->size.rows);
}

static void insert_authors(struct raw *raw, long count)
{
	struct parameters with;

	prepare_sql(raw, "author", "INSERT INTO author (name, email, age, score, created) "
	            "VALUES ($1, $2, $3, $4, $5) RETURNING id", COLUMNS, author_types);
	for (long i = 0; i < count; i++) {
		struct author_row *author = &raw->new_authors[i];
		PGresult *result;

		set_text(&with, 0, author->name);
		set_text(&with, 1, author->email);
		put_32(set_fixed(&with, 2, 4), (uint32_t)author->age);
		put_double(set_fixed(&with, 3, 8), author->score);
		put_64(set_fixed(&with, 4, 8), (uint64_t)(author->created - EPOCH_USEC));
		result = run(raw, "author", COLUMNS, &with, PGRES_TUPLES_OK);
		author->id = get_64(PQgetvalue(result, 0, 0));
		PQclear(result);
	}
}

static void insert_books(struct raw *raw, long count, long each)
{
	struct parameters with;

	prepare_sql(raw, "book", "INSERT INTO book (author_id, title, price, published, in_print) "
	            "VALUES ($1, $2, $3, $4, $5) RETURNING id", COLUMNS, book_types);
	for (long i = 0; i < count; i++) {
		struct book_row *book = &raw->new_books[i];
		PGresult *result;

		book->author_id = raw->new_authors[i / each].id;
		put_64(set_fixed(&with, 0, 8), (uint64_t)book->author_id);
		set_text(&with, 1, book->title);
		put_double(set_fixed(&with, 2, 8), book->price);
		put_32(set_fixed(&with, 3, 4), (uint32_t)(book->published - EPOCH_DAYS));
		*set_fixed(&with, 4, 1) = book->in_print;
		result = run(raw, "book", COLUMNS, &with, PGRES_TUPLES_OK);
		book->id = get_64(PQgetvalue(result, 0, 0));
		PQclear(result);
	}
}

static void time_w1(void *state)
{
	struct raw *raw = state;

	execute_sql(raw->connection, "BEGIN");
	insert_authors(raw, raw->size.rows);
	execute_sql(raw->connection, "COMMIT");
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

	execute_sql(raw->connection, "BEGIN");
	insert_authors(raw, authors);
	insert_books(raw, authors * 10, 10);
	execute_sql(raw->connection, "COMMIT");
}

/* ---- W1 by arrays */

/* a one-dimensional array in PostgreSQL's binary form */
struct array {
	char *bytes;
	size_t size, room;
};

static char *grow_array(struct array *array, size_t more)
{
	char *end;

	if (array->size + more > array->room) {
		array->room = (array->size + more) * 2;
		array->bytes = realloc(array->bytes, array->room);
		if (!array->bytes)
			bench_die("out of memory");
	}
	end = array->bytes + array->size;
	array->size += more;
	return end;
}

static void begin_array(struct array *array, uint32_t type, uint32_t count)
{
	char *head;

	array->size = 0;
	head = grow_array(array, 20);
	put_32(head, 1);                 /* dimensions */
	put_32(head + 4, 1);             /* there may be NULLs */
	put_32(head + 8, type);
	put_32(head + 12, count);
	put_32(head + 16, 1);            /* the first index */
}

static void add_text(struct array *array, const char *text)
{
	size_t size = text ? strlen(text) : 0;
	char *out = grow_array(array, 4 + size);

	put_32(out, text ? (uint32_t)size : UINT32_MAX);
	if (text)
		memcpy(out + 4, text, size);
}

static char *add_fixed(struct array *array, uint32_t size)
{
	char *out = grow_array(array, 4 + size);

	put_32(out, size);
	return out + 4;
}

static void fill_arrays(struct array arrays[COLUMNS], const struct author_row *authors, long count)
{
	for (int i = 0; i < COLUMNS; i++)
		begin_array(&arrays[i], author_types[i], (uint32_t)count);
	for (long i = 0; i < count; i++) {
		add_text(&arrays[0], authors[i].name);
		add_text(&arrays[1], authors[i].email);
		put_32(add_fixed(&arrays[2], 4), (uint32_t)authors[i].age);
		put_double(add_fixed(&arrays[3], 8), authors[i].score);
		put_64(add_fixed(&arrays[4], 8), (uint64_t)(authors[i].created - EPOCH_USEC));
	}
}

static void insert_chunk(struct raw *raw, struct array arrays[COLUMNS], struct author_row *authors,
                         long count)
{
	struct parameters with;
	PGresult *result;

	fill_arrays(arrays, authors, count);
	for (int i = 0; i < COLUMNS; i++) {
		with.values[i] = arrays[i].bytes;
		with.lengths[i] = (int)arrays[i].size;
	}
	result = run(raw, "authors", COLUMNS, &with, PGRES_TUPLES_OK);
	for (int i = 0; i < (int)count; i++)
		authors[i].id = get_64(PQgetvalue(result, i, 0));
	PQclear(result);
}

static void time_w1_unnest(void *state)
{
	struct raw *raw = state;
	struct array arrays[COLUMNS] = { { 0 } };

	execute_sql(raw->connection, "BEGIN");
	prepare_sql(raw, "authors", "INSERT INTO author (name, email, age, score, created) "
	            "SELECT a, b, c, d, e FROM unnest($1::text[], $2::text[], $3::int4[], $4::float8[], "
	            "$5::timestamp[]) WITH ORDINALITY AS x (a, b, c, d, e, n) ORDER BY n RETURNING id",
	            0, NULL);
	for (long i = 0; i < raw->size.rows; i += CHUNK) {
		long left = raw->size.rows - i;

		insert_chunk(raw, arrays, raw->new_authors + i, left < CHUNK ? left : CHUNK);
	}
	execute_sql(raw->connection, "COMMIT");
	for (int i = 0; i < COLUMNS; i++)
		free(arrays[i].bytes);
}

/* ---- W3, W5: load */

static PGresult *select_rows(struct raw *raw, const char *sql)
{
	return expect_result(raw->connection,
	                     PQexecParams(raw->connection, sql, 0, NULL, NULL, NULL, NULL, 1),
	                     PGRES_TUPLES_OK);
}

static void load_authors(void *state)
{
	struct raw *raw = state;
	PGresult *result = select_rows(raw, "SELECT " AUTHOR_COLUMNS " FROM author");

	raw->author_count = PQntuples(result);
	raw->authors = bench_memory((size_t)raw->author_count, sizeof *raw->authors);
	for (int i = 0; i < (int)raw->author_count; i++) {
		raw->authors[i] = arena_object(&raw->arena, sizeof **raw->authors);
		read_author(result, i, 0, raw->authors[i], &raw->arena);
	}
	PQclear(result);
}

static uint64_t digest_loaded(void *state)
{
	struct raw *raw = state;
	uint64_t digest = 0;

	for (long i = 0; i < raw->author_count; i++)
		digest += digest_author(raw->authors[i]);
	return digest;
}

static void prepare_w5(void *state)
{
	struct raw *raw = state;

	raw->shelves = bench_memory((size_t)raw->size.authors, sizeof(void *));
	map_init(&raw->map, FIRST_MAP);
}

static struct shelf *find_shelf(struct raw *raw, const PGresult *result, int row)
{
	int64_t id = get_64(PQgetvalue(result, row, 0));
	struct shelf *shelf = map_get(&raw->map, id);

	if (shelf)
		return shelf;
	shelf = arena_object(&raw->arena, sizeof *shelf);
	shelf_init(shelf);
	read_author(result, row, 0, &shelf->author, &raw->arena);
	raw->shelves[raw->shelf_count++] = shelf;
	map_put(&raw->map, id, shelf);
	return shelf;
}

static void add_book(struct raw *raw, struct shelf *shelf, const PGresult *result, int row)
{
	struct book_row *book = arena_object(&raw->arena, sizeof *book);

	read_book(result, row, 6, book, &raw->arena);
	shelf_add(shelf, book);
}

static void time_join(void *state)
{
	struct raw *raw = state;
	struct shelf *shelf = NULL;
	PGresult *result = select_rows(raw,
		"SELECT a.id, a.name, a.email, a.age, a.score, a.created, "
		"b.id, b.author_id, b.title, b.price, b.published, b.in_print "
		"FROM author a LEFT JOIN book b ON b.author_id = a.id");

	for (int i = 0; i < PQntuples(result); i++) {
		if (!shelf || shelf->author.id != get_64(PQgetvalue(result, i, 0)))
			shelf = find_shelf(raw, result, i);
		if (!PQgetisnull(result, i, 6))
			add_book(raw, shelf, result, i);
	}
	PQclear(result);
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
	static const Oid types[] = { OID_FLOAT8, OID_INT8 };
	struct raw *raw = state;
	struct parameters with;

	execute_sql(raw->connection, "BEGIN");
	prepare_sql(raw, "change", "UPDATE author SET score = $1 WHERE id = $2", 2, types);
	for (long i = 0; i < raw->author_count; i++) {
		raw->authors[i]->score += 1;
		put_double(set_fixed(&with, 0, 8), raw->authors[i]->score);
		put_64(set_fixed(&with, 1, 8), (uint64_t)raw->authors[i]->id);
		PQclear(run(raw, "change", 2, &with, PGRES_COMMAND_OK));
	}
	execute_sql(raw->connection, "COMMIT");
}

static void time_w7(void *state)
{
	static const Oid types[] = { OID_INT8 };
	struct raw *raw = state;
	struct parameters with;

	execute_sql(raw->connection, "BEGIN");
	prepare_sql(raw, "delete", "DELETE FROM author WHERE id = $1", 1, types);
	for (long i = 0; i < raw->author_count; i++) {
		put_64(set_fixed(&with, 0, 8), (uint64_t)raw->authors[i]->id);
		PQclear(run(raw, "delete", 1, &with, PGRES_COMMAND_OK));
	}
	execute_sql(raw->connection, "COMMIT");
}

/* ---- */

static const struct workload workloads[] = {
	{ "W1", { 100000, 0, 0 }, prepare_new, time_w1, digest_stored },
	{ "W1-unnest", { 100000, 0, 0 }, prepare_new, time_w1_unnest, digest_stored },
	{ "W2", { 110000, 0, 0 }, prepare_w2, time_w2, digest_stored },
	{ "W3", { 1000000, 1000000, 0 }, NULL, load_authors, digest_loaded },
	{ "W5-join", { 110000, 10000, 10 }, prepare_w5, time_join, digest_shelves },
	{ "W6", { 100000, 100000, 0 }, load_authors, time_w6, digest_stored },
	{ "W7", { 100000, 100000, 0 }, load_authors, time_w7, digest_stored },
};

int main(int argc, char **argv)
{
	static const struct bench_program program = {
		workloads, sizeof workloads / sizeof workloads[0], open_raw, close_raw,
	};

	return bench_main(&program, argc, argv);
}
