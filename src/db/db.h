/* The database: SQLite or PostgreSQL behind one interface and one SQL text.
 *
 * A statement is a const row made by QUERY(): its SQL is never put together at run time. Parameters are $1…$n, typed by
 * letters; a capital letter allows NULL:      i int64   t UTF-8 text   b bytes          I T B nullable The same letters
 * type the result columns. Rows for both engines follow docs/adr/0002-one-sql.md: sums are CAST(… AS BIGINT), truth
 * values are CASE WHEN … THEN 1 ELSE 0 END, NULL order is written out, text sorts by bytes.
 *
 * Threads: `struct db` is shared; a `struct tx` belongs to one thread. Reads run on connections kept in a pool, last
 * returned first taken; all writes go through the writer (db_submit / db_write), which runs many of them in one durable
 * transaction.
 *
 * Errors. The first failure of a statement ends the transaction: every later call on that tx returns it again, and a
 * write function that goes on regardless fails with it (PostgreSQL has given up the transaction by then; SQLite is made
 * to agree). To insert what may be there already write ON CONFLICT DO NOTHING and look at `affected`. E_NOTFOUND from
 * db_one is an answer, not a failure. DBS-001 E_INVALID    not an address of a database          DBS-002 it cannot be
 * opened DBS-003 E_INTERNAL   values do not fit the declaration     DBS-004 E_INTERNAL the engine refuses the statement
 *   DBS-005 E_CONFLICT   a rule of the schema; argument 1: "table.column" (", " between several) of a unique or primary
 * key, the name of a named CHECK; a foreign key has a name on PostgreSQL only DBS-006 E_UNAVAILABLE the server is gone
 * or overloaded     DBS-007 E_IO the disk       DBS-008 E_CORRUPT DBS-009 E_INVALID    text that is not UTF-8 or holds
 * NUL   DBS-010 E_LIMIT a value too large   DBS-011 E_NOMEM DBS-012 E_INVALID    not a backup    DBS-013 E_CONFLICT
 * restore into a database that is not empty DBS-014 … DBS-017    migrations: edited, gap, database newer, not applied
 * DBS-018 E_INVALID database not in UTF-8 E_BUSY inside a write function: return it unchanged, the writer runs the
 * function again; nobody else ever sees it. */
#ifndef RISE_DB_DB_H
#define RISE_DB_DB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

struct db;
struct tx;

enum db_engine { DB_SQLITE, DB_POSTGRES };

struct db_options {
    int readers; /* PostgreSQL: connections for reading at most; SQLite opens as many as are used at once */
    int writers; /* PostgreSQL: writer connections; SQLite always has one. Default 1, and that is the fastest as long as
                  * writes touch common rows: one batch commits as a whole, two batches at once mostly undo each other.
                  */
    size_t queue_max; /* writes waiting at most before db_submit answers E_UNAVAILABLE; default 8192 */
    size_t batch_max; /* handlers in one transaction; default 512 */
};

/* url: "sqlite:PATH", "sqlite::memory:" (tests: a temporary file), or a libpq URL postgresql://…, which may name
 * several hosts (the one that accepts writes is used); the schema named by its search_path is made when it is absent.
 */
rc db_open(str url, const struct db_options *options, struct db **out, struct err *err);
void db_close(struct db *db); /* finishes queued writes first; NULL is allowed */
enum db_engine db_engine_of(const struct db *db);

/* ---- statements ---- */
struct query {
    const char *name;   /* unique, for messages and metrics */
    const char *params; /* e.g. "itB" */
    const char *cols;   /* "" for statements without result */
    const char *sql;
    struct query_use *use; /* private to db: filled once by db_open; NULL for statements not made by QUERY() */
};
struct query_use { /* which tables a statement touches: bit i is the i-th of db_watched() */
    uint64_t read, written;
    bool reads_unwatched;
};

/* Declares a statement and enters it in the program's list, which test_queries prepares on both engines. */
#define QUERY(ident, params_, cols_, sql_)                                                                             \
    static struct query_use ident##_use_;                                                                              \
    static const struct query ident = {#ident, params_, cols_, sql_, &ident##_use_};                                   \
    __attribute__((used, section("rise_queries"))) static const struct query *const ident##_entry_ = &ident

const struct query *const *db_queries(size_t *n); /* all of them */
rc db_prepare_all(
    struct db *db,
    struct err *err); /* prepares every one and checks its parameters and columns; names the first wrong one */

enum val_type { VAL_NULL, VAL_INT, VAL_TEXT, VAL_BLOB };
struct val {
    enum val_type type;
    int64_t i;
    str s;
};
static inline struct val v_int(int64_t i)
{
    return (struct val){VAL_INT, i, {0}};
}
static inline struct val v_text(str s)
{
    return (struct val){VAL_TEXT, 0, s};
}
static inline struct val v_blob(str s)
{
    return (struct val){VAL_BLOB, 0, s};
}
static inline struct val v_null(void)
{
    return (struct val){VAL_NULL, 0, {0}};
}

/* VALS(v_int(1), v_text(name)): the two arguments `v` and `n` at once. NOVALS for none. */
#define VALS(...) (const struct val[]){__VA_ARGS__}, sizeof((const struct val[]){__VA_ARGS__}) / sizeof(struct val)
#define NOVALS    NULL, 0

/* Runs a statement without result. Without `affected` (NULL) PostgreSQL may only send it and report its failure later:
 * the write function is then run again from the start, and that time gets the error here. */
rc db_exec(struct tx *tx, const struct query *q, const struct val *v, size_t n, int64_t *affected);

/* A result being read. Text and blobs are valid until the next rows_next / rows_end. */
struct rows {
    struct tx *tx;
    const struct query *q;
    void *engine; /* the engine's own cursor */
    int64_t at;   /* row number for engines that hold whole results */
    rc error;
};

rc db_select(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct rows *out);
bool rows_next(struct rows *r); /* false at the end and on error */
rc rows_end(struct rows *r);    /* releases; the sticky error; safe to call twice */

/* The one row of a result: E_NOTFOUND when there is none. rows_end() afterwards when OK. */
rc db_one(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct rows *out);
/* First column of the one row. */
rc db_one_int(struct tx *tx, const struct query *q, const struct val *v, size_t n, int64_t *out);

bool row_null(const struct rows *r, int col);
int64_t row_int(const struct rows *r, int col);              /* 0 when NULL */
str row_text(const struct rows *r, int col);                 /* text or bytes; p == NULL when NULL */
str row_dup(const struct rows *r, int col, struct arena *a); /* copied into the arena; p == NULL when NULL */

/* ---- many statements at once ---- */
/* Between pipe_begin and pipe_end statements are only queued (PostgreSQL: pipeline mode, one round trip; SQLite runs
 * them at once). pipe_end gives each one's affected rows, in order. Statements without result only. */
rc pipe_begin(struct tx *tx);
rc pipe_add(struct tx *tx, const struct query *q, const struct val *v, size_t n);
rc pipe_end(struct tx *tx, int64_t *affected, size_t n);

/* ---- transactions ---- */
rc db_read_begin(struct db *db, struct tx **out); /* a snapshot; must be ended on the same thread */
void db_read_end(struct tx *tx);
struct err *tx_err(struct tx *tx); /* details of the last failure on this transaction */
enum db_engine tx_engine(const struct tx *tx);
instant tx_now(const struct tx *tx); /* one time for the whole handler: when it began */

/* A write: runs inside a transaction, may run more than once, so it must only touch the database through `tx` and its
 * own argument, and start from scratch every time. Anything but OK rolls back what it alone did. Writes see each other
 * as if they ran one after the other. E_UNAVAILABLE from db_write or in `done` may also mean that the connection died
 * during the commit: then nobody knows whether the write stands, and who repeats it needs a key that makes the second
 * one harmless. */
typedef rc (*write_fn)(struct tx *tx, void *arg);
/* Called once on the writer's thread, after the durable commit (or the final failure). Must be short. */
typedef void (*write_done_fn)(void *arg, rc result);

rc db_submit(struct db *db, write_fn fn, void *arg,
             write_done_fn done); /* returns at once; E_UNAVAILABLE: queue full or stopping, done is not called */
rc db_write(struct db *db, write_fn fn, void *arg); /* waits; must not be called on the writer's thread */

/* Several writes of one kind at once, in fewer statements than one by one: for the kinds that come by the thousand. It
 * does what the kind's write_fn would do for args[0], args[1], … one after the other, and sets result[i] to what that
 * would have returned; one that is refused leaves nothing. It may take fewer than there are: *n says how many, at least
 * one. Anything but OK: they cannot be done together; whatever was changed is rolled back and each runs by itself.
 * `result` is meaningless then. */
typedef rc (*write_all_fn)(struct tx *tx, void *const *args, size_t *n, rc *result);

struct submission {
    write_fn one;
    write_all_fn all; /* may be called for neighbours in the queue with equal `kind`; NULL: never */
    const void *kind; /* what sort of write this is, if `one` does many sorts; NULL: `one` does one sort only */
    void *arg;
    write_done_fn done;
};
rc db_submit_as(struct db *db, const struct submission *s); /* as db_submit */

/* ---- versions of tables: for what is remembered between requests ---- */
/* WATCHED(market_solution); in the file that owns the table gives it a version. Every transaction that writes to the
 * table gives it a new one in the same commit, whichever process it runs in; the statements' texts say which tables
 * they touch, so that nobody has to think of it. Two snapshots with equal versions of all tables that were read show
 * the same rows. Values are never used twice: a failover that loses commits cannot bring an old one back.
 *
 * For tables that change seldom: where PostgreSQL has several writers, batches that change one table exclude each
 * other. Changes made by other programs (psql) are not seen. */
enum { DB_WATCHED_MAX = 64 };
#define WATCHED(table) __attribute__((used, section("rise_watched"))) static const char *const table##_watched_ = #table
const char *const *db_watched(size_t *n); /* names of all of them; the place in this list is the bit and the index */

struct db_versions {
    int64_t v[DB_WATCHED_MAX]; /* 0: never written */
};
rc db_versions(struct tx *tx, struct db_versions *out); /* in this snapshot */
bool db_versions_same(const struct db_versions *a, const struct db_versions *b, uint64_t tables);

/* Between the two: which tables were read on this transaction. False: one without version was among them. */
void tx_reads_begin(struct tx *tx);
bool tx_reads(const struct tx *tx, uint64_t *tables);

/* ---- migrations ---- */
struct migration {
    const char *module; /* "core", "market" */
    int version;        /* 1, 2, … without gaps per module */
    const char *name;
    str sql;              /* statements separated by ';' at line end */
    const char *checksum; /* hex SHA-256 of sql, made at build time */
};
/* Applies what is missing, each in its own transaction. E_CORRUPT when an applied one has another checksum now. */
rc db_migrate(struct db *db, const struct migration *m, size_t n, int *applied, struct err *err);
/* What stands in the database: OK when exactly `m` is applied; else E_CONFLICT and the first difference in err. */
rc db_migrations_check(struct db *db, const struct migration *m, size_t n, struct err *err);

/* ---- care ---- */
rc db_backup(struct db *db, const char *path, struct err *err); /* online; one file, consistent */
rc db_restore(str url, const char *path, struct err *err); /* into an empty or absent database; E_CONFLICT otherwise */
rc db_check(struct db *db, struct err *err);               /* the engine's own integrity check */

struct db_stats {
    int64_t commits, handlers, retries, queue_peak;
};
void db_stats(struct db *db, struct db_stats *out);

#endif
