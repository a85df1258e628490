/* Versions of tables: every change gives a new one in its own commit, seen by every program on the database. */
#include "dbt.h"

#include <stdlib.h>

#include "db/engine.h"

static const struct migration schema[] = {
    {"test", 1, "tables",
     STR_INIT("CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;\n"
              "CREATE TABLE book (id INTEGER PRIMARY KEY, shelf INTEGER NOT NULL, title TEXT NOT NULL UNIQUE) STRICT;\n"
              "CREATE TABLE visit (id INTEGER PRIMARY KEY) STRICT;\n"),
     "one"},
    {"test", 2, "titles", STR_INIT("UPDATE book SET title = 'renamed';\n"), "two"},
};

WATCHED(shelf);
WATCHED(book);

QUERY(shelf_put, "it", "",
      "INSERT INTO shelf (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name");
QUERY(book_add, "iit", "", "INSERT INTO book (id, shelf, title) VALUES ($1, $2, $3)");
QUERY(book_del, "i", "", "DELETE FROM book WHERE id = $1");
QUERY(visit_add, "i", "", "INSERT INTO visit (id) VALUES ($1)");
QUERY(books_on, "i", "t", "SELECT b.title FROM shelf s JOIN book b ON b.shelf = s.id WHERE s.id = $1 ORDER BY b.title");
QUERY(visits, "", "i", "SELECT CAST(count(*) AS BIGINT) FROM visit");
QUERY(books, "", "i", "SELECT CAST(count(*) AS BIGINT) FROM book");

static uint64_t bit(const char *table)
{
    size_t n;
    const char *const *names = db_watched(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], table) == 0)
            return UINT64_C(1) << i;
    ck_abort_msg("%s is not watched", table);
}

static struct db_versions versions(struct db *db)
{
    struct tx *tx;
    struct db_versions v;
    t_ok(db_read_begin(db, &tx));
    t_ok(db_versions(tx, &v));
    db_read_end(tx);
    return v;
}

static rc add_shelf(struct tx *tx, void *arg)
{
    (void)arg;
    return db_exec(tx, &shelf_put, VALS(v_int(1), v_text(STR("upper"))), NULL);
}

static rc add_book(struct tx *tx, void *arg)
{
    return db_exec(tx, &book_add, VALS(v_int(*(const int64_t *)arg), v_int(1), v_text(STR("C"))), NULL);
}

static rc drop_book(struct tx *tx, void *arg)
{
    return db_exec(tx, &book_del, VALS(v_int(*(const int64_t *)arg)), NULL);
}

static rc add_visit(struct tx *tx, void *arg)
{
    return db_exec(tx, &visit_add, VALS(v_int(*(const int64_t *)arg)), NULL);
}

static rc pipe_books(struct tx *tx, void *arg)
{
    (void)arg;
    int64_t affected[2];
    TRY(pipe_begin(tx));
    TRY(pipe_add(tx, &book_add, VALS(v_int(10), v_int(1), v_text(STR("ten")))));
    return pipe_end(tx, affected, 1);
}

START_TEST(a_change_renews_its_table_alone)
{
    struct db *db = dbt_open(_i, schema, 1);
    int64_t one = 1;
    uint64_t shelf = bit("shelf"), book = bit("book");
    struct db_versions none = versions(db);
    t_ok(db_write(db, add_shelf, NULL));
    struct db_versions first = versions(db);
    ck_assert(!db_versions_same(&none, &first, shelf));
    ck_assert(db_versions_same(&none, &first, book));
    t_ok(db_write(db, add_book, &one));
    struct db_versions second = versions(db);
    ck_assert(db_versions_same(&first, &second, shelf));
    ck_assert(!db_versions_same(&first, &second, book));
    t_ok(db_write(db, add_visit, &one)); /* a table that nobody watches */
    struct db_versions third = versions(db);
    ck_assert(db_versions_same(&second, &third, shelf | book));
    t_ok(db_write(db, drop_book, &one)); /* the rows are as before, the version is not */
    struct db_versions fourth = versions(db);
    ck_assert(!db_versions_same(&second, &fourth, book) && !db_versions_same(&first, &fourth, book));
    t_ok(db_write(db, pipe_books, NULL));
    struct db_versions fifth = versions(db);
    ck_assert(!db_versions_same(&fourth, &fifth, book));
    dbt_close(db);
}
END_TEST

/* The changes of a batch in which another handler fails count, and a refused one leaves rows and versions together. */
START_TEST(beside_a_handler_that_fails)
{
    struct db *db = dbt_open(_i, schema, 1);
    int64_t one = 1, two = 2;
    t_ok(db_write(db, add_shelf, NULL));
    t_ok(db_write(db, add_book, &one));
    for (int i = 0; i < 3; i++) {
        struct db_versions before = versions(db);
        t_rc(db_write(db, add_book, &two), E_CONFLICT); /* the title is taken */
        t_ok(db_write(db, add_shelf, NULL));
        struct db_versions after = versions(db);
        ck_assert(!db_versions_same(&before, &after, bit("shelf")));
    }
    dbt_close(db);
}
END_TEST

START_TEST(a_snapshot_keeps_its_versions)
{
    struct db *db = dbt_open(_i, schema, 1);
    int64_t one = 1, n;
    t_ok(db_write(db, add_shelf, NULL));
    struct tx *tx;
    struct db_versions before, during;
    t_ok(db_read_begin(db, &tx));
    t_ok(db_versions(tx, &before));
    t_ok(db_write(db, add_book, &one));
    t_ok(db_versions(tx, &during));
    t_ok(db_one_int(tx, &books, NOVALS, &n));
    ck_assert_int_eq(n, 0);
    ck_assert(db_versions_same(&before, &during, bit("shelf") | bit("book")));
    db_read_end(tx);
    struct db_versions after = versions(db);
    ck_assert(!db_versions_same(&before, &after, bit("book")));
    dbt_close(db);
}
END_TEST

/* Two servers, or a server and the command line. */
START_TEST(another_program_sees_it)
{
    char address[1024], dir[] = "/tmp/rise-watch-XXXXXX";
    if (_i == DB_SQLITE)
        snprintf(address, sizeof address, "sqlite:%s/x.db", mkdtemp(dir));
    else
        dbt_url(_i, address, sizeof address);
    struct db *here = dbt_open_url(address, NULL, schema, 1), *there = dbt_open_url(address, NULL, NULL, 0);
    int64_t one = 1;
    struct db_versions before = versions(there);
    t_ok(db_write(here, add_book, &one));
    struct db_versions after = versions(there), own = versions(here);
    ck_assert(!db_versions_same(&before, &after, bit("book")));
    ck_assert(db_versions_same(&own, &after, bit("book") | bit("shelf")));
    t_ok(db_write(there, drop_book, &one));
    own = versions(here);
    ck_assert(!db_versions_same(&own, &after, bit("book")));
    dbt_close(there);
    dbt_close(here);
    if (_i == DB_SQLITE) {
        char path[1100];
        for (const char *const *end = (const char *const[]){"", "-wal", "-shm", NULL}; *end; end++) {
            snprintf(path, sizeof path, "%s/x.db%s", dir, *end);
            unlink(path);
        }
        rmdir(dir);
    }
}
END_TEST

START_TEST(a_schema_change_renews_all)
{
    char address[1024];
    dbt_url(_i, address, sizeof address);
    struct db *db = dbt_open_url(address, NULL, schema, 1);
    int64_t one = 1;
    struct err err = {0};
    t_ok(db_write(db, add_shelf, NULL));
    t_ok(db_write(db, add_book, &one));
    struct db_versions before = versions(db);
    t_ok(db_migrate(db, schema, 2, NULL, &err));
    struct db_versions after = versions(db);
    ck_assert(!db_versions_same(&before, &after, bit("book")));
    ck_assert(!db_versions_same(&before, &after, bit("shelf")));
    before = after;
    t_ok(db_migrate(db, schema, 2, NULL, &err)); /* nothing left to do */
    after = versions(db);
    ck_assert(db_versions_same(&before, &after, bit("book") | bit("shelf")));
    dbt_close(db);
}
END_TEST

START_TEST(what_was_read_is_noted)
{
    struct db *db = dbt_open(_i, schema, 1);
    struct tx *tx;
    struct rows r;
    uint64_t tables = 99;
    int64_t n;
    t_ok(db_read_begin(db, &tx));
    tx_reads_begin(tx);
    ck_assert(tx_reads(tx, &tables) && tables == 0);
    t_ok(db_select(tx, &books_on, VALS(v_int(1)), &r));
    t_ok(rows_end(&r));
    ck_assert(tx_reads(tx, &tables));
    ck_assert_uint_eq(tables, bit("shelf") | bit("book"));
    t_ok(db_one_int(tx, &visits, NOVALS, &n));
    ck_assert(!tx_reads(tx, &tables)); /* nothing is known about visits */
    tx_reads_begin(tx);
    const struct query loose = {"loose", "", "i", "SELECT count(*) FROM book", NULL}; /* not made by QUERY() */
    t_ok(db_one_int(tx, &loose, NOVALS, &n));
    ck_assert(tx_reads(tx, &tables));
    ck_assert_uint_eq(tables, bit("book"));
    db_read_end(tx);
    dbt_close(db);
}
END_TEST

START_TEST(texts)
{
    static const struct {
        const char *sql, *read, *written;
        bool unwatched;
    } cases[] = {
        {"SELECT 1", "", "", false},
        {"SELECT title FROM book WHERE id = $1", "book", "", false},
        {"SELECT title from\n  book", "book", "", false},
        {"SELECT x FROM (SELECT title AS x FROM book) y", "book", "", false},
        {"SELECT 'text FROM shelf' FROM book", "book", "", false},
        {"SELECT \"FROM\" FROM book", "book", "", false},
        {"SELECT b.id FROM bookshelf b LEFT JOIN book ON book.id = b.id", "book", "", true},
        {"INSERT INTO book (id) SELECT id FROM shelf", "shelf", "book", false},
        {"INSERT INTO book (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET id = $1", "", "book", false},
        {"UPDATE book SET title = (SELECT name FROM shelf WHERE id = $1)", "shelf", "book", false},
        {"DELETE FROM book WHERE shelf IN (SELECT id FROM shelf)", "shelf", "book", false},
        {"DELETE FROM visit", "", "", false},
    };
    if (_i != DB_SQLITE)
        return; /* no database is asked */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct query_use use;
        watch_read_text(cases[i].sql, &use);
        ck_assert_msg(use.read == (*cases[i].read ? bit(cases[i].read) : 0), "%s", cases[i].sql);
        ck_assert_msg(use.written == (*cases[i].written ? bit(cases[i].written) : 0), "%s", cases[i].sql);
        ck_assert_msg(use.reads_unwatched == cases[i].unwatched, "%s", cases[i].sql);
    }
}
END_TEST

DBT_MAIN("db/watch", a_change_renews_its_table_alone, beside_a_handler_that_fails, a_snapshot_keeps_its_versions,
         another_program_sees_it, a_schema_change_renews_all, what_was_read_is_noted, texts)
