/* SPDX-License-Identifier: MIT */
/* raw_mariadb.c - the workloads as a careful C programmer writes them against Connector/C.
 *
 * One prepared statement a workload, one transaction, a row a round trip; rows are read as text, the
 * usual way.  W1-bulk is what a program would be rewritten to for speed: arrays of 1,000 rows. */
#include <stdio.h>

#include "map.h"
#include "mariadb_tables.h"
#include "shelf.h"
#include "workload.h"

#define INSERT_AUTHOR "INSERT INTO author (name, email, age, score, created) VALUES (?, ?, ?, ?, ?)"
#define INSERT_BOOK \
	"INSERT INTO book (author_id, title, price, published, in_print) VALUES (?, ?, ?, ?, ?)"

enum { COLUMNS = 5, CHUNK = 1000, FIRST_MAP = 1024 };

struct raw {
	MYSQL *connection;
	struct bench_size size;
	struct arena arena;
	struct map map;
	struct author_row *new_authors;  /* W1, W2: what is to be stored */
	struct book_row *new_books;
	struct author_row **authors;     /* what was loaded */
	long author_count, author_room;
	struct shelf **shelves;          /* W5 */
	long shelf_count;
};

static void *open_raw(const struct bench_size *size)
{
	struct raw *raw = bench_memory(1, sizeof *raw);

	raw->size = *size;
	raw->connection = connect_mariadb();
	create_tables(raw->connection);
	fill_tables(raw->connection, size->authors, size->books);
	return raw;
}

static void close_raw(void *state)
{
	struct raw *raw = state;

	mysql_close(raw->connection);
}

static uint64_t digest_stored(void *state)
{
	struct raw *raw = state;

	return digest_tables(raw->connection);
}

static void bind_parameters(MYSQL_STMT *statement, MYSQL_BIND *binds)
{
	if (mysql_stmt_bind_param(statement, binds) != 0)
		bench_die("%s", mysql_stmt_error(statement));
}

static void set_bind(MYSQL_BIND *bind, enum enum_field_types type, void *value)
{
	memset(bind, 0, sizeof *bind);
	bind->buffer_type = type;
	bind->buffer = value;
}

/* ---- W1, W2: store */

static void prepare_new(void *state)
{
	struct raw *raw = state;

	raw->new_authors = make_authors(raw->size.rows);
}

/* text that stays where it is: the row's own */
static void bind_text(MYSQL_BIND *bind, const char *text, unsigned long *size)
{
	*size = text ? strlen(text) : 0;
	set_bind(bind, text ? MYSQL_TYPE_STRING : MYSQL_TYPE_NULL, (void *)(uintptr_t)text);
	bind->buffer_length = *size;
	bind->length = size;
}

static void insert_authors(struct raw *raw, long count)
{
	MYSQL_STMT *statement = prepare_sql(raw->connection, INSERT_AUTHOR);

	for (long i = 0; i < count; i++) {
		struct author_row *author = &raw->new_authors[i];
		unsigned long sizes[2];
		MYSQL_BIND binds[COLUMNS];
		MYSQL_TIME created;

		set_datetime(&created, author->created);
		bind_text(&binds[0], author->name, &sizes[0]);
		bind_text(&binds[1], author->email, &sizes[1]);
		set_bind(&binds[2], MYSQL_TYPE_LONG, &author->age);
		set_bind(&binds[3], MYSQL_TYPE_DOUBLE, &author->score);
		set_bind(&binds[4], MYSQL_TYPE_DATETIME, &created);
		bind_parameters(statement, binds);
		execute_prepared(statement);
		author->id = (int64_t)mysql_stmt_insert_id(statement);
	}
	mysql_stmt_close(statement);
}

static void insert_books(struct raw *raw, long count, long each)
{
	MYSQL_STMT *statement = prepare_sql(raw->connection, INSERT_BOOK);

	for (long i = 0; i < count; i++) {
		struct book_row *book = &raw->new_books[i];
		unsigned long size;
		MYSQL_BIND binds[COLUMNS];
		MYSQL_TIME published;

		book->author_id = raw->new_authors[i / each].id;
		set_date(&published, book->published);
		set_bind(&binds[0], MYSQL_TYPE_LONGLONG, &book->author_id);
		bind_text(&binds[1], book->title, &size);
		set_bind(&binds[2], MYSQL_TYPE_DOUBLE, &book->price);
		set_bind(&binds[3], MYSQL_TYPE_DATE, &published);
		set_bind(&binds[4], MYSQL_TYPE_TINY, &book->in_print);
		bind_parameters(statement, binds);
		execute_prepared(statement);
		book->id = (int64_t)mysql_stmt_insert_id(statement);
	}
	mysql_stmt_close(statement);
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

/* ---- W1 by arrays, a column each; text and times are arrays of pointers */

struct columns {
	MYSQL_BIND binds[COLUMNS];
	const char *names[CHUNK], *emails[CHUNK];
	unsigned long name_sizes[CHUNK], email_sizes[CHUNK];
	char email_state[CHUNK];
	int32_t ages[CHUNK];
	double scores[CHUNK];
	MYSQL_TIME times[CHUNK], *created[CHUNK];
};

static struct columns *new_columns(void)
{
	struct columns *columns = bench_memory(1, sizeof *columns);

	set_bind(&columns->binds[0], MYSQL_TYPE_STRING, columns->names);
	columns->binds[0].length = columns->name_sizes;
	set_bind(&columns->binds[1], MYSQL_TYPE_STRING, columns->emails);
	columns->binds[1].length = columns->email_sizes;
	columns->binds[1].u.indicator = columns->email_state;
	set_bind(&columns->binds[2], MYSQL_TYPE_LONG, columns->ages);
	set_bind(&columns->binds[3], MYSQL_TYPE_DOUBLE, columns->scores);
	set_bind(&columns->binds[4], MYSQL_TYPE_DATETIME, columns->created);
	return columns;
}

static void fill_columns(struct columns *columns, const struct author_row *authors, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const struct author_row *author = &authors[i];

		columns->names[i] = author->name;
		columns->name_sizes[i] = strlen(author->name);
		columns->emails[i] = author->email ? author->email : "";
		columns->email_sizes[i] = strlen(columns->emails[i]);
		columns->email_state[i] = author->email ? STMT_INDICATOR_NONE : STMT_INDICATOR_NULL;
		columns->ages[i] = author->age;
		columns->scores[i] = author->score;
		set_datetime(&columns->times[i], author->created);
		columns->created[i] = &columns->times[i];
	}
}

static void read_keys(MYSQL_STMT *statement, struct author_row *authors, unsigned count)
{
	MYSQL_BIND bind;
	int64_t key = 0;
	unsigned got = 0;

	set_bind(&bind, MYSQL_TYPE_LONGLONG, &key);
	do {
		if (!mysql_stmt_field_count(statement))
			continue;
		mysql_stmt_bind_result(statement, &bind);
		while (got < count && mysql_stmt_fetch(statement) == 0)
			authors[got++].id = key;
	} while (mysql_stmt_next_result(statement) == 0);
	if (got != count)
		bench_die("%u keys of %u", got, count);
	mysql_stmt_free_result(statement);
}

static void time_w1_bulk(void *state)
{
	struct raw *raw = state;
	struct columns *columns = new_columns();
	MYSQL_STMT *statement;

	execute_sql(raw->connection, "BEGIN");
	statement = prepare_sql(raw->connection, INSERT_AUTHOR " RETURNING id");
	for (long i = 0; i < raw->size.rows; i += CHUNK) {
		long left = raw->size.rows - i;
		unsigned count = left < CHUNK ? (unsigned)left : CHUNK;

		fill_columns(columns, raw->new_authors + i, count);
		mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &count);
		bind_parameters(statement, columns->binds);
		execute_prepared(statement);
		read_keys(statement, raw->new_authors + i, count);
	}
	mysql_stmt_close(statement);
	execute_sql(raw->connection, "COMMIT");
	free(columns);
}

/* ---- W3, W5: load */

static void load_authors(void *state)
{
	struct raw *raw = state;
	MYSQL_RES *result = select_rows(raw->connection, "SELECT " AUTHOR_COLUMNS " FROM author");
	MYSQL_ROW cells;

	while ((cells = mysql_fetch_row(result)) != NULL) {
		struct author_row *author = arena_object(&raw->arena, sizeof *author);

		read_author(cells, mysql_fetch_lengths(result), author, &raw->arena);
		if (raw->author_count == raw->author_room) {
			raw->author_room = raw->author_room ? raw->author_room * 2 : 1024;
			raw->authors = realloc(raw->authors, (size_t)raw->author_room * sizeof(void *));
			if (!raw->authors)
				bench_die("out of memory");
		}
		raw->authors[raw->author_count++] = author;
	}
	mysql_free_result(result);
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

static struct shelf *find_shelf(struct raw *raw, MYSQL_ROW cells, const unsigned long *sizes)
{
	int64_t id = strtoll(cells[0], NULL, 10);
	struct shelf *shelf = map_get(&raw->map, id);

	if (shelf)
		return shelf;
	shelf = arena_object(&raw->arena, sizeof *shelf);
	shelf_init(shelf);
	read_author(cells, sizes, &shelf->author, &raw->arena);
	raw->shelves[raw->shelf_count++] = shelf;
	map_put(&raw->map, id, shelf);
	return shelf;
}

static void time_join(void *state)
{
	struct raw *raw = state;
	struct shelf *shelf = NULL;
	MYSQL_ROW cells;
	MYSQL_RES *result = select_rows(raw->connection,
		"SELECT a.id, a.name, a.email, a.age, a.score, a.created, "
		"b.id, b.author_id, b.title, b.price, b.published, b.in_print "
		"FROM author a LEFT JOIN book b ON b.author_id = a.id");

	while ((cells = mysql_fetch_row(result)) != NULL) {
		const unsigned long *sizes = mysql_fetch_lengths(result);

		if (!shelf || shelf->author.id != strtoll(cells[0], NULL, 10))
			shelf = find_shelf(raw, cells, sizes);
		if (cells[6]) {
			struct book_row *book = arena_object(&raw->arena, sizeof *book);

			read_book(cells + 6, sizes + 6, book, &raw->arena);
			shelf_add(shelf, book);
		}
	}
	mysql_free_result(result);
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
	MYSQL_STMT *statement;
	MYSQL_BIND binds[2];
	double score = 0;
	int64_t id = 0;

	execute_sql(raw->connection, "BEGIN");
	statement = prepare_sql(raw->connection, "UPDATE author SET score = ? WHERE id = ?");
	set_bind(&binds[0], MYSQL_TYPE_DOUBLE, &score);
	set_bind(&binds[1], MYSQL_TYPE_LONGLONG, &id);
	bind_parameters(statement, binds);
	for (long i = 0; i < raw->author_count; i++) {
		score = raw->authors[i]->score += 1;
		id = raw->authors[i]->id;
		execute_prepared(statement);
	}
	mysql_stmt_close(statement);
	execute_sql(raw->connection, "COMMIT");
}

static void time_w7(void *state)
{
	struct raw *raw = state;
	MYSQL_STMT *statement;
	MYSQL_BIND bind;
	int64_t id = 0;

	execute_sql(raw->connection, "BEGIN");
	statement = prepare_sql(raw->connection, "DELETE FROM author WHERE id = ?");
	set_bind(&bind, MYSQL_TYPE_LONGLONG, &id);
	bind_parameters(statement, &bind);
	for (long i = 0; i < raw->author_count; i++) {
		id = raw->authors[i]->id;
		execute_prepared(statement);
	}
	mysql_stmt_close(statement);
	execute_sql(raw->connection, "COMMIT");
}

/* ---- */

static const struct workload workloads[] = {
	{ "W1", { 100000, 0, 0 }, prepare_new, time_w1, digest_stored },
	{ "W1-bulk", { 100000, 0, 0 }, prepare_new, time_w1_bulk, digest_stored },
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
